/*
 * The files of an item: sealed, placed, and turned into events.
 */
#ifndef POSTKAMER_WORK_PAPERS_H
#define POSTKAMER_WORK_PAPERS_H

#include "flow/place.h"
#include "work/decide.h"

struct papers {
	struct paper *list;       /* one for each file, for the receipt */
	struct document *documents;
	struct place *places;
	size_t count;
	struct event *events;     /* for all but duplicates */
	size_t *event_papers;     /* which file each event is about */
	size_t event_count;
	size_t first;             /* place of the first of them among the events of the decision */
};

struct papers_order {
	struct job *job;
	enum actor_role role;
	const char *from;         /* address, or "scanner" */
	const char *by;           /* address of the sender, for the history; NULL = none */
	const char *slot;         /* the slot that the spool's path declares, or NULL */
	const struct slot *said;  /* the slot of the one file, as the mail's text says; NULL = it does not */
	const struct slot *asked; /* what staff puts to the client with it: where a lone file that fits nowhere belongs */
	bool said_of_all;         /* of all of them: who let the mail through said so */
	const struct engine_file *files; /* where an operator's files go, by their names */
	size_t file_count;
};

/* Seals each file under the dossier's key and finds its slot. Blobs are put, not synced. */
int papers_make(struct decision *decision, const struct papers_order *order, struct papers *papers_r,
		struct err *err);
/*
 * After the flow: the fate of each file as the rules decided it (what they held
 * stands with the dossier), and a line of history for each duplicate.
 */
void papers_settle(struct decision *decision, const struct papers_order *order, const struct papers *papers);

#define PAPERS_DUPLICATE "document duplicate" /* event of that line */
/* Reads such a line back, for a receipt that is shared; false when it is another. Strings in 'arena' or the line. */
bool papers_duplicate_read(struct arena *arena, const struct history_line *line, struct paper *paper_r);

#endif
