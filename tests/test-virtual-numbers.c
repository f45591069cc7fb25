/*
 * A number pattern that gives up on what somebody wrote: nothing is blocked, and
 * no mail goes to a dossier because the number of another one was not seen.
 */

/* Base. */
#include "base/file.h"

/* Own. */
#include "tap.h"
#include "virtual_desk.h"
#include "virtual_rules.h"

/* The old rules: fine for what people write, and for a text such as HOSTILE without an end. */
#define OLD_PATTERN "/\\b(?:[A-Z]+)*[A-Z]-20\\d{2}-\\d{5,7}-[A-Z]\\b/"
#define HOSTILE "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!-x"

static const struct change mended_rules[] = {
	{ "/\\b20\\d{2}-\\d{5,7}-[A-Z]\\b/", "/\\bIV-20\\d{2}-\\d{5,7}-[A-Z]\\b/" }, { "\"{year}-", "\"IV-{year}-" },
	{ "verzamelen", "inzamelen" },
};
static const struct change old_rules[] = {
	{ "/\\b20\\d{2}-\\d{5,7}-[A-Z]\\b/", OLD_PATTERN }, { "\"{year}-", "\"IV-{year}-" }, { "verzamelen", "inzamelen" },
};

/* Kees's dossier runs under the old rules and stays there; Jan's is of now, as is a second one of Kees's. */
struct town {
	struct play p;
	const char *jan, *old, *kees;
	const char *thread_jan, *thread_kees, *thread_old;
	int told; /* lines of the log that say so */
};

static void count_log(void *ctx, enum log_level level, const char *line)
{
	struct town *t = ctx;

	t->told += strstr(line, "rule.error") != NULL;
	if (strstr(line, "rule.error") && strstr(line, "AAAA"))
		t->told += 1000;
	play_log(NULL, level, line);
}

static void town_open(struct town *t)
{
	static const struct engine_opening kees = { .client_name = "Kees", .client_address = KEES };
	static const struct play_options strict = { .authentication = true };
	struct arena arena = ARENA_INIT;
	struct play_options options = strict;
	struct play *p = &t->p;

	memset(t, 0, sizeof *t);
	options.rules = rules_with(&arena, old_rules, sizeof old_rules / sizeof *old_rules);
	play_open(p, &options);
	log_set_sink(count_log, t);
	t->old = play_dossier(p, kees);
	t->thread_old = play_id_to(p, KEES);
	p->options.rules = NULL;
	engine_reload(p->engine, play_world(p));
	virtual_advance(p->v, 1);
	t->jan = play_dossier(p, (struct engine_opening){ 0 });
	t->thread_jan = play_id_to(p, JAN);
	t->kees = play_dossier(p, kees);
	t->thread_kees = play_id_to(p, KEES);
	play_mails(p);
	arena_free(&arena);
}

static const char *fill(struct town *t, const char *text)
{
	const struct { const char *word, *value; } words[] = {
		{ "{jan}", t->jan }, { "{old}", t->old }, { "{kees}", t->kees }, { "{thread-jan}", t->thread_jan },
		{ "{thread-kees}", t->thread_kees },
	};
	size_t i;

	for (i = 0; text && i < sizeof words / sizeof *words; i++) {
		const char *at = strstr(text, words[i].word);

		if (at)
			text = fill(t, arena_printf(&t->p.arena, "%.*s%s%s", (int)(at - text), text, words[i].value,
						    at + strlen(words[i].word)));
	}
	return text;
}

struct row {
	const char *name, *from, *subject, *file, *answers, *text;
	const char *item, *where, *mails;
	int told;
};

static const struct row rows[] = {
	{ "what an honest subject names is found", KEES, "stuk {old}", "paspoort.pdf", NULL, NULL, "processed", "{old}",
	  "ontvangst>kees", 0 },
	{ "no number: held, and its sender is asked", JAN, HOSTILE, "paspoort.pdf", NULL, NULL, "held rule-error", "",
	  "vraag-dossier>jan", 1 },
	{ "of a stranger: the one neutral answer", EVE, HOSTILE, "paspoort.pdf", NULL, NULL, "held rule-error", "",
	  "ontvangst-algemeen>eve", 1 },
	{ "staff hear nothing of it", ELS, HOSTILE, "rapport.pdf", NULL, NULL, "held rule-error", "",
	  "ontvangst-algemeen>els", 1 },
	{ "a number beside it may be one of two", JAN, HOSTILE " {jan}", "paspoort.pdf", NULL, NULL, "held rule-error", "",
	  "vraag-dossier>jan", 1 },
	{ "it waits in the dossier of the mail that it answers", JAN, HOSTILE, "paspoort.pdf", "{thread-jan}", NULL,
	  "held rule-error", "{jan}", "", 1 },
	{ "and so where the subject agrees", JAN, HOSTILE " {jan}", "paspoort.pdf", "{thread-jan}", NULL, "held rule-error",
	  "{jan}", "", 1 },
	{ "not where it names another", KEES, HOSTILE " {jan}", "paspoort.pdf", "{thread-kees}", NULL, "held two-answers", "",
	  "vraag-dossier>kees", 1 },
	{ "the name of a file", JAN, "stuk", HOSTILE " paspoort.pdf", NULL, NULL, "held rule-error", "",
	  "vraag-dossier>jan", 1 },
	{ "the name of a file, and a number in the subject", JAN, "stuk {jan}", HOSTILE " paspoort.pdf", NULL, NULL,
	  "processed", "{jan}", "ontvangst>jan", 0 },
	{ "a stranger's question", EVE, HOSTILE, NULL, NULL, "Wat kost het?", "held rule-error", "",
	  "ontvangst-algemeen>eve", 1 },
	{ "a stranger's problem", EVE, "Technisch probleem " HOSTILE, NULL, NULL, "probleem: het werkt niet", "processed ticket",
	  "", "ticket-bericht>els ticket-ontvangen>eve", 1 },
	{ "a question in a thread", JAN, "Re: " HOSTILE, NULL, "{thread-jan}", "Wanneer is het klaar?", "held rule-error",
	  "{jan}", "", 1 },
	{ "the first words of a question", JAN, "Re: {jan}", NULL, NULL, HOSTILE " wanneer is het klaar?", "processed",
	  "{jan}", "ticket-bericht>els ticket-ontvangen>jan", 0 },
};

static void check_row(const struct row *row)
{
	struct town t;
	const struct item *item;

	town_open(&t);
	play_post(&t.p, &(struct post){ .top = desk_trace(&t.p, DESK_PASS, row->from), .from = row->from,
					.subject = fill(&t, row->subject), .answers = fill(&t, row->answers),
					.text = row->text, .files = { { .name = row->file } } });
	item = play_item_last(&t.p);
	tap_is_str(play_item(&t.p), row->item, "%s: the item", row->name);
	tap_is_str(item->dossier ? item->dossier : "", fill(&t, row->where), "%s: the dossier", row->name);
	tap_is_str(play_mails(&t.p), row->mails, "%s: mails", row->name);
	tap_is_int(t.told, row->told, "%s: the log", row->name);
	play_well(&t.p, row->name);
	play_close(&t.p);
}

/* A mail that an office passes on: what was not read inside may be another client's. */
static void check_forwarded(void)
{
	static const char text[] = "Zie onder.\r\n\r\n---------- Forwarded message ---------\r\nFrom: Piet <piet@client.example>\r\n"
		"Date: Mon, 2 Mar 2026 09:00\r\nSubject: %s\r\nTo: <" JAN ">\r\n\r\n%s\r\n";
	static const struct { const char *name, *subject, *inside, *words, *item; } table[] = {
		{ "its subject", "Fwd: stuk", HOSTILE, "Hierbij.", "held rule-error" },
		{ "its subject, below a number", "Fwd: {jan}", HOSTILE, "Hierbij.", "held rule-error" },
		{ "its words", "Fwd: stuk", "stuk", HOSTILE, "held rule-error" },
		{ "its words, below a number", "Fwd: {jan}", "stuk", HOSTILE, "processed" },
	};
	size_t i;

	for (i = 0; i < sizeof table / sizeof *table; i++) {
		struct town t;

		town_open(&t);
		play_post(&t.p, &(struct post){ .top = desk_trace(&t.p, DESK_PASS, JAN), .from = JAN,
						.subject = fill(&t, table[i].subject),
						.text = arena_printf(&t.p.arena, text, table[i].inside, table[i].words),
						.files = { { .name = "paspoort.pdf" } } });
		tap_is_str(play_item(&t.p), table[i].item, "passed on: %s", table[i].name);
		play_close(&t.p);
	}
}

/* What staff write to who asked is searched for others' numbers before it goes out; where that fails it does not go. */
static void check_desk(void)
{
	struct town t;

	town_open(&t);
	desk_write(&t.p, EVE, "prijs", "Wat kost het?");
	play_mails(&t.p);
	desk_answer(&t.p, ELS, "ticket-bericht", "149 euro. Zie https://example.org/" HOSTILE);
	tap_is_str(play_item(&t.p), "processed returned", "an answer of staff that could not be searched goes back");
	tap_is_str(play_mails(&t.p), "ticket-verslag>els", "to who wrote it, and to nobody else");
	tap_ok(desk_says(&t.p, ELS, "ticket-verslag", "Stuur het in delen"), "with what to do");
	desk_answer(&t.p, ELS, "ticket-bericht", "149 euro.");
	tap_is_str(play_mails(&t.p), "ticket-antwoord>eve", "the shorter one goes out");
	play_well(&t.p, "desk");
	play_close(&t.p);
}

/* He chooses with the button of the question, and the mails behind the first are not kept up. */
static void check_goes_on(void)
{
	struct town t;
	const char *number;

	town_open(&t);
	number = t.jan;
	play_post(&t.p, &(struct post){ .top = desk_trace(&t.p, DESK_PASS, JAN), .subject = HOSTILE,
					.files = { { .name = "paspoort.pdf" } } });
	tap_ok(desk_says(&t.p, JAN, "vraag-dossier", number), "the question offers his dossier");
	play_post(&t.p, &(struct post){ .top = desk_trace(&t.p, DESK_PASS, JAN), .subject = number,
					.files = { { .name = "prognose.pdf" } } });
	tap_is_str(play_papers(&t.p, number), "verzamelen prognose=prognose.pdf", "the next mail is handled as ever");
	play_restart(&t.p);
	tap_is_str(play_papers(&t.p, number), "verzamelen prognose=prognose.pdf", "and a restart does nothing about it");
	play_well(&t.p, "goes on");
	play_close(&t.p);
}

static void let_through(struct play *p, int64_t item)
{
	struct engine_held_order order = { .item = item, .by = "operator" };
	struct engine_held_result result = { 0 };
	struct err err = ERR_INIT;

	if (engine_held(p->engine, &order, &p->arena, &result, &err))
		play_bail("held accept", &err);
	virtual_settle(p->v);
}

/* The rules of the dossier itself cannot read it: what is held goes in when they are mended, and not before. */
static void check_mended(void)
{
	struct town t;
	struct arena arena = ARENA_INIT;
	int64_t item;

	town_open(&t);
	play_post(&t.p, &(struct post){ .top = desk_trace(&t.p, DESK_PASS, KEES), .from = KEES, .subject = "Re: " HOSTILE,
					.answers = t.thread_old, .files = { { .name = "paspoort.pdf" } } });
	item = play_item_last(&t.p)->id;
	tap_is_str(play_item(&t.p), "held rule-error", "the old rules cannot decide about their own dossier");
	tap_is_str(play_item_last(&t.p)->dossier, t.old, "which is known");
	let_through(&t.p, item);
	tap_is_str(play_item(&t.p), "held rule-error", "let through under the same rules: it waits again");
	t.p.options.rules = rules_with(&arena, mended_rules, sizeof mended_rules / sizeof *mended_rules);
	engine_reload(t.p.engine, play_world(&t.p));
	virtual_advance(t.p.v, 1);
	let_through(&t.p, item);
	tap_is_str(play_item(&t.p), "processed released", "under mended rules it goes in");
	tap_is_str(play_papers(&t.p, t.old), "inzamelen legitimatie=paspoort.pdf", "with what it brought");
	play_well(&t.p, "mended");
	play_close(&t.p);
	arena_free(&arena);
}

int main(void)
{
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		check_row(&rows[i]);
	check_forwarded();
	check_desk();
	check_goes_on();
	check_mended();
	return tap_done();
}
