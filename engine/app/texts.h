/*
 * The texts that a world was made of (rule files, shared parts, holidays,
 * phrases, templates), as they were read. What runs is kept so in the folder
 * of the store: when the files are not fit to run at the next start, perhaps
 * days later, a world can be made of what ran last.
 */
#ifndef POSTKAMER_APP_TEXTS_H
#define POSTKAMER_APP_TEXTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "work/world.h"

struct text {
	bool is_template;
	const char *name;
	const char *bytes;
	size_t len;
};

struct texts {
	struct arena arena; /* owned; holds all */
	struct text *list;
	size_t count;
};

#define TEXTS_INIT { ARENA_INIT, NULL, 0 }

void texts_free(struct texts *texts);
/* Frees what 'to' has and hands 'from' over to it. */
void texts_move(struct texts *to, struct texts *from);

struct texts_recording {
	struct texts *texts;
	const struct world_source *from;
};

/*
 * A source that gives what 'from' gives and puts it down in 'texts'. What is
 * read twice is the same both times, whatever happens to the file meanwhile.
 * 'recording' is filled in, and has to stay as long as the source is used.
 */
struct world_source texts_record(struct texts *texts, const struct world_source *from, struct texts_recording *recording);
/* A source that gives what was put down; anything else is not there. */
struct world_source texts_source(const struct texts *texts);

/* Are they the same? Of 'templates_only' the rest may differ. */
bool texts_same(const struct texts *a, const struct texts *b, bool templates_only);

/* Durably, in place of what the file held. */
int texts_write(const struct texts *texts, const char *path, struct err *err);
/* ERR_CORRUPT when it is not what was written. 'texts' is empty before, and after a failure. */
int texts_read(struct texts *texts, const char *path, struct err *err);

#endif
