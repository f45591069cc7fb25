/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"

/* Engine. */
#include "match/match.h"

/* Own. */
#include "rule/check_p.h"
#include "rule/format.h"

static void check_workflow(struct checker *checker, const struct ast_setting *setting)
{
	if (setting->names.count)
		check_name(checker, &setting->names.items[0]);
	check_title(checker, &setting->text, NULL, "the title");
}

static void check_language(struct checker *checker, const struct ast_setting *setting)
{
	const struct ast_texts *names = &setting->names;
	size_t i, j;

	for (i = 0; i < names->count; i++) {
		const char *name = names->items[i].text;

		if (strlen(name) != 2 || strspn(name, "abcdefghijklmnopqrstuvwxyz") != 2)
			check_hint(checker, check_fault(checker, names->items[i].span, "'%s' is no language", name),
				   "a language is two small letters, such as nl or en");
		for (j = 0; j < i; j++)
			if (str_eq(names->items[j].text, name)) {
				check_fault(checker, names->items[i].span, "language '%s' is named twice", name);
				break;
			}
	}
	checker->languages = names->items;
	checker->language_count = names->count;
}

/* Is the number found in a subject, and all of it? 1, 0, -1. */
static int found_whole(const struct match *match, const char *subject, const char *number, struct err *err)
{
	size_t at = (size_t)(strstr(subject, number) - subject);
	struct match_hit hit;
	int found = match_find(match, subject, strlen(subject), 0, &hit, err);

	if (found <= 0)
		return found;
	return hit.groups[0].start == at && hit.groups[0].end == at + strlen(number);
}

static bool check_sample(struct checker *checker, const struct ast_setting *setting, const struct match *match,
			 const char *number, bool required)
{
	const char *subjects[] = { number, arena_printf(checker->arena, "BETREFT-%s-STUKKEN", number) };
	struct err err = ERR_INIT;
	struct diag *diag;
	size_t i;

	for (i = 0; i < 2; i++) {
		int found = found_whole(match, subjects[i], number, &err);

		if (found > 0)
			continue;
		if (found < 0)
			diag = check_fault(checker, setting->pattern.span, "%s", err.text);
		else if (!required)
			diag = check_warn(checker, setting->text.span,
					  "the pattern does not fit '%s', a number of a busy year", number);
		else if (i == 0)
			diag = check_fault(checker, setting->text.span,
					   "the pattern does not fit '%s', a number of this format", number);
		else
			diag = check_fault(checker, setting->pattern.span,
					   "the pattern does not find '%s' between other words", number);
		if (found == 0)
			check_note(checker, diag, i && required ? setting->text.span : setting->pattern.span,
				   i && required ? "the format is this" : "the pattern is this");
		return false;
	}
	return true;
}

static long largest_serial(int width)
{
	long value = 9;

	while (--width > 0)
		value = value * 10 + 9;
	return value;
}

/* Numbers of several years and serials (so that all check letters come by), then one that outgrew its width. */
static void check_samples(struct checker *checker, const struct ast_setting *setting, const struct match *match,
			  const struct prog_number_piece *pieces, size_t count)
{
	int width = 1, year;
	long serial;
	size_t i;

	for (i = 0; i < count; i++)
		if (pieces[i].kind == NUMBER_SERIAL)
			width = pieces[i].width;
	for (year = 2024; year < 2036; year += 11)
		for (serial = 1; serial <= 24 && serial <= largest_serial(width); serial++)
			if (!check_sample(checker, setting, match,
					  format_number(checker->arena, pieces, count, year, serial), true))
				return;
	if (!check_sample(checker, setting, match,
			  format_number(checker->arena, pieces, count, 2026, largest_serial(width)), true))
		return;
	if (width < 6)
		check_sample(checker, setting, match,
			     format_number(checker->arena, pieces, count, 2026, largest_serial(width) + 1), false);
}

static void check_number(struct checker *checker, const struct ast_setting *setting)
{
	struct prog_number_piece *pieces;
	struct format_fault fault;
	struct match *match;
	struct span span;
	size_t count;

	check_pattern(checker, &setting->pattern, &match);
	if (setting->text.text &&
	    !format_parse(checker->arena, setting->text.text, &pieces, &count, &fault)) {
		span = (struct span){ .offset = setting->text.span.offset + 1 + fault.offset, .length = fault.length };
		if (!fault.length)
			span = setting->text.span;
		if (fault.hint)
			check_hint(checker, check_fault(checker, span, "%s", fault.message), "%s", fault.hint);
		else
			check_fault(checker, span, "%s", fault.message);
	} else if (setting->text.text && match) {
		check_samples(checker, setting, match, pieces, count);
	}
	match_free(&match);
}

static void check_days(struct checker *checker, const struct ast_setting *setting)
{
	const struct rule_lookup *lookup = checker->lookup;

	if (!setting->working || !lookup->holidays_find)
		return;
	if (setting->names.count) {
		if (!lookup->holidays_find(lookup->ctx, setting->names.items[0].text))
			check_fault(checker, setting->names.items[0].span, "there is no file holidays.%s",
				    setting->names.items[0].text);
	} else if (!lookup->holidays_find(lookup->ctx, "nl")) {
		check_fault(checker, setting->span, "there is no file holidays.nl");
	}
}

static void check_window(struct checker *checker, const struct ast_setting *setting)
{
	if (setting->until.span.length && setting->number.value >= setting->until.value)
		check_fault(checker, span_join(setting->number.span, setting->until.span),
			    "the send window ends before it begins");
}

static void check_start(struct checker *checker, const struct ast_setting *setting)
{
	const struct ast_file *file = checker->file;
	int found;

	if (!setting->names.count)
		return;
	found = file->state_count ? check_named(checker, CHECK_STATES, &setting->names.items[0]) : -1;
	if (found >= 0 && !file->states[found].final)
		return;
	checker->loose_gotos++;
	if (found >= 0)
		check_fault(checker, setting->names.items[0].span,
			    "the first state is a final one: a dossier would be done at once");
}

static void check_keep(struct checker *checker, const struct ast_setting *setting)
{
	static const struct {
		long max;
		const char *what;
	} terms[] = { [TERM_YEARS] = { CHECK_MAX_KEEP, "a number of years" },
		      [TERM_MONTHS] = { CHECK_MAX_KEEP * 12, "a number of months" },
		      [TERM_DAYS] = { CHECK_MAX_KEEP * 366, "a number of days" } };

	check_range(checker, &setting->number, 1, terms[setting->term].max, terms[setting->term].what);
}

static const struct {
	enum element_id id;
	void (*check)(struct checker *checker, const struct ast_setting *setting);
	const char *missing; /* error when absent */
	const char *hint;
} rules[] = {
	{ ELEMENT_WORKFLOW, check_workflow, "this file names no workflow", "workflow NAME \"TITLE\"" },
	{ ELEMENT_LANGUAGE, check_language, "this file names no language", "language nl, en" },
	{ ELEMENT_NUMBER, check_number, NULL, NULL },
	{ ELEMENT_DAYS, check_days, NULL, NULL },
	{ ELEMENT_SEND_WINDOW, check_window, NULL, NULL },
	{ ELEMENT_START, check_start, "this file does not say in which state a dossier starts", "start STATE" },
	{ ELEMENT_KEEP, check_keep, NULL, NULL },
};

/* Said twice: the second one is at fault, the first one counts. */
static bool check_repeated(struct checker *checker, size_t index)
{
	const struct ast_settings *settings = &checker->file->settings;
	const struct ast_setting *setting = &settings->items[index];
	const struct ast_setting *first = ast_setting_find(settings, setting->id);
	struct diag *diag;

	if (first == setting)
		return false;
	diag = check_fault(checker, setting->span, "'%s' is said twice", element_get(setting->id)->words);
	check_note(checker, diag, first->span, "the first time stands here");
	return true;
}

static void check_missing(struct checker *checker)
{
	const struct ast_file *file = checker->file;
	struct diag_place place = { .file = checker->source->file };
	struct diag *diag;
	size_t i;

	for (i = 0; i < sizeof rules / sizeof *rules; i++) {
		if (!rules[i].missing || ast_setting_find(&file->settings, rules[i].id))
			continue;
		diag = diag_add(checker->diags, DIAG_ERROR, &place, "%s", rules[i].missing);
		check_hint(checker, diag, "add a line: %s", rules[i].hint);
	}
	if (!file->state_count) {
		diag = diag_add(checker->diags, DIAG_ERROR, &place, "this file has no states");
		check_hint(checker, diag, "add: state NAME \"TITLE\" { ... }");
	}
	if (!ast_setting_find(&file->settings, ELEMENT_KEEP)) {
		diag = diag_add(checker->diags, DIAG_WARNING, &place,
				"this file does not say how long dossiers are kept: they stay for ever");
		check_hint(checker, diag, "add a line: keep 7 years after final");
	}
}

void check_settings(struct checker *checker)
{
	const struct ast_settings *settings = &checker->file->settings;
	size_t i, j;

	for (i = 0; i < settings->count; i++) {
		const struct ast_setting *setting = &settings->items[i];

		if (check_repeated(checker, i) || setting->broken)
			continue;
		for (j = 0; j < sizeof rules / sizeof *rules; j++)
			if (rules[j].id == setting->id)
				rules[j].check(checker, setting);
	}
	if (!checker->file->broken && !checker->file->loose)
		check_missing(checker);
}
