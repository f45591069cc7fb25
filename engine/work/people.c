/* System. */
#include <string.h>

/* Base. */
#include "base/addr.h"
#include "base/date.h"
#include "base/str.h"

/* Own. */
#include "work/address.h"
#include "work/engine_p.h"
#include "work/people.h"

#define LINK_EVERY 86400  /* a new payment link is asked of staff once in that time */
#define ENTRIES_SHOWN 200 /* of an archive, in its mail */

struct party *people_of(struct dossier *dossier, const struct orders *o)
{
	int person = o->by ? dossier_client_of(dossier, o->by) : 0;

	if (o->standing->role == ACTOR_OFFICE)
		return &dossier->office;
	return dossier_client(dossier, person > 0 ? (size_t)person : 0);
}

void people_refuse(struct outcome *out, const char *why)
{
	out->kind = OUTCOME_REFUSED;
	out->why = why;
}

void people_note(struct decision *d, const struct orders *o, const char *event, const char *text)
{
	const char *role = actor_role_word(o->standing->role);

	decision_history(d, event, o->by ? arena_printf(d->arena, "%s %s", role, o->by) : role, text);
}

void people_revoke(struct decision *d, const char *address)
{
	d->revoked = arena_grow(d->arena, d->revoked, d->revoked_count, sizeof *d->revoked);
	d->revoked[d->revoked_count++] = address;
}

/* ---- what was sent and received ---- */

static void add_entry(struct decision *d, int64_t at, bool sent, const char *text, const char *title, const char *from)
{
	struct answering *a = &d->answering;
	struct answer_entry *grown = arena_array(d->arena, a->entry_count + 1, sizeof *grown);
	size_t i = a->entry_count;

	if (a->entry_count)
		memcpy(grown, a->entries, a->entry_count * sizeof *grown);
	for (; i > 0 && grown[i - 1].at > at; i--)
		grown[i] = grown[i - 1];
	grown[i] = (struct answer_entry){ at, sent, text, title, from };
	a->entries = grown;
	a->entry_count++;
}

/* Is it a mail to that role which may be told of? Money is told to the payer alone. */
static bool may_tell(const struct outbox_row *row, enum actor_role role)
{
	if (str_eq(row->audience, "staff") || row->state == OUTBOX_CANCELLED || row->state == OUTBOX_HELD)
		return false;
	return role == ACTOR_CLIENT || !str_eq(row->audience, "payer");
}

/* Mails to one of the addresses of the client or partner with that number, or to the office. */
static bool is_to(const struct dossier *dossier, const struct outbox_row *row, enum actor_role role, int person)
{
	if (role == ACTOR_OFFICE)
		return addr_same(row->to, dossier->office.address);
	return !addr_same(row->to, dossier->office.address) && dossier_client_of(dossier, row->to) == person;
}

/* 'person' -1: all clients. 'told' whom the list is for. */
static void add_mails(struct decision *d, enum actor_role to, int person, enum actor_role told)
{
	struct outbox_filter filter = { .all = true, .dossier = d->output.dossier->number, .limit = 1000 };
	struct outbox_row *rows;
	size_t count = 1000, i;

	while (count == filter.limit) {
		if (store_outbox_list(d->engine->env->store, &filter, d->arena, &rows, &count, NULL))
			return;
		for (i = 0; i < count; i++) {
			int who = person >= 0 ? person : dossier_client_of(d->output.dossier, rows[i].to);

			if (may_tell(&rows[i], told) && is_to(d->output.dossier, &rows[i], to, who) && (to == ACTOR_OFFICE || who >= 0))
				add_entry(d, rows[i].created, true, rows[i].subject, NULL, NULL);
			filter.after = rows[i].id;
		}
	}
}

/* May it be mailed to him (again)? What staff made only when it went out before: to all, or to the payer. */
static bool may_mail(const struct slot *slot, const struct document *document, bool payer)
{
	unsigned shown = payer ? DOCUMENT_SHOWN | DOCUMENT_SHOWN_PAYER : DOCUMENT_SHOWN;

	return document->current && (!(slot->from_staff || document->from_staff) || (document->shown & shown));
}

/* Is it he who pays? */
static bool is_payer(const struct decision *d, const struct orders *o)
{
	return o->standing->role == ACTOR_CLIENT && people_of(d->output.dossier, o) == &d->output.dossier->client;
}

static void add_document(struct decision *d, struct wish *wish, const struct document *document)
{
	wish->documents = arena_grow(d->arena, wish->documents, wish->document_count, sizeof *wish->documents);
	wish->documents[wish->document_count++] = document;
}

static void gather(struct decision *d, const struct orders *o, struct wish *wish, bool all)
{
	const struct dossier *dossier = d->output.dossier;
	size_t s, i;

	for (s = 0; s < dossier->slot_count; s++)
		for (i = 0; i < dossier->slots[s].document_count; i++) {
			const struct slot *slot = &dossier->slots[s];
			const struct document *document = &slot->documents[i];

			if (!may_mail(slot, document, is_payer(d, o)) || (!all && !slot->from_staff))
				continue;
			add_document(d, wish, document);
			if (all && !document->from_staff)
				add_entry(d, document->received, false, document->name, slot->title, document->from);
		}
}

/* The newest ones are told; how many came before them, too. */
static void trim_entries(struct answering *a)
{
	if (a->entry_count <= ENTRIES_SHOWN)
		return;
	a->entries_left = a->entry_count - ENTRIES_SHOWN;
	a->entries += a->entries_left;
	a->entry_count = ENTRIES_SHOWN;
}

static void archive(struct decision *d, const struct orders *o, struct outcome *out)
{
	struct wish wish = { 0 }, *wanted;
	int person = o->by ? dossier_client_of(d->output.dossier, o->by) : 0;

	add_mails(d, o->standing->role, person, o->standing->role);
	gather(d, o, &wish, true);
	trim_entries(&d->answering);
	answer_wish_first(&d->answering, "archief", TMPL_AUDIENCE_SENDER);
	wanted = answer_wish(&d->answering, "archief", TMPL_AUDIENCE_SENDER);
	wanted->documents = wish.documents;
	wanted->document_count = wish.document_count;
	out->kind = OUTCOME_ANSWERED;
}

static void report(struct decision *d, const struct orders *o, struct outcome *out)
{
	struct wish wish = { 0 }, *wanted;

	gather(d, o, &wish, false);
	if (!wish.document_count) {
		people_refuse(out, WHY_NO_REPORT);
		return;
	}
	answer_wish_first(&d->answering, "rapport-opnieuw", TMPL_AUDIENCE_SENDER);
	wanted = answer_wish(&d->answering, "rapport-opnieuw", TMPL_AUDIENCE_SENDER);
	wanted->documents = wish.documents;
	wanted->document_count = wish.document_count;
	out->kind = OUTCOME_ANSWERED;
}

/* ---- who sees it ---- */

/* What he got he keeps; answers to it prove nothing any more. */
static void hide(struct decision *d)
{
	const struct dossier *dossier = d->output.dossier;
	size_t i;

	for (i = 0; i < dossier_clients(dossier); i++)
		people_revoke(d, dossier_client_const(dossier, i)->address);
	for (i = 0; i < dossier->alias_count; i++)
		people_revoke(d, dossier->aliases[i].address);
	if (!d->answering.entry_count)
		add_mails(d, ACTOR_CLIENT, -1, ACTOR_OFFICE);
	trim_entries(&d->answering);
	answer_wish_first(&d->answering, "alleen-kantoor", TMPL_AUDIENCE_SENDER);
}

static void set_visibility(struct decision *d, const struct orders *o, struct outcome *out, bool shared)
{
	struct dossier *dossier = d->output.dossier;

	if (!dossier->office.address) {
		people_refuse(out, WHY_NO_SHARE);
		return;
	}
	out->kind = OUTCOME_ALREADY;
	if (dossier->office_only == !shared)
		return;
	dossier->office_only = !shared;
	out->kind = OUTCOME_DONE;
	people_note(d, o, shared ? "share" : "office-only",
		    shared ? "the client sees the dossier from now on" : "the office keeps the dossier to itself from now on");
	if (shared)
		answer_wish(&d->answering, "gedeeld", TMPL_AUDIENCE_CLIENT);
	else
		hide(d);
}

/* ---- whose it is ---- */

/* "els", "Els de Vries", "els@pentrax.example". */
static bool is_called(struct arena *arena, const struct settings_person *person, const char *words)
{
	const char *folded = command_fold(arena, words), *name = command_fold(arena, person->name ? person->name : "");
	size_t len = strlen(folded);

	return addr_same(person->address, words) || str_eq(name, folded) ||
	       (len && strncmp(name, folded, len) == 0 && name[len] == ' ');
}

const struct settings_person *people_staff(const struct settings_service *service, const char *words, struct arena *arena,
					   struct outcome *out)
{
	const struct settings_person *found = NULL;
	bool several = false;
	size_t i;

	for (i = 0; i < service->staff_count; i++) {
		const struct settings_person *person = &service->staff[i];

		if (!is_called(arena, person, words))
			continue;
		several |= found && !addr_same(found->address, person->address);
		found = person;
	}
	if (found && !several)
		return found;
	people_refuse(out, WHY_NOBODY);
	for (i = 0; i < service->staff_count; i++) {
		out->choices = arena_grow(arena, out->choices, out->choice_count, sizeof *out->choices);
		out->choices[out->choice_count++] = service->staff[i].name && *service->staff[i].name ?
							    service->staff[i].name : service->staff[i].address;
	}
	return NULL;
}

static void assign(struct decision *d, const struct orders *o, struct outcome *out)
{
	const struct settings_person *person = people_staff(d->service, out->said->name, d->arena, out);
	struct dossier *dossier = d->output.dossier;

	if (!person)
		return;
	out->kind = OUTCOME_ALREADY;
	if (addr_same(dossier->assigned, person->address))
		return;
	dossier->assigned = person->address;
	out->kind = OUTCOME_DONE;
	people_note(d, o, "assign", arena_printf(d->arena, "mail to staff goes to %s", person->address));
	/* Who gave it to himself knows. */
	if (!addr_same(person->address, o->by))
		answer_wish(&d->answering, "toegewezen", TMPL_AUDIENCE_STAFF);
}

/* ---- paying ---- */

static bool can_be_paid(const struct payment *payment)
{
	return payment->status == PAYMENT_REQUESTED || payment->status == PAYMENT_OPEN ||
	       payment->status == PAYMENT_FAILED || payment->status == PAYMENT_EXPIRED;
}

/* No provider is configured: asking for the money is a task for staff, as when the rules ask. */
static void payment_link(struct decision *d, const struct orders *o, struct outcome *out)
{
	const struct dossier *dossier = d->output.dossier;
	size_t last = dossier->payment_count;
	struct wish *wish;
	int64_t asked = 0;

	if (!is_payer(d, o)) {
		people_refuse(out, WHY_FORBIDDEN);
		return;
	}
	if (!last || !can_be_paid(&dossier->payments[last - 1])) {
		people_refuse(out, FLOW_NO_PAYMENT);
		return;
	}
	out->kind = OUTCOME_PASSED;
	if (store_outbox_count(d->engine->env->store, dossier->service, NULL, "betaallink-taak", dossier->number,
			       d->now - LINK_EVERY, &asked, NULL) || asked)
		return;
	wish = answer_wish(&d->answering, "betaallink-taak", TMPL_AUDIENCE_STAFF);
	wish->payment = last - 1;
	people_note(d, o, "payment-link", "the payer asked for a new payment link");
}

void people_settle(struct decision *d, const struct orders *o, struct outcome *out)
{
	switch (out->said->verb) {
	case COMMAND_SHARE: set_visibility(d, o, out, true); break;
	case COMMAND_OFFICE_ONLY: set_visibility(d, o, out, false); break;
	case COMMAND_ASSIGN: assign(d, o, out); break;
	case COMMAND_PAYMENT_LINK: payment_link(d, o, out); break;
	case COMMAND_ARCHIVE: archive(d, o, out); break;
	case COMMAND_REPORT: report(d, o, out); break;
	case COMMAND_ADDRESS:
	case COMMAND_ADDRESS_ADD:
	case COMMAND_ADDRESS_DROP:
	case COMMAND_ADDRESS_OF: address_settle(d, o, out); break;
	default: break;
	}
}
