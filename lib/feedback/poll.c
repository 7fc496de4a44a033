/* Several reviewers' labels of the same items (poll.h). */
#include <math.h>
#include <stdlib.h>

#include "feedback/poll_data.h"

const char *const poll_method_words[] = {
	[POLL_MAJORITY] = "majority",
	[POLL_WEIGHTED] = "weighted",
	[POLL_DAWID_SKENE] = "dawid-skene",
	[POLL_ONE_COIN] = "one-coin",
	NULL,
};

struct poll *
poll_new(struct policy *p, const struct poll_options *o, struct err *e)
{
	struct poll *x;

	if (o->type > LABEL_RATING && o->method > POLL_WEIGHTED) {
		err_set(e, STATUS_USAGE,
		    "--method %s: is for choices and ratings; of --type %s "
		    "take majority or weighted",
		    poll_method_words[o->method], label_type_words[o->type]);
		return NULL;
	}
	if ((x = calloc(1, sizeof(*x))) == NULL)
		memory_exhausted();
	x->options = *o;
	x->compared = o->type > LABEL_RATING;
	label_set_init(&x->labels, o->type);
	if (o->ranged) {
		x->labels.ranged = true;
		x->labels.least = o->least;
		x->labels.most = o->most;
	}
	if (votefields_init(&x->fields, p, o->reviewer, o->label, e) == -1) {
		poll_free(x);
		return NULL;
	}
	return x;
}

void
poll_free(struct poll *x)
{
	if (x == NULL)
		return;
	map_release(&x->items);
	map_release(&x->raters);
	map_release(&x->cast);
	label_set_release(&x->labels);
	consensus_release(&x->consensus);
	arena_release(&x->arena);
	free(x->id);
	free(x->quality);
	free(x->votes.vote);
	free(x->first);
	free(x->label_of);
	free(x->chosen);
	free(x->agreement);
	free(x->skill);
	free(x);
}

void
poll_start(struct poll *x, struct evaluator *ev)
{
	x->ev = ev;
}

static uint32_t
rater_of(struct poll *x, struct str name)
{
	bool added;
	uint32_t i = map_put(&x->raters, name, &added);

	if (added) {
		VEC_ROOM(x->quality, i, x->quality_cap);
		x->quality[i] = NAN;
	}
	return i;
}

void
poll_quality(struct poll *x, struct str reviewer, double quality)
{
	uint32_t rater = rater_of(x, reviewer); /* may move them */

	x->quality[rater] = quality;
}

void
poll_rate(struct poll *x)
{
	x->rated = true;
}

static uint32_t
item_of(struct poll *x, const struct value *id, struct arena *scratch)
{
	bool added;
	uint32_t i = map_put(&x->items, value_name(id, scratch), &added);

	if (added) {
		VEC_ROOM(x->id, i, x->id_cap);
		x->id[i] = arena_str(&x->arena, id->text);
	}
	return i;
}

static void
cast(struct poll *x, struct vote vote)
{
	uint32_t key[2] = { vote.item, vote.rater };
	size_t i = x->votes.n;
	bool added = true;

	if (!x->options.every_vote)
		i = map_put(&x->cast,
		    (struct str){ (const char *)key, sizeof(key) }, &added);
	if (added) {
		VEC_ROOM(x->votes.vote, i, x->vote_cap);
		x->votes.n++;
	} else {
		x->totals.replaced++;
	}
	x->votes.vote[i] = vote;
}

int
poll_add(struct record *r, void *arg, struct err *e)
{
	struct poll *x = arg;
	struct vote_values v;
	uint32_t label;

	if (!votefields_read(&x->fields, x->ev, r, &v)) {
		x->totals.incomplete++;
		return 0;
	}
	if (label_set_put(&x->labels, &v.label, r->scratch, &label, e) == -1)
		return -1;
	cast(x, (struct vote){ item_of(x, &v.id, r->scratch),
		    rater_of(x, value_name(&v.reviewer, r->scratch)), label });
	return 0;
}

struct poll_totals
poll_totals(const struct poll *x)
{
	struct poll_totals t = x->totals;

	t.votes = x->votes.n;
	t.items = x->items.n;
	t.reviewers = x->raters.n;
	return t;
}
