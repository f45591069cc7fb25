/*
 * What the operator can change while the daemon runs: rule programs, holiday
 * calendars and templates, loaded and checked as a whole. A reload (SIGHUP)
 * makes a new world; one with a fault is never made, so it cannot replace a
 * good one.
 */
#ifndef POSTKAMER_WORK_WORLD_H
#define POSTKAMER_WORK_WORLD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "command/phrases.h"
#include "flow/calendar.h"
#include "rule/diag.h"
#include "rule/program.h"
#include "store/store.h"
#include "tmpl/diag.h"
#include "tmpl/set.h"
#include "work/settings.h"

struct world;

/* Where rule and holiday files come from; the folder variant reads settings->rules_path. */
struct world_source {
	/* Appends "NAME" ("x.rules", "holidays.nl") to 'out'; ERR_NOTFOUND when there is none. */
	int (*read)(void *ctx, const char *name, struct buf *out, struct err *err);
	void *ctx;
	struct tmpl_source templates;
};

struct world_source world_source_folder(const struct settings *settings);

/*
 * Loads every workflow that a service names, the holidays these name, the
 * phrases and the templates. 0: '*world_r' is good. -1: 'rules' and 'templates' hold all that
 * was found, 'err' a summary; nothing was made.
 */
int world_load(const struct settings *settings, const struct world_source *source, struct world **world_r,
	       struct diag_list *rules, struct tmpl_diags *templates, struct err *err);
void world_free(struct world **world);

/* What people can say, in all languages (rules/phrases.LANG). */
const struct phrases *world_phrases(const struct world *world);
/*
 * Can anybody get an address at this domain (lower case), or at one above it
 * (rules/public-mail-providers)? Without that file, or with one that names none,
 * it is said of every domain.
 */
bool world_is_public_provider(const struct world *world, const char *domain);
const struct tmpl_set *world_templates(const struct world *world);
/* What a rule calls those whom a template speaks to. */
enum prog_audience world_audience(enum tmpl_audience audience);
/* The program that new dossiers of a workflow get; NULL when no service has it. */
const struct program *world_program(const struct world *world, const char *workflow);
size_t world_program_count(const struct world *world);
const struct program *world_program_at(const struct world *world, size_t index);

/*
 * The program of that digest: a loaded one, or an older version whose text the
 * store keeps (compiled once, then remembered). ERR_CORRUPT when the text is
 * gone or no longer compiles.
 */
int world_program_pinned(struct world *world, struct store *store, const char *digest,
			 const struct program **program_r, struct err *err);
/*
 * The loaded programs, and behind them each older version that a dossier ran
 * under when this was first asked: whoever looks for numbers needs the patterns
 * of all. One that cannot be used is left out. The list is the world's. -1 only
 * where the store fails.
 */
int world_versions(struct world *world, struct store *store, const struct program *const **list_r, size_t *count_r,
		   struct err *err);
/*
 * A template that a program mails and that is not there for the service in one
 * of the program's languages: true with both names. A loaded program lacks none;
 * an older version may, when only it still needs them.
 */
bool world_lacks_template(const struct world *world, const struct settings_service *service,
			  const struct program *program, const char **template_r, const char **language_r);
/* The calendar of a program in a service's zone. */
void world_calendar(const struct world *world, const struct program *program, const char *zone,
		    struct calendar *calendar_r);

#endif
