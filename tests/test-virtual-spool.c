/* The upload spool with the whole engine behind it: order, and where files go. */

/* System. */
#include <fcntl.h>
#include <ftw.h>

/* Own. */
#include "tap.h"
#include "virtual_play.h"

/* A spool in a folder of its own, and an engine that reads it. */
struct spooling {
	struct play p;
	char root[64];
	const char *number;
};

static void make_folder(const struct spooling *s, const char *name)
{
	char path[256];

	snprintf(path, sizeof path, "%s/%s", s->root, name);
	if (mkdir(path, 0700))
		exit(1);
}

static void spool_open(struct spooling *s)
{
	play_open(&s->p, NULL);
	snprintf(s->root, sizeof s->root, "/tmp/pk-spool-XXXXXX");
	if (!mkdtemp(s->root))
		exit(1);
	make_folder(s, "new");
	s->p.settings.spool_path = s->root;
	s->p.settings.spool_service = "pentrax";
	play_crash(&s->p);
	play_start(&s->p);
	s->number = play_dossier(&s->p, (struct engine_opening){ 0 });
	play_mails(&s->p);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

static void spool_close(struct spooling *s)
{
	play_close(&s->p);
	nftw(s->root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* A PDF of its own contents, written so many seconds ago. */
static void drop(const struct spooling *s, const char *name, int age)
{
	struct timespec at[2];
	char path[512];
	int fd;

	snprintf(path, sizeof path, "%s/new/%s", s->root, name);
	fd = open(path, O_CREAT | O_WRONLY | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 || dprintf(fd, "%%PDF-1.4\n%% %s\n1 0 obj\n<< >>\nendobj\n%%%%EOF", name) < 0)
		exit(1);
	clock_gettime(CLOCK_REALTIME, &at[0]);
	at[0].tv_sec -= age;
	at[1] = at[0];
	if (futimens(fd, at))
		exit(1);
	close(fd);
}

static bool lies_in(const struct spooling *s, const char *folder, const char *name)
{
	char path[512];

	snprintf(path, sizeof path, "%s/%s/%s", s->root, folder, name);
	return access(path, F_OK) == 0;
}

/* In the dossier's folder, or with its number in front. */
static const char *named(struct spooling *s, bool folder, int n)
{
	return folder ? arena_printf(&s->p.arena, "%s/legitimatie %d.pdf", s->number, n) :
			arena_printf(&s->p.arena, "%s_legitimatie_%d.pdf", s->number, n);
}

/* Six versions of one document, dropped together: the one that was written last is the current one. */
static void check_versions(bool folder, const char *what)
{
	static const int ages[] = { 50, 20, 60, 30, 10, 40 }; /* the fifth is the newest */
	struct spooling s;
	struct dossier *dossier;
	const struct slot *slot;
	struct err err = ERR_INIT;
	bool ordered = true;
	size_t i;

	spool_open(&s);
	if (folder)
		make_folder(&s, arena_printf(&s.p.arena, "new/%s", s.number));
	for (i = 0; i < 6; i++)
		drop(&s, named(&s, folder, (int)i + 1), ages[i]);
	engine_spool_changed(s.p.engine);
	virtual_advance(s.p.v, 120);
	if (store_dossier_load(s.p.store, s.number, &s.p.arena, &dossier, &err))
		play_bail("dossier", &err);
	slot = &dossier->slots[0];
	tap_is_int((long long)slot->document_count, 6, "%s: six versions", what);
	for (i = 0; i < slot->document_count; i++) {
		const char *digit = strrchr(slot->documents[i].name, '.') - 1;
		static const int order[] = { 3, 1, 6, 4, 2, 5 };

		if (*digit - '0' != order[slot->documents[i].version - 1])
			ordered = false;
		if (slot->documents[i].current)
			tap_ok(*digit == '5', "%s: the newest is the current one: %s", what,
			       slot->documents[i].name);
	}
	tap_ok(ordered, "%s: they were decided in the order in which they were written", what);
	play_well(&s.p, what);
	spool_close(&s);
}

/* A file that kills the parser three times: refused, with the reason beside it; the same after a crash. */
static void check_quarantined(bool late)
{
	const char *what = late ? "after a crash" : "at once";
	struct spooling s;
	const char *name, *reason;
	char path[512];

	spool_open(&s);
	name = named(&s, false, 1);
	reason = arena_printf(&s.p.arena, "%s.reason", name);
	snprintf(path, sizeof path, "%s/refused", s.root);
	drop(&s, name, 60);
	if (late) /* nothing can be moved there: as if the process had ended before it was */
		close(open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	virtual_parse_crashes(s.p.v, 3);
	engine_spool_changed(s.p.engine);
	virtual_advance(s.p.v, 5);
	tap_is_str(play_item(&s.p), "quarantined parser-failed", "%s: quarantined", what);
	if (late) {
		tap_ok(lies_in(&s, "new", name), "%s: it lies where it was", what);
		unlink(path);
		play_restart(&s.p);
		virtual_advance(s.p.v, 120);
	}
	tap_ok(!lies_in(&s, "new", name) && !lies_in(&s, "done", name), "%s: it does not count as done", what);
	tap_ok(lies_in(&s, "refused", name), "%s: it lies in refused/", what);
	tap_ok(lies_in(&s, "refused", reason), "%s: with the reason beside it", what);
	tap_is_str(play_mails(&s.p), "quarantaine>els", "%s: staff are told once", what);
	spool_close(&s);
}

/* Somebody keeps a file open for good: the timers of the dossiers do not wait for him. */
static void check_stuck(void)
{
	struct spooling s;
	char path[512];
	int fd;

	spool_open(&s);
	snprintf(path, sizeof path, "%s/new/%s", s.root, named(&s, false, 1));
	fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, "%PDF", 4) != 4)
		exit(1);
	virtual_advance(s.p.v, DAYS(2) + HOURS(6));
	tap_is_str(play_mails(&s.p), "stukken-ontbreken>jan", "a file that is never finished does not hold up reminders");
	tap_ok(lies_in(&s, "new", named(&s, false, 1)), "and is left alone");
	close(fd);
	spool_close(&s);
}

int main(void)
{
	check_versions(false, "names with a number");
	check_versions(true, "a dossier's folder");
	check_quarantined(false);
	check_quarantined(true);
	check_stuck();
	return tap_done();
}
