/*
 * Mail that machines write about our mail: delivery reports (RFC 3464 and the
 * prose that qmail, Exchange, Exim, Postfix, old Sendmail, the large providers
 * and many others send instead), complaints (RFC 5965), read receipts (RFC
 * 8098), and automatic replies (RFC 3834 and what the field adds to it).
 *
 * Pure reading: a parsed mail and the text of some of its parts in, findings
 * out. All of it was written by a stranger: whether a report is to be believed,
 * and what follows from it, is for others to decide (work/returned.h).
 */
#ifndef POSTKAMER_BOUNCE_BOUNCE_H
#define POSTKAMER_BOUNCE_BOUNCE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/date.h"
#include "model/mail.h"

/* ---- reports ---- */

#define BOUNCE_PART_MAX (64 << 10)    /* bytes of a part that are worth reading */
#define BOUNCE_RAW_MAX (256 << 10)    /* bytes of the whole mail */
#define BOUNCE_RECIPIENTS_MAX 100     /* further ones are left out */
#define BOUNCE_IDS_MAX 20

struct bounce_source {
	const struct mail *mail;
	const char *const *parts; /* for each part of the mail its text (UTF-8 or ASCII, no NUL), or NULL */
	const char *raw;          /* the beginning of the mail as it came, without NUL; NULL = unknown */
};

/* Is the text of this part worth handing over? */
bool bounce_wants(const struct mail_part *part);
/*
 * Fills a source from what the parse worker left: 'out' with the decoded parts,
 * 'raw' with the mail as it came (-1 = not at hand), both memory files. What
 * cannot be read is left out.
 */
void bounce_load(const struct mail *mail, int out, int raw, struct arena *arena, struct bounce_source *source_r);

enum bounce_kind {
	BOUNCE_NONE,      /* none of these */
	BOUNCE_DELIVERY,  /* what became of the delivery of a mail */
	BOUNCE_COMPLAINT, /* its recipient, or his provider, calls it unwanted */
	BOUNCE_RECEIPT    /* it was read, or deleted */
};

enum bounce_fate {
	BOUNCE_FAILED,    /* will not arrive */
	BOUNCE_DELAYED,   /* not yet; the other server goes on trying */
	BOUNCE_ARRIVED    /* delivered, relayed, expanded */
};

#define BOUNCE_STATUS_SIZE 12

struct bounce_recipient {
	const char *address;             /* as written, "" when the report names none */
	const char *original;            /* the address we wrote to, where it tells that too; else NULL */
	enum bounce_fate fate;
	bool temporary;                  /* the server called it so (RFC 3463 class 4), or the words do */
	bool passing;                    /* another mail may arrive another day: temporary, or a full mailbox */
	bool gone;                       /* it is said that the address, or its domain, does not exist */
	bool policy;                     /* it is about the mail or its sender (a block list, relaying denied) */
	char status[BOUNCE_STATUS_SIZE]; /* RFC 3463, "5.1.1"; "" = none */
	int code;                        /* SMTP reply code; 0 = none */
	const char *text;                /* what the other server said, one clean line; "" = nothing */
};

struct bounce_report {
	enum bounce_kind kind;
	struct bounce_recipient *list;   /* BOUNCE_DELIVERY: at least one */
	size_t count;
	const char **ids;                /* Message-IDs that it returns, without angle brackets */
	size_t id_count;
};

/* May it be a report? Cheap, from the headers and the shape alone: bounce_read() finds none where this is false. */
bool bounce_suspect(const struct mail *mail);
/* All of 'report_r' lives in 'arena'. True unless it is BOUNCE_NONE. */
bool bounce_read(const struct bounce_source *source, struct arena *arena, struct bounce_report *report_r);
/* Does it say of anybody that mail did not, or not yet, arrive? */
bool bounce_failed(const struct bounce_report *report);

/* The same judgement of what a server answered to us directly; 'reply' must live as long as 'to_r'. */
void bounce_judge(const char *reply, int code, struct bounce_recipient *to_r);

/* ---- automatic mail ---- */

enum bounce_auto {
	BOUNCE_AUTO_NO,    /* a person wrote it, as far as can be seen */
	BOUNCE_AUTO_REPLY, /* an answer by a machine: vacation, receipt of a ticket system */
	BOUNCE_AUTO_MAIL   /* by a machine or for many, of its own accord: scanners, lists, no-reply addresses */
};

/*
 * By header, and by the beginning of the subject in the languages of words.c.
 * X-Auto-Response-Suppress alone says nothing (people's mail carries it too), nor
 * does a word behind "Re:": that is a person who answers such a mail.
 */
enum bounce_auto bounce_automatic(const struct mail *mail);

/*
 * The day on which the writer of an out-of-office reply is back, by what its
 * subject and text say in Dutch or English ("t/m 5 mei", "back on Monday");
 * 'today' is where it was received. False when no such day is told, or a past one.
 */
bool bounce_back(const char *subject, const char *text, const struct civil *today, struct civil *back_r);

#endif
