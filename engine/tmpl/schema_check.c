/* Values against the table of variables. */

/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "tmpl/schema.h"

#define MAX_PATH 200

static bool is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool is_color(const char *text)
{
	return strlen(text) == 7 && text[0] == '#' && strspn(text + 1, "0123456789abcdefABCDEF") == 6;
}

static bool is_id(const char *text)
{
	if (!*text)
		return false;
	for (; *text; text++)
		if (!is_alnum(*text) && !strchr("@._-", *text))
			return false;
	return true;
}

/* Only characters that RFC 3986 lets stand in a URL. */
static bool is_url(const char *text, const char *scheme)
{
	if (!str_starts(text, scheme) || !text[strlen(scheme)])
		return false;
	for (; *text; text++)
		if (!is_alnum(*text) && !strchr("-._~:/?#[]@!$&'()*+,;=%", *text))
			return false;
	return true;
}

static bool text_ok(enum tmpl_var_type type, const char *text)
{
	switch (type) {
	case TMPL_VAR_COLOR: return is_color(text);
	case TMPL_VAR_ID: return is_id(text);
	case TMPL_VAR_MAILTO: return is_url(text, "mailto:");
	case TMPL_VAR_LINK: return is_url(text, "https://");
	default: return true;
	}
}

static enum tmpl_type wanted_type(enum tmpl_var_type type)
{
	switch (type) {
	case TMPL_VAR_FLAG: return TMPL_BOOL;
	case TMPL_VAR_LIST:
	case TMPL_VAR_TEXTS: return TMPL_LIST;
	case TMPL_VAR_OBJECT: return TMPL_OBJECT;
	default: return TMPL_TEXT;
	}
}

/* The dotted name of the value being looked at. */
struct path {
	char text[MAX_PATH];
	size_t len;
};

static int members_check(const struct tmpl_value *object, struct path *path, struct err *err);

static int list_check(const struct tmpl_value *list, struct path *path, enum tmpl_var_type type, struct err *err)
{
	const struct tmpl_value *item;

	for (item = list->first; item; item = item->next) {
		if (item->type != (type == TMPL_VAR_TEXTS ? TMPL_TEXT : TMPL_OBJECT))
			return err_set(err, ERR_BUG, "template value '%s' holds an item of the wrong type", path->text);
		if (type == TMPL_VAR_LIST && members_check(item, path, err) != 0)
			return -1;
	}
	return 0;
}

static int text_check(const struct tmpl_value *value, const char *path, enum tmpl_var_type type, struct err *err)
{
	if (text_ok(type, value->text))
		return 0;
	return err_set(err, ERR_INPUT, "template value '%s' is not what it must be: a %s", path,
		       type == TMPL_VAR_COLOR ? "colour such as #0b6e4f" :
		       type == TMPL_VAR_ID ? "content id" : "link");
}

static int value_check(const struct tmpl_value *value, struct path *path, struct err *err)
{
	enum tmpl_var_type type;

	if (!tmpl_schema_type(path->text, &type))
		return err_set(err, ERR_BUG, "there is no template variable '%s'", path->text);
	if (value->type == TMPL_NULL)
		return 0;
	if (value->type != wanted_type(type))
		return err_set(err, ERR_BUG, "template value '%s' has the wrong type", path->text);
	if (value->type == TMPL_OBJECT)
		return members_check(value, path, err);
	if (value->type == TMPL_LIST)
		return list_check(value, path, type, err);
	return value->type == TMPL_TEXT ? text_check(value, path->text, type, err) : 0;
}

static int members_check(const struct tmpl_value *object, struct path *path, struct err *err)
{
	const struct tmpl_value *member;
	size_t before = path->len;

	for (member = object->first; member; member = member->next) {
		size_t len = strlen(member->key);

		if (before + len + 2 > sizeof path->text)
			return err_set(err, ERR_BUG, "a name under template value '%s' is too long", path->text);
		if (before)
			path->text[path->len++] = '.';
		memcpy(path->text + path->len, member->key, len + 1);
		path->len += len;
		if (value_check(member, path, err) != 0)
			return -1;
		path->len = before;
		path->text[before] = '\0';
	}
	return 0;
}

int tmpl_schema_check(const struct tmpl_value *values, struct err *err)
{
	struct path path = { "", 0 };

	return members_check(values, &path, err);
}

int tmpl_schema_check_forms(const struct tmpl_value *values, struct err *err)
{
	size_t i;

	for (i = 0; i < tmpl_schema_count; i++) {
		const struct tmpl_var *var = &tmpl_schema[i];
		const struct tmpl_value *value;

		if (var->type < TMPL_VAR_COLOR)
			continue;
		value = tmpl_get(values, var->name);
		if (value && value->type == TMPL_TEXT && text_check(value, var->name, var->type, err) != 0)
			return -1;
	}
	return 0;
}
