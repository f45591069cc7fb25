/* What states mean and allow: shared by the drivers, so that they cannot differ. */

/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/date.h"
#include "base/str.h"
#include "base/xalloc.h"

/* Own. */
#include "store/store_p.h"

/* One row for each state, so that a new one is thought through everywhere. */
static const struct {
	bool decided, original, open, storable, retried;
	enum uid_standing standing;
} item_rules[ITEM_STATES] = {
	[ITEM_RESERVED] = { false, false, true, true, false, UID_RESERVED },
	[ITEM_STORED] = { false, false, true, false, false, UID_HAVE },
	[ITEM_PROCESSED] = { true, true, false, false, false, UID_DONE },
	[ITEM_DUPLICATE] = { true, false, false, false, false, UID_DONE },
	[ITEM_HELD] = { true, true, true, false, true, UID_DONE },
	[ITEM_QUARANTINED] = { true, true, true, false, true, UID_DONE },
	/* Should it show itself again after all, it is fetched: nothing is ever lost. */
	[ITEM_GONE] = { false, false, true, true, false, UID_RESERVED },
};

bool item_state_is_decided(enum item_state state)
{
	return item_rules[state].decided;
}

bool item_state_is_original(enum item_state state)
{
	return item_rules[state].original;
}

enum uid_standing item_standing(enum item_state state, bool acked)
{
	enum uid_standing standing = item_rules[state].standing;

	return standing == UID_DONE && acked ? UID_ACKED : standing;
}

int item_check_end(int64_t id, enum item_state state, bool has_raw, enum item_state next, struct err *err)
{
	if (!item_rules[state].open)
		return err_set(err, ERR_EXISTS, "item %lld is decided already: %s", (long long)id,
			       item_state_word(state));
	if (!has_raw && (next == ITEM_PROCESSED || next == ITEM_DUPLICATE))
		return err_set(err, ERR_INPUT, "item %lld cannot become %s: its bytes were never stored",
			       (long long)id, item_state_word(next));
	return 0;
}

int item_check_storable(int64_t id, enum item_state state, struct err *err)
{
	if (item_rules[state].storable)
		return 0;
	return err_set(err, ERR_EXISTS, "item %lld has its bytes already: %s", (long long)id, item_state_word(state));
}

int item_check_retry(int64_t id, enum item_state state, bool has_raw, enum item_state *next, struct err *err)
{
	if (!item_rules[state].retried)
		return err_set(err, ERR_INPUT, "item %lld is %s: only what is held or quarantined can be tried again",
			       (long long)id, item_state_word(state));
	*next = has_raw ? ITEM_STORED : ITEM_RESERVED;
	return 0;
}

int64_t held_first_look(enum item_state state, const char *reason, const char *dossier, int64_t received)
{
	if (state == ITEM_HELD)
		return received + HELD_WAIT;
	return state == ITEM_PROCESSED && str_eq(reason, "refused") && !dossier ? received + HELD_KEEP : DATE_NONE;
}

int held_check_accept(int64_t id, enum item_state state, bool has_raw, const struct held_accept *before,
		      struct err *err)
{
	char at[DATE_RFC3339_SIZE];

	if (state == ITEM_HELD && has_raw)
		return 0;
	if (state == ITEM_HELD)
		return err_set(err, ERR_INPUT, "item %lld cannot be let through: its bytes were never stored", (long long)id);
	if (!before)
		return err_set(err, ERR_INPUT, "item %lld is %s, not held", (long long)id, item_state_word(state));
	date_rfc3339(at, before->at);
	return err_set(err, ERR_EXISTS, "item %lld was let through before, by %s at %s, for dossier %s", (long long)id,
		       before->by, at, before->dossier);
}

int held_not_accepted(int64_t id, struct err *err)
{
	return err_set(err, ERR_NOTFOUND, "nobody let item %lld through", (long long)id);
}

int item_check_loose(const struct item *item, struct err *err)
{
	if (item->dossier)
		return err_set(err, ERR_INPUT, "item %lld belongs to dossier %s and goes with it", (long long)item->id,
			       item->dossier);
	if (!item_state_is_decided(item->state))
		return err_set(err, ERR_INPUT, "item %lld is not decided yet: %s", (long long)item->id,
			       item_state_word(item->state));
	return 0;
}

int item_no_such(int64_t id, struct err *err)
{
	return err_set(err, ERR_NOTFOUND, "there is no item %lld", (long long)id);
}

int dossier_no_such(const char *number, struct err *err)
{
	return err_set(err, ERR_NOTFOUND, "there is no dossier '%s'", number);
}

int dossier_number_taken(const char *number, struct err *err)
{
	return err_set(err, ERR_EXISTS, "there is a dossier '%s' already, or there was one", number);
}

int erase_refused(const char *number, bool erased, struct err *err)
{
	if (!erased)
		return dossier_no_such(number, err);
	return err_set(err, ERR_EXISTS, "dossier '%s' was erased before", number);
}

int erase_busy(const char *number, const char *what, int64_t id, struct err *err)
{
	return err_set(err, ERR_TEMP, "dossier '%s' cannot be erased at this moment: %s %lld; try again in a minute",
		       number, what, (long long)id);
}

int item_check_erasable(const char *number, const struct item *item, struct err *err)
{
	if (item->state == ITEM_RESERVED || item->state == ITEM_STORED)
		return erase_busy(number, "a decision waits on item", item->id, err);
	/* The spool knows its files by a name that would be erased. */
	if (item->source == SOURCE_SPOOL && !item->acked && item->state != ITEM_GONE)
		return erase_busy(number, "the spool still has the file of item", item->id, err);
	return 0;
}

int outbox_no_such(int64_t id, struct err *err)
{
	return err_set(err, ERR_NOTFOUND, "there is no outgoing mail %lld", (long long)id);
}

int outbox_not_sent(int64_t id, struct err *err)
{
	return err_set(err, ERR_INPUT, "outgoing mail %lld was not sent, or came back before", (long long)id);
}

int token_no_such(struct err *err)
{
	return err_set(err, ERR_NOTFOUND, "there is no such token");
}

int pending_no_such(struct err *err)
{
	return err_set(err, ERR_NOTFOUND, "no command waits for that answer");
}

int pending_check_take(const struct pending_command *pending, int64_t now, struct err *err)
{
	if (pending->answered != DATE_NONE)
		return err_set(err, ERR_EXISTS, "the command was answered before");
	if (pending->expires <= now)
		return err_set(err, ERR_INPUT, "the time to answer the command is over");
	return 0;
}

int outbox_check_sending(int64_t id, enum outbox_state state, struct err *err)
{
	if (state == OUTBOX_SENDING)
		return 0;
	return err_set(err, ERR_INPUT, "outgoing mail %lld is not being sent: %s", (long long)id,
		       outbox_state_word(state));
}

int outbox_check_retry(int64_t id, enum outbox_state state, struct err *err)
{
	switch (state) {
	case OUTBOX_WAITING:
	case OUTBOX_UNKNOWN:
	case OUTBOX_FAILED:
	case OUTBOX_HELD: return 0;
	case OUTBOX_SENDING:
		return err_set(err, ERR_INPUT, "outgoing mail %lld is being sent at this moment", (long long)id);
	default:
		return err_set(err, ERR_INPUT, "outgoing mail %lld cannot be sent again: %s", (long long)id,
			       outbox_state_word(state));
	}
}

int outbox_check_cancel(int64_t id, enum outbox_state state, struct err *err)
{
	if (state == OUTBOX_SENDING)
		return err_set(err, ERR_INPUT, "outgoing mail %lld is being sent at this moment", (long long)id);
	if (state == OUTBOX_SENT || state == OUTBOX_CANCELLED)
		return err_set(err, ERR_INPUT, "outgoing mail %lld cannot be cancelled: %s", (long long)id,
			       outbox_state_word(state));
	return 0;
}

int64_t outbox_new_expiry(int64_t created, int64_t expires, int64_t now)
{
	int64_t renewed;

	if (expires == DATE_NONE || created == DATE_NONE || __builtin_sub_overflow(expires, created, &renewed) ||
	    __builtin_add_overflow(now, renewed, &renewed))
		return expires;
	return renewed > expires ? renewed : expires;
}

enum outbox_state outbox_first_state(const struct outbox_row *row)
{
	return row->state == OUTBOX_HELD ? OUTBOX_HELD : OUTBOX_WAITING;
}

int64_t outbox_first_due(const struct outbox_row *row, int64_t now)
{
	if (outbox_first_state(row) == OUTBOX_HELD)
		return DATE_NONE;
	return row->next_at == DATE_NONE ? now : row->next_at;
}

void outbox_settle(struct outbox_row *row, int64_t now)
{
	row->next_at = outbox_first_due(row, now);
	row->state = outbox_first_state(row);
	row->attempts = 0;
	row->in_data = false;
}

bool blob_key_same(const struct blob_key *a, const struct blob_key *b)
{
	return a->present && b->present && !memcmp(a->bytes, b->bytes, sizeof a->bytes);
}

struct blob_scope outbox_scope(const struct outbox_row *row, int64_t dossier_id, const struct blob_key *dossier,
			       int64_t item_id, const struct blob_key *item)
{
	bool any = !row->scope.present;

	if (dossier_id && (any || blob_key_same(&row->scope, dossier)))
		return (struct blob_scope){ 0, dossier_id, NULL };
	if (item_id && (any || blob_key_same(&row->scope, item)))
		return (struct blob_scope){ item_id, 0, NULL };
	return (struct blob_scope){ 0, 0, &row->scope };
}

void id_log_set(struct id_log *log, int64_t *where, int64_t id)
{
	log->filled = xgrow(log->filled, &log->cap, log->count + 1, sizeof *log->filled);
	log->filled[log->count++] = where;
	*where = id;
}

int id_log_end(struct id_log *log, int rc)
{
	size_t i;

	for (i = 0; rc && i < log->count; i++)
		*log->filled[i] = 0;
	free(log->filled);
	return rc;
}

int office_no_such(const char *address, struct err *err)
{
	return err_set(err, ERR_NOTFOUND, "there is no office with the address %s", address);
}

int colleague_no_such(const char *address, struct err *err)
{
	return err_set(err, ERR_NOTFOUND, "nothing is known of %s as a colleague", address);
}

int ticket_no_such(const char *number, struct err *err)
{
	return err_set(err, ERR_NOTFOUND, "there is no ticket '%s'", number);
}
