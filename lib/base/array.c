/* Arrays that grow (array.h). */
#include <stdlib.h>

#include "base/arena.h"
#include "base/array.h"

void *
vec_room(void *array, size_t n, size_t *cap, size_t size)
{
	size_t want, bytes;

	if (n < *cap)
		return array;
	if (__builtin_mul_overflow(*cap, 2, &want))
		memory_exhausted();
	if (want < 16)
		want = 16;
	if (__builtin_mul_overflow(want, size, &bytes))
		memory_exhausted();
	if ((array = realloc(array, bytes)) == NULL)
		memory_exhausted();
	*cap = want;
	return array;
}
