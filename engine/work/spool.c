/* System. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Base. */
#include "base/date.h"
#include "base/file.h"
#include "base/log.h"
#include "base/str.h"
#include "base/xalloc.h"

/* Own. */
#include "work/answer.h"
#include "work/engine_p.h"
#include "work/spool_order.h"
#include "work/spool_p.h"

/*
 * The folder is the truth; inotify only says when to look. One pass takes a
 * bounded number of files, opens each without following or blocking, copies
 * it, and looks again whether it is still the file it was.
 */
#define PASS_FILES 50
#define PASS_BYTES (64 << 20) /* copied into memory in one pass, unless one file alone is larger */
#define WAIT_MS 300000        /* something is never still: trouble; a round that ends by itself goes on without */
#define SWEEP_MS 60000
#define RETRY_MS 1000
#define FILE_MAX (256 << 20)

struct spool {
	struct engine *engine;
	char *new_path, *refused_path;
	struct spool_list list;    /* what lay in new/ at 'scan_at'; a pass takes some of it */
	struct job *batch, **tail; /* of this pass, oldest first */
	size_t batch_count;
	size_t left;               /* files that left new/ in this pass without being decided */
	int64_t bytes;             /* of the batch */
	int64_t waiting_from, waiting_ms; /* since when each look found files not still: event time, monotonic */
	int in_work;
	bool more, waiting;        /* files left for the next pass; files not still yet, in this listing */
	bool gave_up, wait_said;
	int64_t scan_at, read_at, failing_since;
	char trouble[320];
	uint64_t timer;
};

static char *below(const char *folder, const char *name)
{
	size_t size = strlen(folder) + strlen(name) + 2;
	char *path = xmalloc(size);

	snprintf(path, size, "%s/%s", folder, name);
	return path;
}

struct spool *spool_new(struct engine *engine)
{
	struct spool *spool = xcalloc(1, sizeof *spool);
	const char *path = engine->settings->spool_path;

	spool->engine = engine;
	spool->new_path = below(path, "new");
	spool->refused_path = below(path, "refused");
	spool->tail = &spool->batch;
	spool->read_at = spool->failing_since = spool->waiting_from = DATE_NONE;
	return spool;
}

static void batch_drop(struct spool *spool)
{
	while (spool->batch) {
		struct job *next = spool->batch->next;

		job_free(&spool->batch);
		spool->batch = next;
	}
	spool->tail = &spool->batch;
	spool->batch_count = 0;
}

void spool_free(struct spool **spoolp)
{
	struct spool *spool = *spoolp;

	if (!spool)
		return;
	*spoolp = NULL;
	env_timer_cancel(spool->engine->env, spool->timer);
	batch_drop(spool);
	spool_list_clear(&spool->list);
	free(spool->new_path);
	free(spool->refused_path);
	free(spool);
}

/* ---- what is decided ---- */

static void leave(struct spool *spool, int64_t item)
{
	struct err err = ERR_INIT;
	int rc = spool_leave(spool->engine, item, &err);

	if (rc < 0)
		engine_fail(spool->engine, &err);
	spool->left += rc > 0;
}

void spool_committed(struct spool *spool, const struct job *job)
{
	leave(spool, job->item.id);
	if (job->counted && --spool->in_work == 0)
		spool_scan(spool);
}

void spool_in_work(struct spool *spool)
{
	spool->in_work++;
}

/* ---- refusals ---- */

/* An item of its own, so that a refusal can be listed; staff are told in the same commit. */
static int refuse_commit(struct spool *spool, struct job *job, const char *reason, struct err *err)
{
	struct engine *engine = spool->engine;
	struct store *store = engine->env->store;
	struct item_verdict verdict = { .id = job->item.id, .state = ITEM_QUARANTINED, .reason = "spool-refused",
					.detail = reason, .from = "scanner", .subject = job->item.origin };
	struct answering a = { .engine = engine, .arena = &job->arena, .scope = job->item.scope,
			       .service = settings_service(engine->settings, job->item.service),
			       .now = engine_now(engine), .received = DATE_NONE, .why = reason,
			       .file_name = job->item.origin, .file_folder = spool->refused_path };
	struct store_take take = { .item = &verdict, .now = a.now };

	a.item = job->item.id;
	a.cause = arena_printf(&job->arena, "item:%lld", (long long)job->item.id);
	answer_wish(&a, "spool-geweigerd", TMPL_AUDIENCE_STAFF);
	if (store_begin(store, err))
		return -1;
	blob_mark(engine->env->blobs);
	if (answer_render(&a, err))
		goto fail;
	answer_into(&a, &take);
	if (store_take(store, &take, err) || blob_sync(engine->env->blobs, err) || store_commit(store, err))
		goto fail;
	return 0;
fail:
	store_abort(store);
	blob_discard(engine->env->blobs);
	return -1;
}

static void refuse(struct spool *spool, const char *origin, const struct stat *st, const char *reason)
{
	struct job *job = spool_job(spool->engine, origin, st);
	char quoted[200];
	struct err err = ERR_INIT;

	if (intake_reserve(spool->engine, job, &err) ||
	    (job->item.state == ITEM_RESERVED && refuse_commit(spool, job, reason, &err))) {
		engine_fail(spool->engine, &err);
		job_free(&job);
		return;
	}
	if (job->item.state == ITEM_STORED) {
		/* Its bytes are here from before a crash, and are decided: that says where it goes. */
		job_free(&job);
		return;
	}
	leave(spool, job->item.id);
	log_line(LOG_LEVEL_WARN, "spool.refused", "item=%lld file=%s why=\"%s\"", (long long)job->item.id,
		 log_quote(quoted, sizeof quoted, origin), reason);
	job_free(&job);
	sender_kick(spool->engine->sender);
}

/* ---- taking ---- */

/* Copies into memory, and sees to it that the file was the same before and after. */
static int copy(int fd, const struct stat *before, struct err *err)
{
	int memory = file_memory("spool", err);
	struct stat after;
	int64_t size;

	if (memory < 0)
		return -1;
	if (file_copy(fd, memory, &size, err))
		goto fail;
	if (fstat(fd, &after) || size != before->st_size || after.st_size != before->st_size ||
	    after.st_mtim.tv_sec != before->st_mtim.tv_sec || after.st_mtim.tv_nsec != before->st_mtim.tv_nsec) {
		err_set(err, ERR_TEMP, "it changed while it was read");
		goto fail;
	}
	if (file_memory_seal(memory, err))
		goto fail;
	return memory;
fail:
	close(memory);
	return -1;
}

/* Reserves it; one that was taken before only has to leave new/. */
static int reserve(struct spool *spool, struct job *job, struct err *err)
{
	if (intake_reserve(spool->engine, job, err))
		return -1;
	if (job->item.state == ITEM_RESERVED)
		return 0;
	if (job->item.state != ITEM_STORED)
		leave(spool, job->item.id);
	return 1;
}

static void take(struct spool *spool, const char *origin, int fd, const struct stat *st)
{
	struct job *job = spool_job(spool->engine, origin, st);
	struct err err = ERR_INIT;
	int have;

	if (!spool_route(job)) {
		const char *reason = job->reason;

		refuse(spool, origin, st, reason);
		job_free(&job);
		return;
	}
	job->raw = copy(fd, st, &err);
	if (job->raw < 0) {
		spool->waiting = true;
		job_free(&job);
		return;
	}
	have = reserve(spool, job, &err);
	/* Only now: of one that was taken before a crash the documents may have left already. */
	if (have == 0 && job->order && spool_order_pack(job, &err)) {
		if (err.code == ERR_INPUT)
			refuse(spool, origin, st, err.text);
		else
			spool->waiting = true;
		job_free(&job);
		return;
	}
	if (have == 0 && intake_blob(spool->engine, job, &job->item.raw, &err) == 0) {
		*spool->tail = job;
		spool->tail = &job->next;
		spool->batch_count++;
		spool->bytes += job->item.size;
		return;
	}
	job_free(&job);
	if (have <= 0)
		engine_fail(spool->engine, &err);
}

static int batch_store(struct spool *spool, struct err *err)
{
	const struct env *env = spool->engine->env;
	struct job *job;

	if (blob_sync(env->blobs, err) || store_begin(env->store, err))
		return -1;
	for (job = spool->batch; job; job = job->next)
		if (intake_stored(spool->engine, job, &job->item.raw, err) ||
		    (job->item.parcels && store_item_parcels(env->store, job->item.id, job->item.parcels, err))) {
			store_abort(env->store);
			return -1;
		}
	return store_commit(env->store, err);
}

static void batch_take(struct spool *spool)
{
	struct err err = ERR_INIT;

	if (!spool->batch)
		return;
	if (batch_store(spool, &err)) {
		batch_drop(spool);
		engine_fail(spool->engine, &err);
		return;
	}
	spool->batch_count = 0;
	spool->tail = &spool->batch;
	while (spool->batch) {
		struct job *job = spool->batch;

		spool->batch = job->next;
		intake_parse(spool->engine, job);
	}
}

/* ---- looking ---- */

static void look_at(struct spool *spool, int folder, const char *name, const char *origin)
{
	struct stat st;
	const char *reason;
	int fd;

	if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW))
		return;
	reason = spool_unfit(&st, FILE_MAX);
	if (reason) {
		refuse(spool, origin, &st, reason);
		return;
	}
	fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0) {
		if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == EIO)
			spool->waiting = true; /* our own trouble, or the disk's */
		else if (errno != ENOENT)
			refuse(spool, origin, &st, "it cannot be opened");
		return;
	}
	/* What was opened is what counts; the name may have changed hands meanwhile. */
	if (fstat(fd, &st) == 0 && !(reason = spool_unfit(&st, FILE_MAX))) {
		if (spool_is_still(fd, &st, spool->engine->settings->spool_still))
			take(spool, origin, fd, &st);
		else
			spool->waiting = true;
	}
	close(fd);
}

static bool pass_full(const struct spool *spool)
{
	return spool->batch_count + spool->left >= PASS_FILES || spool->bytes >= PASS_BYTES || spool->engine->dead;
}

/* A file in a sub-folder: that must still be a folder, and no link to one. */
static void look_below(struct spool *spool, int root, const char *origin)
{
	const char *slash = strchr(origin, '/');
	char *sub = xstrndup(origin, (size_t)(slash - origin));
	int fd = openat(root, sub, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd >= 0) {
		look_at(spool, fd, slash + 1, origin);
		close(fd);
	} else if (errno != ENOENT && errno != ENOTDIR && errno != ELOOP) {
		spool->waiting = true;
	}
	free(sub);
}

static void look_on(struct spool *spool, int root)
{
	struct spool_list *list = &spool->list;

	while (list->at < list->count && !pass_full(spool)) {
		const char *origin = list->entries[list->at++].origin;

		if (strchr(origin, '/'))
			look_below(spool, root, origin);
		else
			look_at(spool, root, origin, origin);
	}
	spool->more = list->at < list->count || (list->cut && spool->batch_count + spool->left > 0);
	if (list->cut && !spool->more)
		spool->waiting = true; /* what is listed stays where it is, and hides the rest */
}

static void spool_timer(void *ctx)
{
	struct spool *spool = ctx;

	spool->timer = 0;
	spool_scan(spool);
}

static void plan(struct spool *spool)
{
	/* Where nobody else writes, whoever drops a file says so. */
	int64_t sweep = spool->engine->settings->spool_still < 0 ? 24 * 60 * SWEEP_MS : SWEEP_MS;

	env_timer_cancel(spool->engine->env, spool->timer);
	spool->timer = env_timer_add(spool->engine->env,
				     spool->more && !spool->in_work ? 1 : spool->waiting ? RETRY_MS : sweep, spool_timer,
				     spool);
}

static void scan_failed(struct spool *spool)
{
	snprintf(spool->trouble, sizeof spool->trouble, "cannot read '%s': %s", spool->new_path, strerror(errno));
	if (spool->failing_since == DATE_NONE)
		log_line(LOG_LEVEL_WARN, "spool.trouble", "why=\"%s\"", spool->trouble);
	if (spool->failing_since == DATE_NONE)
		spool->failing_since = engine_now(spool->engine);
	spool_list_clear(&spool->list);
	spool->more = spool->waiting = false;
	spool->gave_up = spool->engine->mode == ENGINE_ONCE;
}

/*
 * A file that somebody keeps open or keeps changing must not hold a round for
 * ever, nor the timers of every dossier. True when it is not waited for any more.
 */
static bool wait_or_give_up(struct spool *spool)
{
	int64_t now = env_monotonic(spool->engine->env);

	if (!spool->waiting || spool->waiting_from == DATE_NONE) {
		spool->waiting_from = spool->waiting ? engine_now(spool->engine) : DATE_NONE;
		spool->waiting_ms = now;
		spool->wait_said = false;
	}
	if (!spool->waiting || now - spool->waiting_ms < WAIT_MS)
		return !spool->waiting;
	snprintf(spool->trouble, sizeof spool->trouble,
		 "something in '%s' cannot be read, or has been written to for minutes", spool->new_path);
	spool->failing_since = spool->waiting_from;
	if (!spool->wait_said)
		log_line(LOG_LEVEL_WARN, "spool.trouble", "why=\"%s\"", spool->trouble);
	spool->wait_said = true;
	spool->gave_up = spool->engine->mode == ENGINE_ONCE;
	return true;
}

/* A new listing when the last one is used up. */
static int scan_list(struct spool *spool)
{
	if (spool->list.at < spool->list.count)
		return 0;
	spool->scan_at = engine_now(spool->engine);
	if (spool_list_read(&spool->list, spool->new_path))
		return -1;
	spool->waiting = spool->list.unread;
	return 0;
}

static void scan_pass(struct spool *spool, int root)
{
	spool->failing_since = DATE_NONE;
	spool->trouble[0] = '\0';
	spool->left = 0;
	spool->bytes = 0;
	look_on(spool, root);
	batch_take(spool);
	if (spool->more || !wait_or_give_up(spool) || spool->in_work)
		return;
	spool->read_at = spool->scan_at;
	clock_check(spool->engine);
}

void spool_scan(struct spool *spool)
{
	int root;

	if (spool->in_work || spool->engine->dead || spool->engine->stopping ||
	    (spool->engine->mode != ENGINE_DAEMON && spool->engine->mode != ENGINE_ONCE))
		return;
	root = open(spool->new_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (root >= 0 && scan_list(spool) == 0)
		scan_pass(spool, root);
	else
		scan_failed(spool);
	if (root >= 0)
		close(root);
	plan(spool);
	engine_progress(spool->engine);
}

bool spool_idle(const struct spool *spool)
{
	return !spool->in_work && ((!spool->more && !spool->waiting) || spool->gave_up);
}

bool spool_gave_up(const struct spool *spool)
{
	return spool->gave_up;
}

void spool_describe(const struct spool *spool, struct engine_source *source)
{
	*source = (struct engine_source){
		.name = "spool",
		.read_at = spool->read_at,
		.failing_since = spool->failing_since,
		.trouble = spool->trouble[0] ? spool->trouble : NULL,
		.backlog = (size_t)spool->in_work,
	};
}
