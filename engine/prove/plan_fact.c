/* Base. */
#include "base/str.h"

/* Own. */
#include "prove/plan_p.h"

static bool hears_fact(const struct prog_clause *clause, const char *name)
{
	size_t i;

	for (i = 0; i < clause->event_count; i++)
		if (clause->events[i].kind == EVENT_FACT_CHANGED &&
		    (!clause->events[i].name || str_eq(clause->events[i].name, name)))
			return true;
	return false;
}

static bool is_heard(const struct prove_plan *plan, const char *name)
{
	size_t i;

	for (i = 0; i < plan->clause_count; i++)
		if (hears_fact(plan->clauses[i].clause, name))
			return true;
	return false;
}

static size_t count_named(const struct prove_plan *plan, const struct prog_cond *cond)
{
	size_t i, count = 0;

	for (i = 0; i < plan->fact_count && cond; i++)
		count += plan_any_cond(cond, plan_names_fact, plan->facts[i].fact->name);
	return count;
}

void plan_facts(struct prove_plan *plan)
{
	size_t i;

	for (i = 0; i < plan->program->fact_count; i++) {
		const struct prog_fact *rule = &plan->program->facts[i];
		bool heard = is_heard(plan, rule->name);

		if (!heard && !plan_asks(plan, plan_names_fact, rule->name))
			continue;
		plan->facts = arena_grow(plan->arena, plan->facts, plan->fact_count, sizeof *plan->facts);
		plan->facts[plan->fact_count] = (struct prove_fact){ .fact = rule, .heard = heard };
		plan_fact_values(plan, &plan->facts[plan->fact_count++]);
	}
	for (i = 0; i < plan->program->slot_count; i++)
		plan->mixed |= count_named(plan, plan->program->slots[i].required_if) > 1;
}

/* ---- what may be known at the opening ---- */

/* The value of choice number 'option': 0 is the default (or that it is not known), then all others. */
static const char *value_of(const struct prove_fact *fact, size_t option)
{
	size_t initial = fact->fact->initial ? prove_value_index(fact, fact->fact->initial) : fact->value_count;

	if (!option)
		return NULL;
	return fact->values[option - 1 < initial ? option - 1 : option];
}

/* Does it matter what it is at the opening? That it changes later can be heard whatever it was. */
static bool is_asked(const struct prove_plan *plan, const char *name)
{
	size_t i, j;

	for (i = 0; i < plan->clause_count; i++)
		for (j = 0; j < plan->clauses[i].clause->action_count; j++)
			if (str_eq(plan->clauses[i].clause->actions[j].fact, name))
				return true;
	return plan_asks(plan, plan_names_fact, name);
}

void plan_known(struct prove_plan *plan)
{
	struct plan_rows rows = { .arena = plan->arena, .width = plan->fact_count };
	size_t i, j;

	rows.options = arena_array(plan->arena, rows.width + 1, sizeof *rows.options);
	rows.names = arena_array(plan->arena, rows.width + 1, sizeof *rows.names);
	for (i = 0; i < rows.width; i++) {
		rows.names[i] = plan->facts[i].fact->name;
		rows.options[i] = is_asked(plan, rows.names[i]) ?
					  plan->facts[i].value_count + !plan->facts[i].fact->initial : 1;
	}
	if (!plan_rows_fill(plan, &rows))
		plan_cut(plan, "all that may be known of %zu facts at the opening", plan->fact_count);
	plan->known = arena_array(plan->arena, rows.count + 1, sizeof *plan->known);
	plan->known_count = rows.count;
	for (i = 0; i < rows.count; i++) {
		plan->known[i] = arena_array(plan->arena, rows.width + 1, sizeof **plan->known);
		for (j = 0; j < rows.width; j++)
			plan->known[i][j] = value_of(&plan->facts[j], rows.list[i][j]);
	}
}
