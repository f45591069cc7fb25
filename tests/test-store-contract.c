/* The store's contract, first half: the store itself, items, decisions, groups. */

/* Base. */
#include "base/date.h"
#include "base/str.h"

/* Own. */
#include "store-fixture.h"
#include "tap.h"

/* ---- the store itself ---- */

static void test_meta(struct world *w)
{
	struct store_meta meta, again;

	tap_is_int(store_meta_get(w->store, &meta, &w->err), 0, "%s: meta", w->name);
	tap_ok(strlen(meta.uuid) == 36 && meta.trial && meta.created <= NOW && meta.seen == meta.created && !meta.clock_offset,
	       "%s: a new trial store", w->name);
	tap_is_int(store_time_seen(w->store, NOW + 50, &w->err), 0, "%s: a later time", w->name);
	tap_is_int(store_time_seen(w->store, NOW + 20, &w->err), 0, "%s: an earlier time", w->name);
	tap_is_int(store_clock_set(w->store, 7200, &w->err), 0, "%s: the clock of a trial store moves", w->name);
	tap_is_int(store_time_steady(w->store, NOW + 60, NOW + 7, &w->err), 0, "%s: a look at the clock", w->name);
	world_reopen(w);
	store_meta_get(w->store, &again, &w->err);
	tap_ok(again.steady == NOW + 60 && again.steady_since == NOW + 7, "%s: it is remembered", w->name);
	tap_is_int(again.seen, NOW + 50, "%s: the highest time is remembered", w->name);
	tap_is_int(again.clock_offset, 7200, "%s: so is the clock", w->name);
	tap_is_str(again.uuid, meta.uuid, "%s: it is the same store", w->name);
}

static void test_programs(struct world *w)
{
	const char *text = NULL, *file = NULL;

	tap_is_int(store_program_put(w->store, DIGEST, "flow", "a.rules", "workflow x", NOW, &w->err), 0, "%s: a rule text is kept",
		   w->name);
	tap_is_int(store_program_put(w->store, DIGEST, "flow", "b.rules", "other", NOW, &w->err), 0, "%s: the same digest again",
		   w->name);
	tap_is_int(store_program_get(w->store, DIGEST, &w->arena, &text, &file, &w->err), 0, "%s: it comes back", w->name);
	tap_is_str(text, "workflow x", "%s: unchanged", w->name);
	tap_is_str(file, "a.rules", "%s: with its file's name", w->name);
	fails(w, store_program_get(w->store, "00", &w->arena, &text, &file, &w->err), ERR_NOTFOUND, "an unknown digest");
}

static void test_serials(struct world *w)
{
	int64_t serial = 0;
	int i;

	for (i = 1; i <= 3; i++) {
		store_serial_next(w->store, 2026, &serial, &w->err);
		tap_is_int(serial, i, "%s: serial %d of 2026", w->name, i);
	}
	store_serial_next(w->store, 2027, &serial, &w->err);
	tap_is_int(serial, 1, "%s: another year begins at 1", w->name);
	world_reopen(w);
	store_serial_next(w->store, 2026, &serial, &w->err);
	tap_is_int(serial, 4, "%s: the year goes on after a restart", w->name);
	store_begin(w->store, &w->err);
	store_serial_next(w->store, 2026, &serial, &w->err);
	store_abort(w->store);
	store_serial_next(w->store, 2026, &serial, &w->err);
	tap_is_int(serial, 5, "%s: an aborted one was never given", w->name);
}

/* ---- items ---- */

static void test_reserve(struct world *w)
{
	struct item item = mail_item(7), same, spool, ingest;

	tap_is_int(store_item_reserve(w->store, &item, &w->err), 0, "%s: a mail is reserved", w->name);
	tap_ok(item.id > 0 && item.state == ITEM_RESERVED && !item.attempts, "%s: it has an id", w->name);
	same = mail_item(7);
	same.scope = key_of(99);
	tap_is_int(store_item_reserve(w->store, &same, &w->err), 0, "%s: the same mail again", w->name);
	tap_is_int(same.id, item.id, "%s: is the same item", w->name);
	tap_ok(!memcmp(&same.scope, &item.scope, sizeof same.scope), "%s: with the key it had", w->name);
	same = mail_item(7);
	same.uidvalidity++;
	store_item_reserve(w->store, &same, &w->err);
	tap_ok(same.id != item.id, "%s: another uidvalidity is another item", w->name);
	same = mail_item(7);
	same.origin = "junk";
	store_item_reserve(w->store, &same, &w->err);
	tap_ok(same.id != item.id, "%s: another mailbox too", w->name);
	spool = spool_item("1/2/3");
	store_item_reserve(w->store, &spool, &w->err);
	same = spool_item("1/2/3");
	store_item_reserve(w->store, &same, &w->err);
	tap_is_int(same.id, spool.id, "%s: a spool file is known by its key", w->name);
	ingest = ingest_item();
	same = ingest_item();
	store_item_reserve(w->store, &ingest, &w->err);
	store_item_reserve(w->store, &same, &w->err);
	tap_ok(ingest.id > 0 && ingest.id != same.id, "%s: each ingest is an item of its own", w->name);
	spool.spool_key = NULL;
	fails(w, store_item_reserve(w->store, &spool, &w->err), ERR_BUG, "a spool item without a key");
	item.service = NULL;
	fails(w, store_item_reserve(w->store, &item, &w->err), ERR_BUG, "an item without a service");
}

static void test_stored(struct world *w)
{
	struct item item = mail_item(1), got;
	struct blob_ref raw = inline_ref(5, "sealed bytes"), more = file_ref(6);

	store_item_reserve(w->store, &item, &w->err);
	tap_is_int(store_item_stored(w->store, item.id, &raw, hash_of(1), 4711, &w->err), 0, "%s: bytes are stored", w->name);
	tap_ok(raw.id > 0, "%s: the blob has an id", w->name);
	fails(w, store_item_stored(w->store, item.id, &more, hash_of(1), 1, &w->err), ERR_EXISTS, "bytes a second time");
	tap_is_int(more.id, 0, "%s: and no id is left behind", w->name);
	fails(w, store_item_stored(w->store, 999, &more, hash_of(1), 1, &w->err), ERR_NOTFOUND, "bytes of no item");
	more.key.present = 0;
	fails(w, store_item_stored(w->store, item.id, &more, hash_of(1), 1, &w->err), ERR_BUG, "a blob without a key");
	world_reopen(w);
	tap_is_int(store_item_load(w->store, item.id, &w->arena, &got, &w->err), 0, "%s: it loads", w->name);
	tap_ok(got.state == ITEM_STORED && got.size == 4711 && !memcmp(got.raw_hash, hash_of(1), 32), "%s: state, size, hash", w->name);
	tap_ok(got.source == SOURCE_MAIL && got.uid == 1 && got.uidvalidity == 3 && str_eq(got.origin, "intake") &&
	       str_eq(got.service, "pentrax") && !got.spool_key, "%s: where it came from", w->name);
	tap_ok(got.received == NOW && got.internal_date == NOW - 5 && !got.acked && !got.duplicate_of, "%s: times", w->name);
	tap_ok(got.raw.id == raw.id && got.raw.inline_size == 12 && !memcmp(got.raw.inline_data, "sealed bytes", 12) &&
	       !got.raw.name[0] && got.raw.size == raw.size, "%s: the sealed bytes", w->name);
	tap_ok(!memcmp(&got.raw.key, &raw.key, sizeof raw.key) && !memcmp(&got.scope, &item.scope, sizeof got.scope) &&
	       !got.raw_in_dossier, "%s: both keys", w->name);
	fails(w, store_item_load(w->store, 999, &w->arena, &got, &w->err), ERR_NOTFOUND, "loading no item");
}

static void test_attempts(struct world *w)
{
	int64_t id = stored_item(w, 1, 1);
	int attempts = 0, i;

	for (i = 1; i <= 3; i++) {
		store_item_attempt(w->store, id, &attempts, &w->err);
		tap_is_int(attempts, i, "%s: attempt %d", w->name, i);
	}
	fails(w, store_item_attempt(w->store, 77, &attempts, &w->err), ERR_NOTFOUND, "an attempt at no item");
}

static void test_end(struct world *w)
{
	int64_t a = stored_item(w, 1, 1), b = stored_item(w, 2, 1), c = stored_item(w, 3, 2);
	struct item_verdict bare = { .id = a, .state = ITEM_HELD };
	struct item item;

	tap_is_int(end_item(w, a, ITEM_HELD, 0), 0, "%s: an item is held", w->name);
	store_item_load(w->store, a, &w->arena, &item, &w->err);
	tap_ok(item.state == ITEM_HELD && str_eq(item.reason, "why") && str_eq(item.detail, "because") &&
	       str_eq(item.from, "a@example.org") && str_eq(item.subject, "s") && str_eq(item.message_id, "m@x") &&
	       str_eq(item.dossier, "2026-1") && !memcmp(item.content_key, hash_of(200), 32), "%s: with all that is known", w->name);
	tap_is_int(store_item_end(w->store, &bare, &w->err), 0, "%s: a held one may get another verdict", w->name);
	store_item_load(w->store, a, &w->arena, &item, &w->err);
	tap_ok(!item.reason && !item.detail && str_eq(item.from, "a@example.org") && str_eq(item.subject, "s") &&
	       str_eq(item.dossier, "2026-1") && item.content_key[0] == 200, "%s: what it does not name stays", w->name);
	tap_is_int(end_item(w, b, ITEM_DUPLICATE, a), 0, "%s: a duplicate", w->name);
	store_item_load(w->store, b, &w->arena, &item, &w->err);
	tap_is_int(item.duplicate_of, a, "%s: it knows of what", w->name);
	fails(w, end_item(w, b, ITEM_HELD, 0), ERR_EXISTS, "a verdict after the last one");
	fails(w, end_item(w, c, ITEM_DUPLICATE, 0), ERR_INPUT, "a duplicate of nothing");
	fails(w, end_item(w, c, ITEM_DUPLICATE, c), ERR_INPUT, "a duplicate of itself");
	fails(w, end_item(w, c, ITEM_HELD, a), ERR_INPUT, "a held one that is a duplicate");
	fails(w, end_item(w, c, ITEM_STORED, 0), ERR_INPUT, "stored is no end");
	fails(w, end_item(w, 99, ITEM_HELD, 0), ERR_NOTFOUND, "a verdict on no item");
	store_item_load(w->store, c, &w->arena, &item, &w->err);
	tap_is_int(item.state, ITEM_STORED, "%s: the refused ones changed nothing", w->name);
	end_item(w, c, ITEM_PROCESSED, 0);
	tap_is_int(end_item(w, a, ITEM_DUPLICATE, c), 0, "%s: what has duplicates may be found to be one", w->name);
	world_reopen(w);
	store_item_load(w->store, b, &w->arena, &item, &w->err);
	tap_is_int(item.duplicate_of, c, "%s: then these are of the same: no duplicate is of a duplicate", w->name);
}

static void test_retry(struct world *w)
{
	int64_t id = stored_item(w, 1, 1);
	struct item reserved = mail_item(2), item;
	struct blob_ref raw = file_ref(1);
	int attempts;

	fails(w, store_item_retry(w->store, id, &w->err), ERR_INPUT, "retry of one that waits for nobody");
	store_item_attempt(w->store, id, &attempts, &w->err);
	end_item(w, id, ITEM_QUARANTINED, 0);
	tap_is_int(store_item_retry(w->store, id, &w->err), 0, "%s: quarantined is tried again", w->name);
	store_item_load(w->store, id, &w->arena, &item, &w->err);
	tap_ok(item.state == ITEM_STORED && !item.attempts && !item.reason, "%s: from the start", w->name);
	end_item(w, id, ITEM_HELD, 0);
	tap_is_int(store_item_retry(w->store, id, &w->err), 0, "%s: held is tried again", w->name);
	end_item(w, id, ITEM_PROCESSED, 0);
	fails(w, store_item_retry(w->store, id, &w->err), ERR_INPUT, "retry of a processed one");
	fails(w, store_item_retry(w->store, 5555, &w->err), ERR_NOTFOUND, "retry of no item");
	store_item_reserve(w->store, &reserved, &w->err);
	fails(w, end_item(w, reserved.id, ITEM_PROCESSED, 0), ERR_INPUT, "processed without bytes");
	end_item(w, reserved.id, ITEM_QUARANTINED, 0);
	store_item_retry(w->store, reserved.id, &w->err);
	store_item_load(w->store, reserved.id, &w->arena, &item, &w->err);
	tap_is_int(item.state, ITEM_RESERVED, "%s: one without bytes is to be fetched again", w->name);
	end_item(w, reserved.id, ITEM_GONE, 0);
	store_item_attempt(w->store, reserved.id, &attempts, &w->err);
	tap_is_int(store_item_stored(w->store, reserved.id, &raw, hash_of(3), 1, &w->err), 0, "%s: what was gone may come after all",
		   w->name);
	store_item_load(w->store, reserved.id, &w->arena, &item, &w->err);
	tap_is_int(item.attempts, 0, "%s: what fetching it took does not count for the parser", w->name);
}

static void test_standing(struct world *w)
{
	static const uint32_t uids[] = { 1, 2, 3, 4, 5, 6 };
	static const enum uid_standing want[] = { UID_RESERVED, UID_HAVE, UID_DONE, UID_ACKED, UID_NEW, UID_RESERVED };
	enum uid_standing got[6];
	struct item item = mail_item(1), gone = mail_item(6);
	size_t i;

	store_item_reserve(w->store, &item, &w->err);
	stored_item(w, 2, 2);
	end_item(w, stored_item(w, 3, 3), ITEM_HELD, 0);
	end_item(w, stored_item(w, 4, 4), ITEM_PROCESSED, 0);
	store_items_acked(w->store, "intake", 3, uids + 3, 1, &w->err);
	store_item_reserve(w->store, &gone, &w->err);
	end_item(w, gone.id, ITEM_GONE, 0);
	tap_is_int(store_uids_standing(w->store, "intake", 3, uids, 6, got, &w->err), 0, "%s: standings", w->name);
	for (i = 0; i < 6; i++)
		tap_is_int(got[i], want[i], "%s: standing of uid %u", w->name, uids[i]);
	store_uids_standing(w->store, "intake", 4, uids, 2, got, &w->err);
	tap_ok(got[0] == UID_NEW && got[1] == UID_NEW, "%s: all are new in another uidvalidity", w->name);
	store_uids_standing(w->store, "junk", 3, uids, 2, got, &w->err);
	tap_ok(got[0] == UID_NEW && got[1] == UID_NEW, "%s: and in another mailbox", w->name);
	tap_is_int(store_uids_standing(w->store, "intake", 3, uids, 0, got, &w->err), 0, "%s: standings of none", w->name);
}

static void test_acks(struct world *w)
{
	static const enum item_state states[] = { ITEM_PROCESSED, ITEM_HELD, ITEM_QUARANTINED };
	static const uint32_t acked[] = { 1, 4, 3, 77 };
	struct item *items, item;
	size_t count, i;
	int64_t spool_id;

	for (i = 0; i < 3; i++)
		end_item(w, stored_item(w, (uint32_t)i + 1, (unsigned char)i), states[i], 0);
	stored_item(w, 4, 9);
	tap_is_int(store_items_unacked(w->store, "intake", 3, 10, &w->arena, &items, &count, &w->err), 0, "%s: unacknowledged", w->name);
	tap_is_int((long long)count, 3, "%s: three of four", w->name);
	for (i = 0; i < 3 && count == 3; i++)
		tap_ok(items[i].uid == i + 1 && items[i].state == states[i], "%s: uid %zu with its state", w->name, i + 1);
	store_items_unacked(w->store, "intake", 3, 2, &w->arena, &items, &count, &w->err);
	tap_is_int((long long)count, 2, "%s: a limit", w->name);
	tap_is_int(store_items_acked(w->store, "intake", 3, acked, 4, &w->err), 0, "%s: acknowledged, with some that cannot be", w->name);
	store_items_unacked(w->store, "intake", 3, 10, &w->arena, &items, &count, &w->err);
	tap_ok(count == 1 && items[0].uid == 2, "%s: one is left", w->name);
	store_items_unacked(w->store, "junk", 3, 10, &w->arena, &items, &count, &w->err);
	tap_is_int((long long)count, 0, "%s: none elsewhere", w->name);
	item = spool_item("k");
	store_item_reserve(w->store, &item, &w->err);
	spool_id = item.id;
	fails(w, store_item_acked(w->store, spool_id, &w->err), ERR_INPUT, "acknowledging what is not decided");
	end_item(w, spool_id, ITEM_QUARANTINED, 0);
	tap_is_int(store_item_acked(w->store, spool_id, &w->err), 0, "%s: a spool file is acknowledged", w->name);
	tap_is_int(store_item_acked(w->store, spool_id, &w->err), 0, "%s: and again", w->name);
	store_item_load(w->store, spool_id, &w->arena, &item, &w->err);
	tap_ok(item.acked, "%s: it shows", w->name);
	fails(w, store_item_acked(w->store, 1234, &w->err), ERR_NOTFOUND, "acknowledging no item");
	tap_ok(!item.parcels, "%s: it took nothing along", w->name);
	tap_is_int(store_item_parcels(w->store, spool_id, "1-2-3 a.pdf\n", &w->err), 0, "%s: what a file took along", w->name);
	store_item_load(w->store, spool_id, &w->arena, &item, &w->err);
	tap_is_str(item.parcels, "1-2-3 a.pdf\n", "%s: it is kept", w->name);
	fails(w, store_item_parcels(w->store, 1234, "x", &w->err), ERR_NOTFOUND, "what no item took along");
}

/* What was refused before anybody looked into it may be put right, and is no original. */
static void test_find_refused(struct world *w)
{
	static const char *const reasons[] = { "spool-refused", "loop", "limit" };
	size_t i;

	for (i = 0; i < 3; i++) {
		unsigned char hash = (unsigned char)(70 + i);
		int64_t first = stored_item(w, 700 + 2 * (uint32_t)i, hash), next = stored_item(w, 701 + 2 * (uint32_t)i, hash), id = 0;
		struct item_verdict verdict = { .id = first, .state = ITEM_QUARANTINED, .reason = reasons[i] };

		store_item_end(w->store, &verdict, &w->err);
		store_item_find_same(w->store, "pentrax", next, hash_of(hash), NULL, 0, &id, &w->err);
		tap_is_int(id, i == 2 ? first : 0, "set apart as %s: %s", reasons[i], i == 2 ? "the same" : "another one");
	}
}

static void test_find_same(struct world *w)
{
	int64_t a = stored_item(w, 1, 1), b = stored_item(w, 2, 1), c = stored_item(w, 3, 3), id = -1;

	store_item_find_same(w->store, "pentrax", b, hash_of(1), NULL, 0, &id, &w->err);
	tap_is_int(id, 0, "%s: one that is not decided is no original", w->name);
	end_item(w, a, ITEM_PROCESSED, 0);
	store_item_find_same(w->store, "pentrax", b, hash_of(1), NULL, 0, &id, &w->err);
	tap_is_int(id, a, "%s: the same raw bytes", w->name);
	store_item_find_same(w->store, "other", b, hash_of(1), NULL, 0, &id, &w->err);
	tap_is_int(id, 0, "%s: nothing crosses services", w->name);
	store_item_find_same(w->store, "pentrax", a, hash_of(1), NULL, 0, &id, &w->err);
	tap_is_int(id, 0, "%s: an item is not its own duplicate", w->name);
	store_item_find_same(w->store, "pentrax", c, hash_of(3), NULL, 0, &id, &w->err);
	tap_is_int(id, 0, "%s: other bytes", w->name);
	store_item_find_same(w->store, "pentrax", c, hash_of(3), hash_of(200), 0, &id, &w->err);
	tap_is_int(id, a, "%s: the same content key", w->name);
	store_item_find_same(w->store, "pentrax", c, hash_of(3), hash_of(201), 0, &id, &w->err);
	tap_is_int(id, 0, "%s: another content key", w->name);
	end_item(w, b, ITEM_DUPLICATE, a);
	store_item_find_same(w->store, "pentrax", a, hash_of(1), NULL, 0, &id, &w->err);
	tap_is_int(id, 0, "%s: a duplicate is no original", w->name);
}

/* What left more in doubt is nobody's original by what it says, but by its bytes. */
static void test_doubt(struct world *w)
{
	int64_t copy = stored_item(w, 1, 11), real = stored_item(w, 2, 12), id = -1;
	struct item_verdict verdict = { .id = copy, .state = ITEM_HELD, .reason = "no-number", .content_key = hash_of(210),
					.doubt = 2 };
	struct item item;

	store_item_end(w->store, &verdict, &w->err);
	store_item_find_same(w->store, "pentrax", real, hash_of(12), hash_of(210), 1, &id, &w->err);
	tap_is_int(id, 0, "%s: a copy with more in doubt is not the same", w->name);
	store_item_find_same(w->store, "pentrax", real, hash_of(12), hash_of(210), 2, &id, &w->err);
	tap_is_int(id, copy, "%s: one with as much in doubt is", w->name);
	store_item_find_same(w->store, "pentrax", real, hash_of(11), hash_of(210), 0, &id, &w->err);
	tap_is_int(id, copy, "%s: and whatever is in doubt, the same bytes are", w->name);
	store_item_end(w->store, &(struct item_verdict){ .id = copy, .state = ITEM_PROCESSED, .reason = "refused" }, &w->err);
	store_item_load(w->store, copy, &w->arena, &item, &w->err);
	tap_is_int(item.doubt, 2, "%s: another end leaves it in doubt", w->name);
	verdict = (struct item_verdict){ .id = real, .state = ITEM_PROCESSED, .content_key = hash_of(210) };
	store_item_end(w->store, &verdict, &w->err);
	world_reopen(w);
	store_item_find_same(w->store, "pentrax", 999, hash_of(13), hash_of(210), 0, &id, &w->err);
	tap_is_int(id, real, "%s: the real one is found behind it", w->name);
	store_item_find_same(w->store, "pentrax", 999, hash_of(13), hash_of(210), 2, &id, &w->err);
	tap_is_int(id, copy, "%s: for one more copy either is", w->name);
}

static void test_item_list(struct world *w)
{
	struct item_filter filter = { .state = -1 };
	struct item *items, item;
	size_t count, i;

	for (i = 1; i <= 5; i++)
		end_item(w, stored_item(w, (uint32_t)i, (unsigned char)i), i % 2 ? ITEM_HELD : ITEM_QUARANTINED, 0);
	item = spool_item("x");
	store_item_reserve(w->store, &item, &w->err);
	store_item_list(w->store, &filter, &w->arena, &items, &count, &w->err);
	tap_is_int((long long)count, 6, "%s: all items", w->name);
	for (i = 1; i < count; i++)
		tap_ok(items[i].id > items[i - 1].id, "%s: in order of their ids", w->name);
	filter.state = ITEM_HELD;
	store_item_list(w->store, &filter, &w->arena, &items, &count, &w->err);
	tap_ok(count == 3 && items[2].state == ITEM_HELD && str_eq(items[2].from, "a@example.org"), "%s: held ones", w->name);
	filter.limit = 2;
	store_item_list(w->store, &filter, &w->arena, &items, &count, &w->err);
	tap_is_int((long long)count, 2, "%s: a first page", w->name);
	filter.after = items[1].id;
	store_item_list(w->store, &filter, &w->arena, &items, &count, &w->err);
	tap_ok(count == 1 && items[0].uid == 5, "%s: and a second", w->name);
	filter = (struct item_filter){ .state = -1, .mailbox = "intake" };
	store_item_list(w->store, &filter, &w->arena, &items, &count, &w->err);
	tap_is_int((long long)count, 5, "%s: those of a mailbox", w->name);
	filter = (struct item_filter){ .state = -1, .from = "A@EXAMPLE.org" };
	store_item_list(w->store, &filter, &w->arena, &items, &count, &w->err);
	tap_is_int((long long)count, 5, "%s: those of a sender, in whatever case", w->name);
	filter = (struct item_filter){ .state = -1, .service = "none" };
	store_item_list(w->store, &filter, &w->arena, &items, &count, &w->err);
	tap_ok(count == 0, "%s: those of another service", w->name);
}

/* ---- decisions ---- */

static void check_approvals(struct world *w, const struct dossier *d)
{
	const struct approval *refused = d->approvals, *asked = dossier_approval(d, "concept", 2025);

	if (!tap_ok(d->approval_count == 2 && asked == refused + 1, "%s: approvals, in the order they were asked", w->name))
		return;
	tap_ok(refused->id > 0 && refused->state == APPROVAL_REFUSED && refused->sha256[0] == 7 && refused->asked == NOW &&
	       refused->answered == NOW + 1 && str_eq(refused->by, "jan@example.nl") && str_eq(refused->reason, "fout"),
	       "%s: one that was answered", w->name);
	tap_ok(asked->id > refused->id && asked->state == APPROVAL_ASKED && asked->sha256[0] == 8 &&
	       asked->asked == NOW + 2 && asked->answered == DATE_NONE && !asked->by && !asked->reason,
	       "%s: one that waits", w->name);
}

static void check_dossier(struct world *w, const struct dossier *d)
{
	const struct slot *slot = &d->slots[0];
	const struct document *document;

	tap_ok(str_eq(d->number, "2026-1") && str_eq(d->service, "pentrax") && str_eq(d->workflow, "flow") &&
	       str_eq(d->program, DIGEST) && str_eq(d->state, "open") && !d->final && !d->office_only && !d->brand &&
	       str_eq(d->language, "nl") && d->opened == NOW && d->entered == NOW && !d->complete, "%s: the dossier's own", w->name);
	tap_ok(str_eq(d->client.name, "Jan") && str_eq(d->client.address, "jan@example.nl") && d->client.copy &&
	       str_eq(d->office.address, "kantoor@example.org") && !d->office.name, "%s: its parties", w->name);
	if (!tap_ok(d->slot_count == 2 && d->held_count == 1 && slot->document_count == 1, "%s: slots and documents", w->name))
		return;
	tap_ok(str_eq(slot->name, "jaarrekening") && slot->year == 2025 && str_eq(slot->title, "Jaarrekening 2025") &&
	       slot->required && !slot->from_staff && !slot->extra && !slot->asked && slot->may_be_absent && slot->files_min == 1 &&
	       slot->files_max == 3 && slot->status == SLOT_DELIVERED && !slot->reason, "%s: a slot", w->name);
	tap_ok(str_eq(d->slots[1].name, "paspoort") && d->slots[1].status == SLOT_ABSENT &&
	       str_eq(d->slots[1].reason, "kwijt"), "%s: slots keep their order", w->name);
	document = &slot->documents[0];
	tap_ok(str_eq(document->name, "a.pdf") && str_eq(document->type, "application/pdf") && document->size == 1234 &&
	       document->sha256[0] == 42 && str_eq(document->from, "jan@example.nl") && document->received == NOW &&
	       document->version == 1 && document->current && !document->from_staff && document->item > 0 &&
	       document->part == 2, "%s: a document", w->name);
	tap_ok(document->blob.id > 0 && str_eq(document->blob.name, file_ref(50).name) && document->blob.key.present,
	       "%s: and its blob", w->name);
	tap_ok(str_eq(d->held[0].reason, "no-slot") && str_eq(d->held[0].slot, "iets") && d->held[0].year == 2024 &&
	       str_eq(d->held[0].document.name, "b.zip") && !d->held[0].document.blob.inline_data &&
	       d->held[0].document.blob.id > 0, "%s: a held document, without its bytes", w->name);
	tap_ok(d->timer_count == 4 && d->timers[0].kind == TIMER_STATE && d->timers[0].due == NOW + 100 &&
	       d->timers[0].since == DATE_NONE && d->timers[1].kind == TIMER_QUIET && d->timers[1].repeat == 2 &&
	       d->timers[1].since == NOW && str_eq(d->timers[1].clause, "c2"), "%s: timers", w->name);
	tap_ok(d->timer_count == 4 && d->timers[2].kind == TIMER_PAYMENT && d->timers[3].kind == TIMER_KEEP,
	       "%s: of every kind", w->name);
	tap_ok(d->fact_count == 2 && str_eq(dossier_fact(d, "woning"), "yes") && str_eq(d->facts[1].name, "inkomen") &&
	       str_eq(d->facts[1].value, "1234.50"), "%s: facts", w->name);
	check_approvals(w, d);
	tap_ok(d->count_count == 1 && str_eq(d->counts[0].clause, "c9") && d->counts[0].count == 3, "%s: counts", w->name);
	tap_ok(d->payment_count == 1 && d->payments[0].id > 0 && d->payments[0].status == PAYMENT_REQUESTED &&
	       d->payments[0].amount_cents == 14900 && str_eq(d->payments[0].currency, "EUR") &&
	       d->payments[0].expires == DATE_NONE && !d->payments[0].link, "%s: a payment", w->name);
}

static void test_take_new(struct world *w)
{
	struct fixture f;
	struct dossier *got = NULL;
	struct item item;
	struct outbox_row row;
	struct history_line *lines;
	struct document document;
	struct blob_key scope;
	size_t count;

	fixture_make(&f, stored_item(w, 1, 1));
	if (!tap_is_int(store_take(w->store, &f.take, &w->err), 0, "%s: a decision is taken in", w->name))
		printf("# %s\n", w->err.text);
	tap_ok(f.dossier.id && f.slots[0].id && f.slots[1].id && f.document.id && f.held.document.id && f.payment.id &&
	       f.approvals[1].id &&
	       f.rows[0].id && f.rows[1].id && f.document.blob.id && f.rows[0].blob.id, "%s: all ids are filled in", w->name);
	tap_ok(f.rows[0].state == OUTBOX_WAITING && f.rows[1].state == OUTBOX_HELD, "%s: a mail waits, one is held", w->name);
	world_reopen(w);
	tap_ok(store_dossier_exists(w->store, "2026-1") && !store_dossier_exists(w->store, "2026-2"), "%s: it exists", w->name);
	tap_is_int(store_dossier_load(w->store, "2026-1", &w->arena, &got, &w->err), 0, "%s: it loads", w->name);
	check_dossier(w, got);
	tap_ok(blob_key_equal(&got->scope, &f.dossier.scope), "%s: with the key it was given", w->name);
	fails(w, store_dossier_load(w->store, "2026-2", &w->arena, &got, &w->err), ERR_NOTFOUND, "loading no dossier");
	store_history(w->store, "2026-1", &w->arena, &lines, &count, &w->err);
	tap_ok(count == 2 && lines[0].at == NOW && str_eq(lines[0].event, "opened") && str_eq(lines[0].by, "client") &&
	       str_eq(lines[1].text, "slot jaarrekening") && !lines[1].by, "%s: its history", w->name);
	fails(w, store_history(w->store, "nix", &w->arena, &lines, &count, &w->err), ERR_NOTFOUND, "history of no dossier");
	store_item_load(w->store, f.verdict.id, &w->arena, &item, &w->err);
	tap_ok(item.state == ITEM_PROCESSED && str_eq(item.dossier, "2026-1") && item.raw_in_dossier &&
	       blob_key_equal(&item.raw.key, &f.raw_key), "%s: its item is processed, the raw mail now the dossier's", w->name);
	tap_is_int(store_outbox_load(w->store, f.rows[0].id, &w->arena, &row, &w->err), 0, "%s: its mail", w->name);
	tap_ok(str_eq(row.key, "k1") && str_eq(row.service, "pentrax") && str_eq(row.dossier, "2026-1") &&
	       row.item == f.verdict.id && str_eq(row.template, "ontvangst") && str_eq(row.audience, "client") &&
	       str_eq(row.to, "jan@example.nl") && str_eq(row.from, "dossier@example.nl") && str_eq(row.subject, "Ontvangen") &&
	       str_eq(row.message_id, "id1@example.nl") && row.state == OUTBOX_WAITING && !row.in_data && !row.attempts &&
	       row.created == NOW && row.next_at == NOW && row.expires == NOW + 500 && !row.reply, "%s: a row, whole", w->name);
	tap_ok(row.blob.inline_size == 4 && !memcmp(row.blob.inline_data, "mail", 4) &&
	       blob_key_equal(&row.scope, &f.dossier.scope), "%s: its bytes, under the dossier's key", w->name);
	store_outbox_load(w->store, f.rows[1].id, &w->arena, &row, &w->err);
	tap_ok(blob_key_equal(&row.scope, &item.scope) && row.next_at == DATE_NONE && row.expires == DATE_NONE,
	       "%s: another under the item's key", w->name);
	tap_is_int(store_document_load(w->store, "2026-1", f.held.document.id, &w->arena, &document, &scope, &w->err), 0,
		   "%s: a document", w->name);
	tap_ok(str_eq(document.name, "b.zip") && document.blob.inline_size == 3 && blob_key_equal(&scope, &f.dossier.scope),
	       "%s: with its bytes and key", w->name);
	fails(w, store_document_load(w->store, "2026-1", 99, &w->arena, &document, &scope, &w->err), ERR_NOTFOUND, "no document");
	fails(w, store_document_load(w->store, "2026-9", f.document.id, &w->arena, &document, &scope, &w->err), ERR_NOTFOUND,
	      "a document of another dossier");
	tap_ok(store_blob_known(w->store, file_ref(50).name) && !store_blob_known(w->store, "2026-01-01/ab"),
	       "%s: blob files are known by name", w->name);
}

static void test_take_change(struct world *w)
{
	struct fixture f;
	struct dossier *d, *got;
	struct store_take take = { .now = NOW + 60 };
	struct document *documents;
	struct slot *slots;
	struct history_line line = { NOW + 60, "document rejected", "staff", "te vaag" }, *lines;
	size_t count;

	fixture_make(&f, stored_item(w, 1, 1));
	store_take(w->store, &f.take, &w->err);
	store_dossier_load(w->store, "2026-1", &w->arena, &d, &w->err);
	/* a second version; the first one no longer counts; the held document is placed; a slot is added */
	documents = arena_array(&w->arena, 2, sizeof *documents);
	documents[0] = d->slots[0].documents[0];
	documents[0].current = false;
	documents[1] = f.document;
	documents[1].id = 0;
	documents[1].version = 2;
	documents[1].item = 0;
	documents[1].blob = file_ref(60);
	d->slots[0].documents = documents;
	d->slots[0].document_count = 2;
	d->slots[0].status = SLOT_REJECTED;
	d->slots[0].reason = "te vaag";
	d->slots[1].documents = arena_memdup(&w->arena, &d->held[0].document, sizeof *documents);
	d->slots[1].documents[0].version = 1;
	d->slots[1].documents[0].current = true;
	d->slots[1].document_count = 1;
	d->slots[1].status = SLOT_DELIVERED;
	d->held_count = 0;
	slots = arena_array(&w->arena, 3, sizeof *slots);
	memcpy(slots, d->slots, 2 * sizeof *slots);
	d->slots = slots;
	d->slots[2] = (struct slot){ .name = "extra", .title = "Iets", .extra = true, .asked = true, .files_max = 1 };
	d->slot_count = 3;
	d->state = "done";
	d->final = true;
	d->complete = true;
	d->entered = NOW + 60;
	d->brand = "jansen";
	d->timer_count = 1;
	d->timers[0] = (struct timer){ TIMER_DOSSIER, "c7", NOW + 900, 0, NOW };
	d->count_count = 0;
	d->fact_count = 1;
	d->facts[0] = (struct fact){ "inkomen", "99.00" };
	d->approvals[0].state = APPROVAL_VOID;
	d->approvals[1].state = APPROVAL_GIVEN;
	d->approvals[1].answered = NOW + 60;
	d->approvals[1].by = "jan@example.nl";
	d->approvals[1].sha256[0] = 99;
	d->payments[0].status = PAYMENT_REFUNDED;
	d->payments[0].link = "https://pay";
	take.dossier = d;
	take.history = &line;
	take.history_count = 1;
	if (!tap_is_int(store_take(w->store, &take, &w->err), 0, "%s: a dossier changes", w->name))
		printf("# %s\n", w->err.text);
	world_reopen(w);
	store_dossier_load(w->store, "2026-1", &w->arena, &got, &w->err);
	tap_ok(got->id == f.dossier.id && str_eq(got->state, "done") && got->final && got->complete &&
	       got->entered == NOW + 60 && got->opened == NOW && str_eq(got->brand, "jansen"), "%s: its own fields", w->name);
	if (tap_ok(got->slot_count == 3 && got->slots[0].document_count == 2 && got->slots[1].document_count == 1 &&
		   got->held_count == 0, "%s: its slots and documents", w->name)) {
		tap_ok(got->slots[0].status == SLOT_REJECTED && str_eq(got->slots[0].reason, "te vaag") &&
		       got->slots[0].id == f.slots[0].id, "%s: a slot changed", w->name);
		tap_ok(!got->slots[0].documents[0].current && got->slots[0].documents[1].current &&
		       got->slots[0].documents[1].version == 2 && got->slots[0].documents[1].item == 0,
		       "%s: a second version counts, the first is kept", w->name);
		tap_ok(got->slots[1].documents[0].id == f.held.document.id && got->slots[1].documents[0].current,
		       "%s: the held document has its place", w->name);
		tap_ok(got->slots[2].id > 0 && got->slots[2].extra && got->slots[2].asked &&
		       got->slots[2].status == SLOT_OPEN, "%s: a new slot", w->name);
	}
	tap_ok(got->timer_count == 1 && got->timers[0].kind == TIMER_DOSSIER && got->timers[0].due == NOW + 900,
	       "%s: timers are replaced", w->name);
	tap_ok(got->count_count == 0 && got->payments[0].status == PAYMENT_REFUNDED && str_eq(got->payments[0].link, "https://pay") &&
	       got->payments[0].id == f.payment.id, "%s: counts and payments too", w->name);
	tap_ok(got->fact_count == 1 && str_eq(dossier_fact(got, "inkomen"), "99.00") && !dossier_fact(got, "woning"),
	       "%s: so are facts", w->name);
	tap_ok(got->approval_count == 2 && got->approvals[0].state == APPROVAL_VOID &&
	       str_eq(got->approvals[0].reason, "fout") && got->approvals[1].state == APPROVAL_GIVEN &&
	       got->approvals[1].answered == NOW + 60 && str_eq(got->approvals[1].by, "jan@example.nl"),
	       "%s: approvals are answered", w->name);
	tap_is_int(got->approvals[1].sha256[0], 8, "%s: and stay bound to the bytes that were put to him", w->name);
	store_history(w->store, "2026-1", &w->arena, &lines, &count, &w->err);
	tap_ok(count == 3 && str_eq(lines[2].text, "te vaag"), "%s: history grows", w->name);
	got->number = "2026-77";
	take.dossier = got;
	fails(w, store_take(w->store, &take, &w->err), ERR_NOTFOUND, "a dossier with another number than it has");
}

/* The same bytes again, in a slot: the held document that is left out goes; one that is left out otherwise stays. */
static void test_take_held(struct world *w)
{
	struct fixture f;
	struct dossier *d;
	struct document again;

	fixture_make(&f, stored_item(w, 1, 1));
	f.held.document.sha256[0] = 99;
	store_take(w->store, &f.take, &w->err);
	store_dossier_load(w->store, "2026-1", &w->arena, &d, &w->err);
	d->held_count = 0;
	store_take(w->store, &(struct store_take){ .dossier = d, .now = NOW }, &w->err);
	store_dossier_load(w->store, "2026-1", &w->arena, &d, &w->err);
	tap_is_int((long long)d->held_count, 1, "%s: a held document that is left out stays", w->name);
	again = f.document;
	again.id = 0;
	again.item = 0;
	again.sha256[0] = 99;
	again.blob = file_ref(70);
	d->slots[1].documents = &again;
	d->slots[1].document_count = 1;
	store_take(w->store, &(struct store_take){ .dossier = d, .now = NOW }, &w->err);
	store_dossier_load(w->store, "2026-1", &w->arena, &d, &w->err);
	tap_is_int((long long)d->held_count, 1, "%s: nor is one dropped that is given", w->name);
	d->held_count = 0;
	tap_is_int(store_take(w->store, &(struct store_take){ .dossier = d, .now = NOW }, &w->err), 0,
		   "%s: left out, with its bytes in a slot", w->name);
	world_reopen(w);
	store_dossier_load(w->store, "2026-1", &w->arena, &d, &w->err);
	tap_ok(d->held_count == 0 && d->slots[0].document_count == 1 && d->slots[1].document_count == 1,
	       "%s: it is no longer held", w->name);
	tap_is_int(store_verify(w->store, &w->err), 0, "%s: the store is sound", w->name);
}

/* Each row spoils one thing; nothing of the decision may be left, neither in the store nor in the structures. */
static void spoil_number(struct fixture *f) { f->dossier.number = "2026-1"; f->take.item = NULL; f->take.raw_key = NULL; }
static void spoil_key(struct fixture *f) { f->rows[1].key = "k1"; }
static void spoil_message_id(struct fixture *f) { f->rows[1].message_id = "id1@example.nl"; }
static void spoil_item(struct fixture *f) { f->verdict.id = 4242; }
static void spoil_state(struct fixture *f) { f->verdict.state = ITEM_STORED; }
static void spoil_row_dossier(struct fixture *f) { f->rows[1].dossier = "2026-999"; }
static void spoil_row_item(struct fixture *f) { f->rows[1].item = 4242; }
static void spoil_blob(struct fixture *f) { f->rows[1].blob.key.present = 0; }
static void spoil_bytes(struct fixture *f) { f->document.blob.name[0] = '\0'; }
static void spoil_timer(struct fixture *f) { f->timers[1].due = DATE_NONE; }
static void spoil_name(struct fixture *f) { f->document.name = NULL; }
static void spoil_slot(struct fixture *f) { f->slots[1].name = NULL; }
static void spoil_history(struct fixture *f) { f->history[1].event = NULL; }
static void spoil_to(struct fixture *f) { f->rows[1].to = NULL; }
static void spoil_fact(struct fixture *f) { f->facts[1].value = NULL; }
static void spoil_facts(struct fixture *f) { f->facts[1].name = f->facts[0].name; }
static void spoil_approval(struct fixture *f) { f->approvals[1].slot = NULL; }
static void spoil_raw_key(struct fixture *f) { f->take.item = NULL; }

static const struct {
	const char *what;
	void (*spoil)(struct fixture *f);
	enum err_code code;
} spoilers[] = {
	{ "a number that is taken", spoil_number, ERR_EXISTS },
	{ "an effect key that is taken", spoil_key, ERR_EXISTS },
	{ "a Message-ID that is taken", spoil_message_id, ERR_EXISTS },
	{ "an item that is not there", spoil_item, ERR_NOTFOUND },
	{ "a verdict that is none", spoil_state, ERR_INPUT },
	{ "mail about no dossier", spoil_row_dossier, ERR_NOTFOUND },
	{ "mail from no item", spoil_row_item, ERR_NOTFOUND },
	{ "mail without its key", spoil_blob, ERR_BUG },
	{ "a document without its bytes", spoil_bytes, ERR_BUG },
	{ "a timer without a time", spoil_timer, ERR_BUG },
	{ "a document without a name", spoil_name, ERR_BUG },
	{ "a slot without a name", spoil_slot, ERR_BUG },
	{ "history without an event", spoil_history, ERR_BUG },
	{ "mail to nobody", spoil_to, ERR_BUG },
	{ "a fact without a value", spoil_fact, ERR_BUG },
	{ "a fact twice", spoil_facts, ERR_BUG },
	{ "an approval of no slot", spoil_approval, ERR_BUG },
	{ "a key for the bytes of no item", spoil_raw_key, ERR_BUG },
};

static void test_take_spoiled(struct world *w)
{
	struct store_stats before, after;
	struct fixture first, f;
	struct item item;
	int64_t id;
	size_t i;

	fixture_make(&first, stored_item(w, 1, 1));
	store_take(w->store, &first.take, &w->err);
	id = stored_item(w, 2, 2);
	store_stats(w->store, &before, &w->err);
	for (i = 0; i < sizeof spoilers / sizeof *spoilers; i++) {
		fixture_make(&f, id);
		fixture_second(&f);
		spoilers[i].spoil(&f);
		fails(w, store_take(w->store, &f.take, &w->err), spoilers[i].code, spoilers[i].what);
		tap_ok(!f.dossier.id && !f.slots[0].id && !f.document.id && !f.document.blob.id && !f.payment.id &&
		       !f.approvals[0].id && !f.approvals[1].id &&
		       !f.rows[0].id && !f.rows[0].blob.id, "%s: no ids are left after %s", w->name, spoilers[i].what);
	}
	store_stats(w->store, &after, &w->err);
	tap_ok(!memcmp(&before, &after, sizeof before) && !store_dossier_exists(w->store, "2026-2"), "%s: nothing was kept", w->name);
	store_item_load(w->store, id, &w->arena, &item, &w->err);
	tap_ok(item.state == ITEM_STORED && !item.raw_in_dossier, "%s: the item waits as before", w->name);
	fixture_make(&f, id);
	fixture_second(&f);
	tap_is_int(store_take(w->store, &f.take, &w->err), 0, "%s: unspoiled it goes in", w->name);
	fixture_make(&f, id);
	fixture_second(&f);
	f.dossier.number = "2026-3";
	fails(w, store_take(w->store, &f.take, &w->err), ERR_EXISTS, "the same item a second time");
	tap_is_int(store_verify(w->store, &w->err), 0, "%s: the store is sound", w->name);
	tap_ok(!store_failed(w->store), "%s: nothing of this is the store's own trouble", w->name);
}

/* ---- groups ---- */

static void test_groups(struct world *w)
{
	struct item a = mail_item(1), b = mail_item(2), bad = spool_item(NULL), got;
	struct fixture f;

	fails(w, store_commit(w->store, &w->err), ERR_BUG, "a commit of nothing begun");
	tap_is_int(store_begin(w->store, &w->err), 0, "%s: a group", w->name);
	fails(w, store_begin(w->store, &w->err), ERR_BUG, "a group in a group");
	store_item_reserve(w->store, &a, &w->err);
	tap_is_int(store_item_load(w->store, a.id, &w->arena, &got, &w->err), 0, "%s: reads see the group's writes", w->name);
	store_abort(w->store);
	fails(w, store_item_load(w->store, a.id, &w->arena, &got, &w->err), ERR_NOTFOUND, "after the abort it was never there");
	store_abort(w->store);
	/* one verb of three fails */
	store_begin(w->store, &w->err);
	store_item_reserve(w->store, &a, &w->err);
	fails(w, store_item_reserve(w->store, &bad, &w->err), ERR_BUG, "a verb refused beforehand");
	fails(w, end_item(w, 999, ITEM_HELD, 0), ERR_NOTFOUND, "a verb that fails in a group");
	fixture_make(&f, a.id);
	f.rows[1].key = f.rows[0].key;
	f.take.item = NULL;
	f.take.raw_key = NULL;
	fails(w, store_take(w->store, &f.take, &w->err), ERR_EXISTS, "a decision that fails half-way in a group");
	tap_ok(!store_dossier_exists(w->store, "2026-1"), "%s: the group does not see half of it", w->name);
	store_item_reserve(w->store, &b, &w->err);
	tap_is_int(store_commit(w->store, &w->err), 0, "%s: the group commits", w->name);
	world_reopen(w);
	tap_ok(!store_item_load(w->store, a.id, &w->arena, &got, &w->err) &&
	       !store_item_load(w->store, b.id, &w->arena, &got, &w->err), "%s: the good verbs stand", w->name);
	tap_ok(!store_dossier_exists(w->store, "2026-1"), "%s: the failed one left nothing", w->name);
	/* changes, not only additions, are undone */
	store_begin(w->store, &w->err);
	end_item(w, a.id, ITEM_HELD, 0);
	store_time_seen(w->store, NOW + 9999, &w->err);
	store_abort(w->store);
	store_item_load(w->store, a.id, &w->arena, &got, &w->err);
	tap_is_int(got.state, ITEM_RESERVED, "%s: an abort undoes changes", w->name);
}

static void test_group_of_takes(struct world *w)
{
	struct fixture f, g;
	struct dossier *d;
	struct outbox_row *rows;
	struct outbox_filter filter = { .all = true };
	size_t count;

	fixture_make(&f, stored_item(w, 1, 1));
	store_take(w->store, &f.take, &w->err);
	store_begin(w->store, &w->err);
	store_dossier_load(w->store, "2026-1", &w->arena, &d, &w->err);
	d->state = "half";
	d->timer_count = 0;
	d->slots[0].status = SLOT_APPROVED;
	d->slots[0].documents[0].current = false;
	tap_is_int(store_take(w->store, &(struct store_take){ .dossier = d, .now = NOW }, &w->err), 0, "%s: a change in a group", w->name);
	fixture_make(&g, stored_item(w, 2, 2));
	fixture_second(&g);
	store_take(w->store, &g.take, &w->err);
	store_dossier_load(w->store, "2026-1", &w->arena, &d, &w->err);
	tap_ok(str_eq(d->state, "half") && !d->timer_count && d->slots[0].status == SLOT_APPROVED, "%s: is seen in it", w->name);
	store_abort(w->store);
	store_dossier_load(w->store, "2026-1", &w->arena, &d, &w->err);
	tap_ok(str_eq(d->state, "open") && d->timer_count == 4 && d->slots[0].status == SLOT_DELIVERED &&
	       d->slots[0].documents[0].current, "%s: and undone by an abort", w->name);
	tap_ok(!store_dossier_exists(w->store, "2026-2"), "%s: with the new one", w->name);
	store_outbox_list(w->store, &filter, &w->arena, &rows, &count, &w->err);
	tap_is_int((long long)count, 2, "%s: and its mails", w->name);
	/* the same keys again are free after the abort */
	fixture_make(&g, stored_item(w, 2, 2));
	fixture_second(&g);
	tap_is_int(store_take(w->store, &g.take, &w->err), 0, "%s: which can be made again", w->name);
}

int main(void)
{
	static const struct contract_test tests[] = {
		{ "meta", test_meta },
		{ "programs", test_programs },
		{ "serials", test_serials },
		{ "reserve", test_reserve },
		{ "stored", test_stored },
		{ "attempts", test_attempts },
		{ "end", test_end },
		{ "retry", test_retry },
		{ "standing", test_standing },
		{ "acks", test_acks },
		{ "find same", test_find_same },
		{ "doubt", test_doubt },
		{ "find what was refused", test_find_refused },
		{ "item list", test_item_list },
		{ "take, new", test_take_new },
		{ "take, change", test_take_change },
		{ "take, held", test_take_held },
		{ "take, spoiled", test_take_spoiled },
		{ "groups", test_groups },
		{ "group of takes", test_group_of_takes },
	};

	contract_run(tests, sizeof tests / sizeof *tests);
	return tap_done();
}
