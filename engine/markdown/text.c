/*
 * The plain text of a document. Inline content is gathered into one paragraph
 * buffer, where a line break that must stay is '\n' and a space within an
 * address that must stay whole is none; when the block ends it is wrapped and
 * written behind the prefix of the blocks around it.
 */

/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "markdown/markdown.h"
#include "markdown/table_p.h"
#include "markdown/tree_p.h"

#define MAX_DEPTH 64 /* lists and quotes whose prefix is kept; deeper ones stand with the deepest */
#define RULE "----------------------------------------"

struct level {
	char first[16]; /* before the first line of the block: "- " */
	char rest[16];  /* before the others: "  " */
	bool used;      /* 'first' was written */
	bool tight;     /* a list without blank lines between its items */
	int number;     /* of the next item of an ordered list; 0 = bullets */
};

struct writer {
	struct buf *out;
	struct buf text;      /* the paragraph being gathered */
	struct level levels[MAX_DEPTH + 1];
	int depth;
	int deeper;           /* blocks beyond MAX_DEPTH */
	bool blank_before;    /* a blank line is owed before the next block */
};

static size_t columns(const char *text, size_t len)
{
	size_t i, n = 0;

	for (i = 0; i < len; i++)
		n += ((unsigned char)text[i] & 0xc0) != 0x80;
	return n;
}

/* Begins a line; returns the columns that its prefix takes. */
static size_t line_begin(struct writer *w)
{
	size_t start = w->out->len;
	int i;

	for (i = 1; i <= w->depth; i++) {
		buf_adds(w->out, w->levels[i].used ? w->levels[i].rest : w->levels[i].first);
		w->levels[i].used = true;
	}
	return columns(w->out->data + start, w->out->len - start);
}

static void line_end(struct writer *w)
{
	while (w->out->len && w->out->data[w->out->len - 1] == ' ')
		buf_truncate(w->out, w->out->len - 1);
	buf_addc(w->out, '\n');
}

static void block_begin(struct writer *w)
{
	int i;

	if (!w->blank_before)
		return;
	w->blank_before = false;
	if (!w->out->len)
		return;
	for (i = 1; i <= w->depth; i++)
		if (w->levels[i].used)
			buf_adds(w->out, w->levels[i].rest);
	line_end(w);
}

/* Writes the words of [text, end) in lines. */
static void wrap(struct writer *w, const char *text, const char *end)
{
	size_t used = line_begin(w);
	bool first = true;

	while (text < end) {
		const char *word;
		size_t width;

		while (text < end && *text == ' ')
			text++;
		word = text;
		while (text < end && *text != ' ')
			text++;
		if (word == text)
			break;
		width = columns(word, (size_t)(text - word));
		if (!first && used + 1 + width > MARKDOWN_WIDTH) {
			line_end(w);
			used = line_begin(w);
		} else if (!first) {
			buf_addc(w->out, ' ');
			used++;
		}
		buf_add(w->out, word, (size_t)(text - word));
		used += width;
		first = false;
	}
	line_end(w);
}

static void paragraph_write(struct writer *w)
{
	const char *line = w->text.data, *end = w->text.data + w->text.len;

	block_begin(w);
	while (line < end) {
		const char *nl = memchr(line, '\n', (size_t)(end - line));

		wrap(w, line, nl ? nl : end);
		line = nl ? nl + 1 : end;
	}
	buf_reset(&w->text);
}

/* A heading is underlined. */
static void heading_write(struct writer *w, int level)
{
	size_t width = columns(w->text.data, w->text.len), i;

	if (!w->text.len)
		return;
	paragraph_write(w);
	line_begin(w);
	for (i = 0; i < width && i < MARKDOWN_WIDTH; i++)
		buf_addc(w->out, level == 1 ? '=' : '-');
	line_end(w);
}

static void code_write(struct writer *w, const char *text)
{
	block_begin(w);
	while (*text) {
		size_t len = strcspn(text, "\n");

		line_begin(w);
		buf_adds(w->out, "    ");
		buf_add(w->out, text, len);
		line_end(w);
		text += len + (text[len] == '\n');
	}
}

static struct level *level_push(struct writer *w)
{
	struct level *level;

	if (w->depth == MAX_DEPTH) {
		w->deeper++;
		return NULL;
	}
	level = &w->levels[++w->depth];
	*level = (struct level){ .tight = level[-1].tight };
	return level;
}

static void level_pop(struct writer *w)
{
	if (w->deeper)
		w->deeper--;
	else
		w->depth--;
}

static void item_begin(struct writer *w)
{
	struct level *list = &w->levels[w->depth], *item;

	item = level_push(w);
	if (!item)
		return;
	if (list->number)
		snprintf(item->first, sizeof item->first, "%d. ", list->number++);
	else
		snprintf(item->first, sizeof item->first, "- ");
	memset(item->rest, ' ', strlen(item->first));
}

static void item_end(struct writer *w)
{
	bool tight = w->levels[w->depth].tight;

	/* An empty item still shows its mark. */
	if (!w->deeper && !w->levels[w->depth].used) {
		line_begin(w);
		line_end(w);
	}
	level_pop(w);
	w->blank_before = !tight;
}

static void list_begin(struct writer *w, cmark_node *node)
{
	bool inner = w->depth && w->levels[w->depth].tight;
	struct level *level = level_push(w);

	if (level) {
		level->tight = cmark_node_get_list_tight(node);
		level->number = cmark_node_get_list_start(node);
		level->used = true;
	}
	if (inner)
		w->blank_before = false;
}

static void quote_begin(struct writer *w)
{
	struct level *level = level_push(w);

	if (!level)
		return;
	level->tight = false;
	snprintf(level->first, sizeof level->first, "> ");
	snprintf(level->rest, sizeof level->rest, "> ");
}

/* Adds text as it is; line ends in it (code, raw HTML) become spaces. */
static void inline_add(struct writer *w, const char *text)
{
	for (; text && *text; text++)
		buf_addc(&w->text, *text == '\n' || *text == '\r' ? ' ' : *text);
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = str_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Undoes percent-encoding; what comes out is cleaned as any text from outside. */
static void decode(struct buf *out, const char *text, size_t len)
{
	struct buf plain = BUF_INIT(BUF_MAX_TEXT);
	char *clean;
	size_t i;

	for (i = 0; i < len; i++) {
		int c = (unsigned char)text[i];

		if (c == '%' && i + 2 < len && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0) {
			c = hex(text[i + 1]) * 16 + hex(text[i + 2]);
			i += 2;
		}
		buf_addc(&plain, (char)c);
	}
	clean = str_clean(plain.data, BUF_MAX_TEXT);
	buf_adds(out, clean);
	free(clean);
	buf_free(&plain);
}

/* mailto:ADDRESS?subject=WORDS as 'ADDRESS, "WORDS"'; other links as they are. */
static void address_add(struct buf *out, const char *url)
{
	const char *query, *subject;
	size_t len;

	if (!str_istarts(url, "mailto:")) {
		buf_adds(out, url);
		return;
	}
	url += strlen("mailto:");
	len = strcspn(url, "?");
	decode(out, url, len);
	query = url + len;
	subject = strstr(query, "subject=");
	if (subject && (subject[-1] == '?' || subject[-1] == '&')) {
		subject += strlen("subject=");
		buf_adds(out, ", \"");
		decode(out, subject, strcspn(subject, "&"));
		buf_addc(out, '"');
	}
}

/* The words of a link are in the paragraph from 'start' on. */
static void link_end(struct writer *w, cmark_node *node)
{
	const char *url = cmark_node_get_url(node), *words, *from;
	struct buf address = BUF_INIT(BUF_MAX_TEXT);
	cmark_node *child = cmark_node_first_child(node);

	address_add(&address, url);
	words = child && !cmark_node_next(child) ? cmark_node_get_literal(child) : NULL;
	from = words && str_istarts(words, "mailto:") ? words + strlen("mailto:") : words;
	if (!str_eq(from, address.data)) {
		buf_adds(&w->text, child ? " (" : "(");
		inline_add(w, address.data);
		buf_addc(&w->text, ')');
	}
	buf_free(&address);
}

static void enter(struct writer *w, cmark_node *node)
{
	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_LIST:
		list_begin(w, node);
		break;
	case CMARK_NODE_ITEM:
		item_begin(w);
		break;
	case CMARK_NODE_BLOCK_QUOTE:
		quote_begin(w);
		break;
	case CMARK_NODE_TEXT:
	case CMARK_NODE_CODE:
		inline_add(w, cmark_node_get_literal(node));
		break;
	case CMARK_NODE_SOFTBREAK:
		buf_addc(&w->text, ' ');
		break;
	case CMARK_NODE_LINEBREAK:
		buf_addc(&w->text, '\n');
		break;
	case CMARK_NODE_CODE_BLOCK:
		code_write(w, cmark_node_get_literal(node));
		w->blank_before = true;
		break;
	case CMARK_NODE_THEMATIC_BREAK:
		buf_adds(&w->text, RULE);
		paragraph_write(w);
		w->blank_before = true;
		break;
	default:
		break;
	}
}

static void leave(struct writer *w, cmark_node *node)
{
	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_PARAGRAPH:
		paragraph_write(w);
		w->blank_before = !w->levels[w->depth].tight;
		break;
	case CMARK_NODE_HEADING:
		heading_write(w, cmark_node_get_heading_level(node));
		w->blank_before = true;
		break;
	case CMARK_NODE_LINK:
		link_end(w, node);
		break;
	case CMARK_NODE_ITEM:
		item_end(w);
		break;
	case CMARK_NODE_LIST:
	case CMARK_NODE_BLOCK_QUOTE:
		level_pop(w);
		w->blank_before = !w->levels[w->depth].tight;
		break;
	default:
		break;
	}
}

int piece_text(const char *source, size_t len, struct buf *out, struct err *err)
{
	cmark_node *root = markdown_tree(source, len, err);
	struct buf own = BUF_INIT(out->max);
	struct writer w = { .out = &own, .text = BUF_INIT(BUF_MAX_FILE) };
	cmark_event_type event;
	cmark_iter *iter;

	if (!root)
		return -1;
	iter = cmark_iter_new(root);
	while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
		if (event == CMARK_EVENT_ENTER)
			enter(&w, cmark_iter_get_node(iter));
		else
			leave(&w, cmark_iter_get_node(iter));
	}
	cmark_iter_free(iter);
	cmark_node_free(root);
	if (buf_failed(&w.text))
		own.failed = true;
	buf_free(&w.text);
	buf_add(out, own.data, own.len);
	if (buf_failed(&own))
		out->failed = true;
	buf_free(&own);
	if (buf_failed(out))
		return err_set(err, ERR_LIMIT, "the text is larger than %zu bytes", out->max);
	return 0;
}

static bool is_blank(const struct table_piece *piece)
{
	size_t i = 0;

	while (i < piece->len && strchr(" \t\r\n", piece->text[i]))
		i++;
	return i == piece->len;
}

int markdown_text(const char *source, size_t len, struct buf *out, struct err *err)
{
	struct table_piece piece;
	size_t at = 0, start = out->len;
	int rc = 0;

	if (len > MARKDOWN_MAX)
		return err_set(err, ERR_LIMIT, "text of %zu bytes is larger than %u", len, MARKDOWN_MAX);
	while (!rc && table_next(source, len, &at, &piece)) {
		if (!piece.table && is_blank(&piece))
			continue;
		if (out->len > start)
			buf_addc(out, '\n');
		rc = piece.table ? table_text(&piece, out, err) : piece_text(piece.text, piece.len, out, err);
	}
	if (!rc && buf_failed(out))
		return err_set(err, ERR_LIMIT, "the text is larger than %zu bytes", out->max);
	return rc;
}
