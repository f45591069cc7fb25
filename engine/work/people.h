/*
 * What people settle about a dossier for themselves, by commands: who sees it,
 * whose it is among staff, at which addresses they are known, and what they want
 * to have sent once more.
 */
#ifndef POSTKAMER_WORK_PEOPLE_H
#define POSTKAMER_WORK_PEOPLE_H

#include "work/orders.h"

/* The party whose commands these are: the office, or the client or partner who wrote. */
struct party *people_of(struct dossier *dossier, const struct orders *o);

/*
 * delen met klant, alleen kantoor, toewijzen, nieuwe betaallink, archief,
 * rapport, and the commands about addresses: carries one out, says in 'out' what
 * became of it, and wishes for the mails. Any other verb is left as it is.
 */
void people_settle(struct decision *d, const struct orders *o, struct outcome *out);

/* ---- used by address.c ---- */

void people_refuse(struct outcome *out, const char *why);
/* The member of staff of that name ("els", "Els de Vries") or address; NULL = none, or several: refused in 'out'. */
const struct settings_person *people_staff(const struct settings_service *service, const char *words, struct arena *arena,
					   struct outcome *out);
/* A line of history in the name of who gave the commands. */
void people_note(struct decision *d, const struct orders *o, const char *event, const char *text);
/* Tokens that were mailed to that address about this dossier are worth nothing from now on. */
void people_revoke(struct decision *d, const char *address);

#endif
