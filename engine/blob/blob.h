/*
 * Blobs: raw mail, documents and rendered mail, each sealed under a key of its
 * own. Small ones (BLOB_INLINE_MAX) come back as sealed bytes for the store to
 * keep in its own transaction; larger ones become files:
 *
 *     STORE/blob/2026-11-21/<64 hex digits>
 *     STORE/tmp/<32 hex digits>                being written
 *
 * The name is a keyed hash within the scope, of the blob's wrapped key. So it
 * tells nothing of the contents, equal contents have different names, and a
 * put that is done again after a crash never meets the file of the first time,
 * whose key is lost with the row that was not written.
 *
 * Order of writing (reliability.md §2.2): file in tmp/, synced, renamed, folder
 * synced; only then may a row name it. A put writes the file; blob_sync()
 * finishes a batch: it syncs the files, renames them and syncs their folder
 * once. Until blob_sync() has returned 0, no row may name a blob put. Reading a
 * blob that was put and not synced yet works. Steps (base/step.h): blob.sync for
 * each file, blob.rename for each file, blob.folder for the folder.
 *
 * Errors: ERR_TEMP, only from a put, when the disk is full (or a quota or a
 * size limit reached): nothing is left behind, it may go better later.
 * ERR_CORRUPT names the blob whose bytes are not what was stored, or whose file
 * cannot be read. A sync that
 * failed is never tried again, because the system may have thrown the unwritten
 * pages away: ERR_SYSTEM, then and for every put from then on.
 */
#ifndef POSTKAMER_BLOB_BLOB_H
#define POSTKAMER_BLOB_BLOB_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "model/blob.h"
#include "seal/seal.h"

struct blobs;

/*
 * Files below the store folder, which must be there; blob/ and tmp/ are made
 * when missing. Writes nothing else.
 */
int blobs_open(const char *store_path, struct blobs **blobs_r, struct err *err);
/* In memory, for tests and the simulator. */
struct blobs *blobs_memory_new(void);
/* Puts that were not synced are discarded. */
void blobs_close(struct blobs **blobs);

/*
 * Seals 'len' bytes at 'offset' of 'fd' under a new key, wrapped by 'scope';
 * fills 'ref_r' (id 0; name or inline data, the latter in 'arena'). 'hashes'
 * as in seal_encrypt_fd(). 'now' names the folder of the day (UTC).
 */
int blob_put_fd(struct blobs *blobs, const struct seal_key *scope, int fd, int64_t offset, int64_t len,
		int64_t now, const struct seal_hashes *hashes, struct arena *arena, struct blob_ref *ref_r,
		struct err *err);
/* The same from memory. */
int blob_put(struct blobs *blobs, const struct seal_key *scope, const void *data, size_t len, int64_t now,
	     struct arena *arena, struct blob_ref *ref_r, struct err *err);
/* Makes all puts since the last call durable. */
int blob_sync(struct blobs *blobs, struct err *err);
/*
 * Several batches may be on their way at once: one that begins, runs and ends
 * within one turn of the loop (a group of decisions) while another gathers over
 * many (a fetch). blob_mark() says where the former begins; blob_discard() then
 * forgets the puts since the mark that were not synced, and removes their
 * files. Without a mark, and after a blob_sync(), it does nothing: what another
 * batch has put must not vanish behind its back.
 */
void blob_mark(struct blobs *blobs);
void blob_discard(struct blobs *blobs);

/*
 * The plain bytes, as a new sealed memory file at offset 0 (caller closes); -1
 * on error. Every byte has been verified. A missing file is ERR_CORRUPT; a
 * 'ref' without name and inline data (lists and dossiers come without the
 * latter, see store.h) is ERR_BUG.
 */
int blob_get(struct blobs *blobs, const struct seal_key *scope, const struct blob_ref *ref, struct err *err);
/* The key of 'ref' under another scope. */
int blob_rewrap(const struct blob_ref *ref, const struct seal_key *from, const struct seal_key *to,
		struct blob_key *key_r, struct err *err);
/* Removes a file; one that is gone already, or never was one, is no error. */
int blob_remove(struct blobs *blobs, const struct blob_ref *ref, struct err *err);
/*
 * Removes files in tmp/ older than 'age' seconds, and files in blob/ that
 * 'is_known' does not know (returns 0) and that are older; puts not synced yet
 * are left alone. 'now' is compared with file times: the real time, not that of
 * a trial clock. Returns how many in '*removed_r'. Not between blob_sync() and
 * the commit of the rows: give an 'age' of hours (reliability.md: 36).
 */
int blob_collect(struct blobs *blobs, int64_t now, int64_t age, int (*is_known)(void *ctx, const char *name),
		 void *ctx, size_t *removed_r, struct err *err);

#endif
