/*
 * The parse worker's work, in-process, on every message of shared corpora/:
 * none may crash or get lost, and what expect-attachments.jsonl says of 187
 * of them must come out.
 *
 * How rows are compared: each expected attachment needs a part of ours that is
 * not body text (but see is_read()), with the same name, type, size and
 * SHA-256, as far as the row tells them. 'contested' rows are reported only:
 * there the libraries that were asked disagree. What the data contradict
 * stands in the table 'excuses'.
 */

/* System. */
#include <fcntl.h>
#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>
#include <unistd.h>

/* Base. */
#include "base/file.h"
#include "base/str.h"
#include "base/xalloc.h"
#include "tap.h"

/* Engine. */
#include "ipc/manifest.h"
#include "mime/parse.h"
#include "worker/parse.h"

struct taken {
	struct arena arena;
	struct parse_done done;
	struct mail mail;
	int out;
};

struct tally {
	int rows, passed, failed, contested, contested_same, excused;
};

/*
 * Rows that the data themselves contradict; the test fails where the
 * contradiction is gone, or where what we do instead is not what it says.
 */
static const struct excuse {
	const char *file;
	const char *basis; /* how the row's basis begins */
	const char *why;
	bool by_row;       /* another row on the same file says otherwise, and holds */
	const char *flag;  /* or the catalogue knows this of the file … */
	const char *parts; /* … and these are our parts: role, depth, type */
} excuses[] = {
	{ "stalwart-mail-parser/eml/legacy/030.eml", "zbateson",
	  "two attachments, where another row names three: hareandtoroise.txt too is a file", true, NULL, NULL },
	{ "stalwart-mail-parser/eml/legacy/034.eml", "zbateson",
	  "raw UTF-7 in the subject decoded, where another row leaves it as it is", true, NULL, NULL },
	{ "libetpan/mime-parser/data/input/mbox/jwz/22", "libetpan",
	  "';;' before the boundary makes one opaque file of a text and a forwarded mail that the catalogue knows of",
	  false, "rfc822x1", "body 0 text/plain, message 0 message/rfc822, body 1 text/plain" },
};

static char *path_of(const char *folder, const char *file)
{
	size_t size = strlen(folder) + strlen(file) + 2;
	char *path = xmalloc(size);

	snprintf(path, size, "%s/%s", folder, file);
	return path;
}

static void take(struct parse_tools *tools, const char *path, bool as_file, struct taken *t)
{
	struct parse_job job = { .id = 7, .kind = as_file ? PARSE_KIND_FILE : PARSE_KIND_MAIL, .name = "x" };
	struct err err = ERR_INIT;

	arena_init(&t->arena);
	t->mail = (struct mail){ 0 };
	job.in = open(path, O_RDONLY | O_CLOEXEC);
	job.out = t->out = file_memory("test", &err);
	parse_tools_run(tools, &job, &t->arena, &t->done);
	close(job.in);
	if (t->done.status == PARSE_OK && manifest_read(t->out, t->done.manifest_offset, t->done.manifest_size,
							 &t->arena, &t->mail, &err)) {
		t->done.status = PARSE_ERROR;
		t->done.reason = arena_strdup(&t->arena, err.text);
	}
}

static void taken_free(struct taken *t)
{
	close(t->out);
	arena_free(&t->arena);
}

static void hash_hex(char hex[65], const void *data, size_t len)
{
	unsigned char hash[32];

	crypto_hash_sha256(hash, data, len);
	str_hex(hex, hash, sizeof hash);
}

/* ---- one expected attachment against our parts ---- */

/* Length of the bytes in base64 as mail has it: lines of 76 with CRLF, none behind the last. */
static int64_t encoded_len(int64_t len)
{
	int64_t plain = (len + 2) / 3 * 4;

	return plain + (plain ? (plain - 1) / 76 * 2 : 0);
}

static void mime_text_lf(char *text)
{
	char *out = text;

	for (; *text; text++)
		if (*text != '\r')
			*out++ = *text;
	*out = '\0';
}

static bool text_fits(struct mime_parser *parser, struct taken *t, const char *data, size_t len, const char *hash)
{
	char *decoded = mime_text_decode(parser, &t->arena, data, len, NULL), hex[65];
	char *lf = arena_strdup(&t->arena, decoded);
	size_t n = strlen(decoded), less;

	mime_text_lf(lf);
	hash_hex(hex, lf, strlen(lf));
	if (strcmp(hex, hash) == 0)
		return true;
	/* Suites differ in whether the last line end belongs to the part. */
	for (less = 0; less < 3 && less <= n; less++) {
		hash_hex(hex, decoded, n - less);
		if (strcmp(hex, hash) == 0)
			return true;
	}
	return false;
}

static bool content_fits(struct mime_parser *parser, struct taken *t, const struct mail_part *part, json_t *want)
{
	const char *raw = json_string_value(json_object_get(want, "sha256"));
	const char *text = json_string_value(json_object_get(want, "decoded_text_utf8_sha256"));
	json_t *size = json_object_get(want, "size");
	char *data = xmalloc((size_t)part->size + 1), hex[65];
	bool fits = true;

	file_pread_all(t->out, data, (size_t)part->size, part->offset, NULL);
	if (part->role != MAIL_PART_MESSAGE) {
		hash_hex(hex, data, (size_t)part->size);
		fits = (!raw || strcmp(hex, raw) == 0) && (!text || text_fits(parser, t, data, (size_t)part->size, text));
		/* Rows from Webklex tell the size of the base64 text. */
		if (json_is_integer(size) && json_integer_value(size) != part->size)
			fits = fits && json_integer_value(size) == encoded_len(part->size);
	}
	free(data);
	return fits;
}

/*
 * Equal, where U+FFFD in what is wanted stands for a character that a strict
 * parser could not read, and several spaces are one.
 */
static bool words_fit(const char *got, const char *want)
{
	while (*got && *want) {
		if (*want == ' ' && want[1] == ' ') {
			want++;
			continue;
		}

		bool any = str_starts(want, "\xEF\xBF\xBD");
		size_t n = str_utf8_len(got);

		if (!any && memcmp(got, want, strnlen(want, n)) != 0)
			return false;
		got += n;
		want += any ? 3 : n;
	}
	return !*got && !*want;
}

/*
 * A text without a name that its mail shows as a matter of course is its text
 * with us, and its words are kept there; or it is another way to say these.
 */
static bool is_read(struct taken *t, const struct mail_part *part, json_t *want)
{
	char line[81] = "";
	bool shown = str_eq(part->type, "text/plain") || str_eq(part->type, "text/html");

	if (json_is_string(json_object_get(want, "name")) || !str_starts(part->type, "text/"))
		return false;
	file_pread_all(t->out, line, (size_t)(part->size < 80 ? part->size : 80), part->offset, NULL);
	line[strcspn(line, "\r\n")] = '\0';
	return *t->mail.text && (!shown || strstr(t->mail.text, line));
}

static bool part_fits(struct mime_parser *parser, struct taken *t, const struct mail_part *part, json_t *want)
{
	const char *name = json_string_value(json_object_get(want, "name"));
	const char *type = json_string_value(json_object_get(want, "type"));

	if (part->role == MAIL_PART_BODY && !is_read(t, part, want))
		return false;
	if (name && !(part->name && words_fit(part->name, name)))
		return false;
	if (type && !str_ieq(part->type, type))
		return false;
	return content_fits(parser, t, part, want);
}

static size_t parts_missing(struct mime_parser *parser, struct taken *t, json_t *list, const char **first_r)
{
	bool used[MAIL_MAX_PARTS] = { false };
	size_t i, k, missing = 0;
	json_t *want;

	json_array_foreach(list, i, want) {
		for (k = 0; k < t->mail.part_count; k++)
			if (!used[k] && part_fits(parser, t, &t->mail.parts[k], want))
				break;
		if (k < t->mail.part_count) {
			used[k] = true;
		} else if (missing++ == 0) {
			const char *name = json_string_value(json_object_get(want, "name"));

			*first_r = name ? name : "(without a name)";
		}
	}
	return missing;
}

static size_t files_count(const struct taken *t)
{
	size_t i, n = 0;

	for (i = 0; i < t->mail.part_count; i++)
		n += t->mail.parts[i].role != MAIL_PART_BODY && t->mail.parts[i].role != MAIL_PART_MACHINE;
	return n;
}

/* "" when all is as expected, else what is not. */
static const char *row_fault(struct mime_parser *parser, struct taken *t, json_t *row, char *text, size_t size)
{
	json_t *list = json_object_get(row, "attachments"), *count = json_object_get(row, "attachment_count");
	const char *missing = NULL, *subject = json_string_value(json_object_get(row, "subject"));
	size_t n;

	*text = '\0';
	if (t->done.status != PARSE_OK && json_array_size(list) == 0)
		return text;
	if (t->done.status != PARSE_OK)
		snprintf(text, size, "refused: %s", t->done.reason);
	else if ((n = parts_missing(parser, t, list, &missing)) > 0)
		snprintf(text, size, "%zu missing, first '%s'", n, missing);
	else if (json_is_integer(count) && (size_t)json_integer_value(count) != files_count(t))
		snprintf(text, size, "%lld attachments expected, %zu found", (long long)json_integer_value(count),
			 files_count(t));
	else if (subject && !json_is_true(json_object_get(row, "contested")) && !words_fit(t->mail.subject, subject))
		snprintf(text, size, "subject '%s' instead of '%s'", t->mail.subject, subject);
	return text;
}

/* ---- rows that are contradicted ---- */

struct rows {
	struct parse_tools *tools;
	struct mime_parser *parser;
	const char *folder;
	json_t *list;
	struct buf catalogue;
};

static const struct excuse *excuse_find(const char *file, const char *basis)
{
	size_t i;

	for (i = 0; i < sizeof excuses / sizeof *excuses; i++)
		if (str_eq(excuses[i].file, file) && str_starts(basis, excuses[i].basis))
			return &excuses[i];
	return NULL;
}

/* Do two rows want a different number of attachments, or another subject? */
static bool rows_differ(json_t *one, json_t *other)
{
	const char *subject = json_string_value(json_object_get(one, "subject"));
	const char *theirs = json_string_value(json_object_get(other, "subject"));
	json_t *count = json_object_get(one, "attachment_count"), *list = json_object_get(other, "attachments");

	if (json_is_integer(count) && json_is_array(list) &&
	    (size_t)json_integer_value(count) != json_array_size(list))
		return true;
	return subject && theirs && strcmp(subject, theirs) != 0;
}

/* Is there a row on the same file that differs from 'row' and that we hold? */
static bool row_is_contradicted(struct rows *rows, struct taken *t, json_t *row)
{
	const char *file = json_string_value(json_object_get(row, "file"));
	char text[512];
	json_t *other;
	size_t i;

	json_array_foreach(rows->list, i, other)
		if (other != row && str_eq(json_string_value(json_object_get(other, "file")), file) &&
		    !json_is_true(json_object_get(other, "contested")) && rows_differ(row, other) &&
		    !*row_fault(rows->parser, t, other, text, sizeof text))
			return true;
	return false;
}

/* Does the catalogue give the file this flag? */
static bool is_flagged(struct rows *rows, const char *file, const char *flag)
{
	const char *at = strstr(rows->catalogue.data, file), *end = at ? at + strcspn(at, "\n") : NULL;
	const char *found = at ? strstr(at, flag) : NULL;

	return found && found < end && at[strlen(file)] == '\t';
}

static bool parts_are(const struct taken *t, const char *wanted)
{
	static const char *const roles[] = { "body", "file", "message", "related", "container", "machine" };
	struct buf all = BUF_INIT(BUF_MAX_TEXT);
	bool same;
	size_t i;

	for (i = 0; i < t->mail.part_count; i++)
		buf_addf(&all, "%s%s %d %s", i ? ", " : "", roles[t->mail.parts[i].role], t->mail.parts[i].depth,
			 t->mail.parts[i].type);
	same = tap_is_str(all.data, wanted, "parts instead");
	buf_free(&all);
	return same;
}

static void excuse_check(struct rows *rows, struct taken *t, json_t *row, const struct excuse *e, const char *fault)
{
	tap_ok(*fault, "%s: differs (%s)", e->file, e->why);
	if (e->by_row)
		tap_ok(row_is_contradicted(rows, t, row), "%s: another row says otherwise, and holds", e->file);
	else
		tap_ok(is_flagged(rows, e->file, e->flag) && parts_are(t, e->parts), "%s: the catalogue says '%s'",
		       e->file, e->flag);
}

/* ---- all rows ---- */

static void row_check(struct rows *rows, json_t *row, struct tally *tally)
{
	const char *file = json_string_value(json_object_get(row, "file")), *fault;
	const char *basis = json_string_value(json_object_get(row, "basis"));
	bool contested = json_is_true(json_object_get(row, "contested"));
	bool as_file = str_eq(json_string_value(json_object_get(row, "kind")), "tnef");
	const struct excuse *e = excuse_find(file, basis);
	char *path = path_of(rows->folder, file), text[512];
	struct taken t;

	take(rows->tools, path, as_file, &t);
	fault = row_fault(rows->parser, &t, row, text, sizeof text);
	tally->rows++;
	if (contested) {
		tally->contested++;
		tally->contested_same += !*fault;
		printf("# contested: %s: %s\n", file, *fault ? fault : "as expected");
	} else if (e) {
		tally->excused++;
		excuse_check(rows, &t, row, e, fault);
	} else {
		tally->passed += !*fault;
		tally->failed += *fault != '\0';
		if (*fault)
			tap_is_str(fault, "", "%s (%s)", file, basis);
	}
	taken_free(&t);
	free(path);
}

static bool rows_load(struct rows *rows)
{
	struct buf text = BUF_INIT(BUF_MAX_FILE);
	char *path = path_of(rows->folder, "expect-attachments.jsonl"), *line, *next;
	char *catalogue_path = path_of(rows->folder, "CATALOGUE.tsv");
	struct err err = ERR_INIT;
	bool read = file_read(path, &text, &err) == 0 && file_read(catalogue_path, &rows->catalogue, &err) == 0;

	for (line = text.data; *line; line = next) {
		next = line + strcspn(line, "\n");
		next += *next == '\n';
		json_array_append_new(rows->list, json_loadb(line, (size_t)(next - line), 0, NULL));
	}
	buf_free(&text);
	free(path);
	free(catalogue_path);
	return tap_ok(read, "expectations can be read %s", err.text);
}

static void expectations(struct parse_tools *tools, const char *folder)
{
	struct rows rows = { tools, mime_parser_new(), folder, json_array(), BUF_INIT(BUF_MAX_FILE) };
	struct tally tally = { 0 };
	json_t *row;
	size_t i;

	if (rows_load(&rows))
		json_array_foreach(rows.list, i, row)
			row_check(&rows, row, &tally);
	printf("# %d rows: %d as expected, %d not, %d contradicted, %d contested (of those %d as expected)\n",
	       tally.rows, tally.passed, tally.failed, tally.excused, tally.contested, tally.contested_same);
	tap_ok(tally.rows > 100 && tally.failed == 0, "attachments are as expected");
	tap_is_int(tally.excused, (long long)(sizeof excuses / sizeof *excuses), "each excuse is for a row");
	json_decref(rows.list);
	mime_parser_free(&rows.parser);
	buf_free(&rows.catalogue);
}

/* ---- every message is accounted for ---- */

/* Kinds of the catalogue that are no mails; 'bodies' are texts without any header, as a rule. */
static bool may_be_refused(const char *file, const char *kind)
{
	static const char *const kinds[] = { "no-headers", "body-text", "mbox", "tnef-raw", "ole-msg" };
	size_t i;

	for (i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (str_eq(kinds[i], kind))
			return true;
	/* A lone multipart body without any header. */
	return str_eq(file, "horde-mime/bug12842_b.txt");
}

static void catalogue_line(struct parse_tools *tools, const char *folder, char *line, size_t *counts)
{
	char *fields[8] = { line }, *path;
	struct taken t;
	int n = 1;

	for (; n < 8 && (line = strchr(line, '\t')) != NULL; n++) {
		*line++ = '\0';
		fields[n] = line;
	}
	if (n < 8)
		return;
	path = path_of(folder, fields[0]);
	take(tools, path, false, &t);
	counts[t.done.status]++;
	if (t.done.status != PARSE_OK && !may_be_refused(fields[0], fields[5]))
		printf("# refused: %s: %s\n", fields[0], t.done.reason);
	if (t.done.status == PARSE_ERROR || t.done.status == PARSE_LIMIT ||
	    (t.done.status == PARSE_NOT_MAIL && !may_be_refused(fields[0], fields[5])))
		counts[4]++;
	taken_free(&t);
	free(path);
}

static void catalogue(struct parse_tools *tools, const char *folder)
{
	size_t counts[5] = { 0 };
	struct buf text = BUF_INIT(BUF_MAX_FILE);
	char *path = path_of(folder, "CATALOGUE.tsv"), *line, *next;
	struct err err = ERR_INIT;

	tap_ok(file_read(path, &text, &err) == 0, "catalogue can be read %s", err.text);
	line = text.data + strcspn(text.data, "\n");
	for (line += *line == '\n'; *line; line = next) {
		next = line + strcspn(line, "\n");
		if (*next)
			*next++ = '\0';
		catalogue_line(tools, folder, line, counts);
	}
	printf("# %zu taken, %zu not a mail, %zu beyond a limit, %zu failed\n", counts[PARSE_OK], counts[PARSE_NOT_MAIL],
	       counts[PARSE_LIMIT], counts[PARSE_ERROR]);
	tap_ok(counts[PARSE_OK] > 800, "messages are taken");
	tap_is_int((long long)counts[4], 0, "mails that were refused without being malformed");
	buf_free(&text);
	free(path);
}

int main(void)
{
	const char *shared = getenv("POSTKAMER_SHARED"), *source = getenv("srcdir");
	char folder[4000];
	struct err err = ERR_INIT;
	struct parse_tools *tools;

	if (shared)
		snprintf(folder, sizeof folder, "%s/corpora", shared);
	else
		snprintf(folder, sizeof folder, "%s/../shared/corpora", source ? source : ".");
	if (access(folder, R_OK))
		return tap_skip_all("no shared corpora (set POSTKAMER_SHARED to the folder above it)");
	tools = parse_tools_new(&err);
	if (!tap_ok(tools != NULL, "parser starts %s", err.text))
		return tap_done();
	catalogue(tools, folder);
	expectations(tools, folder);
	parse_tools_free(&tools);
	return tap_done();
}
