/* System. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* Base. */
#include "base/buf.h"
#include "base/str.h"

/* Engine. */
#include "match/match.h"

/* Own. */
#include "flow/number.h"

/*
 * What mail clients put before the subject of an answer or a forwarded mail,
 * lower case: English, Dutch, German, French, Spanish and Portuguese, Italian,
 * the Nordic languages, Polish, Turkish, Czech.
 */
static const char *const prefixes[] = {
	"re", "fwd", "fw", "antw", "antwoord", "betr", "betreft", "doorst", "doorgest", "doorgestuurd", "aw",
	"antwort", "wg", "weitergeleitet", "tr", "ré", "rÉ", "transf", "rv", "res", "enc", "rif", "r", "i", "sv", "vs",
	"vb", "vl", "odp", "pd", "ynt", "ilt", "předat",
};

/* Code points, first to last. */
struct range {
	uint32_t first, last;
};

static const struct range gaps[] = {
	{ 0x09, 0x0d },     { 0x20, 0x20 },     { '-', '-' },       { 0x85, 0x85 },     { 0xa0, 0xa0 },
	{ 0x058a, 0x058a }, { 0x05be, 0x05be }, { 0x1680, 0x1680 }, { 0x2000, 0x200a }, { 0x2010, 0x2015 },
	{ 0x2028, 0x2029 }, { 0x202f, 0x202f }, { 0x2043, 0x2043 }, { 0x205f, 0x205f }, { 0x2212, 0x2212 },
	{ 0x2e3a, 0x2e3b }, { 0x3000, 0x3000 }, { 0x301c, 0x301c }, { 0xfe58, 0xfe58 }, { 0xfe63, 0xfe63 },
	{ 0xff0d, 0xff0d },
};
static const struct range unseen[] = {
	{ 0xad, 0xad },     { 0x034f, 0x034f }, { 0x061c, 0x061c }, { 0x180e, 0x180e }, { 0x200b, 0x200f },
	{ 0x202a, 0x202e }, { 0x2060, 0x2064 }, { 0x2066, 0x2069 }, { 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff },
};

static bool in_ranges(const struct range *ranges, size_t count, uint32_t c)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
	return false;
}

static bool is_gap(uint32_t c)
{
	return in_ranges(gaps, sizeof gaps / sizeof *gaps, c);
}

static bool is_unseen(uint32_t c)
{
	return in_ranges(unseen, sizeof unseen / sizeof *unseen, c);
}

/* The character at 'text' and its length; a byte that is none stands for itself. */
static uint32_t next_char(const char *text, size_t *len)
{
	*len = str_utf8_len(text);
	if (*len)
		return str_utf8_char(text);
	*len = 1;
	return 0xfffd;
}

static const char *skip_blank(const char *text)
{
	size_t len;

	while (*text) {
		uint32_t c = next_char(text, &len);

		if (c == '-' || !(is_gap(c) || is_unseen(c)))
			break;
		text += len;
	}
	return text;
}

/* A counter behind a prefix: "[2]", "(2)", "^2", "*2", "2"; NULL when it is broken off. */
static const char *skip_counter(const char *text)
{
	char close = *text == '[' ? ']' : *text == '(' ? ')' : 0;

	if (close || *text == '^' || *text == '*')
		text++;
	while (isdigit((unsigned char)*text))
		text++;
	if (close)
		return *text == close ? text + 1 : NULL;
	return text;
}

/* The colon in ASCII, full width, small and presentation form; blanks before it are common in French. */
static const char *skip_colon(const char *text)
{
	static const char *const colons[] = { ":", "\xef\xbc\x9a", "\xef\xb9\x95", "\xef\xb8\x93" };
	size_t i;

	text = skip_blank(text);
	for (i = 0; i < sizeof colons / sizeof *colons; i++)
		if (str_starts(text, colons[i]))
			return text + strlen(colons[i]);
	return NULL;
}

/* Behind one prefix that stands at 'text', or NULL. */
static const char *skip_prefix(const char *text)
{
	size_t i;

	for (i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
		const char *end;

		if (!str_istarts(text, prefixes[i]))
			continue;
		end = skip_counter(skip_blank(text + strlen(prefixes[i])));
		end = end ? skip_colon(end) : NULL;
		if (end)
			return end;
	}
	return NULL;
}

const char *number_strip_prefixes(const char *subject)
{
	const char *next = skip_blank(subject);

	do {
		subject = skip_blank(next);
		next = skip_prefix(subject);
	} while (next);
	return subject;
}

/* ASCII for a full-width form, else the character itself; letters in upper case. */
static uint32_t fold_char(uint32_t c)
{
	if (c >= 0xff01 && c <= 0xff5e)
		c -= 0xfee0;
	return c >= 'a' && c <= 'z' ? c - 32 : c;
}

static void fold_into(struct buf *buf, const char *text, bool underscores)
{
	const char *start = text;
	bool gap = false;
	size_t len;

	for (; *text && (size_t)(text - start) < NUMBER_MAX_TEXT; text += len) {
		uint32_t c = next_char(text, &len);

		if (is_unseen(c))
			continue;
		if (is_gap(c) || (underscores && c == '_')) {
			gap = buf->len > 0;
			continue;
		}
		if (gap)
			buf_addc(buf, '-');
		gap = false;
		c = fold_char(c);
		if (c < 0x80)
			buf_addc(buf, (char)c);
		else
			buf_add(buf, text, len);
	}
}

static char *fold(struct arena *arena, const char *text, bool underscores)
{
	struct buf buf = BUF_INIT(2 * NUMBER_MAX_TEXT);
	char *folded;

	fold_into(&buf, text, underscores);
	folded = arena_strndup(arena, buf.data, buf.len);
	buf_free(&buf);
	return folded;
}

char *number_fold(struct arena *arena, const char *text)
{
	return fold(arena, text, false);
}

struct candidates {
	struct arena *arena;
	const char **list;
	size_t count;
};

static void candidate_add(struct candidates *found, const char *text, size_t len)
{
	size_t i;

	if (len == 0 || len > NUMBER_MAX || found->count == NUMBER_MAX_CANDIDATES)
		return;
	for (i = 0; i < found->count; i++)
		if (strlen(found->list[i]) == len && memcmp(found->list[i], text, len) == 0)
			return;
	found->list = arena_grow(found->arena, found->list, found->count, sizeof *found->list);
	found->list[found->count++] = arena_strndup(found->arena, text, len);
}

static int collect(const struct match *pattern, const char *text, struct candidates *found, struct err *err)
{
	size_t len = strlen(text);
	struct match_hit hit;
	int ret;

	for (ret = match_find(pattern, text, len, 0, &hit, err); ret == 1;
	     ret = match_next(pattern, text, len, &hit, err))
		candidate_add(found, text + hit.groups[0].start, hit.groups[0].end - hit.groups[0].start);
	return ret;
}

int number_candidates(const struct program *program, const char *text, struct arena *arena,
		      const char ***numbers_r, size_t *count_r, struct err *err)
{
	struct candidates found = { arena, NULL, 0 };

	if (program->number) {
		if (collect(program->number, fold(arena, text, false), &found, err) < 0 ||
		    (strchr(text, '_') && collect(program->number, fold(arena, text, true), &found, err) < 0))
			return err_context(err, "%s: number pattern", program->file);
	}
	*numbers_r = found.list;
	*count_r = found.count;
	return 0;
}

int number_remove(const struct program *program, const char *text, struct arena *arena, const char **text_r,
		  struct err *err)
{
	char *folded = fold(arena, text, true);
	size_t len = strlen(folded);
	struct match_hit hit;
	int ret = 0;

	if (program->number)
		ret = match_find(program->number, folded, len, 0, &hit, err);
	while (ret == 1) {
		memset(folded + hit.groups[0].start, ' ', hit.groups[0].end - hit.groups[0].start);
		ret = match_next(program->number, folded, len, &hit, err);
	}
	if (ret < 0)
		return err_context(err, "%s: number pattern", program->file);
	*text_r = folded;
	return 0;
}

int number_fits(const struct program *program, const char *number, struct err *err)
{
	if (!program->number || strlen(number) > NUMBER_MAX)
		return 0;
	return match_whole(program->number, number, err);
}

char number_check_letter(const char *number)
{
	unsigned rest = 0;
	bool any = false;

	for (; *number; number++)
		if (isdigit((unsigned char)*number)) {
			rest = (rest * 10 + (unsigned)(*number - '0')) % 23;
			any = true;
		}
	return any ? NUMBER_CHECK_LETTERS[rest] : 0;
}

bool number_check_valid(const char *number)
{
	size_t len = strlen(number);
	char letter = number_check_letter(number);

	return letter && number[len - 1] == letter;
}

char *number_format(struct arena *arena, const struct program *program, int year, int64_t serial)
{
	char text[256] = "";
	size_t i, len = 0;

	if (program->number_new_count == 0)
		return NULL;
	for (i = 0; i < program->number_new_count && len < sizeof text; i++) {
		const struct prog_number_piece *piece = &program->number_new[i];
		char *end = text + len;
		size_t room = sizeof text - len;
		int added = 0;

		switch (piece->kind) {
		case NUMBER_TEXT: added = snprintf(end, room, "%s", piece->text); break;
		case NUMBER_YEAR: added = snprintf(end, room, "%04d", year); break;
		case NUMBER_SERIAL: added = snprintf(end, room, "%0*lld", piece->width, (long long)serial); break;
		case NUMBER_CHECK: added = snprintf(end, room, "%c", number_check_letter(text)); break;
		}
		len += added > 0 ? (size_t)added : 0;
	}
	return number_fold(arena, text);
}
