/*
 * Datasets out of joined decisions (hitl-feedback(1), export): what may be
 * taught or tested, once an id, in an order and with splits that depend on
 * the ids and a key alone.
 */
#ifndef HITL_FEEDBACK_DATASET_H
#define HITL_FEEDBACK_DATASET_H

#include "base/hash.h"
#include "base/sorter.h"
#include "feedback/lesson.h"

enum dataset_kind {
	DATASET_GOLDEN,
	DATASET_HARD_NEGATIVES,
	DATASET_PROMPT_TESTS,
	DATASET_FINE_TUNE,
	DATASET_PREFERENCES,
	DATASET_POLICY_EXAMPLES,
	DATASET_EVALS,
};
enum { DATASET_KINDS = DATASET_EVALS + 1 };
extern const char *const dataset_kind_words[]; /* NULL-terminated */

/* Why a record is not in the dataset; the first that holds. */
enum left_out {
	LEFT_NOT_REVIEWED,
	LEFT_NO_VERDICT,
	LEFT_NO_ID,
	LEFT_NOT_THIS_KIND, /* such as an approval, of hard negatives */
	LEFT_DISPUTED, /* the reviewers do not agree */
	LEFT_TEMPORARY_POLICY, /* scopes that do not last */
	LEFT_BAD_RETRIEVAL,
	LEFT_ONE_OFF,
	LEFT_SCOPE_UNSAID, /* of a correction that would train */
	LEFT_NO_QUESTION,
	LEFT_NO_ANSWER,
	LEFT_DUPLICATE, /* a later record has the id */
	LEFT_NOT_SAMPLED, /* beyond --size */
	LEFT_REASONS,
};
extern const char *const left_out_words[]; /* NULL-terminated */

enum { DATASET_SPLITS = 16, DATASET_KEPT = 32 };

struct dataset_split {
	struct str name;
	double share; /* of 1, all together */
};

struct dataset_kept { /* a further member */
	struct str name;
	struct str text; /* expression */
	uint32_t expr;
};

struct dataset_options {
	enum dataset_kind as;
	struct dataset_split split[DATASET_SPLITS]; /* [nsplit], or none */
	size_t nsplit;
	bool stable; /* an id's split does not depend on the others */
	struct hash_key key;
	size_t size; /* at most so many; 0: all */
	const char *by; /* strata, an expression; NULL: task, route, outcome */
	struct map *drop; /* keys of members */
	struct dataset_kept kept[DATASET_KEPT]; /* [nkept] */
	size_t nkept;
	const char *system; /* what a chat begins with, or NULL */
	const char *assertion; /* of prompt tests; NULL: equals */
	double min_confidence; /* of hard negatives; negative: 0.8 */
	int unsaid; /* enum scope where none is given; -1: none */
	bool with_id; /* also where the format has none */
	bool percent; /* of plain confidences */
	size_t memory; /* bytes */
	const char *directory; /* of temporary files */
};

struct dataset;

/* Marks and adds what is read; before expr_set_compile().  NULL with *e. */
struct dataset *
dataset_new(struct policy *, const struct dataset_options *, struct err *e);
void dataset_free(struct dataset *);
void dataset_start(struct dataset *, struct evaluator *);

/* A record_fn over a struct dataset; takes one thread. */
int dataset_add(struct record *, void *dataset, struct err *);

/* When all are in; -1 with *e. */
int dataset_settle(struct dataset *, struct err *e);

/*
 * Each item of it, in order, with the number of its split (0 without) and
 * the id (JSON).  -1 with *e.
 */
typedef int dataset_item_fn(
    void *, size_t split, struct str item, struct str id, struct err *e);
int dataset_each(struct dataset *, dataset_item_fn *, void *arg, struct err *e);

uint64_t dataset_left(const struct dataset *, enum left_out);
uint64_t dataset_items(const struct dataset *);

/* What is in it, one object, after dataset_each(): counts and hashes. */
void dataset_write_manifest(const struct dataset *, struct buf *);

#endif
