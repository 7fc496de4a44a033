/* Symbolic links (links.h). */
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/links.h"

enum { LINKS_MOST = 40 }; /* as in path_resolution(7) */

char *
links_directory(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *name;

	if (slash == NULL)
		name = strdup(".");
	else
		name =
		    strndup(path, slash == path ? 1 : (size_t)(slash - path));
	if (name == NULL)
		memory_exhausted();
	return name;
}

/* Whether what stands in a directory are not files but descriptors. */
static bool
is_of_proc(const char *directory)
{
	char *whole = realpath(directory, NULL);
	bool yes = whole != NULL && strncmp(whole, "/proc/", 6) == 0;

	free(whole);
	return yes;
}

/* A link's text, seen from where the link is; NULL: it stands for no name. */
static char *
follow(const char *path, const char *text)
{
	char *directory = links_directory(path), *next = NULL;

	if (!is_of_proc(directory) &&
	    asprintf(&next, "%s%s%s", text[0] == '/' ? "" : directory,
		text[0] == '/' ? "" : "/", text) == -1)
		memory_exhausted();
	free(directory);
	return next;
}

int
links_follow(const char *path, char **target)
{
	char text[PATH_MAX];

	if ((*target = strdup(path)) == NULL)
		memory_exhausted();
	for (int i = 0; i <= LINKS_MOST && *target != NULL; i++) {
		char *link = *target;
		ssize_t n = readlink(link, text, sizeof(text) - 1);
		if (n == -1 && (errno == EINVAL || errno == ENOENT))
			return 0; /* no link, or nothing yet */
		if (n == -1)
			goto fail;
		text[n] = '\0';
		*target = follow(link, text);
		free(link);
	}
	if (*target == NULL)
		return 0;
	errno = ELOOP;
fail:
	free(*target);
	*target = NULL;
	return -1;
}
