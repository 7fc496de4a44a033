/*
 * Many reviews (reviews.h): packed, sorted by the hash of the id, and looked
 * up by it.
 */
#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "feedback/reviews.h"

struct reviews {
	struct reviews_options options;
	struct sorted_table *table;
	atomic_uchar *matched; /* a bit for each in the table */
	struct reviews_totals totals;
	/* while reading */
	const struct review_places *places;
	struct evaluator *ev;
	struct sorter *sorter;
	struct buf packed;
	uint64_t order;
	/* while the table is made: what the id has so far */
	uint64_t number;
	struct kept {
		struct {
			uint64_t fingerprint, reviewer;
		} review[REVIEWS_MOST];
		size_t n;
	} opinions, uses;
};

static int
add_review(struct record *r, void *state, struct err *e)
{
	struct reviews *x = state;
	struct review w;

	if (review_read(&w, x->places, x->ev, r, e) == -1)
		return -1;
	w.order = x->order++;
	x->totals.uses += w.is_use;
	review_digest(&w, r->scratch);
	if (x->options.keep_lines)
		w.line = r->line;
	buf_clear(&x->packed);
	review_pack(&w, &x->packed);
	return sorter_add(
	    x->sorter, hash_private(w.id), buf_view(&x->packed), e);
}

/*
 * Whether it is delivered again: it says the same at the same time, or
 * without a time the same as its reviewer's last one.
 */
static bool
is_again(const struct kept *k, const struct review *w, uint64_t reviewer)
{
	bool timed = w->reviewed_at != TIMESTAMP_NONE || w->is_use;

	for (size_t i = k->n; i-- > 0;) {
		if (timed && k->review[i].fingerprint == w->fingerprint)
			return true;
		if (!timed && w->reviewer.n > 0 &&
		    k->review[i].reviewer == reviewer)
			return k->review[i].fingerprint == w->fingerprint;
	}
	return false;
}

/*
 * Each review once, and not too many of one id; of uses, which are no reviews,
 * as many beside them: what is more says nothing new.
 */
static bool
keep(void *arg, uint64_t number, struct str bytes)
{
	struct reviews *x = arg;
	struct kept *k;
	struct review w;
	uint64_t reviewer;

	if (number != x->number)
		x->opinions.n = x->uses.n = 0;
	x->number = number;
	review_unpack(&w, bytes);
	k = w.is_use ? &x->uses : &x->opinions;
	reviewer = hash_private(w.reviewer);
	if (is_again(k, &w, reviewer)) {
		x->totals.duplicates++;
		return false;
	}
	if (k->n == REVIEWS_MOST) {
		x->totals.beyond += !w.is_use;
		x->totals.uses_beyond += w.is_use;
		return false;
	}
	k->review[k->n].fingerprint = w.fingerprint;
	k->review[k->n++].reviewer = reviewer;
	return true;
}

static int
make_table(struct reviews *x, struct err *e)
{
	size_t memory = x->options.memory / 2;
	uint64_t n;

	if (sorter_sort(x->sorter, e) == -1)
		return -1;
	x->table = sorted_table_new(
	    x->sorter, memory, x->options.directory, keep, x, e);
	sorter_free(x->sorter);
	x->sorter = NULL;
	if (x->table == NULL)
		return -1;
	n = sorted_table_count(x->table) / 8 + 1;
	if ((x->matched = calloc(n, sizeof(*x->matched))) == NULL)
		memory_exhausted();
	return 0;
}

struct reviews *
reviews_load(const struct review_places *places, char *const file[],
    const struct stream_options *options, const struct reviews_options *o,
    enum status *status, struct err *e)
{
	struct reviews *x = calloc(1, sizeof(*x));
	struct stream_totals totals;

	if (x == NULL)
		memory_exhausted();
	x->options = *o;
	x->places = places;
	if (stream_check(file, e) == -1) {
		reviews_free(x);
		return NULL;
	}
	x->ev = evaluator_new(places->exprs);
	x->sorter = sorter_new(o->memory / 2, o->directory);
	*status = stream_run(options, file, expr_set_fields(places->exprs),
	    &(struct stream_job){ .record = add_review, .state = x }, &totals);
	evaluator_free(x->ev);
	x->ev = NULL;
	if (make_table(x, e) == -1) {
		reviews_free(x);
		return NULL;
	}
	return x;
}

void
reviews_free(struct reviews *x)
{
	if (x == NULL)
		return;
	sorter_free(x->sorter);
	sorted_table_free(x->table);
	buf_release(&x->packed);
	free(x->matched);
	free(x);
}

struct reviews_totals
reviews_totals(const struct reviews *x)
{
	return x->totals;
}

void
reviews_view_init(struct reviews_view *v, struct reviews *all)
{
	*v = (struct reviews_view){ .all = all };
	table_cursor_init(&v->cursor, all->table);
}

void
reviews_view_release(struct reviews_view *v)
{
	table_cursor_release(&v->cursor);
	buf_release(&v->bytes);
}

static void
mark(struct reviews *x, uint64_t ordinal)
{
	atomic_fetch_or_explicit(&x->matched[ordinal / 8],
	    (unsigned char)(1 << ordinal % 8), memory_order_relaxed);
}

static bool
is_marked(const struct reviews *x, uint64_t ordinal)
{
	return (atomic_load_explicit(
		    &x->matched[ordinal / 8], memory_order_relaxed) >>
		       ordinal % 8 &
		   1) != 0;
}

int
reviews_of(
    struct reviews_view *v, struct str id, size_t *n, bool *used, struct err *e)
{
	uint64_t wanted = hash_private(id), number, ordinal;
	struct str bytes;
	struct review w;
	int got;

	*n = 0;
	*used = false;
	if (!sorted_table_may_have(v->all->table, wanted))
		return 0;
	if (table_seek(&v->cursor, wanted, e) == -1)
		return -1;
	buf_clear(&v->bytes);
	while (
	    (got = table_next(&v->cursor, &number, &ordinal, &bytes, e)) == 1 &&
	    number == wanted) {
		review_unpack(&w, bytes);
		if (!str_eq(w.id, id))
			continue;
		mark(v->all, ordinal);
		*used |= w.is_use;
		if (w.is_use)
			continue;
		assert(*n < REVIEWS_MOST);
		v->end[*n] = v->bytes.n;
		buf_str(&v->bytes, bytes);
		v->end[++*n] = v->bytes.n;
	}
	for (size_t i = 0; i < *n; i++)
		review_unpack(
		    &v->review[i], (struct str){ v->bytes.s + v->end[i],
				       v->end[i + 1] - v->end[i] });
	return got == -1 ? -1 : 0;
}

static int
write_lines(struct sorter *lines, struct output *out, struct err *e)
{
	uint64_t order;
	struct str line;
	int got;

	if (sorter_sort(lines, e) == -1)
		return -1;
	while ((got = sorter_next(lines, &order, &line, e)) == 1) {
		buf_str(&out->buf, line);
		if (output_line(out) == -1)
			return output_error(out, e);
	}
	return got;
}

int
reviews_unmatched(const struct reviews *x, struct output *out,
    uint64_t *reviews, uint64_t *ids, struct err *e)
{
	struct sorter *lines =
	    sorter_new(x->options.memory / 2, x->options.directory);
	uint64_t number, ordinal, last = 0;
	struct table_cursor c;
	struct str bytes;
	struct review w;
	int got;

	*reviews = *ids = 0;
	table_cursor_init(&c, x->table);
	while ((got = table_next(&c, &number, &ordinal, &bytes, e)) == 1) {
		if (is_marked(x, ordinal))
			continue;
		*ids += *reviews == 0 || number != last;
		last = number;
		++*reviews;
		if (out == NULL)
			continue;
		review_unpack(&w, bytes);
		if ((got = sorter_add(lines, w.order, w.line, e)) == -1)
			break;
	}
	if (got == 0 && out != NULL)
		got = write_lines(lines, out, e);
	table_cursor_release(&c);
	sorter_free(lines);
	return got;
}
