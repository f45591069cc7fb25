/*
 * verify: the database as a whole, then every sealed blob it names, one on each
 * turn of the loop, so that a daemon goes on with its work meanwhile.
 */

/* System. */
#include <stdlib.h>
#include <unistd.h>

/* Base. */
#include "base/xalloc.h"

/* Own. */
#include "app/show.h"

#define FAULTS_SHOWN 20

enum phase { ITEMS, DOSSIERS, OUTBOX, PHASES };

struct verifying {
	struct request *request;
	enum phase phase;
	int64_t after;               /* in the list of this phase */
	long blobs[PHASES], faults;
};

static void judge(struct verifying *v, const char *what, const char *name, int64_t id, int fd, const struct err *err)
{
	struct request *r = v->request;

	v->blobs[v->phase]++;
	if (fd >= 0) {
		close(fd);
		return;
	}
	if (v->faults++ < FAULTS_SHOWN)
		request_fail(r, EXIT_FAULT, "verify: %s %s%s%lld: %s", what, name, *name ? " " : "", (long long)id, err->text);
}

/* Each returns 1 when it looked at one, 0 when there are no more, -1 when the list cannot be read. */

static int look_item(struct verifying *v, struct arena *arena, struct err *err)
{
	struct item_filter filter = { .state = -1, .after = v->after, .limit = 1 };
	struct err found = ERR_INIT;
	struct item *items;
	size_t count;

	if (store_item_list(v->request->env->store, &filter, arena, &items, &count, err))
		return -1;
	if (!count)
		return 0;
	v->after = items->id;
	if (items->raw.id)
		judge(v, "item", "", items->id, engine_item_raw(v->request->engine, items->id, &found), &found);
	return 1;
}

static void look_document(struct verifying *v, const struct dossier *d, const struct document *document)
{
	struct err found = ERR_INIT;

	judge(v, "document", d->number, document->id, engine_document(v->request->engine, d->number, document->id, &found),
	      &found);
}

static int look_dossier(struct verifying *v, struct arena *arena, struct err *err)
{
	struct dossier_filter filter = { .final = -1, .after = v->after, .limit = 1 };
	struct dossier *list, *d;
	size_t count, i, j;

	if (store_dossier_list(v->request->env->store, &filter, arena, &list, &count, err))
		return -1;
	if (!count)
		return 0;
	v->after = list->id;
	if (store_dossier_load(v->request->env->store, list->number, arena, &d, err))
		return -1;
	for (i = 0; i < d->slot_count; i++)
		for (j = 0; j < d->slots[i].document_count; j++)
			look_document(v, d, &d->slots[i].documents[j]);
	for (i = 0; i < d->held_count; i++)
		look_document(v, d, &d->held[i].document);
	return 1;
}

static int look_outbox(struct verifying *v, struct arena *arena, struct err *err)
{
	struct outbox_filter filter = { .all = true, .after = v->after, .limit = 1 };
	struct err found = ERR_INIT;
	struct outbox_row *rows;
	size_t count;

	if (store_outbox_list(v->request->env->store, &filter, arena, &rows, &count, err))
		return -1;
	if (!count)
		return 0;
	v->after = rows->id;
	judge(v, "outgoing mail", "", rows->id, engine_outbox_raw(v->request->engine, rows->id, &found), &found);
	return 1;
}

static void finish(struct verifying *v)
{
	struct request *r = v->request;

	if (v->faults > FAULTS_SHOWN)
		request_fail(r, EXIT_FAULT, "verify: %ld more faults", v->faults - FAULTS_SHOWN);
	if (!r->status)
		buf_addf(&r->out, "ok: database, %ld items, %ld documents, %ld outgoing mails\n", v->blobs[ITEMS],
			 v->blobs[DOSSIERS], v->blobs[OUTBOX]);
	free(v);
	request_finish(r);
}

static void look_on(void *ctx)
{
	static int (*const looks[PHASES])(struct verifying *, struct arena *, struct err *) = {
		[ITEMS] = look_item, [DOSSIERS] = look_dossier, [OUTBOX] = look_outbox,
	};
	struct verifying *v = ctx;
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	int rc = looks[v->phase](v, &arena, &err);

	arena_free(&arena);
	if (rc < 0) {
		request_fail_err(v->request, "verify", &err);
		finish(v);
		return;
	}
	if (rc == 0) {
		v->after = 0;
		v->phase++;
	}
	if (v->phase == PHASES)
		finish(v);
	else
		loop_timer_add(real_loop(v->request->real), 0, look_on, v);
}

void command_verify(struct request *r)
{
	struct verifying *v;
	struct err err = ERR_INIT;

	if (!request_complete(r))
		return;
	if (store_verify(r->env->store, &err)) {
		request_fail(r, EXIT_FAULT, "verify: %s", err.text);
		return;
	}
	v = xcalloc(1, sizeof *v);
	v->request = r;
	r->pending = true;
	loop_timer_add(real_loop(r->real), 0, look_on, v);
}
