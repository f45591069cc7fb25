/*
 * Mail that an office passes on (issue: who is who): the client's mail inside,
 * attached or in the text, decides which dossier; the office is who delivered;
 * what the client wrote is a note and never a command.
 */

/* Own. */
#include "tap.h"
#include "virtual_play.h"

#define PIET "piet@client.example"
#define BERT "bert@client.example"
#define MIA "mia@client.example"

/* An office with two clients; one dossier it keeps to itself; Jan has one without it. */
struct town {
	struct play p;
	const char *piet, *bert, *jan;
};

static void town_open(struct town *t, bool one)
{
	memset(t, 0, sizeof *t);
	play_open(&t->p, NULL);
	t->jan = play_dossier(&t->p, (struct engine_opening){ 0 });
	t->piet = play_dossier(&t->p, (struct engine_opening){ .client_name = "Piet Pietersen", .client_address = PIET,
							       .office = OFFICE, .office_name = "Kantoor" });
	if (!one)
		t->bert = play_dossier(&t->p, (struct engine_opening){ .client_name = "Bert", .client_address = BERT,
								       .office = OFFICE, .office_name = "Kantoor" });
	play_mails(&t->p);
}

/* "{piet}" and its like, as numbers. */
static const char *fill(struct town *t, const char *text)
{
	const struct { const char *word, *value; } words[] = { { "{piet}", t->piet }, { "{bert}", t->bert },
							       { "{jan}", t->jan } };
	size_t i;

	for (i = 0; text && i < sizeof words / sizeof *words; i++) {
		const char *at;

		while (words[i].value && (at = strstr(text, words[i].word)) != NULL)
			text = arena_printf(&t->p.arena, "%.*s%s%s", (int)(at - text), text, words[i].value,
					    at + strlen(words[i].word));
	}
	return text;
}

#define OUTLOOK_FROM "\r\n\r\n________________________________\r\nVan: "
#define OUTLOOK_REST "\r\nVerzonden: maandag 2 maart 2026 08:45\r\nAan: Kantoor <" OFFICE ">\r\nOnderwerp: "

static const struct forward_row {
	const char *name, *from, *subject, *text;
	const char *item, *where; /* what becomes of it, in which dossier */
	const char *note;         /* that stands in the note; NULL = nothing looked for */
	bool one;                 /* the office has one dossier only */
	const char *file;         /* NULL = paspoort.pdf */
} rows[] = {
	{ "Outlook, number in the mail inside", OFFICE, "FW: mijn stukken",
	  "Zie onder." OUTLOOK_FROM "Piet <" PIET ">" OUTLOOK_REST "Dossier {piet}: paspoort\r\n\r\nHierbij mijn paspoort.",
	  "processed", "{piet}", "Hierbij mijn paspoort.", false, NULL },
	{ "Gmail", OFFICE, "Fwd: stukken",
	  "---------- Forwarded message ---------\r\nVan: Piet <" PIET ">\r\nDate: ma 2 mrt 2026 om 08:45\r\n"
	  "Subject: {piet}\r\nTo: <" OFFICE ">\r\n\r\n\r\nMijn paspoort",
	  "processed", "{piet}", "Van: Piet <" PIET ">", false, NULL },
	{ "Apple Mail", OFFICE, "Fwd: stukken",
	  "Groet, Kantoor\r\n\r\n> Begin doorgestuurd bericht:\r\n> \r\n> Van: Piet <" PIET ">\r\n> Onderwerp: {piet}\r\n"
	  "> Datum: 2 maart 2026 om 08:45:00 CET\r\n> Aan: " OFFICE "\r\n> \r\n> Mijn paspoort",
	  "processed", "{piet}", "Mijn paspoort", false, NULL },
	{ "Thunderbird", OFFICE, "Doorst: stukken",
	  "-------- Doorgestuurd bericht --------\r\nOnderwerp: \t{piet}\r\nDatum: \tMon, 2 Mar 2026 08:45:00 +0100\r\n"
	  "Van: \tPiet <" PIET ">\r\nAan: \t" OFFICE "\r\n\r\nMijn paspoort",
	  "processed", "{piet}", "Mijn paspoort", false, NULL },
	{ "two deep", OFFICE, "FW: stukken",
	  "Zie onder." OUTLOOK_FROM "Piet <" PIET ">" OUTLOOK_REST "FW: paspoort\r\n\r\nVan mijn vrouw."
	  OUTLOOK_FROM "Ans <ans@client.example>" OUTLOOK_REST "{piet}\r\n\r\nHier is het.",
	  "processed", "{piet}", "Van mijn vrouw.", false, NULL },
	{ "number in the words of the mail inside", OFFICE, "FW: stukken",
	  "Zie onder." OUTLOOK_FROM "Piet <" PIET ">" OUTLOOK_REST "paspoort\r\n\r\nVoor dossier {piet}.",
	  "processed", "{piet}", "Voor dossier", false, NULL },
	{ "commands of the client are no commands", OFFICE, "FW: {piet}",
	  "Zie onder." OUTLOOK_FROM "Piet <" PIET ">" OUTLOOK_REST "{piet}\r\n\r\nniet aanwezig prognose\r\nannuleren",
	  "processed", "{piet}", "niet aanwezig prognose", false, NULL },
	{ "two answers that differ", OFFICE, "FW: {bert}",
	  "Zie onder." OUTLOOK_FROM "Piet <" PIET ">" OUTLOOK_REST "{piet}\r\n\r\nHierbij.", "held two-answers", "", NULL, false,
	  NULL },
	{ "outside a number, inside one that nobody has", OFFICE, "FW: {bert}",
	  "Zie onder." OUTLOOK_FROM "Piet <" PIET ">" OUTLOOK_REST "2026-99999-Z\r\n\r\nHierbij.", "held two-answers", "", NULL,
	  false, NULL },
	{ "outside a number, inside another's", OFFICE, "FW: {bert}",
	  "Zie onder." OUTLOOK_FROM "Piet <" PIET ">" OUTLOOK_REST "{jan}\r\n\r\nHierbij.", "held two-answers", "", NULL, false,
	  NULL },
	{ "an unknown number inside", OFFICE, "FW: stukken",
	  "Zie onder." OUTLOOK_FROM "Piet <" PIET ">" OUTLOOK_REST "2026-99999-Z\r\n\r\nHierbij.", "held unknown-number", "", NULL,
	  true, NULL },
	{ "another's number inside", OFFICE, "FW: stukken",
	  "Zie onder." OUTLOOK_FROM "Piet <" PIET ">" OUTLOOK_REST "{jan}\r\n\r\nHierbij.", "held stranger", "{jan}", NULL, true,
	  NULL },
	{ "no number, the office's only client", OFFICE, "FW: stukken",
	  "Zie onder." OUTLOOK_FROM "Piet <" PIET ">" OUTLOOK_REST "paspoort\r\n\r\nHierbij.", "processed", "{piet}", "Hierbij.",
	  true, NULL },
	{ "no number, somebody else's mail, one open dossier", OFFICE, "FW: stukken",
	  "Zie onder." OUTLOOK_FROM "Mia <" MIA ">" OUTLOOK_REST "paspoort\r\n\r\nHierbij.", "held forwarded", "", NULL, true,
	  NULL },
	{ "no number, nobody's mail, one open dossier", OFFICE, "FW: stukken",
	  "Zie onder." OUTLOOK_FROM "Mia" OUTLOOK_REST "paspoort\r\n\r\nHierbij.", "held forwarded", "", NULL, true, NULL },
	{ "two senders in one head", OFFICE, "FW: stukken",
	  "Zie." OUTLOOK_FROM "\"" PIET "\" <" MIA ">" OUTLOOK_REST "paspoort\r\n\r\nHierbij.", "held forwarded", "", NULL, true,
	  NULL },
	{ "a subject of its own, number inside", OFFICE, "stukken van Piet",
	  "Zie onder." OUTLOOK_FROM "Piet <" PIET ">" OUTLOOK_REST "{piet}\r\n\r\nHierbij.", "held forwarded", "", NULL, false,
	  NULL },
	{ "one client's mail that names another's dossier", OFFICE, "FW: stukken",
	  "Zie onder." OUTLOOK_FROM "Bert <" BERT ">" OUTLOOK_REST "{piet}\r\n\r\nHierbij.", "held forwarded", "", NULL, false, NULL },
	{ "a mail from the client's other address", OFFICE, "FW: stukken",
	  "Zie onder." OUTLOOK_FROM "Piet <piet.thuis@client.example>" OUTLOOK_REST "{piet}\r\n\r\nHierbij.", "processed", "{piet}",
	  "Hierbij.", false, NULL },
	{ "several dossiers and no number at all", OFFICE, "FW: stukken",
	  "Zie onder." OUTLOOK_FROM "Piet <" PIET ">" OUTLOOK_REST "paspoort\r\n\r\nHierbij.", "held several-dossiers", "", NULL,
	  false, NULL },
	{ "an answer that quotes a forward is none", OFFICE, "Re: {bert}",
	  "Hierbij." OUTLOOK_FROM "Pentrax <" SERVICE ">" OUTLOOK_REST "Dossier {bert}\r\n\r\n"
	  "---------- Forwarded message ---------\r\nVan: Piet <" PIET ">\r\nDate: ma 2 mrt 2026 om 08:45\r\n"
	  "Subject: {piet}\r\n\r\nx", "processed", "{bert}", NULL, false, NULL },
	{ "a client passes on his employer's mail", PIET, "FW: loonstrook",
	  "Zie onder." OUTLOOK_FROM "HR <hr@werk.example>" OUTLOOK_REST "loonstrook maart\r\n\r\nHierbij.", "processed",
	  "{piet}", "Van: HR <hr@werk.example>", true, NULL },
	{ "thanks above a client's words, no file", OFFICE, "FW: {piet}",
	  "Bedankt!" OUTLOOK_FROM "Piet <" PIET ">" OUTLOOK_REST "{piet}\r\n\r\nIk begrijp het niet.", "held message", "{piet}",
	  NULL, false, "" },
	{ "Mia passes on Piet's mail and is nobody", MIA, "FW: stukken",
	  "Zie onder." OUTLOOK_FROM "Piet <" PIET ">" OUTLOOK_REST "{piet}\r\n\r\nHierbij.", "held stranger", "{piet}", NULL,
	  false, NULL },
};

/* What was written of an event of the dossier, or "". */
static const char *history(struct play *p, const char *number, const char *event, const char **by_r)
{
	struct history_line *lines;
	size_t count, i;
	const char *text = "";

	*by_r = "";
	if (!number || store_history(p->store, number, &p->arena, &lines, &count, NULL))
		return "";
	for (i = 0; i < count; i++)
		if (str_eq(lines[i].event, event)) {
			text = lines[i].text;
			*by_r = lines[i].by;
		}
	return text;
}

static const struct dossier *load(struct play *p, const char *number)
{
	struct dossier *dossier;
	struct err err = ERR_INIT;

	if (store_dossier_load(p->store, number, &p->arena, &dossier, &err))
		play_bail(number, &err);
	return dossier;
}

/* "slot status from" of the documents, without those that wait for a slot. */
static const char *documents(struct play *p, const char *number)
{
	const struct dossier *d = load(p, number);
	const char *all = "";
	size_t s, i;

	for (s = 0; s < d->slot_count; s++)
		for (i = 0; i < d->slots[s].document_count; i++)
			all = arena_printf(&p->arena, "%s%s%s<%s", all, *all ? " " : "", d->slots[s].name,
					   d->slots[s].documents[i].from);
	return all;
}

static bool is_absent(struct play *p, const char *number)
{
	const struct dossier *d = load(p, number);
	size_t s;

	for (s = 0; s < d->slot_count; s++)
		if (d->slots[s].status == SLOT_ABSENT)
			return true;
	return str_eq(d->state, "vervallen");
}

static void check_row(const struct forward_row *row)
{
	struct town t;
	struct post post = { .from = row->from };
	const char *where, *note, *by;

	town_open(&t, row->one);
	post.subject = fill(&t, row->subject);
	post.text = fill(&t, row->text);
	post.files[0].name = row->file ? NULL : "paspoort.pdf";
	play_post(&t.p, &post);
	where = fill(&t, row->where);
	tap_is_str(play_item(&t.p), row->item, "%s: the item", row->name);
	tap_is_str(play_item_last(&t.p)->dossier ? play_item_last(&t.p)->dossier : "", where, "%s: the dossier", row->name);
	if (str_eq(row->item, "processed") && !row->file)
		tap_is_str(documents(&t.p, where),
			   arena_printf(&t.p.arena, "legitimatie<%s", row->from), "%s: delivered by whoever passed it on",
			   row->name);
	else
		tap_is_str(documents(&t.p, t.piet), "", "%s: nothing is filed", row->name);
	note = history(&t.p, where, "note", &by);
	if (row->note)
		tap_ok(strstr(note, row->note) && strstr(by, row->from), "%s: the note: %s | %s", row->name, by, note);
	tap_ok(!is_absent(&t.p, t.piet), "%s: no command was run", row->name);
	tap_is_str(t.p.failed, "", "%s: the engine goes on", row->name);
	play_close(&t.p);
}

/* ---- passed on as a message ---- */

static const char attached[] =
	"From: Kantoor <" OFFICE ">\r\nTo: " SERVICE "\r\nSubject: %s\r\nMessage-ID: <att@kantoor.example>\r\n"
	"Date: Mon, 02 Mar 2026 09:00:00 +0100\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=out\r\n\r\n"
	"--out\r\nContent-Type: text/plain\r\n\r\n%s\r\n"
	"--out\r\nContent-Type: message/rfc822\r\nContent-Disposition: attachment; filename=\"mail.eml\"\r\n\r\n"
	"From: Piet Pietersen <%s>\r\nTo: " OFFICE "\r\nSubject: %s\r\nMessage-ID: <in@client.example>\r\n%s"
	"Date: Mon, 02 Mar 2026 08:45:00 +0100\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=in\r\n\r\n"
	"--in\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHierbij mijn paspoort.\r\nniet aanwezig prognose\r\n"
	"--in\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=\"paspoort.pdf\"\r\n\r\n"
	"%%PDF-1.4\n%% p\n1 0 obj\n<< >>\nendobj\n%%%%EOF\r\n--in--\r\n--out--\r\n";

static void post_attached(struct town *t, const char *subject, const char *text, const char *from, const char *inside,
			  const char *more)
{
	struct buf raw = BUF_INIT(BUF_MAX_DATA);

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	buf_addf(&raw, attached, subject, text, from, inside, more);
#pragma GCC diagnostic pop
	play_post_raw(&t->p, raw.data, raw.len);
	buf_free(&raw);
}

static void check_attached(void)
{
	struct town t;
	const char *note, *by;

	town_open(&t, false);
	post_attached(&t, "stukken van een klant", "Graag verwerken.", PIET, fill(&t, "Re: Dossier {piet}"), "");
	tap_is_str(play_item(&t.p), "processed", "attached: the item");
	tap_is_str(play_item_last(&t.p)->dossier, t.piet, "attached: the number in the message inside");
	tap_is_str(documents(&t.p, t.piet), "legitimatie<" OFFICE, "attached: its file is taken, the office delivered it");
	note = history(&t.p, t.piet, "note", &by);
	tap_is_str(by, "office " OFFICE, "attached: the note is the office's");
	tap_ok(strstr(note, "Graag verwerken.") && strstr(note, "Van: Piet Pietersen <" PIET ">") &&
	       strstr(note, "Onderwerp: Re: Dossier") && strstr(note, "Hierbij mijn paspoort."), "attached: %s", note);
	tap_ok(!is_absent(&t.p, t.piet), "attached: the client's command is not run");
	tap_is_str(play_mails(&t.p), "ontvangst>info", "attached: the office gets the receipt, the client nothing");
	play_close(&t.p);

	town_open(&t, false);
	post_attached(&t, t.bert, "", PIET, t.piet, "");
	tap_is_str(play_item(&t.p), "held two-answers", "attached: outside one number, inside another");
	tap_is_str(documents(&t.p, t.bert), "", "attached: nothing is filed");
	play_close(&t.p);

	town_open(&t, true);
	post_attached(&t, "stukken", "", MIA, "paspoort", "");
	tap_is_str(play_item(&t.p), "held forwarded", "attached: somebody else's mail and one open dossier");
	play_close(&t.p);
}

/* Two deep: the number of the inner one decides, its file is taken. */
static void check_nested(void)
{
	static const char outer[] =
		"From: " OFFICE "\r\nTo: " SERVICE "\r\nSubject: stukken\r\nMessage-ID: <nest@kantoor.example>\r\n"
		"Date: Mon, 02 Mar 2026 09:00:00 +0100\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=out\r\n\r\n"
		"--out\r\nContent-Type: message/rfc822\r\n\r\nFrom: Piet <" PIET ">\r\nSubject: van mijn vrouw\r\n"
		"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=mid\r\n\r\n--mid\r\nContent-Type: message/rfc822\r\n\r\n"
		"From: Ans <ans@client.example>\r\nSubject: %s\r\nContent-Type: application/pdf\r\n"
		"Content-Disposition: attachment; filename=\"paspoort.pdf\"\r\n\r\n%%PDF-1.4 a\r\n--mid--\r\n--out--\r\n";
	struct buf raw = BUF_INIT(BUF_MAX_DATA);
	struct town t;

	town_open(&t, false);
	buf_addf(&raw, outer, t.piet);
	play_post_raw(&t.p, raw.data, raw.len);
	tap_is_str(play_item(&t.p), "processed", "a message in a message: the item");
	tap_is_str(documents(&t.p, t.piet), "legitimatie<" OFFICE, "a message in a message: its file is taken");
	buf_free(&raw);
	play_close(&t.p);
}

/* The message inside answers a mail of ours: that is its thread. */
static void check_thread(void)
{
	struct town t;
	const struct virtual_sent *sent;
	const struct mail *ours;
	const char *more;

	town_open(&t, false);
	play_post(&t.p, &(struct post){ .from = OFFICE, .subject = t.bert, .text = "status" });
	sent = play_last_to(&t.p, OFFICE);
	ours = play_read(&t.p, sent);
	more = arena_printf(&t.p.arena, "In-Reply-To: <%s>\r\n", ours->message_id);
	post_attached(&t, "stukken", "", BERT, "geen nummer", more);
	tap_is_str(play_item_last(&t.p)->dossier, t.bert, "the mail inside answers one of ours");
	play_close(&t.p);
}

/* Mails that were passed on keep no token of ours. */
static void check_tokens(void)
{
	struct town t;
	const char *note, *by, *text;
	struct post post = { .from = OFFICE, .files = { { .name = "paspoort.pdf" } } };

	town_open(&t, false);
	post.subject = fill(&t, "FW: {piet}");
	text = "Zie." OUTLOOK_FROM "Piet <" PIET ">" OUTLOOK_REST "{piet} [abcdefghijklmnopqrstuvwxyz]\r\n\r\n"
	       "dossier+abcdefghijklmnopqrstuvwxyz@pentrax.example";
	post.text = fill(&t, text);
	play_post(&t.p, &post);
	note = history(&t.p, t.piet, "note", &by);
	tap_ok(*note && !strstr(note, "abcdefghijklmnopqrstuvwxyz"), "no token in the note: %s", note);
	play_close(&t.p);
}

/* Answers between the lines of our mail: the note has the lines too. */
static void check_between(void)
{
	struct town t;
	const char *note, *by;

	town_open(&t, false);
	play_post(&t.p, &(struct post){ .from = PIET, .subject = t.piet, .files = { { .name = "paspoort.pdf" } },
					.text = "Op ma 2 mrt 2026 om 09:00 schreef Pentrax <" SERVICE ">:\r\n> Uw beroep?\r\nBakker.\r\n"
						"> Sinds wanneer?\r\n2019." });
	note = history(&t.p, t.piet, "note", &by);
	tap_is_str(note, "> Uw beroep?\nBakker.\n> Sinds wanneer?\n2019.", "answers between the lines are kept with them");
	play_close(&t.p);
}

/* What somebody reads after he passed on a mail that names Bert's dossier, or one that nobody has. */
static char *answer_to_guess(const char *from, const char *subject, bool exists)
{
	struct town t;
	struct post post = { .from = from, .files = { { .name = "a.pdf" } } };
	char *text;

	town_open(&t, false);
	post.subject = fill(&t, subject);
	post.text = arena_printf(&t.p.arena, "Zie." OUTLOOK_FROM "X <x@client.example>" OUTLOOK_REST "%s\r\n\r\nHierbij.",
				 exists ? t.bert : "2026-88888-Q");
	play_post(&t.p, &post);
	text = strdup(arena_printf(&t.p.arena, "%s|%s", play_mails(&t.p), play_text(&t.p, play_last_sent(&t.p))));
	tap_ok(!strstr(text, "Bert") && !strstr(text, t.bert), "%s, '%s': nothing of another's dossier", from, subject);
	play_close(&t.p);
	return text;
}

/* A number inside a mail that is passed on tells a guesser nothing either. */
static void check_oracle(void)
{
	static const struct { const char *from, *subject; } guesses[] = {
		{ EVE, "FW: x" }, { JAN, "FW: x" }, { JAN, "FW: {jan}" }, { PIET, "FW: x" }, { PIET, "FW: {piet}" },
		{ EVE, "FW: {jan}" }, { JAN, "x" },
	};
	size_t i;

	for (i = 0; i < sizeof guesses / sizeof *guesses; i++) {
		char *real = answer_to_guess(guesses[i].from, guesses[i].subject, true);
		char *invented = answer_to_guess(guesses[i].from, guesses[i].subject, false);

		tap_is_str(real, invented, "%s, '%s': the same for a real and an invented number", guesses[i].from,
			   guesses[i].subject);
		free(real);
		free(invented);
	}
}

/* Two clients' mails attached to one, of which one names its dossier. */
static void check_several(void)
{
	static const char two[] =
		"From: " OFFICE "\r\nTo: " SERVICE "\r\nSubject: stukken\r\nMessage-ID: <two@kantoor.example>\r\n"
		"Date: Mon, 02 Mar 2026 09:00:00 +0100\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=out\r\n\r\n"
		"--out\r\nContent-Type: message/rfc822\r\n\r\nFrom: Piet <" PIET ">\r\nSubject: %s\r\n"
		"Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=\"paspoort.pdf\"\r\n\r\n%%PDF-1.4 a\r\n"
		"--out\r\nContent-Type: message/rfc822\r\n\r\nFrom: Bert <" BERT ">\r\nSubject: zonder nummer\r\n"
		"Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=\"legitimatie.pdf\"\r\n\r\n%%PDF-1.4 b\r\n"
		"--out--\r\n";
	struct buf raw = BUF_INIT(BUF_MAX_DATA);
	struct town t;

	town_open(&t, false);
	buf_addf(&raw, two, t.piet);
	play_post_raw(&t.p, raw.data, raw.len);
	tap_is_str(play_item(&t.p), "held forwarded", "mails of two clients, one of which names its dossier");
	tap_is_str(documents(&t.p, t.piet), "", "the other's file is not filed there");
	buf_free(&raw);
	play_close(&t.p);
}

/* HTML alone: what it calls quoted is, in whatever language; the marks move with the token that is taken out of it. */
static void check_html(void)
{
	static const char html[] =
		"From: Piet <" PIET ">\r\nTo: " SERVICE "\r\nSubject: %s\r\nMessage-ID: <html@client.example>\r\n"
		"Date: Mon, 02 Mar 2026 09:00:00 +0100\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
		"<div>dossier+abcdefghijklmnopqrstuvwxyz@pentrax.example</div><div>niet aanwezig prognose</div>"
		"<div id=\"Signature\"><div>annuleren</div></div><hr><div id=\"divRplyFwdMsg\"><b>Oddi:</b> Pentrax<br></div>"
		"<div>annuleren</div>\r\n";
	struct buf raw = BUF_INIT(BUF_MAX_DATA);
	const struct dossier *d;
	size_t s, absent = 0;
	struct town t;

	town_open(&t, false);
	buf_addf(&raw, html, t.piet);
	play_post_raw(&t.p, raw.data, raw.len);
	d = load(&t.p, t.piet);
	for (s = 0; s < d->slot_count; s++)
		absent += d->slots[s].status == SLOT_ABSENT;
	tap_is_int((long long)absent, 1, "HTML alone: his own command is done");
	tap_is_str(d->state, "verzamelen", "and none of those in the signature and the quotation");
	tap_ok(!strstr(play_mails(&t.p), "bevestigen"), "nor is he asked about them");
	buf_free(&raw);
	play_close(&t.p);
}

int main(void)
{
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		check_row(&rows[i]);
	check_attached();
	check_thread();
	check_nested();
	check_tokens();
	check_between();
	check_oracle();
	check_several();
	check_html();
	return tap_done();
}
