/*
 * The control socket: how a command reaches the daemon that holds the store.
 * STORE/control.sock, mode 0600; one request on each connection.
 */
#ifndef POSTKAMER_APP_CONTROL_H
#define POSTKAMER_APP_CONTROL_H

#include "app/command.h"
#include "app/host.h"
#include "base/err.h"

struct control;

/* Listens; a socket that a dead daemon left is replaced (the lock says that it is dead). */
struct control *control_new(struct host *host, const struct settings *settings, struct err *err);
void control_free(struct control **control);

/* What came back: to be closed by the caller. */
struct control_answer {
	int status;
	int out, err; /* memory files */
};

/* Does a daemon serve the store? */
bool control_listens(const char *store_path);

/*
 * Asks the daemon of the store. 0 = answered, 1 = no daemon listens there, -1
 * = it did not answer properly. 'input' may be -1.
 */
int control_ask(const char *store_path, int argc, char **argv, int input, struct control_answer *answer_r,
		struct err *err);

/* Runs a request whose --json and --now are still in its arguments. */
void request_run(struct request *request);

#endif
