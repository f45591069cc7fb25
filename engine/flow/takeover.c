/* System. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "flow/number.h"
#include "flow/place.h"
#include "flow/takeover_p.h"
#include "flow/value.h"

struct move {
	const struct flow_takeover *in;
	struct arena *arena;
	struct flow_reasons *reasons;
	struct dossier *dossier; /* the working copy */
};

__attribute__((format(printf, 2, 3)))
static void reason(struct move *move, const char *fmt, ...)
{
	struct flow_reasons *reasons = move->reasons;
	char text[500];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	reasons->list = arena_grow(move->arena, reasons->list, reasons->count, sizeof *reasons->list);
	reasons->list[reasons->count++] = arena_strdup(move->arena, text);
}

static const char *slot_name(struct move *move, const struct slot *slot)
{
	return slot->year ? arena_printf(move->arena, "%s %d", slot->name, slot->year) : slot->name;
}

/* The rule for a slot in the new version; NULL for one that stays an extra one. */
static const struct prog_slot *rule_for(const struct move *move, const struct slot *slot)
{
	if (slot->extra && program_slot(move->in->from, slot->name))
		return NULL;
	return program_slot(move->in->to, slot->name);
}

/* ---- may it move? ---- */

static void check_state(struct move *move)
{
	const struct dossier *dossier = move->dossier;
	const struct prog_state *state = program_state(move->in->to, dossier->state);

	if (!str_eq(move->in->from->name, move->in->to->name))
		reason(move, "the workflow is called '%s' now", move->in->to->name);
	if (!state)
		reason(move, "state '%s' is gone", dossier->state);
	else if (state->final != dossier->final)
		reason(move, "state '%s' is %s", state->name, state->final ? "final now" : "no longer final");
}

/* What stands in letters and subjects for years must be found; a limit that was hit fits nothing. */
static void check_number(struct move *move)
{
	const char *number = move->dossier->number;

	if (number && number_fits(move->in->from, number, NULL) == 1 && number_fits(move->in->to, number, NULL) != 1)
		reason(move, "its number is none of the new pattern");
}

static bool speaks(const struct program *program, const char *language)
{
	size_t i;

	for (i = 0; i < program->language_count; i++)
		if (str_eq(program->languages[i], language))
			return true;
	return false;
}

static void check_languages(struct move *move)
{
	const struct dossier *dossier = move->dossier;
	const char *spoken[] = { dossier->language, dossier->client.language, dossier->office.language };
	size_t i, j;

	for (i = 0; i < sizeof spoken / sizeof *spoken; i++) {
		for (j = 0; j < i && !str_eq(spoken[j], spoken[i]); j++)
			;
		if (j == i && spoken[i] && speaks(move->in->from, spoken[i]) && !speaks(move->in->to, spoken[i]))
			reason(move, "its mail is in '%s', which the workflow no longer speaks", spoken[i]);
	}
}

static bool is_accepted(const struct prog_slot *rule, const struct document *document)
{
	return !rule || !rule->accept || (rule->accept & place_kinds(document->type, document->name));
}

/* What a person put there against the old rule is no news. */
static void check_files(struct move *move, const struct slot *slot, const struct prog_slot *rule)
{
	const struct prog_slot *old = slot->extra ? NULL : program_slot(move->in->from, slot->name);
	size_t i;

	if (slot_files(slot) > (size_t)rule->files_max)
		reason(move, "slot '%s' has %zu files and takes %d at most now", slot_name(move, slot), slot_files(slot),
		       rule->files_max);
	for (i = 0; i < slot->document_count; i++) {
		const struct document *document = &slot->documents[i];

		if (document->current && is_accepted(old, document) && !is_accepted(rule, document))
			reason(move, "slot '%s' no longer accepts files such as '%s' (%s)", slot_name(move, slot),
			       document->name ? document->name : "(no name)",
			       document->type ? document->type : "of unknown type");
	}
}

static bool is_put_to_client(const struct dossier *dossier, const struct slot *slot)
{
	const struct approval *approval = dossier_approval(dossier, slot->name, slot->year);

	return approval && approval->state == APPROVAL_ASKED;
}

/* Whose documents they are, and whose word they wait for, decides what becomes of them: that does not change unseen. */
static void check_hands(struct move *move, const struct slot *slot, const struct prog_slot *rule)
{
	const struct prog_slot *old = slot->extra ? NULL : program_slot(move->in->from, slot->name);

	if (rule->from_staff != slot->from_staff && slot_files(slot) > 0)
		reason(move, "slot '%s' holds files, and is from %s now", slot_name(move, slot),
		       rule->from_staff ? "staff" : "clients");
	else if (rule->for_approval && !(old && old->for_approval) && slot->status == SLOT_APPROVED)
		reason(move, "slot '%s' was approved by staff, and is for the client to approve now",
		       slot_name(move, slot));
	else if (!rule->for_approval && is_put_to_client(move->dossier, slot))
		reason(move, "slot '%s' was put to the client for approval, and is not for approval now",
		       slot_name(move, slot));
}

static bool is_told(const struct move *move, size_t count)
{
	const struct slot *slots = move->dossier->slots;
	size_t i;

	for (i = 0; i < count; i++)
		if (str_eq(slots[i].name, slots[count].name))
			return true;
	return false;
}

static void check_slot(struct move *move, size_t index)
{
	const struct slot *slot = &move->dossier->slots[index];
	const struct prog_slot *rule = rule_for(move, slot);

	if (!rule) {
		if (!slot->extra && !is_told(move, index))
			reason(move, "slot '%s' is gone", slot->name);
		return;
	}
	if ((rule->years > 0) != (slot->year != 0)) {
		if (!is_told(move, index))
			reason(move, "slot '%s' is %s", slot->name, slot->year ? "no longer per year" : "per year now");
		return;
	}
	check_files(move, slot, rule);
	check_hands(move, slot, rule);
	if (slot->status == SLOT_ABSENT && !rule->may_be_absent && (rule->required || rule->required_if))
		reason(move, "slot '%s' was declared absent, which it may not be any longer", slot_name(move, slot));
}

/* A fact that is gone says nothing any more, and does no harm. */
static void check_facts(struct move *move)
{
	size_t i;

	for (i = 0; i < move->dossier->fact_count; i++) {
		const struct fact *fact = &move->dossier->facts[i];
		const struct prog_fact *rule = program_fact(move->in->to, fact->name);
		const struct prog_fact *old = program_fact(move->in->from, fact->name);
		struct value_kind kind;

		/* Text takes anything; what the rules themselves set is as they wrote it. */
		if (!rule || rule->kind == VALUE_TEXT || (old && old->kind == rule->kind && rule->kind != VALUE_CHOICE))
			continue;
		kind = value_kind_of_fact(rule);
		if (!value_is_canonical(&kind, fact->value))
			reason(move, "fact '%s' is '%.100s', which is no value for it any longer", fact->name, fact->value);
	}
}

/*
 * What was paid is known by its amount and text. A dossier for which the new
 * version has another price or text, or asks for it in the place of a request
 * that is gone, would be asked again when it comes by there.
 */
static void check_payments(struct move *move)
{
	struct flow_input input = { .program = move->in->to };
	struct run to = { .in = &input, .arena = move->arena, .dossier = move->dossier };
	size_t i;

	for (i = 0; i < move->dossier->payment_count; i++) {
		const struct payment *payment = &move->dossier->payments[i];

		if (payment->status != PAYMENT_PAID || run_payment_rule(&to, payment, PAYMENT_SAME) ||
		    (!run_payment_rule(&to, payment, PAYMENT_SAME_TEXT) &&
		     !run_payment_rule(&to, payment, PAYMENT_SAME_AMOUNT) &&
		     !run_payment_new(move->in->from, move->in->to)))
			continue;
		reason(move, "'%.200s' was paid, %lld.%02d %s, and is asked for otherwise now",
		       payment->description ? payment->description : "", (long long)(payment->amount_cents / 100),
		       (int)(payment->amount_cents % 100), payment->currency);
	}
}

static bool may_move(struct move *move)
{
	size_t i;

	check_state(move);
	check_number(move);
	check_languages(move);
	check_payments(move);
	for (i = 0; i < move->dossier->slot_count; i++)
		check_slot(move, i);
	check_facts(move);
	return move->reasons->count == 0;
}

/* ---- slots ---- */

/* What staff asked for before that was kept as such: required where the old rule does not say so. */
static bool was_asked(const struct move *move, const struct slot *slot)
{
	const struct prog_slot *old = slot->extra ? NULL : program_slot(move->in->from, slot->name);

	return slot->asked || slot->extra || (old && slot->required && !old->required && !old->required_if);
}

static void refresh(struct move *move, struct slot *slot, const struct prog_slot *rule)
{
	struct slot fresh = run_slot_make(move->arena, rule, slot->year);

	slot->asked = !rule->from_staff && was_asked(move, slot);
	slot->extra = false;
	slot->name = fresh.name;
	slot->title = fresh.title;
	slot->required = fresh.required || slot->asked;
	slot->from_staff = fresh.from_staff;
	slot->may_be_absent = fresh.may_be_absent;
	slot->files_min = fresh.files_min;
	slot->files_max = fresh.files_max;
}

/* The slots of one rule: those that are there, and the years that are not; by year. */
static size_t slots_of(struct move *move, const struct prog_slot *rule, struct slot *out)
{
	struct dossier *dossier = move->dossier;
	int opened = calendar_year(move->in->calendar, dossier->opened), back, year;
	size_t count = 0, i;

	for (i = 0; i < dossier->slot_count; i++)
		if (rule_for(move, &dossier->slots[i]) == rule) {
			out[count] = dossier->slots[i];
			refresh(move, &out[count++], rule);
		}
	for (back = rule->years > 0 ? rule->years : 1; back > 0; back--) {
		year = rule->years > 0 ? opened - back : 0;
		if (!dossier_slot(dossier, rule->name, year))
			out[count++] = run_slot_make(move->arena, rule, year);
	}
	for (i = 1; i < count; i++) {
		struct slot slot = out[i];
		size_t at = i;

		for (; at > 0 && out[at - 1].year > slot.year; at--)
			out[at] = out[at - 1];
		out[at] = slot;
	}
	return count;
}

/* In the order of the new version, extra ones behind. */
static void move_slots(struct move *move)
{
	const struct program *to = move->in->to;
	struct dossier *dossier = move->dossier;
	struct slot *slots;
	size_t count = dossier->slot_count, i;

	for (i = 0; i < to->slot_count; i++)
		count += to->slots[i].years > 0 ? (size_t)to->slots[i].years : 1;
	slots = arena_array(move->arena, count, sizeof *slots);
	count = 0;
	for (i = 0; i < to->slot_count; i++)
		count += slots_of(move, &to->slots[i], slots + count);
	for (i = 0; i < dossier->slot_count; i++)
		if (!rule_for(move, &dossier->slots[i]))
			slots[count++] = dossier->slots[i];
	dossier->slots = slots;
	dossier->slot_count = count;
}

/* What the old version wants of it at this moment, facts being what they are. */
static const struct dossier *judged_before(struct move *move)
{
	struct dossier *was = dossier_copy(move->arena, move->in->dossier);
	struct flow_output unheard = { 0 };
	struct flow_input input = { .program = move->in->from, .dossier = was, .now = move->in->now,
				    .calendar = move->in->calendar };
	struct run run = { .in = &input, .arena = move->arena, .dossier = was, .out = &unheard,
			   .state = program_state(move->in->from, was->state) };

	run_required_judge(&run);
	return was;
}

/*
 * Documents are asked for where uploads are open. Beyond that a slot that is
 * missing only by the new version would stop the dossier, and nobody would say
 * so to the client: it was complete when it came there, and ends as it began.
 */
static bool asks_too_late(struct move *move, const struct prog_state *state)
{
	size_t i, before = move->reasons->count;
	const struct dossier *was;

	if (state->uploads_open || state->final)
		return false;
	was = judged_before(move);
	for (i = 0; i < move->dossier->slot_count; i++) {
		const struct slot *slot = &move->dossier->slots[i];
		const struct slot *old = dossier_slot(was, slot->name, slot->year);

		if (dossier_slot_missing(slot) && !(old && dossier_slot_missing(old)))
			reason(move, "slot '%s' is required now, and state '%s' asks for no documents",
			       slot_name(move, slot), state->name);
	}
	return move->reasons->count > before;
}

static bool move_rest(struct move *move)
{
	const struct flow_takeover *in = move->in;
	struct flow_output unheard = { 0 };
	struct flow_input input = { .program = in->to, .dossier = move->dossier, .now = in->now,
				    .calendar = in->calendar };
	struct run run = { .in = &input, .arena = move->arena, .dossier = move->dossier, .out = &unheard,
			   .state = program_state(in->to, move->dossier->state) };

	move->dossier->state = run.state->name;
	if (*in->to->digest)
		move->dossier->program = in->to->digest;
	run_facts_init(in->to, in->from, move->arena, move->dossier);
	run_required_judge(&run);
	if (asks_too_late(move, run.state))
		return false;
	takeover_timers(&run, in->from);
	run_watch(&run);
	return true;
}

bool flow_takeover(const struct flow_takeover *takeover, struct arena *arena, struct dossier **dossier,
		   struct flow_reasons *reasons)
{
	struct move move = { .in = takeover, .arena = arena, .reasons = reasons,
			     .dossier = dossier_copy(arena, takeover->dossier) };

	*reasons = (struct flow_reasons){ 0 };
	if (!may_move(&move))
		return false;
	move_slots(&move);
	if (!move_rest(&move))
		return false;
	*dossier = move.dossier;
	return true;
}
