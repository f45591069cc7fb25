/*
 * Twenty-two correspondents that answer every mail of ours by themselves, each
 * in a way of its own, for seven days: at most five mails a day go to any of
 * them, nothing is lost, and staff are told of each once at most (A25).
 */

/* Own. */
#include "tap.h"
#include "virtual_play.h"

#define STEP MINUTES(10)
#define PER_DAY 5

struct answer {
	struct play *p;
	const struct mail *mail; /* ours, that it answers */
	const struct virtual_sent *sent;
	int n;                   /* how many it answered before */
};

typedef void respond_fn(struct answer *a);

/* An ordinary answer, with this text. */
static void reply(struct answer *a, const char *subject, const char *headers, const char *text)
{
	play_post(a->p, &(struct post){ .subject = subject ? subject : arena_printf(&a->p->arena, "Re: %s", a->mail->subject),
					.answers = a->mail->message_id, .headers = headers, .text = text });
}

static void vacation_bare(struct answer *a)
{
	reply(a, NULL, NULL, "Ik ben er even niet. Met spoed? Bel mijn collega.");
}

static void vacation_subject(struct answer *a)
{
	reply(a, "Out of office: your mail", NULL, "I am out of the office until further notice.");
}

static void vacation_header(struct answer *a)
{
	reply(a, NULL, "Auto-Submitted: auto-replied\r\n", "Ik ben met vakantie.");
}

static void ticket_system(struct answer *a)
{
	reply(a, arena_printf(&a->p->arena, "[Ticket #%d] %s", 4711 + a->n, a->mail->subject), NULL,
	      arena_printf(&a->p->arena, "Uw melding is ontvangen onder nummer %d.", 4711 + a->n));
}

static void ticket_quoting(struct answer *a)
{
	reply(a, arena_printf(&a->p->arena, "[Ticket #%d]", 4711 + a->n), NULL,
	      arena_printf(&a->p->arena, "Wij hebben uw bericht ontvangen:\n\n%s", a->mail->text));
}

static void ticket_question(struct answer *a)
{
	reply(a, NULL, NULL, "Hoe tevreden bent u over ons antwoord?");
}

/* The bytes as they came. */
static void mirror(struct answer *a)
{
	play_post_raw(a->p, a->sent->data, a->sent->len);
}

/* Its text in a mail of its own, subject and tokens too. */
static void mirror_text(struct answer *a)
{
	reply(a, a->mail->subject, NULL, a->mail->text);
}

static void mirror_attached(struct answer *a)
{
	play_post(a->p, &(struct post){ .subject = a->mail->subject, .answers = a->mail->message_id, .text = "see attachment",
					.files = { { "mail.eml", arena_strndup(&a->p->arena, a->sent->data, a->sent->len),
						     "message/rfc822" } } });
}

static void report(struct answer *a, const char *action, const char *said)
{
	struct buf raw = BUF_INIT(BUF_MAX_TEXT);

	buf_addf(&raw, "Return-Path: <>\r\nFrom: mailer-daemon@client.example\r\nTo: " SERVICE "\r\nSubject: Undelivered\r\n"
		 "Message-ID: <dsn%d@client.example>\r\nMIME-Version: 1.0\r\n", ++a->p->letters);
	buf_addf(&raw, "Content-Type: multipart/report; report-type=delivery-status; boundary=cut\r\n\r\n--cut\r\n"
		 "Content-Type: message/delivery-status\r\n\r\nFinal-Recipient: rfc822; " JAN "\r\nAction: %s\r\n"
		 "Diagnostic-Code: smtp; %s\r\n--cut\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <%s>\r\n--cut--\r\n",
		 action, said, a->mail->message_id);
	play_post_raw(a->p, raw.data, raw.len);
	buf_free(&raw);
}

static void bouncer(struct answer *a)
{
	report(a, "failed", "550 5.1.1 no such user");
}

static void bouncer_soft(struct answer *a)
{
	report(a, "failed", "452 4.2.2 mailbox full");
}

static void bouncer_late(struct answer *a)
{
	report(a, "delayed", "450 4.4.1 no answer from host");
}

static void bouncer_prose(struct answer *a)
{
	play_post(a->p, &(struct post){ .from = "MAILER-DAEMON@client.example", .subject = "failure notice",
					.text = arena_printf(&a->p->arena, "I wasn't able to deliver your message to the following "
							     "addresses.\n\n<" JAN ">:\nSorry, no mailbox here by that name.\n\n"
							     "--- Below this line is a copy of the message.\n\nMessage-ID: <%s>\n",
							     a->mail->message_id) });
}

static void new_subjects(struct answer *a)
{
	reply(a, arena_printf(&a->p->arena, "Bericht %d", a->n), NULL, "Wij hebben uw bericht ontvangen.");
}

static void new_texts(struct answer *a)
{
	reply(a, NULL, NULL, arena_printf(&a->p->arena, "Dit is automatisch bericht nummer %d van vandaag.", a->n));
}

static void documents(struct answer *a)
{
	play_post(a->p, &(struct post){ .subject = arena_printf(&a->p->arena, "Re: %s", a->mail->subject),
					.answers = a->mail->message_id, .text = "bijgaand",
					.files = { { arena_printf(&a->p->arena, "bevestiging-%d.pdf", a->n),
						     arena_printf(&a->p->arena, "%%PDF-1.4\n%% %d\n%%%%EOF", a->n), NULL } } });
}

static void same_document(struct answer *a)
{
	play_post(a->p, &(struct post){ .subject = arena_printf(&a->p->arena, "Re: %s", a->mail->subject),
					.answers = a->mail->message_id, .files = { { .name = "voorwaarden.pdf" } } });
}

/* A second instance of ourselves, which knows us as its client. */
static void ourselves(struct answer *a)
{
	reply(a, NULL, "Auto-Submitted: auto-replied\r\nX-Auto-Response-Suppress: OOF, AutoReply\r\n"
	      "X-Postkamer-Loop: p.abc@client.example aaaaaaaaaaaaaaaaaaaaaaaa\r\n", "Wij hebben uw mail ontvangen.");
}

static void asks_status(struct answer *a)
{
	reply(a, NULL, NULL, "status\n");
}

static void asks_help(struct answer *a)
{
	reply(a, NULL, NULL, "hulp\n");
}

static void twice(struct answer *a)
{
	reply(a, NULL, NULL, "status\n");
	reply(a, NULL, NULL, arena_printf(&a->p->arena, "Volgnummer %d", a->n));
}

static void wrong_commands(struct answer *a)
{
	reply(a, NULL, NULL, arena_printf(&a->p->arena, "niet aanwezig ding %d\n", a->n));
}

static void empty(struct answer *a)
{
	reply(a, NULL, NULL, " ");
}

static const struct responder {
	const char *name;
	respond_fn *respond;
	int64_t step; /* how long it takes at most; 0 = ten minutes */
} responders[] = {
	{ "vacation without headers", vacation_bare, 0 },
	{ "vacation, by its subject", vacation_subject, 0 },
	{ "vacation, by its header", vacation_header, 0 },
	{ "a ticket system", ticket_system, 0 },
	{ "a ticket system that quotes", ticket_quoting, 0 },
	{ "a ticket system that asks", ticket_question, 0 },
	{ "a mirror", mirror, 0 },
	{ "a mirror of words", mirror_text, 0 },
	{ "a mirror that attaches", mirror_attached, 0 },
	{ "a bouncer", bouncer, 0 },
	{ "a full mailbox", bouncer_soft, 0 },
	{ "a slow server", bouncer_late, 0 },
	{ "a bouncer in prose", bouncer_prose, 0 },
	{ "new subjects", new_subjects, 0 },
	{ "new texts", new_texts, 0 },
	{ "new documents", documents, MINUTES(2) },
	{ "the same document", same_document, 0 },
	{ "ourselves", ourselves, 0 },
	{ "one that asks status", asks_status, 0 },
	{ "one that asks help", asks_help, 0 },
	{ "two answers each", twice, 0 },
	{ "wrong commands", wrong_commands, 0 },
	{ "empty mail", empty, 0 },
};

/* ---- seven days ---- */

static bool is_for(const struct virtual_sent *sent, const char *address)
{
	return str_ieq(sent->to, address);
}

/* Answers all mails that came since the last time; how many. */
static int answer_all(struct play *p, respond_fn *respond, size_t *seen, int n)
{
	for (; *seen < virtual_sent_count(p->v); ++*seen) {
		const struct virtual_sent *sent = virtual_sent_at(p->v, *seen);
		struct answer a = { .p = p, .sent = sent, .n = n };

		if (!is_for(sent, JAN) || n > 2000)
			continue;
		a.mail = play_read(p, sent);
		n++;
		respond(&a);
	}
	return n;
}

static int64_t count_held(struct play *p)
{
	struct store_stats stats;
	struct err err = ERR_INIT;

	store_stats(p->store, &stats, &err);
	return stats.outbox[OUTBOX_HELD];
}

/* Staff mails by template, over all days. */
static int told(struct play *p, const char *template)
{
	struct outbox_filter filter = { .all = true };
	struct outbox_row *rows;
	struct err err = ERR_INIT;
	size_t i, count;
	int n = 0;

	store_outbox_list(p->store, &filter, &p->arena, &rows, &count, &err);
	for (i = 0; i < count; i++)
		n += str_eq(rows[i].template, template) && str_eq(rows[i].to, ELS);
	return n;
}

static void test_responder(const struct responder *responder)
{
	struct play p;
	size_t seen = 0, i, before;
	int day, n = 0, most = 0, today;
	int64_t at;

	play_open(&p, NULL);
	play_dossier(&p, (struct engine_opening){ 0 });
	for (day = 0; day < 7; day++) {
		before = virtual_sent_count(p.v);
		today = 0;
		if (day == 0)
			before = 0;
		for (at = 0; at < DAYS(1); at += responder->step ? responder->step : STEP) {
			n = answer_all(&p, responder->respond, &seen, n);
			virtual_advance(p.v, responder->step ? responder->step : STEP);
		}
		for (i = before; i < virtual_sent_count(p.v); i++)
			today += is_for(virtual_sent_at(p.v, i), JAN);
		most = today > most ? today : most;
	}
	tap_ok(most <= PER_DAY, "A25 %s: %d mails on its worst day, %d answered, %lld held", responder->name, most, n,
	       (long long)count_held(&p));
	tap_ok(told(&p, "verzending-vastgehouden") <= 1 && told(&p, "aflevering-mislukt") <= 2,
	       "A25 %s: staff are told once (%d, %d)", responder->name, told(&p, "verzending-vastgehouden"),
	       told(&p, "aflevering-mislukt"));
	play_well(&p, responder->name);
	play_close(&p);
}

int main(void)
{
	size_t i;

	for (i = 0; i < sizeof responders / sizeof *responders; i++)
		test_responder(&responders[i]);
	return tap_done();
}
