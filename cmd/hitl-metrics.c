/* hitl-metrics: honest numbers from half-seen logs (hitl-metrics(1)). */
#include <string.h>

#include "metrics/verbs.h"

int
main(int argc, char *argv[])
{
	program_init("hitl-metrics");
	return run_measure(argc, argv);
}
