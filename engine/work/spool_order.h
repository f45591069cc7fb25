/*
 * An order in the spool (design.md §12): a .json file that opens a dossier, with
 * documents that go in it. Its schema stands in spool/README.md.
 *
 * The order and its documents are put together to one message when the file is
 * taken, and stored as that: from there on it is one item, which is handled
 * whole, once.
 */
#ifndef POSTKAMER_WORK_SPOOL_ORDER_H
#define POSTKAMER_WORK_SPOOL_ORDER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "model/event.h"

struct job;
struct deciding;
struct engine;
struct item;

#define ORDER_MAX (1 << 20)       /* bytes of the .json file */
#define ORDER_MAX_DOCUMENTS 100
#define ORDER_MAX_FIELDS 60

/* What an order says; strings in the arena. */
struct spool_order {
	const char *service;      /* NULL where it says nothing; so for all that may be left out */
	const char *workflow;
	const char *reference;    /* the sender's own word for it: of two orders with the same one only the first counts */
	const char *client_name, *client_address, *language;
	bool copy;
	const char *office;
	bool office_only;
	struct event_field *fields;
	size_t field_count;
	const char **documents;   /* below the spool's tmp/ */
	size_t document_count;
};

/* Strict: ERR_INPUT for the first thing that is not as it should be, with the member's name and the cure. */
int spool_order_read(const char *text, size_t len, struct arena *arena, struct spool_order *order_r, struct err *err);

/* Is a file of the spool one, by its path below new/? */
bool spool_order_is(const char *origin);

/*
 * Puts the order in job->raw and the documents that it names together, into
 * job->raw; job->item.parcels says which files they were: a line for each,
 * "INODE-TIME-SIZE PATH". ERR_INPUT: it has to be refused; ERR_TEMP: later perhaps.
 */
int spool_order_pack(struct job *job, struct err *err);
/*
 * The order was taken: its documents leave tmp/, unless something else lies
 * there by now. Again after a crash it removes those that are left.
 */
void spool_order_leave(struct engine *engine, const struct item *item);
/* What it took along is erased: also where it was copied or moved since. */
void spool_order_erase(struct engine *engine, const struct item *item);

/* Opens the dossier. */
int spool_order_decide(struct deciding *d);

#endif
