/*
 * What people can say: the files rules/phrases.LANG, one phrase a line, and the
 * one table of verbs behind them (who may say it, at which level). The words
 * are data, the rights are not.
 *
 *     absent     niet aanwezig SLOT [: REASON]
 *     extra      extra SLOT ["TITLE"] [: REASON]
 *     snooze     uitstel DAYS dagen
 *     greeting   goedemiddag
 *
 * Small words stand for themselves (case and accents do not matter); capitals
 * are places: SLOT, FILE, "TITLE", DAYS, LANGUAGE, ADDRESS, NAME, "NAME", KIND, ITEM
 * before the colon, TEXT or REASON behind it; what stands in brackets may be
 * left out. Lines that begin with # are remarks.
 */
#ifndef POSTKAMER_COMMAND_PHRASES_H
#define POSTKAMER_COMMAND_PHRASES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

#define PHRASES_MAX_WORDS 6 /* before the first place of a phrase; behind it: 2 */

enum command_verb {
	COMMAND_HELP,
	COMMAND_QUESTION,
	COMMAND_PROBLEM,
	COMMAND_STATUS,
	COMMAND_OVERVIEW,
	COMMAND_ARCHIVE,
	COMMAND_REPORT,
	COMMAND_THIS_IS,
	COMMAND_ABSENT,
	COMMAND_PRESENT,
	COMMAND_SNOOZE,
	COMMAND_PAYMENT_LINK,
	COMMAND_LANGUAGE,
	COMMAND_COPY_ON,
	COMMAND_COPY_OFF,
	COMMAND_APPROVE,
	COMMAND_REFUSE,
	COMMAND_CHANGE,
	COMMAND_CANCEL,
	COMMAND_SHARE,
	COMMAND_OFFICE_ONLY,
	COMMAND_OVERVIEW_DAILY,
	COMMAND_OVERVIEW_WEEKLY,
	COMMAND_OVERVIEW_OFF,
	COMMAND_COLLEAGUE_ALWAYS, /* an office, of a colleague's own address: to what we asked */
	COMMAND_COLLEAGUE_ONCE,
	COMMAND_YES,
	COMMAND_NO,
	COMMAND_TAKE,
	COMMAND_ACCEPT,
	COMMAND_REJECT,
	COMMAND_EXTRA,
	COMMAND_REOPEN,
	COMMAND_FINISH,
	COMMAND_FOR_APPROVAL,
	COMMAND_WITHDRAW,
	COMMAND_NOTE,
	COMMAND_ASSIGN,
	COMMAND_PAID,
	COMMAND_REFUND,
	COMMAND_OFFICE,
	COMMAND_CLOSE,
	COMMAND_SEND_ANYWAY,  /* "toch sturen": above an answer to a ticket */
	COMMAND_RELEASE,      /* "vrijgeven": what waits for a person */
	COMMAND_DECLINE,      /* "weigeren": the same */
	COMMAND_ADDRESS,      /* another address, of who says it */
	COMMAND_ADDRESS_ADD,  /* one more */
	COMMAND_ADDRESS_DROP, /* one less */
	COMMAND_ADDRESS_OF,   /* staff: of a client; 'address' is the old one, 'name' the new one */
	COMMAND_PHRASE,       /* a workflow's own; never in a phrase file */
	COMMAND_VERBS
};

/* What a phrase may hold beside its words; a mask. */
enum say_place {
	SAY_SLOT = 1, SAY_FILE = 2, SAY_TITLE = 4, SAY_DAYS = 8, SAY_LANGUAGE = 16, SAY_ADDRESS = 32,
	SAY_NAME = 64, SAY_KIND = 128, SAY_ITEM = 256
};

enum say_text { SAY_NO_TEXT, SAY_MAY_TEXT, SAY_MUST_TEXT };

/* Words that are no command but tell what a text is. */
enum phrase_words {
	WORDS_ALL_YEARS,  /* "alle jaren": behind a SLOT */
	WORDS_GREETING,   /* begins a line above a mail */
	WORDS_CLOSING,    /* begins the line with which the signature begins */
	WORDS_THANKS,
	WORDS_DEVICE,     /* "verzonden vanaf mijn": a line that a telephone adds */
	WORDS_WROTE,      /* "schreef": ends the line above a quotation */
	WORDS_ORIGINAL,   /* "oorspronkelijk bericht" between dashes: the rest is a quotation */
	WORDS_FROM,       /* "van:", first line of the head of a quotation … */
	WORDS_SENT,       /* … and "verzonden:", "datum:", further on in it */
	WORDS_BUT,        /* "mits": below an approval it makes none of it */
	WORDS_REQUEST,    /* "aanvraag": a subject that asks for the request form */
	WORDS_FORM,       /* "formulier:": label of the line that says which form it is */
	WORDS_KINDS
};

struct phrase {
	enum command_verb verb;
	const char *language;     /* of the file: "nl" */
	const char *form;         /* as it stands in the file: what people are told is right */
	const char *const *words; /* folded, before the first place */
	size_t word_count;
	const char *const *tail;  /* folded, behind the last place: "dagen" */
	size_t tail_count;
	unsigned places;          /* mask of enum say_place */
	unsigned optional;        /* those of them that may be left out */
	enum say_text text;
	bool reason;              /* the text is a reason */
};

/* Words that are no command. */
struct phrase_line {
	enum phrase_words kind;
	const char *const *words; /* folded */
	size_t count;
};

struct phrases {
	struct arena arena;       /* owned */
	struct phrase *list;
	size_t count;
	struct phrase_line *lines;
	size_t line_count;
};

void phrases_init(struct phrases *phrases);
void phrases_free(struct phrases *phrases);

/*
 * Adds the phrases of one file; 'name' ("phrases.nl") gives the language and
 * stands in the messages: "phrases.nl:12: …". ERR_INPUT for the first fault.
 */
int phrases_parse(struct phrases *phrases, const char *name, const char *text, size_t len, struct err *err);
/* Is there something for every verb in that language? Names the first that is missing. */
int phrases_complete(const struct phrases *phrases, const char *language, struct err *err);

/* How the verb is said in that language, as the file has it; the first language's where it has none. */
const char *phrases_form(const struct phrases *phrases, enum command_verb verb, const char *language);

/* A form as people read it: "afkeuren DOCUMENT [bestand]: reden"; in English for any language but "nl". */
const char *phrases_shown(struct arena *arena, const char *form, const char *language);

/*
 * The phrase for which a line that begins with 'text' could be taken, case,
 * accents, blanks and marks aside; NULL when it could not. For those who make
 * phrases of their own.
 */
const struct phrase *phrases_taking(const struct phrases *phrases, const char *text);

/* ---- the table of verbs ---- */

struct verb_rule {
	const char *name;         /* in the phrase files: "not-available" */
	unsigned who;             /* mask of 1 << enum actor_role; 0 = anyone */
	int level;                /* 0..3 (design.md §5) */
	unsigned places;          /* what its phrases must hold (SLOT may stand in brackets where 'loose' says so) */
	unsigned allowed;         /* what they may hold beside */
	enum say_text text;   /* and the text behind the colon */
	bool loose;
};

const struct verb_rule *verb_rule(enum command_verb verb);

/* ---- folding ---- */

/*
 * 'text' in lower case, without accents, odd quotes and dashes as plain ones,
 * each run of white space as one blank, none at the ends.
 */
char *command_fold(struct arena *arena, const char *text);

#endif
