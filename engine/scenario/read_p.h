/*
 * The reader: what the files of this folder share while they turn words into
 * the tree. A statement begins with its word on a line of its own and may run
 * over several lines; whoever reads it calls the functions below, which report
 * what is not as it should be, once for each statement.
 */
#ifndef POSTKAMER_SCENARIO_READ_P_H
#define POSTKAMER_SCENARIO_READ_P_H

#include <stdbool.h>
#include <stddef.h>

#include "rule/source.h"
#include "scenario/scan_p.h"
#include "scenario/scenario.h"

struct reader {
	struct scenario_file *file;
	struct arena *arena;              /* of the file */
	const struct scenario_lookup *lookup;
	struct diag_list *diags;
	size_t errors;                    /* that were there before */
	struct source source;
	const struct token *tokens;
	size_t at, end;                   /* next token; end of this statement */
	const struct program *program;    /* NULL while unknown: names are not checked */
	const char *language;             /* settings of the file */
	const char *office_name, *office_address;
	struct scenario *scenario;        /* the present one, or NULL */
	bool story;                       /* it is a story */
	bool begun;                       /* there was one */
	struct scenario *stories;         /* their titles are their names */
	size_t story_count;
	bool *story_told;                 /* of each: something below it tells it */
	bool missed;                      /* a line that may tell a story could not be read */
	size_t told;                      /* steps of stories */
	bool lost;                        /* it is too long: the rest of it is passed over */
	bool vague;                       /* its dossier could not be read: whom it names is not checked */
	bool expects;                     /* it has an expectation */
	struct scenario_texts addresses;  /* that this scenario knows */
	struct scenario_texts said;       /* lines that people mail in it */
};

/* ---- tokens ---- */

/* The next token of the statement; NULL at its end. */
const struct token *reader_peek(const struct reader *r);
/* Takes the next token if it is this word (or these words, each followed by a blank but for the last). */
bool reader_accept(struct reader *r, const char *words);
/* The same, but they must stand there. */
bool reader_expect(struct reader *r, const char *words);
/* From the token at 'from' to the last one taken. */
struct diag_place reader_place(struct reader *r, size_t from);
/*
 * Reports "expected WHAT, found …" at the next token, with the nearest of
 * 'names' (NULL ends it; may be NULL) as a hint. Always false.
 */
bool reader_fail(struct reader *r, const char *what, const char *const *names);
/* Nothing more in this statement; else "expected WHAT, found …", or for a new line what lines begin with. */
bool reader_end(struct reader *r, const char *what);
/* Reports something about the token before the next one. Always false. */
bool reader_wrong(struct reader *r, const char *nearest, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* ---- parts of statements: false when reported ---- */

struct reader_choice {
	const char *words;
	int value;
};

/* One of a table that ends with NULL; 'what' for "expected …". */
bool reader_choose(struct reader *r, const struct reader_choice *choices, const char *what, int *value_r);
/* Is one of them to come? False at the end of the statement, and at a new line that begins with none of them. */
bool reader_goes_on(const struct reader *r, const struct reader_choice *choices);
bool reader_word(struct reader *r, const char *what, const char **word_r);
bool reader_text(struct reader *r, const char *what, const char **text_r);
/* "a", "b", …: at least one is added. */
bool reader_texts(struct reader *r, const char *what, struct scenario_texts *texts);
/* "Name <address>" in quotes. */
bool reader_person(struct reader *r, const char *what, const char **name_r, const char **address_r);
/* client, office, staff, or an address; 'known': one that this scenario knows. */
bool reader_who(struct reader *r, bool known, struct scenario_who *who_r);
bool reader_duration(struct reader *r, struct scenario_duration *duration_r);
/* 2026-03-02 09:00 */
bool reader_moment(struct reader *r, struct civil *moment_r);
/* A slot by name, or by title in quotes, with its year where it has one. */
bool reader_slot(struct reader *r, bool with_year, const char **name_r, int *year_r);
bool reader_template(struct reader *r, const char **name_r);
bool reader_fact(struct reader *r, const struct prog_fact **fact_r, const char **name_r);

void texts_add(struct reader *r, struct scenario_texts *texts, const char *text);
/* Is it an address that somebody here has? Else the nearest one, or NULL. */
bool reader_knows(struct reader *r, const char *address, const char **nearest_r);
/* "fills in form" was taken: NAME "field" "value", …; the lines of that mail. */
bool reader_fill(struct reader *r, struct scenario_letter *letter);
/* Lines that somebody mails: they may ask for a slot of a new name. */
void reader_said(struct reader *r, const struct scenario_texts *lines);

/* ---- statements: the word before is taken ---- */

bool reader_given(struct reader *r);
bool reader_when(struct reader *r);
bool reader_expectation(struct reader *r);
/* story NAME, and when story NAME */
bool reader_story(struct reader *r);
bool reader_tell(struct reader *r);

/* A new step of the present scenario, at the statement that began at token 'from'. */
struct scenario_step *reader_step(struct reader *r, enum scenario_step_kind kind, size_t from);

#endif
