/*
 * Forms as people send them back: what was filled in, what is unclear, and that
 * no value ever lands in another field.
 */
/* System. */
#include <stdlib.h>

/* Base. */
#include "base/buf.h"
#include "base/str.h"

/* Engine. */
#include "flow/value.h"
#include "form/form.h"
#include "mime/parse_p.h"

/* Own. */
#include "tap.h"

/* ---- two forms ---- */

static const char *const languages[] = { "nl", "en" };
static const struct form_word language_words[] = { { "nl", "Nederlands" }, { "nl", "Dutch" }, { "en", "Engels" },
	  { "en", "English" } };
static const char *const shares[] = { "delen", "kantoor" };
static const struct form_word share_words[] = { { "delen", "met de klant delen" }, { "delen", "share with the client" },
						{ "kantoor", "alleen kantoor" }, { "kantoor", "office only" } };
static const char *const name_labels[] = { "Name" };
static const char *const address_labels[] = { "E-mail address", "E-mail", "Mailadres" };
static const char *const language_labels[] = { "Language" };
static const char *const office_labels[] = { "General e-mail address of your office", "Kantoor", "Adviseur", "Office" };
static const char *const share_labels[] = { "Who may see the dossier" };
static const char *const copy_labels[] = { "Keep me informed" };

static const struct form_field request_fields[] = {
	{ .field = { .name = "name", .title = "Naam", .kind = VALUE_TEXT, .required = true }, .labels = name_labels, .label_count = 1,
	  .example = "Jan Jansen (voorbeeld)" },
	{ .field = { .name = "address", .title = "E-mailadres", .kind = VALUE_ADDRESS }, .labels = address_labels, .label_count = 3 },
	{ .field = { .name = "language", .title = "Taal (Nederlands of Engels)", .kind = VALUE_CHOICE, .choices = (const char **)languages,
		     .choice_count = 2 }, .labels = language_labels, .label_count = 1, .words = language_words, .word_count = 4 },
	{ .field = { .name = "office", .title = "Algemeen e-mailadres van uw kantoor", .kind = VALUE_ADDRESS },
	  .labels = office_labels, .label_count = 4 },
	{ .field = { .name = "share", .title = "Wie mag het dossier zien", .kind = VALUE_CHOICE, .choices = (const char **)shares,
		     .choice_count = 2 }, .labels = share_labels, .label_count = 1, .words = share_words, .word_count = 4 },
	{ .field = { .name = "copy", .title = "Houd mij op de hoogte", .kind = VALUE_YES_NO }, .labels = copy_labels, .label_count = 1 },
};

static const char *const civil[] = { "gehuwd", "ongehuwd", "samenwonend" };
static const struct form_field change_fields[] = {
	{ .field = { .name = "inkomen", .title = "Bruto inkomen per jaar (in euro)", .kind = VALUE_AMOUNT, .required = true } },
	{ .field = { .name = "datum", .title = "Vanaf wanneer?", .kind = VALUE_DATE, .required = true } },
	{ .field = { .name = "kinderen", .title = "Aantal kinderen", .kind = VALUE_NUMBER } },
	{ .field = { .name = "staat", .title = "Burgerlijke staat", .kind = VALUE_CHOICE, .choices = (const char **)civil,
	  .choice_count = 3 } },
	{ .field = { .name = "huurt", .title = "Huurt u een woning?", .kind = VALUE_YES_NO } },
	{ .field = { .name = "toelichting", .title = "Toelichting", .kind = VALUE_TEXT } },
	{ .field = { .name = "bijzonder",
	  .title = "Is er in de afgelopen drie jaar iets bijzonders veranderd in uw persoonlijke situatie?",
		     .kind = VALUE_YES_NO } },
};

static const struct form_mark marks[] = {
	{ FORM_MARK_CLOSING, "met vriendelijke groet" }, { FORM_MARK_CLOSING, "met vriendelijke groeten" },
	{ FORM_MARK_CLOSING, "groet" },			 { FORM_MARK_CLOSING, "groetjes" },
	{ FORM_MARK_CLOSING, "mvg" },			 { FORM_MARK_CLOSING, "kind regards" },
	{ FORM_MARK_CLOSING, "best regards" },		 { FORM_MARK_DEVICE, "verzonden vanaf mijn" },
	{ FORM_MARK_DEVICE, "sent from my" },		 { FORM_MARK_DEVICE, "outlook voor" },
	{ FORM_MARK_DEVICE, "get outlook for" },	 { FORM_MARK_WROTE, "schreef" },
	{ FORM_MARK_WROTE, "wrote" },			 { FORM_MARK_ORIGINAL, "oorspronkelijk bericht" },
	{ FORM_MARK_ORIGINAL, "original message" },	 { FORM_MARK_FROM, "van" },
	{ FORM_MARK_FROM, "from" },			 { FORM_MARK_SENT, "verzonden" },
	{ FORM_MARK_SENT, "datum" },			 { FORM_MARK_SENT, "aan" },
	{ FORM_MARK_SENT, "onderwerp" },		 { FORM_MARK_SENT, "sent" },
	{ FORM_MARK_SENT, "date" },			 { FORM_MARK_SENT, "to" },
	{ FORM_MARK_SENT, "subject" },			 { FORM_MARK_TITLE, "formulier" },
	{ FORM_MARK_TITLE, "form" },
};

static const char *const request_titles[] = { "Aanvraag inkomensverklaring", "Request" };
static const char *const change_titles[] = { "Wijziging inkomen" };

static struct form_order order_of(char form, const char *text)
{
	bool request = form == 'A';

	return (struct form_order){ .fields = request ? request_fields : change_fields,
				    .field_count = request ? sizeof request_fields / sizeof *request_fields :
							     sizeof change_fields / sizeof *change_fields,
				    .titles = request ? request_titles : change_titles, .title_count = request ? 2 : 1,
				    .marks = marks, .mark_count = sizeof marks / sizeof *marks, .text = text };
}

/* ---- replies ---- */

#define EMPTY_A "Naam:\n\nE-mailadres:\n\nTaal (Nederlands of Engels):\n\nAlgemeen e-mailadres van uw kantoor:\n\n" \
		"Wie mag het dossier zien (met de klant delen of alleen kantoor):\n\nHoud mij op de hoogte (ja of nee):\n\n"
#define QUOTED_A "> Formulier: Aanvraag inkomensverklaring\n>\n> Naam:\n>\n> E-mailadres:\n>\n> Taal (Nederlands of Engels):\n>\n" \
		 "> Algemeen e-mailadres van uw kantoor:\n>\n> Houd mij op de hoogte (ja of nee):\n>\n> ---\n> Pentrax\n"
#define HEAD "Op ma 2 mrt 2026 om 09:00 schreef Pentrax <dossier@example.nl>:\n\n"
#define OUTLOOK "\n________________________________\nVan: Pentrax <dossier@example.nl>\nVerzonden: maandag 2 maart 2026 09:00\n" \
		"Aan: Jan <jan@example.org>\nOnderwerp: Aanvraag inkomensverklaring\n\n"
#define EMPTY_B "Bruto inkomen per jaar (in euro):\n\nVanaf wanneer?\n\nAantal kinderen:\n\nBurgerlijke staat (gehuwd, ongehuwd of " \
		"samenwonend):\n\nHuurt u een woning?\n\nToelichting:\n\n"

static const struct row {
	const char *name;
	char form;           /* 'A', 'B'; small: HTML */
	const char *text;
	const char *want;    /* "field=value; field?why{words}" */
} rows[] = {
	/* On top of the reply. */
	{ "all of it, in order", 'A',
	  "Naam: Jan Jansen\nE-mailadres: jan@example.org\nTaal: Nederlands\nAlgemeen e-mailadres van uw kantoor: info@kantoor.example\n"
	  "Wie mag het dossier zien: alleen kantoor\nHoud mij op de hoogte: ja\n",
	  "name=Jan Jansen; address=jan@example.org; language=nl; office=info@kantoor.example; share=kantoor; copy=yes" },
	{ "in English", 'A', "Name: John Smith\nE-mail address: john@example.org\nLanguage: English\nKeep me informed: no\n",
	  "name=John Smith; address=john@example.org; language=en; copy=no" },
	{ "languages mixed", 'A', "Naam: Jan\nLanguage: Dutch\nKeep me informed: ja", "name=Jan; language=nl; copy=yes" },
	{ "another order", 'A', "Taal: Engels\nNaam: Jan Jansen\n", "name=Jan Jansen; language=en" },
	{ "some are missing", 'A', "Naam: Jan Jansen", "name=Jan Jansen" },
	{ "capitals and no colon space", 'A', "NAAM:JAN JANSEN\nTAAL:NEDERLANDS", "name=JAN JANSEN; language=nl" },
	{ "an equals sign", 'A', "naam = Jan\ntaal = nl", "name=Jan; language=nl" },
	{ "a dash", 'A', "Naam - Jan Jansen\nTaal - nl", "name=Jan Jansen; language=nl" },
	{ "two colons", 'A', "Naam:: Jan\nTaal : : en", "name=Jan; language=en" },
	{ "bullets", 'A', "- Naam: Jan\n- Taal: en\n* Houd mij op de hoogte: ja", "name=Jan; language=en; copy=yes" },
	{ "numbers", 'A', "1. Naam: Jan\n2. E-mailadres: jan@example.org\n3) Taal: en", "name=Jan; address=jan@example.org; language=en" },
	{ "stars of bold text", 'A', "*Naam:* Jan\n*Taal (Nederlands of Engels):* Engels\n**E-mailadres**: jan@example.org",
	  "name=Jan; address=jan@example.org; language=en" },
	{ "lines to write on", 'A', "Naam: ____Jan Jansen____\nTaal: ......\nHoud mij op de hoogte: __ja__", "name=Jan Jansen; copy=yes" },
	{ "brackets around it", 'A', "Naam: [Jan Jansen]\nE-mailadres: <jan@example.org>", "name=Jan Jansen; address=jan@example.org" },
	{ "quotation marks", 'A', "Naam: \"Jan Jansen\"", "name=Jan Jansen" },
	{ "a greeting above, a signature below", 'A',
	  "Beste mensen,\n\nHierbij het formulier.\n\nNaam: Jan Jansen\nTaal: Nederlands\n\nMet vriendelijke groet,\nJan Jansen\n"
	  "E-mail: werk@example.com\n",
	  "name=Jan Jansen; language=nl" },
	{ "a signature with a whole title is no answer", 'A', "Naam: Jan\n\n-- \nE-mailadres: werk@example.com\nTel: 06", "name=Jan" },
	{ "the form below the closing phrase", 'A',
	  "Hierbij. Groet, Jan\n\nGroet,\nJan\n\nNaam: Jan Jansen\nE-mailadres: jan@example.org\nTaal: nl\n",
	  "name=Jan Jansen; address=jan@example.org; language=nl" },
	{ "a telephone's line", 'A', "Naam: Jan\nHoud mij op de hoogte:\n\nVerzonden vanaf mijn iPhone\n", "name=Jan" },
	{ "no-break spaces", 'A', "Naam:\xc2\xa0Jan\xc2\xa0Jansen\nTaal\xc2\xa0:\xc2\xa0nl", "name=Jan Jansen; language=nl" },
	{ "invisible characters", 'A', "\xe2\x80\x8bNaam: \xe2\x80\x8bJan\n\xef\xbb\xbfTaal: nl\xe2\x80\x8b", "name=Jan; language=nl" },
	{ "line ends of Windows", 'A', "Naam: Jan\r\nTaal: nl\r\n", "name=Jan; language=nl" },

	/* On the line after the label. */
	{ "below the label", 'A', "Naam:\nJan Jansen\nTaal:\nEngels\n", "name=Jan Jansen; language=en" },
	{ "below, with blank lines", 'A', "Naam:\n\nJan Jansen\n\nTaal:\n\nEngels\n\nHoud mij op de hoogte:\n\nja\n",
	  "name=Jan Jansen; language=en; copy=yes" },
	{ "labels without colons, answers below", 'A', "Naam\nJan Jansen\nE-mailadres\njan@example.org\nTaal\nEngels",
	  "name=Jan Jansen; address=jan@example.org; language=en" },
	{ "an empty one before a filled one", 'A', "Naam:\n\nTaal:\nEngels", "language=en" },
	{ "an empty one before the closing phrase", 'A', "Taal: nl\nNaam:\n\nMet vriendelijke groet,\nJan", "language=nl" },
	{ "an empty one before a line across", 'A', "Taal: nl\nNaam:\n\n-----\nPentrax, telefoon 024", "language=nl" },
	{ "text over several lines", 'B', "Toelichting:\nIk ben in maart begonnen\nmet een nieuwe baan.\n\nVerder niets.",
	  "toelichting=Ik ben in maart begonnen met een nieuwe baan." },
	{ "a wrapped value", 'B', "Toelichting: een lange regel die door het mailprogramma is afgebroken\nen hier verder gaat.",
	  "toelichting=een lange regel die door het mailprogramma is afgebroken en hier verder gaat." },
	{ "a short value does not go on", 'A', "Naam: Jan Jansen\nIk hoor graag van u.\nTaal: nl", "name=Jan Jansen; language=nl" },

	/* Inside the quotation. */
	{ "inline in the quotation", 'A',
	  HEAD "> Formulier: Aanvraag inkomensverklaring\n> Naam: Jan Jansen\n> E-mailadres: jan@example.org\n> Taal "
	  "(Nederlands of Engels): Nederlands\n",
	  "name=Jan Jansen; address=jan@example.org; language=nl" },
	{ "between the quoted lines", 'A',
	  HEAD "> Naam:\nJan Jansen\n> E-mailadres:\njan@example.org\n>\n> Taal (Nederlands of Engels):\n\nEngels\n\n> ---\n",
	  "name=Jan Jansen; address=jan@example.org; language=en" },
	{ "some inline, some between", 'A',
	  HEAD "> Naam: Jan Jansen\n> Taal (Nederlands of Engels):\nNederlands\n> Houd mij op de hoogte (ja of nee): nee\n",
	  "name=Jan Jansen; language=nl; copy=no" },
	{ "above an empty quotation", 'A', "Naam: Jan Jansen\nTaal: Engels\n\n" HEAD QUOTED_A, "name=Jan Jansen; language=en" },
	{ "one above, one inside", 'A', "Naam: Jan Jansen\n\n" HEAD "> Naam:\n> Taal (Nederlands of Engels): Engels\n",
	  "name=Jan Jansen; language=en" },
	{ "one's own line counts above a quoted one", 'A', "Naam: Jan Jansen\n\n" HEAD "> Naam: J. Jansen\n> Taal: nl\n",
	  "name=Jan Jansen; language=nl" },
	{ "a form that went to and fro", 'A', "> Naam: Jan Jansen\n>> Naam: Piet\n>> Taal: en\n>>> Taal: nl\n",
	  "name=Jan Jansen; language=en" },
	{ "quoted deep", 'A', ">> Naam: Jan\n>> Taal: nl\n", "name=Jan; language=nl" },
	{ "quotation marks with blanks", 'A', "> > Naam: Jan\n> > Taal: en\n", "name=Jan; language=en" },
	{ "an own empty label takes nothing from the quotation", 'A', "Taal: nl\nNaam:\n\n> Wij ontvingen uw mail\n", "language=nl" },
	{ "the sentence below the last field is no answer", 'A',
	  "> Naam: Jan\n> Houd mij op de hoogte (ja of nee):\n>\n> ----\n> Ja, wij helpen u graag\n", "name=Jan" },
	{ "corrected below a value that stood there", 'A',
	  "> Naam: Jan\n> E-mailadres: oud@example.org\nnieuw@example.org\n> Taal: nl\n", "name=Jan; address=nieuw@ex"
	  "ample.org; language=nl" },
	{ "a remark below a value is none", 'A', "> Naam: Jan\n> E-mailadres: jan@example.org\ndat klopt\n> Taal: nl\n",
	  "name=Jan; address=jan@example.org; language=nl" },
	{ "text between fields", 'A', "> Naam: Jan Jansen\n\nDat is mijn meisjesnaam trouwens.\n\n> Taal: nl\n",
	  "name=Jan Jansen; language=nl" },

	/* Outlook and others without marks. */
	{ "Outlook: on top", 'A', "Naam: Jan Jansen\nTaal: nl\n" OUTLOOK EMPTY_A, "name=Jan Jansen; language=nl" },
	{ "Outlook: inside", 'A',
	  "Zie hieronder." OUTLOOK "Naam: Jan Jansen\n\nE-mailadres: jan@example.org\n\nTaal (Nederlands of Engels): Engels\n",
	  "name=Jan Jansen; address=jan@example.org; language=en" },
	{ "Outlook: the head is no answer", 'B',
	  "Toelichting: niets\n\nVan: Pentrax\nVerzonden: maandag 2 maart 2026\nAan: Jan\nOnderwerp: Wijziging\n\n"
	  EMPTY_B, "toelichting=niets" },
	{ "Outlook in English", 'A',
	  "Name: John\n\n-----Original Message-----\nFrom: Pentrax\nSent: Monday, March 2, 2026\nTo: John\nSubject: R"
	  "equest\n\nName:\nLanguage: English\n",
	  "name=John; language=en" },
	{ "Apple Mail", 'A',
	  "Naam: Jan\nTaal: nl\n\nVerstuurd vanaf mijn iPhone\n\n> Op 2 mrt 2026 om 09:00 heeft Pentrax <d@example.nl"
	  "> het volgende geschreven:\n>\n> Naam:\n> Taal:\n",
	  "name=Jan; language=nl" },
	{ "a tab between label and value", 'A', "Naam\tJan Jansen\nTaal\tEngels\n", "name=Jan Jansen; language=en" },
	{ "a table in text", 'A', "| Naam | Jan Jansen |\n| Taal | Engels |\n", "name=Jan Jansen; language=en" },
	{ "cells that ran together", 'A', "Naam: Jan Jansen Taal: Engels Houd mij op de hoogte: ja",
	  "name=Jan Jansen; language=en; copy=yes" },
	{ "ran together, with an empty one", 'A', "Naam: Taal: Engels", "language=en" },

	/* HTML. */
	{ "HTML: paragraphs", 'a', "<html><body><p>Naam: Jan Jansen</p><p>Taal: Engels</p></body></html>",
	  "name=Jan Jansen; language=en" },
	{ "HTML: Outlook", 'a',
	  "<html><body><p class=MsoNormal>Hierbij.<o:p></o:p></p><div style='border:none;border-top:solid 1pt'><p cla"
	  "ss=MsoNormal><b>Van:</b> Pentrax &lt;d@example.nl&gt;<br>"
	  "<b>Verzonden:</b> maandag 2 maart 2026 09:00<br><b>Aan:</b> jan@example.org<br><b>Onderwerp:</b> Aanvraag<o:p></o:p></p></div>"
	  "<p><strong>Formulier:</strong> Aanvraag inkomensverklaring</p><p><strong>Naam:</strong> <span style='color"
	  ":#1F497D'>Jan&nbsp;Jansen</span></p>"
	  "<p><strong>E-mailadres:</strong> <a href=\"mailto:jan@example.org\">jan@example.org</a></p><p><strong>Taal"
	  " (Nederlands of Engels):</strong>&nbsp;<span>Engels</span></p></body></html>",
	  "name=Jan Jansen; address=jan@example.org; language=en" },
	{ "HTML: a table", 'a',
	  "<table><tr><td>Naam</td><td>Jan Jansen</td></tr><tr><td>E-mailadres</td><td><a href='mailto:jan@example.or"
	  "g'>jan@example.org</a></td></tr>"
	  "<tr><td>Taal</td><td></td></tr></table>", "name=Jan Jansen; address=jan@example.org" },
	{ "HTML: a table with paragraphs in its cells", 'a',
	  "<table><tr><td><p>Naam</p></td><td><p>Jan Jansen</p></td></tr><tr><td><p>Taal</p></td><td><p>Engels</p></td></tr></table>",
	  "name=Jan Jansen; language=en" },
	{ "HTML: a phone that writes in divs", 'a',
	  "<div>Naam: Jan</div><div>Taal: nl<br></div><div><br></div><div>Verzonden vanaf mijn iPhone</div><blockquot"
	  "e type=cite><p>Naam:</p><p>Taal:</p></blockquote>",
	  "name=Jan; language=nl" },
	{ "HTML: inside the quotation", 'a',
	  "<div dir=auto>Ingevuld!</div><br><blockquote><p><b>Naam:</b> Jan</p><p><b>Houd mij op de hoogte (ja of nee"
	  "):</b> ja</p></blockquote>",
	  "name=Jan; copy=yes" },
	{ "HTML: below the question", 'a',
	  "<blockquote><p>Naam:</p></blockquote><p>Jan Jansen</p><blockquote><p>Taal:</p></blockquote><p>Engels</p>",
	  "name=Jan Jansen; language=en" },
	{ "HTML: a list", 'a', "<ul><li>Naam: Jan</li><li>Taal: en</li></ul>", "name=Jan; language=en" },
	{ "HTML: a numbered list", 'a', "<ol><li>Naam: Jan</li><li>Taal: en</li></ol>", "name=Jan; language=en" },
	{ "HTML: soft hyphens", 'a', "<p>E-mail&shy;adres: jan@example.org</p><p>Na&shy;am: Jan</p>",
	  "name=Jan; address=jan@example.org" },

	/* Labels. */
	{ "a shortened label", 'B', "Bruto inkomen: 45.000\nVanaf: 1-4-2026", "inkomen=45000.00; datum=2026-04-01" },
	{ "small words", 'A', "Uw naam: Jan\nJe e-mailadres: jan@example.org", "name=Jan; address=jan@example.org" },
	{ "a slip of the pen", 'B', "Burgelijke staat: gehuwd\nAantal kindren: 2", "kinderen=2; staat=gehuwd" },
	{ "without hyphen", 'A', "E mail adres: jan@example.org\nNaam: Jan", "name=Jan; address=jan@example.org" },
	{ "an older label", 'A', "Mailadres: jan@example.org\nKantoor: info@kantoor.example",
	  "address=jan@example.org; office=info@kantoor.example" },
	{ "the partner's name is not the name", 'A', "Naam partner: Petra\nTaal: nl", "language=nl" },
	{ "the name of the office is not the name", 'A', "Naam kantoor: Jansen BV\nNaam: Jan", "name=Jan" },
	{ "a sentence is no label", 'A', "Naam is mij niet bekend\nTaal: nl", "language=nl" },
	{ "a question mark for a colon", 'B', "Huurt u een woning? Ja\nVanaf wanneer? 3 april 2026", "datum=2026-04-03; huurt=yes" },
	{ "a question and a colon", 'B', "Huurt u een woning?: nee", "huurt=no" },
	{ "a question wrapped in the quotation", 'B',
	  "> Is er in de afgelopen drie jaar iets bijzonders veranderd in uw\n> persoonlijke situatie? ja\n> Aantal k"
	  "inderen: 1\n", "kinderen=1; bijzonder=yes" },
	{ "wrapped, and answered below", 'B',
	  "> Is er in de afgelopen drie jaar iets bijzonders veranderd in uw\n> persoonlijke situatie (ja of nee)"
	  ":\nnee\n> Aantal kinderen: 1\n", "kinderen=1; bijzonder=no" },
	{ "a hint wrapped in the quotation", 'A',
	  "> Wie mag het dossier zien (met de klant delen, of alleen\n> kantoor): alleen kantoor\n> Naam: Jan\n",
	  "name=Jan; share=kantoor" },
	{ "a hint wrapped, and nothing said", 'A',
	  "> Wie mag het dossier zien (met de klant delen, of alleen\n> kantoor):\n>\n> Naam: Jan\n", "name=Jan" },
	{ "the hint stays", 'A', "Naam: Jan\nHoud mij op de hoogte (ja of nee): ja", "name=Jan; copy=yes" },
	{ "an answer in the brackets", 'A', "Naam: Jan\nHoud mij op de hoogte (ja)", "name=Jan; copy=yes" },

	/* Ticks and choices. */
	{ "ticks on one line", 'A', "Naam: Jan\nHoud mij op de hoogte: [x] ja [ ] nee", "name=Jan; copy=yes" },
	{ "ticks, the second", 'A', "Naam: Jan\nHoud mij op de hoogte: [ ] ja [X] nee", "name=Jan; copy=no" },
	{ "ticks below", 'A', "Naam: Jan\nTaal:\n[ ] Nederlands\n[x] Engels\n", "name=Jan; language=en" },
	{ "ticks below with blank lines", 'A',
	  "Naam: Jan\nTaal:\n\n( ) Nederlands\n\n(x) Engels\n\nHoud mij op de hoogte: ja", "name=Jan; language=en; copy=yes" },
	{ "no tick", 'A', "Naam: Jan\nTaal: [ ] Nederlands [ ] Engels", "name=Jan" },
	{ "both ticked", 'A', "Naam: Jan\nTaal: [x] Nederlands [x] Engels",
	  "name=Jan; language?several-choices{[x] Nederlands [x] Engels}" },
	{ "signs for ticks", 'A', "Naam: Jan\nTaal:\n\xe2\x98\x90 Nederlands\n\xe2\x98\x91 Engels", "name=Jan; language=en" },
	{ "a box before the question", 'A', "Naam: Jan\n[x] Houd mij op de hoogte", "name=Jan; copy=yes" },
	{ "an empty box before the question", 'A', "Naam: Jan\n[ ] Houd mij op de hoogte", "name=Jan" },
	{ "a lone x", 'A', "Naam: Jan\nHoud mij op de hoogte: x", "name=Jan; copy=yes" },
	{ "yes with thanks", 'A', "Naam: Jan\nHoud mij op de hoogte: ja, graag!", "name=Jan; copy=yes" },
	{ "yes but", 'A', "Naam: Jan\nHoud mij op de hoogte: ja maar alleen bij het rapport",
	  "name=Jan; copy?not-yes-or-no{ja maar alleen bij het rapport}" },
	{ "yes and no", 'A', "Naam: Jan\nHoud mij op de hoogte: ja en nee", "name=Jan; copy?several-choices{ja en nee}" },
	{ "the hint as it was", 'A', "Naam: Jan\nHoud mij op de hoogte: ja / nee", "name=Jan" },
	{ "a choice in a few words", 'A', "Naam: Jan\nTaal: liever in het Engels", "name=Jan; language=en" },
	{ "a choice that is none", 'A', "Naam: Jan\nTaal: Frans", "name=Jan; language?not-a-choice{Frans}" },
	{ "a word inside another is no choice", 'B', "Burgerlijke staat: ongehuwd\nAantal kinderen: 0", "kinderen=0; staat=ongehuwd" },
	{ "either choice is none", 'B', "Burgerlijke staat: gehuwd of samenwonend\nAantal kinderen: 0",
	  "kinderen=0; staat?several-choices{gehuwd of samenwonend}" },
	{ "share in English", 'A', "Name: J\nWho may see the dossier: office only", "name=J; share=kantoor" },

	/* Values. */
	{ "amount with words", 'B', "Bruto inkomen per jaar (in euro): \xe2\x82\xac 45.000,00\nVanaf wanneer? 1 april 2026",
	  "inkomen=45000.00; datum=2026-04-01" },
	{ "no amount", 'B', "Bruto inkomen per jaar: ongeveer 45 duizend\nVanaf wanneer? 1 april 2026",
	  "inkomen?not-an-amount{ongeveer 45 duizend}; datum=2026-04-01" },
	{ "a number with its noun", 'B', "Aantal kinderen: 2 kinderen\nHuurt u een woning? ja", "kinderen=2; huurt=yes" },
	{ "two numbers", 'B', "Aantal kinderen: 2 of 3\nHuurt u een woning? ja", "kinderen?not-a-number{2 of 3}; huurt=yes" },
	{ "no date", 'B', "Vanaf wanneer? zo snel mogelijk\nAantal kinderen: 1", "datum?not-a-date{zo snel mogelijk}; kinderen=1" },
	{ "an address with its name", 'A', "Naam: Jan\nE-mailadres: Jan Jansen <Jan@Example.org>", "name=Jan; address=jan@example.org" },
	{ "an address with its link", 'A', "Naam: Jan\nE-mailadres: jan@example.org<mailto:jan@example.org>",
	  "name=Jan; address=jan@example.org" },
	{ "no address", 'A', "Naam: Jan\nE-mailadres: jan at example", "name=Jan; address?not-an-address{jan at example}" },
	{ "no office", 'A', "Naam: Jan\nKantoor: geen", "name=Jan" },
	{ "n.v.t.", 'A', "Naam: Jan\nKantoor: n.v.t.\nTaal: -", "name=Jan" },
	{ "two answers", 'A', "Naam: Jan\nTaal: nl\nNaam: Piet", "name?answered-twice{Jan / Piet}; language=nl" },
	{ "the same answer twice", 'A', "Naam: Jan\nTaal: nl\nNaam: jan", "name=Jan; language=nl" },
	{ "a question below an empty field", 'B',
	  "Aantal kinderen: 1\nVanaf wanneer?\n\nKunt u mij daarover bellen? Ik weet het niet precies namelijk.\n", "kinderen=1" },

	{ "what we wrote above the form is no answer", 'A',
	  "Naam: Jan\n\n" HEAD "> Wij missen nog:\n> - Naam: dit hebben wij nog nodig\n> - Taal: Frans. Wilt u kiezen?\n"
	  "> Houd mij op de hoogte? ja\n"
	  "> Formulier: Aanvraag inkomensverklaring\n> Naam:\n> Taal (Nederlands of Engels): Engels\n", "name=Jan; language=en" },

	{ "a question mark that stayed", 'A', "Laat maar.\n\n> Naam: Jan\n> Taal (Nederlands of Engels): ?\n",
	  "name=Jan; language?missing{?}" },
	{ "one that was answered behind", 'A', "> Naam: Jan\n> Taal (Nederlands of Engels): ? Engels\n", "name=Jan; language=en" },
	{ "one that was answered below", 'A', "> Naam: ?\nJan\n> Taal (Nederlands of Engels): ?\n\nEngels\n", "name=Jan; language=en" },
	{ "one that was answered on top", 'A', "Taal: Engels\n\n> Naam: Jan\n> Taal (Nederlands of Engels): ?\n",
	  "name=Jan; language=en" },

	/* Nothing. */
	{ "an empty form", 'A', EMPTY_A, "" },
	{ "an empty form in a quotation", 'A', "Bedankt!\n\n" HEAD QUOTED_A, "" },
	{ "the example is no answer", 'A', "Naam: Jan Jansen (voorbeeld)\nTaal: Nederlands of Engels\n", "" },
	{ "lines to write on, empty", 'A', "Naam: ________\nTaal: ......\nHoud mij op de hoogte: [ ] ja [ ] nee", "" },
	{ "a plain letter", 'A', "Beste mensen,\n\nKunt u mij helpen met een verklaring?\n\nGroet,\nJan", "" },
	{ "empty text", 'A', "", "" },
	{ "an empty form of facts", 'B', EMPTY_B, "" },
};

static void show(const struct form_order *order, const struct form_reading *reading, struct buf *out)
{
	size_t i;

	for (i = 0; i < order->field_count; i++) {
		const struct form_answer *a = &reading->answers[i];

		if (a->state == FORM_EMPTY)
			continue;
		buf_addf(out, "%s%s", out->len ? "; " : "", order->fields[i].field.name);
		if (a->state == FORM_FILLED)
			buf_addf(out, "=%s", a->value);
		else
			buf_addf(out, "?%s{%s}", a->why, a->words);
	}
}

static void test_rows(void)
{
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct row *row = &rows[i];
		bool html = row->form >= 'a', cut;
		struct arena arena = ARENA_INIT;
		struct buf out = BUF_INIT(BUF_MAX_TEXT);
		const char *text = html ? mime_html_text(&arena, row->text, MAIL_MAX_TEXT, &cut) : row->text;
		struct form_order order = order_of(html ? (char)(row->form - 'a' + 'A') : row->form, text);
		struct form_reading reading;
		struct err err = ERR_INIT;

		if (form_reply_read(&order, &arena, &reading, &err))
			tap_ok(false, "%s: %s", row->name, err.text);
		show(&order, &reading, &out);
		tap_is_str(out.len ? out.data : "", row->want, "%s", row->name);
		buf_free(&out);
		arena_free(&arena);
	}
}

/* ---- what is left, and which form it is ---- */

static const struct {
	const char *name;
	char form;
	const char *text;
	const char *rest;     /* blank lines apart */
	bool filled;
} wholes[] = {
	{ "the rest of the text", 'A', "Beste,\nNaam: Jan\nTaal: nl\nvraag: hoe lang duurt het?\n",
	  "Beste,/vraag: hoe lang duurt het?", true },
	{ "answers below are taken too", 'A', "> Naam:\nJan\n> Taal:\nEngels\nstatus\n", "status", true },
	{ "the title names it", 'A', "Formulier: Aanvraag inkomensverklaring\nNaam: Jan\n", "", true },
	{ "the title of another form", 'A', "Formulier: Wijziging inkomen\nNaam: Jan\nTaal: nl\n", "", false },
	{ "one label alone is no form", 'A', "Naam: Jan\nIk wil graag een verklaring", "Ik wil graag een verklaring", false },
	{ "an empty form is not filled", 'A', "> Naam:\n> Taal:\n", "", false },
	{ "no form at all", 'A', "Bedankt voor de hulp", "Bedankt voor de hulp", false },
};

static void squeeze(char *text)
{
	char *to = text, *at;

	for (at = text; *at; at++)
		if (*at != '\n')
			*to++ = *at;
		else if (to > text && to[-1] != '/')
			*to++ = '/';
	if (to > text && to[-1] == '/')
		to--;
	*to = '\0';
}

static void test_wholes(void)
{
	size_t i;

	for (i = 0; i < sizeof wholes / sizeof *wholes; i++) {
		struct arena arena = ARENA_INIT;
		struct form_order order = order_of(wholes[i].form, wholes[i].text);
		struct form_reading reading;
		struct err err = ERR_INIT;
		char *rest;

		tap_is_int(form_reply_read(&order, &arena, &reading, &err), 0, "%s: read", wholes[i].name);
		rest = arena_strdup(&arena, reading.rest);
		squeeze(rest);
		tap_is_str(rest, wholes[i].rest, "%s: the rest", wholes[i].name);
		tap_ok(form_is_filled(&order, &reading) == wholes[i].filled, "%s: filled or not", wholes[i].name);
		arena_free(&arena);
	}
}

/* ---- at random ---- */

#define RANDOM_RUNS 3000
#define RANDOM_FIELDS 7

static unsigned long seed = 20261122;

static unsigned pick(unsigned below)
{
	seed = seed * 6364136223846793005ul + 1442695040888963407ul;
	return (unsigned)(seed >> 33) % below;
}

static const char *const random_titles[] = { "Naam", "Straat en huisnummer", "Woonplaats", "Werkgever", "Opmerkingen",
	  "Telefoon", "Beroep" };

/* One field as somebody may have written it; its value says whose it is. */
static void add_random(struct buf *out, size_t field, const char *value, const char *prefix)
{
	switch (pick(7)) {
	case 0: buf_addf(out, "%s%s: %s\n", prefix, random_titles[field], value); break;
	case 1: buf_addf(out, "%s%s:\n%s\n", prefix, random_titles[field], value); break;
	case 2: buf_addf(out, "%s%s:\n%s\n%s%s\n\n", prefix, random_titles[field], prefix, prefix, value); break;
	case 3: buf_addf(out, "%s%s\t%s\n", prefix, random_titles[field], value); break;
	case 4: buf_addf(out, "%s- *%s*: %s\n\n", prefix, random_titles[field], value); break;
	case 5: buf_addf(out, "%s%s = [%s]\n", prefix, random_titles[field], value); break;
	default: buf_addf(out, "%s%s\n%s%s\n", prefix, random_titles[field], prefix, value); break;
	}
}

static void add_noise(struct buf *out, const char *prefix)
{
	static const char *const noise[] = { "\nGoedemorgen, hierbij.\n", "\n-----\n", "\n> Wij schreven u eerder.\n\n", "\n\n\n",
					     "\nIk bel u nog: morgen of zo.\n\n" };

	buf_addf(out, "%s", noise[pick(sizeof noise / sizeof *noise)]);
	(void)prefix;
}

static bool random_run(bool *all)
{
	struct form_field fields[RANDOM_FIELDS] = { 0 };
	char values[RANDOM_FIELDS][24];
	bool given[RANDOM_FIELDS] = { false }, used[RANDOM_FIELDS] = { false }, right = true;
	struct arena arena = ARENA_INIT;
	struct buf text = BUF_INIT(BUF_MAX_TEXT);
	struct form_order order = { .fields = fields, .field_count = RANDOM_FIELDS, .marks = marks,
				    .mark_count = sizeof marks / sizeof *marks };
	struct form_reading reading;
	struct err err = ERR_INIT;
	const char *prefix = pick(2) ? "> " : "";
	size_t i, n;

	for (i = 0; i < RANDOM_FIELDS; i++) {
		fields[i].field = (struct prog_field){ .name = random_titles[i], .title = random_titles[i], .kind = VALUE_TEXT };
		snprintf(values[i], sizeof values[i], "waarde%zux%u", i, pick(1000));
	}
	for (n = 0; n < 12; n++) {
		i = pick(RANDOM_FIELDS);
		if (pick(4) == 0)
			add_noise(&text, prefix);
		else if (!used[i]) {
			used[i] = true;
			given[i] = pick(5) != 0;
			if (given[i])
				add_random(&text, i, values[i], prefix);
			else
				buf_addf(&text, "%s%s:\n", prefix, random_titles[i]);
		}
	}
	order.text = text.data ? text.data : "";
	if (form_reply_read(&order, &arena, &reading, &err))
		return false;
	for (i = 0; i < RANDOM_FIELDS; i++) {
		const struct form_answer *a = &reading.answers[i];

		*all &= !given[i] || (a->value && str_starts(a->value, values[i]));
		for (n = 0; n < RANDOM_FIELDS; n++)
			right &= n == i || !given[n] || !a->words || !strstr(a->words, values[n]);
	}
	if (!right || !*all)
		printf("# in this text:\n# %s\n", order.text);
	buf_free(&text);
	arena_free(&arena);
	return right;
}

static void test_random(void)
{
	size_t i, right = 0, complete = 0;

	for (i = 0; i < RANDOM_RUNS; i++) {
		bool all = true;

		right += random_run(&all);
		complete += all;
	}
	tap_is_int((long long)right, RANDOM_RUNS, "no value ever lands in another field");
	tap_is_int((long long)complete, RANDOM_RUNS, "and none is lost");
}

/* Pieces of mails, in any order and cut anywhere: it ends, and keeps within its bounds. */
static void test_rubbish(void)
{
	static const char *const pieces[] = { "Naam", ":", "\n", "> ", "[x]", "[ ]", "Taal", "ja", " nee ", "\t",
	  "E-mailadres", "jan@example.org", "(", ")",
					      "-----\n", "Van: x\nVerzonden: y\nAan: z\n", "Op 2 mrt 2026 schreef a@b:\n", "\xe2\x98\x91", "\xff",
	  "\xc3", "\xe2\x80\x8b",
					      "Met vriendelijke groet,\n", "<mailto:", ">", "*", "_", "...", "\xe2\x80\xa6", "Formulier: ",
	  "Aanvraag inkomensverklaring\n" };
	size_t run, i;
	bool fine = true;

	for (run = 0; run < 3000; run++) {
		struct arena arena = ARENA_INIT;
		struct buf text = BUF_INIT(BUF_MAX_TEXT);
		struct form_order order;
		struct form_reading reading;
		struct err err = ERR_INIT;
		unsigned count = pick(40);

		for (i = 0; i < count; i++)
			buf_adds(&text, pieces[pick(sizeof pieces / sizeof *pieces)]);
		order = order_of(pick(2) ? 'A' : 'B', text.data ? text.data : "");
		fine &= form_reply_read(&order, &arena, &reading, &err) == 0;
		for (i = 0; fine && i < order.field_count; i++) {
			struct value_kind kind = value_kind_of_field(&order.fields[i].field);

			fine &= reading.answers[i].state != FORM_FILLED || value_is_canonical(&kind, reading.answers[i].value);
			fine &= reading.answers[i].state != FORM_UNCLEAR || (reading.answers[i].why && reading.answers[i].words);
		}
		if (!fine) {
			printf("# %s\n", order.text);
			break;
		}
		buf_free(&text);
		arena_free(&arena);
	}
	tap_ok(fine, "rubbish gives no value that is none");
}

int main(void)
{
	test_rows();
	test_wholes();
	test_random();
	test_rubbish();
	return tap_done();
}
