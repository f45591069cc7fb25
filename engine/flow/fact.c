/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "flow/list_p.h"
#include "flow/run_p.h"

static struct fact *fact_of(struct dossier *dossier, const char *name)
{
	size_t i;

	for (i = 0; i < dossier->fact_count; i++)
		if (str_eq(dossier->facts[i].name, name))
			return &dossier->facts[i];
	return NULL;
}

static void add(struct arena *arena, struct dossier *dossier, const char *name, const char *value)
{
	dossier->facts = flow_list_append(arena, dossier->facts, dossier->fact_count, sizeof *dossier->facts);
	dossier->facts[dossier->fact_count++] = (struct fact){ name, value };
}

static void drop(struct dossier *dossier, const struct fact *fact)
{
	size_t i = (size_t)(fact - dossier->facts);

	memmove(&dossier->facts[i], &dossier->facts[i + 1], (dossier->fact_count - i - 1) * sizeof *fact);
	dossier->fact_count--;
}

static bool was_cleared(const struct program *from, const char *name)
{
	const struct prog_fact *old = from ? program_fact(from, name) : NULL;

	return old && old->initial;
}

void run_facts_init(const struct program *program, const struct program *from, struct arena *arena, struct dossier *dossier)
{
	size_t i;

	for (i = 0; i < program->fact_count; i++)
		if (program->facts[i].initial && !fact_of(dossier, program->facts[i].name) &&
		    !was_cleared(from, program->facts[i].name))
			add(arena, dossier, program->facts[i].name, program->facts[i].initial);
}

/* Is the news about that fact still to be told? */
static bool is_told_soon(const struct run *run, const char *name)
{
	size_t i;

	for (i = run->raised_done; i < run->raised_count; i++)
		if (run->raised[i].kind == EVENT_FACT_CHANGED && str_eq(run->raised[i].name, name))
			return true;
	return false;
}

void run_fact_set(struct run *run, const char *name, const char *value)
{
	struct dossier *dossier = run->dossier;
	struct fact *fact = fact_of(dossier, name);
	const char *was = fact ? fact->value : NULL;

	if (str_eq(value, was))
		return;
	if (!value)
		drop(dossier, fact);
	else if (fact)
		fact->value = value;
	else
		add(run->arena, dossier, name, value);
	run_note(run, NULL, event_kind_words(EVENT_FACT_CHANGED), "%s is %s, was %s", name,
		 value ? value : "not known", was ? was : "not known");
	run_required_judge(run);
	if (!is_told_soon(run, name))
		run_raise(run, &(struct event){ .kind = EVENT_FACT_CHANGED, .at = run->in->now, .name = name });
}

bool run_slot_wanted(const struct program *program, const struct dossier *dossier, const struct slot *slot)
{
	const struct prog_slot *rule = slot->extra ? NULL : program_slot(program, slot->name);

	if (!rule || !rule->required_if)
		return slot->required;
	return slot->asked || flow_cond_holds(dossier, rule->required_if);
}

void run_required_judge(struct run *run)
{
	size_t i;

	for (i = 0; i < run->dossier->slot_count; i++) {
		struct slot *slot = &run->dossier->slots[i];
		bool wanted = run_slot_wanted(run->in->program, run->dossier, slot);

		if (wanted == slot->required)
			continue;
		slot->required = wanted;
		run_note(run, NULL, "slot", "%s is %s now", run_slot_name(run, slot->name, slot->year),
			 wanted ? "required" : "optional");
	}
}
