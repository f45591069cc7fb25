/*
 * Whose words the lines of a mail are, in the shapes that mail programs make of
 * answers: Outlook in Dutch above all, and what the corpora lack. Lines stand
 * with "\n"; '|' in 'want' stands between lines.
 */

/* Base. */
#include "base/buf.h"
#include "base/str.h"
#include "tap.h"

/* Engine. */
#include "mime/parse.h"
#include "quote/quote_p.h"

static const struct row {
	const char *name;
	const char *text;
	const char *own;
	const char *shown; /* NULL = the same */
} rows[] = {
	/* ---- Outlook, desktop ---- */
	{ "Outlook nl", "Hierbij de stukken.\n\nVan: Pentrax <dossier@pentrax.example>\nVerzonden: maandag 2 maart 2026 09:00\n"
	  "Aan: Jan Jansen <jan@client.example>\nOnderwerp: Dossier 2026-00001-K\n\nBeste Jan,\nwij missen nog iets.\n",
	  "Hierbij de stukken.", NULL },
	{ "Outlook nl, CC and attachments in the head", "Akkoord.\n\nVan: Els <els@pentrax.example> \nVerzonden: dinsdag 3 maart "
	  "2026 "
	  "14:12\nAan: 'Jan Jansen' <jan@client.example>\nCC: Kantoor <info@kantoor.example>\nOnderwerp: RE: Dossier\nBijlagen: "
	  "aangifte.pdf\nUrgentie: Hoog\n\nGraag akkoord.\n", "Akkoord.", NULL },
	{ "Outlook nl, bold fields", "ok\n\n*Van:* Pentrax <d@p.example>\n*Verzonden:* maandag 2 maart 2026 09:00\n*Aan:* Jan\n"
	  "*Onderwerp:* Dossier\n\ntekst", "ok", NULL },
	{ "Outlook nl, recipients over lines", "ok\n\nVan: Pentrax <d@p.example>\nVerzonden: maandag 2 maart 2026 09:00\n"
	  "Aan: Jan Jansen <jan@client.example>; Piet Pietersen\n<piet@client.example>; Kantoor de Boer\n<info@kantoor.example>\n"
	  "Onderwerp: Dossier\n\ntekst", "ok", NULL },
	{ "Outlook nl, fields with blank lines between", "ok\n\nVan: Pentrax <d@p.example>\n\nVerzonden: maandag 2 maart 2026\n\n"
	  "Aan: Jan\n\nOnderwerp: Dossier\n\ntekst", "ok", NULL },
	{ "Outlook 2003 nl", "Zie bijlage.\n\n-----Oorspronkelijk bericht-----\nVan: Pentrax [mailto:d@p.example]\nVerzonden: "
	  "maandag 2 "
	  "maart 2026 9:00\nAan: Jan\nOnderwerp: Dossier\n\nx", "Zie bijlage.", NULL },
	{ "Outlook nl, with a signature between", "Zie bijlage.\n\nMet vriendelijke groet,\n\nJan Jansen\n\nVan: Pentrax "
	  "<d@p.example>\n"
	  "Verzonden: maandag 2 maart 2026 09:00\nAan: Jan\nOnderwerp: Dossier\n\nx",
	  "Zie bijlage.||Met vriendelijke groet,||Jan Jansen", NULL },
	{ "Outlook nl, only a name in the head", "ok\n\nVan: Els de Vries\nVerzonden: maandag 2 maart 2026 09:00\nAan: Jan Jansen\n"
	  "Onderwerp: Dossier\n\nx", "ok", NULL },
	{ "Outlook nl for Mac", "ok\n\nVan: Pentrax <d@p.example>\nDatum: maandag, 2 maart 2026 om 09:00\nAan: Jan <jan@c.example>\n"
	  "Onderwerp: Dossier\n\nx", "ok", NULL },
	{ "old Outlook for Mac", "ok\n\nOp 02-03-26 09:00 schreef Pentrax <d@p.example>:\n\n    tekst van ons\n", "ok", NULL },
	{ "Outlook en", "Done.\n\nFrom: Pentrax <d@p.example>\nSent: Monday, March 2, 2026 9:00 AM\nTo: Jan <jan@c.example>\n"
	  "Subject: Dossier\n\nx", "Done.", NULL },
	{ "Outlook de", "Anbei.\n\nVon: Pentrax <d@p.example>\nGesendet: Montag, 2. März 2026 09:00\nAn: Jan\nBetreff: Dossier\n\nx",
	  "Anbei.", NULL },
	{ "Outlook fr", "Voici.\n\nDe : Pentrax <d@p.example>\nEnvoyé : lundi 2 mars 2026 09:00\nÀ : Jan\nObjet : Dossier\n\nx",
	  "Voici.", NULL },
	{ "Outlook, zie hieronder", "Zie mijn antwoorden hieronder in rood.\n\nVan: Pentrax <d@p.example>\nVerzonden: maandag 2 "
	  "maart "
	  "2026 09:00\nAan: Jan\nOnderwerp: Dossier\n\nWat is uw beroep?\nBakker.",
	  "Zie mijn antwoorden hieronder in rood.",
	  "Zie mijn antwoorden hieronder in rood.||Van: Pentrax <d@p.example>|Verzonden: maandag 2 maart 2026 09:00|Aan: "
	  "Jan|Onderwerp: "
	  "Dossier||Wat is uw beroep?|Bakker." },
	/* ---- Outlook, web and telephone ---- */
	{ "Outlook web nl", "Prima.\n________________________________\nVan: Pentrax <d@p.example>\nVerzonden: maandag 2 maart 2026 "
	  "09:00\n"
	  "Aan: Jan <jan@c.example>\nOnderwerp: Dossier\n\nx", "Prima.", NULL },
	{ "Outlook for iOS nl", "Prima.\n\nOutlook voor iOS<https://aka.ms/o0ukef> downloaden\n________________________________\n"
	  "Van: Pentrax <d@p.example>\nVerzonden: maandag 2 maart 2026 09:00\nAan: Jan\nOnderwerp: Dossier\n\nx", "Prima.", NULL },
	{ "Outlook for Android nl", "Prima.\n\nVerzonden vanuit Outlook voor Android<https://aka.ms/AAb9ysg>\n"
	  "________________________________\nVan: Pentrax <d@p.example>\nVerzonden: maandag 2 maart 2026 09:00\nAan: Jan\n"
	  "Onderwerp: Dossier\n\nx", "Prima.", NULL },
	{ "Outlook for iOS en", "Fine.\n\nGet Outlook for iOS<https://aka.ms/o0ukef>\n________________________________\nFrom: "
	  "Pentrax "
	  "<d@p.example>\nSent: Monday, March 2, 2026 9:00:00 AM\nTo: Jan\nSubject: x\n\nx", "Fine.", NULL },
	{ "Windows Mail nl", "Prima.\n\nVerzonden vanuit Mail voor Windows\n\nVan: Pentrax\nVerzonden: maandag 2 maart 2026 09:00\n"
	  "Aan: Jan\nOnderwerp: Dossier\n\nx", "Prima.", NULL },
	/* ---- Gmail ---- */
	{ "Gmail nl", "Hierbij.\n\nOp ma 2 mrt 2026 om 09:00 schreef Pentrax <dossier@pentrax.example>:\n\n> Beste Jan,\n> \n> tot "
	  "ziens\n",
	  "Hierbij.", NULL },
	{ "Gmail nl, wrapped", "Hierbij.\n\nOp ma 2 mrt 2026 om 09:00 schreef Pentrax <\ndossier@pentrax.example>:\n\n> Beste Jan,\n",
	  "Hierbij.", NULL },
	{ "Gmail en", "Here.\n\nOn Mon, Mar 2, 2026 at 9:00 AM Pentrax <d@p.example> wrote:\n\n> Dear Jan,\n", "Here.", NULL },
	{ "Gmail nl, below the quotation", "Op ma 2 mrt 2026 om 09:00 schreef Pentrax <d@p.example>:\n\n> Beste Jan,\n> stuur "
	  "iets\n\n"
	  "Hierbij.\n", "Hierbij.", NULL },
	{ "Gmail nl, between the lines", "Op ma 2 mrt 2026 om 09:00 schreef Pentrax <d@p.example>:\n\n> Uw naam?\n\nJan\n\n> Uw "
	  "beroep?\n\n"
	  "Bakker\n", "Jan||Bakker", "> Uw naam?||Jan||> Uw beroep?||Bakker" },
	{ "Gmail nl, above and below", "Beste Els,\n\nOp ma 2 mrt 2026 om 09:00 schreef Pentrax <d@p.example>:\n\n> Uw "
	  "naam?\n\nJan\n",
	  "Beste Els,||Jan", NULL },
	{ "Gmail, right above the quotation", "Hierbij.\nOp ma 2 mrt 2026 om 09:00 schreef Pentrax <d@p.example>:\n> x\n", "Hierbij.",
	  NULL },
	{ "Gmail, the confidential kind", "Goed.\n\nOp ma 2 mrt 2026 09:00 schreef Pentrax via Dossier <d@p.example>:\n\n> "
	  "x", "Goed.", NULL },
	/* ---- Apple ---- */
	{ "Apple Mail nl", "Prima.\n\nGroet, Jan\n\n> Op 2 mrt 2026, om 09:00 heeft Pentrax <d@p.example> het volgende "
	  "geschreven:\n> \n"
	  "> Beste Jan,\n", "Prima.||Groet, Jan", NULL },
	{ "iPhone nl", "Prima.\n\nVerstuurd vanaf mijn iPhone\n\n> Op 2 mrt. 2026 om 09:00 heeft Pentrax <d@p.example> het volgende "
	  "geschreven:\n> \n> x", "Prima.", NULL },
	{ "iPhone nl, unquoted head", "Prima.\n\nVerstuurd vanaf mijn iPhone\n\nOp 2 mrt. 2026 om 09:00 heeft Pentrax "
	  "<d@p.example> het "
	  "volgende geschreven:\n\n> x", "Prima.", NULL },
	{ "iPhone nl, words below its line", "Verstuurd vanaf mijn iPhone\n\nNog iets: het kenteken is gewijzigd.",
	  "Nog iets: het kenteken is gewijzigd.", NULL },
	{ "iPad en", "Fine.\n\nSent from my iPad\n\n> On 2 Mar 2026, at 09:00, Pentrax <d@p.example> wrote:\n> \n> "
	  "x", "Fine.", NULL },
	/* ---- Thunderbird ---- */
	{ "Thunderbird nl", "Op 2-3-2026 om 09:00 schreef Pentrax:\n> Beste Jan,\n> stuur iets\n\nHierbij.\n\n-- \nJan Jansen\n",
	  "Hierbij.", NULL },
	{ "Thunderbird nl, name first", "Pentrax schreef op 2-3-2026 om 09:00:\n> Beste Jan,\n\nHierbij.\n", "Hierbij.", NULL },
	{ "Thunderbird en", "On 3/2/2026 9:00 AM, Pentrax wrote:\n> Dear Jan\nHere.\n", "Here.", NULL },
	{ "Thunderbird, below, two answers", "On 3/2/2026 9:00 AM, Pentrax wrote:\n> One?\nYes.\n> Two?\nNo.\n", "Yes.|No.",
	  "> One?|Yes.|> Two?|No." },
	/* ---- telephones and web mail ---- */
	{ "Samsung nl", "Goed.\n\nVerstuurd vanaf mijn Galaxy\n\n-------- Oorspronkelijk bericht --------\nVan: Pentrax "
	  "<d@p.example> \n"
	  "Datum: 02-03-2026 09:00 (GMT+01:00) \nAan: Jan \nOnderwerp: Dossier \n\nx", "Goed.", NULL },
	{ "Samsung en", "Good.\n\nSent from my Galaxy\n\n-------- Original message --------\nFrom: Pentrax <d@p.example> \nDate: "
	  "02/03/2026 "
	  "09:00 (GMT+01:00) \nTo: Jan \nSubject: x \n\nx", "Good.", NULL },
	{ "Yahoo nl", "Goed.\n\n   Op maandag 2 maart 2026 om 09:00:00 CET schreef Pentrax <d@p.example>:  \n \n Beste "
	  "Jan", "Goed.", NULL },
	{ "Ziggo webmail", "Goed.\n\n> Op 02-03-2026 09:00 CET schreef Pentrax <d@p.example>:\n> \n> \n> x", "Goed.", NULL },
	{ "Proton", "Goed.\n\nVerzonden met Proton Mail beveiligde e-mail.\n\nOp maandag 2 maart 2026 om 09:00 schreef Pentrax "
	  "<d@p.example>:\n\n> x\n", "Goed.", NULL },
	{ "Roundcube nl", "Pentrax schreef op 2026-03-02 09:00:\n> x\n\nGoed.", "Goed.", NULL },
	{ "Horde nl", "Citeren Pentrax <d@p.example>:\n\n> x\n\nGoed.", "Citeren Pentrax <d@p.example>:||Goed.",
	  "Citeren Pentrax <d@p.example>:||> x||Goed." },
	{ "BlackBerry", "Good.\n\nSent from my BlackBerry 10 smartphone.\n", "Good.", NULL },
	/* ---- signatures ---- */
	{ "signature by the book", "Hallo,\nhierbij.\n-- \nJan Jansen\n06-12345678\n", "Hallo,|hierbij.", NULL },
	{ "signature, then quotation", "Hierbij.\n\n-- \nJan\n\nOp ma 2 mrt 2026 om 09:00 schreef Pentrax <d@p.example>:\n> "
	  "x\n", "Hierbij.",
	  NULL },
	{ "signature above words below the quotation", "-- \nJan\n\nOp ma 2 mrt 2026 om 09:00 schreef Pentrax <d@p.example>:\n> "
	  "x\n\nHierbij.",
	  "Hierbij.", NULL },
	{ "a list's footer", "Hierbij.\n\n_______________________________________________\nlijst mailing list\nlijst@lists.example\n",
	  "Hierbij.", NULL },
	{ "the closing phrase stays", "Hierbij.\n\nMvg,\nJan", "Hierbij.||Mvg,|Jan", NULL },
	/* ---- one's own words ---- */
	{ "nothing quoted", "Beste Els,\n\nHierbij mijn stukken.\n\nGroet", "Beste Els,||Hierbij mijn stukken.||Groet", NULL },
	{ "a journey is no head", "Van: Rotterdam\nAan: Utrecht\nDatum: 12-03-2026\nZo reed ik.", "Van: Rotterdam|Aan: "
	  "Utrecht|Datum: "
	  "12-03-2026|Zo reed ik.", NULL },
	{ "what I wrote before", "Op 12 maart 2026 om 09:00 schreef ik u het volgende:\nik kan niet betalen.\nDat geldt nog.",
	  "Op 12 maart 2026 om 09:00 schreef ik u het volgende:|ik kan niet betalen.|Dat geldt nog.", NULL },
	{ "what I wrote to an address", "I wrote to d@p.example on 12-03-2026:\nplease call me", "I wrote to d@p.example on "
	  "12-03-2026:|please call me", NULL },
	{ "a colleague's words", "Mijn collega schreef op 12-03-2026 het volgende:\nhet komt goed\nMaar dat is niet zo.",
	  "Mijn collega schreef op 12-03-2026 het volgende:|het komt goed|Maar dat is niet zo.", NULL },
	{ "sent by post", "Verzonden met de post, gisteren.\nHet komt morgen.", "Verzonden met de post, gisteren.|Het komt "
	  "morgen.", NULL },
	{ "a list of points", "- paspoort\n- aangifte\n-- nog iets\nKlaar.", "- paspoort|- aangifte|-- nog iets|Klaar.", NULL },
	{ "rules between one's own words", "Deel een\n----------\nDeel twee", "Deel een|----------|Deel twee", NULL },
	{ "a form filled in", "Naam: Jan Jansen\nAdres: Dorpsstraat 1\nDatum: 2 maart 2026\nOnderwerp: wijziging",
	  "Naam: Jan Jansen|Adres: Dorpsstraat 1|Datum: 2 maart 2026|Onderwerp: wijziging", NULL },
	{ "doorgestuurd bericht, said by somebody", "Doorgestuurd bericht:\nhet is klaar", "Doorgestuurd bericht:|het is "
	  "klaar", NULL },
	{ "a quotation without a head, words below", "> Klopt dit?\n\nJa, dat klopt.", "Ja, dat klopt.", "> Klopt dit?||Ja, dat "
	  "klopt." },
	{ "quoted lines only", "> hallo", "", "> hallo" },
	{ "a mail passed on, and no more", "---------- Forwarded message ---------\nFrom: Jan <jan@c.example>\nDate: ma 2 mrt "
	  "2026\nSubject: "
	  "x\nTo: <a@b.example>\n\nHierbij.", "", "Hierbij." },
	{ "nothing", "", "", NULL },
	{ "blank lines", " \n\t\n\xc2\xa0\n", "", NULL },
	{ "carriage returns", "Hierbij.\r\n\r\n-- \r\nJan\r\n", "Hierbij.", NULL },
	{ "a byte order mark", "\xef\xbb\xbfOp ma 2 mrt 2026 om 09:00 schreef Pentrax <d@p.example>:\n> "
	  "x\n\nHierbij.", "Hierbij.", NULL },
	{ "bad bytes", "stat\xffus\n> \xfe\n", "stat\xffus", NULL },
	{ "a wrapped quotation may be an answer", "Op ma 2 mrt 2026 om 09:00 schreef Pentrax <d@p.example>:\n> - Kopie van het "
	  "legitimatiebewijs van u en ook dat van uw partner\nzit in de bijlage\n> Groet\n\nGoed.", "zit in de bijlage|Goed.",
	  "> - Kopie van het legitimatiebewijs van u en ook dat van uw partner|zit in de bijlage|> Groet||Goed." },
	{ "between the head and the quotation", "Op ma 2 mrt 2026 om 09:00 schreef Pentrax <d@p.example>:\n\nHierbij.\n\n> Beste "
	  "Jan,",
	  "", "Hierbij.||> Beste Jan," },
	{ "parted by dashes", "een\n--\ntwee\n--\ndrie", "een|--|twee|--|drie", NULL },
	{ "parted by dashes, then a signature", "een\n--\ntwee\n--\ndrie\n-- \nJan", "een|--|twee|--|drie", NULL },
	{ "a table", "| a | b |\n| 1 | 2 |", "| a | b ||| 1 | 2 |", NULL },
	{ "a bar before each line", "| hallo\n| daar\nja", "ja", "| hallo|| daar|ja" },
	{ "an answer right below a long line", "Op ma 2 mrt 2026 om 09:00 schreef Pentrax <d@p.example>:\n> Dit is een lange regel "
	  "die door "
	  "het programma eindigt met een vraag?\nja dat klopt.\n> Groet\n\nGoed.", "ja dat klopt.|Goed.",
	  "> Dit is een lange regel die door het programma eindigt met een vraag?|ja dat klopt.|> Groet||Goed." },
};

/* A text with its lines between '|'. */
static const char *piped(struct arena *arena, const char *text)
{
	char *copy = arena_strdup(arena, text), *at;

	for (at = copy; *at; at++)
		if (*at == '\n')
			*at = '|';
	return copy;
}

static void check_rows(void)
{
	struct arena arena = ARENA_INIT;
	struct quote quote;
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		quote_read(&(struct quote_order){ .text = rows[i].text }, &arena, &quote);
		tap_is_str(piped(&arena, quote.own), rows[i].own, "%s: own", rows[i].name);
		tap_is_str(piped(&arena, quote.shown), rows[i].shown ? rows[i].shown : rows[i].own, "%s: shown", rows[i].name);
	}
	tap_ok(sizeof rows / sizeof *rows >= 60, "sixty shapes at least: %zu", sizeof rows / sizeof *rows);
	arena_free(&arena);
}

/* ---- HTML ---- */

static const struct html_row {
	const char *name;
	const char *html;
	const char *own;
} html_rows[] = {
	{ "Gmail", "<div dir=\"ltr\">Hierbij.</div><br><div class=\"gmail_quote\"><div dir=\"ltr\" class=\"gmail_attr\">Op ma 2 "
	  "mrt 2026 "
	  "om 09:00 schreef Pentrax &lt;<a href=\"mailto:d@p.example\">d@p.example</a>&gt;:<br></div><blockquote "
	  "class=\"gmail_quote\" "
	  "style=\"margin:0\"><div>akkoord</div></blockquote></div>", "Hierbij." },
	{ "Gmail in a language that we do not know", "<div dir=\"ltr\">Iawn.</div><div class=\"gmail_quote\"><div "
	  "class=\"gmail_attr\">Ar Llun 2 "
	  "Maw dywedodd Pentrax<br></div><blockquote><div>akkoord</div></blockquote></div>", "Iawn." },
	{ "Gmail, answers between", "<div class=\"gmail_quote\"><div class=\"gmail_attr\">Op ma 2 mrt 2026 om 09:00 schreef P "
	  "&lt;d@p.example&gt;:"
	  "</div><blockquote>Naam?</blockquote><div>Jan</div><blockquote>Beroep?</blockquote><div>Bakker</div></div>", "Jan|Bakker" },
	{ "Gmail signature", "<div dir=\"ltr\">Hierbij.<div><br clear=\"all\"></div><div dir=\"ltr\" class=\"gmail_signature\" "
	  "data-smartmail=\"gmail_signature\"><div>Jan Jansen</div><div>Bakker</div></div></div>", "Hierbij." },
	{ "Outlook web nl", "<div>Hierbij.</div><div id=\"Signature\"><div>Jan Jansen</div><div>06-12345678</div></div><div "
	  "id=\"appendonsend\">"
	  "</div><hr style=\"display:inline-block;width:98%\" tabindex=\"-1\"><div id=\"divRplyFwdMsg\" "
	  "dir=\"ltr\"><font><b>Van:</b> Pentrax "
	  "&lt;d@p.example&gt;<br><b>Verzonden:</b> maandag 2 maart 2026 09:00<br><b>Aan:</b> Jan<br><b>Onderwerp:</b> Dossier</font>"
	  "<div>&nbsp;</div></div><div>Beste Jan, antwoord met akkoord.</div><div>akkoord</div>", "Hierbij." },
	{ "Outlook web in a language that we do not know", "<div>Iawn.</div><hr><div id=\"divRplyFwdMsg\"><b>Oddi:</b> "
	  "P<br><b>Anfon:</b> x<br></div>"
	  "<div>akkoord</div>", "Iawn." },
	{ "Outlook desktop nl", "<div class=WordSection1><p class=MsoNormal>Hierbij.<o:p></o:p></p><p "
	  "class=MsoNormal><o:p>&nbsp;</o:p></p>"
	  "<div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p class=MsoNormal><b>Van:</b> Pentrax "
	  "&lt;d@p.example&gt; <br><b>Verzonden:</b> maandag 2 maart 2026 09:00<br><b>Aan:</b> Jan Jansen "
	  "&lt;jan@c.example&gt;<br><b>"
	  "Onderwerp:</b> Dossier<o:p></o:p></p></div><p class=MsoNormal><o:p>&nbsp;</o:p></p><p class=MsoNormal>Beste "
	  "Jan,</p></div>",
	  "Hierbij." },
	{ "Outlook for telephones", "<div>Prima.</div><div><br></div><div id=\"ms-outlook-mobile-signature\">Outlook voor <a "
	  "href=\"https://aka.ms/o\">"
	  "iOS</a> downloaden</div><hr><div id=\"divRplyFwdMsg\"><b>Van:</b> P<br></div><div>akkoord</div>", "Prima." },
	{ "new Outlook for Mac", "<div>Prima.</div><div id=\"mail-editor-reference-message-container\"><div>Van: "
	  "P</div><div>akkoord</div></div>",
	  "Prima." },
	{ "Apple Mail nl", "<html><body>Prima.<div><br></div><div><blockquote type=\"cite\"><div>Op 2 mrt 2026, om 09:00 heeft P "
	  "&lt;d@p.example&gt; "
	  "het volgende geschreven:</div><br><div>akkoord</div></blockquote></div></body></html>", "Prima." },
	{ "iPhone nl", "<html><body dir=\"auto\">Prima.<br><br><div dir=\"ltr\">Verstuurd vanaf mijn iPhone</div><div "
	  "dir=\"ltr\"><br><blockquote "
	  "type=\"cite\">Op 2 mrt 2026 om 09:00 heeft P het volgende geschreven:<br><br></blockquote></div><blockquote "
	  "type=\"cite\"><div>"
	  "akkoord</div></blockquote></body></html>", "Prima." },
	{ "Thunderbird", "<div class=\"moz-cite-prefix\">Op 2-3-2026 om 09:00 schreef P:<br></div><blockquote "
	  "type=\"cite\"><p>akkoord</p></blockquote>"
	  "<p>Hierbij.</p><div class=\"moz-signature\">-- <br>Jan</div>", "Hierbij." },
	{ "Zimbra", "<div>Hello<br><br><hr id=\"zwchr\"><b>From: </b>b@x.example<br><b>Sent: "
	  "</b>x<br><br>akkoord<br></div>", "Hello" },
	{ "a signature and nothing else is all there is", "<div id=\"Signature\"><div>Jan Jansen</div></div>", "Jan Jansen" },
	{ "a signature that never ends", "<div>een</div><div class=\"gmail_signature\"><div>twee</div><p>drie", "een|twee||drie" },
	{ "words below the signature", "<div>een</div><div id=\"Signature\"><div>Jan</div></div><div>nog iets</div>", "een|nog "
	  "iets" },
	{ "a mark inside a quotation is quoted", "<blockquote>x<div "
	  "id=\"divRplyFwdMsg\">y</div></blockquote><div>Hierbij.</div>", "Hierbij." },
	{ "no quotation", "<p>Beste Els,</p><p>Hierbij.</p>", "Beste Els,||Hierbij." },
};

static void check_html(void)
{
	struct arena arena = ARENA_INIT;
	struct mime_marks marks;
	struct quote quote;
	bool cut;
	size_t i;

	for (i = 0; i < sizeof html_rows / sizeof *html_rows; i++) {
		struct quote_order order = { .text = mime_html_marked(&arena, html_rows[i].html, MAIL_MAX_TEXT, &cut, &marks),
					     .marks = marks.list };

		order.mark_count = marks.count;
		quote_read(&order, &arena, &quote);
		tap_is_str(piped(&arena, quote.own), html_rows[i].own, "HTML, %s: own", html_rows[i].name);
	}
	arena_free(&arena);
}

/* ---- what was passed on ---- */

#define NONE FORWARD_NONE
#define UNSURE FORWARD_UNSURE
#define FOUND FORWARD_FOUND

static const struct forward_row {
	const char *name, *subject, *text;
	enum forward_found found;
	const char *want; /* "name <address> subject | words" of each, "; " between */
} forward_rows[] = {
	{ "Outlook nl", "FW: stukken", "Zie onder.\n\nVan: Piet <piet@c.example>\nVerzonden: maandag 2 maart 2026 08:45\nAan: "
	  "Kantoor\n"
	  "Onderwerp: paspoort\n\nHierbij.", FOUND, "Piet <piet@c.example> paspoort | Hierbij." },
	{ "Doorst", "Doorst: stukken", "Van: Piet <piet@c.example>\nVerzonden: ma 2 mrt 2026\nAan: K\nOnderwerp: "
	  "x\n\nHierbij.", FOUND,
	  "Piet <piet@c.example> x | Hierbij." },
	{ "an answer", "RE: stukken", "ok\n\nVan: Piet <piet@c.example>\nVerzonden: ma 2 mrt 2026\nAan: K\nOnderwerp: "
	  "x\n\nHierbij.", NONE,
	  "" },
	{ "Antw:", "Antw: stukken", "ok\n\nVan: Piet <piet@c.example>\nVerzonden: ma 2 mrt 2026\nAan: K\nOnderwerp: "
	  "x\n\nHierbij.", NONE, "" },
	{ "an answer to a forward", "Re: Fwd: stukken", "ok\n\nOp ma 2 mrt 2026 om 09:00 schreef P <d@p.example>:\n> ---------- "
	  "Forwarded message "
	  "---------\n> From: Piet <piet@c.example>\n> Date: x\n> Subject: y\n>\n> z", NONE, "" },
	{ "a subject of his own", "stukken", "Zie.\n\nVan: Piet <piet@c.example>\nVerzonden: ma 2 mrt 2026\nAan: K\nOnderwerp: "
	  "x\n\nHierbij.",
	  UNSURE, "Piet <piet@c.example> x | Hierbij." },
	{ "nobody's", "FW: x", "Van: Piet\nVerzonden: ma 2 mrt 2026\nAan: K\nOnderwerp: x\n\nHierbij.", UNSURE, "Piet <> x | "
	  "Hierbij." },
	{ "two senders", "FW: x", "Van: \"baas@bank.example\" <dief@evil.example>\nVerzonden: ma 2 mrt 2026\nAan: K\nOnderwerp: "
	  "x\n\nHierbij.",
	  UNSURE, " <> x | Hierbij." },
	{ "for somebody else", "FW: x", "Van: Piet <piet@c.example> namens Bakkerij <info@bakker.example>\nVerzonden: ma 2 mrt "
	  "2026\nAan: K\n"
	  "Onderwerp: x\n\nHierbij.", FOUND, "Piet <piet@c.example> x | Hierbij." },
	{ "two deep", "FW: x", "Van: Piet <piet@c.example>\nVerzonden: ma 2 mrt 2026\nAan: K\nOnderwerp: FW: a\n\nzie\n\nVan: Ans "
	  "<ans@c.example>\n"
	  "Verzonden: ma 2 mrt 2026\nAan: Piet\nOnderwerp: b\n\nHierbij.", FOUND,
	  "Piet <piet@c.example> FW: a | zie//Van: Ans <ans@c.example>/Verzonden: ma 2 mrt 2026/Aan: Piet/Onderwerp: b//Hierbij.; "
	  "Ans <ans@c.example> b | Hierbij." },
	{ "Gmail nl", "Fwd: x", "---------- Forwarded message ---------\nVan: Piet <piet@c.example>\nDate: ma 2 mrt 2026 om "
	  "08:45\nSubject: y\n"
	  "To: <k@k.example>\n\n\nHierbij.", FOUND, "Piet <piet@c.example> y | Hierbij." },
	{ "Gmail, own subject", "Dossier", "---------- Forwarded message ---------\nVan: Piet <piet@c.example>\nDate: ma 2 mrt "
	  "2026\nSubject: y\n\n"
	  "Hierbij.", FOUND, "Piet <piet@c.example> y | Hierbij." },
	{ "Apple nl", "Fwd: x", "Groet\n\n> Begin doorgestuurd bericht:\n> \n> Van: Piet <piet@c.example>\n> Onderwerp: y\n> "
	  "Datum: 2 maart 2026 om "
	  "08:45:00 CET\n> Aan: k@k.example\n> \n> Hierbij.\n> \n\nen nog iets", FOUND, "Piet <piet@c.example> y | Hierbij." },
	{ "iPhone nl", "Fwd: x", "\n\nVerstuurd vanaf mijn iPhone\n\nBegin doorgestuurd bericht:\n\n> Van: Piet "
	  "<piet@c.example>\n> Datum: 2 maart "
	  "2026 om 08:45:00 CET\n> Aan: k@k.example\n> Onderwerp: y\n> \n> Hierbij.", FOUND, "Piet <piet@c.example> y | Hierbij." },
	{ "Samsung nl", "Fwd: x", "-------- Oorspronkelijk bericht --------\nVan: Piet <piet@c.example> \nDatum: 02-03-2026 08:45 "
	  "(GMT+01:00) \n"
	  "Aan: k@k.example \nOnderwerp: y \n\nHierbij.", FOUND, "Piet <piet@c.example> y | Hierbij." },
	{ "Yahoo nl", "Fw: x", "  ----- Doorgestuurd bericht ----- Van: Piet <piet@c.example>Aan: \"k@k.example\" "
	  "<k@k.example>Verzonden: maandag 2 "
	  "maart 2026 08:45:50 CETOnderwerp: y\n Hierbij.", FOUND, "Piet <piet@c.example> y | Hierbij." },
	{ "no mail inside", "Fwd: x", "Hierbij.", NONE, "" },
	{ "a signature like a head", "x", "Hallo\n\nVan: mij\nAan: u", NONE, "" },
	{ "an address that hides in a name", "FW: x", "Van: piet@c.example <mailto:piet@c.example>\nVerzonden: ma 2 mrt 2026\nAan: "
	  "K\nOnderwerp: "
	  "x\n\nHierbij.", FOUND, " <piet@c.example> x | Hierbij." },
};

static const char *told(struct arena *arena, const struct forwards *all)
{
	const char *text = "";
	size_t i;
	char *at;

	for (i = 0; i < all->count; i++)
		text = arena_printf(arena, "%s%s%s <%s> %s | %s", text, i ? "; " : "", all->list[i].name,
				    all->list[i].addr ? all->list[i].addr : "", all->list[i].subject, all->list[i].text);
	for (at = arena_strdup(arena, text), text = at; *at; at++)
		if (*at == '\n')
			*at = '/';
	return text;
}

static void check_forwards(void)
{
	struct arena arena = ARENA_INIT;
	struct forwards all;
	size_t i;

	for (i = 0; i < sizeof forward_rows / sizeof *forward_rows; i++) {
		const struct forward_row *row = &forward_rows[i];

		forward_read(&(struct mail){ .subject = row->subject, .text = row->text }, true, &arena, &all);
		tap_is_int((int)all.found, (int)row->found, "forward, %s: %s", row->name, all.why ? all.why : "-");
		tap_is_str(told(&arena, &all), row->want, "forward, %s", row->name);
	}
	arena_free(&arena);
}

/* The same from HTML alone. */
static const struct html_forward {
	const char *name, *html;
	const char *want;
} html_forwards[] = {
	{ "Outlook web nl", "<div>Zie onder.</div><hr><div id=\"divRplyFwdMsg\" dir=\"ltr\"><font><b>Van:</b> Piet "
	  "&lt;piet@c.example&gt;<br>"
	  "<b>Verzonden:</b> maandag 2 maart 2026 08:45<br><b>Aan:</b> Kantoor &lt;k@k.example&gt;<br><b>Onderwerp:</b> "
	  "paspoort</font>"
	  "<div>&nbsp;</div></div><div>Hierbij.</div>", "Piet <piet@c.example> paspoort | Hierbij." },
	{ "Outlook desktop nl", "<div class=WordSection1><p class=MsoNormal>Zie onder.<o:p></o:p></p><div><div "
	  "style='border:none;border-top:"
	  "solid #E1E1E1 1.0pt'><p class=MsoNormal><b>Van:</b> Piet &lt;piet@c.example&gt; <br><b>Verzonden:</b> maandag 2 maart "
	  "2026 08:45"
	  "<br><b>Aan:</b> Kantoor &lt;k@k.example&gt;<br><b>Onderwerp:</b> paspoort<o:p></o:p></p></div></div><p class=MsoNormal>"
	  "<o:p>&nbsp;</o:p></p><p class=MsoNormal>Hierbij.</p></div>", "Piet <piet@c.example> paspoort | Hierbij." },
	{ "Gmail nl", "<div dir=\"ltr\">Zie onder.<br><br><div class=\"gmail_quote\"><div dir=\"ltr\" "
	  "class=\"gmail_attr\">---------- Forwarded "
	  "message ---------<br>Van: <b class=\"gmail_sendername\" dir=\"auto\">Piet</b> <span dir=\"auto\">&lt;<a "
	  "href=\"mailto:piet@c.example\">"
	  "piet@c.example</a>&gt;</span><br>Date: ma 2 mrt 2026 om 08:45<br>Subject: paspoort<br>To:  &lt;<a "
	  "href=\"mailto:k@k.example\">"
	  "k@k.example</a>&gt;<br></div><br><br>Hierbij.</div></div>", "Piet <piet@c.example> paspoort | Hierbij." },
	{ "Apple Mail nl", "<html><body>Zie onder.<br><div><br><blockquote type=\"cite\"><div>Begin doorgestuurd "
	  "bericht:</div><br><div><span><b>Van: "
	  "</b></span><span>Piet &lt;<a "
	  "href=\"mailto:piet@c.example\">piet@c.example</a>&gt;<br></span></div><div><span><b>Onderwerp: </b></span>"
	  "<span><b>paspoort</b><br></span></div><div><span><b>Datum: </b></span><span>2 maart 2026 om 08:45:00 "
	  "CET<br></span></div><div><span><b>"
	  "Aan: </b></span><span>k@k.example<br></span></div><br><div>Hierbij.</div></blockquote></div></body></html>",
	  "Piet <piet@c.example> paspoort | Hierbij." },
	{ "Thunderbird nl", "<p>Zie onder.<br></p><div class=\"moz-forward-container\"><br><br>-------- Doorgestuurd bericht "
	  "--------<table "
	  "class=\"moz-email-headers-table\"><tbody><tr><th>Onderwerp: </th><td>paspoort</td></tr><tr><th>Datum: </th><td>Mon, 2 "
	  "Mar 2026 08:45:00 "
	  "+0100</td></tr><tr><th>Van: </th><td>Piet <a "
	  "href=\"mailto:piet@c.example\">&lt;piet@c.example&gt;</a></td></tr><tr><th>Aan: </th><td>"
	  "k@k.example</td></tr></tbody></table><br><br>Hierbij.</div>", "Piet <piet@c.example> paspoort | Hierbij." },
	{ "new Outlook for Mac nl", "<div>Zie onder.</div><div id=\"mail-editor-reference-message-container\"><div><div "
	  "style=\"border:none;border-top:"
	  "solid #B5C4DF 1.0pt\"><p><b><span>Van: </span></b><span>Piet &lt;piet@c.example&gt;<br><b>Datum: </b>maandag, 2 maart "
	  "2026 om 08:45<br>"
	  "<b>Aan: </b>Kantoor &lt;k@k.example&gt;<br><b>Onderwerp: </b>paspoort</span></p></div><p>Hierbij.</p></div></div>",
	  "Piet <piet@c.example> paspoort | Hierbij." },
};

static void check_html_forwards(void)
{
	struct arena arena = ARENA_INIT;
	struct mime_marks marks;
	struct forwards all;
	struct quote quote;
	bool cut;
	size_t i;

	for (i = 0; i < sizeof html_forwards / sizeof *html_forwards; i++) {
		struct mail mail = { .subject = "FW: x", .marks = marks.list };

		mail.text = mime_html_marked(&arena, html_forwards[i].html, MAIL_MAX_TEXT, &cut, &marks);
		mail.mark_count = marks.count;
		forward_read(&mail, true, &arena, &all);
		quote_read(&(struct quote_order){ .text = mail.text, .marks = mail.marks, .mark_count = mail.mark_count }, &arena,
			   &quote);
		tap_is_int((int)all.found, (int)FOUND, "HTML forward, %s: %s", html_forwards[i].name, all.why ? all.why : "-");
		tap_is_str(told(&arena, &all), html_forwards[i].want, "HTML forward, %s", html_forwards[i].name);
		tap_is_str(quote.own, "Zie onder.", "HTML forward, %s: the words above", html_forwards[i].name);
	}
	arena_free(&arena);
}

static void check_subjects(void)
{
	static const struct { const char *subject; enum quote_subject want; const char *rest; } list[] = {
		{ "stukken", QUOTE_SUBJECT_PLAIN, "stukken" }, { "Re: stukken", QUOTE_SUBJECT_REPLY, "stukken" },
		{ "FW: RE: stukken", QUOTE_SUBJECT_FORWARD, "stukken" }, { "Antw : stukken", QUOTE_SUBJECT_REPLY, "stukken" },
		{ "Doorst: x", QUOTE_SUBJECT_FORWARD, "x" }, { "RE[2]: x", QUOTE_SUBJECT_REPLY, "x" },
		{ "WG: AW: x", QUOTE_SUBJECT_FORWARD, "x" }, { "Vraag: wat", QUOTE_SUBJECT_PLAIN, "Vraag: wat" },
		{ "", QUOTE_SUBJECT_PLAIN, "" }, { "Reactie: x", QUOTE_SUBJECT_PLAIN, "Reactie: x" },
	};
	const char *rest;
	size_t i;

	for (i = 0; i < sizeof list / sizeof *list; i++) {
		tap_is_int((int)quote_subject(list[i].subject, &rest), (int)list[i].want, "subject '%s'", list[i].subject);
		tap_is_str(rest, list[i].rest, "subject '%s': the rest", list[i].subject);
	}
}

/* What is compared with folded text has to be folded itself. */
static void check_lexicon(void)
{
	struct arena arena = ARENA_INIT;
	struct lexicon words;
	const char *word;
	size_t kind, at, bad = 0, all = 0;

	lexicon_init(&words, &(struct quote_word){ QUOTE_WORD_WROTE, "Schréf" }, 1, &arena);
	for (kind = 0; kind < QUOTE_WORD_KINDS; kind++)
		for (at = 0; (word = lexicon_next(&words, (enum quote_word_kind)kind, &at)) != NULL; all++)
			if (!str_eq(word, quote_fold(&arena, word)) && bad++ < 5)
				printf("# '%s' should be '%s'\n", word, quote_fold(&arena, word));
	tap_is_int((long long)bad, 0, "words of the lexicon that are not folded, of %zu", all);
	tap_ok(lexicon_is(&words, QUOTE_WORD_WROTE, "schref", 6), "what is added is folded");
	arena_free(&arena);
}

int main(void)
{
	check_lexicon();
	check_rows();
	check_html();
	check_forwards();
	check_html_forwards();
	check_subjects();
	return tap_done();
}
