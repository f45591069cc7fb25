/*
 * What one decision of the core costs, for the shipped workflow: the dossier
 * before, one event, the dossier and effects after. A table in microseconds of CPU,
 * the best of some rounds; measured, not judged (make bench-flow). With a name
 * and a number as arguments only that event, so often: for a profiler.
 */
/* System. */
#include <stdlib.h>
#include <time.h>

/* Own. */
#include "flow_play.h"

#define ROUNDS 7
#define TIMES 20000 /* in a round */
#define RULES "rules/inkomensverklaring.rules"

/* How the dossier came where it is, and the event that is measured. */
static const struct measure {
	const char *name;
	const char *before;
	const char *event;
} measures[] = {
#define OPENED "at 2026-03-02 09:00\nopened\n"
#define COLLECTED \
	OPENED "at 2026-03-02 10:00\ndoc legitimatie p.pdf\ndoc aangifte/2023 a.pdf\ndoc aangifte/2024 b.pdf\n" \
	"doc aangifte/2025 c.pdf\ndoc jaarcijfers/2023 d.pdf\ndoc jaarcijfers/2024 e.pdf\ndoc jaarcijfers/2025 f.pdf\n"
#define WORKING COLLECTED "absent prognose\nuntil 2026-03-02 11:00\nat 2026-03-03 09:00\ntake\nstaff-doc rapport r.pdf\n" \
			  "staff-doc factuur i.pdf\n"
	{ "opened", "at 2026-03-02 09:00\n", "opened" },
	{ "document", OPENED, "doc legitimatie p.pdf" },
	{ "last-document", COLLECTED, "absent prognose" },
	{ "duplicate", COLLECTED "doc legitimatie q.pdf=Q\n", "doc overig q.pdf=Q" },
	{ "reminder", OPENED "at 2026-03-04 09:00\n", "timer verzamelen.3" },
	{ "reminders-missed", OPENED "at 2026-05-04 09:00\n", "timer verzamelen.3" },
	{ "rejected", COLLECTED, "reject legitimatie onleesbaar" },
	{ "extra", COLLECTED, "extra akte Akte" },
	{ "take", COLLECTED "absent prognose\nuntil 2026-03-02 11:00\n", "take" },
	{ "refused", OPENED, "finish" },
	{ "guarded", WORKING "reject factuur fout\n", "finish" },
	{ "finish", WORKING, "finish" },
	{ "paid", WORKING "finish\nready https://pay.example/1\n", "paid" },
	{ "reopened", WORKING "finish\nready https://pay.example/1\npaid\n", "reopen prognose" },
	{ "cancelled", COLLECTED, "cancel" },
};

static void play_lines(struct play *play, const char *lines)
{
	char *rest = arena_strdup(&play->arena, lines), *line;

	while ((line = strsep(&rest, "\n")))
		script_line(play, line);
}

static double round_of(const struct flow_input *input, int times)
{
	struct timespec from, to;
	int i;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	for (i = 0; i < times; i++) {
		struct arena arena = ARENA_INIT;
		struct flow_output output;
		struct err err = ERR_INIT;

		if (flow_run(input, &arena, &output, &err) < 0) {
			printf("%s\n", err.text);
			exit(1);
		}
		arena_free(&arena);
	}
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
	return ((double)(to.tv_sec - from.tv_sec) * 1e6 + (double)(to.tv_nsec - from.tv_nsec) / 1e3) / times;
}

static void measure(const struct measure *measure, int rounds, int times)
{
	struct flow_input input;
	struct play play;
	double best = 0;
	int i;

	play_init(&play);
	script_rules(&play, RULES);
	if (play.failed)
		exit(1);
	play_lines(&play, measure->before);
	run_item(&play);
	play_lines(&play, measure->event);
	input = (struct flow_input){ .program = play.program, .dossier = play.dossier, .events = play.events,
				     .event_count = play.event_count, .now = play.now, .calendar = &play.calendar };
	for (i = 0; i < rounds; i++) {
		double micros = round_of(&input, times);

		best = i && best < micros ? best : micros;
	}
	printf("%-18s %8.2f us\n", measure->name, best);
	play_free(&play);
}

int main(int argc, char **argv)
{
	uint32_t times = TIMES;
	size_t i;

	if (argc > 2)
		str_to_u32(argv[2], &times);
	for (i = 0; i < sizeof measures / sizeof *measures; i++)
		if (argc < 2 || str_eq(argv[1], measures[i].name))
			measure(&measures[i], argc < 2 ? ROUNDS : 1, (int)times);
	return 0;
}
