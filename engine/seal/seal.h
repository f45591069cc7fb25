/*
 * Cryptography, libsodium's (but SHA-256): keys that wrap keys, sealed streams,
 * hashes, randomness. A low-level thing that stays low-level.
 *
 * The master key (a file outside the store) wraps scope keys (one for each
 * item and each dossier); a scope key wraps blob keys (one for each blob); a
 * blob key seals bytes as a libsodium secretstream in chunks of SEAL_CHUNK.
 * Destroying a scope key makes every blob of that scope unreadable for ever.
 */
#ifndef POSTKAMER_SEAL_SEAL_H
#define POSTKAMER_SEAL_SEAL_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

#define SEAL_KEY_SIZE 32
#define SEAL_HASH_SIZE 32
#define SEAL_WRAPPED_SIZE 72 /* nonce, key and tag; BLOB_KEY_WRAPPED of model/blob.h */
#define SEAL_CHUNK 65536
/* What 'len' plain bytes become when sealed: a header of 24, and 17 for each chunk begun (one at least). */
#define SEAL_SEALED_SIZE(len) (24 + (len) + 17 * ((len) ? ((len) + SEAL_CHUNK - 1) / SEAL_CHUNK : 1))

/* An open key: wipe with seal_wipe() when done. */
struct seal_key {
	unsigned char bytes[SEAL_KEY_SIZE];
};

/* Before anything else; fails only when the system has no randomness. */
int seal_init(struct err *err);
void seal_random(void *out, size_t len);
void seal_wipe(void *data, size_t len);
/* Constant time; 0 when equal. */
int seal_compare(const void *a, const void *b, size_t len);

/*
 * Makes a key file (64 hexadecimal digits, mode 0600; ERR_EXISTS rather than
 * overwrite one); durable when it returns.
 */
int seal_master_create(const char *path, struct err *err);
/* Reads it; ERR_INPUT for a file that others can read or that holds something else. */
int seal_master_load(const char *path, struct seal_key *key_r, struct err *err);

void seal_key_new(struct seal_key *key_r);
/* A key of another purpose from this one; 'purpose' is at most 8 bytes ("dedupe"). */
void seal_key_derive(const struct seal_key *from, const char *purpose, struct seal_key *key_r);

/* Wraps 'key' by crypto_secretbox under a random nonce. */
void seal_wrap(const struct seal_key *with, const struct seal_key *key,
	       unsigned char wrapped_r[SEAL_WRAPPED_SIZE]);
/* ERR_CORRUPT when it was not wrapped by that key, or was changed. */
int seal_unwrap(const struct seal_key *with, const unsigned char wrapped[SEAL_WRAPPED_SIZE],
		struct seal_key *key_r, struct err *err);

/*
 * SHA-256 and keyed BLAKE2b-256, over memory or over 'len' bytes of a file from
 * 'offset' (a file that ends earlier is ERR_CORRUPT; its position stays).
 */
void seal_sha256(const void *data, size_t len, unsigned char out[SEAL_HASH_SIZE]);
int seal_sha256_fd(int fd, int64_t offset, int64_t len, unsigned char out[SEAL_HASH_SIZE], struct err *err);
void seal_hash(const struct seal_key *key, const void *data, size_t len, unsigned char out[SEAL_HASH_SIZE]);
int seal_hash_fd(const struct seal_key *key, int fd, int64_t offset, int64_t len,
		 unsigned char out[SEAL_HASH_SIZE], struct err *err);

/*
 * Seals 'len' bytes at 'offset' of 'from' to the current place of 'to'; what
 * is written is SEAL_SEALED_SIZE(len) long. 'hashes' may be NULL. One pass reads
 * each byte once: plain hash (SHA-256, may be NULL) and keyed hash (needs
 * 'hash_key', may be NULL) are made on the way. Memory use is constant.
 */
struct seal_hashes {
	unsigned char *sha256;             /* 32 bytes or NULL */
	const struct seal_key *hash_key;
	unsigned char *keyed;              /* 32 bytes or NULL */
};
int seal_encrypt_fd(const struct seal_key *key, int from, int64_t offset, int64_t len, int to,
		    const struct seal_hashes *hashes, struct err *err);
/*
 * The reverse, from the current place of 'from' (to its end) to that of 'to'.
 * ERR_CORRUPT at any change, early end or byte too many; what was written by
 * then is to be thrown away.
 */
int seal_decrypt_fd(const struct seal_key *key, int from, int to, int64_t *len_r, struct err *err);
/* The same in memory, for small blobs. */
int seal_encrypt(const struct seal_key *key, const void *data, size_t len, struct buf *out, struct err *err);
int seal_decrypt(const struct seal_key *key, const void *data, size_t len, struct buf *out, struct err *err);

#endif
