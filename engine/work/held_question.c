/* System. */
#include <stdlib.h>

/* Base. */
#include "base/date.h"
#include "base/str.h"

/* Own. */
#include "work/engine_p.h"
#include "work/held.h"
#include "work/route.h"

#define QUESTION "held:" /* then the numbers of the items; a command never begins so */

bool held_is_question(const char *pending)
{
	return pending && str_starts(pending, QUESTION);
}

const char *held_question_text(struct arena *arena, const struct engine_held *list, size_t count)
{
	const char *text = QUESTION;
	size_t i;

	for (i = 0; i < count; i++)
		text = arena_printf(arena, "%s %lld", text, (long long)list[i].item.id);
	return text;
}

int64_t held_question_life(const char *pending)
{
	return held_is_question(pending) ? REPLY_LIFE : REPLY_CONFIRM_LIFE;
}

static void let_through(struct decision *d, const struct item *item, const char *by)
{
	d->accepts = arena_grow(d->arena, d->accepts, d->accept_count, sizeof *d->accepts);
	d->accepts[d->accept_count++] = (struct held_accept){ .item = item->id, .dossier = d->dossier->number, .by = by,
							      .at = d->now };
}

static void refuse(struct decision *d, const struct item *item, const char *by)
{
	d->ends = arena_grow(d->arena, d->ends, d->end_count, sizeof *d->ends);
	d->ends[d->end_count++] = (struct item_verdict){ .id = item->id, .state = ITEM_PROCESSED, .reason = REASON_REFUSED,
							 .detail = arena_printf(d->arena, "by %s", by) };
}

/* Staff hear what a party did not want. */
static int tell_staff(struct decision *d, const struct item *items, size_t count, struct err *err)
{
	struct held_telling *telling = arena_alloc(d->arena, sizeof *telling);
	struct engine_held *list = arena_array(d->arena, count + 1, sizeof *list);
	size_t i;

	for (i = 0; i < count; i++)
		if (held_describe(d->engine, &items[i], d->arena, &list[i], err))
			return -1;
	telling->list = list;
	telling->count = count;
	d->answering.held = telling;
	answer_wish(&d->answering, "vastgehouden-nee", TMPL_AUDIENCE_STAFF);
	return 0;
}

/* Those of the list that still wait for an answer about this dossier. */
static int find_open(struct decision *d, const char *numbers, struct item **list, size_t *count, struct err *err)
{
	struct item item;
	char *end;

	for (numbers += sizeof QUESTION - 1; *numbers; numbers = end) {
		int64_t id = strtoll(numbers, &end, 10);

		if (end == numbers)
			break;
		if (store_item_load(d->engine->env->store, id, d->arena, &item, err))
			return -1;
		if (item.state != ITEM_HELD || item.raw_in_dossier || !str_eq(item.dossier, d->dossier->number))
			continue;
		*list = arena_grow(d->arena, *list, *count, sizeof **list);
		(*list)[(*count)++] = item;
	}
	return 0;
}

int held_answered(struct decision *d, const struct orders *orders, const struct pending_command *pending, bool yes,
		  struct err *err)
{
	struct held_asked *asked = arena_alloc(d->arena, sizeof *asked);
	const char *by = arena_printf(d->arena, "%s %s", actor_role_word(orders->standing->role), orders->by);
	struct item *list = NULL;
	size_t count = 0, i;

	if (find_open(d, pending->text, &list, &count, err))
		return -1;
	for (i = 0; i < count; i++) {
		if (yes)
			let_through(d, &list[i], by);
		else
			refuse(d, &list[i], by);
	}
	/* He answers: when more comes he is asked again. The last time stays: at most once a day. */
	if (store_held_asked(d->engine->env->store, d->service->key, d->dossier->number, pending->address, d->arena, asked,
			     err))
		return -1;
	asked->unanswered = 0;
	d->asked = asked;
	d->asked_count = 1;
	return yes || !count ? 0 : tell_staff(d, list, count, err);
}
