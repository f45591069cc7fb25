/* What belongs to a dossier, written: only what has changed is. */

/* Base. */
#include "base/str.h"

/* Own. */
#include "store/sqlite_p.h"

/* ---- slots ---- */

static void bind_slot(struct query *query, const struct slot *slot, size_t place)
{
	query_int(query, (int64_t)place);
	query_text(query, slot->title);
	query_int(query, slot->required);
	query_int(query, slot->from_staff);
	query_int(query, slot->extra);
	query_int(query, slot->may_be_absent);
	query_int(query, slot->files_min);
	query_int(query, slot->files_max);
	query_text(query, slot_status_word(slot->status));
	query_text(query, slot->reason);
	query_int(query, slot->asked);
}

static int slot_update(struct sqlite_store *db, const struct slot *slot, size_t place, struct err *err)
{
	static const char update[] =
		"UPDATE slot SET place = ?1, title = ?2, required = ?3, from_staff = ?4, extra = ?5,"
		" may_be_absent = ?6, files_min = ?7, files_max = ?8, status = ?9, reason = ?10,"
		" asked = ?11 WHERE id = ?12"
		" AND (place, title, required, from_staff, extra, may_be_absent, files_min, files_max, status, reason,"
		" asked) IS NOT (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
	struct query query;

	query_begin(&query, db, update);
	bind_slot(&query, slot, place);
	query_int(&query, slot->id);
	return query_run(&query, err);
}

/* One that is there under its name and year already is brought up to date. */
static int slot_insert(struct sqlite_store *db, int64_t dossier, struct slot *slot, size_t place,
		       struct id_log *log, struct err *err)
{
	static const char insert[] =
		"INSERT INTO slot(place, title, required, from_staff, extra, may_be_absent, files_min, files_max,"
		" status, reason, asked, dossier, name, year) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
		" ON CONFLICT(dossier, name, year) DO UPDATE SET place = excluded.place, title = excluded.title,"
		" required = excluded.required, from_staff = excluded.from_staff, extra = excluded.extra,"
		" may_be_absent = excluded.may_be_absent, files_min = excluded.files_min,"
		" files_max = excluded.files_max, status = excluded.status, reason = excluded.reason,"
		" asked = excluded.asked RETURNING id";
	struct query query;

	query_begin(&query, db, insert);
	bind_slot(&query, slot, place);
	query_int(&query, dossier);
	query_text(&query, slot->name);
	query_int(&query, slot->year);
	if (query_step(&query, err) <= 0)
		return -1;
	id_log_set(log, &slot->id, query_get_int(&query));
	return query_run(&query, err);
}

/* ---- documents ---- */

struct holding {
	const char *reason; /* NULL: it is in a slot */
	const char *slot;
	int year;
};

static int document_insert(struct sqlite_store *db, int64_t dossier, int64_t slot, struct document *document,
			   const struct holding *holding, struct id_log *log, struct err *err)
{
	static const char insert[] =
		"INSERT INTO document(dossier, slot, version, current, name, type, size, sha256, sender, received,"
		" from_staff, item, part, blob, held_reason, held_slot, held_year, shown)"
		" VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
	const struct blob_scope scope = { 0, dossier, NULL };
	struct query query;

	if (sqlite_blob_put(db, &document->blob, &scope, log, err))
		return -1;
	query_begin(&query, db, insert);
	query_int(&query, dossier);
	query_id(&query, slot);
	query_int(&query, document->version);
	query_int(&query, document->current);
	query_text(&query, document->name);
	query_text(&query, document->type);
	query_int(&query, document->size);
	query_blob(&query, document->sha256, sizeof document->sha256);
	query_text(&query, document->from);
	query_int(&query, document->received);
	query_int(&query, document->from_staff);
	query_id(&query, document->item);
	query_int(&query, document->part);
	query_int(&query, document->blob.id);
	query_text(&query, holding->reason);
	query_text(&query, holding->slot);
	query_int(&query, holding->year);
	query_int(&query, (int64_t)document->shown);
	if (query_run(&query, err))
		return -1;
	id_log_set(log, &document->id, sql_last_id(db));
	return 0;
}

/* The bytes and what was said of them never change; where they count does. */
static int document_update(struct sqlite_store *db, int64_t dossier, int64_t slot, const struct document *document,
			   const struct holding *holding, struct err *err)
{
	static const char update[] =
		"UPDATE document SET slot = ?1, version = ?2, current = ?3, held_reason = ?4, held_slot = ?5,"
		" held_year = ?6, shown = ?9 WHERE id = ?7 AND dossier = ?8"
		" AND (slot, version, current, held_reason, held_slot, held_year, shown)"
		" IS NOT (?1, ?2, ?3, ?4, ?5, ?6, ?9)";
	struct query query;

	query_begin(&query, db, update);
	query_id(&query, slot);
	query_int(&query, document->version);
	query_int(&query, document->current);
	query_text(&query, holding->reason);
	query_text(&query, holding->slot);
	query_int(&query, holding->year);
	query_int(&query, document->id);
	query_int(&query, dossier);
	query_int(&query, (int64_t)document->shown);
	return query_run(&query, err);
}

static int put_document(struct sqlite_store *db, int64_t dossier, int64_t slot, struct document *document,
			const struct holding *holding, struct id_log *log, struct err *err)
{
	int rc = document->id ? document_update(db, dossier, slot, document, holding, err) :
				document_insert(db, dossier, slot, document, holding, log, err);

	return rc ? err_context(err, "document '%s'", document->name ? document->name : "?") : 0;
}

static int put_slots(struct sqlite_store *db, struct dossier *dossier, struct id_log *log, struct err *err)
{
	static const struct holding placed = { NULL, NULL, 0 };
	size_t i, j;
	int rc;

	for (i = 0; i < dossier->slot_count; i++) {
		struct slot *slot = &dossier->slots[i];

		rc = slot->id ? slot_update(db, slot, i, err) : slot_insert(db, dossier->id, slot, i, log, err);
		for (j = 0; !rc && j < slot->document_count; j++)
			rc = put_document(db, dossier->id, slot->id, &slot->documents[j], &placed, log, err);
		if (rc)
			return err_context(err, "slot '%s'", slot->name);
	}
	return 0;
}

static int put_held(struct sqlite_store *db, struct dossier *dossier, struct id_log *log, struct err *err)
{
	size_t i;

	for (i = 0; i < dossier->held_count; i++) {
		struct held_document *held = &dossier->held[i];
		const struct holding holding = { held->reason, held->slot, held->year };

		if (put_document(db, dossier->id, 0, &held->document, &holding, log, err))
			return err_context(err, "held document");
	}
	return 0;
}

static bool is_held(const struct dossier *dossier, int64_t id)
{
	size_t i;

	for (i = 0; i < dossier->held_count; i++)
		if (dossier->held[i].document.id == id)
			return true;
	return false;
}

static int drop_document(struct sqlite_store *db, int64_t id, int64_t blob, struct err *err)
{
	static const char document[] = "DELETE FROM document WHERE id = ?", bytes[] = "DELETE FROM blob WHERE id = ?";
	struct query query;

	query_begin(&query, db, document);
	query_int(&query, id);
	if (query_run(&query, err))
		return -1;
	query_begin(&query, db, bytes);
	query_int(&query, blob);
	return query_run(&query, err);
}

/* Held ones that were left out because the same bytes came again and found their place. */
static int drop_placed(struct sqlite_store *db, const struct dossier *dossier, struct err *err)
{
	static const char find[] = "SELECT id, blob FROM document h WHERE dossier = ?1 AND slot IS NULL AND EXISTS"
				   " (SELECT 1 FROM document m WHERE m.dossier = ?1 AND m.slot IS NOT NULL"
				   "  AND m.sha256 = h.sha256)";
	struct arena arena = ARENA_INIT;
	struct query query;
	int64_t (*ids)[2] = NULL;
	size_t count = 0, i;
	int rc;

	query_begin(&query, db, find);
	query_int(&query, dossier->id);
	while ((rc = query_step(&query, err)) > 0) {
		ids = arena_grow(&arena, ids, count, sizeof *ids);
		ids[count][0] = query_get_int(&query);
		ids[count++][1] = query_get_int(&query);
	}
	for (i = 0; !rc && i < count; i++)
		if (!is_held(dossier, ids[i][0]))
			rc = drop_document(db, ids[i][0], ids[i][1], err);
	arena_free(&arena);
	return rc ? err_context(err, "held documents") : 0;
}

/* ---- timers, counts and facts: small sets, replaced when they differ ---- */

static bool same_timers(const struct dossier *dossier, const struct timer *stored, size_t count)
{
	size_t i;

	if (count != dossier->timer_count)
		return false;
	for (i = 0; i < count; i++) {
		const struct timer *a = &dossier->timers[i], *b = &stored[i];

		if (a->kind != b->kind || !str_eq(a->clause, b->clause) || a->due != b->due ||
		    a->repeat != b->repeat || a->since != b->since)
			return false;
	}
	return true;
}

static int run_with_id(struct sqlite_store *db, const char *sql, int64_t id, struct err *err)
{
	struct query query;

	query_begin(&query, db, sql);
	query_int(&query, id);
	return query_run(&query, err);
}

static int replace_timers(struct sqlite_store *db, const struct dossier *dossier, struct err *err)
{
	static const char forget[] = "DELETE FROM timer WHERE dossier = ?",
			  insert[] = "INSERT INTO timer(dossier, place, kind, clause, due, repeat, since) "
				     "VALUES(?, ?, ?, ?, ?, ?, ?)";
	struct query query;
	size_t i;

	if (run_with_id(db, forget, dossier->id, err))
		return -1;
	for (i = 0; i < dossier->timer_count; i++) {
		const struct timer *timer = &dossier->timers[i];

		query_begin(&query, db, insert);
		query_int(&query, dossier->id);
		query_int(&query, (int64_t)i);
		query_text(&query, timer_kind_word(timer->kind));
		query_text(&query, timer->clause);
		query_int(&query, timer->due);
		query_int(&query, timer->repeat);
		query_time(&query, timer->since);
		if (query_run(&query, err))
			return -1;
	}
	return 0;
}

static int put_timers(struct sqlite_store *db, const struct dossier *dossier, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct timer *stored = NULL;
	size_t count = 0;
	int rc = sqlite_timers_get(db, dossier->id, &arena, &stored, &count, err);

	if (!rc && !same_timers(dossier, stored, count))
		rc = replace_timers(db, dossier, err);
	arena_free(&arena);
	return rc ? err_context(err, "timers") : 0;
}

static bool same_counts(const struct dossier *dossier, const struct clause_count *stored, size_t count)
{
	size_t i;

	if (count != dossier->count_count)
		return false;
	for (i = 0; i < count; i++)
		if (dossier->counts[i].count != stored[i].count ||
		    !str_eq(dossier->counts[i].clause, stored[i].clause))
			return false;
	return true;
}

static int replace_counts(struct sqlite_store *db, const struct dossier *dossier, struct err *err)
{
	static const char forget[] = "DELETE FROM clause_count WHERE dossier = ?",
			  insert[] = "INSERT INTO clause_count(dossier, place, clause, count) VALUES(?, ?, ?, ?)";
	struct query query;
	size_t i;

	if (run_with_id(db, forget, dossier->id, err))
		return -1;
	for (i = 0; i < dossier->count_count; i++) {
		query_begin(&query, db, insert);
		query_int(&query, dossier->id);
		query_int(&query, (int64_t)i);
		query_text(&query, dossier->counts[i].clause);
		query_int(&query, dossier->counts[i].count);
		if (query_run(&query, err))
			return -1;
	}
	return 0;
}

static int put_counts(struct sqlite_store *db, const struct dossier *dossier, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct clause_count *stored = NULL;
	size_t count = 0;
	int rc = sqlite_counts_get(db, dossier->id, &arena, &stored, &count, err);

	if (!rc && !same_counts(dossier, stored, count))
		rc = replace_counts(db, dossier, err);
	arena_free(&arena);
	return rc ? err_context(err, "counts") : 0;
}

static bool same_facts(const struct dossier *dossier, const struct fact *stored, size_t count)
{
	size_t i;

	if (count != dossier->fact_count)
		return false;
	for (i = 0; i < count; i++)
		if (!str_eq(dossier->facts[i].name, stored[i].name) ||
		    !str_eq(dossier->facts[i].value, stored[i].value))
			return false;
	return true;
}

static int replace_facts(struct sqlite_store *db, const struct dossier *dossier, struct err *err)
{
	static const char forget[] = "DELETE FROM fact WHERE dossier = ?",
			  insert[] = "INSERT INTO fact(dossier, place, name, value) VALUES(?, ?, ?, ?)";
	struct query query;
	size_t i;

	if (run_with_id(db, forget, dossier->id, err))
		return -1;
	for (i = 0; i < dossier->fact_count; i++) {
		query_begin(&query, db, insert);
		query_int(&query, dossier->id);
		query_int(&query, (int64_t)i);
		query_text(&query, dossier->facts[i].name);
		query_text(&query, dossier->facts[i].value);
		if (query_run(&query, err))
			return -1;
	}
	return 0;
}

static int put_facts(struct sqlite_store *db, const struct dossier *dossier, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct fact *stored = NULL;
	size_t count = 0;
	int rc = sqlite_facts_get(db, dossier->id, &arena, &stored, &count, err);

	if (!rc && !same_facts(dossier, stored, count))
		rc = replace_facts(db, dossier, err);
	arena_free(&arena);
	return rc ? err_context(err, "facts") : 0;
}

/* ---- approvals ---- */

static int approval_insert(struct sqlite_store *db, int64_t dossier, struct approval *approval,
			   struct id_log *log, struct err *err)
{
	static const char insert[] = "INSERT INTO approval(dossier, slot, year, sha256, state, asked, answered, actor,"
				     " reason) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)";
	struct query query;

	query_begin(&query, db, insert);
	query_int(&query, dossier);
	query_text(&query, approval->slot);
	query_int(&query, approval->year);
	query_blob(&query, approval->sha256, sizeof approval->sha256);
	query_text(&query, approval_state_word(approval->state));
	query_int(&query, approval->asked);
	query_time(&query, approval->answered);
	query_text(&query, approval->by);
	query_text(&query, approval->reason);
	if (query_run(&query, err))
		return -1;
	id_log_set(log, &approval->id, sql_last_id(db));
	return 0;
}

/* What was put to whom stays; what became of it changes. */
static int approval_update(struct sqlite_store *db, int64_t dossier, const struct approval *approval,
			   struct err *err)
{
	static const char update[] = "UPDATE approval SET state = ?1, answered = ?2, actor = ?3, reason = ?4"
				     " WHERE id = ?5 AND dossier = ?6"
				     " AND (state, answered, actor, reason) IS NOT (?1, ?2, ?3, ?4)";
	struct query query;

	query_begin(&query, db, update);
	query_text(&query, approval_state_word(approval->state));
	query_time(&query, approval->answered);
	query_text(&query, approval->by);
	query_text(&query, approval->reason);
	query_int(&query, approval->id);
	query_int(&query, dossier);
	return query_run(&query, err);
}

static int put_approvals(struct sqlite_store *db, struct dossier *dossier, struct id_log *log, struct err *err)
{
	size_t i;

	for (i = 0; i < dossier->approval_count; i++) {
		struct approval *approval = &dossier->approvals[i];

		if (approval->id ? approval_update(db, dossier->id, approval, err) :
				   approval_insert(db, dossier->id, approval, log, err))
			return err_context(err, "approval of '%s'", approval->slot);
	}
	return 0;
}

/* ---- payments ---- */

static void bind_payment(struct query *query, const struct payment *payment)
{
	query_text(query, payment_status_word(payment->status));
	query_int(query, payment->amount_cents);
	query_text(query, payment->currency);
	query_text(query, payment->description);
	query_time(query, payment->expires);
	query_text(query, payment->link);
}

static int put_payment(struct sqlite_store *db, int64_t dossier, struct payment *payment, struct id_log *log,
		       struct err *err)
{
	static const char insert[] = "INSERT INTO payment(status, amount_cents, currency, description, expires, link,"
				     " dossier) VALUES(?, ?, ?, ?, ?, ?, ?)",
			  update[] = "UPDATE payment SET status = ?1, amount_cents = ?2, currency = ?3,"
				     " description = ?4, expires = ?5, link = ?6 WHERE dossier = ?7 AND id = ?8 AND"
				     " (status, amount_cents, currency, description, expires, link)"
				     " IS NOT (?1, ?2, ?3, ?4, ?5, ?6)";
	struct query query;

	query_begin(&query, db, payment->id ? update : insert);
	bind_payment(&query, payment);
	query_int(&query, dossier);
	if (payment->id)
		query_int(&query, payment->id);
	if (query_run(&query, err))
		return err_context(err, "payment");
	if (!payment->id)
		id_log_set(log, &payment->id, sql_last_id(db));
	return 0;
}

int sqlite_dossier_put_parts(struct sqlite_store *db, struct dossier *dossier, struct id_log *log,
			     struct err *err)
{
	size_t i;

	if (put_held(db, dossier, log, err) || put_slots(db, dossier, log, err) ||
	    drop_placed(db, dossier, err) || put_timers(db, dossier, err) || put_counts(db, dossier, err) ||
	    put_facts(db, dossier, err) || sqlite_people_put(db, dossier, err) || put_approvals(db, dossier, log, err))
		return -1;
	for (i = 0; i < dossier->payment_count; i++)
		if (put_payment(db, dossier->id, &dossier->payments[i], log, err))
			return -1;
	return 0;
}
