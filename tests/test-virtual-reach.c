/* Mails that cannot be fetched, folders that take nothing, workers that are stuck: all else goes on. */

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

/* The process ends, and is started for one round: its exit status. */
static int once(struct play *p)
{
	struct engine_options options = { .env = p->env, .settings = &p->settings, .failed = play_failed, .ctx = p };
	struct ending ending = { 0, -1 };
	struct err err = ERR_INIT;

	play_crash(p);
	options.world = play_world(p);
	p->engine = engine_new(&options);
	if (engine_once(p->engine, ended, &ending, &err))
		play_bail("once", &err);
	virtual_advance(p->v, 30);
	return ending.calls == 1 ? ending.status : -1;
}

static uint32_t put(struct play *p, const char *number, const char *file)
{
	struct buf raw = BUF_INIT(BUF_MAX_DATA);
	uint32_t uid;

	post_write(p, &(struct post){ .subject = number, .files = { { .name = file } } }, &raw);
	uid = virtual_mail(p->v, "intake", raw.data, raw.len);
	buf_free(&raw);
	return uid;
}

/* A dossier, and three mails of which the first is bad; the mailbox is not looked at yet. */
static const char *open_bad(struct play *p, enum virtual_bane bane)
{
	const char *number;

	play_open(p, NULL);
	number = play_dossier(p, (struct engine_opening){ 0 });
	play_mails(p);
	play_crash(p);
	virtual_bane(p->v, "intake", put(p, number, "paspoort.pdf"), bane);
	put(p, number, "aangifte 2023.pdf");
	put(p, number, "aangifte 2024.pdf");
	play_start(p);
	return number;
}

static size_t count_state(struct play *p, enum item_state state)
{
	const struct item *items;
	size_t count, i, n = 0;

	items = play_items(p, &count);
	for (i = 0; i < count; i++)
		n += items[i].state == state;
	return n;
}

static long long decided(struct play *p)
{
	return (long long)(play_item_count(p) - count_state(p, ITEM_RESERVED) - count_state(p, ITEM_STORED));
}

static const struct item *item_at(struct play *p, int64_t id)
{
	struct item *item = arena_alloc(&p->arena, sizeof *item);

	if (store_item_load(p->store, id, &p->arena, item, NULL))
		exit(1);
	return item;
}

static bool is_read(struct play *p, int64_t since)
{
	struct engine_source source;

	engine_sources(p->engine, &source, 1);
	return source.read_at >= since;
}

static bool is_well(struct play *p, int64_t since)
{
	struct engine_source source;

	engine_sources(p->engine, &source, 1);
	return !source.trouble && is_read(p, since);
}

static int64_t now(struct play *p)
{
	return p->env->ops->now(p->env->self);
}

/* The others are read at once; it is set apart after a while, where it lies, and taken in when it can be. */
static void check_bane(enum virtual_bane bane, const char *what)
{
	struct play p;
	const char *number = open_bad(&p, bane);
	int64_t at;

	virtual_advance(p.v, MINUTES(2));
	tap_is_int((long long)count_state(&p, ITEM_PROCESSED), 2, "%s: the others are taken in", what);
	tap_is_int((long long)virtual_inbox(p.v, "intake"), 1, "%s: and acknowledged", what);
	tap_is_int(item_at(&p, 1)->state, ITEM_RESERVED, "%s: two minutes of it prove nothing", what);
	at = now(&p);
	virtual_advance(p.v, MINUTES(30));
	tap_is_str(item_at(&p, 1)->reason, "unreachable", "%s: then it is set apart", what);
	tap_is_int((long long)virtual_inbox(p.v, "intake"), 1, "%s: and stays in the mailbox", what);
	tap_ok(is_well(&p, at), "%s: the mailbox counts as read", what);
	play_post(&p, &(struct post){ .subject = number, .files = { { .name = "prognose.pdf" } } });
	virtual_advance(p.v, MINUTES(1));
	tap_is_int((long long)count_state(&p, ITEM_PROCESSED), 3, "%s: new mail goes on", what);
	tap_is_int((long long)virtual_inbox(p.v, "intake"), 1, "%s: and leaves it alone in the mailbox", what);
	virtual_advance(p.v, HOURS(4));
	tap_ok(strstr(play_mails(&p), "quarantaine>els") != NULL, "%s: staff are told", what);
	play_restart(&p);
	virtual_advance(p.v, DAYS(9));
	tap_ok(!strstr(play_mails(&p), "quarantaine"), "%s: once", what);
	tap_is_str(item_at(&p, 1)->reason, "unreachable", "%s: it lies there days later", what);
	tap_ok(item_at(&p, 1)->attempts < 25, "%s: asked for now and then: %d times", what, item_at(&p, 1)->attempts);
	virtual_bane(p.v, "intake", 1, VIRTUAL_NO_BANE);
	virtual_advance(p.v, DAYS(20));
	tap_is_int(item_at(&p, 1)->state, ITEM_PROCESSED, "%s: when it can be fetched it is taken in", what);
	tap_is_int((long long)virtual_inbox(p.v, "intake"), 0, "%s: and acknowledged", what);
	play_well(&p, what);
	play_close(&p);
}

/* An operator who knows that it works now does not have to wait. */
static void check_retry(void)
{
	struct play p;
	struct err err = ERR_INIT;

	open_bad(&p, VIRTUAL_ENDS_SESSION);
	virtual_advance(p.v, MINUTES(30));
	play_mails(&p);
	tap_is_int(store_item_retry(p.store, 1, &err), 0, "tried again by hand");
	engine_poke(p.engine);
	virtual_advance(p.v, MINUTES(30));
	tap_is_str(item_at(&p, 1)->reason, "unreachable", "in vain");
	tap_is_str(play_mails(&p), "", "staff heard of it before");
	virtual_bane(p.v, "intake", 1, VIRTUAL_NO_BANE);
	tap_is_int(store_item_retry(p.store, 1, &err), 0, "and again");
	engine_poke(p.engine);
	virtual_advance(p.v, 10);
	tap_is_int(item_at(&p, 1)->state, ITEM_PROCESSED, "now it is taken in at once");
	tap_is_int(item_at(&p, 1)->attempts, 0, "and the parser had nothing to do with it");
	tap_is_int((long long)virtual_inbox(p.v, "intake"), 0, "and acknowledged");
	play_close(&p);
}

/* A daemon that is started again and again comes to the same end. */
static void check_restarts(void)
{
	struct play p;
	const char *mails;
	int i;

	open_bad(&p, VIRTUAL_ENDS_SESSION);
	for (i = 0; i < 10; i++) {
		virtual_advance(p.v, MINUTES(2));
		play_restart(&p);
	}
	tap_is_str(item_at(&p, 1)->reason, "unreachable", "restarts: set apart all the same");
	virtual_advance(p.v, 10);
	mails = play_mails(&p);
	tap_ok(strstr(mails, "quarantaine>els") && !strstr(strstr(mails, "quarantaine>els") + 1, "quarantaine"),
	       "restarts: staff are told once: %s", mails);
	play_close(&p);
}

/* Rounds that end by themselves, every five minutes. */
static void check_rounds(enum virtual_bane bane, const char *what)
{
	struct play p;
	int i, status = -1;

	open_bad(&p, bane);
	play_crash(&p);
	tap_is_int(once(&p), 1, "%s: a round that could not read all ends with 1", what);
	tap_is_int((long long)count_state(&p, ITEM_PROCESSED), 2, "%s: but the others are taken in", what);
	tap_is_int((long long)virtual_inbox(p.v, "intake"), 1, "%s: and acknowledged", what);
	for (i = 0; i < 4; i++) {
		virtual_advance(p.v, MINUTES(5));
		status = once(&p);
	}
	tap_is_str(item_at(&p, 1)->reason, "unreachable", "%s: set apart some rounds later", what);
	tap_ok(strstr(play_mails(&p), "quarantaine>els") != NULL, "%s: staff are told", what);
	virtual_advance(p.v, MINUTES(1));
	status = once(&p);
	tap_is_int(status, 0, "%s: then all is read", what);
	virtual_advance(p.v, DAYS(3));
	once(&p);
	tap_ok(strstr(play_mails(&p), "stukken-ontbreken>jan") != NULL, "%s: and the reminder goes", what);
	play_close(&p);
}

/* The timers of every dossier wait for the mailbox, but not for ever. */
static void check_timers(void)
{
	struct play p;

	open_bad(&p, VIRTUAL_ENDS_SESSION);
	virtual_advance(p.v, DAYS(2) + HOURS(6));
	tap_ok(strstr(play_mails(&p), "stukken-ontbreken>jan") != NULL, "a bad mail does not stop the reminders");
	play_close(&p);
}

/* A processed folder that is full: mail is taken in as ever, and acknowledged when there is room. */
static void check_closed(void)
{
	struct engine_source source;
	struct play p;
	const char *number;
	int i;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	virtual_mailbox_closed(p.v, "intake", true);
	for (i = 0; i < 120; i++)
		put(&p, number, arena_printf(&p.arena, "stuk %d.pdf", i));
	virtual_advance(p.v, MINUTES(10));
	tap_is_int(decided(&p), 120, "nothing can be acknowledged: all are taken in");
	engine_sources(p.engine, &source, 1);
	tap_ok(source.trouble && strstr(source.trouble, "over quota") && source.failing_since != DATE_NONE,
	       "the trouble can be seen");
	play_restart(&p);
	virtual_advance(p.v, MINUTES(5));
	put(&p, number, "later.pdf");
	virtual_advance(p.v, MINUTES(1));
	tap_is_int(decided(&p), 121, "new mail is taken in after a restart, too");
	virtual_advance(p.v, DAYS(1));
	tap_ok(is_read(&p, now(&p) - HOURS(1)), "the mailbox counts as read");
	tap_is_int((long long)virtual_inbox(p.v, "intake"), 121, "nothing has left the mailbox");
	virtual_mailbox_closed(p.v, "intake", false);
	virtual_advance(p.v, HOURS(1) + MINUTES(1));
	tap_is_int((long long)virtual_inbox(p.v, "intake"), 0, "there is room again: all is acknowledged within an hour");
	engine_sources(p.engine, &source, 1);
	tap_ok(!source.trouble, "and the trouble is over");
	play_well(&p, "a closed folder");
	play_close(&p);

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	virtual_mailbox_closed(p.v, "intake", true);
	for (i = 0; i < 60; i++)
		put(&p, number, arena_printf(&p.arena, "stuk %d.pdf", i));
	play_crash(&p);
	tap_is_int(once(&p), 1, "a round that cannot acknowledge ends with 1");
	put(&p, number, "later.pdf");
	tap_is_int(once(&p), 1, "the next one, too");
	tap_is_int(decided(&p), 61, "but both took in all there was");
	play_close(&p);
}

/* Workers that neither speak nor end are found out and replaced. */
static void check_frozen(void)
{
	struct play p;
	const char *number;

	play_open(&p, NULL);
	number = play_dossier(&p, (struct engine_opening){ 0 });
	play_mails(&p);
	virtual_freeze(p.v, ENV_WORKER_IMAP);
	play_post(&p, &(struct post){ .subject = number, .files = { { .name = "paspoort.pdf" } } });
	virtual_advance(p.v, HOURS(3));
	tap_is_int((long long)count_state(&p, ITEM_PROCESSED), 1, "a stuck fetch worker is replaced, and the mail taken in");
	tap_is_str(play_mails(&p), "ontvangst>jan", "and answered");
	virtual_freeze(p.v, ENV_WORKER_SEND);
	play_post(&p, &(struct post){ .subject = number, .files = { { .name = "aangifte 2023.pdf" } } });
	virtual_advance(p.v, HOURS(1));
	tap_is_str(play_mails(&p), "", "a stuck send worker: nothing goes out");
	virtual_advance(p.v, HOURS(2));
	tap_is_str(play_mails(&p), "ontvangst>jan", "it is replaced, and the mail goes");
	tap_is_str(p.failed, "", "the engine goes on");
	play_well(&p, "stuck workers");
	play_close(&p);
}

int main(void)
{
	check_bane(VIRTUAL_ENDS_SESSION, "ends the session");
	check_bane(VIRTUAL_WITHHELD, "is withheld");
	check_retry();
	check_restarts();
	check_rounds(VIRTUAL_ENDS_SESSION, "ends the session, rounds");
	check_rounds(VIRTUAL_WITHHELD, "is withheld, rounds");
	check_timers();
	check_closed();
	check_frozen();
	return tap_done();
}
