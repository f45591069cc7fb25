/*
 * Which addresses take mail. One that mail came back from for good, or on three
 * days within a month for reasons that might have passed, is dead: no reminder
 * is made for it any more, other mail to it is held, and staff are told once; of
 * what was under way by then they hear mail by mail, for nobody else would. It
 * is alive again when somebody writes from it, or when `queue retry` lets go what
 * was held for it. An out-of-office reply with a date pauses reminders.
 *
 * What somebody without authentication writes, or a report that cannot be tied
 * to a mail of ours, changes none of this.
 */
#ifndef POSTKAMER_WORK_HEALTH_H
#define POSTKAMER_WORK_HEALTH_H

#include "bounce/bounce.h"
#include "store/store.h"
#include "work/engine.h"

#define HEALTH_DAYS 3              /* days with failures that may pass, after which an address is dead */
#define HEALTH_WITHIN (30 * 86400) /* within so long */
#define HEALTH_AWAY (30 * 86400)   /* the longest pause */
#define HEALTH_KEEP (366 * 86400)  /* then what did not change is forgotten */

/* What there is to tell staff. */
enum health_news {
	HEALTH_NOTHING, /* they know: the same mail about the same dossier did not arrive before */
	HEALTH_FAILED,  /* this mail did not arrive */
	HEALTH_DIED     /* nor will others */
};

/* A mail came back: what is known of its address from now on. The caller stores it. */
int health_failed(struct engine *engine, const struct outbox_row *row, const struct bounce_recipient *why, int64_t now,
		  struct arena *arena, struct address_health *health_r, enum health_news *news_r, struct err *err);
/* [in a group] Somebody wrote from it, or his machine did ('automatic'): alive, and what was held for it goes. */
int health_heard(struct engine *engine, const char *service, const char *address, bool automatic, int64_t now,
		 struct err *err);
/* [in a group] Its owner is away until then; bounded. Of an address that we did not write to lately: nothing. */
int health_away(struct engine *engine, const char *service, const char *address, int64_t until, int64_t now,
		struct err *err);
bool health_is_dead(struct engine *engine, const char *service, const char *address);
/* Is he who gets the automatic mail of this dossier away? */
bool health_is_away(struct engine *engine, const struct dossier *dossier, int64_t now);

/* `queue retry`: the row goes, and its address counts as alive. */
int health_retry(struct engine *engine, int64_t id, int64_t now, struct err *err);

#endif
