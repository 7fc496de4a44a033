/*
 * The scalars of JSON as the walkers check them: inline, because they are
 * most of what there is to do.  JSON_PADDING bytes are readable behind all.
 */
#ifndef HITL_RECORD_JSON_VALUES_H
#define HITL_RECORD_JSON_VALUES_H

#include <string.h>

#include "base/ascii.h"
#include "record/json.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/*
 * Behind the number at p, of any length (RFC 8259, section 6); NULL if it is
 * none, with the byte it is not because of.
 */
const char *json_number_end(const char *p, const char **wrong);

/* Behind the escape whose backslash is at p; NULL if it is none. */
const char *json_escape_end(const char *p);

/* Behind the escapes before `end`; NULL if one of them is wrong. */
const uint32_t *
json_escapes_end(const char *text, const uint32_t *escape, const char *end);

/* The string at *p of a text that is known to be JSON; *p moves behind it. */
struct value json_string_span(const char **p);

static inline const char *
json_skip_blanks(const char *p)
{
	while (ascii_is_blank(*p))
		p++;
	return p;
}

/* true, false, null by their first letter, as eight bytes and a mask. */
struct json_word {
	uint64_t bytes, mask;
	uint32_t n;
	enum json_type type;
};

static inline const struct json_word *
json_word(const char *p)
{
#define BYTES(a, b, c, d, e)                                                   \
	((uint64_t)(a) | (uint64_t)(b) << 8 | (uint64_t)(c) << 16 |            \
	    (uint64_t)(d) << 24 | (uint64_t)(e) << 32)
	static const struct json_word words[3] = {
		{ BYTES('t', 'r', 'u', 'e', 0), UINT64_C(0xffffffff), 4,
		    JSON_TRUE },
		{ BYTES('f', 'a', 'l', 's', 'e'), UINT64_C(0xffffffffff), 5,
		    JSON_FALSE },
		{ BYTES('n', 'u', 'l', 'l', 0), UINT64_C(0xffffffff), 4,
		    JSON_NULL },
	};
#undef BYTES
	/* no branch on what it is: a bool is as good as random */
	const struct json_word *w = &words[(*p == 'f') + 2 * (*p == 'n')];
	uint64_t x;

	memcpy(&x, p, sizeof(x));
	return (x & w->mask) == w->bytes ? w : NULL;
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

/*
 * The same in one look for what most numbers are: below 32 bytes, without an
 * exponent, and with a comma or a bracket behind.
 */
static inline const char *
json_number(const char *p)
{
	const char *start = p + (*p == '-'), *wrong;
	uint32_t other = not_digits(start) | UINT32_C(1) << 31;
	int n = __builtin_ctz(other);

	if (n != 1 && (n == 0 || *start == '0'))
		return NULL;
	if (start[n] == '.') {
		int m = n + 1;
		other = (other & (other - 1)) | UINT32_C(1) << 31;
		n = __builtin_ctz(other);
		if (n == m)
			return NULL;
	}
	if (start[n] == ',' || start[n] == '}' || start[n] == ']')
		return start + n;
	return json_number_end(p, &wrong);
}
#else
static inline const char *
json_number(const char *p)
{
	const char *wrong;

	return json_number_end(p, &wrong);
}
#endif

#endif
