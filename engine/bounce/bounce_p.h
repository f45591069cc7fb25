/* The inside of this folder. */
#ifndef POSTKAMER_BOUNCE_BOUNCE_P_H
#define POSTKAMER_BOUNCE_BOUNCE_P_H

#include "bounce/bounce.h"

struct reading {
	const struct bounce_source *source;
	const struct mail *mail;
	struct arena *arena;
	struct bounce_report *report;
	bool delayed;              /* the words say that the other server goes on trying */
};

/* ---- read.c ---- */

/* The recipient of that address in the report; a new one when there is none; NULL when there are too many. */
struct bounce_recipient *reading_recipient(struct reading *r, const char *address);
/* One clean line, of at most 300 bytes. */
const char *reading_clean(struct arena *arena, const char *text);
/* A copy of the first line at 'text'. */
char *reading_line(struct arena *arena, const char *text);

/* ---- report.c ---- */

/* Reads the fields of RFC 3464; groups without recipient and without action are left out. How many were read. */
size_t report_fields(struct reading *r, const char *text);

/* ---- prose.c ---- */

/* The part of a text before the mail that it returns; a copy. */
char *prose_own_words(struct arena *arena, const char *text);
/* Adds the recipients that the words name. */
void prose_recipients(struct reading *r, const char *words);

/* ---- code.c ---- */

/* The first status code (RFC 3463) of class 4 or 5 in the text. */
bool code_status(const char *text, char status[BOUNCE_STATUS_SIZE]);
/* The first SMTP reply code of a failure in the text; 0 = none. */
int code_reply(const char *text);
/* Fills temporary and gone from status, code, fate and the words of 'text'. */
void code_judge(struct bounce_recipient *recipient, const char *text);

/* ---- words.c: lower case, ended by NULL ---- */

extern const char *const words_daemons[];      /* how the address of a mail system begins */
extern const char *const words_daemon_names[]; /* in its name */
extern const char *const words_subjects[];     /* in the subject of a report */
extern const char *const words_failures[];     /* in its text */
extern const char *const words_delays[];       /* in the text or subject, where it goes on trying */
extern const char *const words_copies[];       /* in the line above the mail that is returned */
extern const char *const words_passing[];      /* reasons that may pass */
extern const char *const words_gone[];         /* reasons that mean: no such address */
extern const char *const words_other[];        /* reasons about the mail or its sender, not the address */
extern const char *const words_automatic[];    /* how the subject of an automatic reply begins */

/* Does 'text' hold one of the words? Case is ignored in Latin, Greek and Cyrillic. */
bool said_in(const char *text, const char *const *words);
/* Does it begin with one? The length of that, 0 = no. */
size_t said_begin(const char *text, const char *const *words);

#endif
