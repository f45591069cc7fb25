/* Own. */
#include "flow/run_p.h"
#include "flow/wait.h"

static bool is_for_party(const struct flow_effect *effect)
{
	return effect->kind == FLOW_PAYMENT || (effect->kind == FLOW_MAIL && effect->audience != AUDIENCE_STAFF);
}

/* What cannot be run fails when it fires, too: nothing to wait for. */
static bool try(const struct flow_input *given, const struct timer *timer, struct arena *arena)
{
	struct flow_input input = *given;
	struct event event = { .kind = EVENT_TIMER, .name = timer->clause };
	struct flow_output out = { 0 };
	struct err err = ERR_INIT;
	size_t i;

	if (input.now < timer->due)
		input.now = timer->due;
	event.at = input.now;
	input.events = &event;
	input.event_count = 1;
	input.trace = NULL;
	if (run_item(&input, true, arena, &out, &err) < 0)
		return false;
	for (i = 0; i < out.effect_count; i++)
		if (is_for_party(&out.effects[i]))
			return true;
	return false;
}

bool flow_timer_reaches(const struct flow_input *input, const struct timer *timer)
{
	struct arena arena = ARENA_INIT;
	bool reaches;

	if (timer->kind == TIMER_RECEIPT || timer->kind == TIMER_QUIET || timer->kind == TIMER_KEEP)
		return timer->kind == TIMER_KEEP;
	reaches = try(input, timer, &arena);
	arena_free(&arena);
	return reaches;
}

static int64_t window_of(const struct flow_input *input, const struct timer *timer, int64_t at)
{
	const struct program *program = input->program;
	const struct prog_clause *clause = program_clause(program, timer->clause, NULL);

	if (timer->kind == TIMER_PAYMENT)
		return calendar_window(input->calendar, at, program->send_from, program->send_until, false);
	if (!clause || (timer->kind != TIMER_STATE && timer->kind != TIMER_DOSSIER))
		return at;
	return run_timer_window(input, clause, timer->repeat, at);
}

int64_t flow_timer_opens(const struct flow_input *input, const struct timer *timer)
{
	return window_of(input, timer, input->now);
}

/* The same clock time; only for where the counting begins a Saturday is the Monday that follows it. */
static void put_off(const struct flow_input *input, struct timer *timer, int days)
{
	static const struct prog_duration none = { .count = 0, .unit = UNIT_DAYS, .calendar = true };
	const struct prog_duration by = { .count = days, .unit = UNIT_DAYS };
	bool working = input->program->days_working;

	timer->due = calendar_repeat(input->calendar, timer->due, &none, &by, 1, working);
	timer->due = window_of(input, timer, timer->due);
	timer->since = calendar_add(input->calendar, timer->since, &by, 1, working);
}

size_t flow_timers_snooze(const struct flow_input *input, struct dossier *dossier, int days)
{
	struct flow_input as_it_is = *input;
	size_t i, moved = 0;

	for (i = 0; i < dossier->timer_count; i++) {
		struct timer *timer = &dossier->timers[i];

		as_it_is.dossier = dossier;
		if (timer->kind != TIMER_STATE || flow_clause_ends(input->program, timer->clause) ||
		    !flow_timer_reaches(&as_it_is, timer))
			continue;
		put_off(input, timer, days);
		moved++;
	}
	return moved;
}
