/* How much is at stake in a decision (risk.h). */
#include "policy/fieldvalue.h"
#include "route/risk.h"

enum {
	OVERLAYS = 2 * RISK_CACHE, /* in an arena, before it is emptied */
	TOGETHER = 63, /* rules at most that are tried in one go */
};

void
risk_use(struct policy *p)
{
	uint32_t when[TOGETHER];

	policy_use_field(p, FIELD_TASK);
	for (size_t i = 0; i < p->risk.nrule; i++) {
		expr_set_use(p->exprs, p->risk.rule[i].when);
		if (i < TOGETHER)
			when[i] = p->risk.rule[i].when;
	}
	if (p->risk.nrule <= TOGETHER)
		p->risk.batch = expr_batch_new(p->exprs, when, p->risk.nrule);
}

/* What has been found while the rules are gone through. */
struct rating {
	bool set; /* the first rule that sets has spoken */
	enum risk_level raised;
};

/* A rule that matches: 1, or -1, which is on doubt. */
static void
take_rule(const struct policy_rule *rule, size_t i, int match, struct rating *x,
    struct risk *risk)
{
	risk->matched[i / 64] |= UINT64_C(1) << i % 64;
	if (match == -1) {
		risk->failed[i / 64] |= UINT64_C(1) << i % 64;
		risk->erring = true;
	}
	if (!rule->raises) {
		x->set = true;
		risk->base = rule->level;
	} else if (rule->level > x->raised) {
		x->raised = rule->level;
	}
}

/* All conditions in one go, then those that hold, or take a closer look. */
static void
try_together(struct evaluator *ev, const struct policy *p,
    const struct record *r, struct rating *x, struct risk *risk)
{
	uint64_t unsure, left;
	uint64_t hold = expr_batch_test(ev, p->risk.batch, r, &unsure);

	for (left = hold | unsure; left != 0; left &= left - 1) {
		size_t i = (size_t)__builtin_ctzll(left);
		const struct policy_rule *rule = &p->risk.rule[i];
		int match = 1;
		if (!rule->raises && x->set)
			continue;
		if ((unsure >> i & 1) != 0)
			match = expr_condition(ev, r, rule->when);
		if (match != 0)
			take_rule(rule, i, match, x, risk);
	}
}

static void
try_in_turn(struct evaluator *ev, const struct policy *p,
    const struct record *r, struct rating *x, struct risk *risk)
{
	for (size_t i = 0; i < p->risk.nrule; i++) {
		const struct policy_rule *rule = &p->risk.rule[i];
		int match;
		if (!rule->raises && x->set)
			continue;
		if ((match = expr_condition(ev, r, rule->when)) != 0)
			take_rule(rule, i, match, x, risk);
	}
}

void
risk_rate(struct evaluator *ev, const struct policy *p, const struct record *r,
    const struct policy_task *task, struct risk *risk)
{
	struct rating x = { false, RISK_LOW };

	risk->base = RISK_UNKNOWN;
	risk->erring = false;
	risk->words = p->risk.nrule / 64 + 1;
	risk->few[0] = risk->few[1] = 0;
	risk->matched = risk->words == 1
			    ? risk->few
			    : arena_new(r->scratch, uint64_t, 2 * risk->words);
	risk->failed = risk->matched + risk->words;
	if (p->risk.batch != NULL)
		try_together(ev, p, r, &x, risk);
	else
		try_in_turn(ev, p, r, &x, risk);
	if (!x.set)
		risk->base = task != NULL && task->level != RISK_UNKNOWN
				 ? task->level
				 : p->risk.fallback;
	/* above an unknown base there may be more than what is raised to */
	risk->level = x.raised > risk->base ? x.raised : risk->base;
}

static bool
bit(const uint64_t *words, size_t i)
{
	return words[i / 64] >> i % 64 & 1;
}

/* {"level":…,"base":…,"rules":[…]}; an unknown level is null. */
static void
write_risk(const struct policy *p, const struct risk *risk, struct buf *out)
{
	const enum risk_level level[] = { risk->level, risk->base };
	static const char *const key[] = { "{\"level\":", ",\"base\":" };
	const char *comma = "";

	for (int i = 0; i < 2; i++) {
		buf_cstr(out, key[i]);
		if (level[i] == RISK_UNKNOWN)
			buf_cstr(out, "null");
		else
			buf_json_string(out, str_of(risk_words[level[i]]));
	}
	buf_cstr(out, ",\"rules\":[");
	for (size_t i = 0; i < p->risk.nrule; i++) {
		if (!bit(risk->matched, i))
			continue;
		buf_cstr(out, comma);
		comma = ",";
		buf_str(out, p->risk.rule[i].name_json);
		if (bit(risk->failed, i)) {
			out->n--; /* inside the closing quote */
			buf_cstr(out, "(error)\"");
		}
	}
	buf_cstr(out, "]}");
}

struct risk_text *
risk_text(struct risk_cache *c, const struct policy *p, const struct risk *risk)
{
	uint64_t matched = risk->matched[0], failed = risk->failed[0];
	uint64_t h = matched ^ failed << 7 ^ (uint64_t)risk->level << 3 ^
		     (uint64_t)risk->base << 5;
	struct risk_text *t = &c->entry[h * UINT64_C(0x9e3779b97f4a7c15) >> 32 &
					(RISK_CACHE - 1)];

	if (t->used && risk->words == 1 && t->matched == matched &&
	    t->failed == failed && t->level == risk->level &&
	    t->base == risk->base)
		return t;
	t->used = true;
	t->matched = matched;
	t->failed = failed;
	t->level = risk->level;
	t->base = risk->base;
	t->overlay.text.n = 0;
	buf_clear(&t->json);
	write_risk(p, risk, &t->json);
	return t;
}

/* What is wanted at and below `at`. */
static void
look_at_fields(struct risk_cache *c, const struct fields *f, uint32_t at)
{
	c->looked = true;
	c->whole = at;
	c->level = c->base = c->rules = FIELD_NONE;
	for (uint32_t i = fields_below(f, at, at); i != FIELD_NONE;
	     i = fields_below(f, at, i)) {
		const struct field_node *n = &f->node[i];
		if (n->parent != at || n->is_index)
			c->has_more = true;
		else if (str_eq(n->key, STR("level")))
			c->level = i;
		else if (str_eq(n->key, STR("base")))
			c->base = i;
		else if (str_eq(n->key, STR("rules")))
			c->rules = i;
		else
			c->has_more = true;
	}
}

static void
put_place(struct overlay *o, uint32_t node, const char *s, size_t n,
    enum json_type type)
{
	if (node != FIELD_NONE)
		o->place[o->n++] =
		    (struct overlay_place){ node, { { s, n }, type, false } };
}

/* A level as write_risk() has it; what stands behind it. */
static const char *
put_level(
    struct overlay *o, uint32_t node, const char *s, enum risk_level level)
{
	bool known = level != RISK_UNKNOWN;
	size_t n = known ? strlen(risk_words[level]) + 2 : 4;

	put_place(o, node, s, n, known ? JSON_STRING : JSON_NULL);
	return s + n;
}

/* Without a scan: it is known where everything stands. */
static void
place_directly(struct risk_cache *c, struct risk_text *t)
{
	struct overlay *o = &t->overlay;
	const char *s, *end;

	buf_reserve(&t->json, JSON_PADDING);
	memset(t->json.s + t->json.n, 0, JSON_PADDING);
	s = t->json.s;
	end = s + t->json.n - 1;
	*o = (struct overlay){ STR("risk"), buf_view(&t->json), 0, t->place };
	put_place(o, c->whole, s, t->json.n, JSON_OBJECT);
	s = put_level(o, c->level, s + strlen("{\"level\":"), t->level);
	s = put_level(o, c->base, s + strlen(",\"base\":"), t->base);
	s += strlen(",\"rules\":");
	put_place(o, c->rules, s, (size_t)(end - s), JSON_ARRAY);
}

const struct overlay *
risk_overlay(struct risk_cache *c, struct risk_text *t, const struct fields *f,
    uint32_t at)
{
	if (t->overlay.text.n > 0)
		return &t->overlay;
	if (!c->looked)
		look_at_fields(c, f, at);
	if (!c->has_more) {
		place_directly(c, t);
		return &t->overlay;
	}
	if (c->prepared == OVERLAYS) {
		for (int i = 0; i < RISK_CACHE; i++)
			c->entry[i].overlay.text.n = 0;
		arena_reset(&c->overlays);
		c->prepared = 0;
	}
	c->prepared++;
	overlay_prepare(
	    &t->overlay, f, STR("risk"), at, buf_view(&t->json), &c->overlays);
	return &t->overlay;
}

void
risk_cache_release(struct risk_cache *c)
{
	for (int i = 0; i < RISK_CACHE; i++)
		buf_release(&c->entry[i].json);
	arena_release(&c->overlays);
}
