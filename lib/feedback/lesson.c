/* A decision that people have looked at (lesson.h). */
#include <math.h>

#include "feedback/lesson.h"
#include "feedback/reviews.h"
#include "policy/fieldvalue.h"
#include "record/number.h"

static const char *const paths[LESSON_PLACES] = {
	[REVIEW_CATEGORY] = ".review?.category?",
	[REVIEW_REASON] = ".review?.reason?",
	[REVIEW_CORRECTION] = ".review?.correction?",
	[REVIEW_RATING] = ".review?.rating?",
	[REVIEW_COMMENT] = ".review?.comment?",
	[REVIEW_SCOPE] = ".review?.scope?",
	[REVIEW_MISSING_EVIDENCE] = ".review?.missing_evidence?",
	[REVIEW_INCORRECT_EVIDENCE] = ".review?.incorrect_evidence?",
	[REVIEW_BETTER_QUERY] = ".review?.better_query?",
	[REVIEW_POLICY_REASON] = ".review?.policy_reason?",
	[LESSON_REVIEWER] = ".review?.reviewer?",
	[LESSON_OUTCOME] = ".review?.outcome?",
	[LESSON_CORRECT] = ".review?.correct?",
	[LESSON_REVIEWS] = ".review?.reviews?",
	[LESSON_AGREE] = ".review?.agree?",
	[LESSON_USED] = ".review?.used?",
	[LESSON_EDIT_DISTANCE] = ".review?.edit_distance?",
	[LESSON_REVIEWED] = ".review?",
	[LESSON_ACTION] = ".route?.action?",
	[LESSON_RISK] = ".route?.risk?",
	[LESSON_CALIBRATED] = ".calibrated?.confidence?",
};

int
lesson_reader_init(struct lesson_reader *l, struct policy *p, struct err *e)
{
	static const enum field fields[] = { FIELD_ID, FIELD_TIME, FIELD_TASK,
		FIELD_CONFIDENCE, FIELD_CORRECT, FIELD_DRAFT, FIELD_QUESTION };

	*l = (struct lesson_reader){ .policy = p };
	for (size_t i = 0; i < LENGTH(fields); i++)
		policy_use_field(p, fields[i]);
	return expr_set_want_all(p->exprs, paths, LESSON_PLACES, l->place, e);
}

/* Where it is looked for. */
struct looking {
	const struct lesson_reader *reader;
	struct evaluator *ev;
	const struct record *r;
};

static struct value
look(const struct looking *l, int place)
{
	return expr_look(l->ev, l->r, l->reader->place[place]);
}

static struct value
look_field(const struct looking *l, enum field f)
{
	return expr_look(l->ev, l->r, (uint32_t)l->reader->policy->field[f]);
}

static int
look_bool(const struct looking *l, int place)
{
	struct value v = look(l, place);

	return value_bool(&v);
}

static double
look_number(const struct looking *l, int place)
{
	struct value v = look(l, place);

	return value_number(&v);
}

static int
look_word(const struct looking *l, int place, const char *const list[])
{
	struct value v = look(l, place);

	return value_word(&v, list, l->r->scratch);
}

static double
confidence_of(const struct looking *l)
{
	struct value v = look(l, LESSON_CALIBRATED);

	return field_probability(
	    l->ev, l->reader->policy, l->r, &v, l->reader->percent);
}

/* What cannot be counts as if it were not there. */
static double
look_between(const struct looking *l, int place, double least, double most)
{
	double x = look_number(l, place);

	return x >= least && x <= most ? x : NAN;
}

static void
read_review(struct lesson *x, const struct looking *l)
{
	struct value v = look(l, LESSON_OUTCOME);

	if (v.type == JSON_STRING)
		x->outcome = outcome_parse(value_string(&v, l->r->scratch));
	x->correct = look_bool(l, LESSON_CORRECT);
	x->agree = look_bool(l, LESSON_AGREE);
	x->used = look_bool(l, LESSON_USED);
	x->scope = look_word(l, REVIEW_SCOPE, scope_words);
	x->reviews = look_between(l, LESSON_REVIEWS, 1, REVIEWS_MOST);
	if (x->reviews != floor(x->reviews))
		x->reviews = NAN;
	x->edit_distance = look_between(l, LESSON_EDIT_DISTANCE, 0, 1);
	x->reviewer = look(l, LESSON_REVIEWER);
	for (int i = 0; i < REVIEW_TEXTS; i++)
		x->text[i] = look(l, i);
}

void
lesson_read(struct lesson *x, const struct lesson_reader *reader,
    struct evaluator *ev, const struct record *r)
{
	const struct looking l = { reader, ev, r };
	struct value review = look(&l, LESSON_REVIEWED);

	*x = (struct lesson){ .id = look_field(&l, FIELD_ID),
		.task = look_field(&l, FIELD_TASK),
		.question = look_field(&l, FIELD_QUESTION),
		.draft = look_field(&l, FIELD_DRAFT),
		.time = field_time(ev, reader->policy, r),
		.confidence = confidence_of(&l),
		.action = look_word(&l, LESSON_ACTION, action_words),
		.risk = look_word(&l, LESSON_RISK, risk_words),
		.reviewed = review.type == JSON_OBJECT,
		.outcome = -1,
		.correct = -1,
		.agree = -1,
		.used = -1,
		.scope = -1,
		.reviews = NAN,
		.edit_distance = NAN };
	if (x->reviewed)
		read_review(x, &l);
	else
		x->correct = field_correct(ev, reader->policy, r);
}

bool
lesson_is_correction(const struct lesson *x)
{
	return x->outcome == OUTCOME_REJECT || x->outcome == OUTCOME_CORRECT;
}

const char *const remedy_words[] = {
	[REMEDY_RETRIEVAL] = "retrieval",
	[REMEDY_POLICY] = "policy",
	[REMEDY_THRESHOLD] = "threshold",
	[REMEDY_PROMPT] = "prompt",
	NULL,
};

bool
lesson_has(const struct lesson *x, enum review_text i)
{
	struct str text = x->text[i].text;

	if (value_is_null(&x->text[i]))
		return false;
	/* an empty string or list says nothing */
	if (text.n >= 2 && (text.s[0] == '"' || text.s[0] == '['))
		return str_trim((struct str){ text.s + 1, text.n - 2 }).n > 0;
	return true;
}

enum remedy
lesson_remedy(const struct lesson *x)
{
	if (lesson_has(x, REVIEW_MISSING_EVIDENCE) ||
	    lesson_has(x, REVIEW_INCORRECT_EVIDENCE) ||
	    lesson_has(x, REVIEW_BETTER_QUERY) ||
	    x->scope == SCOPE_BAD_RETRIEVAL)
		return REMEDY_RETRIEVAL;
	if (lesson_has(x, REVIEW_POLICY_REASON) ||
	    x->scope == SCOPE_TEMPORARY_POLICY)
		return REMEDY_POLICY;
	if (x->action == ACTION_AUTO || x->action == ACTION_AUTO_AUDIT)
		return REMEDY_THRESHOLD;
	return REMEDY_PROMPT;
}
