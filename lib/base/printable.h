/*
 * Text from somebody else, made fit for a terminal.
 *
 * Nothing in it can control the terminal or deceive its reader: control
 * characters (C0, C1, DEL), line and paragraph separators, what turns the
 * direction of writing, is invisible or stands for nothing, comes out as
 * <U+202E>.  Bytes that are not UTF-8 come out as <FF>.
 */
#ifndef HITL_BASE_PRINTABLE_H
#define HITL_BASE_PRINTABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

/*
 * Takes the locale of the environment for what is printed; only once it is
 * UTF-8 letters beyond ASCII are printed as they are.
 */
void printable_locale(void);

/*
 * The next character of *text, which is shortened by it: appends what is to
 * be printed, and returns how many columns that takes; 0 for a mark that
 * stands on the one before.  A tab is a blank.
 */
int printable_next(struct str *text, struct buf *out);

/* All of a text, on one line; the columns it takes. */
int printable(struct str text, struct buf *out);

/*
 * The same, cut to so many columns, and to 16 bytes for each, with ... at the
 * end if it was.
 */
int printable_cut(struct str text, int columns, struct buf *out);

/*
 * For messages and tables: ? for each such character and byte, all others as
 * they are, whatever the locale.  Writes to `to`, which may be text.s; how
 * many bytes, no more than text.n.
 */
size_t printable_plain(struct str text, char *to);

/*
 * The character at the start of a text that is not empty, in so many *bytes;
 * whether it is one of those.
 */
bool printable_hides(struct str text, uint32_t *character, size_t *bytes);

#endif
