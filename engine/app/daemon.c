/* System. */
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/* Base. */
#include "base/crash.h"
#include "base/log.h"

/* Engine. */
#include "watch/watch.h"

/* Own. */
#include "app/command.h"
#include "app/control.h"
#include "app/daemon.h"
#include "app/host.h"

#define STOP_PATIENCE_MS 8000 /* the rest of the ten seconds is for closing */
#define HINT_MS 50            /* events of the spool come in bunches */
#define BUSY_MS 1500          /* for a command that holds the store when the daemon starts */

struct running {
	const struct daemon_options *options;
	struct host host;
	struct control *control;
	struct watch *watch;
	bool hinted;
	int status;
};

/* ---- the service manager ---- */

static void notify(const char *text)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd;

	if (!path || !*path || strlen(path) >= sizeof address.sun_path)
		return;
	memcpy(address.sun_path, path, strlen(path));
	if (path[0] == '@')
		address.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	(void)!sendto(fd, text, strlen(text), MSG_NOSIGNAL, (struct sockaddr *)&address,
		      (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path)));
	close(fd);
}

/* ---- ending ---- */

static void ended(void *ctx, int status)
{
	struct running *run = ctx;

	if (status)
		run->status = status;
	loop_stop(real_loop(run->host.real));
}

static void store_failed_now(void *ctx, const char *why)
{
	struct running *run = ctx;

	(void)why;
	run->status = EXIT_LATER;
	if (run->host.real)
		loop_stop(real_loop(run->host.real));
}

/* ---- signals ---- */

/* One line for each finding, as it stands, and one for what came of it. */
static void reload(struct running *run)
{
	struct host *host = &run->host;
	struct buf found = BUF_INIT(BUF_MAX_FILE);
	struct err err = ERR_INIT;
	struct world *world = rules_reload(&host->rules, engine_world(host->engine), &found, &err);
	char *line = found.data, *end, quoted[600];

	for (; (end = strchr(line, '\n')) != NULL; line = end + 1)
		log_line(LOG_LEVEL_WARN, "reload.found", "%.*s", (int)(end - line), line);
	buf_free(&found);
	if (world && rules_keep(&host->rules, world, env_now(real_env(host->real)), &err)) {
		world_free(&world);
		store_failed_now(run, err.text);
	}
	if (world) {
		engine_reload(host->engine, world);
		log_line(LOG_LEVEL_INFO, "reload.done", NULL);
	} else {
		log_line(LOG_LEVEL_ERROR, "reload.refused", "why=%s the rules and templates that run stay",
			 log_quote(quoted, sizeof quoted, err.text));
	}
}

static void signalled(void *ctx, int signo)
{
	struct running *run = ctx;

	if (signo == SIGHUP) {
		if (run->host.engine)
			reload(run);
		return;
	}
	log_line(LOG_LEVEL_INFO, "daemon.stopping", "signal=%d", signo);
	notify("STOPPING=1");
	if (run->host.engine)
		engine_stop(run->host.engine, STOP_PATIENCE_MS, ended, run);
}

/* ---- the spool's hints ---- */

static void spool_look(void *ctx)
{
	struct running *run = ctx;

	run->hinted = false;
	watch_refresh(run->watch);
	engine_spool_changed(run->host.engine);
}

static void spool_hint(void *ctx, int fd, unsigned events)
{
	struct running *run = ctx;

	(void)fd;
	(void)events;
	if (watch_drain(run->watch) && !run->hinted) {
		run->hinted = true;
		loop_timer_add(real_loop(run->host.real), HINT_MS, spool_look, run);
	}
}

static void watch_spool(struct running *run)
{
	char path[4096];
	struct err err = ERR_INIT;

	if (!run->options->settings->spool_path)
		return;
	snprintf(path, sizeof path, "%s/new", run->options->settings->spool_path);
	run->watch = watch_new(path, &err);
	if (!run->watch) {
		log_line(LOG_LEVEL_WARN, "spool.watch", "why=\"%s\" only the sweep finds files", err.text);
		return;
	}
	loop_fd_add(real_loop(run->host.real), watch_fd(run->watch), LOOP_READ, spool_hint, run);
}

/* ---- running ---- */

/* What an earlier process left when it crashed over an item counts as one of that item's attempts. */
static int blame(struct running *run, struct err *err)
{
	char path[4096];
	int64_t item;

	snprintf(path, sizeof path, "%s/crash", run->options->settings->store_path);
	if (crash_init(path, &item, err))
		return -1;
	if (item && engine_blame(run->host.engine, item, err))
		return -1;
	return crash_forget(path, err);
}

static int start(struct running *run, struct err *err)
{
	if (blame(run, err))
		return -1;
	if (run->options->once)
		return engine_once(run->host.engine, ended, run, err);
	run->control = control_new(&run->host, run->options->settings, err);
	if (!run->control)
		return -1;
	watch_spool(run);
	if (engine_start(run->host.engine, err))
		return -1;
	notify("READY=1");
	log_line(LOG_LEVEL_INFO, "daemon.started", "pid=%ld version=%s", (long)getpid(), PACKAGE_VERSION);
	return 0;
}

static int status_of(const struct err *err)
{
	fprintf(stderr, "postkamer: run: %s\n", err->text);
	return err->code == ERR_TEMP || err->code == ERR_SYSTEM ? EXIT_LATER : EXIT_FAULT;
}

/* A command that holds the store will not do so for long; a daemon will. */
static int open_host(struct running *run, const struct host_options *options, struct err *err)
{
	const struct timespec step = { 0, 50000000 };
	int waited;

	for (waited = 0; host_open(&run->host, options, err); waited += 50) {
		if (!run->host.busy || waited >= BUSY_MS || control_listens(options->settings->store_path))
			return -1;
		nanosleep(&step, NULL);
	}
	return 0;
}

int daemon_run(const struct daemon_options *options)
{
	struct running run = { .options = options };
	struct host_options host = { .settings = options->settings, .with_world = true, .wary = true, .now = options->now,
				     .signalled = signalled, .failed = store_failed_now, .ctx = &run };
	struct err err = ERR_INIT;

	if (open_host(&run, &host, &err))
		return run.host.early ? (status_of(&err), EXIT_USAGE) : status_of(&err);
	if (start(&run, &err) || loop_run(real_loop(run.host.real), &err))
		run.status = status_of(&err);
	control_free(&run.control);
	if (run.watch) {
		loop_fd_remove(real_loop(run.host.real), watch_fd(run.watch));
		watch_free(&run.watch);
	}
	host_close(&run.host);
	if (!options->once)
		log_line(LOG_LEVEL_INFO, "daemon.ended", "status=%d", run.status);
	return run.status;
}
