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

struct prog_span {
	int line, column, length; /* from 1; column in characters */
};

/* Media kinds a slot accepts; a mask. 0 = any. */
enum prog_accept {
	ACCEPT_PDF = 1, ACCEPT_IMAGE = 2, ACCEPT_SPREADSHEET = 4, ACCEPT_DOCUMENT = 8, ACCEPT_TEXT = 16
};

struct prog_slot {
	const char *name;
	const char *title;        /* may hold {year} */
	bool required;            /* else optional */
	bool from_staff;
	bool may_be_absent;
	int years;                /* "per year last n": n; 0 = not per year */
	unsigned accept;          /* mask of enum prog_accept; 0 = any */
	int files_min, files_max; /* default 1..1; optional 0..1 */
	const struct match **patterns; /* file name patterns, any may match; may be none */
	size_t pattern_count;
	struct prog_span span;
};

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
	COND_COPY                 /* the client asked to be kept informed */
};

struct prog_cond {
	enum prog_cond_op op;
	const struct prog_cond *left, *right;
	const char *slot;         /* every year of it must satisfy the condition */
	enum slot_status status;
	struct prog_span span;
};

enum prog_audience {
	AUDIENCE_TEMPLATE,        /* as the template's header says */
	AUDIENCE_CORRESPONDENT, AUDIENCE_CLIENT, AUDIENCE_OFFICE, AUDIENCE_PAYER, AUDIENCE_STAFF, AUDIENCE_SENDER
};

enum prog_action_kind {
	ACTION_MAIL,              /* mail NAME [attach SLOT, …] [to AUDIENCE] */
	ACTION_GOTO,              /* goto STATE: the last one of a clause */
	ACTION_PAYMENT,           /* request payment AMOUNT CURRENCY "TEXT" [valid DURATION] */
	ACTION_PAYMENT_AGAIN      /* request payment again */
};

struct prog_action {
	enum prog_action_kind kind;
	const char *template;     /* ACTION_MAIL */
	enum prog_audience audience;
	const char **attach;      /* slot names whose current documents go along */
	size_t attach_count;
	int target;               /* ACTION_GOTO: index into program.states */
	int64_t amount_cents;     /* ACTION_PAYMENT */
	const char *currency;
	const char *text;         /* may hold {number} */
	struct prog_duration valid; /* calendar days; count 0 = no end */
	struct prog_span span;
};

struct prog_event {
	enum event_kind kind;
	const char *slot;         /* "document received SLOT": only of that slot; else NULL */
	const char *name;         /* phrase or form */
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
	const char *source;       /* the whole rule text */
	char digest[65];          /* set by the loader (hex SHA-256 of the text) */
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
	const struct prog_state *states;
	size_t state_count;
	int start;                /* index into states */
	const struct prog_clause *always;
	size_t always_count;
	int keep_years;           /* after final; 0 = not stated */
};

void program_free(struct program **program);
const struct prog_state *program_state(const struct program *program, const char *name);
const struct prog_slot *program_slot(const struct program *program, const char *name);
/* The clause of that id wherever it stands, with its state (NULL for "always"); NULL when gone. */
const struct prog_clause *program_clause(const struct program *program, const char *id,
					 const struct prog_state **state_r);

#endif
