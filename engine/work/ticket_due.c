/* Tickets and time: unanswered ones are brought up again, old ones erased. */

/* Base. */
#include "base/date.h"
#include "base/log.h"
#include "base/str.h"

/* Own. */
#include "work/engine_p.h"
#include "work/ticket.h"

#define TEMPLATE "ticket-herinnering"
#define FORGET_AT_ONCE 50

/* The key of its mails: of its dossier, else of the item it was opened with. */
static int find_scope(struct engine *engine, struct arena *arena, const struct ticket *ticket, struct answering *a,
		      struct err *err)
{
	struct store *store = engine->env->store;
	struct dossier *dossier;
	struct item item;

	if (ticket->dossier) {
		if (store_dossier_load(store, ticket->dossier, arena, &dossier, err))
			return -1;
		a->dossier = dossier;
		a->scope = dossier->scope;
		return world_program_pinned(engine->world, store, dossier->program, &a->program, err);
	}
	if (!ticket->message_count || !ticket->messages[0].item)
		return err_set(err, ERR_CORRUPT, "ticket %s came with no item", ticket->number);
	if (store_item_load(store, ticket->messages[0].item, arena, &item, err))
		return -1;
	a->scope = item.scope;
	a->scope_item = item.id;
	return 0;
}

static int remind(struct engine *engine, const char *number, int64_t now, struct arena *arena, struct err *err)
{
	struct store *store = engine->env->store;
	struct answering a = { .engine = engine, .arena = arena, .now = now, .received = DATE_NONE };
	struct store_take take = { .now = now };
	struct ticket *ticket;

	if (store_ticket_load(store, number, arena, &ticket, err))
		return -1;
	a.service = settings_service(engine->settings, ticket->service);
	a.ticket = take.ticket = ticket;
	a.cause = arena_printf(arena, "ticket:%s:%lld", number, (long long)ticket->remind_at);
	/* A service that the configuration no longer has reminds nobody. */
	ticket->remind_at = a.service ? ticket_remind_at(engine, a.service, now) : DATE_NONE;
	if (a.service) {
		if (find_scope(engine, arena, ticket, &a, err))
			return -1;
		a.staff_only = ticket_owner(a.service, ticket);
		answer_wish(&a, TEMPLATE, TMPL_AUDIENCE_STAFF);
		if (answer_render(&a, err))
			return -1;
	}
	answer_into(&a, &take);
	if (store_take(store, &take, err) || store_time_seen(store, now, err))
		return -1;
	log_line(LOG_LEVEL_INFO, "ticket.reminded", "ticket=%s mails=%zu", number, a.row_count);
	return 0;
}

int ticket_remind(struct engine *engine, const char *number, int64_t now, struct err *err)
{
	struct arena arena = ARENA_INIT;
	int rc = remind(engine, number, now, &arena, err);

	arena_free(&arena);
	return rc ? err_context(err, "ticket %s", number) : 0;
}

/* One group; how many went. */
static int forget(struct engine *engine, size_t *count, struct err *err)
{
	struct store *store = engine->env->store;
	struct arena arena = ARENA_INIT;
	struct erasure_left left = { 0 };
	size_t i;
	int64_t keep = engine->settings->ticket_keep ? engine->settings->ticket_keep : TICKET_KEPT;
	int rc = store_tickets_forget(store, engine_now(engine) - keep, FORGET_AT_ONCE, &arena, &left, count, err);

	for (i = 0; !rc && i < left.blob_count; i++)
		if (blob_remove(engine->env->blobs, &left.blobs[i], err))
			log_line(LOG_LEVEL_WARN, "erase.blob", "its key is gone; it is removed later");
	arena_free(&arena);
	return rc;
}

void ticket_forget_old(struct engine *engine)
{
	struct err err = ERR_INIT;
	size_t count = FORGET_AT_ONCE, all = 0;
	int rc = 0;

	/* Nothing goes because it is old while nobody can tell whether the clock is right. */
	if (engine->unsteady)
		return;
	while (!rc && count == FORGET_AT_ONCE) {
		rc = forget(engine, &count, &err);
		all += rc ? 0 : count;
	}
	if (rc && engine_is_trouble(engine, &err))
		engine_fail(engine, &err);
	else if (rc)
		log_line(LOG_LEVEL_WARN, "ticket.forget", "why=\"%s\"", err.text);
	if (all && !engine->dead && store_scrub(engine->env->store, &err))
		log_line(LOG_LEVEL_WARN, "erase.scrub", "why=\"%s\"", err.text);
	if (all)
		log_line(LOG_LEVEL_INFO, "ticket.forgotten", "tickets=%zu", all);
}
