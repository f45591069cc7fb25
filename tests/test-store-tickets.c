/* The store's contract: tickets, what was said about them, the mails about them. */

/* Base. */
#include "base/date.h"
#include "base/str.h"

/* Own. */
#include "store-fixture.h"
#include "tap.h"

static struct ticket ticket_of(const char *number, const char *dossier, const char *address)
{
	return (struct ticket){ .number = number, .service = "pentrax", .kind = TICKET_QUESTION, .dossier = dossier,
				.address = address, .name = "Jan", .language = "nl", .subject = "Wanneer?", .proven = true,
				.opened = NOW, .changed = NOW, .closed = DATE_NONE, .remind_at = NOW + 1000 };
}

static struct ticket_message message_of(struct arena *arena, enum ticket_said said, const char *text, int64_t item)
{
	return (struct ticket_message){ .at = NOW, .said = said, .by = "jan@example.nl", .text = arena_strdup(arena, text),
					.files = "a.pdf, 3 kB", .item = item, .message_id = "q@example.nl" };
}

static int put(struct world *w, struct ticket *ticket)
{
	struct store_take take = { .ticket = ticket, .now = NOW };

	return store_take(w->store, &take, &w->err);
}

static int64_t item_in(struct world *w, uint32_t uid)
{
	struct item item = mail_item(uid);

	if (store_item_reserve(w->store, &item, &w->err))
		abort();
	return item.id;
}

static struct outbox_row mail_of(const char *key, const char *ticket, const char *to, int64_t item)
{
	return (struct outbox_row){ .key = key, .service = "pentrax", .ticket = ticket, .item = item, .template = "ticket",
				    .audience = "staff", .to = to, .from = "dossier@example.nl", .subject = "s",
				    .message_id = key, .created = NOW, .next_at = NOW, .expires = NOW + 100000,
				    .scope = key_of(77), .blob = inline_ref(5, "mail") };
}

/* ---- keeping ---- */

static void test_put(struct world *w)
{
	struct ticket ticket = ticket_of("T26-00001-A", "2026-001", "jan@example.nl"), *got;
	struct ticket_message said = message_of(&w->arena, TICKET_ASKED, "Wanneer is het klaar?", 0);

	make_dossiers(w, 1);
	ticket.messages = &said;
	ticket.message_count = 1;
	tap_is_int(put(w, &ticket), 0, "%s: a ticket is kept", w->name);
	tap_ok(ticket.id > 0 && said.id > 0, "%s: ids are given", w->name);
	world_reopen(w);
	tap_is_int(store_ticket_load(w->store, "T26-00001-A", &w->arena, &got, &w->err), 0, "%s: and found", w->name);
	tap_ok(got->kind == TICKET_QUESTION && got->state == TICKET_OPEN && str_eq(got->dossier, "2026-001") &&
	       str_eq(got->address, "jan@example.nl") && str_eq(got->name, "Jan") && str_eq(got->language, "nl") &&
	       str_eq(got->subject, "Wanneer?") && got->proven && !got->owner && got->opened == NOW &&
	       got->closed == DATE_NONE && got->remind_at == NOW + 1000, "%s: with all that is known of it", w->name);
	tap_ok(got->message_count == 1 && got->messages[0].said == TICKET_ASKED && !got->messages[0].item &&
	       str_eq(got->messages[0].text, "Wanneer is het klaar?") && str_eq(got->messages[0].files, "a.pdf, 3 kB") &&
	       str_eq(got->messages[0].message_id, "q@example.nl"), "%s: and what was said", w->name);
	ticket.id = 0;
	fails(w, put(w, &ticket), ERR_EXISTS, "the same number again");
	tap_is_int(ticket.id, 0, "%s: and no id is given", w->name);
	ticket = ticket_of("T26-00002-B", "2026-777", "jan@example.nl");
	fails(w, put(w, &ticket), ERR_NOTFOUND, "a ticket about an unknown dossier");
	ticket = ticket_of("T26-00002-B", NULL, NULL);
	fails(w, put(w, &ticket), ERR_BUG, "a ticket of nobody");
	ticket = ticket_of("T26-00002-B", NULL, "jan@example.nl");
	ticket.state = TICKET_CLOSED;
	fails(w, put(w, &ticket), ERR_BUG, "a closed one without its time");
	fails(w, store_ticket_load(w->store, "T26-00002-B", &w->arena, &got, &w->err), ERR_NOTFOUND, "what was refused");
}

static void test_change(struct world *w)
{
	struct ticket ticket = ticket_of("T26-00001-A", NULL, "jan@example.nl"), *got;
	struct ticket_message said[2] = { message_of(&w->arena, TICKET_ASKED, "vraag", 0) };

	ticket.messages = said;
	ticket.message_count = 1;
	put(w, &ticket);
	said[1] = message_of(&w->arena, TICKET_REPLIED, "antwoord", 0);
	ticket.message_count = 2;
	ticket.state = TICKET_CLOSED;
	ticket.owner = "els@example.nl";
	ticket.changed = ticket.closed = NOW + 9;
	ticket.remind_at = DATE_NONE;
	ticket.subject = "iets anders";
	tap_is_int(put(w, &ticket), 0, "%s: a ticket changes", w->name);
	world_reopen(w);
	store_ticket_load(w->store, "T26-00001-A", &w->arena, &got, &w->err);
	tap_ok(got->state == TICKET_CLOSED && str_eq(got->owner, "els@example.nl") && got->closed == NOW + 9 &&
	       got->changed == NOW + 9 && got->remind_at == DATE_NONE, "%s: state, owner and times", w->name);
	tap_is_str(got->subject, "Wanneer?", "%s: what was asked does not", w->name);
	tap_ok(got->message_count == 2 && got->messages[1].said == TICKET_REPLIED, "%s: each message is there once", w->name);
	ticket.service = "other";
	fails(w, put(w, &ticket), ERR_NOTFOUND, "a ticket of another service");
	ticket.service = "pentrax";
	ticket.id = 999;
	fails(w, put(w, &ticket), ERR_NOTFOUND, "a ticket that is not there");
}

static void test_undone(struct world *w)
{
	struct ticket ticket = ticket_of("T26-00001-A", NULL, "jan@example.nl"), *got;

	store_begin(w->store, &w->err);
	put(w, &ticket);
	store_abort(w->store);
	fails(w, store_ticket_load(w->store, "T26-00001-A", &w->arena, &got, &w->err), ERR_NOTFOUND, "what was undone");
}

/* ---- lists ---- */

static const char *numbers(struct world *w, const struct ticket_filter *filter)
{
	struct ticket *list;
	size_t count, i;
	const char *text = "";

	if (store_ticket_list(w->store, filter, &w->arena, &list, &count, &w->err))
		return w->err.text;
	for (i = 0; i < count; i++)
		text = arena_printf(&w->arena, "%s%s%s", text, i ? " " : "", list[i].number);
	return text;
}

static void test_list(struct world *w)
{
	static const struct { struct ticket_filter filter; const char *expected; } rows[] = {
		{ { .state = -1 }, "T1 T2 T3" },
		{ { .state = TICKET_OPEN }, "T1 T2" },
		{ { .state = TICKET_CLOSED }, "T3" },
		{ { .state = -1, .dossier = "2026-001" }, "T2" },
		{ { .state = -1, .dossier = "2026-999" }, "" },
		{ { .state = -1, .address = "JAN@example.nl" }, "T1 T3" },
		{ { .state = -1, .service = "other" }, "" },
		{ { .state = -1, .after = 1 }, "T2 T3" },
		{ { .state = -1, .limit = 2 }, "T1 T2" },
	};
	struct ticket t1 = ticket_of("T1", NULL, "jan@example.nl"), t2 = ticket_of("T2", "2026-001", "kees@example.nl"),
		      t3 = ticket_of("T3", NULL, "jan@example.nl");
	struct ticket *due;
	int64_t at;
	size_t i, count;

	make_dossiers(w, 1);
	t1.remind_at = NOW + 50;
	t2.remind_at = NOW + 20;
	t3.state = TICKET_CLOSED;
	t3.closed = NOW;
	t3.remind_at = DATE_NONE;
	put(w, &t1);
	put(w, &t2);
	put(w, &t3);
	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		tap_is_str(numbers(w, &rows[i].filter), rows[i].expected, "%s: list %zu", w->name, i + 1);
	store_tickets_due(w->store, NOW + 60, 10, &w->arena, &due, &count, &w->err);
	tap_ok(count == 2 && str_eq(due[0].number, "T2") && str_eq(due[1].number, "T1"), "%s: due, the first one first", w->name);
	store_tickets_due(w->store, NOW + 20, 10, &w->arena, &due, &count, &w->err);
	tap_is_int((long long)count, 1, "%s: at their time", w->name);
	store_tickets_due(w->store, NOW + 60, 1, &w->arena, &due, &count, &w->err);
	tap_is_int((long long)count, 1, "%s: no more than asked for", w->name);
	store_tickets_next(w->store, &at, &w->err);
	tap_is_int(at, NOW + 20, "%s: when the next is due", w->name);
}

/* ---- mails ---- */

static void test_mails(struct world *w)
{
	struct ticket ticket = ticket_of("T1", "2026-001", "c1@example.nl");
	struct outbox_row rows[] = { mail_of("m1", "T1", "els@example.nl", 0), mail_of("m2", "T1", "c1@example.nl", 0),
				     mail_of("m3", NULL, "els@example.nl", 0), mail_of("m4", "T1", "els@example.nl", 0) };
	struct store_take take = { .ticket = &ticket, .outbox = rows, .outbox_count = 4, .now = NOW };
	const char *first, *last, *number;
	size_t i;

	make_dossiers(w, 1);
	for (i = 0; i < 4; i++)
		rows[i].dossier = "2026-001";
	tap_is_int(store_take(w->store, &take, &w->err), 0, "%s: a ticket with its mails", w->name);
	world_reopen(w);
	store_ticket_thread(w->store, "T1", "ELS@example.nl", &w->arena, &first, &last, &w->err);
	tap_ok(str_eq(first, "m1") && str_eq(last, "m4"), "%s: the thread of one person", w->name);
	store_ticket_thread(w->store, "T9", "els@example.nl", &w->arena, &first, &last, &w->err);
	tap_ok(!first && !last, "%s: none of an unknown ticket", w->name);
	store_outbox_thread(w->store, "2026-001", "els@example.nl", &w->arena, &first, &last, &w->err);
	tap_ok(str_eq(first, "m3") && str_eq(last, "m3"), "%s: for staff a ticket is no part of the dossier's thread", w->name);
	store_outbox_thread(w->store, "2026-001", "c1@example.nl", &w->arena, &first, &last, &w->err);
	tap_is_str(last, "m2", "%s: for who asked it is", w->name);
	tap_is_int(store_ticket_of_mail(w->store, "m4", &w->arena, &number, &w->err), 0, "%s: the ticket of a mail", w->name);
	tap_is_str(number, "T1", "%s: is found", w->name);
	fails(w, store_ticket_of_mail(w->store, "m3", &w->arena, &number, &w->err), ERR_NOTFOUND, "a mail about none");
	take = (struct store_take){ .outbox = rows, .outbox_count = 1, .now = NOW };
	rows[0] = mail_of("m5", "T1", "els@example.nl", 0);
	fails(w, store_take(w->store, &take, &w->err), ERR_BUG, "a mail about a ticket that the decision does not hold");
}

/* ---- their end ---- */

static void test_forget(struct world *w)
{
	int64_t item = item_in(w, 3);
	struct ticket old = ticket_of("T1", NULL, "jan@example.nl"), fresh = ticket_of("T2", NULL, "jan@example.nl"),
		      open = ticket_of("T3", NULL, "jan@example.nl"), kept = ticket_of("T4", "2026-001", "c1@example.nl"),
		      left_so = ticket_of("T5", NULL, "jan@example.nl"), answered = ticket_of("T6", NULL, "jan@example.nl"),
		      open_long = ticket_of("T7", NULL, "jan@example.nl");
	struct ticket_message said = message_of(&w->arena, TICKET_ASKED, "geheim", item);
	struct reply_token token = { .service = "pentrax", .address = "jan@example.nl", .purpose = "ticket-T1", .made = NOW,
				     .expires = NOW + 10, .revoked = DATE_NONE, .row = 0 }, got_token;
	struct outbox_row row = mail_of("m1", "T1", "jan@example.nl", item), got_row;
	struct item_verdict verdict = { .id = item, .state = ITEM_PROCESSED, .from = "jan@example.nl", .subject = "geheim" };
	struct blob_ref raw = file_ref(9);
	struct store_take take = { .ticket = &old, .item = &verdict, .outbox = &row, .outbox_count = 1, .tokens = &token,
				   .token_count = 1, .now = NOW };
	struct ticket_filter all = { .state = -1 };
	struct erasure_left left;
	struct item it;
	size_t count;

	make_dossiers(w, 1);
	memset(token.hash, 5, sizeof token.hash);
	store_item_stored(w->store, item, &raw, hash_of(1), 10, &w->err);
	old.state = fresh.state = kept.state = TICKET_CLOSED;
	old.closed = kept.closed = NOW;
	fresh.closed = NOW + 100;
	old.messages = &said;
	old.message_count = 1;
	tap_is_int(store_take(w->store, &take, &w->err), 0, "%s: a ticket that will be old", w->name);
	left_so.state = answered.state = TICKET_ANSWERED;
	left_so.changed = open_long.changed = NOW;
	answered.changed = NOW + 100;
	put(w, &fresh);
	put(w, &open);
	put(w, &kept);
	put(w, &left_so);
	put(w, &answered);
	put(w, &open_long);
	tap_is_int(store_tickets_forget(w->store, NOW + 50, 10, &w->arena, &left, &count, &w->err), 0, "%s: forgotten", w->name);
	tap_is_int((long long)count, 2, "%s: the closed one, and the one that was answered and left so", w->name);
	world_reopen(w);
	tap_is_str(numbers(w, &all), "T2 T3 T4 T6 T7", "%s: not what is fresh, open, or a dossier's", w->name);
	tap_ok(left.blob_count == 1 && left.item_count == 1, "%s: what lies outside is told", w->name);
	fails(w, store_token_find(w->store, token.hash, &w->arena, &got_token, &w->err), ERR_NOTFOUND, "its token");
	fails(w, store_outbox_by_message_id(w->store, "m1", &w->arena, &got_row, &w->err), ERR_NOTFOUND, "its mail");
	store_item_load(w->store, item, &w->arena, &it, &w->err);
	tap_ok(!it.from && !it.subject && str_eq(it.reason, "erased"), "%s: of its item only that it came", w->name);
	tap_is_int(store_verify(w->store, &w->err), 0, "%s: and the store is whole", w->name);
}

static void test_forget_busy(struct world *w)
{
	struct ticket old = ticket_of("T1", NULL, "jan@example.nl");
	struct outbox_row row = mail_of("m1", "T1", "jan@example.nl", 0), *claimed;
	struct store_take take = { .ticket = &old, .outbox = &row, .outbox_count = 1, .now = NOW };
	struct erasure_left left;
	size_t count;

	old.state = TICKET_CLOSED;
	old.closed = NOW;
	store_take(w->store, &take, &w->err);
	store_outbox_claim(w->store, NOW, 10, &w->arena, &claimed, &count, &w->err);
	store_tickets_forget(w->store, NOW + 50, 10, &w->arena, &left, &count, &w->err);
	tap_is_int((long long)count, 0, "%s: one that is sending mail stays until the next time", w->name);
	store_outbox_recover(w->store, NOW, &count, &w->err);
	store_tickets_forget(w->store, NOW + 50, 10, &w->arena, &left, &count, &w->err);
	tap_is_int((long long)count, 1, "%s: and goes then", w->name);
}

static void test_erased(struct world *w)
{
	struct ticket ticket = ticket_of("T1", "2026-001", "c1@example.nl"), other = ticket_of("T2", "2026-002", "c2@example.nl");
	struct outbox_row row = mail_of("m1", "T1", "c1@example.nl", 0), got;
	struct store_take take = { .ticket = &ticket, .outbox = &row, .outbox_count = 1, .now = NOW };
	struct erasure erasure = { "2026-001", "asked", "operator", NOW };
	struct ticket_filter all = { .state = -1 };
	struct erasure_left left;

	make_dossiers(w, 2);
	row.dossier = "2026-001";
	store_take(w->store, &take, &w->err);
	put(w, &other);
	tap_is_int(store_dossier_erase(w->store, &erasure, &w->arena, &left, &w->err), 0, "%s: a dossier with tickets is erased",
		   w->name);
	world_reopen(w);
	tap_is_str(numbers(w, &all), "T2", "%s: its tickets with it, those of others not", w->name);
	fails(w, store_outbox_by_message_id(w->store, "m1", &w->arena, &got, &w->err), ERR_NOTFOUND, "its mail about a ticket");
	tap_is_int(store_verify(w->store, &w->err), 0, "%s: and the store is whole", w->name);
}

int main(void)
{
	static void (*const tests[])(struct world *) = { test_put,   test_change, test_undone,	    test_list,
							 test_mails, test_forget, test_forget_busy, test_erased };
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
