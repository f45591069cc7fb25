/* Further clients of a dossier, their further addresses, and changes of address that wait. */

/* Base. */
#include "base/str.h"

/* Own. */
#include "store/sqlite_p.h"

/* ---- reading ---- */

static int get_partners(struct sqlite_store *db, struct dossier *d, struct arena *arena, struct err *err)
{
	static const char find[] = "SELECT name, address, language, copy FROM partner WHERE dossier = ? ORDER BY place";
	struct query query;
	int rc;

	query_begin(&query, db, find);
	query_int(&query, d->id);
	while ((rc = query_step(&query, err)) > 0) {
		struct party *party;

		d->partners = arena_grow(arena, d->partners, d->partner_count, sizeof *d->partners);
		party = &d->partners[d->partner_count++];
		party->name = query_get_text(&query, arena);
		party->address = query_get_text(&query, arena);
		party->language = query_get_text(&query, arena);
		party->copy = query_get_bool(&query);
	}
	return rc;
}

static int get_aliases(struct sqlite_store *db, struct dossier *d, struct arena *arena, struct err *err)
{
	static const char find[] = "SELECT person, address FROM alias WHERE dossier = ? ORDER BY place";
	struct query query;
	int rc;

	query_begin(&query, db, find);
	query_int(&query, d->id);
	while ((rc = query_step(&query, err)) > 0) {
		d->aliases = arena_grow(arena, d->aliases, d->alias_count, sizeof *d->aliases);
		d->aliases[d->alias_count].person = (int)query_get_int(&query);
		d->aliases[d->alias_count++].address = query_get_text(&query, arena);
	}
	return rc;
}

static int get_changes(struct sqlite_store *db, struct dossier *d, struct arena *arena, struct err *err)
{
	static const char find[] = "SELECT person, addition, old, new, actor, asked, expires, old_at, new_at"
				   " FROM address_change WHERE dossier = ? ORDER BY place";
	struct query query;
	int rc;

	query_begin(&query, db, find);
	query_int(&query, d->id);
	while ((rc = query_step(&query, err)) > 0) {
		struct address_change *change;

		d->changes = arena_grow(arena, d->changes, d->change_count, sizeof *d->changes);
		change = &d->changes[d->change_count++];
		change->person = (int)query_get_int(&query);
		change->add = query_get_bool(&query);
		change->from = query_get_text(&query, arena);
		change->to = query_get_text(&query, arena);
		change->by = query_get_text(&query, arena);
		change->asked = query_get_int(&query);
		change->expires = query_get_int(&query);
		change->from_at = query_get_time(&query);
		change->to_at = query_get_time(&query);
	}
	return rc;
}

int sqlite_people_get(struct sqlite_store *db, struct dossier *dossier, struct arena *arena, struct err *err)
{
	return get_partners(db, dossier, arena, err) || get_aliases(db, dossier, arena, err) ||
	       get_changes(db, dossier, arena, err) ? -1 : 0;
}

/* ---- writing: small sets, replaced as a whole when they differ ---- */

static int forget(struct sqlite_store *db, const char *sql, int64_t dossier, struct err *err)
{
	struct query query;

	query_begin(&query, db, sql);
	query_int(&query, dossier);
	return query_run(&query, err);
}

static int put_partners(struct sqlite_store *db, const struct dossier *d, struct err *err)
{
	static const char gone[] = "DELETE FROM partner WHERE dossier = ?",
			  insert[] = "INSERT INTO partner(dossier, place, name, address, language, copy)"
				     " VALUES(?, ?, ?, ?, ?, ?)";
	struct query query;
	size_t i;

	if (forget(db, gone, d->id, err))
		return -1;
	for (i = 0; i < d->partner_count; i++) {
		query_begin(&query, db, insert);
		query_int(&query, d->id);
		query_int(&query, (int64_t)i);
		query_text(&query, d->partners[i].name);
		query_text(&query, d->partners[i].address);
		query_text(&query, d->partners[i].language);
		query_int(&query, d->partners[i].copy);
		if (query_run(&query, err))
			return -1;
	}
	return 0;
}

static int put_aliases(struct sqlite_store *db, const struct dossier *d, struct err *err)
{
	static const char gone[] = "DELETE FROM alias WHERE dossier = ?",
			  insert[] = "INSERT INTO alias(dossier, place, person, address) VALUES(?, ?, ?, ?)";
	struct query query;
	size_t i;

	if (forget(db, gone, d->id, err))
		return -1;
	for (i = 0; i < d->alias_count; i++) {
		query_begin(&query, db, insert);
		query_int(&query, d->id);
		query_int(&query, (int64_t)i);
		query_int(&query, d->aliases[i].person);
		query_text(&query, d->aliases[i].address);
		if (query_run(&query, err))
			return -1;
	}
	return 0;
}

static int put_changes(struct sqlite_store *db, const struct dossier *d, struct err *err)
{
	static const char gone[] = "DELETE FROM address_change WHERE dossier = ?",
			  insert[] = "INSERT INTO address_change(dossier, place, person, addition, old, new, actor, asked,"
				     " expires, old_at, new_at) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
	struct query query;
	size_t i;

	if (forget(db, gone, d->id, err))
		return -1;
	for (i = 0; i < d->change_count; i++) {
		const struct address_change *change = &d->changes[i];

		query_begin(&query, db, insert);
		query_int(&query, d->id);
		query_int(&query, (int64_t)i);
		query_int(&query, change->person);
		query_int(&query, change->add);
		query_text(&query, change->from);
		query_text(&query, change->to);
		query_text(&query, change->by);
		query_int(&query, change->asked);
		query_int(&query, change->expires);
		query_time(&query, change->from_at);
		query_time(&query, change->to_at);
		if (query_run(&query, err))
			return -1;
	}
	return 0;
}

static bool same_partners(const struct dossier *a, const struct dossier *b)
{
	size_t i;

	for (i = 0; i < a->partner_count && a->partner_count == b->partner_count; i++) {
		const struct party *p = &a->partners[i], *q = &b->partners[i];

		if (!str_eq(p->name, q->name) || !str_eq(p->address, q->address) || !str_eq(p->language, q->language) ||
		    p->copy != q->copy)
			return false;
	}
	return a->partner_count == b->partner_count;
}

static bool same_aliases(const struct dossier *a, const struct dossier *b)
{
	size_t i;

	for (i = 0; i < a->alias_count && a->alias_count == b->alias_count; i++)
		if (a->aliases[i].person != b->aliases[i].person || !str_eq(a->aliases[i].address, b->aliases[i].address))
			return false;
	return a->alias_count == b->alias_count;
}

static bool same_changes(const struct dossier *a, const struct dossier *b)
{
	size_t i;

	for (i = 0; i < a->change_count && a->change_count == b->change_count; i++) {
		const struct address_change *p = &a->changes[i], *q = &b->changes[i];

		if (p->person != q->person || p->add != q->add || !str_eq(p->from, q->from) || !str_eq(p->to, q->to) ||
		    !str_eq(p->by, q->by) || p->asked != q->asked || p->expires != q->expires || p->from_at != q->from_at ||
		    p->to_at != q->to_at)
			return false;
	}
	return a->change_count == b->change_count;
}

int sqlite_people_put(struct sqlite_store *db, const struct dossier *dossier, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct dossier stored = { .id = dossier->id };
	int rc = sqlite_people_get(db, &stored, &arena, err);

	if (!rc && !same_partners(dossier, &stored))
		rc = put_partners(db, dossier, err);
	if (!rc && !same_aliases(dossier, &stored))
		rc = put_aliases(db, dossier, err);
	if (!rc && !same_changes(dossier, &stored))
		rc = put_changes(db, dossier, err);
	arena_free(&arena);
	return rc ? err_context(err, "people") : 0;
}
