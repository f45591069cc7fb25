/*
 * All dossiers of an office (design.md §6): how each stands, what waits longest
 * first; the open ones as a table in the mail up to a bound, all of them in a
 * CSV file beside it. Nothing about money but "payment by the client"; nothing
 * of another office or another service.
 */
#ifndef POSTKAMER_WORK_OVERVIEW_H
#define POSTKAMER_WORK_OVERVIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "model/office.h"
#include "work/engine.h"

#define OVERVIEW_SHOWN 100 /* open dossiers in the mail itself */

/* Whose turn it is. */
enum overview_wait { OVERVIEW_DOCUMENTS, OVERVIEW_PAYMENT, OVERVIEW_US, OVERVIEW_NOBODY };

struct overview_row {
	const char *number, *client;
	const char *title, *state; /* of the workflow and of the state, as people read them */
	enum overview_wait wait;
	int missing;
	int64_t since;             /* when it came into its state */
	int days;                  /* since then, of the calendar */
};

struct overview {
	struct overview_row *rows; /* open ones, OVERVIEW_SHOWN at most */
	size_t count;
	size_t open, closed;       /* all there are */
	const char *csv;           /* UTF-8 with a byte order mark, RFC 4180; in the arena */
	size_t csv_size;           /* 0 = there are none */
	const char *csv_name;
	bool digest;               /* nobody asked for it now */
	unsigned char seen[OFFICE_HASH_SIZE]; /* of what it says but for the passing of days */
};

/*
 * Reads it page by page: memory is that of the file and of the rows shown. A
 * dossier whose rules can no longer be read is shown with its state's name.
 * ERR_LIMIT where the file would be larger than any mail.
 */
int overview_make(struct engine *engine, const struct office *office, int64_t now, struct arena *arena,
		  struct overview *overview_r, struct err *err);

/* One field as RFC 4180 has it; no spreadsheet takes it for a formula. */
struct buf;
void overview_field(struct buf *csv, const char *text);

/* ---- by itself ---- */

/*
 * When the next digest is due: 'minute' of the day in the zone of the calendar,
 * each working day or the first one of a week, after 'at'. DATE_NONE: never.
 */
struct calendar;
int64_t overview_next(const struct calendar *calendar, enum office_digest digest, int minute, int64_t at);
/* The calendar that a service's digests go by: working days, and the holidays of its workflows. */
void overview_calendar(const struct engine *engine, const char *service, struct calendar *calendar_r);

/*
 * Mails what is due, each digest in a group of its own; false when one could not
 * be made (it stays due). One that would say what the last one said is left out.
 */
bool overview_fire(struct engine *engine, int64_t now);
/* When the next one is due; DATE_NONE = none. */
int64_t overview_due(struct engine *engine);

#endif
