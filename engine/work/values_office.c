/* What mails to and about offices hold. */

/* System. */
#include <string.h>

/* Base. */
#include "base/date.h"
#include "base/str.h"

/* Engine. */
#include "tmpl/words.h"

/* Own. */
#include "work/engine_p.h"
#include "work/office.h"
#include "work/office_p.h"
#include "work/overview.h"
#include "work/values.h"

static void set(const struct making *m, const char *path, const char *text)
{
	tmpl_set_text(m->arena, m->root, path, text);
}

/* A mail of these words to where an answer to this mail goes. */
static const char *button(const struct making *m, const char *subject, const char *words)
{
	const char *address = m->to->reply ? m->to->reply : m->a->service->address;

	return tmpl_words_mailto(m->arena, address, m->to->tag ? arena_printf(m->arena, "%s %s", subject, m->to->tag) : subject,
				 words);
}

static const char *words_of(const struct making *m, enum command_verb verb)
{
	return phrases_form(world_phrases(m->a->engine->world), verb, m->to->language);
}

static void set_code(const struct making *m, const struct office_letter *letter)
{
	if (letter->code) {
		set(m, "code.text", letter->code);
		set(m, "code.mailto", button(m, m->a->service->name, letter->code));
	}
	tmpl_set_bool(m->arena, m->root, "code.wrong", letter->code_wrong);
	tmpl_set_bool(m->arena, m->root, "code.files", letter->code_files);
	tmpl_set_bool(m->arena, m->root, "code.words", letter->code_words);
	tmpl_set_bool(m->arena, m->root, "code.blocked", letter->code_blocked);
}

static void set_wanted(const struct making *m, const struct office_letter *letter)
{
	const char *name = letter->wanted_name && *letter->wanted_name ? letter->wanted_name : letter->wanted_address;
	const char *lang = m->to->language;

	set(m, "wanted.name", name);
	set(m, "wanted.address", letter->wanted_address);
	tmpl_set_bool(m->arena, m->root, "wanted.known", letter->wanted == OFFICE_UNCONFIRMED);
	tmpl_set_bool(m->arena, m->root, "wanted.confirmed", letter->wanted == OFFICE_CONFIRMED);
	tmpl_set_bool(m->arena, m->root, "wanted.fresh", letter->fresh);
	tmpl_set_bool(m->arena, m->root, "wanted.mailed", letter->mailed);
	if (!m->to->staff)
		return;
	set(m, "wanted.add", tmpl_words_mailto(m->arena, m->a->service->address, letter->wanted_address,
					       office_command(m->arena, world_phrases(m->a->engine->world), lang,
							      letter->wanted_address, letter->wanted_name)));
	set(m, "wanted.yes", button(m, letter->wanted_address, words_of(m, COMMAND_YES)));
	set(m, "wanted.no", button(m, letter->wanted_address, words_of(m, COMMAND_NO)));
	tmpl_set_bool(m->arena, m->root, "wanted.barred", letter->ours);
}

static void set_colleague(const struct making *m, const struct office_letter *letter)
{
	const char *subject = letter->colleague;

	set(m, "colleague.address", letter->colleague);
	if (letter->colleague_at)
		set(m, "colleague.date",
		    tmpl_words_time(m->arena, m->to->language, letter->colleague_at, m->a->service->timezone));
	if (letter->colleague_about)
		set(m, "colleague.about", letter->colleague_about);
	set(m, "colleague.always", button(m, subject, words_of(m, COMMAND_COLLEAGUE_ALWAYS)));
	set(m, "colleague.once", button(m, subject, words_of(m, COMMAND_COLLEAGUE_ONCE)));
	set(m, "colleague.never", button(m, subject, words_of(m, COMMAND_NO)));
	tmpl_set_bool(m->arena, m->root, "colleague.accepted", letter->answer == COLLEAGUE_ACCEPTED);
	tmpl_set_bool(m->arena, m->root, "colleague.accepted_once", letter->answer == COLLEAGUE_ONCE);
	tmpl_set_bool(m->arena, m->root, "colleague.unwanted", letter->answer == COLLEAGUE_REFUSED);
}

static void set_digest(const struct making *m, const struct office *office)
{
	static const struct { const char *path; enum command_verb verb; } buttons[] = {
		{ "digest.set_daily", COMMAND_OVERVIEW_DAILY },
		{ "digest.set_weekly", COMMAND_OVERVIEW_WEEKLY },
		{ "digest.set_off", COMMAND_OVERVIEW_OFF },
		{ "digest.ask", COMMAND_OVERVIEW },
	};
	int minute = m->a->service->digest;
	size_t i;

	for (i = 0; i < sizeof buttons / sizeof *buttons; i++)
		set(m, buttons[i].path, tmpl_words_mailto(m->arena, m->a->service->address, words_of(m, buttons[i].verb),
							  words_of(m, buttons[i].verb)));
	tmpl_set_bool(m->arena, m->root, "digest.off", office->digest == OFFICE_DIGEST_OFF);
	tmpl_set_bool(m->arena, m->root, "digest.daily", office->digest == OFFICE_DIGEST_DAILY);
	tmpl_set_bool(m->arena, m->root, "digest.weekly", office->digest == OFFICE_DIGEST_WEEKLY);
	set(m, "digest.time", arena_printf(m->arena, "%02d:%02d", minute / 60, minute % 60));
}

static void add_row(const struct making *m, struct tmpl_value *list, const struct overview_row *row)
{
	struct tmpl_value *item = tmpl_list_object(m->arena, list);

	tmpl_set_text(m->arena, item, "number", row->number);
	tmpl_set_text(m->arena, item, "client", row->client);
	tmpl_set_text(m->arena, item, "title", row->title);
	tmpl_set_text(m->arena, item, "state", row->state);
	tmpl_set_text(m->arena, item, "since",
		      tmpl_words_date(m->arena, m->to->language, row->since, m->a->service->timezone));
	tmpl_set_text(m->arena, item, "days", arena_printf(m->arena, "%d", row->days));
	if (row->wait == OVERVIEW_DOCUMENTS)
		tmpl_set_text(m->arena, item, "lacking", arena_printf(m->arena, "%d", row->missing));
	tmpl_set_bool(m->arena, item, "lacks_one", row->missing == 1);
	tmpl_set_bool(m->arena, item, "paying", row->wait == OVERVIEW_PAYMENT);
	tmpl_set_bool(m->arena, item, "busy", row->wait == OVERVIEW_US);
}

static void set_overview(const struct making *m, const struct overview *overview)
{
	struct tmpl_value *list = tmpl_set_list(m->arena, m->root, "overview.list");
	size_t i;

	for (i = 0; i < overview->count; i++)
		add_row(m, list, &overview->rows[i]);
	tmpl_set_int(m->arena, m->root, "overview.count", (int64_t)overview->open);
	tmpl_set_bool(m->arena, m->root, "overview.one", overview->open == 1);
	tmpl_set_bool(m->arena, m->root, "overview.more", overview->open > 1);
	tmpl_set_int(m->arena, m->root, "overview.rest", (int64_t)(overview->open - overview->count));
	tmpl_set_int(m->arena, m->root, "overview.closed", (int64_t)overview->closed);
	tmpl_set_bool(m->arena, m->root, "overview.unasked", overview->digest);
	if (overview->csv_size)
		set(m, "overview.attachment", overview->csv_name);
}

void values_office(const struct making *m)
{
	const struct office_letter *letter = m->a->office;

	/* What is for an office is shown to that office, or to staff, and to nobody whose mail goes out beside. */
	if (!letter)
		return;
	set_code(m, letter);
	if (letter->wanted_address)
		set_wanted(m, letter);
	if (!letter->office || !m->to->office)
		return;
	set_digest(m, letter->office);
	if (letter->colleague)
		set_colleague(m, letter);
	if (letter->overview)
		set_overview(m, letter->overview);
}
