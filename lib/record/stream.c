/* The input driver (stream.h). */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/output.h"
#include "record/csv.h"
#include "record/json_scan.h"
#include "record/lines.h"
#include "record/stream.h"

enum {
	PROGRESS_EVERY = 1 << 14, /* records between looks at the clock */
	PROGRESS_SIZE = 256 << 20, /* bytes of a file that are worth it */
};

struct stream {
	const struct stream_options *options;
	record_fn *record;
	void *state;
	struct stream_totals *totals;
	struct input input;
	struct csv *csv;
	struct output rejects;
	bool have_rejects;
	struct record r;
	struct arena scratch;
	size_t next_line; /* number of the next line */
	enum status status;
	bool stop;
	uint64_t told;
	off_t size; /* of the file, 0 unknown */
	bool progress;
	time_t told_at; /* progress */
};

const char *
stream_name(const char *file)
{
	return file == NULL || strcmp(file, "-") == 0 ? "<stdin>" : file;
}

static int
open_input(const char *file, struct err *e)
{
	struct stat st;
	int fd = STDIN_FILENO;

	if (strcmp(file, "-") != 0 &&
	    (fd = open(file, O_RDONLY | O_CLOEXEC)) == -1) {
		err_errno(e, errno, "%s", file);
		return -1;
	}
	if (fstat(fd, &st) == 0 && !S_ISDIR(st.st_mode))
		return fd;
	if (fd == STDIN_FILENO && fcntl(fd, F_GETFD) == -1)
		err_errno(e, errno, "%s", stream_name(file));
	else
		err_errno(e, EISDIR, "%s", stream_name(file));
	if (fd != STDIN_FILENO)
		close(fd);
	return -1;
}

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
		int fd = open_input(*file, e);
		if (fd == -1)
			return -1;
		if (fd != STDIN_FILENO)
			close(fd);
	}
	return 0;
}

/* Counts and tells a rejected line. */
static void
count_rejected(struct stream *s, const char *why)
{
	s->totals->rejected++;
	s->status = status_worse(s->status, STATUS_REJECTED);
	if (s->told++ < STREAM_REJECTS_TOLD)
		diag("%s:%zu: %s", s->r.file, s->r.lineno, why);
	if (s->options->strict)
		s->stop = true;
}

static void
end_kept_line(struct stream *s)
{
	if (output_line(&s->rejects) == -1)
		s->stop = true;
}

static void
reject(struct stream *s, const char *why)
{
	count_rejected(s, why);
	if (s->have_rejects) {
		buf_str(&s->rejects.buf, s->r.raw);
		end_kept_line(s);
	}
}

/* The same for a line that is too long, piece by piece. */
static void
reject_long(struct stream *s)
{
	struct str piece;
	char why[80];
	bool more;

	snprintf(why, sizeof(why), "longer than %zu bytes (see --max-line)",
	    s->options->max_line);
	count_rejected(s, why);
	if (s->have_rejects)
		buf_str(&s->rejects.buf, s->r.raw);
	do {
		more = line_rest(&s->input, &piece);
		if (!s->have_rejects)
			continue;
		buf_str(&s->rejects.buf, piece);
		output_flush(&s->rejects);
	} while (more);
	if (s->have_rejects)
		end_kept_line(s);
}

static void
show_progress(struct stream *s)
{
	struct timespec now;
	off_t at;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	if (now.tv_sec == s->told_at)
		return;
	s->told_at = now.tv_sec;
	at = lseek(s->input.fd, 0, SEEK_CUR);
	if (s->size > 0 && at >= 0)
		diag("%s: %llu records, %d %%", s->r.file,
		    (unsigned long long)s->totals->read,
		    (int)(100 * at / s->size));
	else
		diag("%s: %llu records", s->r.file,
		    (unsigned long long)s->totals->read);
}

/* Scans r.line and hands it on. */
static void
run_record(struct stream *s)
{
	struct json_error bad;
	struct err e;
	char why[160];

	arena_reset(&s->scratch);
	s->r.serial++;
	s->r.overlay_key = (struct str){ 0 };
	if (json_scan(s->r.fields, s->r.line, s->r.slot, &bad) == -1) {
		if (str_trim(s->r.line).n == 0)
			snprintf(why, sizeof(why), "empty line");
		else
			snprintf(why, sizeof(why), "column %zu: %s",
			    bad.offset + 1, bad.what);
		reject(s, why);
		return;
	}
	if (s->r.slot[0].type != JSON_OBJECT) {
		snprintf(why, sizeof(why), "is %s %s, not an object",
		    s->r.slot[0].type == JSON_ARRAY ? "an" : "a",
		    json_type_name(s->r.slot[0].type));
		reject(s, why);
		return;
	}
	if (s->record(&s->r, s->state, &e) == 0)
		return;
	if (e.code == STATUS_REJECTED) {
		reject(s, e.msg);
		return;
	}
	diag_err(&e);
	s->status = status_worse(s->status, e.code);
	s->stop = true;
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

static void
run_ndjson(struct stream *s)
{
	enum line_result got;

	while (!s->stop) {
		got = line_next(&s->input, s->options->max_line, &s->r.line);
		if (got == LINE_END)
			return;
		s->r.raw = s->r.line;
		s->r.lineno = s->next_line++;
		s->totals->read++;
		if (got == LINE_LONG)
			reject_long(s);
		else
			run_record(s);
		if (s->progress && s->totals->read % PROGRESS_EVERY == 0)
			show_progress(s);
	}
}

static void
run_csv(struct stream *s)
{
	size_t lines, skipped;
	struct err e;
	enum csv_result got;
	int header = csv_header(s->csv, &s->input, s->options->max_line, &e);

	if (header == -1) {
		diag("%s: the header: %s", s->r.file, e.msg);
		s->status = status_worse(s->status, STATUS_SYSTEM);
	}
	if (header != 0)
		return;
	for (s->next_line = 2; !s->stop; s->next_line += lines - skipped) {
		got = csv_next(s->csv, &s->input, s->options->max_line,
		    &s->r.raw, &s->r.line, &lines, &skipped, &e);
		s->next_line += skipped;
		if (got == CSV_ROW_END)
			return;
		s->r.lineno = s->next_line;
		s->totals->read++;
		if (got == CSV_ROW_LONG)
			reject_long(s);
		else if (got == CSV_ROW_BAD)
			reject(s, e.msg);
		else
			run_record(s);
		if (s->progress && s->totals->read % PROGRESS_EVERY == 0)
			show_progress(s);
	}
}

static void
run_file(struct stream *s, const char *file)
{
	struct stat st;
	struct err e;
	int fd = open_input(file, &e);

	if (fd == -1) {
		s->status = status_worse(s->status, diag_err(&e));
		return;
	}
	s->r.file = stream_name(file);
	s->size = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? st.st_size : 0;
	s->progress = s->options->progress ||
		      (s->size >= PROGRESS_SIZE && diag_on_terminal());
	s->next_line = 1;
	input_start(&s->input, fd);
	skip_bom(&s->input);
	if (s->options->csv)
		run_csv(s);
	else
		run_ndjson(s);
	if (s->input.errnum != 0) {
		diag("%s: %s", s->r.file, strerror(s->input.errnum));
		s->status = status_worse(s->status, STATUS_SYSTEM);
	}
	input_stop(&s->input);
}

static void
finish(struct stream *s)
{
	struct err e;

	if (s->told > STREAM_REJECTS_TOLD)
		diag("%llu lines rejected, the first %d told",
		    (unsigned long long)s->totals->rejected,
		    STREAM_REJECTS_TOLD);
	if (s->told > 0 && s->totals->rejected == s->totals->read &&
	    !s->options->csv)
		diag("no line is a JSON object; is it CSV (--csv)?");
	if (s->have_rejects && output_close(&s->rejects, true, &e) == -1)
		s->status = status_worse(s->status, diag_err(&e));
	csv_release(s->csv);
	input_release(&s->input);
	arena_release(&s->scratch);
	free(s->r.slot);
}

enum status
stream_run(const struct stream_options *options, char *const file[],
    const struct fields *fields, record_fn *record, void (*idle)(void *state),
    void *state, struct stream_totals *totals)
{
	struct stream s = { .options = options,
		.record = record,
		.state = state,
		.totals = totals };
	struct err e;

	*totals = (struct stream_totals){ 0 };
	if (options->rejects != NULL) {
		if (output_open(&s.rejects, options->rejects, &e) == -1)
			return diag_err(&e);
		s.have_rejects = true;
	}
	s.r.fields = fields;
	s.r.scratch = &s.scratch;
	if ((s.r.slot = calloc(fields->n, sizeof(*s.r.slot))) == NULL)
		memory_exhausted();
	s.input.idle = idle;
	s.input.idle_arg = state;
	if (options->csv)
		s.csv = csv_new(options->delimiter);
	if (*file == NULL)
		run_file(&s, "-");
	for (; *file != NULL && !s.stop; file++)
		run_file(&s, *file);
	finish(&s);
	return s.status;
}
