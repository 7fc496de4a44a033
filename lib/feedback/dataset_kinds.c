/* What is in a dataset of each kind, and how it is written (dataset.h). */
#include <math.h>

#include "feedback/dataset_data.h"
#include "record/json_drop.h"
#include "record/json_meaning.h"

const char *const left_out_words[] = {
	[LEFT_NOT_REVIEWED] = "not_reviewed",
	[LEFT_NO_VERDICT] = "no_verdict",
	[LEFT_NO_ID] = "no_id",
	[LEFT_NOT_THIS_KIND] = "not_this_kind",
	[LEFT_DISPUTED] = "disputed",
	[LEFT_TEMPORARY_POLICY] = "temporary_policy",
	[LEFT_BAD_RETRIEVAL] = "bad_retrieval",
	[LEFT_ONE_OFF] = "one_off",
	[LEFT_SCOPE_UNSAID] = "scope_unsaid",
	[LEFT_NO_QUESTION] = "no_question",
	[LEFT_NO_ANSWER] = "no_answer",
	[LEFT_DUPLICATE] = "duplicate",
	[LEFT_NOT_SAMPLED] = "not_sampled",
	NULL,
};

/* The answer that is right by the verdict; absent: there is none. */
static struct value
answer_of(const struct lesson *x)
{
	struct value none = { 0 };

	if (x->outcome == OUTCOME_REJECT)
		return none;
	if (!value_is_null(&x->text[REVIEW_CORRECTION]))
		return x->text[REVIEW_CORRECTION];
	return x->outcome == OUTCOME_APPROVE ? x->draft : none;
}

/* Whether a draft is not what is right, whatever way both are written. */
static bool
is_other(const struct value *draft, const struct value *answer,
    struct arena *scratch)
{
	return !value_is_null(draft) &&
	       !str_eq(
		   value_name(draft, scratch), value_name(answer, scratch)) &&
	       !str_eq(json_meaning(draft->text, scratch),
		   json_meaning(answer->text, scratch));
}

static bool
is_corrected(const struct lesson *x, struct arena *scratch)
{
	const struct value *correction = &x->text[REVIEW_CORRECTION];

	return x->outcome == OUTCOME_CORRECT && !value_is_null(correction) &&
	       is_other(&x->draft, correction, scratch);
}

/* Whether the draft is known to be wrong. */
static bool
is_wrong(
    const struct lesson *x, const struct value *answer, struct arena *scratch)
{
	if (x->correct == 1 || !lesson_is_correction(x) ||
	    value_is_null(&x->draft))
		return false;
	return value_is_null(answer) || is_other(&x->draft, answer, scratch);
}

/* The kinds: which lessons, what they need, and what an item is. */
typedef bool
is_one_fn(const struct dataset *, const struct lesson *, struct arena *scratch);
typedef void write_fn(const struct dataset *, const struct lesson *,
    const struct record *, struct buf *);

static bool
is_any(const struct dataset *d, const struct lesson *x, struct arena *scratch)
{
	(void)d;
	(void)x;
	(void)scratch;
	return true;
}

/* The model was sure, and wrong. */
static bool
is_hard_negative(
    const struct dataset *d, const struct lesson *x, struct arena *scratch)
{
	return is_corrected(x, scratch) &&
	       x->confidence >= d->options.min_confidence;
}

static bool
is_preference(
    const struct dataset *d, const struct lesson *x, struct arena *scratch)
{
	(void)d;
	return is_corrected(x, scratch);
}

/* A rule is named, or a rule was missing: it was wrong and went alone. */
static bool
is_policy_example(
    const struct dataset *d, const struct lesson *x, struct arena *scratch)
{
	enum remedy remedy = lesson_remedy(x);

	(void)d;
	(void)scratch;
	if (lesson_has(x, REVIEW_POLICY_REASON))
		return true;
	return lesson_is_correction(x) &&
	       (remedy == REMEDY_POLICY || remedy == REMEDY_THRESHOLD);
}

static void
member(struct buf *out, const char *key, const struct value *v)
{
	buf_printf(out, ",\"%s\":", key);
	buf_value(out, v);
}

static void
word(struct buf *out, const char *key, const char *const list[], int i)
{
	if (i == -1)
		buf_printf(out, ",\"%s\":null", key);
	else
		buf_printf(out, ",\"%s\":\"%s\"", key, list[i]);
}

static void
outcome(struct buf *out, const struct lesson *x)
{
	buf_printf(
	    out, ",\"outcome\":\"%s\"", outcome_word((enum outcome)x->outcome));
}

/* What a chat says is a string: other JSON is written as one. */
static void
content(const struct dataset *d, const struct value *v, struct arena *scratch,
    struct buf *out)
{
	struct buf kept = { 0 };

	if (v->type == JSON_STRING) {
		buf_str(out, v->text);
		return;
	}
	json_drop(&kept, value_name(v, scratch), d->options.drop);
	buf_json_string(out, buf_view(&kept));
	buf_release(&kept);
}

static void
message(const struct dataset *d, const char *role, const struct value *v,
    const struct record *r, struct buf *out)
{
	buf_printf(out, "{\"role\":\"%s\",\"content\":", role);
	content(d, v, r->scratch, out);
	buf_char(out, '}');
}

/* What comes before the answer. */
static void
prompt(const struct dataset *d, const struct lesson *x, const struct record *r,
    struct buf *out)
{
	if (d->options.system != NULL) {
		buf_cstr(out, "{\"role\":\"system\",\"content\":");
		buf_json_string(out, str_of(d->options.system));
		buf_cstr(out, "},");
	}
	message(d, "user", &x->question, r, out);
}

static void
write_golden(const struct dataset *d, const struct lesson *x,
    const struct record *r, struct buf *out)
{
	struct value answer = answer_of(x);

	(void)d;
	(void)r;
	buf_cstr(out, "{\"id\":");
	buf_str(out, x->id.text);
	member(out, "task", &x->task);
	member(out, "question", &x->question);
	member(out, "answer", &answer);
	outcome(out, x);
	word(out, "action", action_words, x->action);
	member(out, "category", &x->text[REVIEW_CATEGORY]);
}

static void
write_hard_negative(const struct dataset *d, const struct lesson *x,
    const struct record *r, struct buf *out)
{
	struct value answer = answer_of(x);

	buf_cstr(out, "{\"anchor\":");
	content(d, &x->question, r->scratch, out);
	buf_cstr(out, ",\"positive\":");
	content(d, &answer, r->scratch, out);
	buf_cstr(out, ",\"negative\":");
	content(d, &x->draft, r->scratch, out);
}

static void
write_prompt_test(const struct dataset *d, const struct lesson *x,
    const struct record *r, struct buf *out)
{
	struct value answer = answer_of(x);
	bool draft = is_wrong(x, &answer, r->scratch);

	buf_cstr(out, "{\"description\":");
	content(d, &x->id, r->scratch, out);
	buf_cstr(out, ",\"vars\":");
	if (x->question.type == JSON_OBJECT) {
		buf_str(out, x->question.text);
	} else {
		buf_cstr(out, "{\"question\":");
		buf_str(out, x->question.text);
		buf_char(out, '}');
	}
	buf_cstr(out, ",\"assert\":[");
	if (!value_is_null(&answer)) {
		buf_cstr(out, "{\"type\":");
		buf_json_string(out, str_of(d->options.assertion));
		buf_cstr(out, ",\"value\":");
		content(d, &answer, r->scratch, out);
		buf_cstr(out, draft ? "}," : "}");
	}
	if (draft) {
		buf_cstr(out, "{\"type\":\"not-equals\",\"value\":");
		content(d, &x->draft, r->scratch, out);
		buf_char(out, '}');
	}
	buf_char(out, ']');
}

static void
write_fine_tune(const struct dataset *d, const struct lesson *x,
    const struct record *r, struct buf *out)
{
	struct value answer = answer_of(x);

	buf_cstr(out, "{\"messages\":[");
	prompt(d, x, r, out);
	buf_char(out, ',');
	message(d, "assistant", &answer, r, out);
	buf_char(out, ']');
}

static void
write_preference(const struct dataset *d, const struct lesson *x,
    const struct record *r, struct buf *out)
{
	struct value answer = answer_of(x);

	buf_cstr(out, "{\"prompt\":[");
	prompt(d, x, r, out);
	buf_cstr(out, "],\"chosen\":[");
	message(d, "assistant", &answer, r, out);
	buf_cstr(out, "],\"rejected\":[");
	message(d, "assistant", &x->draft, r, out);
	buf_char(out, ']');
}

/* The record stands in it, so that a policy can be tried on it. */
static void
write_policy_example(const struct dataset *d, const struct lesson *x,
    const struct record *r, struct buf *out)
{
	(void)d;
	buf_cstr(out, "{\"id\":");
	buf_str(out, x->id.text);
	member(out, "task", &x->task);
	word(out, "risk", risk_words, x->risk);
	word(out, "action", action_words, x->action);
	outcome(out, x);
	buf_printf(out, ",\"expected\":\"%s\"",
	    lesson_is_correction(x) ? "human" : "model");
	member(out, "policy_reason", &x->text[REVIEW_POLICY_REASON]);
	buf_cstr(out, ",\"record\":");
	buf_str(out, str_trim(r->line));
}

static void
write_eval(const struct dataset *d, const struct lesson *x,
    const struct record *r, struct buf *out)
{
	struct value answer = answer_of(x);

	buf_cstr(out, "{\"input\":[");
	prompt(d, x, r, out);
	buf_cstr(out, "],\"ideal\":");
	content(d, &answer, r->scratch, out);
}

static const struct {
	const char *name;
	is_one_fn *is_one;
	write_fn *write;
	bool trains; /* corrections must be said to last */
	bool question, answer; /* it needs them */
	bool has_id; /* without being asked for */
} kinds[DATASET_KINDS] = {
	[DATASET_GOLDEN] = { "golden", is_any, write_golden, false, true, true,
	    true },
	[DATASET_HARD_NEGATIVES] = { "hard-negatives", is_hard_negative,
	    write_hard_negative, true, true, true, false },
	[DATASET_PROMPT_TESTS] = { "prompt-tests", is_any, write_prompt_test,
	    false, true, false, true },
	[DATASET_FINE_TUNE] = { "fine-tune", is_any, write_fine_tune, true,
	    true, true, false },
	[DATASET_PREFERENCES] = { "preferences", is_preference,
	    write_preference, true, true, true, false },
	[DATASET_POLICY_EXAMPLES] = { "policy-examples", is_policy_example,
	    write_policy_example, false, false, false, true },
	[DATASET_EVALS] = { "evals", is_any, write_eval, false, true, true,
	    false },
};
const char *const dataset_kind_words[] = { "golden", "hard-negatives",
	"prompt-tests", "fine-tune", "preferences", "policy-examples", "evals",
	NULL };

/* What does not last teaches nothing, whoever says it is right. */
static enum left_out
judge_scope(const struct lesson *x, bool trains)
{
	switch (x->scope) {
	case SCOPE_TEMPORARY_POLICY: return LEFT_TEMPORARY_POLICY;
	case SCOPE_BAD_RETRIEVAL: return LEFT_BAD_RETRIEVAL;
	case SCOPE_ONE_OFF: return LEFT_ONE_OFF;
	case SCOPE_LASTING: return LEFT_REASONS;
	default:
		return trains && lesson_is_correction(x) ? LEFT_SCOPE_UNSAID
							 : LEFT_REASONS;
	}
}

enum left_out
dataset_judge(
    const struct dataset *d, const struct lesson *x, struct arena *scratch)
{
	enum dataset_kind as = d->options.as;
	struct value answer = answer_of(x);
	enum left_out scope;

	if (!x->reviewed)
		return LEFT_NOT_REVIEWED;
	if (x->outcome == -1)
		return LEFT_NO_VERDICT;
	if (value_is_null(&x->id))
		return LEFT_NO_ID;
	if (!kinds[as].is_one(d, x, scratch))
		return LEFT_NOT_THIS_KIND;
	if (x->agree == 0)
		return LEFT_DISPUTED;
	/* a policy is tested on what it must not let pass, lasting or not */
	if (as != DATASET_POLICY_EXAMPLES &&
	    (scope = judge_scope(x, kinds[as].trains)) != LEFT_REASONS)
		return scope;
	if (kinds[as].question && value_is_null(&x->question))
		return LEFT_NO_QUESTION;
	if (value_is_null(&answer) &&
	    (kinds[as].answer ||
		(as == DATASET_PROMPT_TESTS && !is_wrong(x, &answer, scratch))))
		return LEFT_NO_ANSWER;
	return LEFT_REASONS;
}

void
dataset_write_item(const struct dataset *d, const struct lesson *x,
    const struct record *r, struct buf *out)
{
	const struct dataset_options *o = &d->options;

	kinds[o->as].write(d, x, r, out);
	if (o->with_id && !kinds[o->as].has_id)
		member(out, "id", &x->id);
	for (size_t i = 0; i < o->nkept; i++) {
		struct value v = expr_look(d->ev, r, o->kept[i].expr);
		buf_cstr(out, i == 0 ? ",\"metadata\":{" : ",");
		buf_json_string(out, o->kept[i].name);
		buf_char(out, ':');
		buf_value(out, &v);
	}
	buf_cstr(out, o->nkept > 0 ? "}}" : "}");
}
