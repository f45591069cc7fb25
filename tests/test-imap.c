/* The pure parts of the IMAP side: lines, names, sets of uids. */
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "imap/lines.h"
#include "imap/name.h"
#include "imap/uidset.h"
#include "tap.h"

/* ---- Lines. */

struct seen {
	char text[4000]; /* lines, each with '|' behind it */
};

static void on_line(void *ctx, const char *start, size_t len)
{
	struct seen *seen = ctx;
	size_t used = strlen(seen->text);

	snprintf(seen->text + used, sizeof seen->text - used, "%.*s|", (int)len, start);
}

static const struct line_row {
	const char *name, *input, *lines;
	int rc;
} line_rows[] = {
	{ "two lines", "* OK a\r\n* OK b\r\n", "* OK a|* OK b|", 0 },
	{ "line without end yet", "* OK a\r\n* OK", "* OK a|", 0 },
	{ "literal is stepped over", "* 1 FETCH (BODY[] {6}\r\na\r\nb\r\n)\r\n1 OK\r\n",
	  "* 1 FETCH (BODY[] {6}|)|1 OK|", 0 },
	{ "literal holds what looks like a line", "* 1 X {9}\r\n* BYE x\r\n\r\n2 OK\r\n", "* 1 X {9}||2 OK|", 0 },
	{ "two literals", "* X {1}\r\na {2}\r\nbc d\r\n", "* X {1}| {2}| d|", 0 },
	{ "empty literal", "* X {0}\r\n)\r\n", "* X {0}|)|", 0 },
	{ "literal+", "a X {1+}\r\nb\r\n", "a X {1+}||", 0 },
	{ "negative literal is none", "* X {-5}\r\nabc\r\n", "* X {-5}|abc|", 0 },
	{ "no digits", "* X {}\r\nabc\r\n", "* X {}|abc|", 0 },
	{ "not a number", "* X {1x}\r\nabc\r\n", "* X {1x}|abc|", 0 },
	{ "status text is no announcement", "* OK see {5}\r\nabc\r\n", "* OK see {5}|abc|", 0 },
	{ "tagged status neither", "7 no see {5}\r\nabc\r\n", "7 no see {5}|abc|", 0 },
	{ "continuation neither", "+ say {5}\r\nabc\r\n", "+ say {5}|abc|", 0 },
	{ "LF alone", "* X {1}\na\n", "* X {1}||", 0 },
	{ "too large a literal", "* X {1001}\r\n", "* X {1001}|", -1 },
	{ "largest literal", "* X {1000}\r\n", "* X {1000}|", 0 },
	{ "32 bits", "* X {4294967290}\r\n", "* X {4294967290}|", -1 },
	{ "more than 64 bits", "* X {99999999999999999999}\r\n", "* X {99999999999999999999}|", -1 },
	{ "nesting", "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((", "", -1 },
	{ "many pairs side by side", "()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()\r\n",
	  "()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()|", 0 },
};

/* Feeds in steps of 'step' bytes. */
static int feed(struct imap_lines *lines, const char *input, size_t len, size_t step, struct err *err)
{
	for (size_t at = 0; at < len; at += step)
		if (imap_lines_feed(lines, input + at, len - at < step ? len - at : step, 1000, err))
			return -1;
	return 0;
}

static void test_lines(void)
{
	for (size_t i = 0; i < sizeof line_rows / sizeof *line_rows; i++) {
		const struct line_row *row = &line_rows[i];
		size_t steps[] = { 1, 2, 7, 1000 };

		for (size_t k = 0; k < 4; k++) {
			struct seen seen = { "" };
			struct imap_lines lines;
			struct err err = ERR_INIT;

			imap_lines_init(&lines, on_line, &seen);
			tap_is_int(feed(&lines, row->input, strlen(row->input), steps[k], &err), row->rc,
				   "lines: %s, in steps of %zu", row->name, steps[k]);
			tap_is_str(seen.text, row->lines, "lines: %s, in steps of %zu: seen", row->name, steps[k]);
		}
	}
}

static void test_long_line(void)
{
	char *text = xmalloc(IMAP_LINE_MAX + 2);
	struct imap_lines lines;
	struct err err = ERR_INIT;

	memset(text, 'A', IMAP_LINE_MAX + 2);
	imap_lines_init(&lines, NULL, NULL);
	tap_is_int(feed(&lines, text, IMAP_LINE_MAX, 999, &err), 0, "lines: the longest line");
	tap_is_int(feed(&lines, text, 1, 1, &err), -1, "lines: one byte more");
	tap_is_int(err.code, ERR_LIMIT, "lines: is a limit");
	free(text);
}

static const struct public_row {
	const char *line, *shown;
} public_rows[] = {
	{ "* 1 FETCH (UID 1 BODY[] \"secret\")", "* 1 FETCH (UID 1 BODY[]" },
	{ "* 1 FETCH (UID 1 body[]<0> \"secret\")", "* 1 FETCH (UID 1 body[]" },
	{ "* 1 FETCH (UID 1 BODY[HEADER", "* 1 FETCH (UID 1 BODY[HEADER" },
	{ "* OK hello", "* OK hello" },
	{ "", "" },
};

static void test_public(void)
{
	for (size_t i = 0; i < sizeof public_rows / sizeof *public_rows; i++) {
		const struct public_row *row = &public_rows[i];

		tap_is_int((long long)imap_lines_public(row->line, strlen(row->line)), (long long)strlen(row->shown),
			   "trace shows of '%s' only '%s'", row->line, row->shown);
	}
}

/* ---- Names. */

static const char *const shared[] = { "Shared/", "user." };

static const struct name_row {
	const char *name, *prefix;
	char delimiter;
	const char *wire; /* NULL = refused */
} name_rows[] = {
	{ "INBOX", "", '/', "INBOX" },
	{ "inbox", "INBOX.", '.', "INBOX" },
	{ "Verwerkt", "", '/', "Verwerkt" },
	{ "Verwerkt", "INBOX.", '.', "INBOX.Verwerkt" },
	{ "INBOX.Verwerkt", "INBOX.", '.', "INBOX.Verwerkt" },
	{ "INBOX/Verwerkt", "INBOX.", '.', "INBOX.Verwerkt" },
	{ "inbox/Verwerkt", "INBOX.", '.', "inbox.Verwerkt" },
	{ "Archief/2026", "", '/', "Archief/2026" },
	{ "Archief/2026", "", '.', "Archief.2026" },
	{ "Archief/2026", "INBOX.", '.', "INBOX.Archief.2026" },
	{ "Archief/2026", "", '\0', "Archief/2026" },
	{ "Mail/x", "Mail/", '/', "Mail/x" },
	{ "mail/x", "Mail/", '/', "Mail/mail/x" },
	{ "Shared/balie", "INBOX/", '/', "Shared/balie" },
	{ "user.piet", "INBOX.", '.', "user.piet" },
	{ "Té laat", "", '/', "T&AOk- laat" },
	{ "A&B", "", '/', "A&-B" },
	{ "~peter/mail/台北/日本語", "", '/', "~peter/mail/&U,BTFw-/&ZeVnLIqe-" }, /* RFC 3501's own example */
	{ "😀", "", '/', "&2D3eAA-" },
	{ "é/é", "", '.', "&AOk-.&AOk-" },
	{ "", "", '/', NULL },
	{ "a\nb", "", '/', NULL },
	{ "a\x7f", "", '/', NULL },
	{ "\xff", "", '/', NULL },
	{ "\xc3", "", '/', NULL },
};

static void test_names(void)
{
	for (size_t i = 0; i < sizeof name_rows / sizeof *name_rows; i++) {
		const struct name_row *row = &name_rows[i];
		struct imap_namespace space = { row->prefix, row->delimiter, shared, 2 };
		struct err err = ERR_INIT;
		char *wire = NULL;

		imap_name_to_wire(row->name, &space, &wire, &err);
		tap_is_str(wire, row->wire, "name %zu with prefix '%s'", i, row->prefix);
		tap_is_int(err.code, row->wire ? ERR_NONE : ERR_INPUT, "name %zu: code", i);
		free(wire);
	}
}

static void test_long_name(void)
{
	struct imap_namespace space = { "INBOX.", '.', NULL, 0 };
	char name[IMAP_NAME_MAX + 2], *wire = NULL;

	memset(name, 'a', sizeof name);
	name[IMAP_NAME_MAX + 1] = '\0';
	tap_is_int(imap_name_to_wire(name, &space, &wire, NULL), -1, "name: too long");
	name[IMAP_NAME_MAX] = '\0';
	tap_is_int(imap_name_to_wire(name, &space, &wire, NULL), -1, "name: too long with the prefix");
	name[IMAP_NAME_MAX - 6] = '\0';
	tap_is_int(imap_name_to_wire(name, &space, &wire, NULL), 0, "name: the longest");
	free(wire);
}

/* ---- Sets. */

static void test_sets(void)
{
	uint32_t uids[] = { 9, 1, 3, 2, 9, 4294967295u, 7, 2 };
	uint32_t want[] = { 1, 2, 3, 7, 9, 4294967295u };
	uint32_t many[2000];
	size_t n = imap_uidset_sort(uids, 8), at = 99, all = 0;

	tap_is_int((long long)n, 6, "set: repeats are dropped");
	tap_ok(memcmp(uids, want, sizeof want) == 0, "set: sorted");
	tap_ok(imap_uidset_has(uids, n, 7, &at) && at == 3, "set: 7 is the fourth");
	tap_ok(!imap_uidset_has(uids, n, 8, &at), "set: 8 is not in it");
	tap_ok(!imap_uidset_has(uids, 0, 1, NULL), "set: the empty one has nothing");
	tap_is_int((long long)imap_uidset_run(uids, n), 3, "set: run 1:3");
	tap_is_int((long long)imap_uidset_run(uids + 5, 1), 1, "set: run of one");
	tap_is_int((long long)imap_uidset_run(uids, 0), 0, "set: no run");
	tap_is_int((long long)imap_uidset_fit(uids, n, 4), 3, "set: '1:3,' fits into 4 bytes");
	tap_is_int((long long)imap_uidset_fit(uids, n, 1), 3, "set: at least one run");
	tap_is_int((long long)imap_uidset_fit(uids, n, 800), 6, "set: all fit");
	for (uint32_t i = 0; i < 2000; i++)
		many[i] = 4000000000u + 2 * i;
	for (size_t from = 0; from < 2000; all++)
		from += imap_uidset_fit(many + from, 2000 - from, IMAP_UIDSET_BYTES);
	tap_is_int((long long)all, 28, "set: 2000 scattered uids in pieces of 800 bytes");
	for (uint32_t i = 0; i < 2000; i++)
		many[i] = i + 1;
	tap_is_int((long long)imap_uidset_fit(many, 2000, IMAP_UIDSET_BYTES), 2000, "set: one run is one piece");
}

int main(void)
{
	test_lines();
	test_long_line();
	test_public();
	test_names();
	test_long_name();
	test_sets();
	return tap_done();
}
