/* The one commit point: what both drivers do alike for a decision. */

/* Own. */
#include "store/store_p.h"

/* ---- within the driver's part ---- */

int take_replies(struct store *store, struct store_take *take, struct err *err)
{
	size_t i, revoked = 0;

	/* Before the new ones, which are worth what they say. */
	for (i = 0; i < take->revoked_count; i++)
		if (store->ops->token_revoke(store, take->dossier->service, take->dossier->number, take->revoked[i],
					     take->now, &revoked, err))
			return err_context(err, "tokens of '%s'", take->revoked[i]);
	for (i = 0; i < take->token_count; i++) {
		struct reply_token *token = &take->tokens[i];

		if (token->row != REPLY_NO_ROW)
			token->outbox = take->outbox[token->row].id;
		if (store->ops->token_put(store, token, err))
			return err_context(err, "token '%s'", token->purpose);
	}
	for (i = 0; i < take->pending_count; i++)
		if (store->ops->pending_put(store, &take->pending[i], err))
			return -1;
	return take->answers ? store->ops->pending_take(store, take->answers, take->now, err) : 0;
}

int take_offices(struct store *store, const struct store_take *take, struct err *err)
{
	size_t i;

	for (i = 0; i < take->office_count; i++)
		if (store->ops->office_put(store, &take->offices[i], err))
			return -1;
	for (i = 0; i < take->colleague_count; i++)
		if (store->ops->colleague_put(store, &take->colleagues[i], err))
			return -1;
	return 0;
}

/* ---- behind it ---- */

/* What a decision does to other items, and remembers about those that wait. */
static int take_held(struct store *store, const struct store_take *take, struct err *err)
{
	size_t i;
	int rc = 0;

	for (i = 0; !rc && i < take->end_count; i++)
		rc = store->ops->item_end(store, &take->ends[i], err);
	for (i = 0; !rc && i < take->accept_count; i++)
		rc = store->ops->held_accept(store, &take->accepts[i], err);
	for (i = 0; !rc && i < take->look_count; i++)
		rc = store->ops->held_look(store, &take->looks[i], err);
	for (i = 0; !rc && i < take->asked_count; i++)
		rc = store->ops->held_ask(store, &take->asked[i], err);
	for (i = 0; !rc && i < take->address_count; i++)
		rc = address_put(store, &take->addresses[i], err);
	if (!rc && take->returned)
		rc = store->ops->outbox_returned(store, take->returned, err);
	return rc;
}

static int take_all(struct store *store, struct store_take *take, struct err *err)
{
	return store->ops->take(store, take, err) || take_held(store, take, err) ? -1 : 0;
}

int store_take(struct store *store, struct store_take *take, struct err *err)
{
	if (take_check(take, err) || verb_begin(store, err))
		return -1;
	return verb_end(store, take_all(store, take, err), err);
}
