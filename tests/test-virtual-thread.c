/*
 * One thread for each person and dossier, and for each of the staff and ticket,
 * as mail programs make them: Apple Mail by References (JWZ's algorithm), Gmail
 * by these and the subject, Outlook by Thread-Index; and none that two people share.
 */
/* Own. */
#include "mime/thread_index.h"
#include "tap.h"
#include "virtual_desk.h"

#define MAX_MAILS 400
#define MAX_IDS 16
#define STARTED "AdyqGpFtAQIDBAUGBwgJCgsMDQ4PEA==" /* the Thread-Index of a mail that Outlook began */

/* A mail as it was sent, and whose it is. */
struct seen {
	const char *who, *subject, *id, *index;
	const char *ids[MAX_IDS]; /* that it names, its own first */
	size_t count;
	size_t thread;            /* the first mail of its component */
};

struct box {
	struct seen list[MAX_MAILS];
	size_t count;
};

static void name(struct seen *seen, const char *id)
{
	if (id && seen->count < MAX_IDS)
		seen->ids[seen->count++] = id;
}

static void collect(struct play *p, struct box *box)
{
	size_t i, r;

	box->count = 0;
	for (i = 0; i < virtual_sent_count(p->v) && i < MAX_MAILS; i++) {
		const struct virtual_sent *sent = virtual_sent_at(p->v, i);
		const struct mail *mail = play_read(p, sent);
		struct seen *seen = &box->list[box->count];

		*seen = (struct seen){ .who = arena_strdup(&p->arena, sent->to),
				       .subject = arena_strdup(&p->arena, mail->subject),
				       .id = mail->message_id, .index = mail_header_get(mail, "Thread-Index"),
				       .thread = box->count };
		name(seen, mail->message_id);
		for (r = 0; r < mail->reference_count; r++)
			name(seen, mail->references[r]);
		name(seen, mail->in_reply_to);
		box->count++;
	}
}

static bool share(const struct seen *a, const struct seen *b)
{
	size_t i, j;

	for (i = 0; i < a->count; i++)
		for (j = 0; j < b->count; j++)
			if (str_eq(a->ids[i], b->ids[j]))
				return true;
	return false;
}

/* JWZ: mails that name an id in common, or one that names it, are of one thread. */
static void link_all(struct box *box)
{
	bool changed = true;
	size_t i, j;

	while (changed)
		for (changed = false, i = 0; i < box->count; i++)
			for (j = 0; j < i; j++)
				if (box->list[i].thread != box->list[j].thread && share(&box->list[i], &box->list[j])) {
					size_t low = box->list[i].thread < box->list[j].thread ? box->list[i].thread :
												 box->list[j].thread;

					box->list[i].thread = box->list[j].thread = low;
					changed = true;
				}
}

static bool same_conversation(const struct seen *a, const struct seen *b)
{
	return a->index && b->index && strncmp(a->index + 8, b->index + 8, 20) == 0;
}

/* The first two mails that break the rule, for the message; "" = none. */
static const char *shared(struct play *p, const struct box *box)
{
	size_t i, j;

	for (i = 0; i < box->count; i++)
		for (j = 0; j < i; j++)
			if (!str_ieq(box->list[i].who, box->list[j].who) &&
			    (share(&box->list[i], &box->list[j]) || same_conversation(&box->list[i], &box->list[j])))
				return arena_printf(&p->arena, "'%s' to %s and '%s' to %s", box->list[i].subject, box->list[i].who,
						    box->list[j].subject, box->list[j].who);
	return "";
}

/* The same person: one subject is one component, and another one another. */
static const char *split(struct play *p, const struct box *box)
{
	size_t i, j;

	for (i = 0; i < box->count; i++)
		for (j = 0; j < i; j++) {
			const struct seen *a = &box->list[i], *b = &box->list[j];

			if (str_ieq(a->who, b->who) && str_eq(a->subject, b->subject) != (a->thread == b->thread))
				return arena_printf(&p->arena, "to %s: '%s' and '%s'", a->who, b->subject, a->subject);
		}
	return "";
}

static size_t subjects(const struct box *box, const char *who)
{
	size_t i, j, count = 0;

	for (i = 0; i < box->count; i++) {
		for (j = 0; j < i && !(str_ieq(box->list[j].who, who) && str_eq(box->list[j].subject, box->list[i].subject)); j++)
			;
		count += str_ieq(box->list[i].who, who) && j == i;
	}
	return count;
}

static size_t mails(const struct box *box, const char *who)
{
	size_t i, count = 0;

	for (i = 0; i < box->count; i++)
		count += str_ieq(box->list[i].who, who);
	return count;
}

/* ---- a play of many people ---- */

static unsigned chance(uint64_t *state, unsigned below)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(*state >> 33) % below;
}

static void open_desk(struct play *p, uint64_t seed)
{
	play_open(p, &(struct play_options){ .authentication = true, .seed = seed });
	p->staff[1] = (struct settings_person){ "Bob Bakker", BOB };
	p->services[0].staff_count = 2;
	p->services[0].ticket_remind = DAYS(2);
}

/* As desk_reply_to(), to the address that the mail names, and by Outlook. */
static struct post answer_to(struct play *p, const struct virtual_sent *sent, const char *text)
{
	struct post post = desk_reply_to(p, sent, text);
	const struct mail *mail = play_read(p, sent);
	const char *index = mail_header_get(mail, "Thread-Index");

	if (index)
		index = thread_index_extend(&p->arena, index, PLAY_START, 5);
	post.headers = arena_printf(&p->arena, "Cc: %s\r\n%s%s%s", mail->reply_to.list[0].addr, index ? "Thread-Index: " : "",
				    index ? index : "", index ? "\r\n" : "");
	return post;
}

/* Somebody answers the newest mail he got; his program names all that it names, and that one. */
static void reply(struct play *p, const char *from, const char *template, const char *text, const char *file)
{
	const struct virtual_sent *sent = template ? desk_last(p, from, template) : play_last_to(p, from);
	struct post post;

	if (!sent)
		return;
	post = answer_to(p, sent, text);
	if (file)
		post.files[0] = (struct post_file){ .name = file };
	play_post(p, &post);
}

/* A new mail, whose sender's program began a conversation for it. */
static void fresh(struct play *p, const char *from, const char *number, const char *text, const char *file)
{
	const char *head = str_eq(from, JAN) ? "Thread-Index: " STARTED "\r\n" : NULL;
	struct post post = { .top = desk_trace(p, DESK_PASS, from), .from = from, .headers = head,
			     .subject = arena_printf(&p->arena, "Vraagje %s", number), .text = text };

	if (file)
		post.files[0] = (struct post_file){ .name = file };
	play_post(p, &post);
}

static void something(struct play *p, const char *number, uint64_t *state)
{
	static const char *const files[] = { "paspoort.pdf", "aangifte 2025.pdf", "jaarcijfers 2024.pdf", "prognose.xlsx" };
	const char *file = arena_printf(&p->arena, "%u-%s", chance(state, 1000), files[chance(state, 4)]);
	const char *party = chance(state, 2) ? JAN : OFFICE, *staff = chance(state, 2) ? ELS : BOB;

	switch (chance(state, 9)) {
	case 0: fresh(p, party, number, "Hierbij.", file); break;
	case 1: fresh(p, party, number, "Wanneer begint u?", NULL); break;
	case 2: reply(p, party, NULL, "Hierbij.", file); break;
	case 3: reply(p, party, NULL, "Kan het ook later?", NULL); break;
	case 4: reply(p, staff, "ticket-bericht", "Morgen.", NULL); break;
	case 5: reply(p, staff, "ticket-bericht", "sluiten", NULL); break;
	case 6: reply(p, party, "ticket-antwoord", "En daarna?", NULL); break;
	case 7: reply(p, staff, NULL, "extra huurcontract", NULL); break;
	default: virtual_advance(p->v, DAYS(1 + chance(state, 3)));
	}
	virtual_advance(p->v, MINUTES(1 + chance(state, 20)));
}

static void test_play(uint64_t seed)
{
	struct play p;
	struct box *box;
	uint64_t state = seed;
	const char *number;
	size_t clients;
	int i;

	open_desk(&p, seed);
	p.services[0].plus = seed % 2;
	number = play_dossier(&p, (struct engine_opening){ .office = OFFICE, .client_name = "Jan Jansen",
							   .client_address = JAN, .copy = true });
	for (i = 0; i < 40; i++)
		something(&p, number, &state);
	box = arena_alloc(&p.arena, sizeof *box);
	collect(&p, box);
	link_all(box);
	clients = subjects(box, JAN) * 10 + subjects(box, OFFICE);
	tap_ok(mails(box, JAN) > 1 && mails(box, OFFICE) > 1 && mails(box, ELS) > 1, "play %d: %zu mails", (int)seed,
	       box->count);
	tap_is_str(shared(&p, box), "", "play %d: no two people share a reference or a conversation", (int)seed);
	tap_is_str(split(&p, box), "", "play %d: one subject, one thread", (int)seed);
	tap_is_int((long long)clients, 11, "play %d: client and office have one thread each", (int)seed);
	play_close(&p);
}

/* ---- by hand ---- */

static void test_subject(void)
{
	struct play p;
	const char *number;
	const struct mail *first, *second;
	const char *text;

	open_desk(&p, 1);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	first = play_read(&p, play_last_to(&p, JAN));
	text = play_text(&p, play_last_to(&p, JAN));
	tap_ok(str_starts(first->subject, arena_printf(&p.arena, "Dossier %s: Inkomensverklaring [", number)),
	       "the subject is the dossier's, with a tag");
	tap_ok(str_starts(text, "Uw aanvraag is bevestigd Beste Jan Jansen"),
	       "what the mail is about stands above its text");
	virtual_advance(p.v, DAYS(3));
	second = play_read(&p, play_last_to(&p, JAN));
	tap_is_str(second->subject, first->subject, "a reminder has the same");
	text = play_text(&p, play_last_to(&p, JAN));
	tap_ok(str_starts(text, "Wij missen nog 8 stukken Beste Jan"), "and says what it is about: %s",
	       text);
	virtual_advance(p.v, DAYS(120));
	fresh(&p, JAN, number, "Hierbij.", "paspoort.pdf");
	virtual_advance(p.v, MINUTES(11));
	tap_is_str(play_read(&p, play_last_to(&p, JAN))->subject, first->subject, "a receipt after months of silence too");
	tap_is_int(store_token_revoke(p.store, "pentrax", number, NULL, PLAY_START, NULL, NULL), 0, "its token is revoked");
	fresh(&p, JAN, number, "Hierbij.", "aangifte 2025.pdf");
	virtual_advance(p.v, MINUTES(11));
	tap_ok(!str_eq(play_read(&p, play_last_to(&p, JAN))->subject, first->subject), "then the tag is another");
	tap_is_str(second->in_reply_to, first->message_id, "and goes on from the first");
	play_close(&p);
}

static const char *index_to(struct play *p, const char *who)
{
	return mail_header_get(play_read(p, play_last_to(p, who)), "Thread-Index");
}

static void test_outlook(void)
{
	struct play p;
	const char *number, *root, *head = STARTED;

	open_desk(&p, 1);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	root = index_to(&p, JAN);
	tap_ok(root && strlen(root) == 32, "the first mail begins a conversation");
	tap_is_str(mail_header_get(play_read(&p, play_last_to(&p, JAN)), "Thread-Topic"),
		   arena_printf(&p.arena, "Dossier %s: Inkomensverklaring", number), "with its topic, which holds no token");
	fresh(&p, JAN, number, "Hierbij.", "paspoort.pdf");
	virtual_advance(p.v, MINUTES(11));
	tap_ok(strncmp(index_to(&p, JAN), head, 28) == 0 && strlen(index_to(&p, JAN)) == 36,
	       "the receipt of a mail from Outlook goes on from it");
	virtual_advance(p.v, DAYS(3));
	tap_ok(strncmp(index_to(&p, JAN), root, 28) == 0 && strlen(index_to(&p, JAN)) == 36,
	       "a reminder goes on from our own first mail");
	play_post(&p, &(struct post){ .top = desk_trace(&p, DESK_PASS, JAN), .from = JAN, .subject = number,
				      .headers = "Thread-Index: AdyqGpFt!!\r\n", .text = "Wanneer begint u?" });
	tap_ok(strncmp(index_to(&p, JAN), root, 28) == 0, "what is no index is not looked at");
	play_close(&p);
}

/* The title of the workflow, which a slot of the shipped rules matches, stands in each subject of ours. */
static void test_slots(void)
{
	struct play p;
	const char *number;
	struct dossier *dossier;

	open_desk(&p, 1);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	reply(&p, ELS, NULL, "notitie: x", NULL);
	play_post(&p, &(struct post){ .top = desk_trace(&p, DESK_PASS, ELS), .from = ELS,
				      .subject = arena_printf(&p.arena, "Re: Dossier %s: Inkomensverklaring", number), .text = "Hierbij.",
				      .files = { { .name = "iets.pdf" } } });
	dossier = play_look(&p, number);
	tap_is_int((long long)dossier_slot(dossier, "rapport", 0)->document_count, 0,
		   "the subject of our mails makes no report of what staff attach to an answer");
	play_close(&p);
}

/* He asked two things; what he answers says which he goes on with, whatever else his program names. */
static void test_questions(bool plus)
{
	struct play p;
	const char *number, *all;
	struct post post;

	open_desk(&p, 1);
	p.services[0].plus = plus;
	number = play_dossier(&p, (struct engine_opening){ 0 });
	desk_write(&p, JAN, number, "Wanneer begint u?");
	reply(&p, ELS, "ticket-bericht", "Morgen.", NULL);
	reply(&p, ELS, "ticket-beantwoord", "sluiten", NULL);
	reply(&p, ELS, "ticket-bericht", "sluiten", NULL);
	desk_write(&p, JAN, number, "Wat kost het?");
	tap_is_str(desk_tickets(&p), "question closed els dossier, question open dossier", "two questions, plus %d", plus);
	all = arena_printf(&p.arena, "<%s> <%s>",
			   play_read(&p, desk_last(&p, JAN, "ticket-antwoord"))->message_id, play_id_to(&p, JAN));
	post = answer_to(&p, desk_last(&p, JAN, "ticket-antwoord"), "En waar?");
	post.references = all;
	play_post(&p, &post);
	tap_is_str(desk_tickets(&p), "question open els dossier, question open dossier", "he goes on with the first, plus %d", plus);
	reply(&p, ELS, "ticket-bericht", "sluiten", NULL);
	post = answer_to(&p, desk_last(&p, JAN, "aanvraag-bevestigd"), "Ik stuur het morgen op.");
	post.references = arena_printf(&p.arena, "%s %s", all, post.references);
	play_post(&p, &post);
	tap_ok(!str_starts(desk_tickets(&p), "question open els"), "an answer to a notice opens no old question again: %s",
	       desk_tickets(&p));
	play_close(&p);
}

/* An answer to a stranger's ticket, in which he wrote from Outlook, carries nothing of what staff wrote. */
static void test_ticket(void)
{
	struct play p;
	const struct mail *bericht, *again, *ack, *answer;

	open_desk(&p, 1);
	play_post(&p, &(struct post){ .top = desk_trace(&p, DESK_PASS, STEVE), .from = STEVE, .subject = "Prijs",
				      .headers = "Thread-Index: " STARTED "\r\n", .text = "Wat kost het?" });
	bericht = play_read(&p, desk_last(&p, ELS, "ticket-bericht"));
	ack = play_read(&p, desk_last(&p, STEVE, "ticket-ontvangen"));
	tap_ok(strncmp(mail_header_get(ack, "Thread-Index"), STARTED, 28) == 0, "the acknowledgement goes on from his mail");
	tap_ok(strncmp(mail_header_get(bericht, "Thread-Index"), STARTED, 28) != 0, "what staff get does not");
	reply(&p, ELS, "ticket-bericht", "Niets.", NULL);
	answer = play_read(&p, desk_last(&p, STEVE, "ticket-antwoord"));
	tap_is_str(answer->subject, ack->subject, "acknowledgement and answer have one subject");
	reply(&p, STEVE, "ticket-antwoord", "En het rapport?", NULL);
	again = play_read(&p, desk_last(&p, ELS, "ticket-bericht"));
	tap_is_str(again->subject, bericht->subject, "so have the mails to staff");
	tap_is_str(again->reference_count ? again->references[0] : NULL, bericht->message_id, "which begin with the first");
	play_close(&p);
}

int main(void)
{
	uint64_t seed;

	test_subject();
	test_outlook();
	test_ticket();
	test_slots();
	test_questions(false);
	test_questions(true);
	for (seed = 1; seed <= 12; seed++)
		test_play(seed);
	return tap_done();
}
