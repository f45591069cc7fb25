/*
 * What staff write and attach to an answer, and what of it goes out: nothing is
 * lost without a word, nothing leaves that is another's, and "toch sturen" takes
 * away no other guard than the one that was named.
 */
/* Own. */
#include "tap.h"
#include "virtual_desk.h"

static const struct play_options strict = { .authentication = true };

static void open_desk(struct play *p)
{
	play_open(p, &strict);
	p->staff[1] = (struct settings_person){ "Bob Bakker", BOB };
	p->services[0].staff_count = 2;
	desk_write(p, STEVE, "prijs", "Wat kost het?");
	play_mails(p);
}

/* What the last answer to him says, or why it went back: "back: …". */
static const char *came_of(struct play *p)
{
	const struct item *item = play_item_last(p);
	const struct virtual_sent *sent;
	const char *why;

	if (str_eq(item->reason, "returned"))
		return (why = strrchr(item->detail, ':')) ? arena_printf(&p->arena, "back%s", why) : "back";
	sent = desk_last(p, STEVE, "ticket-antwoord");
	return sent ? play_text(p, sent) : play_item(p);
}

/* ---- words below the closing phrase, a "--", a line that looks like a telephone's ---- */

static void test_below(void)
{
	static const struct row { const char *name, *text, *holds, *lacks, *back; } rows[] = {
		{ "a plain signature", "149 euro.\n\nMet vriendelijke groet,\nEls de Vries\nAdviseur bij Pentrax B.V.\n\n"
		  "T 024-833 00 00 | info@pentrax.example\nKerkstraat 1, 6511 AA Nijmegen", "149 euro.", "Els de Vries", NULL },
		{ "with a disclaimer", "149 euro.\n\nMet vriendelijke groet,\nEls\n\nDit bericht is vertrouwelijk en alleen voor u.\n"
		  "Bent u niet de geadresseerde, dan mag u het niet lezen.", "149 euro.", "vertrouwelijk", NULL },
		{ "a sentence below it", "Dat klopt.\n\nMet vriendelijke groet,\nEls\n\nHet bedrag is 149 euro.", NULL, NULL,
		  "back: closing" },
		{ "an amount below it", "Dat klopt.\n\nGroet, Els\n\n149 euro per jaar", NULL, NULL, "back: closing" },
		{ "words without a full stop", "Dat klopt.\n\nGroet, Els\n\nU moet ook de aangifte meesturen", NULL, NULL,
		  "back: closing" },
		{ "a command below it", "Dat klopt.\n\nGroet, Els\n\nsluiten", NULL, NULL, "back: mixed" },
		{ "a postscript", "Dat klopt.\n\nGroet, Els\n\nPS het kantoor is vrijdag dicht", "vrijdag dicht", NULL, NULL },
		{ "sent by post", "Goedemiddag,\nVerstuurd met de post op 3 maart.\nHet bedrag is 149 euro.", "149 euro.", NULL, NULL },
		{ "sent with an appendix", "Verzonden met bijlage:\n- de brief\nU hoeft niets te doen.", "U hoeft niets te doen.", NULL,
		  NULL },
		{ "sent from, below a telephone's line", "Dat klopt.\n\nVerstuurd vanaf mijn iPhone\n\nHet bedrag is 149 euro.",
		  "149 euro.", "iPhone", NULL },
		{ "a drawn line", "Eerst dit.\n--\nHet tweede is dat u 149 euro betaalt.", NULL, NULL, "back: closing" },
		{ "a signature below dashes", "149 euro.\n\n-- \nEls de Vries\nWij zijn er van ma t/m do.", "149 euro.", "ma t/m do", NULL },
	};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct row *row = &rows[i];
		struct play p;
		const char *got;

		open_desk(&p);
		desk_answer(&p, ELS, "ticket-bericht", row->text);
		got = came_of(&p);
		if (row->back)
			tap_is_str(got, row->back, "%s: goes back", row->name);
		else if (!tap_ok(strstr(got, row->holds) && (!row->lacks || !strstr(got, row->lacks)), "%s: goes out as it should",
				 row->name))
			printf("# %s\n", got);
		if (row->back) {
			tap_ok(desk_last(&p, STEVE, "ticket-antwoord") == NULL, "%s: nothing goes out", row->name);
		}
		if (row->back && !strstr(row->back, "mixed")) {
			desk_answer(&p, ELS, "ticket-verslag", arena_printf(&p.arena, "toch sturen\n\n%s", row->text));
			got = came_of(&p);
			if (!tap_ok(!str_starts(got, "back") && strstr(got, strrchr(row->text, '\n') + 1), "%s: all of it does when he says so",
				    row->name))
				printf("# %s\n", got);
		}
		play_close(&p);
	}
}

/* The line cuts off all below it, where some programs let people write. */
static void test_points_below(void)
{
	struct play p;

	open_desk(&p);
	desk_answer(&p, ELS, "ticket-bericht", "Zie mijn antwoorden hieronder.\n\n-#- Schrijf uw antwoord boven deze regel -#-\n"
		    "Beste Els,\nWat kost het?\nHet kost 149 euro.\n");
	tap_is_str(came_of(&p), "back: below", "who points below our line gets it back");
	tap_ok(desk_last(&p, STEVE, "ticket-antwoord") == NULL, "and nothing goes out");
	desk_answer(&p, ELS, "ticket-bericht", "Zie mijn antwoorden hieronder.\n\n1. Het kost 149 euro.\n");
	tap_ok(strstr(came_of(&p), "149 euro.") != NULL, "with nothing of ours below it is text");
	play_close(&p);
}

static void test_long(void)
{
	struct play p;
	struct buf text = BUF_INIT(BUF_MAX_DATA);
	int i;

	open_desk(&p);
	for (i = 1; i <= 400; i++)
		buf_addf(&text, "regel %d\n", i);
	desk_answer(&p, ELS, "ticket-bericht", text.data);
	tap_ok(strstr(came_of(&p), "regel 400") != NULL, "400 lines go out");
	buf_adds(&text, "het bedrag");
	desk_answer(&p, ELS, "ticket-bericht", text.data);
	tap_is_str(came_of(&p), "back: long", "with one more it goes back");
	buf_free(&text);
	for (i = 1; i <= 5100; i++)
		buf_adds(&text, i == 1 ? "Dat klopt.\n" : "\n");
	buf_adds(&text, "149 euro");
	desk_answer(&p, ELS, "ticket-bericht", text.data);
	tap_is_str(came_of(&p), "back: long", "so does what stands below more lines than are looked at");
	buf_free(&text);
	play_close(&p);
}

/* ---- files ---- */

#define CUT "--cut\r\n"
#define TEXT CUT "Content-Type: text/plain; charset=utf-8\r\n\r\n149 euro.\r\n"

static void answer_raw(struct play *p, const char *kind, const char *body)
{
	struct post post = desk_reply_to(p, desk_last(p, ELS, "ticket-bericht"), "");
	const char *raw = arena_printf(&p->arena, "%sFrom: " ELS "\r\nTo: " SERVICE "\r\nSubject: %s\r\nIn-Reply-To: <%s>\r\n"
				       "Message-ID: <raw%d@pentrax.example>\r\nMIME-Version: 1.0\r\n"
				       "Content-Type: multipart/%s; boundary=cut\r\n\r\n%s--cut--\r\n", post.top, post.subject,
				       post.answers, ++p->letters, kind, body);

	play_post_raw(p, raw, strlen(raw));
}

/* A picture of that many bytes, as a part that the text shows. */
static const char *picture(struct play *p, const char *id, size_t size)
{
	char *bytes = arena_alloc(&p->arena, size + 1);

	memset(bytes, 'x', size);
	memcpy(bytes, "\x89PNG\r\n\x1a\n", 8);
	memset(bytes + 8, 'I', 8);
	return arena_printf(&p->arena, CUT "Content-Type: image/png; name=%s.png\r\nContent-ID: <%s@x>\r\n"
			    "Content-Disposition: inline; filename=%s.png\r\n\r\n%s\r\n", id, id, id, bytes);
}

/* Names of the files of the last answer: "a.png b.pdf". */
static const char *files_out(struct play *p)
{
	const struct virtual_sent *sent = desk_last(p, STEVE, "ticket-antwoord");
	const char *list = "";
	const struct mail *mail;
	size_t i;

	if (!sent)
		return "none";
	mail = play_read(p, sent);
	for (i = 0; i < mail->part_count; i++)
		if (mail->parts[i].role == MAIL_PART_ATTACHMENT)
			list = arena_printf(&p->arena, "%s%s%s", list, *list ? " " : "", mail->parts[i].name);
	return list;
}

static void test_pictures(void)
{
	struct play p;
	const char *html = CUT "Content-Type: text/html; charset=utf-8\r\n\r\n<p>149 euro, zie <img src=\"cid:scherm@x\"> hier.</p>"
			   "<p>Met vriendelijke groet,<br>Els<br><img src=\"cid:logo@x\"><img src=\"cid:pixel@x\"></p>"
			   "<div>-#- Schrijf uw antwoord boven deze regel -#-</div><p>Wat kost het?</p>\r\n";

	open_desk(&p);
	answer_raw(&p, "related", arena_printf(&p.arena, "%s%s%s%s", html, picture(&p, "scherm", 5000), picture(&p, "logo", 4000),
					       picture(&p, "pixel", 70)));
	tap_is_str(files_out(&p), "scherm.png", "a picture among the words goes along; a logo and a pixel do not");
	tap_is_str(play_mails(&p), "ticket-antwoord>steve ticket-beantwoord>bob", "a colleague gets the copy");
	tap_ok(desk_says(&p, BOB, "ticket-beantwoord", "logo.png, 4") && desk_says(&p, BOB, "ticket-beantwoord", "pixel.png"),
	       "which names what was left out");
	tap_ok(desk_says(&p, BOB, "ticket-beantwoord", "Bijlage: scherm.png"), "and what was not");
	answer_raw(&p, "related", arena_printf(&p.arena, "%s%s", html, picture(&p, "logo", 40000)));
	tap_is_str(files_out(&p), "", "a large picture below the closing phrase does not go along");
	tap_is_str(play_mails(&p), "ticket-antwoord>steve ticket-beantwoord>bob ticket-beantwoord>els", "who wrote it is told");
	tap_ok(desk_says(&p, ELS, "ticket-beantwoord", "logo.png, 40"), "which one");
	answer_raw(&p, "related", arena_printf(&p.arena, CUT "Content-Type: text/html\r\n\r\n<p>149 euro.</p><div id=\"Signature\">Els"
					       "<img src=\"cid:a@x\"></div>\r\n%s%s", picture(&p, "a", 5000), picture(&p, "b", 5000)));
	tap_is_str(files_out(&p), "b.png", "that of a signature does not; one that the text does not show is an attachment");
	play_close(&p);
}

static void test_unnamed(void)
{
	struct play p;

	open_desk(&p);
	answer_raw(&p, "mixed", TEXT CUT "Content-Type: application/pdf\r\nContent-Disposition: attachment\r\n\r\n%PDF-1.4\r\n");
	tap_is_str(files_out(&p), "bestand-1", "a file without a name gets one");
	play_close(&p);
}

static void test_attached_mail(void)
{
	static const char eml[] = CUT "Content-Type: message/rfc822\r\n\r\nFrom: jan@client.example\r\nSubject: geheim\r\n\r\nKANARIE\r\n";
	struct play p;
	const char *own;

	open_desk(&p);
	answer_raw(&p, "mixed", arena_printf(&p.arena, TEXT "%s", eml));
	tap_is_str(came_of(&p), "back: message", "A15 an attached mail sends the answer back");
	tap_ok(desk_says(&p, ELS, "ticket-verslag", "mail als bijlage"), "with the reason");
	desk_answer(&p, ELS, "ticket-verslag", "toch sturen\n\n149 euro.");
	tap_is_str(files_out(&p), "", "and without it goes out");
	answer_raw(&p, "mixed", TEXT CUT "Content-Type: application/octet-stream; name=vraag.eml\r\n"
				"Content-Disposition: attachment; filename=vraag.eml\r\n\r\nFrom: jan@client.example\r\n\r\nKANARIE\r\n");
	tap_is_str(came_of(&p), "back: message", "so does one that is declared a file");
	own = desk_last(&p, ELS, "ticket-bericht")->data;
	answer_raw(&p, "mixed", arena_printf(&p.arena, TEXT CUT "Content-Type: message/rfc822\r\n\r\n%s\r\n", own));
	tap_ok(strstr(came_of(&p), "149 euro.") && !strcmp(files_out(&p), ""), "ours that he answers is a quotation, and stays here");
	play_close(&p);
}

/* ---- "toch sturen" ---- */

static void test_anyway(void)
{
	static const struct row { const char *name, *first, *second, *came; } rows[] = {
		{ "the guard that was named", "Mail met " BOB, "toch sturen\n\nMail met " BOB, NULL },
		{ "another than was named", "Mail met " BOB, "toch sturen\n\nDat klopt.\n\nGroet, Els\n\nU moet nog betalen",
		  "back: internal, closing" },
		{ "an empty answer", "Mail met " BOB, "toch sturen", "back: internal, empty" },
		{ "our own line", "Mail met " BOB, "toch sturen\n\nzie x -#- Schrijf", "back: internal, other" },
		{ "another's address", "Mail met " BOB, "toch sturen\n\nMail met " KEES, "back: internal, other" },
		{ "another's address, named before", "Mail met " KEES, "toch sturen\n\nMail met " KEES, "back: other" },
	};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct play p;
		const char *got;

		open_desk(&p);
		play_dossier(&p, (struct engine_opening){ .client_name = "Kees", .client_address = KEES });
		desk_answer(&p, ELS, "ticket-bericht", rows[i].first);
		tap_ok(str_starts(came_of(&p), "back"), "%s: first it goes back", rows[i].name);
		desk_answer(&p, ELS, "ticket-bericht", rows[i].second);
		tap_ok(str_starts(came_of(&p), "back"), "A15 anyway, %s: nothing is waived by who answers another mail", rows[i].name);
		desk_answer(&p, ELS, "ticket-verslag", rows[i].first);
		tap_ok(str_starts(came_of(&p), "back"), "%s: nor without saying so", rows[i].name);
		desk_answer(&p, ELS, "ticket-verslag", rows[i].second);
		got = came_of(&p);
		if (rows[i].came)
			tap_is_str(got, rows[i].came, "A15 anyway, %s: not taken away", rows[i].name);
		else
			tap_ok(strstr(got, "Mail met " BOB) != NULL, "A15 anyway, %s: taken away", rows[i].name);
		play_close(&p);
	}
}

/* Closed by a colleague since it was sent back: what was asked then is asked again. */
static void test_anyway_closed(void)
{
	struct play p;

	open_desk(&p);
	desk_answer(&p, ELS, "ticket-bericht", "Mail met " BOB);
	desk_answer(&p, BOB, "ticket-bericht", "sluiten");
	desk_answer(&p, ELS, "ticket-verslag", "toch sturen\n\nMail met " BOB);
	tap_is_str(came_of(&p), "back: internal", "A15 anyway, a closed ticket: nothing is waived");
	tap_is_str(desk_tickets(&p), "question closed", "and it stays closed");
	play_close(&p);
}

/* A refusal of one ticket, or to another person, is none of this. */
static void test_anyway_other(void)
{
	struct play p;
	struct post post;

	open_desk(&p);
	desk_answer(&p, ELS, "ticket-bericht", "Mail met " BOB);
	post = desk_reply_to(&p, desk_last(&p, BOB, "ticket-bericht"), "toch sturen\n\nMail met " BOB);
	post.references = arena_printf(&p.arena, "<%s>", play_read(&p, desk_last(&p, ELS, "ticket-verslag"))->message_id);
	play_post(&p, &post);
	tap_is_str(came_of(&p), "back: internal", "A15 anyway, what a colleague was refused waives nothing for him");
	play_close(&p);
}

/* The answer to a refusal that quotes all of it, from our line on. */
static void test_mark_in_refusal(void)
{
	struct play p;

	open_desk(&p);
	desk_answer(&p, ELS, "ticket-bericht", "Mail met " BOB);
	tap_ok(desk_says(&p, ELS, "ticket-verslag", "-#- "), "what goes back holds the line");
	desk_answer(&p, ELS, "ticket-verslag",
		    arena_printf(&p.arena, "Het kost 149 euro.\n\n%s", play_read(&p, desk_last(&p, ELS, "ticket-verslag"))->text));
	tap_ok(strstr(came_of(&p), "149 euro.") && !strstr(came_of(&p), "niet verstuurd"), "and what stands above it is the answer");
	play_close(&p);
}

/* ---- A15: what is another's ---- */

static void test_others(void)
{
	struct play p;
	const char *other, *own, *ticket;

	open_desk(&p);
	other = play_dossier(&p, (struct engine_opening){ .client_name = "Kees", .client_address = KEES });
	own = play_dossier(&p, (struct engine_opening){ .client_name = "Steve", .client_address = STEVE });
	desk_write(&p, EVE, "termijn", "Hoe lang duurt het?");
	{
		struct ticket_filter filter = { .address = EVE, .state = -1 };
		struct ticket *list;
		size_t count;

		store_ticket_list(p.store, &filter, &p.arena, &list, &count, NULL);
		ticket = list[0].number;
	}
	desk_write(&p, STEVE, "nog iets", "vraag: en nu?");
	desk_answer(&p, ELS, "ticket-bericht", arena_printf(&p.arena, "Zie %s.", other));
	tap_is_str(came_of(&p), "back: other", "A15 the number of another's dossier");
	desk_answer(&p, ELS, "ticket-bericht", arena_printf(&p.arena, "Zie %s.", ticket));
	tap_is_str(came_of(&p), "back: other", "A15 the number of another's ticket");
	desk_answer(&p, ELS, "ticket-bericht", "Zie hieronder -#- Schrijf uw antwoord");
	tap_is_str(came_of(&p), "back: other", "A15 a piece of our mail to staff");
	desk_answer(&p, ELS, "ticket-bericht", "Mail het aan <mailto:" KEES ">.");
	tap_is_str(came_of(&p), "back: other", "A15 the address of a party of another's dossier");
	desk_answer(&p, ELS, "ticket-bericht", "Mail het vanaf " STEVE " aan nieuw@elders.example.");
	tap_ok(strstr(came_of(&p), "nieuw@elders.example") != NULL, "his own address and one of nobody go out");
	desk_answer(&p, ELS, "ticket-bericht", arena_printf(&p.arena, "Zie uw dossier %s.", own));
	tap_ok(strstr(came_of(&p), own) != NULL, "and the number of his own dossier");
	play_close(&p);
}

int main(void)
{
	test_below();
	test_points_below();
	test_long();
	test_pictures();
	test_unnamed();
	test_attached_mail();
	test_anyway();
	test_anyway_closed();
	test_anyway_other();
	test_mark_in_refusal();
	test_others();
	return tap_done();
}
