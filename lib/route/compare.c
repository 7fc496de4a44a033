/* What a change of policy would do (compare.h). */
#include <stdlib.h>

#include "policy/fieldvalue.h"
#include "record/json_scan.h"
#include "route/compare.h"

void
comparison_init(
    struct comparison *c, struct router *before, struct router *after)
{
	const struct fields *f = expr_set_fields(before->policy->exprs);

	*c = (struct comparison){ .before = before, .after = after };
	c->slot = calloc(f->n, sizeof(*c->slot));
	if (c->slot == NULL)
		memory_exhausted();
}

void
comparison_release(struct comparison *c)
{
	free(c->slot);
	arena_release(&c->ids);
}

int
comparison_add(struct record *r, void *comparison, struct err *e)
{
	struct comparison *c = comparison;
	struct record old = *r;
	struct buf unused = { 0 };
	enum action from, to;
	struct json_error bad;
	struct str id;
	size_t *examples;

	old.fields = expr_set_fields(c->before->policy->exprs);
	old.slot = c->slot;
	if (json_scan(old.fields, old.line, old.slot, &bad) == -1)
		return err_set(e, STATUS_REJECTED, "%s", bad.what);
	from = route_record(c->before, &old, &unused);
	to = route_record(c->after, r, &unused);
	buf_release(&unused);
	c->n++;
	c->move[from][to].n++;
	examples = &c->move[from][to].examples;
	if (*examples < COMPARE_EXAMPLES &&
	    field_name(c->after->ev, c->after->policy, r, FIELD_ID, &id))
		c->move[from][to].example[(*examples)++] =
		    arena_str(&c->ids, id);
	return 0;
}

static void
add_row(const struct comparison *c, int from, int to, struct results *results)
{
	struct buf row = { 0 };

	buf_printf(&row, "{\"from\":\"%s\",\"to\":\"%s\"", action_words[from],
	    action_words[to]);
	buf_json_count(&row, "n", c->move[from][to].n);
	buf_json_member(
	    &row, "share", (double)c->move[from][to].n / (double)c->n);
	buf_cstr(&row, ",\"examples\":[");
	for (size_t i = 0; i < c->move[from][to].examples && from != to; i++) {
		if (i > 0)
			buf_char(&row, ',');
		buf_json_string(&row, c->move[from][to].example[i]);
	}
	buf_cstr(&row, "]}");
	results_add(results, buf_view(&row));
	buf_release(&row);
}

void
comparison_report(const struct comparison *c, struct results *results)
{
	bool done[ACTIONS][ACTIONS] = { { false } };

	for (int i = 0; i < ACTIONS; i++)
		if (c->move[i][i].n > 0)
			add_row(c, i, i, results);
	for (;;) {
		uint64_t most = 0;
		int from = 0, to = 0;
		for (int i = 0; i < ACTIONS; i++)
			for (int k = 0; k < ACTIONS; k++)
				if (i != k && !done[i][k] &&
				    c->move[i][k].n > most) {
					most = c->move[i][k].n;
					from = i;
					to = k;
				}
		if (most == 0)
			return;
		done[from][to] = true;
		add_row(c, from, to, results);
	}
}
