/* System. */
#include <stdlib.h>

/* Base. */
#include "base/crash.h"
#include "base/log.h"

/* Own. */
#include "work/decide.h"
#include "work/engine_p.h"

/*
 * Items are decided in groups, so that one commit (and one sync of the blobs)
 * serves many. A lone item never waits: when the parsers have nothing more in
 * hand the group is taken at the end of this turn of the loop.
 */
#define GROUP_WAIT_MS 40
#define ORDER_WAIT_MS 5000 /* an item waits so long for one that came before it */

static void commit_now(void *ctx)
{
	struct engine *engine = ctx;

	engine->commit_planned = false;
	commit_flush(engine);
}

static void commit_late(void *ctx)
{
	struct engine *engine = ctx;

	engine->commit_timer = 0;
	commit_flush(engine);
}

/* By item number, which is the order of arrival. */
static void insert(struct engine *engine, struct job *job)
{
	struct job **at = &engine->parsed;

	while (*at && (*at)->item.id < job->item.id)
		at = &(*at)->next;
	job->next = *at;
	*at = job;
	engine->parsed_count++;
}

static void plan_late(struct engine *engine)
{
	if (!engine->commit_timer)
		engine->commit_timer = env_timer_add(engine->env, GROUP_WAIT_MS, commit_late, engine);
}

void commit_add(struct engine *engine, struct job *job)
{
	job->parsed_at = env_monotonic(engine->env);
	insert(engine, job);
	if (engine->parsed_count < ENGINE_GROUP && pool_pending(engine->pool)) {
		plan_late(engine);
		return;
	}
	if (!engine->commit_planned)
		env_defer(engine->env, commit_now, engine);
	engine->commit_planned = true;
}

/* It will be parsed once more: what came after it waits for that, too. */
static bool stumbled(const struct job *job)
{
	return job->status == PARSE_ERROR && !job->gone && job->item.attempts + 1 < ENGINE_MAX_ATTEMPTS;
}

/*
 * The jobs that may be decided now, taken off the list. Parsers finish in any
 * order, but of two versions of a document the one that came last must become
 * the current one: so an item waits for those that came before it, though not
 * for ever (a mail may hang its parser for a minute).
 */
static struct job *take_parsed(struct engine *engine)
{
	int64_t oldest = pool_oldest(engine->pool), now = env_monotonic(engine->env);
	struct job *list = engine->parsed, **at = &engine->parsed;
	bool again = false;

	while (*at && !again && ((*at)->item.id < oldest || now - (*at)->parsed_at >= ORDER_WAIT_MS)) {
		again = stumbled(*at);
		at = &(*at)->next;
		engine->parsed_count--;
	}
	if (at == &engine->parsed)
		list = NULL;
	else {
		engine->parsed = *at;
		*at = NULL;
	}
	env_timer_cancel(engine->env, engine->commit_timer);
	engine->commit_timer = 0;
	if (engine->parsed)
		plan_late(engine);
	return list;
}

/* Told to its source only now, when the decision is durable. */
static void job_committed(struct engine *engine, struct job *job)
{
	struct mailbox *mailbox = job->item.source == SOURCE_MAIL ? mailbox_find(engine, job->item.origin) : NULL;

	if (mailbox) {
		mailbox_committed(mailbox, &job->item);
		if (job->counted)
			mailbox_in_work(mailbox, -1);
	}
	if (job->item.source == SOURCE_SPOOL && engine->spool)
		spool_committed(engine->spool, job);
}

static int decide_all(struct engine *engine, struct job *list, struct err *err)
{
	struct job *job;

	for (job = list; job; job = job->next) {
		crash_subject(job->item.id);
		switch (decide_job(engine, job, err)) {
		case DECIDED_DONE: job->again = false; break;
		case DECIDED_AGAIN: job->again = true; break;
		case DECIDED_ERROR: return err_context(err, "item %lld", (long long)job->item.id);
		}
	}
	crash_subject(0);
	return 0;
}

static int decide_group(struct engine *engine, struct job *list, struct err *err)
{
	const struct env *env = engine->env;

	if (store_begin(env->store, err))
		return -1;
	blob_mark(env->blobs);
	/* The order is the law: blobs durable, then the rows that name them. */
	if (decide_all(engine, list, err) || blob_sync(env->blobs, err) || store_commit(env->store, err)) {
		store_abort(env->store);
		blob_discard(env->blobs);
		return -1;
	}
	return 0;
}

static void list_free(struct job *list)
{
	while (list) {
		struct job *next = list->next;

		job_free(&list);
		list = next;
	}
}

static int apart_group(struct engine *engine, struct job *job, const char *why, bool tell, struct err *err)
{
	const struct env *env = engine->env;

	if (store_begin(env->store, err))
		return -1;
	blob_mark(env->blobs);
	if (decide_set_apart(engine, job, why, tell, err) || blob_sync(env->blobs, err) ||
	    store_commit(env->store, err)) {
		store_abort(env->store);
		blob_discard(env->blobs);
		return -1;
	}
	return 0;
}

/*
 * An item that cannot be decided although all is well (its dossier's service is
 * no longer configured, a blob of it is damaged, a fault of ours): set apart
 * with the reason, so that it blocks nobody, and staff are told once. What hit
 * the item may hit the mail about it too: then it is set apart in silence.
 * `quarantine retry` handles it again.
 */
static int set_apart(struct engine *engine, struct job *job, const char *why, struct err *err)
{
	struct err untold = ERR_INIT;

	job->again = false;
	log_line(LOG_LEVEL_ERROR, "item.error", "item=%lld why=\"%s\"", (long long)job->item.id, why);
	if (apart_group(engine, job, why, true, &untold) == 0)
		return 0;
	if (engine_is_trouble(engine, &untold)) {
		*err = untold;
		return -1;
	}
	log_line(LOG_LEVEL_ERROR, "item.untold", "item=%lld why=\"%s\"", (long long)job->item.id, untold.text);
	return apart_group(engine, job, why, false, err);
}

static void finish(struct engine *engine, struct job *list)
{
	while (list) {
		struct job *job = list;

		list = job->next;
		job->next = NULL;
		if (job->again) {
			job->worker_died = false;
			pool_add(engine->pool, job);
			continue;
		}
		job_committed(engine, job);
		job_free(&job);
	}
}

static void flush_one_by_one(struct engine *engine, struct job *list)
{
	while (list) {
		struct job *job = list;
		struct err err = ERR_INIT, worse = ERR_INIT;

		list = job->next;
		job->next = NULL;
		if (decide_group(engine, job, &err) == 0 ||
		    (!engine_is_trouble(engine, &err) && set_apart(engine, job, err.text, &worse) == 0)) {
			finish(engine, job);
			continue;
		}
		list_free(list);
		job_free(&job);
		engine_fail(engine, worse.code ? &worse : &err);
		return;
	}
}

void commit_flush(struct engine *engine)
{
	struct job *list = take_parsed(engine);
	struct err err = ERR_INIT;

	if (!list || engine->dead) {
		list_free(list);
		return;
	}
	if (decide_group(engine, list, &err) == 0) {
		finish(engine, list);
	} else if (engine_is_trouble(engine, &err)) {
		list_free(list);
		engine_fail(engine, &err);
		return;
	} else {
		log_line(LOG_LEVEL_WARN, "commit.split", "why=\"%s\"", err.text);
		flush_one_by_one(engine, list);
	}
	if (engine->released && !engine->dead) {
		engine->released = false;
		if (intake_recover(engine, &err)) {
			engine_fail(engine, &err);
			return;
		}
	}
	sender_kick(engine->sender);
	clock_check(engine);
	engine_progress(engine);
}
