/*
 * Allocation that cannot fail: on exhaustion the process says so and ends with
 * status 75 (try later), because nothing useful can be decided without memory
 * and every durable step is safe to repeat. Sizes that come from outside are
 * to be checked against a limit before they reach these functions.
 */
#ifndef POSTKAMER_BASE_XALLOC_H
#define POSTKAMER_BASE_XALLOC_H

#include <stddef.h>

void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);
void *xrealloc(void *ptr, size_t size);
char *xstrdup(const char *text);
/* Copies at most 'len' bytes and terminates. */
char *xstrndup(const char *text, size_t len);
void *xmemdup(const void *data, size_t len);

/*
 * Makes room for 'need' elements of 'size' bytes in a heap array that holds
 * '*cap' of them; returns the (possibly moved) array. Growth doubles.
 */
void *xgrow(void *items, size_t *cap, size_t need, size_t size);

#endif
