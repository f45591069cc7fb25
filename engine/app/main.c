/* System. */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/date.h"
#include "base/file.h"
#include "base/log.h"
#include "base/step.h"
#include "base/str.h"
#include "base/xalloc.h"

/* Engine. */
#include "loop/child.h"
#include "loop/signals.h"
#include "worker/imap.h"
#include "worker/parse.h"
#include "worker/send.h"

/* Own. */
#include "app/caller.h"
#include "app/check.h"
#include "app/command.h"
#include "app/daemon.h"
#include "app/graph.h"
#include "app/scenarios.h"
#include "app/settings_read.h"

static void usage(FILE *to)
{
	size_t i;

	fputs("usage: postkamer [-c FILE] COMMAND [--json] …\n\n"
	      "  run [--once] [--now TIME]\n        the daemon; --once: one round\n"
	      "  check [-v] [--json] [--explain N[.EVENT]]\n        all that is wrong with configuration, rules and templates\n"
	      "  test [FILE…] [--json]\n        plays scenarios\n"
	      "  graph WORKFLOW [--svg FILE]\n        draws a workflow: DOT, or a drawing by Graphviz\n"
	      "  init\n        make the store and its key\n", to);
	for (i = 0; command_at(i); i++)
		fprintf(to, "  %s %s\n        %s\n", command_at(i)->words, command_at(i)->usage, command_at(i)->summary);
	fputs("\nThe manual: postkamer(1), postkamer.conf(5), postkamer-rules(5), postkamer-scenario(5).\n", to);
}

static int fail_usage(const char *what)
{
	fprintf(stderr, "postkamer: %s; 'postkamer --help' lists the commands\n", what);
	return EXIT_USAGE;
}

/* ---- workers ---- */

static int worker_main(const char *kind)
{
	struct err err = ERR_INIT;

	if (child_self_init(&err)) {
		fprintf(stderr, "postkamer: worker: %s\n", err.text);
		return 70;
	}
	if (str_eq(kind, "imap"))
		return worker_imap_main();
	if (str_eq(kind, "parse"))
		return worker_parse_main();
	if (str_eq(kind, "send"))
		return worker_send_main();
	return fail_usage("unknown worker");
}

static int parse_now(const struct settings *settings, const char *text, int64_t *now)
{
	const char *zone = settings->service_count ? settings->services[0].timezone : NULL;
	struct err err = ERR_INIT;

	*now = DATE_NONE;
	if (!text || date_parse(text, zone, now, &err) == 0)
		return 0;
	fprintf(stderr, "postkamer: --now: %s\n", err.text);
	return EXIT_USAGE;
}

/* ---- commands that are not served by the daemon ---- */

static int run_main(struct request *args, const struct settings *settings)
{
	struct daemon_options options = { .settings = settings };
	const char *now = request_option(args, "--now");
	int rc = parse_now(settings, now, &options.now);

	options.once = request_flag(args, "--once");
	if (rc)
		return rc;
	if (!request_complete(args)) {
		fputs(args->err.data, stderr);
		return EXIT_USAGE;
	}
	if (now && !options.once)
		return fail_usage("run: --now needs --once");
	return daemon_run(&options);
}

static int init_main(struct request *args, const struct settings *settings)
{
	int64_t now;
	int rc = parse_now(settings, request_option(args, "--now"), &now);

	if (rc)
		return rc;
	if (!request_complete(args)) {
		fputs(args->err.data, stderr);
		return EXIT_USAGE;
	}
	return init_run(settings, now);
}

static int check_main(struct request *args, const char *config)
{
	char *path = settings_find(config);
	bool json = request_flag(args, "--json"), wordy = request_flag(args, "-v");
	int rc;

	if (request_complete(args)) {
		rc = check_run(path, json, wordy);
	} else {
		fputs(args->err.data, stderr);
		rc = EXIT_USAGE;
	}
	free(path);
	return rc;
}

static int graph_main(struct request *args, const struct settings *settings)
{
	const char *svg = request_option(args, "--svg"), *workflow = request_word(args);

	if (!request_complete(args)) {
		fputs(args->err.data, stderr);
		return EXIT_USAGE;
	}
	return workflow ? graph_run(settings, workflow, svg) : fail_usage("graph: which workflow?");
}

static int test_main(struct request *args, const struct settings *settings)
{
	bool json = request_flag(args, "--json");
	struct arena arena = ARENA_INIT;
	char **files = NULL;
	const char *file;
	int count = 0, rc = EXIT_USAGE;

	while ((file = request_word(args)) != NULL) {
		files = arena_grow(&arena, files, (size_t)count, sizeof *files);
		files[count++] = arena_strdup(&arena, file);
	}
	if (request_complete(args))
		rc = scenarios_run(settings, files, count, json);
	else
		fputs(args->err.data, stderr);
	arena_free(&arena);
	return rc;
}

static const struct command own_commands[] = {
	{ "run", "[--once] [--now TIME]", "", NULL, true, false, 0 },
	{ "check", "[-v] [--json] [--explain N[.EVENT]]", "", NULL, false, false, 0 },
	{ "test", "[FILE…] [--json]", "", NULL, false, false, 0 },
	{ "graph", "WORKFLOW [--svg FILE]", "", NULL, false, false, 0 },
	{ "init", "", "", NULL, true, false, 0 },
};

static int own_main(const struct line *line, const struct command *command)
{
	struct request args;
	struct settings *settings = NULL;
	int rc;

	request_init(&args, command, line->argc - 1, line->argv + 1);
	if (str_eq(command->words, "check")) {
		rc = check_main(&args, line->config);
	} else if ((settings = caller_settings(line->config, str_eq(command->words, "run"))) == NULL) {
		rc = EXIT_FAULT;
	} else if (str_eq(command->words, "graph")) {
		rc = graph_main(&args, settings);
	} else if (str_eq(command->words, "test")) {
		rc = test_main(&args, settings);
	} else {
		rc = str_eq(command->words, "run") ? run_main(&args, settings) : init_main(&args, settings);
	}
	settings_free(&settings);
	request_free(&args);
	return rc;
}

/* ---- main ---- */

/* Names what was perhaps meant: the second words of a group, or the nearest command. */
static int no_command(const struct line *line)
{
	const char *given = line->argv[0], *near = command_near(line->argc, line->argv);
	struct buf group = BUF_INIT(BUF_MAX_LINE);
	size_t i, n = strlen(given);

	for (i = 0; command_at(i); i++)
		if (strncmp(command_at(i)->words, given, n) == 0 && command_at(i)->words[n] == ' ')
			buf_addf(&group, "%s%s", group.len ? ", " : "", command_at(i)->words + n + 1);
	for (i = 0; !near && i < sizeof own_commands / sizeof *own_commands; i++)
		if (str_distance(given, own_commands[i].words, 2) <= 1)
			near = own_commands[i].words;
	fprintf(stderr, "postkamer: there is no command '%s%s%s'", given, group.len && line->argc > 1 ? " " : "",
		group.len && line->argc > 1 ? line->argv[1] : "");
	if (near)
		fprintf(stderr, "; did you mean '%s'?\n", near);
	else if (group.len)
		fprintf(stderr, "; '%s' takes: %s\n", given, group.data);
	else
		fputs("; 'postkamer --help' lists the commands\n", stderr);
	buf_free(&group);
	return EXIT_USAGE;
}

static bool wants_help(const struct line *line)
{
	int i;

	for (i = 0; i < line->argc && !str_eq(line->argv[i], "--"); i++)
		if (str_eq(line->argv[i], "--help") || str_eq(line->argv[i], "-h"))
			return true;
	return false;
}

/* "check --explain N.EVENT" is asked of the store, through the daemon when one runs: the command explain. */
static void take_explain(struct line *line)
{
	char *what = NULL;
	int i, n = 1;

	if (!str_eq(line->argv[0], "check"))
		return;
	for (i = 1; i < line->argc; i++) {
		if (str_starts(line->argv[i], "--explain="))
			what = line->argv[i] + strlen("--explain=");
		else if (str_eq(line->argv[i], "--explain"))
			what = i + 1 < line->argc ? line->argv[++i] : NULL;
		else
			continue;
		line->argv[0] = "explain";
		break;
	}
	if (!str_eq(line->argv[0], "explain"))
		return;
	for (i = 1; i < line->argc; i++)
		if (!str_starts(line->argv[i], "--explain") && line->argv[i] != what)
			line->argv[n++] = line->argv[i];
	if (what)
		line->argv[n++] = what;
	line->argc = n;
}

static const struct command *find_command(const struct line *line, bool *own, int *used)
{
	size_t i;

	*own = true;
	*used = 1;
	for (i = 0; i < sizeof own_commands / sizeof *own_commands; i++)
		if (str_eq(line->argv[0], own_commands[i].words))
			return &own_commands[i];
	*own = false;
	return command_find(line->argc, line->argv, used);
}

static int dispatch(struct line *line)
{
	bool own;
	int used;
	const struct command *command;

	take_explain(line);
	command = find_command(line, &own, &used);

	if (wants_help(line)) {
		if (command)
			printf("usage: postkamer %s %s\n", command->words, command->usage);
		else
			usage(stdout);
		return EXIT_DONE;
	}
	if (!command)
		return no_command(line);
	if (own)
		return own_main(line, command);
	/* A command's own outcome is its output; only what should worry somebody comes beside it. */
	if (!getenv("POSTKAMER_DEBUG"))
		log_set_level(LOG_LEVEL_WARN);
	return caller_run(line, command, used);
}

/* Takes "-c FILE" out, wherever it stands. */
static bool take_config(struct line *line)
{
	int i, n = 0;
	bool rest = false;

	for (i = 0; i < line->argc; i++) {
		if (str_eq(line->argv[i], "--"))
			rest = true;
		if (rest || !str_eq(line->argv[i], "-c"))
			line->argv[n++] = line->argv[i];
		else if (i + 1 < line->argc)
			line->config = line->argv[++i];
		else
			return false;
	}
	line->argc = n;
	return true;
}

int main(int argc, char **argv)
{
	struct line line = { argc - 1, argv + 1, NULL };
	const char *debug = getenv("POSTKAMER_DEBUG");

	setlocale(LC_CTYPE, "C.UTF-8");
	if (debug && *debug)
		log_set_level(LOG_LEVEL_DEBUG);
	if (argc >= 3 && str_eq(argv[1], "worker"))
		return worker_main(argv[2]);
	if (!take_config(&line))
		return fail_usage("-c needs a file");
	if (line.argc && str_eq(line.argv[0], "run"))
		signals_hold_reload();
	step_init();
	if (line.argc && str_eq(line.argv[0], "--version")) {
		puts("postkamer " PACKAGE_VERSION);
		return EXIT_DONE;
	}
	if (line.argc && str_eq(line.argv[0], "help")) {
		usage(stdout);
		return EXIT_DONE;
	}
	if (!line.argc) {
		usage(stderr);
		return EXIT_USAGE;
	}
	return dispatch(&line);
}
