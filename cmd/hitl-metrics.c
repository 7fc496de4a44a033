/* hitl-metrics: honest numbers from half-seen logs (hitl-metrics(1)). */
#include <string.h>
#include <unistd.h>

#include "metrics/verbs.h"

static const struct verb verbs[] = {
	{ "agreement", run_agreement, "of reviewers, and the model" },
	{ "alarm", run_alarm, "rates watched from run to run" },
	{ "capacity", run_capacity, "staff, waits and thresholds" },
	{ "drift", run_drift, "a log against an earlier one" },
	{ "merge", run_merge, "states of parts of a log" },
	{ NULL, NULL, NULL },
};

/* A verb that `word`, which is no file, may have been meant to be. */
static const char *
meant(const char *word)
{
	const char *name[LENGTH(verbs)];
	size_t n = 0;

	for (const struct verb *v = verbs; v->name != NULL; v++)
		name[n++] = v->name;
	return word[0] == '-' || access(word, F_OK) == 0
		   ? NULL
		   : str_nearest(str_of(word), name, n);
}

int
main(int argc, char *argv[])
{
	program_init("hitl-metrics");
	for (const struct verb *v = verbs; v->name != NULL && argc > 1; v++)
		if (strcmp(argv[1], v->name) == 0)
			return v->run(argc - 1, argv + 1);
	if (argc > 1 && meant(argv[1]) != NULL) {
		diag("%s: there is no such verb, nor file; did you mean %s?",
		    argv[1], meant(argv[1]));
		return STATUS_USAGE;
	}
	return run_measure(argc, argv);
}
