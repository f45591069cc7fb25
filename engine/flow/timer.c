/* System. */
#include <string.h>

/* Base. */
#include "base/buf.h"
#include "base/date.h"
#include "base/str.h"

/* Own. */
#include "flow/list_p.h"
#include "flow/run_p.h"

#define TIMER_MAX_FIRINGS 1000000 /* of one timer "without end"; then it ends after all */

/* A shared receipt is the engine's own: its address is no clause. */
static struct timer *find(const struct run *run, const char *clause)
{
	size_t i;

	for (i = 0; i < run->dossier->timer_count; i++)
		if (run->dossier->timers[i].kind != TIMER_RECEIPT && str_eq(run->dossier->timers[i].clause, clause))
			return &run->dossier->timers[i];
	return NULL;
}

static void drop(struct run *run, const struct timer *timer)
{
	struct dossier *dossier = run->dossier;
	size_t i = (size_t)(timer - dossier->timers);

	memmove(&dossier->timers[i], &dossier->timers[i + 1], (dossier->timer_count - i - 1) * sizeof *timer);
	dossier->timer_count--;
}

static struct timer *add(struct run *run)
{
	struct dossier *dossier = run->dossier;

	dossier->timers = flow_list_append(run->arena, dossier->timers, dossier->timer_count, sizeof *dossier->timers);
	return &dossier->timers[dossier->timer_count++];
}

void run_timer_put(struct run *run, enum timer_kind kind, int64_t due)
{
	const char *clause = kind == TIMER_KEEP ? FLOW_CLAUSE_KEEP : FLOW_CLAUSE_PAYMENT;
	struct timer *timer = find(run, clause);
	char when[DATE_RFC3339_SIZE];

	if (due == DATE_NONE) {
		if (timer)
			drop(run, timer);
		return;
	}
	if (timer && timer->due == due)
		return;
	if (!timer)
		timer = add(run);
	*timer = (struct timer){ .kind = kind, .clause = clause, .due = due, .since = run->in->now };
	run_note(run, NULL, event_kind_words(EVENT_TIMER), "set: %s due %s", clause, date_rfc3339(when, due));
}

void run_keep_timer(struct run *run)
{
	const struct program *program = run->in->program;
	bool keeps = run->dossier->final && program->keep_count > 0;

	run_timer_put(run, TIMER_KEEP,
		      keeps ? calendar_add_term(run->in->calendar, run->dossier->entered, program->keep_count,
						program->keep_unit) :
			      DATE_NONE);
}

/* How often the clause fires in all. */
static int firings(const struct prog_clause *clause)
{
	if (clause->trigger == TRIGGER_AFTER && clause->then_every.count == 0)
		return 1;
	if (clause->times == 0)
		return TIMER_MAX_FIRINGS;
	return clause->trigger == TRIGGER_AFTER ? clause->times + 1 : clause->times;
}

int64_t run_timer_window(const struct flow_input *in, const struct prog_clause *clause, int index, int64_t at)
{
	const struct program *program = in->program;
	const struct prog_duration *counted =
		clause->trigger == TRIGGER_AFTER && index > 0 ? &clause->then_every : &clause->first;

	return calendar_window(in->calendar, at, program->send_from, program->send_until,
			       calendar_counts_working(counted, program->days_working));
}

/* When firing number 'index' (from 0) of a timer that counts from 'since' is due. */
static int64_t due_at(const struct run *run, const struct prog_clause *clause, int64_t since, int index)
{
	const struct program *program = run->in->program;
	const struct calendar *calendar = run->in->calendar;
	int64_t due;

	if (clause->trigger == TRIGGER_EVERY)
		due = calendar_add(calendar, since, &clause->first, index + 1, program->days_working);
	else
		due = calendar_repeat(calendar, since, &clause->first, &clause->then_every, index, program->days_working);
	return run_mails_party(clause) ? run_timer_window(run->in, clause, index, due) : due;
}

/*
 * The first firing from 'index' on that is due after 'now', and when that is; firings() when there
 * is none. Nothing to skip is the rule; else the step is doubled, then halved.
 */
static int next_index(const struct run *run, const struct prog_clause *clause, int64_t since, int index,
		      int64_t now, int64_t *due)
{
	int total = firings(clause), step = 1, low = index;

	if (low >= total)
		return total;
	*due = due_at(run, clause, since, low);
	if (*due > now)
		return low;
	while (low + step < total && due_at(run, clause, since, low + step) <= now) {
		low += step;
		step *= 2;
	}
	for (; step > 0; step /= 2)
		if (low + step < total && due_at(run, clause, since, low + step) <= now)
			low += step;
	if (++low < total)
		*due = due_at(run, clause, since, low);
	return low;
}

/* Counts from where the clause says, but no moment up to 'passed' fires any more. */
static void set_timer(struct run *run, const struct prog_clause *clause, int64_t passed, struct buf *text)
{
	int64_t since = clause->in_dossier ? run->dossier->opened : run->dossier->entered;
	int64_t due = DATE_NONE;
	int index = next_index(run, clause, since, 0, passed, &due);
	char when[DATE_RFC3339_SIZE];
	struct timer *timer;

	if (index >= firings(clause) || find(run, clause->id))
		return;
	timer = add(run);
	timer->kind = clause->in_dossier ? TIMER_DOSSIER : TIMER_STATE;
	timer->clause = clause->id;
	timer->since = since;
	timer->repeat = index;
	timer->due = due;
	buf_addf(text, "%s%s due %s", text->len ? ", " : "", clause->id, date_rfc3339(when, timer->due));
}

static void set_timers(struct run *run, const struct prog_clause *clauses, size_t count, struct buf *text)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (clauses[i].trigger != TRIGGER_ON)
			set_timer(run, &clauses[i],
				  clauses[i].in_dossier ? run->in->now : run->dossier->entered - 1, text);
}

void run_timers_set(struct run *run)
{
	const struct program *program = run->in->program;
	struct buf text = BUF_INIT(900);

	set_timers(run, run->state->clauses, run->state->clause_count, &text);
	if (!run->state->final)
		set_timers(run, program->always, program->always_count, &text);
	if (text.len)
		run_note(run, NULL, event_kind_words(EVENT_TIMER), "set: %s", text.data);
	buf_free(&text);
}

void run_timer_late(struct run *run, const struct prog_clause *clause)
{
	struct buf text = BUF_INIT(900);

	set_timer(run, clause, run->in->now, &text);
	buf_free(&text);
}

int run_timer_passed(const struct run *run, const struct prog_clause *clause)
{
	int64_t entered = run->dossier->entered, due;

	return clause->in_dossier ? next_index(run, clause, run->dossier->opened, 0, entered, &due) : 0;
}

int64_t run_timer_since(const struct run *run, const struct prog_clause *clause)
{
	return clause->in_dossier ? run->dossier->opened : run->dossier->entered;
}

void run_timer_resume(struct run *run, const struct prog_clause *clause, int64_t since, int had)
{
	int64_t due = DATE_NONE;
	int next = next_index(run, clause, since, 0, run->in->now, &due);
	bool late = next > had;
	struct timer *timer;

	if ((!late && next >= firings(clause)) || find(run, clause->id))
		return;
	timer = add(run);
	timer->kind = clause->in_dossier ? TIMER_DOSSIER : TIMER_STATE;
	timer->clause = clause->id;
	timer->since = since;
	timer->repeat = late ? next - 1 : next;
	timer->due = late ? run->in->now : due;
}

static bool waits_for_complete(const struct run *run, const struct timer *timer)
{
	const struct prog_clause *clause = program_clause(run->in->program, timer->clause, NULL);
	size_t i;

	for (i = 0; clause && timer->kind == TIMER_QUIET && i < clause->event_count; i++)
		if (clause->events[i].kind == EVENT_DOCUMENTS_COMPLETE)
			return true;
	return false;
}

/*
 * What counts from the state ends with it, and so does all that the state's clauses set. A clause
 * of "always" keeps what counts from the opening or waits for quiet, until a final state. A shared
 * receipt is the engine's, and waits for no state; a payment and the term of keeping have their own ends.
 */
static bool ends(const struct run *run, const struct timer *timer, bool all)
{
	const struct prog_state *state = NULL;

	if (timer->kind == TIMER_RECEIPT || timer->kind == TIMER_PAYMENT || timer->kind == TIMER_KEEP)
		return false;
	return all || timer->kind == TIMER_STATE || !program_clause(run->in->program, timer->clause, &state) || state;
}

/* What waited for quiet has not acted yet: unless another clause did, the documents are still to be told complete. */
void run_timers_end(struct run *run, bool all)
{
	struct timer *timer;
	size_t i;

	for (i = run->dossier->timer_count; i-- > 0;) {
		timer = &run->dossier->timers[i];
		if (!ends(run, timer, all))
			continue;
		if (!run->heard && waits_for_complete(run, timer))
			run->dossier->complete = false;
		drop(run, timer);
	}
}

/* 'since' + the quiet time from 'now', within the hour that it may take in all. */
static int64_t quiet_due(const struct prog_clause *clause, int64_t since, int64_t now)
{
	int64_t wait = (int64_t)clause->quiet.count * (clause->quiet.unit == UNIT_MINUTES ? 60 : 3600);
	int64_t due = now + (wait < FLOW_QUIET_MAX ? wait : FLOW_QUIET_MAX);

	return due < since + FLOW_QUIET_MAX ? due : since + FLOW_QUIET_MAX;
}

void run_quiet_start(struct run *run, const struct prog_clause *clause)
{
	struct timer *timer = find(run, clause->id);
	char when[DATE_RFC3339_SIZE];

	if (!timer) {
		timer = add(run);
		timer->kind = TIMER_QUIET;
		timer->clause = clause->id;
		timer->since = run->in->now;
	}
	timer->due = quiet_due(clause, timer->since, run->in->now);
	run_note(run, NULL, event_kind_words(EVENT_TIMER), "%s waits for quiet until %s", run_clause_name(run, clause),
		 date_rfc3339(when, timer->due));
}

void run_quiet_cancel(struct run *run)
{
	size_t i;

	for (i = run->dossier->timer_count; i-- > 0;)
		if (waits_for_complete(run, &run->dossier->timers[i])) {
			run_note(run, NULL, event_kind_words(EVENT_TIMER), "%s no longer waits: a slot is open again",
				 run->dossier->timers[i].clause);
			drop(run, &run->dossier->timers[i]);
		}
}

bool flow_quiet_touch(const struct program *program, struct dossier *dossier, int64_t now)
{
	bool changed = false;
	size_t i;

	for (i = 0; i < dossier->timer_count; i++) {
		struct timer *timer = &dossier->timers[i];
		const struct prog_clause *clause =
			timer->kind == TIMER_QUIET ? program_clause(program, timer->clause, NULL) : NULL;
		int64_t due = clause ? quiet_due(clause, timer->since, now) : 0;

		if (clause && due > timer->due) {
			timer->due = due;
			changed = true;
		}
	}
	return changed;
}

/* Sets the timer for its next firing, or ends it; repeats that were missed are skipped. */
static void advance(struct run *run, const struct prog_clause *clause, struct timer *timer)
{
	int64_t due = DATE_NONE;
	int next;

	if (timer->kind == TIMER_QUIET) {
		drop(run, timer);
		return;
	}
	next = next_index(run, clause, timer->since, timer->repeat + 1, run->in->now, &due);
	if (next > timer->repeat + 1)
		run_note(run, NULL, event_kind_words(EVENT_TIMER), "%s: %d missed, only the last one runs",
			 clause->id, next - timer->repeat - 1);
	if (next >= firings(clause)) {
		drop(run, timer);
		return;
	}
	timer->repeat = next;
	timer->due = due;
}

static int refuse(struct run *run, const struct event *event, size_t index, const char *why)
{
	run_refuse(run, event, index, why, event->name);
	return 0;
}

/* The term of keeping is over. */
static void erase(struct run *run)
{
	struct flow_output *out = run->out;

	run_note(run, NULL, "keep", "the term after the final state is over: to be erased");
	out->effects = arena_grow(run->arena, out->effects, out->effect_count, sizeof *out->effects);
	out->effects[out->effect_count++] = (struct flow_effect){ .kind = FLOW_ERASE, .clause = FLOW_CLAUSE_KEEP };
}

static int fire_clause(struct run *run, const struct event *event, size_t index, struct timer *timer)
{
	const struct prog_state *state = NULL;
	const struct prog_clause *clause = program_clause(run->in->program, timer->clause, &state);

	if (!clause || (state && state != run->state) || (!state && run->state->final)) {
		drop(run, timer);
		return refuse(run, event, index, FLOW_STALE);
	}
	if (timer->due > run->in->now)
		return refuse(run, event, index, FLOW_NOT_DUE);
	run->heard |= waits_for_complete(run, timer);
	advance(run, clause, timer);
	return run_clause_timed(run, clause, event, index);
}

int run_timer_fire(struct run *run, const struct event *event, size_t index)
{
	struct timer *timer = find(run, event->name);
	enum timer_kind kind = timer ? timer->kind : TIMER_STATE;

	if (!timer)
		return refuse(run, event, index, FLOW_STALE);
	if (kind != TIMER_PAYMENT && kind != TIMER_KEEP)
		return fire_clause(run, event, index, timer);
	if (timer->due > run->in->now)
		return refuse(run, event, index, FLOW_NOT_DUE);
	drop(run, timer);
	if (kind == TIMER_PAYMENT)
		return run_payment_expire(run);
	erase(run);
	return 0;
}
