/* System. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Base. */
#include "base/addr.h"
#include "base/date.h"
#include "base/str.h"

/* Engine. */
#include "flow/number.h"

/* Own. */
#include "app/show.h"

/* ---- new ---- */

/* The clients as they were named; the first one is the payer. Strings from the arena. */
static void read_clients(struct request *r, struct arena *arena, struct engine_opening *opening)
{
	struct engine_person *people = NULL;
	const char *client;
	size_t count = 0;

	while ((client = request_option(r, "--client")) != NULL) {
		char *name = NULL, *address = NULL;

		if (!addr_split(client, &name, &address)) {
			request_fail(r, EXIT_USAGE, "dossier new: --client '%s' is not \"Name <address>\"", client);
			return;
		}
		people = arena_grow(arena, people, count, sizeof *people);
		people[count++] = (struct engine_person){ arena_strdup(arena, name), arena_strdup(arena, address), NULL };
		free(name);
		free(address);
	}
	if (!count)
		return;
	opening->client_name = people[0].name;
	opening->client_address = people[0].address;
	opening->partners = people + 1;
	opening->partner_count = count - 1;
}

void command_dossier_new(struct request *r)
{
	struct engine_opening opening = { .actor = ACTOR_OPERATOR };
	const char *office = request_option(r, "--office");
	char *office_name = NULL, *office_addr = NULL;
	char number[ENGINE_NUMBER_SIZE];
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;

	opening.service = request_option(r, "--service");
	opening.workflow = request_option(r, "--workflow");
	opening.number = request_option(r, "--number");
	opening.language = request_option(r, "--language");
	opening.brand = request_option(r, "--brand");
	opening.office_only = request_flag(r, "--office-only");
	opening.copy = request_flag(r, "--copy");
	read_clients(r, &arena, &opening);
	if (!r->status && request_complete(r) && office && !addr_split(office, &office_name, &office_addr))
		request_fail(r, EXIT_USAGE, "dossier new: --office '%s' is not an e-mail address", office);
	if (!r->status) {
		opening.office = office_addr;
		opening.office_name = office_name;
		if (engine_dossier_open(r->engine, &opening, number, &err))
			request_fail_err(r, "dossier new", &err);
		else
			buf_addf(&r->out, "%s\n", number);
	}
	free(office_name);
	free(office_addr);
	arena_free(&arena);
}

/* ---- json ---- */

/* Since when mail to it comes back, and until when its owner is away; null = neither. */
static void put_health(struct request *r, struct json *json, const struct dossier *d)
{
	const char *addresses[] = { d->client.address, d->office.address };
	struct json *list = json_put_array(json, "addresses"), *object;
	struct arena arena = ARENA_INIT;
	struct address_health h;
	size_t i;

	for (i = 0; i < 2; i++) {
		if (!addresses[i] || store_address_load(r->env->store, d->service, addresses[i], &arena, &h, NULL))
			continue;
		object = json_add_object(list);
		json_put_text(object, "address", addresses[i]);
		json_put_time(object, "dead", h.dead);
		json_put_time(object, "away", h.away);
		json_put_text(object, "reason", h.reason);
	}
	arena_free(&arena);
}

static void put_party(struct json *json, const char *key, const struct party *party, bool client)
{
	struct json *object;

	if (!party->address) {
		json_put_null(json, key);
		return;
	}
	object = json_put_object(json, key);
	json_put_text(object, "name", party->name);
	json_put_text(object, "address", party->address);
	if (client)
		json_put_bool(object, "copy", party->copy);
}

/* The client and his partners, each with all his addresses, the main one first. */
static void put_clients(struct json *json, const struct dossier *d)
{
	struct json *list = json_put_array(json, "clients"), *object, *addresses;
	size_t i, j;

	for (i = 0; i < dossier_clients(d); i++) {
		const struct party *party = dossier_client_const(d, i);

		object = json_add_object(list);
		json_put_text(object, "name", party->name);
		json_put_text(object, "address", party->address);
		json_put_text(object, "language", party->language);
		json_put_bool(object, "copy", party->copy);
		addresses = json_put_array(object, "addresses");
		json_add_text(addresses, party->address);
		for (j = 0; j < d->alias_count; j++)
			if (d->aliases[j].person == (int)i)
				json_add_text(addresses, d->aliases[j].address);
	}
}

static void put_head(struct json *json, const struct dossier *d)
{
	json_put_text(json, "number", d->number);
	json_put_text(json, "service", d->service);
	json_put_text(json, "workflow", d->workflow);
	json_put_text(json, "state", d->state);
	put_party(json, "client", &d->client, true);
	put_clients(json, d);
	put_party(json, "office", &d->office, false);
	json_put_text(json, "visibility", d->office_only ? "office" : "shared");
	json_put_text(json, "assigned", d->assigned);
}

static void put_document(struct json *object, const struct document *document)
{
	char hash[65];

	str_hex(hash, document->sha256, sizeof document->sha256);
	json_put_int(object, "id", document->id);
	json_put_text(object, "name", document->name);
	json_put_text(object, "type", document->type);
	json_put_int(object, "size", document->size);
	json_put_text(object, "sha256", hash);
	json_put_text(object, "from", document->from);
	json_put_time(object, "received", document->received);
	json_put_int(object, "version", document->version);
	json_put_bool(object, "current", document->current);
}

static void put_year(struct json *object, int year)
{
	if (year)
		json_put_int(object, "year", year);
	else
		json_put_null(object, "year");
}

static void put_slots(struct json *json, const struct dossier *d)
{
	struct json *list = json_put_array(json, "slots");
	size_t i, j;

	for (i = 0; i < d->slot_count; i++) {
		const struct slot *slot = &d->slots[i];
		struct json *object = json_add_object(list), *documents;

		json_put_text(object, "slot", slot->name);
		put_year(object, slot->year);
		json_put_text(object, "title", slot->title);
		json_put_text(object, "status", slot_status_word(slot->status));
		json_put_bool(object, "required", slot->required);
		json_put_text(object, "reason", slot->reason);
		documents = json_put_array(object, "documents");
		for (j = 0; j < slot->document_count; j++)
			put_document(json_add_object(documents), &slot->documents[j]);
	}
}

static void put_held(struct json *json, const struct dossier *d)
{
	struct json *list = json_put_array(json, "held");
	size_t i;

	for (i = 0; i < d->held_count; i++) {
		struct json *object = json_add_object(list);

		put_document(object, &d->held[i].document);
		json_put_text(object, "reason", d->held[i].reason);
		json_put_text(object, "slot", d->held[i].slot);
		put_year(object, d->held[i].year);
	}
}

static void put_timers(struct json *json, const struct dossier *d)
{
	struct json *list = json_put_array(json, "timers");
	size_t i;

	for (i = 0; i < d->timer_count; i++) {
		struct json *object;

		if (d->timers[i].kind == TIMER_RECEIPT)
			continue;
		object = json_add_object(list);
		json_put_text(object, "clause", d->timers[i].clause);
		json_put_time(object, "due", d->timers[i].due);
	}
}

static void put_approvals(struct json *json, const struct dossier *d)
{
	struct json *list = json_put_array(json, "approvals");
	char hash[65];
	size_t i;

	for (i = 0; i < d->approval_count; i++) {
		const struct approval *a = &d->approvals[i];
		struct json *object = json_add_object(list);

		str_hex(hash, a->sha256, sizeof a->sha256);
		json_put_text(object, "slot", a->slot);
		put_year(object, a->year);
		json_put_text(object, "sha256", hash);
		json_put_text(object, "state", approval_state_word(a->state));
		json_put_text(object, "by", a->by);
		json_put_time(object, "at", a->answered != DATE_NONE ? a->answered : a->asked);
	}
}

static void put_payments(struct json *json, const struct dossier *d)
{
	struct json *list = json_put_array(json, "payments");
	char amount[32];
	size_t i;

	for (i = 0; i < d->payment_count; i++) {
		struct json *object = json_add_object(list);

		json_put_int(object, "id", d->payments[i].id);
		json_put_text(object, "status", payment_status_word(d->payments[i].status));
		json_put_text(object, "amount", show_amount(amount, d->payments[i].amount_cents));
		json_put_text(object, "currency", d->payments[i].currency);
		json_put_time(object, "expires", d->payments[i].expires);
	}
}

static void put_history(struct json *json, const struct history_line *lines, size_t count)
{
	struct json *list = json_put_array(json, "history");
	size_t i;

	for (i = 0; i < count; i++) {
		struct json *object = json_add_object(list);

		json_put_time(object, "at", lines[i].at);
		json_put_text(object, "event", lines[i].event);
		json_put_text(object, "by", lines[i].by);
		json_put_text(object, "text", lines[i].text);
	}
}

/* At most so many as a list gives at once. */
static void put_tickets(struct request *r, struct json *json, const struct dossier *d)
{
	const struct ticket_filter filter = { .state = -1, .dossier = d->number };
	struct json *list = json_put_array(json, "tickets");
	struct arena arena = ARENA_INIT;
	struct ticket *tickets;
	size_t i, count;

	if (store_ticket_list(r->env->store, &filter, &arena, &tickets, &count, NULL))
		count = 0;
	for (i = 0; i < count; i++)
		show_ticket(json_add_object(list), &tickets[i]);
	arena_free(&arena);
}

static void print_tickets(struct request *r, const struct dossier *d)
{
	const struct ticket_filter filter = { .state = -1, .dossier = d->number };
	struct arena arena = ARENA_INIT;
	struct ticket *tickets;
	size_t i, count;

	if (store_ticket_list(r->env->store, &filter, &arena, &tickets, &count, NULL))
		count = 0;
	for (i = 0; i < count; i++)
		buf_addf(&r->out, "ticket  %s  %s, %s\n", tickets[i].number, ticket_kind_word(tickets[i].kind),
			 ticket_state_word(tickets[i].state));
	arena_free(&arena);
}

static struct json *whole_json(struct request *r, const struct dossier *d, const struct history_line *lines, size_t count)
{
	struct json *json = json_new_object();

	put_head(json, d);
	put_health(r, json, d);
	put_slots(json, d);
	put_held(json, d);
	put_timers(json, d);
	put_approvals(json, d);
	put_payments(json, d);
	put_tickets(r, json, d);
	put_history(json, lines, count);
	return json;
}

/* ---- text ---- */

static void print_slots(struct request *r, const struct dossier *d)
{
	size_t i, j;

	for (i = 0; i < d->slot_count; i++) {
		const struct slot *slot = &d->slots[i];

		buf_addf(&r->out, "  %-10s %s%s\n", slot_status_word(slot->status), slot->title,
			 slot->required ? "" : " (optional)");
		for (j = 0; j < slot->document_count; j++) {
			const struct document *document = &slot->documents[j];

			buf_addf(&r->out, "             %lld  %s  %s  %lld bytes  version %d%s\n",
				 (long long)document->id, document->name, document->type, (long long)document->size,
				 document->version, document->current ? "" : " (not current)");
		}
	}
	for (i = 0; i < d->held_count; i++)
		buf_addf(&r->out, "  held       %lld  %s: %s\n", (long long)d->held[i].document.id,
			 d->held[i].document.name, d->held[i].reason);
}

static void print_clients(struct request *r, const struct dossier *d)
{
	size_t i, j;

	for (i = 0; i < dossier_clients(d); i++) {
		const struct party *party = dossier_client_const(d, i);

		buf_addf(&r->out, "client  %s <%s>", party->name, party->address);
		for (j = 0; j < d->alias_count; j++)
			if (d->aliases[j].person == (int)i)
				buf_addf(&r->out, ", %s", d->aliases[j].address);
		buf_adds(&r->out, party->copy && d->office.address ? "  (copies)\n" : "\n");
	}
	for (i = 0; i < d->change_count; i++)
		buf_addf(&r->out, "address %s -> %s  (waits for a yes)\n", d->changes[i].from, d->changes[i].to);
}

/* An address that takes no mail, or whose owner is away. */
static void print_health(struct request *r, const struct dossier *d, const char *address)
{
	struct arena arena = ARENA_INIT;
	struct address_health h;
	char at[32];

	if (address && store_address_load(r->env->store, d->service, address, &arena, &h, NULL) == 0) {
		if (h.dead != DATE_NONE)
			buf_addf(&r->out, "dead    %s  since %s  %s\n", address, show_time(at, h.dead), show_text(h.reason));
		if (h.away != DATE_NONE && h.away > env_now(r->env))
			buf_addf(&r->out, "away    %s  until %s\n", address, show_time(at, h.away));
	}
	arena_free(&arena);
}

static void print_whole(struct request *r, const struct dossier *d, const struct history_line *lines, size_t count)
{
	char at[32];
	size_t i;

	buf_addf(&r->out, "%s  %s  %s\n", d->number, d->workflow, d->state);
	print_clients(r, d);
	if (d->office.address)
		buf_addf(&r->out, "office  %s <%s>%s\n", d->office.name, d->office.address,
			 d->office_only ? "  (office only)" : "");
	print_health(r, d, d->client.address);
	print_health(r, d, d->office.address);
	if (d->assigned)
		buf_addf(&r->out, "staff   %s\n", d->assigned);
	buf_addf(&r->out, "opened  %s\nslots\n", show_time(at, d->opened));
	print_slots(r, d);
	for (i = 0; i < d->timer_count; i++)
		if (d->timers[i].kind != TIMER_RECEIPT)
			buf_addf(&r->out, "timer   %s  %s\n", d->timers[i].clause, show_time(at, d->timers[i].due));
	print_tickets(r, d);
	buf_adds(&r->out, "history\n");
	for (i = 0; i < count; i++)
		buf_addf(&r->out, "  %s  %s  %s  %s\n", show_time(at, lines[i].at), lines[i].event,
			 show_text(lines[i].by), show_text(lines[i].text));
}

/* ---- show ---- */

/* Says so when there was such a dossier. */
static bool tell_erased(struct request *r, const char *number, struct arena *arena)
{
	struct erased_filter filter = { .number = number };
	struct erased_dossier *lines;
	size_t count = 0;
	char at[32];

	if (store_erased_list(r->env->store, &filter, arena, &lines, &count, NULL) || !count)
		return false;
	request_fail(r, EXIT_FAULT, "%s: dossier %s was erased on %s: %s", r->command->words, lines[0].number,
		     show_time(at, lines[0].erased), lines[0].reason);
	return true;
}

/* A number as people write it. */
static int load(struct request *r, const char *given, struct arena *arena, struct dossier **dossier)
{
	struct err err = ERR_INIT;
	const char *folded = number_fold(arena, given);

	if (store_dossier_load(r->env->store, given, arena, dossier, &err) == 0 ||
	    store_dossier_load(r->env->store, folded, arena, dossier, &err) == 0)
		return 0;
	if (err.code != ERR_NOTFOUND || !tell_erased(r, folded, arena))
		request_fail_err(r, r->command->words, &err);
	return -1;
}

static void show_document(struct request *r, const char *number, const char *document)
{
	struct err err = ERR_INIT;
	int64_t id;

	if (!show_id(r, document, "the id of a document", &id))
		return;
	r->bulk = engine_document(r->engine, number, id, &err);
	if (r->bulk < 0)
		request_fail_err(r, "dossier show", &err);
}

static void show_whole(struct request *r, const struct dossier *dossier, struct arena *arena)
{
	struct history_line *lines;
	struct err err = ERR_INIT;
	size_t count;

	if (store_history(r->env->store, dossier->number, arena, &lines, &count, &err))
		request_fail_err(r, "dossier show", &err);
	else if (r->json)
		show_json(r, whole_json(r, dossier, lines, count));
	else
		print_whole(r, dossier, lines, count);
}

void command_dossier_show(struct request *r)
{
	const char *document = request_option(r, "--document"), *number = request_word(r);
	struct arena arena = ARENA_INIT;
	struct dossier *dossier;

	if (!request_complete(r))
		return;
	if (!number)
		request_fail(r, EXIT_USAGE, "dossier show: which number?");
	else if (load(r, number, &arena, &dossier) == 0) {
		if (document)
			show_document(r, dossier->number, document);
		else
			show_whole(r, dossier, &arena);
	}
	arena_free(&arena);
}

/* ---- list ---- */

static void print_one(struct request *r, const struct dossier *d)
{
	struct json *json = NULL;

	if (r->json) {
		json = json_new_object();
		put_head(json, d);
	} else {
		buf_addf(&r->out, "%-20s %-12s %-20s %s%s%s\n", d->number, d->service, d->state, d->client.address,
			 d->assigned ? "  " : "", d->assigned ? d->assigned : "");
	}
	show_list_row(r, json);
}

/* One page; '*more_r' says whether there may be another. */
static int print_page(struct request *r, struct dossier_filter *filter, bool *more_r)
{
	struct arena arena = ARENA_INIT;
	struct dossier *list;
	struct err err = ERR_INIT;
	size_t count = 0, i;
	int rc = store_dossier_list(r->env->store, filter, &arena, &list, &count, &err);

	if (rc)
		request_fail_err(r, "dossier list", &err);
	for (i = 0; i < count; i++) {
		print_one(r, &list[i]);
		filter->after = list[i].id;
	}
	*more_r = count == filter->limit;
	arena_free(&arena);
	return rc;
}

static void print_erased(struct request *r, const struct erased_dossier *line)
{
	struct json *json = NULL;
	char opened[32], erased[32];

	if (r->json) {
		json = json_new_object();
		json_put_text(json, "number", line->number);
		json_put_text(json, "service", line->service);
		json_put_text(json, "workflow", line->workflow);
		json_put_time(json, "opened", line->opened);
		json_put_time(json, "erased", line->erased);
		json_put_text(json, "reason", line->reason);
		json_put_text(json, "by", line->by);
	} else {
		buf_addf(&r->out, "%-20s %-12s opened %s  erased %s  %s: %s\n", line->number, line->service,
			 show_time(opened, line->opened), show_time(erased, line->erased), line->by, line->reason);
	}
	show_list_row(r, json);
}

static void list_erased(struct request *r, const struct dossier_filter *asked, bool paged)
{
	struct erased_filter filter = { .service = asked->service, .after = asked->after, .limit = asked->limit };
	size_t count = filter.limit, i;

	show_list_begin(r);
	while (count == filter.limit && !r->status) {
		struct arena arena = ARENA_INIT;
		struct erased_dossier *lines;
		struct err err = ERR_INIT;

		if (store_erased_list(r->env->store, &filter, &arena, &lines, &count, &err))
			request_fail_err(r, "dossier list", &err);
		for (i = 0; !r->status && i < count; i++) {
			print_erased(r, &lines[i]);
			filter.after = lines[i].id;
		}
		arena_free(&arena);
		if (paged)
			break;
	}
	show_list_end(r);
}

void command_dossier_list(struct request *r)
{
	struct dossier_filter filter = { .final = -1, .limit = 1000 };
	bool paged, more = true, erased = request_flag(r, "--erased");

	filter.service = request_option(r, "--service");
	filter.address = request_option(r, "--address");
	paged = show_after(r, &filter.after) && filter.after > 0;
	if (request_flag(r, "--open"))
		filter.final = 0;
	else if (request_flag(r, "--final"))
		filter.final = 1;
	if (r->status || !request_complete(r))
		return;
	if (erased) {
		list_erased(r, &filter, paged);
		return;
	}
	show_list_begin(r);
	while (more && print_page(r, &filter, &more) == 0 && !paged)
		;
	show_list_end(r);
}

/* ---- erase ---- */

void command_dossier_erase(struct request *r)
{
	const char *reason = request_option(r, "--reason"), *number;
	bool yes = request_flag(r, "--yes");
	struct arena arena = ARENA_INIT;
	struct dossier *dossier;
	struct err err = ERR_INIT;

	number = request_word(r);
	if (!request_complete(r))
		return;
	if (!number)
		request_fail(r, EXIT_USAGE, "dossier erase: which number?");
	else if (!reason || str_is_blank(reason))
		request_fail(r, EXIT_USAGE, "dossier erase: why? --reason TEXT is kept with the number; name nobody in it");
	else if (!yes)
		request_fail(r, EXIT_USAGE, "dossier erase: documents, mail and history of dossier %s would be gone for ever; "
			     "if that is what you want, add --yes", number);
	else if (load(r, number, &arena, &dossier) == 0) {
		if (engine_dossier_erase(r->engine, dossier->number, reason, &err))
			request_fail_err(r, "dossier erase", &err);
		else
			buf_addf(&r->out, "%s erased\n", dossier->number);
	}
	arena_free(&arena);
}
