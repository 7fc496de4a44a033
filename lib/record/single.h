/*
 * One record out of a text that comes from somewhere else than a file.
 */
#ifndef HITL_RECORD_SINGLE_H
#define HITL_RECORD_SINGLE_H

#include "base/error.h"
#include "record/record.h"

struct single { /* all zero to begin */
	struct record record;
	struct arena scratch;
};

/* `fields` as a compiled set of expressions has them; they must live on. */
void single_init(struct single *, struct fields *);
void single_release(struct single *);

/*
 * The record of a text, which is copied; valid until the next one.  -1 with
 * *e (STATUS_REJECTED) if it is no JSON object.
 */
int single_scan(struct single *, struct str text, struct err *e);

#endif
