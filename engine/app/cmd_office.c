/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/addr.h"
#include "base/date.h"
#include "base/str.h"

/* Engine. */
#include "work/office.h"

/* Own. */
#include "app/show.h"

#define NUMBERS_SHOWN 20 /* dossiers of an office that is removed */
#define PAGE 500

/* ---- which one ---- */

/* The service that is meant: the one given, or the only one that knows the address. */
static const char *find_service(struct request *r, const char *service, const char *address, struct arena *arena,
				struct office *office, struct err *err)
{
	const struct settings *settings = r->settings;
	const char *found = NULL;
	struct office one;
	size_t i;

	for (i = 0; i < settings->service_count; i++) {
		const char *key = settings->services[i].key;

		if (service && !str_eq(service, key))
			continue;
		if (store_office_find(r->env->store, key, address, arena, &one, err)) {
			if (err->code != ERR_NOTFOUND)
				return NULL;
			continue;
		}
		if (found) {
			err_set(err, ERR_INPUT, "several services know %s; say which with --service", address);
			return NULL;
		}
		found = key;
		*office = one;
	}
	if (!found)
		err_set(err, ERR_NOTFOUND, "there is no office with the address %s", address);
	return found;
}

/* The address that the command names, and the office behind it. */
static bool load(struct request *r, struct arena *arena, struct office *office)
{
	const char *service = request_option(r, "--service"), *address = request_word(r);
	struct err err = ERR_INIT;

	if (!address)
		request_fail(r, EXIT_USAGE, "%s: which office? usage: postkamer %s %s", r->command->words, r->command->words,
			     r->command->usage);
	else if (request_complete(r) && !find_service(r, service, address, arena, office, &err))
		request_fail_err(r, r->command->words, &err);
	return !r->status;
}

/* ---- json and lines ---- */

static void put_office(struct json *json, const struct office *office)
{
	json_put_int(json, "id", office->id);
	json_put_text(json, "service", office->service);
	json_put_text(json, "address", office->address);
	json_put_text(json, "name", office->name);
	json_put_text(json, "brand", office->brand);
	json_put_text(json, "language", office->language);
	json_put_time(json, "added", office->added);
	json_put_text(json, "by", office->by);
	json_put_time(json, "confirmed", office->confirmed);
	json_put_text(json, "digest", office_digest_word(office->digest));
	json_put_time(json, "next", office->digest_due);
}

static void print_line(struct request *r, const struct office *office)
{
	char at[32];

	buf_addf(&r->out, "%-12s %-32s %-12s %-8s %s\n", office->service, office->address,
		 office->confirmed == DATE_NONE ? "unconfirmed" : "confirmed", office_digest_word(office->digest),
		 office->name && *office->name ? office->name : show_time(at, office->added));
}

/* ---- list ---- */

static int list_page(struct request *r, struct office_filter *filter, bool *more)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct office *list;
	size_t count = 0, i;
	int rc = store_office_list(r->env->store, filter, &arena, &list, &count, &err);

	if (rc)
		request_fail_err(r, r->command->words, &err);
	for (i = 0; i < count; i++) {
		struct json *json = r->json ? json_new_object() : NULL;

		if (json)
			put_office(json, &list[i]);
		else
			print_line(r, &list[i]);
		show_list_row(r, json);
		filter->after = list[i].id;
	}
	*more = count == filter->limit;
	arena_free(&arena);
	return rc;
}

void command_office_list(struct request *r)
{
	struct office_filter filter = { .service = request_option(r, "--service"), .due = DATE_NONE, .limit = 1000 };
	bool paged = show_after(r, &filter.after) && filter.after > 0, more = true;

	if (r->status || !request_complete(r))
		return;
	show_list_begin(r);
	while (more && list_page(r, &filter, &more) == 0 && !paged)
		;
	show_list_end(r);
}

/* ---- its dossiers ---- */

struct counted {
	size_t open, closed;
	const char *numbers; /* the first open ones */
};

static int count_cases(struct request *r, const struct office *office, struct arena *arena, struct counted *counted,
		       struct err *err)
{
	struct office_case_filter filter = { .service = office->service, .address = office->address, .final = -1,
					     .limit = PAGE };
	struct office_case *cases;
	size_t count, i;

	*counted = (struct counted){ .numbers = "" };
	do {
		struct arena page = ARENA_INIT;

		if (store_office_cases(r->env->store, &filter, &page, &cases, &count, err)) {
			arena_free(&page);
			return -1;
		}
		for (i = 0; i < count; i++) {
			counted->closed += cases[i].final;
			if (!cases[i].final && counted->open++ < NUMBERS_SHOWN)
				counted->numbers = arena_printf(arena, "%s %s", counted->numbers, cases[i].number);
		}
		if (count) {
			filter.after = true;
			filter.after_final = cases[count - 1].final;
			filter.after_entered = cases[count - 1].entered;
			filter.after_id = cases[count - 1].id;
		}
		arena_free(&page);
	} while (count == PAGE);
	return 0;
}

/* ---- show ---- */

static int put_colleagues(struct request *r, const struct office *office, struct json *list, struct arena *arena,
			  struct err *err)
{
	struct office_colleague *colleagues;
	int64_t after = 0;
	char at[32];
	size_t count, i;

	do {
		if (store_colleague_list(r->env->store, office->service, office->address, after, PAGE, arena, &colleagues,
					 &count, err))
			return -1;
		for (i = 0; i < count; i++) {
			const struct office_colleague *c = &colleagues[i];
			struct json *object = list ? json_add_object(list) : NULL;

			after = c->id;
			if (!object) {
				buf_addf(&r->out, "  colleague   %-32s %s %s\n", c->address, colleague_answer_word(c->answer),
					 show_time(at, c->answered == DATE_NONE ? c->asked : c->answered));
				continue;
			}
			json_put_text(object, "address", c->address);
			json_put_text(object, "answer", colleague_answer_word(c->answer));
			json_put_time(object, "asked", c->asked);
			json_put_time(object, "answered", c->answered);
		}
	} while (count == PAGE);
	return 0;
}

static int print_office(struct request *r, const struct office *office, const struct counted *counted, struct arena *arena,
			struct err *err)
{
	char at[32];

	buf_addf(&r->out, "%s\n  service     %s\n  name        %s\n", office->address, office->service,
		 show_text(office->name));
	buf_addf(&r->out, "  brand       %s\n  language    %s\n", show_text(office->brand), show_text(office->language));
	buf_addf(&r->out, "  added       %s", show_time(at, office->added));
	buf_addf(&r->out, " by %s\n  confirmed   %s\n", show_text(office->by), show_time(at, office->confirmed));
	buf_addf(&r->out, "  overview    %s, next %s\n", office_digest_word(office->digest), show_time(at, office->digest_due));
	buf_addf(&r->out, "  dossiers    %zu open, %zu closed\n", counted->open, counted->closed);
	return put_colleagues(r, office, NULL, arena, err);
}

static int put_whole(struct request *r, const struct office *office, const struct counted *counted, struct arena *arena,
		     struct err *err)
{
	struct json *json = json_new_object(), *dossiers;
	int rc;

	put_office(json, office);
	dossiers = json_put_object(json, "dossiers");
	json_put_int(dossiers, "open", (int64_t)counted->open);
	json_put_int(dossiers, "closed", (int64_t)counted->closed);
	rc = put_colleagues(r, office, json_put_array(json, "colleagues"), arena, err);
	show_json(r, json);
	return rc;
}

void command_office_show(struct request *r)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct counted counted;
	struct office office;

	if (load(r, &arena, &office) &&
	    (count_cases(r, &office, &arena, &counted, &err) ||
	     (r->json ? put_whole : print_office)(r, &office, &counted, &arena, &err)))
		request_fail_err(r, "office show", &err);
	arena_free(&arena);
}

/* ---- add ---- */

static void say_added(struct request *r, const struct office_added *added)
{
	struct json *json;

	if (r->json) {
		json = json_new_object();
		put_office(json, &added->office);
		json_put_bool(json, "new", added->fresh);
		json_put_bool(json, "changed", added->changed);
		json_put_bool(json, "mailed", added->mailed);
		show_json(r, json);
		return;
	}
	buf_addf(&r->out, "%s: %s; ", added->office.address,
		 added->fresh ? "added" : added->changed ? "changed" : "known already");
	if (added->office.confirmed != DATE_NONE)
		buf_adds(&r->out, "its address is confirmed\n");
	else if (added->mailed)
		buf_adds(&r->out, "a welcome with its code goes to it; nothing else does before that comes back\n");
	else
		buf_adds(&r->out, "it was mailed its code and did not send it back yet (--again mails it again)\n");
}

void command_office_add(struct request *r)
{
	struct office_adding adding = { .by = "operator" };
	struct office_added added;
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	char *name = NULL, *address = NULL;
	const char *given, *word;

	adding.service = request_option(r, "--service");
	given = request_option(r, "--name");
	adding.brand = request_option(r, "--brand");
	adding.language = request_option(r, "--language");
	adding.confirmed = request_flag(r, "--confirmed");
	adding.again = request_flag(r, "--again");
	word = request_word(r);
	if (!adding.service && r->settings->service_count == 1)
		adding.service = r->settings->services[0].key;
	if (!word)
		request_fail(r, EXIT_USAGE, "office add: which address? usage: postkamer office add %s", r->command->usage);
	else if (!addr_split(word, &name, &address))
		request_fail(r, EXIT_USAGE, "office add: '%s' is not an e-mail address", word);
	else if (!adding.service)
		request_fail(r, EXIT_USAGE, "office add: there are several services; say which with --service");
	if (!r->status && request_complete(r)) {
		adding.address = address;
		adding.name = given ? given : name;
		if (engine_office_add(r->engine, &arena, &adding, &added, &err))
			request_fail_err(r, "office add", &err);
		else
			say_added(r, &added);
	}
	free(name);
	free(address);
	arena_free(&arena);
}

/* ---- remove ---- */

static void say_removed(struct request *r, const struct office *office, const struct counted *counted)
{
	buf_addf(&r->out, "%s: removed\n", office->address);
	if (counted->open)
		buf_addf(&r->out, "%zu open dossiers still name it, and go on mailing it:%s%s\n", counted->open, counted->numbers,
			 counted->open > NUMBERS_SHOWN ? " ..." : "");
	if (counted->closed)
		buf_addf(&r->out, "%zu closed ones name it too\n", counted->closed);
}

void command_office_remove(struct request *r)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct counted counted;
	struct office office;

	if (load(r, &arena, &office)) {
		if (count_cases(r, &office, &arena, &counted, &err) ||
		    engine_office_remove(r->engine, office.service, office.address, &err))
			request_fail_err(r, "office remove", &err);
		else
			say_removed(r, &office, &counted);
	}
	arena_free(&arena);
}

/* ---- colleague ---- */

void command_office_colleague(struct request *r)
{
	const char *service = request_option(r, "--service"), *address = request_word(r), *whom = request_word(r);
	const char *what = request_word(r);
	bool accept = what && str_eq(what, "accept");
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct office office;

	if (!what || (!accept && !str_eq(what, "refuse")))
		request_fail(r, EXIT_USAGE, "office colleague: usage: postkamer office colleague %s", r->command->usage);
	else if (request_complete(r) &&
		 (!find_service(r, service, address, &arena, &office, &err) ||
		  engine_office_colleague(r->engine, office.service, office.address, whom,
					  accept ? COLLEAGUE_ACCEPTED : COLLEAGUE_REFUSED, &err)))
		request_fail_err(r, "office colleague", &err);
	arena_free(&arena);
}
