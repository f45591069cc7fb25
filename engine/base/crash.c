/* System. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Base. */
#include "base/buf.h"
#include "base/file.h"
#include "base/str.h"

/* Own. */
#include "base/crash.h"

/* A signal handler can be told of anything only through such variables. */
static volatile int64_t subject_now;
static char note_path[4096];
static char handler_stack[65536];

/* Async-signal-safe throughout; the default action follows, so that the exit status tells the truth. */
static void on_crash(int signo)
{
	char digits[24];
	size_t at = sizeof digits;
	int64_t subject = subject_now;
	int fd;

	digits[--at] = '\n';
	for (; subject > 0 && at > 0; subject /= 10)
		digits[--at] = (char)('0' + subject % 10);
	if (at < sizeof digits - 1) {
		fd = open(note_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
		if (fd >= 0) {
			(void)!write(fd, digits + at, sizeof digits - at);
			fsync(fd);
			close(fd);
		}
	}
	raise(signo);
}

static void install(void)
{
	static const int signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };
	/* A stack overflow needs another stack to be told on. */
	stack_t stack = { .ss_sp = handler_stack, .ss_size = sizeof handler_stack };
	struct sigaction action = { .sa_handler = on_crash, .sa_flags = (int)(SA_RESETHAND | SA_ONSTACK) };
	size_t i;

	sigaltstack(&stack, NULL);
	for (i = 0; i < sizeof signals / sizeof *signals; i++)
		sigaction(signals[i], &action, NULL);
}

int crash_init(const char *path, int64_t *subject, struct err *err)
{
	struct buf note = BUF_INIT(64);
	int rc = 0;

	*subject = 0;
	if (strlen(path) >= sizeof note_path)
		return err_set(err, ERR_INPUT, "path '%s' is too long", path);
	memcpy(note_path, path, strlen(path) + 1);
	if (access(path, F_OK) == 0) {
		rc = file_read(path, &note, err);
		if (!rc && !str_to_i64(str_trim(note.data), subject))
			*subject = 0;
	}
	buf_free(&note);
	install();
	return rc;
}

int crash_forget(const char *path, struct err *err)
{
	if (unlink(path) && errno != ENOENT)
		return err_sys(err, "cannot remove '%s'", path);
	return 0;
}

void crash_subject(int64_t subject)
{
	subject_now = subject;
}
