/*
 * A fixed set of strings, looked up many times: keys of records, names in a
 * policy.  What is looked up may come from anywhere, what is in the set does
 * not, so its hashing needs no secret (base/map.h is for the other case).
 *
 * An entry is a string and the scope it belongs to: the same string may be
 * in several.
 */
#ifndef HITL_BASE_KEYSET_H
#define HITL_BASE_KEYSET_H

#include "base/text.h"

#define KEYSET_NONE UINT32_MAX

struct keyset_entry;

struct keyset { /* all zero: empty */
	struct keyset_entry *entry;
	unsigned shift; /* 64 - log2 of the number of entries */
};

/* Room for n strings, which must outlive the set. */
void keyset_init(struct keyset *, size_t n);
void keyset_release(struct keyset *);

/* value < KEYSET_NONE; a string that is there already keeps its value. */
void keyset_add(struct keyset *, uint32_t scope, struct str, uint32_t value);

/* The value of a string, KEYSET_NONE if it is not in the set. */
uint32_t keyset_find(const struct keyset *, uint32_t scope, struct str);

#endif
