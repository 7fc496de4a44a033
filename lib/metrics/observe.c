/* What a record says (observe.h). */
#include <math.h>
#include <stdlib.h>

#include "metrics/observe.h"
#include "policy/fieldvalue.h"
#include "record/json_tree.h"
#include "record/number.h"

static const char *const place_path[PLACES] = {
	[PLACE_ACTION] = ".route?.action?",
	[PLACE_RISK] = ".route?.risk?",
	[PLACE_THRESHOLD] = ".route?.threshold?",
	[PLACE_REASONS] = ".route?.reasons?",
	[PLACE_SELECTED] = ".route?.audit?.selected?",
	[PLACE_RATE] = ".route?.audit?.rate?",
	[PLACE_STOPPED_BY] = ".route?.cascade?.stopped_by?",
	[PLACE_COST] = ".route?.cascade?.cost?",
	[PLACE_OUTCOME] = ".review?.outcome?",
	[PLACE_REVIEW_CORRECT] = ".review?.correct?",
	[PLACE_WAIT] = ".review?.wait_seconds?",
	[PLACE_SECONDS] = ".review?.seconds?",
	[PLACE_SLA_MISSED] = ".review?.sla_missed?",
	[PLACE_EDIT_DISTANCE] = ".review?.edit_distance?",
	[PLACE_USED] = ".review?.used?",
	[PLACE_AGREE] = ".review?.agree?",
	[PLACE_CALIBRATED] = ".calibrated?.confidence?",
};

enum {
	LISTS_MAX = 4096, /* lists of reasons that are remembered */
	LIST_MAX = 256, /* reasons of one record */
};

/* A list of reasons that was read before. */
struct reason_list {
	uint32_t *place;
	size_t n;
	bool never;
};

void
vocabulary_init(struct vocabulary *v)
{
	groups_init(&v->reasons, REASONS_MAX);
	groups_init(&v->layers, LAYERS_MAX);
}

void
vocabulary_release(struct vocabulary *v)
{
	groups_release(&v->reasons);
	groups_release(&v->layers);
}

int
observer_init(struct observer *o, struct policy *p, bool percent,
    struct vocabulary *v, struct err *e)
{
	static const enum field fields[] = { FIELD_CORRECT, FIELD_CONFIDENCE,
		FIELD_RATING, FIELD_THUMBS };

	*o = (struct observer){ .policy = p, .percent = percent };
	group_view_init(&o->reasons, &v->reasons);
	group_view_init(&o->layers, &v->layers);
	for (size_t i = 0; i < LENGTH(fields); i++)
		policy_use_field(p, fields[i]);
	if (expr_set_want_all(p->exprs, place_path, PLACES, o->place, e) == -1)
		return -1;
	o->review = fields_add_key(expr_set_fields(p->exprs), 0, STR("review"));
	o->calibrated =
	    fields_add_key(expr_set_fields(p->exprs), 0, STR("calibrated"));
	return 0;
}

void
observer_fork(struct observer *to, const struct observer *from)
{
	*to = (struct observer){ .policy = from->policy,
		.percent = from->percent,
		.review = from->review,
		.calibrated = from->calibrated,
		.ev = evaluator_new(from->policy->exprs) };
	memcpy(to->place, from->place, sizeof(to->place));
	group_view_init(&to->reasons, from->reasons.all);
	group_view_init(&to->layers, from->layers.all);
}

void
observer_release(struct observer *o)
{
	for (size_t i = 0; i < o->lists.n; i++)
		free(o->list[i].place);
	free(o->list);
	map_release(&o->lists);
	group_view_release(&o->reasons);
	group_view_release(&o->layers);
}

void
observer_decide(struct observer *o)
{
	group_view_decide(&o->reasons);
	group_view_decide(&o->layers);
}

static struct value
look(const struct observer *o, const struct record *r, enum place place)
{
	return expr_look(o->ev, r, o->place[place]);
}

static int
look_bool(const struct observer *o, const struct record *r, enum place place)
{
	struct value v = look(o, r, place);

	return value_bool(&v);
}

static int
look_word(const struct observer *o, const struct record *r, enum place place,
    const char *const words[])
{
	struct value v = look(o, r, place);

	return value_word(&v, words, r->scratch);
}

/* -0 is 0: of two that are equal it must not matter which came first. */
static double
usable(double x)
{
	return x >= 0 && x <= 1e300 ? x + 0.0 : NAN;
}

/* A number of 0 or more; NAN for anything else. */
static double
look_number(struct observer *o, const struct record *r, enum place place)
{
	struct value v = look(o, r, place);
	uint64_t text;

	if (v.type != JSON_NUMBER)
		return NAN;
	if (v.text.n > sizeof(text))
		return usable(number_value(v.text));
	memcpy(&text, v.text.s, sizeof(text)); /* JSON_PADDING is behind it */
	text &= UINT64_MAX >> 8 * (sizeof(text) - v.text.n);
	if (text != o->last[place].text) {
		o->last[place].text = text;
		o->last[place].number = usable(number_value(v.text));
	}
	return o->last[place].number;
}

/*
 * A reason that no threshold has a say in: such a record would have gone to a
 * person however sure the model was, or could not be trusted to say.
 */
static bool
is_never(struct str reason)
{
	static const char *const always[] = { "risk:critical", "risk:unknown",
		"threshold:none" };

	for (size_t i = 0; i < LENGTH(always); i++)
		if (str_eq(reason, str_of(always[i])))
			return true;
	if (reason.n > 7 && memcmp(reason.s + reason.n - 7, "(error)", 7) == 0)
		return true;
	if (str_has_prefix(reason, STR("gate:")))
		return true;
	return str_has_prefix(reason, STR("confidence:")) &&
	       !str_eq(reason, STR("confidence:below_threshold"));
}

/* A reason that a record gives twice is one. */
static void
add_reason(struct reason_list *list, uint32_t place)
{
	for (size_t i = 0; i < list->n && place != GROUP_NONE; i++)
		if (list->place[i] == place)
			return;
	list->place[list->n++] = place;
}

/* From the text of an array of strings; what else is in it is passed over. */
static struct reason_list
read_list(struct observer *o, struct str text, struct arena *scratch)
{
	struct reason_list list = { 0 };
	struct err unused;
	const struct json *j = json_parse(text, scratch, &unused);
	size_t most;

	if (j == NULL || j->value.type != JSON_ARRAY)
		return list;
	most = j->n < LIST_MAX ? j->n : LIST_MAX;
	list.place = malloc((most + 1) * sizeof(*list.place));
	if (list.place == NULL)
		memory_exhausted();
	for (size_t i = 0; i < most; i++) {
		if (j->element[i].value.type != JSON_STRING)
			continue;
		add_reason(
		    &list, group_view_place(&o->reasons, j->element[i].string));
		list.never |= is_never(j->element[i].string);
	}
	return list;
}

/* Most records share a few lists: each is read once. */
static void
find_reasons(
    struct observer *o, const struct record *r, struct observation *seen)
{
	struct value v = look(o, r, PLACE_REASONS);
	struct reason_list list;
	uint32_t i;

	if (v.type != JSON_ARRAY || v.text.n <= 2)
		return;
	i = map_find_recent(&o->lists, &o->recent, v.text);
	if (i != MAP_NONE) {
		list = o->list[i];
	} else {
		list = read_list(o, v.text, r->scratch);
		if (o->lists.n < LISTS_MAX) {
			i = map_put(&o->lists, v.text, NULL);
			VEC_ROOM(o->list, i, o->list_cap);
			o->list[i] = list;
		} else { /* this once */
			uint32_t *copy =
			    arena_new(r->scratch, uint32_t, list.n + 1);
			if (list.n > 0)
				memcpy(
				    copy, list.place, list.n * sizeof(*copy));
			free(list.place);
			list.place = copy;
		}
	}
	seen->reason = list.place;
	seen->nreason = list.n;
	seen->never = list.never;
}

static void
find_cascade(
    struct observer *o, const struct record *r, struct observation *seen)
{
	struct value v;

	seen->cost = look_number(o, r, PLACE_COST);
	if (isnan(seen->cost))
		return;
	v = look(o, r, PLACE_STOPPED_BY);
	seen->checked = true;
	seen->layer = group_view_place(&o->layers,
	    v.type == JSON_STRING ? value_string(&v, r->scratch) : STR(""));
}

static void
find_review(
    struct observer *o, const struct record *r, struct observation *seen)
{
	struct value v;

	if (r->slot[o->review].type == JSON_ABSENT)
		return; /* most have none: nothing in it is looked for */
	v = look(o, r, PLACE_OUTCOME);
	if (v.type == JSON_STRING)
		seen->outcome = outcome_parse(value_string(&v, r->scratch));
	seen->correct = look_bool(o, r, PLACE_REVIEW_CORRECT);
	if (seen->outcome == -1)
		return;
	seen->wait = look_number(o, r, PLACE_WAIT);
	seen->seconds = look_number(o, r, PLACE_SECONDS);
	seen->sla_missed = look_bool(o, r, PLACE_SLA_MISSED);
	seen->edit_distance = look_number(o, r, PLACE_EDIT_DISTANCE);
	if (seen->edit_distance > 1)
		seen->edit_distance = NAN; /* a share of the text */
	seen->used = look_bool(o, r, PLACE_USED);
	seen->agree = look_bool(o, r, PLACE_AGREE);
}

/* What its user thought: 1 to 5; up or down, as people write it. */
static void
find_satisfaction(
    struct observer *o, const struct record *r, struct observation *seen)
{
	static const char *const words[] = { "down", "up", NULL };
	const int64_t *field = o->policy->field;
	struct value v;
	double x;

	if (field[FIELD_RATING] != POLICY_NONE &&
	    expr_value(o->ev, r, (uint32_t)field[FIELD_RATING], &v) ==
		EXPR_OK &&
	    v.type == JSON_NUMBER) {
		x = number_value(v.text);
		if (x >= 1 && x <= 5)
			seen->rating = x;
	}
	if (field[FIELD_THUMBS] == POLICY_NONE ||
	    expr_value(o->ev, r, (uint32_t)field[FIELD_THUMBS], &v) != EXPR_OK)
		return;
	if (v.type == JSON_STRING)
		seen->thumbs = value_word(&v, words, r->scratch);
	else if (v.type != JSON_NUMBER)
		seen->thumbs = value_bool(&v);
	else {
		x = number_value(v.text);
		seen->thumbs = x == 1 ? 1 : x == 0 || x == -1 ? 0 : -1;
	}
}

static double
confidence_of(struct observer *o, const struct record *r)
{
	struct value v = { 0 };

	if (r->slot[o->calibrated].type != JSON_ABSENT)
		v = look(o, r, PLACE_CALIBRATED);
	return field_probability(o->ev, o->policy, r, &v, o->percent);
}

void
observe(struct observer *o, const struct record *r, struct observation *seen)
{
	double rate;
	int risk;

	*seen = (struct observation){ .action = -1,
		.risk = RISK_UNKNOWN,
		.threshold = NAN,
		.correct = -1,
		.outcome = -1,
		.wait = NAN,
		.seconds = NAN,
		.edit_distance = NAN,
		.used = -1,
		.sla_missed = -1,
		.agree = -1,
		.thumbs = -1,
		.rating = NAN };
	seen->action = look_word(o, r, PLACE_ACTION, action_words);
	seen->confidence = confidence_of(o, r);
	if (seen->action != -1) {
		risk = look_word(o, r, PLACE_RISK, risk_words);
		if (risk != -1)
			seen->risk = (enum risk_level)risk;
		seen->threshold = look_number(o, r, PLACE_THRESHOLD);
		rate = look_number(o, r, PLACE_RATE);
		seen->rate = rate <= 1 ? rate : 0;
		seen->selected = look_bool(o, r, PLACE_SELECTED) == 1;
		find_reasons(o, r, seen);
		find_cascade(o, r, seen);
	}
	find_review(o, r, seen);
	if (seen->correct == -1)
		seen->correct = field_correct(o->ev, o->policy, r);
	find_satisfaction(o, r, seen);
}
