/*
 * From one item to one decision: who, which dossier, which slots, what the
 * rules say, what is mailed. Runs inside a group of the store; whatever it
 * queues is durable with that group's commit.
 */
#ifndef POSTKAMER_WORK_DECIDE_H
#define POSTKAMER_WORK_DECIDE_H

#include "base/err.h"
#include "model/held.h"
#include "work/answer.h"
#include "work/engine_p.h"

enum decided {
	DECIDED_DONE,  /* taken into the group; job->item.state says how it ended */
	DECIDED_AGAIN, /* the parser died over it: one more attempt was counted, parse again after the commit */
	DECIDED_ERROR  /* the store or the blobs failed: abort the group */
};

enum decided decide_job(struct engine *engine, struct job *job, struct err *err);
/*
 * Quarantines an item that cannot be decided although all is well; 'tell'
 * writes to staff in the same group, if the item's service is still known.
 */
int decide_set_apart(struct engine *engine, struct job *job, const char *why, bool tell, struct err *err);

/* ---- used by the decisions that come from no item: clock.c, open.c ---- */

/* What conditions read of a dossier and settings change, beside the events: flow/cond.c. */
struct decision_read {
	const char *office, *language, *brand;
	bool office_only, copy;
};

/*
 * Runs the rules over events of a dossier and takes the result in, with its
 * mails. 'dossier' as loaded, or freshly initialised for an opening. 'cause'
 * as in struct answering. A rule that cannot decide is ERR_LIMIT: nothing was
 * taken in.
 */
struct decision {
	struct engine *engine;
	struct arena *arena;
	const struct settings_service *service;
	const struct program *program;
	struct dossier *dossier;
	const struct event *events;
	size_t event_count;
	int64_t now;
	struct answering answering;      /* prepared by decision_prepare(), may be added to before _take() */
	struct flow_output output;       /* after decision_flow() */
	struct decision_read read;       /* what the rules read of it then */
	const struct item_verdict *verdict;
	const struct blob_key *raw_key;
	const char **revoked;            /* addresses whose tokens are worth nothing from now on */
	size_t revoked_count;
	struct ticket *ticket;           /* opened or changed by it; NULL = none */
	const unsigned char *answers;    /* hash of waiting commands that this answers; NULL = none */
	struct held_accept *accepts;     /* further items that it lets through, */
	size_t accept_count;
	struct item_verdict *ends;       /* that it ends, */
	size_t end_count;
	const struct held_asked *asked;  /* and who was asked */
	size_t asked_count;
};

/* Program, calendar, service of a loaded dossier. */
int decision_prepare(struct decision *decision, struct engine *engine, struct arena *arena,
		     struct dossier *dossier, int64_t now, struct err *err);
int decision_flow(struct decision *decision, struct err *err);
/*
 * After settings were changed in the outcome: where the rules read one of them, what has become required,
 * optional or complete by it is told in this very decision. ERR_LIMIT as above.
 */
int decision_rejudge(struct decision *decision, struct err *err);
/* Renders what the rules (and the caller) want, and hands all to the store. */
int decision_take(struct decision *decision, struct err *err);
/* One more line of history. */
void decision_history(struct decision *decision, const char *event, const char *by, const char *text);

#endif
