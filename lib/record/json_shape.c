/* Lines read by their shape (json_shape.h). */
#include <stdlib.h>

#include "base/arena.h"
#include "record/json_shape.h"
#include "record/json_values.h"

enum {
	SEGMENTS = 1024, /* all shapes together */
	CHUNK = 16, /* bytes compared at once */
	SEGMENT_BYTES = 4 * CHUNK,
	SEGMENT_EVENTS = 4,
	TRIED = 8, /* segments that may follow another */
	DEPTH = 16, /* of lines worth a shape */
	MISSES = 64, /* in a row, before a pause */
	PAUSE = 4096, /* lines */
	SHAPELESS = 64, /* lines; then one in so many is tried */
};

/* A wanted container that begins or ends within a segment. */
struct event {
	uint32_t node;
	uint8_t offset; /* of its first byte, or behind its last one */
	bool opens;
	bool is_array;
};

enum follows { NOTHING, STRING, NUMBER_OR_WORD };

/*
 * The bytes from one value to the next: from the closing quote of a string
 * to the opening one of the next, quotes included.
 */
struct segment {
	char head[CHUNK]; /* the first bytes, and zeros */
	char tail[CHUNK]; /* the last ones; of less than 16 the same again */
	char middle[2 * CHUNK]; /* those from the 17th on, of more than 32 */
	uint16_t mask; /* a bit for each byte of head that counts */
	uint8_t n;
	uint8_t tail_at;
	uint8_t tokens; /* quotes and control characters in it */
	uint8_t follows;
	uint8_t events;
	uint32_t child; /* what the value behind it is wanted for */
	struct segment *next; /* behind that value; NULL: none known */
	struct segment *other; /* one that stood here as well, or NULL */
	struct event event[SEGMENT_EVENTS];
};

static inline bool
is_here(const struct segment *g, const char *p)
{
#ifdef __SSE2__
	__m128i here = _mm_loadu_si128((const __m128i *)p);
	__m128i known = _mm_loadu_si128((const __m128i *)g->head);
	unsigned differ =
	    ~(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(here, known));

	if (__builtin_expect((differ & g->mask) != 0, 0))
		return false;
	if (g->tail_at == 0)
		return true;
	here = _mm_loadu_si128((const __m128i *)(p + g->tail_at));
	known = _mm_loadu_si128((const __m128i *)g->tail);
	if (_mm_movemask_epi8(_mm_cmpeq_epi8(here, known)) != 0xffff)
		return false;
#else
	size_t n = g->n < CHUNK ? g->n : CHUNK;

	if (memcmp(p, g->head, n) != 0 ||
	    memcmp(p + g->tail_at, g->tail, n) != 0)
		return false;
#endif
	return g->n <= 2 * CHUNK ||
	       memcmp(p + CHUNK, g->middle, (size_t)g->n - 2 * CHUNK) == 0;
}

/* The containers that begin and end in a segment at p. */
static void
apply_events(const struct segment *g, const char *p, struct value *slot)
{
	for (int i = 0; i < g->events; i++) {
		const struct event *e = &g->event[i];
		struct value *v = &slot[e->node];
		if (e->opens) {
			v->text.s = p + e->offset;
			v->type = e->is_array ? JSON_ARRAY : JSON_OBJECT;
			v->escaped = false;
		} else {
			v->text.n = (size_t)(p + e->offset - v->text.s);
		}
	}
}

static const char *
match(const struct json_shapes *x, struct json_walk *w, const char *line,
    struct value *slot)
{
	const char *const text = w->text;
	const uint32_t *token = w->token, *escape = w->escape;
	const struct segment *g = x->segment;
	const char *p = line, *end;

	for (;;) {
		for (g = g->next;; g = g->other) {
			if (__builtin_expect(g == NULL, 0))
				return NULL;
			if (__builtin_expect(is_here(g, p), 1))
				break;
		}
		if (g->events > 0)
			apply_events(g, p, slot);
		p += g->n;
		token += g->tokens;
		if (g->follows == STRING) {
			/* the segment behind begins with its closing quote */
			bool escaped;
			end = text + *token;
			escaped = text + *escape < end;
			if (__builtin_expect(escaped, 0) &&
			    (escape = json_escapes_end(text, escape, end)) ==
				NULL)
				return NULL;
			if (g->child != FIELD_NONE)
				slot[g->child] = (struct value){
					{ p - 1, (size_t)(end - p) + 2 },
					JSON_STRING, escaped
				};
			p = end;
			continue;
		}
		if (g->follows == NOTHING)
			break;
		enum json_type type = JSON_NUMBER;
		if (*p >= 'a') {
			const struct json_word *word = json_word(p);
			if (word == NULL)
				return NULL;
			end = p + word->n;
			type = word->type;
		} else if ((end = json_number(p)) == NULL) {
			return NULL;
		}
		if (g->child != FIELD_NONE)
			slot[g->child] =
			    (struct value){ { p, (size_t)(end - p) }, type,
				    false };
		p = end;
	}
	w->token = token;
	w->escape = escape;
	return p - 1;
}

const char *
json_shape_line(struct json_shapes *x, struct json_walk *w,
    const struct fields *f, const char *line, struct value *slot)
{
	const char *newline;

	if (x->n == 0)
		return NULL;
	if (x->pause > 0) {
		x->pause--;
		return NULL;
	}
	slots_clear(f, slot);
	if ((newline = match(x, w, line, slot)) != NULL) {
		x->misses = 0;
	} else if (++x->misses == MISSES) {
		x->misses = 0;
		x->pause = PAUSE;
	}
	return newline;
}

/* A line being taken apart. */
struct taking {
	struct json_shapes *shapes;
	const struct fields *fields;
	const char *p;
	const char *start; /* of the segment in progress */
	struct segment *before; /* the segment before it */
	struct segment g; /* the segment in progress */
	struct {
		uint32_t node; /* FIELD_NONE: not wanted */
		uint32_t index; /* of an array's element */
		bool is_array;
	} open[DEPTH];
	int depth;
	uint32_t child; /* what the next value is wanted for */
	bool done;
};

static bool
same_segment(const struct segment *a, const struct segment *b)
{
	return a->n == b->n && memcmp(a->head, b->head, CHUNK) == 0 &&
	       memcmp(a->tail, b->tail, CHUNK) == 0 &&
	       memcmp(a->middle, b->middle, sizeof(a->middle)) == 0;
}

/*
 * Ends the segment at t->p; false if it cannot be one.  Of those that stand
 * at one place longer ones come first: `"a":` is how `"a":"` begins.
 */
static bool
end_segment(struct taking *t, enum follows follows)
{
	struct json_shapes *x = t->shapes;
	struct segment *g = &t->g;
	size_t n = (size_t)(t->p - t->start);
	struct segment **link = &t->before->next;
	int tried = 0;

	if (n > SEGMENT_BYTES)
		return false;
	for (size_t i = 0; i < n; i++)
		g->tokens +=
		    t->start[i] == '"' || (unsigned char)t->start[i] < 0x20;
	g->n = (uint8_t)n;
	g->tail_at = (uint8_t)(n > CHUNK ? n - CHUNK : 0);
	g->mask = (uint16_t)(n >= CHUNK ? 0xffff : (1U << n) - 1);
	memcpy(g->head, t->start, n < CHUNK ? n : CHUNK);
	memcpy(g->tail, t->start + g->tail_at, n < CHUNK ? n : CHUNK);
	if (n > 2 * CHUNK)
		memcpy(g->middle, t->start + CHUNK, n - 2 * CHUNK);
	g->follows = (uint8_t)follows;
	g->child = t->child;
	struct segment **place = NULL; /* before all that are shorter */

	for (; *link != NULL; link = &(*link)->other) {
		if (same_segment(*link, g))
			break;
		if (place == NULL && (*link)->n < g->n)
			place = link;
		if (++tried == TRIED)
			return false;
	}
	if (*link == NULL) {
		if (x->n == SEGMENTS)
			return false;
		if (place == NULL)
			place = link;
		g->other = *place;
		x->segment[x->n] = *g;
		*place = &x->segment[x->n++];
		link = place;
	}
	t->before = *link;
	*g = (struct segment){ 0 };
	return true;
}

static bool
add_event(struct taking *t, uint32_t node, bool opens, bool is_array)
{
	size_t offset = (size_t)(t->p - t->start);

	if (node == FIELD_NONE)
		return true;
	if (t->g.events == SEGMENT_EVENTS || offset > SEGMENT_BYTES)
		return false;
	t->g.event[t->g.events++] =
	    (struct event){ node, (uint8_t)offset, opens, is_array };
	return true;
}

/* Once a record: a second time would have to forget the first. */
static bool
first_time(struct taking *t, uint32_t node)
{
	if (node == FIELD_NONE)
		return true;
	if (t->shapes->seen[node])
		return false;
	return t->shapes->seen[node] = true;
}

static uint32_t
element(const struct taking *t)
{
	uint32_t node = t->open[t->depth - 1].node;

	return node == FIELD_NONE
		   ? FIELD_NONE
		   : fields_index(t->fields, node, t->open[t->depth - 1].index);
}

static bool
take_open(struct taking *t)
{
	bool is_array = *t->p == '[';

	if (t->depth == DEPTH || !add_event(t, t->child, true, is_array))
		return false;
	t->open[t->depth].node = t->child;
	t->open[t->depth].index = 0;
	t->open[t->depth++].is_array = is_array;
	t->p++;
	if (is_array)
		t->child = element(t);
	return true;
}

static bool
take_close(struct taking *t)
{
	t->p++;
	return add_event(t, t->open[--t->depth].node, false, false);
}

/* A key, with its quotes; blanks and a colon follow. */
static bool
take_key(struct taking *t)
{
	uint32_t node = t->open[t->depth - 1].node;
	const char *end = t->p + 1;

	for (; *end != '"'; end++)
		if (*end == '\\' || end - t->p > SEGMENT_BYTES)
			return false;
	t->child = node == FIELD_NONE ? FIELD_NONE
				      : fields_find(t->fields, node, t->p + 1,
					    (size_t)(end - t->p) - 1);
	t->p = end + 1;
	return first_time(t, t->child);
}

static bool
take_string(struct taking *t)
{
	t->p++;
	if (!end_segment(t, STRING))
		return false;
	for (; *t->p != '"'; t->p++)
		if (*t->p == '\\')
			t->p++;
	t->start = t->p++;
	return true;
}

static bool
take_plain(struct taking *t)
{
	if (!end_segment(t, NUMBER_OR_WORD))
		return false;
	while (strchr(",]} \t\r\n", *t->p) == NULL)
		t->p++;
	t->start = t->p;
	return true;
}

/* One step through a line that is right; false if it has no shape. */
static bool
take(struct taking *t, bool *is_key)
{
	switch (*t->p) {
	case ' ':
	case '\t':
	case '\r': t->p++; return true;
	case ':':
		t->p++;
		*is_key = false;
		return true;
	case ',':
		t->p++;
		*is_key = !t->open[t->depth - 1].is_array;
		if (!*is_key) {
			t->open[t->depth - 1].index++;
			t->child = element(t);
		}
		return true;
	case '{':
	case '[': *is_key = *t->p == '{'; return take_open(t);
	case '}':
	case ']': return take_close(t);
	case '"': return *is_key ? take_key(t) : take_string(t);
	case '\n':
		t->p++;
		t->done = true;
		return end_segment(t, NOTHING);
	default: return take_plain(t);
	}
}

void
json_shape_learn(
    struct json_shapes *x, const struct fields *f, const char *line)
{
	struct taking t = {
		.shapes = x, .fields = f, .p = line, .start = line
	};
	bool is_key = false;

	if (x->n == SEGMENTS || x->pause > 0)
		return;
	if (x->shapeless > SHAPELESS && x->shapeless++ % SHAPELESS != 0)
		return;
	if (x->n == 0) {
		x->segment = calloc(SEGMENTS, sizeof(*x->segment));
		x->seen = malloc(f->n * sizeof(*x->seen));
		if (x->segment == NULL || x->seen == NULL)
			memory_exhausted();
		x->n = 1; /* what stands before all lines */
	}
	t.before = x->segment;
	memset(x->seen, 0, f->n * sizeof(*x->seen));
	while (!t.done && take(&t, &is_key))
		;
	if (!t.done)
		x->shapeless++;
}

void
json_shapes_release(struct json_shapes *x)
{
	free(x->segment);
	free(x->seen);
}
