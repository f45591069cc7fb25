/*
 * One service with two workflows, each with numbers of its own: who asks for a
 * dossier says which, and nothing of the one lands in the other.
 */
/* Own. */
#include "tap.h"
#include "virtual_play.h"
#include "command/phrases.h"

/* 'paspoort' fits slots of both workflows; the numbers look nothing like the shipped ones. */
static const char second[] =
	"workflow tweede \"Huurtoeslag\"\nlanguage nl\nnumber /\\bHT\\d{4}-\\d{4,6}\\b/ new \"HT{year}-{serial:4}\"\n"
	"keep 2 years after final\n"
	"documents {\n  identiteit \"Identiteitsbewijs\" required accept pdf, image match /paspoort/i\n"
	"  contract \"Huurcontract\" required accept pdf match /contract/i\n}\n"
	"start verzamelen\n"
	"state verzamelen \"Wacht op stukken\" {\n  uploads open\n  on enter { mail aanvraag-bevestigd }\n"
	"  on documents complete { goto klaar }\n"
	"  on staff withdraw { goto klaar }\n  after 60 days { goto klaar }\n}\n"
	"state klaar \"Klaar\" final { on enter { mail dossier-vervallen } }\n";

static struct play_options two(void)
{
	return (struct play_options){ .second = second };
}

static const char *open_one(struct play *p, const char *workflow)
{
	const char *number = play_dossier(p, (struct engine_opening){ .workflow = workflow });

	play_mails(p);
	return number;
}

/* ---- opening ---- */

/* "dossier new" and orders: the workflow must be said. */
static void test_opening(void)
{
	static const struct row { const char *name, *workflow, *error; } rows[] = {
		{ "none said", NULL, "service 'pentrax' has 2 workflows; say which with --workflow" },
		{ "one that it does not have", "derde", "no service has the workflow 'derde'" },
		{ "the first", "inkomensverklaring", "" },
		{ "the second", "tweede", "" },
	};
	struct play_options options = two();
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct engine_opening opening = { .workflow = rows[i].workflow, .client_name = "Jan", .client_address = JAN,
						  .actor = ACTOR_OPERATOR };
		char number[ENGINE_NUMBER_SIZE];
		struct err err = ERR_INIT;
		struct play p;

		play_open(&p, &options);
		engine_dossier_open(p.engine, &opening, number, &err);
		tap_is_str(err.text, rows[i].error, "opening, %s", rows[i].name);
		play_close(&p);
	}
}

static void ask(struct play *p, const char *text)
{
	play_post(p, &(struct post){ .from = JAN, .subject = "Aanvraag", .text = text });
}

static void answer(struct play *p, const char *text)
{
	const struct virtual_sent *sent = play_last_to(p, JAN);

	play_post(p, &(struct post){ .from = JAN, .text = text, .answers = play_id_to(p, JAN),
				     .subject = arena_printf(&p->arena, "Re: %s", sent ? play_read(p, sent)->subject : "") });
}

/* By mail: the form asks which, and only an answer that says so opens one. */
static void test_request(void)
{
	static const struct row { const char *name, *said, *mails, *workflow; } rows[] = {
		{ "the title of the first", "Soort aanvraag: Inkomensverklaring\nNaam: Jan\n", "aanvraag-bevestigd>jan",
		  "inkomensverklaring" },
		{ "the title of the second", "Soort aanvraag: huurtoeslag\nNaam: Jan\n", "aanvraag-bevestigd>jan", "tweede" },
		{ "its name", "Soort aanvraag: tweede\nNaam: Jan\n", "aanvraag-bevestigd>jan", "tweede" },
		{ "none of them", "Naam: Jan\n", "aanvraagformulier>jan", NULL },
		{ "another", "Soort aanvraag: zorgtoeslag\nNaam: Jan\n", "aanvraagformulier>jan", NULL },
		{ "both", "Soort aanvraag: Inkomensverklaring en Huurtoeslag\nNaam: Jan\n", "aanvraagformulier>jan", NULL },
	};
	struct play_options options = two();
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct item *item;
		struct play p;

		play_open(&p, &options);
		ask(&p, "graag");
		tap_is_str(play_mails(&p), "aanvraagformulier>jan", "%s: the form is asked for", rows[i].name);
		tap_ok(strstr(play_text(&p, play_last_to(&p, JAN)), "Inkomensverklaring / Huurtoeslag") != NULL,
		       "%s: and names both", rows[i].name);
		answer(&p, rows[i].said);
		tap_is_str(play_mails(&p), rows[i].mails, "%s: what comes of it", rows[i].name);
		item = play_item_last(&p);
		tap_is_str(item->dossier ? play_look(&p, item->dossier)->workflow : NULL, rows[i].workflow, "%s: which it is",
			   rows[i].name);
		play_well(&p, rows[i].name);
		play_close(&p);
	}
}

/* ---- mail for one of them ---- */

/* Jan has a dossier of each; {1} and {2} are their numbers, {small} the second's in small letters. */
static const char *fill(struct play *p, const char *text, const char *a, const char *b)
{
	struct buf out = BUF_INIT(200);
	const char *small = command_fold(&p->arena, b), *filled;

	for (; *text; text++) {
		const char *with = str_starts(text, "{1}") ? a : str_starts(text, "{2}") ? b : str_starts(text, "{small}") ? small : NULL;

		if (with)
			buf_adds(&out, with);
		else
			buf_addc(&out, *text);
		text = with ? strchr(text, '}') : text;
	}
	filled = arena_strdup(&p->arena, out.data);
	buf_free(&out);
	return filled;
}

static void test_mail(void)
{
	static const struct row { const char *name, *subject, *item, *first, *second; } rows[] = {
		{ "the number of the first", "{1}", "processed", " legitimatie=paspoort.pdf", "" },
		{ "the number of the second", "{2}", "processed", "", " identiteit=paspoort.pdf" },
		{ "in small letters", "mijn paspoort {small}", "processed", "", " identiteit=paspoort.pdf" },
		{ "both numbers", "{1} en {2}", "held two-numbers", "", "" },
		{ "neither", "mijn paspoort", "held several-dossiers", "", "" },
		{ "what looks like one of the second", "HT2026-9999", "held unknown-number", "", "" },
		{ "the first's, and what looks like one of the second", "{1} HT2026-9999", "held two-numbers", "", "" },
		{ "the second's, and what looks like one of the first", "{2} 2026-99999-Z", "held two-numbers", "", "" },
	};
	struct play_options options = two();
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *a, *b;
		struct play p;

		play_open(&p, &options);
		a = open_one(&p, "inkomensverklaring");
		b = open_one(&p, "tweede");
		play_post(&p, &(struct post){ .from = JAN, .subject = fill(&p, rows[i].subject, a, b), .text = "",
					      .files = { { .name = "paspoort.pdf" } } });
		tap_is_str(play_item(&p), rows[i].item, "%s: the mail", rows[i].name);
		tap_is_str(play_papers(&p, a), arena_printf(&p.arena, "verzamelen%s", rows[i].first), "%s: the first dossier", rows[i].name);
		tap_is_str(play_papers(&p, b), arena_printf(&p.arena, "verzamelen%s", rows[i].second), "%s: the second", rows[i].name);
		play_well(&p, rows[i].name);
		play_close(&p);
	}
}

/* An answer to a mail about the one goes there, whatever else he has. */
static void test_answer(void)
{
	struct play_options options = two();
	const char *a, *b;
	struct play p;

	play_open(&p, &options);
	a = open_one(&p, "tweede");
	b = open_one(&p, "inkomensverklaring");
	play_post(&p, &(struct post){ .from = JAN, .subject = "Hier is hij", .answers = play_id_to(&p, JAN), .text = "",
				      .files = { { .name = "paspoort.pdf" } } });
	tap_is_str(play_papers(&p, a), "verzamelen", "an answer to the mail about the one: nothing in the other");
	tap_ok(strstr(play_papers(&p, b), "legitimatie") != NULL, "but in the one");
	play_post(&p, &(struct post){ .from = JAN, .subject = a, .text = "",
				      .files = { { .name = "contract.pdf" }, { .name = "paspoort.pdf" } } });
	tap_is_str(play_look(&p, a)->state, "klaar", "each goes its own way");
	tap_is_str(play_look(&p, b)->state, "verzamelen", "and the other stays where it is");
	play_restart(&p);
	tap_is_str(play_look(&p, a)->state, "klaar", "also after a restart");
	play_well(&p, "answers");
	play_close(&p);
}

int main(void)
{
	test_opening();
	test_request();
	test_mail();
	test_answer();
	return tap_done();
}
