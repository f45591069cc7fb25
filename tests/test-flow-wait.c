/*
 * Which timers reach a party (flow/wait.h), when the send window lets them, and
 * which ones are put off with the reminders: each row plays a script and looks
 * at one timer.
 */
/* Engine. */
#include "flow/wait.h"

/* Own. */
#include "tap.h"
#include "flow_play.h"

static const char rules[] =
	"workflow zaak \"Zaak\"\n"
	"language nl\n"
	"days working\n"
	"send window 08:00-19:00\n"
	"facts {\n"
	"    gemeld \"Gemeld\" yes or no default no\n"
	"    stil \"Stil\" yes or no default no\n"
	"    huurt \"Huurt\" yes or no default yes\n"
	"}\n"
	"documents {\n"
	"    huur \"Huur\" required if fact huurt match /huur/\n"
	"    concept \"Concept\" from staff for approval match /concept/\n"
	"}\n"
	"start open\n"
	"state open \"Open\" {\n"
	"    uploads open\n"
	"    after 1 day { mail ping }\n"                                        /* open.1 */
	"    after 1 day { mail ping to staff }\n"
	"    after 1 day { goto zwijgt }\n"
	"    after 1 day { goto mailt }\n"
	"    after 1 day { goto langs }\n"                                       /* open.5 */
	"    after 1 day { goto soms }\n"
	"    after 1 day { set fact gemeld yes }\n"
	"    after 1 day { set fact stil yes }\n"
	"    after 1 day { set fact huurt no }\n"
	"    after 1 day { request payment 5.00 EUR \"Zaak\" }\n"                /* open.10 */
	"    after 1 day { request approval concept }\n"
	"    after 1 day if fact gemeld { mail ping }\n"
	"    after 1 day if fact gemeld { goto mailt }\n"
	"    after 1 day { note \"niets\" }\n"
	"    after 1 calendar day, then every 2 days, 3 times { goto mailt }\n"  /* open.15 */
	"    after 1 week { goto mailt }\n"
	"    after 20 days in dossier { goto mailt }\n"
	"    after 10 calendar days { mail ping }\n"
	"    after 30 days { mail ping; goto klaar }\n"
	"    on fact changed gemeld { mail ping }\n"
	"    on fact changed stil { mail ping to staff }\n"
	"    on approval asked concept { mail ping to client }\n"
	"    on approval given, approval refused concept { note \"gehoord\" }\n"
	"    on documents complete { mail alles }\n"
	"    on document received, quiet 15 minutes { mail binnen }\n"
	"    on staff take { goto betaling }\n"
	"    on staff finish { goto lus }\n"
	"}\n"
	"state zwijgt \"Zwijgt\" { on enter { mail ping to staff } on staff finish { goto klaar } }\n"
	"state mailt \"Mailt\" { on enter { mail ping } on staff finish { goto klaar } }\n"
	"state langs \"Langs\" { on enter if fact stil { goto zwijgt } on enter { goto mailt } }\n"
	"state soms \"Soms\" { on enter if office { mail ping to office } on staff finish { goto klaar } }\n"
	"state lus \"Lus\" { after 1 day { goto lus2 } on staff finish { goto klaar } }\n"
	"state lus2 \"Lus\" { on enter if not fact gemeld { goto lus2 } on enter { mail ping; goto klaar } }\n"
	"state betaling \"Betaling\" {\n"
	"    on enter { request payment 5.00 EUR \"Zaak\" valid 3 days }\n"
	"    on payment ready { mail betalen to payer }\n"
	"    on payment expired, at most 1 time { mail ping to payer }\n"
	"    on payment paid { goto klaar }\n"
	"}\n"
	"state klaar \"Klaar\" final { }\n"
	"keep 1 years after final\n";

/* Wednesday to Friday. */
#define OPEN "at 2026-03-04 20:00\nopened\n"
#define FRIDAY "2026-03-06 20:00"

static const struct row {
	const char *name, *script, *clause, *at;
	bool reaches;
	const char *opens;
} rows[] = {
	{ "a mail of its own", OPEN, "open.1", FRIDAY, true, "2026-03-09 08:00" },
	{ "a mail to staff", OPEN, "open.2", FRIDAY, false, "" },
	{ "a goto that mails staff", OPEN, "open.3", FRIDAY, false, "" },
	{ "a goto that mails a party", OPEN, "open.4", FRIDAY, true, "2026-03-09 08:00" },
	{ "a goto that leads on", OPEN, "open.5", FRIDAY, true, "2026-03-09 08:00" },
	{ "a goto that mails an office that is not there", OPEN, "open.6", FRIDAY, false, "" },
	{ "a goto that mails an office that is", "office kantoor@example.org\n" OPEN, "open.6", FRIDAY, true, "" },
	{ "a fact that mails a party", OPEN, "open.7", FRIDAY, true, "2026-03-09 08:00" },
	{ "a fact that mails staff", OPEN, "open.8", FRIDAY, false, "" },
	{ "a fact that makes the documents complete", OPEN, "open.9", FRIDAY, true, "" },
	{ "no longer: they are", OPEN "doc huur huur.pdf\n", "open.9", FRIDAY, false, "" },
	{ "a payment", OPEN, "open.10", FRIDAY, true, "" },
	{ "an approval of nothing", OPEN, "open.11", FRIDAY, false, "" },
	{ "an approval", OPEN "at 2026-03-04 21:00\nstaff-doc concept concept.pdf\n", "open.11", FRIDAY, true, "" },
	{ "its own condition does not hold", OPEN, "open.12", FRIDAY, true, "" },
	{ "nor that of a goto", OPEN, "open.13", FRIDAY, true, "" },
	{ "a note", OPEN, "open.14", FRIDAY, false, "" },
	{ "a goto in a state without end", "at 2026-03-04 20:00\nopened\nfinish\n", "lus.1", FRIDAY, false, "" },
	{ "not due yet", OPEN, "open.16", FRIDAY, true, "2026-03-07 08:00" },
	{ "it counts all days", OPEN, "open.15", FRIDAY, true, "2026-03-07 08:00" },
	{ "in dossier", OPEN, "open.17", FRIDAY, true, "2026-03-09 08:00" },
	{ "in the window", OPEN, "open.4", "2026-03-06 18:59", true, "2026-03-06 18:59" },
	{ "before it opens", OPEN, "open.4", "2026-03-06 07:59", true, "2026-03-06 08:00" },
	{ "its hours on a Saturday", OPEN, "open.4", "2026-03-07 12:00", true, "2026-03-09 08:00" },
	{ "the same for all days", OPEN, "open.15", "2026-03-07 12:00", true, "2026-03-07 12:00" },
	{ "before a holiday", "holiday 2026-03-09\n" OPEN, "open.4", FRIDAY, true, "2026-03-10 08:00" },
	{ "quiet", "at 2026-03-06 19:50\nopened\ndoc huur huur.pdf\n", "open.25", "2026-03-06 20:05", false,
	  "2026-03-06 20:05" },
	{ "a payment that runs out", OPEN "take\n", "payment", "2026-03-07 20:00", true, "2026-03-08 08:00" },
	{ "the same, told before", OPEN "take\nexpired\nat 2026-03-04 21:00\nfinish\n", "payment", FRIDAY, false, "none" },
	{ "the term of keeping", OPEN "take\npaid\n", "keep", "2027-03-04 20:00", true, "2027-03-04 20:00" },
};

static const struct timer *timer_of(const struct dossier *dossier, const char *clause)
{
	size_t i;

	for (i = 0; i < dossier->timer_count; i++)
		if (str_eq(dossier->timers[i].clause, clause))
			return &dossier->timers[i];
	return NULL;
}

static void play_script(struct play *play, const char *script)
{
	char *rest, *line;

	play_init(play);
	play->program = program_from("zaak.rules", rules);
	rest = arena_strdup(&play->arena, script);
	while (play->program && (line = strsep(&rest, "\n")))
		script_line(play, line);
	if (play->program)
		run_item(play);
}

static void test_row(const struct row *row)
{
	struct play play;
	struct flow_input input;
	const struct timer *timer;
	int64_t now = DATE_NONE;

	play_script(&play, row->script);
	timer = play.failed || !play.program ? NULL : timer_of(play.dossier, row->clause);
	date_parse(row->at, ZONE, &now, NULL);
	input = (struct flow_input){ .program = play.program, .dossier = play.dossier, .now = now,
				     .calendar = &play.calendar };
	if (str_eq(row->opens, "none"))
		tap_ok(!play.failed && !timer, "%s: it is not there", row->name);
	else if (tap_ok(timer != NULL, "%s: there is the timer", row->name)) {
		struct timer before = *timer;

		tap_is_int(flow_timer_reaches(&input, timer), row->reaches, "%s: it %s a party", row->name,
			   row->reaches ? "reaches" : "does not reach");
		if (*row->opens)
			tap_is_str(local(&play, flow_timer_opens(&input, timer)), row->opens, "%s: when", row->name);
		tap_ok(memcmp(&before, timer, sizeof before) == 0, "%s: it was but tried", row->name);
	}
	play_free(&play);
}

/* What is put off by three days, and what stays. */
static const struct { const char *clause, *due; } snoozed[] = {
	{ "open.1", "2026-03-11 08:00" },  { "open.2", "2026-03-05 20:00" },  { "open.3", "2026-03-05 20:00" },
	{ "open.4", "2026-03-11 08:00" },  { "open.7", "2026-03-11 08:00" },  { "open.12", "2026-03-11 08:00" },
	{ "open.15", "2026-03-11 08:00" }, { "open.17", "2026-04-01 20:00" }, { "open.18", "2026-03-18 08:00" },
	{ "open.19", "2026-04-16 08:00" },
};

static void test_snooze(void)
{
	struct play play;
	struct flow_input input;
	size_t i;

	play_script(&play, OPEN);
	input = (struct flow_input){ .program = play.program, .now = play.now, .calendar = &play.calendar };
	tap_is_int((long long)flow_timers_snooze(&input, play.dossier, 3), 11, "what reaches a party is put off");
	for (i = 0; i < sizeof snoozed / sizeof *snoozed; i++)
		tap_is_str(local(&play, timer_of(play.dossier, snoozed[i].clause)->due), snoozed[i].due, "%s",
			   snoozed[i].clause);
	play_free(&play);
}

int main(void)
{
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		test_row(&rows[i]);
	test_snooze();
	return tap_done();
}
