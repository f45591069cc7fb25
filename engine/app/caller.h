/*
 * The caller's side of a command: reads its input, has it done by the daemon
 * that holds the store or, where none runs, takes the store's lock and does it
 * in this process; delivers what comes out.
 */
#ifndef POSTKAMER_APP_CALLER_H
#define POSTKAMER_APP_CALLER_H

#include "app/command.h"

/* The command line, without what is for all commands. */
struct line {
	int argc;
	char **argv;
	const char *config; /* -c; NULL = not given */
};

/*
 * The configuration; NULL when it has faults, which then stand on standard
 * error. With 'log', what the configuration should be warned of goes to the log.
 */
struct settings *caller_settings(const char *config, bool log);

/* Runs a command whose words are the first 'used' arguments; the exit status. */
int caller_run(struct line *line, const struct command *command, int used);

#endif
