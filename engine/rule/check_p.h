/*
 * What the parts of the checks share: check.c (states, the file as a whole),
 * check_name.c (names and where they are declared), check_setting.c,
 * check_slot.c, check_called.c (names in commands), check_overlap.c, check_fact.c (facts and forms), check_value.c,
 * check_phrase.c, check_cond.c, check_clause.c, check_mail.c (what goes to
 * whom), check_ask.c (payments and approvals), check_reach.c (ways from state
 * to state).
 */
#ifndef POSTKAMER_RULE_CHECK_P_H
#define POSTKAMER_RULE_CHECK_P_H

#include <stdbool.h>

#include "rule/check.h"

enum check_list { CHECK_SLOTS, CHECK_STATES, CHECK_FACTS, CHECK_FORMS, CHECK_PHRASES, CHECK_LISTS };

/* Names of a list by hash: places from 1, 0 = empty. */
struct check_index {
	size_t *table;
	size_t mask;
};

struct checker {
	const struct source *source;
	const struct ast_file *file;
	const struct rule_lookup *lookup; /* never NULL; its functions may be */
	bool kept;                        /* a text that was checked before, when it was current */
	struct arena *arena;
	struct diag_list *diags;
	const struct ast_text *languages; /* as the file says; may be none */
	size_t language_count;
	struct ast_texts missing;         /* templates whose absence was told */
	size_t loose_gotos;               /* to states that do not exist */
	struct check_index indexes[CHECK_LISTS];
	bool *forms_heard, *phrases_heard; /* does a clause wait for it? */
	bool unheard;                     /* some clause may wait for one that it does not name right */
};

struct diag *check_fault(struct checker *checker, struct span span, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* For what does no harm in a text that was right when it was current: an error, but a warning when 'kept'. */
struct diag *check_refuse(struct checker *checker, struct span span, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
struct diag *check_warn(struct checker *checker, struct span span, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void check_hint(struct checker *checker, struct diag *diag, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void check_note(struct checker *checker, struct diag *diag, struct span span, const char *words);

/* Makes the indexes, and tells names that are declared twice. To be called first. */
void check_names(struct checker *checker);
/* Index of the one with that name, -1 when there is none. */
int check_find(struct checker *checker, enum check_list list, const char *name);
/* The same; when there is none it is said, with the nearest name. */
int check_named(struct checker *checker, enum check_list list, const struct ast_text *name);
/* Is it the first one with its name? */
bool check_first(struct checker *checker, enum check_list list, size_t index);
/* The slot of that name, or NULL: then it was said. */
const struct ast_slot *check_slot_named(struct checker *checker, const struct ast_text *name);
bool check_slot_has(const struct ast_slot *slot, enum element_id id);

/* min <= number <= max, else an error that names 'what' ("number of years"). */
bool check_range(struct checker *checker, const struct ast_number *number, long min, long max, const char *what);
bool check_duration(struct checker *checker, const struct ast_duration *duration);
/* The text is not empty and holds no field but 'field' ("{year}"; NULL: none). True when it holds that one. */
bool check_title(struct checker *checker, const struct ast_text *title, const char *field, const char *what);
/* What helps: two names that look the same would be two. */
#define CHECK_LOOSE_ACCENT "type the letter anew, with its accent as one character: a copy from a Mac or a PDF has two"
/* A name that a word of the language needs is not taken, nor one that looks like another. */
void check_name(struct checker *checker, const struct ast_text *name);
/* The pattern compiles and does not match everything; '*match_r' (caller frees) is NULL when not. */
void check_pattern(struct checker *checker, const struct ast_pattern *pattern, struct match **match_r);

/* Does the value fit the kind of the fact? When not it is said. */
bool check_value(struct checker *checker, const struct ast_field *fact, const struct ast_value *value);
/* fact X …; set fact X …, clear fact X. */
void check_cond_fact(struct checker *checker, const struct ast_cond *cond);
void check_set_fact(struct checker *checker, const struct ast_action *action);
/* "from" and "level" of a form or phrase. */
void check_senders(struct checker *checker, const struct ast_text *name, const struct ast_settings *settings,
		   bool broken, const char *what);
/* Who may send it: mask of 1 << enum actor_role. */
unsigned check_roles(const struct ast_settings *settings);

/* The slot of that name is one for approval; when not it is said. */
void check_slot_approval(struct checker *checker, const struct ast_text *name);

void check_cond(struct checker *checker, const struct ast_cond *cond);
/* "required if": only what is known without looking at documents, answers and payments. */
void check_cond_slot(struct checker *checker, const struct ast_cond *cond);
/* Does the dossier surely have an office (or surely none) when the condition holds? */
bool check_cond_office(const struct ast_cond *cond, bool has);

void check_facts(struct checker *checker);
void check_forms(struct checker *checker);
void check_phrases(struct checker *checker);
void check_settings(struct checker *checker);
void check_slots(struct checker *checker);
/* Kinds of files that a slot takes: a mask of enum prog_accept; 0 = every kind. */
unsigned check_accepts(const struct ast_slot *slot);
/* Is there a kind of file that both slots take? */
bool check_share_kind(const struct ast_slot *a, const struct ast_slot *b);
/* Slots that people's commands cannot tell apart. */
void check_called(struct checker *checker);
/* File names that two slots take. */
void check_overlap(struct checker *checker);
/* The clauses of one state; 'state' is NULL for those of always. */
void check_clauses(struct checker *checker, const struct ast_state *state, const struct ast_block *block);
void check_mail(struct checker *checker, const struct ast_clause *clause, const struct ast_action *action);
/* Does the action write to somebody who is not staff, or ask for money again? */
bool check_action_disturbs(struct checker *checker, const struct ast_action *action);
/* What is asked of clients, payments and approvals: asked at all, told, and heard of. */
void check_asking(struct checker *checker);
void check_reach(struct checker *checker);

#endif
