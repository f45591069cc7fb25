/*
 * Expanding one template over values, in one pass: what a value says is never
 * looked at again, so a value that holds "{{number}}" shows just that.
 *
 * Values are escaped for where they land. All ways but NONE and HTML also make
 * one clean line of a value: valid UTF-8, no controls, no invisible
 * directional characters, runs of white space as one space.
 */
#ifndef POSTKAMER_TMPL_RENDER_H
#define POSTKAMER_TMPL_RENDER_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "tmpl/template.h"
#include "tmpl/value.h"

enum tmpl_escape {
	TMPL_ESCAPE_NONE,     /* as it is; for tests of the specification */
	TMPL_ESCAPE_HTML,     /* & < > " ' as entities, controls dropped; fit for text and quoted attributes */
	TMPL_ESCAPE_MARKDOWN, /* all ASCII punctuation behind a backslash: nothing of it is Markdown, HTML or an entity.
	                       * Not for code spans and code blocks, where a backslash is itself. */
	TMPL_ESCAPE_LINE      /* one clean line: headers and plain text */
};

struct tmpl_options {
	enum tmpl_escape escape;
	/*
	 * A name that finds nothing, or finds a list, object or truth where a
	 * text is wanted, is an error; else it is the empty text, as the
	 * specification wants. Sections over what is not there are false in both.
	 */
	bool strict;
	/* The partial of that name or NULL (strict: error; else nothing). May be NULL. */
	const struct tmpl_template *(*partial)(void *ctx, const char *name);
	void *ctx;
};

/* Appends to 'out'. Fails in strict mode, beyond TMPL_MAX_NEST partials, or beyond the maximum of 'out'. */
int tmpl_expand(const struct tmpl_node *nodes, const struct tmpl_value *values, const struct tmpl_options *options,
		struct buf *out, struct err *err);
/* Appends one value, escaped. */
void tmpl_escape(struct buf *out, const char *text, enum tmpl_escape escape);

#endif
