/* System. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "prove/plan_p.h"

static void add_value(struct prove_fact *fact, const char *value)
{
	size_t i;

	for (i = 0; i < fact->value_count; i++)
		if (str_eq(fact->values[i], value))
			return;
	if (value && fact->value_count < PROVE_VALUES_MAX)
		fact->values[fact->value_count++] = value;
}

static bool names_fact(const void *ctx, const struct prog_cond *cond)
{
	return (cond->op == COND_FACT_IS || cond->op == COND_FACT_KNOWN || cond->op == COND_FACT_AT_LEAST ||
		cond->op == COND_FACT_AT_MOST) &&
	       str_eq(cond->name, ctx);
}

static bool hears_fact(const struct prog_clause *clause, const char *name)
{
	size_t i;

	for (i = 0; i < clause->event_count; i++)
		if (clause->events[i].kind == EVENT_FACT_CHANGED &&
		    (!clause->events[i].name || str_eq(clause->events[i].name, name)))
			return true;
	return false;
}

static bool counts(const struct prove_plan *plan, const char *name)
{
	size_t i;

	for (i = 0; i < plan->clause_count; i++)
		if (hears_fact(plan->clauses[i].clause, name))
			return true;
	return plan_asks(plan, names_fact, name);
}

/* Beside what the file names: something smaller, something larger, something else. */
static void add_around(struct prove_plan *plan, struct prove_fact *fact, const char *value)
{
	long number;

	switch (fact->fact->kind) {
	case VALUE_NUMBER:
	case VALUE_AMOUNT:
		number = strtol(value, NULL, 10);
		add_value(fact, arena_printf(plan->arena, fact->fact->kind == VALUE_AMOUNT ? "%ld.00" : "%ld", number - 1));
		add_value(fact, arena_printf(plan->arena, fact->fact->kind == VALUE_AMOUNT ? "%ld.00" : "%ld", number + 1));
		break;
	case VALUE_DATE:
		add_value(fact, "1900-01-01");
		add_value(fact, "2999-12-31");
		break;
	default: break;
	}
}

static void take_from_cond(struct prove_plan *plan, struct prove_fact *fact, const struct prog_cond *cond)
{
	if (!cond)
		return;
	if (names_fact(fact->fact->name, cond) && cond->value) {
		add_value(fact, cond->value);
		add_around(plan, fact, cond->value);
	}
	take_from_cond(plan, fact, cond->left);
	take_from_cond(plan, fact, cond->right);
}

static void take_from_clause(struct prove_plan *plan, struct prove_fact *fact, const struct prog_clause *clause)
{
	size_t i;

	take_from_cond(plan, fact, clause->cond);
	for (i = 0; i < clause->action_count; i++)
		if (clause->actions[i].kind == ACTION_FACT && str_eq(clause->actions[i].fact, fact->fact->name))
			add_value(fact, clause->actions[i].value);
}

static const char *other_value(enum prog_value kind)
{
	switch (kind) {
	case VALUE_NUMBER: return "7";
	case VALUE_AMOUNT: return "7.00";
	case VALUE_DATE: return "2026-01-15";
	case VALUE_ADDRESS: return "iemand@example.org";
	default: return "iets anders";
	}
}

static void fill(struct prove_plan *plan, struct prove_fact *fact)
{
	const struct prog_fact *rule = fact->fact;
	size_t i;

	add_value(fact, rule->initial);
	for (i = 0; i < plan->clause_count; i++)
		take_from_clause(plan, fact, plan->clauses[i].clause);
	for (i = 0; i < plan->program->slot_count; i++)
		take_from_cond(plan, fact, plan->program->slots[i].required_if);
	if (rule->kind == VALUE_YES_NO) {
		add_value(fact, "yes");
		add_value(fact, "no");
	} else if (rule->kind == VALUE_CHOICE) {
		for (i = 0; i < rule->choice_count; i++)
			add_value(fact, rule->choices[i]);
	} else {
		add_value(fact, other_value(rule->kind));
	}
}

void plan_facts(struct prove_plan *plan)
{
	size_t i;

	for (i = 0; i < plan->program->fact_count; i++) {
		const struct prog_fact *rule = &plan->program->facts[i];

		if (!counts(plan, rule->name))
			continue;
		plan->facts = arena_grow(plan->arena, plan->facts, plan->fact_count, sizeof *plan->facts);
		plan->facts[plan->fact_count] = (struct prove_fact){ .fact = rule };
		fill(plan, &plan->facts[plan->fact_count++]);
	}
}

/* ---- what may be known at the opening ---- */

static const char **add_known(struct prove_plan *plan)
{
	plan->known = arena_grow(plan->arena, plan->known, plan->known_count, sizeof *plan->known);
	plan->known[plan->known_count] = arena_array(plan->arena, plan->fact_count + 1, sizeof **plan->known);
	return plan->known[plan->known_count++];
}

/* Every fact with every value, each alone. */
static void know_one_by_one(struct prove_plan *plan)
{
	size_t i, v;

	for (i = 0; i < plan->fact_count; i++)
		for (v = 0; v < plan->facts[i].value_count; v++)
			if (!str_eq(plan->facts[i].values[v], plan->facts[i].fact->initial))
				add_known(plan)[i] = plan->facts[i].values[v];
}

/* Row number 'row' of all that can be known together, as the digits of a number; 0 = the default. */
static void know_together(struct prove_plan *plan, size_t row)
{
	const char **known = add_known(plan);
	size_t i;

	for (i = 0; i < plan->fact_count; i++) {
		size_t digit = row % (plan->facts[i].value_count + 1);
		const char *value = digit ? plan->facts[i].values[digit - 1] : NULL;

		row /= plan->facts[i].value_count + 1;
		known[i] = str_eq(value, plan->facts[i].fact->initial) ? NULL : value;
	}
}

void plan_known(struct prove_plan *plan)
{
	size_t rows = 1, i;

	for (i = 0; i < plan->fact_count && rows <= PROVE_KNOWN_MAX; i++)
		rows *= plan->facts[i].value_count + 1;
	add_known(plan);
	if (rows > PROVE_KNOWN_MAX)
		know_one_by_one(plan);
	for (i = 1; i < rows && rows <= PROVE_KNOWN_MAX; i++)
		know_together(plan, i);
}
