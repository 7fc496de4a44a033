/*
 * One record on its way: what is found out of it, step by step, and what
 * comes of it.  Private to lib/route.
 */
#ifndef HITL_ROUTE_ROUTING_H
#define HITL_ROUTE_ROUTING_H

#include "policy/fieldvalue.h"
#include "route/audit.h"
#include "route/route.h"

enum { GATE_KEY = 32 }; /* hex digits: 128 bits */

struct routing {
	struct router *router;
	struct record *record;
	bool has_id;
	struct str id;
	const struct policy_task *task; /* what it says of it; or NULL */
	enum risk_level risk;
	enum confidence_state state;
	double confidence;
	const struct policy_threshold *threshold;
	double relieved; /* what it was before relief; NAN: there was none */
	enum action action;
	enum responder respond;
	const struct policy_trigger *gate; /* the first that matches, or NULL */
	bool checked; /* by the cascade */
	size_t layer; /* that stopped it; all have passed it: their number */
	enum maturity maturity; /* of its kind */
	struct audit audit;
	/* where it waits, if a person is to look */
	const struct policy_queue *queue; /* NULL: none takes it */
	bool has_tier;
	enum tier tier;
	enum priority priority;
	int64_t time; /* it came; TIMESTAMP_NONE: not yet asked */
	int64_t deadline; /* TIMESTAMP_NONE: none */
	int64_t expires; /* of the gate's approval */
	char key[GATE_KEY + 1]; /* of the gate; "": none without an id */
};

/* Whether a person is to look, before or after. */
static inline bool
is_looked_at(const struct routing *d)
{
	return d->action >= ACTION_QUEUE || d->audit.selected;
}

/* A reason as a JSON string; "(error)" in it when an expression failed. */
void routing_reason(struct routing *, struct str json, bool erring);
/* A person answers: QUEUE at low and medium risk, else ESCALATE. */
void routing_needs_person(struct routing *);
/* When it came: the record's time, else --now, else the clock. */
int64_t routing_time(struct routing *);

/* Gates (gate.c): which match, and what an approval is asked for. */
void apply_gates(struct routing *);
/* The layers of the cascade, in turn, until one stops it (cascade.c). */
void apply_cascade(struct routing *);
/* Where it waits, for whom, how urgently and until when (queue.c). */
void choose_queue(struct routing *);

/* The text of "route" (member.c). */
void member_prepare(struct router *, struct arena *);
void member_write(const struct routing *, struct buf *out);
/* {"name":…,"key":…,"expires_at":…} */
void member_gate(const struct routing *, struct buf *out);
/* The confidence as JSON, while the record lives. */
struct str member_confidence(const struct routing *);

/* By how many people it is to be decided, 1 at least (queue.c). */
uint64_t routing_reviews(const struct routing *);

/* The escalation object of what a person is to look at (task.c). */
void task_write(struct routing *, struct buf *out);

#endif
