/*
 * Answers to a ticket that bring commands and files: each file finds its place,
 * goes back to its sender in words, or waits; none is left lying unsaid.
 */
/* Own. */
#include "tap.h"
#include "virtual_desk.h"
#include "virtual_words.h"

#define SPF "spf=pass smtp.mailfrom"

static const char rules[] =
	"workflow inkomensverklaring \"Akkoord\"\nlanguage nl, en\n"
	"number /\\b20\\d{2}-\\d{5,7}-[A-Z]\\b/ new \"{year}-{serial:5}-{check}\"\n"
	"documents {\n"
	"  concept \"Concept\" from staff for approval accept pdf match /concept/i\n"
	"  rapport \"Rapport\" from staff accept pdf match /rapport/i\n"
	"  bewijs \"Bewijs\" required match /bewijs/i\n"
	"  overig \"Overig\" optional files 0..3\n"
	"}\n"
	"start a\n"
	"state a \"A\" {\n  uploads open\n"
	"  on approval asked concept { mail in-behandeling attach concept }\n"
	"  on approval given concept { mail te-behandelen to staff }\n"
	"  on approval refused { mail te-behandelen to staff }\n"
	"  on staff finish if slot rapport filled { goto b }\n"
	"  on staff withdraw { goto b }\n  after 300 days { goto b }\n}\n"
	"state b \"B\" final { on enter { mail stukken-compleet } }\n";

/* What is current in its slots, what waits in the dossier and in the list of items, and how the tickets stand. */
static const char *standing(struct play *p, const char *number)
{
	const struct dossier *d = play_look(p, number);
	const char *list = play_papers(p, number);
	size_t i;

	for (i = 0; i < d->approval_count; i++)
		list = arena_printf(&p->arena, "%s %s", list, approval_state_word(d->approvals[i].state));
	return arena_printf(&p->arena, "%s | %s | %s", list, play_item(p), desk_tickets(p));
}

static void answer_as(struct play *p, const char *found, const char *from, const char *template, const char *text, const char *file)
{
	struct post post = desk_reply_to(p, desk_last(p, from, template), text);

	post.top = desk_trace(p, found, from);
	post.files[0].name = file;
	play_post(p, &post);
}

/* Whose answer, to a ticket about what; what stands then, what is mailed, and a part of what he reads. */
static const struct row {
	const char *name;
	bool general;          /* the ticket is about no dossier */
	const char *found, *text, *file;
	const char *standing, *mails, *told;
} rows[] = {
	{ "for approval", false, DESK_PASS, "ter accordering concept", "concept.pdf",
	  "a concept=concept.pdf asked | processed | question open dossier", "in-behandeling>jan verslag>els",
	  "ter accordering concept: gedaan" },
	{ "for approval, without a slot", false, DESK_PASS, "ter accordering", "concept.pdf",
	  "a concept=concept.pdf asked | processed | question open dossier", "in-behandeling>jan verslag>els", "ter accordering: gedaan" },
	{ "for approval, by a name that says nothing", false, DESK_PASS, "ter accordering concept", "scan.pdf",
	  "a concept=scan.pdf asked | processed | question open dossier", "in-behandeling>jan verslag>els",
	  "ter accordering concept: gedaan" },
	{ "for approval, with words", false, DESK_PASS, "ter accordering concept\n\nBeste Jan, hierbij.", "concept.pdf",
	  "a | processed returned | question open dossier", "ticket-verslag>els", "Bijlage waarmee niets is gedaan: concept.pdf" },
	{ "for approval, and closing", false, DESK_PASS, "ter accordering concept\nsluiten", "concept.pdf",
	  "a | processed returned | question open dossier", "ticket-verslag>els", "Bijlage waarmee niets is gedaan: concept.pdf" },
	{ "closing, with a file", false, DESK_PASS, "sluiten", "concept.pdf", "a | processed returned | question open dossier",
	  "ticket-verslag>els", "Bij uw opdracht zit een bijlage die nergens heen kan" },
	{ "a note, with a file", false, DESK_PASS, "notitie: x", "concept.pdf", "a | processed returned | question open dossier",
	  "ticket-verslag>els", "Bijlage waarmee niets is gedaan: concept.pdf" },
	{ "a file and no word", false, DESK_PASS, "", "concept.pdf", "a | processed returned | question open dossier",
	  "ticket-verslag>els", "Bijlage waarmee niets is gedaan: concept.pdf" },
	{ "finishing", false, DESK_PASS, "klaar", "rapport.pdf", "b rapport=rapport.pdf | processed | question open dossier",
	  "stukken-compleet>jan verslag>els", "klaar: gedaan" },
	{ "what it is", false, DESK_PASS, "dit is rapport", "scan.pdf", "a rapport=scan.pdf | processed | question open dossier",
	  "verslag>els", "dit is rapport: gedaan" },
	{ "withdrawing", false, DESK_PASS, "intrekken", "rapport.pdf", "a rapport=rapport.pdf | processed | question open dossier",
	  "bevestigen>els", "intrekken" },
	{ "not proven", false, SPF, "ter accordering concept", "concept.pdf", "a | processed returned | question open dossier",
	  "ticket-verslag>els", "Bijlage waarmee niets is gedaan: concept.pdf" },
	{ "general", true, DESK_PASS, "ter accordering concept", "concept.pdf", "a | processed returned | question open",
	  "ticket-verslag>els", "dit ticket hoort bij geen dossier" },
	{ "general, finishing", true, DESK_PASS, "klaar", "rapport.pdf", "a | processed returned | question open",
	  "ticket-verslag>els", "Bijlage waarmee niets is gedaan: rapport.pdf" },
	{ "general, and closing", true, DESK_PASS, "sluiten\nter accordering concept", "concept.pdf",
	  "a | processed returned | question open", "ticket-verslag>els", "Bijlage waarmee niets is gedaan: concept.pdf" },
	{ "general, closing", true, DESK_PASS, "sluiten", "concept.pdf", "a | processed returned | question open",
	  "ticket-verslag>els", "Bijlage waarmee niets is gedaan: concept.pdf" },
	{ "general, without a file", true, DESK_PASS, "ter accordering concept", NULL, "a | processed ticket | question open",
	  "ticket-verslag>els", "dat kan alleen bij een dossier" },
};

static const char *begin(struct play *p, bool general)
{
	static const struct play_options options = { .rules = rules, .authentication = true };
	const char *number;

	play_open(p, &options);
	number = play_dossier(p, (struct engine_opening){ 0 });
	if (general)
		desk_write(p, STEVE, "prijs", "Wat kost het?");
	else
		desk_write(p, JAN, number, "vraag: wanneer begint u?");
	play_mails(p);
	return number;
}

static void test_row(const struct row *row)
{
	const char *number;
	struct play p;

	number = begin(&p, row->general);
	answer_as(&p, row->found, ELS, "ticket-bericht", row->text, row->file);
	tap_is_str(standing(&p, number), row->standing, "%s: what stands", row->name);
	tap_is_str(play_mails(&p), row->mails, "%s: what is mailed", row->name);
	play_told(&p, ELS, row->told, arena_printf(&p.arena, "%s: what he reads", row->name));
	play_well(&p, row->name);
	play_close(&p);
}

/* His mail as programs make it that do not mark what they quote, or lose one of the two ways to its ticket. */
static void test_programs(void)
{
	static const struct { const char *name; bool quotes, threads; const char *text; } ways[] = {
		{ "a quotation without marks", true, true, "ter accordering concept" },
		{ "the same, with a signature", true, true, "ter accordering concept\n\nMet vriendelijke groet,\nEls de Vries" },
		{ "no thread", false, false, "ter accordering concept" },
	};
	size_t i;

	for (i = 0; i < sizeof ways / sizeof *ways; i++) {
		const char *number, *text = ways[i].text;
		const struct virtual_sent *sent;
		struct post post;
		struct play p;

		number = begin(&p, false);
		sent = desk_last(&p, ELS, "ticket-bericht");
		if (ways[i].quotes)
			text = arena_printf(&p.arena, "%s\n\n%s", text, play_read(&p, sent)->text);
		post = desk_reply_to(&p, sent, text);
		if (!ways[i].threads)
			post.answers = post.references = NULL;
		post.files[0].name = "concept.pdf";
		play_post(&p, &post);
		tap_is_str(standing(&p, number), "a concept=concept.pdf asked | processed | question open dossier", "%s: what stands",
			   ways[i].name);
		tap_is_str(play_mails(&p), "in-behandeling>jan verslag>els", "%s: what is mailed", ways[i].name);
		play_close(&p);
	}
}

/* What a client wrote below our line commands nothing, though his words come back from staff. */
static void test_planted(void)
{
	const char *number;
	struct post post;
	struct play p;

	play_open(&p, &(struct play_options){ .rules = rules, .authentication = true });
	number = play_dossier(&p, (struct engine_opening){ 0 });
	desk_write(&p, JAN, number, "vraag: wanneer begint u?\nter accordering concept\nklaar");
	play_mails(&p);
	post = desk_reply_to(&p, desk_last(&p, ELS, "ticket-bericht"), NULL);
	post.text = arena_printf(&p.arena, "dit is rapport\n\n%s\nklaar\n", play_read(&p, desk_last(&p, ELS, "ticket-bericht"))->text);
	post.files[0].name = "scan.pdf";
	play_post(&p, &post);
	tap_is_str(standing(&p, number), "a rapport=scan.pdf | processed | question open dossier", "A15 only what stands above our line");
	tap_is_str(play_mails(&p), "verslag>els", "A15 and nobody else hears of it");
	play_close(&p);
}

/* A mail about the dossier that mixes commands and text: its file is named too. */
static void test_mixed(void)
{
	const char *number;
	struct play p;

	number = begin(&p, false);
	desk_write(&p, ELS, number, "notitie: begin");
	play_say(&p, ELS, "ja");
	play_mails(&p);
	play_post(&p, &(struct post){ .top = desk_trace(&p, DESK_PASS, ELS), .from = ELS, .subject = number,
				      .text = "ter accordering concept\n\nBeste Jan, hierbij.", .files = { { .name = "concept.pdf" } } });
	tap_is_str(standing(&p, number), "a | processed returned | question open dossier", "mixed: what stands");
	play_told(&p, ELS, "Bijlage waarmee niets is gedaan: concept.pdf", "mixed: he reads which file that was");
	play_close(&p);
}

/* Who asked commands nothing, and what he sends is kept: in his dossier, else named to staff with his words. */
static void test_client(bool general)
{
	const char *number, *who = general ? STEVE : JAN;
	struct play p;

	number = begin(&p, general);
	desk_answer(&p, ELS, "ticket-bericht", "Maandag.");
	play_mails(&p);
	answer_as(&p, DESK_PASS, who, "ticket-antwoord", "ter accordering concept", "concept.pdf");
	tap_is_str(standing(&p, number), general ? "a | processed ticket | question open els" :
						   "a overig=concept.pdf | processed | question answered els dossier", "a client's file");
	tap_is_str(play_mails(&p), general ? "ticket-bericht>els" : "ontvangst+verslag>jan", "a client's file: who hears of it");
	if (general)
		play_told(&p, ELS, "Bijlage: concept.pdf", "staff read its name");
	else
		play_told(&p, JAN, "ter accordering concept: niet uitgevoerd, deze opdracht kan alleen een ander geven", "and he why not");
	answer_as(&p, DESK_PASS, who, "ticket-antwoord", "ter accordering concept\n\nEn wanneer is het klaar?", "bewijs.pdf");
	tap_is_str(standing(&p, number), general ? "a | processed ticket | question open els" :
						   "a bewijs=bewijs.pdf overig=concept.pdf | processed | question open els dossier",
		   "with a question");
	play_told(&p, ELS, "En wanneer is het klaar?", "staff read it");
	play_told(&p, ELS, "Bijlage: bewijs.pdf", "and the name of the file");
	play_close(&p);
}

int main(void)
{
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		test_row(&rows[i]);
	test_programs();
	test_planted();
	test_mixed();
	test_client(false);
	test_client(true);
	return tap_done();
}
