/*
 * The process dies between any two turns of its loop, and is started again: in
 * the end there is what there would have been without that. Nothing is lost,
 * nothing is taken in twice, and a mail goes out twice only where its answer
 * was not seen, and then as the same bytes.
 */

/* Own. */
#include "base/sanitized.h"
#include "tap.h"
#include "virtual_desk.h"

/* A play whose process dies at the 'crash_at'-th turn (0 = never). */
struct run {
	struct play p;
	const char *number;
	int turns, crash_at;
	bool again;        /* and once more, at the turn after it was started */
};

static void turn(struct run *run)
{
	run->turns++;
	if (run->turns == run->crash_at || (run->again && run->turns == run->crash_at + 1)) {
		play_crash(&run->p);
		play_start(&run->p);
	}
}

static void advance(struct run *run, int64_t seconds)
{
	int64_t end = run->p.env->ops->now(run->p.env->self) + seconds;

	while (virtual_step(run->p.v, end - run->p.env->ops->now(run->p.env->self)))
		turn(run);
	virtual_advance(run->p.v, end - run->p.env->ops->now(run->p.env->self));
}

static void drop(struct run *run, const struct post *post)
{
	struct buf raw = BUF_INIT(BUF_MAX_DATA);

	post_write(&run->p, post, &raw);
	virtual_mail(run->p.v, "intake", raw.data, raw.len);
	buf_free(&raw);
}

static void open_dossier(struct run *run)
{
	struct engine_opening opening = { .client_name = "Jan Jansen", .client_address = JAN, .actor = ACTOR_OPERATOR };
	char number[ENGINE_NUMBER_SIZE];
	struct err err = ERR_INIT;

	if (engine_dossier_open(run->p.engine, &opening, number, &err))
		play_bail("opening", &err);
	run->number = arena_strdup(&run->p.arena, number);
	turn(run);
}

/* Somebody answers the last mail of that template; nothing where it did not come. */
static void reply(struct run *run, const char *who, const char *template, const char *text)
{
	const struct virtual_sent *sent = desk_last(&run->p, who, template);
	struct post post;

	if (!sent)
		return;
	post = desk_reply_to(&run->p, sent, text);
	drop(run, &post);
	advance(run, MINUTES(10));
}

/* A question, its answer, the next word, a note and a close, and a word that opens it again. */
static void ask(struct run *run)
{
	drop(run, &(struct post){ .subject = run->number, .text = "Hoe lang duurt het?" });
	advance(run, MINUTES(10));
	reply(run, ELS, "ticket-bericht", "Twee dagen.");
	reply(run, JAN, "ticket-antwoord", "Kan het sneller?");
	reply(run, ELS, "ticket-bericht", "notitie: gebeld\nsluiten");
	reply(run, JAN, "ticket-antwoord", "Ik hoor nog niets, klopt dat?");
}

/* Mails in batches, a file that is held, one that kills the parser once, one for nobody, reminders, completion. */
static void perform(struct run *run)
{
	play_open(&run->p, NULL);
	open_dossier(run);
	advance(run, HOURS(1));
	drop(run, &(struct post){ .subject = run->number, .files = { { .name = "paspoort.pdf" }, { .name = "aangifte.pdf" } } });
	drop(run, &(struct post){ .subject = run->number, .files = { { .name = "aangifte 2023.pdf" } } });
	drop(run, &(struct post){ .from = EVE, .subject = run->number, .files = { { .name = "virus.pdf" } } });
	virtual_parse_crashes(run->p.v, 1);
	advance(run, MINUTES(20));
	advance(run, DAYS(2));
	drop(run, &(struct post){ .subject = run->number,
				  .files = { { .name = "aangifte 2024.pdf" }, { .name = "aangifte 2025.pdf" },
					     { .name = "jaarcijfers 2023.pdf" }, { .name = "jaarcijfers 2024.pdf" },
					     { .name = "jaarcijfers 2025.pdf" }, { .name = "prognose.pdf" } } });
	advance(run, HOURS(2));
	ask(run);
}

/* What there is in the end, in words. */
static const char *outcome(struct run *run)
{
	struct play *p = &run->p;
	size_t count, i;
	const struct item *items = play_items(p, &count);
	const char *text = play_papers(p, run->number);

	for (i = 0; i < count; i++)
		text = arena_printf(&p->arena, "%s | %s %s", text, item_state_word(items[i].state),
				    items[i].reason ? items[i].reason : "");
	return arena_printf(&p->arena, "%s | %s | inbox %zu", text, desk_tickets(p), virtual_inbox(p->v, "intake"));
}

static const char *message_id(struct play *p, size_t i)
{
	return play_read(p, virtual_sent_at(p->v, i))->message_id;
}

/* Each mail once; more often only as the same bytes. Distinct ones are counted. */
static size_t distinct_mails(struct play *p, size_t *changed, size_t *repeated)
{
	size_t i, j, n = 0, total = virtual_sent_count(p->v);
	const char **ids = arena_array(&p->arena, total + 1, sizeof *ids);

	for (i = 0; i < total; i++) {
		const struct virtual_sent *sent = virtual_sent_at(p->v, i);

		ids[i] = message_id(p, i);
		for (j = 0; j < i && !str_eq(ids[j], ids[i]); j++)
			;
		if (j == i) {
			n++;
			continue;
		}
		(*repeated)++;
		*changed += sent->len != virtual_sent_at(p->v, j)->len ||
			    memcmp(sent->data, virtual_sent_at(p->v, j)->data, sent->len) != 0;
	}
	return n;
}

/* Templates of the mails, each once, in the order of the alphabet. */
static const char *mails(struct run *run)
{
	const char *all = play_mails(&run->p), *last = "", *list = "", *word;
	char *words = arena_strdup(&run->p.arena, all), *rest = words;

	while ((word = strsep(&rest, " ")) != NULL) {
		if (!str_eq(word, last))
			list = arena_printf(&run->p.arena, "%s %s", list, word);
		last = word;
	}
	return list;
}

struct reference {
	char outcome[2000], mails[500];
	size_t distinct;
	int turns;
};

/* The faults of one run, "" = none. */
static const char *judge(struct run *run, const struct reference *want)
{
	struct play *p = &run->p;
	size_t changed = 0, repeated = 0, distinct = distinct_mails(p, &changed, &repeated);
	const char *got = outcome(run), *sent = mails(run);

	if (*p->failed)
		return arena_printf(&p->arena, "the engine gave up: %s", p->failed);
	if (!str_eq(got, want->outcome))
		return arena_printf(&p->arena, "outcome: %s", got);
	if (!str_eq(sent, want->mails) || distinct != want->distinct)
		return arena_printf(&p->arena, "mails:%s (%zu)", sent, distinct);
	if (changed || repeated > 2)
		return arena_printf(&p->arena, "%zu mails repeated, %zu with other bytes", repeated, changed);
	return "";
}

/* Started again when all is done: nothing is written to anybody. */
static bool quiet_again(struct run *run)
{
	size_t before = virtual_sent_count(run->p.v);
	const char *was = outcome(run);

	play_restart(&run->p);
	virtual_advance(run->p.v, MINUTES(20));
	return virtual_sent_count(run->p.v) == before && str_eq(outcome(run), was);
}

static void refer(struct reference *want)
{
	struct run run = { .crash_at = 0 };
	size_t changed = 0, repeated = 0;

	perform(&run);
	want->turns = run.turns;
	snprintf(want->outcome, sizeof want->outcome, "%s", outcome(&run));
	snprintf(want->mails, sizeof want->mails, "%s", mails(&run));
	want->distinct = distinct_mails(&run.p, &changed, &repeated);
	printf("# %d turns; %s;%s\n", want->turns, want->outcome, want->mails);
	tap_is_int((long long)repeated, 0, "without a crash no mail goes out twice");
	tap_ok(str_starts(want->outcome, "compleet") && strstr(want->outcome, "inbox 0"), "the dossier is complete");
	tap_ok(strstr(want->outcome, "question open els dossier") != NULL, "and its ticket open again");
	tap_ok(quiet_again(&run), "a start when all is done writes to nobody");
	play_close(&run.p);
}

/* Sanitizers make it ten times as slow, and what they look for shows at one turn in five as well as at each. */
#define EVERY (SANITIZED ? 5 : 1)

static void crash_everywhere(const struct reference *want, bool again)
{
	int at, faults = 0, loud = 0;

	for (at = 1; at <= want->turns; at += EVERY) {
		struct run run = { .crash_at = at, .again = again };
		const char *fault;

		perform(&run);
		fault = judge(&run, want);
		if (*fault && faults++ < 5)
			printf("# killed at turn %d: %s\n", at, fault);
		if (at / EVERY % 10 == 0 && !quiet_again(&run))
			loud++;
		play_close(&run.p);
	}
	tap_is_int(faults, 0, "killed%s at %d of %d turns: the same in the end", again ? " twice" : "",
		   (want->turns + EVERY - 1) / EVERY, want->turns);
	tap_is_int(loud, 0, "a further start writes to nobody");
}

int main(void)
{
	struct reference want;

	refer(&want);
	crash_everywhere(&want, false);
	crash_everywhere(&want, true);
	return tap_done();
}
