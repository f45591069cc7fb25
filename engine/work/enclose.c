/* System. */
#include <unistd.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "work/enclose.h"
#include "work/engine_p.h"
#include "work/review.h"

#define MAX_BYTES 10000000 /* of a whole mail, where the settings say nothing: Postfix takes a little more */
#define REST_BYTES 300000  /* for its text, picture and heads */

/* Base64 in lines of 76, and the head of its part. */
int64_t enclose_size(int64_t size)
{
	return size / 57 * 78 + 78 + 600;
}

int64_t enclose_room(const struct answering *a)
{
	int64_t max = a->engine->settings->smtp_max_bytes;

	max = (max ? max : MAX_BYTES) - REST_BYTES;
	return max > REST_BYTES ? max : REST_BYTES;
}

void enclose_add(struct answering *a, struct enclose_batch *batch, const struct document *document)
{
	size_t i;

	for (i = 0; i < batch->count; i++)
		if (batch->list[i] == document)
			return;
	batch->list = arena_grow(a->arena, batch->list, batch->count, sizeof *batch->list);
	batch->list[batch->count++] = document;
}

static void add_slot(struct answering *a, struct enclose_batch *all, const char *name)
{
	size_t s, d;

	for (s = 0; s < a->dossier->slot_count; s++) {
		const struct slot *slot = &a->dossier->slots[s];

		for (d = 0; str_eq(slot->name, name) && d < slot->document_count; d++)
			if (slot->documents[d].current)
				enclose_add(a, all, &slot->documents[d]);
	}
}

static void wanted(struct answering *a, const struct letter *letter, struct enclose_batch *all)
{
	size_t i, j;

	for (i = 0; a->dossier && i < letter->part_count; i++) {
		for (j = 0; j < letter->parts[i]->attach_count; j++)
			add_slot(a, all, letter->parts[i]->attach[j]);
		for (j = 0; j < letter->parts[i]->document_count; j++)
			enclose_add(a, all, letter->parts[i]->documents[j]);
	}
}

void enclose_plan(struct answering *a, const struct letter *letter, struct enclose_plan *plan)
{
	struct enclose_batch all = { 0 }, *last;
	int64_t most = enclose_room(a), used = 0;
	size_t i;

	*plan = (struct enclose_plan){ .batches = arena_grow(a->arena, NULL, 0, sizeof *plan->batches), .count = 1 };
	plan->batches[0] = (struct enclose_batch){ 0 };
	wanted(a, letter, &all);
	for (i = 0; i < all.count; i++) {
		int64_t size = enclose_size(all.list[i]->size);

		last = &plan->batches[plan->count - 1];
		if (size > most) {
			enclose_add(a, &plan->big, all.list[i]);
			continue;
		}
		if (last->count && (used + size > most || last->count == COMPOSE_MAX_ATTACHMENTS)) {
			plan->batches = arena_grow(a->arena, plan->batches, plan->count, sizeof *plan->batches);
			last = &plan->batches[plan->count++];
			*last = (struct enclose_batch){ 0 };
			used = 0;
		}
		enclose_add(a, last, all.list[i]);
		used += size;
	}
	review_plan(a, letter, plan, most);
}

/* The bytes of a document; small ones come from the store, which does not load them with the dossier. */
static int document_bytes(struct answering *a, const struct document *document, const struct seal_key *scope,
			  struct err *err)
{
	const struct env *env = a->engine->env;
	struct document whole = *document;
	struct blob_key ignored;

	if (!whole.blob.name[0] && !whole.blob.inline_data &&
	    store_document_load(env->store, a->dossier->number, document->id, a->arena, &whole, &ignored, err))
		return -1;
	return blob_get(env->blobs, scope, &whole.blob, err);
}

int enclose_open(struct answering *a, const struct enclose_batch *batch, struct compose_attachment **list, size_t *count,
		struct err *err)
{
	struct seal_key scope;
	int fd = 0;

	*list = arena_array(a->arena, batch->count + 1, sizeof **list);
	*count = 0;
	if (!batch->count)
		return 0;
	if (seal_unwrap(&a->engine->env->master, a->scope.bytes, &scope, err))
		return -1;
	while (*count < batch->count && fd >= 0) {
		const struct document *document = batch->list[*count];

		fd = document_bytes(a, document, &scope, err);
		if (fd >= 0)
			(*list)[(*count)++] = (struct compose_attachment){ document->name, document->type,
									   { NULL, fd, 0, document->size } };
	}
	seal_wipe(&scope, sizeof scope);
	return fd < 0 ? -1 : 0;
}

void enclose_close(struct compose_attachment *list, size_t count)
{
	while (count-- > 0)
		if (list[count].bytes.fd >= 0)
			close(list[count].bytes.fd);
}

void enclose_shown(struct answering *a, const struct letter *letter, const struct enclose_batch *batch)
{
	unsigned as = letters_is_payment(letter->parts[0]) ? DOCUMENT_SHOWN_PAYER : DOCUMENT_SHOWN;
	size_t i;

	for (i = 0; i < batch->count && !letter->to.staff; i++) {
		a->shown = arena_grow(a->arena, a->shown, a->shown_count, sizeof *a->shown);
		a->shown[a->shown_count++] = (struct answer_shown){ batch->list[i], as };
	}
}
