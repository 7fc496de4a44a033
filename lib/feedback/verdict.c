/* What several reviews come to (verdict.h). */
#include "feedback/reviews.h"
#include "feedback/verdict.h"

static bool
is_later(const struct review *a, const struct review *b)
{
	if (a->reviewed_at != b->reviewed_at)
		return a->reviewed_at > b->reviewed_at;
	return a->order > b->order;
}

static const struct review *
later(const struct review *a, const struct review *b)
{
	return a == NULL || is_later(b, a) ? b : a;
}

/* Whether its reviewer has thought better of it. */
static bool
is_superseded(const struct review *w, const struct review *all, size_t n)
{
	if (w->reviewer.n == 0)
		return false;
	for (size_t i = 0; i < n; i++)
		if (str_eq(all[i].reviewer, w->reviewer) &&
		    is_later(&all[i], w))
			return true;
	return false;
}

static size_t
rank(const struct policy_review *policy, struct str reviewer)
{
	size_t i = 0;

	while (i < policy->nsenior && !str_eq(policy->senior[i], reviewer))
		i++;
	return i;
}

static const struct review *
by_senior(const struct policy_review *policy,
    const struct review *const *opinion, size_t n)
{
	const struct review *best = NULL;
	size_t highest = SIZE_MAX;

	for (size_t i = 0; i < n; i++) {
		size_t at = rank(policy, opinion[i]->reviewer);
		if (at < highest) {
			highest = at;
			best = opinion[i];
		} else if (at == highest) {
			best = later(best, opinion[i]);
		}
	}
	return best;
}

static size_t
votes_like(
    const struct review *w, const struct review *const *opinion, size_t n)
{
	size_t votes = 0;

	for (size_t i = 0; i < n; i++)
		votes += opinion[i]->outcome == w->outcome &&
			 opinion[i]->answer == w->answer;
	return votes;
}

/* Of those with an outcome the one whose correction most gave. */
static const struct review *
commonest(enum outcome outcome, const struct review *const *opinion, size_t n)
{
	const struct review *best = NULL;
	size_t most = 0;

	for (size_t i = 0; i < n; i++) {
		size_t votes;
		if (opinion[i]->outcome != outcome)
			continue;
		votes = votes_like(opinion[i], opinion, n);
		if (best == NULL || votes > most ||
		    (votes == most && is_later(opinion[i], best)))
			best = opinion[i];
		if (votes > most)
			most = votes;
	}
	return best;
}

static const struct review *
by_majority(const struct review *const *opinion, size_t n)
{
	size_t votes[OUTCOMES] = { 0 }, most = 0, with_most = 0;
	enum outcome winner = OUTCOME_APPROVE;

	for (size_t i = 0; i < n; i++)
		votes[opinion[i]->outcome]++;
	for (int o = 0; o < OUTCOMES; o++)
		if (votes[o] > most)
			most = votes[o];
	for (int o = 0; o < OUTCOMES; o++) {
		if (votes[o] == most) {
			winner = (enum outcome)o;
			with_most++;
		}
	}
	return with_most > 1 ? NULL : commonest(winner, opinion, n);
}

static bool
same_outcome(const struct review *const *opinion, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (opinion[i]->outcome != opinion[0]->outcome)
			return false;
	return true;
}

static const struct review *
final_of(const struct policy_review *policy, const struct review *latest,
    const struct review *const *opinion, size_t n)
{
	switch (policy->final) {
	case FINAL_SENIOR: return by_senior(policy, opinion, n);
	case FINAL_MAJORITY: return by_majority(opinion, n);
	case FINAL_CONSENSUS: return same_outcome(opinion, n) ? latest : NULL;
	default: return latest;
	}
}

struct verdict
verdict_of(const struct policy_review *policy, const struct review *review,
    const int *correct, size_t n)
{
	struct verdict v = { .reviews = n, .agree = true };
	const struct review *opinion[REVIEWS_MOST];
	int first = -1;

	for (size_t i = 0; i < n; i++) {
		v.latest = later(v.latest, &review[i]);
		if (is_superseded(&review[i], review, n))
			continue;
		opinion[v.opinions++] = &review[i];
		v.agree &= first == -1 || correct[i] == first;
		first = correct[i];
	}
	v.final = final_of(policy, v.latest, opinion, v.opinions);
	v.tied = v.final == NULL && policy->final == FINAL_MAJORITY;
	return v;
}
