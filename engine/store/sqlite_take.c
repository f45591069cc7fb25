/* The one commit point: a decision, whole. */

/* System. */
#include <string.h>

/* Base. */
#include "base/date.h"
#include "base/str.h"

/* Own. */
#include "store/sqlite_p.h"

/* ---- the dossier itself ---- */

static void bind_party(struct query *query, const struct party *party)
{
	query_text(query, party->name);
	query_text(query, party->address);
	query_text(query, party->language);
	query_int(query, party->copy);
}

static int dossier_insert(struct sqlite_store *db, struct dossier *dossier, struct id_log *log, struct err *err)
{
	static const char insert[] =
		"INSERT INTO dossier(number, service, workflow, program, state, final, office_only, brand, language,"
		" opened, entered, complete, client_name, client_address, client_language, client_copy, office_name,"
		" office_address, office_language, office_copy, scope, assigned)"
		" VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
	struct query query;
	int there = sqlite_dossier_exists(&db->base, dossier->number, err);

	if (there)
		return there < 0 ? -1 : dossier_number_taken(dossier->number, err);
	query_begin(&query, db, insert);
	query_text(&query, dossier->number);
	query_text(&query, dossier->service);
	query_text(&query, dossier->workflow);
	query_text(&query, dossier->program);
	query_text(&query, dossier->state);
	query_int(&query, dossier->final);
	query_int(&query, dossier->office_only);
	query_text(&query, dossier->brand);
	query_text(&query, dossier->language);
	query_int(&query, dossier->opened);
	query_int(&query, dossier->entered);
	query_int(&query, dossier->complete);
	bind_party(&query, &dossier->client);
	bind_party(&query, &dossier->office);
	query_key(&query, &dossier->scope);
	query_text(&query, dossier->assigned);
	if (query_run(&query, err))
		return -1;
	id_log_set(log, &dossier->id, sql_last_id(db));
	return 0;
}

/* Number, service, time of opening and key stay what they were. */
static int dossier_update(struct sqlite_store *db, const struct dossier *dossier, struct err *err)
{
	static const char update[] =
		"UPDATE dossier SET workflow = ?, program = ?, state = ?, final = ?, office_only = ?, brand = ?,"
		" language = ?, entered = ?, complete = ?, client_name = ?, client_address = ?, client_language = ?,"
		" client_copy = ?, office_name = ?, office_address = ?, office_language = ?, office_copy = ?, assigned = ?"
		" WHERE id = ? AND number = ? AND service = ?";
	struct query query;

	query_begin(&query, db, update);
	query_text(&query, dossier->workflow);
	query_text(&query, dossier->program);
	query_text(&query, dossier->state);
	query_int(&query, dossier->final);
	query_int(&query, dossier->office_only);
	query_text(&query, dossier->brand);
	query_text(&query, dossier->language);
	query_int(&query, dossier->entered);
	query_int(&query, dossier->complete);
	bind_party(&query, &dossier->client);
	bind_party(&query, &dossier->office);
	query_text(&query, dossier->assigned);
	query_int(&query, dossier->id);
	query_text(&query, dossier->number);
	query_text(&query, dossier->service);
	if (query_run(&query, err))
		return -1;
	return sql_changed(db) ? 0 : dossier_no_such(dossier->number, err);
}

static int put_dossier(struct sqlite_store *db, struct dossier *dossier, struct id_log *log, struct err *err)
{
	int rc = dossier->id ? dossier_update(db, dossier, err) : dossier_insert(db, dossier, log, err);

	if (!rc)
		rc = sqlite_dossier_put_parts(db, dossier, log, err);
	return rc ? err_context(err, "dossier '%s'", dossier->number) : 0;
}

static int put_history(struct sqlite_store *db, const struct store_take *take, struct err *err)
{
	static const char insert[] = "INSERT INTO history(dossier, at, event, actor, text) VALUES(?, ?, ?, ?, ?)";
	struct query query;
	size_t i;

	for (i = 0; i < take->history_count; i++) {
		query_begin(&query, db, insert);
		query_int(&query, take->dossier->id);
		query_int(&query, take->history[i].at);
		query_text(&query, take->history[i].event);
		query_text(&query, take->history[i].by);
		query_text(&query, take->history[i].text);
		if (query_run(&query, err))
			return -1;
	}
	return 0;
}

/* ---- the item ---- */

static int put_raw_key(struct sqlite_store *db, const struct store_take *take, struct err *err)
{
	static const char update[] = "UPDATE blob SET key = ?, dossier = ?, item = NULL, scope = NULL "
				     "WHERE id = (SELECT raw FROM item WHERE id = ?)";
	struct query query;

	query_begin(&query, db, update);
	query_key(&query, take->raw_key);
	query_int(&query, take->dossier->id);
	query_int(&query, take->item->id);
	if (query_run(&query, err))
		return -1;
	if (!sql_changed(db))
		return err_set(err, ERR_INPUT, "item %lld has no bytes to move to a dossier", (long long)take->item->id);
	return 0;
}

static int put_item(struct sqlite_store *db, const struct store_take *take, struct err *err)
{
	struct item_verdict verdict = *take->item;

	if (!verdict.dossier && take->dossier)
		verdict.dossier = take->dossier->number;
	if (sqlite_item_end(&db->base, &verdict, err))
		return -1;
	return take->raw_key ? put_raw_key(db, take, err) : 0;
}

/* ---- outgoing mail ---- */

/* What the scope of a row's blob is found by. */
struct owners {
	int64_t dossier_id, item_id;
	struct blob_key dossier, item;
};

static int find_dossier(struct sqlite_store *db, const char *number, struct owners *owners, struct err *err)
{
	static const char find[] = "SELECT id, scope FROM dossier WHERE number = ?";
	struct query query;
	int rc;

	query_begin(&query, db, find);
	query_text(&query, number);
	rc = query_step(&query, err);
	if (rc <= 0)
		return rc ? rc : dossier_no_such(number, err);
	owners->dossier_id = query_get_int(&query);
	query_get_key(&query, &owners->dossier);
	query_end(&query);
	return 0;
}

static int find_item(struct sqlite_store *db, int64_t id, struct owners *owners, struct err *err)
{
	static const char find[] = "SELECT scope FROM item WHERE id = ?";
	struct query query;
	int rc;

	query_begin(&query, db, find);
	query_int(&query, id);
	rc = query_step(&query, err);
	if (rc <= 0)
		return rc ? rc : item_no_such(id, err);
	owners->item_id = id;
	query_get_key(&query, &owners->item);
	query_end(&query);
	return 0;
}

static int outbox_insert(struct sqlite_store *db, struct outbox_row *row, const struct owners *owners,
			 int64_t now, struct id_log *log, struct err *err)
{
	static const char insert[] =
		"INSERT INTO outbox(key, service, dossier, item, template, audience, recipient, sender, subject,"
		" message_id, state, created, next_at, expires, reply, held, text, counted, blob)"
		" VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
	struct query query;

	query_begin(&query, db, insert);
	query_text(&query, row->key);
	query_text(&query, row->service);
	query_id(&query, owners->dossier_id);
	query_id(&query, owners->item_id);
	query_text(&query, row->template);
	query_text(&query, row->audience);
	query_text(&query, row->to);
	query_text(&query, row->from);
	query_text(&query, row->subject);
	query_text(&query, row->message_id);
	query_text(&query, outbox_state_word(outbox_first_state(row)));
	query_int(&query, row->created);
	query_time(&query, outbox_first_due(row, now));
	query_time(&query, row->expires);
	query_text(&query, row->reply);
	query_text(&query, row->held);
	query_text(&query, row->text);
	query_time(&query, outbox_first_state(row) == OUTBOX_HELD ? DATE_NONE : row->created);
	query_int(&query, row->blob.id);
	if (query_run(&query, err))
		return -1;
	id_log_set(log, &row->id, sql_last_id(db));
	return 0;
}

static int put_outbox_row(struct sqlite_store *db, struct outbox_row *row, const struct store_take *take,
			  struct id_log *log, struct err *err)
{
	struct owners owners = { 0 };
	struct blob_scope scope;

	if (row->dossier && find_dossier(db, row->dossier, &owners, err))
		return -1;
	if (row->item && find_item(db, row->item, &owners, err))
		return -1;
	scope = outbox_scope(row, owners.dossier_id, &owners.dossier, owners.item_id, &owners.item);
	if (scope.own && !scope.own->present)
		return err_set(err, ERR_BUG, "the key of its scope is missing");
	if (sqlite_blob_put(db, &row->blob, &scope, log, err) ||
	    outbox_insert(db, row, &owners, take->now, log, err))
		return -1;
	return row->ticket ? sqlite_ticket_mail(&db->base, row->ticket, row->id, err) : 0;
}

static int put_outbox(struct sqlite_store *db, struct store_take *take, struct id_log *log, struct err *err)
{
	size_t i;

	for (i = 0; i < take->outbox_count; i++)
		if (put_outbox_row(db, &take->outbox[i], take, log, err))
			return err_context(err, "outgoing mail '%s'", take->outbox[i].key);
	for (i = 0; i < take->outbox_count; i++)
		outbox_settle(&take->outbox[i], take->now);
	return 0;
}

int sqlite_take(struct store *store, struct store_take *take, struct err *err)
{
	struct sqlite_store *db = sqlite_of(store);
	struct id_log log = { NULL, 0, 0 };
	int rc = 0;

	if (take->dossier)
		rc = put_dossier(db, take->dossier, &log, err);
	if (!rc)
		rc = put_history(db, take, err);
	if (!rc && take->item)
		rc = put_item(db, take, err);
	if (!rc)
		rc = sqlite_take_ticket(store, take, &log, err);
	if (!rc)
		rc = put_outbox(db, take, &log, err);
	if (!rc)
		rc = take_replies(store, take, err);
	if (!rc)
		rc = take_offices(store, take, err);
	return id_log_end(&log, rc);
}
