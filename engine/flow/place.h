/*
 * Which slot a file belongs in (design.md §7 'accept', §13). A pure function
 * of the program, the dossier and what is known of the file.
 *
 * The first that settles it:
 *   1. the slot that was said ("dit is SLOT", the spool's NUMBER_slot_…), with its year
 *   2. the file's name: the slot's patterns, or the slot's own name as a word
 *      ("_", "-", "." and "+" may stand for spaces, letters and digits may touch, case ignored)
 *   3. the mail's subject, in the same way (after the name: one subject often goes with many files)
 *   4. the words of the document's own first pages, when the caller has them
 *   5. an optional slot without patterns ("overig"), the place for the rest
 * Of several that fit: those that accept the file's kind, then those that are
 * still missing; still more than one is 'ambiguous' and a person decides.
 * The year of a slot "per year": said, else in the name (2024, '24; dates do
 * not count), else in subject or text, else the only year still missing.
 * Nothing is ever put in a slot only because that slot is open.
 */
#ifndef POSTKAMER_FLOW_PLACE_H
#define POSTKAMER_FLOW_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "model/dossier.h"
#include "rule/program.h"

/* Why a file is held: the words of held_document.reason, of the transcript and of templates. */
#define HELD_UNPLACED "unplaced"   /* fits no slot */
#define HELD_AMBIGUOUS "ambiguous" /* fits several equally well */
#define HELD_YEAR "year"           /* names a year that the slot does not have */
#define HELD_TYPE "type"           /* the slot does not accept this kind of file */
#define HELD_FULL "full"           /* the slot has all it takes, or is approved */
#define HELD_CLOSED "closed"       /* uploads are closed in this state */
#define HELD_FINAL "final"         /* the dossier has ended */
#define HELD_EMPTY "empty"         /* no bytes in it */
#define HELD_REFUSED "refused"     /* staff saw it and refused it: it is kept, and waits for nobody */

/* How a slot was found: for receipts and the history. */
#define PLACED_SAID "said"
#define PLACED_NAME "name"
#define PLACED_SUBJECT "subject"
#define PLACED_TEXT "text"
#define PLACED_REST "rest"

enum place_kind { PLACE_SLOT, PLACE_HELD, PLACE_DUPLICATE };

#define PLACE_NONE ((size_t)-1)

struct place_file {
	const char *name;    /* as the sender calls it; NULL = it has none */
	const char *type;    /* media type by content */
	int64_t size;        /* bytes */
	const unsigned char *sha256; /* 32 bytes */
	const char *slot;    /* name of the slot that was said, or NULL */
	int year;            /* the year that was said, 0 = none */
	const char *subject; /* the mail's subject, or NULL; a dossier number in it is left out here */
	const char *text;    /* words of its first pages, UTF-8, or NULL */
	bool from_staff;
};

struct place {
	enum place_kind kind;
	size_t slot;         /* index into dossier->slots; PLACE_HELD: where it would go, or PLACE_NONE */
	const char *reason;  /* PLACE_HELD: a HELD_ word; else NULL */
	const char *how;     /* a PLACED_ word; NULL when no slot was found */
	bool replaces;       /* PLACE_SLOT: the file there now becomes an older version */
	const size_t *choices; /* HELD_AMBIGUOUS: indexes of the slots that fit, in their order */
	size_t choice_count;
};

/*
 * Places one file. 'place_r' lives in 'arena'. Fails (-1, ERR_LIMIT) only where
 * a PCRE2 limit was hit: hold the item; it is never "no match".
 */
int place_file(const struct program *program, const struct dossier *dossier, const struct place_file *file,
	       struct arena *arena, struct place *place_r, struct err *err);

/*
 * Places the files of one item as if they were delivered one after the other,
 * those that say most about themselves first, so that "aangifte.pdf" beside
 * "aangifte 2024.pdf" gets the year that is left. 'places_r' is in the order of
 * the files. The same bytes twice in one item: the second is a duplicate.
 */
int place_files(const struct program *program, const struct dossier *dossier, const struct place_file *files,
		size_t count, struct arena *arena, struct place **places_r, struct err *err);

/*
 * Kinds a file counts as: a mask of enum prog_accept, 0 = none of them. By media
 * type; where that is a general one (zip, text, octet-stream) the end of the name helps.
 */
unsigned place_kinds(const char *type, const char *name);

#endif
