/* Keyed and cryptographic hashes (hash.h). */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/hash.h"

static struct hash_key private_key;

_Static_assert(crypto_shorthash_siphash24_KEYBYTES == sizeof(struct hash_key),
    "SipHash takes a key of 16 bytes");

void
hash_init(void (*missing)(void))
{
	/* what libsodium calls misuse is getrandom(2) that fails */
	sodium_set_misuse_handler(missing);
	if (sodium_init() == -1) {
		missing();
		abort();
	}
	randombytes_buf(&private_key, sizeof(private_key));
}

uint64_t
siphash(const struct hash_key *key, struct str text)
{
	unsigned char out[crypto_shorthash_siphash24_BYTES];
	uint64_t h = 0;

	crypto_shorthash_siphash24(
	    out, (const unsigned char *)text.s, text.n, key->byte);
	for (int i = 7; i >= 0; i--)
		h = h << 8 | out[i]; /* little-endian, as the paper has it */
	return h;
}

double
siphash_uniform(const struct hash_key *key, struct str text)
{
	return (double)(siphash(key, text) >> 11) * 0x1p-53;
}

uint64_t
hash_private(struct str text)
{
	return siphash(&private_key, text);
}

struct hash_key
hash_key_derive(struct str passphrase)
{
	unsigned char digest[crypto_hash_sha256_BYTES];
	struct hash_key key;

	crypto_hash_sha256(
	    digest, (const unsigned char *)passphrase.s, passphrase.n);
	memcpy(key.byte, digest, sizeof(key.byte));
	return key;
}

void
sha256_hex(struct str text, char out[65])
{
	unsigned char digest[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(digest, (const unsigned char *)text.s, text.n);
	sodium_bin2hex(out, 65, digest, sizeof(digest));
}

struct sha256 {
	crypto_hash_sha256_state state;
};

struct sha256 *
sha256_new(void)
{
	struct sha256 *x = malloc(sizeof(*x));

	if (x == NULL)
		memory_exhausted();
	crypto_hash_sha256_init(&x->state);
	return x;
}

void
sha256_add(struct sha256 *x, struct str text)
{
	crypto_hash_sha256_update(
	    &x->state, (const unsigned char *)text.s, text.n);
}

void
sha256_end(struct sha256 *x, char out[65])
{
	unsigned char digest[crypto_hash_sha256_BYTES];

	crypto_hash_sha256_final(&x->state, digest);
	sodium_bin2hex(out, 65, digest, sizeof(digest));
	free(x);
}

void
random_hex(size_t bytes, char *out)
{
	unsigned char byte;

	for (size_t i = 0; i < bytes; i++) {
		randombytes_buf(&byte, 1);
		sodium_bin2hex(out + 2 * i, 3, &byte, 1);
	}
	out[2 * bytes] = '\0';
}

double
random_uniform(void)
{
	return (double)randombytes_random() * 0x1p-32;
}
