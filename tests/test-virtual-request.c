/*
 * Opening a dossier by mail: who asks gets the form, the form that comes back
 * opens one, once; what is unclear is asked again; nobody opens one in the name
 * of somebody else, and no mail goes to an address that is not proven.
 */
/* Own. */
#include "tap.h"
#include "virtual_words.h"

#define PASS "dmarc=pass header.from"
#define FAIL "dmarc=fail header.from"
#define TO_REQUEST "Delivered-To: aanvraag@pentrax.example\r\n"

static void request_open(struct play *p, const struct play_options *options)
{
	play_open(p, options);
	p->services[0].request = "aanvraag@pentrax.example";
}

/* Mails to the request address. */
static void ask(struct play *p, const char *from, const char *text)
{
	play_post(p, &(struct post){ .from = from, .subject = "Dossier aanvragen", .headers = TO_REQUEST, .text = text });
}

/* Answers the last mail that he got, as his program would. */
static void say(struct play *p, const char *from, const char *text)
{
	play_post(p, &(struct post){ .from = from, .subject = play_subject(p, from), .answers = play_id_to(p, from), .text = text });
}

static size_t dossiers(struct play *p)
{
	struct dossier_filter filter = { .final = -1, .limit = 1000 };
	struct dossier *list;
	struct err err = ERR_INIT;
	size_t count;

	if (store_dossier_list(p->store, &filter, &p->arena, &list, &count, &err))
		play_bail("listing", &err);
	return count;
}

/* The number of the last one. */
static const char *last_number(struct play *p)
{
	struct dossier_filter filter = { .final = -1, .limit = 1000 };
	struct dossier *list;
	struct err err = ERR_INIT;
	size_t count;

	if (store_dossier_list(p->store, &filter, &p->arena, &list, &count, &err) || !count)
		return "none";
	return list[count - 1].number;
}

/* An office that has shown that its address is its own. */
static void add_office(struct play *p, const char *address, bool confirmed)
{
	struct office office = { .service = "pentrax", .address = address, .name = "Kantoor Jansen", .added = PLAY_START, .by = "operator",
				 .confirmed = confirmed ? PLAY_START : DATE_NONE, .digest_due = DATE_NONE, .code_made = DATE_NONE };
	struct err err = ERR_INIT;

	if (store_begin(p->store, &err) || store_office_put(p->store, &office, &err) || store_commit(p->store, &err))
		play_bail("adding an office", &err);
}

/* ---- the whole way ---- */

static void test_whole(void)
{
	struct play p;
	const char *number;

	request_open(&p, NULL);
	ask(&p, "Jan Jansen <" JAN ">", "Graag een verklaring.");
	tap_is_str(play_mails(&p), "aanvraagformulier>jan", "who asks gets the form");
	tap_is_str(play_item(&p), "processed request", "and that was all");
	play_told(&p, JAN, "Formulier: Aanvraag Inkomensverklaring", "it says which form it is");
	play_told(&p, JAN, "Naam (van de klant): E-mailadres (van de klant): Taal", "with nothing filled in");
	say(&p, JAN, "Naam: Jan Jansen\nTaal: Nederlands\n\n> Naam:\n");
	number = last_number(&p);
	tap_is_int((long long)dossiers(&p), 1, "the filled-in form opens a dossier");
	tap_is_str(play_mails(&p), "aanvraag-bevestigd>jan", "the client gets the opening mail");
	tap_is_str(play_look(&p, number)->client.name, "Jan Jansen", "with his name");
	tap_is_str(play_look(&p, number)->client.address, JAN, "and the address that he writes from");
	tap_is_str(play_look(&p, number)->state, "verzamelen", "it collects");
	tap_is_str(play_item(&p), "processed", "the item is done with");
	tap_is_str(play_item_last(&p)->dossier, number, "and belongs to it");
	play_well(&p, "the whole way");
	play_close(&p);
}

static void test_again(void)
{
	struct play p;

	request_open(&p, NULL);
	ask(&p, JAN, "Graag een dossier");
	ask(&p, JAN, "Hallo?");
	tap_is_str(play_mails(&p), "aanvraagformulier>jan", "asked twice without content: the form goes once a day");
	tap_is_str(play_item(&p), "held request", "a person looks at the second one");
	virtual_advance(p.v, HOURS(25));
	ask(&p, JAN, NULL);
	tap_is_str(play_mails(&p), "aanvraagformulier>jan vastgehouden>els", "the next day it goes again");
	say(&p, JAN, "Bedankt!\n\n> Formulier: Aanvraag Inkomensverklaring\n>\n"
	    "> Naam (van de klant):\n>\n> E-mailadres (van de klant):\n");
	tap_is_int((long long)dossiers(&p), 0, "an empty form opens nothing");
	play_mails(&p);
	say(&p, JAN, "Taal: Frans\nHoud mij op de hoogte: ja\n");
	tap_is_str(play_mails(&p), "aanvraagformulier>jan", "what is unclear is asked again");
	play_told(&p, JAN, "Bij Taal staat Frans. Wilt u een van de antwoorden kiezen", "with what was said");
	play_told(&p, JAN, "Wij missen nog een antwoord op Naam", "and what is missing");
	play_told(&p, JAN, "Kopie aan de klant (ja of nee): ja", "and what was understood filled in");
	say(&p, JAN, "Naam: Jan\nTaal: Engels\n\n> Kopie aan de klant (ja of nee): ja\n> Taal (Nederlands of Engels):\n");
	tap_is_int((long long)dossiers(&p), 1, "then it opens");
	tap_is_str(play_look(&p, last_number(&p))->client.language, "en", "in the language that was asked");
	play_well(&p, "asked again");
	play_close(&p);
}

static void test_ways(void)
{
	struct play p;

	request_open(&p, NULL);
	play_post(&p, &(struct post){ .from = JAN, .subject = "Aanvraag inkomensverklaring", .text = "graag" });
	tap_is_str(play_mails(&p), "aanvraagformulier>jan", "a subject that asks for it");
	play_post(&p, &(struct post){ .from = KEES, .subject = "Request", .text = "please" });
	tap_is_str(play_mails(&p), "aanvraagformulier>kees", "in English");
	play_told(&p, KEES, "Form: Request Inkomensverklaring", "gets the English form");
	play_post(&p, &(struct post){ .from = EVE, .subject = "Aanvragen en andere zaken", .text = "Hoe laat bent u open?" });
	tap_is_str(play_mails(&p), "ticket-bericht>els ticket-ontvangen>eve", "a word that only begins so is none");
	play_post(&p, &(struct post){ .from = EVE, .subject = "iets",
				      .text = "Formulier: Aanvraag Inkomensverklaring\nNaam: Eva\nTaal: nl" });
	tap_is_str(play_mails(&p), "aanvraag-bevestigd>eve", "a ready-filled form without having asked");
	tap_is_int((long long)dossiers(&p), 1, "opens a dossier");
	play_post(&p, &(struct post){ .from = EVE, .subject = "Aanvraag bevestigd?", .text = "klopt dat?" });
	tap_is_str(play_item(&p), "processed", "a question about an open dossier is no request");
	play_post(&p, &(struct post){ .from = EVE, .subject = last_number(&p), .headers = TO_REQUEST, .text = "Naam: X\nTaal: nl" });
	tap_is_int((long long)dossiers(&p), 1, "what names a dossier is for that one");
	play_mails(&p);
	play_post(&p, &(struct post){ .from = KEES, .subject = "Aanvraag", .headers = "Auto-Submitted: auto-replied\r\n", .text = "weg" });
	tap_is_str(play_mails(&p), "", "automatic mail gets nothing");
	play_post(&p, &(struct post){ .from = ELS, .subject = "Aanvraag", .text = "graag" });
	tap_is_int((long long)dossiers(&p), 1, "staff are no clients");
	play_well(&p, "ways to ask");
	play_close(&p);
}

static void test_documents(void)
{
	struct play p;

	request_open(&p, NULL);
	play_post(&p, &(struct post){ .from = JAN, .subject = "Aanvraag", .headers = TO_REQUEST,
				      .text = "Naam: Jan Jansen\nTaal: nl\n\nvraag: hoe lang duurt het?\n",
				      .files = { { .name = "paspoort.pdf" }, { .name = "aangifte 2025.pdf" } } });
	tap_is_str(play_papers(&p, last_number(&p)), "verzamelen legitimatie=paspoort.pdf aangifte2025=aangifte 2025.pdf",
		   "documents that come with the form are taken in");
	tap_is_str(play_mails(&p), "ontvangst+verslag+aanvraag-bevestigd+ticket-ontvangen>jan ticket-bericht>els",
		   "one mail answers all of it, and staff get the question");
	tap_is_str(play_item(&p), "processed", "nothing is left to do");
	tap_is_int((long long)dossiers(&p), 1, "one dossier");
	play_well(&p, "documents");
	play_close(&p);
}

static void test_twice(void)
{
	struct play p;
	const char *number;

	request_open(&p, NULL);
	ask(&p, JAN, "Naam: Jan Jansen\nTaal: nl");
	number = last_number(&p);
	play_mails(&p);
	play_post(&p, &(struct post){ .from = JAN, .subject = "Nogmaals", .headers = TO_REQUEST, .text = "Naam:  jan jansen\nTaal: nl",
				      .files = { { .name = "paspoort.pdf" } } });
	tap_is_int((long long)dossiers(&p), 1, "the same form sent twice opens one dossier");
	tap_is_str(play_mails(&p), "ontvangst+aanvraag-bestaat>jan", "and says so");
	tap_is_str(play_papers(&p, number), "verzamelen legitimatie=paspoort.pdf", "what came along goes in it");
	ask(&p, JAN, "Naam: Petra Jansen\nTaal: nl");
	tap_is_int((long long)dossiers(&p), 2, "for another person it is another one");
	play_restart(&p);
	tap_is_int((long long)dossiers(&p), 2, "a restart opens none");
	play_well(&p, "twice");
	play_close(&p);
}

/* ---- abuse ---- */

static void test_others(void)
{
	struct play p;
	int i;

	request_open(&p, NULL);
	ask(&p, EVE, "Naam: Jan Jansen\nE-mailadres: " JAN "\nTaal: nl");
	tap_is_int((long long)dossiers(&p), 0, "A1 nobody opens a dossier in somebody else's name");
	tap_is_str(play_mails(&p), "aanvraagformulier>eve", "A1 and nothing goes to the address that is not proven");
	play_told(&p, EVE, "U mailt vanaf een ander adres", "A1 its sender is told why");
	ask(&p, EVE, "Naam: Jan\nE-mailadres: " ELS);
	play_told(&p, EVE, "Dit adres kunnen wij hier niet gebruiken", "an address of staff is none of a client");
	ask(&p, EVE, "Naam: Jan\nKantoor: " SERVICE);
	play_told(&p, EVE, "Dit adres kunnen wij hier niet gebruiken", "nor one of our own of an office");
	ask(&p, EVE, "Naam: Jan\nWie mag het dossier zien: alleen kantoor");
	play_told(&p, EVE, "Dit kan alleen als u ook een kantoor invult", "office only needs an office");
	for (i = 0; i < 4; i++)
		ask(&p, EVE, "Naam: Jan\nTaal: Frans");
	tap_is_str(play_item(&p), "held request", "after five forms a day a person looks at it");
	play_mails(&p);
	for (i = 0; i < 8; i++)
		ask(&p, KEES, arena_printf(&p.arena, "Naam: Kees %d\nTaal: nl", i));
	tap_is_int((long long)dossiers(&p), 5, "five dossiers a day from one address");
	tap_is_str(play_item(&p), "held limit", "what is over it waits for a person");
	play_well(&p, "others");
	play_close(&p);
}

static void test_unproven(void)
{
	struct play p;

	request_open(&p, &(struct play_options){ .authentication = true });
	play_post(&p, &(struct post){ .top = play_trace(&p, FAIL, "client.example"), .from = JAN, .subject = "Aanvraag",
				      .headers = TO_REQUEST,
				      .text = "Naam: Jan\nTaal: nl" });
	tap_is_str(play_mails(&p), "", "A2 who is not authenticated gets nothing");
	tap_is_int((long long)dossiers(&p), 0, "A2 and opens nothing");
	tap_is_str(play_item(&p), "held unauthenticated", "A2 a person looks at it");
	play_post(&p, &(struct post){ .top = play_trace(&p, PASS, "client.example"), .from = JAN, .subject = "Aanvraag",
				      .headers = TO_REQUEST,
				      .text = "graag" });
	tap_is_str(play_mails(&p), "aanvraagformulier>jan", "who is gets the form");
	play_post(&p, &(struct post){ .top = play_trace(&p, FAIL, "client.example"), .from = JAN, .subject = play_subject(&p, JAN),
				      .text = "Naam: Jan\nTaal: nl" });
	tap_is_int((long long)dossiers(&p), 1, "its token proves the address as well");
	play_post(&p, &(struct post){ .top = play_trace(&p, FAIL, "evil.example"), .from = EVE, .subject = play_subject(&p, JAN),
				      .text = "Naam: Eva\nTaal: nl" });
	tap_is_int((long long)dossiers(&p), 1, "but nobody else's");
	play_well(&p, "unproven");
	play_close(&p);
}

/* ---- offices ---- */

static void test_offices(void)
{
	struct play p;
	const struct dossier *d;

	request_open(&p, NULL);
	ask(&p, JAN, "Naam: Jan Jansen\nKantoor: " OFFICE);
	tap_is_int((long long)dossiers(&p), 0, "an office that is not known: no dossier");
	tap_ok(!play_last_to(&p, OFFICE), "nothing goes to its address");
	tap_is_str(play_item(&p), "held office", "the request waits for it");
	play_mails(&p);
	add_office(&p, OFFICE, true);
	ask(&p, JAN, "Naam: Jan Jansen\nKantoor: " OFFICE "\nHoud mij op de hoogte: ja");
	tap_is_str(play_mails(&p), "aanvraag-bevestigd>info aanvraag-bevestigd>jan aanvraag-ontvangen>jan",
		   "a known one gets the opening mail, and who asked hears of it");
	d = play_look(&p, last_number(&p));
	tap_is_str(d->office.address, OFFICE, "the office stands in it");
	tap_is_str(d->office.name, "Kantoor Jansen", "by its name");
	tap_ok(d->client.copy, "and the copy is on");
	ask(&p, OFFICE, "Naam: Kees Bakker\nE-mailadres: " KEES "\nWie mag het dossier zien: alleen kantoor");
	d = play_look(&p, last_number(&p));
	tap_is_str(d->client.address, KEES, "an office opens one for its client");
	tap_ok(d->office_only, "for itself alone");
	tap_is_str(play_mails(&p), "aanvraag-bevestigd>info", "the client hears nothing");
	ask(&p, OFFICE, "Naam: Zonder Adres");
	play_told(&p, OFFICE, "Wij missen nog een antwoord op E-mailadres", "it has to say whose it is");
	ask(&p, OFFICE, "Naam: X\nE-mailadres: x@x.example\nWie mag het dossier zien: alleen kantoor\nKopie aan de klant: ja");
	play_told(&p, OFFICE, "Dit past niet bij een dossier dat alleen het kantoor ziet",
	  "answers that contradict each other are asked again");
	tap_is_int((long long)dossiers(&p), 2, "two dossiers");
	play_well(&p, "offices");
	play_close(&p);
}

/* A question beside a form that goes back, or before there is one, is for a person. */
static void test_questions(void)
{
	struct play p;

	request_open(&p, NULL);
	ask(&p, JAN, "Naam: Jan Jansen\nTaal: Frans\n\nvraag: wat kost het?");
	tap_is_str(play_mails(&p), "aanvraagformulier>jan", "an unclear form goes back");
	tap_is_str(play_item(&p), "held request", "and the question beside it waits for a person");
	play_close(&p);
	request_open(&p, NULL);
	ask(&p, JAN, "Graag een verklaring.\n\nvraag: wat kost het?");
	tap_is_str(play_mails(&p), "aanvraagformulier>jan", "the form goes out");
	tap_is_str(play_item(&p), "held request", "and the question waits for a person");
	play_close(&p);
}

/* A dossier that an office keeps to itself is none that its client asked for. */
static void test_hidden(void)
{
	struct play p;
	const char *hidden, *number;

	request_open(&p, NULL);
	add_office(&p, OFFICE, true);
	ask(&p, OFFICE, "Naam: Jan Jansen\nE-mailadres: " JAN "\nWie mag het dossier zien: alleen kantoor");
	hidden = last_number(&p);
	tap_ok(play_look(&p, hidden)->office_only, "an office opens one for itself alone");
	play_mails(&p);
	ask(&p, JAN, "Naam: Jan Jansen\nKantoor: " OFFICE);
	number = last_number(&p);
	tap_is_int((long long)dossiers(&p), 2, "its client asks for one: that is another");
	tap_ok(!play_look(&p, number)->office_only, "which he may see");
	tap_is_str(play_mails(&p), "aanvraag-bevestigd>info aanvraag-ontvangen>jan", "he hears of it");
	tap_ok(!strstr(play_text(&p, play_last_to(&p, JAN)), hidden), "and nothing of the first");
	ask(&p, JAN, "Naam: Jan Jansen\nKantoor: " OFFICE);
	tap_is_int((long long)dossiers(&p), 2, "his own one is found when he asks again");
	play_told(&p, JAN, number, "and he is told its number");
	ask(&p, OFFICE, "Naam: Jan Jansen\nE-mailadres: " JAN "\nWie mag het dossier zien: alleen kantoor");
	tap_is_int((long long)dossiers(&p), 2, "nor does the office open a third");
	play_well(&p, "hidden");
	play_close(&p);
}

/* ---- a workflow's own questions, and several workflows ---- */

#define RULES(form) \
	"workflow inkomensverklaring \"Inkomensverklaring\"\nlanguage nl, en\n" \
	"number /\\b20\\d{2}-\\d{5,7}-[A-Z]\\b/ new \"{year}-{serial:5}-{check}\"\ndays calendar\n" \
	"facts { huurt \"Huurt een woning\" yes or no }\n" form \
	"documents {\n legitimatie \"Kopie legitimatiebewijs\" required\n huurcontract \"Huurcontract\" required if fact huurt\n }\n" \
	"start verzamelen\nstate verzamelen \"Wacht op stukken\" { uploads open\n on enter { mail aanvraag-bevestigd }\n" \
	" on documents complete { goto klaar } }\nstate klaar \"Klaar\" final { }\nkeep 7 years after final\n"

static void test_own_fields(void)
{
	struct play p;
	const struct dossier *d;

	request_open(&p, &(struct play_options){
		.rules = RULES("form aanvraag \"Aanvraag\" from client, office {\n huurt \"Huurt u een woning?\" yes or no required\n"
			       " reden \"Waarvoor is het?\" text\n}\n") });
	ask(&p, JAN, "graag");
	play_told(&p, JAN, "Huurt u een woning? (ja of nee):", "the workflow's own questions stand in the form");
	say(&p, JAN, "Naam: Jan\n");
	play_told(&p, JAN, "Wij missen nog een antwoord op Huurt u een woning?", "a required one is asked for");
	say(&p, JAN, "Naam: Jan\nHuurt u een woning? ja\nWaarvoor is het? een hypotheek");
	d = play_look(&p, last_number(&p));
	tap_is_str(dossier_fact(d, "huurt"), "yes", "its answer is a fact of the dossier");
	tap_ok(dossier_slot(d, "huurcontract", 0)->required, "that the opening goes by");
	play_well(&p, "own fields");
	play_close(&p);
}

int main(void)
{
	test_whole();
	test_again();
	test_ways();
	test_documents();
	test_twice();
	test_others();
	test_unproven();
	test_offices();
	test_hidden();
	test_questions();
	test_own_fields();
	return tap_done();
}
