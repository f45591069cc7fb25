/*
 * Dossier numbers: finding them in what people write, making new ones, check
 * letters (design.md §5). A number is a routing hint, never a password.
 *
 * The canonical form of a number is what the workflow's pattern matched in the
 * folded text; that is how the store keeps and finds it.
 */
#ifndef POSTKAMER_FLOW_NUMBER_H
#define POSTKAMER_FLOW_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "rule/program.h"

#define NUMBER_MAX 64             /* bytes of a number; longer hits are no numbers */
#define NUMBER_MAX_TEXT (8u << 10) /* bytes of a text that are searched; the rest is not looked at */
#define NUMBER_MAX_CANDIDATES 50  /* distinct hits in one text; more are not looked for */
#define NUMBER_CHECK_LETTERS "ABCDEFGHJKLMNPRSTUVWXYZ"

/*
 * The subject without leading blanks and any run of reply prefixes ("Re:",
 * "Fwd:", "Antw[2]:", "RE(3):", "AW：", "WG:", "TR:", …; case ignored); points into 'subject'.
 */
const char *number_strip_prefixes(const char *subject);

/*
 * Upper case (ASCII; full-width letters and digits become ASCII), each run of
 * spaces and dashes of any script as one "-", invisible characters left out,
 * none at either end.
 */
char *number_fold(struct arena *arena, const char *text);

/*
 * All distinct numbers that the program's pattern finds in 'text' (a subject, a
 * file name), in order of appearance, in canonical form. Underscores are tried
 * as dashes too ("2026-00001-K_paspoort.pdf"). No pattern: none. Fails with
 * ERR_LIMIT where a PCRE2 limit was hit: a fault of the rule, not "none".
 */
int number_candidates(const struct program *program, const char *text, struct arena *arena,
		      const char ***numbers_r, size_t *count_r, struct err *err);

/*
 * The folded text with every number of the workflow taken out (a blank instead),
 * so that the year in a number is not taken for the year of a document.
 * Underscores are dashes here. -1 as above.
 */
int number_remove(const struct program *program, const char *text, struct arena *arena, const char **text_r,
		  struct err *err);

/* Is the whole of 'number' (already canonical) a number of this workflow? 1, 0 or -1 as above. */
int number_fits(const struct program *program, const char *number, struct err *err);

/* All digits as one number mod 23, as a letter; 0 when there is no digit. */
char number_check_letter(const char *number);
/* Is its last character the check letter of its digits? */
bool number_check_valid(const char *number);

/*
 * A new number: the program's format ("{year}-{serial:5}-{check}") filled in. The
 * serial's width grows where it must; the result is canonical. NULL when the
 * workflow has no format ("new …") for numbers.
 */
char *number_format(struct arena *arena, const struct program *program, int year, int64_t serial);

#endif
