/* Paths in the text of an expression: those of its input, and no others. */
#include "testing.h"

#include "base/text.h"
#include "expr/paths.h"

static void
join_path(void *out, struct str path)
{
	buf_str(out, path);
	buf_char(out, ' ');
}

/* Which paths are of the input itself: what is told of a record. */
static void
test_own_paths(void **state)
{
	static const struct {
		const char *expression, *paths;
	} rows[] = {
		{ ".a > 3 and .b.c == \"x\" or (.d | not)", ".a .b.c .d " },
		{ "any(.items[]; .price > 10)", ".items " },
		{ "any(.items[] | .price; . > $x.y)", ".items " },
		{ "any(.a)", "" },
		{ ".items | any(.price > 10) or .b", ".items " },
		{ "(.items | map(.price) | add) > .limit", ".items .limit " },
		{ "[.items[] | select(.price > 10)] | length > 2", ".items " },
		{ "select(.a > 1) | .b", ".a " },
		{ ".a | select(.b)", ".a " },
		{ ".a as $x | .b > $x | .c", ".a .b " },
		{ ".a as {b: $x} | .c", ".a .c " },
		{ "reduce .a[] as $x (0; . + .b) | .c", ".a " },
		{ "reduce .a[] as [$x] (.b; .c) + .d | .e", ".a .d " },
		{ "if .a | .b then .c else .d | .e end and .f",
		    ".a .c .d .f " },
		{ "if .a then .b elif .c then .d end | .e", ".a .b .c .d " },
		{ "{x: .a | .b, y: .c} == .d", ".a .c .d " },
		{ "[.a | .b, .c]", ".a " },
		{ ".a[.b].c", ".a .b " },
		{ ".a.if and (.b).c and .d?.e and .f[0].then",
		    ".a.if .b .d .f " },
		{ "with_entries(select(.value)) == .a", ".a " },
		{ "\"\\(.a) .b\" == .c", ".c " },
		{ ".a # | .b\n and .c", ".a .c " },
		{ "try .a catch .b", ".a " },
		{ "def f: .a; .b", "" },
		{ ".a |= .b", ".a " },
		{ ".. | .a", "" },
		{ "-(.a) < 1.5 and .b", ".a .b " },
		{ ".a | contains(.b) | not", ".a " },
		{ "has(.a) and IN(.b, .c; .d)", ".a .b .c .d " },
		{ "(((((.a", ".a " },
		{ "))) .a | .b", ".a " },
		{ "\"", "" },
		{ "", "" },
	};
	struct buf out = { 0 };

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		buf_clear(&out);
		paths_each(str_of(rows[i].expression), join_path, &out);
		if (!str_eq(buf_view(&out), str_of(rows[i].paths)))
			fail_msg("%s: %.*s, not %s", rows[i].expression,
			    (int)out.n, out.s, rows[i].paths);
	}
	/* nested deeper than it looks */
	buf_clear(&out);
	for (int i = 0; i < 1000; i++)
		buf_char(&out, '(');
	struct str deep = buf_view(&out);
	struct buf none = { 0 };
	paths_each(deep, join_path, &none);
	assert_int_equal(none.n, 0);
	buf_release(&out);
	buf_release(&none);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_own_paths),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("paths", tests, NULL, NULL);
}
