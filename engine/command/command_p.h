/*
 * The inside of the reader of commands: a mail's lines, and words of a line.
 * Private to this folder.
 *
 *     lines.c   text → lines that count (quote/ says whose they are); where the signature begins
 *     slots.c   words → slots
 *     form.c    one line and one phrase → what was said
 *     read.c    all lines → commands, notes, questions
 */
#ifndef POSTKAMER_COMMAND_COMMAND_P_H
#define POSTKAMER_COMMAND_COMMAND_P_H

#include "command/command.h"

#define LINES_MAX 4000

enum line_kind {
	LINE_WORDS,
	LINE_GREETING,  /* above the mail */
	LINE_THANKS,    /* thanks, and no more than that */
	LINE_GRATEFUL   /* thanks with something behind it: "bedankt voor de uitleg" */
};

struct line {
	const char *raw;     /* trimmed, cleaned */
	const char *folded;
	enum line_kind kind;
	bool gap;            /* a blank line stands before it */
};

struct lines {
	struct line *list;   /* neither blank, nor quoted, nor signature */
	size_t count;
	const char *among;   /* the words with the quoted lines that they stand among; NULL = they do not */
	bool reserved;       /* the signature holds what looks like more than one: a question, "mits …" */
	const char *below;   /* what stands below a closing phrase and says more than a signature does; NULL = nothing */
	bool asks_below;     /* it asks something … */
	bool adds_below;     /* … or is a postscript */
};

struct lines_text {
	const char *text;
	const char *name; /* of who wrote it; NULL = unknown */
	const struct mail_mark *marks;
	size_t mark_count;
};

/* Does a line end in a question mark? */
bool line_asks(const char *folded);

void lines_read(const struct phrases *phrases, const struct lines_text *text, struct arena *arena,
		struct lines *lines_r);

/* ---- words ---- */

struct word {
	const char *raw;
	const char *folded;
};

/* The words of a text, those that fold to nothing left out. */
struct word *words_split(struct arena *arena, const char *text, size_t *count_r);
/* Its length without full stops, commas and the like at its end. */
size_t word_bare(const char *word);
/* Equal but for these. */
bool word_same(const char *a, const char *b);
/* Do the words begin with these? */
bool words_begin(const struct word *words, size_t count, const char *const *begin, size_t begin_count);
/* The folded words as one text without marks at its end. */
char *words_join(struct arena *arena, const struct word *words, size_t count);
/* As they were written, without marks at its end. */
char *words_join_raw(struct arena *arena, const struct word *words, size_t count);

/* Does the line begin with words of that kind? How many words that are, 0 = no. */
size_t words_kind(const struct phrases *phrases, enum phrase_words kind, const struct word *words, size_t count);

/* ---- slots.c ---- */

/* Those that the words come near to, or all that this role may name; at most 'max'. */
size_t slots_near(const struct dossier *dossier, const char *folded, bool staff, struct arena *arena,
		  const struct slot ***slots_r);

/* ---- form.c ---- */

struct form_order {
	const struct saying_order *order;
	struct arena *arena;
	const char *raw;       /* the line */
	const char *more;      /* lines that go on from it, "" = none; used by what has a text */
};

/* A phrase of a file, or one of the workflow's own. */
struct form {
	const struct phrase *phrase;
	const struct prog_phrase *own; /* NULL = of a file */
};

/*
 * May a line that folds to this be said so? Looks at the first word alone: of
 * all that can be said, hardly anything begins as this line does.
 */
bool form_may_begin(const struct form *form, const char *folded);
/*
 * Does the line say this? False: it is something else. True: '*said_r' is what
 * it says, perhaps with a fault.
 */
bool form_read(const struct form_order *f, const struct form *form, struct said *said_r);
/* All that can be said here: the files' phrases, then the workflow's own. */
struct form *form_list(const struct phrases *phrases, const struct program *program, struct arena *arena,
		       size_t *count_r);
bool form_is_for(const struct form *form, enum actor_role role);

#endif
