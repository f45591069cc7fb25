/* System. */
#include <stdlib.h>

/* Base. */
#include "base/addr.h"

/* Own. */
#include "rule/value.h"

const struct ast_setting *value_setting(const struct ast_field *field)
{
	return ast_setting_find(&field->settings, ELEMENT_KIND);
}

const char *value_kind_words(enum prog_value kind)
{
	static const char *const words[] = {
		[VALUE_TEXT] = "a text in double quotes", [VALUE_YES_NO] = "yes or no",
		[VALUE_CHOICE] = "one of its choices",	  [VALUE_NUMBER] = "a whole number",
		[VALUE_AMOUNT] = "an amount of money",	  [VALUE_DATE] = "a date",
		[VALUE_ADDRESS] = "an e-mail address in double quotes",
	};

	return words[kind];
}

const char *value_canonical(struct arena *arena, enum prog_value kind, const struct ast_value *value)
{
	char folded[ADDR_MAX + 1];

	if (!value->span.length)
		return "yes";
	switch (kind) {
	case VALUE_NUMBER: return arena_printf(arena, "%ld", value->number);
	case VALUE_AMOUNT:
		return arena_printf(arena, "%s%ld.%02ld", value->number < 0 ? "-" : "", labs(value->number) / 100,
				    labs(value->number) % 100);
	case VALUE_ADDRESS: return arena_strdup(arena, addr_fold(folded, value->text) ? folded : value->text);
	default: return arena_strdup(arena, value->text);
	}
}
