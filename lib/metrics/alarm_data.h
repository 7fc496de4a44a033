/* What an alarm's state holds: private to alarm.c and alarm_state.c. */
#ifndef HITL_METRICS_ALARM_DATA_H
#define HITL_METRICS_ALARM_DATA_H

#include "metrics/alarm.h"
#include "metrics/seen.h"

enum { ALARM_RUNS = 1000 /* that are remembered */ };

/* Things audited at one rate; of other rates there is but one part. */
struct alarm_part {
	double rate; /* 1 for all but the error escape rate */
	uint64_t all; /* there are; audited or not */
	uint64_t n, k; /* looked at; of these */
};

struct watched {
	bool seen; /* anything was counted */
	struct alarm_part *part; /* [nparts], by rate */
	size_t nparts, cap;
	int64_t since; /* in alarm; TIMESTAMP_NONE: it is not */
};

struct alarm_group {
	struct str name;
	bool rest;
	uint64_t n; /* records */
	struct watched rate[METRICS];
};

struct alarm_run {
	uint64_t records, fingerprint;
	int64_t at;
};

struct alarm {
	struct arena arena;
	const struct policy *policy;
	const char *file;
	int lock; /* descriptor */
	double level;
	char key_hex[33];
	struct hash_key key;
	struct seen seen; /* by earlier runs */
	struct seen_run now; /* by this one */
	struct alarm_run run[ALARM_RUNS]; /* the newest last */
	size_t nruns;
	struct map names; /* '=' and a name, or "+": the rest */
	struct alarm_group *group; /* [names.n] */
	size_t cap;
	/* of all runs; by nothing there is one group, without a name */
	struct grouping by;
};

struct alarm_group *alarm_group_of(struct alarm *, struct str name, bool rest);
struct alarm_part *watched_part(struct watched *, double rate);

#endif
