/* System. */
#include <stdio.h>
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "command/command_p.h"

#define CHOICES_MAX 12

struct looking {
	const struct dossier *dossier;
	struct arena *arena;
	const struct slot **found;
	size_t count;
};

static void add(struct looking *l, const struct slot *slot)
{
	l->found = arena_grow(l->arena, l->found, l->count, sizeof *l->found);
	l->found[l->count++] = slot;
}

/* "aangifte_ib" and "aangifte-ib" are said "aangifte ib" too. */
static char *spoken(struct arena *arena, const char *name)
{
	char *folded = command_fold(arena, name), *at;

	for (at = folded; *at; at++)
		if (*at == '-' || *at == '_')
			*at = ' ';
	return folded;
}

/* The title without its year: "aangifte inkomstenbelasting". */
static char *yearless(struct arena *arena, const struct slot *slot)
{
	char *title = command_fold(arena, slot->title), year[16], *at;

	snprintf(year, sizeof year, "%d", slot->year);
	at = slot->year ? strstr(title, year) : NULL;
	if (!at)
		return title;
	memmove(at, at + strlen(year), strlen(at + strlen(year)) + 1);
	return command_fold(arena, title);
}

static bool is_called(struct arena *arena, const struct slot *slot, const char *words)
{
	const char *spread = spoken(arena, words);

	return str_eq(words, command_fold(arena, slot->title)) || str_eq(words, command_fold(arena, slot->name)) ||
	       str_eq(spread, spoken(arena, slot->name)) || (slot->year && str_eq(words, yearless(arena, slot)));
}

/* Takes a year off the end: "aangifte 2024"; 0 = there is none. */
static int take_year(char *words)
{
	size_t n = strlen(words);
	uint32_t year;

	if (n < 6 || words[n - 5] != ' ' || !str_to_u32(words + n - 4, &year) || year < 1900 || year > 2199)
		return 0;
	words[n - 5] = '\0';
	return (int)year;
}

static void find(struct looking *l, const char *words, int year)
{
	size_t i;

	l->count = 0;
	for (i = 0; i < l->dossier->slot_count; i++) {
		const struct slot *slot = &l->dossier->slots[i];

		if ((!year || year == slot->year) && is_called(l->arena, slot, words))
			add(l, slot);
	}
}

static char *bare(struct arena *arena, const char *words)
{
	char *folded = command_fold(arena, words);
	size_t len = strlen(folded);

	while (len && strchr(".,!;:\"'", folded[len - 1]))
		folded[--len] = '\0';
	return folded + strspn(folded, "\"'");
}

size_t command_slots(const struct dossier *dossier, const char *words, struct arena *arena,
		     const struct slot ***slots)
{
	struct looking l = { dossier, arena, NULL, 0 };
	char *said = bare(arena, words);
	int year;

	*slots = NULL;
	if (!dossier || !*said)
		return 0;
	find(&l, said, 0);
	if (l.count != 1) {
		const struct slot **found = l.found;
		size_t count = l.count;

		year = take_year(said);
		l.found = NULL;
		if (year)
			find(&l, said, year);
		if (!year || !l.count) {
			l.found = found;
			l.count = count;
		}
	}
	*slots = l.found;
	return l.count;
}

static bool is_near(struct arena *arena, const struct slot *slot, const char *said)
{
	const char *name = spoken(arena, slot->name), *title = yearless(arena, slot);
	size_t len = strlen(said);

	return str_distance(said, name, 2) <= 2 || str_distance(said, title, 2) <= 2 ||
	       (len >= 3 && (strncmp(title, said, len) == 0 || strncmp(name, said, len) == 0));
}

size_t slots_near(const struct dossier *dossier, const char *folded, bool staff, struct arena *arena,
		  const struct slot ***slots)
{
	struct looking l = { dossier, arena, NULL, 0 };
	char *said = bare(arena, folded ? folded : "");
	bool near;
	size_t i;

	*slots = NULL;
	if (!dossier)
		return 0;
	take_year(said);
	for (i = 0; *said && i < dossier->slot_count && l.count < CHOICES_MAX; i++)
		if ((staff || !dossier->slots[i].from_staff) && is_near(arena, &dossier->slots[i], said))
			add(&l, &dossier->slots[i]);
	near = l.count > 0;
	for (i = 0; !near && i < dossier->slot_count && l.count < CHOICES_MAX; i++)
		if (staff || !dossier->slots[i].from_staff)
			add(&l, &dossier->slots[i]);
	*slots = l.found;
	return l.count;
}
