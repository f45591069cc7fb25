/* The store's contract, fourth part: erasing a dossier, and that its bytes are gone from the files. */

/* System. */
#include <dirent.h>
#include <fcntl.h>
#include <sys/wait.h>

/* Base. */
#include "base/date.h"
#include "base/file.h"
#include "base/step.h"
#include "base/str.h"

/* Own. */
#include "store-fixture.h"
#include "tap.h"

static struct erasure erasure_of(const char *number)
{
	return (struct erasure){ .number = number, .reason = "op verzoek", .by = "operator", .now = NOW + 100 };
}

/* Dossier 2026-1 from item 1, 2026-2 from item 2; both with tokens and a waiting command. */
static void make_two(struct world *w)
{
	struct reply_token token = { .service = "pentrax", .address = "jan@example.nl", .purpose = "dossier", .made = NOW,
				     .expires = NOW + 1000, .revoked = DATE_NONE, .row = 0 };
	struct pending_command pending = { .service = "pentrax", .address = "jan@example.nl", .text = "akkoord", .asked = NOW,
					   .expires = NOW + 1000, .answered = DATE_NONE };
	struct fixture f;
	int i;

	for (i = 1; i <= 2; i++) {
		fixture_make(&f, stored_item(w, (uint32_t)i, (unsigned char)i));
		if (i == 2)
			fixture_second(&f);
		token.dossier = pending.dossier = f.dossier.number;
		pending.item = f.verdict.id;
		memset(token.hash, i, sizeof token.hash);
		memset(pending.hash, i, sizeof pending.hash);
		f.take.tokens = &token;
		f.take.token_count = 1;
		f.take.pending = &pending;
		f.take.pending_count = 1;
		if (store_take(w->store, &f.take, &w->err))
			printf("# %s\n", w->err.text);
	}
}

static bool has_blob(const struct erasure_left *left, const char *name)
{
	size_t i, found = 0;

	for (i = 0; i < left->blob_count; i++)
		found += str_eq(left->blobs[i].name, name);
	return found == 1;
}

static size_t mails_of(struct world *w)
{
	struct outbox_filter filter = { .all = true };
	struct outbox_row *rows;
	size_t count = 0;

	store_outbox_list(w->store, &filter, &w->arena, &rows, &count, &w->err);
	return count;
}

static void check_gone(struct world *w)
{
	struct dossier *d;
	struct history_line *lines;
	struct due_timer *timers;
	struct reply_token token;
	struct pending_command pending;
	struct outbox_row row;
	size_t count;

	fails(w, store_dossier_load(w->store, "2026-1", &w->arena, &d, &w->err), ERR_NOTFOUND, "an erased dossier");
	fails(w, store_history(w->store, "2026-1", &w->arena, &lines, &count, &w->err), ERR_NOTFOUND, "its history");
	fails(w, store_token_find(w->store, hash_of(1), &w->arena, &token, &w->err), ERR_NOTFOUND, "its token");
	fails(w, store_pending_find(w->store, hash_of(1), &w->arena, &pending, &w->err), ERR_NOTFOUND, "its waiting command");
	fails(w, store_outbox_by_message_id(w->store, "id1@example.nl", &w->arena, &row, &w->err), ERR_NOTFOUND, "its mail");
	store_timers_due(w->store, NOW + 99999, 100, &w->arena, &timers, &count, &w->err);
	tap_ok(count == 4 && str_eq(timers[0].dossier, "2026-2"), "%s: its timers are gone", w->name);
	tap_is_int((long long)mails_of(w), 2, "%s: the mails of the other are left", w->name);
	tap_ok(!store_blob_known(w->store, file_ref(50).name) && !store_blob_known(w->store, file_ref(1001).name),
	       "%s: no row names its files", w->name);
}

static void check_item(struct world *w, int64_t id, enum item_state state)
{
	struct item item;

	tap_is_int(store_item_load(w->store, id, &w->arena, &item, &w->err), 0, "%s: its item is known still", w->name);
	tap_ok(item.state == state && str_eq(item.origin, "intake") && item.uid == id && str_eq(item.reason, "erased"),
	       "%s: where it lay", w->name);
	tap_ok(!item.from && !item.subject && !item.message_id && !item.detail && !item.size && !item.scope.present &&
	       !item.raw.name[0] && !item.raw.inline_data && !item.raw.id && !item.raw_in_dossier,
	       "%s: and nothing of whose it was", w->name);
}

static void check_line(struct world *w)
{
	struct erased_filter filter = { .service = "pentrax" };
	struct erased_dossier *lines;
	size_t count = 0;

	tap_is_int(store_erased_list(w->store, &filter, &w->arena, &lines, &count, &w->err), 0, "%s: the lines that stay", w->name);
	if (tap_is_int((long long)count, 1, "%s: one", w->name))
		tap_ok(lines[0].id > 0 && str_eq(lines[0].number, "2026-1") && str_eq(lines[0].service, "pentrax") &&
		       str_eq(lines[0].workflow, "flow") && lines[0].opened == NOW && lines[0].erased == NOW + 100 &&
		       str_eq(lines[0].reason, "op verzoek") && str_eq(lines[0].by, "operator"), "%s: as it should be", w->name);
	filter.number = "2026-2";
	store_erased_list(w->store, &filter, &w->arena, &lines, &count, &w->err);
	tap_is_int((long long)count, 0, "%s: not of the other", w->name);
	filter = (struct erased_filter){ .service = "other" };
	store_erased_list(w->store, &filter, &w->arena, &lines, &count, &w->err);
	tap_is_int((long long)count, 0, "%s: nor of another service", w->name);
}

/* The same number, the same mail again. */
static void check_again(struct world *w)
{
	struct erasure erasure = erasure_of("2026-1");
	static const uint32_t uids[] = { 1 };
	enum uid_standing standing;
	struct erasure_left left;
	struct fixture f;

	tap_ok(store_dossier_exists(w->store, "2026-1"), "%s: the number is taken for ever", w->name);
	fixture_make(&f, stored_item(w, 9, 9));
	f.rows[1].scope = key_of(509);
	fails(w, store_take(w->store, &f.take, &w->err), ERR_EXISTS, "a new dossier of that number");
	store_uids_standing(w->store, "intake", 3, uids, 1, &standing, &w->err);
	tap_is_int(standing, UID_DONE, "%s: its mail is not fetched again", w->name);
	fails(w, store_dossier_erase(w->store, &erasure, &w->arena, &left, &w->err), ERR_EXISTS, "erasing it again");
	erasure.number = "2026-9";
	fails(w, store_dossier_erase(w->store, &erasure, &w->arena, &left, &w->err), ERR_NOTFOUND, "erasing what never was");
	erasure.reason = NULL;
	fails(w, store_dossier_erase(w->store, &erasure, &w->arena, &left, &w->err), ERR_BUG, "without a reason");
}

static void test_erase(struct world *w)
{
	struct erasure erasure = erasure_of("2026-1");
	struct erasure_left left;
	struct dossier *d = NULL;
	struct store_stats stats;
	struct item item;
	int64_t same;

	make_two(w);
	if (!tap_is_int(store_dossier_erase(w->store, &erasure, &w->arena, &left, &w->err), 0, "%s: a dossier is erased", w->name))
		printf("# %s\n", w->err.text);
	tap_ok(left.blob_count == 2 && has_blob(&left, file_ref(50).name) && has_blob(&left, file_ref(1001).name),
	       "%s: its files are handed back, document and raw mail", w->name);
	tap_ok(left.item_count == 1 && left.items[0].id == 1 && left.items[0].uid == 1 && left.items[0].uidvalidity == 3 &&
	       str_eq(left.items[0].origin, "intake") && str_eq(left.items[0].message_id, "m1@example.nl"),
	       "%s: and what lies elsewhere", w->name);
	world_reopen(w);
	store_stats(w->store, &stats, &w->err);
	tap_ok(stats.dossiers_erased == 1 && stats.unscrubbed == 1, "%s: that its traces are left is known after a restart", w->name);
	tap_is_int(store_scrub(w->store, &w->err), 0, "%s: they are overwritten", w->name);
	store_stats(w->store, &stats, &w->err);
	tap_is_int(stats.unscrubbed, 0, "%s: which is known, too", w->name);
	check_gone(w);
	check_item(w, 1, ITEM_PROCESSED);
	check_line(w);
	check_again(w);
	store_item_find_same(w->store, "pentrax", 999, hash_of(1), hash_of(7), 0, &same, &w->err);
	tap_is_int(same, 2, "%s: its item is nobody's original", w->name);
	tap_is_int(store_dossier_load(w->store, "2026-2", &w->arena, &d, &w->err), 0, "%s: the other dossier is there", w->name);
	tap_ok(d->slot_count == 2 && d->slots[0].document_count == 1 && d->held_count == 1 && d->fact_count == 2 &&
	       d->approval_count == 2 && d->payment_count == 1 && d->timer_count == 4, "%s: whole", w->name);
	store_item_load(w->store, 2, &w->arena, &item, &w->err);
	tap_ok(str_eq(item.from, "jan@example.nl") && item.scope.present && item.raw.name[0], "%s: with its item", w->name);
	tap_is_int(store_verify(w->store, &w->err), 0, "%s: the store is sound", w->name);
}

/* What came in for it without being decided for it: a duplicate, held mail, a file from the spool. */
static void test_erase_items(struct world *w)
{
	struct item_verdict duplicate = { .state = ITEM_DUPLICATE, .from = "jan@example.nl", .subject = "Jan", .duplicate_of = 1 };
	struct erasure erasure = erasure_of("2026-1");
	struct item spool = spool_item("8-jan.pdf"), got;
	struct blob_ref raw = inline_ref(5, "jan");
	struct erasure_left left;

	make_two(w);
	duplicate.id = stored_item(w, 3, 3);
	store_item_end(w->store, &duplicate, &w->err);
	end_item(w, stored_item(w, 4, 4), ITEM_HELD, 0);
	store_item_reserve(w->store, &spool, &w->err);
	store_item_stored(w->store, spool.id, &raw, hash_of(5), 3, &w->err);
	store_item_parcels(w->store, spool.id, "1-2-3 jan.pdf\n", &w->err);
	end_item(w, spool.id, ITEM_QUARANTINED, 0);
	fails(w, store_dossier_erase(w->store, &erasure, &w->arena, &left, &w->err), ERR_TEMP,
	      "while the spool has its file to put away");
	tap_ok(!left.item_count && !left.blob_count, "%s: nothing is handed back then", w->name);
	store_item_acked(w->store, spool.id, &w->err);
	tap_is_int(store_dossier_erase(w->store, &erasure, &w->arena, &left, &w->err), 0, "%s: then it goes", w->name);
	tap_ok(left.item_count == 4 && left.items[1].id == 3 && left.items[2].id == 4 && left.items[3].id == spool.id &&
	       left.items[3].source == SOURCE_SPOOL && str_eq(left.items[3].origin, "2026-1/a.pdf"),
	       "%s: the duplicate, the held one and the file too", w->name);
	tap_is_str(left.items[3].parcels, "1-2-3 jan.pdf\n", "%s: with what it took along", w->name);
	check_item(w, 3, ITEM_DUPLICATE);
	check_item(w, 4, ITEM_PROCESSED);
	store_item_load(w->store, spool.id, &w->arena, &got, &w->err);
	tap_ok(str_eq(got.origin, "") && !strstr(got.spool_key, "jan") && !got.parcels && got.state == ITEM_PROCESSED,
	       "%s: no file name is left", w->name);
	tap_ok(has_blob(&left, file_ref(1003).name) && has_blob(&left, file_ref(1004).name), "%s: nor their bytes", w->name);
	tap_is_int(store_verify(w->store, &w->err), 0, "%s: the store is sound", w->name);
}

/* What is in somebody's hands at this moment is not taken away under them. */
static void test_erase_busy(struct world *w)
{
	struct erasure erasure = erasure_of("2026-1");
	struct erasure_left left;
	struct outbox_row *rows;
	struct outbox_result sent = { .state = OUTBOX_SENT, .at = NOW, .stage = "dot", .code = 250 };
	size_t count = 0;

	make_two(w);
	store_outbox_claim(w->store, NOW, 10, &w->arena, &rows, &count, &w->err);
	fails(w, store_dossier_erase(w->store, &erasure, &w->arena, &left, &w->err), ERR_TEMP, "while its mail is being sent");
	sent.id = rows[0].id;
	store_outbox_record(w->store, &sent, &w->err);
	end_item(w, stored_item(w, 5, 5), ITEM_HELD, 0);
	store_item_retry(w->store, 3, &w->err);
	fails(w, store_dossier_erase(w->store, &erasure, &w->arena, &left, &w->err), ERR_TEMP, "while its item waits for a decision");
	tap_ok(store_verify(w->store, &w->err) == 0 && mails_of(w) == 4, "%s: nothing is half gone", w->name);
	end_item(w, 3, ITEM_HELD, 0);
	tap_is_int(store_dossier_erase(w->store, &erasure, &w->arena, &left, &w->err), 0, "%s: then it goes, attempts and all", w->name);
	tap_is_int(store_verify(w->store, &w->err), 0, "%s: the store is sound", w->name);
}

static void test_erase_aborted(struct world *w)
{
	struct erasure erasure = erasure_of("2026-1");
	struct erasure_left left;
	struct dossier *d = NULL;
	struct item item;
	struct reply_token token;

	make_two(w);
	store_begin(w->store, &w->err);
	store_dossier_erase(w->store, &erasure, &w->arena, &left, &w->err);
	fails(w, store_scrub(w->store, &w->err), ERR_BUG, "scrubbing in a group");
	store_abort(w->store);
	tap_is_int(store_dossier_load(w->store, "2026-1", &w->arena, &d, &w->err), 0, "%s: an abort brings it back", w->name);
	tap_ok(d->slot_count == 2 && d->slots[0].document_count == 1 && d->timer_count == 4, "%s: whole", w->name);
	store_item_load(w->store, 1, &w->arena, &item, &w->err);
	tap_ok(item.raw_in_dossier && item.raw.name[0] && str_eq(item.subject, "stukken") && mails_of(w) == 4 &&
	       !store_token_find(w->store, hash_of(1), &w->arena, &token, &w->err), "%s: with its item, mails and token", w->name);
	tap_is_int(store_dossier_erase(w->store, &erasure, &w->arena, &left, &w->err), 0, "%s: and it can be erased", w->name);
	tap_is_int((long long)mails_of(w), 2, "%s: after all", w->name);
}

/* ---- on disk ---- */

#define SECRET "Geheimrat-Zebra"

/* Is the text anywhere in the files of the store? */
static bool is_in_files(const struct world *w, const char *text)
{
	DIR *dir = opendir(w->path);
	struct dirent *entry;
	bool found = false;

	while (dir && (entry = readdir(dir)) != NULL) {
		struct buf bytes = BUF_INIT((size_t)1 << 30);
		struct err err = ERR_INIT;
		char path[400];

		snprintf(path, sizeof path, "%s/%s", w->path, entry->d_name);
		if (entry->d_name[0] != '.' && file_read(path, &bytes, &err) == 0)
			found |= memmem(bytes.data, bytes.len, text, strlen(text)) != NULL;
		buf_free(&bytes);
	}
	closedir(dir);
	return found;
}

/* Much that grows, so that pages split and cells move: the places where a copy could be left behind. */
static void grow(struct world *w, const char *number, const char *secret, int round)
{
	struct dossier *d;
	struct history_line lines[40];
	struct store_take take = { .now = NOW, .history = lines, .history_count = (size_t)(5 + round % 30) };
	char text[400];
	size_t i;

	store_dossier_load(w->store, number, &w->arena, &d, &w->err);
	snprintf(text, sizeof text, "%s %.*s", secret, 40 + round * 7 % 300,
		 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
	for (i = 0; i < take.history_count; i++)
		lines[i] = (struct history_line){ NOW, "note", secret, text };
	d->client.name = text;
	d->slots[round % 2].reason = text;
	d->payments[0].description = text;
	d->approvals[0].reason = text;
	d->facts[0].value = text;
	take.dossier = d;
	if (store_take(w->store, &take, &w->err))
		printf("# %s\n", w->err.text);
	arena_free(&w->arena);
}

static void make_secretive(struct world *w, int dossiers)
{
	char number[16];
	int i, round;

	make_dossiers(w, dossiers);
	for (round = 0; round < 40; round++) {
		store_begin(w->store, &w->err);
		for (i = 1; i <= dossiers; i++) {
			snprintf(number, sizeof number, "2026-%03d", i);
			grow(w, number, i % 7 == 3 ? SECRET : "plain", round * 3 + i);
		}
		if (store_commit(w->store, &w->err))
			printf("# %s\n", w->err.text);
	}
}

static void test_traces(void)
{
	struct world w;
	struct erasure erasure = erasure_of(NULL);
	struct erasure_left left;
	char number[16];
	int i, failed = 0;

	world_open(&w, DRIVER_SQLITE);
	make_secretive(&w, 200);
	tap_ok(is_in_files(&w, SECRET), "before: the name is in the files");
	for (i = 3; i <= 200; i += 7) {
		snprintf(number, sizeof number, "2026-%03d", i);
		erasure.number = number;
		failed += store_dossier_erase(w.store, &erasure, &w.arena, &left, &w.err) != 0;
	}
	tap_is_int(failed, 0, "29 dossiers are erased: %s", w.err.text);
	tap_is_int(store_scrub(w.store, &w.err), 0, "and scrubbed");
	tap_ok(!is_in_files(&w, SECRET), "after: it is nowhere in the files, while the store is open");
	tap_is_int(store_verify(w.store, &w.err), 0, "the store is sound");
	/* What SQLite had of the pages in memory must not come back with the next change. */
	for (i = 1; i <= 200; i++) {
		snprintf(number, sizeof number, "2026-%03d", i);
		if (i % 7 != 3)
			grow(&w, number, "plain", i);
	}
	store_close(&w.store);
	tap_ok(!is_in_files(&w, SECRET), "nor when the work went on, and it is closed");
	store_sqlite_open(w.path, &w.store, &w.err);
	tap_is_int(store_verify(w.store, &w.err), 0, "the store is sound");
	world_close(&w);
}

/* Stopped at each durable step: the dossier is there, whole, or gone. */
static void test_crashes(void)
{
	struct erasure erasure = erasure_of("2026-1");
	struct erasure_left left;
	bool good = true;
	int stop, status = STEP_EXIT;

	for (stop = 1; status == STEP_EXIT && stop < 20 && good; stop++) {
		struct world w;
		struct dossier *d;
		pid_t child;

		world_open(&w, DRIVER_SQLITE);
		make_two(&w);
		store_close(&w.store);
		fflush(stdout);
		child = fork();
		if (child == 0) {
			char text[16];

			snprintf(text, sizeof text, "%d", stop);
			setenv("POSTKAMER_STOP_AT", text, 1);
			step_init();
			_exit(store_sqlite_open(w.path, &w.store, &w.err) ||
			      store_dossier_erase(w.store, &erasure, &w.arena, &left, &w.err) || store_scrub(w.store, &w.err));
		}
		waitpid(child, &status, 0);
		status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
		good = store_sqlite_open(w.path, &w.store, &w.err) == 0 && store_verify(w.store, &w.err) == 0 &&
		       mails_of(&w) == (store_dossier_load(w.store, "2026-1", &w.arena, &d, &w.err) ? 2 : 4);
		world_close(&w);
	}
	tap_ok(good && status == 0 && stop > 3, "erasing survives a stop at each of %d steps", stop - 2);
}

int main(void)
{
	static const struct contract_test tests[] = {
		{ "erase", test_erase },
		{ "erase, items", test_erase_items },
		{ "erase, busy", test_erase_busy },
		{ "erase, aborted", test_erase_aborted },
	};

	contract_run(tests, sizeof tests / sizeof *tests);
	test_traces();
	test_crashes();
	return tap_done();
}
