/*
 * A JSON value without some members, whatever they are in.
 */
#ifndef HITL_RECORD_JSON_DROP_H
#define HITL_RECORD_JSON_DROP_H

#include "base/map.h"
#include "record/json.h"

/*
 * Appends `json` (which has been checked) without the members that have one
 * of the keys, at any depth; all else byte for byte, but for blanks at what
 * is left out.
 */
void json_drop(struct buf *, struct str json, const struct map *keys);

#endif
