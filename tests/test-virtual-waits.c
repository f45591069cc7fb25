/*
 * Timers that wait: while something is held, until the send window opens; also
 * those that reach a party only by where their goto leads.
 */
/* Own. */
#include "tap.h"
#include "virtual_play.h"
#include "virtual_held.h"

static const char second[] =
	"workflow tweede \"Huurtoeslag\"\nlanguage nl\nnumber /\\bHT\\d{4}-\\d{4,6}\\b/ new \"HT{year}-{serial:4}\"\n"
	"days working\nsend window 08:00-19:00\nkeep 2 years after final\n"
	"documents {\n  identiteit \"Identiteitsbewijs\" required accept pdf match /paspoort/i\n}\n"
	"start open\n"
	"state open \"Wacht op stukken\" {\n  uploads open\n  on enter { mail aanvraag-bevestigd }\n"
	"  after 2 days { mail stukken-ontbreken }\n  after 3 days { goto weg }\n"
	"  on documents complete, quiet 15 minutes { goto klaar }\n}\n"
	"state klaar \"Klaar\" final { on enter { mail stukken-compleet } }\n"
	"state weg \"Weg\" final { on enter { mail dossier-vervallen } }\n";

/* The same, but the second letter is not the last. */
static const char further[] =
	"workflow tweede \"Huurtoeslag\"\nlanguage nl\nnumber /\\bHT\\d{4}-\\d{4,6}\\b/ new \"HT{year}-{serial:4}\"\n"
	"days working\nsend window 08:00-19:00\nkeep 2 years after final\n"
	"start open\n"
	"state open \"Wacht\" {\n  on enter { mail aanvraag-bevestigd }\n"
	"  after 1 day { mail stukken-ontbreken }\n  after 2 days { goto nogmaals }\n}\n"
	"state nogmaals \"Nogmaals\" { on enter { mail stukken-nodig }  on staff finish { goto klaar } }\n"
	"state klaar \"Klaar\" final { }\n";

static const char *open_in(struct play *p, const char *rules, int64_t when)
{
	const struct play_options options = { .second = rules };
	const char *number;

	play_open(p, &options);
	virtual_advance(p->v, when);
	number = play_dossier(p, (struct engine_opening){ .workflow = "tweede" });
	play_mails(p);
	return number;
}

static const char *state_in(struct play *p, const char *number)
{
	return play_look(p, number)->state;
}

static const char *open_at(struct play *p, int64_t when)
{
	return open_in(p, second, when);
}

/* A passport in a kind of file that is not taken: it waits for a person. */
static void send_held(struct play *p, const char *number)
{
	play_post(p, &(struct post){ .subject = number, .files = { { "paspoort.txt", "mijn paspoort", "text/plain" } } });
	tap_is_int(play_look(p, number)->held_count > 0, true, "a file is held");
	play_mails(p);
}

/* Goes on to so long after the opening of the store, a Monday at 09:00. */
static void go_to(struct play *p, int64_t when)
{
	virtual_advance(p->v, PLAY_START + when - env_now(p->env));
}

static void test_held(void)
{
	struct play p;
	const char *number = open_at(&p, 0);

	send_held(&p, number);
	go_to(&p, DAYS(7) + HOURS(1));
	tap_is_str(play_mails(&p), "vastgehouden>els", "held: neither a reminder nor the end, a week after it came");
	tap_is_str(state_in(&p, number), "open", "the goto waits, too");
	go_to(&p, DAYS(9) - MINUTES(5));
	tap_is_str(play_mails(&p), "", "held: five working days from when the reminder was due are not over");
	go_to(&p, DAYS(9) + MINUTES(5));
	tap_is_str(play_mails(&p), "stukken-ontbreken>jan", "held: then it goes");
	go_to(&p, DAYS(10) - MINUTES(5));
	tap_is_str(state_in(&p, number), "open", "the end has five working days of its own");
	go_to(&p, DAYS(10) + MINUTES(5));
	tap_is_str(play_mails(&p), "dossier-vervallen>jan", "then it comes");
	play_well(&p, "held");
	play_close(&p);
}

/* Opened on Monday at 20:00: its end is due on Thursday at 20:00. */
static void test_window(void)
{
	struct play p;
	const char *number = open_at(&p, HOURS(11));

	go_to(&p, DAYS(2) + HOURS(23));
	tap_is_str(play_mails(&p), "stukken-ontbreken>jan", "window: a reminder on Thursday at 08:00");
	go_to(&p, DAYS(3) + HOURS(23) - MINUTES(1));
	tap_is_str(play_mails(&p), "", "window: a goto that mails waits for the morning");
	tap_is_str(state_in(&p, number), "open", "with all that it does");
	go_to(&p, DAYS(3) + HOURS(23));
	tap_is_str(play_mails(&p), "dossier-vervallen>jan", "window: on Friday at 08:00 sharp");
	play_well(&p, "window");
	play_close(&p);
}

/* The mailbox cannot be read until Thursday evening. */
static void test_late(void)
{
	struct play p;

	open_at(&p, 0);
	virtual_mailbox_down(p.v, "intake", true);
	go_to(&p, DAYS(3) + HOURS(12));
	virtual_mailbox_down(p.v, "intake", false);
	go_to(&p, DAYS(3) + HOURS(22));
	tap_is_str(play_mails(&p), "", "late: what was missed by day does not go by night");
	go_to(&p, DAYS(3) + HOURS(23));
	tap_is_str(play_mails(&p), "dossier-vervallen>jan stukken-ontbreken>jan", "late: but in the morning");
	play_well(&p, "late");
	play_close(&p);
}

/* The mailbox cannot be read from the evening to the next noon: the answer may lie in it. */
static void test_unread(void)
{
	struct play p;
	const char *number = open_at(&p, HOURS(11));

	go_to(&p, DAYS(3) + HOURS(12));
	play_mails(&p);
	virtual_mailbox_down(p.v, "intake", true);
	go_to(&p, DAYS(3) + HOURS(26));
	tap_is_str(play_mails(&p), "", "unread: the window is open, and it waits on");
	tap_is_str(state_in(&p, number), "open", "with all that it does");
	virtual_mailbox_down(p.v, "intake", false);
	virtual_advance(p.v, MINUTES(30));
	tap_is_str(play_mails(&p), "dossier-vervallen>jan", "unread: nothing lay in it");
	play_well(&p, "unread");
	play_close(&p);
}

/* Decided on a Friday evening: the next working morning is Monday's. */
static void test_released(void)
{
	struct play p;
	const char *number = open_at(&p, 0);

	send_held(&p, number);
	go_to(&p, DAYS(4) + HOURS(14));
	tap_is_str(order(&p, (struct engine_held_order){ .item = 1, .refuse = true, .reason = "niet leesbaar" }), "done",
		   "released: it is refused");
	play_mails(&p);
	go_to(&p, DAYS(6) + HOURS(3));
	tap_is_str(play_mails(&p), "", "released: the weekend is quiet");
	go_to(&p, DAYS(6) + HOURS(23));
	tap_is_str(play_mails(&p), "dossier-vervallen>jan stukken-ontbreken>jan", "released: it goes on Monday");
	play_well(&p, "released");
	play_close(&p);
}

/* A question does not hold what answers the last document, nor does the night. */
static void test_quiet(void)
{
	struct play p;
	const char *number = open_at(&p, HOURS(12));

	play_post(&p, &(struct post){ .subject = number, .text = "Is dit de goede?", .files = { { .name = "paspoort.pdf" } } });
	play_mails(&p);
	go_to(&p, HOURS(12) + MINUTES(16));
	tap_is_str(play_mails(&p), "stukken-compleet>jan", "quiet: nothing holds it");
	tap_is_str(state_in(&p, number), "klaar", "it goes on");
	play_well(&p, "quiet");
	play_close(&p);
}

/* Opened on Monday at 20:00, and put off by a working day. */
static void test_snooze(void)
{
	struct play p;
	const char *number = open_in(&p, further, HOURS(11));

	play_post(&p, &(struct post){ .subject = number, .text = "uitstel 1 dag", .answers = play_id_to(&p, JAN) });
	tap_is_str(play_mails(&p), "verslag>jan", "snooze: done");
	go_to(&p, DAYS(2) + HOURS(22));
	tap_is_str(play_mails(&p), "", "snooze: nothing before Thursday");
	go_to(&p, DAYS(2) + HOURS(23));
	tap_is_str(play_mails(&p), "stukken-ontbreken>jan", "snooze: the reminder on Thursday at 08:00");
	go_to(&p, DAYS(3) + HOURS(22));
	tap_is_str(state_in(&p, number), "open", "snooze: the next letter is put off, too");
	go_to(&p, DAYS(3) + HOURS(23));
	tap_is_str(play_mails(&p), "stukken-nodig>jan", "snooze: it comes on Friday at 08:00");
	play_well(&p, "snooze");
	play_close(&p);
}

/* So many that each is not looked at with every mail that is decided. */
static void test_many(void)
{
	enum { MANY = 25 }; /* more mail to one address is held back */
	struct play p;
	const char *numbers[MANY] = { open_at(&p, 0) }, *sent;
	size_t i;

	for (i = 1; i < MANY; i++)
		numbers[i] = play_dossier(&p, (struct engine_opening){ .workflow = "tweede" });
	/* Each a file of its own: one that was sent before is not held twice. */
	for (i = 0; i < MANY; i++)
		play_post(&p, &(struct post){ .subject = numbers[i], .files = { { "paspoort.txt", numbers[i], "text/plain" } } });
	go_to(&p, DAYS(2) + HOURS(1));
	play_mails(&p);
	tap_is_str(order(&p, (struct engine_held_order){ .item = 13, .refuse = true, .reason = "niet leesbaar" }), "done",
		   "many: the file of one is refused");
	virtual_advance(p.v, MINUTES(2));
	tap_is_str(play_mails(&p), "stuk-geweigerd>jan stukken-ontbreken>jan",
		   "many: its reminder goes within two minutes");
	tap_is_str(play_mails(&p), "", "many: no other one");
	go_to(&p, DAYS(9) + MINUTES(6));
	for (i = 0, sent = play_mails(&p); (sent = strstr(sent, "stukken-ontbreken>")) != NULL; sent++)
		i++;
	tap_is_int(i, MANY - 1, "many: those of the others when their five working days are over");
	play_well(&p, "many");
	play_close(&p);
}

int main(void)
{
	test_held();
	test_window();
	test_late();
	test_unread();
	test_released();
	test_many();
	test_quiet();
	test_snooze();
	return tap_done();
}
