/*
 * What a party sets by mail (language, copy, who sees the dossier), where the
 * rules read it: which documents are required, and whether any is missing, is
 * judged again in the same item.
 */
/* Own. */
#include "tap.h"
#include "virtual_play.h"

static const char rules[] =
	"workflow inkomensverklaring \"Settings\"\nlanguage nl, en\n"
	"number /\\b20\\d{2}-\\d{5,7}-[A-Z]\\b/ new \"{year}-{serial:5}-{check}\"\n"
	"documents {\n"
	"  legitimatie \"Legitimatie\" required match /paspoort/i\n"
	"  engels \"Engels\" required if language en match /engels/i\n"
	"  afschrift \"Afschrift\" required if copy match /afschrift/i\n"
	"  eigen \"Eigen\" required if office only match /eigen/i\n"
	"}\n"
	"start a\n"
	"state a \"A\" {\n  uploads open\n  on documents complete { goto b }\n  on staff take { goto b }\n"
	"  after 60 days { goto b }\n}\n"
	"state b \"B\" final { on enter { mail stukken-compleet } }\n";

static const struct row {
	const char *name;
	struct engine_opening opening;
	const char *from, *said;
	const char *before, *after; /* state */
	const char *mails;
} rows[] = {
	{ "language", { .language = "en" }, JAN, "taal nl", "a", "b", "verslag+stukken-compleet>jan" },
	{ "language, with a wrong command", { .language = "en" }, JAN, "taal nl\nuitstel", "a", "b",
	  "verslag+stukken-compleet>jan" },
	{ "language to itself", { .language = "en" }, JAN, "taal en", "a", "a", "verslag>jan" },
	{ "language the other way", { .language = "nl" }, JAN, "taal en", "b", "b", "verslag>jan" },
	{ "copy", { .office = OFFICE, .copy = true }, JAN, "kopie uit", "a", "b", "stukken-compleet>info verslag>jan" },
	{ "visibility", { .office = OFFICE, .office_only = true }, OFFICE, "delen met klant", "a", "b",
	  "gedeeld>jan verslag+stukken-compleet>info" },
	{ "visibility the other way", { .office = OFFICE }, OFFICE, "alleen kantoor", "b", "b", "verslag+alleen-kantoor>info" },
};

/* His answer to the last mail that he got. */
static void answer(struct play *p, const char *from, const char *text)
{
	play_post(p, &(struct post){ .from = from, .subject = play_read(p, play_last_to(p, from))->subject, .text = text });
}

static void test_setting(const struct row *row)
{
	struct play_options options = { .rules = rules };
	const char *number;
	struct play p;

	play_open(&p, &options);
	number = play_dossier(&p, row->opening);
	play_post(&p, &(struct post){ .from = row->from, .subject = number, .files = { { .name = "paspoort.pdf" } } });
	play_mails(&p);
	tap_is_str(play_look(&p, number)->state, row->before, "%s: before", row->name);
	answer(&p, row->from, row->said);
	tap_is_str(play_look(&p, number)->state, row->after, "%s: after", row->name);
	tap_is_str(play_mails(&p), row->mails, "%s: what is mailed", row->name);
	play_well(&p, row->name);
	play_close(&p);
}

/* What it makes required is so at once, and not from the next mail on. */
static void test_missing(void)
{
	struct play_options options = { .rules = rules };
	const struct dossier *dossier;
	const char *number;
	struct play p;
	size_t i;

	play_open(&p, &options);
	number = play_dossier(&p, (struct engine_opening){ .language = "nl" });
	play_post(&p, &(struct post){ .subject = number, .files = { { .name = "iets.pdf" } } });
	answer(&p, JAN, "taal en");
	dossier = play_look(&p, number);
	for (i = 0; i < dossier->slot_count; i++)
		if (str_eq(dossier->slots[i].name, "engels"))
			tap_ok(dossier->slots[i].required, "it is required at once");
	play_close(&p);
}

int main(void)
{
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		test_setting(&rows[i]);
	test_missing();
	return tap_done();
}
