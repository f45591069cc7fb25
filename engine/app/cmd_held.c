/* System. */
#include <string.h>

/* Base. */
#include "base/date.h"
#include "base/str.h"

/* Own. */
#include "app/show.h"

/* ---- list ---- */

static void put_files(struct json *object, const struct engine_held *held)
{
	struct json *list = json_put_array(object, "files");
	size_t i;

	for (i = 0; i < held->file_count; i++) {
		struct json *file = json_add_object(list);

		json_put_int(file, "id", held->files[i].id);
		json_put_text(file, "name", held->files[i].name);
		json_put_text(file, "reason", held->files[i].reason);
		json_put_text(file, "slot", held->files[i].title);
	}
}

static void put_held(struct json *object, const struct item *item, const struct engine_held *held)
{
	json_put_int(object, "id", item->id);
	json_put_text(object, "reason", item->reason);
	json_put_text(object, "from", item->from);
	json_put_text(object, "subject", item->subject);
	json_put_time(object, "received", item->received);
	json_put_text(object, "dossier", item->dossier);
	json_put_text(object, "detail", item->detail);
	json_put_text(object, "standing", held->standing);
	json_put_bool(object, "proven", held->proven);
	put_files(object, held);
}

static void print_held(struct request *r, const struct item *item, const struct engine_held *held)
{
	char at[32];
	size_t i;

	buf_addf(&r->out, "%-6lld %s  %-18s %-10s %-28s %-14s %s\n", (long long)item->id, show_time(at, item->received),
		 show_text(item->reason), held->standing, show_text(item->from), show_text(item->dossier),
		 show_text(item->subject));
	for (i = 0; i < held->file_count; i++)
		buf_addf(&r->out, "       %lld/%lld  %s  %s%s%s\n", (long long)item->id, (long long)held->files[i].id,
			 held->files[i].name, held->files[i].reason, held->files[i].title ? ": " : "",
			 held->files[i].title ? held->files[i].title : "");
}

static int print_one(struct request *r, const struct item *item, struct arena *arena)
{
	struct engine_held held;
	struct json *json = NULL;
	struct err err = ERR_INIT;

	if (engine_held_look(r->engine, item, arena, &held, &err)) {
		request_fail_err(r, r->command->words, &err);
		return -1;
	}
	if (r->json) {
		json = json_new_object();
		put_held(json, item, &held);
	} else {
		print_held(r, item, &held);
	}
	show_list_row(r, json);
	return 0;
}

/* One page; '*more_r' says whether there may be another. */
static int print_page(struct request *r, struct item_filter *filter, bool *more_r)
{
	struct arena arena = ARENA_INIT;
	struct item *list;
	struct err err = ERR_INIT;
	size_t count = 0, i;
	int rc = store_item_list(r->env->store, filter, &arena, &list, &count, &err);

	if (rc)
		request_fail_err(r, r->command->words, &err);
	for (i = 0; !rc && i < count; i++) {
		rc = print_one(r, &list[i], &arena);
		filter->after = list[i].id;
	}
	*more_r = count == filter->limit;
	arena_free(&arena);
	return rc;
}

void command_held_list(struct request *r)
{
	struct item_filter filter = { .state = ITEM_HELD, .limit = 1000 };
	bool paged, more = true;

	filter.dossier = request_option(r, "--dossier");
	paged = show_after(r, &filter.after) && filter.after > 0;
	if (r->status || !request_complete(r))
		return;
	show_list_begin(r);
	while (more && print_page(r, &filter, &more) == 0 && !paged)
		;
	show_list_end(r);
}

/* ---- accept, refuse ---- */

/* "12", or "12/57" for one of its files. */
static bool read_id(struct request *r, const char *word, struct engine_held_order *order)
{
	const char *slash = word ? strchr(word, '/') : NULL;
	struct arena arena = ARENA_INIT;
	bool ok;

	ok = show_id(r, slash ? arena_strndup(&arena, word, (size_t)(slash - word)) : word, "the number of what waits",
		     &order->item) &&
	     (!slash || show_id(r, slash + 1, "the number of one of its files", &order->document));
	arena_free(&arena);
	return ok;
}

static void run(struct request *r, struct engine_held_order *order)
{
	const char *word = request_word(r);
	struct arena arena = ARENA_INIT;
	struct engine_held_result result;
	struct err err = ERR_INIT;

	if (!request_complete(r) || !read_id(r, word, order))
		return;
	order->by = "operator";
	if (engine_held(r->engine, order, &arena, &result, &err))
		request_fail_err(r, r->command->words, &err);
	else if (result.fate == HELD_NOT)
		request_fail(r, EXIT_FAULT, "%s: %s", r->command->words, result.text);
	else
		buf_addf(&r->out, "%s\n", result.text);
	arena_free(&arena);
}

void command_held_accept(struct request *r)
{
	struct engine_held_order order = { 0 };

	order.number = request_option(r, "--dossier");
	order.slot = request_option(r, "--as");
	order.replaces = request_option(r, "--instead-of");
	run(r, &order);
}

void command_held_refuse(struct request *r)
{
	struct engine_held_order order = { .refuse = true };

	order.reason = request_option(r, "--reason");
	run(r, &order);
}
