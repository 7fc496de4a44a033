/* The policy's section "review": what of several reviews is the verdict. */
#include "policy/load.h"

const char *const final_words[] = {
	[FINAL_LAST] = "last",
	[FINAL_MAJORITY] = "majority",
	[FINAL_SENIOR] = "senior",
	[FINAL_CONSENSUS] = "consensus",
	NULL,
};

static int
final(struct loader *l, const struct json *j, const char *path, void *to)
{
	struct policy_review *review = to;
	int i;

	if (load_word(l, j, path, final_words, &i) == -1)
		return -1;
	review->final = (enum final_rule)i;
	return 0;
}

static int
reviewer(struct loader *l, const struct json *j, const char *path, void *to)
{
	struct policy_review *review = to;
	struct str *name = &review->senior[review->nsenior];

	if (load_string(l, j, path, name) == -1)
		return -1;
	for (size_t i = 0; i < review->nsenior; i++)
		if (str_eq(review->senior[i], *name))
			return load_fail(l, path, "is there twice");
	review->nsenior++;
	return 0;
}

static int
senior(struct loader *l, const struct json *j, const char *path, void *to)
{
	struct policy_review *review = to;

	review->senior = arena_new(l->arena, struct str, j->n + 1);
	return load_elements(l, j, path, reviewer, to);
}

int
load_review(
    struct loader *l, const struct json *j, const char *path, void *unused)
{
	static const struct key keys[] = {
		{ "final", final, false, 0 },
		{ "senior", senior, false, 0 },
		{ "correct_within", load_fraction, false,
		    offsetof(struct policy_review, correct_within) },
	};
	struct policy_review *review = &l->policy->review;

	(void)unused;
	if (load_object(l, j, path, keys, LENGTH(keys), review) == -1)
		return -1;
	if (review->final == FINAL_SENIOR && review->nsenior == 0)
		return load_fail(l, path,
		    "final \"senior\" needs \"senior\", the reviewers from "
		    "the highest down");
	return 0;
}
