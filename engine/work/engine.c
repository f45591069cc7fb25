/* System. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Base. */
#include "base/date.h"
#include "base/file.h"
#include "base/log.h"
#include "base/xalloc.h"

/* Own. */
#include "work/engine_p.h"
#include "work/health.h"
#include "work/office.h"
#include "work/waits.h"

#define COLLECT_AGE (36 * 3600)
#define COLLECT_FIRST_MS 600000
#define COLLECT_EVERY_MS 86400000
#define ERASE_AGAIN_MS 1000
#define TOKEN_TERM (400 * 86400)  /* from its expiry until a token is forgotten */
#define PENDING_TERM (30 * 86400) /* the same of a command that waited for an answer */
#define FORGET_AT_ONCE 1000       /* rows in one transaction */


int64_t engine_now(const struct engine *engine)
{
	return env_now(engine->env);
}

struct engine *engine_new(const struct engine_options *options)
{
	struct engine *engine = xcalloc(1, sizeof *engine);
	const struct settings *settings = options->settings;
	size_t i;

	engine->env = options->env;
	engine->settings = settings;
	engine->world = options->world;
	engine->failed = options->failed;
	engine->failed_ctx = options->ctx;
	seal_key_derive(&engine->env->master, "rawhash", &engine->hash_key);
	seal_key_derive(&engine->env->master, "effect", &engine->effect_key);
	seal_key_derive(&engine->env->master, "reply", &engine->reply_key);
	engine->pool = pool_new(engine, settings->parse_workers);
	engine->sender = sender_new(engine);
	engine->takeover = takeover_new(engine);
	engine->waits = waits_new();
	engine->mailbox_count = settings->mailbox_count;
	engine->mailboxes = xcalloc(settings->mailbox_count, sizeof(struct mailbox *));
	for (i = 0; i < settings->mailbox_count; i++)
		engine->mailboxes[i] = mailbox_new(engine, &settings->mailboxes[i]);
	if (settings->spool_path)
		engine->spool = spool_new(engine);
	return engine;
}

void engine_free(struct engine **enginep)
{
	struct engine *engine = *enginep;
	size_t i;

	if (!engine)
		return;
	*enginep = NULL;
	env_timer_cancel(engine->env, engine->commit_timer);
	env_timer_cancel(engine->env, engine->clock_timer);
	env_timer_cancel(engine->env, engine->collect_timer);
	for (i = 0; i < engine->mailbox_count; i++)
		mailbox_free(&engine->mailboxes[i]);
	free(engine->mailboxes);
	spool_free(&engine->spool);
	pool_free(&engine->pool);
	sender_free(&engine->sender);
	while (engine->in_work) {
		struct job *job = engine->in_work;

		job_free(&job);
	}
	takeover_free(&engine->takeover);
	waits_free(&engine->waits);
	erase_forget(engine);
	world_free(&engine->world);
	seal_wipe(&engine->hash_key, sizeof engine->hash_key);
	seal_wipe(&engine->effect_key, sizeof engine->effect_key);
	seal_wipe(&engine->reply_key, sizeof engine->reply_key);
	free(engine);
}

bool engine_is_trouble(const struct engine *engine, const struct err *err)
{
	return store_failed(engine->env->store) || err->code == ERR_SYSTEM || err->code == ERR_TEMP;
}

void engine_fail(struct engine *engine, const struct err *err)
{
	char quoted[500];

	if (engine->dead)
		return;
	engine->dead = true;
	log_line(LOG_LEVEL_ERROR, "store.failed", "why=%s", log_quote(quoted, sizeof quoted, err->text));
	if (engine->failed)
		engine->failed(engine->failed_ctx, err->text);
}

/* ---- the modes that end by themselves ---- */

static bool intake_idle(const struct engine *engine)
{
	size_t i;

	for (i = 0; engine->mode == ENGINE_ONCE && i < engine->mailbox_count; i++)
		if (!mailbox_idle(engine->mailboxes[i]))
			return false;
	if (engine->mode == ENGINE_ONCE && engine->spool && !spool_idle(engine->spool))
		return false;
	return !pool_pending(engine->pool) && !engine->parsed_count;
}

static bool sources_failed(const struct engine *engine)
{
	size_t i;

	for (i = 0; i < engine->mailbox_count; i++)
		if (mailbox_gave_up(engine->mailboxes[i]))
			return true;
	return engine->spool && spool_gave_up(engine->spool);
}

static void check_done(void *ctx)
{
	struct engine *engine = ctx;
	void (*done)(void *, int) = engine->done;

	engine->progress_planned = false;
	if (!done || engine->dead)
		return;
	if (engine->stopping) {
		if (!sender_drained(engine->sender))
			return;
	} else if (engine->mode == ENGINE_DAEMON || !intake_idle(engine)) {
		return;
	} else if (engine->mode == ENGINE_ONCE) {
		if (!engine->once_clock) {
			engine->once_clock = true;
			clock_check(engine);
			sender_kick(engine->sender);
		}
		if (!sender_idle(engine->sender))
			return;
	}
	engine->done = NULL;
	env_timer_cancel(engine->env, engine->patience);
	engine->patience = 0;
	done(engine->done_ctx, !engine->stopping && engine->mode == ENGINE_ONCE && sources_failed(engine));
}

void engine_progress(struct engine *engine)
{
	if (engine->progress_planned || !engine->done)
		return;
	engine->progress_planned = true;
	env_defer(engine->env, check_done, engine);
}

/* ---- starting ---- */

static int recover(struct engine *engine, struct err *err)
{
	erase_scrub(engine);
	return sender_recover(engine->sender, err) || intake_recover(engine, err) ? -1 : 0;
}

int engine_blame(struct engine *engine, int64_t item, struct err *err)
{
	return intake_blame(engine, item, err);
}

static void open_sources(struct engine *engine)
{
	size_t i;

	for (i = 0; i < engine->mailbox_count; i++)
		mailbox_start(engine->mailboxes[i]);
	if (engine->spool)
		spool_scan(engine->spool);
}

/* ---- what is old ---- */

/* Tokens route for a long time after they have expired; what waited for an answer is soon of no use to anybody. */
static void forget_replies(struct engine *engine)
{
	static const struct {
		int (*forget)(struct store *store, int64_t before, size_t limit, size_t *count_r, struct err *err);
		int64_t term;
	} terms[] = {
		{ store_token_forget, TOKEN_TERM },
		{ store_pending_forget, PENDING_TERM },
		{ store_colleague_forget, OFFICE_ASKED_TERM },
		{ store_address_forget, HEALTH_KEEP },
	};
	struct store *store = engine->env->store;
	struct err err = ERR_INIT;
	int64_t now = engine_now(engine);
	size_t count = 0, i;
	int rc = 0;

	steady_look(engine, now);
	if (engine->unsteady)
		return;
	for (i = 0; !rc && i < sizeof terms / sizeof *terms; i++)
		do
			rc = terms[i].forget(store, now - terms[i].term, FORGET_AT_ONCE, &count, &err);
		while (!rc && count == FORGET_AT_ONCE);
	if (rc)
		log_line(LOG_LEVEL_WARN, "token.forget", "why=\"%s\"", err.text);
	if (store_failed(store))
		engine_fail(engine, &err);
}

/* What is kept for a term, and has no timer of its own. */
static void forget_old(struct engine *engine)
{
	forget_replies(engine);
	ticket_forget_old(engine);
}

/* ---- files that no row names ---- */

static int is_known(void *ctx, const char *name)
{
	return store_blob_known(ctx, name);
}

/*
 * Once a day; a file must be older than any process that could still be about
 * to name it (reliability §2.3 step 14). The age is by the system's clock, which
 * a trial store's does not move.
 */
static void collect(struct engine *engine)
{
	struct err err = ERR_INIT;
	size_t removed = 0;

	if (blob_collect(engine->env->blobs, (int64_t)time(NULL), COLLECT_AGE, is_known, engine->env->store, &removed,
			 &err))
		log_line(LOG_LEVEL_WARN, "blob.collect", "why=\"%s\"", err.text);
	else if (removed)
		log_line(LOG_LEVEL_INFO, "blob.collect", "removed=%zu", removed);
}

static void tidy(void *ctx);

/* The first time there may be years of old mail: a little of it in each turn. */
static void erase_on(void *ctx)
{
	struct engine *engine = ctx;
	bool more;

	if (engine->dead || engine->stopping)
		return;
	more = erase_old(engine);
	if (!more)
		erase_scrub(engine);
	engine->collect_timer = env_timer_add(engine->env, more ? ERASE_AGAIN_MS : COLLECT_EVERY_MS, more ? erase_on : tidy,
					      engine);
}

/* Once a day. */
static void tidy(void *ctx)
{
	struct engine *engine = ctx;

	if (engine->dead || engine->stopping)
		return;
	collect(engine);
	forget_old(engine);
	erase_on(engine);
}

static void warn_unauthenticated(const struct settings *settings)
{
	size_t i;

	for (i = 0; i < settings->service_count; i++)
		if (!settings->services[i].authentication)
			log_line(LOG_LEVEL_WARN, "service.unauthenticated",
				 "service=%s every From address is believed (authentication = \"none\")",
				 settings->services[i].key);
}

int engine_start(struct engine *engine, struct err *err)
{
	engine->mode = ENGINE_DAEMON;
	warn_unauthenticated(engine->settings);
	if (recover(engine, err))
		return -1;
	takeover_start(engine->takeover);
	open_sources(engine);
	sender_kick(engine->sender);
	clock_check(engine);
	engine->collect_timer = env_timer_add(engine->env, COLLECT_FIRST_MS, tidy, engine);
	return 0;
}

int engine_once(struct engine *engine, void (*done)(void *ctx, int status), void *ctx, struct err *err)
{
	engine->mode = ENGINE_ONCE;
	engine->done = done;
	engine->done_ctx = ctx;
	engine->once_clock = false;
	warn_unauthenticated(engine->settings);
	if (recover(engine, err))
		return -1;
	forget_old(engine);
	while (erase_old(engine))
		;
	erase_scrub(engine);
	takeover_start(engine->takeover);
	open_sources(engine);
	engine_progress(engine);
	return 0;
}

int engine_settle(struct engine *engine, void (*done)(void *ctx, int status), void *ctx, struct err *err)
{
	engine->mode = ENGINE_SETTLE;
	engine->done = done;
	engine->done_ctx = ctx;
	if (intake_recover(engine, err))
		return -1;
	engine_progress(engine);
	return 0;
}

static void patience_over(void *ctx)
{
	struct engine *engine = ctx;
	void (*done)(void *, int) = engine->done;

	engine->patience = 0;
	engine->done = NULL;
	if (done)
		done(engine->done_ctx, 0);
}

void engine_stop(struct engine *engine, int64_t patience_ms, void (*done)(void *ctx, int status), void *ctx)
{
	engine->stopping = true;
	engine->done = done;
	engine->done_ctx = ctx;
	engine->patience = env_timer_add(engine->env, patience_ms, patience_over, engine);
	sender_drain(engine->sender);
	engine_progress(engine);
}

void engine_reload(struct engine *engine, struct world *world)
{
	struct world *old = engine->world;

	engine->world = world;
	waits_forget(engine->waits);
	world_free(&old);
	if (engine->mode == ENGINE_DAEMON)
		takeover_start(engine->takeover);
	clock_check(engine);
}

const struct world *engine_world(const struct engine *engine)
{
	return engine->world;
}

void engine_poke(struct engine *engine)
{
	struct err err = ERR_INIT;
	size_t i;

	if (engine->mode != ENGINE_DAEMON || engine->dead || engine->stopping)
		return;
	if (intake_recover(engine, &err)) {
		engine_fail(engine, &err);
		return;
	}
	for (i = 0; i < engine->mailbox_count; i++)
		mailbox_poke(engine->mailboxes[i]);
	clock_check(engine);
	sender_kick(engine->sender);
}

/* ---- one message by hand ---- */

/* All in one group: a refusal leaves nothing behind, for whoever was refused comes again. */
static int ingest_job(struct engine *engine, struct job *job, struct err *err)
{
	const struct env *env = engine->env;
	struct blob_ref ref;

	if (store_begin(env->store, err))
		return -1;
	blob_mark(env->blobs);
	if (intake_reserve(engine, job, err) || intake_blob(engine, job, &ref, err) || blob_sync(env->blobs, err) ||
	    intake_stored(engine, job, &ref, err) || store_time_seen(env->store, engine_now(engine), err) ||
	    store_commit(env->store, err)) {
		store_abort(env->store);
		blob_discard(env->blobs);
		return -1;
	}
	return 0;
}

int engine_ingest(struct engine *engine, const char *service, int fd, int64_t *item, struct err *err)
{
	const struct settings *settings = engine->settings;
	struct job *job;

	if (!service && settings->service_count != 1)
		return err_set(err, ERR_INPUT, "there are %zu services; say which with --service",
			       settings->service_count);
	if (service && !settings_service(settings, service))
		return err_set(err, ERR_INPUT, "there is no service '%s' in the configuration", service);
	if (engine->dead || engine->stopping)
		return err_set(err, ERR_TEMP, "the daemon is ending");
	job = job_new(engine);
	job->item.source = SOURCE_INGEST;
	job->item.service = service ? service : settings->services[0].key;
	job->item.origin = "";
	job->raw = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (job->raw < 0) {
		err_sys(err, "cannot duplicate a descriptor");
		job_free(&job);
		return -1;
	}
	if (ingest_job(engine, job, err)) {
		job_free(&job);
		if (store_failed(engine->env->store))
			engine_fail(engine, err);
		return -1;
	}
	*item = job->item.id;
	job->item.service = arena_strdup(&job->arena, job->item.service);
	intake_parse(engine, job);
	return 0;
}

/* ---- bytes for showing ---- */

static int open_blob(struct engine *engine, const struct blob_key *scope, const struct blob_ref *ref,
		     struct err *err)
{
	struct seal_key key;
	int fd;

	if (!ref->id)
		return err_set(err, ERR_NOTFOUND, "its bytes are not here: they were never taken in, or were erased");
	if (seal_unwrap(&engine->env->master, scope->bytes, &key, err))
		return -1;
	fd = blob_get(engine->env->blobs, &key, ref, err);
	seal_wipe(&key, sizeof key);
	return fd;
}

int engine_document(struct engine *engine, const char *number, int64_t id, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct document document;
	struct blob_key scope;
	int fd = -1;

	if (store_document_load(engine->env->store, number, id, &arena, &document, &scope, err) == 0)
		fd = open_blob(engine, &scope, &document.blob, err);
	arena_free(&arena);
	return fd;
}

int engine_item_raw(struct engine *engine, int64_t id, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct item item;
	int fd = -1;

	if (store_item_load(engine->env->store, id, &arena, &item, err) == 0)
		fd = open_blob(engine, &item.raw_scope, &item.raw, err);
	arena_free(&arena);
	return fd;
}

int engine_outbox_raw(struct engine *engine, int64_t id, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct outbox_row row;
	int fd = -1;

	if (store_outbox_load(engine->env->store, id, &arena, &row, err) == 0)
		fd = open_blob(engine, &row.scope, &row.blob, err);
	arena_free(&arena);
	return fd;
}

static void looked(struct job *job)
{
	bool ok = job->status == PARSE_OK;

	job->look_done(job->look_ctx, ok ? &job->mail : NULL, job->out, ok ? NULL : job->reason);
	job_free(&job);
}

int engine_item_look(struct engine *engine, int64_t item, engine_mail_fn *done, void *ctx, struct err *err)
{
	struct job *job;
	int raw = engine_item_raw(engine, item, err);

	if (raw < 0)
		return -1;
	if (intake_load(engine, item, &job, err)) {
		close(raw);
		return -1;
	}
	job->raw = raw;
	job->looked = looked;
	job->look_done = done;
	job->look_ctx = ctx;
	if (job->item.source == SOURCE_SPOOL)
		spool_route(job);
	pool_add(engine->pool, job);
	return 0;
}

size_t engine_sources(const struct engine *engine, struct engine_source *sources, size_t max)
{
	size_t i, n = 0;

	for (i = 0; i < engine->mailbox_count && n < max; i++)
		mailbox_describe(engine->mailboxes[i], &sources[n++]);
	if (engine->spool && n < max)
		spool_describe(engine->spool, &sources[n++]);
	return n;
}

const char *engine_smtp_trouble(const struct engine *engine)
{
	return sender_trouble(engine->sender);
}

void engine_spool_changed(struct engine *engine)
{
	if (engine->spool)
		spool_scan(engine->spool);
}
