/*
 * Reading mail as people write it, against what the makers of other readers
 * wrote down (shared corpora/): expect-forward.jsonl, the mail that was passed
 * on, and expect-reply.jsonl, what the person himself wrote. The figures are
 * printed; the test fails when one drops below its floor, when a miss is not
 * among those listed here with their reason, or when one of those is none any more.
 *
 * The subjects that a row of the forwards names are not in the corpora. Where a
 * row has one, it is made: the language's own mark and the original subject, or
 * "RE:" where the row says that it is an answer. Nine rows hang on it: eight
 * whose text is that of an answer to the letter, one that is an answer and
 * would pass for a forward.
 */

/* System. */
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <unistd.h>

/* Base. */
#include "base/buf.h"
#include "base/file.h"
#include "base/str.h"
#include "base/xalloc.h"
#include "tap.h"

/* Engine. */
#include "ipc/manifest.h"
#include "quote/quote.h"
#include "worker/parse.h"

/* Rows that are not met, and why that is right or at least harmless. */
static const struct miss {
	const char *file;
	const char *why;
} misses[] = {
	{ "crisp-reply-parser/email_15.txt",
	  "a quotation with no head and no mark, below a telephone's line: it may be his own, and is kept" },
	{ "crisp-reply-parser/email_7.txt",
	  "wrapped lines of the quotation that lost their mark: they may be answers, and are kept" },
	{ "crisp-reply-parser/email_8.txt", "the same, in the middle of a sentence" },
	{ "mailgun-talon/standard_replies/sparrow.eml", "the row has the signature in it, which we take off" },
	{ NULL, NULL },
};

struct tally {
	int rows, exact, unsure, wrong, lost;
};

static const char *folder;

static const struct miss *miss_find(const char *file)
{
	size_t i;

	for (i = 0; misses[i].file; i++)
		if (str_eq(misses[i].file, file))
			return &misses[i];
	return NULL;
}

static char *path_of(const char *file)
{
	size_t size = strlen(folder) + strlen(file) + 2;
	char *path = xmalloc(size);

	snprintf(path, size, "%s/%s", folder, file);
	return path;
}

static char *read_text(const char *file, struct arena *arena)
{
	char *path = path_of(file), *text, *out;
	struct buf data = BUF_INIT(BUF_MAX_FILE);
	size_t i;

	if (file_read(path, &data, NULL))
		tap_ok(false, "%s is there", file);
	free(path);
	text = arena_strndup(arena, data.data, data.len);
	for (i = 0, out = text; i < data.len; i++)
		if (text[i] != '\r')
			*out++ = text[i];
	*out = '\0';
	buf_free(&data);
	return text;
}

/* A row that is a message goes the way of every mail. */
static void read_message(struct parse_tools *tools, const char *file, struct arena *arena, struct mail *mail)
{
	struct parse_job job = { .id = 1, .kind = PARSE_KIND_MAIL };
	struct parse_done done;
	char *path = path_of(file);
	struct err err = ERR_INIT;

	job.in = open(path, O_RDONLY | O_CLOEXEC);
	job.out = file_memory("test", &err);
	parse_tools_run(tools, &job, arena, &done);
	if (done.status != PARSE_OK ||
	    manifest_read(job.out, done.manifest_offset, done.manifest_size, arena, mail, &err))
		tap_ok(false, "%s is read", file);
	close(job.in);
	close(job.out);
	free(path);
}

static const char *string_of(json_t *row, const char *key)
{
	return json_string_value(json_object_get(row, key));
}

static bool same_text(const char *a, const char *b)
{
	char *one = xstrdup(a ? a : ""), *two = xstrdup(b ? b : "");
	bool same = strcmp(str_trim(one), str_trim(two)) == 0;

	free(one);
	free(two);
	return same;
}

/* ---- forwards ---- */

/* The subject of the row, made: the corpora leave it out. */
static const char *subject_made(json_t *row, struct arena *arena)
{
	const char *name = string_of(row, "subject_file");
	static const char *const marks[][2] = { { "_cs_", "Předat: " },  { "_fr_", "TR: " }, { "_hu_", "Továbbítás: " },
						{ "_nl_", "Doorst: " }, { "_sk_", "FW: " }, { "_tr_", "İLT: " } };
	size_t i;

	if (!name)
		return NULL;
	if (json_is_false(json_object_get(row, "forwarded")))
		return "RE: Integer consequat non purus";
	for (i = 0; i < sizeof marks / sizeof *marks; i++)
		if (strstr(name, marks[i][0]) && !str_eq(marks[i][0], "_cs_"))
			return arena_printf(arena, "%s%s", marks[i][1], string_of(row, "original_subject"));
	return arena_printf(arena, "Fwd: %s", string_of(row, "original_subject"));
}

static const char *check_forward(json_t *row, const struct forwards *all, const char *own)
{
	json_t *from = json_object_get(row, "original_from");
	const struct forward *f = all->count ? &all->list[0] : NULL;

	if (json_is_false(json_object_get(row, "forwarded")))
		return all->found == FORWARD_NONE ? NULL : "taken for a forward";
	if (all->found == FORWARD_NONE || !f)
		return "not taken for a forward";
	if (all->found == FORWARD_UNSURE)
		return "unsure";
	if (!f->addr || !str_ieq(f->addr, string_of(from, "address")))
		return "wrong sender";
	if (string_of(from, "name") && !str_eq(f->name, string_of(from, "name")))
		return "wrong name";
	if (!same_text(f->subject, string_of(row, "original_subject")))
		return "wrong subject";
	if (string_of(row, "original_body") && !same_text(f->text, string_of(row, "original_body")))
		return "wrong body";
	if (json_object_get(row, "message") && !same_text(own, string_of(row, "message")))
		return "wrong words above";
	return NULL;
}

static void try_forward(json_t *row, struct tally *all, struct tally *group)
{
	const char *file = string_of(row, "file"), *why;
	struct arena arena = ARENA_INIT;
	struct mail mail = { 0 };
	struct quote_order order = { 0 };
	struct forwards forwards;
	struct quote quote;
	const char *subject;

	mail.text = order.text = read_text(file, &arena);
	subject = subject_made(row, &arena);
	mail.subject = subject ? subject : "";
	forward_read(&mail, subject != NULL, &arena, &forwards);
	quote_read(&order, &arena, &quote);
	why = check_forward(row, &forwards, quote.own);
	all->rows++;
	group->rows++;
	all->exact += !why;
	group->exact += !why;
	all->unsure += why && str_eq(why, "unsure");
	all->wrong += why && (str_starts(why, "wrong sender") || str_starts(why, "taken"));
	if (why || miss_find(file)) {
		tap_ok(why && miss_find(file), "%s: %s (%s)", file, why ? why : "met after all",
		       miss_find(file) ? miss_find(file)->why : "not listed");
		if (why && forwards.count && !miss_find(file))
			printf("# name=%s addr=%s subject=%s\n# body=%.300s\n# own=%.200s\n", forwards.list[0].name,
			       forwards.list[0].addr ? forwards.list[0].addr : "-", forwards.list[0].subject,
			       forwards.list[0].text, quote.own);
	}
	arena_free(&arena);
}

/* ---- replies ---- */

/* Every word of the expected text that stands nowhere in what we show was lost. */
static bool is_lost(const char *want, const char *shown)
{
	struct arena arena = ARENA_INIT;
	const char *at = want;
	bool lost = false;

	while (*at && !lost) {
		size_t len = strcspn(at, "\n");
		char *line = str_trim(arena_strndup(&arena, at, len));

		lost = *line && !strstr(shown, line);
		at += len + (at[len] == '\n');
	}
	arena_free(&arena);
	return lost;
}

static char *tidy(struct arena *arena, const char *text)
{
	struct buf out = BUF_INIT(BUF_MAX_TEXT);
	char *copy;

	while (*text) {
		size_t len = strcspn(text, "\n"), n = len;

		while (n && strchr(" \t", text[n - 1]))
			n--;
		buf_add(&out, text, n);
		buf_addc(&out, '\n');
		text += len + (text[len] == '\n');
	}
	copy = arena_strndup(arena, out.data, out.len);
	buf_free(&out);
	return str_trim(copy);
}

static void try_reply(struct parse_tools *tools, json_t *row, struct tally *all, struct tally *group)
{
	const char *file = string_of(row, "file"), *want;
	struct arena arena = ARENA_INIT;
	struct quote_order order = { 0 };
	struct mail mail = { 0 };
	struct quote quote;
	bool exact, lost;

	if (str_eq(string_of(row, "input"), "message")) {
		read_message(tools, file, &arena, &mail);
		order = (struct quote_order){ .text = mail.text, .marks = mail.marks, .mark_count = mail.mark_count };
	} else {
		order.text = read_text(file, &arena);
	}
	quote_read(&order, &arena, &quote);
	want = tidy(&arena, string_of(row, "visible_reply_text"));
	exact = str_eq(want, tidy(&arena, quote.shown));
	lost = is_lost(want, quote.shown);
	all->rows++;
	group->rows++;
	all->exact += exact;
	group->exact += exact;
	all->lost += lost && !miss_find(file);
	if (!exact || miss_find(file)) {
		tap_ok(!exact && miss_find(file), "%s: %s (%s)", file, exact ? "met after all" : lost ? "LOST" : "not exact",
		       miss_find(file) ? miss_find(file)->why : "not listed");
		if (!exact && !miss_find(file))
			printf("# want [%.600s]\n# got  [%.600s]\n", want, quote.shown);
	}
	arena_free(&arena);
}

/* ---- all rows ---- */

typedef void (*try_row)(struct parse_tools *tools, json_t *row, struct tally *all, struct tally *group);

static void forward_row(struct parse_tools *tools, json_t *row, struct tally *all, struct tally *group)
{
	(void)tools;
	try_forward(row, all, group);
}

#define GROUPS 40

struct group {
	char name[80];
	struct tally tally;
};

/* Of a forward the mail program that wrote it, of a reply the corpus. */
static void group_name(char *name, size_t size, const char *file, bool forward)
{
	const char *slash = strchr(file, '/'), *end;

	if (!forward) {
		snprintf(name, size, "%.*s", (int)(slash - file), file);
		return;
	}
	end = slash + 1 + strcspn(slash + 1, "_");
	while (str_starts(end, "_outlook") || str_starts(end, "_mail") || str_starts(end, "_live") || str_starts(end, "_2019"))
		end += 1 + strcspn(end + 1, "_");
	snprintf(name, size, "%.*s", (int)(end - slash - 1), slash + 1);
}

static struct tally *group_of(struct group *groups, const char *file, bool forward)
{
	char name[80];
	size_t i;

	group_name(name, sizeof name, file, forward);
	for (i = 0; i < GROUPS - 1 && *groups[i].name && !str_eq(groups[i].name, name); i++)
		;
	snprintf(groups[i].name, sizeof groups[i].name, "%s", name);
	return &groups[i].tally;
}

static void each_row(struct parse_tools *tools, const char *file, try_row row_do, struct tally *all)
{
	struct arena arena = ARENA_INIT;
	struct group groups[GROUPS] = { 0 };
	char *text = read_text(file, &arena);
	size_t i;

	while (*text) {
		size_t len = strcspn(text, "\n");
		json_t *row = json_loadb(text, len, 0, NULL);

		if (row)
			row_do(tools, row, all, group_of(groups, string_of(row, "file"), row_do == forward_row));
		json_decref(row);
		text += len + (text[len] == '\n');
	}
	for (i = 0; i < GROUPS && *groups[i].name; i++)
		printf("# %s: %-26s %2d of %2d\n", file, groups[i].name, groups[i].tally.exact, groups[i].tally.rows);
	arena_free(&arena);
}

/* ---- every message of the catalogue ---- */

/* The column of a line of the catalogue, or "". */
static const char *column(struct arena *arena, const char *line, size_t len, int at)
{
	const char *end = line + len;

	for (; at && line < end; line++)
		at -= *line == '\t';
	return arena_strndup(arena, line, strcspn(line, "\t\n"));
}

struct kinds {
	int messages, found, unsure, answers_taken, inside, inside_missed;
};

static bool holds_message(const struct mail *mail)
{
	size_t i;

	for (i = 0; i < mail->part_count; i++)
		if (mail->parts[i].depth == 0 && mail->parts[i].role == MAIL_PART_MACHINE)
			return false;
	return mail->message_count > 0;
}

static void try_message(struct parse_tools *tools, const char *file, const char *category, struct kinds *kinds)
{
	struct parse_job job = { .id = 1, .kind = PARSE_KIND_MAIL };
	struct arena arena = ARENA_INIT;
	struct parse_done done;
	struct mail mail = { 0 };
	struct forwards forwards;
	struct err err = ERR_INIT;
	char *path = path_of(file);

	job.in = open(path, O_RDONLY | O_CLOEXEC);
	job.out = file_memory("test", &err);
	parse_tools_run(tools, &job, &arena, &done);
	if (done.status == PARSE_OK &&
	    !manifest_read(job.out, done.manifest_offset, done.manifest_size, &arena, &mail, &err)) {
		bool answer = quote_subject(mail.subject, NULL) == QUOTE_SUBJECT_REPLY;

		forward_read(&mail, true, &arena, &forwards);
		kinds->messages++;
		kinds->found += forwards.found == FORWARD_FOUND;
		kinds->unsure += forwards.found == FORWARD_UNSURE;
		kinds->inside += holds_message(&mail);
		kinds->inside_missed += holds_message(&mail) && forwards.found == FORWARD_NONE;
		if (answer && forwards.found == FORWARD_FOUND && !mail.message_count) {
			kinds->answers_taken++;
			printf("# %s (%s): '%s' taken for a forward of %s\n", file, category, mail.subject,
			       forwards.list[0].addr ? forwards.list[0].addr : "-");
		}
	}
	close(job.in);
	close(job.out);
	free(path);
	arena_free(&arena);
}

/* No answer in it may be taken for a forward, and no message inside may be missed. */
static void try_catalogue(struct parse_tools *tools)
{
	struct arena arena = ARENA_INIT;
	const char *line = read_text("CATALOGUE.tsv", &arena);
	struct kinds kinds = { 0 };

	while (*line) {
		size_t len = strcspn(line, "\n");

		if (str_eq(column(&arena, line, len, 5), "message"))
			try_message(tools, column(&arena, line, len, 0), column(&arena, line, len, 2), &kinds);
		line += len + (line[len] == '\n');
	}
	printf("# catalogue: %d messages, %d passed on (%d with a message inside, %d of those missed), %d unsure\n",
	       kinds.messages, kinds.found, kinds.inside, kinds.inside_missed, kinds.unsure);
	tap_ok(kinds.messages > 700, "messages of the catalogue");
	tap_is_int(kinds.answers_taken, 0, "answers among them that are taken for forwards");
	tap_is_int(kinds.inside_missed, 0, "messages inside a mail that are missed");
	arena_free(&arena);
}

int main(void)
{
	const char *shared = getenv("POSTKAMER_SHARED"), *source = getenv("srcdir");
	struct tally forwards = { 0 }, replies = { 0 };
	struct parse_tools *tools;
	struct err err = ERR_INIT;
	char place[4096];

	if (shared)
		snprintf(place, sizeof place, "%s/corpora", shared);
	else
		snprintf(place, sizeof place, "%s/../shared/corpora", source ? source : ".");
	if (access(place, R_OK))
		return tap_skip_all("no shared corpora (set POSTKAMER_SHARED to the folder above it)");
	folder = place;
	tools = parse_tools_new(&err);
	tap_ok(tools != NULL, "the tools of the parse worker");
	each_row(tools, "expect-forward.jsonl", forward_row, &forwards);
	printf("# forwards: %d of %d exact, %d held as unsure, %d with a wrong sender\n", forwards.exact, forwards.rows,
	       forwards.unsure, forwards.wrong);
	tap_ok(forwards.rows == 76 && forwards.exact >= 73, "forwards: at least 73 of 76, which is 96 %%");
	tap_is_int(forwards.wrong, 0, "no forward with a wrong sender, no answer taken for one");
	each_row(tools, "expect-reply.jsonl", try_reply, &replies);
	printf("# replies: %d of %d exact, %d with words lost\n", replies.exact, replies.rows, replies.lost);
	tap_ok(replies.rows == 55 && replies.exact >= 50, "replies: at least 50 of 55, which is 90 %%");
	tap_is_int(replies.lost, 0, "no reply in which the person's own words are lost");
	try_catalogue(tools);
	parse_tools_free(&tools);
	return tap_done();
}
