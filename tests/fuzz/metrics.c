/*
 * Lines of records, counted as a whole and in two parts whose states are
 * merged: the rows are the same, byte for byte; a value lies in its interval,
 * a rate is one; and no record, and no state, does harm.
 */
#include <stdlib.h>
#include <math.h>
#include <string.h>

#include "fuzz.h"

#include "base/hash.h"
#include "metrics/rows.h"
#include "metrics/state.h"
#include "record/json_scan.h"

enum { WHOLE, EVEN, ODD, MERGED, COUNTS };

struct counting {
	struct policy *policy;
	struct evaluator *ev;
	struct metrics *metrics[COUNTS];
	struct metrics_options options;
	struct arena scratch;
	struct state_frame frame;
};

static void
add(struct counting *c, struct str line, int which)
{
	struct record r = { .serial = 1, .scratch = &c->scratch };
	struct json_error bad;
	enum json_type type;
	struct err e;

	if (json_check(&line, &c->scratch, &type, &bad) == -1 ||
	    type != JSON_OBJECT)
		return;
	r.line = r.raw = line;
	r.fields = expr_set_fields(c->policy->exprs);
	r.slot = calloc(r.fields->n, sizeof(*r.slot));
	if (json_scan(r.fields, line, r.slot, &bad) == 0)
		metrics_add(&r, c->metrics[which], &e);
	free(r.slot);
}

static void
check_value(enum metric m, const struct metric_value *v)
{
	bool share = metric_kinds[m].unit == UNIT_SHARE;

	if (isnan(v->value))
		return;
	if (share && !(v->value >= 0 && v->value <= 1))
		FINDING("%s is %g", metric_words[m], v->value);
	if (v->low > v->value + 1e-6 * fabs(v->value) + 1e-9 ||
	    v->high < v->value - 1e-6 * fabs(v->value) - 1e-9)
		FINDING("%s is %g, in %g to %g", metric_words[m], v->value,
		    v->low, v->high);
}

static void
write_all(struct counting *c, int which, bool state, struct buf *out)
{
	struct rows_options o = { .policy = c->policy,
		.window = &c->options.window,
		.nby = 1,
		.level = 0.95,
		.top = 5 };
	struct metrics_row *row;
	const struct cell **before;
	bool gaps;
	size_t n = metrics_rows(c->metrics[which], &row, &gaps);

	before = rows_before(row, n);
	for (size_t i = 0; i < n; i++) {
		if (state && row[i].cell->n > 0)
			state_write(&c->frame, c->metrics[which], &row[i], out);
		if (state)
			continue;
		row_write(&o, c->metrics[which], &row[i], before[i], out);
		buf_char(out, '\n');
		for (enum metric m = 0; m < METRICS; m++) {
			struct metric_value v =
			    cell_metric(row[i].cell, m, o.level);
			check_value(m, &v);
		}
	}
	free(before);
	free(row);
}

static void
merge(struct counting *c, int which)
{
	struct buf state = { 0 };
	struct str rest, line;
	struct err e;

	write_all(c, which, true, &state);
	rest = buf_view(&state);
	while (str_next_line(&rest, &line))
		if (state_add(line, &c->scratch, c->metrics[MERGED], &e) == -1)
			FINDING("our own state is refused: %s", e.msg);
	buf_release(&state);
}

static void
run(struct counting *c, struct str text)
{
	struct buf whole = { 0 }, merged = { 0 };
	struct str line;
	bool odd = false;

	while (str_next_line(&text, &line)) {
		struct state_frame frame;
		struct err e;
		add(c, line, WHOLE);
		add(c, line, odd ? ODD : EVEN);
		odd = !odd;
		/* and as a state, which it may be */
		if (state_frame_of(line, &c->scratch, &frame, &e) == 0)
			state_add(line, &c->scratch, c->metrics[ODD], &e);
		if (state_frame_of(line, &c->scratch, &frame, &e) == 0)
			state_add(line, &c->scratch, c->metrics[WHOLE], &e);
	}
	merge(c, EVEN);
	merge(c, ODD);
	write_all(c, WHOLE, false, &whole);
	write_all(c, MERGED, false, &merged);
	if (!str_eq(buf_view(&whole), buf_view(&merged)))
		FINDING("whole:\n%.*s\nmerged:\n%.*s", (int)whole.n, whole.s,
		    (int)merged.n, merged.s);
	buf_release(&whole);
	buf_release(&merged);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct counting c = { .options = { .max_groups = 1000,
				  .window = { .unit = WINDOW_DAY },
				  .since = TIMESTAMP_NONE,
				  .until = TIMESTAMP_NONE } };
	struct arena perm = { 0 };
	static bool ready;
	struct err e;
	uint32_t by;
	int64_t by_expr;

	if (!ready)
		hash_init(abort);
	ready = true;
	c.policy = policy_load(NULL, NULL, 0, &perm, &e);
	if (c.policy == NULL || expr_set_add(c.policy->exprs, "by", STR(".g"),
				    EXPR_VALUE, &by, &e) == -1)
		FINDING("no policy: %s", e.msg);
	by_expr = by;
	c.options.by = &by_expr;
	c.options.nby = 1;
	c.frame = (struct state_frame){ .window = STR("day"),
		.by = { { STR(".g") }, 1 } };
	for (int i = 0; i < COUNTS; i++)
		c.metrics[i] = metrics_new(c.policy, &c.options, &e);
	if (expr_set_compile(c.policy->exprs, &e) == -1)
		FINDING("%s", e.msg);
	c.ev = evaluator_new(c.policy->exprs);
	for (int i = 0; i < COUNTS; i++)
		metrics_start(c.metrics[i], c.ev);
	run(&c, (struct str){ (const char *)data, size });
	for (int i = 0; i < COUNTS; i++)
		metrics_free(c.metrics[i]);
	evaluator_free(c.ev);
	policy_free(c.policy);
	arena_release(&perm);
	arena_release(&c.scratch);
	return 0;
}
