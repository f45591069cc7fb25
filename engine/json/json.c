/* System. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/date.h"
#include "base/str.h"

/* Own. */
#include "json/json.h"

/* struct json is jansson's json_t under a name of ours; nobody else sees inside. */

static json_t *inside(const struct json *json)
{
	return (json_t *)(uintptr_t)json;
}

static struct json *outside(json_t *json)
{
	if (!json)
		abort(); /* allocation: nothing useful can be said without memory */
	return (struct json *)json;
}

struct json *json_new_object(void)
{
	return outside(json_object());
}

struct json *json_new_array(void)
{
	return outside(json_array());
}

void json_free(struct json **json)
{
	if (*json)
		json_decref(inside(*json));
	*json = NULL;
}

void json_put_text(struct json *object, const char *key, const char *text)
{
	char *clean;

	if (!text) {
		json_put_null(object, key);
		return;
	}
	if (str_utf8_valid(text)) {
		json_object_set_new(inside(object), key, json_string(text));
		return;
	}
	clean = str_clean(text, strlen(text) * 3 + 1);
	json_object_set_new(inside(object), key, json_string(clean));
	free(clean);
}

void json_put_int(struct json *object, const char *key, int64_t value)
{
	json_object_set_new(inside(object), key, json_integer(value));
}

void json_put_bool(struct json *object, const char *key, bool value)
{
	json_object_set_new(inside(object), key, json_boolean(value));
}

void json_put_null(struct json *object, const char *key)
{
	json_object_set_new(inside(object), key, json_null());
}

void json_put_time(struct json *object, const char *key, int64_t at)
{
	char text[DATE_RFC3339_SIZE];

	json_put_text(object, key, at == DATE_NONE ? NULL : date_rfc3339(text, at));
}

static struct json *put_new(struct json *object, const char *key, json_t *value)
{
	json_object_set_new(inside(object), key, value);
	return outside(value);
}

struct json *json_put_object(struct json *object, const char *key)
{
	return put_new(object, key, json_object());
}

struct json *json_put_array(struct json *object, const char *key)
{
	return put_new(object, key, json_array());
}

struct json *json_add_object(struct json *array)
{
	json_t *value = json_object();

	json_array_append_new(inside(array), value);
	return outside(value);
}

/* Addresses and the like: no text of theirs is invalid UTF-8. */
void json_add_text(struct json *array, const char *text)
{
	json_array_append_new(inside(array), text ? json_string(text) : json_null());
}

static char *dump(const struct json *json)
{
	char *text = json_dumps(inside(json), JSON_INDENT(2) | JSON_PRESERVE_ORDER | JSON_ENCODE_ANY);

	if (!text)
		abort();
	return text;
}

void json_print(const struct json *json, struct buf *out)
{
	char *text = dump(json);

	buf_adds(out, text);
	buf_addc(out, '\n');
	free(text);
}

void json_print_element(const struct json *json, struct buf *out)
{
	char *text = dump(json);
	const char *at, *end;

	/* A line end inside a string is written \n, so each one here is layout. */
	for (at = text; (end = strchr(at, '\n')) != NULL; at = end + 1) {
		buf_adds(out, "  ");
		buf_add(out, at, (size_t)(end - at) + 1);
	}
	buf_adds(out, "  ");
	buf_adds(out, at);
	free(text);
}
