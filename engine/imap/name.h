/*
 * Folder names: UTF-8 with '/' between levels for us and our operators;
 * modified UTF-7 (RFC 3501 §5.1.3), the server's own delimiter and the prefix
 * of its personal namespace (RFC 2342) on the wire.
 */
#ifndef POSTKAMER_IMAP_NAME_H
#define POSTKAMER_IMAP_NAME_H

#include <stddef.h>

#include "base/err.h"

#define IMAP_NAME_MAX 1000 /* bytes of a name on the wire */

struct imap_namespace {
	const char *prefix; /* personal namespace, as on the wire: "", "INBOX." */
	char delimiter;     /* '\0' = the server has no levels */
	/* Prefixes of other users' and shared namespaces: a name that starts with one stays as it is. */
	const char *const *foreign;
	size_t foreign_count;
};

/* Copy in modified UTF-7 (caller frees); fails on bytes that are not UTF-8 or are controls. */
int imap_name_encode(const char *name, char **wire_r, struct err *err);
/*
 * The name on the wire (caller frees): "INBOX" in any case stays itself; else
 * levels are joined with the server's delimiter and the prefix is put in front
 * unless the name has it already.
 */
int imap_name_to_wire(const char *name, const struct imap_namespace *space, char **wire_r, struct err *err);

#endif
