/*
 * Values as people write them: what they become, or why they are none; and
 * what people are shown reads back as the same value.
 */
/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/str.h"

/* Engine. */
#include "flow/value.h"
#include "match/match.h"

/* Own. */
#include "tap.h"

static const char *choices[] = { "eenmanszaak", "vof", "bv", "geen-idee", "coöperatie" };

static const struct row {
	enum prog_value kind;
	const char *text;
	const char *value; /* canonical, or NULL */
	const char *why;   /* a VALUE_ word where it is none */
} rows[] = {
	{ VALUE_YES_NO, "ja", "yes", NULL },
	{ VALUE_YES_NO, " JA! ", "yes", NULL },
	{ VALUE_YES_NO, "j", "yes", NULL },
	{ VALUE_YES_NO, "Yes.", "yes", NULL },
	{ VALUE_YES_NO, "y", "yes", NULL },
	{ VALUE_YES_NO, "\"jawel\"", "yes", NULL },
	{ VALUE_YES_NO, "nee", "no", NULL },
	{ VALUE_YES_NO, "Nee,", "no", NULL },
	{ VALUE_YES_NO, "n", "no", NULL },
	{ VALUE_YES_NO, "NO", "no", NULL },
	{ VALUE_YES_NO, "neen", "no", NULL },
	{ VALUE_YES_NO, "ja, maar", NULL, VALUE_NOT_YES_NO },
	{ VALUE_YES_NO, "ja nee", NULL, VALUE_NOT_YES_NO },
	{ VALUE_YES_NO, "misschien", NULL, VALUE_NOT_YES_NO },
	{ VALUE_YES_NO, "ja?", NULL, VALUE_NOT_YES_NO },
	{ VALUE_YES_NO, "1", NULL, VALUE_NOT_YES_NO },
	{ VALUE_YES_NO, "", "", NULL },
	{ VALUE_YES_NO, "  \t", "", NULL },

	{ VALUE_CHOICE, "vof", "vof", NULL },
	{ VALUE_CHOICE, "VOF.", "vof", NULL },
	{ VALUE_CHOICE, "v.o.f.", NULL, VALUE_NOT_CHOICE },
	{ VALUE_CHOICE, "Geen idee", "geen-idee", NULL },
	{ VALUE_CHOICE, "geen_idee", "geen-idee", NULL },
	{ VALUE_CHOICE, "géén idée", "geen-idee", NULL },
	{ VALUE_CHOICE, "Cooperatie", "coöperatie", NULL },
	{ VALUE_CHOICE, "COÖPERATIE", "coöperatie", NULL },
	{ VALUE_CHOICE, "coo\xcc\x88peratie", "coöperatie", NULL },
	{ VALUE_CHOICE, "nv", NULL, VALUE_NOT_CHOICE },
	{ VALUE_CHOICE, "vof of bv", NULL, VALUE_NOT_CHOICE },

	{ VALUE_NUMBER, "3", "3", NULL },
	{ VALUE_NUMBER, "007", "7", NULL },
	{ VALUE_NUMBER, "-3", "-3", NULL },
	{ VALUE_NUMBER, "+3", "3", NULL },
	{ VALUE_NUMBER, "\xe2\x88\x92" "3", "-3", NULL },
	{ VALUE_NUMBER, "-0", "0", NULL },
	{ VALUE_NUMBER, "1.200", "1200", NULL },
	{ VALUE_NUMBER, "1,200", "1200", NULL },
	{ VALUE_NUMBER, "1 200", "1200", NULL },
	{ VALUE_NUMBER, "1\xc2\xa0" "200", "1200", NULL },
	{ VALUE_NUMBER, "1'200", "1200", NULL },
	{ VALUE_NUMBER, "1.200.300", "1200300", NULL },
	{ VALUE_NUMBER, "twee", "2", NULL },
	{ VALUE_NUMBER, "Één", "1", NULL },
	{ VALUE_NUMBER, "twelve", "12", NULL },
	{ VALUE_NUMBER, "geen", "0", NULL },
	{ VALUE_NUMBER, "none", "0", NULL },
	{ VALUE_NUMBER, "1.5", NULL, VALUE_NOT_NUMBER },
	{ VALUE_NUMBER, "1,50", NULL, VALUE_NOT_NUMBER },
	{ VALUE_NUMBER, "1.20.300", NULL, VALUE_NOT_NUMBER },
	{ VALUE_NUMBER, "1.2000", NULL, VALUE_NOT_NUMBER },
	{ VALUE_NUMBER, "12.", NULL, VALUE_NOT_NUMBER },
	{ VALUE_NUMBER, "2 kinderen", NULL, VALUE_NOT_NUMBER },
	{ VALUE_NUMBER, "€ 3", NULL, VALUE_NOT_NUMBER },
	{ VALUE_NUMBER, "3e", NULL, VALUE_NOT_NUMBER },
	{ VALUE_NUMBER, "12,-", NULL, VALUE_NOT_NUMBER },
	{ VALUE_NUMBER, "--3", NULL, VALUE_NOT_NUMBER },
	{ VALUE_NUMBER, "-", NULL, VALUE_NOT_NUMBER },
	{ VALUE_NUMBER, "0x10", NULL, VALUE_NOT_NUMBER },
	{ VALUE_NUMBER, "999999999999", "999999999999", NULL },
	{ VALUE_NUMBER, "1000000000000", NULL, VALUE_TOO_LARGE },
	{ VALUE_NUMBER, "99999999999999999999999999", NULL, VALUE_TOO_LARGE },

	{ VALUE_AMOUNT, "1.234,50", "1234.50", NULL },
	{ VALUE_AMOUNT, "1,234.50", "1234.50", NULL },
	{ VALUE_AMOUNT, "1 234,50", "1234.50", NULL },
	{ VALUE_AMOUNT, "1234,5", "1234.50", NULL },
	{ VALUE_AMOUNT, "1234.50", "1234.50", NULL },
	{ VALUE_AMOUNT, "€ 1234", "1234.00", NULL },
	{ VALUE_AMOUNT, "€1.234", "1234.00", NULL },
	{ VALUE_AMOUNT, "1,234", "1234.00", NULL },
	{ VALUE_AMOUNT, "1.23", "1.23", NULL },
	{ VALUE_AMOUNT, "EUR 1.234,50", "1234.50", NULL },
	{ VALUE_AMOUNT, "1234 euro", "1234.00", NULL },
	{ VALUE_AMOUNT, "1234 Euro's", NULL, VALUE_NOT_AMOUNT },
	{ VALUE_AMOUNT, "1234,-", "1234.00", NULL },
	{ VALUE_AMOUNT, "€ 1.234,--", "1234.00", NULL },
	{ VALUE_AMOUNT, "-12,50", "-12.50", NULL },
	{ VALUE_AMOUNT, "€ -12,50", "-12.50", NULL },
	{ VALUE_AMOUNT, "- € 12,50", "-12.50", NULL },
	{ VALUE_AMOUNT, "-0,00", "0.00", NULL },
	{ VALUE_AMOUNT, "0,5", "0.50", NULL },
	{ VALUE_AMOUNT, "0.123", NULL, VALUE_NOT_AMOUNT },
	{ VALUE_AMOUNT, "1234.567", NULL, VALUE_NOT_AMOUNT },
	{ VALUE_AMOUNT, "1.234.567,89", "1234567.89", NULL },
	{ VALUE_AMOUNT, "1.234,567", NULL, VALUE_NOT_AMOUNT },
	{ VALUE_AMOUNT, "1.234.5", NULL, VALUE_NOT_AMOUNT },
	{ VALUE_AMOUNT, "12,34,56", NULL, VALUE_NOT_AMOUNT },
	{ VALUE_AMOUNT, "1,234,567", "1234567.00", NULL },
	{ VALUE_AMOUNT, "$ 12", NULL, VALUE_NOT_AMOUNT },
	{ VALUE_AMOUNT, ",50", NULL, VALUE_NOT_AMOUNT },
	{ VALUE_AMOUNT, "ongeveer 100", NULL, VALUE_NOT_AMOUNT },
	{ VALUE_AMOUNT, "€", NULL, VALUE_NOT_AMOUNT },
	{ VALUE_AMOUNT, "99999999999999,00", NULL, VALUE_TOO_LARGE },
	{ VALUE_AMOUNT, "999999999999,99", "999999999999.99", NULL },

	{ VALUE_DATE, "3-4-2026", "2026-04-03", NULL },
	{ VALUE_DATE, "03/04/2026", "2026-04-03", NULL },
	{ VALUE_DATE, "3.4.2026", "2026-04-03", NULL },
	{ VALUE_DATE, "3 4 2026", "2026-04-03", NULL },
	{ VALUE_DATE, "2026-04-03", "2026-04-03", NULL },
	{ VALUE_DATE, "2026/4/3", "2026-04-03", NULL },
	{ VALUE_DATE, "3 april 2026", "2026-04-03", NULL },
	{ VALUE_DATE, "3 APRIL 2026.", "2026-04-03", NULL },
	{ VALUE_DATE, "3e apr. 2026", "2026-04-03", NULL },
	{ VALUE_DATE, "1 mrt 2026", "2026-03-01", NULL },
	{ VALUE_DATE, "1 maart 2026", "2026-03-01", NULL },
	{ VALUE_DATE, "1 March 2026", "2026-03-01", NULL },
	{ VALUE_DATE, "1 mei 2026", "2026-05-01", NULL },
	{ VALUE_DATE, "1 May 2026", "2026-05-01", NULL },
	{ VALUE_DATE, "1 okt 2026", "2026-10-01", NULL },
	{ VALUE_DATE, "1st Oct 2026", "2026-10-01", NULL },
	{ VALUE_DATE, "October 1st, 2026", "2026-10-01", NULL },
	{ VALUE_DATE, "the 3rd of April 2026", "2026-04-03", NULL },
	{ VALUE_DATE, "vrijdag 3 april 2026", "2026-04-03", NULL },
	{ VALUE_DATE, "Friday, April 3, 2026", "2026-04-03", NULL },
	{ VALUE_DATE, "maandag 3 april 2026", NULL, VALUE_NOT_DATE },
	{ VALUE_DATE, "29-2-2024", "2024-02-29", NULL },
	{ VALUE_DATE, "29-2-2026", NULL, VALUE_NOT_DATE },
	{ VALUE_DATE, "31 april 2026", NULL, VALUE_NOT_DATE },
	{ VALUE_DATE, "4/13/2026", NULL, VALUE_NOT_DATE },
	{ VALUE_DATE, "3-4-26", NULL, VALUE_NOT_DATE },
	{ VALUE_DATE, "3 april '26", NULL, VALUE_NOT_DATE },
	{ VALUE_DATE, "3 april", NULL, VALUE_NOT_DATE },
	{ VALUE_DATE, "april 2026", NULL, VALUE_NOT_DATE },
	{ VALUE_DATE, "2026", NULL, VALUE_NOT_DATE },
	{ VALUE_DATE, "morgen", NULL, VALUE_NOT_DATE },
	{ VALUE_DATE, "3-4-2026 om 10:00", NULL, VALUE_NOT_DATE },
	{ VALUE_DATE, "2026-13-01", NULL, VALUE_NOT_DATE },
	{ VALUE_DATE, "0-1-2026", NULL, VALUE_NOT_DATE },
	{ VALUE_DATE, "3 juni juli 2026", NULL, VALUE_NOT_DATE },
	{ VALUE_DATE, "april april 2026", NULL, VALUE_NOT_DATE },
	{ VALUE_DATE, "1-1-1799", NULL, VALUE_NOT_DATE },
	{ VALUE_DATE, "1 1 1 2026", NULL, VALUE_NOT_DATE },
	{ VALUE_DATE, "2026 april 3", "2026-04-03", NULL },
	{ VALUE_DATE, "1-2026-3", NULL, VALUE_NOT_DATE },
	{ VALUE_DATE, "april 2026 3", NULL, VALUE_NOT_DATE },

	{ VALUE_ADDRESS, "Jan@Example.org", "jan@example.org", NULL },
	{ VALUE_ADDRESS, "Jan Jansen <jan@example.org>", "jan@example.org", NULL },
	{ VALUE_ADDRESS, "jan", NULL, VALUE_NOT_ADDRESS },
	{ VALUE_ADDRESS, "jan@example.org, piet@example.org", NULL, VALUE_NOT_ADDRESS },
	{ VALUE_ADDRESS, "jan@exa mple.org", NULL, VALUE_NOT_ADDRESS },

	{ VALUE_TEXT, " Kade 1\tbis ", "Kade 1 bis", NULL },
};

static void test_row(const struct row *row)
{
	struct arena arena = ARENA_INIT;
	struct value_kind kind = { row->kind, choices, sizeof choices / sizeof *choices };
	const char *value = NULL, *why = value_read(&kind, row->text, &arena, &value);

	if (row->why)
		tap_is_str(why, row->why, "'%s' is none: %s", row->text, row->why);
	else
		tap_is_str(why ? why : value, row->value, "'%s' is '%s'", row->text, row->value);
	if (!row->why && *row->value)
		tap_ok(value_is_canonical(&kind, row->value), "'%s' is canonical", row->value);
	arena_free(&arena);
}

static void test_show(enum prog_value kind, const char *value, const char *dutch, const char *english)
{
	static const char *const languages[] = { "nl", "en" };
	struct arena arena = ARENA_INIT;
	struct value_kind of = { kind, choices, sizeof choices / sizeof *choices };
	const char *shown, *again;
	int i;

	for (i = 0; i < 2; i++) {
		shown = value_show(kind, value, languages[i], &arena);
		tap_is_str(shown, i ? english : dutch, "%s shown in %s", value, languages[i]);
		tap_ok(!value_read(&of, shown, &arena, &again) && str_eq(again, value), "'%s' reads back", shown);
	}
	arena_free(&arena);
}

static void test_shown(void)
{
	test_show(VALUE_YES_NO, "yes", "ja", "yes");
	test_show(VALUE_YES_NO, "no", "nee", "no");
	test_show(VALUE_AMOUNT, "0.05", "0,05", "0.05");
	test_show(VALUE_AMOUNT, "123.40", "123,40", "123.40");
	test_show(VALUE_AMOUNT, "-1234.50", "-1.234,50", "-1,234.50");
	test_show(VALUE_AMOUNT, "1234567.00", "1.234.567,00", "1,234,567.00");
	test_show(VALUE_DATE, "2026-04-03", "3 april 2026", "3 April 2026");
	test_show(VALUE_DATE, "1999-12-31", "31 december 1999", "31 December 1999");
	test_show(VALUE_NUMBER, "-12", "-12", "-12");
	test_show(VALUE_CHOICE, "geen-idee", "geen-idee", "geen-idee");
	test_show(VALUE_ADDRESS, "jan@example.org", "jan@example.org", "jan@example.org");
}

static void test_compare(void)
{
	static const struct {
		const char *a, *b;
		int sign;
	} pairs[] = {
		{ "12", "3", 1 }, { "-12", "3", -1 }, { "3", "3", 0 }, { "-3", "-12", 1 }, { "0", "-1", 1 },
		{ "1234.50", "1234.49", 1 }, { "99999.99", "100000.00", -1 }, { "-0.50", "0.00", -1 },
		{ "999999999999.99", "999999999999.98", 1 }, { "5.00", "5", 0 }, { "2026-04-03", "2026-12-01", -1 },
		{ "2026-04-03", "2026-04-03", 0 }, { "0999-01-01", "2026-01-01", -1 }, { "vof", "bv", 1 }, { "b", "b", 0 },
	};
	size_t i;

	for (i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		int got = value_compare(pairs[i].a, pairs[i].b), back = value_compare(pairs[i].b, pairs[i].a);

		tap_is_int((got > 0) - (got < 0), pairs[i].sign, "%s and %s", pairs[i].a, pairs[i].b);
		tap_is_int((back > 0) - (back < 0), -pairs[i].sign, "%s and %s", pairs[i].b, pairs[i].a);
	}
}

static void test_field(void)
{
	static const struct {
		const char *text;
		bool required;
		const char *value, *why;
	} cases[] = {
		{ "1234 ab", true, "1234 ab", NULL }, { "12 ab", true, NULL, VALUE_NO_MATCH }, { "", true, NULL, VALUE_MISSING },
		{ " ", true, NULL, VALUE_MISSING },   { "", false, "", NULL },                 { "1234AB", false, "1234AB", NULL },
	};
	struct arena arena = ARENA_INIT;
	struct prog_field field = { .name = "postcode", .kind = VALUE_TEXT, .fact = -1 };
	struct match *pattern = NULL;
	struct err err = ERR_INIT;
	size_t i;

	tap_is_int(match_compile("^\\d{4} ?[A-Z]{2}$", MATCH_IGNORE_CASE, &pattern, NULL, &err), 0, "the pattern compiles");
	field.pattern = pattern;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *value = NULL, *why = NULL;

		field.required = cases[i].required;
		tap_is_int(value_read_field(&field, cases[i].text, &arena, &value, &why, &err), 0, "a field is read");
		tap_is_str(cases[i].why ? why : value, cases[i].why ? cases[i].why : cases[i].value, "'%s' as a field", cases[i].text);
	}
	match_free(&pattern);
	arena_free(&arena);
}

static void test_field_limit(void)
{
	struct arena arena = ARENA_INIT;
	struct prog_field field = { .name = "tekst", .kind = VALUE_TEXT, .fact = -1 };
	struct match *pattern = NULL;
	struct err err = ERR_INIT;
	const char *value, *why;
	char text[200];

	memset(text, 'a', sizeof text);
	text[sizeof text - 2] = 'b';
	text[sizeof text - 1] = '\0';
	match_compile("^(a+)+$", 0, &pattern, NULL, &err);
	field.pattern = pattern;
	tap_is_int(value_read_field(&field, text, &arena, &value, &why, &err), -1, "a pattern that hits its limit is a fault");
	match_free(&pattern);
	arena_free(&arena);
}

/* Lengths, and bytes of every kind: each is read or refused, and what is read is canonical. */
static void test_any_bytes(void)
{
	uint64_t seed = 88172645463325252ull;
	int round, wrong = 0;
	char text[64];

	for (round = 0; round < 60000; round++) {
		static const char alphabet[] = "0123456789-.,/ ' jaenyjanuarimeE\xe2\x82\xac\xc3\xab\xff@<>x";
		struct value_kind kind = { (enum prog_value)(round % (VALUE_ADDRESS + 1)), choices, 5 };
		struct arena arena = ARENA_INIT;
		const char *value = NULL;
		size_t i, len;

		seed ^= seed << 13;
		seed ^= seed >> 7;
		seed ^= seed << 17;
		len = (seed >> 8) % (sizeof text - 1);
		for (i = 0; i < len; i++) {
			seed ^= seed << 13;
			seed ^= seed >> 7;
			seed ^= seed << 17;
			text[i] = alphabet[(seed >> 20) % (sizeof alphabet - 1)];
		}
		text[len] = '\0';
		if (!value_read(&kind, text, &arena, &value) && *value && !value_is_canonical(&kind, value) && wrong++ < 5)
			printf("# '%s' became '%s'\n", text, value);
		arena_free(&arena);
	}
	tap_is_int(wrong, 0, "what is read from any bytes is canonical");
}

static void test_text(void)
{
	struct arena arena = ARENA_INIT;
	struct value_kind kind = { VALUE_TEXT, NULL, 0 };
	const char *value;

	tap_ok(!value_read(&kind, "een regel\r\nen nog een", &arena, &value) && str_eq(value, "een regel  en nog een"),
	       "lines become one");
	tap_ok(!value_read(&kind, "a\xe2\x80\xae" "b", &arena, &value) && str_eq(value, "a b"),
	       "what turns the direction of reading becomes a blank");
	tap_ok(!value_read(&kind, "\xff", &arena, &value) && str_eq(value, "\xef\xbf\xbd"), "bad bytes are shown as such");
	arena_free(&arena);
}

static void test_long(void)
{
	struct arena arena = ARENA_INIT;
	struct value_kind kind = { VALUE_TEXT, NULL, 0 };
	char *text = arena_alloc(&arena, VALUE_MAX_TEXT + 2);
	const char *value;

	memset(text, 'a', VALUE_MAX_TEXT + 1);
	tap_is_str(value_read(&kind, text, &arena, &value), VALUE_TOO_LONG, "a text that is too long is refused, not cut");
	text[VALUE_MAX_TEXT] = '\0';
	tap_ok(!value_read(&kind, text, &arena, &value) && strlen(value) == VALUE_MAX_TEXT, "the longest one is taken");
	arena_free(&arena);
}

int main(void)
{
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		test_row(&rows[i]);
	test_shown();
	test_compare();
	test_field();
	test_field_limit();
	test_any_bytes();
	test_text();
	test_long();
	return tap_done();
}
