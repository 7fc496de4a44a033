/* Counting records (cell.h). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "metrics/cell.h"

/* Where decisions audited at `rate` are counted; kept in order. */
struct escape_stratum *
cell_stratum(struct cell *c, double rate)
{
	size_t i = 0;

	while (i < c->nstratum && c->stratum[i].rate < rate)
		i++;
	if (i < c->nstratum && c->stratum[i].rate == rate)
		return &c->stratum[i];
	VEC_ROOM(c->stratum, c->nstratum, c->stratum_cap);
	memmove(&c->stratum[i + 1], &c->stratum[i],
	    (c->nstratum++ - i) * sizeof(*c->stratum));
	c->stratum[i] = (struct escape_stratum){ .rate = rate };
	return &c->stratum[i];
}

static void
add_autonomous(struct cell *c, const struct observation *o)
{
	struct escape_stratum *s = cell_stratum(c, o->rate);

	c->counts.autonomous++;
	s->autonomous++;
	if (!isnan(o->confidence))
		moments_add(&c->doubt, 1 - o->confidence);
	if (o->correct == -1) {
		s->waiting += o->selected;
		return;
	}
	c->counts.labelled++;
	c->counts.errors += !o->correct;
	if (o->selected) {
		s->audited++;
		s->errors += !o->correct;
	}
}

void
cell_put_reason(struct cell *c, uint32_t place, uint64_t n)
{
	if (place == GROUP_NONE) {
		c->other_reasons += n;
		return;
	}
	while (c->nreason <= place) {
		VEC_ROOM(c->reason, c->nreason, c->reason_cap);
		c->reason[c->nreason++] = 0;
	}
	c->reason[place] += n;
}

void
cell_put_layer(struct cell *c, uint32_t place, const struct moments *m)
{
	if (place == GROUP_NONE) {
		moments_merge(&c->other_layers, m);
		return;
	}
	while (c->nlayer <= place) {
		VEC_ROOM(c->layer, c->nlayer, c->layer_cap);
		c->layer[c->nlayer++] = (struct moments){ 0 };
	}
	moments_merge(&c->layer[place], m);
}

static void
add_routed(struct cell *c, const struct observation *o)
{
	struct moments cost = { 0 };

	c->action[o->action]++;
	c->risk[o->risk]++;
	c->never += o->never;
	if (!isnan(o->confidence))
		moments_add(&c->confidence, o->confidence);
	if (!isnan(o->threshold))
		moments_add(&c->threshold, o->threshold);
	if (o->action <= ACTION_AUTO_AUDIT)
		add_autonomous(c, o);
	else
		for (size_t i = 0; i < o->nreason; i++)
			cell_put_reason(c, o->reason[i], 1);
	moments_add(&c->cost, o->checked ? o->cost : 0);
	if (!o->checked)
		return;
	moments_add(&cost, o->cost);
	cell_put_layer(c, o->layer, &cost);
}

static void
add_review(struct cell *c, const struct observation *o)
{
	bool approved = o->outcome == OUTCOME_APPROVE;

	c->outcome[o->outcome]++;
	if (o->outcome != OUTCOME_REJECT) {
		c->answered++;
		c->accepted += approved || o->edit_distance == 0;
	}
	if (!approved && o->used != -1) {
		c->used_known++;
		c->used += o->used == 1;
	}
	if (o->sla_missed != -1) {
		c->sla_known++;
		c->sla_missed += o->sla_missed == 1;
	}
	if (o->agree != -1) {
		c->agree_known++;
		c->agree += o->agree == 1;
		c->agree_approve += o->agree == 1 && approved;
	}
	if (!isnan(o->wait))
		sketch_add(&c->wait, o->wait);
	if (!isnan(o->seconds))
		sketch_add(&c->handling, o->seconds);
	if (!isnan(o->wait + o->seconds))
		sketch_add(&c->latency, o->wait + o->seconds);
	if (!isnan(o->edit_distance))
		sketch_add(&c->edit, o->edit_distance);
}

static void
add_label(struct cell *c, const struct observation *o)
{
	/* equal widths, each with its upper edge; 0 is in the first */
	int i = (int)ceil(o->confidence * CALIBRATION_BINS) - 1;
	struct calibration_bin *b = &c->bin[i < 0 ? 0 : i];

	b->n++;
	b->right += o->correct == 1;
	b->confidence += (uint64_t)llround(o->confidence * 1e6);
}

void
cell_add(struct cell *c, const struct observation *o)
{
	c->n++;
	if (o->action != -1)
		add_routed(c, o);
	if (o->outcome != -1)
		add_review(c, o);
	if (o->correct != -1 && !isnan(o->confidence))
		add_label(c, o);
	if (o->thumbs != -1) {
		c->thumbs_known++;
		c->thumbs_up += o->thumbs == 1;
	}
	if (!isnan(o->rating))
		moments_add(&c->rating, o->rating);
}

static void
join_words(
    struct cell *to, const struct cell *from, const struct translation *t)
{
	for (uint32_t i = 0; i < from->nreason; i++)
		if (from->reason[i] > 0)
			cell_put_reason(
			    to, t == NULL ? i : t->reason[i], from->reason[i]);
	for (uint32_t i = 0; i < from->nlayer; i++)
		if (from->layer[i].n > 0)
			cell_put_layer(
			    to, t == NULL ? i : t->layer[i], &from->layer[i]);
	to->other_reasons += from->other_reasons;
	moments_merge(&to->other_layers, &from->other_layers);
}

static void
join_strata(struct cell *to, const struct cell *from)
{
	for (size_t i = 0; i < from->nstratum; i++) {
		const struct escape_stratum *f = &from->stratum[i];
		struct escape_stratum *t = cell_stratum(to, f->rate);
		t->autonomous += f->autonomous;
		t->audited += f->audited;
		t->errors += f->errors;
		t->waiting += f->waiting;
	}
	to->counts.autonomous += from->counts.autonomous;
	to->counts.labelled += from->counts.labelled;
	to->counts.errors += from->counts.errors;
}

static void
add_counts(uint64_t *to, const uint64_t *from, size_t n)
{
	for (size_t i = 0; i < n; i++)
		to[i] += from[i];
}

void
cell_join(struct cell *to, const struct cell *from, const struct translation *t)
{
	to->n += from->n;
	add_counts(to->action, from->action, ACTIONS);
	add_counts(to->risk, from->risk, RISK_LEVELS + 1);
	add_counts(to->outcome, from->outcome, OUTCOMES);
	to->never += from->never;
	moments_merge(&to->confidence, &from->confidence);
	moments_merge(&to->threshold, &from->threshold);
	moments_merge(&to->doubt, &from->doubt);
	moments_merge(&to->rating, &from->rating);
	moments_merge(&to->cost, &from->cost);
	for (int i = 0; i < CALIBRATION_BINS; i++) {
		to->bin[i].n += from->bin[i].n;
		to->bin[i].right += from->bin[i].right;
		to->bin[i].confidence += from->bin[i].confidence;
	}
	sketch_merge(&to->latency, &from->latency);
	sketch_merge(&to->wait, &from->wait);
	sketch_merge(&to->handling, &from->handling);
	sketch_merge(&to->edit, &from->edit);
	to->answered += from->answered;
	to->accepted += from->accepted;
	to->used_known += from->used_known;
	to->used += from->used;
	to->agree_known += from->agree_known;
	to->agree += from->agree;
	to->agree_approve += from->agree_approve;
	to->sla_known += from->sla_known;
	to->sla_missed += from->sla_missed;
	to->thumbs_known += from->thumbs_known;
	to->thumbs_up += from->thumbs_up;
	join_strata(to, from);
	join_words(to, from, t);
}

void
cell_release(struct cell *c)
{
	free(c->stratum);
	free(c->reason);
	free(c->layer);
	sketch_release(&c->latency);
	sketch_release(&c->wait);
	sketch_release(&c->handling);
	sketch_release(&c->edit);
	*c = (struct cell){ 0 };
}
