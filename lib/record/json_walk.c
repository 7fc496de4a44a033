/* The fast scanner (json_walk.h). */
#include <string.h>

#include "record/json_walk.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

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

/* true, false, null by their first letter, as eight bytes and a mask. */
struct word {
	uint64_t bytes, mask;
	uint32_t n;
	enum json_type type;
};

static const struct word *
word_at(const char *p)
{
#define BYTES(a, b, c, d, e)                                                   \
	((uint64_t)(a) | (uint64_t)(b) << 8 | (uint64_t)(c) << 16 |            \
	    (uint64_t)(d) << 24 | (uint64_t)(e) << 32)
	static const struct word words[3] = {
		{ BYTES('t', 'r', 'u', 'e', 0), UINT64_C(0xffffffff), 4,
		    JSON_TRUE },
		{ BYTES('f', 'a', 'l', 's', 'e'), UINT64_C(0xffffffffff), 5,
		    JSON_FALSE },
		{ BYTES('n', 'u', 'l', 'l', 0), UINT64_C(0xffffffff), 4,
		    JSON_NULL },
	};
#undef BYTES
	/* no branch on what it is: a bool is as good as random */
	const struct word *w = &words[(*p == 'f') + 2 * (*p == 'n')];
	uint64_t x;

	memcpy(&x, p, sizeof(x));
	return (x & w->mask) == w->bytes ? w : NULL;
}

/* Behind the digits at p. */
static const char *
skip_digits(const char *p)
{
	while (*p >= '0' && *p <= '9')
		p++;
	return p;
}

/* Behind the number at p; NULL if it is none (RFC 8259, section 6). */
static __attribute__((noinline)) const char *
any_number_end(const char *p)
{
	const char *start = p += *p == '-';

	p = skip_digits(p);
	if (p == start || (*start == '0' && p - start > 1))
		return NULL;
	if (*p == '.') {
		start = ++p;
		if ((p = skip_digits(p)) == start)
			return NULL;
	}
	if ((*p | 0x20) == 'e') {
		p++;
		start = p += *p == '+' || *p == '-';
		if ((p = skip_digits(p)) == start)
			return NULL;
	}
	return p;
}

#ifdef __SSE2__
/* A bit for each of 32 bytes: not a digit. */
static inline uint32_t
not_digits(const char *p)
{
	const __m128i zero = _mm_set1_epi8('0'), nine = _mm_set1_epi8(9);
	__m128i a = _mm_sub_epi8(_mm_loadu_si128((const __m128i *)p), zero);
	__m128i b = _mm_sub_epi8(_mm_loadu_si128((const __m128i *)p + 1), zero);
	uint32_t low = (uint32_t)_mm_movemask_epi8(
	    _mm_cmpeq_epi8(_mm_min_epu8(a, nine), a));
	uint32_t high = (uint32_t)_mm_movemask_epi8(
	    _mm_cmpeq_epi8(_mm_min_epu8(b, nine), b));

	return ~(low | high << 16);
}

/* The same for numbers without an exponent, below 32 bytes, in one look. */
static inline const char *
number_end(const char *p)
{
	const char *start = p + (*p == '-');
	uint32_t other = not_digits(start) | UINT32_C(1) << 31, fraction;
	int n = __builtin_ctz(other);

	if (__builtin_expect((n == 0) | ((*start == '0') & (n > 1)), 0))
		return NULL;
	other &= other - 1;
	fraction = start[n] == '.';
	if (fraction) {
		int m = __builtin_ctz(other | UINT32_C(1) << 31) - n - 1;
		if (m == 0)
			return NULL;
		n += 1 + m;
	}
	if (__builtin_expect((n >= 31) | ((start[n] | 0x20) == 'e'), 0))
		return any_number_end(p);
	return start + n;
}
#else
#define number_end any_number_end
#endif

static bool
is_hex(char c)
{
	return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'f');
}

static bool
escape_valid(const char *p)
{
	switch (p[1]) {
	case '"':
	case '\\':
	case '/':
	case 'b':
	case 'f':
	case 'n':
	case 'r':
	case 't': return true;
	case 'u':
		return is_hex(p[2]) && is_hex(p[3]) && is_hex(p[4]) &&
		       is_hex(p[5]);
	default: return false;
	}
}

/* Behind the escapes before `end`; NULL if one is wrong. */
static __attribute__((noinline)) const uint32_t *
take_escapes(const char *text, const uint32_t *escape, const char *end)
{
	for (; text + *escape < end; escape++)
		if (!escape_valid(text + *escape))
			return NULL;
	return escape;
}

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
		    (escape = take_escapes(text, escape, end)) == NULL)        \
			return NULL;                                           \
	} while (0)

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

	memset(slot, 0, f->n * sizeof(*slot));
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
		if ((end = number_end(p)) == NULL)
			return NULL;
		type = JSON_NUMBER;
		break;
	case KIND_WORD: {
		const struct word *word = word_at(p);
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
