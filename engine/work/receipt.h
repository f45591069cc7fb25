/*
 * Receipts: the answer to a mail with files (design.md §13), which says for
 * each of them what happened. The first goes at once; later mails of that
 * sender within ten minutes share one (a phone sends nine mails).
 */
#ifndef POSTKAMER_WORK_RECEIPT_H
#define POSTKAMER_WORK_RECEIPT_H

#include "work/decide.h"
#include "work/route.h"

#define RECEIPT_SHARE 600  /* seconds */
#define RECEIPT_TOLD 2     /* receipts in a day, after which those of files without a place wait longer */
#define RECEIPT_LONG 43200 /* so long */
#define RECEIPT_QUICK 120  /* after a mail of ours: no person answers so fast, time and again */
#define RECEIPT_DAY 86400

/*
 * After the flow, before the take: adds the receipt for the item's sender, or
 * has it wait for a shared one. Nobody gets one for automatic mail or for the
 * upload spool.
 */
int receipt_add(struct decision *decision, enum actor_role role, bool automatic, struct err *err);

/* A shared receipt falls due ('address' is the timer's clause). Takes its decision in. */
int receipt_due(struct engine *engine, struct arena *arena, struct dossier *dossier, const char *address,
		int64_t now, struct err *err);

/* A mail without words and without files: the sender is told so. Takes it in. */
int receipt_empty(struct engine *engine, struct arena *arena, struct dossier *dossier, struct job *job,
		  const struct mail_sender *sender, enum actor_role role, struct item_verdict *verdict,
		  int64_t now, struct err *err);

#endif
