/* What a JSON value means, as text (json_meaning.h). */
#include <stdlib.h>

#include "record/json_meaning.h"

static int
by_key(const void *pa, const void *pb)
{
	const struct json_member *const *a = pa, *const *b = pb;
	int order = str_cmp((*a)->key, (*b)->key);

	/* of the same key, the later one is what jq sees: it stays last */
	return order != 0 ? order : (*a > *b) - (*a < *b);
}

static void
write_object(const struct json *j, struct arena *scratch, struct buf *out)
{
	const struct json_member **sorted =
	    arena_new(scratch, const struct json_member *, j->n + 1);
	const char *comma = "";

	for (size_t i = 0; i < j->n; i++)
		sorted[i] = &j->member[i];
	qsort(sorted, j->n, sizeof(*sorted), by_key);
	buf_char(out, '{');
	for (size_t i = 0; i < j->n; i++) {
		if (i + 1 < j->n && str_eq(sorted[i]->key, sorted[i + 1]->key))
			continue;
		buf_cstr(out, comma);
		comma = ",";
		buf_json_string(out, sorted[i]->key);
		buf_char(out, ':');
		buf_json_meaning(out, &sorted[i]->json, scratch);
	}
	buf_char(out, '}');
}

void
buf_json_meaning(struct buf *out, const struct json *j, struct arena *scratch)
{
	switch (j->value.type) {
	case JSON_OBJECT: write_object(j, scratch, out); break;
	case JSON_ARRAY:
		buf_char(out, '[');
		for (size_t i = 0; i < j->n; i++) {
			if (i > 0)
				buf_char(out, ',');
			buf_json_meaning(out, &j->element[i], scratch);
		}
		buf_char(out, ']');
		break;
	case JSON_STRING: buf_json_string(out, j->string); break;
	default: buf_str(out, j->value.text); break;
	}
}
