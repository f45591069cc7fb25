/* The store's contract, third part: tokens, commands that wait for an answer, rule texts in use. */

/* Base. */
#include "base/date.h"
#include "base/str.h"

/* Own. */
#include "store-fixture.h"
#include "tap.h"

static struct reply_token token_of(unsigned char seed, const char *dossier, const char *address, int64_t made)
{
	struct reply_token token = { .service = "pentrax", .dossier = dossier, .address = address, .purpose = "dossier",
				     .made = made, .expires = made + 1000, .revoked = DATE_NONE, .row = REPLY_NO_ROW };

	memset(token.hash, seed, sizeof token.hash);
	return token;
}

static struct pending_command pending_of(unsigned char seed, const char *dossier, int64_t asked)
{
	struct pending_command pending = { .service = "pentrax", .dossier = dossier, .address = "jan@example.nl",
					   .text = "akkoord\nkopie aan", .asked = asked, .expires = asked + 86400,
					   .answered = DATE_NONE };

	memset(pending.hash, seed, sizeof pending.hash);
	return pending;
}

/* ---- tokens ---- */

static void test_token_put(struct world *w)
{
	struct reply_token token = token_of(1, "2026-001", "c1@example.nl", NOW), got = { .row = 7 };
	struct outbox_row *rows;
	struct outbox_filter filter = { .all = true };
	size_t count;

	make_dossiers(w, 2);
	store_outbox_list(w->store, &filter, &w->arena, &rows, &count, &w->err);
	token.outbox = rows[0].id;
	tap_is_int(store_token_put(w->store, &token, &w->err), 0, "%s: a token is kept", w->name);
	world_reopen(w);
	tap_is_int(store_token_find(w->store, token.hash, &w->arena, &got, &w->err), 0, "%s: and found by its hash", w->name);
	tap_ok(str_eq(got.service, "pentrax") && str_eq(got.dossier, "2026-001") && str_eq(got.address, "c1@example.nl") &&
	       str_eq(got.purpose, "dossier") && got.made == NOW && got.expires == NOW + 1000 && got.revoked == DATE_NONE &&
	       got.outbox == rows[0].id && got.row == REPLY_NO_ROW && !memcmp(got.hash, token.hash, 32),
	       "%s: with all that is known of it", w->name);
	fails(w, store_token_put(w->store, &token, &w->err), ERR_EXISTS, "the same token again");
	token.again = true;
	token.expires = NOW + 5000;
	token.outbox = 0;
	tap_is_int(store_token_put(w->store, &token, &w->err), 0, "%s: but mailed again it may be", w->name);
	token.expires = NOW + 10;
	tap_is_int(store_token_put(w->store, &token, &w->err), 0, "%s: and again", w->name);
	world_reopen(w);
	store_token_find(w->store, token.hash, &w->arena, &got, &w->err);
	tap_ok(got.expires == NOW + 5000 && got.made == NOW && got.outbox == rows[0].id,
	       "%s: then it expires later, never earlier, and is the same", w->name);
	store_token_revoke(w->store, "pentrax", "2026-001", NULL, NOW, NULL, &w->err);
	token.expires = NOW + 9000;
	tap_is_int(store_token_put(w->store, &token, &w->err), 0, "%s: revoked, and mailed again", w->name);
	store_token_find(w->store, token.hash, &w->arena, &got, &w->err);
	tap_ok(got.revoked == NOW && got.expires == NOW + 5000, "%s: it stays revoked", w->name);
	token = token_of(2, NULL, "x@example.org", NOW);
	tap_is_int(store_token_put(w->store, &token, &w->err), 0, "%s: a token about no dossier", w->name);
	store_token_find(w->store, token.hash, &w->arena, &got, &w->err);
	tap_ok(!got.dossier && !got.outbox, "%s: says so", w->name);
	fails(w, store_token_find(w->store, hash_of(9), &w->arena, &got, &w->err), ERR_NOTFOUND, "a token that was never made");
	token = token_of(3, "2026-777", "x@example.org", NOW);
	fails(w, store_token_put(w->store, &token, &w->err), ERR_NOTFOUND, "a token about an unknown dossier");
	token = token_of(3, "2026-001", "x@example.org", NOW);
	token.outbox = 9999;
	fails(w, store_token_put(w->store, &token, &w->err), ERR_NOTFOUND, "a token in an unknown mail");
	token.outbox = 0;
	token.purpose = NULL;
	fails(w, store_token_put(w->store, &token, &w->err), ERR_BUG, "a token without a purpose");
	fails(w, store_token_find(w->store, token.hash, &w->arena, &got, &w->err), ERR_NOTFOUND, "what was refused");
}

static void test_token_newest(struct world *w)
{
	static const struct {
		const char *service, *dossier, *address, *purpose;
		int seed; /* 0 = none */
	} rows[] = {
		{ "pentrax", "2026-001", "c1@example.nl", "dossier", 2 },
		{ "pentrax", "2026-001", "C1@EXAMPLE.NL", "dossier", 2 },
		{ "pentrax", "2026-002", "c1@example.nl", "dossier", 4 },
		{ "pentrax", NULL, "c1@example.nl", "dossier", 5 },
		{ "pentrax", "2026-001", "other@example.nl", "dossier", 0 },
		{ "pentrax", "2026-001", "c1@example.nl", "ticket", 0 },
		{ "other", "2026-001", "c1@example.nl", "dossier", 0 },
		{ "pentrax", "2026-999", "c1@example.nl", "dossier", 0 },
	};
	const struct reply_token made[] = {
		token_of(1, "2026-001", "c1@example.nl", NOW),
		token_of(2, "2026-001", "c1@example.nl", NOW + 50),
		token_of(3, "2026-001", "c1@example.nl", NOW + 20),
		token_of(4, "2026-002", "c1@example.nl", NOW + 90),
		token_of(5, NULL, "c1@example.nl", NOW + 1),
	};
	struct reply_token got;
	size_t i;
	int rc;

	make_dossiers(w, 2);
	for (i = 0; i < sizeof made / sizeof *made; i++)
		store_token_put(w->store, &made[i], &w->err);
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		rc = store_token_newest(w->store, rows[i].service, rows[i].dossier, rows[i].address, rows[i].purpose, &w->arena,
					&got, &w->err);
		if (!rows[i].seed)
			fails(w, rc, ERR_NOTFOUND, "no token for that");
		else
			tap_ok(!rc && got.hash[0] == rows[i].seed, "%s: the newest for %s, %s", w->name,
			       rows[i].dossier ? rows[i].dossier : "no dossier", rows[i].address);
	}
}

static void test_token_revoke(struct world *w)
{
	const struct reply_token made[] = {
		token_of(1, "2026-001", "c1@example.nl", NOW), token_of(2, "2026-001", "k@example.org", NOW),
		token_of(3, "2026-002", "c1@example.nl", NOW), token_of(4, NULL, "c1@example.nl", NOW),
	};
	struct reply_token got;
	size_t i, count = 99;

	make_dossiers(w, 2);
	for (i = 0; i < 4; i++)
		store_token_put(w->store, &made[i], &w->err);
	tap_is_int(store_token_revoke(w->store, "pentrax", "2026-001", "c1@example.nl", NOW + 5, &count, &w->err), 0,
		   "%s: of one dossier and address", w->name);
	tap_is_int((long long)count, 1, "%s: one", w->name);
	store_token_find(w->store, made[0].hash, &w->arena, &got, &w->err);
	tap_is_int(got.revoked, NOW + 5, "%s: since then", w->name);
	tap_ok(str_eq(got.dossier, "2026-001"), "%s: it still routes", w->name);
	fails(w, store_token_newest(w->store, "pentrax", "2026-001", "c1@example.nl", "dossier", &w->arena, &got, &w->err),
	      ERR_NOTFOUND, "a revoked token for one more mail");
	store_token_revoke(w->store, "pentrax", "2026-001", NULL, NOW + 9, &count, &w->err);
	tap_is_int((long long)count, 1, "%s: of a dossier: the one that was not", w->name);
	store_token_find(w->store, made[0].hash, &w->arena, &got, &w->err);
	tap_is_int(got.revoked, NOW + 5, "%s: the first time counts", w->name);
	store_token_revoke(w->store, "other", NULL, "c1@example.nl", NOW + 9, &count, &w->err);
	tap_is_int((long long)count, 0, "%s: nothing crosses services", w->name);
	store_token_revoke(w->store, "pentrax", NULL, "C1@example.nl", NOW + 9, &count, &w->err);
	tap_is_int((long long)count, 2, "%s: of an address, in whatever case", w->name);
	tap_is_int(store_token_revoke(w->store, "pentrax", NULL, "c1@example.nl", NOW + 9, NULL, &w->err), 0,
		   "%s: again, none is left", w->name);
	fails(w, store_token_revoke(w->store, "pentrax", NULL, NULL, NOW, &count, &w->err), ERR_BUG, "tokens of everybody");
	fails(w, store_token_revoke(w->store, "pentrax", "2026-9", NULL, NOW, &count, &w->err), ERR_NOTFOUND, "of no dossier");
}

static void test_token_forget(struct world *w)
{
	struct reply_token token, got;
	struct pending_command pending = pending_of(200, NULL, NOW - 86400), waiting = pending_of(201, NULL, NOW);
	size_t count;
	int i;

	for (i = 1; i <= 5; i++) {
		token = token_of((unsigned char)i, NULL, "a@example.org", NOW + i);
		store_token_put(w->store, &token, &w->err);
	}
	store_pending_put(w->store, &pending, &w->err);
	store_pending_put(w->store, &waiting, &w->err);
	tap_is_int(store_token_forget(w->store, NOW + 1003, 1, &count, &w->err), 0, "%s: old ones are forgotten", w->name);
	tap_is_int((long long)count, 1, "%s: one, when one is asked for", w->name);
	store_token_forget(w->store, NOW + 1003, 100, &count, &w->err);
	tap_is_int((long long)count, 1, "%s: then the rest", w->name);
	tap_is_int(store_pending_forget(w->store, NOW + 1003, 100, &count, &w->err), 0, "%s: old commands, too", w->name);
	tap_is_int((long long)count, 1, "%s: the one that nobody answered", w->name);
	fails(w, store_token_find(w->store, hash_of(2), &w->arena, &got, &w->err), ERR_NOTFOUND, "a forgotten token");
	tap_is_int(store_token_find(w->store, hash_of(3), &w->arena, &got, &w->err), 0, "%s: one that expires then stays", w->name);
	fails(w, store_pending_find(w->store, pending.hash, &w->arena, &pending, &w->err), ERR_NOTFOUND, "a forgotten command");
	tap_is_int(store_pending_find(w->store, waiting.hash, &w->arena, &pending, &w->err), 0, "%s: one that waits stays", w->name);
	store_token_forget(w->store, NOW + 1003, 0, &count, &w->err);
	tap_is_int((long long)count, 0, "%s: no more", w->name);
	tap_is_int(store_verify(w->store, &w->err), 0, "%s: the store is sound", w->name);
}

/* ---- commands that wait ---- */

static void test_pending(struct world *w)
{
	struct pending_command pending = pending_of(1, "2026-001", NOW), got;

	make_dossiers(w, 1);
	pending.item = stored_item(w, 1, 1);
	tap_is_int(store_pending_put(w->store, &pending, &w->err), 0, "%s: a command waits", w->name);
	world_reopen(w);
	tap_is_int(store_pending_find(w->store, pending.hash, &w->arena, &got, &w->err), 0, "%s: it is found", w->name);
	tap_ok(str_eq(got.service, "pentrax") && str_eq(got.dossier, "2026-001") && str_eq(got.address, "jan@example.nl") &&
	       str_eq(got.text, "akkoord\nkopie aan") && got.item == pending.item && got.asked == NOW &&
	       got.expires == NOW + 86400 && got.answered == DATE_NONE, "%s: whole", w->name);
	fails(w, store_pending_put(w->store, &pending, &w->err), ERR_EXISTS, "the same again");
	tap_is_int(store_pending_take(w->store, pending.hash, NOW + 60, &w->err), 0, "%s: it is answered", w->name);
	store_pending_find(w->store, pending.hash, &w->arena, &got, &w->err);
	tap_is_int(got.answered, NOW + 60, "%s: at that time", w->name);
	fails(w, store_pending_take(w->store, pending.hash, NOW + 61, &w->err), ERR_EXISTS, "a second answer");
	pending = pending_of(2, NULL, NOW);
	store_pending_put(w->store, &pending, &w->err);
	fails(w, store_pending_take(w->store, pending.hash, NOW + 86400, &w->err), ERR_INPUT, "an answer a day later");
	tap_is_int(store_pending_take(w->store, pending.hash, NOW + 86399, &w->err), 0, "%s: a second earlier it counts", w->name);
	fails(w, store_pending_take(w->store, hash_of(7), NOW, &w->err), ERR_NOTFOUND, "an answer to nothing");
	pending = pending_of(3, "2026-9", NOW);
	fails(w, store_pending_put(w->store, &pending, &w->err), ERR_NOTFOUND, "a command for no dossier");
	pending.dossier = NULL;
	pending.item = 999;
	fails(w, store_pending_put(w->store, &pending, &w->err), ERR_NOTFOUND, "a command from no item");
	pending.text = NULL;
	fails(w, store_pending_put(w->store, &pending, &w->err), ERR_BUG, "no command");
}

/* The token of a mail, a command that waits and the answer to another: with the decision, or not at all. */
static void test_with_take(struct world *w)
{
	struct reply_token tokens[] = { token_of(1, "2026-1", "jan@example.nl", NOW), token_of(2, NULL, "els@example.nl", NOW) };
	struct pending_command asked = pending_of(10, NULL, NOW), more = pending_of(11, "2026-1", NOW), got;
	struct reply_token token;
	struct fixture f;
	int i;

	tokens[0].row = 1;
	store_pending_put(w->store, &asked, &w->err);
	fixture_make(&f, stored_item(w, 1, 1));
	f.take.tokens = tokens;
	f.take.token_count = 2;
	f.take.pending = &more;
	f.take.pending_count = 1;
	f.take.answers = asked.hash;
	tokens[1].row = 2;
	fails(w, store_take(w->store, &f.take, &w->err), ERR_BUG, "a token in a mail that is not there");
	tokens[1].row = REPLY_NO_ROW;
	f.take.answers = hash_of(99);
	fails(w, store_take(w->store, &f.take, &w->err), ERR_NOTFOUND, "a decision that answers nothing");
	tap_ok(!store_dossier_exists(w->store, "2026-1") && store_token_find(w->store, tokens[0].hash, &w->arena, &token, NULL) &&
	       store_pending_find(w->store, more.hash, &w->arena, &got, NULL), "%s: leaves nothing behind", w->name);
	f.take.answers = asked.hash;
	if (!tap_is_int(store_take(w->store, &f.take, &w->err), 0, "%s: all together", w->name))
		printf("# %s\n", w->err.text);
	store_token_find(w->store, tokens[0].hash, &w->arena, &token, &w->err);
	tap_ok(token.outbox == f.rows[1].id && token.outbox && tokens[0].outbox == token.outbox,
	       "%s: the token knows its mail", w->name);
	tap_is_int(store_token_find(w->store, tokens[1].hash, &w->arena, &token, &w->err), 0, "%s: the other has none", w->name);
	store_pending_find(w->store, asked.hash, &w->arena, &got, &w->err);
	tap_is_int(got.answered, NOW, "%s: the command was answered", w->name);
	tap_is_int(store_pending_find(w->store, more.hash, &w->arena, &got, &w->err), 0, "%s: another waits", w->name);
	/* the same answer with another decision */
	for (i = 0; i < 2; i++) {
		struct fixture g;

		fixture_make(&g, stored_item(w, 2, 2));
		fixture_second(&g);
		g.take.answers = i ? NULL : asked.hash;
		if (i)
			tap_is_int(store_take(w->store, &g.take, &w->err), 0, "%s: without it that goes in", w->name);
		else
			fails(w, store_take(w->store, &g.take, &w->err), ERR_EXISTS, "the answer a second time, with its decision");
	}
}

/* ---- rule texts in use ---- */

#define OTHER "ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100"

static void test_programs_used(struct world *w)
{
	struct program_use *uses;
	struct dossier_filter filter = { .final = 0, .workflow = "flow", .not_program = OTHER };
	struct dossier *list, *d;
	size_t count, i;

	tap_is_int(store_programs_used(w->store, &w->arena, &uses, &count, &w->err), 0, "%s: rules in use", w->name);
	tap_is_int((long long)count, 0, "%s: none, without dossiers", w->name);
	make_dossiers(w, 8); /* 4 and 8 are final */
	store_program_put(w->store, OTHER, "flow", "b.rules", "workflow y", NOW + 5, &w->err);
	for (i = 1; i <= 4; i++) {
		char number[16];

		snprintf(number, sizeof number, "2026-%03zu", i);
		store_dossier_load(w->store, number, &w->arena, &d, &w->err);
		d->program = OTHER;
		store_take(w->store, &(struct store_take){ .dossier = d, .now = NOW }, &w->err);
	}
	store_programs_used(w->store, &w->arena, &uses, &count, &w->err);
	tap_ok(count == 2 && str_eq(uses[0].digest, DIGEST) && str_eq(uses[0].workflow, "flow") && uses[0].live == 3 &&
	       uses[0].all == 4 && str_eq(uses[1].digest, OTHER) && uses[1].live == 3 && uses[1].all == 4,
	       "%s: both, with what runs under them", w->name);
	filter.limit = 2;
	store_dossier_list(w->store, &filter, &w->arena, &list, &count, &w->err);
	tap_ok(count == 2 && str_eq(list[0].number, "2026-005") && str_eq(list[1].number, "2026-006"),
	       "%s: the live ones under older rules, a page", w->name);
	filter.after = list[1].id;
	store_dossier_list(w->store, &filter, &w->arena, &list, &count, &w->err);
	tap_ok(count == 1 && str_eq(list[0].number, "2026-007"), "%s: and the next", w->name);
	filter = (struct dossier_filter){ .final = -1, .not_program = OTHER };
	store_dossier_list(w->store, &filter, &w->arena, &list, &count, &w->err);
	tap_is_int((long long)count, 4, "%s: with final ones", w->name);
	filter.workflow = "none";
	store_dossier_list(w->store, &filter, &w->arena, &list, &count, &w->err);
	tap_is_int((long long)count, 0, "%s: none of another workflow", w->name);
	filter = (struct dossier_filter){ .final = 0, .not_program = OTHER, .workflow = "flow", .address = "C0@example.nl" };
	store_dossier_list(w->store, &filter, &w->arena, &list, &count, &w->err);
	tap_ok(count == 1 && str_eq(list[0].number, "2026-006"), "%s: those of one client", w->name);
}

int main(void)
{
	static const struct contract_test tests[] = {
		{ "token, put", test_token_put },	{ "token, newest", test_token_newest },
		{ "token, revoke", test_token_revoke }, { "token, forget", test_token_forget },
		{ "pending", test_pending },		{ "with a decision", test_with_take },
		{ "programs used", test_programs_used },
	};

	contract_run(tests, sizeof tests / sizeof *tests);
	return tap_done();
}
