/* System. */
#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* Base. */
#include "base/xalloc.h"

/* Own. */
#include "loop/signals.h"

struct signals {
	struct loop *loop; /* borrowed */
	signals_fn *fn;
	void *ctx;
	int fd;
	sigset_t before; /* the mask to restore */
};

/* One a turn, so that the callback may free what this would go on with. */
static void readable(void *ctx, int fd, unsigned events)
{
	struct signals *s = ctx;
	struct signalfd_siginfo info;

	(void)events;
	if (read(fd, &info, sizeof info) == (ssize_t)sizeof info)
		s->fn(s->ctx, (int)info.ssi_signo);
}

void signals_hold_reload(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

struct signals *signals_new(struct loop *loop, signals_fn *fn, void *ctx, struct err *err)
{
	static const int wanted[] = { SIGTERM, SIGINT, SIGHUP, SIGCHLD };
	struct signals *s = xcalloc(1, sizeof *s);
	sigset_t set;
	size_t i;

	sigemptyset(&set);
	for (i = 0; i < sizeof wanted / sizeof *wanted; i++) {
		/* An inherited "ignore" (nohup does that for HUP) would keep the signal from the descriptor. */
		signal(wanted[i], SIG_DFL);
		sigaddset(&set, wanted[i]);
	}
	signal(SIGPIPE, SIG_IGN);
	s->fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (s->fd < 0) {
		err_sys(err, "cannot read signals from a descriptor");
		free(s);
		return NULL;
	}
	sigprocmask(SIG_BLOCK, &set, &s->before);
	s->loop = loop;
	s->fn = fn;
	s->ctx = ctx;
	loop_fd_add(loop, s->fd, LOOP_READ, readable, s);
	return s;
}

void signals_free(struct signals **signals)
{
	struct signals *s = *signals;

	if (!s)
		return;
	*signals = NULL;
	loop_fd_remove(s->loop, s->fd);
	close(s->fd);
	sigprocmask(SIG_SETMASK, &s->before, NULL);
	free(s);
}
