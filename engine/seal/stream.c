/*
 * The sealed form: a secretstream header, then one message for each chunk of
 * SEAL_CHUNK plain bytes; the last one carries the tag FINAL, so that a stream
 * cut at a chunk's border is seen as cut. No bytes at all are one empty chunk.
 */

/* System. */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Libraries. */
#include <sodium.h>

/* Base. */
#include "base/file.h"
#include "base/xalloc.h"

/* Own. */
#include "seal/seal_p.h"

#define HEADER crypto_secretstream_xchacha20poly1305_HEADERBYTES
#define EXTRA crypto_secretstream_xchacha20poly1305_ABYTES
#define FINAL crypto_secretstream_xchacha20poly1305_TAG_FINAL

_Static_assert(SEAL_SEALED_SIZE(1) == HEADER + EXTRA + 1, "sealed size");

/* Where bytes come from: a file (fd >= 0), at an offset or where it stands, or memory. */
struct source {
	int fd;
	int64_t offset; /* -1 = from where the file stands */
	const unsigned char *data;
	size_t left; /* memory only */
};

/* Where they go: a file (fd >= 0) or a buf. */
struct sink {
	int fd;
	struct buf *buf;
};

static int read_some(int fd, unsigned char *out, size_t want, size_t *got, struct err *err)
{
	*got = 0;
	while (*got < want) {
		ssize_t n = read(fd, out + *got, want - *got);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(err, "cannot read");
		if (n == 0)
			break;
		*got += (size_t)n;
	}
	return 0;
}

/* Up to 'want' bytes; fewer only at the end. */
static int source_read(struct source *source, unsigned char *out, size_t want, size_t *got, struct err *err)
{
	if (source->fd < 0) {
		*got = want < source->left ? want : source->left;
		if (*got)
			memcpy(out, source->data, *got);
		source->data += *got;
		source->left -= *got;
		return 0;
	}
	if (source->offset < 0)
		return read_some(source->fd, out, want, got, err);
	if (file_pread_all(source->fd, out, want, source->offset, err))
		return -1;
	source->offset += (int64_t)want;
	*got = want;
	return 0;
}

static int sink_write(struct sink *sink, const void *data, size_t len, struct err *err)
{
	if (sink->fd >= 0)
		return file_write_all(sink->fd, data, len, err);
	buf_add(sink->buf, data, len);
	if (buf_failed(sink->buf))
		return err_set(err, ERR_LIMIT, "larger than the limit of %zu bytes", sink->buf->max);
	return 0;
}

/* Both buffers of a pass, wiped when it is over. */
struct chunks {
	unsigned char plain[SEAL_CHUNK];
	unsigned char sealed[SEAL_CHUNK + EXTRA];
};

static void chunks_free(struct chunks *chunks)
{
	sodium_memzero(chunks->plain, sizeof chunks->plain);
	free(chunks);
}

static int encrypt(const struct seal_key *key, struct source *from, int64_t len, struct sink *to,
		   struct hash_pair *hashes, struct err *err)
{
	crypto_secretstream_xchacha20poly1305_state state;
	struct chunks *chunks = xmalloc(sizeof *chunks);
	int rc;

	crypto_secretstream_xchacha20poly1305_init_push(&state, chunks->sealed, key->bytes);
	rc = sink_write(to, chunks->sealed, HEADER, err);
	do {
		size_t n = len < SEAL_CHUNK ? (size_t)len : SEAL_CHUNK, got;

		if (rc || source_read(from, chunks->plain, n, &got, err)) {
			rc = -1;
			break;
		}
		len -= (int64_t)n;
		hash_pair_add(hashes, chunks->plain, n);
		crypto_secretstream_xchacha20poly1305_push(&state, chunks->sealed, NULL, chunks->plain, n, NULL, 0,
							   len ? 0 : FINAL);
		rc = sink_write(to, chunks->sealed, n + EXTRA, err);
	} while (len > 0);
	sodium_memzero(&state, sizeof state);
	chunks_free(chunks);
	return rc;
}

static int damaged(struct err *err, const char *what)
{
	return err_set(err, ERR_CORRUPT, "sealed data is not what was stored: %s", what);
}

/* One chunk: 1 = the last one, 0 = more to come. */
static int decrypt_chunk(crypto_secretstream_xchacha20poly1305_state *state, struct chunks *chunks,
			 struct source *from, struct sink *to, int64_t *total, struct err *err)
{
	unsigned long long plain = 0;
	unsigned char tag = 0, beyond;
	size_t got, more = 0;

	if (source_read(from, chunks->sealed, sizeof chunks->sealed, &got, err))
		return -1;
	if (got < EXTRA)
		return damaged(err, "it ends too early");
	if (crypto_secretstream_xchacha20poly1305_pull(state, chunks->plain, &plain, &tag, chunks->sealed, got,
						       NULL, 0))
		return damaged(err, "a chunk was changed, or the key is another one");
	if (tag == FINAL && source_read(from, &beyond, 1, &more, err))
		return -1;
	if (more)
		return damaged(err, "there are bytes behind its end");
	*total += (int64_t)plain;
	if (sink_write(to, chunks->plain, (size_t)plain, err))
		return -1;
	return tag == FINAL;
}

static int decrypt(const struct seal_key *key, struct source *from, struct sink *to, int64_t *len, struct err *err)
{
	crypto_secretstream_xchacha20poly1305_state state;
	struct chunks *chunks = xmalloc(sizeof *chunks);
	int64_t total = 0;
	size_t got;
	int rc = source_read(from, chunks->sealed, HEADER, &got, err);

	if (!rc && got < HEADER)
		rc = damaged(err, "it ends too early");
	if (!rc && crypto_secretstream_xchacha20poly1305_init_pull(&state, chunks->sealed, key->bytes))
		rc = damaged(err, "its header was changed");
	while (!rc)
		rc = decrypt_chunk(&state, chunks, from, to, &total, err);
	sodium_memzero(&state, sizeof state);
	chunks_free(chunks);
	if (rc > 0 && len)
		*len = total;
	return rc > 0 ? 0 : -1;
}

int seal_encrypt_fd(const struct seal_key *key, int from, int64_t offset, int64_t len, int to,
		    const struct seal_hashes *hashes, struct err *err)
{
	struct source source = { from, offset, NULL, 0 };
	struct sink sink = { to, NULL };
	struct hash_pair pair;
	int rc;

	if (offset < 0 || len < 0)
		return err_set(err, ERR_BUG, "cannot seal %lld bytes at %lld", (long long)len, (long long)offset);
	hash_pair_init(&pair, hashes && hashes->sha256, hashes && hashes->keyed ? hashes->hash_key : NULL);
	rc = encrypt(key, &source, len, &sink, &pair, err);
	hash_pair_end(&pair, hashes ? hashes->sha256 : NULL, hashes ? hashes->keyed : NULL);
	return rc;
}

int seal_decrypt_fd(const struct seal_key *key, int from, int to, int64_t *len, struct err *err)
{
	struct source source = { from, -1, NULL, 0 };
	struct sink sink = { to, NULL };

	return decrypt(key, &source, &sink, len, err);
}

int seal_encrypt(const struct seal_key *key, const void *data, size_t len, struct buf *out, struct err *err)
{
	struct source source = { -1, 0, data, len };
	struct sink sink = { -1, out };
	struct hash_pair pair;

	hash_pair_init(&pair, false, NULL);
	return encrypt(key, &source, (int64_t)len, &sink, &pair, err);
}

int seal_decrypt(const struct seal_key *key, const void *data, size_t len, struct buf *out, struct err *err)
{
	struct source source = { -1, 0, data, len };
	struct sink sink = { -1, out };

	return decrypt(key, &source, &sink, NULL, err);
}
