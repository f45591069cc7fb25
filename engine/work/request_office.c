/* Base. */
#include "base/date.h"

/* Own. */
#include "work/request_p.h"

int request_office(struct asking *q)
{
	struct deciding *d = q->d;
	struct err err = ERR_INIT;

	if (!store_office_find(d->engine->env->store, d->service->key, q->office, d->arena, &q->known, &err)) {
		if (q->known.confirmed != DATE_NONE)
			return DECIDE_NEXT;
	} else if (err.code != ERR_NOTFOUND) {
		*d->err = err;
		return -1;
	}
	d->verdict.state = ITEM_HELD;
	d->verdict.reason = "office";
	d->verdict.detail = q->office;
	return decide_end_with_mail(d, "ontvangst-algemeen", TMPL_AUDIENCE_SENDER);
}
