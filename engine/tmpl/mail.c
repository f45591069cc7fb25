/* Rendering whole mails, layouts and buttons. */

/* System. */
#include <string.h>

/* Base. */
#include "base/addr.h"
#include "base/str.h"

/* Own. */
#include "tmpl/render.h"
#include "tmpl/schema.h"
#include "tmpl/set_p.h"
#include "tmpl/words.h"

#define MAX_SUBJECT 2000

static int missing(const struct tmpl_where *where, const char *name, struct err *err)
{
	return err_set(err, ERR_NOTFOUND, "there is no template '%s' in language '%s'", name, where->lang);
}

static int expand(const struct tmpl_partials *partials, const struct tmpl_node *nodes, enum tmpl_escape escape,
		  const struct tmpl_value *values, struct buf *out, struct err *err)
{
	struct tmpl_options options = { escape, true, tmpl_set_partial, (void *)partials };

	return tmpl_expand(nodes, values, &options, out, err);
}

static int subject_render(const struct tmpl_partials *partials, const struct tmpl_template *template,
			  const struct tmpl_value *values, struct arena *arena, const char **subject_r,
			  struct err *err)
{
	struct buf out = BUF_INIT(MAX_SUBJECT), line = BUF_INIT(MAX_SUBJECT);
	int status = expand(partials, template->subject, TMPL_ESCAPE_LINE, values, &out, err);

	if (status == 0) {
		tmpl_escape(&line, out.data, TMPL_ESCAPE_LINE);
		*subject_r = arena_strdup(arena, line.data);
	}
	buf_free(&out);
	buf_free(&line);
	return status;
}

/* Somebody without a name is called by his address, and texts can tell. */
static void recipient_set(struct arena *arena, struct tmpl_value *values)
{
	const struct tmpl_value *given = tmpl_get(values, "recipient"), *name = tmpl_get(values, "recipient.name");
	const struct tmpl_value *address = tmpl_get(values, "recipient.address");
	struct tmpl_value *own;

	if (!given || given->type != TMPL_OBJECT)
		return;
	own = tmpl_copy(arena, given);
	tmpl_set_bool(arena, own, "is_named", name && name->truth);
	if (!(name && name->truth) && address)
		tmpl_set_text(arena, own, "name", address->text);
	tmpl_set(arena, values, "recipient", own);
}

/* The values of one part, with what only the renderer knows. */
static const struct tmpl_value *part_values(struct arena *arena, const struct tmpl_where *where,
					    const struct tmpl_part *part, bool first, bool last)
{
	struct tmpl_value *values = tmpl_copy(arena, part->values), *place = tmpl_object(arena);

	tmpl_set_bool(arena, place, "first", first);
	tmpl_set_bool(arena, place, "last", last);
	tmpl_set(arena, values, "part", place);
	tmpl_set_text(arena, values, "lang", where->lang);
	recipient_set(arena, values);
	return values;
}

/* White space at the ends goes; one blank line stands between two parts. */
static void body_join(struct buf *body, const struct buf *text)
{
	const char *from = text->data, *to = text->data + text->len;

	while (*from == '\n' || *from == '\r')
		from++;
	while (to > from && strchr(" \t\r\n", to[-1]))
		to--;
	if (body->len && to > from)
		buf_adds(body, "\n");
	buf_add(body, from, (size_t)(to - from));
	if (to > from)
		buf_adds(body, "\n");
}

static int part_render(const struct tmpl_partials *partials, const struct tmpl_template *template,
		       const struct tmpl_value *values, struct buf *body, struct err *err)
{
	struct buf text = BUF_INIT(BUF_MAX_TEXT);
	int status = expand(partials, template->body, TMPL_ESCAPE_MARKDOWN, values, &text, err);

	if (status == 0)
		body_join(body, &text);
	buf_free(&text);
	return status;
}

int tmpl_mail_render(const struct tmpl_set *set, const struct tmpl_where *where, const struct tmpl_part *parts,
		     size_t count, struct arena *arena, struct tmpl_mail *mail, struct err *err)
{
	struct tmpl_partials partials = { set, where, "md" };
	struct buf body = BUF_INIT(BUF_MAX_TEXT);
	struct tmpl_mail made = { .subject = "", .body = "" };
	bool receipt = false;
	int status = count ? 0 : err_set(err, ERR_BUG, "a mail without parts");
	size_t i;

	for (i = 0; i < count && status == 0; i++) {
		const struct tmpl_template *template = tmpl_set_mail(set, where, parts[i].name);
		const struct tmpl_value *values = part_values(arena, where, &parts[i], i == 0, i + 1 == count);

		if (!template)
			status = missing(where, parts[i].name, err);
		else if (tmpl_schema_check(values, err) != 0 ||
			 part_render(&partials, template, values, &body, err) != 0)
			status = -1;
		else if (i + 1 == count)
			status = subject_render(&partials, template, values, arena, &made.subject, err);
		if (status == 0) {
			made.audience = template->audience;
			made.kind = template->kind;
			receipt = receipt || template->kind == TMPL_KIND_RECEIPT;
		}
	}
	if (status == 0 && buf_failed(&body))
		status = err_set(err, ERR_LIMIT, "the text is larger than %zu bytes", body.max);
	if (status == 0) {
		made.kind = receipt ? TMPL_KIND_RECEIPT : made.kind;
		made.body = arena_strdup(arena, body.data);
		*mail = made;
	}
	buf_free(&body);
	return status;
}

int tmpl_thread_render(const struct tmpl_set *set, const struct tmpl_where *where, const char *kind,
		       const struct tmpl_mail *mail, const struct tmpl_value *values, struct arena *arena,
		       const char **subject, struct err *err)
{
	struct tmpl_partials partials = { set, where, "txt" };
	const char *name = arena_printf(arena, "%s/thread-%s.txt", where->lang, kind);
	const struct tmpl_template *template = tmpl_set_lookup(set, where, name);
	struct tmpl_value *own = tmpl_copy(arena, values);

	if (!template)
		return missing(where, name, err);
	tmpl_set_text(arena, own, "lang", where->lang);
	tmpl_set_text(arena, own, "mail.subject", mail->subject);
	return subject_render(&partials, template, own, arena, subject, err);
}

/* Does anything under that first name show how a dossier stands? */
static bool shows_status(const char *key)
{
	size_t i, len = strlen(key);

	for (i = 0; i < tmpl_schema_count; i++)
		if (str_starts(tmpl_schema[i].name, key) && (tmpl_schema[i].name[len] == '.' || !tmpl_schema[i].name[len]) &&
		    (tmpl_schema[i].flags & TMPL_VAR_STATUS))
			return true;
	return false;
}

static struct tmpl_value *without_status(struct arena *arena, const struct tmpl_value *values)
{
	struct tmpl_value *kept = tmpl_object(arena), *copy = tmpl_copy(arena, values), *member = copy->first, *next;

	for (; member; member = next) {
		next = member->next;
		member->next = NULL;
		if (!shows_status(member->key))
			tmpl_set(arena, kept, member->key, member);
	}
	return kept;
}

int tmpl_layout_render(const struct tmpl_set *set, const struct tmpl_where *where, enum tmpl_layout layout,
		       const struct tmpl_mail *mail, const struct tmpl_value *values, const char *content,
		       struct buf *out, struct err *err)
{
	bool html = layout == TMPL_LAYOUT_HTML;
	struct tmpl_partials partials = { set, where, html ? "html" : "txt" };
	const char *name = html ? "layout.html" : "layout.txt";
	const struct tmpl_template *template = tmpl_set_lookup(set, where, name);
	struct arena arena = ARENA_INIT;
	struct tmpl_value *own;
	int status;

	if (!template)
		return missing(where, name, err);
	own = mail->audience == TMPL_AUDIENCE_PAYER ? without_status(&arena, values) : tmpl_copy(&arena, values);
	tmpl_set_text(&arena, own, "lang", where->lang);
	tmpl_set_text(&arena, own, "mail.subject", mail->subject);
	if (mail->about)
		tmpl_set_text(&arena, own, "mail.about", mail->about);
	tmpl_set_text(&arena, own, "content", content);
	status = tmpl_schema_check_forms(own, err);
	if (status == 0)
		status = expand(&partials, template->body, html ? TMPL_ESCAPE_HTML : TMPL_ESCAPE_LINE, own, out, err);
	arena_free(&arena);
	return status;
}

static int button_set(const struct tmpl_partials *partials, struct arena *arena, struct tmpl_value *values,
		      const char *button, const char *address, struct err *err)
{
	const char *name = arena_printf(arena, "%s/button-%s.txt", partials->where->lang, button), *subject;
	const struct tmpl_template *template = tmpl_set_lookup(partials->set, partials->where, name);
	struct buf body = BUF_INIT(BUF_MAX_LINE);
	int status;

	if (!template)
		return missing(partials->where, name, err);
	if (!addr_valid(address))
		return err_set(err, ERR_INPUT, "the button '%s' has no valid address", button);
	status = subject_render(partials, template, values, arena, &subject, err);
	if (status == 0)
		status = expand(partials, template->body, TMPL_ESCAPE_LINE, values, &body, err);
	while (body.len && strchr("\r\n", body.data[body.len - 1]))
		buf_truncate(&body, body.len - 1);
	if (status == 0) {
		tmpl_set_text(arena, values, arena_printf(arena, "%s.address", button), address);
		tmpl_set_text(arena, values, arena_printf(arena, "%s.subject", button), subject);
		tmpl_set_text(arena, values, arena_printf(arena, "%s.mailto", button),
			      tmpl_words_mailto(arena, address, subject, body.len ? body.data : NULL));
	}
	buf_free(&body);
	return status;
}

int tmpl_set_buttons(const struct tmpl_set *set, const struct tmpl_where *where, struct arena *arena,
		     struct tmpl_value *values, const char *question, const char *problem, struct err *err)
{
	struct tmpl_partials partials = { set, where, "txt" };

	tmpl_set_text(arena, values, "lang", where->lang);
	if (button_set(&partials, arena, values, "question", question, err) != 0)
		return -1;
	return button_set(&partials, arena, values, "problem", problem, err);
}
