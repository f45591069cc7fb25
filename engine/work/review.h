/*
 * What staff look at comes along with the mail that asks them to: the documents
 * of a dossier that wait for a judgement (a template to staff says so with
 * "documents: review"), and the files of who asked something. As many as the
 * service's "staff-files" allows, within one mail; the rest is named with its
 * size. Documents that are held stand in no slot, and are never among them.
 */
#ifndef POSTKAMER_WORK_REVIEW_H
#define POSTKAMER_WORK_REVIEW_H

#include "work/enclose.h"
#include "work/handle.h"

/* Those that wait, where the letter is for staff and asks for them: into the first mail, else into 'plan->left'. */
void review_plan(struct answering *a, const struct letter *letter, struct enclose_plan *plan, int64_t most);
/* review.list: all that wait, with what came along. */
void review_values(const struct answering *a, const struct enclose_plan *plan, const char *lang,
		   struct tmpl_value *values);
/*
 * The files of a mail that opens a ticket, or goes on in it: pdf, pictures, office documents and plain text
 * of a proven sender go to staff. Where they are documents of a dossier too ('a->papers'), only what it took.
 */
void review_asked(struct answering *a, const struct job *job, bool proven);
/* May they go to this letter's reader with this text? */
bool review_goes(const struct letter *letter, const struct wish *wish);

#endif
