/* The group a record is in (grouping.h). */
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
