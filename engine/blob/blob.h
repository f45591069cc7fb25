/*
 * Blobs: raw mail, documents and rendered mail, each sealed under a key of its
 * own. Small ones (BLOB_INLINE_MAX) come back as sealed bytes for the store to
 * keep in its own transaction; larger ones become files:
 *
 *     STORE/blob/2026-11-21/<64 hex digits>    keyed hash within the scope
 *     STORE/tmp/<random>                       being written
 *
 * Order of writing (reliability.md §2.2): file in tmp/, synced, renamed, folder
 * synced; only then may a row name it. blob_sync() finishes a batch: it syncs
 * the files and folders of all puts since the last one, so that a batch costs
 * one folder sync. Until blob_sync() has returned, no row may name a blob put.
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

/* Files below the store folder; the folders are made when missing. */
int blobs_open(const char *store_path, struct blobs **blobs_r, struct err *err);
/* In memory, for tests and the simulator. */
struct blobs *blobs_memory_new(void);
void blobs_close(struct blobs **blobs);

/*
 * Seals 'len' bytes at 'offset' of 'fd' under a new key, wrapped by 'scope';
 * fills 'ref_r' (name or inline data, the latter in 'arena'). 'hashes' as in
 * seal_encrypt_fd(). 'now' names the folder of the day.
 */
int blob_put_fd(struct blobs *blobs, const struct seal_key *scope, int fd, int64_t offset, int64_t len,
		int64_t now, const struct seal_hashes *hashes, struct arena *arena, struct blob_ref *ref_r,
		struct err *err);
/* The same from memory. */
int blob_put(struct blobs *blobs, const struct seal_key *scope, const void *data, size_t len, int64_t now,
	     struct arena *arena, struct blob_ref *ref_r, struct err *err);
/* Makes all puts since the last call durable. */
int blob_sync(struct blobs *blobs, struct err *err);
/* Forgets puts that were not synced, and removes their files. */
void blob_discard(struct blobs *blobs);

/* The plain bytes, as a new sealed memory file at offset 0 (caller closes); -1 on error. */
int blob_get(struct blobs *blobs, const struct seal_key *scope, const struct blob_ref *ref, struct err *err);
/* The key of 'ref' under another scope. */
int blob_rewrap(const struct blob_ref *ref, const struct seal_key *from, const struct seal_key *to,
		struct blob_key *key_r, struct err *err);
/* Removes a file; one that is gone already is no error. */
int blob_remove(struct blobs *blobs, const struct blob_ref *ref, struct err *err);
/*
 * Removes files in tmp/ older than 'age' seconds, and files in blob/ that
 * 'is_known' does not know and that are older. Returns how many in '*removed_r'.
 */
int blob_collect(struct blobs *blobs, int64_t now, int64_t age, int (*is_known)(void *ctx, const char *name),
		 void *ctx, size_t *removed_r, struct err *err);

#endif
