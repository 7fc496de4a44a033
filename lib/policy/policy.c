/* The policy file as a whole (policy.h). */
#include <stdlib.h>
#include <string.h>

#include "policy/load.h"

const char *const field_words[] = {
	[FIELD_ID] = "id",
	[FIELD_TIME] = "time",
	[FIELD_TASK] = "task",
	[FIELD_CONFIDENCE] = "confidence",
	[FIELD_CORRECT] = "correct",
	[FIELD_WEIGHT] = "weight",
	[FIELD_DRAFT] = "draft",
	[FIELD_ACTION] = "action",
	[FIELD_RATING] = "rating",
	[FIELD_THUMBS] = "thumbs",
	[FIELD_QUESTION] = "question",
	[FIELD_REVIEW_ID] = "review.id",
	[FIELD_REVIEW_REVIEWER] = "review.reviewer",
	[FIELD_REVIEW_OUTCOME] = "review.outcome",
	[FIELD_REVIEW_CORRECT] = "review.correct",
	[FIELD_REVIEW_CLAIMED_AT] = "review.claimed_at",
	[FIELD_REVIEW_REVIEWED_AT] = "review.reviewed_at",
	[FIELD_REVIEW_USED] = "review.used",
	[FIELD_REVIEW_CATEGORY] = "review.category",
	[FIELD_REVIEW_REASON] = "review.reason",
	[FIELD_REVIEW_CORRECTION] = "review.correction",
	[FIELD_REVIEW_RATING] = "review.rating",
	[FIELD_REVIEW_COMMENT] = "review.comment",
	[FIELD_REVIEW_SCOPE] = "review.scope",
	[FIELD_REVIEW_MISSING_EVIDENCE] = "review.missing_evidence",
	[FIELD_REVIEW_INCORRECT_EVIDENCE] = "review.incorrect_evidence",
	[FIELD_REVIEW_BETTER_QUERY] = "review.better_query",
	[FIELD_REVIEW_POLICY_REASON] = "review.policy_reason",
	[FIELD_REVIEW_ROUND] = "review.round",
	NULL,
};

/* jq path used unless told otherwise; NULL: the field is absent (weight). */
static const char *const field_defaults[] = {
	[FIELD_ID] = ".id",
	[FIELD_TIME] = ".ts",
	[FIELD_TASK] = ".task_type",
	[FIELD_CONFIDENCE] = ".confidence",
	[FIELD_CORRECT] = ".correct",
	[FIELD_WEIGHT] = NULL,
	[FIELD_DRAFT] = ".output",
	[FIELD_ACTION] = ".action",
	[FIELD_RATING] = ".rating",
	[FIELD_THUMBS] = ".thumbs",
	[FIELD_QUESTION] = ".input",
	[FIELD_REVIEW_ID] = ".id",
	[FIELD_REVIEW_REVIEWER] = ".reviewer",
	[FIELD_REVIEW_OUTCOME] = ".outcome",
	[FIELD_REVIEW_CORRECT] = ".correct",
	[FIELD_REVIEW_CLAIMED_AT] = ".claimed_at",
	[FIELD_REVIEW_REVIEWED_AT] = ".reviewed_at",
	[FIELD_REVIEW_USED] = ".used",
	[FIELD_REVIEW_CATEGORY] = ".category",
	[FIELD_REVIEW_REASON] = ".reason",
	[FIELD_REVIEW_CORRECTION] = ".correction",
	[FIELD_REVIEW_RATING] = ".rating",
	[FIELD_REVIEW_COMMENT] = ".comment // .notes",
	[FIELD_REVIEW_SCOPE] = ".scope",
	[FIELD_REVIEW_MISSING_EVIDENCE] = ".missing_evidence",
	[FIELD_REVIEW_INCORRECT_EVIDENCE] = ".incorrect_evidence",
	[FIELD_REVIEW_BETTER_QUERY] = ".better_query",
	[FIELD_REVIEW_POLICY_REASON] = ".policy_reason",
	[FIELD_REVIEW_ROUND] = ".round",
};

/* A field of a review goes by its whole name. */
static const char *
nearest_field(struct str name)
{
	static const struct str review = STR("review.");
	struct str word;

	for (int i = FIELD_REVIEW_ID; i < FIELDS; i++) {
		word = str_of(field_words[i]);
		word.s += review.n;
		word.n -= review.n;
		if (str_eq(word, name))
			return field_words[i];
	}
	return str_nearest(name, field_words, FIELDS);
}

static int
unknown_field(struct err *e, const char *where, struct str name)
{
	const char *nearest = nearest_field(name);

	return err_set(e, STATUS_USAGE, "%s: there is no field \"%.*s\"; %s%s",
	    where, (int)name.n, name.s,
	    nearest == NULL ? "known are id, time, task, confidence, correct, "
			      "weight, draft, action, rating, thumbs, "
			      "question, and review.id and so on of a review"
			    : "did you mean ",
	    nearest == NULL ? "" : nearest);
}

static int
field(struct loader *l, struct str name, const struct json *j, const char *path,
    void *unused)
{
	int i = word_index(field_words, name);
	uint32_t id;

	(void)unused;
	if (i == -1)
		return unknown_field(l->e,
		    arena_printf(l->arena, "%s: %s", l->policy->file, path),
		    name);
	if (load_expr(l, j, path, EXPR_VALUE, &id) == -1)
		return -1;
	l->policy->field[i] = id;
	return 0;
}

static int
load_fields(
    struct loader *l, const struct json *j, const char *path, void *unused)
{
	return load_members(l, j, path, field, unused);
}

static int
load_file(struct loader *l, const char *file)
{
	static const struct key keys[] = {
		{ "fields", load_fields, false, 0 },
		{ "signals", load_signals, false, 0 },
		{ "risk", load_risk, false,
		    0 }, /* its levels serve the route */
		{ "route", load_route, false, 0 },
		{ "targets", load_targets, false, 0 },
		{ "task", load_task_template, false, 0 },
		{ "review", load_review, false, 0 },
	};
	const struct policy_target *escape =
	    &l->policy->target[METRIC_ERROR_ESCAPE_RATE];
	const struct json *root;
	struct str bytes;
	char hex[65];

	if ((root = json_load(file, l->arena, &bytes, l->e)) == NULL)
		return -1;
	sha256_hex(bytes, hex);
	memcpy(l->policy->fingerprint, hex, 12);
	if (load_object(l, root, "", keys, LENGTH(keys), NULL) == -1)
		return -1;
	if (l->policy->route.audit.has_states && !escape->has_most)
		return load_fail(l, "route.audit.states",
		    "need targets.error_escape_rate: what is stable is held "
		    "against it");
	return 0;
}

static int
apply_overrides(struct loader *l, const struct field_override *o, size_t n)
{
	for (size_t k = 0; k < n; k++) {
		const char *where = arena_printf(
		    l->arena, "-F %.*s", (int)o[k].name.n, o[k].name.s);
		int i = word_index(field_words, o[k].name);
		uint32_t id;
		if (i == -1)
			return unknown_field(l->e, "-F", o[k].name);
		if (expr_set_add(l->policy->exprs, where, o[k].expr, EXPR_VALUE,
			&id, l->e) == -1)
			return -1;
		l->policy->field[i] = id;
		if (i == FIELD_CONFIDENCE)
			l->policy->nsignal = 0; /* it is told */
	}
	return 0;
}

static int
apply_defaults(struct loader *l)
{
	for (int i = 0; i < FIELDS; i++) {
		uint32_t id;
		if (l->policy->field[i] != POLICY_NONE ||
		    field_defaults[i] == NULL)
			continue;
		if (expr_set_add(l->policy->exprs,
			arena_printf(l->arena, "field %s", field_words[i]),
			str_of(field_defaults[i]), EXPR_VALUE, &id, l->e) == -1)
			return -1;
		l->policy->field[i] = id;
	}
	return 0;
}

static void
describe_confidence(struct loader *l)
{
	struct policy *p = l->policy;
	struct buf text = { 0 };

	if (p->nsignal == 0) {
		p->confidence_text =
		    expr_text(p->exprs, (uint32_t)p->field[FIELD_CONFIDENCE]);
		return;
	}
	for (size_t i = 0; i < p->nsignal; i++) {
		const struct policy_signal *s = &p->signal[i];
		buf_cstr(&text, i == 0 ? "signals " : ", ");
		buf_printf(&text, "%g * ", s->weight);
		buf_str(&text, expr_text(p->exprs, (uint32_t)s->value));
	}
	p->confidence_text = arena_str(l->arena, buf_view(&text));
	buf_release(&text);
}

struct policy *
policy_load(const char *file, const struct field_override *override,
    size_t noverride, struct arena *a, struct err *e)
{
	struct policy *p = arena_new(a, struct policy, 1);
	struct loader l = { p, a, e };

	p->file = file;
	p->exprs = expr_set_new(a);
	p->risk.fallback = RISK_UNKNOWN;
	p->route.audit.rate.json = p->route.audit.auto_rate.json = STR("0");
	p->route.audit.by = POLICY_NONE;
	for (int i = 0; i < RISK_LEVELS; i++)
		p->risk.level[i] = true;
	for (int i = 0; i < FIELDS; i++)
		p->field[i] = POLICY_NONE;
	if ((file != NULL && load_file(&l, file) == -1) ||
	    apply_overrides(&l, override, noverride) == -1 ||
	    apply_defaults(&l) == -1 || load_task_defaults(&l) == -1) {
		policy_free(p);
		return NULL;
	}
	describe_confidence(&l);
	keyset_init(&p->task_keys, p->task_names.n);
	for (uint32_t i = 0; i < p->task_names.n; i++)
		keyset_add(&p->task_keys, 0, p->task_names.key[i], i);
	return p;
}

void
policy_free(struct policy *p)
{
	if (p == NULL)
		return;
	expr_set_free(p->exprs);
	map_release(&p->task_names);
	keyset_release(&p->task_keys);
	free(p->task);
}

const struct policy_task *
policy_task(const struct policy *p, struct str name)
{
	uint32_t i = keyset_find(&p->task_keys, 0, name);

	return i == KEYSET_NONE ? NULL : &p->task[i];
}

void
policy_use_field(struct policy *p, enum field field)
{
	if (p->field[field] != POLICY_NONE)
		expr_set_use(p->exprs, (uint32_t)p->field[field]);
	if (field == FIELD_CONFIDENCE)
		for (size_t i = 0; i < p->nsignal; i++)
			expr_set_use(p->exprs, (uint32_t)p->signal[i].value);
}
