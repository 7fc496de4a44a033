/* What options are given: numbers, sizes, words (arguments.h). */
#include <sched.h>
#include <string.h>

#include "arguments.h"
#include "base/timestamp.h"
#include "policy/words.h"
#include "record/stream.h"

int
number_option(const char *name, const char *argument, double least, double most,
    double *x, struct err *e)
{
	double got;

	if (!decimal_parse(str_of(argument), &got) ||
	    !(got >= least && got <= most))
		return err_set(e, STATUS_USAGE,
		    "%s: %s is no number in "
		    "[%g, %g]",
		    name, argument, least, most);
	*x = got;
	return 0;
}

/* "256M": how many bytes a letter stands for; 0 if it is none. */
static double
unit(char letter)
{
	switch (letter) {
	case 'k':
	case 'K': return 1 << 10;
	case 'm':
	case 'M': return 1 << 20;
	case 'g':
	case 'G': return 1 << 30;
	default: return 0;
	}
}

int
size_option(const char *name, const char *argument, size_t least, size_t most,
    size_t *bytes, struct err *e)
{
	struct str text = str_of(argument);
	double x, times = text.n > 0 ? unit(text.s[text.n - 1]) : 0;

	if (times > 0)
		text.n--;
	else
		times = 1;
	if (!decimal_parse(text, &x) || !(x * times >= (double)least) ||
	    !(x * times <= (double)most))
		return err_set(e, STATUS_USAGE,
		    "%s: %s is no size in [%zu, %zu] bytes, such as 256M", name,
		    argument, least, most);
	*bytes = (size_t)(x * times);
	return 0;
}

int
word_option(const char *name, const char *argument, const char *const list[],
    int *i, struct err *e)
{
	const char *nearest;
	struct buf all = { 0 };

	if ((*i = word_index(list, str_of(argument))) != -1)
		return 0;
	nearest = str_nearest(str_of(argument), list, word_count(list));
	if (nearest != NULL)
		return err_set(e, STATUS_USAGE,
		    "%s: %s is unknown; did you mean %s?", name, argument,
		    nearest);
	for (size_t n = 0; list[n] != NULL; n++)
		buf_printf(&all, "%s%s",
		    n == 0                ? ""
		    : list[n + 1] == NULL ? " or "
					  : ", ",
		    list[n]);
	err_set(e, STATUS_USAGE, "%s: %s is unknown; %.*s is expected", name,
	    argument, (int)all.n, all.s);
	buf_release(&all);
	return -1;
}

int
count_option(const char *name, const char *argument, double least, double most,
    size_t *n, struct err *e)
{
	double x = 0;

	if (number_option(name, argument, least, most, &x, e) == -1)
		return -1;
	*n = (size_t)x;
	if ((double)*n != x)
		return err_set(e, STATUS_USAGE, "%s: %s is no whole number",
		    name, argument);
	return 0;
}

int
level_option(const char *argument, double *level, struct err *e)
{
	return number_option(
	    "--confidence-level", argument, 0.5, 0.999999, level, e);
}

/* That this process may run on. */
static unsigned
processors(void)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set) == -1)
		return 1;
	return (unsigned)CPU_COUNT(&set);
}

int
jobs_option(const char *argument, unsigned *jobs, struct err *e)
{
	size_t n;

	if (count_option("--jobs", argument, 0, STREAM_JOBS_MAX, &n, e) == -1)
		return -1;
	*jobs = n > 0 ? (unsigned)n : processors();
	return 0;
}

static size_t
count_stdin(char *const file[])
{
	size_t n = 0;

	for (; *file != NULL; file++)
		n += strcmp(*file, "-") == 0;
	return n;
}

int
stdin_option(
    const char *name, char *const files[], char *const file[], struct err *e)
{
	size_t more = count_stdin(files);

	if (more == 0 ||
	    more + count_stdin(file) + (size_t)(*file == NULL) == 1)
		return 0;
	return err_set(e, STATUS_USAGE,
	    "%s -: standard input is read once; the records must come from a "
	    "FILE",
	    name);
}

int
duration_option(
    const char *name, const char *argument, int64_t *usec, struct err *e)
{
	struct duration d;

	if (duration_parse(str_of(argument), &d) == -1 ||
	    duration_is_business(&d) || d.usec == 0)
		return err_set(e, STATUS_USAGE,
		    "%s: %s is no duration, such as 30s, 10m or 7d", name,
		    argument);
	*usec = d.usec;
	return 0;
}

int
time_option(
    const char *name, const char *argument, int64_t *usec, struct err *e)
{
	if (timestamp_parse(str_of(argument), usec) == 0)
		return 0;
	return err_set(e, STATUS_USAGE,
	    "%s: %s is no time such as 2026-05-09T18:00:00Z", name, argument);
}

int
delimiter_option(const char *argument, char *delimiter, struct err *e)
{
	if (strcmp(argument, "\\t") == 0)
		argument = "\t";
	if (argument[0] == '\0' || argument[1] != '\0' ||
	    strchr("\"\r\n", argument[0]) != NULL)
		return err_set(
		    e, STATUS_USAGE, "--delimiter: one character is expected");
	*delimiter = argument[0];
	return 0;
}
