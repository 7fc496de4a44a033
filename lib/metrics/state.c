/* Cells as lines of text (state.h). */
#include <math.h>
#include <stdlib.h>

#include "metrics/state.h"
#include "record/json_tree.h"

enum { VERSION = 1 };

static const uint64_t count_most = (uint64_t)1 << 53; /* of records */

/* Counts that stand in a line under their names. */
#define COUNT(member)                                                          \
	{                                                                      \
#member, offsetof(struct cell, member)                         \
	}
static const struct {
	const char *name;
	size_t at;
} counts[] = {
	COUNT(n),
	COUNT(never),
	COUNT(answered),
	COUNT(accepted),
	COUNT(used_known),
	COUNT(used),
	COUNT(sla_known),
	COUNT(sla_missed),
	COUNT(agree_known),
	COUNT(agree),
	COUNT(agree_approve),
	COUNT(thumbs_known),
	COUNT(thumbs_up),
	COUNT(other_reasons),
	{ "autonomous", offsetof(struct cell, counts.autonomous) },
	{ "labelled", offsetof(struct cell, counts.labelled) },
	{ "errors", offsetof(struct cell, counts.errors) },
};

static const struct {
	const char *name;
	size_t at, n;
} lists[] = {
	{ "action", offsetof(struct cell, action), ACTIONS },
	{ "risk", offsetof(struct cell, risk), RISK_LEVELS + 1 },
	{ "outcome", offsetof(struct cell, outcome), OUTCOMES },
};

static const struct {
	const char *name;
	size_t at;
} moments[] = {
	COUNT(confidence),
	COUNT(threshold),
	COUNT(doubt),
	COUNT(rating),
	COUNT(cost),
	COUNT(other_layers),
};

static const struct {
	const char *name;
	size_t at;
} sketches[] = {
	COUNT(latency),
	COUNT(wait),
	COUNT(handling),
	COUNT(edit),
};
#undef COUNT

#define MEMBER(c, type, at) ((type *)(void *)((char *)(c) + (at)))

static void
write_u128(struct buf *out, unsigned __int128 x)
{
	char digit[40];
	size_t n = sizeof(digit);

	do {
		digit[--n] = (char)('0' + (int)(x % 10));
		x /= 10;
	} while (x > 0);
	buf_char(out, '"');
	buf_add(out, digit + n, sizeof(digit) - n);
	buf_char(out, '"');
}

static void
write_moments(struct buf *out, const struct moments *m)
{
	buf_printf(out, "[%llu,", (unsigned long long)m->n);
	write_u128(out, m->sum);
	buf_char(out, ',');
	write_u128(out, m->sumsq);
	buf_char(out, ']');
}

static void
write_sketch(struct buf *out, const struct sketch *s)
{
	const char *comma = "";

	buf_printf(out, "{\"zero\":%llu", (unsigned long long)s->zero);
	buf_json_member(out, "min", s->min);
	buf_json_member(out, "max", s->max);
	buf_cstr(out, ",\"moments\":");
	write_moments(out, &s->moments);
	buf_cstr(out, ",\"buckets\":[");
	for (int i = 0; i < s->room; i++) {
		if (s->bucket[i] == 0)
			continue;
		buf_printf(out, "%s[%d,%llu]", comma, s->first + i,
		    (unsigned long long)s->bucket[i]);
		comma = ",";
	}
	buf_cstr(out, "]}");
}

static void
write_strata(struct buf *out, const struct cell *c)
{
	buf_cstr(out, ",\"strata\":[");
	for (size_t i = 0; i < c->nstratum; i++) {
		const struct escape_stratum *s = &c->stratum[i];
		buf_cstr(out, i == 0 ? "[" : ",[");
		buf_json_double(out, s->rate);
		buf_printf(out, ",%llu,%llu,%llu,%llu]",
		    (unsigned long long)s->autonomous,
		    (unsigned long long)s->audited,
		    (unsigned long long)s->errors,
		    (unsigned long long)s->waiting);
	}
	buf_cstr(out, "],\"bins\":[");
	for (int i = 0; i < CALIBRATION_BINS; i++)
		buf_printf(out, "%s[%llu,%llu,%llu]", i == 0 ? "" : ",",
		    (unsigned long long)c->bin[i].n,
		    (unsigned long long)c->bin[i].right,
		    (unsigned long long)c->bin[i].confidence);
	buf_char(out, ']');
}

/* A word of the vocabulary, and its place there. */
struct word {
	struct str text;
	uint32_t place;
};

static int
by_text(const void *a, const void *b)
{
	return str_cmp(
	    ((const struct word *)a)->text, ((const struct word *)b)->text);
}

/* Those of the first n places that are counted, in their order. */
static struct word *
sorted_words(
    const struct metrics *m, const struct cell *c, bool reasons, size_t *found)
{
	size_t n = reasons ? c->nreason : c->nlayer;
	struct word *w = malloc((n + 1) * sizeof(*w));

	if (w == NULL)
		memory_exhausted();
	*found = 0;
	for (uint32_t i = 0; i < n; i++)
		if (reasons ? c->reason[i] > 0 : c->layer[i].n > 0)
			w[(*found)++] =
			    (struct word){ reasons ? metrics_reason(m, i)
						   : metrics_layer(m, i),
				    i };
	if (*found > 0)
		qsort(w, *found, sizeof(*w), by_text);
	return w;
}

static void
write_words(struct buf *out, const struct metrics *m, const struct cell *c)
{
	struct word *w;
	size_t n;

	buf_cstr(out, ",\"reasons\":{");
	w = sorted_words(m, c, true, &n);
	for (size_t i = 0; i < n; i++) {
		buf_cstr(out, i == 0 ? "" : ",");
		buf_json_string(out, w[i].text);
		buf_printf(
		    out, ":%llu", (unsigned long long)c->reason[w[i].place]);
	}
	free(w);
	buf_cstr(out, "},\"layers\":{");
	w = sorted_words(m, c, false, &n);
	for (size_t i = 0; i < n; i++) {
		buf_cstr(out, i == 0 ? "" : ",");
		buf_json_string(out, w[i].text);
		buf_char(out, ':');
		write_moments(out, &c->layer[w[i].place]);
	}
	free(w);
	buf_char(out, '}');
}

static void
write_name(
    const struct state_frame *f, const struct metrics_row *row, struct buf *out)
{
	buf_printf(out,
	    "{\"kind\":\"metrics-state\",\"version\":%d,\"window\":", VERSION);
	buf_json_string(out, f->window);
	buf_cstr(out, ",\"tz\":");
	buf_json_string(out, f->zone);
	buf_cstr(out, ",\"by\":");
	grouping_write(&f->by, out);
	buf_cstr(out, ",\"start\":");
	if (row->start == TIMESTAMP_NONE) {
		buf_cstr(out, "null");
	} else {
		buf_char(out, '"');
		timestamp_format(out, row->start);
		buf_char(out, '"');
	}
	buf_cstr(out, ",\"group\":");
	buf_json_string(out, row->group);
	buf_printf(out, ",\"rest\":%s,\t", row->rest ? "true" : "false");
}

void
state_write(const struct state_frame *f, const struct metrics *m,
    const struct metrics_row *row, struct buf *out)
{
	const struct cell *c = row->cell;
	const char *comma = "";

	write_name(f, row, out);
	for (size_t i = 0; i < LENGTH(counts); i++) {
		buf_printf(out, "%s\"%s\":%llu", comma, counts[i].name,
		    (unsigned long long)*MEMBER(
			c, const uint64_t, counts[i].at));
		comma = ",";
	}
	for (size_t i = 0; i < LENGTH(lists); i++) {
		const uint64_t *x = MEMBER(c, const uint64_t, lists[i].at);
		buf_printf(out, ",\"%s\":[", lists[i].name);
		for (size_t k = 0; k < lists[i].n; k++)
			buf_printf(out, "%s%llu", k == 0 ? "" : ",",
			    (unsigned long long)x[k]);
		buf_char(out, ']');
	}
	for (size_t i = 0; i < LENGTH(moments); i++) {
		buf_printf(out, ",\"%s\":", moments[i].name);
		write_moments(
		    out, MEMBER(c, const struct moments, moments[i].at));
	}
	for (size_t i = 0; i < LENGTH(sketches); i++) {
		buf_printf(out, ",\"%s\":", sketches[i].name);
		write_sketch(
		    out, MEMBER(c, const struct sketch, sketches[i].at));
	}
	write_strata(out, c);
	write_words(out, m, c);
	buf_cstr(out, "}\n");
}

static int
bad(struct err *e, const char *name)
{
	return err_set(e, STATUS_REJECTED,
	    "%s: is not what hitl-metrics --state-out writes", name);
}

static bool
is_array(const struct json *j, size_t n)
{
	return j != NULL && j->value.type == JSON_ARRAY && j->n == n;
}

/* n counts. */
static bool
are_counts(const struct json *j, size_t n)
{
	if (!is_array(j, n))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!json_is_count(&j->element[i]))
			return false;
	return true;
}

static bool
read_u128(const struct json *j, unsigned __int128 *x)
{
	*x = 0;
	if (j->value.type != JSON_STRING || j->string.n == 0 ||
	    j->string.n > 39)
		return false;
	for (size_t i = 0; i < j->string.n; i++) {
		char c = j->string.s[i];
		if (c < '0' || c > '9' || __builtin_mul_overflow(*x, 10, x) ||
		    __builtin_add_overflow(*x, (unsigned)(c - '0'), x))
			return false;
	}
	return true;
}

static bool
read_moments(const struct json *j, struct moments *m)
{
	if (!is_array(j, 3) || !json_is_count(&j->element[0]))
		return false;
	m->n = (uint64_t)j->element[0].number;
	return read_u128(&j->element[1], &m->sum) &&
	       read_u128(&j->element[2], &m->sumsq);
}

static bool
read_sketch(const struct json *j, struct sketch *s)
{
	const struct json *min, *max, *buckets;
	uint64_t n = 0;

	if (j == NULL || !json_is_count(json_get(j, "zero")) ||
	    !read_moments(json_get(j, "moments"), &s->moments))
		return false;
	min = json_get(j, "min");
	max = json_get(j, "max");
	buckets = json_get(j, "buckets");
	if (min == NULL || max == NULL || min->value.type != JSON_NUMBER ||
	    max->value.type != JSON_NUMBER || min->number < 0 ||
	    buckets == NULL || buckets->value.type != JSON_ARRAY)
		return false;
	s->zero = (uint64_t)json_get(j, "zero")->number;
	s->min = min->number + 0.0; /* -0 is 0 */
	s->max = max->number + 0.0;
	for (size_t i = 0; i < buckets->n; i++) {
		const struct json *b = &buckets->element[i];
		if (!are_counts(b, 2) || b->element[0].number >= SKETCH_BUCKETS)
			return false;
		sketch_put(s, (int)b->element[0].number,
		    (uint64_t)b->element[1].number);
		n += (uint64_t)b->element[1].number;
	}
	s->n = n + s->zero;
	return s->n == s->moments.n;
}

static bool
read_strata(const struct json *j, struct cell *c)
{
	const struct json *strata = json_get(j, "strata");
	const struct json *bins = json_get(j, "bins");

	if (strata == NULL || strata->value.type != JSON_ARRAY ||
	    !is_array(bins, CALIBRATION_BINS))
		return false;
	for (size_t i = 0; i < strata->n; i++) {
		const struct json *x = &strata->element[i];
		struct escape_stratum *s;
		if (!is_array(x, 5) ||
		    x->element[0].value.type != JSON_NUMBER ||
		    !(x->element[0].number >= 0 && x->element[0].number <= 1))
			return false;
		for (int k = 1; k < 5; k++)
			if (!json_is_count(&x->element[k]))
				return false;
		s = cell_stratum(c, x->element[0].number);
		s->autonomous += (uint64_t)x->element[1].number;
		s->audited += (uint64_t)x->element[2].number;
		s->errors += (uint64_t)x->element[3].number;
		s->waiting += (uint64_t)x->element[4].number;
	}
	for (int i = 0; i < CALIBRATION_BINS; i++) {
		const struct json *b = &bins->element[i];
		if (!are_counts(b, 3))
			return false;
		c->bin[i].n = (uint64_t)b->element[0].number;
		c->bin[i].right = (uint64_t)b->element[1].number;
		c->bin[i].confidence = (uint64_t)b->element[2].number;
	}
	return true;
}

static bool
read_words(const struct json *j, struct metrics *m, struct cell *c)
{
	const struct json *reasons = json_get(j, "reasons");
	const struct json *layers = json_get(j, "layers");

	if (reasons == NULL || reasons->value.type != JSON_OBJECT ||
	    layers == NULL || layers->value.type != JSON_OBJECT)
		return false;
	for (size_t i = 0; i < reasons->n; i++) {
		const struct json_member *x = &reasons->member[i];
		if (!json_is_count(&x->json))
			return false;
		cell_put_reason(c, metrics_reason_place(m, x->key),
		    (uint64_t)x->json.number);
	}
	for (size_t i = 0; i < layers->n; i++) {
		const struct json_member *x = &layers->member[i];
		struct moments cost;
		if (!read_moments(&x->json, &cost))
			return false;
		cell_put_layer(c, metrics_layer_place(m, x->key), &cost);
	}
	return true;
}

/* All counts of a line; NULL, or the name of what is wrong. */
static const char *
read_cell(const struct json *j, struct metrics *m, struct cell *c)
{
	const struct json *x;
	uint64_t *into;

	for (size_t i = 0; i < LENGTH(counts); i++) {
		if (!json_is_count(x = json_get(j, counts[i].name)))
			return counts[i].name;
		*MEMBER(c, uint64_t, counts[i].at) = (uint64_t)x->number;
	}
	for (size_t i = 0; i < LENGTH(lists); i++) {
		if (!are_counts(x = json_get(j, lists[i].name), lists[i].n))
			return lists[i].name;
		into = MEMBER(c, uint64_t, lists[i].at);
		for (size_t k = 0; k < lists[i].n; k++)
			into[k] = (uint64_t)x->element[k].number;
	}
	for (size_t i = 0; i < LENGTH(moments); i++)
		if (!read_moments(json_get(j, moments[i].name),
			MEMBER(c, struct moments, moments[i].at)))
			return moments[i].name;
	for (size_t i = 0; i < LENGTH(sketches); i++)
		if (!read_sketch(json_get(j, sketches[i].name),
			MEMBER(c, struct sketch, sketches[i].at)))
			return sketches[i].name;
	if (!read_strata(j, c))
		return "strata";
	return read_words(j, m, c) ? cell_fault(c) : "reasons";
}

static struct str
text_of(const struct json *j, const char *name)
{
	const struct json *x = json_get(j, name);

	return x != NULL && x->value.type == JSON_STRING ? x->string : STR("");
}

int
state_frame_of(
    struct str line, struct arena *a, struct state_frame *f, struct err *e)
{
	const struct json *j = json_parse(line, a, e), *version;

	if (j == NULL)
		return -1;
	version = json_get(j, "version");
	if (!str_eq(text_of(j, "kind"), STR("metrics-state")))
		return bad(e, "kind");
	if (version == NULL || version->number != VERSION)
		return bad(e, "version");
	f->window = text_of(j, "window");
	f->zone = text_of(j, "tz");
	return grouping_read(&f->by, json_get(j, "by")) ? 0 : bad(e, "by");
}

bool
state_frame_eq(const struct state_frame *a, const struct state_frame *b)
{
	return str_eq(a->window, b->window) && str_eq(a->zone, b->zone) &&
	       grouping_eq(&a->by, &b->by);
}

/* Of several expressions the group is an array of what each of them gave. */
static bool
is_group(const struct json *j, struct str group, bool is_rest, struct arena *a)
{
	const struct json *by = json_get(j, "by"), *values;
	struct err unused;

	if (is_rest || by == NULL || by->n < 2)
		return true;
	values = json_parse(group, a, &unused);
	return values != NULL && values->value.type == JSON_ARRAY &&
	       values->n == by->n;
}

int
state_add(
    struct str line, struct arena *scratch, struct metrics *m, struct err *e)
{
	const struct json *j = json_parse(line, scratch, e), *start, *rest;
	int64_t time = TIMESTAMP_NONE;
	struct cell cell = { 0 };
	struct str group;
	const char *wrong;
	bool is_rest;

	if (j == NULL)
		return -1;
	group = text_of(j, "group");
	start = json_get(j, "start");
	rest = json_get(j, "rest");
	is_rest = rest != NULL && rest->value.type == JSON_TRUE;
	if (!is_group(j, group, is_rest, scratch))
		return bad(e, "group");
	if (start == NULL || (!value_is_null(&start->value) &&
				 timestamp_parse(start->string, &time) == -1))
		return bad(e, "start");
	wrong = read_cell(j, m, &cell);
	if (wrong == NULL && cell.n > count_most - metrics_oddities(m).n)
		wrong = "n"; /* of all lines together */
	if (wrong == NULL)
		metrics_put(m, time, group, is_rest, &cell);
	cell_release(&cell);
	return wrong == NULL ? 0 : bad(e, wrong);
}
