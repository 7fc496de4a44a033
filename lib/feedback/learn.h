/*
 * Which decisions to have labelled next, and which labels to doubt
 * (hitl-feedback(1), learn).
 */
#ifndef HITL_FEEDBACK_LEARN_H
#define HITL_FEEDBACK_LEARN_H

#include "base/hash.h"
#include "base/sorter.h"
#include "feedback/lesson.h"

enum learn_strategy {
	LEARN_UNCERTAINTY, /* confidence near 0.5 */
	LEARN_THRESHOLD, /* near the threshold */
	LEARN_MARGIN, /* the first and the second nearly as good */
	LEARN_WEIGHT, /* drawn by 1 / (confidence + 0.01) */
	LEARN_RANDOM, /* drawn evenly */
	LEARN_NOISE, /* labels against a sure model */
};
extern const char *const learn_strategy_words[]; /* NULL-terminated */

struct learn_options {
	enum learn_strategy strategy;
	size_t budget; /* at most so many; 0: all */
	const char *by; /* groups that take turns, an expression, or NULL */
	const char *margin; /* expression, or NULL: .signals.margin */
	double threshold; /* NAN: the record's route.threshold */
	struct hash_key key; /* of what is drawn */
	size_t max_groups;
	bool percent; /* of plain confidences */
	size_t memory; /* bytes */
	const char *directory; /* of temporary files */
};

struct learn_totals {
	uint64_t read;
	uint64_t passed; /* labelled already; of noise, not labelled */
	uint64_t unknown; /* without a confidence, margin or threshold */
	uint64_t trusted; /* of noise: the model is not sure of another label */
	uint64_t behind; /* those that the budget has */
	uint64_t found; /* in the order */
};

struct learn;

/* Marks and adds what is read; before expr_set_compile().  NULL with *e. */
struct learn *
learn_new(struct policy *, const struct learn_options *, struct err *e);
void learn_free(struct learn *);
void learn_start(struct learn *, struct evaluator *);

/* A record_fn over a struct learn; takes one thread. */
int learn_add(struct record *, void *learn, struct err *);

/*
 * In order, the most urgent first, each record with a member "learn":
 * {"strategy", "rank", "score", "group"}; of noise also "label" and
 * "suspect_below".  Calls `line` for each.  -1 with *e.
 *
 * Of noise (Northcutt, Jiang & Chuang, "Confident learning", 2021) those
 * records come whose confidence in the other label reaches the mean
 * confidence, in that label, of the records that have it.
 */
typedef int learn_line_fn(void *, struct str line, struct err *e);
int learn_each(struct learn *, learn_line_fn *line, void *arg, struct err *e);

struct learn_totals learn_totals(const struct learn *);

#endif
