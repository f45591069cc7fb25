/* What goes wrong outside: parsers that die, servers that refuse, sources that cannot be read. */

/* Engine. */
#include "blob/blob_p.h"

/* Own. */
#include "tap.h"
#include "virtual_play.h"

static void post_papers(struct play *p, const char *number, const char *name)
{
	play_post(p, &(struct post){ .subject = number, .files = { { .name = name } } });
}

/* ---- the parser ---- */

static void check_crashes(int crashes)
{
	struct play p;
	const char *number;
	bool given_up = crashes >= 3;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_mails(&p);
	virtual_parse_crashes(p.v, crashes);
	post_papers(&p, number, "paspoort.pdf");
	tap_is_str(play_item(&p), given_up ? "quarantined parser-failed" : "processed", "%d crashes: the item", crashes);
	tap_is_int(play_item_last(&p)->attempts, crashes, "%d crashes: attempts", crashes);
	tap_is_str(play_mails(&p), given_up ? "quarantaine>els" : "ontvangst>jan", "%d crashes: mails", crashes);
	tap_is_int((long long)virtual_inbox(p.v, "intake"), 0, "%d crashes: acknowledged", crashes);
	post_papers(&p, number, "aangifte 2024.pdf");
	tap_is_str(play_item(&p), "processed", "%d crashes: the next mail goes on", crashes);
	play_well(&p, "crashes");
	play_close(&p);
}

/* A mail that eats all memory ends the parser by itself: it is set apart too, once parsers are known to work. */
static void check_memory(void)
{
	struct play p;
	const char *number;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	post_papers(&p, number, "paspoort.pdf");
	play_mails(&p);
	virtual_parse_end(p.v, "ended with status 75");
	virtual_parse_crashes(p.v, 3);
	post_papers(&p, number, "groot.pdf");
	virtual_advance(p.v, MINUTES(5));
	tap_is_str(play_item(&p), "quarantined parser-failed", "out of memory three times: set apart");
	tap_is_str(play_mails(&p), "quarantaine>els", "staff are told");
	play_well(&p, "out of memory");
	play_close(&p);

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_mails(&p);
	virtual_parse_end(p.v, "ended with status 1");
	virtual_parse_crashes(p.v, 4);
	post_papers(&p, number, "paspoort.pdf");
	virtual_advance(p.v, MINUTES(5));
	tap_is_str(play_item(&p), "processed", "parsers that cannot start are no mail's fault");
	play_close(&p);
}

/* One mail kills the parser each time; the others of its batch are taken in, and only it is set apart. */
static void check_crash_among_others(void)
{
	struct play p;
	const char *number;
	size_t i, count, processed = 0, quarantined = 0;
	const struct item *items;
	static const char *const names[] = { "paspoort.pdf", "aangifte 2023.pdf", "aangifte 2024.pdf", "aangifte 2025.pdf",
					     "prognose.pdf" };

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_mails(&p);
	for (i = 0; i < 5; i++) {
		struct buf raw = BUF_INIT(BUF_MAX_DATA);

		post_write(&p, &(struct post){ .subject = number, .files = { { .name = names[i] } } }, &raw);
		virtual_mail(p.v, "intake", raw.data, raw.len);
		buf_free(&raw);
	}
	virtual_parse_crashes(p.v, 2);
	virtual_settle(p.v);
	items = play_items(&p, &count);
	for (i = 0; i < count; i++) {
		processed += items[i].state == ITEM_PROCESSED;
		quarantined += items[i].state == ITEM_QUARANTINED;
	}
	tap_is_int((long long)count, 5, "five mails, five items");
	tap_is_int((long long)(processed + quarantined), 5, "each is decided");
	tap_is_int((long long)processed, 5, "two deaths of a parser are not enough to set anything apart");
	tap_is_str(play_mails(&p), "ontvangst>jan", "one receipt at once");
	play_well(&p, "a crash among others");
	play_close(&p);
}

/* For decisions only: a mailbox that is read would find it out, too. */
static int sync_fails(struct blobs *blobs, struct err *err)
{
	if (blobs->mark == BLOB_NO_MARK)
		return 0;
	return err_set(err, ERR_SYSTEM, "cannot sync: Input/output error");
}

/* The disk fails while a timer is handled: that is nobody's timer, and the end of all work. */
static void check_disk_at_timer(void)
{
	struct play p;
	struct blob_ops ops;

	play_open(&p, NULL);
	play_dossier(&p, (struct engine_opening){ 0 });
	play_mails(&p);
	virtual_advance(p.v, HOURS(1));
	ops = *p.blobs->ops;
	ops.sync = sync_fails;
	p.blobs->ops = &ops;
	virtual_advance(p.v, DAYS(4));
	tap_ok(strstr(p.failed, "Input/output error"), "a sync that fails under a timer ends the work: %s", p.failed);
	tap_is_str(play_mails(&p), "", "and nothing is sent");
	play_close(&p);
}

/* Held for a file that fits nowhere, then handled again: its bytes are the dossier's by then. */
static void check_held_retry(void)
{
	struct play p;
	struct err err = ERR_INIT;
	const char *number;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_mails(&p);
	post_papers(&p, number, "aangifte.pdf");
	tap_ok(play_item_last(&p)->state == ITEM_HELD && play_item_last(&p)->raw_in_dossier, "held, its mail the dossier's");
	tap_is_int(store_item_retry(p.store, play_item_last(&p)->id, &err), 0, "handled again");
	engine_poke(p.engine);
	virtual_settle(p.v);
	tap_is_str(p.failed, "", "the engine goes on");
	tap_ok(play_item_last(&p)->state != ITEM_QUARANTINED && play_item_last(&p)->raw_in_dossier, "decided anew: %s", play_item(&p));
	tap_is_str(play_papers(&p, number), "verzamelen held:aangifte.pdf(ambiguous)", "the file is held once");
	play_well(&p, "held retry");
	play_close(&p);
}

/* Set apart, tried again by hand, set apart again: the engine goes on, and staff hear it once. */
static void check_quarantine_retry(void)
{
	struct play p;
	struct err err = ERR_INIT;
	const char *number;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_mails(&p);
	virtual_parse_crashes(p.v, 3);
	post_papers(&p, number, "paspoort.pdf");
	tap_is_str(play_mails(&p), "quarantaine>els", "set apart: staff are told");
	tap_is_int(store_item_retry(p.store, 1, &err), 0, "tried again by hand");
	virtual_parse_crashes(p.v, 3);
	engine_poke(p.engine);
	virtual_settle(p.v);
	tap_is_str(play_item(&p), "quarantined parser-failed", "set apart again");
	tap_is_str(play_mails(&p), "", "staff heard of it before");
	tap_is_int(store_item_retry(p.store, 1, &err), 0, "and again");
	engine_poke(p.engine);
	virtual_settle(p.v);
	tap_is_str(play_item(&p), "processed", "now the parser lives");
	tap_is_str(play_mails(&p), "ontvangst>jan", "and the sender gets his receipt");
	play_well(&p, "quarantine retry");
	play_close(&p);
}

/* All is well but for one dossier, whose key cannot be opened: its mail is set apart, and staff hear it once. */
static void check_engine_error(void)
{
	struct play p;
	struct err err = ERR_INIT;
	const char *number;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_mails(&p);
	play_crash(&p);
	memset(&p.env->master, 8, sizeof p.env->master);
	play_start(&p);
	post_papers(&p, number, "paspoort.pdf");
	tap_is_str(play_item(&p), "quarantined engine-error", "a dossier whose key does not fit: set apart");
	tap_is_str(play_mails(&p), "quarantaine>els", "staff are told");
	tap_ok(strstr(play_text(&p, play_last_to(&p, ELS)), "- Reden: ") != NULL, "with the reason");
	tap_is_int((long long)virtual_inbox(p.v, "intake"), 0, "acknowledged");
	tap_is_int(store_item_retry(p.store, 1, &err), 0, "tried again by hand");
	engine_poke(p.engine);
	virtual_settle(p.v);
	tap_is_str(play_item(&p), "quarantined engine-error", "set apart again");
	tap_is_str(play_mails(&p), "", "staff heard of it before");
	tap_is_str(p.failed, "", "and the engine goes on");
	play_close(&p);
}

/* Workers cannot be started for a while (no memory, too many processes): no mail is at fault. */
static void check_no_workers(void)
{
	struct play p;
	const char *number;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_mails(&p);
	virtual_starts_fail(p.v, 4);
	post_papers(&p, number, "paspoort.pdf");
	virtual_advance(p.v, MINUTES(5));
	tap_is_str(p.failed, "", "no workers: the engine goes on");
	tap_is_str(play_item(&p), "processed", "no workers: the mail waits, and is taken in");
	tap_is_int(play_item_last(&p)->attempts, 0, "no workers: it was not charged");
	virtual_advance(p.v, MINUTES(5));
	tap_is_str(play_mails(&p), "ontvangst>jan", "no workers: one receipt");
	play_close(&p);
}

/* An item whose attempts are used up when the process starts: set apart, and the mailbox goes on. */
static void check_attempts_used(void)
{
	struct play p;
	const char *number;
	struct buf raw = BUF_INIT(BUF_MAX_DATA);
	struct err err = ERR_INIT;
	int attempts = 0;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_mails(&p);
	post_write(&p, &(struct post){ .subject = number, .files = { { .name = "paspoort.pdf" } } }, &raw);
	virtual_mail(p.v, "intake", raw.data, raw.len);
	while (!play_item_count(&p) || play_item_last(&p)->state != ITEM_STORED)
		if (!virtual_step(p.v, 0))
			break;
	tap_is_int(play_item_last(&p)->state, ITEM_STORED, "stored, not decided");
	while (attempts < 3)
		store_item_attempt(p.store, 1, &attempts, &err);
	play_restart(&p);
	tap_is_str(play_item(&p), "quarantined parser-failed", "attempts used up at the start: set apart");
	tap_is_str(play_mails(&p), "quarantaine>els", "staff are told");
	tap_is_int((long long)virtual_inbox(p.v, "intake"), 0, "acknowledged");
	post_papers(&p, number, "paspoort 2.pdf");
	tap_is_str(play_item(&p), "processed", "and the mailbox goes on");
	buf_free(&raw);
	play_close(&p);
}

/* ---- sending ---- */

static struct outbox_row *row_of(struct play *p, int64_t id)
{
	struct outbox_row *row = arena_alloc(&p->arena, sizeof *row);

	store_outbox_load(p->store, id, &p->arena, row, NULL);
	return row;
}

/* 4xx: again after 5 minutes, doubling to 4000 s; after five days failed, and staff are told once. */
static void check_retry(void)
{
	static const int64_t waits[] = { 300, 600, 1200, 2400, 4000, 4000 };
	struct play p;
	struct outbox_row *row;
	int64_t last;
	size_t i;

	play_open(&p, NULL);
	virtual_outcome(p.v, SEND_RETRY, 451, "451 4.7.1 greylisted");
	play_dossier(&p, (struct engine_opening){ 0 });
	for (i = 0; i < sizeof waits / sizeof *waits; i++) {
		row = row_of(&p, 1);
		last = row->next_at - p.env->ops->now(p.env->self);
		tap_ok(row->state == OUTBOX_WAITING && row->attempts == (int)i + 1, "attempt %zu is counted", i + 1);
		tap_ok(last >= waits[i] && last <= waits[i] * 12 / 10 + 2, "the next is %lld s later (%lld + at most 20 %%)",
		       (long long)last, (long long)waits[i]);
		tap_is_str(row->reply, "451 4.7.1 greylisted", "the reply is kept");
		virtual_advance(p.v, last + 2);
	}
	virtual_advance(p.v, DAYS(1));
	tap_is_int(row_of(&p, 1)->state, OUTBOX_WAITING, "after a day it is still tried");
	virtual_advance(p.v, DAYS(4));
	row = row_of(&p, 1);
	tap_is_int(row->state, OUTBOX_FAILED, "after five days it has failed");
	tap_ok(strstr(row->reply, "five days") && strstr(row->reply, "greylisted"), "it says why: %s", row->reply);
	virtual_outcome(p.v, SEND_SENT, 250, "250 ok");
	virtual_advance(p.v, DAYS(1));
	tap_ok(strstr(play_mails(&p), "aflevering-mislukt>els") != NULL, "staff are told");
	virtual_advance(p.v, HOURS(3));
	tap_ok(!strstr(play_mails(&p), "aflevering-mislukt"), "once");
	play_well(&p, "retry");
	play_close(&p);
}

/* 5xx: never again; staff are told. A notice to staff that fails is followed by nothing. */
static void check_refused(void)
{
	struct play p;
	struct err err = ERR_INIT;
	int64_t at;

	play_open(&p, NULL);
	virtual_outcome(p.v, SEND_REFUSED, 550, "550 5.1.1 no such user");
	play_dossier(&p, (struct engine_opening){ 0 });
	tap_is_int(row_of(&p, 1)->state, OUTBOX_FAILED, "refused: failed at once");
	tap_is_int(row_of(&p, 1)->attempts, 1, "after one attempt");
	tap_is_str(row_of(&p, 2)->template, "aflevering-mislukt", "staff are written to");
	tap_is_int(row_of(&p, 2)->state, OUTBOX_FAILED, "that is refused too");
	tap_is_str(row_of(&p, 3)->template, NULL, "and is followed by no third mail");
	tap_is_int((long long)virtual_sent_count(p.v), 0, "nothing was delivered");
	at = p.env->ops->now(p.env->self);
	tap_is_int(store_outbox_retry(p.store, 1, at, &err), 0, "tried again by hand");
	engine_poke(p.engine);
	virtual_settle(p.v);
	tap_is_int(row_of(&p, 1)->state, OUTBOX_FAILED, "refused again");
	virtual_outcome(p.v, SEND_SENT, 250, "250 ok");
	tap_is_int(store_outbox_retry(p.store, 1, at, &err), 0, "and again, now the address works");
	engine_poke(p.engine);
	virtual_settle(p.v);
	tap_is_str(play_mails(&p), "aanvraag-bevestigd>jan", "delivered");
	play_well(&p, "refused");
	play_close(&p);
}

/* No answer after the end of data: sent again, the same bytes under the same Message-ID. */
static void check_unknown(void)
{
	struct play p;
	const struct virtual_sent *first, *second;

	play_open(&p, NULL);
	virtual_outcome(p.v, SEND_UNKNOWN, 0, "connection lost");
	play_dossier(&p, (struct engine_opening){ 0 });
	tap_is_int(row_of(&p, 1)->state, OUTBOX_UNKNOWN, "no answer: unknown");
	virtual_outcome(p.v, SEND_SENT, 250, "250 ok");
	virtual_advance(p.v, MINUTES(10));
	tap_is_int(row_of(&p, 1)->state, OUTBOX_SENT, "sent again");
	tap_is_int((long long)virtual_sent_count(p.v), 2, "twice on the wire");
	first = virtual_sent_at(p.v, 0);
	second = virtual_sent_at(p.v, 1);
	tap_ok(first->len == second->len && !memcmp(first->data, second->data, first->len), "the same bytes");
	play_close(&p);
}

/* The server is away for a day: no attempt is charged, and then everything goes out. */
static void check_host(void)
{
	struct play p;
	const char *number;

	play_open(&p, NULL);
	virtual_server_down(p.v);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	post_papers(&p, number, "paspoort.pdf");
	virtual_advance(p.v, DAYS(1));
	tap_is_int(row_of(&p, 1)->state, OUTBOX_WAITING, "the server is away: it waits");
	tap_is_int(row_of(&p, 1)->attempts, 0, "no attempt is charged");
	tap_ok(engine_smtp_trouble(p.engine) != NULL, "the trouble can be seen");
	virtual_outcome(p.v, SEND_SENT, 250, "250 ok");
	virtual_advance(p.v, MINUTES(16));
	tap_is_str(play_mails(&p), "aanvraag-bevestigd>jan ontvangst>jan", "within a quarter of an hour all goes out");
	tap_ok(!engine_smtp_trouble(p.engine), "and the trouble is over");
	play_close(&p);

	play_open(&p, NULL);
	virtual_server_down(p.v);
	play_dossier(&p, (struct engine_opening){ 0 });
	virtual_advance(p.v, DAYS(6));
	tap_is_int(row_of(&p, 1)->state, OUTBOX_FAILED, "away for more than five days: failed");
	play_well(&p, "host");
	play_close(&p);
}

/* The server hangs up on one recipient, each time: that mail waits longer and longer, all others go. */
static void check_cuts(void)
{
	const struct engine_opening kees = { .client_name = "Kees", .client_address = KEES };
	struct play p;
	int i;

	play_open(&p, NULL);
	p.settings.limits.address = 100;
	virtual_server_cuts(p.v, JAN);
	play_dossier(&p, (struct engine_opening){ 0 });
	virtual_advance(p.v, MINUTES(2));
	tap_is_int(row_of(&p, 1)->attempts, 0, "the server hangs up: that may be its own trouble");
	for (i = 0; i < 60; i++)
		play_dossier(&p, kees);
	virtual_advance(p.v, MINUTES(5));
	for (i = 0; i < 60; i++)
		if (row_of(&p, 2 + i)->state != OUTBOX_SENT)
			break;
	tap_is_int(i, 60, "sixty mails to others have gone five minutes later");
	virtual_advance(p.v, HOURS(2));
	tap_ok(row_of(&p, 1)->attempts > 3, "then it is the mail's own trouble: %d attempts", row_of(&p, 1)->attempts);
	virtual_advance(p.v, DAYS(5));
	tap_is_int(row_of(&p, 1)->state, OUTBOX_FAILED, "after five days it has failed");
	virtual_advance(p.v, HOURS(1));
	tap_ok(strstr(play_mails(&p), "aflevering-mislukt>els") != NULL, "and staff are told");
	play_close(&p);
}

/* A new password in its file, or a token that another worker had renewed, counts from the next try on. */
static void check_login(void)
{
	struct play p;
	int before;

	play_open(&p, NULL);
	virtual_login_refused(p.v);
	play_dossier(&p, (struct engine_opening){ 0 });
	before = virtual_starts(p.v, ENV_WORKER_SEND);
	virtual_advance(p.v, MINUTES(2));
	tap_ok(virtual_starts(p.v, ENV_WORKER_SEND) > before, "a login that is refused is tried with the credentials of now");
	virtual_outcome(p.v, SEND_SENT, 250, "250 ok");
	virtual_advance(p.v, MINUTES(16));
	tap_is_str(play_mails(&p), "aanvraag-bevestigd>jan", "the mail goes when they are taken");
	play_close(&p);
}

/* ---- sources and timers ---- */

/* A reminder waits while the mailbox cannot be read: the answer may lie in it. */
static void check_sources(void)
{
	static const char *const names[] = { "paspoort.pdf", "aangifte 2023.pdf", "aangifte 2024.pdf", "aangifte 2025.pdf",
					     "jaarcijfers 2023.pdf", "jaarcijfers 2024.pdf", "jaarcijfers 2025.pdf",
					     "prognose.pdf" };
	struct engine_source source;
	struct play p;
	struct post post = { 0 };
	struct buf raw = BUF_INIT(BUF_MAX_DATA);
	size_t i;

	play_open(&p, NULL);
	post.subject = play_dossier(&p, (struct engine_opening){ 0 });
	play_mails(&p);
	for (i = 0; i < 8; i++)
		post.files[i].name = names[i];
	virtual_mailbox_down(p.v, "intake", true);
	virtual_advance(p.v, DAYS(2) + HOURS(6));
	tap_is_str(play_mails(&p), "", "the mailbox is down: the reminder waits");
	engine_sources(p.engine, &source, 1);
	tap_ok(source.trouble && source.failing_since != DATE_NONE, "the trouble can be seen");
	post_write(&p, &post, &raw);
	virtual_mail(p.v, "intake", raw.data, raw.len);
	virtual_mailbox_down(p.v, "intake", false);
	virtual_advance(p.v, HOURS(1));
	tap_is_str(play_mails(&p), "ontvangst>jan stukken-compleet>jan te-behandelen>els",
		   "it is back, with the answer in it");
	for (i = 0; i < virtual_sent_count(p.v); i++)
		tap_ok(!strstr(play_text(&p, virtual_sent_at(p.v, i)), "Daarvoor missen wij nog"),
		       "mail %zu asks for nothing that lay there", i + 1);
	buf_free(&raw);
	play_well(&p, "sources");
	play_close(&p);

	play_open(&p, NULL);
	play_dossier(&p, (struct engine_opening){ 0 });
	play_mails(&p);
	virtual_mailbox_down(p.v, "intake", true);
	virtual_advance(p.v, DAYS(3));
	virtual_mailbox_down(p.v, "intake", false);
	virtual_advance(p.v, HOURS(1));
	tap_is_str(play_mails(&p), "stukken-ontbreken>jan", "it is back with nothing in it: the reminder goes");
	play_close(&p);
}

/* A reminder waits while something for the dossier is held, and nobody can make it wait for good. */
static void check_held(void)
{
	struct play p;
	const char *number;
	int day;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_mails(&p);
	play_post(&p, &(struct post){ .subject = number, .text = "Ik heb een vraag?" });
	tap_is_str(play_mails(&p), "ticket-bericht>els ticket-ontvangen>jan", "the client asks something");
	virtual_advance(p.v, DAYS(2) + HOURS(1));
	tap_is_str(play_mails(&p), "", "while he waits for an answer the reminder waits");
	virtual_advance(p.v, DAYS(6));
	tap_is_str(play_mails(&p), "stukken-ontbreken>jan", "five working days at most");
	play_close(&p);

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_mails(&p);
	for (day = 0; day < 3; day++) {
		play_post(&p, &(struct post){ .from = EVE, .subject = number, .text = "hallo" });
		virtual_advance(p.v, HOURS(20));
	}
	tap_ok(strstr(play_mails(&p), "stukken-ontbreken>jan") != NULL, "a stranger cannot stop a reminder");
	play_close(&p);

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_mails(&p);
	for (day = 0; day < 12; day++) {
		play_post(&p, &(struct post){ .subject = number, .text = arena_printf(&p.arena, "nog iets %d", day) });
		virtual_advance(p.v, DAYS(1));
	}
	tap_ok(strstr(play_mails(&p), "stukken-ontbreken>jan") != NULL, "nor does a mail a day put it off for ever");
	play_close(&p);
}

/* Two versions of one document, and the parser stumbles over the first: the later one stays the current one. */
static void check_order(void)
{
	static const char *const versions[] = { "paspoort eerste.pdf", "paspoort tweede.pdf" };
	struct play p;
	struct buf raw = BUF_INIT(BUF_MAX_DATA);
	const char *number;
	size_t i;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_crash(&p);
	for (i = 0; i < 2; i++) {
		buf_reset(&raw);
		post_write(&p, &(struct post){ .subject = number, .files = { { .name = versions[i] } } }, &raw);
		virtual_mail(p.v, "intake", raw.data, raw.len);
	}
	play_start(&p);
	virtual_parse_crashes(p.v, 1);
	virtual_advance(p.v, 60);
	tap_is_str(play_papers(&p, number),
		   "verzamelen legitimatie=old:paspoort eerste.pdf legitimatie=paspoort tweede.pdf",
		   "mails are decided in the order they came, whichever was parsed first");
	play_well(&p, "the order");
	buf_free(&raw);
	play_close(&p);
}

int main(void)
{
	int crashes;

	for (crashes = 1; crashes <= 3; crashes++)
		check_crashes(crashes);
	check_memory();
	check_crash_among_others();
	check_order();
	check_quarantine_retry();
	check_held_retry();
	check_disk_at_timer();
	check_engine_error();
	check_no_workers();
	check_attempts_used();
	check_retry();
	check_refused();
	check_unknown();
	check_host();
	check_cuts();
	check_login();
	check_sources();
	check_held();
	return tap_done();
}
