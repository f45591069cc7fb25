/* System. */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Base. */
#include "base/date.h"
#include "base/file.h"
#include "base/log.h"
#include "base/step.h"
#include "base/str.h"
#include "base/xalloc.h"

/* Engine. */
#include "loop/child.h"
#include "worker/imap.h"
#include "worker/parse.h"
#include "worker/send.h"

/* Own. */
#include "app/check.h"
#include "app/command.h"
#include "app/control.h"
#include "app/daemon.h"
#include "app/host.h"
#include "app/settings_read.h"

#define INGEST_MAX (512ll << 20)

/* The command line, without what is for all commands. */
struct line {
	int argc;
	char **argv;
	const char *config; /* -c */
};

static void usage(FILE *to)
{
	size_t i;

	fputs("usage: postkamer [-c FILE] COMMAND [--json] …\n\n"
	      "  run [--once] [--now TIME]\n        the daemon; --once: one round\n"
	      "  check [--json]\n        all that is wrong with configuration, rules and templates\n"
	      "  init\n        make the store and its key\n", to);
	for (i = 0; command_at(i); i++)
		fprintf(to, "  %s %s\n        %s\n", command_at(i)->words, command_at(i)->usage, command_at(i)->summary);
	fputs("\nThe manual: postkamer(1), postkamer.conf(5), postkamer-rules(5).\n", to);
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

/* ---- settings ---- */

static struct settings *load_settings(const char *given)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct settings *settings = NULL;
	char *path = settings_find(given);

	settings_read(path, &settings, &diags);
	check_print(&diags);
	diag_list_free(&diags);
	free(path);
	return settings;
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
	bool json = request_flag(args, "--json");
	int rc;

	if (request_complete(args)) {
		rc = check_run(path, json);
	} else {
		fputs(args->err.data, stderr);
		rc = EXIT_USAGE;
	}
	free(path);
	return rc;
}

static const struct command own_commands[] = {
	{ "run", "[--once] [--now TIME]", "", NULL, true, false },
	{ "check", "[--json]", "", NULL, false, false },
	{ "init", "", "", NULL, true, false },
};

static int own_main(const struct line *line, const struct command *command)
{
	struct request args;
	struct settings *settings = NULL;
	int rc;

	request_init(&args, command, line->argc - 1, line->argv + 1);
	if (str_eq(command->words, "check")) {
		rc = check_main(&args, line->config);
	} else if ((settings = load_settings(line->config)) == NULL) {
		rc = EXIT_FAULT;
	} else {
		rc = str_eq(command->words, "run") ? run_main(&args, settings) : init_main(&args, settings);
	}
	settings_free(&settings);
	request_free(&args);
	return rc;
}

/* ---- commands for whoever holds the store ---- */

/* Copies an answer out; "-" or NULL is standard output. */
static int deliver(int from, const char *output)
{
	int to = STDOUT_FILENO, rc;
	struct err err = ERR_INIT;

	if (output && !str_eq(output, "-"))
		to = open(output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (to < 0) {
		fprintf(stderr, "postkamer: cannot create '%s': %s\n", output, strerror(errno));
		return EXIT_FAULT;
	}
	rc = file_copy(from, to, NULL, &err);
	if (to != STDOUT_FILENO && close(to))
		rc = -1;
	if (rc)
		fprintf(stderr, "postkamer: %s\n", err.text);
	return rc ? EXIT_FAULT : EXIT_DONE;
}

static void deliver_text(const struct buf *text, int to)
{
	struct err err = ERR_INIT;

	file_write_all(to, text->data, text->len, &err);
}

/* Without a daemon: this process takes the lock and does it itself. */
struct local {
	struct host host;
	struct request request;
};

static void local_finished(struct request *r)
{
	loop_stop(real_loop(((struct local *)r->finished_ctx)->host.real));
}

static void local_settled(void *ctx, int status)
{
	(void)status;
	loop_stop(real_loop(((struct local *)ctx)->host.real));
}

static void local_failed(void *ctx, const char *why)
{
	struct local *local = ctx;

	(void)why;
	local->request.status = EXIT_LATER;
	if (local->host.real)
		loop_stop(real_loop(local->host.real));
}

static void local_run(struct local *local, struct err *err)
{
	struct request *r = &local->request;
	struct loop *loop = real_loop(local->host.real);

	r->engine = local->host.engine;
	r->env = real_env(local->host.real);
	r->real = local->host.real;
	r->finished = local_finished;
	r->finished_ctx = local;
	request_run(r);
	if (r->pending)
		loop_run(loop, err);
	if (r->command->settles && !r->status && engine_settle(local->host.engine, local_settled, local, err) == 0)
		loop_run(loop, err);
}

static int local_main(const struct line *line, const struct command *command, int used, int input,
		      const struct settings *settings, const char *output)
{
	struct local local = { 0 };
	struct host_options options = { .settings = settings, .with_world = command->writes, .now = DATE_NONE,
					.failed = local_failed, .ctx = &local };
	struct err err = ERR_INIT;
	int status;

	if (host_open(&local.host, &options, &err)) {
		fprintf(stderr, "postkamer: %s: %s\n", command->words, err.text);
		return command->settles || err.code == ERR_TEMP || err.code == ERR_SYSTEM ? EXIT_LATER : EXIT_FAULT;
	}
	request_init(&local.request, command, line->argc - used, line->argv + used);
	local.request.input = input;
	local.request.settings = settings;
	local_run(&local, &err);
	status = local.request.status;
	deliver_text(&local.request.err, STDERR_FILENO);
	if (local.request.bulk >= 0)
		status = deliver(local.request.bulk, output);
	else
		deliver_text(&local.request.out, STDOUT_FILENO);
	request_free(&local.request);
	host_close(&local.host);
	return status;
}

/* The message for ingest, read into memory by the caller's side: the daemon never waits for a pipe. */
static int read_input(const char *path, struct err *err)
{
	int from = str_eq(path, "-") ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC), memory;
	char chunk[65536];
	int64_t total = 0;
	ssize_t n = 0;

	if (from < 0)
		return err_sys(err, "cannot open '%s'", path);
	memory = file_memory("ingest", err);
	while (memory >= 0 && (n = read(from, chunk, sizeof chunk)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		total += n > 0 ? n : 0;
		if (n < 0 || total > INGEST_MAX || file_write_all(memory, chunk, (size_t)n, err)) {
			if (n < 0)
				err_sys(err, "cannot read '%s'", path);
			else if (total > INGEST_MAX)
				err_set(err, ERR_LIMIT, "'%s' is larger than 512 MiB", path);
			close(memory);
			memory = -1;
		}
	}
	close(from);
	if (memory >= 0 && file_memory_seal(memory, err)) {
		close(memory);
		return -1;
	}
	return memory;
}

/* The argument of ingest that names the message. */
static const char *ingest_path(const struct line *line, int used)
{
	struct request probe;
	const char *word;
	static char path[4096];

	request_init(&probe, NULL, line->argc - used, line->argv + used);
	request_option(&probe, "--service");
	request_option(&probe, "--now");
	word = request_word(&probe);
	snprintf(path, sizeof path, "%s", word ? word : "");
	request_free(&probe);
	return word ? path : NULL;
}

/* "--output FILE" is for this side only. */
static const char *take_output(struct line *line)
{
	const char *output = NULL;
	int i, n = 0;

	for (i = 0; i < line->argc; i++) {
		if (str_eq(line->argv[i], "--output") && i + 1 < line->argc)
			output = line->argv[++i];
		else if (str_starts(line->argv[i], "--output="))
			output = line->argv[i] + strlen("--output=");
		else
			line->argv[n++] = line->argv[i];
	}
	line->argc = n;
	return output;
}

static int ask_daemon(struct line *line, int input, const struct settings *settings, const char *output,
		      int *status)
{
	struct control_answer answer = { .out = -1, .err = -1 };
	struct err err = ERR_INIT;
	int rc = control_ask(settings->store_path, line->argc, line->argv, input, &answer, &err);

	if (rc > 0)
		return 1;
	if (rc < 0) {
		fprintf(stderr, "postkamer: %s\n", err.text);
		*status = EXIT_LATER;
		return 0;
	}
	file_copy(answer.err, STDERR_FILENO, NULL, &err);
	*status = answer.status;
	if ((answer.status == EXIT_DONE || !output) && deliver(answer.out, output))
		*status = EXIT_FAULT;
	close(answer.out);
	close(answer.err);
	return 0;
}

static int store_main(struct line *line, const struct command *command, int used)
{
	struct settings *settings = load_settings(line->config);
	const char *output, *path;
	struct err err = ERR_INIT;
	int input = -1, status = EXIT_FAULT;
	bool ingest = str_eq(command->words, "ingest");

	if (!settings)
		return ingest ? EXIT_LATER : EXIT_FAULT;
	output = take_output(line);
	path = ingest ? ingest_path(line, used) : NULL;
	if (path && (input = read_input(path, &err)) < 0) {
		fprintf(stderr, "postkamer: ingest: %s\n", err.text);
		status = EXIT_LATER;
	} else if (ask_daemon(line, input, settings, output, &status)) {
		status = local_main(line, command, used, input, settings, output);
		input = -1;
	}
	if (input >= 0)
		close(input);
	settings_free(&settings);
	return status;
}

/* ---- main ---- */

static int dispatch(struct line *line)
{
	const struct command *command;
	size_t i;
	int used;

	for (i = 0; i < sizeof own_commands / sizeof *own_commands; i++)
		if (str_eq(line->argv[0], own_commands[i].words))
			return own_main(line, &own_commands[i]);
	command = command_find(line->argc, line->argv, &used);
	if (!command)
		return fail_usage("no such command");
	return store_main(line, command, used);
}

/* Takes "-c FILE" out, wherever it stands. */
static bool take_config(struct line *line)
{
	int i, n = 0;

	for (i = 0; i < line->argc; i++) {
		if (!str_eq(line->argv[i], "-c"))
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
	step_init();
	if (!take_config(&line))
		return fail_usage("-c needs a file");
	if (line.argc && str_eq(line.argv[0], "--version")) {
		puts("postkamer " PACKAGE_VERSION);
		return EXIT_DONE;
	}
	if (line.argc && (str_eq(line.argv[0], "--help") || str_eq(line.argv[0], "help"))) {
		usage(stdout);
		return EXIT_DONE;
	}
	if (!line.argc) {
		usage(stderr);
		return EXIT_USAGE;
	}
	return dispatch(&line);
}
