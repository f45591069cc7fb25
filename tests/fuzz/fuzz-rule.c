/*
 * Coverage-guided fuzzing of the rule language (libFuzzer): make fuzz-rule.
 * POSTKAMER_FUZZ_STAGE says how far an input goes:
 *
 *   lexer     text → tokens of it and of the parts that it holds as a bundle
 *   parser    … → tree
 *   checker   … → checks → program, as a fresh file and as a kept one; a program
 *             is described, drawn and dumped, and its dump and its bundle load again
 *   prover    … → program, of which the first situations are explored
 *
 * Whatever is broken ends in abort(). What was found once lies in
 * tests/golden/rule and is loaded by every check.
 */
/* System. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

/* Engine. */
#include "prove/prove.h"
#include "rule/include.h"
#include "rule/lex.h"
#include "rule/parse.h"
#include "rule/rule.h"

#define INPUT_MAX 20000
#define SITUATIONS 300

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum { STAGE_LEXER, STAGE_PARSER, STAGE_CHECKER, STAGE_PROVER } stage = STAGE_CHECKER;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const char *name = getenv("POSTKAMER_FUZZ_STAGE");

	(void)argc;
	(void)argv;
	if (name && str_eq(name, "lexer"))
		stage = STAGE_LEXER;
	else if (name && str_eq(name, "parser"))
		stage = STAGE_PARSER;
	else if (name && str_eq(name, "prover"))
		stage = STAGE_PROVER;
	else if (name && !str_eq(name, "checker"))
		abort();
	return 0;
}

static void must(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "broken: %s\n", what);
	abort();
}

/* --- what a rule file names --- */

static bool find_template(void *ctx, const char *name, const char *language, enum prog_audience *audience)
{
	static const char starts[] = "?mcopt!"; /* by enum prog_audience: who a template's header names */
	const char *start = strchr(starts, *name);

	(void)ctx;
	*audience = start && *start ? (enum prog_audience)(start - starts) : AUDIENCE_CORRESPONDENT;
	return *name != 'x' || str_eq(language, "nl");
}

static const char *name_template(void *ctx, size_t index)
{
	static const char *const names[] = { "welkom", "melding", "betalen" };

	(void)ctx;
	return index < 3 ? names[index] : NULL;
}

static int read_part(void *ctx, const char *name, struct buf *out, struct err *err)
{
	(void)ctx;
	if (*name == 'x')
		return err_set(err, ERR_NOTFOUND, "none");
	buf_adds(out, strlen(name) % 2 ? "on staff take { mail melding to staff }\ninclude \"a\"\n" :
					 "state extra \"Extra\" final { }\ninclude \"bb\"\n");
	return 0;
}

static const char *find_phrase(void *ctx, const char *text)
{
	(void)ctx;
	return str_ieq(text, "help") ? "explains what can be done" : NULL;
}

static bool find_holidays(void *ctx, const char *country)
{
	(void)ctx;
	return str_eq(country, "nl");
}

static const struct rule_lookup everything = { .template_find = find_template,
					       .template_name = name_template,
					       .include_read = read_part,
					       .phrase_find = find_phrase,
					       .holidays_find = find_holidays };

/* --- stages --- */

/* Tokens lie in order and inside the text; the list says what it counts. */
static void check_tokens(const struct source *source)
{
	size_t i, part;

	for (part = 0; part < source->part_count; part++)
		for (i = 0; i + 1 < source->parts[part].token_count; i++) {
			const struct token *token = &source->parts[part].tokens[i];

			must(token->span.offset + token->span.length <= token[1].span.offset, "order of tokens");
			must(source_part_at(source, token->span.offset) == part, "part of a token");
		}
}

static void check_list(const struct diag_list *list)
{
	struct buf out = BUF_INIT(BUF_MAX_FILE);
	size_t i, notes = 0;

	/* Of what was not looked at: neither an error nor a warning. */
	for (i = 0; i < list->count; i++)
		notes += list->items[i].severity == DIAG_NOTE;
	diag_list_format(list, &out);
	must(!buf_failed(&out) && str_utf8_valid(out.data), "text of the list");
	must(list->count <= DIAG_MAX && list->count - notes <= list->errors + list->warnings &&
	     list->errors + list->warnings <= list->count - notes + list->left_out, "counts of the list");
	for (i = 1; i < list->count; i++)
		must(list->items[i].place.order >= list->items[i - 1].place.order, "order of the list");
	buf_free(&out);
}

static void run_parser(const char *text, size_t len)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct arena arena = ARENA_INIT;
	struct source source;

	source_init(&source, &arena, "fuzz.rules", text, len);
	include_load(&source, &everything, &arena, &diags);
	check_tokens(&source);
	if (stage == STAGE_PARSER) {
		parse_file(&source, &arena, &diags);
		diag_sort(&diags, 0);
		check_list(&diags);
	}
	diag_list_free(&diags);
	arena_free(&arena);
}

static void describe_clauses(const struct program *program, const struct prog_clause *clauses, size_t count)
{
	struct buf out = BUF_INIT(BUF_MAX_FILE);
	size_t i, j;

	for (i = 0; i < count; i++) {
		rule_describe(program, &clauses[i], &out);
		if (clauses[i].cond)
			rule_describe_cond(program, clauses[i].cond, &out);
		for (j = 0; j < clauses[i].action_count; j++)
			rule_describe_action(program, &clauses[i].actions[j], &out);
	}
	must(!buf_failed(&out) && (!count || str_utf8_valid(out.data)), "words of the clauses");
	buf_free(&out);
}

static void describe_program(const struct program *program)
{
	size_t i;

	describe_clauses(program, program->always, program->always_count);
	for (i = 0; i < program->state_count; i++)
		describe_clauses(program, program->states[i].clauses, program->states[i].clause_count);
}

static void reload(const struct program *program, const struct rule_lookup *lookup, const struct buf *dump)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct buf again = BUF_INIT(BUF_MAX_FILE);
	struct program *second, *kept;

	second = rule_load("dump.rules", dump->data, dump->len, lookup, &diags);
	must(second != NULL, "the dump loads again");
	kept = rule_load("fuzz.rules", program->source, strlen(program->source), NULL, &diags);
	must(kept && str_eq(kept->source, program->source), "the bundle loads again");
	rule_dump(kept, &again);
	must(str_eq(again.data, dump->data), "the bundle gives the same program");
	program_free(&second);
	program_free(&kept);
	diag_list_free(&diags);
	buf_free(&again);
}

/* Two more loadings take their time: one input in eight gets them, always the same ones. */
static bool worth_reloading(const char *text, size_t len)
{
	unsigned sum = 0;
	size_t i;

	for (i = 0; i < len; i++)
		sum = sum * 31 + (unsigned char)text[i];
	return (sum >> 7) % 8 == 0;
}

static void use_program(const struct program *program, const struct rule_lookup *lookup, bool whole)
{
	struct buf dump = BUF_INIT(BUF_MAX_FILE), graph = BUF_INIT(BUF_MAX_FILE);

	describe_program(program);
	rule_graph(program, lookup, &graph);
	rule_dump(program, &dump);
	must(!buf_failed(&dump) && !buf_failed(&graph), "a program within the longest file");
	if (whole)
		reload(program, lookup, &dump);
	buf_free(&dump);
	buf_free(&graph);
}

static enum prog_audience who_reads(void *ctx, const char *template)
{
	enum prog_audience audience;

	return find_template(ctx, template, "nl", &audience) ? audience : AUDIENCE_TEMPLATE;
}

static bool has_all(void *ctx, const char *template, unsigned has, struct buf *why)
{
	(void)ctx;
	if (*template == 'b' && !(has & PROVE_HAS_PAYMENT)) {
		buf_adds(why, "it is not certain that there is a payment");
		return false;
	}
	return true;
}

static const struct prove_lookup reads = { NULL, who_reads, has_all };

static void run_prover(const char *text, size_t len)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct program *program = rule_load("fuzz.rules", text, len, &everything, &diags);
	struct prove_report report = PROVE_REPORT_INIT;

	if (program) {
		prove_program(program, &reads, SITUATIONS, &diags, &report);
		check_list(&diags);
		must(report.situations <= SITUATIONS + 1, "no more situations than asked");
	}
	prove_report_free(&report);
	program_free(&program);
	diag_list_free(&diags);
}

static bool run_checker(const char *text, size_t len, const struct rule_lookup *lookup)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct program *program = rule_load("fuzz.rules", text, len, lookup, &diags);
	bool made = program != NULL;

	must(made == (diags.errors == 0), "a program or errors");
	check_list(&diags);
	if (program)
		use_program(program, lookup, worth_reloading(text, len));
	program_free(&program);
	diag_list_free(&diags);
	return made;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text;

	if (size > INPUT_MAX)
		return -1;
	text = malloc(size + 1); /* exactly as long as it is, so that a step too far shows */
	if (!text)
		return -1;
	memcpy(text, data, size);
	text[size] = '\0';
	if (stage == STAGE_PROVER) {
		run_prover(text, size);
	} else if (stage != STAGE_CHECKER) {
		run_parser(text, size);
	} else if (run_checker(text, size, &everything) && !memchr(text, '\f', size)) {
		struct diag_list diags = DIAG_LIST_INIT;
		struct program *kept = strstr(text, "include") ? NULL : rule_load("fuzz.rules", text, size, NULL, &diags);

		must(kept || strstr(text, "include"), "what is right when fresh is right when kept");
		program_free(&kept);
		diag_list_free(&diags);
	} else {
		run_checker(text, size, NULL);
	}
	free(text);
	return 0;
}
