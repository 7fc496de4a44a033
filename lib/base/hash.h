/*
 * Keyed and cryptographic hashes, by libsodium.
 *
 * SipHash-2-4 (Aumasson & Bernstein 2012) hashes everything that comes from
 * input: maps with a key drawn at start-up, so that no input can be made to
 * collide; audit sampling with the policy's key, so that a rerun selects
 * the same records.  SHA-256 (FIPS 180-4) names files by their contents.
 */
#ifndef HITL_BASE_HASH_H
#define HITL_BASE_HASH_H

#include <stdint.h>

#include "base/text.h"

struct hash_key {
	unsigned char byte[16];
};

/*
 * Must be called once before the others.  Where the system gives no random
 * numbers, now or later, `missing` is called, which must not return.
 */
void hash_init(void (*missing)(void));

uint64_t siphash(const struct hash_key *, struct str);
/* The same as a number in [0, 1), a multiple of 2^-53. */
double siphash_uniform(const struct hash_key *, struct str);
/* A key made from a passphrase: the first 16 bytes of its SHA-256. */
struct hash_key hash_key_derive(struct str passphrase);
/* The process's own random key, for maps. */
uint64_t hash_private(struct str);

/* So many bytes nobody can foresee, in hex; out[2 * bytes + 1]. */
void random_hex(size_t bytes, char *out);

/* Such a number in [0, 1), another one in each process. */
double random_uniform(void);

/* Lower-case hex of SHA-256; out is NUL-terminated. */
void sha256_hex(struct str, char out[65]);

/* The same of a text that comes in pieces. */
struct sha256;
struct sha256 *sha256_new(void); /* never NULL */
void sha256_add(struct sha256 *, struct str);
void sha256_end(struct sha256 *, char out[65]); /* and frees it */

#endif
