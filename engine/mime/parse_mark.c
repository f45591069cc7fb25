/*
 * What the HTML of the mail programs says of the words in it. The names are
 * those that Outlook (web, telephone, Mac), Gmail, Thunderbird, Proton, Yahoo,
 * Zimbra and Samsung write; <blockquote> is seen in the text.
 */

/* System. */
#include <stdint.h>
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "mime/parse_p.h"

static const struct {
	const char *attribute; /* "class" holds several words */
	const char *name;
	enum mail_mark_kind kind;
} names[] = {
	{ "class", "gmail_attr", MAIL_MARK_INTRO },
	{ "class", "moz-cite-prefix", MAIL_MARK_INTRO },
	{ "id", "divRplyFwdMsg", MAIL_MARK_QUOTE },
	{ "id", "mail-editor-reference-message-container", MAIL_MARK_QUOTE },
	{ "id", "ms-outlook-mobile-reference-message", MAIL_MARK_QUOTE },
	{ "class", "ms-outlook-mobile-reference-message", MAIL_MARK_QUOTE },
	{ "id", "OLK_SRC_BODY_SECTION", MAIL_MARK_QUOTE },
	{ "id", "zwchr", MAIL_MARK_QUOTE },
	{ "id", "Signature", MAIL_MARK_SIGNATURE },
	{ "id", "ms-outlook-mobile-signature", MAIL_MARK_SIGNATURE },
	{ "class", "gmail_signature", MAIL_MARK_SIGNATURE },
	{ "class", "moz-signature", MAIL_MARK_SIGNATURE },
	{ "class", "protonmail_signature_block", MAIL_MARK_SIGNATURE },
	{ "id", "composer_signature", MAIL_MARK_SIGNATURE },
};

/* One of the words of a value. */
static bool has_word(const char *value, size_t len, const char *word)
{
	size_t want = strlen(word), at = 0, n;

	while (at < len) {
		for (n = 0; at + n < len && !mime_html_is_space(value[at + n]); n++)
			;
		if (n == want && memcmp(value + at, word, n) == 0)
			return true;
		at += n + 1;
	}
	return false;
}

static bool mark_of(const struct mime_tag *tag, enum mail_mark_kind *kind)
{
	const char *id = NULL, *class = NULL;
	size_t id_len = 0, class_len = 0, i;

	if (tag->end - tag->start < 10)
		return false;
	mime_tag_attribute(tag, "id", &id, &id_len);
	mime_tag_attribute(tag, "class", &class, &class_len);
	for (i = 0; (id || class) && i < sizeof names / sizeof *names; i++) {
		bool by_id = str_eq(names[i].attribute, "id");

		if (by_id ? id && has_word(id, id_len, names[i].name) : class && has_word(class, class_len, names[i].name)) {
			*kind = names[i].kind;
			return true;
		}
	}
	return false;
}

/*
 * One element at a time, since what is in a quotation is quoted. Where a mail
 * is answered, all that follows is.
 */
void mime_marking_tag(struct mime_marking *m, const char *name, bool closing, const struct mime_tag *inside, size_t len)
{
	enum mail_mark_kind kind;

	if (!m->marks || !*name)
		return;
	if (*m->name && strcmp(m->name, name) == 0) {
		m->depth += closing ? (size_t)-1 : 1;
		if (m->depth == 0) {
			m->marks->list[m->marks->count - 1].to = len;
			m->name[0] = '\0';
		}
		return;
	}
	if (closing || *m->name || m->marks->count == MAIL_MAX_MARKS || strlen(name) >= sizeof m->name ||
	    !mark_of(inside, &kind))
		return;
	m->marks->list[m->marks->count++] = (struct mail_mark){ kind, len, SIZE_MAX };
	memcpy(m->name, name, strlen(name) + 1);
	m->depth = kind == MAIL_MARK_QUOTE ? SIZE_MAX / 2 : 1;
}

void mime_marking_end(struct mime_marking *m, size_t len)
{
	size_t i, kept = 0;

	for (i = 0; m->marks && i < m->marks->count; i++) {
		struct mail_mark mark = m->marks->list[i];

		/* A signature or a line above a quotation that never ends would take the rest with it. */
		if (mark.to == SIZE_MAX && mark.kind != MAIL_MARK_QUOTE)
			continue;
		if (mark.to > len)
			mark.to = len;
		if (mark.from < mark.to)
			m->marks->list[kept++] = mark;
	}
	if (m->marks)
		m->marks->count = kept;
}
