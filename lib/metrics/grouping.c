/* The group a record is in, and what it is by (grouping.h). */
#include "metrics/grouping.h"

struct str
grouping_name(struct evaluator *ev, const int64_t *by, size_t nby,
    const struct record *r, struct buf *scratch)
{
	struct str name;
	struct value v;

	if (nby == 0)
		return STR("");
	buf_clear(scratch);
	for (size_t i = 0; i < nby; i++) {
		name = expr_value(ev, r, (uint32_t)by[i], &v) == EXPR_OK
			   ? value_name(&v, r->scratch)
			   : STR("null");
		if (nby == 1)
			return name;
		buf_char(scratch, i == 0 ? '[' : ',');
		buf_json_string(scratch, name);
	}
	buf_char(scratch, ']');
	return buf_view(scratch);
}

void
grouping_write_name(struct str name, size_t nby, bool rest, struct buf *out)
{
	if (nby > 1 && !rest)
		buf_str(out, name);
	else
		buf_json_string(out, name);
}

bool
grouping_eq(const struct grouping *a, const struct grouping *b)
{
	bool same = a->n == b->n;

	for (size_t i = 0; same && i < a->n; i++)
		same = str_eq(a->by[i], b->by[i]);
	return same;
}

void
grouping_write(const struct grouping *g, struct buf *out)
{
	buf_char(out, '[');
	for (size_t i = 0; i < g->n; i++) {
		if (i > 0)
			buf_char(out, ',');
		buf_json_string(out, g->by[i]);
	}
	buf_char(out, ']');
}

bool
grouping_read(struct grouping *g, const struct json *j)
{
	g->n = 0;
	if (j == NULL || j->value.type != JSON_ARRAY || j->n > GROUPING_MOST)
		return false;
	for (; g->n < j->n; g->n++) {
		if (j->element[g->n].value.type != JSON_STRING)
			return false;
		g->by[g->n] = j->element[g->n].string;
	}
	return true;
}
