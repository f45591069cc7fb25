/* The arguments of commands: which command is meant, what is taken out, what is refused and how. */

/* System. */
#include <unistd.h>

/* Base. */
#include "base/file.h"
#include "base/str.h"

/* Own. */
#include "app/command.h"
#include "app/show.h"
#include "tap.h"

#define ARGS 8

static int count(const char *const *args)
{
	int n = 0;

	while (n < ARGS && args[n])
		n++;
	return n;
}

/* ---- finding a command ---- */

static const struct {
	const char *args[ARGS];
	const char *words; /* NULL = there is none */
	const char *near;  /* of those that are none */
} finds[] = {
	{ { "status" }, "status", NULL },
	{ { "dossier", "new", "--client", "x" }, "dossier new", NULL },
	{ { "dossier", "list" }, "dossier list", NULL },
	{ { "held", "show", "3" }, "held show", NULL },
	{ { "ingest", "-" }, "ingest", NULL },
	{ { "dossier" }, NULL, NULL },
	{ { "dossier", "--json" }, NULL, NULL },
	{ { "dossier new" }, NULL, "dossier new" },
	{ { "new", "dossier" }, NULL, NULL },
	{ { "dosier", "list" }, NULL, "dossier list" },
	{ { "dossier", "shw" }, NULL, "dossier show" },
	{ { "stats" }, NULL, "status" },
	{ { "statusx" }, NULL, "status" },
	{ { "frobnicate" }, NULL, NULL },
	{ { "" }, NULL, NULL },
	{ { NULL }, NULL, NULL },
};

static void test_find(void)
{
	size_t i;

	for (i = 0; i < sizeof finds / sizeof *finds; i++) {
		char **args = (char **)finds[i].args;
		int used = -1, n = count(finds[i].args);
		const struct command *found = command_find(n, args, &used);
		const char *first = n ? args[0] : "nothing", *second = n > 1 ? args[1] : "";

		tap_is_str(found ? found->words : NULL, finds[i].words, "'%s' '%s' is found", first, second);
		if (found)
			tap_is_int(used, strchr(found->words, ' ') ? 2 : 1, "'%s' '%s': words used", first, second);
		else
			tap_is_str(command_near(n, args), finds[i].near, "'%s' '%s': what was meant", first, second);
	}
}

static void test_table(void)
{
	const struct command *c;
	size_t i;

	for (i = 0; (c = command_at(i)) != NULL; i++) {
		tap_ok(c->run && *c->summary, "'%s' can be run and explained", c->words);
		tap_ok(!c->settles || c->writes, "'%s' settles only if it writes", c->words);
	}
	tap_ok(i > 10, "there are commands");
}

/* ---- taking arguments ---- */

static const struct {
	const char *args[ARGS];
	const char *option;  /* value of --client, NULL = not there */
	bool flag;           /* --copy */
	const char *word;    /* first argument that is no option */
	const char *refused; /* what request_complete() complains of; NULL = nothing is left */
} takes[] = {
	{ { NULL }, NULL, false, NULL, NULL },
	{ { "--client", "Jan" }, "Jan", false, NULL, NULL },
	{ { "--client=Jan" }, "Jan", false, NULL, NULL },
	{ { "--client=" }, "", false, NULL, NULL },
	{ { "--client", "" }, "", false, NULL, NULL },
	{ { "--client", "--copy" }, "--copy", false, NULL, NULL },
	{ { "--client" }, NULL, false, NULL, "lacks its value" },
	{ { "--clients", "Jan" }, NULL, false, "Jan", "'--clients' is not understood" },
	{ { "--copy" }, NULL, true, NULL, NULL },
	{ { "--copy=yes" }, NULL, false, NULL, "'--copy=yes' is not understood" },
	{ { "--copy", "--copy" }, NULL, true, NULL, "'--copy' is not understood" },
	{ { "12" }, NULL, false, "12", NULL },
	{ { "-" }, NULL, false, "-", NULL },
	{ { "12", "13" }, NULL, false, "12", "'13' is not understood" },
	{ { "12", "--copy", "--client", "Jan" }, "Jan", true, "12", NULL },
	{ { "-x" }, NULL, false, NULL, "'-x' is not understood" },
	{ { "--", "12" }, NULL, false, "12", NULL },
	{ { "--", "--copy" }, NULL, false, "--copy", NULL },
	{ { "--client", "Jan", "--client", "Piet" }, "Jan", false, "Piet", "'--client' lacks its value" },
	{ { "\xff\xfe" }, NULL, false, "\xff\xfe", NULL },
};

static void test_take(void)
{
	size_t i;
	int used;
	char *dossier_new[] = { "dossier", "new" };
	const struct command *command = command_find(2, dossier_new, &used);

	for (i = 0; i < sizeof takes / sizeof *takes; i++) {
		struct request r;
		bool complete;

		request_init(&r, command, count(takes[i].args), (char **)takes[i].args);
		tap_is_str(request_option(&r, "--client"), takes[i].option, "row %zu: the option", i);
		tap_is_int(request_flag(&r, "--copy"), takes[i].flag, "row %zu: the flag", i);
		tap_is_str(request_word(&r), takes[i].word, "row %zu: the word", i);
		complete = request_complete(&r);
		tap_is_int(complete, !takes[i].refused, "row %zu: complete", i);
		tap_is_int(r.status, complete ? 0 : EXIT_USAGE, "row %zu: the status", i);
		if (!complete)
			tap_ok(takes[i].refused && str_starts(r.err.data, "postkamer: dossier new: ") &&
				       strstr(r.err.data, takes[i].refused) &&
				       strstr(r.err.data, "usage: postkamer dossier new"),
			       "row %zu: says what, and the usage", i);
		request_free(&r);
	}
}

/* ---- values ---- */

static void test_values(void)
{
	static const struct {
		const char *text;
		int64_t id; /* 0 = refused */
	} rows[] = {
		{ "1", 1 }, { "9223372036854775807", INT64_MAX }, { "0", 0 }, { "-1", 0 }, { "1x", 0 }, { "", 0 },
		{ NULL, 0 }, { " 1", 0 }, { "9223372036854775808", 0 },
	};
	char *show[] = { "queue", "show" };
	int used;
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct request r;
		int64_t id = 0;

		request_init(&r, command_find(2, show, &used), 0, NULL);
		tap_is_int(show_id(&r, rows[i].text, "an id", &id), rows[i].id > 0, "id '%s'",
			   rows[i].text ? rows[i].text : "(none)");
		tap_is_int(rows[i].id ? id : 0, rows[i].id, "id '%s': its value", rows[i].text ? rows[i].text : "(none)");
		tap_is_int(r.status, rows[i].id ? 0 : EXIT_USAGE, "id '%s': the status",
			   rows[i].text ? rows[i].text : "(none)");
		request_free(&r);
	}
}

static void test_errors(void)
{
	static const struct {
		enum err_code code;
		int status;
	} rows[] = {
		{ ERR_INPUT, EXIT_FAULT }, { ERR_NOTFOUND, EXIT_FAULT }, { ERR_EXISTS, EXIT_FAULT },
		{ ERR_TEMP, EXIT_LATER },  { ERR_SYSTEM, EXIT_LATER },	 { ERR_CORRUPT, EXIT_FAULT },
	};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct request r;
		struct err err = ERR_INIT;

		err_set(&err, rows[i].code, "why");
		request_init(&r, command_at(0), 0, NULL);
		request_fail_err(&r, "what", &err);
		tap_is_int(r.status, rows[i].status, "the status of error %d", (int)rows[i].code);
		tap_is_str(r.err.data, "postkamer: what: why\n", "the line of error %d", (int)rows[i].code);
		request_free(&r);
	}
}

/* ---- lists ---- */

static void list(struct request *r, size_t rows)
{
	size_t i;

	show_list_begin(r);
	for (i = 0; i < rows; i++) {
		struct json *row = NULL;

		if (r->json) {
			row = json_new_object();
			json_put_int(row, "id", (int64_t)i);
			json_put_text(row, "text", "a\nb");
		} else {
			buf_addf(&r->out, "%zu\n", i);
		}
		show_list_row(r, row);
	}
	show_list_end(r);
}

static void output(struct request *r, struct buf *out)
{
	struct err err = ERR_INIT;
	int fd = request_output(r, &err);

	tap_ok(fd >= 0, "the output is there %s", err.text);
	if (lseek(fd, 0, SEEK_SET) || file_read_fd(fd, out, &err))
		printf("# %s\n", err.text);
}

static void test_lists(void)
{
	static const struct {
		bool json;
		size_t rows;
		const char *text;
	} rows[] = {
		{ false, 0, "" },
		{ false, 2, "0\n1\n" },
		{ true, 0, "[]\n" },
		{ true, 1, "[\n  {\n    \"id\": 0,\n    \"text\": \"a\\nb\"\n  }\n]\n" },
		{ true, 2, "[\n  {\n    \"id\": 0,\n    \"text\": \"a\\nb\"\n  },\n  {\n    \"id\": 1,\n"
			   "    \"text\": \"a\\nb\"\n  }\n]\n" },
	};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct request r;
		struct buf out = BUF_INIT(BUF_MAX_TEXT);

		request_init(&r, command_at(0), 0, NULL);
		r.json = rows[i].json;
		list(&r, rows[i].rows);
		output(&r, &out);
		tap_is_str(out.data, rows[i].text, "a list of %zu, json %d", rows[i].rows, rows[i].json);
		buf_free(&out);
		request_free(&r);
	}
}

/* However long the output: memory holds a part of it only. */
static void test_long(void)
{
	struct request r;
	struct err err = ERR_INIT;
	size_t i, most = 0;

	request_init(&r, command_at(0), 0, NULL);
	show_list_begin(&r);
	for (i = 0; i < 500000; i++) {
		buf_addf(&r.out, "%063zu\n", i);
		show_list_row(&r, NULL);
		most = r.out.len > most ? r.out.len : most;
	}
	show_list_end(&r);
	tap_ok(most < 2u << 20, "less than 2 MiB stay in memory");
	tap_is_int(file_size(request_output(&r, &err)), 64ll * 500000, "nothing is lost");
	request_free(&r);
}

int main(void)
{
	test_find();
	test_table();
	test_take();
	test_values();
	test_errors();
	test_lists();
	test_long();
	return tap_done();
}
