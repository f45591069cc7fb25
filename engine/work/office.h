/*
 * Offices (design.md §2): who is known, who has shown that an address is his,
 * and what an office hears from us that is about no one dossier. Before its
 * general address is confirmed nothing about any dossier goes to an office.
 *
 *     office.c            known and confirmed; adding, removing
 *     office_mail.c       what general addresses and staff mail about offices
 *     office_colleague.c  mail from an address of its own at an office's domain
 *     overview.c          all dossiers of an office: table, CSV, digest
 */
#ifndef POSTKAMER_WORK_OFFICE_H
#define POSTKAMER_WORK_OFFICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "model/office.h"
#include "work/engine.h"

struct answering;
struct item_verdict;

#define OFFICE_CODE_SIZE 15          /* "abcd-efgh-jkmn" */
#define OFFICE_CODE_WRONG 5          /* wrong codes after which the code is worth nothing */
#define OFFICE_WELCOME_EVERY 3600    /* seconds: adding it again mails no second welcome within these */
#define OFFICE_ASKED_TERM (90 * 86400) /* questions about colleagues that nobody answered are forgotten then */

/* The item waits until an office is known and confirmed; its address is the verdict's 'detail', folded. */
#define REASON_OFFICE "office"

/* ---- who is known ---- */

enum office_standing {
	OFFICE_UNKNOWN,
	OFFICE_UNCONFIRMED, /* it was mailed its code and did not send it back yet */
	OFFICE_CONFIRMED
};

/*
 * Is the address the general one of an office of this service? Compared whole,
 * without case: an address that looks like it, or lies in the same domain, is
 * another. '*office_r' is filled unless it is unknown; may be NULL.
 */
int office_standing(struct engine *engine, const char *service, const char *address, struct arena *arena,
		    enum office_standing *standing_r, struct office *office_r, struct err *err);

/*
 * For who opens a dossier by mail or form and finds that it names an office
 * that is not confirmed: its sender is told what happens now, and staff get a
 * task where we do not know the office at all. Nothing goes to the office.
 * 'address' must be valid (base/addr.h); 'name' may be NULL. The caller ends its
 * item as held with REASON_OFFICE and the folded address as 'detail': it is
 * decided again, from its bytes, when that office was confirmed.
 */
void office_wish_wanted(struct answering *a, const char *address, const char *name, enum office_standing standing);

/*
 * Inside a group: the items of that service that wait for this office are to
 * be decided again. Done here wherever an office becomes confirmed.
 */
int office_go_on(struct engine *engine, const char *service, const char *address, struct err *err);

/* ---- adding and removing ---- */

struct office_adding {
	const char *service;        /* key */
	const char *address;
	const char *name, *brand, *language; /* NULL = leave as it is */
	const char *by;             /* role, or role and address */
	bool confirmed;             /* its address is known to be its own: no code */
	bool silent;                /* no mail to it: it hears of us otherwise */
	bool again;                 /* mail the code again, whenever it went last */
	int64_t item;               /* that asks for it; 0 = none */
};

struct office_added {
	bool fresh;                 /* it was not known */
	bool changed;               /* it was, and something of it is another now */
	bool mailed;                /* a welcome goes out */
	struct office office;       /* as it is now */
};

/*
 * Inside a group. ERR_INPUT for an address that is none, or one of our own or
 * of staff, a brand of another service, a language without templates. What is
 * known already is not added twice. Blobs are put and not synced.
 */
int office_add(struct engine *engine, struct arena *arena, const struct office_adding *adding,
	       struct office_added *added_r, struct err *err);

/* The same in a group of its own, durable when it returns. */
int engine_office_add(struct engine *engine, struct arena *arena, const struct office_adding *adding,
		      struct office_added *added_r, struct err *err);
/* ERR_NOTFOUND. Its dossiers go on naming it; store_office_cases() says which. */
int engine_office_remove(struct engine *engine, const char *service, const char *address, struct err *err);

/*
 * The operator says what the general address may say of a colleague: accepted
 * (what waits is decided again) or refused, as when he left. ERR_INPUT for an
 * address that lies at another domain, ERR_NOTFOUND for an unknown office.
 */
int engine_office_colleague(struct engine *engine, const char *service, const char *office, const char *address,
			    enum colleague_answer answer, struct err *err);

/* ---- mail to an office, or about one ---- */

struct overview;

/* What answering.office is about; all but what a template needs may be NULL. */
struct office_letter {
	const struct office *office; /* who gets what is for TMPL_AUDIENCE_OFFICE where there is no dossier */
	const char *code;            /* kantoor-welkom */
	bool code_wrong, code_blocked; /* kantoor-code */
	bool code_files, code_words; /* kantoor-bevestigd: files came along, or it was asked something; that is held */
	const char *wanted_address, *wanted_name; /* an office that somebody named */
	enum office_standing wanted;
	bool fresh, mailed;          /* kantoor-toegevoegd, or … */
	bool ours;                   /* … it was not: the address is one of our own */
	const char *pending;         /* kantoor-klopt: commands that wait for a yes */
	const char *colleague;       /* collega-vraag: his address … */
	int64_t colleague_at;        /* … when he mailed … */
	const char *colleague_about; /* … about which dossier */
	enum colleague_answer answer; /* collega-antwoord: what was said of him */
	const struct overview *overview; /* overzicht */
	const char *purpose;         /* of the token in a mail to 'office'; NULL = none */
};

/* One mail to an office about no dossier, taken in with what is known of it from now on. */
struct office_sending {
	const struct settings_service *service;
	const struct office_letter *letter; /* with its office */
	const char *template;
	const char *cause;           /* as in struct answering */
	const char *dossier;         /* that it is about after all, and goes with when that is erased; NULL = none */
	const char *in_reply_to;     /* Message-ID of its mail that is answered; NULL = none */
	int64_t item;                /* 0 = none */
	const struct item_verdict *verdict; /* the end of that item; NULL = not here */
	const struct office *change; /* NULL = nothing */
	const struct office_colleague *colleagues;
	size_t colleague_count;
};
/* Inside a group. 'template' NULL: no mail, only the rest. */
int office_send(struct engine *engine, struct arena *arena, const struct office_sending *sending, struct err *err);

#endif
