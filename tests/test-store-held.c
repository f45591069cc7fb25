/* What waits for a person, in both drivers: the list, letting through once, who was asked, and that all of it can be erased. */
/* Own. */
#include "store-fixture.h"
#include "tap.h"
#include "tap.h"

/* Base. */
#include "base/str.h"

/* An item with its bytes, ended as said; its id. */
static int64_t make_item(struct world *w, uint32_t uid, enum item_state state, const char *reason, const char *dossier)
{
	struct item item = mail_item(uid);
	struct blob_ref raw = file_ref((int)uid + 700);
	const struct item_verdict verdict = { .state = state, .reason = reason, .dossier = dossier, .from = "x@y.example",
					      .subject = "s", .message_id = "m", .content_key = hash_of(9) };
	struct item_verdict end = verdict;

	item.received = NOW + (int64_t)uid;
	store_item_reserve(w->store, &item, &w->err);
	store_item_stored(w->store, item.id, &raw, hash_of((unsigned char)uid), 10, &w->err);
	end.id = item.id;
	if (state != ITEM_STORED && store_item_end(w->store, &end, &w->err))
		printf("# %s\n", w->err.text);
	return item.id;
}

/* "3@603 1@601" */
static const char *due(struct world *w, int64_t now, size_t limit)
{
	struct held_look *looks;
	const char *list = "";
	size_t count, i;

	if (store_held_due(w->store, now, limit, &w->arena, &looks, &count, &w->err))
		return w->err.text;
	for (i = 0; i < count; i++)
		list = arena_printf(&w->arena, "%s%s%lld@%lld%s", list, i ? " " : "", (long long)looks[i].item,
				    (long long)(looks[i].look - NOW), looks[i].told == DATE_NONE ? "" : "!");
	return list;
}

static int64_t next(struct world *w)
{
	int64_t at = -2;

	store_held_next(w->store, &at, &w->err);
	return at == DATE_NONE ? -1 : at - NOW;
}

static void test_list(struct world *w)
{
	int64_t one, two;

	make_dossiers(w, 1);
	tap_is_int(next(w), -1, "%s: nothing waits", w->name);
	one = make_item(w, 1, ITEM_HELD, "no-number", NULL);
	two = make_item(w, 2, ITEM_HELD, "stranger", "2026-001");
	make_item(w, 3, ITEM_PROCESSED, NULL, NULL);
	tap_is_int(next(w), 601, "%s: the first is looked at ten minutes after it came", w->name);
	tap_is_str(due(w, NOW + 600, 0), "", "%s: not before", w->name);
	tap_is_str(due(w, NOW + 602, 0), "1@601 2@602", "%s: in order", w->name);
	tap_is_str(due(w, NOW + 602, 1), "1@601", "%s: as many as wanted", w->name);
	store_held_look(w->store, &(struct held_look){ one, NULL, NOW + 5000, NOW + 700 }, &w->err);
	store_held_look(w->store, &(struct held_look){ two, NULL, DATE_NONE, DATE_NONE }, &w->err);
	store_held_look(w->store, &(struct held_look){ 3, NULL, NOW, NOW }, &w->err);
	tap_is_str(due(w, NOW + 9000, 0), "1@5000!", "%s: moved on, and told", w->name);
	store_item_end(w->store, &(struct item_verdict){ .id = one, .state = ITEM_PROCESSED, .reason = "refused" }, &w->err);
	tap_is_int(next(w), 1 + HELD_KEEP, "%s: refused and nobody's: kept 90 days", w->name);
	store_item_end(w->store, &(struct item_verdict){ .id = two, .state = ITEM_PROCESSED, .reason = "refused" }, &w->err);
	tap_is_int(next(w), 1 + HELD_KEEP, "%s: that of a dossier goes with it", w->name);
	world_reopen(w);
	tap_is_int(next(w), 1 + HELD_KEEP, "%s: it is on the disk", w->name);
}

static const char *accepted(struct world *w, int64_t item)
{
	struct held_accept a;

	if (store_held_accepted(w->store, item, &w->arena, &a, &w->err)) {
		w->err = (struct err)ERR_INIT;
		return "none";
	}
	return arena_printf(&w->arena, "%s %s%d by %s%s", a.dossier, a.slot ? a.slot : "-", a.year, a.by, a.done ? " done" : "");
}

static void test_accept(struct world *w)
{
	struct held_accept accept = { .dossier = "2026-001", .by = "operator", .at = NOW };
	struct item item;

	make_dossiers(w, 2);
	accept.item = make_item(w, 1, ITEM_HELD, "no-number", NULL);
	tap_is_str(accepted(w, accept.item), "none", "%s: nobody let it through", w->name);
	tap_is_int(store_held_accept(w->store, &accept, &w->err), 0, "%s: let through", w->name);
	tap_is_str(accepted(w, accept.item), "2026-001 -0 by operator", "%s: it is known", w->name);
	store_item_load(w->store, accept.item, &w->arena, &item, &w->err);
	tap_ok(item.state == ITEM_STORED && !item.reason, "%s: it is decided again", w->name);
	tap_is_int(next(w), -1, "%s: it no longer waits", w->name);
	fails(w, store_held_accept(w->store, &accept, &w->err), ERR_EXISTS, "a second time");
	store_item_end(w->store, &(struct item_verdict){ .id = accept.item, .state = ITEM_PROCESSED, .dossier = "2026-001" }, &w->err);
	tap_is_str(accepted(w, accept.item), "2026-001 -0 by operator done", "%s: it was decided", w->name);
	fails(w, store_held_accept(w->store, &accept, &w->err), ERR_EXISTS, "when it was taken in");
	world_reopen(w);
	tap_is_str(accepted(w, accept.item), "2026-001 -0 by operator done", "%s: also after a restart", w->name);
	accept.item = make_item(w, 2, ITEM_PROCESSED, NULL, NULL);
	fails(w, store_held_accept(w->store, &accept, &w->err), ERR_INPUT, "what never waited");
	accept.item = 99;
	fails(w, store_held_accept(w->store, &accept, &w->err), ERR_NOTFOUND, "what is not there");
	accept.item = make_item(w, 3, ITEM_HELD, "stranger", "2026-001");
	accept.dossier = "2026-999";
	fails(w, store_held_accept(w->store, &accept, &w->err), ERR_NOTFOUND, "for a dossier that is not there");
	tap_is_str(due(w, NOW + 9000, 0), "3@603", "%s: and it waits as before", w->name);
	accept.dossier = "2026-001";
	accept.slot = "aangifte";
	accept.year = 2024;
	store_held_accept(w->store, &accept, &w->err);
	store_item_end(w->store, &(struct item_verdict){ .id = accept.item, .state = ITEM_HELD, .reason = "type" }, &w->err);
	tap_is_str(accepted(w, accept.item), "2026-001 aangifte2024 by operator done", "%s: held again", w->name);
	accept.dossier = "2026-002";
	accept.slot = NULL;
	accept.year = 0;
	tap_is_int(store_held_accept(w->store, &accept, &w->err), 0, "%s: may be let through again", w->name);
	tap_is_str(accepted(w, accept.item), "2026-002 -0 by operator", "%s: in another way", w->name);
}

/* With a decision, or not at all. */
static void test_take(struct world *w)
{
	struct held_accept accept[2] = { { .dossier = "2026-001", .by = "client", .at = NOW },
					 { .dossier = "2026-001", .by = "client", .at = NOW } };
	struct item_verdict ends[1] = { { .state = ITEM_PROCESSED, .reason = "refused" } };
	struct held_asked asked = { "pentrax", "2026-001", "jan@x.example", NOW, 1 };
	struct store_take take = { .accepts = accept, .accept_count = 2, .ends = ends, .end_count = 1, .asked = &asked,
				   .asked_count = 1, .now = NOW };
	struct item item;

	make_dossiers(w, 1);
	accept[0].item = make_item(w, 1, ITEM_HELD, "stranger", "2026-001");
	accept[1].item = make_item(w, 2, ITEM_PROCESSED, NULL, NULL);
	ends[0].id = make_item(w, 3, ITEM_HELD, "stranger", "2026-001");
	fails(w, store_take(w->store, &take, &w->err), ERR_INPUT, "one of two does not wait");
	tap_is_str(accepted(w, accept[0].item), "none", "%s: then neither is let through", w->name);
	store_item_load(w->store, ends[0].id, &w->arena, &item, &w->err);
	tap_is_int(item.state, ITEM_HELD, "%s: nor another ended", w->name);
	take.accept_count = 1;
	tap_is_int(store_take(w->store, &take, &w->err), 0, "%s: all of it", w->name);
	tap_is_str(accepted(w, accept[0].item), "2026-001 -0 by client", "%s: one is let through", w->name);
	store_item_load(w->store, ends[0].id, &w->arena, &item, &w->err);
	tap_ok(item.state == ITEM_PROCESSED && str_eq(item.reason, "refused"), "%s: one is refused", w->name);
	accept[0].by = NULL;
	fails(w, store_take(w->store, &take, &w->err), ERR_BUG, "nobody let it through");
}

static const char *asked(struct world *w, const char *service, const char *dossier, const char *address)
{
	struct held_asked a;

	if (store_held_asked(w->store, service, dossier, address, &w->arena, &a, &w->err))
		return w->err.text;
	return a.asked == DATE_NONE ? "never" : arena_printf(&w->arena, "%lld %d", (long long)(a.asked - NOW), a.unanswered);
}

static void test_asked(struct world *w)
{
	make_dossiers(w, 2);
	tap_is_str(asked(w, "pentrax", "2026-001", "jan@x.example"), "never", "%s: nobody was asked", w->name);
	store_held_ask(w->store, &(struct held_asked){ "pentrax", "2026-001", "jan@x.example", NOW + 1, 1 }, &w->err);
	store_held_ask(w->store, &(struct held_asked){ "pentrax", "2026-001", "JAN@x.example", NOW + 2, 2 }, &w->err);
	store_held_ask(w->store, &(struct held_asked){ "pentrax", NULL, "", NOW + 3, 0 }, &w->err);
	store_held_ask(w->store, &(struct held_asked){ "ander", NULL, "", NOW + 4, 0 }, &w->err);
	tap_is_str(asked(w, "pentrax", "2026-001", "jan@x.example"), "2 2", "%s: the last time counts", w->name);
	tap_is_str(asked(w, "pentrax", "2026-002", "jan@x.example"), "never", "%s: for this dossier", w->name);
	tap_is_str(asked(w, "pentrax", "2026-001", "piet@x.example"), "never", "%s: for this address", w->name);
	tap_is_str(asked(w, "ander", "2026-001", "jan@x.example"), "never", "%s: for this service", w->name);
	tap_is_str(asked(w, "pentrax", NULL, ""), "3 0", "%s: staff", w->name);
	tap_is_str(asked(w, "ander", NULL, ""), "4 0", "%s: staff of another service", w->name);
	store_held_ask(w->store, &(struct held_asked){ "pentrax", NULL, "", NOW + 5, 0 }, &w->err);
	tap_is_str(asked(w, "pentrax", NULL, ""), "5 0", "%s: staff again", w->name);
	world_reopen(w);
	tap_is_str(asked(w, "pentrax", "2026-001", "jan@x.example"), "2 2", "%s: it is on the disk", w->name);
	fails(w, store_held_ask(w->store, &(struct held_asked){ "pentrax", "2026-999", "a", NOW, 1 }, &w->err), ERR_NOTFOUND,
	      "about a dossier that is not there");
	fails(w, store_held_ask(w->store, &(struct held_asked){ "pentrax", NULL, NULL, NOW, 1 }, &w->err), ERR_BUG, "nobody");
}

/* A mail to staff about all that waits: of no dossier and no item. */
static void put_telling(struct world *w, const char *key)
{
	struct outbox_row row = { .key = key, .service = "pentrax", .template = "vastgehouden", .audience = "staff",
				  .to = "els@example.nl", .from = "dossier@example.nl", .subject = "s", .message_id = key,
				  .created = NOW, .next_at = NOW, .expires = NOW + 9, .scope = key_of(3), .blob = file_ref(900 + key[0]) };

	store_take(w->store, &(struct store_take){ .outbox = &row, .outbox_count = 1, .now = NOW }, &w->err);
}

static long long tellings(struct world *w)
{
	struct outbox_row *rows;
	size_t count = 0, i;
	long long n = 0;

	store_outbox_list(w->store, &(struct outbox_filter){ .all = true }, &w->arena, &rows, &count, &w->err);
	for (i = 0; i < count; i++)
		n += str_eq(rows[i].template, "vastgehouden");
	return n;
}

static void test_item_erase(struct world *w)
{
	struct erasure_left left;
	struct item item;
	int64_t one, copy, other;

	make_dossiers(w, 1);
	one = make_item(w, 1, ITEM_HELD, "no-number", NULL);
	copy = make_item(w, 2, ITEM_STORED, NULL, NULL);
	store_item_end(w->store, &(struct item_verdict){ .id = copy, .state = ITEM_DUPLICATE, .duplicate_of = one }, &w->err);
	other = make_item(w, 3, ITEM_HELD, "stranger", "2026-001");
	fails(w, store_item_erase(w->store, other, &w->arena, &left, &w->err), ERR_INPUT, "an item of a dossier");
	fails(w, store_item_erase(w->store, 99, &w->arena, &left, &w->err), ERR_NOTFOUND, "an item that is not there");
	fails(w, store_item_erase(w->store, make_item(w, 4, ITEM_STORED, NULL, NULL), &w->arena, &left, &w->err), ERR_INPUT,
	      "an item that is not decided");
	put_telling(w, "a@x");
	put_telling(w, "b@x");
	tap_is_int(tellings(w), 2, "%s: staff were told", w->name);
	tap_is_int(store_item_erase(w->store, one, &w->arena, &left, &w->err), 0, "%s: erased", w->name);
	tap_ok(left.item_count == 2 && left.blob_count == 4, "%s: with its duplicate, both files, and what staff were told", w->name);
	tap_is_int(tellings(w), 0, "%s: which names people of everywhere", w->name);
	store_item_load(w->store, one, &w->arena, &item, &w->err);
	tap_ok(!item.from && !item.subject && !item.message_id && item.state == ITEM_PROCESSED && item.raw.id == 0 &&
	       str_eq(item.reason, "erased"), "%s: only that it came in is left", w->name);
	tap_is_str(due(w, NOW + 10 * (int64_t)HELD_KEEP, 0), "3@603", "%s: it waits for nobody", w->name);
	tap_is_int(store_verify(w->store, &w->err), 0, "%s: the store is whole", w->name);
}

static void test_dossier_erase(struct world *w)
{
	const struct erasure erasure = { "2026-001", "asked for", "operator", NOW };
	struct held_accept accept = { .dossier = "2026-001", .by = "operator", .at = NOW };
	struct erasure_left left;

	make_dossiers(w, 2);
	accept.item = make_item(w, 1, ITEM_HELD, "no-number", NULL);
	store_held_accept(w->store, &accept, &w->err);
	store_item_end(w->store, &(struct item_verdict){ .id = accept.item, .state = ITEM_PROCESSED, .dossier = "2026-001" }, &w->err);
	make_item(w, 2, ITEM_HELD, "stranger", "2026-001");
	accept.item = make_item(w, 3, ITEM_HELD, "stranger", "2026-002");
	store_held_accept(w->store, &accept, &w->err);
	store_item_end(w->store, &(struct item_verdict){ .id = accept.item, .state = ITEM_HELD, .dossier = "2026-002" }, &w->err);
	store_held_ask(w->store, &(struct held_asked){ "pentrax", "2026-001", "jan@x.example", NOW, 1 }, &w->err);
	put_telling(w, "c@x");
	tap_is_int(store_dossier_erase(w->store, &erasure, &w->arena, &left, &w->err), 0, "%s: a dossier is erased", w->name);
	tap_is_int(tellings(w), 0, "%s: with what staff were told of it", w->name);
	tap_is_str(accepted(w, 1), "none", "%s: with who let its mail through", w->name);
	tap_is_str(accepted(w, 3), "none", "%s: and whose mail was let through to it", w->name);
	tap_is_str(due(w, NOW + 9000, 0), "3@603", "%s: what waited for it waits no longer", w->name);
	tap_is_int(store_verify(w->store, &w->err), 0, "%s: the store is whole", w->name);
}

/* The held documents of dossier 2026-1: "1:refused 2:year". */
static const char *held(struct world *w, struct dossier **dossier)
{
	const char *list = "";
	size_t i;

	if (store_dossier_load(w->store, "2026-1", &w->arena, dossier, &w->err))
		return w->err.text;
	for (i = 0; i < (*dossier)->held_count; i++)
		list = arena_printf(&w->arena, "%s%s%lld:%s", list, i ? " " : "", (long long)(*dossier)->held[i].document.item,
				    (*dossier)->held[i].reason);
	return list;
}

/* The same bytes of another item are a held document of their own. */
static void hold_again(struct world *w, int64_t item, int seed)
{
	struct held_document again = { .document = { .name = "b.zip", .type = "application/zip", .sha256 = { 77 }, .received = NOW,
						     .item = item, .part = 1, .blob = file_ref(seed) },
				       .reason = "year", .slot = "iets", .year = 2024 };
	struct store_take take = { .now = NOW };
	struct dossier *d;

	held(w, &d);
	d->held = arena_grow(&w->arena, d->held, d->held_count, sizeof *d->held);
	d->held[d->held_count++] = again;
	take.dossier = d;
	if (store_take(w->store, &take, &w->err))
		printf("# %s\n", w->err.text);
}

static void test_same_bytes(struct world *w)
{
	struct store_take take = { .now = NOW };
	struct fixture f;
	struct dossier *d;
	struct document placed;

	fixture_make(&f, make_item(w, 1, ITEM_STORED, NULL, NULL));
	f.held.document.sha256[0] = 77;
	f.held.reason = "refused";
	if (store_take(w->store, &f.take, &w->err))
		printf("# %s\n", w->err.text);
	hold_again(w, make_item(w, 2, ITEM_HELD, "year", "2026-1"), 780);
	hold_again(w, make_item(w, 3, ITEM_HELD, "year", "2026-1"), 781);
	world_reopen(w);
	tap_is_str(held(w, &d), "1:refused 2:year 3:year", "%s: the same bytes are held for each item that brought them", w->name);
	d->held[1].reason = "refused";
	take.dossier = d;
	tap_is_int(store_take(w->store, &take, &w->err), 0, "%s: one of them is refused", w->name);
	world_reopen(w);
	tap_is_str(held(w, &d), "1:refused 2:refused 3:year", "%s: that one", w->name);
	placed = d->held[2].document;
	placed.current = true;
	placed.version = 1;
	d->slots[1].documents = &placed;
	d->slots[1].document_count = 1;
	d->held_count = 0;
	take.dossier = d;
	tap_is_int(store_take(w->store, &take, &w->err), 0, "%s: the last finds its place", w->name);
	world_reopen(w);
	tap_is_str(held(w, &d), "", "%s: then none is held", w->name);
	tap_ok(d->slots[1].document_count == 1 && d->slots[1].documents[0].item == 3 && d->slots[1].documents[0].id == placed.id,
	       "%s: and it is the one of its item", w->name);
	tap_is_int(store_verify(w->store, &w->err), 0, "%s: the store is whole", w->name);
}

int main(void)
{
	static const struct contract_test tests[] = {
		{ "list", test_list }, { "accept", test_accept }, { "with a decision", test_take },
		{ "asked", test_asked }, { "erasing an item", test_item_erase }, { "erasing a dossier", test_dossier_erase },
		{ "the same bytes", test_same_bytes },
	};

	contract_run(tests, sizeof tests / sizeof *tests);
	return tap_done();
}
