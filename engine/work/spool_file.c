/* System. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Base. */
#include "base/str.h"
#include "base/xalloc.h"

/* Engine. */
#include "flow/number.h"

/* Own. */
#include "work/spool_order.h"
#include "work/spool_p.h"

bool spool_ignored(const char *name)
{
	static const char *const endings[] = { ".tmp", ".part", ".filepart", ".crdownload", "~", NULL };
	size_t i;

	if (name[0] == '.')
		return true;
	for (i = 0; endings[i]; i++)
		if (str_ends(name, endings[i]))
			return true;
	return false;
}

const char *spool_unfit(const struct stat *st, int64_t max)
{
	if (S_ISLNK(st->st_mode))
		return "it is a symbolic link; put the file itself there";
	if (S_ISDIR(st->st_mode))
		return "it is a folder inside a dossier's folder; only files are taken";
	if (!S_ISREG(st->st_mode))
		return "it is not a regular file";
	if (st->st_nlink != 1)
		return "it has a second name (hard link); copy it instead";
	if (st->st_size > max)
		return "it is larger than 256 MiB";
	return NULL;
}

static int64_t age(const struct timespec *changed)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)(now.tv_sec - changed->tv_sec);
}

bool spool_is_still(int fd, const struct stat *st, int still)
{
	if (still < 0)
		return true;
	if (st->st_size > 0 && fcntl(fd, F_SETLEASE, F_RDLCK) == 0) {
		fcntl(fd, F_SETLEASE, F_UNLCK);
		return age(&st->st_mtim) >= 1 || age(&st->st_ctim) >= 1;
	}
	if (st->st_size > 0 && errno == EAGAIN)
		return false;
	/* A time of writing that is still to come is the fault of some other clock. */
	return (age(&st->st_mtim) >= still || age(&st->st_mtim) < 0) && age(&st->st_ctim) >= still;
}

struct job *spool_job(struct engine *engine, const char *origin, const struct stat *st)
{
	struct job *job = job_new(engine);

	job->item.source = SOURCE_SPOOL;
	job->item.service = engine->settings->spool_service;
	job->item.origin = arena_strdup(&job->arena, origin);
	/* The change time moves with each rename: a refused file that is put back is a new delivery. */
	job->item.spool_key = arena_printf(&job->arena, "%llu-%lld.%09ld-%lld.%09ld-%lld-%s",
					   (unsigned long long)st->st_ino, (long long)st->st_mtim.tv_sec,
					   st->st_mtim.tv_nsec, (long long)st->st_ctim.tv_sec, st->st_ctim.tv_nsec,
					   (long long)st->st_size, origin);
	job->item.size = st->st_size;
	return job;
}

static bool dossier_of(struct job *job, const char *text)
{
	const char *folded = number_fold(&job->arena, text);
	struct dossier *dossier;

	if (!*folded || store_dossier_load(job->engine->env->store, folded, &job->arena, &dossier, NULL))
		return false;
	if (!str_eq(dossier->service, job->item.service))
		return false;
	job->number = dossier->number;
	return true;
}

/* Longest slot name first: "NUMBER_jaarcijfers_2024.pdf" names jaarcijfers. */
static void slot_of(struct job *job, const char *rest)
{
	struct dossier *dossier;
	size_t i, best = 0;

	if (store_dossier_load(job->engine->env->store, job->number, &job->arena, &dossier, NULL))
		return;
	for (i = 0; i < dossier->slot_count; i++) {
		const char *name = dossier->slots[i].name;
		size_t n = strlen(name);

		if (n > best && str_istarts(rest, name) && strchr("_.", rest[n])) {
			best = n;
			job->slot = name;
		}
	}
}

/* "NUMBER_slot_any.pdf": the longest beginning that is a dossier's number. */
static bool number_in_name(struct job *job, const char *name)
{
	size_t n = strlen(name);

	while (n > 0) {
		char *head;
		bool is;

		while (n > 0 && name[n - 1] != '_')
			n--;
		if (!n)
			break;
		head = xstrndup(name, --n);
		is = dossier_of(job, head);
		free(head);
		if (is) {
			job->name = arena_strdup(&job->arena, name + n + 1);
			slot_of(job, job->name);
			return true;
		}
	}
	return false;
}

/* "NUMBER/SLOT.pdf" names a slot where the whole stem is one. */
static void slot_by_stem(struct job *job)
{
	const char *dot = strrchr(job->name, '.');
	struct dossier *dossier;
	size_t i, n = dot ? (size_t)(dot - job->name) : strlen(job->name);

	if (store_dossier_load(job->engine->env->store, job->number, &job->arena, &dossier, NULL))
		return;
	for (i = 0; i < dossier->slot_count; i++)
		if (strlen(dossier->slots[i].name) == n && str_istarts(job->name, dossier->slots[i].name))
			job->slot = dossier->slots[i].name;
}

bool spool_order_is(const char *origin)
{
	return !strchr(origin, '/') && str_ends(origin, ".json");
}

bool spool_route(struct job *job)
{
	const char *origin = job->item.origin, *slash = strchr(origin, '/');
	const char *name = slash ? slash + 1 : origin;
	char *folder;
	bool is;

	job->name = name;
	job->kind = PARSE_KIND_FILE;
	if (!str_utf8_valid(origin) || strpbrk(origin, "\n\r\t\033")) {
		job->reason = "its name holds control characters or is not UTF-8";
		return false;
	}
	if (str_ends(name, ".eml")) {
		job->kind = PARSE_KIND_MAIL;
		return true;
	}
	if (spool_order_is(origin)) {
		job->kind = PARSE_KIND_MAIL;
		job->order = true;
		return true;
	}
	if (!slash) {
		if (number_in_name(job, origin))
			return true;
		job->reason = "its name does not begin with the number of a dossier and '_'";
		return false;
	}
	folder = xstrndup(origin, (size_t)(slash - origin));
	is = dossier_of(job, folder);
	free(folder);
	if (!is) {
		job->reason = "its folder is not named by the number of a dossier";
		return false;
	}
	slot_by_stem(job);
	return true;
}
