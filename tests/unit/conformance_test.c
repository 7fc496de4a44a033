/*
 * The public JSON conformance suite (JSONTestSuite, Nicolas Seriot), where
 * JSONTESTSUITE names its directory test_parsing: y_ files are accepted, n_
 * files rejected, alone and as a member of a record read in every way there
 * is.  The cases of our own are in scan_test.c and walk_test.c.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "testing.h"

#include "record/scanner.h"

enum { FILE_MAX = 1 << 20, PASSES = 3 };

static char bytes[FILE_MAX];

static size_t
read_file(const char *dir, const char *name)
{
	char path[4096];
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if ((f = fopen(path, "rb")) == NULL)
		fail_msg("%s", path);
	n = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	return n;
}

static bool
accepted_alone(size_t n)
{
	struct str text = { bytes, n };
	struct arena a = { 0 };
	enum json_type type;
	struct json_error e;
	bool ok = json_check(&text, &a, &type, &e) == 0;

	arena_release(&a);
	return ok;
}

/* As {"a":…}, one line: by walking, then by its shape. */
static bool
accepted_in_record(const struct fields *f, size_t n)
{
	static char text[FILE_MAX + 16 + JSON_PADDING];
	struct json_error e;
	struct scanner s;
	struct str line;
	bool ok = true;

	scanner_init(&s, f);
	for (int pass = 0; pass < PASSES; pass++) {
		memcpy(text, "{\"a\":", 5);
		memcpy(text + 5, bytes, n);
		memcpy(text + 5 + n, "}\n", 2);
		memset(text + n + 7, 0, JSON_PADDING);
		scanner_start(&s, text, n + 7);
		ok &= scanner_next(&s, &line, &e) == SCAN_OK;
	}
	scanner_release(&s);
	return ok;
}

static void
run_file(const struct fields *f, const char *dir, const char *name)
{
	static const char *const sets[] = { "scalar", "sse2", "avx2",
		"avx512" };
	size_t n = read_file(dir, name);
	bool ok = accepted_alone(n);
	struct err e;

	if (name[0] != 'i' && ok != (name[0] == 'y'))
		fail_msg("%s: %s", name, ok ? "accepted" : "rejected");
	if (memchr(bytes, '\n', n) != NULL || name[0] == 'i')
		return; /* not one line; or a matter of choice */
	for (size_t i = 0; i < LENGTH(sets); i++)
		if (json_index_choose(sets[i], &e) == 0 &&
		    accepted_in_record(f, n) != ok)
			fail_msg("%s in a record, %s", name, sets[i]);
}

static void
test_suite(void **state)
{
	const char *dir = getenv("JSONTESTSUITE");
	struct arena a = { 0 };
	struct fields f;
	struct dirent *entry;
	size_t n[256] = { 0 };
	DIR *d;

	(void)state;
	if (dir == NULL || (d = opendir(dir)) == NULL) {
		print_message("# skipped: JSONTESTSUITE is not set\n");
		return;
	}
	fields_init(&f, &a);
	fields_add_key(&f, 0, STR("a"));
	fields_compile(&f);
	while ((entry = readdir(d)) != NULL)
		if (strstr(entry->d_name, ".json") != NULL) {
			run_file(&f, dir, entry->d_name);
			n[(unsigned char)entry->d_name[0]]++;
		}
	closedir(d);
	print_message("# %zu accepted, %zu rejected, %zu of choice\n", n['y'],
	    n['n'], n['i']);
	assert_true(n['y'] > 0 && n['n'] > 0);
	fields_release(&f);
	arena_release(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_suite),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("conformance", tests, NULL, NULL);
}
