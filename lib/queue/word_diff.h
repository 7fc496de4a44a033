/*
 * What has changed between two texts, word by word, as a person reads it.
 */
#ifndef HITL_QUEUE_WORD_DIFF_H
#define HITL_QUEUE_WORD_DIFF_H

#include "base/text.h"

enum diff_kind { DIFF_SAME, DIFF_REMOVED, DIFF_ADDED };

/*
 * Hands over the pieces of both texts in order: what is the same, what only
 * `a` has, what only `b` has.  A longest common subsequence of words and of
 * what stands between them (Wagner and Fischer 1974); where their numbers
 * multiply to more than DIFF_MOST, all of one is removed and all of the other
 * added, but for what begins and ends them both.
 */
#define DIFF_MOST ((size_t)1 << 24) /* bytes of memory */
typedef void diff_fn(void *arg, enum diff_kind, struct str piece);
void word_diff(struct str a, struct str b, diff_fn *, void *arg);

#endif
