/*
 * Private to tmpl/: walks one template with its partials, as it would be
 * rendered, and looks every name up in the table of variables.
 */
#ifndef POSTKAMER_TMPL_CHECK_P_H
#define POSTKAMER_TMPL_CHECK_P_H

#include "tmpl/diag.h"
#include "tmpl/template.h"

struct tmpl_check {
	unsigned scopes;             /* what is certainly there; TMPL_SCOPE_ALWAYS is understood */
	enum tmpl_audience audience; /* NONE: a layout or a button, which every audience sees */
	const struct tmpl_template *(*partial)(void *ctx, const char *name);
	void *ctx;
	struct tmpl_diags *diags;
};

/* Adds what it finds to check->diags. */
void tmpl_check_template(const struct tmpl_check *check, const struct tmpl_template *template);

#endif
