/*
 * 'struct mail' as bytes: what the parse worker writes behind the decoded
 * bytes in the output file, and the deciding process reads. The reader trusts
 * nothing: counts against the caps of model/mail.h, each string (length, no
 * NUL, valid UTF-8), each part's range within the decoded bytes, enumerations,
 * and that nothing is left over. Numbers are little-endian.
 */
#ifndef POSTKAMER_IPC_MANIFEST_H
#define POSTKAMER_IPC_MANIFEST_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "model/mail.h"

#define MANIFEST_MAX (8 << 20)

/* Appends; 'out' must have room for MANIFEST_MAX, check buf_failed() afterwards. */
void manifest_encode(const struct mail *mail, struct buf *out);

/*
 * The reverse: all strings and arrays in 'arena'. 'data_size' is the number of
 * decoded bytes that the parts may point into. ERR_INPUT when anything is off.
 */
int manifest_decode(const void *data, size_t len, int64_t data_size, struct arena *arena,
		    struct mail *mail_r, struct err *err);

/*
 * Reads and decodes the manifest that stands in 'out' from 'offset' to
 * 'offset' + 'size', which must be the file's end. Seal the file first
 * (file_memory_seal()): it must not change while it is read.
 */
int manifest_read(int out, int64_t offset, int64_t size, struct arena *arena, struct mail *mail_r,
		  struct err *err);

#endif
