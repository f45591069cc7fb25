/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "rule/parse_p.h"
#include "rule/suggest.h"

#define WORDS_MAX 4 /* words of the longest element, and one more */

/* The words that stand next, at most 'max'. */
static size_t words_ahead(const struct parser *parser, const char **words, size_t max)
{
	size_t n = 0;

	while (n < max && parse_peek_at(parser, n)->kind == TOKEN_WORD) {
		words[n] = parse_peek_at(parser, n)->text;
		n++;
	}
	return n;
}

const struct element *parse_element_ahead(const struct parser *parser, unsigned where)
{
	const char *words[WORDS_MAX];
	size_t used;

	return element_find(where, words, words_ahead(parser, words, WORDS_MAX), &used);
}

static struct span step_over(struct parser *parser, size_t count)
{
	struct span span = parse_peek(parser)->span;

	while (count--)
		span = span_join(span, parse_next(parser)->span);
	return span;
}

/* The words that may stand at place 'at', as "'a', 'b' or 'c'". */
static const char *choices(struct parser *parser, unsigned where, const char *const *words, size_t at)
{
	struct buf list = BUF_INIT(BUF_MAX_LINE);
	const char *word, *text;
	size_t i;

	for (i = 0; (word = element_next_word(where, words, at, i)) != NULL; i++) {
		if (i)
			buf_adds(&list, element_next_word(where, words, at, i + 1) ? ", " : " or ");
		buf_addf(&list, "'%.*s'", (int)strcspn(word, " "), word);
	}
	text = arena_strdup(parser->arena, list.data);
	buf_free(&list);
	return text;
}

/* The word nearest to the one at place 'at', of those that may stand there; NULL when none is near. */
static const char *nearest(struct parser *parser, unsigned where, const char *const *words, size_t at)
{
	struct suggest near;
	const char *word;
	size_t i;

	suggest_init(&near, words[at]);
	for (i = 0; (word = element_next_word(where, words, at, i)) != NULL; i++)
		suggest_offer(&near, arena_strndup(parser->arena, word, strcspn(word, " ")));
	return near.best;
}

static const char *joined(struct parser *parser, const char *const *words, size_t count)
{
	const char *text = "";
	size_t i;

	for (i = 0; i < count; i++)
		text = arena_printf(parser->arena, "%s%s%s", text, i ? " " : "", words[i]);
	return text;
}

static size_t word_count(const char *words)
{
	size_t n = 1;

	for (; *words; words++)
		n += *words == ' ';
	return n;
}

/* The element of several words nearest to as many words as stand there; NULL when none is near. */
static const struct element *nearest_phrase(struct parser *parser, unsigned where, const char *const *words,
					    size_t count)
{
	const struct element *best = NULL, *list;
	unsigned least = 4;
	size_t i, all;

	list = element_list(&all);
	for (i = 0; i < all; i++) {
		size_t n = word_count(list[i].words);
		unsigned distance;

		if (!(list[i].where & where) || n < 2 || n > count)
			continue;
		distance = str_distance(joined(parser, words, n), list[i].words, 3);
		if (distance < least) {
			best = &list[i];
			least = distance;
		}
	}
	return best;
}

/* Says that the word at place 'at' does not fit; it becomes the near one that was meant, if any. */
static bool fault_word(struct parser *parser, unsigned where, const char **words, size_t count, size_t at,
		       const char *what)
{
	const struct token *token = parse_peek_at(parser, at);
	const char *near = at < count ? nearest(parser, where, words, at) : NULL;
	struct found found = parse_found(parser, at);
	struct diag *diag;

	if (near) {
		diag = parse_fault(parser, token, "unknown word '%s'", words[at]);
		diag_hint(parser->diags, diag, "did you mean '%s'?", near);
		words[at] = near;
		return true;
	}
	if (at) {
		if (token->kind == TOKEN_ERROR)
			return false;
		diag = parse_fault_at(parser, found.span, "expected %s behind '%s', found %s",
				      choices(parser, where, words, at), joined(parser, words, at), found.words);
		if (at < count && str_eq(words[at], "not"))
			diag_hint(parser->diags, diag, "'not' stands in front: not %s …", joined(parser, words, at));
		return false;
	}
	if (where & (IN_FILE | IN_STATE | IN_ALWAYS | IN_ACTIONS))
		return parse_expected_here(parser, what);
	return parse_expected(parser, what);
}

/* The whole of several words is near to an element: it is told, unless one of them was, and taken for it. */
static const struct element *take_near_phrase(struct parser *parser, const struct element *element,
					      const char *const *words, bool told, struct span *span)
{
	size_t count = word_count(element->words);

	*span = step_over(parser, count);
	if (!told)
		diag_hint(parser->diags,
			  parse_fault_at(parser, *span, "unknown words '%s'", joined(parser, words, count)),
			  "did you mean '%s'?", element->words);
	return element;
}

const struct element *parse_element(struct parser *parser, unsigned where, const char *what,
				    struct span *span)
{
	const char *words[WORDS_MAX];
	size_t count, used, tries;

	if (!parse_is(parser, TOKEN_WORD))
		parse_skip_assignment(parser);
	count = words_ahead(parser, words, WORDS_MAX);
	for (tries = 0; tries <= WORDS_MAX; tries++) {
		const struct element *element = element_find(where, words, count, &used);
		bool near;

		if (element) {
			*span = step_over(parser, used);
			return element;
		}
		near = used < count && nearest(parser, where, words, used);
		element = used ? nearest_phrase(parser, where, words, count) : NULL;
		if (element && used < count && !near)
			return take_near_phrase(parser, element, words, tries > 0, span);
		if ((tries && !near) || !fault_word(parser, where, words, count, used, what))
			return NULL;
	}
	return NULL;
}
