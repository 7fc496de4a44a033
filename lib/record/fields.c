/* The wanted places of a record (fields.h). */
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "record/fields.h"

enum { INDEX_DIGITS = 9 }; /* that fit in 32 bits */

/* What is left of a path while it is being read. */
struct reader {
	const char *s, *end;
	struct arena *arena;
};

static bool
eat(struct reader *r, char c)
{
	if (r->s == r->end || *r->s != c)
		return false;
	r->s++;
	return true;
}

/* jq reads .e0 as a number, and a bad one. */
static bool
is_exponent(struct str name)
{
	if (name.n < 2 || (name.s[0] | 0x20) != 'e')
		return false;
	for (size_t i = 1; i < name.n; i++)
		if (!ascii_is_digit(name.s[i]))
			return false;
	return true;
}

static bool
read_name(struct reader *r, struct str *name)
{
	const char *start = r->s;

	while (r->s < r->end && ascii_is_word(*r->s) &&
	       !(r->s == start && ascii_is_digit(*r->s)))
		r->s++;
	*name =
	    arena_str(r->arena, (struct str){ start, (size_t)(r->s - start) });
	return name->n > 0 && !is_exponent(*name);
}

/* A quoted key.  One with escapes is left to libjq: they are not JSON's. */
static bool
read_quoted(struct reader *r, struct str *name)
{
	const char *start;

	if (!eat(r, '"'))
		return false;
	start = r->s;
	while (r->s < r->end && *r->s != '"' && *r->s != '\\')
		r->s++;
	*name =
	    arena_str(r->arena, (struct str){ start, (size_t)(r->s - start) });
	return eat(r, '"');
}

static bool
read_index(struct reader *r, uint32_t *index)
{
	const char *start = r->s;

	for (*index = 0; r->s < r->end && ascii_is_digit(*r->s); r->s++)
		*index = *index * 10 + (uint32_t)(*r->s - '0');
	return r->s > start && r->s - start <= INDEX_DIGITS;
}

/* [0] or ["key"], behind the bracket. */
static bool
read_bracket(struct reader *r, struct path_step *step)
{
	if (r->s < r->end && *r->s == '"') {
		if (!read_quoted(r, &step->key))
			return false;
	} else {
		step->is_index = true;
		if (!read_index(r, &step->index))
			return false;
	}
	return eat(r, ']');
}

static bool
read_step(struct reader *r, bool first, struct path_step *step)
{
	bool dot = eat(r, '.');

	*step = (struct path_step){ 0 };
	if (first && !dot)
		return false;
	if (eat(r, '[')) {
		if (dot && !first)
			return false; /* .a.[0] is newer than jq 1.6 */
		if (!read_bracket(r, step))
			return false;
	} else if (!dot) {
		return false;
	} else if (r->s < r->end && *r->s == '"') {
		if (!read_quoted(r, &step->key))
			return false;
	} else if (!read_name(r, &step->key)) {
		return false;
	}
	step->optional = eat(r, '?');
	return true;
}

bool
path_parse(struct str text, struct arena *a, struct path *p)
{
	struct reader r;

	text = str_trim(text);
	r = (struct reader){ text.s, text.s + text.n, a };
	*p = (struct path){ arena_new(a, struct path_step, text.n + 1), 0 };
	if (str_eq(text, STR(".")))
		return true;
	for (; r.s < r.end; p->n++)
		if (!read_step(&r, p->n == 0, &p->step[p->n]))
			return false;
	return p->n > 0;
}

void
fields_init(struct fields *f, struct arena *permanent)
{
	*f = (struct fields){ .arena = permanent };
	VEC_ROOM(f->node, f->n, f->cap);
	f->node[f->n++] = (struct field_node){
		.parent = FIELD_NONE, .child = FIELD_NONE, .sibling = FIELD_NONE
	};
}

void
fields_release(struct fields *f)
{
	free(f->node);
	keyset_release(&f->keys);
	*f = (struct fields){ 0 };
}

static uint32_t
add_child(struct fields *f, uint32_t parent, struct field_node node)
{
	uint32_t *link = &f->node[parent].child, at = (uint32_t)f->n;

	while (*link != FIELD_NONE)
		link = &f->node[*link].sibling;
	*link = at;
	node.parent = parent;
	node.child = node.sibling = FIELD_NONE;
	node.key = arena_str(f->arena, node.key);
	VEC_ROOM(f->node, f->n, f->cap);
	f->node[f->n++] = node;
	return at;
}

uint32_t
fields_key(const struct fields *f, uint32_t node, const char *key, size_t n)
{
	uint32_t i = f->node[node].child;

	for (; i != FIELD_NONE; i = f->node[i].sibling)
		if (!f->node[i].is_index && f->node[i].key.n == n &&
		    memcmp(f->node[i].key.s, key, n) == 0)
			break;
	return i;
}

uint32_t
fields_index(const struct fields *f, uint32_t node, uint32_t index)
{
	uint32_t i = f->node[node].child;

	for (; i != FIELD_NONE; i = f->node[i].sibling)
		if (f->node[i].is_index && f->node[i].index == index)
			break;
	return i;
}

void
fields_compile(struct fields *f)
{
	keyset_init(&f->keys, f->n);
	for (uint32_t i = 1; i < f->n; i++)
		if (!f->node[i].is_index)
			keyset_add(
			    &f->keys, f->node[i].parent, f->node[i].key, i);
}

uint32_t
fields_find(const struct fields *f, uint32_t node, const char *key, size_t n)
{
	return keyset_find(&f->keys, node, (struct str){ key, n });
}

uint32_t
fields_below(const struct fields *f, uint32_t top, uint32_t i)
{
	if (f->node[i].child != FIELD_NONE)
		return f->node[i].child;
	while (i != top && f->node[i].sibling == FIELD_NONE)
		i = f->node[i].parent;
	return i == top ? FIELD_NONE : f->node[i].sibling;
}

void
slots_forget(const struct fields *f, struct value *slot, uint32_t top)
{
	for (uint32_t i = top; i != FIELD_NONE; i = fields_below(f, top, i))
		slot[i] = (struct value){ 0 };
}

uint32_t
fields_add_key(struct fields *f, uint32_t parent, struct str key)
{
	uint32_t i = fields_key(f, parent, key.s, key.n);

	if (i != FIELD_NONE)
		return i;
	return add_child(f, parent, (struct field_node){ .key = key });
}

uint32_t
fields_add(struct fields *f, const struct path *p)
{
	uint32_t at = 0, next;

	for (size_t i = 0; i < p->n; i++) {
		const struct path_step *step = &p->step[i];
		if (!step->is_index) {
			at = fields_add_key(f, at, step->key);
			continue;
		}
		next = fields_index(f, at, step->index);
		at = next != FIELD_NONE
			 ? next
			 : add_child(f, at,
			       (struct field_node){
				   .is_index = true, .index = step->index });
	}
	return at;
}

enum path_result
path_lookup(const struct path *p, const uint32_t *node,
    const struct value *slot, struct value *out)
{
	const struct value *at = &slot[0];

	for (size_t i = 0; i < p->n; i++) {
		const struct path_step *step = &p->step[i];
		if (at->type <= JSON_NULL)
			continue; /* null of null is null */
		if (at->type != (step->is_index ? JSON_ARRAY : JSON_OBJECT))
			return step->optional ? PATH_EMPTY : PATH_ERROR;
		at = &slot[node[i]];
	}
	*out = *at;
	if (out->type == JSON_ABSENT)
		out->text = STR("null");
	return PATH_VALUE;
}
