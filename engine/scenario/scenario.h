/*
 * Scenarios: tests of a workflow that the office itself can write and read.
 *
 *     workflow inkomensverklaring
 *
 *     scenario "Who forgets is reminded after two days"
 *         given  a dossier for "Jan Jansen <jan@example.org>" on 2026-03-02 09:00
 *         when   2 days pass
 *         expect mail stukken-ontbreken to jan@example.org
 *
 * This folder turns the text into a tree, or into a list of what is wrong with
 * it; it plays nothing (that is app/stage.h). The language stands whole in
 * postkamer-scenario(5).
 */
#ifndef POSTKAMER_SCENARIO_SCENARIO_H
#define POSTKAMER_SCENARIO_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/date.h"
#include "model/dossier.h"
#include "model/event.h"
#include "model/ticket.h"
#include "rule/diag.h"
#include "rule/program.h"

#define SCENARIO_MAX_TEXT (2u << 20) /* bytes of a scenario file */
#define SCENARIO_MAX_COUNT 2000      /* scenarios of a file, and stories */
#define SCENARIO_MAX_TOLD 100000     /* steps of the stories told in a file */
#define SCENARIO_MAX_STEPS 1000      /* of one scenario, with those of the stories it tells */

struct scenario_texts {
	const char **list;
	size_t count;
};

/* Somebody: by his part in the dossier, or by his address. */
enum scenario_role { SCENARIO_ANYBODY, SCENARIO_CLIENT, SCENARIO_OFFICE, SCENARIO_STAFF, SCENARIO_ADDRESS };

struct scenario_who {
	enum scenario_role role;
	const char *address;  /* SCENARIO_ADDRESS; lower case */
};

enum scenario_unit {
	SCENARIO_MINUTES, SCENARIO_HOURS,
	SCENARIO_DAYS,         /* calendar days: the same time on the clock */
	SCENARIO_WORKING_DAYS, /* as the workflow's timers count them */
	SCENARIO_WEEKS, SCENARIO_MONTHS, SCENARIO_YEARS
};

struct scenario_duration {
	int count;
	enum scenario_unit unit;
};

/* given fact NAME VALUE */
struct scenario_fact {
	const char *name, *value;
};

#define SCENARIO_PARTNERS 5

/* given a dossier … */
struct scenario_dossier {
	struct diag_place place;
	const char *client_name, *client_address;
	const char *office_name, *office_address; /* NULL = none */
	const char *partner_names[SCENARIO_PARTNERS], *partner_addresses[SCENARIO_PARTNERS];
	size_t partner_count;
	bool office_only, copy;
	const char *language; /* NULL = the workflow's first */
	const char *number;   /* NULL = the next one */
	const char *brand;    /* NULL = the service's own */
	struct civil on;      /* local time of the service */
	struct scenario_fact *facts;
	size_t fact_count;
};

enum scenario_step_kind {
	STEP_PASS,            /* when 2 days pass */
	STEP_UNTIL,           /* when until 2026-03-09 09:00 */
	STEP_LETTER,          /* when WHO mails, says, does, asks, reports, answers */
	STEP_DROP,            /* when scanner drops "x.pdf" [as SLOT] */
	STEP_PAYMENT,         /* when payment paid */
	STEP_BOUNCE,          /* when the mail to WHO bounces */
	STEP_REPEAT,          /* when the mail of WHO arrives again */
	STEP_RESTART,         /* when the engine restarts */
	STEP_EXPECT
};

/* What somebody mails. */
struct scenario_letter {
	struct scenario_texts lines, files;
	const char *subject;  /* NULL = of the mail it answers */
	bool fresh;           /* "in a new mail": answers nothing; the number in the subject */
	bool again;           /* the files are byte for byte those sent before by these names */
	bool at_once;         /* the next thing happens before anybody looks at it */
	bool unproven;        /* nothing proves that it is from that address */
	bool ticket;          /* it answers the newest mail about a ticket, not about the dossier */
	bool does;            /* each of its lines is a command */
	bool form;            /* they are a form, filled in */
};

/* Which payment request it is about. */
enum scenario_paying {
	PAYING_NEWEST,        /* that it can be about */
	PAYING_AGAIN,         /* the same is told once more */
	PAYING_OLDER          /* one before the newest */
};

enum scenario_claim_kind {
	CLAIM_MAIL, CLAIM_NO_MAIL, CLAIM_NO_OTHER_MAIL,
	CLAIM_SLOT, CLAIM_STATE, CLAIM_TIMER, CLAIM_NO_TIMER, CLAIM_HELD, CLAIM_HELD_MAIL,
	CLAIM_NOTHING_HELD, CLAIM_PAYMENT, CLAIM_APPROVAL, CLAIM_FACT, CLAIM_TICKET, CLAIM_NO_TICKET, CLAIM_ERASED
};

struct scenario_claim {
	enum scenario_claim_kind kind;
	struct diag_place place;
	const char *template;          /* CLAIM_MAIL; CLAIM_NO_MAIL: NULL = any */
	struct scenario_who who;
	struct scenario_texts with, without, attached;
	const char *name;              /* slot, state, fact; CLAIM_HELD_MAIL: the reason, NULL = any */
	int year;                      /* 0 = none */
	int word;                      /* CLAIM_SLOT: enum slot_status; PAYMENT, APPROVAL, TICKET: their status */
	const char *value;             /* CLAIM_FACT; NULL = unknown */
	struct scenario_texts files;   /* CLAIM_SLOT: its current documents; CLAIM_HELD */
	bool on;                       /* CLAIM_TIMER: 'moment', else 'after' */
	struct scenario_duration after;
	struct civil moment;
};

struct scenario_step {
	enum scenario_step_kind kind;
	struct diag_place place;
	struct scenario_who who;
	struct scenario_duration span; /* STEP_PASS */
	struct civil until;
	struct scenario_letter letter;
	const char *name, *value;      /* STEP_DROP: file, and slot or NULL */
	enum event_kind payment;
	enum scenario_paying paying;
	struct scenario_claim *claims; /* STEP_EXPECT */
	size_t claim_count;
};

struct scenario {
	const char *title;
	struct diag_place place;
	struct scenario_dossier dossier;
	struct scenario_step *steps;
	size_t step_count;
};

struct scenario_file {
	struct arena arena;            /* owned; holds all below */
	const char *file;
	const char *workflow;
	const char *service;           /* NULL = the only one that has the workflow */
	struct scenario *scenarios;
	size_t count;
};

/*
 * What a scenario names but does not hold. A function that is NULL is not
 * asked: then that is not checked. Nothing is kept after the call.
 */
struct scenario_lookup {
	void *ctx;
	/* The workflow of that name, NULL when no service has it; and the index-th one, NULL after the last. */
	const struct program *(*program_find)(void *ctx, const char *name);
	const struct program *(*program_at)(void *ctx, size_t index);
	/* The index-th service key, brand key, staff address; NULL after the last. */
	const char *(*service_at)(void *ctx, size_t index);
	const char *(*brand_at)(void *ctx, size_t index);
	const char *(*staff_at)(void *ctx, size_t index);
	/* Is there such a mail? '*nearest_r' gets the name that was perhaps meant, or NULL. */
	bool (*template_find)(void *ctx, const char *name, const char **nearest_r);
	/* The index-th reason why a mail waits for a person; NULL after the last. */
	const char *(*reason_at)(void *ctx, size_t index);
};

/*
 * Reads and checks. 'file' is the name for messages, 'text' its 'len' bytes
 * (copied). What was found is added to 'diags'; NULL exactly when at least one
 * error was among it.
 */
struct scenario_file *scenario_load(const char *file, const char *text, size_t len,
				    const struct scenario_lookup *lookup, struct diag_list *diags);
void scenario_free(struct scenario_file **file);

/* "2 working days". */
void scenario_duration_text(const struct scenario_duration *duration, struct buf *out);

/*
 * The elements of the language, for postkamer-scenario(5) and its tests: the
 * words, one line that explains them, lines of a scenario that hold them.
 */
struct scenario_element {
	const char *section;  /* of the manual; NULL = the same as the one before */
	const char *form;
	const char *explain;
	const char *example;  /* a whole file when it begins with "workflow", else lines behind a dossier for
				 "Jan Jansen <jan@example.org>" on 2026-03-02 09:00, all of which hold for the shipped workflow */
};

const struct scenario_element *scenario_element_at(size_t index);
/* The element tables as man(7) source. */
void scenario_elements_man(struct buf *out);

#endif
