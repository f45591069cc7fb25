/*
 * The engine: takes items in, decides, commits, and lets the effects run. It
 * owns nothing of the outside: that is the environment's (work/env.h). All
 * calls are for the one deciding thread; callbacks come from its loop.
 *
 * When the store fails (disk full, input/output error) the engine takes no
 * further work and calls 'failed' once: the process is to end with status 75
 * and be started again; nothing unacknowledged is lost by that.
 */
#ifndef POSTKAMER_WORK_ENGINE_H
#define POSTKAMER_WORK_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "model/event.h"
#include "model/item.h"
#include "work/env.h"
#include "work/settings.h"
#include "work/world.h"

struct engine;

/* All borrowed but 'world', which the engine takes over. */
struct engine_options {
	const struct env *env;
	const struct settings *settings;
	struct world *world;
	void (*failed)(void *ctx, const char *why); /* see above; may be NULL */
	void *ctx;
};

struct engine *engine_new(const struct engine_options *options);
/* Stops all workers at once. What was not committed is done again at the next start. */
void engine_free(struct engine **engine);

/*
 * Before the start: an earlier process crashed over this item (base/crash.h).
 * The third time it is quarantined.
 */
int engine_blame(struct engine *engine, int64_t item, struct err *err);

/* The daemon: recovers, opens the mailboxes and the spool, fires timers, sends; goes on until stopped. */
int engine_start(struct engine *engine, struct err *err);

/*
 * One round: takes in what the sources list now, decides all that is stored,
 * fires the timers due now, sends what is due (one attempt for each row), then
 * calls 'done' from the loop with 0, or with 1 when a source could not be read.
 */
int engine_once(struct engine *engine, void (*done)(void *ctx, int status), void *ctx, struct err *err);

/*
 * Decides the items that are stored, without sources, timers or sending; for
 * commands that run without a daemon. 'done' as above.
 */
int engine_settle(struct engine *engine, void (*done)(void *ctx, int status), void *ctx, struct err *err);

/*
 * Ends cleanly: takes no new work, lets mails whose end of data was released
 * get their answer (at most 'patience_ms'), records it, calls 'done'.
 */
void engine_stop(struct engine *engine, int64_t patience_ms, void (*done)(void *ctx, int status), void *ctx);

/* Replaces rules and templates; takes 'world' over. */
void engine_reload(struct engine *engine, struct world *world);
const struct world *engine_world(const struct engine *engine);

/* The clock or the queue was changed by hand: looks again at timers, outbox and stored items. */
void engine_poke(struct engine *engine);

/*
 * Takes one message in: returns once its bytes are durable, with the item's
 * id; it is decided afterwards. 'fd' holds the message from its start and is
 * borrowed. 'service' NULL: the only service, ERR_INPUT when there are several.
 */
int engine_ingest(struct engine *engine, const char *service, int fd, int64_t *item_r, struct err *err);

/* A dossier to be opened; strings borrowed, NULL where nothing was said. */
/* One more client of a dossier: a partner, who gets what the client gets. */
struct engine_person {
	const char *name, *address;
	const char *language; /* NULL: the dossier's */
};

#define ENGINE_PARTNERS 5

struct engine_opening {
	const char *service;  /* NULL: the service that has the workflow, or the only one */
	const char *workflow; /* NULL: the only one */
	const char *number;   /* NULL: a new one is issued */
	const char *client_name, *client_address;
	const struct engine_person *partners;
	size_t partner_count; /* at most ENGINE_PARTNERS */
	const char *office;   /* address */
	const char *office_name;
	const char *language; /* NULL: the workflow's default */
	const char *brand;
	bool copy;
	bool office_only;
	const struct event_field *facts; /* that are known already, as people write them */
	size_t fact_count;
	enum actor_role actor;
	const char *by;       /* for the history */
};

#define ENGINE_NUMBER_SIZE 64
/* Checks everything, opens, commits. The texts of errors name the field and the cure. */
int engine_dossier_open(struct engine *engine, const struct engine_opening *opening,
			char number_r[ENGINE_NUMBER_SIZE], struct err *err);

/*
 * Erases a dossier (store_dossier_erase() says what stays), the files of its
 * blobs, and what of it lies in the spool's done/ and refused/. 'reason' names
 * nobody. When it returns 0 all of that is durable; ERR_TEMP: later it may go.
 */
int engine_dossier_erase(struct engine *engine, const char *number, const char *reason, struct err *err);

/* A file that goes along with a command line. */
struct engine_file {
	const char *name;     /* as the sender calls it */
	const char *slot;     /* "rapport", "aangifte 2024" or a title: where it goes; NULL = found by its name */
	int fd;               /* its bytes from the start; borrowed */
};

/* Command lines (design.md §6) in somebody's name; strings borrowed. */
struct engine_order {
	const char *number;   /* of the dossier, canonical */
	const char *lines;    /* as they would stand in a mail, in any language; NULL or "" = only files */
	enum actor_role role; /* ACTOR_CLIENT, ACTOR_OFFICE or ACTOR_STAFF: whose commands these are */
	const char *by;       /* staff: address, for the history; NULL = the party's own address, or "operator" */
	const struct engine_file *files;
	size_t file_count;
	bool answer;          /* receipt and transcript are mailed to the party, as to one who had mailed; staff need 'by' */
};

struct engine_reply {
	size_t done;          /* commands that were done, or answered */
	size_t refused;       /* and those that were not */
	const char *text;     /* what became of each, in English, a line for each; for the operator */
};

/*
 * Runs command lines as that party, at the level that each of them needs: whoever
 * may call this needs no token. The same code as for a mail: files first, then
 * the commands in order, one transaction. Calls 'done' once, from the loop (files
 * are looked at by a parse worker): with the reply, valid during the call, when
 * all is durable; or with NULL and why nothing was done at all. -1: 'done' is not called.
 */
typedef void engine_reply_fn(void *ctx, const struct engine_reply *reply, const char *why);
int engine_command(struct engine *engine, const struct engine_order *order, engine_reply_fn *done, void *ctx,
		   struct err *err);

/*
 * What the payment provider says of a dossier's payment request:
 * EVENT_PAYMENT_READY (with the link to pay by), _PAID, _FAILED, _EXPIRED.
 * '*payment' is the id of the request, 0 = the newest it can be about, and then
 * gets its id; NULL likewise. ERR_INPUT when there is none that it could be
 * about, or was told that already.
 */
int engine_payment(struct engine *engine, const char *number, int64_t *payment, enum event_kind outcome,
		   const char *link, struct err *err);

/* The plain bytes of a document or a raw mail or an outgoing one, as a memory file (caller closes); -1 on error. */
int engine_document(struct engine *engine, const char *number, int64_t id, struct err *err);
int engine_item_raw(struct engine *engine, int64_t item, struct err *err);
int engine_outbox_raw(struct engine *engine, int64_t id, struct err *err);

/*
 * Parses the raw bytes of an item again, for showing (item show, held show):
 * calls 'done' from the loop with the mail, or NULL and why.
 */
struct mail;
typedef void engine_mail_fn(void *ctx, const struct mail *mail, int parts_fd, const char *why);
int engine_item_look(struct engine *engine, int64_t item, engine_mail_fn *done, void *ctx, struct err *err);

/* How the sources do, for status. */
struct engine_source {
	const char *name;     /* mailbox key, or "spool" */
	int64_t read_at;      /* event time of the last whole, successful look; DATE_NONE = never since start */
	int64_t failing_since;/* DATE_NONE = it works */
	const char *trouble;  /* last trouble, or NULL */
	size_t backlog;       /* listed, not taken in yet */
};
/* Something happened in the spool folder: a hint to look (work/spool.c says what the truth is). */
void engine_spool_changed(struct engine *engine);

size_t engine_sources(const struct engine *engine, struct engine_source *sources_r, size_t max);
/* When erasing by itself goes on after the clock leapt (steady.c); DATE_NONE = nothing keeps it. */
int64_t engine_erasing_from(const struct engine *engine);
/* What the way to the SMTP server suffers from, or NULL. */
const char *engine_smtp_trouble(const struct engine *engine);

/* ---- what waits for a person (held.h) ---- */

/* One file of an item that waits. */
struct engine_held_file {
	int64_t id;
	const char *name;
	const char *reason;      /* a HELD_ word of flow/place.h */
	const char *title;       /* of the slot it would go to, or NULL */
};

/* An item that waits, as people are shown it. */
struct engine_held {
	struct item item;
	const char *standing;    /* "client", "office", "staff", "stranger", "nobody", "scanner" */
	const char *why;         /* the reason, as one of a few words of the templates */
	bool proven;             /* something proved its address, or its way, when it came */
	struct engine_held_file *files; /* those that wait, where it was taken in */
	size_t file_count;
};

/* What people are shown of an item that waits. Fails only when the store does. */
int engine_held_look(struct engine *engine, const struct item *item, struct arena *arena, struct engine_held *held_r,
		     struct err *err);

enum held_fate { HELD_DONE, HELD_ALREADY, HELD_NOT };

struct engine_held_result {
	enum held_fate fate;
	const char *why;         /* HELD_NOT: one of a few words of the templates */
	const char *text;        /* in English, for the operator */
	const char *which;       /* HELD_NOT, where a file has to take the place of another one: which it is, "12/57", */
	const char *slot;        /* as which document, where that was said; NULL = as it would be by itself */
	const char **choices;    /* of which one that may be: names, or numbers where two have one name */
	size_t choice_count;
};

struct engine_held_order {
	int64_t item;
	int64_t document;        /* one file of it; 0 = all */
	const char *number;      /* of a dossier; NULL = its own */
	const char *slot;        /* words; NULL = none said */
	const char *replaces;    /* name or number of the file of that slot whose place it takes; NULL = of none */
	bool refuse;
	const char *reason;      /* of a refusal, or NULL */
	const char *by;          /* "operator", "staff els@…" */
	const char *service;     /* whose items may be meant; NULL = anybody's */
};

/*
 * Lets it through, or refuses it; durable on return. -1 when the store fails;
 * whatever is wrong with the order is in the result.
 */
int engine_held(struct engine *engine, const struct engine_held_order *order, struct arena *arena,
		struct engine_held_result *result_r, struct err *err);

#endif
