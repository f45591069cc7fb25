/*
 * What the store's tests share: a fresh store of either driver, and a decision
 * with something of everything in it. Keys and hashes are made up: the store
 * never looks into them.
 */
#ifndef POSTKAMER_TESTS_STORE_FIXTURE_H
#define POSTKAMER_TESTS_STORE_FIXTURE_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "seal/seal.h"
#include "store/store.h"
#include "tap.h"

#define NOW 1792800000
#define DIGEST "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

enum driver { DRIVER_SQLITE, DRIVER_MEMORY, DRIVERS };

struct world {
	enum driver driver;
	const char *name;
	char folder[64]; /* of the test */
	char path[80];   /* of the store */
	struct store *store;
	struct arena arena;
	struct err err;
};

__attribute__((unused))
static int fixture_remove_entry(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

__attribute__((unused))
static void fixture_remove_tree(const char *path)
{
	nftw(path, fixture_remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

__attribute__((unused))
static void world_open(struct world *w, enum driver driver)
{
	static const char *const names[] = { "sqlite", "memory" };

	memset(w, 0, sizeof *w);
	w->driver = driver;
	w->name = names[driver];
	if (driver == DRIVER_MEMORY) {
		w->store = store_memory_new(true);
		store_program_put(w->store, DIGEST, "flow", "a.rules", "workflow x", NOW, &w->err);
		return;
	}
	snprintf(w->folder, sizeof w->folder, "/tmp/test-store-XXXXXX");
	if (!mkdtemp(w->folder))
		abort();
	snprintf(w->path, sizeof w->path, "%s/store", w->folder);
	if (store_sqlite_create(w->path, true, NOW, &w->err) || store_sqlite_open(w->path, &w->store, &w->err)) {
		printf("Bail out! %s\n", w->err.text);
		exit(1);
	}
	store_program_put(w->store, DIGEST, "flow", "a.rules", "workflow x", NOW, &w->err);
}

/* As after a restart; what is only in memory stays. */
__attribute__((unused))
static void world_reopen(struct world *w)
{
	if (w->driver != DRIVER_SQLITE)
		return;
	store_close(&w->store);
	if (store_sqlite_open(w->path, &w->store, &w->err)) {
		printf("Bail out! %s\n", w->err.text);
		exit(1);
	}
}

__attribute__((unused))
static void world_close(struct world *w)
{
	store_close(&w->store);
	arena_free(&w->arena);
	if (w->folder[0])
		fixture_remove_tree(w->folder);
}

/* The call failed, with that code and some words. */
__attribute__((unused))
static void fails(struct world *w, int rc, enum err_code code, const char *what)
{
	if (!tap_ok(rc == -1 && w->err.code == code && w->err.text[0], "%s: refused: %s", w->name, what))
		printf("#   returned %d, code %d (expected %d): %s\n", rc, w->err.code, code, w->err.text);
	w->err.code = ERR_NONE;
	w->err.text[0] = '\0';
}

__attribute__((unused))
static struct blob_key key_of(int seed)
{
	struct blob_key key = { .present = 1 };

	memset(key.bytes, seed & 0xff, sizeof key.bytes);
	key.bytes[0] = (unsigned char)(seed >> 8);
	return key;
}

__attribute__((unused))
static bool blob_key_equal(const struct blob_key *a, const struct blob_key *b)
{
	return a->present && b->present && !memcmp(a->bytes, b->bytes, sizeof a->bytes);
}

__attribute__((unused))
static const unsigned char *hash_of(unsigned char seed)
{
	static unsigned char hashes[256][32];

	memset(hashes[seed], seed, 32);
	return hashes[seed];
}

__attribute__((unused))
static struct blob_ref file_ref(int seed)
{
	struct blob_ref ref = { .size = 100000 + seed, .key = key_of(seed) };

	snprintf(ref.name, sizeof ref.name, "2026-10-24/%064d", seed);
	return ref;
}

__attribute__((unused))
static struct blob_ref inline_ref(int seed, const char *sealed)
{
	struct blob_ref ref = { .size = seed, .key = key_of(seed), .inline_data = sealed, .inline_size = strlen(sealed) };

	return ref;
}

__attribute__((unused))
static struct item mail_item(uint32_t uid)
{
	struct item item = { .service = "pentrax", .source = SOURCE_MAIL, .origin = "intake", .uidvalidity = 3, .uid = uid,
			     .received = NOW, .internal_date = NOW - 5, .size = 10, .scope = key_of((int)uid + 500) };

	return item;
}

__attribute__((unused))
static struct item spool_item(const char *key)
{
	struct item item = { .service = "pentrax", .source = SOURCE_SPOOL, .origin = "2026-1/a.pdf", .spool_key = key,
			     .received = NOW, .internal_date = DATE_NONE, .scope = key_of(600) };

	return item;
}

__attribute__((unused))
static struct item ingest_item(void)
{
	struct item item = { .service = "pentrax", .source = SOURCE_INGEST, .origin = "", .received = NOW,
			     .internal_date = DATE_NONE, .scope = key_of(601) };

	return item;
}

/* A decision; everything it points to is in here. */
struct fixture {
	struct dossier dossier;
	struct slot slots[2];
	struct document document;
	struct held_document held;
	struct timer timers[4];
	struct clause_count count;
	struct payment payment;
	struct fact facts[2];
	struct approval approvals[2];
	struct item_verdict verdict;
	struct blob_key raw_key;
	struct history_line history[2];
	struct outbox_row rows[2];
	struct store_take take;
};

static inline void fixture_dossier(struct fixture *f, int64_t item)
{
	f->document = (struct document){ .name = "a.pdf", .type = "application/pdf", .size = 1234, .sha256 = { 42 },
					 .from = "jan@example.nl", .received = NOW, .version = 1, .current = true,
					 .item = item, .part = 2, .blob = file_ref(50) };
	f->held = (struct held_document){ .document = { .name = "b.zip", .type = "application/zip", .received = NOW,
							.item = item, .part = 3, .blob = inline_ref(3, "zip") },
					  .reason = "no-slot", .slot = "iets", .year = 2024 };
	f->slots[0] = (struct slot){ .name = "jaarrekening", .year = 2025, .title = "Jaarrekening 2025", .required = true,
				     .may_be_absent = true, .files_min = 1, .files_max = 3, .status = SLOT_DELIVERED,
				     .documents = &f->document, .document_count = 1 };
	f->slots[1] = (struct slot){ .name = "paspoort", .title = "Paspoort", .status = SLOT_ABSENT, .reason = "kwijt" };
	f->timers[0] = (struct timer){ TIMER_STATE, "c1", NOW + 100, 0, DATE_NONE };
	f->timers[1] = (struct timer){ TIMER_QUIET, "c2", NOW + 200, 2, NOW };
	f->timers[2] = (struct timer){ TIMER_PAYMENT, "payment", NOW + 300, 0, NOW };
	f->timers[3] = (struct timer){ TIMER_KEEP, "keep", NOW + 400, 0, NOW };
	f->facts[0] = (struct fact){ "woning", "yes" };
	f->facts[1] = (struct fact){ "inkomen", "1234.50" };
	f->approvals[0] = (struct approval){ .slot = "concept", .year = 2025, .sha256 = { 7 }, .state = APPROVAL_REFUSED,
					     .asked = NOW, .answered = NOW + 1, .by = "jan@example.nl", .reason = "fout" };
	f->approvals[1] = (struct approval){ .slot = "concept", .year = 2025, .sha256 = { 8 }, .state = APPROVAL_ASKED,
					     .asked = NOW + 2, .answered = DATE_NONE };
	f->count = (struct clause_count){ "c9", 3 };
	f->payment = (struct payment){ .status = PAYMENT_REQUESTED, .amount_cents = 14900, .currency = "EUR",
				       .description = "verklaring", .expires = DATE_NONE };
	f->dossier = (struct dossier){
		.number = "2026-1", .service = "pentrax", .workflow = "flow", .program = DIGEST, .state = "open",
		.language = "nl", .opened = NOW, .entered = NOW,
		.client = { "Jan", "jan@example.nl", "nl", true }, .office = { NULL, "kantoor@example.org", "nl", false },
		.scope = key_of(900), .slots = f->slots, .slot_count = 2, .timers = f->timers, .timer_count = 4,
		.counts = &f->count, .count_count = 1, .payments = &f->payment, .payment_count = 1,
		.held = &f->held, .held_count = 1, .facts = f->facts, .fact_count = 2,
		.approvals = f->approvals, .approval_count = 2,
	};
}

static inline struct outbox_row fixture_row(const char *key, const char *message_id, int64_t item)
{
	struct outbox_row row = { .key = key, .service = "pentrax", .dossier = "2026-1", .item = item,
				  .template = "ontvangst", .audience = "client", .to = "jan@example.nl",
				  .from = "dossier@example.nl", .subject = "Ontvangen", .message_id = message_id,
				  .created = NOW, .next_at = NOW, .expires = NOW + 500, .scope = key_of(900),
				  .blob = inline_ref(4, "mail") };

	return row;
}

/* Opens dossier 2026-1 from that item (of mail_item(), whose scope it knows), with two mails: one waits, one is held. */
__attribute__((unused))
static void fixture_make(struct fixture *f, int64_t item)
{
	memset(f, 0, sizeof *f);
	fixture_dossier(f, item);
	f->verdict = (struct item_verdict){ .id = item, .state = ITEM_PROCESSED, .from = "jan@example.nl",
					    .subject = "stukken", .message_id = "m1@example.nl", .content_key = hash_of(7) };
	f->raw_key = key_of(901);
	f->history[0] = (struct history_line){ NOW, "opened", "client", "2026-1" };
	f->history[1] = (struct history_line){ NOW, "document received", NULL, "slot jaarrekening" };
	f->rows[0] = fixture_row("k1", "id1@example.nl", item);
	f->rows[1] = fixture_row("k2", "id2@example.nl", item);
	f->rows[1].state = OUTBOX_HELD;
	f->rows[1].expires = DATE_NONE;
	f->rows[1].scope = key_of(501);
	f->take = (struct store_take){ .dossier = &f->dossier, .item = &f->verdict, .raw_key = &f->raw_key,
				       .history = f->history, .history_count = 2, .outbox = f->rows, .outbox_count = 2,
				       .now = NOW };
}

/* The same for dossier 2026-2, from mail_item(2). */
__attribute__((unused))
static void fixture_second(struct fixture *f)
{
	f->dossier.number = "2026-2";
	f->document.blob = file_ref(51);
	f->rows[0].key = "k3";
	f->rows[1].key = "k4";
	f->rows[0].message_id = "id3@example.nl";
	f->rows[1].message_id = "id4@example.nl";
	f->rows[0].dossier = f->rows[1].dossier = "2026-2";
	f->rows[1].scope = key_of(502);
}

/* ---- in a store ---- */

/* An item of the intake whose bytes are stored; its id. */
__attribute__((unused))
static int64_t stored_item(struct world *w, uint32_t uid, unsigned char hash)
{
	struct item item = mail_item(uid);
	struct blob_ref raw = file_ref(1000 + uid);

	if (store_item_reserve(w->store, &item, &w->err) ||
	    store_item_stored(w->store, item.id, &raw, hash_of(hash), 10, &w->err))
		printf("# %s\n", w->err.text);
	return item.id;
}

/* Ends it with every field set. */
__attribute__((unused))
static int end_item(struct world *w, int64_t id, enum item_state state, int64_t duplicate_of)
{
	struct item_verdict verdict = { .id = id, .state = state, .reason = "why", .detail = "because",
					.from = "a@example.org", .subject = "s", .message_id = "m@x", .content_key = hash_of(200),
					.duplicate_of = duplicate_of, .dossier = "2026-1" };

	return store_item_end(w->store, &verdict, &w->err);
}

/* Dossiers 2026-001 and on: various clients, services and timers; two mails each, of which one is held. */
__attribute__((unused))
static void make_dossiers(struct world *w, int count)
{
	struct fixture f;
	char number[16], key[2][16], id[2][32], address[32];
	int i;

	for (i = 1; i <= count; i++) {
		fixture_make(&f, 0);
		f.take.item = NULL;
		f.take.raw_key = NULL;
		snprintf(number, sizeof number, "2026-%03d", i);
		snprintf(key[0], sizeof *key, "a%d", i);
		snprintf(key[1], sizeof *key, "b%d", i);
		snprintf(id[0], sizeof *id, "a%d@x", i);
		snprintf(id[1], sizeof *id, "b%d@x", i);
		snprintf(address, sizeof address, "c%d@example.nl", i % 3);
		f.dossier.number = number;
		f.dossier.client.address = address;
		f.dossier.final = i % 4 == 0;
		f.dossier.service = i % 5 ? "pentrax" : "other";
		f.document.item = 0;
		f.held.document.item = 0;
		f.document.blob = file_ref(5000 + i);
		f.timers[0].due = NOW + 1000 - 10 * (i / 2);
		f.timers[1].due = f.timers[2].due = f.timers[3].due = NOW + 90000;
		f.rows[0].key = key[0];
		f.rows[1].key = key[1];
		f.rows[0].message_id = id[0];
		f.rows[1].message_id = id[1];
		f.rows[0].dossier = f.rows[1].dossier = number;
		f.rows[0].service = f.rows[1].service = f.dossier.service;
		f.rows[0].item = f.rows[1].item = 0;
		f.rows[1].scope = f.dossier.scope;
		if (store_take(w->store, &f.take, &w->err))
			printf("# %s\n", w->err.text);
	}
}

/* ---- over both drivers ---- */

struct contract_test {
	const char *name;
	void (*run)(struct world *w);
};

/* Each test with a fresh store of each driver. */
__attribute__((unused))
static void contract_run(const struct contract_test *tests, size_t count)
{
	size_t i, j;

	seal_init(NULL);
	for (i = 0; i < DRIVERS; i++)
		for (j = 0; j < count; j++) {
			struct world world;

			world_open(&world, (enum driver)i);
			printf("# %s: %s\n", world.name, tests[j].name);
			tests[j].run(&world);
			world_close(&world);
		}
}

#endif
