/*
 * Playing scenarios: every example of the manual holds, and what does not hold
 * is told as the golden files say (tests/golden/scenario-play).
 * POSTKAMER_GOLDEN_WRITE=1 writes these anew; read the difference.
 */
/* System. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Base. */
#include "base/log.h"
#include "base/xalloc.h"

/* Engine. */
#include "app/scenarios.h"
#include "app/stage_file.h"
#include "scenario/scenario.h"
#include "sniff/sniff.h"
#include "unpack/unpack.h"

/* Tests. */
#include "rule_support.h"
#include "tap.h"

#define GOLDEN "tests/golden/scenario-play"
#define GIVEN "workflow inkomensverklaring\nscenario \"%s\"\n" \
	      "given a dossier for \"Jan Jansen <jan@example.org>\" on 2026-03-02 09:00\n"

static const char *workflow = "inkomensverklaring";
static struct settings_person staff[] = { { "Els de Vries", "els@example.nl" }, { "Bas Bos", "bas@example.nl" } };
static struct settings_service services[] = { {
	.key = "pentrax", .name = "Pentrax", .address = "dossier@example.nl", .phone = "024-833 00 00", .language = "nl",
	.timezone = "Europe/Amsterdam", .workflows = &workflow, .workflow_count = 1, .staff = staff, .staff_count = 2,
	.question = "vraag@example.nl", .problem = "storing@example.nl", .request = "aanvraag@example.nl",
}, {
	.key = "ander", .name = "Ander", .address = "post@ander.example", .language = "nl", .timezone = "Europe/Amsterdam",
	.question = "post@ander.example", .problem = "post@ander.example", .request = "post@ander.example",
} };
static struct settings_brand brand = { .key = "jansen", .service = "pentrax", .name = "Kantoor Jansen" };
static char rules[1024], templates[1024];
static struct settings settings = { .file = "test", .services = services, .service_count = 2, .brands = &brand,
				    .brand_count = 1, .rules_path = rules, .templates_path = templates };

static void play(const char *name, const char *text, struct scenarios_results *results)
{
	struct buf buf = BUF_INIT(BUF_MAX_FILE);
	struct err err = ERR_INIT;

	buf_adds(&buf, text);
	if (scenarios_play_text(&settings, name, &buf, results, &err))
		printf("# %s\n", err.text);
	buf_free(&buf);
}

static void remark(const struct buf *text)
{
	const char *line = text->data;

	while (*line) {
		size_t len = strcspn(line, "\n");

		printf("# %.*s\n", (int)len, line);
		line += len + (line[len] == '\n');
	}
}

/* --- the examples of the manual --- */

static void test_example(const struct scenario_element *element, int index)
{
	struct scenarios_results results = SCENARIOS_RESULTS_INIT;
	struct buf text = BUF_INIT(BUF_MAX_FILE), out = BUF_INIT(BUF_MAX_FILE);

	if (!str_starts(element->example, "workflow"))
		buf_addf(&text, GIVEN, "example");
	buf_adds(&text, element->example);
	play("example", text.data, &results);
	diag_list_format(&results.diags, &out);
	if (results.count && !results.list[0].passed)
		scenarios_format(&results.list[0], &out);
	if (!tap_ok(results.count && results.passed == results.count, "example %d holds: %s", index, element->form))
		remark(&out);
	scenarios_results_free(&results);
	buf_free(&text);
	buf_free(&out);
}

static void test_examples(void)
{
	const struct scenario_element *element;
	size_t i;

	for (i = 0; (element = scenario_element_at(i)) != NULL; i++)
		if (element->example)
			test_example(element, (int)i);
}

/* --- what does not hold --- */

static void golden_check(const char *name)
{
	struct buf text = BUF_INIT(BUF_MAX_FILE), want = BUF_INIT(BUF_MAX_FILE), got = BUF_INIT(BUF_MAX_FILE);
	struct scenarios_results results = SCENARIOS_RESULTS_INIT;
	struct err err = ERR_INIT;
	char path[512], full[1024];
	size_t i;

	snprintf(path, sizeof path, GOLDEN "/%s.scenario", name);
	tap_ok(tree_read(path, &text), "%s: can be read", name);
	snprintf(path, sizeof path, "%s.scenario", name);
	play(path, text.data, &results);
	diag_list_format(&results.diags, &got);
	for (i = 0; i < results.count; i++)
		if (!results.list[i].passed)
			scenarios_format(&results.list[i], &got);
	scenarios_summary(&results, &got);
	snprintf(path, sizeof path, GOLDEN "/%s.expected", name);
	if (getenv("POSTKAMER_GOLDEN_WRITE"))
		tap_ok(file_replace(tree_path(full, path), got.data, got.len, 0644, &err) == 0, "%s: written", name);
	tap_ok(tree_read(path, &want), "%s: there is an expected text", name);
	tap_is_str(got.data, want.data, "%s: what is told", name);
	scenarios_results_free(&results);
	buf_free(&text);
	buf_free(&want);
	buf_free(&got);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_scenario(const struct dirent *entry)
{
	return str_ends(entry->d_name, ".scenario");
}

static void test_golden(void)
{
	struct dirent **list = NULL;
	char path[1024];
	int i, count = scandir(tree_path(path, GOLDEN), &list, is_scenario, by_name);

	tap_ok(count >= 10, "there are golden files (%d)", count);
	for (i = 0; i < count; i++) {
		char *name = xstrndup(list[i]->d_name, strlen(list[i]->d_name) - strlen(".scenario"));

		golden_check(name);
		free(name);
		free(list[i]);
	}
	free(list);
}

/* --- workflows of the tests' own --- */

struct row {
	const char *name, *text;
	bool holds;
	const char *message;
};

/* A rules folder with one workflow, and what every folder has. */
static void make_folder(char *folder, const char *name)
{
	const char *files[] = { name, "rules/phrases.nl", "rules/phrases.en" };
	char path[1024];
	size_t i;

	if (!mkdtemp(folder))
		printf("Bail out! no folder\n");
	for (i = 0; i < sizeof files / sizeof *files; i++) {
		struct buf text = BUF_INIT(BUF_MAX_FILE);
		struct err err = ERR_INIT;

		tree_read(files[i], &text);
		snprintf(path, sizeof path, "%s%s", folder, strrchr(files[i], '/'));
		if (file_replace(path, text.data, text.len, 0600, &err))
			printf("# %s\n", err.text);
		buf_free(&text);
	}
}

static void remove_folder(const char *folder, const char *name)
{
	const char *files[] = { name, "/phrases.nl", "/phrases.en" };
	char path[1024];
	size_t i;

	for (i = 0; i < sizeof files / sizeof *files; i++) {
		snprintf(path, sizeof path, "%s%s", folder, strrchr(files[i], '/'));
		unlink(path);
	}
	rmdir(folder);
}

static void test_row(const struct row *row)
{
	struct scenarios_results results = SCENARIOS_RESULTS_INIT;
	struct buf text = BUF_INIT(BUF_MAX_FILE), out = BUF_INIT(BUF_MAX_FILE);

	buf_addf(&text, "workflow %s\nscenario \"one\"\n"
			"given a dossier for \"Jan Jansen <jan@example.org>\" on 2026-03-02 09:00\n%s", workflow, row->text);
	play(workflow, text.data, &results);
	if (!tap_ok(results.count == 1 && results.list[0].passed == row->holds, "%s: %s", workflow, row->name)) {
		diag_list_format(&results.diags, &out);
		if (results.count)
			scenarios_format(&results.list[0], &out);
		remark(&out);
	}
	if (row->message && results.count)
		tap_is_str(results.list[0].message, row->message, "%s: %s: why", workflow, row->name);
	scenarios_results_free(&results);
	buf_free(&text);
	buf_free(&out);
}

static void test_rows(const char *name, const char *file, const struct row *rows, size_t count)
{
	char folder[] = "/tmp/postkamer-scenarios-XXXXXX";
	size_t i;

	make_folder(folder, file);
	snprintf(rules, sizeof rules, "%s", folder);
	workflow = name;
	for (i = 0; i < count; i++)
		test_row(&rows[i]);
	remove_folder(folder, file);
	workflow = "inkomensverklaring";
	tree_path(rules, "rules");
}

static void test_facts(void)
{
	static const struct row rows[] = {
		{ "defaults", "expect fact woning no and fact inkomen unknown\n", true, NULL },
		{ "given ones", "given fact woning ja\ngiven fact inkomen \"1.234,50\"\n"
		  "expect fact woning yes and fact inkomen 1234.50 and fact inkomen \"€ 1.234,50\"\n", true, NULL },
		{ "they decide what is needed", "given fact woning yes\nexpect mail aanvraag-bevestigd to client with \"één document\"\n"
		  "when client mails \"paspoort.pdf\"\nexpect state klaar\n", true, NULL },
		{ "and what is not", "given fact woning no\nwhen client mails \"paspoort.pdf\"\nexpect state verzamelen\n", true, NULL },
		{ "what is approved", "when staff does \"ter accordering concept\" with \"concept.pdf\"\nwhen staff does \"ja\"\n"
		  "expect approval concept asked and mail stukken-nodig to client and fact soort unknown\n"
		  "when client says \"akkoord\"\nexpect approval concept given and fact soort bv\n", true, NULL },
		{ "another one", "given fact soort vof\nexpect fact soort bv\n", false, "expected fact soort bv" },
		{ "no such value", "given fact woning misschien\nexpect fact woning yes\n", false,
		  "fact 'woning' cannot be 'misschien' (not-yes-or-no)" },
		{ "twice", "given fact woning yes\ngiven fact woning no\nexpect fact woning yes\n", false,
		  "fact 'woning' is given twice" },
	};

	test_rows("feiten", "tests/golden/scenario-rules/feiten.rules", rows, sizeof rows / sizeof *rows);
}

static void test_payments(void)
{
	static const struct row rows[] = {
		{ "what is told twice is one thing", "when payment ready\nwhen payment ready again\nexpect no mail and payment open\n"
		  "when payment paid\nexpect payment paid and mail betaald to client and state klaar\n"
		  "when payment paid again\nexpect no mail\n"
		  "when the engine restarts\nwhen payment paid again\nexpect no mail\n", true, NULL },
		{ "money that comes when nobody waits for it", "when client says \"annuleren\"\nexpect state klaar\n"
		  "when payment paid\nexpect payment paid and mail te-behandelen to staff\n", true, NULL },
		{ "paid by an older link while a newer one waits", "when 4 days pass\nwhen payment ready\n"
		  "when payment paid by an older link\nexpect payment cancelled and mail betaald to client\n"
		  "when payment paid again\nexpect payment cancelled and no mail\n"
		  "when payment paid\nexpect payment paid and mail te-behandelen to staff\n", true, NULL },
		{ "paid by three links: each is told", "when 8 days pass\nwhen payment paid\nexpect mail betaald to client\n"
		  "when payment paid by an older link\nexpect mail te-behandelen to staff\n"
		  "when payment paid\nexpect mail te-behandelen to staff\n", true, NULL },
		{ "there is no older link", "when payment paid by an older link\nexpect no mail\n", false,
		  "there is no older link that could be paid by" },
		{ "again, but nothing was told", "when payment paid again\nexpect no mail\n", false,
		  "that is not what was told last of a payment" },
		{ "again, but something else was", "when payment ready\nwhen payment paid again\nexpect no mail\n", false,
		  "that is not what was told last of a payment" },
	};

	test_rows("betalingen", "tests/golden/scenario-rules/betalingen.rules", rows, sizeof rows / sizeof *rows);
}

/* --- results as data --- */

static void test_json(void)
{
	struct scenarios_results results = SCENARIOS_RESULTS_INIT;
	struct buf text = BUF_INIT(BUF_MAX_FILE), out = BUF_INIT(BUF_MAX_FILE);

	buf_addf(&text, GIVEN "expect state verzamelen\n", "holds");
	play("a", text.data, &results);
	buf_reset(&text);
	buf_addf(&text, GIVEN "expect state gereed\n", "does \\\"not\\\"");
	play("b", text.data, &results);
	play("c", "workflow nergens\n", &results);
	scenarios_json(&results, &out);
	tap_ok(strstr(out.data, "\"scenarios\": 2") && strstr(out.data, "\"passed\": 1") && strstr(out.data, "\"failed\": 1") &&
	       strstr(out.data, "\"faulty\": 1"), "numbers");
	tap_ok(strstr(out.data, "\"failure\": null") != NULL, "one that holds has no failure");
	tap_ok(strstr(out.data, "\"message\": \"expected state gereed, it is verzamelen\"") != NULL, "one that does not says why");
	tap_ok(strstr(out.data, "does \\\"not\\\"") != NULL, "titles are quoted");
	tap_ok(strstr(out.data, "no service of the configuration has a workflow 'nergens'") != NULL, "faults are there");
	scenarios_results_free(&results);
	buf_free(&text);
	buf_free(&out);
}

/* --- files that people mail --- */

static void test_files(void)
{
	static const struct {
		const char *name, *type, *found;
	} rows[] = {
		{ "a.pdf", "application/pdf", "application/pdf" }, { "a.png", "image/png", "image/png" },
		{ "a.jpg", "image/jpeg", "image/jpeg" },	   { "a.JPEG", "image/jpeg", "image/jpeg" },
		{ "a.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
		{ "a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
		  "application/vnd.openxmlformats-officedocument.wordprocessingml.document" },
		{ "a.zip", "application/zip", "application/zip" }, { "a.txt", "text/plain", "text/plain" },
		{ "a.xyz", "application/octet-stream", NULL },	   { "a", "application/octet-stream", NULL },
	};
	struct err err = ERR_INIT;
	struct sniffer *sniffer = sniff_open(&err);
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf one = BUF_INIT(BUF_MAX_FILE), two = BUF_INIT(BUF_MAX_FILE), again = BUF_INIT(BUF_MAX_FILE);
		const char *type = stage_file_make(rows[i].name, 1, &one), *found;
		char room[SNIFF_TYPE_SIZE];

		stage_file_make(rows[i].name, 2, &two);
		stage_file_make(rows[i].name, 1, &again);
		tap_is_str(type, rows[i].type, "%s: type", rows[i].name);
		tap_ok(one.len == again.len && !memcmp(one.data, again.data, one.len), "%s: the same again", rows[i].name);
		tap_ok(one.len != two.len || memcmp(one.data, two.data, one.len), "%s: a second one is another", rows[i].name);
		found = sniff_type(sniffer, one.data, one.len, type, room);
		if (rows[i].found && sniff_container(found) == SNIFF_ZIP) {
			struct unpack_range range = { file_memory("zip", &err), 0, (int64_t)one.len };

			file_write_all(range.fd, one.data, one.len, &err);
			found = unpack_zip_type(&range);
			close(range.fd);
		}
		if (rows[i].found)
			tap_is_str(found, rows[i].found, "%s: is what it says", rows[i].name);
		buf_free(&one);
		buf_free(&two);
		buf_free(&again);
	}
	sniff_close(&sniffer);
}

int main(void)
{
	log_set_level(LOG_LEVEL_WARN);
	tree_path(rules, "rules");
	tree_path(templates, "mailtemplates");
	test_examples();
	test_golden();
	test_facts();
	test_payments();
	test_json();
	test_files();
	return tap_done();
}
