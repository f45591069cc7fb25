/* System. */
#include <stdlib.h>
#include <unistd.h>

/* Base. */
#include "base/date.h"
#include "base/file.h"
#include "base/log.h"
#include "base/xalloc.h"

/* Own. */
#include "work/engine_p.h"

struct job *job_new(struct engine *engine)
{
	struct job *job = xcalloc(1, sizeof *job);

	arena_init(&job->arena);
	job->engine = engine;
	job->next_in_work = engine->in_work;
	job->link_in_work = &engine->in_work;
	if (engine->in_work)
		engine->in_work->link_in_work = &job->next_in_work;
	engine->in_work = job;
	job->raw = job->out = -1;
	job->kind = PARSE_KIND_MAIL;
	job->item.internal_date = DATE_NONE;
	return job;
}

void job_free(struct job **jobp)
{
	struct job *job = *jobp;

	if (!job)
		return;
	*jobp = NULL;
	*job->link_in_work = job->next_in_work;
	if (job->next_in_work)
		job->next_in_work->link_in_work = job->link_in_work;
	if (job->raw >= 0)
		close(job->raw);
	if (job->out >= 0)
		close(job->out);
	seal_wipe(&job->scope, sizeof job->scope);
	arena_free(&job->arena);
	free(job);
}

bool job_in_work(const struct engine *engine, int64_t id)
{
	const struct job *job;

	for (job = engine->in_work; job; job = job->next_in_work)
		if (job->item.id == id && !job->looked)
			return true;
	return false;
}

static void key_open_new(const struct env *env, struct seal_key *key, struct blob_key *wrapped)
{
	seal_key_new(key);
	seal_wrap(&env->master, key, wrapped->bytes);
	wrapped->present = 1;
}

int intake_reserve(struct engine *engine, struct job *job, struct err *err)
{
	struct blob_key fresh;

	key_open_new(engine->env, &job->scope, &job->item.scope);
	fresh = job->item.scope;
	job->item.received = engine_now(engine);
	if (store_item_reserve(engine->env->store, &job->item, err))
		return -1;
	if (seal_compare(fresh.bytes, job->item.scope.bytes, sizeof fresh.bytes) == 0)
		return 0;
	return seal_unwrap(&engine->env->master, job->item.scope.bytes, &job->scope, err);
}

int intake_blob(struct engine *engine, struct job *job, struct blob_ref *ref, struct err *err)
{
	struct seal_hashes hashes = { .hash_key = &engine->hash_key, .keyed = job->item.raw_hash };

	job->item.size = file_size(job->raw);
	return blob_put_fd(engine->env->blobs, &job->scope, job->raw, 0, job->item.size, engine_now(engine),
			   &hashes, &job->arena, ref, err);
}

int intake_stored(struct engine *engine, struct job *job, struct blob_ref *ref, struct err *err)
{
	struct store *store = engine->env->store;

	if (store_item_stored(store, job->item.id, ref, job->item.raw_hash, job->item.size, err))
		return -1;
	job->item.raw = *ref;
	job->item.state = ITEM_STORED;
	job->item.attempts = 0;
	return 0;
}

void intake_parse(struct engine *engine, struct job *job)
{
	struct mailbox *mailbox = job->item.source == SOURCE_MAIL ? mailbox_find(engine, job->item.origin) : NULL;

	if (mailbox && !job->counted)
		mailbox_in_work(mailbox, 1);
	if (job->item.source == SOURCE_SPOOL && engine->spool && !job->counted)
		spool_in_work(engine->spool);
	job->counted = true;
	pool_add(engine->pool, job);
}

int intake_load(struct engine *engine, int64_t id, struct job **job_r, struct err *err)
{
	struct job *job = job_new(engine);

	if (store_item_load(engine->env->store, id, &job->arena, &job->item, err) ||
	    seal_unwrap(&engine->env->master, job->item.scope.bytes, &job->scope, err)) {
		job_free(&job);
		return -1;
	}
	*job_r = job;
	return 0;
}

int intake_raw_scope(const struct job *job, struct seal_key *scope, struct err *err)
{
	if (job->item.raw_scope.present)
		return seal_unwrap(&job->engine->env->master, job->item.raw_scope.bytes, scope, err);
	*scope = job->scope;
	return 0;
}

/* One item that was stored and not decided. That the process ended meanwhile was not its fault. */
static int recover_one(struct engine *engine, int64_t id, struct job ***tail, struct err *err)
{
	struct job *job;

	if (intake_load(engine, id, &job, err))
		return -1;
	if (job->item.source == SOURCE_SPOOL)
		spool_route(job);
	**tail = job;
	*tail = &job->next;
	if (job->item.attempts >= ENGINE_MAX_ATTEMPTS) {
		job->status = PARSE_ERROR;
		job->worker_died = true;
		job->reason = "it crashed the program each time it was handled";
	}
	return 0;
}

/* Oldest first: the later of two versions of a document is the one that counts. */
static int recover_list(struct engine *engine, struct job **list, struct err *err)
{
	struct item_filter filter = { .state = ITEM_STORED, .limit = 500 };
	struct arena arena = ARENA_INIT;
	struct job **tail = list;
	struct item *items;
	size_t count, i;
	int rc;

	do {
		rc = store_item_list(engine->env->store, &filter, &arena, &items, &count, err);
		for (i = 0; !rc && i < count; i++) {
			filter.after = items[i].id;
			if (!job_in_work(engine, items[i].id))
				rc = recover_one(engine, items[i].id, &tail, err);
		}
	} while (!rc && count == filter.limit);
	arena_free(&arena);
	return rc;
}

int intake_recover(struct engine *engine, struct err *err)
{
	struct job *list = NULL;
	size_t total = 0;

	if (recover_list(engine, &list, err)) {
		while (list) {
			struct job *next = list->next;

			job_free(&list);
			list = next;
		}
		return -1;
	}
	for (; list; total++) {
		struct job *next = list->next;

		if (list->worker_died)
			commit_add(engine, list);
		else
			intake_parse(engine, list);
		list = next;
	}
	if (total)
		log_line(LOG_LEVEL_INFO, "recover.items", "stored=%zu", total);
	return 0;
}

int intake_blame(struct engine *engine, int64_t id, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct item item;
	int attempts = 0, rc = 0;

	if (store_item_load(engine->env->store, id, &arena, &item, err) == 0 && item.state == ITEM_STORED) {
		rc = store_item_attempt(engine->env->store, id, &attempts, err);
		log_line(LOG_LEVEL_ERROR, "recover.crash", "item=%lld attempts=%d the program crashed over it",
			 (long long)id, attempts);
	}
	arena_free(&arena);
	return rc;
}
