/* Own. */
#include "store/memory_p.h"

static void *copy_of(struct arena *arena, const void *items, size_t count, size_t size)
{
	return count ? arena_memdup(arena, items, count * size) : NULL;
}

void memory_put_people(struct arena *arena, struct dossier *to, const struct dossier *from)
{
	size_t i;

	to->assigned = arena_strdup(arena, from->assigned);
	to->partners = copy_of(arena, from->partners, from->partner_count, sizeof *to->partners);
	for (i = 0; i < to->partner_count; i++) {
		struct party *party = &to->partners[i];

		party->name = arena_strdup(arena, party->name);
		party->address = arena_strdup(arena, party->address);
		party->language = arena_strdup(arena, party->language);
	}
	to->aliases = copy_of(arena, from->aliases, from->alias_count, sizeof *to->aliases);
	for (i = 0; i < to->alias_count; i++)
		to->aliases[i].address = arena_strdup(arena, to->aliases[i].address);
	to->changes = copy_of(arena, from->changes, from->change_count, sizeof *to->changes);
	for (i = 0; i < to->change_count; i++) {
		to->changes[i].from = arena_strdup(arena, to->changes[i].from);
		to->changes[i].to = arena_strdup(arena, to->changes[i].to);
		to->changes[i].by = arena_strdup(arena, to->changes[i].by);
	}
}
