/*
 * Commands by mail (design.md §6): what the lines of a mail say, in both
 * languages; what is no command; what is wrong with those that are.
 */
/* System. */
#include <time.h>

/* Engine. */
#include "command/command.h"
#include "flow/flow.h"

/* Own. */
#include "tap.h"
#include "test-flow.h"

static const char rules[] =
	"workflow proef \"Proef\"\n"
	"language nl, en\n"
	"documents {\n"
	"    legitimatie \"Kopie legitimatiebewijs\" required accept pdf, image match /legitimatie/i\n"
	"    aangifte \"Aangifte inkomstenbelasting {year}\" required per year last 3 accept pdf match /aangifte/i\n"
	"    jaarcijfers \"Jaarcijfers {year}\" required per year last 3 accept pdf may be absent match /jaar/i\n"
	"    prognose \"Prognose lopend jaar\" required may be absent match /prognose/i\n"
	"    id-kaart \"Creche: idée\" optional\n"
	"    rapport \"Rapport\" from staff accept pdf match /rapport/i\n"
	"}\n"
	"start verzamelen\n"
	"state verzamelen \"V\" { uploads open\n on staff finish { goto klaar } }\n"
	"state klaar \"K\" final { }\n";

/* What the workflow adds; the words of one are more than those of a verb. */
static const struct prog_words appointment_words[] = { { .language = "nl", .text = "Afspraak maken" },
						       { .language = "nl", .text = "bel mij" },
						       { .language = "en", .text = "make an appointment" } };
static const struct prog_words check_words[] = { { .language = "nl", .text = "controle akkoord" } };
static const struct prog_phrase own[] = {
	{ .name = "afspraak", .from = 1u << ACTOR_CLIENT | 1u << ACTOR_OFFICE, .level = 1, .with_text = true,
	  .words = appointment_words, .word_count = 3 },
	{ .name = "controle", .from = 1u << ACTOR_STAFF, .level = 3, .words = check_words, .word_count = 1 },
};

#define K ACTOR_CLIENT
#define O ACTOR_OFFICE
#define S ACTOR_STAFF
#define X ACTOR_NONE

static const struct row {
	const char *name;
	enum actor_role role;
	const char *text;
	/* "verb slot/year,… k=v … !fault?choices", joined by "; ", then " | kind" and what else there is */
	const char *want;
} rows[] = {
	/* Everybody. */
	{ "help", K, "hulp", "help" },
	{ "help in English", K, "HELP", "help" },
	{ "a stranger's help", X, "Help!", "help" },
	{ "a question", K, "vraag: hoe laat bent u open", "question text=hoe laat bent u open" },
	{ "a question over lines", K, "Vraag: hoe laat\nbent u open\n\nen waar", "question text=hoe laat/bent u open//en waar" },
	{ "a question below its word", K, "vraag:\n\nHoe laat?", "question text=Hoe laat?" },
	{ "a problem", X, "Storing: het werkt niet", "problem text=het werkt niet" },
	{ "a problem in English", X, "problem: it does not work", "problem text=it does not work" },
	{ "a sentence that begins with a verb", K, "Probleem is dat ik geen scanner heb", "| question" },
	{ "a question without its colon", K, "vraag", "question !no-text" },

	/* Client and office. */
	{ "status", K, "status", "status" },
	{ "whole line only", K, "status van mijn dossier", "| question" },
	{ "capitals and a full stop", K, "Status.", "status" },
	{ "blanks around it", K, "   status  ", "status" },
	{ "no-break spaces", K, "niet\xc2\xa0" "aanwezig prognose", "absent prognose" },
	{ "overview", O, "overzicht", "overview" },
	{ "overview is not for clients", K, "overzicht", "overview !forbidden" },
	{ "archive", K, "archive", "archive" },
	{ "report", K, "rapport", "report" },
	{ "not a report", K, "rapport volgt morgen", "| question" },
	{ "this is", K, "dit is legitimatie", "this-is legitimatie" },
	{ "this is, by title", K, "Dit is Kopie legitimatiebewijs", "this-is legitimatie" },
	{ "this is, in English", K, "this is aangifte 2024", "this-is aangifte/2024" },
	{ "this is nothing of ours", K, "Dit is alles wat ik heb", "| question" },
	{ "this is, almost", K, "dit is legitimati", "this-is !unknown-slot?legitimatie" },
	{ "absent", K, "niet aanwezig prognose", "absent prognose" },
	{ "absent, with a reason", K, "niet aanwezig prognose: ik ben net begonnen", "absent prognose text=ik ben net begonnen" },
	{ "absent, in English", O, "Not available prognose: too early", "absent prognose text=too early" },
	{ "absent, by title", K, "niet aanwezig Prognose lopend jaar", "absent prognose" },
	{ "absent, another word", K, "niet beschikbaar prognose", "absent prognose" },
	{ "absent, title and year", K, "niet aanwezig Jaarcijfers 2024", "absent jaarcijfers/2024" },
	{ "absent, all years", K, "niet aanwezig jaarcijfers alle jaren",
	  "absent jaarcijfers/2023,jaarcijfers/2024,jaarcijfers/2025" },
	{ "absent, all years, in English, with a reason", K, "not available jaarcijfers all years: none",
	  "absent jaarcijfers/2023,jaarcijfers/2024,jaarcijfers/2025 text=none" },
	{ "all years of a title", K, "niet aanwezig aangifte inkomstenbelasting alle jaren",
	  "absent aangifte/2023,aangifte/2024,aangifte/2025" },
	{ "several years", K, "niet aanwezig jaarcijfers",
	  "absent !several-slots?jaarcijfers/2023,jaarcijfers/2024,jaarcijfers/2025" },
	{ "a year that is not asked", K, "niet aanwezig jaarcijfers 2019",
	  "absent !unknown-slot?jaarcijfers/2023,jaarcijfers/2024,jaarcijfers/2025" },
	{ "an unknown slot", K, "niet aanwezig prognoze", "absent !unknown-slot?prognose" },
	{ "no slot at all", K, "niet aanwezig",
	  "absent !no-slot?legitimatie,aangifte/2023,aangifte/2024,aangifte/2025,jaarcijfers/2023,jaarcijfers/2024,"
	  "jaarcijfers/2025,prognose,id-kaart" },
	{ "accents and a dash in a name", K, "niet aanwezig id kaart", "absent id-kaart" },
	{ "a colon and an accent in a title", K, "niet aanwezig CRECHE: IDEE", "absent id-kaart" },
	{ "the same with a reason", K, "niet aanwezig Crèche: idée: geen", "absent id-kaart text=geen" },
	{ "a decomposed accent", K, "niet aanwezig creche: ide\xcc\x81" "e", "absent id-kaart" },
	{ "two commands", K, "niet aanwezig prognose\ndit is legitimatie", "absent prognose; this-is legitimatie" },
	{ "the same twice", K, "niet aanwezig prognose\nNiet aanwezig prognose", "absent prognose" },
	{ "a reason over two lines", K, "niet aanwezig prognose: mijn bedrijf\nis nieuw\n\nstatus",
	  "absent prognose text=mijn bedrijf/is nieuw; status" },
	{ "a reason ends at a blank line", K, "niet aanwezig prognose: nieuw\n\nTot ziens",
	  "absent prognose text=nieuw | note" },
	{ "present", K, "wel aanwezig prognose", "present prognose" },
	{ "present, in English", K, "available prognose", "present prognose" },
	{ "snooze", K, "uitstel 3 dagen", "snooze days=3" },
	{ "snooze, one", K, "uitstel 1 dag", "snooze days=1" },
	{ "snooze, in English", K, "snooze 5 days", "snooze days=5" },
	{ "snooze without days", K, "uitstel", "snooze !no-days" },
	{ "snooze too long", K, "uitstel 300 dagen", "snooze !no-days" },
	{ "snooze in words", K, "uitstel drie dagen", "snooze !no-days" },
	{ "snooze in a sentence", K, "uitstel graag tot volgende week", "| question" },
	{ "payment link", K, "nieuwe betaallink", "payment-link" },
	{ "payment link is not for offices", O, "nieuwe betaallink", "payment-link !forbidden" },
	{ "language", K, "taal en", "language language=en" },
	{ "language by its name", K, "language Dutch", "language language=nl" },
	{ "a language we do not write", K, "taal fr", "language !no-language" },
	{ "copy on", K, "kopie aan", "copy-on" },
	{ "copy off", K, "copy off", "copy-off" },
	{ "copy is not for offices", O, "kopie aan", "copy-on !forbidden" },
	{ "change", K, "wijziging", "change" },
	{ "change of a kind", K, "wijziging verhuizing", "change name=verhuizing" },
	{ "cancel", O, "annuleren", "cancel" },
	{ "cancel in English", K, "cancel the request", "cancel" },
	{ "share", O, "delen met klant", "share" },
	{ "office only", O, "office only", "office-only" },
	{ "yes", K, "Ja", "yes" },
	{ "no", S, "nee.", "no" },

	/* Approvals. */
	{ "approve", K, "Akkoord", "approve" },
	{ "approve with all courtesy", K, "Beste Els,\n\nAkkoord.\n\nMet vriendelijke groet,\nJan Jansen\nJansen Bouw BV\n024-1234567",
	  "approve" },
	{ "approve with thanks", K, "akkoord\n\nBedankt!", "approve | thanks" },
	{ "approve above a signature", K,
	  "akkoord\n-- \nJan\nDit bericht is alleen bestemd voor wie het leest, tenzij anders", "approve" },
	{ "approve from a telephone", K,
	  "Akkoord\n\nVerstuurd vanaf mijn iPhone\n\n"
	  "Op 2 mrt. 2026 om 09:00 heeft Pentrax <d@p.nl> het volgende geschreven:\n> mits", "approve" },
	{ "approve on condition", K, "akkoord, mits de bijtelling klopt", "| question approval" },
	{ "approve with a question mark", K, "akkoord?", "| question approval" },
	{ "approve with a sentence", K, "Akkoord\n\nIk stuur nog een brief", "approve !not-alone | question" },
	{ "approve with a condition on the next line", K, "akkoord\nmits de bijtelling klopt", "approve !not-alone | question" },
	{ "approve with a sentence above it", K, "Alles klopt niet helemaal.\n\nakkoord", "approve !not-alone | question" },
	{ "approve with a condition below the greeting", K, "akkoord\n\nGroet, Jan\nPS mits punt 3 vervalt", "approve !not-alone" },
	{ "approve with a long line below the greeting", K,
	  "akkoord\n\nGroeten\nJan\nIk ga er dan wel van uit dat u punt drie nog aanpast", "approve !not-alone" },
	{ "approve with thanks for something", K, "akkoord\nbedankt voor de uitleg", "approve !not-alone | thanks" },
	{ "approve and another command", K, "akkoord\nstatus", "approve !not-alone; status" },
	{ "approve with a colon", K, "akkoord: maar niet met punt 3", "| question approval" },
	{ "approve is not for offices", O, "akkoord", "approve !forbidden" },
	{ "not approve is no approval", K, "niet akkoord", "refuse !no-reason" },
	{ "refuse", K, "Niet akkoord: de huur ontbreekt", "refuse text=de huur ontbreekt" },
	{ "refuse in English", K, "refuse: rent is missing", "refuse text=rent is missing" },
	{ "refuse without its colon", K, "niet akkoord met punt drie", "| question" },
	{ "a word that begins like it", K, "akkoordverklaring volgt", "| question" },
	{ "yes, but", K, "ja\nmaar pas morgen", "yes !not-alone | note" },

	/* Staff. */
	{ "take", S, "in behandeling", "take" },
	{ "take in English", S, "Take", "take" },
	{ "accept", S, "goedkeuren legitimatie", "accept legitimatie" },
	{ "accept a year", S, "accept aangifte 2023", "accept aangifte/2023" },
	{ "reject", S, "afkeuren legitimatie: onleesbaar", "reject legitimatie text=onleesbaar" },
	{ "reject a file", S, "afkeuren jaarcijfers 2024 cijfers.pdf: leeg", "reject jaarcijfers/2024 file=cijfers.pdf text=leeg" },
	{ "reject a file with blanks", S, "reject jaarcijfers 2024 \"de cijfers.pdf\": leeg",
	  "reject jaarcijfers/2024 file=de cijfers.pdf text=leeg" },
	{ "reject without a reason", S, "afkeuren legitimatie", "reject legitimatie !no-reason" },
	{ "reject with an empty reason", S, "afkeuren legitimatie:", "reject legitimatie !no-reason" },
	{ "reject something unknown", S, "afkeuren paspoort: onleesbaar",
	  "reject text=onleesbaar !unknown-slot?legitimatie,aangifte/2023,aangifte/2024,aangifte/2025,jaarcijfers/2023,"
	  "jaarcijfers/2024,jaarcijfers/2025,prognose,id-kaart,rapport" },
	{ "reject of several", S, "afkeuren aangifte: oud",
	  "reject text=oud !several-slots?aangifte/2023,aangifte/2024,aangifte/2025" },
	{ "extra", S, "extra loonstrook", "extra name=loonstrook title=loonstrook" },
	{ "extra with all", S, "extra Loonstrook januari \"Loonstrook van januari\": voor de bank",
	  "extra name=loonstrook-januari title=Loonstrook van januari text=voor de bank" },
	{ "extra in curly quotes", S, "extra loon “Loonstrook”: graag", "extra name=loon title=Loonstrook text=graag" },
	{ "extra with a title only", S, "extra \"Polis\": graag", "extra name=polis title=Polis text=graag" },
	{ "extra with a long title only", S, "extra \"Polis van de verzekering van de auto van de zaak\"",
	  "extra name=polis-van-de-verzekering title=Polis van de verzekering van de auto van de zaak" },
	{ "extra of what there is", S, "extra prognose", "extra prognose name=prognose title=prognose" },
	{ "extra of nothing", S, "extra", "extra !no-slot?legitimatie,aangifte/2023,aangifte/2024,aangifte/2025,"
	  "jaarcijfers/2023,jaarcijfers/2024,jaarcijfers/2025,prognose,id-kaart,rapport" },
	{ "reopen", S, "heropenen aangifte 2025", "reopen aangifte/2025" },
	{ "finish", S, "klaar", "finish" },
	{ "finish with a mark", S, "Klaar!", "finish" },
	{ "for approval", S, "ter accordering rapport", "for-approval rapport" },
	{ "for approval, of the only one", S, "ter accordering", "for-approval" },
	{ "for approval in English", S, "for approval rapport", "for-approval rapport" },
	{ "withdraw", S, "intrekken", "withdraw" },
	{ "note", S, "notitie: belt morgen terug", "note text=belt morgen terug" },
	{ "note over lines", S, "Notitie: belt\nmorgen terug", "note text=belt/morgen terug" },
	{ "assign", S, "toewijzen Els de Vries", "assign name=Els de Vries" },
	{ "assign to nobody", S, "toewijzen", "assign !no-name" },
	{ "release", S, "vrijgeven 12", "release item=12" },
	{ "release in English", S, "release #12", "release item=12" },
	{ "release one file", S, "vrijgeven 12/57", "release item=12/57" },
	{ "release for a dossier", S, "vrijgeven 12 2026-00001-A", "release item=12 name=2026-00001-A" },
	{ "release as a document", S, "vrijgeven 12 als aangifte 2024", "release item=12 title=aangifte 2024" },
	{ "release for a dossier, as a document", S, "Vrijgeven 12/57 2026-00001-A als legitimatie",
	  "release item=12/57 name=2026-00001-A title=legitimatie" },
	{ "release as a document, in English", S, "release 12 as legitimatie", "release item=12 title=legitimatie" },
	{ "release in the place of another", S, "vrijgeven 12/57 in plaats van Oude Cijfers.pdf",
	  "release item=12/57 file=Oude Cijfers.pdf" },
	{ "release, all of it said", S, "vrijgeven 12/57 2026-00001-A als aangifte 2024 in plaats van oud.pdf",
	  "release item=12/57 name=2026-00001-A title=aangifte 2024 file=oud.pdf" },
	{ "release in the place of another, in English", S, "release 12 in place of old.pdf", "release item=12 file=old.pdf" },
	{ "release instead of another", S, "release 12 as legitimatie instead of old.pdf",
	  "release item=12 title=legitimatie file=old.pdf" },
	{ "release in the place of another, in quotation marks", S, "vrijgeven 12 in plaats van \"Oude cijfers.pdf\".",
	  "release item=12 file=Oude cijfers.pdf" },
	{ "release in the place of another, in a mail program's own", S, "vrijgeven 12 in plaats van \xe2\x80\x9eoud.pdf\xe2\x80\x9d",
	  "release item=12 file=oud.pdf" },
	{ "release in the place of nothing", S, "vrijgeven 12 in plaats van",
	  "| nothing ~vrijgeven 12 in plaats van=vrijgeven ITEM" },
	{ "decline in the place of another", S, "weigeren 12 in plaats van oud.pdf", "| question" },
	{ "release nothing", S, "vrijgeven", "release !no-item" },
	{ "release no number", S, "vrijgeven twaalf", "release !no-item" },
	{ "release number nought", S, "vrijgeven 0", "release !no-item" },
	{ "release a number that is none", S, "vrijgeven 99999999999", "release !no-item" },
	{ "release file nought", S, "vrijgeven 12/0", "release !no-item" },
	{ "release as nothing", S, "vrijgeven 12 als", "| nothing ~vrijgeven 12 als=vrijgeven ITEM" },
	{ "release in a sentence", S, "vrijgeven wij morgen de stukken", "| nothing ~vrijgeven wij morgen de stukken=vrijgeven ITEM" },
	{ "release is for staff", K, "vrijgeven 12", "| question" },
	{ "decline", S, "weigeren 12", "decline item=12" },
	{ "decline with a reason", S, "weigeren 12/57: niet te lezen", "decline item=12/57 text=niet te lezen" },
	{ "decline in English", S, "decline 12: junk", "decline item=12 text=junk" },
	{ "decline for a dossier", S, "weigeren 12 2026-00001-A",
	  "| nothing ~weigeren 12 2026-00001-A=weigeren ITEM [: REASON]" },
	{ "decline nothing", S, "weigeren: zomaar", "decline text=zomaar !no-item" },
	{ "paid", S, "betaald", "paid" },
	{ "refund", S, "terugbetalen", "refund" },
	{ "office", S, "kantoor Info@Kantoor.nl \"Kantoor Jansen\"", "office name=Kantoor Jansen address=info@kantoor.nl" },
	{ "office without an address", S, "kantoor Jansen", "office !no-address" },
	{ "close", S, "sluiten", "close" },
	{ "send anyway", S, "toch sturen", "send-anyway" },
	{ "courtesy of staff", S, "Hoi,\n\nklaar\n\nGroet,\nEls", "finish" },
	{ "commands and text", S, "klaar\n\nBeste klant, hierbij het rapport", "finish | note" },
	{ "text alone", S, "Deze klant belde mij gisteren", "| question" },
	{ "a slip of the pen", S, "goedkeurn legitimatie", "| nothing ~goedkeurn legitimatie=goedkeuren SLOT" },
	{ "a slip in one word", S, "klaarr", "| nothing ~klaarr=klaar" },
	{ "a slip with a reason", S, "afkeurren legitimatie: oud", "| nothing ~afkeurren legitimatie: oud=afkeuren SLOT [FILE]: REASON" },
	{ "a slip in two words", S, "in behandling", "| nothing ~in behandling=in behandeling" },
	{ "a slip of a client is text", K, "klaarr", "| question" },
	{ "staff's word from a client", K, "klaar", "finish !forbidden" },
	{ "staff's slot from a client", K, "goedkeuren legitimatie", "accept legitimatie !forbidden" },
	{ "a client's sentence with a staff word", K, "extra informatie volgt morgen", "| question" },
	{ "a client's note is text", K, "notitie: let op", "| question" },
	{ "a client's word from staff", S, "niet aanwezig prognose", "absent prognose !forbidden" },
	{ "a stranger's command is text", X, "goedkeuren legitimatie", "| question" },

	/* The workflow's own. */
	{ "own phrase", K, "afspraak maken", "afspraak" },
	{ "own phrase with text", K, "Bel mij: na vijven", "afspraak text=na vijven" },
	{ "own phrase in English", O, "Make an appointment", "afspraak" },
	{ "own phrase of staff", S, "controle akkoord", "controle" },
	{ "own phrase of staff from a client", K, "controle akkoord", "controle !forbidden" },

	/* Where commands stand. */
	{ "quoted", K, "> niet aanwezig prognose", "" },
	{ "quoted with a bar", K, "| niet aanwezig prognose", "" },
	{ "above a quotation", K, "status\n\nOp ma 2 mrt 2026 om 09:00 schreef Pentrax <d@p.nl>:\n> akkoord\n> klaar", "status" },
	{ "above a quotation without marks", K,
	  "status\n\nOp ma 2 mrt 2026 om 09:00 schreef Pentrax\n<dossier@pentrax.example>:\n\nniet aanwezig prognose", "status" },
	{ "below a quotation", K,
	  "On Mon, Mar 2, 2026 at 9:00 AM Pentrax <d@p.nl> wrote:\n> status\n\nniet aanwezig prognose", "absent prognose" },
	{ "below an Outlook line", K, "status\n\n-----Oorspronkelijk bericht-----\nklaar\nannuleren", "status" },
	{ "below an Outlook head", K,
	  "status\n\nVan: Pentrax <d@p.nl>\nVerzonden: maandag 2 maart 2026\nAan: Jan\nOnderwerp: Dossier\n\nannuleren", "status" },
	{ "below an English head", K,
	  "status\n________________________________\nFrom: Pentrax\nSent: Monday\nTo: Jan\nSubject: x\n\ncancel", "status" },
	{ "one field is no head", K, "Van: mijn boekhouder\n\nstatus", "status | note" },
	{ "in the signature", K, "status\n-- \nannuleren", "status" },
	{ "below the closing phrase", K, "status\n\nMet vriendelijke groet,\n\nannuleren", "status" },
	{ "a greeting is no closing", K, "Groet van een vrolijke klant uit het zonnige Spanje\n\nstatus", "status | note" },
	{ "beyond twenty lines", K,
	  "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16\n17\n18\n19\nstatus\nannuleren", "status | note" },
	{ "quoted lines do not count", K,
	  "> 1\n> 2\n> 3\n> 4\n> 5\n> 6\n> 7\n> 8\n> 9\n> 10\n> 11\n> 12\n> 13\n> 14\n> 15\n"
	  "> 16\n> 17\n> 18\n> 19\n> 20\n> 21\nstatus", "status" },
	{ "in the middle of a line", K, "ik wil annuleren", "| question" },
	{ "carriage returns", K, "status\r\nhulp\r\n", "status; help" },
	{ "nothing at all", K, "", "" },
	{ "blank lines", K, "\n \n", "" },
	{ "bad bytes", K, "stat\xffus\nstatus", "status | note" },

	/* Text. */
	{ "a note beside a command", K, "status\n\nIk ben op vakantie", "status | note" },
	{ "a question beside a command", K, "status\n\nWanneer is het klaar?", "status | question" },
	{ "nothing else in the mail", K, "Ik ben op vakantie", "| question" },
	{ "thanks", K, "Bedankt!", "| thanks" },
	{ "thanks with a word before it", K, "Top, bedankt!\n\nMet vriendelijke groet,\nJan", "| thanks" },
	{ "the same, accents and all", K, "Oké, bedankt!", "| thanks" },
	{ "the same in English", K, "Great, thank you", "| thanks" },
	{ "thanks for something", K, "Hallo Els,\n\nDank u wel voor de snelle hulp.\n\nGroet, Jan", "| thanks" },
	{ "thanks and a question", K, "Bedankt, maar wanneer komt het?", "| question" },
	{ "good day and goodbye", K, "Beste Els,\n\nMet vriendelijke groet,\nJan", "" },
	{ "a greeting with a sentence", K, "Hallo, hier zijn de stukken", "| question" },
	{ "a greeting that takes it back", K, "Hallo ik ben niet\nakkoord", "approve !not-alone | question" },
};

static const char *const fault_words[COMMAND_FAULTS] = {
	"fine", "forbidden", "no-slot", "unknown-slot", "several-slots", "no-reason",
	"no-text", "no-days", "no-language", "no-address", "no-name", "no-item", "not-alone",
};

static void put_slots(struct buf *out, const struct slot **slots, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		buf_addf(out, "%s%s", i ? "," : "", slots[i]->name);
		if (slots[i]->year)
			buf_addf(out, "/%d", slots[i]->year);
	}
}

static void put_text(struct buf *out, const char *key, const char *text)
{
	if (!text)
		return;
	buf_addf(out, " %s=", key);
	for (; *text; text++)
		buf_addc(out, *text == '\n' ? '/' : *text);
}

static void put_said(struct buf *out, const struct said *said)
{
	buf_adds(out, said->phrase ? said->phrase->name : verb_rule(said->verb)->name);
	if (said->slot_count)
		buf_addc(out, ' ');
	put_slots(out, said->slots, said->slot_count);
	if (said->days)
		buf_addf(out, " days=%d", said->days);
	if (said->item)
		buf_addf(out, " item=%lld", (long long)said->item);
	if (said->document)
		buf_addf(out, "/%lld", (long long)said->document);
	put_text(out, "language", said->language);
	put_text(out, "name", said->name);
	put_text(out, "address", said->address);
	put_text(out, "title", said->title);
	put_text(out, "file", said->file);
	put_text(out, "text", said->text);
	if (said->fault)
		buf_addf(out, " !%s", fault_words[said->fault]);
	if (said->choice_count)
		buf_addc(out, '?');
	put_slots(out, said->choices, said->choice_count);
}

static const char *shown(const struct saying *s, struct buf *out)
{
	static const char *const kinds[] = { "nothing", "thanks", "note", "question" };
	size_t i;

	buf_reset(out);
	for (i = 0; i < s->count; i++) {
		buf_adds(out, i ? "; " : "");
		put_said(out, &s->list[i]);
	}
	if (s->kind != SAID_NOTHING || s->approval_meant || s->near_count)
		buf_addf(out, "%s| %s%s", s->count ? " " : "", kinds[s->kind], s->approval_meant ? " approval" : "");
	for (i = 0; i < s->near_count; i++)
		buf_addf(out, " ~%s=%s", s->near[i].line, s->near[i].form);
	return out->data;
}

struct bench {
	struct arena arena;
	struct phrases phrases;
	struct program *program;
	struct program with_own; /* the same with phrases */
	struct dossier dossier;
};

static bool bench_open(struct bench *b)
{
	static const char *const files[] = { "phrases.nl", "phrases.en" };
	struct calendar calendar = { .zone = "Europe/Amsterdam" };
	struct err err = ERR_INIT;
	size_t i;

	*b = (struct bench){ .arena = ARENA_INIT };
	phrases_init(&b->phrases);
	for (i = 0; i < 2; i++) {
		const char *text = source_file(&b->arena, arena_printf(&b->arena, "rules/%s", files[i]));

		if (!text || phrases_parse(&b->phrases, files[i], text, strlen(text), &err) ||
		    phrases_complete(&b->phrases, files[i] + 8, &err)) {
			tap_ok(false, "%s: %s", files[i], err.text);
			return false;
		}
	}
	b->program = program_from("proef.rules", rules);
	if (!b->program)
		return false;
	b->with_own = *b->program;
	b->with_own.phrases = own;
	b->with_own.phrase_count = sizeof own / sizeof *own;
	b->dossier = (struct dossier){ .number = "2026-00001-K", .opened = 1772438400 };
	flow_dossier_init(b->program, &calendar, &b->arena, &b->dossier);
	return true;
}

static void bench_close(struct bench *b)
{
	phrases_free(&b->phrases);
	program_free(&b->program);
	arena_free(&b->arena);
}

static void test_rows(struct bench *b)
{
	struct buf out = BUF_INIT(BUF_MAX_TEXT);
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct saying_order order = { .phrases = &b->phrases, .program = &b->with_own, .dossier = &b->dossier,
					      .role = rows[i].role, .text = rows[i].text };
		struct saying saying;

		command_read(&order, &b->arena, &saying);
		tap_is_str(shown(&saying, &out), rows[i].want, "%s", rows[i].name);
	}
	buf_free(&out);
}

/* What stands around the text changes what it is. */
static void test_around(struct bench *b)
{
	static const struct { const char *name, *text; bool files, question, dossier; const char *want; } cases[] = {
		{ "text beside files is a note", "Hier zijn ze", true, false, true, "| note" },
		{ "a question beside files", "Is dit genoeg?", true, false, true, "| question" },
		{ "an approval beside files", "akkoord", true, false, true, "approve !not-alone" },
		{ "to the address for questions", "Hier zijn ze", true, true, true, "| question" },
		{ "thanks to the address for questions", "Bedankt", false, true, true, "| thanks" },
		{ "without a dossier there is no slot", "niet aanwezig prognose", false, false, false,
		  "absent !unknown-slot" },
		{ "without a dossier, help", "help", false, false, false, "help" },
	};
	struct buf out = BUF_INIT(BUF_MAX_TEXT);
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct saying_order order = { .phrases = &b->phrases, .role = ACTOR_CLIENT, .text = cases[i].text,
					      .files = cases[i].files, .question = cases[i].question,
					      .program = cases[i].dossier ? &b->with_own : NULL,
					      .dossier = cases[i].dossier ? &b->dossier : NULL };
		struct saying saying;

		command_read(&order, &b->arena, &saying);
		tap_is_str(shown(&saying, &out), cases[i].want, "%s", cases[i].name);
	}
	buf_free(&out);
}

/* Who signs with his name and nothing else. */
static void test_signed(struct bench *b)
{
	static const struct { const char *name; enum actor_role role; const char *by; const char *text; const char *want; } cases[] = {
		{ "the first name", ACTOR_STAFF, "Els de Vries", "klaar\n\nEls", "finish" },
		{ "the whole name, and a telephone", ACTOR_STAFF, "Els de Vries", "klaar\n\nEls de Vries\n024-1234567", "finish" },
		{ "as the firm's list of addresses has it", ACTOR_STAFF, "Vries, Els de", "klaar\n\nEls de Vries,\n", "finish" },
		{ "in capitals, on the next line", ACTOR_STAFF, "Els de Vries", "klaar\nELS\n", "finish" },
		{ "approved from a telephone", ACTOR_CLIENT, "Jan Jansen", "Akkoord\n\nJan", "approve" },
		{ "another's name is a text", ACTOR_STAFF, "Els de Vries", "klaar\n\nBob", "finish | note" },
		{ "nobody's name", ACTOR_STAFF, NULL, "klaar\n\nEls", "finish | note" },
		{ "a name with more behind it", ACTOR_STAFF, "Els de Vries", "klaar\n\nEls belt Jan nog", "finish | note" },
		{ "first of all", ACTOR_STAFF, "Klaar de Vries", "klaar\n\nKlaar", "finish" },
		{ "an address below it", ACTOR_STAFF, "Els de Vries", "klaar\n\nEls\nE els@pentrax.example\nT +31 24 123 45 67", "finish" },
		{ "a command below the name is one", ACTOR_STAFF, "Els de Vries", "klaar\n\nEls\n\nafkeuren prognose: onleesbaar",
		  "finish; reject prognose text=onleesbaar | note" },
		{ "words below the name are words", ACTOR_CLIENT, "Jan Jansen", "akkoord\n\nJan\nmet punt drie wachten",
		  "approve !not-alone | question" },
		{ "an amount below the name", ACTOR_CLIENT, "Jan Jansen", "akkoord\n\nJan\ntot 125.000,00", "approve !not-alone | question" },
		{ "another telephone's line below it", ACTOR_CLIENT, "Jan Jansen", "Akkoord\n\nJan\n\nVerstuurd vanaf mijn iPhone",
		  "approve" },
		{ "approved, with a condition below the name", ACTOR_CLIENT, "Jan Jansen",
		  "akkoord\n\nJan\nIk ga er dan wel van uit dat u punt drie nog aanpast", "approve !not-alone | question" },
	};
	struct buf out = BUF_INIT(BUF_MAX_TEXT);
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct saying_order order = { .phrases = &b->phrases, .program = &b->with_own, .dossier = &b->dossier,
					      .role = cases[i].role, .name = cases[i].by, .text = cases[i].text };
		struct saying saying;

		command_read(&order, &b->arena, &saying);
		tap_is_str(shown(&saying, &out), cases[i].want, "signed: %s", cases[i].name);
	}
	buf_free(&out);
}

/* Long and odd mails: nothing is read outside, and nothing takes for ever. */
static void test_odd(struct bench *b)
{
	struct saying_order order = { .phrases = &b->phrases, .program = &b->with_own, .dossier = &b->dossier,
				      .role = ACTOR_STAFF };
	struct buf text = BUF_INIT(BUF_MAX_DATA);
	struct saying saying;
	int i;

	for (i = 0; i < 5000; i++)
		buf_addf(&text, "groet: Op 2026 schreef \"x\xe2\x80\x9c goedkeurn %d\n", i);
	order.text = text.data;
	command_read(&order, &b->arena, &saying);
	tap_ok(saying.count == 0, "a long mail holds no command");
	buf_reset(&text);
	for (i = 0; i < 20000; i++)
		buf_adds(&text, "extra : \" ");
	order.text = text.data;
	command_read(&order, &b->arena, &saying);
	tap_ok(saying.count <= 1, "a long line");
	buf_free(&text);
}

/* A paragraph is one line for many a mail program: none of its words gets lost, and it is no command by its beginning. */
static void test_long(struct bench *b)
{
	struct saying_order order = { .phrases = &b->phrases, .program = &b->with_own, .dossier = &b->dossier,
				      .role = ACTOR_CLIENT };
	struct buf text = BUF_INIT(BUF_MAX_DATA);
	struct saying saying;
	int i;

	buf_adds(&text, "akkoord");
	for (i = 0; i < 1200; i++)
		buf_adds(&text, " ");
	buf_adds(&text, "mits punt drie vervalt");
	order.text = text.data;
	command_read(&order, &b->arena, &saying);
	tap_ok(saying.count == 0 && saying.approval_meant, "what stands at the end of a long line counts");
	buf_reset(&text);
	buf_adds(&text, "niet akkoord: ");
	for (i = 0; i < 300; i++)
		buf_adds(&text, "woord ");
	buf_adds(&text, "slot");
	order.text = text.data;
	command_read(&order, &b->arena, &saying);
	tap_ok(saying.count == 1 && saying.list[0].fault == COMMAND_FINE && str_ends(saying.list[0].text, "woord slot"),
	       "a long reason is kept whole");
	order.text = text.data + strlen("niet akkoord: ");
	command_read(&order, &b->arena, &saying);
	tap_ok(saying.count == 0 && str_ends(saying.text, "woord slot"), "and so is a long paragraph");
	buf_free(&text);
}

/* Each of many closing phrases must not look at all the lines below it. */
static void test_time(struct bench *b)
{
	static const char *const lines[] = { "groet\n", "groet schreef:\n", "Van: x\n", "- x\n",
					     "schreef schreef schreef schreef schreef schreef schreef schreef\n" };
	struct saying_order order = { .phrases = &b->phrases, .program = &b->with_own, .dossier = &b->dossier,
				      .role = ACTOR_STAFF };
	size_t i, j;

	for (i = 0; i < sizeof lines / sizeof *lines; i++) {
		struct buf text = BUF_INIT(BUF_MAX_DATA);
		struct saying saying;
		clock_t start;

		for (j = 0; j < 20000 && text.len < 1 << 20; j++)
			buf_adds(&text, lines[i]);
		order.text = text.data;
		start = clock();
		command_read(&order, &b->arena, &saying);
		tap_ok(clock() - start < 3 * CLOCKS_PER_SEC, "20000 lines of \"%.10s\": %.2f s", lines[i],
		       (double)(clock() - start) / CLOCKS_PER_SEC);
		buf_free(&text);
	}
}

/*
 * Random mails from the pieces that matter: nothing is read outside (with the
 * sanitizers), every command has its parts, and no approval ever stands beside
 * another sentence.
 */
static void test_random(struct bench *b)
{
	static const char *const pieces[] = {
		"akkoord", "niet akkoord", "mits", "ja", "Beste Els", "Met vriendelijke groet", "Jan", "bedankt", "status", "klaar",
		"niet aanwezig", "aangifte", "2024", "alle jaren", "prognose", "extra", "uitstel", "3", "dagen", "vraag", ":", "\n",
		"\n", "\n", "\n\n", "> ", "-- \n", "?", "!", ".", ",", "\"", "“", "Op 2 maart 2026 schreef x", "Van: x\n",
		"Verzonden: y\n", "Aan: z\n", "goedkeurn", "afkeuren", "\xff", "\xc3", "é", "taal", "en", "kantoor", "a@b.nl",
		"afspraak maken", "notitie", "\t", "zin die nergens op slaat",
	};
	const size_t count = sizeof pieces / sizeof *pieces;
	struct arena arena = ARENA_INIT;
	struct buf text = BUF_INIT(BUF_MAX_TEXT);
	unsigned seed = 1, wrong = 0, commands = 0;
	size_t i, j;

	for (i = 0; i < 4000; i++) {
		struct saying_order order = { .phrases = &b->phrases, .program = &b->with_own, .dossier = &b->dossier,
					      .role = (enum actor_role)(i % 4) };
		struct saying s;
		bool sentence = false;

		buf_reset(&text);
		for (j = 0; j < 1 + i % 30; j++) {
			seed = seed * 1103515245u + 12345u;
			buf_addf(&text, "%s%s", pieces[(seed >> 16) % count], (seed >> 12) % 3 ? " " : "\n");
		}
		order.text = text.data;
		command_read(&order, &arena, &s);
		for (j = 0; s.text && !sentence && s.text[j]; j++)
			sentence = str_starts(s.text + j, "zin die");
		for (j = 0; j < s.count; j++) {
			const struct said *said = &s.list[j];

			commands++;
			wrong += !said->line || !said->form || !said->whole || said->fault >= COMMAND_FAULTS;
			wrong += said->fault == COMMAND_FINE && said->verb == COMMAND_ABSENT && !said->slot_count;
			wrong += said->fault == COMMAND_FINE && said->verb == COMMAND_APPROVE && (sentence || s.count > 1);
		}
		if (i % 100 == 0)
			arena_free(&arena);
	}
	tap_is_int(wrong, 0, "random mails: what is said is whole, and no approval has company");
	tap_ok(commands > 500, "and they hold commands: %u", commands);
	arena_free(&arena);
	buf_free(&text);
}

int main(void)
{
	struct bench b;

	if (bench_open(&b)) {
		test_rows(&b);
		test_around(&b);
	test_signed(&b);
		test_odd(&b);
		test_long(&b);
		test_time(&b);
		test_random(&b);
	}
	bench_close(&b);
	return tap_done();
}
