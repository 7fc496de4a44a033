/* How alike two texts are (minhash.h). */
#include <string.h>

#include "stats/minhash.h"

/* The finisher of splitmix64 (Steele, Lea and Flood 2014). */
static uint64_t
mix(uint64_t x)
{
	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

void
minhash(const char *text, size_t n, struct minhash *m)
{
	size_t size = n < MINHASH_SHINGLE ? n : MINHASH_SHINGLE;
	uint64_t odd[MINHASH_SIZE];

	/* one function a number: multiply and shift */
	for (uint64_t k = 0; k < MINHASH_SIZE; k++)
		odd[k] = mix(k + 1) | 1;
	memset(m, 0xff, sizeof(*m));
	for (size_t i = 0; i + size <= n; i++) {
		uint64_t shingle = 0, hash;
		memcpy(&shingle, text + i, size);
		hash = mix(shingle);
		for (int k = 0; k < MINHASH_SIZE; k++) {
			uint32_t h = (uint32_t)(hash * odd[k] >> 32);
			m->least[k] = h < m->least[k] ? h : m->least[k];
		}
	}
}

double
minhash_similarity(const struct minhash *a, const struct minhash *b)
{
	int same = 0;

	for (int k = 0; k < MINHASH_SIZE; k++)
		same += a->least[k] == b->least[k];
	return (double)same / MINHASH_SIZE;
}
