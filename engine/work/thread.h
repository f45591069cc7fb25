/*
 * Threads: what makes the mails about a dossier one conversation for each
 * person, and for each of the staff the mails about a ticket, whichever way his
 * mail program looks at it.
 *
 *     References  our own Message-IDs to that address: the first and the latest, and the mail
 *                 that is answered; never one that another person got or wrote
 *     subject     one and the same (LANG/thread-dossier.txt, LANG/thread-ticket.txt): Gmail
 *                 begins a new conversation where it changes. What the mail is about stands
 *                 above its text
 *     Thread-Index, Thread-Topic
 *                 for Outlook: that of the mail that is answered, extended, else of our own
 *                 conversation with that address
 */
#ifndef POSTKAMER_WORK_THREAD_H
#define POSTKAMER_WORK_THREAD_H

#include "mime/compose.h"
#include "tmpl/set.h"
#include "work/letters.h"

struct thread {
	const char *subject;      /* of the mail as it goes out, without a token */
	const char *about;        /* its own subject without the number; NULL = it is the subject */
	const char *in_reply_to;  /* as in struct compose_mail */
	const char *references[3];
	size_t reference_count;
	struct compose_header headers[2];
	size_t header_count;
};

/* Subject and what stands above the text of a mail that was rendered with 'values'. */
int thread_subject(const struct answering *a, const struct letter *letter, const struct tmpl_where *where,
		   const struct tmpl_mail *mail, const struct tmpl_value *values, struct thread *thread,
		   struct err *err);
/* The rest of it; 'thread->subject' is there. Mails that the same decision made before are looked at too. */
int thread_ids(const struct answering *a, const struct letter *letter, struct thread *thread, struct err *err);

#endif
