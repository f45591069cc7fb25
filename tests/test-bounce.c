/*
 * Reading of reports, automatic replies and days of return, row by row; what
 * the corpora of others hold is in test-bounce-corpora.c.
 */

/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/buf.h"
#include "base/str.h"
#include "tap.h"

/* Engine. */
#include "bounce/bounce.h"

/* ---- reports ---- */

struct report_row {
	const char *name, *from, *subject, *text, *headers[3]; /* headers: name, value */
	const char *status;      /* a part with the fields of RFC 3464 */
	enum bounce_kind kind;
	const char *address;     /* NULL = no recipient */
	enum bounce_fate fate;
	bool temporary, gone;
	int code;
};

#define DAEMON "MAILER-DAEMON@mx.example"

static const struct report_row reports[] = {
	{ .name = "RFC 3464, no such user", .from = DAEMON, .subject = "Undelivered Mail Returned to Sender",
	  .status = "Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; jan@client.example\nAction: failed\n"
		    "Status: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 <jan@client.example>: User unknown\n",
	  .kind = BOUNCE_DELIVERY, .address = "jan@client.example", .gone = true, .code = 550 },
	{ .name = "RFC 3464, mailbox full", .from = DAEMON, .subject = "x",
	  .status = "Final-Recipient: rfc822; jan@client.example\r\nAction: failed\r\nStatus: 5.2.2\r\n"
		    "Diagnostic-Code: smtp; 552 5.2.2 mailbox full\r\n",
	  .kind = BOUNCE_DELIVERY, .address = "jan@client.example", .code = 552 },
	{ .name = "RFC 3464, delayed", .from = DAEMON, .subject = "x",
	  .status = "Final-Recipient: rfc822; jan@client.example\nAction: delayed\nStatus: 4.4.1\n",
	  .kind = BOUNCE_DELIVERY, .address = "jan@client.example", .fate = BOUNCE_DELAYED, .temporary = true },
	{ .name = "RFC 3464, it arrived", .from = DAEMON, .subject = "Successful Mail Delivery Report",
	  .status = "Final-Recipient: rfc822; jan@client.example\nAction: relayed\nStatus: 2.0.0\n",
	  .kind = BOUNCE_DELIVERY, .address = "jan@client.example", .fate = BOUNCE_ARRIVED },
	{ .name = "fields without a blank line between two recipients", .from = DAEMON, .subject = "x",
	  .status = "Final-Recipient: rfc822; jan@client.example\nAction: failed\nStatus: 5.1.1\n"
		    "Final-Recipient: rfc822; kees@client.example\nAction: failed\nStatus: 5.1.1\n",
	  .kind = BOUNCE_DELIVERY, .address = "jan@client.example", .gone = true },
	{ .name = "fields that are folded", .from = DAEMON, .subject = "x",
	  .status = "Final-Recipient:\n rfc822;\n <jan@client.example>\nAction: failed\nStatus: 5.7.1\n",
	  .kind = BOUNCE_DELIVERY, .address = "jan@client.example" },
	{ .name = "a status part with nothing in it", .from = "jan@client.example", .subject = "x", .status = "...\n" },
	{ .name = "Dutch prose", .from = "postmaster@kantoor.example", .subject = "Onbestelbaar: Dossier 2026-00001-R",
	  .text = "Uw bericht kan niet worden bezorgd aan:\n\n  jan@client.example\n  Dit e-mailadres bestaat niet.\n",
	  .kind = BOUNCE_DELIVERY, .address = "jan@client.example", .gone = true },
	{ .name = "German prose", .from = "mailer-daemon@gmx.example", .subject = "Unzustellbar: Dossier",
	  .text = "Ihre Nachricht konnte nicht zugestellt werden.\n\n<jan@client.example>:\n452 4.2.2 Postfach ist voll\n",
	  .kind = BOUNCE_DELIVERY, .address = "jan@client.example", .temporary = true, .code = 452 },
	{ .name = "nobody's sender and words of failure", .from = "info@client.example", .subject = "x",
	  .headers = { "Return-Path", "<>" }, .text = "Unable to deliver to <jan@client.example>: mailbox is full",
	  .kind = BOUNCE_DELIVERY, .address = "jan@client.example", .temporary = true },
	{ .name = "X-Failed-Recipients", .from = DAEMON, .subject = "x", .headers = { "X-Failed-Recipients", "jan@client.example" },
	  .text = "550 no such user", .kind = BOUNCE_DELIVERY, .address = "jan@client.example", .gone = true, .code = 550 },
	{ .name = "a year is no reply code", .from = DAEMON, .subject = "Undelivered mail",
	  .text = "It failed in 2026 after 5023 seconds:\n<jan@client.example>: port 550/tcp\n",
	  .kind = BOUNCE_DELIVERY, .address = "jan@client.example" },
	{ .name = "a person who passes one on", .from = "jan@client.example", .subject = "Fwd: Undelivered Mail Returned to Sender",
	  .text = "ik kreeg dit terug\n\nYour message could not be delivered to els@pentrax.example" },
	{ .name = "a person who complains", .from = "jan@client.example", .subject = "Mail komt niet aan",
	  .text = "Mijn mail naar u kan niet worden bezorgd, wat nu?" },
	{ .name = "a person whose answer says failure", .from = "jan@client.example", .subject = "Re: delivery failed?",
	  .headers = { "In-Reply-To", "<x@y>" }, .text = "The parcel could not be delivered to jan@client.example" },
	{ .name = "a postmaster who writes about something else", .from = "postmaster@client.example",
	  .subject = "Jaarcijfers 2025", .text = "Hierbij de jaarcijfers." },
	{ .name = "documents from a scanner", .from = "scanner@client.example", .subject = "Scan from printer",
	  .headers = { "Auto-Submitted", "auto-generated" }, .text = "see attachment" },
	{ .name = "no words at all", .from = DAEMON, .subject = "" },
	{ .name = "no sender, no words", .subject = "" },
};

static void fill(struct mail *mail, struct mail_header *header, struct mail_address *from, struct mail_part *part,
		 const struct report_row *row)
{
	*from = (struct mail_address){ "", row->from };
	header[0] = (struct mail_header){ row->headers[0], row->headers[1] };
	*part = (struct mail_part){ .role = MAIL_PART_MACHINE, .type = "message/delivery-status" };
	*mail = (struct mail){ .from = { from, row->from != NULL }, .subject = row->subject, .text = row->text ? row->text : "",
			       .headers = header, .header_count = row->headers[0] != NULL, .parts = part,
			       .part_count = row->status != NULL };
}

static void test_report(const struct report_row *row)
{
	struct arena arena = ARENA_INIT;
	struct mail mail;
	struct mail_header header[1];
	struct mail_address from;
	struct mail_part part;
	const char *texts[1] = { row->status };
	struct bounce_source source = { &mail, texts, NULL };
	struct bounce_report report;
	const struct bounce_recipient *to;

	fill(&mail, header, &from, &part, row);
	bounce_read(&source, &arena, &report);
	tap_is_int(report.kind, row->kind, "%s: its kind", row->name);
	tap_is_str(report.count ? report.list[0].address : NULL, row->address, "%s: the recipient", row->name);
	to = report.list;
	if (to && row->address)
		tap_ok(to->fate == row->fate && to->temporary == row->temporary && to->gone == row->gone &&
			       to->code == row->code,
		       "%s: fate %d, temporary %d, gone %d, code %d", row->name, to->fate, to->temporary, to->gone, to->code);
	arena_free(&arena);
}

static void test_ids(void)
{
	struct arena arena = ARENA_INIT;
	struct mail_address from = { "", DAEMON };
	struct mail mail = { .from = { &from, 1 }, .subject = "failure notice", .message_id = "own@mx.example",
			     .text = "wasn't able to deliver\n<jan@client.example>:\nno such user\n" };
	struct bounce_source source = { .mail = &mail,
					.raw = "Message-ID: <own@mx.example>\n\n--- Below this line is a copy\n"
					       "Message-Id:\n <p.abc@pentrax.example>\nmessage-id: <p.abc@pentrax.example>\n"
					       "Message-ID: <broken\n" };
	struct bounce_report report;

	bounce_read(&source, &arena, &report);
	tap_is_int((int)report.id_count, 1, "the report's own Message-ID is not one that it returns");
	tap_is_str(report.id_count ? report.ids[0] : NULL, "p.abc@pentrax.example", "a folded one is found");
	arena_free(&arena);
}

/* Whatever stands there: it ends, within bounds. */
static void test_large(void)
{
	struct arena arena = ARENA_INIT;
	struct buf text = BUF_INIT(BUF_MAX_TEXT), fields = BUF_INIT(BUF_MAX_TEXT);
	const struct report_row row = { .from = DAEMON, .subject = "Undelivered mail", .status = "x" };
	struct mail mail;
	struct mail_header header[1];
	struct mail_address from;
	struct mail_part part;
	struct bounce_report report;
	const char *texts[1];
	struct bounce_source source = { &mail, texts, NULL };
	int i;

	for (i = 0; i < 2000; i++) {
		buf_addf(&text, "could not be delivered <a%d@client.example>: 550\n", i);
		buf_addf(&fields, "Final-Recipient: rfc822; a%d@client.example\nAction: failed\n\n", i);
	}
	fill(&mail, header, &from, &part, &row);
	mail.text = text.data;
	texts[0] = fields.data;
	bounce_read(&source, &arena, &report);
	tap_is_int((int)report.count, BOUNCE_RECIPIENTS_MAX, "fields about 2000 recipients: the first 100");
	mail.part_count = 0;
	bounce_read(&source, &arena, &report);
	tap_is_int((int)report.count, BOUNCE_RECIPIENTS_MAX, "words about 2000 recipients: the first 100");
	buf_free(&text);
	buf_free(&fields);
	arena_free(&arena);
}

/* ---- automatic mail ---- */

static const struct auto_row {
	const char *name, *value, *subject, *from;
	enum bounce_auto says;
} autos[] = {
	{ NULL, NULL, "Dossier 2026-00001-R", NULL, BOUNCE_AUTO_NO },
	{ "Auto-Submitted", "auto-replied", "x", NULL, BOUNCE_AUTO_REPLY },
	{ "Auto-Submitted", " Auto-Replied (vacation)", "x", NULL, BOUNCE_AUTO_REPLY },
	{ "Auto-Submitted", "auto-generated", "x", NULL, BOUNCE_AUTO_MAIL },
	{ "Auto-Submitted", "no", "x", NULL, BOUNCE_AUTO_NO },
	{ "Auto-Submitted", "something-else", "x", NULL, BOUNCE_AUTO_MAIL },
	{ "X-Autoreply", "yes", "x", NULL, BOUNCE_AUTO_REPLY },
	{ "X-Autorespond", "", "x", NULL, BOUNCE_AUTO_REPLY },
	{ "Precedence", "auto_reply", "x", NULL, BOUNCE_AUTO_REPLY },
	{ "Precedence", "bulk", "x", NULL, BOUNCE_AUTO_MAIL },
	{ "Precedence", "first-class", "x", NULL, BOUNCE_AUTO_NO },
	{ "List-Id", "<nieuws.example>", "x", NULL, BOUNCE_AUTO_MAIL },
	{ "Return-Path", "<>", "x", NULL, BOUNCE_AUTO_MAIL },
	{ "Return-Path", "<jan@client.example>", "x", NULL, BOUNCE_AUTO_NO },
	{ "X-Auto-Response-Suppress", "All", "x", NULL, BOUNCE_AUTO_NO },
	{ "X-POST-MessageClass", "9; Autoresponder", "x", NULL, BOUNCE_AUTO_REPLY },
	{ NULL, NULL, "x", "no-reply@client.example", BOUNCE_AUTO_MAIL },
	{ NULL, NULL, "x", "noreplystraat@client.example", BOUNCE_AUTO_NO },
	{ NULL, NULL, "Automatisch antwoord: Dossier 2026-00001-R", NULL, BOUNCE_AUTO_REPLY },
	{ NULL, NULL, "AUTOMATISCH  ANTWOORD: x", NULL, BOUNCE_AUTO_REPLY },
	{ NULL, NULL, "Afwezig: Dossier", NULL, BOUNCE_AUTO_REPLY },
	{ NULL, NULL, "Afwezigheidsbericht", NULL, BOUNCE_AUTO_REPLY },
	{ NULL, NULL, "Niet op kantoor", NULL, BOUNCE_AUTO_REPLY },
	{ NULL, NULL, "Automatic reply: x", NULL, BOUNCE_AUTO_REPLY },
	{ NULL, NULL, "[Auto-Reply] x", NULL, BOUNCE_AUTO_REPLY },
	{ NULL, NULL, "Out of Office: x", NULL, BOUNCE_AUTO_REPLY },
	{ NULL, NULL, "Automatische Antwort: x", NULL, BOUNCE_AUTO_REPLY },
	{ NULL, NULL, "Abwesenheitsnotiz: x", NULL, BOUNCE_AUTO_REPLY },
	{ NULL, NULL, "Réponse automatique : x", NULL, BOUNCE_AUTO_REPLY },
	{ NULL, NULL, "RÉPONSE AUTOMATIQUE : x", NULL, BOUNCE_AUTO_REPLY },
	{ NULL, NULL, "Respuesta automática: x", NULL, BOUNCE_AUTO_REPLY },
	{ NULL, NULL, "Risposta automatica: x", NULL, BOUNCE_AUTO_REPLY },
	{ NULL, NULL, "Автоответ: x", NULL, BOUNCE_AUTO_REPLY },
	{ NULL, NULL, "自動返信: x", NULL, BOUNCE_AUTO_REPLY },
	{ NULL, NULL, "Re: Automatisch antwoord: x", NULL, BOUNCE_AUTO_NO },
	{ NULL, NULL, "Automatische incasso mislukt", NULL, BOUNCE_AUTO_NO },
	{ NULL, NULL, "Afwezigheid van mijn partner bij de bespreking", NULL, BOUNCE_AUTO_NO },
	{ NULL, NULL, "Vakantiegeld 2025", NULL, BOUNCE_AUTO_NO },
	{ NULL, NULL, "", NULL, BOUNCE_AUTO_NO },
};

static void test_auto(const struct auto_row *row)
{
	struct mail_header header = { row->name, row->value };
	struct mail_address from = { "", row->from ? row->from : "jan@client.example" };
	struct mail mail = { .from = { &from, 1 }, .subject = row->subject, .headers = &header, .header_count = row->name != NULL };

	tap_is_int(bounce_automatic(&mail), row->says, "%s: %s '%s' %s", row->name ? row->name : "-",
		   row->value ? row->value : "", row->subject, from.addr);
}

/* ---- days of return; today is Monday 2026-03-02 ---- */

static const struct back_row {
	const char *subject, *text, *back; /* NULL = none */
} backs[] = {
	{ "", "Ik ben afwezig t/m 6 maart.", "2026-03-07" },
	{ "", "Ik ben met vakantie tot en met vrijdag 13 maart 2026.", "2026-03-14" },
	{ "", "Ik ben er weer op maandag, tot 9 maart ben ik niet bereikbaar.", "2026-03-09" },
	{ "", "Vanaf 16 maart ben ik weer op kantoor", "2026-03-16" },
	{ "", "Ik ben vanaf 3 maart tot 10 maart afwezig.", "2026-03-10" },
	{ "", "Maandag ben ik terug op 9-3-2026", "2026-03-09" },
	{ "Afwezig tot 5 april", "", "2026-04-05" },
	{ "", "I am out of the office until March 9th, 2026.", "2026-03-09" },
	{ "", "I will be back on Monday", "2026-03-09" },
	{ "", "I'm away through 6 March", "2026-03-07" },
	{ "", "Returning on Wednesday 4 March.", "2026-03-04" },
	{ "", "back in the office on 2026-03-20", "2026-03-20" },
	{ "", "I will return on 05/03/2026", "2026-03-05" },
	{ "", "Out until 3/25", "2026-03-25" },
	{ "", "Tot 31 december ben ik weg", "2026-12-31" },
	{ "", "Tot 1 november ben ik er niet, tot ziens", "2026-11-01" },
	{ "", "Ik was afwezig tot 1 februari.", NULL },
	{ "", "I am back on 31 February", NULL },
	{ "", "tot 99 mei 99999", NULL },
	{ "", "Dank voor uw bericht, wij antwoorden zo snel mogelijk.", NULL },
	{ "", "Tot ziens, 5 mei is een vrije dag", NULL },
	{ "", "", NULL },
};

static void test_back(const struct back_row *row)
{
	static const struct civil today = { .year = 2026, .month = 3, .day = 2 };
	struct civil back;
	char text[40] = "";

	if (bounce_back(row->subject, row->text, &today, &back))
		snprintf(text, sizeof text, "%04d-%02d-%02d", back.year, back.month, back.day);
	tap_is_str(text, row->back ? row->back : "", "back: '%s%s'", row->subject, row->text);
}

int main(void)
{
	size_t i;

	for (i = 0; i < sizeof reports / sizeof *reports; i++)
		test_report(&reports[i]);
	test_ids();
	test_large();
	for (i = 0; i < sizeof autos / sizeof *autos; i++)
		test_auto(&autos[i]);
	for (i = 0; i < sizeof backs / sizeof *backs; i++)
		test_back(&backs[i]);
	return tap_done();
}
