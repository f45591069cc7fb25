/* System. */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Base. */
#include "base/file.h"
#include "base/str.h"

/* Engine. */
#include "loop/child.h"
#include "rule/rule.h"
#include "seal/seal.h"
#include "work/world.h"

/* Own. */
#include "app/check.h"
#include "app/command.h"
#include "app/graph.h"

#define DOT "dot"

struct graphing {
	const struct world *world;
	const char *service;
};

static bool template_find(void *ctx, const char *name, const char *language, enum prog_audience *audience)
{
	static const enum prog_audience map[TMPL_AUDIENCES] = {
		[TMPL_AUDIENCE_NONE] = AUDIENCE_TEMPLATE,     [TMPL_AUDIENCE_CORRESPONDENT] = AUDIENCE_CORRESPONDENT,
		[TMPL_AUDIENCE_CLIENT] = AUDIENCE_CLIENT,     [TMPL_AUDIENCE_OFFICE] = AUDIENCE_OFFICE,
		[TMPL_AUDIENCE_PAYER] = AUDIENCE_PAYER,	      [TMPL_AUDIENCE_STAFF] = AUDIENCE_STAFF,
		[TMPL_AUDIENCE_SENDER] = AUDIENCE_SENDER,
	};
	const struct graphing *g = ctx;
	struct tmpl_where where = { g->service, NULL, language };
	enum tmpl_audience found;

	if (!tmpl_set_find(world_templates(g->world), &where, name, &found, NULL))
		return false;
	*audience = map[found];
	return true;
}

static const char *service_of(const struct settings *settings, const char *workflow)
{
	size_t s, w;

	for (s = 0; s < settings->service_count; s++)
		for (w = 0; w < settings->services[s].workflow_count; w++)
			if (str_eq(settings->services[s].workflows[w], workflow))
				return settings->services[s].key;
	return NULL;
}

static int fail(enum exit_status status, const char *what, const char *why)
{
	fprintf(stderr, "postkamer: graph: %s%s%s\n", what, why ? ": " : "", why ? why : "");
	return status;
}

/* ---- Graphviz ---- */

static int dot_missing(int error)
{
	static const char missing[] = "it is not installed: install the package graphviz, or leave --svg out and draw "
				      "the DOT text elsewhere";

	return fail(EXIT_FAULT, "cannot run Graphviz's 'dot'", error == ENOENT ? missing : strerror(error));
}

/* Runs "dot -Tsvg" from one memory file to another, without a shell. */
static int run_dot(int from, int to)
{
	char *const argv[] = { (char *)DOT, (char *)"-Tsvg", NULL };
	posix_spawn_file_actions_t actions;
	char words[64];
	int status = 0, error;
	pid_t pid;

	error = posix_spawn_file_actions_init(&actions);
	if (!error)
		error = posix_spawn_file_actions_adddup2(&actions, from, STDIN_FILENO);
	if (!error)
		error = posix_spawn_file_actions_adddup2(&actions, to, STDOUT_FILENO);
	if (!error)
		error = posix_spawnp(&pid, DOT, &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (error)
		return dot_missing(error);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	/* What posix_spawn() cannot say in time, it says so. */
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		return dot_missing(ENOENT);
	if (status)
		return fail(EXIT_FAULT, "Graphviz's 'dot'", child_status_text(words, sizeof words, status));
	return EXIT_DONE;
}

static int put_drawing(int from, const char *path)
{
	struct buf text = BUF_INIT(BUF_MAX_DATA);
	struct err err = ERR_INIT;
	int status = EXIT_DONE;

	if (str_eq(path, "-")) {
		if (lseek(from, 0, SEEK_SET) < 0 || file_copy(from, STDOUT_FILENO, NULL, &err))
			status = fail(EXIT_FAULT, err.text, NULL);
		return status;
	}
	if (lseek(from, 0, SEEK_SET) < 0 || file_read_fd(from, &text, &err) ||
	    file_replace(path, text.data, text.len, 0644, &err))
		status = fail(EXIT_FAULT, err.text, NULL);
	buf_free(&text);
	return status;
}

static int draw(const struct buf *dot, const char *path)
{
	struct err err = ERR_INIT;
	int from = file_memory("dot", &err), to = from < 0 ? -1 : file_memory("svg", &err), status;

	if (to < 0 || file_write_all(from, dot->data, dot->len, &err) || lseek(from, 0, SEEK_SET) < 0)
		status = fail(EXIT_LATER, err.code ? err.text : strerror(errno), NULL);
	else
		status = run_dot(from, to);
	if (!status)
		status = put_drawing(to, path);
	if (from >= 0)
		close(from);
	if (to >= 0)
		close(to);
	return status;
}

/* ---- all ---- */

static int graph_world(const struct settings *settings, const struct world *world, const char *workflow,
		       const char *svg)
{
	const struct program *program = world_program(world, workflow);
	struct graphing g = { world, service_of(settings, workflow) };
	struct rule_lookup lookup = { .ctx = &g, .template_find = template_find };
	struct buf dot = BUF_INIT(BUF_MAX_FILE);
	int status = EXIT_DONE;
	size_t i;

	if (!program) {
		fprintf(stderr, "postkamer: graph: no service has a workflow '%s'; there %s:", workflow,
			world_program_count(world) == 1 ? "is" : "are");
		for (i = 0; i < world_program_count(world); i++)
			fprintf(stderr, " %s", world_program_at(world, i)->name);
		fputc('\n', stderr);
		return EXIT_FAULT;
	}
	rule_graph(program, &lookup, &dot);
	if (svg)
		status = draw(&dot, svg);
	else
		fwrite(dot.data, 1, dot.len, stdout);
	buf_free(&dot);
	return status;
}

int graph_run(const struct settings *settings, const char *workflow, const char *svg)
{
	struct world_source source = world_source_folder(settings);
	struct diag_list rules = DIAG_LIST_INIT;
	struct tmpl_diags templates = TMPL_DIAGS_INIT;
	struct world *world = NULL;
	struct err err = ERR_INIT;
	int status;

	if (seal_init(&err) || world_load(settings, &source, &world, &rules, &templates, &err)) {
		check_print(&rules);
		status = fail(EXIT_FAULT, err.text, "'postkamer check' tells all that is wrong");
	} else {
		status = graph_world(settings, world, workflow, svg);
	}
	world_free(&world);
	diag_list_free(&rules);
	tmpl_diags_free(&templates);
	return status;
}
