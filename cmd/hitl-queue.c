/* hitl-queue: what waits for people, and what they decide (hitl-queue(1)). */
#include "queue/verbs.h"

int
main(int argc, char *argv[])
{
	static const struct verb verbs[] = {
		{ "access", run_access, "who may take and decide what" },
		{ "approve", run_approve, "approve tasks by their ids" },
		{ "claim", run_claim, "take tasks, the most urgent first" },
		{ "clock", run_clock, "whether the clock is right" },
		{ "decline", run_decline, "give tasks back for good" },
		{ "escalate", run_escalate, "hand tasks to the next tier" },
		{ "expire", run_expire,
		    "what time has passed by: approvals, deadlines, leases" },
		{ "export", run_export,
		    "reviews, approvals, tasks, or all that happened" },
		{ "import", run_import, "a queue out of exported events" },
		{ "list", run_list, "what is in the queue" },
		{ "push", run_push, "put routed records, or tasks, in" },
		{ "reject", run_reject, "reject tasks by their ids" },
		{ "release", run_release, "give tasks back" },
		{ "renew", run_renew, "keep tasks for longer" },
		{ "show", run_show, "tasks with all that is known of them" },
		{ "stats", run_stats, "how much waits, and for how long" },
		{ "submit", run_submit, "reviews of what was claimed" },
		{ "verify", run_verify, "that nobody has tampered with it" },
		{ "withdraw", run_withdraw, "take reviews back" },
		{ NULL, NULL, NULL },
	};

	program_init("hitl-queue");
	return verb_find(verbs, argc, argv)->run(argc - 1, argv + 1);
}
