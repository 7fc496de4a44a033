/* One review (review.h). */
#include <math.h>
#include <string.h>

#include "policy/review.h"
#include "policy/fieldvalue.h"
#include "record/json_meaning.h"
#include "record/number.h"

const char *const review_text_words[] = {
	[REVIEW_CATEGORY] = "category",
	[REVIEW_REASON] = "reason",
	[REVIEW_CORRECTION] = "correction",
	[REVIEW_RATING] = "rating",
	[REVIEW_COMMENT] = "comment",
	[REVIEW_SCOPE] = "scope",
	[REVIEW_MISSING_EVIDENCE] = "missing_evidence",
	[REVIEW_INCORRECT_EVIDENCE] = "incorrect_evidence",
	[REVIEW_BETTER_QUERY] = "better_query",
	[REVIEW_POLICY_REASON] = "policy_reason",
};

const char *const scope_words[] = {
	[SCOPE_LASTING] = "lasting",
	[SCOPE_TEMPORARY_POLICY] = "temporary_policy",
	[SCOPE_BAD_RETRIEVAL] = "bad_retrieval",
	[SCOPE_ONE_OFF] = "one_off",
	NULL,
};

static int
bad(struct err *e, enum field field, const char *what)
{
	/* without its "review." */
	return err_set(e, STATUS_REJECTED, "%s: %s",
	    strchr(field_words[field], '.') + 1, what);
}

int
review_places_init(struct review_places *p, const struct policy *policy,
    struct arena *permanent, struct err *e)
{
	p->exprs = expr_set_new(permanent);
	for (int f = FIELD_REVIEW_ID; f < FIELDS; f++) {
		uint32_t *id = &p->expr[f - FIELD_REVIEW_ID];
		if (expr_set_add(p->exprs, field_words[f],
			expr_text(policy->exprs, (uint32_t)policy->field[f]),
			EXPR_VALUE, id, e) == -1)
			return -1;
		expr_set_use(p->exprs, *id);
	}
	return 0;
}

void
review_places_release(struct review_places *p)
{
	expr_set_free(p->exprs);
	p->exprs = NULL;
}

/* What is said about a review, one member after the other. */
struct reading {
	const struct review_places *places;
	struct evaluator *ev;
	const struct record *r;
	struct err *e;
};

static struct value
look(const struct reading *x, enum field f)
{
	return expr_look(x->ev, x->r, x->places->expr[f - FIELD_REVIEW_ID]);
}

static int
read_time(const struct reading *x, enum field f, int64_t *out)
{
	struct value v = look(x, f);

	*out = TIMESTAMP_NONE;
	if (value_is_null(&v))
		return 0;
	if ((*out = time_value(&v, x->r->scratch)) == TIMESTAMP_NONE)
		return bad(x->e, f, "is no time");
	return 0;
}

static int
read_times(const struct reading *x, struct review *w)
{
	if (read_time(x, FIELD_REVIEW_CLAIMED_AT, &w->claimed_at) == -1 ||
	    read_time(x, FIELD_REVIEW_REVIEWED_AT, &w->reviewed_at) == -1)
		return -1;
	if (w->claimed_at != TIMESTAMP_NONE &&
	    w->reviewed_at != TIMESTAMP_NONE && w->reviewed_at < w->claimed_at)
		return bad(
		    x->e, FIELD_REVIEW_REVIEWED_AT, "is before claimed_at");
	return 0;
}

static int
read_bool(const struct reading *x, enum field f, int *out)
{
	struct value v = look(x, f);

	*out = value_bool(&v);
	if (*out == -1 && !value_is_null(&v))
		return bad(x->e, f, "is neither true nor false");
	return 0;
}

/* Which of its rounds he saw, where a task comes again. */
static int64_t
read_round(const struct reading *x)
{
	struct value v = look(x, FIELD_REVIEW_ROUND);
	double n = value_number(&v);

	if (value_is_null(&v))
		return 0;
	return n >= 1 && n <= 0x1p53 && n == floor(n) ? (int64_t)n : -1;
}

static int
read_names(const struct reading *x, struct review *w)
{
	struct value id = look(x, FIELD_REVIEW_ID);
	struct value reviewer = look(x, FIELD_REVIEW_REVIEWER);
	struct value v = look(x, FIELD_REVIEW_OUTCOME);
	int outcome = -1;

	if (id.type != JSON_STRING && id.type != JSON_NUMBER)
		return bad(
		    x->e, FIELD_REVIEW_ID, "is neither a string nor a number");
	w->id = value_name(&id, x->r->scratch);
	if (!value_is_null(&reviewer))
		w->reviewer = value_name(&reviewer, x->r->scratch);
	if (v.type == JSON_STRING)
		outcome = outcome_parse(value_string(&v, x->r->scratch));
	if (value_is_null(&v) && w->used == 1) {
		w->is_use = true;
		return 0;
	}
	if (outcome == -1)
		return bad(x->e, FIELD_REVIEW_OUTCOME,
		    "is none of approve, reject, correct");
	w->outcome = (enum outcome)outcome;
	return 0;
}

typedef const char *check_fn(struct value *, struct arena *);

/* A number or a boolean is a code, as from CSV: it becomes a string. */
static const char *
check_string(struct value *v, struct arena *scratch)
{
	if (v->type == JSON_ARRAY || v->type == JSON_OBJECT)
		return "is no string";
	if (v->type != JSON_STRING) {
		v->text = str_of(arena_printf(
		    scratch, "\"%.*s\"", (int)v->text.n, v->text.s));
		v->type = JSON_STRING;
	}
	return NULL;
}

/*
 * How deep it is nested: what joins it stands two levels up, and may be
 * written into another object yet.
 */
static const char *
check_depth(struct value *v, struct arena *scratch)
{
	(void)scratch;
	return json_depth(v->text) > JSON_DEPTH_WRAPPED
		   ? "is nested deeper than 500"
		   : NULL;
}

static const char *
check_rating(struct value *v, struct arena *scratch)
{
	double x = value_number(v);

	(void)scratch;
	return x == 1 || x == 2 || x == 3 || x == 4 || x == 5
		   ? NULL
		   : "is not 1, 2, 3, 4 or 5";
}

static const char *
check_scope(struct value *v, struct arena *scratch)
{
	return v->type == JSON_STRING &&
		       word_index(scope_words, value_string(v, scratch)) != -1
		   ? NULL
		   : "is none of lasting, temporary_policy, bad_retrieval, "
		     "one_off";
}

static const char *
check_evidence(struct value *v, struct arena *scratch)
{
	return v->type == JSON_STRING || v->type == JSON_ARRAY
		   ? check_depth(v, scratch)
		   : "is neither a string nor a list";
}

static const struct {
	enum field field;
	check_fn *check;
} texts[REVIEW_TEXTS] = {
	[REVIEW_CATEGORY] = { FIELD_REVIEW_CATEGORY, check_string },
	[REVIEW_REASON] = { FIELD_REVIEW_REASON, check_string },
	[REVIEW_CORRECTION] = { FIELD_REVIEW_CORRECTION, check_depth },
	[REVIEW_RATING] = { FIELD_REVIEW_RATING, check_rating },
	[REVIEW_COMMENT] = { FIELD_REVIEW_COMMENT, check_string },
	[REVIEW_SCOPE] = { FIELD_REVIEW_SCOPE, check_scope },
	[REVIEW_MISSING_EVIDENCE] = { FIELD_REVIEW_MISSING_EVIDENCE,
	    check_evidence },
	[REVIEW_INCORRECT_EVIDENCE] = { FIELD_REVIEW_INCORRECT_EVIDENCE,
	    check_evidence },
	[REVIEW_BETTER_QUERY] = { FIELD_REVIEW_BETTER_QUERY, check_string },
	[REVIEW_POLICY_REASON] = { FIELD_REVIEW_POLICY_REASON, check_string },
};

int
review_read(struct review *w, const struct review_places *places,
    struct evaluator *ev, const struct record *r, struct err *e)
{
	const struct reading x = { places, ev, r, e };

	*w = (struct review){ 0 };
	if (read_bool(&x, FIELD_REVIEW_USED, &w->used) == -1 ||
	    read_names(&x, w) == -1 || read_times(&x, w) == -1 ||
	    read_bool(&x, FIELD_REVIEW_CORRECT, &w->correct) == -1)
		return -1;
	w->round = read_round(&x);
	for (int i = 0; i < REVIEW_TEXTS; i++) {
		struct value v = look(&x, texts[i].field);
		const char *wrong;
		if (value_is_null(&v))
			continue;
		if ((wrong = texts[i].check(&v, r->scratch)) != NULL)
			return bad(e, texts[i].field, wrong);
		w->text[i] = v.text;
	}
	return 0;
}

/* In front of the bytes of the strings, which follow in this order. */
enum { STRINGS = 3 + REVIEW_TEXTS }; /* id, reviewer, texts, line */
struct packed {
	uint64_t order, fingerprint, answer;
	int64_t claimed_at, reviewed_at, round;
	uint8_t outcome, is_use;
	int8_t correct, used;
	uint32_t n[STRINGS];
} __attribute__((packed));

static void
list_strings(struct review *w, struct str *string[])
{
	string[0] = &w->id;
	string[1] = &w->reviewer;
	for (int i = 0; i < REVIEW_TEXTS; i++)
		string[2 + i] = &w->text[i];
	string[STRINGS - 1] = &w->line;
}

void
review_pack(const struct review *w, struct buf *to)
{
	struct packed p = { .order = w->order,
		.fingerprint = w->fingerprint,
		.answer = w->answer,
		.claimed_at = w->claimed_at,
		.reviewed_at = w->reviewed_at,
		.round = w->round,
		.outcome = (uint8_t)w->outcome,
		.is_use = w->is_use,
		.correct = (int8_t)w->correct,
		.used = (int8_t)w->used };
	struct review copy = *w;
	struct str *string[STRINGS];

	list_strings(&copy, string);
	for (int i = 0; i < STRINGS; i++)
		p.n[i] = (uint32_t)string[i]->n;
	buf_add(to, &p, sizeof(p));
	for (int i = 0; i < STRINGS; i++)
		buf_str(to, *string[i]);
}

void
review_digest(struct review *w, struct arena *scratch)
{
	struct review means = *w;
	struct buf packed = { 0 };

	means.order = means.fingerprint = means.answer = 0;
	means.line = STR("");
	for (int i = 0; i < REVIEW_TEXTS; i++)
		means.text[i] = json_meaning(w->text[i], scratch);
	review_pack(&means, &packed);
	w->fingerprint = hash_private(buf_view(&packed));
	w->answer = hash_private(means.text[REVIEW_CORRECTION]);
	buf_release(&packed);
}

void
review_unpack(struct review *w, struct str bytes)
{
	const char *at = bytes.s + sizeof(struct packed);
	struct str *string[STRINGS];
	struct packed p;

	memcpy(&p, bytes.s, sizeof(p));
	*w = (struct review){ .order = p.order,
		.fingerprint = p.fingerprint,
		.answer = p.answer,
		.is_use = p.is_use != 0,
		.outcome = (enum outcome)p.outcome,
		.correct = p.correct,
		.used = p.used,
		.claimed_at = p.claimed_at,
		.reviewed_at = p.reviewed_at,
		.round = p.round };
	list_strings(w, string);
	for (int i = 0; i < STRINGS; i++) {
		*string[i] = (struct str){ at, p.n[i] };
		at += p.n[i];
	}
}

struct str
review_string(const struct review *w, enum review_text i, struct arena *a)
{
	const struct str json = w->text[i];
	struct value v = { .text = json, .type = JSON_NUMBER };

	if (json.n == 0)
		return json;
	if (json.s[0] == '"') {
		v.type = JSON_STRING;
		v.escaped = memchr(json.s, '\\', json.n) != NULL;
	}
	return value_name(&v, a);
}
