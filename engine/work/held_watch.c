/*
 * What waits for a person, as the clock sees it (design.md §5, §10): staff are
 * told once a day of what is new; the registered address is asked, once a day,
 * and not a fourth time when it does not answer; what belongs to no dossier is
 * erased after 90 days.
 *
 * None of this happens when an item comes in: who mails a number that he
 * guessed must not be able to tell by what we do then whether it exists.
 */

/* System. */
#include <string.h>

/* Base. */
#include "base/addr.h"
#include "base/date.h"
#include "base/log.h"
#include "base/str.h"

/* Own. */
#include "work/engine_p.h"
#include "work/held.h"
#include "work/letters.h"
#include "work/route.h"

#define BATCH 200       /* items in one commit */
#define SHOWN 50        /* in one mail */
#define DAY 86400
#define ASKED_MAX 3     /* questions in a row without an answer */
#define AGAIN 3600      /* seconds until an item that could not be erased is tried again */

struct watching {
	struct engine *engine;
	struct arena arena;
	int64_t now;
	struct held_look *looks;   /* those that are due */
	struct item *items;        /* the same; state ITEM_GONE: it waits no longer */
	int64_t *next;             /* when each is looked at again; DATE_NONE = not any more */
	size_t count;
	bool erased;
	struct err *err;
};

static void sooner(int64_t *next, int64_t at)
{
	if (*next == DATE_NONE || at < *next)
		*next = at;
}

static bool waits(const struct watching *w, size_t i)
{
	return w->items[i].state == ITEM_HELD;
}

/* ---- mail ---- */

static int put(struct watching *w, struct answering *a, const struct held_asked *asked)
{
	struct store_take take = { .now = w->now, .asked = asked, .asked_count = 1 };

	if (answer_render(a, w->err))
		return -1;
	answer_into(a, &take);
	return store_take(w->engine->env->store, &take, w->err);
}

/* ---- staff ---- */

/* All that waits in the service, as far as one mail can show it. */
static int list_all(struct watching *w, const char *service, struct held_telling *telling)
{
	struct item_filter filter = { .state = ITEM_HELD, .service = service, .limit = 1000 };
	struct engine_held *list = arena_array(&w->arena, SHOWN, sizeof *list);
	struct item *items;
	size_t count, i;

	telling->list = list;
	do {
		if (store_item_list(w->engine->env->store, &filter, &w->arena, &items, &count, w->err))
			return -1;
		for (i = 0; i < count; i++) {
			filter.after = items[i].id;
			if (telling->count == SHOWN)
				telling->rest++;
			else if (held_describe(w->engine, &items[i], &w->arena, &list[telling->count++], w->err))
				return -1;
		}
	} while (count == filter.limit);
	return 0;
}

static int tell_staff(struct watching *w, const struct settings_service *service)
{
	struct held_telling *telling = arena_alloc(&w->arena, sizeof *telling);
	const struct held_asked told = { service->key, NULL, "", w->now, 0 };
	struct answering a = { .engine = w->engine, .arena = &w->arena, .service = service, .now = w->now,
			       .received = DATE_NONE, .held = telling, .desk = true };
	struct seal_key scope;

	if (list_all(w, service->key, telling))
		return -1;
	/* It belongs to no item and no dossier: the row keeps its key itself. */
	seal_key_new(&scope);
	seal_wrap(&w->engine->env->master, &scope, a.scope.bytes);
	a.scope.present = 1;
	seal_wipe(&scope, sizeof scope);
	a.cause = arena_printf(&w->arena, "held:%s:%lld", service->key, (long long)w->now);
	answer_wish(&a, "vastgehouden", TMPL_AUDIENCE_STAFF);
	log_line(LOG_LEVEL_INFO, "held.told", "service=%s items=%zu", service->key, telling->count + telling->rest);
	return put(w, &a, &told);
}

/* Of the service of item 'first', if that is the first of it here. */
static int look_staff(struct watching *w, size_t first)
{
	const struct settings_service *service = settings_service(w->engine->settings, w->looks[first].service);
	struct held_asked told;
	bool fresh = false;
	size_t i;

	for (i = 0; i < w->count; i++) {
		bool of = str_eq(w->looks[i].service, w->looks[first].service);

		if (of && i < first)
			return 0;
		fresh |= of && waits(w, i) && w->looks[i].told == DATE_NONE;
	}
	if (!service || !fresh)
		return 0;
	if (store_held_asked(w->engine->env->store, service->key, NULL, "", &w->arena, &told, w->err))
		return -1;
	if (told.asked == DATE_NONE || w->now >= told.asked + DAY) {
		if (tell_staff(w, service))
			return -1;
		told.asked = w->now;
	}
	for (i = first; i < w->count; i++) {
		if (!str_eq(w->looks[i].service, service->key) || !waits(w, i) || w->looks[i].told != DATE_NONE)
			continue;
		if (told.asked == w->now)
			w->looks[i].told = w->now;
		else
			sooner(&w->next[i], told.asked + DAY);
	}
	return 0;
}

/* ---- the registered address ---- */

/*
 * May a party be asked about it? What else is wrong with it a person has to see,
 * and so has he what claims to be from staff: no party hears of what they write.
 */
static bool is_asked_about(const struct watching *w, const struct item *item)
{
	const struct settings_service *service = settings_service(w->engine->settings, item->service);

	return item->state == ITEM_HELD && item->dossier && !item->raw_in_dossier && service &&
	       (str_eq(item->reason, REASON_UNAUTHENTICATED) || str_eq(item->reason, REASON_STRANGER)) &&
	       !(item->from && settings_is_staff(service, item->from));
}

/* The party whose address it claims, where he may know of the dossier; else the correspondent. */
static const struct party *whom(const struct dossier *dossier, const struct item *item)
{
	enum actor_role role = item->from ? dossier_role_of(dossier, item->from) : ACTOR_NONE;

	if (role == ACTOR_OFFICE)
		return &dossier->office;
	return role == ACTOR_CLIENT && !dossier->office_only ? dossier_party_of(dossier, item->from) :
							       dossier_correspondent(dossier);
}

/* All that waits for the word of this party. */
static int list_for(struct watching *w, const struct dossier *dossier, const struct party *party,
		    struct held_telling *telling)
{
	struct item_filter filter = { .state = ITEM_HELD, .dossier = dossier->number, .limit = 1000 };
	struct engine_held *list = arena_array(&w->arena, SHOWN, sizeof *list);
	struct item *items;
	size_t count, i;

	if (store_item_list(w->engine->env->store, &filter, &w->arena, &items, &count, w->err))
		return -1;
	telling->list = list;
	for (i = 0; i < count && telling->count < SHOWN; i++)
		if (is_asked_about(w, &items[i]) && whom(dossier, &items[i]) == party &&
		    held_describe(w->engine, &items[i], &w->arena, &list[telling->count++], w->err))
			return -1;
	return 0;
}

static int ask(struct watching *w, const struct dossier *dossier, const struct party *party, struct held_asked *asked)
{
	const struct settings_service *service = settings_service(w->engine->settings, dossier->service);
	struct held_telling *telling = arena_alloc(&w->arena, sizeof *telling);
	struct answering a = { .engine = w->engine, .arena = &w->arena, .service = service, .dossier = dossier,
			       .scope = dossier->scope, .now = w->now, .received = DATE_NONE, .sender = party->address,
			       .sender_name = party->name, .held = telling };
	struct err why = ERR_INIT;

	if (!service || world_program_pinned(w->engine->world, w->engine->env->store, dossier->program, &a.program, &why))
		return 0;
	if (list_for(w, dossier, party, telling))
		return -1;
	telling->pending = held_question_text(&w->arena, telling->list, telling->count);
	telling->until = w->now + held_question_life(telling->pending);
	a.cause = arena_printf(&w->arena, "held:%s:%s:%lld", dossier->number, party->address, (long long)w->now);
	answer_wish(&a, LETTER_HELD, TMPL_AUDIENCE_SENDER);
	asked->asked = w->now;
	asked->unanswered++;
	log_line(LOG_LEVEL_INFO, "held.asked", "dossier=%s items=%zu time=%d", dossier->number, telling->count,
		 asked->unanswered);
	return put(w, &a, asked);
}

static int look_party(struct watching *w, size_t i)
{
	struct dossier *dossier;
	const struct party *party;
	struct held_asked asked;
	char folded[ADDR_MAX + 1];

	if (!is_asked_about(w, &w->items[i]))
		return 0;
	if (store_dossier_load(w->engine->env->store, w->items[i].dossier, &w->arena, &dossier, w->err))
		return -1;
	party = whom(dossier, &w->items[i]);
	if (!party->address || !addr_fold(folded, party->address))
		return 0;
	if (store_held_asked(w->engine->env->store, dossier->service, dossier->number, folded, &w->arena, &asked, w->err))
		return -1;
	/* One question lists all: a second item of this round has been asked about with the first. */
	if (asked.asked == w->now || asked.unanswered >= ASKED_MAX)
		return 0;
	if (asked.asked != DATE_NONE && w->now < asked.asked + DAY) {
		sooner(&w->next[i], asked.asked + DAY);
		return 0;
	}
	return ask(w, dossier, party, &asked);
}

/* Asked again as long as it waits, and the question may be repeated. */
static int plan_party(struct watching *w, size_t i)
{
	struct dossier *dossier;
	struct held_asked asked;
	const struct party *party;

	if (!is_asked_about(w, &w->items[i]))
		return 0;
	if (store_dossier_load(w->engine->env->store, w->items[i].dossier, &w->arena, &dossier, w->err))
		return -1;
	party = whom(dossier, &w->items[i]);
	if (!party->address || store_held_asked(w->engine->env->store, dossier->service, dossier->number, party->address,
						&w->arena, &asked, w->err))
		return party->address ? -1 : 0;
	if (asked.asked == w->now && asked.unanswered < ASKED_MAX)
		sooner(&w->next[i], w->now + DAY);
	return 0;
}

/* ---- what nobody wanted ---- */

/* What is erased does not come back: not while nobody can tell whether the clock is right. */
static int look_old(struct watching *w, size_t i)
{
	const struct item *item = &w->items[i];
	struct err why = ERR_INIT;

	if (item->dossier || item->state == ITEM_GONE)
		return 0;
	if (w->now < item->received + HELD_KEEP) {
		sooner(&w->next[i], item->received + HELD_KEEP);
		return 0;
	}
	if (w->engine->unsteady) {
		sooner(&w->next[i], w->now + AGAIN);
		return 0;
	}
	if (erase_item_in_group(w->engine, item->id, &why) == 0)
		return 0;
	if (why.code != ERR_TEMP || store_failed(w->engine->env->store)) {
		*w->err = why;
		return -1;
	}
	sooner(&w->next[i], w->now + AGAIN);
	return 0;
}

/* ---- one round ---- */

/* An item whose service is no longer configured is looked at by nobody; it is erased in its time. */
static int load(struct watching *w)
{
	size_t i;

	w->items = arena_array(&w->arena, w->count + 1, sizeof *w->items);
	w->next = arena_array(&w->arena, w->count + 1, sizeof *w->next);
	for (i = 0; i < w->count; i++) {
		w->next[i] = DATE_NONE;
		if (store_item_load(w->engine->env->store, w->looks[i].item, &w->arena, &w->items[i], w->err))
			return -1;
		if (w->items[i].state != ITEM_HELD && w->items[i].state != ITEM_PROCESSED)
			w->items[i].state = ITEM_GONE;
	}
	return 0;
}

static int look_at_all(struct watching *w)
{
	size_t i;

	if (load(w))
		return -1;
	for (i = 0; i < w->count; i++)
		if (look_staff(w, i) || look_party(w, i) || plan_party(w, i) || look_old(w, i))
			return -1;
	for (i = 0; i < w->count; i++) {
		w->looks[i].look = w->next[i];
		if (store_held_look(w->engine->env->store, &w->looks[i], w->err))
			return -1;
	}
	return store_time_seen(w->engine->env->store, w->now, w->err);
}

static int look_in_group(struct watching *w)
{
	const struct env *env = w->engine->env;

	if (store_begin(env->store, w->err))
		return -1;
	blob_mark(env->blobs);
	if (look_at_all(w) || blob_sync(env->blobs, w->err) || store_commit(env->store, w->err)) {
		store_abort(env->store);
		blob_discard(env->blobs);
		erase_forget(w->engine);
		return -1;
	}
	erase_finish(w->engine);
	return 0;
}

/* One batch; true when there may be more. */
static bool look(struct engine *engine, struct err *err)
{
	struct watching w = { .engine = engine, .now = engine_now(engine), .err = err };
	bool more = false;

	if (store_held_due(engine->env->store, w.now, BATCH, &w.arena, &w.looks, &w.count, err) == 0 && w.count) {
		steady_look(engine, w.now);
		more = look_in_group(&w) == 0 && w.count == BATCH;
		sender_kick(engine->sender);
	}
	arena_free(&w.arena);
	return more;
}

void held_watch(struct engine *engine)
{
	struct err err = ERR_INIT;

	while (look(engine, &err))
		;
	if (!err.code)
		return;
	if (engine_is_trouble(engine, &err)) {
		engine_fail(engine, &err);
		return;
	}
	log_line(LOG_LEVEL_ERROR, "held.error", "why=\"%s\"", err.text);
	engine->timers_stuck = true;
}

int64_t held_watch_next(struct engine *engine)
{
	int64_t at = DATE_NONE;

	store_held_next(engine->env->store, &at, NULL);
	return at;
}
