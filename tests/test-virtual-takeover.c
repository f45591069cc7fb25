/* A new version of the rules while dossiers run: who can moves, who cannot stays and goes on as before. */

/* Base. */
#include "base/file.h"

/* Own. */
#include "tap.h"
#include "virtual_play.h"
#include "virtual_rules.h"

static const struct change new_title[] = { { "\"Overige stukken\"", "\"Andere stukken\"" } };
static const struct change new_numbers[] = { { "/\\b20\\d{2}-", "/\\bIV-20\\d{2}-" }, { "\"{year}-", "\"IV-{year}-" } };
static const struct change longer_numbers[] = { { "-[A-Z]\\b/", "-[A-Z]-[A-Z]\\b/" }, { "-{check}\"", "-X-{check}\"" } };
static const struct change shorter_keep[] = { { "keep 7 years", "keep 90 days" } };
static const struct change state_gone[] = { { "verzamelen", "inzamelen" } };
static const struct change not_required[] = {
	{ "required  may be absent    match /prognose/i", "optional  match /prognose/i" },
};

static void change_rules(struct play *p, const struct change *changes, size_t count)
{
	p->options.rules = rules_with(&p->arena, changes, count);
	engine_reload(p->engine, play_world(p));
}

#define CHANGE(p, changes) change_rules(p, changes, sizeof(changes) / sizeof *(changes))

static const char *digest_now(const struct play *p)
{
	return world_program(engine_world(p->engine), "inkomensverklaring")->digest;
}

static size_t count_under(struct play *p, const char *digest)
{
	struct program_use *uses;
	struct err err = ERR_INIT;
	size_t count = 0, i, found = 0;

	store_programs_used(p->store, &p->arena, &uses, &count, &err);
	for (i = 0; i < count; i++)
		if (str_eq(uses[i].digest, digest))
			found = (size_t)uses[i].all;
	return found;
}

/* How often the history of a dossier has the event. */
static size_t told(struct play *p, const char *number, const char *event)
{
	struct history_line *lines;
	struct err err = ERR_INIT;
	size_t count = 0, i, found = 0;

	store_history(p->store, number, &p->arena, &lines, &count, &err);
	for (i = 0; i < count; i++)
		found += str_eq(lines[i].event, event);
	return found;
}

static struct dossier *load(struct play *p, const char *number)
{
	struct dossier *dossier = NULL;
	struct err err = ERR_INIT;

	if (store_dossier_load(p->store, number, &p->arena, &dossier, &err))
		play_bail("dossier", &err);
	return dossier;
}

static const struct engine_opening nobody = { 0 };

/* More than one commit of them; the first is named. */
static const char *open_many(struct play *p, int count)
{
	const char *first = NULL, *number;
	int i;

	for (i = 0; i < count; i++) {
		number = play_dossier(p, nobody);
		if (!first)
			first = number;
	}
	virtual_advance(p->v, MINUTES(1));
	play_mails(p);
	return first;
}

static void test_moves(void)
{
	struct play p;
	struct err err = ERR_INIT;
	const char *number, *old;
	int64_t due;

	play_open(&p, NULL);
	number = open_many(&p, 45);
	old = arena_strdup(&p.arena, digest_now(&p));
	due = load(&p, number)->timers[0].due;
	CHANGE(&p, new_title);
	tap_is_int((long long)count_under(&p, old), 45, "moved later, bit by bit");
	virtual_advance(p.v, 1);
	tap_is_int((long long)count_under(&p, digest_now(&p)), 45, "a title changed: all 45 move");
	tap_is_str(dossier_slot(load(&p, number), "overig", 0)->title, "Andere stukken", "and have the new title");
	tap_is_int(load(&p, number)->timers[0].due, due, "their timers wait as before");
	tap_is_int((long long)told(&p, number, "rules changed"), 1, "one line of history each");
	tap_is_str(play_mails(&p), "", "nobody is mailed about it");
	tap_is_int(store_verify(p.store, &err), 0, "the store has the text of the new rules");
	CHANGE(&p, new_title);
	virtual_advance(p.v, 1);
	tap_is_int((long long)told(&p, number, "rules changed"), 1, "the same rules again change nothing");
	play_post(&p, &(struct post){ .subject = number, .files = { { .name = "paspoort.pdf" } } });
	tap_is_str(play_papers(&p, number), "verzamelen legitimatie=paspoort.pdf", "and the work goes on");
	play_well(&p, "moves");
	play_close(&p);
}

static void test_stays(void)
{
	struct play p;
	const char *number, *fresh, *old;

	play_open(&p, NULL);
	number = open_many(&p, 22);
	old = arena_strdup(&p.arena, digest_now(&p));
	CHANGE(&p, state_gone);
	virtual_advance(p.v, 1);
	tap_is_int((long long)count_under(&p, old), 22, "their state is gone: all stay");
	tap_is_int((long long)told(&p, number, "rules changed"), 0, "and nothing is written in their history");
	play_post(&p, &(struct post){ .subject = number, .files = { { .name = "paspoort.pdf" } } });
	tap_is_str(play_papers(&p, number), "verzamelen legitimatie=paspoort.pdf", "they go on under their own rules");
	fresh = play_dossier(&p, nobody);
	tap_is_str(load(&p, fresh)->state, "inzamelen", "a new one has the new rules");
	CHANGE(&p, new_title);
	virtual_advance(p.v, 1);
	tap_is_int((long long)count_under(&p, digest_now(&p)), 22, "with a version that has their state they move");
	tap_is_str(load(&p, fresh)->state, "inzamelen", "and now that one stays");
	virtual_advance(p.v, DAYS(3));
	tap_ok(strstr(play_mails(&p), "stukken-ontbreken>jan"), "timers fire under whatever rules");
	play_well(&p, "stays");
	play_close(&p);
}

/* What was wanted no longer is: the dossier is complete by the new rules, and goes on as if the last file had come. */
static void test_completes(void)
{
	struct play p;
	const char *number;

	play_open(&p, NULL);
	number = open_many(&p, 1);
	play_post(&p, &(struct post){ .subject = number,
				      .files = { { .name = "paspoort.pdf" }, { .name = "aangifte 2023.pdf" },
						 { .name = "aangifte 2024.pdf" }, { .name = "aangifte 2025.pdf" },
						 { .name = "jaarcijfers 2023.pdf" }, { .name = "jaarcijfers 2024.pdf" },
						 { .name = "jaarcijfers 2025.pdf" } } });
	virtual_advance(p.v, HOURS(2));
	play_mails(&p);
	tap_is_str(load(&p, number)->state, "verzamelen", "one document is missing");
	CHANGE(&p, not_required);
	virtual_advance(p.v, HOURS(2));
	tap_is_str(load(&p, number)->state, "compleet", "it is no longer asked for: complete");
	tap_is_str(play_mails(&p), "stukken-compleet>jan te-behandelen>els", "and everybody is told");
	play_well(&p, "completes");
	play_close(&p);
}

/* The program was not running when the rules changed; it dies between two batches. */
static void test_restart(void)
{
	struct play p;
	const char *number;
	int i;

	play_open(&p, NULL);
	number = open_many(&p, 50);
	p.options.rules = rules_with(&p.arena, new_title, 1);
	for (i = 0; i < 3; i++) {
		play_crash(&p);
		play_start(&p);
		virtual_step(p.v, 1);
	}
	play_restart(&p);
	virtual_advance(p.v, 1);
	tap_is_int((long long)count_under(&p, digest_now(&p)), 50, "after restarts in the middle: all have moved");
	tap_is_int((long long)told(&p, number, "rules changed"), 1, "once each");
	play_well(&p, "restart");
	play_close(&p);
}

/* What stands in a subject is never lost to a new pattern, nor half of it taken for another dossier. */
static void test_numbers(void)
{
	static const struct engine_opening piet = { .client_name = "Piet", .client_address = "piet@example.org" };
	struct play p;
	const char *jan, *piets, *fresh;

	play_open(&p, NULL);
	jan = open_many(&p, 2);
	piets = play_dossier(&p, piet);
	CHANGE(&p, new_numbers);
	virtual_advance(p.v, 1);
	fresh = play_dossier(&p, nobody);
	tap_ok(str_starts(fresh, "IV-"), "a new dossier has a number of the new pattern");
	play_post(&p, &(struct post){ .subject = jan, .files = { { .name = "paspoort.pdf" } } });
	tap_is_str(play_papers(&p, jan), "verzamelen legitimatie=paspoort.pdf", "an old number still finds its dossier");
	play_post(&p, &(struct post){ .subject = piets, .files = { { .name = "paspoort.pdf" } } });
	tap_is_str(play_papers(&p, piets), "verzamelen", "somebody else's old number does not open it to him");
	tap_is_str(play_papers(&p, fresh), "verzamelen", "nor does it fall into one of his own");
	play_post(&p, &(struct post){ .subject = fresh, .files = { { .name = "paspoort.pdf" } } });
	tap_is_str(play_papers(&p, fresh), "verzamelen legitimatie=paspoort.pdf",
		   "a new number is whole, though an old one stands in it");
	play_restart(&p);
	play_post(&p, &(struct post){ .subject = jan, .files = { { .name = "prognose.pdf" } } });
	tap_is_str(play_papers(&p, jan), "verzamelen legitimatie=paspoort.pdf prognose=prognose.pdf", "and so after a restart");
	play_close(&p);
}

/* What a number and the next word seem to make is no dossier, and takes nothing away from the one that is. */
static void test_longer_numbers(void)
{
	struct play p;
	const char *jan;

	play_open(&p, NULL);
	jan = open_many(&p, 2);
	CHANGE(&p, longer_numbers);
	virtual_advance(p.v, 1);
	play_post(&p, &(struct post){ .subject = arena_printf(&p.arena, "%s A question", jan),
				      .files = { { .name = "paspoort.pdf" } } });
	tap_is_str(play_papers(&p, jan), "verzamelen legitimatie=paspoort.pdf", "an old number before a word of one letter");
	play_close(&p);
}

/* An ended dossier is erased by what holds now, and opens again under it. */
static void test_ended(void)
{
	struct play p;
	const char *number;

	play_open(&p, NULL);
	number = open_many(&p, 1);
	virtual_advance(p.v, DAYS(124));
	tap_is_str(load(&p, number)->state, "vervallen", "the dossier has lapsed");
	CHANGE(&p, shorter_keep);
	virtual_advance(p.v, 1);
	tap_is_int((long long)count_under(&p, digest_now(&p)), 1, "it moves as others do");
	virtual_advance(p.v, DAYS(85));
	tap_ok(load(&p, number)->final, "the new term of keeping runs");
	virtual_advance(p.v, DAYS(6));
	tap_is_int((long long)count_under(&p, digest_now(&p)), 0, "and then it is erased");
	play_close(&p);
}

int main(void)
{
	test_numbers();
	test_longer_numbers();
	test_ended();
	test_moves();
	test_stays();
	test_completes();
	test_restart();
	return tap_done();
}
