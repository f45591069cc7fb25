/* Words for what people do with tickets, for the tests of the staff desk. */
#ifndef POSTKAMER_TESTS_VIRTUAL_DESK_H
#define POSTKAMER_TESTS_VIRTUAL_DESK_H

#include "virtual_play.h"

#define BOB "bob@pentrax.example"  /* of the staff too, where a play has two */
#define STEVE "steve@stranger.example"

/* The lines of our own server above a mail from that address; 'found' such as "dmarc=pass header.from". */
static inline const char *desk_trace(struct play *p, const char *found, const char *address)
{
	return arena_printf(&p->arena, "Authentication-Results: " MX "; %s=%s\r\nReceived: from x by " MX "; now\r\n", found,
			    strchr(address, '@') + 1);
}

#define DESK_PASS "dmarc=pass header.from"

/* A mail of his own that passes authentication. */
static inline void desk_write(struct play *p, const char *from, const char *subject, const char *text)
{
	play_post(p, &(struct post){ .top = desk_trace(p, DESK_PASS, from), .from = from, .subject = subject, .text = text });
}

/* The last mail to somebody with a part of that template; NULL = none. */
static inline const struct virtual_sent *desk_last(struct play *p, const char *address, const char *template)
{
	size_t i = virtual_sent_count(p->v);

	while (i-- > 0) {
		const struct virtual_sent *sent = virtual_sent_at(p->v, i);
		struct outbox_row row = { .template = "" };

		store_outbox_load(p->store, sent->row, &p->arena, &row, NULL);
		if (str_ieq(sent->to, address) && strstr(row.template, template))
			return sent;
	}
	return NULL;
}

/* Answers a mail as mail programs do: subject, In-Reply-To, References. */
static inline struct post desk_reply_to(struct play *p, const struct virtual_sent *sent, const char *text)
{
	const struct mail *mail = play_read(p, sent);

	return (struct post){ .top = desk_trace(p, DESK_PASS, sent->to), .from = arena_strdup(&p->arena, sent->to),
			      .subject = arena_printf(&p->arena, "Re: %s", mail->subject), .answers = mail->message_id,
			      .references = arena_printf(&p->arena, "<%s>", mail->message_id), .text = text };
}

static inline void desk_answer(struct play *p, const char *from, const char *template, const char *text)
{
	struct post post = desk_reply_to(p, desk_last(p, from, template), text);

	play_post(p, &post);
}

/* "T26-00001-K open els dossier": state, owner, dossier of each ticket. */
static inline const char *desk_tickets(struct play *p)
{
	struct ticket_filter filter = { .state = -1 };
	const char *text = "";
	struct ticket *list;
	struct err err = ERR_INIT;
	size_t i, count;

	if (store_ticket_list(p->store, &filter, &p->arena, &list, &count, &err))
		play_bail("listing tickets", &err);
	for (i = 0; i < count; i++)
		text = arena_printf(&p->arena, "%s%s%s %s%s%s%s", text, i ? ", " : "", ticket_kind_word(list[i].kind),
				    ticket_state_word(list[i].state), list[i].owner ? " " : "",
				    list[i].owner ? play_who(p, list[i].owner) : "", list[i].dossier ? " dossier" : "");
	return text;
}

/* Does the last mail to him of that template hold these words? */
static inline bool desk_says(struct play *p, const char *address, const char *template, const char *words)
{
	const struct virtual_sent *sent = desk_last(p, address, template);

	return sent && strstr(play_text(p, sent), words);
}

#endif
