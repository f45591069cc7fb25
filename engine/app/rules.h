/*
 * Which rules and templates run: those on disk when `postkamer check` finds no
 * error in them, else those that ran last. A version that has run goes on
 * whatever is found in it (nobody is helped by an outage), but is warned of.
 */
#ifndef POSTKAMER_APP_RULES_H
#define POSTKAMER_APP_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include "app/texts.h"
#include "base/buf.h"
#include "base/err.h"
#include "store/store.h"
#include "work/settings.h"
#include "work/world.h"

struct rules {
	const struct settings *settings; /* borrowed */
	struct store *store;             /* borrowed */
	struct texts running;            /* what the world was made of that runs */
	bool unkept;                     /* 'running' is not in the store's folder yet */
	struct err refused;              /* why the files on disk do not run; ERR_NONE = they do */
};

void rules_close(struct rules *rules);

/*
 * At a start. Of a version that the store does not know, an error that only
 * the proofs show (app/proof.h) is one like any other. 'wary': a version that
 * it knows is proven too, and what is wrong with it logged. When the files are
 * refused, the world that ran last; NULL when that cannot be had either, with
 * the first reason in 'err'. All that was found goes to 'found'.
 */
struct world *rules_start(struct rules *rules, bool wary, struct buf *found, struct err *err);

/*
 * For a reload: NULL when the files are refused. Proven is what differs from
 * what runs; an error that is in what runs as well refuses nothing.
 */
struct world *rules_reload(struct rules *rules, const struct world *running, struct buf *found, struct err *err);

/* Keeps the world that runs from now on for later starts. Fails only when the store does. */
int rules_keep(struct rules *rules, const struct world *world, int64_t now, struct err *err);

#endif
