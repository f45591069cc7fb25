/*
 * What waits for a person: when it is looked at, who was asked about it, and
 * that somebody let it through (design.md §5).
 */
#ifndef POSTKAMER_MODEL_HELD_H
#define POSTKAMER_MODEL_HELD_H

#include <stdbool.h>
#include <stdint.h>

#define HELD_WAIT 600          /* seconds from when it came until somebody is told or asked: more may follow */
#define HELD_KEEP (90 * 86400) /* from when it came until an item without a dossier is erased */

/* An item that waits, as the clock sees it. One that was refused without a dossier waits to be erased. */
struct held_look {
	int64_t item;
	const char *service;
	int64_t look;          /* when it is looked at next; DATE_NONE = not any more */
	int64_t told;          /* when staff were told of it; DATE_NONE = they were not */
};

/* Somebody let it through: it is decided again, as documents and text for this dossier. */
struct held_accept {
	int64_t item;
	const char *dossier;   /* number */
	const char *slot;      /* where all of its files go, or NULL */
	int year;
	const char *by;        /* "operator", "staff els@…", "client jan@…" */
	int64_t at;
	bool done;             /* it was decided since */
};

/* When somebody was last told or asked, and how often he did not answer. */
struct held_asked {
	const char *service;
	const char *dossier;   /* number; NULL for staff */
	const char *address;   /* folded; "" for staff, who are told together */
	int64_t asked;         /* DATE_NONE = never */
	int unanswered;        /* questions in a row */
};

#endif
