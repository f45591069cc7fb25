/* What only the SQLite driver has to stand: files that are wrong, a full disk, a crash at each durable step, the lock. */

/* System. */
#include <errno.h>
#include <fcntl.h>
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
#include "base/str.h"
#include "base/xalloc.h"

/* Engine. */
#include "seal/seal.h"
#include "store/store.h"

/* Own. */
#include "store-fixture.h"
#include "tap.h"

static void db_path(const struct world *w, char *path, size_t size)
{
	snprintf(path, size, "%s/postkamer.db", w->path);
}

static void patch(const char *path, long at, const void *bytes, size_t len)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || pwrite(fd, bytes, len, at) != (ssize_t)len)
		abort();
	close(fd);
}

/* ---- making ---- */

static void test_create(void)
{
	struct world w;
	struct err err = ERR_INIT;
	struct store *store = NULL;
	struct store_meta meta;
	struct stat st;
	char path[192], other[128];

	world_open(&w, DRIVER_SQLITE);
	db_path(&w, path, sizeof path);
	tap_ok(!stat(w.path, &st) && (st.st_mode & 07777) == 0700, "the store's folder is for its owner only");
	tap_ok(!stat(path, &st) && (st.st_mode & 07777) == 0600, "so is the database");
	tap_is_int(store_sqlite_create(w.path, true, NOW, &err), -1, "a store is not made over another");
	tap_is_int(err.code, ERR_EXISTS, "the code says so");
	snprintf(other, sizeof other, "%s/full", w.folder);
	mkdir(other, 0700);
	snprintf(path, sizeof path, "%s/somebody.txt", other);
	close(open(path, O_CREAT | O_WRONLY, 0600));
	tap_ok(store_sqlite_create(other, true, NOW, &err) == -1 && strstr(err.text, "somebody.txt"),
	       "nor in a folder that is not empty: %s", err.text);
	unlink(path);
	snprintf(path, sizeof path, "%s/postkamer.db.new", other);
	close(open(path, O_CREAT | O_WRONLY, 0600));
	snprintf(path, sizeof path, "%s/lost+found", other);
	mkdir(path, 0700);
	tap_is_int(store_sqlite_create(other, false, NOW, &err), 0, "what a crash or a new disk leaves is no hindrance");
	tap_is_int(store_sqlite_open(other, &store, &err), 0, "it opens");
	store_meta_get(store, &meta, &err);
	tap_ok(!meta.trial && store_clock_set(store, 5, &err) == -1 && err.code == ERR_INPUT,
	       "the clock of a store that is no trial does not move");
	store_close(&store);
	tap_is_int(store_sqlite_create("/nowhere/at/all", true, NOW, &err), -1, "nor in a folder that cannot be: %s", err.text);
	world_close(&w);
}

/* ---- opening: what is refused ---- */

static void damage_remove(const char *path) { unlink(path); }
static void damage_empty(const char *path) { if (truncate(path, 0)) abort(); }
static void damage_short(const char *path) { if (truncate(path, 50)) abort(); }
static void damage_half(const char *path) { struct stat st; if (stat(path, &st) || truncate(path, st.st_size / 2)) abort(); }
static void damage_magic(const char *path) { patch(path, 0, "NOTSQL", 6); }
static void damage_application(const char *path) { patch(path, 68, "\0\0\1\2", 4); }
static void damage_version(const char *path) { patch(path, 60, "\0\0\0\143", 4); }
static void damage_no_version(const char *path) { patch(path, 60, "\0\0\0\0", 4); }
static void damage_schema(const char *path) { patch(path, 100, "\377\377\377\377\377\377\377\377", 8); }

static const struct {
	const char *what;
	void (*damage)(const char *path);
	enum err_code code;
	const char *says;
} damages[] = {
	{ "a missing database", damage_remove, ERR_NOTFOUND, "is the disk mounted? to make a new store, run: postkamer init" },
	{ "an empty file", damage_empty, ERR_CORRUPT, "backup" },
	{ "a file of 50 bytes", damage_short, ERR_CORRUPT, "backup" },
	{ "half a database", damage_half, ERR_CORRUPT, "backup" },
	{ "something else", damage_magic, ERR_CORRUPT, "backup" },
	{ "another program's database", damage_application, ERR_INPUT, "another program" },
	{ "a newer version's", damage_version, ERR_INPUT, "newer postkamer (schema 99, this one knows 4)" },
	{ "one without a version", damage_no_version, ERR_CORRUPT, "version" },
	{ "one with a damaged first page", damage_schema, ERR_CORRUPT, "backup" },
};

static void test_refusals(void)
{
	struct err err = ERR_INIT;
	struct store *store = NULL;
	struct world w;
	char path[128];
	size_t i;
	int fd;

	for (i = 0; i < sizeof damages / sizeof *damages; i++) {
		world_open(&w, DRIVER_SQLITE);
		store_close(&w.store);
		db_path(&w, path, sizeof path);
		damages[i].damage(path);
		err.code = ERR_NONE;
		tap_ok(store_sqlite_open(w.path, &store, &err) == -1 && err.code == damages[i].code &&
		       strstr(err.text, damages[i].says) && strstr(err.text, w.path), "refused: %s: %s", damages[i].what, err.text);
		world_close(&w);
	}
	tap_ok(store_sqlite_open("/nowhere", &store, &err) == -1 && err.code == ERR_NOTFOUND, "refused: no folder");
	world_open(&w, DRIVER_SQLITE);
	store_close(&w.store);
	db_path(&w, path, sizeof path);
	unlink(path);
	tap_ok(store_lock(w.path, &fd, &err) == -1 && err.code == ERR_NOTFOUND && strstr(err.text, "postkamer init"),
	       "an empty mount point is not even locked");
	snprintf(path, sizeof path, "%s/lock", w.path);
	tap_ok(access(path, F_OK) == -1, "and nothing is written to it");
	world_close(&w);
}

/* A page in the middle: found when it is read, and then the store is done for. */
static void test_damage_inside(void)
{
	struct world w;
	struct fixture f;
	struct dossier *d;
	char path[128], zeros[4096] = { 0 };
	struct stat st;
	bool seen = false;
	long page;

	world_open(&w, DRIVER_SQLITE);
	fixture_make(&f, 0);
	f.take.item = NULL;
	f.take.raw_key = NULL;
	f.take.outbox_count = 0;
	f.document.item = f.held.document.item = 0;
	tap_is_int(store_take(w.store, &f.take, &w.err), 0, "a dossier is stored");
	store_close(&w.store);
	db_path(&w, path, sizeof path);
	if (stat(path, &st))
		abort();
	for (page = 1; page < st.st_size / 4096; page++)
		patch(path, page * 4096, zeros, sizeof zeros);
	if (store_sqlite_open(w.path, &w.store, &w.err) == -1) {
		tap_is_int(w.err.code, ERR_CORRUPT, "all pages but the first zeroed: refused at once: %s", w.err.text);
	} else {
		seen = store_dossier_load(w.store, "2026-1", &w.arena, &d, &w.err) == -1 && store_failed(w.store);
		tap_ok(seen && w.err.code == ERR_CORRUPT, "all pages but the first zeroed: %s", w.err.text);
	}
	world_close(&w);
	world_open(&w, DRIVER_SQLITE);
	store_close(&w.store);
	db_path(&w, path, sizeof path);
	patch(path, 4096 * 20, zeros, sizeof zeros);
	if (store_sqlite_open(w.path, &w.store, &w.err) == 0) {
		tap_ok(store_verify(w.store, &w.err) == -1 && w.err.code == ERR_CORRUPT && store_failed(w.store),
		       "one zeroed page: verify finds it: %s", w.err.text);
		tap_ok(store_begin(w.store, &w.err) == -1 && w.err.code == ERR_SYSTEM, "and nothing more is done");
	}
	world_close(&w);
}

/* ---- starting writes nothing ---- */

static void fingerprint(const struct world *w, unsigned char hash[32], struct timespec *changed)
{
	struct err err = ERR_INIT;
	struct stat st;
	char path[128];
	int fd;

	db_path(w, path, sizeof path);
	fd = open(path, O_RDONLY);
	if (fd < 0 || fstat(fd, &st) || seal_sha256_fd(fd, 0, st.st_size, hash, &err))
		abort();
	*changed = st.st_mtim;
	close(fd);
}

static void test_quiet_start(void)
{
	struct world w;
	struct fixture f;
	struct store_stats stats;
	unsigned char before[32], after[32];
	struct timespec then, now;
	char path[160];
	size_t unknown;
	int i;

	world_open(&w, DRIVER_SQLITE);
	fixture_make(&f, 0);
	f.take.item = NULL;
	f.take.raw_key = NULL;
	f.take.outbox_count = 0;
	f.document.item = f.held.document.item = 0;
	store_take(w.store, &f.take, &w.err);
	store_close(&w.store);
	fingerprint(&w, before, &then);
	for (i = 0; i < 2; i++) {
		if (store_sqlite_open(w.path, &w.store, &w.err))
			abort();
		store_stats(w.store, &stats, &w.err);
		store_outbox_recover(w.store, NOW, &unknown, &w.err);
		store_time_seen(w.store, NOW - 1, &w.err);
		store_program_put(w.store, DIGEST, "flow", "a.rules", "workflow x", NOW, &w.err);
		store_begin(w.store, &w.err);
		store_commit(w.store, &w.err);
		store_close(&w.store);
		fingerprint(&w, after, &now);
		tap_ok(!memcmp(before, after, 32) && then.tv_sec == now.tv_sec && then.tv_nsec == now.tv_nsec,
		       "start %d, with nothing to recover, writes nothing", i + 1);
	}
	snprintf(path, sizeof path, "%s/postkamer.db-wal", w.path);
	tap_ok(access(path, F_OK) == -1, "and leaves no log behind");
	world_close(&w);
}

/* ---- looking beside the holder ---- */

static void test_look(void)
{
	struct world w;
	struct err err = ERR_INIT;
	struct store *look = NULL;
	struct dossier *d;
	struct fixture f;

	world_open(&w, DRIVER_SQLITE);
	tap_is_int(store_sqlite_look(w.path, &look, &err), 0, "a store that is held can be looked at");
	fixture_make(&f, 0);
	f.take.item = NULL;
	f.take.raw_key = NULL;
	f.take.outbox_count = 0;
	f.document.item = f.held.document.item = 0;
	tap_is_int(store_take(w.store, &f.take, &w.err), 0, "its holder goes on writing");
	tap_is_int(store_dossier_load(look, "2026-1", &w.arena, &d, &err), 0, "and what he wrote is seen");
	tap_ok(store_time_seen(look, NOW + 5, &err) == -1, "who looks cannot write: %s", err.text);
	store_close(&look);
	tap_is_int(store_time_seen(w.store, NOW + 5, &w.err), 0, "the holder is not disturbed");
	tap_ok(store_sqlite_look("/nowhere", &look, &err) == -1 && err.code == ERR_NOTFOUND, "no store: said so");
	world_close(&w);
}

/* ---- the lock ---- */

static void test_lock(void)
{
	struct world w;
	struct err err = ERR_INIT;
	char pid[32];
	int one = -1, two = -1;

	world_open(&w, DRIVER_SQLITE);
	snprintf(pid, sizeof pid, "(process %ld)", (long)getpid());
	tap_is_int(store_lock(w.path, &one, &err), 0, "the lock is taken");
	tap_ok(store_lock(w.path, &two, &err) == -1 && err.code == ERR_TEMP && strstr(err.text, pid),
	       "a second one is refused, with who has it: %s", err.text);
	tap_is_int(two, -1, "and gets nothing");
	close(one);
	tap_is_int(store_lock(w.path, &two, &err), 0, "it ends with its holder");
	close(two);
	world_close(&w);
}

/* The holder dies while a child of its has the lock's descriptor for another moment. */
static void hold_and_die(const char *path)
{
	struct err err = ERR_INIT;
	int fd;

	if (store_lock(path, &fd, &err))
		_exit(1);
	if (fork() == 0)
		usleep(100 * 1000);
	_exit(0);
}

static void test_lock_left_behind(void)
{
	struct world w;
	struct err err = ERR_INIT;
	int fd = -1, status = -1;
	pid_t child;

	world_open(&w, DRIVER_SQLITE);
	fflush(stdout);
	child = fork();
	if (child == 0)
		hold_and_die(w.path);
	tap_ok(waitpid(child, &status, 0) == child && status == 0, "the holder took it and died");
	tap_is_int(store_lock(w.path, &fd, &err), 0, "what a dead holder's child still has is waited for%s", err.text);
	close(fd);
	world_close(&w);
}

/* ---- a full disk ---- */

static int store_one(struct world *w, uint32_t uid)
{
	static const char bytes[20000] = "sealed";
	struct item item = mail_item(uid);
	struct blob_ref raw = { .size = 1, .key = key_of((int)uid), .inline_data = bytes, .inline_size = sizeof bytes };

	return store_begin(w->store, &w->err) || store_item_reserve(w->store, &item, &w->err) ||
	       store_item_stored(w->store, item.id, &raw, hash_of((unsigned char)uid), 1, &w->err) ||
	       store_commit(w->store, &w->err) ? -1 : 0;
}

/* Until it fails; how many went in. */
static uint32_t fill(struct world *w)
{
	uint32_t uid = 1;

	while (uid < 2000 && !store_one(w, uid))
		uid++;
	return uid - 1;
}

static void check_failed(struct world *w, const char *how)
{
	struct item item = mail_item(5000);
	struct store_stats stats;

	tap_ok(w->err.code == ERR_SYSTEM && store_failed(w->store), "%s: the store says so: %s", how, w->err.text);
	tap_ok(store_begin(w->store, &w->err) == -1 && store_item_reserve(w->store, &item, &w->err) == -1 &&
	       store_stats(w->store, &stats, &w->err) == -1 && store_commit(w->store, &w->err) == -1 &&
	       w->err.code == ERR_SYSTEM, "%s: and does nothing more", how);
	store_abort(w->store);
	store_close(&w->store);
}

static void check_whole(struct world *w, uint32_t count, const char *how)
{
	struct store_stats stats;

	if (store_sqlite_open(w->path, &w->store, &w->err)) {
		tap_ok(false, "%s: opens again: %s", how, w->err.text);
		return;
	}
	store_stats(w->store, &stats, &w->err);
	tap_is_int(stats.items[ITEM_STORED], count, "%s: all that was committed is there", how);
	tap_is_int(stats.items[ITEM_RESERVED], 0, "%s: and nothing else", how);
	tap_is_int(store_verify(w->store, &w->err), 0, "%s: it is sound", how);
	tap_is_int(store_one(w, 9000), 0, "%s: and goes on", how);
}

static void test_size_limit(void)
{
	struct rlimit old, limit;
	struct world w;
	uint32_t count;

	world_open(&w, DRIVER_SQLITE);
	getrlimit(RLIMIT_FSIZE, &old);
	limit = old;
	limit.rlim_cur = 1 << 20;
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &limit);
	count = fill(&w);
	tap_ok(count > 10 && count < 1000, "file size limit: %u items went in", count);
	check_failed(&w, "file size limit");
	setrlimit(RLIMIT_FSIZE, &old);
	check_whole(&w, count, "file size limit");
	world_close(&w);
}

static void test_full_disk(void)
{
	struct world w;
	char disk[] = "/tmp/test-store-XXXXXX";
	uint32_t count;

	memset(&w, 0, sizeof w);
	if (!mkdtemp(disk))
		abort();
	if (mount("none", disk, "tmpfs", 0, "size=1536k")) {
		tap_ok(true, "full disk # SKIP cannot mount a tmpfs");
		rmdir(disk);
		return;
	}
	snprintf(w.path, sizeof w.path, "%s/store", disk);
	tap_ok(!store_sqlite_create(w.path, true, NOW, &w.err) && !store_sqlite_open(w.path, &w.store, &w.err),
	       "full disk: a store on a disk of 1.5 MiB");
	count = fill(&w);
	tap_ok(count > 10 && count < 200, "full disk: %u items went in", count);
	check_failed(&w, "full disk");
	if (mount("none", disk, "tmpfs", MS_REMOUNT, "size=16m"))
		abort();
	check_whole(&w, count, "full disk");
	store_close(&w.store);
	umount(disk);
	rmdir(disk);
}

/* ---- a crash at each durable step ---- */

static void do_item(struct world *w)
{
	struct item item = mail_item(1);
	struct blob_ref raw = file_ref(1001);

	if (!store_item_reserve(w->store, &item, &w->err) && item.state == ITEM_RESERVED)
		store_item_stored(w->store, item.id, &raw, hash_of(1), 10, &w->err);
}

static void do_take(struct world *w)
{
	struct fixture f;

	fixture_make(&f, 1);
	if (!store_dossier_exists(w->store, "2026-1"))
		store_take(w->store, &f.take, &w->err);
}

/* Two items and their decision in one group. */
static void do_group(struct world *w)
{
	struct fixture f;
	struct item item = mail_item(2);
	struct blob_ref raw = file_ref(1002);

	if (store_dossier_exists(w->store, "2026-2"))
		return;
	store_begin(w->store, &w->err);
	store_item_reserve(w->store, &item, &w->err);
	if (item.state == ITEM_RESERVED)
		store_item_stored(w->store, item.id, &raw, hash_of(2), 10, &w->err);
	fixture_make(&f, item.id);
	fixture_second(&f);
	store_take(w->store, &f.take, &w->err);
	store_commit(w->store, &w->err);
}

static void do_send(struct world *w)
{
	struct outbox_row *rows;
	size_t count, i;

	store_outbox_recover(w->store, NOW, NULL, &w->err);
	store_outbox_claim(w->store, NOW, 10, &w->arena, &rows, &count, &w->err);
	for (i = 0; i < count; i++) {
		struct outbox_result result = { .id = rows[i].id, .state = OUTBOX_SENT, .counted = true, .at = NOW };

		store_outbox_in_data(w->store, rows[i].id, &w->err);
		store_outbox_record(w->store, &result, &w->err);
	}
}

static void scenario(struct world *w)
{
	do_item(w);
	do_take(w);
	do_group(w);
	do_send(w);
	store_time_seen(w->store, NOW + 1, &w->err);
}

static int run_child(struct world *w, int stop)
{
	pid_t pid = fork();
	int status = -1;
	char text[16];

	if (pid == 0) {
		snprintf(text, sizeof text, "%d", stop);
		setenv("POSTKAMER_STOP_AT", text, 1);
		step_init();
		if (store_sqlite_open(w->path, &w->store, &w->err))
			_exit(1);
		scenario(w);
		_exit(store_failed(w->store) ? 2 : 0);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* A decision is there with all of its parts or with none. */
static bool is_whole(struct world *w, const char *number, int64_t item_id)
{
	struct item item;
	struct history_line *lines;
	struct outbox_row *rows;
	struct outbox_filter filter = { .all = true, .dossier = number };
	struct dossier *d;
	size_t lines_count = 0, rows_count = 0;
	bool there = store_dossier_exists(w->store, number);
	bool has_item = store_item_load(w->store, item_id, &w->arena, &item, &w->err) == 0;

	store_outbox_list(w->store, &filter, &w->arena, &rows, &rows_count, &w->err);
	if (!there)
		return rows_count == 0 && (!has_item || item.state == ITEM_RESERVED || item.state == ITEM_STORED);
	store_history(w->store, number, &w->arena, &lines, &lines_count, &w->err);
	store_dossier_load(w->store, number, &w->arena, &d, &w->err);
	return has_item && item.state == ITEM_PROCESSED && item.raw_in_dossier && rows_count == 2 && lines_count == 2 &&
	       d->slot_count == 2 && d->slots[0].document_count == 1 && d->held_count == 1 && d->timer_count == 4 &&
	       d->fact_count == 2 && d->approval_count == 2;
}

static bool is_final(struct world *w)
{
	struct store_stats stats;
	struct store_meta meta;

	store_stats(w->store, &stats, &w->err);
	store_meta_get(w->store, &meta, &w->err);
	return stats.items[ITEM_PROCESSED] == 2 && stats.outbox[OUTBOX_SENT] == 2 && stats.outbox[OUTBOX_HELD] == 2 &&
	       stats.dossiers_open == 2 && meta.seen == NOW + 1 && !stats.items[ITEM_STORED] && !stats.items[ITEM_RESERVED];
}

static void test_crashes(void)
{
	unsigned char before[32], after[32];
	struct timespec then, now;
	struct world w;
	int stop, status = STEP_EXIT;

	for (stop = 1; status == STEP_EXIT && stop < 100; stop++) {
		world_open(&w, DRIVER_SQLITE);
		store_close(&w.store);
		status = run_child(&w, stop);
		if (store_sqlite_open(w.path, &w.store, &w.err)) {
			tap_ok(false, "stop %d: opens: %s", stop, w.err.text);
			break;
		}
		tap_ok(is_whole(&w, "2026-1", 1) && is_whole(&w, "2026-2", 2), "stop %d: all or nothing", stop);
		tap_ok(!store_verify(w.store, &w.err), "stop %d: it is sound", stop);
		scenario(&w);
		tap_ok(is_final(&w), "stop %d: done again, the same end", stop);
		store_close(&w.store);
		fingerprint(&w, before, &then);
		if (store_sqlite_open(w.path, &w.store, &w.err))
			abort();
		scenario(&w);
		store_close(&w.store);
		fingerprint(&w, after, &now);
		tap_ok(!memcmp(before, after, 32) && then.tv_nsec == now.tv_nsec, "stop %d: once more writes nothing", stop);
		world_close(&w);
	}
	tap_is_int(status, 0, "the last run reached its end");
	tap_ok(stop > 15, "after %d steps", stop - 2);
}

/* Making a store, stopped at each step: either there is none and it can be made, or there is one. */
static void test_create_crashes(void)
{
	char folder[] = "/tmp/test-store-XXXXXX", path[80], text[16];
	struct err err = ERR_INIT;
	int stop, status = STEP_EXIT;
	bool good = true;

	if (!mkdtemp(folder))
		abort();
	for (stop = 1; status == STEP_EXIT && stop < 20; stop++) {
		pid_t pid;
		struct store *store = NULL;

		snprintf(path, sizeof path, "%s/s%d", folder, stop);
		pid = fork();
		if (pid == 0) {
			snprintf(text, sizeof text, "%d", stop);
			setenv("POSTKAMER_STOP_AT", text, 1);
			step_init();
			_exit(store_sqlite_create(path, true, NOW, &err) ? 1 : 0);
		}
		waitpid(pid, &status, 0);
		status = WEXITSTATUS(status);
		if (store_sqlite_open(path, &store, &err))
			good &= err.code == ERR_NOTFOUND && !store_sqlite_create(path, true, NOW, &err) &&
				!store_sqlite_open(path, &store, &err);
		good &= !store_verify(store, &err);
		store_close(&store);
	}
	tap_ok(good && status == 0 && stop > 4, "making a store survives a stop at each of %d steps", stop - 2);
	fixture_remove_tree(folder);
}

/* ---- what the tables themselves refuse ---- */

static void test_history_is_final(void)
{
	struct world w;
	struct fixture f;
	char command[256];

	if (access("/usr/bin/sqlite3", X_OK)) {
		tap_ok(true, "history # SKIP no sqlite3 program");
		return;
	}
	world_open(&w, DRIVER_SQLITE);
	fixture_make(&f, 0);
	f.take.item = NULL;
	f.take.raw_key = NULL;
	f.take.outbox_count = 0;
	f.document.item = f.held.document.item = 0;
	store_take(w.store, &f.take, &w.err);
	snprintf(command, sizeof command, "sqlite3 %s/postkamer.db \"UPDATE history SET text = 'x'\" 2>/dev/null", w.path);
	tap_ok(system(command) != 0, "history cannot be rewritten, not even by hand");
	tap_ok(store_verify(w.store, &w.err) == 0, "the store is sound beside it");
	world_close(&w);
}

int main(void)
{
	seal_init(NULL);
	test_create();
	test_refusals();
	test_damage_inside();
	test_quiet_start();
	test_look();
	test_lock();
	test_lock_left_behind();
	test_size_limit();
	test_full_disk();
	test_crashes();
	test_create_crashes();
	test_history_is_final();
	return tap_done();
}
