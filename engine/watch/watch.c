/* System. */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

/* Base. */
#include "base/xalloc.h"

/* Own. */
#include "watch/watch.h"

/* A hard link into the folder shows as IN_CREATE only, a new sub-folder too. */
#define EVENTS (IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR)
#define GONE (IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED | IN_UNMOUNT)

struct watch {
	char *path; /* owned */
	int fd;
	int root;   /* watch descriptor of the folder itself, -1 = not watched */
	dev_t dev;  /* what 'root' watches, to notice that the path leads elsewhere now */
	ino_t ino;
	int *subs;  /* owned; watch descriptors of sub-folders */
	size_t sub_count, sub_cap;
};

static void drop_all(struct watch *w)
{
	size_t i;

	for (i = 0; i < w->sub_count; i++)
		inotify_rm_watch(w->fd, w->subs[i]);
	w->sub_count = 0;
	if (w->root >= 0)
		inotify_rm_watch(w->fd, w->root);
	w->root = -1;
}

static void sub_forget(struct watch *w, int wd)
{
	size_t i;

	for (i = 0; i < w->sub_count; i++) {
		if (w->subs[i] == wd) {
			w->subs[i] = w->subs[--w->sub_count];
			return;
		}
	}
}

/* A folder that is watched already gives the same descriptor again. */
static void sub_add(struct watch *w, const char *name)
{
	char path[PATH_MAX];
	size_t i;
	int wd;

	if (snprintf(path, sizeof path, "%s/%s", w->path, name) >= (int)sizeof path)
		return;
	wd = inotify_add_watch(w->fd, path, EVENTS | IN_DONT_FOLLOW | IN_EXCL_UNLINK);
	if (wd < 0)
		return;
	for (i = 0; i < w->sub_count; i++)
		if (w->subs[i] == wd)
			return;
	w->subs = xgrow(w->subs, &w->sub_cap, w->sub_count + 1, sizeof *w->subs);
	w->subs[w->sub_count++] = wd;
}

static void subs_add(struct watch *w)
{
	DIR *dir = opendir(w->path);
	struct dirent *entry;

	if (!dir)
		return;
	while (w->sub_count < WATCH_MAX_FOLDERS && (entry = readdir(dir))) {
		bool maybe = entry->d_type == DT_DIR || entry->d_type == DT_UNKNOWN;

		if (maybe && entry->d_name[0] != '.')
			sub_add(w, entry->d_name);
	}
	closedir(dir);
}

static void root_add(struct watch *w)
{
	struct stat st;

	w->root = inotify_add_watch(w->fd, w->path, EVENTS);
	if (w->root >= 0 && stat(w->path, &st) == 0) {
		w->dev = st.st_dev;
		w->ino = st.st_ino;
	}
}

void watch_refresh(struct watch *w)
{
	struct stat st;

	if (w->root >= 0 && (stat(w->path, &st) || st.st_dev != w->dev || st.st_ino != w->ino))
		drop_all(w);
	if (w->root < 0)
		root_add(w);
	if (w->root >= 0)
		subs_add(w);
}

/* Returns true when the folders have to be looked at anew. */
static bool event_handle(struct watch *w, const struct inotify_event *event)
{
	if (event->mask & IN_Q_OVERFLOW)
		return true;
	if (event->wd == w->root) {
		if (event->mask & GONE)
			drop_all(w);
		return (event->mask & (GONE | IN_ISDIR)) != 0;
	}
	if (event->mask & GONE) {
		if (event->mask & IN_MOVE_SELF)
			inotify_rm_watch(w->fd, event->wd);
		sub_forget(w, event->wd);
	}
	return false;
}

bool watch_drain(struct watch *w)
{
	union {
		char bytes[16384];
		struct inotify_event align;
	} buf;
	bool changed = false, stale = false;
	ssize_t n, at;

	while ((n = read(w->fd, buf.bytes, sizeof buf.bytes)) > 0 || (n < 0 && errno == EINTR)) {
		for (at = 0; at < n;) {
			const struct inotify_event *event = (const void *)(buf.bytes + at);

			if (!(event->mask & IN_IGNORED) || event->wd == w->root)
				changed = true;
			if (event_handle(w, event))
				stale = true;
			at += (ssize_t)(sizeof *event + event->len);
		}
	}
	if (stale)
		watch_refresh(w);
	return changed;
}

bool watch_missing(const struct watch *w)
{
	return w->root < 0;
}

int watch_fd(const struct watch *w)
{
	return w->fd;
}

struct watch *watch_new(const char *path, struct err *err)
{
	int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	struct watch *w;

	if (fd < 0) {
		err_sys(err, "cannot watch folder '%s'", path);
		return NULL;
	}
	w = xcalloc(1, sizeof *w);
	w->path = xstrdup(path);
	w->fd = fd;
	w->root = -1;
	watch_refresh(w);
	return w;
}

void watch_free(struct watch **watch)
{
	struct watch *w = *watch;

	if (!w)
		return;
	*watch = NULL;
	close(w->fd);
	free(w->subs);
	free(w->path);
	free(w);
}
