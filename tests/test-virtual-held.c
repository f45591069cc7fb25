/*
 * What waits for a person, through the whole engine: who is told and asked, what
 * letting through and refusing come to, exactly once, whoever does it and
 * whenever the process dies.
 */
/* Own. */
#include "tap.h"
#include "virtual_held.h"

/* ---- forged, asked, ja ---- */

static void test_question(void)
{
	struct play p;
	const char *number;

	open_strict(&p);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_mails(&p);
	mail(&p, FAIL, JAN, number, "annuleren\nGEHEIM in de tekst", "paspoort GEHEIM.pdf");
	tap_is_str(play_item(&p), "held unauthenticated", "a mail that nothing proves is held");
	tap_is_str(play_mails(&p), "", "and nobody is told at once");
	mail(&p, FAIL, JAN, arena_printf(&p.arena, "%s GEHEIM onderwerp", number), "tekst", "aangifte 2024.pdf");
	virtual_advance(p.v, MINUTES(11));
	tap_is_str(play_mails(&p), "vastgehouden-vraag>jan vastgehouden>els", "ten minutes later: one question, staff once");
	says(&p, JAN, "maandag 2 maart 2026 om 09:00, afzender naar eigen zeggen jan@client.example", "it names date and address");
	says(&p, JAN, "Horen al deze mails bij uw dossier?", "of all that waits");
	silent(&p, JAN, "GEHEIM", "and neither subject, text nor file");
	says(&p, ELS, "het adres is dat van de klant", "staff read its standing");
	says(&p, ELS, "niets bewijst dat de mail van dit adres komt", "and why it waits");
	virtual_advance(p.v, HOURS(1));
	tap_is_str(play_mails(&p), "", "nobody is told twice");
	answer(&p, FAIL, JAN, "ja");
	tap_is_str(state(&p, 1), "processed released", "ja, with its token and nothing else to prove it, lets it through");
	tap_is_str(state(&p, 2), "processed released", "all that was listed");
	tap_is_str(play_papers(&p, number), "verzamelen legitimatie=paspoort GEHEIM.pdf aangifte2024=aangifte 2024.pdf",
		   "documents are taken in, the command is not run");
	tap_is_str(play_mails(&p), "ontvangst>jan verslag>jan", "he hears of both");
	answer(&p, FAIL, JAN, "ja");
	virtual_advance(p.v, DAYS(1));
	tap_is_str(play_look(&p, number)->state, "verzamelen", "a second ja does nothing");
	play_well(&p, "question");
	play_close(&p);
}

static void test_nee(void)
{
	struct play p;
	const char *number;

	open_strict(&p);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	mail(&p, FAIL, JAN, number, "x", "paspoort.pdf");
	virtual_advance(p.v, MINUTES(11));
	play_mails(&p);
	answer(&p, PASS, JAN, "nee");
	tap_is_str(state(&p, 1), "processed refused", "nee refuses it");
	tap_is_str(play_mails(&p), "vastgehouden-nee>els verslag>jan", "staff are told");
	tap_is_str(play_papers(&p, number), "verzamelen", "nothing is taken in");
	tap_is_str(order(&p, (struct engine_held_order){ .item = 1 }), "not gone", "it cannot be let through afterwards");
	play_close(&p);
}

/* Only what was listed; what came in since waits on. */
static void test_listed(void)
{
	struct play p;
	const char *number, *subject;

	open_strict(&p);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	mail(&p, FAIL, JAN, number, "x", "paspoort.pdf");
	virtual_advance(p.v, MINUTES(11));
	subject = subject_to(&p, JAN);
	mail(&p, FAIL, JAN, number, "x", "aangifte 2024.pdf");
	mail(&p, FAIL, JAN, subject, "ja", NULL);
	tap_is_str(state(&p, 1), "processed released", "what was listed");
	tap_is_str(state(&p, 2), "held unauthenticated", "and not what came later");
	play_mails(&p);
	virtual_advance(p.v, HOURS(12));
	tap_is_str(play_mails(&p), "", "at most once a day");
	virtual_advance(p.v, HOURS(13));
	tap_is_str(play_mails(&p), "vastgehouden-vraag>jan vastgehouden>els", "a day later he is asked about that");
	play_close(&p);
}

static void test_three_times(void)
{
	struct play p;
	const char *number;
	int day;

	open_strict(&p);
	number = play_dossier(&p, (struct engine_opening){ .office = OFFICE });
	play_mails(&p);
	mail(&p, FAIL, OFFICE, number, "x", "paspoort.pdf");
	virtual_advance(p.v, MINUTES(11));
	tap_is_str(play_mails(&p), "vastgehouden-vraag>info vastgehouden>els", "asked");
	for (day = 2; day <= 3; day++) {
		virtual_advance(p.v, DAYS(1));
		tap_ok(strstr(play_mails(&p), "vastgehouden-vraag>info") != NULL, "day %d: asked again", day);
	}
	virtual_advance(p.v, DAYS(1));
	tap_ok(!strstr(play_mails(&p), "vastgehouden-vraag"), "not a fourth time");
	mail(&p, FAIL, OFFICE, number, "x", "aangifte 2024.pdf");
	virtual_advance(p.v, DAYS(1));
	tap_ok(!strstr(play_mails(&p), "vastgehouden-vraag"), "nor about what comes then: staff see it");
	answer(&p, PASS, OFFICE, "status");
	play_mails(&p);
	mail(&p, PASS, OFFICE, number, "x", "aangifte 2023.pdf");
	tap_is_str(state(&p, 4), "processed", "what is proven is taken in meanwhile");
	play_close(&p);
}

/* A stranger: the correspondent is asked; of a dossier that an office keeps to itself never the client. */
static void test_whom(void)
{
	struct play p;
	const char *shared, *kept;

	open_strict(&p);
	shared = play_dossier(&p, (struct engine_opening){ 0 });
	kept = play_dossier(&p, (struct engine_opening){ .office = OFFICE, .office_only = true });
	play_mails(&p);
	mail(&p, PASS, EVE, shared, "x", "a.pdf");
	tap_is_str(play_mails(&p), "ontvangst-algemeen>eve", "a stranger is acknowledged");
	mail(&p, PASS, JAN, kept, "x", "b.pdf");
	tap_is_str(play_mails(&p), "vraag-dossier>jan", "the client does not hear of it");
	virtual_advance(p.v, MINUTES(11));
	tap_is_str(play_mails(&p), "vastgehouden-vraag>info vastgehouden-vraag>jan vastgehouden>els", "each correspondent is asked");
	says(&p, JAN, "eve@evil.example", "the client about the stranger");
	silent(&p, JAN, kept, "and not about the other dossier");
	says(&p, OFFICE, "jan@client.example", "the office about the client");
	play_close(&p);
}

/* What claims to be from staff is for staff: no party is asked about it, or told of it. */
static void test_staff_claim(void)
{
	struct play p;
	const char *number;

	open_strict(&p);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_mails(&p);
	mail(&p, FAIL, ELS, number, "intern", "rapport.pdf");
	tap_is_str(play_item(&p), "held unauthenticated", "mail that claims to be from staff");
	virtual_advance(p.v, DAYS(1));
	tap_is_str(play_mails(&p), "vastgehouden>els", "A15: only staff hear of it");
	play_close(&p);
}

/* What strangers sent is let through with a receipt each, that names what it is about. */
static void test_receipts(void)
{
	struct play p;
	const char *number;

	open_strict(&p);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	mail(&p, FAIL, EVE, "een", "x", "paspoort.pdf");
	mail(&p, FAIL, EVE, "twee", "x", "aangifte 2024.pdf");
	play_mails(&p);
	order(&p, (struct engine_held_order){ .item = 1, .number = number });
	says(&p, JAN, "paspoort.pdf: genoteerd", "the first");
	order(&p, (struct engine_held_order){ .item = 2, .number = number });
	says(&p, JAN, "aangifte 2024.pdf: genoteerd", "the second");
	virtual_advance(p.v, MINUTES(11));
	tap_is_str(play_mails(&p), "ontvangst>jan ontvangst>jan", "and that is all");
	play_close(&p);
}

/* ---- the operator ---- */

static void test_accept(void)
{
	struct play p;
	const char *number, *second;

	open_strict(&p);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	second = play_dossier(&p, (struct engine_opening){ .client_name = "Kees", .client_address = KEES });
	play_mails(&p);
	mail(&p, PASS, EVE, "hallo", "klaar\nannuleren", "scan.pdf");
	tap_is_str(play_mails(&p), "ontvangst-algemeen>eve", "a stranger without a number");
	tap_is_str(order(&p, (struct engine_held_order){ .item = 1 }), "not which", "it names no dossier");
	tap_is_str(order(&p, (struct engine_held_order){ .item = 1, .number = "2026-09999-X" }), "not dossier", "no such dossier");
	tap_is_str(order(&p, (struct engine_held_order){ .item = 1, .number = number, .slot = "zomaar" }), "not slot", "no such slot");
	tap_is_str(order(&p, (struct engine_held_order){ .item = 9 }), "not unknown", "no such item");
	tap_is_str(order(&p, (struct engine_held_order){ .item = 1, .document = 4, .number = number }), "not file", "no such file");
	tap_is_str(state(&p, 1), "held no-number", "it waits as before");
	tap_is_str(order(&p, (struct engine_held_order){ .item = 1, .number = number, .slot = "legitimatie" }), "done", "let through");
	tap_is_str(state(&p, 1), "processed released", "it is decided");
	tap_is_str(play_papers(&p, number), "verzamelen legitimatie=scan.pdf", "into the slot that was said; no command was run");
	tap_is_str(play_mails(&p), "ontvangst>jan", "the receipt goes to the registered address, never to the stranger");
	tap_is_str(order(&p, (struct engine_held_order){ .item = 1, .number = second }), "already", "a second time: it was done before");
	tap_is_str(order(&p, (struct engine_held_order){ .item = 1, .refuse = true }), "not gone", "nor can it be refused now");
	tap_is_str(play_papers(&p, second), "verzamelen", "and nothing goes anywhere else");
	mail(&p, PASS, EVE, "nog iets", "x", "b.pdf");
	tap_is_str(order(&p, (struct engine_held_order){ .item = 2, .refuse = true }), "done", "another is refused");
	tap_is_str(order(&p, (struct engine_held_order){ .item = 2, .refuse = true }), "already", "once");
	tap_is_str(play_mails(&p), "", "the stranger hears nothing of it");
	play_well(&p, "accept");
	play_close(&p);
}

/* A message is let through as one that was shown is: its words become a note. */
static void test_text(void)
{
	struct play p;
	const char *number;
	struct history_line *lines;
	size_t count, i, notes = 0;
	struct err err = ERR_INIT;

	open_strict(&p);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_mails(&p);
	mail(&p, FAIL, JAN, number, "niet aanwezig prognose\nWanneer is het klaar?", NULL);
	virtual_advance(p.v, MINUTES(11));
	answer(&p, FAIL, JAN, "ja");
	tap_is_str(state(&p, 1), "held message", "a question is not answered by being let through");
	tap_is_str(play_papers(&p, number), "verzamelen", "a command of level 1 is not run either");
	tap_is_str(slot_status_word(dossier_slot(play_look(&p, number), "prognose", 0)->status), "open", "not even one that may be");
	store_history(p.store, number, &p.arena, &lines, &count, &err);
	for (i = 0; i < count; i++)
		notes += strstr(lines[i].text, "niet aanwezig prognose") != NULL;
	tap_is_int((long long)notes, 1, "its text is kept with the dossier, once");
	tap_is_str(order(&p, (struct engine_held_order){ .item = 1 }), "done", "a person has read it");
	tap_is_str(state(&p, 1), "processed released", "and is done with it");
	store_history(p.store, number, &p.arena, &lines, &count, &err);
	for (i = notes = 0; i < count; i++)
		notes += strstr(lines[i].text, "niet aanwezig prognose") != NULL;
	tap_is_int((long long)notes, 1, "without a second note");
	play_close(&p);
}

/* The party whose address it claims, not the first of the dossier. */
static void test_partner(void)
{
	const struct engine_person partner = { .name = "Kees", .address = KEES };
	struct play p;
	const char *number;

	open_strict(&p);
	number = play_dossier(&p, (struct engine_opening){ .client_name = "Jan", .client_address = JAN, .partners = &partner,
							   .partner_count = 1 });
	play_mails(&p);
	mail(&p, FAIL, KEES, number, "x", "paspoort.pdf");
	virtual_advance(p.v, MINUTES(11));
	tap_is_str(play_mails(&p), "vastgehouden-vraag>kees vastgehouden>els", "the partner whose mail it claims to be is asked");
	answer(&p, FAIL, KEES, "ja");
	tap_is_str(play_papers(&p, number), "verzamelen legitimatie=paspoort.pdf", "and lets it through");
	play_close(&p);
}

/* That it waits for another reason proves nothing: staff read both. */
static void test_doubt(void)
{
	static const struct { const char *found, *subject; bool doubt; } rows[] = {
		{ FAIL, "hallo", true }, { PASS, "hallo", false }, { FAIL, "2026-09999-X", true }, { PASS, "2026-09999-X", false },
	};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct play p;

		open_strict(&p);
		mail(&p, rows[i].found, KEES, rows[i].subject, "x", "paspoort.pdf");
		virtual_advance(p.v, MINUTES(11));
		says(&p, ELS, "niet aan te zien", "doubt: staff read why it waits");
		tap_ok((strstr(told(&p, ELS), "niets bewijst dat de mail van dit adres komt") != NULL) == rows[i].doubt,
		       "doubt: %s, %s: and whether anything proves whose it is", rows[i].found, rows[i].subject);
		play_close(&p);
	}
}

/* ---- staff, by mail ---- */

static void test_desk(void)
{
	struct play p;
	const char *number;

	open_strict(&p);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	mail(&p, FAIL, JAN, number, "x", "paspoort.pdf");
	mail(&p, PASS, EVE, "hallo", "x", "aangifte 2024.pdf");
	mail(&p, PASS, EVE, "spam", "x", "spam.pdf");
	virtual_advance(p.v, MINUTES(11));
	play_mails(&p);
	says(&p, ELS, "3 berichten wachten", "staff get one mail about all of it");
	answer(&p, PASS, ELS, arena_printf(&p.arena, "vrijgeven 1\nvrijgeven 2 %s\nweigeren 3: spam\nvrijgeven 99", number));
	tap_is_str(play_papers(&p, number), "verzamelen legitimatie=paspoort.pdf aangifte2024=aangifte 2024.pdf", "let through");
	tap_is_str(state(&p, 3), "processed refused", "refused");
	tap_is_str(state(&p, 4), "processed desk", "the mail of staff is done with");
	tap_ok(strstr(play_mails(&p), "vastgehouden-verslag>els") != NULL, "staff get a transcript");
	says(&p, ELS, "vrijgeven 1: gedaan", "what was done");
	says(&p, ELS, "vrijgeven 99: niet uitgevoerd, er is niets met dat nummer", "and what was not");
	answer(&p, PASS, ELS, "vrijgeven 1");
	says(&p, ELS, "vrijgeven 1: dat was al gebeurd", "twice is once");
	answer(&p, PASS, ELS, "vrijgeven 1\n\nEn bel me even.");
	says(&p, ELS, "Van uw mail is niets uitgevoerd", "beside text nothing is done");
	play_well(&p, "desk");
	play_close(&p);
}

/* Without the token it is asked first; a forged one is held; a client's is text. */
static void test_desk_level(void)
{
	struct play p;
	const char *number;

	open_strict(&p);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	mail(&p, FAIL, JAN, number, "x", "paspoort.pdf");
	play_mails(&p);
	mail(&p, PASS, ELS, "post", "vrijgeven 1", NULL);
	tap_is_str(play_mails(&p), "vastgehouden-bevestigen>els", "without its token staff are asked");
	says(&p, ELS, "vrijgeven 1", "about the line");
	tap_is_str(state(&p, 1), "held unauthenticated", "nothing is done yet");
	mail(&p, PASS, ELS, "post", "vrijgeven 1", NULL);
	tap_is_str(play_mails(&p), "", "the same again is not asked twice");
	tap_is_str(play_item(&p), "processed asked-before", "and says so");
	mail(&p, FAIL, ELS, "post", "vrijgeven 1", NULL);
	tap_is_str(play_item(&p), "held unauthenticated", "a forged one is held");
	mail(&p, FAIL, ELS, subject_to(&p, ELS), "ja", NULL);
	tap_is_str(state(&p, 1), "held unauthenticated", "a ja that nothing proves does nothing");
	answer(&p, PASS, ELS, "ja");
	tap_is_str(state(&p, 1), "held unauthenticated", "the last mail was another");
	mail(&p, PASS, ELS, "post", "vrijgeven 1 ", NULL);
	play_mails(&p);
	mail(&p, PASS, JAN, number, "vrijgeven 1", NULL);
	tap_is_str(state(&p, 1), "held unauthenticated", "a client cannot");
	mail(&p, PASS, EVE, number, "vrijgeven 1", NULL);
	tap_is_str(state(&p, 1), "held unauthenticated", "nor a stranger");
	play_close(&p);
}

static void test_desk_ja(void)
{
	struct play p;
	const char *number;

	open_strict(&p);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	mail(&p, FAIL, JAN, number, "x", "paspoort.pdf");
	mail(&p, PASS, ELS, "post", "vrijgeven 1", NULL);
	play_mails(&p);
	answer(&p, PASS, ELS, "ja");
	tap_is_str(state(&p, 1), "processed released", "ja runs it");
	tap_is_str(play_papers(&p, number), "verzamelen legitimatie=paspoort.pdf", "once");
	says(&p, ELS, "vrijgeven 1: gedaan", "and says so");
	play_close(&p);
}

/* Nothing crosses: the staff of one service are not the staff of another. */
static void test_services(void)
{
	struct play p;

	play_open(&p, &(struct play_options){ .two_services = true });
	play_post_to(&p, "tweede", &(struct post){ .from = EVE, .subject = "hallo", .files = { { .name = "a.pdf" } } });
	play_post(&p, &(struct post){ .from = KEES, .subject = "hallo", .files = { { .name = "b.pdf" } } });
	virtual_advance(p.v, MINUTES(11));
	play_mails(&p);
	silent(&p, ELS, "kees@client.example, dossier", "x");
	play_post(&p, &(struct post){ .from = ELS, .subject = "x", .text = "weigeren 1" });
	tap_ok(strstr(play_mails(&p), "vastgehouden-bevestigen>els") != NULL, "she asks for another service's item");
	answer(&p, PASS, ELS, "ja");
	tap_is_str(state(&p, 1), "held no-number", "it stays as it is");
	says(&p, ELS, "er is niets met dat nummer", "and is not known to her");
	play_close(&p);
}

/* ---- for how long ---- */

/* Mails to staff about all that waits that are still here. */
static long long tellings(struct play *p)
{
	struct outbox_filter filter = { .all = true };
	struct outbox_row *rows;
	size_t count = 0, i;
	long long n = 0;

	store_outbox_list(p->store, &filter, &p->arena, &rows, &count, NULL);
	for (i = 0; i < count; i++)
		n += str_starts(rows[i].template, "vastgehouden") && !rows[i].dossier;
	return n;
}

static void test_kept(void)
{
	struct play p;
	struct item item;
	const char *number;
	struct err err = ERR_INIT;
	int day;

	open_strict(&p);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	mail(&p, PASS, EVE, "hallo", "x", "a.pdf");
	mail(&p, PASS, EVE, number, "x", "b.pdf");
	for (day = 0; day < 89; day++)
		virtual_advance(p.v, DAYS(1));
	tap_is_str(state(&p, 1), "held no-number", "nobody's mail is kept 89 days");
	for (day = 0; day < 2; day++)
		virtual_advance(p.v, DAYS(1));
	tap_is_str(state(&p, 1), "processed erased", "then it is erased");
	store_item_load(p.store, 1, &p.arena, &item, &err);
	tap_ok(!item.raw.id && !item.from && !item.subject, "whole");
	tap_is_str(state(&p, 2), "held stranger", "that of a dossier goes with it");
	tap_is_int(tellings(&p), 0, "and so is what staff were told of it");
	mail(&p, PASS, EVE, number, "x", "c.pdf");
	virtual_advance(p.v, HOURS(1));
	tap_is_int(tellings(&p), 1, "staff are told of another");
	if (engine_dossier_erase(p.engine, number, "gevraagd", &err))
		play_bail("erasing", &err);
	tap_is_int(tellings(&p), 0, "which goes when that dossier does");
	play_well(&p, "kept");
	play_close(&p);
}

/* ---- the process dies ---- */

static void test_restart(void)
{
	struct play p;
	const char *number;
	struct engine_held_order o = { .item = 1, .slot = "legitimatie", .by = "operator" };
	struct engine_held_result result;
	struct err err = ERR_INIT;

	open_strict(&p);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	mail(&p, FAIL, JAN, number, "x", "scan.pdf");
	play_mails(&p);
	if (engine_held(p.engine, &o, &p.arena, &result, &err))
		play_bail("accept", &err);
	play_restart(&p);
	tap_is_str(play_papers(&p, number), "verzamelen legitimatie=scan.pdf", "killed after it was let through: it is taken in");
	tap_is_str(play_mails(&p), "ontvangst>jan", "and told once");
	play_restart(&p);
	tap_is_str(play_papers(&p, number), "verzamelen legitimatie=scan.pdf", "and not again");
	tap_is_str(order(&p, o), "already", "it was let through before");
	mail(&p, FAIL, JAN, number, "x", "aangifte 2024.pdf");
	virtual_advance(p.v, MINUTES(10) - 5);
	play_restart(&p);
	virtual_advance(p.v, MINUTES(1));
	tap_is_str(play_mails(&p), "vastgehouden-vraag>jan vastgehouden>els", "a restart forgets nobody who is to be asked");
	play_restart(&p);
	virtual_advance(p.v, MINUTES(30));
	tap_is_str(play_mails(&p), "", "nor does it ask twice");
	play_well(&p, "restart");
	play_close(&p);
}

/* A copy that nothing proves must not keep the real mail out. */
static void test_copy(void)
{
	struct play p;
	const char *number;
	struct post post = { .message_id = "<echt@client.example>", .files = { { .name = "paspoort.pdf" } } };

	open_strict(&p);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	post.subject = number;
	post.top = trace(&p, FAIL, "client.example");
	play_post(&p, &post);
	tap_is_str(state(&p, 1), "held unauthenticated", "who can read a mail on its way sends it first");
	post.top = trace(&p, PASS, "client.example");
	play_post(&p, &post);
	tap_is_str(state(&p, 2), "processed", "A28: the real one is taken in all the same");
	tap_is_str(state(&p, 1), "duplicate duplicate", "and the copy needs nobody");
	tap_is_str(play_papers(&p, number), "verzamelen legitimatie=paspoort.pdf", "once");
	play_post(&p, &post);
	tap_is_str(state(&p, 3), "duplicate duplicate", "a third is a duplicate");
	virtual_advance(p.v, DAYS(1));
	play_well(&p, "copy");
	play_close(&p);
}

int main(void)
{
	test_question();
	test_nee();
	test_listed();
	test_three_times();
	test_whom();
	test_staff_claim();
	test_receipts();
	test_accept();
	test_text();
	test_partner();
	test_doubt();
	test_desk();
	test_desk_level();
	test_desk_ja();
	test_services();
	test_kept();
	test_restart();
	test_copy();
	return tap_done();
}
