/*
 * A canary in every dossier: a word of its own in names, files, reasons, notes
 * and payment links. A run of many dossiers of two services, whose parties
 * overlap as much as they can, and of all that people do; each mail that goes
 * out is taken apart (parts, attachments, encodings), and no word of a dossier
 * may be found in one to somebody who has no part in it.
 *
 * What is right is kept here, apart from the engine and its store.
 */
#ifndef POSTKAMER_TESTS_CANARY_H
#define POSTKAMER_TESTS_CANARY_H

#include "base/addr.h"
#include "virtual_play.h"

#define CANARY_DOSSIERS 200
#define CANARY_CLIENTS 70
#define CANARY_OFFICES 12
#define CANARY_STAFF "bob@ander.example"
#define CANARY_TOKENS 65536

/* One dossier, as it should be. */
struct canary {
	const char *number;
	bool second;              /* of the second service */
	const char *client, *partner, *office, *alias; /* addresses; NULL = none */
	bool hidden;
	bool named;               /* a stranger wrote its number to the other service: those staff read what he wrote */
};

struct aviary {
	struct play p;
	struct settings_person bob;
	struct canary *list;
	size_t count;
	uint64_t state;           /* of chance */
	size_t seen;              /* mails that were looked at */
	size_t found, leaks;      /* words found in all, and where they should not be */
	size_t tokens;
	struct { char token[27]; const char *to; } *owners;
	bool quiet;               /* leaks are what is wanted */
};

static inline unsigned chance(struct aviary *a, unsigned below)
{
	a->state = a->state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(a->state >> 33) % below;
}

/* ---- a mail taken apart ---- */

static inline int canary_hex(char c)
{
	c = str_lower(c);
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Undoes quoted-printable (and, with 'q', the Q of RFC 2047). */
static inline void canary_quoted(const char *text, size_t len, bool q, struct buf *out)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (text[i] == '=' && i + 2 < len && canary_hex(text[i + 1]) >= 0 && canary_hex(text[i + 2]) >= 0) {
			buf_addc(out, (char)(canary_hex(text[i + 1]) * 16 + canary_hex(text[i + 2])));
			i += 2;
		} else if (text[i] == '=' && i + 1 < len && (text[i + 1] == '\r' || text[i + 1] == '\n')) {
			i += text[i + 1] == '\r' ? 2 : 1;
		} else {
			buf_addc(out, q && text[i] == '_' ? ' ' : text[i]);
		}
	}
}

static inline void canary_base64(const char *text, size_t len, struct buf *out)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned bits = 0, count = 0;
	size_t i;

	for (i = 0; i < len; i++) {
		const char *at = text[i] ? strchr(alphabet, text[i]) : NULL;

		if (!at)
			continue;
		bits = bits << 6 | (unsigned)(at - alphabet);
		if (++count % 4 == 1)
			continue;
		buf_addc(out, (char)(bits >> (count % 4 == 2 ? 4 : count % 4 == 3 ? 2 : 0)));
	}
}

/* Header lines joined, encoded words opened. */
static inline void canary_headers(const char *text, size_t len, struct buf *out)
{
	const char *end = text + len, *mark, *body, *stop;

	while (text < end) {
		if (text + 1 < end && text[0] == '\r' && text[1] == '\n') {
			buf_addc(out, '\n');
			text += 2;
			if (text < end && (*text == ' ' || *text == '\t')) {
				out->data[out->len - 1] = ' ';
				text++;
			}
			continue;
		}
		mark = text[0] == '=' && text + 1 < end && text[1] == '?' ? strchr(text + 2, '?') : NULL;
		body = mark && mark[1] && mark[2] == '?' ? mark + 3 : NULL;
		stop = body ? strstr(body, "?=") : NULL;
		if (stop && stop < end) {
			if (str_lower(mark[1]) == 'q')
				canary_quoted(body, (size_t)(stop - body), true, out);
			else
				canary_base64(body, (size_t)(stop - body), out);
			text = stop + 2;
			/* Blanks between two encoded words are none. */
			stop = text + strspn(text, " \t\r\n");
			text = str_starts(stop, "=?") ? stop : text;
			continue;
		}
		buf_addc(out, *text++);
	}
}

/* One part: its headers, and its body in the clear. */
static inline void canary_part(const char *text, size_t len, struct buf *out)
{
	const char *gap = memmem(text, len, "\r\n\r\n", 4);
	size_t head = gap ? (size_t)(gap - text) : len;
	struct buf headers = BUF_INIT(BUF_MAX_TEXT);

	canary_headers(text, head, &headers);
	buf_adds(out, headers.data);
	buf_adds(out, "\n\n");
	if (gap && strcasestr(headers.data, "content-transfer-encoding: base64"))
		canary_base64(gap + 4, len - head - 4, out);
	else if (gap && strcasestr(headers.data, "content-transfer-encoding: quoted-printable"))
		canary_quoted(gap + 4, len - head - 4, false, out);
	else if (gap)
		buf_add(out, gap + 4, len - head - 4);
	buf_adds(out, "\n\n");
	buf_free(&headers);
}

/* All parts of a mail, however deep: each line that begins with two dashes may end one. */
static inline void canary_open(const char *data, size_t len, struct buf *out)
{
	const char *part = data, *end = data + len, *cut;

	while ((cut = memmem(part, (size_t)(end - part), "\r\n--", 4)) != NULL) {
		canary_part(part, (size_t)(cut - part), out);
		part = memmem(cut + 2, (size_t)(end - cut - 2), "\r\n", 2);
		if (!part)
			return;
		part += 2;
	}
	canary_part(part, (size_t)(end - part), out);
}

/* ---- who may read what ---- */

enum canary_kind { CANARY_PLAIN, CANARY_NUMBER, CANARY_PAY, CANARY_STAFF_ONLY };

static inline bool canary_is_client(const struct canary *c, const char *to)
{
	return addr_same(to, c->client) || addr_same(to, c->partner) || addr_same(to, c->alias);
}

static inline bool canary_allowed(const struct aviary *a, size_t i, enum canary_kind kind, const struct virtual_sent *sent,
				  const char *audience)
{
	const struct canary *c = &a->list[i];
	bool payer = addr_same(sent->to, c->client) && str_eq(audience, "payer");

	if (addr_same(sent->to, c->second ? CANARY_STAFF : ELS))
		return true;
	if (c->named && kind == CANARY_NUMBER && str_eq(audience, "staff"))
		return true;
	if (kind == CANARY_STAFF_ONLY)
		return false;
	if (kind == CANARY_PAY)
		return payer;
	if (addr_same(sent->to, c->office))
		return !str_eq(audience, "payer");
	return payer || (canary_is_client(c, sent->to) && !c->hidden);
}

static inline void canary_found(struct aviary *a, size_t i, enum canary_kind kind, const struct virtual_sent *sent,
				const struct outbox_row *row, const char *word)
{
	/* The receipt of a question repeats the subject that its sender wrote himself. */
	bool own = kind == CANARY_NUMBER && strstr(row->template, "ticket-ontvangen");

	a->found++;
	if (own || (i < a->count && canary_allowed(a, i, kind, sent, row->audience)))
		return;
	a->leaks++;
	if (!a->quiet && a->leaks < 20)
		printf("# leak: '%.24s' of dossier %zu (%s%s) in %s, audience %s, to %s\n", word, i,
		       i < a->count ? a->list[i].number : "?", i < a->count && a->list[i].hidden ? ", hidden" : "",
		       row->template, row->audience, sent->to);
}

static inline void canary_look_words(struct aviary *a, const char *text, size_t len, const struct virtual_sent *sent,
				     const struct outbox_row *row)
{
	static const struct { const char *word; enum canary_kind kind; } words[] = {
		{ "kanarie", CANARY_PLAIN }, { "betaalkan", CANARY_PAY }, { "stafkan", CANARY_STAFF_ONLY },
	};
	size_t w, n;

	for (w = 0; w < sizeof words / sizeof *words; w++) {
		const char *at = text;

		for (n = strlen(words[w].word); (at = strcasestr(at, words[w].word)) != NULL; at += n)
			canary_found(a, (size_t)strtoul(at + n, NULL, 10), words[w].kind, sent, row, at);
	}
	(void)len;
}

static inline void canary_look_numbers(struct aviary *a, const char *text, const struct virtual_sent *sent,
				       const struct outbox_row *row)
{
	const char *at;
	size_t i;

	/* "T2026-00001-T" is the number of a ticket. */
	for (i = 0; i < a->count; i++) {
		at = strstr(text, a->list[i].number);
		while (at && at > text && at[-1] == 'T')
			at = strstr(at + 1, a->list[i].number);
		if (at)
			canary_found(a, i, CANARY_NUMBER, sent, row, at);
	}
}

/* A token is one person's: it never stands in a mail to another. */
static inline void canary_look_tokens(struct aviary *a, const char *text, const struct virtual_sent *sent,
				      const struct outbox_row *row)
{
	const char *at = text;

	while ((at = strchr(at, '[')) != NULL) {
		size_t n = strspn(++at, "abcdefghijklmnopqrstuvwxyz234567"), slot = 0, i;

		if (n != 26 || at[26] != ']')
			continue;
		for (i = 0; i < 26; i++)
			slot = (slot * 31 + (unsigned char)at[i]) % CANARY_TOKENS;
		while (a->owners[slot].to && memcmp(a->owners[slot].token, at, 26))
			slot = (slot + 1) % CANARY_TOKENS;
		if (!a->owners[slot].to) {
			memcpy(a->owners[slot].token, at, 26);
			a->owners[slot].to = arena_strdup(&a->p.arena, sent->to);
			a->tokens++;
		} else if (!addr_same(a->owners[slot].to, sent->to)) {
			a->leaks++;
			if (!a->quiet)
				printf("# leak: the token of %s in %s to %s\n", a->owners[slot].to, row->template, sent->to);
		}
	}
}

/* Looks at all mail that went out since the last time. */
static inline void canary_look(struct aviary *a)
{
	for (; a->seen < virtual_sent_count(a->p.v); a->seen++) {
		const struct virtual_sent *sent = virtual_sent_at(a->p.v, a->seen);
		struct outbox_row row = { .template = "?", .audience = "?" };
		struct buf text = BUF_INIT(BUF_MAX_DATA);
		size_t i;

		store_outbox_load(a->p.store, sent->row, &a->p.arena, &row, NULL);
		canary_open(sent->data, sent->len, &text);
		for (i = 0; i < text.len; i++)
			text.data[i] = text.data[i] ? text.data[i] : ' ';
		canary_look_words(a, text.data, text.len, sent, &row);
		canary_look_numbers(a, text.data, sent, &row);
		canary_look_tokens(a, text.data, sent, &row);
		buf_free(&text);
	}
}

/* ---- the people ---- */

static inline const char *canary_client(struct aviary *a)
{
	unsigned who = chance(a, CANARY_CLIENTS);

	/* Some are offices elsewhere. */
	return who < 4 ? arena_printf(&a->p.arena, "info@kantoor%u.example", who) :
			 arena_printf(&a->p.arena, "klant%u@huis%u.example", who, who % 9);
}

static inline const char *canary_office(struct aviary *a)
{
	return arena_printf(&a->p.arena, "info@kantoor%u.example", chance(a, CANARY_OFFICES));
}

static inline void canary_hatch(struct aviary *a)
{
	struct canary *c = &a->list[a->count];
	struct engine_person partner = { .language = chance(a, 2) ? "en" : NULL };
	struct engine_opening opening = { .actor = ACTOR_OPERATOR };
	size_t i = a->count;

	c->second = chance(a, 3) == 0;
	c->client = canary_client(a);
	c->office = chance(a, 5) < 3 ? canary_office(a) : NULL;
	if (addr_same(c->office, c->client))
		c->office = NULL;
	c->partner = chance(a, 4) == 0 ? canary_client(a) : NULL;
	if (addr_same(c->partner, c->client) || addr_same(c->partner, c->office))
		c->partner = NULL;
	c->hidden = c->office && chance(a, 3) == 0;
	opening.service = c->second ? "ander" : "pentrax";
	opening.client_name = arena_printf(&a->p.arena, "Kanarie%zux Jansen", i);
	opening.client_address = c->client;
	opening.office = c->office;
	opening.office_name = c->office ? arena_printf(&a->p.arena, "Kantoor Kanarie%zux", i) : NULL;
	opening.office_only = c->hidden;
	opening.copy = c->office && !c->hidden && chance(a, 2);
	opening.language = chance(a, 4) ? NULL : "en";
	if (c->partner) {
		partner.name = arena_printf(&a->p.arena, "Kanarie%zux Partner", i);
		partner.address = c->partner;
		opening.partners = &partner;
		opening.partner_count = 1;
	}
	c->number = "?";
	c->number = play_dossier(&a->p, opening);
	a->count++;
	canary_look(a);
}

/* ---- what they do ---- */

static inline const char *canary_box(const struct canary *c)
{
	return c->second ? "tweede" : "intake";
}

/* Somebody of the dossier, or nobody of it. */
static inline const char *canary_someone(struct aviary *a, const struct canary *c)
{
	switch (chance(a, 6)) {
	case 0: return c->partner ? c->partner : c->client;
	case 1:
	case 2: return c->office ? c->office : c->client;
	case 3: return c->alias ? c->alias : c->client;
	default: return c->client;
	}
}

static inline const char *canary_staff(const struct canary *c)
{
	return c->second ? CANARY_STAFF : ELS;
}

/* The subject of an answer to the last mail about this dossier to him; its number where there is none. */
static inline const char *canary_subject(struct aviary *a, const struct canary *c, const char *to)
{
	size_t i = virtual_sent_count(a->p.v);

	while (i-- > 0) {
		const struct virtual_sent *sent = virtual_sent_at(a->p.v, i);
		struct outbox_row row;

		if (addr_same(sent->to, to) && !store_outbox_load(a->p.store, sent->row, &a->p.arena, &row, NULL) &&
		    str_eq(row.dossier, c->number))
			return arena_printf(&a->p.arena, "Re: %s", play_read(&a->p, sent)->subject);
	}
	return c->number;
}

static inline void canary_post(struct aviary *a, const struct canary *c, const struct post *post)
{
	play_post_to(&a->p, canary_box(c), post);
	canary_look(a);
}

static inline void canary_say(struct aviary *a, const struct canary *c, const char *from, const char *text)
{
	canary_post(a, c, &(struct post){ .from = from, .subject = canary_subject(a, c, from), .text = text });
}

static inline void canary_deliver(struct aviary *a, size_t i)
{
	static const char *const kinds[] = { "paspoort", "aangifte 2023", "aangifte 2024", "aangifte 2025", "jaarcijfers 2023",
					     "jaarcijfers 2024", "jaarcijfers 2025", "iets anders" };
	const struct canary *c = &a->list[i];
	struct post post = { .from = canary_someone(a, c), .subject = c->number,
			     .text = chance(a, 2) ? arena_printf(&a->p.arena, "Hierbij de stukken van kanarie%zux.", i) : "" };
	size_t n = 1 + chance(a, 4), f;

	for (f = 0; f < n; f++)
		post.files[f].name = arena_printf(&a->p.arena, "%s kanarie%zux %u.pdf", kinds[chance(a, 8)], i, chance(a, 1000));
	canary_post(a, c, &post);
}

/* All that is wanted, and staff go on with it as far as it goes. */
static inline void canary_complete(struct aviary *a, size_t i)
{
	const struct canary *c = &a->list[i];
	const char *from = c->office ? c->office : c->client, *staff = canary_staff(c);
	struct err err = ERR_INIT;
	size_t f;
	static const char *const kinds[] = { "paspoort", "aangifte 2023", "aangifte 2024", "aangifte 2025", "jaarcijfers 2023",
					     "jaarcijfers 2024", "jaarcijfers 2025" };
	struct post post = { .from = from, .subject = c->number,
			     .text = arena_printf(&a->p.arena, "niet aanwezig prognose: kanarie%zux", i) };

	for (f = 0; f < 7; f++)
		post.files[f].name = arena_printf(&a->p.arena, "%s kanarie%zux.pdf", kinds[f], i);
	canary_post(a, c, &post);
	virtual_advance(a->p.v, MINUTES(16));
	canary_look(a);
	canary_say(a, c, staff, "in behandeling");
	canary_post(a, c, &(struct post){ .from = staff, .subject = canary_subject(a, c, staff), .text = "klaar",
					  .files = { { .name = arena_printf(&a->p.arena, "rapport kanarie%zux.pdf", i) },
						     { .name = arena_printf(&a->p.arena, "factuur kanarie%zux.pdf", i) } } });
	engine_payment(a->p.engine, c->number, NULL, EVENT_PAYMENT_READY,
		       arena_printf(&a->p.arena, "https://pay.example/betaalkan%zux", i), &err);
	virtual_settle(a->p.v);
	canary_look(a);
	canary_say(a, c, from, "status");
	if (chance(a, 3))
		engine_payment(a->p.engine, c->number, NULL, EVENT_PAYMENT_PAID, NULL, &err);
	virtual_settle(a->p.v);
	canary_look(a);
}

static inline void canary_staff_says(struct aviary *a, size_t i)
{
	static const char *const lines[] = { "notitie: stafkan%zux", "afkeuren aangifte 2024: kanarie%zux is onleesbaar",
					     "extra loonstrook \"Loonstrook kanarie%zux\"", "notitie: stafkan%zux is lastig",
					     "heropenen aangifte 2024", "goedkeuren paspoort", "betaald", "afkeuren legitimatie: kanarie%zux",
					     "toewijzen Els", "intrekken" };
	const struct canary *c = &a->list[i];
	struct buf line = BUF_INIT(BUF_MAX_LINE);
	const char *form = lines[chance(a, 40) == 0 ? 9 : chance(a, 9)], *mark = strstr(form, "%zu");

	buf_add(&line, form, mark ? (size_t)(mark - form) : strlen(form));
	if (mark)
		buf_addf(&line, "%zu%s", i, mark + 3);
	canary_say(a, c, canary_staff(c), line.data);
	buf_free(&line);
}

static inline void canary_party_says(struct aviary *a, size_t i)
{
	static const char *const lines[] = { "status", "archief", "rapport", "hulp", "overzicht", "uitstel 3 dagen", "kopie aan",
					     "kopie uit", "taal en", "taal nl", "nieuwe betaallink", "akkoord", "ja", "nee",
					     "vraag: hoe staat het?", "Hoe gaat het ermee?", "bedankt", "wel aanwezig prognose",
					     "probleem: het lukt niet", "wijziging", "dit is aangifte 2025" };
	const struct canary *c = &a->list[i];

	canary_say(a, c, canary_someone(a, c), lines[chance(a, sizeof lines / sizeof *lines)]);
}

/* The office changes its mind about who sees it. */
static inline void canary_turn(struct aviary *a, size_t i)
{
	struct canary *c = &a->list[i];
	const char *subject;

	if (!c->office)
		return;
	canary_say(a, c, c->office, "status");
	subject = canary_subject(a, c, c->office);
	/* From the moment that it is said. */
	c->hidden = !c->hidden;
	canary_post(a, c, &(struct post){ .from = c->office, .subject = subject,
					  .text = c->hidden ? "alleen kantoor" : "delen met klant" });
	if (play_look(&a->p, c->number)->office_only != c->hidden) {
		printf("# dossier %zu was not turned\n", i);
		a->leaks++;
	}
}

/* One who has no part in it, with the number, or with somebody's token, or as the wrong service. */
static inline void canary_stranger(struct aviary *a, size_t i)
{
	bool wrong = chance(a, 4) == 0;
	static const char *const lines[] = { "status", "archief", "rapport", "kopie aan", "ja", "nieuw adres eve@evil.example", "" };
	const struct canary *other = &a->list[chance(a, (unsigned)a->count)];
	struct canary *c = &a->list[i];
	const char *from = chance(a, 2) ? EVE : other->client, *text = lines[chance(a, 7)];
	const char *subject = chance(a, 2) ? c->number : canary_subject(a, c, c->client);
	struct post post = { .from = from, .subject = subject, .text = text };

	if (!*text)
		post.files[0].name = "paspoort vreemd.pdf";
	c->named |= wrong;
	play_post_to(&a->p, c->second != wrong ? "tweede" : "intake", &post);
	canary_look(a);
}

/* A mail of ours comes back. */
static inline void canary_bounce(struct aviary *a, size_t i)
{
	const struct canary *c = &a->list[i];
	const char *id = play_id_to(&a->p, canary_someone(a, c));
	struct buf raw = BUF_INIT(BUF_MAX_DATA);

	if (!id)
		return;
	buf_addf(&raw, "From: MAILER-DAEMON@mx.example\r\nTo: " SERVICE "\r\nSubject: Undelivered\r\nMessage-ID: <b%d@mx>\r\n"
		 "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=cut\r\n\r\n",
		 ++a->p.letters);
	buf_addf(&raw, "--cut\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
		 "Final-Recipient: rfc822; x@y.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
		 "Diagnostic-Code: smtp; 550 5.1.1 unknown\r\n\r\n--cut\r\nContent-Type: text/rfc822-headers\r\n\r\n"
		 "Message-ID: <%s>\r\n\r\n--cut--\r\n", id);
	virtual_mail(a->p.v, canary_box(c), raw.data, raw.len);
	virtual_settle(a->p.v);
	canary_look(a);
	buf_free(&raw);
}

/* One more address, asked of both; from then on it is a party's. */
static inline void canary_address(struct aviary *a, size_t i)
{
	struct canary *c = &a->list[i];
	const char *to = arena_printf(&a->p.arena, "extra%zu@adres.example", i), *box = canary_box(c), *old;
	bool add = chance(a, 2);

	if (c->hidden || c->alias)
		return;
	canary_say(a, c, c->client, "status");
	canary_say(a, c, c->client, arena_printf(&a->p.arena, "%s %s", add ? "tweede adres" : "nieuw adres", to));
	old = canary_subject(a, c, c->client);
	if (!play_last_to(&a->p, to))
		return;
	play_post_to(&a->p, box, &(struct post){ .from = to, .text = "ja",
			.subject = arena_printf(&a->p.arena, "Re: %s", play_read(&a->p, play_last_to(&a->p, to))->subject) });
	canary_look(a);
	if (add)
		c->alias = to;
	else
		c->client = to;
	/* Somebody else's dossiers with the same address follow. */
	play_post_to(&a->p, box, &(struct post){ .from = dossier_client_const(play_look(&a->p, c->number), 0)->address,
						 .subject = old, .text = "ja" });
	for (size_t k = 0; k < a->count; k++) {
		const struct dossier *d = play_look(&a->p, a->list[k].number);

		if (k != i && !addr_same(a->list[k].client, d->client.address) && addr_same(d->client.address, to))
			a->list[k].client = to;
		else if (k != i && d->alias_count && addr_same(d->aliases[0].address, to))
			a->list[k].alias = to;
		else if (k != i && d->partner_count && addr_same(d->partners[0].address, to))
			a->list[k].partner = to;
	}
	if (!dossier_party_of(play_look(&a->p, c->number), to)) {
		printf("# address of dossier %zu did not change\n", i);
		a->leaks++;
	}
	canary_look(a);
}

static inline void canary_act(struct aviary *a)
{
	size_t i = chance(a, (unsigned)a->count);

	switch (chance(a, 24)) {
	case 0: case 1: case 2: case 3: case 4: canary_deliver(a, i); break;
	case 5: case 6: case 7: case 8: case 9: canary_party_says(a, i); break;
	case 10: case 11: case 12: canary_staff_says(a, i); break;
	case 13: case 14: canary_complete(a, i); break;
	case 15: case 16: canary_turn(a, i); break;
	case 17: case 18: case 19: canary_stranger(a, i); break;
	case 20: canary_bounce(a, i); break;
	case 21: canary_address(a, i); break;
	default:
		virtual_advance(a->p.v, chance(a, 4) ? MINUTES(15) : HOURS(20));
		canary_look(a);
	}
}

/* ---- the run ---- */

static inline void aviary_open(struct aviary *a, uint64_t seed)
{
	memset(a, 0, sizeof *a);
	play_open(&a->p, &(struct play_options){ .two_services = true, .seed = seed });
	a->bob = (struct settings_person){ "Bob Ander", CANARY_STAFF };
	a->p.services[1].staff = &a->bob;
	a->p.services[1].staff_count = 1;
	a->list = calloc(CANARY_DOSSIERS, sizeof *a->list);
	a->owners = calloc(CANARY_TOKENS, sizeof *a->owners);
	a->state = seed;
}

static inline void aviary_run(struct aviary *a, size_t dossiers, size_t acts)
{
	size_t i;

	while (a->count < dossiers)
		canary_hatch(a);
	for (i = 0; i < acts && !a->p.failed[0]; i++)
		canary_act(a);
	/* Reminders, lapses, digests: what comes of itself. */
	for (i = 0; i < 30 && acts; i++) {
		virtual_advance(a->p.v, DAYS(1));
		canary_look(a);
	}
}

static inline void aviary_close(struct aviary *a)
{
	play_close(&a->p);
	free(a->list);
	free(a->owners);
}

#endif
