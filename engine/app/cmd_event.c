/* Base. */
#include "base/str.h"

/* Engine. */
#include "flow/number.h"
#include "json/json.h"

/* Own. */
#include "app/attach.h"
#include "app/show.h"

/*
 * A command line of §6 in somebody's name: for what came by telephone, and for
 * trying things out. What became of it goes to standard output.
 */
static void replied(void *ctx, const struct engine_reply *reply, const char *why)
{
	struct request *r = ctx;
	struct json *json;

	if (!reply) {
		request_fail(r, EXIT_FAULT, "dossier event: %s", why);
	} else {
		if (r->json) {
			json = json_new_object();
			json_put_int(json, "done", (int64_t)reply->done);
			json_put_int(json, "refused", (int64_t)reply->refused);
			json_put_text(json, "text", reply->text);
			show_json(r, json);
		} else {
			buf_adds(&r->out, reply->text);
		}
		if (reply->refused)
			r->status = EXIT_FAULT;
	}
	request_finish(r);
}

static bool read_role(struct request *r, const char *word, enum actor_role *role)
{
	static const enum actor_role roles[] = { ACTOR_STAFF, ACTOR_CLIENT, ACTOR_OFFICE };
	size_t i;

	for (i = 0; i < sizeof roles / sizeof *roles; i++)
		if (!word || str_eq(word, actor_role_word(roles[i]))) {
			*role = roles[i];
			return true;
		}
	request_fail(r, EXIT_USAGE, "dossier event: --by '%s' is none of staff, client, office", word);
	return false;
}

void command_dossier_event(struct request *r)
{
	const char *by = request_option(r, "--by"), *given, *line;
	struct engine_order order = { 0 };
	struct engine_file *files = NULL;
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	size_t count = 0;

	/* The caller's side has read them into 'input'. */
	while (request_option(r, "--attach"))
		;
	given = request_word(r);
	line = request_word(r);
	if (!request_complete(r) || !read_role(r, by, &order.role))
		return;
	if (!given || (!line && r->input < 0)) {
		request_fail(r, EXIT_USAGE, "dossier event: usage: postkamer dossier event %s", r->command->usage);
		return;
	}
	order.number = store_dossier_exists(r->env->store, given) ? given : number_fold(&arena, given);
	order.lines = line ? line : "";
	if (attach_unpack(r->input, &arena, &files, &count, &err) == 0) {
		order.files = files;
		order.file_count = count;
		r->pending = true;
		if (engine_command(r->engine, &order, replied, r, &err))
			r->pending = false;
	}
	if (err.code)
		request_fail_err(r, "dossier event", &err);
	attach_close(files, count);
	arena_free(&arena);
}
