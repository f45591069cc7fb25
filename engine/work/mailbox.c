/* System. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Base. */
#include "base/date.h"
#include "base/file.h"
#include "base/log.h"
#include "base/step.h"
#include "base/str.h"
#include "base/xalloc.h"

/* Engine. */
#include "ipc/imap_msg.h"

/* Own. */
#include "work/engine_p.h"
#include "work/token.h"

#define FETCH_COUNT IMAP_MSG_FETCH_MAX
#define FETCH_BYTES (16 << 20)   /* claimed bytes in one order, unless one mail alone is larger */
#define WORK_MAX 150             /* mails of one mailbox between fetch and decision */
#define FULL_EVERY 20            /* each so many-th listing looks at all UIDs (reliability §2.3 step 2) */
#define WITHHELD_MS 60000
#define WITHHELD_MAX 3           /* times a mail may be listed without contents */
#define BACKOFF_FIRST_MS 5000
#define BACKOFF_MAX_MS 600000
#define BACKOFF_AUTH_MS 900000   /* at most one failed login in 15 minutes: accounts get locked */

enum order { ORDER_NONE, ORDER_SETUP, ORDER_LIST, ORDER_FETCH, ORDER_ACK, ORDER_WATCH };

struct wanted {
	uint32_t uid;
	int64_t size, internal_date;
};

/* A mail that could not be fetched, so far: it goes last and alone. */
struct suspect {
	uint32_t uid;
	int troubles;
};

struct uids {
	uint32_t *list;
	size_t count, cap;
};

struct mailbox {
	struct engine *engine;
	const struct settings_mailbox *settings;
	struct env_worker *worker;  /* NULL = down */
	struct token_fetch *token;  /* on its way, before the worker is started */
	enum order order;           /* what the worker was told and has not finished */
	uint32_t uidvalidity;
	uint32_t last_uid;          /* highest listed in this epoch */
	unsigned listings;
	bool list_wanted, listed;   /* listed: this round's listing is complete */
	int64_t list_at, read_at;   /* event time at which the listing was asked; of the last whole look */
	struct wanted *queue;       /* to be fetched, from 'head' on */
	size_t head, queued, queue_cap;
	struct job **batch;         /* of the running FETCH */
	size_t batch_count;
	int in_work;
	struct uids acks[IMAP_MSG_TO_COUNT];
	struct suspect *suspects;   /* outlive sessions of one epoch */
	size_t suspect_count, suspect_cap;
	uint32_t suspect_epoch;
	size_t careful;             /* mails still to be fetched one by one, after a batch that failed */
	uint64_t timer;             /* back-off or next look */
	int64_t backoff_ms;
	enum imap_msg_fail fail;    /* of the worker that is about to end */
	bool failed_said;
	char trouble[320];
	int64_t failing_since;
	bool gave_up;
};

static void mailbox_next(struct mailbox *mb);
static void mailbox_connect(void *ctx);

struct mailbox *mailbox_new(struct engine *engine, const struct settings_mailbox *settings)
{
	struct mailbox *mb = xcalloc(1, sizeof *mb);

	mb->engine = engine;
	mb->settings = settings;
	mb->read_at = mb->failing_since = DATE_NONE;
	mb->backoff_ms = BACKOFF_FIRST_MS;
	mb->batch = xcalloc(FETCH_COUNT, sizeof *mb->batch);
	return mb;
}

static void batch_drop(struct mailbox *mb)
{
	size_t i;

	for (i = 0; i < mb->batch_count; i++)
		job_free(&mb->batch[i]);
	mb->batch_count = 0;
}

static struct suspect *suspect_find(struct mailbox *mb, uint32_t uid)
{
	size_t i;

	for (i = 0; mb->suspect_epoch == mb->uidvalidity && i < mb->suspect_count; i++)
		if (mb->suspects[i].uid == uid)
			return &mb->suspects[i];
	return NULL;
}

/* One more trouble with a mail; returns how many there were. */
static int suspect_add(struct mailbox *mb, uint32_t uid)
{
	struct suspect *s = suspect_find(mb, uid);

	if (mb->suspect_epoch != mb->uidvalidity)
		mb->suspect_count = 0;
	mb->suspect_epoch = mb->uidvalidity;
	if (!s) {
		mb->suspects = xgrow(mb->suspects, &mb->suspect_cap, mb->suspect_count + 1, sizeof *mb->suspects);
		s = &mb->suspects[mb->suspect_count++];
		*s = (struct suspect){ uid, 0 };
	}
	return ++s->troubles;
}

/* A FETCH was running when the session ended: which mail was it? Alone: that one. Else find out one by one. */
static void fetch_failed(struct mailbox *mb)
{
	if (mb->order != ORDER_FETCH || !mb->batch_count)
		return;
	if (mb->batch_count == 1)
		suspect_add(mb, mb->batch[0]->item.uid);
	else
		mb->careful = mb->batch_count;
}

/* Nothing of a session outlives its connection: the next one lists anew. */
static void session_forget(struct mailbox *mb)
{
	fetch_failed(mb);
	batch_drop(mb);
	mb->worker = NULL;
	mb->order = ORDER_NONE;
	mb->head = mb->queued = 0;
	mb->acks[IMAP_MSG_TO_PROCESSED].count = mb->acks[IMAP_MSG_TO_QUARANTINE].count = 0;
	mb->listed = false;
	mb->last_uid = 0;
	mb->listings = 0;
}

void mailbox_free(struct mailbox **mbp)
{
	struct mailbox *mb = *mbp;

	if (!mb)
		return;
	*mbp = NULL;
	env_timer_cancel(mb->engine->env, mb->timer);
	token_fetch_stop(&mb->token);
	if (mb->worker)
		env_worker_stop(mb->engine->env, mb->worker);
	session_forget(mb);
	free(mb->queue);
	free(mb->suspects);
	free(mb->acks[0].list);
	free(mb->acks[1].list);
	free(mb->batch);
	free(mb);
}

struct mailbox *mailbox_find(struct engine *engine, const char *key)
{
	size_t i;

	for (i = 0; i < engine->mailbox_count; i++)
		if (str_eq(engine->mailboxes[i]->settings->key, key))
			return engine->mailboxes[i];
	return NULL;
}

/* ---- trouble ---- */

static void trouble_note(struct mailbox *mb, const char *where, const char *text)
{
	char quoted[300];

	snprintf(mb->trouble, sizeof mb->trouble, "%s: %s", where, text);
	if (mb->failing_since == DATE_NONE)
		mb->failing_since = engine_now(mb->engine);
	log_line(LOG_LEVEL_WARN, "mailbox.trouble", "mailbox=%s where=%s why=%s", mb->settings->key, where,
		 log_quote(quoted, sizeof quoted, text));
}

/* Start again at once; but a server that ends its epoch each time is in trouble like any other. */
static bool epoch_ended(const struct mailbox *mb)
{
	return mb->fail == IMAP_MSG_FAIL_EPOCH && mb->backoff_ms == BACKOFF_FIRST_MS;
}

static int64_t backoff_take(struct mailbox *mb)
{
	int64_t wait = mb->backoff_ms;

	if (mb->fail == IMAP_MSG_FAIL_AUTH || mb->fail == IMAP_MSG_FAIL_CONFIG)
		return BACKOFF_AUTH_MS;
	if (epoch_ended(mb))
		wait = 0;
	mb->backoff_ms = mb->backoff_ms * 2 > BACKOFF_MAX_MS ? BACKOFF_MAX_MS : mb->backoff_ms * 2;
	return wait;
}

/* The connection is over: in a round that ends by itself give up, else come back later. */
static void mailbox_lost(struct mailbox *mb)
{
	struct engine *engine = mb->engine;

	session_forget(mb);
	if (engine->stopping)
		return;
	if (engine->mode != ENGINE_DAEMON && !epoch_ended(mb)) {
		mb->gave_up = true;
		engine_progress(engine);
		return;
	}
	env_timer_cancel(engine->env, mb->timer);
	mb->timer = env_timer_add(engine->env, backoff_take(mb), mailbox_connect, mb);
}

/* Our own reason to end the session. */
static void mailbox_break(struct mailbox *mb, const char *where, const char *why)
{
	trouble_note(mb, where, why);
	if (mb->worker)
		env_worker_stop(mb->engine->env, mb->worker);
	mb->fail = IMAP_MSG_FAIL_PROTOCOL;
	mailbox_lost(mb);
}

/* ---- orders ---- */

static void give(struct mailbox *mb, enum order order, struct ipc_writer *message)
{
	struct err err = ERR_INIT;

	if (env_worker_send(mb->engine->env, mb->worker, message, &err)) {
		mailbox_break(mb, "worker", err.text);
		return;
	}
	mb->order = order;
}

static void give_list(struct mailbox *mb)
{
	bool full = mb->listings++ % FULL_EVERY == 0;
	struct imap_msg_list list = { mb->uidvalidity, full ? 0 : mb->last_uid };
	struct ipc_writer message;

	mb->list_wanted = false;
	mb->listed = false;
	mb->list_at = engine_now(mb->engine);
	imap_msg_put_list(&message, &list);
	give(mb, ORDER_LIST, &message);
}

static void give_ack(struct mailbox *mb, enum imap_msg_target target)
{
	struct uids *acks = &mb->acks[target];
	size_t n = acks->count < IMAP_MSG_ACK_MAX ? acks->count : IMAP_MSG_ACK_MAX;
	struct imap_msg_ack ack = { mb->uidvalidity, target, acks->list, n };
	struct ipc_writer message;

	imap_msg_put_ack(&message, &ack);
	memmove(acks->list, acks->list + n, (acks->count - n) * sizeof *acks->list);
	acks->count -= n;
	step_done("mailbox.ack");
	give(mb, ORDER_ACK, &message);
}

static struct job *job_for(struct mailbox *mb, const struct wanted *wanted)
{
	struct job *job = job_new(mb->engine);

	job->item.source = SOURCE_MAIL;
	job->item.service = mb->settings->service;
	job->item.origin = mb->settings->key;
	job->item.uidvalidity = mb->uidvalidity;
	job->item.uid = wanted->uid;
	job->item.internal_date = wanted->internal_date;
	job->item.size = wanted->size;
	return job;
}

static void batch_remove(struct mailbox *mb, size_t index)
{
	mb->batch[index] = mb->batch[--mb->batch_count];
}

/* Reserves the next mails of the queue, as one group; fills the batch. */
static int batch_reserve(struct mailbox *mb, struct err *err)
{
	struct store *store = mb->engine->env->store;
	int64_t bytes = 0;

	if (store_begin(store, err))
		return -1;
	while (mb->head < mb->queued && mb->batch_count < FETCH_COUNT) {
		const struct wanted *wanted = &mb->queue[mb->head];
		struct job *job;

		if (mb->batch_count && (bytes + wanted->size > FETCH_BYTES || mb->careful ||
					suspect_find(mb, wanted->uid)))
			break;
		bytes += wanted->size;
		mb->head++;
		job = mb->batch[mb->batch_count++] = job_for(mb, wanted);
		if (intake_reserve(mb->engine, job, err)) {
			store_abort(store);
			return -1;
		}
		/* Listed twice (imap_msg.h), and taken in since the first time. */
		if (job->item.state != ITEM_RESERVED && job->item.state != ITEM_GONE) {
			batch_remove(mb, mb->batch_count - 1);
			job_free(&job);
		}
	}
	return store_commit(store, err);
}

static void give_fetch(struct mailbox *mb)
{
	uint32_t uids[FETCH_COUNT];
	struct imap_msg_fetch fetch = { mb->uidvalidity, uids, 0 };
	struct ipc_writer message;
	struct err err = ERR_INIT;
	size_t i;

	if (batch_reserve(mb, &err)) {
		batch_drop(mb);
		engine_fail(mb->engine, &err);
		return;
	}
	if (!mb->batch_count) {
		mailbox_next(mb);
		return;
	}
	for (i = 0; i < mb->batch_count; i++)
		uids[i] = mb->batch[i]->item.uid;
	fetch.count = mb->batch_count;
	imap_msg_put_fetch(&message, &fetch);
	give(mb, ORDER_FETCH, &message);
}

static bool queue_empty(const struct mailbox *mb)
{
	return mb->head == mb->queued;
}

/* Acknowledge in large sets, or when there is nothing better to do. */
static bool ack_now(const struct mailbox *mb, enum imap_msg_target target)
{
	size_t n = mb->acks[target].count;

	return n >= FETCH_COUNT || (n > 0 && queue_empty(mb) && mb->in_work == 0);
}

/* The next order, if the worker has none. One place decides what comes first. */
static void mailbox_next(struct mailbox *mb)
{
	struct ipc_writer message;
	bool resting = mb->order == ORDER_NONE || mb->order == ORDER_WATCH;

	if (!mb->worker || !resting || mb->engine->stopping || mb->engine->dead)
		return;
	if (mb->listed && queue_empty(mb) && mb->in_work == 0 && mb->list_at > mb->read_at) {
		mb->read_at = mb->list_at;
		clock_check(mb->engine);
	}
	if (ack_now(mb, IMAP_MSG_TO_PROCESSED))
		give_ack(mb, IMAP_MSG_TO_PROCESSED);
	else if (ack_now(mb, IMAP_MSG_TO_QUARANTINE))
		give_ack(mb, IMAP_MSG_TO_QUARANTINE);
	else if (!queue_empty(mb)) {
		if (mb->in_work < WORK_MAX)
			give_fetch(mb);
	} else if (mb->list_wanted && mb->in_work == 0)
		give_list(mb);
	else if (mb->engine->mode == ENGINE_DAEMON && mb->order == ORDER_NONE) {
		imap_msg_put_plain(&message, IMAP_MSG_WATCH);
		give(mb, ORDER_WATCH, &message);
	} else
		engine_progress(mb->engine);
}

/* ---- answers ---- */

static int got_ready(struct mailbox *mb, struct ipc_message *message, struct arena *arena, struct err *err)
{
	struct imap_msg_ready ready;
	struct item *items;
	size_t count, i;

	if (imap_msg_get_ready(message, &ready, err))
		return -1;
	mb->uidvalidity = ready.uidvalidity;
	mb->failing_since = DATE_NONE;
	mb->trouble[0] = '\0';
	mb->list_wanted = true;
	mb->order = ORDER_NONE;
	/* What was decided while the worker connected may be of another epoch; the store knows all of this one. */
	mb->acks[IMAP_MSG_TO_PROCESSED].count = mb->acks[IMAP_MSG_TO_QUARANTINE].count = 0;
	log_line(LOG_LEVEL_INFO, "mailbox.ready", "mailbox=%s uidvalidity=%u exists=%u move=%d uidplus=%d idle=%d",
		 mb->settings->key, ready.uidvalidity, ready.exists, !!(ready.can & IMAP_MSG_CAN_MOVE),
		 !!(ready.can & IMAP_MSG_CAN_UIDPLUS), !!(ready.can & IMAP_MSG_CAN_IDLE));
	/* Committed before a crash, perhaps not acknowledged: again, it does no harm (W9, W10). */
	if (store_items_unacked(mb->engine->env->store, mb->settings->key, mb->uidvalidity, 100000, arena, &items,
				&count, err))
		return -1;
	for (i = 0; i < count; i++) {
		items[i].uidvalidity = mb->uidvalidity; /* the list holds uid and state only */
		mailbox_committed(mb, &items[i]);
	}
	return 0;
}

static void queue_add(struct mailbox *mb, const struct imap_msg_uid *uid)
{
	if (queue_empty(mb))
		mb->head = mb->queued = 0;
	mb->queue = xgrow(mb->queue, &mb->queue_cap, mb->queued + 1, sizeof *mb->queue);
	mb->queue[mb->queued++] = (struct wanted){ uid->uid, uid->size, uid->internaldate };
}

/* What could not be fetched before must not stand in the way of the others. */
static void suspects_last(struct mailbox *mb)
{
	size_t i, kept = mb->head, moved = 0;
	struct wanted *later;

	if (!mb->suspect_count || queue_empty(mb))
		return;
	later = xcalloc(mb->queued - mb->head, sizeof *later);
	for (i = mb->head; i < mb->queued; i++) {
		if (suspect_find(mb, mb->queue[i].uid))
			later[moved++] = mb->queue[i];
		else
			mb->queue[kept++] = mb->queue[i];
	}
	memcpy(mb->queue + kept, later, moved * sizeof *later);
	free(later);
}

static int got_uids(struct mailbox *mb, struct ipc_message *message, struct arena *arena, struct err *err)
{
	struct imap_msg_uids uids;
	enum uid_standing *standing;
	uint32_t *list;
	size_t i;

	if (imap_msg_get_uids(message, arena, &uids, err))
		return -1;
	if (uids.uidvalidity != mb->uidvalidity)
		return err_set(err, ERR_INPUT, "listed uids of another uidvalidity");
	list = arena_array(arena, uids.count + 1, sizeof *list);
	standing = arena_array(arena, uids.count + 1, sizeof *standing);
	for (i = 0; i < uids.count; i++)
		list[i] = uids.list[i].uid;
	if (store_uids_standing(mb->engine->env->store, mb->settings->key, uids.uidvalidity, list, uids.count,
				standing, err))
		return -1;
	for (i = 0; i < uids.count; i++) {
		if (list[i] > mb->last_uid)
			mb->last_uid = list[i];
		if (standing[i] == UID_NEW || standing[i] == UID_RESERVED)
			queue_add(mb, &uids.list[i]);
	}
	if (uids.last) {
		suspects_last(mb);
		mb->listed = true;
		mb->order = ORDER_NONE;
		if (queue_empty(mb))
			mb->backoff_ms = BACKOFF_FIRST_MS;
		log_line(LOG_LEVEL_DEBUG, "mailbox.listed", "mailbox=%s new=%zu", mb->settings->key,
			 mb->queued - mb->head);
	}
	return 0;
}

static struct job *batch_job(struct mailbox *mb, uint32_t uid, size_t *index)
{
	for (*index = 0; *index < mb->batch_count; (*index)++)
		if (mb->batch[*index]->item.uid == uid)
			return mb->batch[*index];
	return NULL;
}

/* Sealing starts as each mail comes; the whole batch is made durable at FETCHED. */
static int got_mail(struct mailbox *mb, struct ipc_message *message, struct err *err)
{
	struct imap_msg_mail mail;
	struct job *job;
	size_t index;

	if (imap_msg_get_mail(message, &mail, err))
		return -1;
	job = batch_job(mb, mail.uid, &index);
	if (!job || job->raw >= 0 || mail.uidvalidity != mb->uidvalidity) {
		close(mail.fd);
		return err_set(err, ERR_INPUT, "uid %u was not asked for", mail.uid);
	}
	job->raw = mail.fd;
	job->item.internal_date = mail.internaldate;
	if (file_memory_seal(job->raw, err) || intake_blob(mb->engine, job, &job->item.raw, err)) {
		engine_fail(mb->engine, err);
		return 0;
	}
	return 0;
}

static void look_again(void *ctx)
{
	struct mailbox *mb = ctx;

	mb->timer = 0;
	mailbox_look(mb);
}

static int got_missing(struct mailbox *mb, struct ipc_message *message, struct err *err)
{
	bool too_big = message->type == IMAP_MSG_TOOBIG;
	struct imap_msg_mail mail;
	struct job *job;
	size_t index;

	if (imap_msg_get_mail(message, &mail, err))
		return -1;
	job = batch_job(mb, mail.uid, &index);
	if (!job)
		return err_set(err, ERR_INPUT, "uid %u was not asked for", mail.uid);
	if (message->type == IMAP_MSG_WITHHELD && suspect_add(mb, mail.uid) < WITHHELD_MAX) {
		/* Stays in the batch without bytes; a whole listing brings it again. */
		mb->listings = 0;
		if (!mb->timer)
			mb->timer = env_timer_add(mb->engine->env, WITHHELD_MS, look_again, mb);
		return 0;
	}
	batch_remove(mb, index);
	if (message->type == IMAP_MSG_WITHHELD) {
		job->status = PARSE_LIMIT;
		job->reason = "the mail server lists it but does not give its contents";
	} else if (too_big) {
		job->item.size = mail.size;
		job->status = PARSE_LIMIT;
		job->reason = arena_printf(&job->arena, "the mail has %lld bytes; the limit of mailbox '%s' is %lld",
					   (long long)mail.size, mb->settings->key,
					   (long long)mb->settings->max_bytes);
	} else {
		job->gone = true;
	}
	mailbox_in_work(mb, 1);
	job->counted = true;
	commit_add(mb->engine, job);
	return 0;
}

static int batch_store(struct mailbox *mb, struct err *err)
{
	const struct env *env = mb->engine->env;
	size_t i;

	if (blob_sync(env->blobs, err) || store_begin(env->store, err))
		return -1;
	for (i = 0; i < mb->batch_count; i++)
		if (mb->batch[i]->raw >= 0 &&
		    intake_stored(mb->engine, mb->batch[i], &mb->batch[i]->item.raw, err)) {
			store_abort(env->store);
			return -1;
		}
	return store_commit(env->store, err);
}

static int got_fetched(struct mailbox *mb, struct ipc_message *message, struct err *err)
{
	struct imap_msg_fetched fetched;
	size_t i, count;

	if (imap_msg_get_fetched(message, &fetched, err))
		return -1;
	if (batch_store(mb, err)) {
		batch_drop(mb);
		engine_fail(mb->engine, err);
		return 0;
	}
	mb->order = ORDER_NONE;
	mb->backoff_ms = BACKOFF_FIRST_MS;
	if (mb->careful)
		mb->careful--;
	count = mb->batch_count;
	mb->batch_count = 0;
	for (i = 0; i < count; i++) {
		struct job *job = mb->batch[i];

		if (job->raw >= 0)
			intake_parse(mb->engine, job);
		else
			job_free(&job);
	}
	return 0;
}

static int got_acked(struct mailbox *mb, struct ipc_message *message, struct arena *arena, struct err *err)
{
	struct imap_msg_acked acked;

	if (imap_msg_get_acked(message, arena, &acked, err))
		return -1;
	step_done("mailbox.acked");
	if (store_items_acked(mb->engine->env->store, mb->settings->key, mb->uidvalidity, acked.uids, acked.count,
			      err)) {
		engine_fail(mb->engine, err);
		return 0;
	}
	mb->order = ORDER_NONE;
	log_line(LOG_LEVEL_INFO, "mailbox.acknowledged", "mailbox=%s mails=%zu how=%s", mb->settings->key,
		 acked.count, imap_msg_how_name(acked.how));
	return 0;
}

static int got_failed(struct mailbox *mb, struct ipc_message *message, struct arena *arena, struct err *err)
{
	struct imap_msg_failed failed;

	if (imap_msg_get_failed(message, arena, &failed, err))
		return -1;
	mb->fail = (enum imap_msg_fail)failed.fail;
	mb->failed_said = true;
	trouble_note(mb, failed.where ? failed.where : imap_msg_fail_name(failed.fail), failed.text);
	return 0;
}

static int got(struct mailbox *mb, struct ipc_message *message, struct arena *arena, struct err *err)
{
	switch (message->type) {
	case IMAP_MSG_READY: return got_ready(mb, message, arena, err);
	case IMAP_MSG_UIDS: return got_uids(mb, message, arena, err);
	case IMAP_MSG_MAIL: return got_mail(mb, message, err);
	case IMAP_MSG_GONE:
	case IMAP_MSG_WITHHELD:
	case IMAP_MSG_TOOBIG: return got_missing(mb, message, err);
	case IMAP_MSG_FETCHED: return got_fetched(mb, message, err);
	case IMAP_MSG_ACKED: return got_acked(mb, message, arena, err);
	case IMAP_MSG_FAILED: return got_failed(mb, message, arena, err);
	case IMAP_MSG_CHANGED:
		mb->list_wanted = true;
		if (mb->order == ORDER_WATCH)
			mb->order = ORDER_NONE;
		return imap_msg_get_plain(message, err);
	default: return err_set(err, ERR_INPUT, "message of unknown type %u", (unsigned)message->type);
	}
}

static void worker_message(void *ctx, struct ipc_message *message)
{
	struct mailbox *mb = ctx;
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;

	if (got(mb, message, &arena, &err) == 0)
		mailbox_next(mb);
	else if (store_failed(mb->engine->env->store))
		engine_fail(mb->engine, &err);
	else
		mailbox_break(mb, "worker", err.text);
	arena_free(&arena);
}

static void worker_ended(void *ctx, const char *why)
{
	struct mailbox *mb = ctx;

	mb->worker = NULL;
	if (!mb->failed_said) {
		mb->fail = IMAP_MSG_FAIL_NETWORK;
		trouble_note(mb, "worker", why);
	}
	mailbox_lost(mb);
}

static const struct env_worker_calls worker_calls = { worker_message, worker_ended };

/* ---- connection ---- */

static int send_setup(struct mailbox *mb, const char *secret, struct err *err)
{
	const struct settings_mailbox *s = mb->settings;
	struct imap_msg_setup setup = {
		.host = s->host, .port = s->port, .tls = s->tls, .ca_file = s->ca_file, .user = s->user,
		.secret = secret, .auth = s->auth, .folder = s->folder, .processed = s->processed,
		.quarantine = s->quarantine, .poll = s->poll, .idle_renew = s->idle_renew, .deadline = s->deadline,
		.max_bytes = s->max_bytes, .trace = s->trace,
	};
	struct ipc_writer message;

	imap_msg_put_setup(&message, &setup);
	mb->order = ORDER_SETUP;
	return env_worker_send(mb->engine->env, mb->worker, &message, err);
}

static void connect_failed(struct mailbox *mb, const char *where, const char *why)
{
	trouble_note(mb, where, why);
	if (mb->worker)
		env_worker_stop(mb->engine->env, mb->worker);
	mailbox_lost(mb);
}

/* 'secret': password or access token. */
static void session_start(struct mailbox *mb, const char *secret)
{
	struct err err = ERR_INIT;

	mb->worker = env_worker_start(mb->engine->env, ENV_WORKER_IMAP, mb->settings->key, &worker_calls, mb, &err);
	if (mb->worker && send_setup(mb, secret, &err) == 0)
		return;
	mb->fail = IMAP_MSG_FAIL_CONFIG;
	connect_failed(mb, "start", err.text);
}

static void token_came(void *ctx, const char *access, const char *why)
{
	struct mailbox *mb = ctx;

	mb->token = NULL;
	if (mb->engine->stopping || mb->engine->dead)
		return;
	if (access)
		session_start(mb, access);
	else
		connect_failed(mb, "token", why);
}

static int start_with_password(struct mailbox *mb, struct err *err)
{
	struct buf secret = BUF_INIT(OAUTH_TOKEN_MAX);
	int rc = file_read_secret(mb->settings->password_file, &secret, err);

	if (!rc)
		session_start(mb, secret.data);
	seal_wipe(secret.data, secret.len);
	buf_free(&secret);
	return rc;
}

static int start_with_token(struct mailbox *mb, struct err *err)
{
	mb->token = token_fetch_start(mb->engine->env, mb->settings->key, &mb->settings->oauth, token_came, mb, err);
	return mb->token ? 0 : -1;
}

static void mailbox_connect(void *ctx)
{
	struct mailbox *mb = ctx;
	struct err err = ERR_INIT;

	mb->timer = 0;
	mb->failed_said = false;
	mb->fail = IMAP_MSG_FAIL_NETWORK;
	if (mb->engine->stopping || mb->engine->dead)
		return;
	if (mb->settings->oauth.request.url ? start_with_token(mb, &err) : start_with_password(mb, &err)) {
		mb->fail = IMAP_MSG_FAIL_CONFIG;
		connect_failed(mb, "start", err.text);
	}
}

void mailbox_start(struct mailbox *mb)
{
	mb->gave_up = false;
	mb->timer = env_timer_add(mb->engine->env, 0, mailbox_connect, mb);
}

/* ---- for the other files ---- */

void mailbox_look(struct mailbox *mb)
{
	mb->list_wanted = true;
	mailbox_next(mb);
}

void mailbox_committed(struct mailbox *mb, const struct item *item)
{
	enum imap_msg_target target =
		item->state == ITEM_QUARANTINED ? IMAP_MSG_TO_QUARANTINE : IMAP_MSG_TO_PROCESSED;
	struct uids *acks = &mb->acks[target];

	if (!mb->worker || item->uidvalidity != mb->uidvalidity || item->state == ITEM_GONE)
		return;
	acks->list = xgrow(acks->list, &acks->cap, acks->count + 1, sizeof *acks->list);
	acks->list[acks->count++] = item->uid;
}

void mailbox_in_work(struct mailbox *mb, int change)
{
	mb->in_work += change;
	if (change < 0)
		mailbox_next(mb);
}

bool mailbox_idle(const struct mailbox *mb)
{
	if (mb->gave_up)
		return mb->in_work == 0;
	return mb->worker && mb->order == ORDER_NONE && mb->listed && !mb->list_wanted && queue_empty(mb) &&
	       mb->in_work == 0 && !mb->acks[0].count && !mb->acks[1].count;
}

bool mailbox_gave_up(const struct mailbox *mb)
{
	return mb->gave_up;
}

void mailbox_describe(const struct mailbox *mb, struct engine_source *source)
{
	*source = (struct engine_source){
		.name = mb->settings->key,
		.read_at = mb->read_at,
		.failing_since = mb->failing_since,
		.trouble = mb->trouble[0] ? mb->trouble : NULL,
		.backlog = mb->queued - mb->head + (size_t)mb->in_work,
	};
}
