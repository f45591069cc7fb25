/*
 * One thing that came in, and what became of it. Every item the engine accepts
 * ends processed, duplicate, held or quarantined, and can be listed.
 */
#ifndef POSTKAMER_MODEL_ITEM_H
#define POSTKAMER_MODEL_ITEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/blob.h"

enum item_state {
	ITEM_RESERVED,    /* seen; its bytes are not here yet */
	ITEM_STORED,      /* raw bytes durable; to be parsed and decided */
	ITEM_PROCESSED,
	ITEM_DUPLICATE,
	ITEM_HELD,        /* waits for a person */
	ITEM_QUARANTINED, /* could not be handled */
	ITEM_GONE,        /* vanished from its mailbox before we had the bytes */
	ITEM_STATES
};

enum item_source { SOURCE_MAIL, SOURCE_SPOOL, SOURCE_INGEST, SOURCES };

struct item {
	int64_t id;
	const char *service;
	enum item_source source;
	const char *origin;      /* mailbox name, or spool path below new/, or "" */
	uint32_t uidvalidity;    /* SOURCE_MAIL */
	uint32_t uid;
	const char *spool_key;   /* SOURCE_SPOOL: what makes the file this file; else NULL */
	const char *parcels;     /* SOURCE_SPOOL: documents that an order took along (work/spool_p.h); NULL = none */
	enum item_state state;
	int attempts;            /* times it was given to the parser; before it has bytes: could not be fetched */
	const char *reason;      /* a word such as "no-number"; NULL when processed */
	const char *detail;      /* one sentence for the operator; may be NULL */
	const char *from;        /* claimed address, cleaned; NULL until parsed */
	const char *subject;     /* cleaned; NULL until parsed */
	const char *message_id;
	int64_t received;        /* event time: when we took it in */
	int64_t internal_date;   /* as the server says; recorded, never used as event time */
	const char *dossier;     /* number, or NULL */
	int64_t duplicate_of;    /* item id, 0 = none */
	bool acked;              /* moved or flagged on the server; renamed in the spool */
	int64_t size;
	unsigned char raw_hash[32];    /* keyed hash of the raw bytes */
	unsigned char content_key[32]; /* keyed hash of From, Date, Message-ID, Subject and decoded parts */
	int doubt;               /* how much was left unproven of its sender when it was decided; 0 = nothing */
	struct blob_key scope;   /* key of its blobs, wrapped by the master key */
	struct blob_ref raw;     /* id 0 until stored; its key may be under the dossier's scope */
	struct blob_key raw_scope; /* what wraps the raw blob's key: 'scope', or the dossier's; as the store loads it */
	bool raw_in_dossier;     /* the latter */
};

const char *item_state_word(enum item_state state);
bool item_state_from_word(const char *word, enum item_state *state_r);
/* "mail", "spool", "ingest". */
const char *item_source_word(enum item_source source);
bool item_source_from_word(const char *word, enum item_source *source_r);

#endif
