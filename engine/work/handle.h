/*
 * One item (or an operator's command) and its dossier: commands read, files
 * placed, the rules run, answers wished for, all taken in at once.
 */
#ifndef POSTKAMER_WORK_HANDLE_H
#define POSTKAMER_WORK_HANDLE_H

#include "quote/quote.h"
#include "work/filled.h"
#include "work/orders.h"
#include "work/papers.h"

struct handling {
	struct engine *engine;
	struct arena *arena;
	struct job *job;             /* its mail, the bytes of its files; item.id 0 = no item */
	struct dossier *dossier;
	struct standing standing;
	const char *from;            /* of the documents: an address, or "scanner" */
	const char *by;              /* for events and history; NULL = none */
	const char *sender;          /* who gets the answers; NULL = nobody */
	const char *sender_name;
	const char *in_reply_to;
	const char *cause;           /* of the answers: unique and stable */
	const struct engine_file *files; /* of an operator's command: where they go */
	size_t file_count;
	struct item_verdict *verdict; /* NULL = no item */
	const struct forwards *forwards; /* the mails that it passes on; NULL = none */
	bool words;                  /* what the text says counts: a person wrote it */
	bool question;               /* it came to the address for questions */
	const char *text;            /* what is left of it beside a form that was read; NULL = the mail's own */
	const struct event *before;  /* what happens before its files and words: an opening */
	size_t before_count;
	const struct event *forms;   /* that came with it: after its files, before its commands */
	size_t form_count;
	const struct held_accept *accepted; /* somebody let it through: its text is a note, nothing in it a command */
	bool problem;                /* to the one for problems, or by that button */
	struct ticket *ticket;       /* that it answers; after handle_finish() also one that it opened; NULL = none */
	int64_t now;
	struct filled filled;        /* a form of the workflow that came back */
	struct decision decision;    /* from handle_begin() on */
	struct orders orders;
};

/* Reads the words. ERR_LIMIT: the rules cannot decide. */
int handle_begin(struct handling *h, struct err *err);
/* forwarded.c: what was passed on becomes part of the note that is kept. */
void forwarded_note(struct handling *h);
/* Does the mail carry files? */
bool handle_has_files(const struct mail *mail);
/*
 * The rest. ERR_LIMIT (a rule that cannot decide) and nothing was taken in; the
 * verdict, if there is one, is filled for the store.
 */
int handle_finish(struct handling *h, struct err *err);

#endif
