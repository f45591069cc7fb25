/* One round (`run --once`), a message by hand (`ingest`), and the clean end of a daemon. */

/* Own. */
#include "tap.h"
#include "virtual_play.h"

struct ending {
	int calls, status;
};

static void ended(void *ctx, int status)
{
	struct ending *ending = ctx;

	ending->calls++;
	ending->status = status;
}

/* The process ends, and is started for one round. */
static struct ending once(struct play *p)
{
	struct engine_options options = { .env = p->env, .settings = &p->settings, .failed = play_failed, .ctx = p };
	struct ending ending = { 0, -1 };
	struct err err = ERR_INIT;

	play_crash(p);
	options.world = play_world(p);
	p->failed[0] = '\0';
	p->engine = engine_new(&options);
	if (engine_once(p->engine, ended, &ending, &err))
		play_bail("once", &err);
	virtual_settle(p->v);
	return ending;
}

static void put(struct play *p, const char *subject, const char *file)
{
	struct buf raw = BUF_INIT(BUF_MAX_DATA);

	post_write(p, &(struct post){ .subject = subject, .files = { { .name = file } } }, &raw);
	virtual_mail(p->v, "intake", raw.data, raw.len);
	buf_free(&raw);
}

static void check_round(void)
{
	struct play p;
	struct ending ending;
	const char *number;
	int i;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_mails(&p);
	play_crash(&p);
	for (i = 0; i < 120; i++)
		put(&p, number, arena_printf(&p.arena, "stuk %d.pdf", i));
	play_start(&p);
	ending = once(&p);
	tap_is_int(ending.calls, 1, "a round ends once");
	tap_is_int(ending.status, 0, "with 0");
	tap_is_int((long long)play_item_count(&p), 120, "120 mails were taken in");
	tap_is_int((long long)virtual_inbox(p.v, "intake"), 0, "and acknowledged");
	tap_is_str(play_mails(&p), "ontvangst>jan", "and the receipt went out");
	play_well(&p, "a round");
	play_crash(&p);
	virtual_advance(p.v, DAYS(3));
	play_start(&p);
	ending = once(&p);
	tap_is_int(ending.calls, 1, "days later: it ends");
	tap_is_str(play_mails(&p), "ontvangst>jan vastgehouden>els",
		   "what fell due meanwhile went out; the reminder waits, for most files wait for a person");
	play_close(&p);
}

static void check_bad_round(void)
{
	struct play p;
	struct ending ending;
	const char *number;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_mails(&p);
	play_crash(&p);
	put(&p, number, "paspoort.pdf");
	virtual_mailbox_down(p.v, "intake", true);
	play_start(&p);
	ending = once(&p);
	tap_ok(ending.calls == 1 && ending.status == 1, "the mailbox is down: it ends with 1");
	virtual_mailbox_down(p.v, "intake", false);
	virtual_parse_crashes(p.v, 3);
	virtual_server_down(p.v);
	ending = once(&p);
	tap_ok(ending.calls == 1 && ending.status == 0, "parser and server in trouble: it ends with 0");
	tap_is_str(play_item(&p), "quarantined parser-failed", "the three attempts were made within the round");
	tap_is_str(play_mails(&p), "", "nothing was sent");
	virtual_outcome(p.v, SEND_SENT, 250, "250 ok");
	virtual_advance(p.v, HOURS(1));
	ending = once(&p);
	tap_is_str(play_mails(&p), "quarantaine>els", "the next round sends it");
	virtual_outcome(p.v, SEND_RETRY, 451, "451 later");
	play_dossier(&p, (struct engine_opening){ 0 });
	ending = once(&p);
	tap_ok(ending.calls == 1 && ending.status == 0, "a row that waits does not keep the round");
	play_close(&p);
}

static int64_t ingest(struct play *p, const char *data, size_t len, struct err *err)
{
	int fd = file_memory("ingest", err);
	int64_t item = 0;

	if (fd < 0 || file_write_all(fd, data, len, err) || engine_ingest(p->engine, NULL, fd, &item, err))
		item = -1;
	if (fd >= 0)
		close(fd);
	virtual_settle(p->v);
	return item;
}

static void check_ingest(void)
{
	struct play p;
	struct buf raw = BUF_INIT(BUF_MAX_DATA);
	struct err err = ERR_INIT;
	const char *number;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_mails(&p);
	post_write(&p, &(struct post){ .subject = number, .files = { { .name = "paspoort.pdf" } } }, &raw);
	tap_is_int(ingest(&p, raw.data, raw.len, &err), 1, "a message by hand");
	tap_is_str(play_papers(&p, number), "verzamelen legitimatie=paspoort.pdf", "is taken in");
	tap_is_str(play_mails(&p), "ontvangst>jan", "and answered");
	tap_is_int(ingest(&p, raw.data, raw.len, &err), 2, "the same again");
	tap_is_str(play_item(&p), "duplicate duplicate", "is a duplicate");
	tap_is_int(ingest(&p, "", 0, &err), 3, "nothing at all is accepted too");
	tap_is_str(play_item(&p), "quarantined not-a-mail", "and set apart");
	play_well(&p, "ingest");
	buf_free(&raw);
	play_close(&p);
}

/* SIGTERM at each turn: it ends, and the next start finishes what was left, once. */
static void check_stop(void)
{
	int turns, loud = 0, open = 0, lost = 0;

	for (turns = 0; turns < 40; turns++) {
		struct ending ending = { 0, -1 };
		struct play p;
		const char *number;
		int i;

		play_open(&p, NULL);
		number = play_dossier(&p, (struct engine_opening){ 0 });
		play_mails(&p);
		put(&p, number, "paspoort.pdf");
		for (i = 0; i < turns; i++)
			virtual_step(p.v, 0);
		engine_stop(p.engine, 8000, ended, &ending);
		virtual_advance(p.v, 10);
		open += ending.calls != 1;
		play_restart(&p);
		virtual_advance(p.v, MINUTES(1));
		if (!str_eq(play_mails(&p), "ontvangst>jan"))
			loud++;
		if (!str_eq(play_papers(&p, number), "verzamelen legitimatie=paspoort.pdf"))
			lost++;
		play_close(&p);
	}
	tap_is_int(open, 0, "stopped at each of 40 turns: it ended each time, once");
	tap_is_int(loud, 0, "the receipt went out once");
	tap_is_int(lost, 0, "the document was taken in");
}

int main(void)
{
	check_round();
	check_bad_round();
	check_ingest();
	check_stop();
	return tap_done();
}
