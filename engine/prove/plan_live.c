/*
 * What still matters from a state on: what the clauses there, and in all states
 * that can be reached from it, look at or hear. What does not is written down
 * the same in all situations of that state, so that they are one.
 */
/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "prove/plan_p.h"

/* Events and conditions for which it matters which documents are there. */
#define BIT(kind) ((uint64_t)1 << (kind))
#define OF_DOCUMENTS                                                                                            \
	(BIT(EVENT_DOCUMENT_RECEIVED) | BIT(EVENT_STAFF_DOCUMENT_RECEIVED) | BIT(EVENT_DOCUMENT_REJECTED) |     \
	 BIT(EVENT_DOCUMENT_APPROVED) | BIT(EVENT_SLOT_ABSENT) | BIT(EVENT_SLOT_PRESENT) |                      \
	 BIT(EVENT_SLOT_ADDED) | BIT(EVENT_SLOT_REOPENED) | BIT(EVENT_DOCUMENTS_COMPLETE))

struct looking {
	struct prove_plan *plan;
	struct prove_live *live;
};

static size_t fact_index(const struct prove_plan *plan, const char *name)
{
	size_t i;

	for (i = 0; i < plan->fact_count; i++)
		if (str_eq(plan->facts[i].fact->name, name))
			break;
	return i;
}

static void see_slot(const struct looking *at, const char *name)
{
	const struct prog_slot *slot = name ? program_slot(at->plan->program, name) : NULL;

	if (slot)
		at->live->slots[slot - at->plan->program->slots] = true;
}

static void see_fact(const struct looking *at, const char *name)
{
	at->live->facts[fact_index(at->plan, name)] = true;
}

static void see_cond(const struct looking *at, const struct prog_cond *cond)
{
	if (!cond)
		return;
	if (plan_names_fact(cond->name, cond))
		see_fact(at, cond->name);
	see_slot(at, cond->slot);
	at->live->documents |= cond->op == COND_COMPLETE;
	at->live->refusals |= cond->op == COND_APPROVAL && cond->word != APPROVAL_ASKED && cond->word != APPROVAL_GIVEN;
	see_cond(at, cond->left);
	see_cond(at, cond->right);
}

static void see_clause(const struct looking *at, const struct prog_clause *clause)
{
	size_t i, j;

	see_cond(at, clause->cond);
	for (i = 0; i < clause->event_count; i++) {
		see_slot(at, clause->events[i].slot);
		for (j = 0; j < at->plan->fact_count && clause->events[i].kind == EVENT_FACT_CHANGED; j++)
			if (!clause->events[i].name || str_eq(clause->events[i].name, at->plan->facts[j].fact->name))
				at->live->facts[j] = true;
	}
	for (i = 0; i < clause->action_count; i++) {
		see_slot(at, clause->actions[i].slot);
		for (j = 0; j < clause->actions[i].attach_count; j++)
			see_slot(at, clause->actions[i].attach[j]);
	}
}

static void see_state(struct prove_plan *plan, size_t index)
{
	const struct program *program = plan->program;
	const struct prog_state *state = &program->states[index];
	struct looking at = { plan, &plan->live[index] };
	size_t i;

	at.live->slots = arena_array(plan->arena, program->slot_count + 1, sizeof *at.live->slots);
	at.live->facts = arena_array(plan->arena, plan->fact_count + 1, sizeof *at.live->facts);
	at.live->listens = plan->listens[index];
	/* That all of them came is told of where nothing hears it (notice.c). */
	at.live->documents = state->uploads_open;
	for (i = 0; i < state->clause_count; i++)
		see_clause(&at, &state->clauses[i]);
	for (i = 0; i < program->always_count && !state->final; i++)
		see_clause(&at, &program->always[i]);
}

/* ---- what matters where a clause leads to ---- */

static bool join_flags(bool *into, const bool *from, size_t count)
{
	bool grew = false;
	size_t i;

	if (!memcmp(into, from, count))
		return false;
	for (i = 0; i < count; i++) {
		grew |= from[i] && !into[i];
		into[i] |= from[i];
	}
	return grew;
}

static bool join(const struct prove_plan *plan, size_t state, size_t target)
{
	struct prove_live *into = &plan->live[state], *from = &plan->live[target];
	bool grew = (from->listens & ~into->listens) || (from->documents && !into->documents) ||
		    (from->refusals && !into->refusals);

	into->listens |= from->listens;
	into->documents |= from->documents;
	into->refusals |= from->refusals;
	grew |= join_flags(into->slots, from->slots, plan->program->slot_count);
	return join_flags(into->facts, from->facts, plan->fact_count) || grew;
}

static bool join_targets(const struct prove_plan *plan, size_t index)
{
	const struct program *program = plan->program;
	const struct prog_state *state = &program->states[index];
	bool grew = false;
	size_t i, target;

	for (i = 0; i < state->clause_count; i++) {
		target = prove_target(&state->clauses[i]);
		if (target != PROVE_NONE && target != index)
			grew |= join(plan, index, target);
	}
	for (i = 0; i < program->always_count && !state->final; i++) {
		target = prove_target(&program->always[i]);
		if (target != PROVE_NONE && target != index)
			grew |= join(plan, index, target);
	}
	return grew;
}

/* A document is required by these facts: they matter wherever documents do. */
static void see_required(struct prove_plan *plan)
{
	bool *required = arena_array(plan->arena, plan->fact_count + 1, sizeof *required);
	size_t i, j;

	for (i = 0; i < plan->program->slot_count; i++)
		for (j = 0; j < plan->fact_count; j++)
			required[j] |= plan_any_cond(plan->program->slots[i].required_if, plan_names_fact,
						     plan->facts[j].fact->name);
	for (i = 0; i < plan->program->state_count; i++)
		for (j = 0; j < plan->fact_count && plan->live[i].documents; j++)
			plan->live[i].facts[j] |= required[j];
}

void plan_live(struct prove_plan *plan)
{
	size_t count = plan->program->state_count, i;
	bool grew = true, back = true;

	plan->live = arena_array(plan->arena, count + 1, sizeof *plan->live);
	for (i = 0; i < count; i++)
		see_state(plan, i);
	/* To and fro, for most rule files lead onward. */
	for (; grew; back = !back)
		for (i = 0, grew = false; i < count; i++)
			grew |= join_targets(plan, back ? count - 1 - i : i);
	for (i = 0; i < count; i++) {
		plan->live[i].documents |= (plan->live[i].listens & OF_DOCUMENTS) != 0;
	}
	see_required(plan);
}
