/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"

/* Engine. */
#include "flow/number.h"

/* Own. */
#include "work/engine_p.h"
#include "work/numbers.h"

struct found {
	struct store *store;
	struct arena *arena;
	const char **list;
	size_t count;
};

static void add(struct found *found, const char *number)
{
	size_t i;

	for (i = 0; i < found->count; i++)
		if (str_eq(found->list[i], number))
			return;
	found->list = arena_grow(found->arena, found->list, found->count, sizeof *found->list);
	found->list[found->count++] = number;
}

/*
 * Does it stand in the text outside of the longer ones? What is no dossier of
 * ours takes nothing away from one that is: "2026-00012 A question".
 */
static bool stands_alone(const struct found *found, const char *folded, const char *number)
{
	char *text = arena_strdup(found->arena, folded), *at;
	bool exists = store_dossier_exists(found->store, number);
	size_t i;

	for (i = 0; i < found->count; i++) {
		const char *other = found->list[i];

		if (str_eq(other, number) || !strstr(other, number) ||
		    (exists && !store_dossier_exists(found->store, other)))
			continue;
		while ((at = strstr(text, other)) != NULL)
			memset(at, ' ', strlen(other));
	}
	return strstr(text, number) != NULL;
}

/* No dossier of ours, but one with the next word behind it? */
static bool only_seems(const struct found *found, const char *number)
{
	size_t i;

	for (i = 0; i < found->count; i++)
		if (!str_eq(found->list[i], number) && strstr(number, found->list[i]) &&
		    store_dossier_exists(found->store, found->list[i]) && !store_dossier_exists(found->store, number))
			return true;
	return false;
}

static void drop_parts(struct found *found, const char *text)
{
	char *spaced = arena_strdup(found->arena, text), *at;
	const char **list = arena_array(found->arena, found->count + 1, sizeof *list);
	const char *folded, *as_it_is = number_fold(found->arena, text);
	size_t kept = 0, i;

	for (at = spaced; *at; at++)
		if (*at == '_')
			*at = ' ';
	folded = number_fold(found->arena, spaced);
	for (i = 0; i < found->count; i++)
		if (!only_seems(found, found->list[i]) &&
		    (stands_alone(found, folded, found->list[i]) || stands_alone(found, as_it_is, found->list[i])))
			list[kept++] = found->list[i];
	if (!kept)
		return;
	found->list = list;
	found->count = kept;
}

int numbers_find(struct engine *engine, const char *text, struct arena *arena, const char ***list_r, size_t *count_r,
		 struct err *err)
{
	struct found found = { .store = engine->env->store, .arena = arena };
	const struct program *const *versions;
	const char **numbers;
	size_t version_count, count, i, n;

	if (world_versions(engine->world, engine->env->store, &versions, &version_count, err))
		return -1;
	for (i = 0; i < version_count; i++) {
		if (number_candidates(versions[i], text, arena, &numbers, &count, err))
			return -1;
		for (n = 0; n < count; n++)
			add(&found, numbers[n]);
	}
	if (found.count > 1)
		drop_parts(&found, text);
	*list_r = found.list;
	*count_r = found.count;
	return 0;
}
