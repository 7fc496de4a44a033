/* From the value of a field to what it means (fieldvalue.h). */
#include <math.h>

#include "policy/fieldvalue.h"
#include "record/number.h"

/* The value of a field; EXPR_EMPTY where the policy has no such field. */
static enum expr_result
field_value(struct evaluator *ev, const struct policy *p,
    const struct record *r, enum field field, struct value *v)
{
	if (p->field[field] == POLICY_NONE)
		return EXPR_EMPTY;
	return expr_value(ev, r, (uint32_t)p->field[field], v);
}

/* "0.87", "87%" and the like. */
static bool
number_in_string(struct str text, bool percent, double *x)
{
	text = str_trim(text);
	if (text.n > 1 && text.s[text.n - 1] == '%') {
		percent = true;
		text.n--;
		text = str_trim(text);
	}
	return (percent ? number_parse_percent : number_parse)(text, x);
}

enum confidence_state
confidence_parse(const struct value *v, bool percent, double *x)
{
	struct str text;

	switch (v->type) {
	case JSON_ABSENT: return CONFIDENCE_ABSENT;
	case JSON_NULL: return CONFIDENCE_NULL;
	case JSON_NUMBER:
		if (!percent)
			*x = number_value(v->text);
		else if (!number_parse_percent(v->text, x))
			return CONFIDENCE_NOT_A_NUMBER;
		break;
	case JSON_STRING:
		/* no escape can be part of a number */
		text = (struct str){ v->text.s + 1, v->text.n - 2 };
		if (!number_in_string(text, percent, x))
			return CONFIDENCE_NOT_A_NUMBER;
		break;
	default: return CONFIDENCE_NOT_A_NUMBER;
	}
	return *x >= 0 && *x <= 1 ? CONFIDENCE_OK : CONFIDENCE_OUT_OF_RANGE;
}

/* 0..1 of one signal; true and false are 1 and 0. */
static enum confidence_state
signal_value(struct evaluator *ev, const struct policy_signal *s,
    const struct record *r, double *x)
{
	enum confidence_state state;
	struct value v = { 0 };

	if (expr_value(ev, r, (uint32_t)s->value, &v) == EXPR_ERROR)
		return CONFIDENCE_ERROR;
	if (v.type == JSON_TRUE || v.type == JSON_FALSE) {
		*x = v.type == JSON_TRUE;
		return CONFIDENCE_OK;
	}
	state = confidence_parse(&v, false, x);
	if (state != CONFIDENCE_ABSENT && state != CONFIDENCE_NULL)
		return state;
	*x = s->missing;
	return s->needed ? CONFIDENCE_ABSENT : CONFIDENCE_OK;
}

/* Their weighted mean. */
static enum confidence_state
signals_confidence(struct evaluator *ev, const struct policy *p,
    const struct record *r, double *out)
{
	double sum = 0, weights = 0, x;

	for (size_t i = 0; i < p->nsignal; i++) {
		const struct policy_signal *s = &p->signal[i];
		enum confidence_state state = signal_value(ev, s, r, &x);
		if (state != CONFIDENCE_OK)
			return state;
		sum += s->weight * x;
		weights += s->weight;
	}
	*out = sum >= weights ? 1 : sum / weights;
	return CONFIDENCE_OK;
}

enum confidence_state
field_confidence(struct evaluator *ev, const struct policy *p,
    const struct record *r, bool percent, double *x)
{
	struct value v = { 0 };

	if (p->nsignal > 0)
		return signals_confidence(ev, p, r, x);
	switch (field_value(ev, p, r, FIELD_CONFIDENCE, &v)) {
	case EXPR_OK: return confidence_parse(&v, percent, x);
	case EXPR_EMPTY: return CONFIDENCE_ABSENT;
	default: return CONFIDENCE_ERROR;
	}
}

double
field_probability(struct evaluator *ev, const struct policy *p,
    const struct record *r, const struct value *calibrated, bool percent)
{
	enum confidence_state state;
	double x;

	state = calibrated->type == JSON_ABSENT
		    ? field_confidence(ev, p, r, percent, &x)
		    : confidence_parse(calibrated, false, &x);
	return state == CONFIDENCE_OK ? x : NAN;
}

int
field_correct(
    struct evaluator *ev, const struct policy *p, const struct record *r)
{
	struct value v = { 0 };
	double x;

	if (field_value(ev, p, r, FIELD_CORRECT, &v) != EXPR_OK)
		return -1;
	switch (v.type) {
	case JSON_TRUE: return 1;
	case JSON_FALSE: return 0;
	case JSON_NUMBER:
		x = number_value(v.text);
		return x == 1 ? 1 : x == 0 ? 0 : -1;
	default: return -1;
	}
}

bool
field_weight(struct evaluator *ev, const struct policy *p,
    const struct record *r, double *w)
{
	struct value v = { 0 };

	if (field_value(ev, p, r, FIELD_WEIGHT, &v) != EXPR_OK ||
	    v.type != JSON_NUMBER)
		return false;
	*w = number_value(v.text);
	return *w >= 1e-6 && *w <= 1e12;
}

/* Seconds would be the year 5138, milliseconds are March 1973. */
static const double least_milliseconds = 1e11;

int64_t
time_value(const struct value *v, struct arena *scratch)
{
	int64_t usec;
	double x;

	if (v->type == JSON_STRING &&
	    timestamp_parse(value_string(v, scratch), &usec) == 0)
		return usec;
	if (v->type != JSON_NUMBER)
		return TIMESTAMP_NONE;
	x = number_value(v->text);
	if (fabs(x) >= least_milliseconds)
		x /= 1000;
	return timestamp_from_seconds(x, &usec) == 0 ? usec : TIMESTAMP_NONE;
}

int64_t
field_time(struct evaluator *ev, const struct policy *p, const struct record *r)
{
	struct value v = { 0 };

	if (field_value(ev, p, r, FIELD_TIME, &v) != EXPR_OK)
		return TIMESTAMP_NONE;
	return time_value(&v, r->scratch);
}

bool
field_name(struct evaluator *ev, const struct policy *p, const struct record *r,
    enum field field, struct str *name)
{
	struct value v = { 0 };

	if (field_value(ev, p, r, field, &v) != EXPR_OK || value_is_null(&v))
		return false;
	*name = value_name(&v, r->scratch);
	return true;
}

const struct policy_task *
field_task(struct evaluator *ev, const struct policy *p, const struct record *r)
{
	struct str name;

	if (p->task_names.n == 0 || !field_name(ev, p, r, FIELD_TASK, &name))
		return NULL;
	return policy_task(p, name);
}
