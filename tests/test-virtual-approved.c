/*
 * What comes after an approval: staff send another version of what the client
 * approved, with "ter accordering", without it, with "klaar" beside it.
 */
/* Own. */
#include "tap.h"
#include "virtual_words.h"

static const char rules[] =
	"workflow inkomensverklaring \"Akkoord\"\nlanguage nl, en\n"
	"number /\\b20\\d{2}-\\d{5,7}-[A-Z]\\b/ new \"{year}-{serial:5}-{check}\"\n"
	"documents {\n"
	"  concept \"Concept\" from staff for approval accept pdf match /concept/i\n"
	"  bundel \"Bundel\" from staff for approval accept pdf files 0..3 match /bundel/i\n"
	"  bewijs \"Bewijs\" required match /bewijs/i\n"
	"}\n"
	"phrase verder from staff nl \"verder\" en \"go on\"\n"
	"start a\n"
	"state a \"A\" {\n  uploads open\n"
	"  on staff document received concept { request approval concept }\n"
	"  on approval asked concept { mail in-behandeling attach concept }\n"
	"  on approval asked bundel { mail in-behandeling attach bundel }\n"
	"  on approval given concept { mail te-behandelen to staff }\n"
	"  on approval given bundel if approval bundel given { mail te-behandelen to staff }\n"
	"  on approval refused { mail te-behandelen to staff }\n"
	"  on staff finish if approval concept given { goto b }\n"
	"  on phrase verder if approval concept given { goto b }\n"
	"  on staff take { goto c }\n  after 300 days { goto b }\n}\n"
	"state c \"C\" {\n  on staff finish { goto b }\n  on staff close { goto a }\n  after 300 days { goto b }\n}\n"
	"state b \"B\" final { on enter { mail stukken-compleet } }\n";

/* Approvals in their order, then what is current in the slot, then what is held. */
static const char *standing(struct play *p, const char *number, const char *name)
{
	const struct dossier *d = play_look(p, number);
	const struct slot *slot = dossier_slot(d, name, 0);
	const char *list = d->state;
	size_t i;

	for (i = 0; i < d->approval_count; i++)
		list = arena_printf(&p->arena, "%s %s", list, approval_state_word(d->approvals[i].state));
	list = arena_printf(&p->arena, "%s | %s", list, slot_status_word(slot->status));
	for (i = 0; i < slot->document_count; i++)
		if (slot->documents[i].current)
			list = arena_printf(&p->arena, "%s %s", list, slot->documents[i].name);
	for (i = 0; i < d->held_count; i++)
		list = arena_printf(&p->arena, "%s%s %s", list, i ? "" : " | held", d->held[i].document.name);
	return list;
}

static void staff(struct play *p, const char *number, const char *text, const char *file, const char *second)
{
	play_post(p, &(struct post){ .from = ELS, .subject = number, .text = text,
				     .files = { { .name = file }, { .name = second } } });
}

/* As staff do it by answering our mail, which proves who they are. */
static void answer(struct play *p, const char *text, const char *file, const char *second)
{
	staff(p, play_subject(p, ELS), text, file, second);
}

/* A dossier whose 'name' the client approved. */
static const char *approved(struct play *p, const char *name)
{
	static const struct play_options options = { .rules = rules };
	const char *number;

	play_open(p, &options);
	number = play_dossier(p, (struct engine_opening){ 0 });
	staff(p, number, arena_printf(&p->arena, "ter accordering %s", name), arena_printf(&p->arena, "%s-v1.pdf", name), NULL);
	staff(p, play_subject(p, ELS), "ja", NULL, NULL);
	play_say(p, JAN, "akkoord");
	tap_is_str(standing(p, number, name), arena_printf(&p->arena, "a given | approved %s-v1.pdf", name), "approved: %s", name);
	play_mails(p);
	return number;
}

/* ---- with "ter accordering" ---- */

static const struct row {
	const char *name, *text, *file, *second;
	const char *standing, *mails;
	const char *told; /* staff, a part of it */
} rows[] = {
	{ "by name", "ter accordering concept", "concept-v2.pdf", NULL, "a void asked | delivered concept-v2.pdf",
	  "in-behandeling>jan verslag>els", "ter accordering concept: gedaan" },
	{ "twice", "ter accordering concept\nter accordering concept", "concept-v2.pdf", NULL,
	  "a void asked | delivered concept-v2.pdf", "in-behandeling>jan verslag>els", "ter accordering concept: gedaan" },
	{ "a file that fits nowhere by its name", "ter accordering concept", "scan.pdf", NULL,
	  "a void asked | delivered scan.pdf", "in-behandeling>jan verslag>els", "ter accordering concept: gedaan" },
	{ "klaar behind it", "ter accordering concept\nklaar", "concept-v2.pdf", NULL, "a void asked | delivered concept-v2.pdf",
	  "in-behandeling>jan verslag>els", "klaar: niet uitgevoerd, daarvoor is nog niet aan alle voorwaarden voldaan" },
	{ "klaar before it", "klaar\nter accordering concept", "concept-v2.pdf", NULL,
	  "a void asked | delivered concept-v2.pdf", "in-behandeling>jan verslag>els", "klaar: niet uitgevoerd" },
	{ "two versions at once", "ter accordering concept", "concept-v2.pdf", "concept-v3.pdf",
	  "a void asked | delivered concept-v2.pdf | held concept-v3.pdf", "in-behandeling>jan verslag>els",
	  "concept-v3.pdf wacht, want bij Concept passen niet meer bestanden" },
	{ "no file", "ter accordering concept", NULL, NULL, "a given | approved concept-v1.pdf", "verslag>els",
	  "ter accordering concept: dat was al zo" },
	{ "the same bytes", "ter accordering concept", "concept-v1.pdf", NULL, "a given | approved concept-v1.pdf", "verslag>els",
	  "ter accordering concept: dat was al zo" },
	{ "without the command", "", "concept-v2.pdf", NULL, "a given | approved concept-v1.pdf | held concept-v2.pdf",
	  "verslag>els", "concept-v2.pdf wacht: de versie van Concept die de klant heeft goedgekeurd, blijft gelden. "
	  "Antwoord met alleen ter accordering concept" },
	{ "klaar without the command", "klaar", "concept-v2.pdf", NULL,
	  "a given | approved concept-v1.pdf | held concept-v2.pdf", "verslag>els",
	  "er wacht een bestand voor een document dat al is goedgekeurd" },
	{ "own words without the command", "verder", "concept-v2.pdf", NULL,
	  "a given | approved concept-v1.pdf | held concept-v2.pdf", "verslag>els", "Concept: concept-v2.pdf" },
	{ "klaar alone", "klaar", NULL, NULL, "b given | approved concept-v1.pdf", "stukken-compleet>jan verslag>els",
	  "klaar: gedaan" },
};

static void test_row(const struct row *row)
{
	const char *number, *text;
	struct play p;

	number = approved(&p, "concept");
	answer(&p, row->text, row->file, row->second);
	tap_is_str(standing(&p, number, "concept"), row->standing, "%s: what stands", row->name);
	tap_is_str(play_mails(&p), row->mails, "%s: what is mailed", row->name);
	text = play_text(&p, play_last_to(&p, ELS));
	tap_ok(strstr(text, row->told) != NULL, "%s: staff are told: %s", row->name, text);
	play_well(&p, row->name);
	play_close(&p);
}

/* The client is asked with the new bytes, and his answer to the old mail counts for nothing. */
static void test_client(void)
{
	const char *number, *first;
	struct play p;

	number = approved(&p, "concept");
	first = play_subject(&p, JAN);
	answer(&p, "ter accordering concept", "concept-v2.pdf", NULL);
	tap_ok(strstr(play_last_to(&p, JAN)->data, "concept-v2.pdf") && !strstr(play_last_to(&p, JAN)->data, "concept-v1.pdf"),
	       "he gets the new version and only that");
	play_post(&p, &(struct post){ .subject = first, .text = "akkoord" });
	tap_is_str(standing(&p, number, "concept"), "a void asked | delivered concept-v2.pdf", "an answer to the first mail");
	play_mails(&p);
	play_write(&p, JAN, number, "akkoord");
	play_say(&p, JAN, "ja");
	tap_is_str(standing(&p, number, "concept"), "a void given | approved concept-v2.pdf", "an answer about the new one");
	answer(&p, "klaar", NULL, NULL);
	tap_is_str(standing(&p, number, "concept"), "b void given | approved concept-v2.pdf", "and staff go on");
	play_close(&p);
}

/* ---- in two mails ---- */

/* A mail that proves nothing yet is asked about; "ja" puts the file of that mail to the client. */
static void test_confirmed(void)
{
	static const struct { const char *text, *file; } mails[] = {
		{ "ter accordering concept\nklaar", "concept-v2.pdf" },
		{ "klaar\nter accordering concept", "concept-v2.pdf" },
		{ "ter accordering concept", "scan.pdf" },
	};
	size_t i;

	for (i = 0; i < sizeof mails / sizeof *mails; i++) {
		const char *number;
		struct play p;

		number = approved(&p, "concept");
		staff(&p, number, mails[i].text, mails[i].file, NULL);
		tap_is_str(play_mails(&p), "bevestigen>els", "mail %zu: he is asked", i);
		tap_is_str(standing(&p, number, "concept"),
			   arena_printf(&p.arena, "a given | approved concept-v1.pdf | held %s", mails[i].file), "and nothing happens");
		answer(&p, "ja", NULL, NULL);
		tap_is_str(standing(&p, number, "concept"), arena_printf(&p.arena, "a void asked | delivered %s", mails[i].file),
			   "mail %zu: the file of then", i);
		tap_is_str(play_mails(&p), "in-behandeling>jan verslag>els", "mail %zu: the client is asked", i);
		play_well(&p, "confirmed");
		play_close(&p);
	}
}

/* A plain mail first, then the words that its answer names; the newest counts, the older one is kept. */
static void test_later(void)
{
	const char *number, *ours;
	struct play p;

	number = approved(&p, "concept");
	answer(&p, "", "concept-v2.pdf", NULL);
	answer(&p, "", "concept-v3.pdf", NULL);
	ours = play_subject(&p, ELS);
	virtual_advance(p.v, HOURS(2));
	tap_is_str(play_mails(&p), "vastgehouden>els verslag>els verslag>els", "told of each, and of both with what else waits");
	staff(&p, ours, "klaar", NULL, NULL);
	tap_is_str(standing(&p, number, "concept"), "a given | approved concept-v1.pdf | held concept-v2.pdf concept-v3.pdf",
		   "klaar does not pass what waits");
	staff(&p, ours, "ter accordering concept", NULL, NULL);
	tap_is_str(standing(&p, number, "concept"), "a void asked | delivered concept-v3.pdf | held concept-v2.pdf",
		   "the newest version is put to the client");
	play_well(&p, "later");
	play_close(&p);
}

/* In a state where nobody hears that it is put to the client it waits, and nobody goes on past it. */
static void test_unheard(void)
{
	const char *number;
	struct play p;

	number = approved(&p, "concept");
	answer(&p, "in behandeling", NULL, NULL);
	answer(&p, "ter accordering concept\nklaar", "concept-v2.pdf", NULL);
	tap_is_str(standing(&p, number, "concept"), "c given | approved concept-v1.pdf | held concept-v2.pdf", "it waits");
	play_told(&p, ELS, "ter accordering concept: niet uitgevoerd, dat kan niet in de fase", "staff hear why");
	play_told(&p, ELS, "klaar: niet uitgevoerd, er wacht een bestand", "and that nothing went on");
	play_told(&p, ELS, "concept-v2.pdf wacht:", "and what waits");
	answer(&p, "sluiten\nter accordering concept", NULL, NULL);
	tap_is_str(standing(&p, number, "concept"), "a given | approved concept-v1.pdf | held concept-v2.pdf",
		   "files go before commands: not in the same mail");
	answer(&p, "ter accordering concept", NULL, NULL);
	tap_is_str(standing(&p, number, "concept"), "a void asked | delivered concept-v2.pdf", "where it is heard it goes");
	play_well(&p, "unheard");
	play_close(&p);
}

/* Several files belong to one approval: one more opens it again, and what was approved stays. */
static void test_several(void)
{
	const char *number;
	struct play p;

	number = approved(&p, "bundel");
	answer(&p, "ter accordering bundel", "bundel-2.pdf", "bundel-3.pdf");
	tap_is_str(standing(&p, number, "bundel"), "a given asked asked | delivered bundel-v1.pdf bundel-2.pdf bundel-3.pdf",
		   "two more");
	tap_is_str(play_mails(&p), "in-behandeling>jan verslag>els", "one mail with all");
	play_say(&p, JAN, "akkoord");
	tap_is_str(standing(&p, number, "bundel"), "a given given given | approved bundel-v1.pdf bundel-2.pdf bundel-3.pdf",
		   "approved again");
	answer(&p, "ter accordering bundel", "bundel-4.pdf", NULL);
	tap_is_str(standing(&p, number, "bundel"),
		   "a given given given | approved bundel-v1.pdf bundel-2.pdf bundel-3.pdf | held bundel-4.pdf", "no room for a fourth");
	play_well(&p, "several");
	play_close(&p);
}

/* A25: who answers every mail of ours with the same file is not told each time. */
static void test_machine(void)
{
	const char *number;
	size_t told = 0;
	struct play p;
	int i;

	number = approved(&p, "concept");
	for (i = 0; i < 12; i++) {
		staff(&p, number, "", "concept-v2.pdf", NULL);
		told += *play_mails(&p) != '\0';
	}
	tap_ok(told <= 6, "A25 a machine that sends a file again and again is told %zu times", told);
	play_close(&p);
}

int main(void)
{
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		test_row(&rows[i]);
	test_client();
	test_confirmed();
	test_later();
	test_unheard();
	test_several();
	test_machine();
	return tap_done();
}
