/* Conditions by what they ask of each path (batch.h). */
#include <math.h>
#include <string.h>

#include "expr/batch.h"
#include "expr/flat_test.h"
#include "record/number.h"

enum { MOST = 64 }; /* tests, one bit each; the first of condition i is i */

/*
 * A comparison with a number is an interval, or all that is not in one: with
 * the literal x and the next number x', `< x` is below x, `<= x` below x',
 * `== x` both from x on and below x'.
 */
struct interval {
	double from, below;
	uint64_t bit;
};

struct word {
	uint64_t first, mask; /* as in struct flat_test */
	struct str string;
	uint64_t bit;
};

/* What is asked of a path. */
struct asked {
	uint32_t node, above; /* as in struct flat_test */
	uint32_t ninterval, nword;
	uint64_t all; /* tests of it */
	uint64_t numbers, words; /* those that compare with one */
	uint64_t unclear; /* those that a string leaves open */
	uint64_t by_type[JSON_OBJECT + 1]; /* those that hold for all of it */
	struct interval *interval;
	struct word *word;
};

/* Several tests that must hold together. */
struct together {
	uint64_t mask;
	uint64_t bit; /* of the condition */
};

struct batch {
	size_t nasked, ntogether;
	struct asked *asked;
	struct together *together;
	uint64_t flip; /* tests whose bit says that they do not hold */
	uint64_t single; /* conditions of one test */
	uint64_t others; /* those that are no such thing */
};

/* Whether all its tests must hold, but those in *flip, which must not. */
static bool
is_conjunction(const struct flat *f, uint64_t *flip)
{
	*flip = 0;
	for (size_t i = 0; i < f->n; i++) {
		size_t next = i + 1 < f->n ? i + 1 : (size_t)GO_TRUE;
		if (f->test[i].no == next && f->test[i].yes == GO_FALSE)
			*flip |= UINT64_C(1) << i;
		else if (f->test[i].yes != next || f->test[i].no != GO_FALSE)
			return false;
	}
	return true;
}

static struct asked *
find_asked(struct batch *b, const struct flat_test *t, struct arena *scratch)
{
	struct asked *x;

	for (size_t i = 0; i < b->nasked; i++)
		if (b->asked[i].node == t->node)
			return &b->asked[i];
	x = &b->asked[b->nasked++];
	*x = (struct asked){ .node = t->node, .above = t->above };
	x->interval = arena_new(scratch, struct interval, MOST);
	x->word = arena_new(scratch, struct word, MOST);
	return x;
}

static struct interval
interval_of(double x, unsigned holds)
{
	double next = nextafter(x, INFINITY);

	return (struct interval){
		(holds & BELOW) != 0   ? -INFINITY
		: (holds & EQUAL) != 0 ? x
				       : next,
		(holds & ABOVE) != 0   ? INFINITY
		: (holds & EQUAL) != 0 ? next
				       : x,
		0,
	};
}

/* What the type of the value alone says. */
static bool
holds_for_type(const struct flat_test *t, enum json_type type)
{
	if (t->kind == TRUTH)
		return type > JSON_FALSE;
	if (type != t->type)
		return flat_other_type(t, type);
	return t->kind == OTHER && type != JSON_STRING &&
	       (t->holds & EQUAL) != 0;
}

/* Notes the test; whether its bit says that it does not hold. */
static bool
add_test(struct asked *x, const struct flat_test *t, uint64_t bit)
{
	bool unequal = t->kind != TRUTH && t->holds == (BELOW | ABOVE);

	x->all |= bit;
	for (int type = JSON_NULL; type <= JSON_OBJECT; type++)
		if (holds_for_type(t, (enum json_type)type) != unequal)
			x->by_type[type] |= bit;
	if (t->kind == NUMBER) {
		x->numbers |= bit;
		x->by_type[JSON_NUMBER] &= ~bit;
		x->interval[x->ninterval] =
		    interval_of(t->number, unequal ? EQUAL : t->holds);
		x->interval[x->ninterval++].bit = bit;
	} else if (t->kind == SAME_STRING) {
		x->words |= bit;
		x->by_type[JSON_STRING] &= ~bit;
		x->word[x->nword++] =
		    (struct word){ t->first, t->mask, t->string, bit };
	} else if (t->kind == OTHER && t->type == JSON_STRING) {
		x->unclear |= bit;
	}
	return unequal;
}

/* The tests of condition k; `next`: the first bit that is free. */
static void
add_condition(struct batch *b, size_t k, const struct flat *f, uint64_t negated,
    size_t next, struct arena *scratch)
{
	uint64_t mask = 0;

	for (size_t i = 0; i < f->n; i++) {
		uint64_t bit = UINT64_C(1) << (i == 0 ? k : next++);
		bool flip = (negated >> i & 1) != 0;
		const struct flat_test *t = &f->test[i];
		if (add_test(find_asked(b, t, scratch), t, bit))
			flip = !flip;
		if (flip)
			b->flip |= bit;
		mask |= bit;
	}
	if (f->n == 1)
		b->single |= mask;
	else
		b->together[b->ntogether++] =
		    (struct together){ mask, UINT64_C(1) << k };
}

/* What a record is compared with, side by side. */
static void
pack(struct batch *b, struct arena *a)
{
	struct interval *interval = arena_new(a, struct interval, MOST);
	struct word *word = arena_new(a, struct word, MOST);

	for (size_t i = 0; i < b->nasked; i++) {
		struct asked *x = &b->asked[i];
		memcpy(interval, x->interval, x->ninterval * sizeof(*interval));
		memcpy(word, x->word, x->nword * sizeof(*word));
		x->interval = interval;
		x->word = word;
		interval += x->ninterval;
		word += x->nword;
	}
}

struct batch *
batch_compile(const struct flat *const *list, size_t n, struct arena *a)
{
	struct batch *b = arena_new(a, struct batch, 1);
	struct arena scratch = { 0 };
	size_t next = n;
	uint64_t negated;

	b->asked = arena_new(a, struct asked, MOST);
	b->together = arena_new(a, struct together, n + 1);
	for (size_t k = 0; k < n; k++) {
		const struct flat *f = list[k];
		if (f == NULL || next + f->n - 1 > MOST ||
		    !is_conjunction(f, &negated)) {
			b->others |= UINT64_C(1) << k;
			continue;
		}
		add_condition(b, k, f, negated, next, &scratch);
		next += f->n - 1;
	}
	pack(b, a);
	arena_release(&scratch);
	return b;
}

/* Those of the comparisons with numbers that hold; 0 and doubts on doubt. */
static inline uint64_t
number_bits(const struct asked *x, struct str text, uint64_t serial,
    struct memo *memo, uint64_t *doubts)
{
	double number = number_value(text);
	uint64_t bits = 0;

	if (!(fabs(number) < 1e300)) {
		*doubts |= x->numbers; /* libjq might hold it as infinite */
		return 0;
	}
	*memo = (struct memo){ serial, number };
	for (uint32_t i = 0; i < x->ninterval; i++) {
		const struct interval *v = &x->interval[i];
		uint64_t in = (number >= v->from) & (number < v->below);
		bits |= -in & v->bit;
	}
	return bits;
}

/* The same for strings. */
static inline uint64_t
string_bits(const struct asked *x, const struct value *v, uint64_t *doubts)
{
	uint64_t first, bits = 0;

	*doubts |= x->unclear;
	if (v->escaped) {
		*doubts |= x->words;
		return 0;
	}
	memcpy(&first, v->text.s + 1, sizeof(first));
	for (uint32_t i = 0; i < x->nword; i++) {
		const struct word *w = &x->word[i];
		uint64_t is = (v->text.n == w->string.n + 2) &
			      ((first & w->mask) == w->first);
		if (__builtin_expect((w->string.n > sizeof(first)) & is, 0))
			is = memcmp(v->text.s + 1, w->string.s, w->string.n) ==
			     0;
		bits |= -is & w->bit;
	}
	return bits;
}

uint64_t
batch_truth(const struct batch *b, const struct record *r, struct memo *memo,
    uint64_t *unsure)
{
	uint64_t bits = 0, doubts = 0, hold;

	for (size_t i = 0; i < b->nasked; i++) {
		const struct asked *x = &b->asked[i];
		const struct value *v = &r->slot[x->node];
		enum json_type type = v->type;
		if (type == JSON_ABSENT) {
			if (flat_leads_to_null(x->above, r))
				type = JSON_NULL;
			else
				doubts |= x->all;
		} else if (type == JSON_NUMBER && x->ninterval > 0) {
			bits |= number_bits(
			    x, v->text, r->serial, &memo[x->node], &doubts);
		} else if (type == JSON_STRING) {
			bits |= string_bits(x, v, &doubts);
		}
		bits |= x->by_type[type];
	}
	bits = (bits ^ b->flip) & ~doubts;
	hold = bits & b->single;
	*unsure = b->others | (doubts & b->single);
	for (size_t k = 0; k < b->ntogether; k++) {
		const struct together *t = &b->together[k];
		hold |= (bits & t->mask) == t->mask ? t->bit : 0;
		*unsure |= (doubts & t->mask) != 0 ? t->bit : 0;
	}
	return hold;
}
