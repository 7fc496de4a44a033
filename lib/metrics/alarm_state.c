/* An alarm's state as a file (alarm.h). */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/output.h"
#include "metrics/alarm_data.h"
#include "record/json_tree.h"

/* A count; -1 with *e if it is none. */
static int
read_count(const struct json *j, const char *key, uint64_t *n, struct err *e)
{
	const struct json *x = json_get(j, key);

	if (!json_is_count(x))
		return err_set(e, STATUS_USAGE, "%s is no count", key);
	*n = (uint64_t)x->number;
	return 0;
}

static int64_t
read_time(const struct json *j, const char *key)
{
	const struct json *x = json_get(j, key);
	int64_t time;

	return x != NULL && x->value.type == JSON_STRING &&
		       timestamp_parse(x->string, &time) == 0
		   ? time
		   : TIMESTAMP_NONE;
}

static int
read_parts(struct watched *w, const struct json *j, struct err *e)
{
	const struct json *parts = json_get(j, "parts"), *rate;

	if (parts == NULL || parts->value.type != JSON_ARRAY)
		return err_set(e, STATUS_USAGE, "a rate has no parts");
	for (size_t i = 0; i < parts->n; i++) {
		const struct json *p = &parts->element[i];
		struct alarm_part *part;
		rate = json_get(p, "rate");
		if (rate == NULL || rate->value.type != JSON_NUMBER ||
		    !(rate->number >= 0 && rate->number <= 1))
			return err_set(e, STATUS_USAGE, "a part has no rate");
		part = watched_part(w, rate->number);
		if (read_count(p, "all", &part->all, e) == -1 ||
		    read_count(p, "n", &part->n, e) == -1 ||
		    read_count(p, "k", &part->k, e) == -1)
			return -1;
		if (part->k > part->n)
			return err_set(e, STATUS_USAGE, "k is above n");
	}
	w->seen = true;
	w->since = read_time(j, "since");
	return 0;
}

static int
read_group(struct alarm *a, const struct json *j, bool named, struct err *e)
{
	const struct json *name = json_get(j, "group");
	const struct json *rest = json_get(j, "rest");
	const struct json *rates = json_get(j, "rates");
	struct alarm_group *g;

	if (name == NULL || rates == NULL || rates->value.type != JSON_OBJECT)
		return err_set(e, STATUS_USAGE, "a group has no name or rates");
	if (named != (name->value.type == JSON_STRING))
		return err_set(e, STATUS_USAGE,
		    "its groups are not by what it says (by); remove it to "
		    "count from nothing");
	g = alarm_group_of(a, named ? name->string : STR(""),
	    rest != NULL && rest->value.type == JSON_TRUE);
	if (read_count(j, "n", &g->n, e) == -1)
		return -1;
	for (size_t i = 0; i < rates->n; i++) {
		int m = word_index(metric_words, rates->member[i].key);
		if (m != -1 &&
		    read_parts(&g->rate[m], &rates->member[i].json, e) == -1)
			return -1;
	}
	return 0;
}

/* Sixteen hex digits; -1 with *e if it is something else. */
static int
read_hash(const struct json *j, uint64_t *x, struct err *e)
{
	char hex[17] = "", *end = hex;

	if (j != NULL && j->value.type == JSON_STRING && j->string.n == 16) {
		memcpy(hex, j->string.s, 16);
		*x = strtoull(hex, &end, 16);
	}
	return end == hex + 16
		   ? 0
		   : err_set(e, STATUS_USAGE, "a fingerprint is none");
}

static int
read_seen(struct alarm *a, const struct json *j, struct err *e)
{
	if (j == NULL || j->value.type != JSON_ARRAY || j->n > SEEN_KEPT)
		return err_set(e, STATUS_USAGE, "does not say what was seen");
	for (; a->seen.n < j->n; a->seen.n++) {
		uint64_t *x = &a->seen.hash[a->seen.n];
		if (read_hash(&j->element[a->seen.n], x, e) == -1)
			return -1;
		if (a->seen.n > 0 && x[0] <= x[-1])
			return err_set(
			    e, STATUS_USAGE, "what was seen is in disorder");
	}
	return 0;
}

static int
read_run(struct alarm *a, const struct json *j, struct err *e)
{
	struct alarm_run *r = &a->run[a->nruns];

	if (a->nruns == ALARM_RUNS)
		return err_set(e, STATUS_USAGE, "too many runs");
	if (read_hash(json_get(j, "fingerprint"), &r->fingerprint, e) == -1)
		return -1;
	r->at = read_time(j, "at");
	a->nruns++;
	return read_count(j, "records", &r->records, e);
}

/* Groups by something else may have the same names, and mean others. */
static int
refuse_grouping(const struct grouping *g, struct err *e)
{
	struct buf by = { 0 };

	for (size_t i = 0; i < g->n; i++)
		buf_printf(&by, " --by '%.*s'", (int)g->by[i].n, g->by[i].s);
	err_set(e, STATUS_USAGE,
	    "other groups take another --state: this one was begun %s%.*s, and "
	    "can only go on so",
	    g->n == 0 ? "without --by" : "with", (int)by.n, by.s);
	buf_release(&by);
	return -1;
}

static int
read_groups(struct alarm *a, const struct json *j, struct err *e)
{
	const struct json *by = json_get(j, "by"), *x = json_get(j, "groups");
	struct grouping g = { .n = 0 };

	if (by != NULL && !grouping_read(&g, by))
		return err_set(e, STATUS_USAGE, "by is no list of expressions");
	for (size_t i = 0; x != NULL && i < x->n; i++)
		if (read_group(a, &x->element[i], g.n > 0, e) == -1)
			return -1;
	/* without a run it has not begun */
	return (a->nruns == 0 && a->names.n == 0) || grouping_eq(&g, &a->by)
		   ? 0
		   : refuse_grouping(&g, e);
}

static int
read_alarm(struct alarm *a, struct str text, struct err *e)
{
	const struct json *j, *x;

	/* what another has written over: its counts are not to be forgotten */
	if (str_trim(text).n == 0)
		return err_set(e, STATUS_USAGE,
		    "is blank, no state of hitl-metrics alarm; remove it to "
		    "count from nothing");
	if ((j = json_parse(text, &a->arena, e)) == NULL)
		return -1;
	x = json_get(j, "kind");
	if (x == NULL || !str_eq(x->string, STR("alarm-state")))
		return err_set(
		    e, STATUS_USAGE, "is no state of hitl-metrics alarm");
	if ((x = json_get(j, "key")) == NULL || x->string.n != 32)
		return err_set(e, STATUS_USAGE, "has no key");
	memcpy(a->key_hex, x->string.s, 32);
	x = json_get(j, "runs");
	for (size_t i = 0; x != NULL && i < x->n; i++)
		if (read_run(a, &x->element[i], e) == -1)
			return -1;
	if (read_seen(a, json_get(j, "seen"), e) == -1)
		return -1;
	return read_groups(a, j, e);
}

/*
 * Opens the file and locks it; one that was renamed over it while we waited
 * is the one to lock.  -1 with *e.
 */
static int
lock_file(const char *file, struct err *e)
{
	struct stat ours, now;

	for (;;) {
		int fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
		if (fd == -1)
			return err_errno(e, errno, "%s", file);
		if (flock(fd, LOCK_EX) == -1 || fstat(fd, &ours) == -1) {
			err_errno(e, errno, "%s", file);
			close(fd);
			return -1;
		}
		if (stat(file, &now) == 0 && now.st_ino == ours.st_ino &&
		    now.st_dev == ours.st_dev)
			return fd;
		close(fd);
	}
}

struct alarm *
alarm_load(const char *file, const struct policy *p, const struct grouping *by,
    double level, struct err *e)
{
	struct alarm *a = calloc(1, sizeof(*a));
	struct buf text = { 0 };
	int r = 0;

	if (a == NULL)
		memory_exhausted();
	a->policy = p;
	a->file = file;
	a->by = *by;
	a->level = level;
	random_hex(16, a->key_hex);
	a->lock = lock_file(file, e);
	if (a->lock == -1 || file_read(file, &text, e) == -1)
		r = -1;
	else if (text.n > 0 && read_alarm(a, buf_view(&text), e) == -1)
		r = err_prefix(e, "%s", file);
	a->key = hash_key_derive(str_of(a->key_hex));
	seen_begin(&a->now, &a->key);
	buf_release(&text);
	if (r == 0)
		return a;
	alarm_free(a);
	return NULL;
}

static void
write_watched(struct buf *out, const struct watched *w)
{
	buf_cstr(out, "{\"parts\":[");
	for (size_t i = 0; i < w->nparts; i++) {
		const struct alarm_part *p = &w->part[i];
		buf_cstr(out, i == 0 ? "{\"rate\":" : ",{\"rate\":");
		buf_json_double(out, p->rate);
		buf_json_count(out, "all", p->all);
		buf_json_count(out, "n", p->n);
		buf_json_count(out, "k", p->k);
		buf_char(out, '}');
	}
	buf_char(out, ']');
	timestamp_member(out, "since", w->since);
	buf_char(out, '}');
}

static void
write_state(const struct alarm *a, struct buf *out)
{
	buf_printf(out, "{\"kind\":\"alarm-state\",\"key\":\"%s\",\n\"runs\":[",
	    a->key_hex);
	for (size_t i = 0; i < a->nruns; i++) {
		buf_printf(out, "%s{\"fingerprint\":\"%016llx\"",
		    i == 0 ? "" : ",\n",
		    (unsigned long long)a->run[i].fingerprint);
		buf_json_count(out, "records", a->run[i].records);
		timestamp_member(out, "at", a->run[i].at);
		buf_char(out, '}');
	}
	buf_cstr(out, "],\n\"seen\":[");
	for (size_t i = 0; i < a->seen.n; i++)
		buf_printf(out, "%s\"%016llx\"", i == 0 ? "" : ",",
		    (unsigned long long)a->seen.hash[i]);
	buf_cstr(out, "],\n\"by\":");
	grouping_write(&a->by, out);
	buf_cstr(out, ",\n\"groups\":[");
	for (size_t i = 0; i < a->names.n; i++) {
		const struct alarm_group *g = &a->group[i];
		const char *comma = "";
		buf_cstr(out, i == 0 ? "{\"group\":" : ",\n{\"group\":");
		if (a->by.n > 0)
			buf_json_string(out, g->name);
		else
			buf_cstr(out, "null");
		buf_printf(out, ",\"rest\":%s", g->rest ? "true" : "false");
		buf_json_count(out, "n", g->n);
		buf_cstr(out, ",\"rates\":{");
		for (int m = 0; m < METRICS; m++) {
			if (!g->rate[m].seen)
				continue;
			buf_printf(out, "%s\"%s\":", comma, metric_words[m]);
			comma = ",";
			write_watched(out, &g->rate[m]);
		}
		buf_cstr(out, "}}");
	}
	buf_cstr(out, "]}\n");
}

int
alarm_save(struct alarm *a, struct err *e)
{
	struct output out;

	if (output_open(&out, a->file, e) == -1)
		return -1;
	write_state(a, &out.buf);
	return output_close(&out, true, e);
}

void
alarm_free(struct alarm *a)
{
	if (a == NULL)
		return;
	for (size_t i = 0; i < a->names.n; i++)
		for (int m = 0; m < METRICS; m++)
			free(a->group[i].rate[m].part);
	if (a->lock != -1)
		close(a->lock); /* which unlocks it */
	free(a->group);
	map_release(&a->names);
	arena_release(&a->arena);
	free(a);
}
