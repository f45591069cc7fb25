/* Private to seal/: the two hashes that are made in one pass. */
#ifndef POSTKAMER_SEAL_SEAL_P_H
#define POSTKAMER_SEAL_SEAL_P_H

#include <stdbool.h>
#include <stddef.h>

/* SHA-256 is Nettle's: it uses the instructions that processors have for it, five times as fast as libsodium's. */
#include <nettle/sha2.h>
#include <sodium.h>

#include "seal/seal.h"

struct hash_pair {
	bool plain, is_keyed;
	struct sha256_ctx sha256;
	crypto_generichash_state keyed;
};

/* SHA-256 when 'plain', the keyed hash when 'key' is not NULL. */
void hash_pair_init(struct hash_pair *pair, bool plain, const struct seal_key *key);
void hash_pair_add(struct hash_pair *pair, const void *data, size_t len);
/* Writes those that were asked for, and wipes the states. */
void hash_pair_end(struct hash_pair *pair, unsigned char *sha256_r, unsigned char *keyed_r);

#endif
