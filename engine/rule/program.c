/* System. */
#include <stdint.h>
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

/* ---- the index: names and what they stand for, by the hash of the name ---- */

struct named {
	const char *name;
	const void *item;
	const struct prog_state *state; /* of a clause */
};

struct names {
	struct named *list;
	size_t size; /* a power of two, more than twice as many as there are names */
};

struct prog_index {
	struct names slots, states, clauses;
};

static size_t place_of(const struct names *names, const char *name)
{
	uint64_t hash = 1469598103934665603u; /* FNV-1a */
	size_t at;

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 1099511628211u;
	at = (size_t)(hash ^ hash >> 29);
	return at & (names->size - 1);
}

static const struct named *look_up(const struct names *names, const char *name)
{
	size_t at;

	if (!name)
		return NULL;
	for (at = place_of(names, name); names->list[at].name; at = (at + 1) & (names->size - 1))
		if (str_eq(names->list[at].name, name))
			return &names->list[at];
	return NULL;
}

static void names_init(struct names *names, struct arena *arena, size_t count)
{
	names->size = 8;
	while (names->size <= 2 * count)
		names->size *= 2;
	names->list = arena_array(arena, names->size, sizeof *names->list);
}

/* Of two with one name the first is found. */
static void add_name(struct names *names, const char *name, const void *item, const struct prog_state *state)
{
	size_t at = place_of(names, name);

	while (names->list[at].name && !str_eq(names->list[at].name, name))
		at = (at + 1) & (names->size - 1);
	if (!names->list[at].name)
		names->list[at] = (struct named){ name, item, state };
}

static void add_clauses(struct names *names, const struct prog_clause *clauses, size_t count,
			const struct prog_state *state)
{
	size_t i;

	for (i = 0; i < count; i++)
		add_name(names, clauses[i].id, &clauses[i], state);
}

void program_index(struct program *program)
{
	struct prog_index *index = arena_alloc(&program->arena, sizeof *index);
	size_t i, clauses = program->always_count;

	for (i = 0; i < program->state_count; i++)
		clauses += program->states[i].clause_count;
	names_init(&index->slots, &program->arena, program->slot_count);
	names_init(&index->states, &program->arena, program->state_count);
	names_init(&index->clauses, &program->arena, clauses);
	for (i = 0; i < program->slot_count; i++)
		add_name(&index->slots, program->slots[i].name, &program->slots[i], NULL);
	for (i = 0; i < program->state_count; i++) {
		const struct prog_state *state = &program->states[i];

		add_name(&index->states, state->name, state, NULL);
		add_clauses(&index->clauses, state->clauses, state->clause_count, state);
	}
	add_clauses(&index->clauses, program->always, program->always_count, NULL);
	program->index = index;
}

const struct prog_state *program_state(const struct program *program, const char *name)
{
	const struct named *found = program->index ? look_up(&program->index->states, name) : NULL;
	size_t i;

	for (i = 0; i < program->state_count && !program->index; i++)
		if (str_eq(program->states[i].name, name))
			return &program->states[i];
	return found ? found->item : NULL;
}

const struct prog_slot *program_slot(const struct program *program, const char *name)
{
	const struct named *found = program->index ? look_up(&program->index->slots, name) : NULL;
	size_t i;

	for (i = 0; i < program->slot_count && !program->index; i++)
		if (str_eq(program->slots[i].name, name))
			return &program->slots[i];
	return found ? found->item : NULL;
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

static const struct prog_clause *search_clause(const struct program *program, const char *id,
					       const struct prog_state **state)
{
	const struct prog_clause *clause;
	size_t i;

	for (i = 0; i < program->state_count; i++) {
		clause = find_clause(program->states[i].clauses, program->states[i].clause_count, id);
		if (clause) {
			*state = &program->states[i];
			return clause;
		}
	}
	*state = NULL;
	return find_clause(program->always, program->always_count, id);
}

const struct prog_clause *program_clause(const struct program *program, const char *id,
					 const struct prog_state **state)
{
	const struct named *found = program->index ? look_up(&program->index->clauses, id) : NULL;
	const struct prog_state *where = found ? found->state : NULL;
	const struct prog_clause *clause = found ? found->item : NULL;

	if (!program->index)
		clause = search_clause(program, id, &where);
	if (clause && state)
		*state = where;
	return clause;
}
