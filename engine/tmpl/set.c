/* Loading a set and finding things in it. */

/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/str.h"
#include "base/xalloc.h"

/* Own. */
#include "tmpl/set_p.h"

#define MAX_FILES 5000
#define MAX_PATH 512

static const char *const layouts[] = { "layout.html", "layout.txt", NULL };
/* Subjects with no audience of their own. */
static const char *const subjects[] = { "button-question.txt", "button-problem.txt", "thread-dossier.txt",
					"thread-ticket.txt", NULL };

/* --- finding --- */

static int entry_compare(const void *left, const void *right)
{
	const struct tmpl_entry *a = left, *b = right;

	return strcmp(a->path, b->path);
}

static const struct tmpl_template *exact(const struct tmpl_set *set, const char *folder, const char *of,
					 const char *name)
{
	struct buf path = BUF_INIT(MAX_PATH);
	struct tmpl_entry key = { 0 };
	const struct tmpl_entry *entry = NULL;

	if (of)
		buf_addf(&path, "%s/%s/", folder, of);
	buf_adds(&path, name);
	key.path = path.data;
	if (!buf_failed(&path) && set->count)
		entry = bsearch(&key, set->entries, set->count, sizeof key, entry_compare);
	buf_free(&path);
	return entry ? entry->template : NULL;
}

const struct tmpl_template *tmpl_set_lookup(const struct tmpl_set *set, const struct tmpl_where *where,
					    const char *name)
{
	const struct tmpl_template *found = NULL;

	if (where->brand)
		found = exact(set, "brands", where->brand, name);
	if (!found && where->service)
		found = exact(set, "services", where->service, name);
	return found ? found : exact(set, NULL, NULL, name);
}

static const struct tmpl_template *lookup_in_lang(const struct tmpl_set *set, const struct tmpl_where *where,
						  const char *prefix, const char *name, const char *ending)
{
	struct buf path = BUF_INIT(MAX_PATH);
	const struct tmpl_template *found = NULL;

	buf_addf(&path, "%s/%s%s.%s", where->lang, prefix, name, ending);
	if (!buf_failed(&path))
		found = tmpl_set_lookup(set, where, path.data);
	buf_free(&path);
	return found;
}

const struct tmpl_template *tmpl_set_mail(const struct tmpl_set *set, const struct tmpl_where *where,
					  const char *name)
{
	return name[0] == '_' ? NULL : lookup_in_lang(set, where, "", name, "md");
}

const struct tmpl_template *tmpl_set_partial(void *ctx, const char *name)
{
	const struct tmpl_partials *partials = ctx;

	return lookup_in_lang(partials->set, partials->where, "_", name, partials->ending);
}

bool tmpl_set_find(const struct tmpl_set *set, const struct tmpl_where *where, const char *name,
		   enum tmpl_audience *audience, enum tmpl_kind *kind)
{
	const struct tmpl_template *template = tmpl_set_mail(set, where, name);

	if (template && audience)
		*audience = template->audience;
	if (template && kind)
		*kind = template->kind;
	return template;
}

bool tmpl_set_reviews(const struct tmpl_set *set, const struct tmpl_where *where, const char *name)
{
	const struct tmpl_template *template = tmpl_set_mail(set, where, name);

	return template && template->review;
}

const char *tmpl_set_nearest(const struct tmpl_set *set, const char *name)
{
	const char *best = NULL;
	unsigned distance, least = 4;
	size_t i;

	for (i = 0; i < set->mails.count; i++) {
		distance = str_distance(set->mails.list[i], name, least);
		if (distance < least) {
			least = distance;
			best = set->mails.list[i];
		}
	}
	return best;
}

const char *const *tmpl_set_languages(const struct tmpl_set *set)
{
	return set->languages.list;
}

/* --- loading --- */

struct loading {
	struct tmpl_set *set;
	struct tmpl_diags *diags;
	bool too_many;
};

static void name_note(struct arena *arena, struct tmpl_names *names, const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < names->count; i++)
		if (strncmp(names->list[i], name, len) == 0 && !names->list[i][len])
			return;
	/* One more than is counted, for the NULL at the end. */
	names->list = arena_grow(arena, names->list, names->count, sizeof *names->list);
	names->list[names->count++] = arena_strndup(arena, name, len);
}

static void names_end(struct arena *arena, struct tmpl_names *names)
{
	names->list = arena_grow(arena, names->list, names->count, sizeof *names->list);
	names->list[names->count] = NULL;
}

static bool one_of(const char *const *list, const char *name)
{
	for (; *list; list++)
		if (str_eq(*list, name))
			return true;
	return false;
}

/* "nl/" */
static bool in_language(const char *path)
{
	return path[0] >= 'a' && path[0] <= 'z' && path[1] >= 'a' && path[1] <= 'z' && path[2] == '/' &&
	       !strchr(path + 3, '/');
}

/* What is the file "LANG/file"? False when it is none of ours. */
static bool form_in_language(const char *file, enum tmpl_form *form)
{
	if (file[0] == '_' && (str_ends(file, ".md") || str_ends(file, ".html") || str_ends(file, ".txt")))
		*form = TMPL_FORM_PLAIN;
	else if (one_of(subjects, file))
		*form = TMPL_FORM_BUTTON;
	else if (str_ends(file, ".md"))
		*form = TMPL_FORM_MAIL;
	else
		return false;
	return true;
}

/* Works out what a path is, notes the names in it; false when it is no template. */
static bool path_read(struct loading *l, const char *path, enum tmpl_form *form)
{
	struct tmpl_set *set = l->set;
	const char *rest = path, *name;
	struct tmpl_names *of = NULL;

	if (str_starts(path, "brands/"))
		of = &set->brands;
	else if (str_starts(path, "services/"))
		of = &set->services;
	if (of) {
		name = strchr(path, '/') + 1;
		rest = strchr(name, '/');
		if (!rest)
			return false;
		name_note(&set->arena, of, name, (size_t)(rest - name));
		rest++;
	}
	if (one_of(layouts, rest)) {
		*form = TMPL_FORM_PLAIN;
		return true;
	}
	if (!in_language(rest) || !form_in_language(rest + 3, form))
		return false;
	name_note(&set->arena, &set->languages, rest, 2);
	if (*form == TMPL_FORM_MAIL)
		name_note(&set->arena, &set->mails, rest + 3, strlen(rest + 3) - strlen(".md"));
	return true;
}

static void entry_add(void *arg, const char *path)
{
	struct loading *l = arg;
	struct tmpl_set *set = l->set;
	struct tmpl_entry entry = { arena_strdup(&set->arena, path), TMPL_FORM_PLAIN, NULL };
	struct tmpl_place place = { path, 0, 0, 0 };

	if (str_eq(path, "README.md"))
		return;
	if (set->count == MAX_FILES) {
		l->too_many = true;
	} else if (!path_read(l, entry.path, &entry.form)) {
		tmpl_diag_add(l->diags, TMPL_WARNING, place, "templates are LANG/NAME.md, layout.html and layout.txt",
			      "this is no template and is not used");
	} else {
		set->entries = arena_grow(&set->arena, set->entries, set->count, sizeof entry);
		set->entries[set->count++] = entry;
	}
}

static void entry_load(const struct tmpl_source *source, struct tmpl_entry *entry, struct tmpl_diags *diags)
{
	struct tmpl_place place = { entry->path, 0, 0, 0 };
	struct buf text = BUF_INIT(TMPL_MAX_FILE + 1);
	struct err err = ERR_INIT;

	if (source->read(source->ctx, entry->path, &text, &err) != 0)
		tmpl_diag_add(diags, TMPL_ERROR, place, NULL, "cannot be read: %s", err.text);
	else
		entry->template = tmpl_template_parse(entry->path, text.data, text.len, entry->form, diags);
	buf_free(&text);
}

static int faults(const struct tmpl_diags *diags, struct err *err)
{
	const struct tmpl_diag *first = diags->list;

	while (first < diags->list + diags->count && first->severity != TMPL_ERROR)
		first++;
	if (first == diags->list + diags->count)
		return err_set(err, ERR_INPUT, "%zu errors in the templates, behind too many warnings", diags->errors);
	return err_set(err, ERR_INPUT, "%zu error%s in the templates, the first: %s:%d:%d: %s", diags->errors,
		       diags->errors == 1 ? "" : "s", first->file, first->line, first->column, first->message);
}

int tmpl_set_load(const struct tmpl_source *source, struct tmpl_set **set_r, struct tmpl_diags *diags,
		  struct err *err)
{
	struct tmpl_set *set = xcalloc(1, sizeof *set);
	struct loading l = { set, diags, false };
	size_t i;
	int status;

	*set_r = NULL;
	arena_init(&set->arena);
	status = source->list(source->ctx, entry_add, &l, err);
	if (status == 0 && l.too_many)
		status = err_set(err, ERR_LIMIT, "more than %d files in the templates folder", MAX_FILES);
	if (status == 0) {
		names_end(&set->arena, &set->languages);
		if (set->count)
			qsort(set->entries, set->count, sizeof *set->entries, entry_compare);
		for (i = 0; i < set->count; i++)
			entry_load(source, &set->entries[i], diags);
		if (!diags->errors)
			tmpl_set_check_all(set, diags);
		tmpl_diags_sort(diags);
		if (diags->errors)
			status = faults(diags, err);
	}
	if (status != 0)
		tmpl_set_free(&set);
	*set_r = set;
	return status;
}

void tmpl_set_free(struct tmpl_set **set)
{
	size_t i;

	if (!*set)
		return;
	for (i = 0; i < (*set)->count; i++)
		tmpl_template_free(&(*set)->entries[i].template);
	arena_free(&(*set)->arena);
	free(*set);
	*set = NULL;
}
