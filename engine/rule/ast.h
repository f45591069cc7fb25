/*
 * The tree: what stands in a rule file, with the place of every piece, before
 * anybody asked what it means. Made by parse, read by check and build. All of
 * it lives in one arena. A piece that could not be read is left out, and
 * 'broken' of what it belongs to is set, so that nobody complains about its
 * absence.
 */
#ifndef POSTKAMER_RULE_AST_H
#define POSTKAMER_RULE_AST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rule/element.h"
#include "rule/program.h"
#include "rule/source.h"

/* A name, or text in quotes (then the span includes the quotes). */
struct ast_text {
	const char *text; /* NULL: not there */
	struct span span;
};

struct ast_texts {
	struct ast_text *items;
	size_t count;
};

struct ast_pattern {
	const char *text; /* NULL: not there */
	bool ignore_case;
	struct span span; /* from the opening '/' */
};

struct ast_number {
	long value;
	struct span span; /* length 0: not there */
};

struct ast_duration {
	struct prog_duration value;
	struct span span; /* length 0: not there */
};

/* What a fact may be compared with or set to, as written. */
enum ast_value_kind { AST_WORD, AST_STRING, AST_NUMBER, AST_AMOUNT, AST_DATE };

struct ast_value {
	enum ast_value_kind kind;
	const char *text;    /* AST_WORD, AST_STRING, AST_DATE */
	long number;         /* AST_NUMBER; AST_AMOUNT: in hundredths */
	struct span span;    /* length 0: not there */
};

struct ast_cond;

/*
 * A line of settings at the top of a file, or a word behind a slot's title.
 * What is used of it depends on the element; the rest is zero.
 */
struct ast_setting {
	enum element_id id;
	struct span span;        /* its words */
	const struct element *element; /* words behind a title; else NULL */
	struct ast_texts names;  /* workflow, language, start, accept, from, choices, words; days: the country */
	struct ast_text text;    /* workflow: title; number: format; words: their language */
	struct ast_pattern pattern;
	struct ast_number number, until; /* keep, per year, level; files and send window: both */
	enum prog_term term;     /* keep */
	struct ast_cond *cond;   /* required if */
	struct ast_value value;  /* default */
	bool working;            /* days */
	bool broken;
};

struct ast_settings {
	struct ast_setting *items;
	size_t count;
};

struct ast_slot {
	struct ast_text name, title;
	struct ast_settings settings;
	bool broken;
};

/* A fact, or a field of a form. */
struct ast_field {
	struct ast_text name, title;
	struct ast_settings settings; /* ELEMENT_KIND, _DEFAULT, _MUST, _FITS */
	bool broken;
};

struct ast_form {
	struct ast_text name, title;
	struct ast_settings settings; /* ELEMENT_FROM, _LEVEL */
	struct ast_field *fields;
	size_t field_count;
	bool broken;                  /* its head or a field could not be read */
};

struct ast_phrase {
	struct ast_text name;
	struct ast_settings settings; /* ELEMENT_FROM, _LEVEL, _WITH_TEXT, _WORDS */
	bool broken;
};

struct ast_cond {
	enum prog_cond_op op;    /* COND_SLOT_STATUS and COND_SLOT_FILLED: 'slot' */
	struct ast_cond *left, *right;
	struct ast_text slot;    /* COND_APPROVAL too */
	struct ast_text name;    /* COND_FACT_*, COND_BRAND, COND_LANGUAGE */
	struct ast_value value;  /* COND_FACT_*; COND_FACT_IS without one: "yes" */
	enum slot_status status;
	int word;                /* COND_APPROVAL, COND_PAYMENT */
	bool grouped;            /* stood in parentheses */
	struct span span;
};

struct ast_event {
	const struct element *element;
	struct ast_text slot;
	struct ast_text name;        /* form, fact or phrase */
	struct span span;
};

struct ast_action {
	const struct element *element;
	struct ast_text target;      /* mail: template; goto: state; facts: fact; request approval: slot */
	struct ast_text form;        /* mail */
	struct ast_value value;      /* set fact */
	struct ast_texts attach;
	struct ast_text audience;    /* none = the template's own */
	struct ast_number amount;    /* in hundredths */
	struct ast_text currency, text;
	struct ast_duration valid;
	struct span span;
	bool broken;
};

/* A part of a clause's head, kept to say which came twice or does not belong. */
struct ast_part {
	enum element_id id;
	struct span span;
};

#define AST_PARTS 8

struct ast_clause {
	enum prog_trigger trigger;
	struct span span;            /* of "on", "after" or "every" */
	struct ast_event *events;
	size_t event_count;
	struct ast_duration first, then_every, quiet;
	struct ast_number times, limit;
	bool in_dossier;
	struct ast_part parts[AST_PARTS];
	size_t part_count;
	struct ast_cond *cond;
	struct ast_action *actions;
	size_t action_count;
	bool broken;
};

struct ast_block {
	struct ast_clause *clauses;
	size_t clause_count;
};

struct ast_state {
	struct ast_text name, title;
	bool final;
	struct span *uploads;        /* each "uploads open" */
	size_t upload_count;
	struct ast_block block;
	struct span span;            /* of "state" */
	bool broken;                 /* a clause or line in it could not be read */
};

struct ast_file {
	struct ast_settings settings; /* all but the ones below */
	struct ast_slot *slots;
	size_t slot_count;
	struct span documents;       /* of the first "documents", length 0 when there is none */
	struct ast_field *facts;
	size_t fact_count;
	struct ast_form *forms;
	size_t form_count;
	struct ast_phrase *phrases;
	size_t phrase_count;
	struct ast_state *states;
	size_t state_count;
	struct ast_block always;
	bool broken;                 /* something at the top could not be read */
	bool loose;                  /* a shared part is not there: any name may stand in it */
	bool states_broken, slots_broken, facts_broken, forms_broken, phrases_broken;
	                             /* a name of one could not be read: others may be missing */
};

/* The first setting of that id, or NULL. */
const struct ast_setting *ast_setting_find(const struct ast_settings *settings, enum element_id id);

/* Does staff deliver it: "from staff" or "for approval". */
bool ast_slot_of_staff(const struct ast_slot *slot);

#endif
