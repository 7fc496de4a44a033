/*
 * Texts to be looked up by their number, however many: what a sorter had, in
 * memory if that is enough, else in a temporary file with a mark for every
 * few kilobytes.  A Bloom filter (Bloom 1970; in blocks of a cache line,
 * Putze, Sanders and Singler 2009) tells most numbers that are not there
 * without a look, at some ten bits a text.
 *
 * Numbers are taken for random, as hashes are.
 */
#ifndef HITL_BASE_SORTED_TABLE_H
#define HITL_BASE_SORTED_TABLE_H

#include "base/sorter.h"

struct sorted_table;

/* Which texts are kept, asked in their order; NULL: all. */
typedef bool sorted_table_keep_fn(void *, uint64_t number, struct str text);

/*
 * What is in the sorter, after sorter_sort().
 *   memory     bytes at most for texts, marks and filter together
 *   directory  of a temporary file
 * NULL with *e.
 */
struct sorted_table *sorted_table_new(struct sorter *, size_t memory,
    const char *directory, sorted_table_keep_fn *, void *, struct err *e);
void sorted_table_free(struct sorted_table *);

uint64_t sorted_table_count(const struct sorted_table *);

/* False: there is no text of that number. */
bool sorted_table_may_have(const struct sorted_table *, uint64_t number);

/* A place in the table: one a thread. */
struct table_cursor {
	const struct sorted_table *table;
	struct buf buf; /* of a file */
	uint64_t at; /* of the next text, bytes */
	uint64_t ordinal; /* of the next text: 0, 1, 2… in the table */
	uint64_t from, to; /* what of the table is in buf */
};
void table_cursor_init(struct table_cursor *, const struct sorted_table *);
void table_cursor_release(struct table_cursor *);

/* Before the first text whose number is not less. */
int table_seek(struct table_cursor *, uint64_t number, struct err *e);

/*
 * The next text, valid until the next call, its number and ordinal: 1; 0 at
 * the end; -1 with *e.
 */
int table_next(struct table_cursor *, uint64_t *number, uint64_t *ordinal,
    struct str *text, struct err *e);

#endif
