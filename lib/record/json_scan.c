/*
 * The scanner (json_scan.h).
 *
 * A loop over values with an explicit stack, so that nesting costs no C
 * stack.  The text ends in a NUL, which is no JSON character anywhere:
 * every inner loop stops at it by itself and none compares with an end.
 */
#include <string.h>

#include "base/utf8.h"
#include "record/json_scan.h"
#include "record/json_values.h"

/* An open array or object. */
struct frame {
	const char *start;
	uint32_t node; /* FIELD_NONE: nothing below is wanted */
	uint32_t index; /* of the element in progress */
	bool is_array;
};

struct scan {
	const struct fields *fields;
	struct value *slot;
	const char *at; /* next byte */
	const char *what; /* went wrong, NULL so far */
	size_t depth;
	struct frame frame[JSON_DEPTH_MAX];
};

/* Eight bytes at once: is any a quote, a backslash, a control or not ASCII? */
static bool
all_plain(const char *p)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	const uint64_t high = UINT64_C(0x8080808080808080);
	uint64_t w, quote, slash;

	memcpy(&w, p, sizeof(w));
	quote = w ^ (ones * '"');
	slash = w ^ (ones * '\\');
	return ((w | (w - ones * 0x20) | (quote - ones) | (slash - ones)) &
		   high) == 0;
}

/* Behind the closing quote of the string whose opening one is at p. */
static const char *
scan_string(struct scan *s, const char *p, bool *escaped)
{
	size_t n;

	*escaped = false;
	for (p++;;) {
		while (all_plain(p))
			p += 8;
		unsigned char c = (unsigned char)*p;
		if (c == '"')
			return p + 1;
		if (c == '\\') {
			const char *next = json_escape_end(p);
			if (next == NULL) {
				s->what = "invalid escape in a string";
				break;
			}
			*escaped = true;
			p = next;
		} else if (c >= 0x80) {
			if ((n = utf8_length(p)) == 0) {
				s->what = "invalid UTF-8";
				break;
			}
			p += n;
		} else if (c < 0x20) {
			s->what = c == 0 ? "string without an end"
					 : "control character in a string";
			break;
		} else {
			p++;
		}
	}
	s->at = p;
	return NULL;
}

/* Behind the number at p. */
static const char *
scan_number(struct scan *s, const char *p)
{
	const char *end = json_number_end(p, &s->at);

	if (end == NULL)
		s->what = "invalid number";
	return end;
}

/* Behind the scalar at p; *v says what it is. */
static const char *
scan_scalar(struct scan *s, const char *p, struct value *v)
{
	const char *end = NULL;

	v->escaped = false;
	switch (*p) {
	case '"':
		v->type = JSON_STRING;
		end = scan_string(s, p, &v->escaped);
		break;
	case 't':
		v->type = JSON_TRUE;
		if (memcmp(p, "true", 4) == 0)
			end = p + 4;
		break;
	case 'f':
		v->type = JSON_FALSE;
		if (memcmp(p, "false", 5) == 0)
			end = p + 5;
		break;
	case 'n':
		v->type = JSON_NULL;
		if (memcmp(p, "null", 4) == 0)
			end = p + 4;
		break;
	case '-':
	case '0':
	case '1':
	case '2':
	case '3':
	case '4':
	case '5':
	case '6':
	case '7':
	case '8':
	case '9':
		v->type = JSON_NUMBER;
		end = scan_number(s, p);
		break;
	default: break;
	}
	if (end == NULL && s->what == NULL) {
		s->what = *p == '\0' ? "ends where a value is expected"
				     : "expected a value";
		s->at = p;
	}
	return end == NULL
		   ? NULL
		   : (v->text = (struct str){ p, (size_t)(end - p) }, end);
}

/* The wanted child for a key with escapes in it. */
static uint32_t
escaped_key(const struct scan *s, uint32_t node, struct str quoted)
{
	struct arena scratch = { 0 };
	struct value v = { quoted, JSON_STRING, true };
	struct str key = value_string(&v, &scratch);
	uint32_t child = fields_key(s->fields, node, key.s, key.n);

	arena_release(&scratch);
	return child;
}

/* Reads `"key" :` at p; returns what follows, and the wanted child. */
static const char *
scan_key(struct scan *s, const char *p, uint32_t node, uint32_t *child)
{
	const char *start = p;
	bool escaped;

	if (*p != '"') {
		s->what = "expected a key in quotes";
		s->at = p;
		return NULL;
	}
	if ((p = scan_string(s, p, &escaped)) == NULL)
		return NULL;
	*child = FIELD_NONE;
	if (node != FIELD_NONE && s->fields->node[node].child != FIELD_NONE) {
		size_t n = (size_t)(p - start);
		*child = escaped
			     ? escaped_key(s, node, (struct str){ start, n })
			     : fields_key(s->fields, node, start + 1, n - 2);
		if (*child != FIELD_NONE && s->slot[*child].type != JSON_ABSENT)
			slots_forget(s->fields, s->slot, *child);
	}
	p = json_skip_blanks(p);
	if (*p != ':') {
		s->what = "expected ':' after a key";
		s->at = p;
		return NULL;
	}
	return json_skip_blanks(p + 1);
}

static uint32_t
element_node(const struct scan *s, const struct frame *f)
{
	if (f->node == FIELD_NONE ||
	    s->fields->node[f->node].child == FIELD_NONE)
		return FIELD_NONE;
	return fields_index(s->fields, f->node, f->index);
}

static int
fail(struct scan *s, const char *p, const char *what)
{
	s->what = what;
	s->at = p;
	return -1;
}

/* One value at s->at, for `node`; leaves s->at behind it. */
static int
scan_value(struct scan *s, uint32_t node)
{
	const char *p = json_skip_blanks(s->at);
	struct frame *f;
	struct value v;

value:
	if (*p == '{' || *p == '[') {
		if (s->depth == JSON_DEPTH_MAX)
			return fail(s, p, "nested deeper than 512");
		f = &s->frame[s->depth++];
		*f = (struct frame){ p, node, 0, *p == '[' };
		p = json_skip_blanks(p + 1);
		if (*p == (f->is_array ? ']' : '}'))
			goto close;
		if (f->is_array) {
			node = element_node(s, f);
			goto value;
		}
		goto key;
	}
	if ((p = scan_scalar(s, p, &v)) == NULL)
		return -1;
	if (node != FIELD_NONE)
		s->slot[node] = v;

after:
	if (s->depth == 0) {
		s->at = p;
		return 0;
	}
	f = &s->frame[s->depth - 1];
	p = json_skip_blanks(p);
	if (*p == ',') {
		p = json_skip_blanks(p + 1);
		if (f->is_array) {
			f->index++;
			node = element_node(s, f);
			goto value;
		}
		goto key;
	}
	if (*p == (f->is_array ? ']' : '}'))
		goto close;
	return fail(s, p,
	    f->is_array ? "expected ',' or ']' in an array"
			: "expected ',' or '}' in an object");

key:
	if ((p = scan_key(s, p, f->node, &node)) == NULL)
		return -1;
	goto value;

close:
	p++;
	if (f->node != FIELD_NONE)
		s->slot[f->node] =
		    (struct value){ { f->start, (size_t)(p - f->start) },
			    f->is_array ? JSON_ARRAY : JSON_OBJECT, false };
	s->depth--;
	goto after;
}

static int
scan_text(struct scan *s, struct str text, uint32_t at, struct json_error *e)
{
	const char *end = text.s + text.n;

	s->at = text.s;
	s->what = NULL;
	s->depth = 0;
	if (scan_value(s, at) == 0) {
		s->at = json_skip_blanks(s->at);
		if (s->at == end)
			return 0;
		s->what = "something follows the value";
	}
	if (s->at < end && *s->at == '\0')
		s->what = "NUL byte";
	e->what = s->what;
	e->offset = (size_t)(s->at - text.s);
	return -1;
}

int
json_scan(const struct fields *f, struct str text, struct value *slot,
    struct json_error *e)
{
	struct scan s;

	s.fields = f;
	s.slot = slot;
	memset(slot, 0, f->n * sizeof(*slot));
	return scan_text(&s, text, 0, e);
}

int
json_scan_at(const struct fields *f, uint32_t at, struct str text,
    struct value *slot, struct json_error *e)
{
	struct scan s;

	s.fields = f;
	s.slot = slot;
	slots_forget(f, slot, at);
	return scan_text(&s, text, at, e);
}

int
json_check(struct str *text, struct arena *a, enum json_type *type,
    struct json_error *e)
{
	static struct field_node root = {
		.parent = FIELD_NONE, .child = FIELD_NONE, .sibling = FIELD_NONE
	};
	const struct fields none = { .node = &root, .n = 1 };
	char *copy = arena_new(a, char, text->n + 1 + JSON_PADDING);
	struct value v;

	if (text->n > 0)
		memcpy(copy, text->s, text->n);
	*text = (struct str){ copy, text->n };
	if (json_scan(&none, *text, &v, e) == -1)
		return -1;
	*type = v.type;
	return 0;
}
