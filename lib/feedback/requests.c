/* Asking users, and what came back (requests.h). */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "feedback/requests.h"
#include "policy/fieldvalue.h"
#include "stats/interval.h"
#include "stats/sketch.h"

/* A decision somebody was asked about. */
struct asked {
	int64_t at, deadline, answered; /* TIMESTAMP_NONE: not (yet) */
	bool sent; /* there is a request; else answers alone */
};

/* The times of the requests to one user, ascending. */
struct asked_user {
	int64_t *at; /* [n] */
	size_t n, cap;
};

/* What makes a request of an event the same one. */
struct delivery {
	int64_t at;
	uint32_t id, user;
};

struct requests {
	struct requests_options options;
	const struct policy *policy;
	struct evaluator *ev;
	uint32_t user, when; /* expressions */
	struct map ids; /* -> asked[] */
	struct asked *asked;
	size_t asked_cap;
	struct map users; /* -> history[] */
	struct asked_user *history;
	size_t history_cap;
	struct map delivered; /* struct delivery, of events */
	struct requests_totals totals;
	uint64_t answers, again; /* events; to one request a second time */
	uint32_t node[5]; /* of events, while they are read */
};

enum { EVENT_EVENT, EVENT_ID, EVENT_USER, EVENT_AT, EVENT_DEADLINE, EVENTS };
static const char *const event_keys[EVENTS] = { "event", "id", "user", "at",
	"deadline" };

struct requests *
requests_new(struct policy *p, const struct requests_options *o, struct err *e)
{
	struct requests *x = calloc(1, sizeof(*x));
	const char *when = o->when != NULL
			       ? o->when
			       : "(.route.respond // \"model\") != \"human\"";

	if (x == NULL)
		memory_exhausted();
	x->options = *o;
	x->policy = p;
	policy_use_field(p, FIELD_ID);
	policy_use_field(p, FIELD_TIME);
	if (expr_set_add(p->exprs, "--user", str_of(o->user), EXPR_VALUE,
		&x->user, e) == -1 ||
	    expr_set_add(p->exprs, "--when", str_of(when), EXPR_CONDITION,
		&x->when, e) == -1) {
		requests_free(x);
		return NULL;
	}
	expr_set_use(p->exprs, x->user);
	expr_set_use(p->exprs, x->when);
	return x;
}

void
requests_free(struct requests *x)
{
	if (x == NULL)
		return;
	for (size_t i = 0; i < x->users.n; i++)
		free(x->history[i].at);
	map_release(&x->ids);
	map_release(&x->users);
	map_release(&x->delivered);
	free(x->asked);
	free(x->history);
	free(x);
}

void
requests_start(struct requests *x, struct evaluator *ev)
{
	x->ev = ev;
}

struct requests_totals
requests_totals(const struct requests *x)
{
	return x->totals;
}

static struct asked *
asked_of(struct requests *x, struct str id)
{
	bool added;
	uint32_t i = map_put(&x->ids, id, &added);

	if (added) {
		VEC_ROOM(x->asked, i, x->asked_cap);
		x->asked[i] = (struct asked){ TIMESTAMP_NONE, TIMESTAMP_NONE,
			TIMESTAMP_NONE, false };
	}
	return &x->asked[i];
}

static struct asked_user *
user_of(struct requests *x, struct str name)
{
	bool added;
	uint32_t i = map_put(&x->users, name, &added);

	if (added) {
		VEC_ROOM(x->history, i, x->history_cap);
		x->history[i] = (struct asked_user){ 0 };
	}
	return &x->history[i];
}

/* Where a time goes among those of a user. */
static size_t
place_of(const struct asked_user *u, int64_t at)
{
	size_t low = 0, high = u->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (u->at[middle] <= at)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void
note_request(struct requests *x, struct str user, int64_t at)
{
	struct asked_user *u = user_of(x, user);
	size_t k = place_of(u, at);

	VEC_ROOM(u->at, u->n, u->cap);
	memmove(&u->at[k + 1], &u->at[k], (u->n - k) * sizeof(*u->at));
	u->at[k] = at;
	u->n++;
}

/* The i-th time, were there one more at place k. */
static int64_t
time_with(const struct asked_user *u, size_t k, int64_t at, size_t i)
{
	return i < k ? u->at[i] : i == k ? at : u->at[i - 1];
}

/*
 * Whether one more at this time would be too many: any window with it and
 * `limit` others, whatever order they came in.
 */
static bool
is_limited(struct requests *x, struct str user, int64_t at)
{
	const struct asked_user *u = user_of(x, user);
	size_t k = place_of(u, at), limit = x->options.limit;

	if (u->n < limit)
		return false;
	assert(u->at != NULL);
	for (size_t from = k < limit ? 0 : k - limit;
	     from <= k && from + limit <= u->n; from++)
		if (time_with(u, k, at, from + limit) -
			time_with(u, k, at, from) <
		    x->options.window)
			return true;
	return false;
}

static int
bad(struct err *e, int key, const char *what)
{
	return err_set(e, STATUS_REJECTED, "%s: %s", event_keys[key], what);
}

/* Whether it comes for the first time; files of events overlap. */
static bool
is_new(struct requests *x, const struct asked *a, struct str user, int64_t at)
{
	struct delivery d = { at, (uint32_t)(a - x->asked),
		(uint32_t)(user_of(x, user) - x->history) };
	bool added;

	map_put(
	    &x->delivered, (struct str){ (const char *)&d, sizeof(d) }, &added);
	return added;
}

static int
add_request(struct requests *x, struct record *r, struct str id, int64_t at,
    struct err *e)
{
	const struct value *user = &r->slot[x->node[EVENT_USER]];
	struct str name = value_name(user, r->scratch);
	struct asked *a;
	int64_t deadline =
	    time_value(&r->slot[x->node[EVENT_DEADLINE]], r->scratch);

	if (deadline == TIMESTAMP_NONE)
		return bad(e, EVENT_DEADLINE, "is no time");
	a = asked_of(x, id);
	a->at = at;
	a->deadline = deadline;
	a->sent = true;
	if (!value_is_null(user) && is_new(x, a, name, at))
		note_request(x, name, at);
	return 0;
}

static int
add_event(struct record *r, void *state, struct err *e)
{
	struct requests *x = state;
	const struct value *kind = &r->slot[x->node[EVENT_EVENT]];
	const struct value *id = &r->slot[x->node[EVENT_ID]];
	int64_t at = time_value(&r->slot[x->node[EVENT_AT]], r->scratch);
	struct str word = STR(""), name;
	struct asked *a;

	if (kind->type == JSON_STRING)
		word = value_string(kind, r->scratch);
	if (id->type != JSON_STRING && id->type != JSON_NUMBER)
		return bad(e, EVENT_ID, "is neither a string nor a number");
	if (at == TIMESTAMP_NONE)
		return bad(e, EVENT_AT, "is no time");
	name = value_name(id, r->scratch);
	if (str_eq(word, STR("request")))
		return add_request(x, r, name, at, e);
	if (!str_eq(word, STR("answer")))
		return bad(e, EVENT_EVENT, "is neither request nor answer");
	x->answers++;
	a = asked_of(x, name);
	x->again += a->answered != TIMESTAMP_NONE;
	if (a->answered == TIMESTAMP_NONE || at < a->answered)
		a->answered = at;
	return 0;
}

int
requests_events(struct requests *x, char *const file[],
    const struct stream_options *options, enum status *status, struct err *e)
{
	struct stream_options plain = *options;
	struct stream_totals totals;
	struct arena arena = { 0 };
	struct fields fields;

	plain.csv = false;
	if (stream_check(file, e) == -1)
		return -1;
	fields_init(&fields, &arena);
	for (int i = 0; i < EVENTS; i++)
		x->node[i] = fields_add_key(&fields, 0, str_of(event_keys[i]));
	*status = stream_run(&plain, file, &fields,
	    &(struct stream_job){ .record = add_event, .state = x }, &totals);
	fields_release(&fields);
	arena_release(&arena);
	return 0;
}

static bool
is_sampled(const struct requests *x, struct str id)
{
	return siphash_uniform(&x->options.key, id) < x->options.rate;
}

static void
write_request(const struct requests *x, const struct value *id,
    const struct value *user, int64_t at, struct buf *out)
{
	buf_cstr(out, "{\"event\":\"request\",\"id\":");
	buf_str(out, id->text);
	buf_cstr(out, ",\"user\":");
	buf_str(out, user->text);
	timestamp_member(out, "at", at);
	timestamp_member(out, "deadline", at + x->options.deadline);
	buf_json_member(out, "rate", x->options.rate);
	buf_cstr(out, "}\n");
}

/* Whether it is to be asked about; else *why is counted up. */
static bool
is_wanted(struct requests *x, const struct record *r, const struct value *id,
    const struct value *user, int64_t at)
{
	struct requests_totals *t = &x->totals;
	struct str name;
	uint32_t i;

	if ((id->type != JSON_STRING && id->type != JSON_NUMBER) ||
	    value_is_null(user))
		return t->unknown++, false;
	if (expr_condition(x->ev, r, x->when) != 1)
		return t->not_wanted++, false;
	name = value_name(id, r->scratch);
	if (!is_sampled(x, name))
		return t->not_sampled++, false;
	i = map_find(&x->ids, name);
	if (i != MAP_NONE && x->asked[i].sent)
		return t->asked++, false;
	if (is_limited(x, value_name(user, r->scratch), at))
		return t->limited++, false;
	return true;
}

int
requests_add(struct record *r, void *arg, struct err *e)
{
	struct requests *x = arg;
	struct value id =
	    expr_look(x->ev, r, (uint32_t)x->policy->field[FIELD_ID]);
	struct value user = expr_look(x->ev, r, x->user);
	int64_t at = field_time(x->ev, x->policy, r);
	struct asked *a;

	(void)e;
	x->totals.decisions++;
	if (at == TIMESTAMP_NONE)
		at = x->options.now;
	if (!is_wanted(x, r, &id, &user, at))
		return 0;
	a = asked_of(x, value_name(&id, r->scratch));
	a->sent = true;
	a->at = at;
	a->deadline = at + x->options.deadline;
	note_request(x, value_name(&user, r->scratch), at);
	x->totals.sent++;
	write_request(x, &id, &user, at, r->out);
	return 0;
}

void
requests_write_status(const struct requests *x, struct buf *out)
{
	uint64_t sent = 0, answered = 0, late = 0, due = 0, in_time = 0,
		 unknown = 0;
	struct sketch seconds = { 0 };
	struct interval i;

	for (size_t k = 0; k < x->ids.n; k++) {
		const struct asked *a = &x->asked[k];
		bool has = a->answered != TIMESTAMP_NONE;
		bool is_due = a->deadline <= x->options.now;
		if (!a->sent) {
			unknown++;
			continue;
		}
		sent++;
		answered += has;
		late += has && a->answered > a->deadline;
		due += is_due;
		in_time += is_due && has && a->answered <= a->deadline;
		if (has && a->answered >= a->at)
			sketch_add(&seconds,
			    (double)(a->answered - a->at) / USEC_PER_SECOND);
	}
	i = wilson(in_time, due, x->options.level);
	buf_printf(out, "{\"sent\":%llu", (unsigned long long)sent);
	buf_json_count(out, "received", answered);
	buf_json_count(out, "late", late);
	buf_json_count(out, "due", due);
	buf_json_count(out, "pending", sent - due);
	buf_json_count(out, "unasked", unknown);
	buf_json_count(out, "again", x->again);
	buf_cstr(out, ",\"response_rate\":{\"value\":");
	buf_json_double(out, due == 0 ? NAN : (double)in_time / (double)due);
	buf_json_member(out, "low", due == 0 ? NAN : i.low);
	buf_json_member(out, "high", due == 0 ? NAN : i.high);
	buf_json_count(out, "n", due);
	buf_char(out, '}');
	buf_json_member(out, "seconds_p50", sketch_quantile(&seconds, 0.5));
	buf_json_member(out, "seconds_p90", sketch_quantile(&seconds, 0.9));
	buf_char(out, '}');
	sketch_release(&seconds);
}
