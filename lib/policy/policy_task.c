/* The policy's section "task": what a person is given to see. */
#include "policy/load.h"
#include "policy/task_object.h"

/* What a task takes from the record, unless told otherwise. */
static const struct {
	const char *name;
	int field; /* or POLICY_NONE */
	const char *expr;
} usual[] = {
	{ "case_id", FIELD_ID, NULL },
	{ "tenant_id", POLICY_NONE, ".tenant_id" },
	{ "user_question", FIELD_QUESTION, NULL },
	{ "model_draft", FIELD_DRAFT, NULL },
	{ "evidence", POLICY_NONE, ".evidence" },
	{ "tool_results", POLICY_NONE, ".tool_results" },
	{ "proposed_action", FIELD_ACTION, NULL },
	{ "proposed_by", POLICY_NONE, ".proposed_by" },
};

_Static_assert(LENGTH(usual) > POLICY_TASK_FIRST, "case_id to tool_results");

/* What hitl-route itself says of a task (task_object.h). */
static const char *const computed[] = { "kind", "risk_level",
	"reason_for_escalation", "confidence", "threshold", "respond", "gate",
	"cascade", "queue", "skills", "authority", "reviews_required", "tier",
	"next_tier", "priority", "created_at", "sla_deadline", "previous",
	"policy", NULL };

bool
task_object_has(struct str member)
{
	for (size_t i = 0; i < LENGTH(usual); i++)
		if (str_eq(str_of(usual[i].name), member))
			return true;
	return word_index(computed, member) != -1;
}

static struct policy_task_member *
new_member(struct loader *l, struct str name)
{
	struct policy *p = l->policy;
	struct policy_task_member *m = &p->task_member[p->ntask_member++];

	*m = (struct policy_task_member){ .name = name,
		.name_json = load_json_string(l, "", name),
		.value = POLICY_NONE };
	return m;
}

/* The usual ones come first, whoever says what they are. */
static void
make_usual(struct loader *l, size_t more)
{
	l->policy->task_member = arena_new(
	    l->arena, struct policy_task_member, LENGTH(usual) + more);
	for (size_t i = 0; i < LENGTH(usual); i++)
		new_member(l, str_of(usual[i].name));
}

static int
member(struct loader *l, struct str name, const struct json *j,
    const char *path, void *unused)
{
	struct policy_task_member *m = NULL;

	(void)unused;
	if (word_index(computed, name) != -1)
		return load_fail(
		    l, path, "is what hitl-route says, and no expression");
	for (size_t i = 0; i < LENGTH(usual); i++)
		if (str_eq(l->policy->task_member[i].name, name))
			m = &l->policy->task_member[i];
	if (m == NULL)
		m = new_member(l, name);
	return load_value(l, j, path, &m->value);
}

int
load_task_template(
    struct loader *l, const struct json *j, const char *path, void *unused)
{
	make_usual(l, j->n);
	return load_members(l, j, path, member, unused);
}

int
load_task_defaults(struct loader *l)
{
	struct policy *p = l->policy;
	uint32_t id;

	if (p->ntask_member == 0)
		make_usual(l, 0);
	for (size_t i = 0; i < LENGTH(usual); i++) {
		struct policy_task_member *m = &p->task_member[i];
		if (m->value != POLICY_NONE)
			continue;
		if (usual[i].expr == NULL) {
			m->value = p->field[usual[i].field];
			continue;
		}
		if (expr_set_add(p->exprs, usual[i].expr, str_of(usual[i].expr),
			EXPR_VALUE, &id, l->e) == -1)
			return -1;
		m->value = id;
	}
	return 0;
}
