/*
 * What deleted rows leave behind. secure_delete overwrites the place a row
 * stood in, but not the copies that SQLite leaves in the free space of a page
 * when it moves rows between pages; VACUUM would remove them by writing the
 * whole database anew, for minutes. So the free space itself is overwritten,
 * here, by what the file format says of it (https://www.sqlite.org/fileformat.html
 * §1.5, §1.6): bytes that mean nothing. A crash half-way harms nothing.
 */

/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/step.h"
#include "base/xalloc.h"

/* Own. */
#include "store/sqlite_p.h"

#define DATABASE_HEADER 100
#define SCRUB_CHUNK 1048576 /* read at once: a whole number of pages of any size */
/*
 * Below this many pages the first byte of a page tells a b-tree page (2, 5, 10,
 * 13) from all others: those begin with a page number, whose first byte is less.
 */
#define SCRUB_PAGES_MAX 0x02000000

struct scrub {
	sqlite3_file *file; /* SQLite's own: another one, closed, would drop its locks */
	size_t page_size;
	bool changed;
};

static size_t get16(const unsigned char *at)
{
	return (size_t)at[0] << 8 | at[1];
}

static int scrub_range(struct scrub *scrub, const unsigned char *page, int64_t page_at, size_t from, size_t to)
{
	static const unsigned char zeros[4096];
	size_t i;
	int rc;

	while (from < to && !page[from])
		from++;
	while (to > from && !page[to - 1])
		to--;
	for (i = from; i < to; i += sizeof zeros) {
		size_t len = to - i < sizeof zeros ? to - i : sizeof zeros;

		rc = scrub->file->pMethods->xWrite(scrub->file, zeros, (int)len, page_at + (int64_t)i);
		if (rc)
			return rc;
		scrub->changed = true;
	}
	return SQLITE_OK;
}

/* A page that is not as the format says is left as it is: finding damage is store_verify()'s work. */
static int scrub_page(struct scrub *scrub, const unsigned char *page, int64_t at)
{
	size_t head = at ? 0 : DATABASE_HEADER, size = scrub->page_size, first, start, block, next, len;
	int rc;

	if (page[head] != 2 && page[head] != 5 && page[head] != 10 && page[head] != 13)
		return SQLITE_OK;
	first = head + (page[head] < 10 ? 12 : 8) + 2 * get16(page + head + 3);
	start = get16(page + head + 5);
	if (!start)
		start = 65536;
	if (first > start || start > size)
		return SQLITE_OK;
	rc = scrub_range(scrub, page, at, first, start);
	for (block = get16(page + head + 1); !rc && block; block = next) {
		if (block < start || block + 4 > size)
			return SQLITE_OK;
		next = get16(page + block);
		len = get16(page + block + 2);
		if (len < 4 || block + len > size || (next && next < block + len))
			return SQLITE_OK;
		rc = scrub_range(scrub, page, at, block + 4, block + len);
	}
	return rc;
}

static int scrub_file(struct scrub *scrub)
{
	unsigned char *chunk = xmalloc(SCRUB_CHUNK);
	sqlite3_int64 size = 0, at;
	size_t i, len;
	int rc = scrub->file->pMethods->xFileSize(scrub->file, &size);

	if (!rc && size / (int64_t)scrub->page_size >= SCRUB_PAGES_MAX)
		rc = SQLITE_TOOBIG;
	for (at = 0; !rc && at < size; at += SCRUB_CHUNK) {
		len = size - at < SCRUB_CHUNK ? (size_t)(size - at) : SCRUB_CHUNK;
		rc = scrub->file->pMethods->xRead(scrub->file, chunk, (int)len, at);
		for (i = 0; !rc && i + scrub->page_size <= len; i += scrub->page_size)
			rc = scrub_page(scrub, chunk + i, at + (int64_t)i);
	}
	free(chunk);
	if (!rc && scrub->changed)
		rc = scrub->file->pMethods->xSync(scrub->file, SQLITE_SYNC_FULL);
	return rc;
}

/* No other writer may be at work, nor pages kept in memory that would be written with their old free space. */
static int scrub_locked(struct sqlite_store *db, struct err *err)
{
	struct scrub scrub = { 0 };
	int64_t page_size;
	int rc;

	if (sql_int(db, "PRAGMA page_size", &page_size, err))
		return -1;
	scrub.page_size = (size_t)page_size;
	rc = sqlite3_file_control(db->db, "main", SQLITE_FCNTL_FILE_POINTER, &scrub.file);
	if (!rc)
		rc = scrub_file(&scrub);
	return rc ? sql_error(db, rc, err) : 0;
}

int sqlite_scrub(struct store *store, struct err *err)
{
	struct sqlite_store *db = sqlite_of(store);
	int64_t busy = 0;
	int rc;

	/* In the log stand the pages as they were before: it is written back and cut off first. */
	if (sql_int(db, "PRAGMA wal_checkpoint(TRUNCATE)", &busy, err))
		return -1;
	if (busy)
		return err_set(err, ERR_TEMP, "another program reads the database at this moment; what was erased is "
			       "overwritten later");
	step_done("store.scrub");
	if (sql_exec(db, "BEGIN IMMEDIATE", err))
		return -1;
	rc = scrub_locked(db, err);
	sql_exec(db, "ROLLBACK", NULL);
	sqlite3_db_release_memory(db->db);
	step_done("store.scrub");
	if (!rc)
		rc = sql_exec(db, "UPDATE erased SET scrubbed = 1 WHERE scrubbed = 0", err);
	return rc ? err_context(err, "cannot overwrite what was erased") : 0;
}
