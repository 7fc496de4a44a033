/* Metrics as a page (page.h). */
#include <math.h>
#include <stdlib.h>

#include "metrics/chart.h"
#include "metrics/check.h"
#include "metrics/html.h"
#include "metrics/page.h"
#include "metrics/series.h"

enum { GROUPS_SHOWN = 50, MISSES_SHOWN = 10 };

/*
 * Black on white and white on black as the reader has it; colours that all
 * eyes tell apart, and never a colour alone.
 */
static const char style[] =
    ":root{color-scheme:light dark;--ink:#1a1a1a;--paper:#fff;--line:#767676;"
    "--soft:#f2f2f2;--bad:#a3000b;--good:#005a3c}"
    "@media(prefers-color-scheme:dark){:root{--ink:#eee;--paper:#161616;"
    "--line:#8a8a8a;--soft:#242424;--bad:#ff9d9d;--good:#7fd6b0}}"
    "body{font:1rem/1.5 system-ui,sans-serif;margin:0 auto;padding:1rem;"
    "max-width:72rem;color:var(--ink);background:var(--paper)}"
    "h1{font-size:1.6rem;margin:.5rem 0}h2{font-size:1.25rem;margin:2rem 0 "
    ".5rem}"
    ".scroll{overflow-x:auto}.scroll:focus{outline:3px solid var(--ink)}"
    "table{border-collapse:collapse;min-width:100%}"
    "caption{text-align:left;padding:.3rem 0}"
    "th,td{padding:.3rem .6rem;border-bottom:1px solid var(--line);"
    "text-align:right;white-space:nowrap}"
    "th:first-child,td:first-child,.text{text-align:left}"
    "th[scope=row]{font-weight:500}thead th{border-bottom:2px solid "
    "var(--ink)}"
    ".bad{color:var(--bad);font-weight:600}.good{color:var(--good)}"
    ".charts{display:grid;gap:1.5rem;grid-template-columns:"
    "repeat(auto-fit,minmax(min(100%,28rem),1fr))}"
    "figure{margin:0}figcaption{font-weight:600}"
    "svg{width:100%;height:auto;background:var(--soft)}"
    "svg text{fill:currentColor;font:11px system-ui,sans-serif}"
    ".key{display:inline-block;margin-right:1rem}"
    ".key svg{width:1.5rem;height:.8rem;background:none}"
    "summary{cursor:pointer}li{margin:.3rem 0}"
    "footer{margin-top:2rem;border-top:1px solid var(--line)}"
    "@media print{.scroll{overflow:visible}}";

static void
write_cell(struct buf *out, enum metric m, double x)
{
	buf_cstr(out, "<td>");
	html_number(out, m, x);
	buf_cstr(out, "</td>");
}

static void
write_verdict(struct buf *out, const struct metric_value *v,
    const struct policy_target *t)
{
	int ok = metric_verdict(v, t);

	buf_cstr(out, "<td class=\"text");
	if (ok == 0)
		buf_cstr(out, " bad\">✗ missed");
	else if (ok == 1)
		buf_cstr(out, " good\">✓ met");
	else if (t->given)
		buf_cstr(
		    out, isnan(v->value) ? "\">no value" : "\">cannot be told");
	else
		buf_cstr(out, "\">");
	buf_cstr(out, "</td></tr>\n");
}

static void
write_change(struct buf *out, const struct page *p, size_t i, enum metric m,
    const struct metric_value *now)
{
	struct metric_value then;
	struct metric_change c;

	if (p->before[i] == NULL) {
		buf_cstr(out, "<td>–</td>");
		return;
	}
	then = cell_metric(p->before[i], m, p->rows->level);
	c = metric_change(&then, now);
	buf_cstr(out, c.moved > 0   ? "<td>▲ up "
		      : c.moved < 0 ? "<td>▼ down "
				    : "<td>");
	html_number(out, m, fabs(c.change));
	buf_cstr(out, "</td>");
}

static void
write_line(struct buf *out, const struct page *p, size_t i, enum metric m)
{
	const struct policy_target *t = &p->rows->policy->target[m];
	struct metric_value v = cell_metric(p->row[i].cell, m, p->rows->level);

	if (!(rows_all(p->rows) || p->rows->only[m]) ||
	    (isnan(v.value) && !t->given))
		return;
	buf_cstr(out, "<tr><th scope=\"row\">");
	html_metric(out, m);
	buf_cstr(out, "</th>");
	write_cell(out, m, v.value);
	write_cell(out, m, v.low);
	write_cell(out, m, v.high);
	buf_printf(out, "<td>%llu</td>", (unsigned long long)v.n);
	if (p->rows->window->unit != WINDOW_NONE)
		write_change(out, p, i, m, &v);
	buf_cstr(out, "<td>");
	html_text(out, t->given ? t->text : STR("–"));
	buf_cstr(out, "</td>");
	write_verdict(out, &v, t);
}

/* All metrics of one row that have a value or a target; folded, if several. */
static void
write_summary(struct buf *out, const struct page *p, size_t i, bool open)
{
	bool windows = p->rows->window->unit != WINDOW_NONE;
	struct buf name = { 0 };

	row_name(p->rows, &p->row[i], &name);
	if (name.n > 0)
		buf_printf(out, "<details%s><summary>", open ? " open" : "");
	html_text(out, buf_view(&name));
	if (name.n > 0)
		buf_printf(out, "%llu records</summary>\n",
		    (unsigned long long)p->row[i].cell->n);
	buf_cstr(out, "<div class=\"scroll\" role=\"region\" tabindex=\"0\" "
		      "aria-label=\"Metrics ");
	html_text(out, buf_view(&name));
	buf_printf(out,
	    "\"><table><thead><tr><th scope=\"col\">Metric</th>"
	    "<th scope=\"col\">Value</th><th scope=\"col\">From"
	    "</th><th scope=\"col\">To</th><th scope=\"col\">"
	    "Records</th>%s<th scope=\"col\">Target</th><th "
	    "scope=\"col\" class=\"text\">Verdict</th></tr>"
	    "</thead><tbody>\n",
	    windows ? "<th scope=\"col\">Change</th>" : "");
	for (enum metric m = 0; m < METRICS; m++)
		write_line(out, p, i, m);
	buf_cstr(out, "</tbody></table></div>\n");
	if (name.n > 0)
		buf_cstr(out, "</details>\n");
	buf_release(&name);
}

/* Those from the newest window backwards. */
static void
write_miss_list(struct buf *out, const struct page *p, size_t from, size_t to)
{
	buf_cstr(out, "<ul>\n");
	for (size_t i = from; i < to; i++) {
		buf_cstr(out, "<li>");
		html_text(out, str_of(p->miss[p->nmiss - 1 - i]));
		buf_cstr(out, "</li>\n");
	}
	buf_cstr(out, "</ul>\n");
}

static void
write_misses(struct buf *out, const struct page *p)
{
	size_t shown = p->nmiss < MISSES_SHOWN ? p->nmiss : MISSES_SHOWN;

	buf_cstr(out, "<section aria-labelledby=\"misses\">"
		      "<h2 id=\"misses\">Targets</h2>\n");
	if (!check_any(p->rows))
		buf_cstr(out, "<p>There are none.</p>\n");
	else if (p->nmiss == 0)
		buf_cstr(out, "<p class=\"good\">✓ No target is missed.</p>\n");
	else
		buf_printf(
		    out, "<p class=\"bad\">✗ %zu missed.</p>\n", p->nmiss);
	if (shown > 0)
		write_miss_list(out, p, 0, shown);
	if (shown < p->nmiss) {
		buf_printf(out, "<details><summary>%zu more</summary>\n",
		    p->nmiss - shown);
		write_miss_list(out, p, shown, p->nmiss);
		buf_cstr(out, "</details>\n");
	}
	buf_cstr(out, "</section>\n");
}

/* Over all rows. */
static void
write_reasons(struct buf *out, const struct page *p)
{
	struct reason_count *list;
	double person = 0;
	size_t n;

	for (size_t i = 0; i < p->n; i++)
		person += (double)(p->row[i].cell->action[ACTION_QUEUE] +
				   p->row[i].cell->action[ACTION_ESCALATE]);
	list = reasons_count(p->metrics, p->row, p->n, &n);
	buf_cstr(out,
	    "<section aria-labelledby=\"reasons\"><h2 id=\"reasons\">Why "
	    "records went to a person</h2>\n<div class=\"scroll\" "
	    "role=\"region\" tabindex=\"0\" aria-label=\"Reasons\"><table>"
	    "<caption>Share of those that went to one; some have several "
	    "reasons</caption>\n<thead><tr><th scope=\"col\">Reason</th>"
	    "<th scope=\"col\">Records</th><th scope=\"col\">Share</th></tr>"
	    "</thead><tbody>\n");
	for (size_t i = 0; i < n && i < p->rows->top; i++) {
		buf_cstr(out, "<tr><th scope=\"row\">");
		html_text(out, list[i].reason);
		buf_printf(out, "</th><td>%llu</td><td>%.1f %%</td></tr>\n",
		    (unsigned long long)list[i].n,
		    100 * (double)list[i].n / person);
	}
	buf_cstr(out, "</tbody></table></div></section>\n");
	free(list);
}

/* The rows of the last window that has records. */
static void
write_summaries(struct buf *out, const struct page *p)
{
	int64_t last = TIMESTAMP_NONE;
	size_t shown = 0, left = 0;

	for (size_t i = 0; i < p->n; i++)
		if (p->row[i].cell->n > 0)
			last = p->row[i].start;
	buf_cstr(out, "<section aria-labelledby=\"summary\">"
		      "<h2 id=\"summary\">Summary");
	if (p->rows->window->unit != WINDOW_NONE)
		buf_cstr(out, " of the last window");
	buf_cstr(out, "</h2>\n");
	for (size_t i = 0; i < p->n; i++) {
		if (p->row[i].start != last || p->row[i].cell->n == 0)
			continue;
		if (shown < GROUPS_SHOWN)
			write_summary(out, p, i, shown++ == 0);
		else
			left++;
	}
	if (left > 0)
		buf_printf(
		    out, "<p>%zu more groups are not shown.</p>\n", left);
	buf_cstr(out, "</section>\n");
}

static void
write_charts(struct buf *out, const struct page *p)
{
	enum metric metric[SERIES_PANELS];
	size_t n = series_metrics(p->rows, metric);

	if (p->rows->window->unit == WINDOW_NONE)
		return;
	buf_cstr(out, "<section aria-labelledby=\"charts\">"
		      "<h2 id=\"charts\">Over time</h2>\n");
	chart_key(p, out);
	buf_cstr(out, "<div class=\"charts\">\n");
	for (size_t i = 0; i < n; i++)
		chart_write(p, metric[i], out);
	buf_cstr(out, "</div></section>\n");
}

/* Of a page without targets nothing is said. */
static const char *
title_of(const struct page *p)
{
	if (!check_any(p->rows))
		return "";
	return p->nmiss == 0 ? ": no target is missed" : ": targets are missed";
}

void
page_write(const struct page *p, struct buf *out)
{
	uint64_t records = 0;

	for (size_t i = 0; i < p->n; i++)
		records += p->row[i].cell->n;
	buf_printf(out,
	    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
	    "<meta charset=\"utf-8\">\n"
	    "<meta name=\"viewport\" content=\"width=device-width, "
	    "initial-scale=1\">\n"
	    "<title>Decisions and reviews%s</title>\n"
	    "<link rel=\"icon\" href=\"data:,\">\n<style>%s</style>\n"
	    "</head>\n<body>\n<header><h1>Decisions and reviews</h1>\n<p>"
	    "%llu records; intervals of %.4g %%. Made ",
	    title_of(p), style, (unsigned long long)records,
	    100 * p->rows->level);
	timestamp_format(out, p->now - p->now % USEC_PER_SECOND);
	buf_cstr(out, ".</p></header>\n<main>\n");
	write_misses(out, p);
	write_summaries(out, p);
	write_charts(out, p);
	if (p->rows->top > 0)
		write_reasons(out, p);
	buf_cstr(out, "</main>\n<footer><p>An interval is what the true value "
		      "may be; a target is missed when all of it is on the "
		      "wrong side.</p></footer>\n</body>\n</html>\n");
}
