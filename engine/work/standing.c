/* Own. */
#include "work/decide_p.h"
#include "work/office_p.h"

void standing_begin(struct deciding *d, struct dossier *dossier)
{
	struct handling *h = &d->handling;

	d->dossier = dossier;
	*h = (struct handling){ .engine = d->engine, .arena = d->arena, .job = d->job, .dossier = dossier,
				.from = d->sender.address ? d->sender.address : "scanner", .by = d->sender.address,
				.verdict = &d->verdict, .forwards = &d->forwards, .now = d->now };
	h->cause = arena_printf(d->arena, "item:%lld", (long long)d->job->item.id);
	/* Automatic mail is never answered: nobody is its sender, whatever the rules want to say to him. */
	if (!d->sender.automatic) {
		h->sender = d->sender.address;
		h->sender_name = d->sender.name;
		h->in_reply_to = d->verdict.message_id;
	}
}

/* What the sender is to this dossier; ACTOR_NONE where he may do nothing with it. */
static enum actor_role role_in(const struct deciding *d, const struct dossier *dossier)
{
	enum actor_role role = d->sender.address ? dossier_role_of(dossier, d->sender.address) : ACTOR_NONE;

	if (role == ACTOR_NONE && d->sender.address && settings_is_staff(d->service, d->sender.address))
		role = ACTOR_STAFF;
	if (role == ACTOR_CLIENT && dossier->office_only)
		role = ACTOR_NONE;
	return role;
}

int standing_step(struct deciding *d)
{
	struct dossier *dossier;

	if (store_dossier_load(d->engine->env->store, d->route.number, d->arena, &dossier, d->err))
		return -1;
	standing_begin(d, dossier);
	d->handling.standing = standing_of(role_in(d, dossier), d->sender.auth,
					   reply_valid(&d->reply, dossier->number, d->sender.address, d->now));
	d->verdict.dossier = dossier->number;
	return DECIDE_NEXT;
}

int standing_stranger_step(struct deciding *d)
{
	const char *dossier = d->verdict.dossier;
	int rc;

	if (d->handling.standing.role != ACTOR_NONE)
		return DECIDE_NEXT;
	rc = stranger_help_step(d);
	if (rc)
		return rc;
	/* The same answers as where the number does not exist, to an office that has not sent its code yet too. */
	d->verdict.dossier = NULL;
	rc = office_lost_step(d);
	if (rc)
		return rc;
	d->verdict.dossier = dossier;
	d->route.unknown_number = d->route.named;
	return held_keep(d, REASON_STRANGER, "the sender is no party of the dossier that the mail names");
}
