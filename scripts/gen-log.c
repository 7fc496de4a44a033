/*
 * gen-log: a realistic decision log, and on request its reviews, seeded and
 * reproducible.
 *
 * A record is about 500 bytes; 0.93 of the decisions are right.  Confidence
 * is too high, by another amount in each task: calibrating by task pays.
 *
 * --shape reference makes the 10,000 records of the reference table:
 *
 *   threshold  autonomous  errors
 *   0.60       8,800       722   (8.2 %)
 *   0.75       7,200       223   (3.1 %)
 *   0.85       5,900        82   (1.4 %)
 *   0.92       4,200        13   (0.3 %)
 *
 * and within the bands the textbook sweep at 2 % picks 0.80: 6,550 alone,
 * 131 errors (2.0 %), against 151 of 6,680 at 0.79 (2.3 %).
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

enum {
	BUFFER = 1 << 20,
	ROOM = 8192, /* more than any record takes */
	PENDING = 1 << 15, /* reviews waiting to be written */
	REFERENCE_N = 10000,
	DRAFTS = 3,
	REVIEWERS = 9,
	EXIT_USAGE = 2,
	EXIT_IO = 4,
};

/* How often a reviewer is right: the first of them, and the last. */
static const double worst_reviewer = 0.95, best_reviewer = 0.999;

struct rng {
	uint64_t state;
};

struct sink {
	const char *name;
	FILE *file;
	char *at, buf[BUFFER + ROOM];
	double drained; /* bytes */
};

struct options {
	double n, bytes, seed, per_day, review_rate;
	int64_t start; /* seconds */
	const char *reviews; /* NULL: none */
	bool reference;
};

struct task {
	const char *name, *action;
	int share; /* of a thousand */
	double distortion; /* P(right) = confidence^distortion */
	bool object; /* the output is an object */
	const char *drafts[DRAFTS];
};

/* clang-format off */
static const struct task tasks[] = {
	{ "ticket_classification", "label", 260, 1.2, false,
	    { "billing_question", "delivery_delay", "account_access" } },
	{ "search_autocomplete", "suggest", 200, 1.0, false,
	    { "wireless headphones", "wireless charger", "Winterjacke" } },
	{ "tag_generation", "label", 150, 1.1, false,
	    { "travel, outdoor", "Küche, Geschenk", "audio, new" } },
	{ "refund", "pay", 120, 1.7, false,
	    { "Refund all", "No refund: used", "Refund one of two charges" } },
	{ "return", "send_label", 90, 1.1, false,
	    { "Return label sent", "Return refused", "Exchange for size L" } },
	{ "content_moderation", "publish", 70, 2.4, true,
	    { "allowed", "removed: insult", "hidden: spam" } },
	{ "price_adjustment", "set_price", 50, 1.4, true,
	    { "minus 12.50 EUR", "plus 3 %", "unchanged" } },
	{ "fraud_detection", "hold", 40, 2.6, true,
	    { "legitimate", "suspicious device", "stolen card" } },
	{ "medical_triage", "book", 12, 1.5, false,
	    { "Appointment within a week", "Same day", "Emergency: 112" } },
	{ "account_deletion", "delete", 8, 1.9, false,
	    { "Delete now", "Keep: open order", "Delete after 30 days" } },
};

/* What people write, as it stands between the quotes of a JSON string. */
static const char *const texts[] = {
	"My parcel still says \\\"in transit\\\". Where is it?",
	"Guten Tag, die Rechnung enthält einen Artikel zu viel.\\nGrüße, J.",
	"Mon compte affiche toujours l\\u2019ancienne adresse après la mise à jour.",
	"注文した商品が届きません。確認をお願いします。",
	"The app crashes when I open C:\\\\Users\\\\me\\\\export.csv; \\tagain.",
	"I was charged twice, please cancel one. \\u00a0Thanks \xf0\x9f\x99\x8f",
	"Le caf\\u00e9 est arriv\\u00e9 cass\\u00e9 \\ud83d\\ude22",
	"Das Größenetikett sagt \\\"M\\\", die Jacke ist S. \\u00c4ndern?",
};

static const char *const json[] = { "false", "true" },
    *const models[] = { "assist-small-2", "assist-large-1", "router-mini-3" },
    *const channels[] = { "mail", "chat", "phone", "app" },
    *const tools[] = { "ok", "ok", "ok", "ok", "timeout", "error" },
    *const categories[] = { "wrong_amount", "wrong_label", "policy" },
    *const reasons[] = { "amount differs from the invoice",
	"belongs to another category", "not covered by the current policy" },
    *const comments[] = { "checked \\\"twice\\\"", "siehe Rückfrage", "déjà vu" },
    *const edits[] = { " (checked)", ", but not today", "; ask first" };
/* clang-format on */

/* splitmix64 (Steele, Lea & Flood 2014) */
static uint64_t
rng_next(struct rng *r)
{
	uint64_t z = r->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* [0, 1) */
static double
uniform(struct rng *r)
{
	return (double)(rng_next(r) >> 11) * 0x1p-53;
}

static size_t
below(struct rng *r, size_t n)
{
	return (size_t)(((rng_next(r) >> 32) * n) >> 32);
}

static bool
chance(struct rng *r, double p)
{
	return uniform(r) < p;
}

static double
normal(struct rng *r)
{
	double radius = sqrt(-2 * log(1 - uniform(r)));

	return radius * cos(2 * M_PI * uniform(r));
}

static _Noreturn void
fail(const char *what)
{
	fprintf(stderr, "gen-log: %s: %s\n", what, strerror(errno));
	exit(EXIT_IO);
}

static void
drain(struct sink *s)
{
	size_t n = (size_t)(s->at - s->buf);

	if (fwrite(s->buf, 1, n, s->file) != n)
		fail(s->name);
	s->drained += (double)n;
	s->at = s->buf;
}

static void
sink_open(struct sink *s, const char *name, FILE *file)
{
	if (file == NULL)
		fail(name);
	setvbuf(file, NULL, _IONBF, 0);
	s->name = name, s->file = file, s->at = s->buf;
}

static void
sink_close(struct sink *s)
{
	drain(s);
	if (fclose(s->file) != 0)
		fail(s->name);
}

static void
put_text(struct sink *s, const char *text, size_t n)
{
	memcpy(s->at, text, n);
	s->at += n;
}

/* x with at least so many digits. */
static void
put_uint(struct sink *s, uint64_t x, int least)
{
	char digits[20], *end = digits + sizeof(digits), *p = end;

	do
		*--p = (char)('0' + x % 10);
	while ((x /= 10) > 0 || end - p < least);
	put_text(s, p, (size_t)(end - p));
}

/*
 * A small printf, since the real one would take most of the time: %s,
 * %d (int >= 0) and %u (uint64_t); %4u has at least 4 digits.
 * Arguments are evaluated in any order: never draw two in one call.
 */
static void
put(struct sink *s, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	for (;;) {
		const char *p = strchrnul(format, '%'), *text;
		int least = 1;
		put_text(s, format, (size_t)(p - format));
		if (*p++ == '\0')
			break;
		if (*p >= '0' && *p <= '9')
			least = *p++ - '0';
		format = p + 1;
		if (*p == 'u')
			put_uint(s, va_arg(ap, uint64_t), least);
		else if (*p == 'd')
			put_uint(s, (uint64_t)va_arg(ap, int), least);
		else if ((text = va_arg(ap, const char *)) != NULL)
			put_text(s, text, strlen(text));
	}
	va_end(ap);
}

static void
put_time(struct sink *s, int64_t t)
{
	time_t seconds = t;
	struct tm tm;

	gmtime_r(&seconds, &tm);
	put(s, "\"%4d-%2d-%2dT%2d:%2d:%2dZ\"", tm.tm_year + 1900, tm.tm_mon + 1,
	    tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

/* One decision, before it is written. */
struct decision {
	uint64_t number;
	int64_t time;
	const struct task *task;
	const char *draft;
	double confidence;
	uint64_t units; /* confidence * 10^digits */
	int digits;
	bool right, plain; /* plain: a number, always */
};

static const struct task *
pick_task(struct rng *r)
{
	int x = (int)below(r, 1000), i = 0;

	while (i < (int)COUNT(tasks) - 1 && (x -= tasks[i].share) >= 0)
		i++;
	return &tasks[i];
}

/*
 * Takes the first of 17 decimals: many scores are rounded, most are floats
 * as they come.
 */
static void
set_confidence(struct rng *r, struct decision *d, uint64_t decimals, int most)
{
	double x = uniform(r);
	uint64_t cut = 1;

	d->digits = x < 0.15  ? 2
		    : x < 0.3 ? 3 + (int)below(r, 4)
			      : 12 + (int)below(r, (size_t)most - 11);
	for (int i = d->digits; i < 17; i++)
		cut *= 10;
	d->units = decimals / cut;
	d->confidence = (double)(d->units * cut) / 1e17;
}

/*
 * Crowded towards 1, as scores of language models are: 1 - x is lognormal.
 * Only six digits come from libm, whose last bits differ between machines.
 */
static void
draw_confidence(struct rng *r, struct decision *d)
{
	double x = 1 - 0.035 * exp(0.95 * normal(r));
	uint64_t six = (uint64_t)(fmin(fmax(x, 0.05), 0.999999) * 1e6);
	uint64_t rest = UINT64_C(100000000000);

	set_confidence(r, d, six * rest + rng_next(r) % rest, 17);
	d->right = chance(r, pow(d->confidence, d->task->distortion));
}

/* The reference table, band by band: records and errors with [low, high). */
static const struct band {
	int low, high; /* hundredths */
	int n, errors;
} bands[] = {
	{ 92, 100, 4200, 13 },
	{ 85, 92, 1700, 69 },
	{ 80, 85, 650, 49 },
	{ 79, 80, 130, 20 },
	{ 75, 79, 520, 72 },
	{ 60, 75, 1600, 499 },
	{ 30, 60, 1200, 500 },
};

/*
 * Where record i of a shuffled reference log stands.  At most 16 digits: 17
 * nines would round up, out of the band.
 */
static void
draw_reference(struct rng *r, struct decision *d, int k)
{
	const struct band *b = bands;
	uint64_t hundredth = UINT64_C(1000000000000000);

	while (k >= b->n)
		k -= b++->n;
	set_confidence(r, d,
	    (uint64_t)b->low * hundredth +
		rng_next(r) % ((uint64_t)(b->high - b->low) * hundredth),
	    16);
	d->right = k >= b->errors;
}

static void
put_confidence(struct sink *s, struct rng *r, const struct decision *d)
{
	double odd = d->plain ? 1 : uniform(r);

	if (odd < 0.002)
		return; /* not there at all */
	put(s, ",\"confidence\":");
	if (odd < 0.005) {
		put(s, odd < 0.0035 ? "null" : "\"n/a\"");
	} else if (odd < 0.008) {
		put(s, "\"%2d%s\"", (int)(d->confidence * 100), "%");
	} else {
		put(s, "0.");
		put_uint(s, d->units, d->digits);
	}
}

static void
put_input(struct sink *s, struct rng *r)
{
	put(s, ",\"input\":\"%s", texts[below(r, COUNT(texts))]);
	for (int i = 0; i < 6 && chance(r, 0.18); i++)
		put(s, " %s", texts[below(r, COUNT(texts))]);
	put(s, "\"");
}

static void
put_context(struct sink *s, struct rng *r)
{
	/* one in a hundred above 10,000 */
	double amount = fmin(exp(4.5 + 2.025 * normal(r)), 1e9);
	uint64_t cents = (uint64_t)(100 * amount);
	bool is_new = chance(r, 0.04), many = chance(r, 0.005);
	/* odd and beyond 2^53: a double would change it */
	uint64_t order = UINT64_C(10000000000000001) + (rng_next(r) >> 13) * 2;

	put(s, ",\"context\":{\"amount\":%u.%2u,\"is_new_user\":%s",
	    cents / 100, cents % 100, json[is_new]);
	put(s, "%s,\"channel\":\"%s\",\"order_id\":%u}",
	    many ? ",\"affects_multiple_users\":true" : "",
	    channels[below(r, COUNT(channels))], order);
}

static void
put_signals(struct sink *s, struct rng *r, const struct decision *d)
{
	uint64_t least = (uint64_t)(50 * d->confidence);
	uint64_t found = least + below(r, 50), margin = least + below(r, 50);
	uint64_t grounded = least + below(r, 50);

	put(s,
	    ",\"signals\":{\"retrieval_score\":0.%2u,\"margin\":0.%2u"
	    ",\"groundedness\":0.%2u,\"tool_status\":\"%s\"}",
	    found, margin, grounded, tools[below(r, COUNT(tools))]);
}

static void
put_decision(struct sink *s, struct rng *r, const struct decision *d)
{
	size_t tenant = 1 + below(r, 20), model = below(r, COUNT(models));
	bool irreversible = chance(r, 0.01), asked = chance(r, 0.01);
	/* at 0.8 it passes 0.95 of the right answers, and 0.2 of the wrong */
	double u = uniform(r), judged = fmin(0.5 + 6 * u, 0.8 + 0.2 * u);

	put(s, "{\"id\":\"d-%8u\",\"ts\":", d->number);
	put_time(s, d->time);
	put(s, ",\"tenant_id\":\"t%2u\",\"task_type\":\"%s\",\"model\":\"%s\"",
	    (uint64_t)tenant, d->task->name, models[model]);
	put_confidence(s, r, d);
	put_input(s, r);
	put_context(s, r);
	put_signals(s, r, d);
	put(s, ",\"action\":{\"type\":\"%s\",\"irreversible\":%s}%s",
	    d->task->action, json[irreversible],
	    asked ? ",\"user_escalation\":true" : "");
	put(s,
	    d->task->object ? ",\"output\":{\"result\":\"%s\"}"
			    : ",\"output\":\"%s\"",
	    d->draft);
	put(s, ",\"judge\":{\"score\":0.%2d},\"correct\":%s}\n",
	    (int)(100 * (d->right ? judged : u)), json[d->right]);
	if (s->at - s->buf >= BUFFER)
		drain(s);
}

/* A review, from the decision until it is its turn to be written. */
struct review {
	int64_t claimed, reviewed, turn;
	uint64_t number;
	const char *draft;
	int reviewer;
	bool approves, unknown;
};

struct pending {
	struct sink sink;
	struct rng rng;
	size_t n;
	int64_t turn;
	struct review list[PENDING];
};

/* By time, and then by turn, for qsort is not stable. */
static int
by_time(const void *pa, const void *pb)
{
	const struct review *a = pa, *b = pb;
	int64_t order = a->reviewed - b->reviewed;

	if (order == 0)
		order = a->turn - b->turn;
	return (order > 0) - (order < 0);
}

static void
put_review(struct sink *s, struct rng *r, const struct review *v)
{
	size_t why = below(r, COUNT(categories));
	const char *edit = edits[below(r, COUNT(edits))];
	bool corrects = chance(r, 0.7), used = chance(r, 0.7);

	put(s, "{\"id\":\"%s-%8u\",\"reviewer\":\"r%d\",\"outcome\":",
	    v->unknown ? "x" : "d", v->number, v->reviewer + 1);
	if (v->approves)
		put(s, "\"approve\"");
	else if (corrects)
		put(s, "\"correct\",\"correction\":\"%s%s\"", v->draft, edit);
	else
		put(s, "\"reject\"");
	if (!v->approves)
		put(s, ",\"category\":\"%s\",\"reason\":\"%s\",\"used\":%s",
		    categories[why], reasons[why], json[used]);
	if (chance(r, 0.2))
		put(s, ",\"comment\":\"%s\"",
		    comments[below(r, COUNT(comments))]);
	put(s, ",\"rating\":%u,\"claimed_at\":",
	    v->approves ? 4 + below(r, 2) : 1 + below(r, 3));
	put_time(s, v->claimed);
	put(s, ",\"reviewed_at\":");
	put_time(s, v->reviewed);
	put(s, "}\n");
	if (s->at - s->buf >= BUFFER)
		drain(s);
}

/* Writes the earlier `n` of those that wait. */
static void
pending_write(struct pending *p, size_t n)
{
	qsort(p->list, p->n, sizeof(p->list[0]), by_time);
	for (size_t i = 0; i < n; i++)
		put_review(&p->sink, &p->rng, &p->list[i]);
	p->n -= n;
	memmove(p->list, p->list + n, p->n * sizeof(p->list[0]));
}

static void
review(struct pending *p, const struct decision *d, size_t who, bool unknown)
{
	struct rng *r = &p->rng;
	double quality = worst_reviewer + (best_reviewer - worst_reviewer) *
					      (double)who / (REVIEWERS - 1);
	struct review v = { 0, 0, p->turn++, d->number, d->draft, (int)who,
		chance(r, quality) == d->right, unknown };

	/* medians: two minutes of waiting, seventy seconds of work */
	v.claimed = d->time + 5 + (int64_t)(120 * exp(0.8 * normal(r)));
	v.reviewed = v.claimed + 5 + (int64_t)(65 * exp(0.5 * normal(r)));
	/* half of a full list has its time behind it, as a rule */
	if (p->n == PENDING)
		pending_write(p, PENDING / 2);
	p->list[p->n++] = v;
}

/*
 * A share `rate` of all: one in twenty at random, else mostly from the less
 * sure half, which is what lies below `median`.
 */
static void
maybe_review(
    struct pending *p, const struct decision *d, double rate, double median)
{
	struct rng *r = &p->rng;
	double anyhow = fmin(rate, 0.05), rest = (rate - anyhow) / 0.95;
	double unsure = fmin(1, 1.8 * rest);
	double share = d->confidence < median ? unsure : 2 * rest - unsure;
	size_t first = below(r, REVIEWERS);

	if (!chance(r, anyhow) && !chance(r, share))
		return;
	review(p, d, first, false);
	if (chance(r, 0.08))
		review(p, d, (first + 1 + below(r, REVIEWERS - 1)) % REVIEWERS,
		    false);
	if (chance(r, 0.001))
		review(p, d, first, true);
}

/* More decisions by day than by night; `busy` is 1 on average. */
static double
gap_seconds(struct rng *r, double per_day, double at)
{
	double hour = fmod(at / 3600, 24);
	double busy = 0.3 + 2.107 * exp(-pow((hour - 13) / 4.5, 2));

	return -log(1 - uniform(r)) * 86400 / per_day / busy;
}

static void
generate(const struct options *o, struct sink *log, struct pending *pending)
{
	static int position[REFERENCE_N];
	struct rng r = { (uint64_t)o->seed };
	struct decision d = { .plain = o->reference };
	double at = (double)o->start, median = o->reference ? 0.885 : 0.965;

	/* Fisher and Yates, for the order of the reference log */
	for (size_t i = 0; i < REFERENCE_N && o->reference; i++) {
		size_t j = below(&r, i + 1);
		position[i] = position[j];
		position[j] = (int)i;
	}
	for (d.number = 1;; d.number++) {
		double written = log->drained + (double)(log->at - log->buf);
		if (o->bytes > 0 ? written >= o->bytes
				 : (double)d.number > o->n)
			break;
		d.time = (int64_t)(at += gap_seconds(&r, o->per_day, at));
		d.task = pick_task(&r);
		d.draft = d.task->drafts[below(&r, DRAFTS)];
		if (o->reference)
			draw_reference(&r, &d, position[d.number - 1]);
		else
			draw_confidence(&r, &d);
		put_decision(log, &r, &d);
		if (pending != NULL)
			maybe_review(pending, &d, o->review_rate, median);
	}
	if (pending != NULL)
		pending_write(pending, pending->n);
}

static const char usage[] =
    "usage: gen-log [-n N] [--bytes SIZE] [--seed S] [--start TIME] [-h]\n"
    "   [--per-day K] [--shape default|reference] [--reviews FILE]\n"
    "   [--review-rate R]\n"
    "Writes a made-up decision log of N records (10000), about 500 bytes\n"
    "each, or of SIZE bytes and the rest of a record; N and SIZE take k, M,\n"
    "G.  The same seed gives the same bytes.  TIME is RFC 3339 in UTC or\n"
    "epoch seconds.  --reviews writes reviews of a share R (0.3).\n";

static _Noreturn void
usage_error(const char *what)
{
	fprintf(stderr, "gen-log: %s\n%s", what, usage);
	exit(EXIT_USAGE);
}

static double
number(const char *text, double least, double most)
{
	char *end;
	double x = strtod(text, &end);

	if (end != text && *end != '\0' && strchr("kMG", *end) != NULL)
		x *= *end == 'k' ? 1e3 : *end == 'M' ? 1e6 : 1e9, end++;
	if (*end == '\0' && end != text && x >= least && x <= most)
		return x;
	fprintf(stderr, "gen-log: %.40s is no number in [%.15g, %.15g]\n%s",
	    text, least, most, usage);
	exit(EXIT_USAGE);
}

static int64_t
moment(const char *text)
{
	struct tm tm = { 0 };
	const char *end = strptime(text, "%Y-%m-%dT%H:%M:%SZ", &tm);

	if (end == NULL || *end != '\0')
		return (int64_t)number(text, 0, 4e9);
	if (tm.tm_year < 70 || tm.tm_year > 190)
		usage_error("--start is in the years 1970 to 2090");
	return timegm(&tm);
}

static void
parse_options(struct options *o, int argc, char *argv[])
{
	static const struct option longs[] = {
		{ "bytes", required_argument, NULL, 'b' },
		{ "help", no_argument, NULL, 'h' },
		{ "per-day", required_argument, NULL, 'd' },
		{ "review-rate", required_argument, NULL, 'e' },
		{ "reviews", required_argument, NULL, 'r' },
		{ "seed", required_argument, NULL, 's' },
		{ "shape", required_argument, NULL, 'p' },
		{ "start", required_argument, NULL, 't' },
		{ NULL, 0, NULL, 0 },
	};
	int id;

	while ((id = getopt_long(argc, argv, "n:h", longs, NULL)) != -1)
		switch (id) {
		case 'n': o->n = number(optarg, 0, 1e10); break;
		case 'b': o->bytes = number(optarg, 1, 1e13); break;
		case 'd': o->per_day = number(optarg, 1, 1e12); break;
		case 'e': o->review_rate = number(optarg, 0, 1); break;
		case 's': o->seed = number(optarg, 0, 9e15); break;
		case 't': o->start = moment(optarg); break;
		case 'r': o->reviews = optarg; break;
		case 'p':
			o->reference = strcmp(optarg, "reference") == 0;
			if (!o->reference && strcmp(optarg, "default") != 0)
				usage_error("--shape is default or reference");
			break;
		case 'h':
			fputs(usage, stdout);
			exit(fflush(stdout) == 0 ? 0 : EXIT_IO);
		default: fputs(usage, stderr); exit(EXIT_USAGE);
		}
	if (optind < argc)
		usage_error("it reads no files");
	if (o->reference && (o->n != REFERENCE_N || o->bytes > 0))
		usage_error("the reference log has 10000 records");
	/* years of four digits; no record has less than 350 bytes */
	if (fmax(o->n, o->bytes / 350) / o->per_day > 2.5e6)
		usage_error("--per-day: the log would take thousands of years");
}

int
main(int argc, char *argv[])
{
	struct options o = { .n = REFERENCE_N,
		.seed = 1,
		.per_day = 20000,
		.review_rate = 0.3,
		.start = 1777593600 };
	static struct pending pending;
	static struct sink log;

	signal(SIGPIPE, SIG_DFL);
	parse_options(&o, argc, argv);
	/* were standard output closed, the reviews would be opened as it */
	if (fcntl(STDOUT_FILENO, F_GETFD) == -1)
		fail("standard output");
	sink_open(&log, "standard output", stdout);
	if (o.reviews != NULL)
		sink_open(&pending.sink, o.reviews, fopen(o.reviews, "w"));
	pending.rng.state = (uint64_t)o.seed ^ UINT64_C(0x7265766965777321);
	generate(&o, &log, o.reviews != NULL ? &pending : NULL);
	sink_close(&log);
	if (o.reviews != NULL)
		sink_close(&pending.sink);
	return 0;
}
