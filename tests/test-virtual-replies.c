/*
 * Replies that are not what they should be, through the whole engine: questions
 * asked over and over, tokens in texts, words and files that must not get lost,
 * and mail that comes back from a mirror.
 */
/* Own. */
#include "tap.h"
#include "virtual_words.h"

/* The subject of an answer to the last mail that somebody got: the tag stands in it. */
static const char *reply_subject(struct play *p, const char *address)
{
	return arena_printf(&p->arena, "Re: %s", play_read(p, play_last_to(p, address))->subject);
}

static void say(struct play *p, const char *from, const char *text)
{
	play_post(p, &(struct post){ .from = from, .subject = reply_subject(p, from), .text = text });
}

/* The token in the last mail to him, without its brackets. */
static const char *token_of(struct play *p, const char *address)
{
	const char *tag = strchr(reply_subject(p, address), '[');

	return arena_strndup(&p->arena, tag + 1, strcspn(tag + 1, "]"));
}

/* ---- a question is asked once a day ---- */

static void test_asked_once(void)
{
	struct play p;
	const char *number, *other, *subject;
	int i;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ .office = OFFICE });
	other = play_dossier(&p, (struct engine_opening){ .office = OFFICE });
	play_mails(&p);
	play_write(&p, JAN, number, "kopie aan");
	tap_is_str(play_mails(&p), "bevestigen>jan", "the first time he is asked");
	subject = reply_subject(&p, JAN);
	for (i = 0; i < 3; i++)
		play_write(&p, JAN, number, "kopie aan");
	tap_is_str(play_mails(&p), "", "while that waits he is not asked again");
	tap_is_str(play_item(&p), "processed asked-before", "and the list says why");
	play_post(&p, &(struct post){ .subject = number, .text = "kopie aan", .files = { { .name = "paspoort.pdf" } } });
	tap_is_str(play_mails(&p), "ontvangst>jan", "a file beside it has its receipt");
	play_write(&p, JAN, number, "kopie aan\nstatus");
	tap_is_str(play_mails(&p), "status>jan", "and what needs no proof its answer");
	play_write(&p, JAN, number, "annuleren");
	tap_is_str(play_mails(&p), "bevestigen>jan", "another command is another question");
	play_write(&p, JAN, other, "kopie aan");
	tap_is_str(play_mails(&p), "bevestigen>jan", "and so is another dossier");
	play_post(&p, &(struct post){ .subject = subject, .text = "ja" });
	tap_is_int(play_look(&p, number)->client.copy, true, "the first question is still answered");
	play_mails(&p);
	play_write(&p, JAN, number, "kopie aan");
	tap_is_str(play_mails(&p), "bevestigen>jan", "once it is answered it can be asked again");
	say(&p, JAN, "nee");
	play_mails(&p);
	play_write(&p, JAN, number, "kopie uit");
	play_mails(&p);
	virtual_advance(p.v, DAYS(1) + 1);
	play_mails(&p);
	play_write(&p, JAN, number, "kopie uit");
	tap_is_str(play_mails(&p), "bevestigen>jan", "a day later it is asked again");
	say(&p, JAN, "ja");
	tap_is_int(play_look(&p, number)->client.copy, false, "and answered");
	play_well(&p, "asking once");
	play_close(&p);
}

/* What "ja" runs is what was asked, and not what reads like a command only once it stands higher up. */
static void test_asked_for_that(void)
{
	struct play p;
	struct buf text = BUF_INIT(BUF_MAX_TEXT);
	const char *number;
	int i;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	for (i = 0; i < 19; i++)
		buf_addf(&text, "Dit is regel %d van mijn verhaal.\n", i);
	buf_adds(&text, "niet akkoord: het is\nannuleren\nwat ik wil");
	play_write(&p, JAN, number, text.data);
	say(&p, JAN, "ja");
	tap_is_str(play_look(&p, number)->state, "verzamelen", "a line of a reason is no command");
	buf_free(&text);
	play_close(&p);
}

/* ---- tokens in what people write ---- */

static void test_token_in_text(void)
{
	struct play p;
	const char *number, *token, *text;
	struct dossier *d;
	struct history_line *lines;
	struct err err = ERR_INIT;
	size_t i, count;
	bool kept = false;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	token = token_of(&p, JAN);
	play_post(&p, &(struct post){ .subject = number, .files = { { .name = "paspoort.pdf" } },
				      .text = arena_printf(&p.arena, "Dit hoort bij uw mail\nDossier %s [%s]\naan dossier+%s@pentrax.example",
							   number, token, token) });
	play_deliver_all(&p, number);
	text = play_text(&p, play_last_to(&p, ELS));
	tap_ok(strstr(text, "Dit hoort bij uw mail") != NULL, "staff read the note");
	tap_ok(strstr(text, token) == NULL, "without the client's token");
	d = play_look(&p, number);
	if (store_history(p.store, d->number, &p.arena, &lines, &count, &err))
		play_bail("history", &err);
	for (i = 0; i < count; i++)
		kept |= strstr(lines[i].text, token) != NULL;
	tap_ok(!kept, "nor does the history keep it");
	token = token_of(&p, ELS);
	say(&p, ELS, arena_printf(&p.arena, "afkeuren legitimatie: zie [%s]", token));
	text = play_text(&p, play_last_to(&p, JAN));
	tap_ok(strstr(text, "zie") != NULL && strstr(text, token) == NULL, "a reason that staff give takes none along");
	play_close(&p);
}

/* ---- nothing gets lost, nothing gets in ---- */

/* "dit is" about a file that waits is no way around what its place takes. */
static void test_this_is_type(void)
{
	struct play p;
	const char *number;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_post(&p, &(struct post){ .subject = number,
				      .files = { { .name = "aangifte 2019.txt", .data = "hallo", .type = "text/plain" } } });
	tap_is_str(play_item(&p), "held year", "it waits");
	say(&p, JAN, "dit is aangifte 2025");
	tap_is_str(play_papers(&p, number), "verzamelen held:aangifte 2019.txt(year)", "and goes nowhere that takes PDF only");
	tap_ok(strstr(play_text(&p, play_last_to(&p, JAN)), "dit is aangifte 2025: niet uitgevoerd, dit soort bestand") != NULL,
	       "he is told why");
	play_close(&p);
}

static void test_staff_text(void)
{
	struct play p;
	const char *number;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_deliver_all(&p, number);
	play_post(&p, &(struct post){ .from = ELS, .subject = number, .text = "De klant belde, zie het tweede blad",
				      .files = { { .name = "rapport.pdf" } } });
	tap_is_str(play_item(&p), "held message", "text of staff without a token, beside a file");
	say(&p, ELS, "vraag: wie doet dit");
	tap_is_str(play_item(&p), "held message", "a question of staff waits for somebody, as they are told");
	say(&p, ELS, "gewone tekst");
	tap_is_str(play_item(&p), "processed", "with a token the text is a note");
	play_close(&p);
}

/* What is written below the closing phrase, or below a telephone's line, is his own all the same. */
static void test_below_closing(void)
{
	static const struct { const char *name, *text, *file, *holds, *mails, *item; } rows[] = {
		{ "thanks, and a question", "Bedankt!\n\nGroet,\nJan\n\nMaar wanneer krijg ik het rapport?", NULL, NULL,
		  "ticket-bericht>els ticket-ontvangen>jan", "processed" },
		{ "thanks, and a postscript", "Bedankt!\n\nGroet,\nJan\n\nPS: nieuw adres Kerkstraat 1", NULL, NULL,
		  "ticket-bericht>els ticket-ontvangen>jan", "processed" },
		{ "thanks, and a signature", "Bedankt!\n\nMet vriendelijke groet,\nJan Jansen\nBakker te Nijmegen\n\n"
		  "Dit bericht is vertrouwelijk en alleen voor u.\nHebt u vragen? Bel 024-833 00 00.", NULL, NULL, "", "processed thanks" },
		{ "a document, and a postscript", "Hierbij.\n\nGroet,\nJan\n\nPS: ik ben per 1 maart gescheiden.", "paspoort.pdf",
		  "Hierbij.\n\nGroet,\nJan\n\nPS: ik ben per 1 maart gescheiden.", "ontvangst>jan", "processed" },
		{ "a document, and a question below a telephone's line",
		  "Hierbij.\n\nVerzonden vanaf mijn iPhone\n\nDe rest komt morgen, is dat goed?", "paspoort.pdf",
		  "De rest komt morgen", "ontvangst+ticket-ontvangen>jan ticket-bericht>els", "processed" },
		{ "a document, and a signature", "Hierbij.\n\nMet vriendelijke groet,\nJan Jansen\nwww.jansen.example", "paspoort.pdf",
		  "Hierbij.", "ontvangst>jan", "processed" },
		{ "a command, and a question", "niet aanwezig prognose\n\nGroet, Jan\n\nIk koop iets anders, kan dat ook?", NULL,
		  "Ik koop iets anders", "ticket-bericht>els verslag+ticket-ontvangen>jan", "processed" },
	};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct play p;
		const char *number, *notes = "";
		struct history_line *lines;
		struct err err = ERR_INIT;
		size_t l, count;

		play_open(&p, NULL);
		number = play_dossier(&p, (struct engine_opening){ 0 });
		play_mails(&p);
		play_post(&p, &(struct post){ .subject = number, .text = rows[i].text, .files = { { .name = rows[i].file } } });
		if (store_history(p.store, number, &p.arena, &lines, &count, &err))
			play_bail("history", &err);
		for (l = 0; l < count; l++)
			if (str_eq(lines[l].event, "note"))
				notes = lines[l].text;
		tap_is_str(play_mails(&p), rows[i].mails, "%s: the mails", rows[i].name);
		if (!tap_is_str(play_item(&p), rows[i].item, "%s: the item", rows[i].name))
			printf("# it is: %s\n", play_item_last(&p)->detail);
		if (!tap_ok(rows[i].holds ? strstr(notes, rows[i].holds) != NULL : true, "%s: what is kept", rows[i].name))
			printf("# it is: %s\n", notes);
		play_close(&p);
	}
}

/* A receipt that was put off tells of nobody else's files, however alike the addresses are. */
static void test_receipt_of_another(void)
{
	struct play p;
	const char *number, *text;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ .office = "x" JAN });
	play_post(&p, &(struct post){ .subject = number, .files = { { .name = "paspoort.pdf", .data = "%PDF-1.4 p" } } });
	play_post(&p, &(struct post){ .subject = number, .files = { { .name = "prognose.pdf" } } });
	play_post(&p, &(struct post){ .from = "x" JAN, .subject = number,
				      .files = { { .name = "paspoort van kantoor.pdf", .data = "%PDF-1.4 p" } } });
	virtual_advance(p.v, MINUTES(16));
	text = play_text(&p, play_last_to(&p, JAN));
	tap_ok(strstr(text, "prognose.pdf") && !strstr(text, "van kantoor"), "each hears of his own files");
	play_close(&p);
}

/* ---- a mirror ---- */

/* Sends all that was sent since 'from' back as if the recipients had written it, without marks of quotation. */
static size_t mirror(struct play *p, size_t from)
{
	size_t count = virtual_sent_count(p->v), i;

	for (i = from; i < count; i++) {
		const struct virtual_sent *sent = virtual_sent_at(p->v, i);
		const struct mail *mail = play_read(p, sent);

		play_post(p, &(struct post){ .from = arena_strdup(&p->arena, sent->to),
					     .subject = arena_printf(&p->arena, "Re: %s", mail->subject),
					     .text = arena_printf(&p->arena, "Ik ben er niet tot maandag.\n\n%s", mail->text) });
	}
	return count;
}

/* The subject of an answer to the last mail to him that is about a dossier. */
static const char *dossier_subject(struct play *p, const char *address)
{
	size_t i = virtual_sent_count(p->v);

	while (i-- > 0) {
		const struct virtual_sent *sent = virtual_sent_at(p->v, i);

		if (str_ieq(sent->to, address) && str_starts(play_read(p, sent)->subject, "Dossier"))
			return arena_printf(&p->arena, "Re: %s", play_read(p, sent)->subject);
	}
	return "";
}

static void test_mirror(void)
{
	struct play p;
	const char *number, *subject;
	size_t from = 0, rounds = 0;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ .office = OFFICE, .copy = true });
	play_deliver_all(&p, number);
	say(&p, OFFICE, "hulp\nstatus\nniet aanwezig prognose\nuitstel 3 dagen");
	say(&p, ELS, "hulp\ngoedkeuren legitimatie");
	say(&p, ELS, "hulp");
	play_write(&p, ELS, number, "intrekken");
	play_write(&p, JAN, number, "kopie uit");
	do
		from = mirror(&p, from);
	while (virtual_sent_count(p.v) > from && ++rounds < 30);
	tap_is_str(play_look(&p, number)->state, "compleet", "a mirror gives no command");
	tap_ok(rounds < 8, "and after %zu rounds nothing answers it", rounds);
	subject = dossier_subject(&p, ELS);
	virtual_advance(p.v, DAYS(1) + 1);
	play_post(&p, &(struct post){ .from = ELS, .subject = subject, .text = "nog een notitie" });
	tap_ok(strstr(play_text(&p, play_last_to(&p, ELS)), "als interne notitie") != NULL, "the next day it does");
	play_well(&p, "a mirror");
	play_close(&p);
}

/* Mail without a word is answered, but not each time for ever: what sends it may be a responder. */
static void test_empty(void)
{
	struct play p;
	const char *number;
	int i;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_mails(&p);
	for (i = 0; i < 3; i++)
		play_write(&p, JAN, number, " ");
	tap_is_str(play_mails(&p), "ontvangst>jan ontvangst>jan ontvangst>jan", "he is told");
	play_write(&p, JAN, number, " ");
	tap_is_str(play_mails(&p), "", "three times a day");
	tap_is_str(play_item(&p), "held empty", "then a person looks");
	virtual_advance(p.v, DAYS(1) + 1);
	play_mails(&p);
	play_write(&p, JAN, number, " ");
	tap_is_str(play_mails(&p), "ontvangst>jan", "the next day he is told again");
	play_well(&p, "empty mail");
	play_close(&p);
}

int main(void)
{
	test_asked_once();
	test_asked_for_that();
	test_token_in_text();
	test_this_is_type();
	test_staff_text();
	test_below_closing();
	test_receipt_of_another();
	test_mirror();
	test_empty();
	return tap_done();
}
