/* Engine. */
#include "quote/quote.h"

/* Own. */
#include "command/phrases.h"

char *command_fold(struct arena *arena, const char *text)
{
	return quote_fold(arena, text);
}
