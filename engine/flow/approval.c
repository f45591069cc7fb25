/* System. */
#include <string.h>

/* Base. */
#include "base/date.h"
#include "base/str.h"

/* Own. */
#include "flow/list_p.h"
#include "flow/place.h"
#include "flow/run_p.h"

/* ---- rows and documents ---- */

static bool is_of(const struct approval *approval, const struct slot *slot)
{
	return approval->year == slot->year && str_eq(approval->slot, slot->name);
}

static bool is_about(const struct approval *approval, const unsigned char *sha256)
{
	return memcmp(approval->sha256, sha256, sizeof approval->sha256) == 0;
}

static bool is_current(const struct slot *slot, const unsigned char *sha256)
{
	size_t i;

	for (i = 0; i < slot->document_count; i++)
		if (slot->documents[i].current && memcmp(slot->documents[i].sha256, sha256, 32) == 0)
			return true;
	return false;
}

/* The newest row about these bytes in the slot, or NULL. */
static struct approval *row_of(const struct dossier *dossier, const struct slot *slot, const unsigned char *sha256)
{
	size_t i;

	for (i = dossier->approval_count; i-- > 0;)
		if (is_of(&dossier->approvals[i], slot) && is_about(&dossier->approvals[i], sha256))
			return &dossier->approvals[i];
	return NULL;
}

static size_t count_rows(const struct dossier *dossier, const struct slot *slot, enum approval_state state)
{
	size_t i, n = 0;

	for (i = 0; i < dossier->approval_count; i++)
		n += is_of(&dossier->approvals[i], slot) && dossier->approvals[i].state == state;
	return n;
}

static bool all_given(const struct dossier *dossier, const struct slot *slot)
{
	size_t i, given = 0;

	for (i = 0; i < slot->document_count; i++) {
		const struct approval *row;

		if (!slot->documents[i].current)
			continue;
		row = row_of(dossier, slot, slot->documents[i].sha256);
		if (!row || row->state != APPROVAL_GIVEN)
			return false;
		given++;
	}
	return given > 0;
}

bool run_approval_state(const struct dossier *dossier, const struct slot *slot, enum approval_state *state)
{
	const struct approval *last = NULL;
	size_t i;

	for (i = 0; i < dossier->approval_count; i++)
		if (is_of(&dossier->approvals[i], slot) && dossier->approvals[i].state != APPROVAL_GIVEN)
			last = &dossier->approvals[i];
	if (count_rows(dossier, slot, APPROVAL_ASKED))
		*state = APPROVAL_ASKED;
	else if (slot->status != SLOT_REJECTED && all_given(dossier, slot))
		*state = APPROVAL_GIVEN;
	else if (last)
		*state = last->state;
	else
		return false;
	return true;
}

void run_approvals_watch(struct run *run)
{
	struct dossier *dossier = run->dossier;
	size_t i;

	for (i = 0; i < dossier->approval_count; i++) {
		struct approval *row = &dossier->approvals[i];
		const struct slot *slot = dossier_slot(dossier, row->slot, row->year);

		if ((row->state != APPROVAL_ASKED && row->state != APPROVAL_GIVEN) ||
		    (slot && is_current(slot, row->sha256)))
			continue;
		run_note(run, NULL, "approval", "%s: what was %s is void: another version, or none",
			 run_slot_name(run, row->slot, row->year), approval_state_word(row->state));
		row->state = APPROVAL_VOID;
	}
}

/* ---- asking ---- */

enum asking {
	ASK_NOTHING, /* no document there */
	ASK_GIVEN,   /* all of them are approved already */
	ASK_AGAIN,   /* the client was asked and has not answered */
	ASK_NEW      /* at least one was not asked before */
};

static void add_row(struct run *run, const struct slot *slot, const struct document *document)
{
	struct dossier *dossier = run->dossier;
	struct approval *row;

	dossier->approvals = flow_list_append(run->arena, dossier->approvals, dossier->approval_count,
					      sizeof *dossier->approvals);
	row = &dossier->approvals[dossier->approval_count++];
	*row = (struct approval){ .slot = slot->name, .year = slot->year, .state = APPROVAL_ASKED,
				  .asked = run->in->now, .answered = DATE_NONE };
	memcpy(row->sha256, document->sha256, sizeof row->sha256);
	run_note(run, NULL, "approval", "%s: '%s' version %d is put to the client",
		 run_slot_name(run, slot->name, slot->year), document->name ? document->name : "(no name)",
		 document->version);
}

/* A row for each current document that has none; what that came to. */
static enum asking ask(struct run *run, const struct slot *slot)
{
	enum asking asking = ASK_NOTHING;
	size_t i;

	for (i = 0; i < slot->document_count; i++) {
		const struct document *document = &slot->documents[i];
		const struct approval *row = document->current ? row_of(run->dossier, slot, document->sha256) : NULL;
		enum asking this = row && row->state == APPROVAL_GIVEN ? ASK_GIVEN :
				   row && row->state == APPROVAL_ASKED ? ASK_AGAIN :
									 ASK_NEW;

		if (!document->current)
			continue;
		if (this == ASK_NEW)
			add_row(run, slot, document);
		if (this > asking)
			asking = this;
	}
	return asking;
}

void run_approval_told(struct run *run, const struct event *event)
{
	const struct slot *slot = dossier_slot(run->dossier, event->slot, event->year);

	if (event->kind == EVENT_APPROVAL_ASKED && slot)
		run->put[slot - run->dossier->slots] = true;
}

bool run_approval_is_told(const struct run *run, const struct event *event)
{
	const struct slot *slot = event->slot ? dossier_slot(run->dossier, event->slot, event->year) : NULL;

	return event->kind == EVENT_APPROVAL_ASKED && slot && run->put[slot - run->dossier->slots];
}

/* At most once in an item for a slot, unless there is something new to be told. */
static void raise_once(struct run *run, enum event_kind kind, const struct slot *slot, bool is_new)
{
	size_t i;

	for (i = is_new ? run->raised_done : 0; i < run->raised_count; i++)
		if (run->raised[i].kind == kind && run->raised[i].year == slot->year &&
		    str_eq(run->raised[i].slot, slot->name))
			return;
	run_raise(run, &(struct event){ .kind = kind, .at = run->in->now, .slot = slot->name, .year = slot->year });
}

void run_approval_ask(struct run *run, const char *name)
{
	size_t i, found = 0;

	for (i = 0; i < run->dossier->slot_count; i++) {
		const struct slot *slot = &run->dossier->slots[i];
		enum asking asking = str_eq(slot->name, name) ? ask(run, slot) : ASK_NOTHING;

		found += asking != ASK_NOTHING;
		if (asking == ASK_GIVEN)
			raise_once(run, EVENT_APPROVAL_GIVEN, slot, false);
		else if (asking != ASK_NOTHING)
			raise_once(run, EVENT_APPROVAL_ASKED, slot, asking == ASK_NEW);
	}
	if (!found)
		run_note(run, NULL, "approval", "nothing to put to the client: %s is empty", name);
}

bool flow_slot_for_approval(const struct program *program, const struct slot *slot)
{
	const struct prog_slot *rule = slot->extra ? NULL : program_slot(program, slot->name);

	return rule && rule->for_approval;
}

bool run_approval_asked(struct run *run, const struct event *event, size_t index)
{
	struct slot *slot = dossier_slot(run->dossier, event->slot, event->year);
	const char *name = run_slot_name(run, event->slot, event->year);

	if (!slot || !flow_slot_for_approval(run->in->program, slot))
		return run_refuse(run, event, index, slot ? FLOW_NOT_FOR_APPROVAL : FLOW_NO_SLOT, name);
	if (event->document && !run_document_put(run, event, index, slot))
		return false;
	run_approvals_watch(run);
	switch (ask(run, slot)) {
	case ASK_NOTHING: return run_refuse(run, event, index, FLOW_NOTHING, name);
	case ASK_GIVEN: return run_refuse(run, event, index, FLOW_ALREADY, name);
	case ASK_AGAIN: run_note(run, event, event_kind_words(event->kind), "%s, once more", name); break;
	case ASK_NEW: run_note(run, event, event_kind_words(event->kind), "%s", name); break;
	}
	return true;
}

/* ---- answers ---- */

/* Is the slot one that the answer can be about? Without a version: one that waits for an answer. */
static bool may_be_meant(const struct run *run, const struct event *event, const struct slot *slot)
{
	if (event->kind == EVENT_APPROVAL_ASKED)
		return flow_slot_for_approval(run->in->program, slot);
	return event->sha256 ? row_of(run->dossier, slot, event->sha256) != NULL :
			       count_rows(run->dossier, slot, APPROVAL_ASKED) > 0;
}

const char *run_approval_resolve(struct run *run, struct event *event)
{
	const struct slot *found = NULL;
	size_t i;

	if (event->slot)
		return NULL;
	for (i = 0; i < run->dossier->slot_count; i++) {
		const struct slot *slot = &run->dossier->slots[i];

		if (!may_be_meant(run, event, slot))
			continue;
		if (found)
			return FLOW_WHICH;
		found = slot;
	}
	if (!found && event->kind == EVENT_APPROVAL_ASKED)
		return FLOW_NOT_FOR_APPROVAL;
	if (!found)
		return event->sha256 ? FLOW_UNKNOWN_VERSION : FLOW_NOT_ASKED;
	event->slot = found->name;
	event->year = found->year;
	return NULL;
}

/* NULL when the row may be answered so, else why not. */
static const char *answer_refused(const struct approval *row, enum approval_state answer)
{
	if (row->state == APPROVAL_VOID)
		return FLOW_VOID;
	if (row->state == answer)
		return FLOW_ALREADY;
	/* Who has refused is sent another version; who has approved may still take that back. */
	return row->state == APPROVAL_REFUSED ? FLOW_ANSWERED : NULL;
}

/*
 * Without a version all that was asked is answered, if it was asked at one
 * moment: of two mails nobody can tell which one he had before him.
 */
static const char *unnamed_refused(const struct dossier *dossier, const struct slot *slot, enum approval_state answer)
{
	const struct approval *last = dossier_approval(dossier, slot->name, slot->year), *first = NULL;
	size_t i;

	for (i = 0; i < dossier->approval_count; i++) {
		const struct approval *row = &dossier->approvals[i];

		if (!is_of(row, slot) || row->state != APPROVAL_ASKED)
			continue;
		if (first && row->asked != first->asked)
			return FLOW_WHICH;
		first = row;
	}
	if (first)
		return NULL;
	return !last ? FLOW_NOT_ASKED : last->state == APPROVAL_GIVEN && answer == APPROVAL_REFUSED ? FLOW_WHICH :
					answer_refused(last, answer);
}

static void retire(struct slot *slot, const unsigned char *sha256)
{
	size_t i;

	for (i = 0; i < slot->document_count; i++)
		if (memcmp(slot->documents[i].sha256, sha256, 32) == 0)
			slot->documents[i].current = false;
}

static void answer_row(struct run *run, const struct event *event, struct slot *slot, struct approval *row,
		       enum approval_state answer)
{
	row->state = answer;
	row->answered = run->in->now;
	row->by = event->by;
	row->reason = event->reason;
	if (answer == APPROVAL_REFUSED) {
		retire(slot, row->sha256);
		slot->status = SLOT_REJECTED;
		slot->reason = event->reason;
	} else if (slot->status != SLOT_REJECTED && all_given(run->dossier, slot)) {
		slot->status = SLOT_APPROVED;
	}
}

static enum approval_state answer_of(const struct event *event)
{
	return event->kind == EVENT_APPROVAL_GIVEN ? APPROVAL_GIVEN : APPROVAL_REFUSED;
}

const char *run_approval_wrong(struct run *run, const struct event *event, const char **detail)
{
	const struct slot *slot = dossier_slot(run->dossier, event->slot, event->year);
	const struct approval *row = slot && event->sha256 ? row_of(run->dossier, slot, event->sha256) : NULL;

	*detail = run_slot_name(run, event->slot, event->year);
	if (!run_may(1u << ACTOR_CLIENT, event))
		return FLOW_WHO;
	if (!slot)
		return FLOW_NO_SLOT;
	if (!event->sha256)
		return unnamed_refused(run->dossier, slot, answer_of(event));
	return row ? answer_refused(row, answer_of(event)) : FLOW_UNKNOWN_VERSION;
}

bool run_approval_answered(struct run *run, const struct event *event, size_t index)
{
	struct slot *slot = dossier_slot(run->dossier, event->slot, event->year);
	struct approval *row = event->sha256 ? row_of(run->dossier, slot, event->sha256) : NULL;
	size_t i;

	(void)index;
	if (row)
		answer_row(run, event, slot, row, answer_of(event));
	for (i = 0; i < run->dossier->approval_count && !row; i++)
		if (is_of(&run->dossier->approvals[i], slot) && run->dossier->approvals[i].state == APPROVAL_ASKED)
			answer_row(run, event, slot, &run->dossier->approvals[i], answer_of(event));
	run_note(run, event, event_kind_words(event->kind), "%s is %s%s%s",
		 run_slot_name(run, slot->name, slot->year), slot_status_word(slot->status),
		 event->reason ? ": " : "", event->reason ? event->reason : "");
	return true;
}
