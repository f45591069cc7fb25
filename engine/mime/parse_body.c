/*
 * What a reader sees as the message itself: its text, put together from the
 * bodies that were chosen, and the pictures that its HTML shows.
 */

/* System. */
#include <string.h>
#include <strings.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "mime/parse_p.h"

#define HTML_MAX (4u << 20) /* of one HTML body that is looked at */
#define REFERENCES_MAX 2000 /* to pictures, in all */

struct reading {
	struct mime_parser *parser;
	const struct mime_bodies *bodies;
	struct mime_output *out;
	struct arena *arena;
	struct mail *mail;
};

/* ---- pictures that the HTML shows ---- */

static int hex_value(char c)
{
	c = str_lower(c);
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Does the "cid:" reference at 'p' (behind the colon) name this Content-ID? */
static bool reference_is(const char *p, const char *end, const char *id)
{
	for (; *id; id++) {
		int c;

		if (p >= end)
			return false;
		c = (unsigned char)*p++;
		if (c == '%' && end - p >= 2 && hex_value(p[0]) >= 0 && hex_value(p[1]) >= 0) {
			c = hex_value(p[0]) * 16 + hex_value(p[1]);
			p += 2;
		}
		if (c != (unsigned char)*id)
			return false;
	}
	return p == end || strchr("\"' \t\r\n)>&;", *p);
}

static bool can_be_shown(const struct mail_part *part)
{
	static const char *const kinds[] = { "image/", "audio/", "video/", "font/", "text/css",
					     "application/octet-stream" };
	size_t i;

	if (part->role != MAIL_PART_ATTACHMENT || !part->content_id || str_eq(part->disposition, "attachment"))
		return false;
	for (i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (str_starts(part->type, kinds[i]))
			return true;
	return false;
}

static void related_mark(struct mail *mail, int depth, const char *reference, const char *end)
{
	size_t i;

	for (i = 0; i < mail->part_count; i++) {
		struct mail_part *part = &mail->parts[i];

		if (part->depth == depth && can_be_shown(part) && reference_is(reference, end, part->content_id))
			part->role = MAIL_PART_RELATED;
	}
}

static int related_find(struct reading *r, struct err *err)
{
	size_t i, candidates = 0, looked = 0;
	int rc = 0;

	for (i = 0; i < r->mail->part_count; i++)
		candidates += can_be_shown(&r->mail->parts[i]);
	for (i = 0; i < r->bodies->html_count && candidates && !rc; i++) {
		const struct mail_part *html = &r->mail->parts[r->bodies->html_parts[i]];
		struct arena scratch = ARENA_INIT;
		size_t len;
		char *at = mime_output_read(r->out, &scratch, html->offset, html->size, HTML_MAX, &len, err);
		char *end = at ? at + len : NULL;

		for (rc = at ? 0 : -1; at && (at = memmem(at, (size_t)(end - at), "cid:", 4)) != NULL; ) {
			at += 4;
			if (looked++ < REFERENCES_MAX)
				related_mark(r->mail, html->depth, at, end);
		}
		arena_free(&scratch);
	}
	return rc;
}

/* ---- the text ---- */

/* "<meta … charset=x": for HTML that says its charset only inside. */
static const char *html_charset(struct arena *arena, const char *html, size_t len)
{
	const char *at, *end = html + (len < 2048 ? len : 2048), *stop;

	for (at = html; (at = memchr(at, '=', (size_t)(end - at))) != NULL; at++)
		if (at - html >= 7 && strncasecmp(at - 7, "charset", 7) == 0)
			break;
	if (!at)
		return NULL;
	for (at++; at < end && strchr("\"' ", *at); at++)
		;
	for (stop = at; stop < end && !strchr("\"' ;>/", *stop); stop++)
		;
	return arena_strndup(arena, at, (size_t)(stop - at));
}

/* The text without the uuencoded files in it; returns its new length. */
static size_t uu_cut(char *text, size_t len)
{
	char *from = text;
	struct mime_uu uu;

	while (mime_uu_find(from, text + len, &uu)) {
		from = text + (uu.start - text);
		memmove(from, uu.end, (size_t)(text + len - uu.end));
		len -= (size_t)(uu.end - uu.start);
		text[len] = '\0';
	}
	return len;
}

/* One body, decoded and tidied; '*cut_r' set when it was longer than we look. 'marks' of HTML. */
static char *leaf_text(struct reading *r, struct arena *arena, const struct mime_body *leaf, bool *cut_r,
		       struct mime_marks *marks, struct err *err)
{
	const struct mail_part *part = &r->mail->parts[leaf->part];
	size_t len, most = leaf->html ? HTML_MAX : 2 * MAIL_MAX_TEXT;
	char *raw = mime_output_read(r->out, arena, part->offset, part->size, most, &len, err), *text;
	const char *charset = leaf->charset;

	if (!raw)
		return NULL;
	*cut_r = *cut_r || part->size > (int64_t)most;
	if (!leaf->html)
		len = uu_cut(raw, len);
	if (leaf->html && !charset)
		charset = html_charset(arena, raw, len);
	text = mime_text_decode(r->parser, arena, raw, len, charset);
	if (leaf->html) {
		bool more;

		text = mime_html_marked(arena, text, MAIL_MAX_TEXT, &more, marks);
		*cut_r = *cut_r || more;
	}
	len = strlen(text);
	mime_text_tidy(text);
	/* Bytes that went would shift them; the text says enough by itself. */
	if (strlen(text) != len)
		marks->count = 0;
	if (leaf->flowed)
		mime_text_unflow(text, leaf->delsp);
	return text;
}

/* Those of a body whose text was added at 'base', as far as that was not cut. */
static void marks_append(struct reading *r, const struct mime_marks *marks, size_t base, size_t len)
{
	struct mail *mail = r->mail;
	size_t i;

	for (i = 0; i < marks->count && mail->mark_count < MAIL_MAX_MARKS; i++) {
		struct mail_mark mark = marks->list[i];

		if (mark.from >= len)
			continue;
		mark.to = base + (mark.to < len ? mark.to : len);
		mark.from += base;
		mail->marks = arena_grow(r->arena, mail->marks, mail->mark_count, sizeof *mail->marks);
		mail->marks[mail->mark_count++] = mark;
	}
}

/* Adds it to a text of at most 'most' bytes; '*cut_r' and '*html_r' are only ever set. */
static int text_append(struct reading *r, const struct mime_body *leaf, struct buf *all, size_t most, bool *cut_r,
		       bool *html_r, struct err *err)
{
	struct arena scratch = ARENA_INIT;
	struct mime_marks marks = { .count = 0 };
	char *text = leaf_text(r, &scratch, leaf, cut_r, &marks, err);
	size_t len, base;

	if (text) {
		if (all->len && all->data[all->len - 1] != '\n')
			buf_addc(all, '\n');
		base = all->len;
		len = str_utf8_cut(text, most - all->len);
		*cut_r = *cut_r || text[len];
		*html_r = *html_r || (leaf->html && len);
		buf_add(all, text, len);
		if (leaf->message == 0)
			marks_append(r, &marks, base, len);
	}
	arena_free(&scratch);
	return text ? 0 : -1;
}

/* The bodies of one message as its text; 'number' 0 = the outermost one. */
static char *text_build(struct reading *r, size_t number, size_t most, bool *cut, bool *html, struct err *err)
{
	struct buf all = BUF_INIT(most);
	char *text = NULL;
	size_t i;
	int rc = 0;

	for (i = 0; i < r->bodies->text_count && !*cut && !rc; i++)
		if (r->bodies->texts[i].message == number)
			rc = text_append(r, &r->bodies->texts[i], &all, most, cut, html, err);
	if (!rc)
		text = arena_strndup(r->arena, all.data, all.len);
	buf_free(&all);
	return text;
}

static int texts_build(struct reading *r, struct err *err)
{
	struct mail *mail = r->mail;
	size_t i;

	mail->text = text_build(r, 0, MAIL_MAX_TEXT, &mail->text_cut, &mail->text_from_html, err);
	for (i = 0; mail->text && i < mail->message_count; i++) {
		bool cut = false, html = false;

		mail->messages[i].text = text_build(r, i + 1, MAIL_MAX_MESSAGE_TEXT, &cut, &html, err);
		if (!mail->messages[i].text)
			return -1;
	}
	return mail->text ? 0 : -1;
}

int mime_bodies_read(struct mime_parser *parser, const struct mime_bodies *bodies, struct mime_output *out,
		     struct arena *arena, struct mail *mail, struct err *err)
{
	struct reading r = { parser, bodies, out, arena, mail };

	return related_find(&r, err) || texts_build(&r, err) ? -1 : 0;
}
