/*
 * A client's addresses: another one, one more, one less. Whoever asks, nothing
 * changes before the new address says yes, for only then we know that it is
 * somebody's who reads our mail; and the old one has to say yes too, unless staff
 * stands in for it (its owner has left, its mailbox was stolen), and then it is
 * told, and may say no. The mail to the new address names no dossier and nobody:
 * a typing error makes it a stranger's.
 */
#ifndef POSTKAMER_WORK_ADDRESS_H
#define POSTKAMER_WORK_ADDRESS_H

#include "work/people.h"

#define ADDRESS_PURPOSE "address"  /* of its tokens; a hash goes on behind a "-" */
#define ADDRESS_LIFE (7 * 86400)   /* both have to say yes within it */
#define ADDRESS_MORE 5             /* further addresses of all clients of a dossier */
#define ADDRESS_OFTEN 5            /* changes that one dossier may ask for in a day */

void address_settle(struct decision *d, const struct orders *o, struct outcome *out);

#endif
