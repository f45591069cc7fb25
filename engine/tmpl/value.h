/*
 * Values that templates show: texts, numbers, truths, lists and objects, made
 * in an arena and not changed once rendering has begun. A low-level thing that
 * stays low-level: no knowledge of mail or dossiers.
 *
 * What counts as false in a section: nothing, false, the empty text, the
 * number 0, the empty list. An object is true, also an empty one.
 *
 *     struct tmpl_value *root = tmpl_object(arena);
 *
 *     tmpl_set_text(arena, root, "client.name", "Jan Jansen");
 *     list = tmpl_set_list(arena, root, "missing.list");
 *     item = tmpl_list_object(arena, list);
 *     tmpl_set_text(arena, item, "title", "Prognose");
 *     tmpl_set_counts(arena, root, "missing");
 */
#ifndef POSTKAMER_TMPL_VALUE_H
#define POSTKAMER_TMPL_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

enum tmpl_type { TMPL_NULL, TMPL_BOOL, TMPL_TEXT, TMPL_LIST, TMPL_OBJECT };

struct tmpl_value {
	enum tmpl_type type;
	bool truth;                /* as a section sees it; kept right by the functions below */
	const char *text;          /* TMPL_TEXT; from the arena */
	const char *key;           /* its name in the object around it, else NULL */
	struct tmpl_value *first, *last; /* of a list or an object, in order of adding */
	struct tmpl_value *next;
};

struct tmpl_value *tmpl_object(struct arena *arena);
struct tmpl_value *tmpl_list(struct arena *arena);
/* A copy of 'text'; NULL gives TMPL_NULL. */
struct tmpl_value *tmpl_text(struct arena *arena, const char *text);
/* A number: its decimal text, false when 0. */
struct tmpl_value *tmpl_int(struct arena *arena, int64_t number);
struct tmpl_value *tmpl_bool(struct arena *arena, bool truth);
struct tmpl_value *tmpl_null(struct arena *arena);

/* Adds at the end of a list; returns 'value', which must not be in another list or object. */
struct tmpl_value *tmpl_list_add(struct tmpl_value *list, struct tmpl_value *value);
/* A new object at the end of a list. */
struct tmpl_value *tmpl_list_object(struct arena *arena, struct tmpl_value *list);
/* A new text at the end of a list. */
void tmpl_list_text(struct arena *arena, struct tmpl_value *list, const char *text);

/*
 * Sets a value in an object; 'path' may be dotted ("client.name"), and objects
 * on the way are made. A value that was there is replaced. Returns 'value'.
 */
struct tmpl_value *tmpl_set(struct arena *arena, struct tmpl_value *object, const char *path,
			    struct tmpl_value *value);
/* Shorthands. tmpl_set_text() with NULL sets nothing, so that an optional field stays absent. */
void tmpl_set_text(struct arena *arena, struct tmpl_value *object, const char *path, const char *text);
void tmpl_set_int(struct arena *arena, struct tmpl_value *object, const char *path, int64_t number);
void tmpl_set_bool(struct arena *arena, struct tmpl_value *object, const char *path, bool truth);
/* The list at 'path', made when it is not there yet. */
struct tmpl_value *tmpl_set_list(struct arena *arena, struct tmpl_value *object, const char *path);
/*
 * Beside the list PATH.list sets what texts need to speak of its length:
 * PATH.count (number), PATH.one (true for exactly 1), PATH.more (true above 1).
 */
void tmpl_set_counts(struct arena *arena, struct tmpl_value *object, const char *path);

/* A new object with the same members; what they hold is shared. For adding to values that are not ours. */
struct tmpl_value *tmpl_copy(struct arena *arena, const struct tmpl_value *object);

/* A member of an object by its (undotted) name of 'len' bytes; NULL when there is none. */
const struct tmpl_value *tmpl_member(const struct tmpl_value *object, const char *name, size_t len);
/* The value at a dotted path, or NULL. */
const struct tmpl_value *tmpl_get(const struct tmpl_value *object, const char *path);
size_t tmpl_length(const struct tmpl_value *list);

#endif
