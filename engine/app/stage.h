/*
 * A stage for one scenario: the whole engine in the virtual environment
 * (app/virtual.h), with the configuration's services, rules, templates and
 * holidays, and with stores in memory; never with its mailboxes, its SMTP
 * server or its store. What people do is mail, as outside.
 */
#ifndef POSTKAMER_APP_STAGE_H
#define POSTKAMER_APP_STAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "model/mail.h"
#include "model/outbox.h"
#include "scenario/scenario.h"
#include "work/engine.h"

struct parse_tools;
struct virtual_env;

/* A mail that the engine sent. */
struct stage_mail {
	const char *to;
	const char *data;           /* the message */
	size_t len;
	struct outbox_row row;
	const char **parts;         /* templates it is made of */
	bool *taken;                /* of each part: an expectation was about it */
	size_t part_count;
	const struct mail *read;    /* as its reader sees it; NULL until stage_read() */
	const char *words;          /* its subject and text, with one space between words */
};

/* What was mailed last by an address, for "the mail of … arrives again"; and how often a file name was used. */
struct stage_past {
	const char *key;
	const char *data;
	size_t len;
	int version;
};

struct stage {
	struct arena arena;
	struct settings settings;
	struct settings_service *service; /* of the scenario's workflow */
	const struct scenario_file *file;
	const struct scenario *scenario;
	struct virtual_env *virtual;
	struct env *env;
	struct store *store;
	struct blobs *blobs;
	struct engine *engine;
	struct parse_tools *tools;
	char number[ENGINE_NUMBER_SIZE];
	struct stage_mail *mails;
	size_t mail_count;
	size_t window;              /* the first mail since the last "when" */
	struct stage_past *sent, *files;
	size_t sent_count, file_count;
	int letters;
	int64_t payment;            /* the request that the provider told of last; 0 = none */
	enum event_kind payment_told;
	bool burst;                 /* the last thing was "at once": nobody looked at it yet */
	char spool[64];             /* a folder of its own, "" = none */
	char failed[300];           /* what the engine gave up for, "" = it goes on */
	struct buf log;             /* what it warned of */
};

/*
 * Opens the stage and the scenario's dossier, at its moment. ERR_INPUT when the
 * dossier cannot be opened so. To be closed also after a failure.
 */
int stage_open(struct stage *stage, const struct settings *settings, const struct scenario_file *file,
	       const struct scenario *scenario, struct err *err);
void stage_close(struct stage *stage);

/* Lets a step that is no expectation happen. ERR_INPUT: it cannot; the text says why. */
int stage_happen(struct stage *stage, const struct scenario_step *step, struct err *err);

/* Lets all happen that can happen now. */
int stage_look(struct stage *stage, struct err *err);

/* Event time now, and the moment that lies so much later. */
int64_t stage_now(const struct stage *stage);
int64_t stage_later(struct stage *stage, const struct scenario_duration *duration);
int64_t stage_moment(const struct stage *stage, const struct civil *moment);
/* "Monday 2026-03-02 09:00" */
const char *stage_moment_text(struct stage *stage, int64_t at);
/* The dossier as it stands; lives in the stage's arena. ERR_NOTFOUND when it is erased. */
struct dossier *stage_dossier(struct stage *stage, struct err *err);
/* Fills 'read' and 'words'. */
int stage_read(struct stage *stage, struct stage_mail *mail, struct err *err);
/* Is that address (one of) who is meant? */
bool stage_is(const struct stage *stage, const struct scenario_who *who, const char *address);
/* The one address of who does something. */
const char *stage_address(const struct stage *stage, const struct scenario_who *who);

/* ---- stage_claim.c ---- */

/* What was expected and what there was instead, line by line, for people. */
struct stage_failure {
	struct diag_place place;
	char message[600];
	const char *hint;      /* in the stage's arena; NULL = none */
	struct buf expected, got;
};

/* 1 = it holds, 0 = it does not and 'failure' says how it is, -1 = error. */
int stage_judge(struct stage *stage, const struct scenario_claim *claim, struct stage_failure *failure,
		struct err *err);
/* "state verzamelen" and the slots that are not open: for whoever looks for the cause. */
void stage_describe(struct stage *stage, struct buf *out);

/* ---- stage_command.c ---- */

/*
 * Before it happens: is what somebody mails a command that means something, or
 * does the scenario expect that he is told it means nothing? Else false, and
 * 'failure' says why.
 */
bool stage_understands(struct stage *stage, const struct scenario_step *step, struct stage_failure *failure);

/* ---- stage_mail.c ---- */

/* Somebody mails: the message goes in, decided at the next look. */
int stage_letter(struct stage *stage, const struct scenario_step *step, struct err *err);
int stage_bounce(struct stage *stage, const struct scenario_step *step, struct err *err);
int stage_repeat(struct stage *stage, const struct scenario_step *step, struct err *err);
int stage_drop(struct stage *stage, const struct scenario_step *step, struct err *err);

#endif
