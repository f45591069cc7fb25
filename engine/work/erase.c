/*
 * Erasing dossiers: what lies in the spool in clear text, the rows in a
 * transaction of the store, then the files of blobs, then the traces in the
 * database's own files.
 *
 * The spool's files go before the commit: when that fails or never comes, the
 * store still has their bytes; behind it, nobody would know of them any more.
 * A blob that a crash leaves behind is unreadable, and collected later.
 */

/* System. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Base. */
#include "base/log.h"
#include "base/xalloc.h"

/* Own. */
#include "work/engine_p.h"

#define MAIL_KEPT (90 * 86400) /* what belongs to nothing, where the settings say nothing */
#define OLD_AT_ONCE 50         /* of it in one group */
#define OLD_GROUPS 10          /* in one go: then mail that came in meanwhile has its turn */

/* What an erasure left outside the database, until its group is committed. */
struct erased {
	struct erased *next;
	struct arena arena;
	const char *number; /* of a dossier; else: */
	bool old;           /* what nobody needs any more; else an item */
	size_t count;
	struct erasure_left left;
};

static void remove_from_spool(struct engine *engine, const struct erased *erased)
{
	size_t i;

	for (i = 0; i < erased->left.item_count; i++)
		if (erased->left.items[i].source == SOURCE_SPOOL)
			spool_erase(engine, &erased->left.items[i]);
}

int erase_in_group(struct engine *engine, const char *number, const char *reason, const char *by, struct err *err)
{
	const struct erasure erasure = { number, reason, by, engine_now(engine) };
	struct erased *erased = xcalloc(1, sizeof *erased);

	if (store_dossier_erase(engine->env->store, &erasure, &erased->arena, &erased->left, err)) {
		arena_free(&erased->arena);
		free(erased);
		return -1;
	}
	remove_from_spool(engine, erased);
	erased->number = arena_strdup(&erased->arena, number);
	erased->next = engine->erased;
	engine->erased = erased;
	return 0;
}

int erase_item_in_group(struct engine *engine, int64_t id, struct err *err)
{
	struct erased *erased = xcalloc(1, sizeof *erased);

	if (store_item_erase(engine->env->store, id, &erased->arena, &erased->left, err)) {
		arena_free(&erased->arena);
		free(erased);
		return -1;
	}
	remove_from_spool(engine, erased);
	erased->next = engine->erased;
	engine->erased = erased;
	return 0;
}

int erase_old_in_group(struct engine *engine, int64_t before, size_t limit, size_t *count, struct err *err)
{
	struct erased *erased = xcalloc(1, sizeof *erased);
	int rc = store_mail_forget(engine->env->store, before, limit, &erased->arena, &erased->left, count, err);

	if (rc || !*count) {
		arena_free(&erased->arena);
		free(erased);
		return rc;
	}
	erased->old = true;
	erased->count = *count;
	erased->next = engine->erased;
	engine->erased = erased;
	return 0;
}

void erase_forget(struct engine *engine)
{
	while (engine->erased) {
		struct erased *next = engine->erased->next;

		arena_free(&engine->erased->arena);
		free(engine->erased);
		engine->erased = next;
	}
}

static void remove_blobs(struct engine *engine, const struct erased *erased)
{
	const struct erasure_left *left = &erased->left;
	struct err err = ERR_INIT;
	size_t i;

	for (i = 0; i < left->blob_count; i++)
		if (blob_remove(engine->env->blobs, &left->blobs[i], &err))
			log_line(LOG_LEVEL_WARN, "erase.blob", "why=\"%s\" its key is gone; it is removed later", err.text);
}

void erase_scrub(struct engine *engine)
{
	struct store_stats stats;
	struct err err = ERR_INIT;

	if (store_stats(engine->env->store, &stats, &err) || (stats.unscrubbed && store_scrub(engine->env->store, &err))) {
		log_line(LOG_LEVEL_WARN, "erase.scrub", "why=\"%s\" it is done at the next start, or within a day", err.text);
		if (store_failed(engine->env->store))
			engine_fail(engine, &err);
	}
}

/* The files, now that no row names them. True when something of it was no dossier's. */
static bool finish(struct engine *engine)
{
	const struct erased *erased;
	bool loose = false;

	for (erased = engine->erased; erased; erased = erased->next) {
		remove_blobs(engine, erased);
		loose |= !erased->number;
		if (erased->number)
			log_line(LOG_LEVEL_INFO, "dossier.erased", "dossier=%s items=%zu files=%zu", erased->number,
				 erased->left.item_count, erased->left.blob_count);
		else if (erased->old)
			log_line(LOG_LEVEL_INFO, "mail.forgotten", "mails=%zu items=%zu files=%zu", erased->count,
				 erased->left.item_count, erased->left.blob_count);
		else
			log_line(LOG_LEVEL_INFO, "item.erased", "item=%lld items=%zu files=%zu",
				 (long long)erased->left.items[0].id, erased->left.item_count, erased->left.blob_count);
	}
	erase_forget(engine);
	return loose;
}

static void scrub(struct engine *engine, bool loose)
{
	struct err err = ERR_INIT;

	/* No line stays of an item that would say it is still to be done: the next erasure does it then. */
	if (loose && store_scrub(engine->env->store, &err))
		log_line(LOG_LEVEL_WARN, "erase.scrub", "why=\"%s\" it is done with the next erasure", err.text);
	erase_scrub(engine);
}

void erase_finish(struct engine *engine)
{
	if (engine->erased)
		scrub(engine, finish(engine));
}

int engine_dossier_erase(struct engine *engine, const char *number, const char *reason, struct err *err)
{
	struct store *store = engine->env->store;

	if (store_begin(store, err))
		return -1;
	if (erase_in_group(engine, number, reason, "operator", err) ||
	    store_time_seen(store, engine_now(engine), err) || store_commit(store, err)) {
		store_abort(store);
		erase_forget(engine);
		if (store_failed(store))
			engine_fail(engine, err);
		return -1;
	}
	erase_finish(engine);
	return 0;
}

static int erase_old_group(struct engine *engine, size_t *count, struct err *err)
{
	int64_t now = engine_now(engine), keep = engine->settings->mail_keep ? engine->settings->mail_keep : MAIL_KEPT;
	struct store *store = engine->env->store;

	*count = 0;
	if (store_begin(store, err))
		return -1;
	if (erase_old_in_group(engine, now - keep, OLD_AT_ONCE, count, err) || store_time_seen(store, now, err) ||
	    store_commit(store, err)) {
		store_abort(store);
		erase_forget(engine);
		return -1;
	}
	finish(engine);
	return 0;
}

bool erase_old(struct engine *engine)
{
	struct err err = ERR_INIT;
	size_t count, all = 0, groups = 0;
	int rc;

	/* Nothing goes because it is old while nobody can tell whether the clock is right. */
	if (engine->dead || engine->unsteady)
		return false;
	do {
		rc = erase_old_group(engine, &count, &err);
		all += rc ? 0 : count;
	} while (!rc && count == OLD_AT_ONCE && ++groups < OLD_GROUPS && !engine->dead);
	/* It reads the whole database: once for all of them. */
	if (all && !engine->dead)
		scrub(engine, true);
	if (rc && engine_is_trouble(engine, &err))
		engine_fail(engine, &err);
	else if (rc)
		log_line(LOG_LEVEL_WARN, "mail.forget", "why=\"%s\"", err.text);
	return !rc && groups == OLD_GROUPS && !engine->dead;
}
