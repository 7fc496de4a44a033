/* What a reviewer may give an item (label.h). */
#include <math.h>
#include <stdlib.h>

#include "base/ascii.h"
#include "base/hash.h"
#include "feedback/label.h"
#include "record/json_meaning.h"
#include "record/number.h"
#include "stats/overlap.h"

enum { LONGEST = 64 * 1024 }; /* spans or boxes, bytes */

const char *const label_type_words[] = {
	[LABEL_CHOICE] = "choice",
	[LABEL_RATING] = "rating",
	[LABEL_TEXT] = "text",
	[LABEL_SPAN] = "span",
	[LABEL_BOX] = "box",
	NULL,
};

void
label_set_init(struct label_set *l, enum label_type type)
{
	*l = (struct label_set){
		.type = type, .least = INFINITY, .most = -INFINITY
	};
}

void
label_set_release(struct label_set *l)
{
	map_release(&l->meanings);
	map_release(&l->names);
	map_release(&l->kinds);
	free(l->label);
	arena_release(&l->arena);
}

static int
bad(struct err *e, const char *what)
{
	return err_set(e, STATUS_REJECTED, "label: %s", what);
}

static bool
is_in_token(char c)
{
	return (c & 0x80) != 0 || ascii_is_letter(c) || ascii_is_digit(c);
}

static int
by_value(const void *pa, const void *pb)
{
	const uint64_t *a = pa, *b = pb;

	return (*a > *b) - (*a < *b);
}

static void
take_tokens(struct label_set *l, struct str text, struct arena *scratch,
    struct label *to)
{
	char *lower = arena_new(scratch, char, text.n + 1);
	size_t n = 0, start;
	uint64_t *token;

	for (size_t i = 0; i < text.n; i++) {
		char c = text.s[i];
		lower[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
		n += is_in_token(c) && (i == 0 || !is_in_token(text.s[i - 1]));
	}
	to->token = token = arena_new(&l->arena, uint64_t, n + 1);
	for (size_t i = 0; i < text.n; i++) {
		if (!is_in_token(lower[i]))
			continue;
		for (start = i; i < text.n; i++)
			if (!is_in_token(lower[i]))
				break;
		token[to->n++] =
		    hash_private((struct str){ lower + start, i - start });
	}
	if (n > 1)
		qsort(token, n, sizeof(*token), by_value);
}

static uint32_t
kind_of(struct label_set *l, const struct json *j)
{
	const struct json *m = json_get(j, "label");

	if (m == NULL || m->value.type != JSON_STRING)
		return MAP_NONE;
	return map_put(&l->kinds, m->string, NULL);
}

static int
take_span(
    struct label_set *l, const struct json *j, struct span *to, struct err *e)
{
	*to = (struct span){ json_get_number(j, "start"),
		json_get_number(j, "end"), kind_of(l, j) };
	if (!(to->start < to->end))
		return bad(
		    e, "needs start and end, the first below the second");
	return 0;
}

static int
take_box(
    struct label_set *l, const struct json *j, struct box *to, struct err *e)
{
	double x = json_get_number(j, "x"), y = json_get_number(j, "y");

	if (json_get(j, "xmin") != NULL)
		*to = (struct box){ json_get_number(j, "xmin"),
			json_get_number(j, "ymin"), json_get_number(j, "xmax"),
			json_get_number(j, "ymax"), 0 };
	else
		*to = (struct box){ x, y, x + json_get_number(j, "width"),
			y + json_get_number(j, "height"), 0 };
	to->kind = kind_of(l, j);
	if (!(to->left < to->right) || !(to->top < to->bottom))
		return bad(e, "needs x, y, width and height, or xmin, ymin, "
			      "xmax and ymax, and an area");
	return 0;
}

/* One span or box, or a list of them. */
static int
take_parts(struct label_set *l, const struct value *v, struct arena *scratch,
    struct label *to, struct err *e)
{
	const struct json *j = NULL, *part;
	bool list = v->type == JSON_ARRAY;
	struct span *span;
	struct box *box;

	if (v->text.n > LONGEST)
		return bad(e, "is longer than 64 KiB");
	if (v->type == JSON_OBJECT || list)
		j = json_parse(v->text, scratch, e);
	if (j == NULL)
		return bad(e, "is neither an object nor a list of them");
	to->n = list ? j->n : 1;
	if (to->n > LABEL_PARTS)
		return bad(e, "is a list of more than 100");
	to->span = span = arena_new(&l->arena, struct span, to->n + 1);
	to->box = box = arena_new(&l->arena, struct box, to->n + 1);
	for (size_t i = 0; i < to->n; i++) {
		part = list ? &j->element[i] : j;
		if (part->value.type != JSON_OBJECT)
			return bad(e, "is neither an object nor a list of "
				      "them");
		if ((l->type == LABEL_SPAN
			    ? take_span(l, part, &span[i], e)
			    : take_box(l, part, &box[i], e)) == -1)
			return -1;
	}
	if (l->type == LABEL_SPAN)
		to->n = spans_normalise(span, to->n);
	return 0;
}

static int
take_rating(
    struct label_set *l, const struct value *v, struct label *to, struct err *e)
{
	if (v->type != JSON_NUMBER)
		return bad(e, "is no number, as a rating is");
	to->rating = number_value(v->text);
	if (!isfinite(to->rating))
		return bad(e, "is too large a number");
	if (l->ranged && (to->rating < l->least || to->rating > l->most))
		return bad(e, "is outside --range");
	l->least = fmin(l->least, to->rating);
	l->most = fmax(l->most, to->rating);
	return 0;
}

static int
take(struct label_set *l, const struct value *v, struct arena *scratch,
    struct label *to, struct err *e)
{
	*to = (struct label){ .value = *v };
	to->value.text = arena_str(&l->arena, v->text);
	switch (l->type) {
	case LABEL_CHOICE: return 0;
	case LABEL_RATING: return take_rating(l, v, to, e);
	case LABEL_TEXT:
		if (v->type != JSON_STRING)
			return bad(e, "is no string, as a text is");
		take_tokens(l, value_string(v, scratch), scratch, to);
		return 0;
	default: return take_parts(l, v, scratch, to, e);
	}
}

int
label_set_put(struct label_set *l, const struct value *v, struct arena *scratch,
    uint32_t *number, struct err *e)
{
	struct str meaning = json_meaning(v->text, scratch);
	struct label label;

	/* as doubles, which is how they are counted */
	if (l->type == LABEL_RATING && v->type == JSON_NUMBER)
		meaning = arena_number(scratch, number_value(v->text));
	if ((*number = map_find(&l->meanings, meaning)) != MAP_NONE)
		return 0;
	if (take(l, v, scratch, &label, e) == -1)
		return -1;
	*number = map_put(&l->meanings, meaning, NULL);
	label.name = l->meanings.key[*number];
	VEC_ROOM(l->label, *number, l->cap);
	l->label[*number] = label;
	return 0;
}

/* It, or in quotes, once more as long as another is called so. */
static struct str
own_name(struct label_set *l, struct str name)
{
	struct buf quoted = { 0 };
	uint32_t i;
	bool added;

	for (;;) {
		i = map_put(&l->names, name, &added);
		if (added)
			break;
		buf_clear(&quoted);
		buf_json_string(&quoted, name);
		name = arena_str(&l->arena, buf_view(&quoted));
	}
	buf_release(&quoted);
	return l->names.key[i];
}

void
label_set_name(struct label_set *l, const uint32_t *number, size_t n)
{
	if (l->type != LABEL_CHOICE)
		return;
	for (int strings = 0; strings < 2; strings++) {
		for (size_t i = 0; i < n; i++) {
			struct label *label = &l->label[number[i]];
			if ((label->value.type == JSON_STRING) !=
			    (strings == 1))
				continue;
			label->name =
			    own_name(l, value_name(&label->value, &l->arena));
		}
	}
}

double
label_similarity(const struct label_set *l, uint32_t a, uint32_t b)
{
	const struct label *x = &l->label[a], *y = &l->label[b];

	if (a == b)
		return 1;
	switch (l->type) {
	case LABEL_RATING:
		/* halves: a range may be beyond all numbers */
		return 1 - fabs(x->rating / 2 - y->rating / 2) /
			       (l->most / 2 - l->least / 2);
	case LABEL_TEXT: return bag_overlap(x->token, x->n, y->token, y->n);
	case LABEL_SPAN: return span_overlap(x->span, x->n, y->span, y->n);
	case LABEL_BOX: return box_overlap(x->box, x->n, y->box, y->n);
	default: return 0;
	}
}
