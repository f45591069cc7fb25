/* Base. */
#include "base/str.h"

/* Engine. */
#include "flow/wait.h"

/* Own. */
#include "work/engine_p.h"
#include "work/health.h"
#include "work/route.h"
#include "work/waits.h"

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
	int64_t *first = &look->engine->window_opens, opens = flow_timer_opens(&look->input, look->timer);

	if (opens <= look->input.now || !reaches(look))
		return false;
	if (*first == DATE_NONE || opens < *first)
		*first = opens;
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
