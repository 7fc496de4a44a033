/*
 * The index of a text (json_index.h), by SSE2, AVX2 or AVX-512.
 *
 * Each set of instructions makes four masks of 64 bytes of text; what is
 * done with them is the same for all.  Text without escapes and beyond
 * ASCII takes no branch but those of the loop.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "record/json.h"
#include "record/json_index.h"

#if defined(__x86_64__)
#include <immintrin.h>

enum {
	BLOCK = 64, /* bytes, one bit of a mask each */
	SLACK = 2 * BLOCK, /* entries written beyond the last one */
};

struct marks {
	uint64_t quote, control, backslash, high; /* high: not ASCII */
};

struct indexer {
	const char *text;
	uint32_t *token, *escape; /* next free */
	unsigned escaped; /* 1: the next block's first byte is */
	unsigned rest; /* of a sequence: bytes in the next block */
};

#define INLINE static inline __attribute__((always_inline))
#define AVX2   __attribute__((target("avx2,bmi,bmi2,lzcnt,popcnt")))
#define AVX512                                                                 \
	__attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi2,avx2,"    \
			      "bmi,bmi2,lzcnt,popcnt")))

/* The offsets of the bits set; writes up to seven more than there are. */
INLINE uint32_t *
spread(uint32_t *out, uint64_t bits, uint32_t base)
{
	int n = __builtin_popcountll(bits);

	for (int done = 0; done < n; done += 8)
		for (int i = done; i < done + 8; i++) {
			/* of 0 the instructions differ, but nobody reads it */
			out[i] = base + (uint32_t)__builtin_ctzll(
					    bits | (UINT64_C(1) << 63));
			bits &= bits - 1;
		}
	return out + n;
}

/* The bytes that are escaped; notes where the escapes begin. */
INLINE uint64_t
find_escapes(struct indexer *x, uint64_t backslash, uint32_t base)
{
	uint64_t escaped = x->escaped;

	backslash &= ~escaped;
	x->escaped = 0;
	while (backslash != 0) {
		unsigned i = (unsigned)__builtin_ctzll(backslash);
		uint64_t next = UINT64_C(2) << i; /* 0 in the next block */
		*x->escape++ = base + i;
		x->escaped = next == 0;
		escaped |= next;
		backslash &= ~(next | (UINT64_C(1) << i));
	}
	return escaped;
}

/* The bytes at which UTF-8 goes wrong. */
INLINE uint64_t
find_bad_utf8(struct indexer *x, uint64_t high, uint32_t base)
{
	uint64_t bad = 0;

	high &= ~((UINT64_C(1) << x->rest) - 1);
	x->rest = 0;
	while (high != 0) {
		unsigned i = (unsigned)__builtin_ctzll(high);
		unsigned n = (unsigned)utf8_length(x->text + base + i);
		if (n == 0) {
			bad |= UINT64_C(1) << i;
			n = 1;
		}
		if (i + n >= BLOCK) {
			x->rest = i + n - BLOCK;
			break;
		}
		high &= ~(((UINT64_C(1) << n) - 1) << i);
	}
	return bad;
}

/*
 * The tokens among 64 bytes.
 *   utf8  they are known to be valid UTF-8 from end to end
 */
INLINE uint64_t
block_tokens(struct indexer *x, struct marks m, uint32_t base, bool utf8)
{
	uint64_t token = m.quote | m.control;

	if (__builtin_expect((m.backslash | x->escaped) != 0, 0))
		token =
		    (m.quote & ~find_escapes(x, m.backslash, base)) | m.control;
	if (__builtin_expect(m.high != 0, 0) && !utf8)
		token |= find_bad_utf8(x, m.high, base);
	return token;
}

/* The first n < 64 bytes of a block only. */
INLINE struct marks
only(struct marks m, size_t n)
{
	uint64_t keep = (UINT64_C(1) << n) - 1;

	return (struct marks){ m.quote & keep, m.control & keep,
		m.backslash & keep, m.high & keep };
}

INLINE struct marks
sse2_marks(const char *p)
{
	struct marks m = { 0 };

	for (int i = 0; i < BLOCK; i += 16) {
		__m128i x = _mm_loadu_si128((const __m128i *)(p + i));
#define MASK(v) ((uint64_t)(unsigned)_mm_movemask_epi8(v) << i)
		m.quote |= MASK(_mm_cmpeq_epi8(x, _mm_set1_epi8('"')));
		m.backslash |= MASK(_mm_cmpeq_epi8(x, _mm_set1_epi8('\\')));
		m.control |= MASK(
		    _mm_cmpeq_epi8(_mm_min_epu8(x, _mm_set1_epi8(0x1f)), x));
		m.high |= MASK(x);
#undef MASK
	}
	return m;
}

static void
index_sse2(struct indexer *x, size_t n)
{
	size_t at = 0;

	for (; at + BLOCK <= n; at += BLOCK)
		x->token = spread(x->token,
		    block_tokens(
			x, sse2_marks(x->text + at), (uint32_t)at, false),
		    (uint32_t)at);
	if (at < n)
		x->token = spread(x->token,
		    block_tokens(x, only(sse2_marks(x->text + at), n - at),
			(uint32_t)at, false),
		    (uint32_t)at);
}

AVX2 INLINE struct marks
avx2_marks(const char *p)
{
	__m256i a = _mm256_loadu_si256((const __m256i *)p);
	__m256i b = _mm256_loadu_si256((const __m256i *)(p + 32));
	const __m256i quote = _mm256_set1_epi8('"');
	const __m256i backslash = _mm256_set1_epi8('\\');
	const __m256i control = _mm256_set1_epi8(0x1f);

#define MASK(f)                                                                \
	((uint32_t)_mm256_movemask_epi8(f(a)) |                                \
	    (uint64_t)(uint32_t)_mm256_movemask_epi8(f(b)) << 32)
#define QUOTE(v)     _mm256_cmpeq_epi8(v, quote)
#define BACKSLASH(v) _mm256_cmpeq_epi8(v, backslash)
#define CONTROL(v)   _mm256_cmpeq_epi8(_mm256_min_epu8(v, control), v)
#define HIGH(v)      (v)
	return (struct marks){ MASK(QUOTE), MASK(CONTROL), MASK(BACKSLASH),
		MASK(HIGH) };
#undef MASK
#undef QUOTE
#undef BACKSLASH
#undef CONTROL
#undef HIGH
}

AVX2 static void
index_avx2(struct indexer *x, size_t n)
{
	size_t at = 0;

	for (; at + BLOCK <= n; at += BLOCK)
		x->token = spread(x->token,
		    block_tokens(
			x, avx2_marks(x->text + at), (uint32_t)at, false),
		    (uint32_t)at);
	if (at < n)
		x->token = spread(x->token,
		    block_tokens(x, only(avx2_marks(x->text + at), n - at),
			(uint32_t)at, false),
		    (uint32_t)at);
}

AVX512 INLINE struct marks
avx512_marks(const char *p)
{
	__m512i x = _mm512_loadu_si512(p);

	return (struct marks){ _mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8('"')),
		_mm512_cmplt_epu8_mask(x, _mm512_set1_epi8(0x20)),
		_mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8('\\')),
		_mm512_movepi8_mask(x) };
}

/*
 * Whether 64 bytes are UTF-8 throughout, without a look at each: bytes that
 * continue must stand where the leading ones want them, and nowhere else
 * (Unicode 15, table 3-7).  A sequence that goes on in the next block is
 * looked at to its end.
 */
AVX512 INLINE bool
avx512_utf8(struct indexer *state, const char *p, uint64_t high)
{
	__m512i x = _mm512_loadu_si512(p);
#define FROM(b) _mm512_cmpge_epu8_mask(x, _mm512_set1_epi8((char)(b)))
#define IS(b)   _mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8((char)(b)))
	uint64_t lead = FROM(0xc2), three = FROM(0xe0), four = FROM(0xf0);
	uint64_t tail = high & ~FROM(0xc0), a0 = FROM(0xa0), n90 = FROM(0x90);
	uint64_t wanted = ((UINT64_C(1) << state->rest) - 1) | lead << 1 |
			  three << 2 | four << 3;
	/* no overlong forms, no surrogates, nothing above U+10FFFF */
	uint64_t wrong = (IS(0xe0) << 1 & ~a0) | (IS(0xed) << 1 & a0) |
			 (IS(0xf0) << 1 & ~n90) | (IS(0xf4) << 1 & n90) |
			 FROM(0xf5);
#undef FROM
#undef IS
	unsigned last, n;

	if (wanted != tail || (lead | tail) != high || wrong != 0)
		return false;
	if ((lead >> 63 | three >> 62 | four >> 61) == 0) {
		state->rest = 0;
		return true;
	}
	last = 63 - (unsigned)__builtin_clzll(lead);
	if ((n = (unsigned)utf8_length(p + last)) == 0)
		return false;
	state->rest = last + n - BLOCK;
	return true;
}

/* The same as spread, sixteen at a time. */
AVX512 INLINE uint32_t *
spread_avx512(uint32_t *out, uint64_t bits, uint32_t base)
{
	static const uint8_t step[BLOCK] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
		11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26,
		27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42,
		43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58,
		59, 60, 61, 62, 63 };
	int n = __builtin_popcountll(bits);
	__m512i set =
	    _mm512_maskz_compress_epi8(bits, _mm512_loadu_si512(step));
	__m512i from = _mm512_set1_epi32((int)base);

#define SIXTEEN(i)                                                             \
	_mm512_storeu_si512(out + 16 * (i),                                    \
	    _mm512_add_epi32(from,                                             \
		_mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(set, i))))
	SIXTEEN(0);
	if (__builtin_expect(n > 16, 0)) {
		SIXTEEN(1);
		SIXTEEN(2);
		SIXTEEN(3);
	}
#undef SIXTEEN
	return out + n;
}

AVX512 static void
index_avx512(struct indexer *x, size_t n)
{
	size_t at = 0;

	for (; at + BLOCK <= n; at += BLOCK) {
		const char *p = x->text + at;
		struct marks m = avx512_marks(p);
		bool utf8 = m.high != 0 && avx512_utf8(x, p, m.high);
		x->token = spread_avx512(x->token,
		    block_tokens(x, m, (uint32_t)at, utf8), (uint32_t)at);
	}
	if (at < n)
		x->token = spread_avx512(x->token,
		    block_tokens(x, only(avx512_marks(x->text + at), n - at),
			(uint32_t)at, false),
		    (uint32_t)at);
}

static const struct kind {
	const char *name;
	void (*index)(struct indexer *, size_t n);
} kinds[] = {
	/* the best first */
	{ "avx512", index_avx512 },
	{ "avx2", index_avx2 },
	{ "sse2", index_sse2 },
	{ "scalar", NULL },
};

static bool
have(const char *name)
{
	if (strcmp(name, "avx512") == 0)
		return __builtin_cpu_supports("avx512f") &&
		       __builtin_cpu_supports("avx512bw") &&
		       __builtin_cpu_supports("avx512vl") &&
		       __builtin_cpu_supports("avx512vbmi2") &&
		       __builtin_cpu_supports("bmi2");
	if (strcmp(name, "avx2") == 0)
		return __builtin_cpu_supports("avx2") &&
		       __builtin_cpu_supports("bmi2");
	return true;
}

#else

struct indexer {
	const char *text;
	uint32_t *token, *escape;
};

enum { SLACK = 0 };

static const struct kind {
	const char *name;
	void (*index)(struct indexer *, size_t n);
} kinds[] = {
	{ "scalar", NULL },
};

static bool
have(const char *name)
{
	(void)name;
	return true;
}

#endif

static const struct kind *chosen;

int
json_index_choose(const char *name, struct err *e)
{
	size_t n = LENGTH(kinds);

	for (size_t i = 0; i < n; i++) {
		if (name != NULL && strcmp(name, kinds[i].name) != 0)
			continue;
		if (have(kinds[i].name)) {
			chosen = &kinds[i];
			return 0;
		}
		if (name != NULL)
			return err_set(e, STATUS_USAGE,
			    "HITL_SIMD: this processor has no %s", name);
	}
	err_set(e, STATUS_USAGE, "HITL_SIMD: %s is none of", name);
	for (size_t i = n; i-- > 0;) {
		size_t end = strlen(e->msg);
		snprintf(e->msg + end, sizeof(e->msg) - end, " %s%s",
		    kinds[i].name, i > 0 ? "," : "");
	}
	return -1;
}

bool
json_index_available(void)
{
	return chosen != NULL && chosen->index != NULL;
}

void
json_index_fill(struct json_index *i, const char *text, size_t n)
{
	struct indexer x = { .text = text };

	if (n > i->cap) {
		json_index_release(i);
		i->token = malloc((n + SLACK) * sizeof(*i->token));
		i->escape = malloc((n + SLACK) * sizeof(*i->escape));
		if (i->token == NULL || i->escape == NULL)
			memory_exhausted();
		i->cap = n;
	}
	x.token = i->token;
	x.escape = i->escape;
	chosen->index(&x, n);
	i->ntoken = (size_t)(x.token - i->token);
	i->nescape = (size_t)(x.escape - i->escape);
	*x.escape = UINT32_MAX;
}

void
json_index_release(struct json_index *i)
{
	free(i->token);
	free(i->escape);
	*i = (struct json_index){ 0 };
}
