/*
 * Thread-Index: what Outlook and Exchange put mails in one conversation by
 * (MS-OXOMSG 2.2.1.3, PidTagConversationIndex, in base64): 22 bytes that the
 * first mail makes up, of which 16 say which conversation it is, and 5 bytes
 * more for each answer.
 */
#ifndef POSTKAMER_MIME_THREAD_INDEX_H
#define POSTKAMER_MIME_THREAD_INDEX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

#define THREAD_INDEX_GUID 16
#define THREAD_INDEX_MAX_ANSWERS 40 /* of an index that is written: 300 characters, well within a line */

/* That of a first mail, made at 'at'. In the arena. */
const char *thread_index_make(struct arena *arena, const unsigned char guid[THREAD_INDEX_GUID], int64_t at);
/*
 * That of an answer at 'at' to a mail with the index 'value', a header's value as it came: white space in
 * it is let pass. An index with more answers than fit goes on from its first mail. NULL when 'value' is
 * none: not base64, or not 22 bytes and some fives that begin with 1. 'salt' tells apart two answers of
 * one moment.
 */
const char *thread_index_extend(struct arena *arena, const char *value, int64_t at, unsigned char salt);

#endif
