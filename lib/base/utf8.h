/* UTF-8 (RFC 3629): what is valid, and code points. */
#ifndef HITL_BASE_UTF8_H
#define HITL_BASE_UTF8_H

#include "base/text.h"

enum { UTF8_MAX = 4 }; /* bytes of a code point */

/* Whether it goes on with a code point that began before. */
static inline bool
utf8_is_tail(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/*
 * The bytes of the code point at p, 0 if there is none: no overlong forms,
 * no surrogates, none beyond U+10FFFF (Unicode 15, table 3-7).  Reads no
 * further than the first wrong byte, so a NUL behind the text is its end.
 */
static inline size_t
utf8_length(const char *text)
{
	const unsigned char *p = (const unsigned char *)text;
	unsigned char c = p[0];

	if (c < 0x80)
		return 1;
	if (c < 0xe0)
		return c >= 0xc2 && utf8_is_tail(text[1]) ? 2 : 0;
	if (!utf8_is_tail(text[1]))
		return 0;
	if (c < 0xf0) {
		if ((c == 0xe0 && p[1] < 0xa0) || (c == 0xed && p[1] > 0x9f))
			return 0;
		return utf8_is_tail(text[2]) ? 3 : 0;
	}
	if (c > 0xf4 || (c == 0xf0 && p[1] < 0x90) ||
	    (c == 0xf4 && p[1] > 0x8f))
		return 0;
	return utf8_is_tail(text[2]) && utf8_is_tail(text[3]) ? 4 : 0;
}

bool utf8_valid(struct str);

/*
 * The code point at the start of a text that is not empty, and its bytes; 0
 * of them: there is none.
 */
uint32_t utf8_first(struct str, size_t *bytes);

/* How many code points a valid text has. */
size_t utf8_count(struct str);

/* Its first `most` bytes, or fewer: no code point is cut. */
struct str utf8_cut(struct str, size_t most);

/* Writes a code point, also one of surrogates'; returns its bytes. */
size_t utf8_put(char to[UTF8_MAX], uint32_t);

#endif
