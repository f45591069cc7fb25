/*
 * The parts of placing: what a file's name says (words.c) and which slots that
 * fits (place.c). Private to this folder.
 */
#ifndef POSTKAMER_FLOW_PLACE_P_H
#define POSTKAMER_FLOW_PLACE_P_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "model/dossier.h"
#include "rule/program.h"

#define WORDS_MAX_YEARS 8
#define WORDS_MAX_TEXT (64u << 10) /* bytes of text that are looked at */

/* A text to find slots in, in the forms that patterns are tried on. */
struct words {
	const char *raw;                /* as it is */
	const char *spaced;             /* lower case, separators as one space, letters and digits apart */
	const char *dashed;             /* the same with "-" for the space */
	int years[WORDS_MAX_YEARS];     /* named in it, distinct, in order; dates left out */
	size_t year_count;
};

/* 'text' NULL gives words that fit nothing. */
void words_init(struct words *words, struct arena *arena, const char *text);
/*
 * The same for a file name or a subject, which may hold a dossier number: its
 * year is not one of the years. -1 where a PCRE2 limit was hit.
 */
int words_init_line(struct words *words, struct arena *arena, const struct program *program, const char *text,
		    struct err *err);
bool words_have_year(const struct words *words, int year);
/*
 * Do the words fit the slot: one of its patterns ('rule' may be NULL: a slot
 * that is not in the rule file), its name, or an extra slot's title? 1, 0 or -1.
 */
int words_fit(const struct words *words, const struct prog_slot *rule, const struct slot *slot,
	      struct err *err);

#endif
