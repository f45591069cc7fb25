/*
 * What can be said of a workflow that is too large to be explored whole: a
 * condition that contradicts itself, whatever the dossier; a state that no
 * clause goes to, such clauses aside; a state from which no clauses lead to a
 * final one. Each is so in every run, for more is taken for possible than is.
 */
/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"

/* Engine. */
#include "flow/value.h"

/* Own. */
#include "prove/prove_p.h"

/* ---- conditions that contradict themselves ---- */

#define VARIABLES_MAX 16
#define TRIES_MAX 20000

/* What parts of a condition look at; all its parts that look at the same are of one variable. */
struct variable {
	const struct prog_cond *cond;   /* the first of them */
	const struct prove_fact *fact;
	size_t count, value;
};

struct solving {
	const struct prove_plan *plan;
	struct variable list[VARIABLES_MAX];
	size_t count;
	bool given_up;
};

enum { SLOT_PARTLY = SLOT_STATUSES }; /* delivered, and more files are asked for */

static bool is_of_fact(const struct prog_cond *cond)
{
	return cond->op == COND_FACT_IS || cond->op == COND_FACT_KNOWN || cond->op == COND_FACT_AT_LEAST ||
	       cond->op == COND_FACT_AT_MOST;
}

static bool is_of_slot(const struct prog_cond *cond)
{
	return cond->op == COND_SLOT_FILLED || cond->op == COND_SLOT_STATUS;
}

static bool has_years(const struct prove_plan *plan, const struct prog_cond *cond)
{
	const struct prog_slot *slot = cond->slot ? program_slot(plan->program, cond->slot) : NULL;

	return slot && slot->years;
}

/* Do both look at the same thing, which has one value? */
static bool is_same(const struct prove_plan *plan, const struct prog_cond *a, const struct prog_cond *b)
{
	if (a == b)
		return true;
	if (is_of_fact(a) || is_of_fact(b))
		return is_of_fact(a) && is_of_fact(b) && str_eq(a->name, b->name);
	if (has_years(plan, a) || has_years(plan, b))
		return a->op == b->op && str_eq(a->slot, b->slot) && a->status == b->status && a->word == b->word;
	if (is_of_slot(a) || is_of_slot(b))
		return is_of_slot(a) && is_of_slot(b) && str_eq(a->slot, b->slot);
	return a->op == b->op && str_eq(a->slot, b->slot) &&
	       (a->op == COND_PAYMENT || a->op == COND_APPROVAL || str_eq(a->name, b->name));
}

static struct variable *variable_of(struct solving *s, const struct prog_cond *cond)
{
	size_t i;

	for (i = 0; i < s->count; i++)
		if (is_same(s->plan, s->list[i].cond, cond))
			return &s->list[i];
	return NULL;
}

static size_t values_of(struct solving *s, struct variable *variable)
{
	const struct prog_cond *cond = variable->cond;
	size_t i;

	for (i = 0; i < s->plan->fact_count && is_of_fact(cond); i++)
		if (str_eq(s->plan->facts[i].fact->name, cond->name))
			variable->fact = &s->plan->facts[i];
	if (is_of_fact(cond))
		return variable->fact && variable->fact->value_count < PROVE_VALUES_MAX ?
			       variable->fact->value_count + 1 : 0;
	if (has_years(s->plan, cond))
		return 2;
	if (is_of_slot(cond))
		return SLOT_STATUSES + 1;
	return cond->op == COND_PAYMENT ? PAYMENT_STATUSES + 1 : cond->op == COND_APPROVAL ? APPROVAL_STATES + 1 : 2;
}

static void collect(struct solving *s, const struct prog_cond *cond)
{
	struct variable *variable;

	if (cond->op == COND_AND || cond->op == COND_OR || cond->op == COND_NOT) {
		collect(s, cond->left);
		if (cond->right)
			collect(s, cond->right);
		return;
	}
	if (variable_of(s, cond))
		return;
	if (s->count == VARIABLES_MAX) {
		s->given_up = true;
		return;
	}
	variable = &s->list[s->count++];
	*variable = (struct variable){ .cond = cond };
	variable->count = values_of(s, variable);
	s->given_up |= !variable->count;
}

static bool fact_holds(const struct variable *variable, const struct prog_cond *cond)
{
	const char *value = variable->value ? variable->fact->values[variable->value - 1] : NULL;

	if (!value)
		return false;
	switch (cond->op) {
	case COND_FACT_IS: return str_eq(value, cond->value);
	case COND_FACT_AT_LEAST: return value_compare(value, cond->value) >= 0;
	case COND_FACT_AT_MOST: return value_compare(value, cond->value) <= 0;
	default: return true;
	}
}

static bool slot_holds(const struct variable *variable, const struct prog_cond *cond)
{
	if (cond->op == COND_SLOT_FILLED)
		return variable->value == SLOT_DELIVERED || variable->value == SLOT_ABSENT ||
		       variable->value == SLOT_APPROVED;
	return variable->value == cond->status || (variable->value == SLOT_PARTLY && cond->status == SLOT_DELIVERED);
}

static bool holds(struct solving *s, const struct prog_cond *cond)
{
	const struct variable *variable;

	switch (cond->op) {
	case COND_AND: return holds(s, cond->left) && holds(s, cond->right);
	case COND_OR: return holds(s, cond->left) || holds(s, cond->right);
	case COND_NOT: return !holds(s, cond->left);
	default: break;
	}
	variable = variable_of(s, cond);
	if (is_of_fact(cond))
		return fact_holds(variable, cond);
	if (has_years(s->plan, cond))
		return variable->value;
	if (is_of_slot(cond))
		return slot_holds(variable, cond);
	if (cond->op == COND_PAYMENT || cond->op == COND_APPROVAL)
		return (int)variable->value == cond->word;
	return variable->value;
}

/* The next combination of values; false after the last. */
static bool next(struct solving *s)
{
	size_t i;

	for (i = 0; i < s->count; i++) {
		if (++s->list[i].value < s->list[i].count)
			return true;
		s->list[i].value = 0;
	}
	return false;
}

/* Is there nothing at all for which it is true? False also where that would take too long to see. */
static bool contradicts(const struct prove_plan *plan, const struct prog_cond *cond)
{
	struct solving s = { .plan = plan };
	size_t tries = 0;

	collect(&s, cond);
	while (!s.given_up && !holds(&s, cond)) {
		if (!next(&s))
			return true;
		s.given_up = ++tries == TRIES_MAX;
	}
	return false;
}

/* ---- the plain graph ---- */

struct shape {
	struct prove *prove;
	bool *never;         /* per clause: its condition contradicts itself */
	bool *reached, *ends;/* per state */
};

/* The state that a clause may go to, from there. */
static size_t target_of(const struct shape *shape, size_t clause)
{
	return shape->never[clause] ? PROVE_NONE : prove_target(shape->prove->plan.clauses[clause].clause);
}

static bool reach_from(struct shape *shape, size_t state)
{
	const struct prove_plan *plan = &shape->prove->plan;
	size_t i, count = plan->program->state_count, target;
	bool grew = false;

	for (i = plan->first_clause[state]; i < plan->clause_count; i++) {
		if (i == plan->first_clause[state + 1]) {
			if (plan->program->states[state].final)
				break;
			i = plan->first_clause[count];
			if (i == plan->clause_count)
				break;
		}
		target = target_of(shape, i);
		if (target != PROVE_NONE && !shape->reached[target])
			shape->reached[target] = grew = true;
	}
	return grew;
}

static bool ends_from(struct shape *shape, size_t state)
{
	const struct prove_plan *plan = &shape->prove->plan;
	size_t i, target;

	for (i = plan->first_clause[state]; i < plan->first_clause[state + 1] && !shape->ends[state]; i++) {
		target = target_of(shape, i);
		if (target != PROVE_NONE && shape->ends[target])
			return shape->ends[state] = true;
	}
	return false;
}

static void walk(struct shape *shape)
{
	const struct program *program = shape->prove->program;
	bool grew = true;
	size_t i;

	shape->reached[program->start] = true;
	for (i = 0; i < program->state_count; i++)
		shape->ends[i] = program->states[i].final;
	while (grew) {
		grew = false;
		for (i = 0; i < program->state_count; i++)
			if (shape->reached[i])
				grew |= reach_from(shape, i);
		for (i = program->state_count; i-- > 0;)
			grew |= ends_from(shape, i);
	}
}

/* ---- findings ---- */

static void tell_conditions(const struct shape *shape)
{
	struct prove *prove = shape->prove;
	size_t i;

	for (i = 0; i < prove->plan.clause_count; i++) {
		const struct prog_clause *clause = prove->plan.clauses[i].clause;
		struct prove_case found = { DIAG_WARNING, clause->span, PROVE_NO_NODE, NULL,
					    "it contradicts itself" };

		if (!shape->never[i] || prove_is_said(prove, clause->span, clause->span.line + 1))
			continue;
		if (clause->cond->span.line)
			found.span = clause->cond->span;
		prove_tell(prove, &found, "this condition is never true");
	}
}

static void tell_states(const struct shape *shape)
{
	struct prove *prove = shape->prove;
	size_t i;

	for (i = 0; i < prove->program->state_count; i++) {
		const struct prog_state *state = &prove->program->states[i];
		struct prove_case found = { DIAG_ERROR, state->span, PROVE_NO_NODE, NULL,
					    "no clause that can run leads to it" };

		if (!shape->reached[i])
			prove_tell(prove, &found, "state '%s' is never reached", state->name);
	}
}

/* Does a clause of the state lead on, to another that does not end either? */
static bool leads_on(const struct shape *shape, size_t state)
{
	const struct prove_plan *plan = &shape->prove->plan;
	size_t i, target;

	for (i = plan->first_clause[state]; i < plan->first_clause[state + 1]; i++) {
		target = target_of(shape, i);
		if (target != PROVE_NONE && target != state)
			return true;
	}
	return false;
}

/* Of those that were seen: the first node in it is the example. */
static void tell_ends(const struct shape *shape)
{
	struct prove *prove = shape->prove;
	bool *told = arena_array(&prove->arena, prove->program->state_count + 1, sizeof *told);
	size_t i;

	for (i = 0; i < prove->node_count; i++) {
		size_t state = prove->nodes[i].state;
		struct prove_case found = { DIAG_ERROR, prove->program->states[state].span, (uint32_t)i, NULL,
					    "no final state can be reached from there, 'always' left aside" };

		if (shape->ends[state] || told[state] || leads_on(shape, state))
			continue;
		told[state] = true;
		prove_tell(prove, &found, "a dossier never gets out of state '%s'", prove->program->states[state].name);
	}
}

void prove_find_by_shape(struct prove *prove)
{
	size_t states = prove->program->state_count, i;
	struct shape shape = { prove, arena_array(&prove->arena, prove->plan.clause_count + 1, sizeof(bool)),
			       arena_array(&prove->arena, states + 1, sizeof(bool)),
			       arena_array(&prove->arena, states + 1, sizeof(bool)) };

	for (i = 0; i < prove->plan.clause_count; i++)
		shape.never[i] = prove->plan.clauses[i].clause->cond &&
				 contradicts(&prove->plan, prove->plan.clauses[i].clause->cond);
	walk(&shape);
	tell_conditions(&shape);
	tell_states(&shape);
	tell_ends(&shape);
}
