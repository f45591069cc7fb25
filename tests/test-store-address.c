/* The store's contract: addresses that mail goes to, mail that came back, and how much of it went. */

/* Base. */
#include "base/date.h"
#include "base/str.h"

/* Own. */
#include "store-fixture.h"
#include "tap.h"

static struct address_health health_of(const char *service, const char *address)
{
	return (struct address_health){ .service = service, .address = address, .dead = DATE_NONE, .failed = DATE_NONE,
					.first = DATE_NONE, .away = DATE_NONE, .changed = NOW };
}

static void test_health(struct world *w)
{
	struct address_health health = health_of("pentrax", "jan@example.nl"), got;

	tap_is_int(store_address_load(w->store, "pentrax", "jan@example.nl", &w->arena, &got, &w->err), 0,
		   "%s: an unknown address", w->name);
	tap_ok(got.dead == DATE_NONE && got.away == DATE_NONE && !got.failures, "%s: is in good health", w->name);
	health.dead = NOW - 5;
	health.failures = 2;
	health.failed = NOW - 6;
	health.first = NOW - 7;
	health.away = NOW + 100;
	health.reason = "550 no such user";
	tap_is_int(store_address_put(w->store, &health, &w->err), 0, "%s: what is known is kept", w->name);
	world_reopen(w);
	store_address_load(w->store, "pentrax", "JAN@example.NL", &w->arena, &got, &w->err);
	tap_ok(got.dead == NOW - 5 && got.failures == 2 && got.failed == NOW - 6 && got.first == NOW - 7 && got.away == NOW + 100 &&
		       str_eq(got.reason, "550 no such user") && got.changed == NOW,
	       "%s: all of it, however the address is written", w->name);
	store_address_load(w->store, "ander", "jan@example.nl", &w->arena, &got, &w->err);
	tap_ok(got.dead == DATE_NONE, "%s: another service knows nothing of it", w->name);
	health.dead = health.away = DATE_NONE;
	health.failures = 0;
	store_address_put(w->store, &health, &w->err);
	store_address_load(w->store, "pentrax", "jan@example.nl", &w->arena, &got, &w->err);
	tap_ok(!got.reason && !got.failures, "%s: nothing left to know: forgotten", w->name);
	health.address = NULL;
	fails(w, store_address_put(w->store, &health, &w->err), ERR_BUG, "no address");
}

static void test_dead(struct world *w)
{
	static const char *const names[] = { "c@example.nl", "a@example.nl", "b@example.nl" };
	struct address_health health, *list;
	struct store_stats stats;
	size_t i, count;

	for (i = 0; i < 3; i++) {
		health = health_of("pentrax", names[i]);
		health.changed = NOW + (int64_t)i;
		if (i < 2)
			health.dead = NOW;
		else
			health.away = NOW + 50;
		store_address_put(w->store, &health, &w->err);
	}
	store_address_dead(w->store, 0, &w->arena, &list, &count, &w->err);
	tap_ok(count == 2 && str_eq(list[0].address, "a@example.nl") && str_eq(list[1].address, "c@example.nl"),
	       "%s: the dead ones, in order", w->name);
	store_stats(w->store, &stats, &w->err);
	tap_is_int((int)stats.dead, 2, "%s: counted", w->name);
	store_address_forget(w->store, NOW + 2, 1, &count, &w->err);
	tap_is_int((int)count, 1, "%s: forgotten after a term, so many at a time", w->name);
	store_address_forget(w->store, NOW + 2, 0, &count, &w->err);
	tap_is_int((int)count, 1, "%s: and the rest", w->name);
	store_stats(w->store, &stats, &w->err);
	tap_is_int((int)stats.dead, 0, "%s: none is left", w->name);
}

static void make_rows(struct world *w, struct outbox_row *rows, size_t count)
{
	struct store_take take = { .outbox = rows, .outbox_count = count, .now = NOW };
	static char names[10][2][40];
	size_t i;

	for (i = 0; i < count; i++) {
		snprintf(names[i][0], sizeof names[i][0], "key%zu", i);
		snprintf(names[i][1], sizeof names[i][1], "p.%zu@example.nl", i);
		rows[i].key = names[i][0];
		rows[i].message_id = names[i][1];
		rows[i].service = rows[i].service ? rows[i].service : "pentrax";
		rows[i].template = "t";
		rows[i].audience = rows[i].audience ? rows[i].audience : "client";
		rows[i].from = rows[i].from ? rows[i].from : "dossier@example.nl";
		rows[i].created = rows[i].created ? rows[i].created : NOW;
		rows[i].next_at = DATE_NONE;
		rows[i].expires = NOW + 5000;
		rows[i].scope = key_of(7);
		rows[i].blob = file_ref((int)i);
	}
	tap_is_int(store_take(w->store, &take, &w->err), 0, "%s: mail is queued %s", w->name, w->err.text);
}

static int64_t tally(struct world *w, struct outbox_tally t)
{
	int64_t count = -1;

	store_outbox_tally(w->store, &t, &count, &w->err);
	return count;
}

static void test_tally(struct world *w)
{
	struct outbox_row rows[] = {
		{ .to = "jan@example.nl", .text = "one" },
		{ .to = "Jan@example.nl", .text = "two", .created = NOW - 100 },
		{ .to = "kees@example.nl", .text = "one", .service = "ander" },
		{ .to = "jan@example.nl", .text = "one", .state = OUTBOX_HELD, .held = HELD_FOR_RATE },
		{ .to = "els@example.nl", .text = "one", .audience = "staff" },
	};

	make_rows(w, rows, 5);
	world_reopen(w);
	tap_is_int((int)tally(w, (struct outbox_tally){ .since = 0 }), 3, "%s: all that go", w->name);
	tap_is_int((int)tally(w, (struct outbox_tally){ .since = NOW }), 2, "%s: since a time", w->name);
	tap_is_int((int)tally(w, (struct outbox_tally){ .to = "JAN@example.nl" }), 2, "%s: to an address", w->name);
	tap_is_int((int)tally(w, (struct outbox_tally){ .to = "jan@example.nl", .text = "one" }), 1, "%s: of a text", w->name);
	tap_is_int((int)tally(w, (struct outbox_tally){ .service = "ander" }), 1, "%s: of a service", w->name);
	store_outbox_retry(w->store, rows[3].id, NOW + 500, &w->err);
	tap_is_int((int)tally(w, (struct outbox_tally){ .since = NOW + 500 }), 1, "%s: what is let go counts from then", w->name);
}

static void test_held(struct world *w)
{
	struct outbox_row rows[] = {
		{ .to = "jan@example.nl", .state = OUTBOX_HELD, .held = HELD_FOR_DEAD },
		{ .to = "kees@example.nl", .state = OUTBOX_HELD, .held = HELD_FOR_DEAD },
		{ .to = "jan@example.nl", .state = OUTBOX_HELD, .held = HELD_FOR_RATE },
		{ .to = "jan@example.nl" },
	}, *list, row;
	size_t count;

	make_rows(w, rows, 4);
	world_reopen(w);
	store_outbox_held(w->store, HELD_FOR_DEAD, NULL, NULL, 0, 0, &w->arena, &list, &count, &w->err);
	tap_is_int((int)count, 2, "%s: what is held for a reason", w->name);
	store_outbox_held(w->store, HELD_FOR_DEAD, "pentrax", "JAN@example.nl", 0, 0, &w->arena, &list, &count, &w->err);
	tap_ok(count == 1 && list[0].id == rows[0].id && str_eq(list[0].held, HELD_FOR_DEAD), "%s: to an address", w->name);
	store_outbox_held(w->store, HELD_FOR_DEAD, "ander", NULL, 0, 0, &w->arena, &list, &count, &w->err);
	tap_is_int((int)count, 0, "%s: nothing of another service", w->name);
	store_outbox_retry(w->store, rows[0].id, NOW + 9, &w->err);
	store_outbox_load(w->store, rows[0].id, &w->arena, &row, &w->err);
	tap_ok(row.state == OUTBOX_WAITING && !row.held && row.next_at == NOW + 9, "%s: let go", w->name);
}

static void test_returned(struct world *w)
{
	struct outbox_row rows[] = { { .to = "jan@example.nl", .from = "dossier+b-abc@example.nl" },
				     { .to = "kees@example.nl" } }, *claimed, row;
	struct outbox_result result = { .at = NOW + 1, .state = OUTBOX_SENT, .counted = true }, back = { .at = NOW + 2 };
	size_t count;

	make_rows(w, rows, 2);
	back.id = rows[0].id;
	back.reply = "550 no such user";
	fails(w, store_outbox_returned(w->store, &back, &w->err), ERR_INPUT, "mail that never went cannot come back");
	store_outbox_claim(w->store, NOW, 1, &w->arena, &claimed, &count, &w->err);
	result.id = claimed[0].id;
	store_outbox_record(w->store, &result, &w->err);
	tap_is_int(store_outbox_returned(w->store, &back, &w->err), 0, "%s: mail came back", w->name);
	world_reopen(w);
	store_outbox_by_sender(w->store, "dossier+b-abc@example.nl", &w->arena, &row, &w->err);
	tap_ok(row.id == rows[0].id && row.state == OUTBOX_FAILED && str_eq(row.reply, "550 no such user"),
	       "%s: found by the address it was sent from, failed", w->name);
	fails(w, store_outbox_returned(w->store, &back, &w->err), ERR_INPUT, "it comes back once");
	fails(w, store_outbox_by_sender(w->store, "dossier+b-xyz@example.nl", &w->arena, &row, &w->err), ERR_NOTFOUND,
	      "an address that nothing was sent from");
}

static void test_taken(struct world *w)
{
	struct address_health health = health_of("pentrax", "jan@example.nl"), got;
	struct outbox_result back = { .id = 99, .at = NOW, .reply = "x" };
	struct store_take take = { .addresses = &health, .address_count = 1, .returned = &back, .now = NOW };

	health.dead = NOW;
	fails(w, store_take(w->store, &take, &w->err), ERR_INPUT, "a decision about a mail that was never sent");
	store_address_load(w->store, "pentrax", "jan@example.nl", &w->arena, &got, &w->err);
	tap_ok(got.dead == DATE_NONE, "%s: leaves nothing of it behind", w->name);
	take.returned = NULL;
	tap_is_int(store_take(w->store, &take, &w->err), 0, "%s: and one that holds", w->name);
	store_address_load(w->store, "pentrax", "jan@example.nl", &w->arena, &got, &w->err);
	tap_ok(got.dead == NOW, "%s: is kept", w->name);
}

static void test_erased(struct world *w)
{
	struct address_health health = health_of("pentrax", "c1@example.nl"), got;
	struct erasure erasure = { .number = "2026-001", .reason = "asked", .by = "operator", .now = NOW };
	struct erasure_left left;

	make_dossiers(w, 3);
	health.dead = NOW;
	store_address_put(w->store, &health, &w->err);
	health.address = "c2@example.nl";
	store_address_put(w->store, &health, &w->err);
	tap_is_int(store_dossier_erase(w->store, &erasure, &w->arena, &left, &w->err), 0, "%s: a dossier goes %s", w->name,
		   w->err.text);
	store_address_load(w->store, "pentrax", "c1@example.nl", &w->arena, &got, &w->err);
	tap_ok(got.dead == DATE_NONE, "%s: and what is known of its client's address", w->name);
	store_address_load(w->store, "pentrax", "c2@example.nl", &w->arena, &got, &w->err);
	tap_ok(got.dead == NOW, "%s: not of another's", w->name);
}

int main(void)
{
	static const struct contract_test tests[] = {
		{ "health", test_health }, { "dead", test_dead },   { "tally", test_tally },   { "held", test_held },
		{ "back", test_returned }, { "taken", test_taken }, { "erased", test_erased },
	};

	contract_run(tests, sizeof tests / sizeof *tests);
	return tap_done();
}
