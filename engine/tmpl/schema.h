/*
 * Which variables there are: one table (schema.c), from which the checks work
 * and the table in mailtemplates/README.md is made. Whoever fills values uses these names
 * and no others; tmpl_mail_render() refuses values that the table does not know.
 *
 * A list X that texts count stands at X.list, with X.count, X.one and X.more
 * beside it (tmpl_set_counts()).
 */
#ifndef POSTKAMER_TMPL_SCHEMA_H
#define POSTKAMER_TMPL_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "tmpl/template.h"
#include "tmpl/value.h"

/* What a mail is about; says which variables are certainly there. A mask. */
enum tmpl_scope {
	TMPL_SCOPE_ALWAYS = 1,    /* service, brand, recipient: every mail, layout and button */
	TMPL_SCOPE_BUTTONS = 2,   /* question and problem: every mail and layout */
	TMPL_SCOPE_DOSSIER = 4,   /* number, client, slots, missing … */
	TMPL_SCOPE_ITEM = 8,      /* an answer to something that came in: received, held … */
	TMPL_SCOPE_PAYMENT = 16,  /* payment */
	TMPL_SCOPE_CHOICE = 32,   /* dossiers to choose from */
	TMPL_SCOPE_TASK = 64,     /* staff: an item that could not be handled */
	TMPL_SCOPE_SPOOL = 128,   /* staff: a spool file that was refused */
	TMPL_SCOPE_DELIVERY = 256, /* staff: an outgoing mail that failed */
	TMPL_SCOPE_LAYOUT = 512,  /* content, mail.about */
	TMPL_SCOPE_COMMANDS = 1024, /* an answer to commands: transcript, confirm */
	TMPL_SCOPE_FORM = 2048,   /* fields to be filled in: form */
	TMPL_SCOPE_HELD = 1 << 16, /* staff: what waits for a person, and what came of what they said about it */
	TMPL_SCOPE_ASKED = 1 << 17, /* ja or nee about it */
	TMPL_SCOPE_DECLINED = 1 << 18, /* a file that staff refused */
	TMPL_SCOPE_OFFICE = 1 << 19,   /* to an office, about no one dossier: digest */
	TMPL_SCOPE_CODE = 1 << 20,     /* with its access code */
	TMPL_SCOPE_WANTED = 1 << 21,   /* about an office that somebody named or adds */
	TMPL_SCOPE_ADDING = 1 << 22,   /* to staff, who may add it */
	TMPL_SCOPE_COLLEAGUE = 1 << 23, /* may somebody mail for it? */
	TMPL_SCOPE_OVERVIEW = 1 << 24, /* all its dossiers */
	TMPL_SCOPE_TICKET = 1 << 25, /* a question or a technical problem: ticket */
	TMPL_SCOPE_THREAD = 1 << 27, /* the subject of a thread, and layouts: mail.subject */
	TMPL_SCOPE_DESK = 1 << 26 /* staff: their mail that goes back: desk */
};

enum tmpl_var_type {
	TMPL_VAR_TEXT,
	TMPL_VAR_FLAG,    /* true or false; absent = false */
	TMPL_VAR_LIST,    /* of objects; absent = empty */
	TMPL_VAR_TEXTS,   /* list of texts, shown by {{.}} */
	TMPL_VAR_OBJECT,
	TMPL_VAR_COUNT,   /* number */
	TMPL_VAR_COLOR,   /* "#rrggbb" */
	TMPL_VAR_ID,      /* letters, digits, "@._-": a Content-ID */
	TMPL_VAR_MAILTO,  /* "mailto:…", percent-encoded */
	TMPL_VAR_LINK,    /* "https://…" */
	TMPL_VAR_RAW      /* ready HTML or text; only to be named with three braces, in a layout */
};

enum tmpl_var_flag {
	TMPL_VAR_OPTIONAL = 1, /* may be absent: only inside {{#name}}…{{/name}} */
	TMPL_VAR_STATUS = 2,   /* shows how the dossier stands: never in a mail to the payer */
	TMPL_VAR_MONEY = 4,    /* only in mails to the payer and to staff */
	TMPL_VAR_INTERNAL = 8  /* only in mails to staff */
};

struct tmpl_var {
	const char *name;      /* dotted; fields of a list's items stand under the list's name */
	enum tmpl_var_type type;
	unsigned scopes;       /* certainly there when one of these holds; 0 = as what is around it */
	unsigned flags;
	const char *meaning;
};

extern const struct tmpl_var tmpl_schema[];
extern const size_t tmpl_schema_count;

/* A mail whose scopes are known by its name. */
struct tmpl_known {
	const char *name;
	unsigned scopes;
	enum tmpl_audience audience;
	bool engine;           /* sent by the engine itself, not by a rule: must exist in every language */
	const char *meaning;
};

extern const struct tmpl_known tmpl_known[];
extern const size_t tmpl_known_count;

const struct tmpl_var *tmpl_schema_find(const char *name);
/* The type of a name: of its row, or OBJECT when only names under it exist; false when there is no such name. */
bool tmpl_schema_type(const char *name, enum tmpl_var_type *type_r);
/* The name nearest to 'name', or NULL. */
const char *tmpl_schema_nearest(const char *name);
const struct tmpl_known *tmpl_known_find(const char *name);

/*
 * Are all values ones that the table knows, of the right type, and links and
 * colours what they must be? A fault is the engine's (ERR_BUG) or the
 * configuration's (ERR_INPUT).
 */
int tmpl_schema_check(const struct tmpl_value *values, struct err *err);
/* Only colours, ids and links, outside lists: what a layout puts into attributes. */
int tmpl_schema_check_forms(const struct tmpl_value *values, struct err *err);

/*
 * Sets why a file was held or refused: 'code' is one of the words under
 * held.list.reason in the table; any other word becomes "other".
 */
void tmpl_set_reason(struct arena *arena, struct tmpl_value *item, const char *code);

#endif
