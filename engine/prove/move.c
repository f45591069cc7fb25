/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "prove/move_p.h"

struct prove_move *move_add(struct move_making *m, enum event_kind kind, enum actor_role actor)
{
	struct prove_move *move;

	m->moves->list = arena_grow(m->arena, m->moves->list, m->moves->count, sizeof *m->moves->list);
	move = &m->moves->list[m->moves->count++];
	*move = (struct prove_move){ .slot = PROVE_NONE, .words = event_kind_words(kind) };
	move->event = (struct event){ .kind = kind, .at = PROVE_NOW, .actor = actor, .by = "iemand@example.org" };
	return move;
}

/* ---- slots ---- */

/* A slot that stands for others is filled when all of these are; one of them is enough for the rest. */
static const char *name_of(struct move_making *m, const struct prove_slot *slot, enum event_kind kind)
{
	if (slot->stands_for == 1 || kind == EVENT_DOCUMENT_RECEIVED || kind == EVENT_STAFF_DOCUMENT_RECEIVED ||
	    kind == EVENT_SLOT_ABSENT)
		return slot->names;
	return slot->year > 0 ? arena_printf(m->arena, "%s %d", slot->rule->name, slot->year) : slot->rule->name;
}

static struct prove_move *add_slot(struct move_making *m, size_t index, enum event_kind kind, enum actor_role actor,
				   const char *word)
{
	const struct prove_slot *slot = &m->plan->slots[index];
	struct prove_move *move = move_add(m, kind, actor);

	move->slot = index;
	move->event.slot = slot->rule ? slot->rule->name : slot->names;
	move->event.year = slot->year;
	move->event.reason = "het klopt niet";
	move->words = arena_printf(m->arena, "%s %s", event_kind_words(kind), name_of(m, slot, kind));
	if (word)
		move->command = arena_printf(m->arena, "%s %s", word, slot->rule ? slot->rule->name : slot->names);
	return move;
}

static void add_client_slot(struct move_making *m, size_t index)
{
	const struct prog_slot *rule = m->plan->slots[index].rule;
	struct prove_move *placed;

	add_slot(m, index, EVENT_DOCUMENT_RECEIVED, ACTOR_CLIENT, NULL);
	placed = add_slot(m, index, EVENT_DOCUMENT_RECEIVED, ACTOR_STAFF, NULL);
	placed->flags = MOVE_BY_HAND;
	placed->words = arena_printf(m->arena, "%s, which was held and is placed by staff", placed->words);
	if (!rule || !rule->may_be_absent)
		return;
	add_slot(m, index, EVENT_SLOT_ABSENT, ACTOR_CLIENT, "not available");
	add_slot(m, index, EVENT_SLOT_PRESENT, ACTOR_CLIENT, "available");
}

static void add_slot_moves(struct move_making *m, size_t index)
{
	const struct prove_slot *slot = &m->plan->slots[index];

	if (slot->rule && slot->rule->from_staff)
		add_slot(m, index, EVENT_STAFF_DOCUMENT_RECEIVED, ACTOR_STAFF, NULL);
	else
		add_client_slot(m, index);
	if (slot->rule && slot->rule->for_approval) {
		add_slot(m, index, EVENT_APPROVAL_ASKED, ACTOR_STAFF, "for approval");
		add_slot(m, index, EVENT_APPROVAL_GIVEN, ACTOR_CLIENT, "approve");
		add_slot(m, index, EVENT_APPROVAL_REFUSED, ACTOR_CLIENT, "refuse");
	}
	if (slot->approval_counts)
		add_slot(m, index, EVENT_DOCUMENT_APPROVED, ACTOR_STAFF, "accept");
	add_slot(m, index, EVENT_DOCUMENT_REJECTED, ACTOR_STAFF, "reject");
	add_slot(m, index, EVENT_SLOT_REOPENED, ACTOR_STAFF, "reopen");
	if (!slot->rule)
		add_slot(m, index, EVENT_SLOT_ADDED, ACTOR_STAFF, "extra");
}

/* ---- people ---- */

static const struct {
	enum event_kind kind;
	enum actor_role actor;
	const char *command;
} commands[] = {
	{ EVENT_STAFF_TAKE, ACTOR_STAFF, "take" },         { EVENT_STAFF_FINISH, ACTOR_STAFF, "finish" },
	{ EVENT_STAFF_WITHDRAW, ACTOR_STAFF, "withdraw" }, { EVENT_STAFF_CLOSE, ACTOR_STAFF, "close" },
	{ EVENT_STAFF_REFUND, ACTOR_STAFF, "refund" },     { EVENT_CLIENT_CANCEL, ACTOR_CLIENT, "cancel" },
};

static void add_commands(struct move_making *m)
{
	size_t i;

	for (i = 0; i < sizeof commands / sizeof *commands; i++)
		move_add(m, commands[i].kind, commands[i].actor)->command = commands[i].command;
}

void prove_moves_init(struct prove_moves *moves, struct prove_plan *plan, struct arena *arena)
{
	struct move_making m = { moves, plan, arena };
	size_t i;

	*moves = (struct prove_moves){ NULL, 0, 0 };
	for (i = 0; i < plan->slot_count; i++)
		add_slot_moves(&m, i);
	add_commands(&m);
	if (plan->request_count) {
		struct prove_move *ready = move_add(&m, EVENT_PAYMENT_READY, ACTOR_PROVIDER);

		ready->event.name = "https://example.org/betalen";
		ready->flags = MOVE_TIME;
		move_add(&m, EVENT_PAYMENT_PAID, ACTOR_PROVIDER);
		move_add(&m, EVENT_PAYMENT_FAILED, ACTOR_PROVIDER)->flags = MOVE_TIME;
		move_add(&m, EVENT_PAYMENT_EXPIRED, ACTOR_PROVIDER)->flags = MOVE_TIME;
	}
	move_add_forms(&m);
	move_add_phrases(&m);
	if (prove_listens_anywhere(plan, EVENT_MAIL_FAILED))
		move_add(&m, EVENT_MAIL_FAILED, ACTOR_NONE)->event.name = "jan@example.org";
	for (i = 0; i < moves->count; i++)
		if (moves->list[i].command)
			moves->list[i].number = moves->commands++;
}

/* ---- what is possible ---- */

static enum payment_status last_payment(const struct dossier *dossier)
{
	return dossier->payment_count ? dossier->payments[dossier->payment_count - 1].status : PAYMENT_CANCELLED;
}

static bool payment_possible(const struct dossier *dossier, enum event_kind kind)
{
	enum payment_status last = last_payment(dossier);
	size_t i;

	if (!dossier->payment_count)
		return false;
	if (kind == EVENT_PAYMENT_READY)
		return last == PAYMENT_REQUESTED;
	/* Money comes when it likes, also by a link that another one has replaced. */
	for (i = 0; kind == EVENT_PAYMENT_PAID && i < dossier->payment_count; i++)
		if (dossier->payments[i].status != PAYMENT_PAID && dossier->payments[i].status != PAYMENT_REFUNDED)
			return true;
	return kind != EVENT_PAYMENT_PAID && (last == PAYMENT_REQUESTED || last == PAYMENT_OPEN);
}

static bool document_possible(const struct prove_plan *plan, const struct dossier *dossier, size_t state,
			      const struct slot *slot, const struct prove_move *move)
{
	bool open = plan->program->states[state].uploads_open;

	if (dossier->final || !slot || slot->status == SLOT_APPROVED)
		return false;
	if (move->event.kind == EVENT_DOCUMENT_RECEIVED && open == !!(move->flags & MOVE_BY_HAND))
		return false;
	/* Where one lies already, another version is news only to a clause or an approval. */
	return !slot_filled(slot) || slot->status == SLOT_ABSENT || prove_listens(plan, state, move->event.kind) ||
	       (dossier->approval_count && dossier_approval(dossier, slot->name, slot->year));
}

static bool slot_possible(const struct prove_plan *plan, const struct dossier *dossier, size_t state,
			  const struct slot *slot, const struct prove_move *move)
{
	const struct approval *approval =
		dossier->approval_count ? dossier_approval(dossier, move->event.slot, move->event.year) : NULL;

	switch (move->event.kind) {
	case EVENT_DOCUMENT_RECEIVED:
	case EVENT_STAFF_DOCUMENT_RECEIVED: return document_possible(plan, dossier, state, slot, move);
	case EVENT_DOCUMENT_REJECTED: return slot && slot_files(slot) > 0;
	case EVENT_DOCUMENT_APPROVED: return slot && slot->status == SLOT_DELIVERED && !dossier->final;
	case EVENT_SLOT_ABSENT: return slot && !slot_files(slot) && slot->status != SLOT_ABSENT && !dossier->final;
	case EVENT_SLOT_PRESENT:
		return slot && slot->status == SLOT_ABSENT && plan->program->states[state].uploads_open;
	case EVENT_SLOT_ADDED: return !slot;
	case EVENT_SLOT_REOPENED: return slot && (dossier->final || slot->status != SLOT_OPEN);
	case EVENT_APPROVAL_ASKED: return slot && slot_files(slot) > 0;
	case EVENT_APPROVAL_GIVEN:
	case EVENT_APPROVAL_REFUSED: return approval && approval->state == APPROVAL_ASKED;
	default: return true;
	}
}

bool prove_is_possible(const struct prove_plan *plan, const struct dossier *dossier, size_t state,
		       struct slot *const *slots, const struct prove_move *move)
{
	enum event_kind kind = move->event.kind;

	if (move->slot != PROVE_NONE)
		return slot_possible(plan, dossier, state, slots[move->slot], move);
	if (kind == EVENT_PAYMENT_READY || kind == EVENT_PAYMENT_PAID || kind == EVENT_PAYMENT_FAILED ||
	    kind == EVENT_PAYMENT_EXPIRED)
		return payment_possible(dossier, kind);
	if (kind == EVENT_FORM_RECEIVED)
		return move_form_possible(plan, dossier, state, move);
	return kind != EVENT_PHRASE || move->event.actor != ACTOR_OFFICE || dossier->office.address;
}

struct event prove_event(const struct prove_plan *plan, const struct dossier *dossier, const struct prove_move *move,
			 struct arena *arena)
{
	struct event event = move->event;
	struct document *document;

	(void)plan;
	(void)dossier;
	if (event.kind != EVENT_DOCUMENT_RECEIVED && event.kind != EVENT_STAFF_DOCUMENT_RECEIVED &&
	    event.kind != EVENT_APPROVAL_ASKED)
		return event;
	document = arena_alloc(arena, sizeof *document);
	*document = (struct document){ .name = "y.pdf", .type = "application/pdf", .from = event.by,
				       .received = PROVE_NOW, .part = -1 };
	/* A version that is not there yet: those of a situation are numbered from 1. */
	document->sha256[0] = (unsigned char)(move->slot + 1);
	document->sha256[1] = 200;
	if (event.kind != EVENT_APPROVAL_ASKED)
		event.document = document;
	return event;
}

/* ---- words ---- */

static const char *span_words(const struct prog_duration *duration, struct arena *arena)
{
	static const char *const units[] = { "minute", "hour", "day", "week" };

	return arena_printf(arena, "%d %s%s%s", duration->count, duration->calendar ? "calendar " : "",
			    units[duration->unit], duration->count == 1 ? "" : "s");
}

const char *prove_timer_words(const struct prove_plan *plan, const struct prog_clause *clause, bool last,
			      struct arena *arena)
{
	(void)plan;
	if (clause->trigger == TRIGGER_ON)
		return arena_printf(arena, "%s of quiet", span_words(&clause->quiet, arena));
	return arena_printf(arena, "%s %s%s%s", clause->trigger == TRIGGER_EVERY ? "every" : "after",
			    span_words(&clause->first, arena), clause->in_dossier ? " in dossier" : "",
			    last ? ", the last time" : "");
}
