/* System. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

/* Base. */
#include "base/xalloc.h"

/* Own. */
#include "store/sqlite_p.h"

#define LOCK_PATIENCE_MS 2000 /* for a holder that is dead */
#define LOCK_LOOK_MS 10

/* The process that wrote itself into the lock file; 0 when none did. */
static long holder(int fd)
{
	char text[32];
	ssize_t n = pread(fd, text, sizeof text - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	return strtol(text, NULL, 10);
}

static int refuse_held(int fd, const char *path, struct err *err)
{
	return err_set(err, ERR_TEMP, "the store '%s' is in use by another postkamer (process %ld)", path,
		       holder(fd));
}

/*
 * A holder that was killed while it started a worker leaves the lock to that
 * child for the moment until its exec: worth waiting for, or a supervisor that
 * restarts at once would be sent away.
 */
static bool is_left_behind(int fd)
{
	long pid = holder(fd);

	return pid > 0 && kill((pid_t)pid, 0) < 0 && errno == ESRCH;
}

/* For people who look: the lock itself is the flock, which ends with its holder. */
static int write_pid(int fd, const char *path, struct err *err)
{
	char text[32];
	int len = snprintf(text, sizeof text, "%ld\n", (long)getpid());

	if (ftruncate(fd, 0) || pwrite(fd, text, (size_t)len, 0) != len)
		return err_sys(err, "cannot write '%s/lock'", path);
	return 0;
}

static int take_lock(int fd, const char *path, struct err *err)
{
	const struct timespec pause = { 0, LOCK_LOOK_MS * 1000000L };
	int waited = 0;

	while (flock(fd, LOCK_EX | LOCK_NB)) {
		if (errno == EWOULDBLOCK) {
			if (waited >= LOCK_PATIENCE_MS || !is_left_behind(fd))
				return refuse_held(fd, path, err);
			nanosleep(&pause, NULL);
			waited += LOCK_LOOK_MS;
		} else if (errno != EINTR) {
			return err_sys(err, "cannot lock '%s/lock'", path);
		}
	}
	return write_pid(fd, path, err);
}

int store_lock(const char *path, int *fd_r, struct err *err)
{
	size_t size = strlen(path) + 16;
	char *name;
	int fd;

	if (sqlite_check_there(path, err))
		return -1;
	name = xmalloc(size);
	snprintf(name, size, "%s/lock", path);
	fd = open(name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	free(name);
	if (fd < 0)
		return err_sys(err, "cannot open '%s/lock'", path);
	if (take_lock(fd, path, err)) {
		close(fd);
		return -1;
	}
	*fd_r = fd;
	return 0;
}
