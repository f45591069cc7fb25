/*
 * When an outgoing mail is tried again: a pure function of what happened.
 */
#ifndef POSTKAMER_WORK_BACKOFF_H
#define POSTKAMER_WORK_BACKOFF_H

#include <stdint.h>

#define BACKOFF_LIFETIME (5 * 86400) /* seconds a mail is tried for */
#define BACKOFF_FIRST 300
#define BACKOFF_MAX 4000

/*
 * Seconds until the next attempt after 'attempts' of them (1 or more): five
 * minutes, doubling, at most 4000 seconds; 'row' spreads them by up to 20 % so
 * that what failed together does not return together.
 */
int64_t backoff_delay(int attempts, int64_t row);
/* Seconds to leave a server alone after 'troubles' connections in a row that failed. */
int64_t backoff_host(int troubles);

#endif
