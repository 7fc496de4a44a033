/*
 * A decision that people have looked at, as `hitl-feedback join` leaves it:
 * what was asked and answered, and what is to be learnt from the verdict.
 */
#ifndef HITL_FEEDBACK_LESSON_H
#define HITL_FEEDBACK_LESSON_H

#include "policy/review.h"

/* What of a decision's review, route and so on is read, besides fields. */
enum lesson_place {
	/* the first are those of enum review_text */
	LESSON_REVIEWER = REVIEW_TEXTS,
	LESSON_OUTCOME,
	LESSON_CORRECT,
	LESSON_REVIEWS,
	LESSON_AGREE,
	LESSON_USED,
	LESSON_EDIT_DISTANCE,
	LESSON_REVIEWED, /* the member review itself */
	LESSON_ACTION,
	LESSON_RISK,
	LESSON_CALIBRATED,
	LESSON_PLACES,
};

struct lesson_reader {
	const struct policy *policy;
	bool percent; /* of plain confidences */
	uint32_t place[LESSON_PLACES];
};

/* Marks and adds what is read; before expr_set_compile().  -1 with *e. */
int lesson_reader_init(struct lesson_reader *, struct policy *, struct err *e);

struct lesson { /* valid as long as the record */
	struct value id, task, question, draft; /* fields; absent: none */
	int64_t time; /* TIMESTAMP_NONE: none */
	double confidence; /* the calibrated one, if there; NAN: none */
	int action, risk; /* -1: not routed */
	bool reviewed; /* has a member review */
	int outcome; /* -1: no verdict */
	int correct; /* 1, 0; -1 unknown; without a review, the field's */
	int agree, used; /* 1, 0; -1 unknown */
	int scope; /* enum scope; -1: not said */
	double reviews; /* how many; NAN: not said */
	double edit_distance; /* NAN: unknown */
	struct value reviewer;
	struct value text[REVIEW_TEXTS];
};

void lesson_read(struct lesson *, const struct lesson_reader *,
    struct evaluator *, const struct record *);

/* Whether the verdict is not what the model said. */
bool lesson_is_correction(const struct lesson *);

/* Whether the review has that, and not an empty string or list. */
bool lesson_has(const struct lesson *, enum review_text);

/* What would mend the cause of an error. */
enum remedy {
	REMEDY_RETRIEVAL, /* it had not, or the wrong, evidence */
	REMEDY_POLICY, /* a rule was broken, or not known */
	REMEDY_THRESHOLD, /* it acted alone */
	REMEDY_PROMPT, /* none of these */
};
enum { REMEDIES = REMEDY_PROMPT + 1 };
extern const char *const remedy_words[];

/* The first that the review, or the route, speaks for. */
enum remedy lesson_remedy(const struct lesson *);

#endif
