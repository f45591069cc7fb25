/*
 * The inside of reading mail text. Private to this folder.
 *
 *     fold.c     text → how it is compared
 *     lexicon.c    what mail programs write, by language
 *     text.c     text → lines with their depth of quotation
 *     intro.c    the heads above what is quoted or passed on
 *     wrote.c    … "Op … schreef …:"
 *     reply.c    lines → whose they are
 *     forward.c  → the mails that were passed on
 */
#ifndef POSTKAMER_QUOTE_QUOTE_P_H
#define POSTKAMER_QUOTE_QUOTE_P_H

#include "quote/quote.h"

#define QUOTE_MAX_DEPTH 50

/* ---- lexicon.c ---- */

struct lexicon {
	struct quote_word *extra; /* folded; beside the lists of lexicon.c */
	size_t count;
};

void lexicon_init(struct lexicon *words, const struct quote_word *extra, size_t extra_count, struct arena *arena);
/* The words of a kind, one after the other; '*at' begins at 0. NULL = that were all. */
const char *lexicon_next(const struct lexicon *words, enum quote_word_kind kind, size_t *at);
/* Is the folded text one of that kind, all of it? */
bool lexicon_is(const struct lexicon *words, enum quote_word_kind kind, const char *folded, size_t len);
/* Does it begin with one, at the end of a word? How long that is, 0 = no. */
size_t lexicon_starts(const struct lexicon *words, enum quote_word_kind kind, const char *folded);
/* Where one stands in it as a word; NULL = nowhere. */
const char *lexicon_find(const struct lexicon *words, enum quote_word_kind kind, const char *folded);
/* The longest that the text ends with, glued to what stands before it or not. */
size_t lexicon_ends(const struct lexicon *words, enum quote_word_kind kind, const char *folded, size_t len);

/* ---- text.c ---- */

struct text_line {
	const char *raw;      /* in the text */
	size_t len;
	size_t depth;         /* marks of quotation before it */
	const char *body;     /* behind them and blanks; in the text */
	const char *text;     /* the same, terminated, trimmed at its end; cut at 2000 bytes */
	const char *folded;
	bool blank;
};

struct text {
	struct lexicon words;
	struct arena *arena;
	const char *start;
	const struct quote_order *order;
	struct text_line *lines;
	size_t count;
};

void text_init(struct text *text, const struct quote_order *order, struct arena *arena);
/* The next line from 'at' on that is not blank; text->count when there is none. */
size_t text_next(const struct text *text, size_t at);
/* Dashes or underscores from end to end. */
bool text_is_rule(const struct text_line *line);
/* A line without marks right below a quoted one, with quoted lines next: the program forgot the mark. */
bool text_is_between(const struct text *text, size_t at);
/* Does a mark of that kind hold where the line begins? */
bool text_marked(const struct text *text, size_t at, enum mail_mark_kind kind);

/* ---- intro.c ---- */

enum intro_kind { INTRO_NONE, INTRO_WROTE, INTRO_HEAD, INTRO_ORIGINAL, INTRO_FORWARDED };

struct intro {
	enum intro_kind kind;
	size_t lines;         /* of the text that it takes, blank ones inside and its rule counted */
	size_t depth;
	bool head;            /* it has fields; 'from' and the others tell which */
	const char *from;     /* values of the fields, "" = not there; WROTE: the whole line */
	const char *sent;
	const char *to;
	const char *subject;
	bool strong;          /* WROTE: names an address or a time of day */
	const char *tail;     /* what stands on its last line behind it; one-line heads; NULL = nothing */
};

/* Does one begin at this line? It goes on over lines of the same depth. */
bool intro_at(const struct text *text, size_t at, struct intro *intro_r);

/* ---- wrote.c ---- */

/* "Op … schreef Jan <…>:", over up to four lines; how many, 0 = none. */
size_t wrote_at(const struct text *text, size_t at, struct intro *intro_r);
bool has_clock(const char *folded);

/* ---- forward.c and reply.c ---- */

/* Lines from…to as one text, quotation marks up to 'depth' taken off, without blank lines at its ends. */
char *text_join(const struct text *text, size_t from, size_t to, size_t depth, struct arena *arena);

#endif
