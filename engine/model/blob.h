/*
 * What the database knows of a blob (raw mail, a document, a rendered mail):
 * where its sealed bytes are and its key, wrapped by the key of its scope. The
 * wrapped forms mean nothing without the master key.
 */
#ifndef POSTKAMER_MODEL_BLOB_H
#define POSTKAMER_MODEL_BLOB_H

#include <stddef.h>
#include <stdint.h>

#define BLOB_KEY_WRAPPED 72   /* nonce 24, key 32, tag 16 */
#define BLOB_NAME_SIZE 80     /* "2026-11-21/" and 64 hex digits, terminated */
#define BLOB_INLINE_MAX 24576 /* plain bytes up to this size live in the database */

/* A key, wrapped; 'present' false for none. */
struct blob_key {
	int present;
	unsigned char bytes[BLOB_KEY_WRAPPED];
};

struct blob_ref {
	int64_t id;                /* 0 until the store has it */
	char name[BLOB_NAME_SIZE]; /* "" when the sealed bytes are inline */
	int64_t size;              /* of the plain bytes */
	struct blob_key key;       /* wrapped by the scope's key */
	const void *inline_data;   /* sealed bytes, or NULL; borrowed from the arena of its owner */
	size_t inline_size;
};

#endif
