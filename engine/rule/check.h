/*
 * The checks: all that a tree may mean, and what it may not. Names exist and
 * are given once, numbers fit their pattern, patterns compile, states can be
 * reached and left, nobody is mailed for ever. A tree that passes without an
 * error builds into a program.
 */
#ifndef POSTKAMER_RULE_CHECK_H
#define POSTKAMER_RULE_CHECK_H

#include "base/arena.h"
#include "rule/ast.h"
#include "rule/diag.h"
#include "rule/rule.h"
#include "rule/source.h"

#define CHECK_MAX_STATES 2000
#define CHECK_MAX_SLOTS 500
#define CHECK_MAX_CLAUSES 500    /* in one state */
#define CHECK_MAX_ACTIONS 20     /* in one clause */
#define CHECK_MAX_FILES 200      /* in one slot */
#define CHECK_MAX_YEARS 20       /* per year last n */
#define CHECK_MAX_DAYS 3650      /* the longest timer */
#define CHECK_MAX_TIMES 1000
#define CHECK_MAX_KEEP 100       /* years */
#define CHECK_MAX_FACTS 500
#define CHECK_MAX_FORMS 100
#define CHECK_MAX_FIELDS 100     /* in one form */
#define CHECK_MAX_PHRASES 500
#define CHECK_MAX_QUIET 60       /* minutes */

/* 'lookup' may be NULL. What is found is added to 'diags'. */
void check_file(const struct source *source, const struct ast_file *file, const struct rule_lookup *lookup,
		struct arena *arena, struct diag_list *diags);

#endif
