/* The store's contract: decided mail that belongs to nothing has a term. */

/* Base. */
#include "base/date.h"
#include "base/str.h"

/* Own. */
#include "store-fixture.h"
#include "tap.h"

/* An item with its bytes that came at NOW + uid, ended as said; its id. */
static int64_t make_item(struct world *w, uint32_t uid, enum item_state state, const char *dossier, int64_t duplicate_of)
{
	struct item item = mail_item(uid);
	struct blob_ref raw = file_ref((int)uid);
	struct item_verdict end = { .state = state, .dossier = dossier, .duplicate_of = duplicate_of, .from = "geheim@x.example",
				    .subject = "geheim", .message_id = "m", .content_key = hash_of((unsigned char)uid) };

	item.received = NOW + (int64_t)uid;
	if (store_item_reserve(w->store, &item, &w->err) ||
	    store_item_stored(w->store, item.id, &raw, hash_of((unsigned char)uid), 10, &w->err))
		printf("# %s\n", w->err.text);
	end.id = item.id;
	if (state != ITEM_STORED && store_item_end(w->store, &end, &w->err))
		printf("# %s\n", w->err.text);
	return item.id;
}

static struct outbox_row mail_of(const char *key, int64_t item, const char *dossier)
{
	return (struct outbox_row){ .key = key, .service = "pentrax", .dossier = dossier, .item = item, .template = "ontvangst",
				    .audience = "sender", .to = "geheim@x.example", .from = "dossier@example.nl", .subject = "geheim",
				    .message_id = key, .created = NOW, .next_at = NOW, .expires = NOW + 100000,
				    .scope = key_of(77), .blob = file_ref(400 + key[1]) };
}

static void put_mail(struct world *w, struct outbox_row row)
{
	struct store_take take = { .outbox = &row, .outbox_count = 1, .now = NOW };

	if (store_take(w->store, &take, &w->err))
		printf("# %s\n", w->err.text);
}

/* All that wait are sent. */
static void send_all(struct world *w)
{
	struct outbox_row *rows;
	size_t count = 0, i;

	store_outbox_claim(w->store, NOW, 10, &w->arena, &rows, &count, &w->err);
	for (i = 0; i < count; i++) {
		struct outbox_result result = { .id = rows[i].id, .state = OUTBOX_SENT, .counted = true, .at = NOW, .next_at = DATE_NONE,
						.stage = "dot", .code = 250, .reply = "ok" };

		if (store_outbox_record(w->store, &result, &w->err))
			printf("# %s\n", w->err.text);
	}
}

/* What goes when all before NOW + 'age' is old: how many, how many items with copies, how many files. */
static const char *forget(struct world *w, int64_t age, size_t limit)
{
	struct erasure_left left;
	size_t count;

	if (store_mail_forget(w->store, NOW + age, limit, &w->arena, &left, &count, &w->err))
		return w->err.text;
	return arena_printf(&w->arena, "%zu: %zu items, %zu files", count, left.item_count, left.blob_count);
}

static const char *reason_of(struct world *w, int64_t id)
{
	struct item item = { 0 };

	store_item_load(w->store, id, &w->arena, &item, &w->err);
	return item.from || item.subject || item.message_id ? "kept" : item.reason;
}

static void test_items(struct world *w)
{
	int64_t old = make_item(w, 1, ITEM_PROCESSED, NULL, 0), copy = make_item(w, 2, ITEM_DUPLICATE, NULL, old),
		fresh = make_item(w, 50, ITEM_PROCESSED, NULL, 0), held, undecided, of_dossier;

	make_dossiers(w, 1);
	held = make_item(w, 3, ITEM_HELD, NULL, 0);
	undecided = make_item(w, 4, ITEM_STORED, NULL, 0);
	of_dossier = make_item(w, 5, ITEM_PROCESSED, "2026-001", 0);
	put_mail(w, mail_of("w1", old, NULL));
	send_all(w);
	tap_is_str(forget(w, 40, 10), "1: 2 items, 3 files", "%s: one item, its copy, the mail about it", w->name);
	world_reopen(w);
	tap_is_str(reason_of(w, old), "erased", "%s: only that it came is left", w->name);
	tap_is_str(reason_of(w, copy), "erased", "%s: of its copy too", w->name);
	tap_is_str(reason_of(w, fresh), "kept", "%s: not what is fresh", w->name);
	tap_is_str(reason_of(w, held), "kept", "%s: nor what waits for a person", w->name);
	tap_is_str(reason_of(w, undecided), NULL, "%s: nor what is not decided", w->name);
	tap_is_str(reason_of(w, of_dossier), "kept", "%s: nor what belongs to a dossier", w->name);
	tap_is_str(forget(w, 40, 10), "0: 0 items, 0 files", "%s: and not twice", w->name);
	tap_is_str(forget(w, 51, 10), "1: 1 items, 1 files", "%s: the fresh one in its time", w->name);
	tap_is_int(store_verify(w->store, &w->err), 0, "%s: and the store is whole", w->name);
}

/* What has a term of its own, or goes with something that has. */
static void test_needed(struct world *w)
{
	int64_t document = make_item(w, 1, ITEM_PROCESSED, NULL, 0), asked, about, waiting;
	struct ticket_message said = { .at = NOW, .said = TICKET_ASKED, .by = "geheim@x.example", .text = "geheim" };
	struct ticket ticket = { .number = "T1", .service = "pentrax", .address = "geheim@x.example", .name = "", .language = "nl",
				 .subject = "", .opened = NOW, .changed = NOW, .closed = DATE_NONE, .remind_at = DATE_NONE,
				 .messages = &said, .message_count = 1 };
	struct outbox_row about_ticket = mail_of("x2", 0, NULL);
	struct store_take take = { .ticket = &ticket, .outbox = &about_ticket, .outbox_count = 1, .now = NOW };
	struct fixture f;

	fixture_make(&f, document);
	f.take.item = NULL;
	f.take.outbox_count = 0;
	f.take.raw_key = NULL;
	if (store_take(w->store, &f.take, &w->err))
		printf("# %s\n", w->err.text);
	asked = said.item = make_item(w, 2, ITEM_PROCESSED, NULL, 0);
	about_ticket.ticket = "T1";
	if (store_take(w->store, &take, &w->err))
		printf("# %s\n", w->err.text);
	about = make_item(w, 3, ITEM_PROCESSED, NULL, 0);
	put_mail(w, mail_of("y3", about, "2026-1"));
	send_all(w);
	waiting = make_item(w, 4, ITEM_PROCESSED, NULL, 0);
	put_mail(w, mail_of("z4", waiting, NULL));
	tap_is_str(forget(w, 40, 10), "0: 0 items, 0 files", "%s: nothing of all that is loose", w->name);
	tap_is_str(reason_of(w, document), "kept", "%s: what brought a document goes with its dossier", w->name);
	tap_is_str(reason_of(w, asked), "kept", "%s: what a ticket came with, with that", w->name);
	tap_is_str(reason_of(w, about), "kept", "%s: what a mail of a dossier is about, with that", w->name);
	tap_is_str(reason_of(w, waiting), "kept", "%s: what a mail still waits about, later", w->name);
	send_all(w);
	tap_is_str(forget(w, 40, 10), "1: 1 items, 2 files", "%s: namely when that was sent", w->name);
	tap_is_int(store_verify(w->store, &w->err), 0, "%s: and the store is whole", w->name);
}

static void test_spool(struct world *w)
{
	struct item item = spool_item("key");
	struct blob_ref raw = file_ref(9);
	struct item_verdict end = { .state = ITEM_PROCESSED, .subject = "loonstrook.pdf" };

	store_item_reserve(w->store, &item, &w->err);
	store_item_stored(w->store, item.id, &raw, hash_of(9), 10, &w->err);
	end.id = item.id;
	store_item_end(w->store, &end, &w->err);
	tap_is_str(forget(w, 40, 10), "0: 0 items, 0 files", "%s: a file of the spool stays until somebody takes it away", w->name);
}

/* Mails of ours that are about nothing. */
static void test_mails(struct world *w)
{
	struct outbox_filter all = { .all = true };
	struct outbox_row *rows, fresh = mail_of("y3", 0, NULL);
	const char *left = "";
	size_t count, i;

	make_dossiers(w, 1);
	fresh.created = NOW + 50;
	put_mail(w, mail_of("w1", 0, NULL));
	put_mail(w, mail_of("x2", 0, "2026-001"));
	put_mail(w, fresh);
	send_all(w);
	put_mail(w, mail_of("z4", 0, NULL));
	tap_is_str(forget(w, 40, 10), "1: 0 items, 1 files", "%s: what was sent, is old and about nothing", w->name);
	world_reopen(w);
	store_outbox_list(w->store, &all, &w->arena, &rows, &count, &w->err);
	for (i = 0; i < count; i++)
		if (strlen(rows[i].message_id) == 2 && rows[i].message_id[0] >= 'w')
			left = arena_printf(&w->arena, "%s %s", left, rows[i].message_id);
	tap_is_str(left, " x2 y3 z4", "%s: not what is a dossier's, fresh, or still waits", w->name);
	tap_is_int(store_verify(w->store, &w->err), 0, "%s: and the store is whole", w->name);
}

static void test_limit(struct world *w)
{
	uint32_t i;

	for (i = 1; i <= 3; i++)
		make_item(w, i, ITEM_PROCESSED, NULL, 0);
	put_mail(w, mail_of("w1", 0, NULL));
	send_all(w);
	tap_is_str(forget(w, 40, 2), "2: 2 items, 2 files", "%s: so many at once", w->name);
	tap_is_str(forget(w, 40, 2), "2: 1 items, 2 files", "%s: then the others", w->name);
	tap_is_str(forget(w, 40, 2), "0: 0 items, 0 files", "%s: and then nothing", w->name);
}

int main(void)
{
	static void (*const tests[])(struct world *) = { test_items, test_needed, test_spool, test_mails, test_limit };
	size_t driver, i;

	for (driver = 0; driver < DRIVERS; driver++)
		for (i = 0; i < sizeof tests / sizeof *tests; i++) {
			struct world w;

			world_open(&w, (enum driver)driver);
			tests[i](&w);
			world_close(&w);
		}
	return tap_done();
}
