/* System. */
#include <string.h>
#include <unistd.h>

/* Base. */
#include "base/date.h"
#include "base/file.h"
#include "base/str.h"

/* Engine. */
#include "flow/value.h"

/* Own. */
#include "work/decide_p.h"
#include "work/office_p.h"
#include "work/open.h"
#include "work/request_p.h"
#include "work/spool_order.h"

/* An order under decision. */
struct ordered {
	struct deciding *d;
	struct spool_order order;
	const struct program *program;
	struct office office;
	struct event_field *facts, *fields;
	size_t fact_count, field_count;
};

/* The order is the first file of its message, and no document. */
static int order_bytes(struct deciding *d, char **text, size_t *len, struct err *err)
{
	struct mail *mail = &d->job->mail;
	struct mail_part *part;
	size_t i;

	for (i = 0; i < mail->part_count && mail->parts[i].role != MAIL_PART_ATTACHMENT; i++)
		;
	if (i == mail->part_count)
		return err_set(err, ERR_INPUT, "the order is gone from its message");
	part = &mail->parts[i];
	if (part->size > ORDER_MAX)
		return err_set(err, ERR_INPUT, "the order is too large");
	*len = (size_t)part->size;
	*text = arena_alloc(d->arena, *len + 1);
	if (pread(d->job->out, *text, *len, part->offset) != part->size)
		return err_set(err, ERR_CORRUPT, "the order cannot be read");
	part->role = MAIL_PART_MACHINE;
	return 0;
}

/*
 * An order with a reference is known by it, whatever else changed; one without
 * by its bytes and those of its documents.
 */
static int find_same(struct ordered *o, int64_t *same)
{
	struct deciding *d = o->d;
	struct buf material = BUF_INIT(BUF_MAX_TEXT);
	unsigned char *key = arena_alloc(d->arena, SEAL_HASH_SIZE);

	*same = 0;
	if (o->order.reference) {
		buf_addf(&material, "order|%s|%s", d->service->key, o->order.reference);
		seal_hash(&d->engine->hash_key, material.data, material.len, key);
		d->verdict.content_key = key;
		buf_free(&material);
	}
	return store_item_find_same(d->engine->env->store, d->service->key, d->job->item.id, d->job->item.raw_hash,
				    o->order.reference ? key : NULL, 0, same, d->err);
}

static int check_service(struct ordered *o, struct err *err)
{
	const struct settings_service *service = o->d->service;
	const char *workflow = o->order.workflow;
	size_t i;

	if (o->order.service && !str_eq(o->order.service, service->key))
		return err_set(err, ERR_INPUT, "service: this spool belongs to service '%s'; write that, or leave it out",
			service->key);
	if (!workflow && service->workflow_count != 1)
		return err_set(err, ERR_INPUT, "workflow: service '%s' has several; name one", service->key);
	for (i = 0; i < service->workflow_count; i++)
		if (!workflow || str_eq(service->workflows[i], workflow))
			o->program = world_program(o->d->engine->world, service->workflows[i]);
	return o->program ? 0 : err_set(err, ERR_INPUT, "workflow: service '%s' has no workflow '%s'; name one that it has",
					service->key, workflow);
}

static const struct prog_field *own_field(const struct prog_form *form, const char *name)
{
	size_t i;

	for (i = 0; form && i < form->field_count; i++)
		if (str_eq(form->fields[i].name, name))
			return &form->fields[i];
	return NULL;
}

static int check_field(struct ordered *o, const struct prog_form *form, const struct event_field *given, struct err *err)
{
	const struct prog_field *field = own_field(form, given->name);
	const struct prog_fact *fact = program_fact(o->program, given->name);
	struct value_kind kind;
	const char *value = "", *why = NULL;

	if (!field && !fact)
		return err_set(err, ERR_INPUT, "fields.%s: workflow '%s' has no such field or fact; take it out", given->name,
			       o->program->name);
	if (field && value_read_field(field, given->value, o->d->arena, &value, &why, err))
		return -1;
	if (!field) {
		kind = value_kind_of_fact(fact);
		why = value_read(&kind, given->value, o->d->arena, &value);
	}
	if (why || !*value)
		return err_set(err, ERR_INPUT, "fields.%s: it cannot be '%s' (%s); write another value", given->name, given->value,
			       why ? why : VALUE_MISSING);
	if (field)
		o->fields[o->field_count++] = (struct event_field){ field->name, value };
	if (fact)
		o->facts[o->fact_count++] = (struct event_field){ fact->name, value };
	return 0;
}

static int check_fields(struct ordered *o, struct err *err)
{
	const struct prog_form *form = program_form(o->program, SHEET_REQUEST_FORM);
	size_t i, k;

	o->facts = arena_array(o->d->arena, o->order.field_count + 1, sizeof *o->facts);
	o->fields = arena_array(o->d->arena, o->order.field_count + 1, sizeof *o->fields);
	for (i = 0; i < o->order.field_count; i++)
		if (check_field(o, form, &o->order.fields[i], err))
			return -1;
	for (i = 0; form && i < form->field_count; i++) {
		for (k = 0; k < o->field_count && !str_eq(o->fields[k].name, form->fields[i].name); k++)
			;
		if (form->fields[i].required && k == o->field_count)
			return err_set(err, ERR_INPUT, "fields.%s: it is missing; workflow '%s' wants it at the opening",
				       form->fields[i].name, o->program->name);
	}
	return 0;
}

/* Whoever fills in a web form may name any address: mail only goes to offices that have shown that they are. */
static int check_office(struct ordered *o, enum office_standing *standing)
{
	struct deciding *d = o->d;

	*standing = OFFICE_CONFIRMED;
	if (!o->order.office)
		return 0;
	return office_standing(d->engine, d->service->key, o->order.office, d->arena, standing, &o->office, d->err);
}

/* The order goes to refused/, with the verdict's detail as its reason; its documents stay where they are. */
static int end_refused(struct deciding *d, enum item_state state, const char *reason)
{
	struct answering a;

	d->verdict.state = state;
	d->verdict.reason = reason;
	decide_answering(d, &a);
	a.received = DATE_NONE;
	a.file_name = d->job->item.origin;
	a.file_folder = "refused/";
	answer_wish(&a, "spool-geweigerd", TMPL_AUDIENCE_STAFF);
	return decide_end_answering(d, &a);
}

static int refuse(struct deciding *d, const struct err *why)
{
	d->verdict.detail = arena_strdup(d->arena, why->text);
	return end_refused(d, ITEM_QUARANTINED, "spool-refused");
}

/* What nobody took must not go silently. */
static const char *documents_left(const struct ordered *o)
{
	size_t n = o->order.document_count;

	if (!n)
		return "it opened nothing";
	return n == 1 ? "it opened nothing, and its document was left in tmp/" :
			arena_printf(o->d->arena, "it opened nothing, and its %zu documents were left in tmp/", n);
}

/* The same as an earlier one, or another one with its reference: then its documents may be new. */
static int end_duplicate(struct ordered *o, int64_t same)
{
	struct deciding *d = o->d;
	struct item first;
	const char *which;

	if (store_item_load(d->engine->env->store, same, d->arena, &first, d->err))
		return -1;
	which = arena_printf(d->arena, "item %lld (%s%s)", (long long)same, first.dossier ? "dossier " : "",
			     first.dossier ? first.dossier : item_state_word(first.state));
	d->verdict.duplicate_of = same;
	if (!memcmp(first.raw_hash, d->job->item.raw_hash, sizeof first.raw_hash))
		d->verdict.detail = arena_printf(d->arena, "it is the same order as %s%s; %s%s", which,
						 o->order.document_count ? ", with the same documents" : "", documents_left(o),
						 o->order.document_count ? "; remove them" : "");
	else
		d->verdict.detail = arena_printf(d->arena, "it has the reference of %s, '%s'; %s; deliver what is new under that "
						 "dossier's number, or give the order another reference", which,
						 o->order.reference, documents_left(o));
	return end_refused(d, ITEM_DUPLICATE, "duplicate");
}

/* What is wrong with the order refuses it, what is wrong with the rules holds it. */
static int end_badly(struct deciding *d, const struct err *why)
{
	if (why->code == ERR_LIMIT)
		return held_rule_error(d, why);
	if (why->code == ERR_INPUT || why->code == ERR_EXISTS)
		return refuse(d, why);
	*d->err = *why;
	return -1;
}

static int open_dossier(struct ordered *o, struct err *why)
{
	struct deciding *d = o->d;
	struct handling *h = &d->handling;
	struct engine_opening asked = { .service = d->service->key, .workflow = o->program->name,
					.client_name = o->order.client_name, .client_address = o->order.client_address,
					.office = o->order.office, .office_name = o->order.office ? o->office.name : NULL,
					.language = o->order.language, .copy = o->order.copy, .office_only = o->order.office_only,
					.facts = o->facts, .fact_count = o->fact_count, .actor = ACTOR_SCANNER, .by = "scanner" };
	struct event opened, form = { .kind = EVENT_FORM_RECEIVED, .at = d->now, .actor = ACTOR_CLIENT, .by = "scanner",
				      .name = SHEET_REQUEST_FORM, .fields = o->fields, .field_count = o->field_count };
	struct dossier *dossier;

	if (open_make(d->engine, &asked, d->arena, &dossier, &opened, why))
		return -1;
	standing_begin(d, dossier);
	h->standing = (struct standing){ .role = ACTOR_SCANNER, .level = 1 };
	h->before = &opened;
	h->before_count = 1;
	h->forms = &form;
	h->form_count = o->field_count ? 1 : 0;
	d->verdict.dossier = dossier->number;
	if (handle_begin(h, why) || handle_finish(h, why))
		return -1;
	open_log(dossier);
	return 0;
}

static int decide(struct ordered *o, struct err *why)
{
	struct deciding *d = o->d;
	int64_t same;
	enum office_standing standing;

	if (find_same(o, &same) || check_office(o, &standing))
		return -1;
	if (same)
		return end_duplicate(o, same);
	if (check_service(o, why) || check_fields(o, why))
		return end_badly(d, why);
	if (standing != OFFICE_CONFIRMED)
		return office_end_wanted(d, o->order.office, o->office.name, standing);
	return open_dossier(o, why) ? end_badly(d, why) : decide_ended(d);
}

int spool_order_decide(struct deciding *d)
{
	struct ordered o = { .d = d };
	struct err why = ERR_INIT;
	size_t len = 0;
	char *text = NULL;
	int rc, let;

	d->verdict.subject = d->job->item.origin;
	d->verdict.from = "scanner";
	d->sender = (struct mail_sender){ .authenticated = true };
	rc = order_bytes(d, &text, &len, &why);
	/* A person let it through to a dossier that there is: that is what its documents are for. */
	let = accepted_file_step(d);
	if (let)
		return let < 0 ? -1 : 0;
	if (!rc)
		rc = spool_order_read(text, len, d->arena, &o.order, &why);
	return rc ? end_badly(d, &why) : decide(&o, &why);
}
