/* A JSON value without some members (json_drop.h). */
#include "record/json_drop.h"
#include "record/json_values.h"

struct dropper {
	const char *p;
	const struct map *keys;
	struct buf *out; /* NULL: what is passed over is left out */
	struct arena scratch;
};

static void
put(struct dropper *d, const char *from)
{
	if (d->out != NULL)
		buf_add(d->out, from, (size_t)(d->p - from));
}

static void
blanks(struct dropper *d)
{
	const char *from = d->p;

	d->p = json_skip_blanks(d->p);
	put(d, from);
}

static void value(struct dropper *);

/* One member; false if it is left out. */
static bool
member(struct dropper *d, bool first)
{
	struct buf *out = d->out;
	const char *from = d->p;
	struct value key = json_string_span(&d->p);
	bool drop;

	arena_reset(&d->scratch);
	drop = map_find(d->keys, value_string(&key, &d->scratch)) != MAP_NONE;
	if (drop)
		d->out = NULL;
	else if (!first && out != NULL)
		buf_char(out, ',');
	put(d, from);
	blanks(d);
	from = d->p++; /* the colon */
	put(d, from);
	blanks(d);
	value(d);
	d->out = out;
	return !drop;
}

/* Of an object or a list, from its bracket on. */
static void
container(struct dropper *d, char end)
{
	const char *from = d->p++;
	bool first = true;

	put(d, from);
	blanks(d);
	while (*d->p != end) {
		if (end == '}') {
			if (member(d, first))
				first = false;
		} else {
			value(d);
		}
		blanks(d);
		if (*d->p == ',') {
			from = d->p++;
			if (end == ']')
				put(d, from);
			blanks(d);
		}
	}
	from = d->p++;
	put(d, from);
}

/* No deeper than JSON_DEPTH_MAX. */
static void
value(struct dropper *d)
{
	const char *from = d->p;

	switch (*d->p) {
	case '{': container(d, '}'); return;
	case '[': container(d, ']'); return;
	case '"': json_string_span(&d->p); break;
	default:
		while (*d->p != ',' && *d->p != '}' && *d->p != ']' &&
		       !ascii_is_blank(*d->p))
			d->p++;
	}
	put(d, from);
}

void
json_drop(struct buf *out, struct str json, const struct map *keys)
{
	struct dropper d = { .p = json.s, .keys = keys, .out = out };

	if (keys->n == 0 || json.n == 0 ||
	    (json.s[0] != '{' && json.s[0] != '[')) {
		buf_str(out, json);
		return;
	}
	value(&d);
	arena_release(&d.scratch);
}
