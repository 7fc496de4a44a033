/* The options of hitl-act. */
#ifndef HITL_CMD_ACT_H
#define HITL_CMD_ACT_H

#include "options.h"
#include "queue/act.h"

struct act_own {
	struct act_options act;
	const char *journal, *db;
	bool verify_policy, list;
	struct str settle; /* the key; n == 0: none */
	enum act_state settled;
};

/* They are parsed into a struct act_own. */
extern const struct command act_command;

#endif
