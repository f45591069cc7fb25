/* Checking a set from every point of view that its folders allow. */

/* Base. */
#include "base/str.h"

/* Own. */
#include "tmpl/check_p.h"
#include "tmpl/schema.h"
#include "tmpl/set_p.h"

/* What a mail may use that no table row names: a workflow of its own; payment and item may be there. */
#define SCOPES_UNKNOWN TMPL_SCOPE_DOSSIER

static void check_one(const struct tmpl_set *set, const struct tmpl_where *where,
		      const struct tmpl_template *template, const char *ending, unsigned scopes,
		      struct tmpl_diags *diags)
{
	struct tmpl_partials partials = { set, where, ending };
	struct tmpl_check check = { scopes, template->audience, tmpl_set_partial, &partials, diags };

	tmpl_check_template(&check, template);
}

static void check_mail(const struct tmpl_set *set, const struct tmpl_where *where, const char *name,
		       struct tmpl_diags *diags)
{
	const struct tmpl_template *template = tmpl_set_mail(set, where, name);
	const struct tmpl_known *known = tmpl_known_find(name);
	struct tmpl_place place;

	if (!template)
		return;
	place = (struct tmpl_place){ template->file, 1, 1, 0 };
	if (known && known->engine && template->audience != known->audience)
		tmpl_diag_add(diags, TMPL_ERROR, place, NULL, "the audience of this mail is '%s', not '%s'",
			      tmpl_audience_word(known->audience), tmpl_audience_word(template->audience));
	check_one(set, where, template, "md", TMPL_SCOPE_BUTTONS | (known ? known->scopes : SCOPES_UNKNOWN), diags);
}

static void check_file(const struct tmpl_set *set, const struct tmpl_where *where, const char *name,
		       unsigned scopes, struct tmpl_diags *diags)
{
	const struct tmpl_template *template = tmpl_set_lookup(set, where, name);

	if (template)
		check_one(set, where, template, str_ends(name, ".html") ? "html" : "txt", scopes, diags);
}

static bool is_section(const struct tmpl_node *node)
{
	return node->kind == TMPL_NODE_SECTION || node->kind == TMPL_NODE_INVERTED;
}

static bool holds_content(struct tmpl_partials *partials, const struct tmpl_node *node, int depth);

/* In both of two ways: where something is, and further on where it is not, or the other way about. */
static bool both_hold(struct tmpl_partials *partials, const struct tmpl_node *node, int depth)
{
	const struct tmpl_node *other;
	bool found = false;

	if (!is_section(node) || !holds_content(partials, node->child, depth))
		return false;
	for (other = node->next; other && !found; other = other->next)
		found = is_section(other) && other->kind != node->kind && str_eq(other->text, node->text) &&
			holds_content(partials, other->child, depth);
	return found;
}

/* Does the text of the mail stand there whatever the values are? */
static bool holds_content(struct tmpl_partials *partials, const struct tmpl_node *node, int depth)
{
	const struct tmpl_template *partial;
	bool found = false;

	for (; node && !found; node = node->next) {
		if (node->kind == TMPL_NODE_PARTIAL && depth < TMPL_MAX_NEST) {
			partial = tmpl_set_partial(partials, node->text);
			found = partial && holds_content(partials, partial->body, depth + 1);
		} else if (node->kind != TMPL_NODE_TEXT && node->kind != TMPL_NODE_INVERTED && str_eq(node->text, "content")) {
			found = node->kind != TMPL_NODE_SECTION || holds_content(partials, node->child, depth);
		} else {
			found = both_hold(partials, node, depth);
		}
	}
	return found;
}

static void check_layout(const struct tmpl_set *set, const struct tmpl_where *where, const char *name,
			 struct tmpl_diags *diags)
{
	const struct tmpl_template *template = tmpl_set_lookup(set, where, name);
	struct tmpl_partials partials = { set, where, str_ends(name, ".html") ? "html" : "txt" };
	struct tmpl_place place;

	check_file(set, where, name, TMPL_SCOPE_BUTTONS | TMPL_SCOPE_LAYOUT, diags);
	/* What has errors may be without end (partials that lead back to themselves), and an error is told once. */
	if (!template || diags->errors || holds_content(&partials, template->body, 0))
		return;
	place = (struct tmpl_place){ template->file, 1, 1, 0 };
	tmpl_diag_add(diags, TMPL_ERROR, place, "put {{{content}}} where it belongs",
		      "'content' stands nowhere in this layout: mails would go out without their text");
}

/* The files of a language that are a subject, and a body or none. */
static const struct {
	const char *name;
	unsigned scopes;
} subjects[] = {
	{ "button-question", 0 },
	{ "button-problem", 0 },
	{ "thread-dossier", TMPL_SCOPE_DOSSIER | TMPL_SCOPE_THREAD },
	{ "thread-ticket", TMPL_SCOPE_TICKET | TMPL_SCOPE_THREAD },
};
#define SUBJECTS (sizeof subjects / sizeof *subjects)

static void subject_path(char out[64], const char *lang, const char *name)
{
	snprintf(out, 64, "%s/%s.txt", lang, name);
}

static void check_from(const struct tmpl_set *set, const struct tmpl_where *where, struct tmpl_diags *diags)
{
	char path[64];
	size_t i;

	for (i = 0; i < set->mails.count; i++)
		check_mail(set, where, set->mails.list[i], diags);
	check_layout(set, where, "layout.html", diags);
	check_layout(set, where, "layout.txt", diags);
	for (i = 0; i < SUBJECTS; i++) {
		subject_path(path, where->lang, subjects[i].name);
		check_file(set, where, path, subjects[i].scopes, diags);
	}
}

void tmpl_set_check_all(const struct tmpl_set *set, struct tmpl_diags *diags)
{
	size_t b, s, l;

	for (b = 0; b <= set->brands.count; b++)
		for (s = 0; s <= set->services.count; s++)
			/* Without any language the layouts are still looked at. */
			for (l = 0; l < set->languages.count || l == 0; l++) {
				struct tmpl_where where = {
					.brand = b ? set->brands.list[b - 1] : NULL,
					.service = s ? set->services.list[s - 1] : NULL,
					.lang = set->languages.count ? set->languages.list[l] : "",
				};

				check_from(set, &where, diags);
			}
}

size_t tmpl_set_check_use(const struct tmpl_set *set, const struct tmpl_where *where, const char *name,
			  unsigned scopes, struct tmpl_diags *diags)
{
	const struct tmpl_template *template = tmpl_set_mail(set, where, name);
	size_t before = diags->errors;

	if (template)
		check_one(set, where, template, "md", TMPL_SCOPE_BUTTONS | scopes, diags);
	return diags->errors - before;
}

static void missing(struct tmpl_diags *diags, const char *path)
{
	struct tmpl_place place = { path, 0, 0, 0 };

	tmpl_diag_add(diags, TMPL_ERROR, place, "copy it from the templates that postkamer ships",
		      "this template is missing");
}

size_t tmpl_set_check_engine(const struct tmpl_set *set, const struct tmpl_where *where, struct tmpl_diags *diags)
{
	static const char *const layouts[] = { "layout.html", "layout.txt" };
	size_t before = diags->errors, i;
	char path[64];

	for (i = 0; i < tmpl_known_count; i++)
		if (tmpl_known[i].engine && !tmpl_set_mail(set, where, tmpl_known[i].name)) {
			snprintf(path, sizeof path, "%s/%s.md", where->lang, tmpl_known[i].name);
			missing(diags, path);
		}
	for (i = 0; i < sizeof layouts / sizeof *layouts; i++)
		if (!tmpl_set_lookup(set, where, layouts[i]))
			missing(diags, layouts[i]);
	for (i = 0; i < SUBJECTS; i++) {
		subject_path(path, where->lang, subjects[i].name);
		if (!tmpl_set_lookup(set, where, path))
			missing(diags, path);
	}
	return diags->errors - before;
}
