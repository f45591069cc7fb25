/* The header block, and a template as a whole. */

/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/str.h"
#include "base/xalloc.h"

/* Own. */
#include "tmpl/parse_p.h"

static const char *const audience_words[TMPL_AUDIENCES] = {
	"none", "correspondent", "client", "office", "payer", "staff", "sender"
};

static const char *const kind_words[TMPL_KINDS] = { "notice", "receipt", "answer" };

const char *tmpl_audience_word(enum tmpl_audience audience)
{
	return audience_words[audience];
}

const char *tmpl_kind_word(enum tmpl_kind kind)
{
	return kind_words[kind];
}

static int word_index(const char *const *words, int from, int count, const char *word)
{
	int i;

	for (i = from; i < count; i++)
		if (str_eq(words[i], word))
			return i;
	return -1;
}

bool tmpl_audience_from_word(const char *word, enum tmpl_audience *audience)
{
	int i = word_index(audience_words, 1, TMPL_AUDIENCES, word);

	if (i > 0)
		*audience = (enum tmpl_audience)i;
	return i > 0;
}

struct head {
	struct tmpl_parser *p;
	struct tmpl_template *template;
	bool seen[4];              /* subject, audience, kind, documents */
};

static void subject_check(struct tmpl_parser *p, const struct tmpl_node *node)
{
	for (; node; node = node->next) {
		if (node->kind == TMPL_NODE_PARTIAL)
			tmpl_diag_add(p->diags, TMPL_ERROR, node->place, NULL, "a subject cannot name a partial");
		subject_check(p, node->child);
	}
}

static void subject_set(struct head *head, size_t from, size_t to)
{
	if (from == to) {
		tmpl_diag_add(head->p->diags, TMPL_ERROR, tmpl_place_at(head->p, from, to), NULL, "the subject is empty");
		return;
	}
	head->template->subject = tmpl_nodes_parse(head->p, from, to);
	subject_check(head->p, head->template->subject);
}

static void audience_set(struct head *head, size_t from, size_t to)
{
	const char *word = arena_strndup(head->p->arena, head->p->source + from, to - from);

	if (!tmpl_audience_from_word(word, &head->template->audience))
		tmpl_diag_add(head->p->diags, TMPL_ERROR, tmpl_place_at(head->p, from, to),
			      "one of correspondent, client, office, payer, staff, sender",
			      "unknown audience '%s'", word);
}

static void kind_set(struct head *head, size_t from, size_t to)
{
	const char *word = arena_strndup(head->p->arena, head->p->source + from, to - from);
	int i = word_index(kind_words, 0, TMPL_KINDS, word);

	if (i < 0)
		tmpl_diag_add(head->p->diags, TMPL_ERROR, tmpl_place_at(head->p, from, to),
			      "one of notice, receipt, answer", "unknown kind '%s'", word);
	else
		head->template->kind = (enum tmpl_kind)i;
}

static void documents_set(struct head *head, size_t from, size_t to)
{
	const char *word = arena_strndup(head->p->arena, head->p->source + from, to - from);

	head->template->review = str_eq(word, "review");
	if (!head->template->review)
		tmpl_diag_add(head->p->diags, TMPL_ERROR, tmpl_place_at(head->p, from, to), "the only word is review",
			      "unknown documents '%s'", word);
}

static const struct head_key {
	const char *name;
	void (*set)(struct head *head, size_t from, size_t to);
} head_keys[4] = {
	{ "subject", subject_set },
	{ "audience", audience_set },
	{ "kind", kind_set },
	{ "documents", documents_set },
};

/* One line "key: value" at source[from, to). */
static void head_line(struct head *head, size_t from, size_t to)
{
	struct tmpl_parser *p = head->p;
	const char *colon = memchr(p->source + from, ':', to - from), *key;
	size_t value, i;

	if (!colon) {
		tmpl_diag_add(p->diags, TMPL_ERROR, tmpl_place_at(p, from, to), "such as 'audience: client'",
			      "a line of the header block is 'key: value'");
		return;
	}
	key = arena_strndup(p->arena, p->source + from, (size_t)(colon - p->source) - from);
	value = (size_t)(colon - p->source) + 1;
	while (value < to && tmpl_is_blank(p->source[value]))
		value++;
	while (to > value && tmpl_is_blank(p->source[to - 1]))
		to--;
	for (i = 0; i < sizeof head_keys / sizeof *head_keys && !str_eq(head_keys[i].name, key); i++)
		;
	if (i == sizeof head_keys / sizeof *head_keys) {
		tmpl_diag_add(p->diags, TMPL_ERROR, tmpl_place_at(p, from, from + strlen(key)),
			      "the keys are subject, audience, kind, documents", "unknown key '%s'", key);
		return;
	}
	if (head->seen[i])
		tmpl_diag_add(p->diags, TMPL_ERROR, tmpl_place_at(p, from, from + strlen(key)), NULL,
			      "'%s' stands here twice", key);
	head->seen[i] = true;
	head_keys[i].set(head, value, to);
}

static bool is_fence(const char *line, size_t len)
{
	return len == 3 && memcmp(line, "---", 3) == 0;
}

/* The next line of source[*from, len), without white space at its end; moves '*from' behind it. */
static size_t line_next(const struct tmpl_parser *p, size_t *from, size_t len)
{
	const char *nl = memchr(p->source + *from, '\n', len - *from);
	size_t start = *from, to = nl ? (size_t)(nl - p->source) : len;

	*from = nl ? to + 1 : len;
	while (to > start && tmpl_is_blank(p->source[to - 1]))
		to--;
	return to;
}

/* Reads the lines between the two fences; false when one of them is not there. */
static bool head_lines(struct head *head, size_t *from, size_t len)
{
	struct tmpl_parser *p = head->p;
	struct tmpl_place top = { p->file, 1, 1, 0 };
	static const char hint[] = "it begins and ends with a line '---'";
	size_t start = *from, to = line_next(p, from, len);

	if (!is_fence(p->source + start, to - start)) {
		tmpl_diag_add(p->diags, TMPL_ERROR, top, hint, "there is no header block");
		return false;
	}
	while (*from < len) {
		start = *from;
		to = line_next(p, from, len);
		if (is_fence(p->source + start, to - start))
			return true;
		if (to > start)
			head_line(head, start, to);
	}
	tmpl_diag_add(p->diags, TMPL_ERROR, top, hint, "the header block never ends");
	return false;
}

/* Reads the header block; returns where the body begins. */
static size_t head_parse(struct tmpl_parser *p, struct tmpl_template *template, enum tmpl_form form, size_t len)
{
	struct head head = { p, template, { false, false, false, false } };
	struct tmpl_place top = { p->file, 1, 1, 0 };
	size_t from = 0;

	if (!head_lines(&head, &from, len))
		return len;
	if (!head.seen[0])
		tmpl_diag_add(p->diags, TMPL_ERROR, top, NULL, "the header block has no 'subject:'");
	if (template->review && head.seen[1] && template->audience != TMPL_AUDIENCE_STAFF)
		tmpl_diag_add(p->diags, TMPL_ERROR, top, NULL, "only mails to staff have 'documents: review'");
	if (!head.seen[1] && form == TMPL_FORM_MAIL)
		tmpl_diag_add(p->diags, TMPL_ERROR, top, NULL, "the header block has no 'audience:'");
	return from;
}

static bool source_check(struct tmpl_parser *p, size_t len)
{
	struct tmpl_place top = { p->file, 0, 0, 0 };
	size_t i;

	if (len > TMPL_MAX_FILE) {
		tmpl_diag_add(p->diags, TMPL_ERROR, top, NULL, "larger than %u bytes", TMPL_MAX_FILE);
		return false;
	}
	for (i = 0; i < len; i++)
		if (!p->source[i] || !str_utf8_len(p->source + i)) {
			tmpl_diag_add(p->diags, TMPL_ERROR, tmpl_place_at(p, i, i), "save the file as UTF-8",
				      "this is not UTF-8 text");
			return false;
		} else {
			i += str_utf8_len(p->source + i) - 1;
		}
	return true;
}

struct tmpl_template *tmpl_template_parse(const char *file, const char *source, size_t len, enum tmpl_form form,
					  struct tmpl_diags *diags)
{
	struct tmpl_template *template = xcalloc(1, sizeof *template);
	size_t errors = diags->errors, body = 0;
	struct tmpl_parser p = { .arena = &template->arena, .diags = diags };

	arena_init(&template->arena);
	template->file = p.file = arena_strdup(&template->arena, file);
	p.source = arena_strndup(&template->arena, source, len);
	if (source_check(&p, len)) {
		if (form != TMPL_FORM_PLAIN)
			body = head_parse(&p, template, form, len);
		template->body = tmpl_nodes_parse(&p, body, len);
	}
	if (diags->errors != errors)
		tmpl_template_free(&template);
	return template;
}

void tmpl_template_free(struct tmpl_template **template)
{
	if (!*template)
		return;
	arena_free(&(*template)->arena);
	free(*template);
	*template = NULL;
}
