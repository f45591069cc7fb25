/* Base. */
#include "base/str.h"

/* Own. */
#include "model/ticket.h"

static const char *const kind_words[TICKET_KINDS] = { "question", "problem" };
static const char *const state_words[TICKET_STATES] = { "open", "answered", "closed" };
static const char *const said_words[TICKET_SAIDS] = { "asked", "replied", "noted" };

/* Its place in the list, or -1. */
static int find(const char *const *words, int count, const char *word)
{
	int i;

	for (i = 0; i < count; i++)
		if (str_eq(words[i], word))
			return i;
	return -1;
}

const char *ticket_kind_word(enum ticket_kind kind)
{
	return kind_words[kind];
}

bool ticket_kind_from_word(const char *word, enum ticket_kind *kind)
{
	int i = find(kind_words, TICKET_KINDS, word);

	if (i >= 0)
		*kind = (enum ticket_kind)i;
	return i >= 0;
}

const char *ticket_state_word(enum ticket_state state)
{
	return state_words[state];
}

bool ticket_state_from_word(const char *word, enum ticket_state *state)
{
	int i = find(state_words, TICKET_STATES, word);

	if (i >= 0)
		*state = (enum ticket_state)i;
	return i >= 0;
}

const char *ticket_said_word(enum ticket_said said)
{
	return said_words[said];
}

bool ticket_said_from_word(const char *word, enum ticket_said *said)
{
	int i = find(said_words, TICKET_SAIDS, word);

	if (i >= 0)
		*said = (enum ticket_said)i;
	return i >= 0;
}
