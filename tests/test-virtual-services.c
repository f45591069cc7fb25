/* Several services on one engine: nothing crosses from one to the other. */

/* Own. */
#include "tap.h"
#include "virtual_play.h"

#define OTHER "tweede" /* mailbox of the second service */

static void open_both(struct play *p, const char **first, const char **second)
{
	play_open(p, &(struct play_options){ .two_services = true });
	*first = play_dossier(p, (struct engine_opening){ .service = "pentrax" });
	*second = play_dossier(p, (struct engine_opening){ .service = "ander" });
	tap_is_str(play_mails(p), "aanvraag-bevestigd>jan aanvraag-bevestigd>jan", "Jan has a dossier at each");
}

static void check_numbers(void)
{
	struct play p;
	const char *first, *second, *id;

	open_both(&p, &first, &second);
	id = play_id_to(&p, JAN);
	play_post_to(&p, OTHER, &(struct post){ .subject = first, .files = { { .name = "paspoort.pdf" } } });
	tap_is_str(play_item(&p), "held unknown-number", "a number of the other service is unknown");
	tap_ok(!strstr(play_text(&p, play_last_sent(&p)), first), "and is not among the choices");
	play_post_to(&p, "intake", &(struct post){ .subject = "ok", .answers = id, .files = { { .name = "paspoort.pdf" } } });
	tap_is_str(play_item_last(&p)->dossier, first, "a thread of the other service says nothing");
	play_post_to(&p, OTHER, &(struct post){ .subject = "stuk", .files = { { .name = "paspoort.pdf" } } });
	tap_is_str(play_item_last(&p)->dossier, second, "his only dossier is that of this service");
	tap_is_str(play_read(&p, play_last_to(&p, JAN))->from.list[0].addr, OTHER_SERVICE, "and it answers in its own name");
	play_close(&p);
}

/* The same mail at two services is two mails. */
static void check_same(void)
{
	struct play p;
	const char *first, *second;
	struct post post = { .subject = "stuk", .message_id = "<both@x>", .files = { { .name = "paspoort.pdf" } } };

	open_both(&p, &first, &second);
	play_post_to(&p, "intake", &post);
	play_post_to(&p, OTHER, &post);
	tap_is_str(play_papers(&p, first), "verzamelen legitimatie=paspoort.pdf", "mailed to both: taken in at the first");
	tap_is_str(play_papers(&p, second), "verzamelen legitimatie=paspoort.pdf", "and at the second");
	play_close(&p);
}

/* What somebody was told by one service today counts at that one only. */
static void check_told(void)
{
	struct play p;
	const char *first, *second;
	struct post post = { .from = EVE, .subject = "vraagje", .text = "Wat doen jullie precies met mijn stukken?" };
	const struct virtual_sent *sent;

	open_both(&p, &first, &second);
	play_post_to(&p, "intake", &post);
	sent = play_last_to(&p, EVE);
	tap_ok(sent && str_eq(play_read(&p, sent)->from.list[0].addr, SERVICE), "a stranger hears from the service that he mailed");
	play_mails(&p);
	play_post_to(&p, OTHER, &post);
	sent = play_last_to(&p, EVE);
	tap_ok(sent && str_eq(play_read(&p, sent)->from.list[0].addr, OTHER_SERVICE), "and from the other one, the same day");
	play_close(&p);
}

/* One service's address is the other's own too: no talk among ourselves. */
static void check_own(void)
{
	struct play p;
	const char *first, *second;
	struct engine_opening opening = { .service = "pentrax", .client_address = OTHER_SERVICE, .client_name = "x" };
	char number[ENGINE_NUMBER_SIZE];
	struct err err = ERR_INIT;

	open_both(&p, &first, &second);
	play_post(&p, &(struct post){ .from = OTHER_SERVICE, .subject = first, .files = { { .name = "a.pdf" } } });
	tap_is_str(play_item(&p), "held own-mail", "mail from the other service is our own");
	tap_is_str(play_mails(&p), "", "and not answered");
	tap_is_int(engine_dossier_open(p.engine, &opening, number, &err), -1, "nor can it be a client");
	opening.client_address = JAN;
	opening.brand = "jansen";
	tap_is_int(engine_dossier_open(p.engine, &opening, number, &err), -1, "a brand of the other service is refused");
	opening.service = "ander";
	tap_is_int(engine_dossier_open(p.engine, &opening, number, &err), 0, "its own takes it");
	play_close(&p);
}

/* An item whose service is no longer configured: set apart, not handled in another's name. */
static void check_gone(void)
{
	struct play p;
	const char *first, *second;
	struct buf raw = BUF_INIT(BUF_MAX_DATA);

	open_both(&p, &first, &second);
	post_write(&p, &(struct post){ .subject = first, .files = { { .name = "paspoort.pdf" } } }, &raw);
	virtual_mail(p.v, OTHER, raw.data, raw.len);
	while (!play_item_count(&p) || play_item_last(&p)->state != ITEM_STORED)
		if (!virtual_step(p.v, 0))
			break;
	p.settings.service_count = p.settings.mailbox_count = 1;
	play_restart(&p);
	tap_is_str(play_item(&p), "quarantined engine-error", "its service is gone: set apart");
	tap_is_str(play_papers(&p, first), "verzamelen", "and not taken in by the other");
	tap_is_str(play_mails(&p), "", "nobody is written to in another's name");
	play_well(&p, "a service that is gone");
	buf_free(&raw);
	play_close(&p);
}

int main(void)
{
	check_numbers();
	check_same();
	check_told();
	check_own();
	check_gone();
	return tap_done();
}
