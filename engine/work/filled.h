/*
 * Forms of a workflow by mail: those that a rule mails ("mail X with form Y") or
 * that a party asks for ("wijziging"), and what comes of the ones that are sent
 * back. A form that is whole becomes an event for the core; one that is not is
 * asked again; one whose sender did not prove what the form takes has to be sent
 * once more, in answer to a mail to his registered address.
 */
#ifndef POSTKAMER_WORK_FILLED_H
#define POSTKAMER_WORK_FILLED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "model/event.h"

struct decision;
struct handling;
struct sheet;

#define FILLED_FORM "formulier"               /* templates: the fields, */
#define FILLED_RECEIVED "formulier-ontvangen" /* and what became of them */

struct filled {
	struct sheet *sheet;   /* the form that was read; NULL = none */
	struct event event;
	bool stuck;            /* it was asked again so often today that a person has to look at it */
};

/*
 * Finds a form in the mail's text: 'h' gets its sheet, the event if it counts,
 * and the rest of the text; wishes for the form where it has to be asked again.
 * -1: a pattern hit a limit (ERR_LIMIT), or the store failed.
 */
int filled_read(struct handling *h, struct err *err);
/* After the flow: its sender is told what became of it. 'at': place of its event. */
void filled_settle(struct handling *h, size_t at);

/* The form goes along with that mail. */
void filled_along(struct decision *decision, const char *form, const char *template);

/*
 * "wijziging [kind]": the one form that is meant, or NULL; then '*choices_r' are
 * the titles of those that could be, '*count_r' of them.
 */
const struct sheet *filled_change(struct decision *decision, enum actor_role role, const char *kind,
				  const char ***choices_r, size_t *count_r);

#endif
