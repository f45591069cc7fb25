/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/date.h"
#include "base/file.h"
#include "base/log.h"
#include "base/str.h"
#include "base/xalloc.h"

/* Own. */
#include "work/mailbox_p.h"

#define WORK_MAX 150             /* mails of one mailbox between fetch and decision */
#define BACKOFF_MAX_MS 600000
#define BACKOFF_AUTH_MS 900000   /* at most one failed login in 15 minutes: accounts get locked */
#define DEATHS_MAX 20            /* sessions that may end over an order in a round that ends by itself */

/*
 * How long a worker may say nothing. It holds each of its commands to a
 * deadline, plus what the answer needs at a slow line's rate (imap/stream.h),
 * and fetches in pieces; an order is so many commands at most. Only a worker
 * that is stuck for good takes longer than that.
 */
#define COMMANDS_SETUP 30
#define COMMANDS_LIST 40
#define COMMANDS_ACK 100
#define COMMANDS_FETCH 4
#define PIECE (1 << 20)
#define SLACK (24 << 20)         /* bytes that a batch may have beyond its claims */
#define RATE 10240               /* bytes per second */

static void mailbox_connect(void *ctx);

struct mailbox *mailbox_new(struct engine *engine, const struct settings_mailbox *settings)
{
	struct mailbox *mb = xcalloc(1, sizeof *mb);

	mb->engine = engine;
	mb->settings = settings;
	mb->read_at = mb->failing_since = mb->ack_failing_since = DATE_NONE;
	mb->backoff_ms = MAILBOX_BACKOFF_FIRST_MS;
	mb->batch = xcalloc(IMAP_MSG_FETCH_MAX, sizeof *mb->batch);
	return mb;
}

/* Nothing of a session outlives its connection: the next one lists anew. */
static void session_forget(struct mailbox *mb)
{
	env_timer_cancel(mb->engine->env, mb->watchdog);
	mb->watchdog = 0;
	mailbox_batch_drop(mb);
	mb->worker = NULL;
	mb->order = ORDER_NONE;
	mb->head = mb->queued = 0;
	mailbox_ack_forget(mb);
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
	env_timer_cancel(mb->engine->env, mb->ack_timer);
	token_fetch_stop(&mb->token);
	if (mb->worker)
		env_worker_stop(mb->engine->env, mb->worker);
	session_forget(mb);
	free(mb->queue);
	free(mb->suspects);
	free(mb->unreachable);
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
	return mb->fail == IMAP_MSG_FAIL_EPOCH && mb->backoff_ms == MAILBOX_BACKOFF_FIRST_MS;
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

/*
 * The connection is over: come back later. A round that ends by itself gives
 * up, unless the session ended over one order: then the next one does the rest.
 */
static void mailbox_lost(struct mailbox *mb)
{
	struct engine *engine = mb->engine;
	bool quiet = engine->stopping || engine->dead;
	int deaths = mb->deaths;
	bool again;

	if (!quiet) {
		mailbox_fetch_died(mb);
		mailbox_ack_died(mb);
	}
	again = mb->deaths > deaths && mb->deaths <= DEATHS_MAX;
	session_forget(mb);
	if (quiet)
		return;
	if (engine->mode != ENGINE_DAEMON && !epoch_ended(mb) && !again) {
		mb->gave_up = true;
		engine_progress(engine);
		return;
	}
	env_timer_cancel(engine->env, mb->timer);
	mb->timer = env_timer_add(engine->env, engine->mode == ENGINE_DAEMON || !again ? backoff_take(mb) : 0,
				  mailbox_connect, mb);
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

static int64_t commands_ms(const struct mailbox *mb, int64_t commands)
{
	return commands * mb->settings->deadline * 1000;
}

/* How long the worker may be silent over its present order; 0 = as long as it likes. */
static int64_t silence_ms(const struct mailbox *mb)
{
	int64_t pieces;

	switch (mb->order) {
	case ORDER_SETUP: return commands_ms(mb, COMMANDS_SETUP);
	case ORDER_LIST: return commands_ms(mb, COMMANDS_LIST);
	case ORDER_ACK: return commands_ms(mb, COMMANDS_ACK);
	case ORDER_FETCH:
		pieces = (mb->batch_bytes > 0 ? mb->batch_bytes / PIECE : 0) + (int64_t)mb->batch_count;
		return commands_ms(mb, pieces + COMMANDS_FETCH) + (pieces * PIECE + SLACK) / RATE * 1000;
	case ORDER_NONE:
	case ORDER_WATCH: break; /* it is asked to look now and then */
	}
	return 0;
}

static void watchdog_bites(void *ctx)
{
	struct mailbox *mb = ctx;
	char why[80];

	mb->watchdog = 0;
	snprintf(why, sizeof why, "it has said nothing for %lld seconds", (long long)silence_ms(mb) / 1000);
	mailbox_break(mb, "worker", why);
}

static void watchdog_set(struct mailbox *mb)
{
	int64_t ms = mb->worker ? silence_ms(mb) : 0;

	env_timer_cancel(mb->engine->env, mb->watchdog);
	mb->watchdog = ms ? env_timer_add(mb->engine->env, ms, watchdog_bites, mb) : 0;
}

void mailbox_give(struct mailbox *mb, enum mailbox_order order, struct ipc_writer *message)
{
	struct err err = ERR_INIT;

	if (env_worker_send(mb->engine->env, mb->worker, message, &err)) {
		mailbox_break(mb, "worker", err.text);
		return;
	}
	mb->order = order;
	watchdog_set(mb);
}

static void look_again(void *ctx)
{
	struct mailbox *mb = ctx;

	mb->timer = 0;
	mailbox_look(mb);
}

void mailbox_look_later(struct mailbox *mb, int64_t ms)
{
	if (mb->engine->mode != ENGINE_DAEMON)
		return;
	env_timer_cancel(mb->engine->env, mb->timer);
	mb->timer = env_timer_add(mb->engine->env, ms, look_again, mb);
}

/* The look is whole when all that was listed is decided. */
static void note_read(struct mailbox *mb)
{
	if (!mb->listed || mb->left_out || !mailbox_queue_empty(mb) || mb->in_work || mb->list_at <= mb->read_at)
		return;
	mb->read_at = mb->list_at;
	clock_check(mb->engine);
}

void mailbox_next(struct mailbox *mb)
{
	struct ipc_writer message;
	bool resting = mb->order == ORDER_NONE || mb->order == ORDER_WATCH;

	if (!mb->worker || !resting || mb->engine->stopping || mb->engine->dead)
		return;
	note_read(mb);
	if (mailbox_ack_give(mb))
		return;
	if (!mailbox_queue_empty(mb)) {
		if (mb->in_work < WORK_MAX && (mb->in_work == 0 || !mailbox_queue_risky(mb)))
			mailbox_give_fetch(mb);
	} else if (mb->list_wanted && mb->in_work == 0)
		mailbox_give_list(mb);
	else if (mb->engine->mode == ENGINE_DAEMON && mb->order == ORDER_NONE) {
		imap_msg_put_plain(&message, IMAP_MSG_WATCH);
		mailbox_give(mb, ORDER_WATCH, &message);
	} else
		engine_progress(mb->engine);
}

/* ---- answers ---- */

static int got_ready(struct mailbox *mb, struct ipc_message *message, struct arena *arena, struct err *err)
{
	struct imap_msg_ready ready;

	if (imap_msg_get_ready(message, &ready, err))
		return -1;
	mb->uidvalidity = ready.uidvalidity;
	mb->failing_since = DATE_NONE;
	mb->trouble[0] = '\0';
	mb->list_wanted = true;
	mb->order = ORDER_NONE;
	log_line(LOG_LEVEL_INFO, "mailbox.ready", "mailbox=%s uidvalidity=%u exists=%u move=%d uidplus=%d idle=%d",
		 mb->settings->key, ready.uidvalidity, ready.exists, !!(ready.can & IMAP_MSG_CAN_MOVE),
		 !!(ready.can & IMAP_MSG_CAN_UIDPLUS), !!(ready.can & IMAP_MSG_CAN_IDLE));
	return mailbox_reach_load(mb, err) || mailbox_ack_begin(mb, arena, err) ? -1 : 0;
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
	case IMAP_MSG_UIDS: return mailbox_got_uids(mb, message, arena, err);
	case IMAP_MSG_MAIL: return mailbox_got_mail(mb, message, err);
	case IMAP_MSG_GONE:
	case IMAP_MSG_WITHHELD:
	case IMAP_MSG_TOOBIG: return mailbox_got_missing(mb, message, err);
	case IMAP_MSG_FETCHED: return mailbox_got_fetched(mb, message, err);
	case IMAP_MSG_ACKED: return mailbox_got_acked(mb, message, arena, err);
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

	if (got(mb, message, &arena, &err) == 0) {
		watchdog_set(mb);
		mailbox_next(mb);
	} else if (store_failed(mb->engine->env->store))
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
	if (env_worker_send(mb->engine->env, mb->worker, &message, err))
		return -1;
	mb->order = ORDER_SETUP;
	watchdog_set(mb);
	return 0;
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

void mailbox_poke(struct mailbox *mb)
{
	size_t before = mb->unreachable_count;
	struct err err = ERR_INIT;

	if (!mb->worker || !before)
		return;
	if (mailbox_reach_load(mb, &err)) {
		engine_fail(mb->engine, &err);
	} else if (mb->unreachable_count < before) {
		mb->listings = 0;
		mailbox_look(mb);
	}
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
	return mb->worker && mb->order == ORDER_NONE && mb->listed && !mb->list_wanted && mailbox_queue_empty(mb) &&
	       mb->in_work == 0 && !mailbox_ack_pending(mb);
}

bool mailbox_gave_up(const struct mailbox *mb)
{
	return mb->gave_up || mb->left_out || mb->ack_troubles;
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
	if (source->failing_since == DATE_NONE && mb->ack_troubles) {
		source->failing_since = mb->ack_failing_since;
		source->trouble = mb->ack_trouble;
	}
}
