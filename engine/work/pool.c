/* System. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Base. */
#include "base/file.h"
#include "base/log.h"
#include "base/str.h"
#include "base/xalloc.h"

/* Engine. */
#include "ipc/manifest.h"

/* Own. */
#include "work/engine_p.h"

/*
 * One job at a time for each worker: when a worker dies, it is known which
 * mail killed it. A second job waits in its socket so that it never idles.
 */
#define POOL_AHEAD 2
/* Jobs, or bytes if that is more, that wait with their mail in memory; that of the others comes from the blob. */
#define WAITING_RAW 8
#define WAITING_RAW_BYTES (16 << 20)
#define TROUBLES_MAX 6 /* workers in a row that could not work: two minutes or so */

struct pool_worker {
	struct pool *pool;
	struct env_worker *worker; /* NULL = not running */
	struct job *first;         /* being parsed; then those sent ahead */
	size_t count;
	uint64_t deadline;
};

struct pool {
	struct engine *engine;
	struct job *waiting, **tail;
	size_t waiting_count;
	int64_t waiting_bytes;     /* in memory */
	struct pool_worker *workers;
	size_t worker_count;
	int troubles;              /* workers in a row that could not work */
	bool proven;               /* one has answered since the start */
	uint64_t rest;
};

static void pool_feed(struct pool *pool);
static void pool_trouble(struct pool *pool, const char *why);

static int64_t in_memory(const struct job *job)
{
	return job->raw >= 0 ? job->item.size : 0;
}

struct pool *pool_new(struct engine *engine, int workers)
{
	struct pool *pool = xcalloc(1, sizeof *pool);
	size_t i;

	pool->engine = engine;
	pool->tail = &pool->waiting;
	pool->worker_count = (size_t)(workers > 0 ? workers : 1);
	pool->workers = xcalloc(pool->worker_count, sizeof *pool->workers);
	for (i = 0; i < pool->worker_count; i++)
		pool->workers[i].pool = pool;
	return pool;
}

static void jobs_free(struct job *job)
{
	while (job) {
		struct job *next = job->next;

		job_free(&job);
		job = next;
	}
}

static void worker_stop(struct pool_worker *w)
{
	env_timer_cancel(w->pool->engine->env, w->deadline);
	w->deadline = 0;
	if (w->worker)
		env_worker_stop(w->pool->engine->env, w->worker);
	w->worker = NULL;
}

void pool_free(struct pool **poolp)
{
	struct pool *pool = *poolp;
	size_t i;

	if (!pool)
		return;
	*poolp = NULL;
	env_timer_cancel(pool->engine->env, pool->rest);
	for (i = 0; i < pool->worker_count; i++) {
		worker_stop(&pool->workers[i]);
		jobs_free(pool->workers[i].first);
	}
	jobs_free(pool->waiting);
	free(pool->workers);
	free(pool);
}

static void give_back(struct job *job)
{
	if (job->looked)
		job->looked(job);
	else
		commit_add(job->engine, job);
}

static struct job *worker_take(struct pool_worker *w)
{
	struct job *job = w->first;

	w->first = job->next;
	job->next = NULL;
	w->count--;
	return job;
}

/*
 * The worker died or was stopped. Killed while it had a job in hand: that one
 * is to blame, and only that; the others go back in front. Ended by itself
 * (recycled, or the system is in trouble): nobody is.
 */
static void worker_lost(struct pool_worker *w, const char *why, bool killed)
{
	struct pool *pool = w->pool;
	struct job *blamed = NULL;

	env_timer_cancel(pool->engine->env, w->deadline);
	w->deadline = 0;
	w->worker = NULL;
	if (w->count && killed)
		blamed = worker_take(w);
	if (w->first) {
		struct job *last = w->first;

		for (pool->waiting_bytes += in_memory(last); last->next; pool->waiting_bytes += in_memory(last))
			last = last->next;
		last->next = pool->waiting;
		if (!pool->waiting)
			pool->tail = &last->next;
		pool->waiting = w->first;
		pool->waiting_count += w->count;
		w->first = NULL;
		w->count = 0;
	}
	if (blamed) {
		blamed->status = PARSE_ERROR;
		blamed->worker_died = true;
		blamed->reason = arena_printf(&blamed->arena, "the parser %s", why);
		give_back(blamed);
	}
}

static void worker_timeout(void *ctx)
{
	struct pool_worker *w = ctx;

	w->deadline = 0;
	worker_stop(w);
	worker_lost(w, "took longer than a minute", true);
	pool_feed(w->pool);
}

static void plan_deadline(struct pool_worker *w)
{
	const struct env *env = w->pool->engine->env;

	env_timer_cancel(env, w->deadline);
	w->deadline = w->count ? env_timer_add(env, ENGINE_PARSE_WALL_MS, worker_timeout, w) : 0;
}

static int read_done(struct job *job, const struct parse_done *done, struct err *err)
{
	job->status = done->status;
	job->reason = arena_strdup(&job->arena, done->reason);
	if (done->status != PARSE_OK)
		return 0;
	if (file_memory_seal(job->out, err))
		return -1;
	return manifest_read(job->out, done->manifest_offset, done->manifest_size, &job->arena, &job->mail, err);
}

static void worker_message(void *ctx, struct ipc_message *message)
{
	struct pool_worker *w = ctx;
	struct arena arena = ARENA_INIT;
	struct parse_done done;
	struct err err = ERR_INIT;
	struct job *job;

	if (parse_done_get(message, &arena, &done, &err) || !w->count || done.id != w->first->item.id ||
	    read_done(w->first, &done, &err)) {
		log_line(LOG_LEVEL_ERROR, "parse.answer", "why=\"%s\"", err.text[0] ? err.text : "not asked for");
		arena_free(&arena);
		worker_stop(w);
		worker_lost(w, "gave an answer that makes no sense", true);
		pool_feed(w->pool);
		return;
	}
	arena_free(&arena);
	w->pool->troubles = 0;
	w->pool->proven = true;
	job = worker_take(w);
	plan_deadline(w);
	give_back(job);
	pool_feed(w->pool);
}

static void rest_over(void *ctx)
{
	struct pool *pool = ctx;

	pool->rest = 0;
	pool_feed(pool);
}

/*
 * A worker that ends with a failure before it did anything cannot work here at
 * all (no library, no memory): no mail is at fault, and none may be quarantined
 * for it. Try again later, and say so; give up when it never works.
 */
static void pool_trouble(struct pool *pool, const char *why)
{
	struct err err = ERR_INIT;

	log_line(LOG_LEVEL_ERROR, "parse.worker", "why=\"%s\"", why);
	if (++pool->troubles >= TROUBLES_MAX) {
		err_set(&err, ERR_TEMP, "the parse worker does not run: %s", why);
		engine_fail(pool->engine, &err);
	} else if (!pool->rest) {
		pool->rest = env_timer_add(pool->engine->env, 1000ll << pool->troubles, rest_over, pool);
	}
}

/* Killed, or out of memory (status 75) where workers are known to work: the mail in hand did it. */
static bool is_to_blame(const struct pool *pool, const char *why)
{
	return str_starts(why, "killed") || (pool->proven && str_eq(why, "ended with status 75"));
}

static void worker_ended(void *ctx, const char *why)
{
	struct pool_worker *w = ctx;
	bool blame = is_to_blame(w->pool, why);

	worker_lost(w, why, blame);
	if (!blame && !str_starts(why, "ended with status 0"))
		pool_trouble(w->pool, why);
	else
		pool_feed(w->pool);
}

static const struct env_worker_calls worker_calls = { worker_message, worker_ended };

/* A bare winmail.dat handed to ingest: its files are found, though no mail is around it (MS-OXTNEF §2.1.3.1). */
static bool is_tnef(int fd)
{
	static const unsigned char signature[] = { 0x78, 0x9f, 0x3e, 0x22 };
	unsigned char head[sizeof signature];

	return file_pread_all(fd, head, sizeof head, 0, NULL) == 0 && memcmp(head, signature, sizeof head) == 0;
}

/* The raw bytes for a job that does not have them at hand: after a restart, or to look again. */
static int job_bytes(struct job *job, struct err *err)
{
	struct seal_key scope;

	if (job->raw < 0 && intake_raw_scope(job, &scope, err) == 0) {
		job->raw = blob_get(job->engine->env->blobs, &scope, &job->item.raw, err);
		seal_wipe(&scope, sizeof scope);
	}
	if (job->raw < 0)
		return -1;
	if (job->item.source == SOURCE_INGEST && is_tnef(job->raw)) {
		job->kind = PARSE_KIND_FILE;
		job->name = "winmail.dat";
	}
	if (job->out >= 0)
		close(job->out);
	job->out = file_memory("parsed", err);
	return job->out < 0 ? -1 : 0;
}

static int worker_give(struct pool_worker *w, struct job *job, struct err *err)
{
	const struct env *env = w->pool->engine->env;
	struct parse_job order = { .id = job->item.id, .kind = job->kind, .name = job->name };
	struct ipc_writer message;

	if (!w->worker) {
		w->worker = env_worker_start(env, ENV_WORKER_PARSE, "parse", &worker_calls, w, err);
		if (!w->worker)
			return -1;
	}
	order.in = job->raw;
	order.out = job->out;
	parse_job_put(&message, &order);
	if (env_worker_send(env, w->worker, &message, err))
		return -1;
	job->next = NULL;
	if (w->first) {
		w->first->next = job;
	} else {
		w->first = job;
	}
	w->count++;
	if (w->count == 1)
		plan_deadline(w);
	return 0;
}

static struct pool_worker *least_busy(struct pool *pool)
{
	struct pool_worker *best = NULL;
	size_t i;

	for (i = 0; i < pool->worker_count; i++) {
		struct pool_worker *w = &pool->workers[i];

		if (w->count < POOL_AHEAD && (!best || w->count < best->count))
			best = w;
	}
	return best;
}

static void push_back(struct pool *pool, struct job *job)
{
	job->next = pool->waiting;
	if (!pool->waiting)
		pool->tail = &job->next;
	pool->waiting = job;
	pool->waiting_count++;
	pool->waiting_bytes += in_memory(job);
}

static struct job *next_waiting(struct pool *pool)
{
	struct job *job = pool->waiting;

	pool->waiting = job->next;
	if (!pool->waiting)
		pool->tail = &pool->waiting;
	pool->waiting_count--;
	pool->waiting_bytes -= in_memory(job);
	job->next = NULL;
	return job;
}

static void pool_feed(struct pool *pool)
{
	struct pool_worker *w;

	while (!pool->rest && pool->waiting && (w = least_busy(pool)) != NULL) {
		struct job *job = next_waiting(pool);
		struct err err = ERR_INIT;

		if (job_bytes(job, &err) == 0 && worker_give(w, job, &err) == 0)
			continue;
		if (err.code != ERR_CORRUPT && err.code != ERR_NOTFOUND) {
			/* No descriptors, no memory, no process: the mail is not at fault. */
			push_back(pool, job);
			pool_trouble(pool, err.text);
			return;
		}
		job->status = PARSE_ERROR;
		job->reason = arena_strdup(&job->arena, err.text);
		log_line(LOG_LEVEL_ERROR, "parse.start", "item=%lld why=\"%s\"", (long long)job->item.id, err.text);
		give_back(job);
	}
}

void pool_add(struct pool *pool, struct job *job)
{
	if (pool->waiting_count >= WAITING_RAW && pool->waiting_bytes + in_memory(job) > WAITING_RAW_BYTES &&
	    job->raw >= 0 && job->item.raw.id && !job->looked) {
		close(job->raw);
		job->raw = -1;
	}
	job->next = NULL;
	*pool->tail = job;
	pool->tail = &job->next;
	pool->waiting_count++;
	pool->waiting_bytes += in_memory(job);
	pool_feed(pool);
}

size_t pool_pending(const struct pool *pool)
{
	size_t i, n = pool->waiting_count;

	for (i = 0; i < pool->worker_count; i++)
		n += pool->workers[i].count;
	return n;
}

static int64_t oldest_of(const struct job *job, int64_t oldest)
{
	for (; job; job = job->next)
		if (!job->looked && job->item.id < oldest)
			oldest = job->item.id;
	return oldest;
}

int64_t pool_oldest(const struct pool *pool)
{
	int64_t oldest = oldest_of(pool->waiting, INT64_MAX);
	size_t i;

	for (i = 0; i < pool->worker_count; i++)
		oldest = oldest_of(pool->workers[i].first, oldest);
	return oldest;
}
