/*
 * A28: who can read a mail on its way can send it before its sender does. What
 * nothing proves, whatever becomes of it, keeps the real mail from nothing; the
 * real one acts once, and the copy no longer.
 */
/* Own. */
#include "tap.h"
#include "virtual_desk.h"

#define FAIL "dmarc=fail header.from"

static const struct play_options strict = { .authentication = true };

/* The same mail, as one of its copies comes in: what is no part of what it says may differ. */
static void send(struct play *p, struct post post, const char *found, const char *headers)
{
	post.from = post.from ? post.from : JAN;
	post.message_id = "<echt@client.example>";
	post.top = desk_trace(p, found, strstr(post.from, STEVE) ? STEVE : JAN);
	if (headers)
		post.headers = headers;
	play_post(p, &post);
}

/* "processed ticket" of the item number 'id'. */
static const char *state(struct play *p, size_t id)
{
	size_t count;
	const struct item *items = play_items(p, &count);

	if (id > count)
		return "none";
	return items[id - 1].reason ? arena_printf(&p->arena, "%s %s", item_state_word(items[id - 1].state), items[id - 1].reason) :
				      item_state_word(items[id - 1].state);
}

/* ---- documents, behind a copy that became something else ---- */

static void test_documents(void)
{
	static const struct row {
		const char *name, *headers; /* of the copy */
		const char *copy, *tickets, *after, *left;
	} rows[] = {
		{ "that only lies there", NULL, "held unauthenticated", "", "duplicate duplicate", "" },
		{ "to the address for problems", "Cc: storing@pentrax.example\r\n", "processed ticket", "problem open",
		  "processed ticket", "problem closed" },
		{ "with a second sender", "From: " EVE "\r\n", "held several-senders", "", "duplicate duplicate", "" },
		{ "that says it is automatic", "Auto-Submitted: auto-replied\r\n", "held unauthenticated", "",
		  "duplicate duplicate", "" },
	};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct post post = { .text = "Hierbij", .files = { { .name = "paspoort.pdf" } } };
		struct play p;
		const char *number;

		play_open(&p, &strict);
		post.subject = number = play_dossier(&p, (struct engine_opening){ 0 });
		send(&p, post, FAIL, rows[i].headers);
		tap_is_str(state(&p, 1), rows[i].copy, "a copy %s", rows[i].name);
		tap_is_str(play_papers(&p, number), "verzamelen", "a copy %s delivers nothing", rows[i].name);
		tap_is_str(desk_tickets(&p), rows[i].tickets, "a copy %s: what it opened", rows[i].name);
		play_mails(&p);
		send(&p, post, DESK_PASS, NULL);
		tap_is_str(state(&p, 2), "processed", "A28: the real mail is taken in behind a copy %s", rows[i].name);
		tap_is_str(play_papers(&p, number), "verzamelen legitimatie=paspoort.pdf", "A28: and delivers behind a copy %s",
			   rows[i].name);
		tap_is_str(play_mails(&p), "ontvangst>jan", "A28: and is answered behind a copy %s", rows[i].name);
		tap_is_str(state(&p, 1), rows[i].after, "a copy %s is done with", rows[i].name);
		tap_is_str(desk_tickets(&p), rows[i].left, "a copy %s: what is left of it", rows[i].name);
		send(&p, post, DESK_PASS, NULL);
		tap_is_str(state(&p, 3), "duplicate duplicate", "A28: the real one is taken in once, behind a copy %s", rows[i].name);
		send(&p, post, FAIL, rows[i].headers);
		tap_is_str(state(&p, 4), "duplicate duplicate", "a copy %s a second time", rows[i].name);
		tap_is_str(play_mails(&p), "", "of neither anybody hears, behind a copy %s", rows[i].name);
		play_well(&p, rows[i].name);
		play_close(&p);
	}
}

/* What a person said of the copy he said of the copy. */
static void test_refused(void)
{
	struct post post = { .text = "Hierbij", .files = { { .name = "paspoort.pdf" } } };
	const struct engine_held_order order = { .item = 1, .refuse = true, .by = "operator" };
	struct engine_held_result result;
	struct err err = ERR_INIT;
	struct play p;
	const char *number;

	play_open(&p, &strict);
	post.subject = number = play_dossier(&p, (struct engine_opening){ 0 });
	send(&p, post, FAIL, NULL);
	if (engine_held(p.engine, &order, &p.arena, &result, &err))
		play_bail("refusing", &err);
	tap_is_str(state(&p, 1), "processed refused", "a copy is refused");
	send(&p, post, FAIL, NULL);
	tap_is_str(state(&p, 2), "duplicate duplicate", "once more without proof it is the same");
	send(&p, post, DESK_PASS, NULL);
	tap_is_str(state(&p, 3), "processed", "A28: the real mail is not refused with it");
	tap_is_str(play_papers(&p, number), "verzamelen legitimatie=paspoort.pdf", "A28: and delivers");
	tap_is_str(state(&p, 1), "processed refused", "what was said of the copy stays");
	play_well(&p, "refused");
	play_close(&p);
}

/* ---- words ---- */

/* A stranger's question: the copy is nobody's, the real one is answered. */
static void test_question(void)
{
	struct post post = { .from = STEVE, .subject = "hallo", .text = "vraag: wat kost het" };
	struct play p;

	play_open(&p, &strict);
	send(&p, post, FAIL, NULL);
	tap_is_str(desk_tickets(&p), "question open", "a question that nothing proves is a ticket");
	tap_is_str(play_mails(&p), "ticket-bericht>els", "of which its sender hears nothing");
	send(&p, post, DESK_PASS, NULL);
	tap_is_str(desk_tickets(&p), "question closed, question open", "A28: the real question is one of its own, and the only one");
	tap_is_str(play_mails(&p), "ticket-bericht>els ticket-ontvangen>steve", "A28: who asked it hears so");
	send(&p, post, DESK_PASS, NULL);
	tap_is_str(desk_tickets(&p), "question closed, question open", "once");
	play_well(&p, "a question");
	play_close(&p);
}

/* What staff said to the copy stands: it is theirs. */
static void test_answered(void)
{
	struct post post = { .from = STEVE, .subject = "hallo", .text = "vraag: wat kost het" };
	struct play p;

	play_open(&p, &strict);
	send(&p, post, FAIL, NULL);
	desk_answer(&p, ELS, "ticket-bericht", "toch sturen\nHonderd euro.");
	tap_is_str(desk_tickets(&p), "question answered els", "staff answer it all the same");
	send(&p, post, DESK_PASS, NULL);
	tap_is_str(desk_tickets(&p), "question answered els, question open", "what staff have answered is not closed over their heads");
	play_close(&p);
}

/* With the token that it carries a copy counts for something, and not for all that the real one does. */
static void test_token(void)
{
	struct play p;
	struct post post;
	const char *number;

	play_open(&p, &strict);
	number = play_dossier(&p, (struct engine_opening){ .office = OFFICE, .client_name = "Jan", .client_address = JAN });
	desk_write(&p, JAN, number, "status");
	post = desk_reply_to(&p, play_last_to(&p, JAN), "kopie aan");
	play_mails(&p);
	send(&p, post, FAIL, NULL);
	tap_ok(!play_look(&p, number)->client.copy, "a copy with the token of the real mail does not do what needs more");
	send(&p, post, DESK_PASS, NULL);
	tap_ok(play_look(&p, number)->client.copy, "A28: the real mail does");
	play_well(&p, "a token");
	play_close(&p);
}

/* The very bytes that we have are no second mail, whatever is believed of them by now. */
static void test_same_bytes(void)
{
	struct post post = { .subject = "hallo", .from = STEVE, .text = "vraag: wat kost het" };
	struct play p;

	play_open(&p, &strict);
	send(&p, post, FAIL, NULL);
	p.services[0].authentication = false;
	send(&p, post, FAIL, NULL);
	tap_is_str(state(&p, 2), "duplicate duplicate", "a mailbox that is read anew brings nothing new");
	tap_is_str(desk_tickets(&p), "question open", "and closes nothing");
	play_close(&p);
}

int main(void)
{
	test_documents();
	test_refused();
	test_question();
	test_answered();
	test_token();
	test_same_bytes();
	return tap_done();
}
