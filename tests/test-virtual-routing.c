/* Which dossier a mail goes to, and whether its sender is believed: tables over the whole engine. */

/* Own. */
#include "tap.h"
#include "virtual_play.h"

/*
 * The people and dossiers of every row: Jan has one open dossier, Kees two,
 * the office two of its own clients; one the office keeps to itself (client Mia).
 */
struct town {
	struct play p;
	const char *jan, *kees1, *kees2, *office1, *office2, *mia;
	const char *thread_jan;  /* Message-ID of our first mail to Jan */
	const char *thread_kees;
};

#define MIA "mia@client.example"

static void town_open(struct town *t, bool authentication)
{
	struct play *p = &t->p;

	play_open(p, &(struct play_options){ .authentication = authentication });
	t->jan = play_dossier(p, (struct engine_opening){ 0 });
	t->thread_jan = play_id_to(p, JAN);
	t->kees1 = play_dossier(p, (struct engine_opening){ .client_name = "Kees", .client_address = KEES });
	t->thread_kees = play_id_to(p, KEES);
	t->kees2 = play_dossier(p, (struct engine_opening){ .client_name = "Kees", .client_address = KEES });
	t->office1 = play_dossier(p, (struct engine_opening){ .client_name = "Piet", .client_address = "piet@client.example",
							      .office = OFFICE, .office_name = "Kantoor" });
	t->office2 = play_dossier(p, (struct engine_opening){ .client_name = "Bert", .client_address = "bert@client.example",
							      .office = OFFICE, .office_name = "Kantoor" });
	t->mia = play_dossier(p, (struct engine_opening){ .client_name = "Mia", .client_address = MIA, .office = OFFICE,
							  .office_name = "Kantoor", .office_only = true });
	play_mails(p);
}

/* "{jan}" in a text becomes Jan's number, "{jan_}" the same with a space for each dash, "{JAN}" in lower case … */
static const char *fill(struct town *t, const char *text)
{
	struct arena *arena = &t->p.arena;
	const struct { const char *word, *value; } words[] = {
		{ "{jan}", t->jan }, { "{kees1}", t->kees1 }, { "{kees2}", t->kees2 }, { "{office1}", t->office1 },
		{ "{office2}", t->office2 }, { "{mia}", t->mia }, { "{thread-jan}", t->thread_jan },
		{ "{thread-kees}", t->thread_kees },
	};
	size_t i;

	for (i = 0; text && i < sizeof words / sizeof *words; i++) {
		const char *at = strstr(text, words[i].word);

		if (at)
			text = fill(t, arena_printf(arena, "%.*s%s%s", (int)(at - text), text, words[i].value,
						    at + strlen(words[i].word)));
	}
	return text;
}

/* "{jan-lower}" and its like: a number written in another way. */
static const char *rewrite(struct town *t, const char *number, const char *dash, bool lower)
{
	struct buf out = BUF_INIT(BUF_MAX_LINE);
	const char *text;

	for (; *number; number++)
		if (*number == '-')
			buf_adds(&out, dash);
		else
			buf_addc(&out, lower && *number >= 'A' && *number <= 'Z' ? (char)(*number + 32) : *number);
	text = arena_strdup(&t->p.arena, out.data);
	buf_free(&out);
	return text;
}

struct route_row {
	const char *name, *from, *subject, *file, *answers, *references;
	const char *item;   /* what becomes of it */
	const char *where;  /* the dossier, "" = none */
	const char *mails;
};

static const struct route_row route_rows[] = {
	{ "number in the subject", JAN, "Stukken {jan}", "paspoort.pdf", NULL, NULL, "processed", "{jan}", "ontvangst>jan" },
	{ "number, then words", JAN, "{jan} hierbij mijn stukken", "paspoort.pdf", NULL, NULL, "processed", "{jan}",
	  "ontvangst>jan" },
	{ "Re:", JAN, "Re: Dossier {jan}: wij missen", "paspoort.pdf", NULL, NULL, "processed", "{jan}", "ontvangst>jan" },
	{ "Antw: Fwd: FW:", JAN, "Antw: Fwd: FW: {jan}", "paspoort.pdf", NULL, NULL, "processed", "{jan}", "ontvangst>jan" },
	{ "RE(2): Doorst: WG:", JAN, "RE(2): Doorst: WG: {jan}", "paspoort.pdf", NULL, NULL, "processed", "{jan}",
	  "ontvangst>jan" },
	{ "no number, one open dossier", JAN, "mijn stukken", "paspoort.pdf", NULL, NULL, "processed", "{jan}",
	  "ontvangst>jan" },
	{ "no subject at all, one open dossier", JAN, NULL, "paspoort.pdf", NULL, NULL, "processed", "{jan}", "ontvangst>jan" },
	{ "no number, two open dossiers", KEES, "mijn stukken", "paspoort.pdf", NULL, NULL, "held several-dossiers", "",
	  "vraag-dossier>kees" },
	{ "no number, no dossier", EVE, "mijn stukken", "paspoort.pdf", NULL, NULL, "held no-number", "",
	  "ontvangst-algemeen>eve" },
	{ "unknown number, one open dossier", JAN, "2026-99999-Z", "paspoort.pdf", NULL, NULL, "held unknown-number", "",
	  "vraag-dossier>jan" },
	{ "unknown number, stranger", EVE, "2026-99999-Z", "paspoort.pdf", NULL, NULL, "held unknown-number", "",
	  "ontvangst-algemeen>eve" },
	{ "wrong check letter", JAN, "2026-00001-Z", "paspoort.pdf", NULL, NULL, "held unknown-number", "",
	  "vraag-dossier>jan" },
	{ "somebody else's number, with a dossier of his own", JAN, "{kees1}", "paspoort.pdf", NULL, NULL, "held stranger",
	  "{kees1}", "vraag-dossier>jan" },
	{ "somebody else's number, stranger", EVE, "{kees1}", "paspoort.pdf", NULL, NULL, "held stranger", "{kees1}",
	  "ontvangst-algemeen>eve" },
	{ "two numbers", KEES, "{kees1} en {kees2}", "paspoort.pdf", NULL, NULL, "held two-numbers", "",
	  "vraag-dossier>kees" },
	{ "the same number twice", KEES, "{kees1} Re: {kees1}", "paspoort.pdf", NULL, NULL, "processed", "{kees1}",
	  "ontvangst>kees" },
	{ "a known and an unknown number", KEES, "{kees1} 2026-99999-Z", "paspoort.pdf", NULL, NULL, "held two-numbers", "",
	  "vraag-dossier>kees" },
	{ "his number and somebody else's", KEES, "{kees1} {jan}", "paspoort.pdf", NULL, NULL, "held two-numbers", "",
	  "vraag-dossier>kees" },
	{ "somebody else's number in a name says nothing", JAN, "stuk", "{kees1} paspoort.pdf", NULL, NULL, "processed",
	  "{jan}", "ontvangst>jan" },
	{ "an answer without number", KEES, "ok", "paspoort.pdf", "{thread-kees}", NULL, "processed", "{kees1}",
	  "ontvangst>kees" },
	{ "only References", KEES, "ok", "paspoort.pdf", NULL, "<a@b> <{thread-kees}>", "processed", "{kees1}",
	  "ontvangst>kees" },
	{ "thread and subject agree", KEES, "Re: {kees1}", "paspoort.pdf", "{thread-kees}", NULL, "processed", "{kees1}",
	  "ontvangst>kees" },
	{ "thread and subject differ", KEES, "Re: {kees2}", "paspoort.pdf", "{thread-kees}", NULL, "held two-answers", "",
	  "vraag-dossier>kees" },
	{ "thread, and an unknown number", KEES, "Re: 2026-99999-Z", "paspoort.pdf", "{thread-kees}", NULL,
	  "held two-answers", "", "vraag-dossier>kees" },
	{ "two threads in one", KEES, "ok", "paspoort.pdf", "{thread-kees}", "<{thread-jan}>", "held two-answers", "",
	  "vraag-dossier>kees" },
	{ "somebody else's thread", JAN, "ok", "paspoort.pdf", "{thread-kees}", NULL, "held stranger", "{kees1}",
	  "vraag-dossier>jan" },
	{ "an invented Message-ID of ours", JAN, "ok", "paspoort.pdf", "p.aaaa@pentrax.example", NULL, "processed", "{jan}",
	  "ontvangst>jan" },
	{ "number in the name of the file", KEES, "stuk", "{kees2} paspoort.pdf", NULL, NULL, "processed", "{kees2}",
	  "ontvangst>kees" },
	{ "number and underscore in the name", KEES, "stuk", "{kees2}_paspoort.pdf", NULL, NULL, "processed", "{kees2}",
	  "ontvangst>kees" },
	{ "subject goes before name", KEES, "{kees1}", "{kees2}_paspoort.pdf", NULL, NULL, "processed", "{kees1}",
	  "ontvangst>kees" },
	{ "an unknown number in a name says nothing", JAN, "stuk", "2024-12345-X paspoort.pdf", NULL, NULL, "processed",
	  "{jan}", "ontvangst>jan" },
	{ "the office for a client", OFFICE, "{office1}", "paspoort.pdf", NULL, NULL, "processed", "{office1}",
	  "ontvangst>info" },
	{ "the office without a number", OFFICE, "stukken", "paspoort.pdf", NULL, NULL, "held several-dossiers", "",
	  "vraag-dossier>info" },
	{ "the office's client", "piet@client.example", "{office1}", "paspoort.pdf", NULL, NULL, "processed", "{office1}",
	  "ontvangst>piet" },
	{ "a client the office hides it from", MIA, "{mia}", "paspoort.pdf", NULL, NULL, "held stranger", "{mia}",
	  "ontvangst-algemeen>mia" },
	{ "the same without number", MIA, "stukken", "paspoort.pdf", NULL, NULL, "held no-number", "",
	  "ontvangst-algemeen>mia" },
	{ "the office's hidden dossier", OFFICE, "{mia}", "paspoort.pdf", NULL, NULL, "processed", "{mia}", "ontvangst>info" },
	{ "staff", ELS, "{jan}", "rapport.pdf", NULL, NULL, "processed", "{jan}", "" },
	{ "staff without a number", ELS, "rapport", "rapport.pdf", NULL, NULL, "held no-number", "",
	  "ontvangst-algemeen>els" },
	{ "upper case in the address", "Jan <JAN@Client.Example>", "{jan}", "paspoort.pdf", NULL, NULL, "processed", "{jan}",
	  "ontvangst>jan" },
	{ "only the name is his", "\"" JAN "\" <" EVE ">", "{jan}", "paspoort.pdf", NULL, NULL, "held stranger", "{jan}",
	  "ontvangst-algemeen>eve" },
	{ "two addresses in From", JAN ", " EVE, "{jan}", "paspoort.pdf", NULL, NULL, "held several-senders", "", "" },
	{ "no From", "", "{jan}", "paspoort.pdf", NULL, NULL, "held several-senders", "", "" },
	{ "a group in From", "vrienden: " JAN ", " EVE ";", "{jan}", "paspoort.pdf", NULL, NULL, "held several-senders", "",
	  "" },
	{ "From is no address", "Jan", "{jan}", "paspoort.pdf", NULL, NULL, "held several-senders", "", "" },
	{ "our own address", SERVICE, "{jan}", "paspoort.pdf", NULL, NULL, "held own-mail", "", "" },
	{ "our own question address", "vraag@pentrax.example", "{jan}", "paspoort.pdf", NULL, NULL, "held own-mail", "", "" },
	{ "words only", JAN, "{jan}", NULL, NULL, NULL, "processed", "{jan}", "ticket-bericht>els ticket-ontvangen>jan" },
};

static void check_route(const struct route_row *row)
{
	struct town t;
	const struct item *item;
	struct post post = { .from = row->from, .text = row->file ? NULL : "Wanneer is het klaar?" };
	const char *where;

	town_open(&t, false);
	post.subject = fill(&t, row->subject);
	post.answers = fill(&t, row->answers);
	post.references = fill(&t, row->references);
	post.files[0].name = fill(&t, row->file);
	play_post(&t.p, &post);
	item = play_item_last(&t.p);
	tap_is_str(play_item(&t.p), row->item, "%s: the item", row->name);
	where = fill(&t, row->where);
	tap_is_str(item->dossier ? item->dossier : "", where, "%s: the dossier", row->name);
	tap_is_str(play_mails(&t.p), row->mails, "%s: mails", row->name);
	tap_is_str(t.p.failed, "", "%s: the engine goes on", row->name);
	tap_is_int((long long)virtual_inbox(t.p.v, "intake"), 0, "%s: acknowledged", row->name);
	play_close(&t.p);
}

/* The number as people write it. */
static void check_writing(void)
{
	static const struct { const char *name, *dash; bool lower; } rows[] = {
		{ "spaces", " ", false },	  { "lower case", "-", true },	      { "both", " ", true },
		{ "en dash", "\xe2\x80\x93", false }, { "em dash", "\xe2\x80\x94", false },
		{ "non-breaking hyphen", "\xe2\x80\x91", false }, { "minus", "\xe2\x88\x92", false },
		{ "spaces around dashes", " - ", true }, { "no-break space", "\xc2\xa0", false },
	};
	struct town t;
	size_t i;

	town_open(&t, false);
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *number = rewrite(&t, t.kees2, rows[i].dash, rows[i].lower);
		struct post post = { .from = KEES };

		post.subject = arena_printf(&t.p.arena, "over %s graag", number);
		post.files[0].name = arena_printf(&t.p.arena, "bijlage %zu.pdf", i);
		play_post(&t.p, &post);
		tap_is_str(play_item_last(&t.p)->dossier, t.kees2, "number with %s", rows[i].name);
	}
	play_close(&t.p);
}

/* The number in the place of "%s". */
static const char *named(struct town *t, const char *subject, const char *number)
{
	const char *at = strstr(subject, "%s");

	return arena_printf(&t->p.arena, "%.*s%s%s", (int)(at - subject), subject, number, at + 2);
}

/* What the sender reads after naming Kees's dossier, or one that does not exist. */
static char *answer_to_guess(const char *from, const char *subject, bool exists)
{
	struct town t;
	char *text;

	town_open(&t, false);
	play_post(&t.p, &(struct post){ .from = from, .files = { { .name = "a.pdf" } },
					.subject = named(&t, fill(&t, subject),
								exists ? t.kees1 : "2026-88888-Q") });
	text = strdup(play_text(&t.p, play_last_sent(&t.p)));
	tap_ok(!strstr(text, "kees") && !strstr(text, t.kees1), "%s to '%s': nothing of another's dossier", from, subject);
	play_close(&t.p);
	return text;
}

/* A guesser learns nothing: the answer is the same whether or not the number exists. */
static void check_oracle(void)
{
	static const struct { const char *from, *subject; } rows[] = {
		{ EVE, "%s" }, { JAN, "%s" }, { MIA, "%s" }, { JAN, "{jan} %s" }, { JAN, "%s 2026-77777-Q" },
		{ MIA, "{mia} %s" },
	};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *real = answer_to_guess(rows[i].from, rows[i].subject, true);
		char *invented = answer_to_guess(rows[i].from, rows[i].subject, false);

		tap_is_str(real, invented, "%s to '%s': the same answer for a real and an invented number", rows[i].from,
			   rows[i].subject);
		free(real);
		free(invented);
	}
}

/* A stranger hears from us once a day, a client is asked once a day. */
static void check_once_a_day(void)
{
	struct town t;

	town_open(&t, false);
	play_post(&t.p, &(struct post){ .from = EVE, .subject = "hallo", .files = { { .name = "a.pdf" } } });
	tap_is_str(play_mails(&t.p), "ontvangst-algemeen>eve", "a stranger's first mail");
	play_post(&t.p, &(struct post){ .from = EVE, .subject = t.jan, .files = { { .name = "b.pdf" } } });
	tap_is_str(play_mails(&t.p), "", "his second: nothing");
	virtual_advance(t.p.v, DAYS(1) + 1);
	play_mails(&t.p);
	play_post(&t.p, &(struct post){ .from = EVE, .subject = "nog eens", .files = { { .name = "c.pdf" } } });
	tap_is_str(play_mails(&t.p), "ontvangst-algemeen>eve", "a day later: again");
	play_post(&t.p, &(struct post){ .from = KEES, .subject = "a", .files = { { .name = "a.pdf" } } });
	play_post(&t.p, &(struct post){ .from = KEES, .subject = "b", .files = { { .name = "b.pdf" } } });
	tap_is_str(play_mails(&t.p), "vraag-dossier>kees", "a client is asked once a day which dossier he meant");
	play_close(&t.p);
}

#define AR_PASS "Authentication-Results: " MX "; dmarc=pass header.from=client.example\r\n"
#define AR_FAIL "Authentication-Results: " MX "; dmarc=fail header.from=client.example\r\n"
#define RECEIVED "Received: from out.client.example by " MX " with ESMTPS id 1; Mon, 2 Mar 2026 09:00:00 +0100\r\n"

/* Authentication where it is required: what decides here; the table of fields is test-auth's. */
static void check_authentication(void)
{
	static const struct { const char *name, *top, *from, *subject, *item, *mails; } rows[] = {
		{ "nothing proven", "", JAN, "{jan}", "held unauthenticated", "" },
		{ "proven", AR_PASS RECEIVED, JAN, "{jan}", "processed", "ontvangst>jan" },
		{ "proven not", AR_FAIL RECEIVED, JAN, "{jan}", "held unauthenticated", "" },
		{ "written by the sender himself", RECEIVED AR_PASS, JAN, "{jan}", "held unauthenticated", "" },
		{ "no boundary anywhere", AR_PASS, JAN, "{jan}", "held unauthenticated", "" },
		{ "no number, unproven", "", JAN, "stuk", "held unauthenticated", "" },
		{ "a stranger, unproven", "", EVE, "{jan}", "held stranger", "" },
		{ "a stranger, no number, unproven", "", EVE, "hallo", "held no-number", "" },
		{ "two dossiers, unproven", "", KEES, "stuk", "held several-dossiers", "" },
		{ "two dossiers, proven", AR_PASS RECEIVED, KEES, "stuk", "held several-dossiers", "vraag-dossier>kees" },
		{ "staff, unproven", "", ELS, "{jan}", "held unauthenticated", "" },
	};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct town t;

		town_open(&t, true);
		play_post(&t.p, &(struct post){ .top = rows[i].top, .from = rows[i].from, .subject = fill(&t, rows[i].subject),
						.files = { { .name = "paspoort.pdf" } } });
		tap_is_str(play_item(&t.p), rows[i].item, "authentication: %s", rows[i].name);
		tap_is_str(play_mails(&t.p), rows[i].mails, "authentication: %s: mails", rows[i].name);
		play_close(&t.p);
	}
}

/* Automatic mail: its documents are taken in, but it is never answered (RFC 3834). */
static void check_automatic(void)
{
	static const struct { const char *name, *from, *headers; } rows[] = {
		{ "auto-replied", JAN, "Auto-Submitted: auto-replied\r\n" },
		{ "auto-generated", JAN, "Auto-Submitted: auto-generated; x=y\r\n" },
		{ "precedence bulk", JAN, "Precedence: bulk\r\n" },
		{ "precedence list", JAN, "Precedence: list\r\n" },
		{ "a list", JAN, "List-Id: <x.example>\r\n" },
		{ "null return path", JAN, "Return-Path: <>\r\n" },
		{ "x-autoreply", JAN, "X-Autoreply: yes\r\n" },
	};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct town t;
		struct post post = { .from = rows[i].from, .headers = rows[i].headers, .files = { { .name = "paspoort.pdf" } } };

		town_open(&t, false);
		post.subject = t.jan;
		play_post(&t.p, &post);
		tap_is_str(play_papers(&t.p, t.jan), "verzamelen legitimatie=paspoort.pdf", "%s: the document is taken in",
			   rows[i].name);
		tap_is_str(play_mails(&t.p), "", "%s: nothing is answered", rows[i].name);
		post.subject = "2026-99999-Z";
		play_post(&t.p, &post);
		post.from = EVE;
		play_post(&t.p, &post);
		tap_is_str(play_mails(&t.p), "", "%s: nor when it is held", rows[i].name);
		play_close(&t.p);
	}
}

static void check_robots(void)
{
	static const char *const from[] = { "mailer-daemon@x.example", "postmaster@x.example", "noreply@x.example",
					    "no-reply@x.example" };
	struct town t;
	size_t i;

	town_open(&t, false);
	for (i = 0; i < sizeof from / sizeof *from; i++) {
		play_post(&t.p, &(struct post){ .from = from[i], .subject = "hallo", .files = { { .name = "a.pdf" } } });
		tap_is_str(play_mails(&t.p), "", "%s is not answered", from[i]);
	}
	play_post(&t.p, &(struct post){ .subject = t.jan, .headers = "Auto-Submitted: no\r\n",
					.files = { { .name = "paspoort.pdf" } } });
	tap_is_str(play_mails(&t.p), "ontvangst>jan", "Auto-Submitted: no is a person");
	play_close(&t.p);
}

/* A report that our mail came back. */
static void check_bounce(void)
{
	static const char bounce[] =
		"From: mailer-daemon@client.example\r\nTo: " SERVICE "\r\nSubject: Undelivered\r\nMessage-ID: <b1@x>\r\n"
		"MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=cut\r\n\r\n"
		"--cut\r\nContent-Type: text/plain\r\n\r\nIt failed.\r\n"
		"--cut\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
		"Final-Recipient: rfc822; jan@client.example\r\nAction: failed\r\nStatus: 5.1.1\r\n--cut--\r\n";
	struct town t;

	town_open(&t, false);
	play_post_raw(&t.p, bounce, sizeof bounce - 1);
	tap_is_str(play_item(&t.p), "held bounce", "a delivery report is held as one");
	tap_is_str(play_mails(&t.p), "", "and not answered");
	play_close(&t.p);
}

/* One that returns what we sent is matched to it; what it says of anything else is nothing to us. */
static void check_returned(void)
{
	static const struct {
		const char *name, *action, *recipient, *id; /* id NULL = that of our mail */
		const char *item, *mails;
	} rows[] = {
		{ "of our mail", "failed", JAN, NULL, "processed bounce", "aflevering-mislukt>els" },
		{ "with another spelling", "Failed ", "Jan@Client.Example", NULL, "processed bounce", "" },
		{ "of a delay", "delayed", JAN, NULL, "processed bounce", "" },
		{ "about somebody else", "failed", EVE, NULL, "held bounce", "" },
		{ "of a mail that is not ours", "failed", JAN, "p.aaaaaaaa@pentrax.example", "held bounce", "" },
		{ "of a mail of another house", "failed", JAN, "p.aaaaaaaa@evil.example", "held bounce", "" },
	};
	struct buf raw = BUF_INIT(BUF_MAX_TEXT);
	struct town t;
	size_t i;

	town_open(&t, false);
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		play_mails(&t.p);
		buf_reset(&raw);
		buf_addf(&raw, "From: mailer-daemon@client.example\r\nTo: " SERVICE "\r\nMessage-ID: <r%zu@x>\r\n"
			 "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=cut\r\n\r\n", i);
		buf_addf(&raw, "--cut\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
			 "Final-Recipient: rfc822; %s\r\nAction: %s\r\nDiagnostic-Code: smtp; 550 no such user\r\n",
			 rows[i].recipient, rows[i].action);
		buf_addf(&raw, "--cut\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <%s>\r\n--cut--\r\n",
			 rows[i].id ? rows[i].id : play_id_to(&t.p, JAN));
		play_post_raw(&t.p, raw.data, raw.len);
		tap_is_str(play_item(&t.p), rows[i].item, "a report %s", rows[i].name);
		tap_is_str(play_mails(&t.p), rows[i].mails, "a report %s: who hears of it", rows[i].name);
		if (*rows[i].mails)
			tap_ok(strstr(play_text(&t.p, play_last_to(&t.p, ELS)), "550 no such user") != NULL,
			       "a report %s: why", rows[i].name);
	}
	play_close(&t.p);
	buf_free(&raw);
}

int main(void)
{
	size_t i;

	for (i = 0; i < sizeof route_rows / sizeof *route_rows; i++)
		check_route(&route_rows[i]);
	check_writing();
	check_oracle();
	check_once_a_day();
	check_authentication();
	check_automatic();
	check_robots();
	check_bounce();
	check_returned();
	return tap_done();
}
