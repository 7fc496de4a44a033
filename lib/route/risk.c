/* How much is at stake in a decision (risk.h). */
#include "policy/fieldvalue.h"
#include "route/risk.h"

void
risk_use(struct policy *p)
{
	policy_use_field(p, FIELD_TASK);
	for (size_t i = 0; i < p->risk.nrule; i++)
		expr_set_use(p->exprs, p->risk.rule[i].when);
}

static enum risk_level
task_or_default(
    struct evaluator *ev, const struct policy *p, const struct record *r)
{
	struct str task;
	uint32_t i;

	if (p->risk.task.n > 0 && field_name(ev, p, r, FIELD_TASK, &task) &&
	    (i = map_find(&p->risk.task, task)) != MAP_NONE)
		return p->risk.task_level[i];
	return p->risk.fallback;
}

static void
name_rule(struct buf *rules, struct str name, bool erring)
{
	if (rules->s[rules->n - 1] != '[')
		buf_char(rules, ',');
	buf_json_string(rules, name);
	if (erring) {
		rules->n--; /* inside the closing quote */
		buf_cstr(rules, "(error)\"");
	}
}

struct risk
risk_rate(struct evaluator *ev, const struct policy *p, const struct record *r,
    struct buf *rules)
{
	struct risk risk = { RISK_UNKNOWN, RISK_UNKNOWN, false };
	enum risk_level raised = RISK_LOW;
	bool set = false;

	buf_char(rules, '[');
	for (size_t i = 0; i < p->risk.nrule; i++) {
		const struct policy_rule *rule = &p->risk.rule[i];
		int match;
		if (!rule->raises && set)
			continue; /* the first one has spoken */
		if ((match = expr_condition(ev, r, rule->when)) == 0)
			continue;
		risk.erring |= match == -1;
		name_rule(rules, rule->name, match == -1);
		if (!rule->raises) {
			set = true;
			risk.base = rule->level;
		} else if (rule->level > raised) {
			raised = rule->level;
		}
	}
	buf_char(rules, ']');
	if (!set)
		risk.base = task_or_default(ev, p, r);
	/* above an unknown base there may be more than what is raised to */
	risk.level = raised > risk.base ? raised : risk.base;
	return risk;
}

void
risk_json(const struct risk *risk, struct str rules, struct buf *out)
{
	const enum risk_level level[] = { risk->level, risk->base };
	static const char *const key[] = { "{\"level\":", ",\"base\":" };

	for (int i = 0; i < 2; i++) {
		buf_cstr(out, key[i]);
		if (level[i] == RISK_UNKNOWN)
			buf_cstr(out, "null");
		else
			buf_json_string(out, str_of(risk_words[level[i]]));
	}
	buf_cstr(out, ",\"rules\":");
	buf_str(out, rules);
	buf_char(out, '}');
}
