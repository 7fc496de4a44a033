/*
 * What a reviewer may give an item: one of several choices, a rating, a
 * text, spans of a text, or boxes in a picture; and how alike two such
 * labels are.
 */
#ifndef HITL_FEEDBACK_LABEL_H
#define HITL_FEEDBACK_LABEL_H

#include "base/error.h"
#include "base/map.h"
#include "record/json.h"

enum label_type {
	LABEL_CHOICE,
	LABEL_RATING,
	LABEL_TEXT,
	LABEL_SPAN,
	LABEL_BOX,
};
extern const char *const label_type_words[]; /* NULL-terminated */

enum { LABEL_PARTS = 100 }; /* spans or boxes in one label, at most */

struct label {
	struct value value; /* as it came first */
	struct str name; /* what it is called; its own by label_set_name() */
	double rating;
	const uint64_t *token; /* [n] of a text, hashes, ascending */
	const struct span *span; /* [n], normalised */
	const struct box *box; /* [n] */
	size_t n;
};

/*
 * All labels of one run, each once: what says the same is the same, however
 * it is spelled, but a number is no string.
 */
struct label_set {
	enum label_type type;
	struct map meanings; /* -> label[] */
	struct label *label; /* [meanings.n] */
	size_t cap;
	struct map names; /* that are given */
	struct map kinds; /* of spans and boxes */
	struct arena arena;
	double least, most; /* ratings seen, or as set */
	bool ranged; /* they are set */
};
void label_set_init(struct label_set *, enum label_type);
void label_set_release(struct label_set *);

/*
 * The number of a label, entered when it is new; -1 with *e
 * (STATUS_REJECTED) if it is none of the type.
 *   rating  a number, within the range if one is set
 *   text    a string
 *   span    {"start", "end", "label"?} with start < end, or a list of them
 *   box     {"x", "y", "width", "height", "label"?}, or
 *           {"xmin", "ymin", "xmax", "ymax", "label"?}, or a list of them
 */
int label_set_put(struct label_set *, const struct value *,
    struct arena *scratch, uint32_t *number, struct err *e);

/*
 * Names labels, by number[n]: what they say, so that they can be keys.  A
 * string that is called as another is, as "1" beside 1, keeps its quotes.
 */
void label_set_name(struct label_set *, const uint32_t *number, size_t n);

/*
 * 1: the same, 0: nothing in common.  Choices by what they say, ratings by
 * their distance over the range, texts by their tokens (runs of letters and
 * digits, ASCII ones in lower case), spans and boxes by stats/overlap.h.
 */
double label_similarity(const struct label_set *, uint32_t a, uint32_t b);

#endif
