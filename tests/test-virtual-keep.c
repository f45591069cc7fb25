/* The term of keeping, and a clock that is wrong: what is erased does not come back. */

/* Own. */
#include "tap.h"
#include "virtual_play.h"

#define RULES(term) \
	"workflow inkomensverklaring \"Inkomensverklaring\"\n" \
	"language nl, en\n" \
	"number /\\b20\\d{2}-\\d{5,7}-[A-Z]\\b/ new \"{year}-{serial:5}-{check}\"\n" \
	"documents {\n\tlegitimatie \"Kopie legitimatiebewijs\" required accept pdf\n}\n" \
	"start verzamelen\n" \
	"state verzamelen \"Wacht op stukken\" {\n\tuploads open\n\ton enter { mail aanvraag-bevestigd }\n" \
	"\tafter 1 hour { mail dossier-vervallen; goto vervallen }\n}\n" \
	"state vervallen \"Vervallen\" final {\n\ton slot reopened { mail stukken-nodig; goto verzamelen }\n}\n" \
	"keep " term " after final\n"

static bool is_there(struct play *p, const char *number)
{
	struct arena arena = ARENA_INIT;
	struct dossier *dossier;
	bool there = store_dossier_load(p->store, number, &arena, &dossier, NULL) == 0;

	arena_free(&arena);
	return there;
}

static const char *ended_dossier(struct play *p, bool live, const char *rules)
{
	const char *number;

	play_open(p, &(struct play_options){ .live = live, .rules = rules });
	number = play_dossier(p, (struct engine_opening){ 0 });
	virtual_advance(p->v, HOURS(2));
	tap_is_str(play_look(p, number)->state, "vervallen", "the dossier has ended");
	return number;
}

/* The daemon sees each hour go by. */
static void check_ordinary(void)
{
	struct play p;
	const char *number = ended_dossier(&p, true, RULES("60 days"));

	virtual_advance(p.v, DAYS(59));
	tap_ok(is_there(&p, number), "ordinary steps: within the term it is there");
	virtual_advance(p.v, DAYS(2));
	tap_ok(!is_there(&p, number), "after it, it is erased");
	play_close(&p);
}

/* The process ends; it is started again after that many days. */
static void off(struct play *p, int days)
{
	play_crash(p);
	virtual_advance(p->v, DAYS((int64_t)days));
	play_start(p);
	virtual_advance(p->v, MINUTES(10));
}

static void check_leap(void)
{
	struct play p;
	const char *number = ended_dossier(&p, true, RULES("7 years"));
	int i;

	off(&p, 24 * 365);
	tap_ok(is_there(&p, number), "the clock leaps to 2050: it is there");
	tap_ok(engine_erasing_from(p.engine) > env_now(p.env), "and the status says so");
	for (i = 0; i < 5; i++)
		off(&p, 0);
	tap_ok(is_there(&p, number), "nor does starting again help");
	virtual_advance(p.v, DAYS(10));
	off(&p, 40);
	tap_ok(is_there(&p, number), "a second leap counts anew");
	virtual_advance(p.v, DAYS(13));
	tap_ok(is_there(&p, number), "within a fortnight it is there");
	virtual_advance(p.v, DAYS(2));
	tap_ok(!is_there(&p, number), "when time goes by as it should, for long enough, it is erased");
	tap_ok(engine_erasing_from(p.engine) == DATE_NONE, "and the status is quiet");
	play_close(&p);
}

/* Off for some weeks is no leap. */
static void check_off(void)
{
	struct play p;
	const char *number = ended_dossier(&p, true, RULES("30 days"));

	off(&p, 31);
	tap_ok(!is_there(&p, number), "a machine that was off for a month erases what is due");
	play_close(&p);
}

/* Tickets of no dossier have a term too. */
static void check_ticket(void)
{
	struct play p;
	struct ticket_filter all = { .state = -1 };
	struct ticket *list, *ticket;
	size_t count;

	play_open(&p, &(struct play_options){ .live = true });
	play_post(&p, &(struct post){ .from = EVE, .subject = "vraag", .text = "vraag: wat kost het?" });
	store_ticket_list(p.store, &all, &p.arena, &list, &count, NULL);
	tap_is_int((long long)count, 1, "a ticket about no dossier");
	store_ticket_load(p.store, list[0].number, &p.arena, &ticket, NULL);
	ticket->state = TICKET_ANSWERED;
	store_take(p.store, &(struct store_take){ .ticket = ticket, .now = env_now(p.env) }, NULL);
	off(&p, 24 * 365);
	store_ticket_list(p.store, &all, &p.arena, &list, &count, NULL);
	tap_is_int((long long)count, 1, "the clock leaps: it is there");
	virtual_advance(p.v, DAYS(13));
	store_ticket_list(p.store, &all, &p.arena, &list, &count, NULL);
	tap_is_int((long long)count, 1, "within a fortnight it is there");
	virtual_advance(p.v, DAYS(3));
	store_ticket_list(p.store, &all, &p.arena, &list, &count, NULL);
	tap_is_int((long long)count, 0, "then it is erased");
	play_close(&p);
}

/* The item's reason, its sender, and whether its bytes can be had. */
static const char *of_item(struct play *p, int64_t id)
{
	struct item item = { 0 };
	int raw = engine_item_raw(p->engine, id, NULL);

	if (raw >= 0)
		close(raw);
	store_item_load(p->store, id, &p->arena, &item, NULL);
	return arena_printf(&p->arena, "%s %s %s", item.reason, item.from ? item.from : "nobody", raw >= 0 ? "bytes" : "none");
}

/* Mail that was dealt with and belongs to nothing. */
static void check_mail(void)
{
	struct play p;

	play_open(&p, &(struct play_options){ .live = true });
	play_post(&p, &(struct post){ .from = EVE, .subject = "hallo", .text = "Dank u wel" });
	play_post(&p, &(struct post){ .from = EVE, .subject = "hallo", .text = "hulp" });
	tap_is_str(of_item(&p, 2), "help " EVE " bytes", "a stranger had his help");
	virtual_advance(p.v, DAYS(89));
	tap_is_str(of_item(&p, 2), "help " EVE " bytes", "his mail is kept for 90 days");
	virtual_advance(p.v, DAYS(3));
	tap_is_str(of_item(&p, 2), "erased nobody none", "then erased");
	play_post(&p, &(struct post){ .from = EVE, .subject = "hallo", .text = "hulp" });
	tap_is_str(of_item(&p, 3), "help " EVE " bytes", "what comes later is mail as any");
	off(&p, 24 * 365);
	tap_is_str(of_item(&p, 3), "help " EVE " bytes", "the clock leaps: it is there");
	virtual_advance(p.v, DAYS(13));
	tap_is_str(of_item(&p, 3), "help " EVE " bytes", "within a fortnight it is there");
	virtual_advance(p.v, DAYS(3));
	tap_is_str(of_item(&p, 3), "erased nobody none", "then it is erased");
	play_well(&p, "forgetting mail");
	play_close(&p);
}

static size_t count_mails(struct play *p)
{
	const struct outbox_filter all = { .all = true, .limit = 1000 };
	struct arena arena = ARENA_INIT;
	struct outbox_row *rows;
	size_t count = 0;

	store_outbox_list(p->store, &all, &arena, &rows, &count, NULL);
	arena_free(&arena);
	return count;
}

/* More of it than is erased in one go. */
static void check_much(void)
{
	struct play p;
	size_t i;

	play_open(&p, &(struct play_options){ .live = true });
	for (i = 0; i < 600; i++) {
		const char *key = arena_printf(&p.arena, "old-%zu", i);
		struct outbox_row row = { .key = key, .service = "pentrax", .template = "overzicht", .audience = "staff", .to = ELS,
					  .from = "dossier@pentrax.example", .subject = "geheim", .message_id = key,
					  .created = env_now(p.env), .next_at = env_now(p.env), .expires = env_now(p.env) + 1 };
		struct store_take take = { .outbox = &row, .outbox_count = 1, .now = env_now(p.env) };
		struct outbox_row *stored;
		struct err err = ERR_INIT;
		size_t count = 0;

		memset(&row.blob.key, 1, sizeof row.blob.key);
		memset(&row.scope, 1, sizeof row.scope);
		row.blob.size = 1;
		snprintf(row.blob.name, sizeof row.blob.name, "2026-01-01/%032zu", i);
		if (store_take(p.store, &take, &err) || store_outbox_claim(p.store, env_now(p.env), 1, &p.arena, &stored, &count, &err) ||
		    count != 1 || store_outbox_record(p.store, &(struct outbox_result){ .id = stored->id, .state = OUTBOX_SENT,
			.counted = true, .at = env_now(p.env), .next_at = DATE_NONE, .stage = "dot", .code = 250, .reply = "ok" }, &err))
			play_bail("a mail", &err);
	}
	tap_is_int((long long)count_mails(&p), 600, "much: there is much of it");
	virtual_advance(p.v, DAYS(89));
	tap_is_int((long long)count_mails(&p), 600, "much: within the term it is there");
	virtual_advance(p.v, DAYS(1) + MINUTES(20));
	tap_is_int((long long)count_mails(&p), 0, "much: after it all of it is erased");
	play_close(&p);
}

static void check_term(void)
{
	struct play p;

	play_open(&p, NULL);
	p.settings.mail_keep = DAYS(10);
	play_post(&p, &(struct post){ .from = EVE, .subject = "hallo", .text = "hulp" });
	virtual_advance(p.v, DAYS(9));
	tap_is_str(of_item(&p, 1), "help " EVE " bytes", "kept as long as the configuration says");
	virtual_advance(p.v, DAYS(2));
	tap_is_str(of_item(&p, 1), "erased nobody none", "and no longer");
	play_close(&p);
}

static void check_trial(void)
{
	struct play p;
	const char *number = ended_dossier(&p, false, RULES("7 years"));

	off(&p, 8 * 365);
	tap_ok(!is_there(&p, number), "the clock of a trial store is moved by hand");
	play_close(&p);
}

/* The last mail about a dossier still has to go out: what is erased tells nobody anything. */
static void check_unsent(void)
{
	struct play p;
	const char *number;

	play_open(&p, &(struct play_options){ .rules = RULES("1 days") });
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_mails(&p);
	virtual_server_down(p.v);
	virtual_advance(p.v, DAYS(2));
	tap_ok(is_there(&p, number), "a mail that waits to be sent keeps its dossier");
	tap_is_str(play_mails(&p), "", "nothing went out");
	virtual_advance(p.v, DAYS(10));
	tap_ok(!is_there(&p, number), "until it is given up");
	play_close(&p);
}

int main(void)
{
	check_unsent();
	check_ordinary();
	check_leap();
	check_off();
	check_ticket();
	check_mail();
	check_much();
	check_term();
	check_trial();
	return tap_done();
}
