/*
 * A ticket: a question (green) or a technical problem (red), and what was said
 * about it. It belongs to a service, and to a dossier or to none.
 */
#ifndef POSTKAMER_MODEL_TICKET_H
#define POSTKAMER_MODEL_TICKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum ticket_kind { TICKET_QUESTION, TICKET_PROBLEM, TICKET_KINDS };

enum ticket_state {
	TICKET_OPEN,     /* staff have to say something */
	TICKET_ANSWERED,
	TICKET_CLOSED,
	TICKET_STATES
};

enum ticket_said {
	TICKET_ASKED,    /* by who opened it */
	TICKET_REPLIED,  /* by staff, and mailed to him */
	TICKET_NOTED,    /* by staff, for staff */
	TICKET_SAIDS
};

struct ticket_message {
	int64_t id;             /* 0 = new */
	int64_t at;
	enum ticket_said said;
	const char *by;         /* address, folded */
	const char *text;       /* own words, lines with \n; "" = none */
	const char *files;      /* names and sizes, one a line; NULL = none */
	int64_t item;           /* that it came with; 0 = none */
	const char *message_id; /* of that mail, without angle brackets; NULL = none */
};

struct ticket {
	int64_t id;             /* 0 = new */
	const char *number;     /* "T26-00012-K" */
	const char *service;
	enum ticket_kind kind;
	enum ticket_state state;
	const char *dossier;    /* number; NULL = about none */
	const char *address;    /* who opened it, folded */
	const char *name;       /* "" when none is known */
	const char *language;
	const char *subject;    /* as he wrote it, cleaned */
	bool proven;            /* his address passed authentication, or brought a token back */
	const char *owner;      /* staff address that answered first or was assigned; NULL = nobody */
	int64_t opened;
	int64_t changed;        /* its state, or what was said last */
	int64_t closed;         /* DATE_NONE = it is not */
	int64_t remind_at;      /* staff are told again then; DATE_NONE = never */
	struct ticket_message *messages; /* oldest first */
	size_t message_count;
};

/* "question", "problem". */
const char *ticket_kind_word(enum ticket_kind kind);
bool ticket_kind_from_word(const char *word, enum ticket_kind *kind_r);
/* "open", "answered", "closed". */
const char *ticket_state_word(enum ticket_state state);
bool ticket_state_from_word(const char *word, enum ticket_state *state_r);
/* "asked", "replied", "noted". */
const char *ticket_said_word(enum ticket_said said);
bool ticket_said_from_word(const char *word, enum ticket_said *said_r);

#endif
