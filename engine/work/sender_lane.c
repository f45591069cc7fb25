/* System. */
#include <stdlib.h>
#include <unistd.h>

/* Base. */
#include "base/file.h"
#include "base/log.h"
#include "base/step.h"
#include "base/str.h"

/* Own. */
#include "work/sender_p.h"
#include "work/token.h"

/*
 * How long a worker that has a mail may say nothing: an attempt has a limit of
 * its own (model/send.h), and so have the token before it, a reply on a stale
 * connection, and the wait for our word. Only one that is stuck takes longer.
 */
#define WHOLE_MS 3600000
#define REPLY_MS 600000
#define ASIDE_MS 300000

void delivery_free(struct delivery *d)
{
	arena_free(&d->arena);
	free(d);
}

/* No worker any more; what it had is the caller's matter. */
static void lane_forget(struct lane *lane)
{
	env_timer_cancel(lane->sender->engine->env, lane->watchdog);
	lane->watchdog = 0;
	lane->worker = NULL;
}

void lane_close(struct lane *lane)
{
	if (lane->worker)
		env_worker_stop(lane->sender->engine->env, lane->worker);
	lane_forget(lane);
	while (lane->first) {
		struct delivery *next = lane->first->next;

		delivery_free(lane->first);
		lane->first = next;
	}
	lane->count = 0;
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
static void lane_lost(struct lane *lane, const char *why, bool in_hand)
{
	struct send_result result = { .outcome = SEND_RETRY };

	lane_forget(lane);
	snprintf(result.text, sizeof result.text, "the send worker %.400s", why);
	for (; lane->first; in_hand = false) {
		struct delivery *d = lane_take(lane);

		if (!in_hand && d->phase != PHASE_GO) {
			delivery_return(lane->sender, d, result.text);
			continue;
		}
		result.outcome = d->phase == PHASE_GO ? SEND_UNKNOWN : SEND_RETRY;
		result.stage = d->phase == PHASE_GO ? SEND_STAGE_DOT : SEND_STAGE_MAIL;
		result.host_problem = d->phase != PHASE_GO;
		delivery_end(lane->sender, d, &result);
	}
	sender_plan_flush(lane->sender);
}

void lane_break(struct lane *lane, const char *why)
{
	if (lane->worker)
		env_worker_stop(lane->sender->engine->env, lane->worker);
	lane_lost(lane, why, true);
}

static void lane_fault(struct lane *lane, const char *why)
{
	log_line(LOG_LEVEL_ERROR, "send.worker", "why=\"%s\"", why);
	lane_break(lane, why);
}

static void watchdog_bites(void *ctx)
{
	struct lane *lane = ctx;

	lane->watchdog = 0;
	lane_fault(lane, "was stopped: it had said nothing for too long");
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
	sender_plan_flush(lane->sender);
	return 0;
}

/*
 * A login that was refused: the password in the file may be a new one by now,
 * or another worker had the refresh token replaced. The next worker reads it.
 */
static bool is_stale(const struct send_result *result)
{
	return result->host_problem && result->stage == SEND_STAGE_AUTH;
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
	if (is_stale(&result)) {
		env_worker_stop(lane->sender->engine->env, lane->worker);
		lane_lost(lane, "was stopped: its login was refused", false);
	}
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
		break;
	case SEND_MSG_DOT: rc = got_dot(lane, message, &err); break;
	case SEND_MSG_DONE: rc = got_done(lane, message, &err); break;
	case SEND_MSG_TOKEN_ROTATED: rc = got_rotated(lane, message, &err); break;
	default: rc = err_set(&err, ERR_INPUT, "said something unknown (%u)", (unsigned)message->type);
	}
	if (rc)
		lane_fault(lane, err.text);
	else
		watchdog_set(lane);
}

static void lane_ended(void *ctx, const char *why)
{
	lane_lost(ctx, why, true);
}

static const struct env_worker_calls lane_calls = { lane_message, lane_ended };

/* ---- what it is given ---- */

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

int lane_open(struct lane *lane, struct err *err)
{
	const struct env *env = lane->sender->engine->env;

	if (lane->worker)
		return 0;
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

void lane_add(struct lane *lane, struct delivery *d)
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

void lane_go(struct lane *lane)
{
	struct delivery *d = lane->first;
	struct ipc_writer message;
	struct err err = ERR_INIT;

	if (!d || d->phase != PHASE_DOT)
		return;
	d->phase = PHASE_GO;
	step_done("send.go");
	send_msg_put_row(&message, SEND_MSG_GO, d->row.id);
	if (env_worker_send(lane->sender->engine->env, lane->worker, &message, &err))
		lane_fault(lane, err.text);
}

/* ---- all of them ---- */

static bool lane_has(const struct lane *lane, const char *to)
{
	const struct delivery *d = lane->first;

	while (d && !str_ieq(d->row.to, to))
		d = d->next;
	return d != NULL;
}

/* Two mails to one person take the same connection while it has room, so that the first is there first. */
struct lane *lane_for(struct sender *sender, const char *to)
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

size_t lanes_room(const struct sender *sender)
{
	size_t i, room = 0;

	for (i = 0; i < sender->lane_count; i++)
		room += LANE_AHEAD - sender->lanes[i].count;
	return room;
}

size_t lanes_busy(const struct sender *sender)
{
	return sender->lane_count * LANE_AHEAD - lanes_room(sender);
}
