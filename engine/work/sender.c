/* System. */
#include <stdlib.h>

/* Base. */
#include "base/date.h"
#include "base/log.h"
#include "base/xalloc.h"

/* Own. */
#include "work/sender_p.h"

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

void sender_free(struct sender **senderp)
{
	struct sender *sender = *senderp;
	size_t i;

	if (!sender)
		return;
	*senderp = NULL;
	env_timer_cancel(sender->engine->env, sender->timer);
	for (i = 0; i < sender->lane_count; i++)
		lane_close(&sender->lanes[i]);
	verdicts_drop(sender);
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
	for (i = 0; i < sender->lane_count; i++)
		lane_go(&sender->lanes[i]);
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

		if (lane_open(lane, &err)) {
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
	if (flush_dots(sender, err) || verdicts_record(sender, err) || flush_claims(sender, claimed, err) ||
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
		sender_plan_flush(sender);
	plan_next(sender);
	engine_progress(sender->engine);
}

void sender_plan_flush(struct sender *sender)
{
	if (sender->flush_planned)
		return;
	sender->flush_planned = true;
	env_defer(sender->engine->env, sender_flush, sender);
}

void sender_kick(struct sender *sender)
{
	sender->wanted = true;
	sender_plan_flush(sender);
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
		if (lane->worker && (!lane->first || lane->first->phase != PHASE_GO))
			lane_break(lane, "was stopped");
	}
	sender_plan_flush(sender);
}

bool sender_drained(const struct sender *sender)
{
	return !lanes_busy(sender) && !sender->verdicts;
}

const char *sender_trouble(const struct sender *sender)
{
	return sender->trouble[0] ? sender->trouble : NULL;
}
