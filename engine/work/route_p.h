/* Private to route.c and forwarded.c: numbers that were found, and what they come to. */
#ifndef POSTKAMER_WORK_ROUTE_P_H
#define POSTKAMER_WORK_ROUTE_P_H

#include "work/engine_p.h"
#include "work/route.h"

struct finding {
	struct engine *engine;
	const struct settings_service *service;
	struct arena *arena;
	const char *place;     /* where it was looked: "the subject" */
	const char *found[2];  /* distinct numbers of dossiers that exist; a second is one too many */
	size_t found_count;
	bool candidate;        /* something looked like a number */
	const char *looked_like;
	bool several;          /* more than one did, whether ours or not */
	bool his;              /* one is of a dossier that the sender may know of */
	const char *unread;    /* why a number may stand there unseen (numbers.h); NULL = none does */
	const struct mail_sender *sender;
};

enum route_whose { ROUTE_NOT_OURS, ROUTE_OTHERS, ROUTE_HIS };

/* The numbers in a text; those that are at least so much his count as found. */
int route_find_numbers(struct finding *f, const char *text, enum route_whose least, struct err *err);
void route_found(struct finding *f, const char *number);
/* The dossier that a mail of ours is about; NULL when the id is none of ours. */
const char *route_dossier_of_mail(struct finding *f, const char *id);
/* May the sender know of it? Staff know all. */
bool route_knows(const struct finding *f, const struct dossier *dossier);
void route_held(struct route *route, const char *reason, const char *detail);

/* ---- forwarded.c ---- */

/* What the mails that were passed on say; '*thread_r' the dossier of a mail of ours that one answers. */
int forwarded_find(struct finding *f, const struct mail *mail, const struct forwards *forwards, const char **thread_r,
		   struct err *err);
/* The same in the words of those that the sender passed on himself; what is not his says nothing. */
int forwarded_find_words(struct finding *f, const struct forwards *forwards, struct err *err);
/* A number was found outside: a mail inside that names another one makes two answers. */
void forwarded_compare(const struct finding *f, const char *thread, struct route *route);
/*
 * The number is what whoever sent the mail inside said, at most. He is not the
 * client of another dossier that the sender knows and of this one not: then it
 * is the route's, else it is held.
 */
void forwarded_whose(const struct finding *f, const struct forwards *forwards, const char *number, struct route *route);
/* The number stood inside only: whose mail it was has to be certain, and must not say otherwise. */
void forwarded_check(const struct finding *f, const struct forwards *forwards, struct route *route);
/*
 * Nobody named a number, and the sender has one open dossier. An office passes
 * on mail of all its clients: is it this one's? False: held, with the reason.
 */
bool forwarded_fits(const struct finding *f, const struct forwards *forwards, struct route *route);

#endif
