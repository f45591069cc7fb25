/* Blobs, in files and in memory: what is put comes back; damage, a full disk and a crash at each step leave no harm. */

/* System. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Base. */
#include "base/file.h"
#include "base/step.h"
#include "base/xalloc.h"

/* Engine. */
#include "blob/blob.h"

/* Own. */
#include "tap.h"

#define NOW 1792800000 /* 2026-10-24 */
#define BIG (3 * SEAL_CHUNK + 1000)

struct world {
	const char *name;
	struct blobs *blobs;
	char folder[64]; /* "" in memory */
	struct seal_key scope, other;
	unsigned char *data;
	struct arena arena;
};

static int remove_entry(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static void remove_tree(const char *path)
{
	nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

static size_t counted;

static int count_entry(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)path;
	(void)st;
	(void)ftw;
	counted += flag == FTW_F;
	return 0;
}

/* Regular files below a folder. */
static size_t count_files(const char *folder, const char *sub)
{
	char path[128];

	snprintf(path, sizeof path, "%s/%s", folder, sub);
	counted = 0;
	nftw(path, count_entry, 16, FTW_PHYS);
	return counted;
}

static void world_open(struct world *world, const char *name, bool files)
{
	struct err err = ERR_INIT;
	size_t i;

	memset(world, 0, sizeof *world);
	world->name = name;
	if (files) {
		snprintf(world->folder, sizeof world->folder, "/tmp/test-blob-XXXXXX");
		if (!mkdtemp(world->folder) || blobs_open(world->folder, &world->blobs, &err))
			abort();
	} else {
		world->blobs = blobs_memory_new();
	}
	seal_key_new(&world->scope);
	seal_key_new(&world->other);
	world->data = xmalloc(BIG);
	for (i = 0; i < BIG; i++)
		world->data[i] = (unsigned char)(i * 7 + (i >> 9));
}

static void world_close(struct world *world)
{
	blobs_close(&world->blobs);
	if (world->folder[0])
		remove_tree(world->folder);
	free(world->data);
	arena_free(&world->arena);
}

static bool comes_back(struct world *world, const struct seal_key *scope, const struct blob_ref *ref,
		       const void *data, size_t len)
{
	struct err err = ERR_INIT;
	int fd = blob_get(world->blobs, scope, ref, &err);
	unsigned char *got = xmalloc(len);
	bool same;

	if (fd < 0) {
		printf("# %s\n", err.text);
		free(got);
		return false;
	}
	same = file_size(fd) == (int64_t)len && lseek(fd, 0, SEEK_CUR) == 0 &&
	       !file_pread_all(fd, got, len, 0, &err) && !memcmp(got, data, len) && write(fd, "x", 1) < 0;
	free(got);
	close(fd);
	return same;
}

static void put_big(struct world *world, struct blob_ref *ref)
{
	struct err err = ERR_INIT;

	if (blob_put(world->blobs, &world->scope, world->data, BIG, NOW, &world->arena, ref, &err))
		printf("# %s\n", err.text);
}

static void test_sizes(struct world *world)
{
	static const size_t sizes[] = { 0, 1, BLOB_INLINE_MAX, BLOB_INLINE_MAX + 1, SEAL_CHUNK, BIG };
	unsigned char sha[32], keyed[32], want[32];
	struct seal_hashes hashes = { sha, &world->other, keyed };
	struct blob_ref from_memory, from_file;
	struct err err = ERR_INIT;
	size_t i;

	for (i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		size_t len = sizes[i];
		int fd = file_memory("test", &err);

		if (file_write_all(fd, "head", 4, &err) || file_write_all(fd, world->data, len, &err))
			abort();
		tap_is_int(blob_put(world->blobs, &world->scope, world->data, len, NOW, &world->arena, &from_memory, &err),
			   0, "%s: %zu bytes are put", world->name, len);
		tap_is_int(blob_put_fd(world->blobs, &world->scope, fd, 4, (int64_t)len, NOW, &hashes, &world->arena,
				       &from_file, &err), 0, "%s: %zu bytes are put from a file", world->name, len);
		seal_sha256(world->data, len, want);
		tap_ok(!memcmp(sha, want, 32), "%s: %zu bytes: SHA-256", world->name, len);
		seal_hash(&world->other, world->data, len, want);
		tap_ok(!memcmp(keyed, want, 32), "%s: %zu bytes: keyed hash", world->name, len);
		tap_ok(!from_file.inline_data == (len > BLOB_INLINE_MAX) && !from_file.name[0] == (len <= BLOB_INLINE_MAX),
		       "%s: %zu bytes are where they belong", world->name, len);
		tap_ok(from_file.size == (int64_t)len && from_file.key.present && !from_file.id,
		       "%s: %zu bytes: size and key are filled in", world->name, len);
		tap_ok(comes_back(world, &world->scope, &from_memory, world->data, len), "%s: %zu bytes come back before the sync",
		       world->name, len);
		tap_is_int(blob_sync(world->blobs, &err), 0, "%s: sync", world->name);
		tap_ok(comes_back(world, &world->scope, &from_memory, world->data, len) &&
		       comes_back(world, &world->scope, &from_file, world->data, len), "%s: %zu bytes come back", world->name, len);
		if (len > BLOB_INLINE_MAX)
			tap_ok(strcmp(from_memory.name, from_file.name) && !strncmp(from_file.name, "2026-10-24/", 11) &&
			       strlen(from_file.name) == 75, "%s: equal contents have names of their own", world->name);
		close(fd);
	}
}

static void test_scopes(struct world *world)
{
	struct blob_ref ref, moved;
	struct err err = ERR_INIT;

	put_big(world, &ref);
	blob_sync(world->blobs, &err);
	tap_ok(blob_get(world->blobs, &world->other, &ref, &err) == -1 && err.code == ERR_CORRUPT &&
	       strstr(err.text, ref.name), "%s: another scope does not open it, and the text names it", world->name);
	moved = ref;
	tap_is_int(blob_rewrap(&ref, &world->scope, &world->other, &moved.key, &err), 0, "%s: moves to another scope", world->name);
	tap_ok(comes_back(world, &world->other, &moved, world->data, BIG), "%s: opens there", world->name);
	tap_ok(blob_get(world->blobs, &world->scope, &moved, &err) == -1, "%s: not where it was", world->name);
	tap_is_int(blob_rewrap(&ref, &world->other, &world->scope, &moved.key, &err), -1, "%s: not from a wrong scope", world->name);
	tap_is_int(blob_remove(world->blobs, &ref, &err), 0, "%s: is removed", world->name);
	tap_ok(blob_get(world->blobs, &world->scope, &ref, &err) == -1 && err.code == ERR_CORRUPT, "%s: is gone", world->name);
	tap_is_int(blob_remove(world->blobs, &ref, &err), 0, "%s: removing it again is no error", world->name);
	blob_put(world->blobs, &world->scope, "small", 5, NOW, &world->arena, &ref, &err);
	tap_is_int(blob_remove(world->blobs, &ref, &err), 0, "%s: nor removing an inline one", world->name);
	ref.inline_data = NULL;
	tap_ok(blob_get(world->blobs, &world->scope, &ref, &err) == -1 && err.code == ERR_BUG,
	       "%s: one without its bytes is a caller's mistake", world->name);
}

static void test_discard(struct world *world)
{
	struct blob_ref kept, other, dropped;
	struct err err = ERR_INIT;

	put_big(world, &kept);
	blob_sync(world->blobs, &err);
	put_big(world, &other);
	blob_discard(world->blobs);
	tap_ok(comes_back(world, &world->scope, &other, world->data, BIG), "%s: without a mark nothing is dropped", world->name);
	blob_mark(world->blobs);
	put_big(world, &dropped);
	blob_discard(world->blobs);
	tap_ok(comes_back(world, &world->scope, &kept, world->data, BIG), "%s: discard leaves what was synced", world->name);
	tap_ok(comes_back(world, &world->scope, &other, world->data, BIG), "%s: and what another batch has put", world->name);
	tap_ok(blob_get(world->blobs, &world->scope, &dropped, &err) == -1, "%s: and drops what was not", world->name);
	tap_is_int(blob_sync(world->blobs, &err), 0, "%s: the other batch is synced", world->name);
	tap_ok(comes_back(world, &world->scope, &other, world->data, BIG), "%s: and is there", world->name);
	blob_mark(world->blobs);
	put_big(world, &other);
	blob_sync(world->blobs, &err);
	blob_discard(world->blobs);
	tap_ok(comes_back(world, &world->scope, &other, world->data, BIG), "%s: a sync ends the mark", world->name);
	tap_is_int(blob_sync(world->blobs, &err), 0, "%s: a sync of nothing", world->name);
}

static void test_batch(struct world *world)
{
	struct blob_ref refs[100];
	struct err err = ERR_INIT;
	size_t i, good = 0;

	for (i = 0; i < 100; i++)
		blob_put(world->blobs, &world->scope, world->data + i, BLOB_INLINE_MAX + 1 + i, NOW + (int64_t)i * 1200,
			 &world->arena, &refs[i], &err);
	tap_is_int(blob_sync(world->blobs, &err), 0, "%s: a batch of 100 over midnight", world->name);
	for (i = 0; i < 100; i++)
		good += comes_back(world, &world->scope, &refs[i], world->data + i, BLOB_INLINE_MAX + 1 + i);
	tap_is_int((long long)good, 100, "%s: all come back", world->name);
}

static int knows(void *ctx, const char *name)
{
	return !strcmp(name, ctx);
}

static void test_collect(struct world *world)
{
	struct blob_ref known, unknown, pending;
	struct err err = ERR_INIT;
	size_t removed = 99;
	int64_t now = (int64_t)time(NULL);

	put_big(world, &known);
	put_big(world, &unknown);
	blob_sync(world->blobs, &err);
	put_big(world, &pending);
	if (world->folder[0]) {
		tap_is_int(blob_collect(world->blobs, now, 3600, knows, known.name, &removed, &err), 0, "%s: collect", world->name);
		tap_is_int((long long)removed, 0, "%s: nothing is old yet", world->name);
	}
	tap_is_int(blob_collect(world->blobs, now + 7200, 3600, knows, known.name, &removed, &err), 0, "%s: collect", world->name);
	tap_ok(removed >= 1, "%s: %zu old ones that nobody knows are removed", world->name, removed);
	tap_ok(comes_back(world, &world->scope, &known, world->data, BIG), "%s: a known one stays", world->name);
	tap_ok(comes_back(world, &world->scope, &pending, world->data, BIG), "%s: one being put stays", world->name);
	tap_ok(blob_get(world->blobs, &world->scope, &unknown, &err) == -1, "%s: the unknown one is gone", world->name);
	tap_is_int(blob_sync(world->blobs, &err), 0, "%s: and the put ends well", world->name);
	tap_ok(comes_back(world, &world->scope, &pending, world->data, BIG), "%s: with its bytes", world->name);
}

static void test_inline_corruption(struct world *world)
{
	struct blob_ref ref;
	struct err err = ERR_INIT;
	unsigned char *bytes;
	size_t i, seen = 0;

	blob_put(world->blobs, &world->scope, "a small document", 16, NOW, &world->arena, &ref, &err);
	bytes = arena_memdup(&world->arena, ref.inline_data, ref.inline_size);
	ref.inline_data = bytes;
	ref.id = 77;
	for (i = 0; i < ref.inline_size; i++) {
		bytes[i] ^= 4;
		err.code = ERR_NONE;
		seen += blob_get(world->blobs, &world->scope, &ref, &err) == -1 && err.code == ERR_CORRUPT &&
			strstr(err.text, "77") != NULL;
		bytes[i] ^= 4;
	}
	tap_is_int((long long)seen, (long long)ref.inline_size, "%s: any changed byte of an inline one is seen", world->name);
	ref.size = 15;
	tap_ok(blob_get(world->blobs, &world->scope, &ref, &err) == -1 && err.code == ERR_CORRUPT,
	       "%s: a row with another size is seen", world->name);
}

static void flip(const char *path, long at)
{
	FILE *file = fopen(path, "r+");
	int c;

	if (!file)
		abort();
	fseek(file, at, SEEK_SET);
	c = fgetc(file);
	fseek(file, at, SEEK_SET);
	fputc(c ^ 1, file);
	fclose(file);
}

/* Something in the place of the file that cannot be read: that blob is lost, not the disk. */
static void test_file_unreadable(struct world *world)
{
	struct blob_ref ref;
	struct err err = ERR_INIT;
	char path[192];

	put_big(world, &ref);
	blob_sync(world->blobs, &err);
	snprintf(path, sizeof path, "%s/blob/%s", world->folder, ref.name);
	if (unlink(path) || mkdir(path, 0700))
		abort();
	tap_ok(blob_get(world->blobs, &world->scope, &ref, &err) == -1 && err.code == ERR_CORRUPT && strstr(err.text, ref.name),
	       "a folder in its place: %s", err.text);
	if (rmdir(path) || symlink("/etc/passwd", path))
		abort();
	err.code = ERR_NONE;
	tap_ok(blob_get(world->blobs, &world->scope, &ref, &err) == -1 && err.code == ERR_CORRUPT,
	       "a symbolic link in its place: %s", err.text);
	unlink(path);
}

static void test_file_corruption(struct world *world)
{
	static const long places[] = { 0, 23, 24, 25, 40, 24 + SEAL_CHUNK, 24 + SEAL_CHUNK + 16, 24 + SEAL_CHUNK + 17,
				       24 + 2 * (SEAL_CHUNK + 17), 24 + 3 * (SEAL_CHUNK + 17), SEAL_SEALED_SIZE(BIG) - 1 };
	struct blob_ref ref;
	struct err err = ERR_INIT;
	char path[192];
	size_t i;

	put_big(world, &ref);
	blob_sync(world->blobs, &err);
	snprintf(path, sizeof path, "%s/blob/%s", world->folder, ref.name);
	for (i = 0; i < sizeof places / sizeof *places; i++) {
		flip(path, places[i]);
		err.code = ERR_NONE;
		tap_ok(blob_get(world->blobs, &world->scope, &ref, &err) == -1 && err.code == ERR_CORRUPT &&
		       strstr(err.text, ref.name), "a changed byte at %ld is seen and named", places[i]);
		flip(path, places[i]);
	}
	tap_ok(comes_back(world, &world->scope, &ref, world->data, BIG), "set right it opens");
	for (i = 0; i < sizeof places / sizeof *places; i++) {
		if (truncate(path, SEAL_SEALED_SIZE(BIG) - 1 - places[i]))
			abort();
		err.code = ERR_NONE;
		tap_ok(blob_get(world->blobs, &world->scope, &ref, &err) == -1 && err.code == ERR_CORRUPT,
		       "a file cut by %ld bytes is seen", places[i] + 1);
		blob_remove(world->blobs, &ref, &err);
		put_big(world, &ref);
		blob_sync(world->blobs, &err);
		snprintf(path, sizeof path, "%s/blob/%s", world->folder, ref.name);
	}
}

static void test_file_shape(struct world *world)
{
	struct blob_ref ref;
	struct err err = ERR_INIT;
	struct stat st;
	char path[192];
	struct buf raw = BUF_INIT(BUF_MAX_DATA);

	put_big(world, &ref);
	blob_sync(world->blobs, &err);
	snprintf(path, sizeof path, "%s/blob/%s", world->folder, ref.name);
	tap_ok(!stat(path, &st) && (st.st_mode & 07777) == 0600, "a blob's file is for its owner only");
	tap_is_int((long long)st.st_size, (long long)SEAL_SEALED_SIZE(BIG), "and as long as its sealed form");
	file_read(path, &raw, &err);
	tap_ok(!memmem(raw.data, raw.len, world->data + 500, 32), "nothing plain stands in it");
	buf_free(&raw);
	tap_is_int((long long)count_files(world->folder, "tmp"), 0, "tmp/ is empty after a sync");
}

/* On a disk of 256 KiB, where we may mount one. */
static void full_disk_checks(struct world *world, struct blobs *blobs, const char *folder, const char *how)
{
	struct blob_ref ref;
	struct err err = ERR_INIT;
	unsigned char *huge = xcalloc(1, 1 << 20);

	tap_ok(blob_put(blobs, &world->scope, huge, 1 << 20, NOW, &world->arena, &ref, &err) == -1 &&
	       err.code == ERR_TEMP, "%s: a put that does not fit fails for the time being: %s", how, err.text);
	tap_is_int((long long)count_files(folder, "tmp"), 0, "%s: and leaves nothing in tmp/", how);
	tap_is_int(blob_put(blobs, &world->scope, huge, 30000, NOW, &world->arena, &ref, &err), 0, "%s: a smaller one goes in", how);
	tap_is_int(blob_sync(blobs, &err), 0, "%s: and is synced", how);
	free(huge);
}

static void test_full_disk(struct world *world)
{
	struct err err = ERR_INIT;
	struct blobs *blobs = NULL;
	char folder[] = "/tmp/test-blob-XXXXXX";

	if (!mkdtemp(folder))
		abort();
	if (mount("none", folder, "tmpfs", 0, "size=256k") == 0) {
		if (blobs_open(folder, &blobs, &err))
			abort();
		full_disk_checks(world, blobs, folder, "full disk");
		blobs_close(&blobs);
		umount(folder);
	} else {
		tap_ok(true, "full disk # SKIP cannot mount a tmpfs");
	}
	rmdir(folder);
}

static void test_size_limit(struct world *world)
{
	struct rlimit old, limit;
	struct err err = ERR_INIT;
	struct blob_ref ref;
	int fd = file_memory("test", &err);
	size_t i;

	for (i = 0; i < 4; i++)
		if (file_write_all(fd, world->data, BIG, &err))
			abort();
	getrlimit(RLIMIT_FSIZE, &old);
	limit = old;
	limit.rlim_cur = 100000;
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &limit);
	tap_ok(blob_put_fd(world->blobs, &world->scope, fd, 0, 4 * BIG, NOW, NULL, &world->arena, &ref, &err) == -1 &&
	       err.code == ERR_TEMP, "a file over the limit on file sizes: %s", err.text);
	setrlimit(RLIMIT_FSIZE, &old);
	tap_is_int((long long)count_files(world->folder, "tmp"), 0, "leaves nothing in tmp/");
	tap_is_int(blob_put_fd(world->blobs, &world->scope, fd, 0, 4 * BIG, NOW, NULL, &world->arena, &ref, &err), 0,
		   "without the limit it goes in");
	tap_ok(blob_sync(world->blobs, &err) == 0, "and is synced");
	close(fd);
}

/* Two batches, stopped at each step; then the folder is opened again and the same is done once more. */
static void crash_child(const char *folder, const struct seal_key *scope, const void *data, int stop)
{
	struct blobs *blobs = NULL;
	struct blob_ref ref;
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	char text[16];
	int i;

	snprintf(text, sizeof text, "%d", stop ? stop : -1);
	setenv("POSTKAMER_STOP_AT", text, 1);
	step_init();
	if (blobs_open(folder, &blobs, &err))
		_exit(1);
	for (i = 0; i < 4; i++) {
		if (blob_put(blobs, scope, data, BIG, NOW + i / 2 * 86400, &arena, &ref, &err))
			_exit(2);
		if (i % 2 == 1 && blob_sync(blobs, &err))
			_exit(3);
	}
	_exit(0);
}

static int run_child(const char *folder, const struct seal_key *scope, const void *data, int stop)
{
	pid_t pid = fork();
	int status = -1;

	if (pid == 0)
		crash_child(folder, scope, data, stop);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void test_crashes(struct world *world)
{
	char folder[] = "/tmp/test-blob-XXXXXX";
	struct blobs *blobs = NULL;
	struct err err = ERR_INIT;
	size_t removed;
	int stop, status = STEP_EXIT;

	if (!mkdtemp(folder))
		abort();
	for (stop = 1; status == STEP_EXIT && stop < 200; stop++) {
		status = run_child(folder, &world->scope, world->data, stop);
		if (status != STEP_EXIT && status != 0)
			break;
		tap_is_int(run_child(folder, &world->scope, world->data, 0), 0, "after a stop at step %d all goes in", stop);
		if (blobs_open(folder, &blobs, &err))
			abort();
		tap_is_int(blob_collect(blobs, (int64_t)time(NULL) + 10, 1, knows, "", &removed, &err), 0,
			   "and what it left can be collected");
		tap_ok(removed >= 4 && removed <= 8 && !count_files(folder, "tmp") && !count_files(folder, "blob"),
		       "all %zu files of it", removed);
		blobs_close(&blobs);
	}
	tap_is_int(status, 0, "the last one ran to its end, at step %d", stop);
	tap_ok(stop > 20, "there were that many steps");
	remove_tree(folder);
}

static void test_opening(void)
{
	struct blobs *blobs = NULL;
	struct err err = ERR_INIT;

	tap_ok(blobs_open("/nowhere/store", &blobs, &err) == -1 && strstr(err.text, "/nowhere/store"),
	       "a missing store folder is refused by name");
	blobs_close(&blobs);
	tap_ok(!blobs, "closing nothing is nothing");
}

int main(void)
{
	static const struct {
		const char *name;
		bool files;
	} drivers[] = { { "files", true }, { "memory", false } };
	struct world world;
	size_t i;

	seal_init(NULL);
	for (i = 0; i < 2; i++) {
		world_open(&world, drivers[i].name, drivers[i].files);
		test_sizes(&world);
		test_scopes(&world);
		test_discard(&world);
		test_batch(&world);
		test_collect(&world);
		test_inline_corruption(&world);
		if (drivers[i].files) {
			test_file_corruption(&world);
			test_file_unreadable(&world);
			test_file_shape(&world);
			test_size_limit(&world);
			test_full_disk(&world);
			test_crashes(&world);
		}
		world_close(&world);
	}
	test_opening();
	return tap_done();
}
