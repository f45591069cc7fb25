/* Offices, their colleagues, and the dossiers of an office in the order in which they wait. */

/* System. */
#include <string.h>

/* Base. */
#include "base/addr.h"
#include "base/date.h"
#include "base/str.h"

/* Own. */
#include "store/sqlite_p.h"

#define SELECT_OFFICE \
	"SELECT id, service, address, name, brand, language, added, actor, confirmed, code, code_made, code_wrong," \
	" digest, digest_due, seen FROM office "

static int find_id(struct sqlite_store *db, const char *service, const char *address, int64_t *id, struct err *err)
{
	static const char find[] = "SELECT id FROM office WHERE service = ? AND address = ? COLLATE NOCASE";
	struct query query;
	int rc;

	*id = 0;
	query_begin(&query, db, find);
	query_text(&query, service);
	query_text(&query, address);
	rc = query_step(&query, err);
	if (rc <= 0)
		return rc ? rc : office_no_such(address, err);
	*id = query_get_int(&query);
	query_end(&query);
	return 0;
}

/* ---- offices ---- */

int sqlite_office_put(struct store *store, const struct office *office, struct err *err)
{
	static const char put[] =
		"INSERT INTO office(service, address, domain, name, brand, language, added, actor, confirmed, code, code_made,"
		" code_wrong, digest, digest_due, seen) VALUES(?, ?, lower(?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
		" ON CONFLICT(service, address COLLATE NOCASE) DO UPDATE SET name = excluded.name, brand = excluded.brand,"
		" language = excluded.language, added = excluded.added, actor = excluded.actor,"
		" confirmed = excluded.confirmed, code = excluded.code, code_made = excluded.code_made,"
		" code_wrong = excluded.code_wrong, digest = excluded.digest, digest_due = excluded.digest_due,"
		" seen = excluded.seen";
	struct query query;

	query_begin(&query, sqlite_of(store), put);
	query_text(&query, office->service);
	query_text(&query, office->address);
	query_text(&query, addr_domain(office->address));
	query_text(&query, office->name);
	query_text(&query, office->brand);
	query_text(&query, office->language);
	query_int(&query, office->added);
	query_text(&query, office->by);
	query_time(&query, office->confirmed);
	query_blob(&query, office->has_code ? office->code : NULL, sizeof office->code);
	query_time(&query, office->has_code ? office->code_made : DATE_NONE);
	query_int(&query, office->code_wrong);
	query_text(&query, office_digest_word(office->digest));
	query_time(&query, office->digest_due);
	query_blob(&query, office->has_seen ? office->seen : NULL, sizeof office->seen);
	return query_run(&query, err);
}

static void get_office(struct query *query, struct arena *arena, struct office *office)
{
	memset(office, 0, sizeof *office);
	office->id = query_get_int(query);
	office->service = query_get_text(query, arena);
	office->address = query_get_text(query, arena);
	office->name = query_get_text(query, arena);
	office->brand = query_get_text(query, arena);
	office->language = query_get_text(query, arena);
	office->added = query_get_int(query);
	office->by = query_get_text(query, arena);
	office->confirmed = query_get_time(query);
	query_get_bytes(query, office->code, sizeof office->code);
	office->code_made = query_get_time(query);
	office->has_code = office->code_made != DATE_NONE;
	office->code_wrong = (int)query_get_int(query);
	office_digest_from_word(query_peek_text(query), &office->digest);
	office->digest_due = query_get_time(query);
	office->has_seen = sqlite3_column_type(query->stmt, query->column) != SQLITE_NULL;
	query_get_bytes(query, office->seen, sizeof office->seen);
}

int sqlite_office_find(struct store *store, const char *service, const char *address, struct arena *arena,
		       struct office *office, struct err *err)
{
	static const char find[] = SELECT_OFFICE "WHERE service = ? AND address = ? COLLATE NOCASE";
	struct query query;
	int rc;

	query_begin(&query, sqlite_of(store), find);
	query_text(&query, service);
	query_text(&query, address);
	rc = query_step(&query, err);
	if (rc <= 0)
		return rc ? rc : office_no_such(address, err);
	get_office(&query, arena, office);
	query_end(&query);
	return 0;
}

int sqlite_office_list(struct store *store, const struct office_filter *filter, struct arena *arena,
		       struct office **offices, size_t *count, struct err *err)
{
	/* One statement for each way in, so that each has its index. */
	static const char all[] = SELECT_OFFICE "WHERE id > ?1 AND (?2 IS NULL OR service = ?2) ORDER BY id LIMIT ?3",
			  by_domain[] = SELECT_OFFICE "WHERE service = ?2 AND domain = ?4 AND id > ?1 ORDER BY id LIMIT ?3",
			  due[] = SELECT_OFFICE "WHERE digest_due <= ?5 AND (?2 IS NULL OR service = ?2)"
		" AND (?4 IS NULL OR domain = ?4) AND ?1 IS NOT NULL ORDER BY digest_due, id LIMIT ?3";
	bool is_due = filter->due != DATE_NONE;
	struct query query;
	int rc;

	query_begin(&query, sqlite_of(store), is_due ? due : filter->domain ? by_domain : all);
	query_int(&query, filter->after);
	query_text(&query, filter->service);
	query_int(&query, (int64_t)filter->limit);
	if (is_due || filter->domain)
		query_text(&query, filter->domain);
	if (is_due)
		query_int(&query, filter->due);
	while ((rc = query_step(&query, err)) > 0) {
		*offices = arena_grow(arena, *offices, *count, sizeof **offices);
		get_office(&query, arena, &(*offices)[(*count)++]);
	}
	return rc;
}

int sqlite_office_remove(struct store *store, const char *service, const char *address, struct err *err)
{
	static const char colleagues[] = "DELETE FROM colleague WHERE office = ?",
			  office[] = "DELETE FROM office WHERE id = ?";
	struct sqlite_store *db = sqlite_of(store);
	struct query query;
	int64_t id;

	if (find_id(db, service, address, &id, err))
		return -1;
	query_begin(&query, db, colleagues);
	query_int(&query, id);
	if (query_run(&query, err))
		return -1;
	query_begin(&query, db, office);
	query_int(&query, id);
	return query_run(&query, err);
}

/* ---- its dossiers ---- */

/* As slot_filled() and dossier_missing() of model/dossier.c have it. */
#define MISSING_SLOT \
	" FROM slot s WHERE s.dossier = d.id AND s.required = 1 AND s.from_staff = 0" \
	" AND s.status NOT IN ('absent', 'approved') AND (s.status <> 'delivered' OR s.files_min >" \
	" (SELECT count(*) FROM document c WHERE c.slot = s.id AND c.current = 1))"
#define SELECT_CASE \
	"SELECT d.id, d.number, d.workflow, d.program, d.state, d.final, d.client_name, d.client_address, d.opened, d.entered," \
	" (SELECT count(*)" MISSING_SLOT ")," \
	" (SELECT group_concat(title, char(10)) FROM (SELECT coalesce(s.title, s.name) AS title" MISSING_SLOT \
	" ORDER BY s.place))," \
	" coalesce((SELECT p.status IN ('requested', 'open') FROM payment p WHERE p.dossier = d.id" \
	" ORDER BY p.id DESC LIMIT 1), 0)" \
	" FROM dossier d WHERE d.service = ?1 AND d.office_address = ?2 COLLATE NOCASE AND "
#define CASE_ORDER " ORDER BY d.final, d.entered, d.id LIMIT ?3"

static void get_case(struct query *query, struct arena *arena, struct office_case *c)
{
	c->id = query_get_int(query);
	c->number = query_get_text(query, arena);
	c->workflow = query_get_text(query, arena);
	c->program = query_get_text(query, arena);
	c->state = query_get_text(query, arena);
	c->final = query_get_bool(query);
	c->client = query_get_text(query, arena);
	c->client_address = query_get_text(query, arena);
	c->opened = query_get_int(query);
	c->entered = query_get_int(query);
	c->missing = (int)query_get_int(query);
	c->titles = query_get_text(query, arena);
	c->unpaid = query_get_bool(query);
}

/* Of those that are final, or of those that are not: the index gives the page as it stands. */
static int add_cases(struct sqlite_store *db, const struct office_case_filter *filter, bool final, struct arena *arena,
		     struct office_case **cases, size_t *count, struct err *err)
{
	static const char first[] = SELECT_CASE "d.final = ?4" CASE_ORDER,
			  next[] = SELECT_CASE "d.final = ?4 AND (d.entered, d.id) > (?5, ?6)" CASE_ORDER;
	bool after = filter->after && filter->after_final == final;
	struct query query;
	int rc;

	if (*count == filter->limit || (filter->after && filter->after_final && !final) ||
	    (filter->final >= 0 && filter->final != final))
		return 0;
	query_begin(&query, db, after ? next : first);
	query_text(&query, filter->service);
	query_text(&query, filter->address);
	query_int(&query, (int64_t)(filter->limit - *count));
	query_int(&query, final);
	if (after) {
		query_int(&query, filter->after_entered);
		query_int(&query, filter->after_id);
	}
	while ((rc = query_step(&query, err)) > 0) {
		*cases = arena_grow(arena, *cases, *count, sizeof **cases);
		get_case(&query, arena, &(*cases)[(*count)++]);
	}
	return rc;
}

int sqlite_office_cases(struct store *store, const struct office_case_filter *filter, struct arena *arena,
			struct office_case **cases, size_t *count, struct err *err)
{
	struct sqlite_store *db = sqlite_of(store);

	if (add_cases(db, filter, false, arena, cases, count, err))
		return -1;
	return add_cases(db, filter, true, arena, cases, count, err);
}

/* ---- colleagues ---- */

#define SELECT_COLLEAGUE \
	"SELECT c.id, o.service, o.address, c.address, c.answer, c.asked, c.answered FROM colleague c" \
	" JOIN office o ON o.id = c.office WHERE c.office = ?1 "

static void get_colleague(struct query *query, struct arena *arena, struct office_colleague *colleague)
{
	colleague->id = query_get_int(query);
	colleague->service = query_get_text(query, arena);
	colleague->office = query_get_text(query, arena);
	colleague->address = query_get_text(query, arena);
	colleague->answer = COLLEAGUE_ASKED;
	colleague_answer_from_word(query_peek_text(query), &colleague->answer);
	colleague->asked = query_get_int(query);
	colleague->answered = query_get_time(query);
}

int sqlite_colleague_put(struct store *store, const struct office_colleague *colleague, struct err *err)
{
	static const char put[] = "INSERT INTO colleague(office, address, answer, asked, answered) VALUES(?, ?, ?, ?, ?)"
				  " ON CONFLICT(office, address COLLATE NOCASE) DO UPDATE SET answer = excluded.answer,"
				  " asked = excluded.asked, answered = excluded.answered";
	struct sqlite_store *db = sqlite_of(store);
	struct query query;
	int64_t office;

	if (find_id(db, colleague->service, colleague->office, &office, err))
		return -1;
	query_begin(&query, db, put);
	query_int(&query, office);
	query_text(&query, colleague->address);
	query_text(&query, colleague_answer_word(colleague->answer));
	query_int(&query, colleague->asked);
	query_time(&query, colleague->answered);
	return query_run(&query, err);
}

int sqlite_colleague_find(struct store *store, const char *service, const char *office, const char *address,
			  struct arena *arena, struct office_colleague *colleague, struct err *err)
{
	static const char find[] = SELECT_COLLEAGUE "AND c.address = ?2 COLLATE NOCASE";
	struct query query;
	int64_t id;
	int rc;

	if (find_id(sqlite_of(store), service, office, &id, err))
		return -1;
	query_begin(&query, sqlite_of(store), find);
	query_int(&query, id);
	query_text(&query, address);
	rc = query_step(&query, err);
	if (rc <= 0)
		return rc ? rc : colleague_no_such(address, err);
	get_colleague(&query, arena, colleague);
	query_end(&query);
	return 0;
}

int sqlite_colleague_list(struct store *store, const char *service, const char *office, int64_t after, size_t limit,
			  struct arena *arena, struct office_colleague **colleagues, size_t *count, struct err *err)
{
	static const char list[] = SELECT_COLLEAGUE "AND c.id > ?2 ORDER BY c.id LIMIT ?3";
	struct query query;
	int64_t id;
	int rc;

	if (find_id(sqlite_of(store), service, office, &id, err))
		return -1;
	query_begin(&query, sqlite_of(store), list);
	query_int(&query, id);
	query_int(&query, after);
	query_int(&query, (int64_t)limit);
	while ((rc = query_step(&query, err)) > 0) {
		*colleagues = arena_grow(arena, *colleagues, *count, sizeof **colleagues);
		get_colleague(&query, arena, &(*colleagues)[(*count)++]);
	}
	return rc;
}

int sqlite_colleague_forget(struct store *store, int64_t before, size_t limit, size_t *count, struct err *err)
{
	static const char forget[] = "DELETE FROM colleague WHERE id IN (SELECT id FROM colleague WHERE asked < ?"
				     " AND answer IN ('asked', 'once') ORDER BY asked LIMIT ?)";

	return sql_forget(sqlite_of(store), forget, before, limit, count, err);
}
