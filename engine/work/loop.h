/*
 * The mark that our mails carry, so that one that comes back as it left is known:
 * its Message-ID, and a keyed hash of it that nobody else can make.
 */
#ifndef POSTKAMER_WORK_LOOP_H
#define POSTKAMER_WORK_LOOP_H

#include "base/arena.h"
#include "work/engine.h"

#define LOOP_HEADER "X-Postkamer-Loop"

const char *loop_header(const struct engine *engine, const char *message_id, struct arena *arena);

/*
 * The address that a mail is sent from: with a part of its own that only this
 * mail has, so that a report about it cannot be invented, where the service
 * takes mail to such addresses; else the service's.
 */
#define ENVELOPE_MARK "+b-"
const char *loop_envelope(const struct engine *engine, const struct settings_service *service, const char *message_id,
			  struct arena *arena);

#endif
