/*
 * What comes back, what answers by itself, what goes round in circles: in the
 * whole engine, with people and servers that are made up.
 */

/* Own. */
#include "tap.h"
#include "virtual_play.h"

static const char *plus_of(struct play *p, const char *to)
{
	struct outbox_filter filter = { .all = true };
	struct outbox_row *rows;
	const char *from = NULL;
	struct err err = ERR_INIT;
	size_t i, count;

	store_outbox_list(p->store, &filter, &p->arena, &rows, &count, &err);
	for (i = 0; i < count; i++)
		if (str_eq(rows[i].to, to))
			from = rows[i].from;
	return from;
}

struct report {
	const char *to;        /* where it goes; NULL = to the service */
	const char *recipient; /* NULL = Jan */
	const char *id;        /* that it returns; NULL = none */
	const char *action, *status, *said;
};

static void post_report(struct play *p, const struct report *report)
{
	struct buf raw = BUF_INIT(BUF_MAX_TEXT);

	buf_addf(&raw, "Return-Path: <>\r\nFrom: mailer-daemon@client.example\r\nTo: %s\r\nSubject: Undelivered\r\n"
		 "Message-ID: <report%d@client.example>\r\nMIME-Version: 1.0\r\n", report->to ? report->to : SERVICE, ++p->letters);
	buf_addf(&raw, "Content-Type: multipart/report; report-type=delivery-status; boundary=cut\r\n\r\n"
		 "--cut\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
		 "Final-Recipient: rfc822; %s\r\nAction: %s\r\nStatus: %s\r\nDiagnostic-Code: smtp; %s\r\n",
		 report->recipient ? report->recipient : JAN, report->action ? report->action : "failed",
		 report->status ? report->status : "5.1.1", report->said ? report->said : "550 5.1.1 no such user");
	if (report->id)
		buf_addf(&raw, "--cut\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <%s>\r\n", report->id);
	buf_adds(&raw, "--cut--\r\n");
	play_post_raw(p, raw.data, raw.len);
	buf_free(&raw);
}

static struct address_health health(struct play *p, const char *address)
{
	struct address_health h;
	struct err err = ERR_INIT;

	store_address_load(p->store, "pentrax", address, &p->arena, &h, &err);
	return h;
}

static int64_t in_state(struct play *p, enum outbox_state state)
{
	struct store_stats stats;
	struct err err = ERR_INIT;

	store_stats(p->store, &stats, &err);
	return stats.outbox[state];
}

static void open_plus(struct play *p, bool plus)
{
	play_open(p, NULL);
	p->services[0].plus = plus;
}

/* ---- A27: who may say that mail came back ---- */

static void test_forged(void)
{
	static const struct {
		const char *name;
		bool plus, tag, id;
		const char *recipient;
		bool believed;
	} rows[] = {
		{ "A27 with our tag", true, true, false, NULL, true },
		{ "A27 with our tag, and the mail", true, true, true, NULL, true },
		{ "A27 with our tag, about the address behind a forwarding", true, true, false, "jan@elsewhere.example", true },
		{ "A27 with the Message-ID only, where mails have tags", true, false, true, NULL, false },
		{ "A27 with nothing", true, false, false, NULL, false },
		{ "A27 where mails have no tags: Message-ID and recipient", false, false, true, NULL, true },
		{ "A27 where mails have no tags: Message-ID, and another recipient", false, false, true, KEES, false },
		{ "A27 where mails have no tags: nothing of ours", false, false, false, NULL, false },
	};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct report report = { .recipient = rows[i].recipient };
		struct play p;

		open_plus(&p, rows[i].plus);
		play_dossier(&p, (struct engine_opening){ 0 });
		play_mails(&p);
		report.id = rows[i].id ? play_id_to(&p, JAN) : NULL;
		report.to = rows[i].tag ? plus_of(&p, JAN) : NULL;
		post_report(&p, &report);
		tap_is_str(play_item(&p), rows[i].believed ? "processed bounce" : "held bounce", "%s: the item", rows[i].name);
		tap_is_int((int)in_state(&p, OUTBOX_FAILED), rows[i].believed, "%s: the mail failed or not", rows[i].name);
		tap_ok((health(&p, JAN).dead != DATE_NONE) == rows[i].believed, "%s: the address is dead or not", rows[i].name);
		tap_is_str(play_mails(&p), rows[i].believed ? "aflevering-mislukt>els" : "", "%s: staff are told or not",
			   rows[i].name);
		play_well(&p, rows[i].name);
		play_close(&p);
	}
}

static void test_guessed(void)
{
	struct play p;

	open_plus(&p, true);
	play_dossier(&p, (struct engine_opening){ 0 });
	tap_ok(str_starts(plus_of(&p, JAN), "dossier+b-") && strlen(plus_of(&p, JAN)) > 40,
	       "A27 each mail is sent from an address of its own: %s", plus_of(&p, JAN));
	post_report(&p, &(struct report){ .to = "dossier+b-aaaaaaaaaaaaaaaaaaaaaaaa@pentrax.example", .id = play_id_to(&p, JAN) });
	tap_is_str(play_item(&p), "held bounce", "A27 an invented one is none");
	post_report(&p, &(struct report){ .to = plus_of(&p, JAN), .action = "delayed", .status = "4.4.1" });
	tap_is_str(play_item(&p), "processed bounce", "a report of a delay");
	tap_ok(health(&p, JAN).dead == DATE_NONE && !in_state(&p, OUTBOX_FAILED), "changes nothing");
	virtual_advance(p.v, DAYS(15));
	play_mails(&p);
	post_report(&p, &(struct report){ .to = arena_strdup(&p.arena, "x@pentrax.example"), .id = play_id_to(&p, JAN) });
	tap_ok(health(&p, JAN).dead == DATE_NONE, "A27 a report to no address of a mail changes nothing");
	play_close(&p);
}

/* ---- a dead address ---- */

static void test_dead(void)
{
	struct play p;
	const char *number;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_mails(&p);
	post_report(&p, &(struct report){ .id = play_id_to(&p, JAN) });
	tap_ok(strstr(play_text(&p, play_last_to(&p, ELS)), "neemt geen mail meer aan") != NULL, "staff hear that the address is dead");
	play_mails(&p);
	virtual_advance(p.v, DAYS(20));
	tap_is_str(play_mails(&p), "", "no reminder goes to it, and nobody hears of it again");
	tap_is_int((int)in_state(&p, OUTBOX_HELD), 0, "nor is one kept for later");
	play_post(&p, &(struct post){ .from = ELS, .subject = number, .text = "extra legitimatie \"Nog iets\": graag\n" });
	play_mails(&p);
	play_post(&p, &(struct post){ .subject = number, .from = "Jan <jan@client.example>", .files = { { .name = "paspoort.pdf" } } });
	tap_ok(health(&p, JAN).dead == DATE_NONE, "he writes: alive");
	tap_ok(strstr(play_mails(&p), "ontvangst>jan") != NULL, "and gets his receipt");
	virtual_advance(p.v, DAYS(10));
	tap_ok(strstr(play_mails(&p), "stukken-ontbreken>jan") != NULL, "and reminders again");
	play_well(&p, "a dead address");
	play_close(&p);
}

/* Mail that is no reminder waits for him. */
static void test_waiting(void)
{
	struct play p;
	struct err err = ERR_INIT;
	struct outbox_row *rows;
	size_t count;

	play_open(&p, NULL);
	play_dossier(&p, (struct engine_opening){ 0 });
	post_report(&p, &(struct report){ .id = play_id_to(&p, JAN) });
	play_mails(&p);
	play_dossier(&p, (struct engine_opening){ 0 });
	tap_is_str(play_mails(&p), "", "a mail to a dead address does not go");
	store_outbox_held(p.store, HELD_FOR_DEAD, "pentrax", JAN, 0, 0, &p.arena, &rows, &count, &err);
	tap_is_int((int)count, 1, "but is held");
	play_post(&p, &(struct post){ .from = "jan@client.example", .subject = "dank u wel", .text = "Dank u wel!" });
	tap_ok(strstr(play_mails(&p), "aanvraag-bevestigd") != NULL, "and goes when he writes");
	play_well(&p, "mail that waits");
	play_close(&p);
}

/* Only who is proven to write from it brings an address back. */
static void test_unproven(void)
{
	struct play p;

	play_open(&p, &(struct play_options){ .authentication = true });
	play_dossier(&p, (struct engine_opening){ 0 });
	post_report(&p, &(struct report){ .id = play_id_to(&p, JAN) });
	play_post(&p, &(struct post){ .subject = "hallo", .text = "hallo" });
	tap_ok(health(&p, JAN).dead != DATE_NONE, "somebody who only claims to be him changes nothing");
	play_post(&p, &(struct post){ .top = "Authentication-Results: " MX "; dmarc=pass header.from=client.example\r\n"
					     "Received: from x by " MX "; Mon, 02 Mar 2026 09:00:00 +0100\r\n",
				      .subject = "hallo", .text = "hallo" });
	tap_ok(health(&p, JAN).dead == DATE_NONE, "he himself does");
	play_close(&p);
}

/* Reasons that may pass: three days. */
static void test_soft(void)
{
	struct play p;
	int day;

	play_open(&p, NULL);
	for (day = 1; day <= 3; day++) {
		play_dossier(&p, (struct engine_opening){ 0 });
		play_mails(&p);
		post_report(&p, &(struct report){ .id = play_id_to(&p, JAN), .status = "5.2.2", .said = "452 4.2.2 mailbox full" });
		tap_is_int(health(&p, JAN).failures, day, "day %d: counted", day);
		tap_ok((health(&p, JAN).dead != DATE_NONE) == (day == 3), "day %d: dead on the third", day);
		tap_is_str(play_mails(&p), "aflevering-mislukt>els", "day %d: staff hear of each mail that did not arrive", day);
		post_report(&p, &(struct report){ .id = play_id_to(&p, JAN), .status = "5.2.2", .said = "452 4.2.2 mailbox full" });
		tap_is_int(health(&p, JAN).failures, day, "day %d: once a day", day);
		virtual_advance(p.v, DAYS(1));
		play_mails(&p);
	}
	play_well(&p, "a full mailbox");
	play_close(&p);
}

/* A mail that was under way when its address died is one that nobody has heard of. */
static void test_under_way(void)
{
	struct play p;
	const char *first, *second;

	play_open(&p, NULL);
	play_dossier(&p, (struct engine_opening){ 0 });
	first = play_id_to(&p, JAN);
	play_dossier(&p, (struct engine_opening){ 0 });
	second = play_id_to(&p, JAN);
	play_mails(&p);
	post_report(&p, &(struct report){ .id = first });
	tap_is_str(play_mails(&p), "aflevering-mislukt>els", "under way: staff hear of the mail that says that an address is dead");
	post_report(&p, &(struct report){ .id = second });
	tap_is_str(play_mails(&p), "aflevering-mislukt>els", "under way: and of the other that did not arrive");
	post_report(&p, &(struct report){ .id = second });
	tap_is_str(play_mails(&p), "", "under way: once");
	play_well(&p, "under way");
	play_close(&p);
}

/* A full mailbox: that the same reminder failed again they know, that something else did they do not. */
static void test_full(void)
{
	struct play p;
	const char *number;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_mails(&p);
	virtual_advance(p.v, DAYS(3));
	tap_is_str(play_mails(&p), "stukken-ontbreken>jan", "full: a reminder");
	post_report(&p, &(struct report){ .id = play_id_to(&p, JAN), .status = "5.2.2", .said = "452 4.2.2 mailbox full" });
	tap_is_str(play_mails(&p), "aflevering-mislukt>els", "full: staff hear that it did not arrive");
	virtual_advance(p.v, DAYS(7));
	tap_is_str(play_mails(&p), "stukken-ontbreken>jan", "full: the next one");
	post_report(&p, &(struct report){ .id = play_id_to(&p, JAN), .status = "5.2.2", .said = "452 4.2.2 mailbox full" });
	tap_is_str(play_mails(&p), "", "full: of the same again they do not hear");
	play_post(&p, &(struct post){ .from = ELS, .subject = number, .text = "extra \"Polis\": graag" });
	play_post(&p, &(struct post){ .from = ELS, .text = "ja", .subject = play_last_to(&p, ELS) ?
				      arena_printf(&p.arena, "Re: %s", play_read(&p, play_last_to(&p, ELS))->subject) : "" });
	tap_ok(strstr(play_mails(&p), "stukken-nodig>jan") != NULL, "full: something else is mailed");
	post_report(&p, &(struct report){ .id = play_id_to(&p, JAN), .status = "5.2.2", .said = "452 4.2.2 mailbox full" });
	tap_is_str(play_mails(&p), "aflevering-mislukt>els", "full: of that they do");
	play_post(&p, &(struct post){ .from = ELS, .subject = number, .text = "extra huurcontract: graag" });
	play_post(&p, &(struct post){ .from = ELS, .text = "ja", .subject = play_last_to(&p, ELS) ?
				      arena_printf(&p.arena, "Re: %s", play_read(&p, play_last_to(&p, ELS))->subject) : "" });
	tap_ok(strstr(play_mails(&p), "stukken-nodig>jan") != NULL, "full: and something else again");
	post_report(&p, &(struct report){ .id = play_id_to(&p, JAN), .status = "5.2.2", .said = "452 4.2.2 mailbox full" });
	tap_is_str(play_mails(&p), "aflevering-mislukt>els", "full: the same kind of mail, but it says something else");
	play_well(&p, "full");
	play_close(&p);
}

/* A report of that kind about a new mail to Jan; what is known of his address after it. */
static struct address_health comes_back(struct play *p, const char *status, const char *said)
{
	play_dossier(p, (struct engine_opening){ 0 });
	post_report(p, &(struct report){ .id = play_id_to(p, JAN), .status = status, .said = said });
	return health(p, JAN);
}

/* Our mail is not wanted there: that says nothing about who lives there. */
static void test_policy(void)
{
	static const struct { const char *status, *said; } rows[] = {
		{ "5.7.1", "554 5.7.1 Service unavailable; client host blocked" },
		{ "5.7.26", "550 5.7.26 unauthenticated mail from pentrax.example is not accepted" },
		{ "5.7.0", "550 5.7.0 message content rejected" },
		{ "5.7.1", "550 5.7.1 relaying denied" },
	};
	struct play p;
	size_t i;

	play_open(&p, NULL);
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct address_health h = comes_back(&p, rows[i].status, rows[i].said);

		tap_ok(h.dead == DATE_NONE && !h.failures, "policy: '%s' does not count towards a dead address", rows[i].said);
		tap_ok(strstr(play_mails(&p), "aflevering-mislukt>els") != NULL, "policy: staff hear of '%s'", rows[i].said);
		virtual_advance(p.v, DAYS(1));
	}
	play_dossier(&p, (struct engine_opening){ 0 });
	tap_ok(strstr(play_mails(&p), "aanvraag-bevestigd") != NULL, "policy: the next mail goes");
	/* Beside days that count. */
	comes_back(&p, "5.2.2", "452 4.2.2 mailbox full");
	virtual_advance(p.v, DAYS(1));
	comes_back(&p, "5.7.1", rows[0].said);
	virtual_advance(p.v, DAYS(1));
	tap_is_int(comes_back(&p, "5.2.2", "452 4.2.2 mailbox full").failures, 2, "policy: nor between days that do");
	tap_ok(health(&p, JAN).dead == DATE_NONE, "policy: it is alive");
	play_well(&p, "policy");
	play_close(&p);
}

/* Three days within a month, wherever that begins: one that was long ago counts no more. */
static void test_month(void)
{
	static const struct {
		const char *name;
		int days[4]; /* between the reports; 0 = no more */
		bool dead;
	} rows[] = {
		{ "three in a week", { 3, 3 }, true },
		{ "the third on day 30", { 15, 15 }, true },
		{ "the third on day 31", { 1, 30 }, false },
		{ "each within a month of the one before", { 25, 25 }, false },
		{ "the first forgotten, then three", { 25, 25, 4 }, true },
		{ "the first forgotten, then two", { 25, 25, 28 }, false },
		{ "two long ago", { 1, 40, 1 }, false },
	};
	size_t i, k;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct play p;

		play_open(&p, NULL);
		comes_back(&p, "5.2.2", "452 4.2.2 mailbox full");
		for (k = 0; k < 4 && rows[i].days[k]; k++) {
			virtual_advance(p.v, DAYS(rows[i].days[k]));
			comes_back(&p, "5.2.2", "452 4.2.2 mailbox full");
		}
		tap_ok((health(&p, JAN).dead != DATE_NONE) == rows[i].dead, "month: %s: %s", rows[i].name,
		       rows[i].dead ? "dead" : "alive");
		play_close(&p);
	}
}

/* What he sends back was read at his address, whether or not a server vouches for his mail. */
static void test_token(void)
{
	static const struct {
		const char *name, *from;
		int days;
		bool tag, alive;
	} rows[] = {
		{ "token: his own brings the address back", JAN, 1, true, true },
		{ "token: without one nothing does", JAN, 1, false, false },
		{ "token: not when it has expired", JAN, 15, true, false },
		{ "token: not when somebody else sends it", EVE, 1, true, false },
	};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct play p;
		const char *number, *subject;

		play_open(&p, &(struct play_options){ .authentication = true });
		number = play_dossier(&p, (struct engine_opening){ 0 });
		subject = arena_printf(&p.arena, "Re: %s", rows[i].tag ? play_read(&p, play_last_to(&p, JAN))->subject : number);
		post_report(&p, &(struct report){ .id = play_id_to(&p, JAN) });
		play_dossier(&p, (struct engine_opening){ 0 });
		virtual_advance(p.v, DAYS(rows[i].days));
		play_mails(&p);
		play_post(&p, &(struct post){ .from = rows[i].from, .subject = subject, .text = "Mijn postvak doet het weer." });
		tap_ok((health(&p, JAN).dead == DATE_NONE) == rows[i].alive, "%s", rows[i].name);
		tap_ok((strstr(play_mails(&p), "aanvraag-bevestigd>jan") != NULL) == rows[i].alive, "%s, and what was held goes",
		       rows[i].name);
		tap_ok(health(&p, EVE).dead == DATE_NONE, "%s: of the other nothing is kept", rows[i].name);
		play_close(&p);
	}
}

/* Templates of the mails that are held for a dead address. */
static const char *held_for(struct play *p, const char *address)
{
	const char *list = "";
	struct outbox_row *rows;
	struct err err = ERR_INIT;
	size_t i, count;

	store_outbox_held(p->store, HELD_FOR_DEAD, "pentrax", address, 0, 0, &p->arena, &rows, &count, &err);
	for (i = 0; i < count; i++)
		list = arena_printf(&p->arena, "%s%s%s", list, i ? " " : "", rows[i].template);
	return list;
}

/* A reminder says what the next one says; what is said once is kept for him. */
static void test_once(void)
{
	struct play p;
	int day;

	play_open(&p, NULL);
	play_dossier(&p, (struct engine_opening){ 0 });
	post_report(&p, &(struct report){ .id = play_id_to(&p, JAN) });
	for (day = 0; day < 20; day++)
		virtual_advance(p.v, DAYS(1));
	tap_is_str(held_for(&p, JAN), "", "once: reminders that come again are not made");
	for (; day < 125; day++)
		virtual_advance(p.v, DAYS(1));
	tap_is_str(held_for(&p, JAN), "stukken-ontbreken dossier-vervallen",
		   "once: the last reminder, and that the dossier ended, are held");
	play_mails(&p);
	play_post(&p, &(struct post){ .subject = "hallo", .text = "Ik ben er weer." });
	tap_is_str(held_for(&p, JAN), "", "once: when he writes");
	tap_ok(strstr(play_mails(&p), "dossier-vervallen>jan") != NULL, "once: they go");
	play_well(&p, "once");
	play_close(&p);
}

/* Our own server refuses the recipient: the same. */
static void test_refused(void)
{
	struct play p;

	play_open(&p, NULL);
	virtual_outcome(p.v, SEND_REFUSED, 550, "550 5.1.1 no such user");
	play_dossier(&p, (struct engine_opening){ 0 });
	tap_ok(in_state(&p, OUTBOX_FAILED) >= 1, "a mail that is refused failed");
	tap_ok(health(&p, JAN).dead != DATE_NONE, "its address is dead");
	play_close(&p);
}

/* ---- out of office ---- */

static void test_away(void)
{
	struct play p;
	const char *number;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_mails(&p);
	play_post(&p, &(struct post){ .subject = "Automatisch antwoord: dossier", .headers = "Auto-Submitted: auto-replied\r\n",
				      .text = "Ik ben afwezig t/m 12 maart 2026." });
	tap_is_str(play_item(&p), "processed automatic", "an out-of-office reply");
	tap_is_str(play_mails(&p), "", "is not answered");
	virtual_advance(p.v, DAYS(9));
	tap_is_str(play_mails(&p), "", "no reminder while he is away");
	virtual_advance(p.v, DAYS(3));
	tap_ok(strstr(play_mails(&p), "stukken-ontbreken>jan") != NULL, "one when he is back");
	play_post(&p, &(struct post){ .subject = "Automatisch antwoord: dossier", .headers = "Auto-Submitted: auto-replied\r\n",
				      .text = "Ik ben terug op 1 december 2026." });
	tap_ok(health(&p, JAN).away <= PLAY_START + DAYS(12 + 31), "thirty days at most");
	play_post(&p, &(struct post){ .subject = number, .text = "Dank u!" });
	tap_ok(health(&p, JAN).away == DATE_NONE, "he writes himself: he is back");
	play_post(&p, &(struct post){ .from = EVE, .subject = "Automatisch antwoord", .headers = "Auto-Submitted: auto-replied\r\n",
				      .text = "Ik ben terug op 12 april 2026." });
	tap_ok(health(&p, EVE).away == DATE_NONE, "of an address that we never wrote to nothing is kept");
	play_post(&p, &(struct post){ .subject = "Automatisch antwoord: " , .headers = "Auto-Submitted: auto-replied\r\n",
				      .text = "scan", .files = { { .name = "paspoort.pdf" } } });
	tap_is_str(play_item(&p), "processed", "a document in automatic mail is taken in");
	tap_is_str(play_mails(&p), "", "without a receipt");
	play_well(&p, "away");
	play_close(&p);
}

/* ---- A25: loops ---- */

static void test_loops(void)
{
	struct buf hops = BUF_INIT(BUF_MAX_TEXT);
	struct play p;
	const char *number;
	const struct virtual_sent *sent;
	int i;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	sent = play_last_to(&p, JAN);
	play_mails(&p);
	play_post_raw(&p, sent->data, sent->len);
	tap_is_str(play_item(&p), "held own-mail", "A25 our own mail, as it left");
	tap_is_str(play_mails(&p), "", "A25 is not answered");
	for (i = 0; i < 29; i++)
		buf_adds(&hops, "Received: from a by b; Mon, 02 Mar 2026 09:00:00 +0100\r\n");
	play_post(&p, &(struct post){ .top = hops.data, .subject = number, .files = { { .name = "paspoort.pdf" } } });
	tap_is_str(play_item(&p), "processed", "A25 a mail that passed 29 servers");
	buf_adds(&hops, "Received: from a by b; Mon, 02 Mar 2026 09:00:00 +0100\r\n");
	play_mails(&p);
	play_post(&p, &(struct post){ .top = hops.data, .subject = number, .files = { { .name = "aangifte.pdf" } } });
	tap_is_str(play_item(&p), "quarantined loop", "A25 one that passed 30 is set apart");
	tap_is_str(play_mails(&p), "quarantaine>els", "A25 and staff are told");
	buf_free(&hops);
	play_close(&p);
}

/* A mirror that makes a new mail of ours: another sender and id, our mark still in it. */
static void test_marked(void)
{
	struct play p;
	const struct mail *mail;
	const char *mark;

	play_open(&p, NULL);
	play_dossier(&p, (struct engine_opening){ 0 });
	mail = play_read(&p, play_last_to(&p, JAN));
	mark = mail_header_get(mail, "X-Postkamer-Loop");
	play_mails(&p);
	play_post(&p, &(struct post){ .headers = arena_printf(&p.arena, "X-Postkamer-Loop: %s\r\n", mark ? mark : ""),
				      .subject = "hallo", .text = "vraag: hoe?" });
	tap_is_str(play_item(&p), "held own-mail", "A25 a mail with our mark is ours, whoever sends it");
	tap_is_str(play_mails(&p), "", "A25 it is not answered");
	play_post(&p, &(struct post){ .headers = "X-Postkamer-Loop: p.x@pentrax.example aaaaaaaaaaaaaaaaaaaaaaaa\r\n",
				      .subject = "hallo", .text = "status" });
	tap_ok(!str_eq(play_item(&p), "held own-mail"), "A25 a mark that somebody invents is none");
	play_close(&p);
}

/* ---- A25: limits ---- */

static void test_limit_text(void)
{
	struct play p;
	struct err err = ERR_INIT;
	struct outbox_row *rows;
	const char *number;
	size_t count;
	int i;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_mails(&p);
	for (i = 0; i < 6; i++)
		play_post(&p, &(struct post){ .subject = number, .text = "status\n" });
	tap_is_str(play_mails(&p), "status>jan status>jan status>jan verzending-vastgehouden>els",
		   "A25 the same words go three times a day, and staff are told once");
	store_outbox_held(p.store, HELD_FOR_TEXT, "pentrax", JAN, 0, 0, &p.arena, &rows, &count, &err);
	tap_is_int((int)count, 3, "A25 the others are held");
	virtual_advance(p.v, DAYS(1));
	store_outbox_held(p.store, HELD_FOR_TEXT, "pentrax", JAN, 0, 0, &p.arena, &rows, &count, &err);
	tap_is_int((int)count, 3, "A25 until somebody decides");
	store_outbox_retry(p.store, count ? rows[0].id : 0, PLAY_START + DAYS(1), &err);
	engine_poke(p.engine);
	virtual_settle(p.v);
	tap_ok(strstr(play_mails(&p), "status>jan") != NULL, "A25 queue retry lets it go");
	play_well(&p, "the same words");
	play_close(&p);
}

static void test_limit_hour(void)
{
	const struct engine_opening other = { .client_name = "Kees", .client_address = KEES };
	struct play p;
	int i;

	play_open(&p, NULL);
	p.settings.limits.address = 5;
	for (i = 0; i < 12; i++)
		play_dossier(&p, (struct engine_opening){ 0 });
	tap_is_int((int)in_state(&p, OUTBOX_SENT), 5 + 1, "A25 five mails to an address in an hour, and one to staff");
	tap_is_int((int)in_state(&p, OUTBOX_HELD), 7, "A25 the others are held");
	play_dossier(&p, other);
	tap_is_int((int)in_state(&p, OUTBOX_SENT), 7, "A25 not those to others");
	virtual_advance(p.v, HOURS(1) + MINUTES(6));
	tap_is_int((int)in_state(&p, OUTBOX_HELD), 2, "A25 an hour later there is room for five more");
	virtual_advance(p.v, HOURS(1) + MINUTES(6));
	tap_is_int((int)in_state(&p, OUTBOX_HELD), 0, "A25 and then for the rest: none is lost");
	play_well(&p, "an address' hour");
	play_close(&p);

	play_open(&p, NULL);
	p.settings.limits.all = 3;
	play_dossier(&p, (struct engine_opening){ 0 });
	for (i = 0; i < 5; i++)
		play_dossier(&p, other);
	tap_is_int((int)in_state(&p, OUTBOX_HELD), 3, "A25 all in all");
	play_close(&p);
}

/* However much waits for one address: mail to another goes when there is room for that. */
static void test_limit_behind(void)
{
	const struct engine_opening other = { .client_name = "Kees", .client_address = KEES };
	struct play p;
	int i, before;

	play_open(&p, NULL);
	p.settings.limits.address = 1;
	for (i = 0; i < 520; i++)
		play_dossier(&p, (struct engine_opening){ 0 });
	play_dossier(&p, other);
	play_dossier(&p, other);
	before = (int)in_state(&p, OUTBOX_HELD);
	tap_is_int(before, 519 + 1, "A25 hundreds of mails to one address are held, and one to another behind them");
	virtual_advance(p.v, HOURS(1) + MINUTES(6));
	tap_is_int(before - (int)in_state(&p, OUTBOX_HELD), 2, "A25 an hour later there is room for one of each");
	play_close(&p);
}

/* ---- A26 and A45 ---- */

static void test_backscatter(void)
{
	struct play p;

	play_open(&p, &(struct play_options){ .authentication = true });
	play_dossier(&p, (struct engine_opening){ 0 });
	play_mails(&p);
	play_post(&p, &(struct post){ .from = "victim@victim.example", .subject = "hallo", .text = "hallo" });
	tap_is_str(play_mails(&p), "", "A26 a victim whose address somebody used hears nothing");
	play_post(&p, &(struct post){ .from = "victim@victim.example", .subject = "hulp", .text = "hulp" });
	tap_is_str(play_mails(&p), "", "A26 not even help");
	play_post(&p, &(struct post){ .from = "victim@victim.example", .subject = "2026-00001-X", .files = { { .name = "a.pdf" } } });
	tap_is_str(play_mails(&p), "", "A26 nor about a number");
	play_close(&p);
}

static void test_receipts(void)
{
	static const char read[] =
		"From: jan@client.example\r\nTo: " SERVICE "\r\nSubject: Gelezen: dossier\r\nMessage-ID: <mdn@x>\r\nMIME-Version: 1.0\r\n"
		"Content-Type: multipart/report; report-type=disposition-notification; boundary=cut\r\n\r\n"
		"--cut\r\nContent-Type: text/plain\r\n\r\nUw bericht is gelezen.\r\n"
		"--cut\r\nContent-Type: message/disposition-notification\r\n\r\nFinal-Recipient: rfc822; jan@client.example\r\n"
		"Disposition: manual-action/MDN-sent-manually; displayed\r\n--cut--\r\n";
	struct play p;
	const char *number;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_mails(&p);
	play_post(&p, &(struct post){ .subject = number, .files = { { .name = "paspoort.pdf" } },
				      .headers = "Disposition-Notification-To: jan@client.example\r\n"
						 "Return-Receipt-To: jan@client.example\r\n" });
	tap_is_str(play_mails(&p), "ontvangst>jan", "A45 a request for a read receipt gets none: only what he gets anyway");
	tap_ok(!mail_header_get(play_read(&p, play_last_sent(&p)), "Disposition-Notification-To"), "A45 nor do we ask for one");
	play_post_raw(&p, read, sizeof read - 1);
	tap_is_str(play_item(&p), "processed automatic", "A45 one that comes in is filed");
	tap_is_str(play_mails(&p), "", "A45 and not answered");
	play_close(&p);
}

int main(void)
{
	test_forged();
	test_guessed();
	test_dead();
	test_waiting();
	test_unproven();
	test_soft();
	test_under_way();
	test_full();
	test_policy();
	test_month();
	test_token();
	test_once();
	test_refused();
	test_away();
	test_loops();
	test_marked();
	test_limit_text();
	test_limit_hour();
	test_limit_behind();
	test_backscatter();
	test_receipts();
	return tap_done();
}
