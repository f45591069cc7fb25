/*
 * What goes along with a mail: the documents of its slots, as many as fit. What
 * does not fit follows in further mails; a document that fits in none is named
 * with its size (design.md §9).
 */
#ifndef POSTKAMER_WORK_ENCLOSE_H
#define POSTKAMER_WORK_ENCLOSE_H

#include "mime/compose.h"
#include "work/answer.h"
#include "work/letters.h"

#define ENCLOSE_FOLLOWS "bijlagen" /* the template of those further mails */

/* The documents of one mail. */
struct enclose_batch {
	const struct document **list;
	size_t count;
};

struct enclose_plan {
	struct enclose_batch *batches; /* the first goes with the mail itself; at least one, perhaps empty */
	size_t count;
	struct enclose_batch big;      /* too big for any mail */
	struct enclose_batch review, left; /* review.h: of the first those that staff look at; those that stayed behind */
};

/* The current documents of the slots that the letter's parts name, and those they hold themselves; each once. */
void enclose_plan(struct answering *a, const struct letter *letter, struct enclose_plan *plan_r);

/* Bytes of a file of that size as it goes out, and those that the files of one mail may have. */
int64_t enclose_size(int64_t size);
int64_t enclose_room(const struct answering *a);
/* Once. */
void enclose_add(struct answering *a, struct enclose_batch *batch, const struct document *document);

/* Opened for reading; their files are the caller's to close, with enclose_close(). */
int enclose_open(struct answering *a, const struct enclose_batch *batch, struct compose_attachment **list_r,
		size_t *count_r, struct err *err);
void enclose_close(struct compose_attachment *list, size_t count);

/* Remembers that they went out in a mail to a party: it may be mailed to him again. */
void enclose_shown(struct answering *a, const struct letter *letter, const struct enclose_batch *batch);

#endif
