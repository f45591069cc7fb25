/* System. */
#include <string.h>

/* Base. */
#include "base/buf.h"
#include "base/date.h"
#include "base/str.h"

/* Engine. */
#include "flow/wait.h"
#include "rule/rule.h"

/* Own. */
#include "prove/explain.h"

struct explaining {
	const struct program *program;
	struct arena *arena;
	struct explain_clause *clauses;
	size_t count;
};

/* ---- conditions ---- */

static const char *slots_value(const struct dossier *dossier, const char *name, struct arena *arena)
{
	struct buf text = BUF_INIT(BUF_MAX_LINE);
	const char *result;
	size_t i;

	for (i = 0; i < dossier->slot_count; i++) {
		const struct slot *slot = &dossier->slots[i];

		if (!str_eq(slot->name, name))
			continue;
		buf_addf(&text, "%s%s", text.len ? ", " : "", name);
		if (slot->year)
			buf_addf(&text, " %d", slot->year);
		buf_addf(&text, " is %s", slot_status_word(slot->status));
		if (slot->status == SLOT_DELIVERED && !slot_filled(slot))
			buf_addf(&text, " with %zu of %d files", slot_files(slot), slot->files_min);
	}
	result = text.len ? arena_strdup(arena, text.data) : "there is no such slot in this dossier";
	buf_free(&text);
	return result;
}

static const char *missing_value(const struct dossier *dossier, struct arena *arena)
{
	struct buf text = BUF_INIT(BUF_MAX_LINE);
	const char *result;
	size_t i;

	for (i = 0; i < dossier->slot_count; i++) {
		const struct slot *slot = &dossier->slots[i];

		if (!slot->required || slot->from_staff || slot_filled(slot))
			continue;
		buf_addf(&text, "%s%s", text.len ? ", " : "missing: ", slot->name);
		if (slot->year)
			buf_addf(&text, " %d", slot->year);
	}
	result = text.len ? arena_strdup(arena, text.data) : "nothing is missing";
	buf_free(&text);
	return result;
}

static const char *fact_value(const struct dossier *dossier, const char *name, struct arena *arena)
{
	const char *value = dossier_fact(dossier, name);

	return value ? arena_printf(arena, "%s is '%s'", name, value) : arena_printf(arena, "%s is not known", name);
}

static const char *approvals_value(const struct dossier *dossier, const char *name, struct arena *arena)
{
	struct buf text = BUF_INIT(BUF_MAX_LINE);
	const char *result;
	size_t i;

	for (i = 0; i < dossier->slot_count; i++) {
		const struct slot *slot = &dossier->slots[i];
		const struct approval *last =
			str_eq(slot->name, name) ? dossier_approval(dossier, name, slot->year) : NULL;

		if (last)
			buf_addf(&text, "%sthe last one of %s is %s", text.len ? ", " : "", name,
				 approval_state_word(last->state));
	}
	result = text.len ? arena_strdup(arena, text.data) : arena_printf(arena, "%s was never put to the client", name);
	buf_free(&text);
	return result;
}

static const char *payment_value(const struct dossier *dossier, struct arena *arena)
{
	if (!dossier->payment_count)
		return "no payment was requested";
	return arena_printf(arena, "the last one is %s",
			    payment_status_word(dossier->payments[dossier->payment_count - 1].status));
}

static const char *value_of(const struct dossier *dossier, const struct prog_cond *cond, struct arena *arena)
{
	switch (cond->op) {
	case COND_COMPLETE: return missing_value(dossier, arena);
	case COND_SLOT_FILLED:
	case COND_SLOT_STATUS: return slots_value(dossier, cond->slot, arena);
	case COND_HAS_OFFICE:
		return dossier->office.address ? arena_printf(arena, "the office is %s", dossier->office.address) :
						 "there is no office";
	case COND_OFFICE_ONLY: return dossier->office_only ? "the office keeps it to itself" : "it is shared";
	case COND_COPY: return dossier->client.copy ? "copies are on" : "copies are off";
	case COND_FACT_IS:
	case COND_FACT_KNOWN:
	case COND_FACT_AT_LEAST:
	case COND_FACT_AT_MOST: return fact_value(dossier, cond->name, arena);
	case COND_APPROVAL: return approvals_value(dossier, cond->slot, arena);
	case COND_PAYMENT: return payment_value(dossier, arena);
	case COND_BRAND: return dossier->brand ? arena_printf(arena, "the brand is %s", dossier->brand) : "no brand";
	case COND_LANGUAGE:
		return arena_printf(arena, "the client's language is %s",
				    dossier->client.language ? dossier->client.language : "not known");
	default: return "";
	}
}

static const char *cond_words(const struct program *program, const struct prog_cond *cond, struct arena *arena)
{
	struct buf text = BUF_INIT(BUF_MAX_LINE);
	const char *result;

	rule_describe_cond(program, cond, &text);
	result = arena_strdup(arena, text.data);
	buf_free(&text);
	return result;
}

/* The parts that can be true by themselves, from left to right. */
static void add_parts(struct explaining *e, struct explain_clause *mine, const struct prog_cond *cond,
		      const struct dossier *dossier)
{
	struct explain_part *parts = (struct explain_part *)mine->parts;

	if (!cond)
		return;
	if (cond->op == COND_AND || cond->op == COND_OR || cond->op == COND_NOT) {
		add_parts(e, mine, cond->left, dossier);
		add_parts(e, mine, cond->right, dossier);
		return;
	}
	parts = arena_grow(e->arena, parts, mine->part_count, sizeof *parts);
	parts[mine->part_count++] = (struct explain_part){ cond_words(e->program, cond, e->arena),
							   flow_cond_holds(dossier, cond),
							   value_of(dossier, cond, e->arena) };
	mine->parts = parts;
}

/* ---- clauses ---- */

static const char *event_words(const struct event *event, struct arena *arena)
{
	const char *words = event_kind_words(event->kind);

	if (event->slot && event->year > 0)
		return arena_printf(arena, "%s %s %d", words, event->slot, event->year);
	if (event->slot)
		return arena_printf(arena, "%s %s", words, event->slot);
	if (event->name && (event->kind == EVENT_PHRASE || event->kind == EVENT_FORM_RECEIVED ||
			    event->kind == EVENT_FACT_CHANGED || event->kind == EVENT_TIMER))
		return arena_printf(arena, "%s %s", words, event->name);
	return words;
}

static void add_actions(struct explaining *e, struct explain_clause *mine)
{
	size_t i;

	mine->actions = arena_array(e->arena, mine->clause->action_count + 1, sizeof *mine->actions);
	for (i = 0; i < mine->clause->action_count; i++) {
		struct buf text = BUF_INIT(BUF_MAX_LINE);

		rule_describe_action(e->program, &mine->clause->actions[i], &text);
		mine->actions[mine->action_count++] = arena_strdup(e->arena, text.data);
		buf_free(&text);
	}
}

static void see(void *ctx, const struct flow_moment *moment)
{
	struct explaining *e = ctx;
	struct explain_clause *mine;
	struct buf head = BUF_INIT(BUF_MAX_LINE);

	e->clauses = arena_grow(e->arena, e->clauses, e->count, sizeof *e->clauses);
	mine = &e->clauses[e->count++];
	*mine = (struct explain_clause){ .clause = moment->clause, .why = moment->why,
					 .event = event_words(moment->event, e->arena) };
	rule_describe_head(e->program, moment->clause, &head);
	mine->head = arena_strdup(e->arena, head.data);
	buf_free(&head);
	add_parts(e, mine, moment->clause->cond, moment->dossier);
	if (!moment->why)
		add_actions(e, mine);
}

/* Now; of a timer when it is due, and the send window lets it. */
static int64_t moment_of(const struct flow_input *given, const struct event *event)
{
	const struct dossier *dossier = given->dossier;
	struct flow_input input = *given;
	size_t i;

	for (i = 0; i < dossier->timer_count && event->kind == EVENT_TIMER; i++) {
		const struct timer *timer = &dossier->timers[i];

		if (!str_eq(timer->clause, event->name))
			continue;
		if (timer->due > input.now)
			input.now = timer->due;
		return flow_timer_reaches(&input, timer) ? flow_timer_opens(&input, timer) : input.now;
	}
	return input.now;
}

void explain_run(const struct program *program, const struct dossier *dossier, const struct event *event,
		 int64_t now, const struct calendar *calendar, struct arena *arena, struct explanation *out)
{
	struct explaining e = { program, arena, NULL, 0 };
	struct flow_trace trace = { see, &e };
	struct flow_input input = { .program = program, .dossier = dossier, .events = event, .event_count = 1,
				    .now = now, .calendar = calendar, .trace = &trace };
	struct err err = ERR_INIT;

	*out = (struct explanation){ .event = event_words(event, arena), .at = moment_of(&input, event) };
	input.now = out->at;
	if (flow_run(&input, arena, &out->output, &err)) {
		out->output = (struct flow_output){ .dossier = NULL };
		out->failed = arena_strdup(arena, err.text);
	}
	out->clauses = e.clauses;
	out->clause_count = e.count;
}
