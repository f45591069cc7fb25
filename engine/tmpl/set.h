/*
 * A set of templates: everything under the templates folder, read, parsed and
 * checked as a whole, and never changed afterwards. A reload makes a new set;
 * one with errors is never made, so it cannot replace a good one.
 *
 *     LANG/NAME.md            a mail: header block, then Mustache over Markdown
 *     LANG/_NAME.md           a partial of mails: {{> NAME}}
 *     layout.html, layout.txt what goes around the body in the two parts of a mail
 *     LANG/_NAME.html, .txt   partials of the layouts (a partial has the ending of who names it)
 *     LANG/button-question.txt, LANG/button-problem.txt
 *                             subject and body of the mails that the two buttons prepare
 *     LANG/thread-dossier.txt, LANG/thread-ticket.txt
 *                             the one subject of all mails about a dossier, and to staff about a ticket
 *
 * Each is looked up under brands/BRAND/ first, then services/SERVICE/, then
 * the folder itself. Which variables there are stands in tmpl/schema.h.
 *
 * A whole mail is made so:
 *
 *     tmpl_set_buttons(set, &where, arena, values, "vraag@…", "storing@…", &err);
 *     tmpl_mail_render(set, &where, parts, count, arena, &mail, &err);
 *     markdown_html(mail.body, …, &fragment);  markdown_text(mail.body, …, &plain);
 *     tmpl_layout_render(set, &where, TMPL_LAYOUT_HTML, &mail, values, fragment.data, &html, &err);
 *     tmpl_layout_render(set, &where, TMPL_LAYOUT_TEXT, &mail, values, plain.data, &text, &err);
 */
#ifndef POSTKAMER_TMPL_SET_H
#define POSTKAMER_TMPL_SET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "tmpl/diag.h"
#include "tmpl/source.h"
#include "tmpl/template.h"
#include "tmpl/value.h"

struct tmpl_set;

/*
 * Loads and checks all. 0: '*set_r' is a set (warnings may stand in 'diags').
 * -1: no set; 'diags' holds everything that was found, 'err' the count and the
 * first (or why the source could not be read).
 */
int tmpl_set_load(const struct tmpl_source *source, struct tmpl_set **set_r, struct tmpl_diags *diags,
		  struct err *err);
void tmpl_set_free(struct tmpl_set **set);

/* Which file is meant. */
struct tmpl_where {
	const char *service; /* NULL = the folder's own only */
	const char *brand;   /* NULL = none */
	const char *lang;    /* "nl" */
};

/* Is there such a mail? Its header block then stands in '*audience_r' and '*kind_r' (each may be NULL). */
bool tmpl_set_find(const struct tmpl_set *set, const struct tmpl_where *where, const char *name,
		   enum tmpl_audience *audience_r, enum tmpl_kind *kind_r);
/* Does it say "documents: review"? */
bool tmpl_set_reviews(const struct tmpl_set *set, const struct tmpl_where *where, const char *name);
/* The mail whose name is nearest to 'name', for "did you mean", or NULL. */
const char *tmpl_set_nearest(const struct tmpl_set *set, const char *name);
/* The languages there are mails in, NULL-terminated; belongs to the set. */
const char *const *tmpl_set_languages(const struct tmpl_set *set);

/*
 * Checks one use of a mail: would every variable in it have a value when it is
 * sent with these 'scopes' (mask of enum tmpl_scope, tmpl/schema.h)? For the
 * rule checker; what a mail may use by its name alone is checked at load.
 * Returns the number of errors added.
 */
size_t tmpl_set_check_use(const struct tmpl_set *set, const struct tmpl_where *where, const char *name,
			  unsigned scopes, struct tmpl_diags *diags);

/*
 * Is everything there that the engine itself needs in this language: its own
 * mails (tmpl_known, 'engine'), both layouts, both buttons, both subjects of
 * threads? Returns the number of errors added.
 */
size_t tmpl_set_check_engine(const struct tmpl_set *set, const struct tmpl_where *where, struct tmpl_diags *diags);

/* One text of a mail: several (a receipt, then a notice) become one mail with one greeting. */
struct tmpl_part {
	const char *name;
	const struct tmpl_value *values;
};

struct tmpl_mail {
	const char *subject; /* one clean line; from the arena */
	const char *about;   /* what stands above the text, where the mail goes out with the subject of its thread;
				NULL = nothing. Set by the caller before the layouts */
	const char *body;    /* Markdown; from the arena */
	enum tmpl_audience audience;
	enum tmpl_kind kind;
};

/*
 * 'values' hold what tmpl/schema.h lists; 'lang' is set from 'where', and
 * 'part.first' and 'part.last' by the place of the part; without a
 * 'recipient.name' the address stands for it.
 *
 * Renders the parts in order into one body. Subject, audience and kind are
 * those of the last part (the notice), but a mail with a receipt in it is a
 * receipt. Texts greet in the first part and close in the last.
 */
int tmpl_mail_render(const struct tmpl_set *set, const struct tmpl_where *where, const struct tmpl_part *parts,
		     size_t count, struct arena *arena, struct tmpl_mail *mail_r, struct err *err);

/*
 * The subject of a thread (LANG/thread-KIND.txt, 'kind' "dossier" or "ticket"),
 * rendered over the values of a mail of it; 'mail.subject' is that mail's own.
 */
int tmpl_thread_render(const struct tmpl_set *set, const struct tmpl_where *where, const char *kind,
		       const struct tmpl_mail *mail, const struct tmpl_value *values, struct arena *arena,
		       const char **subject_r, struct err *err);

enum tmpl_layout { TMPL_LAYOUT_HTML, TMPL_LAYOUT_TEXT };

/*
 * Puts a ready body (HTML fragment or plain text) into the layout; appends to
 * 'out'. Variables as in mails, plus 'content', 'mail.subject' and 'mail.about'. A mail to
 * the payer never shows the dossier's progress, whatever the values hold.
 * Values of brand.color, brand.logo and *.mailto that are not what they must
 * be are refused.
 */
int tmpl_layout_render(const struct tmpl_set *set, const struct tmpl_where *where, enum tmpl_layout layout,
		       const struct tmpl_mail *mail, const struct tmpl_value *values, const char *content,
		       struct buf *out, struct err *err);

/*
 * Sets question.* and problem.* in 'values' (address, subject, mailto) from
 * LANG/button-question.txt and LANG/button-problem.txt, which are rendered
 * over the same values.
 */
int tmpl_set_buttons(const struct tmpl_set *set, const struct tmpl_where *where, struct arena *arena,
		     struct tmpl_value *values, const char *question, const char *problem, struct err *err);

#endif
