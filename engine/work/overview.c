/* System. */
#include <string.h>

/* Base. */
#include "base/date.h"
#include "base/log.h"
#include "base/str.h"

/* Own. */
#include "work/engine_p.h"
#include "work/office.h"
#include "work/overview.h"

#define PAGE 500
#define CSV_MAX (16u << 20) /* with base64 on top no server takes more */

/* What the file says in either language; the texts around it are templates. */
static const struct csv_words {
	const char *language, *file, *head;
	const char *waits[4]; /* by enum overview_wait */
} words[] = {
	{ "nl", "overzicht.csv",
	  "dossier,klant,adres,waarvoor,stand,sinds,dagen,wacht op,ontbrekend,ontbrekende stukken,geopend,afgesloten\r\n",
	  { "stukken", "betaling door de klant", "ons", "niets meer" } },
	{ "en", "overview.csv",
	  "dossier,client,address,about,state,since,days,waits for,missing,missing documents,opened,closed\r\n",
	  { "documents", "payment by the client", "us", "nothing" } },
};

static const struct csv_words *words_of(const char *language)
{
	return language && str_eq(language, "nl") ? &words[0] : &words[1];
}

/* ---- the file ---- */

/* A spreadsheet takes what begins so for something to compute, with whatever that may reach; wide signs too. */
static bool is_formula(const char *text)
{
	static const char *const signs[] = { "=", "+", "-", "@", "\t", "\r", "\n", "\xef\xbc\x9d", "\xef\xbc\x8b",
					     "\xef\xbc\x8d", "\xef\xbc\xa0" };
	size_t i;

	for (i = 0; i < sizeof signs / sizeof *signs; i++)
		if (str_starts(text, signs[i]))
			return true;
	return false;
}

void overview_field(struct buf *csv, const char *text)
{
	text = text ? text : "";
	buf_addc(csv, '"');
	if (is_formula(text + strspn(text, " ")))
		buf_addc(csv, '\'');
	for (; *text; text++) {
		if (*text == '"')
			buf_addc(csv, '"');
		buf_addc(csv, *text == '\r' || *text == '\n' || *text == '\t' ? ' ' : *text);
	}
	buf_addc(csv, '"');
}

struct making_overview {
	struct engine *engine;
	const struct office *office;
	const struct settings_service *service;
	const struct csv_words *words;
	struct calendar calendar;
	int64_t today;
	struct arena *arena;      /* of what stays */
	struct overview *o;
	struct buf csv, seen;
};

static void field_day(struct making_overview *m, int64_t at)
{
	struct civil civil;

	date_from_days(calendar_day(&m->calendar, at), &civil);
	buf_addf(&m->csv, "%04d-%02d-%02d", civil.year, civil.month, civil.day);
}

/* Its missing documents in one field: "Paspoort; Aangifte 2025". */
static void field_titles(struct making_overview *m, const char *titles, struct arena *arena)
{
	struct buf joined = BUF_INIT(BUF_MAX_TEXT);
	const char *end;

	for (; titles && *titles; titles = *end ? end + 1 : end) {
		end = titles + strcspn(titles, "\n");
		buf_addf(&joined, "%s%.*s", joined.len ? "; " : "", (int)(end - titles), titles);
	}
	overview_field(&m->csv, arena_strdup(arena, joined.data));
	buf_free(&joined);
}

static void put_line(struct making_overview *m, const struct office_case *c, const struct overview_row *row,
		     struct arena *arena)
{
	const char *const texts[] = { c->number, row->client, c->client_address, row->title, row->state };
	size_t i;

	for (i = 0; i < sizeof texts / sizeof *texts; i++) {
		overview_field(&m->csv, texts[i]);
		buf_addc(&m->csv, ',');
	}
	field_day(m, c->entered);
	buf_addf(&m->csv, ",%d,", row->days);
	overview_field(&m->csv, m->words->waits[row->wait]);
	buf_addf(&m->csv, ",%d,", c->final ? 0 : c->missing);
	field_titles(m, c->final ? NULL : c->titles, arena);
	buf_addc(&m->csv, ',');
	field_day(m, c->opened);
	buf_addc(&m->csv, ',');
	if (c->final)
		field_day(m, c->entered);
	buf_adds(&m->csv, "\r\n");
}

/* ---- one dossier ---- */

/* Whose turn it is: money before documents, and documents only where they are taken in. */
static enum overview_wait wait_of(const struct office_case *c, const struct prog_state *state)
{
	if (c->final)
		return OVERVIEW_NOBODY;
	if (c->unpaid)
		return OVERVIEW_PAYMENT;
	return c->missing && (!state || state->uploads_open) ? OVERVIEW_DOCUMENTS : OVERVIEW_US;
}

static void make_row(struct making_overview *m, const struct office_case *c, struct overview_row *row)
{
	const struct program *program = NULL;
	const struct prog_state *state = NULL;

	if (world_program_pinned(m->engine->world, m->engine->env->store, c->program, &program, NULL) == 0)
		state = program_state(program, c->state);
	*row = (struct overview_row){ .number = c->number, .since = c->entered, .missing = c->missing };
	row->client = c->client && *c->client ? c->client : c->client_address;
	row->title = program ? program->title : c->workflow;
	row->state = state ? state->title : c->state;
	row->wait = wait_of(c, state);
	row->days = (int)(m->today - calendar_day(&m->calendar, c->entered));
	if (row->days < 0)
		row->days = 0;
}

static void keep_row(struct making_overview *m, const struct overview_row *row)
{
	struct overview *o = m->o;
	struct overview_row *kept;

	o->open++;
	if (o->count == OVERVIEW_SHOWN)
		return;
	o->rows = arena_grow(m->arena, o->rows, o->count, sizeof *o->rows);
	kept = &o->rows[o->count++];
	*kept = *row;
	kept->number = arena_strdup(m->arena, row->number);
	kept->client = arena_strdup(m->arena, row->client);
	kept->title = arena_strdup(m->arena, row->title);
	kept->state = arena_strdup(m->arena, row->state);
}

static void put_case(struct making_overview *m, const struct office_case *c, struct arena *arena)
{
	struct overview_row row;

	make_row(m, c, &row);
	if (c->final)
		m->o->closed++;
	else
		keep_row(m, &row);
	put_line(m, c, &row, arena);
	/* That another day has passed is no news. */
	buf_addf(&m->seen, "%s|%s|%d|%d|%lld\n", c->number, c->state, (int)row.wait, c->missing, (long long)c->entered);
}

/* ---- all of them ---- */

static int read_all(struct making_overview *m, struct err *err)
{
	struct office_case_filter filter = { .service = m->office->service, .address = m->office->address, .final = -1,
					     .limit = PAGE };
	size_t count, i;

	do {
		struct arena page = ARENA_INIT;
		struct office_case *cases;

		if (store_office_cases(m->engine->env->store, &filter, &page, &cases, &count, err)) {
			arena_free(&page);
			return -1;
		}
		for (i = 0; i < count; i++)
			put_case(m, &cases[i], &page);
		if (count) {
			filter.after = true;
			filter.after_final = cases[count - 1].final;
			filter.after_entered = cases[count - 1].entered;
			filter.after_id = cases[count - 1].id;
		}
		arena_free(&page);
	} while (count == PAGE && !buf_failed(&m->csv));
	return buf_failed(&m->csv) || buf_failed(&m->seen) ?
		       err_set(err, ERR_LIMIT, "the overview of %s is too large for a mail", m->office->address) : 0;
}

int overview_make(struct engine *engine, const struct office *office, int64_t now, struct arena *arena,
		  struct overview *o, struct err *err)
{
	struct making_overview m = { .engine = engine, .office = office, .arena = arena, .o = o,
				     .service = settings_service(engine->settings, office->service),
				     .csv = BUF_INIT(CSV_MAX), .seen = BUF_INIT(CSV_MAX) };
	int rc;

	*o = (struct overview){ 0 };
	if (!m.service)
		return err_set(err, ERR_INPUT, "service '%s' is not in the configuration", office->service);
	m.words = words_of(office->language ? office->language : m.service->language);
	m.calendar = (struct calendar){ .zone = m.service->timezone };
	m.today = calendar_day(&m.calendar, now);
	/* Excel takes a file for UTF-8 only when it begins so. */
	buf_adds(&m.csv, "\xef\xbb\xbf");
	buf_adds(&m.csv, m.words->head);
	rc = read_all(&m, err);
	if (!rc && o->open + o->closed) {
		o->csv = arena_memdup(arena, m.csv.data, m.csv.len);
		o->csv_size = m.csv.len;
		o->csv_name = m.words->file;
	}
	seal_hash(&engine->effect_key, m.seen.data, m.seen.len, o->seen);
	buf_free(&m.csv);
	buf_free(&m.seen);
	return rc;
}
