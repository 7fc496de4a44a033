/*
 * Symbolic links, for who replaces a file: it is where they lead that another
 * one is to be made and renamed.
 */
#ifndef HITL_BASE_LINKS_H
#define HITL_BASE_LINKS_H

/*
 * *target: what a path leads to, which need not exist; the path itself if it
 * is no link.  To be freed.  NULL if it is one of /proc's for a descriptor
 * (/dev/stdout), which leads to something open, not to a name.  -1 with errno
 * (ELOOP).
 */
int links_follow(const char *path, char **target);

/* The directory that a path is in; to be freed. */
char *links_directory(const char *path);

#endif
