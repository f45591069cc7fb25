/* The mails that somebody passed on: as a message, or in the text below a head. */

/* System. */
#include <string.h>

/* Base. */
#include "base/addr.h"
#include "base/buf.h"
#include "base/date.h"
#include "base/str.h"

/* Own. */
#include "quote/quote_p.h"

#define FORWARDS_MAX 60 /* of one mail that are listed */

/* ---- the subject ---- */

/* The mark at the start of a folded subject: "fwd:", "re[2]:", "antw :"; its length, 0 = none. */
static size_t subject_mark(const struct lexicon *w, const char *folded, enum quote_subject *kind)
{
	size_t reply = lexicon_starts(w, QUOTE_WORD_MARK_REPLY, folded);
	size_t forward = lexicon_starts(w, QUOTE_WORD_MARK_FORWARD, folded);
	size_t len = forward > reply ? forward : reply;

	if (!len)
		return 0;
	*kind = forward > reply ? QUOTE_SUBJECT_FORWARD : QUOTE_SUBJECT_REPLY;
	if (folded[len] == '[' || folded[len] == '(')
		len += strcspn(folded + len, "])") + 1;
	len += strspn(folded + len, " ");
	return folded[len] == ':' ? len + 1 : 0;
}

enum quote_subject quote_subject(const char *subject, const char **rest)
{
	enum quote_subject first = QUOTE_SUBJECT_PLAIN, kind;
	struct arena arena = ARENA_INIT;
	const char *at = subject ? subject : "", *colon;
	struct lexicon w;

	lexicon_init(&w, NULL, 0, &arena);
	for (;;) {
		const char *wide;

		at += strspn(at, " \t");
		colon = strchr(at, ':');
		wide = strstr(at, "：");
		if (wide && (!colon || wide < colon))
			colon = wide + 2;
		if (!colon || colon - at > 30 ||
		    !subject_mark(&w, quote_fold(&arena, arena_strndup(&arena, at, (size_t)(colon + 1 - at))), &kind))
			break;
		if (first == QUOTE_SUBJECT_PLAIN)
			first = kind;
		at = colon + 1;
	}
	arena_free(&arena);
	if (rest)
		*rest = at;
	return first;
}

/* ---- whose it was ---- */

static bool in_address(char c)
{
	return c && ((unsigned char)c > ' ' && !strchr("<>()[],;:\"'|*", c));
}

/* The next address at or behind 'text'; '*end_r' behind it. NULL = none. */
static const char *address_next(struct arena *arena, const char *text, const char **start_r, const char **end_r)
{
	const char *at, *start, *end;

	for (at = text; (at = strchr(at, '@')) != NULL; at++) {
		for (start = at; start > text && (in_address(start[-1]) || start[-1] == '\''); start--)
			;
		for (end = at + 1; in_address(*end); end++)
			;
		while (end > at + 1 && strchr(".", end[-1]))
			end--;
		while (start < at && *start == '\'')
			start++;
		*start_r = start;
		*end_r = end;
		if (addr_valid(arena_strndup(arena, start, (size_t)(end - start))))
			return arena_strndup(arena, start, (size_t)(end - start));
	}
	return NULL;
}

static char *trimmed(struct arena *arena, const char *text, size_t len)
{
	static const char *const marks[] = { "\"", "'", "(", ")", "*", ",", "<", "[", " ", "\t", "«", "»", "“", "”", "‘",
					     "’", "„", "\xc2\xa0" };
	char *copy = arena_strndup(arena, text, len);
	size_t i, n;
	bool more = true;

	while (more) {
		for (i = 0, more = false; i < sizeof marks / sizeof *marks; i++) {
			n = strlen(marks[i]);
			if (*copy && str_starts(copy, marks[i])) {
				copy += n;
				more = true;
			}
			if (*copy && str_ends(copy, marks[i])) {
				copy[strlen(copy) - n] = '\0';
				more = true;
			}
		}
	}
	return copy;
}

/* Of "Op ma 2 mrt 2026 om 09:00 schreef Jan Jansen" the name, which ends it; '*date_r' what stands before. */
static const char *name_at_end(const struct text *t, const char *text, size_t len, const char **date_r)
{
	static const char *const users[] = { "pouzivatel", "пользователь", "uzivatel", "gebruiker" };
	char *all = arena_strndup(t->arena, text, len), *at = all + strlen(str_trim(all));
	size_t i;

	while (at > all) {
		char *word = at;
		const char *folded;
		bool stop;

		while (word > all && word[-1] == ' ')
			word--;
		if (word > all && (word[-1] == ',' || word[-1] == ':'))
			break;
		while (word > all && word[-1] != ' ')
			word--;
		folded = quote_fold(t->arena, arena_strndup(t->arena, word, (size_t)(at - word)));
		stop = strpbrk(folded, "0123456789") != NULL || lexicon_find(&t->words, QUOTE_WORD_WROTE, folded);
		for (i = 0; i < sizeof users / sizeof *users; i++)
			stop |= str_eq(folded, users[i]);
		if (stop)
			break;
		at = word;
	}
	*date_r = trimmed(t->arena, all, (size_t)(at - all));
	return trimmed(t->arena, at, strlen(at));
}

/*
 * Name and address of a From, or of a line that ends in "wrote:". Two
 * addresses that are not one sender and whom he writes for: nobody's.
 */
static const char *read_sender(const struct text *t, const char *value, bool wrote, struct forward *f)
{
	const char *start, *end, *next, *addr = address_next(t->arena, value, &start, &end);
	bool several = false;

	f->name = "";
	if (!addr) {
		if (!wrote)
			f->name = trimmed(t->arena, value, strcspn(value, "<"));
		return "its head names no address of a sender";
	}
	while ((next = address_next(t->arena, end, &(const char *){ NULL }, &end)) != NULL)
		several |= !addr_same(next, addr);
	if (several && !lexicon_find(&t->words, QUOTE_WORD_BEHALF, quote_fold(t->arena, value)))
		return "its head names more than one sender";
	f->addr = addr;
	if (wrote)
		f->name = name_at_end(t, value, (size_t)(start - value), &f->date_text);
	else
		f->name = trimmed(t->arena, value, strcspn(value, "<") < (size_t)(start - value) ? strcspn(value, "<") :
								   (size_t)(start - value));
	return NULL;
}

/* ---- in the text ---- */

/* Without the blanks that every line begins with. */
static const char *unindented(struct arena *arena, char *text)
{
	struct buf out = BUF_INIT(MAIL_MAX_TEXT);
	size_t least = SIZE_MAX, len;
	const char *at, *copy;

	for (at = text; *at; at += len + (at[len] == '\n')) {
		size_t blanks = strspn(at, " \t");

		len = strcspn(at, "\n");
		if (blanks < len && blanks < least)
			least = blanks;
	}
	for (at = text; *at; at += len + (at[len] == '\n')) {
		len = strcspn(at, "\n");
		if (len > least)
			buf_add(&out, at + least, len - least);
		if (at[len])
			buf_addc(&out, '\n');
	}
	copy = arena_strndup(arena, out.data, out.len);
	buf_free(&out);
	return copy + strspn(copy, " \t\n");
}

/* The line behind the last of what the head at depth 'depth' is above. */
static size_t body_end(const struct text *t, size_t at, size_t depth)
{
	while (at < t->count && (t->lines[at].blank || t->lines[at].depth >= depth || text_is_between(t, at)))
		at++;
	return at;
}

/* Some programs quote what they pass on below an unquoted head. */
static size_t body_depth(const struct text *t, size_t at, size_t end, size_t depth)
{
	bool any = false;

	for (; at < end; at++)
		if (!t->lines[at].blank && t->lines[at].depth <= depth)
			return depth;
		else
			any |= !t->lines[at].blank;
	return any ? depth + 1 : depth;
}

static void read_inline(const struct text *t, size_t at, const struct intro *intro, const char *subject,
			struct forward *f, const char **why)
{
	size_t start = at + intro->lines, end = body_end(t, start, intro->depth);
	bool wrote = intro->kind == INTRO_WROTE;

	*f = (struct forward){ .to = intro->to, .subject = intro->subject, .date_text = intro->sent, .date = DATE_NONE };
	*why = read_sender(t, intro->from, wrote, f);
	if (wrote)
		f->subject = subject;
	f->text = unindented(t->arena, text_join(t, start, end, body_depth(t, start, end, intro->depth), t->arena));
}

/* Does the first head in a text say that what is below was passed on? */
static enum forward_found judge(const struct intro *first, const char *subject, bool subject_known)
{
	enum quote_subject mark = subject_known ? quote_subject(subject, NULL) : QUOTE_SUBJECT_PLAIN;

	if (first->kind == INTRO_FORWARDED)
		return mark == QUOTE_SUBJECT_REPLY && first->depth > 0 ? FORWARD_UNSURE : FORWARD_FOUND;
	if (mark == QUOTE_SUBJECT_FORWARD)
		return FORWARD_FOUND;
	if (mark == QUOTE_SUBJECT_REPLY || first->kind == INTRO_WROTE || !first->head)
		return FORWARD_NONE;
	return subject_known ? FORWARD_UNSURE : FORWARD_FOUND;
}

static void add(struct forwards *all, struct arena *arena, const struct forward *f)
{
	if (all->count >= FORWARDS_MAX)
		return;
	all->list = arena_grow(arena, all->list, all->count, sizeof *all->list);
	all->list[all->count++] = *f;
}

static void unsure(struct forwards *all, const char *why)
{
	all->found = FORWARD_UNSURE;
	if (!all->why)
		all->why = why;
}

struct inside {
	const char *text;
	const char *subject;
	bool subject_known;
	int level;
	size_t first_part, end_part; /* files that may be its */
};

/* What the text of a mail, or of a message in it, passes on. */
static void read_text(const struct inside *in, const struct quote_order *order, struct arena *arena,
		      struct forwards *all)
{
	struct text t;
	struct intro intro;
	struct forward f;
	const char *why;
	size_t at;
	int level = in->level;

	text_init(&t, order, arena);
	for (at = 0; at < t.count && all->count < FORWARDS_MAX; ) {
		if (!intro_at(&t, at, &intro)) {
			at++;
			continue;
		}
		if (level == in->level) {
			enum forward_found found = judge(&intro, in->subject, in->subject_known);

			if (found == FORWARD_NONE)
				return;
			if (found == FORWARD_UNSURE)
				unsure(all, "neither its subject nor its head says whether it was passed on");
			else if (all->found == FORWARD_NONE)
				all->found = FORWARD_FOUND;
		}
		read_inline(&t, at, &intro, in->subject, &f, &why);
		if (level == in->level && why)
			unsure(all, why);
		f.level = level++;
		f.first_part = in->first_part;
		f.end_part = in->end_part;
		add(all, arena, &f);
		at += intro.lines;
	}
}

/* ---- as messages ---- */

static size_t parts_end(const struct mail *mail, size_t part)
{
	size_t end = part + 1;

	while (end < mail->part_count && mail->parts[end].depth > mail->parts[part].depth)
		end++;
	return end;
}

/* What came back is no forward, though it holds a message. */
static bool is_report(const struct mail *mail)
{
	size_t i;

	for (i = 0; i < mail->part_count; i++)
		if (mail->parts[i].depth == 0 && (str_eq(mail->parts[i].type, "message/delivery-status") ||
						  str_eq(mail->parts[i].type, "message/disposition-notification") ||
						  str_eq(mail->parts[i].type, "message/feedback-report")))
			return true;
	return false;
}

static const char *addresses_text(struct arena *arena, const struct mail_addresses *list)
{
	struct buf all = BUF_INIT(BUF_MAX_LINE);
	const char *text;
	size_t i;

	for (i = 0; i < list->count; i++)
		buf_addf(&all, "%s%s%s<%s>", i ? ", " : "", list->list[i].name, *list->list[i].name ? " " : "",
			 list->list[i].addr);
	text = arena_strndup(arena, all.data, all.len);
	buf_free(&all);
	return text;
}

static void read_message(const struct mail *mail, const struct mail_message *m, struct arena *arena,
			 struct forwards *all)
{
	int level = mail->parts[m->part].depth + 1;
	struct forward f = { .attached = true, .level = level, .name = "", .subject = m->subject, .date_text = "",
			     .date = m->date, .text = m->text, .part = m->part };
	struct quote_order order = { .text = m->text };
	struct inside in = { m->text, m->subject, true, level + 1, m->part + 1, parts_end(mail, m->part) };
	struct forwards inner = { 0 };
	size_t i;

	f.first_part = in.first_part;
	f.end_part = in.end_part;
	f.to = addresses_text(arena, &m->to);
	if (m->from.count == 1) {
		f.name = m->from.list[0].name;
		f.addr = m->from.list[0].addr;
	} else if (level == 1) {
		unsure(all, m->from.count ? "the message in it names more than one sender" :
					    "the message in it names no sender");
	}
	if (all->found == FORWARD_NONE)
		all->found = FORWARD_FOUND;
	add(all, arena, &f);
	/* What the client passed on in his turn; whether it was for certain is not asked. */
	read_text(&in, &order, arena, &inner);
	for (i = 0; i < inner.count; i++)
		add(all, arena, &inner.list[i]);
}

/* Mails of several people in one: what one of them names need not hold for the others' files. */
static void judge_senders(struct forwards *all)
{
	const char *first = NULL;
	size_t i;

	for (i = 0; i < all->count; i++) {
		const char *addr = all->list[i].level == 1 ? all->list[i].addr : NULL;

		if (addr && first && !addr_same(addr, first))
			unsure(all, "it passes on mails of several senders");
		first = first ? first : addr;
	}
}

void forward_read(const struct mail *mail, bool subject_known, struct arena *arena, struct forwards *all)
{
	struct quote_order order = { .text = mail->text, .marks = mail->marks, .mark_count = mail->mark_count };
	const char *rest;
	struct inside in = { .text = mail->text, .subject = mail->subject, .subject_known = subject_known, .level = 1,
			     .end_part = mail->part_count };
	size_t i;

	*all = (struct forwards){ 0 };
	if (is_report(mail))
		return;
	for (i = 0; i < mail->message_count; i++)
		read_message(mail, &mail->messages[i], arena, all);
	quote_subject(mail->subject, &rest);
	read_text(&in, &order, arena, all);
	judge_senders(all);
	for (i = 0; i < all->count; i++)
		if (!all->list[i].attached && all->list[i].subject == mail->subject)
			all->list[i].subject = rest;
}
