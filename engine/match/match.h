/*
 * Regular expressions (PCRE2), compiled once at load time and run with limits
 * against text from outside.
 *
 * Every pattern is UTF with Unicode properties; bytes in the text that are not
 * UTF-8 match nothing and do no harm. \C is refused. A run that passes a limit
 * (steps, depth, heap) is an error of the rule, reported as such; it is never
 * "no match". The just-in-time compiler is not used: it needs writable and
 * executable memory, which a hardened service does not get.
 */
#ifndef POSTKAMER_MATCH_MATCH_H
#define POSTKAMER_MATCH_MATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

#define MATCH_MAX_PATTERN 4096  /* bytes of a pattern */
#define MATCH_MAX_GROUPS 16     /* capture groups that a hit shows, group 0 included */
#define MATCH_MAX_TEXT (1u << 20) /* bytes of text; more is ERR_LIMIT */

enum match_flag {
	MATCH_IGNORE_CASE = 1 /* Unicode case folding */
};

struct match; /* a compiled pattern; may be shared, never changes */

/* Bytes [start, end) of the text searched; start = MATCH_NONE for a group that took no part. */
#define MATCH_NONE ((size_t)-1)

struct match_span {
	size_t start, end;
};

struct match_hit {
	struct match_span groups[MATCH_MAX_GROUPS]; /* [0] is the whole hit */
	size_t count;                               /* groups filled in */
};

/*
 * Compiles a pattern. Failure: -1, ERR_INPUT, and '*offset_r' (may be NULL)
 * says at which byte of the pattern; '*match_r' is then untouched.
 */
int match_compile(const char *pattern, unsigned flags, struct match **match_r, size_t *offset_r,
		  struct err *err);
void match_free(struct match **match);

/* The pattern's own text, as compiled, and its flags. */
const char *match_pattern(const struct match *match);
unsigned match_flags(const struct match *match);

/* The number of a named group, or -1. */
int match_group(const struct match *match, const char *name);

/*
 * Looks for the first hit at or after byte 'from' of 'text'. 1 = found,
 * 0 = none, -1 = the rule is at fault: ERR_LIMIT for a limit that was hit
 * (match, depth, heap), ERR_BUG for anything else PCRE2 refuses.
 */
int match_find(const struct match *match, const char *text, size_t len, size_t from,
	       struct match_hit *hit_r, struct err *err);

/*
 * For going over all hits: finds the one after '*hit_r', which came from
 * match_find() or match_next() on the same text. An empty hit is stepped over,
 * so that the walk always ends.
 */
int match_next(const struct match *match, const char *text, size_t len, struct match_hit *hit,
	       struct err *err);

/* Does the terminated text hold a hit? 1, 0 or -1, as match_find(). */
int match_test(const struct match *match, const char *text, struct err *err);

/* Does a hit span the whole of the terminated text? 1, 0 or -1. */
int match_whole(const struct match *match, const char *text, struct err *err);

#endif
