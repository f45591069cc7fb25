/*
 * Forms of a workflow by mail: mailed by a rule or asked for by a party, filled
 * in by a reply, taken as an event at the level that the form says.
 */
/* Own. */
#include "tap.h"
#include "virtual_words.h"

#define PASS "dmarc=pass header.from"

#define RULES \
	"workflow inkomensverklaring \"Inkomensverklaring\"\nlanguage nl, en\n" \
	"number /\\b20\\d{2}-\\d{5,7}-[A-Z]\\b/ new \"{year}-{serial:5}-{check}\"\ndays calendar\n" \
	"facts { inkomen \"Bruto inkomen\" amount\n kinderen \"Aantal kinderen\" number\n rekening \"Rekening\" text }\n" \
	"form inkomen \"Wijziging inkomen\" from client, office {\n" \
	" inkomen \"Bruto inkomen per jaar\" amount required\n kinderen \"Aantal kinderen\" number\n toelichting \"Toelichting\" " \
	"text\n}\n" \
	"form rekening \"Wijziging rekening\" from client level 2 { rekening \"Rekeningnummer\" text required }\n" \
	"documents { legitimatie \"Kopie legitimatiebewijs\" required }\n" \
	"start verzamelen\nstate verzamelen \"Wacht op stukken\" { uploads open\n" \
	" on enter { mail aanvraag-bevestigd with form inkomen }\n on form received inkomen { note \"gehoord\" }\n" \
	" on documents complete { goto klaar } }\n" \
	"state klaar \"Klaar\" final { on enter { mail stukken-compleet } }\nkeep 7 years after final\n"

static const char *fact(struct play *p, const char *number, const char *name)
{
	const char *value = dossier_fact(play_look(p, number), name);

	return value ? value : "unknown";
}

/* The mail as it was read, with each line quoted. */
static const char *quoted(struct play *p, const char *address)
{
	const char *text = play_read(p, play_last_to(p, address))->text, *out = "";

	while (*text) {
		size_t len = strcspn(text, "\n");

		out = arena_printf(&p->arena, "%s> %.*s\n", out, (int)len, text);
		text += len + (text[len] == '\n');
	}
	return out;
}

static const char *replaced(struct play *p, const char *text, const char *what, const char *by)
{
	const char *at = strstr(text, what);

	if (!at)
		return text;
	return arena_printf(&p->arena, "%.*s%s%s", (int)(at - text), text, by, at + strlen(what));
}

static void test_whole(void)
{
	struct play p;
	const char *number, *form;

	play_open(&p, &(struct play_options){ .rules = RULES });
	number = play_dossier(&p, (struct engine_opening){ 0 });
	tap_is_str(play_mails(&p), "aanvraag-bevestigd+formulier>jan", "the form goes along with the rule's mail");
	play_told(&p, JAN, "Formulier: Wijziging inkomen Bruto inkomen per jaar: Aantal kinderen (mag leeg blijven):", "with its fields");
	form = quoted(&p, JAN);
	play_say(&p, JAN, arena_printf(&p.arena, "Bedankt!\n\nOp 2 mrt 2026 schreef Pentrax <" SERVICE ">:\n\n%s", form));
	tap_is_str(fact(&p, number, "inkomen"), "unknown", "an empty form changes nothing");
	play_mails(&p);
	play_say(&p, JAN, arena_printf(&p.arena, "Ingevuld!\n\nOp 2 mrt 2026 schreef Pentrax <" SERVICE ">:\n\n%s",
				  replaced(&p, form, "Bruto inkomen per jaar:", "Bruto inkomen per jaar: \xe2\x82\xac 45.000")));
	tap_is_str(fact(&p, number, "inkomen"), "45000.00", "filled in inside the quotation");
	tap_is_str(play_mails(&p), "formulier-ontvangen>jan", "its sender hears what was noted");
	play_told(&p, JAN, "Bruto inkomen per jaar: 45.000,00", "in words");
	play_say(&p, JAN, "Bruto inkomen per jaar: 50.000\nAantal kinderen: twee of drie\n");
	tap_is_str(fact(&p, number, "inkomen"), "45000.00", "one unclear answer: nothing is changed");
	tap_is_str(play_mails(&p), "formulier>jan", "the form is asked again");
	play_told(&p, JAN, "Bij Aantal kinderen staat twee of drie", "with what was said");
	play_told(&p, JAN, "Bruto inkomen per jaar: 50.000,00", "and what was understood");
	form = quoted(&p, JAN);
	play_say(&p, JAN, arena_printf(&p.arena, "Laat maar zitten.\n\nOp 2 mrt 2026 schreef Pentrax <" SERVICE ">:\n\n%s", form));
	tap_is_str(fact(&p, number, "inkomen"), "45000.00", "what was asked again and not answered does not count");
	play_say(&p, JAN, arena_printf(&p.arena, "Aantal kinderen: 2\nvraag: is dit goed?\n\nOp 2 mrt 2026 schreef Pentrax "
	  "<" SERVICE ">:\n\n%s", form));
	tap_is_str(fact(&p, number, "inkomen"), "50000.00", "the answer on top, the rest from the quotation");
	tap_is_str(fact(&p, number, "kinderen"), "2", "both");
	tap_is_str(play_mails(&p), "formulier>jan ticket-bericht>els verslag+formulier-ontvangen+ticket-ontvangen>jan",
		   "a question beside it is a ticket");
	play_well(&p, "forms");
	play_close(&p);
}

static void test_change(void)
{
	struct play p;
	const char *number;

	play_open(&p, &(struct play_options){ .rules = RULES });
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_mails(&p);
	play_say(&p, JAN, "wijziging inkomen");
	tap_is_str(play_mails(&p), "formulier>jan", "a change asks for its form");
	play_told(&p, JAN, "Formulier: Wijziging inkomen", "the right one");
	play_say(&p, JAN, "wijziging");
	tap_is_str(play_mails(&p), "verslag>jan", "without a kind");
	play_told(&p, JAN, "welke wijziging u bedoelt. Schrijf erbij welke: - Wijziging inkomen - Wijziging rekening",
		  "the choices are told");
	play_say(&p, JAN, "change rekening");
	play_told(&p, JAN, "Rekeningnummer:", "in English too");
	play_post(&p, &(struct post){ .from = JAN, .subject = number, .text = "Formulier: Wijziging rekening\nRekeningnummer: NL01" });
	tap_is_str(fact(&p, number, "rekening"), "unknown", "A3 without its token a form of level 2 changes nothing");
	play_told(&p, JAN, "Er is nog niets veranderd", "A3 the registered address is asked first");
	play_say(&p, JAN, arena_printf(&p.arena, "Nee, dat was ik niet!\n\n%s", quoted(&p, JAN)));
	tap_is_str(fact(&p, number, "rekening"), "unknown", "A3 a no that quotes it is no yes");
	play_post(&p, &(struct post){ .from = JAN, .subject = number, .text = "Formulier: Wijziging rekening\nRekeningnummer: NL01" });
	play_say(&p, JAN, "Formulier: Wijziging rekening\n\nRekeningnummer: NL02");
	tap_is_str(fact(&p, number, "rekening"), "NL02", "in reply to our mail it does");
	play_post(&p, &(struct post){ .from = EVE, .subject = number, .text = "Formulier: Wijziging inkomen\nBruto inkomen per jaar: 1" });
	tap_is_str(fact(&p, number, "inkomen"), "unknown", "a stranger's form changes nothing");
	play_well(&p, "changes");
	play_close(&p);
}

/* The receipt of a form repeats its answers: whoever replies to it does not send them once more. */
static void test_receipt(void)
{
	struct play p;
	const char *number, *receipt, *plain;

	play_open(&p, &(struct play_options){ .rules = RULES });
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_say(&p, JAN, "Formulier: Wijziging inkomen\nBruto inkomen per jaar: 45.000\nAantal kinderen: 2\n");
	play_told(&p, JAN, "Bruto inkomen per jaar: 45.000,00", "the receipt repeats the answer");
	receipt = quoted(&p, JAN);
	plain = play_read(&p, play_last_to(&p, JAN))->text;
	play_say(&p, JAN, "Formulier: Wijziging inkomen\nBruto inkomen per jaar: 50.000\nAantal kinderen: 3\n");
	tap_is_str(fact(&p, number, "inkomen"), "50000.00", "another one follows");
	play_mails(&p);
	play_say(&p, JAN, arena_printf(&p.arena, "Dank u wel!\n\nOp 2 mrt 2026 schreef Pentrax <" SERVICE ">:\n\n%s", receipt));
	tap_is_str(fact(&p, number, "inkomen"), "50000.00", "thanks above the quoted first receipt change nothing");
	tap_is_str(play_mails(&p), "", "and are no form that needs a receipt");
	play_say(&p, JAN, arena_printf(&p.arena, "Dank u wel!\n\nVan: Pentrax <" SERVICE ">\nVerzonden: maandag 2 maart 2026 10:00\n"
				  "Aan: Jan Jansen <" JAN ">\nOnderwerp: Uw formulier\n\n%s", plain));
	tap_is_str(fact(&p, number, "inkomen"), "50000.00", "nor does one that Outlook repeats without signs");
	tap_is_str(play_mails(&p), "", "it is no form either");
	play_post(&p, &(struct post){ .from = JAN, .subject = play_subject(&p, JAN), .files = { { .name = "legitimatie.pdf" } },
				      .text = arena_printf(&p.arena, "Hierbij het paspoort.\n\nOp 2 mrt 2026 schreef Pentrax <" SERVICE
							   ">:\n\n%s", receipt) });
	tap_is_str(fact(&p, number, "inkomen"), "50000.00", "nor does a file above it");
	tap_ok(strstr(play_papers(&p, number), "legitimatie=legitimatie.pdf"), "which is taken in");
	play_well(&p, "quoted receipts");
	play_close(&p);
}

static void test_final(void)
{
	struct play p;
	const char *number;

	play_open(&p, &(struct play_options){ .rules = RULES });
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_post(&p, &(struct post){ .from = JAN, .subject = number, .files = { { .name = "legitimatie.pdf" } } });
	tap_is_str(play_look(&p, number)->state, "klaar", "the dossier has ended");
	play_mails(&p);
	play_say(&p, JAN, "Formulier: Wijziging inkomen\nBruto inkomen per jaar: 1\n");
	tap_is_str(fact(&p, number, "inkomen"), "unknown", "a form that comes too late changes nothing");
	play_told(&p, JAN, "Wij konden het formulier niet verwerken", "and its sender hears so");
	play_well(&p, "too late");
	play_close(&p);
}

static void test_automatic(void)
{
	struct play p;
	const char *number;

	play_open(&p, &(struct play_options){ .rules = RULES });
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_mails(&p);
	play_post(&p, &(struct post){ .from = JAN, .subject = play_subject(&p, JAN), .headers = "Auto-Submitted: auto-replied\r\n",
				      .text = "Formulier: Wijziging inkomen\nBruto inkomen per jaar: 1\n" });
	tap_is_str(fact(&p, number, "inkomen"), "unknown", "automatic mail carries no answers");
	tap_is_str(play_mails(&p), "", "and gets none");
	play_close(&p);
}

int main(void)
{
	test_whole();
	test_change();
	test_receipt();
	test_final();
	test_automatic();
	return tap_done();
}
