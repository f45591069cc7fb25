/*
 * The values that a fact is explored with. Conditions compare it with the
 * constants of the rule file; between those the values are all alike, so one of
 * each stretch (below, at, between, above) stands for all in it. Where a clause
 * hears of changes there are two, for one may become the other.
 */
/* System. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/date.h"
#include "base/str.h"

/* Engine. */
#include "flow/value.h"

/* Own. */
#include "prove/plan_p.h"

bool plan_names_fact(const void *ctx, const struct prog_cond *cond)
{
	return (cond->op == COND_FACT_IS || cond->op == COND_FACT_KNOWN || cond->op == COND_FACT_AT_LEAST ||
		cond->op == COND_FACT_AT_MOST) &&
	       str_eq(cond->name, ctx);
}

static bool is_ordered(enum prog_value kind)
{
	return kind == VALUE_NUMBER || kind == VALUE_AMOUNT || kind == VALUE_DATE;
}

/* ---- numbers, cents and days ---- */

static bool to_measure(enum prog_value kind, const char *value, int64_t *measure)
{
	long long whole;
	int year, month, day;
	size_t i, len = 0;
	char digits[32];

	if (kind == VALUE_DATE) {
		if (sscanf(value, "%d-%d-%d", &year, &month, &day) != 3)
			return false;
		*measure = date_days(year, month, day);
		return true;
	}
	/* An amount always has its two decimals. */
	for (i = 0; value[i] && len < sizeof digits - 1; i++)
		if (value[i] != '.')
			digits[len++] = value[i];
	digits[len] = '\0';
	whole = strtoll(digits, NULL, 10);
	*measure = whole;
	return true;
}

static const char *from_measure(struct arena *arena, enum prog_value kind, int64_t measure)
{
	struct civil civil;

	if (kind == VALUE_NUMBER)
		return arena_printf(arena, "%lld", (long long)measure);
	if (kind == VALUE_AMOUNT)
		return arena_printf(arena, "%s%lld.%02d", measure < 0 ? "-" : "", llabs(measure) / 100,
				    (int)(llabs(measure) % 100));
	date_from_days(measure, &civil);
	return arena_printf(arena, "%04d-%02d-%02d", civil.year, civil.month, civil.day);
}

static int64_t least_of(enum prog_value kind)
{
	return kind == VALUE_NUMBER ? -VALUE_MAX_NUMBER :
	       kind == VALUE_AMOUNT ? -VALUE_MAX_CENTS : date_days(VALUE_MIN_YEAR, 1, 1);
}

static int64_t most_of(enum prog_value kind)
{
	return kind == VALUE_NUMBER ? VALUE_MAX_NUMBER :
	       kind == VALUE_AMOUNT ? VALUE_MAX_CENTS : date_days(VALUE_MAX_YEAR, 12, 31);
}

/* ---- stretches: cut n is the first value of a new one ---- */

static void add_cut(struct prove_plan *plan, struct prove_fact *fact, int64_t cut)
{
	size_t i = fact->cut_count;

	if (cut <= least_of(fact->fact->kind) || cut > most_of(fact->fact->kind))
		return;
	while (i > 0 && fact->cuts[i - 1] > cut)
		i--;
	if (i > 0 && fact->cuts[i - 1] == cut)
		return;
	fact->cuts = arena_grow(plan->arena, fact->cuts, fact->cut_count, sizeof *fact->cuts);
	memmove(&fact->cuts[i + 1], &fact->cuts[i], (fact->cut_count - i) * sizeof *fact->cuts);
	fact->cuts[i] = cut;
	fact->cut_count++;
}

static size_t stretch_of(const struct prove_fact *fact, int64_t measure)
{
	size_t i = 0;

	while (i < fact->cut_count && fact->cuts[i] <= measure)
		i++;
	return i;
}

static void cut_at(struct prove_plan *plan, struct prove_fact *fact, const struct prog_cond *cond)
{
	int64_t measure;

	if (!to_measure(fact->fact->kind, cond->value, &measure))
		return;
	if (cond->op != COND_FACT_AT_MOST)
		add_cut(plan, fact, measure);
	if (cond->op != COND_FACT_AT_LEAST)
		add_cut(plan, fact, measure + 1);
}

/* ---- the values ---- */

static void add_value(struct prove_plan *plan, struct prove_fact *fact, const char *value)
{
	size_t i;

	for (i = 0; i < fact->value_count; i++)
		if (str_eq(fact->values[i], value))
			return;
	if (!value)
		return;
	if (fact->value_count == PROVE_VALUES_MAX) {
		plan_cut(plan, "the values of fact '%s'", fact->fact->name);
		return;
	}
	fact->values = arena_grow(plan->arena, fact->values, fact->value_count, sizeof *fact->values);
	fact->values[fact->value_count++] = value;
}

static void take_from_cond(struct prove_plan *plan, struct prove_fact *fact, const struct prog_cond *cond)
{
	if (!cond)
		return;
	if (plan_names_fact(fact->fact->name, cond) && cond->value) {
		if (is_ordered(fact->fact->kind))
			cut_at(plan, fact, cond);
		else
			add_value(plan, fact, cond->value);
	}
	take_from_cond(plan, fact, cond->left);
	take_from_cond(plan, fact, cond->right);
}

static void take_compared(struct prove_plan *plan, struct prove_fact *fact)
{
	size_t i;

	for (i = 0; i < plan->clause_count; i++)
		take_from_cond(plan, fact, plan->clauses[i].clause->cond);
	for (i = 0; i < plan->program->slot_count; i++)
		take_from_cond(plan, fact, plan->program->slots[i].required_if);
}

static void take_set(struct prove_plan *plan, struct prove_fact *fact)
{
	size_t i, j;

	for (i = 0; i < plan->clause_count; i++) {
		const struct prog_clause *clause = plan->clauses[i].clause;

		for (j = 0; j < clause->action_count; j++)
			if (clause->actions[j].kind == ACTION_FACT && str_eq(clause->actions[j].fact, fact->fact->name))
				add_value(plan, fact, clause->actions[j].value);
	}
}

/* One of each stretch, or two: 'heard'. A small number where no constant says otherwise. */
static void add_stretches(struct prove_plan *plan, struct prove_fact *fact)
{
	enum prog_value kind = fact->fact->kind;
	int64_t today = date_days(2026, 1, 15), plain = kind == VALUE_DATE ? today : kind == VALUE_AMOUNT ? 700 : 7;
	size_t i;

	for (i = 0; i <= fact->cut_count; i++) {
		int64_t first = i ? fact->cuts[i - 1] : least_of(kind);
		int64_t last = i < fact->cut_count ? fact->cuts[i] - 1 : most_of(kind);
		int64_t one = i ? first : fact->cut_count ? last : plain;

		if (plain >= first && plain <= last)
			one = plain;
		add_value(plan, fact, from_measure(plan->arena, kind, one));
		if (fact->heard && first < last)
			add_value(plan, fact, from_measure(plan->arena, kind, one < last ? one + 1 : one - 1));
	}
}

/* Words that no condition compares it with: one is enough, or two. They stand last. */
static void add_others(struct prove_plan *plan, struct prove_fact *fact)
{
	static const char *const texts[] = { "nog iets anders", "iets anders" };
	static const char *const addresses[] = { "anders@example.org", "iemand@example.org" };
	const char *const *words = fact->fact->kind == VALUE_ADDRESS ? addresses : texts;
	size_t wanted = fact->value_count + (fact->heard ? 2 : 1), i;

	if (fact->fact->kind == VALUE_YES_NO) {
		add_value(plan, fact, "yes");
		add_value(plan, fact, "no");
	}
	for (i = 0; i < fact->fact->choice_count && fact->fact->kind == VALUE_CHOICE && fact->value_count < wanted; i++)
		add_value(plan, fact, fact->fact->choices[i]);
	if (fact->fact->kind != VALUE_TEXT && fact->fact->kind != VALUE_ADDRESS)
		return;
	if (fact->heard)
		add_value(plan, fact, words[0]);
	add_value(plan, fact, words[1]);
}

void plan_fact_values(struct prove_plan *plan, struct prove_fact *fact)
{
	if (fact->heard || !is_ordered(fact->fact->kind))
		add_value(plan, fact, fact->fact->initial);
	take_compared(plan, fact);
	if (fact->heard || !is_ordered(fact->fact->kind))
		take_set(plan, fact);
	if (is_ordered(fact->fact->kind))
		add_stretches(plan, fact);
	else
		add_others(plan, fact);
}

size_t prove_value_index(const struct prove_fact *fact, const char *value)
{
	enum prog_value kind = fact->fact->kind;
	int64_t wanted, measure;
	size_t i;

	for (i = 0; i < fact->value_count; i++)
		if (str_eq(fact->values[i], value))
			return i;
	if (!is_ordered(kind) || !to_measure(kind, value, &wanted))
		return fact->value_count - 1;
	for (i = 0; i < fact->value_count; i++)
		if (to_measure(kind, fact->values[i], &measure) && stretch_of(fact, measure) == stretch_of(fact, wanted))
			return i;
	return fact->value_count - 1;
}
