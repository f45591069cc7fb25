/*
 * A process that holds the store: lock, key, database, blobs, rules, engine.
 * The daemon is one; so is a command that finds no daemon.
 */
#ifndef POSTKAMER_APP_HOST_H
#define POSTKAMER_APP_HOST_H

#include "app/real.h"
#include "app/rules.h"
#include "rule/diag.h"
#include "work/engine.h"

struct host {
	struct real *real;
	int lock;
	bool busy;         /* after a failure: another process holds the store */
	bool early;        /* after a failure: --now is earlier than the store has seen */
	struct store *store;
	struct blobs *blobs;
	struct rules rules;
	struct engine *engine;
};

struct host_options {
	const struct settings *settings;
	bool with_world;           /* rules and templates are needed */
	bool wary;                 /* look also for what is wrong with rules that have run: rules_start() */
	int64_t now;               /* --now; DATE_NONE = the clock */
	void (*signalled)(void *ctx, int signo);
	void (*failed)(void *ctx, const char *why);
	void *ctx;
};

/*
 * Opens all, in this order: lock, key, store, blobs, world, engine. ERR_TEMP
 * when another process holds the lock; ERR_INPUT for a --now that is earlier
 * than the store has seen; what is wrong with rules goes to standard error.
 * Where those that ran last stand in for them that is no failure.
 */
int host_open(struct host *host, const struct host_options *options, struct err *err);
void host_close(struct host *host);

/*
 * Only the owner of a store may work on it, not even root: it would leave
 * files that the daemon cannot read. (Through a daemon's socket root can do
 * all.) ERR_INPUT with the cure; 0 when there is no such folder.
 */
int host_check_owner(const char *path, struct err *err);

/* Loads rules and templates; what is found is printed to 'out'. NULL when there is an error. */
struct world *host_world(const struct settings *settings, struct buf *out, struct err *err);

#endif
