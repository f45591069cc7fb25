/* System. */
#include <inttypes.h>
#include <string.h>

/* Base. */
#include "base/buf.h"
#include "base/date.h"
#include "base/str.h"

/* Own. */
#include "tmpl/words.h"

struct language {
	const char *code;
	const char *months[12];
	const char *days[7];  /* from Monday */
	const char *at;       /* between day and time */
	char decimal, group;  /* 1.149,00 */
	const char *euro;     /* before an amount in EUR */
};

static const struct language languages[] = {
	{ "nl",
	  { "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober",
	    "november", "december" },
	  { "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag" },
	  "om", ',', '.', "€ " },
	{ "en",
	  { "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
	    "November", "December" },
	  { "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday" },
	  "at", '.', ',', "€" },
};

static const struct language *language_find(const char *code)
{
	size_t i;

	for (i = 0; i < sizeof languages / sizeof *languages; i++)
		if (str_eq(languages[i].code, code))
			return &languages[i];
	return NULL;
}

const char *tmpl_words_date(struct arena *arena, const char *lang, int64_t at, const char *zone)
{
	const struct language *l = language_find(lang);
	struct civil c;

	zone_local(zone, at, &c, NULL);
	if (!l)
		return arena_printf(arena, "%04d-%02d-%02d", c.year, c.month, c.day);
	return arena_printf(arena, "%d %s %d", c.day, l->months[c.month - 1], c.year);
}

const char *tmpl_words_time(struct arena *arena, const char *lang, int64_t at, const char *zone)
{
	const struct language *l = language_find(lang);
	const char *date = tmpl_words_date(arena, lang, at, zone);
	struct civil c;

	zone_local(zone, at, &c, NULL);
	if (!l)
		return arena_printf(arena, "%s %02d:%02d", date, c.hour, c.minute);
	return arena_printf(arena, "%s %s %s %02d:%02d", l->days[date_weekday(date_days(c.year, c.month, c.day))],
			    date, l->at, c.hour, c.minute);
}

/* Digits with a mark between thousands. */
static const char *grouped(struct arena *arena, uint64_t number, char mark)
{
	const char *digits = arena_printf(arena, "%" PRIu64, number);
	size_t len = strlen(digits), i, at = 0;
	char *out = arena_alloc(arena, len + len / 3 + 1);

	for (i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			out[at++] = mark;
		out[at++] = digits[i];
	}
	return out;
}

const char *tmpl_words_amount(struct arena *arena, const char *lang, int64_t cents, const char *currency)
{
	const struct language *l = language_find(lang);
	uint64_t plain = cents < 0 ? 0 - (uint64_t)cents : (uint64_t)cents;
	const char *sign = cents < 0 ? "-" : "";

	if (!l || !str_eq(currency, "EUR"))
		return arena_printf(arena, "%s %s%" PRIu64 ".%02d", currency, sign, plain / 100, (int)(plain % 100));
	return arena_printf(arena, "%s%s%s%c%02d", sign, l->euro, grouped(arena, plain / 100, l->group), l->decimal,
			    (int)(plain % 100));
}

const char *tmpl_words_size(struct arena *arena, const char *lang, int64_t bytes)
{
	static const char *const units[] = { "kB", "MB", "GB" };
	const struct language *l = language_find(lang);
	uint64_t size = bytes < 0 ? 0 : (uint64_t)bytes, step = 1000;
	size_t unit = 0;

	if (size < 1000)
		return arena_printf(arena, "%" PRIu64 " bytes", size);
	while (unit < 2 && size >= step * 1000) {
		step *= 1000;
		unit++;
	}
	return arena_printf(arena, "%" PRIu64 "%c%d %s", size / step, l ? l->decimal : '.',
			    (int)(size % step / (step / 10)), units[unit]);
}

static bool is_unreserved(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("-._~", c);
}

static void percent(struct buf *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '\n')
			buf_adds(out, "%0D%0A");
		else if (is_unreserved(*text))
			buf_addc(out, *text);
		else if (*text != '\r')
			buf_addf(out, "%%%02X", (unsigned char)*text);
	}
}

const char *tmpl_words_mailto(struct arena *arena, const char *address, const char *subject, const char *body)
{
	struct buf out = BUF_INIT(BUF_MAX_TEXT);
	const char *link;
	char mark = '?';

	buf_adds(&out, "mailto:");
	for (; *address; address++) {
		if (*address == '@' || is_unreserved(*address))
			buf_addc(&out, *address);
		else
			buf_addf(&out, "%%%02X", (unsigned char)*address);
	}
	if (subject) {
		buf_addf(&out, "%csubject=", mark);
		percent(&out, subject);
		mark = '&';
	}
	if (body) {
		buf_addf(&out, "%cbody=", mark);
		percent(&out, body);
	}
	link = arena_strdup(arena, out.data);
	buf_free(&out);
	return link;
}
