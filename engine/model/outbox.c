/* Base. */
#include "base/str.h"

/* Own. */
#include "model/outbox.h"

static const char *const state_words[OUTBOX_STATES] = { "waiting", "sending", "sent",     "unknown",
							"failed",  "held",    "cancelled" };

const char *outbox_state_word(enum outbox_state state)
{
	return state_words[state];
}

bool outbox_state_from_word(const char *word, enum outbox_state *state)
{
	for (int i = 0; i < OUTBOX_STATES; i++)
		if (str_eq(state_words[i], word)) {
			*state = (enum outbox_state)i;
			return true;
		}
	return false;
}
