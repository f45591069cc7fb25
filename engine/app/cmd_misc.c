/* System. */
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

/* Base. */
#include "base/date.h"
#include "base/str.h"

/* Own. */
#include "app/show.h"

#define SOURCES_MAX 64
#define DEAD_SHOWN 20 /* addresses that take no mail */
#define DISK_WARN (200ll << 20)

/* ---- ingest ---- */

void command_ingest(struct request *r)
{
	const char *service = request_option(r, "--service"), *word = request_word(r);
	struct err err = ERR_INIT;
	int64_t item;

	(void)word; /* the caller's side has read it into 'input' */
	if (!request_complete(r))
		return;
	if (r->input < 0) {
		request_fail(r, EXIT_USAGE, "ingest: which file? ('-' is standard input)");
	} else if (engine_ingest(r->engine, service, r->input, &item, &err)) {
		/* Everything that is not usage makes an MTA try again: it must never bounce. */
		request_fail(r, EXIT_LATER, "ingest: %s", err.text);
	} else if (r->json) {
		struct json *json = json_new_object();

		json_put_int(json, "id", item);
		show_json(r, json);
	} else {
		buf_addf(&r->out, "%lld\n", (long long)item);
	}
}

/* ---- status ---- */

static int64_t disk_free(const char *path)
{
	struct statvfs fs;

	return statvfs(path, &fs) == 0 ? (int64_t)fs.f_bavail * (int64_t)fs.f_frsize : -1;
}

struct health {
	struct store_stats stats;
	struct engine_source sources[SOURCES_MAX];
	size_t source_count;
	int64_t disk;
	int64_t erasing_from;
	int64_t tickets_open, oldest_ticket; /* time it was opened; DATE_NONE = none */
	int status; /* 0 ok, 1 warning, 2 critical */
};

static void count_tickets(struct health *h, struct request *r)
{
	struct ticket_filter filter = { .state = TICKET_OPEN, .limit = 1000 };
	struct ticket *list;
	size_t i, count;

	h->oldest_ticket = DATE_NONE;
	do {
		struct arena arena = ARENA_INIT;

		if (store_ticket_list(r->env->store, &filter, &arena, &list, &count, NULL))
			count = 0;
		for (i = 0; i < count; i++) {
			filter.after = list[i].id;
			if (h->oldest_ticket == DATE_NONE || list[i].opened < h->oldest_ticket)
				h->oldest_ticket = list[i].opened;
		}
		h->tickets_open += (int64_t)count;
		arena_free(&arena);
	} while (count == filter.limit);
}

/* NULL when the files on disk run, or no daemon tells. */
static const char *refused(const struct request *r)
{
	return r->refused && r->refused->code ? r->refused->text : NULL;
}

static void worse(struct health *h, int status)
{
	if (status > h->status)
		h->status = status;
}

static void judge(struct health *h, const struct request *r)
{
	size_t i;

	for (i = 0; i < h->source_count; i++)
		if (h->sources[i].failing_since != DATE_NONE)
			worse(h, env_now(r->env) - h->sources[i].failing_since > 3600 ? 2 : 1);
	if (engine_smtp_trouble(r->engine) || h->stats.outbox[OUTBOX_FAILED] || h->stats.outbox[OUTBOX_HELD] || h->stats.dead)
		worse(h, 1);
	if (h->stats.items[ITEM_QUARANTINED] || h->stats.items[ITEM_HELD])
		worse(h, 1);
	if (h->disk >= 0 && h->disk < DISK_WARN)
		worse(h, 2);
	if (!r->running || refused(r) || h->erasing_from != DATE_NONE)
		worse(h, 1);
}

static const char *const health_words[] = { "ok", "warning", "critical" };

static void status_json(struct request *r, const struct health *h)
{
	struct json *json = json_new_object(), *list, *counts;
	size_t i;

	json_put_text(json, "status", health_words[h->status]);
	json_put_bool(json, "running", r->running);
	json_put_time(json, "now", env_now(r->env));
	list = json_put_array(json, "sources");
	for (i = 0; i < h->source_count; i++) {
		struct json *object = json_add_object(list);

		json_put_text(object, "name", h->sources[i].name);
		json_put_time(object, "last_read", h->sources[i].read_at);
		json_put_time(object, "failing_since", h->sources[i].failing_since);
		json_put_text(object, "trouble", h->sources[i].trouble);
		json_put_int(object, "backlog", (int64_t)h->sources[i].backlog);
	}
	counts = json_put_object(json, "items");
	for (i = 0; i < ITEM_STATES; i++)
		json_put_int(counts, item_state_word((enum item_state)i), h->stats.items[i]);
	counts = json_put_object(json, "queue");
	for (i = 0; i < OUTBOX_STATES; i++)
		json_put_int(counts, outbox_state_word((enum outbox_state)i), h->stats.outbox[i]);
	json_put_int(json, "dead_addresses", h->stats.dead);
	json_put_int(json, "dossiers_open", h->stats.dossiers_open);
	json_put_int(json, "dossiers_final", h->stats.dossiers_final);
	json_put_int(json, "tickets_open", h->tickets_open);
	json_put_time(json, "oldest_ticket", h->oldest_ticket);
	json_put_time(json, "oldest_waiting", h->stats.oldest_waiting);
	json_put_time(json, "next_timer", h->stats.next_timer);
	json_put_time(json, "erasing_from", h->erasing_from);
	json_put_text(json, "smtp_trouble", engine_smtp_trouble(r->engine));
	json_put_text(json, "rules_refused", refused(r));
	json_put_int(json, "disk_free", h->disk);
	show_json(r, json);
}

/* The addresses that take no mail, by name: somebody has to ask their owners. */
static void status_dead(struct request *r)
{
	struct arena arena = ARENA_INIT;
	struct address_health *list;
	char at[32];
	size_t i, count = 0;

	if (store_address_dead(r->env->store, DEAD_SHOWN, &arena, &list, &count, NULL))
		count = 0;
	for (i = 0; i < count; i++)
		buf_addf(&r->out, "dead      %s  since %s  %s\n", list[i].address, show_time(at, list[i].dead),
			 show_text(list[i].reason));
	arena_free(&arena);
}

static void status_text(struct request *r, const struct health *h)
{
	char at[32];
	size_t i;

	buf_addf(&r->out, "%s%s\nnow       %s\n", health_words[h->status], r->running ? "" : " (no daemon runs)",
		 show_time(at, env_now(r->env)));
	for (i = 0; i < h->source_count; i++)
		buf_addf(&r->out, "source    %s  last read %s  backlog %zu  %s\n", h->sources[i].name,
			 show_time(at, h->sources[i].read_at), h->sources[i].backlog,
			 h->sources[i].trouble ? h->sources[i].trouble : "");
	buf_adds(&r->out, "items    ");
	for (i = 0; i < ITEM_STATES; i++)
		buf_addf(&r->out, " %s %lld", item_state_word((enum item_state)i), (long long)h->stats.items[i]);
	buf_adds(&r->out, "\nqueue    ");
	for (i = 0; i < OUTBOX_STATES; i++)
		buf_addf(&r->out, " %s %lld", outbox_state_word((enum outbox_state)i), (long long)h->stats.outbox[i]);
	buf_addf(&r->out, "\ndossiers  open %lld final %lld\n", (long long)h->stats.dossiers_open,
		 (long long)h->stats.dossiers_final);
	buf_addf(&r->out, "tickets   open %lld, the oldest since %s\n", (long long)h->tickets_open,
		 show_time(at, h->oldest_ticket));
	if (h->stats.dead)
		status_dead(r);
	buf_addf(&r->out, "timer     %s\n", show_time(at, h->stats.next_timer));
	if (h->erasing_from != DATE_NONE)
		buf_addf(&r->out, "clock     it leapt; nothing is erased by itself until %s\n", show_time(at, h->erasing_from));
	if (engine_smtp_trouble(r->engine))
		buf_addf(&r->out, "smtp      %s\n", engine_smtp_trouble(r->engine));
	if (refused(r))
		buf_addf(&r->out, "rules     refused, what ran before goes on: %s\n", refused(r));
	buf_addf(&r->out, "disk      %lld MiB free\n", (long long)(h->disk >> 20));
}

void command_status(struct request *r)
{
	struct health h = { 0 };
	struct err err = ERR_INIT;

	if (!request_complete(r))
		return;
	if (store_stats(r->env->store, &h.stats, &err)) {
		request_fail_err(r, "status", &err);
		r->status = 3;
		return;
	}
	h.source_count = r->running ? engine_sources(r->engine, h.sources, SOURCES_MAX) : 0;
	h.erasing_from = engine_erasing_from(r->engine);
	count_tickets(&h, r);
	h.disk = disk_free(r->settings->store_path);
	judge(&h, r);
	if (r->json)
		status_json(r, &h);
	else
		status_text(r, &h);
	r->status = h.status;
}

/* ---- clock ---- */

static void clock_move(struct request *r, const char *span)
{
	struct store_meta meta;
	struct err err = ERR_INIT;
	int64_t seconds;

	if (date_parse_span(span, &seconds, &err)) {
		request_fail(r, EXIT_USAGE, "clock: %s", err.text);
		return;
	}
	if (store_meta_get(r->env->store, &meta, &err) ||
	    store_clock_set(r->env->store, meta.clock_offset + seconds, &err) ||
	    store_meta_get(r->env->store, &meta, &err)) {
		request_fail_err(r, "clock", &err);
		return;
	}
	real_clock_set(r->real, meta.clock_offset, meta.seen);
	engine_poke(r->engine);
}

void command_clock(struct request *r)
{
	const char *span = request_word(r);
	char at[32];

	if (!request_complete(r))
		return;
	if (span)
		clock_move(r, span);
	if (!r->status)
		buf_addf(&r->out, "%s\n", show_time(at, env_now(r->env)));
}
