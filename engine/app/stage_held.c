/* Base. */
#include "base/str.h"

/* Engine. */
#include "flow/place.h"
#include "store/store.h"

/* Own. */
#include "app/stage_judge_p.h"

/* What waits for a person: files of the dossier, and whole items, which may belong to none. */

/* ---- files ---- */

static bool waits(const struct held_document *held)
{
	return !str_eq(held->reason, HELD_REFUSED);
}

static bool is_held(const struct dossier *dossier, const char *name)
{
	size_t i;

	for (i = 0; i < dossier->held_count; i++)
		if (waits(&dossier->held[i]) && str_eq(dossier->held[i].document.name, name))
			return true;
	return false;
}

static bool has_files(const struct judging *j, int64_t item)
{
	size_t i;

	for (i = 0; j->dossier && i < j->dossier->held_count; i++)
		if (waits(&j->dossier->held[i]) && j->dossier->held[i].document.item == item)
			return true;
	return false;
}

static size_t add_files(const struct judging *j)
{
	size_t i, count = 0;

	for (i = 0; j->dossier && i < j->dossier->held_count; i++) {
		const struct held_document *held = &j->dossier->held[i];

		if (!waits(held))
			continue;
		buf_addf(&j->failure->got, "held \"%s\" (%s)\n", held->document.name, held->reason);
		count++;
	}
	return count;
}

/* ---- items ---- */

static bool is_waiting(const struct item *item)
{
	return item->state == ITEM_HELD || item->state == ITEM_QUARANTINED;
}

/* Those that wait, into the stage's arena. */
static int items(struct judging *j, struct item **list, size_t *count)
{
	struct item_filter filter = { .state = -1, .service = j->stage->service->key };
	struct arena *arena = &j->stage->arena;
	struct item *page;
	size_t i, found;

	*list = NULL;
	*count = 0;
	do {
		if (store_item_list(j->stage->store, &filter, arena, &page, &found, j->err))
			return -1;
		for (i = 0; i < found; i++) {
			filter.after = page[i].id;
			if (!is_waiting(&page[i]))
				continue;
			*list = arena_grow(arena, *list, *count, sizeof **list);
			(*list)[(*count)++] = page[i];
		}
	} while (found == 1000);
	return 0;
}

static void add_item(const struct item *item, struct buf *out)
{
	buf_addf(out, "held %s", item->source == SOURCE_SPOOL ? "from the scanner" : "mail");
	if (item->from && *item->from)
		buf_addf(out, " of %s", item->from);
	buf_addf(out, " because %s\n", item->reason ? item->reason : "of an unknown reason");
	if (item->subject && *item->subject)
		buf_addf(out, "  \"%s\"\n", item->subject);
}

/* All that waits; of an item whose files are told, nothing more unless 'whole'. Its count, or -1. */
static int add_all(struct judging *j, bool whole)
{
	size_t count, i, told = add_files(j);
	struct item *list;

	if (items(j, &list, &count))
		return -1;
	for (i = 0; i < count; i++)
		if (whole || !has_files(j, list[i].id)) {
			add_item(&list[i], &j->failure->got);
			told++;
		}
	return (int)told;
}

static int tell(struct judging *j, bool whole, const char *want)
{
	int told = add_all(j, whole);

	buf_addf(&j->failure->expected, "%s\n", want);
	if (!told)
		buf_adds(&j->failure->got, "nothing held\n");
	return told < 0 ? -1 : judge_fails(j, "expected %s", want);
}

/* ---- expectations ---- */

int judge_held(struct judging *j)
{
	size_t i;

	for (i = 0; i < j->claim->files.count; i++) {
		if (is_held(j->dossier, j->claim->files.list[i]))
			continue;
		return tell(j, false, arena_printf(&j->stage->arena, "held \"%s\"", j->claim->files.list[i]));
	}
	return 1;
}

int judge_nothing_held(struct judging *j)
{
	int held = add_all(j, false);

	if (held <= 0)
		return held < 0 ? -1 : 1;
	buf_adds(&j->failure->expected, "nothing held\n");
	return judge_fails(j, "expected nothing held");
}

static bool fits(struct judging *j, const struct item *item)
{
	const struct scenario_claim *c = j->claim;

	return item->source != SOURCE_SPOOL && (!c->name || str_eq(c->name, item->reason)) &&
	       (c->who.role == SCENARIO_ANYBODY || (item->from && stage_is(j->stage, &c->who, item->from)));
}

int judge_held_mail(struct judging *j)
{
	const struct scenario_claim *c = j->claim;
	const char *who = c->who.role == SCENARIO_ANYBODY ? NULL : judge_who(j->stage, &c->who), *want;
	struct item *list;
	size_t i, count;

	if (items(j, &list, &count))
		return -1;
	for (i = 0; i < count; i++)
		if (fits(j, &list[i]))
			return 1;
	want = arena_printf(&j->stage->arena, "held mail%s%s%s%s", who ? " of " : "", who ? who : "",
			    c->name ? " because " : "", c->name ? c->name : "");
	return tell(j, true, want);
}
