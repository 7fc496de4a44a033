/*
 * The input driver (stream.h).
 *
 * The input is cut into pieces of whole lines.  A thread takes the next
 * piece, one at a time; works on it; and hands in what came of it when all
 * earlier pieces are handed in.  One thread does the same alone.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/diag.h"
#include "record/csv.h"
#include "record/progress.h"
#include "record/rejects.h"
#include "record/scanner.h"
#include "record/stream.h"

enum { SPINS = 2000 }; /* some tens of microseconds */

/* A line of a piece that was refused. */
struct refused {
	size_t line; /* of the piece, from 0 */
	struct str raw; /* in the piece */
	size_t why; /* NUL-terminated, in the worker's text */
};

struct stream {
	const struct stream_options *options;
	const struct stream_job *job;
	const struct fields *fields;
	struct stream_totals *totals;
	atomic_bool stop;
	bool objects; /* a line was one, whatever became of it */

	/* taking pieces: under `taking` */
	pthread_mutex_t taking;
	char *const *file; /* next one */
	bool open; /* `input` is one */
	bool last; /* no further file */
	struct input input;
	struct csv *csv; /* reads headers */
	struct csv_header header; /* of the file in progress */
	uint64_t taken; /* pieces, their order */

	/* handing in: under `handing` */
	pthread_mutex_t handing;
	pthread_cond_t handed;
	atomic_uint_fast64_t turn; /* of the piece that is next */
	const char *name; /* of the file in progress */
	uint64_t next_line; /* number of the next line */
	struct rejects rejects;
	enum status status;
	struct progress progress;
};

/* A thread and the piece it has. */
struct worker {
	struct stream *stream;
	void *state;
	pthread_t thread;
	struct piece piece;
	struct csv_rows rows;
	struct csv *csv;
	struct scanner scanner;
	struct arena scratch;
	struct record r;
	struct buf out, side, why;
	struct refused *refused;
	size_t nrefused, refused_cap;
	size_t lines; /* of the piece, physical */
	uint64_t read; /* records and refused lines of the piece */
	uint64_t turn; /* of the piece */
	struct err err; /* what ended it, if `failed` */
	bool failed;
	bool objects; /* it has seen one */
	char apart[128]; /* from the next one's cache lines */
};

int
stream_check(char *const file[], struct err *e)
{
	struct stat st;

	if (*file == NULL && fcntl(STDIN_FILENO, F_GETFD) == -1)
		return err_errno(e, errno, "<stdin>");
	for (; *file != NULL; file++) {
		/* opening a fifo here would take its writer away */
		if (stat(*file, &st) == 0 && S_ISFIFO(st.st_mode))
			continue;
		int fd = input_open(*file, e);
		if (fd == -1)
			return -1;
		if (fd != STDIN_FILENO)
			close(fd);
	}
	return 0;
}

/* Until all pieces taken so far are handed in, by whoever takes the next. */
static void
wait_for_others(struct stream *s)
{
	pthread_mutex_lock(&s->handing);
	while (s->turn != s->taken)
		pthread_cond_wait(&s->handed, &s->handing);
	pthread_mutex_unlock(&s->handing);
}

static void
worse(struct stream *s, enum status status)
{
	s->status = status_worse(s->status, status);
}

static void
skip_bom(struct input *in)
{
	while (in->end - in->at < 3 && input_more(in))
		;
	if (in->end - in->at >= 3 &&
	    memcmp(in->buf + in->at, "\xef\xbb\xbf", 3) == 0)
		in->at += 3;
}

/* Opens the next file that can be; false if there is none. */
static bool
next_file(struct stream *s, struct worker *w)
{
	const char *file;
	struct err e;
	int fd, header;

	wait_for_others(s);
	do {
		if (s->last)
			return false;
		file = *s->file == NULL ? "-" : *s->file++;
		s->last = *s->file == NULL;
		if ((fd = input_open(file, &e)) == -1)
			worse(s, diag_err(&e));
	} while (fd == -1);
	s->name = input_name(file);
	s->next_line = 1;
	progress_start(&s->progress, s->name, fd, s->options->progress);
	input_start(&s->input, fd);
	skip_bom(&s->input);
	s->open = true;
	if (s->csv == NULL)
		return true;
	header = csv_header(s->csv, &s->header, s->fields, &s->input, &w->piece,
	    s->options->max_line, &e);
	s->next_line += s->header.lines;
	if (header == -1) {
		diag("%s: the header: %s", s->name, e.msg);
		worse(s, STATUS_SYSTEM);
		s->input.at = s->input.end;
		s->input.eof = true;
	}
	return true;
}

static void
end_file(struct stream *s)
{
	wait_for_others(s);
	if (s->input.errnum != 0) {
		diag("%s: %s", s->name, strerror(s->input.errnum));
		worse(s, STATUS_SYSTEM);
	}
	input_stop(&s->input);
	s->open = false;
}

/* A line too long to be held is refused as it goes by. */
static void
refuse_long(struct stream *s)
{
	size_t max = s->options->max_line;
	struct str text = { s->input.buf + s->input.at, max };
	char why[80];
	bool more;

	wait_for_others(s);
	snprintf(
	    why, sizeof(why), "longer than %zu bytes (see --max-line)", max);
	s->totals->read++;
	worse(s, STATUS_REJECTED);
	if (s->options->strict)
		s->stop = true;
	rejects_begin(&s->rejects, s->name, s->next_line++, why, text);
	for (size_t i = 0; i < max; i++) /* in quotes, of CSV */
		s->next_line += text.s[i] == '\n';
	s->input.at += max;
	do {
		more = line_rest(&s->input, &text);
		rejects_more(&s->rejects, text);
	} while (more);
	if (rejects_end(&s->rejects) == -1)
		s->stop = true;
}

static enum lines_result
next_lines(struct stream *s, struct worker *w)
{
	if (s->csv != NULL)
		return csv_cut(&s->input, s->options->delimiter,
		    s->options->max_line, &w->piece, &w->rows);
	return lines_next(&s->input, s->options->max_line, &w->piece);
}

/* The next piece of the input; false at the end of it all. */
static bool
take_piece(struct stream *s, struct worker *w)
{
	while (!s->stop) {
		if (!s->open && !next_file(s, w))
			return false;
		switch (next_lines(s, w)) {
		case LINES_OK: return true;
		case LINES_LONG: refuse_long(s); break;
		case LINES_END: end_file(s); break;
		}
	}
	return false;
}

static void
refuse(struct worker *w, struct str raw, const char *why)
{
	VEC_ROOM(w->refused, w->nrefused, w->refused_cap);
	w->refused[w->nrefused++] =
	    (struct refused){ .line = w->lines, .raw = raw, .why = w->why.n };
	buf_add(&w->why, why, strlen(why) + 1);
}

static void
refuse_json(struct worker *w, const struct json_error *bad)
{
	char why[160];

	if (str_trim(w->r.line).n == 0)
		snprintf(why, sizeof(why), "empty line");
	else
		snprintf(why, sizeof(why), "column %zu: %s", bad->offset + 1,
		    bad->what);
	refuse(w, w->r.raw, why);
}

static void
refuse_kind(struct worker *w, enum json_type type)
{
	char why[160];

	snprintf(why, sizeof(why), "is %s %s, not an object",
	    type == JSON_ARRAY ? "an" : "a", json_type_name(type));
	refuse(w, w->r.raw, why);
}

/* Hands the record on; false if the run is over. */
static bool
run_record(struct worker *w)
{
	struct err e;

	arena_reset(&w->scratch);
	record_renew(&w->r);
	if (w->stream->job->fork == NULL || w->stream->options->jobs <= 1) {
		w->r.file = w->stream->name;
		w->r.lineno = w->stream->next_line + w->lines;
	}
	if (w->r.slot[0].type != JSON_OBJECT) {
		refuse_kind(w, w->r.slot[0].type);
		return true;
	}
	w->objects = true;
	if (w->stream->job->record(&w->r, w->state, &e) == -1) {
		if (e.code != STATUS_REJECTED) {
			w->err = e;
			w->failed = true;
			return false;
		}
		refuse(w, w->r.raw, e.msg);
	}
	return true;
}

/* Writes what there is to be written. */
static int
put_out(const struct stream_job *job, struct worker *w)
{
	if (w->side.n > 0 && output_lines(job->side, buf_view(&w->side)) == -1)
		return -1;
	buf_clear(&w->side);
	if (w->out.n > 0 && output_lines(job->out, buf_view(&w->out)) == -1)
		return -1;
	buf_clear(&w->out);
	return 0;
}

/* After every line: false if the run is over. */
static bool
line_done(struct worker *w)
{
	const struct stream_options *o = w->stream->options;

	w->lines++;
	w->read++;
	if (o->line_buffered && put_out(w->stream->job, w) == -1)
		return false; /* told when it is handed in */
	return !(o->strict && w->nrefused > 0);
}

static void
work_lines(struct worker *w)
{
	struct json_error bad;
	enum scan_result got;

	scanner_start(&w->scanner, w->piece.text, w->piece.n);
	while (
	    (got = scanner_next(&w->scanner, &w->r.line, &bad)) != SCAN_END) {
		w->r.raw = w->r.line;
		if (got == SCAN_BAD)
			refuse_json(w, &bad);
		else if (!run_record(w))
			return;
		if (!line_done(w))
			return;
	}
}

static void
work_rows(struct worker *w)
{
	struct stream *s = w->stream;
	struct err e;

	for (size_t i = 0; i < w->rows.n; i++) {
		const struct csv_row *row = &w->rows.row[i];
		w->lines += row->skipped;
		w->r.raw = (struct str){ w->piece.text + row->start, row->n };
		if (row->bad != NULL)
			refuse(w, w->r.raw, row->bad);
		else if (csv_object(w->csv, &s->header, s->fields, w->r.raw,
			     &w->r.line, w->r.slot, &e) == -1)
			refuse(w, w->r.raw, e.msg);
		else if (!run_record(w))
			return;
		if (!line_done(w))
			return;
		w->lines += row->lines - 1;
	}
	w->lines += w->rows.skipped;
}

/* What cannot be written ends it all. */
static void
check_output(struct worker *w, struct output *out)
{
	if (out == NULL || out->errnum == 0 || w->failed)
		return;
	output_error(out, &w->err);
	w->failed = true;
}

/* What came of the piece, in its turn. */
static void
hand_in(struct stream *s, struct worker *w)
{
	struct err e;

	s->totals->read += w->read;
	s->objects |= w->objects;
	if (s->job->piece != NULL)
		s->job->piece(w->state);
	if (!s->stop)
		put_out(s->job, w);
	check_output(w, s->job->side);
	check_output(w, s->job->out);
	for (size_t i = 0; i < w->nrefused && !s->stop; i++) {
		const struct refused *x = &w->refused[i];
		worse(s, STATUS_REJECTED);
		if (rejects_add(&s->rejects, s->name, s->next_line + x->line,
			w->why.s + x->why, x->raw) == -1 ||
		    s->options->strict)
			s->stop = true;
	}
	if (w->failed && !s->stop) {
		e = w->err;
		if (e.code == STATUS_USAGE) /* of the record it has come to */
			err_prefix(&e, "%s:%llu", s->name,
			    (unsigned long long)s->next_line + w->lines);
		worse(s, diag_err(&e));
		s->stop = true;
	}
	s->next_line += w->lines;
	progress_show(&s->progress, s->totals->read);
}

/*
 * Reading and handing in are short: to sleep until somebody else is done
 * with it, and be woken, takes longer than to try again for a while.
 */
static void
pause_shortly(void)
{
#ifdef __SSE2__
	__builtin_ia32_pause();
#else
	sched_yield();
#endif
}

static void
lock_for_taking(struct stream *s)
{
	for (int i = 0; i < SPINS; i++) {
		if (pthread_mutex_trylock(&s->taking) == 0)
			return;
		pause_shortly();
	}
	pthread_mutex_lock(&s->taking);
}

static void
lock_for_handing(struct stream *s, uint64_t turn)
{
	for (int i = 0; i < SPINS && s->turn != turn; i++)
		pause_shortly();
	pthread_mutex_lock(&s->handing);
	while (s->turn != turn)
		pthread_cond_wait(&s->handed, &s->handing);
}

/* What to look for may have changed since the last piece. */
static void
renew(struct stream *s, struct worker *w)
{
	struct fields *fields = s->job->renew(w->state);

	if (fields == NULL)
		return;
	fields_compile(fields);
	scanner_release(&w->scanner);
	w->scanner = (struct scanner){ 0 };
	scanner_init(&w->scanner, fields);
	s->fields = w->r.fields = fields;
	w->r.slot = w->scanner.slot;
}

static void *
work(void *arg)
{
	struct worker *w = arg;
	struct stream *s = w->stream;
	bool got;

	for (;;) {
		lock_for_taking(s);
		if ((got = take_piece(s, w)))
			w->turn = s->taken++;
		pthread_mutex_unlock(&s->taking);
		if (!got)
			break;
		buf_clear(&w->out);
		buf_clear(&w->side);
		buf_clear(&w->why);
		w->nrefused = w->lines = 0;
		w->read = 0;
		if (s->job->renew != NULL)
			renew(s, w);
		if (s->csv != NULL)
			work_rows(w);
		else
			work_lines(w);
		lock_for_handing(s, w->turn);
		hand_in(s, w);
		s->turn++;
		pthread_cond_broadcast(&s->handed);
		pthread_mutex_unlock(&s->handing);
	}
	if (s->job->done != NULL)
		s->job->done(w->state);
	return NULL;
}

static void
worker_init(struct worker *w, struct stream *s, void *state)
{
	*w = (struct worker){ .stream = s, .state = state };
	scanner_init(&w->scanner, s->fields);
	if (s->options->csv)
		w->csv = csv_new(s->options->delimiter);
	w->r.fields = s->fields;
	w->r.slot = w->scanner.slot;
	w->r.scratch = &w->scratch;
	w->r.out = &w->out;
	w->r.side = s->job->side == NULL ? NULL : &w->side;
}

static void
worker_release(struct worker *w)
{
	piece_release(&w->piece);
	free(w->rows.row);
	csv_release(w->csv);
	scanner_release(&w->scanner);
	arena_release(&w->scratch);
	buf_release(&w->out);
	buf_release(&w->side);
	buf_release(&w->why);
	free(w->refused);
}

/* Runs all workers to the end, the first in the thread of the caller. */
static void
run_workers(struct stream *s, struct worker *worker, unsigned n)
{
	sigset_t all, before;
	unsigned started = 1;

	for (unsigned i = 1; i < n; i++)
		worker_init(&worker[i], s, s->job->fork(s->job->state));
	/* signals are the first thread's business */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	for (; started < n; started++)
		if (pthread_create(&worker[started].thread, NULL, work,
			&worker[started]) != 0)
			break; /* the others do it */
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	work(&worker[0]);
	for (unsigned i = 1; i < started; i++)
		pthread_join(worker[i].thread, NULL);
	for (unsigned i = 1; i < n; i++) {
		s->job->join(s->job->state, worker[i].state);
		worker_release(&worker[i]);
	}
}

static unsigned
jobs_for(const struct stream_options *o, const struct stream_job *job)
{
	if (o->jobs <= 1 || o->strict || o->line_buffered ||
	    job->fork == NULL || job->renew != NULL)
		return 1;
	return o->jobs < STREAM_JOBS_MAX ? o->jobs : STREAM_JOBS_MAX;
}

enum status
stream_run(const struct stream_options *options, char *const file[],
    struct fields *fields, const struct stream_job *job,
    struct stream_totals *totals)
{
	unsigned n = jobs_for(options, job);
	struct worker *worker = alloc_apart(n * sizeof(*worker));
	struct stream s = { .options = options,
		.job = job,
		.fields = fields,
		.totals = totals,
		.file = file,
		.taking = PTHREAD_MUTEX_INITIALIZER,
		.handing = PTHREAD_MUTEX_INITIALIZER,
		.handed = PTHREAD_COND_INITIALIZER };
	struct err e;

	*totals = (struct stream_totals){ 0 };
	if (rejects_of_run(&s.rejects, options, &e) == -1) {
		free(worker);
		return diag_err(&e);
	}
	fields_compile(fields);
	if (options->csv)
		s.csv = csv_new(options->delimiter);
	worker_init(&worker[0], &s, job->state);
	run_workers(&s, worker, n);
	worker_release(&worker[0]);
	free(worker);
	if (s.open)
		input_stop(&s.input);
	totals->rejected = s.rejects.n;
	if (s.rejects.n > 0 && !s.objects && !options->csv)
		diag("no line is a JSON object; %s", rejects_hint(&s.rejects));
	if (rejects_close(&s.rejects, &e) == -1)
		worse(&s, diag_err(&e));
	csv_release(s.csv);
	csv_header_release(&s.header);
	input_release(&s.input);
	return s.status;
}
