/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/str.h"
#include "base/xalloc.h"

/* Own. */
#include "prove/prove_p.h"

/* ---- the situations that are known ---- */

static uint64_t hash_of(const void *data, size_t len)
{
	const unsigned char *at = data;
	uint64_t hash = 1469598103934665603u; /* FNV-1a */
	size_t i;

	for (i = 0; i < len; i++)
		hash = (hash ^ at[i]) * 1099511628211u;
	return hash ^ hash >> 29;
}

static void place(struct prove *prove, uint32_t node)
{
	const struct prove_node *mine = &prove->nodes[node];
	size_t at = hash_of(prove->keys.data + mine->key, mine->length) & (prove->bucket_count - 1);

	while (prove->buckets[at] != PROVE_NO_NODE)
		at = (at + 1) & (prove->bucket_count - 1);
	prove->buckets[at] = node;
}

static void grow_buckets(struct prove *prove)
{
	size_t i;

	if (prove->bucket_count && prove->node_count * 2 < prove->bucket_count)
		return;
	free(prove->buckets);
	prove->bucket_count = prove->bucket_count ? prove->bucket_count * 2 : 4096;
	prove->buckets = xcalloc(prove->bucket_count, sizeof *prove->buckets);
	memset(prove->buckets, 0xff, prove->bucket_count * sizeof *prove->buckets);
	for (i = 0; i < prove->node_count; i++)
		place(prove, (uint32_t)i);
}

static uint32_t find(const struct prove *prove, const char *key, size_t len)
{
	size_t at = hash_of(key, len) & (prove->bucket_count - 1);

	for (; prove->buckets[at] != PROVE_NO_NODE; at = (at + 1) & (prove->bucket_count - 1)) {
		const struct prove_node *node = &prove->nodes[prove->buckets[at]];

		if (node->length == len && memcmp(prove->keys.data + node->key, key, len) == 0)
			return prove->buckets[at];
	}
	return PROVE_NO_NODE;
}

/* The node of that situation, made when it is new; PROVE_NO_NODE when there is no room for more. */
static uint32_t node_of(struct prove *prove, const struct buf *key, uint32_t step, size_t state, bool *fresh)
{
	uint32_t found = find(prove, key->data, key->len);

	*fresh = found == PROVE_NO_NODE;
	if (!*fresh)
		return found;
	if (prove->node_count >= prove->limit || prove->keys.len + key->len > prove->keys.max) {
		prove->report->whole = false;
		return PROVE_NO_NODE;
	}
	prove->nodes = xgrow(prove->nodes, &prove->node_cap, prove->node_count + 1, sizeof *prove->nodes);
	prove->nodes[prove->node_count] = (struct prove_node){ prove->keys.len, (uint32_t)key->len, prove->at, step,
							       (uint16_t)state };
	buf_add(&prove->keys, key->data, key->len);
	place(prove, (uint32_t)prove->node_count++);
	grow_buckets(prove);
	return (uint32_t)prove->node_count - 1;
}

/* ---- one step ---- */

static void see_clause(void *ctx, const struct flow_moment *moment)
{
	struct prove *prove = ctx;
	struct prove_clause *mine = &prove->plan.clauses[prove_clause_index(&prove->plan, moment->clause)];
	size_t i;

	if (!mine->was_offered) {
		mine->offered = prove->at;
		mine->offered_by = prove->step;
	}
	mine->was_offered = true;
	for (i = 0; i < mine->clause->event_count && i < 64; i++) {
		const struct prog_event *wanted = &mine->clause->events[i];

		if (wanted->kind == moment->event->kind && (!wanted->slot || str_eq(wanted->slot, moment->event->slot)) &&
		    (!wanted->name || str_eq(wanted->name, moment->event->name)))
			mine->events |= (uint64_t)1 << i;
	}
	if (moment->why)
		return;
	mine->was_run = true;
	prove->last = moment->clause;
	if (!prove->first)
		prove->first = moment->clause;
	prove->counted |= moment->clause->limit > 1;
	if (prove_target(moment->clause) == PROVE_NONE)
		return;
	prove->passed[prove_target(moment->clause)]++;
	if (!prove->left)
		prove->left = moment->clause;
}

static unsigned edge_flags(const struct prove *prove, const struct prove_step *step, unsigned move_flags)
{
	unsigned flags = (move_flags & MOVE_BY_HAND ? EDGE_ASIDE : 0) | (move_flags & MOVE_TIME ? EDGE_TIME : 0);

	if (prove->left && prove->plan.clauses[prove_clause_index(&prove->plan, prove->left)].state == PROVE_NONE)
		flags |= EDGE_ASIDE;
	return flags | (step->mails_client ? EDGE_MAILS : 0) | (step->mails_staff ? EDGE_STAFF : 0) |
	       (step->asks ? EDGE_ASKS : 0);
}

static void add_edge(struct prove *prove, uint32_t to, uint32_t step, unsigned flags)
{
	const struct prog_clause *clause = prove->left ? prove->left : prove->last;

	prove->edges = xgrow(prove->edges, &prove->edge_cap, prove->edge_count + 1, sizeof *prove->edges);
	prove->edges[prove->edge_count++] = (struct prove_edge){
		prove->at, to, step,
		clause ? (uint32_t)prove_clause_index(&prove->plan, clause) : UINT32_MAX, (unsigned char)flags };
}

/* Keeps where a step led to, and looks at it. */
static void arrive(struct prove *prove, const struct prove_step *step, uint32_t how, unsigned flags)
{
	uint32_t to = PROVE_NO_NODE;
	bool fresh = false;

	buf_reset(&prove->key);
	prove_encode(&prove->plan, step->after, step->opening, step->told, &prove->key);
	if (buf_failed(&prove->key))
		prove->report->whole = false;
	else
		to = node_of(prove, &prove->key, how, step->state, &fresh);
	if (to == PROVE_NO_NODE)
		return;
	if (prove->at != PROVE_NO_NODE)
		add_edge(prove, to, how, flags);
	if (fresh) {
		prove->seen[step->state]++;
		prove_notice_rest(prove, step, to);
	}
}

static struct timer *timer_of(struct dossier *dossier, const char *clause)
{
	size_t i;

	for (i = 0; i < dossier->timer_count; i++)
		if (str_eq(dossier->timers[i].clause, clause))
			return &dossier->timers[i];
	return NULL;
}

/* The same, where the repeats of the timer or the count of the clauses end with it. */
static void arrive_last(struct prove *prove, struct prove_step *step, uint32_t how, unsigned flags, bool repeats)
{
	struct dossier *after = dossier_copy(&prove->scratch, step->after);
	struct prove_step last = *step;
	size_t i;

	last.after = after;
	if (repeats) {
		struct timer *timer = timer_of(after, prove->event->name);

		*timer = after->timers[--after->timer_count];
	}
	for (i = 0; i < after->count_count; i++) {
		const struct prog_clause *clause = program_clause(prove->program, after->counts[i].clause, NULL);

		if (clause)
			after->counts[i].count = clause->limit;
	}
	arrive(prove, &last, how | STEP_LAST, flags);
}

/* Does a timer that repeats a number of times stay, so that this may as well have been its last time? */
static bool may_end(const struct prove *prove, const struct prove_step *step, bool again)
{
	const struct prog_clause *clause;

	if (!again || step->moved || prove->event->kind != EVENT_TIMER)
		return false;
	clause = program_clause(prove->program, prove->event->name, NULL);
	return clause && prove->plan.clauses[prove_clause_index(&prove->plan, clause)].firings > 0 &&
	       timer_of((struct dossier *)step->after, prove->event->name);
}

static void note_answer(struct prove *prove, size_t state, const struct prove_move *move,
			const struct flow_output *output);

/* Runs one event over a dossier; 'again': of a timer that fired before. */
static void step_run(struct prove *prove, const struct dossier *before, const struct event *event, uint32_t how,
		     unsigned move_flags, struct prove_told told, size_t opening, bool again,
		     const struct prove_move *move)
{
	struct flow_trace trace = { see_clause, prove };
	struct flow_input input = { prove->program, before, event, 1, PROVE_NOW, &prove->plan.calendar, &trace, true };
	struct flow_output output;
	struct prove_step step = { .before = before, .opening = opening };
	struct err err = ERR_INIT;
	bool ends;

	prove->event = event;
	prove->step = how;
	prove->left = prove->first = prove->last = NULL;
	prove->counted = false;
	prove->report->runs++;
	if (flow_run(&input, &prove->scratch, &output, &err)) {
		prove_notice_loop(prove, &err);
		return;
	}
	step.after = output.dossier;
	step.output = &output;
	step.state = prove_state_of(&prove->plan, output.dossier);
	step.moved = output.transitions > 0 || !before->state;
	if (move)
		note_answer(prove, prove_state_of(&prove->plan, before), move, &output);
	prove_notice_mails(prove, &step, told);
	prove_notice_step(prove, &step);
	ends = may_end(prove, &step, again);
	arrive(prove, &step, how, edge_flags(prove, &step, move_flags) | (ends || prove->counted ? EDGE_ENDS : 0));
	/* What is used up stays so: no round comes by there again, unless another clause begins it anew. */
	if (ends || prove->counted)
		arrive_last(prove, &step, how, edge_flags(prove, &step, move_flags), ends);
}

/* ---- all steps from one situation ---- */

static void fire(struct prove *prove, const struct dossier *before, size_t index, struct prove_told told,
		 size_t opening)
{
	struct dossier *due = dossier_copy(&prove->scratch, before);
	struct timer *timer = &due->timers[index];
	const struct prog_clause *clause = program_clause(prove->program, timer->clause, NULL);
	size_t which = prove_clause_index(&prove->plan, clause), i;
	struct event event = { .kind = EVENT_TIMER, .at = PROVE_NOW, .name = timer->clause };
	int64_t age = prove_least_wait(&prove->plan, timer);

	timer->due = PROVE_NOW;
	/* What counts from the opening is due now: so long ago it was opened. A state lasts no longer than its dossier. */
	for (i = 0; i < prove->plan.moment_count; i++)
		if (((prove->plan.moment_clause[i] == which && timer->kind == TIMER_DOSSIER) ||
		     prove->plan.moments[i] <= age) &&
		    due->opened > PROVE_NOW - prove->plan.moments[i])
			due->opened = PROVE_NOW - prove->plan.moments[i];
	for (i = 0; i < due->timer_count; i++)
		if (due->timers[i].kind == TIMER_DOSSIER)
			due->timers[i].since = due->opened;
	step_run(prove, due, &event, STEP_TIMER | (uint32_t)which, MOVE_TIME, told, opening, timer->repeat > 0, NULL);
}

/* What one step from this state costs: the core goes through its clauses and all slots. */
static size_t work_of(const struct prove *prove, size_t state)
{
	const struct prove_plan *plan = &prove->plan;

	return 4 + plan->slot_count / 4 + prove->program->states[state].clause_count / 4;
}

static void expand(struct prove *prove, uint32_t node)
{
	const struct prove_node *mine = &prove->nodes[node];
	struct prove_told told;
	size_t opening, state, i;
	struct dossier *dossier;
	struct slot **slots;

	arena_free(&prove->scratch);
	arena_init(&prove->scratch);
	prove->at = node;
	dossier = prove_decode(&prove->plan, (const unsigned char *)prove->keys.data + mine->key, mine->length,
			       &prove->scratch, &opening, &told);
	state = prove->nodes[node].state;
	slots = prove_slots_of(&prove->plan, dossier, &prove->scratch);
	prove->work += prove->moves.count / 8;
	for (i = 0; i < prove->moves.count; i++) {
		const struct prove_move *move = &prove->moves.list[i];
		struct event event;

		if (!prove_is_possible(&prove->plan, dossier, state, slots, move))
			continue;
		prove->work += work_of(prove, state);
		event = prove_event(&prove->plan, dossier, move, &prove->scratch);
		step_run(prove, dossier, &event, (uint32_t)i, move->flags, told, opening, false, move);
	}
	for (i = 0; i < dossier->timer_count; i++)
		if (prove_may_fire(&prove->plan, dossier, i))
			fire(prove, dossier, i, told, opening);
}

/* Dossiers of all kinds in which this is known. */
static void open_with(struct prove *prove, size_t row)
{
	struct event event = { .kind = EVENT_OPENED, .at = PROVE_NOW, .actor = ACTOR_OPERATOR };
	size_t i, known = prove->plan.known_count;

	prove->at = PROVE_NO_NODE;
	for (i = 0; i < prove->plan.opening_count; i++)
		step_run(prove, prove_blank(&prove->plan, i, row, &prove->scratch), &event, (uint32_t)(i * known + row), 0,
			 (struct prove_told){ false, false, false }, i, false, NULL);
	prove->work += work_of(prove, (size_t)prove->program->start) * prove->plan.opening_count;
}

/* What comes of dossiers in which nothing is known first: when there is too much, that is what was seen. */
void prove_explore(struct prove *prove)
{
	size_t at = 0, row;

	grow_buckets(prove);
	for (row = 0; row < prove->plan.known_count && prove->work < PROVE_WORK; row++) {
		open_with(prove, row);
		for (; at < prove->node_count && prove->work < PROVE_WORK; at++)
			expand(prove, (uint32_t)at);
	}
	if (at < prove->node_count || row < prove->plan.known_count || prove->plan.cut)
		prove->report->whole = false;
	prove->report->situations = prove->node_count;
}

/* ---- the table of commands ---- */

static void note_answer(struct prove *prove, size_t state, const struct prove_move *move,
			const struct flow_output *output)
{
	struct prove_answer *answer;

	if (!move->command)
		return;
	answer = &prove->report->answers[state * prove->moves.commands + move->number];
	if (!output->refusal_count) {
		answer->handled++;
		return;
	}
	answer->refused++;
	if (!answer->why)
		answer->why = output->refusals[0].why;
}
