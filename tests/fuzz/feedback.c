/*
 * Lines that are reviews, votes and joined decisions at the same time: what
 * is packed comes back; what is written is JSON; a verdict is one of the
 * opinions; what is alike is so both ways; what is dropped is gone; and
 * nothing does harm.  The first byte chooses kind, type and method.
 */
#include <stdlib.h>
#include <math.h>
#include <string.h>

#include "fuzz.h"

#include "base/hash.h"
#include "feedback/dataset.h"
#include "feedback/learn.h"
#include "feedback/patterns.h"
#include "feedback/poll.h"
#include "feedback/reviews.h"
#include "feedback/verdict.h"
#include "record/json_drop.h"
#include "record/json_scan.h"

enum { REVIEWS = 20 };

struct trial {
	struct policy *policy;
	struct evaluator *ev, *review_ev;
	struct review_places places;
	struct dataset *dataset;
	struct learn *learn;
	struct patterns *patterns;
	struct poll *poll;
	struct map drop;
	struct arena arena, scratch;
	struct buf packed[REVIEWS];
	struct review review[REVIEWS];
	size_t n;
};

static void
must_be_json(struct str text, const char *what)
{
	struct arena a = { 0 };
	struct json_error bad;
	enum json_type type;

	if (json_check(&text, &a, &type, &bad) == -1)
		FINDING("%s is no JSON: %s: %.*s", what, bad.what, (int)text.n,
		    text.s);
	arena_release(&a);
}

/* Packed and found again, it says the same. */
static void
take_review(struct trial *t, const struct record *r)
{
	struct review w, again;
	struct buf *b;
	struct err e;

	if (t->n == REVIEWS ||
	    review_read(&w, &t->places, t->review_ev, r, &e) == -1)
		return;
	review_digest(&w, r->scratch);
	w.order = t->n;
	w.line = r->line;
	b = &t->packed[t->n];
	review_pack(&w, b);
	review_unpack(&again, buf_view(b));
	if (!str_eq(again.id, w.id) || !str_eq(again.line, w.line) ||
	    again.fingerprint != w.fingerprint || again.answer != w.answer ||
	    again.outcome != w.outcome || again.used != w.used ||
	    again.reviewed_at != w.reviewed_at)
		FINDING("a review does not come back as it was");
	for (int i = 0; i < REVIEW_TEXTS; i++) {
		if (!str_eq(again.text[i], w.text[i]))
			FINDING("%s does not come back", review_text_words[i]);
		if (again.text[i].n > 0)
			must_be_json(again.text[i], review_text_words[i]);
	}
	t->review[t->n++] = again;
}

static void
check_verdicts(const struct trial *t)
{
	struct str senior[] = { STR("r1"), STR("r2") };
	int correct[REVIEWS];

	for (size_t i = 0; i < t->n; i++)
		correct[i] = t->review[i].outcome == OUTCOME_APPROVE;
	for (int rule = FINAL_LAST; t->n > 0 && rule <= FINAL_CONSENSUS;
	     rule++) {
		struct policy_review p = { .final = (enum final_rule)rule,
			.senior = senior,
			.nsenior = 2 };
		struct verdict v = verdict_of(&p, t->review, correct, t->n);
		if (v.opinions == 0 || v.opinions > v.reviews)
			FINDING("%zu opinions of %zu reviews", v.opinions,
			    v.reviews);
		if (v.final != NULL &&
		    (v.final < t->review || v.final >= t->review + t->n))
			FINDING("a verdict that nobody gave");
		if (rule <= FINAL_LAST && v.final == NULL)
			FINDING("there is always a last one");
	}
}

static void
check_drop(const struct trial *t, struct str line)
{
	struct buf once = { 0 }, twice = { 0 }, none = { 0 };
	const struct map nothing = { 0 };

	json_drop(&once, line, &t->drop);
	must_be_json(buf_view(&once), "what is left");
	json_drop(&twice, buf_view(&once), &t->drop);
	json_drop(&none, line, &nothing);
	if (!str_eq(buf_view(&once), buf_view(&twice)))
		FINDING("there was something left to drop");
	if (!str_eq(buf_view(&none), line))
		FINDING("nothing was to be dropped");
	buf_release(&once);
	buf_release(&twice);
	buf_release(&none);
}

static void
scan(struct record *r, const struct fields *f)
{
	struct json_error bad;

	r->fields = f;
	r->slot = calloc(f->n, sizeof(*r->slot));
	if (r->slot == NULL || json_scan(f, r->line, r->slot, &bad) == -1)
		FINDING("one scanner takes what another refuses");
}

static void
take_line(struct trial *t, struct str line)
{
	struct record r = { .serial = 1, .scratch = &t->scratch };
	struct json_error bad;
	enum json_type type;
	struct err e;

	line = str_trim(line);
	if (json_check(&line, &t->arena, &type, &bad) == -1 ||
	    type != JSON_OBJECT)
		return;
	r.line = r.raw = line;
	check_drop(t, line);
	scan(&r, expr_set_fields(t->places.exprs));
	take_review(t, &r);
	free(r.slot);
	r.serial++;
	scan(&r, expr_set_fields(t->policy->exprs));
	dataset_add(&r, t->dataset, &e);
	patterns_add(&r, t->patterns, &e);
	poll_add(&r, t->poll, &e);
	learn_add(&r, t->learn, &e);
	free(r.slot);
}

static int
take_item(
    void *arg, size_t split, struct str item, struct str id, struct err *e)
{
	(void)arg;
	(void)e;
	if (split > 1)
		FINDING("there is no split %zu", split);
	must_be_json(item, "an item");
	must_be_json(id, "an id");
	return 0;
}

static int
take_learn(void *arg, struct str line, struct err *e)
{
	(void)arg;
	(void)e;
	must_be_json(line, "what is to be learnt");
	return 0;
}

static void
settle(struct trial *t)
{
	struct buf b = { 0 };
	struct err e;

	check_verdicts(t);
	if (dataset_settle(t->dataset, &e) == -1 ||
	    dataset_each(t->dataset, take_item, t, &e) == -1 ||
	    learn_each(t->learn, take_learn, t, &e) == -1)
		FINDING("%s", e.msg);
	dataset_write_manifest(t->dataset, &b);
	must_be_json(buf_view(&b), "a manifest");
	patterns_settle(t->patterns);
	for (size_t i = 0; i < patterns_totals(t->patterns).patterns; i++) {
		buf_clear(&b);
		patterns_write(t->patterns, i, &b);
		must_be_json(buf_view(&b), "a pattern");
	}
	buf_clear(&b);
	patterns_write_stats(t->patterns, &b);
	must_be_json(buf_view(&b), "stats");
	if (poll_settle(t->poll, &e) == -1)
		FINDING("%s", e.msg);
	for (size_t i = 0; i < poll_totals(t->poll).items; i++) {
		buf_clear(&b);
		poll_write_item(t->poll, i, &b);
		must_be_json(buf_view(&b), "an item's label");
	}
	buf_clear(&b);
	poll_write_report(t->poll, &b);
	must_be_json(buf_view(&b), "a report");
	buf_release(&b);
}

static void
begin(struct trial *t, unsigned char choice)
{
	struct dataset_options dataset = { .as = choice % DATASET_KINDS,
		.split = { { STR("a"), 0.7 }, { STR("b"), 0.3 } },
		.nsplit = 2,
		.stable = choice & 1,
		.size = choice & 2 ? 2 : 0,
		.drop = &t->drop,
		.assertion = "equals",
		.unsaid = SCOPE_LASTING,
		.with_id = true };
	struct patterns_options patterns = { .min_count = 1,
		.period = 3600 * USEC_PER_SECOND,
		.until = TIMESTAMP_NONE,
		.leading = 2,
		.similarity = 0.7,
		.examples = 2,
		.max_groups = 3,
		.level = 0.95 };
	struct learn_options learn = { .strategy = choice % (LEARN_NOISE + 1),
		.budget = choice & 4 ? 2 : 0,
		.by = choice & 8 ? ".task_type" : NULL,
		.max_groups = 2,
		.threshold = NAN };
	struct poll_options poll = { .method = choice / 8 % 2,
		.type = choice % (LABEL_BOX + 1) };
	struct err e;

	if (poll.type <= LABEL_RATING)
		poll.method = choice / 8 % (POLL_ONE_COIN + 1);
	map_put(&t->drop, STR("a"), NULL);
	map_put(&t->drop, STR("email"), NULL);
	t->policy = policy_load(NULL, NULL, 0, &t->arena, &e);
	if (t->policy == NULL ||
	    review_places_init(&t->places, t->policy, &t->arena, &e) == -1 ||
	    (t->dataset = dataset_new(t->policy, &dataset, &e)) == NULL ||
	    (t->patterns = patterns_new(t->policy, &patterns, &e)) == NULL ||
	    (t->learn = learn_new(t->policy, &learn, &e)) == NULL ||
	    (t->poll = poll_new(t->policy, &poll, &e)) == NULL ||
	    expr_set_compile(t->places.exprs, &e) == -1 ||
	    expr_set_compile(t->policy->exprs, &e) == -1)
		FINDING("%s", e.msg);
	t->ev = evaluator_new(t->policy->exprs);
	t->review_ev = evaluator_new(t->places.exprs);
	dataset_start(t->dataset, t->ev);
	patterns_start(t->patterns, t->ev);
	learn_start(t->learn, t->ev);
	poll_start(t->poll, t->ev);
}

static void
end(struct trial *t)
{
	dataset_free(t->dataset);
	patterns_free(t->patterns);
	learn_free(t->learn);
	poll_free(t->poll);
	evaluator_free(t->ev);
	evaluator_free(t->review_ev);
	review_places_release(&t->places);
	policy_free(t->policy);
	map_release(&t->drop);
	for (size_t i = 0; i < t->n; i++)
		buf_release(&t->packed[i]);
	arena_release(&t->arena);
	arena_release(&t->scratch);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct trial t = { 0 };
	struct str text = { (const char *)data + 1, size - 1 }, line;

	if (size == 0)
		return 0;
	hash_init(abort);
	begin(&t, data[0]);
	while (str_next_line(&text, &line))
		take_line(&t, line);
	settle(&t);
	end(&t);
	return 0;
}
