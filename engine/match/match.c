/* System. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/str.h"
#include "base/xalloc.h"

/* Own. */
#include "match/match.h"

/* Enough for any honest pattern on a subject or a file name; a bad one ends within a millisecond. */
#define STEPS_MAX 100000u
#define DEPTH_MAX 100000u
#define HEAP_MAX_KIB 2048u
#define NESTING_MAX 100u /* of parentheses */

struct match {
	pcre2_code *code;               /* owned */
	pcre2_match_context *limits;    /* owned */
	char *pattern;                  /* owned */
	unsigned flags;
};

/* Ends the process the way base/xalloc.h does when PCRE2 got no memory. */
static void *must(void *ptr)
{
	return ptr ? ptr : xmalloc(SIZE_MAX);
}

static int compile_error(int code, size_t offset, size_t *offset_r, struct err *err)
{
	PCRE2_UCHAR words[160];

	if (pcre2_get_error_message(code, words, sizeof words) < 0)
		words[0] = '\0';
	if (offset_r)
		*offset_r = offset;
	return err_set(err, ERR_INPUT, "%s", (const char *)words);
}

static pcre2_code *compile_limited(const char *pattern, uint32_t options, int *code, PCRE2_SIZE *offset)
{
	pcre2_compile_context *limits = must(pcre2_compile_context_create(NULL));
	pcre2_code *compiled;

	pcre2_set_max_pattern_length(limits, MATCH_MAX_PATTERN);
	pcre2_set_parens_nest_limit(limits, NESTING_MAX);
	compiled = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, options, code, offset, limits);
	pcre2_compile_context_free(limits);
	return compiled;
}

int match_compile(const char *pattern, unsigned flags, struct match **match_r, size_t *offset_r,
		  struct err *err)
{
	uint32_t options = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C;
	PCRE2_SIZE offset = 0;
	struct match *match;
	pcre2_code *compiled;
	int code;

	if (flags & MATCH_IGNORE_CASE)
		options |= PCRE2_CASELESS;
	compiled = compile_limited(pattern, options, &code, &offset);
	if (!compiled)
		return compile_error(code, offset, offset_r, err);
	match = xcalloc(1, sizeof *match);
	match->code = compiled;
	match->limits = must(pcre2_match_context_create(NULL));
	pcre2_set_match_limit(match->limits, STEPS_MAX);
	pcre2_set_depth_limit(match->limits, DEPTH_MAX);
	pcre2_set_heap_limit(match->limits, HEAP_MAX_KIB);
	match->pattern = xstrdup(pattern);
	match->flags = flags;
	*match_r = match;
	return 0;
}

void match_free(struct match **match)
{
	struct match *old = *match;

	if (!old)
		return;
	*match = NULL;
	pcre2_code_free(old->code);
	pcre2_match_context_free(old->limits);
	free(old->pattern);
	free(old);
}

const char *match_pattern(const struct match *match)
{
	return match->pattern;
}

unsigned match_flags(const struct match *match)
{
	return match->flags;
}

int match_group(const struct match *match, const char *name)
{
	int number = pcre2_substring_number_from_name(match->code, (PCRE2_SPTR)name);

	return number > 0 ? number : -1;
}

/* \K in a lookaround may put the start behind the end; such a hit is made empty. */
static void hit_fill(struct match_hit *hit, const PCRE2_SIZE *ovector, size_t count)
{
	size_t i;

	hit->count = count < MATCH_MAX_GROUPS ? count : MATCH_MAX_GROUPS;
	for (i = 0; i < hit->count; i++) {
		struct match_span *span = &hit->groups[i];

		span->start = ovector[2 * i] == PCRE2_UNSET ? MATCH_NONE : ovector[2 * i];
		span->end = ovector[2 * i + 1] == PCRE2_UNSET ? MATCH_NONE : ovector[2 * i + 1];
		if (span->start != MATCH_NONE && span->start > span->end)
			span->start = span->end;
	}
}

static int run_error(const struct match *match, int code, struct err *err)
{
	PCRE2_UCHAR words[160];

	if (pcre2_get_error_message(code, words, sizeof words) < 0)
		words[0] = '\0';
	switch (code) {
	case PCRE2_ERROR_MATCHLIMIT:
	case PCRE2_ERROR_DEPTHLIMIT:
	case PCRE2_ERROR_HEAPLIMIT:
	case PCRE2_ERROR_JIT_STACKLIMIT:
		return err_set(err, ERR_LIMIT, "pattern /%s/ takes too much work: %s", match->pattern,
			       (const char *)words);
	default:
		return err_set(err, ERR_BUG, "pattern /%s/ failed: %s", match->pattern, (const char *)words);
	}
}

static int find(const struct match *match, const char *text, size_t len, size_t from, uint32_t options,
		struct match_hit *hit, struct err *err)
{
	pcre2_match_data *data;
	int n;

	if (len > MATCH_MAX_TEXT)
		return err_set(err, ERR_LIMIT, "text of %zu bytes is too long to search", len);
	if (from > len)
		return 0;
	data = must(pcre2_match_data_create_from_pattern(match->code, NULL));
	n = pcre2_match(match->code, (PCRE2_SPTR)text, len, from, options, data, match->limits);
	if (n > 0 && hit)
		hit_fill(hit, pcre2_get_ovector_pointer(data), (size_t)n);
	pcre2_match_data_free(data);
	if (n == PCRE2_ERROR_NOMATCH)
		return 0;
	return n > 0 ? 1 : run_error(match, n, err);
}

int match_find(const struct match *match, const char *text, size_t len, size_t from,
	       struct match_hit *hit, struct err *err)
{
	return find(match, text, len, from, 0, hit, err);
}

/*
 * After an empty hit the same place is tried for one that is not empty, then
 * the search goes on one character further (pcre2demo.c does the same). A
 * pattern that uses \K by a detour can put the start of a hit in front of the
 * place the search began at; it is cut, so that each step makes way.
 */
int match_next(const struct match *match, const char *text, size_t len, struct match_hit *hit,
	       struct err *err)
{
	size_t at = hit->groups[0].end, step;
	int found;

	if (hit->groups[0].start != at) {
		found = find(match, text, len, at, 0, hit, err);
	} else {
		found = find(match, text, len, at, PCRE2_NOTEMPTY_ATSTART | PCRE2_ANCHORED, hit, err);
		if (found < 0 || (found && hit->groups[0].end > at) || at >= len)
			return found > 0 && hit->groups[0].end <= at ? 0 : found;
		for (step = 1; at + step < len && ((unsigned char)text[at + step] & 0xc0) == 0x80; step++)
			;
		at += step;
		found = find(match, text, len, at, 0, hit, err);
	}
	if (found > 0 && hit->groups[0].start < at)
		hit->groups[0].start = at;
	return found;
}

int match_test(const struct match *match, const char *text, struct err *err)
{
	return find(match, text, strlen(text), 0, 0, NULL, err);
}

int match_whole(const struct match *match, const char *text, struct err *err)
{
	return find(match, text, strlen(text), 0, PCRE2_ANCHORED | PCRE2_ENDANCHORED, NULL, err);
}
