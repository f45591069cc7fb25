/* Base. */
#include "base/addr.h"
#include "base/str.h"

/* Engine. */
#include "flow/place.h"

/* Own. */
#include "work/engine_p.h"
#include "work/held.h"
#include "work/office.h"
#include "work/route.h"

#define OTHER "other"

static const struct { const char *reason, *word; } words[] = {
	{ REASON_UNAUTHENTICATED, "unproven" }, { REASON_STRANGER, "stranger" },
	{ REASON_NO_NUMBER, "number" },		{ REASON_UNKNOWN_NUMBER, "number" },
	{ REASON_TWO_NUMBERS, "two" },		{ REASON_TWO_ANSWERS, "two" },
	{ REASON_SEVERAL, "number" },		{ REASON_SENDERS, "sender" },
	{ REASON_OWN, "sender" },		{ REASON_BOUNCE, "sender" },
	{ REASON_ENCRYPTED, "encrypted" },	{ REASON_MESSAGE, "words" },
	{ REASON_EMPTY, "words" },		{ REASON_RETURNED, "words" },
	{ REASON_RULE, "rules" },		{ HELD_UNPLACED, "file" },
	{ HELD_AMBIGUOUS, "file" },		{ HELD_YEAR, "file" },
	{ HELD_TYPE, "file" },			{ HELD_FULL, "file" },
	{ HELD_CLOSED, "file" },		{ HELD_FINAL, "file" },
	{ HELD_EMPTY, "file" },			{ REASON_COLLEAGUE, "colleague" },
	{ REASON_OFFICE, "unconfirmed" },	{ REASON_FORWARDED, OTHER },
	{ REASON_REQUEST, OTHER },		{ REASON_LIMIT, OTHER },
	{ REASON_AUTOMATIC, OTHER },		{ REASON_LOOP, OTHER },
};

const char *held_reason_at(size_t index)
{
	return index < sizeof words / sizeof *words ? words[index].reason : NULL;
}

static const char *why_word(const char *reason)
{
	size_t i;

	for (i = 0; i < sizeof words / sizeof *words; i++)
		if (str_eq(words[i].reason, reason))
			return words[i].word;
	return OTHER;
}

/* What the address that it claims is to its dossier. */
static const char *standing_word(struct engine *engine, const struct item *item, const struct dossier *dossier)
{
	const struct settings_service *service = settings_service(engine->settings, item->service);
	enum actor_role role;

	if (item->source == SOURCE_SPOOL)
		return "scanner";
	if (!item->from || !*item->from)
		return "nobody";
	role = dossier ? dossier_role_of(dossier, item->from) : ACTOR_NONE;
	if (role == ACTOR_CLIENT || role == ACTOR_OFFICE)
		return actor_role_word(role);
	return service && settings_is_staff(service, item->from) ? "staff" : "stranger";
}

static bool waits(const struct held_document *held)
{
	return !str_eq(held->reason, HELD_REFUSED);
}

void held_files(const struct dossier *dossier, int64_t item, struct arena *arena, const struct held_document ***files,
		size_t *count)
{
	const struct held_document **list = arena_array(arena, dossier->held_count + 1, sizeof *list);
	size_t i;

	*files = list;
	*count = 0;
	for (i = 0; i < dossier->held_count; i++)
		if (waits(&dossier->held[i]) && dossier->held[i].document.item == item)
			list[(*count)++] = &dossier->held[i];
}

const struct slot *held_slot(const struct dossier *dossier, const struct held_document *held)
{
	if (!held->slot || str_eq(held->reason, HELD_UNPLACED) || str_eq(held->reason, HELD_AMBIGUOUS) ||
	    str_eq(held->reason, HELD_YEAR))
		return NULL;
	return dossier_slot(dossier, held->slot, held->year);
}

static void add_files(const struct dossier *dossier, struct arena *arena, struct engine_held *h)
{
	const struct held_document **files;
	size_t i;

	held_files(dossier, h->item.id, arena, &files, &h->file_count);
	h->files = arena_array(arena, h->file_count + 1, sizeof *h->files);
	for (i = 0; i < h->file_count; i++) {
		const struct slot *slot = held_slot(dossier, files[i]);

		h->files[i] = (struct engine_held_file){ files[i]->document.id, files[i]->document.name, files[i]->reason,
						  slot ? slot->title : NULL };
	}
}

int held_describe(struct engine *engine, const struct item *item, struct arena *arena, struct engine_held *h,
		  struct err *err)
{
	struct dossier *dossier = NULL;
	struct err found = ERR_INIT;

	*h = (struct engine_held){ .item = *item, .why = why_word(item->reason) };
	h->proven = item->doubt <= AUTH_STRONG - AUTH_SPF && !str_eq(item->reason, REASON_UNAUTHENTICATED) &&
		    !str_eq(item->reason, REASON_SENDERS);
	if (item->dossier && store_dossier_load(engine->env->store, item->dossier, arena, &dossier, &found)) {
		if (found.code != ERR_NOTFOUND) {
			if (err)
				*err = found;
			return -1;
		}
		dossier = NULL;
	}
	h->standing = standing_word(engine, item, dossier);
	if (dossier && item->raw_in_dossier)
		add_files(dossier, arena, h);
	return 0;
}

int engine_held_look(struct engine *engine, const struct item *item, struct arena *arena, struct engine_held *held,
		     struct err *err)
{
	return held_describe(engine, item, arena, held, err);
}
