/*
 * The last stage: a tree that the checks found right → a program. Names become
 * indexes, patterns are compiled, defaults are filled in. Nothing can be wrong
 * here any more.
 */
#ifndef POSTKAMER_RULE_BUILD_H
#define POSTKAMER_RULE_BUILD_H

#include "rule/ast.h"
#include "rule/program.h"
#include "rule/source.h"

/* Copies all it needs; the caller owns the result. */
struct program *build_program(const struct source *source, const struct ast_file *file);

#endif
