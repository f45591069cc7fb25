/*
 * Commands by mail (design.md §6): from the text of a mail to a list of what
 * its lines say. A pure function: it decides nothing, and knows of levels only
 * which one a command would need.
 *
 * Looked at are the first COMMAND_LINES lines that are neither blank, quoted
 * nor a signature. A command stands alone on its line. Free text behind a colon
 * goes on to the next blank line (for a question or a problem: over blank
 * lines too), to the next command or to the closing phrase.
 */
#ifndef POSTKAMER_COMMAND_COMMAND_H
#define POSTKAMER_COMMAND_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "command/phrases.h"
#include "model/dossier.h"
#include "model/event.h"
#include "model/mail.h"
#include "rule/program.h"

#define COMMAND_LINES 20       /* lines that are looked at */
#define COMMAND_MAX_LINE 1000  /* bytes; a line with more of them before its colon is text */
#define COMMAND_MAX_TEXT 20000 /* bytes of a note or a question that are kept */
#define COMMAND_MAX_DAYS 30    /* of "uitstel" */
#define COMMAND_MAX_NAME 40    /* bytes of the name of an extra slot */

/* What is wrong with a command that was recognised. */
enum command_fault {
	COMMAND_FINE,
	COMMAND_FORBIDDEN,     /* not for this role */
	COMMAND_NO_SLOT,       /* a slot should have been named; 'choices' */
	COMMAND_UNKNOWN_SLOT,  /* no slot of that name; 'choices' those that may be meant */
	COMMAND_SEVERAL_SLOTS, /* several fit; 'choices' */
	COMMAND_NO_REASON,     /* the colon and the reason are missing */
	COMMAND_NO_TEXT,
	COMMAND_NO_DAYS,       /* no number of days, or not 1..COMMAND_MAX_DAYS */
	COMMAND_NO_LANGUAGE,
	COMMAND_NO_ADDRESS,
	COMMAND_NO_NAME,
	COMMAND_NO_ITEM,       /* a number of what waits should have been named */
	COMMAND_NOT_ALONE,     /* an approval (or "ja") beside other text, commands or files */
	COMMAND_FAULTS
};

struct said {
	enum command_verb verb;
	enum command_fault fault;
	const char *line;             /* as it was written, cleaned, one line; at most COMMAND_MAX_LINE */
	const char *whole;            /* the same with the lines of its text, to be read again */
	const char *form;             /* how it should be said, in the phrase's language */
	const struct slot **slots;    /* those it is about: one, or all years; into the dossier given */
	size_t slot_count;
	const struct slot **choices;  /* see the faults */
	size_t choice_count;
	const char *name;             /* extra: name of the new slot; assign, office: the person's; change: the kind */
	const char *title;            /* extra: as said, or made of the words */
	const char *file;             /* reject: one file of the slot, or NULL; release: the same, whose place is taken */
	const char *text;             /* behind the colon, cleaned; NULL = none */
	const char *language;         /* "nl" */
	const char *address;          /* folded */
	int days;
	int64_t item, document;       /* release, decline: "12", or "12/57" for one file of it. release: 'name' is the
	                                 number of a dossier, 'title' the words of a slot; either may be NULL */
	const struct prog_phrase *phrase; /* COMMAND_PHRASE */
	unsigned who;                 /* mask of 1 << enum actor_role; 0 = anyone */
	int level;                    /* that it needs */
};

enum said_text {
	SAID_NOTHING,
	SAID_THANKS,   /* to be filed silently */
	SAID_NOTE,     /* beside commands or documents */
	SAID_QUESTION
};

/* A line that nearly is a command. */
struct said_near {
	const char *line;
	const char *form;             /* what was probably meant */
};

struct saying {
	struct said *list;
	size_t count;
	enum said_text kind;          /* of the text that is no command */
	const char *text;             /* that text, lines with \n; NULL = none */
	const char *among;            /* all his words with the quoted lines that they stand among, for people to
					 read; NULL = they stand among none */
	const char *below;            /* his words below the closing phrase, where they say more than a signature
					 does, for people to read; NULL = none */
	bool approval_meant;          /* it begins like an approval ("akkoord, mits …"), and is none */
	struct said_near *near;       /* of staff: lines within edit distance 2 of one of their commands */
	size_t near_count;
};

struct saying_order {
	const struct phrases *phrases;
	const struct program *program;   /* NULL = no dossier: no slots, no own phrases */
	const struct dossier *dossier;   /* NULL likewise */
	enum actor_role role;            /* of who speaks; ACTOR_NONE = a stranger */
	const char *text;                /* of the mail */
	const char *name;                /* of who speaks, with which he may sign; NULL = unknown */
	const struct mail_mark *marks;   /* of that text; NULL = none */
	size_t mark_count;
	bool files;                      /* something is attached */
	bool question;                   /* it came to the address for questions */
	bool slips;                      /* 'near' of parties too: for who tries out what people may say */
};

/* Never fails. Everything in 'saying_r' lives in 'arena', in the program, the phrases or the dossier. */
void command_read(const struct saying_order *order, struct arena *arena, struct saying *saying_r);

/* The text that is no command, with the words below its closing phrase; NULL = neither. */
const char *command_words(const struct saying *saying, struct arena *arena);

/*
 * The text above its closing phrase ("Met vriendelijke groet"), which a name and
 * not much more follows; all of it where there is none, or where what follows
 * asks something or adds a postscript. '*below_r' is the rest of 'text', from
 * the phrase on; "" = nothing.
 */
const char *command_above_closing(const struct phrases *phrases, const char *text, struct arena *arena,
				  const char **below_r);
/*
 * Does what stands below a closing phrase say more than a signature does: is
 * there a sentence, an amount, a question? Names, functions, addresses, numbers
 * and disclaimers are none. A guess; it is for asking back, not for deciding.
 */
bool command_says_more(const struct phrases *phrases, const char *text, struct arena *arena);

/*
 * The slots that words name: by name or title, case and accents ignored, the
 * year behind it where it has one ("aangifte 2024"). How many fit; all of them
 * in '*slots_r'.
 */
size_t command_slots(const struct dossier *dossier, const char *words, struct arena *arena,
		     const struct slot ***slots_r);

#endif
