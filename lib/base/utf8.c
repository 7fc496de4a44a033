/* UTF-8 (utf8.h). */
#include "base/utf8.h"

static bool
eight_ascii(const char *p)
{
	uint64_t w;

	memcpy(&w, p, sizeof(w));
	return (w & UINT64_C(0x8080808080808080)) == 0;
}

bool
utf8_valid(struct str t)
{
	char last[2 * UTF8_MAX] = { 0 };
	size_t i = 0, n;

	for (; i + 8 <= t.n; i += n)
		if (eight_ascii(t.s + i))
			n = 8;
		else if ((n = utf8_length(t.s + i)) == 0)
			return false;
	for (; i + UTF8_MAX <= t.n; i += n)
		if ((n = utf8_length(t.s + i)) == 0)
			return false;
	if (i < t.n) /* the end, with NULs behind it */
		memcpy(last, t.s + i, t.n - i);
	for (size_t j = 0; i + j < t.n; j += n)
		if ((n = utf8_length(last + j)) == 0 || i + j + n > t.n)
			return false;
	return true;
}

uint32_t
utf8_first(struct str t, size_t *bytes)
{
	char first[UTF8_MAX] = { 0 };
	unsigned char c;
	uint32_t x;

	memcpy(first, t.s, t.n < UTF8_MAX ? t.n : UTF8_MAX);
	*bytes = utf8_length(first);
	if (*bytes > t.n)
		*bytes = 0;
	if (*bytes == 0)
		return 0;
	c = (unsigned char)first[0];
	x = c < 0x80 ? c : c & (0xffU >> (*bytes + 1));
	for (size_t i = 1; i < *bytes; i++)
		x = x << 6 | ((unsigned char)first[i] & 0x3f);
	return x;
}

size_t
utf8_count(struct str t)
{
	size_t n = 0;

	for (size_t i = 0; i < t.n; i++)
		n += !utf8_is_tail(t.s[i]);
	return n;
}

struct str
utf8_cut(struct str t, size_t most)
{
	if (t.n <= most)
		return t;
	while (most > 0 && utf8_is_tail(t.s[most]))
		most--;
	return (struct str){ t.s, most };
}

size_t
utf8_put(char to[UTF8_MAX], uint32_t c)
{
	if (c < 0x80) {
		to[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		to[0] = (char)(0xc0 | c >> 6);
		to[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		to[0] = (char)(0xe0 | c >> 12);
		to[1] = (char)(0x80 | (c >> 6 & 0x3f));
		to[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	to[0] = (char)(0xf0 | c >> 18);
	to[1] = (char)(0x80 | (c >> 12 & 0x3f));
	to[2] = (char)(0x80 | (c >> 6 & 0x3f));
	to[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}
