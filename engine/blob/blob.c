/* System. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Base. */
#include "base/date.h"
#include "base/file.h"
#include "base/str.h"

/* Own. */
#include "blob/blob_p.h"

_Static_assert(BLOB_KEY_WRAPPED == SEAL_WRAPPED_SIZE, "wrapped key");
_Static_assert(BLOB_NAME_SIZE >= BLOB_DAY_SIZE + 1 + 2 * SEAL_HASH_SIZE, "room for a name");

#define INLINE_SEALED_MAX SEAL_SEALED_SIZE(BLOB_INLINE_MAX)

/* A disk that is full may have room later; anything else is the disk's own trouble. */
static int write_failed(struct err *err, int code)
{
	if (code != ENOSPC && code != EDQUOT && code != EFBIG)
		return -1;
	if (err)
		err->code = ERR_TEMP;
	return err_context(err, "no room to store a document or mail");
}

static void blob_name(const struct seal_key *scope, const struct blob_key *key, int64_t now, char *name)
{
	unsigned char hash[SEAL_HASH_SIZE];
	struct seal_key names;
	struct civil day;
	char hex[2 * SEAL_HASH_SIZE + 1];

	seal_key_derive(scope, "blobname", &names);
	seal_hash(&names, key->bytes, sizeof key->bytes, hash);
	seal_wipe(&names, sizeof names);
	str_hex(hex, hash, sizeof hash);
	date_utc(now, &day);
	snprintf(name, BLOB_NAME_SIZE, "%04d-%02d-%02d/%s", day.year % 10000, day.month % 100, day.day % 100, hex);
}

/* A new key in 'key' and, wrapped, in 'ref'. */
static void ref_begin(struct blob_ref *ref, const struct seal_key *scope, size_t size, struct seal_key *key)
{
	memset(ref, 0, sizeof *ref);
	ref->size = (int64_t)size;
	seal_key_new(key);
	seal_wrap(scope, key, ref->key.bytes);
	ref->key.present = 1;
}

static int put_inline(const struct seal_key *key, const void *data, size_t len, struct arena *arena,
		      struct blob_ref *ref, struct err *err)
{
	struct buf sealed = BUF_INIT(INLINE_SEALED_MAX);
	int rc = seal_encrypt(key, data, len, &sealed, err);

	if (!rc) {
		ref->inline_data = arena_memdup(arena, sealed.data, sealed.len);
		ref->inline_size = sealed.len;
	}
	buf_free(&sealed);
	return rc;
}

static int put_small(const struct seal_key *key, int fd, int64_t offset, size_t len,
		     const struct seal_hashes *hashes, struct arena *arena, struct blob_ref *ref, struct err *err)
{
	unsigned char data[BLOB_INLINE_MAX];
	int rc = file_pread_all(fd, data, len, offset, err);

	if (!rc && hashes && hashes->sha256)
		seal_sha256(data, len, hashes->sha256);
	if (!rc && hashes && hashes->keyed)
		seal_hash(hashes->hash_key, data, len, hashes->keyed);
	if (!rc)
		rc = put_inline(key, data, len, arena, ref, err);
	seal_wipe(data, sizeof data);
	return rc;
}

static int put_file(struct blobs *blobs, const struct seal_key *key, int from, int64_t offset, int64_t len,
		    const struct seal_hashes *hashes, const char *name, struct err *err)
{
	int fd = blobs->ops->make(blobs, err), code;

	if (fd < 0) {
		code = errno;
		return write_failed(err, code);
	}
	errno = 0;
	if (seal_encrypt_fd(key, from, offset, len, fd, hashes, err)) {
		code = errno;
		blobs->ops->drop(blobs, fd);
		return write_failed(err, code);
	}
	return blobs->ops->keep(blobs, fd, name, err);
}

int blob_put_fd(struct blobs *blobs, const struct seal_key *scope, int fd, int64_t offset, int64_t len,
		int64_t now, const struct seal_hashes *hashes, struct arena *arena, struct blob_ref *ref,
		struct err *err)
{
	struct seal_key key;
	int rc;

	if (len < 0 || offset < 0)
		return err_set(err, ERR_BUG, "cannot store %lld bytes", (long long)len);
	ref_begin(ref, scope, (size_t)len, &key);
	if (len <= BLOB_INLINE_MAX) {
		rc = put_small(&key, fd, offset, (size_t)len, hashes, arena, ref, err);
	} else {
		blob_name(scope, &ref->key, now, ref->name);
		rc = put_file(blobs, &key, fd, offset, len, hashes, ref->name, err);
	}
	seal_wipe(&key, sizeof key);
	return rc;
}

/* Memory of some size goes by way of a memory file: one path for what ends on disk. */
static int put_large(struct blobs *blobs, const struct seal_key *key, const void *data, size_t len,
		     const char *name, struct err *err)
{
	int fd = file_memory("blob", err), rc;

	if (fd < 0)
		return -1;
	rc = file_write_all(fd, data, len, err);
	if (!rc)
		rc = put_file(blobs, key, fd, 0, (int64_t)len, NULL, name, err);
	close(fd);
	return rc;
}

int blob_put(struct blobs *blobs, const struct seal_key *scope, const void *data, size_t len, int64_t now,
	     struct arena *arena, struct blob_ref *ref, struct err *err)
{
	struct seal_key key;
	int rc;

	ref_begin(ref, scope, len, &key);
	if (len <= BLOB_INLINE_MAX) {
		rc = put_inline(&key, data, len, arena, ref, err);
	} else {
		blob_name(scope, &ref->key, now, ref->name);
		rc = put_large(blobs, &key, data, len, ref->name, err);
	}
	seal_wipe(&key, sizeof key);
	return rc;
}

int blob_sync(struct blobs *blobs, struct err *err)
{
	if (blobs->ops->sync(blobs, err))
		return -1;
	blobs->mark = BLOB_NO_MARK;
	return 0;
}

void blob_mark(struct blobs *blobs)
{
	blobs->mark = blobs->ops->count(blobs);
}

void blob_discard(struct blobs *blobs)
{
	if (blobs->mark != BLOB_NO_MARK)
		blobs->ops->discard(blobs, blobs->mark);
	blobs->mark = BLOB_NO_MARK;
}

static int context_of(const struct blob_ref *ref, struct err *err)
{
	if (ref->name[0])
		return err_context(err, "blob '%s'", ref->name);
	return err_context(err, "blob %lld in the database", (long long)ref->id);
}

static int decrypt_inline(const struct seal_key *key, const struct blob_ref *ref, int out, int64_t *len,
			  struct err *err)
{
	struct buf plain = BUF_INIT(BLOB_INLINE_MAX + 1);
	int rc = seal_decrypt(key, ref->inline_data, ref->inline_size, &plain, err);

	if (!rc)
		rc = file_write_all(out, plain.data, plain.len, err);
	*len = (int64_t)plain.len;
	seal_wipe(plain.data, plain.len);
	buf_free(&plain);
	return rc;
}

/*
 * What only this file suffers from: it is lost, and whatever needs it is set
 * apart. Anything else (no memory, no descriptors) is the system's trouble.
 */
static int read_failed(struct err *err, int code)
{
	static const int own[] = { EIO, EACCES, EPERM, ELOOP, EISDIR, ENXIO, ENOTDIR, ESTALE, EBADMSG, EUCLEAN };
	size_t i;

	for (i = 0; err && i < sizeof own / sizeof *own; i++)
		if (code == own[i])
			err->code = ERR_CORRUPT;
	return -1;
}

static int decrypt_file(struct blobs *blobs, const struct seal_key *key, const struct blob_ref *ref, int out,
			int64_t *len, struct err *err)
{
	int fd, code = 0, rc;

	errno = 0;
	fd = blobs->ops->open(blobs, ref->name, err);
	if (fd < 0) {
		code = errno;
		return read_failed(err, code);
	}
	rc = seal_decrypt_fd(key, fd, out, len, err);
	code = errno;
	close(fd);
	return rc ? read_failed(err, code) : 0;
}

static int decrypt(struct blobs *blobs, const struct seal_key *key, const struct blob_ref *ref, int out,
		   struct err *err)
{
	int64_t len = 0;
	int rc;

	if (ref->name[0])
		rc = decrypt_file(blobs, key, ref, out, &len, err);
	else if (ref->inline_data)
		rc = decrypt_inline(key, ref, out, &len, err);
	else
		rc = err_set(err, ERR_BUG, "it was asked for without the bytes that the store has");
	if (!rc && len != ref->size)
		rc = err_set(err, ERR_CORRUPT, "it holds %lld bytes where %lld were stored", (long long)len,
			     (long long)ref->size);
	if (!rc)
		rc = file_memory_seal(out, err);
	if (!rc && lseek(out, 0, SEEK_SET) < 0)
		rc = err_sys(err, "cannot rewind a memory file");
	return rc;
}

int blob_get(struct blobs *blobs, const struct seal_key *scope, const struct blob_ref *ref, struct err *err)
{
	struct seal_key key;
	int out;

	if (seal_unwrap(scope, ref->key.bytes, &key, err))
		return context_of(ref, err);
	out = file_memory("blob", err);
	if (out >= 0 && decrypt(blobs, &key, ref, out, err)) {
		context_of(ref, err);
		close(out);
		out = -1;
	}
	seal_wipe(&key, sizeof key);
	return out;
}

int blob_rewrap(const struct blob_ref *ref, const struct seal_key *from, const struct seal_key *to,
		struct blob_key *out, struct err *err)
{
	struct seal_key key;

	if (seal_unwrap(from, ref->key.bytes, &key, err))
		return context_of(ref, err);
	seal_wrap(to, &key, out->bytes);
	out->present = 1;
	seal_wipe(&key, sizeof key);
	return 0;
}

int blob_remove(struct blobs *blobs, const struct blob_ref *ref, struct err *err)
{
	return ref->name[0] ? blobs->ops->remove(blobs, ref->name, err) : 0;
}

int blob_collect(struct blobs *blobs, int64_t now, int64_t age, int (*is_known)(void *ctx, const char *name),
		 void *ctx, size_t *removed, struct err *err)
{
	*removed = 0;
	return blobs->ops->collect(blobs, now - age, is_known, ctx, removed, err);
}

void blobs_close(struct blobs **blobs)
{
	struct blobs *old = *blobs;

	if (!old)
		return;
	*blobs = NULL;
	old->ops->close(old);
}
