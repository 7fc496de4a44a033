/*
 * Many reviews, to be found by the id of the decision they are about; in
 * memory as far as that goes, else in a temporary file.
 */
#ifndef HITL_FEEDBACK_REVIEWS_H
#define HITL_FEEDBACK_REVIEWS_H

#include "base/sorted_table.h"
#include "policy/review.h"
#include "record/stream.h"

/* Of one decision, and of uses as many beside them; the first ones count. */
enum { REVIEWS_MOST = 100 };

struct reviews_options {
	size_t memory; /* bytes */
	const char *directory; /* of temporary files; NULL: the usual one */
	bool keep_lines; /* for reviews_unmatched() */
};

struct reviews;

struct reviews_totals {
	uint64_t uses; /* that say a correction was used */
	uint64_t duplicates; /* said the same of the same decision again */
	uint64_t beyond; /* REVIEWS_MOST of a decision */
	uint64_t uses_beyond; /* as many of it that are uses */
};

/*
 * Reads files of reviews, NULL-terminated, whose members stand in places that
 * are compiled; bad ones are told, counted and left out, and *status is the
 * worst that happened.  NULL with *e.
 */
struct reviews *reviews_load(const struct review_places *, char *const file[],
    const struct stream_options *, const struct reviews_options *,
    enum status *status, struct err *e);
void reviews_free(struct reviews *);

struct reviews_totals reviews_totals(const struct reviews *);

/* A view of them: one a thread. */
struct reviews_view {
	struct reviews *all;
	struct table_cursor cursor;
	struct buf bytes;
	struct review review[REVIEWS_MOST];
	size_t end[REVIEWS_MOST + 1];
};
void reviews_view_init(struct reviews_view *, struct reviews *);
void reviews_view_release(struct reviews_view *);

/*
 * Those of one decision in view->review[*n], in the order they came; valid
 * until the next call.  They are matched from then on.  *used says whether
 * there is one that is no opinion but says so; it is not among them.  -1 with
 * *e.
 */
int reviews_of(
    struct reviews_view *, struct str id, size_t *n, bool *used, struct err *e);

/*
 * The reviews that met no decision, and the ids they are for; in the order
 * they came to `out`, if that is not NULL.  -1 with *e.
 */
int reviews_unmatched(const struct reviews *, struct output *out,
    uint64_t *reviews, uint64_t *ids, struct err *e);

#endif
