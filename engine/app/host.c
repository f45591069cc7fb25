/* System. */
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Base. */
#include "base/date.h"
#include "base/log.h"

/* Engine. */
#include "seal/seal.h"
#include "tmpl/diag.h"

/* Own. */
#include "app/host.h"

#define AHEAD_WARN 3600 /* seconds a store may be ahead of the clock without a word */

struct world *host_world(const struct settings *settings, struct buf *out, struct err *err)
{
	struct world_source source = world_source_folder(settings);
	struct diag_list rules = DIAG_LIST_INIT;
	struct tmpl_diags templates = TMPL_DIAGS_INIT;
	struct world *world = NULL;

	world_load(settings, &source, &world, &rules, &templates, err);
	diag_list_format(&rules, out);
	tmpl_diags_print(&templates, out);
	diag_list_free(&rules);
	tmpl_diags_free(&templates);
	return world;
}

/* The clock of this process: see design.md §11 on --now. */
static int set_clock(struct host *host, int64_t now, struct err *err)
{
	struct store_meta meta;
	char text[DATE_RFC3339_SIZE];

	if (store_meta_get(host->store, &meta, err))
		return -1;
	if (now != DATE_NONE) {
		host->early = meta.seen != DATE_NONE && now < meta.seen;
		if (host->early)
			return err_set(err, ERR_INPUT, "--now is earlier than %s, which the store has seen",
				       date_rfc3339(text, meta.seen));
		real_clock_fix(host->real, now);
		return store_time_seen(host->store, now, err);
	}
	real_clock_set(host->real, meta.clock_offset, DATE_NONE);
	if (meta.seen != DATE_NONE && meta.seen > env_now(real_env(host->real)) + AHEAD_WARN)
		log_line(LOG_LEVEL_WARN, "clock.behind", "the store has seen %s; events get that time",
			 date_rfc3339(text, meta.seen));
	real_clock_set(host->real, meta.clock_offset, meta.seen);
	return 0;
}

static int open_engine(struct host *host, const struct host_options *options, struct err *err)
{
	struct engine_options engine = { .env = real_env(host->real), .settings = options->settings,
					 .failed = options->failed, .ctx = options->ctx };
	struct buf found = BUF_INIT(BUF_MAX_FILE);

	if (options->with_world) {
		engine.world = rules_start(&host->rules, options->wary, &found, err);
		(void)!write(STDERR_FILENO, found.data, found.len);
		buf_free(&found);
		if (!engine.world) {
			/* Whatever kept it from being read, coming back later does not help. */
			err->code = ERR_INPUT;
			return -1;
		}
		if (rules_keep(&host->rules, engine.world, env_now(engine.env), err)) {
			world_free(&engine.world);
			return -1;
		}
	}
	host->engine = engine_new(&engine);
	return 0;
}

static const char *user_name(uid_t uid, char out[64])
{
	const struct passwd *user = getpwuid(uid);

	if (user)
		snprintf(out, 64, "%s", user->pw_name);
	else
		snprintf(out, 64, "number %lu", (unsigned long)uid);
	return out;
}

int host_check_owner(const char *path, struct err *err)
{
	char owner[64], self[64];
	struct stat st;

	if (stat(path, &st) || st.st_uid == geteuid())
		return 0; /* what is missing is told by whoever opens it */
	return err_set(err, ERR_INPUT, "the store '%s' belongs to user %s, and this is %s: run it as that user "
		       "(sudo -u %s postkamer …)", path, user_name(st.st_uid, owner), user_name(geteuid(), self), owner);
}

static int check_key(const char *path, struct err *err)
{
	if (access(path, F_OK) == 0 || errno != ENOENT)
		return 0;
	return err_set(err, ERR_NOTFOUND, "the master key '%s' is missing: put it back from a backup; nothing in the "
		       "store can be read without it", path);
}

int host_open(struct host *host, const struct host_options *options, struct err *err)
{
	const struct settings *settings = options->settings;
	struct env *env;

	*host = (struct host){ .lock = -1 };
	if (seal_init(err) || host_check_owner(settings->store_path, err))
		return -1;
	if (store_lock(settings->store_path, &host->lock, err)) {
		host->busy = err->code == ERR_TEMP;
		return -1;
	}
	if (check_key(settings->key_file, err))
		goto fail;
	host->real = real_new(options->signalled, options->ctx, err);
	if (!host->real)
		goto fail;
	env = real_env(host->real);
	if (seal_master_load(settings->key_file, &env->master, err) ||
	    store_sqlite_open(settings->store_path, &host->store, err) ||
	    blobs_open(settings->store_path, &host->blobs, err))
		goto fail;
	host->rules = (struct rules){ .settings = settings, .store = host->store };
	env->store = host->store;
	env->blobs = host->blobs;
	if (set_clock(host, options->now, err) || open_engine(host, options, err))
		goto fail;
	return 0;
fail:
	host_close(host);
	return -1;
}

void host_close(struct host *host)
{
	engine_free(&host->engine);
	rules_close(&host->rules);
	if (host->blobs)
		blobs_close(&host->blobs);
	if (host->store)
		store_close(&host->store);
	real_free(&host->real);
	if (host->lock >= 0)
		close(host->lock);
	host->lock = -1;
}
