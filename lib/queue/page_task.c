/* A task as a page (page.h). */
#include "base/timestamp.h"
#include "policy/fieldvalue.h"
#include "policy/task_object.h"
#include "queue/page.h"
#include "queue/task.h"

/* A task on its page. */
struct writing {
	struct page *page;
	const struct json *task;
	const struct json *status;
	int64_t now;
};

/* The member of a task, NULL if it is not there, null, or empty. */
static const struct json *
get(const struct json *j, const char *member)
{
	const struct json *m = json_get(j, member);

	if (m == NULL || m->value.type == JSON_NULL ||
	    (m->value.type == JSON_ARRAY && m->n == 0) ||
	    (m->value.type == JSON_STRING && m->string.n == 0))
		return NULL;
	return m;
}

static bool
is_list(const struct json *j)
{
	return j != NULL && j->value.type == JSON_ARRAY;
}

static void
put(const struct writing *w, enum page_style style, const char *text)
{
	page_add(w->page, style, str_of(text));
}

enum { INDENT = 2, DEEPEST = 8 };

/* Ends a line if there is one. */
static void
end_line(const struct writing *w)
{
	if (w->page->at != -1)
		page_line(w->page);
}

/* A heading has an empty line before it. */
static void
heading(const struct writing *w, const char *text)
{
	w->page->margin = 0;
	if (w->page->nline > 0)
		page_line(w->page);
	put(w, PAGE_HEADING, text);
	page_line(w->page);
	w->page->margin = INDENT;
}

/* What is from a record stands further in than what is ours. */
static void
indent(const struct writing *w, int depth)
{
	w->page->margin = (depth + 1) * INDENT;
}

static void
write_value(const struct writing *w, const struct json *j, int depth);

static void
write_members(const struct writing *w, const struct json *j, int depth)
{
	for (size_t i = 0; i < j->n; i++) {
		const struct json *value = &j->member[i].json;
		bool nested =
		    value->n > 0 && (value->value.type == JSON_ARRAY ||
					value->value.type == JSON_OBJECT);
		indent(w, depth);
		page_word(w->page, PAGE_TEXT, j->member[i].key);
		put(w, PAGE_TEXT, ": ");
		if (nested && depth < DEEPEST) {
			page_line(w->page);
			write_value(w, value, depth + 1);
		} else {
			page_add(w->page, PAGE_TEXT,
			    value->value.type == JSON_NULL ? STR("null")
							   : page_value(value));
			page_line(w->page);
		}
	}
}

/* Objects as "key: value", lists with a dash each, all else as it is. */
static void
write_value(const struct writing *w, const struct json *j, int depth)
{
	if (j->value.type == JSON_OBJECT && depth < DEEPEST) {
		write_members(w, j, depth);
		return;
	}
	if (j->value.type != JSON_ARRAY || depth >= DEEPEST) {
		indent(w, depth);
		page_add(w->page, PAGE_TEXT, page_value(j));
		page_line(w->page);
		return;
	}
	for (size_t i = 0; i < j->n; i++) {
		const struct json *e = &j->element[i];
		indent(w, depth);
		put(w, PAGE_TEXT, "- ");
		if (e->value.type == JSON_OBJECT) {
			page_line(w->page);
			write_value(w, e, depth + 1);
		} else {
			page_add(w->page, PAGE_TEXT, page_value(e));
			page_line(w->page);
		}
	}
}

static void
section(const struct writing *w, const char *title, const char *member)
{
	const struct json *j = get(w->task, member);

	if (j == NULL)
		return;
	heading(w, title);
	write_value(w, j, 0);
}

/* "name: value   ", if there is a value. */
static void
fact(const struct writing *w, const char *name, const struct json *from,
    const char *member)
{
	const struct json *j = get(from, member);

	if (j == NULL)
		return;
	put(w, PAGE_TEXT, name);
	put(w, PAGE_TEXT, " ");
	page_word(w->page, PAGE_TEXT, page_value(j));
	put(w, PAGE_TEXT, "   ");
}

/* "to answer within 2h 05m", or that it is too late. */
static void
limit(const struct writing *w, const char *name, const struct json *from,
    const char *member)
{
	const struct json *j = get(from, member);
	struct arena a = { 0 };
	struct buf text = { 0 };
	int64_t t = j == NULL ? TIMESTAMP_NONE : time_value(&j->value, &a);

	if (t != TIMESTAMP_NONE) {
		buf_printf(&text, "%s ", name);
		page_duration(&text, t - w->now);
		buf_cstr(&text, t <= w->now ? " (over)   " : "   ");
		page_add(w->page, t <= w->now ? PAGE_ALERT : PAGE_TEXT,
		    buf_view(&text));
	}
	arena_release(&a);
	buf_release(&text);
}

static void
write_head(const struct writing *w)
{
	page_word(
	    w->page, PAGE_HEADING, page_value(json_get(w->task, "case_id")));
	put(w, PAGE_TEXT, "   ");
	page_word(w->page, PAGE_TEXT, page_value(json_get(w->task, "kind")));
	page_line(w->page);
	fact(w, "risk", w->task, "risk_level");
	fact(w, "queue", w->status != NULL ? w->status : w->task, "queue");
	fact(w, "tier", w->status != NULL ? w->status : w->task, "tier");
	fact(w, "priority", w->task, "priority");
	end_line(w);
	limit(w, "answer due in", w->task, "sla_deadline");
	limit(
	    w, "approval expires in", json_get(w->task, "gate"), "expires_at");
	fact(w, "reviews needed", w->status, "reviews_required");
	end_line(w);
}

static void
write_why(const struct writing *w)
{
	const struct json *reasons = get(w->task, "reason_for_escalation");

	heading(w, "Why it is here");
	for (size_t i = 0; is_list(reasons) && i < reasons->n; i++) {
		page_word(
		    w->page, PAGE_ALERT, page_value(&reasons->element[i]));
		page_line(w->page);
	}
	fact(w, "confidence", w->task, "confidence");
	fact(w, "threshold", w->task, "threshold");
	fact(w, "answers now:", w->task, "respond");
	end_line(w);
}

/* A piece of evidence with its score, whatever it calls its text. */
static void
write_evidence(const struct writing *w)
{
	static const char *const texts[] = { "text", "content", "snippet" };
	const struct json *list = get(w->task, "evidence");

	if (list == NULL)
		return;
	heading(w, "Evidence");
	if (list->value.type != JSON_ARRAY) {
		write_value(w, list, 0);
		return;
	}
	for (size_t i = 0; i < list->n; i++) {
		const struct json *e = &list->element[i], *text = NULL;
		for (size_t k = 0; k < 3 && text == NULL; k++)
			text = get(e, texts[k]);
		indent(w, 0);
		put(w, PAGE_TEXT, "- ");
		w->page->margin += INDENT;
		if (text == NULL) {
			if (e->value.type == JSON_OBJECT)
				page_line(w->page);
			write_value(w, e, e->value.type == JSON_OBJECT);
			continue;
		}
		if (get(e, "score") != NULL) {
			put(w, PAGE_HEADING, "[");
			page_word(
			    w->page, PAGE_HEADING, page_value(get(e, "score")));
			put(w, PAGE_HEADING, "] ");
		}
		page_add(w->page, PAGE_TEXT, page_value(text));
		page_line(w->page);
		fact(w, "source", e, "source");
		end_line(w);
	}
}

static void
write_options(const struct writing *w)
{
	const struct json *list = get(w->task, "options");

	if (list == NULL || list->value.type != JSON_ARRAY)
		return;
	heading(w, "Options");
	for (size_t i = 0; i < list->n; i++) {
		struct buf number = { 0 };
		buf_printf(&number, "%zu ", i + 1);
		page_add(w->page, PAGE_HEADING, buf_view(&number));
		page_add(w->page, PAGE_TEXT, page_value(&list->element[i]));
		page_line(w->page);
		buf_release(&number);
	}
}

static void
write_history(const struct writing *w)
{
	const struct json *list = get(w->status, "history");

	for (size_t i = 0; is_list(list) && i < list->n; i++) {
		const struct json *e = &list->element[i];
		const struct json *review = get(e, "review");
		if (i == 0)
			heading(w, "Before");
		page_word(w->page, PAGE_TEXT, page_value(json_get(e, "at")));
		put(w, PAGE_TEXT, " ");
		page_word(w->page, PAGE_TEXT, page_value(json_get(e, "event")));
		fact(w, " by", e, "by");
		fact(w, ":", e, "note");
		fact(w, "", review, "outcome");
		fact(w, "", review, "reason");
		page_line(w->page);
	}
	section(w, "When it came before", "previous");
}

/* Members that are written above, or say nothing to a person. */
static bool
is_known(struct str key)
{
	static const char *const more[] = { TASK_STATUS, "options",
		"instructions", NULL };

	return task_object_has(key) || word_index(more, key) != -1;
}

/* What the policy's template has added. */
static void
write_others(const struct writing *w)
{
	for (size_t i = 0; i < w->task->n; i++) {
		const struct json_member *m = &w->task->member[i];
		if (is_known(m->key) || m->json.value.type == JSON_NULL)
			continue;
		w->page->margin = 0;
		if (w->page->nline > 0)
			page_line(w->page);
		page_word(w->page, PAGE_HEADING, m->key);
		page_line(w->page);
		write_value(w, &m->json, 0);
	}
}

void
page_task(struct page *page, const struct json *task, int64_t now)
{
	const struct writing w = { page, task, json_get(task, "status"), now };

	write_head(&w);
	section(&w, "Instructions", "instructions");
	write_why(&w);
	section(&w, "Question", "user_question");
	section(&w, "Draft", "model_draft");
	section(&w, "Proposed action", "proposed_action");
	section(&w, "Proposed by", "proposed_by");
	write_options(&w);
	write_evidence(&w);
	section(&w, "Tool results", "tool_results");
	write_others(&w);
	write_history(&w);
}
