/* What is in a file of SQLite's that should not be (store.h). */
#include "queue/backend.h"

/* Its tables, indexes, triggers and views; the statistics are its own. */
#define OBJECTS                                                                \
	"SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master "   \
	"WHERE name NOT LIKE 'sqlite\\_stat%' ESCAPE '\\' ORDER BY type, name"

enum { COLUMNS = 4 };

/* Whether both were made by the same statements; -1 with *e. */
static int
same_objects(struct store *s, struct store *made, struct err *e)
{
	struct query *a = store_ask(s, e, OBJECTS, "");
	struct query *b = a == NULL ? NULL : store_ask(made, e, OBJECTS, "");
	int64_t rows;

	return query_same(a, b, COLUMNS, &rows, e);
}

/* A question for each table: how many values are not what they are for. */
static int
write_questions(struct store *made, struct buf *sql, struct err *e)
{
	struct query *q = store_ask(made, e,
	    "SELECT 'SELECT count(*) FROM ' || m.name || ' WHERE ' || "
	    "group_concat('typeof(' || p.name || ') NOT IN (''' || "
	    "lower(p.type) || ''', ''null'')', ' OR ') "
	    "FROM sqlite_master m, pragma_table_info(m.name) p "
	    "WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' "
	    "GROUP BY m.name",
	    "");
	int got;

	if (q == NULL)
		return -1;
	while ((got = query_next(q, e)) == 1) {
		buf_str(sql, query_text(q, 0));
		buf_char(sql, '\0');
	}
	return got;
}

int
store_strange(
    struct store *s, struct store *made, const char **what, struct err *e)
{
	struct buf sql = { 0 };
	int64_t n = 0;
	int same;

	*what = NULL;
	if (store_has_many_writers(s))
		return 0;
	if ((same = same_objects(s, made, e)) == -1 ||
	    write_questions(made, &sql, e) == -1) {
		buf_release(&sql);
		return -1;
	}
	for (size_t at = 0; same == 1 && n == 0 && at < sql.n;
	     at += strlen(sql.s + at) + 1)
		if (store_number(s, &n, e, sql.s + at, "") == -1)
			same = -1;
	buf_release(&sql);
	if (same == 0)
		*what = "its tables are not as they were made";
	else if (n > 0)
		*what = "a value is of another kind than its column is for";
	return same == -1 ? -1 : 0;
}
