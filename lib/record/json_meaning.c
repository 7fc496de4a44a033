/* What a JSON value means, as text (json_meaning.h). */
#include <stdlib.h>
#include <string.h>

#include "record/json_meaning.h"

enum { EXPONENT_DIGITS = 18 }; /* that always fit */

struct meaning {
	struct buf *out;
	struct arena *scratch;
	bool exact; /* to compare: numbers by their value, strings short */
};

static void write_meaning(const struct meaning *, const struct json *);

static int
by_key(const void *pa, const void *pb)
{
	const struct json_member *const *a = pa, *const *b = pb;
	int order = str_cmp((*a)->key, (*b)->key);

	/* of the same key, the later one is what jq sees: it stays last */
	return order != 0 ? order : (*a > *b) - (*a < *b);
}

/*
 * Escapes what it must and no more, so that none is longer than it was spelled.
 */
static void
write_shortly(struct buf *out, struct str text)
{
	buf_char(out, '"');
	for (size_t i = 0; i < text.n; i++) {
		if (text.s[i] == '"' || text.s[i] == '\\')
			buf_char(out, '\\');
		buf_char(out, text.s[i]);
	}
	buf_char(out, '"');
}

static void
write_string(const struct meaning *m, struct str text)
{
	if (m->exact)
		write_shortly(m->out, text);
	else
		buf_json_string(m->out, text);
}

static void
write_object(const struct meaning *m, const struct json *j)
{
	const struct json_member **sorted =
	    arena_new(m->scratch, const struct json_member *, j->n + 1);
	const char *comma = "";
	struct buf *out = m->out;

	for (size_t i = 0; i < j->n; i++)
		sorted[i] = &j->member[i];
	qsort(sorted, j->n, sizeof(*sorted), by_key);
	buf_char(out, '{');
	for (size_t i = 0; i < j->n; i++) {
		if (i + 1 < j->n && str_eq(sorted[i]->key, sorted[i + 1]->key))
			continue;
		buf_cstr(out, comma);
		comma = ",";
		write_string(m, sorted[i]->key);
		buf_char(out, ':');
		write_meaning(m, &sorted[i]->json);
	}
	buf_char(out, '}');
}

/* What an exponent says; false if it has too many digits to be kept. */
static bool
read_exponent(const char *p, const char *end, int64_t *x)
{
	bool minus = p < end && *p == '-';

	*x = 0;
	p += p < end && (*p == '-' || *p == '+');
	while (p < end && *p == '0')
		p++;
	if (end - p > EXPONENT_DIGITS)
		return false;
	for (; p < end; p++)
		*x = *x * 10 + (*p - '0');
	*x = minus ? -*x : *x;
	return true;
}

/* Its digits without zeros at either end, and where the point goes. */
static void
write_exactly(const struct meaning *m, struct str text)
{
	const char *p = text.s, *end = text.s + text.n, *e = p;
	struct buf *out = m->out;
	size_t start = out->n, digits;
	bool fraction = false;
	int64_t exponent;

	while (e < end && (*e | 0x20) != 'e')
		e++;
	if (!read_exponent(e + (e < end), end, &exponent)) {
		buf_str(out, text);
		return;
	}
	if (*p == '-')
		buf_char(out, *p++);
	digits = out->n;
	for (; p < e; p++) {
		if (*p == '.') {
			fraction = true;
			continue;
		}
		exponent -= fraction;
		if (out->n > digits || *p != '0')
			buf_char(out, *p);
	}
	for (; out->n > digits && out->s[out->n - 1] == '0'; exponent++)
		out->n--;
	if (out->n == digits) {
		out->n = start;
		buf_char(out, '0');
	} else if (exponent != 0) {
		buf_printf(out, "e%lld", (long long)exponent);
	}
}

static void
write_meaning(const struct meaning *m, const struct json *j)
{
	struct buf *out = m->out;

	switch (j->value.type) {
	case JSON_OBJECT: write_object(m, j); break;
	case JSON_ARRAY:
		buf_char(out, '[');
		for (size_t i = 0; i < j->n; i++) {
			if (i > 0)
				buf_char(out, ',');
			write_meaning(m, &j->element[i]);
		}
		buf_char(out, ']');
		break;
	case JSON_STRING: write_string(m, j->string); break;
	case JSON_NUMBER:
		if (m->exact) {
			write_exactly(m, j->value.text);
			break;
		}
		/* fallthrough */
	default: buf_str(out, j->value.text); break;
	}
}

void
buf_json_meaning(struct buf *out, const struct json *j, struct arena *scratch)
{
	write_meaning(&(struct meaning){ out, scratch, false }, j);
}

/* Most are strings that are spelled the way we would. */
static bool
is_plain_string(struct str text)
{
	return text.n > 0 && text.s[0] == '"' &&
	       memchr(text.s, '\\', text.n) == NULL;
}

/* An object or a list whose tree would be too large to be made. */
static bool
is_long(struct str text)
{
	text = str_trim(text);
	return text.n > JSON_MEANING_MOST &&
	       (text.s[0] == '{' || text.s[0] == '[');
}

struct str
json_meaning(struct str text, struct arena *a)
{
	struct buf out = { 0 };
	const struct json *j;
	struct str meaning;
	struct err e;

	if (text.n == 0 || is_plain_string(text) || is_long(text) ||
	    (j = json_parse(text, a, &e)) == NULL || json_has_half_pair(text))
		return text;
	write_meaning(&(struct meaning){ &out, a, true }, j);
	meaning = arena_str(a, buf_view(&out));
	buf_release(&out);
	return meaning;
}
