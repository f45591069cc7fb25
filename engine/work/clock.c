/* System. */
#include <string.h>

/* Base. */
#include "base/date.h"
#include "base/log.h"
#include "base/str.h"

/* Own. */
#include "work/decide.h"
#include "work/engine_p.h"
#include "work/limits.h"
#include "work/held.h"
#include "work/overview.h"
#include "work/receipt.h"
#include "work/route.h"
#include "work/waits.h"

#define DUE_MAX 100     /* timers in one commit */
#define DUE_LIMIT 20000 /* timers that are looked at in one check */
#define HELD_LOOK 300   /* … while mail is held that goes when there is room again */
#define LOOK_MAX 3600   /* seconds until the clock is looked at again anyway */

/* One round of timers. */
struct firing {
	int64_t now;
	size_t fired; /* those that did not wait */
};

/*
 * A timer fires only after each mailbox and the spool were read successfully
 * since it fell due (design §7): a document that lies in the mailbox must not
 * be answered by a reminder. When a source is behind it is asked to look.
 */
static bool sources_read_since(struct engine *engine, int64_t due)
{
	struct engine_source source;
	bool all = true;
	size_t i;

	for (i = 0; i < engine->mailbox_count; i++) {
		mailbox_describe(engine->mailboxes[i], &source);
		if (source.read_at == DATE_NONE || source.read_at < due) {
			all = false;
			if (!source.backlog && engine->mode == ENGINE_DAEMON)
				mailbox_look(engine->mailboxes[i]);
		}
	}
	if (engine->spool) {
		spool_describe(engine->spool, &source);
		if (source.read_at == DATE_NONE || source.read_at < due) {
			all = false;
			if (!source.backlog && engine->mode == ENGINE_DAEMON)
				spool_scan(engine->spool);
			spool_describe(engine->spool, &source);
		}
	}
	return all;
}

static const struct timer *find_timer(const struct dossier *dossier, const struct due_timer *due)
{
	size_t i;

	for (i = 0; i < dossier->timer_count; i++) {
		const struct timer *t = &dossier->timers[i];

		if (t->kind == due->kind && t->due == due->due && strcmp(t->clause, due->clause) == 0)
			return t;
	}
	return NULL;
}

static bool wants_erasing(const struct flow_output *output)
{
	size_t i;

	for (i = 0; i < output->effect_count; i++)
		if (output->effects[i].kind == FLOW_ERASE)
			return true;
	return false;
}

/* A mail that still goes out may be the only word that anybody gets; it goes or is given up by itself. */
static bool has_mail_to_send(struct engine *engine, const char *number)
{
	const struct outbox_filter filter = { .dossier = number, .limit = 1000 };
	struct arena arena = ARENA_INIT;
	struct outbox_row *rows;
	size_t count = 0, i;
	bool found = store_outbox_list(engine->env->store, &filter, &arena, &rows, &count, NULL) != 0;

	for (i = 0; !found && i < count; i++)
		found = (rows[i].state == OUTBOX_WAITING || rows[i].state == OUTBOX_UNKNOWN) &&
			rows[i].expires > engine_now(engine);
	arena_free(&arena);
	return found;
}

/* What is in somebody's hands at this moment is erased at the next look; its timer stays due until then. */
static int fire_erasing(struct engine *engine, const struct dossier *dossier, struct firing *firing, struct err *err)
{
	struct err why = ERR_INIT;

	if (has_mail_to_send(engine, dossier->number))
		err_set(&why, ERR_TEMP, "mail about it still has to go out");
	else if (erase_in_group(engine, dossier->number, "the term of keeping is over", "system", &why) == 0) {
		firing->fired++;
		return store_time_seen(engine->env->store, engine_now(engine), err);
	}
	if (why.code != ERR_TEMP || store_failed(engine->env->store)) {
		*err = why;
		return -1;
	}
	log_line(LOG_LEVEL_INFO, "timer.waits", "dossier=%s clause=keep why=\"%s\"", dossier->number, why.text);
	engine->timers_stuck = true;
	return 0;
}

/* Does the clause wait for its next time, in the state that it fired in? */
static bool comes_again(const struct decision *d, const char *clause)
{
	const struct dossier *after = d->output.dossier;
	size_t i;

	for (i = 0; str_eq(after->state, d->dossier->state) && i < after->timer_count; i++)
		if (str_eq(after->timers[i].clause, clause) &&
		    (after->timers[i].kind == TIMER_STATE || after->timers[i].kind == TIMER_DOSSIER))
			return true;
	return false;
}

static int fire_rule(struct engine *engine, struct arena *arena, struct dossier *dossier,
		     const struct timer *timer, struct firing *firing, struct err *err)
{
	struct event event = { .kind = EVENT_TIMER, .at = firing->now, .name = timer->clause };
	struct decision d;

	if (decision_prepare(&d, engine, arena, dossier, firing->now, err))
		return -1;
	if (waits_still(&d, timer)) {
		engine->timers_stuck = true;
		return 0;
	}
	d.events = &event;
	d.event_count = 1;
	d.answering.cause = arena_printf(arena, "timer:%s:%s:%d:%lld", dossier->number, timer->clause, timer->repeat,
					 (long long)timer->due);
	if (decision_flow(&d, err))
		return -1;
	if (wants_erasing(&d.output))
		return fire_erasing(engine, dossier, firing, err);
	d.answering.reminder = comes_again(&d, timer->clause);
	if (decision_take(&d, err))
		return -1;
	log_line(LOG_LEVEL_INFO, "timer.fired", "dossier=%s clause=%s state=%s mails=%zu", dossier->number,
		 timer->clause, d.output.dossier->state, d.answering.row_count);
	firing->fired++;
	return 0;
}

/* The dossier as it stands now: an earlier timer of this round may have ended this one. */
static int fire(struct engine *engine, const struct due_timer *due, struct firing *firing, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct dossier *dossier;
	const struct timer *timer;
	int rc = store_dossier_load(engine->env->store, due->dossier, &arena, &dossier, err);

	timer = rc ? NULL : find_timer(dossier, due);
	if (timer && due->kind != TIMER_RECEIPT)
		rc = fire_rule(engine, &arena, dossier, timer, firing, err);
	else if (timer)
		rc = receipt_due(engine, &arena, dossier, due->clause, firing->now, err);
	firing->fired += !timer || due->kind == TIMER_RECEIPT;
	arena_free(&arena);
	return rc;
}

static int fire_group(struct engine *engine, const struct due_timer *list, size_t count, struct firing *firing,
		      struct err *err)
{
	const struct env *env = engine->env;
	size_t i;

	if (store_begin(env->store, err))
		return -1;
	blob_mark(env->blobs);
	for (i = 0; i < count; i++)
		if (fire(engine, &list[i], firing, err)) {
			store_abort(env->store);
			blob_discard(env->blobs);
			erase_forget(engine);
			return err_context(err, "dossier %s, timer %s", list[i].dossier, list[i].clause);
		}
	if (blob_sync(env->blobs, err) || store_commit(env->store, err)) {
		store_abort(env->store);
		blob_discard(env->blobs);
		erase_forget(engine);
		return -1;
	}
	erase_finish(engine);
	return 0;
}

/* A dossier whose timer cannot be handled must not stop the others: it is told and left. */
static void fire_apart(struct engine *engine, const struct due_timer *list, size_t count, struct firing *firing)
{
	size_t i;

	for (i = 0; i < count; i++) {
		struct err err = ERR_INIT;

		if (fire_group(engine, &list[i], 1, firing, &err) == 0)
			continue;
		if (engine_is_trouble(engine, &err)) {
			engine_fail(engine, &err);
			return;
		}
		log_line(LOG_LEVEL_ERROR, "timer.error", "dossier=%s clause=%s why=\"%s\"", list[i].dossier,
			 list[i].clause, err.text);
		engine->timers_stuck = true;
	}
}

/* What is erased does not come back: not while nobody can tell whether the clock is right. */
static bool waits_for_clock(struct engine *engine, const struct due_timer *due)
{
	if (due->kind != TIMER_KEEP || !engine->unsteady)
		return false;
	if (!engine->unsteady_told)
		log_line(LOG_LEVEL_WARN, "timer.waits", "dossier=%s clause=keep why=\"the clock leapt; nothing is erased yet\"",
			 due->dossier);
	engine->unsteady_told = true;
	return true;
}

/* Those of the list that may fire now as far as the engine goes, moved to its front; returns how many. */
static size_t sift(struct engine *engine, struct due_timer *list, size_t count)
{
	int64_t opened = waits_opened_at(engine->waits);
	size_t i, ready = 0;

	for (i = 0; i < count && sources_read_since(engine, list[i].due > opened ? list[i].due : opened); i++) {
		if (waits_for_clock(engine, &list[i]) || waits_known(engine->waits, &list[i]))
			engine->timers_stuck = true;
		else
			list[ready++] = list[i];
	}
	return ready;
}

/*
 * Fires one batch; true when there may be more. Timers that wait stay in front
 * of the list, so a batch in which nothing fired is followed by a longer one.
 */
static bool fire_due(struct engine *engine, size_t *limit)
{
	struct arena arena = ARENA_INIT;
	struct due_timer *list;
	struct err err = ERR_INIT;
	struct firing firing = { .now = engine_now(engine) };
	size_t count, ready;
	bool more = false, failed;

	steady_look(engine, firing.now);
	if (store_timers_due(engine->env->store, firing.now, *limit, &arena, &list, &count, &err)) {
		engine_fail(engine, &err);
	} else {
		ready = sift(engine, list, count);
		more = count == *limit && *limit < DUE_LIMIT;
		failed = ready && fire_group(engine, list, ready, &firing, &err);
		if (failed)
			fire_apart(engine, list, ready, &firing);
		if (!firing.fired || failed)
			*limit *= 2;
		if (firing.fired)
			sender_kick(engine->sender);
	}
	arena_free(&arena);
	return more;
}

static int fire_ticket(struct engine *engine, const char *number, int64_t now, struct err *err)
{
	const struct env *env = engine->env;

	if (store_begin(env->store, err))
		return -1;
	blob_mark(env->blobs);
	if (!ticket_remind(engine, number, now, err) && !blob_sync(env->blobs, err) && !store_commit(env->store, err))
		return 0;
	store_abort(env->store);
	blob_discard(env->blobs);
	return -1;
}

/* Tickets that wait too long for an answer; it may lie in the mailbox. */
static void fire_tickets(struct engine *engine)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	int64_t now = engine_now(engine);
	struct ticket *list;
	size_t i, count = 0;

	if (store_tickets_due(engine->env->store, now, DUE_MAX, &arena, &list, &count, &err))
		engine_fail(engine, &err);
	for (i = 0; !engine->dead && i < count && sources_read_since(engine, list[i].remind_at); i++) {
		err = (struct err)ERR_INIT;
		if (fire_ticket(engine, list[i].number, now, &err) == 0)
			continue;
		if (engine_is_trouble(engine, &err))
			engine_fail(engine, &err);
		log_line(LOG_LEVEL_ERROR, "timer.error", "ticket=%s why=\"%s\"", list[i].number, err.text);
		engine->timers_stuck = true;
	}
	if (i)
		sender_kick(engine->sender);
	arena_free(&arena);
}

/* As for timers: what lies in the mailbox would not be in it. */
static void fire_digests(struct engine *engine)
{
	int64_t due = engine->dead ? DATE_NONE : overview_due(engine), now = engine_now(engine);

	if (due == DATE_NONE || due > now || !sources_read_since(engine, due))
		return;
	if (!overview_fire(engine, now))
		engine->timers_stuck = true;
}

static void clock_timer(void *ctx)
{
	struct engine *engine = ctx;

	engine->clock_timer = 0;
	clock_check(engine);
}

/* When the first of all timers and digests is due; DATE_NONE when there is none. */
static int64_t next_due(struct engine *engine)
{
	struct arena arena = ARENA_INIT;
	struct due_timer *list;
	struct err err = ERR_INIT;
	int64_t at = overview_due(engine), ticket;
	size_t count;

	if (store_timers_due(engine->env->store, INT64_MAX, 1, &arena, &list, &count, &err) == 0 && count &&
	    (at == DATE_NONE || list[0].due < at))
		at = list[0].due;
	if (store_tickets_next(engine->env->store, &ticket, &err) == 0 && ticket != DATE_NONE &&
	    (at == DATE_NONE || ticket < at))
		at = ticket;
	arena_free(&arena);
	return at;
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a == DATE_NONE || (b != DATE_NONE && b < a) ? b : a;
}

static void plan(struct engine *engine)
{
	int64_t wait = LOOK_MAX, opens = waits_open_at(engine->waits), next;

	env_timer_cancel(engine->env, engine->clock_timer);
	engine->clock_timer = 0;
	if (engine->mode != ENGINE_DAEMON)
		return;
	next = earlier(next_due(engine), held_watch_next(engine));
	if (next != DATE_NONE) {
		wait = next - engine_now(engine);
		/* Overdue: a source is behind, or a dossier is stuck. Either is looked at again soon. */
		if (wait < 1)
			wait = engine->timers_stuck ? 60 : 2;
	}
	if (opens != DATE_NONE && wait > opens - engine_now(engine))
		wait = opens > engine_now(engine) ? opens - engine_now(engine) : 0;
	if (wait > LOOK_MAX)
		wait = LOOK_MAX;
	if (engine->mail_held && wait > HELD_LOOK)
		wait = HELD_LOOK;
	engine->clock_timer = env_timer_add(engine->env, wait * 1000, clock_timer, engine);
}

/* What waits costs time to look at: not with each mail that is decided. */
static void look_at_held(struct engine *engine)
{
	int64_t now = engine_now(engine);

	if (engine->mail_held && now >= engine->held_look && now - engine->held_look < HELD_LOOK)
		return;
	engine->mail_held = limits_release(engine);
	engine->held_look = now;
}

void clock_check(struct engine *engine)
{
	size_t limit = DUE_MAX;

	/* Reading a source on the way may lead back here. */
	if (engine->timers_running || engine->dead || engine->stopping || engine->mode == ENGINE_SETTLE ||
	    engine->mode == ENGINE_IDLE)
		return;
	engine->timers_running = true;
	engine->timers_stuck = false;
	waits_look(engine->waits, engine_now(engine));
	look_at_held(engine);
	while (!engine->dead && fire_due(engine, &limit))
		;
	if (!engine->dead)
		held_watch(engine);
	if (!engine->dead)
		fire_tickets(engine);
	fire_digests(engine);
	engine->timers_running = false;
	plan(engine);
}

bool clock_idle(const struct engine *engine)
{
	return !engine->timers_running;
}
