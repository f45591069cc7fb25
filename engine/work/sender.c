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
#include "ipc/send_msg.h"

/* Own. */
#include "work/answer.h"
#include "work/backoff.h"
#include "work/engine_p.h"
#include "work/token.h"

#define LANE_AHEAD 2          /* mails that one connection has or will get next */

/*
 * How long a worker that has a mail may say nothing: an attempt has a limit of
 * its own (model/send.h), and so have the token before it, a reply on a stale
 * connection, and the wait for our word. Only one that is stuck takes longer.
 */
#define WHOLE_MS 3600000
#define REPLY_MS 600000
#define ASIDE_MS 300000

enum delivery_phase { PHASE_GIVEN, PHASE_DOT, PHASE_GO };

/* A claimed row on its way. */
struct delivery {
	struct delivery *next;
	struct arena arena;
	struct outbox_row row;
	enum delivery_phase phase;
};

/* One worker, one SMTP connection. */
struct lane {
	struct sender *sender;
	struct env_worker *worker;
	uint64_t watchdog;
	bool ready;
	struct delivery *first; /* being sent; then those given ahead */
	size_t count;
};

/* What one attempt came to, until the commit of this turn. */
struct verdict {
	struct verdict *next;
	struct delivery *delivery; /* owned */
	struct outbox_result result;
	bool failed;               /* for good: staff are told in the same commit */
};

struct sender {
	struct engine *engine;
	struct lane *lanes;
	size_t lane_count;
	struct verdict *verdicts, **verdict_tail;
	bool dots;               /* deliveries at PHASE_DOT wait for their commit */
	bool wanted;             /* there may be rows to claim */
	bool flush_planned;
	bool draining;
	int troubles;            /* connections in a row that failed */
	int64_t rest_until;      /* event time; DATE_NONE = none */
	char trouble[320];
	uint64_t timer;
};

static void plan_flush(struct sender *sender);

struct sender *sender_new(struct engine *engine)
{
	struct sender *sender = xcalloc(1, sizeof *sender);
	size_t i;

	sender->engine = engine;
	sender->rest_until = DATE_NONE;
	sender->verdict_tail = &sender->verdicts;
	sender->lane_count = (size_t)engine->settings->smtp_connections;
	sender->lanes = xcalloc(sender->lane_count, sizeof *sender->lanes);
	for (i = 0; i < sender->lane_count; i++)
		sender->lanes[i].sender = sender;
	return sender;
}

static void delivery_free(struct delivery *d)
{
	arena_free(&d->arena);
	free(d);
}

static void lane_clear(struct lane *lane)
{
	env_timer_cancel(lane->sender->engine->env, lane->watchdog);
	lane->watchdog = 0;
	while (lane->first) {
		struct delivery *next = lane->first->next;

		delivery_free(lane->first);
		lane->first = next;
	}
	lane->count = 0;
}

void sender_free(struct sender **senderp)
{
	struct sender *sender = *senderp;
	size_t i;

	if (!sender)
		return;
	*senderp = NULL;
	env_timer_cancel(sender->engine->env, sender->timer);
	for (i = 0; i < sender->lane_count; i++) {
		if (sender->lanes[i].worker)
			env_worker_stop(sender->engine->env, sender->lanes[i].worker);
		lane_clear(&sender->lanes[i]);
	}
	while (sender->verdicts) {
		struct verdict *next = sender->verdicts->next;

		delivery_free(sender->verdicts->delivery);
		free(sender->verdicts);
		sender->verdicts = next;
	}
	free(sender->lanes);
	free(sender);
}

int sender_recover(struct sender *sender, struct err *err)
{
	size_t unknown = 0;

	if (store_outbox_recover(sender->engine->env->store, engine_now(sender->engine), &unknown, err))
		return -1;
	if (unknown)
		log_line(LOG_LEVEL_WARN, "recover.outbox", "unknown=%zu resend=identical", unknown);
	return 0;
}

/* ---- results ---- */

/* What an attempt means for its row: when again, or never. */
static void verdict_judge(struct verdict *v, const struct send_result *result, int64_t now)
{
	const struct outbox_row *row = &v->delivery->row;
	struct outbox_result *r = &v->result;

	static const enum outbox_state states[] = {
		[SEND_SENT] = OUTBOX_SENT,       [SEND_RETRY] = OUTBOX_WAITING, [SEND_REFUSED] = OUTBOX_FAILED,
		[SEND_UNKNOWN] = OUTBOX_UNKNOWN, [SEND_LOCAL] = OUTBOX_FAILED,
	};
	static const char *const stages[SEND_STAGE_COUNT] = { "local", "connect", "tls",  "auth",
							      "mail",  "rcpt",    "data", "dot" };

	r->id = row->id;
	r->at = now;
	r->state = states[result->outcome];
	r->stage = stages[result->stage];
	r->code = (int)result->code;
	r->reply = arena_strdup(&v->delivery->arena, result->text);
	r->counted = !result->host_problem;
	r->next_at = now + backoff_delay(row->attempts > 0 ? row->attempts : 1, row->id);
	if ((r->state == OUTBOX_WAITING || r->state == OUTBOX_UNKNOWN) && r->next_at >= row->expires) {
		r->state = OUTBOX_FAILED;
		r->reply = arena_printf(&v->delivery->arena, "given up after five days: %s", result->text);
	}
	v->failed = r->state == OUTBOX_FAILED;
}

static void verdict_log(const struct verdict *v)
{
	const struct outbox_row *row = &v->delivery->row;
	char reply[300], to[120];

	log_line(v->result.state == OUTBOX_SENT ? LOG_LEVEL_INFO : LOG_LEVEL_WARN, "outbox.attempt",
		 "outbox=%lld state=%s attempt=%d stage=%s code=%d dossier=%s to=%s message-id=%s reply=%s",
		 (long long)row->id, outbox_state_word(v->result.state), row->attempts, v->result.stage,
		 v->result.code, row->dossier ? row->dossier : "-", log_quote(to, sizeof to, row->to),
		 row->message_id, log_quote(reply, sizeof reply, v->result.reply));
}

/* The way to the server is at fault, not the mail: rest, and leave the rows their attempts. */
static void host_trouble(struct sender *sender, const char *text)
{
	snprintf(sender->trouble, sizeof sender->trouble, "%.*s", (int)sizeof sender->trouble - 1, text);
	sender->rest_until = engine_now(sender->engine) + backoff_host(++sender->troubles);
}

static void delivery_end(struct sender *sender, struct delivery *d, const struct send_result *result)
{
	struct verdict *v = xcalloc(1, sizeof *v);

	v->delivery = d;
	verdict_judge(v, result, engine_now(sender->engine));
	if (result->host_problem && sender->draining) {
		v->result.next_at = v->result.at; /* our own doing: nothing to rest for at the next start */
	} else if (result->host_problem) {
		host_trouble(sender, result->text);
		v->result.next_at = sender->rest_until;
	} else {
		sender->troubles = 0;
		sender->trouble[0] = '\0';
	}
	*sender->verdict_tail = v;
	sender->verdict_tail = &v->next;
	plan_flush(sender);
}

static struct delivery *lane_take(struct lane *lane)
{
	struct delivery *d = lane->first;

	lane->first = d->next;
	d->next = NULL;
	lane->count--;
	return d;
}

/* The worker is gone: what had its GO is unknown, the rest was certainly not sent. */
static void lane_lost(struct lane *lane, const char *why)
{
	struct send_result result = { .stage = SEND_STAGE_CONNECT };

	env_timer_cancel(lane->sender->engine->env, lane->watchdog);
	lane->watchdog = 0;
	lane->worker = NULL;
	lane->ready = false;
	snprintf(result.text, sizeof result.text, "the send worker %.400s", why);
	while (lane->first) {
		struct delivery *d = lane_take(lane);

		result.outcome = d->phase == PHASE_GO ? SEND_UNKNOWN : SEND_RETRY;
		result.stage = d->phase == PHASE_GO ? SEND_STAGE_DOT : SEND_STAGE_CONNECT;
		result.host_problem = d->phase != PHASE_GO;
		delivery_end(lane->sender, d, &result);
	}
	plan_flush(lane->sender);
}

static void lane_break(struct lane *lane, const char *why)
{
	log_line(LOG_LEVEL_ERROR, "send.worker", "why=\"%s\"", why);
	if (lane->worker)
		env_worker_stop(lane->sender->engine->env, lane->worker);
	lane_lost(lane, why);
}

static void watchdog_bites(void *ctx)
{
	struct lane *lane = ctx;

	lane->watchdog = 0;
	lane_break(lane, "was stopped: it had said nothing for too long");
}

/* From each word of the worker, and from its first mail; none while it has nothing to do. */
static void watchdog_set(struct lane *lane)
{
	const struct env *env = lane->sender->engine->env;
	const struct send_settings *smtp = &lane->sender->engine->settings->smtp;
	int64_t ms = (smtp->whole_ms ? smtp->whole_ms : WHOLE_MS) + (smtp->reply_ms ? smtp->reply_ms : REPLY_MS);

	env_timer_cancel(env, lane->watchdog);
	lane->watchdog = lane->worker && lane->count ? env_timer_add(env, ms + ASIDE_MS, watchdog_bites, lane) : 0;
}

static int got_dot(struct lane *lane, struct ipc_message *message, struct err *err)
{
	int64_t row;

	if (send_msg_get_row(message, &row, err))
		return -1;
	if (!lane->first || lane->first->row.id != row || lane->first->phase != PHASE_GIVEN)
		return err_set(err, ERR_INPUT, "spoke of a mail it does not have");
	lane->first->phase = PHASE_DOT;
	lane->sender->dots = true;
	plan_flush(lane->sender);
	return 0;
}

static int got_done(struct lane *lane, struct ipc_message *message, struct err *err)
{
	struct send_result result;
	int64_t row;

	if (send_msg_get_done(message, &row, &result, err))
		return -1;
	if (!lane->first || lane->first->row.id != row)
		return err_set(err, ERR_INPUT, "spoke of a mail it does not have");
	step_done("send.done");
	delivery_end(lane->sender, lane_take(lane), &result);
	return 0;
}

static int got_rotated(struct lane *lane, struct ipc_message *message, struct err *err)
{
	struct arena arena = ARENA_INIT;
	const char *fresh;
	int rc = send_msg_get_rotated(message, &arena, &fresh, err);

	if (!rc)
		token_rotated(&lane->sender->engine->settings->smtp_oauth, fresh);
	arena_free(&arena);
	return rc;
}

static void lane_message(void *ctx, struct ipc_message *message)
{
	struct lane *lane = ctx;
	struct err err = ERR_INIT;
	int rc;

	switch (message->type) {
	case SEND_MSG_READY:
		rc = send_msg_get_plain(message, &err);
		lane->ready = true;
		plan_flush(lane->sender);
		break;
	case SEND_MSG_DOT: rc = got_dot(lane, message, &err); break;
	case SEND_MSG_DONE: rc = got_done(lane, message, &err); break;
	case SEND_MSG_TOKEN_ROTATED: rc = got_rotated(lane, message, &err); break;
	default: rc = err_set(&err, ERR_INPUT, "said something unknown (%u)", (unsigned)message->type);
	}
	if (rc)
		lane_break(lane, err.text);
	else
		watchdog_set(lane);
}

static void lane_ended(void *ctx, const char *why)
{
	lane_lost(ctx, why);
}

static const struct env_worker_calls lane_calls = { lane_message, lane_ended };

/* ---- lanes ---- */

static int setup_give(struct lane *lane, const struct send_settings *setup, struct err *err)
{
	struct ipc_writer message;

	send_msg_put_setup(&message, setup);
	return env_worker_send(lane->sender->engine->env, lane->worker, &message, err);
}

static int setup_with_token(struct lane *lane, struct send_settings *setup, struct err *err)
{
	struct token_secrets secrets;
	int rc;

	if (token_secrets_load(&lane->sender->engine->settings->smtp_oauth, &secrets, err))
		return -1;
	setup->oauth = secrets.request;
	rc = setup_give(lane, setup, err);
	token_secrets_wipe(&secrets);
	return rc;
}

static int lane_setup(struct lane *lane, struct err *err)
{
	const struct settings *settings = lane->sender->engine->settings;
	struct send_settings setup = settings->smtp;
	struct buf secret = BUF_INIT(OAUTH_TOKEN_MAX);
	int rc = 0;

	if (settings->smtp_oauth.request.url)
		return setup_with_token(lane, &setup, err);
	if (settings->smtp_password_file)
		rc = file_read_secret(settings->smtp_password_file, &secret, err);
	setup.secret = settings->smtp_password_file ? secret.data : NULL;
	if (!rc)
		rc = setup_give(lane, &setup, err);
	seal_wipe(secret.data, secret.len);
	buf_free(&secret);
	return rc;
}

static int lane_start(struct lane *lane, struct err *err)
{
	const struct env *env = lane->sender->engine->env;

	lane->worker = env_worker_start(env, ENV_WORKER_SEND, "send", &lane_calls, lane, err);
	if (!lane->worker)
		return -1;
	if (lane_setup(lane, err)) {
		env_worker_stop(env, lane->worker);
		lane->worker = NULL;
		return -1;
	}
	return 0;
}

/* The bytes as they were rendered, checked by the worker once more. */
static int lane_give(struct lane *lane, struct delivery *d, struct err *err)
{
	const struct env *env = lane->sender->engine->env;
	struct send_order order = { .row = d->row.id, .attempt = (uint32_t)d->row.attempts, .from = d->row.from,
				    .to = d->row.to, .size = d->row.blob.size };
	struct ipc_writer message;
	struct seal_key scope;
	int rc;

	if (seal_unwrap(&env->master, d->row.scope.bytes, &scope, err))
		return -1;
	order.fd = blob_get(env->blobs, &scope, &d->row.blob, err);
	seal_wipe(&scope, sizeof scope);
	if (order.fd < 0)
		return -1;
	send_msg_put_send(&message, &order);
	rc = env_worker_send(env, lane->worker, &message, err);
	close(order.fd);
	return rc;
}

/* A row whose bytes cannot be read is failed and told; it must not stop the others. */
static void lane_add(struct lane *lane, struct delivery *d)
{
	struct delivery **at = &lane->first;
	struct send_result result = { .outcome = SEND_LOCAL, .stage = SEND_STAGE_LOCAL };
	struct err err = ERR_INIT;

	if (lane_give(lane, d, &err)) {
		snprintf(result.text, sizeof result.text, "%.*s", SEND_REPLY_MAX, err.text);
		if (err.code == ERR_SYSTEM || err.code == ERR_TEMP) {
			/* No descriptors, no memory: the mail is not at fault. */
			result.outcome = SEND_RETRY;
			result.host_problem = true;
		}
		delivery_end(lane->sender, d, &result);
		return;
	}
	while (*at)
		at = &(*at)->next;
	*at = d;
	if (++lane->count == 1)
		watchdog_set(lane);
}

static bool lane_has(const struct lane *lane, const char *to)
{
	const struct delivery *d = lane->first;

	while (d && !str_ieq(d->row.to, to))
		d = d->next;
	return d != NULL;
}

/* Two mails to one person take the same connection while it has room, so that the first is there first. */
static struct lane *lane_for(struct sender *sender, const char *to)
{
	struct lane *best = NULL;
	size_t i;

	for (i = 0; i < sender->lane_count; i++) {
		struct lane *lane = &sender->lanes[i];

		if (lane->count < LANE_AHEAD && lane_has(lane, to))
			return lane;
		if (!best || lane->count < best->count || (lane->count == best->count && lane->worker && !best->worker))
			best = lane;
	}
	return best && best->count < LANE_AHEAD ? best : NULL;
}

static size_t lanes_room(const struct sender *sender)
{
	size_t i, room = 0;

	for (i = 0; i < sender->lane_count; i++)
		room += LANE_AHEAD - sender->lanes[i].count;
	return room;
}

static size_t lanes_busy(const struct sender *sender)
{
	return sender->lane_count * LANE_AHEAD - lanes_room(sender);
}

/* ---- one commit for all that happened in this turn ---- */

static int flush_dots(struct sender *sender, struct err *err)
{
	size_t i;

	for (i = 0; sender->dots && i < sender->lane_count; i++) {
		struct delivery *d = sender->lanes[i].first;

		if (d && d->phase == PHASE_DOT && store_outbox_in_data(sender->engine->env->store, d->row.id, err))
			return -1;
	}
	return 0;
}

static int flush_verdicts(struct sender *sender, struct err *err)
{
	struct verdict *v;

	for (v = sender->verdicts; v; v = v->next) {
		if (store_outbox_record(sender->engine->env->store, &v->result, err))
			return -1;
		if (v->failed && answer_delivery_failed(sender->engine, &v->delivery->row, v->result.reply, err))
			return -1;
	}
	return 0;
}

static bool may_claim(struct sender *sender)
{
	return sender->wanted && (sender->engine->mode == ENGINE_DAEMON || sender->engine->mode == ENGINE_ONCE) &&
	       !sender->draining && !sender->engine->dead && sender->engine->settings->smtp.host &&
	       (sender->rest_until == DATE_NONE || engine_now(sender->engine) >= sender->rest_until);
}

static int flush_claims(struct sender *sender, struct delivery **claimed, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct delivery **tail = claimed;
	struct outbox_row *rows;
	size_t room = lanes_room(sender), count = 0, i;
	int rc = 0;

	/* After trouble one mail finds out whether the server is back. */
	if (sender->troubles && room)
		room = lanes_busy(sender) ? 0 : 1;
	if (may_claim(sender) && room)
		rc = store_outbox_claim(sender->engine->env->store, engine_now(sender->engine), room, &arena, &rows,
					&count, err);
	for (i = 0; !rc && i < count; i++) {
		struct delivery *d = xcalloc(1, sizeof *d);

		rc = store_outbox_load(sender->engine->env->store, rows[i].id, &d->arena, &d->row, err);
		*tail = d;
		tail = &d->next;
	}
	if (!rc && room && count < room)
		sender->wanted = false;
	arena_free(&arena);
	return rc;
}

static void flush_go(struct sender *sender)
{
	size_t i;

	sender->dots = false;
	for (i = 0; i < sender->lane_count; i++) {
		struct lane *lane = &sender->lanes[i];
		struct delivery *d = lane->first;
		struct ipc_writer message;
		struct err err = ERR_INIT;

		if (!d || d->phase != PHASE_DOT)
			continue;
		d->phase = PHASE_GO;
		step_done("send.go");
		send_msg_put_row(&message, SEND_MSG_GO, d->row.id);
		if (env_worker_send(sender->engine->env, lane->worker, &message, &err))
			lane_break(lane, err.text);
	}
}

static void verdicts_done(struct sender *sender)
{
	struct verdict *v = sender->verdicts, *next;

	sender->verdicts = NULL;
	sender->verdict_tail = &sender->verdicts;
	for (; v; v = next) {
		next = v->next;
		verdict_log(v);
		sender->wanted |= v->failed;
		delivery_free(v->delivery);
		free(v);
	}
}

/* Could not start a worker: the claimed rows are free again. */
static void claims_return(struct sender *sender, struct delivery *claimed, const char *why)
{
	struct send_result result = { .outcome = SEND_RETRY, .stage = SEND_STAGE_LOCAL, .host_problem = true };

	snprintf(result.text, sizeof result.text, "%.*s", SEND_REPLY_MAX, why);
	while (claimed) {
		struct delivery *next = claimed->next;

		claimed->next = NULL;
		delivery_end(sender, claimed, &result);
		claimed = next;
	}
}

static void give_claimed(struct sender *sender, struct delivery *claimed)
{
	while (claimed) {
		struct lane *lane = lane_for(sender, claimed->row.to);
		struct delivery *next = claimed->next;
		struct err err = ERR_INIT;

		if (!lane->worker && lane_start(lane, &err)) {
			log_line(LOG_LEVEL_ERROR, "send.start", "why=\"%s\"", err.text);
			claims_return(sender, claimed, err.text);
			return;
		}
		claimed->next = NULL;
		lane_add(lane, claimed);
		claimed = next;
	}
}

static void sender_timer(void *ctx)
{
	struct sender *sender = ctx;

	sender->timer = 0;
	sender_kick(sender);
}

/* Looks again when the next row falls due, or when the server was left alone long enough. */
static void plan_next(struct sender *sender)
{
	const struct env *env = sender->engine->env;
	struct err err = ERR_INIT;
	int64_t at, wait;

	env_timer_cancel(env, sender->timer);
	sender->timer = 0;
	/* Wanted and possible: a flush is on its way. Wanted while the server rests: this timer is what ends the rest. */
	if (sender->draining || (sender->wanted && may_claim(sender)) || !sender->engine->settings->smtp.host ||
	    sender->engine->mode != ENGINE_DAEMON || store_outbox_next(env->store, &at, &err) || at == DATE_NONE)
		return;
	if (sender->rest_until != DATE_NONE && at < sender->rest_until)
		at = sender->rest_until;
	wait = at - engine_now(sender->engine);
	if (wait < 1)
		wait = 1;
	if (wait > 3600)
		wait = 3600;
	sender->timer = env_timer_add(env, wait * 1000, sender_timer, sender);
}

static bool nothing_to_commit(struct sender *sender)
{
	return !sender->dots && !sender->verdicts && !(may_claim(sender) && lanes_room(sender));
}

static int flush_group(struct sender *sender, struct delivery **claimed, struct err *err)
{
	struct store *store = sender->engine->env->store;

	if (store_begin(store, err))
		return -1;
	blob_mark(sender->engine->env->blobs);
	if (flush_dots(sender, err) || flush_verdicts(sender, err) || flush_claims(sender, claimed, err) ||
	    blob_sync(sender->engine->env->blobs, err) || store_commit(store, err)) {
		store_abort(store);
		blob_discard(sender->engine->env->blobs);
		return -1;
	}
	return 0;
}

static void sender_flush(void *ctx)
{
	struct sender *sender = ctx;
	struct delivery *claimed = NULL;
	struct err err = ERR_INIT;

	sender->flush_planned = false;
	if (sender->engine->dead)
		return;
	if (!nothing_to_commit(sender) && flush_group(sender, &claimed, &err)) {
		engine_fail(sender->engine, &err);
		return;
	}
	/* In this order: a worker lost on GO makes a verdict of the next commit, not of this one. */
	verdicts_done(sender);
	flush_go(sender);
	give_claimed(sender, claimed);
	if (sender->wanted && may_claim(sender) && lanes_room(sender) && !sender->troubles)
		plan_flush(sender);
	plan_next(sender);
	engine_progress(sender->engine);
}

static void plan_flush(struct sender *sender)
{
	if (sender->flush_planned)
		return;
	sender->flush_planned = true;
	env_defer(sender->engine->env, sender_flush, sender);
}

void sender_kick(struct sender *sender)
{
	sender->wanted = true;
	plan_flush(sender);
}

bool sender_idle(const struct sender *sender)
{
	bool resting = sender->rest_until != DATE_NONE && engine_now(sender->engine) < sender->rest_until;

	return !lanes_busy(sender) && !sender->verdicts && !sender->flush_planned &&
	       (!sender->wanted || resting || !sender->engine->settings->smtp.host);
}

void sender_drain(struct sender *sender)
{
	size_t i;

	sender->draining = true;
	for (i = 0; i < sender->lane_count; i++) {
		struct lane *lane = &sender->lanes[i];

		/* Before its GO a mail is certainly not sent: it can simply wait for the next start. */
		if (lane->worker && (!lane->first || lane->first->phase != PHASE_GO)) {
			env_worker_stop(sender->engine->env, lane->worker);
			lane_lost(lane, "was stopped");
		}
	}
	plan_flush(sender);
}

bool sender_drained(const struct sender *sender)
{
	return !lanes_busy(sender) && !sender->verdicts;
}

const char *sender_trouble(const struct sender *sender)
{
	return sender->trouble[0] ? sender->trouble : NULL;
}
