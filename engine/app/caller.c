/* System. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Base. */
#include "base/date.h"
#include "base/file.h"
#include "base/log.h"
#include "base/str.h"
#include "base/xalloc.h"

/* Own. */
#include "app/attach.h"
#include "app/caller.h"
#include "app/check.h"
#include "app/control.h"
#include "app/host.h"
#include "app/settings_read.h"

#define INGEST_MAX (512ll << 20)
#define BUSY_MS 60000 /* how long a command waits for another one, without a daemon, to end */
#define BUSY_STEP_MS 25

enum { STORE_BUSY = -1 }; /* beside the exit statuses */

/* ---- settings ---- */

static void log_warnings(const struct diag_list *diags)
{
	char quoted[600];
	size_t i;

	for (i = 0; i < diags->count; i++)
		log_line(LOG_LEVEL_WARN, "config.warning", "line=%d why=%s", diags->items[i].place.line,
			 log_quote(quoted, sizeof quoted, diags->items[i].message));
}

struct settings *caller_settings(const char *config, bool log)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct settings *settings = NULL;
	char *path = settings_find(config);

	if (settings_read(path, &settings, &diags))
		check_print(&diags);
	else if (log)
		log_warnings(&diags);
	diag_list_free(&diags);
	free(path);
	return settings;
}

/* ---- what comes out ---- */

static int deliver_to(int from, int to, const char *name)
{
	struct err err = ERR_INIT;

	if (file_copy(from, to, NULL, &err) == 0)
		return EXIT_DONE;
	fprintf(stderr, "postkamer: cannot write to '%s': %s\n", name, err.text);
	return EXIT_FAULT;
}

/* Copies an answer out; "-" or NULL is standard output. */
static int deliver(int from, const char *output)
{
	int to, status;

	if (!output || str_eq(output, "-"))
		return deliver_to(from, STDOUT_FILENO, "standard output");
	to = open(output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (to < 0) {
		fprintf(stderr, "postkamer: cannot create '%s': %s\n", output, strerror(errno));
		return EXIT_FAULT;
	}
	status = deliver_to(from, to, output);
	if (close(to) && !status) {
		fprintf(stderr, "postkamer: cannot write to '%s': %s\n", output, strerror(errno));
		status = EXIT_FAULT;
	}
	return status;
}

/* ---- without a daemon: this process takes the lock and does it itself ---- */

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

static void local_signalled(void *ctx, int signo)
{
	struct local *local = ctx;

	if (signo == SIGHUP || !local->request.command)
		return;
	request_fail(&local->request, EXIT_LATER, "%s: interrupted", local->request.command->words);
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

static int local_deliver(struct request *r, const char *output)
{
	struct err err = ERR_INIT;
	int from = request_output(r, &err), status = r->status;

	if (from < 0)
		request_fail(r, EXIT_LATER, "%s: %s", r->command->words, err.text);
	file_write_all(STDERR_FILENO, r->err.data, r->err.len, NULL);
	if (from >= 0 && (!output || status == EXIT_DONE) && deliver(from, output))
		return EXIT_FAULT;
	return r->status;
}

static int status_of(const struct command *command, const struct err *err)
{
	if (command->broken)
		return command->broken;
	return err->code == ERR_TEMP || err->code == ERR_SYSTEM ? EXIT_LATER : EXIT_FAULT;
}

/* STORE_BUSY when another process holds the store; '*input' is then still the caller's. */
static int local_main(const struct line *line, const struct command *command, int used, int *input,
		      const struct settings *settings, const char *output)
{
	struct local local = { 0 };
	struct host_options options = { .settings = settings, .with_world = command->writes, .now = DATE_NONE,
					.signalled = local_signalled, .failed = local_failed,
					.ctx = &local };
	struct err err = ERR_INIT;
	int status;

	if (host_open(&local.host, &options, &err)) {
		if (local.host.busy)
			return STORE_BUSY;
		fprintf(stderr, "postkamer: %s: %s\n", command->words, err.text);
		return status_of(command, &err);
	}
	request_init(&local.request, command, line->argc - used, line->argv + used);
	local.request.input = *input;
	*input = -1;
	local.request.settings = settings;
	local_run(&local, &err);
	status = local_deliver(&local.request, output);
	request_free(&local.request);
	host_close(&local.host);
	return status;
}

/* ---- with a daemon ---- */

/* False when none runs. */
static bool ask_daemon(const struct line *line, const struct command *command, int input,
		       const struct settings *settings, const char *output, int *status)
{
	struct control_answer answer = { .out = -1, .err = -1 };
	struct err err = ERR_INIT;
	int rc = control_ask(settings->store_path, line->argc, line->argv, input, &answer, &err);

	if (rc > 0)
		return false;
	if (rc < 0) {
		fprintf(stderr, "postkamer: %s: %s\n", command->words, err.text);
		*status = command->broken ? command->broken : EXIT_LATER;
		return true;
	}
	file_copy(answer.err, STDERR_FILENO, NULL, NULL);
	*status = answer.status;
	if ((answer.status == EXIT_DONE || !output) && deliver(answer.out, output))
		*status = EXIT_FAULT;
	close(answer.out);
	close(answer.err);
	return true;
}

/* Commands beside each other wait for their turn, and a daemon may start or end at any moment. */
static int run_somewhere(const struct line *line, const struct command *command, int used, int *input,
			 const struct settings *settings, const char *output)
{
	const struct timespec step = { 0, BUSY_STEP_MS * 1000000l };
	int waited, status;

	for (waited = 0; waited < BUSY_MS; waited += BUSY_STEP_MS) {
		if (ask_daemon(line, command, *input, settings, output, &status))
			return status;
		status = local_main(line, command, used, input, settings, output);
		if (status != STORE_BUSY)
			return status;
		nanosleep(&step, NULL);
	}
	fprintf(stderr, "postkamer: %s: another postkamer without a control socket (run --once?) holds the store\n",
		command->words);
	return command->broken ? command->broken : EXIT_LATER;
}

/* ---- what goes in ---- */

static int copy_input(int from, int memory, const char *path, struct err *err)
{
	char chunk[65536];
	int64_t total = 0;
	ssize_t n;

	while ((n = read(from, chunk, sizeof chunk)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(err, "cannot read '%s'", path);
		total += n;
		if (total > INGEST_MAX)
			return err_set(err, ERR_LIMIT, "'%s' is larger than 512 MiB", path);
		if (file_write_all(memory, chunk, (size_t)n, err))
			return -1;
	}
	return file_memory_seal(memory, err);
}

/* The message for ingest, read into memory by the caller's side: the daemon never waits for a pipe. */
static int read_input(const char *path, struct err *err)
{
	int from = str_eq(path, "-") ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC), memory;

	if (from < 0)
		return err_sys(err, "cannot open '%s'", path);
	memory = file_memory("ingest", err);
	if (memory >= 0 && copy_input(from, memory, path, err)) {
		close(memory);
		memory = -1;
	}
	close(from);
	return memory;
}

/* Reads what ingest takes in. The usage is judged before anything is opened; returns an exit status. */
static int ingest_input(const struct line *line, const struct command *command, int used, int *input)
{
	struct request probe;
	struct err err = ERR_INIT;
	const char *path;
	int status = EXIT_DONE;

	request_init(&probe, command, line->argc - used, line->argv + used);
	request_option(&probe, "--service");
	request_option(&probe, "--now");
	request_flag(&probe, "--json");
	path = request_word(&probe);
	if (!path)
		request_fail(&probe, EXIT_USAGE, "ingest: which file? ('-' is standard input)");
	else if (request_complete(&probe) && (*input = read_input(path, &err)) < 0)
		request_fail(&probe, EXIT_LATER, "ingest: %s", err.text);
	fputs(probe.err.data, stderr);
	status = probe.status;
	request_free(&probe);
	return status;
}

/* The files that 'dossier event' takes along, likewise. */
static int attached_input(const struct line *line, const struct command *command, int used, int *input)
{
	struct request probe;
	int status;

	request_init(&probe, command, line->argc - used, line->argv + used);
	attach_pack(&probe, input);
	fputs(probe.err.data, stderr);
	status = probe.status;
	request_free(&probe);
	return status;
}

/* "--output FILE" is for this side only. False when the file is not said. */
static bool take_output(struct line *line, const char **output)
{
	int i, n = 0;

	*output = NULL;
	for (i = 0; i < line->argc; i++) {
		if (str_starts(line->argv[i], "--output="))
			*output = line->argv[i] + strlen("--output=");
		else if (!str_eq(line->argv[i], "--output"))
			line->argv[n++] = line->argv[i];
		else if (i + 1 < line->argc)
			*output = line->argv[++i];
		else
			return false;
	}
	line->argc = n;
	return !*output || **output;
}

int caller_run(struct line *line, const struct command *command, int used)
{
	struct settings *settings;
	const char *output;
	int input = -1, status;

	if (!take_output(line, &output)) {
		fprintf(stderr, "postkamer: %s: --output needs a file, or '-'\n", command->words);
		return EXIT_USAGE;
	}
	if (str_eq(command->words, "ingest") && (status = ingest_input(line, command, used, &input)) != EXIT_DONE)
		return status;
	if (str_eq(command->words, "dossier event") &&
	    (status = attached_input(line, command, used, &input)) != EXIT_DONE)
		return status;
	settings = caller_settings(line->config, false);
	if (settings)
		status = run_somewhere(line, command, used, &input, settings, output);
	else
		status = command->broken ? command->broken : EXIT_FAULT;
	if (input >= 0)
		close(input);
	settings_free(&settings);
	return status;
}
