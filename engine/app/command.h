/*
 * The commands of postkamer(1). Each is a function over a request; it runs in
 * the daemon when one holds the store (through the control socket), else in
 * the process that was started, which then takes the store's lock itself. It
 * cannot tell the difference.
 */
#ifndef POSTKAMER_APP_COMMAND_H
#define POSTKAMER_APP_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/real.h"
#include "base/buf.h"
#include "work/engine.h"

enum exit_status { EXIT_DONE = 0, EXIT_FAULT = 1, EXIT_UNKNOWN = 3, EXIT_USAGE = 64, EXIT_LATER = 75 };

struct command;

struct request {
	const struct command *command;
	char **argv;            /* arguments behind the command's words; owned */
	int argc;
	bool json;
	bool running;           /* a daemon serves this request */
	int input;              /* memory file with the caller's input; -1 = none */
	struct engine *engine;
	struct env *env;
	struct real *real;
	const struct settings *settings;
	const struct err *refused; /* why the rules and templates on disk do not run; NULL = not known here */
	struct buf out, err;    /* what goes to standard output and error */
	int bulk;               /* memory file that goes to standard output before 'out'; -1 = none */
	size_t rows;            /* of a list: printed so far */
	int status;
	bool pending;           /* the function returned, the answer comes later by request_finish() */
	void (*finished)(struct request *request);
	void *finished_ctx;
};

struct command {
	const char *words;      /* "dossier new" */
	const char *usage;      /* arguments, for --help */
	const char *summary;
	void (*run)(struct request *request);
	bool writes;            /* takes --now */
	bool settles;           /* without a daemon: items must be decided before the process ends */
	int broken;             /* exit status when configuration or store cannot be used; 0 = by the cause */
};

/* NULL when there is no such command; '*used_r' = how many words of argv name it. */
const struct command *command_find(int argc, char **argv, int *used_r);
const struct command *command_at(size_t index);
/* The words of the command that was probably meant; NULL when none is near. */
const char *command_near(int argc, char **argv);

void request_init(struct request *request, const struct command *command, int argc, char **argv);
void request_free(struct request *request);
/* For a command that set 'pending'. */
void request_finish(struct request *request);

/* ---- arguments ---- */

/* Takes "--name VALUE" or "--name=VALUE" out of the arguments; NULL when it is not there. */
const char *request_option(struct request *request, const char *name);
/* Takes "--name" out. */
bool request_flag(struct request *request, const char *name);
/* Takes the next argument that is no option; NULL when there is none. */
const char *request_word(struct request *request);
/* Fails (usage) when anything is left. Call after all others. */
bool request_complete(struct request *request);

/* Keeps memory small: moves a long output to 'bulk'. To be called now and then while it grows. */
void request_spill(struct request *request);
/* All of the output as a memory file (borrowed); -1 on error. To be called once, at the end. */
int request_output(struct request *request, struct err *err);

/* "postkamer: what: why" on standard error, and the status. */
void request_fail(struct request *request, enum exit_status status, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* The status that fits the error's code. */
void request_fail_err(struct request *request, const char *what, const struct err *err);

/* ---- the commands, one file each ---- */

void command_dossier_new(struct request *request);
void command_dossier_event(struct request *request);
void command_dossier_list(struct request *request);
void command_dossier_show(struct request *request);
void command_dossier_erase(struct request *request);
void command_explain(struct request *request);
void command_item_list(struct request *request);
void command_item_show(struct request *request);
void command_held_list(struct request *request);
void command_held_accept(struct request *request);
void command_held_refuse(struct request *request);
void command_quarantine_list(struct request *request);
void command_quarantine_retry(struct request *request);
void command_queue_list(struct request *request);
void command_queue_show(struct request *request);
void command_queue_retry(struct request *request);
void command_queue_cancel(struct request *request);
void command_office_add(struct request *request);
void command_office_list(struct request *request);
void command_office_show(struct request *request);
void command_office_remove(struct request *request);
void command_ticket_list(struct request *request);
void command_ticket_show(struct request *request);
void command_office_colleague(struct request *request);
void command_ingest(struct request *request);
void command_status(struct request *request);
void command_clock(struct request *request);
void command_verify(struct request *request);

#endif
