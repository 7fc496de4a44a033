/* The fast scanner (json_walk.h). */
#include "record/json_walk.h"
#include "record/json_values.h"

/* An open container. */
struct open {
	const char *start;
	uint32_t node; /* whose place it is, FIELD_NONE: not wanted */
	uint32_t index; /* of an array: of the element in progress */
};

enum kind { KIND_NONE, KIND_STRING, KIND_NUMBER, KIND_WORD, KIND_OPEN };

static const uint8_t kind_of[256] = {
	['"'] = KIND_STRING,
	['-'] = KIND_NUMBER,
	['0'] = KIND_NUMBER,
	['1'] = KIND_NUMBER,
	['2'] = KIND_NUMBER,
	['3'] = KIND_NUMBER,
	['4'] = KIND_NUMBER,
	['5'] = KIND_NUMBER,
	['6'] = KIND_NUMBER,
	['7'] = KIND_NUMBER,
	['8'] = KIND_NUMBER,
	['9'] = KIND_NUMBER,
	['t'] = KIND_WORD,
	['f'] = KIND_WORD,
	['n'] = KIND_WORD,
	['{'] = KIND_OPEN,
	['['] = KIND_OPEN,
};

static __attribute__((noinline)) const char *
skip_blanks(const char *p)
{
	while (*p == ' ' || *p == '\t' || *p == '\r')
		p++;
	return p;
}

/* Over blanks, and over the tokens that tabs and CRs among them are. */
#define BLANKS()                                                               \
	do {                                                                   \
		if (__builtin_expect((unsigned char)*p <= ' ', 0)) {           \
			p = skip_blanks(p);                                    \
			while (text + *token < p)                              \
				token++;                                       \
		}                                                              \
	} while (0)

/* From the string at p to its `end`; both quotes are tokens. */
#define STRING()                                                               \
	do {                                                                   \
		if (text + token[0] != p || text[token[1]] != '"')             \
			return NULL;                                           \
		end = text + token[1] + 1;                                     \
		token += 2;                                                    \
		escaped = text + *escape < end;                                \
		if (__builtin_expect(escaped, 0) &&                            \
		    (escape = json_escapes_end(text, escape, end)) == NULL)    \
			return NULL;                                           \
	} while (0)

/*
 * One function for all of the grammar: where it stands is in registers, and
 * what comes next is a jump.
 */
const char *
json_walk_line(struct json_walk *w, const struct fields *f, const char *line,
    struct value *slot)
{
	struct open stack[JSON_DEPTH_MAX + 1], *top = stack;
	const char *const text = w->text;
	const uint32_t *token = w->token, *escape = w->escape;
	const char *p = line, *end;
	uint32_t node = FIELD_NONE; /* as top->node, if it has children */
	uint32_t child = 0; /* what the value at p is wanted for */
	enum json_type type;
	bool is_array, escaped;

	slots_clear(f, slot);
	BLANKS();
	if (*p != '{')
		return NULL;

open: /* p: at a { or [ */
	if (top == stack + JSON_DEPTH_MAX)
		return NULL;
	is_array = *p == '[';
	*++top = (struct open){ p++, child, is_array ? 0 : FIELD_NONE };
	node = child != FIELD_NONE && f->node[child].child != FIELD_NONE
		   ? child
		   : FIELD_NONE;
	BLANKS();
	if (is_array) {
		if (*p == ']')
			goto close;
		goto element;
	}
	if (*p == '}')
		goto close;

member: /* p: at a key, in an object */
	if (*p != '"')
		return NULL;
	STRING();
	child = FIELD_NONE;
	if (node != FIELD_NONE) {
		if (escaped)
			return NULL;
		child = fields_find(f, node, p + 1, (size_t)(end - p) - 2);
	}
	p = end;
	BLANKS();
	if (*p++ != ':')
		return NULL;
	BLANKS();
	if (child != FIELD_NONE && slot[child].type != JSON_ABSENT)
		slots_forget(f, slot, child);

value: /* p: at a value */
	escaped = false;
	switch (kind_of[(unsigned char)*p]) {
	case KIND_STRING:
		STRING();
		type = JSON_STRING;
		break;
	case KIND_NUMBER:
		if ((end = json_number(p)) == NULL)
			return NULL;
		type = JSON_NUMBER;
		break;
	case KIND_WORD: {
		const struct json_word *word = json_word(p);
		if (word == NULL)
			return NULL;
		end = p + word->n;
		type = word->type;
		break;
	}
	case KIND_OPEN: goto open;
	default: return NULL;
	}
	if (child != FIELD_NONE)
		slot[child] =
		    (struct value){ { p, (size_t)(end - p) }, type, escaped };
	p = end;

next: /* p: behind a value */
	BLANKS();
	if (*p == ',') {
		p++;
		BLANKS();
		if (top->index == FIELD_NONE)
			goto member;
		top->index++;
	element:
		child = node == FIELD_NONE ? FIELD_NONE
					   : fields_index(f, node, top->index);
		goto value;
	}
	if (*p != (top->index == FIELD_NONE ? '}' : ']'))
		return NULL;

close: /* p: at the bracket that closes */
	p++;
	if (top->node != FIELD_NONE)
		slot[top->node] =
		    (struct value){ { top->start, (size_t)(p - top->start) },
			    p[-1] == ']' ? JSON_ARRAY : JSON_OBJECT, false };
	if (--top > stack) {
		node = top->node != FIELD_NONE &&
			       f->node[top->node].child != FIELD_NONE
			   ? top->node
			   : FIELD_NONE;
		goto next;
	}
	if (*p != '\n') {
		BLANKS();
		if (*p != '\n')
			return NULL;
	}
	w->token = token + 1;
	w->escape = escape;
	return p;
}

void
json_walk_start(struct json_walk *w, const char *text, size_t n)
{
	json_index_fill(&w->index, text, n);
	w->text = text;
	w->token = w->index.token;
	w->escape = w->index.escape;
}

void
json_walk_skip(struct json_walk *w, const char *line)
{
	const uint32_t *end = w->index.token + w->index.ntoken;
	uint32_t at = (uint32_t)(line - w->text);

	while (w->token < end && *w->token < at)
		w->token++;
	while (*w->escape < at)
		w->escape++;
}

void
json_walk_release(struct json_walk *w)
{
	json_index_release(&w->index);
}
