/*
 * HTML bodies as plain text. A tokenizer of our own in one pass, without a
 * tree: mail HTML is broken in every way, nesting may be a million deep, and
 * the only unmaintained library at hand (gumbo) builds all of it in memory.
 * Every byte is looked at a bounded number of times.
 */

/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "mime/parse_p.h"

#define QUOTE_DEPTH_MAX 20
#define LIST_DEPTH_MAX 12
#define HREF_MAX 1000
#define NAME_MAX_LEN 20

enum tag_kind {
	TAG_OTHER,
	TAG_BREAK,   /* br */
	TAG_RULE,    /* hr */
	TAG_BLOCK,   /* stands on lines of its own */
	TAG_PARAGRAPH, /* … with an empty line around */
	TAG_QUOTE,
	TAG_PRE,
	TAG_LIST,
	TAG_NUMBERED,
	TAG_ITEM,
	TAG_CELL,
	TAG_LINK,
	TAG_IMAGE,
	TAG_RAW,     /* contents are not text: up to the end tag */
	TAG_SKIP     /* contents are not shown */
};

static const struct tag_name {
	const char *name;
	enum tag_kind kind;
} tag_names[] = {
	{ "a", TAG_LINK }, { "address", TAG_BLOCK }, { "article", TAG_BLOCK }, { "aside", TAG_BLOCK },
	{ "blockquote", TAG_QUOTE }, { "body", TAG_BLOCK }, { "br", TAG_BREAK }, { "caption", TAG_BLOCK },
	{ "center", TAG_BLOCK }, { "dd", TAG_BLOCK }, { "div", TAG_BLOCK }, { "dl", TAG_BLOCK }, { "dt", TAG_BLOCK },
	{ "fieldset", TAG_BLOCK }, { "footer", TAG_BLOCK }, { "form", TAG_BLOCK }, { "h1", TAG_PARAGRAPH },
	{ "h2", TAG_PARAGRAPH }, { "h3", TAG_PARAGRAPH }, { "h4", TAG_PARAGRAPH }, { "h5", TAG_PARAGRAPH },
	{ "h6", TAG_PARAGRAPH }, { "header", TAG_BLOCK }, { "hr", TAG_RULE }, { "iframe", TAG_RAW },
	{ "img", TAG_IMAGE }, { "li", TAG_ITEM }, { "main", TAG_BLOCK }, { "noembed", TAG_RAW },
	{ "noframes", TAG_RAW }, { "ol", TAG_NUMBERED }, { "p", TAG_PARAGRAPH }, { "pre", TAG_PRE },
	{ "script", TAG_RAW }, { "section", TAG_BLOCK }, { "select", TAG_SKIP }, { "style", TAG_RAW },
	{ "svg", TAG_SKIP }, { "table", TAG_BLOCK }, { "td", TAG_CELL }, { "template", TAG_SKIP }, { "th", TAG_CELL },
	{ "title", TAG_RAW }, { "tr", TAG_BLOCK }, { "ul", TAG_LIST }, { "xml", TAG_SKIP }, { "xmp", TAG_RAW },
};

/* Tags without contents: never a reason to skip up to an end tag. */
static const char *const void_names[] = { "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta",
					  "source", "track", "wbr" };

struct tag {
	char name[NAME_MAX_LEN]; /* lower case; "" when it is too long to be one of ours */
	bool closing;
	struct mime_tag inside;
	enum tag_kind kind;
};

struct html {
	const char *at;
	const char *end;
	/* Nothing of the kind from here on: so that no search runs to the end twice. */
	bool no_gt, no_quote[2], no_comment_end;
	struct buf out;
	int quote;       /* open blockquotes */
	int line_quote;  /* of the line that was written last */
	int pre;
	int breaks;      /* line ends due before the next text */
	bool space;      /* a space is due */
	bool in_line;    /* the current line has text */
	int list[LIST_DEPTH_MAX]; /* next number, 0 for bullets */
	int lists;
	char href[HREF_MAX + 1];
	size_t link_from; /* where the text of the open link begins */
	struct mime_marking marking;
};

/* ---- output ---- */

static void put_prefix(struct html *h, int depth, bool empty)
{
	int i;

	for (i = 0; i < depth; i++)
		buf_addc(&h->out, '>');
	if (depth && !empty)
		buf_addc(&h->out, ' ');
}

static void trim_line(struct html *h)
{
	while (h->out.len && h->out.data[h->out.len - 1] == ' ' && !h->out.failed)
		buf_truncate(&h->out, h->out.len - 1);
}

/* Line ends and quote marks that are due before text. */
static void put_line_start(struct html *h)
{
	int between = h->quote < h->line_quote ? h->quote : h->line_quote;

	if (h->out.len == 0) {
		h->breaks = 0;
		put_prefix(h, h->quote, false);
	} else if (h->breaks) {
		trim_line(h);
		buf_addc(&h->out, '\n');
		for (; h->breaks > 1; h->breaks--) {
			put_prefix(h, between, true);
			buf_addc(&h->out, '\n');
		}
		h->breaks = 0;
		put_prefix(h, h->quote, false);
	}
	h->line_quote = h->quote;
}

static void put_text(struct html *h, const char *text, size_t len)
{
	if (!h->in_line)
		put_line_start(h);
	else if (h->space)
		buf_addc(&h->out, ' ');
	h->space = false;
	h->in_line = true;
	buf_add(&h->out, text, len);
}

/* At least 'n' line ends before the next text. */
static void want_breaks(struct html *h, int n)
{
	h->in_line = false;
	h->space = false;
	if (h->breaks < n)
		h->breaks = n;
}

static void more_breaks(struct html *h)
{
	h->in_line = false;
	h->space = false;
	if (h->breaks < 3)
		h->breaks++;
}

static void put_char(struct html *h, const char *text, size_t len)
{
	if (len == 1 && strchr(" \t\n\r\f", *text)) {
		if (!h->pre)
			h->space = h->in_line;
		else if (*text == '\n')
			more_breaks(h);
		else if (*text != '\r')
			put_text(h, " ", 1);
	} else if (len == 2 && memcmp(text, "\xC2\xA0", 2) == 0) {
		if (h->in_line)
			put_text(h, " ", 1);
	} else if ((len == 2 && memcmp(text, "\xC2\xAD", 2) == 0) || (len == 3 && (memcmp(text, "\xE2\x80\x8B", 3) == 0 ||
		   memcmp(text, "\xEF\xBB\xBF", 3) == 0)) || (len == 2 && memcmp(text, "\xCD\x8F", 2) == 0)) {
		/* Soft hyphens and invisible filling would break up words. */
	} else {
		put_text(h, text, len);
	}
}

/* ---- tags ---- */

static int name_compare(const void *key, const void *entry)
{
	return strcmp(key, ((const struct tag_name *)entry)->name);
}

static enum tag_kind tag_kind_of(const char *name)
{
	const struct tag_name *t = bsearch(name, tag_names, sizeof tag_names / sizeof *tag_names, sizeof *tag_names,
					   name_compare);

	return t ? t->kind : TAG_OTHER;
}

static bool is_letter(char c)
{
	c = str_lower(c);
	return c >= 'a' && c <= 'z';
}

/* The end of a tag whose inside begins at 'p': its '>', quoted values passed over; NULL when there is none. */
static const char *tag_end(struct html *h, const char *start)
{
	const char *p = start;

	while (p < h->end && *p != '>') {
		if ((*p == '"' || *p == '\'') && p[-1] == '=') {
			bool *none = &h->no_quote[*p == '\''];
			const char *close = *none ? NULL : memchr(p + 1, *p, (size_t)(h->end - p - 1));

			if (close)
				p = close;
			else
				*none = true;
		}
		p++;
	}
	if (p < h->end)
		return p;
	/* A quote that swallowed the rest: quotes mean nothing from here on. */
	h->no_quote[0] = h->no_quote[1] = true;
	p = memchr(start, '>', (size_t)(h->end - start));
	h->no_gt = !p;
	return p;
}

/* Reads the tag at '<'; false when it is none. */
static bool tag_read(struct html *h, struct tag *tag)
{
	const char *p = h->at + 1;
	size_t n = 0;

	tag->closing = p < h->end && *p == '/';
	p += tag->closing;
	if (h->no_gt || p >= h->end || !is_letter(*p))
		return false;
	while (p < h->end && !mime_html_is_space(*p) && *p != '>' && *p != '/') {
		if (n < NAME_MAX_LEN - 1)
			tag->name[n] = str_lower(*p);
		n++;
		p++;
	}
	tag->name[n < NAME_MAX_LEN ? n : 0] = '\0';
	tag->inside.start = p;
	tag->inside.end = tag_end(h, p);
	tag->kind = tag_kind_of(tag->name);
	return tag->inside.end != NULL;
}

static bool tag_is_void(const struct tag *tag)
{
	size_t i;

	for (i = 0; i < sizeof void_names / sizeof *void_names; i++)
		if (strcmp(void_names[i], tag->name) == 0)
			return true;
	return tag->inside.end > tag->inside.start && tag->inside.end[-1] == '/' && tag->kind == TAG_OTHER;
}

/* ---- what to do at tags ---- */

/* Past "</name", or to the end. */
static void skip_raw(struct html *h, const char *name)
{
	size_t n = strlen(name), i;

	while (h->at < h->end) {
		const char *lt = memchr(h->at, '<', (size_t)(h->end - h->at));

		if (!lt || (size_t)(h->end - lt) < n + 2)
			break;
		h->at = lt + 1;
		for (i = 0; i < n && lt[1] == '/' && str_lower(lt[2 + i]) == name[i]; i++)
			;
		if (i == n) {
			lt = memchr(h->at, '>', (size_t)(h->end - h->at));
			h->at = lt ? lt + 1 : h->end;
			return;
		}
	}
	h->at = h->end;
}

static bool skip_comment(struct html *h)
{
	const char *close;

	if (h->end - h->at < 4 || memcmp(h->at, "<!--", 4) != 0)
		return false;
	close = h->no_comment_end ? NULL : memmem(h->at + 4, (size_t)(h->end - h->at - 4), "-->", 3);
	if (!close) {
		/* Readers then end it at the next '>'. */
		h->no_comment_end = true;
		close = memchr(h->at, '>', (size_t)(h->end - h->at));
		h->at = close ? close + 1 : h->end;
		return true;
	}
	h->at = close + 3;
	return true;
}

/* Past the end tag that matches 'tag', which was just read. */
static void skip_element(struct html *h, const struct tag *tag)
{
	struct tag inner;
	size_t open = 1;

	while (open && h->at < h->end) {
		const char *lt = memchr(h->at, '<', (size_t)(h->end - h->at));

		if (!lt) {
			h->at = h->end;
			return;
		}
		h->at = lt;
		if (skip_comment(h))
			continue;
		if (!tag_read(h, &inner)) {
			h->at++;
			continue;
		}
		h->at = inner.inside.end + 1;
		if (inner.kind == TAG_RAW && !inner.closing)
			skip_raw(h, inner.name);
		else if (strcmp(inner.name, tag->name) == 0)
			open += inner.closing ? (size_t)-1 : 1;
	}
}

static void link_open(struct html *h, const struct tag *tag)
{
	const char *value, *end;
	size_t len, n = 0;

	h->href[0] = '\0';
	h->link_from = h->out.len;
	if (!mime_tag_attribute(&tag->inside, "href", &value, &len))
		return;
	for (end = value + len; value < end; ) {
		char text[4];
		size_t bytes;

		value += mime_html_character(value, end, text, &bytes);
		if (bytes == 1 && (unsigned char)*text <= ' ')
			continue;
		if (n + bytes > HREF_MAX)
			break;
		memcpy(h->href + n, text, bytes);
		n += bytes;
	}
	h->href[n] = '\0';
	if (!str_istarts(h->href, "http://") && !str_istarts(h->href, "https://") && !str_istarts(h->href, "mailto:"))
		h->href[0] = '\0';
}

static void link_close(struct html *h)
{
	const char *address = str_istarts(h->href, "mailto:") ? h->href + 7 : h->href, *host, *text;

	if (!*address || h->link_from >= h->out.len || h->out.failed) {
		h->href[0] = '\0';
		return;
	}
	text = h->out.data + h->link_from;
	host = strstr(address, "://") ? strstr(address, "://") + 3 : address;
	if (!strstr(text, host)) {
		h->space = true;
		put_text(h, "<", 1);
		put_text(h, address, strlen(address));
		put_text(h, ">", 1);
	}
	h->href[0] = '\0';
}

static void list_item(struct html *h)
{
	char number[16];
	int *next = h->lists > 0 && h->lists <= LIST_DEPTH_MAX ? &h->list[h->lists - 1] : NULL;

	want_breaks(h, 1);
	if (next && *next > 0) {
		snprintf(number, sizeof number, "%d.", *next);
		if (*next < 1000000)
			++*next;
		put_text(h, number, strlen(number));
	} else {
		put_text(h, "-", 1);
	}
	h->space = true;
}

static void list_change(struct html *h, const struct tag *tag)
{
	want_breaks(h, 1);
	if (tag->closing) {
		h->lists -= h->lists > 0;
		return;
	}
	if (h->lists < LIST_DEPTH_MAX)
		h->list[h->lists] = tag->kind == TAG_NUMBERED ? 1 : 0;
	h->lists += h->lists < LIST_DEPTH_MAX;
}

static void image(struct html *h, const struct tag *tag)
{
	const char *value, *end;
	size_t len;

	if (!mime_tag_attribute(&tag->inside, "alt", &value, &len) || len > 200)
		return;
	for (end = value + len; value < end; ) {
		char text[4];
		size_t bytes;

		value += mime_html_character(value, end, text, &bytes);
		put_char(h, text, bytes);
	}
}

static void depth_change(int *depth, bool closing)
{
	if (closing)
		*depth -= *depth > 0;
	else
		*depth += *depth < QUOTE_DEPTH_MAX;
}

static void tag_open(struct html *h, const struct tag *tag)
{
	switch (tag->kind) {
	case TAG_BREAK:
		more_breaks(h);
		break;
	case TAG_RULE:
		want_breaks(h, 1);
		put_text(h, "________________________________", 32);
		want_breaks(h, 1);
		break;
	case TAG_ITEM:
		list_item(h);
		break;
	case TAG_CELL:
		if (h->in_line) {
			h->space = false;
			put_text(h, "\t", 1);
		}
		break;
	case TAG_LINK:
		link_open(h, tag);
		break;
	case TAG_IMAGE:
		image(h, tag);
		break;
	default:
		break;
	}
}

static void tag_apply(struct html *h, const struct tag *tag)
{
	switch (tag->kind) {
	case TAG_BLOCK:
		want_breaks(h, 1);
		break;
	case TAG_PARAGRAPH:
		want_breaks(h, 2);
		break;
	case TAG_QUOTE:
		want_breaks(h, 1);
		depth_change(&h->quote, tag->closing);
		break;
	case TAG_PRE:
		want_breaks(h, 1);
		depth_change(&h->pre, tag->closing);
		break;
	case TAG_LIST:
	case TAG_NUMBERED:
		list_change(h, tag);
		break;
	default:
		if (tag->closing && tag->kind == TAG_LINK)
			link_close(h);
		else if (!tag->closing)
			tag_open(h, tag);
	}
}

/* At '<'. False when it is text. */
static bool markup(struct html *h)
{
	struct tag tag;
	const char *gt;

	if (skip_comment(h))
		return true;
	if (h->end - h->at > 1 && (h->at[1] == '!' || h->at[1] == '?')) {
		gt = memchr(h->at, '>', (size_t)(h->end - h->at));
		h->at = gt ? gt + 1 : h->end;
		return true;
	}
	if (!tag_read(h, &tag))
		return false;
	h->at = tag.inside.end + 1;
	if (h->quote == 0 && (!tag_is_void(&tag) || tag.kind == TAG_RULE))
		mime_marking_tag(&h->marking, tag.name, tag.closing, &tag.inside, h->out.len);
	if (tag.closing)
		tag_apply(h, &tag);
	else if (tag.kind == TAG_RAW)
		skip_raw(h, tag.name);
	else if (!tag_is_void(&tag) && (tag.kind == TAG_SKIP || mime_tag_is_hidden(&tag.inside)))
		skip_element(h, &tag);
	else if (!(tag_is_void(&tag) && mime_tag_is_hidden(&tag.inside)))
		tag_apply(h, &tag);
	return true;
}

/* A run of plain letters at once. */
static size_t plain_run(const struct html *h)
{
	const char *p = h->at;

	while (p < h->end && (unsigned char)*p > ' ' && (unsigned char)*p < 127 && *p != '<' && *p != '&')
		p++;
	return (size_t)(p - h->at);
}

char *mime_html_text(struct arena *arena, const char *html, size_t max, bool *cut_r)
{
	return mime_html_marked(arena, html, max, cut_r, NULL);
}

char *mime_html_marked(struct arena *arena, const char *html, size_t max, bool *cut_r, struct mime_marks *marks)
{
	struct html h = { .at = html, .end = html + strlen(html), .marking = { .marks = marks } };
	char text[4], *result;
	size_t n, len;

	if (marks)
		marks->count = 0;
	buf_init(&h.out, max);
	while (h.at < h.end && !buf_failed(&h.out)) {
		if (*h.at == '<' && markup(&h))
			continue;
		n = plain_run(&h);
		if (n) {
			put_text(&h, h.at, n);
		} else {
			n = mime_html_character(h.at, h.end, text, &len);
			put_char(&h, text, len);
		}
		h.at += n;
	}
	*cut_r = buf_failed(&h.out);
	h.out.failed = false;
	trim_line(&h);
	if (h.out.len)
		buf_addc(&h.out, '\n');
	mime_marking_end(&h.marking, h.out.len);
	result = arena_strndup(arena, h.out.data, h.out.len);
	buf_free(&h.out);
	return result;
}
