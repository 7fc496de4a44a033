/* hitl-queue show and list: what is in it. */
#include <stdlib.h>
#include <string.h>

#include "queue/view.h"

#include "queue/verbs.h"

enum {
	OPTION_KIND = OPTION_VERB,
	OPTION_QUEUE,
	OPTION_REVIEWER,
	OPTION_RISK,
	OPTION_STATE,
};

struct own {
	struct desk_options desk;
	struct task_filter filter;
	struct names queues;
	size_t most;
};

static int
take_states(uint32_t *states, const char *argument, struct err *e)
{
	struct names list = { 0 };
	int bad = 0;

	bad = names_option("--state", argument, &list, e);
	for (size_t i = 0; bad == 0 && i < list.n; i++) {
		char *word = strndup(list.name[i].s, list.name[i].n);
		int state = 0;
		if (word == NULL)
			memory_exhausted();
		bad = word_option("--state", word, task_state_words, &state, e);
		if (bad == 0)
			*states |= UINT32_C(1) << state;
		free(word);
	}
	free(list.name);
	return bad;
}

static int
take(int id, const char *argument, void *own, struct err *e)
{
	struct own *o = own;
	struct task_filter *f = &o->filter;

	switch (id) {
	case 'n':
		return count_option("--count", argument, 1, 1e15, &o->most, e);
	case OPTION_KIND:
		return word_option(
		    "--kind", argument, task_kind_words, &f->kind, e);
	case OPTION_RISK:
		return word_option("--risk", argument, risk_words, &f->risk, e);
	case OPTION_STATE: return take_states(&f->states, argument, e);
	case OPTION_QUEUE:
		return names_option("--queue", argument, &o->queues, e);
	case OPTION_REVIEWER:
		return text_option("--reviewer", argument, &f->reviewer, e);
	default: return desk_take(&o->desk, id, argument, e);
	}
}

/* Tasks on their way out, a page at a time. */
enum { PAGE = 500 };
struct listing {
	struct own *own;
	const struct str *id; /* [n], of show */
	size_t n;
	struct task_place place;
	struct arena arena; /* of it */
	struct buf lines;
	uint64_t missing, listed;
	bool more;
};

static int
list_page(struct queue *q, void *state, struct err *e)
{
	struct listing *x = state;
	struct task_row *row = arena_new(&q->scratch, struct task_row, PAGE);
	size_t n;
	int more = task_list(
	    q, &x->own->filter, &x->place, &q->scratch, row, PAGE, &n, e);

	if (more == -1)
		return -1;
	for (size_t i = 0; i < n && x->listed < x->own->most; i++) {
		if (task_write_short(q, &row[i], &x->lines, e) == -1)
			return -1;
		buf_char(&x->lines, '\n');
		x->listed++;
	}
	arena_reset(&x->arena);
	x->place.id = arena_str(&x->arena, x->place.id);
	x->more = more == 1 && x->listed < x->own->most;
	return 0;
}

static int
list(struct desk *d, struct own *o, struct err *e)
{
	struct listing x = { .own = o, .more = true };
	int bad = 0;

	while (bad == 0 && x.more) {
		bad = queue_look(d->queue, list_page, &x, e);
		buf_whole_lines(&x.lines);
		desk_lines(d, buf_view(&x.lines));
		buf_clear(&x.lines);
	}
	buf_release(&x.lines);
	arena_release(&x.arena);
	return bad;
}

static const struct option_row list_rows[] = {
	DESK_ROWS,
	{ 'n', "count", "K", "at most so many (all)" },
	{ OPTION_STATE, "state", "A,B",
	    "pending, completed, approved, rejected, needs_revision, "
	    "expired (all)" },
	{ OPTION_QUEUE, "queue", "Q,R", "of these queues" },
	{ OPTION_KIND, "kind", "KIND", "approval, escalation or audit" },
	{ OPTION_RISK, "risk", "LEVEL", "low, medium, high or critical" },
	{ OPTION_REVIEWER, "reviewer", "R", "who has them now" },
};

int
run_list(int argc, char *argv[])
{
	static const struct command c = {
		.usage = "list [--state S] [--queue Q] [OPTION...]",
		.about = "What is in the queue, in the order it is to be "
			 "done.",
		.own = list_rows,
		.nown = LENGTH(list_rows),
		.reads = READS_NOTHING,
		.results = true,
		.take = take,
	};
	struct own own = { .desk = DESK_INIT,
		.filter = { .kind = -1, .risk = -1 },
		.most = UINT64_MAX };
	struct desk d;
	struct err e;

	if (desk_open(&d, &c, &own, (struct desk_kind){ .bare = true }, argc,
		argv) == 0) {
		own.filter.queue = own.queues.name;
		own.filter.nqueue = own.queues.n;
		if (list(&d, &own, &e) == -1)
			desk_fail(&d, &e);
	}
	free(own.queues.name);
	return desk_end(&d);
}

static int
show_each(struct queue *q, void *state, struct err *e)
{
	struct listing *x = state;

	for (size_t i = 0; i < x->n; i++) {
		struct task_row row;
		int got = task_row_of(q, x->id[i], false, &row, e);
		if (got == -1 || (got == 1 && task_write(q, &row, STR(""),
						  &x->lines, e) == -1))
			return -1;
		if (got == 1)
			buf_char(&x->lines, '\n');
		else
			diag("%.*s: is not in the queue",
			    x->id[i].n < 80 ? (int)x->id[i].n : 80, x->id[i].s);
		x->missing += got == 0;
	}
	return 0;
}

static int
show(struct desk *d, struct err *e)
{
	struct listing x = { 0 };
	int bad;

	if ((x.id = desk_names(d, 1, &x.n, e)) == NULL)
		return -1;
	bad = queue_look(d->queue, show_each, &x, e);
	if (bad == 0)
		desk_lines(d, buf_view(&x.lines));
	if (bad == 0 && x.missing == x.n)
		run_no_result(&d->run);
	else if (bad == 0 && x.missing > 0)
		desk_no(d);
	buf_release(&x.lines);
	return bad;
}

static const struct option_row show_rows[] = { DESK_ROWS };

int
run_show(int argc, char *argv[])
{
	static const struct command c = {
		.usage = "show [--db QUEUE] [OPTION...] ID...",
		.about = "Tasks with how they stand and all that was said of "
			 "them.",
		.own = show_rows,
		.nown = LENGTH(show_rows),
		.reads = READS_NOTHING,
		.results = true,
		.take = take,
	};
	struct own own = { .desk = DESK_INIT };
	struct desk d;
	struct err e;

	if (desk_open(&d, &c, &own, (struct desk_kind){ 0 }, argc, argv) == 0 &&
	    show(&d, &e) == -1)
		desk_fail(&d, &e);
	return desk_end(&d);
}
