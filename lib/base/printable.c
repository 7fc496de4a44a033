/* Text fit for a terminal (printable.h). */
#include <langinfo.h>
#include <locale.h>
#include <wchar.h>

#include "base/printable.h"
#include "base/utf8.h"

static bool is_utf8;

void
printable_locale(void)
{
	setlocale(LC_CTYPE, "");
	is_utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

/*
 * What is there and is not seen, makes others be seen elsewhere, or stands
 * for what only its writer knows (private use): ranges of Unicode 15's
 * default-ignorable and format characters, and blanks that are letters.
 */
static const struct {
	uint32_t first, last;
} hidden[] = {
	{ 0x00, 0x1f },
	{ 0x7f, 0x9f },
	{ 0xad, 0xad },
	{ 0x34f, 0x34f },
	{ 0x600, 0x605 },
	{ 0x61c, 0x61c },
	{ 0x6dd, 0x6dd },
	{ 0x70f, 0x70f },
	{ 0x890, 0x891 },
	{ 0x8e2, 0x8e2 },
	{ 0x115f, 0x1160 },
	{ 0x17b4, 0x17b5 },
	{ 0x180b, 0x180f },
	{ 0x200b, 0x200f },
	{ 0x2028, 0x202e },
	{ 0x2060, 0x206f },
	{ 0x2800, 0x2800 },
	{ 0x3164, 0x3164 },
	{ 0xe000, 0xf8ff },
	{ 0xfe00, 0xfe0f },
	{ 0xfeff, 0xfeff },
	{ 0xffa0, 0xffa0 },
	{ 0xfff0, 0xfffb },
	{ 0x110bd, 0x110bd },
	{ 0x110cd, 0x110cd },
	{ 0x13430, 0x1345f },
	{ 0x1bca0, 0x1bca3 },
	{ 0x1d173, 0x1d17a },
	{ 0xe0000, UINT32_MAX },
};

static bool
is_hidden(uint32_t x)
{
	size_t i = 0;

	while (hidden[i].last < x)
		i++;
	return x >= hidden[i].first;
}

bool
printable_hides(struct str text, uint32_t *character, size_t *bytes)
{
	*character = utf8_first(text, bytes);
	if (*bytes > 0)
		return is_hidden(*character);
	*bytes = 1;
	return true;
}

size_t
printable_plain(struct str text, char *to)
{
	uint32_t unused;
	size_t n = 0, bytes;

	for (; text.n > 0; text.s += bytes, text.n -= bytes)
		if (printable_hides(text, &unused, &bytes)) {
			to[n++] = '?';
		} else {
			memmove(to + n, text.s, bytes);
			n += bytes;
		}
	return n;
}

static int
spell_out(struct buf *out, const char *format, uint32_t x)
{
	size_t before = out->n;

	buf_printf(out, format, x);
	return (int)(out->n - before);
}

int
printable_next(struct str *text, struct buf *out)
{
	size_t n;
	uint32_t x = utf8_first(*text, &n);
	const char *bytes = text->s;
	int width;

	if (n == 0) {
		x = (unsigned char)*text->s++;
		text->n--;
		return spell_out(out, "<%02X>", x);
	}
	text->s += n;
	text->n -= n;
	if (x == '\t') {
		buf_char(out, ' ');
		return 1;
	}
	if (x < 0x7f && x >= 0x20) {
		buf_char(out, (char)x);
		return 1;
	}
	width = is_utf8 && !is_hidden(x) ? wcwidth((wchar_t)x) : -1;
	if (width < 0)
		return spell_out(out, "<U+%04X>", x);
	buf_add(out, bytes, n);
	return width;
}

int
printable(struct str text, struct buf *out)
{
	int columns = 0;

	while (text.n > 0)
		columns += printable_next(&text, out);
	return columns;
}

enum { BYTES_A_COLUMN = 16 };

int
printable_cut(struct str text, int columns, struct buf *out)
{
	const int dots = columns < 3 ? columns : 3;
	/* marks take no column: a letter has a few at most */
	const size_t most = out->n + (size_t)columns * BYTES_A_COLUMN;
	size_t fits = out->n; /* up to here there is room for dots */
	int taken = 0, with_dots = 0;

	while (text.n > 0) {
		taken += printable_next(&text, out);
		if (taken <= columns - dots && out->n <= most) {
			fits = out->n;
			with_dots = taken;
		}
		if (taken > columns || out->n > most) {
			out->n = fits;
			buf_add(out, "...", (size_t)dots);
			return with_dots + dots;
		}
	}
	return taken;
}
