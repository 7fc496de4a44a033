/* The store, where SQLite runs out of memory. */
#include <setjmp.h>
#include <sqlite3.h>

#include "base/arena.h"
#include "queue/store.h"
#include "testing.h"

static const sqlite3_mem_methods *given;
static bool none_left;
static jmp_buf exhausted;

static void *
allocate(int n)
{
	return none_left ? NULL : given->xMalloc(n);
}

static void *
reallocate(void *old, int n)
{
	return none_left ? NULL : given->xRealloc(old, n);
}

static void
give_up(void)
{
	none_left = false;
	longjmp(exhausted, 1);
}

/* Once, before SQLite begins; and without a reserve of small pieces. */
static int
ration(void **state)
{
	static sqlite3_mem_methods own, other;

	(void)state;
	if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &other) != SQLITE_OK)
		return -1;
	own = other;
	own.xMalloc = allocate;
	own.xRealloc = reallocate;
	given = &other;
	memory_on_exhausted(give_up);
	return sqlite3_config(SQLITE_CONFIG_MALLOC, &own) == SQLITE_OK &&
		       sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0) ==
			   SQLITE_OK
		   ? 0
		   : -1;
}

/*
 * A number asked for as text is written into memory of SQLite's.  Where there
 * is none the text is not empty: nobody is told what is not so.
 */
static void
test_text_without_memory(void **state)
{
	static const char *const schema[] = { "CREATE TABLE t (x INTEGER)",
		"INSERT INTO t VALUES (20260501)", NULL };
	struct err e = { 0 };
	struct store *s = store_open(&(struct store_options){ .schema = schema,
					 .magic = 1,
					 .version = 1,
					 .create = true,
					 .patience = 1000000 },
	    &e);
	struct query *q;

	(void)state;
	assert_non_null(s);
	q = store_ask(s, &e, "SELECT x, NULL, '' FROM t", "");
	assert_non_null(q);
	assert_int_equal(query_next(q, &e), 1);
	none_left = true;
	if (setjmp(exhausted) == 0) {
		struct str text = query_text(q, 0);
		none_left = false;
		fail_msg("a text of %zu bytes", text.n);
	}
	assert_int_equal(query_text(q, 1).n, 0);
	assert_int_equal(query_text(q, 2).n, 0);
	query_done(q);
	store_close(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_without_memory),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("store", tests, ration, NULL);
}
