/* JSON values as spans (json.h). */
#include <assert.h>
#include <string.h>

#include "base/utf8.h"
#include "record/json.h"

const char *
json_type_name(enum json_type type)
{
	static const char *const name[] = {
		[JSON_ABSENT] = "null",
		[JSON_NULL] = "null",
		[JSON_FALSE] = "boolean",
		[JSON_TRUE] = "boolean",
		[JSON_NUMBER] = "number",
		[JSON_STRING] = "string",
		[JSON_ARRAY] = "array",
		[JSON_OBJECT] = "object",
	};

	return name[type];
}

bool
value_is_null(const struct value *v)
{
	return v->type == JSON_ABSENT || v->type == JSON_NULL;
}

int
value_bool(const struct value *v)
{
	return v->type == JSON_TRUE ? 1 : v->type == JSON_FALSE ? 0 : -1;
}

void
buf_value(struct buf *out, const struct value *v)
{
	buf_str(out, value_is_null(v) ? STR("null") : v->text);
}

bool
value_truthy(const struct value *v)
{
	return !value_is_null(v) && v->type != JSON_FALSE;
}

static uint32_t
hex4(const char *s)
{
	uint32_t x = 0;

	for (int i = 0; i < 4; i++) {
		char c = s[i];
		x = x << 4 |
		    (uint32_t)(c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
	}
	return x;
}

/* The code point of \uXXXX at s (behind the \u), and how far it reaches. */
static uint32_t
unicode_escape(const char *s, const char *end, size_t *length)
{
	uint32_t c = hex4(s), low;

	*length = 4;
	if (c < 0xd800 || c > 0xdfff)
		return c;
	if (c < 0xdc00 && end - s >= 10 && s[4] == '\\' && s[5] == 'u') {
		low = hex4(s + 6);
		if (low >= 0xdc00 && low <= 0xdfff) {
			*length = 10;
			return 0x10000 + ((c - 0xd800) << 10 | (low - 0xdc00));
		}
	}
	return 0xfffd;
}

bool
json_has_half_pair(struct str text)
{
	const char *s = text.s, *end = text.s + text.n;
	size_t length;

	while (s < end && (s = memchr(s, '\\', (size_t)(end - s))) != NULL) {
		s += 2;
		if (s[-1] != 'u')
			continue;
		if (unicode_escape(s, end, &length) == 0xfffd &&
		    hex4(s) != 0xfffd)
			return true;
		s += length;
	}
	return false;
}

struct str
value_string(const struct value *v, struct arena *a)
{
	const char *s = v->text.s + 1, *end = v->text.s + v->text.n - 1;
	char *to, *start;
	size_t length;

	assert(v->type == JSON_STRING);
	if (!v->escaped)
		return (struct str){ s, v->text.n - 2 };
	start = to = arena_new(a, char, v->text.n);
	while (s < end) {
		if (*s != '\\') {
			*to++ = *s++;
			continue;
		}
		switch (s[1]) {
		case 'b': *to++ = '\b'; break;
		case 'f': *to++ = '\f'; break;
		case 'n': *to++ = '\n'; break;
		case 'r': *to++ = '\r'; break;
		case 't': *to++ = '\t'; break;
		case 'u':
			to += utf8_put(to, unicode_escape(s + 2, end, &length));
			s += length;
			break;
		default: *to++ = s[1]; break; /* " \ / */
		}
		s += 2;
	}
	return (struct str){ start, (size_t)(to - start) };
}

struct str
value_name(const struct value *v, struct arena *a)
{
	if (v->type == JSON_STRING)
		return value_string(v, a);
	return v->type == JSON_ABSENT ? STR("null") : v->text;
}

size_t
json_depth(struct str text)
{
	size_t depth = 0, most = 0;
	bool quoted = false;

	for (size_t i = 0; i < text.n; i++) {
		char c = text.s[i];
		if (quoted && c == '\\')
			i++;
		else if (c == '"')
			quoted = !quoted;
		else if (!quoted && (c == '[' || c == '{'))
			depth++;
		else if (!quoted && (c == ']' || c == '}'))
			depth--;
		if (depth > most)
			most = depth;
	}
	return most;
}

void
buf_json_line(struct buf *b, struct str text)
{
	size_t start = b->n;

	buf_str(b, text);
	/* outside of strings such bytes are blanks, inside there are none */
	for (size_t i = start; i < b->n; i++)
		if (b->s[i] == '\n' || b->s[i] == '\r' || b->s[i] == '\t')
			b->s[i] = ' ';
}
