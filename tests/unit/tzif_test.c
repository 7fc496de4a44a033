/*
 * Every time zone of the system against libc: offsets at moments drawn from
 * six centuries, and to the second around each change of them.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "testing.h"

#include "base/tzif.h"
#include "base/zone.h"

enum { DRAWN = 400 };

static size_t zones;

static void
same_offset(const struct tzif *z, const char *name, int64_t second)
{
	time_t t = second;
	struct tm tm;

	assert_non_null(localtime_r(&t, &tm));
	if (tzif_offset(z, second) != tm.tm_gmtoff)
		fail_msg("%s at %lld: %d, libc %ld", name, (long long)second,
		    tzif_offset(z, second), tm.tm_gmtoff);
}

static void
compare_zone(const char *path, const char *name)
{
	uint64_t seed = zones;
	struct tzif z;

	if (tzif_load(path, &z) == -1)
		return; /* a table of zones, say */
	zones++;
	setenv("TZ", path, 1);
	tzset();
	for (int i = 0; i < DRAWN; i++)
		same_offset(&z, name,
		    (int64_t)(splitmix(&seed) % (UINT64_C(600) * 31556952)) -
			INT64_C(200) * 31556952);
	for (size_t i = 0; i < z.n; i++)
		for (int64_t k = -1; k <= 1; k++)
			same_offset(&z, name, z.change[i].at + k);
	/* each month of some years by the rule, and around its days */
	for (int64_t t = INT64_C(2145916800); t < INT64_C(2272147200);
	     t += 1800)
		if (tzif_offset(&z, t) != tzif_offset(&z, t - 1) ||
		    t % 2592000 == 0)
			for (int64_t k = -1; k <= 1; k++)
				same_offset(&z, name, t + k);
	tzif_release(&z);
}

static void
compare_below(const char *directory)
{
	DIR *d = opendir(directory);
	struct dirent *entry;
	struct stat st;
	char path[4096];

	assert_non_null(d);
	while ((entry = readdir(d)) != NULL) {
		/* right/ counts leap seconds, which records do not */
		if (entry->d_name[0] == '.' ||
		    strcmp(entry->d_name, "right") == 0 ||
		    strcmp(entry->d_name, "posix") == 0)
			continue;
		snprintf(path, sizeof(path), "%s/%s", directory, entry->d_name);
		if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
			compare_below(path);
		else
			compare_zone(path, path);
	}
	closedir(d);
}

static void
test_against_libc(void **state)
{
	(void)state;
	compare_below(zone_directory());
	print_message("# %zu zones\n", zones);
	assert_true(zones > 300);
}

/* Files that are none: whole ones cut anywhere, and others. */
static void
test_broken(void **state)
{
	char path[] = "/tmp/tzif_test.XXXXXX", from[4096], text[1 << 16];
	struct tzif z;
	size_t n, whole = 0;
	FILE *f;
	int fd = mkstemp(path);

	(void)state;
	snprintf(from, sizeof(from), "%s/Europe/Berlin", zone_directory());
	f = fopen(from, "r");
	assert_non_null(f);
	n = fread(text, 1, sizeof(text), f);
	fclose(f);
	assert_true(fd != -1 && n > 100);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(ftruncate(fd, 0), 0);
		assert_int_equal(pwrite(fd, text, i, 0), i);
		if (tzif_load(path, &z) == 0) {
			whole++;
			tzif_release(&z);
		}
	}
	assert_in_range(whole, 0, 40); /* within the rule at the end */
	for (size_t i = 0; i < n; i++) {
		char c = text[i];
		text[i] = (char)~c;
		assert_int_equal(pwrite(fd, text, n, 0), n);
		text[i] = c;
		if (tzif_load(path, &z) == 0) {
			tzif_offset(&z, 1774745999);
			tzif_offset(&z, INT64_C(4102444800));
			tzif_release(&z);
		}
	}
	close(fd);
	unlink(path);
	assert_int_equal(tzif_load("/nowhere", &z), -1);
	assert_int_equal(tzif_load("/tmp", &z), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_against_libc),
		cmocka_unit_test(test_broken),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("tzif", tests, NULL, NULL);
}
