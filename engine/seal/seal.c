/* System. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Libraries. */
#include <sodium.h>

/* Base. */
#include "base/file.h"
#include "base/step.h"
#include "base/str.h"
#include "base/xalloc.h"

/* Own. */
#include "seal/seal.h"

_Static_assert(SEAL_KEY_SIZE == crypto_secretbox_KEYBYTES, "key size");
_Static_assert(SEAL_KEY_SIZE == crypto_kdf_KEYBYTES, "key size");
_Static_assert(SEAL_HASH_SIZE == crypto_hash_sha256_BYTES, "hash size");
_Static_assert(SEAL_HASH_SIZE == crypto_generichash_BYTES, "hash size");
_Static_assert(SEAL_WRAPPED_SIZE == crypto_secretbox_NONCEBYTES + SEAL_KEY_SIZE + crypto_secretbox_MACBYTES,
	       "wrapped size");

int seal_init(struct err *err)
{
	if (sodium_init() < 0)
		return err_set(err, ERR_SYSTEM, "cannot start libsodium: no randomness from the system");
	return 0;
}

void seal_random(void *out, size_t len)
{
	randombytes_buf(out, len);
}

void seal_wipe(void *data, size_t len)
{
	sodium_memzero(data, len);
}

int seal_compare(const void *a, const void *b, size_t len)
{
	return sodium_memcmp(a, b, len);
}

/* ---- the master key's file: 64 hexadecimal digits and a newline ---- */

static int key_file_write(const char *path, const char *text, struct err *err)
{
	int fd, rc;

	/* What a crash left here was never a key in use: the rename had not happened. */
	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_sys(err, "cannot create '%s'", path);
	rc = file_write_all(fd, text, strlen(text), err);
	if (!rc && fsync(fd))
		rc = err_sys(err, "cannot sync");
	close(fd);
	if (rc)
		unlink(path);
	return rc ? err_context(err, "'%s'", path) : 0;
}

static int key_file_place(const char *tmp, const char *path, struct err *err)
{
	char *folder = xstrdup(path);
	int rc = 0;

	step_done("key.rename");
	if (renameat2(AT_FDCWD, tmp, AT_FDCWD, path, RENAME_NOREPLACE)) {
		if (errno == EEXIST)
			rc = err_set(err, ERR_EXISTS, "'%s' is there already: a key is never overwritten, "
				     "because what was sealed with it would be lost", path);
		else
			rc = err_sys(err, "cannot rename '%s'", tmp);
		unlink(tmp);
	}
	if (!rc)
		rc = file_sync_folder(dirname(folder), err);
	step_done("key.rename");
	free(folder);
	return rc;
}

int seal_master_create(const char *path, struct err *err)
{
	size_t size = strlen(path) + 8;
	char text[2 * SEAL_KEY_SIZE + 2], *tmp = xmalloc(size);
	struct seal_key key;
	int rc;

	snprintf(tmp, size, "%s.new", path);
	seal_key_new(&key);
	str_hex(text, key.bytes, sizeof key.bytes);
	text[2 * SEAL_KEY_SIZE] = '\n';
	text[2 * SEAL_KEY_SIZE + 1] = '\0';
	rc = key_file_write(tmp, text, err);
	if (!rc)
		rc = key_file_place(tmp, path, err);
	seal_wipe(&key, sizeof key);
	seal_wipe(text, sizeof text);
	free(tmp);
	return rc;
}

int seal_master_load(const char *path, struct seal_key *key, struct err *err)
{
	struct buf text = BUF_INIT(4096);
	int rc = file_read_secret(path, &text, err);

	if (!rc && !str_unhex(key->bytes, sizeof key->bytes, text.data))
		rc = err_set(err, ERR_INPUT, "'%s' holds no master key: it must be %d hexadecimal digits, as "
			     "'postkamer init' writes them; put the right file back from a backup", path,
			     2 * SEAL_KEY_SIZE);
	seal_wipe(text.data, text.len);
	buf_free(&text);
	return rc;
}

/* ---- keys ---- */

void seal_key_new(struct seal_key *key)
{
	randombytes_buf(key->bytes, sizeof key->bytes);
}

void seal_key_derive(const struct seal_key *from, const char *purpose, struct seal_key *key)
{
	char context[crypto_kdf_CONTEXTBYTES] = { 0 };

	memcpy(context, purpose, strnlen(purpose, sizeof context));
	crypto_kdf_derive_from_key(key->bytes, sizeof key->bytes, 1, context, from->bytes);
}

void seal_wrap(const struct seal_key *with, const struct seal_key *key, unsigned char wrapped[SEAL_WRAPPED_SIZE])
{
	randombytes_buf(wrapped, crypto_secretbox_NONCEBYTES);
	crypto_secretbox_easy(wrapped + crypto_secretbox_NONCEBYTES, key->bytes, sizeof key->bytes, wrapped,
			      with->bytes);
}

int seal_unwrap(const struct seal_key *with, const unsigned char wrapped[SEAL_WRAPPED_SIZE],
		struct seal_key *key, struct err *err)
{
	if (crypto_secretbox_open_easy(key->bytes, wrapped + crypto_secretbox_NONCEBYTES,
				       SEAL_WRAPPED_SIZE - crypto_secretbox_NONCEBYTES, wrapped, with->bytes))
		return err_set(err, ERR_CORRUPT, "a key cannot be unwrapped: it was changed, or wrapped by another "
			       "key than this one");
	return 0;
}
