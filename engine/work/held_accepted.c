/* Base. */
#include "base/str.h"

/* Own. */
#include "work/decide_p.h"
#include "work/held.h"

/* 1 = somebody let it through, and it was not decided since. */
static int find(struct deciding *d, struct held_accept **accept)
{
	struct held_accept *found = arena_alloc(d->arena, sizeof *found);
	struct err why = ERR_INIT;

	if (store_held_accepted(d->engine->env->store, d->job->item.id, d->arena, found, &why)) {
		if (why.code == ERR_NOTFOUND)
			return 0;
		*d->err = why;
		return -1;
	}
	*accept = found;
	return !found->done;
}

/*
 * Level 1: documents and text, as of whom the mail claims to be from where he is
 * a party, else as of the correspondent. What is said about it goes to a
 * registered address, never to one that only the mail knows.
 */
static void stand(struct deciding *d, const struct dossier *dossier)
{
	struct handling *h = &d->handling;
	enum actor_role role = d->sender.address ? dossier_role_of(dossier, d->sender.address) : ACTOR_NONE;
	bool known = role == ACTOR_OFFICE || (role == ACTOR_CLIENT && !dossier->office_only);

	if (!known) {
		role = dossier->office.address ? ACTOR_OFFICE : ACTOR_CLIENT;
		h->sender = d->sender.automatic ? NULL : dossier_correspondent(dossier)->address;
		h->sender_name = dossier_correspondent(dossier)->name;
		h->in_reply_to = NULL;
	}
	if (!d->sender.address)
		h->from = d->verdict.from && *d->verdict.from ? d->verdict.from : "unknown";
	h->by = h->from;
	h->standing = (struct standing){ .role = role, .level = 1 };
}

static int load(struct deciding *d, const struct held_accept *accept)
{
	struct dossier *dossier;

	if (store_dossier_load(d->engine->env->store, accept->dossier, d->arena, &dossier, d->err))
		return -1;
	d->route.number = dossier->number;
	d->verdict.dossier = dossier->number;
	standing_begin(d, dossier);
	d->handling.accepted = accept;
	return 0;
}

static int finish(struct deciding *d)
{
	struct err why = ERR_INIT;
	int rc = handle_begin(&d->handling, &why) || handle_finish(&d->handling, &why);

	return decide_end_handled(d, rc, &why);
}

int accepted_step(struct deciding *d)
{
	struct held_accept *accept = NULL;
	int rc = find(d, &accept);

	if (rc <= 0)
		return rc;
	if (load(d, accept))
		return -1;
	stand(d, d->dossier);
	return finish(d);
}

int accepted_file_step(struct deciding *d)
{
	struct held_accept *accept = NULL;
	int rc = find(d, &accept);

	if (rc <= 0)
		return rc;
	if (load(d, accept))
		return -1;
	d->handling.standing = (struct standing){ .role = ACTOR_SCANNER, .level = 1 };
	return finish(d);
}
