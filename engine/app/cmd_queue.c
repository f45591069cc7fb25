/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/date.h"
#include "base/str.h"

/* Own. */
#include "app/show.h"

static void put_row(struct json *object, const struct outbox_row *row)
{
	json_put_int(object, "id", row->id);
	json_put_text(object, "to", row->to);
	json_put_text(object, "subject", row->subject);
	json_put_text(object, "template", row->template);
	json_put_text(object, "dossier", row->dossier);
	json_put_text(object, "state", outbox_state_word(row->state));
	json_put_int(object, "attempts", row->attempts);
	json_put_time(object, "next", row->next_at);
	json_put_text(object, "reply", row->reply);
	json_put_text(object, "message_id", row->message_id);
	json_put_time(object, "created", row->created);
}

static void print_rows(struct request *r, const struct outbox_row *list, size_t count)
{
	struct json *json = r->json ? json_new_array() : NULL;
	size_t i;

	for (i = 0; i < count; i++) {
		if (json)
			put_row(json_add_object(json), &list[i]);
		else
			buf_addf(&r->out, "%-6lld %-9s %-28s %-24s %s\n", (long long)list[i].id,
				 outbox_state_word(list[i].state), list[i].to, list[i].template, list[i].subject);
	}
	if (json)
		show_json(r, json);
}

void command_queue_list(struct request *r)
{
	struct outbox_filter filter = { .limit = 1000 };
	struct arena arena = ARENA_INIT;
	struct outbox_row *list, *all = NULL;
	struct err err = ERR_INIT;
	size_t count, total = 0, i;
	bool paged;

	filter.all = request_flag(r, "--all");
	filter.dossier = request_option(r, "--dossier");
	paged = show_after(r, &filter.after) && filter.after > 0;
	if (r->status || !request_complete(r))
		return;
	do {
		if (store_outbox_list(r->env->store, &filter, &arena, &list, &count, &err)) {
			request_fail_err(r, "queue list", &err);
			break;
		}
		for (i = 0; i < count; i++) {
			all = arena_grow(&arena, all, total, sizeof *all);
			all[total++] = list[i];
			filter.after = list[i].id;
		}
	} while (count == filter.limit && !paged);
	if (!r->status)
		print_rows(r, all, total);
	arena_free(&arena);
}

static void print_row(struct request *r, const struct outbox_row *row)
{
	char created[32], next[32];

	if (r->json) {
		struct json *json = json_new_object();

		put_row(json, row);
		show_json(r, json);
		return;
	}
	buf_addf(&r->out, "%lld  %s\nto        %s\nfrom      %s\nsubject   %s\ntemplate  %s\ndossier   %s\n"
		 "created   %s\nattempts  %d\nnext      %s\nreply     %s\nid        <%s>\n",
		 (long long)row->id, outbox_state_word(row->state), row->to, row->from, row->subject, row->template,
		 show_text(row->dossier), show_time(created, row->created), row->attempts, show_time(next, row->next_at),
		 show_text(row->reply), row->message_id);
}

void command_queue_show(struct request *r)
{
	bool eml = request_flag(r, "--eml");
	const char *word = request_word(r);
	struct arena arena = ARENA_INIT;
	struct outbox_row row;
	struct err err = ERR_INIT;
	int64_t id;

	if (!request_complete(r) || !show_id(r, word, "the number of an outgoing mail", &id))
		return;
	if (eml)
		r->bulk = engine_outbox_raw(r->engine, id, &err);
	else if (store_outbox_load(r->env->store, id, &arena, &row, &err) == 0)
		print_row(r, &row);
	if (err.code)
		request_fail_err(r, "queue show", &err);
	arena_free(&arena);
}

static void retry_all(struct request *r)
{
	struct outbox_filter filter = { .limit = 1000 };
	struct arena arena = ARENA_INIT;
	struct outbox_row *list;
	struct err err = ERR_INIT;
	size_t count = 0, i;

	do {
		if (store_outbox_list(r->env->store, &filter, &arena, &list, &count, &err))
			break;
		for (i = 0; !err.code && i < count; i++) {
			filter.after = list[i].id;
			if (list[i].state != OUTBOX_SENDING)
				store_outbox_retry(r->env->store, list[i].id, env_now(r->env), &err);
		}
	} while (!err.code && count == filter.limit);
	if (err.code)
		request_fail_err(r, "queue retry", &err);
	arena_free(&arena);
}

void command_queue_retry(struct request *r)
{
	const char *word = request_word(r);
	struct err err = ERR_INIT;
	int64_t id;

	if (!request_complete(r))
		return;
	if (str_eq(word, "all"))
		retry_all(r);
	else if (show_id(r, word, "the number of an outgoing mail, or 'all'", &id) &&
		 store_outbox_retry(r->env->store, id, env_now(r->env), &err))
		request_fail_err(r, "queue retry", &err);
	if (!r->status)
		engine_poke(r->engine);
}

void command_queue_cancel(struct request *r)
{
	const char *word = request_word(r);
	struct err err = ERR_INIT;
	int64_t id;

	if (request_complete(r) && show_id(r, word, "the number of an outgoing mail", &id) &&
	    store_outbox_cancel(r->env->store, id, &err))
		request_fail_err(r, "queue cancel", &err);
}
