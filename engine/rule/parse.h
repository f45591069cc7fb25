/*
 * The parser: tokens → tree, by recursive descent. It only reads; what the
 * names mean is asked later. After a fault it skips to a place in the grammar
 * where it can go on, so that one run finds as many faults as there are, and
 * none twice.
 */
#ifndef POSTKAMER_RULE_PARSE_H
#define POSTKAMER_RULE_PARSE_H

#include "base/arena.h"
#include "rule/ast.h"
#include "rule/diag.h"
#include "rule/lex.h"
#include "rule/source.h"

#define PARSE_MAX_NESTING 16 /* of parentheses and "not" in a condition */
#define PARSE_MAX_TERMS 50   /* names and events in one list, terms of a condition */

/* 'source' as include_load() left it: with the tokens of its parts. */
struct ast_file *parse_file(const struct source *source, struct arena *arena, struct diag_list *diags);

#endif
