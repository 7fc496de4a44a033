/*
 * Datasets (dataset.h): items are sorted by a keyed hash of their ids, so
 * that two of one id meet, and that their order says nothing of the log's.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "feedback/dataset_data.h"
#include "record/json_drop.h"

/*
 * In front of the id, as JSON, and the item.  A reviewed record that is left
 * out stands there, too: an earlier one of its id is out of date.
 */
enum { STRATUM_NONE = UINT32_MAX };
struct packed {
	uint32_t stratum, id;
} __attribute__((packed));

struct dataset *
dataset_new(struct policy *p, const struct dataset_options *o, struct err *e)
{
	struct dataset *d = calloc(1, sizeof(*d));
	uint32_t id;

	if (d == NULL)
		memory_exhausted();
	d->options = *o;
	if (o->assertion == NULL)
		d->options.assertion = "equals";
	if (o->min_confidence < 0)
		d->options.min_confidence = 0.8;
	d->by = POLICY_NONE;
	d->sorter = sorter_new(o->memory, o->directory);
	d->reader.percent = o->percent;
	if (lesson_reader_init(&d->reader, p, e) == -1)
		goto fail;
	if (o->by != NULL) {
		if (expr_set_add(p->exprs, "--by", str_of(o->by), EXPR_VALUE,
			&id, e) == -1)
			goto fail;
		expr_set_use(p->exprs, id);
		d->by = id;
	}
	for (size_t i = 0; i < o->nkept; i++) {
		struct dataset_kept *k = &d->options.kept[i];
		if (expr_set_add(p->exprs, "--keep", k->text, EXPR_VALUE,
			&k->expr, e) == -1)
			goto fail;
		expr_set_use(p->exprs, k->expr);
	}
	return d;
fail:
	dataset_free(d);
	return NULL;
}

void
dataset_free(struct dataset *d)
{
	if (d == NULL)
		return;
	sorter_free(d->sorter);
	map_release(&d->names);
	free(d->stratum);
	buf_release(&d->item);
	buf_release(&d->packed);
	buf_release(&d->scratch);
	arena_release(&d->arena);
	free(d);
}

void
dataset_start(struct dataset *d, struct evaluator *ev)
{
	d->ev = ev;
}

/* What a lesson is one of, as JSON. */
static struct str
stratum_name(struct dataset *d, const struct lesson *x, const struct record *r)
{
	struct buf *b = &d->scratch;
	struct value by;

	buf_clear(b);
	if (d->by != POLICY_NONE) {
		by = expr_look(d->ev, r, (uint32_t)d->by);
		buf_value(b, &by);
		return buf_view(b);
	}
	buf_cstr(b, "{\"task\":");
	buf_value(b, &x->task);
	buf_printf(b,
	    x->action == -1 ? ",\"action\":null" : ",\"action\":\"%s\"",
	    x->action == -1 ? "" : action_words[x->action]);
	buf_printf(
	    b, ",\"outcome\":\"%s\"}", outcome_word((enum outcome)x->outcome));
	return buf_view(b);
}

static int
stratum_of(struct dataset *d, const struct lesson *x, const struct record *r,
    uint32_t *number, struct err *e)
{
	bool added;

	*number = map_put(&d->names, stratum_name(d, x, r), &added);
	if (!added)
		return 0;
	if (d->names.n > STRATA_MOST)
		return err_set(e, STATUS_SYSTEM,
		    "--by: there are more than %d strata", STRATA_MOST);
	VEC_ROOM(d->stratum, *number, d->stratum_cap);
	d->stratum[*number] = (struct stratum){ .name = d->names.key[*number] };
	return 0;
}

static int
keep(struct dataset *d, const struct lesson *x, const struct record *r,
    uint32_t stratum, struct err *e)
{
	struct packed p = { stratum, (uint32_t)x->id.text.n };

	buf_clear(&d->packed);
	buf_add(&d->packed, &p, sizeof(p));
	buf_str(&d->packed, x->id.text);
	if (stratum != STRATUM_NONE)
		json_drop(&d->packed, buf_view(&d->item), d->options.drop);
	return sorter_add(d->sorter,
	    siphash(&d->options.key, value_name(&x->id, r->scratch)),
	    buf_view(&d->packed), e);
}

int
dataset_add(struct record *r, void *arg, struct err *e)
{
	struct dataset *d = arg;
	enum left_out left;
	uint32_t stratum;
	struct lesson x;

	if (json_depth(r->line) > JSON_DEPTH_WRAPPED)
		return err_set(e, STATUS_REJECTED, "is nested deeper than 500");
	lesson_read(&x, &d->reader, d->ev, r);
	if (x.scope == -1 && lesson_is_correction(&x))
		x.scope = d->options.unsaid;
	d->read++;
	left = dataset_judge(d, &x, r->scratch);
	if (left != LEFT_REASONS) {
		d->left[left]++;
		return left == LEFT_NOT_REVIEWED || value_is_null(&x.id)
			   ? 0
			   : keep(d, &x, r, STRATUM_NONE, e);
	}
	buf_clear(&d->item);
	dataset_write_item(d, &x, r, &d->item);
	if (stratum_of(d, &x, r, &stratum, e) == -1)
		return -1;
	return keep(d, &x, r, stratum, e);
}

/* An item as it comes back. */
struct item {
	uint64_t hash;
	uint32_t stratum;
	struct str id, text;
};

static struct item
unpack(uint64_t hash, struct str bytes)
{
	struct packed p;

	memcpy(&p, bytes.s, sizeof(p));
	bytes.s += sizeof(p);
	bytes.n -= sizeof(p);
	return (struct item){ hash, p.stratum, { bytes.s, p.id },
		{ bytes.s + p.id, bytes.n - p.id } };
}

/*
 * Each id once, its last record: an item is handed on when the next has
 * another hash.
 */
typedef int
item_fn(struct dataset *, const struct item *, void *, struct err *);

static int
each_id(struct dataset *d, item_fn *fn, void *arg, struct err *e)
{
	struct buf held = { 0 };
	uint64_t hash = 0, last = 0;
	struct item item = { 0 };
	struct str bytes;
	int got;

	if (sorter_rewind(d->sorter, e) == -1)
		return -1;
	d->left[LEFT_DUPLICATE] = 0;
	do {
		got = sorter_next(d->sorter, &hash, &bytes, e);
		if (got == -1)
			break;
		if (held.n > 0 && item.stratum != STRATUM_NONE) {
			if (got == 1 && hash == last)
				d->left[LEFT_DUPLICATE]++;
			else if (fn(d, &item, arg, e) == -1)
				got = -1;
		}
		if (got != 1)
			break;
		buf_clear(&held);
		buf_str(&held, bytes);
		last = hash;
		item = unpack(last, buf_view(&held));
	} while (got == 1);
	buf_release(&held);
	return got;
}

static int
count_found(
    struct dataset *d, const struct item *item, void *unused, struct err *e)
{
	(void)unused;
	(void)e;
	d->stratum[item->stratum].found++;
	return 0;
}

static int
by_name(const void *pa, const void *pb, void *arg)
{
	const struct stratum *all = arg;
	const uint32_t *a = pa, *b = pb;

	return str_cmp(all[*a].name, all[*b].name);
}

/* The order of the log does not matter for what is shared out. */
static void
sort_strata(struct dataset *d)
{
	d->order = arena_new(&d->arena, uint32_t, d->names.n + 1);
	for (uint32_t i = 0; i < d->names.n; i++)
		d->order[i] = i;
	if (d->names.n > 1)
		qsort_r(d->order, d->names.n, sizeof(*d->order), by_name,
		    d->stratum);
}

static uint64_t
found_in_all(const struct dataset *d)
{
	uint64_t all = 0;

	for (size_t i = 0; i < d->names.n; i++)
		all += d->stratum[i].found;
	return all;
}

/*
 * How many of each stratum: as many of each as all have, in proportion; the
 * fractions are carried on, so that the whole comes out right.
 */
static void
take_sizes(struct dataset *d)
{
	uint64_t all = found_in_all(d), given = 0;
	double share = d->options.size == 0 || d->options.size >= all
			   ? 1
			   : (double)d->options.size / (double)all;
	double exact = 0;

	for (size_t i = 0; i < d->names.n; i++) {
		struct stratum *s = &d->stratum[d->order[i]];
		exact += share * (double)s->found;
		s->wanted = (uint64_t)llround(exact) - given;
		if (s->wanted > s->found)
			s->wanted = s->found;
		given += s->wanted;
	}
	d->left[LEFT_NOT_SAMPLED] = all - given;
}

/* The same for the splits of each stratum, whole numbers that add up. */
static void
take_splits(struct dataset *d)
{
	double exact[DATASET_SPLITS] = { 0 };
	uint64_t given[DATASET_SPLITS] = { 0 };
	size_t n = d->options.nsplit;

	for (size_t i = 0; i < d->names.n; i++) {
		struct stratum *s = &d->stratum[d->order[i]];
		uint64_t left = s->wanted;
		for (size_t k = 0; k < n; k++) {
			double due;
			exact[k] +=
			    d->options.split[k].share * (double)s->wanted;
			due = floor(exact[k] - (double)given[k] + 1e-9);
			s->split[k] = due <= 0             ? 0
				      : due > (double)left ? left
							   : (uint64_t)due;
			left -= s->split[k];
			given[k] += s->split[k];
		}
		for (; left > 0; left--) { /* to whom most is due */
			size_t most = 0;
			for (size_t k = 1; k < n; k++)
				if (exact[k] - (double)given[k] >
				    exact[most] - (double)given[most])
					most = k;
			s->split[most]++;
			given[most]++;
		}
	}
}

int
dataset_settle(struct dataset *d, struct err *e)
{
	if (sorter_sort(d->sorter, e) == -1 ||
	    each_id(d, count_found, NULL, e) == -1)
		return -1;
	sort_strata(d);
	take_sizes(d);
	if (d->options.nsplit > 0 && !d->options.stable)
		take_splits(d);
	return 0;
}

/* By the hash alone: where it falls in [0, 1), mixed again as the order is. */
static size_t
stable_split(const struct dataset *d, uint64_t hash)
{
	double u = siphash_uniform(
	    &d->options.key, (struct str){ (const char *)&hash, sizeof(hash) });
	double sum = 0;
	size_t k = 0;

	for (; k + 1 < d->options.nsplit; k++) {
		sum += d->options.split[k].share;
		if (u < sum)
			break;
	}
	return k;
}

/* The order within a stratum is by hash: its first go to the first split. */
static size_t
split_of(const struct dataset *d, const struct item *item, uint64_t rank)
{
	const struct stratum *s = &d->stratum[item->stratum];
	size_t k = 0;

	if (d->options.nsplit == 0)
		return 0;
	if (d->options.stable)
		return stable_split(d, item->hash);
	for (uint64_t end = s->split[0]; rank >= end; end += s->split[k])
		k++;
	return k;
}

struct handing {
	dataset_item_fn *fn;
	void *arg;
	struct sha256 *sum[DATASET_SPLITS];
};

static int
hand_on(struct dataset *d, const struct item *item, void *arg, struct err *e)
{
	struct stratum *s = &d->stratum[item->stratum];
	const struct handing *h = arg;
	uint64_t rank = s->seen++;
	size_t split;

	if (rank >= s->wanted)
		return 0;
	split = split_of(d, item, rank);
	if (d->options.stable)
		s->split[split]++;
	d->items[split]++;
	sha256_add(h->sum[split], item->text);
	sha256_add(h->sum[split], STR("\n"));
	return h->fn(h->arg, split, item->text, item->id, e);
}

int
dataset_each(struct dataset *d, dataset_item_fn *fn, void *arg, struct err *e)
{
	size_t n = d->options.nsplit == 0 ? 1 : d->options.nsplit;
	struct handing h = { .fn = fn, .arg = arg };
	int r;

	for (size_t k = 0; k < n; k++)
		h.sum[k] = sha256_new();
	r = each_id(d, hand_on, &h, e);
	for (size_t k = 0; k < n; k++)
		sha256_end(h.sum[k], d->hash[k]);
	return r;
}

uint64_t
dataset_left(const struct dataset *d, enum left_out reason)
{
	return d->left[reason];
}

uint64_t
dataset_items(const struct dataset *d)
{
	uint64_t n = 0;

	for (size_t k = 0; k < DATASET_SPLITS; k++)
		n += d->items[k];
	return n;
}
