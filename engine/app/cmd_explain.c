/*
 * `postkamer check --explain N.EVENT`: what an event would do to a live dossier
 * and why, by the rules that the dossier runs under. Nothing is written.
 */
/* System. */
#include <string.h>

/* Base. */
#include "base/date.h"
#include "base/str.h"

/* Engine. */
#include "prove/explain.h"
#include "rule/rule.h"
#include "tmpl/set.h"
#include "work/letters.h"
#include "work/world.h"

/* Own. */
#include "app/show.h"

struct explaining {
	struct request *r;
	struct arena arena;
	struct dossier *dossier;
	struct program *program;       /* owned */
	const struct settings_service *service;
	struct tmpl_set *templates;    /* owned; NULL when they cannot be read */
	struct calendar calendar;
	struct explanation result;
};

/* ---- what it needs ---- */

/* "2026-00042-M.staff take": the number is the longest start that is one. '*event_r' "" = none. */
static bool find_dossier(struct explaining *x, const char *words, const char **event)
{
	struct request *r = x->r;
	struct err err = ERR_INIT;
	size_t len = strlen(words);
	char *number = arena_strdup(&x->arena, words);

	*event = "";
	while (!store_dossier_exists(r->env->store, number)) {
		char *dot = strrchr(number, '.');

		if (!dot) {
			request_fail(r, EXIT_FAULT, "check: there is no dossier '%.*s'", (int)strcspn(words, "."), words);
			return false;
		}
		*dot = '\0';
	}
	if (strlen(number) < len)
		*event = words + strlen(number) + 1;
	*event += strspn(*event, " \"");
	if (store_dossier_load(r->env->store, number, &x->arena, &x->dossier, &err) == 0)
		return true;
	request_fail_err(r, "check", &err);
	return false;
}

/* The version of the rules that the dossier is pinned to. */
static bool load_program(struct explaining *x)
{
	struct diag_list diags = DIAG_LIST_INIT;
	const char *text, *file;
	struct err err = ERR_INIT;

	if (store_program_get(x->r->env->store, x->dossier->program, &x->arena, &text, &file, &err) == 0)
		x->program = rule_load(file, text, strlen(text), NULL, &diags);
	if (!x->program)
		request_fail(x->r, EXIT_FAULT, "check: the rules of dossier %s cannot be read: %s", x->dossier->number,
			     err.code ? err.text : diags.count ? diags.items[0].message : "they have a fault");
	diag_list_free(&diags);
	return x->program != NULL;
}

static void load_calendar(struct explaining *x)
{
	struct world_source source = world_source_folder(x->r->settings);
	struct buf text = BUF_INIT(BUF_MAX_FILE);
	char name[64];

	x->calendar.zone = x->service ? x->service->timezone : NULL;
	if (!x->program->holidays)
		return;
	snprintf(name, sizeof name, "holidays.%s", x->program->holidays);
	if (source.read(source.ctx, name, &text, NULL) == 0)
		calendar_parse_holidays(text.data, name, &x->arena, &x->calendar.holidays, &x->calendar.holiday_count,
					NULL);
	buf_free(&text);
}

/* Only to say to whom a mail goes: without them it is said as the rules say it. */
static void load_templates(struct explaining *x)
{
	struct world_source source = world_source_folder(x->r->settings);
	struct tmpl_diags diags = TMPL_DIAGS_INIT;

	if (tmpl_set_load(&source.templates, &x->templates, &diags, NULL))
		x->templates = NULL;
	tmpl_diags_free(&diags);
}

/* ---- who gets the mail ---- */

/* NONE: the templates cannot be read, and the rules say nothing. */
static enum tmpl_audience audience_of(const struct explaining *x, const struct flow_effect *effect)
{
	static const enum tmpl_audience map[] = {
		[AUDIENCE_TEMPLATE] = TMPL_AUDIENCE_NONE, [AUDIENCE_CORRESPONDENT] = TMPL_AUDIENCE_CORRESPONDENT,
		[AUDIENCE_CLIENT] = TMPL_AUDIENCE_CLIENT, [AUDIENCE_OFFICE] = TMPL_AUDIENCE_OFFICE,
		[AUDIENCE_PAYER] = TMPL_AUDIENCE_PAYER,	  [AUDIENCE_STAFF] = TMPL_AUDIENCE_STAFF,
		[AUDIENCE_SENDER] = TMPL_AUDIENCE_SENDER,
	};
	struct tmpl_where where = { x->dossier->service, x->dossier->brand, x->program->languages[0] };
	enum tmpl_audience found = map[effect->audience];

	if (found == TMPL_AUDIENCE_NONE && x->templates)
		tmpl_set_find(x->templates, &where, effect->template, &found, NULL);
	return found;
}

static const char *audience_word(enum tmpl_audience audience)
{
	static const char *const words[TMPL_AUDIENCES] = {
		[TMPL_AUDIENCE_NONE] = "whom the template says", [TMPL_AUDIENCE_CORRESPONDENT] = "correspondent",
		[TMPL_AUDIENCE_CLIENT] = "client",		 [TMPL_AUDIENCE_OFFICE] = "office",
		[TMPL_AUDIENCE_PAYER] = "payer",		 [TMPL_AUDIENCE_STAFF] = "staff",
		[TMPL_AUDIENCE_SENDER] = "sender",
	};

	return words[audience];
}

/* By the code that mails: partners, copies, an office that keeps it to itself. Nobody where it is not known here. */
static struct letters letters_of(struct explaining *x, const struct flow_effect *effect, enum tmpl_audience audience)
{
	struct answering a = { .engine = x->r->engine, .arena = &x->arena, .service = x->service, .now = x->result.at,
			       .dossier = x->result.output.dossier };
	struct letters letters = { NULL, 0 };
	struct wish *wish = arena_alloc(&x->arena, sizeof *wish);

	*wish = (struct wish){ .template = effect->template, .audience = audience, .payment = WISH_NO_PAYMENT };
	if (x->service && audience != TMPL_AUDIENCE_NONE)
		letters_add(&a, &letters, wish);
	return letters;
}

/* ---- words ---- */

static const char *refusal_words(const char *why)
{
	static const struct { const char *why, *words; } list[] = {
		{ FLOW_NO_SLOT, "there is no such slot" },
		{ FLOW_NO_CLAUSE, "no clause of the present state hears it" },
		{ FLOW_GUARD, "a clause hears it, but its condition is false" },
		{ FLOW_COUNTED, "a clause hears it, but 'at most … times' is used up" },
		{ FLOW_FINAL, "the dossier has ended" },
		{ FLOW_ALREADY, "it is so already" },
		{ FLOW_NOTHING, "nothing was delivered there" },
		{ FLOW_DELIVERED, "there are documents in it" },
		{ FLOW_NOT_ABSENT, "that document may not be absent" },
		{ FLOW_UPLOADS, "uploads are closed: the document would be held" },
		{ FLOW_NO_PAYMENT, "no payment was asked for" },
		{ FLOW_EXISTS, "there is a slot of that name" },
	};
	size_t i;

	for (i = 0; i < sizeof list / sizeof *list; i++)
		if (str_eq(list[i].why, why))
			return list[i].words;
	return why;
}

static const char *outcome_words(const struct explain_clause *clause)
{
	if (!clause->why)
		return "runs";
	return str_eq(clause->why, FLOW_QUIET)	 ? "waits until it is quiet" :
	       str_eq(clause->why, FLOW_COUNTED) ? "does not run: 'at most … times' is used up" :
						   "does not run: its condition is false";
}

static const struct timer *timer_of(const struct dossier *dossier, const struct timer *timer)
{
	size_t i;

	for (i = 0; i < dossier->timer_count; i++)
		if (dossier->timers[i].kind == timer->kind && str_eq(dossier->timers[i].clause, timer->clause))
			return &dossier->timers[i];
	return NULL;
}

static bool same_timer(const struct timer *a, const struct timer *b)
{
	return a && b && a->due == b->due && a->repeat == b->repeat;
}

static void text_clause(struct request *r, const struct program *program, const struct explain_clause *clause)
{
	size_t i;

	buf_addf(&r->out, "%s (%s:%d), on '%s', %s\n    %s\n", clause->clause->id, program->file,
		 clause->clause->span.line, clause->event, outcome_words(clause), clause->head);
	for (i = 0; i < clause->part_count; i++)
		buf_addf(&r->out, "        %s: %s (%s)\n", clause->parts[i].words,
			 clause->parts[i].holds ? "true" : "false", clause->parts[i].value);
	for (i = 0; i < clause->action_count; i++)
		buf_addf(&r->out, "        does %s\n", clause->actions[i]);
}

static void text_mail(struct explaining *x, const struct flow_effect *effect)
{
	enum tmpl_audience audience = audience_of(x, effect);
	struct letters letters = letters_of(x, effect, audience);
	struct buf *out = &x->r->out;
	size_t i;

	buf_addf(out, "mail: %s to %s", effect->template, audience_word(audience));
	for (i = 0; i < letters.count; i++)
		buf_addf(out, "%s %s%s", i ? "," : "", letters.list[i].to.address, letters.list[i].to.copy ? " (copy)" : "");
	buf_addf(out, ", by %s\n", effect->clause);
}

static void text_effects(struct explaining *x)
{
	const struct flow_output *o = &x->result.output;
	struct request *r = x->r;
	size_t i;

	for (i = 0; i < o->effect_count; i++)
		switch (o->effects[i].kind) {
		case FLOW_PAYMENT: buf_addf(&r->out, "payment: asked for, by %s\n", o->effects[i].clause); break;
		case FLOW_ERASE: buf_adds(&r->out, "erased: its term of keeping is over\n"); break;
		default: text_mail(x, &o->effects[i]);
		}
}

static const struct slot *changed_slot(const struct dossier *before, const struct dossier *after, size_t index)
{
	const struct slot *now = &after->slots[index], *was = dossier_slot(before, now->name, now->year);

	return was && was->status == now->status && slot_files(was) == slot_files(now) ? NULL : now;
}

static void text_slots(struct request *r, const struct dossier *before, const struct dossier *after)
{
	size_t i;

	for (i = 0; i < after->slot_count; i++) {
		const struct slot *slot = changed_slot(before, after, i);

		if (!slot)
			continue;
		buf_addf(&r->out, "slot: %s", slot->name);
		if (slot->year)
			buf_addf(&r->out, " %d", slot->year);
		buf_addf(&r->out, " is %s then\n", slot_status_word(slot->status));
	}
}

static void text_timers(struct request *r, const struct dossier *before, const struct dossier *after)
{
	char at[32];
	size_t i;

	for (i = 0; i < after->timer_count; i++)
		if (!same_timer(timer_of(before, &after->timers[i]), &after->timers[i]))
			buf_addf(&r->out, "timer: %s set, due %s\n", after->timers[i].clause,
				 show_time(at, after->timers[i].due));
	for (i = 0; i < before->timer_count; i++)
		if (!timer_of(after, &before->timers[i]))
			buf_addf(&r->out, "timer: %s ends\n", before->timers[i].clause);
}

static void text_result(struct explaining *x)
{
	const struct explanation *e = &x->result;
	const struct flow_output *o = &e->output;
	struct request *r = x->r;
	char at[32];
	size_t i;

	buf_addf(&r->out, "%s in state %s, at %s: %s\n", x->dossier->number, x->dossier->state, show_time(at, e->at),
		 e->event);
	for (i = 0; i < e->clause_count; i++)
		text_clause(r, x->program, &e->clauses[i]);
	if (e->failed)
		buf_addf(&r->out, "cannot be decided: %s\n", e->failed);
	if (!o->dossier)
		return;
	for (i = 0; i < o->refusal_count; i++)
		buf_addf(&r->out, "refused: %s%s%s%s\n", refusal_words(o->refusals[i].why),
			 o->refusals[i].detail ? " (" : "", o->refusals[i].detail ? o->refusals[i].detail : "",
			 o->refusals[i].detail ? ")" : "");
	text_slots(r, x->dossier, o->dossier);
	text_effects(x);
	text_timers(r, x->dossier, o->dossier);
	if (!str_eq(x->dossier->state, o->dossier->state))
		buf_addf(&r->out, "state: %s\n", o->dossier->state);
	if (!e->clause_count && !o->refusal_count)
		buf_adds(&r->out, "no clause hears it\n");
	else if (str_eq(x->dossier->state, o->dossier->state) && !o->transitions && !o->refusal_count)
		buf_addf(&r->out, "state: still %s\n", o->dossier->state);
	buf_adds(&r->out, "nothing was written: this is a dry run\n");
}

/* ---- json ---- */

static void json_clauses(struct explaining *x, struct json *json)
{
	struct json *list = json_put_array(json, "clauses");
	size_t i, j;

	for (i = 0; i < x->result.clause_count; i++) {
		const struct explain_clause *clause = &x->result.clauses[i];
		struct json *object = json_add_object(list), *parts, *actions;

		json_put_text(object, "clause", clause->clause->id);
		json_put_int(object, "line", clause->clause->span.line);
		json_put_text(object, "event", clause->event);
		json_put_text(object, "head", clause->head);
		json_put_bool(object, "runs", !clause->why);
		json_put_text(object, "why", clause->why);
		parts = json_put_array(object, "condition");
		for (j = 0; j < clause->part_count; j++) {
			struct json *part = json_add_object(parts);

			json_put_text(part, "words", clause->parts[j].words);
			json_put_bool(part, "holds", clause->parts[j].holds);
			json_put_text(part, "value", clause->parts[j].value);
		}
		actions = json_put_array(object, "actions");
		for (j = 0; j < clause->action_count; j++)
			json_put_text(json_add_object(actions), "action", clause->actions[j]);
	}
}

/* One row for each who gets it; one without an address where nobody is known. */
static void json_mail(struct explaining *x, struct json *list, const struct flow_effect *effect)
{
	enum tmpl_audience audience = audience_of(x, effect);
	struct letters letters = letters_of(x, effect, audience);
	size_t i = 0;

	do {
		struct json *object = json_add_object(list);

		json_put_text(object, "template", effect->template);
		json_put_text(object, "audience", audience_word(audience));
		json_put_text(object, "to", i < letters.count ? letters.list[i].to.address : NULL);
		json_put_bool(object, "copy", i < letters.count && letters.list[i].to.copy);
		json_put_text(object, "clause", effect->clause);
	} while (++i < letters.count);
}

static void json_effects(struct explaining *x, struct json *json)
{
	const struct flow_output *o = &x->result.output;
	struct json *list = json_put_array(json, "mails");
	size_t i;

	for (i = 0; i < o->effect_count; i++)
		if (o->effects[i].kind == FLOW_MAIL)
			json_mail(x, list, &o->effects[i]);
	list = json_put_array(json, "refusals");
	for (i = 0; i < o->refusal_count; i++) {
		struct json *object = json_add_object(list);

		json_put_text(object, "why", o->refusals[i].why);
		json_put_text(object, "detail", o->refusals[i].detail);
	}
}

static void json_slots(struct json *json, const struct dossier *before, const struct dossier *after)
{
	struct json *list = json_put_array(json, "slots");
	size_t i;

	for (i = 0; after && i < after->slot_count; i++) {
		const struct slot *slot = changed_slot(before, after, i);
		struct json *object;

		if (!slot)
			continue;
		object = json_add_object(list);
		json_put_text(object, "slot", slot->name);
		if (slot->year)
			json_put_int(object, "year", slot->year);
		else
			json_put_null(object, "year");
		json_put_text(object, "status", slot_status_word(slot->status));
	}
}

static void json_timers(struct json *json, const struct dossier *after)
{
	struct json *list = json_put_array(json, "timers");
	size_t i;

	for (i = 0; after && i < after->timer_count; i++) {
		struct json *object = json_add_object(list);

		json_put_text(object, "clause", after->timers[i].clause);
		json_put_time(object, "due", after->timers[i].due);
	}
}

static void json_result(struct explaining *x)
{
	const struct dossier *after = x->result.output.dossier;
	struct json *json = json_new_object();

	json_put_text(json, "number", x->dossier->number);
	json_put_text(json, "event", x->result.event);
	json_put_time(json, "at", x->result.at);
	json_put_text(json, "state", x->dossier->state);
	json_put_text(json, "state_after", after ? after->state : NULL);
	json_put_text(json, "failed", x->result.failed);
	json_clauses(x, json);
	json_effects(x, json);
	json_slots(json, x->dossier, after);
	json_timers(json, after);
	show_json(x->r, json);
}

/* ---- what could happen ---- */

static void list_possible(struct explaining *x)
{
	struct request *r = x->r;
	const char *words;
	size_t i;

	show_list_begin(r);
	for (i = 0; (words = explain_possible(x->program, x->dossier, i, &x->arena)) != NULL; i++) {
		struct json *row = NULL;

		if (r->json) {
			row = json_new_object();
			json_put_text(row, "event", words);
		} else {
			buf_addf(&r->out, "%s\n", words);
		}
		show_list_row(r, row);
	}
	show_list_end(r);
}

static void explain(struct explaining *x, const char *words)
{
	struct request *r = x->r;
	struct event event;
	struct err err = ERR_INIT;

	if (!*words) {
		list_possible(x);
		return;
	}
	if (explain_event(x->program, x->dossier, words, env_now(r->env), &x->arena, &event, &err)) {
		request_fail(r, EXIT_USAGE, "check: %s", err.text);
		return;
	}
	load_calendar(x);
	load_templates(x);
	explain_run(x->program, x->dossier, &event, env_now(r->env), &x->calendar, &x->arena, &x->result);
	if (r->json)
		json_result(x);
	else
		text_result(x);
}

void command_explain(struct request *r)
{
	struct explaining x = { .r = r };
	const char *words = request_word(r), *event;

	if (!request_complete(r))
		return;
	if (!words) {
		request_fail(r, EXIT_USAGE, "check: --explain needs a dossier: N, or N.EVENT");
		return;
	}
	if (find_dossier(&x, words, &event) && load_program(&x)) {
		x.service = settings_service(r->settings, x.dossier->service);
		explain(&x, arena_strndup(&x.arena, event, strcspn(event, "\"")));
	}
	program_free(&x.program);
	tmpl_set_free(&x.templates);
	arena_free(&x.arena);
}
