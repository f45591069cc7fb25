/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/date.h"
#include "base/str.h"

/* Engine. */
#include "work/health.h"

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
	json_put_text(object, "held", row->held);
	json_put_text(object, "message_id", row->message_id);
}

static void print_one(struct request *r, const struct outbox_row *row)
{
	struct json *json = NULL;

	if (r->json) {
		json = json_new_object();
		put_row(json, row);
	} else {
		buf_addf(&r->out, "%-6lld %-9s %-28s %-24s %s\n", (long long)row->id, outbox_state_word(row->state),
			 row->to, row->template, row->subject);
	}
	show_list_row(r, json);
}

/* One page; '*more_r' says whether there may be another. */
static int print_page(struct request *r, struct outbox_filter *filter, bool *more_r)
{
	struct arena arena = ARENA_INIT;
	struct outbox_row *list;
	struct err err = ERR_INIT;
	size_t count = 0, i;
	int rc = store_outbox_list(r->env->store, filter, &arena, &list, &count, &err);

	if (rc)
		request_fail_err(r, "queue list", &err);
	for (i = 0; i < count; i++) {
		print_one(r, &list[i]);
		filter->after = list[i].id;
	}
	*more_r = count == filter->limit;
	arena_free(&arena);
	return rc;
}

void command_queue_list(struct request *r)
{
	struct outbox_filter filter = { .limit = 1000 };
	bool paged, more = true;

	filter.all = request_flag(r, "--all");
	filter.dossier = request_option(r, "--dossier");
	paged = show_after(r, &filter.after) && filter.after > 0;
	if (r->status || !request_complete(r))
		return;
	show_list_begin(r);
	while (more && print_page(r, &filter, &more) == 0 && !paged)
		;
	show_list_end(r);
}

static void print_row(struct request *r, const struct outbox_row *row)
{
	char created[32], next[32];

	if (r->json) {
		struct json *json = json_new_object();

		put_row(json, row);
		json_put_text(json, "from", row->from);
		json_put_time(json, "created", row->created);
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
				health_retry(r->engine, list[i].id, env_now(r->env), &err);
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
		 health_retry(r->engine, id, env_now(r->env), &err))
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
