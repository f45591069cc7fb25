/* System. */
#include <string.h>
#include <unistd.h>

/* Base. */
#include "base/addr.h"
#include "base/file.h"
#include "base/log.h"
#include "base/str.h"

/* Engine. */
#include "mime/compose.h"

/* Own. */
#include "work/handle.h"

/*
 * A command line is handled as the mail that it could have been. With files it
 * is made one, so that what is in them is looked at where hostile bytes are:
 * in a parse worker.
 */
struct ordering {
	struct job *job;             /* its arena holds all of this */
	const char *number, *by;
	enum actor_role role;
	bool answer;
	int64_t now;                 /* of the order: a caller may have set the clock for it alone */
	struct engine_file *files;
	size_t file_count;
	engine_reply_fn *done;
	void *ctx;
};

/* ---- checking ---- */

static const struct settings_person *staff_of(const struct settings_service *service, const char *address)
{
	size_t i;

	for (i = 0; i < service->staff_count; i++)
		if (addr_same(service->staff[i].address, address))
			return &service->staff[i];
	return NULL;
}

static int check_slots(const struct engine_order *order, const struct dossier *dossier, struct err *err)
{
	struct arena arena = ARENA_INIT;
	const struct slot **slots;
	size_t i;
	int rc = 0;

	for (i = 0; !rc && i < order->file_count; i++)
		if (order->files[i].slot && command_slots(dossier, order->files[i].slot, &arena, &slots) != 1)
			rc = err_set(err, ERR_INPUT, "'%s' is not the name of one document of dossier %s",
				     order->files[i].slot, dossier->number);
	arena_free(&arena);
	return rc;
}

static int check(struct engine *engine, const struct engine_order *order, const struct dossier *dossier,
		 struct err *err)
{
	const struct settings_service *service = settings_service(engine->settings, dossier->service);

	if (!service)
		return err_set(err, ERR_INPUT, "dossier %s belongs to service '%s', which the configuration no longer has",
			       dossier->number, dossier->service);
	if (order->role == ACTOR_OFFICE && !dossier->office.address)
		return err_set(err, ERR_INPUT, "dossier %s has no office", dossier->number);
	if (order->role == ACTOR_STAFF && order->by && !staff_of(service, order->by))
		return err_set(err, ERR_INPUT, "'%s' is no staff address of service '%s'", order->by, service->key);
	if (order->role == ACTOR_STAFF && order->answer && !order->by)
		return err_set(err, ERR_INPUT, "an answer to staff needs the address of one of them");
	if (order->role != ACTOR_STAFF && order->role != ACTOR_CLIENT && order->role != ACTOR_OFFICE)
		return err_set(err, ERR_INPUT, "only client, office and staff give commands");
	if (str_is_blank(order->lines ? order->lines : "") && !order->file_count)
		return err_set(err, ERR_INPUT, "there is nothing to do: neither a command nor a file");
	return check_slots(order, dossier, err);
}

/* ---- doing ---- */

static void fill(struct ordering *o, struct handling *h, struct dossier *dossier)
{
	struct engine *engine = o->job->engine;
	const struct settings_service *service = settings_service(engine->settings, dossier->service);
	const struct party *party = o->role == ACTOR_CLIENT ? &dossier->client : &dossier->office;
	const struct settings_person *staff = o->by && service ? staff_of(service, o->by) : NULL;
	unsigned char bits[16];
	char id[33];

	engine->env->ops->random(engine->env->self, bits, sizeof bits);
	str_hex(id, bits, sizeof bits);
	*h = (struct handling){ .engine = engine, .arena = &o->job->arena, .job = o->job, .dossier = dossier,
				.files = o->files, .file_count = o->file_count, .words = true,
				.now = o->now };
	h->standing = (struct standing){ .role = o->role, .level = 3, .strong = true, .forced = true };
	h->by = o->by ? o->by : o->role == ACTOR_STAFF ? "operator" : party->address;
	h->from = h->by;
	h->cause = arena_printf(h->arena, "command:%s:%s", dossier->number, id);
	if (o->answer) {
		h->sender = h->by;
		h->sender_name = o->role != ACTOR_STAFF ? party->name : staff ? staff->name : "";
	}
}

static int handle(struct ordering *o, struct handling *h, struct err *err)
{
	const struct env *env = o->job->engine->env;
	struct dossier *dossier;

	if (store_begin(env->store, err))
		return -1;
	blob_mark(env->blobs);
	if (store_dossier_load(env->store, o->number, &o->job->arena, &dossier, err))
		goto abort;
	fill(o, h, dossier);
	if (handle_begin(h, err) || handle_finish(h, err) || blob_sync(env->blobs, err) || store_commit(env->store, err))
		goto abort;
	return 0;
abort:
	store_abort(env->store);
	blob_discard(env->blobs);
	return -1;
}

static void finish(struct ordering *o)
{
	struct job *job = o->job;
	struct engine *engine = job->engine;
	struct engine_reply reply = { 0 };
	struct handling h = { 0 };
	struct err err = ERR_INIT;

	if (o->job->status != PARSE_OK)
		err_set(&err, ERR_INPUT, "the files cannot be looked at: %s", o->job->reason ? o->job->reason : "no reason");
	else if (handle(o, &h, &err) == 0) {
		orders_count(&h.orders, &reply.done, &reply.refused);
		reply.text = orders_text(&h.orders, &o->job->arena);
		log_line(LOG_LEVEL_INFO, "command.done", "dossier=%s by=%s done=%zu refused=%zu state=%s", o->number, h.by,
			 reply.done, reply.refused, h.decision.output.dossier->state);
	}
	o->done(o->ctx, err.code ? NULL : &reply, err.code ? err.text : NULL);
	if (err.code && store_failed(engine->env->store))
		engine_fail(engine, &err);
	job_free(&job);
	engine_poke(engine);
}

static void looked(struct job *job)
{
	finish(job->look_ctx);
}

static void at_once(void *ctx)
{
	finish(ctx);
}

/* ---- the mail that it could have been ---- */

static void keep_files(struct ordering *o, const struct engine_order *order)
{
	struct arena *arena = &o->job->arena;
	size_t i;

	o->files = arena_array(arena, order->file_count + 1, sizeof *o->files);
	for (i = 0; i < order->file_count; i++)
		o->files[i] = (struct engine_file){ arena_strdup(arena, order->files[i].name),
						    arena_strdup(arena, order->files[i].slot), -1 };
	o->file_count = order->file_count;
}

static int compose(struct ordering *o, const struct engine_order *order, const char *address, struct err *err)
{
	struct arena *arena = &o->job->arena;
	struct compose_attachment *list = arena_array(arena, order->file_count + 1, sizeof *list);
	struct compose_mail mail = { .from = { NULL, address }, .to = { NULL, address }, .subject = "",
				     .message_id = "command@localhost", .date = o->now,
				     .automatic = COMPOSE_PERSON, .text = order->lines ? order->lines : "",
				     .attachments = list, .attachment_count = order->file_count };
	int64_t size;
	size_t i;

	if (order->file_count > COMPOSE_MAX_ATTACHMENTS)
		return err_set(err, ERR_LIMIT, "more than %d files", COMPOSE_MAX_ATTACHMENTS);
	for (i = 0; i < order->file_count; i++)
		list[i] = (struct compose_attachment){ order->files[i].name, "application/octet-stream",
						       { NULL, order->files[i].fd, 0, file_size(order->files[i].fd) } };
	o->job->raw = file_memory("command", err);
	return o->job->raw < 0 ? -1 : compose_fd(&mail, o->job->raw, &size, err);
}

static int begin(struct ordering *o, const struct engine_order *order, const char *address, struct err *err)
{
	struct job *job = o->job;

	job->kind = PARSE_KIND_MAIL;
	job->item.received = o->now;
	job->look_ctx = o;
	job->looked = looked;
	if (order->file_count) {
		if (compose(o, order, address, err))
			return -1;
		pool_add(job->engine->pool, job);
		return 0;
	}
	job->status = PARSE_OK;
	job->mail = (struct mail){ .subject = "", .text = arena_strdup(&job->arena, order->lines) };
	env_defer(job->engine->env, at_once, o);
	return 0;
}

int engine_command(struct engine *engine, const struct engine_order *order, engine_reply_fn *done, void *ctx,
		   struct err *err)
{
	struct job *job = job_new(engine);
	struct ordering *o = arena_alloc(&job->arena, sizeof *o);
	struct dossier *dossier;
	const char *address;

	o->job = job;
	o->now = engine_now(engine);
	if (store_dossier_load(engine->env->store, order->number, &o->job->arena, &dossier, err) ||
	    check(engine, order, dossier, err)) {
		job_free(&job);
		return -1;
	}
	o->number = arena_strdup(&o->job->arena, order->number);
	o->by = arena_strdup(&o->job->arena, order->by);
	o->role = order->role;
	o->answer = order->answer;
	o->done = done;
	o->ctx = ctx;
	keep_files(o, order);
	address = settings_service(engine->settings, dossier->service)->address;
	if (begin(o, order, address, err)) {
		job_free(&job);
		return -1;
	}
	return 0;
}
