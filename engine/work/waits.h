/*
 * Which due timers wait, and for what. One that would reach a party (flow/wait.h)
 * waits
 *
 *   - while an item of its dossier is held, for it may be the very answer; at most
 *     five working days after it fell due, so that nobody can stop it for good.
 *     What a stranger mails to a number he guessed is no answer;
 *   - so long, too, while a question of a party is not answered, but for no more than
 *     five working days after that was last touched: an office may leave it open;
 *   - while he who gets the mail is away (health.h bounds how long);
 *   - until the send window opens.
 *
 * All but the last hold for the term of keeping as far as they can mean anything.
 */
#ifndef POSTKAMER_WORK_WAITS_H
#define POSTKAMER_WORK_WAITS_H

#include "work/decide.h"

/* A prepared decision (decision_prepare()) that nothing was run for yet. The engine hears when a window opens. */
bool waits_still(struct decision *decision, const struct timer *timer);

#endif
