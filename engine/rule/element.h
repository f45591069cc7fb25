/*
 * The elements of the rule language, each defined once: its words, where it may
 * stand, its form, one line that explains it, an example. The parser looks
 * words up here, the manual's table is produced from here, and a test loads
 * every example.
 */
#ifndef POSTKAMER_RULE_ELEMENT_H
#define POSTKAMER_RULE_ELEMENT_H

#include <stdbool.h>
#include <stddef.h>

/* Where an element may stand; a mask. */
enum element_where {
	IN_FILE = 1,        /* at the top of a file */
	IN_SLOT = 2,        /* behind a slot's title */
	IN_STATE = 4,
	IN_ALWAYS = 8,
	IN_HEAD = 16,       /* between a clause's trigger and its '{' */
	IN_EVENTS = 32,
	IN_CONDITION = 64,
	IN_ACTIONS = 128,
	IN_AUDIENCE = 256,  /* behind "to" */
	IN_ACCEPT = 512,    /* behind "accept" */
	IN_STATUS = 1024,   /* behind "slot NAME" in a condition */
	IN_DURATION = 2048,
	IN_DOCUMENTS = 4096, /* a line of documents { } that is no slot */
	IN_FACT = 1 << 13,   /* behind a fact's title */
	IN_FIELD = 1 << 14,  /* behind the title of a form's field */
	IN_FORM = 1 << 15,   /* behind a form's title */
	IN_PHRASE = 1 << 16, /* behind a phrase's name */
	IN_ROLE = 1 << 17,   /* behind "from" of a form or phrase */
	IN_TEST = 1 << 18,   /* behind "fact NAME" in a condition */
	IN_ANSWER = 1 << 19, /* behind "approval SLOT" in a condition */
	IN_PAYMENT = 1 << 20, /* behind "payment" in a condition */
	IN_TERM = 1 << 21    /* behind "keep N" */
};

enum element_id {
	ELEMENT_NONE,
	/* Settings. */
	ELEMENT_WORKFLOW, ELEMENT_LANGUAGE, ELEMENT_NUMBER, ELEMENT_DAYS, ELEMENT_SEND_WINDOW, ELEMENT_DOCUMENTS,
	ELEMENT_START, ELEMENT_STATE, ELEMENT_ALWAYS, ELEMENT_KEEP, ELEMENT_INCLUDE, ELEMENT_FACTS, ELEMENT_FORM,
	ELEMENT_PHRASE,
	/* Slots. */
	ELEMENT_REQUIRED, ELEMENT_OPTIONAL, ELEMENT_FROM_STAFF, ELEMENT_PER_YEAR, ELEMENT_ACCEPT, ELEMENT_FILES,
	ELEMENT_MAY_BE_ABSENT, ELEMENT_MATCH, ELEMENT_FOR_APPROVAL,
	/* Facts, forms and phrases. */
	ELEMENT_KIND,       /* 'value' is an enum prog_value */
	ELEMENT_DEFAULT, ELEMENT_MUST, ELEMENT_FITS, ELEMENT_FROM, ELEMENT_LEVEL, ELEMENT_WITH_TEXT, ELEMENT_WORDS,
	ELEMENT_ROLE,       /* 'value' is an enum actor_role */
	/* Clauses. */
	ELEMENT_UPLOADS_OPEN, ELEMENT_ON, ELEMENT_AFTER, ELEMENT_EVERY,
	ELEMENT_QUIET, ELEMENT_AT_MOST, ELEMENT_IN_DOSSIER, ELEMENT_THEN_EVERY, ELEMENT_IF,
	/* Events: 'value' is an enum event_kind. */
	ELEMENT_EVENT, ELEMENT_EVENT_SLOT, ELEMENT_EVENT_FORM, ELEMENT_EVENT_FACT, ELEMENT_EVENT_PHRASE,
	/* Conditions. */
	ELEMENT_COMPLETE, ELEMENT_SLOT, ELEMENT_OFFICE, ELEMENT_OFFICE_ONLY, ELEMENT_COPY, ELEMENT_NOT,
	ELEMENT_FILLED,
	ELEMENT_STATUS,     /* 'value' is an enum slot_status */
	ELEMENT_FACT, ELEMENT_APPROVAL, ELEMENT_PAYMENT_IS, ELEMENT_BRAND, ELEMENT_SPEAKS,
	ELEMENT_TEST,       /* 'value' is an enum prog_cond_op */
	ELEMENT_ANSWER,     /* 'value' is an enum approval_state */
	ELEMENT_PAYMENT_STATUS, /* 'value' is an enum payment_status */
	/* Actions. */
	ELEMENT_MAIL, ELEMENT_GOTO, ELEMENT_PAYMENT, ELEMENT_PAYMENT_AGAIN, ELEMENT_PAYMENT_CANCEL,
	ELEMENT_REQUEST_APPROVAL, ELEMENT_SET_FACT, ELEMENT_CLEAR_FACT, ELEMENT_NOTE,
	/* Words behind another one. */
	ELEMENT_AUDIENCE,   /* 'value' is an enum prog_audience */
	ELEMENT_MEDIA,      /* 'value' is an enum prog_accept, 0 = any */
	ELEMENT_UNIT,       /* 'value' is an enum prog_unit */
	ELEMENT_TERM,       /* 'value' is an enum prog_term */
	ELEMENT_IDS
};

struct element {
	enum element_id id;
	const char *words;   /* as written, one blank between words */
	unsigned where;      /* mask of enum element_where */
	int value;           /* see the ids */
	const char *form;    /* what stands behind the words, "" for nothing */
	const char *explain; /* one line, no full stop */
	const char *example; /* a piece of a rule file that holds the element, allowed where 'where' says first */
};

/* All of them, in the order of the manual. */
const struct element *element_list(size_t *count_r);

/* The first element of that id; never NULL for an id in the list. */
const struct element *element_get(enum element_id id);

/*
 * Looks an element up by its words, of which 'words[0]' .. 'words[count - 1]'
 * stand in the file; the longest one that may stand at 'where' wins.
 * '*used_r' gets the number of words it takes. NULL: none; '*used_r' then gets
 * the number of words that some element begins with.
 */
const struct element *element_find(unsigned where, const char *const *words, size_t count, size_t *used_r);

/*
 * The words that may stand at place 'at' (from 0) after the first 'at' of
 * 'words'. The index-th, each once, in order of the table; NULL after the last. It
 * ends at a blank or at the terminator.
 */
const char *element_next_word(unsigned where, const char *const *words, size_t at, size_t index);

/* Words of the language that stand behind names and so cannot be names: if, and, or, not, to, attach, … */
bool element_reserved(const char *word);

#endif
