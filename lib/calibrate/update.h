/*
 * May a thresholds file take another one's place?  For cron: a night with
 * few labels, or with none that prove anything, must not undo what was
 * proven before.
 */
#ifndef HITL_CALIBRATE_UPDATE_H
#define HITL_CALIBRATE_UPDATE_H

#include "policy/thresholds.h"
#include "record/json_tree.h"

/*
 * `text` is the new file.  Always, if the labels refute the old one: a
 * promise known to be broken is kept for no reason.  Else only if the new
 * one proves a threshold, promises no less (max_error, confidence_level,
 * method, groups), rests on at least half as many labels, and takes no
 * threshold from a group that has no labels now.  If not, `why` (empty before)
 * says what is amiss.
 */
bool update_allowed(const struct thresholds *old, bool refuted,
    const struct json *text, struct buf *why);

/* Groups that have a place in `text`, and no labels: `words` say which. */
bool update_silences(const struct json *text, struct buf *words);

#endif
