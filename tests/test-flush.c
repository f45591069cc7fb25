/* Many files synced at once: all of them, the first failure told, and no thread left behind. */

/* System. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* Base. */
#include "base/file.h"
#include "base/flush.h"

/* Own. */
#include "tap.h"

#define MOST 100

struct row {
	const char *name;
	size_t count;
	int bad, worse; /* places without a file, -1 = none */
	size_t failed;
};

static const struct row rows[] = {
	{ "none", 0, -1, -1, 0 },
	{ "one", 1, -1, -1, 0 },
	{ "two", 2, -1, -1, 0 },
	{ "as many as there are threads", FLUSH_AT_ONCE, -1, -1, 0 },
	{ "one more", FLUSH_AT_ONCE + 1, -1, -1, 0 },
	{ "far more", MOST, -1, -1, 0 },
	{ "the only one fails", 1, 0, -1, 0 },
	{ "the last one fails", MOST, MOST - 1, -1, MOST - 1 },
	{ "of two that fail the first is told", MOST, 70, 31, 31 },
};

static size_t threads(void)
{
	DIR *dir = opendir("/proc/self/task");
	size_t n = 0;

	while (dir && readdir(dir))
		n++;
	if (dir)
		closedir(dir);
	return n;
}

static void test_row(const struct row *row)
{
	int fds[MOST], rc;
	size_t i, failed = MOST;

	for (i = 0; i < row->count; i++)
		fds[i] = (int)i == row->bad || (int)i == row->worse ? -1 : file_memory("flush", NULL);
	errno = 0;
	rc = flush_all(fds, row->count, &failed);
	if (row->bad < 0) {
		tap_is_int(rc, 0, "%s: synced", row->name);
		tap_is_int((int64_t)failed, MOST, "%s: no failure is told", row->name);
	} else {
		tap_is_int(rc, -1, "%s: told", row->name);
		tap_is_int(errno, EBADF, "%s: why", row->name);
		tap_is_int((int64_t)failed, (int64_t)row->failed, "%s: which", row->name);
	}
	for (i = 0; i < row->count; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

static void test_mask(void)
{
	sigset_t before, after;
	int fds[3] = { file_memory("a", NULL), file_memory("b", NULL), file_memory("c", NULL) };
	size_t failed, i;

	sigemptyset(&before);
	sigaddset(&before, SIGUSR1);
	sigprocmask(SIG_SETMASK, &before, NULL);
	tap_is_int(flush_all(fds, 3, &failed), 0, "with a signal blocked");
	sigprocmask(SIG_SETMASK, NULL, &after);
	tap_is_int(sigismember(&after, SIGUSR1), 1, "a signal that was blocked still is");
	tap_is_int(sigismember(&after, SIGTERM), 0, "one that was not still is not");
	for (i = 0; i < 3; i++)
		close(fds[i]);
}

int main(void)
{
	size_t i, before = threads();

	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		test_row(&rows[i]);
	tap_is_int((int64_t)threads(), (int64_t)before, "no thread is left");
	test_mask();
	return tap_done();
}
