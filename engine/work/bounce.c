/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/addr.h"
#include "base/file.h"
#include "base/str.h"

/* Own. */
#include "work/bounce.h"

#define LOOKED_AT (256 << 10) /* bytes of a report; the mail that it returns follows the report */
#define IDS_MAX 20
#define REPLY_MAX 300

/* The value of the first line that begins with this field; a copy, or NULL. */
static char *field(struct arena *arena, const char *text, const char *name)
{
	size_t len = strlen(name);

	while (text && *text) {
		if (str_istarts(text, name) && text[len] == ':')
			return arena_strndup(arena, text + len + 1, strcspn(text + len + 1, "\r\n"));
		text = strchr(text, '\n');
		text += text != NULL;
	}
	return NULL;
}

static const char *cleaned(struct arena *arena, const char *text)
{
	char *clean = str_clean(text, REPLY_MAX);
	const char *copy = arena_strdup(arena, str_trim(clean));

	free(clean);
	return copy;
}

/* "smtp; 550 5.1.1 user unknown" → what stands behind the kind. */
static const char *behind_kind(const char *value)
{
	const char *semicolon = strchr(value, ';');

	return semicolon ? semicolon + 1 : value;
}

static bool failed_for_good(struct arena *arena, const char *text)
{
	char *action = field(arena, text, "Action");

	return action && str_ieq(str_trim(action), "failed");
}

/* Is it about this recipient? Some servers name him only as he was written to first. */
static bool names(struct arena *arena, const char *text, const char *address)
{
	static const char *const fields[] = { "Final-Recipient", "Original-Recipient", NULL };
	size_t i;

	for (i = 0; fields[i]; i++) {
		char *value = field(arena, text, fields[i]);

		if (value && addr_same(str_trim(arena_strdup(arena, behind_kind(value))), address))
			return true;
	}
	return false;
}

/* The rows of Message-IDs of ours in the text: "<p.…@our domain>". */
static bool row_of(struct job *job, const struct settings_service *service, const char *text, struct arena *arena,
		   struct outbox_row *row)
{
	const char *at = text;
	int seen = 0;

	while ((at = strstr(at, "<p.")) != NULL && seen++ < IDS_MAX) {
		size_t len = strcspn(++at, "> \r\n");
		const char *id = arena_strndup(arena, at, len);

		if (at[len] == '>' && str_ieq(addr_domain(id), addr_domain(service->address)) &&
		    store_outbox_by_message_id(job->engine->env->store, id, arena, row, NULL) == 0 &&
		    str_eq(row->service, service->key))
			return true;
	}
	return false;
}

bool bounce_find(const struct settings_service *service, struct job *job, struct arena *arena, struct bounce *bounce)
{
	int64_t size = job->raw < 0 ? 0 : file_size(job->raw);
	size_t len = size < LOOKED_AT ? (size_t)size : LOOKED_AT, i;
	char *text = arena_alloc(arena, len + 1);
	const char *code;

	if (!len || file_pread_all(job->raw, text, len, 0, NULL))
		return false;
	for (i = 0; i < len; i++)
		text[i] = text[i] ? text[i] : ' ';
	if (!failed_for_good(arena, text) || !row_of(job, service, text, arena, &bounce->row) ||
	    !names(arena, text, bounce->row.to))
		return false;
	code = field(arena, text, "Diagnostic-Code");
	if (!code)
		code = field(arena, text, "Status");
	bounce->reply = cleaned(arena, code ? behind_kind(code) : "");
	return true;
}
