/*
 * What people try who should not (reliability.md, section 4), against the whole
 * engine, from the outside: mails go in, mails come out. Each row of that table
 * which is about who is who has its tests here, by its number.
 *
 * POSTKAMER_GUESSES=10000 plays the enumeration (A1, A2) whole: six minutes of a processor and 1.1 GB.
 */
/* Own. */
#include "tap.h"
#include "virtual_words.h"

#define PASS "dmarc=pass header.from"
#define FAIL "dmarc=fail header.from"
#define CANARY "kanarie7391"
#define GUESSES 60

static void post_as(struct play *p, const char *found, const char *from, struct post post)
{
	post.top = play_trace(p, found, strchr(from, '@') + 1);
	post.from = post.from ? post.from : from;
	play_post(p, &post);
}

static const char *open_for(struct play *p, const char *name, const char *address, const char *office)
{
	return play_dossier(p, (struct engine_opening){ .client_name = name, .client_address = address, .office = office });
}

static void open_strict(struct play *p)
{
	play_open(p, &(struct play_options){ .authentication = true });
}

/* How many mails went to that address in all. */
static size_t mails_to(struct play *p, const char *address)
{
	size_t i, n = 0;

	for (i = 0; i < virtual_sent_count(p->v); i++)
		n += str_ieq(virtual_sent_at(p->v, i)->to, address);
	return n;
}

/* Does any mail to that address (NULL = anybody) hold these words, in its text, its headers or behind its links? */
static bool anywhere(struct play *p, const char *address, const char *words)
{
	size_t i;

	for (i = 0; i < virtual_sent_count(p->v); i++) {
		const struct virtual_sent *sent = virtual_sent_at(p->v, i);

		if (address && !str_ieq(sent->to, address))
			continue;
		if (memmem(sent->data, sent->len, words, strlen(words)) || strstr(play_text(p, sent), words) ||
		    strstr(play_read(p, sent)->subject, words))
			return true;
	}
	return false;
}

/* ---- A1, A2: guessing numbers ---- */

static struct buf heard; /* the log, as far as it speaks of the sender at hand */
static const char *speaks_of;

static void listen(void *ctx, enum log_level level, const char *line)
{
	(void)ctx;
	(void)level;
	if (speaks_of && strstr(line, speaks_of))
		buf_addf(&heard, "%s\n", line);
}

/* Without what counts up with every mail, and without the guesser's own words. */
static const char *masked(struct play *p, const char *text, const char *number, const char *who)
{
	struct buf out = BUF_INIT(BUF_MAX_FILE);
	static const char *const counters[] = { "item=", "outbox=", "message-id=p." }; /* the last is a keyed hash of the first */
	const char *kept;
	size_t i;

	while (*text) {
		if (*number && str_starts(text, number)) {
			buf_adds(&out, "NUMBER");
			text += strlen(number);
			continue;
		}
		if (str_starts(text, who)) {
			buf_adds(&out, "WHO");
			text += strlen(who);
			continue;
		}
		/* The number of a ticket counts up too, and a token is a keyed hash of it. */
		if (str_starts(text, "T2026-")) {
			buf_adds(&out, "TICKET");
			text += strlen("T2026-") + strspn(text + strlen("T2026-"), "0123456789") + 2;
			continue;
		}
		if (*text == '[' && strspn(text + 1, "abcdefghijklmnopqrstuvwxyz234567") == 26) {
			buf_adds(&out, "TAG");
			text += 28;
			continue;
		}
		for (i = 0; i < sizeof counters / sizeof *counters; i++)
			if (str_starts(text, counters[i])) {
				buf_adds(&out, counters[i]);
				text += strlen(counters[i]);
				text += strspn(text, i < 2 ? "0123456789" : "abcdefghijklmnopqrstuvwxyz234567");
			}
		/* So does the number of a ticket, and a token is a keyed hash of it and of the time. */
		if (str_starts(text, "T26-") && strlen(text) > 11)
			text += 11;
		else if (*text == '[' && strspn(text + 1, "abcdefghijklmnopqrstuvwxyz234567") == 26)
			text += 28;
		else if (*text)
			buf_addc(&out, *text++);
	}
	kept = arena_strdup(&p->arena, out.data ? out.data : "");
	buf_free(&out);
	return kept;
}

/* In the place of "#". */
static const char *with_number(struct arena *arena, const char *subject, const char *number)
{
	size_t before = strcspn(subject, "#");

	return arena_printf(arena, "%.*s%s%s", (int)before, subject, number, subject + before + 1);
}

/* All that came of a letter at once: who got what in which order, whole; and what the log says of its sender. */
static const char *outcome(struct play *p, const char *who, const struct post *letter, const char *number)
{
	size_t from = virtual_sent_count(p->v), i;
	const char *told = "";
	struct post post = *letter;

	buf_reset(&heard);
	speaks_of = who;
	post.from = who;
	post.top = play_trace(p, PASS, "evil.example");
	post.message_id = "<x@evil.example>";
	post.subject = with_number(&p->arena, letter->subject, number);
	play_post(p, &post);
	speaks_of = NULL;
	for (i = from; i < virtual_sent_count(p->v); i++) {
		const struct virtual_sent *sent = virtual_sent_at(p->v, i);
		const struct mail *mail = play_read(p, sent);

		told = arena_printf(&p->arena, "%s[%s|%s|%s|%zu]", told, str_ieq(sent->to, who) ? "WHO" : sent->to, mail->subject,
				    play_text(p, sent), mail->header_count);
	}
	return masked(p, arena_printf(&p->arena, "%s\n%s", told, heard.data ? heard.data : ""), number, who);
}

/* Everything that a stranger may think of to learn whether a number exists. */
static const struct post letters[] = {
	{ .subject = "#" },
	{ .subject = "Re: Dossier #", .text = "status" },
	{ .subject = "#", .text = "hulp" },
	{ .subject = "#", .files = { { .name = "paspoort.pdf" } } },
	{ .subject = "# 2026-09998-X", .text = "twee nummers" },
	{ .subject = "#", .text = "annuleren\nakkoord\nvrijgeven 1\nja" },
	{ .subject = "Fwd: Antw: #", .text = "vraag: bestaat dit?" },
	{ .subject = "#", .text = "ja", .headers = "Auto-Submitted: auto-replied\r\n" },
};

static const char *invented(struct play *p, int i)
{
	return arena_printf(&p->arena, "2026-%05d-Q", 70000 + i);
}

static void test_guesses(void)
{
	const char *wanted = getenv("POSTKAMER_GUESSES");
	int guesses = wanted ? (int)strtol(wanted, NULL, 10) : GUESSES, i, different = 0, heard_something = 0;
	struct play p;

	open_strict(&p);
	log_set_sink(listen, NULL);
	buf_init(&heard, BUF_MAX_FILE);
	for (i = 0; i < guesses; i++) {
		const struct post *letter = &letters[i % (int)(sizeof letters / sizeof *letters)];
		const char *number, *real, *unreal, *kinds[] = { JAN, KEES, OFFICE };
		struct arena kept;

		number = i % 4 == 3 ? play_dossier(&p, (struct engine_opening){ .office = OFFICE, .office_only = true }) :
				      open_for(&p, "Iemand", kinds[i % 3], NULL);
		real = outcome(&p, arena_printf(&p.arena, "a%05d@evil.example", i), letter, number);
		unreal = outcome(&p, arena_printf(&p.arena, "b%05d@evil.example", i), letter, invented(&p, i));
		if (!str_eq(real, unreal) && different++ < 3)
			printf("# %s\n# %s\n", real, unreal);
		heard_something += strstr(real, "item.decided") && (letter->headers || strstr(real, "WHO|"));
		/* Below the limit of what goes out in an hour, and past the questions that come of it. */
		if (i % 1000 == 999)
			virtual_advance(p.v, HOURS(1) + 1);
		/* What was read is not needed any more. */
		kept = p.arena;
		p.arena = (struct arena)ARENA_INIT;
		arena_free(&kept);
	}
	tap_is_int(different, 0, "A1: %d existing and %d invented numbers: no mail, log line or order of mails differs", guesses, guesses);
	tap_is_int(heard_something, guesses, "A1: each was answered and stands in the log");
	log_set_sink(play_log, NULL);
	buf_free(&heard);
	play_close(&p);
}

/* The same message, in a world in which the number exists and in one in which it does not: byte for byte. */
static void test_twins(void)
{
	struct play with, without;
	const char *number;
	size_t i;

	for (i = 0; i < sizeof letters / sizeof *letters; i++) {
		const struct virtual_sent *a, *b;
		struct post letter = letters[i];

		open_strict(&with);
		open_strict(&without);
		number = open_for(&with, "Jan", JAN, NULL);
		letter.subject = with_number(&with.arena, letter.subject, number);
		letter.message_id = "<x@evil.example>";
		post_as(&with, PASS, EVE, letter);
		post_as(&without, PASS, EVE, letter);
		a = play_last_to(&with, EVE);
		b = play_last_to(&without, EVE);
		tap_ok(!a == !b && (!a || (a->len == b->len && !memcmp(a->data, b->data, a->len))),
		       "A1: letter %zu: the answer is the same to the byte", i);
		virtual_advance(with.v, DAYS(3));
		virtual_advance(without.v, DAYS(3));
		tap_is_int((long long)mails_to(&with, EVE), (long long)mails_to(&without, EVE), "A1: letter %zu: nor does more come later", i);
		play_close(&with);
		play_close(&without);
	}
}

/* By the id of a mail of ours that leaked: it leads there and tells nothing. */
static void test_leaked_id(void)
{
	struct play p;
	const char *id;

	open_strict(&p);
	open_for(&p, "Jan", JAN, NULL);
	id = play_id_to(&p, JAN);
	play_mails(&p);
	post_as(&p, PASS, EVE, (struct post){ .subject = "Re:", .answers = id, .text = "status" });
	tap_is_str(play_mails(&p), "ontvangst-algemeen>eve", "A1: who answers a mail that leaked hears what everybody hears");
	tap_is_str(play_item(&p), "held stranger", "A28: and has no part in the thread");
	tap_ok(!anywhere(&p, EVE, "2026-"), "A1: no number stands in it");
	play_close(&p);
}

static void test_many(void)
{
	struct play p;
	int i;

	open_strict(&p);
	for (i = 0; i < 100; i++)
		post_as(&p, PASS, EVE, (struct post){ .subject = invented(&p, i), .text = "x" });
	tap_is_str(play_mails(&p), "ontvangst-algemeen>eve", "A2: a hundred numbers, one answer");
	virtual_advance(p.v, HOURS(23));
	post_as(&p, PASS, EVE, (struct post){ .subject = invented(&p, 0), .text = "x" });
	tap_is_int((long long)mails_to(&p, EVE), 1, "A2: a day");
	play_well(&p, "A2");
	play_close(&p);
}

/* ---- A3 to A7: whose mail is it? ---- */

static void test_forged(void)
{
	struct play p;
	const char *number;

	open_strict(&p);
	number = open_for(&p, "Jan", JAN, NULL);
	play_mails(&p);
	/* He knows the name, the number and the id of our mail, and sends what would hurt. */
	post_as(&p, FAIL, JAN, (struct post){ .from = "Jan Jansen <" JAN ">", .subject = arena_printf(&p.arena, "Re: Dossier %s", number),
					      .answers = play_id_to(&p, JAN), .text = "annuleren\n" CANARY,
					      .files = { { .name = CANARY ".pdf" } } });
	tap_is_str(play_item(&p), "held unauthenticated", "A3: a forged From is held");
	tap_is_str(play_mails(&p), "", "A3: nobody is told at once");
	tap_is_str(play_papers(&p, number), "verzamelen", "A3: nothing is done");
	virtual_advance(p.v, DAYS(1));
	tap_ok(mails_to(&p, JAN) >= 2, "A3: the registered address is asked");
	tap_ok(!anywhere(&p, NULL, CANARY), "A3: of what the forger wrote not a word goes to anybody");
	play_close(&p);
}

static void test_own_results(void)
{
	static const struct { const char *name, *top, *headers; } rows[] = {
		{ "below ours", "Received: from evil by " MX "; now\r\n",
		  "Authentication-Results: " MX "; dmarc=pass header.from=client.example\r\n" },
		{ "below ours, with a Received line of his own",
		  "Authentication-Results: " MX "; dmarc=fail header.from=client.example\r\nReceived: from evil by " MX "; now\r\n",
		  "Authentication-Results: " MX "; dmarc=pass header.from=client.example\r\nReceived: from x by " MX "; now\r\n" },
		{ "of a name like ours",
		  "Authentication-Results: " MX ".evil.example; dmarc=pass header.from=client.example\r\n"
		  "Received: from evil by " MX "; now\r\n", "" },
		{ "inside ours, as a quoted sender",
		  "Authentication-Results: " MX "; spf=pass smtp.mailfrom=\"x; dmarc=pass header.from=client.example\"@evil.example\r\n"
		  "Received: from evil by " MX "; now\r\n", "" },
		{ "inside ours, as a comment",
		  "Authentication-Results: " MX "; spf=fail (; dmarc=pass header.from=client.example) smtp.mailfrom=evil.example\r\n"
		  "Received: from evil by " MX "; now\r\n", "" },
		{ "in a HELO that looks like our line",
		  "Received: from by ([192.0.2.1]) by " MX "; now\r\n",
		  "Authentication-Results: " MX "; dmarc=pass header.from=client.example\r\n" },
		{ "of his own domain, for our client's name", "Authentication-Results: " MX
		  "; dkim=pass header.d=evil.example header.i=@client.example; dmarc=fail header.from=client.example\r\n"
		  "Received: from evil by " MX "; now\r\n", "" },
	};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct play p;
		const char *number;

		open_strict(&p);
		number = open_for(&p, "Jan", JAN, NULL);
		play_mails(&p);
		play_post(&p, &(struct post){ .top = rows[i].top, .headers = rows[i].headers, .from = JAN, .subject = number,
					      .text = "niet aanwezig prognose", .files = { { .name = "paspoort.pdf" } } });
		tap_is_str(play_item(&p), "held unauthenticated", "A4: a result of his own, %s", rows[i].name);
		tap_is_str(play_papers(&p, number), "verzamelen", "A4: %s: nothing is taken in", rows[i].name);
		play_close(&p);
	}
}

static void test_no_results(void)
{
	struct play p;
	const char *number;

	open_strict(&p);
	number = open_for(&p, "Jan", JAN, NULL);
	play_mails(&p);
	play_post(&p, &(struct post){ .top = "Received: from x by " MX "; now\r\n", .from = JAN, .subject = number,
				      .files = { { .name = "paspoort.pdf" } } });
	tap_is_str(play_item(&p), "held unauthenticated", "A5: no result at all proves nothing");
	play_post(&p, &(struct post){ .top = "Authentication-Results: " MX "; dmarc=pass header.from=client.example\r\n", .from = JAN,
				      .subject = number, .files = { { .name = "aangifte 2024.pdf" } } });
	tap_is_str(play_item(&p), "held unauthenticated", "A5: nor does one without our Received line");
	play_close(&p);
}

static void test_forwarded(void)
{
	struct play p;
	const char *number;

	open_strict(&p);
	number = open_for(&p, "Jan", JAN, NULL);
	play_mails(&p);
	play_post(&p, &(struct post){ .top = "Authentication-Results: " MX "; arc=pass (i=1 dmarc=pass fromdomain=client.example)"
					     " header.oldest-pass=1; dmarc=fail header.from=client.example\r\nReceived: from x by " MX "; now\r\n",
				      .from = JAN, .subject = number, .headers = "ARC-Seal: i=1; cv=none; d=evil.example\r\n",
				      .files = { { .name = "paspoort.pdf" } } });
	tap_is_str(play_item(&p), "held unauthenticated", "A6: a chain that anybody can seal proves nothing");
	virtual_advance(p.v, MINUTES(11));
	tap_is_str(play_mails(&p), "vastgehouden-vraag>jan vastgehouden>els", "A6: it is asked about, not lost");
	post_as(&p, FAIL, JAN, (struct post){ .subject = play_subject(&p, JAN), .text = "ja" });
	tap_is_str(play_papers(&p, number), "verzamelen legitimatie=paspoort.pdf", "A6: and comes through with a word");
	play_close(&p);
}

static void test_senders(void)
{
	static const struct { const char *name, *from; } rows[] = {
		{ "two addresses", JAN ", " EVE },
		{ "two addresses, ours last", EVE ", " JAN },
		{ "two fields", JAN "\r\nFrom: " EVE },
		{ "two fields, ours last", EVE "\r\nFrom: " JAN },
		{ "a group", "Klanten: " JAN ";" },
		{ "an empty group", "Klanten:;" },
		{ "no address", "Jan Jansen" },
		{ "nothing", "" },
		{ "a quoted local part", "\"jan@client.example \"@evil.example" },
		{ "a route", "<@evil.example:" JAN ">" },
		{ "two addresses and a bare word", "Jansen, " JAN ", Eve <" EVE ">" },
	};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct play p;
		const char *number;

		open_strict(&p);
		number = open_for(&p, "Jan", JAN, NULL);
		play_mails(&p);
		play_post(&p, &(struct post){ .top = "Authentication-Results: " MX "; dmarc=pass header.from=client.example; "
						     "dmarc=pass header.from=evil.example\r\nReceived: from x by " MX "; now\r\n",
					      .from = rows[i].from, .subject = number, .text = "niet aanwezig prognose",
					      .headers = "Sender: " JAN "\r\n", .files = { { .name = "paspoort.pdf" } } });
		tap_ok(str_starts(play_item(&p), "held "), "A7: From of %s is held: %s", rows[i].name, play_item(&p));
		tap_is_str(play_papers(&p, number), "verzamelen", "A7: %s: nothing is taken in", rows[i].name);
		virtual_advance(p.v, HOURS(1));
		tap_is_int((long long)mails_to(&p, EVE), 0, "A7: %s: and the other one hears nothing", rows[i].name);
		play_close(&p);
	}
}

/* What careless programs make of a name with a comma is one writer all the same. */
static void test_comma(void)
{
	struct play p;
	const char *number;

	open_strict(&p);
	number = open_for(&p, "Jan", JAN, NULL);
	post_as(&p, PASS, JAN, (struct post){ .from = "Jansen, Jan <" JAN ">", .subject = number,
					    .files = { { .name = "paspoort.pdf" } } });
	tap_is_str(play_papers(&p, number), "verzamelen legitimatie=paspoort.pdf", "a name with an unquoted comma: his mail");
	post_as(&p, PASS, JAN, (struct post){ .from = "Jansen, " JAN ", Jan", .subject = number,
					    .files = { { .name = "prognose.xlsx" } } });
	tap_is_str(play_item(&p), "processed", "words around a bare address: his mail");
	post_as(&p, PASS, EVE, (struct post){ .from = "Jansen, Jan <" EVE ">", .subject = number,
					    .files = { { .name = "prognose.xlsx" } } });
	tap_is_str(play_item(&p), "held stranger", "and a stranger's is a stranger's");
	play_close(&p);
}

/* ---- A8 to A10: names, and where answers go ---- */

static void test_lookalike(void)
{
	static const struct { const char *name, *from, *domain, *item; } rows[] = {
		{ "our client as a display name", "\"" JAN "\" <" EVE ">", "evil.example", "held stranger" },
		{ "the same without quotes", JAN " <" EVE ">", "evil.example", "held stranger" },
		{ "an encoded display name", "=?utf-8?q?jan=40client=2Eexample?= <" EVE ">", "evil.example", "held stranger" },
		{ "one letter that looks the same", "jan@cli\xd0\xb5nt.example", "cli\xd0\xb5nt.example", "held stranger" },
		{ "the same in its other spelling", "jan@xn--clint-xye.example", "xn--clint-xye.example", "held stranger" },
		{ "a longer domain", "jan@client.example.evil.example", "client.example.evil.example", "held stranger" },
		{ "a sub-domain", "jan@x.client.example", "x.client.example", "held stranger" },
		{ "a plus", "jan+x@client.example", "client.example", "held stranger" },
		{ "a direction mark inside", "jan\xe2\x80\xae@client.example", "client.example", "held several-senders" },
	};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct play p;
		const char *number;

		open_strict(&p);
		number = open_for(&p, "Jan", JAN, NULL);
		play_mails(&p);
		play_post(&p, &(struct post){ .top = play_trace(&p, PASS, rows[i].domain), .from = rows[i].from, .subject = number,
					      .text = "status", .files = { { .name = "paspoort.pdf" } } });
		tap_is_str(play_item(&p), rows[i].item, "A8: %s", rows[i].name);
		tap_is_str(play_papers(&p, number), "verzamelen", "A8: %s: nothing is taken in", rows[i].name);
		play_close(&p);
	}
}

static void test_marks(void)
{
	struct play p;

	open_strict(&p);
	post_as(&p, PASS, EVE, (struct post){ .subject = "factuur \xe2\x80\xae" "fdp.exe \xe2\x80\x8b", .text = "x",
					      .from = "\xe2\x80\xaeJan\xe2\x80\xac <" EVE ">" });
	virtual_advance(p.v, MINUTES(11));
	tap_ok(mails_to(&p, ELS) == 1 && !anywhere(&p, ELS, "\xe2\x80\xae") && !anywhere(&p, ELS, "\xe2\x80\x8b"),
	       "A8: staff see no hidden marks");
	tap_ok(anywhere(&p, ELS, EVE), "A8: but the address itself");
	play_close(&p);
}

static void test_reply_to(void)
{
	struct play p;
	const char *number;

	open_strict(&p);
	number = open_for(&p, "Jan", JAN, OFFICE);
	play_mails(&p);
	post_as(&p, PASS, JAN, (struct post){ .subject = number, .text = "status\nkopie aan",
					      .headers = "Reply-To: " EVE "\r\nReturn-Path: <" EVE ">\r\nErrors-To: " EVE
							 "\r\nDisposition-Notification-To: " EVE "\r\nSender: " EVE "\r\n",
					      .files = { { .name = "paspoort.pdf" } } });
	tap_ok(mails_to(&p, JAN) > 0, "A9: the answer goes to the registered address");
	virtual_advance(p.v, DAYS(10));
	tap_is_int((long long)mails_to(&p, EVE), 0, "A9: and never to one that only the mail names");
	play_close(&p);
}

static void test_cc(void)
{
	struct play p;
	const char *number;

	open_strict(&p);
	number = open_for(&p, "Jan", JAN, OFFICE);
	play_mails(&p);
	post_as(&p, PASS, JAN, (struct post){ .subject = number, .text = "status",
					      .headers = "Cc: " EVE ", " KEES "\r\nResent-From: " EVE "\r\n",
					      .files = { { .name = "paspoort.pdf" } } });
	virtual_advance(p.v, DAYS(10));
	tap_is_int((long long)(mails_to(&p, EVE) + mails_to(&p, KEES)), 0, "A10: nobody becomes a party by standing in Cc");
	post_as(&p, PASS, EVE, (struct post){ .subject = number, .text = "status", .headers = "Cc: " JAN "\r\n" });
	tap_is_str(play_item(&p), "held stranger", "A10: nor by writing with one");
	play_close(&p);
}

/* ---- A11: stolen tokens ---- */

static void test_token(void)
{
	struct play p;
	const char *number, *jans;

	open_strict(&p);
	number = open_for(&p, "Jan", JAN, OFFICE);
	post_as(&p, PASS, JAN, (struct post){ .subject = number, .text = "annuleren" });
	jans = play_subject(&p, JAN);
	tap_is_str(play_mails(&p), "aanvraag-bevestigd>info bevestigen>jan", "a question that a ja would answer");
	post_as(&p, PASS, EVE, (struct post){ .subject = jans, .text = "ja" });
	tap_is_str(play_look(&p, number)->state, "verzamelen", "A11: a stolen token and an address of his own: nothing");
	tap_is_str(play_item(&p), "held stranger", "A11: it is held");
	post_as(&p, PASS, OFFICE, (struct post){ .subject = jans, .text = "ja" });
	tap_is_str(play_look(&p, number)->state, "verzamelen", "A11: nor does the other party's token");
	post_as(&p, FAIL, JAN, (struct post){ .subject = jans, .text = "ja" });
	tap_is_str(play_look(&p, number)->state, "verzamelen", "A11: nor the token with a From that nothing proves");
	post_as(&p, PASS, ELS, (struct post){ .subject = jans, .text = "intrekken" });
	tap_is_str(play_look(&p, number)->state, "verzamelen", "A11: nor somebody's token in the hands of staff");
	virtual_advance(p.v, DAYS(15));
	post_as(&p, PASS, JAN, (struct post){ .subject = jans, .text = "ja" });
	tap_is_str(play_look(&p, number)->state, "verzamelen", "A11: nor one that is too old");
	play_close(&p);
}

/* The question about held mail asks whoever is registered; the forger who reads along gains nothing by answering. */
static void test_question_token(void)
{
	struct play p;
	const char *number, *question;

	open_strict(&p);
	number = open_for(&p, "Jan", JAN, NULL);
	post_as(&p, FAIL, JAN, (struct post){ .subject = number, .files = { { .name = "paspoort.pdf" } } });
	virtual_advance(p.v, MINUTES(11));
	question = play_subject(&p, JAN);
	post_as(&p, PASS, EVE, (struct post){ .subject = question, .text = "ja" });
	tap_is_str(play_papers(&p, number), "verzamelen", "A11: a forger cannot answer for the client");
	post_as(&p, PASS, ELS, (struct post){ .subject = question, .text = "ja" });
	tap_is_str(play_papers(&p, number), "verzamelen", "A11: nor can staff with his token");
	post_as(&p, PASS, JAN, (struct post){ .subject = question, .text = "ja", .headers = "Auto-Submitted: auto-replied\r\n" });
	tap_is_str(play_papers(&p, number), "verzamelen", "A11: nor a machine of his");
	post_as(&p, PASS, JAN, (struct post){ .subject = question, .text = "ja" });
	tap_is_str(play_papers(&p, number), "verzamelen legitimatie=paspoort.pdf", "he can");
	play_close(&p);
}

/* ---- A13: one client, another's dossier ---- */

static void test_two_dossiers(void)
{
	struct play p;
	const char *jan, *kees, *token;

	open_strict(&p);
	jan = open_for(&p, "Jan", JAN, NULL);
	kees = open_for(&p, "Kees " CANARY, KEES, NULL);
	post_as(&p, PASS, JAN, (struct post){ .subject = jan, .text = "status" });
	token = play_subject(&p, JAN);
	play_mails(&p);
	post_as(&p, PASS, JAN, (struct post){ .subject = kees, .text = "status", .files = { { .name = "paspoort.pdf" } } });
	tap_is_str(play_item(&p), "held stranger", "A13: another's number in the subject");
	post_as(&p, PASS, JAN, (struct post){ .subject = arena_printf(&p.arena, "%s %s", token, kees), .files = { { .name = "a.pdf" } } });
	tap_ok(str_starts(play_item(&p), "held two-"), "A13: his own token and another's number: a person decides");
	post_as(&p, PASS, JAN, (struct post){ .subject = "stukken", .answers = play_id_to(&p, KEES), .files = { { .name = "b.pdf" } } });
	tap_is_str(play_item(&p), "held stranger", "A13: the id of a mail to another");
	post_as(&p, PASS, JAN, (struct post){ .subject = jan, .text = arena_printf(&p.arena, "hierbij\n> dossier %s\nzie %s", kees, kees),
					      .files = { { .name = arena_printf(&p.arena, "paspoort %s.pdf", kees) } } });
	tap_is_str(play_papers(&p, kees), "verzamelen", "A13: nothing reaches the other dossier");
	tap_ok(strstr(play_papers(&p, jan), "legitimatie=") != NULL, "A13: a number that he quotes does not send his mail there");
	virtual_advance(p.v, DAYS(10));
	tap_ok(!anywhere(&p, JAN, CANARY) && !anywhere(&p, JAN, KEES), "A13: and he learns nothing of it");
	play_close(&p);
}

/* Let through for one dossier, a mail stays out of every other, whatever it names. */
static void test_let_through(void)
{
	struct play p;
	const char *jan, *kees;
	struct engine_held_order order = { .item = 1, .by = "operator" };
	struct engine_held_result result;
	struct err err = ERR_INIT;

	open_strict(&p);
	jan = open_for(&p, "Jan", JAN, NULL);
	kees = open_for(&p, "Kees", KEES, NULL);
	post_as(&p, PASS, EVE, (struct post){ .subject = kees, .answers = play_id_to(&p, KEES), .text = "annuleren",
					      .files = { { .name = arena_printf(&p.arena, "paspoort %s.pdf", kees) } } });
	order.number = jan;
	engine_held(p.engine, &order, &p.arena, &result, &err);
	virtual_settle(p.v);
	tap_is_str(play_papers(&p, kees), "verzamelen", "A13: let through for one dossier it stays out of the other");
	tap_ok(strstr(play_papers(&p, jan), "legitimatie=") != NULL, "A13: it goes where it was let through to");
	tap_ok(!mails_to(&p, EVE) || !anywhere(&p, EVE, "legitimatie"), "A13: its sender hears nothing of that");
	tap_ok(!anywhere(&p, KEES, "paspoort"), "A13: nor does the other client");
	play_close(&p);
}

/* ---- A15: what staff write among themselves ---- */

static void test_staff_notes(void)
{
	struct play p;
	const char *number;

	open_strict(&p);
	number = open_for(&p, "Jan", JAN, OFFICE);
	post_as(&p, PASS, JAN, (struct post){ .subject = number, .text = "niet aanwezig prognose",
					      .files = { { .name = "paspoort.pdf" }, { .name = "aangifte 2023.pdf" }, { .name = "aangifte 2024.pdf" },
							 { .name = "aangifte 2025.pdf" }, { .name = "jaarcijfers 2023.pdf" },
							 { .name = "jaarcijfers 2024.pdf" }, { .name = "jaarcijfers 2025.pdf" } } });
	virtual_advance(p.v, MINUTES(16));
	post_as(&p, PASS, ELS, (struct post){ .subject = play_subject(&p, ELS),
					      .text = "Deze klant liegt " CANARY "\n\n> eerder: " CANARY "\n--\nEls, toestel 12 " CANARY });
	post_as(&p, PASS, ELS, (struct post){ .subject = play_subject(&p, ELS), .text = "notitie: " CANARY " en nog iets" });
	post_as(&p, PASS, ELS, (struct post){ .subject = play_subject(&p, ELS), .text = "in behandeling" });
	post_as(&p, PASS, ELS, (struct post){ .subject = play_subject(&p, ELS),
					      .text = "afkeuren legitimatie: de kopie is te donker\n\n> " CANARY "\n--\nEls " CANARY });
	post_as(&p, PASS, JAN, (struct post){ .subject = play_subject(&p, JAN), .text = "status" });
	virtual_advance(p.v, DAYS(4));
	tap_ok(anywhere(&p, OFFICE, "de kopie is te donker"), "what staff say to the party arrives");
	tap_ok(!anywhere(&p, JAN, CANARY) && !anywhere(&p, OFFICE, CANARY), "A15: notes, quotations and signatures of staff do not");
	tap_ok(!anywhere(&p, JAN, ELS) && !anywhere(&p, OFFICE, ELS), "A15: nor does the address of staff");
	play_close(&p);
}

/* The reason for refusing a file goes to who sent it; what stands below it in that mail does not. */
static void test_decline_notes(void)
{
	struct play p;
	const char *number;

	open_strict(&p);
	number = open_for(&p, "Jan", JAN, NULL);
	post_as(&p, PASS, JAN, (struct post){ .subject = number, .files = { { .name = "aangifte 2019.pdf" } } });
	virtual_advance(p.v, MINUTES(11));
	post_as(&p, PASS, ELS, (struct post){ .subject = play_subject(&p, ELS),
					      .text = "weigeren 1: verkeerd jaar\n\n> " CANARY "\n--\nEls " CANARY });
	tap_ok(anywhere(&p, JAN, "verkeerd jaar"), "the reason arrives");
	tap_ok(!anywhere(&p, JAN, CANARY) && !anywhere(&p, JAN, ELS), "A15: what staff quote and sign with does not");
	play_close(&p);
}

/* ---- A26: making us write to others ---- */

static void test_backscatter(void)
{
	struct play p;
	const char *number;
	int i;

	open_strict(&p);
	number = open_for(&p, "Jan", JAN, NULL);
	play_mails(&p);
	for (i = 0; i < 20; i++) {
		post_as(&p, FAIL, "victim@third.example", (struct post){ .subject = i % 2 ? number : "hallo",
									      .text = i % 3 ? "hulp" : "status" });
		post_as(&p, FAIL, "victim@third.example", (struct post){ .subject = "x", .files = { { .name = "a.pdf" } } });
	}
	virtual_advance(p.v, DAYS(10));
	tap_is_int((long long)mails_to(&p, "victim@third.example"), 0, "A26: a victim whose address is forged hears nothing");
	play_close(&p);
	open_strict(&p);
	number = open_for(&p, "Jan", JAN, NULL);
	play_mails(&p);
	for (i = 0; i < 10; i++) {
		int n;

		for (n = 0; n < 5; n++)
			post_as(&p, FAIL, JAN, (struct post){ .subject = number, .text = arena_printf(&p.arena, "%d %d", i, n) });
		virtual_advance(p.v, DAYS(1));
	}
	{
		size_t k, questions = 0;

		for (k = 0; k < virtual_sent_count(p.v); k++)
			questions += str_ieq(virtual_sent_at(p.v, k)->to, JAN) &&
				     strstr(play_text(&p, virtual_sent_at(p.v, k)), "Is deze mail van u") != NULL;
		tap_is_int((long long)questions, 3, "A26: fifty forged mails in ten days: the client is asked three times");
	}
	play_close(&p);
}

/* ---- A28: taking a place in the line ---- */

static void test_squatting(void)
{
	struct play p;
	const char *number;

	open_strict(&p);
	number = open_for(&p, "Jan", JAN, NULL);
	post_as(&p, PASS, EVE, (struct post){ .subject = "x", .message_id = "<morgen@client.example>",
					      .files = { { .name = "a.pdf" } } });
	post_as(&p, PASS, JAN, (struct post){ .subject = number, .message_id = "<morgen@client.example>",
					      .files = { { .name = "paspoort.pdf" } } });
	tap_is_str(play_papers(&p, number), "verzamelen legitimatie=paspoort.pdf",
		   "A28: the same Message-ID with other contents is another mail");
	post_as(&p, FAIL, JAN, (struct post){ .subject = number, .message_id = "<over@client.example>",
					      .files = { { .name = "aangifte 2024.pdf" } } });
	post_as(&p, PASS, JAN, (struct post){ .subject = number, .message_id = "<over@client.example>",
					      .files = { { .name = "aangifte 2024.pdf" } } });
	tap_is_str(play_papers(&p, number), "verzamelen legitimatie=paspoort.pdf aangifte2024=aangifte 2024.pdf",
		   "A28: the same mail, first without proof and then with it, is taken in");
	play_well(&p, "A28");
	play_close(&p);
}

int main(void)
{
	test_guesses();
	test_twins();
	test_leaked_id();
	test_many();
	test_forged();
	test_own_results();
	test_no_results();
	test_forwarded();
	test_senders();
	test_comma();
	test_lookalike();
	test_marks();
	test_reply_to();
	test_cc();
	test_token();
	test_question_token();
	test_two_dossiers();
	test_let_through();
	test_staff_notes();
	test_decline_notes();
	test_backscatter();
	test_squatting();
	return tap_done();
}
