/*
 * Sets of uids as commands take them: sorted, without repeats, runs written as
 * ranges, cut into pieces short enough for any server's command line (RFC 2683
 * §3.2.1.5: 1000 bytes).
 */
#ifndef POSTKAMER_IMAP_UIDSET_H
#define POSTKAMER_IMAP_UIDSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IMAP_UIDSET_BYTES 800

/* Sorts in place and drops repeats; returns how many are left. */
size_t imap_uidset_sort(uint32_t *uids, size_t count);
/* Is it among the sorted ones? Its place through 'at_r' (may be NULL). */
bool imap_uidset_has(const uint32_t *uids, size_t count, uint32_t uid, size_t *at_r);
/* How many of the sorted uids, from the first, fit into one set of 'bytes' bytes; at least one. */
size_t imap_uidset_fit(const uint32_t *uids, size_t count, size_t bytes);
/* Length of the run of consecutive uids at the start; at least 1 when count is. */
size_t imap_uidset_run(const uint32_t *uids, size_t count);

#endif
