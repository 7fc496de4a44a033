/* hitl-calibrate: when may the model act alone? (hitl-calibrate(1)) */
#include "calibrate/calibrate.h"

int
main(int argc, char *argv[])
{
	static const struct verb verbs[] = {
		{ "curve", run_curve, "what each threshold would have done" },
		{ "threshold", run_threshold, "choose one, with a proof" },
		{ "fit", run_fit, "make probabilities out of scores" },
		{ "apply", run_apply, "add such a probability to records" },
		{ "report", run_report, "how good the confidence is" },
		{ "labels", run_label_states, "a part of a log, to be merged" },
		{ "plan", run_plan, "how many labels are needed" },
		{ "cascade", run_cascade, "what layers stop, and cost" },
		{ NULL, NULL, NULL },
	};

	program_init("hitl-calibrate");
	return verb_find(verbs, argc, argv)->run(argc - 1, argv + 1);
}
