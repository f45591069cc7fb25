/* Base. */
#include "base/str.h"

/* Own. */
#include "model/item.h"

static const char *const state_words[ITEM_STATES] = { "reserved", "stored",      "processed", "duplicate",
						      "held",     "quarantined", "gone" };
static const char *const source_words[SOURCES] = { "mail", "spool", "ingest" };

const char *item_state_word(enum item_state state)
{
	return state_words[state];
}

bool item_state_from_word(const char *word, enum item_state *state)
{
	for (int i = 0; i < ITEM_STATES; i++)
		if (str_eq(state_words[i], word)) {
			*state = (enum item_state)i;
			return true;
		}
	return false;
}

const char *item_source_word(enum item_source source)
{
	return source_words[source];
}

bool item_source_from_word(const char *word, enum item_source *source)
{
	for (int i = 0; i < SOURCES; i++)
		if (str_eq(source_words[i], word)) {
			*source = (enum item_source)i;
			return true;
		}
	return false;
}
