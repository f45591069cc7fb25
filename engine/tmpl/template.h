/*
 * One template text, parsed: Mustache (all core modules of the public
 * specification, mustache.github.io, version 1.4.x: comments, delimiters,
 * interpolation, inverted sections, partials, sections), with or without a
 * header block:
 *
 *     ---
 *     subject: Dossier {{number}}: we missen nog {{missing.count}} stukken
 *     audience: correspondent
 *     kind: notice
 *     ---
 *     Beste {{recipient.name}},
 *
 * 'subject' is a template of its own on one line, rendered for a header; it
 * may not name partials. A parsed template never changes.
 */
#ifndef POSTKAMER_TMPL_TEMPLATE_H
#define POSTKAMER_TMPL_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "tmpl/diag.h"

#define TMPL_MAX_FILE (256u << 10) /* bytes of one template */
#define TMPL_MAX_NEST 32           /* sections within sections, partials within partials */
#define TMPL_MAX_TAGS 100000       /* in a template of a set, those of its partials each time they are named */

enum tmpl_node_kind {
	TMPL_NODE_TEXT,     /* text, len */
	TMPL_NODE_VAR,      /* {{name}} */
	TMPL_NODE_RAW,      /* {{{name}}} and {{&name}}: not escaped */
	TMPL_NODE_SECTION,  /* {{#name}}…{{/name}}: child */
	TMPL_NODE_INVERTED, /* {{^name}}…{{/name}}: child */
	TMPL_NODE_PARTIAL   /* {{>name}}: indent */
};

struct tmpl_node {
	enum tmpl_node_kind kind;
	bool line_start;         /* TEXT that begins a line: the indent of a partial goes before it */
	const char *text;        /* TEXT: not terminated; others: the name, terminated */
	size_t len;
	const char *indent;      /* PARTIAL that stands alone on its line: the white space before it */
	struct tmpl_node *child; /* of a section */
	struct tmpl_node *next;
	struct tmpl_place place;
};

/* Who a mail is for (design.md §2). */
enum tmpl_audience {
	TMPL_AUDIENCE_NONE,      /* no header block: a partial or a layout */
	TMPL_AUDIENCE_CORRESPONDENT, TMPL_AUDIENCE_CLIENT, TMPL_AUDIENCE_OFFICE, TMPL_AUDIENCE_PAYER,
	TMPL_AUDIENCE_STAFF, TMPL_AUDIENCE_SENDER,
	TMPL_AUDIENCES
};

/* What a mail is, for Auto-Submitted: notice = auto-generated, receipt = auto-replied, answer = a person's. */
enum tmpl_kind { TMPL_KIND_NOTICE, TMPL_KIND_RECEIPT, TMPL_KIND_ANSWER, TMPL_KINDS };

/* What a template must look like. */
enum tmpl_form {
	TMPL_FORM_PLAIN, /* no header block: partials, layouts */
	TMPL_FORM_MAIL,  /* header block with subject and audience */
	TMPL_FORM_BUTTON /* header block with subject only: buttons, subjects of threads */
};

struct tmpl_template {
	struct arena arena;          /* owned; holds all below */
	const char *file;            /* for messages */
	struct tmpl_node *subject;   /* NULL without header block */
	enum tmpl_audience audience;
	enum tmpl_kind kind;
	bool review;                 /* "documents: review": what staff are to judge comes along */
	struct tmpl_node *body;
};

/*
 * Parses 'source' (valid UTF-8; '\r\n' line ends are kept in the body).
 * Returns NULL when there was an error; what was found is added to 'diags' in
 * both cases. Never stops at the first error that can be stepped over.
 */
struct tmpl_template *tmpl_template_parse(const char *file, const char *source, size_t len, enum tmpl_form form,
					  struct tmpl_diags *diags);
void tmpl_template_free(struct tmpl_template **template);

/* "correspondent", …; "none" for TMPL_AUDIENCE_NONE. */
const char *tmpl_audience_word(enum tmpl_audience audience);
bool tmpl_audience_from_word(const char *word, enum tmpl_audience *audience_r);
const char *tmpl_kind_word(enum tmpl_kind kind);

#endif
