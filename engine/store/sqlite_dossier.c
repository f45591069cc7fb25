/* Dossiers: reading them, alone and in lists; their history; what is due. */

/* System. */
#include <string.h>

/* Own. */
#include "store/sqlite_p.h"

#define SELECT_DOSSIER \
	"SELECT id, number, service, workflow, program, state, final, office_only, brand, language, opened," \
	" entered, complete, client_name, client_address, client_language, client_copy, office_name," \
	" office_address, office_language, office_copy, scope, assigned FROM dossier "

static void get_party(struct query *query, struct arena *arena, struct party *party)
{
	party->name = query_get_text(query, arena);
	party->address = query_get_text(query, arena);
	party->language = query_get_text(query, arena);
	party->copy = query_get_bool(query);
}

static struct dossier *get_dossier(struct query *query, struct arena *arena, struct dossier *dossier)
{
	memset(dossier, 0, sizeof *dossier);
	dossier->id = query_get_int(query);
	dossier->number = query_get_text(query, arena);
	dossier->service = query_get_text(query, arena);
	dossier->workflow = query_get_text(query, arena);
	dossier->program = query_get_text(query, arena);
	dossier->state = query_get_text(query, arena);
	dossier->final = query_get_bool(query);
	dossier->office_only = query_get_bool(query);
	dossier->brand = query_get_text(query, arena);
	dossier->language = query_get_text(query, arena);
	dossier->opened = query_get_int(query);
	dossier->entered = query_get_int(query);
	dossier->complete = query_get_bool(query);
	get_party(query, arena, &dossier->client);
	get_party(query, arena, &dossier->office);
	query_get_key(query, &dossier->scope);
	dossier->assigned = query_get_text(query, arena);
	return dossier;
}

int sqlite_dossier_load(struct store *store, const char *number, struct arena *arena, struct dossier **dossier,
			struct err *err)
{
	static const char find[] = SELECT_DOSSIER "WHERE number = ?";
	struct query query;
	int rc;

	query_begin(&query, sqlite_of(store), find);
	query_text(&query, number);
	rc = query_step(&query, err);
	if (rc <= 0)
		return rc ? rc : dossier_no_such(number, err);
	*dossier = get_dossier(&query, arena, arena_alloc(arena, sizeof **dossier));
	query_end(&query);
	return sqlite_dossier_get_parts(sqlite_of(store), *dossier, arena, err);
}

int sqlite_dossier_id(struct sqlite_store *db, const char *number, int64_t *id, struct err *err)
{
	static const char find[] = "SELECT id FROM dossier WHERE number = ?";
	struct query query;
	int rc;

	query_begin(&query, db, find);
	query_text(&query, number);
	rc = query_step(&query, err);
	if (rc <= 0)
		return rc ? rc : dossier_no_such(number, err);
	*id = query_get_int(&query);
	query_end(&query);
	return 0;
}

int sqlite_dossier_exists(struct store *store, const char *number, struct err *err)
{
	static const char find[] = "SELECT 1 FROM dossier WHERE number = ?1"
				   " UNION ALL SELECT 1 FROM erased WHERE number = ?1";
	struct query query;
	int rc;

	query_begin(&query, sqlite_of(store), find);
	query_text(&query, number);
	rc = query_step(&query, err);
	query_end(&query);
	return rc;
}

#define DOSSIER_FILTER \
	" AND id > ?1 AND (?2 IS NULL OR service = ?2) AND (?4 IS NULL OR workflow = ?4)" \
	" AND (?5 IS NULL OR program <> ?5)"
#define DOSSIER_ORDER " ORDER BY id LIMIT ?3"

int sqlite_dossier_list(struct store *store, const struct dossier_filter *filter, struct arena *arena,
			struct dossier **dossiers, size_t *count, struct err *err)
{
	/* One statement for each way in, so that each has its index. */
	static const char all[] = SELECT_DOSSIER "WHERE 1" DOSSIER_FILTER DOSSIER_ORDER,
			  by_final[] = SELECT_DOSSIER "WHERE final = ?6" DOSSIER_FILTER DOSSIER_ORDER,
			  by_address[] = SELECT_DOSSIER
		"WHERE (client_address = ?7 COLLATE NOCASE OR office_address = ?7 COLLATE NOCASE"
		" OR id IN (SELECT dossier FROM partner WHERE address = ?7 COLLATE NOCASE)"
		" OR id IN (SELECT dossier FROM alias WHERE address = ?7 COLLATE NOCASE))"
		" AND (?6 < 0 OR final = ?6)" DOSSIER_FILTER DOSSIER_ORDER;
	struct query query;
	size_t i;
	int rc;

	query_begin(&query, sqlite_of(store), filter->address ? by_address : filter->final < 0 ? all : by_final);
	query_int(&query, filter->after);
	query_text(&query, filter->service);
	query_int(&query, (int64_t)filter->limit);
	query_text(&query, filter->workflow);
	query_text(&query, filter->not_program);
	if (filter->address || filter->final >= 0)
		query_int(&query, filter->final);
	if (filter->address)
		query_text(&query, filter->address);
	while ((rc = query_step(&query, err)) > 0) {
		*dossiers = arena_grow(arena, *dossiers, *count, sizeof **dossiers);
		get_dossier(&query, arena, &(*dossiers)[(*count)++]);
	}
	for (i = 0; !rc && i < *count; i++)
		rc = sqlite_people_get(sqlite_of(store), &(*dossiers)[i], arena, err);
	return rc;
}

int sqlite_history(struct store *store, const char *number, struct arena *arena, struct history_line **lines,
		   size_t *count, struct err *err)
{
	static const char find[] = "SELECT at, event, actor, text FROM history WHERE dossier = ? ORDER BY id";
	struct query query;
	int64_t id;
	int rc;

	if (sqlite_dossier_id(sqlite_of(store), number, &id, err))
		return -1;
	query_begin(&query, sqlite_of(store), find);
	query_int(&query, id);
	while ((rc = query_step(&query, err)) > 0) {
		struct history_line *line;

		*lines = arena_grow(arena, *lines, *count, sizeof **lines);
		line = &(*lines)[(*count)++];
		line->at = query_get_int(&query);
		line->event = query_get_text(&query, arena);
		line->by = query_get_text(&query, arena);
		line->text = query_get_text(&query, arena);
	}
	return rc;
}

int sqlite_timers_due(struct store *store, int64_t now, size_t limit, struct arena *arena,
		      struct due_timer **timers, size_t *count, struct err *err)
{
	static const char find[] = "SELECT d.number, t.kind, t.clause, t.due FROM timer t JOIN dossier d"
				   " ON d.id = t.dossier WHERE t.due <= ? ORDER BY t.due, t.dossier, t.place LIMIT ?";
	struct query query;
	int rc;

	query_begin(&query, sqlite_of(store), find);
	query_int(&query, now);
	query_int(&query, (int64_t)limit);
	while ((rc = query_step(&query, err)) > 0) {
		struct due_timer *timer;

		*timers = arena_grow(arena, *timers, *count, sizeof **timers);
		timer = &(*timers)[(*count)++];
		timer->dossier = query_get_text(&query, arena);
		timer_kind_from_word(query_peek_text(&query), &timer->kind);
		timer->clause = query_get_text(&query, arena);
		timer->due = query_get_int(&query);
	}
	return rc;
}
