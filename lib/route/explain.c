/* Why a record went where it did (explain.h). */
#include <math.h>
#include <stdlib.h>

#include "base/printable.h"
#include "expr/paths.h"
#include "policy/fieldvalue.h"
#include "record/json_tree.h"
#include "route/explain.h"

enum { VALUE_MOST = 60 }; /* bytes of a value that are shown */

static size_t
path_index(const struct explainer *x, struct str path)
{
	size_t i = 0;

	while (i < x->n && !str_eq(x->path[i].text, path))
		i++;
	return i;
}

struct adding {
	struct explainer *x;
	struct err *e;
	bool failed;
};

static void
add_path(void *state, struct str path)
{
	struct adding *a = state;
	struct explainer *x = a->x;
	struct expr_set *set = x->router->policy->exprs;

	if (a->failed || path_index(x, path) < x->n)
		return;
	VEC_ROOM(x->path, x->n, x->cap);
	x->path[x->n].text = path;
	if (expr_set_add(set, "--explain", path, EXPR_VALUE, &x->path[x->n].id,
		a->e) == -1) {
		a->failed = true;
		return;
	}
	expr_set_use(set, x->path[x->n++].id);
}

int
explainer_init(struct explainer *x, struct router *t, struct err *e)
{
	struct adding a = { .x = x, .e = e };
	const struct policy *p = t->policy;
	const struct policy_route *route = &p->route;

	*x = (struct explainer){ .router = t };
#define ADD(when)                                                              \
	paths_each(expr_text(p->exprs, (uint32_t)(when)), add_path, &a)
	for (size_t i = 0; i < p->risk.nrule; i++)
		ADD(p->risk.rule[i].when);
	for (size_t i = 0; i < route->ngate; i++)
		ADD(route->gate[i].when);
	for (size_t i = 0; i < route->ntrigger; i++)
		ADD(route->trigger[i].when);
	for (size_t i = 0; i < route->nlayer; i++)
		if (route->layer[i].fail != POLICY_NONE)
			ADD(route->layer[i].fail);
	for (size_t i = 0; i < route->nqueue; i++)
		if (route->queue[i].when != POLICY_NONE)
			ADD(route->queue[i].when);
	for (size_t i = 0; i < route->nmove; i++)
		ADD(route->move[i].when);
#undef ADD
	return a.failed ? -1 : 0;
}

void
explainer_release(struct explainer *x)
{
	free(x->path);
}

/* JSON text from a record, safe on a terminal, and cut where it is long. */
static void
write_json(struct buf *out, struct str text)
{
	const char *most = text.s + VALUE_MOST;
	uint32_t c;
	size_t n;

	for (; text.n > 0; text.s += n, text.n -= n) {
		bool hidden = printable_hides(text, &c, &n);
		if (text.s + n > most) {
			buf_cstr(out, "...");
			return;
		}
		if (hidden && c > 0xffff) /* a pair, as JSON has it */
			buf_printf(out, "\\u%04x\\u%04x",
			    (unsigned)(0xd7c0 + (c >> 10)),
			    (unsigned)(0xdc00 | (c & 0x3ff)));
		else if (hidden)
			buf_printf(out, "\\u%04x", (unsigned)c);
		else
			buf_add(out, text.s, n);
	}
}

static void
write_value(struct buf *out, const struct value *v)
{
	write_json(out, value_is_null(v) ? STR("null") : v->text);
}

/* A name from a record, in quotes. */
static void
write_quoted(struct buf *out, struct str name)
{
	struct buf text = { 0 };

	buf_json_string(&text, name);
	write_json(out, buf_view(&text));
	buf_release(&text);
}

/* One condition being told. */
struct telling {
	struct explainer *x;
	const struct record *r;
	struct buf *out;
	size_t told; /* paths */
	uint64_t seen; /* of the first 64: told in this line already */
};

static void
tell_path(void *state, struct str path)
{
	struct telling *t = state;
	size_t i = path_index(t->x, path);
	struct value v;

	if (i == t->x->n || (i < 64 && (t->seen & UINT64_C(1) << i) != 0))
		return;
	if (i < 64)
		t->seen |= UINT64_C(1) << i;
	buf_cstr(t->out, t->told++ == 0 ? ", where " : ", ");
	buf_str(t->out, path);
	if (expr_value(t->x->router->ev, t->r, t->x->path[i].id, &v) ==
	    EXPR_OK) {
		buf_cstr(t->out, " is ");
		write_value(t->out, &v);
	} else {
		buf_cstr(t->out, " cannot be read");
	}
}

/* ": yes; .a > 3, where .a is 5" */
static void
tell_condition(
    struct explainer *x, const struct record *r, uint32_t when, struct buf *out)
{
	struct str text = expr_text(x->router->policy->exprs, when);
	struct telling t = { .x = x, .r = r, .out = out };
	int match = expr_condition(x->router->ev, r, when);

	buf_cstr(out, match == 1   ? ": yes; "
		      : match == 0 ? ": no; "
				   : ": it fails, which counts as yes; ");
	buf_str(out, str_trim(text));
	paths_each(text, tell_path, &t);
	buf_char(out, '\n');
}

static void
tell_name(struct buf *out, const char *what, struct str name)
{
	buf_printf(out, "  %s ", what);
	buf_str(out, name);
}

/* What makes the level: the record's own, or the policy's rating. */
static void
tell_risk(struct explainer *x, const struct record *r, bool own,
    const struct policy_task *task, struct buf *out)
{
	const struct policy *p = x->router->policy;
	struct str name;

	if (own) {
		buf_cstr(out, "  the record says so itself (.risk)\n");
		return;
	}
	if (!p->risk.given) {
		buf_cstr(out, "  neither the record nor the policy rates it\n");
		return;
	}
	if (field_name(x->router->ev, p, r, FIELD_TASK, &name)) {
		buf_cstr(out, "  task ");
		write_quoted(out, name);
		if (task != NULL && task->level != RISK_UNKNOWN)
			buf_printf(out, ": %s\n", risk_words[task->level]);
		else
			buf_cstr(out, ": the policy does not rate it\n");
	}
	if (p->risk.fallback != RISK_UNKNOWN)
		buf_printf(
		    out, "  other tasks: %s\n", risk_words[p->risk.fallback]);
	for (size_t i = 0; i < p->risk.nrule; i++) {
		const struct policy_rule *rule = &p->risk.rule[i];
		tell_name(out, "rule", rule->name);
		buf_printf(out, ", which %s %s",
		    rule->raises ? "raises it to" : "sets it to",
		    risk_words[rule->level]);
		tell_condition(x, r, rule->when, out);
	}
}

static void
tell_threshold(
    struct buf *out, const char *who, const struct policy_threshold *threshold)
{
	if (!threshold->given)
		return;
	buf_printf(out, "  %s: ", who);
	if (threshold->never)
		buf_cstr(out, "never alone\n");
	else
		buf_printf(
		    out, "%.*s\n", (int)threshold->json.n, threshold->json.s);
}

static void
tell_thresholds(struct explainer *x, const struct record *r,
    enum risk_level risk, const struct policy_task *task, struct buf *out)
{
	struct router *t = x->router;
	const struct policy_route *route = &t->policy->route;
	const struct policy_threshold *file = NULL, *best;
	bool speaks = false;

	if (risk != RISK_UNKNOWN) {
		tell_threshold(out, "for the risk", &route->by_risk[risk]);
		speaks |= route->by_risk[risk].given;
	}
	if (task != NULL) {
		tell_threshold(out, "for the task", &task->threshold);
		speaks |= task->threshold.given;
	}
	if (t->thresholds != NULL) {
		file = route_threshold_of_file(t, r);
		tell_threshold(out, t->thresholds->file, file);
		speaks = true;
	}
	if (!speaks && route->threshold.given)
		tell_threshold(out, "the policy's default", &route->threshold);
	else if (!speaks)
		buf_cstr(out, "  nothing speaks: never alone\n");
	best = route_threshold(t, r, risk, task);
	if (!isnan(relieve(t, r, risk, &best)))
		buf_printf(out,
		    "  lowered to %.*s, because more than %g tasks wait\n",
		    (int)best->json.n, best->json.s, route->relief.backlog);
}

/* An expression and what it says of the record. */
static void
tell_value(
    struct explainer *x, const struct record *r, int64_t id, struct buf *out)
{
	const struct router *t = x->router;
	struct value v;

	if (expr_value(t->ev, r, (uint32_t)id, &v) == EXPR_OK)
		write_value(out, &v);
	else
		buf_cstr(out, "cannot be read");
	buf_cstr(out, " (");
	buf_str(out, str_trim(expr_text(t->policy->exprs, (uint32_t)id)));
	buf_char(out, ')');
}

static void
tell_confidence(struct explainer *x, const struct record *r,
    const struct json *route, struct buf *out)
{
	const struct policy *p = x->router->policy;

	buf_cstr(out, "confidence: ");
	if (p->nsignal == 0) {
		tell_value(x, r, p->field[FIELD_CONFIDENCE], out);
		buf_char(out, '\n');
		return;
	}
	buf_str(out, json_get(route, "confidence")->value.text);
	buf_cstr(out, ", the weighted mean of signals\n");
	for (size_t i = 0; i < p->nsignal; i++) {
		const struct policy_signal *s = &p->signal[i];
		tell_name(out, "signal", s->name);
		buf_printf(out, ", weight %g: ", s->weight);
		tell_value(x, r, s->value, out);
		if (s->needed)
			buf_cstr(out, "; without it there is no confidence\n");
		else
			buf_printf(out, "; missing counts as %g\n", s->missing);
	}
}

/* The layers, as far as they were tried. */
static void
tell_cascade(struct explainer *x, const struct record *r,
    const struct json *route, struct buf *out)
{
	const struct policy_route *policy = &x->router->policy->route;
	const struct json *cascade = json_get(route, "cascade");
	const struct json *stopped = json_get(cascade, "stopped_by");

	if (policy->nlayer > 0 && cascade == NULL)
		buf_cstr(
		    out, "  cascade: not tried, a person answers anyway\n");
	for (size_t i = 0; i < policy->nlayer && cascade != NULL; i++) {
		const struct policy_layer *l = &policy->layer[i];
		bool stops = stopped->value.type == JSON_STRING &&
			     str_eq(stopped->string, l->name);
		tell_name(out, "layer", l->name);
		buf_cstr(out, stops ? ": stops it; " : ": passes; ");
		if (l->fail != POLICY_NONE) {
			buf_cstr(out, "must not hold");
			tell_condition(x, r, (uint32_t)l->fail, out);
		} else if (l->score != POLICY_NONE) {
			buf_printf(out, "must reach %g: ", l->pass);
			tell_value(x, r, l->score, out);
			buf_char(out, '\n');
		} else {
			buf_printf(out, "must reach %g by %s\n", l->pass,
			    l->command[0]);
		}
		if (stops)
			break;
	}
}

/* What the reasons ask for, one after another. */
static void
tell_way_out(const struct json *route, struct buf *out)
{
	const struct json *reasons = json_get(route, "reasons");
	struct str threshold = json_get(route, "threshold")->value.text;

	buf_cstr(out, "for the model to act alone:\n");
	for (size_t i = 0; i < reasons->n; i++) {
		struct str why = reasons->element[i].string;
		buf_cstr(out, "  ");
		if (str_eq(why, STR("confidence:below_threshold")))
			buf_printf(out, "a confidence of at least %.*s",
			    (int)threshold.n, threshold.s);
		else if (str_has_prefix(why, STR("confidence:")))
			buf_cstr(out, "a confidence that can be read");
		else if (str_eq(why, STR("threshold:none")))
			buf_cstr(out, "a threshold; none is given, or proven");
		else if (str_eq(why, STR("risk:critical")))
			buf_cstr(out, "a lower risk; no confidence is enough "
				      "at this one");
		else if (str_eq(why, STR("risk:unknown")))
			buf_cstr(out, "a risk; the policy and the record give "
				      "none");
		else if (str_has_prefix(why, STR("cascade:")))
			buf_cstr(out, "an answer that passes this layer");
		else if (str_eq(why, STR("risk:high")))
			buf_cstr(out, "nothing more; at high risk it is "
				      "audited");
		else
			buf_cstr(out, "not this");
		buf_printf(out, " (%.*s)\n", (int)why.n, why.s);
	}
}

static void
tell_end(const struct json *route, struct buf *out)
{
	static const char *const parts[] = { "queue", "tier", "priority",
		"sla_deadline" };
	struct str action = json_get(route, "action")->string;
	struct str respond = json_get(route, "respond")->string;
	const struct json *audit = json_get(route, "audit");

	buf_printf(out, "so: %.*s, %s\n", (int)action.n, action.s,
	    str_eq(respond, STR("model")) ? "the model answers"
	    : str_eq(respond, STR("model_flagged"))
		? "the model answers, marked as under review"
		: "a person answers");
	for (size_t i = 0; i < LENGTH(parts); i++) {
		const struct json *x = json_get(route, parts[i]);
		if (x != NULL && x->value.type == JSON_STRING)
			buf_printf(out, "  %s %.*s\n", parts[i],
			    (int)x->string.n, x->string.s);
	}
	if (json_get(audit, "state") != NULL &&
	    str_has_prefix(action, STR("AUTO")))
		buf_printf(out, "  its kind is %.*s\n",
		    (int)json_get(audit, "state")->string.n,
		    json_get(audit, "state")->string.s);
	if (json_get(audit, "rate")->number > 0)
		buf_printf(out, "  audited at a rate of %g: %s\n",
		    json_get(audit, "rate")->number,
		    json_get(audit, "selected")->value.type == JSON_TRUE
			? "selected"
			: "not selected");
	if (str_has_prefix(action, STR("AUTO")))
		return;
	tell_way_out(route, out);
}

/* The queues up to the one that takes it, and what moves it up. */
static void
tell_queues(struct explainer *x, const struct record *r, struct buf *out)
{
	const struct policy_route *route = &x->router->policy->route;

	for (size_t i = 0; i < route->nqueue; i++) {
		const struct policy_queue *q = &route->queue[i];
		tell_name(out, "queue", q->name);
		if (q->when == POLICY_NONE) {
			buf_cstr(out, ": takes all\n");
			break;
		}
		tell_condition(x, r, (uint32_t)q->when, out);
		if (expr_condition(x->router->ev, r, (uint32_t)q->when) != 0)
			break;
	}
	for (size_t i = 0; i < route->nmove; i++) {
		const struct policy_move *m = &route->move[i];
		tell_name(out, "tier rule", m->name);
		buf_printf(out, ", from %s to %s", tier_words[m->tier],
		    tier_words[m->next]);
		tell_condition(x, r, (uint32_t)m->when, out);
	}
}

void
explain_record(struct explainer *x, struct record *r, struct buf *out)
{
	struct router *t = x->router;
	const struct policy *p = t->policy;
	const struct policy_task *task = field_task(t->ev, p, r);
	bool own = r->slot[t->risk_node].type != JSON_ABSENT;
	struct buf text = { 0 };
	const struct json *route, *risk;
	struct str field;
	struct err e;
	int level;

	route_record(t, r, &text);
	route = json_parse(buf_view(&text), r->scratch, &e);
	risk = json_get(route, "risk");
	level = risk->value.type == JSON_STRING
		    ? word_index(risk_words, risk->string)
		    : RISK_UNKNOWN;
	if (field_name(t->ev, p, r, FIELD_ID, &field)) {
		buf_cstr(out, "decision ");
		write_quoted(out, field);
		buf_char(out, '\n');
	}
	buf_printf(out, "risk: %s\n",
	    level == RISK_UNKNOWN ? "unknown" : risk_words[level]);
	tell_risk(x, r, own, task, out);
	tell_confidence(x, r, route, out);
	field = json_get(route, "threshold")->value.text;
	if (str_eq(field, STR("null")))
		buf_cstr(out, "threshold: none, it may never act alone\n");
	else
		buf_printf(out,
		    "threshold: %.*s, the highest of those that speak\n",
		    (int)field.n, field.s);
	tell_thresholds(x, r, (enum risk_level)level, task, out);
	for (size_t i = 0; i < p->route.ngate; i++) {
		tell_name(out, "gate", p->route.gate[i].name);
		tell_condition(x, r, p->route.gate[i].when, out);
	}
	for (size_t i = 0; i < p->route.ntrigger; i++) {
		tell_name(out, "trigger", p->route.trigger[i].name);
		tell_condition(x, r, p->route.trigger[i].when, out);
	}
	tell_cascade(x, r, route, out);
	if (json_get(route, "queue")->value.type == JSON_STRING)
		tell_queues(x, r, out);
	tell_end(route, out);
	buf_release(&text);
}
