/* The store's contract, second half: lists, timers, outgoing mail, figures. */

/* Base. */
#include "base/date.h"
#include "base/str.h"

/* Own. */
#include "store-fixture.h"
#include "tap.h"

/* ---- lists and timers ---- */

static size_t count_dossiers(struct world *w, const struct dossier_filter *filter)
{
	struct dossier *dossiers;
	size_t count = 999;

	store_dossier_list(w->store, filter, &w->arena, &dossiers, &count, &w->err);
	return count;
}

static void test_dossier_list(struct world *w)
{
	struct dossier_filter filter = { .final = -1, .limit = 5 };
	struct dossier *dossiers;
	size_t count, seen = 0, pages = 0;

	make_dossiers(w, 23);
	do {
		store_dossier_list(w->store, &filter, &w->arena, &dossiers, &count, &w->err);
		seen += count;
		pages++;
		if (count)
			filter.after = dossiers[count - 1].id;
	} while (count);
	tap_ok(seen == 23 && pages == 6, "%s: pages of five show all 23", w->name);
	filter = (struct dossier_filter){ .final = -1 };
	store_dossier_list(w->store, &filter, &w->arena, &dossiers, &count, &w->err);
	tap_ok(count == 23 && str_eq(dossiers[0].number, "2026-001") && str_eq(dossiers[22].number, "2026-023") &&
	       !dossiers[0].slot_count && !dossiers[0].timer_count && str_eq(dossiers[0].office.address, "kantoor@example.org"),
	       "%s: in order, without their parts", w->name);
	filter.final = 1;
	tap_is_int((long long)count_dossiers(w, &filter), 5, "%s: final ones", w->name);
	filter.final = 0;
	tap_is_int((long long)count_dossiers(w, &filter), 18, "%s: open ones", w->name);
	filter.service = "other";
	tap_is_int((long long)count_dossiers(w, &filter), 3, "%s: open ones of another service", w->name);
	filter = (struct dossier_filter){ .final = -1, .address = "C1@EXAMPLE.nl" };
	tap_is_int((long long)count_dossiers(w, &filter), 8, "%s: those of a client, in whatever case", w->name);
	filter.final = 1;
	tap_is_int((long long)count_dossiers(w, &filter), 2, "%s: the final ones of them", w->name);
	filter = (struct dossier_filter){ .final = -1, .address = "kantoor@example.org" };
	tap_is_int((long long)count_dossiers(w, &filter), 23, "%s: those of an office", w->name);
	filter.address = "nobody@example.com";
	tap_is_int((long long)count_dossiers(w, &filter), 0, "%s: those of nobody", w->name);
}

static void test_timers(struct world *w)
{
	struct due_timer *timers;
	struct store_stats stats;
	size_t count, i, wrong = 0;

	make_dossiers(w, 7);
	tap_is_int(store_timers_due(w->store, NOW, 10, &w->arena, &timers, &count, &w->err), 0, "%s: timers due", w->name);
	tap_is_int((long long)count, 0, "%s: none yet", w->name);
	store_timers_due(w->store, NOW + 1000, 100, &w->arena, &timers, &count, &w->err);
	tap_is_int((long long)count, 7, "%s: seven", w->name);
	for (i = 1; i < count; i++)
		wrong += timers[i].due < timers[i - 1].due ||
			 (timers[i].due == timers[i - 1].due && strcmp(timers[i].dossier, timers[i - 1].dossier) <= 0);
	tap_is_int((long long)wrong, 0, "%s: by time, then by dossier", w->name);
	tap_ok(count && str_eq(timers[0].dossier, "2026-006") && timers[0].kind == TIMER_STATE && str_eq(timers[0].clause, "c1") &&
	       timers[0].due == NOW + 970, "%s: the first one, whole", w->name);
	store_timers_due(w->store, NOW + 1000, 3, &w->arena, &timers, &count, &w->err);
	tap_is_int((long long)count, 3, "%s: a limit", w->name);
	store_stats(w->store, &stats, &w->err);
	tap_is_int(stats.next_timer, NOW + 970, "%s: the next one of all", w->name);
}

/* ---- outgoing mail ---- */

static int record(struct world *w, int64_t id, enum outbox_state state, bool counted)
{
	struct outbox_result result = { .id = id, .state = state, .counted = counted, .at = NOW + 1,
					.next_at = NOW + 300, .stage = "dot", .code = 450, .reply = "later" };

	return store_outbox_record(w->store, &result, &w->err);
}

static void test_claim(struct world *w)
{
	struct outbox_row *rows, row;
	int64_t at = 0, id;
	size_t count, unknown = 9;

	store_outbox_next(w->store, &at, &w->err);
	tap_is_int(at, DATE_NONE, "%s: nothing is due in an empty store", w->name);
	make_dossiers(w, 4); /* four rows wait, four are held */
	store_outbox_next(w->store, &at, &w->err);
	tap_is_int(at, NOW, "%s: the next row", w->name);
	store_outbox_claim(w->store, NOW - 1, 10, &w->arena, &rows, &count, &w->err);
	tap_is_int((long long)count, 0, "%s: none before its time", w->name);
	store_outbox_claim(w->store, NOW, 3, &w->arena, &rows, &count, &w->err);
	tap_ok(count == 3 && rows[0].id < rows[1].id && rows[1].id < rows[2].id, "%s: three are claimed, in order", w->name);
	tap_ok(rows[0].state == OUTBOX_SENDING && rows[0].attempts == 1 && !rows[0].in_data && rows[0].blob.inline_data &&
	       rows[0].scope.present && str_eq(rows[0].to, "jan@example.nl"), "%s: with all that sending needs", w->name);
	id = rows[0].id;
	store_outbox_claim(w->store, NOW, 3, &w->arena, &rows, &count, &w->err);
	tap_is_int((long long)count, 1, "%s: nobody else gets those", w->name);
	tap_is_int(store_outbox_in_data(w->store, id, &w->err), 0, "%s: bytes on the wire", w->name);
	tap_is_int(store_outbox_in_data(w->store, id, &w->err), 0, "%s: said twice", w->name);
	store_outbox_load(w->store, id, &w->arena, &row, &w->err);
	tap_ok(row.in_data, "%s: it shows", w->name);
	world_reopen(w);
	tap_is_int(store_outbox_recover(w->store, NOW + 5, &unknown, &w->err), 0, "%s: after a crash", w->name);
	tap_is_int((long long)unknown, 1, "%s: one may have been sent", w->name);
	store_outbox_load(w->store, id, &w->arena, &row, &w->err);
	tap_ok(row.state == OUTBOX_UNKNOWN && row.next_at == NOW + 5 && row.attempts == 1 && !row.in_data, "%s: it is unknown", w->name);
	store_outbox_load(w->store, rows[0].id, &w->arena, &row, &w->err);
	tap_ok(row.state == OUTBOX_WAITING && row.next_at == NOW + 5, "%s: another waits", w->name);
	store_outbox_recover(w->store, NOW + 6, &unknown, &w->err);
	store_outbox_load(w->store, id, &w->arena, &row, &w->err);
	tap_ok(unknown == 0 && row.next_at == NOW + 5, "%s: a second recovery changes nothing", w->name);
	store_outbox_claim(w->store, NOW + 5, 10, &w->arena, &rows, &count, &w->err);
	tap_ok(count == 4 && rows[0].id == id && rows[0].attempts == 2, "%s: all four are claimed again, the unknown one too", w->name);
	fails(w, store_outbox_in_data(w->store, 999, &w->err), ERR_NOTFOUND, "bytes of no row");
}

static void test_record(struct world *w)
{
	struct outbox_row *rows, row;
	int64_t at;
	size_t count, i;

	make_dossiers(w, 5);
	store_outbox_claim(w->store, NOW, 10, &w->arena, &rows, &count, &w->err);
	tap_is_int(record(w, rows[0].id, OUTBOX_SENT, true), 0, "%s: sent", w->name);
	tap_is_int(record(w, rows[1].id, OUTBOX_WAITING, true), 0, "%s: later", w->name);
	tap_is_int(record(w, rows[2].id, OUTBOX_WAITING, false), 0, "%s: not reached", w->name);
	tap_is_int(record(w, rows[3].id, OUTBOX_UNKNOWN, true), 0, "%s: unknown", w->name);
	tap_is_int(record(w, rows[4].id, OUTBOX_FAILED, true), 0, "%s: failed", w->name);
	for (i = 0; i < 5; i++) {
		static const enum outbox_state states[] = { OUTBOX_SENT, OUTBOX_WAITING, OUTBOX_WAITING, OUTBOX_UNKNOWN,
							    OUTBOX_FAILED };

		store_outbox_load(w->store, rows[i].id, &w->arena, &row, &w->err);
		tap_ok(row.state == states[i] && row.attempts == (i == 2 ? 0 : 1) && str_eq(row.reply, "later") && !row.in_data &&
		       row.next_at == (i >= 1 && i <= 3 ? NOW + 300 : DATE_NONE), "%s: row %zu shows what came of it", w->name, i);
	}
	store_outbox_next(w->store, &at, &w->err);
	tap_is_int(at, NOW + 300, "%s: the next try", w->name);
	fails(w, record(w, rows[0].id, OUTBOX_SENT, true), ERR_INPUT, "a result of a row that is not being sent");
	fails(w, record(w, 999, OUTBOX_SENT, true), ERR_NOTFOUND, "a result of no row");
	fails(w, record(w, rows[0].id, OUTBOX_HELD, true), ERR_INPUT, "a result that is none");
	store_outbox_claim(w->store, NOW + 300, 10, &w->arena, &rows, &count, &w->err);
	tap_is_int((long long)count, 3, "%s: three are due again", w->name);
}

static void test_by_hand(struct world *w)
{
	struct outbox_row *rows, *listed, row;
	struct outbox_filter filter = { .all = true };
	size_t count;
	int64_t held;

	make_dossiers(w, 3);
	store_outbox_claim(w->store, NOW, 10, &w->arena, &rows, &count, &w->err);
	fails(w, store_outbox_retry(w->store, rows[0].id, NOW, &w->err), ERR_INPUT, "retry of one that is being sent");
	fails(w, store_outbox_cancel(w->store, rows[0].id, &w->err), ERR_INPUT, "cancelling one that is being sent");
	record(w, rows[0].id, OUTBOX_SENT, true);
	fails(w, store_outbox_retry(w->store, rows[0].id, NOW, &w->err), ERR_INPUT, "retry of one that was sent");
	fails(w, store_outbox_cancel(w->store, rows[0].id, &w->err), ERR_INPUT, "cancelling one that was sent");
	record(w, rows[1].id, OUTBOX_FAILED, true);
	tap_is_int(store_outbox_retry(w->store, rows[1].id, NOW + 1000, &w->err), 0, "%s: a failed one is tried again", w->name);
	store_outbox_load(w->store, rows[1].id, &w->arena, &row, &w->err);
	tap_ok(row.state == OUTBOX_WAITING && row.next_at == NOW + 1000 && row.expires == NOW + 1500, "%s: with a new life", w->name);
	record(w, rows[2].id, OUTBOX_UNKNOWN, true);
	tap_is_int(store_outbox_cancel(w->store, rows[2].id, &w->err), 0, "%s: an unknown one is cancelled", w->name);
	fails(w, store_outbox_retry(w->store, rows[2].id, NOW, &w->err), ERR_INPUT, "retry of a cancelled one");
	fails(w, store_outbox_retry(w->store, 999, NOW, &w->err), ERR_NOTFOUND, "retry of no row");
	fails(w, store_outbox_cancel(w->store, 999, &w->err), ERR_NOTFOUND, "cancelling no row");
	store_outbox_list(w->store, &filter, &w->arena, &listed, &count, &w->err);
	tap_is_int((long long)count, 6, "%s: all rows", w->name);
	held = listed[1].id;
	tap_is_int(listed[1].state, OUTBOX_HELD, "%s: one is held", w->name);
	tap_is_int(store_outbox_retry(w->store, held, NOW, &w->err), 0, "%s: a held one is let go", w->name);
	filter.all = false;
	store_outbox_list(w->store, &filter, &w->arena, &listed, &count, &w->err);
	tap_is_int((long long)count, 4, "%s: without those that are over", w->name);
	filter.limit = 1;
	filter.after = listed[0].id;
	store_outbox_list(w->store, &filter, &w->arena, &listed, &count, &w->err);
	tap_ok(count == 1 && listed[0].id > filter.after && !listed[0].blob.inline_data, "%s: a page, without bytes", w->name);
	filter = (struct outbox_filter){ .all = true, .dossier = "2026-002" };
	store_outbox_list(w->store, &filter, &w->arena, &listed, &count, &w->err);
	tap_ok(count == 2 && str_eq(listed[0].dossier, "2026-002"), "%s: those of a dossier", w->name);
	filter.dossier = "nix";
	store_outbox_list(w->store, &filter, &w->arena, &listed, &count, &w->err);
	tap_is_int((long long)count, 0, "%s: those of no dossier", w->name);
}

static int64_t count_at(struct world *w, const char *service, const char *to, const char *template, const char *dossier,
			int64_t since)
{
	int64_t count = -1;

	store_outbox_count(w->store, service, to, template, dossier, since, &count, &w->err);
	return count;
}

static int64_t count_mail(struct world *w, const char *to, const char *template, const char *dossier, int64_t since)
{
	return count_at(w, "pentrax", to, template, dossier, since);
}

/* Services never cross: what one mailed is nothing that the other one said. */
static void test_counts_of_services(struct world *w)
{
	make_dossiers(w, 5);
	tap_is_int(count_mail(w, "jan@example.nl", NULL, NULL, NOW), 4, "%s: mails of one service to an address", w->name);
	tap_is_int(count_at(w, "other", "jan@example.nl", NULL, NULL, NOW), 1, "%s: of the other one", w->name);
	tap_is_int(count_at(w, "other", NULL, NULL, NULL, NOW), 1, "%s: to anybody", w->name);
	tap_is_int(count_at(w, "other", NULL, NULL, "2026-005", NOW), 1, "%s: about its own dossier", w->name);
	tap_is_int(count_at(w, "pentrax", NULL, NULL, "2026-005", NOW), 0, "%s: about a dossier of the other one", w->name);
	tap_is_int(count_at(w, "none", NULL, NULL, NULL, NOW), 0, "%s: of a service that has none", w->name);
}

static void test_counts_and_threads(struct world *w)
{
	struct outbox_row row, *rows;
	const char *first, *last;
	size_t count;

	make_dossiers(w, 4);
	tap_is_int(count_mail(w, "JAN@example.nl", NULL, NULL, NOW), 4, "%s: mails to an address; held ones do not count", w->name);
	tap_is_int(count_mail(w, "jan@example.nl", "ont", NULL, NOW), 4, "%s: of a template that begins so", w->name);
	tap_is_int(count_mail(w, "jan@example.nl", "ontx", NULL, NOW), 0, "%s: of another", w->name);
	tap_is_int(count_mail(w, "jan@example.nl", NULL, "2026-003", NOW), 1, "%s: about a dossier", w->name);
	tap_is_int(count_mail(w, "jan@example.nl", NULL, NULL, NOW + 1), 0, "%s: since later", w->name);
	tap_is_int(count_mail(w, NULL, NULL, NULL, NOW), 4, "%s: to anybody", w->name);
	tap_is_int(count_mail(w, "piet@example.com", NULL, NULL, NOW), 0, "%s: to somebody else", w->name);
	store_outbox_thread(w->store, "2026-002", "Jan@example.nl", &w->arena, &first, &last, &w->err);
	tap_ok(str_eq(first, "a2@x") && str_eq(last, "a2@x"), "%s: a thread of one", w->name);
	store_outbox_by_message_id(w->store, "b2@x", &w->arena, &row, &w->err);
	store_outbox_retry(w->store, row.id, NOW, &w->err);
	store_outbox_thread(w->store, "2026-002", "jan@example.nl", &w->arena, &first, &last, &w->err);
	tap_ok(str_eq(first, "a2@x") && str_eq(last, "b2@x"), "%s: a thread of two", w->name);
	store_outbox_cancel(w->store, row.id, &w->err);
	store_outbox_thread(w->store, "2026-002", "jan@example.nl", &w->arena, &first, &last, &w->err);
	tap_is_str(last, "a2@x", "%s: what was cancelled is not in it", w->name);
	store_outbox_thread(w->store, "2026-002", "piet@example.com", &w->arena, &first, &last, &w->err);
	tap_ok(!first && !last, "%s: no thread with a stranger", w->name);
	tap_is_int(store_outbox_by_message_id(w->store, "a3@x", &w->arena, &row, &w->err), 0, "%s: a row by its Message-ID", w->name);
	tap_is_str(row.dossier, "2026-003", "%s: it is that one", w->name);
	fails(w, store_outbox_by_message_id(w->store, "zz@x", &w->arena, &row, &w->err), ERR_NOTFOUND, "a strange Message-ID");
	fails(w, store_outbox_load(w->store, 4242, &w->arena, &row, &w->err), ERR_NOTFOUND, "no row");
	store_outbox_claim(w->store, NOW, 1, &w->arena, &rows, &count, &w->err);
	record(w, rows[0].id, OUTBOX_FAILED, true);
	store_outbox_thread(w->store, rows[0].dossier, "jan@example.nl", &w->arena, &first, &last, &w->err);
	tap_ok(!first, "%s: what failed is in no thread", w->name);
}

/* A mail that belongs to neither a dossier nor an item has a key of its own. */
static void test_own_scope(struct world *w)
{
	struct fixture f;
	struct outbox_row row;
	struct store_take take = { .now = NOW };

	fixture_make(&f, 0);
	f.rows[0].dossier = NULL;
	f.rows[0].item = 0;
	f.rows[0].scope = key_of(77);
	take.outbox = f.rows;
	take.outbox_count = 1;
	tap_is_int(store_take(w->store, &take, &w->err), 0, "%s: mail about nothing in particular", w->name);
	store_outbox_load(w->store, f.rows[0].id, &w->arena, &row, &w->err);
	tap_ok(!row.dossier && !row.item && blob_key_equal(&row.scope, &f.rows[0].scope), "%s: has its own key", w->name);
	f.rows[1].dossier = NULL;
	f.rows[1].item = 0;
	f.rows[1].scope.present = 0;
	take.outbox = f.rows + 1;
	fails(w, store_take(w->store, &take, &w->err), ERR_BUG, "mail without any key");
}

static void test_stats(struct world *w)
{
	struct store_stats stats;
	struct item item = mail_item(9);
	struct outbox_row *rows;
	size_t count;

	store_stats(w->store, &stats, &w->err);
	tap_ok(!stats.dossiers_open && stats.oldest_waiting == DATE_NONE && stats.oldest_stored == DATE_NONE &&
	       stats.next_timer == DATE_NONE, "%s: an empty store", w->name);
	make_dossiers(w, 5);
	store_item_reserve(w->store, &item, &w->err);
	stored_item(w, 1, 1);
	end_item(w, stored_item(w, 2, 2), ITEM_HELD, 0);
	store_outbox_claim(w->store, NOW, 2, &w->arena, &rows, &count, &w->err);
	tap_is_int(store_stats(w->store, &stats, &w->err), 0, "%s: figures", w->name);
	tap_ok(stats.items[ITEM_RESERVED] == 1 && stats.items[ITEM_STORED] == 1 && stats.items[ITEM_HELD] == 1, "%s: items", w->name);
	tap_ok(stats.outbox[OUTBOX_WAITING] == 3 && stats.outbox[OUTBOX_SENDING] == 2 && stats.outbox[OUTBOX_HELD] == 5,
	       "%s: mails", w->name);
	tap_ok(stats.dossiers_open == 4 && stats.dossiers_final == 1, "%s: dossiers", w->name);
	tap_ok(stats.oldest_waiting == NOW && stats.oldest_stored == NOW, "%s: ages", w->name);
}

int main(void)
{
	static const struct contract_test tests[] = {
		{ "dossier list", test_dossier_list },
		{ "timers", test_timers },
		{ "claim", test_claim },
		{ "record", test_record },
		{ "by hand", test_by_hand },
		{ "counts and threads", test_counts_and_threads },
		{ "counts of services", test_counts_of_services },
		{ "own scope", test_own_scope },
		{ "stats", test_stats },
	};

	contract_run(tests, sizeof tests / sizeof *tests);
	return tap_done();
}
