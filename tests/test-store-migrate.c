/* Stores of earlier schemas, as the releases made them: they open, nothing is lost, and a crash on the way harms nothing. */

/* System. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Base. */
#include "base/file.h"
#include "base/step.h"
#include "base/str.h"
#include "base/xalloc.h"

/* Own. */
#include "store-fixture.h"
#include "tap.h"

static void run_sql(const char *file, const char *sql)
{
	sqlite3 *db = NULL;
	char *why = NULL;

	if (sqlite3_open(file, &db) || sqlite3_exec(db, sql, NULL, NULL, &why)) {
		printf("Bail out! %s\n", why ? why : sqlite3_errmsg(db));
		exit(1);
	}
	sqlite3_close(db);
}

/* The store of that schema, not opened yet. */
static void world_old(struct world *w, int schema)
{
	const char *top = getenv("top_srcdir");
	char path[512], file[128];
	struct buf text = BUF_INIT(BUF_MAX_FILE);

	memset(w, 0, sizeof *w);
	w->name = "sqlite";
	snprintf(w->folder, sizeof w->folder, "/tmp/test-store-XXXXXX");
	if (!mkdtemp(w->folder))
		abort();
	snprintf(w->path, sizeof w->path, "%s/store", w->folder);
	mkdir(w->path, 0700);
	snprintf(path, sizeof path, "%s/tests/golden/store/schema-%d.sql", top ? top : ".", schema);
	if (file_read(path, &text, &w->err)) {
		printf("Bail out! %s\n", w->err.text);
		exit(1);
	}
	snprintf(file, sizeof file, "%s/postkamer.db", w->path);
	run_sql(file, text.data);
	buf_free(&text);
}

static void check_old_dossier(struct world *w)
{
	struct dossier *d = NULL;
	struct history_line *lines;
	struct document document;
	struct blob_key scope;
	size_t count = 0;

	tap_is_int(store_dossier_load(w->store, "2026-1", &w->arena, &d, &w->err), 0, "its dossier loads");
	tap_ok(d->slot_count == 2 && d->slots[0].document_count == 1 && d->held_count == 1 && d->payment_count == 1 &&
	       d->count_count == 1 && str_eq(d->client.address, "jan@example.nl"), "with all that it had");
	tap_ok(d->timer_count == 2 && d->timers[0].kind == TIMER_STATE && d->timers[0].due == NOW + 100 &&
	       d->timers[0].since == DATE_NONE && d->timers[1].kind == TIMER_QUIET && d->timers[1].repeat == 2 &&
	       d->timers[1].since == NOW && str_eq(d->timers[1].clause, "c2"), "its timers as they were");
	tap_ok(!d->fact_count && !d->approval_count, "and nothing that it cannot have had");
	store_history(w->store, "2026-1", &w->arena, &lines, &count, &w->err);
	tap_is_int((long long)count, 2, "its history");
	tap_is_int(store_document_load(w->store, "2026-1", d->slots[0].documents[0].id, &w->arena, &document, &scope, &w->err), 0,
		   "its document");
}

static void check_old_rest(struct world *w)
{
	struct store_stats stats;
	struct store_meta meta;
	struct due_timer *timers;
	size_t count = 0;
	int64_t serial = 0;

	store_meta_get(w->store, &meta, &w->err);
	tap_ok(meta.steady == meta.seen && !meta.steady_since, "its clock is believed as far as it has seen");
	store_stats(w->store, &stats, &w->err);
	tap_ok(stats.dossiers_open == 4 && stats.items[ITEM_PROCESSED] == 1 && stats.items[ITEM_HELD] == 1 &&
	       stats.outbox[OUTBOX_SENT] == 1, "items and mails");
	store_timers_due(w->store, NOW + 995, 10, &w->arena, &timers, &count, &w->err);
	tap_ok(count == 4 && str_eq(timers[0].dossier, "2026-1"), "what is due");
	store_serial_next(w->store, 2026, &serial, &w->err);
	tap_is_int(serial, 2, "serials go on");
	tap_is_int(store_verify(w->store, &w->err), 0, "it is sound");
}

/* What schema 3 had beside. */
static void check_old_replies(struct world *w)
{
	struct pending_command pending;
	struct reply_token token;
	struct dossier *d = NULL;

	store_dossier_load(w->store, "2026-001", &w->arena, &d, &w->err);
	tap_ok(str_eq(dossier_fact(d, "inkomen"), "1234.50") && d->approval_count == 2 &&
	       d->approvals[0].state == APPROVAL_REFUSED && d->payments[0].status == PAYMENT_REFUNDED &&
	       d->timers[d->timer_count - 1].kind == TIMER_KEEP, "facts, approvals, a refund, a term of keeping");
	tap_ok(!store_token_find(w->store, hash_of(1), &w->arena, &token, &w->err) && str_eq(token.dossier, "2026-1") &&
	       !store_token_find(w->store, hash_of(2), &w->arena, &token, &w->err) && token.revoked == NOW + 5, "tokens");
	tap_ok(!store_pending_find(w->store, hash_of(3), &w->arena, &pending, &w->err) && str_eq(pending.text, "akkoord") &&
	       pending.answered == DATE_NONE, "a command that waits");
	tap_ok(store_dossier_exists(w->store, "2026-900"), "the number of one that was erased");
}

/* Who was the office of a dossier before is a known one, and confirmed. */
static void check_old_offices(struct world *w, int schema)
{
	struct office_filter filter = { .service = "pentrax", .domain = "example.org", .due = DATE_NONE };
	struct office_case_filter cases = { .service = "pentrax", .address = "kantoor@example.org", .final = -1 };
	struct office *offices;
	struct office_case *list;
	size_t count;

	store_office_list(w->store, &filter, &w->arena, &offices, &count, &w->err);
	tap_ok(count == (schema == 3 ? 2 : 1) && str_eq(offices[0].address, "kantoor@example.org") && !offices[0].name &&
	       offices[0].confirmed == NOW && str_eq(offices[0].language, "nl") && offices[0].digest == OFFICE_DIGEST_OFF,
	       "the offices of its dossiers are known");
	if (schema == 3)
		tap_ok(str_eq(offices[1].address, "samen@example.org") && str_eq(offices[1].name, "Kantoor Samen"), "by name");
	store_office_cases(w->store, &cases, &w->arena, &list, &count, &w->err);
	tap_is_int((long long)count, schema == 3 ? 3 : 4, "and have their overview");
}

/* What the new schema has room for, in an old dossier. */
static void check_new_things(struct world *w)
{
	struct fact fact = { "woning", "yes" };
	struct timer timers[] = { { TIMER_PAYMENT, "payment", NOW, 0, NOW }, { TIMER_KEEP, "keep", NOW, 0, NOW } };
	struct store_take take = { .now = NOW };
	struct dossier *d = NULL;

	store_dossier_load(w->store, "2026-1", &w->arena, &d, &w->err);
	d->facts = &fact;
	d->fact_count = 1;
	d->timers = timers;
	d->timer_count = 2;
	take.dossier = d;
	tap_is_int(store_take(w->store, &take, &w->err), 0, "a decision over it is taken in");
	store_dossier_load(w->store, "2026-1", &w->arena, &d, &w->err);
	tap_ok(d->timer_count == 2 && d->timers[1].kind == TIMER_KEEP && str_eq(dossier_fact(d, "woning"), "yes"),
	       "with what is new");
}

static void test_open(int schema)
{
	struct world w;

	world_old(&w, schema);
	printf("# from schema %d\n", schema);
	tap_ok(store_sqlite_look(w.path, &w.store, &w.err) == -1 && w.err.code == ERR_INPUT, "who only looks moves nothing: %s",
	       w.err.text);
	if (tap_is_int(store_sqlite_open(w.path, &w.store, &w.err), 0, "a store of schema %d opens", schema)) {
		check_old_dossier(&w);
		check_old_rest(&w);
		if (schema >= 3)
			check_old_replies(&w);
		check_old_offices(&w, schema);
		check_new_things(&w);
		world_reopen(&w);
		tap_is_int(store_verify(w.store, &w.err), 0, "and opens again, sound");
	} else {
		printf("# %s\n", w.err.text);
	}
	world_close(&w);
}

/* Stopped at each durable step: the store is the old or the new one, and opens. */
static void test_crashes(int schema)
{
	struct world w;
	struct store_stats stats;
	bool good = true;
	int stop, status = STEP_EXIT;

	for (stop = 1; status == STEP_EXIT && stop < 20 && good; stop++) {
		pid_t child;

		world_old(&w, schema);
		fflush(stdout);
		child = fork();
		if (child == 0) {
			char number[16];

			snprintf(number, sizeof number, "%d", stop);
			setenv("POSTKAMER_STOP_AT", number, 1);
			step_init();
			_exit(store_sqlite_open(w.path, &w.store, &w.err) ? 1 : 0);
		}
		waitpid(child, &status, 0);
		status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
		good = store_sqlite_open(w.path, &w.store, &w.err) == 0 && store_verify(w.store, &w.err) == 0 &&
		       store_stats(w.store, &stats, &w.err) == 0 && stats.dossiers_open == 4;
		world_close(&w);
	}
	tap_ok(good && status == 0 && stop > 3, "moving schema %d on survives a stop at each of %d steps", schema, stop - 2);
}

/* The tables of a store that was moved on are those of one that is new. */
static char *tables(const char *path)
{
	char file[160], *all = xstrdup("");
	sqlite3 *db = NULL;
	sqlite3_stmt *stmt = NULL;

	snprintf(file, sizeof file, "%s/postkamer.db", path);
	if (sqlite3_open(file, &db) ||
	    sqlite3_prepare_v2(db, "SELECT replace(sql, '\"timer\"', 'timer') FROM sqlite_schema WHERE sql NOT NULL ORDER BY name",
			       -1, &stmt, NULL))
		abort();
	while (sqlite3_step(stmt) == SQLITE_ROW) {
		const char *sql = (const char *)sqlite3_column_text(stmt, 0);
		size_t size = strlen(all) + strlen(sql) + 2;
		char *more = xmalloc(size);

		snprintf(more, size, "%s%s\n", all, sql);
		free(all);
		all = more;
	}
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	return all;
}

static void test_same_tables(int schema)
{
	struct world old, new;
	char *a, *b;

	world_old(&old, schema);
	world_open(&new, DRIVER_SQLITE);
	store_sqlite_open(old.path, &old.store, &old.err);
	a = tables(old.path);
	b = tables(new.path);
	tap_is_str(a, b, "schema %d moved on has the tables of a new store", schema);
	free(a);
	free(b);
	world_close(&old);
	world_close(&new);
}

int main(void)
{
	static const int schemas[] = { 1, 3 };
	size_t i;

	seal_init(NULL);
	for (i = 0; i < sizeof schemas / sizeof *schemas; i++) {
		test_open(schemas[i]);
		test_crashes(schemas[i]);
		test_same_tables(schemas[i]);
	}
	return tap_done();
}
