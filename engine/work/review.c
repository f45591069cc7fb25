/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/str.h"

/* Engine. */
#include "flow/place.h"
#include "tmpl/words.h"

/* Own. */
#include "work/engine_p.h"
#include "work/review.h"
#include "work/ticket.h"

#define TO_STAFF TICKET_PREFIX "bericht"
#define OPENED (ACCEPT_PDF | ACCEPT_IMAGE | ACCEPT_SPREADSHEET | ACCEPT_DOCUMENT)

/* ---- documents of a dossier ---- */

static bool asks_review(const struct answering *a, const struct letter *letter)
{
	struct tmpl_where where = { a->service->key, a->dossier ? a->dossier->brand : NULL,
				    letter->to.language ? letter->to.language : a->service->language };
	size_t i;

	for (i = 0; a->dossier && letter->to.staff && i < letter->part_count; i++)
		if (letter->parts[i]->audience == TMPL_AUDIENCE_STAFF &&
		    tmpl_set_reviews(world_templates(a->engine->world), &where, letter->parts[i]->template))
			return true;
	return false;
}

static bool is_in(const struct enclose_batch *batch, const struct document *document)
{
	size_t i;

	for (i = 0; i < batch->count; i++)
		if (batch->list[i] == document)
			return true;
	return false;
}

/* Of one slot: as many as there is room for. */
static void plan_slot(struct answering *a, const struct slot *slot, struct enclose_plan *plan, int64_t most, int64_t *used)
{
	size_t i;

	for (i = 0; i < slot->document_count; i++) {
		const struct document *document = &slot->documents[i];
		int64_t size = enclose_size(document->size);

		if (!document->current || document->from_staff || is_in(&plan->batches[0], document))
			continue;
		if (*used + size > most || plan->batches[0].count >= COMPOSE_MAX_ATTACHMENTS) {
			enclose_add(a, &plan->left, document);
			continue;
		}
		enclose_add(a, &plan->batches[0], document);
		enclose_add(a, &plan->review, document);
		*used += size;
	}
}

void review_plan(struct answering *a, const struct letter *letter, struct enclose_plan *plan, int64_t most)
{
	int64_t used = 0;
	size_t i;

	if (!asks_review(a, letter))
		return;
	most = a->service->staff_files < most ? a->service->staff_files : most;
	for (i = 0; i < plan->batches[0].count; i++)
		used += enclose_size(plan->batches[0].list[i]->size);
	for (i = 0; i < a->dossier->slot_count; i++)
		if (a->dossier->slots[i].status == SLOT_DELIVERED && !a->dossier->slots[i].from_staff)
			plan_slot(a, &a->dossier->slots[i], plan, most, &used);
}

static void put(const struct answering *a, const struct document *document, const struct slot *slot, bool attached,
		const char *lang, struct tmpl_value *list)
{
	struct tmpl_value *item = tmpl_list_object(a->arena, list);

	tmpl_set_text(a->arena, item, "title", slot->title);
	tmpl_set_text(a->arena, item, "name", document->name);
	tmpl_set_text(a->arena, item, "type", document->type);
	tmpl_set_text(a->arena, item, "size", tmpl_words_size(a->arena, lang, document->size));
	tmpl_set_bool(a->arena, item, "along", attached);
}

void review_values(const struct answering *a, const struct enclose_plan *plan, const char *lang, struct tmpl_value *values)
{
	struct tmpl_value *list;
	size_t s, i;

	if (!plan->review.count && !plan->left.count)
		return;
	list = tmpl_set_list(a->arena, values, "review.list");
	for (s = 0; s < a->dossier->slot_count; s++)
		for (i = 0; i < a->dossier->slots[s].document_count; i++) {
			const struct document *document = &a->dossier->slots[s].documents[i];
			bool attached = is_in(&plan->review, document);

			if (attached || is_in(&plan->left, document))
				put(a, document, &a->dossier->slots[s], attached, lang, list);
		}
	tmpl_set_counts(a->arena, values, "review");
}

/* ---- files of who asked ---- */

/* As a mail program shows it: not a path. */
static const char *base(const char *name)
{
	const char *at;

	while ((at = strpbrk(name, "/\\")) != NULL)
		name = at + 1;
	return name;
}

/* Whatever it holds, what it is called decides what happens when somebody opens it. */
static bool is_text(const char *name)
{
	return str_ends(name, ".txt") || str_ends(name, ".csv") || !strchr(name, '.');
}

static bool is_harmless(const struct mail_part *part)
{
	if (place_kinds(part->found, part->name) & OPENED)
		return true;
	return str_eq(part->found, "text/plain") && is_text(part->name ? base(part->name) : "");
}

void review_asked(struct answering *a, const struct job *job, bool proven)
{
	int64_t used = 0, most = enclose_room(a);
	size_t i, paper = 0;

	most = a->service->staff_files < most ? a->service->staff_files : most;
	a->asked = NULL;
	a->asked_count = 0;
	a->asked_left = NULL;
	for (i = 0; i < job->mail.part_count; i++) {
		const struct mail_part *part = &job->mail.parts[i];
		bool taken = true;

		if (part->role != MAIL_PART_ATTACHMENT)
			continue;
		if (a->had_papers)
			taken = paper < a->paper_count && a->papers[paper].fate == PAPER_RECEIVED;
		paper++;
		if (!taken || !proven || !is_harmless(part) || a->asked_count == COMPOSE_MAX_ATTACHMENTS ||
		    used + enclose_size(part->size) > most) {
			char *name = str_clean(part->name ? base(part->name) : part->found, 200);

			a->asked_left = arena_printf(a->arena, "%s%s%s", a->asked_left ? a->asked_left : "",
						     a->asked_left ? "\n" : "", name);
			free(name);
			continue;
		}
		used += enclose_size(part->size);
		a->asked = arena_grow(a->arena, a->asked, a->asked_count, sizeof *a->asked);
		a->asked[a->asked_count++] = (struct compose_attachment){ part->name, part->found,
									   { NULL, job->out, part->offset, part->size } };
	}
}

bool review_goes(const struct letter *letter, const struct wish *wish)
{
	return letter->to.staff && wish->audience == TMPL_AUDIENCE_STAFF && str_eq(wish->template, TO_STAFF);
}
