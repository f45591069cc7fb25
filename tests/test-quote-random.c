/*
 * Nobody's own words may be lost, and nobody else's pass for them: answers put
 * together from parts (what the person wrote, how his program quotes, what it
 * adds below, where he wrote it), and texts with bytes changed at random, which
 * must be read without harm. The same seed gives the same run.
 */

/* System. */
#include <dirent.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

/* Base. */
#include "base/buf.h"
#include "base/file.h"
#include "base/str.h"
#include "tap.h"

/* Engine. */
#include "quote/quote.h"

#define ANSWERS 4000
#define CHANGES 1500

static uint64_t state = 20261122;

static uint32_t any(uint32_t below)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(state >> 33) % below;
}

/* ---- parts ---- */

static const char *const own_lines[] = {
	"Hierbij mijn paspoort en de aangifte.", "akkoord", "Goedemiddag Els,", "Kunt u mij bellen op 06-12345678?",
	"Ik heb op 12-03-2026 om 14:30 al iets gestuurd aan info@kantoor.example.", "- aangifte 2024", "1. jaarcijfers",
	"De prognose volgt later; die is van mijn boekhouder.", "Van mijn vrouw krijgt u nog iets.", "niet aanwezig prognose",
	"Datum: 12 maart", "Let op: het bedrag is 1.250,00.", "Bedankt alvast!", "Thanks, see the attachment.",
	"Het document is verzonden met de post.", "Aan u de keus: wachten of niet.", "status", "Onderwerp van gesprek was de "
	"aangifte.", "Ja, dat klopt.", "Nee", "vraag: hoe laat bent u open", "Groet van ons allemaal", "Sent you the file "
	"yesterday.", "Ze schreef dat het goed is.", "Mijn boekhouder heeft het volgende geschreven:", "(zie bijlage)",
	"Van: Rotterdam", "http://example.org/a?b=c", "\"Akkoord\" heb ik niet gezegd.", "Am I too late?",
};

enum place { ABOVE, BELOW, BETWEEN, PLACES };

struct style {
	const char *name;
	const char *head;   /* lines above the quotation */
	const char *mark;   /* before each quoted line; "" = none: only above can be written */
};

static const struct style styles[] = {
	{ "none", NULL, "" },
	{ "Gmail nl", "Op ma 2 mrt 2026 om 09:00 schreef Pentrax <dossier@pentrax.example>:\n\n", "> " },
	{ "Gmail nl, wrapped", "Op ma 2 mrt 2026 om 09:00 schreef Pentrax <\ndossier@pentrax.example>:\n\n", "> " },
	{ "Gmail en", "On Mon, Mar 2, 2026 at 9:00 AM Pentrax <dossier@pentrax.example> wrote:\n\n", "> " },
	{ "Apple nl", "> Op 2 mrt 2026, om 09:00 heeft Pentrax <d@p.example> het volgende geschreven:\n> \n", "> " },
	{ "Thunderbird nl", "Op 2-3-2026 om 09:00 schreef Pentrax:\n", "> " },
	{ "Thunderbird de", "Am 02.03.2026 um 09:00 schrieb Pentrax:\n", "> " },
	{ "Outlook nl", "Van: Pentrax <d@p.example>\nVerzonden: maandag 2 maart 2026 09:00\nAan: Jan\nOnderwerp: Dossier\n\n", "" },
	{ "Outlook web nl", "________________________________\nVan: Pentrax <d@p.example>\nVerzonden: maandag 2 maart 2026 09:00\n"
	  "Aan: Jan\nOnderwerp: Dossier\n\n", "" },
	{ "Outlook 2003 nl", "-----Oorspronkelijk bericht-----\nVan: Pentrax [mailto:d@p.example]\nVerzonden: maandag 2 maart 2026 9:00\n"
	  "Aan: Jan\nOnderwerp: Dossier\n\n", "" },
	{ "Outlook en", "From: Pentrax <d@p.example>\nSent: Monday, March 2, 2026 9:00 AM\nTo: Jan\nSubject: Dossier\n\n", "" },
	{ "Outlook Mac nl", "Op 02-03-26 09:00 schreef Pentrax <d@p.example>:\n\n", "" },
	{ "Samsung nl", "-------- Oorspronkelijk bericht --------\nVan: Pentrax <d@p.example>\nDatum: 02-03-2026 09:00 (GMT+01:00)\n"
	  "Aan: Jan\nOnderwerp: Dossier\n\n", "" },
	{ "Yahoo nl", "   Op maandag 2 maart 2026 om 09:00:00 CET schreef Pentrax <d@p.example>:\n \n", "" },
	{ "passed on, Gmail", "---------- Forwarded message ---------\nVan: Piet <piet@c.example>\nDate: ma 2 mrt 2026 om 08:45\n"
	  "Subject: x\nTo: <k@k.example>\n\n", "" },
};

static const char *const quoted_lines[] = { "QUOTED Beste Jan,", "QUOTED wij missen nog uw paspoort.", "QUOTED akkoord",
					    "QUOTED niet aanwezig prognose", "QUOTED Met vriendelijke groet," };

static const char *const signatures[] = { "", "\n-- \nSIGNED Jan Jansen\nSIGNED 06-12345678\n", "\nVerstuurd vanaf mijn iPhone\n",
					  "\nSent from my Galaxy\n", "\nOutlook voor iOS<https://aka.ms/o0ukef> downloaden\n",
					  "\nMet vriendelijke groet,\nJan Jansen\n" };

#define OWN_MAX 6

struct answer {
	struct buf text;
	const char *own[3 * OWN_MAX]; /* that must be found */
	size_t own_count;
	size_t style, signature;
	enum place place;
};

static void write_own(struct answer *a)
{
	size_t n = 1 + any(OWN_MAX - 1);

	while (n--) {
		const char *line = own_lines[any(sizeof own_lines / sizeof *own_lines)];

		buf_addf(&a->text, "%s\n%s", line, any(4) ? "" : "\n");
		a->own[a->own_count++] = line;
	}
}

static void write_quoted(struct answer *a, size_t lines)
{
	while (lines--)
		buf_addf(&a->text, "%s%s\n", styles[a->style].mark,
			 quoted_lines[any(sizeof quoted_lines / sizeof *quoted_lines)]);
}

static void answer_make(struct answer *a)
{
	const struct style *style;

	*a = (struct answer){ .text = BUF_INIT(BUF_MAX_TEXT) };
	a->style = any(sizeof styles / sizeof *styles);
	a->signature = any(sizeof signatures / sizeof *signatures);
	style = &styles[a->style];
	a->place = *style->mark ? any(PLACES) : ABOVE;
	if (a->place == ABOVE) {
		write_own(a);
		buf_adds(&a->text, signatures[a->signature]);
		buf_adds(&a->text, "\n");
	} else if (any(2)) {
		buf_adds(&a->text, "Beste Els,\n\n");
	}
	if (style->head) {
		buf_adds(&a->text, style->head);
		write_quoted(a, 1 + any(5));
	}
	if (a->place != ABOVE) {
		buf_adds(&a->text, any(2) ? "\n" : "");
		write_own(a);
	}
	if (a->place == BETWEEN) {
		write_quoted(a, 1 + any(3));
		write_own(a);
	}
	if (a->place != ABOVE)
		buf_adds(&a->text, signatures[a->signature]);
}

static bool has_line(const char *text, const char *line)
{
	size_t len = strlen(line);
	const char *at;

	for (at = text; (at = strstr(at, line)) != NULL; at++)
		if ((at == text || at[-1] == '\n') && (at[len] == '\n' || !at[len]))
			return true;
	return false;
}

static void try_answers(void)
{
	size_t lost = 0, taken = 0, i, k;

	for (i = 0; i < ANSWERS; i++) {
		struct arena arena = ARENA_INIT;
		struct quote quote;
		struct answer a;

		answer_make(&a);
		quote_read(&(struct quote_order){ .text = a.text.data }, &arena, &quote);
		for (k = 0; k < a.own_count; k++)
			if (!has_line(quote.own, a.own[k]) || !has_line(quote.shown, a.own[k])) {
				if (lost++ < 5)
					printf("# lost '%s' in %s, place %d:\n%s# got:\n%s\n", a.own[k], styles[a.style].name,
					       (int)a.place, a.text.data, quote.own);
			}
		if (strstr(quote.own, "QUOTED") || strstr(quote.own, "SIGNED")) {
			if (taken++ < 5)
				printf("# another's words in %s, place %d:\n%s# got:\n%s\n", styles[a.style].name, (int)a.place,
				       a.text.data, quote.own);
		}
		buf_free(&a.text);
		arena_free(&arena);
	}
	tap_is_int((long long)lost, 0, "own lines that are lost in %d answers", ANSWERS);
	tap_is_int((long long)taken, 0, "answers in which another's words pass for his own");
}

/* ---- bytes changed at random ---- */

#define TEXTS_MAX 200

static char *texts[TEXTS_MAX];
static size_t text_count;

static void add_text(const char *text)
{
	if (text_count < TEXTS_MAX)
		texts[text_count++] = strdup(text);
}

static void add_folder(const char *shared, const char *name)
{
	char path[4096];
	struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof path, "%s/corpora/%s", shared, name);
	dir = opendir(path);
	while (dir && (entry = readdir(dir)) != NULL) {
		struct buf data = BUF_INIT(BUF_MAX_FILE);
		char file[4400];

		snprintf(file, sizeof file, "%s/%s", path, entry->d_name);
		if (str_ends(entry->d_name, ".txt") && !file_read(file, &data, NULL))
			add_text(data.data);
		buf_free(&data);
	}
	if (dir)
		closedir(dir);
}

static void change(struct buf *text)
{
	static const char *const parts[] = { "\n", "> ", "-- \n", ":", "@", "<", ">", "Van: ", "From: x@y.example\n", "Sent: 1\n",
					     "schreef", "wrote:", "-----Oorspronkelijk bericht-----", "\xc3", "\xe2\x80",
					     "________________________________\n", "----- Doorgestuurd bericht ----- Van: a@b.example",
					     "Onderwerp: x\n", "|", "\t", "2026", "09:00", "\xef\xbb\xbf", "*" };
	struct buf out = BUF_INIT(BUF_MAX_TEXT);
	uint32_t changes = 1 + any(12), i;

	for (i = 0; i < changes; i++) {
		size_t at = text->len ? any((uint32_t)text->len) : 0, cut = any(30);

		buf_reset(&out);
		buf_add(&out, text->data, at);
		if (any(2))
			buf_adds(&out, parts[any(sizeof parts / sizeof *parts)]);
		if (any(3) == 0 && at + cut < text->len)
			at += cut;
		buf_adds(&out, text->data + at);
		buf_reset(text);
		buf_add(text, out.data, out.len);
	}
	buf_free(&out);
}

/* Every line is in the text, in order; what is said to be own is made of it. */
static bool is_sound(const char *text, const struct quote *quote)
{
	const char *end = text + strlen(text), *at = text;
	size_t i;

	for (i = 0; i < quote->count; i++) {
		if (quote->lines[i].text < at || quote->lines[i].text + quote->lines[i].len > end)
			return false;
		at = quote->lines[i].text + quote->lines[i].len;
	}
	return strlen(quote->own) <= strlen(text) && strlen(quote->shown) <= strlen(text);
}

static void try_change(const char *text, size_t *bad)
{
	struct arena arena = ARENA_INIT;
	struct mail_mark marks[4];
	struct mail_message message = { .subject = "Fwd: x", .text = text, .date = 0 };
	struct mail_part part = { .role = MAIL_PART_MESSAGE, .type = "message/rfc822" };
	struct mail mail = { .subject = any(2) ? "Fwd: x" : "x", .text = text, .marks = marks, .mark_count = any(4),
			     .parts = &part, .part_count = 1, .messages = &message, .message_count = any(2) };
	struct quote_order order = { .text = text, .marks = marks, .mark_count = mail.mark_count };
	struct forwards forwards;
	struct quote quote;
	uint32_t len = (uint32_t)strlen(text) + 1;
	size_t i;

	for (i = 0; i < 4; i++) {
		marks[i] = (struct mail_mark){ .kind = any(MAIL_MARK_KINDS), .from = any(len) };
		marks[i].to = marks[i].from + any(len - (uint32_t)marks[i].from);
	}
	quote_read(&order, &arena, &quote);
	forward_read(&mail, any(2), &arena, &forwards);
	*bad += !is_sound(text, &quote);
	for (i = 0; i < forwards.count; i++)
		*bad += !forwards.list[i].text || !forwards.list[i].name || forwards.list[i].level < 1 ||
			strlen(forwards.list[i].text) > strlen(text);
	arena_free(&arena);
}

static void try_changes(void)
{
	const char *shared = getenv("POSTKAMER_SHARED");
	size_t i, bad = 0;

	for (i = 0; i < sizeof styles / sizeof *styles; i++)
		add_text(styles[i].head ? styles[i].head : "");
	if (shared) {
		add_folder(shared, "crisp-forward-parser");
		add_folder(shared, "discourse-reply-trimmer/emails");
		add_folder(shared, "crisp-reply-parser");
	}
	for (i = 0; i < CHANGES; i++) {
		struct buf text = BUF_INIT(BUF_MAX_TEXT);

		buf_adds(&text, texts[any((uint32_t)text_count)]);
		if (any(4) == 0)
			buf_adds(&text, texts[any((uint32_t)text_count)]);
		change(&text);
		try_change(text.data, &bad);
		buf_free(&text);
	}
	tap_is_int((long long)bad, 0, "readings that are not sound in %d changed texts of %zu", CHANGES, text_count);
	while (text_count)
		free(texts[--text_count]);
}

/* Texts that would take for ever if anything were looked at again and again. */
static void try_long(void)
{
	static const char *const units[] = { "> ", "a: b\n", "Van: x@y.example\n", "Op 2 maart 2026 schreef x\n", "<", "@ ",
					     "----- Forwarded message ----- a: b: c: d: e: f:\n", "\n", "re: ", "Van: a\nDatum: 1\n" };
	size_t i, k;

	for (i = 0; i < sizeof units / sizeof *units; i++) {
		struct arena arena = ARENA_INIT;
		struct buf text = BUF_INIT(BUF_MAX_TEXT);
		struct quote quote;
		struct forwards forwards;
		struct mail mail = { .subject = "Fwd: x" };

		for (k = 0; k < 60000 && text.len < 500000; k++)
			buf_adds(&text, units[i]);
		mail.text = text.data;
		quote_read(&(struct quote_order){ .text = text.data }, &arena, &quote);
		forward_read(&mail, true, &arena, &forwards);
		tap_ok(quote.count <= QUOTE_MAX_LINES && arena.used < (size_t)400 << 20, "a long run of '%.20s': %zu MB", units[i],
		       arena.used >> 20);
		buf_free(&text);
		arena_free(&arena);
	}
}

int main(void)
{
	try_answers();
	try_changes();
	try_long();
	return tap_done();
}
