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
 * Of these the first two hold for the term of keeping, too.
 *
 * What waits for a window is remembered until the first of these opens, for after a
 * stop that may be thousands, and the clock is looked at with each mail that comes.
 * What waits for a person is remembered, too, where it is many: then each is looked at
 * again within five minutes, and no more than ten a second on the whole.
 */
#ifndef POSTKAMER_WORK_WAITS_H
#define POSTKAMER_WORK_WAITS_H

#include "work/decide.h"

struct waits;

struct waits *waits_new(void);
void waits_free(struct waits **waits);
/* Other rules may have other windows. */
void waits_forget(struct waits *waits);
/* Forgets what waits for a window that is open by now, and for a person where it is time to look again. */
void waits_look(struct waits *waits, int64_t now);
/* When the first window opens; DATE_NONE when nothing waits for one. */
int64_t waits_open_at(const struct waits *waits);
/* When it was last so: the mail of that night is to be read first. 0 = not since the start. */
int64_t waits_opened_at(const struct waits *waits);

/* Was it found waiting, and need not be looked at again yet? */
bool waits_known(const struct waits *waits, const struct due_timer *due);
/* A prepared decision (decision_prepare()) that nothing was run for yet. */
bool waits_still(struct decision *decision, const struct timer *timer);

#endif
