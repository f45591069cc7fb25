/*
 * Drawings of workflows: the whole DOT text of the shipped one and of one with
 * all that has to be escaped or broken into lines, against tests/golden/graph/.
 *
 * POSTKAMER_GOLDEN_WRITE=1 writes the expected files anew; look at the pictures
 * (dot -Tpng) before you believe them.
 */
/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/file.h"

/* Engine. */
#include "rule/rule.h"

/* Tests. */
#include "rule_support.h"
#include "tap.h"

static const char awkward[] =
	"workflow lastig \"Kop & <staart>\"\n"
	"language nl\n"
	"days calendar\n"
	"send window 08:00-19:00\n"
	"documents {\n    bewijs \"Bewijs\" required accept pdf match /bewijs/i\n}\n"
	"start open\n"
	"state open \"Eén \\\"open\\\" staat met een titel die veel te lang is om op één regel te staan\" {\n"
	"    uploads open\n"
	"    on documents complete if (office or copy) and not office only { note \"a < b & c > d\"; goto klaar }\n"
	"    every 1 week, 2 times { mail welkom to staff }\n"
	"    after 3 weeks { goto klaar }\n"
	"}\n"
	"state klaar \"Klaar\" final {\n    on slot reopened { goto open }\n}\n"
	"always {\n    on mail failed { mail melding }\n    on client cancel { goto klaar }\n}\n"
	"keep 7 years after final\n";

static bool templates(void *ctx, const char *name, const char *language, enum prog_audience *audience)
{
	(void)ctx;
	(void)language;
	*audience = str_eq(name, "te-behandelen") || str_eq(name, "melding") ? AUDIENCE_STAFF : AUDIENCE_TEMPLATE;
	return true;
}

static void check(const char *name, const char *text, size_t len)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct rule_lookup lookup = { .template_find = templates, .holidays_find = known_holidays };
	struct program *program = rule_load("x.rules", text, len, &lookup, &diags);
	struct buf got = BUF_INIT(BUF_MAX_FILE), want = BUF_INIT(BUF_MAX_FILE);
	struct err err = ERR_INIT;
	char path[200], full[1024];

	snprintf(path, sizeof path, "tests/golden/graph/%s.dot", name);
	if (!tap_ok(program != NULL, "%s can be loaded", name))
		return;
	rule_graph(program, &lookup, &got);
	if (getenv("POSTKAMER_GOLDEN_WRITE") && file_replace(tree_path(full, path), got.data, got.len, 0644, &err))
		printf("# %s\n", err.text);
	tree_read(path, &want);
	tap_ok(got.len == want.len && memcmp(got.data, want.data, got.len) == 0, "%s is drawn as it was", name);
	program_free(&program);
	diag_list_free(&diags);
	buf_free(&got);
	buf_free(&want);
}

int main(void)
{
	struct buf text = BUF_INIT(BUF_MAX_FILE);

	tree_read("rules/inkomensverklaring.rules", &text);
	check("inkomensverklaring", text.data, text.len);
	check("lastig", awkward, strlen(awkward));
	buf_free(&text);
	return tap_done();
}
