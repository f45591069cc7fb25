/* Private to tmpl/: what a set holds, shared by loading, checking and rendering. */
#ifndef POSTKAMER_TMPL_SET_P_H
#define POSTKAMER_TMPL_SET_P_H

#include "tmpl/set.h"

/* One file of the set. */
struct tmpl_entry {
	const char *path;              /* relative to the folder; sort key */
	enum tmpl_form form;
	struct tmpl_template *template; /* owned */
};

struct tmpl_names {
	const char **list;             /* NULL-terminated */
	size_t count;
};

struct tmpl_set {
	struct arena arena;            /* owned; holds all below but the templates */
	struct tmpl_entry *entries;    /* sorted by path */
	size_t count;
	struct tmpl_names mails;       /* names, each once */
	struct tmpl_names languages;
	struct tmpl_names brands;
	struct tmpl_names services;
};

/*
 * The template that 'where' sees at 'name' ("layout.html", "nl/x.md"): of the
 * brand, else of the service, else of the folder itself. NULL when none.
 */
const struct tmpl_template *tmpl_set_lookup(const struct tmpl_set *set, const struct tmpl_where *where,
					    const char *name);
/* LANG/NAME.md */
const struct tmpl_template *tmpl_set_mail(const struct tmpl_set *set, const struct tmpl_where *where,
					  const char *name);

/* The ctx of tmpl_set_partial(). */
struct tmpl_partials {
	const struct tmpl_set *set;
	const struct tmpl_where *where;
	const char *ending;            /* "md", "html", "txt" */
};

/* LANG/_NAME.ENDING; for struct tmpl_options and struct tmpl_check. */
const struct tmpl_template *tmpl_set_partial(void *ctx, const char *name);

/* Checks everything from every point of view there is (brands, services, languages). */
void tmpl_set_check_all(const struct tmpl_set *set, struct tmpl_diags *diags);

#endif
