/* A first policy out of a log (advise.h). */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "route/advise.h"
#include "stats/interval.h"
#include "stats/proof.h"

/*
 * Rates of audit by what is known of a kind: a fifth to a third at first, a
 * twentieth to a tenth once they have proven the target, and more again when
 * it is missed.
 */
static const double initial_rate = 0.25, stable_rate = 0.05,
		    degraded_rate = 0.5;
static const double confidence_level = 0.95;
enum {
	/*
	 * Audits of each kind that are wanted in the time of a file of
	 * metrics: none wrong among 30 tells that at most a tenth are (the
	 * rule of three: 3 / n bounds a rate of which nothing was seen).
	 */
	FLOOR = 30,
	KEY = 16, /* bytes */
};

/* What comes out of the numbers. */
struct findings {
	double max_error; /* NAN: nobody has said */
	double volume, alone; /* a day; NAN; the share that acts alone */
	struct proof proof;
	double scale; /* of audit rates, for the capacity: at most 1 */
};

static void
comment_begin(struct buf *out, const char *indent)
{
	buf_printf(out, "%s\"//\": [\n%s  ", indent, indent);
}

/* A line of a comment; the last one has no comma behind it. */
static void __attribute__((format(printf, 4, 5)))
say(struct buf *out, const char *indent, bool last, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	buf_json_string(out, str_of(text));
	if (last)
		buf_printf(out, "],\n");
	else
		buf_printf(out, ",\n%s  ", indent);
}

static double
percent(uint64_t k, uint64_t n)
{
	return n == 0 ? 0 : 100 * (double)k / (double)n;
}

static unsigned long long
count(uint64_t n)
{
	return n;
}

/* The error rate is that at which reviews cost as much as errors. */
static bool
is_by_cost(const struct advice *a)
{
	return isnan(a->max_error) && !isnan(a->cost_error) &&
	       !isnan(a->cost_review);
}

int
advice_check(const struct advice *a, struct err *e)
{
	if (is_by_cost(a) && !(a->cost_review < a->cost_error))
		return err_set(e, STATUS_USAGE,
		    "--cost-review is not below --cost-error: then "
		    "nobody needs to look");
	return 0;
}

static void
find(struct survey *s, const struct advice *a, struct findings *f)
{
	double room;

	*f = (struct findings){ .max_error = a->max_error, .scale = 1 };
	if (is_by_cost(a))
		f->max_error = a->cost_review / a->cost_error;
	f->volume = isnan(a->volume) ? survey_volume(s) : a->volume;
	decisions_sort(s->decision, s->ndecision);
	if (!isnan(f->max_error) && f->max_error > 0)
		prove_threshold(s->decision, s->ndecision, f->max_error,
		    1 - confidence_level, &f->proof);
	f->alone =
	    f->proof.found && s->n > 0
		? (double)survey_above(s, f->proof.threshold) / (double)s->n
		: 0;
	if (f->proof.found && !isnan(a->capacity) && f->volume > 0) {
		room = a->capacity - f->volume * (1 - f->alone);
		f->scale = fmax(0.01,
		    fmin(1, room / (f->volume * f->alone * initial_rate)));
	}
}

static void
tell_routing(const struct survey *s, const struct advice *a,
    const struct findings *f, struct buf *out)
{
	if (s->sure == 0) {
		say(out, "  ", false,
		    "confidence routing: not yet; no record has a confidence "
		    "that can be read, so a person looks at all");
	} else if (isnan(f->max_error)) {
		say(out, "  ", false,
		    "confidence routing: %.1f %% have a confidence, but nobody "
		    "has said how many errors are too many: --max-error, or "
		    "--cost-error and --cost-review",
		    percent(s->sure, s->n));
	} else if (f->proof.found) {
		say(out, "  ", false,
		    "confidence routing: at an error rate of at most %g, "
		    "proven with %g confidence by %llu labelled decisions, "
		    "%.1f %% act alone",
		    f->max_error, confidence_level, count(s->ndecision),
		    100 * f->alone);
	} else {
		say(out, "  ", false,
		    "confidence routing: not yet; an error rate of at most %g "
		    "is not proven by %llu labelled decisions; it takes %llu "
		    "that act alone and are right, at the least",
		    f->max_error, count(s->ndecision),
		    count(proof_minimum(f->max_error, 1 - confidence_level)));
	}
	if (isnan(a->capacity) || isnan(f->volume))
		return;
	say(out, "  ", false,
	    "people: %.0f decisions a day of which %.0f wait for a person; "
	    "%.0f can be looked at%s",
	    f->volume, f->volume * (1 - f->alone), a->capacity,
	    f->volume * (1 - f->alone) > a->capacity
		? ": too few; better signals (hitl-calibrate fit), more "
		  "people, "
		  "or an error rate that costs more"
		: "");
}

static void
tell_patterns(const struct survey *s, const struct advice *a,
    const struct findings *f, struct buf *out)
{
	comment_begin(out, "  ");
	say(out, "  ", false,
	    "written by hitl-route --advise from %llu decisions%s; read it, "
	    "change it, and try the change with --dry-run-policy",
	    count(s->n), s->labelled > 0 ? "" : " without a label");
	if (!isnan(f->volume))
		say(out, "  ", false, "volume: about %.0f a day", f->volume);
	if (s->irreversibles > 0)
		say(out, "  ", false,
		    "gate before: needed; %llu (%.1f %%) would do what cannot "
		    "be undone (.action.irreversible)",
		    count(s->irreversibles), percent(s->irreversibles, s->n));
	else
		say(out, "  ", false,
		    "gate before: no record says that its action cannot be "
		    "undone (.action.irreversible); if some cannot, let them "
		    "say so");
	tell_routing(s, a, f, out);
	say(out, "  ", false, "audit after: %s",
	    f->proof.found
		? "a sample of what acts alone is looked at, more at first; "
		  "without it nobody knows what escapes"
		: "there is nothing to audit while nothing acts alone");
	if (s->drafts == 0)
		say(out, "  ", false,
		    "cascade: no record has its answer in it (field draft), so "
		    "there is nothing to check");
	else
		say(out, "  ", false,
		    "cascade: %llu (%.1f %%) have no answer at all (field "
		    "draft); add "
		    "checks of your own, the cheap ones first",
		    count(s->n - s->drafts), percent(s->n - s->drafts, s->n));
	say(out, "  ", true,
	    "feedback: hitl-feedback join puts reviews into the log; "
	    "hitl-calibrate threshold --update proves thresholds anew every "
	    "night");
}

static void
put_fields(const struct advice *a, struct buf *out)
{
	if (a->nfield == 0)
		return;
	buf_cstr(out, "  \"fields\": {");
	for (size_t i = 0; i < a->nfield; i++) {
		buf_cstr(out, i == 0 ? "" : ", ");
		buf_json_string(out, a->field[i].name);
		buf_cstr(out, ": ");
		buf_json_string(out, a->field[i].expr);
	}
	buf_cstr(out, "},\n");
}

static void
put_risk(const struct survey *s, struct buf *out)
{
	buf_cstr(out, "  \"risk\": {\n");
	comment_begin(out, "    ");
	say(out, "    ", false,
	    "a log does not show what is at stake: say it, low, medium, high "
	    "or critical");
	if (s->other_tasks > 0)
		say(out, "    ", false,
		    "%llu decisions are of further tasks than these",
		    count(s->other_tasks));
	say(out, "    ", true,
	    "{\"name\": \"large_amount\", \"when\": \".context.amount > "
	    "10000\", \"raise\": \"critical\"} would be a rule");
	buf_cstr(out, "    \"default\": \"medium\",\n    \"tasks\": {");
	for (size_t i = 0; i < s->tasks.n; i++) {
		buf_cstr(out, i == 0 ? "\n      " : ",\n      ");
		buf_json_string(out, s->tasks.key[i]);
		buf_cstr(out, ": \"medium\"");
	}
	buf_cstr(out, s->tasks.n > 0 ? "\n    },\n" : "},\n");
	buf_cstr(out, "    \"rules\": []\n  },\n");
}

static void
put_audit(const struct survey *s, const struct findings *f, struct buf *out)
{
	char key[2 * KEY + 1];
	double scale = f->scale;

	random_hex(KEY, key);
	buf_cstr(out, "    \"audit\": {\n");
	comment_begin(out, "      ");
	say(out, "      ", false,
	    "the key is a secret: with it anybody can tell what will be "
	    "looked at");
	if (s->ids < s->n)
		say(out, "      ", false,
		    "%llu decisions have no id, and will be audited one by "
		    "one",
		    count(s->n - s->ids));
	say(out, "      ", true,
	    "hitl-metrics -p POLICY --by .task_type ROUTED >METRICS, and "
	    "hitl-route --metrics METRICS, for the states");
	buf_printf(out, "      \"key\": \"%s\",\n", key);
	buf_cstr(out, "      \"by\": ");
	buf_json_string(out, expr_text(s->policy->exprs,
				 (uint32_t)s->policy->field[FIELD_TASK]));
	buf_printf(out,
	    ",\n      \"floor\": %d,\n      \"rate\": %.3g,\n"
	    "      \"auto_rate\": %.3g",
	    FLOOR, initial_rate, initial_rate * scale);
	if (!isnan(f->max_error))
		buf_printf(out,
		    ",\n      \"states\": {\n"
		    "        \"initial\": {\"rate\": %.3g, \"auto_rate\": "
		    "%.3g},\n"
		    "        \"stable\": {\"rate\": %.3g, \"auto_rate\": "
		    "%.3g},\n"
		    "        \"degraded\": {\"rate\": %.3g, \"auto_rate\": "
		    "%.3g},\n"
		    "        \"min_audits\": %llu\n      }",
		    initial_rate, initial_rate * scale, stable_rate,
		    stable_rate * scale, degraded_rate, degraded_rate * scale,
		    count(proof_minimum(f->max_error, 1 - confidence_level)));
	buf_cstr(out, "\n    },\n");
}

static void
put_route(const struct survey *s, const struct findings *f, struct buf *out)
{
	buf_cstr(out, "  \"route\": {\n    \"threshold\": ");
	buf_json_double(out, f->proof.found ? f->proof.threshold : NAN);
	buf_cstr(out, ",\n");
	put_audit(s, f, out);
	buf_cstr(out, "    \"gates\": [\n      {\"name\": \"irreversible\", "
		      "\"when\": \".action.irreversible\", \"expires\": "
		      "\"24h\"}\n    ],\n");
	buf_cstr(out, "    \"triggers\": [");
	if (s->askings > 0)
		buf_cstr(out, "\n      {\"name\": \"asked_for_person\", "
			      "\"when\": \".user_escalation\", \"action\": "
			      "\"ESCALATE\"}\n    ");
	buf_cstr(out, "],\n    \"cascade\": [");
	if (s->drafts > 0) {
		struct str draft = expr_text(
		    s->policy->exprs, (uint32_t)s->policy->field[FIELD_DRAFT]);
		struct buf fail = { 0 };
		buf_printf(&fail, "(%.*s) == null", (int)draft.n, draft.s);
		buf_cstr(out, "\n      {\"name\": \"answer\", \"fail\": ");
		buf_json_string(out, buf_view(&fail));
		buf_cstr(out, "}\n    ");
		buf_release(&fail);
	}
	buf_cstr(out, "],\n    \"queues\": [\n"
		      "      {\"name\": \"urgent\", \"when\": \".risk.level == "
		      "\\\"critical\\\"\", \"sla\": \"30m\", \"tier\": "
		      "\"expert\"},\n"
		      "      {\"name\": \"general\", \"sla\": \"24h\", "
		      "\"tier\": \"agent\"}\n    ]");
	buf_cstr(out, "\n  }");
}

void
advise(struct survey *s, const struct advice *a, struct buf *out)
{
	struct findings f;

	find(s, a, &f);
	buf_cstr(out, "{\n");
	tell_patterns(s, a, &f, out);
	put_fields(a, out);
	put_risk(s, out);
	put_route(s, &f, out);
	if (!isnan(f.max_error)) {
		buf_cstr(out, ",\n  \"targets\": {\"error_escape_rate\": ");
		buf_json_double(out, f.max_error);
		buf_char(out, '}');
	}
	buf_cstr(out, "\n}\n");
}
