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

#define LOOKS_A_SECOND 10 /* at timers that wait for a person */
#define LOOK_AGAIN 300    /* … seconds at most until each of them is looked at again */

/* A set of 64-bit hashes: what two have in common is rarer than a broken disk, and costs one of them a night. */
struct set {
	uint64_t *keys;     /* owned; 0 = free */
	size_t size, count; /* 'size' a power of two, or nought */
};

struct waits {
	struct set windows, persons;
	int64_t opens, opened; /* of the windows */
	int64_t looked;        /* when the first of 'persons' was */
};

struct waits *waits_new(void)
{
	struct waits *waits = xcalloc(1, sizeof *waits);

	waits->opens = DATE_NONE;
	return waits;
}

static void set_clear(struct set *set)
{
	free(set->keys);
	*set = (struct set){ 0 };
}

void waits_free(struct waits **waitsp)
{
	if (*waitsp)
		waits_forget(*waitsp);
	free(*waitsp);
	*waitsp = NULL;
}

void waits_forget(struct waits *waits)
{
	set_clear(&waits->windows);
	set_clear(&waits->persons);
	waits->opens = DATE_NONE;
}

/* A few are looked at each time; of thousands, so many a second on the whole. */
static bool persons_rest(const struct waits *waits, int64_t now)
{
	int64_t rest = (int64_t)(waits->persons.count / LOOKS_A_SECOND), past = now - waits->looked;

	return past >= 0 && past < (rest < LOOK_AGAIN ? rest : LOOK_AGAIN);
}

void waits_look(struct waits *waits, int64_t now)
{
	/* A clock that was set back: what is read from now on counts again. */
	if (waits->opened > now)
		waits->opened = 0;
	if (!persons_rest(waits, now))
		set_clear(&waits->persons);
	if (waits->opens == DATE_NONE || now < waits->opens)
		return;
	waits->opened = waits->opens;
	set_clear(&waits->windows);
	waits->opens = DATE_NONE;
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
static uint64_t *place_of(const struct set *set, uint64_t key)
{
	size_t i = key & (set->size - 1);

	while (set->keys[i] && set->keys[i] != key)
		i = (i + 1) & (set->size - 1);
	return &set->keys[i];
}

static void grow(struct set *set)
{
	struct set old = *set;
	size_t i;

	set->size = old.size ? old.size * 2 : 64;
	set->keys = xcalloc(set->size, sizeof *set->keys);
	for (i = 0; i < old.size; i++)
		if (old.keys[i])
			*place_of(set, old.keys[i]) = old.keys[i];
	free(old.keys);
}

static void set_add(struct set *set, uint64_t key)
{
	uint64_t *place;

	if (set->count * 2 >= set->size)
		grow(set);
	place = place_of(set, key);
	set->count += !*place;
	*place = key;
}

static bool set_has(const struct set *set, uint64_t key)
{
	return set->count && *place_of(set, key) != 0;
}

static void remember_window(struct waits *waits, uint64_t key, int64_t opens)
{
	if (waits->opens == DATE_NONE || opens < waits->opens)
		waits->opens = opens;
	set_add(&waits->windows, key);
}

static void remember_person(struct waits *waits, uint64_t key, int64_t now)
{
	if (!waits->persons.count)
		waits->looked = now;
	set_add(&waits->persons, key);
}

bool waits_known(const struct waits *waits, const struct due_timer *due)
{
	uint64_t key = key_of(due->dossier, due->clause, due->due);

	return set_has(&waits->windows, key) || set_has(&waits->persons, key);
}

/* One due timer, looked at. */
struct look {
	struct engine *engine;
	const struct timer *timer;
	struct flow_input input;
	struct calendar calendar;
};

static uint64_t key_of_timer(const struct look *look)
{
	return key_of(look->input.dossier->number, look->timer->clause, look->timer->due);
}

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
	int64_t opens = flow_timer_opens(&look->input, look->timer);

	if (opens <= look->input.now || !reaches(look))
		return false;
	remember_window(look->engine->waits, key_of_timer(look), opens);
	return true;
}

bool waits_still(struct decision *d, const struct timer *timer)
{
	struct look look = { .engine = d->engine, .timer = timer };

	world_calendar(d->engine->world, d->program, d->service->timezone, &look.calendar);
	look.input = (struct flow_input){ .program = d->program, .dossier = d->dossier, .now = d->now,
					  .calendar = &look.calendar };
	if (waits_for_window(&look))
		return true;
	if (!waits_for_person(&look) && !waits_for_return(&look))
		return false;
	remember_person(d->engine->waits, key_of_timer(&look), d->now);
	return true;
}
