/* Metrics as rows of JSON (rows.h). */
#include <math.h>
#include <stdlib.h>

#include "metrics/grouping.h"
#include "metrics/rows.h"

int
rows_only(const char *list, bool only[METRICS], struct err *e)
{
	while (*list != '\0') {
		size_t n = strcspn(list, ",");
		struct str name = { list, n };
		int i = word_index(metric_words, name);
		if (i == -1) {
			const char *near =
			    str_nearest(name, metric_words, METRICS);
			return err_set(e, STATUS_USAGE,
			    "--only: there is no metric \"%.*s\"%s%s%s", (int)n,
			    list, near == NULL ? "" : "; did you mean ",
			    near == NULL ? "" : near, near == NULL ? "" : "?");
		}
		only[i] = true;
		list += n + (list[n] == ',');
	}
	return 0;
}

bool
rows_all(const struct rows_options *o)
{
	bool all = true;

	for (int i = 0; i < METRICS; i++)
		all &= !o->only[i];
	return all;
}

void
rows_known(struct rows_options *o, const struct metrics_row *row, size_t n)
{
	if (!rows_all(o))
		return;
	for (enum metric m = 0; m < METRICS; m++) {
		o->only[m] =
		    o->policy->target[m].given || m == METRIC_ERROR_ESCAPE_RATE;
		for (size_t i = 0; i < n && !o->only[m]; i++)
			o->only[m] =
			    !isnan(cell_metric(row[i].cell, m, o->level).value);
	}
}

static void
write_escape(struct buf *out, const struct escape *e)
{
	buf_json_member(out, "naive", e->naive);
	buf_json_member(out, "effective_n", e->effective_n);
	buf_json_member(out, "covered", e->covered);
	buf_json_count(out, "unlabelled_audits", e->unlabelled);
}

static const char *
bool_or_null(int x)
{
	return x == 1 ? "true" : x == 0 ? "false" : "null";
}

const struct cell **
rows_before(const struct metrics_row *row, size_t n)
{
	const struct cell **before = calloc(n + 1, sizeof(*before));
	const struct cell **last = calloc(n + 1, sizeof(*last));
	struct map groups = { 0 };

	if (before == NULL || last == NULL)
		memory_exhausted();
	for (size_t i = 0; i < n; i++) {
		uint32_t group;
		if (row[i].rest || row[i].start == TIMESTAMP_NONE)
			continue;
		group = map_put(&groups, row[i].group, NULL);
		before[i] = last[group];
		if (row[i].cell->n > 0)
			last[group] = row[i].cell;
	}
	map_release(&groups);
	free(last);
	return before;
}

/* How it differs from the window before. */
static void
write_change(const struct rows_options *o, const struct cell *before,
    enum metric m, const struct metric_value *now, struct buf *out)
{
	static const char *const words[] = { "\"down\"", "\"same\"", "\"up\"" };
	struct metric_change c = { .change = NAN };
	bool known = false;

	if (before != NULL) {
		struct metric_value then = cell_metric(before, m, o->level);
		c = metric_change(&then, now);
		known = isfinite(c.change);
	}
	buf_json_member(out, "change", c.change);
	buf_printf(out, ",\"moved\":%s", known ? words[c.moved + 1] : "null");
}

static void
write_metric(const struct rows_options *o, const struct cell *c,
    const struct cell *before, enum metric m, struct buf *out)
{
	const struct policy_target *t = &o->policy->target[m];
	struct metric_value v = cell_metric(c, m, o->level);

	buf_printf(out, ",\"%s\":{\"value\":", metric_words[m]);
	buf_json_double(out, v.value);
	buf_json_member(out, "low", v.low);
	buf_json_member(out, "high", v.high);
	buf_json_count(out, "n", v.n);
	buf_cstr(out, ",\"target\":");
	buf_str(out, t->given ? t->text : STR("null"));
	buf_printf(out, ",\"ok\":%s", bool_or_null(metric_verdict(&v, t)));
	if (o->window->unit != WINDOW_NONE)
		write_change(o, before, m, &v, out);
	if (m == METRIC_ERROR_ESCAPE_RATE)
		write_escape(out, &v.escape);
	if (m == METRIC_EXPECTED_ERROR_RATE) {
		int recalibrate = cell_recalibrate(c, o->level);
		buf_printf(
		    out, ",\"recalibrate\":%s", bool_or_null(recalibrate));
		if (recalibrate == 1)
			v.why = "audits find another rate: recalibrate";
	}
	if (v.why != NULL) {
		buf_cstr(out, ",\"why\":");
		buf_json_string(out, str_of(v.why));
	}
	buf_char(out, '}');
}

static int
by_count(const void *a, const void *b)
{
	const struct reason_count *x = a, *y = b;

	if (x->n != y->n)
		return x->n > y->n ? -1 : 1;
	return str_cmp(x->reason, y->reason);
}

struct reason_count *
reasons_count(const struct metrics *m, const struct metrics_row *row, size_t n,
    size_t *reasons)
{
	struct reason_count *list;
	size_t most = 0;

	for (size_t i = 0; i < n; i++)
		if (row[i].cell->nreason > most)
			most = row[i].cell->nreason;
	list = calloc(most + 1, sizeof(*list));
	if (list == NULL)
		memory_exhausted();
	for (uint32_t k = 0; k < most; k++)
		list[k].reason = metrics_reason(m, k);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < row[i].cell->nreason; k++)
			list[k].n += row[i].cell->reason[k];
	if (most > 0)
		qsort(list, most, sizeof(*list), by_count);
	for (*reasons = 0; *reasons < most && list[*reasons].n > 0;)
		++*reasons;
	return list;
}

static void
write_reasons(const struct rows_options *o, const struct metrics *m,
    const struct metrics_row *row, struct buf *out)
{
	const struct cell *c = row->cell;
	double person =
	    (double)(c->action[ACTION_QUEUE] + c->action[ACTION_ESCALATE]);
	size_t n;
	struct reason_count *list = reasons_count(m, row, 1, &n);

	buf_cstr(out, ",\"reasons\":[");
	for (size_t i = 0; i < n && i < o->top; i++) {
		buf_cstr(out, i == 0 ? "{\"reason\":" : ",{\"reason\":");
		buf_json_string(out, list[i].reason);
		buf_json_count(out, "n", list[i].n);
		buf_json_member(out, "share", (double)list[i].n / person);
		buf_char(out, '}');
	}
	buf_char(out, ']');
	free(list);
}

/* A layer, the decisions that went no further, and what they cost each. */
static void
write_layer(struct buf *out, const char *comma, struct str name,
    const struct moments *m)
{
	buf_printf(out, "%s{\"layer\":", comma);
	if (name.n == 0)
		buf_cstr(out, "null");
	else
		buf_json_string(out, name);
	buf_json_count(out, "n", m->n);
	buf_json_member(out, "cost", moments_mean(m));
	buf_char(out, '}');
}

/* A layer's name, and its place. */
struct layer {
	struct str name;
	uint32_t place;
};

static int
by_name(const void *a, const void *b)
{
	const struct layer *x = a, *y = b;

	return str_cmp(x->name, y->name);
}

static void
write_layers(const struct metrics *m, const struct cell *c, struct buf *out)
{
	struct layer *list = malloc((c->nlayer + 1) * sizeof(*list));
	size_t n = 0;

	if (list == NULL)
		memory_exhausted();
	for (uint32_t i = 0; i < c->nlayer; i++)
		if (c->layer[i].n > 0)
			list[n++] = (struct layer){ metrics_layer(m, i), i };
	if (n > 0)
		qsort(list, n, sizeof(*list), by_name);
	buf_cstr(out, ",\"cascade\":[");
	for (size_t i = 0; i < n; i++)
		write_layer(out, i == 0 ? "" : ",", list[i].name,
		    &c->layer[list[i].place]);
	if (c->other_layers.n > 0)
		write_layer(
		    out, n == 0 ? "" : ",", STR("other"), &c->other_layers);
	buf_char(out, ']');
	free(list);
}

static void
write_place(const struct rows_options *o, const struct metrics_row *row,
    struct buf *out)
{
	buf_char(out, '{');
	if (o->window->unit != WINDOW_NONE) {
		buf_cstr(out, "\"window\":");
		if (row->start == TIMESTAMP_NONE) {
			buf_cstr(out, "null");
		} else {
			buf_char(out, '"');
			window_format(o->window, row->start, out);
			buf_char(out, '"');
		}
		buf_char(out, ',');
	}
	if (o->nby > 0) {
		buf_cstr(out, "\"group\":");
		grouping_write_name(row->group, o->nby, row->rest, out);
		if (row->rest)
			buf_cstr(out, ",\"rest\":true");
		buf_char(out, ',');
	}
	buf_printf(out, "\"n\":%llu", (unsigned long long)row->cell->n);
}

void
row_write(const struct rows_options *o, const struct metrics *m,
    const struct metrics_row *row, const struct cell *before, struct buf *out)
{
	bool all = rows_all(o);

	write_place(o, row, out);
	for (enum metric i = 0; i < METRICS; i++)
		if (all || o->only[i])
			write_metric(o, row->cell, before, i, out);
	if (all || o->only[METRIC_COST_PER_DECISION])
		write_layers(m, row->cell, out);
	if (o->top > 0 && (all || o->only[METRIC_ESCALATION_RATE]))
		write_reasons(o, m, row, out);
	buf_char(out, '}');
}

void
row_name(const struct rows_options *o, const struct metrics_row *row,
    struct buf *out)
{
	if (o->window->unit != WINDOW_NONE && row->start != TIMESTAMP_NONE) {
		window_format(o->window, row->start, out);
		buf_char(out, ' ');
	}
	if (o->nby > 0) {
		buf_str(out, row->group);
		buf_cstr(out, ": ");
	}
}
