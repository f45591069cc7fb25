/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"

/* Engine. */
#include "flow/number.h"
#include "match/match.h"

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

/* Most versions of a workflow have one pattern: it need not be tried twice. */
static bool tried_before(const struct program *const *versions, size_t index)
{
	const struct match *pattern = versions[index]->number;
	size_t i;

	for (i = 0; pattern && i < index; i++)
		if (versions[i]->number && match_flags(versions[i]->number) == match_flags(pattern) &&
		    str_eq(match_pattern(versions[i]->number), match_pattern(pattern)))
			return true;
	return !pattern;
}

/* One version's numbers; where its pattern gives up the others still say what they find. */
static void find_by(struct found *found, const struct program *version, const char *text, const char **unread)
{
	struct err why = ERR_INIT;
	const char **numbers;
	size_t count, i;

	if (number_candidates(version, text, found->arena, &numbers, &count, &why)) {
		*unread = arena_strdup(found->arena, why.text);
		return;
	}
	for (i = 0; i < count; i++)
		add(found, numbers[i]);
}

int numbers_find(struct engine *engine, const char *text, struct arena *arena, struct numbers *numbers, struct err *err)
{
	struct found found = { .store = engine->env->store, .arena = arena };
	const struct program *const *versions;
	const char *unread = NULL;
	size_t version_count, i;

	if (world_versions(engine->world, engine->env->store, &versions, &version_count, err))
		return -1;
	for (i = 0; i < version_count; i++)
		if (!tried_before(versions, i))
			find_by(&found, versions[i], text, &unread);
	if (found.count > 1)
		drop_parts(&found, text);
	*numbers = (struct numbers){ found.list, found.count, unread };
	return 0;
}
