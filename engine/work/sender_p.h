/*
 * Sending; private to the files that make it up:
 *
 *     sender.c         claims rows, gives them out; one commit for all of a turn
 *     sender_lane.c    the workers: what they are given, what they say
 *     sender_result.c  what an attempt came to
 */
#ifndef POSTKAMER_WORK_SENDER_P_H
#define POSTKAMER_WORK_SENDER_P_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ipc/send_msg.h"
#include "work/engine_p.h"

#define LANE_AHEAD 2     /* mails that one connection has or will get next */
#define SENDER_BLAMED 16 /* rows remembered because the connection failed over them */

enum delivery_phase { PHASE_GIVEN, PHASE_DOT, PHASE_GO };

/* A claimed row on its way. */
struct delivery {
	struct delivery *next;
	struct arena arena;
	struct outbox_row row;
	enum delivery_phase phase;
};

/* One worker, one SMTP connection. */
struct lane {
	struct sender *sender;
	struct env_worker *worker;
	uint64_t watchdog;
	struct delivery *first; /* being sent; then those given ahead */
	size_t count;
};

/* What one attempt came to, until the commit of this turn. */
struct verdict {
	struct verdict *next;
	struct delivery *delivery; /* owned */
	struct outbox_result result;
	bool failed;               /* for good: staff are told in the same commit */
};

/* A row over which the connection failed. */
struct blamed {
	int64_t row;
	uint64_t went; /* mails that had gone until then */
};

struct sender {
	struct engine *engine;
	struct lane *lanes;
	size_t lane_count;
	struct verdict *verdicts, **verdict_tail;
	bool dots;               /* deliveries at PHASE_DOT wait for their commit */
	bool wanted;             /* there may be rows to claim */
	bool flush_planned;
	bool draining;
	int troubles;            /* connections in a row that failed */
	int64_t rest_until;      /* event time; DATE_NONE = none */
	uint64_t went;           /* mails that the server took or refused */
	struct blamed blamed[SENDER_BLAMED];
	size_t blamed_at;        /* the next to be overwritten */
	char trouble[320];
	uint64_t timer;
};

/* ---- sender.c ---- */

/* A commit at the end of this turn. */
void sender_plan_flush(struct sender *sender);

/* ---- sender_lane.c ---- */

void delivery_free(struct delivery *delivery);
/* Starts the worker if there is none. */
int lane_open(struct lane *lane, struct err *err);
/* Stops it; what was given to it is dropped unsaid. */
void lane_close(struct lane *lane);
/* Stops it: the mail in hand has come to nothing, or to nobody knows what; those given ahead are free again. */
void lane_break(struct lane *lane, const char *why);
/* Gives it a mail to send; one whose bytes cannot be read is failed and told: it must not stop the others. */
void lane_add(struct lane *lane, struct delivery *delivery);
/* The mail in hand may end: its bytes may be on the wire from now on. */
void lane_go(struct lane *lane);
/* The lane for a mail to 'to'; NULL when all are full. */
struct lane *lane_for(struct sender *sender, const char *to);
size_t lanes_room(const struct sender *sender);
size_t lanes_busy(const struct sender *sender);

/* ---- sender_result.c ---- */

/* Takes the delivery over. */
void delivery_end(struct sender *sender, struct delivery *delivery, const struct send_result *result);
/* The same for one that was not tried yet: it is free again at once. */
void delivery_return(struct sender *sender, struct delivery *delivery, const char *why);
/* All of this turn, inside its group. */
int verdicts_record(struct sender *sender, struct err *err);
/* They are durable: logs and drops them. */
void verdicts_done(struct sender *sender);
void verdicts_drop(struct sender *sender);

#endif
