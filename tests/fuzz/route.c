/*
 * Bytes choose a policy, a thresholds file and records, and then change some
 * bytes of these: where each goes is found out once more here, by the tables
 * of hitl-route(1) and hitl-policy(5) and nothing else, and must be the same.
 *
 * So nothing acts alone without a usable confidence at or above a threshold
 * that applies, nothing that is critical or of unknown risk, behind a gate or
 * stopped by a layer.
 */
#include <stdlib.h>
#include <math.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"

#include "base/hash.h"
#include "record/json_scan.h"
#include "record/json_tree.h"
#include "route/route.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

struct bytes {
	const uint8_t *at;
	size_t left;
};

static size_t
choose(struct bytes *b, size_t n)
{
	if (b->left == 0)
		return 0;
	b->left--;
	return *b->at++ % n;
}

/* A threshold: not given, null, or a number. */
static const double limits[] = { -1, INFINITY, 0, 0.3, 0.5, 0.7, 0.85, 1 };
static const double marks[] = { 0, 0.1, 0.3, 0.5, 0.6, 1 };

struct chosen {
	double threshold, by_risk[RISK_LEVELS], by_task; /* < 0: not given */
	double file, file_group; /* the same */
	bool has_file, has_risk, raises, sets, gates, triggers, fails, judges;
	double band; /* < 0: none */
	bool relief, relief_medium;
	double lower_by, floor;
	int fallback, task_level; /* RISK_UNKNOWN: none */
};

static void
put_limit(struct buf *t, const char *key, double x, const char **comma)
{
	if (x < 0)
		return;
	buf_printf(t, "%s\"%s\":", *comma, key);
	buf_json_double(t, x); /* infinity is null: never */
	*comma = ",";
}

static void
choose_all(struct bytes *b, struct chosen *c)
{
	c->threshold = limits[choose(b, COUNT(limits))];
	for (int i = 0; i < RISK_LEVELS; i++)
		c->by_risk[i] = limits[choose(b, COUNT(limits))];
	c->by_task = limits[choose(b, COUNT(limits))];
	c->has_file = choose(b, 2);
	c->file = limits[1 + choose(b, COUNT(limits) - 1)];
	c->file_group = limits[1 + choose(b, COUNT(limits) - 1)];
	c->has_risk = choose(b, 4) > 0;
	c->fallback = (int)choose(b, RISK_LEVELS + 1);
	c->task_level = (int)choose(b, RISK_LEVELS + 1);
	c->raises = choose(b, 2);
	c->sets = choose(b, 2);
	c->gates = choose(b, 2);
	c->triggers = choose(b, 2);
	c->fails = choose(b, 2);
	c->judges = choose(b, 2);
	c->band = choose(b, 2) ? marks[choose(b, COUNT(marks))] : -1;
	c->relief = choose(b, 2);
	c->relief_medium = choose(b, 2);
	c->lower_by = marks[choose(b, COUNT(marks))];
	c->floor = marks[choose(b, COUNT(marks))];
}

static void
put_risk(struct buf *t, const struct chosen *c)
{
	const char *comma = "";

	buf_cstr(t, "\"risk\":{");
	if (c->fallback != RISK_UNKNOWN) {
		buf_printf(t, "\"default\":\"%s\"", risk_words[c->fallback]);
		comma = ",";
	}
	if (c->task_level != RISK_UNKNOWN) {
		buf_printf(t, "%s\"tasks\":{\"t\":\"%s\"}", comma,
		    risk_words[c->task_level]);
		comma = ",";
	}
	buf_printf(t, "%s\"rules\":[", comma);
	comma = "";
	if (c->sets) {
		buf_cstr(t, "{\"name\":\"s\",\"when\":\".context.small\","
			    "\"set\":\"low\"}");
		comma = ",";
	}
	if (c->raises)
		buf_printf(t, "%s%s", comma,
		    "{\"name\":\"r\",\"when\":\".context.new\","
		    "\"raise\":\"high\"}");
	buf_cstr(t, "]},");
}

static void
put_policy(struct buf *t, const struct chosen *c)
{
	const char *comma = "";

	buf_char(t, '{');
	if (c->has_risk)
		put_risk(t, c);
	buf_cstr(t, "\"route\":{");
	put_limit(t, "threshold", c->threshold, &comma);
	put_limit(t, "review_band", c->band, &comma);
	buf_printf(t, "%s\"by_risk\":{", comma);
	comma = "";
	for (int i = 0; i < RISK_LEVELS; i++)
		put_limit(t, risk_words[i], c->by_risk[i], &comma);
	buf_cstr(t, "},\"by_task\":{");
	comma = "";
	put_limit(t, "t", c->by_task, &comma);
	buf_cstr(t, "},\"audit\":{\"rate\":0.5,\"auto_rate\":0.5,"
		    "\"key\":\"k\"}");
	if (c->gates)
		buf_cstr(t, ",\"gates\":[{\"name\":\"a\",\"when\":"
			    "\".action.irreversible\"},{\"name\":\"b\","
			    "\"when\":\".gate\"}]");
	if (c->triggers)
		buf_cstr(t, ",\"triggers\":[{\"name\":\"u\",\"when\":"
			    "\".user\",\"action\":\"ESCALATE\"},{\"name\":"
			    "\"f\",\"when\":\".flag.x\",\"action\":\"QUEUE\"}"
			    ",{\"name\":\"w\",\"when\":\".watch\","
			    "\"action\":\"AUTO_AUDIT\"}]");
	buf_cstr(t, ",\"cascade\":[");
	if (c->fails)
		buf_printf(t, "%s%s",
		    "{\"name\":\"o\",\"fail\":\".output == null\"}",
		    c->judges ? "," : "");
	if (c->judges)
		buf_cstr(t, "{\"name\":\"j\",\"score\":\".judge.score\","
			    "\"pass\":0.5}");
	buf_char(t, ']');
	if (c->relief)
		buf_printf(t,
		    ",\"relief\":{\"backlog\":10,\"lower_by\":%g,"
		    "\"floor\":%g,\"risks\":[\"low\"%s]}",
		    c->lower_by, c->floor,
		    c->relief_medium ? ",\"medium\"" : "");
	buf_cstr(t, ",\"queues\":[{\"name\":\"q\",\"sla\":\"4h\","
		    "\"tier\":\"ai\"}],\"tiers\":[{\"name\":\"up\","
		    "\"tier\":\"ai\",\"when\":\".review.again\"}]}}");
}

static void
put_thresholds(struct buf *t, const struct chosen *c)
{
	buf_cstr(t, "{\"kind\":\"thresholds\",\"default\":{\"threshold\":");
	buf_json_double(t, c->file);
	buf_cstr(t, "},\"by\":\".task_type\",\"groups\":{\"t\":{"
		    "\"threshold\":");
	buf_json_double(t, c->file_group);
	buf_cstr(t, "}}}");
}

/* A record: each member there or not, and what it may be. */
static const struct {
	const char *key;
	const char *value[16];
} members[] = {
	{ "id", { "\"a\"", "7", "null", "\"\\u0000\"", "[1]" } },
	{ "task_type", { "\"t\"", "\"u\"", "null", "7" } },
	{ "confidence", { "0.9", "1", "0.85", "0.7", "0.69999", "0.5", "0",
			    "-0.0", "null", "true", "\"0.9\"", "\"90%\"",
			    "\"x\"", "1e400", "1.0000001", "{\"a\":1}" } },
	{ "risk", { "{\"level\":\"low\"}", "{\"level\":\"medium\"}",
		      "{\"level\":\"high\"}", "{\"level\":\"critical\"}",
		      "{\"level\":\"Low\"}", "\"low\"", "null",
		      "{\"level\":\"low\",\"rules\":[\"x(error)\"]}",
		      "{\"level\":\"high\",\"level\":\"low\"}" } },
	{ "action", { "{\"irreversible\":true}", "{\"irreversible\":false}",
			"{}", "7", "null", "{\"irreversible\":0}" } },
	{ "gate", { "true", "false", "null", "0" } },
	{ "user", { "true", "false", "null", "\"\"" } },
	{ "flag", { "{\"x\":1}", "{}", "null", "true" } },
	{ "watch", { "true", "false" } },
	{ "output", { "\"x\"", "null", "{}" } },
	{ "judge", { "{\"score\":0.5}", "{\"score\":0.49999}",
		       "{\"score\":\"1\"}", "{}", "null", "1" } },
	{ "context", { "{\"new\":true}", "{\"small\":true}",
			 "{\"small\":true,\"new\":1}", "{}", "3" } },
	{ "review", { "{\"again\":true}", "1" } },
};

static void
put_record(struct bytes *b, struct buf *t)
{
	const char *comma = "";

	buf_char(t, '{');
	for (size_t i = 0; i < COUNT(members); i++) {
		size_t n = 0, k;
		while (n < 16 && members[i].value[n] != NULL)
			n++;
		if ((k = choose(b, n + n / 2 + 1)) >= n)
			continue; /* it is not there */
		buf_printf(t, "%s\"%s\":%s", comma, members[i].key,
		    members[i].value[k]);
		comma = ",";
	}
	buf_char(t, '}');
	for (size_t i = choose(b, 4); i == 1 && b->left >= 3;) {
		t->s[choose(b, t->n < 256 ? t->n : 256)] = (char)choose(b, 256);
		i = choose(b, 3);
	}
}

/* .a or .a.b of a record; NULL null, `failed` jq's error. */
static const struct json failed;

static const struct json *
get(const struct json *r, const char *a, const char *b)
{
	const struct json *x = json_get(r, a);

	if (x == NULL || x->value.type == JSON_NULL)
		return NULL;
	if (b == NULL)
		return x;
	if (x->value.type != JSON_OBJECT)
		return &failed;
	x = json_get(x, b);
	return x == NULL || x->value.type == JSON_NULL ? NULL : x;
}

/* A condition: true also when it fails. */
static bool
holds(const struct json *r, const char *a, const char *b)
{
	const struct json *x = get(r, a, b);

	return x != NULL && (x == &failed || x->value.type != JSON_FALSE);
}

struct expected {
	int risk; /* RISK_UNKNOWN */
	bool erring; /* a rule */
	double confidence, threshold; /* NAN none; INFINITY never */
	enum action action;
	enum responder respond;
};

static bool
has_name(const struct json *r, const char *key, const char *name)
{
	const struct json *x = json_get(r, key);

	return x != NULL && x->value.type == JSON_STRING &&
	       str_eq(x->string, str_of(name));
}

static void
expect_risk(const struct chosen *c, const struct json *r, struct expected *x)
{
	const struct json *own = json_get(r, "risk");
	const struct json *level = json_get(own, "level");
	const struct json *rules = json_get(own, "rules");

	x->risk = RISK_UNKNOWN;
	if (level != NULL && level->value.type == JSON_STRING)
		for (int i = 0; i < RISK_LEVELS; i++)
			if (str_eq(level->string, str_of(risk_words[i])))
				x->risk = i;
	if (x->risk != RISK_UNKNOWN) {
		x->erring = rules != NULL &&
			    memmem(rules->value.text.s, rules->value.text.n,
				"(error)\"", 8) != NULL;
		return;
	}
	if (own != NULL || !c->has_risk)
		return;
	x->risk = c->fallback;
	if (has_name(r, "task_type", "t") && c->task_level != RISK_UNKNOWN)
		x->risk = c->task_level;
	if (c->sets && holds(r, "context", "small"))
		x->risk = RISK_LOW;
	if (c->raises && holds(r, "context", "new") && x->risk < RISK_HIGH)
		x->risk = RISK_HIGH;
	x->erring = (c->sets && get(r, "context", "small") == &failed) ||
		    (c->raises && get(r, "context", "new") == &failed);
}

static void
expect_threshold(
    const struct chosen *c, const struct json *r, struct expected *x)
{
	bool is_t = has_name(r, "task_type", "t");
	double file = is_t ? c->file_group : c->file, t = -1, lower;

	if (x->risk != RISK_UNKNOWN)
		t = fmax(t, c->by_risk[x->risk]);
	if (is_t)
		t = fmax(t, c->by_task);
	if (c->has_file)
		t = fmax(t, file);
	if (t < 0)
		t = c->threshold;
	if (t < 0 || x->risk == RISK_CRITICAL || x->risk == RISK_UNKNOWN)
		t = INFINITY;
	x->threshold = t;
	if (!c->relief || isinf(t) ||
	    !(x->risk == RISK_LOW ||
		(x->risk == RISK_MEDIUM && c->relief_medium)))
		return;
	lower = fmax(round((t - c->lower_by) * 1e12) / 1e12, c->floor);
	if (c->has_file)
		lower = fmax(lower, file);
	x->threshold = fmin(t, lower);
}

/* By strtod and not by our own reader; NAN: none. */
static double
expect_confidence(const struct json *r)
{
	const struct json *x = json_get(r, "confidence");
	char text[64] = "", *end;
	double c;

	if (x == NULL)
		return NAN;
	if (x->value.type == JSON_NUMBER && x->value.text.n < sizeof(text)) {
		memcpy(text, x->value.text.s, x->value.text.n);
		c = strtod(text, &end);
	} else if (x->value.type == JSON_STRING && x->string.n < sizeof(text)) {
		memcpy(text, x->string.s, x->string.n);
		if (strpbrk(text, "xXnNiI\f\v\\") != NULL)
			return NAN; /* hex, nan, inf */
		c = strtod(text, &end);
		if (end == text)
			return NAN;
		end += strspn(end, " \t\r\n");
		if (*end == '%') {
			c /= 100;
			end++;
		}
		end += strspn(end, " \t\r\n");
		if (*end != '\0')
			return NAN;
	} else {
		return NAN;
	}
	return c >= 0 && c <= 1 ? c : NAN;
}

static void
expect(const struct chosen *c, const struct json *r, struct expected *x)
{
	enum action person;
	bool human = false;

	*x = (struct expected){ 0 };
	expect_risk(c, r, x);
	expect_threshold(c, r, x);
	x->confidence = expect_confidence(r);
	person = x->risk <= RISK_MEDIUM ? ACTION_QUEUE : ACTION_ESCALATE;
	if (x->erring || x->risk >= RISK_CRITICAL || isnan(x->confidence) ||
	    isinf(x->threshold))
		human = true;
	else if (x->confidence < x->threshold) {
		x->action = person;
		x->respond = RESPOND_MODEL_FLAGGED;
		human = x->risk > RISK_MEDIUM || c->band < 0 ||
			x->confidence < c->band;
	} else if (x->risk == RISK_HIGH) {
		x->action = ACTION_AUTO_AUDIT;
	}
	if (c->gates &&
	    (holds(r, "action", "irreversible") || holds(r, "gate", NULL)))
		human = true;
	if (human && x->action < person)
		x->action = person;
	if (c->triggers) {
		if (holds(r, "watch", NULL) && x->action < ACTION_AUTO_AUDIT)
			x->action = ACTION_AUTO_AUDIT;
		if (get(r, "flag", "x") == &failed && x->action < person)
			x->action = person;
		if (holds(r, "flag", "x") && x->action < ACTION_QUEUE)
			x->action = ACTION_QUEUE;
		if (holds(r, "user", NULL))
			x->action = ACTION_ESCALATE;
		human |= holds(r, "flag", "x") || holds(r, "user", NULL);
	}
	if (!human) {
		const struct json *score = get(r, "judge", "score");
		bool stopped = c->fails && get(r, "output", NULL) == NULL;
		if (c->judges &&
		    (score == NULL || score->value.type != JSON_NUMBER ||
			score->number < 0.5))
			stopped = true;
		human = stopped;
		if (stopped && x->action < person)
			x->action = person;
	}
	if (human)
		x->respond = RESPOND_HUMAN;
}

static void
compare(const struct json *route, const struct expected *x)
{
	const struct json *c = json_get(route, "confidence");
	const struct json *t = json_get(route, "threshold");
	int action =
	    word_index(action_words, json_get(route, "action")->string);
	int respond =
	    word_index(responder_words, json_get(route, "respond")->string);
	bool alone = action <= ACTION_AUTO_AUDIT;

	if (alone && !(c->value.type == JSON_NUMBER && c->number >= 0 &&
			 c->number <= 1 && t->value.type == JSON_NUMBER &&
			 c->number >= t->number))
		FINDING("alone without a confidence that is enough");
	if (alone && x->risk >= RISK_CRITICAL)
		FINDING("alone at critical or unknown risk");
	if (isnan(x->confidence) != (c->value.type == JSON_NULL) ||
	    (!isnan(x->confidence) && c->number != x->confidence))
		FINDING("confidence %g, expected %g", c->number, x->confidence);
	if (isinf(x->threshold) != (t->value.type == JSON_NULL) ||
	    (!isinf(x->threshold) && t->number != x->threshold))
		FINDING("threshold %g, expected %g", t->number, x->threshold);
	if (action != (int)x->action || respond != (int)x->respond)
		FINDING("%s, %s; expected %s, %s", action_words[action],
		    responder_words[respond], action_words[x->action],
		    responder_words[x->respond]);
}

static void
route_one(struct router *t, const struct chosen *c, struct buf *line)
{
	struct fields *fields = expr_set_fields(t->policy->exprs);
	struct arena scratch = { 0 };
	struct buf member = { 0 }, side = { 0 };
	struct record r = { .serial = 1,
		.fields = fields,
		.scratch = &scratch,
		.side = &side };
	const struct json *record, *route, *task;
	struct json_error bad;
	struct expected x;
	struct err e;

	r.slot = calloc(fields->n, sizeof(*r.slot));
	r.line = arena_str(&scratch, buf_view(line));
	record = json_parse(r.line, &scratch, &e);
	buf_reserve(line, JSON_PADDING);
	memset(line->s + line->n, 0, JSON_PADDING);
	r.line = r.raw = buf_view(line);
	if ((json_scan(fields, r.line, r.slot, &bad) == 0) != (record != NULL))
		FINDING("read by one and not by the other");
	if (record != NULL && record->value.type == JSON_OBJECT) {
		route_record(t, &r, &member);
		route = json_parse(buf_view(&member), &scratch, &e);
		if (route == NULL)
			FINDING("no JSON: %.*s", (int)member.n, member.s);
		expect(c, record, &x);
		compare(route, &x);
		task = side.n == 0 ? NULL
				   : json_parse(buf_view(&side), &scratch, &e);
		if ((side.n > 0) !=
			(x.action >= ACTION_QUEUE ||
			    json_get(json_get(route, "audit"), "selected")
				    ->value.type == JSON_TRUE) ||
		    (side.n > 0 &&
			(task == NULL || side.s[side.n - 1] != '\n')))
			FINDING("task: %.*s", (int)side.n, side.s);
	}
	free(r.slot);
	buf_release(&member);
	buf_release(&side);
	arena_release(&scratch);
}

static void
run(struct bytes *b, struct router *t, const struct chosen *c)
{
	struct buf line = { 0 };
	struct err e;

	if (tasks_use(t, &e) == -1 ||
	    expr_set_compile(t->policy->exprs, &e) == -1)
		FINDING("%s", e.msg);
	fields_compile(expr_set_fields(t->policy->exprs));
	t->ev = evaluator_new(t->policy->exprs);
	t->now = 0;
	t->backlog = &(struct backlog){ .waiting = 11 };
	while (b->left > 0) {
		buf_clear(&line);
		put_record(b, &line);
		route_one(t, c, &line);
	}
	evaluator_free(t->ev);
	buf_release(&line);
}

/* A file that is only in memory. */
static int
memory_file(const struct buf *text, char name[64])
{
	int fd = memfd_create("x", 0);

	if (fd == -1 || write(fd, text->s, text->n) != (ssize_t)text->n)
		abort();
	snprintf(name, 64, "/proc/self/fd/%d", fd);
	return fd;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes b = { data, size };
	struct arena a = { 0 };
	struct buf policy = { 0 }, file = { 0 };
	struct thresholds *thresholds = NULL;
	char policy_name[64], file_name[64];
	struct router t;
	struct policy *p;
	struct chosen c;
	struct err e;
	static bool ready;
	int fd[2];

	if (!ready)
		hash_init(abort);
	ready = true;
	choose_all(&b, &c);
	put_policy(&policy, &c);
	put_thresholds(&file, &c);
	fd[0] = memory_file(&policy, policy_name);
	fd[1] = memory_file(&file, file_name);
	if ((p = policy_load(policy_name, NULL, 0, &a, &e)) == NULL)
		FINDING("%s: %.*s", e.msg, (int)policy.n, policy.s);
	if (c.has_file &&
	    (thresholds = thresholds_load(file_name, p, &a, &e)) == NULL)
		FINDING("%s", e.msg);
	if (router_init(&t, p, thresholds, &a, &e) == -1)
		FINDING("%s", e.msg);
	run(&b, &t, &c);
	router_release(&t);
	thresholds_free(thresholds);
	policy_free(p);
	arena_release(&a);
	buf_release(&policy);
	buf_release(&file);
	close(fd[0]);
	close(fd[1]);
	return 0;
}
