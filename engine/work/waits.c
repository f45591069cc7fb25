/* System. */
#include <stdlib.h>

/* Base. */
#include "base/date.h"
#include "base/str.h"
#include "base/xalloc.h"

/* Engine. */
#include "flow/wait.h"

/* Own. */
#include "work/engine_p.h"
#include "work/health.h"
#include "work/route.h"
#include "work/waits.h"

/* A set of 64-bit hashes: what two have in common is rarer than a broken disk, and costs one of them a night. */
struct waits {
	uint64_t *keys;        /* owned; 0 = free */
	size_t size, count;    /* 'size' a power of two, or nought */
	int64_t opens, opened;
};

struct waits *waits_new(void)
{
	struct waits *waits = xcalloc(1, sizeof *waits);

	waits->opens = DATE_NONE;
	return waits;
}

void waits_free(struct waits **waitsp)
{
	if (*waitsp)
		free((*waitsp)->keys);
	free(*waitsp);
	*waitsp = NULL;
}

void waits_forget(struct waits *waits)
{
	free(waits->keys);
	*waits = (struct waits){ .opens = DATE_NONE, .opened = waits->opened };
}

void waits_look(struct waits *waits, int64_t now)
{
	/* A clock that was set back: what is read from now on counts again. */
	if (waits->opened > now)
		waits->opened = 0;
	if (waits->opens == DATE_NONE || now < waits->opens)
		return;
	waits->opened = waits->opens;
	waits_forget(waits);
}

int64_t waits_open_at(const struct waits *waits)
{
	return waits->opens;
}

int64_t waits_opened_at(const struct waits *waits)
{
	return waits->opened;
}

/* FNV-1a, with the byte that ends the word. */
static uint64_t add_word(uint64_t hash, const char *word)
{
	do {
		hash = (hash ^ (unsigned char)*word) * 0x100000001b3;
	} while (*word++);
	return hash;
}

static uint64_t key_of(const char *dossier, const char *clause, int64_t due)
{
	uint64_t hash = add_word(add_word(0xcbf29ce484222325, dossier), clause);

	hash = (hash ^ (uint64_t)due) * 0x9e3779b97f4a7c15;
	hash ^= hash >> 32;
	return hash ? hash : 1;
}

/* Where the key is, or is to be. */
static uint64_t *place_of(const struct waits *waits, uint64_t key)
{
	size_t i = key & (waits->size - 1);

	while (waits->keys[i] && waits->keys[i] != key)
		i = (i + 1) & (waits->size - 1);
	return &waits->keys[i];
}

static void grow(struct waits *waits)
{
	struct waits old = *waits;
	size_t i;

	waits->size = old.size ? old.size * 2 : 64;
	waits->keys = xcalloc(waits->size, sizeof *waits->keys);
	for (i = 0; i < old.size; i++)
		if (old.keys[i])
			*place_of(waits, old.keys[i]) = old.keys[i];
	free(old.keys);
}

static void remember(struct waits *waits, uint64_t key, int64_t opens)
{
	if (waits->opens == DATE_NONE || opens < waits->opens)
		waits->opens = opens;
	if (waits->count * 2 >= waits->size)
		grow(waits);
	if (*place_of(waits, key) == key)
		return;
	*place_of(waits, key) = key;
	waits->count++;
}

bool waits_for_morning(const struct waits *waits, const struct due_timer *due)
{
	return waits->count && *place_of(waits, key_of(due->dossier, due->clause, due->due)) != 0;
}

/* One due timer, looked at. */
struct look {
	struct engine *engine;
	const struct timer *timer;
	struct flow_input input;
	struct calendar calendar;
};

static bool reaches(const struct look *look)
{
	return flow_timer_reaches(&look->input, look->timer);
}

/* Are the five working days from 'since' over? */
static bool is_over(const struct look *look, int64_t since)
{
	static const struct prog_duration patience = { .count = 5, .unit = UNIT_DAYS };

	return look->input.now >= calendar_add(&look->calendar, since, &patience, 1, true);
}

static bool something_held(const struct look *look)
{
	const struct item_filter filter = { .state = ITEM_HELD, .dossier = look->input.dossier->number, .limit = 1000 };
	struct arena arena = ARENA_INIT;
	struct item *items;
	size_t count = 0, i;
	bool held = false;

	if (store_item_list(look->engine->env->store, &filter, &arena, &items, &count, NULL))
		count = 0;
	for (i = 0; !held && i < count; i++)
		held = !str_eq(items[i].reason, REASON_STRANGER);
	arena_free(&arena);
	return held;
}

static bool something_asked(const struct look *look)
{
	const struct ticket_filter filter = { .dossier = look->input.dossier->number, .state = TICKET_OPEN };
	struct arena arena = ARENA_INIT;
	struct ticket *tickets;
	size_t count = 0, i;
	bool asked = false;

	if (store_ticket_list(look->engine->env->store, &filter, &arena, &tickets, &count, NULL))
		count = 0;
	for (i = 0; !asked && i < count; i++)
		asked = !is_over(look, tickets[i].changed);
	arena_free(&arena);
	return asked;
}

static bool waits_for_person(const struct look *look)
{
	return !is_over(look, look->timer->due) && (something_held(look) || something_asked(look)) && reaches(look);
}

static bool waits_for_return(const struct look *look)
{
	return look->timer->kind != TIMER_KEEP && health_is_away(look->engine, look->input.dossier, look->input.now) &&
	       reaches(look);
}

static bool waits_for_window(const struct look *look)
{
	const struct timer *timer = look->timer;
	int64_t opens = flow_timer_opens(&look->input, timer);

	if (opens <= look->input.now || !reaches(look))
		return false;
	remember(look->engine->waits, key_of(look->input.dossier->number, timer->clause, timer->due), opens);
	return true;
}

bool waits_still(struct decision *d, const struct timer *timer)
{
	struct look look = { .engine = d->engine, .timer = timer };

	world_calendar(d->engine->world, d->program, d->service->timezone, &look.calendar);
	look.input = (struct flow_input){ .program = d->program, .dossier = d->dossier, .now = d->now,
					  .calendar = &look.calendar };
	return waits_for_window(&look) || waits_for_person(&look) || waits_for_return(&look);
}
