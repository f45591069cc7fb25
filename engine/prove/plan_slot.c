/*
 * Which slots are explored one by one, and which stand for others.
 *
 * What a clause names counts by itself. Of the others only two things can be
 * told apart from outside: whether something is still missing, and which events
 * can come. So those with the same attributes are one slot (two, where it would
 * be the only one: "one came, but not all" must be possible), and optional ones
 * are left out beside required ones that can make the same happen: those that
 * are never approved, so that another version of them can always come.
 */
/* System. */
#include <string.h>

/* Base. */
#include "base/buf.h"
#include "base/str.h"

/* Own. */
#include "prove/plan_p.h"

static bool names_status(const void *ctx, const struct prog_cond *cond)
{
	return cond->op == COND_SLOT_STATUS && str_eq(cond->slot, ctx);
}

static bool names_slot(const void *ctx, const struct prog_cond *cond)
{
	return cond->slot && str_eq(cond->slot, ctx);
}

static bool attaches(const struct prog_clause *clause, const char *slot)
{
	size_t i, j;

	for (i = 0; i < clause->action_count; i++)
		for (j = 0; j < clause->actions[i].attach_count; j++)
			if (str_eq(clause->actions[i].attach[j], slot))
				return true;
	return false;
}

static bool clause_names(const struct prog_clause *clause, const char *slot)
{
	size_t i;

	for (i = 0; i < clause->event_count; i++)
		if (str_eq(clause->events[i].slot, slot))
			return true;
	for (i = 0; i < clause->action_count; i++)
		if (str_eq(clause->actions[i].slot, slot))
			return true;
	return attaches(clause, slot);
}

static bool find_named(const struct prove_plan *plan, const char *slot)
{
	size_t i;

	for (i = 0; i < plan->clause_count; i++)
		if (clause_names(plan->clauses[i].clause, slot))
			return true;
	return plan_asks(plan, names_slot, slot);
}

void plan_named(struct prove_plan *plan)
{
	size_t i;

	plan->named = arena_array(plan->arena, plan->program->slot_count + 1, sizeof *plan->named);
	for (i = 0; i < plan->program->slot_count; i++)
		plan->named[i] = find_named(plan, plan->program->slots[i].name);
}

/* Does a clause or a condition name it? */
static bool is_named(const struct prove_plan *plan, size_t slot)
{
	return plan->named[slot];
}

/* ---- where the status of a slot matters ---- */

static bool reads(const struct prog_clause *clause, const char *slot)
{
	return plan_any_cond(clause->cond, names_slot, slot) || attaches(clause, slot);
}

static bool is_on_enter(const struct prog_clause *clause)
{
	size_t i;

	for (i = 0; i < clause->event_count; i++)
		if (clause->events[i].kind == EVENT_ENTER || clause->events[i].kind == EVENT_OPENED)
			return true;
	return false;
}

/* Is the slot looked at while this state is entered, or is the state one that ended? */
static bool reads_entering(const struct prog_state *state, const char *slot, const bool *entering)
{
	size_t i;

	for (i = 0; i < state->clause_count; i++) {
		const struct prog_clause *clause = &state->clauses[i];
		size_t target = prove_target(clause);

		if (reads(clause, slot) && (state->final || is_on_enter(clause)))
			return true;
		if (is_on_enter(clause) && target != PROVE_NONE && entering[target])
			return true;
	}
	return false;
}

static bool leads_to(const struct prog_clause *clauses, size_t count, const bool *wanted)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (prove_target(&clauses[i]) != PROVE_NONE && wanted[prove_target(&clauses[i])])
			return true;
	return false;
}

static bool state_reads(const struct prog_state *state, const char *slot)
{
	size_t i;

	for (i = 0; i < state->clause_count; i++)
		if (reads(&state->clauses[i], slot))
			return true;
	return false;
}

static bool always_reads(const struct program *program, const char *slot)
{
	size_t i;

	for (i = 0; i < program->always_count; i++)
		if (reads(&program->always[i], slot))
			return true;
	return false;
}

/*
 * Staff can deliver in every state that has not ended, so what they delivered
 * need only be known where it is looked at, and where such a place is entered
 * from. Elsewhere a report is as good as none: it is delivered again.
 */
static bool *where_it_matters(const struct prove_plan *plan, const char *slot)
{
	const struct program *program = plan->program;
	bool *entering = arena_array(plan->arena, program->state_count, sizeof *entering);
	bool *matters = arena_array(plan->arena, program->state_count, sizeof *matters);
	bool grew = true, all = always_reads(program, slot);
	size_t i;

	while (grew) {
		grew = false;
		for (i = 0; i < program->state_count; i++)
			if (!entering[i] && reads_entering(&program->states[i], slot, entering))
				entering[i] = grew = true;
	}
	all = all || leads_to(program->always, program->always_count, entering);
	for (i = 0; i < program->state_count; i++) {
		const struct prog_state *state = &program->states[i];

		matters[i] = all || entering[i] || state_reads(state, slot) ||
			     leads_to(state->clauses, state->clause_count, entering);
	}
	return matters;
}

/* ---- the slots that are explored ---- */

static bool approval_counts(const struct prove_plan *plan, const struct prog_slot *rule)
{
	return plan_asks(plan, names_status, rule->name) || rule->for_approval || rule->files_min > 1 ||
	       prove_listens_anywhere(plan, EVENT_DOCUMENT_APPROVED);
}

static struct prove_slot *add(struct prove_plan *plan, const struct prog_slot *rule, int year)
{
	struct prove_slot *slot;

	plan->slots = arena_grow(plan->arena, plan->slots, plan->slot_count, sizeof *plan->slots);
	slot = &plan->slots[plan->slot_count++];
	*slot = (struct prove_slot){ .rule = rule, .year = year, .stands_for = 1 };
	if (!rule)
		return slot;
	slot->names = year ? arena_printf(plan->arena, "%s %d", rule->name, year) : rule->name;
	slot->status_counts = plan_asks(plan, names_status, rule->name);
	slot->approval_counts = approval_counts(plan, rule);
	return slot;
}

static void add_named(struct prove_plan *plan, const struct prog_slot *rule)
{
	int years = rule->years > 2 ? 2 : rule->years, back;
	struct prove_slot *slot;

	for (back = years; back >= (years ? 1 : 0); back--) {
		slot = add(plan, rule, years ? 2026 - back : 0);
		slot->is_named = true;
		if (rule->from_staff && !slot->status_counts && !rule->for_approval)
			slot->matters = where_it_matters(plan, rule->name);
	}
}

bool plan_slots_alike(const struct prove_plan *plan, size_t index, size_t other)
{
	const struct prog_slot *a = &plan->program->slots[index], *b = &plan->program->slots[other];

	return a->required == b->required && a->from_staff == b->from_staff && a->for_approval == b->for_approval &&
	       a->may_be_absent == b->may_be_absent && (a->files_min > 1) == (b->files_min > 1) &&
	       plan_conds_alike(plan, index, other);
}

static bool is_required(const struct prog_slot *slot)
{
	return (slot->required || slot->required_if) && !slot->from_staff;
}

/* Is there an unnamed slot before this one that it is like? */
static bool is_first(const struct prove_plan *plan, size_t index)
{
	size_t i;

	for (i = 0; i < index; i++)
		if (!is_named(plan, i) && plan_slots_alike(plan, i, index))
			return false;
	return true;
}

/* All that are like it, with their number; without itself, where it is explored apart. */
static size_t describe(struct prove_plan *plan, size_t index, bool apart, const char **names)
{
	const struct program *program = plan->program;
	struct buf text = BUF_INIT(BUF_MAX_LINE);
	size_t i, shown = 0, count = 0;

	for (i = index; i < program->slot_count; i++) {
		const struct prog_slot *slot = &program->slots[i];

		if (is_named(plan, i) || !plan_slots_alike(plan, i, index))
			continue;
		count += slot->years ? (size_t)slot->years : 1;
		if (apart && i == index && slot->years < 2)
			continue;
		if (shown++ < 4)
			buf_addf(&text, "%s%s%s", text.len ? ", " : "", slot->name,
				 apart && i == index ? " of the other years" : "");
	}
	if (shown > 4)
		buf_addf(&text, " and %zu more", shown - 4);
	*names = arena_strdup(plan->arena, text.data);
	buf_free(&text);
	return count;
}

static void add_class(struct prove_plan *plan, size_t index, bool alone)
{
	const struct prog_slot *rule = &plan->program->slots[index];
	const char *names;
	size_t members = describe(plan, index, false, &names);
	struct prove_slot *slot;

	if (alone && members > 1) {
		/* One of them, and all the others. */
		add(plan, rule, rule->years ? 2025 : 0);
		members = describe(plan, index, true, &names) - 1;
	}
	slot = add(plan, rule, rule->years ? 2024 : alone && members ? -1 : 0);
	slot->names = names;
	slot->stands_for = members;
}

static size_t count_required(const struct prove_plan *plan)
{
	const struct program *program = plan->program;
	size_t i, count = 0;

	for (i = 0; i < program->slot_count; i++)
		count += is_required(&program->slots[i]) &&
			 (is_named(plan, i) || is_first(plan, i));
	return count;
}

/* Is there a required document that nobody ever approves, so that one can always come in its place? */
static bool always_takes(const struct prove_plan *plan)
{
	size_t i;

	for (i = 0; i < plan->program->slot_count; i++)
		if (is_required(&plan->program->slots[i]) && !approval_counts(plan, &plan->program->slots[i]))
			return true;
	return false;
}

/* Can an optional document make something happen that no required one can? */
static bool shows_more(const struct prove_plan *plan, const struct prog_slot *slot)
{
	return slot->for_approval || !always_takes(plan) ||
	       (slot->may_be_absent && (prove_listens_anywhere(plan, EVENT_SLOT_ABSENT) ||
					prove_listens_anywhere(plan, EVENT_SLOT_PRESENT)));
}

void plan_slots(struct prove_plan *plan)
{
	const struct program *program = plan->program;
	size_t required, i;
	bool staff = prove_listens_anywhere(plan, EVENT_STAFF_DOCUMENT_RECEIVED);

	required = count_required(plan);
	for (i = 0; i < program->slot_count; i++) {
		const struct prog_slot *slot = &program->slots[i];

		if (is_named(plan, i))
			add_named(plan, slot);
		else if (!is_first(plan, i))
			continue;
		else if (slot->from_staff ? staff : is_required(slot) || required < 2 || shows_more(plan, slot))
			add_class(plan, i, is_required(slot) && required < 2);
	}
	if (prove_listens_anywhere(plan, EVENT_SLOT_ADDED))
		add(plan, NULL, 0)->names = "extra";
}
