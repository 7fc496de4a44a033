/* What reviewers correct again and again (patterns.h). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/utf8.h"
#include "feedback/patterns_data.h"

#define HOUR (3600 * USEC_PER_SECOND)

enum { NAME_MOST = 2000 }; /* bytes of a pattern's name */

const char *const pattern_kind_words[] = {
	[PATTERN_CATEGORY] = "category",
	[PATTERN_REASON] = "reason",
	[PATTERN_TASK] = "task",
	[PATTERN_LEADING_WORDS] = "leading_words",
	[PATTERN_SIMILAR] = "similar",
	NULL,
};

struct patterns *
patterns_new(struct policy *p, const struct patterns_options *o, struct err *e)
{
	struct patterns *x = calloc(1, sizeof(*x));

	if (x == NULL)
		memory_exhausted();
	x->options = *o;
	x->newest = TIMESTAMP_NONE;
	similar_init(&x->similar, o->similarity, o->max_groups);
	if (lesson_reader_init(&x->reader, p, e) == -1) {
		patterns_free(x);
		return NULL;
	}
	x->reader.percent = o->percent;
	return x;
}

void
patterns_free(struct patterns *x)
{
	if (x == NULL)
		return;
	for (int k = 0; k < PATTERN_KINDS; k++) {
		map_release(&x->group[k].names);
		free(x->group[k].pattern);
	}
	similar_release(&x->similar);
	map_release(&x->hours);
	arena_release(&x->arena);
	free(x->reviewed);
	free(x->correction);
	free(x->found);
	free(x);
}

void
patterns_start(struct patterns *x, struct evaluator *ev)
{
	x->ev = ev;
}

struct patterns_totals
patterns_totals(const struct patterns *x)
{
	return x->totals;
}

/* Lower-case ASCII, one blank between words, none at the ends. */
static struct str
plain_text(struct str text, struct arena *a)
{
	char *out = arena_new(a, char, text.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		char c = text.s[i];
		if (ascii_is_blank(c)) {
			if (n > 0 && out[n - 1] != ' ')
				out[n++] = ' ';
		} else {
			out[n++] =
			    c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
		}
	}
	if (n > 0 && out[n - 1] == ' ')
		n--;
	return (struct str){ out, n };
}

/* The first words of a plain text. */
static struct str
first_words(struct str text, size_t words)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.s[i] == ' ' && --words == 0)
			text.n = i;
	return text;
}

static struct pattern *
new_pattern(struct patterns *x, enum pattern_kind kind, struct str name)
{
	struct pattern_group *g = &x->group[kind];

	VEC_ROOM(g->pattern, g->n, g->cap);
	g->pattern[g->n] = (struct pattern){ .name = name,
		.kind = kind,
		.first = TIMESTAMP_NONE,
		.last = TIMESTAMP_NONE };
	return &g->pattern[g->n++];
}

/* The number of the pattern of that name, MAP_NONE: there are too many. */
static uint32_t
by_name(struct patterns *x, enum pattern_kind kind, struct str name)
{
	struct pattern_group *g = &x->group[kind];
	uint32_t i;

	name = utf8_cut(name, NAME_MOST);
	if ((i = map_find(&g->names, name)) != MAP_NONE)
		return i;
	if (g->n >= x->options.max_groups) {
		x->totals.beyond++;
		return MAP_NONE;
	}
	i = map_put(&g->names, name, NULL);
	new_pattern(x, kind, g->names.key[i]);
	return i;
}

static uint32_t
by_text(struct patterns *x, struct str shown, struct str plain)
{
	bool added;
	uint32_t i = similar_put(&x->similar, plain, &added);

	if (added)
		new_pattern(x, PATTERN_SIMILAR,
		    arena_str(&x->arena, utf8_cut(shown, NAME_MOST)));
	x->totals.beyond += i == MAP_NONE;
	return i;
}

/* Which pattern of each kind a correction is one of. */
static void
classify(struct patterns *x, const struct lesson *l, struct arena *scratch,
    uint32_t number[PATTERN_KINDS])
{
	const struct value *category = &l->text[REVIEW_CATEGORY];
	const struct value *reason = &l->text[REVIEW_REASON];
	const struct value *correction = &l->text[REVIEW_CORRECTION];
	struct str text, plain;

	for (int k = 0; k < PATTERN_KINDS; k++)
		number[k] = MAP_NONE;
	if (lesson_has(l, REVIEW_CATEGORY))
		number[PATTERN_CATEGORY] =
		    by_name(x, PATTERN_CATEGORY, value_name(category, scratch));
	if (lesson_has(l, REVIEW_REASON))
		number[PATTERN_REASON] = by_name(x, PATTERN_REASON,
		    plain_text(value_name(reason, scratch), scratch));
	if (!value_is_null(&l->task))
		number[PATTERN_TASK] =
		    by_name(x, PATTERN_TASK, value_name(&l->task, scratch));
	if (l->draft.type == JSON_STRING) {
		plain = plain_text(value_string(&l->draft, scratch), scratch);
		number[PATTERN_LEADING_WORDS] =
		    by_name(x, PATTERN_LEADING_WORDS,
			first_words(plain, x->options.leading));
	}
	if (!value_is_null(correction)) {
		text = value_name(correction, scratch);
		plain = plain_text(text, scratch);
		if (plain.n > 0)
			number[PATTERN_SIMILAR] = by_text(x, text, plain);
	}
}

/* A value for people to look at: a long string is cut, other long ones left. */
static void
write_shown(const struct value *v, struct arena *scratch, struct buf *b)
{
	if (v->type == JSON_STRING)
		buf_json_string(
		    b, utf8_cut(value_string(v, scratch), NAME_MOST));
	else if (value_is_null(v) || v->text.n > NAME_MOST)
		buf_cstr(b, "null");
	else
		buf_str(b, v->text);
}

static struct str
example_of(const struct lesson *l, struct arena *scratch, struct arena *a)
{
	struct buf b = { 0 };
	struct str example;

	buf_cstr(&b, "{\"id\":");
	write_shown(&l->id, scratch, &b);
	buf_cstr(&b, ",\"draft\":");
	write_shown(&l->draft, scratch, &b);
	buf_cstr(&b, ",\"correction\":");
	write_shown(&l->text[REVIEW_CORRECTION], scratch, &b);
	buf_char(&b, '}');
	example = arena_str(a, buf_view(&b));
	buf_release(&b);
	return example;
}

static void
count(struct pattern *p, const struct lesson *l)
{
	p->count++;
	p->remedy[lesson_remedy(l)]++;
	if (l->time == TIMESTAMP_NONE)
		return;
	if (p->first == TIMESTAMP_NONE || l->time < p->first)
		p->first = l->time;
	if (l->time > p->last)
		p->last = l->time;
}

static void
add_correction(
    struct patterns *x, const struct lesson *l, struct arena *scratch)
{
	struct correction c = { .time = l->time };
	struct str example = { 0 };

	classify(x, l, scratch, c.pattern);
	for (int k = 0; k < PATTERN_KINDS; k++) {
		struct pattern *p;
		if (c.pattern[k] == MAP_NONE)
			continue;
		p = &x->group[k].pattern[c.pattern[k]];
		count(p, l);
		if (p->nexample == x->options.examples)
			continue;
		if (example.n == 0)
			example = example_of(l, scratch, &x->arena);
		p->example[p->nexample++] = example;
	}
	VEC_ROOM(x->correction, x->ncorrection, x->correction_cap);
	x->correction[x->ncorrection++] = c;
}

/* How many were looked at, by the hour. */
static void
count_hour(struct patterns *x, int64_t time)
{
	int64_t hour = time / HOUR - (time % HOUR < 0);
	bool added;
	uint32_t i = map_put(&x->hours,
	    (struct str){ (const char *)&hour, sizeof(hour) }, &added);

	if (added) {
		VEC_ROOM(x->reviewed, i, x->reviewed_cap);
		x->reviewed[i] = 0;
	}
	x->reviewed[i]++;
	if (time > x->newest)
		x->newest = time;
}

static void
count_review(struct patterns *x, const struct lesson *l)
{
	x->totals.reviewed++;
	x->reviews += isnan(l->reviews) ? 1 : l->reviews;
	if (l->time != TIMESTAMP_NONE)
		count_hour(x, l->time);
	if (l->outcome == -1)
		x->no_verdict++;
	else
		x->outcome[l->outcome]++;
	if (!lesson_is_correction(l))
		return;
	x->totals.corrections++;
	if (l->scope == -1)
		x->unscoped++;
	else
		x->scope[l->scope]++;
	x->texts += !value_is_null(&l->text[REVIEW_CORRECTION]);
	x->used += l->used == 1;
	x->unused += l->used == 0;
	if (!isnan(l->edit_distance)) {
		x->distance += l->edit_distance;
		x->distances++;
	}
}

int
patterns_add(struct record *r, void *arg, struct err *e)
{
	struct patterns *x = arg;
	struct lesson l;

	(void)e;
	lesson_read(&l, &x->reader, x->ev, r);
	x->totals.records++;
	if (!l.reviewed)
		return 0;
	count_review(x, &l);
	if (lesson_is_correction(&l))
		add_correction(x, &l, r->scratch);
	return 0;
}

static bool
is_in(int64_t time, int64_t from, int64_t to)
{
	return time != TIMESTAMP_NONE && time >= from && time < to;
}

/* The last period, the one before it, and what is in them. */
static void
set_periods(struct patterns *x)
{
	int64_t hour;

	x->until = x->options.until;
	if (x->until == TIMESTAMP_NONE && x->newest != TIMESTAMP_NONE)
		x->until = x->newest + 1;
	if (x->until == TIMESTAMP_NONE)
		return;
	/* a whole hour, that of the newest included */
	x->until = (x->until / HOUR + (x->until % HOUR > 0)) * HOUR;
	x->between = x->until - x->options.period;
	x->since = x->between - x->options.period;
	for (size_t i = 0; i < x->hours.n; i++) {
		memcpy(&hour, x->hours.key[i].s, sizeof(hour));
		hour *= HOUR;
		if (is_in(hour, x->between, x->until))
			x->recent += x->reviewed[i];
		else if (is_in(hour, x->since, x->between))
			x->previous += x->reviewed[i];
	}
	for (size_t i = 0; i < x->ncorrection; i++) {
		const struct correction *c = &x->correction[i];
		for (int k = 0; k < PATTERN_KINDS; k++) {
			struct pattern *p;
			if (c->pattern[k] == MAP_NONE)
				continue;
			p = &x->group[k].pattern[c->pattern[k]];
			p->recent += is_in(c->time, x->between, x->until);
			p->previous += is_in(c->time, x->since, x->between);
		}
	}
}

static int
by_count(const void *pa, const void *pb)
{
	const struct pattern *a = *(const struct pattern *const *)pa;
	const struct pattern *b = *(const struct pattern *const *)pb;

	if (a->count != b->count)
		return a->count > b->count ? -1 : 1;
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return str_cmp(a->name, b->name);
}

void
patterns_settle(struct patterns *x)
{
	size_t all = 0;

	set_periods(x);
	for (int k = 0; k < PATTERN_KINDS; k++)
		all += x->group[k].n;
	x->found = calloc(all + 1, sizeof(*x->found));
	if (x->found == NULL)
		memory_exhausted();
	for (int k = 0; k < PATTERN_KINDS; k++)
		for (size_t i = 0; i < x->group[k].n; i++)
			if (x->group[k].pattern[i].count >=
			    x->options.min_count)
				x->found[x->totals.patterns++] =
				    &x->group[k].pattern[i];
	if (x->totals.patterns > 1)
		qsort(
		    x->found, x->totals.patterns, sizeof(*x->found), by_count);
}
