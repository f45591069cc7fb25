/* System. */
#include <stdlib.h>

/* Base. */
#include "base/str.h"

/* Engine. */
#include "match/match.h"

/* Own. */
#include "rule/program.h"

static void free_pattern(const struct match *match)
{
	struct match *owned = (struct match *)match;

	match_free(&owned);
}

void program_free(struct program **program)
{
	struct program *old = *program;
	size_t i, j;

	if (!old)
		return;
	*program = NULL;
	free_pattern(old->number);
	for (i = 0; i < old->slot_count; i++)
		for (j = 0; j < old->slots[i].pattern_count; j++)
			free_pattern(old->slots[i].patterns[j]);
	for (i = 0; i < old->form_count; i++)
		for (j = 0; j < old->forms[i].field_count; j++)
			free_pattern(old->forms[i].fields[j].pattern);
	arena_free(&old->arena);
	free(old);
}

const struct prog_state *program_state(const struct program *program, const char *name)
{
	size_t i;

	for (i = 0; i < program->state_count; i++)
		if (str_eq(program->states[i].name, name))
			return &program->states[i];
	return NULL;
}

const struct prog_slot *program_slot(const struct program *program, const char *name)
{
	size_t i;

	for (i = 0; i < program->slot_count; i++)
		if (str_eq(program->slots[i].name, name))
			return &program->slots[i];
	return NULL;
}

const struct prog_fact *program_fact(const struct program *program, const char *name)
{
	size_t i;

	for (i = 0; i < program->fact_count; i++)
		if (str_eq(program->facts[i].name, name))
			return &program->facts[i];
	return NULL;
}

const struct prog_form *program_form(const struct program *program, const char *name)
{
	size_t i;

	for (i = 0; i < program->form_count; i++)
		if (str_eq(program->forms[i].name, name))
			return &program->forms[i];
	return NULL;
}

const struct prog_phrase *program_phrase(const struct program *program, const char *name)
{
	size_t i;

	for (i = 0; i < program->phrase_count; i++)
		if (str_eq(program->phrases[i].name, name))
			return &program->phrases[i];
	return NULL;
}

static const struct prog_clause *find_clause(const struct prog_clause *clauses, size_t count, const char *id)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (str_eq(clauses[i].id, id))
			return &clauses[i];
	return NULL;
}

const struct prog_clause *program_clause(const struct program *program, const char *id,
					 const struct prog_state **state)
{
	const struct prog_clause *clause;
	size_t i;

	for (i = 0; i < program->state_count; i++) {
		clause = find_clause(program->states[i].clauses, program->states[i].clause_count, id);
		if (clause) {
			if (state)
				*state = &program->states[i];
			return clause;
		}
	}
	clause = find_clause(program->always, program->always_count, id);
	if (clause && state)
		*state = NULL;
	return clause;
}
