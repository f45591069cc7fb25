/*
 * A checked workflow, ready to run: what the last stage of the rule pipeline
 * (source → tokens → tree → checks → program) produces. It never changes once
 * made. Names are resolved, patterns compiled; whoever holds a program needs no
 * further checks of syntax or names.
 */
#ifndef POSTKAMER_RULE_PROGRAM_H
#define POSTKAMER_RULE_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "model/dossier.h"
#include "model/event.h"

struct match; /* match/match.h: a compiled PCRE2 pattern */
struct prog_index; /* rule/program.c */

struct prog_span {
	int line, column, length; /* from 1; column in characters */
	int part;                 /* 0 = the file itself, else the shared part, in the order of the bundle */
};

/* Media kinds a slot accepts; a mask. 0 = any. */
enum prog_accept {
	ACCEPT_PDF = 1, ACCEPT_IMAGE = 2, ACCEPT_SPREADSHEET = 4, ACCEPT_DOCUMENT = 8, ACCEPT_TEXT = 16
};

/* What a fact or a field of a form may hold; the canonical text of a value: flow/value.h. */
enum prog_value {
	VALUE_TEXT,               /* text */
	VALUE_YES_NO,             /* yes or no */
	VALUE_CHOICE,             /* one of A, B, … */
	VALUE_NUMBER,             /* number: whole */
	VALUE_AMOUNT,             /* amount: of money, two decimals */
	VALUE_DATE,               /* date */
	VALUE_ADDRESS             /* address: of e-mail */
};

/* Something the workflow knows of a dossier: facts { huurt "Huurt een woning" yes or no }. */
struct prog_fact {
	const char *name;
	const char *title;
	enum prog_value kind;
	const char **choices;     /* VALUE_CHOICE */
	size_t choice_count;
	const char *initial;      /* "default VALUE", canonical; NULL = not known at the opening */
	struct prog_span span;
};

struct prog_field {
	const char *name;
	const char *title;        /* the question, as the form shows it */
	enum prog_value kind;
	const char **choices;
	size_t choice_count;
	bool required;
	const struct match *pattern; /* VALUE_TEXT: what a value must match; NULL = anything */
	int fact;                 /* index of the fact that it sets (same name), or -1 */
	struct prog_span span;
};

/* form NAME "Title" from client [, office] [level 2] { fields } */
struct prog_form {
	const char *name;
	const char *title;
	unsigned from;            /* mask of 1 << enum actor_role */
	int level;                /* 1 or 2: of who sends it back */
	const struct prog_field *fields;
	size_t field_count;
	struct prog_span span;
};

struct prog_words {
	const char *language;     /* "nl" */
	const char *text;         /* as declared */
	struct prog_span span;
};

/* phrase NAME from client [, office, staff] nl "…" en "…" [with text] [level 2] */
struct prog_phrase {
	const char *name;
	unsigned from;            /* mask of 1 << enum actor_role */
	int level;                /* 1 or 2; 3 when it is for staff only */
	bool with_text;           /* "phrase: text": the text is the event's reason */
	const struct prog_words *words; /* in every language of the workflow at least one */
	size_t word_count;
	struct prog_span span;
};

struct prog_slot {
	const char *name;
	const char *title;        /* may hold {year} */
	bool required;            /* else optional */
	const struct prog_cond *required_if; /* "required if …": of facts, office and copy only; NULL = see 'required' */
	bool for_approval;        /* put to the client, who approves or refuses */
	bool from_staff;
	bool may_be_absent;
	int years;                /* "per year last n": n; 0 = not per year */
	unsigned accept;          /* mask of enum prog_accept; 0 = any */
	int files_min, files_max; /* default 1..1; optional 0..1 */
	const struct match **patterns; /* file name patterns, any may match; may be none */
	size_t pattern_count;
	struct prog_span span;
};

enum prog_term { TERM_DAYS, TERM_MONTHS, TERM_YEARS };

enum prog_unit { UNIT_MINUTES, UNIT_HOURS, UNIT_DAYS, UNIT_WEEKS };

struct prog_duration {
	int count;
	enum prog_unit unit;
	bool calendar;            /* days count every day, also where "days working" holds */
};

enum prog_cond_op {
	COND_AND, COND_OR,        /* left, right */
	COND_NOT,                 /* left */
	COND_COMPLETE,            /* documents complete */
	COND_SLOT_FILLED,         /* slot X filled */
	COND_SLOT_STATUS,         /* slot X open|delivered|absent|approved|rejected */
	COND_HAS_OFFICE,          /* office */
	COND_OFFICE_ONLY,         /* office only */
	COND_COPY,                /* the client asked to be kept informed */
	COND_FACT_IS,             /* fact X [is VALUE]; without one, "yes" */
	COND_FACT_KNOWN,          /* fact X known */
	COND_FACT_AT_LEAST,       /* fact X at least VALUE: number, amount, date */
	COND_FACT_AT_MOST,
	COND_APPROVAL,            /* approval SLOT asked|given|refused|void: of the last one */
	COND_PAYMENT,             /* payment requested|open|paid|failed|expired|cancelled: of the last one */
	COND_BRAND,               /* brand NAME */
	COND_LANGUAGE             /* language NAME: the client's */
};

struct prog_cond {
	enum prog_cond_op op;
	const struct prog_cond *left, *right;
	const char *slot;         /* every year of it must satisfy the condition */
	enum slot_status status;
	const char *name;         /* fact, brand, language */
	const char *value;        /* COND_FACT_*: canonical */
	int word;                 /* COND_APPROVAL: enum approval_state; COND_PAYMENT: enum payment_status */
	struct prog_span span;
};

enum prog_audience {
	AUDIENCE_TEMPLATE,        /* as the template's header says */
	AUDIENCE_CORRESPONDENT, AUDIENCE_CLIENT, AUDIENCE_OFFICE, AUDIENCE_PAYER, AUDIENCE_STAFF, AUDIENCE_SENDER
};

enum prog_action_kind {
	ACTION_MAIL,              /* mail NAME [attach SLOT, …] [with form FORM] [to AUDIENCE] */
	ACTION_GOTO,              /* goto STATE: the last one of a clause */
	ACTION_PAYMENT,           /* request payment AMOUNT CURRENCY "TEXT" [valid DURATION] */
	ACTION_PAYMENT_AGAIN,     /* request payment again */
	ACTION_PAYMENT_CANCEL,    /* cancel payment: open ones */
	ACTION_APPROVAL,          /* request approval SLOT: puts its current documents to the client */
	ACTION_FACT,              /* set fact NAME VALUE, clear fact NAME */
	ACTION_NOTE               /* note "TEXT": a line of history */
};

struct prog_action {
	enum prog_action_kind kind;
	const char *template;     /* ACTION_MAIL */
	enum prog_audience audience;
	const char **attach;      /* slot names whose current documents go along */
	size_t attach_count;
	const char *form;         /* ACTION_MAIL: the form that goes along, or NULL */
	const char *slot;         /* ACTION_APPROVAL */
	const char *fact;         /* ACTION_FACT */
	const char *value;        /* ACTION_FACT: canonical; NULL = clear */
	int target;               /* ACTION_GOTO: index into program.states */
	int64_t amount_cents;     /* ACTION_PAYMENT */
	const char *currency;
	const char *text;         /* ACTION_PAYMENT, ACTION_NOTE; may hold {number} */
	struct prog_duration valid; /* calendar days; count 0 = no end */
	struct prog_span span;
};

struct prog_event {
	enum event_kind kind;
	const char *slot;         /* "document received SLOT": only of that slot; else NULL */
	const char *name;         /* phrase, form or fact */
};

enum prog_trigger {
	TRIGGER_ON,               /* on EVENT, … */
	TRIGGER_AFTER,            /* after D [in dossier] [, then every D, n times] */
	TRIGGER_EVERY             /* every D [, n times], from entering the state */
};

struct prog_clause {
	const char *id;           /* "verzamelen.2": state or "always", and its place from 1; stable key of timers and counts */
	enum prog_trigger trigger;
	const struct prog_event *events; /* TRIGGER_ON */
	size_t event_count;
	struct prog_duration quiet;      /* TRIGGER_ON: "quiet 15 minutes"; count 0 = none */
	int limit;                /* "at most n times" (per dossier); 0 = no limit */
	struct prog_duration first;      /* TRIGGER_AFTER: the delay; TRIGGER_EVERY: the interval */
	bool in_dossier;          /* counts from the opening */
	struct prog_duration then_every; /* count 0 = once */
	int times;                /* number of repeats after the first; TRIGGER_EVERY: of firings; 0 = without end */
	const struct prog_cond *cond;    /* NULL = always */
	const struct prog_action *actions;
	size_t action_count;
	struct prog_span span;
};

struct prog_state {
	const char *name;
	const char *title;
	bool uploads_open;
	bool final;
	const struct prog_clause *clauses;
	size_t clause_count;
	struct prog_span span;
};

/* One piece of the format of new numbers. */
enum prog_number_kind { NUMBER_TEXT, NUMBER_YEAR, NUMBER_SERIAL, NUMBER_CHECK };

struct prog_number_piece {
	enum prog_number_kind kind;
	const char *text;         /* NUMBER_TEXT */
	int width;                /* NUMBER_SERIAL: least width */
};

struct program {
	struct arena arena;       /* owned; holds all below */
	const char *name;
	const char *title;
	const char *file;         /* as given by the loader, for messages */
	const char *source;       /* the whole rule text, with the texts of its includes (rule.h: bundle) */
	char digest[65];          /* set by the loader (hex SHA-256 of the source) */
	const char **languages;   /* the first is the default */
	size_t language_count;
	const struct match *number;      /* NULL when the workflow gives none */
	const struct prog_number_piece *number_new;
	size_t number_new_count;
	bool has_check;           /* new numbers end in a check letter */
	bool days_working;
	const char *holidays;     /* country of the holiday file, "nl" */
	int send_from, send_until; /* minutes of the day; -1 = no send window */
	const struct prog_slot *slots;
	size_t slot_count;
	const struct prog_fact *facts;
	size_t fact_count;
	const struct prog_form *forms;
	size_t form_count;
	const struct prog_phrase *phrases;
	size_t phrase_count;
	const struct prog_state *states;
	size_t state_count;
	int start;                /* index into states */
	const struct prog_clause *always;
	size_t always_count;
	const struct prog_index *index;  /* of slots, states and clauses by name; NULL = they are looked through */
	int keep_count;           /* "keep 7 years after final"; 0 = not stated */
	enum prog_term keep_unit;
};

void program_free(struct program **program);
/* Makes the index, once all is in its place; for workflows of thousands of lines. */
void program_index(struct program *program);
const struct prog_state *program_state(const struct program *program, const char *name);
const struct prog_slot *program_slot(const struct program *program, const char *name);
const struct prog_fact *program_fact(const struct program *program, const char *name);
const struct prog_form *program_form(const struct program *program, const char *name);
const struct prog_phrase *program_phrase(const struct program *program, const char *name);
/* The clause of that id wherever it stands, with its state (NULL for "always"); NULL when gone. */
const struct prog_clause *program_clause(const struct program *program, const char *id,
					 const struct prog_state **state_r);

#endif
