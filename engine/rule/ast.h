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

/*
 * A line of settings at the top of a file, or a word behind a slot's title.
 * What is used of it depends on the element; the rest is zero.
 */
struct ast_setting {
	enum element_id id;
	struct span span;        /* its words */
	struct ast_texts names;  /* workflow, language, start, accept; days: the country */
	struct ast_text text;    /* workflow: title; number: format */
	struct ast_pattern pattern;
	struct ast_number number, until; /* keep, per year; files and send window: both */
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

struct ast_cond {
	enum prog_cond_op op;    /* COND_SLOT_STATUS and COND_SLOT_FILLED: 'slot' */
	struct ast_cond *left, *right;
	struct ast_text slot;
	enum slot_status status;
	bool grouped;            /* stood in parentheses */
	struct span span;
};

struct ast_event {
	const struct element *element;
	struct ast_text slot;
	struct span span;
};

struct ast_action {
	const struct element *element;
	struct ast_text target;      /* mail: template; goto: state */
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
	struct ast_state *states;
	size_t state_count;
	struct ast_block always;
	bool broken;                 /* something at the top could not be read */
	bool states_broken, slots_broken; /* a name of one could not be read: others may be missing */
};

/* The first setting of that id, or NULL. */
const struct ast_setting *ast_setting_find(const struct ast_settings *settings, enum element_id id);

#endif
