/* Reviews as people wrote them (review.h). */
#include <stdlib.h>

#include "feedback/review.h"
#include "policy/fieldvalue.h"
#include "record/number.h"

enum member {
	MEMBER_ID,
	MEMBER_REVIEWER,
	MEMBER_OUTCOME,
	MEMBER_CORRECTION,
	MEMBER_CATEGORY,
	MEMBER_REASON,
	MEMBER_RATING,
	MEMBER_CLAIMED_AT,
	MEMBER_REVIEWED_AT,
	MEMBER_USED,
	MEMBERS,
};
static const char *const member_words[MEMBERS] = {
	[MEMBER_ID] = "id",
	[MEMBER_REVIEWER] = "reviewer",
	[MEMBER_OUTCOME] = "outcome",
	[MEMBER_CORRECTION] = "correction",
	[MEMBER_CATEGORY] = "category",
	[MEMBER_REASON] = "reason",
	[MEMBER_RATING] = "rating",
	[MEMBER_CLAIMED_AT] = "claimed_at",
	[MEMBER_REVIEWED_AT] = "reviewed_at",
	[MEMBER_USED] = "used",
};

struct reading {
	struct reviews *into;
	uint32_t node[MEMBERS];
};

static int
bad(struct err *e, enum member m, const char *what)
{
	return err_set(e, STATUS_REJECTED, "%s: %s", member_words[m], what);
}

static int
read_time(const struct value *v, enum member m, struct arena *scratch,
    int64_t *out, struct err *e)
{
	*out = TIMESTAMP_NONE;
	if (value_is_null(v))
		return 0;
	if ((*out = time_value(v, scratch)) == TIMESTAMP_NONE)
		return bad(e, m, "is not a time");
	return 0;
}

/* A short text; kept as JSON, as it came. */
static int
read_text(const struct value *v, enum member m, struct arena *a,
    struct str *out, struct err *e)
{
	*out = (struct str){ 0 };
	if (value_is_null(v))
		return 0;
	if (v->type != JSON_STRING)
		return bad(e, m, "is not a string");
	*out = arena_str(a, v->text);
	return 0;
}

static int
read_times(
    const struct value *v, struct record *r, struct review *w, struct err *e)
{
	if (read_time(&v[MEMBER_CLAIMED_AT], MEMBER_CLAIMED_AT, r->scratch,
		&w->claimed_at, e) == -1 ||
	    read_time(&v[MEMBER_REVIEWED_AT], MEMBER_REVIEWED_AT, r->scratch,
		&w->reviewed_at, e) == -1)
		return -1;
	if (w->claimed_at != TIMESTAMP_NONE &&
	    w->reviewed_at != TIMESTAMP_NONE && w->reviewed_at < w->claimed_at)
		return bad(e, MEMBER_REVIEWED_AT, "is before claimed_at");
	return 0;
}

/* All members but id and reviewer. */
static int
read_review(const struct value *v, struct record *r, struct arena *a,
    struct review *w, struct err *e)
{
	const struct value *rating = &v[MEMBER_RATING];
	const struct value *used = &v[MEMBER_USED];
	double x;
	int outcome = -1;

	if (v[MEMBER_OUTCOME].type == JSON_STRING)
		outcome =
		    outcome_parse(value_string(&v[MEMBER_OUTCOME], r->scratch));
	if (outcome == -1)
		return bad(
		    e, MEMBER_OUTCOME, "is none of approve, reject, correct");
	w->outcome = (enum outcome)outcome;
	if (!value_is_null(rating)) {
		x = rating->type == JSON_NUMBER ? number_value(rating->text)
						: 0;
		if (x != 1 && x != 2 && x != 3 && x != 4 && x != 5)
			return bad(e, MEMBER_RATING, "is not 1, 2, 3, 4 or 5");
	}
	if (!value_is_null(used) && used->type != JSON_TRUE &&
	    used->type != JSON_FALSE)
		return bad(e, MEMBER_USED, "is neither true nor false");
	w->used = used->type == JSON_TRUE    ? 1
		  : used->type == JSON_FALSE ? 0
					     : -1;
	if (read_times(v, r, w, e) == -1 ||
	    read_text(&v[MEMBER_CATEGORY], MEMBER_CATEGORY, a, &w->category,
		e) == -1 ||
	    read_text(&v[MEMBER_REASON], MEMBER_REASON, a, &w->reason, e) == -1)
		return -1;
	w->has_correction = !value_is_null(&v[MEMBER_CORRECTION]);
	if (w->has_correction)
		w->correction =
		    arena_str(a, value_name(&v[MEMBER_CORRECTION], r->scratch));
	return 0;
}

static int
add_review(struct record *r, void *state, struct err *e)
{
	struct reading *reading = state;
	struct reviews *to = reading->into;
	struct value v[MEMBERS];
	struct review w = { 0 };
	uint32_t id;
	bool added;

	for (int i = 0; i < MEMBERS; i++)
		v[i] = r->slot[reading->node[i]];
	if (v[MEMBER_ID].type != JSON_STRING &&
	    v[MEMBER_ID].type != JSON_NUMBER)
		return bad(e, MEMBER_ID, "is neither a string nor a number");
	if (read_review(v, r, &to->arena, &w, e) == -1)
		return -1;
	if (!value_is_null(&v[MEMBER_REVIEWER]))
		w.reviewer = arena_str(
		    &to->arena, value_name(&v[MEMBER_REVIEWER], r->scratch));
	id = map_put(&to->ids, value_name(&v[MEMBER_ID], r->scratch), &added);
	if (added) {
		VEC_ROOM(to->last, id, to->last_cap);
		VEC_ROOM(to->seen, id, to->seen_cap);
		to->last[id] = REVIEW_NONE;
		to->seen[id] = false;
	}
	w.next = to->last[id];
	VEC_ROOM(to->review, to->n, to->cap);
	to->last[id] = (uint32_t)to->n;
	to->review[to->n++] = w;
	return 0;
}

int
reviews_load(struct reviews *to, const char *file,
    const struct stream_options *options, struct stream_totals *totals,
    enum status *status, struct err *e)
{
	char *files[] = { (char *)(uintptr_t)file, NULL };
	struct stream_options plain = *options;
	struct reading reading = { .into = to };
	struct fields fields;

	plain.rejects = NULL; /* those are for decisions */
	plain.csv = false;
	if (stream_check(files, e) == -1)
		return -1;
	fields_init(&fields, &to->arena);
	for (int i = 0; i < MEMBERS; i++)
		reading.node[i] =
		    fields_add_key(&fields, 0, str_of(member_words[i]));
	*status = stream_run(&plain, files, &fields,
	    &(struct stream_job){ .record = add_review, .state = &reading },
	    totals);
	fields_release(&fields);
	return 0;
}

void
reviews_release(struct reviews *r)
{
	arena_release(&r->arena);
	map_release(&r->ids);
	free(r->last);
	free(r->seen);
	free(r->review);
	*r = (struct reviews){ 0 };
}
