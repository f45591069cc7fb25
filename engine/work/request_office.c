/* Own. */
#include "work/office_p.h"
#include "work/request_p.h"

/*
 * Nothing goes to an office that did not show that its address is its own. Who
 * asks is told what to do, staff where we do not know the office; the request
 * itself waits, and goes on by itself (office_go_on()).
 */
int request_office(struct asking *q)
{
	struct deciding *d = q->d;
	enum office_standing standing;

	if (office_standing(d->engine, d->service->key, q->office, d->arena, &standing, &q->known, d->err))
		return -1;
	return standing == OFFICE_CONFIRMED ? DECIDE_NEXT : office_end_wanted(d, q->office, q->known.name, standing);
}
