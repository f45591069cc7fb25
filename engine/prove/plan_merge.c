/*
 * Documents that are required under conditions which are as good as the same:
 * one condition written twice, or one like the other, of a fact of its own that
 * nothing else looks at ("required if fact zzp", "required if fact kinderen").
 * One of them is explored, and the facts of the others need not be.
 */
/* Base. */
#include "base/str.h"

/* Own. */
#include "prove/plan_p.h"

static bool is_of_fact(const struct prog_cond *cond)
{
	return plan_names_fact(cond->name, cond);
}

/* The same shape; 'same' facts, or any two. */
static bool cond_alike(const struct prog_cond *a, const struct prog_cond *b, bool same)
{
	if (!a || !b)
		return a == b;
	return a->op == b->op && str_eq(a->value, b->value) && str_eq(a->slot, b->slot) && a->status == b->status &&
	       a->word == b->word && (str_eq(a->name, b->name) || (!same && is_of_fact(a))) &&
	       cond_alike(a->left, b->left, same) && cond_alike(a->right, b->right, same);
}

/* The one fact that the condition is of; NULL where it is of something else, or of several. */
static const char *only_fact(const struct prog_cond *cond)
{
	const char *left, *right;

	if (is_of_fact(cond))
		return cond->name;
	if (cond->op != COND_AND && cond->op != COND_OR && cond->op != COND_NOT)
		return NULL;
	left = only_fact(cond->left);
	right = cond->right ? only_fact(cond->right) : left;
	return str_eq(left, right) ? left : NULL;
}

static bool clause_uses(const struct prog_clause *clause, const char *fact)
{
	size_t i;

	for (i = 0; i < clause->event_count; i++)
		if (clause->events[i].kind == EVENT_FACT_CHANGED &&
		    (!clause->events[i].name || str_eq(clause->events[i].name, fact)))
			return true;
	for (i = 0; i < clause->action_count; i++)
		if (clause->actions[i].kind == ACTION_FACT && str_eq(clause->actions[i].fact, fact))
			return true;
	return plan_any_cond(clause->cond, plan_names_fact, fact);
}

/* Does nothing look at the fact, or set it, but this one slot and the forms? */
static bool is_private(const struct prove_plan *plan, const char *fact, size_t slot)
{
	size_t i;

	for (i = 0; i < plan->clause_count; i++)
		if (clause_uses(plan->clauses[i].clause, fact))
			return false;
	for (i = 0; i < plan->program->slot_count; i++)
		if (i != slot && plan_any_cond(plan->program->slots[i].required_if, plan_names_fact, fact))
			return false;
	return true;
}

/* How a form asks for the fact: 0 not, 1 it may be left blank, 2 it may not. */
static int asked_by(const struct prog_form *form, const char *fact)
{
	size_t i;

	for (i = 0; i < form->field_count; i++)
		if (form->fields[i].fact >= 0 && str_eq(form->fields[i].name, fact))
			return form->fields[i].required ? 2 : 1;
	return 0;
}

static bool facts_alike(const struct program *program, const char *a, const char *b)
{
	const struct prog_fact *one = program_fact(program, a), *other = program_fact(program, b);
	size_t i;

	if (!one || !other || one->kind != other->kind || one->kind == VALUE_CHOICE ||
	    !str_eq(one->initial, other->initial))
		return false;
	for (i = 0; i < program->form_count; i++)
		if (asked_by(&program->forms[i], a) != asked_by(&program->forms[i], b))
			return false;
	return true;
}

/* Can the slot be looked at in place of others: is its condition of a fact that is its own? */
static const char *own_fact(const struct prove_plan *plan, size_t slot)
{
	const struct prog_cond *cond = plan->program->slots[slot].required_if;
	const char *fact = cond && !plan->named[slot] ? only_fact(cond) : NULL;

	return fact && is_private(plan, fact, slot) ? fact : NULL;
}

/* Two that must be there whatever the facts are: beside them it makes no difference how many more are missing. */
static bool has_plain_ones(const struct prove_plan *plan)
{
	size_t i, count = 0;

	for (i = 0; i < plan->program->slot_count; i++) {
		const struct prog_slot *slot = &plan->program->slots[i];

		count += slot->required && !slot->required_if && !slot->from_staff;
	}
	return count > 1;
}

bool plan_conds_alike(const struct prove_plan *plan, size_t a, size_t b)
{
	const struct prog_cond *one = plan->program->slots[a].required_if;
	const struct prog_cond *other = plan->program->slots[b].required_if;

	if (cond_alike(one, other, true))
		return true;
	return one && other && plan->own[a] && plan->own[b] && cond_alike(one, other, false) &&
	       facts_alike(plan->program, plan->own[a], plan->own[b]);
}

void plan_merge(struct prove_plan *plan)
{
	size_t count = plan->program->slot_count, i, j;
	bool plain = has_plain_ones(plan);

	plan->own = arena_array(plan->arena, count + 1, sizeof *plan->own);
	plan->left_out = arena_array(plan->arena, count + 1, sizeof *plan->left_out);
	for (i = 0; i < count && plain; i++)
		plan->own[i] = own_fact(plan, i);
	for (i = 0; i < count; i++)
		for (j = 0; j < i && plan->own[i] && !plan->left_out[i]; j++)
			plan->left_out[i] = plan->own[j] && plan_slots_alike(plan, j, i);
}
