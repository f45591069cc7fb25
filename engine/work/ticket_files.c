/*
 * The files of a staff mail that go along with the answer. Attachments do, and
 * so do pictures in the text. Not the logo of a signature, nor the picture that
 * tells a sender that his mail was opened; whatever is left out is named to
 * staff. A mail that is attached sends the answer back: it holds addresses and
 * headers, and what is in it was written to somebody else.
 */

/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/file.h"
#include "base/str.h"

/* Engine. */
#include "mime/compose.h"
#include "tmpl/words.h"

/* Own. */
#include "work/engine_p.h"
#include "work/ticket.h"

#define PIXEL_BYTES 1000         /* a picture to look at has more */
#define LOGO_BYTES 10000         /* from here on it may be more than the logo of a signature: who wrote it hears of it */
#define HTML_BYTES (4 << 20)     /* of the HTML that are looked at */
#define MAIL_BYTES 10000000      /* of a whole mail, where the settings say nothing */
#define TEXT_BYTES 300000        /* of those for what is no file */

struct sorting {
	struct deciding *d;
	const struct desk_words *words;
	struct desk_files *files;
	const char *html;        /* of the mail; NULL = none, or too long */
	size_t len;
	size_t end;              /* where in it our line, the closing phrase or a signature begins */
};

/* ---- where a picture stands ---- */

/* The first place of 'what', case ignored; 's->len' = nowhere. */
static size_t html_find(const struct sorting *s, const char *what, size_t from)
{
	size_t n = strlen(what), at;

	for (at = from; n && at + n <= s->len; at++)
		if (strncasecmp(s->html + at, what, n) == 0)
			return at;
	return s->len;
}

/* A class or id that says so: "gmail_signature", "Signature". */
static size_t html_signature(const struct sorting *s)
{
	size_t at = 0, back;

	while ((at = html_find(s, "signature", at)) < s->len) {
		for (back = at; back > 0 && s->html[back - 1] != '<' && s->html[back - 1] != '>'; back--)
			;
		if (back > 0 && s->html[back - 1] == '<')
			return at;
		at++;
	}
	return at;
}

static int html_load(struct sorting *s)
{
	const struct job *job = s->d->job;
	size_t i, ends[3], e;

	for (i = 0; i < job->mail.part_count && !s->html; i++) {
		const struct mail_part *part = &job->mail.parts[i];
		char *bytes;

		if (part->role != MAIL_PART_BODY || part->depth || !str_eq(part->type, "text/html") || part->size > HTML_BYTES)
			continue;
		bytes = arena_array(s->d->arena, (size_t)part->size + 1, 1);
		if (file_pread_all(job->out, bytes, (size_t)part->size, part->offset, s->d->err))
			return -1;
		s->html = bytes;
		s->len = s->end = (size_t)part->size;
	}
	if (!s->html)
		return 0;
	ends[0] = html_find(s, TICKET_MARK, 0);
	ends[1] = html_find(s, s->words->closing, 0);
	ends[2] = html_signature(s);
	for (e = 0; e < 3; e++)
		s->end = ends[e] < s->end ? ends[e] : s->end;
	return 0;
}

/* Put among his words, as far as anybody can tell: then it belongs to them. */
static bool stands_above(const struct sorting *s, const struct mail_part *part)
{
	size_t at;

	if (!s->html || !part->content_id)
		return true;
	at = html_find(s, arena_printf(s->d->arena, "cid:%s", part->content_id), 0);
	return at == s->len || at < s->end;
}

/* ---- what goes along ---- */

static const char *shown(const struct sorting *s, const char *name, int64_t size)
{
	char *clean = str_clean(name, 200);
	const char *bytes = tmpl_words_size(s->d->arena, s->d->service->language, size);
	const char *text = arena_printf(s->d->arena, "%s, %s", clean, bytes);

	free(clean);
	return text;
}

static const char *add_line(const struct sorting *s, const char *list, const char *line)
{
	return arena_printf(s->d->arena, "%s%s%s", list ? list : "", list ? "\n" : "", line);
}

static const char *name_of(const struct sorting *s, const struct mail_part *part)
{
	const char *kind = strchr(part->type, '/');

	if (part->name && !str_is_blank(part->name))
		return part->name;
	/* A part that has no name must have one where it arrives. */
	return arena_printf(s->d->arena, "%s-%zu%s%s", str_eq(s->d->service->language, "nl") ? "bestand" : "file",
			    s->files->count + 1, str_starts(part->type, "image/") ? "." : "",
			    str_starts(part->type, "image/") ? kind + 1 : "");
}

static void send_along(struct sorting *s, const struct mail_part *part)
{
	struct desk_files *f = s->files;
	struct compose_attachment *file;

	f->list = arena_grow(s->d->arena, f->list, f->count, sizeof *f->list);
	file = &f->list[f->count];
	*file = (struct compose_attachment){ name_of(s, part), part->type, { NULL, s->d->job->out, part->offset, part->size } };
	f->count++;
	f->bytes += part->size / 57 * 78 + 78 + 600;
	f->sent = add_line(s, f->sent, shown(s, file->name, part->size));
}

static void leave_out(struct sorting *s, const struct mail_part *part)
{
	struct desk_files *f = s->files;

	f->left = add_line(s, f->left, shown(s, part->name ? part->name : part->type, part->size));
	f->doubtful |= part->size >= LOGO_BYTES;
}

/* Is the attached mail the one of ours that he answers, as some programs do it? That is a quotation. */
static int is_answered(struct sorting *s, size_t number, bool *answered)
{
	const struct mail *mail = &s->d->job->mail;
	struct err err = ERR_INIT;
	struct outbox_row row;
	size_t i;

	*answered = false;
	for (i = 0; i < mail->message_count; i++) {
		const char *id = mail->messages[i].message_id;

		if (mail->messages[i].part != number || !id)
			continue;
		*answered = store_outbox_by_message_id(s->d->engine->env->store, id, s->d->arena, &row, &err) == 0 &&
			    str_eq(row.service, s->d->service->key);
		if (err.code && err.code != ERR_NOTFOUND) {
			*s->d->err = err;
			return -1;
		}
	}
	return 0;
}

static bool ends(const char *name, const char *end)
{
	return strlen(name) >= strlen(end) && str_ieq(name + strlen(name) - strlen(end), end);
}

static bool is_mail_file(const struct mail_part *part)
{
	return str_eq(part->type, "message/rfc822") || str_eq(part->found, "message/rfc822") ||
	       (part->name && (ends(part->name, ".eml") || ends(part->name, ".msg")));
}

static int sort(struct sorting *s, size_t number)
{
	const struct mail_part *part = &s->d->job->mail.parts[number];
	bool answered = false;

	if (part->depth > 0)
		return 0;
	if (part->role == MAIL_PART_MESSAGE) {
		if (is_answered(s, number, &answered))
			return -1;
		s->files->message |= !answered;
	} else if (part->role == MAIL_PART_ATTACHMENT) {
		s->files->message |= is_mail_file(part);
		send_along(s, part);
	} else if (part->role == MAIL_PART_RELATED) {
		if (part->size >= PIXEL_BYTES && stands_above(s, part))
			send_along(s, part);
		else
			leave_out(s, part);
	}
	return 0;
}

int ticket_files_sort(struct deciding *d, const struct desk_words *words, struct desk_files *files)
{
	struct sorting s = { .d = d, .words = words, .files = files };
	int64_t most = d->engine->settings->smtp_max_bytes ? d->engine->settings->smtp_max_bytes : MAIL_BYTES;
	size_t i;

	*files = (struct desk_files){ 0 };
	if (html_load(&s))
		return -1;
	for (i = 0; i < d->job->mail.part_count; i++)
		if (sort(&s, i))
			return -1;
	files->too_much = files->count > COMPOSE_MAX_ATTACHMENTS || (files->count && files->bytes > most - TEXT_BYTES);
	return 0;
}
