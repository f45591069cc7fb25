/* The shipped workflow with a few words changed, for tests of several versions of it. */
#ifndef POSTKAMER_TESTS_VIRTUAL_RULES_H
#define POSTKAMER_TESTS_VIRTUAL_RULES_H

#include "virtual_play.h"

struct change {
	const char *from, *to;
};

/* The rules with each 'from' replaced by its 'to'. */
static inline const char *rules_with(struct arena *arena, const struct change *changes, size_t count)
{
	struct buf text = BUF_INIT(BUF_MAX_FILE), next = BUF_INIT(BUF_MAX_FILE);
	const char *top = getenv("top_srcdir"), *at, *hit;
	struct err err = ERR_INIT;
	char path[512];
	size_t i;

	snprintf(path, sizeof path, "%s/rules/inkomensverklaring.rules", top && *top ? top : ".");
	if (file_read(path, &text, &err))
		play_bail("rules", &err);
	for (i = 0; i < count; i++) {
		buf_reset(&next);
		for (at = text.data; (hit = strstr(at, changes[i].from)) != NULL; at = hit + strlen(changes[i].from)) {
			buf_add(&next, at, (size_t)(hit - at));
			buf_adds(&next, changes[i].to);
		}
		if (at == text.data)
			printf("# nothing to replace: %s\n", changes[i].from);
		buf_adds(&next, at);
		buf_reset(&text);
		buf_adds(&text, next.data);
	}
	at = arena_strdup(arena, text.data);
	buf_free(&text);
	buf_free(&next);
	return at;
}

#endif
