/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "app/show.h"

void show_ticket(struct json *object, const struct ticket *ticket)
{
	json_put_text(object, "number", ticket->number);
	json_put_text(object, "kind", ticket_kind_word(ticket->kind));
	json_put_text(object, "state", ticket_state_word(ticket->state));
	json_put_text(object, "dossier", ticket->dossier);
	json_put_text(object, "from", ticket->address);
	json_put_text(object, "subject", ticket->subject);
	json_put_time(object, "opened", ticket->opened);
	json_put_text(object, "owner", ticket->owner);
}

static void print_one(struct request *r, const struct ticket *ticket)
{
	struct json *json = NULL;
	char at[32];

	if (r->json) {
		json = json_new_object();
		show_ticket(json, ticket);
	} else {
		buf_addf(&r->out, "%-14s %-8s %-8s %s  %-14s %-28s %-24s %s\n", ticket->number, ticket_kind_word(ticket->kind),
			 ticket_state_word(ticket->state), show_time(at, ticket->opened), show_text(ticket->dossier),
			 ticket->address, show_text(ticket->owner), show_text(ticket->subject));
	}
	show_list_row(r, json);
}

/* One page; '*more_r' says whether there may be another. */
static int print_page(struct request *r, struct ticket_filter *filter, bool *more_r)
{
	struct arena arena = ARENA_INIT;
	struct ticket *list;
	struct err err = ERR_INIT;
	size_t count = 0, i;
	int rc = store_ticket_list(r->env->store, filter, &arena, &list, &count, &err);

	if (rc)
		request_fail_err(r, "ticket list", &err);
	for (i = 0; i < count; i++) {
		print_one(r, &list[i]);
		filter->after = list[i].id;
	}
	*more_r = count == filter->limit;
	arena_free(&arena);
	return rc;
}

void command_ticket_list(struct request *r)
{
	const char *state = request_option(r, "--state"), *dossier = request_option(r, "--dossier");
	struct ticket_filter filter = { .state = -1, .dossier = dossier, .limit = 1000 };
	enum ticket_state wanted;
	bool more = true;

	if (state && !ticket_state_from_word(state, &wanted)) {
		request_fail(r, EXIT_USAGE, "ticket list: '%s' is not a state (open, answered, closed)", state);
		return;
	}
	if (state)
		filter.state = (int)wanted;
	if (!request_complete(r))
		return;
	show_list_begin(r);
	while (more && print_page(r, &filter, &more) == 0)
		;
	show_list_end(r);
}

/* ---- show ---- */

static void put_message(struct json *list, const struct ticket_message *message)
{
	struct json *object = json_add_object(list);

	json_put_time(object, "at", message->at);
	json_put_text(object, "said", ticket_said_word(message->said));
	json_put_text(object, "by", message->by);
	json_put_text(object, "text", message->text);
	json_put_text(object, "files", message->files);
	json_put_int(object, "item", message->item);
}

static void show_as_json(struct request *r, const struct ticket *ticket)
{
	struct json *json = json_new_object(), *list;
	size_t i;

	show_ticket(json, ticket);
	json_put_text(json, "name", ticket->name);
	json_put_bool(json, "proven", ticket->proven);
	json_put_time(json, "closed", ticket->closed);
	json_put_time(json, "remind", ticket->remind_at);
	list = json_put_array(json, "messages");
	for (i = 0; i < ticket->message_count; i++)
		put_message(list, &ticket->messages[i]);
	show_json(r, json);
}

static void print_message(struct request *r, const struct ticket_message *message)
{
	const char *text = message->text;
	char at[32];

	buf_addf(&r->out, "\n%s  %s by %s", show_time(at, message->at), ticket_said_word(message->said), message->by);
	if (message->item)
		buf_addf(&r->out, ", item %lld", (long long)message->item);
	buf_addc(&r->out, '\n');
	while (*text) {
		int len = (int)strcspn(text, "\n");

		buf_addf(&r->out, "  %.*s\n", len, text);
		text += len + (text[len] == '\n');
	}
	for (text = message->files ? message->files : ""; *text;) {
		int len = (int)strcspn(text, "\n");

		buf_addf(&r->out, "  file: %.*s\n", len, text);
		text += len + (text[len] == '\n');
	}
}

static void show_as_text(struct request *r, const struct ticket *ticket)
{
	char at[32];
	size_t i;

	buf_addf(&r->out, "%s  %s, %s\n", ticket->number, ticket_kind_word(ticket->kind), ticket_state_word(ticket->state));
	buf_addf(&r->out, "subject:  %s\n", show_text(ticket->subject));
	buf_addf(&r->out, "from:     %s %s%s\n", ticket->name, ticket->address,
		 ticket->proven ? "" : " (nothing proves the address)");
	buf_addf(&r->out, "dossier:  %s\n", show_text(ticket->dossier));
	buf_addf(&r->out, "owner:    %s\n", show_text(ticket->owner));
	buf_addf(&r->out, "opened:   %s\n", show_time(at, ticket->opened));
	buf_addf(&r->out, "closed:   %s\n", show_time(at, ticket->closed));
	buf_addf(&r->out, "remind:   %s\n", show_time(at, ticket->remind_at));
	for (i = 0; i < ticket->message_count; i++)
		print_message(r, &ticket->messages[i]);
}

void command_ticket_show(struct request *r)
{
	const char *number = request_word(r);
	struct arena arena = ARENA_INIT;
	struct ticket *ticket;
	struct err err = ERR_INIT;

	if (!number)
		request_fail(r, EXIT_USAGE, "ticket show: which one? its number is missing");
	if (!number || !request_complete(r))
		return;
	if (store_ticket_load(r->env->store, number, &arena, &ticket, &err))
		request_fail_err(r, "ticket show", &err);
	else if (r->json)
		show_as_json(r, ticket);
	else
		show_as_text(r, ticket);
	arena_free(&arena);
}
