/*
 * Lines as hitl-calibrate's labels, of which curves and thresholds are made:
 * each is refused with a message or counted; what is written of all of them,
 * read again, is written as the same bytes.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"

#include "base/hash.h"
#include "base/io.h"
#include "calibrate/labels.h"
#include "record/json_scan.h"

struct reading {
	struct policy *policy;
	struct labelled_source source;
	struct labels labels;
	struct labelled into;
	struct arena perm, scratch;
};

static void
begin(struct reading *x, const char *by)
{
	struct err e;

	memset(x, 0, sizeof(*x));
	groups_init(&x->into.groups, 1000);
	x->policy = policy_load(NULL, NULL, 0, &x->perm, &e);
	if (x->policy == NULL ||
	    labelled_source_init(&x->source, x->policy, by, false, false, 0,
		&x->into, &e) == -1 ||
	    labels_init(&x->labels, &x->source, by, &e) == -1 ||
	    expr_set_compile(x->policy->exprs, &e) == -1)
		FINDING("%s", e.msg);
	x->source.ev = evaluator_new(x->policy->exprs);
}

static void
end(struct reading *x)
{
	evaluator_free(x->source.ev);
	labelled_release(&x->into);
	policy_free(x->policy);
	arena_release(&x->scratch);
	arena_release(&x->perm);
}

static void
add_line(struct reading *x, struct str line, bool ours)
{
	struct record r = { .serial = 1, .scratch = &x->scratch };
	struct json_error bad;
	enum json_type type;
	struct err e = { .msg = "" };

	arena_reset(&x->scratch);
	if (json_check(&line, &x->scratch, &type, &bad) == -1 ||
	    type != JSON_OBJECT)
		return;
	r.line = r.raw = line;
	r.fields = expr_set_fields(x->policy->exprs);
	r.slot = calloc(r.fields->n, sizeof(*r.slot));
	if (json_scan(r.fields, line, r.slot, &bad) == 0 &&
	    labels_add(&r, &x->labels, &e) == -1 && (ours || e.msg[0] == '\0'))
		FINDING("refused: %s", e.msg);
	free(r.slot);
}

static void
add_lines(struct reading *x, struct str text, bool ours)
{
	struct str line;

	while (str_next_line(&text, &line))
		add_line(x, line, ours);
	labels_piece(&x->labels);
	labels_done(&x->labels);
	labelled_finish(&x->source);
}

/* What is counted holds together: no more errors than decisions. */
static void
check(const struct labelled *l)
{
	uint64_t errors = 0;

	for (size_t i = 0; i < l->n; i++) {
		const struct decision *d = &l->decision[i];
		if (!(d->confidence >= 0 && d->confidence <= 1))
			FINDING("a confidence of %g", d->confidence);
		if (i > 0 && d[-1].confidence < d->confidence)
			FINDING("not in order");
		errors += d->error;
	}
	if (errors > l->n || l->without_errors > l->without)
		FINDING("more errors than decisions");
}

static void
write_all(const struct reading *x, const char *by, struct buf *text)
{
	struct output out = { .fd = memfd_create("labels", 0) };
	char bytes[4096];
	ssize_t n;

	if (out.fd == -1 || labels_write(&x->into, by, &out) == -1 ||
	    output_flush(&out) == -1 || lseek(out.fd, 0, SEEK_SET) == -1)
		FINDING("cannot be written");
	while ((n = read(out.fd, bytes, sizeof(bytes))) > 0)
		buf_add(text, bytes, (size_t)n);
	close(out.fd);
	buf_release(&out.buf);
}

/* Each decision takes its 16 bytes: not millions of them, here. */
static bool
is_large(const uint8_t *data, size_t size)
{
	size_t digits = 0;

	for (size_t i = 0; i < size; i++) {
		digits = isdigit(data[i]) ? digits + 1 : 0;
		if (digits > 4 ||
		    ((data[i] | 0x20) == 'e' && i > 0 && isdigit(data[i - 1])))
			return true;
	}
	return false;
}

static void
run(struct str text, const char *by)
{
	struct buf once = { 0 }, twice = { 0 };
	struct reading first, second;

	begin(&first, by);
	add_lines(&first, text, false);
	check(&first.into);
	write_all(&first, by, &once);
	begin(&second, by);
	add_lines(&second, buf_view(&once), true);
	write_all(&second, by, &twice);
	if (!str_eq(buf_view(&once), buf_view(&twice)))
		FINDING("once:\n%.*stwice:\n%.*s", (int)once.n, once.s,
		    (int)twice.n, twice.s);
	end(&first);
	end(&second);
	buf_release(&once);
	buf_release(&twice);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool ready;

	if (!ready)
		hash_init(abort);
	ready = true;
	if (is_large(data, size))
		return 0;
	run((struct str){ (const char *)data, size }, NULL);
	run((struct str){ (const char *)data, size }, ".g");
	return 0;
}
