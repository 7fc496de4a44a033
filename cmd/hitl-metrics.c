/* hitl-metrics: honest numbers from half-seen logs (hitl-metrics(1)). */
#include <string.h>

#include "metrics/verbs.h"

int
main(int argc, char *argv[])
{
	static const struct verb verbs[] = {
		{ "agreement", run_agreement, "of reviewers, and the model" },
		{ "alarm", run_alarm, "rates watched from run to run" },
		{ "capacity", run_capacity, "staff, waits and thresholds" },
		{ "drift", run_drift, "a log against an earlier one" },
		{ "merge", run_merge, "states of parts of a log" },
		{ NULL, NULL, NULL },
	};

	program_init("hitl-metrics");
	for (const struct verb *v = verbs; v->name != NULL && argc > 1; v++)
		if (strcmp(argv[1], v->name) == 0)
			return v->run(argc - 1, argv + 1);
	return run_measure(argc, argv);
}
