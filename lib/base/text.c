/* Strings with lengths and the growable buffer (text.h). */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/ascii.h"
#include "base/text.h"

enum { LONGEST_WORD = 64 }; /* of a misspelling worth a guess */

struct str
str_of(const char *cstring)
{
	return (struct str){ cstring, cstring == NULL ? 0 : strlen(cstring) };
}

bool
str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.s, b.s, a.n) == 0);
}

int
str_cmp(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n == 0 ? 0 : memcmp(a.s, b.s, n);

	return order != 0 ? order : (a.n > b.n) - (a.n < b.n);
}

bool
str_has_prefix(struct str a, struct str prefix)
{
	return a.n >= prefix.n && str_eq((struct str){ a.s, prefix.n }, prefix);
}

struct str
str_trim(struct str a)
{
	while (a.n > 0 && ascii_is_blank(a.s[0]))
		a.s++, a.n--;
	while (a.n > 0 && ascii_is_blank(a.s[a.n - 1]))
		a.n--;
	return a;
}

bool
str_next_line(struct str *rest, struct str *line)
{
	const char *end;

	if (rest->n == 0)
		return false;
	end = memchr(rest->s, '\n', rest->n);
	*line = (struct str){ rest->s,
		end == NULL ? rest->n : (size_t)(end - rest->s) };
	rest->s += line->n + (end != NULL);
	rest->n -= line->n + (end != NULL);
	return true;
}

/* Edit distance with transpositions (optimal string alignment). */
static size_t
letters_apart(struct str a, struct str b)
{
	size_t row[3][LONGEST_WORD + 1];

	for (size_t j = 0; j <= b.n; j++)
		row[0][j] = j;
	for (size_t i = 1; i <= a.n; i++) {
		size_t *now = row[i % 3], *last = row[(i + 2) % 3];
		const size_t *before = row[(i + 1) % 3];
		now[0] = i;
		for (size_t j = 1; j <= b.n; j++) {
			bool same = a.s[i - 1] == b.s[j - 1];
			size_t best = last[j - 1] + !same;
			if (last[j] + 1 < best)
				best = last[j] + 1;
			if (now[j - 1] + 1 < best)
				best = now[j - 1] + 1;
			if (i > 1 && j > 1 && a.s[i - 1] == b.s[j - 2] &&
			    a.s[i - 2] == b.s[j - 1] &&
			    before[j - 2] + 1 < best)
				best = before[j - 2] + 1;
			now[j] = best;
		}
	}
	return row[a.n % 3][b.n];
}

const char *
str_nearest(struct str word, const char *const *candidate, size_t n)
{
	const char *nearest = NULL;
	size_t least = SIZE_MAX;

	if (word.n == 0 || word.n > LONGEST_WORD)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		struct str c = str_of(candidate[i]);
		if (c.n == 0 || c.n > LONGEST_WORD)
			continue;
		size_t apart = letters_apart(word, c);
		size_t longer = word.n > c.n ? word.n : c.n;
		if (apart < least && apart * 3 <= longer + 2) {
			least = apart;
			nearest = candidate[i];
		}
	}
	return nearest;
}

bool
decimal_parse(struct str text, double *x)
{
	char copy[64], *end;

	if (text.n == 0 || text.n >= sizeof(copy))
		return false;
	for (size_t i = 0; i < text.n; i++)
		if (text.s[i] == '\0' ||
		    strchr("0123456789.eE+-", text.s[i]) == NULL)
			return false; /* no hex, no "inf", no blanks */
	memcpy(copy, text.s, text.n);
	copy[text.n] = '\0';
	*x = strtod(copy, &end);
	return *end == '\0' && isfinite(*x);
}

void
buf_grow(struct buf *b, size_t more)
{
	size_t need, cap = b->cap < 256 ? 256 : b->cap;
	char *anew;

	if (__builtin_add_overflow(b->n, more, &need))
		memory_exhausted();
	while (cap < need)
		if (__builtin_mul_overflow(cap, 2, &cap))
			memory_exhausted();
	/* what is there stays there: it may be whole lines of the output */
	if ((anew = realloc(b->s, cap)) == NULL)
		memory_exhausted();
	b->s = anew;
	b->cap = cap;
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	assert(n >= 0);
	buf_reserve(b, (size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(b->s + b->n, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->n += (size_t)n;
}

void
buf_whole_lines(struct buf *b)
{
	while (b->n > 0 && b->s[b->n - 1] != '\n')
		b->n--;
}

void
buf_clear(struct buf *b)
{
	b->n = 0;
}

void
buf_release(struct buf *b)
{
	free(b->s);
	*b = (struct buf){ 0 };
}

struct str
buf_view(const struct buf *b)
{
	return (struct str){ b->s, b->n };
}

/* How much of text[n] needs no escape; by eights, then one by one. */
static size_t
plain_length(const char *text, size_t n)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	const uint64_t high = UINT64_C(0x8080808080808080);
	size_t i = 0;

	for (; i + 8 <= n; i += 8) {
		uint64_t w, ascii, quote, slash, del;
		memcpy(&w, text + i, sizeof(w));
		ascii = w & ~high; /* what is beyond ASCII is plain */
		quote = ascii ^ (ones * '"');
		slash = ascii ^ (ones * '\\');
		del = ascii ^ (ones * 0x7f);
		/* a borrow can only be too careful */
		if ((((ascii - ones * 0x20) | (quote - ones) | (slash - ones) |
			 (del - ones)) &
			high & ~w) != 0)
			break;
	}
	for (; i < n; i++) {
		unsigned char c = (unsigned char)text[i];
		if (c < 0x20 || c == '"' || c == '\\' || c == 0x7f)
			break;
	}
	return i;
}

static void
add_escape(struct buf *b, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";

	switch (c) {
	case '"': buf_cstr(b, "\\\""); break;
	case '\\': buf_cstr(b, "\\\\"); break;
	case '\n': buf_cstr(b, "\\n"); break;
	case '\r': buf_cstr(b, "\\r"); break;
	case '\t': buf_cstr(b, "\\t"); break;
	default:
		buf_cstr(b, "\\u00");
		buf_char(b, hex[c >> 4]);
		buf_char(b, hex[c & 15]);
	}
}

void
buf_json_string(struct buf *b, struct str text)
{
	buf_char(b, '"');
	while (text.n > 0) {
		size_t plain = plain_length(text.s, text.n);
		buf_add(b, text.s, plain);
		if (plain == text.n)
			break;
		add_escape(b, (unsigned char)text.s[plain]);
		text.s += plain + 1;
		text.n -= plain + 1;
	}
	buf_char(b, '"');
}

/*
 * The common case of rates and thresholds, without printf: x is the double
 * nearest to a number of ten-thousandths.  The division is exactly rounded,
 * so what is printed reads back as x.
 */
static bool
short_decimal(struct buf *b, double x)
{
	double units = rint(x * 1e4);
	uint64_t whole, rest;

	if (!(units >= 0 && units < 1e15) || units / 1e4 != x || signbit(x))
		return false;
	whole = (uint64_t)units / 10000;
	rest = (uint64_t)units % 10000;
	buf_json_uint(b, whole);
	if (rest == 0)
		return true;
	buf_char(b, '.');
	for (uint64_t power = 1000; rest > 0; rest %= power, power /= 10)
		buf_char(b, (char)('0' + rest / power));
	return true;
}

/*
 * A fraction that fifteen decimals give back, as %.15g would write it: no
 * other decimal as short does, and the division is exactly rounded.
 */
static bool
short_fraction(struct buf *b, double x)
{
	double units;
	uint64_t rest;
	char text[17] = "0.";
	int n = 17;

	if (!(x >= 1e-4 && x < 1))
		return false;
	units = rint(x * 1e15);
	if (units / 1e15 != x)
		return false;
	rest = (uint64_t)units;
	for (int i = 16; i >= 2; i--, rest /= 10)
		text[i] = (char)('0' + rest % 10);
	while (text[n - 1] == '0')
		n--;
	buf_add(b, text, (size_t)n);
	return true;
}

void
buf_json_double(struct buf *b, double x)
{
	char text[40];

	if (!isfinite(x)) {
		buf_cstr(b, "null");
		return;
	}
	if (short_decimal(b, x) || short_fraction(b, x))
		return;
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, x);
		if (strtod(text, NULL) == x)
			break;
	}
	buf_cstr(b, text);
}

void
buf_json_uint(struct buf *b, uint64_t x)
{
	char text[24], *p = text + sizeof(text);

	do
		*--p = (char)('0' + x % 10);
	while ((x /= 10) != 0);
	buf_add(b, p, (size_t)(text + sizeof(text) - p));
}

static void
member_key(struct buf *b, const char *key)
{
	buf_cstr(b, ",\"");
	buf_cstr(b, key);
	buf_cstr(b, "\":");
}

void
buf_json_member(struct buf *b, const char *key, double x)
{
	member_key(b, key);
	buf_json_double(b, x);
}

void
buf_json_count(struct buf *b, const char *key, uint64_t n)
{
	member_key(b, key);
	buf_json_uint(b, n);
}

void
buf_json_bool(struct buf *b, bool x)
{
	buf_cstr(b, x ? "true" : "false");
}

void
buf_json_text(struct buf *b, const char *key, struct str text)
{
	buf_printf(b, ",\"%s\":", key);
	if (text.n == 0)
		buf_cstr(b, "null");
	else
		buf_json_string(b, text);
}
