/*
 * libjq, fenced in (jq.h).
 *
 * What is known to be wrong with the versions that Debian has, and why it is
 * out of reach here:
 *   NUL truncates a text (CVE-2026-33948), reading beyond a text's end
 *     (-39979): texts have been checked, hold no NUL, and end in one
 *   recursion without a bound in comparison, contains, merge and setpath
 *     (-33947, -40612, -43896, -47770): a text is at most 512 deep, and 1.6
 *     itself refuses one beyond 256
 *   colliding keys (-40164): too_many_keys()
 *   strings beyond 2^31 bytes (-32316): a text is below that, and the
 *     programs bound their memory when they use libjq (cmd/program.c)
 * An expression that does not end is for watch.h.
 */
#include <jq.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "expr/jq.h"
#include "expr/watch.h"

enum {
	/*
	 * libjq hashes keys without a secret: this many that collide take it
	 * a second, not a day (CVE-2026-40164).
	 */
	KEYS_MAX = 20000,
	KEY_BYTES = 5, /* of the shortest member, "":0, */
};

struct jq_program {
	jq_state *jq;
	struct watch watch;
	jv results; /* of the last run; invalid: none */
};

static void
out_of_memory(void *unused)
{
	(void)unused;
	memory_exhausted();
}

/* Bison calls the end $end. */
static void
say_end(char *message)
{
	char *end = strstr(message, "unexpected $end");

	if (end != NULL) {
		end += strlen("unexpected ");
		memmove(end, end + 1, strlen(end));
	}
}

/* Keeps the first message; libjq sends its count of errors after it. */
static void
keep_message(void *arg, jv message)
{
	struct err *e = arg;
	const char *text, *cut;
	int n;

	if (jv_get_kind(message) == JV_KIND_STRING && e->msg[0] == '\0') {
		text = jv_string_value(message);
		if (strncmp(text, "jq: error: ", 11) == 0)
			text += 11;
		cut = strstr(text, " (Unix shell quoting issues?)");
		if (cut == NULL)
			cut = strstr(text, " at <top-level>");
		n = cut == NULL ? (int)strcspn(text, "\n") : (int)(cut - text);
		err_set(e, STATUS_USAGE, "%.*s", n, text);
		say_end(e->msg);
	}
	jv_free(message);
}

static void
drop_message(void *unused, jv message)
{
	(void)unused;
	jv_free(message);
}

struct jq_program *
jq_program_new(const char *text, struct err *e)
{
	struct jq_program *p = alloc_zeros(1, sizeof(*p));
	bool good;

	watch_add(&p->watch);
	watch_begin(&p->watch);
	jv_nomem_handler(out_of_memory, NULL);
	if ((p->jq = jq_init()) == NULL)
		memory_exhausted();
	p->results = jv_invalid();
	e->msg[0] = '\0';
	jq_set_error_cb(p->jq, keep_message, e);
	good = jq_compile(p->jq, text);
	watch_end(&p->watch);
	if (!good) {
		if (e->msg[0] == '\0')
			err_set(e, STATUS_USAGE, "libjq cannot compile it");
		jq_program_free(p);
		return NULL;
	}
	jq_set_error_cb(p->jq, drop_message, NULL);
	return p;
}

void
jq_program_free(struct jq_program *p)
{
	if (p == NULL)
		return;
	watch_remove(&p->watch);
	jv_free(p->results);
	jq_teardown(&p->jq);
	free(p);
}

/* 0xd8 for the first half of a pair, 0xdc for the second, 0 for others. */
static int
surrogate(const char *hex)
{
	if ((hex[0] | 32) != 'd' || hex[1] < '8')
		return 0;
	return hex[1] <= '9' || (hex[1] | 32) <= 'b' ? 0xd8 : 0xdc;
}

/*
 * The text with U+FFFD for every lone surrogate: what they mean in hitl and
 * in newer jq, where 1.6 refuses the whole text.
 */
static struct str
mend_surrogates(struct str text, struct arena *a)
{
	static const char unknown[4] = { 'f', 'f', 'f', 'd' };
	struct str copy = arena_str(a, text);
	char *p = (char *)(uintptr_t)copy.s, *end = p + copy.n;

	while ((p = memchr(p, '\\', (size_t)(end - p))) != NULL) {
		int half = p[1] == 'u' ? surrogate(p + 2) : 0;
		if (half == 0xd8 && p[6] == '\\' && p[7] == 'u' &&
		    surrogate(p + 8) == 0xdc) {
			p += 12;
			continue;
		}
		if (half != 0)
			memcpy(p + 2, unknown, sizeof(unknown));
		p += 2;
	}
	return copy;
}

static jv
parse(struct str text)
{
	struct arena scratch = { 0 };
	jv input = jv_parse_sized(text.s, (int)text.n);

	if (!jv_is_valid(input) && memmem(text.s, text.n, "\\u", 2) != NULL) {
		jv_free(input);
		text = mend_surrogates(text, &scratch);
		input = jv_parse_sized(text.s, (int)text.n);
		arena_release(&scratch);
	}
	return input;
}

/* More members than libjq should be given: colons that are in no string. */
static bool
too_many_keys(struct str text)
{
	const char *p = text.s, *end = text.s + text.n;
	bool in_string = false;
	size_t n = 0;

	if (text.n < (size_t)KEYS_MAX * KEY_BYTES)
		return false;
	for (; p < end; p++)
		if (*p == '"')
			in_string = !in_string;
		else if (*p == '\\')
			p++; /* of a string; the next is escaped */
		else if (*p == ':' && !in_string)
			n++;
	return n > KEYS_MAX;
}

static int
run(struct jq_program *p, struct str text)
{
	jv input;

	jv_free(p->results);
	p->results = jv_invalid();
	if (text.n > INT_MAX / 2 || too_many_keys(text))
		return -1;
	input = parse(text);
	if (!jv_is_valid(input)) {
		jv_free(input); /* deeper than libjq goes: 256 in 1.6 */
		return -1;
	}
	jq_start(p->jq, input, 0);
	p->results = jq_next(p->jq);
	if (jv_get_kind(p->results) == JV_KIND_ARRAY)
		return 0;
	jv_free(p->results);
	p->results = jv_invalid();
	return -1;
}

void
jq_program_name(struct jq_program *p, const char *names)
{
	p->watch.what = names;
}

int
jq_program_run(struct jq_program *p, const struct record *r)
{
	struct str text = record_text(r);
	int got;

	p->watch.file = r->file;
	p->watch.lineno = r->lineno;
	watch_begin(&p->watch);
	got = run(p, text);
	watch_end(&p->watch);
	return got;
}

static enum json_type
type_of(jv v)
{
	switch (jv_get_kind(v)) {
	case JV_KIND_FALSE: return JSON_FALSE;
	case JV_KIND_TRUE: return JSON_TRUE;
	case JV_KIND_NUMBER: return JSON_NUMBER;
	case JV_KIND_STRING: return JSON_STRING;
	case JV_KIND_ARRAY: return JSON_ARRAY;
	case JV_KIND_OBJECT: return JSON_OBJECT;
	default: return JSON_NULL;
	}
}

static enum expr_result
take_result(struct jq_program *p, size_t i, struct arena *a, struct value *out)
{
	jv box, text;

	if (jv_get_kind(p->results) != JV_KIND_ARRAY)
		return EXPR_ERROR;
	box = jv_array_get(jv_copy(p->results), (int)i);
	if (jv_get_kind(box) != JV_KIND_ARRAY) {
		jv_free(box);
		return EXPR_ERROR;
	}
	if (jv_array_length(jv_copy(box)) == 0) {
		jv_free(box);
		return EXPR_EMPTY;
	}
	box = jv_array_get(box, 0);
	out->type = type_of(box);
	text = jv_dump_string(box, 0);
	out->text =
	    arena_str(a, (struct str){ jv_string_value(text),
			     (size_t)jv_string_length_bytes(jv_copy(text)) });
	out->escaped = out->type == JSON_STRING &&
		       memchr(out->text.s, '\\', out->text.n) != NULL;
	if (out->type == JSON_NUMBER && out->text.s[0] == 'n')
		out->type = JSON_NULL; /* NaN is dumped as null */
	jv_free(text);
	return EXPR_OK;
}

enum expr_result
jq_program_result(
    struct jq_program *p, size_t i, struct arena *a, struct value *out)
{
	enum expr_result got;

	watch_begin(&p->watch);
	got = take_result(p, i, a, out);
	watch_end(&p->watch);
	return got;
}

struct str
jq_number_text(double x, struct arena *a)
{
	struct watch w = { 0 };
	struct str s;
	jv text;

	watch_begin(&w);
	text = jv_dump_string(jv_number(x), 0);
	s = arena_str(a, (struct str){ jv_string_value(text),
			     (size_t)jv_string_length_bytes(jv_copy(text)) });

	jv_free(text);
	watch_end(&w);
	return s;
}
