/* What the files about offices share; see office.h. */
#ifndef POSTKAMER_WORK_OFFICE_P_H
#define POSTKAMER_WORK_OFFICE_P_H

#include "command/phrases.h"
#include "work/decide_p.h"
#include "work/office.h"
#include "work/orders.h"

#define OFFICE_COLLEAGUE "collega" /* purpose of the token in a question about a colleague; his hash behind it */

/* The staff command that adds an office: kantoor ADDRESS "Name". */
const char *office_command(struct arena *arena, const struct phrases *phrases, const char *language, const char *address,
			   const char *name);
/* The access code of an office that has one, made anew. */
void office_code(const struct engine *engine, const struct office *office, char code[OFFICE_CODE_SIZE]);
/* What is kept of a code. */
void office_code_hash(const struct engine *engine, const struct office *office, const char *code,
		      unsigned char hash[OFFICE_HASH_SIZE]);
/* Inside a group: items held for 'reason' about 'address' (their detail) are decided again; how many. */
int office_retry(struct engine *engine, const char *service, const char *reason, const char *address, size_t *count_r,
		 struct err *err);

/*
 * Inside a group, before orders_settle(): commands in a mail about a dossier
 * that are about offices, carried out. 'item' 0 = none.
 */
int office_orders(struct decision *d, struct orders *o, int64_t item, struct err *err);

/* ---- steps of decide.c ---- */

/* What an office or staff mail that is about no dossier: a code, overviews, an answer about a colleague, "kantoor". */
int office_step(struct deciding *d);
/* An office that did not confirm its address wrote something else. */
int office_lost_step(struct deciding *d);
/* The sender is no party of d->dossier: perhaps a colleague at its office. */
int office_colleague_step(struct deciding *d);

/* The item names an office that is not confirmed, and waits for it: see office_wish_wanted(). */
int office_end_wanted(struct deciding *d, const char *address, const char *name, enum office_standing standing);

/* ---- office_colleague.c ---- */

/* The office whose accepted colleague the sender is, whatever he mails about. */
int office_colleague_find(struct deciding *d, struct office *office_r, bool *accepted_r);
/* The general address that takes the sender's mail for its own, always or this time; NULL = none. */
int office_colleague_acts(struct deciding *d, const char **general_r);

/* The general address answered about a colleague: d->sender is the office's. */
int office_colleague_answer(struct deciding *d, const struct office *office, const struct reply_token *token,
			    enum colleague_answer answer);
/* It answered without the token of the question: those that wait are asked about once more. */
int office_colleague_again(struct deciding *d, const struct office *office);
/* What the purpose of the token in the question about him is. */
const char *office_colleague_purpose(struct engine *engine, struct arena *arena, const char *address);

#endif
