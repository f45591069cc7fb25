/* System. */
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "flow/value_p.h"

#define GROUP 3          /* digits between the marks of a number in groups */
#define MAX_WRITTEN 64   /* bytes of a number with all its marks */

/* What was written, taken apart. */
struct written {
	char digits[MAX_WRITTEN]; /* of the whole part */
	int decimals;             /* how many there are */
	int cents;
	bool negative;
};

static const char *const small_numbers[][2] = {
	{ "nul", "zero" },   { "een", "one" },   { "twee", "two" },   { "drie", "three" }, { "vier", "four" },
	{ "vijf", "five" },  { "zes", "six" },   { "zeven", "seven" }, { "acht", "eight" }, { "negen", "nine" },
	{ "tien", "ten" },   { "elf", "eleven" }, { "twaalf", "twelve" },
};

/* Blanks of any shape become ' ', a minus of any shape '-'; false for what cannot be a number. */
static bool tidy(const char *text, char out[MAX_WRITTEN])
{
	static const struct {
		const char *bytes, *as;
	} shapes[] = {
		{ "\xc2\xa0", " " }, { "\xe2\x80\xaf", " " }, { "\xe2\x80\x89", " " }, { "\t", " " },
		{ "\xe2\x88\x92", "-" }, { "\xe2\x80\x93", "-" }, { "\xe2\x82\xac", "e" },
	};
	size_t len = 0, i;

	while (*text && len < MAX_WRITTEN - 1) {
		for (i = 0; i < sizeof shapes / sizeof *shapes && !str_starts(text, shapes[i].bytes); i++)
			;
		if (i < sizeof shapes / sizeof *shapes) {
			out[len++] = *shapes[i].as;
			text += strlen(shapes[i].bytes);
			continue;
		}
		if ((unsigned char)*text >= 0x80)
			return false;
		out[len++] = str_lower(*text++);
	}
	out[len] = '\0';
	return !*text;
}

static void cut_end(char *text, const char *end)
{
	if (str_ends(text, end))
		text[strlen(text) - strlen(end)] = '\0';
}

/* Takes "€", "eur" or "euro" off, before or behind; the euro sign is an 'e' here. */
static char *strip_currency(char *text)
{
	static const char *const words[] = { "euros", "euro", "eur", "e" };
	size_t i;

	for (i = 0; i < sizeof words / sizeof *words; i++) {
		if (str_starts(text, words[i])) {
			text += strlen(words[i]);
			break;
		}
		if (str_ends(text, words[i])) {
			cut_end(text, words[i]);
			break;
		}
	}
	return str_trim(text);
}

static char *strip_sign(char *text, bool *negative)
{
	if (*text != '-' && *text != '+')
		return text;
	*negative = *text == '-';
	return str_trim(text + 1);
}

/* "1234,-", "1234,--", "1234.-" and "1234,=" mean no cents. */
static void strip_dashes(char *text)
{
	static const char *const ends[] = { ",--", ".--", ",-", ".-", ",=" };
	size_t i, len = strlen(text);

	for (i = 0; i < sizeof ends / sizeof *ends && strlen(text) == len; i++)
		cut_end(text, ends[i]);
}

static size_t count_of(const char *text, char c)
{
	size_t n = 0;

	for (; *text; text++)
		n += *text == c;
	return n;
}

/* The mark before the decimals, or NULL: see the table in value.h. */
static char *decimal_mark(char *text)
{
	char *comma = strrchr(text, ','), *dot = strrchr(text, '.'), *last = comma;
	size_t behind;

	if (dot && (!comma || dot > comma))
		last = dot;
	if (!last || count_of(text, *last) > 1)
		return NULL;
	if (comma && dot)
		return last;
	behind = strlen(last + 1);
	/* Three digits are a group of thousands, but not behind a zero and not beside groups by blanks. */
	if (behind == GROUP && *text != '0' && last - text <= GROUP)
		return NULL;
	return last;
}

/* "1.234.567" or "1234567" as digits; groups must be whole and all of one kind. */
static bool read_whole(const char *text, char digits[MAX_WRITTEN])
{
	size_t len = 0, since = 0;
	char mark = 0;

	for (; *text; text++) {
		if (isdigit((unsigned char)*text)) {
			digits[len++] = *text;
			since++;
			continue;
		}
		if (!strchr(".,' ", *text) || (mark && *text != mark) || (mark ? since != GROUP : !since || since > GROUP))
			return false;
		mark = *text;
		since = 0;
	}
	digits[len] = '\0';
	return len > 0 && (!mark || since == GROUP);
}

static bool read_decimals(const char *text, struct written *written)
{
	for (; isdigit((unsigned char)*text) && written->decimals < 2; text++) {
		written->cents = written->cents * 10 + (*text - '0');
		written->decimals++;
	}
	if (written->decimals == 1)
		written->cents *= 10;
	return !*text && written->decimals > 0;
}

static bool take_apart(char *text, struct written *written)
{
	char *mark;

	text = strip_currency(str_trim(text));
	text = strip_sign(text, &written->negative);
	text = strip_currency(text);
	strip_dashes(text);
	mark = decimal_mark(text);
	if (mark) {
		if (!read_decimals(mark + 1, written))
			return false;
		*mark = '\0';
	}
	return read_whole(text, written->digits);
}

/* The digits, without zeros in front, as a number; false when it is beyond 'max'. */
static bool to_whole(const char *digits, int64_t max, int64_t *whole)
{
	digits += strspn(digits, "0");
	*whole = 0;
	return !*digits || (str_to_i64(digits, whole) && *whole <= max);
}

const char *value_read_amount(const char *text, struct arena *arena, const char **value)
{
	struct written written = { 0 };
	char tidied[MAX_WRITTEN];
	int64_t whole;

	if (!tidy(text, tidied) || !take_apart(tidied, &written))
		return VALUE_NOT_AMOUNT;
	if (!to_whole(written.digits, VALUE_MAX_CENTS / 100, &whole))
		return VALUE_TOO_LARGE;
	*value = arena_printf(arena, "%s%" PRId64 ".%02d", written.negative && (whole || written.cents) ? "-" : "", whole,
			      written.cents);
	return NULL;
}

static bool read_word(const char *text, struct arena *arena, int64_t *number)
{
	const char *word = value_fold(arena, text);
	size_t i;

	*number = 0;
	if (str_eq(word, "geen") || str_eq(word, "none"))
		return true;
	for (i = 0; i < sizeof small_numbers / sizeof *small_numbers; i++)
		if (str_eq(word, small_numbers[i][0]) || str_eq(word, small_numbers[i][1])) {
			*number = (int64_t)i;
			return true;
		}
	return false;
}

const char *value_read_number(const char *text, struct arena *arena, const char **value)
{
	struct written written = { 0 };
	char tidied[MAX_WRITTEN];
	int64_t number;

	if (!read_word(text, arena, &number)) {
		/* Money is not a number: no currency, no cents. */
		if (!tidy(text, tidied) || strchr(tidied, 'e') || !take_apart(tidied, &written) || written.decimals ||
		    str_ends(text, "-") || str_ends(text, "="))
			return VALUE_NOT_NUMBER;
		if (!to_whole(written.digits, VALUE_MAX_NUMBER, &number))
			return VALUE_TOO_LARGE;
	}
	*value = arena_printf(arena, "%s%" PRId64, written.negative && number ? "-" : "", number);
	return NULL;
}

bool value_to_cents(const char *value, int64_t *cents)
{
	const char *digits = value + (*value == '-');
	size_t whole = strspn(digits, "0123456789");
	char joined[MAX_WRITTEN];

	if (whole == 0 || whole > 14 || (digits[whole] && (digits[whole] != '.' || strlen(digits + whole) != 3)))
		return false;
	memcpy(joined, digits, whole);
	memcpy(joined + whole, digits[whole] ? digits + whole + 1 : "00", 3);
	if (!str_to_i64(joined, cents))
		return false;
	if (*value == '-')
		*cents = -*cents;
	return true;
}
