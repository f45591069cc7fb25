/* System. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "prove/plan_p.h"

/* ---- walking over a program ---- */

void plan_each_clause(const struct prove_plan *plan, void (*each)(void *ctx, const struct prog_clause *clause), void *ctx)
{
	size_t i;

	for (i = 0; i < plan->clause_count; i++)
		each(ctx, plan->clauses[i].clause);
}

bool plan_any_cond(const struct prog_cond *cond, bool (*test)(const void *ctx, const struct prog_cond *cond),
		   const void *ctx)
{
	if (!cond)
		return false;
	return test(ctx, cond) || plan_any_cond(cond->left, test, ctx) || plan_any_cond(cond->right, test, ctx);
}

bool plan_asks(const struct prove_plan *plan, bool (*test)(const void *ctx, const struct prog_cond *cond),
	       const void *ctx)
{
	size_t i;

	for (i = 0; i < plan->clause_count; i++)
		if (plan_any_cond(plan->clauses[i].clause->cond, test, ctx))
			return true;
	for (i = 0; i < plan->program->slot_count; i++)
		if (!(plan->left_out && plan->left_out[i]) && plan_any_cond(plan->program->slots[i].required_if, test, ctx))
			return true;
	return false;
}

void plan_cut(struct prove_plan *plan, const char *fmt, ...)
{
	char words[200];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(words, sizeof words, fmt, ap);
	va_end(ap);
	if (!plan->cut || !strstr(plan->cut, words))
		plan->cut = arena_printf(plan->arena, "%s%s%s", plan->cut ? plan->cut : "", plan->cut ? ", " : "", words);
}

/* ---- clauses ---- */

static void add_clauses(struct prove_plan *plan, const struct prog_clause *clauses, size_t count, size_t state)
{
	size_t i;

	for (i = 0; i < count; i++) {
		struct prove_clause *mine = &plan->clauses[plan->clause_count++];

		*mine = (struct prove_clause){ .clause = &clauses[i], .state = state, .offered = PROVE_NO_NODE };
		prove_order_fill(plan->program, mine);
	}
}

static int by_address(const void *a, const void *b)
{
	uintptr_t one = (uintptr_t)(*(struct prove_clause *const *)a)->clause;
	uintptr_t other = (uintptr_t)(*(struct prove_clause *const *)b)->clause;

	return (one > other) - (one < other);
}

static void plan_clauses(struct prove_plan *plan)
{
	const struct program *program = plan->program;
	size_t i, count = program->always_count;

	for (i = 0; i < program->state_count; i++)
		count += program->states[i].clause_count;
	plan->clauses = arena_array(plan->arena, count + 1, sizeof *plan->clauses);
	plan->first_clause = arena_array(plan->arena, program->state_count + 1, sizeof *plan->first_clause);
	for (i = 0; i < program->state_count; i++) {
		plan->first_clause[i] = plan->clause_count;
		add_clauses(plan, program->states[i].clauses, program->states[i].clause_count, i);
	}
	plan->first_clause[i] = plan->clause_count;
	add_clauses(plan, program->always, program->always_count, PROVE_NONE);
	plan->by_address = arena_array(plan->arena, plan->clause_count + 1, sizeof *plan->by_address);
	for (i = 0; i < plan->clause_count; i++)
		plan->by_address[i] = &plan->clauses[i];
	qsort(plan->by_address, plan->clause_count, sizeof *plan->by_address, by_address);
}

size_t prove_clause_index(const struct prove_plan *plan, const struct prog_clause *clause)
{
	size_t low = 0, high = plan->clause_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if ((uintptr_t)plan->by_address[middle]->clause < (uintptr_t)clause)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == plan->clause_count || plan->by_address[low]->clause != clause)
		return PROVE_NONE;
	return (size_t)(plan->by_address[low] - plan->clauses);
}

static uint64_t mask_of(const struct prog_clause *clauses, size_t count)
{
	uint64_t mask = 0;
	size_t i, j;

	for (i = 0; i < count; i++)
		for (j = 0; j < clauses[i].event_count; j++)
			mask |= (uint64_t)1 << clauses[i].events[j].kind;
	return mask;
}

static void plan_listening(struct prove_plan *plan)
{
	const struct program *program = plan->program;
	uint64_t always = mask_of(program->always, program->always_count);
	size_t i;

	plan->listens = arena_array(plan->arena, program->state_count, sizeof *plan->listens);
	for (i = 0; i < program->state_count; i++) {
		plan->listens[i] = mask_of(program->states[i].clauses, program->states[i].clause_count) |
				   (program->states[i].final ? 0 : always);
		plan->listens_anywhere |= plan->listens[i];
	}
}

bool prove_listens(const struct prove_plan *plan, size_t state, enum event_kind kind)
{
	return plan->listens[state] >> kind & 1;
}

bool prove_listens_anywhere(const struct prove_plan *plan, enum event_kind kind)
{
	return plan->listens_anywhere >> kind & 1;
}

size_t prove_target(const struct prog_clause *clause)
{
	const struct prog_action *last = clause->action_count ? &clause->actions[clause->action_count - 1] : NULL;

	return last && last->kind == ACTION_GOTO ? (size_t)last->target : PROVE_NONE;
}

/* ---- payments ---- */

static void note_request(void *ctx, const struct prog_clause *clause)
{
	struct prove_plan *plan = ctx;
	size_t i;

	for (i = 0; i < clause->action_count; i++) {
		if (clause->actions[i].kind != ACTION_PAYMENT)
			continue;
		if (plan->request_count == 15) {
			plan_cut(plan, "the payments");
			continue;
		}
		plan->requests = arena_grow(plan->arena, plan->requests, plan->request_count, sizeof *plan->requests);
		plan->requests[plan->request_count++] = &clause->actions[i];
	}
}

static bool is_payment(const void *ctx, const struct prog_cond *cond)
{
	(void)ctx;
	return cond->op == COND_PAYMENT;
}

/* ---- moments "in dossier" ---- */

static int by_moment(const void *a, const void *b)
{
	const struct prove_clause *one = *(const struct prove_clause *const *)a;
	const struct prove_clause *other = *(const struct prove_clause *const *)b;

	return (one->first.max > other->first.max) - (one->first.max < other->first.max);
}

/* How long ago a dossier was opened in which this clause's first moment is past. */
static int64_t moment_of(const struct prove_plan *plan, const struct prove_clause *clause)
{
	return clause->first.max + 86400 * (plan->program->send_from >= 0 ? 2 : 1);
}

static void plan_moments(struct prove_plan *plan)
{
	const struct prove_clause **sorted = arena_array(plan->arena, plan->clause_count + 1, sizeof *sorted);
	size_t i;

	for (i = 0; i < plan->clause_count; i++)
		if (plan->clauses[i].clause->in_dossier)
			sorted[plan->moment_count++] = &plan->clauses[i];
	qsort(sorted, plan->moment_count, sizeof *sorted, by_moment);
	plan->moments = arena_array(plan->arena, plan->moment_count + 1, sizeof *plan->moments);
	plan->moment_clause = arena_array(plan->arena, plan->moment_count + 1, sizeof *plan->moment_clause);
	for (i = 0; i < plan->moment_count; i++) {
		plan->moments[i] = moment_of(plan, sorted[i]);
		plan->moment_clause[i] = (size_t)(sorted[i] - plan->clauses);
	}
}

/* ---- openings ---- */

enum { ASK_OFFICE = 1, ASK_ONLY = 2, ASK_COPY = 4, ASK_BRAND = 8, ASK_LANGUAGE = 16 };

static unsigned asked_of(const struct prog_cond *cond)
{
	if (!cond)
		return 0;
	return (cond->op == COND_HAS_OFFICE ? ASK_OFFICE :
		cond->op == COND_OFFICE_ONLY ? ASK_OFFICE | ASK_ONLY :
		cond->op == COND_COPY ? ASK_COPY :
		cond->op == COND_BRAND ? ASK_BRAND :
		cond->op == COND_LANGUAGE ? ASK_LANGUAGE : 0) |
	       asked_of(cond->left) | asked_of(cond->right);
}

enum prog_audience prove_audience(const struct prove_lookup *lookup, const char *template,
				  enum prog_audience audience)
{
	if (audience == AUDIENCE_TEMPLATE && lookup && lookup->audience)
		audience = lookup->audience(lookup->ctx, template);
	return audience == AUDIENCE_TEMPLATE ? AUDIENCE_CORRESPONDENT : audience;
}

/* Can nobody but an office send it? */
static bool is_offices(unsigned from)
{
	return !(from & (1u << ACTOR_CLIENT | 1u << ACTOR_STAFF));
}

static unsigned asked_anywhere(const struct prove_plan *plan, const struct prove_lookup *lookup)
{
	unsigned asked = 0;
	size_t i, j;

	for (i = 0; i < plan->program->form_count; i++)
		asked |= is_offices(plan->program->forms[i].from) ? ASK_OFFICE : 0;
	for (i = 0; i < plan->program->phrase_count; i++)
		asked |= is_offices(plan->program->phrases[i].from) ? ASK_OFFICE : 0;
	for (i = 0; i < plan->program->slot_count; i++)
		asked |= asked_of(plan->program->slots[i].required_if);
	for (i = 0; i < plan->clause_count; i++) {
		const struct prog_clause *clause = plan->clauses[i].clause;

		asked |= asked_of(clause->cond);
		for (j = 0; j < clause->action_count; j++)
			if (clause->actions[j].kind == ACTION_MAIL &&
			    prove_audience(lookup, clause->actions[j].template, clause->actions[j].audience) ==
				    AUDIENCE_OFFICE)
				asked |= ASK_OFFICE;
	}
	return asked;
}

struct named {
	const char **list;
	size_t count;
	struct arena *arena;
	enum prog_cond_op op;
};

static void add_name(struct named *named, const char *name)
{
	size_t i;

	for (i = 0; i < named->count; i++)
		if (str_eq(named->list[i], name))
			return;
	named->list = arena_grow(named->arena, named->list, named->count, sizeof *named->list);
	named->list[named->count++] = name;
}

static void collect_names(struct named *named, const struct prog_cond *cond)
{
	if (!cond)
		return;
	if (cond->op == named->op)
		add_name(named, cond->name);
	collect_names(named, cond->left);
	collect_names(named, cond->right);
}

/* The names that conditions of one kind ask for, after the one that holds when nothing is said. */
static struct named names_of(const struct prove_plan *plan, enum prog_cond_op op, const char *initial)
{
	struct named named = { NULL, 0, plan->arena, op };
	size_t i;

	add_name(&named, initial);
	for (i = 0; i < plan->clause_count; i++)
		collect_names(&named, plan->clauses[i].clause->cond);
	return named;
}

static void add_opening(struct prove_plan *plan, struct prove_opening opening)
{
	plan->openings = arena_grow(plan->arena, plan->openings, plan->opening_count, sizeof *plan->openings);
	plan->openings[plan->opening_count++] = opening;
}

static void plan_openings(struct prove_plan *plan, const struct prove_lookup *lookup)
{
	unsigned asked = asked_anywhere(plan, lookup);
	struct named brands = names_of(plan, COND_BRAND, NULL);
	struct named languages = names_of(plan, COND_LANGUAGE,
					  plan->program->language_count ? plan->program->languages[0] : "nl");
	size_t b, l;
	int kind, copy;

	/* 0 without an office, 1 with one, 2 an office that keeps the dossier to itself */
	for (kind = 0; kind <= (asked & ASK_ONLY ? 2 : asked & ASK_OFFICE ? 1 : 0); kind++)
		for (copy = 0; copy <= (asked & ASK_COPY ? 1 : 0); copy++)
			for (b = 0; b < brands.count; b++)
				for (l = 0; l < languages.count; l++)
					add_opening(plan, (struct prove_opening){ kind > 0, kind == 2, copy,
										  brands.list[b],
										  languages.list[l] });
}

/* ---- all ---- */

void prove_plan_init(struct prove_plan *plan, const struct program *program, const struct prove_lookup *lookup,
		     struct arena *arena)
{
	*plan = (struct prove_plan){ .program = program, .arena = arena };
	plan_clauses(plan);
	plan_listening(plan);
	plan_each_clause(plan, note_request, plan);
	plan->payment_counts = plan_asks(plan, is_payment, NULL);
	plan_moments(plan);
	plan_openings(plan, lookup);
	plan_named(plan);
	plan_merge(plan);
	plan_facts(plan);
	plan_known(plan);
	plan_slots(plan);
	plan_live(plan);
}
