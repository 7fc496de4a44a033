/* Who may take and decide what (access.h). */
#include "queue/access.h"
#include "queue/needs.h"

struct list {
	struct str *name;
	size_t n;
};

struct reviewer {
	struct str name;
	struct list skills, authority, queues;
	bool has_queues;
	int tier; /* -1: any */
};

struct rule {
	int kind, risk; /* -1: any */
	bool has_queue;
	struct str queue;
	struct str authority; /* n == 0: none */
	uint64_t reviews;
};

struct access {
	bool knows_reviewers;
	struct reviewer *reviewer;
	size_t nreviewer;
	struct rule *rule;
	size_t nrule;
};

struct reading {
	const char *where;
	struct arena *arena;
	struct err *e;
};

/* At list[i].member, or at member alone. */
static int
bad(const struct reading *x, const char *list, size_t i, const char *member,
    const char *what)
{
	if (list == NULL)
		return err_set(
		    x->e, STATUS_USAGE, "%s: %s: %s", x->where, member, what);
	if (member == NULL)
		return err_set(x->e, STATUS_USAGE, "%s: %s[%zu]: %s", x->where,
		    list, i, what);
	return err_set(x->e, STATUS_USAGE, "%s: %s[%zu].%s: %s", x->where, list,
	    i, member, what);
}

/* No member but these, and none twice. */
static int
check_members(const struct reading *x, const struct json *j, const char *list,
    size_t i, const char *const known[])
{
	if (j->value.type != JSON_OBJECT)
		return bad(x, list, i, list == NULL ? "the file" : NULL,
		    "is no object");
	for (size_t m = 0; m < j->n; m++) {
		struct str key = j->member[m].key;
		const char *name = arena_cstr(x->arena, key), *nearest;
		if (str_eq(key, STR("//")))
			continue; /* a comment */
		if (word_index(known, key) == -1) {
			nearest = str_nearest(key, known, word_count(known));
			return bad(x, list, i, name,
			    nearest == NULL
				? "is unknown"
				: arena_printf(x->arena,
				      "is unknown; did you mean %s?", nearest));
		}
		if (json_find(j, key) != &j->member[m].json)
			return bad(x, list, i, name, "is there twice");
	}
	return 0;
}

static int
read_list(const struct reading *x, const struct json *j, const char *list,
    size_t i, const char *member, struct list *out)
{
	const struct json *m = json_get(j, member);

	if (m == NULL)
		return 0;
	if (m->value.type != JSON_ARRAY)
		return bad(x, list, i, member, "is no list of names");
	out->name = arena_new(x->arena, struct str, m->n + 1);
	for (; out->n < m->n; out->n++)
		if (!json_name(&m->element[out->n], &out->name[out->n]))
			return bad(x, list, i, member, "is no list of names");
	return 0;
}

static int
read_word(const struct reading *x, const struct json *j, const char *list,
    size_t i, const char *member, const char *const words[], int *out)
{
	const struct json *m = json_get(j, member);
	const char *nearest;

	*out = -1;
	if (m == NULL)
		return 0;
	if (m->value.type == JSON_STRING &&
	    (*out = word_index(words, m->string)) != -1)
		return 0;
	nearest = m->value.type == JSON_STRING
		      ? str_nearest(m->string, words, word_count(words))
		      : NULL;
	return bad(x, list, i, member,
	    arena_printf(x->arena, "is unknown; did you mean %s?",
		nearest == NULL ? words[0] : nearest));
}

static int
read_name(const struct reading *x, const struct json *j, const char *list,
    size_t i, const char *member, struct str *out)
{
	const struct json *m = json_get(j, member);

	if (m != NULL && !json_name(m, out))
		return bad(
		    x, list, i, member, "is no string with something in it");
	return 0;
}

static int
read_reviewer(const struct reading *x, const struct json *j, size_t i,
    struct access *access)
{
	static const char list[] = "reviewers";
	static const char *const known[] = { "reviewer", "skills", "authority",
		"tier", "queues", NULL };
	struct reviewer *r = &access->reviewer[i];

	if (check_members(x, j, list, i, known) == -1 ||
	    read_name(x, j, list, i, "reviewer", &r->name) == -1 ||
	    read_list(x, j, list, i, "skills", &r->skills) == -1 ||
	    read_list(x, j, list, i, "authority", &r->authority) == -1 ||
	    read_list(x, j, list, i, "queues", &r->queues) == -1 ||
	    read_word(x, j, list, i, "tier", tier_words, &r->tier) == -1)
		return -1;
	if (r->name.n == 0)
		return bad(x, list, i, "reviewer", "is not there");
	for (size_t k = 0; k < i; k++)
		if (str_eq(access->reviewer[k].name, r->name))
			return bad(x, list, i, "reviewer", "is there twice");
	r->has_queues = json_get(j, "queues") != NULL;
	return 0;
}

static int
read_rule(const struct reading *x, const struct json *j, size_t i,
    struct access *access)
{
	static const char list[] = "rules";
	static const char *const known[] = { "kind", "risk", "queue",
		"authority", "reviews", NULL };
	struct rule *r = &access->rule[i];
	const char *wrong;
	double n;

	r->reviews = 1;
	if (check_members(x, j, list, i, known) == -1 ||
	    read_word(x, j, list, i, "kind", task_kind_words, &r->kind) == -1 ||
	    read_word(x, j, list, i, "risk", risk_words, &r->risk) == -1 ||
	    read_name(x, j, list, i, "queue", &r->queue) == -1 ||
	    read_name(x, j, list, i, "authority", &r->authority) == -1)
		return -1;
	r->has_queue = r->queue.n > 0;
	if (json_get(j, "reviews") == NULL)
		return r->authority.n > 0
			   ? 0
			   : bad(x, list, i, NULL,
				 "asks for nothing: give authority or reviews");
	n = json_get_number(j, "reviews");
	if ((wrong = reviews_fault(n)) != NULL)
		return bad(x, list, i, "reviews", wrong);
	r->reviews = (uint64_t)n;
	return 0;
}

typedef int element_fn(
    const struct reading *, const struct json *, size_t i, struct access *);

static int
read_elements(const struct reading *x, const struct json *j,
    element_fn *element, size_t *n, struct access *access)
{
	for (; *n < j->n; (*n)++)
		if (element(x, &j->element[*n], *n, access) == -1)
			return -1;
	return 0;
}

static int
read_all(const struct reading *x, const struct json *j, struct access *access)
{
	static const char *const known[] = { "reviewers", "rules", NULL };
	const struct json *reviewers, *rules;

	if (check_members(x, j, NULL, 0, known) == -1)
		return -1;
	reviewers = json_get(j, "reviewers");
	rules = json_get(j, "rules");
	access->knows_reviewers = reviewers != NULL;
	if (reviewers != NULL) {
		if (reviewers->value.type != JSON_ARRAY)
			return bad(x, NULL, 0, "reviewers", "is no list");
		access->reviewer =
		    arena_new(x->arena, struct reviewer, reviewers->n + 1);
		if (read_elements(x, reviewers, read_reviewer,
			&access->nreviewer, access) == -1)
			return -1;
	}
	if (rules == NULL)
		return 0;
	if (rules->value.type != JSON_ARRAY)
		return bad(x, NULL, 0, "rules", "is no list");
	access->rule = arena_new(x->arena, struct rule, rules->n + 1);
	return read_elements(x, rules, read_rule, &access->nrule, access);
}

const struct access *
access_read(struct str text, const char *where, struct arena *a, struct err *e)
{
	const struct reading x = { where, a, e };
	struct access *access = arena_new(a, struct access, 1);
	const struct json *j;

	if (text.n == 0)
		return access;
	if ((j = json_parse(text, a, e)) == NULL) {
		e->code = STATUS_USAGE;
		err_prefix(e, "%s", where);
		return NULL;
	}
	return read_all(&x, j, access) == -1 ? NULL : access;
}

static bool
has(const struct str *name, size_t n, struct str wanted)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(name[i], wanted))
			return true;
	return false;
}

static bool
applies(const struct rule *r, const struct need *need)
{
	/* an unknown risk may be any */
	return (r->kind == -1 || r->kind == (int)need->kind) &&
	       (r->risk == -1 || need->risk == RISK_UNKNOWN ||
		   r->risk == (int)need->risk) &&
	       (!r->has_queue || str_eq(r->queue, need->queue));
}

static bool
has_authority(const struct access *access, const struct reviewer *r,
    const struct need *need)
{
	struct list none = { 0 };
	const struct list *his = r == NULL ? &none : &r->authority;

	if (need->authority.n > 0 && !has(his->name, his->n, need->authority))
		return false;
	for (size_t i = 0; i < access->nrule; i++) {
		const struct rule *rule = &access->rule[i];
		if (rule->authority.n > 0 && applies(rule, need) &&
		    !has(his->name, his->n, rule->authority))
			return false;
	}
	return true;
}

static bool
has_skills(const struct need *need, const struct str *skill, size_t n)
{
	for (size_t i = 0; i < need->nskill; i++)
		if (!has(skill, n, need->skill[i]))
			return false;
	return true;
}

/* Why a reviewer of the list may not; NULL: he may. */
static const char *
objection(const struct access *access, const struct reviewer *r,
    const struct need *need)
{
	if (r->has_queues && !has(r->queues.name, r->queues.n, need->queue))
		return "not his queue";
	if (r->tier != -1 && need->tier > r->tier)
		return "above his tier";
	if (!has_skills(need, r->skills.name, r->skills.n))
		return "not his skills";
	return has_authority(access, r, need) ? NULL : "not his authority";
}

static const struct reviewer *
find(const struct access *access, struct str name)
{
	for (size_t i = 0; i < access->nreviewer; i++)
		if (str_eq(access->reviewer[i].name, name))
			return &access->reviewer[i];
	return NULL;
}

bool
access_knows(const struct access *access, struct str reviewer)
{
	return !access->knows_reviewers || find(access, reviewer) != NULL;
}

bool
access_may(const struct access *access, struct str reviewer,
    const struct need *need, const struct str *skill, size_t nskill,
    const char **why)
{
	const struct reviewer *r = find(access, reviewer);
	const char *wrong;

	if (r != NULL)
		wrong = objection(access, r, need);
	else if (access->knows_reviewers)
		wrong = "not a reviewer here";
	else if (!has_authority(access, NULL, need))
		wrong = "nobody is known to have its authority";
	else if (skill != NULL && !has_skills(need, skill, nskill))
		wrong = "not his skills";
	else
		wrong = NULL;
	if (why != NULL)
		*why = wrong;
	return wrong == NULL;
}

uint64_t
access_required(const struct access *access, const struct need *need)
{
	uint64_t most = 1;

	for (size_t i = 0; i < access->nrule; i++)
		if (access->rule[i].reviews > most &&
		    applies(&access->rule[i], need))
			most = access->rule[i].reviews;
	return most;
}

static bool
asks_for(
    const struct access *access, const struct need *need, struct str authority)
{
	if (str_eq(need->authority, authority))
		return true;
	for (size_t i = 0; i < access->nrule; i++)
		if (str_eq(access->rule[i].authority, authority) &&
		    applies(&access->rule[i], need))
			return true;
	return false;
}

bool
access_covers(
    const struct access *access, const struct need *from, const struct need *to)
{
	if (from->authority.n > 0 && !asks_for(access, to, from->authority))
		return false;
	for (size_t i = 0; i < access->nrule; i++)
		if (access->rule[i].authority.n > 0 &&
		    applies(&access->rule[i], from) &&
		    !asks_for(access, to, access->rule[i].authority))
			return false;
	return true;
}

/* The needs by how many people have to decide on them. */
struct raising {
	const struct access *access;
	struct buf list[TASK_REVIEWS_MOST + 1];
};

static void
add_raised(void *arg, int64_t number, const struct need *need)
{
	struct raising *x = arg;
	uint64_t least = access_required(x->access, need);

	if (least > 1 && least <= TASK_REVIEWS_MOST)
		needs_add(&x->list[least], number);
}

/* In one statement for all needs that ask for so many. */
static int
raise_to(struct store *s, int64_t least, struct str needs, struct err *e)
{
	struct buf sql = { 0 };
	int64_t done;

	buf_printf(&sql,
	    "UPDATE tasks SET open = open + ($1 - required), required = $1 "
	    "WHERE state = 0 AND required < $1 AND need IN (%.*s)",
	    (int)needs.n, needs.s);
	buf_char(&sql, '\0');
	done = store_run(s, e, sql.s, "i", least);
	buf_release(&sql);
	return done == -1 ? -1 : 0;
}

int
access_raise(struct store *s, struct str rules, struct err *e)
{
	struct raising x = { 0 };
	struct arena a = { 0 };
	int bad = -1;

	if ((x.access = access_read(rules, "access", &a, e)) != NULL)
		bad = needs_each(s, &a, add_raised, &x, e);

	for (int64_t i = 2; i <= TASK_REVIEWS_MOST; i++) {
		if (bad == 0 && x.list[i].n > 0)
			bad = raise_to(s, i, buf_view(&x.list[i]), e);
		buf_release(&x.list[i]);
	}
	arena_release(&a);
	return bad;
}
