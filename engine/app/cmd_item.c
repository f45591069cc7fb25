/* System. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Base. */
#include "base/date.h"
#include "base/str.h"
#include "base/xalloc.h"

/* Engine. */
#include "model/mail.h"
#include "seal/seal.h"
#include "work/route.h"

/* Own. */
#include "app/show.h"

static void put_item(struct json *object, const struct item *item, bool with_state)
{
	json_put_int(object, "id", item->id);
	if (with_state) {
		json_put_text(object, "state", item_state_word(item->state));
		json_put_text(object, "source", item_source_word(item->source));
	}
	json_put_text(object, "from", item->from);
	json_put_text(object, "subject", item->subject);
	json_put_time(object, "received", item->received);
	json_put_text(object, "dossier", item->dossier);
	json_put_text(object, "reason", item->reason);
}

static void print_one(struct request *r, const struct item *item, bool with_state)
{
	struct json *json = NULL;
	char at[32];

	if (r->json) {
		json = json_new_object();
		put_item(json, item, with_state);
	} else {
		buf_addf(&r->out, "%-6lld %-11s %s  %-18s %-28s %s\n", (long long)item->id,
			 item_state_word(item->state), show_time(at, item->received), show_text(item->reason),
			 show_text(item->from), show_text(item->subject));
	}
	show_list_row(r, json);
}

/* One page; '*more_r' says whether there may be another. */
static int print_page(struct request *r, struct item_filter *filter, bool with_state, bool *more_r)
{
	struct arena arena = ARENA_INIT;
	struct item *list;
	struct err err = ERR_INIT;
	size_t count = 0, i;
	int rc = store_item_list(r->env->store, filter, &arena, &list, &count, &err);

	if (rc)
		request_fail_err(r, r->command->words, &err);
	for (i = 0; i < count; i++) {
		print_one(r, &list[i], with_state);
		filter->after = list[i].id;
	}
	*more_r = count == filter->limit;
	arena_free(&arena);
	return rc;
}

static void list_items(struct request *r, int state, bool with_state)
{
	struct item_filter filter = { .state = state, .limit = 1000 };
	bool paged = show_after(r, &filter.after) && filter.after > 0, more = true;

	if (r->status || !request_complete(r))
		return;
	show_list_begin(r);
	while (more && print_page(r, &filter, with_state, &more) == 0 && !paged)
		;
	show_list_end(r);
}

void command_item_list(struct request *r)
{
	const char *word = request_option(r, "--state");
	enum item_state state;

	if (word && !item_state_from_word(word, &state))
		request_fail(r, EXIT_USAGE, "item list: '%s' is not a state (processed, duplicate, held, quarantined)",
			     word);
	else
		list_items(r, word ? (int)state : -1, true);
}

void command_quarantine_list(struct request *r)
{
	list_items(r, ITEM_QUARANTINED, false);
}

/* ---- show ---- */

struct showing {
	struct request *request;
	struct arena arena;
	struct item item;
};

static void put_parts(struct json *json, const struct mail *mail, int fd)
{
	static const char *const roles[MAIL_PART_ROLES] = { "body",	 "attachment", "message",
							    "related", "container",  "machine" };
	struct json *list = json_put_array(json, "parts");
	unsigned char hash[SEAL_HASH_SIZE];
	char hex[65];
	size_t i;

	for (i = 0; i < mail->part_count; i++) {
		const struct mail_part *part = &mail->parts[i];
		struct json *object = json_add_object(list);

		json_put_text(object, "role", roles[part->role]);
		json_put_int(object, "depth", part->depth);
		json_put_text(object, "name", part->name);
		json_put_text(object, "type", part->type);
		json_put_text(object, "found", part->found);
		json_put_text(object, "disposition", part->disposition);
		json_put_int(object, "size", part->size);
		if (seal_sha256_fd(fd, part->offset, part->size, hash, NULL) == 0) {
			str_hex(hex, hash, sizeof hash);
			json_put_text(object, "sha256", hex);
		}
	}
}

static void print_parts(struct request *r, const struct mail *mail)
{
	size_t i;

	for (i = 0; i < mail->part_count; i++)
		buf_addf(&r->out, "  %-30s %-30s %lld bytes\n", show_text(mail->parts[i].name), mail->parts[i].found,
			 (long long)mail->parts[i].size);
}

static void show_item(struct showing *s, const struct mail *mail, int fd, const char *why)
{
	struct request *r = s->request;
	char at[32];

	if (r->json) {
		struct json *json = json_new_object();

		put_item(json, &s->item, true);
		json_put_text(json, "detail", s->item.detail);
		json_put_int(json, "size", s->item.size);
		json_put_text(json, "message_id", s->item.message_id);
		json_put_int(json, "attempts", s->item.attempts);
		if (mail)
			put_parts(json, mail, fd);
		else
			json_put_text(json, "unreadable", why);
		show_json(r, json);
		return;
	}
	buf_addf(&r->out, "%lld  %s  %s\nfrom     %s\nsubject  %s\nreceived %s\ndossier  %s\nreason   %s\n         %s\n",
		 (long long)s->item.id, item_state_word(s->item.state), item_source_word(s->item.source),
		 show_text(s->item.from), show_text(s->item.subject), show_time(at, s->item.received),
		 show_text(s->item.dossier), show_text(s->item.reason), show_text(s->item.detail));
	if (mail)
		print_parts(r, mail);
	else
		buf_addf(&r->out, "  %s\n", show_text(why));
}

static void looked(void *ctx, const struct mail *mail, int fd, const char *why)
{
	struct showing *s = ctx;
	struct request *r = s->request;

	show_item(s, mail, fd, why);
	arena_free(&s->arena);
	free(s);
	request_finish(r);
}

static void show_raw(struct request *r, int64_t id)
{
	struct err err = ERR_INIT;

	r->bulk = engine_item_raw(r->engine, id, &err);
	if (r->bulk < 0)
		request_fail_err(r, r->command->words, &err);
}

static bool state_fits(const struct request *r, const struct item *item)
{
	if (str_starts(r->command->words, "held"))
		return item->state == ITEM_HELD;
	return !str_starts(r->command->words, "quarantine") || item->state == ITEM_QUARANTINED;
}

void command_item_show(struct request *r)
{
	bool raw = request_flag(r, "--raw");
	const char *word = request_word(r);
	struct showing *s;
	struct err err = ERR_INIT;
	int64_t id;

	if (!request_complete(r) || !show_id(r, word, "the number of an item", &id))
		return;
	s = xcalloc(1, sizeof *s);
	s->request = r;
	if (store_item_load(r->env->store, id, &s->arena, &s->item, &err)) {
		request_fail_err(r, r->command->words, &err);
	} else if (!state_fits(r, &s->item)) {
		request_fail(r, EXIT_FAULT, "%s: item %lld is %s", r->command->words, (long long)id,
			     item_state_word(s->item.state));
	} else if (raw) {
		show_raw(r, id);
	} else if (engine_item_look(r->engine, id, looked, s, &err) == 0) {
		r->pending = true;
		return;
	} else {
		show_item(s, NULL, -1, err.text);
	}
	arena_free(&s->arena);
	free(s);
}

/* ---- quarantine retry ---- */

/* What was never taken in can be asked for again only where it lies in its mailbox still. */
static bool can_retry(const struct item *item)
{
	return item->raw.id || str_eq(item->reason, REASON_UNREACHABLE);
}

static void retry_one(struct request *r, int64_t id)
{
	struct err err = ERR_INIT;
	struct arena arena = ARENA_INIT;
	struct item item;

	if (store_item_load(r->env->store, id, &arena, &item, &err) == 0) {
		if (item.state != ITEM_QUARANTINED)
			err_set(&err, ERR_INPUT, "item %lld is %s, not quarantined", (long long)id,
				item_state_word(item.state));
		else if (!can_retry(&item))
			err_set(&err, ERR_INPUT, "item %lld has no bytes here: they were never taken in", (long long)id);
		else
			store_item_retry(r->env->store, id, &err);
	}
	if (err.code)
		request_fail_err(r, r->command->words, &err);
	arena_free(&arena);
}

static void retry_all(struct request *r)
{
	struct item_filter filter = { .state = ITEM_QUARANTINED, .limit = 1000 };
	struct arena arena = ARENA_INIT;
	struct item *list;
	struct err err = ERR_INIT;
	size_t count, i;

	if (store_item_list(r->env->store, &filter, &arena, &list, &count, &err))
		request_fail_err(r, r->command->words, &err);
	for (i = 0; !err.code && i < count; i++)
		if (can_retry(&list[i]))
			retry_one(r, list[i].id);
	arena_free(&arena);
}

void command_quarantine_retry(struct request *r)
{
	const char *word = request_word(r);
	int64_t id;

	if (!request_complete(r))
		return;
	if (str_eq(word, "all"))
		retry_all(r);
	else if (show_id(r, word, "the number of an item, or 'all'", &id))
		retry_one(r, id);
	if (!r->status)
		engine_poke(r->engine);
}
