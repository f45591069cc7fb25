/* System. */
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
#include "work/decide_p.h"
#include "work/open.h"
#include "work/request_p.h"

#define FORMS_TOLD 5     /* forms to one address in a day; then a person looks at it */
#define OPENINGS_DAY 5   /* dossiers that one address may open in a day, */
#define OPENINGS_OFFICE 200 /* and an office */

/* ---- who asks for it ---- */

static bool is_request_address(const struct deciding *d, const char *address)
{
	return !addr_same(d->service->request, d->service->address) && addr_same(address, d->service->request);
}

/* Was it mailed to the request address, where that is one of its own? */
static bool to_request_address(const struct deciding *d)
{
	static const char *const names[] = { "Delivered-To", "X-Original-To", "Envelope-To" };
	const struct mail *mail = &d->job->mail;
	const struct mail_addresses *lists[] = { &mail->to, &mail->cc };
	size_t i, j;

	for (i = 0; i < 2; i++)
		for (j = 0; j < lists[i]->count; j++)
			if (is_request_address(d, lists[i]->list[j].addr))
				return true;
	for (i = 0; i < mail->header_count; i++)
		for (j = 0; j < sizeof names / sizeof *names; j++)
			if (str_ieq(mail->headers[i].name, names[j]) && is_request_address(d, str_trim(arena_strdup(d->arena,
									 mail->headers[i].value))))
				return true;
	return false;
}

static const char *join_words(struct arena *arena, const struct phrase_line *line)
{
	const char *text = "";
	size_t i;

	for (i = 0; i < line->count; i++)
		text = arena_printf(arena, "%s%s%s", text, i ? " " : "", line->words[i]);
	return text;
}

/* Is the rest of the subject nothing, or what one of our workflows is called? */
static bool names_workflow(const struct deciding *d, const char *rest)
{
	size_t i;

	rest += strspn(rest, " :-");
	for (i = 0; i < d->service->workflow_count; i++) {
		const struct program *program = world_program(d->engine->world, d->service->workflows[i]);

		if (program && (str_eq(rest, command_fold(d->arena, program->title)) || str_eq(rest, program->name)))
			return true;
	}
	return !*rest;
}

/*
 * "Aanvraag", "Request Inkomensverklaring": the whole subject. One that only
 * begins with the word counts where its sender has no open dossier that it may
 * be about.
 */
static bool in_subject(const struct deciding *d)
{
	const struct phrases *phrases = world_phrases(d->engine->world);
	const char *subject = command_fold(d->arena, number_strip_prefixes(d->job->mail.subject));
	size_t i, len;

	for (i = 0; i < phrases->line_count; i++) {
		const char *words;

		if (phrases->lines[i].kind != WORDS_REQUEST)
			continue;
		words = join_words(d->arena, &phrases->lines[i]);
		len = strlen(words);
		if (str_starts(subject, words) && (!subject[len] || strchr(" :-", subject[len])) &&
		    (names_workflow(d, subject + len) || !d->route.choice_count))
			return true;
	}
	return false;
}

/* A token of a form that we mailed to this address. */
static bool has_token(const struct deciding *d)
{
	const struct reply_token *token = reply_valid(&d->reply, NULL, d->sender.address, d->now);

	return token && str_eq(token->purpose, REPLY_REQUEST);
}

/* Does it answer the mail with the form? */
static bool answers_form(const struct deciding *d)
{
	const char *id = d->job->mail.in_reply_to;
	struct outbox_row row;

	return id && !store_outbox_by_message_id(d->engine->env->store, id, d->arena, &row, NULL) &&
	       str_eq(row.service, d->service->key) && str_starts(row.template, REQUEST_FORM);
}

/* "formulier" anywhere: most mails need not be looked at by the fields of a form. */
static bool mentions_form(const struct deciding *d)
{
	const struct phrases *phrases = world_phrases(d->engine->world);
	size_t i;

	for (i = 0; d->job->mail.text && i < phrases->line_count; i++)
		if (phrases->lines[i].kind == WORDS_FORM && phrases->lines[i].count &&
		    strcasestr(d->job->mail.text, phrases->lines[i].words[0]))
			return true;
	return false;
}

/* A ready-filled form that nobody asked for says which form it is. */
static bool is_named_form(struct deciding *d)
{
	struct asking q = { .d = d };
	struct err err = ERR_INIT;

	if (!mentions_form(d) || request_read(&q, &err))
		return false;
	return q.sheet->reading.named && sheet_is_filled(q.sheet);
}

static bool is_request(struct deciding *d)
{
	return to_request_address(d) || has_token(d) || answers_form(d) || in_subject(d) || is_named_form(d);
}

/* ---- the form ---- */

/* Who writes in English gets the English form. */
static const char *language_of(const struct deciding *d, const struct sheet *sheet)
{
	const char *said = sheet->reading.answers ? sheet_value(sheet, SHEET_LANGUAGE) : NULL;
	const char *text = d->job->mail.text ? d->job->mail.text : "", *subject;

	if (said)
		return said;
	subject = command_fold(d->arena, number_strip_prefixes(d->job->mail.subject));
	if (str_starts(subject, "request"))
		return "en";
	if (str_starts(subject, "aanvraag"))
		return "nl";
	return strstr(text, "Form: ") ? "en" : d->service->language;
}

/* "vraag: …", "probleem: …": there is no dossier yet whose ticket it could be. */
static bool asks_too(const struct asking *q)
{
	struct saying_order order = { .phrases = world_phrases(q->d->engine->world), .role = ACTOR_CLIENT,
				      .text = q->sheet->reading.rest };
	struct saying saying;
	size_t i;

	if (!order.text)
		return false;
	command_read(&order, q->d->arena, &saying);
	for (i = 0; i < saying.count; i++)
		if (saying.list[i].verb == COMMAND_QUESTION || saying.list[i].verb == COMMAND_PROBLEM)
			return true;
	return false;
}

/* The form goes out, with what was understood of it; too often is for a person. */
static int send_form(struct asking *q, bool content)
{
	struct deciding *d = q->d;
	struct answering a;
	int64_t count = 0;

	if (store_outbox_count(d->engine->env->store, d->service->key, d->sender.address, REQUEST_FORM, NULL,
			       d->now - DECIDE_DAY, &count, d->err))
		return -1;
	d->verdict.reason = REASON_REQUEST;
	d->verdict.state = ITEM_PROCESSED;
	if (count >= (content ? FORMS_TOLD : 1)) {
		d->verdict.state = ITEM_HELD;
		d->verdict.detail = "it asks for a dossier, and its sender got the form often enough today";
		return decide_end_with_mail(d, NULL, TMPL_AUDIENCE_SENDER);
	}
	if (handle_has_files(&d->job->mail) || asks_too(q)) {
		d->verdict.state = ITEM_HELD;
		d->verdict.detail = handle_has_files(&d->job->mail) ? "files that came with a request before there is a dossier" :
								      "a question that came with a request before there is a dossier";
	}
	q->sheet->again = content;
	decide_answering(d, &a);
	a.language = language_of(d, q->sheet);
	answer_wish_sheet(&a, REQUEST_FORM, TMPL_AUDIENCE_SENDER, q->sheet);
	return decide_end_answering(d, &a);
}

/* ---- reading it ---- */

static const struct program *only_workflow(const struct deciding *d)
{
	return d->service->workflow_count == 1 ? world_program(d->engine->world, d->service->workflows[0]) : NULL;
}

int request_read(struct asking *q, struct err *err)
{
	struct deciding *d = q->d;
	const char *text = d->job->mail.text ? d->job->mail.text : "", *chosen;

	q->program = only_workflow(d);
	q->sheet = sheet_request(d->engine->world, d->service, q->program, q->from_office, d->arena);
	if (sheet_read(q->sheet, text, d->arena, err))
		return -1;
	chosen = q->program ? NULL : sheet_value(q->sheet, SHEET_WORKFLOW);
	if (!chosen)
		return 0;
	/* With the workflow its own questions are known. */
	q->program = world_program(d->engine->world, chosen);
	q->sheet = sheet_request(d->engine->world, d->service, q->program, q->from_office, d->arena);
	return sheet_read(q->sheet, text, d->arena, err);
}

/* An address of ours, of staff, or of nobody can be no party. */
static bool is_usable(const struct deciding *d, const char *address)
{
	return addr_valid(address) && !settings_own_address(d->engine->settings, address) &&
	       !settings_is_staff(d->service, address);
}

static void doubt_party(struct asking *q, const char *field)
{
	const char *address = sheet_value(q->sheet, field);

	if (address && !is_usable(q->d, address))
		sheet_doubt(q->sheet, field, SHEET_UNUSABLE);
}

/* Who is the client, who the office, and do they go together? Mail only ever goes to addresses that are proven. */
static void settle_parties(struct asking *q)
{
	const char *address, *share, *sender = q->d->sender.address;

	doubt_party(q, SHEET_ADDRESS);
	doubt_party(q, SHEET_OFFICE);
	address = sheet_value(q->sheet, SHEET_ADDRESS);
	q->office = sheet_value(q->sheet, SHEET_OFFICE);
	if (q->from_office) {
		/* It opens one for its client; that it names itself as well changes nothing. */
		if (address && addr_same(address, sender))
			sheet_doubt(q->sheet, SHEET_ADDRESS, SHEET_UNUSABLE);
		if (q->office && !addr_same(q->office, sender))
			sheet_doubt(q->sheet, SHEET_OFFICE, SHEET_OTHER_ADDRESS);
		q->office = sender;
		q->client = address;
	} else if (q->office && addr_same(q->office, sender)) {
		/* An office, it says: we do not know it yet. */
		if (!address)
			sheet_doubt(q->sheet, SHEET_ADDRESS, VALUE_MISSING);
		q->client = address;
	} else {
		if (address && !addr_same(address, sender))
			sheet_doubt(q->sheet, SHEET_ADDRESS, SHEET_OTHER_ADDRESS);
		q->client = sender;
	}
	share = sheet_value(q->sheet, SHEET_SHARE);
	q->office_only = share && str_eq(share, "office");
	q->copy = q->office && sheet_value(q->sheet, SHEET_COPY) && str_eq(sheet_value(q->sheet, SHEET_COPY), "yes");
	if (q->office_only && !q->office)
		sheet_doubt(q->sheet, SHEET_SHARE, SHEET_NEEDS_OFFICE);
	if (q->office_only && q->copy)
		sheet_doubt(q->sheet, SHEET_COPY, SHEET_CONTRARY);
}

/* ---- opening ---- */

/* How many did this address open within a day? */
static int opened_today(struct asking *q, bool *many)
{
	struct deciding *d = q->d;
	size_t most = q->from_office ? OPENINGS_OFFICE : OPENINGS_DAY, count, i, fresh = 0;
	struct dossier_filter filter = { .service = d->service->key, .address = d->sender.address, .final = -1,
					 .limit = 1000 };
	struct dossier *list;

	do {
		if (store_dossier_list(d->engine->env->store, &filter, d->arena, &list, &count, d->err))
			return -1;
		for (i = 0; i < count; i++)
			fresh += list[i].opened > d->now - DECIDE_DAY;
		if (count)
			filter.after = list[count - 1].id;
	} while (count == filter.limit && fresh < most);
	*many = fresh >= most;
	return 0;
}

static bool same_text(struct deciding *d, const char *a, const char *b)
{
	return str_eq(command_fold(d->arena, a ? a : ""), command_fold(d->arena, b ? b : ""));
}

/* Do the answers say nothing that this dossier does not know? */
static bool same_facts(const struct dossier *dossier, const struct event_field *fields, size_t count,
		       const struct program *program)
{
	size_t i;

	for (i = 0; i < count; i++) {
		const char *known = dossier_fact(dossier, fields[i].name);

		if (program_fact(program, fields[i].name) && (!known || !str_eq(known, fields[i].value)))
			return false;
	}
	return true;
}

/* The same form sent twice is one request: the number of the dossier that it opened, while that is open. */
static int find_same(struct asking *q, const char **number)
{
	struct deciding *d = q->d;
	struct dossier_filter filter = { .service = d->service->key, .workflow = q->program->name, .address = q->client,
					 .final = 0, .limit = 1000 };
	struct dossier *list, *whole;
	size_t count, i;

	*number = NULL;
	if (store_dossier_list(d->engine->env->store, &filter, d->arena, &list, &count, d->err))
		return -1;
	for (i = 0; i < count && !*number; i++) {
		if ((list[i].office_only && !q->from_office) || !addr_same(list[i].client.address, q->client) ||
		    !str_eq(list[i].workflow, q->program->name) ||
		    !same_text(d, list[i].client.name, sheet_value(q->sheet, SHEET_NAME)) ||
		    (list[i].office.address ? !q->office || !addr_same(list[i].office.address, q->office) : q->office != NULL))
			continue;
		if (store_dossier_load(d->engine->env->store, list[i].number, d->arena, &whole, d->err))
			return -1;
		if (same_facts(whole, q->fields, q->field_count, q->program))
			*number = list[i].number;
	}
	return 0;
}

static int end_handled(struct deciding *d, int rc, const struct err *why)
{
	if (!rc)
		return decide_ended(d);
	if (why->code == ERR_LIMIT)
		return held_rule_error(d, why);
	*d->err = *why;
	return -1;
}

/* It is there already: what came along goes in it, and its sender hears so. */
static int repeat(struct asking *q, const char *number)
{
	struct deciding *d = q->d;
	struct handling *h = &d->handling;
	struct err why = ERR_INIT;
	int rc;

	d->route.number = number;
	if (standing_step(d) < 0)
		return -1;
	if (h->standing.role == ACTOR_NONE) {
		d->verdict.dossier = NULL;
		return held_keep(d, REASON_REQUEST, "the sender is no party of the dossier that it opened before");
	}
	h->words = true;
	h->text = q->sheet->reading.rest;
	rc = handle_begin(h, &why);
	if (!rc) {
		answer_wish(&h->decision.answering, "aanvraag-bestaat", TMPL_AUDIENCE_SENDER);
		rc = handle_finish(h, &why);
	}
	return end_handled(d, rc, &why);
}

/* The facts among the answers are known from the start; each answer is a line of history as well. */
static void set_opening(struct asking *q, struct engine_opening *asked, struct event *form)
{
	struct event_field *facts = arena_array(q->d->arena, q->field_count + 1, sizeof *facts);
	size_t i, count = 0;

	for (i = 0; i < q->field_count; i++)
		if (program_fact(q->program, q->fields[i].name))
			facts[count++] = q->fields[i];
	*asked = (struct engine_opening){ .service = q->d->service->key, .workflow = q->program->name,
					  .client_name = sheet_value(q->sheet, SHEET_NAME), .client_address = q->client,
					  .office = q->office, .office_name = q->office ? q->known.name : NULL,
					  .brand = q->office ? q->known.brand : NULL,
					  .language = sheet_value(q->sheet, SHEET_LANGUAGE), .copy = q->copy,
					  .office_only = q->office_only, .facts = facts, .fact_count = count,
					  .actor = q->from_office ? ACTOR_OFFICE : ACTOR_CLIENT, .by = q->d->sender.address };
	*form = (struct event){ .kind = EVENT_FORM_RECEIVED, .at = q->d->now, .actor = asked->actor, .by = asked->by,
				.name = SHEET_REQUEST_FORM, .fields = q->fields, .field_count = q->field_count };
}

/* A language that the workflow does not speak is its first one; a brand that is gone is none. */
static void mend_opening(struct asking *q, struct engine_opening *asked)
{
	const struct settings_brand *brand = asked->brand ? settings_brand(q->d->engine->settings, asked->brand) : NULL;
	bool spoken = false;
	size_t i;

	for (i = 0; asked->language && i < q->program->language_count; i++)
		spoken |= str_eq(q->program->languages[i], asked->language);
	if (!spoken)
		asked->language = NULL;
	if (!brand || !str_eq(brand->service, asked->service))
		asked->brand = NULL;
}

static int open_dossier(struct asking *q)
{
	struct deciding *d = q->d;
	struct handling *h = &d->handling;
	struct engine_opening asked;
	struct event opened, form;
	struct dossier *dossier;
	struct err why = ERR_INIT;
	int rc;

	set_opening(q, &asked, &form);
	mend_opening(q, &asked);
	if (open_make(d->engine, &asked, d->arena, &dossier, &opened, &why)) {
		if (why.code != ERR_INPUT && why.code != ERR_EXISTS)
			return end_handled(d, -1, &why);
		return held_keep(d, REASON_REQUEST, arena_strdup(d->arena, why.text));
	}
	standing_begin(d, dossier);
	h->standing = standing_of(asked.actor, d->sender.auth, has_token(d) ? reply_valid(&d->reply, NULL, d->sender.address,
												d->now) : NULL);
	h->before = &opened;
	h->before_count = 1;
	h->forms = &form;
	h->form_count = q->field_count ? 1 : 0;
	h->words = true;
	h->text = q->sheet->reading.rest;
	d->verdict.dossier = dossier->number;
	rc = handle_begin(h, &why);
	if (!rc) {
		/* Who asked for it hears of it, also where all further mail goes to his office. */
		if (!addr_same(dossier_correspondent(dossier)->address, d->sender.address))
			answer_wish(&h->decision.answering, "aanvraag-ontvangen", TMPL_AUDIENCE_SENDER);
		rc = handle_finish(h, &why);
	}
	if (!rc)
		open_log(dossier);
	return end_handled(d, rc, &why);
}

/* ---- all of it ---- */

/* Is the sender an office that we know? */
static int look_up_sender(struct asking *q)
{
	struct deciding *d = q->d;
	struct err err = ERR_INIT;

	if (!store_office_find(d->engine->env->store, d->service->key, d->sender.address, d->arena, &q->known, &err)) {
		q->from_office = q->known.confirmed != DATE_NONE;
		return 0;
	}
	q->known = (struct office){ 0 };
	if (err.code == ERR_NOTFOUND)
		return 0;
	*d->err = err;
	return -1;
}

/* Who was asked for the form, or writes to where it goes, may answer one question of it. */
static bool has_content(const struct asking *q)
{
	const struct form_reading *reading = &q->sheet->reading;

	return sheet_is_filled(q->sheet) || (reading->exact && reading->filled + reading->unclear && !reading->other);
}

static int judge(struct asking *q)
{
	struct deciding *d = q->d;
	const char *same;
	bool many;

	settle_parties(q);
	if (!q->program || !sheet_is_whole(q->sheet) || !q->client)
		return send_form(q, true);
	q->fields = sheet_fields(q->sheet, d->arena, &q->field_count);
	if (q->office && !q->from_office) {
		int rc = request_office(q);

		if (rc != DECIDE_NEXT)
			return rc;
	}
	if (find_same(q, &same))
		return -1;
	if (same)
		return repeat(q, same);
	if (opened_today(q, &many))
		return -1;
	if (many)
		return held_keep(d, REASON_LIMIT, "its sender opened many dossiers today");
	return open_dossier(q);
}

int request_step(struct deciding *d)
{
	struct asking q = { .d = d };
	struct err why = ERR_INIT;

	if (!d->sender.address || d->sender.automatic || d->job->mail.encrypted || d->route.how == ROUTE_SAID ||
	    settings_is_staff(d->service, d->sender.address) || !is_request(d))
		return DECIDE_NEXT;
	if (!d->sender.authenticated && !has_token(d))
		return held_keep(d, REASON_UNAUTHENTICATED, "nothing proves that the request is from the address it claims");
	if (look_up_sender(&q))
		return -1;
	if (request_read(&q, &why))
		return end_handled(d, -1, &why);
	return has_content(&q) ? judge(&q) : send_form(&q, false);
}
