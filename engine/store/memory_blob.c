/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "store/memory_p.h"

void memory_blob_put(struct memory_store *memory, struct blob_ref *ref, const struct blob_scope *scope,
		     struct id_log *log)
{
	struct row_blob *row = memory_row_new(sizeof *row);

	row->ref = *ref;
	row->ref.inline_data = NULL;
	if (!ref->name[0])
		row->ref.inline_data = arena_memdup(&row->base.arena, ref->inline_data, ref->inline_size);
	row->item = scope->item;
	row->dossier = scope->dossier;
	if (scope->own)
		row->own = *scope->own;
	id_log_set(log, &ref->id, memory_append(memory, TABLE_BLOB, row));
	row->ref.id = ref->id;
}

void memory_blob_get(struct memory_store *memory, int64_t id, struct arena *arena, struct blob_ref *ref)
{
	struct row_blob *row = memory_row(memory, TABLE_BLOB, id);

	memset(ref, 0, sizeof *ref);
	if (!row)
		return;
	*ref = row->ref;
	ref->inline_data = NULL;
	ref->inline_size = 0;
	if (arena && row->ref.inline_data) {
		ref->inline_data = arena_memdup(arena, row->ref.inline_data, row->ref.inline_size);
		ref->inline_size = row->ref.inline_size;
	}
}

void memory_blob_scope(struct memory_store *memory, int64_t id, struct blob_key *scope)
{
	struct row_blob *row = memory_row(memory, TABLE_BLOB, id);
	struct row_dossier *dossier = memory_row(memory, TABLE_DOSSIER, row->dossier);
	struct row_item *item = memory_row(memory, TABLE_ITEM, row->item);

	*scope = dossier ? dossier->dossier.scope : item ? item->item.scope : row->own;
}

int memory_blob_known(struct store *store, const char *name, struct err *err)
{
	struct memory_store *memory = memory_of(store);
	int64_t id;

	(void)err;
	for (id = memory_count(memory, TABLE_BLOB); id > 0; id--) {
		const struct row_blob *row = memory_row(memory, TABLE_BLOB, id);

		if (row && str_eq(row->ref.name, name))
			return 1;
	}
	return 0;
}
