/*
 * Offices through the whole engine: known and confirmed, colleagues of theirs,
 * the overview of all their dossiers and when it comes by itself.
 */

/* System. */
#include <ctype.h>

/* Engine. */
#include "work/office.h"
#include "work/overview.h"

/* Own. */
#include "tap.h"
#include "virtual_words.h"

#define PASS "dmarc=pass header.from"
#define SPF "spf=pass smtp.mailfrom"
#define COLLEAGUE "piet@kantoor.example"
#define OTHER "info@anders.example"

/* ---- words for what people do ---- */

static void write_new(struct play *p, const char *from, const char *subject, const char *text)
{
	play_post(p, &(struct post){ .from = from, .subject = subject, .text = text });
}

static void deliver(struct play *p, const char *from, const char *number, const char *file)
{
	play_post(p, &(struct post){ .from = from, .subject = number, .text = "Zie bijlage.", .files = { { .name = file } } });
}

/* The code in the last mail to an office. */
static const char *code_in(struct play *p, const char *address)
{
	const struct virtual_sent *sent = play_last_to(p, address);
	const char *text = sent ? play_text(p, sent) : "", *at;

	for (at = text; *at; at++)
		if (strlen(at) >= 14 && at[4] == '-' && at[9] == '-' && isalnum((unsigned char)at[0]) && isalnum((unsigned char)at[13]) &&
		    !memchr(at, ' ', 14))
			return arena_strndup(&p->arena, at, 14);
	return "none";
}

static struct office_added add(struct play *p, struct office_adding adding)
{
	struct office_added added = { 0 };
	struct err err = ERR_INIT;

	adding.service = adding.service ? adding.service : "pentrax";
	adding.by = "operator";
	if (engine_office_add(p->engine, &p->arena, &adding, &added, &err))
		printf("# %s\n", err.text);
	virtual_settle(p->v);
	return added;
}

static const struct office *look(struct play *p, const char *address)
{
	struct office *office = arena_alloc(&p->arena, sizeof *office);

	return store_office_find(p->store, "pentrax", address, &p->arena, office, NULL) ? NULL : office;
}

static bool is_confirmed(struct play *p, const char *address)
{
	const struct office *office = look(p, address);

	return office && office->confirmed != DATE_NONE;
}

static const char *colleague_of(struct play *p, const char *address)
{
	struct office_colleague colleague;

	return store_colleague_find(p->store, "pentrax", OFFICE, address, &p->arena, &colleague, NULL) ?
		       "none" : colleague_answer_word(colleague.answer);
}

/* A confirmed office with a dossier for Jan. */
static const char *office_dossier(struct play *p)
{
	const char *number;

	add(p, (struct office_adding){ .address = OFFICE, .name = "Kantoor Jansen", .confirmed = true, .silent = true });
	number = play_dossier(p, (struct engine_opening){ .office = OFFICE, .office_name = "Kantoor Jansen" });
	play_mails(p);
	return number;
}

/* ---- adding and confirming ---- */

static void test_confirm(void)
{
	struct play p;
	struct office_added added;

	play_open(&p, NULL);
	added = add(&p, (struct office_adding){ .address = "Info@Kantoor.example", .name = "Kantoor Jansen" });
	tap_ok(added.fresh && added.mailed && str_eq(added.office.address, OFFICE), "an office is added");
	tap_is_str(play_mails(&p), "kantoor-welkom>info", "and welcomed");
	play_told(&p, OFFICE, "bevestig dat dit het algemene adres", "it is told what to do");
	play_told(&p, OFFICE, code_in(&p, OFFICE), "with its code");
	added = add(&p, (struct office_adding){ .address = OFFICE, .name = "Kantoor Jansen" });
	tap_ok(!added.fresh && !added.changed && !added.mailed, "adding it again changes nothing");
	tap_is_str(play_mails(&p), "", "and mails nothing");
	added = add(&p, (struct office_adding){ .address = OFFICE, .name = "Jansen en Zn.", .again = true });
	tap_ok(!added.fresh && added.changed && added.mailed, "a better name is kept; the code goes again when that is asked for");
	tap_is_str(play_mails(&p), "kantoor-welkom>info", "once more");
	tap_ok(!is_confirmed(&p, OFFICE), "it is not confirmed yet");
	write_new(&p, OFFICE, "Re: welkom", arena_printf(&p.arena, "Hierbij de code.\n\n%s\n\nGroet,\nPiet", code_in(&p, OFFICE)));
	tap_ok(is_confirmed(&p, OFFICE), "the code that comes back confirms it");
	tap_is_str(play_mails(&p), "kantoor-bevestigd>info", "it hears so");
	tap_is_str(play_item(&p), "processed office-confirmed", "the mail is done with");
	write_new(&p, OFFICE, "Re: welkom", "Hoi");
	tap_is_str(play_mails(&p), "ontvangst-algemeen>info", "words of its that ask nothing wait for a person");
	play_well(&p, "confirming");
	play_close(&p);
}

/* What comes along with the code is for a person, and the office is told so. */
static void test_code_and_files(void)
{
	struct play p;
	const char *number;

	play_open(&p, NULL);
	add(&p, (struct office_adding){ .address = OFFICE, .name = "Kantoor Jansen" });
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_mails(&p);
	play_post(&p, &(struct post){ .from = OFFICE, .subject = number, .text = code_in(&p, OFFICE),
				      .files = { { .name = "paspoort.pdf" } } });
	tap_ok(is_confirmed(&p, OFFICE), "a code with a file beside it confirms the office");
	tap_is_str(play_item(&p), "held message", "the file is held");
	tap_is_str(play_papers(&p, number), "verzamelen", "in no dossier");
	tap_is_str(play_mails(&p), "kantoor-bevestigd>info", "the office hears that it is confirmed");
	play_told(&p, OFFICE, "De bijlagen bij uw mail zijn nog niet verwerkt", "and that its files are not in yet");
	virtual_advance(p.v, DAYS(1));
	tap_ok(strstr(play_mails(&p), "vastgehouden"), "staff hear that it waits");
	play_well(&p, "a code and files");
	play_close(&p);

	play_open(&p, NULL);
	add(&p, (struct office_adding){ .address = OFFICE, .name = "Kantoor Jansen" });
	write_new(&p, OFFICE, "code", arena_printf(&p.arena, "%s\n\nHoe lang duurt een verklaring?", code_in(&p, OFFICE)));
	tap_ok(is_confirmed(&p, OFFICE), "a code with a question beside it confirms the office");
	tap_is_str(play_item(&p), "held message", "a person reads the question");
	play_told(&p, OFFICE, "Wat u verder in uw mail schreef, leest een medewerker", "and the office hears so");
	play_close(&p);
	play_open(&p, NULL);
	add(&p, (struct office_adding){ .address = OFFICE, .name = "Kantoor Jansen" });
	write_new(&p, OFFICE, "code", arena_printf(&p.arena, "%s\n\noverzicht dagelijks", code_in(&p, OFFICE)));
	tap_is_str(play_item(&p), "held message", "and what it asks for");
	play_close(&p);
}

static void test_code_forms(void)
{
	static const char *const forms[] = { "%s", "code: %s", "Onze code is %s!", NULL };
	struct play p;
	size_t i;
	char upper[32];
	const char *code;

	for (i = 0; i < 6; i++) {
		struct post post = { .from = OFFICE, .subject = "Re: welkom", .text = "" };
		size_t n;

		play_open(&p, NULL);
		add(&p, (struct office_adding){ .address = OFFICE });
		code = code_in(&p, OFFICE);
		snprintf(upper, sizeof upper, "%s", code);
		for (n = 0; upper[n]; n++)
			upper[n] = str_upper(upper[n]);
		if (i < 3)
			post.text = arena_printf(&p.arena, "%.*s%s%s", (int)strcspn(forms[i], "%"), forms[i], code, strchr(forms[i], '%') + 2);
		else if (i == 3)
			post.text = arena_printf(&p.arena, "%.4s %.4s %.4s", upper, upper + 5, upper + 10);
		else if (i == 4)
			post.subject = arena_printf(&p.arena, "Code %s", upper);
		else
			post.text = arena_printf(&p.arena, "Ok.\n\nOp 2 maart schreef Pentrax:\n> %s", code);
		play_post(&p, &post);
		tap_ok(is_confirmed(&p, OFFICE) == (i < 5), "form %zu: %s", i, i < 5 ? "is taken" : "what is only quoted says nothing");
		play_close(&p);
	}
}

static void test_wrong_codes(void)
{
	struct play p;
	const char *code;
	int i;

	play_open(&p, &(struct play_options){ .authentication = true });
	add(&p, (struct office_adding){ .address = OFFICE, .name = "Kantoor" });
	code = code_in(&p, OFFICE);
	play_mails(&p);
	write_new(&p, OFFICE, "code", code);
	tap_ok(!is_confirmed(&p, OFFICE), "A3 the code from a From that nothing proves confirms nothing");
	tap_is_str(play_mails(&p), "", "and nobody hears of it");
	play_post(&p, &(struct post){ .top = play_trace(&p, PASS, "kantoor.example"), .from = COLLEAGUE, .subject = "code",
				      .text = code });
	tap_ok(!is_confirmed(&p, OFFICE), "A11 the code from another address at the domain confirms nothing");
	play_post(&p, &(struct post){ .top = play_trace(&p, PASS, "kantoor-example.com"), .from = "info@kantoor-example.com",
				      .subject = "code",
				      .text = code });
	tap_ok(!is_confirmed(&p, OFFICE), "A8 nor does it from an address that looks like it");
	play_mails(&p);
	for (i = 0; i < OFFICE_CODE_WRONG; i++)
		play_post(&p, &(struct post){ .top = play_trace(&p, PASS, "kantoor.example"), .from = OFFICE, .subject = "code",
					      .text = "aaaa-bbbb-cccc" });
	tap_is_str(play_mails(&p), "kantoor-code-taak>els kantoor-code>info kantoor-code>info",
		   "wrong codes are told of once, and when it is enough, also to staff");
	play_told(&p, OFFICE, "Daarom werkt uw toegangscode niet meer", "that the code works no more");
	play_post(&p, &(struct post){ .top = play_trace(&p, PASS, "kantoor.example"), .from = OFFICE, .subject = "code",
				      .text = code });
	tap_ok(!is_confirmed(&p, OFFICE), "nor does it: the right one comes too late");
	virtual_advance(p.v, HOURS(2));
	add(&p, (struct office_adding){ .address = OFFICE, .again = true });
	play_well(&p, "wrong codes");
	play_close(&p);
}

static void test_new_code(void)
{
	struct play p;
	const char *old, *new;
	int i;

	play_open(&p, NULL);
	add(&p, (struct office_adding){ .address = OFFICE });
	old = code_in(&p, OFFICE);
	for (i = 0; i < OFFICE_CODE_WRONG; i++)
		write_new(&p, OFFICE, "code", arena_printf(&p.arena, "aaaa-bbbb-cccc\n\nnummer %d", i));
	add(&p, (struct office_adding){ .address = OFFICE, .again = true });
	new = code_in(&p, OFFICE);
	tap_ok(strcmp(old, new) != 0, "after too many wrong ones there is a new code");
	write_new(&p, OFFICE, "code", old);
	tap_ok(!is_confirmed(&p, OFFICE), "the old one is worth nothing");
	write_new(&p, OFFICE, "code", new);
	tap_ok(is_confirmed(&p, OFFICE), "the new one is");
	play_close(&p);
}

/* Before it is confirmed nothing about any dossier goes to it. */
static void test_unconfirmed(void)
{
	struct engine_opening opening = { .client_name = "Jan", .client_address = JAN, .office = OFFICE, .actor = ACTOR_OPERATOR };
	char number[ENGINE_NUMBER_SIZE];
	struct play p;
	struct err err = ERR_INIT;

	play_open(&p, NULL);
	add(&p, (struct office_adding){ .address = OFFICE });
	play_mails(&p);
	tap_ok(engine_dossier_open(p.engine, &opening, number, &err) == -1 && err.code == ERR_INPUT &&
	       strstr(err.text, "confirm"), "a dossier for an office that did not confirm is refused: %s", err.text);
	virtual_settle(p.v);
	tap_is_str(play_mails(&p), "", "nothing goes to anybody");
	write_new(&p, OFFICE, "vraag", "overzicht");
	tap_is_str(play_mails(&p), "kantoor-code>info", "it gets no overview, but is told what is missing");
	tap_is_str(play_item(&p), "held office", "and its mail waits");
	write_new(&p, OFFICE, "vraag", "Nog iets.");
	tap_is_str(play_mails(&p), "", "it is told once a day");
	opening.office = OTHER;
	opening.office_name = "Anders";
	tap_is_int(engine_dossier_open(p.engine, &opening, number, &err), 0, "an office that the operator names himself");
	virtual_settle(p.v);
	tap_ok(is_confirmed(&p, OTHER) && str_eq(look(&p, OTHER)->by, "dossier"), "is known and confirmed from then on");
	tap_is_str(play_mails(&p), "aanvraag-bevestigd>info", "and gets the mail of its dossier, no code");
	play_close(&p);
}

/* A1: an office that has not sent its code yet hears the same of a number that is somebody's and of one that is nobody's. */
static void test_unconfirmed_guesses(void)
{
	struct play p;
	const char *number;
	int i;

	for (i = 0; i < 2; i++) {
		play_open(&p, NULL);
		number = play_dossier(&p, (struct engine_opening){ 0 });
		add(&p, (struct office_adding){ .address = OFFICE });
		play_mails(&p);
		write_new(&p, OFFICE, i ? "2026-00099-C" : number, "Hoe staat het?");
		tap_is_str(play_mails(&p), "kantoor-code>info", "A1 an unconfirmed office names a number that is %s",
			   i ? "nobody's" : "somebody's");
		play_close(&p);
	}
}

/* What came before the code waits, and is decided when it came. */
static void test_goes_on(void)
{
	struct play p;
	struct item_verdict verdict = { .state = ITEM_HELD, .reason = REASON_OFFICE, .detail = "INFO@kantoor.example" };
	const struct item *item;

	play_open(&p, NULL);
	add(&p, (struct office_adding){ .address = OFFICE });
	write_new(&p, KEES, "hallo", "Ik wil iets.");
	verdict.id = play_item_last(&p)->id;
	store_item_end(p.store, &verdict, NULL);
	write_new(&p, OFFICE, "overzicht", "overzicht");
	play_mails(&p);
	write_new(&p, OFFICE, "code", code_in(&p, OFFICE));
	tap_ok(is_confirmed(&p, OFFICE) == false, "the last mail held no code");
	add(&p, (struct office_adding){ .address = OFFICE, .confirmed = true, .silent = true });
	virtual_settle(p.v);
	item = play_items(&p, &(size_t){ 0 });
	tap_ok(item[0].state == ITEM_PROCESSED && !str_eq(item[0].reason, REASON_OFFICE), "what waited for it was decided again: %s",
	       item[0].reason);
	tap_ok(item[1].state == ITEM_PROCESSED, "its own mail too");
	tap_ok(strstr(play_mails(&p), "overzicht>info") != NULL, "and answered");
	play_well(&p, "going on");
	play_close(&p);
}

/* A request that names an office we do not know: its sender, staff, and what goes on when the office is confirmed. */
static void test_request(void)
{
	struct post asked = { .from = JAN, .subject = "Dossier aanvragen", .headers = "Delivered-To: aanvraag@pentrax.example\r\n",
			      .text = "Naam: Jan Jansen\nKantoor: Info@Kantoor.example" };
	struct dossier_filter filter = { .final = -1 };
	struct dossier *list;
	struct play p;
	size_t count;

	play_open(&p, NULL);
	p.services[0].request = "aanvraag@pentrax.example";
	play_post(&p, &asked);
	tap_is_str(play_mails(&p), "kantoor-gevraagd>jan kantoor-taak>els", "its sender and staff hear of it, the office nothing");
	play_told(&p, JAN, "Dat kantoor kennen wij nog niet", "he is told what to do");
	play_told(&p, ELS, "zoek zelf het telefoonnummer", "and they");
	write_new(&p, ELS, "kantoor", "kantoor info@kantoor.example \"Kantoor Jansen\"");
	play_say(&p, ELS, "ja");
	play_mails(&p);
	asked.from = KEES;
	asked.text = "Naam: Kees Bakker\nKantoor: info@kantoor.example";
	play_post(&p, &asked);
	tap_is_str(play_mails(&p), "kantoor-gevraagd>kees", "while it is not confirmed the next one hears so");
	play_told(&p, KEES, "moet zijn adres bij ons nog bevestigen", "that it has to");
	store_dossier_list(p.store, &filter, &p.arena, &list, &count, NULL);
	tap_is_int((long long)count, 0, "no dossier is open");
	write_new(&p, OFFICE, "code", code_in(&p, OFFICE));
	virtual_settle(p.v);
	store_dossier_list(p.store, &filter, &p.arena, &list, &count, NULL);
	tap_is_int((long long)count, 2, "the code opens both, by themselves");
	tap_is_str(play_mails(&p), "aanvraag-bevestigd>info aanvraag-bevestigd>info aanvraag-ontvangen>jan aanvraag-ontvangen>kees "
		   "kantoor-bevestigd>info", "and all hear of it");
	play_well(&p, "a request that waited");
	play_close(&p);
}

/* ---- staff ---- */

static void test_staff(void)
{
	struct play p;
	const char *number, *subject;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_mails(&p);
	write_new(&p, ELS, "kantoor", "kantoor info@kantoor.example \"Kantoor Jansen\"");
	tap_is_str(play_mails(&p), "kantoor-klopt>els", "staff who write afresh are asked first");
	tap_ok(!look(&p, OFFICE), "nothing was done yet");
	write_new(&p, ELS, "kantoor", "kantoor info@kantoor.example \"Kantoor Jansen\"\n");
	tap_is_str(play_mails(&p), "", "they are asked once");
	subject = play_subject(&p, ELS);
	play_say(&p, ELS, "ja");
	tap_is_str(play_mails(&p), "kantoor-toegevoegd>els kantoor-welkom>info", "yes does it");
	tap_ok(look(&p, OFFICE) && str_eq(look(&p, OFFICE)->name, "Kantoor Jansen") &&
	       str_eq(look(&p, OFFICE)->by, "staff " ELS), "it is known, by whom too");
	write_new(&p, ELS, subject, "ja graag\n\nja");
	write_new(&p, ELS, subject, "ja");
	tap_is_str(play_item(&p), "processed asked-before", "a second yes does nothing");
	play_mails(&p);
	play_post(&p, &(struct post){ .from = EVE, .subject = "kantoor", .text = "kantoor eve@evil.example \"Eve\"" });
	tap_ok(!look(&p, EVE), "A10 a stranger adds nobody");
	tap_is_str(play_mails(&p), "ontvangst-algemeen>eve", "and hears what any stranger hears");
	deliver(&p, JAN, number, "paspoort.pdf");
	play_mails(&p);
	write_new(&p, JAN, number, "kantoor jan@client.example \"Jan\"");
	tap_ok(!look(&p, JAN), "nor does a client");
	play_well(&p, "staff");
	play_close(&p);
}

static void test_staff_in_dossier(void)
{
	struct play p;
	const char *number, *subject;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_post(&p, &(struct post){ .from = JAN, .subject = number, .text = "niet aanwezig prognose",
				      .files = { { .name = "paspoort.pdf" }, { .name = "aangifte 2023.pdf" }, { .name = "aangifte 2024.pdf" },
						 { .name = "aangifte 2025.pdf" }, { .name = "jaarcijfers 2023.pdf" },
						 { .name = "jaarcijfers 2024.pdf" }, { .name = "jaarcijfers 2025.pdf" } } });
	virtual_advance(p.v, MINUTES(16));
	play_mails(&p);
	subject = play_subject(&p, ELS);
	play_say(&p, ELS, "in behandeling\nkantoor info@kantoor.example \"Kantoor Jansen\"");
	tap_is_str(play_mails(&p), "in-behandeling>jan kantoor-welkom>info verslag>els", "beside commands about a dossier it works too");
	play_told(&p, ELS, "kantoor info@kantoor.example \"Kantoor Jansen\": gedaan", "the transcript says so");
	write_new(&p, ELS, subject, "kantoor info@kantoor.example");
	tap_is_str(play_mails(&p), "kantoor-toegevoegd>els", "by itself, in an answer to any mail of ours, it is done at once");
	play_told(&p, ELS, "was al bekend", "which says that it was known");
	write_new(&p, ELS, subject, "kantoor dossier@pentrax.example");
	play_told(&p, ELS, "niet toegevoegd", "one of our own addresses is no office");
	play_close(&p);
}

/* ---- colleagues ---- */

static void test_colleague_always(void)
{
	struct play p;
	const char *number;

	play_open(&p, NULL);
	number = office_dossier(&p);
	deliver(&p, COLLEAGUE, number, "paspoort.pdf");
	tap_is_str(play_item(&p), "held colleague", "mail from a colleague's own address waits");
	tap_is_str(play_mails(&p), "collega-vraag>info ontvangst-algemeen>piet", "the general address is asked");
	play_told(&p, OFFICE, "Mag piet@kantoor.example namens uw kantoor", "who, and about which dossier");
	tap_ok(!strstr(play_text(&p, play_last_to(&p, OFFICE)), "paspoort"), "not what he sent");
	tap_ok(!strstr(play_text(&p, play_last_to(&p, COLLEAGUE)), number), "and he is told nothing");
	deliver(&p, COLLEAGUE, number, "aangifte 2025.pdf");
	tap_is_str(play_mails(&p), "", "it is asked once");
	play_say(&p, OFFICE, "voortaan accepteren");
	tap_is_str(colleague_of(&p, COLLEAGUE), "accepted", "the answer is kept");
	tap_is_str(play_papers(&p, number), "verzamelen legitimatie=paspoort.pdf aangifte2025=aangifte 2025.pdf",
		   "what waited is taken in");
	tap_is_str(play_mails(&p), "collega-antwoord>info ontvangst>info", "the receipts go to the general address");
	tap_is_str(play_look(&p, number)->slots[0].documents[0].from, COLLEAGUE, "the document says who brought it");
	virtual_advance(p.v, HOURS(1));
	play_mails(&p);
	deliver(&p, COLLEAGUE, number, "jaarcijfers 2025.pdf");
	tap_is_str(play_mails(&p), "ontvangst>info", "next time he just delivers, and the office hears of it");
	write_new(&p, COLLEAGUE, number, "status");
	tap_is_str(play_mails(&p), "status>info", "what he asks is answered to the general address only");
	write_new(&p, COLLEAGUE, "", "overzicht");
	tap_is_str(play_mails(&p), "overzicht>info", "the overview too");
	write_new(&p, "jaap@kantoor.example", "", "overzicht");
	tap_is_str(play_mails(&p), "ontvangst-algemeen>jaap", "somebody else there asks in vain");
	write_new(&p, COLLEAGUE, number, "annuleren");
	tap_is_str(play_look(&p, number)->state, "verzamelen", "he may not do what needs more");
	tap_is_str(play_mails(&p), "bevestigen>info", "the general address is asked whether it was meant");
	play_well(&p, "an accepted colleague");
	play_close(&p);
}

static void test_colleague_once(void)
{
	struct play p;
	const char *number;

	play_open(&p, NULL);
	number = office_dossier(&p);
	deliver(&p, COLLEAGUE, number, "paspoort.pdf");
	play_say(&p, OFFICE, "alleen deze keer");
	tap_is_str(play_papers(&p, number), "verzamelen legitimatie=paspoort.pdf", "this time it is taken in");
	virtual_advance(p.v, HOURS(1));
	play_mails(&p);
	deliver(&p, COLLEAGUE, number, "aangifte 2025.pdf");
	tap_is_str(play_item(&p), "held colleague", "next time it waits again");
	tap_is_str(play_mails(&p), "collega-vraag>info", "and is asked about again");
	play_say(&p, OFFICE, "nee");
	tap_is_str(colleague_of(&p, COLLEAGUE), "refused", "no is kept");
	play_mails(&p);
	deliver(&p, COLLEAGUE, number, "jaarcijfers 2025.pdf");
	tap_is_str(play_item(&p), "held colleague", "it waits for a person");
	tap_is_str(play_mails(&p), "", "nobody is asked any more");
	tap_is_str(play_papers(&p, number), "verzamelen legitimatie=paspoort.pdf", "nothing of it was taken in");
	play_close(&p);
}

static void test_colleague_answers(void)
{
	struct play p;
	const char *number, *subject;

	play_open(&p, &(struct play_options){ .authentication = true });
	number = office_dossier(&p);
	play_post(&p, &(struct post){ .from = COLLEAGUE, .subject = number, .text = "x", .files = { { .name = "paspoort.pdf" } } });
	tap_is_str(play_mails(&p), "", "A26 a From that nothing proves asks nobody about a colleague");
	play_post(&p, &(struct post){ .top = play_trace(&p, PASS, "kantoor.example"), .from = COLLEAGUE, .subject = number, .text = "y",
				      .files = { { .name = "paspoort.pdf" } } });
	tap_is_str(play_mails(&p), "collega-vraag>info ontvangst-algemeen>piet", "one that is proven does");
	subject = play_subject(&p, OFFICE);
	play_post(&p, &(struct post){ .top = play_trace(&p, PASS, "kantoor.example"), .from = COLLEAGUE, .subject = subject,
				      .text = "voortaan accepteren" });
	tap_is_str(colleague_of(&p, COLLEAGUE), "asked", "A11 the question's token from his own address accepts nobody");
	play_mails(&p);
	play_post(&p, &(struct post){ .from = OFFICE, .subject = subject, .text = "voortaan accepteren" });
	tap_is_str(colleague_of(&p, COLLEAGUE), "asked", "A3 nor does it under a forged From");
	play_post(&p, &(struct post){ .top = play_trace(&p, SPF, "kantoor.example"), .from = OFFICE, .subject = subject,
				      .text = "voortaan accepteren" });
	tap_is_str(colleague_of(&p, COLLEAGUE), "asked", "SPF alone is too little");
	play_mails(&p);
	play_post(&p, &(struct post){ .top = play_trace(&p, PASS, "kantoor.example"), .from = OFFICE, .subject = "Re:",
				      .text = "voortaan accepteren" });
	tap_is_str(colleague_of(&p, COLLEAGUE), "asked", "nor is it without the token");
	tap_is_str(play_mails(&p), "collega-vraag>info", "then it is asked again");
	play_post(&p, &(struct post){ .top = play_trace(&p, PASS, "kantoor.example"), .from = OFFICE, .subject = play_subject(&p, OFFICE),
				      .text = "voortaan accepteren" });
	tap_is_str(colleague_of(&p, COLLEAGUE), "accepted", "with both it is");
	play_post(&p, &(struct post){ .from = COLLEAGUE, .subject = number, .text = "z", .files = { { .name = "aangifte 2025.pdf" } } });
	tap_is_str(play_item(&p), "held stranger", "an accepted one has to prove his address each time");
	play_close(&p);
}

/* From whom is a mail about the dossier taken for a colleague's? */
static void test_domains(void)
{
	static const struct { const char *office, *from, *domain; bool asked; const char *what; } rows[] = {
		{ OFFICE, COLLEAGUE, "kantoor.example", true, "the same domain" },
		{ OFFICE, "Piet@KANTOOR.example", "kantoor.example", true, "the same domain in capitals" },
		{ OFFICE, "piet@sub.kantoor.example", "sub.kantoor.example", false, "a part of the domain" },
		{ OFFICE, "piet@xkantoor.example", "xkantoor.example", false, "A8 a domain that ends like it" },
		{ OFFICE, "piet@kantoor.example.org", "kantoor.example.org", false, "A8 a domain that begins like it" },
		{ OFFICE, "piet@kant00r.example", "kant00r.example", false, "A8 noughts for letters" },
		{ OFFICE, "piet@xn--kntoor-oye.example", "xn--kntoor-oye.example", false, "A8 a domain of foreign letters" },
		{ OFFICE, "piet@k\xd0\xb0ntoor.example", "k\xd0\xb0ntoor.example", false, "A8 the same as it looks" },
		{ "jansenadvies@gmail.com", "piet@gmail.com", "gmail.com", false, "a provider where anybody has an address" },
		{ "jansenadvies@ziggo.nl", "piet@ziggo.nl", "ziggo.nl", false, "a national one" },
		{ "jansen@kpn.hetnet.nl", "piet@kpn.hetnet.nl", "kpn.hetnet.nl", false, "a name below one" },
		{ "kantoor@pentrax.example", "piet@pentrax.example", "pentrax.example", false, "our own domain" },
	};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct play p;
		const char *number, *mails;

		play_open(&p, &(struct play_options){ .authentication = true });
		add(&p, (struct office_adding){ .address = rows[i].office, .confirmed = true, .silent = true });
		number = play_dossier(&p, (struct engine_opening){ .office = rows[i].office });
		play_mails(&p);
		play_post(&p, &(struct post){ .top = play_trace(&p, PASS, rows[i].domain), .from = rows[i].from, .subject = number,
					      .text = "x", .files = { { .name = "paspoort.pdf" } } });
		mails = play_mails(&p);
		if (!tap_ok((strstr(mails, "collega-vraag") != NULL) == rows[i].asked, "%s: %s", rows[i].what,
			    rows[i].asked ? "asked about" : "a stranger's"))
			printf("#   %s, %s\n", mails, play_item(&p));
		tap_is_str(play_papers(&p, number), "verzamelen", "%s: nothing is taken in",
			   rows[i].what);
		play_close(&p);
	}
}

static void test_shared_domain(void)
{
	struct play p;
	const char *number;

	play_open(&p, NULL);
	number = office_dossier(&p);
	add(&p, (struct office_adding){ .address = "tweede@kantoor.example", .confirmed = true, .silent = true });
	deliver(&p, COLLEAGUE, number, "paspoort.pdf");
	tap_is_str(play_item(&p), "held stranger", "where two offices share a domain only the exact address counts");
	tap_is_str(play_mails(&p), "ontvangst-algemeen>piet", "nobody is asked");
	deliver(&p, "tweede@kantoor.example", number, "paspoort.pdf");
	tap_is_str(play_item(&p), "held stranger", "the other office is no party either");
	play_close(&p);
}

/* ---- overview ---- */

/* The bytes of the file that goes along with a mail, decoded. */
static const char *attached(struct play *p, const struct virtual_sent *sent, const char *name)
{
	struct parse_job job = { .id = 1, .kind = PARSE_KIND_MAIL };
	struct mail mail;
	struct parse_done done;
	struct err err = ERR_INIT;
	const char *found = NULL;
	size_t i;

	job.in = file_memory("in", &err);
	job.out = file_memory("out", &err);
	if (file_write_all(job.in, sent->data, sent->len, &err))
		play_bail("reading a mail", &err);
	parse_tools_run(p->tools, &job, &p->arena, &done);
	if (manifest_read(job.out, done.manifest_offset, done.manifest_size, &p->arena, &mail, &err))
		play_bail("reading a mail", &err);
	for (i = 0; i < mail.part_count; i++)
		if (mail.parts[i].name && str_eq(mail.parts[i].name, name)) {
			char *bytes = arena_alloc(&p->arena, (size_t)mail.parts[i].size + 1);

			if (pread(job.out, bytes, (size_t)mail.parts[i].size, mail.parts[i].offset) == mail.parts[i].size)
				found = bytes;
		}
	close(job.in);
	close(job.out);
	return found;
}

static void test_overview(void)
{
	struct play p;
	const char *first, *second, *other, *csv, *text;

	play_open(&p, NULL);
	first = office_dossier(&p);
	virtual_advance(p.v, DAYS(3));
	second = play_dossier(&p, (struct engine_opening){ .client_name = "=HYPERLINK(\"x\")", .client_address = KEES, .office = OFFICE });
	other = play_dossier(&p, (struct engine_opening){ .client_address = KEES, .client_name = "Kees", .office = OTHER });
	play_mails(&p);
	write_new(&p, OFFICE, "", "overzicht");
	tap_is_str(play_mails(&p), "overzicht>info", "an office asks for its overview");
	text = play_text(&p, play_last_to(&p, OFFICE));
	tap_ok(strstr(text, first) && strstr(text, second) && strstr(text, first) < strstr(text, second),
	       "what waits longest stands first");
	tap_ok(!strstr(text, other), "another office's dossier is not in it");
	tap_ok(strstr(text, "8 stukken") != NULL, "it says what is waited for");
	csv = attached(&p, play_last_to(&p, OFFICE), "overzicht.csv");
	tap_ok(csv && str_starts(csv, "\xef\xbb\xbf" "dossier,klant,"), "a CSV file goes along, with a byte order mark");
	tap_ok(csv && strstr(csv, first) && strstr(csv, second) && !strstr(csv, other), "with its dossiers and no others");
	tap_ok(csv && strstr(csv, "\"'=HYPERLINK(\"\"x\"\")\"") != NULL, "a name that would be a formula is a text");
	tap_ok(csv && strstr(csv, "\"stukken\",8,") != NULL, "with the missing documents");
	write_new(&p, JAN, first, "overzicht");
	play_told(&p, JAN, "niet uitgevoerd", "a client has no overview");
	play_mails(&p);
	write_new(&p, EVE, "", "overzicht");
	tap_is_str(play_mails(&p), "ontvangst-algemeen>eve", "a stranger neither");
	write_new(&p, OFFICE, second, "status\noverzicht");
	tap_is_str(play_mails(&p), "overzicht>info status>info", "in a mail about a dossier it is answered beside");
	write_new(&p, OFFICE, second, "overview");
	tap_is_str(play_mails(&p), "overzicht>info", "in English too");
	play_well(&p, "overview");
	play_close(&p);
}

/* Payment: that it is waited for, and nothing else. */
static void test_overview_payment(void)
{
	struct play p;
	const char *number, *text, *csv;
	const struct virtual_sent *sent;

	play_open(&p, NULL);
	number = office_dossier(&p);
	play_post(&p, &(struct post){ .from = OFFICE, .subject = number, .text = "niet aanwezig prognose",
				      .files = { { .name = "paspoort.pdf" }, { .name = "aangifte 2023.pdf" }, { .name = "aangifte 2024.pdf" },
						 { .name = "aangifte 2025.pdf" }, { .name = "jaarcijfers 2023.pdf" },
						 { .name = "jaarcijfers 2024.pdf" }, { .name = "jaarcijfers 2025.pdf" } } });
	virtual_advance(p.v, MINUTES(16));
	play_say(&p, ELS, "in behandeling");
	play_post(&p, &(struct post){ .from = ELS, .subject = play_subject(&p, ELS), .text = "klaar",
				      .files = { { .name = "rapport.pdf" }, { .name = "factuur.pdf" } } });
	tap_is_str(play_look(&p, number)->state, "betaling", "the client has to pay");
	write_new(&p, OFFICE, "", "overzicht");
	sent = play_last_to(&p, OFFICE);
	text = play_text(&p, sent);
	csv = attached(&p, sent, "overzicht.csv");
	tap_ok(strstr(text, "betaling door") && strstr(csv, "\"betaling door de klant\""), "the office sees that");
	tap_ok(!strstr(text, "149") && !strstr(csv, "149") && !strstr(csv, "EUR"), "and no amount");
	play_say(&p, ELS, "betaald");
	write_new(&p, OFFICE, "", "overzicht");
	sent = play_last_to(&p, OFFICE);
	tap_ok(strstr(play_text(&p, sent), "loopt er geen dossier") && strstr(attached(&p, sent, "overzicht.csv"), number),
	       "what is done stands in the file only");
	play_close(&p);
}

static void test_other_service(void)
{
	struct play p;
	const char *number;

	play_open(&p, &(struct play_options){ .two_services = true });
	add(&p, (struct office_adding){ .address = OFFICE, .confirmed = true, .silent = true });
	number = play_dossier(&p, (struct engine_opening){ .service = "pentrax", .office = OFFICE });
	play_mails(&p);
	play_post_to(&p, "tweede", &(struct post){ .from = OFFICE, .text = "overzicht" });
	tap_is_str(play_mails(&p), "ontvangst-algemeen>info", "an office of one service is a stranger to the other");
	add(&p, (struct office_adding){ .service = "ander", .address = OFFICE, .confirmed = true, .silent = true });
	play_post_to(&p, "tweede", &(struct post){ .from = OFFICE, .text = "overzicht\n\nx@y" });
	play_post_to(&p, "tweede", &(struct post){ .from = OFFICE, .text = "overzicht" });
	tap_ok(!strstr(play_text(&p, play_last_to(&p, OFFICE)), number) &&
	       !attached(&p, play_last_to(&p, OFFICE), "overzicht.csv"), "and in both it sees those of that service alone");
	play_close(&p);
}

/* Ten thousand dossiers: the open ones up to a bound in the mail, all of them in the file, in bounded memory. */
static void test_very_many(void)
{
	struct office_case_filter filter = { .service = "pentrax", .address = OFFICE, .final = -1, .limit = 1 };
	const struct virtual_sent *sent;
	struct office_case *cases;
	struct overview overview;
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct play p;
	const char *number, *text;
	char *before, *line;
	size_t i, count, lines = 0;

	play_open(&p, NULL);
	number = office_dossier(&p);
	for (i = 0; i < 9999; i++) {
		struct dossier *d = play_look(&p, number);
		struct store_take take = { .dossier = d, .now = PLAY_START };
		size_t s;

		d->id = 0;
		d->number = arena_printf(&p.arena, "M-%05zu", i);
		d->final = i % 3 == 0;
		d->entered = PLAY_START - (int64_t)(i * 7919 % 10007) * 60;
		d->timer_count = d->held_count = 0;
		for (s = 0; s < d->slot_count; s++)
			d->slots[s].id = 0;
		if (store_take(p.store, &take, &err)) {
			tap_ok(false, "making a dossier: %s", err.text);
			break;
		}
	}
	tap_is_int(overview_make(p.engine, look(&p, OFFICE), PLAY_START, &arena, &overview, &err), 0,
		   "an overview of 10,000 dossiers");
	tap_ok(overview.count == OVERVIEW_SHOWN && overview.open == 6667 && overview.closed == 3333,
	       "%zu open, %zu closed, %zu in the mail", overview.open, overview.closed,
	       overview.count);
	for (i = 0; i < overview.csv_size; i++)
		lines += overview.csv[i] == '\n';
	tap_is_int((long long)lines, 10001, "each has its line in the file");
	tap_ok(overview.csv_size < 4u << 20, "of %zu bytes", overview.csv_size);
	store_office_cases(p.store, &filter, &p.arena, &cases, &count, &err);
	tap_is_str(overview.rows[0].number, cases[0].number, "what waits longest is the first");
	arena_free(&arena);
	play_mails(&p);
	write_new(&p, OFFICE, "", "overzicht");
	tap_is_str(play_mails(&p), "overzicht>info", "it is mailed");
	sent = play_last_to(&p, OFFICE);
	text = play_text(&p, sent);
	for (before = arena_strdup(&p.arena, text), count = 0; (line = strstr(before, " M-")) != NULL; before = line + 3)
		count++;
	tap_ok(count <= OVERVIEW_SHOWN && count >= OVERVIEW_SHOWN - 1 && strstr(text, "dossiers staan alleen in het bestand"),
	       "%zu of them in its text", count);
	tap_ok(sent->len < 10u << 20, "in %zu bytes", sent->len);
	play_close(&p);
}

/* ---- digest ---- */

static void test_digest(void)
{
	struct play p;
	size_t i, mondays = 0;
	const char *mails;

	play_open(&p, NULL);
	office_dossier(&p);
	write_new(&p, OFFICE, "", "overzicht dagelijks");
	tap_is_str(play_mails(&p), "kantoor-instelling>info", "an office asks for it each day");
	play_told(&p, OFFICE, "elke werkdag om 08:00", "it is told when");
	virtual_advance(p.v, HOURS(22));
	tap_is_str(play_mails(&p), "", "not before the time");
	virtual_advance(p.v, HOURS(2));
	tap_is_str(play_mails(&p), "overzicht>info", "at eight it is there");
	tap_ok(look(&p, OFFICE)->digest_due == PLAY_START + DAYS(2) - HOURS(1), "the next is due tomorrow at eight");
	virtual_advance(p.v, DAYS(1));
	tap_ok(!strstr(play_mails(&p), "overzicht"), "nothing has changed: nothing is mailed");
	play_dossier(&p, (struct engine_opening){ .client_name = "Kees", .client_address = KEES, .office = OFFICE });
	play_mails(&p);
	play_crash(&p);
	virtual_advance(p.v, DAYS(4));
	play_start(&p);
	virtual_settle(p.v);
	mails = play_mails(&p);
	tap_ok(strstr(mails, "overzicht") && !strstr(strstr(mails, "overzicht") + 1, "overzicht"),
	       "a daemon that was away sends one, not four");
	play_restart(&p);
	tap_ok(!strstr(play_mails(&p), "overzicht"), "and not again after it starts again");
	write_new(&p, OFFICE, "", "overzicht wekelijks");
	play_mails(&p);
	for (i = 0; i < 14; i++) {
		play_dossier(&p, (struct engine_opening){ .client_name = "Kees", .client_address = KEES, .office = OFFICE });
		play_mails(&p);
		virtual_advance(p.v, DAYS(1));
		if (strstr(play_mails(&p), "overzicht"))
			mondays++;
	}
	tap_is_int((long long)mondays, 2, "weekly: twice in a fortnight");
	write_new(&p, OFFICE, "", "overzicht uit");
	play_told(&p, OFFICE, "geen overzicht meer", "it can be stopped");
	tap_ok(look(&p, OFFICE)->digest_due == DATE_NONE, "then none is due");
	play_well(&p, "digest");
	play_close(&p);
}

int main(void)
{
	test_confirm();
	test_code_and_files();
	test_code_forms();
	test_wrong_codes();
	test_new_code();
	test_unconfirmed();
	test_unconfirmed_guesses();
	test_goes_on();
	test_request();
	test_staff();
	test_staff_in_dossier();
	test_colleague_always();
	test_colleague_once();
	test_colleague_answers();
	test_domains();
	test_shared_domain();
	test_overview();
	test_overview_payment();
	test_other_service();
	test_very_many();
	test_digest();
	return tap_done();
}
