/*
 * The store's contract: several clients of a dossier, their addresses, changes
 * of address that wait, whose a dossier is among staff, which documents went
 * out, and tokens that a decision revokes.
 */

/* System. */
#include <stdio.h>

/* Base. */
#include "base/file.h"
#include "base/str.h"

/* Own. */
#include "store-fixture.h"
#include "tap.h"

struct people {
	struct fixture f;
	struct party partners[2];
	struct alias aliases[2];
	struct address_change change;
};

static void people_make(struct world *w, struct people *p)
{
	fixture_make(&p->f, stored_item(w, 1, 1));
	p->partners[0] = (struct party){ "Lies", "lies@partner.example", "en", true };
	p->partners[1] = (struct party){ NULL, "piet@partner.example", "nl", false };
	p->aliases[0] = (struct alias){ 1, "lies@werk.example" };
	p->aliases[1] = (struct alias){ 0, "jan@werk.example" };
	p->change = (struct address_change){ .person = 2, .add = true, .from = "piet@partner.example", .to = "piet@nieuw.example",
					     .by = "client piet@partner.example", .asked = NOW, .expires = NOW + 700,
					     .from_at = NOW + 5, .to_at = DATE_NONE };
	p->f.dossier.partners = p->partners;
	p->f.dossier.partner_count = 2;
	p->f.dossier.aliases = p->aliases;
	p->f.dossier.alias_count = 2;
	p->f.dossier.changes = &p->change;
	p->f.dossier.change_count = 1;
	p->f.dossier.assigned = "els@kantoor.example";
	p->f.document.shown = DOCUMENT_SHOWN;
	if (store_take(w->store, &p->f.take, &w->err))
		printf("# %s\n", w->err.text);
}

static struct dossier *load(struct world *w)
{
	struct dossier *d = NULL;

	world_reopen(w);
	if (store_dossier_load(w->store, "2026-1", &w->arena, &d, &w->err)) {
		printf("Bail out! %s\n", w->err.text);
		exit(1);
	}
	return d;
}

static void test_kept(struct world *w)
{
	struct people p;
	struct dossier *d;

	people_make(w, &p);
	d = load(w);
	tap_ok(d->partner_count == 2 && str_eq(d->partners[0].name, "Lies") && str_eq(d->partners[0].language, "en") &&
	       d->partners[0].copy && !d->partners[1].name && !d->partners[1].copy, "%s: partners, in their order", w->name);
	tap_ok(d->alias_count == 2 && d->aliases[0].person == 1 && str_eq(d->aliases[1].address, "jan@werk.example"),
	       "%s: further addresses", w->name);
	tap_ok(d->change_count == 1 && d->changes[0].person == 2 && d->changes[0].add && d->changes[0].asked == NOW &&
	       d->changes[0].expires == NOW + 700 && d->changes[0].from_at == NOW + 5 && d->changes[0].to_at == DATE_NONE &&
	       str_eq(d->changes[0].from, "piet@partner.example") && str_eq(d->changes[0].to, "piet@nieuw.example") &&
	       str_eq(d->changes[0].by, "client piet@partner.example"), "%s: a change that waits", w->name);
	tap_is_str(d->assigned, "els@kantoor.example", "%s: whose it is", w->name);
	tap_is_int(d->slots[0].documents[0].shown, DOCUMENT_SHOWN, "%s: which document went out", w->name);
	tap_is_int((long long)dossier_clients(d), 3, "%s: three clients", w->name);
	tap_ok(dossier_client_of(d, "LIES@werk.example") == 1 && dossier_client_of(d, "jan@example.nl") == 0 &&
	       dossier_client_of(d, "niemand@example.nl") == -1, "%s: known by each address", w->name);
	tap_ok(dossier_role_of(d, "lies@werk.example") == ACTOR_CLIENT && dossier_role_of(d, "piet@nieuw.example") == ACTOR_NONE,
	       "%s: an address that waits is nobody's", w->name);
}

static void test_changed(struct world *w)
{
	struct store_take take = { .now = NOW + 10 };
	struct people p;
	struct dossier *d;

	people_make(w, &p);
	d = load(w);
	d->partner_count = 1;
	d->alias_count = 1;
	d->change_count = 0;
	d->assigned = NULL;
	d->partners[0].address = "lies@anders.example";
	d->slots[0].documents[0].shown |= DOCUMENT_SHOWN_PAYER;
	take.dossier = d;
	tap_is_int(store_take(w->store, &take, &w->err), 0, "%s: all of it can change", w->name);
	d = load(w);
	tap_ok(d->partner_count == 1 && str_eq(d->partners[0].address, "lies@anders.example") && d->alias_count == 1 &&
	       !d->change_count && !d->assigned, "%s: and is so afterwards", w->name);
	tap_is_int(d->slots[0].documents[0].shown, DOCUMENT_SHOWN | DOCUMENT_SHOWN_PAYER, "%s: a document that went out again", w->name);
}

static void test_found(struct world *w)
{
	static const struct { const char *address; size_t count; } rows[] = {
		{ "jan@example.nl", 1 },      { "LIES@Partner.Example", 1 }, { "lies@werk.example", 1 },
		{ "piet@nieuw.example", 0 }, { "els@kantoor.example", 0 },  { "kantoor@example.org", 1 },
	};
	struct people p;
	struct dossier *list;
	size_t i, count;

	people_make(w, &p);
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct dossier_filter filter = { .service = "pentrax", .address = rows[i].address, .final = -1 };

		count = 0;
		store_dossier_list(w->store, &filter, &w->arena, &list, &count, &w->err);
		tap_ok(count == rows[i].count && (!count || list[0].alias_count == 2), "%s: dossiers of %s", w->name, rows[i].address);
	}
}

static void spoil_partner(struct people *p) { p->partners[1].address = NULL; }
static void spoil_alias(struct people *p) { p->aliases[0].person = 3; }
static void spoil_address(struct people *p) { p->aliases[0].address = NULL; }
static void spoil_change(struct people *p) { p->change.to = NULL; }
static void spoil_person(struct people *p) { p->change.person = -1; }
static void spoil_by(struct people *p) { p->change.by = NULL; }

static void test_refused(struct world *w)
{
	static const struct { const char *name; void (*spoil)(struct people *p); } rows[] = {
		{ "a partner without an address", spoil_partner }, { "an address of nobody", spoil_alias },
		{ "no address of somebody", spoil_address },	   { "a change to nothing", spoil_change },
		{ "a change of nobody's", spoil_person },	   { "a change that nobody wants", spoil_by },
	};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct people p;
		struct dossier *d;
		struct store_take take = { .now = NOW };

		if (i == 0)
			people_make(w, &p);
		d = load(w);
		p.partners[1] = d->partners[1];
		p.partners[0] = d->partners[0];
		p.aliases[0] = d->aliases[0];
		p.aliases[1] = d->aliases[1];
		p.change = d->changes[0];
		d->partners = p.partners;
		d->aliases = p.aliases;
		d->changes = &p.change;
		rows[i].spoil(&p);
		take.dossier = d;
		fails(w, store_take(w->store, &take, &w->err), ERR_BUG, rows[i].name);
	}
}

static struct reply_token token_of(unsigned char seed, const char *address)
{
	struct reply_token token = { .service = "pentrax", .dossier = "2026-1", .address = address, .purpose = "dossier",
				     .made = NOW, .expires = NOW + 1000, .revoked = DATE_NONE, .row = REPLY_NO_ROW };

	memset(token.hash, seed, sizeof token.hash);
	return token;
}

static int64_t revoked_at(struct world *w, unsigned char seed)
{
	struct reply_token token = { 0 };

	store_token_find(w->store, hash_of(seed), &w->arena, &token, &w->err);
	return token.revoked;
}

static void test_revoked(struct world *w)
{
	const char *revoked[] = { "jan@example.nl", "lies@werk.example" };
	struct reply_token jan = token_of(1, "jan@example.nl"), lies = token_of(2, "lies@werk.example"),
			   piet = token_of(3, "piet@partner.example"), new = token_of(4, "jan@example.nl");
	struct store_take take = { .now = NOW + 50, .revoked = revoked, .revoked_count = 2, .tokens = &new, .token_count = 1 };
	struct people p;

	people_make(w, &p);
	store_token_put(w->store, &jan, &w->err);
	store_token_put(w->store, &lies, &w->err);
	store_token_put(w->store, &piet, &w->err);
	fails(w, store_take(w->store, &take, &w->err), ERR_BUG, "tokens of no dossier are revoked");
	take.dossier = load(w);
	tap_is_int(store_take(w->store, &take, &w->err), 0, "%s: a decision revokes tokens", w->name);
	tap_ok(revoked_at(w, 1) == NOW + 50 && revoked_at(w, 2) == NOW + 50, "%s: those of the addresses", w->name);
	tap_ok(revoked_at(w, 3) == DATE_NONE, "%s: and no others", w->name);
	tap_ok(revoked_at(w, 4) == DATE_NONE, "%s: nor those of its own mails", w->name);
}

static void test_erased(struct world *w)
{
	static const char *const words[] = { "lies@partner.example", "lies@werk.example", "piet@nieuw.example", "els@kantoor.example" };
	struct erasure erasure = { .number = "2026-1", .reason = "op verzoek", .by = "operator", .now = NOW + 100 };
	struct buf bytes = BUF_INIT(BUF_MAX_DATA);
	struct erasure_left left = { 0 };
	struct people p;
	struct dossier *d;
	char file[160];
	size_t i;

	people_make(w, &p);
	tap_is_int(store_dossier_erase(w->store, &erasure, &w->arena, &left, &w->err), 0, "%s: erased", w->name);
	fails(w, store_dossier_load(w->store, "2026-1", &w->arena, &d, &w->err), ERR_NOTFOUND, "it is gone");
	if (w->driver != DRIVER_SQLITE)
		return;
	store_scrub(w->store, &w->err);
	snprintf(file, sizeof file, "%s/postkamer.db", w->path);
	file_read(file, &bytes, &w->err);
	for (i = 0; i < sizeof words / sizeof *words; i++)
		tap_ok(bytes.len && !memmem(bytes.data, bytes.len, words[i], strlen(words[i])), "%s is nowhere in the file", words[i]);
	buf_free(&bytes);
	tap_is_int(store_verify(w->store, &w->err), 0, "and the store is sound");
}

int main(void)
{
	static const struct contract_test tests[] = {
		{ "kept", test_kept },	     { "changed", test_changed }, { "found", test_found },
		{ "refused", test_refused }, { "revoked", test_revoked }, { "erased", test_erased },
	};

	contract_run(tests, sizeof tests / sizeof *tests);
	return tap_done();
}
