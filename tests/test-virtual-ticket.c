/*
 * The two buttons and the desk behind them: what becomes a ticket, who hears
 * what of it, the answers there and back, closing and opening again.
 */
/* Own. */
#include "tap.h"
#include "virtual_desk.h"

static const struct play_options strict = { .authentication = true };

/* A play whose staff are Els and Bob, and who are told again after two working days. */
static void open_desk(struct play *p, const struct play_options *options)
{
	play_open(p, options);
	p->staff[1] = (struct settings_person){ "Bob Bakker", BOB };
	p->services[0].staff_count = 2;
	p->services[0].ticket_remind = DAYS(2);
}

/* ---- what becomes a ticket ---- */

static void test_marks(void)
{
	static const struct row {
		const char *name, *to, *subject, *text, *tickets, *mails;
	} rows[] = {
		{ "by the address for questions", "vraag@pentrax.example", "hallo", "Wat kost het", "question open",
		  "ticket-bericht>bob ticket-bericht>els ticket-ontvangen>steve" },
		{ "by the command", NULL, "hallo", "vraag: wat kost het", "question open",
		  "ticket-bericht>bob ticket-bericht>els ticket-ontvangen>steve" },
		{ "by its text", NULL, "hallo", "Wat kost een verklaring?", "question open",
		  "ticket-bericht>bob ticket-bericht>els ticket-ontvangen>steve" },
		{ "by the button", NULL, "Vraag", "vraag: wat kost het", "question open",
		  "ticket-bericht>bob ticket-bericht>els ticket-ontvangen>steve" },
		{ "a problem by its address", "storing@pentrax.example", "help", "Het lukt niet", "problem open",
		  "ticket-bericht>bob ticket-bericht>els ticket-ontvangen>steve" },
		{ "by its command", NULL, "help", "storing: het lukt niet", "problem open",
		  "ticket-bericht>bob ticket-bericht>els ticket-ontvangen>steve" },
		{ "by its button", NULL, "Technisch probleem", "probleem: ", "problem open",
		  "ticket-bericht>bob ticket-bericht>els ticket-ontvangen>steve" },
		{ "by its button, about a number of nobody", NULL, "Technisch probleem bij dossier 2026-99999-A", "probleem: leeg",
		  "problem open", "ticket-bericht>bob ticket-bericht>els ticket-ontvangen>steve" },
		{ "in a sentence it is text", NULL, "hallo", "Probleem is dat ik geen pdf heb", "question open",
		  "ticket-bericht>bob ticket-bericht>els ticket-ontvangen>steve" },
		{ "thanks ask nothing", NULL, "hallo", "Dank u wel", "", "ontvangst-algemeen>steve" },
		{ "what names a dossier is held", NULL, "2026-99999-A", "Hoe staat het ermee?", "", "ontvangst-algemeen>steve" },
	};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct play p;

		open_desk(&p, &strict);
		play_post(&p, &(struct post){ .top = desk_trace(&p, DESK_PASS, STEVE), .from = STEVE, .subject = rows[i].subject,
					      .headers = rows[i].to ? arena_printf(&p.arena, "Cc: %s\r\n", rows[i].to) : NULL,
					      .text = rows[i].text });
		tap_is_str(desk_tickets(&p), rows[i].tickets, "%s: the ticket", rows[i].name);
		tap_is_str(play_mails(&p), rows[i].mails, "%s: the mails", rows[i].name);
		play_close(&p);
	}
}

static void test_party(void)
{
	struct play p;
	const char *number;

	open_desk(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ .office = OFFICE });
	play_mails(&p);
	desk_write(&p, OFFICE, number, "Wanneer begint u?");
	tap_is_str(desk_tickets(&p), "question open dossier", "a question of an office about its dossier");
	tap_is_str(play_mails(&p), "ticket-bericht>bob ticket-bericht>els ticket-ontvangen>info", "staff and the office hear of it");
	tap_ok(desk_says(&p, ELS, "ticket-bericht", "Wanneer begint u?"), "staff read it");
	tap_ok(desk_says(&p, ELS, "ticket-bericht", number), "and which dossier");
	play_post(&p, &(struct post){ .from = OFFICE, .subject = number, .text = "Hierbij het paspoort.",
				      .files = { { .name = "paspoort.pdf" } } });
	tap_is_str(desk_tickets(&p), "question open dossier", "text that comes with documents is a note");
	desk_write(&p, OFFICE, number, "Bedankt!");
	tap_is_str(play_item(&p), "processed thanks", "thanks are filed");
	play_mails(&p);
	play_post(&p, &(struct post){ .from = OFFICE, .subject = number, .text = "Klopt dit zo?",
				      .files = { { .name = "aangifte 2024.pdf" } } });
	tap_is_str(play_mails(&p), "ontvangst+ticket-ontvangen>info ticket-bericht>bob ticket-bericht>els",
		   "a question beside a document: one answer");
	play_well(&p, "a party asks");
	play_close(&p);
}

/* ---- there and back ---- */

static void test_rounds(void)
{
	struct play p;
	const struct virtual_sent *sent;
	const char *first, *text;

	open_desk(&p, &strict);
	play_post(&p, &(struct post){ .top = desk_trace(&p, DESK_PASS, STEVE), .from = "Steve Stranger <" STEVE ">",
				      .subject = "Wat kost het?", .text = "Wat kost een verklaring?\n\nSteve" });
	play_mails(&p);
	first = play_read(&p, desk_last(&p, ELS, "ticket-bericht"))->message_id;
	desk_answer(&p, ELS, "ticket-bericht",
		    "Beste Steve,\n\nEen verklaring kost 149 euro.\n\nMet vriendelijke groet,\nEls de Vries\nels@pentrax.example\n\n"
		    "Op 2 maart 2026 schreef Pentrax:\n> -#- Schrijf uw antwoord boven deze regel -#-\n> intern geheim");
	tap_is_str(play_mails(&p), "ticket-antwoord>steve ticket-beantwoord>bob", "the answer goes out, a colleague sees it");
	tap_is_str(desk_tickets(&p), "question answered els", "the first responder owns it");
	sent = desk_last(&p, STEVE, "ticket-antwoord");
	text = play_text(&p, sent);
	tap_ok(strstr(text, "Beste Steve, Een verklaring kost 149 euro.") != NULL, "his own words go out");
	tap_ok(!strstr(sent->data, "els@pentrax") && !strstr(text, "geheim") && !strstr(text, "Els de Vries"),
	       "neither address, nor signature, nor quotation");
	tap_ok(!strstr(sent->data, "Auto-Submitted"), "it is a person's mail");
	tap_is_str(play_read(&p, sent)->from.list[0].addr, SERVICE, "from the service");
	tap_ok(play_read(&p, sent)->in_reply_to && str_starts(play_read(&p, sent)->in_reply_to, "letter"), "in his thread");
	desk_answer(&p, STEVE, "ticket-antwoord", "En hoe lang duurt het?");
	tap_is_str(play_mails(&p), "ticket-bericht>els", "what he answers comes to who has it");
	sent = desk_last(&p, ELS, "ticket-bericht");
	tap_ok(desk_says(&p, ELS, "ticket-bericht", "En hoe lang duurt het?"), "with his words");
	tap_is_str(play_read(&p, sent)->references[0], first, "in the same staff thread");
	desk_answer(&p, BOB, "ticket-bericht", "Twee weken.");
	tap_is_str(play_mails(&p), "ticket-antwoord>steve ticket-beantwoord>els", "a colleague may answer too");
	desk_answer(&p, STEVE, "ticket-antwoord", "En in het weekend?");
	desk_answer(&p, ELS, "ticket-bericht", "Dan niet.");
	tap_is_str(play_mails(&p), "ticket-antwoord>steve ticket-beantwoord>bob ticket-bericht>els", "a third round");
	desk_answer(&p, ELS, "ticket-bericht", "sluiten");
	tap_is_str(play_mails(&p), "ticket-verslag>els", "closing is told to who closes");
	tap_is_str(desk_tickets(&p), "question closed els", "closed");
	desk_answer(&p, STEVE, "ticket-antwoord", "Dank u wel!");
	tap_is_str(desk_tickets(&p), "question closed els", "thanks open nothing");
	desk_answer(&p, STEVE, "ticket-antwoord", "Toch nog iets: kan het digitaal?");
	tap_is_str(desk_tickets(&p), "question open els", "an answer opens it again");
	tap_ok(desk_says(&p, ELS, "ticket-bericht", "Het was gesloten en staat nu weer open."), "and staff are told so");
	play_well(&p, "three rounds");
	play_close(&p);
}

static void test_dossier_rounds(void)
{
	struct play p;
	const struct virtual_sent *sent;
	const char *number, *opened;

	open_desk(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	opened = play_id_to(&p, JAN);
	play_mails(&p);
	desk_write(&p, JAN, number, "Mag het ook een rijbewijs zijn?");
	play_mails(&p);
	play_post(&p, &(struct post){ .from = ELS,
				      .subject = desk_reply_to(&p, desk_last(&p, ELS, "ticket-bericht"), "")
							 .subject,
				      .text = "Ja, dat mag.", .files = { { .name = "uitleg.pdf" } } });
	tap_is_str(play_mails(&p), "ticket-antwoord>jan ticket-beantwoord>bob", "by the subject alone too");
	sent = desk_last(&p, JAN, "ticket-antwoord");
	tap_is_str(play_read(&p, sent)->references[0], opened, "the client gets it in the thread of his dossier");
	tap_ok(strstr(sent->data, "uitleg.pdf") != NULL, "with what staff attached");
	{
		struct post post = desk_reply_to(&p, sent, "Prima, hierbij.");

		post.files[0] = (struct post_file){ .name = "paspoort.pdf" };
		play_post(&p, &post);
	}
	tap_ok(strstr(play_papers(&p, number), "legitimatie=paspoort.pdf") != NULL, "a document in his answer finds its place");
	tap_is_str(play_mails(&p), "ontvangst>jan ticket-bericht>els", "and his words come to the ticket");
	desk_answer(&p, ELS, "ticket-bericht", "goedkeuren legitimatie");
	tap_ok(strstr(play_mails(&p), "verslag>els") != NULL, "a command about the dossier is given in a ticket's thread too");
	tap_is_str(slot_status_word(dossier_slot(play_look(&p, number), "legitimatie", 0)->status), "approved", "and done");
	play_well(&p, "rounds in a dossier");
	play_close(&p);
}

/* ---- manners ---- */

static void test_manners(void)
{
	struct play p;
	int i;

	open_desk(&p, &strict);
	play_post(&p, &(struct post){ .from = STEVE, .subject = "Storing", .text = "het werkt niet" });
	tap_is_str(play_mails(&p), "ticket-bericht>bob ticket-bericht>els", "who proves nothing gets no mail");
	tap_is_str(desk_tickets(&p), "problem open", "and has a ticket all the same");
	desk_answer(&p, ELS, "ticket-bericht", "Start het opnieuw.");
	tap_is_str(play_mails(&p), "ticket-verslag>els", "an answer to him goes back");
	tap_ok(desk_says(&p, ELS, "ticket-verslag", "toch sturen"), "with what to do");
	desk_answer(&p, ELS, "ticket-verslag", "toch sturen\n\nStart het opnieuw.");
	tap_is_str(play_mails(&p), "ticket-antwoord>steve ticket-beantwoord>bob", "which sends it");
	tap_ok(desk_says(&p, STEVE, "ticket-antwoord", "Start het opnieuw.") && !desk_says(&p, STEVE, "ticket-antwoord", "toch sturen"),
	       "without the command");
	for (i = 0; i < 3; i++)
		desk_write(&p, EVE, "hallo", "vraag: een twee drie?");
	tap_is_str(play_mails(&p), "ticket-bericht>bob ticket-bericht>bob ticket-bericht>bob ticket-bericht>els ticket-bericht>els "
		   "ticket-bericht>els ticket-ontvangen>eve", "a stranger gets one acknowledgement a day");
	play_post(&p, &(struct post){ .top = desk_trace(&p, DESK_PASS, STEVE), .from = STEVE, .subject = "Afwezig",
				      .headers = "Auto-Submitted: auto-replied\r\n", .text = "vraag: ik ben er niet?" });
	tap_is_str(play_mails(&p), "", "automatic mail asks nothing");
	play_well(&p, "manners");
	play_close(&p);
}

static void test_flood(void)
{
	struct play p;
	int i;

	open_desk(&p, &strict);
	for (i = 0; i < 12; i++)
		desk_write(&p, EVE, "hallo", arena_printf(&p.arena, "vraag: nummer %d?", i));
	tap_is_str(play_item(&p), "held message", "so many questions of one stranger wait for a person");
	play_close(&p);
}

static void test_diagnostics(void)
{
	struct play p;
	const char *number;

	open_desk(&p, &strict);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_post(&p, &(struct post){ .from = JAN, .subject = number, .text = "Hierbij", .files = { { .name = "paspoort.pdf" } } });
	tap_is_str(play_item(&p), "held unauthenticated", "a mail of his that was held");
	desk_write(&p, JAN, number, "probleem: mijn mail komt niet aan");
	tap_ok(desk_says(&p, ELS, "ticket-bericht", "held (unauthenticated)"), "staff see what became of his mail");
	tap_ok(!strstr(desk_last(&p, JAN, "ticket-ontvangen")->data, "unauthenticated"), "he does not");
	play_well(&p, "diagnostics");
	play_close(&p);
}

/* ---- what goes back ---- */

static void test_returned(void)
{
	static const struct row { const char *name, *text, *says; } rows[] = {
		{ "commands and text", "sluiten\n\nDat kost 149 euro.", "gaan niet samen in één mail" },
		{ "a near-miss", "sluitn", "Bedoelt u sluiten?" },
		{ "nothing written", "\n> wat kost het", "Schrijf uw antwoord helemaal bovenaan" },
		{ "an address of staff", "Mail gerust bob@pentrax.example zelf.", "het adres van een medewerker" },
		{ "below what is quoted", "> -#- Schrijf uw antwoord boven deze regel -#-\n> Wat kost het?\nDat kost 149 euro.",
		  "tussen of onder wat u aanhaalt" },
	};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct play p;

		open_desk(&p, &strict);
		desk_write(&p, STEVE, "prijs", "Wat kost het?");
		play_mails(&p);
		desk_answer(&p, ELS, "ticket-bericht", rows[i].text);
		tap_is_str(play_mails(&p), "ticket-verslag>els", "%s: goes back, and nothing goes out", rows[i].name);
		if (!tap_ok(desk_says(&p, ELS, "ticket-verslag", rows[i].says), "%s: with the reason", rows[i].name))
			printf("# %s\n", play_text(&p, desk_last(&p, ELS, "ticket-verslag")));
		tap_is_str(play_item(&p), "processed returned", "%s: the item", rows[i].name);
		tap_is_str(desk_tickets(&p), "question open", "%s: the ticket stays open", rows[i].name);
		play_close(&p);
	}
}

static void test_lost(void)
{
	struct play p;

	open_desk(&p, &strict);
	desk_write(&p, ELS, "Re: iets", "Dat kost 149 euro.");
	tap_is_str(play_mails(&p), "ticket-retour>els", "an answer to nothing goes back");
	tap_ok(desk_says(&p, ELS, "ticket-retour", "Dat kost 149 euro."), "whole");
	play_close(&p);
}

/* ---- time ---- */

static void test_remind(void)
{
	struct play p;

	open_desk(&p, &strict);
	desk_write(&p, STEVE, "prijs", "Wat kost het?");
	play_mails(&p);
	virtual_advance(p.v, DAYS(2) - 60);
	tap_is_str(play_mails(&p), "", "not before its time");
	virtual_advance(p.v, 120);
	tap_is_str(play_mails(&p), "ticket-herinnering>bob ticket-herinnering>els", "what waits is brought up again");
	play_restart(&p);
	tap_is_str(play_mails(&p), "", "once");
	virtual_advance(p.v, DAYS(2));
	tap_is_str(play_mails(&p), "ticket-herinnering>bob ticket-herinnering>els", "and again");
	desk_answer(&p, ELS, "ticket-herinnering", "149 euro.");
	tap_is_str(play_mails(&p), "ticket-antwoord>steve ticket-beantwoord>bob", "an answer to that is one");
	virtual_advance(p.v, DAYS(9));
	tap_is_str(play_mails(&p), "", "then it is quiet");
	play_well(&p, "reminders");
	play_close(&p);
}

static void test_forgotten(void)
{
	struct play p;
	struct item item;

	open_desk(&p, &strict);
	desk_write(&p, STEVE, "prijs", "Wat kost het?");
	desk_answer(&p, ELS, "ticket-bericht", "149 euro.");
	desk_answer(&p, ELS, "ticket-bericht", "sluiten");
	tap_is_str(desk_tickets(&p), "question closed els", "closed");
	virtual_advance(p.v, DAYS(89));
	tap_is_str(desk_tickets(&p), "question closed els", "kept for 90 days");
	virtual_advance(p.v, DAYS(3));
	tap_is_str(desk_tickets(&p), "", "then erased");
	store_item_load(p.store, 1, &p.arena, &item, NULL);
	tap_is_str(item.reason, "erased", "with its mails");
	play_well(&p, "forgetting");
	play_close(&p);
}

/* Most of them nobody ever closes: who asked has his answer, and staff theirs to do. */
static void test_answered_and_left(void)
{
	struct play p;
	struct post late;
	struct item item;

	open_desk(&p, &strict);
	desk_write(&p, STEVE, "prijs", "Wat kost het?");
	desk_answer(&p, ELS, "ticket-bericht", "149 euro.");
	virtual_advance(p.v, DAYS(80));
	desk_answer(&p, STEVE, "ticket-antwoord", "En per jaar?");
	desk_answer(&p, ELS, "ticket-bericht", "Hetzelfde.");
	late = desk_reply_to(&p, desk_last(&p, STEVE, "ticket-antwoord"), "En volgend jaar?");
	virtual_advance(p.v, DAYS(89));
	tap_is_str(desk_tickets(&p), "question answered els", "answered: kept for 90 days from the last word");
	virtual_advance(p.v, DAYS(3));
	tap_is_str(desk_tickets(&p), "", "then erased, though nobody closed it");
	store_item_load(p.store, 1, &p.arena, &item, NULL);
	tap_is_str(item.reason, "erased", "with its mails");
	play_post(&p, &late);
	tap_is_str(desk_tickets(&p), "question open", "what he asks after that is a new one");
	virtual_advance(p.v, DAYS(200));
	tap_is_str(desk_tickets(&p), "question open", "one that nobody answered goes on waiting");
	play_well(&p, "answered and left");
	play_close(&p);
}

static void test_term(void)
{
	struct play p;

	open_desk(&p, &strict);
	p.settings.ticket_keep = DAYS(10);
	desk_write(&p, STEVE, "prijs", "Wat kost het?");
	desk_answer(&p, ELS, "ticket-bericht", "149 euro.");
	virtual_advance(p.v, DAYS(9));
	tap_is_str(desk_tickets(&p), "question answered els", "kept as long as the configuration says");
	virtual_advance(p.v, DAYS(2));
	tap_is_str(desk_tickets(&p), "", "and no longer");
	play_close(&p);
}

/* A ticket is called what its mail is about, and not what stands above each answer to our mail. */
static void test_titles(void)
{
	static const struct { const char *name, *subject, *text, *title; bool dossier; } rows[] = {
		{ "his own subject", "prijs", "Wat kost het?", "prijs", false },
		{ "the button's", "Vraag", "vraag: wat kost het\nvoor twee jaar", "wat kost het", false },
		{ "no subject", "", "Goedemiddag,\n\nWat kost het?", "Wat kost het?", false },
		{ "an answer in a dossier", "Re: Dossier %s: Inkomensverklaring", "Beste Els,\n\nHoe lang duurt het nog?",
		  "Hoe lang duurt het nog?", true },
		{ "the button's, in a dossier", "Technisch probleem bij dossier %s", "probleem: mijn bijlage gaat niet mee",
		  "mijn bijlage gaat niet mee", true },
		{ "his own subject in a dossier", "Dossier %s, de prognose", "Hoeft die?", "Dossier %s, de prognose", true },
		{ "a long question", "Re: Dossier %s: Inkomensverklaring",
		  "Ik zou graag willen weten of de inkomensverklaring ook geldt als mijn vrouw meetekent?",
		  "Ik zou graag willen weten of de inkomensverklaring ook geldt …", true },
		{ "another number in it", "Re: Dossier %s: Inkomensverklaring", "Hoort 2026-00099-X er ook bij?",
		  "Dossier %s: Inkomensverklaring", true },
	};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct ticket_filter filter = { .state = -1 };
		const char *number, *title = rows[i].title, *subject = rows[i].subject;
		struct ticket *list;
		struct err err = ERR_INIT;
		struct play p;
		size_t count;

		open_desk(&p, &strict);
		number = play_dossier(&p, (struct engine_opening){ 0 });
		if (strstr(subject, "%s"))
			subject = arena_printf(&p.arena, "%.*s%s%s", (int)(strstr(subject, "%s") - subject), subject, number,
					       strstr(subject, "%s") + 2);
		if (strstr(title, "%s"))
			title = arena_printf(&p.arena, "%.*s%s%s", (int)(strstr(title, "%s") - title), title, number,
					     strstr(title, "%s") + 2);
		desk_write(&p, rows[i].dossier ? JAN : STEVE, subject, rows[i].text);
		if (store_ticket_list(p.store, &filter, &p.arena, &list, &count, &err))
			play_bail("listing tickets", &err);
		tap_is_str(count == 1 ? list[0].subject : play_item(&p), title, "%s: what it is called", rows[i].name);
		play_close(&p);
	}
}

/* A colleague gets a ticket that is given to him, with the question and what was noted for him. */
static void test_assign(void)
{
	struct play p;

	open_desk(&p, &strict);
	desk_write(&p, STEVE, "prijs", "Wat kost het?");
	play_mails(&p);
	desk_answer(&p, ELS, "ticket-bericht", "notitie: bel hem liever\ntoewijzen Bob\n\nGroet, Els");
	tap_is_str(play_mails(&p), "ticket-bericht>bob ticket-verslag>els", "who gets it hears of it, and who gave it");
	tap_is_str(desk_tickets(&p), "question open bob", "it is his");
	tap_ok(desk_says(&p, BOB, "ticket-bericht", "aan u toegewezen") && desk_says(&p, BOB, "ticket-bericht", "Wat kost het?"),
	       "with the question");
	tap_ok(desk_says(&p, BOB, "ticket-bericht", "bel hem liever"), "and the note");
	desk_answer(&p, BOB, "ticket-bericht", "149 euro.");
	tap_is_str(play_mails(&p), "ticket-antwoord>steve ticket-beantwoord>els", "he answers it");
	tap_ok(desk_says(&p, ELS, "ticket-beantwoord", "bel hem liever"), "a note stands in further mails to staff");
	tap_ok(!desk_says(&p, STEVE, "ticket-antwoord", "bel hem liever"), "and in none to who asked");
	desk_answer(&p, ELS, "ticket-beantwoord", "toewijzen Bob");
	tap_is_str(play_mails(&p), "ticket-verslag>els", "once is enough");
	tap_ok(desk_says(&p, ELS, "ticket-verslag", "dat was al zo"), "as he is told");
	desk_answer(&p, ELS, "ticket-verslag", "toewijzen Karel");
	tap_is_str(play_mails(&p), "ticket-verslag>els", "nobody of that name");
	tap_ok(desk_says(&p, ELS, "ticket-verslag", "zo heet geen medewerker") && desk_says(&p, ELS, "ticket-verslag", "Bob Bakker"),
	       "who there are");
	desk_answer(&p, ELS, "ticket-verslag", "toewijzen Els\nbetaald\nrapport");
	tap_is_str(play_mails(&p), "ticket-verslag>els", "who takes it himself knows");
	tap_is_str(desk_tickets(&p), "question answered els", "and has it");
	tap_ok(desk_says(&p, ELS, "ticket-verslag", "betaald: niet uitgevoerd, dat kan alleen bij een dossier") &&
	       desk_says(&p, ELS, "ticket-verslag", "rapport: niet uitgevoerd, dat kan alleen bij een dossier"),
	       "what goes with a dossier only is refused for that");
	play_close(&p);
}

int main(void)
{
	test_marks();
	test_party();
	test_rounds();
	test_dossier_rounds();
	test_manners();
	test_flood();
	test_diagnostics();
	test_returned();
	test_lost();
	test_remind();
	test_forgotten();
	test_answered_and_left();
	test_term();
	test_assign();
	test_titles();
	return tap_done();
}
