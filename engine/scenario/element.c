/* System. */
#include <string.h>

/* Own. */
#include "scenario/scenario.h"

#define PAYING \
	"workflow inkomensverklaring\n" \
	"scenario \"Paying\"\n" \
	"    given  a dossier for \"Jan Jansen <jan@example.org>\" on 2026-03-02 09:00\n" \
	"    when   client mails \"paspoort.pdf\", \"aangifte 2023.pdf\", \"aangifte 2024.pdf\",\n" \
	"                        \"aangifte 2025.pdf\", \"jaarcijfers 2023.pdf\", \"jaarcijfers 2024.pdf\",\n" \
	"                        \"jaarcijfers 2025.pdf\", \"prognose.pdf\"\n" \
	"    when   15 minutes pass\n" \
	"    when   staff does \"in behandeling\"\n" \
	"    when   staff does \"klaar\" with \"rapport.pdf\", \"factuur.pdf\"\n"

/* In the order of the manual. A test plays each example with the shipped workflow. */
static const struct scenario_element elements[] = {
	{ "The head of a file", "workflow NAME",
	  "the workflow that all scenarios of the file are about; the first line",
	  "workflow inkomensverklaring\n"
	  "scenario \"A request is confirmed\"\n"
	  "    given  a dossier for \"Jan Jansen <jan@example.org>\" on 2026-03-02 09:00\n"
	  "    expect mail aanvraag-bevestigd to client" },
	{ NULL, "service KEY",
	  "whose it is, where several services of the configuration have the workflow",
	  "workflow inkomensverklaring\n"
	  "service  pentrax\n"
	  "scenario \"The service answers\"\n"
	  "    given  a dossier for \"Jan Jansen <jan@example.org>\" on 2026-03-02 09:00\n"
	  "    expect mail aanvraag-bevestigd to client with \"Pentrax\"" },
	{ NULL, "language LANGUAGE",
	  "of the clients, where a dossier says nothing else; without it the workflow's first",
	  "workflow inkomensverklaring\n"
	  "language en\n"
	  "scenario \"Mails are in English\"\n"
	  "    given  a dossier for \"Jan Jansen <jan@example.org>\" on 2026-03-02 09:00\n"
	  "    expect mail aanvraag-bevestigd to client with \"your request is confirmed\"" },
	{ NULL, "office \"Name <address>\"",
	  "the office of all dossiers of the file",
	  "workflow inkomensverklaring\n"
	  "office   \"Kantoor Bos <info@kantoorbos.example>\"\n"
	  "scenario \"The office gets the mail\"\n"
	  "    given  a dossier for \"Jan Jansen <jan@example.org>\" on 2026-03-02 09:00\n"
	  "    expect mail aanvraag-bevestigd to office and no other mail" },
	{ NULL, "scenario \"Title\"",
	  "begins a scenario: a dossier of its own, in an engine of its own; it ends at the first expectation that does "
	  "not hold",
	  "workflow inkomensverklaring\n"
	  "scenario \"One\"\n"
	  "    given  a dossier for \"Jan Jansen <jan@example.org>\" on 2026-03-02 09:00\n"
	  "    expect state verzamelen\n"
	  "scenario \"Two\"\n"
	  "    given  a dossier for \"Eva Smit <eva@example.org>\" on 2026-03-02 09:00\n"
	  "    expect state verzamelen" },

	{ NULL, "story NAME",
	  "when and expect lines that several scenarios below have in common; when story NAME tells them there",
	  "workflow inkomensverklaring\n"
	  "story paspoort\n"
	  "    when   client mails \"paspoort.pdf\"\n"
	  "    expect slot legitimatie delivered\n"
	  "scenario \"One\"\n"
	  "    given  a dossier for \"Jan Jansen <jan@example.org>\" on 2026-03-02 09:00\n"
	  "    when   story paspoort\n"
	  "    expect mail ontvangst to client" },

	{ "What is given", "given a dossier for \"Name <address>\" on DAY TIME",
	  "the client's dossier, opened at that moment on the clock of the service",
	  "workflow inkomensverklaring\n"
	  "scenario \"A dossier\"\n"
	  "    given  a dossier for \"Jan Jansen <jan@example.org>\" on 2026-03-02 09:00\n"
	  "    expect mail aanvraag-bevestigd to jan@example.org with \"Beste Jan Jansen\"" },
	{ NULL, "given a dossier … with office \"Name <address>\" …",
	  "an office asked for it and gets the mail",
	  "workflow inkomensverklaring\n"
	  "scenario \"An office\"\n"
	  "    given  a dossier for \"Jan Jansen <jan@example.org>\" with office \"Kantoor Bos <info@kantoorbos.example>\"\n"
	  "           on 2026-03-02 09:00\n"
	  "    expect mail aanvraag-bevestigd to info@kantoorbos.example and no mail to jan@example.org" },
	{ NULL, "given a dossier … with copy …",
	  "the client asked to be kept informed: a copy of what the office gets",
	  "workflow inkomensverklaring\n"
	  "scenario \"A copy\"\n"
	  "    given  a dossier for \"Jan Jansen <jan@example.org>\" with office \"Kantoor Bos <info@kantoorbos.example>\"\n"
	  "           with copy on 2026-03-02 09:00\n"
	  "    expect mail aanvraag-bevestigd to office and mail aanvraag-bevestigd to client with \"kopie\"" },
	{ NULL, "given a dossier … with partner \"Name <address>\" …",
	  "one more client, who gets what the client gets in a thread of his own; up to five of them",
	  "workflow inkomensverklaring\n"
	  "scenario \"Partners\"\n"
	  "    given  a dossier for \"Jan Jansen <jan@example.org>\" with partner \"Lies Jansen <lies@example.org>\"\n"
	  "           on 2026-03-02 09:00\n"
	  "    expect mail aanvraag-bevestigd to client and mail aanvraag-bevestigd to lies@example.org" },
	{ NULL, "given a dossier … office only …",
	  "the office keeps the dossier to itself",
	  "workflow inkomensverklaring\n"
	  "scenario \"Kept to itself\"\n"
	  "    given  a dossier for \"Jan Jansen <jan@example.org>\" with office \"Kantoor Bos <info@kantoorbos.example>\"\n"
	  "           office only on 2026-03-02 09:00\n"
	  "    expect no mail to client" },
	{ NULL, "given a dossier … in LANGUAGE …",
	  "the client's language",
	  "workflow inkomensverklaring\n"
	  "scenario \"In English\"\n"
	  "    given  a dossier for \"Jan Jansen <jan@example.org>\" in en on 2026-03-02 09:00\n"
	  "    expect mail aanvraag-bevestigd to client with \"Thank you for your request\"" },
	{ NULL, "given a dossier … number NUMBER …",
	  "a number of its own instead of the next one",
	  "workflow inkomensverklaring\n"
	  "scenario \"A number\"\n"
	  "    given  a dossier for \"Jan Jansen <jan@example.org>\" number 2026-00042-M on 2026-03-02 09:00\n"
	  "    expect mail aanvraag-bevestigd to client with \"2026-00042-M\"" },
	{ NULL, "given a dossier … brand KEY …",
	  "the face that mails have: a brand of the configuration", NULL },

	{ NULL, "given fact NAME VALUE",
	  "what is known at the opening, where the workflow has facts; the lines stand behind the dossier's", NULL },

	{ "What happens", "when N minutes pass, hours, days, working days, weeks, months, years",
	  "time goes by, and what falls due on the way happens; days are calendar days, to the same time on the clock; "
	  "working days are those of the workflow's timers",
	  "when   2 working days pass\n"
	  "expect mail stukken-ontbreken to client" },
	{ NULL, "when until DAY TIME",
	  "the same, to a moment",
	  "when   until 2026-03-04 08:59\n"
	  "expect no mail\n"
	  "when   1 minute passes\n"
	  "expect mail stukken-ontbreken to client" },
	{ NULL, "when WHO mails \"FILE\", …",
	  "somebody answers the newest mail he got about the dossier, with these files; who got none writes a new mail with "
	  "the number in the subject. WHO is an address, client, office, or staff for the first member of the staff. A file "
	  "is made by the ending of its name, and every file is another one, also when the name was used before",
	  "when   jan@example.org mails \"paspoort.pdf\", \"prognose.xlsx\"\n"
	  "expect slot legitimatie delivered and slot prognose delivered" },
	{ NULL, "… saying \"line\", …",
	  "and writes this above them; \\n in a line is the end of a line",
	  "when   client mails \"scan.pdf\" saying \"dit is prognose\"\n"
	  "expect slot prognose delivered with \"scan.pdf\"" },
	{ NULL, "when WHO says \"line\", …",
	  "an answer with words alone; with with \"FILE\", … files go along",
	  "when   client says \"niet aanwezig prognose: ik ben net begonnen\"\n"
	  "expect slot prognose absent" },
	{ NULL, "when WHO fills in form NAME \"field\" \"value\", …",
	  "the same with a form of the workflow: fields by name or title, values as people write them; with with \"FILE\", … "
	  "files go along", NULL },
	{ NULL, "when staff does \"command\", …",
	  "the same for a member of the staff; where it answers no mail of the dossier it is asked whether it is true, and a "
	  "ja does it. Each line is to be a command that is understood, or the scenario expects the answer that says it is not",
	  "when   staff does \"extra huurcontract\"\n"
	  "when   staff does \"ja\"\n"
	  "expect slot huurcontract open\n"
	  "when   staff does \"intreken\"\n"
	  "expect mail verslag to staff with \"Bedoelt u intrekken?\"" },
	{ NULL, "when WHO asks \"line\", …",
	  "a question, as the green button writes it: a ticket that staff answer. Of an address that has no part in the dossier "
	  "it is about none when it has a subject of its own",
	  "when   client asks \"wanneer begint u?\"\n"
	  "expect ticket open and mail ticket-bericht to staff with \"wanneer begint u?\"" },
	{ NULL, "when WHO reports \"line\", …",
	  "a technical problem, as the red button writes it",
	  "when   steve@example.com reports \"het lukt niet\" subject \"help\"\n"
	  "expect ticket open and mail ticket-bericht to staff with \"technisch probleem\"" },
	{ NULL, "when WHO answers \"line\", …",
	  "somebody answers the newest mail he got about a question or a problem, whatever else he got since; of staff it goes "
	  "to who asked, unless it is a command",
	  "when   client asks \"wanneer begint u?\"\n"
	  "when   staff answers \"Morgen.\"\n"
	  "expect mail ticket-antwoord to client with \"Morgen.\" and ticket answered\n"
	  "when   client answers \"en hoe laat?\"\n"
	  "expect ticket open\n"
	  "when   staff answers \"sluiten\"\n"
	  "expect ticket closed and no mail to client" },
	{ NULL, "… again",
	  "the files are those sent before by these names, byte for byte",
	  "when   client mails \"paspoort.pdf\"\n"
	  "when   client mails \"paspoort.pdf\" again\n"
	  "expect slot legitimatie delivered" },
	{ NULL, "… at once",
	  "the next thing happens before anybody has looked at this mail",
	  "when   client mails \"paspoort.pdf\" at once\n"
	  "when   the engine restarts\n"
	  "expect slot legitimatie delivered" },
	{ NULL, "… in a new mail",
	  "it answers nothing and has the number in its subject",
	  "when   client mails \"paspoort.pdf\" in a new mail\n"
	  "expect slot legitimatie delivered" },
	{ NULL, "… subject \"text\"",
	  "it answers nothing and has this subject",
	  "when   client mails \"paspoort.pdf\" subject \"Stukken\"\n"
	  "expect slot legitimatie delivered" },
	{ NULL, "… unproven",
	  "nothing proves that it is from that address",
	  "when   client mails \"paspoort.pdf\" in a new mail unproven\n"
	  "expect slot legitimatie open and no mail to client" },
	{ NULL, "when scanner drops \"FILE\" [as SLOT]",
	  "a file for the dossier arrives in the upload spool",
	  "when   scanner drops \"paspoort.pdf\"\n"
	  "expect slot legitimatie delivered\n"
	  "when   scanner drops \"scan1.pdf\" as prognose\n"
	  "expect slot prognose delivered and no mail" },
	{ NULL, "when payment ready|paid|failed|expired [again]",
	  "what a payment provider tells of the last payment asked for; paid may come late, when it has failed, expired or was "
	  "cancelled. With again it tells once more what it told last",
	  PAYING
	  "    when   payment ready\n"
	  "    expect mail betalen to client and payment open\n"
	  "    when   payment paid\n"
	  "    expect state gereed" },
	{ NULL, "when payment paid by an older link",
	  "the money comes by the link before the newest one that was not paid", NULL },
	{ NULL, "when story NAME",
	  "all lines of the story happen here", NULL },
	{ NULL, "when the mail to WHO bounces",
	  "his newest mail comes back with a delivery report",
	  "when   the mail to client bounces\n"
	  "expect mail aflevering-mislukt to staff" },
	{ NULL, "when the mail of WHO arrives again",
	  "what he mailed last comes in a second time, as it was",
	  "when   client mails \"paspoort.pdf\"\n"
	  "when   the mail of client arrives again\n"
	  "expect no mail and slot legitimatie delivered" },
	{ NULL, "when the engine restarts",
	  "the process is killed where it stands and started again over what is durable",
	  "when   the engine restarts\n"
	  "expect timer in 2 working days and no mail" },

	{ "What is expected", "expect mail NAME to WHO",
	  "among the mails since the last when is this one, which no expectation was about yet; several texts for one person "
	  "come in one mail, and each of them may be expected. For staff it is expected of at least one of them",
	  "expect mail aanvraag-bevestigd to client" },
	{ NULL, "… with \"words\", …",
	  "subject or text hold these words; capitals and ends of lines do not matter",
	  "expect mail aanvraag-bevestigd to client with \"bedankt voor uw aanvraag\", \"8 documenten\"" },
	{ NULL, "… without \"words\", …",
	  "and not these",
	  "expect mail aanvraag-bevestigd to client without \"Kantoor\"" },
	{ NULL, "… attached \"FILE\", …",
	  "these files go along",
	  PAYING
	  "    when   staff does \"betaald\"\n"
	  "    expect mail rapport-gereed to client attached \"rapport.pdf\"" },
	{ NULL, "expect no mail [NAME] [to WHO]",
	  "there was none since the last when",
	  "expect no mail stukken-ontbreken and no mail to staff" },
	{ NULL, "expect no other mail [to WHO]",
	  "every mail since the last when was expected before this line",
	  "expect mail aanvraag-bevestigd to client and no other mail" },
	{ NULL, "expect slot NAME [YEAR] open|delivered|absent|approved|rejected [with \"FILE\", …]",
	  "how the slot is, and which documents count in it",
	  "when   client mails \"aangifte 2025.pdf\"\n"
	  "expect slot aangifte 2025 delivered with \"aangifte 2025.pdf\" and slot aangifte 2024 open" },
	{ NULL, "expect state NAME",
	  "the state of the dossier",
	  "expect state verzamelen" },
	{ NULL, "expect timer in N days, minutes, …; expect timer on DAY TIME",
	  "something of the workflow falls due at that moment, to the minute",
	  "expect timer in 2 working days and timer on 2026-03-04 09:00" },
	{ NULL, "expect no timer",
	  "nothing of the workflow will happen by itself, but for the end of the time of keeping",
	  "when   120 days pass\n"
	  "expect state vervallen and no timer" },
	{ NULL, "expect held \"FILE\", …",
	  "documents of the dossier that wait for a person",
	  "when   client mails \"paspoort.docx\"\n"
	  "expect held \"paspoort.docx\"" },
	{ NULL, "expect held mail [of WHO] [because REASON]",
	  "mail that waits for a person, whole or for a file of it, of whatever dossier or of none; the reason is a word of "
	  "postkamer held list",
	  "when   client mails \"paspoort.pdf\" subject \"2026-00099-A\"\n"
	  "expect held mail of client because unknown-number and slot legitimatie open" },
	{ NULL, "expect nothing held",
	  "neither documents nor mail, of whomever",
	  "when   client mails \"paspoort.pdf\"\n"
	  "expect nothing held" },
	{ NULL, "expect payment requested|open|paid|failed|expired|cancelled|refunded",
	  "of the last payment asked for",
	  PAYING
	  "    expect payment requested" },
	{ NULL, "expect approval SLOT [YEAR] asked|given|refused|void",
	  "of the last one asked for that slot", NULL },
	{ NULL, "expect fact NAME VALUE; expect fact NAME unknown",
	  "what the dossier knows; written as people write it", NULL },
	{ NULL, "expect ticket open|answered|closed; expect no ticket",
	  "how the newest question or problem stands",
	  "expect no ticket\n"
	  "when   client asks \"wanneer begint u?\"\n"
	  "expect ticket open" },
	{ NULL, "expect erased",
	  "nothing is left of the dossier: its time of keeping is over",
	  "when   8 years pass\n"
	  "expect mail dossier-vervallen to client and erased" },
	{ NULL, "expect … and …",
	  "several in one line",
	  "expect state verzamelen and slot prognose open\n"
	  "   and no mail to staff" },
};

const struct scenario_element *scenario_element_at(size_t index)
{
	return index < sizeof elements / sizeof *elements ? &elements[index] : NULL;
}

/* ---- the manual ---- */

/* Text for roff: hyphens as they are, no line that begins like a request. */
static void add_roff(const char *text, size_t len, struct buf *out)
{
	size_t i;

	if (len && (*text == '.' || *text == '\''))
		buf_adds(out, "\\&");
	for (i = 0; i < len; i++)
		switch (text[i]) {
		case '\\': buf_adds(out, "\\e"); break;
		case '-': buf_adds(out, "\\-"); break;
		case '"': buf_adds(out, "\\(dq"); break;
		default: buf_addc(out, text[i]);
		}
}

static void add_example(const char *text, struct buf *out)
{
	buf_adds(out, ".EX\n");
	while (*text) {
		size_t len = strcspn(text, "\n");

		add_roff(text, len, out);
		buf_addc(out, '\n');
		text += len + (text[len] == '\n');
	}
	buf_adds(out, ".EE\n");
}

void scenario_elements_man(struct buf *out)
{
	const struct scenario_element *element;
	size_t i;

	for (i = 0; (element = scenario_element_at(i)) != NULL; i++) {
		if (element->section)
			buf_addf(out, ".SS %s\n", element->section);
		buf_adds(out, ".TP\n.B \"");
		add_roff(element->form, strlen(element->form), out);
		buf_adds(out, "\"\n");
		add_roff(element->explain, strlen(element->explain), out);
		buf_adds(out, ".\n");
		if (element->example)
			add_example(element->example, out);
	}
}
