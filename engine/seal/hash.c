/* System. */
#include <string.h>

/* Libraries. */
#include <nettle/sha2.h>
#include <sodium.h>

/* Base. */
#include "base/file.h"

/* Own. */
#include "seal/seal_p.h"

void hash_pair_init(struct hash_pair *pair, bool plain, const struct seal_key *key)
{
	pair->plain = plain;
	pair->is_keyed = key != NULL;
	if (plain)
		sha256_init(&pair->sha256);
	if (key)
		crypto_generichash_init(&pair->keyed, key->bytes, sizeof key->bytes, SEAL_HASH_SIZE);
}

void hash_pair_add(struct hash_pair *pair, const void *data, size_t len)
{
	if (pair->plain)
		sha256_update(&pair->sha256, len, data);
	if (pair->is_keyed)
		crypto_generichash_update(&pair->keyed, data, len);
}

void hash_pair_end(struct hash_pair *pair, unsigned char *sha256, unsigned char *keyed)
{
	if (pair->plain && sha256)
		sha256_digest(&pair->sha256, SHA256_DIGEST_SIZE, sha256);
	if (pair->is_keyed && keyed)
		crypto_generichash_final(&pair->keyed, keyed, SEAL_HASH_SIZE);
	sodium_memzero(pair, sizeof *pair);
}

static int hash_add_fd(struct hash_pair *pair, int fd, int64_t offset, int64_t len, struct err *err)
{
	unsigned char chunk[16384];

	while (len > 0) {
		size_t n = len < (int64_t)sizeof chunk ? (size_t)len : sizeof chunk;

		if (file_pread_all(fd, chunk, n, offset, err))
			return -1;
		hash_pair_add(pair, chunk, n);
		offset += (int64_t)n;
		len -= (int64_t)n;
	}
	return 0;
}

void seal_sha256(const void *data, size_t len, unsigned char out[SEAL_HASH_SIZE])
{
	struct sha256_ctx ctx;

	sha256_init(&ctx);
	sha256_update(&ctx, len, data);
	sha256_digest(&ctx, SHA256_DIGEST_SIZE, out);
}

int seal_sha256_fd(int fd, int64_t offset, int64_t len, unsigned char out[SEAL_HASH_SIZE], struct err *err)
{
	struct hash_pair pair;
	int rc;

	hash_pair_init(&pair, true, NULL);
	rc = hash_add_fd(&pair, fd, offset, len, err);
	hash_pair_end(&pair, out, NULL);
	return rc;
}

void seal_hash(const struct seal_key *key, const void *data, size_t len, unsigned char out[SEAL_HASH_SIZE])
{
	crypto_generichash(out, SEAL_HASH_SIZE, data, len, key->bytes, sizeof key->bytes);
}

int seal_hash_fd(const struct seal_key *key, int fd, int64_t offset, int64_t len,
		 unsigned char out[SEAL_HASH_SIZE], struct err *err)
{
	struct hash_pair pair;
	int rc;

	hash_pair_init(&pair, false, key);
	rc = hash_add_fd(&pair, fd, offset, len, err);
	hash_pair_end(&pair, NULL, out);
	return rc;
}
