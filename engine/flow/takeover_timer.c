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
	/* What each reads as: whole, up to its actions, and its actions alone. */
	const char **whole, **head, **deeds;
};

/* How a clause is found again in the new version; what is like less is only looked for behind what is like more. */
enum likeness {
	LIKE_NONE,
	LIKE_WORDS,   /* every word */
	LIKE_HEAD,    /* the same moments or events under the same condition: other actions */
	LIKE_MOMENTS, /* the same moments or events: another condition */
	LIKE_DEEDS,   /* the same actions at other moments */
	LIKE_ONLY     /* the only timer on either side that is not found otherwise */
};

/* The clauses of a state (NULL = "always") before and after, and which is which. */
struct pairing {
	const char *state;
	struct clauses old, new;
	const struct prog_clause **new_of; /* by index in 'old'; NULL = it has none */
	enum likeness *like;               /* by index in 'old' */
	bool *taken;                       /* by index in 'new' */
};

static const char *deeds(struct arena *arena, const struct program *program, const struct prog_clause *clause)
{
	struct buf buf = BUF_INIT(BUF_MAX_TEXT);
	const char *text;
	size_t i;

	for (i = 0; i < clause->action_count; i++) {
		buf_adds(&buf, "; ");
		rule_describe_action(program, &clause->actions[i], &buf);
	}
	text = arena_strdup(arena, buf.data ? buf.data : "");
	buf_free(&buf);
	return text;
}

static const char *described(struct arena *arena, const struct program *program, const struct prog_clause *clause,
			     void (*describe)(const struct program *, const struct prog_clause *, struct buf *))
{
	struct buf buf = BUF_INIT(BUF_MAX_TEXT);
	const char *text;

	describe(program, clause, &buf);
	text = arena_strdup(arena, buf.data ? buf.data : "");
	buf_free(&buf);
	return text;
}

static struct clauses clauses_of(struct arena *arena, const struct program *program, const char *state)
{
	const struct prog_state *found = state ? program_state(program, state) : NULL;
	struct clauses c = { 0 };
	size_t i;

	c.list = state ? (found ? found->clauses : NULL) : program->always;
	c.count = state ? (found ? found->clause_count : 0) : program->always_count;
	c.whole = arena_array(arena, c.count + 1, sizeof *c.whole);
	c.head = arena_array(arena, c.count + 1, sizeof *c.head);
	c.deeds = arena_array(arena, c.count + 1, sizeof *c.deeds);
	for (i = 0; i < c.count; i++) {
		c.whole[i] = described(arena, program, &c.list[i], rule_describe);
		c.head[i] = described(arena, program, &c.list[i], rule_describe_head);
		c.deeds[i] = deeds(arena, program, &c.list[i]);
	}
	return c;
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

static bool same_duration(const struct prog_duration *a, const struct prog_duration *b)
{
	return a->count == b->count && (a->count == 0 || (a->unit == b->unit && a->calendar == b->calendar));
}

static bool same_moments(const struct prog_clause *a, const struct prog_clause *b)
{
	if (a->trigger == TRIGGER_ON)
		return same_events(a, b);
	return a->in_dossier == b->in_dossier && a->times == b->times && same_duration(&a->first, &b->first) &&
	       same_duration(&a->then_every, &b->then_every);
}

/* One that waits for quiet and one that does not are never the same. */
static bool alike(const struct pairing *p, size_t old, size_t new, enum likeness how)
{
	const struct prog_clause *a = &p->old.list[old], *b = &p->new.list[new];

	if (a->trigger != b->trigger || (a->quiet.count > 0) != (b->quiet.count > 0) || a->in_dossier != b->in_dossier)
		return false;
	switch (how) {
	case LIKE_WORDS: return str_eq(p->old.whole[old], p->new.whole[new]);
	case LIKE_HEAD: return str_eq(p->old.head[old], p->new.head[new]);
	case LIKE_MOMENTS: return same_moments(a, b);
	case LIKE_DEEDS: return str_eq(p->old.deeds[old], p->new.deeds[new]);
	case LIKE_ONLY: return a->trigger != TRIGGER_ON;
	default: return false;
	}
}

/* How many there are on the other side that it could be. */
static size_t choices(const struct pairing *p, size_t index, bool is_old, enum likeness how)
{
	size_t count = 0, i;

	for (i = 0; i < (is_old ? p->new.count : p->old.count); i++)
		if (is_old ? !p->taken[i] && alike(p, index, i, how) : !p->new_of[i] && alike(p, i, index, how))
			count++;
	return count;
}

/* Of several that are like each other the first goes to the first. */
static void find_pairs(struct pairing *p, enum likeness how)
{
	size_t old, new;

	for (old = 0; old < p->old.count; old++)
		for (new = 0; new < p->new.count && !p->new_of[old]; new++) {
			if (p->taken[new] || !alike(p, old, new, how) ||
			    (how == LIKE_ONLY && (choices(p, old, true, how) > 1 || choices(p, new, false, how) > 1)))
				continue;
			p->new_of[old] = &p->new.list[new];
			p->like[old] = how;
			p->taken[new] = true;
		}
}

/* Those of the states that were asked for: few of what a large workflow has. */
struct pairs {
	struct run *run;
	const struct program *from;
	struct pairing *list;
	size_t count;
};

static struct pairing pair(struct run *run, const struct program *from, const char *state)
{
	struct pairing p = { .state = state };
	enum likeness how;

	p.old = clauses_of(run->arena, from, state);
	p.new = clauses_of(run->arena, run->in->program, state);
	p.new_of = arena_array(run->arena, p.old.count + 1, sizeof *p.new_of);
	p.like = arena_array(run->arena, p.old.count + 1, sizeof *p.like);
	p.taken = arena_array(run->arena, p.new.count + 1, sizeof *p.taken);
	for (how = LIKE_WORDS; how <= LIKE_ONLY; how++)
		find_pairs(&p, how);
	return p;
}

static const struct pairing *pairing_of(struct pairs *pairs, const char *state)
{
	size_t i;

	for (i = 0; i < pairs->count; i++)
		if (str_eq(pairs->list[i].state, state))
			return &pairs->list[i];
	pairs->list = arena_grow(pairs->run->arena, pairs->list, pairs->count, sizeof *pairs->list);
	pairs->list[pairs->count] = pair(pairs->run, pairs->from, state);
	return &pairs->list[pairs->count++];
}

/* The clause with that id in the old version, or NULL; and what has become of it. */
static const struct prog_clause *find_clause(struct pairs *pairs, const char *id, const struct prog_clause **new,
					     enum likeness *like)
{
	const struct prog_state *state = NULL;
	const struct prog_clause *old = program_clause(pairs->from, id, &state);
	const struct pairing *p = old ? pairing_of(pairs, state ? state->name : NULL) : NULL;
	size_t at = p ? (size_t)(old - p->old.list) : 0;

	*new = p ? p->new_of[at] : NULL;
	*like = p ? p->like[at] : LIKE_NONE;
	return old;
}

static bool waits_for_complete(const struct prog_clause *clause)
{
	size_t i;

	for (i = 0; i < clause->event_count; i++)
		if (clause->events[i].kind == EVENT_DOCUMENTS_COMPLETE)
			return true;
	return false;
}

static bool is_own(const struct timer *timer)
{
	return timer->kind == TIMER_RECEIPT || timer->kind == TIMER_PAYMENT || timer->kind == TIMER_KEEP;
}

/*
 * What waits for moments that are the same goes on waiting, however late it is;
 * at other moments it counts anew from where it began, and what has passed by
 * now, and did not under the old words, happens once.
 */
static void carry(struct pairs *pairs, const struct timer *timer)
{
	struct dossier *dossier = pairs->run->dossier;
	const struct prog_clause *old = NULL, *new = NULL;
	enum likeness like = LIKE_NONE;

	if (!is_own(timer))
		old = find_clause(pairs, timer->clause, &new, &like);
	if (!is_own(timer) && !new) {
		/* Nobody else would tell that nothing is missing. */
		if (old && timer->kind == TIMER_QUIET && waits_for_complete(old))
			dossier->complete = false;
		return;
	}
	if (new && like >= LIKE_DEEDS && timer->kind != TIMER_QUIET) {
		run_timer_resume(pairs->run, new, timer->since, timer->repeat);
		return;
	}
	dossier->timers = arena_grow(pairs->run->arena, dossier->timers, dossier->timer_count, sizeof *dossier->timers);
	dossier->timers[dossier->timer_count] = *timer;
	if (new)
		dossier->timers[dossier->timer_count].clause = new->id;
	dossier->timer_count++;
}

static void carry_timers(struct pairs *pairs)
{
	struct dossier *dossier = pairs->run->dossier;
	const struct timer *timers = dossier->timers;
	size_t timer_count = dossier->timer_count, i;

	dossier->timers = NULL;
	dossier->timer_count = 0;
	for (i = 0; i < timer_count; i++)
		carry(pairs, &timers[i]);
}

static void carry_counts(struct pairs *pairs)
{
	struct dossier *dossier = pairs->run->dossier;
	size_t i, kept = 0;

	for (i = 0; i < dossier->count_count; i++) {
		const struct prog_clause *new;
		enum likeness like;

		if (find_clause(pairs, dossier->counts[i].clause, &new, &like) && new)
			dossier->counts[kept++] = (struct clause_count){ new->id, dossier->counts[i].count };
	}
	dossier->count_count = kept;
}

/* A moment that leaves the state comes late rather than never: else the dossier stays there for ever. */
static void set_leaving(struct run *run, const struct prog_clause *clause)
{
	run_timer_resume(run, clause, run_timer_since(run, clause), run_timer_passed(run, clause));
}

static bool ends_state(const struct prog_clause *clause)
{
	return clause->action_count > 0 && clause->actions[clause->action_count - 1].kind == ACTION_GOTO;
}

/* Clauses that the old version had have run their course, or their timers are here. */
static void set_new(struct run *run, const struct pairing *p)
{
	size_t i;

	for (i = 0; i < p->new.count; i++)
		if (p->new.list[i].trigger != TRIGGER_ON && !p->taken[i]) {
			if (ends_state(&p->new.list[i]))
				set_leaving(run, &p->new.list[i]);
			else
				run_timer_late(run, &p->new.list[i]);
		}
	for (i = 0; i < p->old.count; i++) {
		const struct prog_clause *new = p->new_of[i];

		if (!new || new->trigger == TRIGGER_ON)
			continue;
		if (ends_state(new) && !ends_state(&p->old.list[i]))
			set_leaving(run, new);
		else if (p->like[i] >= LIKE_DEEDS)
			run_timer_late(run, new);
	}
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
	struct pairs pairs = { .run = run, .from = from };

	carry_timers(&pairs);
	carry_counts(&pairs);
	set_new(run, pairing_of(&pairs, run->state->name));
	if (!run->state->final)
		set_new(run, pairing_of(&pairs, NULL));
	move_keep(run);
	run_payment_timer(run);
}
