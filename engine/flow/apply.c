/* Base. */
#include "base/str.h"

/* Own. */
#include "flow/list_p.h"
#include "flow/run_p.h"

typedef bool apply_fn(struct run *run, const struct event *event, size_t index);

static struct slot *slot_of(struct run *run, const struct event *event)
{
	return event->slot ? dossier_slot(run->dossier, event->slot, event->year) : NULL;
}

static bool refuse(struct run *run, const struct event *event, size_t index, const char *why)
{
	return run_refuse(run, event, index, why,
			  event->slot ? run_slot_name(run, event->slot, event->year) : NULL);
}

/* Notes what was done to a slot, with the reason that was given for it; always true. */
static bool done(struct run *run, const struct event *event, const struct slot *slot)
{
	run_note(run, event, event_kind_words(event->kind), "%s is %s%s%s",
		 run_slot_name(run, slot->name, slot->year), slot_status_word(slot->status),
		 event->reason ? ": " : "", event->reason ? event->reason : "");
	return true;
}

/* Staff wants something (again): a client's slot counts as required, and completeness starts anew. */
static void ask_for(struct run *run, struct slot *slot, const char *reason)
{
	slot->reason = reason;
	if (!slot->from_staff)
		slot->required = slot->asked = true;
	run->dossier->complete = false;
}

static bool apply_note(struct run *run, const struct event *event, size_t index)
{
	if (!event->reason || !*event->reason)
		return refuse(run, event, index, FLOW_EMPTY);
	run_note(run, event, event_kind_words(event->kind), "%s", event->reason);
	return true;
}

static bool apply_plain(struct run *run, const struct event *event, size_t index)
{
	(void)index;
	run_note(run, event, event_kind_words(event->kind), "%s%s%s", event->name ? event->name : "taken in",
		 event->reason ? ": " : "", event->reason ? event->reason : "");
	return true;
}

/* Takes the current files, or the one named, out of the count; how many that were. */
static size_t retire(struct slot *slot, const char *name)
{
	size_t i, count = 0;

	for (i = 0; i < slot->document_count; i++) {
		struct document *document = &slot->documents[i];

		if (document->current && (!name || (document->name && str_ieq(document->name, name)))) {
			document->current = false;
			count++;
		}
	}
	return count;
}

static bool apply_rejected(struct run *run, const struct event *event, size_t index)
{
	struct slot *slot = slot_of(run, event);

	if (!slot)
		return refuse(run, event, index, FLOW_NO_SLOT);
	if (slot_files(slot) == 0)
		return refuse(run, event, index, slot->status == SLOT_REJECTED ? FLOW_ALREADY : FLOW_NOTHING);
	if (retire(slot, event->name) == 0)
		return refuse(run, event, index, FLOW_NO_FILE);
	slot->status = SLOT_REJECTED;
	ask_for(run, slot, event->reason);
	return done(run, event, slot);
}

static bool apply_approved(struct run *run, const struct event *event, size_t index)
{
	struct slot *slot = slot_of(run, event);

	if (!slot)
		return refuse(run, event, index, FLOW_NO_SLOT);
	if (flow_slot_for_approval(run->in->program, slot))
		return refuse(run, event, index, FLOW_FOR_APPROVAL);
	if (slot->status == SLOT_APPROVED)
		return refuse(run, event, index, FLOW_ALREADY);
	if (slot->status != SLOT_DELIVERED)
		return refuse(run, event, index, FLOW_NOTHING);
	slot->status = SLOT_APPROVED;
	return done(run, event, slot);
}

static bool apply_absent(struct run *run, const struct event *event, size_t index)
{
	struct slot *slot = slot_of(run, event);

	if (!slot)
		return refuse(run, event, index, FLOW_NO_SLOT);
	if (slot->status == SLOT_ABSENT)
		return refuse(run, event, index, FLOW_ALREADY);
	/* A rejected slot may still hold the files that were good. */
	if (slot->status == SLOT_APPROVED || slot_files(slot) > 0)
		return refuse(run, event, index, FLOW_DELIVERED);
	if (!slot->may_be_absent)
		return refuse(run, event, index, FLOW_NOT_ABSENT);
	slot->status = SLOT_ABSENT;
	slot->reason = event->reason;
	return done(run, event, slot);
}

static bool apply_present(struct run *run, const struct event *event, size_t index)
{
	struct slot *slot = slot_of(run, event);

	if (!slot)
		return refuse(run, event, index, FLOW_NO_SLOT);
	if (slot->status != SLOT_ABSENT)
		return refuse(run, event, index, FLOW_ALREADY);
	if (event_from_party(event) && !run->state->uploads_open)
		return refuse(run, event, index, FLOW_UPLOADS);
	slot->status = SLOT_OPEN;
	slot->reason = NULL;
	return done(run, event, slot);
}

/* By the name of a slot of the rule file only where that is per year, for a year that it has not got. */
static bool is_name_taken(const struct run *run, const struct event *event)
{
	const struct dossier *dossier = run->dossier;
	size_t i;

	for (i = 0; i < dossier->slot_count; i++)
		if (str_eq(dossier->slots[i].name, event->slot) && !dossier->slots[i].year != !event->year)
			return true;
	return false;
}

static bool apply_added(struct run *run, const struct event *event, size_t index)
{
	struct dossier *dossier = run->dossier;
	struct slot *slot = slot_of(run, event);

	if (!event->slot || !*event->slot)
		return refuse(run, event, index, FLOW_NO_SLOT);
	if (slot)
		return refuse(run, event, index,
			      slot->extra && slot->status == SLOT_OPEN ? FLOW_ALREADY : FLOW_EXISTS);
	if (is_name_taken(run, event))
		return refuse(run, event, index, FLOW_EXISTS);
	dossier->slots = flow_list_append(run->arena, dossier->slots, dossier->slot_count, sizeof *dossier->slots);
	slot = &dossier->slots[dossier->slot_count++];
	*slot = (struct slot){
		.name = event->slot,
		.year = event->year,
		.title = event->title ? event->title : event->slot,
		.extra = true,
		.files_min = 1,
		.files_max = FLOW_EXTRA_FILES,
	};
	ask_for(run, slot, event->reason);
	return done(run, event, slot);
}

/* Is the open slot one that must be filled, whatever becomes of the facts? */
static bool is_asked_for(const struct run *run, const struct slot *slot)
{
	const struct prog_slot *rule = slot->extra ? NULL : program_slot(run->in->program, slot->name);

	return slot->from_staff || slot->asked || (slot->required && !(rule && rule->required_if));
}

static bool apply_reopened(struct run *run, const struct event *event, size_t index)
{
	struct slot *slot = slot_of(run, event);

	if (!slot)
		return refuse(run, event, index, FLOW_NO_SLOT);
	/* In a final state it is the way to open the dossier again, whatever the slot is. */
	if (!run->dossier->final && slot->status == SLOT_OPEN && is_asked_for(run, slot))
		return refuse(run, event, index, FLOW_ALREADY);
	retire(slot, NULL);
	slot->status = SLOT_OPEN;
	ask_for(run, slot, event->reason);
	return done(run, event, slot);
}

enum {
	EVENT_ASKS = 1,     /* somebody must be told: without a clause for it nothing changes */
	EVENT_STANDS = 2,   /* once heard it holds, also where each clause for it has a condition that is false */
	EVENT_IMPROVES = 4  /* not in final states */
};

static const struct {
	apply_fn *apply;
	unsigned flags;
} rules[EVENT_KINDS] = {
	[EVENT_DOCUMENT_RECEIVED] = { run_document_received, 0 },
	[EVENT_STAFF_DOCUMENT_RECEIVED] = { run_document_received, 0 },
	[EVENT_DOCUMENT_REJECTED] = { apply_rejected, EVENT_ASKS },
	[EVENT_DOCUMENT_APPROVED] = { apply_approved, EVENT_IMPROVES },
	[EVENT_SLOT_ABSENT] = { apply_absent, EVENT_IMPROVES },
	[EVENT_SLOT_PRESENT] = { apply_present, EVENT_IMPROVES },
	[EVENT_SLOT_ADDED] = { apply_added, EVENT_ASKS },
	[EVENT_SLOT_REOPENED] = { apply_reopened, EVENT_ASKS },
	[EVENT_STAFF_TAKE] = { apply_plain, EVENT_ASKS },
	[EVENT_STAFF_FINISH] = { apply_plain, EVENT_ASKS },
	[EVENT_STAFF_WITHDRAW] = { apply_plain, EVENT_ASKS },
	[EVENT_STAFF_CLOSE] = { apply_plain, EVENT_ASKS },
	[EVENT_STAFF_REFUND] = { run_payment_refund, EVENT_ASKS },
	[EVENT_STAFF_NOTE] = { apply_note, 0 },
	[EVENT_CLIENT_CANCEL] = { apply_plain, EVENT_ASKS },
	[EVENT_APPROVAL_ASKED] = { run_approval_asked, EVENT_ASKS },
	/* Of several files each is answered by itself: the rules wait for the last. */
	[EVENT_APPROVAL_GIVEN] = { run_approval_answered, EVENT_ASKS | EVENT_STANDS },
	[EVENT_APPROVAL_REFUSED] = { run_approval_answered, EVENT_ASKS | EVENT_STANDS },
	[EVENT_PAYMENT_READY] = { run_payment_event, 0 },
	[EVENT_PAYMENT_PAID] = { run_payment_event, 0 },
	[EVENT_PAYMENT_FAILED] = { run_payment_event, 0 },
	[EVENT_PAYMENT_EXPIRED] = { run_payment_event, 0 },
	[EVENT_FORM_RECEIVED] = { run_form_received, 0 },
	[EVENT_PHRASE] = { run_phrase, EVENT_ASKS },
	[EVENT_MAIL_FAILED] = { apply_plain, 0 },
};

bool run_event_asks(const struct run *run, const struct event *event)
{
	/* "betaald" of staff is a command; what a provider says is a fact. */
	if (event->kind == EVENT_PAYMENT_PAID)
		return event->actor == ACTOR_STAFF || event->actor == ACTOR_OPERATOR;
	/* A form that no fact keeps anything of is for those whom a clause tells. */
	if (event->kind == EVENT_FORM_RECEIVED)
		return run->dossier->final || !run_form_sets_facts(run, event);
	return event->kind < EVENT_KINDS && (rules[event->kind].flags & EVENT_ASKS);
}

bool run_event_stands(const struct event *event)
{
	return rules[event->kind].flags & EVENT_STANDS;
}

/* Staff goes on only with what they hold for right: not while another version than the approved one waits. */
static const char *newer_waits(struct run *run, const struct event *event, const char **detail)
{
	const struct slot *slot = event->actor == ACTOR_STAFF ? run_document_newer(run) : NULL;

	if (!slot)
		return NULL;
	*detail = run_slot_name(run, slot->name, slot->year);
	return FLOW_NEWER;
}

const char *run_event_wrong(struct run *run, const struct event *event, const char **detail)
{
	*detail = event->name;
	if (event->kind == EVENT_FORM_RECEIVED)
		return run_form_wrong(run, event, detail);
	if (event->kind == EVENT_PHRASE) {
		const char *wrong = run_phrase_wrong(run, event);

		return wrong ? wrong : newer_waits(run, event, detail);
	}
	if (event->kind == EVENT_APPROVAL_GIVEN || event->kind == EVENT_APPROVAL_REFUSED)
		return run_approval_wrong(run, event, detail);
	if (event->kind == EVENT_STAFF_FINISH)
		return newer_waits(run, event, detail);
	return NULL;
}

bool run_may(unsigned from, const struct event *event)
{
	return event->actor == ACTOR_OPERATOR || (from & 1u << event->actor);
}

bool run_apply(struct run *run, const struct event *event, size_t index)
{
	if (event->kind >= EVENT_KINDS || !rules[event->kind].apply)
		return run_refuse(run, event, index, FLOW_NO_CLAUSE, NULL);
	if (run->dossier->final && (rules[event->kind].flags & EVENT_IMPROVES))
		return refuse(run, event, index, FLOW_FINAL);
	return rules[event->kind].apply(run, event, index);
}
