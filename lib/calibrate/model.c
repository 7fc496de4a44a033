/* Model files (model.h). */
#include <math.h>
#include <stdlib.h>

#include "calibrate/model.h"
#include "record/json_tree.h"

double
predictor_apply(const struct predictor *p, const double *x)
{
	if (p->combines)
		return combination_apply(&p->combination, x);
	return isnan(*x) ? NAN : calibrator_apply(&p->calibrator, *x);
}

void
predictor_release(struct predictor *p)
{
	calibrator_release(&p->calibrator);
}

static void
write_list(struct buf *out, const char *key, const double *x, size_t n)
{
	buf_printf(out, ",\"%s\":[", key);
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_char(out, ',');
		buf_json_double(out, x[i]);
	}
	buf_char(out, ']');
}

static void
write_calibrator(struct buf *out, const struct calibrator *c)
{
	buf_cstr(out, "{\"clip\":");
	buf_json_double(out, c->clip);
	switch (c->method) {
	case CALIBRATION_PLATT:
		buf_json_member(out, "slope", c->a);
		buf_json_member(out, "intercept", c->b);
		break;
	case CALIBRATION_TEMPERATURE:
		buf_json_member(out, "temperature", c->a);
		break;
	case CALIBRATION_BETA:
		buf_json_member(out, "a", c->a);
		buf_json_member(out, "b", c->b);
		buf_json_member(out, "c", c->c);
		break;
	default:
		write_list(out, "x", c->x, c->n);
		write_list(out, "y", c->y, c->n);
		if (c->method == CALIBRATION_VENN_ABERS)
			write_list(out, "below", c->z, c->n + 1);
	}
	buf_char(out, '}');
}

static void
write_combination(struct buf *out, const struct combination *c)
{
	buf_cstr(out, "{\"clip\":");
	buf_json_double(out, c->clip);
	buf_json_member(out, "bias", c->bias);
	buf_cstr(out, ",\"signals\":[");
	for (size_t i = 0; i < c->k; i++) {
		const struct signal_scale *s = &c->signal[i];
		if (i > 0)
			buf_char(out, ',');
		buf_printf(
		    out, "{\"input\":\"%s\"", s->logit ? "logit" : "plain");
		buf_json_member(out, "mean", s->mean);
		buf_json_member(out, "deviation", s->deviation);
		buf_json_member(out, "weight", s->weight);
		buf_json_member(out, "missing_weight", s->missing_weight);
		buf_char(out, '}');
	}
	buf_cstr(out, "]}");
}

void
predictor_write(struct buf *out, const struct predictor *p)
{
	if (p->combines)
		write_combination(out, &p->combination);
	else
		write_calibrator(out, &p->calibrator);
}

/* Reading: every member must be there and make sense. */
struct reading {
	struct model *m;
	struct err *e;
};

static int
bad(const struct reading *r, const char *what)
{
	return err_set(r->e, STATUS_USAGE,
	    "%s: %s: the model is damaged; fit it again", r->m->file, what);
}

static int
read_number(
    const struct reading *r, const struct json *j, const char *key, double *x)
{
	const struct json *v = json_get(j, key);

	if (v == NULL || v->value.type != JSON_NUMBER || !isfinite(v->number))
		return bad(r, key);
	*x = v->number;
	return 0;
}

static int
read_list(const struct reading *r, const struct json *j, const char *key,
    size_t n, bool rises, double **x)
{
	const struct json *v = json_get(j, key);

	if (v == NULL || v->value.type != JSON_ARRAY || v->n != n)
		return bad(r, key);
	*x = malloc((n + 1) * sizeof(**x));
	if (*x == NULL)
		memory_exhausted();
	for (size_t i = 0; i < n; i++) {
		(*x)[i] = v->element[i].number;
		if (v->element[i].value.type != JSON_NUMBER ||
		    !((*x)[i] >= 0 && (*x)[i] <= 1) ||
		    (rises && i > 0 && (*x)[i] <= (*x)[i - 1]))
			return bad(r, key);
	}
	return 0;
}

static int
read_steps(const struct reading *r, const struct json *j, struct calibrator *c)
{
	const struct json *x = json_get(j, "x");

	c->n = x == NULL ? 0 : x->n;
	if (c->n == 0 && c->method != CALIBRATION_VENN_ABERS)
		return bad(r, "x");
	if (read_list(r, j, "x", c->n, true, &c->x) == -1 ||
	    read_list(r, j, "y", c->n, false, &c->y) == -1)
		return -1;
	if (c->method == CALIBRATION_VENN_ABERS)
		return read_list(r, j, "below", c->n + 1, false, &c->z);
	return 0;
}

static int
read_calibrator(
    const struct reading *r, const struct json *j, struct calibrator *c)
{
	if (read_number(r, j, "clip", &c->clip) == -1)
		return -1;
	switch (c->method) {
	case CALIBRATION_PLATT:
		return read_number(r, j, "slope", &c->a) == -1
			   ? -1
			   : read_number(r, j, "intercept", &c->b);
	case CALIBRATION_TEMPERATURE:
		if (read_number(r, j, "temperature", &c->a) == -1)
			return -1;
		return c->a > 0 ? 0 : bad(r, "temperature");
	case CALIBRATION_BETA:
		return read_number(r, j, "a", &c->a) == -1 ||
			       read_number(r, j, "b", &c->b) == -1
			   ? -1
			   : read_number(r, j, "c", &c->c);
	default: return read_steps(r, j, c);
	}
}

static int
read_signal(
    const struct reading *r, const struct json *j, struct signal_scale *s)
{
	const struct json *input = json_get(j, "input");

	if (input == NULL || input->value.type != JSON_STRING)
		return bad(r, "input");
	s->logit = str_eq(input->string, STR("logit"));
	if (read_number(r, j, "mean", &s->mean) == -1 ||
	    read_number(r, j, "deviation", &s->deviation) == -1 ||
	    read_number(r, j, "weight", &s->weight) == -1 ||
	    read_number(r, j, "missing_weight", &s->missing_weight) == -1)
		return -1;
	return s->deviation > 0 ? 0 : bad(r, "deviation");
}

static int
read_combination(
    const struct reading *r, const struct json *j, struct combination *c)
{
	const struct json *signals = json_get(j, "signals");

	c->k = r->m->k;
	if (signals == NULL || signals->value.type != JSON_ARRAY ||
	    signals->n != c->k)
		return bad(r, "signals");
	if (read_number(r, j, "clip", &c->clip) == -1 ||
	    read_number(r, j, "bias", &c->bias) == -1)
		return -1;
	for (size_t i = 0; i < c->k; i++)
		if (read_signal(r, &signals->element[i], &c->signal[i]) == -1)
			return -1;
	return 0;
}

static int
read_predictor(
    const struct reading *r, const struct json *j, struct predictor *p)
{
	*p = r->m->all;
	p->calibrator.x = p->calibrator.y = p->calibrator.z = NULL;
	if (j == NULL || j->value.type != JSON_OBJECT)
		return bad(r, "parameters");
	return p->combines ? read_combination(r, j, &p->combination)
			   : read_calibrator(r, j, &p->calibrator);
}

static int
read_method(const struct reading *r, const struct json *root)
{
	const struct json *method = json_get(root, "method");
	struct model *m = r->m;

	if (method == NULL || method->value.type != JSON_STRING)
		return bad(r, "method");
	if (str_eq(method->string, STR("logistic"))) {
		m->method = "logistic";
		m->all.combines = true;
		return 0;
	}
	for (int i = 0; i < CALIBRATIONS; i++)
		if (str_eq(method->string, str_of(calibration_words[i]))) {
			m->method = calibration_words[i];
			m->all.calibrator.method = (enum calibration)i;
			return 0;
		}
	return bad(r, "method");
}

static int
read_fields(const struct reading *r, const struct json *root, struct arena *a)
{
	const struct json *fields = json_get(root, "fields");
	const struct json *scale = json_get(root, "scale");
	const struct json *x;
	struct model *m = r->m;

	if (scale == NULL || scale->value.type != JSON_STRING)
		return bad(r, "scale");
	m->percent = str_eq(scale->string, STR("percent"));
	if (!m->all.combines) {
		x = json_get(fields, "confidence");
		if (x == NULL || x->value.type != JSON_STRING)
			return bad(r, "fields.confidence");
		m->confidence = x->string;
		m->k = 1;
		return 0;
	}
	x = json_get(fields, "signals");
	if (x == NULL || x->value.type != JSON_ARRAY || x->n == 0 ||
	    x->n > SIGNALS_MOST)
		return bad(r, "fields.signals");
	m->k = x->n;
	m->signal = arena_new(a, struct str, x->n);
	for (size_t i = 0; i < x->n; i++) {
		if (x->element[i].value.type != JSON_STRING)
			return bad(r, "fields.signals");
		m->signal[i] = x->element[i].string;
	}
	return 0;
}

static int
read_folds(const struct reading *r, const struct json *folds)
{
	if (folds == NULL || folds->value.type == JSON_NULL)
		return 0;
	if (folds->value.type != JSON_ARRAY || folds->n != FOLDS)
		return bad(r, "folds");
	for (int i = 0; i < FOLDS; i++)
		if (read_predictor(r, &folds->element[i], &r->m->fold[i]) == -1)
			return -1;
	r->m->has_folds = true;
	return 0;
}

struct model *
model_load(const char *file, struct arena *a, struct err *e)
{
	struct model *m = arena_new(a, struct model, 1);
	const struct reading r = { m, e };
	const struct json *root, *kind;
	struct str bytes;

	*m = (struct model){ .file = file };
	root = json_load(
	    strcmp(file, "-") == 0 ? "/dev/stdin" : file, a, &bytes, e);
	if (root == NULL)
		return NULL;
	kind = json_get(root, "kind");
	if (kind == NULL || !str_eq(kind->string, STR("calibrator"))) {
		err_set(e, STATUS_USAGE,
		    "%s: is no model (\"kind\" is not \"calibrator\"; "
		    "hitl-calibrate fit makes one)",
		    file);
		return NULL;
	}
	if (read_method(&r, root) == -1 || read_fields(&r, root, a) == -1 ||
	    read_predictor(&r, json_get(root, "parameters"), &m->all) == -1 ||
	    read_folds(&r, json_get(root, "folds")) == -1) {
		model_release(m);
		return NULL;
	}
	return m;
}

void
model_release(struct model *m)
{
	if (m == NULL)
		return;
	predictor_release(&m->all);
	for (int i = 0; i < FOLDS; i++)
		predictor_release(&m->fold[i]);
}
