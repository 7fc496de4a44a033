/* Arrays: how long they are, and the one way they grow. */
#ifndef HITL_BASE_ARRAY_H
#define HITL_BASE_ARRAY_H

#include <stddef.h>

/* Of an array, not of a pointer. */
#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/*
 * Room for one more element in a malloc'ed array of `*n` used and `*cap`
 * allocated elements; grows by doubling.
 */
#define VEC_ROOM(array, n, cap)                                                \
	((array) = vec_room((array), (n), &(cap), sizeof(*(array))))
void *vec_room(void *array, size_t n, size_t *cap, size_t size);

#endif
