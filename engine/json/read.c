/* System. */
#include <jansson.h>
#include <stdint.h>

/* Own. */
#include "json/read.h"

static json_t *inside(const struct json *json)
{
	return (json_t *)(uintptr_t)json;
}

struct json *json_read(const char *text, size_t len, struct err *err)
{
	json_error_t fault;
	json_t *root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &fault);

	if (!root)
		err_set(err, ERR_INPUT, "line %d, column %d: %s", fault.line, fault.column, fault.text);
	return (struct json *)root;
}

enum json_kind json_kind(const struct json *json)
{
	if (!json)
		return JSON_KIND_NONE;
	switch (json_typeof(inside(json))) {
	case JSON_OBJECT: return JSON_KIND_OBJECT;
	case JSON_ARRAY: return JSON_KIND_ARRAY;
	case JSON_STRING: return JSON_KIND_TEXT;
	case JSON_INTEGER:
	case JSON_REAL: return JSON_KIND_NUMBER;
	case JSON_TRUE:
	case JSON_FALSE: return JSON_KIND_BOOL;
	default: return JSON_KIND_NULL;
	}
}

const struct json *json_member(const struct json *object, const char *key)
{
	return (const struct json *)json_object_get(inside(object), key);
}

size_t json_count(const struct json *json)
{
	return json_is_object(inside(json)) ? json_object_size(inside(json)) : json_array_size(inside(json));
}

const char *json_key_at(const struct json *object, size_t at)
{
	void *iter = json_object_iter(inside(object));

	while (iter && at--)
		iter = json_object_iter_next(inside(object), iter);
	return iter ? json_object_iter_key(iter) : NULL;
}

const struct json *json_at(const struct json *array, size_t at)
{
	return (const struct json *)json_array_get(inside(array), at);
}

const char *json_text(const struct json *json)
{
	return json ? json_string_value(inside(json)) : NULL;
}

bool json_truth(const struct json *json)
{
	return json && json_is_true(inside(json));
}

const char *json_scalar(const struct json *json, struct arena *arena)
{
	switch (json_kind(json)) {
	case JSON_KIND_TEXT: return arena_strdup(arena, json_text(json));
	case JSON_KIND_BOOL: return json_truth(json) ? "yes" : "no";
	case JSON_KIND_NUMBER:
		if (json_is_integer(inside(json)))
			return arena_printf(arena, "%lld", (long long)json_integer_value(inside(json)));
		return arena_printf(arena, "%.2f", json_real_value(inside(json)));
	default: return NULL;
	}
}
