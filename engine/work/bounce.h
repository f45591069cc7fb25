/*
 * Delivery reports (RFC 3464): which mail of ours came back, and why. They are
 * matched by the Message-ID that they return, never by what their text says.
 */
#ifndef POSTKAMER_WORK_BOUNCE_H
#define POSTKAMER_WORK_BOUNCE_H

#include <stdbool.h>

#include "work/engine_p.h"

struct bounce {
	struct outbox_row row;
	const char *reply; /* what the other server said, one clean line */
};

/*
 * Does the job's mail report that a mail of this service failed for good? It
 * must return its Message-ID and name its recipient. A report of a delay is none.
 */
bool bounce_find(const struct settings_service *service, struct job *job, struct arena *arena,
		 struct bounce *bounce_r);

#endif
