/*
 * What the tests of the rule language share: files of the source tree, and a
 * look-up with a few templates.
 */
#ifndef POSTKAMER_TESTS_RULE_SUPPORT_H
#define POSTKAMER_TESTS_RULE_SUPPORT_H

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/str.h"
#include "rule/rule.h"

/* A path below the top of the source tree; 'out' has 1024 bytes. */
__attribute__((unused))
static const char *tree_path(char *out, const char *path)
{
	const char *top = getenv("top_srcdir");

	snprintf(out, 1024, "%s/%s", top && *top ? top : ".", path);
	return out;
}

/* The whole file, or "" with a remark; freed by buf_free(). */
__attribute__((unused))
static bool tree_read(const char *path, struct buf *out)
{
	struct err err = ERR_INIT;
	char full[1024];

	if (file_read(tree_path(full, path), out, &err) == 0)
		return true;
	printf("# %s\n", err.text);
	return false;
}

static const struct {
	const char *name, *languages;
	enum prog_audience audience;
} known_templates[] = {
	{ "welkom", "nl en", AUDIENCE_CORRESPONDENT }, { "rapport-gereed", "nl en", AUDIENCE_TEMPLATE },
	{ "melding", "nl en", AUDIENCE_STAFF },	       { "betalen", "nl en", AUDIENCE_PAYER },
	{ "alleen-nl", "nl", AUDIENCE_TEMPLATE },
};

#define KNOWN_TEMPLATES (sizeof known_templates / sizeof *known_templates)

static bool known_find(void *ctx, const char *name, const char *language, enum prog_audience *audience)
{
	size_t i;

	(void)ctx;
	for (i = 0; i < KNOWN_TEMPLATES; i++)
		if (str_eq(known_templates[i].name, name) && strstr(known_templates[i].languages, language)) {
			*audience = known_templates[i].audience;
			return true;
		}
	return false;
}

static const char *known_name(void *ctx, size_t index)
{
	(void)ctx;
	return index < KNOWN_TEMPLATES ? known_templates[index].name : NULL;
}

static bool known_holidays(void *ctx, const char *country)
{
	(void)ctx;
	return str_eq(country, "nl");
}

/* Shared parts lie beside the golden files. */
static int known_include(void *ctx, const char *name, struct buf *out, struct err *err)
{
	char path[512], full[1024];

	(void)ctx;
	snprintf(path, sizeof path, "tests/golden/rule/%s", name);
	if (access(tree_path(full, path), F_OK))
		return err_set(err, ERR_NOTFOUND, "no such file");
	return file_read(full, out, err);
}

/* Some of the commands that every dossier knows. */
static const char *known_phrase(void *ctx, const char *text)
{
	(void)ctx;
	if (str_ieq(text, "help") || str_ieq(text, "hulp"))
		return "hulp";
	return str_ieq(text, "niet akkoord") ? "niet akkoord: REDEN" : NULL;
}

__attribute__((unused))
static const struct rule_lookup known_lookup = { .template_find = known_find,
						 .template_name = known_name,
						 .include_read = known_include,
						 .phrase_find = known_phrase,
						 .holidays_find = known_holidays };

__attribute__((unused))
static const struct rule_lookup parts_lookup = { .include_read = known_include };

#endif
