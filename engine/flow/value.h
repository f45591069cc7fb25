/*
 * Values of facts and of fields in forms: from what people write to the one
 * canonical text that is kept and compared, and back to what people read. Pure.
 *
 *   kind      people write                                       canonical
 *   yes or no ja, j, jawel, nee, n, neen, yes, y, no             yes, no
 *   one of    the word; case, accents, hyphens and blanks        the word as in the rule file
 *             count as the same
 *   number    12, 1.200, 1,200, 1 200, -3, nul … twaalf,         12
 *             zero … twelve, geen, none
 *   amount    1.234,50  1,234.50  1 234,50  € 1234  1234,-       1234.50
 *             1234 euro  -12,5
 *   date      3-4-2026, 3/4/2026, 3.4.2026 (day first, always),  2026-04-03
 *             2026-04-03, 3 april 2026, 3e apr. 2026, Friday
 *             3rd of April 2026, April 3, 2026
 *   address   Jan <Jan@Example.org>, jan@example.org             jan@example.org
 *   text      anything; controls become blanks                   as it was, trimmed
 *
 * Dutch and English are always both understood. Where a writing has two
 * meanings, the Dutch one counts, never a guess by size: "3/4/2026" is the
 * third of April and "4/13/2026" is refused; "1.234" and "1,234" are twelve
 * hundred and thirty-four, "1.23" and "1,23" are one and a bit. A year has
 * four digits: the '26 of a birthday could be either century.
 */
#ifndef POSTKAMER_FLOW_VALUE_H
#define POSTKAMER_FLOW_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "rule/program.h"

#define VALUE_MAX_TEXT 2000                  /* bytes of a text */
#define VALUE_MAX_NUMBER 999999999999        /* and the same below zero */
#define VALUE_MAX_CENTS 99999999999999       /* of an amount, likewise */
#define VALUE_MIN_YEAR 1800                  /* of a date */
#define VALUE_MAX_YEAR 2199

/* Why a text is no value: words for transcripts and templates, each with a text of its own there. */
#define VALUE_NOT_YES_NO "not-yes-or-no"
#define VALUE_NOT_CHOICE "not-a-choice"
#define VALUE_NOT_NUMBER "not-a-number"
#define VALUE_NOT_AMOUNT "not-an-amount"
#define VALUE_NOT_DATE "not-a-date"
#define VALUE_NOT_ADDRESS "not-an-address"
#define VALUE_TOO_LONG "too-long"
#define VALUE_TOO_LARGE "too-large"
#define VALUE_MISSING "missing"              /* a required field is empty */
#define VALUE_NO_MATCH "no-match"            /* it does not match the field's pattern */

/* What may be written: the kind of a fact or field, and its words where it is a choice. */
struct value_kind {
	enum prog_value kind;
	const char **choices;
	size_t choice_count;
};

struct value_kind value_kind_of_fact(const struct prog_fact *fact);
struct value_kind value_kind_of_field(const struct prog_field *field);

/*
 * Reads what a person wrote. NULL when it is a value: '*value_r' then is its
 * canonical text in 'arena', "" for an empty or blank one. Else a VALUE_ word.
 */
const char *value_read(const struct value_kind *kind, const char *text, struct arena *arena,
		       const char **value_r);

/*
 * The same for a field of a form, with all that the field asks: '*why_r' is
 * NULL or a VALUE_ word. -1 with ERR_LIMIT only where its pattern hit a limit
 * of PCRE2: a fault of the rule, hold the item.
 */
int value_read_field(const struct prog_field *field, const char *text, struct arena *arena,
		     const char **value_r, const char **why_r, struct err *err);

/* Is 'value' what value_read() would make of it? "" is not. */
bool value_is_canonical(const struct value_kind *kind, const char *value);

/*
 * A canonical value as people read it in 'language' ("nl"; all others get
 * English): ja, 1.234,50, 3 april 2026. value_read() reads it back.
 */
const char *value_show(enum prog_value kind, const char *value, const char *language, struct arena *arena);

/*
 * Compares two canonical values of one kind, which their shape tells: dates by
 * day, numbers and amounts exactly by size, all else by their bytes. <0, 0, >0.
 */
int value_compare(const char *a, const char *b);

/*
 * Text as it is compared with words: lower case, accents taken off (composed or
 * combining), runs of blanks, hyphens and underscores as one blank, quotes
 * gone, and so are blanks and ".!;:," at the ends. In 'arena'; text is looked
 * at up to VALUE_MAX_TEXT bytes.
 */
char *value_fold(struct arena *arena, const char *text);

#endif
