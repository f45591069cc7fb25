/* System. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Base. */
#include "base/addr.h"
#include "base/date.h"
#include "base/file.h"
#include "base/log.h"
#include "base/str.h"

/* Engine. */
#include "markdown/markdown.h"
#include "mime/compose.h"
#include "tmpl/words.h"

/* Own. */
#include "work/answer.h"
#include "work/enclose.h"
#include "work/backoff.h"
#include "work/engine_p.h"
#include "work/health.h"
#include "work/held.h"
#include "work/letters.h"
#include "work/limits.h"
#include "work/loop.h"
#include "work/office.h"
#include "work/overview.h"
#include "work/orders.h"
#include "work/reply.h"
#include "work/review.h"
#include "work/sheet.h"
#include "work/thread.h"
#include "work/ticket.h"

struct wish *answer_wish(struct answering *a, const char *template, enum tmpl_audience audience)
{
	struct tmpl_where where = { a->service->key, NULL, a->service->language };
	struct wish *wish;
	size_t i;

	if (audience == TMPL_AUDIENCE_NONE)
		tmpl_set_find(world_templates(a->engine->world), &where, template, &audience, NULL);
	for (i = 0; i < a->wish_count; i++)
		if (str_eq(a->wishes[i].template, template) && a->wishes[i].audience == audience)
			return &a->wishes[i];
	a->wishes = arena_grow(a->arena, a->wishes, a->wish_count, sizeof *a->wishes);
	wish = &a->wishes[a->wish_count++];
	*wish = (struct wish){ .template = template, .audience = audience, .payment = WISH_NO_PAYMENT };
	return wish;
}

void answer_wish_first(struct answering *a, const char *template, enum tmpl_audience audience)
{
	struct wish *wish = answer_wish(a, template, audience), first = *wish;

	memmove(a->wishes + 1, a->wishes, (size_t)(wish - a->wishes) * sizeof *a->wishes);
	a->wishes[0] = first;
}

void answer_wish_sheet(struct answering *a, const char *template, enum tmpl_audience audience, const struct sheet *sheet)
{
	size_t i;

	for (i = 0; i < a->wish_count; i++)
		if (str_eq(a->wishes[i].template, template) && a->wishes[i].audience == audience && a->wishes[i].sheet &&
		    str_eq(a->wishes[i].sheet->name, sheet->name))
			return;
	a->wishes = arena_grow(a->arena, a->wishes, a->wish_count, sizeof *a->wishes);
	a->wishes[a->wish_count++] = (struct wish){ .template = template, .audience = audience,
						    .payment = WISH_NO_PAYMENT, .sheet = sheet };
}

static enum tmpl_audience audience_of(enum prog_audience audience)
{
	static const enum tmpl_audience map[] = {
		[AUDIENCE_TEMPLATE] = TMPL_AUDIENCE_NONE,       [AUDIENCE_CORRESPONDENT] = TMPL_AUDIENCE_CORRESPONDENT,
		[AUDIENCE_CLIENT] = TMPL_AUDIENCE_CLIENT,       [AUDIENCE_OFFICE] = TMPL_AUDIENCE_OFFICE,
		[AUDIENCE_PAYER] = TMPL_AUDIENCE_PAYER,         [AUDIENCE_STAFF] = TMPL_AUDIENCE_STAFF,
		[AUDIENCE_SENDER] = TMPL_AUDIENCE_SENDER,
	};

	return map[audience];
}

void answer_effects(struct answering *a, const struct flow_output *output)
{
	size_t i;

	for (i = 0; i < output->effect_count; i++) {
		const struct flow_effect *effect = &output->effects[i];
		struct wish *wish;

		if (effect->kind == FLOW_ERASE)
			continue;
		/* No provider is configured: asking for the money is a task for staff. */
		if (effect->kind == FLOW_PAYMENT) {
			wish = answer_wish(a, "betaalverzoek-taak", TMPL_AUDIENCE_STAFF);
			wish->payment = effect->payment;
			continue;
		}
		if (effect->kind != FLOW_MAIL)
			continue;
		wish = answer_wish(a, effect->template, audience_of(effect->audience));
		wish->attach = effect->attach;
		wish->attach_count = effect->attach_count;
		if (output->dossier->payment_count)
			wish->payment = output->dossier->payment_count - 1;
	}
}

/* ---- what it says ---- */

struct rendering {
	struct answering *a;
	const struct letter *letter;
	struct recipient to;        /* the letter's, with the token of this mail */
	struct tmpl_where where;
	struct tmpl_mail mail;
	struct thread thread;
	struct buf text, html;      /* owned */
	const struct enclose_plan *plan;
	size_t part;                /* which of its mails this is, from 0 */
	struct compose_attachment *attachments;
	size_t attachment_count;
	char key[65];               /* effect key, hex */
	char message_id[128];
	const char *joined;         /* names of the templates, "ontvangst+stukken-compleet" */
	const char *limited;        /* what a limit was reached for, or NULL */
};

static void make_ids(struct rendering *r)
{
	struct answering *a = r->a;
	struct buf material = BUF_INIT(BUF_MAX_TEXT);
	unsigned char hash[SEAL_HASH_SIZE];
	char id[64];

	/* A copy differs from the mail it is a copy of by its recipient. */
	buf_addf(&material, "%s|%s|%s|%s|%d", a->cause, a->dossier ? a->dossier->number : "", r->joined,
		 r->letter->to.address, letters_is_payment(r->letter->parts[0]));
	if (r->part)
		buf_addf(&material, "|%zu", r->part);
	if (a->ticket && letters_is_ticket(r->letter))
		buf_addf(&material, "|%s", a->ticket->number);
	seal_hash(&a->engine->effect_key, material.data, material.len, hash);
	str_hex(r->key, hash, sizeof hash);
	str_base32(id, hash, 20);
	snprintf(r->message_id, sizeof r->message_id, "p.%s@%s", id, addr_domain(a->service->address));
	buf_free(&material);
}

static const char *join_names(struct rendering *r)
{
	const char *names = r->letter->parts[0]->template;
	size_t i;

	for (i = 1; i < r->letter->part_count; i++)
		names = arena_printf(r->a->arena, "%s+%s", names, r->letter->parts[i]->template);
	return names;
}

/* What staff added to their answer, and what who asked sent along. */
static int attach_files(struct rendering *r, const struct wish *wish, struct err *err)
{
	const struct answering *a = r->a;
	bool answer = str_eq(wish->template, "ticket-antwoord");
	const struct compose_attachment *files = answer ? a->files : a->asked;
	size_t i, count = answer ? a->file_count : review_goes(r->letter, wish) ? a->asked_count : 0;

	for (i = 0; !r->part && i < count; i++) {
		struct compose_attachment file = files[i];

		/* All of them are closed together. */
		file.bytes.fd = dup(file.bytes.fd);
		if (file.bytes.fd < 0)
			return err_sys(err, "dup");
		r->attachments = arena_grow(a->arena, r->attachments, r->attachment_count, sizeof *r->attachments);
		r->attachments[r->attachment_count++] = file;
	}
	return 0;
}

static void set_attached(struct rendering *r, struct tmpl_value *values)
{
	struct arena *arena = r->a->arena;
	struct tmpl_value *list, *item;
	const char *lang = r->where.lang;
	size_t i;

	if (!r->a->dossier)
		return;
	list = tmpl_set_list(arena, values, "attached.list");
	for (i = 0; i < r->attachment_count; i++)
		tmpl_set_text(arena, tmpl_list_object(arena, list), "name", r->attachments[i].name);
	tmpl_set_counts(arena, values, "attached");
	tmpl_set_int(arena, values, "attached.mails", (int64_t)r->plan->count);
	tmpl_set_int(arena, values, "attached.mail", (int64_t)r->part + 1);
	tmpl_set_bool(arena, values, "attached.follows", r->part + 1 < r->plan->count);
	list = tmpl_set_list(arena, values, "big.list");
	for (i = 0; i < r->plan->big.count; i++) {
		item = tmpl_list_object(arena, list);
		tmpl_set_text(arena, item, "name", r->plan->big.list[i]->name);
		tmpl_set_text(arena, item, "size", tmpl_words_size(arena, lang, r->plan->big.list[i]->size));
	}
	tmpl_set_counts(arena, values, "big");
}

/* The overview of an office goes along as a file. */
static void attach_overview(struct rendering *r)
{
	const struct overview *overview = r->a->office ? r->a->office->overview : NULL;

	if (!overview || !overview->csv_size || !r->to.office)
		return;
	r->attachments = arena_grow(r->a->arena, r->attachments, r->attachment_count, sizeof *r->attachments);
	r->attachments[r->attachment_count++] = (struct compose_attachment){
		overview->csv_name, "text/csv", { overview->csv, -1, 0, (int64_t)overview->csv_size } };
}

static int render_layouts(struct rendering *r, const struct tmpl_value *values, struct err *err)
{
	const struct tmpl_set *set = world_templates(r->a->engine->world);
	struct buf fragment = BUF_INIT(BUF_MAX_TEXT), plain = BUF_INIT(BUF_MAX_TEXT);
	size_t len = strlen(r->mail.body);
	int rc = -1;

	if (!markdown_html(r->mail.body, len, &fragment, err) && !markdown_text(r->mail.body, len, &plain, err) &&
	    !tmpl_layout_render(set, &r->where, TMPL_LAYOUT_HTML, &r->mail, values, fragment.data, &r->html, err) &&
	    !tmpl_layout_render(set, &r->where, TMPL_LAYOUT_TEXT, &r->mail, values, plain.data, &r->text, err))
		rc = 0;
	buf_free(&fragment);
	buf_free(&plain);
	return rc;
}

static int render_texts(struct rendering *r, struct err *err)
{
	const struct letter *letter = r->letter;
	struct tmpl_part parts[PARTS_MAX];
	size_t i, payment = WISH_NO_PAYMENT;
	struct tmpl_value *values;

	for (i = 0; i < letter->part_count; i++)
		if (letters_is_payment(letter->parts[i]) || letter->parts[i]->audience == TMPL_AUDIENCE_STAFF)
			payment = letter->parts[i]->payment != WISH_NO_PAYMENT ? letter->parts[i]->payment : payment;
	if (enclose_open(r->a, &r->plan->batches[r->part], &r->attachments, &r->attachment_count, err))
		return -1;
	for (i = 0; i < letter->part_count; i++)
		if (attach_files(r, letter->parts[i], err))
			return -1;
	values = values_make(r->a, &r->to, payment, err);
	if (!values)
		return -1;
	set_attached(r, values);
	review_values(r->a, r->plan, r->where.lang, values);
	attach_overview(r);
	for (i = 0; i < letter->part_count; i++) {
		const struct sheet *sheet = letter->parts[i]->sheet;

		parts[i] = (struct tmpl_part){ letter->parts[i]->template,
					       sheet ? sheet_values(r->a, &r->to, sheet, values) : values };
	}
	if (tmpl_mail_render(world_templates(r->a->engine->world), &r->where, parts, letter->part_count, r->a->arena,
			     &r->mail, err) ||
	    thread_subject(r->a, letter, &r->where, &r->mail, values, &r->thread, err))
		return -1;
	r->mail.about = r->thread.about;
	return render_layouts(r, values, err);
}

/* ---- its token ---- */

static bool asks_back(const struct letter *letter)
{
	size_t i;

	for (i = 0; i < letter->part_count; i++)
		if (str_eq(letter->parts[i]->template, LETTER_CONFIRM) || str_eq(letter->parts[i]->template, LETTER_HELD) ||
		    str_eq(letter->parts[i]->template, LETTER_DESK))
			return true;
	return false;
}

static bool asks_form(const struct letter *letter)
{
	size_t i;

	for (i = 0; i < letter->part_count; i++)
		if (letter->parts[i]->sheet)
			return true;
	return false;
}

/* What a ja would let happen; NULL = nothing is asked. */
static const char *pending_text(const struct answering *a)
{
	if (a->held && a->held->pending)
		return a->held->pending;
	return a->orders ? a->orders->pending : NULL;
}

/* Nothing but a ticket: its token is for that. What stands in one mail with a dossier's notices answers to these. */
static bool is_all_ticket(const struct letter *letter)
{
	size_t i;

	for (i = 0; i < letter->part_count; i++)
		if (!str_starts(letter->parts[i]->template, TICKET_PREFIX))
			return false;
	return true;
}

/* One that was made at this moment for the same purpose is the same one. */
static bool is_new_token(const struct answering *a, const struct reply_token *token)
{
	size_t i;

	for (i = 0; i < a->token_count; i++)
		if (memcmp(a->tokens[i].hash, token->hash, sizeof token->hash) == 0)
			return false;
	return true;
}

static void wait_for_answer(struct answering *a, const struct reply_token *token, const char *text)
{
	struct pending_command *pending;

	a->pending = arena_grow(a->arena, a->pending, a->pending_count, sizeof *a->pending);
	pending = &a->pending[a->pending_count++];
	*pending = (struct pending_command){ .service = token->service, .dossier = token->dossier,
					     .address = token->address, .text = text, .item = a->item,
					     .asked = a->now, .expires = a->now + held_question_life(text),
					     .answered = DATE_NONE };
	memcpy(pending->hash, token->hash, sizeof pending->hash);
}

static void keep_token(struct answering *a, struct reply_token *token, bool fresh)
{
	if (!fresh)
		return;
	token->row = a->row_count;
	a->tokens = arena_grow(a->arena, a->tokens, a->token_count, sizeof *a->tokens);
	a->tokens[a->token_count++] = *token;
}

static void show_token(struct rendering *r, const char *text)
{
	struct answering *a = r->a;

	if (a->service->plus)
		r->to.reply = reply_address(a->arena, a->service->address, text);
	else
		r->to.tag = arena_printf(a->arena, "[%s]", text);
}

/* Who gets a form before there is a dossier: what comes back is known by it, whatever became of the rest. */
static void add_form_token(struct rendering *r)
{
	struct answering *a = r->a;
	char text[REPLY_TOKEN_SIZE];
	struct reply_token token;
	bool fresh = reply_make(a->engine, a->service, NULL, r->to.address, REPLY_REQUEST, a->now, a->arena, text, &token);

	show_token(r, text);
	keep_token(a, &token, fresh && is_new_token(a, &token));
}

/* An office that is asked something beside any dossier. */
static void add_office_token(struct rendering *r)
{
	struct answering *a = r->a;
	char text[REPLY_TOKEN_SIZE];
	struct reply_token token;
	bool fresh = reply_make(a->engine, a->service, NULL, r->to.address, a->office->purpose, a->now, a->arena, text,
				&token);

	show_token(r, text);
	fresh = fresh && is_new_token(a, &token);
	keep_token(a, &token, fresh);
	if (fresh && a->office->pending)
		wait_for_answer(a, &token, a->office->pending);
}

/*
 * Who has a part in the dossier gets a token with each mail about it: in the
 * address that he answers to, or else in the subject.
 */
/* Does what this person answers count for something? Of a party, of staff at their desk, or of who was asked. */
static bool may_answer(const struct rendering *r)
{
	const struct answering *a = r->a;

	if (a->dossier)
		return r->to.staff || dossier_role_of(a->dossier, r->to.address) != ACTOR_NONE;
	return (a->desk && r->to.staff) || (a->about && r->letter->parts[0]->purpose);
}

static void add_token(struct rendering *r)
{
	struct answering *a = r->a;
	bool confirm = pending_text(a) && asks_back(r->letter), fresh;
	/* A tag of its own would be a conversation of its own, for who asks about his dossier: the mail answered says which. */
	bool ticket = a->ticket && is_all_ticket(r->letter) && (a->service->plus || r->to.staff || !a->dossier);
	const char *what = REPLY_DOSSIER, *versions, *number = a->dossier ? a->dossier->number : a->about;
	const char *purpose = r->letter->parts[0]->purpose;
	char text[REPLY_TOKEN_SIZE];
	struct reply_token token;

	r->to.reply = a->service->address;
	if (!a->dossier && asks_form(r->letter))
		add_form_token(r);
	else if (!a->dossier && a->office && a->office->purpose &&
		 (r->to.office || r->letter->parts[0]->audience == TMPL_AUDIENCE_SENDER))
		add_office_token(r);
	if (ticket)
		purpose = ticket_purpose(a->arena, a->ticket->number);
	else if (!may_answer(r))
		return;
	versions = a->dossier && !purpose ? reply_versions(a->engine, a->dossier, a->arena) : NULL;
	if (confirm)
		what = reply_confirm(a->engine, pending_text(a), a->arena);
	else if (purpose)
		what = purpose;
	fresh = (confirm || a->service->plus ? reply_make : reply_make_lasting)(
		a->engine, a->service, number, r->to.address, reply_purpose(a->arena, what, versions), a->now, a->arena, text,
		&token);
	/* Asked and answered within this second: the answer to that one is none to this one. */
	if (confirm && !fresh)
		fresh = reply_make(a->engine, a->service, number, r->to.address,
				   reply_purpose(a->arena, arena_printf(a->arena, "%s-%s", what, a->cause), versions),
				   a->now, a->arena, text, &token);
	show_token(r, text);
	fresh = fresh && is_new_token(a, &token);
	keep_token(a, &token, fresh);
	if (confirm && fresh)
		wait_for_answer(a, &token, pending_text(a));
}

/* The subject with the tag behind it, whole whatever the length of the rest. */
static const char *tagged(const struct rendering *r)
{
	size_t room = COMPOSE_MAX_SUBJECT - REPLY_TOKEN_SIZE - 3;

	if (!r->to.tag)
		return r->thread.subject;
	return arena_printf(r->a->arena, "%.*s %s", (int)str_utf8_cut(r->thread.subject, room), r->thread.subject,
			    r->to.tag);
}

/* ---- its bytes ---- */

static enum compose_auto automatic(enum tmpl_kind kind)
{
	return kind == TMPL_KIND_RECEIPT ? COMPOSE_REPLIED :
	       kind == TMPL_KIND_ANSWER  ? COMPOSE_PERSON :
					   COMPOSE_GENERATED;
}

static int compose(struct rendering *r, int fd, int64_t *size, struct err *err)
{
	struct answering *a = r->a;
	const struct settings_brand *brand =
		a->dossier ? settings_brand(a->engine->settings, a->dossier->brand) : NULL;
	struct compose_header extra[3] = { { LOOP_HEADER, loop_header(a->engine, r->message_id, a->arena) } };
	struct compose_address *cc = arena_array(a->arena, r->letter->also_count + 1, sizeof *cc);
	const struct thread *thread = &r->thread;
	size_t i;
	struct compose_mail mail = {
		.from = { brand && brand->sender ? brand->sender : a->service->name, a->service->address },
		.to = { r->letter->to.name, r->letter->to.address },
		.reply_to = r->to.reply,
		.subject = tagged(r),
		.message_id = r->message_id,
		.date = a->now,
		.zone = a->service->timezone,
		.lang = r->letter->to.language,
		.automatic = automatic(r->mail.kind),
		.text = r->text.data,
		.html = r->html.data,
		.attachments = r->attachments,
		.attachment_count = r->attachment_count,
		.in_reply_to = thread->in_reply_to,
		.references = thread->references,
		.reference_count = thread->reference_count,
		.extra = extra,
		.extra_count = 1 + thread->header_count,
	};

	/* A copy shows both: it is addressed to the office, and the client stands in Cc (and the reverse is true). */
	for (i = 0; i < r->letter->also_count; i++)
		cc[i] = (struct compose_address){ r->letter->also[i]->name, r->letter->also[i]->address };
	mail.cc = cc;
	mail.cc_count = r->letter->also_count;
	memcpy(extra + 1, thread->headers, sizeof thread->headers);
	return compose_fd(&mail, fd, size, err);
}

static struct outbox_row *row_add(struct answering *a)
{
	a->rows = arena_grow(a->arena, a->rows, a->row_count, sizeof *a->rows);
	return &a->rows[a->row_count++];
}

static const char *audience_word(enum tmpl_audience audience)
{
	static const char *const words[TMPL_AUDIENCES] = { "", "correspondent", "client", "office",
							   "payer", "staff", "sender" };

	return words[audience];
}

/* One word for what it says; its tokens are other ones in each mail. */
static const char *words_of(const struct rendering *r)
{
	struct buf material = BUF_INIT(BUF_MAX_FILE);
	unsigned char hash[SEAL_HASH_SIZE];
	char text[64];

	buf_addf(&material, "text|%s|", r->mail.subject);
	buf_adds(&material, reply_hide(r->text.data, r->a->arena));
	seal_hash(&r->a->engine->effect_key, material.data, material.len, hash);
	str_base32(text, hash, 10);
	buf_free(&material);
	return arena_strdup(r->a->arena, text);
}

/* The rendered mail as a blob and a row. */
static int queue(struct rendering *r, struct err *err)
{
	struct answering *a = r->a;
	const struct env *env = a->engine->env;
	struct outbox_row row = {
		.service = a->service->key, .dossier = a->dossier ? a->dossier->number : a->about,
		.item = a->item ? a->item : a->scope_item,
		.ticket = a->ticket && letters_is_ticket(r->letter) ? a->ticket->number : NULL, .template = r->joined,
		.audience = audience_word(r->part ? r->letter->parts[0]->audience : r->mail.audience), .to = r->letter->to.address,
		.from = loop_envelope(a->engine, a->service, r->message_id, a->arena),
		.subject = r->mail.subject, .created = a->now, .next_at = a->now,
		.expires = a->now + BACKOFF_LIFETIME, .scope = a->scope,
	};
	struct seal_key scope;
	int64_t size;
	int fd = file_memory("outgoing", err), rc = -1;

	if (fd < 0)
		return -1;
	row.key = arena_strdup(a->arena, r->key);
	row.message_id = arena_strdup(a->arena, r->message_id);
	row.text = words_of(r);
	if (limits_judge(a, &row, &r->limited, err)) {
		close(fd);
		return -1;
	}
	if (!thread_ids(a, r->letter, &r->thread, err) && !compose(r, fd, &size, err) &&
	    !seal_unwrap(&env->master, a->scope.bytes, &scope, err)) {
		rc = blob_put_fd(env->blobs, &scope, fd, 0, size, a->now, NULL, a->arena, &row.blob, err);
		seal_wipe(&scope, sizeof scope);
	}
	close(fd);
	if (!rc)
		*row_add(a) = row;
	return rc;
}

/*
 * The same effect is never queued twice: an item that is handled again (a
 * quarantined one that is retried) does not repeat what it has said before.
 */
static bool said_before(const struct rendering *r)
{
	struct outbox_row row;

	return store_outbox_by_message_id(r->a->engine->env->store, r->message_id, r->a->arena, &row, NULL) == 0;
}

static int render_part(struct answering *a, const struct letter *letter, const struct enclose_plan *plan, size_t part,
		       struct err *err)
{
	struct rendering r = { .a = a, .letter = letter, .plan = plan, .part = part, .text = BUF_INIT(BUF_MAX_FILE),
			       .html = BUF_INIT(BUF_MAX_FILE) };
	int rc;

	r.where = (struct tmpl_where){ a->service->key, a->dossier ? a->dossier->brand : NULL,
				       letter->to.language ? letter->to.language : a->service->language };
	r.joined = join_names(&r);
	make_ids(&r);
	if (said_before(&r))
		return 0;
	r.to = letter->to;
	add_token(&r);
	rc = render_texts(&r, err);
	if (!rc)
		rc = queue(&r, err);
	if (!rc)
		enclose_shown(a, letter, &plan->batches[part]);
	enclose_close(r.attachments, r.attachment_count);
	buf_free(&r.text);
	buf_free(&r.html);
	if (!rc && r.limited)
		rc = limits_tell(a, r.limited, err);
	return rc ? err_context(err, "mail '%s' to %s", r.joined, letter->to.address) : 0;
}

/* A letter is one mail, and more where its attachments do not fit in one. */
static int render_letter(struct answering *a, const struct letter *letter, struct err *err)
{
	struct wish rest = { .template = ENCLOSE_FOLLOWS, .audience = letter->parts[0]->audience,
			     .payment = WISH_NO_PAYMENT };
	struct letter more = { .to = letter->to, .parts = { &rest }, .part_count = 1 };
	struct enclose_plan plan;
	size_t i;

	enclose_plan(a, letter, &plan);
	for (i = 0; i < plan.count; i++)
		if (render_part(a, i ? &more : letter, &plan, i, err))
			return -1;
	return 0;
}

int answer_render(struct answering *a, struct err *err)
{
	struct letters letters = { NULL, 0 };
	size_t i;

	for (i = 0; i < a->wish_count; i++)
		letters_add(a, &letters, &a->wishes[i]);
	letters_pair(&letters);
	for (i = 0; i < letters.count; i++) {
		/* A party at one of our own addresses would be a loop (A25). */
		if (settings_own_address(a->engine->settings, letters.list[i].to.address)) {
			log_line(LOG_LEVEL_WARN, "outbox.loop", "dossier=%s",
				 a->dossier ? a->dossier->number : "-");
			continue;
		}
		if (!limits_wasted(a, &letters.list[i].to) && render_letter(a, &letters.list[i], err))
			return -1;
	}
	return 0;
}

void answer_into(const struct answering *a, struct store_take *take)
{
	take->outbox = a->rows;
	take->outbox_count = a->row_count;
	take->tokens = a->tokens;
	take->token_count = a->token_count;
	take->pending = a->pending;
	take->pending_count = a->pending_count;
	take->addresses = a->addresses;
	take->address_count = a->address_count;
	take->returned = a->returned;
}
