/* System. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/addr.h"
#include "base/date.h"
#include "base/log.h"
#include "base/str.h"

/* Engine. */
#include "flow/number.h"
#include "flow/value.h"

/* Own. */
#include "work/decide.h"
#include "work/engine_p.h"
#include "work/office.h"
#include "work/open.h"

/* An opening with every default filled in and every field checked. */
struct opening {
	const struct engine_opening *asked;
	const struct settings_service *service;
	const struct program *program;
	const char *language;
};

static bool has_workflow(const struct settings_service *service, const char *workflow)
{
	size_t i;

	for (i = 0; i < service->workflow_count; i++)
		if (str_eq(service->workflows[i], workflow))
			return true;
	return false;
}

static int choose_service(struct engine *engine, struct opening *o, struct err *err)
{
	const struct settings *settings = engine->settings;
	const char *workflow = o->asked->workflow;
	size_t i, fits = 0;

	if (o->asked->service) {
		o->service = settings_service(settings, o->asked->service);
		if (!o->service)
			return err_set(err, ERR_INPUT, "there is no service '%s' in the configuration", o->asked->service);
		return 0;
	}
	for (i = 0; i < settings->service_count; i++)
		if (!workflow || has_workflow(&settings->services[i], workflow)) {
			o->service = &settings->services[i];
			fits++;
		}
	if (fits == 1)
		return 0;
	if (!fits)
		return err_set(err, ERR_INPUT, "no service has the workflow '%s'", workflow ? workflow : "");
	return err_set(err, ERR_INPUT, "several services would do; say which with --service");
}

static int choose_workflow(struct engine *engine, struct opening *o, struct err *err)
{
	const char *workflow = o->asked->workflow;

	if (!workflow) {
		if (o->service->workflow_count != 1)
			return err_set(err, ERR_INPUT, "service '%s' has %zu workflows; say which with --workflow",
				       o->service->key, o->service->workflow_count);
		workflow = o->service->workflows[0];
	}
	if (!has_workflow(o->service, workflow))
		return err_set(err, ERR_INPUT, "service '%s' has no workflow '%s'", o->service->key, workflow);
	o->program = world_program(engine->world, workflow);
	if (!o->program)
		return err_set(err, ERR_BUG, "workflow '%s' is not loaded", workflow);
	return 0;
}

static int choose_language(struct opening *o, struct err *err)
{
	size_t i;

	o->language = o->program->languages[0];
	if (!o->asked->language)
		return 0;
	for (i = 0; i < o->program->language_count; i++)
		if (str_eq(o->program->languages[i], o->asked->language)) {
			o->language = o->program->languages[i];
			return 0;
		}
	return err_set(err, ERR_INPUT, "workflow '%s' has no language '%s'", o->program->name, o->asked->language);
}

static bool has_language(const struct program *program, const char *language)
{
	size_t i;

	for (i = 0; language && i < program->language_count; i++)
		if (str_eq(program->languages[i], language))
			return true;
	return !language;
}

static int check_party(struct engine *engine, const struct opening *o, const char *what, const char *address,
		       struct err *err)
{
	if (!addr_valid(address))
		return err_set(err, ERR_INPUT, "%s: '%s' is not an e-mail address", what, address);
	if (settings_own_address(engine->settings, address))
		return err_set(err, ERR_INPUT, "%s: '%s' is one of our own addresses", what, address);
	if (settings_is_staff(o->service, address))
		return err_set(err, ERR_INPUT, "%s: '%s' is a staff address of service '%s'", what, address,
			       o->service->key);
	return 0;
}

static int check_partners(struct engine *engine, const struct opening *o, struct err *err)
{
	const struct engine_opening *asked = o->asked;
	size_t i, j;

	if (asked->partner_count > ENGINE_PARTNERS)
		return err_set(err, ERR_INPUT, "a dossier has at most %d clients", ENGINE_PARTNERS + 1);
	for (i = 0; i < asked->partner_count; i++) {
		const char *address = asked->partners[i].address;

		if (!address || check_party(engine, o, "client", address, err))
			return address ? -1 : err_set(err, ERR_INPUT, "a client has no address");
		if (!has_language(o->program, asked->partners[i].language))
			return err_set(err, ERR_INPUT, "workflow '%s' has no language '%s'", o->program->name,
				       asked->partners[i].language);
		if (addr_same(address, asked->client_address) || addr_same(address, asked->office))
			return err_set(err, ERR_INPUT, "two parties have the same address '%s'", address);
		for (j = 0; j < i; j++)
			if (addr_same(address, asked->partners[j].address))
				return err_set(err, ERR_INPUT, "two parties have the same address '%s'", address);
	}
	return 0;
}

static int check_parties(struct engine *engine, const struct opening *o, struct err *err)
{
	const struct engine_opening *asked = o->asked;

	if (!asked->client_address)
		return err_set(err, ERR_INPUT, "a dossier needs a client: --client \"Name <address>\"");
	if (check_party(engine, o, "client", asked->client_address, err) || check_partners(engine, o, err))
		return -1;
	if (!asked->office) {
		if (asked->office_only || asked->copy)
			return err_set(err, ERR_INPUT, "--%s means nothing without --office",
				       asked->office_only ? "office-only" : "copy");
		return 0;
	}
	if (check_party(engine, o, "office", asked->office, err))
		return -1;
	if (addr_same(asked->office, asked->client_address))
		return err_set(err, ERR_INPUT, "client and office have the same address '%s'", asked->office);
	if (asked->office_only && asked->copy)
		return err_set(err, ERR_INPUT, "--copy and --office-only contradict each other");
	return 0;
}

static int choose(struct engine *engine, struct opening *o, struct err *err)
{
	const struct settings_brand *brand;

	if (choose_service(engine, o, err) || choose_workflow(engine, o, err) || choose_language(o, err) ||
	    check_parties(engine, o, err))
		return -1;
	if (!o->asked->brand)
		return 0;
	brand = settings_brand(engine->settings, o->asked->brand);
	if (!brand)
		return err_set(err, ERR_INPUT, "there is no brand '%s' in the configuration", o->asked->brand);
	if (!str_eq(brand->service, o->service->key))
		return err_set(err, ERR_INPUT, "brand '%s' belongs to service '%s'", brand->key, brand->service);
	return 0;
}

/* A number that was given must be one of this workflow's, and free. */
static int given_number(struct engine *engine, const struct opening *o, struct arena *arena, const char **number,
			struct err *err)
{
	const char *folded = number_fold(arena, o->asked->number);
	int fits = number_fits(o->program, folded, err);

	if (fits < 0)
		return -1;
	if (!fits || strlen(folded) >= ENGINE_NUMBER_SIZE)
		return err_set(err, ERR_INPUT, "'%s' is not a number of workflow '%s'", o->asked->number,
			       o->program->name);
	if (o->program->has_check && !number_check_valid(folded))
		return err_set(err, ERR_INPUT, "'%s' has a wrong check letter (it would be %c)", folded,
			       number_check_letter(folded));
	if (store_dossier_exists(engine->env->store, folded))
		return err_set(err, ERR_EXISTS, "dossier %s exists already", folded);
	*number = folded;
	return 0;
}

/* The next free one: a number that was given by hand may stand in the way. */
static int issue_number(struct engine *engine, const struct opening *o, struct arena *arena, int year,
			const char **number, struct err *err)
{
	int64_t serial;

	if (!o->program->number_new_count)
		return err_set(err, ERR_INPUT, "workflow '%s' does not issue numbers; give one with --number",
			       o->program->name);
	do {
		if (store_serial_next(engine->env->store, year, &serial, err))
			return -1;
		*number = number_format(arena, o->program, year, serial);
	} while (store_dossier_exists(engine->env->store, *number));
	return strlen(*number) < ENGINE_NUMBER_SIZE ? 0 : err_set(err, ERR_LIMIT, "number '%s' is too long", *number);
}

static const char *clean_name(struct arena *arena, const char *name)
{
	char *clean = str_clean(name ? name : "", 200);
	const char *kept = arena_strdup(arena, clean);

	free(clean);
	return kept;
}

static int take_fact(const struct opening *o, const struct event_field *given, struct arena *arena,
		     struct fact *fact_r, struct err *err)
{
	const struct prog_fact *fact = program_fact(o->program, given->name);
	struct value_kind kind;
	const char *why, *value;

	if (!fact)
		return err_set(err, ERR_INPUT, "workflow '%s' has no fact '%s'", o->program->name, given->name);
	kind = value_kind_of_fact(fact);
	why = value_read(&kind, given->value, arena, &value);
	if (why || !*value)
		return err_set(err, ERR_INPUT, "fact '%s' cannot be '%s' (%s)", fact->name, given->value,
			       why ? why : VALUE_MISSING);
	*fact_r = (struct fact){ fact->name, value };
	return 0;
}

/* What is known at the opening; what is not gets the workflow's default. */
static int take_facts(const struct opening *o, struct arena *arena, struct dossier *dossier, struct err *err)
{
	const struct engine_opening *asked = o->asked;
	size_t i;

	dossier->facts = arena_array(arena, asked->fact_count + 1, sizeof *dossier->facts);
	for (i = 0; i < asked->fact_count; i++) {
		if (dossier_fact(dossier, asked->facts[i].name))
			return err_set(err, ERR_INPUT, "fact '%s' is given twice", asked->facts[i].name);
		if (take_fact(o, &asked->facts[i], arena, &dossier->facts[dossier->fact_count], err))
			return -1;
		dossier->fact_count++;
	}
	return 0;
}

static void add_partners(const struct opening *o, struct arena *arena, struct dossier *d)
{
	const struct engine_opening *asked = o->asked;
	char folded[ADDR_MAX + 1];
	size_t i;

	d->partners = arena_array(arena, asked->partner_count + 1, sizeof *d->partners);
	d->partner_count = asked->partner_count;
	for (i = 0; i < asked->partner_count; i++) {
		const struct engine_person *person = &asked->partners[i];

		addr_fold(folded, person->address);
		d->partners[i] = (struct party){ clean_name(arena, person->name), arena_strdup(arena, folded),
						 person->language ? person->language : o->language, asked->copy };
	}
}

/* What the order does not say of its office is as it is known. */
static void take_office(struct engine *engine, const struct opening *o, const struct office *known, struct arena *arena,
			struct dossier *d)
{
	const struct engine_opening *asked = o->asked;
	const char *name = asked->office_name && *asked->office_name ? asked->office_name : known->name;
	char folded[ADDR_MAX + 1];

	if (!asked->office)
		return;
	addr_fold(folded, asked->office);
	d->office = (struct party){ clean_name(arena, name), arena_strdup(arena, folded),
				    known->language ? known->language : o->language, false };
	if (!d->brand && known->brand && settings_brand(engine->settings, known->brand))
		d->brand = known->brand;
}

static struct dossier *new_dossier(struct engine *engine, const struct opening *o, struct arena *arena,
				   const char *number, const struct calendar *calendar, const struct office *office,
				   struct err *err)
{
	int64_t now = engine_now(engine);
	struct dossier *d = arena_alloc(arena, sizeof *d);
	const struct engine_opening *asked = o->asked;
	struct seal_key scope;
	char folded[ADDR_MAX + 1];

	d->number = number;
	d->service = o->service->key;
	d->workflow = o->program->name;
	d->program = o->program->digest;
	d->office_only = asked->office_only;
	d->brand = asked->brand;
	d->language = o->language;
	d->opened = d->entered = now;
	addr_fold(folded, asked->client_address);
	d->client = (struct party){ clean_name(arena, asked->client_name), arena_strdup(arena, folded), o->language,
				    asked->copy };
	take_office(engine, o, office, arena, d);
	add_partners(o, arena, d);
	seal_key_new(&scope);
	seal_wrap(&engine->env->master, &scope, d->scope.bytes);
	d->scope.present = 1;
	seal_wipe(&scope, sizeof scope);
	if (take_facts(o, arena, d, err))
		return NULL;
	flow_dossier_init(o->program, calendar, arena, d);
	return d;
}

/*
 * Who may open a dossier by hand knows the office: naming it is as good as its
 * code. One that was mailed its code, and did not send it back, is another
 * matter: somebody doubted.
 */
static int settle_office(struct engine *engine, const struct opening *o, struct arena *arena, struct office *office,
			 struct err *err)
{
	struct office_adding adding = { .service = o->service->key, .address = o->asked->office, .name = o->asked->office_name,
					.by = "dossier", .confirmed = true, .silent = true };
	enum office_standing standing;
	struct office_added added;

	*office = (struct office){ 0 };
	if (!o->asked->office)
		return 0;
	if (office_standing(engine, o->service->key, o->asked->office, arena, &standing, office, err))
		return -1;
	if (standing == OFFICE_UNCONFIRMED)
		return err_set(err, ERR_INPUT, "office: %s did not send its code back yet, so nothing may go to it; "
			       "'postkamer office add %s --confirmed' says that the address is right", o->asked->office,
			       o->asked->office);
	if (standing == OFFICE_CONFIRMED)
		return 0;
	if (o->asked->actor != ACTOR_OPERATOR && o->asked->actor != ACTOR_SCANNER)
		return err_set(err, ERR_INPUT, "office: %s is not an office that we know", o->asked->office);
	if (office_add(engine, arena, &adding, &added, err))
		return -1;
	*office = added.office;
	return 0;
}

static int make(struct engine *engine, const struct opening *o, struct arena *arena, struct dossier **dossier,
		struct err *err)
{
	int64_t now = engine_now(engine);
	struct calendar calendar;
	const char *number = NULL;
	struct office office;

	world_calendar(engine->world, o->program, o->service->timezone, &calendar);
	if (o->asked->number ? given_number(engine, o, arena, &number, err) :
			       issue_number(engine, o, arena, calendar_year(&calendar, now), &number, err))
		return -1;
	if (settle_office(engine, o, arena, &office, err))
		return -1;
	*dossier = new_dossier(engine, o, arena, number, &calendar, &office, err);
	if (!*dossier)
		return -1;
	return store_program_put(engine->env->store, o->program->digest, o->program->name, o->program->file,
				 o->program->source, now, err);
}

int open_make(struct engine *engine, const struct engine_opening *asked, struct arena *arena,
	      struct dossier **dossier, struct event *opened, struct err *err)
{
	struct opening o = { .asked = asked };

	*opened = (struct event){ .kind = EVENT_OPENED, .at = engine_now(engine), .actor = asked->actor, .by = asked->by };
	return choose(engine, &o, err) ? -1 : make(engine, &o, arena, dossier, err);
}

void open_log(const struct dossier *dossier)
{
	log_line(LOG_LEVEL_INFO, "dossier.opened", "dossier=%s service=%s workflow=%s", dossier->number, dossier->service,
		 dossier->workflow);
}

static int open_in_group(struct engine *engine, const struct opening *o, struct arena *arena,
			 struct dossier **dossier, struct err *err)
{
	int64_t now = engine_now(engine);
	struct event opened = { .kind = EVENT_OPENED, .at = now, .actor = o->asked->actor, .by = o->asked->by };
	struct decision d;

	if (make(engine, o, arena, dossier, err) || decision_prepare(&d, engine, arena, *dossier, now, err))
		return -1;
	d.events = &opened;
	d.event_count = 1;
	d.answering.cause = arena_printf(arena, "opened:%s", (*dossier)->number);
	if (decision_flow(&d, err) || decision_take(&d, err))
		return -1;
	return blob_sync(engine->env->blobs, err);
}

int engine_dossier_open(struct engine *engine, const struct engine_opening *asked,
			char number_r[ENGINE_NUMBER_SIZE], struct err *err)
{
	struct store *store = engine->env->store;
	struct arena arena = ARENA_INIT;
	struct opening o = { .asked = asked };
	struct dossier *dossier;
	int rc = -1;

	if (choose(engine, &o, err) || store_begin(store, err))
		goto out;
	blob_mark(engine->env->blobs);
	if (open_in_group(engine, &o, &arena, &dossier, err) || store_commit(store, err)) {
		store_abort(store);
		blob_discard(engine->env->blobs);
		if (store_failed(store))
			engine_fail(engine, err);
		goto out;
	}
	rc = 0;
	snprintf(number_r, ENGINE_NUMBER_SIZE, "%s", dossier->number);
	open_log(dossier);
	engine_poke(engine);
out:
	arena_free(&arena);
	return rc;
}
