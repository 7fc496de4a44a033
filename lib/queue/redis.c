/* Streams of Redis' (redis.h). */
#include <errno.h>
#include <hiredis/hiredis.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/timestamp.h"
#include "queue/redis.h"

enum {
	PORT = 6379,
	LEFT_MS = 60000, /* idle for so long is left behind */
	LOOK_SECONDS = 5, /* from one look for these to the next */
};

struct redis_stream {
	redisContext *context;
	char *url, *name; /* url is cut into pieces */
	const char *host, *password, *stream;
	int port;
	int64_t bound; /* seconds an answer is waited for */
	char *group, *consumer;
	bool old_done; /* there are no more of these */
	char cursor[48]; /* how far others' have been looked through */
	int64_t looked; /* at the last of those, monotonic_now(); 0: never */
	char **id; /* [n], handed over and not yet acknowledged */
	size_t n, cap;
};

/* Cuts redis://:PASSWORD@HOST:PORT/STREAM into its parts. */
static int
cut_url(struct redis_stream *s, const char *url, struct err *e)
{
	char *at, *host, *slash, *colon;

	if (strncmp(url, "redis://", 8) != 0)
		goto bad;
	if ((s->url = strdup(url + 8)) == NULL)
		memory_exhausted();
	host = s->url;
	if ((at = strrchr(host, '@')) != NULL) {
		*at = '\0';
		s->password = *host == ':' ? host + 1 : host;
		host = at + 1;
	}
	slash = strchr(host, '/');
	if (slash == NULL || slash == host || slash[1] == '\0')
		goto bad;
	*slash = '\0';
	s->stream = slash + 1;
	s->port = PORT;
	if ((colon = strrchr(host, ':')) != NULL) {
		double port;
		*colon = '\0';
		if (!decimal_parse(str_of(colon + 1), &port) ||
		    !(port >= 1 && port <= 65535))
			goto bad;
		s->port = (int)port;
	}
	s->host = host;
	return 0;
bad:
	return err_set(e, STATUS_USAGE,
	    "a stream is redis://HOST/STREAM, or "
	    "redis://:PASSWORD@HOST:PORT/STREAM");
}

/* Its own words, or those of a reply; which is freed. */
static int
fail(struct redis_stream *s, redisReply *reply, struct err *e)
{
	/* of a socket that was read for as long as it may be */
	bool silent = errno == EAGAIN && reply == NULL && s->context != NULL &&
		      s->context->err == REDIS_ERR_IO;

	if (reply != NULL && reply->type == REDIS_REPLY_ERROR)
		err_set(e, STATUS_SYSTEM, "%s: %s", s->name, reply->str);
	else if (silent)
		err_set(e, STATUS_SYSTEM,
		    "%s: no answer in %lld s; see --patience", s->name,
		    (long long)s->bound);
	else
		err_set(e, STATUS_SYSTEM, "%s: %s", s->name,
		    s->context != NULL && s->context->err != 0
			? s->context->errstr
			: "an answer of another kind than expected");
	if (reply != NULL)
		freeReplyObject(reply);
	return -1;
}

/* A command that is to be answered by that kind; NULL with *e. */
static redisReply *
ask(struct redis_stream *s, int kind, int argc, const char *argv[],
    const size_t length[], struct err *e)
{
	redisReply *reply = redisCommandArgv(s->context, argc, argv, length);

	if (reply != NULL && reply->type == kind)
		return reply;
	fail(s, reply, e);
	return NULL;
}

static int
connect_to(struct redis_stream *s, struct err *e)
{
	const char *auth[] = { "AUTH", s->password };
	struct timeval bound = { .tv_sec = (time_t)s->bound };
	redisReply *reply;

	s->context = redisConnectWithTimeout(s->host, s->port, bound);
	if (s->context == NULL)
		memory_exhausted();
	if (s->context->err != 0 ||
	    redisSetTimeout(s->context, bound) != REDIS_OK)
		return fail(s, NULL, e);
	if (s->password == NULL)
		return 0;
	reply = ask(s, REDIS_REPLY_STATUS, 2, auth, NULL, e);
	if (reply == NULL)
		return -1;
	freeReplyObject(reply);
	return 0;
}

struct redis_stream *
redis_stream_open(const char *url, int64_t patience, struct err *e)
{
	struct redis_stream *s = alloc_zeros(1, sizeof(*s));
	struct buf name = { 0 };

	strcpy(s->cursor, "0-0");
	s->bound = patience / USEC_PER_SECOND + REDIS_WAIT_MOST;
	if (cut_url(s, url, e) == -1) {
		redis_stream_close(s);
		return NULL;
	}
	buf_printf(&name, "redis://%s:%d/%s", s->host, s->port, s->stream);
	buf_char(&name, '\0');
	s->name = name.s;
	if (connect_to(s, e) == -1) {
		redis_stream_close(s);
		return NULL;
	}
	return s;
}

static void
forget_ids(struct redis_stream *s)
{
	while (s->n > 0)
		free(s->id[--s->n]);
}

void
redis_stream_close(struct redis_stream *s)
{
	if (s == NULL)
		return;
	if (s->context != NULL)
		redisFree(s->context);
	forget_ids(s);
	free(s->id);
	free(s->group);
	free(s->consumer);
	free(s->url);
	free(s->name);
	free(s);
}

const char *
redis_stream_name(const struct redis_stream *s)
{
	return s->name;
}

int
redis_stream_join(struct redis_stream *s, const char *group,
    const char *consumer, struct err *e)
{
	const char *make[] = { "XGROUP", "CREATE", s->stream, group, "0",
		"MKSTREAM" };
	redisReply *reply = redisCommandArgv(s->context, 6, make, NULL);

	if (reply == NULL || (reply->type != REDIS_REPLY_STATUS &&
				 (reply->type != REDIS_REPLY_ERROR ||
				     strncmp(reply->str, "BUSYGROUP", 9) != 0)))
		return fail(s, reply, e);
	freeReplyObject(reply);
	if ((s->group = strdup(group)) == NULL ||
	    (s->consumer = strdup(consumer)) == NULL)
		memory_exhausted();
	return 0;
}

/* The value of a field in an entry: [id, [name, value, …]]; or none. */
static struct str
field_of(const redisReply *entry, const char *field)
{
	const redisReply *fields =
	    entry->type == REDIS_REPLY_ARRAY && entry->elements > 1
		? entry->element[1]
		: NULL;

	for (size_t i = 0;
	     fields != NULL && fields->type == REDIS_REPLY_ARRAY &&
	     i + 1 < fields->elements;
	     i += 2) {
		const redisReply *name = fields->element[i];
		const redisReply *value = fields->element[i + 1];
		if (name->type == REDIS_REPLY_STRING &&
		    value->type == REDIS_REPLY_STRING &&
		    strcmp(name->str, field) == 0)
			return (struct str){ value->str, value->len };
	}
	return (struct str){ 0 };
}

/* Each of a list of entries; how many, or -1. */
static int
hand_over(struct redis_stream *s, const redisReply *list, redis_entry_fn *each,
    void *arg, struct err *e)
{
	if (list->type != REDIS_REPLY_ARRAY)
		return 0;
	for (size_t i = 0; i < list->elements; i++) {
		const redisReply *entry = list->element[i];
		char *id;
		if (entry->type != REDIS_REPLY_ARRAY || entry->elements < 1 ||
		    entry->element[0]->type != REDIS_REPLY_STRING)
			continue; /* one that was deleted meanwhile */
		if ((id = strdup(entry->element[0]->str)) == NULL)
			memory_exhausted();
		VEC_ROOM(s->id, s->n, s->cap);
		s->id[s->n++] = id;
		if (each(arg, id, field_of(entry, "record"), e) == -1)
			return -1;
	}
	return (int)list->elements;
}

/* From `from` on, ">" for new ones; how many, or -1. */
static int
read_group(struct redis_stream *s, const char *from, int64_t wait_usec,
    redis_entry_fn *each, void *arg, struct err *e)
{
	char count[16], block[24];
	const char *argv[] = { "XREADGROUP", "GROUP", s->group, s->consumer,
		"COUNT", count, "BLOCK", block, "STREAMS", s->stream, from };
	redisReply *reply;
	int n = 0;

	snprintf(count, sizeof(count), "%d", REDIS_ENTRIES);
	/* 0 would be for ever */
	snprintf(block, sizeof(block), "%lld",
	    (long long)(wait_usec / 1000 > 0 ? wait_usec / 1000 : 1));
	reply = redisCommandArgv(s->context, 11, argv, NULL);
	if (reply == NULL || (reply->type != REDIS_REPLY_ARRAY &&
				 reply->type != REDIS_REPLY_NIL))
		return fail(s, reply, e);
	/* [[stream, [entries]]] */
	if (reply->type == REDIS_REPLY_ARRAY && reply->elements > 0 &&
	    reply->element[0]->type == REDIS_REPLY_ARRAY &&
	    reply->element[0]->elements > 1)
		n = hand_over(s, reply->element[0]->element[1], each, arg, e);
	freeReplyObject(reply);
	return n;
}

/* From where on to ask for more of what others have left; "0-0": no more. */
static void
note_cursor(struct redis_stream *s, const redisReply *reply)
{
	bool more = reply->type == REDIS_REPLY_ARRAY && reply->elements > 1 &&
		    reply->element[0]->type == REDIS_REPLY_STRING &&
		    reply->element[0]->len < sizeof(s->cursor);

	strcpy(s->cursor, more ? reply->element[0]->str : "0-0");
	if (strcmp(s->cursor, "0-0") == 0)
		s->looked = monotonic_now();
}

/* Some of what another consumer has left; how many, or -1.  Redis 6.2. */
static int
read_left(
    struct redis_stream *s, redis_entry_fn *each, void *arg, struct err *e)
{
	char count[16], idle[16];
	const char *argv[] = { "XAUTOCLAIM", s->stream, s->group, s->consumer,
		idle, s->cursor, "COUNT", count };
	redisReply *reply;
	int n = 0;

	snprintf(count, sizeof(count), "%d", REDIS_ENTRIES);
	snprintf(idle, sizeof(idle), "%d", LEFT_MS);
	reply = redisCommandArgv(s->context, 8, argv, NULL);
	if (reply == NULL)
		return fail(s, reply, e);
	/*
	 * [next, [entries], [trimmed]]; an older one does not know the command.
	 * No entries is not the end: trimmed ones are counted, and left out.
	 */
	note_cursor(s, reply);
	if (reply->type == REDIS_REPLY_ARRAY && reply->elements > 2 &&
	    reply->element[2]->elements > 0)
		diag("%s: of what another consumer had taken %zu were trimmed "
		     "before they were kept",
		    s->name, reply->element[2]->elements);
	if (reply->type == REDIS_REPLY_ARRAY && reply->elements > 1)
		n = hand_over(s, reply->element[1], each, arg, e);
	freeReplyObject(reply);
	return n;
}

/* Whether what others have left is to be looked for, or looked through. */
static bool
left_due(const struct redis_stream *s)
{
	return s->looked == 0 || strcmp(s->cursor, "0-0") != 0 ||
	       monotonic_now() - s->looked >= LOOK_SECONDS * USEC_PER_SECOND;
}

int
redis_stream_read(struct redis_stream *s, int64_t wait_usec,
    redis_entry_fn *each, void *arg, struct err *e)
{
	int n = 0;

	if (!s->old_done) {
		n = read_group(s, "0", 0, each, arg, e);
		s->old_done = n == 0;
	}
	/* also while new ones come all the time */
	while (n == 0 && left_due(s))
		n = read_left(s, each, arg, e);
	return n != 0 ? n : read_group(s, ">", wait_usec, each, arg, e);
}

int
redis_stream_acknowledge(struct redis_stream *s, struct err *e)
{
	const char **argv;
	redisReply *reply;

	if (s->n == 0)
		return 0;
	argv = alloc_zeros(s->n + 3, sizeof(*argv));
	argv[0] = "XACK";
	argv[1] = s->stream;
	argv[2] = s->group;
	memcpy(argv + 3, s->id, s->n * sizeof(*s->id));
	reply = ask(s, REDIS_REPLY_INTEGER, (int)s->n + 3, argv, NULL, e);
	free(argv);
	if (reply == NULL)
		return -1;
	freeReplyObject(reply);
	forget_ids(s);
	return 0;
}

int
redis_stream_add(struct redis_stream *s, const char *as, int64_t n,
    struct str line, struct err *e)
{
	char number[24];
	const char *argv[] = { "XADD", s->stream, "*", "record", line.s, "n",
		number, "as", as };
	size_t length[9] = { 4, strlen(s->stream), 1, 6, line.n, 1, 0, 2,
		strlen(as) };
	redisReply *reply;

	length[6] =
	    (size_t)snprintf(number, sizeof(number), "%lld", (long long)n);
	reply = ask(s, REDIS_REPLY_STRING, 9, argv, length, e);
	if (reply == NULL)
		return -1;
	freeReplyObject(reply);
	return 0;
}

/* The event that an entry of ours is of; 0: it is somebody else's. */
static int64_t
event_of_entry(const redisReply *entry)
{
	struct str text = field_of(entry, "n");
	char *end;
	int64_t n = text.n > 0 ? strtoll(text.s, &end, 10) : 0;

	return n > 0 && end == text.s + text.n ? n : 0;
}

/* That of the newest of ours, which is to be of that kind; -1 with *e. */
static int
newest(struct redis_stream *s, const redisReply *list, const char *as,
    int64_t *n, struct err *e)
{
	for (size_t i = 0; *n <= 0 && i < list->elements; i++) {
		const redisReply *entry = list->element[i];
		struct str kind = field_of(entry, "as");
		int64_t of = event_of_entry(entry);
		/* earlier versions did not say what it is */
		if (of > 0 && kind.n > 0 && !str_eq(kind, str_of(as)))
			return err_set(e, STATUS_USAGE,
			    "%s: has something else than %s in it; export "
			    "these into a stream of their own",
			    s->name, as);
		*n = of > 0 ? of : REDIS_NOBODY_KNOWS;
	}
	return 0;
}

/* Whether there have been entries, gone or not; -1 with *e. */
static int
was_used(struct redis_stream *s, struct err *e)
{
	const char *argv[] = { "XINFO", "STREAM", s->stream };
	redisReply *reply = redisCommandArgv(s->context, 3, argv, NULL);
	int used = 1;

	if (reply != NULL && reply->type == REDIS_REPLY_ERROR &&
	    strncmp(reply->str, "ERR no such key", 15) == 0)
		used = 0;
	else if (reply == NULL || reply->type != REDIS_REPLY_ARRAY)
		return fail(s, reply, e);
	for (size_t i = 0; used == 1 && i + 1 < reply->elements; i += 2)
		if (reply->element[i]->type == REDIS_REPLY_STRING &&
		    reply->element[i + 1]->type == REDIS_REPLY_STRING &&
		    strcmp(reply->element[i]->str, "last-generated-id") == 0)
			used = strcmp(reply->element[i + 1]->str, "0-0") != 0;
	freeReplyObject(reply);
	return used;
}

int
redis_stream_last(
    struct redis_stream *s, const char *as, int64_t *n, struct err *e)
{
	/* mostly it is the last one */
	static const char *const count[] = { "1", REDIS_LOOK_BACK };
	int bad = 0;

	*n = 0;
	for (size_t i = 0; bad == 0 && *n <= 0 && i < LENGTH(count); i++) {
		const char *argv[] = { "XREVRANGE", s->stream, "+", "-",
			"COUNT", count[i] };
		redisReply *list = ask(s, REDIS_REPLY_ARRAY, 6, argv, NULL, e);
		if (list == NULL)
			return -1;
		bad = newest(s, list, as, n, e);
		freeReplyObject(list);
	}
	if (bad == 0 && *n == 0 && (bad = was_used(s, e)) == 1)
		*n = REDIS_NOBODY_KNOWS;
	return bad == -1 ? -1 : 0;
}
