/*
 * A mail's text as people write it: which lines are the person's own words,
 * which are another's (quoted, or below the head that a mail program sets above
 * what is answered or passed on), which are a signature; and the mail that
 * somebody forwarded. Pure: text in, marks out; no store, no clock.
 *
 * The first rule is that nobody's own words are lost: where a line may be
 * either, it is his own. Whoever acts on words (commands, approvals) has to be
 * careful by himself; whoever shows them shows too much rather than too little.
 *
 * Understood are the shapes of Outlook (desktop, web, telephone, Mac), Gmail,
 * Apple Mail, Thunderbird, Yahoo, telephones and the usual web mail programs,
 * in the languages of the table in lexicon.c. Where the text was made of HTML,
 * the marks of model/mail.h tell what the text alone does not.
 */
#ifndef POSTKAMER_QUOTE_QUOTE_H
#define POSTKAMER_QUOTE_QUOTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "model/mail.h"

#define QUOTE_MAX_LINES 5000  /* of a text that are looked at; the rest counts as nobody's */

enum quote_kind {
	QUOTE_OWN,
	QUOTE_BLANK,
	QUOTE_INTRO,     /* "Op … schreef …:", "-----Oorspronkelijk bericht-----", Van/Verzonden/Aan/Onderwerp */
	QUOTE_QUOTED,    /* another's words */
	QUOTE_SIGNATURE  /* below "--", what a telephone adds, what the HTML calls a signature */
};

struct quote_line {
	const char *text;      /* without its line end; not trimmed, marks of quotation and all */
	size_t len;
	enum quote_kind kind;
};

/*
 * Words beside those of lexicon.c, for what an office adds in its phrase files.
 * 'words' in any case, with any accents.
 */
enum quote_word_kind {
	QUOTE_WORD_WROTE,    /* "schreef": in the line above a quotation */
	QUOTE_WORD_ORIGINAL, /* "oorspronkelijk bericht", between dashes */
	QUOTE_WORD_FORWARDED,
	QUOTE_WORD_FROM,     /* fields of a head … */
	QUOTE_WORD_SENT,
	QUOTE_WORD_TO,
	QUOTE_WORD_CC,
	QUOTE_WORD_SUBJECT,
	QUOTE_WORD_FIELD,    /* … and others of it, of which nothing is kept */
	QUOTE_WORD_DEVICE,   /* "verzonden vanaf mijn" */
	QUOTE_WORD_BELOW,    /* "zie mijn antwoorden hieronder" */
	QUOTE_WORD_MARK_REPLY,   /* in front of a subject: "Antw" */
	QUOTE_WORD_MARK_FORWARD, /* … "Doorst" */
	QUOTE_WORD_OPENING,  /* begins a line that ends in "… schreef:" */
	QUOTE_WORD_SELF,     /* "ik": who writes of himself is not quoted */
	QUOTE_WORD_BEHALF,   /* "namens": between two addresses of one sender */
	QUOTE_WORD_KINDS
};

struct quote_word {
	enum quote_word_kind kind;
	const char *words;
};

struct quote_order {
	const char *text;               /* of the mail; NULL = "" */
	const struct mail_mark *marks;  /* of a text that was made of HTML; NULL = none */
	size_t mark_count;
	const struct quote_word *extra; /* NULL = none */
	size_t extra_count;
};

struct quote {
	struct quote_line *lines;
	size_t count;
	const char *own;       /* what the person wrote: no quotation, no signature; "" = nothing */
	/*
	 * The same with the quoted lines that his words stand among, since they
	 * mean nothing without; of a mail in which he wrote nothing, what it quotes.
	 * For people to read, never to act on.
	 */
	const char *shown;
	bool among;            /* own words stand below or between quoted lines, or say that they do, or may do so */
};

/* Never fails. Strings in 'arena'; lines[] points into the text. */
void quote_read(const struct quote_order *order, struct arena *arena, struct quote *quote_r);
/* Do own words say that more of them stand below: "zie mijn antwoorden hieronder"? */
bool quote_points_below(const char *own, struct arena *arena);

/* ---- the mail that was passed on ---- */

enum forward_found {
	FORWARD_NONE,    /* it is no forward: an answer, or a mail of its own */
	FORWARD_UNSURE,  /* it may be one, or it is, but not for certain of whose mail: a person looks */
	FORWARD_FOUND
};

struct forward {
	bool attached;          /* as a message; else in the text */
	int level;              /* 1 = passed on by the sender of this mail, 2 = inside that one, … */
	const char *name;       /* of its sender, "" = not said */
	const char *addr;       /* as written, or NULL */
	const char *to;         /* as the head has it, "" = not said */
	const char *subject;    /* "" = not said; with its Re: and Fwd: */
	const char *date_text;  /* as written, "" = not said */
	int64_t date;           /* attached: of its Date field, or DATE_NONE; in a text it is prose: DATE_NONE */
	const char *text;       /* what it said, others' words in it and all */
	size_t part;            /* attached: the part of the message */
	size_t first_part;      /* its files are among mail->parts from here … */
	size_t end_part;        /* … up to here; those of a message inside it are among them */
};

struct forwards {
	enum forward_found found;
	const char *why;        /* UNSURE: what is missing or contradicts itself, for the operator */
	struct forward *list;   /* in the order of the mail, those inside behind the one they are in */
	size_t count;
};

/*
 * 'mail' as the parse worker gives it; 'subject_known' false: judge by the text
 * alone. An answer that quotes a forward is no forward.
 */
void forward_read(const struct mail *mail, bool subject_known, struct arena *arena, struct forwards *forwards_r);

/* What stands in front of a subject. */
enum quote_subject { QUOTE_SUBJECT_PLAIN, QUOTE_SUBJECT_REPLY, QUOTE_SUBJECT_FORWARD };
/* The first mark of the subject; '*rest_r' (may be NULL) is the subject behind all marks. */
enum quote_subject quote_subject(const char *subject, const char **rest_r);

/* ---- folding ---- */

/*
 * 'text' in lower case (Latin, Greek, Cyrillic), Latin letters without accents,
 * odd quotes and dashes as plain ones, each run of white space as one blank,
 * none at the ends.
 */
char *quote_fold(struct arena *arena, const char *text);

#endif
