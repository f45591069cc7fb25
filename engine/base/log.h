/*
 * The log: one line per outcome, "event key=value key=value", to standard
 * error (where a supervisor reads it). No document contents, no secrets;
 * text from outside goes through log_quote() first.
 *
 *     log_line(LOG_LEVEL_INFO, "item.processed", "item=%lld dossier=%s from=%s",
 *              (long long)id, number, log_quote(q, sizeof q, from));
 */
#ifndef POSTKAMER_BASE_LOG_H
#define POSTKAMER_BASE_LOG_H

#include <stddef.h>

enum log_level { LOG_LEVEL_DEBUG, LOG_LEVEL_INFO, LOG_LEVEL_WARN, LOG_LEVEL_ERROR };

/* Least level that is written (default: info). */
void log_set_level(enum log_level level);

/* Receives each finished line without newline; NULL restores standard error. */
typedef void log_sink(void *ctx, enum log_level level, const char *line);
void log_set_sink(log_sink *sink, void *ctx);

void log_line(enum log_level level, const char *event, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Writes 'text' (may be NULL, shown as "-") into 'out' in a form safe for one
 * log value: in double quotes when it holds anything but letters, digits and
 * ".@_:/+-", with control characters, quotes, backslashes and bytes that are
 * not UTF-8 as \xNN; cut with "..." when too long. Returns 'out'.
 */
const char *log_quote(char *out, size_t size, const char *text);

#endif
