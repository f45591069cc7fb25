/*
 * Mutations of scenario files, seeded and bounded: whatever stands in the
 * file, reading it ends with a tree or with an error, and playing what can be
 * read ends with "holds" or with why not; no failure of the engine is among it.
 * POSTKAMER_FUZZ_RUNS=n does more; POSTKAMER_FUZZ_SEED=n others. Then files that
 * are as large as they may be, with the time they took.
 */
/* System. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Base. */
#include "base/sanitized.h"
#include "base/str.h"
#include "base/xalloc.h"

/* Engine. */
#include "app/scenarios.h"
#include "scenario/scenario.h"

/* Tests. */
#include "rule_support.h"
#include "tap.h"

#define RUNS (SANITIZED ? 200 : 800)
#define TEXT_MAX 20000
#define HEAD "workflow inkomensverklaring\n"
#define GIVEN "given a dossier for \"Jan <jan@example.org>\" on 2026-03-02 09:00\n"

static const char *workflow = "inkomensverklaring";
static struct settings_person staff[] = { { "Els de Vries", "els@example.nl" } };
static struct settings_service service = {
	.key = "pentrax", .name = "Pentrax", .address = "dossier@example.nl", .phone = "024-833 00 00", .language = "nl",
	.timezone = "Europe/Amsterdam", .workflows = &workflow, .workflow_count = 1, .staff = staff, .staff_count = 1,
	.question = "vraag@example.nl", .problem = "storing@example.nl", .request = "aanvraag@example.nl",
};
static char rules[1024], templates[1024];
static const struct settings settings = { .file = "test", .services = &service, .service_count = 1,
					  .rules_path = rules, .templates_path = templates };

static const char origin[] =
	HEAD "language nl\noffice \"Kantoor Bos <info@bos.example>\"\n"
	"story alles\n"
	"  when client mails \"paspoort.pdf\", \"aangifte 2023.pdf\", \"aangifte 2024.pdf\", \"aangifte 2025.pdf\",\n"
	"    \"jaarcijfers 2023.pdf\", \"jaarcijfers 2024.pdf\", \"jaarcijfers 2025.pdf\", \"prognose.pdf\"\n"
	"  expect mail ontvangst to client with \"paspoort.pdf\"\n"
	"scenario \"One\"\n"
	"  given a dossier for \"Jan <jan@example.org>\" with copy on 2026-03-02 09:00\n"
	"  when story alles\n  when 15 minutes pass\n"
	"  expect state compleet and mail te-behandelen to staff and no timer\n"
	"  when staff does \"in behandeling\"\n  when staff does \"klaar\" with \"rapport.pdf\", \"factuur.pdf\"\n"
	"  when payment ready\n  expect payment open and mail betalen to client and no other mail to client\n"
	"  when payment paid\n  expect state gereed and timer in 7 years\n"
	"scenario \"Two\"\n"
	"  given a dossier for \"Jan <jan@example.org>\" in en number 2026-00042-M on 2026-03-02 09:00\n"
	"  when client mails \"prognose.docx\" saying \"a\\nb\" subject \"x\" in a new mail at once\n"
	"  when the engine restarts\n  when client mails \"prognose.docx\" again unproven\n"
	"  when scanner drops \"scan.pdf\" as legitimatie\n  when the mail to office bounces\n"
	"  when the mail of client arrives again\n  when until 2026-03-04 09:00\n"
	"  expect slot legitimatie delivered with \"scan.pdf\" and slot aangifte 2025 open and nothing held\n"
	"  when 8 years pass\n  expect erased\n";

/* xorshift64*: the same on every machine. */
static uint64_t next_random(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 2685821657736338717ull;
}

static size_t below(uint64_t *state, size_t limit)
{
	return limit ? (size_t)(next_random(state) >> 33) % limit : 0;
}

static void splice(char *text, size_t *len, size_t at, size_t cut, const char *add, size_t add_len)
{
	if (cut > *len - at)
		cut = *len - at;
	if (*len - cut + add_len >= TEXT_MAX)
		return;
	memmove(text + at + add_len, text + at + cut, *len - at - cut);
	memcpy(text + at, add, add_len);
	*len += add_len - cut;
}

/* Most of them lines, so that much of what comes of it can be read, and so played. */
static const char *const pieces[] = {
	"when client says \"annuleren\"\n", "when staff does \"afkeuren prognose: nee\"\n", "when staff does \"ja\"\n",
	"when staff does \"extra huurcontract\" at once\n", "when office says \"status\", \"uitstel 7 dagen\"\n",
	"when eva@example.net mails \"x.zip\" subject \"2026-00001-T\"\n", "when payment failed\n", "when payment paid again\n",
	"when payment paid by an older link\n", "when payment expired\n",
	"when 60 days pass\n", "when 99 years pass\n", "when 10000 years pass\n", "when until 9999-12-31 23:59\n",
	"when 10000 working days pass\n", "when the engine restarts\n", "when the mail of staff arrives again\n",
	"when the mail to client bounces\n", "when story alles\n", "when client says \"\"\n",
	"when client mails \"\\\\.pdf\"\n", "when client mails \" .PDF\", \"a\\\"b<>&().xlsx\", \"é€.docx\", \"x.csv\"\n",
	"when scanner drops \".x\"\n", "when scanner drops \"a\tb.pdf\" as overig\n",
	"when client says \"niet aanwezig prognose\" subject \"a\\nBcc: x@y.nl\\n\\n\" unproven\n",
	"when staff does \"intreken\"\n", "expect held mail of client because type\n", "expect nothing held\n",
	"expect no mail\n", "expect erased\n", "expect held \"x\"\n", "expect timer on 2026-03-29 02:30\n",
	"expect approval prognose void\n", "expect mail ontvangst to staff without \"€\" attached \"x\"\n",
	"office only ", "with copy ", "number 9999-99999-X ", "brand x ", "given fact x y\n",
	"\"", ",", "and ", "#", "\n", "\\", "\xff", "\xe2\x80\x9c", "@", "99999999999", "0000", "\xef\xbb\xbf",
};

static void mutate(char *text, size_t *len, uint64_t *seed)
{
	size_t at = below(seed, *len + 1), from, count;
	const char *piece = pieces[below(seed, sizeof pieces / sizeof *pieces)];
	char copy[120];

	switch (below(seed, 8)) {
	case 0: splice(text, len, at, 1 + below(seed, 20), "", 0); break;
	case 1:
		if (at < *len)
			text[at] = (char)below(seed, 256);
		break;
	case 2:
		from = below(seed, *len + 1);
		count = below(seed, sizeof copy);
		if (count > *len - from)
			count = *len - from;
		memcpy(copy, text + from, count);
		splice(text, len, at, below(seed, 40), copy, count);
		break;
	case 3: splice(text, len, at, 0, piece, strlen(piece)); break;
	default: /* at the begin of a line */
		while (at > 0 && text[at - 1] != '\n')
			at--;
		splice(text, len, at, 0, piece, strlen(piece));
	}
}

static bool is_well(const struct scenarios_result *result)
{
	return result->passed || (*result->message && !str_starts(result->message, "the engine gave up") &&
				  !str_starts(result->message, "nobody knows"));
}

/* Is all well? What is told is UTF-8 that can be printed. */
static bool try_text(const char *text, size_t len, size_t *played)
{
	struct scenarios_results results = SCENARIOS_RESULTS_INIT;
	struct buf all = BUF_INIT(BUF_MAX_FILE), out = BUF_INIT(BUF_MAX_DATA);
	struct err err = ERR_INIT;
	bool good;
	size_t i;

	buf_add(&all, text, len);
	good = scenarios_play_text(&settings, "fuzz", &all, &results, &err) == 0 &&
	       (results.faulty > 0) == (results.diags.errors > 0);
	for (i = 0; i < results.count; i++) {
		good = good && is_well(&results.list[i]);
		if (!results.list[i].passed)
			scenarios_format(&results.list[i], &out);
	}
	diag_list_format(&results.diags, &out);
	scenarios_json(&results, &out);
	good = good && !buf_failed(&out) && str_utf8_valid(out.data);
	*played += results.count;
	scenarios_results_free(&results);
	buf_free(&all);
	buf_free(&out);
	return good;
}

static uint64_t number_from(const char *name, uint64_t otherwise)
{
	const char *value = getenv(name);
	int64_t number;

	return value && str_to_i64(value, &number) && number > 0 ? (uint64_t)number : otherwise;
}

static void test_mutations(void)
{
	uint64_t seed = number_from("POSTKAMER_FUZZ_SEED", 20260302), runs = number_from("POSTKAMER_FUZZ_RUNS", RUNS), i;
	char *text = xcalloc(1, TEXT_MAX + 1);
	size_t played = 0, bad = 0;

	tap_ok(try_text(origin, strlen(origin), &played) && played == 2, "what they start from can be played");
	for (i = 0; i < runs; i++) {
		size_t len = strlen(origin), steps = 1 + below(&seed, 3);
		uint64_t start = seed;

		memcpy(text, origin, len);
		while (steps--)
			mutate(text, &len, &seed);
		text[len] = '\0';
		if (!try_text(text, len, &played) && bad++ < 3)
			printf("# run %llu (state %llu) went wrong:\n# ---\n%s\n# ---\n", (unsigned long long)i,
			       (unsigned long long)start, text);
	}
	printf("# %llu mutations, %zu scenarios played\n", (unsigned long long)runs, played);
	tap_is_int((long long)bad, 0, "each mutation can be played, or is told what is wrong with it");
	tap_ok(played > runs / 20, "some of them were played");
	free(text);
}

/* ---- large files ---- */

/* 'line' with the number in the place of %d, again and again, as often as it fits. */
static void test_large(const char *name, const char *begin, const char *line, int count, const char *end)
{
	struct buf text = BUF_INIT(BUF_MAX_DATA);
	struct diag_list diags = DIAG_LIST_INIT;
	const struct scenario_lookup lookup = { 0 };
	struct scenario_file *file;
	clock_t start;
	double seconds;
	int i;

	buf_addf(&text, "%s%s", HEAD, begin);
	for (i = 0; i < count && text.len + 200 < SCENARIO_MAX_TEXT; i++) {
		const char *at = strstr(line, "%d");

		buf_addf(&text, "%.*s%d%s", (int)(at - line), line, i, at + 2);
	}
	buf_adds(&text, end);
	start = clock();
	file = scenario_load("large", text.data, text.len, &lookup, &diags);
	seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
	printf("# %s: %zu bytes, %zu faults, %.3f s\n", name, text.len, diags.errors, seconds);
	tap_ok((file == NULL) == (diags.errors > 0), "%s: a tree or faults", name);
	tap_ok(seconds < 10, "%s: in no time", name);
	scenario_free(&file);
	diag_list_free(&diags);
	buf_free(&text);
}

static void test_larges(void)
{
	static const char one[] = "scenario \"a\"\n" GIVEN;

	test_large("titles", "", "scenario \"%d\"\n", 1 << 20, "");
	test_large("scenarios", "", "scenario \"%d\"\n" GIVEN "expect no mail\n", 2000, "");
	test_large("stories", "", "story s%d\nwhen 1 day passes\n", 1 << 20, "");
	test_large("stories that nobody tells", one, "when story t%d\n", 1 << 20, "");
	test_large("addresses", one, "when a%d@example.nl says \"x\"\nexpect no mail to b@example.nl\n", 1 << 20, "");
	test_large("claims", one, "expect no mail to jan@example.org and state s%d\n", 1 << 20, "");
	test_large("one expectation", one, "expect state a and slot s%d open\n and no mail\n", 1, "");
	test_large("words", one, "expect mail x to client with \"%d\"\nwith \"b\"\n", 900, "");
	test_large("steps", one, "when %d1 minutes pass\n", 1 << 20, "expect no mail\n");
	test_large("told steps", "story a\nwhen 1 day passes\nwhen 1 day passes\nwhen 1 day passes\nwhen 1 day passes\n",
		   "scenario \"%d\"\n" GIVEN "when story a\nwhen story a\nwhen story a\nexpect no mail\n", 2000, "");
}

int main(void)
{
	tree_path(rules, "rules");
	tree_path(templates, "mailtemplates");
	test_mutations();
	test_larges();
	return tap_done();
}
