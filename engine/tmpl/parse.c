/*
 * Mustache: finds tags, works out which stand alone on their line, and builds
 * the tree.
 */

/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "tmpl/parse_p.h"

struct tag {
	char kind;                 /* one of "#^/>!=&{" or 'v' for a variable */
	size_t start, end;         /* of the whole tag */
	size_t name, name_len;     /* trimmed content */
};

static bool is_char_start(char c)
{
	return ((unsigned char)c & 0xc0) != 0x80;
}

struct tmpl_place tmpl_place_at(struct tmpl_parser *p, size_t start, size_t end)
{
	struct tmpl_place place;
	size_t i;

	if (!p->known.line || start < p->known_pos) {
		p->known = (struct tmpl_place){ p->file, 1, 1, 0 };
		p->known_pos = 0;
	}
	for (; p->known_pos < start; p->known_pos++) {
		if (p->source[p->known_pos] == '\n') {
			p->known.line++;
			p->known.column = 1;
		} else {
			p->known.column += is_char_start(p->source[p->known_pos]);
		}
	}
	place = p->known;
	for (i = start; i < end && p->source[i] != '\n'; i++)
		place.length += is_char_start(p->source[i]);
	return place;
}

static struct tmpl_node *node_add(struct tmpl_parser *p, enum tmpl_node_kind kind)
{
	struct tmpl_node *node = arena_alloc(p->arena, sizeof *node);
	struct tmpl_level *level = &p->stack[p->depth];

	node->kind = kind;
	*level->tail = node;
	level->tail = &node->next;
	return node;
}

static bool at_line_start(const struct tmpl_parser *p, size_t pos)
{
	return pos == p->begin || p->source[pos - 1] == '\n';
}

static void text_piece(struct tmpl_parser *p, size_t from, size_t to)
{
	struct tmpl_node *node = node_add(p, TMPL_NODE_TEXT);

	node->text = arena_strndup(p->arena, p->source + from, to - from);
	node->len = to - from;
	node->line_start = at_line_start(p, from);
}

/* Text nodes end at line ends, so that the indent of a partial can be put before each line. */
static void text_add(struct tmpl_parser *p, size_t from, size_t to)
{
	while (from < to) {
		const char *nl = memchr(p->source + from, '\n', to - from);
		size_t stop = nl ? (size_t)(nl - p->source) + 1 : to;

		text_piece(p, from, stop);
		from = stop;
	}
}

static size_t find(const struct tmpl_parser *p, size_t from, const char *what)
{
	size_t len = strlen(what);

	for (; from + len <= p->end; from++)
		if (memcmp(p->source + from, what, len) == 0)
			return from;
	return p->end;
}

bool tmpl_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Reads the tag that begins at 'start'; false when it never ends. */
static bool tag_read(const struct tmpl_parser *p, size_t start, struct tag *tag)
{
	size_t open = strlen(p->delim.open), from = start + open, close;
	const char *ending = p->delim.close;
	char triple[16] = "}";

	tag->start = start;
	tag->kind = 'v';
	if (from < p->end && strchr("#^/>!=&{", p->source[from]))
		tag->kind = p->source[from++];
	if (tag->kind == '{') {
		memcpy(triple + 1, ending, strlen(ending) + 1);
		ending = triple;
	} else if (tag->kind == '=') {
		triple[0] = '=';
		memcpy(triple + 1, ending, strlen(ending) + 1);
		ending = triple;
	}
	close = find(p, from, ending);
	if (close == p->end)
		return false;
	tag->end = close + strlen(ending);
	while (from < close && tmpl_is_blank(p->source[from]))
		from++;
	while (close > from && tmpl_is_blank(p->source[close - 1]))
		close--;
	tag->name = from;
	tag->name_len = close - from;
	return true;
}

/*
 * Does the tag stand alone on its line, with white space at most? Then
 * '*line_r' is where the line begins and '*after_r' where the next one does.
 */
static bool tag_alone(const struct tmpl_parser *p, const struct tag *tag, size_t *line_r, size_t *after_r)
{
	size_t line = tag->start, after = tag->end;

	if (!strchr("#^/>!=", tag->kind))
		return false;
	while (line > p->tag_end && (p->source[line - 1] == ' ' || p->source[line - 1] == '\t'))
		line--;
	if (!at_line_start(p, line))
		return false;
	while (after < p->end && (p->source[after] == ' ' || p->source[after] == '\t'))
		after++;
	if (after < p->end && p->source[after] == '\r')
		after++;
	if (after < p->end && p->source[after] != '\n')
		return false;
	*line_r = line;
	*after_r = after < p->end ? after + 1 : after;
	return true;
}

static bool name_valid(const char *name)
{
	size_t i;

	if (str_eq(name, "."))
		return true;
	for (i = 0; name[i]; i++) {
		bool dot = name[i] == '.';

		if (tmpl_is_blank(name[i]) || (dot && (i == 0 || name[i - 1] == '.' || !name[i + 1])))
			return false;
	}
	return i > 0;
}

static const char *tag_name(struct tmpl_parser *p, const struct tag *tag)
{
	const char *name = arena_strndup(p->arena, p->source + tag->name, tag->name_len);

	if (name_valid(name))
		return name;
	tmpl_diag_add(p->diags, TMPL_ERROR, tmpl_place_at(p, tag->start, tag->end), NULL,
		      *name ? "'%s' is not a name" : "a tag without a name", name);
	return NULL;
}

static void delimiters_set(struct tmpl_parser *p, const struct tag *tag)
{
	const char *text = p->source + tag->name;
	size_t len = tag->name_len, first = 0, second;

	while (first < len && !tmpl_is_blank(text[first]))
		first++;
	second = first;
	while (second < len && tmpl_is_blank(text[second]))
		second++;
	if (!first || second == len || first >= sizeof p->delim.open || len - second >= sizeof p->delim.close ||
	    memchr(text + second, ' ', len - second) || memchr(text, '=', len)) {
		tmpl_diag_add(p->diags, TMPL_ERROR, tmpl_place_at(p, tag->start, tag->end), "such as {{=<% %>=}}",
			      "new delimiters are two words of 1 to 7 characters without '='");
		return;
	}
	memcpy(p->delim.open, text, first);
	p->delim.open[first] = '\0';
	memcpy(p->delim.close, text + second, len - second);
	p->delim.close[len - second] = '\0';
}

static void section_open(struct tmpl_parser *p, const struct tag *tag, const char *name)
{
	struct tmpl_node *node = node_add(p, tag->kind == '#' ? TMPL_NODE_SECTION : TMPL_NODE_INVERTED);

	node->text = name;
	node->place = tmpl_place_at(p, tag->start, tag->end);
	if (p->depth == TMPL_MAX_NEST) {
		tmpl_diag_add(p->diags, TMPL_ERROR, node->place, NULL,
			      "sections stand more than %d deep", TMPL_MAX_NEST);
		p->pos = p->end;
		return;
	}
	p->depth++;
	p->stack[p->depth].section = node;
	p->stack[p->depth].tail = &node->child;
}

static void section_close(struct tmpl_parser *p, const struct tag *tag, const char *name)
{
	const struct tmpl_node *open = p->stack[p->depth].section;
	struct tmpl_place place = tmpl_place_at(p, tag->start, tag->end);

	if (!open) {
		tmpl_diag_add(p->diags, TMPL_ERROR, place, NULL, "'%s' is closed here but not open", name);
		return;
	}
	if (!str_eq(open->text, name))
		tmpl_diag_add(p->diags, TMPL_ERROR, place, NULL,
			      "'%s' is closed here, but '%s' of line %d is open", name, open->text,
			      open->place.line);
	p->depth--;
}

static void leaf_add(struct tmpl_parser *p, const struct tag *tag, const char *name, size_t line, bool alone)
{
	enum tmpl_node_kind kind = tag->kind == 'v' ? TMPL_NODE_VAR
				   : tag->kind == '>' ? TMPL_NODE_PARTIAL : TMPL_NODE_RAW;
	struct tmpl_node *node = node_add(p, kind);

	node->text = name;
	node->place = tmpl_place_at(p, tag->start, tag->end);
	node->indent = alone ? arena_strndup(p->arena, p->source + line, tag->start - line) : "";
}

static void tag_add(struct tmpl_parser *p, const struct tag *tag, size_t line, bool alone)
{
	const char *name;

	if (tag->kind == '!')
		return;
	if (tag->kind == '=') {
		delimiters_set(p, tag);
		return;
	}
	name = tag_name(p, tag);
	if (!name)
		return;
	if (tag->kind == '#' || tag->kind == '^')
		section_open(p, tag, name);
	else if (tag->kind == '/')
		section_close(p, tag, name);
	else
		leaf_add(p, tag, name, line, alone);
}

struct tmpl_node *tmpl_nodes_parse(struct tmpl_parser *p, size_t from, size_t to)
{
	p->first = NULL;
	p->begin = p->pos = p->tag_end = from;
	p->end = to;
	p->delim = (struct tmpl_delimiters){ "{{", "}}" };
	p->depth = 0;
	p->stack[0] = (struct tmpl_level){ NULL, &p->first };
	while (p->pos < p->end) {
		size_t start = find(p, p->pos, p->delim.open), line = start, after;
		struct tag tag;
		bool alone;

		if (start == p->end) {
			text_add(p, p->pos, p->end);
			break;
		}
		if (!tag_read(p, start, &tag)) {
			tmpl_diag_add(p->diags, TMPL_ERROR, tmpl_place_at(p, start, start + 2), NULL,
				      "a tag opens here and never ends");
			break;
		}
		alone = tag_alone(p, &tag, &line, &after);
		text_add(p, p->pos, alone ? line : start);
		if (!alone && at_line_start(p, start))
			text_piece(p, start, start); /* carries the indent */
		p->pos = p->tag_end = alone ? after : tag.end;
		tag_add(p, &tag, line, alone);
	}
	for (; p->depth; p->depth--)
		tmpl_diag_add(p->diags, TMPL_ERROR, p->stack[p->depth].section->place, NULL,
			      "section '%s' is never closed", p->stack[p->depth].section->text);
	return p->first;
}
