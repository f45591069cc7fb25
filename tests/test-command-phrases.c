/*
 * The phrase files: the shipped ones are whole, faults name file, line and
 * cure, and what a file adds is understood.
 */
/* Engine. */
#include "command/command.h"

/* Own. */
#include "tap.h"
#include "test-flow.h"

static const struct fault {
	const char *name, *text, *want;
} faults[] = {
	{ "an unknown verb", "status status\nstatsu stand\n",
	  "phrases.nl:2: there is no verb 'statsu'; did you mean 'status'?" },
	{ "a verb like no other", "frobnicate x", "phrases.nl:1: there is no verb 'frobnicate'" },
	{ "no words", "status", "phrases.nl:1: a phrase begins with words" },
	{ "a place first", "absent SLOT weg [: REASON]",
	  "phrases.nl:1: a phrase begins with words" },
	{ "a place that is missing", "absent niet aanwezig [: REASON]",
	  "phrases.nl:1: it lacks a place that this verb needs: 'absent'" },
	{ "a place without use", "status status SLOT", "phrases.nl:1: it has a place that this verb has no use for: 'status'" },
	{ "a place that may not be left out", "accept goedkeuren [SLOT]",
	  "phrases.nl:1: a place that this verb needs cannot be left out: 'accept'" },
	{ "an unknown place", "accept goedkeuren SLIT", "phrases.nl:1: there is no place 'SLIT'" },
	{ "a text too many", "status status: TEXT", "phrases.nl:1: this verb has no text: 'status'" },
	{ "a text that is missing", "reject afkeuren SLOT",
	  "phrases.nl:1: this verb needs a text behind a colon (': TEXT'): 'reject'" },
	{ "a text that may be left out", "absent weg SLOT: REASON",
	  "phrases.nl:1: the text of this verb can be left out ('[: REASON]'): 'absent'" },
	{ "another word behind the colon", "question vraag: IETS",
	  "phrases.nl:1: behind the colon stands TEXT or REASON, not 'IETS'" },
	{ "something behind the text", "question vraag: TEXT graag", "phrases.nl:1: nothing can stand behind the text: 'graag'" },
	{ "an open bracket", "absent weg SLOT [: REASON", "phrases.nl:1: the bracket is not closed" },
	{ "a bracket too many", "absent weg SLOT] [: REASON]", "phrases.nl:1: a bracket too many" },
	{ "a word in brackets", "absent weg SLOT [ook]", "phrases.nl:1: only places can be left out, not 'ook'" },
	{ "the same words for two verbs", "status status\n\n# remark\nreport Status\n",
	  "phrases.nl:4: these words mean something else already: 'status'" },
	{ "too many words", "status a b c d e f g", "phrases.nl:1: too many words at 'g'" },
	{ "words without words", "greeting", "phrases.nl:1: one to six words are wanted" },
	{ "bad bytes", "status st\xff", "phrases.nl:1: this is not UTF-8" },
};

static void test_faults(void)
{
	size_t i;

	for (i = 0; i < sizeof faults / sizeof *faults; i++) {
		struct phrases phrases;
		struct err err = ERR_INIT;

		phrases_init(&phrases);
		tap_is_int(phrases_parse(&phrases, "phrases.nl", faults[i].text, strlen(faults[i].text), &err), -1,
			   "refused: %s", faults[i].name);
		tap_is_str(err.text, faults[i].want, "and said where: %s", faults[i].name);
		phrases_free(&phrases);
	}
}

static void test_missing(void)
{
	static const char text[] = "help hulp\n";
	struct phrases phrases;
	struct err err = ERR_INIT;

	phrases_init(&phrases);
	tap_is_int(phrases_parse(&phrases, "phrases.nl", text, strlen(text), &err), 0, "one phrase is read");
	tap_is_int(phrases_complete(&phrases, "nl", &err), -1, "but is not all");
	tap_is_str(err.text, "phrases.nl: nothing says 'question'", "the first that is missing is named");
	phrases_free(&phrases);
}

static void test_long(void)
{
	struct buf text = BUF_INIT(BUF_MAX_FILE);
	struct phrases phrases;
	struct err err = ERR_INIT;
	int i;

	phrases_init(&phrases);
	for (i = 0; i < 400; i++)
		buf_addc(&text, 'x');
	tap_is_int(phrases_parse(&phrases, "phrases.nl", text.data, text.len, &err), -1, "a long line is refused");
	tap_is_str(err.text, "phrases.nl:1: the line is too long", "and said so");
	for (i = 0; i < 70000; i++)
		buf_addc(&text, '\n');
	tap_is_int(phrases_parse(&phrases, "phrases.nl", text.data, text.len, &err), -1, "a long file is refused");
	phrases_free(&phrases);
	buf_free(&text);
}

/* The words are data: an office adds its own. */
static void test_added(void)
{
	static const char text[] = "status\thoe staat het\nsnooze wacht nog DAYS dagen\nquestion ik vraag: TEXT";
	static const struct { const char *line, *want; } said[] = {
		{ "Hoe staat het", "status" }, { "wacht nog 2 dagen", "snooze" }, { "ik vraag: waar?", "question" },
	};
	struct arena arena = ARENA_INIT;
	struct phrases phrases;
	struct saying saying;
	struct err err = ERR_INIT;
	size_t i;

	phrases_init(&phrases);
	tap_is_int(phrases_parse(&phrases, "phrases.nl", text, strlen(text), &err), 0, "an office's own words");
	for (i = 0; i < 3; i++) {
		struct saying_order order = { .phrases = &phrases, .role = ACTOR_CLIENT, .text = said[i].line };

		command_read(&order, &arena, &saying);
		tap_is_str(saying.count == 1 ? verb_rule(saying.list[0].verb)->name : "none", said[i].want, "%s",
			   said[i].line);
	}
	tap_is_str(phrases_form(&phrases, COMMAND_SNOOZE, "nl"), "wacht nog DAYS dagen", "how it is said");
	tap_is_str(phrases_form(&phrases, COMMAND_STATUS, "en"), "hoe staat het", "and where a language has nothing");
	phrases_free(&phrases);
	arena_free(&arena);
}

/* A workflow's own words may not be those of a command. */
static void test_taking(void)
{
	static const char text[] = "status\thoe staat het\nabsent niet-aanwezig SLOT [: REASON]\nsnooze uitstel DAYS dagen\n"
				   "question vraag: TEXT\napprove akkoord\nchange wijziging [KIND]\n";
	static const struct { const char *words, *form; } rows[] = {
		{ "Hoe  staat het?", "hoe staat het" },	 { "hóe-staat-het", "hoe staat het" },
		{ "hoe staat het ervoor", NULL },	 { "hoe staat", NULL },
		{ "niet aanwezig", "niet-aanwezig SLOT [: REASON]" },
		{ "niet aanwezig vandaag", "niet-aanwezig SLOT [: REASON]" },
		{ "niet", NULL },			 { "uitstel vragen", NULL },
		{ "uitstel", "uitstel DAYS dagen" },	 { "vraag", "vraag: TEXT" },
		{ "vraag stellen", NULL },		 { "akkoord", "akkoord" },
		{ "akkoordverklaring", NULL },		 { "wijziging adres", "wijziging [KIND]" },
		{ "bel mij", NULL },			 { "", NULL },
	};
	struct phrases phrases;
	struct err err = ERR_INIT;
	size_t i;

	phrases_init(&phrases);
	tap_is_int(phrases_parse(&phrases, "phrases.nl", text, strlen(text), &err), 0, "phrases: %s", err.text);
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct phrase *phrase = phrases_taking(&phrases, rows[i].words);

		tap_is_str(phrase ? phrase->form : NULL, rows[i].form, "'%s' is taken", rows[i].words);
	}
	phrases_free(&phrases);
}

static void test_fold(void)
{
	static const struct { const char *text, *want; } cases[] = {
		{ "Één \t Crème  brûlée ", "een creme brulee" },     { "STRASSE Straße", "strasse strase" },
		{ "Łódź ŻÓŁĆ Ørsted", "lodz zolc orsted" },          { "a\xe2\x80\x93" "b\xe2\x80\x8b" "c", "a-bc" },
		{ "“x” ‘y’", "\"x\" 'y'" },                          { "日本", "日本" },
		{ "\xff\xfe", "\xff\xfe" },                          { "", "" },
	};
	struct arena arena = ARENA_INIT;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		tap_is_str(command_fold(&arena, cases[i].text), cases[i].want, "folded: %s", cases[i].want);
	arena_free(&arena);
}

int main(void)
{
	test_faults();
	test_missing();
	test_long();
	test_added();
	test_taking();
	test_fold();
	return tap_done();
}
