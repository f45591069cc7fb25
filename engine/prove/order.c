/*
 * Which timer is certainly due before which. Working days are counted with
 * room for weekends, holidays and send windows, so that what is called certain
 * is so in every year.
 */
/* Engine. */
#include "flow/calendar.h"

/* Own. */
#include "prove/prove_p.h"

#define DAY 86400
#define FOREVER (INT64_MAX / 4)

struct prove_delay prove_delay_of(const struct program *program, const struct prog_duration *duration)
{
	static const int64_t seconds[] = { [UNIT_MINUTES] = 60, [UNIT_HOURS] = 3600, [UNIT_DAYS] = DAY,
					   [UNIT_WEEKS] = 7 * DAY };
	int64_t plain = duration->count * seconds[duration->unit], days = duration->count;

	/* The clock is changed twice a year. */
	if (duration->unit < UNIT_DAYS)
		return (struct prove_delay){ plain, plain, 0, 0, 0 };
	if (duration->unit == UNIT_WEEKS || duration->calendar || !program->days_working)
		return (struct prove_delay){ plain - 3600, plain + 3600, 2, plain / DAY, plain / DAY };
	return (struct prove_delay){ (days / 5 * 7 + days % 5) * DAY - 3600,
				     (days / 5 * 7 + days % 5 + 4 + days / 5 + 7) * DAY, 1, days, days };
}

static struct prove_delay times(struct prove_delay delay, int count)
{
	return (struct prove_delay){ delay.min * count, delay.max * count, delay.days, delay.days_min * count,
				     delay.days_max * count };
}

static struct prove_delay plus(struct prove_delay a, struct prove_delay b)
{
	return (struct prove_delay){ a.min + b.min, a.max + b.max, a.days == b.days ? a.days : 0,
				     a.days_min + b.days_min, a.days_max + b.days_max };
}

/*
 * Is the one certainly due before the other? Fewer days of the same kind, from
 * the same moment or an earlier one, always are, whatever holidays there are:
 * they end a day apart at least, at the same time, and what waits for the hours
 * in which mail is sent waits less than that.
 */
static bool is_before(const struct prove_delay *one, const struct prove_delay *other)
{
	return one->max < other->min || (one->days && one->days == other->days && one->days_max < other->days_min);
}

/* How much later than it is due the send window may make it: where working days count, it opens on the next of them. */
static int64_t window_of(const struct program *program, const struct prog_duration *duration)
{
	struct prog_duration next = *duration;

	if (program->send_from < 0)
		return 0;
	if (!calendar_counts_working(duration, program->days_working))
		return DAY;
	next.count++;
	return prove_delay_of(program, &next).max - prove_delay_of(program, duration).max;
}

void prove_order_fill(const struct program *program, struct prove_clause *mine)
{
	const struct prog_clause *clause = mine->clause;
	const struct prog_duration *repeat =
		clause->trigger == TRIGGER_EVERY ? &clause->first : &clause->then_every;
	struct prove_delay first, between;

	if (clause->trigger == TRIGGER_ON)
		return;
	mine->first = first = prove_delay_of(program, &clause->first);
	mine->first.max += window_of(program, &clause->first);
	mine->firings = 1;
	mine->again = mine->first;
	if (!repeat->count)
		return;
	between = prove_delay_of(program, repeat);
	mine->firings = clause->times == 0 ? 0 : clause->times + (clause->trigger == TRIGGER_AFTER);
	mine->again = plus(first, between);
	mine->again.max = mine->again.days_max = FOREVER;
	if (!mine->firings)
		return;
	between = plus(first, times(between, mine->firings - 1));
	mine->again.max = between.max + window_of(program, repeat);
	mine->again.days_max = between.days_max;
}

static const struct prove_delay *next_of(const struct prove_clause *clause, const struct timer *timer)
{
	return timer->repeat ? &clause->again : &clause->first;
}

int64_t prove_least_wait(const struct prove_plan *plan, const struct timer *timer)
{
	const struct prog_clause *clause = program_clause(plan->program, timer->clause, NULL);

	if (!clause || timer->kind != TIMER_STATE)
		return 0;
	return next_of(&plan->clauses[prove_clause_index(plan, clause)], timer)->min;
}

bool prove_may_fire(const struct prove_plan *plan, const struct dossier *dossier, size_t index)
{
	const struct timer *timer = &dossier->timers[index], *other;
	const struct prog_clause *clause = program_clause(plan->program, timer->clause, NULL);
	const struct prove_clause *mine = clause ? &plan->clauses[prove_clause_index(plan, clause)] : NULL;
	size_t i;

	if (!mine)
		return false;
	for (i = 0; i < dossier->timer_count && timer->kind != TIMER_QUIET; i++) {
		other = &dossier->timers[i];
		/* What counts from the opening counts from longer ago than the state. */
		clause = i != index && (other->kind == timer->kind ||
					(other->kind == TIMER_DOSSIER && timer->kind == TIMER_STATE)) ?
				 program_clause(plan->program, other->clause, NULL) :
				 NULL;
		if (clause && is_before(next_of(&plan->clauses[prove_clause_index(plan, clause)], other),
					next_of(mine, timer)))
			return false;
	}
	return true;
}
