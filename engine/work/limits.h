/*
 * Limits against loops and storms (design.md §9, A25). What is over one is not
 * sent and not lost: its row is held, and staff are told once a day of each
 * address or dossier. Rows over an hourly limit go by themselves, oldest first,
 * as soon as there is room; the same words to the same address too often in a day
 * is what a loop looks like, and waits for a person (`queue retry`). Mail to staff
 * is never limited, and does not count.
 */
#ifndef POSTKAMER_WORK_LIMITS_H
#define POSTKAMER_WORK_LIMITS_H

#include "work/answer.h"
#include "work/settings.h"

#define LIMITS_HOUR 3600
#define LIMITS_DAY 86400

/* Those of the configuration, with what it leaves out. */
struct settings_limits limits_values(const struct engine *engine);

/*
 * A row that is about to be added to 'a->rows', its text known: held when one of
 * them is reached ('held', 'reply' and state are set), or when its address is
 * dead. '*about_r' is what staff are told of, once a day: NULL = nothing.
 */
int limits_judge(struct answering *a, struct outbox_row *row, const char **about_r, struct err *err);

/* Staff are told that the row added last is held: once a day of each address or dossier. */
int limits_tell(struct answering *a, const char *about, struct err *err);
/* A reminder to an address that takes no mail? It is not made. */
bool limits_wasted(const struct answering *a, const struct recipient *to);

/* Lets held rows go for which there is room now; true when some still wait. */
bool limits_release(struct engine *engine);

#endif
