/* Decisions joined with their reviews (join.h). */
#include <math.h>
#include <stdlib.h>

#include "feedback/join.h"
#include "feedback/verdict.h"
#include "policy/fieldvalue.h"
#include "stats/edit_distance.h"

int
join_init(struct join *j, struct policy *p, struct err *e)
{
	*j = (struct join){ .policy = p, .rule = p->review };
	policy_use_field(p, FIELD_ID);
	policy_use_field(p, FIELD_TIME);
	policy_use_field(p, FIELD_DRAFT);
	return expr_set_want(
	    p->exprs, ".route?.sla_deadline?", EXPR_VALUE, &j->deadline, e);
}

void
join_start(struct join *j, struct reviews *reviews)
{
	j->reviews = reviews;
	j->ev = evaluator_new(j->policy->exprs);
	reviews_view_init(&j->view, reviews);
}

void
join_release(struct join *j)
{
	evaluator_free(j->ev);
	reviews_view_release(&j->view);
}

/* Seconds between two times; NAN if one is missing or they go backwards. */
static double
seconds_between(int64_t from, int64_t to)
{
	if (from == TIMESTAMP_NONE || to == TIMESTAMP_NONE || to < from)
		return NAN;
	return (double)(to - from) / (double)USEC_PER_SECOND;
}

/* Between draft and correction; 0 for what was approved, NAN unknown. */
static double
distance(const struct join *j, const struct record *r, const struct review *w)
{
	struct str draft, correction;

	if (w->text[REVIEW_CORRECTION].n == 0)
		return w->outcome == OUTCOME_APPROVE ? 0 : NAN;
	if (!field_name(j->ev, j->policy, r, FIELD_DRAFT, &draft))
		return NAN;
	correction = review_string(w, REVIEW_CORRECTION, r->scratch);
	return edit_distance_normalised(
	    draft.s, draft.n, correction.s, correction.n);
}

/*
 * Whether the model was right, by this review; *far is the distance, if it
 * had to be known.
 */
static int
is_correct(const struct join *j, const struct record *r, const struct review *w,
    double *far)
{
	if (w->correct != -1)
		return w->correct;
	if (w->outcome == OUTCOME_APPROVE)
		return 1;
	if (w->outcome != OUTCOME_CORRECT || j->rule.correct_within == 0)
		return 0;
	*far = distance(j, r, w);
	return *far <= j->rule.correct_within;
}

static int64_t
deadline_of(const struct join *j, const struct record *r)
{
	struct value v = expr_look(j->ev, r, j->deadline);

	return value_is_null(&v) ? TIMESTAMP_NONE : time_value(&v, r->scratch);
}

static void
write_word(struct buf *out, const char *key, const char *word)
{
	buf_cstr(out, ",\"");
	buf_cstr(out, key);
	buf_cstr(out, "\":");
	buf_cstr(out, word);
}

static const char *
truth(int x)
{
	return x == -1 ? "null" : x == 1 ? "true" : "false";
}

/* Who said what; of no verdict, that there is none. */
static void
write_verdict(struct buf *out, const struct verdict *v, int correct)
{
	const struct review *w = v->final;

	buf_cstr(out, "{\"outcome\":");
	if (w == NULL) {
		buf_cstr(out, "null");
	} else {
		buf_char(out, '"');
		buf_cstr(out, outcome_word(w->outcome));
		buf_char(out, '"');
	}
	buf_cstr(out, ",\"reviewer\":");
	if (w == NULL || w->reviewer.n == 0)
		buf_cstr(out, "null");
	else
		buf_json_string(out, w->reviewer);
	write_word(out, "correct", truth(correct));
	buf_json_count(out, "reviews", v->reviews);
	write_word(out, "agree",
	    truth(v->opinions < 2 ? -1
		  : v->agree      ? 1
				  : 0));
}

/*
 * Whether a correction was used: -1 if nobody says.  Where some are said to
 * have been used by themselves, the others have not.
 */
static int
used_of(const struct join *j, const struct review *w, bool used)
{
	if (used || w == NULL || w->used != -1)
		return used ? 1 : w == NULL ? -1 : w->used;
	return reviews_totals(j->reviews).uses > 0 &&
		       w->outcome != OUTCOME_APPROVE
		   ? 0
		   : -1;
}

/* The texts of the review; the first two are always there. */
static void
write_texts(struct buf *out, const struct review *w, int used)
{
	for (int i = 0; i < REVIEW_TEXTS; i++) {
		struct str json = STR("");
		if (w != NULL)
			json = w->text[i];
		if (json.n == 0 && i > REVIEW_REASON)
			continue;
		write_word(out, review_text_words[i], "");
		buf_str(out, json.n == 0 ? STR("null") : json);
		if (i == REVIEW_REASON && used != -1)
			write_word(out, "used", truth(used));
	}
}

static void
count(struct join *j, const struct verdict *v, int64_t made, int64_t deadline)
{
	const struct review *w = v->latest;
	int64_t first =
	    w->claimed_at != TIMESTAMP_NONE ? w->claimed_at : w->reviewed_at;

	j->totals.joined++;
	j->totals.early +=
	    made != TIMESTAMP_NONE && first != TIMESTAMP_NONE && first < made;
	j->totals.late += deadline != TIMESTAMP_NONE &&
			  w->reviewed_at != TIMESTAMP_NONE &&
			  w->reviewed_at > deadline;
	j->totals.superseded += v->reviews - v->opinions;
	j->totals.tied += v->tied;
	j->totals.divided += v->final == NULL && !v->tied;
}

int
join_record(struct record *r, void *arg, struct buf *out, struct err *e)
{
	struct join *j = arg;
	double far[REVIEWS_MOST], from_draft = NAN;
	int correct[REVIEWS_MOST], final = -1;
	const struct review *w;
	struct verdict v;
	struct str id;
	bool used;
	size_t n;

	if (!field_name(j->ev, j->policy, r, FIELD_ID, &id)) {
		j->totals.unnamed++;
		return 1;
	}
	if (reviews_of(&j->view, id, &n, &used, e) == -1)
		return -1;
	if (n == 0)
		return 1;
	for (size_t i = 0; i < n; i++) {
		far[i] = NAN;
		correct[i] = is_correct(j, r, &j->view.review[i], &far[i]);
	}
	v = verdict_of(&j->rule, j->view.review, correct, n);
	if (v.final != NULL) {
		final = correct[v.final - j->view.review];
		from_draft = far[v.final - j->view.review];
		if (isnan(from_draft))
			from_draft = distance(j, r, v.final);
	}
	w = v.final != NULL ? v.final : v.latest;
	int64_t made = field_time(j->ev, j->policy, r);
	int64_t deadline = deadline_of(j, r);
	count(j, &v, made, deadline);
	write_verdict(out, &v, final);
	buf_json_member(
	    out, "seconds", seconds_between(w->claimed_at, w->reviewed_at));
	buf_json_member(
	    out, "wait_seconds", seconds_between(made, w->claimed_at));
	write_word(out, "sla_missed",
	    truth(deadline == TIMESTAMP_NONE || w->reviewed_at == TIMESTAMP_NONE
		      ? -1
		      : w->reviewed_at > deadline));
	buf_json_member(out, "edit_distance", from_draft);
	write_texts(out, v.final, used_of(j, v.final, used));
	buf_char(out, '}');
	return 0;
}

void *
join_fork(void *arg)
{
	const struct join *j = arg;
	struct join *f = malloc(sizeof(*f));

	if (f == NULL)
		memory_exhausted();
	*f = *j;
	f->totals = (struct join_totals){ 0 };
	join_start(f, j->reviews);
	return f;
}

void
join_join(void *to, void *from)
{
	struct join *j = to, *f = from;

	j->totals.joined += f->totals.joined;
	j->totals.unnamed += f->totals.unnamed;
	j->totals.early += f->totals.early;
	j->totals.late += f->totals.late;
	j->totals.superseded += f->totals.superseded;
	j->totals.tied += f->totals.tied;
	j->totals.divided += f->totals.divided;
	join_release(f);
	free(f);
}
