/* Base. */
#include "base/addr.h"
#include "base/date.h"
#include "base/log.h"
#include "base/str.h"

/* Own. */
#include "work/engine_p.h"
#include "work/health.h"
#include "work/limits.h"

#define RELEASE_PAGE 500 /* held rows in memory at a time */

static uint32_t or_else(uint32_t value, uint32_t otherwise)
{
	return value ? value : otherwise;
}

struct settings_limits limits_values(const struct engine *engine)
{
	const struct settings_limits *l = &engine->settings->limits;

	return (struct settings_limits){ or_else(l->stranger, 1), or_else(l->same_text, 3), or_else(l->address, 30),
					 or_else(l->dossier, 40), or_else(l->all, 5000) };
}

/* ---- counting ---- */

/* One limit: what is counted, how many there may be, and in what words it is told. */
struct limit {
	struct outbox_tally tally;
	uint32_t most;
	const char *held;
	const char *words;
	const char *about; /* unique for what it limits */
};

/* Does a row that is not in the store yet count for it? */
static bool counts(const struct limit *l, const struct outbox_row *row)
{
	return row->state != OUTBOX_HELD && !str_eq(row->audience, "staff") &&
	       (!l->tally.to || addr_same(row->to, l->tally.to)) &&
	       (!l->tally.dossier || str_eq(row->dossier, l->tally.dossier)) &&
	       (!l->tally.text || str_eq(row->text, l->tally.text));
}

static int is_reached(struct engine *engine, const struct limit *l, const struct outbox_row *rows, size_t row_count,
		      bool *reached, struct err *err)
{
	int64_t count;
	size_t i;

	if (store_outbox_tally(engine->env->store, &l->tally, &count, err))
		return -1;
	for (i = 0; i < row_count; i++)
		count += counts(l, &rows[i]);
	*reached = count >= l->most;
	return 0;
}

/* Those that apply to a row; the number of them. */
static size_t limits_of_row(struct engine *engine, const struct outbox_row *row, int64_t now, struct limit list[4])
{
	const struct settings_limits v = limits_values(engine);
	size_t count = 0;

	list[count++] = (struct limit){ { .service = row->service, .to = row->to, .text = row->text,
					  .since = now - LIMITS_DAY + 1 }, v.same_text, HELD_FOR_TEXT,
					"the same words went to this address too often today", row->to };
	list[count++] = (struct limit){ { .service = row->service, .to = row->to, .since = now - LIMITS_HOUR + 1 },
					v.address, HELD_FOR_RATE, "too many mails to this address within an hour", row->to };
	if (row->dossier)
		list[count++] = (struct limit){ { .service = row->service, .dossier = row->dossier,
						  .since = now - LIMITS_HOUR + 1 }, v.dossier, HELD_FOR_RATE,
						"too many mails about this dossier within an hour", row->dossier };
	list[count++] = (struct limit){ { .since = now - LIMITS_HOUR + 1 }, v.all, HELD_FOR_RATE,
					"too many mails in all within an hour", "all" };
	return count;
}

static void hold(struct outbox_row *row, const char *held, const char *words)
{
	row->state = OUTBOX_HELD;
	row->held = held;
	row->reply = words;
	row->next_at = DATE_NONE;
}

/* Staff who know that mail is held for the same reason are not told again while it lies there. */
static int tell_once(const struct answering *a, const struct outbox_row *row, const struct limit *l, const char **about,
		     struct err *err)
{
	struct outbox_row *rows;
	size_t count;

	if (store_outbox_held(a->engine->env->store, l->held, row->service, l->tally.to, 0, 1, a->arena, &rows, &count, err))
		return -1;
	*about = l->tally.to && count ? NULL : l->about;
	return 0;
}

int limits_judge(struct answering *a, struct outbox_row *row, const char **about, struct err *err)
{
	struct limit list[4];
	bool reached = false;
	size_t i, count;

	*about = NULL;
	if (str_eq(row->audience, "staff"))
		return 0;
	if (health_is_dead(a->engine, row->service, row->to)) {
		hold(row, HELD_FOR_DEAD, "mail to this address comes back; it goes when somebody writes from it again");
		return 0;
	}
	count = limits_of_row(a->engine, row, a->now, list);
	for (i = 0; !reached && i < count; i++) {
		if (!row->text && str_eq(list[i].held, HELD_FOR_TEXT))
			continue;
		if (is_reached(a->engine, &list[i], a->rows, a->row_count, &reached, err))
			return -1;
		if (reached && tell_once(a, row, &list[i], about, err))
			return -1;
		if (reached)
			hold(row, list[i].held, list[i].words);
	}
	return 0;
}

int limits_tell(struct answering *a, const char *about, struct err *err)
{
	const struct outbox_row held = a->rows[a->row_count - 1];
	struct answering told = { .engine = a->engine, .arena = a->arena, .service = a->service, .now = a->now,
				  .received = DATE_NONE, .scope = a->scope, .failed = &held, .failed_reply = held.reply,
				  .rows = a->rows, .row_count = a->row_count };
	size_t i, before = a->row_count;
	int rc;

	told.cause = arena_printf(a->arena, "limit:%s:%s:%lld", a->service->key, about, (long long)(a->now / LIMITS_DAY));
	answer_wish(&told, "verzending-vastgehouden", TMPL_AUDIENCE_STAFF);
	rc = answer_render(&told, err);
	a->rows = told.rows;
	a->row_count = told.row_count;
	for (i = before; i < a->row_count; i++)
		a->rows[i].dossier = held.dossier;
	return rc;
}

/*
 * A reminder to an address that takes no mail: the next one says the same, if
 * anybody is there to read it then. What is said once (on entering a state, say)
 * is made and held.
 */
bool limits_wasted(const struct answering *a, const struct recipient *to)
{
	char quoted[160];

	if (to->staff || !a->reminder || !a->dossier || a->dossier->final ||
	    !health_is_dead(a->engine, a->service->key, to->address))
		return false;
	log_line(LOG_LEVEL_INFO, "outbox.dead", "dossier=%s to=%s", a->dossier->number,
		 log_quote(quoted, sizeof quoted, to->address));
	return true;
}

/* ---- letting go ---- */

/* In a group of its own, so that what was counted is what goes. */
static int release_one(struct engine *engine, const struct outbox_row *row, int64_t now, bool *went, struct err *err)
{
	struct limit list[4];
	size_t i, count = limits_of_row(engine, row, now, list);
	bool reached = false;

	*went = false;
	for (i = 0; !reached && i < count; i++)
		if (str_eq(list[i].held, HELD_FOR_RATE) && is_reached(engine, &list[i], NULL, 0, &reached, err))
			return -1;
	if (reached)
		return 0;
	*went = true;
	log_line(LOG_LEVEL_INFO, "outbox.released", "outbox=%lld", (long long)row->id);
	return store_outbox_retry(engine->env->store, row->id, now, err);
}

/* Of those behind '*after'; 1 = there may be more. */
static int release_page(struct engine *engine, int64_t *after, size_t *gone, size_t *left, struct err *err)
{
	struct store *store = engine->env->store;
	struct arena arena = ARENA_INIT;
	struct outbox_row *rows;
	size_t i, count = 0;
	bool went;
	int rc = store_outbox_held(store, HELD_FOR_RATE, NULL, NULL, *after, RELEASE_PAGE, &arena, &rows, &count, err);

	for (i = 0; !rc && i < count; i++) {
		rc = release_one(engine, &rows[i], engine_now(engine), &went, err);
		*gone += !rc && went;
		*left += !rc && !went;
		*after = rows[i].id;
	}
	arena_free(&arena);
	return rc ? -1 : count == RELEASE_PAGE;
}

bool limits_release(struct engine *engine)
{
	struct err err = ERR_INIT;
	size_t gone = 0, left = 0;
	int64_t after = 0;
	int rc;

	/* All of them: hundreds to one address must not keep the mail of others waiting. */
	do
		rc = release_page(engine, &after, &gone, &left, &err);
	while (rc > 0);
	if (rc)
		engine_fail(engine, &err);
	else if (gone)
		sender_kick(engine->sender);
	return left > 0;
}
