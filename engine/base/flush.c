/* System. */
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

/* Own. */
#include "base/flush.h"

#define STACK (PTHREAD_STACK_MIN + 16384)

struct flush {
	const int *fds;
	size_t count;
	atomic_size_t next;
	pthread_mutex_t lock; /* of what follows */
	size_t failed;        /* 'count' = none */
	int code;
};

static void failed_at(struct flush *flush, size_t i, int code)
{
	pthread_mutex_lock(&flush->lock);
	if (i < flush->failed) {
		flush->failed = i;
		flush->code = code;
	}
	pthread_mutex_unlock(&flush->lock);
}

static void *work(void *ctx)
{
	struct flush *flush = ctx;
	size_t i;

	while ((i = atomic_fetch_add(&flush->next, 1)) < flush->count)
		if (fsync(flush->fds[i]))
			failed_at(flush, i, errno);
	return NULL;
}

/* Signals are for the thread that was there before. */
static size_t start(struct flush *flush, pthread_t *threads, size_t wanted)
{
	pthread_attr_t attr;
	sigset_t all, before;
	size_t n = 0;

	if (!wanted || pthread_attr_init(&attr))
		return 0;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	if (pthread_attr_setstacksize(&attr, (size_t)STACK) == 0)
		while (n < wanted && pthread_create(&threads[n], &attr, work, flush) == 0)
			n++;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attr);
	return n;
}

int flush_all(const int *fds, size_t count, size_t *failed)
{
	struct flush flush = { .fds = fds, .count = count, .lock = PTHREAD_MUTEX_INITIALIZER, .failed = count };
	pthread_t threads[FLUSH_AT_ONCE - 1];
	size_t i, n = start(&flush, threads, count <= 1 ? 0 : count < FLUSH_AT_ONCE ? count - 1 : FLUSH_AT_ONCE - 1);

	work(&flush);
	for (i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
	pthread_mutex_destroy(&flush.lock);
	if (flush.failed == count)
		return 0;
	*failed = flush.failed;
	errno = flush.code;
	return -1;
}
