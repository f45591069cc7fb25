/* System. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Base. */
#include "base/file.h"
#include "base/str.h"
#include "base/xalloc.h"

/* Own. */
#include "app/command.h"

static const struct command commands[] = {
	{ "ingest", "[--service S] FILE|-", "take one message in", command_ingest, true, true, EXIT_LATER },
	{ "dossier new", "[--service S] --workflow W --client \"Name <address>\" ... [--office ADDRESS]\n"
	  "              [--office-only] [--copy] [--number N] [--language L] [--brand B]",
	  "open a dossier, print its number", command_dossier_new, true, false, 0 },
	{ "dossier list", "[--service S] [--address A] [--open|--final|--erased] [--after ID]", "dossiers",
	  command_dossier_list, false, false, 0 },
	{ "dossier show", "N [--document ID --output FILE|-]", "one dossier, or the bytes of a document",
	  command_dossier_show, false, false, 0 },
	{ "dossier erase", "N --reason TEXT --yes", "erase a dossier for ever; one line without personal data stays",
	  command_dossier_erase, true, false, 0 },
	{ "explain", "N[.EVENT]", "what an event would do to a dossier, and why (as check --explain)", command_explain,
	  false, false, 0 },
	{ "dossier event", "N \"COMMAND LINE\" [--by staff|client|office] [--attach FILE[:SLOT]] ...",
	  "carry out a command of a party or of staff", command_dossier_event, true, false, 0 },
	{ "office add", "ADDRESS [--name NAME] [--service S] [--brand B] [--language L] [--confirmed] [--again]",
	  "make an office known, and mail it its access code", command_office_add, true, true, 0 },
	{ "office list", "[--service S] [--after ID]", "offices", command_office_list, false, false, 0 },
	{ "office show", "ADDRESS [--service S]", "one office, its colleagues, how many dossiers it has",
	  command_office_show, false, false, 0 },
	{ "office colleague", "ADDRESS COLLEAGUE accept|refuse [--service S]",
	  "say for an office whether somebody there may mail for it", command_office_colleague, true, true, 0 },
	{ "office remove", "ADDRESS [--service S]", "forget an office; its dossiers are named", command_office_remove, true,
	  false, 0 },
	{ "ticket list", "[--state open|answered|closed] [--dossier N]", "questions and technical problems", command_ticket_list,
	  false, false, 0 },
	{ "ticket show", "NUMBER", "one of them, with all that was said", command_ticket_show, false, false, 0 },
	{ "item list", "[--state STATE] [--after ID]", "what came in", command_item_list, false, false, 0 },
	{ "item show", "ID [--raw]", "one item, or its raw bytes", command_item_show, false, false, 0 },
	{ "queue list", "[--all] [--dossier N] [--after ID]", "outgoing mail", command_queue_list, false, false, 0 },
	{ "queue show", "ID [--eml]", "one outgoing mail, or its bytes", command_queue_show, false, false, 0 },
	{ "queue retry", "ID|all", "try again now", command_queue_retry, true, false, 0 },
	{ "queue cancel", "ID", "never send it", command_queue_cancel, true, false, 0 },
	{ "held list", "[--dossier N] [--after ID]", "what waits for a person", command_held_list, false, false, 0 },
	{ "held accept", "ID[/FILE] [--dossier N] [--as SLOT] [--instead-of NAME]", "let it through, as documents and text",
	  command_held_accept, true, true, 0 },
	{ "held refuse", "ID[/FILE] [--reason TEXT]", "do nothing with it", command_held_refuse, true, true, 0 },
	{ "held show", "ID [--raw]", "one held item", command_item_show, false, false, 0 },
	{ "quarantine list", "[--after ID]", "what could not be handled", command_quarantine_list, false, false, 0 },
	{ "quarantine show", "ID [--raw]", "one of them", command_item_show, false, false, 0 },
	{ "quarantine retry", "ID|all", "handle it again", command_quarantine_retry, true, true, 0 },
	{ "status", "", "health", command_status, false, false, EXIT_UNKNOWN },
	{ "verify", "", "integrity of the database and its blobs", command_verify, false, false, 0 },
	{ "clock", "[+SPAN]", "the clock of a trial store", command_clock, true, false, 0 },
};

const struct command *command_at(size_t index)
{
	return index < sizeof commands / sizeof *commands ? &commands[index] : NULL;
}

const struct command *command_find(int argc, char **argv, int *used)
{
	size_t i;

	for (i = 0; i < sizeof commands / sizeof *commands; i++) {
		const char *words = commands[i].words, *space = strchr(words, ' ');
		size_t first = space ? (size_t)(space - words) : strlen(words);

		if (argc < 1 || strlen(argv[0]) != first || strncmp(argv[0], words, first) != 0)
			continue;
		if (space && (argc < 2 || strcmp(argv[1], space + 1) != 0))
			continue;
		*used = space ? 2 : 1;
		return &commands[i];
	}
	return NULL;
}

const char *command_near(int argc, char **argv)
{
	const char *found = NULL;
	char given[64];
	unsigned best = 3;
	size_t i;

	for (i = 0; argc > 0 && i < sizeof commands / sizeof *commands; i++) {
		const char *words = commands[i].words;
		bool two = strchr(words, ' ') && argc > 1;
		unsigned distance;

		snprintf(given, sizeof given, two ? "%s %s" : "%s", argv[0], argc > 1 ? argv[1] : "");
		distance = str_distance(given, words, 3);
		if (distance < best) {
			best = distance;
			found = words;
		}
	}
	return found;
}

void request_init(struct request *r, const struct command *command, int argc, char **argv)
{
	int i;

	*r = (struct request){ .command = command, .argc = argc, .input = -1, .bulk = -1 };
	buf_init(&r->out, BUF_MAX_DATA);
	buf_init(&r->err, BUF_MAX_TEXT);
	r->argv = xcalloc((size_t)argc + 1, sizeof *r->argv);
	for (i = 0; i < argc; i++)
		r->argv[i] = xstrdup(argv[i]);
}

void request_free(struct request *r)
{
	int i;

	/* Slots that were taken are NULL; their text lives in 'taken' until now. */
	for (i = 0; r->argv && i < r->argc; i++)
		free(r->argv[i]);
	free(r->argv);
	buf_free(&r->out);
	buf_free(&r->err);
	if (r->input >= 0)
		close(r->input);
	if (r->bulk >= 0)
		close(r->bulk);
}

#define SPILL_AT (1u << 20)

static int spill(struct request *r, struct err *err)
{
	if (r->bulk < 0)
		r->bulk = file_memory("output", err);
	if (r->bulk < 0 || file_write_all(r->bulk, r->out.data, r->out.len, err))
		return -1;
	buf_reset(&r->out);
	return 0;
}

void request_spill(struct request *r)
{
	struct err err = ERR_INIT;

	if (r->out.len >= SPILL_AT && spill(r, &err))
		request_fail(r, EXIT_LATER, "%s: %s", r->command->words, err.text);
}

int request_output(struct request *r, struct err *err)
{
	if (buf_failed(&r->out))
		return err_set(err, ERR_LIMIT, "the output is too large");
	if ((r->bulk < 0 || r->out.len) && spill(r, err))
		return -1;
	return r->bulk;
}

void request_finish(struct request *r)
{
	r->pending = false;
	if (r->finished)
		r->finished(r);
}

/* Taken arguments stay allocated, marked by a first byte of \001 that no argument can have. */
#define TAKEN '\001'

static bool is_taken(const char *arg)
{
	return arg[0] == TAKEN;
}

static const char *take(struct request *r, int i)
{
	size_t size = strlen(r->argv[i]) + 2;
	char *kept = xmalloc(size);

	kept[0] = TAKEN;
	memcpy(kept + 1, r->argv[i], size - 1);
	free(r->argv[i]);
	r->argv[i] = kept;
	return kept + 1;
}

const char *request_option(struct request *r, const char *name)
{
	size_t n = strlen(name);
	int i;

	for (i = 0; i < r->argc; i++) {
		if (is_taken(r->argv[i]))
			continue;
		if (str_eq(r->argv[i], "--"))
			break;
		if (strncmp(r->argv[i], name, n) == 0 && r->argv[i][n] == '=')
			return take(r, i) + n + 1;
		if (str_eq(r->argv[i], name) && i + 1 < r->argc && !is_taken(r->argv[i + 1])) {
			take(r, i);
			return take(r, i + 1);
		}
	}
	return NULL;
}

bool request_flag(struct request *r, const char *name)
{
	int i;

	for (i = 0; i < r->argc && !str_eq(r->argv[i], "--"); i++)
		if (str_eq(r->argv[i], name)) {
			take(r, i);
			return true;
		}
	return false;
}

const char *request_word(struct request *r)
{
	bool rest = false; /* behind "--" everything is a word */
	int i;

	for (i = 0; i < r->argc; i++) {
		const char *arg = r->argv[i];

		if (is_taken(arg)) {
			rest |= str_eq(arg + 1, "--");
		} else if (!rest && str_eq(arg, "--")) {
			take(r, i);
			rest = true;
		} else if (rest || arg[0] != '-' || arg[1] == '\0') {
			return take(r, i);
		}
	}
	return NULL;
}

static bool names_option(const char *usage, const char *option)
{
	const char *at = strstr(usage, option);

	return at && at[strlen(option)] == ' ';
}

bool request_complete(struct request *r)
{
	int i;

	for (i = 0; i < r->argc; i++) {
		const char *arg = r->argv[i];

		if (is_taken(arg))
			continue;
		/* An option that is known stands there without its value. */
		request_fail(r, EXIT_USAGE, "%s: '%s' %s; usage: postkamer %s %s", r->command->words, arg,
			     arg[0] == '-' && names_option(r->command->usage, arg) ? "lacks its value" :
										     "is not understood",
			     r->command->words, r->command->usage);
		return false;
	}
	return true;
}

void request_fail(struct request *r, enum exit_status status, const char *fmt, ...)
{
	va_list ap;

	buf_adds(&r->err, "postkamer: ");
	va_start(ap, fmt);
	buf_addv(&r->err, fmt, ap);
	va_end(ap);
	buf_addc(&r->err, '\n');
	r->status = status;
}

void request_fail_err(struct request *r, const char *what, const struct err *err)
{
	enum exit_status status = err->code == ERR_TEMP || err->code == ERR_SYSTEM ? EXIT_LATER : EXIT_FAULT;

	request_fail(r, status, "%s: %s", what, err->text);
}
