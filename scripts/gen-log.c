/*
 * gen-log: a realistic decision log, and on request its reviews, seeded and
 * reproducible.
 *
 * A record is about 500 bytes.  The confidence is overconfident, by a
 * different amount in each task, so that calibrating by task pays.
 *
 * --shape reference makes the 10,000 records of the reference table:
 *
 *   threshold  autonomous  errors
 *   0.60       8,800       722   (8.2 %)
 *   0.75       7,200       223   (3.1 %)
 *   0.85       5,900        82   (1.4 %)
 *   0.92       4,200        13   (0.3 %)
 *
 * and within the bands the errors lie so that the textbook sweep at 2 %
 * picks 0.80: 6,550 autonomous, 131 errors (2.0 %), against 151 of 6,680
 * at 0.79 (2.3 %).
 */
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	BUFFER = 1 << 20,
	ROOM = 8192, /* more than any record takes */
	REFERENCE_N = 10000,
	EXIT_USAGE = 2,
	EXIT_IO = 4,
};

/* xoshiro256** (Blackman & Vigna 2018), seeded by splitmix64. */
struct rng {
	uint64_t s[4];
};

struct sink {
	FILE *file;
	char *buf, *at;
};

struct options {
	uint64_t n, bytes, seed;
	int64_t start; /* seconds */
	double per_day, review_rate;
	const char *reviews; /* NULL: none */
	bool reference;
};

struct task {
	const char *name;
	int share; /* of a thousand */
	double distortion; /* P(right) = confidence^distortion */
	const char *draft;
};

static const struct task tasks[] = {
	{ "ticket_classification", 260, 1.2, "billing_question" },
	{ "search_autocomplete", 200, 0.7, "wireless headphones" },
	{ "tag_generation", 150, 0.9, "travel, outdoor, winter" },
	{ "refund", 120, 1.5, "Refund of the last payment approved" },
	{ "return", 90, 1.0, "Return label sent, item to be inspected" },
	{ "content_moderation", 70, 1.8, "allowed: no policy violated" },
	{ "price_adjustment", 50, 1.3, "price lowered by 12.50 EUR" },
	{ "fraud_detection", 40, 2.0, "legitimate, usual device" },
	{ "medical_triage", 12, 1.4, "routine appointment within a week" },
	{ "account_deletion", 8, 1.1, "delete the account and its data" },
};
enum { TASKS = sizeof(tasks) / sizeof(tasks[0]) };

static const char *const texts[] = {
	"Hello, my parcel still says \\\"in transit\\\". Could you please "
	"check "
	"where it is?",
	"Guten Tag, die Rechnung enth\xc3\xa4lt einen Artikel zu viel.\\nMit "
	"freundlichen Gr\xc3\xbc\xc3\x9f"
	"en",
	"Bonjour, mon compte affiche toujours l\\u2019ancienne adresse "
	"apr\xc3\xa8s la mise \xc3\xa0 jour.",
	"\xe6\xb3\xa8\xe6\x96\x87\xe3\x81\x97\xe3\x81\x9f\xe5\x95\x86\xe5\x93"
	"\x81\xe3\x81\x8c\xe5\xb1\x8a\xe3\x81\x8d\xe3\x81\xbe\xe3\x81\x9b\xe3"
	"\x82\x93\xe3\x80\x82 Nothing since Monday, please help "
	"\xf0\x9f\x99\x8f",
	"The app crashes when I open C:\\\\Users\\\\me\\\\export.csv after the "
	"update; every time.",
	"I was charged twice for one subscription, please cancel one. \\u00a0"
	"Kind regards",
};
enum { TEXTS = sizeof(texts) / sizeof(texts[0]) };

static const char *const models[] = { "assist-small-2", "assist-large-1",
	"router-mini-3" };
static const char *const channels[] = { "mail", "chat", "phone", "app" };
static const char *const tools[] = { "ok", "ok", "ok", "ok", "timeout",
	"error" };
static const char *const categories[] = { "wrong_amount", "wrong_label",
	"missing_evidence", "tone", "policy" };
static const char *const reasons[] = { "amount differs from the invoice",
	"belongs to another category", "the source does not say so",
	"too blunt for this customer", "not covered by the current policy" };
enum { CATEGORIES = sizeof(categories) / sizeof(categories[0]) };

enum { REVIEWERS = 9 };

static uint64_t
rotl(uint64_t x, int k)
{
	return x << k | x >> (64 - k);
}

static uint64_t
rng_next(struct rng *r)
{
	uint64_t *s = r->s, out = rotl(s[1] * 5, 7) * 9, t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotl(s[3], 45);
	return out;
}

static void
rng_seed(struct rng *r, uint64_t seed)
{
	for (int i = 0; i < 4; i++) {
		uint64_t z = seed += UINT64_C(0x9e3779b97f4a7c15);
		z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
		z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
		r->s[i] = z ^ z >> 31;
	}
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
	return sqrt(-2 * log(1 - uniform(r))) * cos(2 * M_PI * uniform(r));
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
		fail("write");
	s->at = s->buf;
}

static void
sink_open(struct sink *s, FILE *file)
{
	s->file = file;
	setvbuf(file, NULL, _IONBF, 0);
	if ((s->buf = malloc(BUFFER + ROOM)) == NULL)
		fail("memory");
	s->at = s->buf;
}

static void
sink_close(struct sink *s)
{
	drain(s);
	if (fclose(s->file) != 0)
		fail("close");
	free(s->buf);
}

static void
put(struct sink *s, const char *text)
{
	size_t n = strlen(text);

	memcpy(s->at, text, n);
	s->at += n;
}

static void
put_uint(struct sink *s, uint64_t x, int digits)
{
	for (int i = digits - 1; i >= 0; i--, x /= 10)
		s->at[i] = (char)('0' + x % 10);
	s->at += digits;
}

/* "0." and `digits` decimals of x in [0, 1). */
static void
put_fraction(struct sink *s, uint64_t units, int digits)
{
	put(s, "0.");
	put_uint(s, units, digits);
}

static uint64_t
power_of_ten(int n)
{
	uint64_t p = 1;

	while (n-- > 0)
		p *= 10;
	return p;
}

static void
put_time(struct sink *s, int64_t t)
{
	/* days to civil date, Howard Hinnant's algorithm in short */
	int64_t z = t / 86400 + 719468, era = z / 146097,
		doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153, rest = t % 86400;
	int64_t month = mp < 10 ? mp + 3 : mp - 9;

	*s->at++ = '"';
	put_uint(s, (uint64_t)(yoe + era * 400 + (month <= 2)), 4);
	*s->at++ = '-';
	put_uint(s, (uint64_t)month, 2);
	*s->at++ = '-';
	put_uint(s, (uint64_t)(doy - (153 * mp + 2) / 5 + 1), 2);
	*s->at++ = 'T';
	put_uint(s, (uint64_t)(rest / 3600), 2);
	*s->at++ = ':';
	put_uint(s, (uint64_t)(rest / 60 % 60), 2);
	*s->at++ = ':';
	put_uint(s, (uint64_t)(rest % 60), 2);
	put(s, "Z\"");
}

/* One decision, before it is written. */
struct decision {
	uint64_t number;
	int64_t time;
	const struct task *task;
	double confidence;
	uint64_t units; /* confidence * 10^digits */
	int digits;
	bool right;
};

static const struct task *
pick_task(struct rng *r)
{
	int x = (int)below(r, 1000), i = 0;

	while (i < TASKS - 1 && (x -= tasks[i].share) >= 0)
		i++;
	return &tasks[i];
}

/* Crowded towards 1, as scores of language models are. */
static void
draw_confidence(struct rng *r, struct decision *d)
{
	double x = 1 - 0.6 * pow(uniform(r), 2.2);

	d->digits = chance(r, 0.2) ? 2 : 12 + (int)below(r, 6);
	d->units = (uint64_t)(x * (double)power_of_ten(d->digits));
	if (d->units >= power_of_ten(d->digits))
		d->units = power_of_ten(d->digits) - 1;
	d->confidence = (double)d->units / (double)power_of_ten(d->digits);
	d->right = chance(r, pow(d->confidence, d->task->distortion * 0.6));
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
	{ 0, 60, 1200, 500 },
};

/* Where record i of a shuffled reference log stands. */
static void
draw_reference(struct rng *r, struct decision *d, uint64_t position)
{
	const struct band *b = bands;
	int k = (int)position;

	while (k >= b->n)
		k -= b++->n;
	d->digits = 16;
	d->units =
	    (uint64_t)b->low * power_of_ten(14) +
	    below(r, (size_t)(b->high - b->low) * 1000000) * power_of_ten(8);
	d->confidence = (double)d->units / (double)power_of_ten(d->digits);
	d->right = k >= b->errors;
}

static void
put_confidence(
    struct sink *s, struct rng *r, const struct decision *d, bool plain)
{
	double odd = uniform(r);

	if (!plain && odd < 0.002)
		return; /* not there at all */
	put(s, ",\"confidence\":");
	if (!plain && odd < 0.0035) {
		put(s, "null");
	} else if (!plain && odd < 0.005) {
		put(s, "\"n/a\"");
	} else if (!plain && odd < 0.008) {
		put(s, "\"");
		put_uint(s, (uint64_t)(d->confidence * 100), 2);
		put(s, "%\"");
	} else {
		put_fraction(s, d->units, d->digits);
	}
}

static void
put_context(struct sink *s, struct rng *r)
{
	double amount = exp(3.5 + 1.9 * normal(r));

	put(s, ",\"context\":{\"amount\":");
	s->at += sprintf(s->at, "%.2f", amount);
	put(s, ",\"is_new_user\":");
	put(s, chance(r, 0.04) ? "true" : "false");
	if (chance(r, 0.005))
		put(s, ",\"affects_multiple_users\":true");
	put(s, ",\"channel\":\"");
	put(s, channels[below(r, 4)]);
	put(s, "\",\"order_id\":");
	/* beyond 2^53: a double would change it */
	put_uint(s, UINT64_C(10000000000000001) + (rng_next(r) >> 12), 17);
	put(s, "}");
}

static void
put_signals(struct sink *s, struct rng *r, const struct decision *d)
{
	static const char *const keys[] = {
		",\"signals\":{\"retrieval_score\":", ",\"margin\":",
		",\"groundedness\":"
	};

	for (int i = 0; i < 3; i++) {
		double x = 0.5 * d->confidence + 0.5 * uniform(r);
		put(s, keys[i]);
		put_fraction(s, (uint64_t)(x * 9999), 4);
	}
	put(s, ",\"tool_status\":\"");
	put(s, tools[below(r, 6)]);
	put(s, "\"}");
}

static void
put_decision(
    struct sink *s, struct rng *r, const struct decision *d, bool plain)
{
	put(s, "{\"id\":\"d-");
	put_uint(s, d->number, 9);
	put(s, "\",\"ts\":");
	put_time(s, d->time);
	put(s, ",\"tenant_id\":\"t");
	put_uint(s, 1 + below(r, 20), 2);
	put(s, "\",\"task_type\":\"");
	put(s, d->task->name);
	put(s, "\",\"model\":\"");
	put(s, models[below(r, 3)]);
	put(s, "\"");
	put_confidence(s, r, d, plain);
	put(s, ",\"input\":\"");
	put(s, texts[below(r, TEXTS)]);
	put(s, "\"");
	put_context(s, r);
	put_signals(s, r, d);
	put(s, ",\"action\":{\"irreversible\":");
	put(s, chance(r, 0.01) ? "true" : "false");
	put(s, chance(r, 0.01) ? "},\"user_escalation\":true" : "}");
	put(s, ",\"output\":\"");
	put(s, d->task->draft);
	put(s, "\",\"judge\":{\"score\":");
	put_fraction(s,
	    (uint64_t)((d->right ? 0.6 + 0.4 * uniform(r) : uniform(r)) * 9999),
	    4);
	put(s, "},\"correct\":");
	put(s, d->right ? "true" : "false");
	put(s, "}\n");
	if (s->at - s->buf >= BUFFER)
		drain(s);
}

/* A reviewer of quality 0.95 to 0.999 looks at a decision. */
static void
put_review(struct sink *s, struct rng *r, const struct decision *d,
    size_t reviewer, bool unknown_id)
{
	double quality = 0.95 + 0.049 * (double)reviewer / (REVIEWERS - 1);
	bool approves = chance(r, quality) == d->right;
	size_t why = below(r, CATEGORIES);
	int64_t claimed = d->time + 20 + (int64_t)exp(4.2 + normal(r));

	put(s, "{\"id\":\"");
	put(s, unknown_id ? "x-" : "d-");
	put_uint(s, d->number, 9);
	put(s, "\",\"reviewer\":\"r");
	put_uint(s, reviewer + 1, 1);
	put(s, "\",\"outcome\":\"");
	if (approves) {
		put(s, "approve\"");
	} else {
		bool corrects = chance(r, 0.7);
		put(s, corrects ? "correct\"" : "reject\"");
		if (corrects) {
			put(s, ",\"correction\":\"");
			put(s, d->task->draft);
			put(s, chance(r, 0.5) ? ", but not this time\""
					      : " (checked)\"");
		}
		put(s, ",\"category\":\"");
		put(s, categories[why]);
		put(s, "\",\"reason\":\"");
		put(s, reasons[why]);
		put(s, "\",\"used\":");
		put(s, chance(r, 0.7) ? "true" : "false");
	}
	put(s, ",\"rating\":");
	put_uint(s, approves ? 4 + below(r, 2) : 1 + below(r, 3), 1);
	put(s, ",\"claimed_at\":");
	put_time(s, claimed);
	put(s, ",\"reviewed_at\":");
	put_time(s, claimed + 15 + (int64_t)exp(4.1 + 0.6 * normal(r)));
	put(s, "}\n");
	if (s->at - s->buf >= BUFFER)
		drain(s);
}

/* The unsure ones first, and a share of everything; all at rate 1. */
static void
maybe_review(
    struct sink *s, struct rng *r, const struct decision *d, double rate)
{
	double p = d->confidence < 0.85 ? rate * 2.2 : rate * 0.2;
	size_t first = below(r, REVIEWERS);

	if (rate < 1 && !chance(r, fmin(1, p + 0.05)))
		return;
	put_review(s, r, d, first, chance(r, 0.001));
	if (chance(r, 0.08))
		put_review(s, r, d,
		    (first + 1 + below(r, REVIEWERS - 1)) % REVIEWERS, false);
}

/* Fisher and Yates, for the order of the reference log. */
static uint64_t *
shuffled(struct rng *r, uint64_t n)
{
	uint64_t *p = malloc(n * sizeof(*p));

	if (p == NULL)
		fail("memory");
	for (uint64_t i = 0; i < n; i++) {
		uint64_t j = below(r, i + 1);
		p[i] = p[j];
		p[j] = i;
	}
	return p;
}

/* More decisions by day than by night, as people write them. */
static double
gap_seconds(struct rng *r, double per_day, double at)
{
	double hour = fmod(at / 3600, 24);
	double busy = 0.25 + 1.5 * exp(-pow((hour - 13) / 4.5, 2));

	return -log(1 - uniform(r)) * 86400 / per_day / busy;
}

static void
generate(const struct options *o, struct sink *log, struct sink *reviews)
{
	uint64_t *position = NULL, written = 0;
	struct rng r, reviewing;
	struct decision d = { 0 };
	double at = (double)o->start;

	rng_seed(&r, o->seed);
	rng_seed(&reviewing, o->seed ^ UINT64_C(0x7265766965777321));
	if (o->reference)
		position = shuffled(&r, o->n);
	for (uint64_t i = 0; o->bytes > 0 ? written < o->bytes : i < o->n;
	     i++) {
		char *start = log->at;
		d.number = i + 1;
		d.time = (int64_t)(at += gap_seconds(&r, o->per_day, at));
		d.task = pick_task(&r);
		if (o->reference)
			draw_reference(&r, &d, position[i]);
		else
			draw_confidence(&r, &d);
		put_decision(log, &r, &d, o->reference);
		written += log->at > start ? (uint64_t)(log->at - start) : 500;
		if (o->reviews != NULL)
			maybe_review(reviews, &reviewing, &d, o->review_rate);
	}
	free(position);
}

static const char usage[] =
    "usage: gen-log [-n N] [--bytes SIZE] [--seed S] [--start SECONDS]\n"
    "               [--per-day K] [--shape default|reference]\n"
    "               [--reviews FILE] [--review-rate R]\n"
    "Writes a made-up decision log of N records (10000), about 500 bytes\n"
    "each, or of about SIZE bytes; N and SIZE take k, M, G.  The same seed\n"
    "gives the same bytes.  --reviews writes reviews of some of them.\n";

static _Noreturn void
usage_error(const char *what)
{
	fprintf(stderr, "gen-log: %s\n%s", what, usage);
	exit(EXIT_USAGE);
}

static double
parse_number(const char *text, double least, double most)
{
	char *end;
	double x = strtod(text, &end);

	switch (*end) {
	case 'k':
		x *= 1e3;
		end++;
		break;
	case 'M':
		x *= 1e6;
		end++;
		break;
	case 'G':
		x *= 1e9;
		end++;
		break;
	default: break;
	}
	if (*end != '\0' || end == text || !(x >= least && x <= most))
		usage_error("a number is out of its range");
	return x;
}

static void
parse_options(struct options *o, int argc, char *argv[])
{
	static const struct option longs[] = {
		{ "bytes", required_argument, NULL, 'b' },
		{ "help", no_argument, NULL, 'h' },
		{ "per-day", required_argument, NULL, 'd' },
		{ "records", required_argument, NULL, 'n' },
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
		case 'n': o->n = (uint64_t)parse_number(optarg, 0, 1e10); break;
		case 'b':
			o->bytes = (uint64_t)parse_number(optarg, 1, 1e13);
			break;
		case 'd': o->per_day = parse_number(optarg, 1, 1e12); break;
		case 'e': o->review_rate = parse_number(optarg, 0, 1); break;
		case 'r': o->reviews = optarg; break;
		case 's':
			o->seed = (uint64_t)parse_number(optarg, 0, 9e15);
			break;
		case 't':
			o->start = (int64_t)parse_number(optarg, 0, 4e9);
			break;
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
	if (o->reference && o->n != REFERENCE_N)
		usage_error("the reference log has 10000 records");
}

int
main(int argc, char *argv[])
{
	struct options o = { .n = REFERENCE_N,
		.seed = 1,
		.start = 1777593600,
		.per_day = 20000,
		.review_rate = 0.3 };
	struct sink log, reviews = { 0 };
	FILE *file;

	parse_options(&o, argc, argv);
	sink_open(&log, stdout);
	if (o.reviews != NULL) {
		if ((file = fopen(o.reviews, "w")) == NULL)
			fail(o.reviews);
		sink_open(&reviews, file);
	}
	generate(&o, &log, &reviews);
	sink_close(&log);
	if (o.reviews != NULL)
		sink_close(&reviews);
	return 0;
}
