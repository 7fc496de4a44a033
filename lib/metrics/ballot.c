/* Votes of reviewers, read from records (ballot.h). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "metrics/ballot_data.h"
#include "policy/fieldvalue.h"
#include "record/number.h"

static const char *const other_paths[BALLOT_OTHERS] = {
	[BALLOT_SECONDS] = ".review?.seconds?",
	[BALLOT_CLAIMED] = ".claimed_at?",
	[BALLOT_REVIEWED] = ".reviewed_at?",
};

static int
want(struct ballot *b, const char *path, uint32_t *id, struct err *e)
{
	return expr_set_want(b->policy->exprs, path, EXPR_VALUE, id, e);
}

/* The labels of --order, in their order. */
static int
take_order(struct ballot *b, const char *order, struct err *e)
{
	while (order != NULL && *order != '\0') {
		size_t n = strcspn(order, ",");
		bool added;
		map_put(&b->labels, (struct str){ order, n }, &added);
		if (!added)
			return err_set(e, STATUS_USAGE,
			    "--order: %.*s is there twice", (int)n, order);
		order += n + (order[n] == ',');
	}
	return 0;
}

struct ballot *
ballot_new(struct policy *p, const struct ballot_options *o, struct err *e)
{
	struct ballot *b = calloc(1, sizeof(*b));

	if (b == NULL)
		memory_exhausted();
	b->options = *o;
	b->policy = p;
	if (votefields_init(&b->fields, p, o->reviewer, o->label, e) == -1 ||
	    take_order(b, o->order, e) == -1)
		goto fail;
	for (int i = 0; i < BALLOT_OTHERS; i++)
		if (want(b, other_paths[i], &b->other[i], e) == -1)
			goto fail;
	return b;
fail:
	ballot_free(b);
	return NULL;
}

void
ballot_free(struct ballot *b)
{
	if (b == NULL)
		return;
	for (size_t i = 0; i < b->raters.n; i++)
		sketch_release(&b->rater[i].seconds);
	map_release(&b->items);
	map_release(&b->raters);
	map_release(&b->labels);
	map_release(&b->cast);
	free(b->rater);
	free(b->vote);
	free(b);
}

void
ballot_start(struct ballot *b, struct evaluator *ev)
{
	b->ev = ev;
}

struct ballot_oddities
ballot_oddities(const struct ballot *b)
{
	return b->odd;
}

static struct value
look(const struct ballot *b, const struct record *r, uint32_t id)
{
	return expr_look(b->ev, r, id);
}

static int64_t
look_time(const struct ballot *b, const struct record *r, int other)
{
	struct value v = look(b, r, b->other[other]);

	return value_is_null(&v) ? TIMESTAMP_NONE : time_value(&v, r->scratch);
}

/* How long the reviewer took; NAN if it is not said. */
static double
seconds_of(const struct ballot *b, const struct record *r, int64_t reviewed)
{
	struct value v = look(b, r, b->other[BALLOT_SECONDS]);
	int64_t claimed = look_time(b, r, BALLOT_CLAIMED);
	double x;

	if (v.type == JSON_NUMBER) {
		x = number_value(v.text);
		return x >= 0 && x < 1e9 ? x : NAN;
	}
	if (claimed == TIMESTAMP_NONE || reviewed == TIMESTAMP_NONE ||
	    reviewed < claimed)
		return NAN;
	return (double)(reviewed - claimed) / (double)USEC_PER_SECOND;
}

/* NULL with *e when there are too many. */
static struct ballot_rater *
rater_of(struct ballot *b, struct str name, uint32_t *number, struct err *e)
{
	bool added;

	*number = map_put(&b->raters, name, &added);
	if (added) {
		if (*number == BALLOT_RATERS_MOST) {
			err_set(e, STATUS_SYSTEM,
			    "more than %d reviewers: is it %s that names them "
			    "(--reviewer)?",
			    BALLOT_RATERS_MOST,
			    b->options.reviewer == NULL ? "reviewer"
							: b->options.reviewer);
			return NULL;
		}
		VEC_ROOM(b->rater, *number, b->rater_cap);
		b->rater[*number] =
		    (struct ballot_rater){ .first = TIMESTAMP_NONE };
	}
	return &b->rater[*number];
}

/* Whether a label is one that can be counted with; *e says why not. */
static int
check_label(const struct ballot *b, const struct value *v, struct str name,
    struct err *e)
{
	if (b->options.order != NULL)
		return map_find(&b->labels, name) != MAP_NONE
			   ? 0
			   : err_set(e, STATUS_REJECTED,
				 "label: is none of --order");
	if (b->options.measure == MEASURE_NOMINAL || v->type == JSON_NUMBER)
		return 0;
	return err_set(e, STATUS_REJECTED,
	    "label: is no number; --level %s wants numbers, or --order",
	    measurement_words[b->options.measure]);
}

/* A vote; one that the rater has cast before on the item is replaced. */
static void
cast(struct ballot *b, uint32_t item, uint32_t rater, uint32_t label)
{
	uint32_t key[2] = { item, rater };
	bool added;
	uint32_t i = map_put(
	    &b->cast, (struct str){ (const char *)key, sizeof(key) }, &added);

	if (added)
		VEC_ROOM(b->vote, i, b->vote_cap);
	else
		b->odd.again++;
	b->vote[i] = (struct vote){ item, rater, label };
}

int
ballot_add(struct record *r, void *arg, struct err *e)
{
	struct ballot *b = arg;
	struct ballot_rater *rater;
	struct vote_values v;
	struct str label;
	int64_t reviewed;
	uint32_t number;
	double seconds;

	b->odd.records++;
	if (!votefields_read(&b->fields, b->ev, r, &v)) {
		b->odd.incomplete++;
		return 0;
	}
	label = value_name(&v.label, r->scratch);
	if (check_label(b, &v.label, label, e) == -1)
		return -1;
	rater = rater_of(b, value_name(&v.reviewer, r->scratch), &number, e);
	if (rater == NULL)
		return -1;
	reviewed = look_time(b, r, BALLOT_REVIEWED);
	seconds = seconds_of(b, r, reviewed);
	if (!isnan(seconds))
		sketch_add(&rater->seconds, seconds);
	if (reviewed != TIMESTAMP_NONE) {
		if (rater->first == TIMESTAMP_NONE || reviewed < rater->first)
			rater->first = reviewed;
		if (reviewed > rater->last)
			rater->last = reviewed;
	}
	cast(b, map_put(&b->items, value_name(&v.id, r->scratch), NULL), number,
	    map_put(&b->labels, label, NULL));
	return 0;
}
