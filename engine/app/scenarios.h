/* `postkamer test`: plays scenario files (scenario/scenario.h) and says which hold. */
#ifndef POSTKAMER_APP_SCENARIOS_H
#define POSTKAMER_APP_SCENARIOS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "rule/diag.h"
#include "work/settings.h"

/* How one scenario ended; strings live in the results' arena. */
struct scenarios_result {
	const char *file, *title;
	int line;
	bool passed;
	struct diag_place place;     /* of what did not hold */
	const char *message;
	const char *hint;            /* NULL = none */
	const char *expected, *got;  /* lines; "" when it could not be played */
	const char *where;           /* moment, state, slots */
	const char *log;             /* warnings of the engine, "" = none */
};

struct scenarios_results {
	struct arena arena;          /* owned */
	struct diag_list diags;      /* owned; files that could not be read */
	struct scenarios_result *list;
	size_t count, passed;
	size_t faulty;               /* files */
};

#define SCENARIOS_RESULTS_INIT { ARENA_INIT, DIAG_LIST_INIT, NULL, 0, 0, 0 }

/*
 * Plays one file. What is wrong with it, and how each scenario ended, is added.
 * ERR_INPUT: rules or templates cannot be loaded ('diags' says why).
 */
int scenarios_play(const struct settings *settings, const char *path, struct scenarios_results *results,
		   struct err *err);
/* The same for a text; 'name' stands in its messages. */
int scenarios_play_text(const struct settings *settings, const char *name, const struct buf *text,
			struct scenarios_results *results, struct err *err);
void scenarios_results_free(struct scenarios_results *results);

/* A failure, with expected and got side by side. */
void scenarios_format(const struct scenarios_result *result, struct buf *out);
/* "27 scenarios, 27 passed" */
void scenarios_summary(const struct scenarios_results *results, struct buf *out);
void scenarios_json(const struct scenarios_results *results, struct buf *out);

/*
 * The command: these files, or with count 0 every *.scenario in the rules
 * folder. The exit status: 1 when one failed or could not be read.
 */
int scenarios_run(const struct settings *settings, char *const *files, int count, bool json);

#endif
