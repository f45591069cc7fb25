/*
 * The values of one mail while they are gathered; shared by values.c,
 * values_orders.c, values_held.c and values_office.c only.
 */
#ifndef POSTKAMER_WORK_VALUES_H
#define POSTKAMER_WORK_VALUES_H

#include "work/answer.h"

struct making {
	const struct answering *a;
	struct arena *arena;
	const struct recipient *to;
	struct tmpl_value *root;
};

#define RETURNED_LINES 2000 /* of what goes back to who wrote it */

/* The lines of a text (NULL = none) as a list of texts; "[...]" where there are more than 'most'. */
void values_lines(const struct making *making, const char *path, const char *text, size_t most);
/* ticket, desk. */
void values_ticket(const struct making *making);
/* transcript, near, confirm. */
void values_orders(const struct making *making);
/* waiting, asked, outcome, declined. */
void values_held(const struct making *making);
/* code, wanted, colleague, overview. */
void values_office(const struct making *making);

/* expect, ours, archive, address. */
void values_people(const struct making *making);

#endif
