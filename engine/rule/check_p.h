/*
 * What the parts of the checks share: check.c (names, states, the file as a
 * whole), check_setting.c, check_slot.c, check_overlap.c, check_clause.c, check_mail.c (what
 * goes to whom), check_reach.c (ways from state to state).
 */
#ifndef POSTKAMER_RULE_CHECK_P_H
#define POSTKAMER_RULE_CHECK_P_H

#include <stdbool.h>

#include "rule/check.h"

struct checker {
	const struct source *source;
	const struct ast_file *file;
	const struct rule_lookup *lookup; /* never NULL; its functions may be */
	struct arena *arena;
	struct diag_list *diags;
	const struct ast_text *languages; /* as the file says; may be none */
	size_t language_count;
	struct ast_texts missing;         /* templates whose absence was told */
	size_t loose_gotos;               /* to states that do not exist */
};

struct diag *check_fault(struct checker *checker, struct span span, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
struct diag *check_warn(struct checker *checker, struct span span, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void check_hint(struct checker *checker, struct diag *diag, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void check_note(struct checker *checker, struct diag *diag, struct span span, const char *words);

/* Index of a state or slot by name, -1 when there is none. */
int check_state_find(const struct checker *checker, const char *name);
int check_slot_find(const struct checker *checker, const char *name);
/* The slot of that name, or NULL: then it was said, with the nearest name. */
const struct ast_slot *check_slot_named(struct checker *checker, const struct ast_text *name);
bool check_slot_has(const struct ast_slot *slot, enum element_id id);

/* min <= number <= max, else an error that names 'what' ("number of years"). */
bool check_range(struct checker *checker, const struct ast_number *number, long min, long max, const char *what);
bool check_duration(struct checker *checker, const struct ast_duration *duration);
/* The text is not empty and holds no field but 'field' ("{year}"; NULL: none). True when it holds that one. */
bool check_title(struct checker *checker, const struct ast_text *title, const char *field, const char *what);
/* A name that a word of the language needs is not taken. */
void check_name(struct checker *checker, const struct ast_text *name);
/* The pattern compiles and does not match everything; '*match_r' (caller frees) is NULL when not. */
void check_pattern(struct checker *checker, const struct ast_pattern *pattern, struct match **match_r);

void check_settings(struct checker *checker);
void check_slots(struct checker *checker);
/* File names that two slots take. */
void check_overlap(struct checker *checker);
/* The clauses of one state; 'state' is NULL for those of always. */
void check_clauses(struct checker *checker, const struct ast_state *state, const struct ast_block *block);
void check_mail(struct checker *checker, const struct ast_action *action);
/* Does the action write to somebody who is not staff, or ask for money again? */
bool check_action_disturbs(struct checker *checker, const struct ast_action *action);
void check_payments(struct checker *checker);
void check_reach(struct checker *checker);

#endif
