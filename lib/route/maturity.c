/* Kinds of decisions and how well they are known (maturity.h). */
#include <math.h>
#include <stdlib.h>

#include "record/json_tree.h"
#include "route/maturity.h"

static enum maturity
state_of(const struct json *escape, const struct policy *p)
{
	double target = p->target[METRIC_ERROR_ESCAPE_RATE].most;
	double low = json_get_number(escape, "low"),
	       high = json_get_number(escape, "high");

	if (low > target)
		return MATURITY_DEGRADED;
	if (high <= target &&
	    json_get_number(escape, "n") >= fmax(1, p->route.audit.min_audits))
		return MATURITY_STABLE;
	return MATURITY_INITIAL;
}

/* Where it acted alone so often, this rate gives the audits wanted. */
static struct policy_rate
floor_of(const struct json *row, const struct policy *p, struct arena *a)
{
	double wanted = p->route.audit.floor;
	const struct json *alone = json_get(row, "auto_resolve_rate");
	double n =
	    json_get_number(alone, "value") * json_get_number(alone, "n");
	double rate = wanted > 0 && n > 0 ? fmin(1, wanted / n) : 0;

	return (struct policy_rate){ rate, arena_number(a, rate) };
}

static int
add_row(struct maturities *m, const struct json *row, const struct policy *p,
    struct arena *a, struct err *e)
{
	const struct json *group = json_get(row, "group");
	const struct json *escape = json_get(row, "error_escape_rate");
	struct maturity_group g;
	uint32_t i;

	if (escape == NULL)
		return err_set(e, STATUS_USAGE,
		    "a row without error_escape_rate; hitl-metrics makes such "
		    "files");
	g.state = state_of(escape, p);
	g.floor = floor_of(row, p, a);
	if (group == NULL) {
		m->rest = g; /* not grouped: it is of all */
		return 0;
	}
	i = map_put(&m->names, value_name(&group->value, a), NULL);
	VEC_ROOM(m->group, i, m->cap);
	m->group[i] = g;
	return 0;
}

static int
add_rows(struct maturities *m, const struct json *j, const struct policy *p,
    struct arena *a, struct err *e)
{
	if (j->value.type != JSON_ARRAY)
		return add_row(m, j, p, a, e);
	for (size_t i = 0; i < j->n; i++)
		if (add_row(m, &j->element[i], p, a, e) == -1)
			return -1;
	return 0;
}

int
maturities_load(struct maturities *m, const char *file, const struct policy *p,
    struct arena *a, struct err *e)
{
	struct buf text = { 0 };
	struct str rest, line;
	size_t lineno = 0;
	int r = 0;

	*m = (struct maturities){ .rest.floor.json = STR("0") };
	if (file_read(file, &text, e) == -1)
		r = -1;
	rest = buf_view(&text);
	while (r == 0 && str_next_line(&rest, &line)) {
		const struct json *j;
		lineno++;
		if (str_trim(line).n == 0)
			continue;
		j = json_parse(line, a, e);
		if (j == NULL || add_rows(m, j, p, a, e) == -1)
			r = err_prefix(e, "%s:%zu", file, lineno);
	}
	buf_release(&text);
	return r;
}

void
maturities_release(struct maturities *m)
{
	map_release(&m->names);
	free(m->group);
	m->group = NULL;
}

const struct maturity_group *
maturity_of(const struct maturities *m, struct str name)
{
	uint32_t i = map_find(&m->names, name);

	return i == MAP_NONE ? &m->rest : &m->group[i];
}
