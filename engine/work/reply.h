/*
 * Tokens that tie a reply to what we sent and to whom (design.md §5), and the
 * standing that one gives. A token is 26 characters of base32, 128 bits made
 * with a key that the store does not hold; it travels in the plus part of
 * Reply-To, or as a tag in the subject: "[…]". It never stands in logs, lists
 * or what the store keeps.
 */
#ifndef POSTKAMER_WORK_REPLY_H
#define POSTKAMER_WORK_REPLY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "model/dossier.h"
#include "model/mail.h"
#include "model/reply.h"
#include "work/auth.h"
#include "work/engine.h"

#define REPLY_TOKEN_SIZE 27         /* with the terminator */
#define REPLY_LIFE (14 * 86400)     /* proves something for so long */
#define REPLY_CONFIRM_LIFE 86400    /* "ja" runs what it is asked about for so long */
#define REPLY_MAX 8                 /* tokens of one mail that are looked up */

#define REPLY_DOSSIER "dossier"     /* purposes: of any mail about a dossier, */
#define REPLY_REQUEST "request"     /* of the form by which a dossier is opened: about no dossier yet, */
#define REPLY_CONFIRM "confirm"     /* and of the one that asks for ja or nee; both may go on behind a "-" */

/* The tokens that a mail brought back, looked up. */
struct reply {
	struct reply_token list[REPLY_MAX]; /* of this service; strings from the arena */
	size_t count;
};

/* Takes the tags off the end of the subject, for showing; nothing is looked up. */
void reply_strip(struct mail *mail, struct arena *arena);
/* The text with "..." in the place of each token. */
const char *reply_hide(const char *text, struct arena *arena);
/*
 * Finds the tokens in the recipients (To, Cc, Delivered-To, X-Original-To and the
 * service's own header) and in the subject, and takes these off, as well as all
 * that its text quotes: whoever reads the mail from now on, or a note that was
 * made of it, sees none. One that we never made is nothing.
 */
int reply_find(struct engine *engine, const struct settings_service *service, struct mail *mail,
	       struct arena *arena, struct reply *reply_r, struct err *err);
/* The dossier they are about; in '*other_r' a second one, else NULL. */
const char *reply_dossier(const struct reply *reply, const char **other_r);
/*
 * The one that proves something now: mailed to this address, about this
 * dossier, neither expired nor revoked; of several one that asked something.
 * Somebody else's token is as good as none.
 */
const struct reply_token *reply_valid(const struct reply *reply, const char *dossier, const char *address,
				      int64_t now);

/*
 * Makes a token for a mail that is about to be rendered: its text in 'text_r',
 * its row in '*token_r' ('row' is the caller's). True when the row is new and
 * has to be stored.
 */
bool reply_make(struct engine *engine, const struct settings_service *service, const char *dossier,
		const char *address, const char *purpose, int64_t now, struct arena *arena,
		char text_r[REPLY_TOKEN_SIZE], struct reply_token *token_r);
/*
 * The same for a subject, where another token would be another conversation: the
 * one made last for the same end, until it is revoked or forgotten. With each mail
 * it proves something for as long as a new one would, and behind that nothing.
 */
bool reply_make_lasting(struct engine *engine, const struct settings_service *service, const char *dossier,
			const char *address, const char *purpose, int64_t now, struct arena *arena,
			char text_r[REPLY_TOKEN_SIZE], struct reply_token *token_r);
/* "dossier+TOKEN@example.nl". */
const char *reply_address(struct arena *arena, const char *address, const char *token);

/*
 * One word for the versions that the client is asked to approve now, or NULL
 * when there are none: it stands in the purpose of the tokens of mails that
 * showed them, so that an answer holds for what was shown.
 */
const char *reply_versions(struct engine *engine, const struct dossier *dossier, struct arena *arena);
/* "dossier", "dossier-VERSIONS", "confirm-COMMANDS-VERSIONS". */
const char *reply_purpose(struct arena *arena, const char *what, const char *versions);
/* What a question about these commands is for: "confirm-COMMANDS". */
const char *reply_confirm(struct engine *engine, const char *commands, struct arena *arena);
/*
 * Was this address asked about these commands within the last day, and does the
 * question still wait for its answer? Then it is not asked again. One whose mail
 * could not be delivered was not asked. 'purpose' is what the question was for.
 */
int reply_asked(struct engine *engine, const char *service, const char *dossier, const char *address,
		const char *purpose, int64_t now, struct arena *arena, bool *asked_r, struct err *err);
/* The versions of a purpose, or NULL. */
const char *reply_purpose_versions(const char *purpose);
bool reply_is_confirm(const struct reply_token *token);

/* ---- standing ---- */

/* What the sender of a mail may do with a dossier. */
struct standing {
	enum actor_role role;            /* ACTOR_NONE = nothing */
	int level;                       /* 0..3 */
	const struct reply_token *token; /* that proves it; NULL = none */
	bool strong;                     /* the address passed more than SPF */
	bool forced;                     /* not by mail: whatever is asked may be done */
};

struct standing standing_of(enum actor_role role, enum auth_level auth, const struct reply_token *token);

#endif
