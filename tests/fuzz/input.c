/*
 * Any bytes as input of a program, NDJSON or CSV by the first byte: every
 * line and row is accounted for, by one thread as by three, from a file as
 * from a pipe that gives a few bytes at a time.
 */
#include <stdlib.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"

#include "base/hash.h"
#include "record/json_index.h"
#include "record/stream.h"

enum { PIPED_MAX = 4096 };

struct seen {
	uint64_t records, bytes;
};

static int
count(struct record *r, void *state, struct err *e)
{
	struct seen *seen = state;

	if (r->slot[0].type != JSON_OBJECT)
		FINDING("a record that is none");
	seen->records++;
	seen->bytes += r->line.n;
	if (r->line.n % 7 == 3)
		return err_set(e, STATUS_REJECTED, "refused");
	return 0;
}

static void *
fork_seen(void *state)
{
	(void)state;
	return calloc(1, sizeof(struct seen));
}

static void
join_seen(void *state, void *forked)
{
	struct seen *to = state, *from = forked;

	to->records += from->records;
	to->bytes += from->bytes;
	free(from);
}

static struct stream_totals
run(const char *file, bool csv, unsigned jobs, size_t max, struct seen *seen)
{
	struct stream_options o = {
		.csv = csv, .delimiter = ',', .max_line = max, .jobs = jobs
	};
	struct stream_job job = { .record = count,
		.state = seen,
		.fork = fork_seen,
		.join = join_seen };
	char *const files[] = { (char *)(uintptr_t)file, NULL };
	struct stream_totals totals;
	struct arena a = { 0 };
	struct fields f;

	fields_init(&f, &a);
	fields_add_key(&f, 0, STR("a"));
	stream_run(&o, files, &f, &job, &totals);
	fields_release(&f);
	arena_release(&a);
	return totals;
}

/* Bytes that come through a pipe, a few at a time. */
struct feed {
	int fd;
	const uint8_t *data;
	size_t n, step;
};

static void *
feed(void *x)
{
	struct feed *f = x;

	for (size_t i = 0, n; i < f->n; i += n) {
		n = f->n - i < f->step ? f->n - i : f->step;
		if (write(f->fd, f->data + i, n) != (ssize_t)n)
			abort();
	}
	close(f->fd);
	return NULL;
}

static struct stream_totals
run_pipe(const uint8_t *data, size_t n, bool csv, size_t max, struct seen *seen)
{
	struct feed f = { .data = data, .n = n, .step = 1 + n % 13 };
	struct stream_totals t;
	pthread_t thread;
	char file[64];
	int fds[2];

	if (pipe(fds) == -1)
		abort();
	/* opened anew by its name: this end stays until that is done */
	f.fd = fds[1];
	snprintf(file, sizeof(file), "/proc/self/fd/%d", fds[0]);
	if (pthread_create(&thread, NULL, feed, &f) != 0)
		abort();
	t = run(file, csv, 1, max, seen);
	pthread_join(thread, NULL);
	close(fds[0]);
	return t;
}

/* Lines as wc -l has them, and one that does not end. */
static uint64_t
count_lines(const uint8_t *data, size_t n)
{
	uint64_t lines = n > 0 && data[n - 1] != '\n';

	if (n == 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0)
		return 0; /* a mark is no line */
	for (size_t i = 0; i < n; i++)
		lines += data[i] == '\n';
	return lines;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct seen one = { 0 }, three = { 0 }, piped = { 0 };
	struct stream_totals t, u, v;
	char file[64];
	struct err e;
	static bool ready;
	int fd;

	if (size == 0)
		return 0;
	if (!ready)
		hash_init(abort);
	ready = true;
	if (json_index_choose(NULL, &e) == -1)
		abort();
	fd = memfd_create("input", 0);
	if (fd == -1 || write(fd, data + 1, size - 1) != (ssize_t)(size - 1))
		abort();
	snprintf(file, sizeof(file), "/proc/self/fd/%d", fd);
	bool csv = data[0] & 1;
	size_t max = data[0] & 2 ? 40 : 1 << 20;
	t = run(file, csv, 1, max, &one);
	u = run(file, csv, 3, max, &three);
	close(fd);
	if (size < PIPED_MAX) {
		v = run_pipe(data + 1, size - 1, csv, max, &piped);
		if (t.read != v.read || t.rejected != v.rejected ||
		    one.records != piped.records || one.bytes != piped.bytes)
			FINDING("through a pipe come other records");
	}
	if (t.read != u.read || t.rejected != u.rejected ||
	    one.records != three.records || one.bytes != three.bytes)
		FINDING("three threads see other records");
	if (!csv && t.read != count_lines(data + 1, size - 1))
		FINDING("%llu lines of %llu", (unsigned long long)t.read,
		    (unsigned long long)count_lines(data + 1, size - 1));
	if (t.rejected > t.read || one.records > t.read ||
	    one.records + t.rejected < t.read)
		FINDING("a line is lost");
	return 0;
}
