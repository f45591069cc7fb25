/* Words for what people do with mail that waits, for the tests of it. */
#ifndef POSTKAMER_TESTS_VIRTUAL_HELD_H
#define POSTKAMER_TESTS_VIRTUAL_HELD_H

#include "virtual_play.h"

#define PASS "dmarc=pass header.from"
#define FAIL "dmarc=fail header.from"
#define SENT_AGAIN "%PDF-1.4\n% the same bytes\n1 0 obj\n<< >>\nendobj\n%%EOF"

/* The lines of our own server above a mail from that domain. */
static inline const char *trace(struct play *p, const char *found, const char *domain)
{
	return arena_printf(&p->arena, "Authentication-Results: " MX "; %s=%s\r\nReceived: from x by " MX "; now\r\n", found,
			    domain);
}

static inline void mail(struct play *p, const char *found, const char *from, const char *subject, const char *text, const char *file)
{
	play_post(p, &(struct post){ .top = trace(p, found, strchr(from, '@') + 1), .from = from, .subject = subject, .text = text,
				     .files = { { .name = file } } });
}

static inline const char *subject_to(struct play *p, const char *address)
{
	const struct virtual_sent *sent = play_last_to(p, address);

	return sent ? arena_printf(&p->arena, "Re: %s", play_read(p, sent)->subject) : "Re:";
}

/* Answers the last mail that he got, proven or not. */
static inline void answer(struct play *p, const char *found, const char *from, const char *text)
{
	mail(p, found, from, subject_to(p, from), text, NULL);
}

static inline const char *told(struct play *p, const char *address)
{
	const struct virtual_sent *sent = play_last_to(p, address);

	return sent ? play_text(p, sent) : "";
}

static inline void says(struct play *p, const char *address, const char *words, const char *what)
{
	if (!tap_ok(strstr(told(p, address), words) != NULL, "%s", what))
		printf("#   looked for: %s\n#   in: %s\n", words, told(p, address));
}

static inline void silent(struct play *p, const char *address, const char *words, const char *what)
{
	tap_ok(!strstr(told(p, address), words), "%s", what);
}

static inline void open_strict(struct play *p)
{
	play_open(p, &(struct play_options){ .authentication = true });
}

static inline const struct item *item_at(struct play *p, size_t at)
{
	size_t count;
	const struct item *items = play_items(p, &count);

	return at < count ? &items[at] : NULL;
}

/* "held stranger" of the item number 'id'. */
static inline const char *state(struct play *p, int64_t id)
{
	const struct item *item = item_at(p, (size_t)id - 1);

	return !item ? "none" : item->reason ? arena_printf(&p->arena, "%s %s", item_state_word(item->state), item->reason) :
					       item_state_word(item->state);
}

static inline const char *order(struct play *p, struct engine_held_order o)
{
	static const char *const fates[] = { "done", "already", "not" };
	struct engine_held_result result;
	struct err err = ERR_INIT;

	o.by = "operator";
	if (engine_held(p->engine, &o, &p->arena, &result, &err))
		return arena_strdup(&p->arena, err.text);
	virtual_settle(p->v);
	return result.why ? arena_printf(&p->arena, "%s %s", fates[result.fate], result.why) : fates[result.fate];
}

/* The words of mails that wait, one by one: "3:message 4:year aangifte 2018.pdf". */
static inline const char *waiting(struct play *p)
{
	size_t count, i, j;
	const struct item *items = play_items(p, &count);
	const char *list = "";
	struct err err = ERR_INIT;

	for (i = 0; i < count; i++) {
		struct engine_held held;

		if (items[i].state != ITEM_HELD)
			continue;
		if (engine_held_look(p->engine, &items[i], &p->arena, &held, &err))
			play_bail("looking", &err);
		list = arena_printf(&p->arena, "%s%s%lld:%s", list, *list ? " " : "", (long long)items[i].id, items[i].reason);
		for (j = 0; j < held.file_count; j++)
			list = arena_printf(&p->arena, "%s %s(%s)", list, held.files[j].name, held.files[j].reason);
	}
	return list;
}

static inline int64_t held_id(struct play *p, const char *number, size_t at)
{
	const struct dossier *d = play_look(p, number);

	return at < d->held_count ? d->held[at].document.id : -1;
}

static inline void send_file(struct play *p, const char *number, const char *text, const char *name)
{
	play_post(p, &(struct post){ .top = trace(p, PASS, "client.example"), .subject = number, .text = text,
				     .files = { { .name = name, .data = SENT_AGAIN } } });
}

#endif
