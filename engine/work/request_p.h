/*
 * A mail that asks for a dossier, while it is decided; shared by request.c and
 * request_office.c only.
 */
#ifndef POSTKAMER_WORK_REQUEST_P_H
#define POSTKAMER_WORK_REQUEST_P_H

#include "model/office.h"
#include "work/decide_p.h"
#include "work/sheet.h"

#define REQUEST_FORM "aanvraagformulier" /* template */

struct asking {
	struct deciding *d;
	const struct program *program; /* the workflow; NULL = not chosen yet */
	struct sheet *sheet;
	bool from_office;              /* the sender is the general address of an office, and confirmed */
	struct office known;           /* the office that it names, or that sent it; empty = none that we know */
	const char *client, *office;   /* addresses; office NULL = none */
	bool office_only, copy;
	struct event_field *fields;    /* answers to the workflow's own questions */
	size_t field_count;
};

/* Makes the sheet and reads the mail by it. -1: as form_reply_read(). */
int request_read(struct asking *q, struct err *err);
/*
 * The office that a request names: DECIDE_NEXT when it is known and confirmed
 * ('known' is filled). Else nothing goes to that address: the item waits until
 * the office is, and its sender is told so.
 */
int request_office(struct asking *q);

#endif
