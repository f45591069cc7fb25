/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/addr.h"
#include "base/date.h"
#include "base/str.h"

/* Engine. */
#include "match/match.h"

/* Own. */
#include "flow/value_p.h"

struct value_kind value_kind_of_fact(const struct prog_fact *fact)
{
	return (struct value_kind){ fact->kind, fact->choices, fact->choice_count };
}

struct value_kind value_kind_of_field(const struct prog_field *field)
{
	return (struct value_kind){ field->kind, field->choices, field->choice_count };
}

static const char *read_yes_no(const char *text, struct arena *arena, const char **value)
{
	static const char *const yes[] = { "ja", "j", "jawel", "yes", "y" };
	static const char *const no[] = { "nee", "n", "neen", "no" };
	const char *word = value_fold(arena, text);
	size_t i;

	for (i = 0; i < sizeof yes / sizeof *yes; i++)
		if (str_eq(word, yes[i])) {
			*value = "yes";
			return NULL;
		}
	for (i = 0; i < sizeof no / sizeof *no; i++)
		if (str_eq(word, no[i])) {
			*value = "no";
			return NULL;
		}
	return VALUE_NOT_YES_NO;
}

static const char *read_choice(const struct value_kind *kind, const char *text, struct arena *arena,
			       const char **value)
{
	const char *word = value_fold(arena, text);
	size_t i;

	for (i = 0; i < kind->choice_count; i++)
		if (str_eq(word, value_fold(arena, kind->choices[i]))) {
			*value = kind->choices[i];
			return NULL;
		}
	return VALUE_NOT_CHOICE;
}

static const char *read_address(const char *text, struct arena *arena, const char **value)
{
	char *name, *addr, folded[ADDR_MAX + 1];
	bool good;

	if (!addr_split(text, &name, &addr))
		return VALUE_NOT_ADDRESS;
	good = addr_fold(folded, addr);
	free(name);
	free(addr);
	if (!good)
		return VALUE_NOT_ADDRESS;
	*value = arena_strdup(arena, folded);
	return NULL;
}

static const char *read_text(const char *text, struct arena *arena, const char **value)
{
	char *clean = str_clean(text, VALUE_MAX_TEXT), *trimmed = str_trim(clean);

	*value = arena_strdup(arena, trimmed);
	free(clean);
	return NULL;
}

const char *value_read(const struct value_kind *kind, const char *text, struct arena *arena, const char **value)
{
	char *trimmed = str_trim(arena_strdup(arena, text));

	*value = "";
	if (!*trimmed)
		return NULL;
	if (strlen(trimmed) > VALUE_MAX_TEXT)
		return VALUE_TOO_LONG;
	switch (kind->kind) {
	case VALUE_TEXT: return read_text(trimmed, arena, value);
	case VALUE_YES_NO: return read_yes_no(trimmed, arena, value);
	case VALUE_CHOICE: return read_choice(kind, trimmed, arena, value);
	case VALUE_NUMBER: return value_read_number(trimmed, arena, value);
	case VALUE_AMOUNT: return value_read_amount(trimmed, arena, value);
	case VALUE_DATE: return value_read_date(trimmed, arena, value);
	case VALUE_ADDRESS: return read_address(trimmed, arena, value);
	}
	return VALUE_NO_MATCH;
}

int value_read_field(const struct prog_field *field, const char *text, struct arena *arena, const char **value,
		     const char **why, struct err *err)
{
	struct value_kind kind = value_kind_of_field(field);
	int hit = 1;

	*why = value_read(&kind, text, arena, value);
	if (!*why && !**value && field->required)
		*why = VALUE_MISSING;
	if (*why || !**value)
		return 0;
	if (field->pattern)
		hit = match_test(field->pattern, *value, err);
	if (hit < 0)
		return err_context(err, "field %s", field->name);
	if (!hit)
		*why = VALUE_NO_MATCH;
	return 0;
}

bool value_is_canonical(const struct value_kind *kind, const char *value)
{
	struct arena arena = ARENA_INIT;
	const char *again;
	bool same;

	if (!*value)
		return false;
	same = !value_read(kind, value, &arena, &again) && str_eq(value, again);
	arena_free(&arena);
	return same;
}

/* "1234567.50" as "1.234.567,50" or "1,234,567.50". */
static const char *show_amount(const char *value, bool dutch, struct arena *arena)
{
	size_t sign = *value == '-', whole = strcspn(value + sign, "."), i, len = 0;
	char *out = arena_alloc(arena, 2 * strlen(value) + 2);

	if (sign)
		out[len++] = '-';
	for (i = 0; i < whole; i++) {
		if (i && (whole - i) % 3 == 0)
			out[len++] = dutch ? '.' : ',';
		out[len++] = value[sign + i];
	}
	if (value[sign + whole]) {
		out[len++] = dutch ? ',' : '.';
		memcpy(out + len, value + sign + whole + 1, strlen(value + sign + whole + 1));
	}
	return out;
}

static const char *show_date(const char *value, const char *language, struct arena *arena)
{
	struct civil civil;
	int64_t day;

	if (!value_to_day(value, &day))
		return value;
	date_from_days(day, &civil);
	return arena_printf(arena, "%d %s %04d", civil.day, value_month(civil.month, language), civil.year);
}

const char *value_show(enum prog_value kind, const char *value, const char *language, struct arena *arena)
{
	bool dutch = str_eq(language, "nl");

	if (kind == VALUE_YES_NO && dutch)
		return str_eq(value, "yes") ? "ja" : str_eq(value, "no") ? "nee" : value;
	if (kind == VALUE_AMOUNT)
		return show_amount(value, dutch, arena);
	if (kind == VALUE_DATE)
		return show_date(value, language, arena);
	return value;
}

int value_compare(const char *a, const char *b)
{
	int64_t x, y;

	if ((!value_to_day(a, &x) || !value_to_day(b, &y)) && (!value_to_cents(a, &x) || !value_to_cents(b, &y)))
		return strcmp(a, b);
	return (x > y) - (x < y);
}
