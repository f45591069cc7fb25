/*
 * E-mail addresses (RFC 5321 Mailbox, ASCII). The validator is default-deny:
 * what it lets through can stand in an SMTP envelope as it is. Quoted local
 * parts, address literals, comments and anything not ASCII are refused.
 */
#ifndef POSTKAMER_BASE_ADDR_H
#define POSTKAMER_BASE_ADDR_H

#include <stdbool.h>
#include <stddef.h>

#define ADDR_MAX 254 /* RFC 5321 §4.5.3.1.3 */

/* dot-atom "@" at least one label; labels of letters, digits, inner hyphens; lengths 64/63/254. */
bool addr_valid(const char *addr);
/*
 * The same mailbox? Domains compare without case; local parts too, since no
 * mailbox provider tells them apart and people type them either way.
 */
bool addr_same(const char *a, const char *b);
/* The part behind the last '@', or "" when there is none; points into 'addr'. */
const char *addr_domain(const char *addr);
/* Lower-cased copy in 'out' (ADDR_MAX + 1 bytes); false when too long. */
bool addr_fold(char out[ADDR_MAX + 1], const char *addr);
/*
 * Splits "Name <address>" or a bare address as an operator types it. Both
 * results are copies for the caller to free; name "" when there is none.
 * False when the address is not valid.
 */
bool addr_split(const char *text, char **name_r, char **addr_r);

#endif
