/* The store's contract, fourth part: offices, their colleagues, and their dossiers in the order in which they wait. */

/* Base. */
#include "base/date.h"
#include "base/str.h"

/* Own. */
#include "store-fixture.h"
#include "tap.h"

#define OFFICE "kantoor@example.org"
#define MANY 10000

static struct office office_of(const char *service, const char *address)
{
	struct office office = { .service = service, .address = address, .name = "Kantoor", .language = "nl", .added = NOW,
				 .by = "operator", .confirmed = DATE_NONE, .code_made = DATE_NONE, .digest_due = DATE_NONE };

	return office;
}

static struct office_colleague colleague_of(const char *address, enum colleague_answer answer, int64_t asked)
{
	struct office_colleague colleague = { .service = "pentrax", .office = OFFICE, .address = address, .answer = answer,
					      .asked = asked, .answered = answer == COLLEAGUE_ASKED ? DATE_NONE : asked + 1 };

	return colleague;
}

/* ---- offices ---- */

static void test_put(struct world *w)
{
	struct office office = office_of("pentrax", OFFICE), got = { 0 };

	tap_is_int(store_office_put(w->store, &office, &w->err), 0, "%s: an office is kept", w->name);
	world_reopen(w);
	tap_is_int(store_office_find(w->store, "pentrax", "Kantoor@Example.ORG", &w->arena, &got, &w->err), 0,
		   "%s: and found by its address, however it is written", w->name);
	tap_ok(got.id > 0 && str_eq(got.address, OFFICE) && str_eq(got.name, "Kantoor") && !got.brand && str_eq(got.language, "nl") &&
	       got.added == NOW && str_eq(got.by, "operator") && got.confirmed == DATE_NONE && !got.has_code &&
	       got.digest == OFFICE_DIGEST_OFF && got.digest_due == DATE_NONE && !got.has_seen, "%s: as it was", w->name);
	fails(w, store_office_find(w->store, "other", OFFICE, &w->arena, &got, &w->err), ERR_NOTFOUND,
	      "the same address in another service");
	fails(w, store_office_find(w->store, "pentrax", "kantoor@example.com", &w->arena, &got, &w->err), ERR_NOTFOUND,
	      "an address that looks like it");
	office.address = NULL;
	fails(w, store_office_put(w->store, &office, &w->err), ERR_BUG, "an office without an address");
}

static void test_again(struct world *w)
{
	struct office office = office_of("pentrax", OFFICE), got = { 0 };
	struct office_colleague colleague = colleague_of("els@example.org", COLLEAGUE_ACCEPTED, NOW);
	int64_t id;

	store_office_put(w->store, &office, &w->err);
	store_colleague_put(w->store, &colleague, &w->err);
	store_office_find(w->store, "pentrax", OFFICE, &w->arena, &got, &w->err);
	id = got.id;
	office.address = "KANTOOR@example.org";
	office.name = "Kantoor Jansen";
	office.brand = "jansen";
	office.confirmed = NOW + 5;
	office.has_code = office.has_seen = true;
	memset(office.code, 7, sizeof office.code);
	memset(office.seen, 8, sizeof office.seen);
	office.code_made = NOW + 1;
	office.code_wrong = 3;
	office.digest = OFFICE_DIGEST_WEEKLY;
	office.digest_due = NOW + 100;
	tap_is_int(store_office_put(w->store, &office, &w->err), 0, "%s: again, with more", w->name);
	world_reopen(w);
	store_office_find(w->store, "pentrax", OFFICE, &w->arena, &got, &w->err);
	tap_ok(got.id == id && str_eq(got.name, "Kantoor Jansen") && str_eq(got.brand, "jansen") && got.confirmed == NOW + 5 &&
	       got.has_code && got.code[31] == 7 && got.code_made == NOW + 1 && got.code_wrong == 3 && got.has_seen &&
	       got.seen[0] == 8 && got.digest == OFFICE_DIGEST_WEEKLY && got.digest_due == NOW + 100,
	       "%s: is the same office, with what is new", w->name);
	tap_is_int(store_colleague_find(w->store, "pentrax", OFFICE, "els@example.org", &w->arena, &colleague, &w->err), 0,
		   "%s: and its colleagues", w->name);
}

static void test_list(struct world *w)
{
	static const char *const rows[][2] = { { "pentrax", "a@jansen.nl" }, { "pentrax", "b@samen.nl" }, { "other", "a@jansen.nl" },
					       { "pentrax", "c@Samen.nl" }, { "pentrax", "d@xsamen.nl" } };
	struct office_filter filter = { .due = DATE_NONE };
	struct office office, *got;
	size_t i, count;

	for (i = 0; i < 5; i++) {
		office = office_of(rows[i][0], rows[i][1]);
		office.digest_due = i == 1 ? NOW + 50 : i == 3 ? NOW + 20 : i == 4 ? NOW + 99 : DATE_NONE;
		store_office_put(w->store, &office, &w->err);
	}
	store_office_list(w->store, &filter, &w->arena, &got, &count, &w->err);
	tap_ok(count == 5 && str_eq(got[0].address, "a@jansen.nl"), "%s: all of them", w->name);
	filter.limit = 2;
	filter.after = got[1].id;
	store_office_list(w->store, &filter, &w->arena, &got, &count, &w->err);
	tap_ok(count == 2 && str_eq(got[0].service, "other"), "%s: a page further on", w->name);
	filter = (struct office_filter){ .service = "pentrax", .due = DATE_NONE };
	store_office_list(w->store, &filter, &w->arena, &got, &count, &w->err);
	tap_is_int((long long)count, 4, "%s: those of a service", w->name);
	filter.domain = "samen.nl";
	store_office_list(w->store, &filter, &w->arena, &got, &count, &w->err);
	tap_ok(count == 2 && str_eq(got[1].address, "c@Samen.nl"), "%s: those of a domain, and not of one that ends like it", w->name);
	filter = (struct office_filter){ .due = NOW + 50 };
	store_office_list(w->store, &filter, &w->arena, &got, &count, &w->err);
	tap_ok(count == 2 && str_eq(got[0].address, "c@Samen.nl") && str_eq(got[1].address, "b@samen.nl"),
	       "%s: those whose digest is due, the longest due first", w->name);
	filter.limit = 1;
	store_office_list(w->store, &filter, &w->arena, &got, &count, &w->err);
	tap_ok(count == 1 && str_eq(got[0].address, "c@Samen.nl"), "%s: the first of these", w->name);
}

static void test_remove(struct world *w)
{
	struct office office = office_of("pentrax", OFFICE);
	struct office_colleague colleague = colleague_of("els@example.org", COLLEAGUE_ACCEPTED, NOW);

	store_office_put(w->store, &office, &w->err);
	store_colleague_put(w->store, &colleague, &w->err);
	fails(w, store_office_remove(w->store, "other", OFFICE, &w->err), ERR_NOTFOUND, "removing it from another service");
	tap_is_int(store_office_remove(w->store, "pentrax", OFFICE, &w->err), 0, "%s: it is removed", w->name);
	fails(w, store_office_find(w->store, "pentrax", OFFICE, &w->arena, &office, &w->err), ERR_NOTFOUND, "what was removed");
	office = office_of("pentrax", OFFICE);
	store_office_put(w->store, &office, &w->err);
	fails(w, store_colleague_find(w->store, "pentrax", OFFICE, "els@example.org", &w->arena, &colleague, &w->err), ERR_NOTFOUND,
	      "its colleague, when it is added again");
	tap_is_int(store_verify(w->store, &w->err), 0, "%s: all is sound", w->name);
}

static void test_undone(struct world *w)
{
	struct office office = office_of("pentrax", OFFICE), got;
	struct office_colleague colleague = colleague_of("els@example.org", COLLEAGUE_ACCEPTED, NOW);

	store_begin(w->store, &w->err);
	store_office_put(w->store, &office, &w->err);
	store_colleague_put(w->store, &colleague, &w->err);
	store_abort(w->store);
	fails(w, store_office_find(w->store, "pentrax", OFFICE, &w->arena, &got, &w->err), ERR_NOTFOUND, "what was aborted");
	store_office_put(w->store, &office, &w->err);
	store_colleague_put(w->store, &colleague, &w->err);
	store_begin(w->store, &w->err);
	store_office_remove(w->store, "pentrax", OFFICE, &w->err);
	store_abort(w->store);
	tap_is_int(store_colleague_find(w->store, "pentrax", OFFICE, "els@example.org", &w->arena, &colleague, &w->err), 0,
		   "%s: a removal that was aborted left all", w->name);
}

/* ---- colleagues ---- */

static void test_colleagues(struct world *w)
{
	struct office office = office_of("pentrax", OFFICE), second = office_of("pentrax", "b@example.org");
	struct office_colleague colleague = colleague_of("els@example.org", COLLEAGUE_ASKED, NOW), got = { 0 }, *list;
	size_t count;

	fails(w, store_colleague_put(w->store, &colleague, &w->err), ERR_NOTFOUND, "a colleague of an unknown office");
	store_office_put(w->store, &office, &w->err);
	store_office_put(w->store, &second, &w->err);
	tap_is_int(store_colleague_put(w->store, &colleague, &w->err), 0, "%s: who was asked about", w->name);
	colleague = colleague_of("Els@example.org", COLLEAGUE_ACCEPTED, NOW + 10);
	store_colleague_put(w->store, &colleague, &w->err);
	colleague = colleague_of("jan@example.org", COLLEAGUE_REFUSED, NOW + 10);
	store_colleague_put(w->store, &colleague, &w->err);
	world_reopen(w);
	store_colleague_find(w->store, "pentrax", OFFICE, "els@EXAMPLE.org", &w->arena, &got, &w->err);
	tap_ok(got.answer == COLLEAGUE_ACCEPTED && got.asked == NOW + 10 && got.answered == NOW + 11 &&
	       str_eq(got.address, "els@example.org") && str_eq(got.office, OFFICE), "%s: is who was accepted", w->name);
	fails(w, store_colleague_find(w->store, "pentrax", "b@example.org", "els@example.org", &w->arena, &got, &w->err), ERR_NOTFOUND,
	      "the same person at another office");
	store_colleague_list(w->store, "pentrax", OFFICE, 0, 0, &w->arena, &list, &count, &w->err);
	tap_ok(count == 2 && str_eq(list[1].address, "jan@example.org") && list[1].answer == COLLEAGUE_REFUSED, "%s: two in all", w->name);
	store_colleague_list(w->store, "pentrax", OFFICE, list[0].id, 1, &w->arena, &list, &count, &w->err);
	tap_ok(count == 1 && str_eq(list[0].address, "jan@example.org"), "%s: a page further on", w->name);
	fails(w, store_colleague_list(w->store, "pentrax", "x@example.org", 0, 0, &w->arena, &list, &count, &w->err), ERR_NOTFOUND,
	      "those of an unknown office");
}

static void test_forget(struct world *w)
{
	struct office office = office_of("pentrax", OFFICE);
	struct office_colleague colleague, *list;
	size_t i, count;

	store_office_put(w->store, &office, &w->err);
	for (i = 0; i < COLLEAGUE_ANSWERS * 2; i++) {
		char address[32];

		snprintf(address, sizeof address, "p%zu@example.org", i);
		colleague = colleague_of(address, (enum colleague_answer)(i / 2), i % 2 ? NOW : NOW - 1000);
		store_colleague_put(w->store, &colleague, &w->err);
	}
	tap_is_int(store_colleague_forget(w->store, NOW, 100, &count, &w->err), 0, "%s: old questions are forgotten", w->name);
	tap_is_int((long long)count, 2, "%s: those without an answer that lasts", w->name);
	store_colleague_list(w->store, "pentrax", OFFICE, 0, 0, &w->arena, &list, &count, &w->err);
	tap_ok(count == 6 && list[0].answer == COLLEAGUE_ASKED && list[0].asked == NOW && list[2].answer == COLLEAGUE_ACCEPTED,
	       "%s: the others stay", w->name);
}

/* ---- with a decision ---- */

static void test_take(struct world *w)
{
	struct office office = office_of("pentrax", OFFICE), got;
	struct office_colleague colleague = colleague_of("els@example.org", COLLEAGUE_ACCEPTED, NOW), strange = colleague;
	struct store_take take = { .offices = &office, .office_count = 1, .colleagues = &colleague, .colleague_count = 1,
				   .now = NOW };

	tap_is_int(store_take(w->store, &take, &w->err), 0, "%s: taken in with a decision", w->name);
	tap_is_int(store_colleague_find(w->store, "pentrax", OFFICE, "els@example.org", &w->arena, &strange, &w->err), 0,
		   "%s: both are there", w->name);
	office = office_of("pentrax", "new@example.org");
	strange = colleague_of("x@example.org", COLLEAGUE_ASKED, NOW);
	strange.office = "nobody@example.org";
	take.colleagues = &strange;
	fails(w, store_take(w->store, &take, &w->err), ERR_NOTFOUND, "a decision with a colleague of nobody");
	fails(w, store_office_find(w->store, "pentrax", "new@example.org", &w->arena, &got, &w->err), ERR_NOTFOUND,
	      "what came with it");
}

/* ---- its dossiers ---- */

static void make_case(struct world *w, int i, const char *service, const char *office, bool final, int64_t entered)
{
	struct fixture f;
	char number[16];

	fixture_make(&f, 0);
	snprintf(number, sizeof number, "2026-%05d", i);
	f.dossier.number = number;
	f.dossier.service = service;
	f.dossier.office.address = office;
	f.dossier.final = final;
	f.dossier.entered = entered;
	f.dossier.held_count = 0;
	f.document.item = 0;
	f.document.blob = file_ref(9000 + i);
	f.slots[0].files_min = i % 2 ? 2 : 1;
	f.slots[1].required = true;
	f.slots[1].status = i % 3 ? SLOT_ABSENT : SLOT_OPEN;
	f.payment.status = i % 2 ? PAYMENT_OPEN : PAYMENT_PAID;
	f.take = (struct store_take){ .dossier = &f.dossier, .now = NOW };
	if (store_take(w->store, &f.take, &w->err))
		printf("# %s\n", w->err.text);
}

static void test_cases(struct world *w)
{
	struct office_case_filter filter = { .service = "pentrax", .address = "KANTOOR@example.org", .final = -1 };
	struct office_case *cases;
	size_t count;

	make_case(w, 1, "pentrax", OFFICE, false, NOW);
	make_case(w, 2, "pentrax", OFFICE, false, NOW - 10);
	make_case(w, 3, "pentrax", OFFICE, true, NOW - 99);
	make_case(w, 4, "other", OFFICE, false, NOW);
	make_case(w, 5, "pentrax", "b@example.org", false, NOW);
	make_case(w, 6, "pentrax", OFFICE, false, NOW - 10);
	make_case(w, 7, "pentrax", NULL, false, NOW);
	store_office_cases(w->store, &filter, &w->arena, &cases, &count, &w->err);
	tap_ok(count == 4 && str_eq(cases[0].number, "2026-00002") && str_eq(cases[1].number, "2026-00006") &&
	       str_eq(cases[2].number, "2026-00001") && str_eq(cases[3].number, "2026-00003") && cases[3].final,
	       "%s: what waits longest first, what is over last; of no other office or service", w->name);
	tap_ok(!cases[0].missing && !cases[0].titles && !cases[0].unpaid, "%s: nothing is missing, nothing is to be paid", w->name);
	tap_ok(cases[1].missing == 1 && str_eq(cases[1].titles, "Paspoort"), "%s: one document is missing", w->name);
	tap_ok(cases[2].missing == 1 && str_eq(cases[2].titles, "Jaarrekening 2025") && cases[2].unpaid,
	       "%s: too few files, and the payment is waited for", w->name);
	tap_ok(cases[3].missing == 2 && str_eq(cases[3].titles, "Jaarrekening 2025\nPaspoort") && str_eq(cases[3].client, "Jan") &&
	       str_eq(cases[3].workflow, "flow") && str_eq(cases[3].state, "open") && cases[3].entered == NOW - 99,
	       "%s: two are", w->name);
	filter.final = 0;
	store_office_cases(w->store, &filter, &w->arena, &cases, &count, &w->err);
	tap_is_int((long long)count, 3, "%s: those that are not over", w->name);
	filter.final = 1;
	store_office_cases(w->store, &filter, &w->arena, &cases, &count, &w->err);
	tap_ok(count == 1 && cases[0].final, "%s: those that are", w->name);
	filter.address = NULL;
	fails(w, store_office_cases(w->store, &filter, &w->arena, &cases, &count, &w->err), ERR_BUG, "those of nobody");
}

/* Every dossier once, in order, page by page. */
static void test_many_cases(struct world *w)
{
	struct office_case_filter filter = { .service = "pentrax", .address = OFFICE, .final = -1, .limit = 999 };
	struct office_case last = { 0 };
	size_t i, count, all = 0, pages = 0, most = 0;
	bool ordered = true;

	store_begin(w->store, &w->err);
	for (i = 1; i <= MANY; i++)
		make_case(w, (int)i, "pentrax", i % 10 ? OFFICE : "b@example.org", i % 7 == 0, NOW - (int64_t)(i * 7919 % 5003));
	store_commit(w->store, &w->err);
	do {
		struct arena arena = ARENA_INIT;
		struct office_case *cases;

		if (store_office_cases(w->store, &filter, &arena, &cases, &count, &w->err))
			break;
		for (i = 0; i < count; i++) {
			ordered &= !all || last.final < cases[i].final ||
				   (last.final == cases[i].final && (last.entered < cases[i].entered ||
				    (last.entered == cases[i].entered && last.id < cases[i].id)));
			last = cases[i];
			all++;
		}
		filter.after = true;
		filter.after_final = last.final;
		filter.after_entered = last.entered;
		filter.after_id = last.id;
		most = count > most ? count : most;
		pages++;
		arena_free(&arena);
	} while (count == filter.limit);
	tap_ok(all == MANY - MANY / 10 && ordered, "%s: %zu of %d dossiers, each once and in order", w->name, all, MANY);
	tap_ok(most <= 999 && pages >= 10, "%s: in %zu pages", w->name, pages);
}

int main(void)
{
	static const struct contract_test tests[] = {
		{ "an office", test_put },           { "the same office again", test_again },
		{ "lists", test_list },              { "removing", test_remove },
		{ "what was undone", test_undone },  { "colleagues", test_colleagues },
		{ "forgetting", test_forget },       { "with a decision", test_take },
		{ "dossiers of an office", test_cases }, { "very many of them", test_many_cases },
	};

	contract_run(tests, sizeof tests / sizeof *tests);
	return tap_done();
}
