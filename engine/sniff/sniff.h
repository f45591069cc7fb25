/*
 * Media types by content (libmagic). A claim of the bytes, not a proof: a file
 * can be two things at once.
 */
#ifndef POSTKAMER_SNIFF_SNIFF_H
#define POSTKAMER_SNIFF_SNIFF_H

#include <stddef.h>

#include "base/err.h"

#define SNIFF_HEAD (64 << 10) /* bytes from the start that are worth giving */
#define SNIFF_TYPE_SIZE 128

struct sniffer; /* the loaded database; one thread */

/* Opens no file after this. */
struct sniffer *sniff_open(struct err *err);
void sniff_close(struct sniffer **sniffer);

/*
 * The type of the bytes, such as "application/pdf", into 'out'; returns 'out'.
 * 'declared' is what the sender said (may be NULL): where the bytes are plain
 * text and a text type was declared, that stands. Empty bytes are
 * "application/x-empty". "application/octet-stream" when nothing is known.
 * Costs up to 1 ms on text; not meant for the body parts of a mail.
 */
const char *sniff_type(struct sniffer *sniffer, const void *data, size_t len, const char *declared,
		       char out[SNIFF_TYPE_SIZE]);

/* Generic containers ("application/zip", OLE) that a look inside may tell more about. */
enum sniff_container { SNIFF_PLAIN, SNIFF_ZIP, SNIFF_OLE, SNIFF_TNEF };
enum sniff_container sniff_container(const char *type);

#endif
