/*
 * What the deciding process asks the database for each mail, or in a loop, is
 * found by an index and walks no table: SQLite is asked how it would do it.
 */

/* System. */
#include <sqlite3.h>

/* Base. */
#include "base/date.h"
#include "base/str.h"

/* Engine. */
#include "store/sqlite_p.h"

/* Own. */
#include "store-fixture.h"
#include "tap.h"

/* What uses the statements once; whether there is anything to find makes no difference. */
static void use(struct world *w)
{
	struct outbox_tally all = { .since = NOW }, to = { .service = "pentrax", .to = "jan@client.example", .since = NOW };
	struct ticket ticket = { .number = "T1", .service = "pentrax", .address = "jan@client.example", .name = "",
				 .language = "nl", .subject = "", .state = TICKET_CLOSED, .opened = NOW, .changed = NOW,
				 .closed = NOW, .remind_at = DATE_NONE };
	struct store_take take = { .ticket = &ticket, .now = NOW };
	struct erasure_left left;
	struct outbox_row *rows;
	unsigned char hash[32] = { 0 };
	int64_t n;
	size_t count;

	if (store_take(w->store, &take, &w->err) || store_outbox_tally(w->store, &all, &n, &w->err) ||
	    store_outbox_tally(w->store, &to, &n, &w->err) || store_outbox_next(w->store, &n, &w->err) ||
	    store_outbox_claim(w->store, NOW, 10, &w->arena, &rows, &count, &w->err) ||
	    store_outbox_count(w->store, "pentrax", "jan@client.example", "x", NULL, NOW, &n, &w->err) ||
	    store_item_find_same(w->store, "pentrax", 1, hash, hash, 0, &n, &w->err) ||
	    store_tickets_forget(w->store, NOW + 1, 10, &w->arena, &left, &count, &w->err) ||
	    store_mail_forget(w->store, NOW + 1, 10, &w->arena, &left, &count, &w->err))
		printf("# %s\n", w->err.text);
}

/* How it would be done, in one line; "" = no statement holds these words. */
static const char *plan_of(struct world *w, const char *words)
{
	struct sqlite_store *db = sqlite_of(w->store);
	const char *plan = "";
	sqlite3_stmt *stmt = NULL;
	size_t i;

	for (i = 0; i < SQL_STATEMENTS; i++)
		if (db->cache[i].sql && strstr(db->cache[i].sql, words)) {
			sqlite3_prepare_v2(db->db, arena_printf(&w->arena, "EXPLAIN QUERY PLAN %s", db->cache[i].sql), -1, &stmt, NULL);
			while (sqlite3_step(stmt) == SQLITE_ROW)
				plan = arena_printf(&w->arena, "%s%s; ", plan, (const char *)sqlite3_column_text(stmt, 3));
			sqlite3_finalize(stmt);
		}
	return plan;
}

int main(void)
{
	static const struct { const char *name, *words, *plan; } rows[] = {
		{ "old mail that came in", "AND i.received < ?1", "i USING INDEX item_loose (received<?)" },
		{ "old mail of ours", "AND o.created < ?1 AND o.state IN", "o USING INDEX outbox_loose (item=? AND created<?)" },
		{ "the tokens of a ticket", "purpose = 'ticket-'", "USING INDEX token_loose (purpose=?)" },
		{ "mail that is due", "next_at <= ?", "outbox USING INDEX outbox_due (next_at<?)" },
		{ "when mail is due", "min(next_at)", "outbox USING INDEX outbox_due" },
		{ "all mail of an hour", "count(*) FROM outbox WHERE audience", "USING INDEX outbox_counted (counted>?)" },
		{ "mail to an address within an hour", "o.recipient = ?4", "outbox_counted_to (recipient=? AND counted>?)" },
		{ "mail to an address within a day", "o.recipient = ?5", "outbox_recipient (recipient=? AND created>?)" },
		{ "the same bytes", "OR (content_key = ? AND", "item_raw_hash (raw_hash=?)" },
		{ "the same contents", "OR (content_key = ? AND", "item_content_key (content_key=?)" },
	};
	struct world w;
	size_t i;

	world_open(&w, DRIVER_SQLITE);
	use(&w);
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *plan = plan_of(&w, rows[i].words);

		tap_ok(strstr(plan, rows[i].plan) != NULL, "%s is found by its index: %s", rows[i].name, plan);
	}
	world_close(&w);
	return tap_done();
}
