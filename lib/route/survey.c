/* What a log shows (survey.h). */
#include <math.h>
#include <stdlib.h>

#include "policy/fieldvalue.h"
#include "route/survey.h"

int
survey_init(struct survey *s, struct policy *p, bool percent, struct err *e)
{
	*s = (struct survey){ .policy = p, .percent = percent };
	policy_use_field(p, FIELD_ID);
	policy_use_field(p, FIELD_TIME);
	policy_use_field(p, FIELD_TASK);
	policy_use_field(p, FIELD_CONFIDENCE);
	policy_use_field(p, FIELD_CORRECT);
	policy_use_field(p, FIELD_DRAFT);
	if (expr_set_want(p->exprs, ".action.irreversible", EXPR_CONDITION,
		&s->irreversible, e) == -1)
		return -1;
	return expr_set_want(
	    p->exprs, ".user_escalation", EXPR_CONDITION, &s->asked, e);
}

void
survey_release(struct survey *s)
{
	map_release(&s->tasks);
	free(s->decision);
}

static void
count_task(struct survey *s, const struct record *r)
{
	struct str name;
	uint32_t i;

	if (!field_name(s->ev, s->policy, r, FIELD_TASK, &name))
		return;
	i = map_find(&s->tasks, name);
	if (i == MAP_NONE && s->tasks.n < SURVEY_TASKS)
		i = map_put(&s->tasks, name, NULL);
	if (i == MAP_NONE)
		s->other_tasks++;
	else
		s->task[i]++;
}

static void
count_time(struct survey *s, const struct record *r)
{
	int64_t time = field_time(s->ev, s->policy, r);

	if (time == TIMESTAMP_NONE)
		return;
	if (s->timed == 0 || time < s->first)
		s->first = time;
	if (s->timed++ == 0 || time > s->last)
		s->last = time;
}

/* What a product is rounded by must not move a confidence that ends a bin. */
size_t
survey_bin(double x)
{
	size_t i = (size_t)(x * SURVEY_BINS);

	if ((double)i / SURVEY_BINS > x)
		i--;
	else if (i < SURVEY_BINS && (double)(i + 1) / SURVEY_BINS <= x)
		i++;
	return i;
}

/* Its confidence and label, if it has them. */
static void
count_label(struct survey *s, const struct record *r)
{
	int correct = field_correct(s->ev, s->policy, r);
	double x;
	bool sure = field_confidence(s->ev, s->policy, r, s->percent, &x) ==
		    CONFIDENCE_OK;

	s->labelled += correct != -1;
	s->wrong += correct == 0;
	if (!sure)
		return;
	s->sure++;
	s->bin[survey_bin(x)]++;
	if (correct == -1)
		return;
	VEC_ROOM(s->decision, s->ndecision, s->cap);
	s->decision[s->ndecision++] =
	    (struct decision){ .confidence = x, .error = correct == 0 };
}

int
survey_add(struct record *r, void *survey, struct err *e)
{
	struct survey *s = survey;
	struct str name;

	(void)e;
	s->n++;
	s->ids += field_name(s->ev, s->policy, r, FIELD_ID, &name);
	s->drafts += field_name(s->ev, s->policy, r, FIELD_DRAFT, &name);
	/* what fails counts, as it would at a gate */
	s->irreversibles += expr_condition(s->ev, r, s->irreversible) != 0;
	s->askings += expr_condition(s->ev, r, s->asked) != 0;
	count_task(s, r);
	count_time(s, r);
	count_label(s, r);
	return 0;
}

double
survey_volume(const struct survey *s)
{
	double days =
	    (double)(s->last - s->first) / (86400.0 * (double)USEC_PER_SECOND);

	/* below an hour there is no rate to speak of */
	return s->timed < 2 || days < 1.0 / 24 ? NAN : (double)s->timed / days;
}

uint64_t
survey_above(const struct survey *s, double t)
{
	size_t i = survey_bin(fmin(fmax(t, 0), 1));
	uint64_t n = 0;

	for (i += (double)i / SURVEY_BINS < t; i <= SURVEY_BINS; i++)
		n += s->bin[i];
	return n;
}
