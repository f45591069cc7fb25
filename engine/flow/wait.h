/*
 * Timers that have to wait. One that reaches a party does so until nothing of
 * its dossier is held and the send window is open (design.md §7); which one that
 * is, the words of its clause do not tell: it may mail by way of a goto, a fact,
 * or a payment that is asked for. So it is tried: the core runs the timer on the
 * dossier as it stands, and what comes of it is looked at and thrown away. That
 * costs as much as an event: it is for timers that are due, not for each item.
 *
 * Pure, as the rest of the core. Of the input its program, dossier, time and
 * calendar count; the timer is one of that dossier.
 */
#ifndef POSTKAMER_FLOW_WAIT_H
#define POSTKAMER_FLOW_WAIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "flow/flow.h"

/*
 * Would it mail anybody but staff, or ask for a payment, now or (if it is due
 * later) then? The condition of its own clause is taken to hold: it is judged
 * when the timer fires, and then what it waited for may have changed it. True
 * for the term of keeping: what is held may be about what is to be erased. False
 * for a clause that waits for quiet: it answers what just came, and waits an hour
 * at most.
 */
bool flow_timer_reaches(const struct flow_input *input, const struct timer *timer);

/*
 * From when on the send window lets it reach a party: now or later; for a timer
 * that counts working days on a working day. For quiet and for the term of
 * keeping always now.
 */
int64_t flow_timer_opens(const struct flow_input *input, const struct timer *timer);

/*
 * Puts off those of the state's timers that reach a party, in the days of the
 * workflow, but for the one that ends the dossier; 'dossier' stands for the
 * input's. Returns how many.
 */
size_t flow_timers_snooze(const struct flow_input *input, struct dossier *dossier, int days);

#endif
