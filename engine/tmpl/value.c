/* System. */
#include <assert.h>
#include <inttypes.h>
#include <string.h>

/* Own. */
#include "tmpl/value.h"

static struct tmpl_value *value_new(struct arena *arena, enum tmpl_type type, bool truth)
{
	struct tmpl_value *value = arena_alloc(arena, sizeof *value);

	value->type = type;
	value->truth = truth;
	return value;
}

struct tmpl_value *tmpl_object(struct arena *arena)
{
	return value_new(arena, TMPL_OBJECT, true);
}

struct tmpl_value *tmpl_list(struct arena *arena)
{
	return value_new(arena, TMPL_LIST, false);
}

struct tmpl_value *tmpl_text(struct arena *arena, const char *text)
{
	struct tmpl_value *value = value_new(arena, text ? TMPL_TEXT : TMPL_NULL, text && *text);

	value->text = arena_strdup(arena, text);
	return value;
}

struct tmpl_value *tmpl_int(struct arena *arena, int64_t number)
{
	struct tmpl_value *value = value_new(arena, TMPL_TEXT, number != 0);

	value->text = arena_printf(arena, "%" PRId64, number);
	return value;
}

struct tmpl_value *tmpl_bool(struct arena *arena, bool truth)
{
	return value_new(arena, TMPL_BOOL, truth);
}

struct tmpl_value *tmpl_null(struct arena *arena)
{
	return value_new(arena, TMPL_NULL, false);
}

static void append(struct tmpl_value *parent, struct tmpl_value *value)
{
	assert(!value->next);
	if (parent->last)
		parent->last->next = value;
	else
		parent->first = value;
	parent->last = value;
}

struct tmpl_value *tmpl_list_add(struct tmpl_value *list, struct tmpl_value *value)
{
	assert(list->type == TMPL_LIST);
	append(list, value);
	list->truth = true;
	return value;
}

struct tmpl_value *tmpl_list_object(struct arena *arena, struct tmpl_value *list)
{
	return tmpl_list_add(list, tmpl_object(arena));
}

void tmpl_list_text(struct arena *arena, struct tmpl_value *list, const char *text)
{
	tmpl_list_add(list, tmpl_text(arena, text));
}

static struct tmpl_value *member(const struct tmpl_value *object, const char *name, size_t len)
{
	struct tmpl_value *value;

	if (object->type != TMPL_OBJECT)
		return NULL;
	for (value = object->first; value; value = value->next)
		if (strncmp(value->key, name, len) == 0 && !value->key[len])
			return value;
	return NULL;
}

const struct tmpl_value *tmpl_member(const struct tmpl_value *object, const char *name, size_t len)
{
	return member(object, name, len);
}

const struct tmpl_value *tmpl_get(const struct tmpl_value *object, const char *path)
{
	while (object) {
		size_t len = strcspn(path, ".");

		object = member(object, path, len);
		if (!path[len])
			return object;
		path += len + 1;
	}
	return NULL;
}

size_t tmpl_length(const struct tmpl_value *list)
{
	const struct tmpl_value *value;
	size_t count = 0;

	for (value = list->first; value; value = value->next)
		count++;
	return count;
}

/* Takes the member of that name out. */
static void remove_member(struct tmpl_value *object, const struct tmpl_value *old)
{
	struct tmpl_value *value, *before = NULL;

	for (value = object->first; value != old; value = value->next)
		before = value;
	if (before)
		before->next = old->next;
	else
		object->first = old->next;
	if (object->last == old)
		object->last = before;
}

/* The object that holds the last name of 'path', made where missing; '*name' gets that last name. */
static struct tmpl_value *holder(struct arena *arena, struct tmpl_value *object, const char *path, const char **name)
{
	for (;;) {
		size_t len = strcspn(path, ".");
		struct tmpl_value *inner;

		assert(object->type == TMPL_OBJECT && len);
		if (!path[len]) {
			*name = path;
			return object;
		}
		inner = member(object, path, len);
		if (!inner) {
			inner = tmpl_object(arena);
			inner->key = arena_strndup(arena, path, len);
			append(object, inner);
		}
		object = inner;
		path += len + 1;
	}
}

struct tmpl_value *tmpl_set(struct arena *arena, struct tmpl_value *object, const char *path,
			    struct tmpl_value *value)
{
	const char *name;
	struct tmpl_value *inside = holder(arena, object, path, &name), *old = member(inside, name, strlen(name));

	if (old)
		remove_member(inside, old);
	value->key = arena_strdup(arena, name);
	append(inside, value);
	return value;
}

struct tmpl_value *tmpl_copy(struct arena *arena, const struct tmpl_value *object)
{
	struct tmpl_value *copy = tmpl_object(arena), *member_copy;
	const struct tmpl_value *value;

	for (value = object->first; value; value = value->next) {
		member_copy = arena_memdup(arena, value, sizeof *value);
		member_copy->next = NULL;
		append(copy, member_copy);
	}
	return copy;
}

void tmpl_set_text(struct arena *arena, struct tmpl_value *object, const char *path, const char *text)
{
	if (text)
		tmpl_set(arena, object, path, tmpl_text(arena, text));
}

void tmpl_set_int(struct arena *arena, struct tmpl_value *object, const char *path, int64_t number)
{
	tmpl_set(arena, object, path, tmpl_int(arena, number));
}

void tmpl_set_bool(struct arena *arena, struct tmpl_value *object, const char *path, bool truth)
{
	tmpl_set(arena, object, path, tmpl_bool(arena, truth));
}

struct tmpl_value *tmpl_set_list(struct arena *arena, struct tmpl_value *object, const char *path)
{
	const char *name;
	struct tmpl_value *inside = holder(arena, object, path, &name), *old = member(inside, name, strlen(name));

	if (old && old->type == TMPL_LIST)
		return old;
	return tmpl_set(arena, object, path, tmpl_list(arena));
}

void tmpl_set_counts(struct arena *arena, struct tmpl_value *object, const char *path)
{
	struct tmpl_value *list = tmpl_set_list(arena, object, arena_printf(arena, "%s.list", path));
	size_t count = tmpl_length(list);

	tmpl_set_int(arena, object, arena_printf(arena, "%s.count", path), (int64_t)count);
	tmpl_set_bool(arena, object, arena_printf(arena, "%s.one", path), count == 1);
	tmpl_set_bool(arena, object, arena_printf(arena, "%s.more", path), count > 1);
}
