/* System. */
#include <string.h>

/* Base. */
#include "base/buf.h"
#include "base/str.h"

/* Own. */
#include "command/command_p.h"

#define MARKS ".,!;:"

static bool is_space(const char *at, size_t *len)
{
	*len = str_utf8_len(at);
	if (*len <= 1) {
		*len = 1;
		return *at == ' ' || *at == '\t' || *at == '\r' || *at == '\n';
	}
	return *len == 2 && (unsigned char)at[0] == 0xc2 && (unsigned char)at[1] == 0xa0;
}

struct word *words_split(struct arena *arena, const char *text, size_t *count)
{
	struct word *words = NULL;
	size_t len;

	*count = 0;
	while (*text) {
		const char *start = text;
		struct word word;

		if (is_space(text, &len)) {
			text += len;
			continue;
		}
		while (*text && !is_space(text, &len))
			text += len;
		word.raw = arena_strndup(arena, start, (size_t)(text - start));
		word.folded = command_fold(arena, word.raw);
		if (!*word.folded)
			continue;
		words = arena_grow(arena, words, *count, sizeof *words);
		words[(*count)++] = word;
	}
	return words;
}

size_t word_bare(const char *word)
{
	size_t len = strlen(word);

	while (len > 1 && strchr(MARKS, word[len - 1]))
		len--;
	return len;
}

bool word_same(const char *a, const char *b)
{
	size_t n;

	if (*a != *b)
		return false;
	n = word_bare(a);
	return n == word_bare(b) && memcmp(a, b, n) == 0;
}

bool words_begin(const struct word *words, size_t count, const char *const *begin, size_t begin_count)
{
	size_t i;

	if (begin_count > count)
		return false;
	for (i = 0; i < begin_count; i++)
		if (!word_same(words[i].folded, begin[i]))
			return false;
	return true;
}

static char *join(struct arena *arena, const struct word *words, size_t count, bool raw)
{
	struct buf out = BUF_INIT(BUF_MAX_TEXT);
	char *joined;
	size_t i;

	for (i = 0; i < count; i++) {
		if (i)
			buf_addc(&out, ' ');
		buf_adds(&out, raw ? words[i].raw : words[i].folded);
	}
	joined = arena_strndup(arena, out.data, word_bare(out.data));
	buf_free(&out);
	return joined;
}

char *words_join(struct arena *arena, const struct word *words, size_t count)
{
	return join(arena, words, count, false);
}

char *words_join_raw(struct arena *arena, const struct word *words, size_t count)
{
	return join(arena, words, count, true);
}

size_t words_kind(const struct phrases *phrases, enum phrase_words kind, const struct word *words, size_t count)
{
	size_t i, best = 0;

	for (i = 0; i < phrases->line_count; i++) {
		const struct phrase_line *line = &phrases->lines[i];

		if (line->kind == kind && line->count > best && words_begin(words, count, line->words, line->count))
			best = line->count;
	}
	return best;
}
