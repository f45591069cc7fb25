/* Own. */
#include "store/sqlite_p.h"

int sqlite_blob_put(struct sqlite_store *db, struct blob_ref *ref, const struct blob_scope *scope,
		    struct id_log *log, struct err *err)
{
	static const char insert[] = "INSERT INTO blob(name, size, key, item, dossier, scope, sealed) "
				     "VALUES(?, ?, ?, ?, ?, ?, ?)";
	struct query query;

	query_begin(&query, db, insert);
	query_text(&query, ref->name[0] ? ref->name : NULL);
	query_int(&query, ref->size);
	query_key(&query, &ref->key);
	query_id(&query, scope->item);
	query_id(&query, scope->dossier);
	query_key(&query, scope->own);
	query_blob(&query, ref->name[0] ? NULL : ref->inline_data, ref->inline_size);
	if (query_run(&query, err))
		return err_context(err, "cannot keep a blob");
	id_log_set(log, &ref->id, sql_last_id(db));
	return 0;
}

void sqlite_blob_get(struct query *query, struct arena *arena, struct blob_ref *ref)
{
	const char *name;

	ref->id = query_get_int(query);
	name = query_peek_text(query);
	snprintf(ref->name, sizeof ref->name, "%s", name ? name : "");
	ref->size = query_get_int(query);
	query_get_key(query, &ref->key);
	ref->inline_data = query_get_blob(query, arena, &ref->inline_size);
}

int sqlite_blob_known(struct store *store, const char *name, struct err *err)
{
	static const char find[] = "SELECT 1 FROM blob WHERE name = ?";
	struct query query;
	int rc;

	query_begin(&query, sqlite_of(store), find);
	query_text(&query, name);
	rc = query_step(&query, err);
	query_end(&query);
	return rc;
}
