/*
 * Who gets what (design.md §2): from wishes to letters, one for each person,
 * with copies; payment mail to the payer alone. Used by answer.c.
 */
#ifndef POSTKAMER_WORK_LETTERS_H
#define POSTKAMER_WORK_LETTERS_H

/* Engine. */
#include "mime/compose.h"

/* Own. */
#include "work/answer.h"

#define LETTER_CONFIRM "bevestigen"        /* the templates whose answer is ja or nee */
#define LETTER_HELD "vastgehouden-vraag"
#define LETTER_DESK "vastgehouden-bevestigen"

#define PARTS_MAX 8 /* texts joined in one mail */

/* One mail to one person: the texts it is made of. */
struct letter {
	struct recipient to;
	const struct wish *parts[PARTS_MAX];
	size_t part_count;
	const struct recipient *also[COMPOSE_MAX_CC]; /* Cc for show: the others who got this text */
	size_t also_count;
};

struct letters {
	struct letter *list;
	size_t count;
};

/* Adds a wish to the letters of all whom it is for. */
void letters_add(struct answering *a, struct letters *letters, const struct wish *wish);
/* Who else got the same text: a copy and its original point at each other. */
void letters_pair(struct letters *letters);
bool letters_is_payment(const struct wish *wish);
/* Is it about a ticket? */
bool letters_is_ticket(const struct letter *letter);

#endif
