/*
 * Sorting in bounded memory and looking up, against qsort() on all of it in
 * memory.  The bounds are so small that runs are merged twice.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "testing.h"

#include "base/sorted_table.h"
#include "base/temporary.h"

/*
 * In place of libc's, which keeps equal ones in order where it has the memory:
 * this one turns them round, so that nothing here rests on it.
 */
static int
compare_by(const void *a, const void *b, void *compare)
{
	int (*const *by)(const void *, const void *) = compare;

	return (*by)(a, b);
}

void
qsort(void *list, size_t n, size_t size,
    int (*compare)(const void *, const void *))
{
	char *x = list;

	for (size_t i = 0; i < n / 2; i++)
		for (size_t k = 0; k < size; k++) {
			char c = x[i * size + k];
			x[i * size + k] = x[(n - 1 - i) * size + k];
			x[(n - 1 - i) * size + k] = c;
		}
	qsort_r(list, n, size, compare_by, &compare);
}

struct entry {
	uint64_t number;
	size_t order; /* in which they came */
	size_t n;
};

/* A text that says which entry it is, of any length. */
static struct str
text_of(const struct entry *x, struct buf *b)
{
	buf_clear(b);
	buf_printf(b, "%zu:", x->order);
	while (b->n < x->n)
		buf_char(b, (char)('a' + (x->order + b->n) % 26));
	return buf_view(b);
}

static int
compare(const void *pa, const void *pb)
{
	const struct entry *a = pa, *b = pb;

	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	return a->order < b->order ? -1 : 1;
}

/* Numbers of which `same` in a hundred are one of ten. */
static struct entry *
make(size_t n, size_t longest, unsigned same, uint64_t seed)
{
	struct entry *x = calloc(n + 1, sizeof(*x));

	assert_non_null(x);
	for (size_t i = 0; i < n; i++) {
		x[i].number = splitmix(&seed);
		if (splitmix(&seed) % 100 < same)
			x[i].number = splitmix(&seed) % 10
				      << 60; /* few, and apart */
		x[i].n = splitmix(&seed) % (longest + 1);
		x[i].order = i;
	}
	return x;
}

static struct sorter *
sort_all(const struct entry *x, size_t n, size_t memory)
{
	struct sorter *s = sorter_new(memory, NULL);
	struct buf b = { 0 };
	struct err e;

	for (size_t i = 0; i < n; i++)
		assert_int_equal(
		    sorter_add(s, x[i].number, text_of(&x[i], &b), &e), 0);
	assert_int_equal(sorter_sort(s, &e), 0);
	buf_release(&b);
	return s;
}

static void
check_order(struct sorter *s, const struct entry *sorted, size_t n)
{
	struct buf b = { 0 };
	struct str text;
	uint64_t number;
	struct err e;

	for (size_t i = 0; i < n; i++) {
		assert_int_equal(sorter_next(s, &number, &text, &e), 1);
		assert_true(number == sorted[i].number);
		assert_true(str_eq(text, text_of(&sorted[i], &b)));
	}
	assert_int_equal(sorter_next(s, &number, &text, &e), 0);
	assert_int_equal(sorter_next(s, &number, &text, &e), 0);
	buf_release(&b);
}

/* All texts of a number, in order; `first` is where they begin. */
static void
check_number(struct table_cursor *c, uint64_t wanted,
    const struct entry *sorted, size_t n, size_t first)
{
	uint64_t number, ordinal;
	struct buf b = { 0 };
	struct str text;
	struct err e;
	int got;

	assert_int_equal(table_seek(c, wanted, &e), 0);
	for (size_t i = first; i < n && sorted[i].number == wanted; i++) {
		assert_int_equal(
		    table_next(c, &number, &ordinal, &text, &e), 1);
		assert_true(number == wanted && ordinal == i);
		assert_true(str_eq(text, text_of(&sorted[i], &b)));
	}
	got = table_next(c, &number, &ordinal, &text, &e);
	assert_true(got == 0 || (got == 1 && number > wanted));
	buf_release(&b);
}

static void
check_table(
    struct sorter *s, size_t memory, const struct entry *sorted, size_t n)
{
	struct table_cursor c;
	struct sorted_table *t;
	size_t taken_for_there = 0;
	uint64_t seed = 99;
	struct err e;

	assert_int_equal(sorter_rewind(s, &e), 0);
	t = sorted_table_new(s, memory, NULL, NULL, NULL, &e);
	assert_non_null(t);
	assert_true(sorted_table_count(t) == n);
	table_cursor_init(&c, t);
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && sorted[i].number == sorted[i - 1].number)
			continue;
		assert_true(sorted_table_may_have(t, sorted[i].number));
		check_number(&c, sorted[i].number, sorted, n, i);
	}
	for (int i = 0; i < 10000; i++) {
		uint64_t x = splitmix(&seed);
		taken_for_there += sorted_table_may_have(t, x);
		if (i < 100)
			check_number(&c, x, sorted, 0, 0);
	}
	/* at ten bits a text about one in a hundred; nothing is claimed when
	 * memory allows for fewer */
	if (memory > n * 16)
		assert_in_range(taken_for_there, 0, 250);
	table_cursor_release(&c);
	sorted_table_free(t);
}

static void
check(size_t n, size_t longest, unsigned same, size_t memory, bool fits)
{
	struct entry *x = make(n, longest, same, n + longest);
	struct sorter *s = sort_all(x, n, memory);
	struct err e;

	qsort(x, n, sizeof(*x), compare);
	assert_int_equal(sorter_fits(s), fits);
	assert_true(sorter_count(s) == n);
	check_order(s, x, n);
	assert_int_equal(sorter_rewind(s, &e), 0);
	check_order(s, x, n);
	check_table(s, memory + SORTER_MEMORY_MIN, x, n);
	check_table(s, n * 8, x, n); /* few marks, a poor filter */
	sorter_free(s);
	free(x);
}

static void
test_in_memory(void **state)
{
	(void)state;
	check(0, 10, 0, 1 << 20, true);
	check(1, 10, 0, 1 << 20, true);
	check(5000, 100, 10, 1 << 20, true);
}

static void
test_in_files(void **state)
{
	(void)state;
	check(20000, 100, 10, 0, false); /* some eight runs of 256 KiB */
	check(20000, 2000, 60, 0, false); /* eighty, merged by three */
	check(300, 200000, 20, 0, false); /* texts longer than a buffer */
}

/* Empty texts begin where the next one does. */
static void
test_empty_texts(void **state)
{
	static const char *const texts[] = { "a", "", "", "b", "", "c" };
	struct sorter *s = sorter_new(SORTER_MEMORY_MIN, NULL);
	struct str text;
	uint64_t number;
	struct err e;

	(void)state;
	for (size_t i = 0; i < LENGTH(texts); i++)
		assert_int_equal(sorter_add(s, 7, str_of(texts[i]), &e), 0);
	assert_int_equal(sorter_sort(s, &e), 0);
	for (size_t i = 0; i < LENGTH(texts); i++) {
		assert_int_equal(sorter_next(s, &number, &text, &e), 1);
		assert_true(number == 7 && str_eq(text, str_of(texts[i])));
	}
	sorter_free(s);
}

/* What cannot be written is said. */
static void
test_no_directory(void **state)
{
	struct sorter *s = sorter_new(0, "/nowhere/at/all");
	struct buf b = { 0 };
	struct err e;
	int r = 0;

	(void)state;
	buf_reserve(&b, 100000);
	memset(b.s, 'x', 100000);
	b.n = 100000;
	for (int i = 0; i < 10 && r == 0; i++)
		r = sorter_add(s, (uint64_t)i, buf_view(&b), &e);
	assert_int_equal(r, -1);
	assert_int_equal(e.code, STATUS_SYSTEM);
	assert_non_null(strstr(e.msg, "/nowhere/at/all"));
	sorter_free(s);
	buf_release(&b);
}

static void
test_temporary(void **state)
{
	char got[4];
	struct err e;
	int fd = temporary_open(NULL, &e), full;

	(void)state;
	assert_int_not_equal(fd, -1);
	assert_int_equal(temporary_write(fd, "abcd", 4, 3, &e), 0);
	assert_int_equal(temporary_read(fd, got, 4, 3, &e), 0);
	assert_memory_equal(got, "abcd", 4);
	assert_int_equal(temporary_read(fd, got, 4, 4, &e), -1);
	assert_int_equal(e.code, STATUS_SYSTEM);
	close(fd);
	if ((full = open("/dev/full", O_RDWR)) != -1) {
		assert_int_equal(temporary_write(full, "a", 1, 0, &e), -1);
		assert_non_null(strstr(e.msg, "No space left"));
		close(full);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_in_memory),
		cmocka_unit_test(test_in_files),
		cmocka_unit_test(test_empty_texts),
		cmocka_unit_test(test_no_directory),
		cmocka_unit_test(test_temporary),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("sorter", tests, NULL, NULL);
}
