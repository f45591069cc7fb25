/* What belongs to a dossier, read. */

/* System. */
#include <string.h>

/* Own. */
#include "store/sqlite_p.h"

/* What get_document() reads after the columns of its own statement. */
#define DOCUMENT_COLUMNS(sealed) \
	"m.id, m.version, m.current, m.name, m.type, m.size, m.sha256, m.sender, m.received, m.from_staff," \
	" m.item, m.part, m.shown, b.id, b.name, b.size, b.key, " sealed

static void get_document(struct query *query, struct arena *arena, struct document *document)
{
	memset(document, 0, sizeof *document);
	document->id = query_get_int(query);
	document->version = (int)query_get_int(query);
	document->current = query_get_bool(query);
	document->name = query_get_text(query, arena);
	document->type = query_get_text(query, arena);
	document->size = query_get_int(query);
	query_get_bytes(query, document->sha256, sizeof document->sha256);
	document->from = query_get_text(query, arena);
	document->received = query_get_int(query);
	document->from_staff = query_get_bool(query);
	document->item = query_get_int(query);
	document->part = (int)query_get_int(query);
	document->shown = (unsigned)query_get_int(query);
	sqlite_blob_get(query, arena, &document->blob);
}

static void get_slot(struct query *query, struct arena *arena, struct slot *slot)
{
	memset(slot, 0, sizeof *slot);
	slot->id = query_get_int(query);
	slot->name = query_get_text(query, arena);
	slot->year = (int)query_get_int(query);
	slot->title = query_get_text(query, arena);
	slot->required = query_get_bool(query);
	slot->from_staff = query_get_bool(query);
	slot->extra = query_get_bool(query);
	slot->may_be_absent = query_get_bool(query);
	slot->files_min = (int)query_get_int(query);
	slot->files_max = (int)query_get_int(query);
	slot_status_from_word(query_peek_text(query), &slot->status);
	slot->reason = query_get_text(query, arena);
	slot->asked = query_get_bool(query);
}

static int get_slots(struct sqlite_store *db, struct dossier *dossier, struct arena *arena, struct err *err)
{
	static const char find[] = "SELECT id, name, year, title, required, from_staff, extra, may_be_absent,"
				   " files_min, files_max, status, reason, asked FROM slot WHERE dossier = ?"
				   " ORDER BY place, id";
	struct query query;
	int rc;

	query_begin(&query, db, find);
	query_int(&query, dossier->id);
	while ((rc = query_step(&query, err)) > 0) {
		dossier->slots = arena_grow(arena, dossier->slots, dossier->slot_count, sizeof *dossier->slots);
		get_slot(&query, arena, &dossier->slots[dossier->slot_count++]);
	}
	return rc;
}

static struct slot *slot_by_id(struct dossier *dossier, int64_t id)
{
	size_t i;

	for (i = 0; i < dossier->slot_count; i++)
		if (dossier->slots[i].id == id)
			return &dossier->slots[i];
	return NULL;
}

static void add_held(struct query *query, struct dossier *dossier, struct arena *arena, const char *reason)
{
	struct held_document *held;

	dossier->held = arena_grow(arena, dossier->held, dossier->held_count, sizeof *dossier->held);
	held = &dossier->held[dossier->held_count++];
	held->reason = reason;
	held->slot = query_get_text(query, arena);
	held->year = (int)query_get_int(query);
	get_document(query, arena, &held->document);
}

static void add_document(struct query *query, struct slot *slot, struct arena *arena)
{
	query_skip(query);
	query_skip(query);
	slot->documents = arena_grow(arena, slot->documents, slot->document_count, sizeof *slot->documents);
	get_document(query, arena, &slot->documents[slot->document_count++]);
}

static int get_documents(struct sqlite_store *db, struct dossier *dossier, struct arena *arena, struct err *err)
{
	static const char find[] = "SELECT m.slot, m.held_reason, m.held_slot, m.held_year, " DOCUMENT_COLUMNS("NULL")
		" FROM document m JOIN blob b ON b.id = m.blob WHERE m.dossier = ? ORDER BY m.version, m.id";
	struct query query;
	int rc;

	query_begin(&query, db, find);
	query_int(&query, dossier->id);
	while ((rc = query_step(&query, err)) > 0) {
		struct slot *slot = slot_by_id(dossier, query_get_int(&query));
		const char *reason = query_get_text(&query, arena);

		if (slot)
			add_document(&query, slot, arena);
		else
			add_held(&query, dossier, arena, reason);
	}
	return rc;
}

int sqlite_timers_get(struct sqlite_store *db, int64_t dossier, struct arena *arena, struct timer **timers,
		      size_t *count, struct err *err)
{
	static const char find[] = "SELECT kind, clause, due, repeat, since FROM timer WHERE dossier = ? ORDER BY place";
	struct query query;
	int rc;

	query_begin(&query, db, find);
	query_int(&query, dossier);
	while ((rc = query_step(&query, err)) > 0) {
		struct timer *timer;

		*timers = arena_grow(arena, *timers, *count, sizeof **timers);
		timer = &(*timers)[(*count)++];
		timer_kind_from_word(query_peek_text(&query), &timer->kind);
		timer->clause = query_get_text(&query, arena);
		timer->due = query_get_int(&query);
		timer->repeat = (int)query_get_int(&query);
		timer->since = query_get_time(&query);
	}
	return rc;
}

int sqlite_counts_get(struct sqlite_store *db, int64_t dossier, struct arena *arena,
		      struct clause_count **counts, size_t *count, struct err *err)
{
	static const char find[] = "SELECT clause, count FROM clause_count WHERE dossier = ? ORDER BY place";
	struct query query;
	int rc;

	query_begin(&query, db, find);
	query_int(&query, dossier);
	while ((rc = query_step(&query, err)) > 0) {
		*counts = arena_grow(arena, *counts, *count, sizeof **counts);
		(*counts)[*count].clause = query_get_text(&query, arena);
		(*counts)[(*count)++].count = (int)query_get_int(&query);
	}
	return rc;
}

int sqlite_facts_get(struct sqlite_store *db, int64_t dossier, struct arena *arena, struct fact **facts,
		     size_t *count, struct err *err)
{
	static const char find[] = "SELECT name, value FROM fact WHERE dossier = ? ORDER BY place";
	struct query query;
	int rc;

	query_begin(&query, db, find);
	query_int(&query, dossier);
	while ((rc = query_step(&query, err)) > 0) {
		*facts = arena_grow(arena, *facts, *count, sizeof **facts);
		(*facts)[*count].name = query_get_text(&query, arena);
		(*facts)[(*count)++].value = query_get_text(&query, arena);
	}
	return rc;
}

static int get_approvals(struct sqlite_store *db, struct dossier *dossier, struct arena *arena, struct err *err)
{
	static const char find[] = "SELECT id, slot, year, sha256, state, asked, answered, actor, reason"
				   " FROM approval WHERE dossier = ? ORDER BY id";
	struct query query;
	int rc;

	query_begin(&query, db, find);
	query_int(&query, dossier->id);
	while ((rc = query_step(&query, err)) > 0) {
		struct approval *approval;

		dossier->approvals = arena_grow(arena, dossier->approvals, dossier->approval_count,
						sizeof *dossier->approvals);
		approval = &dossier->approvals[dossier->approval_count++];
		approval->id = query_get_int(&query);
		approval->slot = query_get_text(&query, arena);
		approval->year = (int)query_get_int(&query);
		query_get_bytes(&query, approval->sha256, sizeof approval->sha256);
		approval_state_from_word(query_peek_text(&query), &approval->state);
		approval->asked = query_get_int(&query);
		approval->answered = query_get_time(&query);
		approval->by = query_get_text(&query, arena);
		approval->reason = query_get_text(&query, arena);
	}
	return rc;
}

static int get_payments(struct sqlite_store *db, struct dossier *dossier, struct arena *arena, struct err *err)
{
	static const char find[] = "SELECT id, status, amount_cents, currency, description, expires, link"
				   " FROM payment WHERE dossier = ? ORDER BY id";
	struct query query;
	int rc;

	query_begin(&query, db, find);
	query_int(&query, dossier->id);
	while ((rc = query_step(&query, err)) > 0) {
		struct payment *payment;

		dossier->payments = arena_grow(arena, dossier->payments, dossier->payment_count,
					       sizeof *dossier->payments);
		payment = &dossier->payments[dossier->payment_count++];
		payment->id = query_get_int(&query);
		payment_status_from_word(query_peek_text(&query), &payment->status);
		payment->amount_cents = query_get_int(&query);
		payment->currency = query_get_text(&query, arena);
		payment->description = query_get_text(&query, arena);
		payment->expires = query_get_time(&query);
		payment->link = query_get_text(&query, arena);
	}
	return rc;
}

int sqlite_dossier_get_parts(struct sqlite_store *db, struct dossier *dossier, struct arena *arena,
			     struct err *err)
{
	if (get_slots(db, dossier, arena, err) || get_documents(db, dossier, arena, err) ||
	    sqlite_timers_get(db, dossier->id, arena, &dossier->timers, &dossier->timer_count, err) ||
	    sqlite_counts_get(db, dossier->id, arena, &dossier->counts, &dossier->count_count, err) ||
	    sqlite_facts_get(db, dossier->id, arena, &dossier->facts, &dossier->fact_count, err) ||
	    sqlite_people_get(db, dossier, arena, err) || get_approvals(db, dossier, arena, err))
		return -1;
	return get_payments(db, dossier, arena, err);
}

int sqlite_document_load(struct store *store, const char *number, int64_t id, struct arena *arena,
			 struct document *document, struct blob_key *scope, struct err *err)
{
	static const char find[] = "SELECT coalesce(bd.scope, bi.scope, b.scope), " DOCUMENT_COLUMNS("b.sealed")
		" FROM document m JOIN dossier d ON d.id = m.dossier JOIN blob b ON b.id = m.blob"
		" LEFT JOIN dossier bd ON bd.id = b.dossier LEFT JOIN item bi ON bi.id = b.item"
		" WHERE m.id = ? AND d.number = ?";
	struct query query;
	int rc;

	query_begin(&query, sqlite_of(store), find);
	query_int(&query, id);
	query_text(&query, number);
	rc = query_step(&query, err);
	if (rc <= 0)
		return rc ? rc : err_set(err, ERR_NOTFOUND, "dossier '%s' has no document %lld", number, (long long)id);
	query_get_key(&query, scope);
	get_document(&query, arena, document);
	query_end(&query);
	return 0;
}
