/* System. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Base. */
#include "base/buf.h"
#include "base/str.h"

/* Engine. */
#include "store/store.h"
#include "work/takeover.h"

/* Own. */
#include "app/check_live.h"

#define NAMED_MAX 40 /* numbers in one message; the others are counted */
#define PAGE 200

/* Dossiers of one version that stay for the same reason. */
struct staying {
	const char *digest, *why;
	const struct settings_service *service; /* of the first of them, or NULL */
	bool broken; /* its own version cannot be used */
	struct buf numbers;
	size_t count;
};

struct looking {
	const struct settings *settings;
	struct world *world;
	struct store *store;
	struct diag_list *list;
	struct arena arena; /* of 'staying' */
	struct staying *staying;
	size_t staying_count;
	int64_t now;
};

static void complain(struct looking *l, const char *file, const struct err *err)
{
	struct diag_place place = { .file = file };

	diag_add(l->list, DIAG_ERROR, &place, "live dossiers: %s", err->text);
}

static struct staying *staying_for(struct looking *l, const char *digest, const char *why)
{
	struct staying *s;
	size_t i;

	for (i = 0; i < l->staying_count; i++)
		if (str_eq(l->staying[i].digest, digest) && str_eq(l->staying[i].why, why))
			return &l->staying[i];
	l->staying = arena_grow(&l->arena, l->staying, l->staying_count, sizeof *l->staying);
	s = &l->staying[l->staying_count++];
	*s = (struct staying){ .digest = arena_strdup(&l->arena, digest), .why = arena_strdup(&l->arena, why) };
	buf_init(&s->numbers, BUF_MAX_TEXT);
	return s;
}

static void add(struct staying *s, const char *number, const struct settings_service *service, bool broken)
{
	s->broken |= broken;
	s->service = s->service ? s->service : service;
	if (s->count++ < NAMED_MAX)
		buf_addf(&s->numbers, "%s%s", s->count > 1 ? ", " : "", number);
}

static int judge(struct looking *l, const char *number, const struct program *to, struct err *err)
{
	struct takeover_question q = { .world = l->world, .store = l->store, .settings = l->settings, .to = to,
				       .now = l->now };
	const struct program *own;
	struct arena arena = ARENA_INIT;
	const struct settings_service *service;
	struct dossier *dossier, *moved;
	const char *why = NULL;
	int rc = store_dossier_load(l->store, number, &arena, &dossier, err);

	if (!rc) {
		q.dossier = dossier;
		service = settings_service(l->settings, dossier->service);
		rc = takeover_judge(&q, &arena, &moved, &why, err);
		if (rc == 0)
			add(staying_for(l, dossier->program, why), number, service,
			    !service || world_program_pinned(l->world, l->store, dossier->program, &own, NULL) != 0);
	}
	arena_free(&arena);
	return rc < 0 ? -1 : 0;
}

static int look_at_all(struct looking *l, const struct program *to, struct err *err)
{
	struct dossier_filter filter = { .workflow = to->name, .not_program = to->digest, .final = 0, .limit = PAGE };
	size_t count = PAGE, i;
	int rc = 0;

	while (!rc && count == PAGE) {
		struct arena arena = ARENA_INIT;
		struct dossier *list;

		rc = store_dossier_list(l->store, &filter, &arena, &list, &count, err);
		for (i = 0; !rc && i < count; i++) {
			filter.after = list[i].id;
			/* One that ended or was erased meanwhile is none of ours. */
			if (judge(l, list[i].number, to, err))
				rc = err->code == ERR_NOTFOUND ? 0 : -1;
		}
		arena_free(&arena);
	}
	return rc;
}

/* What they stay on mails by names that no loaded rule file needs to have. */
static void report_template(struct looking *l, const struct staying *s, const struct diag_place *place)
{
	const struct program *own;
	const char *template, *language;

	if (s->broken || world_program_pinned(l->world, l->store, s->digest, &own, NULL) ||
	    !world_lacks_template(l->world, s->service, own, &template, &language))
		return;
	diag_hint(l->list, diag_add(l->list, DIAG_ERROR, place, "there is no template '%s' in '%s', which version %.12s "
				    "mails: %zu live dossier%s of it cannot move", template, language, s->digest, s->count,
				    s->count == 1 ? "" : "s"),
		  "put it back until they have ended");
}

static void report(struct looking *l, const char *file)
{
	struct diag_place place = { .file = file };
	size_t i;

	for (i = 0; i < l->staying_count; i++) {
		struct staying *s = &l->staying[i];
		struct buf more = BUF_INIT(BUF_MAX_LINE);
		struct diag *diag;

		if (s->count > NAMED_MAX)
			buf_addf(&more, " and %zu more", s->count - NAMED_MAX);
		diag = diag_add(l->list, s->broken ? DIAG_ERROR : DIAG_WARNING, &place,
				"%zu live dossier%s cannot move from version %.12s to this one: %s: %s%s", s->count,
				s->count == 1 ? "" : "s", s->digest, s->why, s->numbers.data, more.data ? more.data : "");
		diag_hint(l->list, diag, s->broken ? "put back what they need; until then nothing is done for them" :
						     "they go on under the version they have");
		report_template(l, s, &place);
		buf_free(&more);
		buf_free(&s->numbers);
	}
	l->staying_count = 0;
	l->staying = NULL;
}

/* Dossiers of a workflow that no service has any more; their rules are in the store. */
static int look_at_others(struct looking *l, struct err *err)
{
	struct diag_place place = { .file = l->settings->file };
	struct program_use *uses;
	const struct program *own;
	size_t count, i;

	if (store_programs_used(l->store, &l->arena, &uses, &count, err))
		return -1;
	for (i = 0; i < count; i++) {
		struct err why = ERR_INIT;

		if (!uses[i].live || world_program(l->world, uses[i].workflow))
			continue;
		if (world_program_pinned(l->world, l->store, uses[i].digest, &own, &why))
			diag_add(l->list, DIAG_ERROR, &place, "%lld live dossiers of workflow '%s': %s",
				 (long long)uses[i].live, uses[i].workflow, why.text);
		else
			diag_add(l->list, DIAG_WARNING, &place, "%lld live dossiers of workflow '%s', which no service has any "
				 "more: they go on under version %.12s", (long long)uses[i].live, uses[i].workflow,
				 uses[i].digest);
	}
	return 0;
}

/* Whoever is not its owner would leave files behind that the daemon cannot use. */
static bool may_look(struct looking *l)
{
	struct diag_place place = { .file = l->settings->file };
	struct stat st;

	if (stat(l->settings->store_path, &st))
		return false;
	if (st.st_uid == geteuid())
		return true;
	diag_hint(l->list, diag_add(l->list, DIAG_WARNING, &place, "live dossiers were not looked at: the store '%s' is "
				    "another user's", l->settings->store_path), "run it as that user");
	return false;
}

void check_live(const struct settings *settings, struct world *world, struct diag_list *list)
{
	struct looking l = { .settings = settings, .world = world, .list = list, .now = (int64_t)time(NULL) };
	struct store_meta meta;
	struct err err = ERR_INIT;
	size_t i;

	if (!may_look(&l))
		return;
	if (store_sqlite_look(settings->store_path, &l.store, &err)) {
		if (err.code != ERR_NOTFOUND)
			complain(&l, settings->file, &err);
		return;
	}
	if (store_meta_get(l.store, &meta, &err) == 0 && meta.seen > l.now)
		l.now = meta.seen;
	for (i = 0; !err.code && i < world_program_count(world); i++) {
		const struct program *to = world_program_at(world, i);

		if (look_at_all(&l, to, &err))
			complain(&l, to->file, &err);
		report(&l, to->file);
	}
	if (!err.code && look_at_others(&l, &err))
		complain(&l, settings->file, &err);
	store_close(&l.store);
	arena_free(&l.arena);
}
