/* Decisions joined with their reviews (join.h). */
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "feedback/join.h"
#include "policy/fieldvalue.h"
#include "stats/edit_distance.h"

int
join_init(
    struct join *j, struct policy *p, struct reviews *reviews, struct err *e)
{
	*j = (struct join){ .policy = p, .reviews = reviews };
	policy_use_field(p, FIELD_ID);
	policy_use_field(p, FIELD_TIME);
	policy_use_field(p, FIELD_DRAFT);
	if (expr_set_want(p->exprs, ".route?.sla_deadline?", EXPR_VALUE,
		&j->deadline, e) == -1)
		return -1;
	return 0;
}

/* All reviews of one decision. */
struct verdict {
	const struct review *last;
	uint64_t n;
	bool agree;
};

static struct verdict
settle(const struct reviews *all, uint32_t id)
{
	struct verdict v = { .agree = true };
	uint32_t i = all->last[id];

	for (; i != REVIEW_NONE; i = all->review[i].next) {
		const struct review *w = &all->review[i];
		if (v.last == NULL)
			v.last = w;
		v.agree &= (w->outcome == OUTCOME_APPROVE) ==
			   (v.last->outcome == OUTCOME_APPROVE);
		/* they come newest first: only a later time beats the last */
		if (w->reviewed_at > v.last->reviewed_at)
			v.last = w;
		v.n++;
	}
	return v;
}

/* Seconds between two times; NAN if one is missing or they go backwards. */
static double
seconds_between(int64_t from, int64_t to)
{
	if (from == TIMESTAMP_NONE || to == TIMESTAMP_NONE || to < from)
		return NAN;
	return (double)(to - from) / (double)USEC_PER_SECOND;
}

/* The distance between draft and correction; 0 for what was approved. */
static double
distance(const struct join *j, const struct record *r, const struct review *w)
{
	struct str draft;

	if (!w->has_correction)
		return w->outcome == OUTCOME_APPROVE ? 0 : NAN;
	if (!field_name(j->ev, j->policy, r, FIELD_DRAFT, &draft))
		return NAN;
	return edit_distance_normalised(
	    draft.s, draft.n, w->correction.s, w->correction.n);
}

static void
write_deadline(
    const struct join *j, const struct record *r, int64_t at, struct buf *out)
{
	struct value v;
	int64_t deadline = TIMESTAMP_NONE;

	if (expr_value(j->ev, r, j->deadline, &v) == EXPR_OK)
		deadline = time_value(&v, r->scratch);
	buf_cstr(out, ",\"sla_missed\":");
	if (deadline == TIMESTAMP_NONE || at == TIMESTAMP_NONE)
		buf_cstr(out, "null");
	else
		buf_json_bool(out, at > deadline);
}

static void
text_or_null(struct buf *out, const char *key, struct str json)
{
	buf_printf(out, ",\"%s\":", key);
	buf_str(out, json.n == 0 ? STR("null") : json);
}

int
join_record(struct record *r, void *arg, struct buf *out, struct err *e)
{
	struct join *j = arg;
	struct str id;
	uint32_t i;

	(void)e;
	if (!field_name(j->ev, j->policy, r, FIELD_ID, &id) ||
	    (i = map_find(&j->reviews->ids, id)) == MAP_NONE)
		return 1;
	struct verdict v = settle(j->reviews, i);
	const struct review *w = v.last;
	int64_t at = field_time(j->ev, j->policy, r);
	int64_t first =
	    w->claimed_at != TIMESTAMP_NONE ? w->claimed_at : w->reviewed_at;

	atomic_store_explicit(&j->reviews->seen[i], true, memory_order_relaxed);
	j->joined++;
	j->early +=
	    at != TIMESTAMP_NONE && first != TIMESTAMP_NONE && first < at;
	buf_printf(
	    out, "{\"outcome\":\"%s\",\"reviewer\":", outcome_word(w->outcome));
	if (w->reviewer.n == 0)
		buf_cstr(out, "null");
	else
		buf_json_string(out, w->reviewer);
	buf_printf(out, ",\"correct\":%s,\"reviews\":%llu,\"agree\":%s",
	    w->outcome == OUTCOME_APPROVE ? "true" : "false",
	    (unsigned long long)v.n,
	    v.n < 2   ? "null"
	    : v.agree ? "true"
		      : "false");
	buf_json_member(
	    out, "seconds", seconds_between(w->claimed_at, w->reviewed_at));
	buf_json_member(
	    out, "wait_seconds", seconds_between(at, w->claimed_at));
	write_deadline(j, r, w->reviewed_at, out);
	buf_json_member(out, "edit_distance", distance(j, r, w));
	text_or_null(out, "category", w->category);
	text_or_null(out, "reason", w->reason);
	if (w->used != -1)
		buf_printf(out, ",\"used\":%s", w->used ? "true" : "false");
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
	f->joined = f->early = 0;
	f->ev = evaluator_new(j->policy->exprs);
	return f;
}

void
join_join(void *to, void *from)
{
	struct join *j = to, *f = from;

	j->joined += f->joined;
	j->early += f->early;
	evaluator_free(f->ev);
	free(f);
}

void
join_unknown(const struct join *j, uint64_t *reviews, uint64_t *ids)
{
	const struct reviews *all = j->reviews;

	*reviews = *ids = 0;
	for (size_t id = 0; id < all->ids.n; id++) {
		if (all->seen[id])
			continue;
		++*ids;
		*reviews += settle(all, (uint32_t)id).n;
	}
}
