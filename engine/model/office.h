/*
 * Offices (design.md §2): intermediaries that bring clients and act for them.
 * An office is known by its general address, which is its key within a service;
 * what a colleague mails from an address of his own counts when the general
 * address has said that it may.
 */
#ifndef POSTKAMER_MODEL_OFFICE_H
#define POSTKAMER_MODEL_OFFICE_H

#include <stdbool.h>
#include <stdint.h>

#define OFFICE_HASH_SIZE 32

enum office_digest { OFFICE_DIGEST_OFF, OFFICE_DIGEST_DAILY, OFFICE_DIGEST_WEEKLY, OFFICE_DIGESTS };

struct office {
	int64_t id;            /* 0 until the store has it */
	const char *service;
	const char *address;   /* the general one, folded (addr_fold) */
	const char *name;      /* NULL = not known */
	const char *brand;     /* of its dossiers; NULL = the service's own face */
	const char *language;  /* NULL = the service's */
	int64_t added;
	const char *by;        /* who put it down: a role, or a role and an address */
	int64_t confirmed;     /* since when its address is known to be its own; DATE_NONE = it is not yet */
	bool has_code;         /* a code was mailed to it: */
	unsigned char code[OFFICE_HASH_SIZE]; /* its keyed hash, never the code itself */
	int64_t code_made;
	int code_wrong;        /* wrong codes that came back since */
	enum office_digest digest;
	int64_t digest_due;    /* DATE_NONE = none is due */
	bool has_seen;         /* a digest was mailed: */
	unsigned char seen[OFFICE_HASH_SIZE]; /* hash of what it said, so that the same is not said again */
};

/* What the general address said of a colleague's own address. */
enum colleague_answer {
	COLLEAGUE_ASKED,       /* nothing yet */
	COLLEAGUE_ACCEPTED,    /* from now on */
	COLLEAGUE_ONCE,        /* that one time */
	COLLEAGUE_REFUSED,
	COLLEAGUE_ANSWERS
};

struct office_colleague {
	int64_t id;            /* 0 until the store has it */
	const char *service;
	const char *office;    /* the general address */
	const char *address;   /* his own, folded */
	enum colleague_answer answer;
	int64_t asked;         /* when the general address was asked last */
	int64_t answered;      /* DATE_NONE = it did not answer yet */
};

/* One dossier of an office, as its overview shows it: nothing about money but that it is waited for. */
struct office_case {
	int64_t id;
	const char *number, *workflow, *program, *state;
	bool final;
	const char *client;    /* his name, or NULL */
	const char *client_address;
	int64_t opened, entered;
	int missing;           /* documents that clients owe */
	const char *titles;    /* of those, a line each; NULL = none */
	bool unpaid;           /* it waits for the client's payment */
};

const char *office_digest_word(enum office_digest digest);
bool office_digest_from_word(const char *word, enum office_digest *digest_r);
const char *colleague_answer_word(enum colleague_answer answer);
bool colleague_answer_from_word(const char *word, enum colleague_answer *answer_r);

#endif
