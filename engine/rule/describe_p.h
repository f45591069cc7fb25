/*
 * Pieces of a program as the words of the language: what the describing, the
 * dump and the drawing share. Words that are read again give the same piece.
 */
#ifndef POSTKAMER_RULE_DESCRIBE_P_H
#define POSTKAMER_RULE_DESCRIBE_P_H

#include "base/buf.h"
#include "rule/program.h"

void describe_text(const char *text, struct buf *out);
void describe_duration(const struct prog_duration *duration, struct buf *out);
void describe_cond(const struct program *program, const struct prog_cond *cond, struct buf *out);
/* A canonical value as it is written in a rule: text and addresses in quotes. */
void describe_value(enum prog_value kind, const char *value, struct buf *out);
/* "on …", "after …", "every …" with condition, without actions. */
void describe_head(const struct program *program, const struct prog_clause *clause, struct buf *out);
void describe_action(const struct program *program, const struct prog_action *action, struct buf *out);
/* "client"; "" for the template's own. */
const char *describe_term(enum prog_term term);
const char *describe_audience(enum prog_audience audience);

#endif
