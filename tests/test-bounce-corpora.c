/*
 * Reports and automatic replies of shared corpora/: every message is read as
 * the engine would, and what the catalogue and expect-bounce.jsonl say must
 * come out often enough; and no message of another kind is taken for one.
 *
 * What is stated there, and how it is compared:
 *  - class: the catalogue's category "bounce" (delivery reports and complaints);
 *  - recipients: rows with an address;
 *  - permanent or temporary: "kind" and "action" (does the server go on
 *    trying?), and the class of "status" (4 or 5) of rows without these.
 */

/* System. */
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <unistd.h>

/* Base. */
#include "base/addr.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/str.h"
#include "base/xalloc.h"
#include "tap.h"

/* Engine. */
#include "bounce/bounce.h"
#include "ipc/manifest.h"
#include "worker/parse.h"

/* Messages of another kind that are, all the same, what they are taken for. */
static const struct excuse {
	const char *file, *why;
} excuses[] = {
	{ "MimeKit/messages/feedback-report.txt", "a complaint (RFC 5965), catalogued by what is broken in it" },
	{ "flufl.bounce/data/groupwise_03.txt", "catalogued as a report, where its suite says that it is none" },
	{ "mox/message/message-rfc822-multipart.eml", "the shape of a report without any field or word" },
};

struct taken {
	struct arena arena;
	struct mail mail;
	struct bounce_report report;
	enum bounce_auto automatic;
	bool parsed;
};

struct share {
	int right, all;
};

struct tally {
	struct share reports, others, recipients, weight, status, dead, automatic;
	int mistaken;
	bool loud;
};

static void take(struct parse_tools *tools, const char *folder, const char *file, struct taken *t)
{
	struct parse_job job = { .id = 7, .kind = PARSE_KIND_MAIL };
	struct bounce_source source;
	struct parse_done done;
	struct err err = ERR_INIT;
	char path[1024];

	memset(t, 0, sizeof *t);
	arena_init(&t->arena);
	snprintf(path, sizeof path, "%s/%s", folder, file);
	job.in = open(path, O_RDONLY | O_CLOEXEC);
	job.out = file_memory("test", &err);
	parse_tools_run(tools, &job, &t->arena, &done);
	t->parsed = done.status == PARSE_OK && manifest_read(job.out, done.manifest_offset, done.manifest_size, &t->arena,
							     &t->mail, &err) == 0;
	if (t->parsed) {
		bounce_load(&t->mail, job.out, job.in, &t->arena, &source);
		bounce_read(&source, &t->arena, &t->report);
		t->automatic = bounce_automatic(&t->mail);
	}
	close(job.in);
	close(job.out);
}

static void count(struct share *share, bool right)
{
	share->all++;
	share->right += right;
}

static bool is_excused(const char *file)
{
	size_t i;

	for (i = 0; i < sizeof excuses / sizeof *excuses; i++)
		if (str_eq(excuses[i].file, file))
			return true;
	return false;
}

/* ---- one row of the catalogue ---- */

static void class_check(struct tally *tally, const struct taken *t, const char *file, const char *category)
{
	bool wanted = str_eq(category, "bounce"), automatic = str_eq(category, "autoreply");
	bool failed = bounce_failed(&t->report) || t->report.kind == BOUNCE_COMPLAINT;

	if (!t->parsed || is_excused(file))
		return;
	if (wanted) {
		count(&tally->reports, failed);
		if (!failed)
			printf("# missed report: %s '%s'\n", file, t->mail.subject);
	} else if (automatic) {
		count(&tally->automatic, t->automatic != BOUNCE_AUTO_NO || t->report.kind != BOUNCE_NONE);
		if (t->automatic == BOUNCE_AUTO_NO && t->report.kind == BOUNCE_NONE)
			printf("# missed reply: %s '%s'\n", file, t->mail.subject);
	} else {
		count(&tally->others, t->report.kind == BOUNCE_NONE && t->automatic != BOUNCE_AUTO_REPLY);
		if (t->report.kind != BOUNCE_NONE || t->automatic == BOUNCE_AUTO_REPLY)
			tap_ok(false, "%s (%s) '%s' is taken for a report (%d) or a reply (%d)", file, category,
			       t->mail.subject, t->report.kind, t->automatic);
	}
}

static void catalogue_check(struct parse_tools *tools, const char *folder, struct tally *tally)
{
	struct buf text = BUF_INIT(BUF_MAX_FILE);
	char path[1024], *line, *next, *fields[8];
	struct err err = ERR_INIT;
	struct taken t;
	int i;

	snprintf(path, sizeof path, "%s/CATALOGUE.tsv", folder);
	tap_ok(file_read(path, &text, &err) == 0, "the catalogue can be read %s", err.text);
	for (line = text.data; *line; line = next) {
		next = line + strcspn(line, "\n");
		if (*next)
			*next++ = '\0';
		for (i = 0; i < 8; i++)
			fields[i] = strsep(&line, "\t");
		if (!fields[5] || !str_eq(fields[5], "message"))
			continue;
		take(tools, folder, fields[0], &t);
		class_check(tally, &t, fields[0], fields[2]);
		arena_free(&t.arena);
	}
	buf_free(&text);
}

/* ---- one expectation ---- */

static const struct bounce_recipient *find(const struct taken *t, const char *address)
{
	size_t i;

	for (i = 0; i < t->report.count; i++)
		if (addr_same(t->report.list[i].address, address) ||
		    (t->report.list[i].original && addr_same(t->report.list[i].original, address)))
			return &t->report.list[i];
	return NULL;
}

static const char *text_field(json_t *row, const char *name)
{
	const char *value = json_string_value(json_object_get(row, name));

	return value && *value ? value : NULL;
}

static void row_check(struct tally *tally, const struct taken *t, json_t *row)
{
	const char *file = text_field(row, "file"), *address = text_field(row, "recipient");
	const char *kind = text_field(row, "kind"), *action = text_field(row, "action"), *status = text_field(row, "status");
	const struct bounce_recipient *got = address ? find(t, address) : NULL;
	size_t index = (size_t)json_integer_value(json_object_get(row, "index"));
	json_t *hard = json_object_get(row, "hardbounce");
	bool goes_on;

	if (address) {
		count(&tally->recipients, got != NULL);
		if (!got)
			printf("# missed recipient: %s %s (%zu: %s)\n", file, address, t->report.count,
			       t->report.count ? t->report.list[0].address : "");
	}
	if (!got && index < t->report.count)
		got = &t->report.list[index];
	if (!got)
		return;
	if (kind || action) {
		goes_on = kind ? str_eq(kind, "temporary") : str_eq(action, "delayed");
		count(&tally->weight, goes_on == (got->fate == BOUNCE_DELAYED));
		if (goes_on != (got->fate == BOUNCE_DELAYED))
			printf("# permanent or temporary: %s %s\n", file, got->address);
	} else if (status) {
		count(&tally->status, got->temporary == (status[0] == '4'));
		if (got->temporary != (status[0] == '4'))
			printf("# status: %s %s: %s/%d instead of %s '%s'\n", file, got->address, got->status, got->code,
			       status, got->text);
	}
	if (json_is_boolean(hard)) {
		count(&tally->dead, json_is_true(hard) == got->gone);
		if (json_is_true(hard) != got->gone && tally->loud)
			printf("# gone: %s %s: %d (%s, %s) '%s'\n", file, got->address, got->gone, got->status,
			       text_field(row, "reason"), got->text);
	}
}

static void rows_check(struct parse_tools *tools, const char *folder, struct tally *tally)
{
	struct buf text = BUF_INIT(BUF_MAX_FILE);
	char path[1024], *line, *next;
	struct err err = ERR_INIT;
	struct taken t;

	snprintf(path, sizeof path, "%s/expect-bounce.jsonl", folder);
	tap_ok(file_read(path, &text, &err) == 0, "the expectations can be read %s", err.text);
	for (line = text.data; *line; line = next) {
		json_t *row;

		next = line + strcspn(line, "\n");
		next += *next == '\n';
		row = json_loadb(line, (size_t)(next - line), 0, NULL);
		take(tools, folder, text_field(row, "file"), &t);
		if (t.parsed)
			row_check(tally, &t, row);
		arena_free(&t.arena);
		json_decref(row);
	}
	buf_free(&text);
}

static void share_is(const struct share *share, int least, const char *what)
{
	int per = share->all ? share->right * 1000 / share->all : 0;

	tap_ok(share->all && per >= least, "%s: %d of %d (%d.%d %%, at least %d.%d)", what, share->right, share->all,
	       per / 10, per % 10, least / 10, least % 10);
}

int main(void)
{
	const char *shared = getenv("POSTKAMER_SHARED"), *source = getenv("srcdir");
	char folder[800];
	struct tally tally = { .loud = getenv("POSTKAMER_TEST_LOUD") != NULL };
	struct err err = ERR_INIT;
	struct parse_tools *tools;

	if (shared && *shared)
		snprintf(folder, sizeof folder, "%s/corpora", shared);
	else
		snprintf(folder, sizeof folder, "%s/../shared/corpora", source ? source : ".");
	if (access(folder, R_OK))
		return tap_skip_all("no shared corpora (set POSTKAMER_SHARED to the folder above it)");
	tools = parse_tools_new(&err);
	catalogue_check(tools, folder, &tally);
	rows_check(tools, folder, &tally);
	share_is(&tally.reports, 990, "reports are known as such");
	share_is(&tally.others, 1000, "other mail is not");
	share_is(&tally.automatic, 950, "automatic replies");
	share_is(&tally.recipients, 950, "failed recipients");
	share_is(&tally.weight, 950, "given up, or still trying");
	share_is(&tally.status, 950, "permanent or temporary");
	share_is(&tally.dead, 800, "no such address");
	parse_tools_free(&tools);
	return tap_done();
}
