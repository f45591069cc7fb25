/* Blobs as files below the store folder; blob.h tells the order of writing. */

/* System. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Base. */
#include "base/file.h"
#include "base/flush.h"
#include "base/step.h"
#include "base/str.h"
#include "base/xalloc.h"

/* Own. */
#include "blob/blob_p.h"

#define TMP_NAME_SIZE 33
#define OPEN_MAX 32 /* files of a batch that wait for their sync with their descriptor open */

enum pending_state {
	PENDING_WRITTEN, /* in tmp/ */
	PENDING_SYNCED,  /* in tmp/, its bytes durable */
	PENDING_RENAMED  /* in its place, the folder not synced */
};

struct pending {
	int fd; /* open while PENDING_WRITTEN, else -1 */
	enum pending_state state;
	char tmp[TMP_NAME_SIZE];
	char name[BLOB_NAME_SIZE];
};

struct file_blobs {
	struct blobs base;
	int blob_fd, tmp_fd; /* owned: the folders */
	char making[TMP_NAME_SIZE]; /* the file between make() and keep() */
	struct pending *pending; /* owned */
	size_t count, cap;
	size_t written; /* how many of them are PENDING_WRITTEN */
	char day[BLOB_DAY_SIZE]; /* folder of a day that is durably there */
	bool failed; /* a sync failed */
};

static int refuse_failed(struct err *err)
{
	return err_set(err, ERR_SYSTEM, "the disk failed to make earlier data durable; nothing more is written "
		       "until the program is started again");
}

/* ---- writing ---- */

static int files_make(struct blobs *blobs, struct err *err)
{
	struct file_blobs *files = (struct file_blobs *)blobs;
	unsigned char random[16];
	int fd, code;

	errno = 0;
	if (files->failed)
		return refuse_failed(err);
	seal_random(random, sizeof random);
	str_hex(files->making, random, sizeof random);
	fd = openat(files->tmp_fd, files->making, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0) {
		code = errno;
		err_sys(err, "cannot create a file in tmp/ of the store");
		errno = code;
	}
	return fd;
}

static void files_drop(struct blobs *blobs, int fd)
{
	struct file_blobs *files = (struct file_blobs *)blobs;

	close(fd);
	unlinkat(files->tmp_fd, files->making, 0);
}

static int sync_failed(struct file_blobs *files, const char *what, const char *name, struct err *err)
{
	files->failed = true;
	return err_sys(err, "cannot %s '%s' of the store", what, name);
}

static void pending_synced(struct file_blobs *files, struct pending *pending)
{
	close(pending->fd);
	pending->fd = -1;
	pending->state = PENDING_SYNCED;
	files->written--;
	step_done("blob.sync");
}

/* All at once: the disk's own flush, which is what takes long, then serves many. */
static int pending_sync_all(struct file_blobs *files, struct err *err)
{
	struct pending *list[OPEN_MAX];
	int fds[OPEN_MAX];
	size_t i, n = 0, failed = 0;

	for (i = 0; n < files->written && i < files->count; i++) {
		if (files->pending[i].state != PENDING_WRITTEN)
			continue;
		step_done("blob.sync");
		list[n] = &files->pending[i];
		fds[n] = list[n]->fd;
		n++;
	}
	if (n && flush_all(fds, n, &failed))
		return sync_failed(files, "sync", list[failed]->tmp, err);
	for (i = 0; i < n; i++)
		pending_synced(files, list[i]);
	return 0;
}

static int files_keep(struct blobs *blobs, int fd, const char *name, struct err *err)
{
	struct file_blobs *files = (struct file_blobs *)blobs;
	struct pending *pending;

	if (files->written >= OPEN_MAX && pending_sync_all(files, err)) {
		files_drop(blobs, fd);
		return -1;
	}
	files->pending = xgrow(files->pending, &files->cap, files->count + 1, sizeof *files->pending);
	pending = &files->pending[files->count++];
	memset(pending, 0, sizeof *pending);
	pending->fd = fd;
	pending->state = PENDING_WRITTEN;
	memcpy(pending->tmp, files->making, sizeof pending->tmp);
	snprintf(pending->name, sizeof pending->name, "%s", name);
	files->written++;
	/* The disk can begin; the sync of the batch then waits less. A failure shows there. */
	(void)sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE);
	return 0;
}

static void day_of(char day[BLOB_DAY_SIZE], const char *name)
{
	memcpy(day, name, BLOB_DAY_SIZE - 1);
	day[BLOB_DAY_SIZE - 1] = '\0';
}

/* Once for each day folder and start of the program: whoever made it may have died before its sync. */
static int day_ensure(struct file_blobs *files, const char *day, struct err *err)
{
	if (str_eq(files->day, day))
		return 0;
	if (mkdirat(files->blob_fd, day, 0700) && errno != EEXIST)
		return err_sys(err, "cannot create folder 'blob/%s' in the store", day);
	step_done("blob.folder");
	if (fsync(files->blob_fd))
		return sync_failed(files, "sync", "blob", err);
	step_done("blob.folder");
	snprintf(files->day, sizeof files->day, "%s", day);
	return 0;
}

static int pending_rename(struct file_blobs *files, struct pending *pending, struct err *err)
{
	char day[BLOB_DAY_SIZE];

	if (pending->state != PENDING_SYNCED)
		return 0;
	day_of(day, pending->name);
	if (day_ensure(files, day, err))
		return -1;
	step_done("blob.rename");
	if (renameat2(files->tmp_fd, pending->tmp, files->blob_fd, pending->name, RENAME_NOREPLACE))
		return err_sys(err, "cannot rename 'tmp/%s' to 'blob/%s' in the store", pending->tmp,
			       pending->name);
	pending->state = PENDING_RENAMED;
	step_done("blob.rename");
	return 0;
}

static int day_sync(struct file_blobs *files, const char *day, struct err *err)
{
	int fd = openat(files->blob_fd, day, O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc = 0;

	if (fd < 0)
		return sync_failed(files, "open folder", day, err);
	step_done("blob.folder");
	if (fsync(fd))
		rc = sync_failed(files, "sync folder", day, err);
	close(fd);
	step_done("blob.folder");
	return rc;
}

/* Nearly always one folder; a batch over midnight has two, in order. */
static int day_sync_all(struct file_blobs *files, struct err *err)
{
	char day[BLOB_DAY_SIZE], last[BLOB_DAY_SIZE] = "";
	size_t i;

	for (i = 0; i < files->count; i++) {
		day_of(day, files->pending[i].name);
		if (str_eq(day, last))
			continue;
		if (day_sync(files, day, err))
			return -1;
		memcpy(last, day, sizeof last);
	}
	return 0;
}

static int files_sync(struct blobs *blobs, struct err *err)
{
	struct file_blobs *files = (struct file_blobs *)blobs;
	size_t i;

	if (files->failed)
		return refuse_failed(err);
	if (pending_sync_all(files, err))
		return -1;
	for (i = 0; i < files->count; i++)
		if (pending_rename(files, &files->pending[i], err))
			return -1;
	if (day_sync_all(files, err))
		return -1;
	files->count = 0;
	return 0;
}

static void pending_remove(struct file_blobs *files, struct pending *pending)
{
	if (pending->fd >= 0)
		close(pending->fd);
	if (pending->state == PENDING_WRITTEN)
		files->written--;
	if (pending->state == PENDING_RENAMED)
		unlinkat(files->blob_fd, pending->name, 0);
	else
		unlinkat(files->tmp_fd, pending->tmp, 0);
}

static size_t files_count(const struct blobs *blobs)
{
	return ((const struct file_blobs *)blobs)->count;
}

static void files_discard(struct blobs *blobs, size_t keep)
{
	struct file_blobs *files = (struct file_blobs *)blobs;

	while (files->count > keep)
		pending_remove(files, &files->pending[--files->count]);
}

/* ---- reading, removing ---- */

static struct pending *pending_find(struct file_blobs *files, const char *name)
{
	size_t i;

	for (i = 0; i < files->count; i++)
		if (str_eq(files->pending[i].name, name))
			return &files->pending[i];
	return NULL;
}

static int files_open(struct blobs *blobs, const char *name, struct err *err)
{
	struct file_blobs *files = (struct file_blobs *)blobs;
	struct pending *pending = pending_find(files, name);
	bool placed = !pending || pending->state == PENDING_RENAMED;
	int fd = openat(placed ? files->blob_fd : files->tmp_fd, placed ? name : pending->tmp,
			O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0 && errno == ENOENT)
		return err_set(err, ERR_CORRUPT, "its file is missing");
	return fd < 0 ? err_sys(err, "cannot open its file") : fd;
}

static int files_remove(struct blobs *blobs, const char *name, struct err *err)
{
	struct file_blobs *files = (struct file_blobs *)blobs;

	if (unlinkat(files->blob_fd, name, 0) && errno != ENOENT)
		return err_sys(err, "cannot remove 'blob/%s' from the store", name);
	return 0;
}

/* ---- collecting what nobody knows ---- */

struct collection {
	struct file_blobs *files;
	int64_t before;
	int (*is_known)(void *ctx, const char *name);
	void *ctx;
	size_t removed;
};

static bool in_use(struct file_blobs *files, const char *tmp)
{
	size_t i;

	for (i = 0; i < files->count; i++)
		if (str_eq(files->pending[i].tmp, tmp))
			return true;
	return false;
}

/* 'day' NULL: a file in tmp/. */
static bool is_garbage(struct collection *collection, int folder, const char *day, const char *file)
{
	char name[BLOB_NAME_SIZE];
	struct stat st;

	if (fstatat(folder, file, &st, AT_SYMLINK_NOFOLLOW) || !S_ISREG(st.st_mode))
		return false;
	if ((int64_t)st.st_mtim.tv_sec >= collection->before)
		return false;
	if (!day)
		return !in_use(collection->files, file);
	if (snprintf(name, sizeof name, "%s/%s", day, file) >= (int)sizeof name)
		return false;
	return !pending_find(collection->files, name) && !collection->is_known(collection->ctx, name);
}

static int collect_folder(struct collection *collection, int parent, const char *path, const char *day,
			  struct err *err)
{
	int fd = openat(parent, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!folder) {
		err_sys(err, "cannot read folder '%s' of the store", path);
		if (fd >= 0)
			close(fd);
		return -1;
	}
	while ((entry = readdir(folder)))
		if (entry->d_name[0] != '.' && is_garbage(collection, dirfd(folder), day, entry->d_name) &&
		    unlinkat(dirfd(folder), entry->d_name, 0) == 0)
			collection->removed++;
	closedir(folder);
	return 0;
}

static int collect_days(struct collection *collection, struct err *err)
{
	int fd = openat(collection->files->blob_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc = 0;
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!folder) {
		err_sys(err, "cannot read folder 'blob' of the store");
		if (fd >= 0)
			close(fd);
		return -1;
	}
	while (!rc && (entry = readdir(folder)))
		if (entry->d_name[0] != '.' && strlen(entry->d_name) == BLOB_DAY_SIZE - 1)
			rc = collect_folder(collection, collection->files->blob_fd, entry->d_name, entry->d_name, err);
	closedir(folder);
	return rc;
}

static int files_collect(struct blobs *blobs, int64_t before, int (*is_known)(void *ctx, const char *name),
			 void *ctx, size_t *removed, struct err *err)
{
	struct collection collection = { (struct file_blobs *)blobs, before, is_known, ctx, 0 };
	int rc = collect_folder(&collection, collection.files->tmp_fd, ".", NULL, err);

	if (!rc)
		rc = collect_days(&collection, err);
	*removed = collection.removed;
	return rc;
}

/* ---- opening, closing ---- */

static void files_close(struct blobs *blobs)
{
	struct file_blobs *files = (struct file_blobs *)blobs;

	files_discard(blobs, 0);
	if (files->blob_fd >= 0)
		close(files->blob_fd);
	if (files->tmp_fd >= 0)
		close(files->tmp_fd);
	free(files->pending);
	free(files);
}

static const struct blob_ops file_ops = {
	.make = files_make,
	.keep = files_keep,
	.drop = files_drop,
	.sync = files_sync,
	.count = files_count,
	.discard = files_discard,
	.open = files_open,
	.remove = files_remove,
	.collect = files_collect,
	.close = files_close,
};

static int folder_open(int store, const char *path, const char *name, struct err *err)
{
	int fd;

	if (mkdirat(store, name, 0700) == 0) {
		if (fsync(store))
			return err_sys(err, "cannot sync folder '%s'", path);
	} else if (errno != EEXIST) {
		return err_sys(err, "cannot create folder '%s/%s'", path, name);
	}
	fd = openat(store, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? err_sys(err, "cannot open folder '%s/%s'", path, name) : fd;
}

int blobs_open(const char *path, struct blobs **blobs_r, struct err *err)
{
	int store = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct file_blobs *files;

	if (store < 0)
		return err_sys(err, "cannot open the store's folder '%s'", path);
	files = xcalloc(1, sizeof *files);
	files->base.ops = &file_ops;
	files->base.mark = BLOB_NO_MARK;
	files->tmp_fd = -1;
	files->blob_fd = folder_open(store, path, "blob", err);
	if (files->blob_fd >= 0)
		files->tmp_fd = folder_open(store, path, "tmp", err);
	close(store);
	if (files->tmp_fd < 0) {
		files_close(&files->base);
		return -1;
	}
	*blobs_r = &files->base;
	return 0;
}
