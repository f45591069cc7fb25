/* Words for what people do in plays (virtual_play.h): writing, answering, being told. */
#ifndef POSTKAMER_TESTS_VIRTUAL_WORDS_H
#define POSTKAMER_TESTS_VIRTUAL_WORDS_H

#include <stdio.h>
#include <string.h>

#include "tap.h"
#include "virtual_play.h"

/* What our own server wrote above it; 'found' such as "dmarc=pass header.from". */
static inline const char *play_trace(struct play *p, const char *found, const char *domain)
{
	return arena_printf(&p->arena, "Authentication-Results: " MX "; %s=%s\r\nReceived: from x by " MX "; now\r\n", found,
			    domain);
}

/* The subject of an answer to the last mail that somebody got: the tag stands in it. */
static inline const char *play_subject(struct play *p, const char *address)
{
	const struct virtual_sent *sent = play_last_to(p, address);

	return sent ? arena_printf(&p->arena, "Re: %s", play_read(p, sent)->subject) : "Re:";
}

/* Answers the last mail that he got. */
static inline void play_say(struct play *p, const char *from, const char *text)
{
	play_post(p, &(struct post){ .from = from, .subject = play_subject(p, from), .text = text });
}

/* Writes a mail of his own, with the number and no token. */
static inline void play_write(struct play *p, const char *from, const char *number, const char *text)
{
	play_post(p, &(struct post){ .from = from, .subject = number, .text = text });
}

/* Does the last mail to him say that? */
static inline void play_told(struct play *p, const char *address, const char *words, const char *what)
{
	const struct virtual_sent *sent = play_last_to(p, address);
	const char *text = sent ? play_text(p, sent) : "";

	if (!tap_ok(strstr(text, words) != NULL, "%s", what))
		printf("#   looked for: %s\n#   in: %s\n", words, text);
}

/* All that a dossier of the shipped workflow wants of its client, and the quiet behind it. */
static inline void play_deliver_all(struct play *p, const char *number)
{
	play_post(p, &(struct post){ .from = JAN, .subject = number, .text = "niet aanwezig prognose",
				     .files = { { .name = "paspoort.pdf" }, { .name = "aangifte 2023.pdf" }, { .name = "aangifte 2024.pdf" },
						{ .name = "aangifte 2025.pdf" }, { .name = "jaarcijfers 2023.pdf" },
						{ .name = "jaarcijfers 2024.pdf" }, { .name = "jaarcijfers 2025.pdf" } } });
	virtual_advance(p->v, MINUTES(16));
}

#endif
