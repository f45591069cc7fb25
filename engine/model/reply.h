/*
 * What ties a reply to what we sent, and to whom: tokens, and commands that
 * wait for a "ja" (design.md §5).
 */
#ifndef POSTKAMER_MODEL_REPLY_H
#define POSTKAMER_MODEL_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define REPLY_HASH_SIZE 32
#define REPLY_NO_ROW ((size_t)-1)

/*
 * A token as it is remembered: never the token itself. The caller derives the
 * 128 bits from a key outside the store and from service, dossier, address,
 * purpose and 'made', so that the newest row is enough to say the same token
 * once more; 'hash' is the keyed hash of those bits.
 */
struct reply_token {
	unsigned char hash[REPLY_HASH_SIZE];
	const char *service;
	const char *dossier; /* number; NULL = about none */
	const char *address; /* to whom it was mailed, folded (addr_fold) */
	const char *purpose; /* one word: "dossier", "confirm", … */
	int64_t made;
	int64_t expires;     /* from then on it routes, and proves nothing */
	int64_t revoked;     /* since when it is no longer valid; DATE_NONE = it was not revoked. It still routes */
	int64_t outbox;      /* the mail that carried it first; 0 = none */
	size_t row;          /* for store_take(): that mail's place in 'outbox', or REPLY_NO_ROW */
	bool again;          /* for store_token_put(): it is there and is mailed once more; only 'expires' is new */
};

/* A command that came without its token: the registered address was asked, and its "ja" runs it, once. */
struct pending_command {
	unsigned char hash[REPLY_HASH_SIZE]; /* of the token in the mail that asked */
	const char *service;
	const char *dossier; /* number; NULL = about none */
	const char *address; /* who was asked */
	const char *text;    /* the commands as they were written, lines with \n */
	int64_t item;        /* the item they came with; 0 = none */
	int64_t asked;
	int64_t expires;     /* from then on no "ja" runs it */
	int64_t answered;    /* DATE_NONE = nobody did yet */
};

#endif
