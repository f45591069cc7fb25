/* Is everything given that a verb needs? Asked once for both drivers, so that the memory one is as strict as SQL. */

/* Base. */
#include "base/date.h"
#include "base/str.h"

/* Own. */
#include "store/store_p.h"

struct needed {
	const char *name;
	const void *value;
};

static int check_needed(const struct needed *needed, size_t count, struct err *err)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (!needed[i].value)
			return err_set(err, ERR_BUG, "%s is missing", needed[i].name);
	return 0;
}

int blob_ref_check(const struct blob_ref *ref, struct err *err)
{
	if (!ref->key.present)
		return err_set(err, ERR_BUG, "the blob's key is missing");
	if (!ref->name[0] == !ref->inline_data)
		return err_set(err, ERR_BUG, "the blob has no bytes, or has them twice");
	return 0;
}

static int check_document(const struct document *document, struct err *err)
{
	const struct needed needed[] = { { "the document's name", document->name },
					 { "the document's type", document->type } };

	if (document->id)
		return 0;
	if (check_needed(needed, sizeof needed / sizeof *needed, err))
		return -1;
	return blob_ref_check(&document->blob, err);
}

static int check_slots(const struct dossier *dossier, struct err *err)
{
	size_t i, j;

	for (i = 0; i < dossier->slot_count; i++) {
		const struct slot *slot = &dossier->slots[i];

		if (!slot->name)
			return err_set(err, ERR_BUG, "a slot's name is missing");
		for (j = 0; j < slot->document_count; j++)
			if (check_document(&slot->documents[j], err))
				return err_context(err, "slot '%s'", slot->name);
	}
	for (i = 0; i < dossier->held_count; i++) {
		if (!dossier->held[i].reason)
			return err_set(err, ERR_BUG, "a held document's reason is missing");
		if (check_document(&dossier->held[i].document, err))
			return err_context(err, "held document");
	}
	return 0;
}

static int check_facts(const struct dossier *dossier, struct err *err)
{
	size_t i, j;

	for (i = 0; i < dossier->fact_count; i++) {
		if (!dossier->facts[i].name || !dossier->facts[i].value)
			return err_set(err, ERR_BUG, "a fact's name or value is missing");
		for (j = 0; j < i; j++)
			if (str_eq(dossier->facts[j].name, dossier->facts[i].name))
				return err_set(err, ERR_BUG, "fact '%s' is there twice", dossier->facts[i].name);
	}
	for (i = 0; i < dossier->approval_count; i++)
		if (!dossier->approvals[i].slot)
			return err_set(err, ERR_BUG, "an approval's slot is missing");
	return 0;
}

static bool is_person(const struct dossier *dossier, int person)
{
	return person >= 0 && (size_t)person <= dossier->partner_count;
}

static int check_people(const struct dossier *dossier, struct err *err)
{
	size_t i;

	for (i = 0; i < dossier->partner_count; i++)
		if (!dossier->partners[i].address)
			return err_set(err, ERR_BUG, "a partner's address is missing");
	for (i = 0; i < dossier->alias_count; i++)
		if (!dossier->aliases[i].address || !is_person(dossier, dossier->aliases[i].person))
			return err_set(err, ERR_BUG, "a further address has no address, or is nobody's");
	for (i = 0; i < dossier->change_count; i++)
		if (!dossier->changes[i].from || !dossier->changes[i].to || !dossier->changes[i].by ||
		    !is_person(dossier, dossier->changes[i].person))
			return err_set(err, ERR_BUG, "a change of address is not whole, or nobody's");
	return 0;
}

static int check_dossier(const struct dossier *dossier, struct err *err)
{
	const struct needed needed[] = {
		{ "the number", dossier->number },   { "the service", dossier->service },
		{ "the workflow", dossier->workflow }, { "the program", dossier->program },
		{ "the state", dossier->state },
	};
	size_t i;

	if (check_needed(needed, sizeof needed / sizeof *needed, err) || check_slots(dossier, err))
		return -1;
	for (i = 0; i < dossier->timer_count; i++)
		if (!dossier->timers[i].clause || dossier->timers[i].due == DATE_NONE)
			return err_set(err, ERR_BUG, "a timer's clause or time is missing");
	for (i = 0; i < dossier->count_count; i++)
		if (!dossier->counts[i].clause)
			return err_set(err, ERR_BUG, "a count's clause is missing");
	for (i = 0; i < dossier->payment_count; i++)
		if (!dossier->payments[i].currency)
			return err_set(err, ERR_BUG, "a payment's currency is missing");
	return check_people(dossier, err) ? -1 : check_facts(dossier, err);
}

static int check_outbox(const struct outbox_row *row, struct err *err)
{
	const struct needed needed[] = {
		{ "the key", row->key },           { "the service", row->service }, { "the template", row->template },
		{ "the audience", row->audience }, { "the recipient", row->to },    { "the sender", row->from },
		{ "the Message-ID", row->message_id },
	};

	if (check_needed(needed, sizeof needed / sizeof *needed, err) || blob_ref_check(&row->blob, err))
		return err_context(err, "outgoing mail '%s'", row->template ? row->template : "?");
	return 0;
}

int verdict_check(const struct item_verdict *verdict, struct err *err)
{
	if (verdict->state == ITEM_RESERVED || verdict->state == ITEM_STORED)
		return err_set(err, ERR_INPUT, "item %lld cannot end as %s", (long long)verdict->id,
			       item_state_word(verdict->state));
	if ((verdict->state == ITEM_DUPLICATE) != (verdict->duplicate_of != 0))
		return err_set(err, ERR_INPUT, "item %lld: a duplicate, and only that, is one of another item",
			       (long long)verdict->id);
	if (verdict->duplicate_of && verdict->duplicate_of == verdict->id)
		return err_set(err, ERR_INPUT, "item %lld cannot be a duplicate of itself", (long long)verdict->id);
	return 0;
}

int token_check(const struct reply_token *token, struct err *err)
{
	const struct needed needed[] = {
		{ "the token's service", token->service },
		{ "the token's address", token->address },
		{ "the token's purpose", token->purpose },
	};

	return check_needed(needed, sizeof needed / sizeof *needed, err);
}

int pending_check(const struct pending_command *pending, struct err *err)
{
	const struct needed needed[] = {
		{ "the waiting command's service", pending->service },
		{ "the waiting command's address", pending->address },
		{ "the waiting command's text", pending->text },
	};

	return check_needed(needed, sizeof needed / sizeof *needed, err);
}

int office_check(const struct office *office, struct err *err)
{
	const struct needed needed[] = {
		{ "the office's service", office->service },
		{ "the office's address", office->address },
	};

	return check_needed(needed, sizeof needed / sizeof *needed, err);
}

int colleague_check(const struct office_colleague *colleague, struct err *err)
{
	const struct needed needed[] = {
		{ "the colleague's service", colleague->service },
		{ "the colleague's office", colleague->office },
		{ "the colleague's address", colleague->address },
	};

	return check_needed(needed, sizeof needed / sizeof *needed, err);
}

static int check_offices(const struct store_take *take, struct err *err)
{
	size_t i;

	for (i = 0; i < take->office_count; i++)
		if (office_check(&take->offices[i], err))
			return -1;
	for (i = 0; i < take->colleague_count; i++)
		if (colleague_check(&take->colleagues[i], err))
			return -1;
	return 0;
}

static int check_replies(const struct store_take *take, struct err *err)
{
	size_t i;

	for (i = 0; i < take->token_count; i++) {
		if (token_check(&take->tokens[i], err))
			return -1;
		if (take->tokens[i].row != REPLY_NO_ROW && take->tokens[i].row >= take->outbox_count)
			return err_set(err, ERR_BUG, "a token names a mail that is not there");
	}
	for (i = 0; i < take->pending_count; i++)
		if (pending_check(&take->pending[i], err))
			return -1;
	return 0;
}

int held_check(const struct store_take *take, struct err *err)
{
	size_t i;

	for (i = 0; i < take->accept_count; i++)
		if (!take->accepts[i].dossier || !take->accepts[i].by)
			return err_set(err, ERR_BUG, "who let item %lld through, or its dossier, is missing",
				       (long long)take->accepts[i].item);
	for (i = 0; i < take->asked_count; i++)
		if (!take->asked[i].service || !take->asked[i].address)
			return err_set(err, ERR_BUG, "who was asked, or for which service, is missing");
	return 0;
}

int ticket_check(const struct ticket *ticket, struct err *err)
{
	size_t i;

	if (!ticket->number || !ticket->service || !ticket->address || !ticket->name || !ticket->language ||
	    !ticket->subject)
		return err_set(err, ERR_BUG, "a ticket's number, service, address, name, language or subject is missing");
	if ((ticket->state == TICKET_CLOSED) != (ticket->closed != DATE_NONE))
		return err_set(err, ERR_BUG, "ticket %s: a closed one, and only that, has a time of closing", ticket->number);
	for (i = 0; i < ticket->message_count; i++)
		if (!ticket->messages[i].by || !ticket->messages[i].text)
			return err_set(err, ERR_BUG, "ticket %s: what was said by whom is missing", ticket->number);
	return 0;
}

/* A mail is about the decision's own ticket. */
static int check_ticket(const struct store_take *take, struct err *err)
{
	size_t i;

	if (take->ticket && ticket_check(take->ticket, err))
		return -1;
	for (i = 0; i < take->outbox_count; i++)
		if (take->outbox[i].ticket && (!take->ticket || !str_eq(take->outbox[i].ticket, take->ticket->number)))
			return err_set(err, ERR_BUG, "a mail is about ticket %s, which the decision does not hold",
				       take->outbox[i].ticket);
	return 0;
}

int take_check(const struct store_take *take, struct err *err)
{
	size_t i;

	if (take->dossier && check_dossier(take->dossier, err))
		return err_context(err, "dossier '%s'", take->dossier->number ? take->dossier->number : "?");
	if (take->item && verdict_check(take->item, err))
		return -1;
	if (!take->dossier && (take->history_count || take->raw_key || take->revoked_count))
		return err_set(err, ERR_BUG, "history, revoked tokens and a key under a dossier need the dossier");
	if (take->raw_key && (!take->item || !take->raw_key->present))
		return err_set(err, ERR_BUG, "a key for raw bytes needs their item");
	for (i = 0; i < take->history_count; i++)
		if (!take->history[i].event)
			return err_set(err, ERR_BUG, "a history line's event is missing");
	for (i = 0; i < take->outbox_count; i++)
		if (check_outbox(&take->outbox[i], err))
			return -1;
	for (i = 0; i < take->end_count; i++)
		if (verdict_check(&take->ends[i], err))
			return -1;
	return check_offices(take, err) || check_ticket(take, err) || check_replies(take, err) ||
	       held_check(take, err) ? -1 : 0;
}

int reserve_check(const struct item *item, struct err *err)
{
	if (!item->service || !item->origin)
		return err_set(err, ERR_BUG, "an item's service or origin is missing");
	if ((item->source == SOURCE_SPOOL) != (item->spool_key != NULL))
		return err_set(err, ERR_BUG, "an item of the spool, and only that, has a spool key");
	return 0;
}

int result_check(const struct outbox_result *result, struct err *err)
{
	bool again = result->state == OUTBOX_WAITING || result->state == OUTBOX_UNKNOWN;

	if (!again && result->state != OUTBOX_SENT && result->state != OUTBOX_FAILED)
		return err_set(err, ERR_INPUT, "an attempt cannot come to '%s'", outbox_state_word(result->state));
	if (again && result->next_at == DATE_NONE)
		return err_set(err, ERR_BUG, "the time of the next attempt is missing");
	return 0;
}
