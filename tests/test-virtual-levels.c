/*
 * Who may do what, as one table: sender × what our own server found × token ×
 * what the dossier shows him × what he wants. Each outcome is written out here,
 * and played through the whole engine.
 */
/* Own. */
#include "tap.h"
#include "virtual_words.h"

/* ---- what he wants ---- */

enum want { DOCUMENT, ABSENT, STATUS, COPY, CANCEL, HELP, NOTE, WANTS };

static const struct {
	const char *word, *text, *file;
} wants[WANTS] = {
	[DOCUMENT] = { "a document", "zie bijlage", "paspoort.pdf" },
	[ABSENT] = { "niet aanwezig", "niet aanwezig prognose", NULL },
	[STATUS] = { "status", "status", NULL },
	[COPY] = { "kopie aan", "kopie aan", NULL },
	[CANCEL] = { "annuleren", "annuleren", NULL },
	[HELP] = { "hulp", "hulp", NULL },
	[NOTE] = { "notitie", "notitie: gebeld", NULL },
};

/* ---- what may come of it ---- */

enum outcome { _, DONE, ASK, HELD, ACK, MUTE, NO, GENERAL, MINE, TEXT, OUTCOMES };

/* For each wish: how the item ends, who gets which mail ("*" = its sender), what has changed in the dossier. */
static const struct meaning {
	const char *item, *mails, *change;
} meanings[OUTCOMES][WANTS] = {
	[DONE] = {
		[DOCUMENT] = { "processed", "ontvangst>*", "legitimatie=paspoort.pdf" },
		[ABSENT] = { "processed", "verslag>*", "absent" },
		[STATUS] = { "processed", "status>*", "" },
		[COPY] = { "processed", "verslag>*", "copy" },
		[CANCEL] = { "processed", "verslag+ingetrokken>*", "vervallen" },
		[HELP] = { "processed", "hulp>*", "" },
		[NOTE] = { "processed", "verslag>*", "noted" },
	},
	/* He is asked whether he meant it, and nothing is done until then. */
	[ASK] = {
		[DOCUMENT] = { "-", "-", "-" },
		[ABSENT] = { "-", "-", "-" },
		[STATUS] = { "-", "-", "-" },
		[COPY] = { "processed", "bevestigen>*", "" },
		[CANCEL] = { "processed", "bevestigen>*", "" },
		[HELP] = { "-", "-", "-" },
		[NOTE] = { "processed", "bevestigen>*", "" },
	},
#define ALL(item, mails, change) \
	{ { item, mails, change }, { item, mails, change }, { item, mails, change }, { item, mails, change }, \
	  { item, mails, change }, { item, mails, change }, { item, mails, change } }
	/* Nothing proves that he is who he claims to be: held, and not a word. */
	[HELD] = ALL("held unauthenticated", "", ""),
	/* He is nobody here: one neutral acknowledgement; without proof of his address nothing. */
	[ACK] = ALL("held stranger", "ontvangst-algemeen>*", ""),
	[MUTE] = ALL("held stranger", "", ""),
	/* Told that he cannot. */
	[NO] = ALL("processed", "verslag>*", ""),
	/* Help in general, with no word about any dossier. */
	[GENERAL] = ALL("processed help", "hulp-algemeen>*", ""),
	/* Asked which of his own dossiers he meant. */
	[MINE] = ALL("held stranger", "vraag-dossier>*", ""),
	/* No command from him: words that a person answers. */
	[TEXT] = ALL("processed", "ticket-bericht>els ticket-ontvangen>*", "noted"),
};

/* ---- the table ---- */

enum shows { ALONE, SHARED, KEPT }; /* no office; with one; the office keeps it to itself */
enum token { NONE, OWN, OTHERS, EXPIRED };

#define DMARC "dmarc=pass header.from"
#define DKIM "dkim=pass header.d"
#define SPF "spf=pass smtp.mailfrom"
#define FAIL "dmarc=fail header.from"
#define NOTHING NULL

static const struct row {
	const char *from;
	enum shows shows;
	const char *found;
	enum token token;
	enum outcome outcomes[WANTS]; /* in the order of enum want; _ = not played */
} rows[] = {
	/*                                document absent  status   kopie    annuleren hulp     notitie */
	/* The client of a dossier without an office. */
	{ JAN, ALONE, DMARC, NONE,      { DONE,    DONE,   DONE,    ASK,     ASK,      DONE,    TEXT } },
	{ JAN, ALONE, DMARC, OWN,       { DONE,    DONE,   DONE,    NO,      DONE,     DONE,    TEXT } },
	{ JAN, ALONE, DMARC, EXPIRED,   { DONE,    DONE,   DONE,    ASK,     ASK,      DONE,    TEXT } },
	{ JAN, ALONE, DKIM, NONE,       { DONE,    DONE,   DONE,    ASK,     ASK,      DONE,    TEXT } },
	{ JAN, ALONE, DKIM, OWN,        { DONE,    DONE,   DONE,    NO,      DONE,     DONE,    TEXT } },
	{ JAN, ALONE, SPF, NONE,        { DONE,    DONE,   DONE,    ASK,     ASK,      DONE,    TEXT } },
	{ JAN, ALONE, SPF, OWN,         { DONE,    DONE,   DONE,    ASK,     ASK,      DONE,    TEXT } },
	{ JAN, ALONE, FAIL, NONE,       { HELD,    HELD,   HELD,    HELD,    HELD,     HELD,    HELD } },
	{ JAN, ALONE, FAIL, OWN,        { DONE,    DONE,   DONE,    ASK,     ASK,      DONE,    TEXT } },
	{ JAN, ALONE, FAIL, EXPIRED,    { HELD,    HELD,   HELD,    HELD,    HELD,     HELD,    HELD } },
	{ JAN, ALONE, NOTHING, NONE,    { HELD,    HELD,   HELD,    HELD,    HELD,     HELD,    HELD } },
	{ JAN, ALONE, NOTHING, OWN,     { DONE,    DONE,   DONE,    ASK,     ASK,      DONE,    TEXT } },
	/* The client of a dossier with an office; a token that was mailed to the office is none of his. */
	{ JAN, SHARED, DMARC, NONE,     { DONE,    DONE,   DONE,    ASK,     ASK,      DONE,    TEXT } },
	{ JAN, SHARED, DMARC, OTHERS,   { DONE,    DONE,   DONE,    ASK,     ASK,      DONE,    TEXT } },
	{ JAN, SHARED, DMARC, OWN,      { DONE,    DONE,   DONE,    DONE,    _,        DONE,    TEXT } },
	{ JAN, SHARED, SPF, OTHERS,     { DONE,    DONE,   DONE,    ASK,     ASK,      DONE,    TEXT } },
	{ JAN, SHARED, FAIL, OTHERS,    { HELD,    HELD,   HELD,    HELD,    HELD,     HELD,    HELD } },
	{ JAN, SHARED, NOTHING, OTHERS, { HELD,    HELD,   HELD,    HELD,    HELD,     HELD,    HELD } },
	/* The office. */
	{ OFFICE, SHARED, DMARC, NONE,  { DONE,    DONE,   DONE,    NO,      ASK,      DONE,    TEXT } },
	{ OFFICE, SHARED, DMARC, OWN,   { DONE,    DONE,   DONE,    NO,      DONE,     DONE,    TEXT } },
	{ OFFICE, SHARED, SPF, OWN,     { DONE,    DONE,   DONE,    NO,      ASK,      DONE,    TEXT } },
	{ OFFICE, SHARED, FAIL, NONE,   { HELD,    HELD,   HELD,    HELD,    HELD,     HELD,    HELD } },
	{ OFFICE, SHARED, FAIL, OWN,    { DONE,    DONE,   DONE,    NO,      ASK,      DONE,    TEXT } },
	{ OFFICE, KEPT, DMARC, NONE,    { DONE,    DONE,   DONE,    NO,      ASK,      DONE,    TEXT } },
	{ OFFICE, KEPT, DMARC, OWN,     { DONE,    DONE,   DONE,    NO,      DONE,     DONE,    TEXT } },
	{ OFFICE, KEPT, NOTHING, NONE,  { HELD,    HELD,   HELD,    HELD,    HELD,     HELD,    HELD } },
	/* The client of a dossier that the office keeps to itself is a stranger to it, whatever he proves. */
	{ JAN, KEPT, DMARC, NONE,       { ACK,     ACK,    ACK,     ACK,     ACK,      GENERAL, ACK } },
	{ JAN, KEPT, DMARC, OTHERS,     { ACK,     ACK,    ACK,     ACK,     ACK,      GENERAL, ACK } },
	{ JAN, KEPT, FAIL, NONE,        { MUTE,    MUTE,   MUTE,    MUTE,    MUTE,     MUTE,    MUTE } },
	{ JAN, KEPT, FAIL, OTHERS,      { MUTE,    MUTE,   MUTE,    MUTE,    MUTE,     MUTE,    MUTE } },
	/* The client of another dossier; a stranger; with and without a token that he found. */
	{ KEES, ALONE, DMARC, NONE,     { MINE,    MINE,   MINE,    MINE,    MINE,     GENERAL, MINE } },
	{ KEES, ALONE, DMARC, OTHERS,   { MINE,    MINE,   MINE,    MINE,    MINE,     GENERAL, MINE } },
	{ KEES, ALONE, FAIL, OTHERS,    { MUTE,    MUTE,   MUTE,    MUTE,    MUTE,     MUTE,    MUTE } },
	{ EVE, ALONE, DMARC, NONE,      { ACK,     ACK,    ACK,     ACK,     ACK,      GENERAL, ACK } },
	{ EVE, ALONE, DMARC, OTHERS,    { ACK,     ACK,    ACK,     ACK,     ACK,      GENERAL, ACK } },
	{ EVE, ALONE, SPF, OTHERS,      { ACK,     ACK,    ACK,     ACK,     ACK,      GENERAL, ACK } },
	{ EVE, ALONE, FAIL, OTHERS,     { MUTE,    MUTE,   MUTE,    MUTE,    MUTE,     MUTE,    MUTE } },
	{ EVE, ALONE, NOTHING, NONE,    { MUTE,    MUTE,   MUTE,    MUTE,    MUTE,     MUTE,    MUTE } },
	/* Staff: their commands take proof and token; what parties say they cannot. */
	{ ELS, ALONE, DMARC, NONE,      { _,       NO,     NO,      NO,      NO,       DONE,    ASK } },
	{ ELS, ALONE, DMARC, OWN,       { _,       NO,     NO,      NO,      NO,       DONE,    DONE } },
	{ ELS, ALONE, DMARC, OTHERS,    { _,       NO,     NO,      NO,      NO,       DONE,    ASK } },
	{ ELS, ALONE, SPF, OWN,         { _,       NO,     NO,      NO,      NO,       DONE,    ASK } },
	{ ELS, ALONE, FAIL, NONE,       { HELD,    HELD,   HELD,    HELD,    HELD,     HELD,    HELD } },
	{ ELS, ALONE, FAIL, OWN,        { _,       NO,     NO,      NO,      NO,       DONE,    ASK } },
	{ ELS, ALONE, NOTHING, OTHERS,  { HELD,    HELD,   HELD,    HELD,    HELD,     HELD,    HELD } },
};

/* ---- playing one ---- */

/* The header line by which an answer to that mail goes to the address that it names. */
static const char *answer_address(struct play *p, const char *address)
{
	const struct virtual_sent *sent = play_last_to(p, address);

	return sent ? arena_printf(&p->arena, "Cc: %s\r\n", play_read(p, sent)->reply_to.list[0].addr) : NULL;
}

static const char *trace(struct play *p, const char *found, const char *domain)
{
	if (!found)
		return "Received: from x by " MX "; now\r\n";
	return arena_printf(&p->arena, "Authentication-Results: " MX "; %s=%s\r\nReceived: from x by " MX "; now\r\n", found,
			    domain);
}

static void write_proven(struct play *p, const char *from, const char *subject, const char *text)
{
	play_post(p, &(struct post){ .top = trace(p, DMARC, strchr(from, '@') + 1), .from = from, .subject = subject, .text = text });
}

/* The mail that holds the token he uses: what he asked for himself, or what another got. */
static const char *subject_of(struct play *p, const struct row *row, const char *number)
{
	const char *whose = row->token != OTHERS ? row->from : row->shows != ALONE ? OFFICE : JAN;

	if (row->token == NONE)
		return number;
	if (str_eq(whose, ELS))
		write_proven(p, ELS, number, "status"); /* refused, with a transcript: a mail of ours */
	else
		write_proven(p, whose, number, "status");
	return play_subject(p, whose);
}

/* What has become of the dossier, in one word. */
static const char *change(struct play *p, const char *number)
{
	const struct dossier *d = play_look(p, number);
	struct history_line *lines;
	size_t count, i;

	if (slot_files(dossier_slot(d, "legitimatie", 0)))
		return "legitimatie=paspoort.pdf";
	if (dossier_slot(d, "prognose", 0)->status == SLOT_ABSENT)
		return "absent";
	if (d->client.copy)
		return "copy";
	if (!str_eq(d->state, "verzamelen"))
		return d->state;
	store_history(p->store, number, &p->arena, &lines, &count, NULL);
	for (i = 0; i < count; i++)
		if (strstr(lines[i].text, "gebeld"))
			return "noted";
	return "";
}

static const char *filled(struct play *p, const char *mails, const char *from)
{
	const char *star = strchr(mails, '*');

	return star ? arena_printf(&p->arena, "%.*s%s%s", (int)(star - mails), mails, play_who(p, from), star + 1) : mails;
}

static void play_one(const struct row *row, enum want want)
{
	static const char *const shows[] = { "alone", "shared", "kept" };
	static const char *const tokens[] = { "no token", "his token", "another's token", "an old token" };
	const struct meaning *m = &meanings[row->outcomes[want]][want];
	struct play p;
	const char *number, *subject, *headers, *name, *item, *mails, *changed;

	play_open(&p, &(struct play_options){ .authentication = true });
	/* In a subject each mail gives it two weeks more: one of an address is that of a single mail. */
	p.services[0].plus = row->token == EXPIRED;
	number = play_dossier(&p, (struct engine_opening){ .office = row->shows == ALONE ? NULL : OFFICE,
							   .office_only = row->shows == KEPT });
	play_dossier(&p, (struct engine_opening){ .client_name = "Kees", .client_address = KEES });
	subject = subject_of(&p, row, number);
	headers = row->token == EXPIRED ? answer_address(&p, row->from) : NULL;
	if (row->token == EXPIRED)
		virtual_advance(p.v, DAYS(29));
	play_mails(&p);
	play_post(&p, &(struct post){ .top = trace(&p, row->found, strchr(row->from, '@') + 1), .from = row->from,
				      .subject = subject, .headers = headers, .text = wants[want].text,
				      .files = { { .name = wants[want].file } } });
	name = arena_printf(&p.arena, "%s, %s, %s, %s, %s", play_who(&p, row->from), shows[row->shows],
			    row->found ? row->found : "nothing", tokens[row->token], wants[want].word);
	item = play_item(&p);
	mails = play_mails(&p);
	changed = change(&p, number);
	if (!tap_ok(str_eq(item, m->item) && str_eq(mails, filled(&p, m->mails, row->from)) && str_eq(changed, m->change), "%s", name))
		printf("#   expected: %s | %s | %s\n#   got:      %s | %s | %s\n", m->item, filled(&p, m->mails, row->from), m->change,
		       item, mails, changed);
	play_close(&p);
}

int main(void)
{
	size_t i, n = 0;
	int want;

	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		for (want = 0; want < WANTS; want++)
			if (rows[i].outcomes[want] != _) {
				play_one(&rows[i], (enum want)want);
				n++;
			}
	tap_ok(n >= 150, "%zu combinations", n);
	return tap_done();
}
