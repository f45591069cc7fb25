/*
 * Dossier numbers: prefixes, folding, candidates, check letters, new numbers.
 */
/* System. */
#include <string.h>

/* Base. */
#include "base/buf.h"
#include "base/xalloc.h"

/* Engine. */
#include "flow/number.h"
#include "match/match.h"

/* Own. */
#include "tap.h"

static const struct {
	const char *subject, *want;
} prefixes[] = {
	{ "", "" },
	{ "paspoort", "paspoort" },
	{ "Re: paspoort", "paspoort" },
	{ "RE:paspoort", "paspoort" },
	{ "  re : paspoort", "paspoort" },
	{ "Fwd: RE: Antw: paspoort", "paspoort" },
	{ "Fw: Doorst: Doorgestuurd: x", "x" },
	{ "Betr: x", "x" },
	{ "AW: WG: TR: RV: SV: x", "x" },
	{ "Re[2]: x", "x" },
	{ "Re(3): x", "x" },
	{ "RE^4: x", "x" },
	{ "Re*2: x", "x" },
	{ "Re2: x", "x" },
	{ "Re [12] : x", "x" },
	{ "Re\xc2\xa0: x", "x" },
	{ "RE\xef\xbc\x9a x", "x" },
	{ "R\xc3\xa9 : x", "x" },
	{ "Re: Re: Re: Re: Re: Re: x", "x" },
	{ "Re", "Re" },
	{ "Re[2: x", "Re[2: x" },
	{ "Rekening: x", "Rekening: x" },
	{ "Reminder: x", "Reminder: x" },
	{ "Vraag: x", "Vraag: x" },
	{ "-Re: x", "-Re: x" },
	{ "\xe2\x80\x8bRe: x", "x" },
};

static const struct {
	const char *name, *text, *want;
} folds[] = {
	{ "plain", "2026-00001-k", "2026-00001-K" },
	{ "spaces", " 2026 00001  K ", "2026-00001-K" },
	{ "dashes with spaces", "2026 - 00001 - K", "2026-00001-K" },
	{ "en dash", "2026\xe2\x80\x93" "00001\xe2\x80\x93K", "2026-00001-K" },
	{ "em dash, minus sign", "2026\xe2\x80\x94" "00001\xe2\x88\x92K", "2026-00001-K" },
	{ "non-breaking hyphen and space", "2026\xe2\x80\x91" "00001\xc2\xa0K", "2026-00001-K" },
	{ "ideographic space", "2026\xe3\x80\x80" "00001", "2026-00001" },
	{ "full width", "\xef\xbc\x92\xef\xbc\x90\xef\xbc\x92\xef\xbc\x96\xef\xbc\x8d\xef\xbd\x8b", "2026-K" },
	{ "invisible characters", "20\xe2\x80\x8b" "26-\xc2\xad" "00001", "2026-00001" },
	{ "accents stay", "\xc3\xa9" "tude", "\xc3\xa9TUDE" },
	{ "bytes that are no UTF-8 stay", "a\xff" "b", "A\xff" "B" },
	{ "nothing", "", "" },
	{ "only gaps", " - \xe2\x80\x94 ", "" },
};

static const struct {
	const char *name, *text, *want; /* joined with blanks */
} finds[] = {
	{ "in a subject", "Dossier 2026-00001-K: stukken", "2026-00001-K" },
	{ "lower case with spaces", "dossier 2026 00001 k", "2026-00001-K" },
	{ "two of them", "2026-00001-K en 2026-00002-L", "2026-00001-K 2026-00002-L" },
	{ "the same one twice", "2026-00001-K 2026 00001 k", "2026-00001-K" },
	{ "in a file name", "2026-00001-K_paspoort.pdf", "2026-00001-K" },
	{ "all underscores", "2026_00001_k_paspoort.pdf", "2026-00001-K" },
	{ "none", "paspoort", "" },
	{ "too few digits", "2026-0001-K", "" },
	{ "part of more digits", "12026-00001-K", "" },
	{ "a wrong letter is still one", "2026-00001-A", "2026-00001-A" },
	{ "serial that has grown", "2026-1234567-P", "2026-1234567-P" },
	{ "empty", "", "" },
};

static void test_finds(const struct program *program, struct arena *arena)
{
	size_t i, j;

	for (i = 0; i < sizeof finds / sizeof *finds; i++) {
		struct buf got = BUF_INIT(BUF_MAX_LINE);
		const char **list = NULL;
		size_t count = 0;
		struct err err = ERR_INIT;

		tap_is_int(number_candidates(program, finds[i].text, arena, &list, &count, &err), 0, "find: %s: %s",
			   finds[i].name, err.text);
		for (j = 0; j < count; j++)
			buf_addf(&got, "%s%s", j ? " " : "", list[j]);
		tap_is_str(got.data, finds[i].want, "find: %s", finds[i].name);
		buf_free(&got);
	}
}

/* Many hits end at the limit; a text beyond it is not looked at. */
static void test_limits(const struct program *program, struct arena *arena)
{
	struct buf text = BUF_INIT(BUF_MAX_TEXT);
	const char **list = NULL;
	size_t count = 0;
	int i;

	for (i = 0; i < 1000; i++)
		buf_addf(&text, "2026-%05d-K ", i);
	tap_is_int(number_candidates(program, text.data, arena, &list, &count, NULL), 0, "a thousand numbers");
	tap_is_int((long long)count, NUMBER_MAX_CANDIDATES, "are cut");
	buf_reset(&text);
	for (i = 0; i < 2000; i++)
		buf_adds(&text, "woord ");
	buf_adds(&text, "2026-00001-K");
	number_candidates(program, text.data, arena, &list, &count, NULL);
	tap_is_int((long long)count, 0, "a number after 12 kB of text is not looked for");
	buf_free(&text);
}

static void test_pattern_fault(struct arena *arena)
{
	struct program program = { .name = "x", .file = "x.rules" };
	struct match *bomb = NULL;
	struct buf text = BUF_INIT(BUF_MAX_LINE);
	struct err err = ERR_INIT;
	const char **list = NULL;
	size_t count = 0;
	int i;

	match_compile("(A+)+$", 0, &bomb, NULL, NULL);
	program.number = bomb;
	for (i = 0; i < 4000; i++)
		buf_addc(&text, 'a');
	buf_addc(&text, '!');
	tap_is_int(number_candidates(&program, text.data, arena, &list, &count, &err), -1, "a runaway pattern fails");
	tap_is_int(err.code, ERR_LIMIT, "as a limit, not as 'none'");
	tap_ok(strstr(err.text, "x.rules") != NULL, "and says whose: %s", err.text);
	program.number = NULL;
	tap_is_int(number_candidates(&program, "2026-00001-K", arena, &list, &count, &err), 0, "no pattern");
	tap_is_int((long long)count, 0, "finds nothing");
	match_free(&bomb);
	buf_free(&text);
}

static void test_letters(void)
{
	tap_is_int(number_check_letter("0"), 'A', "0 is A");
	tap_is_int(number_check_letter("22"), 'Z', "22 is Z");
	tap_is_int(number_check_letter("23"), 'A', "23 is A again");
	/* 202600001 = 23 * 8808695 + 16 */
	tap_is_int(number_check_letter("2026-00001-"), NUMBER_CHECK_LETTERS[202600001 % 23], "all digits count");
	tap_is_int(number_check_letter("12345678901234567890"), NUMBER_CHECK_LETTERS[12345678901234567890ull % 23],
		   "more digits than an int holds");
	tap_is_int(number_check_letter("abc"), 0, "no digits, no letter");
	tap_is_int((long long)strlen(NUMBER_CHECK_LETTERS), 23, "23 letters");
	tap_ok(!number_check_valid(""), "empty is not valid");
	tap_ok(!number_check_valid("K"), "a letter alone is not valid");
	tap_ok(!number_check_valid("2026-00001"), "no letter is not valid");
}

/* Each single wrong digit and each swap of neighbours is found. */
static void test_letter_strength(struct arena *arena, const struct program *program)
{
	const char *number = number_format(arena, program, 2026, 1234);
	size_t i, missed = 0, len = strlen(number) - 1;

	for (i = 0; i < len; i++) {
		char *wrong = arena_strdup(arena, number);
		char d;

		for (d = '0'; d <= '9' && number[i] != '-'; d++) {
			wrong[i] = d;
			missed += d != number[i] && number_check_valid(wrong);
		}
		wrong[i] = number[i];
		if (number[i] == '-' || i + 1 >= len || number[i + 1] == '-' || number[i] == number[i + 1])
			continue;
		wrong[i] = number[i + 1];
		wrong[i + 1] = number[i];
		missed += number_check_valid(wrong);
	}
	tap_is_int((long long)missed, 0, "every wrong digit and swap in %s is found", number);
}

static void test_format(struct arena *arena, struct program *program)
{
	static const struct prog_number_piece plain[] = {
		{ NUMBER_TEXT, "kl/", 0 }, { NUMBER_SERIAL, NULL, 3 }, { NUMBER_TEXT, " x", 0 },
	};
	struct program other = { .number_new = plain, .number_new_count = 3 };
	const char *number = number_format(arena, program, 2026, 1);
	struct err err = ERR_INIT;

	tap_ok(strncmp(number, "2026-00001-", 11) == 0 && strlen(number) == 12, "the format filled in: %s", number);
	tap_ok(number_check_valid(number), "with its check letter");
	tap_is_int(number_fits(program, number, &err), 1, "it is a number of the workflow");
	tap_is_int(number_fits(program, "2026-00001-KK", &err), 0, "more than a number is none");
	tap_is_int(number_fits(program, "x 2026-00001-K", &err), 0, "a number in a text is none");
	number = number_format(arena, program, 2026, 123456);
	tap_ok(strncmp(number, "2026-123456-", 12) == 0, "the width grows: %s", number);
	tap_is_str(number_format(arena, &other, 2026, 7), "KL/007-X", "text is brought into canonical form");
	other.number_new_count = 0;
	tap_ok(number_format(arena, &other, 2026, 7) == NULL, "no format, no number");
}

int main(void)
{
	static const struct prog_number_piece pieces[] = {
		{ NUMBER_YEAR, NULL, 0 }, { NUMBER_TEXT, "-", 0 },  { NUMBER_SERIAL, NULL, 5 },
		{ NUMBER_TEXT, "-", 0 },  { NUMBER_CHECK, NULL, 0 },
	};
	struct program program = { .name = "t", .file = "t.rules", .number_new = pieces, .number_new_count = 5 };
	struct arena arena = ARENA_INIT;
	struct match *pattern = NULL;
	size_t i;

	if (match_compile("\\b20\\d{2}-\\d{5,7}-[A-Z]\\b", 0, &pattern, NULL, NULL) < 0)
		return 1;
	program.number = pattern;
	for (i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
		tap_is_str(number_strip_prefixes(prefixes[i].subject), prefixes[i].want, "prefix: '%s'",
			   prefixes[i].subject);
	for (i = 0; i < sizeof folds / sizeof *folds; i++)
		tap_is_str(number_fold(&arena, folds[i].text), folds[i].want, "fold: %s", folds[i].name);
	test_finds(&program, &arena);
	test_limits(&program, &arena);
	test_pattern_fault(&arena);
	test_letters();
	test_letter_strength(&arena, &program);
	test_format(&arena, &program);
	match_free(&pattern);
	arena_free(&arena);
	return tap_done();
}
