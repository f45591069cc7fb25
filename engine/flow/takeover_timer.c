/* System. */
#include <string.h>

/* Base. */
#include "base/buf.h"
#include "base/date.h"
#include "base/str.h"

/* Engine. */
#include "rule/rule.h"

/* Own. */
#include "flow/list_p.h"
#include "flow/takeover_p.h"

/* The clauses of one state, or of "always" where 'state' is NULL. */
struct clauses {
	const struct prog_clause *list;
	size_t count;
};

static struct clauses clauses_of(const struct program *program, const char *state)
{
	const struct prog_state *found = state ? program_state(program, state) : NULL;

	if (!state)
		return (struct clauses){ program->always, program->always_count };
	return found ? (struct clauses){ found->clauses, found->clause_count } : (struct clauses){ NULL, 0 };
}

static bool reads_as(const struct program *program, const struct prog_clause *clause, const char *text)
{
	struct buf buf = BUF_INIT(BUF_MAX_TEXT);
	bool same;

	rule_describe(program, clause, &buf);
	same = str_eq(buf.data, text);
	buf_free(&buf);
	return same;
}

/*
 * The clause of 'other' that is 'clause' of 'program': in the same state, with
 * the same words; of several such, the one in the same place among them.
 */
static const struct prog_clause *counterpart(const struct program *program, const struct prog_clause *clause,
					     const char *state, const struct program *other)
{
	struct clauses own = clauses_of(program, state), others = clauses_of(other, state);
	const struct prog_clause *found = NULL;
	struct buf text = BUF_INIT(BUF_MAX_TEXT);
	size_t i, rank = 0;

	rule_describe(program, clause, &text);
	for (i = 0; i < own.count && &own.list[i] != clause; i++)
		rank += reads_as(program, &own.list[i], text.data);
	for (i = 0; i < others.count && !found; i++)
		if (reads_as(other, &others.list[i], text.data) && rank-- == 0)
			found = &others.list[i];
	buf_free(&text);
	return found;
}

static bool same_events(const struct prog_clause *a, const struct prog_clause *b)
{
	size_t i;

	if (a->event_count != b->event_count)
		return false;
	for (i = 0; i < a->event_count; i++)
		if (a->events[i].kind != b->events[i].kind || !str_eq(a->events[i].slot, b->events[i].slot) ||
		    !str_eq(a->events[i].name, b->events[i].name))
			return false;
	return true;
}

/* Another clause of the new version that waits for quiet after the same events. */
static const struct prog_clause *quiet_counterpart(const struct prog_clause *clause, const char *state,
						   const struct program *other)
{
	struct clauses others = clauses_of(other, state);
	size_t i;

	for (i = 0; i < others.count; i++)
		if (others.list[i].quiet.count && same_events(clause, &others.list[i]))
			return &others.list[i];
	return NULL;
}

static bool waits_for_complete(const struct prog_clause *clause)
{
	size_t i;

	for (i = 0; i < clause->event_count; i++)
		if (clause->events[i].kind == EVENT_DOCUMENTS_COMPLETE)
			return true;
	return false;
}

/* False: what it waited for is no more. */
static bool carry(struct run *run, const struct program *from, struct timer *timer)
{
	const struct prog_state *state = NULL;
	const struct prog_clause *old, *new = NULL;

	if (timer->kind == TIMER_RECEIPT || timer->kind == TIMER_PAYMENT || timer->kind == TIMER_KEEP)
		return true;
	old = program_clause(from, timer->clause, &state);
	if (old)
		new = counterpart(from, old, state ? state->name : NULL, run->in->program);
	if (old && !new && timer->kind == TIMER_QUIET)
		new = quiet_counterpart(old, state ? state->name : NULL, run->in->program);
	if (!new) {
		/* Nobody else would tell that nothing is missing. */
		if (old && timer->kind == TIMER_QUIET && waits_for_complete(old))
			run->dossier->complete = false;
		return false;
	}
	timer->clause = new->id;
	return true;
}

static void carry_timers(struct run *run, const struct program *from)
{
	struct dossier *dossier = run->dossier;
	size_t i, kept = 0;

	for (i = 0; i < dossier->timer_count; i++) {
		struct timer timer = dossier->timers[i];

		if (carry(run, from, &timer))
			dossier->timers[kept++] = timer;
	}
	dossier->timer_count = kept;
}

static void carry_counts(struct run *run, const struct program *from)
{
	struct dossier *dossier = run->dossier;
	size_t i, kept = 0;

	for (i = 0; i < dossier->count_count; i++) {
		const struct prog_state *state = NULL;
		const struct prog_clause *old = program_clause(from, dossier->counts[i].clause, &state), *new;

		new = old ? counterpart(from, old, state ? state->name : NULL, run->in->program) : NULL;
		if (new)
			dossier->counts[kept++] = (struct clause_count){ new->id, dossier->counts[i].count };
	}
	dossier->count_count = kept;
}

/* Clauses that the old version had have run their course, or their timers are here. */
static void set_new(struct run *run, const struct program *from, const char *state)
{
	struct clauses clauses = clauses_of(run->in->program, state);
	size_t i;

	for (i = 0; i < clauses.count; i++)
		if (clauses.list[i].trigger != TRIGGER_ON &&
		    !counterpart(run->in->program, &clauses.list[i], state, from))
			run_timer_late(run, &clauses.list[i]);
}

static void move_keep(struct run *run)
{
	struct dossier *dossier = run->dossier;
	int64_t old = DATE_NONE;
	size_t i;

	for (i = 0; i < dossier->timer_count; i++)
		if (dossier->timers[i].kind == TIMER_KEEP)
			old = dossier->timers[i].due;
	run_keep_timer(run);
	for (i = 0; i < dossier->timer_count; i++)
		if (dossier->timers[i].kind == TIMER_KEEP && dossier->timers[i].due <= run->in->now) {
			run_timer_put(run, TIMER_KEEP, old);
			return;
		}
}

void takeover_timers(struct run *run, const struct program *from)
{
	carry_timers(run, from);
	carry_counts(run, from);
	set_new(run, from, run->state->name);
	if (!run->state->final)
		set_new(run, from, NULL);
	move_keep(run);
	run_payment_timer(run);
}
