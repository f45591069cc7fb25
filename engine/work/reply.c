/* System. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/addr.h"
#include "base/buf.h"
#include "base/date.h"
#include "base/str.h"

/* Own. */
#include "work/engine_p.h"
#include "work/reply.h"

#define TOKEN_BYTES 16
#define TOKEN_CHARS (REPLY_TOKEN_SIZE - 1)
#define VERSIONS_BYTES 8
#define COMMANDS_BYTES 12 /* longer than the versions, which are told by their length */

/* ---- the text of a token ---- */

/* Does one stand at 'at'? Then its folded text. */
static bool read_token(const char *at, char token[REPLY_TOKEN_SIZE])
{
	size_t i;

	for (i = 0; i < TOKEN_CHARS; i++) {
		char c = str_lower(at[i]);

		if (!(c >= 'a' && c <= 'z') && !(c >= '2' && c <= '7'))
			return false;
		token[i] = c;
	}
	token[TOKEN_CHARS] = '\0';
	return !isalnum((unsigned char)at[TOKEN_CHARS]);
}

/* The store finds it by this hash; nobody makes a token of it. */
static void hash_token(const struct engine *engine, const char *service, const char *token,
		       unsigned char hash[REPLY_HASH_SIZE])
{
	struct buf material = BUF_INIT(BUF_MAX_TEXT);

	buf_addf(&material, "find|%s|%s", service, token);
	seal_hash(&engine->reply_key, material.data, material.len, hash);
	buf_free(&material);
}

/* ---- finding ---- */

struct finding {
	struct engine *engine;
	const struct settings_service *service;
	struct arena *arena;
	struct reply *reply;
	struct err *err;
};

static bool is_there(const struct reply *reply, const unsigned char *hash)
{
	size_t i;

	for (i = 0; i < reply->count; i++)
		if (!seal_compare(reply->list[i].hash, hash, REPLY_HASH_SIZE))
			return true;
	return false;
}

static int look_up(struct finding *f, const char *token)
{
	struct reply_token row;
	unsigned char hash[REPLY_HASH_SIZE];
	struct err err = ERR_INIT;

	hash_token(f->engine, f->service->key, token, hash);
	if (f->reply->count == REPLY_MAX || is_there(f->reply, hash))
		return 0;
	if (store_token_find(f->engine->env->store, hash, f->arena, &row, &err)) {
		if (err.code == ERR_NOTFOUND)
			return 0;
		*f->err = err;
		return -1;
	}
	if (str_eq(row.service, f->service->key))
		f->reply->list[f->reply->count++] = row;
	return 0;
}

/* "dossier+TOKEN@…" anywhere in a text of addresses. */
static int find_plus(struct finding *f, const char *text)
{
	const char *domain = addr_domain(f->service->address);
	size_t local = (size_t)(domain - f->service->address) - 1;
	char token[REPLY_TOKEN_SIZE];

	for (; text && *text; text++)
		if (strncasecmp(text, f->service->address, local) == 0 && text[local] == '+' &&
		    read_token(text + local + 1, token) && text[local + 1 + TOKEN_CHARS] == '@' &&
		    str_istarts(text + local + 2 + TOKEN_CHARS, domain) && look_up(f, token))
			return -1;
	return 0;
}

static int find_in_list(struct finding *f, const struct mail_addresses *list)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		if (find_plus(f, list->list[i].addr))
			return -1;
	return 0;
}

static int find_in_headers(struct finding *f, const struct mail *mail)
{
	static const char *const names[] = { "Delivered-To", "X-Original-To", "Envelope-To" };
	size_t i, j;

	for (i = 0; i < mail->header_count; i++) {
		const struct mail_header *h = &mail->headers[i];
		bool wanted = f->service->recipient_header && str_ieq(h->name, f->service->recipient_header);

		for (j = 0; j < sizeof names / sizeof *names; j++)
			wanted |= str_ieq(h->name, names[j]);
		if (wanted && find_plus(f, h->value))
			return -1;
	}
	return 0;
}

/* The tag at or behind 'at', or NULL. */
static const char *tag_at(const char *at, char token[REPLY_TOKEN_SIZE])
{
	for (; (at = strchr(at, '[')) != NULL; at++)
		if (read_token(at + 1, token) && at[1 + TOKEN_CHARS] == ']')
			return at;
	return NULL;
}

void reply_strip(struct mail *mail, struct arena *arena)
{
	char token[REPLY_TOKEN_SIZE];
	const char *tag;

	while ((tag = tag_at(mail->subject, token)) != NULL) {
		const char *rest = tag + TOKEN_CHARS + 2;
		size_t before = (size_t)(tag - mail->subject);

		while (before && mail->subject[before - 1] == ' ')
			before--;
		mail->subject = arena_printf(arena, "%.*s%s", (int)before, mail->subject, rest);
	}
}

/* Does a token begin behind 'at', in the forms in which one is written, in a link too? Its distance, 0 = none. */
static size_t token_behind(const char *at)
{
	static const char *const before[] = { "[", "+", "%5b", "%2b" };
	char token[REPLY_TOKEN_SIZE];
	size_t i;

	for (i = 0; i < sizeof before / sizeof *before; i++)
		if (str_istarts(at, before[i]))
			return read_token(at + strlen(before[i]), token) ? strlen(before[i]) : 0;
	return 0;
}

/* The marks of the text move with what stands behind a token. */
static void move_marks(const struct mail *mail, struct mail_mark *moved, size_t at, size_t by)
{
	size_t i;

	for (i = 0; i < mail->mark_count; i++) {
		moved[i].from -= mail->marks[i].from > at ? by : 0;
		moved[i].to -= mail->marks[i].to > at ? by : 0;
	}
}

/*
 * The text with "..." in the place of each token: what somebody quotes is not
 * for others to use. 'marks' (NULL = none) are moved along, of 'mail'.
 */
static const char *hide_tokens(const char *text, const struct mail *mail, struct mail_mark *marks, struct arena *arena)
{
	const char *start = text;
	char *out = arena_strdup(arena, text), *to = out;
	size_t n;

	while (*text) {
		n = token_behind(text);
		if (n) {
			memcpy(to, text, n);
			memcpy(to + n, "...", 3);
			to += n + 3;
			if (marks)
				move_marks(mail, marks, (size_t)(text - start), TOKEN_CHARS - 3);
			text += n + TOKEN_CHARS;
		} else {
			*to++ = *text++;
		}
	}
	*to = '\0';
	return out;
}

const char *reply_hide(const char *text, struct arena *arena)
{
	return hide_tokens(text, NULL, NULL, arena);
}

/* In its own text, and in what the messages inside it quote of our mails. */
static void hide_all_tokens(struct mail *mail, struct arena *arena)
{
	struct mail_mark *marks = arena_memdup(arena, mail->marks, mail->mark_count * sizeof *marks);
	size_t i;

	if (mail->text)
		mail->text = hide_tokens(mail->text, mail, marks, arena);
	mail->marks = marks;
	for (i = 0; i < mail->message_count; i++) {
		mail->messages[i].text = hide_tokens(mail->messages[i].text, mail, NULL, arena);
		mail->messages[i].subject = hide_tokens(mail->messages[i].subject, mail, NULL, arena);
	}
}

int reply_find(struct engine *engine, const struct settings_service *service, struct mail *mail,
	       struct arena *arena, struct reply *reply, struct err *err)
{
	struct finding f = { engine, service, arena, reply, err };
	char token[REPLY_TOKEN_SIZE];
	const char *at;

	reply->count = 0;
	for (at = mail->subject; (at = tag_at(at, token)) != NULL; at++)
		if (look_up(&f, token))
			return -1;
	reply_strip(mail, arena);
	hide_all_tokens(mail, arena);
	return find_in_list(&f, &mail->to) || find_in_list(&f, &mail->cc) || find_in_headers(&f, mail) ? -1 : 0;
}

const char *reply_dossier(const struct reply *reply, const char **other)
{
	const char *first = NULL;
	size_t i;

	*other = NULL;
	for (i = 0; i < reply->count; i++) {
		const char *number = reply->list[i].dossier;

		if (number && !first)
			first = number;
		else if (number && !str_eq(number, first))
			*other = number;
	}
	return first;
}

const struct reply_token *reply_valid(const struct reply *reply, const char *dossier, const char *address, int64_t now)
{
	const struct reply_token *found = NULL;
	size_t i;

	for (i = 0; address && i < reply->count; i++) {
		const struct reply_token *token = &reply->list[i];

		if (!str_eq(token->dossier, dossier) || !addr_same(token->address, address) || now >= token->expires ||
		    token->revoked != DATE_NONE)
			continue;
		if (!found || (reply_is_confirm(token) && !reply_is_confirm(found)))
			found = token;
	}
	return found;
}

/* ---- making ---- */

bool reply_make(struct engine *engine, const struct settings_service *service, const char *dossier,
		const char *address, const char *purpose, int64_t now, struct arena *arena,
		char text[REPLY_TOKEN_SIZE], struct reply_token *token)
{
	struct buf material = BUF_INIT(BUF_MAX_TEXT);
	unsigned char bits[SEAL_HASH_SIZE];
	char folded[ADDR_MAX + 1];
	struct reply_token known;

	addr_fold(folded, address);
	*token = (struct reply_token){ .service = service->key, .dossier = dossier,
				       .address = arena_strdup(arena, folded), .purpose = purpose, .made = now,
				       .expires = now + REPLY_LIFE, .revoked = DATE_NONE, .row = REPLY_NO_ROW };
	buf_addf(&material, "make|%s|%s|%s|%s|%lld", service->key, dossier ? dossier : "", folded, purpose, (long long)now);
	seal_hash(&engine->reply_key, material.data, material.len, bits);
	str_base32(text, bits, TOKEN_BYTES);
	seal_wipe(bits, sizeof bits);
	buf_free(&material);
	hash_token(engine, service->key, text, token->hash);
	return store_token_find(engine->env->store, token->hash, arena, &known, NULL) != 0;
}

bool reply_make_lasting(struct engine *engine, const struct settings_service *service, const char *dossier,
			const char *address, const char *purpose, int64_t now, struct arena *arena,
			char text[REPLY_TOKEN_SIZE], struct reply_token *token)
{
	struct reply_token last;

	if (store_token_newest(engine->env->store, service->key, dossier, address, purpose, arena, &last, NULL) ||
	    now < last.made)
		return reply_make(engine, service, dossier, address, purpose, now, arena, text, token);
	/* Another one when it was made with another key, as after a move. */
	if (reply_make(engine, service, dossier, address, purpose, last.made, arena, text, token) ||
	    memcmp(token->hash, last.hash, sizeof last.hash) != 0)
		return reply_make(engine, service, dossier, address, purpose, now, arena, text, token);
	token->expires = now + REPLY_LIFE;
	token->again = true;
	return true;
}

const char *reply_address(struct arena *arena, const char *address, const char *token)
{
	const char *domain = addr_domain(address);

	return arena_printf(arena, "%.*s+%s@%s", (int)(domain - address - 1), address, token, domain);
}

const char *reply_versions(struct engine *engine, const struct dossier *dossier, struct arena *arena)
{
	struct buf material = BUF_INIT(BUF_MAX_DATA);
	unsigned char hash[SEAL_HASH_SIZE];
	char text[2 * VERSIONS_BYTES + 1];
	size_t i, count = 0;

	for (i = 0; i < dossier->approval_count; i++) {
		const struct approval *a = &dossier->approvals[i];

		if (a->state != APPROVAL_ASKED)
			continue;
		buf_addf(&material, "%s|%d|", a->slot, a->year);
		buf_add(&material, a->sha256, sizeof a->sha256);
		count++;
	}
	seal_hash(&engine->reply_key, material.data, material.len, hash);
	str_hex(text, hash, VERSIONS_BYTES);
	buf_free(&material);
	return count ? arena_strdup(arena, text) : NULL;
}

const char *reply_purpose(struct arena *arena, const char *what, const char *versions)
{
	return versions ? arena_printf(arena, "%s-%s", what, versions) : what;
}

const char *reply_confirm(struct engine *engine, const char *commands, struct arena *arena)
{
	unsigned char hash[SEAL_HASH_SIZE];
	char text[2 * COMMANDS_BYTES + 1];

	seal_hash(&engine->reply_key, commands, strlen(commands), hash);
	str_hex(text, hash, COMMANDS_BYTES);
	return arena_printf(arena, "%s-%s", REPLY_CONFIRM, text);
}

static bool was_delivered(struct engine *engine, int64_t id, struct arena *arena)
{
	struct outbox_row row;

	return !id || store_outbox_load(engine->env->store, id, arena, &row, NULL) ||
	       (row.state != OUTBOX_FAILED && row.state != OUTBOX_HELD && row.state != OUTBOX_CANCELLED);
}

int reply_asked(struct engine *engine, const char *service, const char *dossier, const char *address,
		const char *purpose, int64_t now, struct arena *arena, bool *asked, struct err *err)
{
	struct store *store = engine->env->store;
	struct pending_command pending;
	struct reply_token token;
	struct err found = ERR_INIT;

	*asked = false;
	if (store_token_newest(store, service, dossier, address, purpose, arena, &token, &found) == 0 &&
	    store_pending_find(store, token.hash, arena, &pending, &found) == 0)
		*asked = pending.answered == DATE_NONE && now < pending.expires &&
			 was_delivered(engine, token.outbox, arena);
	if (!found.code || found.code == ERR_NOTFOUND)
		return 0;
	*err = found;
	return -1;
}

const char *reply_purpose_versions(const char *purpose)
{
	const char *dash = strrchr(purpose, '-');

	return dash && strlen(dash + 1) == 2 * VERSIONS_BYTES ? dash + 1 : NULL;
}

bool reply_is_confirm(const struct reply_token *token)
{
	return str_starts(token->purpose, REPLY_CONFIRM);
}

/* ---- standing ---- */

struct standing standing_of(enum actor_role role, enum auth_level auth, const struct reply_token *token)
{
	struct standing s = { .role = role, .token = token, .strong = auth == AUTH_STRONG };

	if (role == ACTOR_NONE || role == ACTOR_SCANNER)
		return s;
	s.level = auth >= AUTH_SPF || token ? 1 : 0;
	if (s.strong && token)
		s.level = role == ACTOR_STAFF ? 3 : 2;
	return s;
}
