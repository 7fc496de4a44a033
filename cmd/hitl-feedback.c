/* hitl-feedback: what the reviewers said (hitl-feedback(1)). */
#include "feedback/verbs.h"

int
main(int argc, char *argv[])
{
	static const struct verb verbs[] = {
		{ "consensus", run_consensus,
		    "one label for each item out of several" },
		{ "export", run_export, "datasets to train and to test with" },
		{ "join", run_join,
		    "add the verdict of its reviews to each "
		    "decision" },
		{ "learn", run_learn, "what to have labelled next" },
		{ "patterns", run_patterns,
		    "what is corrected again and again" },
		{ "requests", run_requests,
		    "which decisions to ask users about, and how it goes" },
		{ "stats", run_stats,
		    "how much is reviewed, corrected and used" },
		{ NULL, NULL, NULL },
	};

	program_init("hitl-feedback");
	return verb_find(verbs, argc, argv)->run(argc - 1, argv + 1);
}
