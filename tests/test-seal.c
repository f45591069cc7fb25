/* Sealing: every length around a chunk's border comes back; every change, cut and wrong key is seen. */

/* System. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* Base. */
#include "base/file.h"
#include "base/str.h"
#include "base/xalloc.h"

/* Engine. */
#include "model/blob.h"
#include "seal/seal.h"

/* Own. */
#include "tap.h"

static void make_pattern(unsigned char *data, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		data[i] = (unsigned char)(i * 31 + (i >> 8) * 7);
}

static int file_with(const void *data, size_t len)
{
	struct err err = ERR_INIT;
	int fd = file_memory("test", &err);

	if (file_write_all(fd, data, len, &err) || lseek(fd, 0, SEEK_SET))
		abort();
	return fd;
}

static bool file_equals(int fd, const void *data, size_t len)
{
	unsigned char *got = xmalloc(len);
	struct err err = ERR_INIT;
	bool same = file_size(fd) == (int64_t)len && !file_pread_all(fd, got, len, 0, &err) &&
		    !memcmp(got, data, len);

	free(got);
	return same;
}

static const size_t lengths[] = { 0, 1, 31, SEAL_CHUNK - 1, SEAL_CHUNK, SEAL_CHUNK + 1, 2 * SEAL_CHUNK,
				  2 * SEAL_CHUNK + 17, 5 * SEAL_CHUNK + 1234 };

static void test_round_trips(void)
{
	unsigned char *data = xmalloc(6 * SEAL_CHUNK), sha[32], sha2[32], keyed[32], keyed2[32];
	struct seal_key key, hash_key;
	struct seal_hashes hashes = { sha, &hash_key, keyed };
	struct err err = ERR_INIT;
	size_t i;

	make_pattern(data, 6 * SEAL_CHUNK);
	seal_key_new(&key);
	seal_key_new(&hash_key);
	for (i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		size_t len = lengths[i];
		int plain = file_with(data, len), sealed = file_with("", 0), back = file_with("", 0);
		struct buf one = BUF_INIT(BUF_MAX_DATA), two = BUF_INIT(BUF_MAX_DATA);
		int64_t got = -1;

		tap_is_int(seal_encrypt_fd(&key, plain, 0, (int64_t)len, sealed, &hashes, &err), 0, "%zu bytes seal", len);
		tap_is_int(file_size(sealed), (long long)SEAL_SEALED_SIZE(len), "%zu bytes: sealed size as said", len);
		seal_sha256(data, len, sha2);
		tap_ok(!memcmp(sha, sha2, 32), "%zu bytes: SHA-256 made on the way", len);
		seal_hash(&hash_key, data, len, keyed2);
		tap_ok(!memcmp(keyed, keyed2, 32), "%zu bytes: keyed hash made on the way", len);
		seal_sha256_fd(plain, 0, (int64_t)len, sha2, &err);
		seal_hash_fd(&hash_key, plain, 0, (int64_t)len, keyed2, &err);
		tap_ok(!memcmp(sha, sha2, 32) && !memcmp(keyed, keyed2, 32), "%zu bytes: the same from the file", len);
		lseek(sealed, 0, SEEK_SET);
		tap_is_int(seal_decrypt_fd(&key, sealed, back, &got, &err), 0, "%zu bytes open", len);
		tap_ok(got == (int64_t)len && file_equals(back, data, len), "%zu bytes come back", len);
		tap_is_int(seal_encrypt(&key, data, len, &one, &err), 0, "%zu bytes seal in memory", len);
		tap_ok(!seal_decrypt(&key, one.data, one.len, &two, &err) && two.len == len &&
		       !memcmp(two.data, data, len), "%zu bytes come back in memory", len);
		buf_free(&one);
		buf_free(&two);
		close(plain);
		close(sealed);
		close(back);
	}
	free(data);
}

/* Known answers: FIPS 180-4 "abc"; BLAKE2b with a key of 32 zeros over "abc", from Python's hashlib. */
static void test_known_hashes(void)
{
	struct seal_key zero = { { 0 } };
	unsigned char hash[32];
	char hex[65];

	seal_sha256("abc", 3, hash);
	str_hex(hex, hash, 32);
	tap_is_str(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "SHA-256 of abc");
	seal_hash(&zero, "abc", 3, hash);
	str_hex(hex, hash, 32);
	tap_is_str(hex, "bad705ff155af631f38dc6cafdda827a31595c802f3ff585c10691c58944d89b", "keyed BLAKE2b of abc");
}

static void test_part_of_file(void)
{
	struct err err = ERR_INIT;
	struct seal_key key;
	struct buf out = BUF_INIT(BUF_MAX_TEXT);
	int plain = file_with("0123456789", 10), sealed = file_with("", 0);
	unsigned char a[32], b[32];

	seal_key_new(&key);
	tap_is_int(seal_encrypt_fd(&key, plain, 3, 4, sealed, NULL, &err), 0, "a part of a file seals");
	lseek(sealed, 0, SEEK_SET);
	file_read_fd(sealed, &out, &err);
	struct buf back = BUF_INIT(BUF_MAX_TEXT);
	tap_is_int(seal_decrypt(&key, out.data, out.len, &back, &err), 0, "and opens in memory");
	tap_is_str(back.data, "3456", "it is that part");
	seal_sha256("3456", 4, a);
	seal_sha256_fd(plain, 3, 4, b, &err);
	tap_ok(!memcmp(a, b, 32), "hash of a part of a file");
	tap_is_int(seal_sha256_fd(plain, 3, 8, b, &err), -1, "a file that is shorter than said: no hash");
	tap_is_int(seal_encrypt_fd(&key, plain, 3, 8, sealed, NULL, &err), -1, "nor sealed");
	tap_is_int(err.code, ERR_CORRUPT, "the code says so");
	tap_is_int(seal_encrypt_fd(&key, plain, 0, -1, sealed, NULL, &err), -1, "a negative length is refused");
	buf_free(&out);
	buf_free(&back);
	close(plain);
	close(sealed);
}

/* Every byte of a small one; the borders of a large one. */
static void test_corruption(void)
{
	static const size_t cuts[] = { 0, 1, 23, 24, 25, 40, 41, 24 + 17 + SEAL_CHUNK - 1, 24 + 17 + SEAL_CHUNK,
				       24 + 17 + SEAL_CHUNK + 1, 24 + 2 * 17 + SEAL_CHUNK + 99 };
	struct err err = ERR_INIT;
	struct seal_key key, other;
	struct buf sealed = BUF_INIT(BUF_MAX_TEXT), out = BUF_INIT(BUF_MAX_TEXT);
	unsigned char *data = xmalloc(2 * SEAL_CHUNK);
	size_t i, wrong = 0, named = 0;

	make_pattern(data, 2 * SEAL_CHUNK);
	seal_key_new(&key);
	seal_key_new(&other);
	seal_encrypt(&key, data, 100, &sealed, &err);
	for (i = 0; i < sealed.len; i++) {
		sealed.data[i] ^= 1;
		buf_reset(&out);
		err.code = ERR_NONE;
		wrong += seal_decrypt(&key, sealed.data, sealed.len, &out, &err) == -1;
		named += err.code == ERR_CORRUPT;
		sealed.data[i] ^= 1;
	}
	tap_is_int((long long)wrong, (long long)sealed.len, "a change of any byte of %zu is seen", sealed.len);
	tap_is_int((long long)named, (long long)sealed.len, "and called corrupt");
	buf_reset(&out);
	tap_is_int(seal_decrypt(&key, sealed.data, sealed.len, &out, &err), 0, "unchanged it opens");
	tap_is_int(seal_decrypt(&other, sealed.data, sealed.len, &out, &err), -1, "another key does not open it");
	buf_addc(&sealed, 'x');
	tap_is_int(seal_decrypt(&key, sealed.data, sealed.len, &out, &err), -1, "a byte too many is seen");
	buf_reset(&sealed);
	seal_encrypt(&key, data, SEAL_CHUNK + 100, &sealed, &err);
	for (i = 0; i < sizeof cuts / sizeof *cuts; i++) {
		buf_reset(&out);
		err.code = ERR_NONE;
		tap_ok(cuts[i] < sealed.len && seal_decrypt(&key, sealed.data, cuts[i], &out, &err) == -1 &&
		       err.code == ERR_CORRUPT, "cut to %zu of %zu bytes is seen", cuts[i], sealed.len);
	}
	buf_addf(&sealed, "%100s", "");
	buf_reset(&out);
	tap_is_int(seal_decrypt(&key, sealed.data, sealed.len, &out, &err), -1, "bytes behind a full last chunk are seen");
	free(data);
	buf_free(&sealed);
	buf_free(&out);
}

/* Whole chunks exchanged, doubled or left out: each of them is genuine, their order is not. */
static void test_chunk_order(void)
{
	enum { SIZE = SEAL_CHUNK + 17 };
	struct err err = ERR_INIT;
	struct seal_key key;
	struct buf sealed = BUF_INIT(BUF_MAX_TEXT), bad = BUF_INIT(BUF_MAX_TEXT), out = BUF_INIT(BUF_MAX_TEXT);
	unsigned char *data = xcalloc(1, 3 * SEAL_CHUNK);

	seal_key_new(&key);
	seal_encrypt(&key, data, 3 * SEAL_CHUNK, &sealed, &err);
	buf_add(&bad, sealed.data, 24);
	buf_add(&bad, sealed.data + 24 + SIZE, SIZE);
	buf_add(&bad, sealed.data + 24, SIZE);
	buf_add(&bad, sealed.data + 24 + 2 * SIZE, SIZE);
	tap_is_int(seal_decrypt(&key, bad.data, bad.len, &out, &err), -1, "two chunks exchanged are seen");
	buf_reset(&bad);
	buf_add(&bad, sealed.data, 24 + SIZE);
	buf_add(&bad, sealed.data + 24 + 2 * SIZE, SIZE);
	buf_reset(&out);
	tap_is_int(seal_decrypt(&key, bad.data, bad.len, &out, &err), -1, "a chunk left out is seen");
	buf_reset(&out);
	tap_is_int(seal_decrypt(&key, sealed.data, 24 + 2 * SIZE, &out, &err), -1, "the last chunk cut off is seen");
	free(data);
	buf_free(&sealed);
	buf_free(&bad);
	buf_free(&out);
}

static void test_keys(void)
{
	struct err err = ERR_INIT;
	struct seal_key master, scope, back, a, b;
	unsigned char wrapped[BLOB_KEY_WRAPPED], again[BLOB_KEY_WRAPPED];
	size_t i, seen = 0;

	seal_key_new(&master);
	seal_key_new(&scope);
	seal_wrap(&master, &scope, wrapped);
	seal_wrap(&master, &scope, again);
	tap_ok(memcmp(wrapped, again, sizeof wrapped), "the same key wrapped twice looks different");
	tap_is_int(seal_unwrap(&master, wrapped, &back, &err), 0, "a wrapped key unwraps");
	tap_is_int(seal_compare(&scope, &back, sizeof back), 0, "to what it was");
	tap_is_int(seal_unwrap(&scope, wrapped, &back, &err), -1, "not by another key");
	tap_is_int(err.code, ERR_CORRUPT, "the code says so");
	for (i = 0; i < sizeof wrapped; i++) {
		wrapped[i] ^= 0x80;
		seen += seal_unwrap(&master, wrapped, &back, &err) == -1;
		wrapped[i] ^= 0x80;
	}
	tap_is_int((long long)seen, sizeof wrapped, "a change of any byte of a wrapped key is seen");
	seal_key_derive(&master, "dedupe", &a);
	seal_key_derive(&master, "dedupe", &b);
	tap_is_int(seal_compare(&a, &b, sizeof a), 0, "a derived key is the same each time");
	seal_key_derive(&master, "msgid", &b);
	tap_ok(seal_compare(&a, &b, sizeof a), "another purpose gives another key");
	seal_key_derive(&scope, "dedupe", &b);
	tap_ok(seal_compare(&a, &b, sizeof a), "another key too");
	seal_wipe(&a, sizeof a);
	tap_ok(seal_compare(&a, &(struct seal_key){ { 0 } }, sizeof a) == 0, "a wiped key is zeros");
}

static void write_file(const char *path, const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	struct err err = ERR_INIT;

	if (fd < 0 || file_write_all(fd, text, strlen(text), &err) || fchmod(fd, mode))
		abort();
	close(fd);
}

static void test_master_file(const char *folder)
{
	static const struct {
		const char *name, *text;
		mode_t mode;
	} bad[] = {
		{ "empty", "", 0600 },
		{ "short", "00112233\n", 0600 },
		{ "63 digits", "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1\n", 0600 },
		{ "a letter", "g00102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n", 0600 },
		{ "two lines", "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\nx\n", 0600 },
		{ "readable by the group", "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n", 0640 },
		{ "readable by all", "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n", 0604 },
	};
	struct err err = ERR_INIT;
	struct seal_key one, two;
	struct stat st;
	char path[256], left[270];
	size_t i;

	snprintf(path, sizeof path, "%s/master.key", folder);
	snprintf(left, sizeof left, "%s.new", path);
	write_file(left, "half a k", 0644);
	tap_is_int(seal_master_create(path, &err), 0, "a key file is made, over what a crash left");
	tap_ok(!stat(path, &st) && (st.st_mode & 07777) == 0600, "readable by its owner only");
	tap_ok(access(left, F_OK), "nothing is left beside it");
	tap_is_int(seal_master_load(path, &one, &err), 0, "it loads");
	tap_is_int(seal_master_create(path, &err), -1, "it is not overwritten");
	tap_is_int(err.code, ERR_EXISTS, "the code says so");
	tap_ok(access(left, F_OK), "nothing is left beside it");
	tap_ok(!seal_master_load(path, &two, &err) && !seal_compare(&one, &two, sizeof one), "it is still the same");
	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		snprintf(path, sizeof path, "%s/bad.key", folder);
		write_file(path, bad[i].text, bad[i].mode);
		err.code = ERR_NONE;
		tap_ok(seal_master_load(path, &two, &err) == -1 && err.code == ERR_INPUT && strstr(err.text, path),
		       "refused, with its name: %s", bad[i].name);
		unlink(path);
	}
	tap_is_int(seal_master_load("/nowhere/master.key", &two, &err), -1, "a missing key file is refused");
	tap_is_int(seal_master_create("/nowhere/master.key", &err), -1, "so is making one in a missing folder");
	snprintf(path, sizeof path, "%s/master.key", folder);
	unlink(path);
}

/* 64 MiB through a pipe of files must not need more memory than 64 KiB does. */
static void test_constant_memory(void)
{
	struct err err = ERR_INIT;
	struct rusage before, after;
	struct seal_key key;
	int plain = file_with("", 0), sealed = file_with("", 0), back = file_with("", 0);
	int64_t len = 64 << 20, got;

	seal_key_new(&key);
	if (ftruncate(plain, len))
		abort();
	getrusage(RUSAGE_SELF, &before);
	tap_is_int(seal_encrypt_fd(&key, plain, 0, len, sealed, NULL, &err), 0, "64 MiB seal");
	lseek(sealed, 0, SEEK_SET);
	tap_is_int(seal_decrypt_fd(&key, sealed, back, &got, &err), 0, "and open");
	getrusage(RUSAGE_SELF, &after);
	tap_ok(got == len && after.ru_maxrss - before.ru_maxrss < 8192, "with %ld KiB more of memory",
	       after.ru_maxrss - before.ru_maxrss);
	close(plain);
	close(sealed);
	close(back);
}

int main(void)
{
	char folder[] = "/tmp/test-seal-XXXXXX";
	struct err err = ERR_INIT;

	if (!mkdtemp(folder))
		return 1;
	tap_is_int(seal_init(&err), 0, "libsodium starts");
	test_known_hashes();
	test_round_trips();
	test_part_of_file();
	test_corruption();
	test_chunk_order();
	test_keys();
	test_master_file(folder);
	test_constant_memory();
	tap_ok(rmdir(folder) == 0, "nothing is left over");
	return tap_done();
}
