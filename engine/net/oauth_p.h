/*
 * The JSON object that a token endpoint answers with (RFC 6749 §5.1, §5.2):
 * flat, a few short members. This reads those and steps over the rest; a
 * general JSON reader is json/.
 */
#ifndef POSTKAMER_NET_OAUTH_P_H
#define POSTKAMER_NET_OAUTH_P_H

#include "base/arena.h"

/*
 * The top-level member 'name' of the object in 'text': a string decoded, or a
 * number as it is written. NULL when 'text' is not one whole, valid object, has
 * no such member, has it twice, or it is of another kind or holds a NUL.
 */
const char *oauth_json_member(const char *text, const char *name, struct arena *arena);

#endif
