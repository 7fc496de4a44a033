/*
 * What a record says, as far as it counts for the metrics.
 */
#ifndef HITL_METRICS_OBSERVE_H
#define HITL_METRICS_OBSERVE_H

#include "base/groups.h"
#include "policy/policy.h"

/* What is looked at in route, review and calibrated; all plain paths. */
enum place {
	PLACE_ACTION,
	PLACE_RISK,
	PLACE_THRESHOLD,
	PLACE_REASONS,
	PLACE_SELECTED,
	PLACE_RATE,
	PLACE_STOPPED_BY,
	PLACE_COST,
	PLACE_OUTCOME,
	PLACE_REVIEW_CORRECT,
	PLACE_WAIT,
	PLACE_SECONDS,
	PLACE_SLA_MISSED,
	PLACE_EDIT_DISTANCE,
	PLACE_USED,
	PLACE_AGREE,
	PLACE_CALIBRATED,
	PLACES,
};

enum { REASONS_MAX = 1000, LAYERS_MAX = 100 };

/* The words of a log that are counted: bounded, the same for any threads. */
struct vocabulary {
	struct groups reasons, layers;
};
void vocabulary_init(struct vocabulary *);
void vocabulary_release(struct vocabulary *);

/* One thread's. */
struct observer {
	const struct policy *policy;
	struct evaluator *ev;
	uint32_t place[PLACES];
	bool percent; /* plain numbers are confidences in 0..100 */
	/* of each place the last number of up to eight bytes: most come again
	 */
	struct {
		uint64_t text;
		double number;
	} last[PLACES];
	struct group_view reasons, layers;
	uint32_t review, calibrated; /* nodes of these members */
	struct map lists; /* the text of route.reasons -> list[] */
	struct map_recent recent;
	struct reason_list *list;
	size_t list_cap;
};

struct observation {
	int action; /* enum action, -1: not routed */
	enum risk_level risk;
	double confidence; /* NAN: of no use */
	double threshold; /* NAN: none */
	bool selected; /* for audit */
	double rate; /* of the audit */
	int correct; /* 1, 0, -1 unknown */
	int outcome; /* enum outcome, -1: not reviewed */
	double wait, seconds; /* of the review; NAN: unknown */
	double edit_distance; /* NAN: unknown */
	int used, sla_missed, agree, thumbs; /* 1, 0, -1 not said */
	double rating; /* NAN: none */
	bool checked; /* the cascade was tried */
	double cost; /* of it */
	uint32_t layer; /* its place, that of "" where all passed */
	bool never; /* no threshold could have let it act alone */
	const uint32_t *reason; /* [nreason] places, or GROUP_NONE */
	size_t nreason;
};

/*
 * Marks and adds what is looked at; before expr_set_compile().  -1 with *e.
 * The vocabulary is that of all threads.
 */
int observer_init(struct observer *, struct policy *, bool percent,
    struct vocabulary *, struct err *e);
/* Another one, for another thread. */
void observer_fork(struct observer *to, const struct observer *from);
void observer_release(struct observer *);

void observe(struct observer *, const struct record *, struct observation *);

/* In the order of the input: the words seen so far get their numbers. */
void observer_decide(struct observer *);

#endif
