/*
 * The two halves of a takeover: what a dossier has (takeover.c) and what it
 * waits for (takeover_timer.c). Private to this folder.
 */
#ifndef POSTKAMER_FLOW_TAKEOVER_P_H
#define POSTKAMER_FLOW_TAKEOVER_P_H

#include "flow/run_p.h"
#include "flow/takeover.h"

/*
 * Timers and counts of the dossier in 'run', which has the new program, the
 * calendar and the time; 'from' is the old program.
 */
void takeover_timers(struct run *run, const struct program *from);

#endif
