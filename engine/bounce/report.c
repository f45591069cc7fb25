/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "bounce/bounce_p.h"

/* One group of fields (RFC 3464 §2.3): what stands about one recipient. */
struct group {
	const char *final, *original, *action, *status, *diagnostic;
};

/* "smtp; 550 5.1.1 user unknown" → what stands behind the kind. */
static char *behind_kind(char *value)
{
	char *semicolon = strchr(value, ';');

	return str_trim(semicolon ? semicolon + 1 : value);
}

/* An address out of "rfc822; <jan@example.org>" or "jan@example.org (Jan)". */
static const char *address_of(char *value)
{
	char *at = behind_kind(value), *open = strchr(at, '<');

	if (open)
		at = open + 1;
	at += strspn(at, "<\"' ");
	at[strcspn(at, ">\"' \t;,()")] = '\0';
	return at;
}

/* The value of the field at 'line' when it has this name, its folded lines joined; or NULL. */
static char *field_value(struct arena *arena, const char *line, const char *name)
{
	size_t len = strlen(name), end;
	char *value, *c;

	if (!str_istarts(line, name))
		return NULL;
	len += strspn(line + len, " \t");
	if (line[len] != ':')
		return NULL;
	line += len + 1;
	for (end = strcspn(line, "\n"); line[end] && (line[end + 1] == ' ' || line[end + 1] == '\t');)
		end += 1 + strcspn(line + end + 1, "\n");
	value = arena_strndup(arena, line, end);
	for (c = value; *c; c++)
		if (*c == '\r' || *c == '\n')
			*c = ' ';
	return str_trim(value);
}

static void group_field(struct reading *r, struct group *group, const char *line)
{
	char *value;

	if ((value = field_value(r->arena, line, "Final-Recipient")) != NULL)
		group->final = address_of(value);
	else if ((value = field_value(r->arena, line, "Original-Recipient")) != NULL)
		group->original = address_of(value);
	else if ((value = field_value(r->arena, line, "Action")) != NULL)
		group->action = value;
	else if ((value = field_value(r->arena, line, "Status")) != NULL)
		group->status = value;
	else if (!group->diagnostic && (value = field_value(r->arena, line, "Diagnostic-Code")) != NULL)
		group->diagnostic = behind_kind(value);
}

static enum bounce_fate fate_of(const struct group *group)
{
	if (!group->action)
		return group->status && group->status[0] == '2' ? BOUNCE_ARRIVED : BOUNCE_FAILED;
	if (str_istarts(group->action, "delayed"))
		return BOUNCE_DELAYED;
	return str_istarts(group->action, "failed") || str_istarts(group->action, "failure") ||
			       str_istarts(group->action, "error") || str_istarts(group->action, "expired") ?
		       BOUNCE_FAILED :
		       BOUNCE_ARRIVED;
}

/* "5.0.0" says nothing; what the server answered may. */
static void group_codes(struct bounce_recipient *to, const struct group *group)
{
	const char *text = group->diagnostic ? group->diagnostic : "";
	char better[BOUNCE_STATUS_SIZE];

	if (group->status)
		code_status(group->status, to->status);
	if ((!to->status[0] || str_ends(to->status, ".0.0")) && code_status(text, better) &&
	    (!to->status[0] || better[0] == to->status[0] || !str_ends(better, ".0.0")))
		memcpy(to->status, better, sizeof better);
	to->code = code_reply(text);
}

static size_t group_end(struct reading *r, struct group *group)
{
	const char *address = group->final && *group->final ? group->final : group->original;
	struct bounce_recipient *to;
	bool told = address || group->action;

	if (told && (to = reading_recipient(r, address ? address : "")) != NULL) {
		to->original = group->original;
		to->fate = fate_of(group);
		group_codes(to, group);
		to->text = reading_clean(r->arena, group->diagnostic ? group->diagnostic : group->status ? group->status : "");
		code_judge(to, to->text);
	}
	*group = (struct group){ NULL, NULL, NULL, NULL, NULL };
	return told;
}

size_t report_fields(struct reading *r, const char *text)
{
	struct group group = { NULL, NULL, NULL, NULL, NULL };
	size_t count = 0;

	while (*text) {
		size_t len = strcspn(text, "\n");
		bool blank = strspn(text, " \t\r") == len;

		/* A blank line ends a group; so does the next recipient, where somebody forgot it. */
		if (blank || (group.final && str_istarts(text, "Final-Recipient")))
			count += group_end(r, &group);
		if (!blank)
			group_field(r, &group, text);
		text += len + (text[len] == '\n');
	}
	return count + group_end(r, &group);
}
