/*
 * Values of facts as they stand in a rule file, and their one canonical text:
 * "yes", "no", a choice, "12", "-3", "1234.50", "2026-03-01", an address in
 * small letters, or the text itself.
 */
#ifndef POSTKAMER_RULE_VALUE_H
#define POSTKAMER_RULE_VALUE_H

#include "rule/ast.h"

/* The word(s) of a fact or field that say its kind; NULL when none does. */
const struct ast_setting *value_setting(const struct ast_field *field);
/* What a value of that kind is, in words: "yes or no", "a date". */
const char *value_kind_words(enum prog_value kind);
/* The canonical text of a value that fits the kind, from the arena. */
const char *value_canonical(struct arena *arena, enum prog_value kind, const struct ast_value *value);

#endif
