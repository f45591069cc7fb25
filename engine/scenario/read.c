/* System. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/addr.h"
#include "base/str.h"

/* Engine. */
#include "rule/suggest.h"

/* Own. */
#include "scenario/read_p.h"

/* ---- tokens ---- */

const struct token *reader_peek(const struct reader *r)
{
	return r->at < r->end ? &r->tokens[r->at] : NULL;
}

/* How many tokens 'words' takes here, 0 when they do not stand here. */
static size_t stands(const struct reader *r, const char *words)
{
	size_t n = 0;

	while (*words) {
		size_t len = strcspn(words, " ");
		const struct token *token = r->at + n < r->end ? &r->tokens[r->at + n] : NULL;

		if (!token || token->kind != TOKEN_WORD || strlen(token->text) != len ||
		    strncmp(token->text, words, len) != 0)
			return 0;
		n++;
		words += len + (words[len] == ' ');
	}
	return n;
}

bool reader_accept(struct reader *r, const char *words)
{
	size_t n = stands(r, words);

	r->at += n;
	return n > 0;
}

struct diag_place reader_place(struct reader *r, size_t from)
{
	struct span span = r->tokens[from].span;

	if (r->at > from)
		span = span_join(span, r->tokens[r->at - 1].span);
	return source_place(&r->source, r->arena, span);
}

/* Where something is missing: the next token, or just behind the last one of the statement. */
static struct diag_place place_next(struct reader *r)
{
	const struct token *token = reader_peek(r);
	struct span span;

	if (token)
		return source_place(&r->source, r->arena, token->span);
	span = r->tokens[r->end - 1].span;
	span.offset += span.length;
	span.length = 1;
	return source_place(&r->source, r->arena, span);
}

static void hint_nearest(struct reader *r, struct diag *diag, const char *typed, const char *const *names)
{
	struct suggest suggest;

	if (!typed || !names)
		return;
	suggest_init(&suggest, typed);
	for (; *names; names++)
		suggest_offer(&suggest, *names);
	if (suggest.best && !str_eq(suggest.best, typed))
		diag_hint(r->diags, diag, "did you mean '%s'?", suggest.best);
}

bool reader_fail(struct reader *r, const char *what, const char *const *names)
{
	const struct token *token = reader_peek(r);
	struct diag_place place = place_next(r);
	const char *found = token ? scan_describe(token, r->arena) : "the end of the line";
	struct diag *diag;

	if (token && token->kind == TOKEN_ERROR)
		return false;
	diag = diag_add(r->diags, DIAG_ERROR, &place, "expected %s, found %s", what, found);
	hint_nearest(r, diag, token && token->kind == TOKEN_WORD ? token->text : NULL, names);
	return false;
}

bool reader_wrong(struct reader *r, const char *nearest, const char *fmt, ...)
{
	struct diag_place place = source_place(&r->source, r->arena, r->tokens[r->at - 1].span);
	struct diag *diag;
	char message[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(message, sizeof message, fmt, ap);
	va_end(ap);
	diag = diag_add(r->diags, DIAG_ERROR, &place, "%s", message);
	if (nearest)
		diag_hint(r->diags, diag, "did you mean '%s'?", nearest);
	return false;
}

bool reader_expect(struct reader *r, const char *words)
{
	const char *names[] = { words, NULL };
	char what[80];

	if (reader_accept(r, words))
		return true;
	snprintf(what, sizeof what, "'%s'", words);
	return reader_fail(r, what, names);
}

/* ---- parts ---- */

#define MAX_CHOICES 40

/* The first word fits and the second does not: "no mails". For the fault told last. */
static void hint_words(struct reader *r, const struct reader_choice *choices)
{
	const struct token *token = reader_peek(r);
	struct suggest suggest;

	if (!token || token->kind != TOKEN_WORD || r->at + 1 >= r->end || token[1].kind != TOKEN_WORD ||
	    r->diags->items[r->diags->count - 1].hint)
		return;
	suggest_init(&suggest, arena_printf(r->arena, "%s %s", token->text, token[1].text));
	for (; choices->words; choices++)
		if (strchr(choices->words, ' '))
			suggest_offer(&suggest, choices->words);
	if (suggest.best)
		diag_hint(r->diags, &r->diags->items[r->diags->count - 1], "did you mean '%s'?", suggest.best);
}

bool reader_choose(struct reader *r, const struct reader_choice *choices, const char *what, int *value)
{
	const char *names[MAX_CHOICES + 1] = { NULL };
	size_t i;

	for (i = 0; choices[i].words; i++) {
		if (reader_accept(r, choices[i].words)) {
			*value = choices[i].value;
			return true;
		}
		if (i < MAX_CHOICES)
			names[i] = arena_strndup(r->arena, choices[i].words, strcspn(choices[i].words, " "));
	}
	i = r->diags->count;
	reader_fail(r, what, names);
	if (r->diags->count > i)
		hint_words(r, choices);
	return false;
}

bool reader_goes_on(const struct reader *r, const struct reader_choice *choices)
{
	const struct token *token = reader_peek(r);
	size_t i;

	for (i = 0; token && token->first && choices[i].words; i++)
		if (stands(r, choices[i].words))
			return true;
	return token && !token->first;
}

bool reader_word(struct reader *r, const char *what, const char **word)
{
	const struct token *token = reader_peek(r);

	if (!token || token->kind != TOKEN_WORD)
		return reader_fail(r, what, NULL);
	*word = token->text;
	r->at++;
	return true;
}

bool reader_text(struct reader *r, const char *what, const char **text)
{
	const struct token *token = reader_peek(r);

	if (!token || token->kind != TOKEN_STRING)
		return reader_fail(r, what, NULL);
	*text = token->text;
	r->at++;
	return true;
}

void texts_add(struct reader *r, struct scenario_texts *texts, const char *text)
{
	texts->list = arena_grow(r->arena, texts->list, texts->count, sizeof *texts->list);
	texts->list[texts->count++] = text;
}

static bool is_comma(const struct token *token)
{
	return token && token->kind == TOKEN_COMMA;
}

bool reader_texts(struct reader *r, const char *what, struct scenario_texts *texts)
{
	const char *text = NULL;

	do {
		if (!reader_text(r, what, &text))
			return false;
		texts_add(r, texts, text);
	} while (is_comma(reader_peek(r)) && ++r->at);
	if (!stands(r, "and") || r->at + 1 >= r->end || r->tokens[r->at + 1].kind != TOKEN_STRING)
		return true;
	r->at++;
	return reader_wrong(r, NULL, "texts are separated by ','");
}

bool reader_person(struct reader *r, const char *what, const char **name, const char **address)
{
	const char *text = NULL;
	char *split_name, *split_address, folded[ADDR_MAX + 1];

	if (!reader_text(r, what, &text))
		return false;
	if (!addr_split(text, &split_name, &split_address))
		return reader_wrong(r, NULL, "this is not a person: expected \"Name <address>\"");
	addr_fold(folded, split_address);
	*name = arena_strdup(r->arena, split_name);
	*address = arena_strdup(r->arena, folded);
	free(split_name);
	free(split_address);
	texts_add(r, &r->addresses, *address);
	return true;
}

static const char *nearest_address(struct reader *r, const char *address)
{
	struct suggest suggest;
	const char *staff;
	size_t i;

	suggest_init(&suggest, address);
	for (i = 0; i < r->addresses.count; i++)
		suggest_offer(&suggest, r->addresses.list[i]);
	for (i = 0; r->lookup->staff_at && (staff = r->lookup->staff_at(r->lookup->ctx, i)) != NULL; i++)
		suggest_offer(&suggest, staff);
	return suggest.best;
}

bool reader_knows(struct reader *r, const char *address, const char **nearest)
{
	const char *staff;
	size_t i;

	for (i = 0; i < r->addresses.count; i++)
		if (addr_same(r->addresses.list[i], address))
			return true;
	if (r->vague)
		return true;
	for (i = 0; r->lookup->staff_at && (staff = r->lookup->staff_at(r->lookup->ctx, i)) != NULL; i++)
		if (addr_same(staff, address))
			return true;
	*nearest = nearest_address(r, address);
	return false;
}

bool reader_who(struct reader *r, bool known, struct scenario_who *who)
{
	static const struct reader_choice roles[] = {
		{ "client", SCENARIO_CLIENT }, { "office", SCENARIO_OFFICE }, { "staff", SCENARIO_STAFF }, { NULL, 0 },
	};
	static const char what[] = "client, office, staff or an address";
	const struct token *token = reader_peek(r);
	const char *nearest = NULL;
	char folded[ADDR_MAX + 1];
	int role;

	if (!token || token->kind != TOKEN_WORD || !strchr(token->text, '@')) {
		if (!reader_choose(r, roles, what, &role))
			return false;
		who->role = (enum scenario_role)role;
		if (role == SCENARIO_OFFICE && !r->story && !r->vague && !r->scenario->dossier.office_address)
			return reader_wrong(r, NULL, "this scenario's dossier has no office");
		return true;
	}
	r->at++;
	if (!addr_valid(token->text) || !addr_fold(folded, token->text))
		return reader_wrong(r, NULL, "this is not an e-mail address");
	if (known && !r->story && !reader_knows(r, folded, &nearest))
		return reader_wrong(r, nearest, "nobody in this scenario has this address");
	who->role = SCENARIO_ADDRESS;
	who->address = arena_strdup(r->arena, folded);
	return true;
}

bool reader_duration(struct reader *r, struct scenario_duration *duration)
{
	static const struct reader_choice units[] = {
		{ "minutes", SCENARIO_MINUTES }, { "minute", SCENARIO_MINUTES }, { "hours", SCENARIO_HOURS },
		{ "hour", SCENARIO_HOURS },	 { "days", SCENARIO_DAYS },	 { "day", SCENARIO_DAYS },
		{ "calendar days", SCENARIO_DAYS }, { "calendar day", SCENARIO_DAYS },
		{ "working days", SCENARIO_WORKING_DAYS }, { "working day", SCENARIO_WORKING_DAYS },
		{ "weeks", SCENARIO_WEEKS },	 { "week", SCENARIO_WEEKS },	 { "months", SCENARIO_MONTHS },
		{ "month", SCENARIO_MONTHS },	 { "years", SCENARIO_YEARS },	 { "year", SCENARIO_YEARS },
		{ NULL, 0 },
	};
	const struct token *token = reader_peek(r);
	uint32_t count;
	int unit;

	if (!token || token->kind != TOKEN_WORD || !str_to_u32(token->text, &count))
		return reader_fail(r, "a number", NULL);
	r->at++;
	if (count < 1 || count > 10000)
		return reader_wrong(r, NULL, "this number is not within 1 and 10000");
	if (!reader_choose(r, units, "minutes, hours, days, working days, weeks, months or years", &unit))
		return false;
	*duration = (struct scenario_duration){ (int)count, (enum scenario_unit)unit };
	return true;
}

/* The digits that stand here, at most four. */
static int number_at(const char *text)
{
	int value = 0, i;

	for (i = 0; i < 4 && text[i] >= '0' && text[i] <= '9'; i++)
		value = 10 * value + (text[i] - '0');
	return value;
}

static bool digits(const char *text, const char *shape)
{
	for (; *shape; shape++, text++)
		if (*shape == '0' ? *text < '0' || *text > '9' : *text != *shape)
			return false;
	return *text == '\0';
}

bool reader_moment(struct reader *r, struct civil *moment)
{
	const struct token *token = reader_peek(r);

	*moment = (struct civil){ 0 };
	if (!token || token->kind != TOKEN_WORD || !digits(token->text, "0000-00-00"))
		return reader_fail(r, "a day, as 2026-03-02", NULL);
	r->at++;
	moment->year = number_at(token->text);
	moment->month = number_at(token->text + 5);
	moment->day = number_at(token->text + 8);
	if (!date_valid(moment))
		return reader_wrong(r, NULL, "there is no such day");
	token = reader_peek(r);
	if (!token || token->kind != TOKEN_WORD || !digits(token->text, "00:00"))
		return reader_fail(r, "a time, as 09:00", NULL);
	r->at++;
	moment->hour = number_at(token->text);
	moment->minute = number_at(token->text + 3);
	return date_valid(moment) || reader_wrong(r, NULL, "there is no such time");
}

/* ---- names of the workflow ---- */

void reader_said(struct reader *r, const struct scenario_texts *lines)
{
	size_t i;

	for (i = 0; i < lines->count; i++)
		texts_add(r, &r->said, lines->list[i]);
}

/* A slot that staff ask for on the way has no name in the rules: it stands in what they mail. */
static bool asked_for(const struct reader *r, const char *name)
{
	size_t i;

	for (i = 0; i < r->said.count; i++)
		if (strstr(r->said.list[i], name))
			return true;
	return false;
}

static const struct prog_slot *find_slot(const struct reader *r, const char *name, const char **nearest)
{
	struct suggest suggest;
	size_t i;

	suggest_init(&suggest, name);
	for (i = 0; i < r->program->slot_count; i++) {
		if (str_eq(r->program->slots[i].name, name))
			return &r->program->slots[i];
		suggest_offer(&suggest, r->program->slots[i].name);
	}
	*nearest = suggest.best;
	return NULL;
}

static bool reader_year(struct reader *r, const struct prog_slot *slot, int *year)
{
	const struct token *token = reader_peek(r);

	if (token && token->kind == TOKEN_WORD && digits(token->text, "0000")) {
		r->at++;
		*year = number_at(token->text);
		if (slot && !slot->years)
			return reader_wrong(r, NULL, "slot '%s' is not per year", slot->name);
	} else if (slot && slot->years) {
		char what[120];

		snprintf(what, sizeof what, "a year: slot '%.60s' is per year", slot->name);
		return reader_fail(r, what, NULL);
	}
	return true;
}

bool reader_slot(struct reader *r, bool with_year, const char **name, int *year)
{
	const struct prog_slot *slot = NULL;
	const char *nearest = NULL;

	*year = 0;
	if (!reader_word(r, "the name of a slot", name))
		return false;
	if (r->program) {
		slot = find_slot(r, *name, &nearest);
		if (!slot && !asked_for(r, *name))
			return reader_wrong(r, nearest, "workflow '%s' has no slot '%s'", r->program->name, *name);
	}
	return !with_year || reader_year(r, slot, year);
}

bool reader_template(struct reader *r, const char **name)
{
	const char *nearest = NULL;

	if (!reader_word(r, "the name of a mail", name))
		return false;
	if (!r->lookup->template_find || r->lookup->template_find(r->lookup->ctx, *name, &nearest))
		return true;
	return reader_wrong(r, nearest, "there is no mail template '%s'", *name);
}

bool reader_fact(struct reader *r, const struct prog_fact **fact, const char **name)
{
	struct suggest suggest;
	size_t i;

	*fact = NULL;
	if (!reader_word(r, "the name of a fact", name))
		return false;
	if (!r->program)
		return true;
	suggest_init(&suggest, *name);
	for (i = 0; i < r->program->fact_count; i++) {
		if (str_eq(r->program->facts[i].name, *name)) {
			*fact = &r->program->facts[i];
			return true;
		}
		suggest_offer(&suggest, r->program->facts[i].name);
	}
	return reader_wrong(r, suggest.best, "workflow '%s' has no fact '%s'", r->program->name, *name);
}
