/*
 * The environment table: everything the engine wants from the world outside,
 * so that the whole of it can run in a simulator. Two variants stand behind
 * it: the real one (app/real.c: poll loop, system clock, exec'ed workers) and
 * a virtual one (work/virtual.c: a clock that is moved by hand, workers as
 * functions in the same process, no socket, no file, no waiting).
 *
 * The store and the blobs belong to the environment too and come in the same
 * two variants (store/store.h, blob/blob.h).
 */
#ifndef POSTKAMER_WORK_ENV_H
#define POSTKAMER_WORK_ENV_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "blob/blob.h"
#include "ipc/ipc.h"
#include "store/store.h"

enum env_worker_kind { ENV_WORKER_IMAP, ENV_WORKER_PARSE, ENV_WORKER_SEND };

/* A running worker; valid until its 'ended' was called or env_worker_stop() returned. */
struct env_worker;

struct env_worker_calls {
	/* A message came. Valid during the call; descriptors not taken are closed after it. */
	void (*message)(void *ctx, struct ipc_message *message);
	/* The worker is gone, by whatever cause; 'why' says which ("killed by signal 9 (Killed)"). */
	void (*ended)(void *ctx, const char *why);
};

typedef void env_fn(void *ctx);

struct env_ops {
	/* Event time in seconds: what events, Date headers, timers and back-off go by. */
	int64_t (*now)(void *env);
	/* Milliseconds that only grow; not a time of day. */
	int64_t (*monotonic)(void *env);
	void (*random)(void *env, void *out, size_t len);
	/* Calls 'fn' once, later, from the loop; never from inside this call. Ids are not 0. */
	uint64_t (*timer_add)(void *env, int64_t delay_ms, env_fn *fn, void *ctx);
	void (*timer_cancel)(void *env, uint64_t id);
	/* Calls 'fn' once at the end of this turn of the loop. */
	void (*defer)(void *env, env_fn *fn, void *ctx);
	/* 'name' is shown in logs and ps; calls come from the loop only. NULL on failure. */
	struct env_worker *(*worker_start)(void *env, enum env_worker_kind kind, const char *name,
					   const struct env_worker_calls *calls, void *ctx, struct err *err);
	/* Hands a message over and frees the writer; what the worker cannot take yet is kept in order. */
	int (*worker_send)(void *env, struct env_worker *worker, struct ipc_writer *message, struct err *err);
	/* Ends it now, without an 'ended' call. */
	void (*worker_stop)(void *env, struct env_worker *worker);
};

struct env {
	const struct env_ops *ops;
	void *self;
	struct store *store; /* borrowed */
	struct blobs *blobs; /* borrowed */
	struct seal_key master;
};

static inline int64_t env_now(const struct env *env)
{
	return env->ops->now(env->self);
}

static inline int64_t env_monotonic(const struct env *env)
{
	return env->ops->monotonic(env->self);
}

static inline uint64_t env_timer_add(const struct env *env, int64_t delay_ms, env_fn *fn, void *ctx)
{
	return env->ops->timer_add(env->self, delay_ms, fn, ctx);
}

static inline void env_timer_cancel(const struct env *env, uint64_t id)
{
	env->ops->timer_cancel(env->self, id);
}

static inline void env_defer(const struct env *env, env_fn *fn, void *ctx)
{
	env->ops->defer(env->self, fn, ctx);
}

static inline struct env_worker *env_worker_start(const struct env *env, enum env_worker_kind kind,
						  const char *name, const struct env_worker_calls *calls,
						  void *ctx, struct err *err)
{
	return env->ops->worker_start(env->self, kind, name, calls, ctx, err);
}

static inline int env_worker_send(const struct env *env, struct env_worker *worker,
				  struct ipc_writer *message, struct err *err)
{
	return env->ops->worker_send(env->self, worker, message, err);
}

static inline void env_worker_stop(const struct env *env, struct env_worker *worker)
{
	env->ops->worker_stop(env->self, worker);
}

#endif
