/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "tmpl/check_p.h"
#include "tmpl/schema.h"

#define MAX_PATH 128

/* A section around the present place. */
struct around {
	const char *path;   /* of its variable in the table; "" for the root; NULL for an inverted section */
	bool context;       /* names are looked up under it */
	bool text;          /* {{.}} is a text here */
	const struct around *outer;
};

/* A partial around it. */
struct chain {
	const char *name;
	const struct chain *outer;
};

struct walk {
	const struct tmpl_check *check;
	const struct around *around;
	const struct chain *chain;
	int depth;
	size_t *tags; /* passed so far in the whole template */
};

static void nodes_check(const struct walk *walk, const struct tmpl_node *node);

static bool path_join(char out[MAX_PATH], const char *path, const char *name, size_t len)
{
	size_t n = strlen(path);

	if (n + len + 2 > MAX_PATH)
		return false;
	memcpy(out, path, n);
	if (n)
		out[n++] = '.';
	memcpy(out + n, name, len);
	out[n + len] = '\0';
	return true;
}

/* As the renderer does: the innermost context that has the first part of the name decides. */
static bool resolve(const struct walk *walk, const char *name, char out[MAX_PATH])
{
	const struct around *around;
	enum tmpl_var_type type;

	for (around = walk->around; around; around = around->outer)
		if (around->context && path_join(out, around->path, name, strcspn(name, ".")) &&
		    tmpl_schema_type(out, &type))
			return path_join(out, around->path, name, strlen(name)) && tmpl_schema_type(out, &type);
	return false;
}

static void unknown(const struct walk *walk, const struct tmpl_node *node)
{
	const struct around *around;
	char path[MAX_PATH], hint[MAX_PATH + 32];
	const char *near = NULL;

	for (around = walk->around; around && !near; around = around->outer) {
		if (!around->context || !path_join(path, around->path, node->text, strlen(node->text)))
			continue;
		near = tmpl_schema_nearest(path);
		if (near && *around->path)
			near = str_starts(near, around->path) ? near + strlen(around->path) + 1 : NULL;
	}
	snprintf(hint, sizeof hint, "did you mean '%s'?", near ? near : "");
	tmpl_diag_add(walk->check->diags, TMPL_ERROR, node->place,
		      near ? hint : "the names are listed in mailtemplates/README.md",
		      "unknown variable '%s'", node->text);
}

/* Who may see it? The marks of a row hold for all under it. */
static void audience_check(const struct walk *walk, const struct tmpl_node *node, unsigned flags)
{
	enum tmpl_audience to = walk->check->audience;
	const char *why = NULL;

	if ((flags & TMPL_VAR_INTERNAL) && to != TMPL_AUDIENCE_STAFF)
		why = "is for mails to staff only";
	else if ((flags & TMPL_VAR_MONEY) && to != TMPL_AUDIENCE_STAFF && to != TMPL_AUDIENCE_PAYER)
		why = "is for mails to the payer and to staff only";
	else if ((flags & TMPL_VAR_STATUS) && to == TMPL_AUDIENCE_PAYER)
		why = "shows how the dossier stands, which a mail to the payer never does";
	if (why)
		tmpl_diag_add(walk->check->diags, TMPL_ERROR, node->place, NULL, "'%s' %s", node->text, why);
}

static bool guarded(const struct walk *walk, const char *path)
{
	const struct around *around;
	size_t len = strlen(path);

	for (around = walk->around; around; around = around->outer)
		if (around->path && str_starts(around->path, path) &&
		    (!around->path[len] || around->path[len] == '.'))
			return true;
	return false;
}

/*
 * Goes over the rows that the path passes. Collects their flags; with 'sure'
 * tells whether the variable is certainly there at this place.
 */
static unsigned rows_of(const struct walk *walk, const char *path, bool *sure)
{
	unsigned scopes = walk->check->scopes | TMPL_SCOPE_ALWAYS, flags = 0;
	char prefix[MAX_PATH];
	size_t len = 0;

	*sure = true;
	do {
		const struct tmpl_var *var;

		len += strcspn(path + len, ".");
		path_join(prefix, "", path, len);
		var = tmpl_schema_find(prefix);
		if (!var)
			continue;
		flags |= var->flags;
		if (((var->scopes && !(var->scopes & scopes)) || (var->flags & TMPL_VAR_OPTIONAL)) &&
		    !guarded(walk, prefix))
			*sure = false;
	} while (path[len++]);
	return flags;
}

static void dot_check(const struct walk *walk, const struct tmpl_node *node)
{
	const struct around *around = walk->around;

	while (around && !around->path)
		around = around->outer;
	if (!around || !around->text)
		tmpl_diag_add(walk->check->diags, TMPL_ERROR, node->place, NULL, "'.' is not a text here");
}

static void var_check(const struct walk *walk, const struct tmpl_node *node)
{
	char path[MAX_PATH], hint[2 * MAX_PATH + 64];
	enum tmpl_var_type type = TMPL_VAR_TEXT;
	bool sure;

	if (str_eq(node->text, ".")) {
		dot_check(walk, node);
		return;
	}
	if (!resolve(walk, node->text, path)) {
		unknown(walk, node);
		return;
	}
	audience_check(walk, node, rows_of(walk, path, &sure));
	tmpl_schema_type(path, &type);
	if (type == TMPL_VAR_FLAG || type == TMPL_VAR_LIST || type == TMPL_VAR_TEXTS || type == TMPL_VAR_OBJECT) {
		tmpl_diag_add(walk->check->diags, TMPL_ERROR, node->place, NULL, "'%s' is not a text but %s",
			      node->text, type == TMPL_VAR_FLAG ? "true or false" :
			      type == TMPL_VAR_OBJECT ? "a group of variables" : "a list");
	} else if ((type == TMPL_VAR_RAW) != (node->kind == TMPL_NODE_RAW)) {
		tmpl_diag_add(walk->check->diags, TMPL_ERROR, node->place, NULL,
			      type == TMPL_VAR_RAW ? "'%s' is ready text and takes three braces" :
			      "'%s' takes two braces; three leave it unescaped", node->text);
	} else if (!sure) {
		snprintf(hint, sizeof hint, "put it inside {{#%s}}…{{/%s}}", node->text, node->text);
		tmpl_diag_add(walk->check->diags, TMPL_ERROR, node->place, hint,
			      "'%s' may be missing in this mail", node->text);
	}
}

static void section_check(const struct walk *walk, const struct tmpl_node *node)
{
	enum tmpl_var_type type = TMPL_VAR_TEXT;
	struct walk inner = *walk;
	struct around around = { NULL, false, false, walk->around };
	char path[MAX_PATH];
	bool sure;

	inner.around = &around;
	if (str_eq(node->text, ".")) {
		dot_check(walk, node);
	} else if (!resolve(walk, node->text, path)) {
		unknown(walk, node);
	} else {
		tmpl_schema_type(path, &type);
		audience_check(walk, node, rows_of(walk, path, &sure));
		around.path = node->kind == TMPL_NODE_SECTION ? path : NULL;
		around.context = around.path && (type == TMPL_VAR_LIST || type == TMPL_VAR_OBJECT);
		around.text = around.path && !around.context && type != TMPL_VAR_FLAG;
	}
	nodes_check(&inner, node->child);
}

static void partial_check(const struct walk *walk, const struct tmpl_node *node)
{
	const struct tmpl_template *partial = walk->check->partial(walk->check->ctx, node->text);
	struct chain chain = { node->text, walk->chain };
	const struct chain *outer;
	struct walk inner = *walk;

	if (!partial) {
		tmpl_diag_add(walk->check->diags, TMPL_ERROR, node->place, NULL, "unknown partial '%s'", node->text);
		return;
	}
	for (outer = walk->chain; outer; outer = outer->outer)
		if (str_eq(outer->name, node->text)) {
			tmpl_diag_add(walk->check->diags, TMPL_ERROR, node->place, NULL,
				      "partial '%s' leads back to itself", node->text);
			return;
		}
	if (walk->depth == TMPL_MAX_NEST) {
		tmpl_diag_add(walk->check->diags, TMPL_ERROR, node->place, NULL,
			      "partials stand more than %d deep", TMPL_MAX_NEST);
		return;
	}
	inner.chain = &chain;
	inner.depth++;
	nodes_check(&inner, partial->body);
}

/* Partials that each name the next one twice come to millions of tags within 20 lines. Told once. */
static bool one_too_many(const struct walk *walk, const struct tmpl_node *node)
{
	if (++*walk->tags == TMPL_MAX_TAGS + 1)
		tmpl_diag_add(walk->check->diags, TMPL_ERROR, node->place,
			      "partials that each name others several times multiply: name each of them once",
			      "with its partials a template here comes to more than %d tags", TMPL_MAX_TAGS);
	return *walk->tags > TMPL_MAX_TAGS;
}

static void nodes_check(const struct walk *walk, const struct tmpl_node *node)
{
	static void (*const by_kind[])(const struct walk *, const struct tmpl_node *) = {
		[TMPL_NODE_VAR] = var_check,
		[TMPL_NODE_RAW] = var_check,
		[TMPL_NODE_SECTION] = section_check,
		[TMPL_NODE_INVERTED] = section_check,
		[TMPL_NODE_PARTIAL] = partial_check,
	};

	for (; node; node = node->next)
		if (node->kind != TMPL_NODE_TEXT && !one_too_many(walk, node))
			by_kind[node->kind](walk, node);
}

void tmpl_check_template(const struct tmpl_check *check, const struct tmpl_template *template)
{
	struct around root = { "", true, false, NULL };
	size_t tags = 0;
	struct walk walk = { check, &root, NULL, 0, &tags };

	nodes_check(&walk, template->subject);
	nodes_check(&walk, template->body);
}
