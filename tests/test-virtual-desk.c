/*
 * Abuse of the staff desk (reliability.md §4): A12, A14 to A18, A36 and A44,
 * each with the strongest attacker we could think of. What must never happen:
 * a word to the wrong person, a word that was meant for staff, a command that
 * nobody proven gave.
 */
/* Own. */
#include "tap.h"
#include "virtual_desk.h"

#define SPF "spf=pass smtp.mailfrom"
#define CANARY "KANARIE"

static void open_desk(struct play *p)
{
	static const struct play_options strict = { .authentication = true };

	play_open(p, &strict);
	p->staff[1] = (struct settings_person){ "Bob Bakker", BOB };
	p->services[0].staff_count = 2;
	desk_write(p, STEVE, "prijs", "Wat kost het?");
}

/* A second question, by somebody else. */
static void ask_too(struct play *p)
{
	desk_write(p, KEES, "termijn", "Hoe lang duurt het?");
}

/* How many answers of staff went out, to anybody. */
static size_t answers(struct play *p)
{
	size_t i, count = 0;

	for (i = 0; i < virtual_sent_count(p->v); i++) {
		struct outbox_row row = { .template = "" };

		store_outbox_load(p->store, virtual_sent_at(p->v, i)->row, &p->arena, &row, NULL);
		count += strcmp(row.template, "ticket-antwoord") == 0;
	}
	return count;
}

/* Does anything that went to him hold it, in any form a reader would see, or on the wire? */
static bool reached(struct play *p, const char *address, const char *what)
{
	size_t i;

	for (i = 0; i < virtual_sent_count(p->v); i++) {
		const struct virtual_sent *sent = virtual_sent_at(p->v, i);

		if (str_ieq(sent->to, address) && (strstr(sent->data, what) || strstr(play_text(p, sent), what)))
			return true;
	}
	return false;
}

/* ---- A12: an oracle for tokens and numbers ---- */

static void test_oracle(void)
{
	static const char made_up[] = "[aaaaaaaaaaaaaaaaaaaaaaaaaa]";
	struct play p;
	const char *id, *number, *rows[4], *said[4];
	int i;

	open_desk(&p);
	id = play_read(&p, desk_last(&p, STEVE, "ticket-ontvangen"))->message_id;
	number = play_read(&p, desk_last(&p, STEVE, "ticket-ontvangen"))->subject;
	rows[0] = arena_printf(&p.arena, "Re: %s", number);
	rows[1] = "Re: Vraag T26-99999-A: prijs [aaaaaaaaaaaaaaaaaaaaaaaaaa]";
	rows[2] = arena_printf(&p.arena, "Re: Vraag T26-00001-N: prijs %s", made_up);
	rows[3] = "prijs";
	for (i = 0; i < 4; i++) {
		play_mails(&p);
		play_post(&p, &(struct post){ .top = desk_trace(&p, DESK_PASS, EVE), .from = EVE, .subject = rows[i],
					      .answers = i == 3 ? id : NULL, .text = arena_printf(&p.arena, "vraag: en %d?", i) });
		said[i] = arena_printf(&p.arena, "%s / %s", play_item(&p), i ? play_mails(&p) : "");
		if (!i)
			play_mails(&p);
	}
	tap_is_str(said[2], said[1], "A12 a number that exists and one that does not, with a made-up token: the same");
	tap_is_str(said[3], said[1], "A12 and a Message-ID that leaked: the same");
	tap_is_str(desk_tickets(&p), "question open, question open, question open, question open, question open",
		   "A12 none of them goes on in another's ticket");
	tap_ok(!reached(&p, EVE, "Wat kost het"), "A12 and nothing of it comes out");
	play_post(&p, &(struct post){ .top = desk_trace(&p, DESK_PASS, ELS), .from = ELS,
				      .subject = "Re: Vraag T26-99999-A: prijs", .text = "149 euro." });
	tap_is_int((long long)answers(&p), 0, "A12 a number that was never given answers nobody");
	play_close(&p);
}

/* ---- A14: the answer to another ---- */

static void test_wrong(void)
{
	struct play p;
	struct post one, two;
	const char *tag;

	open_desk(&p);
	ask_too(&p);
	two = desk_reply_to(&p, desk_last(&p, ELS, "ticket-bericht"), "Twee weken.");
	/* The first of both: its subject names ticket 1. */
	{
		size_t i;
		const struct virtual_sent *first = NULL;

		for (i = 0; i < virtual_sent_count(p.v) && !first; i++)
			if (str_ieq(virtual_sent_at(p.v, i)->to, ELS))
				first = virtual_sent_at(p.v, i);
		one = desk_reply_to(&p, first, "149 euro.");
	}
	play_mails(&p);
	play_post(&p, &(struct post){ .top = one.top, .from = ELS, .subject = one.subject, .answers = two.answers,
				      .text = "Twee weken." });
	tap_is_str(play_mails(&p), "ticket-retour>els", "A14 token and number of one, thread of another: goes back");
	play_post(&p, &(struct post){ .top = one.top, .from = ELS, .text = "Twee weken.",
				      .subject = arena_printf(&p.arena, "%s %s", one.subject, two.subject) });
	tap_is_str(play_mails(&p), "ticket-retour>els", "A14 two tokens in one subject");
	play_post(&p, &(struct post){ .top = one.top, .from = ELS, .subject = one.subject, .text = "Twee weken.",
				      .references = arena_printf(&p.arena, "<%s> <%s>", one.answers, two.answers) });
	tap_is_str(play_mails(&p), "ticket-retour>els", "A14 threads that were joined");
	tag = strrchr(one.subject, '[');
	play_post(&p, &(struct post){ .top = one.top, .from = ELS, .subject = arena_printf(&p.arena, "Iets anders %s", tag),
				      .text = "Tot morgen bij de lunch." });
	tap_is_str(play_mails(&p), "ticket-verslag>els", "A14 a new mail to an address that was filled in by itself");
	play_post(&p, &(struct post){ .top = desk_trace(&p, DESK_PASS, BOB), .from = BOB, .subject = one.subject, .answers = one.answers,
				      .text = "149 euro." });
	tap_is_str(play_mails(&p), "ticket-verslag>bob", "A14 a colleague's mail, passed on and answered");
	tap_is_int((long long)answers(&p), 0, "A14 nothing of all that went out");
	play_post(&p, &one);
	tap_ok(answers(&p) == 1 && reached(&p, STEVE, "149 euro.") && !reached(&p, KEES, "149 euro."),
	       "A14 the right one does, to the right one");
	play_close(&p);
}

/* ---- A15: what was quoted ---- */

static void test_quoted(void)
{
	static const struct row { const char *name, *above, *head, *mark; } rows[] = {
		{ "as Thunderbird quotes", "149 euro.", "Op 2-3-2026 om 09:00 schreef Pentrax:", "> " },
		{ "as Outlook does", "149 euro.", "-----Oorspronkelijk bericht-----\nVan: Pentrax\nVerzonden: maandag 2 maart 2026\n"
		  "Aan: Els\nOnderwerp: Vraag", "" },
		{ "as telephones do", "149 euro.\n\nVerstuurd vanaf mijn iPhone",
		  "Op 2 mrt 2026 om 09:00 heeft Pentrax het volgende geschreven:",
		  "> " },
		{ "with a bar at the side", "149 euro.", "", "| " },
		{ "without any mark", "149 euro.", "", "" },
		{ "in a language that nobody knows", "149 euro.", "Kirjoitti ma 2.3.2026 klo 9:00:", "" },
		{ "with a signature above", "149 euro.\n\nMet vriendelijke groet,\nEls de Vries\n" ELS, "", "" },
	};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *quoted = "", *line;
		struct play p;

		open_desk(&p);
		line = play_read(&p, desk_last(&p, ELS, "ticket-bericht"))->text;
		while (*line) {
			int len = (int)strcspn(line, "\n");

			quoted = arena_printf(&p.arena, "%s%s%.*s\n", quoted, rows[i].mark, len, line);
			line += len + (line[len] == '\n');
		}
		desk_answer(&p, ELS, "ticket-bericht",
			    arena_printf(&p.arena, "%s\n\n%s\n%s%s interne opmerking\n", rows[i].above, rows[i].head, quoted, CANARY));
		tap_ok(!reached(&p, STEVE, CANARY) && !reached(&p, STEVE, "Wat u kunt doen") && !reached(&p, STEVE, ELS) &&
		       !reached(&p, STEVE, "-#-") && !reached(&p, STEVE, "Els de Vries"), "A15 quoted %s: nothing of the desk goes out",
		       rows[i].name);
		tap_ok(reached(&p, STEVE, "149 euro.") || desk_last(&p, ELS, "ticket-verslag"),
		       "A15 %s: the answer does, or staff hear why not",
		       rows[i].name);
		play_close(&p);
	}
}

/* What no cut can tell from own words: the engine looks at what they hold. */
static void test_names_inside(void)
{
	struct play p;
	const char *other;

	open_desk(&p);
	other = play_dossier(&p, (struct engine_opening){ 0 });
	desk_answer(&p, ELS, "ticket-bericht", arena_printf(&p.arena, "Zie dossier %s van Jan.", other));
	tap_ok(answers(&p) == 0 && desk_last(&p, ELS, "ticket-verslag"), "A15 another dossier's number goes back");
	desk_answer(&p, ELS, "ticket-bericht", "Zie ook T26-00002-D.");
	tap_is_int((long long)answers(&p), 1, "A15 what is no number of ours is text");
	desk_answer(&p, ELS, "ticket-bericht", "Mail met " BOB);
	tap_is_int((long long)answers(&p), 1, "A15 an address of staff goes back");
	play_close(&p);
}

/* ---- A16, A17: what is in it but not seen ---- */

static void raw_answer(struct play *p, const char *headers, const char *body)
{
	struct post post = desk_reply_to(p, desk_last(p, ELS, "ticket-bericht"), "");
	const char *raw = arena_printf(&p->arena, "%sFrom: " ELS "\r\nTo: " SERVICE "\r\nSubject: %s\r\nIn-Reply-To: <%s>\r\n"
				       "Message-ID: <raw%d@pentrax.example>\r\nMIME-Version: 1.0\r\n%s\r\n\r\n%s", post.top, post.subject,
				       post.answers, ++p->letters, headers, body);

	play_post_raw(p, raw, strlen(raw));
}

static void test_hidden(void)
{
	static const char html[] =
		"<html><head><base href=\"http://evil.example/\"><style>@import url(http://evil.example/a.css);</style></head><body>"
		"<!-- " CANARY " comment --><p>Het kost 149\xe2\x80\xae euro\xe2\x80\x8b.</p>"
		"<img src=\"http://evil.example/pixel.gif\" width=1>"
		"<form action=\"http://evil.example/\"><input name=a value=\"" CANARY "\"></form>"
		"<script>var a = '" CANARY "';</script><link rel=stylesheet href=\"http://evil.example/b.css\"></body></html>";
	struct play p;

	open_desk(&p);
	raw_answer(&p, "Content-Type: text/html; charset=utf-8", html);
	tap_is_int((long long)answers(&p), 1, "A16 an answer in HTML goes out");
	tap_ok(reached(&p, STEVE, "149 euro"), "A16 its words, without marks of direction");
	tap_ok(!reached(&p, STEVE, CANARY) && !reached(&p, STEVE, "evil.example"), "A16 no comment, picture, form, style or script of it");
	tap_ok(!reached(&p, STEVE, "\xe2\x80\xae") && !reached(&p, STEVE, "\xe2\x80\x8b"), "A16 nor what cannot be seen");
	play_close(&p);
}

static void test_encrypted(void)
{
	struct play p;

	open_desk(&p);
	raw_answer(&p, "Content-Type: multipart/mixed; boundary=x",
		   "--x\r\nContent-Type: text/html\r\n\r\nHet kost 149 euro. <img src=\"http://evil.example/\r\n--x\r\n"
		   "Content-Type: application/pkcs7-mime; smime-type=enveloped-data\r\nContent-Transfer-Encoding: base64\r\n\r\n"
		   "MIAGCSqGSIb3DQEHA6CA\r\n--x\r\nContent-Type: text/html\r\n\r\n\">\r\n--x--\r\n");
	tap_is_int((long long)answers(&p), 0, "A17 an encrypted part between two of HTML: nothing goes out");
	tap_is_str(play_item(&p), "held encrypted", "A17 a person looks at it");
	raw_answer(&p, "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=x",
		   "--x\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--x\r\nContent-Type: application/octet-stream\r\n\r\n"
		   "-----BEGIN PGP MESSAGE-----\r\n--x--\r\n");
	tap_is_int((long long)answers(&p), 0, "A17 nor of a mail that is encrypted whole");
	play_close(&p);
}

/* ---- A18: a header out of a name ---- */

/* A line that begins with a field nobody but the attacker wanted. */
static bool has_line(struct play *p, const char *field)
{
	const char *line = arena_printf(&p->arena, "\n%s", field);
	size_t i;

	for (i = 0; i < virtual_sent_count(p->v); i++)
		if (strstr(virtual_sent_at(p->v, i)->data, line))
			return true;
	return false;
}

static void test_injection(void)
{
	static const char *const words[] = {
		"=?utf-8?Q?hallo=0D=0ABcc:_eve@evil.example?=",  "=?utf-8?Q?hallo=0ABcc:_eve@evil.example=0A=0Atekst?=",
		"=?utf-8?B?aGFsbG8NCkJjYzogZXZlQGV2aWwuZXhhbXBsZQ==?=", "=?utf-8?Q?hallo=E2=80=A8Bcc:_eve@evil.example?=",
		"=?utf-8?Q?hallo=0DBcc:_eve@evil.example?=",     "=?utf-8?Q?hallo=00=0D=0A=20Bcc:_eve@evil.example?=",
	};
	size_t i;

	for (i = 0; i < sizeof words / sizeof *words; i++) {
		struct play p;

		open_desk(&p);
		play_post(&p, &(struct post){ .top = desk_trace(&p, DESK_PASS, EVE), .subject = words[i],
					      .from = arena_printf(&p.arena, "%s <" EVE ">", words[i]),
					      .headers = "Cc: storing@pentrax.example\r\n", .text = "probleem: het werkt niet",
					      .files = { { .name = words[i] } } });
		tap_ok(desk_last(&p, ELS, "ticket-bericht") != NULL, "A18 %zu: it is a ticket", i + 1);
		desk_answer(&p, ELS, "ticket-bericht", "Start het opnieuw.");
		tap_ok(answers(&p) == 1 && !has_line(&p, "Bcc:"), "A18 %zu: no field comes out of subject, name or file name", i + 1);
		play_close(&p);
	}
}

/* ---- A36: a command that nobody of the staff gave ---- */

static void test_forged(void)
{
	static const struct row { const char *name, *found; bool token; const char *item; } rows[] = {
		{ "without authentication, with a stolen token", "dmarc=fail header.from", true, "held unauthenticated" },
		{ "SPF alone, with the token", SPF, true, "processed returned" },
		{ "authenticated, without its token", DESK_PASS, false, "processed returned" },
		{ "neither", "dmarc=fail header.from", false, "held unauthenticated" },
	};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		static const char *const texts[] = { "sluiten", "Uw geld is overgemaakt." };
		struct play p;
		struct post post;
		size_t j;

		open_desk(&p);
		post = desk_reply_to(&p, desk_last(&p, ELS, "ticket-bericht"), "");
		post.top = desk_trace(&p, rows[i].found, ELS);
		if (!rows[i].token)
			post.subject = arena_printf(&p.arena, "%.*s", (int)strcspn(post.subject, "["), post.subject);
		for (j = 0; j < 2; j++) {
			post.text = texts[j];
			play_post(&p, &post);
			tap_is_str(play_item(&p), rows[i].item, "A36 %s: '%s'", rows[i].name, texts[j]);
		}
		tap_ok(!strcmp(desk_tickets(&p), "question open") && answers(&p) == 0, "A36 %s: nothing was done, nothing went out",
		       rows[i].name);
		play_close(&p);
	}
}

/* ---- A44: what a scanner could press ---- */

static void test_links(void)
{
	struct play p;
	size_t i;
	bool clean = true;

	open_desk(&p);
	desk_answer(&p, ELS, "ticket-bericht", "149 euro.");
	desk_answer(&p, STEVE, "ticket-antwoord", "En per jaar?");
	desk_answer(&p, ELS, "ticket-bericht", "sluiten");
	for (i = 0; i < virtual_sent_count(p.v); i++) {
		const char *data = virtual_sent_at(p.v, i)->data;

		clean &= !strstr(data, "href=\"http") && !strstr(data, "href=3D\"http") && !strstr(data, "List-Unsubscribe") &&
			 !strstr(data, "https://");
	}
	tap_ok(virtual_sent_count(p.v) > 5 && clean, "A44 no mail about a ticket holds a link that does something");
	play_close(&p);
}

int main(void)
{
	test_oracle();
	test_wrong();
	test_quoted();
	test_names_inside();
	test_hidden();
	test_encrypted();
	test_injection();
	test_forged();
	test_links();
	return tap_done();
}
