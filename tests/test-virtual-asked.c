/*
 * What ends a dossier or moves money is asked about before it is done (A36), but
 * only what would be done: what the rules refuse is refused at once. Who proves
 * too little learns nothing by it.
 */
/* Own. */
#include "tap.h"
#include "virtual_words.h"

#define PASS "dmarc=pass header.from"
#define SPF "spf=pass smtp.mailfrom"
#define FAIL "dmarc=fail header.from"

static const char *state_of(struct play *p, const char *number)
{
	return play_look(p, number)->state;
}

static const char *payments(struct play *p, const char *number)
{
	const struct dossier *d = play_look(p, number);
	const char *list = "";
	size_t i;

	for (i = 0; i < d->payment_count; i++)
		list = arena_printf(&p->arena, "%s%s%s", list, i ? " " : "", payment_status_word(d->payments[i].status));
	return list;
}

static void staff(struct play *p, const char *found, const char *subject, const char *text, const char *file)
{
	play_post(p, &(struct post){ .top = play_trace(p, found, "pentrax.example"), .from = ELS, .subject = subject, .text = text,
				     .files = { { .name = file } } });
}

/* As staff do it by answering our last mail, which proves who they are. */
static void answer(struct play *p, const char *text)
{
	staff(p, PASS, play_subject(p, ELS), text, NULL);
}

enum stage { COLLECTING, WORKING, TO_BE_PAID, PAID, LAPSED };

/* As the client delivers it all, from an address that passes. */
static void deliver(struct play *p, const char *number)
{
	play_post(p, &(struct post){ .top = play_trace(p, PASS, "client.example"), .subject = number, .text = "niet aanwezig prognose",
				     .files = { { .name = "paspoort.pdf" }, { .name = "aangifte 2023.pdf" }, { .name = "aangifte 2024.pdf" },
						{ .name = "aangifte 2025.pdf" }, { .name = "jaarcijfers 2023.pdf" },
						{ .name = "jaarcijfers 2024.pdf" }, { .name = "jaarcijfers 2025.pdf" } } });
	virtual_advance(p->v, MINUTES(16));
}

/* A dossier that has come so far; staff have a mail about it that they can answer. */
static const char *come_to(struct play *p, enum stage stage)
{
	static const char *const states[] = { "verzamelen", "behandeling", "betaling", "gereed", "vervallen" };
	static const struct play_options options = { .authentication = true };
	const char *number;

	play_open(p, &options);
	number = play_dossier(p, (struct engine_opening){ 0 });
	if (stage == COLLECTING || stage == LAPSED) {
		staff(p, PASS, number, "notitie: begin", NULL);
		answer(p, "ja");
		if (stage == LAPSED) {
			answer(p, "intrekken");
			answer(p, "ja");
		}
	} else {
		deliver(p, number);
		answer(p, "in behandeling");
	}
	if (stage == TO_BE_PAID || stage == PAID)
		play_post(p, &(struct post){ .top = play_trace(p, PASS, "pentrax.example"), .from = ELS,
					     .subject = play_subject(p, ELS), .text = "klaar",
					     .files = { { .name = "rapport.pdf" }, { .name = "factuur.pdf" } } });
	if (stage == PAID)
		answer(p, "betaald");
	tap_is_str(state_of(p, number), states[stage], "it has come to %s", states[stage]);
	play_mails(p);
	return number;
}

/* ---- staff who are proven ---- */

static const struct row {
	const char *name;
	enum stage stage;
	const char *text;
	const char *mails, *told;     /* at once: a part of what staff read */
	const char *state, *payments; /* and what stands then */
	const char *later;            /* what "ja" mails; NULL = nothing was asked */
	const char *end, *paid;       /* and what stands after it */
} rows[] = {
	{ "a refund of nothing", COLLECTING, "terugbetalen", "verslag>els", "terugbetalen: niet uitgevoerd, er is niets betaald",
	  "verzamelen", "", NULL, NULL, NULL },
	{ "a refund of what is not paid yet", TO_BE_PAID, "terugbetalen", "verslag>els",
	  "terugbetalen: niet uitgevoerd, er is niets betaald", "betaling", "requested", NULL, NULL, NULL },
	{ "a refund of what was paid", PAID, "terugbetalen", "bevestigen>els", "terugbetalen", "gereed", "paid",
	  "terugbetaald>jan verslag>els", "gereed", "refunded" },
	{ "paid and refunded in one mail", TO_BE_PAID, "betaald\nterugbetalen", "rapport-gereed+betaald>jan verslag+bevestigen>els",
	  "betaald: gedaan", "gereed", "paid", "terugbetaald>jan verslag>els", "gereed", "refunded" },
	{ "withdrawn, with a refund of nothing", COLLECTING, "intrekken\nterugbetalen", "verslag+bevestigen>els",
	  "terugbetalen: niet uitgevoerd, er is niets betaald", "verzamelen", "", "ingetrokken>jan verslag>els", "vervallen", "" },
	{ "withdrawn where nothing runs any more", PAID, "intrekken", "verslag>els",
	  "intrekken: niet uitgevoerd, het dossier is afgesloten", "gereed", "paid", NULL, NULL, NULL },
	{ "withdrawn twice", LAPSED, "intrekken", "verslag>els", "intrekken: niet uitgevoerd, het dossier is afgesloten", "vervallen",
	  "", NULL, NULL, NULL },
	{ "reopened and withdrawn in one mail", LAPSED, "heropenen legitimatie\nintrekken", "stukken-nodig>jan verslag+bevestigen>els",
	  "heropenen legitimatie: gedaan", "verzamelen", "", "ingetrokken>jan verslag>els", "vervallen", "" },
	{ "withdrawn, then reopened", LAPSED, "intrekken\nheropenen legitimatie", "stukken-nodig>jan verslag>els",
	  "intrekken: niet uitgevoerd, het dossier is afgesloten", "verzamelen", "", NULL, NULL, NULL },
	{ "a note beside it", COLLECTING, "terugbetalen\nnotitie: gebeld", "verslag>els", "notitie: gebeld: gedaan", "verzamelen", "",
	  NULL, NULL, NULL },
	{ "withdrawn", WORKING, "intrekken", "bevestigen>els", "intrekken", "behandeling", "", "ingetrokken>jan verslag>els",
	  "vervallen", "" },
};

static void test_row(const struct row *row)
{
	const char *number, *text;
	struct play p;

	number = come_to(&p, row->stage);
	answer(&p, row->text);
	tap_is_str(play_mails(&p), row->mails, "A36 %s: what is mailed", row->name);
	text = play_text(&p, play_last_to(&p, ELS));
	tap_ok(strstr(text, row->told) != NULL, "A36 %s: what staff read: %s", row->name, text);
	tap_is_str(state_of(&p, number), row->state, "A36 %s: the state", row->name);
	tap_is_str(payments(&p, number), row->payments, "A36 %s: the money", row->name);
	tap_is_int(strstr(text, "klopt deze opdracht") || strstr(text, "met alleen het woord ja"), row->later != NULL,
		   "A36 %s: asked about, or not", row->name);
	if (row->later) {
		answer(&p, "ja");
		tap_is_str(play_mails(&p), row->later, "A36 %s: ja", row->name);
		tap_is_str(state_of(&p, number), row->end, "A36 %s: the state after it", row->name);
		tap_is_str(payments(&p, number), row->paid, "A36 %s: the money after it", row->name);
	}
	play_well(&p, row->name);
	play_close(&p);
}

/* What was paid back is not paid back again, and that needs no question. */
static void test_again(void)
{
	const char *number;
	struct play p;

	number = come_to(&p, PAID);
	answer(&p, "terugbetalen");
	answer(&p, "ja");
	play_mails(&p);
	answer(&p, "terugbetalen");
	tap_is_str(play_mails(&p), "verslag>els", "A36 paid back before");
	play_told(&p, ELS, "terugbetalen: dat was al zo", "A36 it was so");
	tap_is_str(payments(&p, number), "refunded", "A36 once");
	play_close(&p);
}

/* It may be done by the time of the "ja", or not any more. */
static void test_between(void)
{
	const char *number, *asked;
	struct play p;

	number = come_to(&p, PAID);
	answer(&p, "terugbetalen");
	asked = play_subject(&p, ELS);
	answer(&p, "notitie: gebeld");
	staff(&p, PASS, asked, "ja", NULL);
	tap_is_str(payments(&p, number), "refunded", "A36 other mail between the question and its answer");
	play_close(&p);
}

/* ---- who is not proven ---- */

/* What it asks: without the tag and the times, and above what the registered address reads of the dossier anyway. */
static const char *question(struct play *p, const char *text)
{
	char *copy = arena_strdup(&p->arena, text), *end = strstr(copy, "Met vriendelijke groet"), *at;
	bool tag = false;

	if (end)
		*end = '\0';
	for (at = copy; *at; at++) {
		tag = *at == '[' || (tag && *at != ']');
		*at = tag || strchr("0123456789", *at) ? '0' : *at;
	}
	return copy;
}

/* Whatever the dossier has come to, the question is the same. */
static void test_unproven(void)
{
	static const struct { const char *name, *found; bool token; } ways[] = {
		{ "no token", PASS, false }, { "SPF and a token", SPF, true }, { "a token and nothing else", FAIL, true },
	};
	static const struct { enum stage refused, asked; const char *text; } stages[] = {
		{ COLLECTING, PAID, "terugbetalen" }, { LAPSED, COLLECTING, "intrekken" },
	};
	size_t i, j, s;

	for (i = 0; i < sizeof ways / sizeof *ways; i++)
		for (j = 0; j < sizeof stages / sizeof *stages; j++) {
			const char *texts[2];
			struct play plays[2];

			for (s = 0; s < 2; s++) {
				struct play *p = &plays[s];
				const char *number = come_to(p, s ? stages[j].asked : stages[j].refused);

				staff(p, ways[i].found, ways[i].token ? play_subject(p, ELS) : number, stages[j].text, NULL);
				tap_is_str(play_mails(p), "bevestigen>els", "A36 %s: '%s' is asked about, %s", ways[i].name, stages[j].text,
					   s ? "where it would be done" : "where it would not");
				texts[s] = question(p, play_text(p, play_last_to(p, ELS)));
			}
			tap_is_str(texts[1], texts[0], "A36 %s: '%s': the words do not differ", ways[i].name, stages[j].text);
			play_close(&plays[0]);
			play_close(&plays[1]);
		}
}

/* "ja" of who proves too little runs nothing, and says no more than that. */
static void test_unproven_yes(void)
{
	const char *number;
	struct play p;

	number = come_to(&p, COLLECTING);
	staff(&p, PASS, number, "terugbetalen", NULL);
	staff(&p, SPF, play_subject(&p, ELS), "ja", NULL);
	play_told(&p, ELS, "ja: niet uitgevoerd, wij kunnen niet goed genoeg zien", "A36 weak");
	tap_ok(!strstr(play_text(&p, play_last_to(&p, ELS)), "betaald"), "A36 and not that nothing was paid");
	play_close(&p);
}

/* Of a mail with files nobody knows beforehand what they come to: the question is put. */
static void test_files(void)
{
	const char *number;
	struct play p;

	number = come_to(&p, COLLECTING);
	staff(&p, PASS, play_subject(&p, ELS), "terugbetalen", "rapport.pdf");
	tap_is_str(play_mails(&p), "bevestigen>els", "A36 with a file it is asked about");
	answer(&p, "ja");
	play_told(&p, ELS, "terugbetalen: niet uitgevoerd, er is niets betaald", "A36 and refused after it");
	tap_is_str(state_of(&p, number), "verzamelen", "A36 nothing moved");
	play_close(&p);
}

/* ---- approvals ---- */

static const char approval_rules[] =
	"workflow inkomensverklaring \"Akkoord\"\nlanguage nl, en\n"
	"number /\\b20\\d{2}-\\d{5,7}-[A-Z]\\b/ new \"{year}-{serial:5}-{check}\"\n"
	"documents {\n  concept \"Concept\" from staff for approval accept pdf match /concept/i\n}\n"
	"start a\n"
	"state a \"A\" {\n  on approval asked { mail in-behandeling attach concept }\n"
	"  on approval given { goto b }\n  on approval refused { mail te-behandelen to staff }\n"
	"  on staff take { goto c }\n  on staff withdraw { goto b }\n  after 300 days { goto b }\n}\n"
	"state c \"C\" {\n  on staff close { goto a }\n  after 300 days { goto b }\n}\n"
	"state b \"B\" final { on enter { mail stukken-compleet } }\n";

/* Who answers an older mail has not seen what is put to him: he gets the list first, where his answer would count. */
static void test_approval(void)
{
	static const struct play_options options = { .rules = approval_rules };
	const char *number, *older;
	struct play p;

	play_open(&p, &options);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_write(&p, ELS, number, "notitie: begin");
	play_say(&p, ELS, "ja");
	play_write(&p, JAN, number, "status");
	older = play_subject(&p, JAN);
	play_post(&p, &(struct post){ .from = ELS, .subject = play_subject(&p, ELS), .text = "ter accordering",
				      .files = { { .name = "concept.pdf" } } });
	play_say(&p, ELS, "in behandeling");
	play_mails(&p);
	play_write(&p, JAN, older, "akkoord");
	tap_is_str(play_mails(&p), "verslag>jan", "where nobody listens it is refused at once");
	play_told(&p, JAN, "akkoord: niet uitgevoerd, dat kan niet in de fase", "with the reason");
	play_write(&p, JAN, number, "akkoord");
	tap_is_str(play_mails(&p), "bevestigen>jan", "not to who is not proven");
	play_say(&p, JAN, "nee");
	play_say(&p, ELS, "sluiten");
	play_mails(&p);
	play_write(&p, JAN, older, "akkoord");
	tap_is_str(play_mails(&p), "bevestigen>jan", "where somebody does he is asked");
	play_told(&p, JAN, "- Concept: concept.pdf", "with the list");
	tap_is_str(state_of(&p, number), "a", "and nothing is approved yet");
	play_say(&p, JAN, "ja");
	tap_is_str(state_of(&p, number), "b", "ja is");
	play_well(&p, "approval");
	play_close(&p);
}

int main(void)
{
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		test_row(&rows[i]);
	test_again();
	test_between();
	test_unproven();
	test_unproven_yes();
	test_files();
	test_approval();
	return tap_done();
}
