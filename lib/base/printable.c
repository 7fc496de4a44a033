/* Text fit for a terminal (printable.h). */
#include <langinfo.h>
#include <locale.h>
#include <wchar.h>

#include "base/printable.h"

static bool is_utf8;

void
printable_locale(void)
{
	setlocale(LC_CTYPE, "");
	is_utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

/* The character at the start, and its bytes; 0 bytes: it is none. */
static uint32_t
decode(struct str s, size_t *bytes)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char c = (unsigned char)s.s[0];
	size_t n = c < 0x80 ? 1 : c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
	uint32_t x = c < 0x80 ? c : c & (0xffU >> (n + 1));

	*bytes = 0;
	if (c >= 0xf8 || (c >= 0x80 && c < 0xc0) || n > s.n)
		return 0;
	for (size_t i = 1; i < n; i++) {
		unsigned char next = (unsigned char)s.s[i];
		if ((next & 0xc0) != 0x80)
			return 0;
		x = x << 6 | (next & 0x3f);
	}
	if (x < least[n] || x > 0x10ffff || (x >= 0xd800 && x < 0xe000))
		return 0;
	*bytes = n;
	return x;
}

/* What is there and is not seen, or makes others be seen elsewhere. */
static bool
is_hidden(uint32_t x)
{
	return x < 0x20 || (x >= 0x7f && x < 0xa0) || x == 0xad || x == 0x61c ||
	       x == 0x180e || (x >= 0x200b && x <= 0x200f) ||
	       (x >= 0x2028 && x <= 0x202e) || (x >= 0x2060 && x <= 0x206f) ||
	       (x >= 0xfe00 && x <= 0xfe0f) || x == 0xfeff ||
	       (x >= 0xfff0 && x <= 0xfffb) || (x >= 0xe0000 && x <= 0xe0fff);
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
	uint32_t x = decode(*text, &n);
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

int
printable_cut(struct str text, int columns, struct buf *out)
{
	const int dots = columns < 3 ? columns : 3;
	size_t fits = out->n; /* up to here there is room for dots */
	int taken = 0, with_dots = 0;

	while (text.n > 0) {
		taken += printable_next(&text, out);
		if (taken <= columns - dots) {
			fits = out->n;
			with_dots = taken;
		}
		if (taken > columns) {
			out->n = fits;
			buf_add(out, "...", (size_t)dots);
			return with_dots + dots;
		}
	}
	return taken;
}
