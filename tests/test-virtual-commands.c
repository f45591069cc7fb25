/*
 * Commands by mail, through the whole engine: who may do what at which level,
 * what the transcript says, ja and nee, approvals, and what abuse comes to.
 */
/* Own. */
#include "tap.h"
#include "virtual_words.h"

#define PASS "dmarc=pass header.from"
#define SPF "spf=pass smtp.mailfrom"
#define FAIL "dmarc=fail header.from"

/* ---- words for what people do ---- */

static const char *state_of(struct play *p, const char *number)
{
	return play_look(p, number)->state;
}

static const char *slot_of(struct play *p, const char *number, const char *name, int year)
{
	const struct slot *slot = dossier_slot(play_look(p, number), name, year);

	return slot ? slot_status_word(slot->status) : "none";
}

/* ---- the way of a dossier ---- */

static void test_whole(void)
{
	struct play p;
	const char *number;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	tap_is_str(play_mails(&p), "aanvraag-bevestigd>jan", "the client is asked for documents");
	play_say(&p, JAN, "niet aanwezig prognose: net begonnen");
	tap_is_str(play_mails(&p), "verslag>jan", "a command gets a transcript");
	tap_is_str(slot_of(&p, number, "prognose", 0), "absent", "and is done");
	play_told(&p, JAN, "niet aanwezig prognose: net begonnen: gedaan", "the transcript says so");
	tap_is_str(play_item(&p), "processed", "the item is done with");
	play_say(&p, JAN, "wel aanwezig prognose");
	tap_is_str(slot_of(&p, number, "prognose", 0), "open", "it can be undone");
	play_say(&p, JAN, "wel aanwezig prognose");
	play_told(&p, JAN, "dat was al zo", "a second time changes nothing");
	play_mails(&p);
	play_deliver_all(&p, number);
	tap_is_str(play_mails(&p), "ontvangst+verslag>jan stukken-compleet>jan te-behandelen>els",
		   "documents and commands in one mail, one answer");
	tap_is_str(state_of(&p, number), "compleet", "complete");
	play_say(&p, ELS, "in behandeling");
	tap_is_str(state_of(&p, number), "behandeling", "staff take it by a reply with its token");
	tap_is_str(play_mails(&p), "in-behandeling>jan verslag>els", "and both hear of it");
	play_say(&p, ELS, "klaar");
	tap_is_str(state_of(&p, number), "behandeling", "without report and invoice it is not finished");
	play_told(&p, ELS, "eerst nodig: - Rapport - Factuur", "the transcript names what is wanted");
	play_mails(&p);
	play_post(&p, &(struct post){ .from = ELS, .subject = play_subject(&p, ELS), .text = "klaar",
				      .files = { { .name = "rapport.pdf" }, { .name = "factuur.pdf" } } });
	tap_is_str(state_of(&p, number), "betaling", "with them it is");
	tap_is_str(play_mails(&p), "verslag+betaalverzoek-taak>els", "asking for the money is a task");
	play_say(&p, ELS, "betaald");
	tap_is_str(state_of(&p, number), "gereed", "money that came another way");
	tap_is_str(play_mails(&p), "rapport-gereed+betaald>jan verslag>els", "report and invoice go out");
	play_say(&p, ELS, "betaald");
	play_told(&p, ELS, "betaald: dat was al zo", "nothing is paid twice");
	play_say(&p, ELS, "heropenen aangifte 2024");
	tap_is_str(state_of(&p, number), "verzamelen", "reopening brings it back");
	play_well(&p, "the whole way");
	play_close(&p);
}

/* Several commands of which two are wrong: the others run. */
static void test_transcript(void)
{
	struct play p;
	const char *number;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_mails(&p);
	play_say(&p, JAN, "niet aanwezig prognose\nniet aanwezig legitimatie\nniet aanwezig jaarcijfers\nstatus\nuitstel 3 dagen");
	tap_is_str(play_mails(&p), "verslag+status>jan", "one answer");
	tap_is_str(slot_of(&p, number, "prognose", 0), "absent", "the first one is done");
	play_told(&p, JAN, "niet aanwezig prognose: gedaan", "and told");
	play_told(&p, JAN, "niet aanwezig legitimatie: niet uitgevoerd, zonder dit document kunnen wij niet verder", "the second is not");
	play_told(&p, JAN, "niet aanwezig jaarcijfers: niet uitgevoerd, dit kan bij meer dan één document horen: - Jaarcijfers 2023",
	     "nor the third, with what would be right");
	play_told(&p, JAN, "uitstel 3 dagen: gedaan", "the last one is");
	play_told(&p, JAN, "Wacht op stukken", "the status stands below");
	play_say(&p, JAN, "kopie aan\nzomaar tekst");
	play_say(&p, JAN, "hulp");
	tap_is_str(play_mails(&p), "hulp>jan verslag>jan", "help is answered");
	play_say(&p, JAN, "language en");
	play_told(&p, JAN, "language en: done", "the transcript is in the new language");
	play_close(&p);
}

static void test_snooze(void)
{
	struct play p;

	play_open(&p, NULL);
	play_dossier(&p, (struct engine_opening){ 0 });
	play_say(&p, JAN, "uitstel 3 dagen");
	play_mails(&p);
	virtual_advance(p.v, HOURS(2));
	play_say(&p, JAN, "uitstel 3 dagen");
	play_told(&p, JAN, "uitstel 3 dagen: dat was al zo", "said again in doubt, it is one wish");
	play_mails(&p);
	virtual_advance(p.v, DAYS(4) - HOURS(2));
	tap_is_str(play_mails(&p), "", "no reminder comes when it would have");
	virtual_advance(p.v, DAYS(3) + HOURS(1));
	tap_is_str(play_mails(&p), "stukken-ontbreken>jan", "it comes three working days later");
	play_close(&p);
}

/* ---- staff ---- */

static void test_staff(void)
{
	struct play p;
	const char *number;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_deliver_all(&p, number);
	play_mails(&p);
	play_say(&p, ELS, "goedkeuren legitimatie\nafkeuren aangifte 2024: pagina 2 ontbreekt\nextra loonstrook \"Loonstrook\": graag");
	tap_is_str(slot_of(&p, number, "legitimatie", 0), "approved", "approved");
	tap_is_str(slot_of(&p, number, "aangifte", 2024), "rejected", "rejected");
	tap_is_str(slot_of(&p, number, "loonstrook", 0), "open", "added");
	tap_is_str(play_mails(&p), "stukken-nodig>jan verslag>els", "one mail for the client");
	play_told(&p, JAN, "pagina 2 ontbreekt", "with the reason");
	play_say(&p, ELS, "afkeuren legitimatie");
	play_told(&p, ELS, "Schrijf het zo: afkeuren DOCUMENT [bestand]: reden", "a missing reason is refused with the cure");
	play_mails(&p);
	play_say(&p, ELS, "klaar\n\nBeste Jan, hierbij het rapport");
	tap_is_str(play_mails(&p), "verslag>els", "commands and text go back");
	play_told(&p, ELS, "is niets uitgevoerd, en er is niets verstuurd", "and say so");
	play_told(&p, ELS, "> klaar > > Beste Jan, hierbij het rapport", "whole");
	tap_is_str(play_item(&p), "processed returned", "nothing of it was done");
	play_say(&p, ELS, "goedkeurn aangifte 2023");
	play_told(&p, ELS, "goedkeurn aangifte 2023: niet begrepen. Bedoelt u goedkeuren DOCUMENT?", "a slip of the pen goes back");
	tap_is_str(slot_of(&p, number, "aangifte", 2023), "delivered", "and does nothing");
	play_mails(&p);
	play_say(&p, ELS, "Deze klant belde gisteren over zijn cijfers");
	tap_is_str(play_mails(&p), "verslag>els", "plain text to a dossier");
	play_told(&p, ELS, "als interne notitie bij het dossier bewaard. De klant krijgt hem niet.", "is an internal note");
	play_say(&p, ELS, "notitie: terugbellen");
	play_told(&p, ELS, "notitie: terugbellen: gedaan", "so is the command");
	play_say(&p, ELS, "toewijzen Els");
	play_told(&p, ELS, "toewijzen Els: gedaan", "the dossier is hers");
	play_say(&p, ELS, "intrekken");
	tap_is_str(state_of(&p, number), "verzamelen", "A36 who withdraws is asked first, token and all");
	play_say(&p, ELS, "ja");
	tap_is_str(state_of(&p, number), "vervallen", "A36 withdrawn");
	play_well(&p, "staff");
	play_close(&p);
}

/* The note of a party is shown to staff with the next mail about the dossier. */
static void test_notes(void)
{
	struct play p;
	const char *number;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_post(&p, &(struct post){ .subject = number, .text = "Beste Els,\n\nHierbij mijn paspoort, de rest volgt.\n\nGroet, Jan",
				      .files = { { .name = "paspoort.pdf" } } });
	tap_is_str(play_item(&p), "processed", "text beside a document is a note");
	play_post(&p, &(struct post){ .subject = number, .text = "Is dit de goede?", .files = { { .name = "nieuw paspoort.pdf" } } });
	tap_is_str(play_item(&p), "processed", "a question beside a document is a ticket");
	tap_is_str(play_mails(&p), "aanvraag-bevestigd>jan ontvangst+ticket-ontvangen>jan ontvangst>jan ticket-bericht>els",
		   "that staff get, and he hears its number");
	play_deliver_all(&p, number);
	play_told(&p, ELS, "Hierbij mijn paspoort, de rest volgt.", "staff read it");
	play_write(&p, JAN, number, "Bedankt voor de snelle hulp!");
	tap_is_str(play_item(&p), "processed thanks", "thanks are filed silently");
	play_write(&p, JAN, number, "Ik ben volgende week op vakantie");
	tap_is_str(play_item(&p), "processed", "text alone is a ticket");
	play_close(&p);
}

/* ---- levels ---- */

static void test_confirm(void)
{
	struct play p;
	const char *number;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_deliver_all(&p, number);
	play_mails(&p);
	play_write(&p, ELS, number, "in behandeling");
	tap_is_str(play_mails(&p), "bevestigen>els", "a staff command without its token is asked about");
	tap_is_str(state_of(&p, number), "compleet", "and nothing is done");
	play_told(&p, ELS, "in behandeling", "the mail repeats it");
	play_say(&p, ELS, "ja");
	tap_is_str(state_of(&p, number), "behandeling", "ja runs it");
	tap_is_str(play_mails(&p), "in-behandeling>jan verslag>els", "with a transcript");
	play_say(&p, ELS, "ja");
	play_told(&p, ELS, "ja: niet uitgevoerd, wij weten niet op welke vraag dit het antwoord is", "a later ja answers nothing");
	play_write(&p, ELS, number, "intrekken");
	play_say(&p, ELS, "nee");
	play_told(&p, ELS, "nee: goed, wij doen het niet", "nee drops it");
	tap_is_str(state_of(&p, number), "behandeling", "and nothing is done");
	play_write(&p, ELS, number, "intrekken");
	virtual_advance(p.v, DAYS(1) + 1);
	play_say(&p, ELS, "ja");
	play_told(&p, ELS, "het antwoord kwam te laat", "after a day it is too late");
	tap_is_str(state_of(&p, number), "behandeling", "and nothing is done");
	play_well(&p, "confirming");
	play_close(&p);
}

/* What moves money is asked about, whatever proves who says it. */
static void test_confirm_refund(void)
{
	struct play p;
	const char *number;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_deliver_all(&p, number);
	play_say(&p, ELS, "in behandeling");
	play_post(&p, &(struct post){ .from = ELS, .subject = play_subject(&p, ELS), .text = "klaar",
				      .files = { { .name = "rapport.pdf" }, { .name = "factuur.pdf" } } });
	play_say(&p, ELS, "betaald");
	play_mails(&p);
	play_say(&p, ELS, "terugbetalen");
	tap_is_str(play_mails(&p), "bevestigen>els", "A36: a refund is asked about, with its token too");
	play_told(&p, ELS, "terugbetalen", "the mail repeats it");
	play_say(&p, ELS, "nee");
	play_told(&p, ELS, "nee: goed, wij doen het niet", "nee drops it");
	tap_is_int(play_look(&p, number)->payments[0].status, PAYMENT_PAID, "and nothing is paid back");
	play_close(&p);
}

/* The same question answered twice. */
static void test_confirm_twice(void)
{
	struct play p;
	const char *number, *subject;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_deliver_all(&p, number);
	play_write(&p, ELS, number, "in behandeling");
	subject = play_subject(&p, ELS);
	play_post(&p, &(struct post){ .from = ELS, .subject = subject, .text = "Ja" });
	play_mails(&p);
	play_post(&p, &(struct post){ .from = ELS, .subject = subject, .text = "ja" });
	tap_is_str(play_mails(&p), "verslag>els", "the second ja");
	play_told(&p, ELS, "ja: dat was al zo", "runs nothing");
	play_write(&p, ELS, number, "klaar");
	subject = play_subject(&p, ELS);
	play_post(&p, &(struct post){ .from = JAN, .subject = subject, .text = "ja" });
	play_told(&p, JAN, "wij weten niet op welke vraag dit het antwoord is", "another's question is not his to answer");
	tap_is_str(state_of(&p, number), "behandeling", "and nothing is done");
	play_close(&p);
}

/* Documents of a mail whose commands wait are taken in; the commands are not forgotten. */
static void test_confirm_files(void)
{
	struct play p;
	const char *number;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_deliver_all(&p, number);
	play_say(&p, ELS, "in behandeling");
	play_mails(&p);
	play_post(&p, &(struct post){ .from = ELS, .subject = number, .text = "klaar",
				      .files = { { .name = "rapport.pdf" }, { .name = "factuur.pdf" } } });
	tap_is_str(play_mails(&p), "bevestigen>els", "klaar without its token");
	tap_is_str(state_of(&p, number), "behandeling", "is not done");
	play_say(&p, ELS, "ja");
	tap_is_str(state_of(&p, number), "betaling", "until ja");
	play_close(&p);
}

static void test_levels(void)
{
	static const struct row {
		const char *name, *trace;
		bool token;
		const char *text, *item, *mails, *slot;
		bool copy;
	} rows[] = {
		{ "dmarc, no token, level 1", PASS, false, "niet aanwezig prognose", "processed", "verslag>jan", "absent", false },
		{ "spf, no token, level 1", SPF, false, "niet aanwezig prognose", "processed", "verslag>jan", "absent", false },
		{ "nothing proven, no token", FAIL, false, "niet aanwezig prognose", "held unauthenticated", "", "open", false },
		{ "nothing proven, with a token, level 1", FAIL, true, "niet aanwezig prognose", "processed", "verslag>jan", "absent", false },
		{ "dmarc, no token, level 2", PASS, false, "kopie aan", "processed", "bevestigen>jan", "open", false },
		{ "spf and a token, level 2", SPF, true, "kopie aan", "processed", "bevestigen>jan", "open", false },
		{ "nothing proven, with a token, level 2", FAIL, true, "kopie aan", "processed", "bevestigen>jan", "open", false },
		{ "dmarc and a token, level 2", PASS, true, "kopie aan", "processed", "verslag>jan", "open", true },
		{ "a client's level 3", PASS, true, "goedkeuren prognose", "processed", "verslag>jan", "open", false },
	};
	struct play_options options = { .authentication = true };
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct play p;
		const char *number, *subject;

		play_open(&p, &options);
		number = play_dossier(&p, (struct engine_opening){ .office = OFFICE, .copy = false });
		/* A mail to the client, that he can answer. */
		play_post(&p, &(struct post){ .top = play_trace(&p, PASS, "client.example"), .subject = number, .text = "status" });
		subject = rows[i].token ? play_subject(&p, JAN) : number;
		play_mails(&p);
		play_post(&p, &(struct post){ .top = play_trace(&p, rows[i].trace, "client.example"), .subject = subject,
					      .text = rows[i].text });
		tap_is_str(play_item(&p), rows[i].item, "%s: the item", rows[i].name);
		tap_is_str(play_mails(&p), rows[i].mails, "%s: the mails", rows[i].name);
		tap_is_str(slot_of(&p, number, "prognose", 0), rows[i].slot, "%s: the slot", rows[i].name);
		tap_is_int(play_look(&p, number)->client.copy, rows[i].copy, "%s: the copy", rows[i].name);
		play_close(&p);
	}
}

static void test_tokens(void)
{
	struct play p;
	const char *number, *subject;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ .office = OFFICE });
	play_write(&p, JAN, number, "status");
	subject = play_subject(&p, JAN);
	virtual_advance(p.v, DAYS(14) - 60);
	play_mails(&p);
	play_post(&p, &(struct post){ .subject = subject, .text = "kopie aan" });
	tap_is_int(play_look(&p, number)->client.copy, true, "a token counts for fourteen days");
	virtual_advance(p.v, DAYS(14));
	play_mails(&p);
	play_post(&p, &(struct post){ .subject = subject, .text = "kopie uit" });
	tap_is_str(play_mails(&p), "verslag>jan", "and from each mail that carried it, such as the copies he gets");
	virtual_advance(p.v, DAYS(14));
	play_mails(&p);
	play_post(&p, &(struct post){ .subject = subject, .text = "kopie aan" });
	tap_is_str(play_mails(&p), "bevestigen>jan", "then it proves nothing");
	subject = strchr(subject, '[');
	play_post(&p, &(struct post){ .subject = subject, .text = "status" });
	tap_is_str(play_mails(&p), "status>jan", "but it still routes");
	play_post(&p, &(struct post){ .from = EVE, .subject = play_subject(&p, JAN), .text = "kopie aan" });
	tap_is_str(play_item(&p), "held stranger", "a token from another address gives nothing");
	tap_is_int(play_look(&p, number)->client.copy, false, "and does nothing");
	play_post(&p, &(struct post){ .from = OFFICE, .subject = play_subject(&p, JAN), .text = "annuleren" });
	tap_is_str(state_of(&p, number), "verzamelen", "nor does it to another party's address");
	tap_ok(!strchr(play_item_last(&p)->subject, '['), "no list shows a token");
	play_close(&p);
}

/* No token in what the lists of outgoing mail show, one in the mail itself; in Reply-To where the service says so. */
static void test_plus(void)
{
	struct play p;
	struct outbox_row row;
	const struct mail *mail;
	struct err err = ERR_INIT;
	const char *number;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	mail = play_read(&p, play_last_to(&p, JAN));
	tap_ok(strchr(mail->subject, '[') != NULL, "the tag stands in the subject");
	tap_is_str(mail->reply_to.list[0].addr, SERVICE, "and not in Reply-To");
	store_outbox_load(p.store, play_last_to(&p, JAN)->row, &p.arena, &row, &err);
	tap_ok(!strchr(row.subject, '['), "the list does not show it");
	p.services[0].plus = true;
	play_write(&p, JAN, number, "status");
	mail = play_read(&p, play_last_to(&p, JAN));
	tap_ok(!strchr(mail->subject, '['), "with plus = true the subject stays as it is");
	tap_ok(str_starts(mail->reply_to.list[0].addr, "dossier+") && strlen(mail->reply_to.list[0].addr) == strlen(SERVICE) + 27,
	       "and the token goes to Reply-To: %s", mail->reply_to.list[0].addr);
	play_mails(&p);
	play_post(&p, &(struct post){ .subject = "Re: iets", .text = "annuleren",
				      .headers = arena_printf(&p.arena, "Delivered-To: %s\r\n", mail->reply_to.list[0].addr) });
	tap_is_str(state_of(&p, number), "vervallen", "it proves what it should, wherever the recipient is named");
	play_close(&p);
}

/* ---- abuse (reliability.md §4) ---- */

static void test_abuse(void)
{
	struct play_options options = { .authentication = true };
	struct play p;
	const char *number, *other, *subject, *unknown;

	play_open(&p, &options);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	other = play_dossier(&p, (struct engine_opening){ .client_name = "Kees", .client_address = KEES });
	subject = play_subject(&p, JAN);
	play_mails(&p);

	/* A1: a guessed number, and one that does not exist. */
	play_post(&p, &(struct post){ .top = play_trace(&p, PASS, "evil.example"), .from = EVE, .subject = number, .text = "status" });
	unknown = play_mails(&p);
	tap_is_str(play_item(&p), "held stranger", "A1: a stranger's command is held");
	tap_is_str(unknown, "ontvangst-algemeen>eve", "A1: and acknowledged neutrally");
	virtual_advance(p.v, DAYS(1) + 1);
	play_mails(&p);
	play_post(&p, &(struct post){ .top = play_trace(&p, PASS, "evil.example"), .from = EVE, .subject = "2026-00999-A",
				      .text = "status" });
	tap_is_str(play_mails(&p), "ontvangst-algemeen>eve", "A1: just as for a number that does not exist");

	/* A3, A4: a forged From, a forged result below the boundary. */
	play_post(&p, &(struct post){ .top = play_trace(&p, FAIL, "client.example"), .from = JAN, .subject = number,
				      .text = "annuleren" });
	tap_is_str(play_item(&p), "held unauthenticated", "A3: a forged From is held");
	play_post(&p, &(struct post){ .top = "Received: from x by " MX "; now\r\n"
					     "Authentication-Results: " MX "; dmarc=pass header.from=client.example\r\n",
				      .from = JAN, .subject = number, .text = "niet aanwezig prognose" });
	tap_is_str(play_item(&p), "held unauthenticated", "A4: a result of his own writing counts for nothing");
	play_post(&p, &(struct post){ .from = JAN, .subject = number, .text = "status" });
	tap_is_str(play_item(&p), "held unauthenticated", "A5: no result at all proves nothing");

	/* A7, A8, A9. */
	play_post(&p, &(struct post){ .top = play_trace(&p, PASS, "client.example"), .from = JAN ", " EVE,
				      .subject = subject, .text = "annuleren" });
	tap_is_str(play_item(&p), "held several-senders", "A7: two senders are none");
	play_post(&p, &(struct post){ .top = play_trace(&p, PASS, "evil.example"), .from = "\"" JAN "\" <" EVE ">",
				      .subject = subject, .text = "annuleren" });
	tap_is_str(play_item(&p), "held stranger", "A8: a display name is no address; A11: a stolen token gives nothing");
	play_mails(&p);
	play_post(&p, &(struct post){ .top = play_trace(&p, PASS, "client.example"), .subject = number, .text = "status",
				      .headers = "Reply-To: " EVE "\r\nCc: " EVE "\r\n" });
	tap_is_str(play_mails(&p), "status>jan", "A9, A10: answers go to the registered address only");

	/* A12, A13: tokens that do not exist; one dossier's token and another's number. */
	play_post(&p, &(struct post){ .top = play_trace(&p, PASS, "client.example"),
				      .subject = arena_printf(&p.arena, "%s [aaaaaaaaaaaaaaaaaaaaaaaaaa]", number), .text = "annuleren" });
	tap_is_str(play_mails(&p), "bevestigen>jan", "A12: an invented token is as good as none");
	play_post(&p, &(struct post){ .top = play_trace(&p, PASS, "client.example"),
				      .subject = arena_printf(&p.arena, "%s %s", other, strchr(subject, '[')), .text = "annuleren" });
	tap_is_str(play_item(&p), "held two-answers", "A13: two answers that differ are for a person");
	tap_is_str(state_of(&p, number), "verzamelen", "nothing came of it all");
	tap_is_str(state_of(&p, other), "verzamelen", "nor there");

	/* Automatic mail. */
	play_mails(&p);
	play_post(&p, &(struct post){ .top = play_trace(&p, PASS, "client.example"), .subject = subject, .text = "annuleren",
				      .headers = "Auto-Submitted: auto-replied\r\n" });
	tap_is_str(state_of(&p, number), "verzamelen", "automatic mail carries no commands");
	tap_is_str(play_mails(&p), "", "and gets no answer");
	play_well(&p, "abuse");
	play_close(&p);
}

/* "hulp" of somebody without a dossier: the same answer whatever exists, once a day, never to the unproven. */
static void test_help(void)
{
	struct play_options options = { .authentication = true };
	struct play p;
	const char *number, *subjects[3];
	size_t i;

	play_open(&p, &options);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	subjects[0] = "hulp";
	subjects[1] = number;
	subjects[2] = "2026-00999-A";
	for (i = 0; i < 3; i++) {
		play_mails(&p);
		play_post(&p, &(struct post){ .top = play_trace(&p, PASS, "evil.example"), .from = EVE, .subject = subjects[i],
					      .text = "hulp" });
		tap_is_str(play_mails(&p), "hulp-algemeen>eve", "subject %zu: a stranger is told how it works", i);
		tap_is_str(play_item(&p), "processed help", "subject %zu: and that is all", i);
		play_post(&p, &(struct post){ .top = play_trace(&p, PASS, "evil.example"), .from = EVE, .subject = subjects[i],
					      .text = "help" });
		tap_is_str(play_mails(&p), "", "subject %zu: once a day", i);
		virtual_advance(p.v, DAYS(1) + 1);
	}
	play_mails(&p);
	play_post(&p, &(struct post){ .top = play_trace(&p, FAIL, "evil.example"), .from = EVE, .subject = "hulp", .text = "hulp" });
	tap_is_str(play_mails(&p), "", "an address that nothing proves hears nothing");
	play_close(&p);
}

/* Two tokens of two dossiers in one mail (A14). */
static void test_two_tokens(void)
{
	struct play p;
	const char *a, *b;

	play_open(&p, NULL);
	play_dossier(&p, (struct engine_opening){ 0 });
	a = strchr(play_subject(&p, JAN), '[');
	play_dossier(&p, (struct engine_opening){ 0 });
	b = strchr(play_subject(&p, JAN), '[');
	play_mails(&p);
	play_post(&p, &(struct post){ .subject = arena_printf(&p.arena, "Re: %s %s", a, b), .text = "annuleren" });
	tap_is_str(play_item(&p), "held two-answers", "two tokens: a person decides");
	play_close(&p);
}

/* An office that keeps a dossier to itself: the client has no say in it, token or not. */
static void test_office_only(void)
{
	struct play p;
	const char *number;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ .office = OFFICE, .office_only = true });
	play_mails(&p);
	play_write(&p, JAN, number, "status");
	tap_is_str(play_item(&p), "held stranger", "the client is a stranger to it");
	tap_is_str(play_mails(&p), "ontvangst-algemeen>jan", "and told no more than one");
	play_say(&p, OFFICE, "status\nniet aanwezig prognose");
	tap_is_str(play_mails(&p), "verslag+status>info", "the office is answered");
	play_told(&p, OFFICE, "niet aanwezig prognose: gedaan", "and obeyed");
	play_say(&p, OFFICE, "akkoord");
	play_told(&p, OFFICE, "deze opdracht kan alleen een ander geven", "but for what is the client's");
	play_close(&p);
}

/* "dit is": of the one file in the mail, and of one that waits. */
static void test_this_is(void)
{
	struct play p;
	const char *number;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_mails(&p);
	play_post(&p, &(struct post){ .subject = number, .text = "dit is aangifte 2024", .files = { { .name = "IMG_1.pdf" } } });
	tap_is_str(slot_of(&p, number, "aangifte", 2024), "delivered", "the file in the mail");
	tap_is_str(play_mails(&p), "ontvangst+verslag>jan", "receipt and transcript are one mail");
	play_say(&p, JAN, "dit is aangifte 2025");
	play_told(&p, JAN, "er is geen bestand waarvan wij nog moeten weten wat het is", "no file, no place");
	play_post(&p, &(struct post){ .subject = number, .files = { { .name = "aangifte 2019.pdf" } } });
	tap_is_str(play_item(&p), "held year", "a file that nobody can place");
	play_say(&p, JAN, "dit is aangifte 2025");
	tap_is_str(slot_of(&p, number, "aangifte", 2025), "delivered", "is placed by a word");
	tap_is_int((long long)play_look(&p, number)->held_count, 0, "and waits no longer");
	play_close(&p);
}

/* ---- approvals ---- */

static const char approval_rules[] =
	"workflow inkomensverklaring \"Aangifte\"\n"
	"language nl, en\n"
	"number /\\b20\\d{2}-\\d{5,7}-[A-Z]\\b/ new \"{year}-{serial:5}-{check}\"\n"
	"documents {\n"
	"    overig \"Overig\" optional files 0..20\n"
	"    concept \"Concept\" from staff for approval accept pdf match /concept/i\n"
	"}\n"
	"phrase afspraak from client nl \"afspraak maken\" en \"make an appointment\" with text level 1\n"
	"start werk\n"
	"state werk \"Werk\" {\n"
	"    uploads open\n"
	"    on approval asked { mail in-behandeling attach concept }\n"
	"    on approval refused { mail te-behandelen to staff }\n"
	"    on approval given { goto klaar }\n"
	"    on phrase afspraak { mail te-behandelen to staff }\n"
	"    on staff withdraw { goto weg }\n"
	"}\n"
	"state klaar \"Klaar\" final { on enter { mail stukken-compleet } }\n"
	"state weg \"Weg\" final { on enter { mail ingetrokken } }\n";

static const char *approvals(struct play *p, const char *number)
{
	const struct dossier *d = play_look(p, number);
	const char *list = "";
	size_t i;

	for (i = 0; i < d->approval_count; i++)
		list = arena_printf(&p->arena, "%s%s%s", list, i ? " " : "", approval_state_word(d->approvals[i].state));
	return list;
}

static void put_to_client(struct play *p, const char *number, const char *bytes)
{
	play_post(p, &(struct post){ .from = ELS, .subject = number, .text = "ter accordering",
				      .files = { { .name = "concept.pdf", .data = bytes } } });
	play_say(p, ELS, "ja");
}

static void test_approval(void)
{
	static const struct row {
		const char *name, *text, *item, *state;
	} rows[] = {
		{ "with a condition", "akkoord, mits de bijtelling klopt", "processed", "asked" },
		{ "with a question mark", "akkoord?", "processed", "asked" },
		{ "with another sentence", "Akkoord.\n\nIk stuur nog een brief na.", "processed", "asked" },
		{ "in a sentence", "Ik ben akkoord met punt een", "processed", "asked" },
		{ "in a quotation", "> akkoord", "held message", "asked" },
		{ "with courtesy", "Beste Els,\n\nAkkoord!\n\nMet vriendelijke groet,\nJan Jansen", "processed", "given" },
		{ "in English", "Approve", "processed", "given" },
		{ "refused", "niet akkoord: de huur ontbreekt", "processed", "refused" },
		{ "refused without a reason", "niet akkoord", "processed", "asked" },
	};
	struct play_options options = { .rules = approval_rules };
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct play p;
		const char *number;

		play_open(&p, &options);
		number = play_dossier(&p, (struct engine_opening){ 0 });
		put_to_client(&p, number, "%PDF-1.4 een");
		tap_is_str(approvals(&p, number), "asked", "%s: put to the client", rows[i].name);
		play_say(&p, JAN, rows[i].text);
		tap_is_str(play_item(&p), rows[i].item, "%s: the item", rows[i].name);
		tap_is_str(approvals(&p, number), rows[i].state, "%s: the approval", rows[i].name);
		if (i < 3)
			play_told(&p, JAN, "Let op: u hebt nog niets goedgekeurd.", "he is told that nothing is approved");
		play_well(&p, rows[i].name);
		play_close(&p);
	}
}

/* It holds for the version that the mail showed which is answered. */
static void test_versions(void)
{
	struct play_options options = { .rules = approval_rules };
	struct play p;
	const char *number, *first;

	play_open(&p, &options);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_write(&p, JAN, number, "akkoord");
	play_say(&p, JAN, "ja");
	play_told(&p, JAN, "akkoord: niet uitgevoerd, er ligt niets ter goedkeuring", "nothing to approve");
	put_to_client(&p, number, "%PDF-1.4 een");
	first = play_subject(&p, JAN);
	virtual_advance(p.v, MINUTES(30));
	put_to_client(&p, number, "%PDF-1.4 twee");
	tap_is_str(approvals(&p, number), "void asked", "a newer version takes the place of the first");
	play_post(&p, &(struct post){ .subject = first, .text = "akkoord" });
	play_told(&p, JAN, "er is intussen een nieuwere versie", "an answer to the older mail approves nothing");
	tap_is_str(approvals(&p, number), "void asked", "nothing at all");
	play_mails(&p);
	play_write(&p, JAN, number, "akkoord");
	tap_is_str(play_mails(&p), "bevestigen>jan", "without an answer to any mail of ours he is asked");
	play_told(&p, JAN, "- Concept: concept.pdf", "with the document by name");
	tap_is_str(approvals(&p, number), "void asked", "and nothing is approved yet");
	play_post(&p, &(struct post){ .subject = play_subject(&p, JAN), .text = "ja, mits" });
	tap_is_str(approvals(&p, number), "void asked", "ja with more is no ja");
	play_post(&p, &(struct post){ .subject = play_subject(&p, JAN), .text = "afspraak maken: na vijven" });
	play_told(&p, JAN, "afspraak maken: na vijven: gedaan", "a phrase of the workflow's own");
	play_close(&p);
}

/* What was asked about is what is approved, not what came after the question. */
static void test_confirmed_version(void)
{
	struct play_options options = { .rules = approval_rules };
	struct play p;
	const char *number, *asked;

	play_open(&p, &options);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	put_to_client(&p, number, "%PDF-1.4 een");
	play_write(&p, JAN, number, "akkoord");
	asked = play_subject(&p, JAN);
	virtual_advance(p.v, MINUTES(30));
	put_to_client(&p, number, "%PDF-1.4 twee");
	play_post(&p, &(struct post){ .subject = asked, .text = "ja" });
	tap_is_str(approvals(&p, number), "void asked", "ja to a question about the older version");
	play_told(&p, JAN, "er is intussen een nieuwere versie", "approves nothing");
	play_write(&p, JAN, number, "akkoord");
	play_say(&p, JAN, "ja");
	tap_is_str(approvals(&p, number), "void given", "ja to one about the version that stands does");
	tap_is_str(state_of(&p, number), "klaar", "and the dossier goes on");
	play_close(&p);
}

/* ---- without mail: the operator's command, and scenarios ---- */

struct heard {
	int calls;
	size_t done, refused;
	char text[2000], why[300];
};

static void hear(void *ctx, const struct engine_reply *reply, const char *why)
{
	struct heard *h = ctx;

	h->calls++;
	h->done = reply ? reply->done : 0;
	h->refused = reply ? reply->refused : 0;
	snprintf(h->text, sizeof h->text, "%s", reply ? reply->text : "");
	snprintf(h->why, sizeof h->why, "%s", why ? why : "");
}

/* Carries it out; "2 0" of the commands done and refused, or why none was. */
static const char *order(struct play *p, struct heard *h, const struct engine_order *asked)
{
	struct err err = ERR_INIT;

	*h = (struct heard){ 0 };
	if (engine_command(p->engine, asked, hear, h, &err))
		return arena_strdup(&p->arena, err.text);
	virtual_settle(p->v);
	return h->calls == 1 && !h->why[0] ? arena_printf(&p->arena, "%zu %zu", h->done, h->refused) :
					     arena_printf(&p->arena, "%d %s", h->calls, h->why);
}

static int file_of(const char *text)
{
	struct err err = ERR_INIT;
	int fd = file_memory("test", &err);

	if (fd < 0 || file_write_all(fd, text, strlen(text), &err))
		play_bail("a file", &err);
	return fd;
}

static void test_operator(void)
{
	struct play p;
	struct heard h;
	struct engine_file files[] = { { "scan1.pdf", "rapport", file_of("%PDF-1.4 rapport") },
				       { "factuur.pdf", NULL, file_of("%PDF-1.4 factuur") } };
	struct engine_order staff = { .role = ACTOR_STAFF }, client = { .role = ACTOR_CLIENT };
	const char *number;

	play_open(&p, NULL);
	number = staff.number = client.number = play_dossier(&p, (struct engine_opening){ 0 });
	play_mails(&p);
	client.lines = "niet aanwezig prognose\nniet aanwezig legitimatie";
	tap_is_str(order(&p, &h, &client), "1 1", "a client's commands by hand");
	tap_is_str(h.text, "niet aanwezig prognose: done\n"
			   "niet aanwezig legitimatie: refused: this document cannot be left out (legitimatie)\n", "and what they came to");
	tap_is_str(play_mails(&p), "", "nobody is answered who has not mailed");
	client.answer = true;
	client.lines = "status";
	tap_is_str(order(&p, &h, &client), "1 0", "with an answer");
	tap_is_str(play_mails(&p), "status>jan", "he is");
	play_deliver_all(&p, number);
	staff.lines = "in behandeling";
	tap_is_str(order(&p, &h, &staff), "1 0", "staff need no token here");
	tap_is_str(state_of(&p, number), "behandeling", "and it is done");
	staff.lines = "klaar";
	staff.files = files;
	staff.file_count = 2;
	tap_is_str(order(&p, &h, &staff), "1 0", "with files");
	tap_is_str(state_of(&p, number), "betaling", "they are there before the command");
	tap_ok(strstr(play_papers(&p, number), "rapport=scan1.pdf factuur=factuur.pdf") != NULL, "each in its place: %s",
	       play_papers(&p, number));
	staff.file_count = 0;
	staff.lines = "";
	tap_is_str(order(&p, &h, &staff), "there is nothing to do: neither a command nor a file", "nothing");
	staff.lines = "betaald";
	staff.by = EVE;
	tap_is_str(order(&p, &h, &staff), "'" EVE "' is no staff address of service 'pentrax'", "somebody else");
	staff.by = ELS;
	staff.answer = true;
	play_mails(&p);
	tap_is_str(order(&p, &h, &staff), "1 0", "one of the staff by name");
	tap_is_str(play_mails(&p), "rapport-gereed+betaald>jan verslag>els", "is answered");
	client.role = ACTOR_OFFICE;
	tap_is_str(order(&p, &h, &client), "dossier 2026-00001-T has no office", "no office");
	client.number = "2026-00999-A";
	tap_ok(strstr(order(&p, &h, &client), "2026-00999-A") != NULL, "no such dossier");
	close(files[0].fd);
	close(files[1].fd);
	play_well(&p, "the operator's commands");
	play_close(&p);
}

int main(void)
{
	test_operator();
	test_whole();
	test_transcript();
	test_snooze();
	test_staff();
	test_notes();
	test_confirm();
	test_confirm_refund();
	test_confirm_twice();
	test_confirm_files();
	test_levels();
	test_tokens();
	test_plus();
	test_abuse();
	test_help();
	test_two_tokens();
	test_office_only();
	test_this_is();
	test_approval();
	test_versions();
	test_confirmed_version();
	return tap_done();
}
