/*
 * Dossier numbers: the format in which new ones are made, and the check letter
 * they end in (design §5): all digits of the number as one number, mod 23, as
 * a letter of ABCDEFGHJKLMNPRSTUVWXYZ.
 */
#ifndef POSTKAMER_RULE_FORMAT_H
#define POSTKAMER_RULE_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "rule/program.h"

#define FORMAT_MAX_WIDTH 12 /* digits of a serial */
#define FORMAT_LETTERS "ABCDEFGHJKLMNPRSTUVWXYZ"

/* What is wrong with a format, and where in it (bytes). */
struct format_fault {
	size_t offset, length;
	const char *message; /* constant */
	const char *hint;    /* constant, or NULL */
};

/* "{year}-{serial:5}-{check}" into pieces, which live in the arena; false with '*fault_r' filled. */
bool format_parse(struct arena *arena, const char *format, struct prog_number_piece **pieces_r,
			 size_t *count_r, struct format_fault *fault_r);

/* The number with that year and serial (at least 1), from the arena. */
const char *format_number(struct arena *arena, const struct prog_number_piece *pieces, size_t count, int year,
			long serial);

/* The letter for the digits in 'text'; what is no digit does not count. */
char format_letter(const char *text);

/* Does the number end in the letter that its digits give? Capital letter expected. */
bool format_letter_right(const char *number);

#endif
