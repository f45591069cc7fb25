/* Sets of templates: what is found wrong at load, which file is seen from where, how parts join. */

/* System. */
#include <stdlib.h>
#include <string.h>

/* Engine. */
#include "base/str.h"
#include "tmpl/schema.h"
#include "tmpl/set.h"
#include "tmpl/words.h"

#include "golden.h"
#include "tap.h"

#define HEAD "---\nsubject: S\naudience: correspondent\n---\n"
#define STAFF "---\nsubject: S\naudience: staff\n---\n"
#define PAYER "---\nsubject: S\naudience: payer\n---\n"

/* One file "nl/x.md" (or a named one) and what is said of it; "" = it loads. */
static const struct diag_row {
	const char *name, *path, *text, *want;
} diag_rows[] = {
	{ "fine", "nl/x.md", HEAD "Dag {{client.name}}\n", "" },
	{ "fine, DOS line ends", "nl/x.md", "---\r\nsubject: S\r\naudience: staff\r\n---\r\nDag {{client.name}}\r\n", "" },
	{ "fine, kind", "nl/x.md", "---\nsubject: S {{number}}\naudience: sender\nkind: receipt\n---\n", "" },
	{ "no header block", "nl/x.md", "Dag\n",
	  "nl/x.md:1:1: error: there is no header block (it begins and ends with a line '---')\n" },
	{ "empty file", "nl/x.md", "",
	  "nl/x.md:1:1: error: there is no header block (it begins and ends with a line '---')\n" },
	{ "header block never ends", "nl/x.md", "---\nsubject: S\naudience: staff\n",
	  "nl/x.md:1:1: error: the header block never ends (it begins and ends with a line '---')\n" },
	{ "no subject", "nl/x.md", "---\naudience: staff\n---\n", "nl/x.md:1:1: error: the header block has no 'subject:'\n" },
	{ "no audience", "nl/x.md", "---\nsubject: S\n---\n", "nl/x.md:1:1: error: the header block has no 'audience:'\n" },
	{ "empty subject", "nl/x.md", "---\nsubject:\naudience: staff\n---\n", "nl/x.md:2:9: error: the subject is empty\n" },
	{ "unknown key", "nl/x.md", "---\nsubject: S\naudience: staff\nprio: 1\n---\n",
	  "nl/x.md:4:1: error: unknown key 'prio' (the keys are subject, audience, kind, documents)\n" },
	{ "twice", "nl/x.md", "---\nsubject: S\nsubject: T\naudience: staff\n---\n",
	  "nl/x.md:3:1: error: 'subject' stands here twice\n" },
	{ "no colon", "nl/x.md", "---\nsubject: S\naudience: staff\nfoo\n---\n",
	  "nl/x.md:4:1: error: a line of the header block is 'key: value' (such as 'audience: client')\n" },
	{ "unknown audience", "nl/x.md", "---\nsubject: S\naudience: boss\n---\n",
	  "nl/x.md:3:11: error: unknown audience 'boss' (one of correspondent, client, office, payer, staff, sender)\n" },
	{ "unknown kind", "nl/x.md", "---\nsubject: S\naudience: staff\nkind: spam\n---\n",
	  "nl/x.md:4:7: error: unknown kind 'spam' (one of notice, receipt, answer)\n" },
	{ "partial in the subject", "nl/x.md", "---\nsubject: S {{> p}}\naudience: staff\n---\n",
	  "nl/x.md:2:12: error: a subject cannot name a partial\n" },
	{ "unclosed in the subject", "nl/x.md", "---\nsubject: S {{#number}}\naudience: staff\n---\n{{/number}}\n",
	  "nl/x.md:2:12: error: section 'number' is never closed\n"
	  "nl/x.md:5:1: error: 'number' is closed here but not open\n" },
	{ "unclosed section", "nl/x.md", HEAD "a\n  {{#missing.list}}\n", "nl/x.md:6:3: error: section 'missing.list' is never closed\n" },
	{ "unknown partial", "nl/x.md", HEAD "{{> greet}}\n", "nl/x.md:5:1: error: unknown partial 'greet'\n" },
	{ "unknown variable", "nl/x.md", HEAD "{{missing.cuont}}\n",
	  "nl/x.md:5:1: error: unknown variable 'missing.cuont' (did you mean 'missing.count'?)\n" },
	{ "unknown variable in the subject", "nl/x.md", "---\nsubject: {{nummer}}\naudience: staff\n---\n",
	  "nl/x.md:2:10: error: unknown variable 'nummer' (did you mean 'number'?)\n" },
	{ "unknown variable, nothing like it", "nl/x.md", HEAD "{{abracadabra}}\n",
	  "nl/x.md:5:1: error: unknown variable 'abracadabra' (the names are listed in mailtemplates/README.md)\n" },
	{ "unknown in a section", "nl/x.md", HEAD "{{#missing.list}}\n- {{titel}}\n{{/missing.list}}\n",
	  "nl/x.md:6:3: error: unknown variable 'titel' (did you mean 'title'?)\n" },
	{ "unknown section", "nl/x.md", HEAD "{{#mising.list}}{{/mising.list}}\n",
	  "nl/x.md:5:1: error: unknown variable 'mising.list' (did you mean 'missing.list'?)\n" },
	{ "a field of a list outside it", "nl/x.md", HEAD "{{title}}\n",
	  "nl/x.md:5:1: error: unknown variable 'title' (the names are listed in mailtemplates/README.md)\n" },
	{ "a list as a text", "nl/x.md", HEAD "{{missing.list}}\n", "nl/x.md:5:1: error: 'missing.list' is not a text but a list\n" },
	{ "a group as a text", "nl/x.md", HEAD "{{client}}\n", "nl/x.md:5:1: error: 'client' is not a text but a group of variables\n" },
	{ "a truth as a text", "nl/x.md", HEAD "{{recipient.is_office}}\n",
	  "nl/x.md:5:1: error: 'recipient.is_office' is not a text but true or false\n" },
	{ "dot outside a section", "nl/x.md", HEAD "{{.}}\n", "nl/x.md:5:1: error: '.' is not a text here\n" },
	{ "dot in a list of objects", "nl/x.md", HEAD "{{#missing.list}}{{.}}{{/missing.list}}\n",
	  "nl/x.md:5:18: error: '.' is not a text here\n" },
	{ "dot in a list of texts", "nl/x.md", STAFF "{{#notes.list}}{{#lines}}{{.}}{{/lines}}{{/notes.list}}\n", "" },
	{ "may be missing", "nl/x.md", HEAD "Bel {{service.phone}}\n",
	  "nl/x.md:5:5: error: 'service.phone' may be missing in this mail (put it inside {{#service.phone}}…{{/service.phone}})\n" },
	{ "may be missing, guarded", "nl/x.md", HEAD "{{#service.phone}}Bel {{service.phone}}{{/service.phone}}\n", "" },
	{ "may be missing, guarded by an inverted section", "nl/x.md", HEAD "{{^service.phone}}Bel {{service.phone}}{{/service.phone}}\n",
	  "nl/x.md:5:23: error: 'service.phone' may be missing in this mail (put it inside {{#service.phone}}…{{/service.phone}})\n" },
	{ "guarded by the group around it", "nl/x.md", HEAD "{{#office}}{{office.name}} {{name}}{{/office}}\n", "" },
	{ "guarded by another field of the group", "nl/x.md", HEAD "{{#office.address}}{{office.name}}{{/office.address}}\n", "" },
	{ "office unguarded", "nl/x.md", HEAD "{{office.name}}\n",
	  "nl/x.md:5:1: error: 'office.name' may be missing in this mail (put it inside {{#office.name}}…{{/office.name}})\n" },
	{ "three braces", "nl/x.md", HEAD "{{{client.name}}}\n",
	  "nl/x.md:5:1: error: 'client.name' takes two braces; three leave it unescaped\n" },
	{ "money to the correspondent", "nl/x.md", HEAD "{{#payment}}{{payment.amount}}{{/payment}}\n",
	  "nl/x.md:5:1: error: 'payment' is for mails to the payer and to staff only\n"
	  "nl/x.md:5:13: error: 'payment.amount' is for mails to the payer and to staff only\n" },
	{ "status to the payer", "nl/x.md", PAYER "{{state.title}}\n",
	  "nl/x.md:5:1: error: 'state.title' shows how the dossier stands, which a mail to the payer never does\n" },
	{ "internal to the client", "nl/x.md", HEAD "{{#notes.list}}x{{/notes.list}}\n",
	  "nl/x.md:5:1: error: 'notes.list' is for mails to staff only\n" },
	{ "payment in a mail that knows it", "nl/betalen.md", PAYER "{{payment.amount}}\n", "" },
	{ "payment in a mail that does not", "nl/x.md", PAYER "{{payment.amount}}\n",
	  "nl/x.md:5:1: error: 'payment.amount' may be missing in this mail "
	  "(put it inside {{#payment.amount}}…{{/payment.amount}})\n" },
	{ "an engine mail to someone else", "nl/ontvangst.md", STAFF "x\n",
	  "nl/ontvangst.md:1:1: error: the audience of this mail is 'sender', not 'staff'\n" },
	{ "number where there is none", "nl/quarantaine.md", STAFF "{{number}}\n",
	  "nl/quarantaine.md:5:1: error: 'number' may be missing in this mail (put it inside {{#number}}…{{/number}})\n" },
	{ "a partial by itself is not checked", "nl/_p.md", "{{nowhere}}\n", "" },
	{ "partial with errors of its own", "nl/_p.md", "{{#a}}\n", "nl/_p.md:1:1: error: section 'a' is never closed\n" },
	{ "layout", "layout.html", "<p>{{{content}}}{{mail.subject}}</p>\n", "" },
	{ "layout with two braces", "layout.html", "{{content}}\n",
	  "layout.html:1:1: error: 'content' is ready text and takes three braces\n" },
	{ "layout that was emptied", "layout.html", "",
	  "layout.html:1:1: error: 'content' stands nowhere in this layout: mails would go out without their text "
	  "(put {{{content}}} where it belongs)\n" },
	{ "layout with the text where something else is", "layout.txt", "{{#progress}}{{{content}}}{{/progress}}{{mail.subject}}\n",
	  "layout.txt:1:1: error: 'content' stands nowhere in this layout: mails would go out without their text "
	  "(put {{{content}}} where it belongs)\n" },
	{ "layout with the text in both of two ways", "layout.txt",
	  "{{#progress}}a {{{content}}}{{/progress}}{{mail.subject}}{{^progress}}b {{{content}}}{{/progress}}\n", "" },
	{ "layout with the text where something is not", "layout.txt",
	  "{{#progress}}a{{/progress}}{{^progress}}{{{content}}}{{/progress}}\n",
	  "layout.txt:1:1: error: 'content' stands nowhere in this layout: mails would go out without their text "
	  "(put {{{content}}} where it belongs)\n" },
	{ "layout with a guarded text", "layout.txt", "{{#content}}{{{content}}}{{/content}}\n", "" },
	{ "layout with a dossier's number", "layout.txt", "{{number}}{{{content}}}\n",
	  "layout.txt:1:1: error: 'number' may be missing in this mail (put it inside {{#number}}…{{/number}})\n" },
	{ "button", "nl/button-question.txt", "---\nsubject: V{{#number}} {{number}}{{/number}}\n---\nvraag:\n", "" },
	{ "button that names itself", "nl/button-question.txt", "---\nsubject: {{question.subject}}\n---\n",
	  "nl/button-question.txt:2:10: error: 'question.subject' may be missing in this mail "
	  "(put it inside {{#question.subject}}…{{/question.subject}})\n" },
	{ "content in a mail", "nl/x.md", HEAD "{{{content}}}\n",
	  "nl/x.md:5:1: error: 'content' may be missing in this mail (put it inside {{#content}}…{{/content}})\n" },
	{ "not a template", "nl/x.text", "", "nl/x.text: warning: this is no template and is not used "
					     "(templates are LANG/NAME.md, layout.html and layout.txt)\n" },
	{ "not a language", "dutch/x.md", "", "dutch/x.md: warning: this is no template and is not used "
					      "(templates are LANG/NAME.md, layout.html and layout.txt)\n" },
};

static bool load(const struct tmpl_file *files, struct tmpl_set **set, struct buf *said, struct err *err)
{
	struct tmpl_source source = tmpl_source_memory(files);
	struct tmpl_diags diags = TMPL_DIAGS_INIT;
	bool ok = tmpl_set_load(&source, set, &diags, err) == 0;

	buf_reset(said);
	tmpl_diags_print(&diags, said);
	tmpl_diags_free(&diags);
	return ok;
}

static void test_diags(void)
{
	struct buf said = BUF_INIT(BUF_MAX_TEXT);
	size_t i;

	for (i = 0; i < sizeof diag_rows / sizeof *diag_rows; i++) {
		const struct diag_row *row = &diag_rows[i];
		struct tmpl_file files[] = { { row->path, row->text }, { NULL, NULL } };
		struct tmpl_set *set;
		struct err err = ERR_INIT;
		bool ok = load(files, &set, &said, &err);

		tap_is_str(said.data, row->want, "load: %s", row->name);
		tap_ok(ok == !strstr(row->want, "error:") && ok == (set != NULL), "set or no set: %s", row->name);
		tmpl_set_free(&set);
	}
	buf_free(&said);
}

/* Partials that each name the next one twice: with thirty of them no check, and no mail, would ever come to an end. */
static void test_partials_that_double(void)
{
	struct tmpl_file files[34] = { { "nl/a.md", HEAD "{{> p0}}" } };
	struct tmpl_diags diags = TMPL_DIAGS_INIT;
	struct buf said = BUF_INIT(BUF_MAX_TEXT);
	struct err err = ERR_INIT;
	char paths[30][16], texts[30][32];
	struct tmpl_source source;
	struct tmpl_set *set;
	size_t i;

	for (i = 0; i < 30; i++) {
		snprintf(paths[i], sizeof paths[i], "nl/_p%zu.md", i);
		snprintf(texts[i], sizeof texts[i], i < 29 ? "{{> p%zu}}{{> p%zu}}" : "x", i + 1, i + 1);
		files[1 + i] = (struct tmpl_file){ paths[i], texts[i] };
	}
	source = tmpl_source_memory(files);
	tap_is_int(tmpl_set_load(&source, &set, &diags, &err), -1, "partials that each name the next one twice are refused");
	tmpl_diags_print(&diags, &said);
	tap_ok(strstr(said.data, ": error: with its partials a template here comes to more than 100000 tags") != NULL,
	       "and it is told why");
	tap_ok(strlen(said.data) < 2000, "in few words");
	buf_free(&said);
	tmpl_diags_free(&diags);
}

/* Partials that lead back to themselves are told, and do not keep whoever looks for the text of the mail in them. */
static void test_layout_loop(void)
{
	static const struct tmpl_file files[] = {
		{ "layout.txt", "{{> loop}}{{{content}}}" },
		{ "nl/_loop.txt", "{{> loop}}{{> loop}}" },
		{ "nl/a.md", HEAD "x\n" },
		{ "en/a.md", HEAD "x\n" },
		{ "brands/jansen/layout.txt", "{{> loop}}" },
		{ "services/pentrax/nl/a.md", HEAD "x\n" },
		{ NULL, NULL }
	};
	struct tmpl_source source = tmpl_source_memory(files);
	struct tmpl_diags diags = TMPL_DIAGS_INIT;
	struct buf said = BUF_INIT(BUF_MAX_TEXT);
	struct err err = ERR_INIT;
	struct tmpl_set *set;

	tap_is_int(tmpl_set_load(&source, &set, &diags, &err), -1, "a layout of partials that lead back to themselves is none");
	tmpl_diags_print(&diags, &said);
	tap_ok(strstr(said.data, "nl/_loop.txt:1:1: error: partial 'loop' leads back to itself") != NULL, "and it is told why");
	buf_free(&said);
	tmpl_diags_free(&diags);
}

/* Several faulty files at once: everything is said, once, in order. */
static void test_all_at_once(void)
{
	static const struct tmpl_file files[] = {
		{ "nl/b.md", HEAD "{{> loop}}{{> used}}\n" },
		{ "nl/_loop.md", "{{> pool}}" },
		{ "nl/_pool.md", "{{> loop}}" },
		{ "nl/_used.md", "{{wrong}}{{service.phone}}" },
		{ "nl/a.md", HEAD "{{> used}}\n" },
		{ "brands/jansen/nl/_used.md", "{{worse}}" },
		{ "brands/jansen/layout.html", "{{nothing}}{{{content}}}" },
		{ "services/pentrax/nl/button-problem.txt", "---\nsubject: {{title}}\n---\n" },
		{ NULL, NULL }
	};
	struct tmpl_source source = tmpl_source_memory(files);
	struct tmpl_diags diags = TMPL_DIAGS_INIT;
	struct buf said = BUF_INIT(BUF_MAX_TEXT);
	struct err err = ERR_INIT;
	struct tmpl_set *set;

	tap_is_int(tmpl_set_load(&source, &set, &diags, &err), -1, "a faulty set is none");
	tmpl_diags_print(&diags, &said);
	golden_check("diagnostics.txt", &said);
	tap_is_int((long long)diags.errors, 6, "errors are counted");
	tap_is_str(err.text, "6 errors in the templates, the first: brands/jansen/layout.html:1:1: unknown variable 'nothing'",
		   "and told in one line");
	tmpl_diags_free(&diags);
	buf_free(&said);
}

static const struct tmpl_file shop_files[] = {
	{ "layout.html", "<html lang=\"{{lang}}\">{{brand.color}}{{{content}}}{{#progress}}{{progress.done}}{{/progress}}</html>\n" },
	{ "layout.txt", "{{{content}}}--\n{{> foot}}" },
	{ "nl/_foot.txt", "{{service.name}}{{#number}} {{number}}{{/number}}\n" },
	{ "nl/_aanhef.md", "{{#part.first}}\nDag {{client.name}},\n\n{{/part.first}}\n" },
	{ "nl/_groet.md", "{{#part.last}}\n\nGroet, {{brand.name}}\n{{/part.last}}\n" },
	{ "nl/ontvangst.md", "---\nsubject: R {{number}}\naudience: sender\nkind: receipt\n---\n{{> aanhef}}\nOntvangen.\n{{> groet}}\n" },
	{ "nl/bericht.md", "---\nsubject: B {{number}} {{client.name}}\naudience: correspondent\n---\n"
			   "{{> aanhef}}\nBericht.\n{{> groet}}\n" },
	{ "nl/rekening.md", PAYER "x" },
	{ "nl/_buttons.md", "" },
	{ "nl/voorbeeld.md", /* design.md §8, as it stands there */
	  "---\nsubject: Dossier {{number}}: we missen nog {{missing.count}} stukken\naudience: correspondent\n---\n"
	  "Beste {{recipient.name}},\n\nVoor **{{client.name}}** missen we nog:\n{{#missing.list}}\n- {{title}}\n"
	  "{{/missing.list}}\n{{> buttons}}\n" },
	{ "services/pentrax/nl/bericht.md", HEAD "pentrax\n" },
	{ "brands/jansen/nl/_groet.md", "{{#part.last}}\n\njansen\n{{/part.last}}\n" },
	{ "brands/jansen/layout.txt", "jansen: {{{content}}}" },
	{ "nl/button-question.txt", "---\nsubject: Vraag & {{#client}}{{name}}{{/client}}\n---\nvraag: \n" },
	{ "nl/button-problem.txt", "---\nsubject: Storing\n---\n" },
	{ "README.md", "# not a template {{\n" },
	{ NULL, NULL }
};

static struct tmpl_value *shop_values(struct arena *arena)
{
	struct tmpl_value *values = tmpl_object(arena);

	tmpl_set_text(arena, values, "service.name", "Pentrax");
	tmpl_set_text(arena, values, "brand.name", "Pentrax");
	tmpl_set_text(arena, values, "brand.color", "#0b6e4f");
	tmpl_set_text(arena, values, "number", "2026-1");
	tmpl_set_text(arena, values, "client.name", "J. *de* <Wit>\r\nBcc: x");
	tmpl_set_int(arena, values, "progress.done", 3);
	return values;
}

struct shop {
	struct tmpl_set *set;
	struct arena arena;
	struct tmpl_value *values;
};

static void mail_is(struct shop *shop, const char *service, const char *brand, const char *names,
		    const char *subject, const char *body)
{
	struct tmpl_where where = { service, brand, "nl" };
	struct tmpl_part parts[2] = { { "ontvangst", shop->values }, { "bericht", shop->values } };
	struct tmpl_mail mail = { "", NULL, "", TMPL_AUDIENCE_NONE, TMPL_KIND_NOTICE };
	struct err err = ERR_INIT;
	size_t from = str_eq(names, "bericht"), count = str_eq(names, "both") ? 2 : 1;

	tap_is_int(tmpl_mail_render(shop->set, &where, parts + from, count, &shop->arena, &mail, &err), 0, "%s for %s, %s %s",
		   names, service ? service : "-", brand ? brand : "-", err.text);
	tap_is_str(mail.subject, subject, "its subject");
	tap_is_str(mail.body, body, "its body");
	tap_is_str(tmpl_kind_word(mail.kind), from ? "notice" : "receipt", "its kind");
}

#define WIT "J\\. \\*de\\* \\<Wit\\> Bcc\\: x"

static void test_lookup(struct shop *shop)
{
	struct tmpl_where where = { "pentrax", "jansen", "nl" }, english = { "pentrax", NULL, "en" };
	enum tmpl_audience audience;
	enum tmpl_kind kind;

	mail_is(shop, NULL, NULL, "bericht", "B 2026-1 J. *de* <Wit> Bcc: x", "Dag " WIT ",\n\nBericht.\n\nGroet, Pentrax\n");
	mail_is(shop, "other", "other", "bericht", "B 2026-1 J. *de* <Wit> Bcc: x", "Dag " WIT ",\n\nBericht.\n\nGroet, Pentrax\n");
	mail_is(shop, "pentrax", NULL, "bericht", "S", "pentrax\n");
	mail_is(shop, "pentrax", "jansen", "ontvangst", "R 2026-1", "Dag " WIT ",\n\nOntvangen.\n\njansen\n");
	mail_is(shop, NULL, "jansen", "both", "B 2026-1 J. *de* <Wit> Bcc: x",
		"Dag " WIT ",\n\nOntvangen.\n\nBericht.\n\njansen\n");
	tap_ok(tmpl_set_find(shop->set, &where, "ontvangst", &audience, &kind) && audience == TMPL_AUDIENCE_SENDER &&
	       kind == TMPL_KIND_RECEIPT, "found, with its header block");
	tap_ok(!tmpl_set_find(shop->set, &english, "ontvangst", NULL, NULL), "not in English");
	tap_ok(!tmpl_set_find(shop->set, &where, "_groet", NULL, NULL), "a partial is no mail");
	tap_ok(!tmpl_set_find(shop->set, &where, "../nl/bericht", NULL, NULL), "a path is no name");
	tap_is_str(tmpl_set_nearest(shop->set, "berichd"), "bericht", "nearest name");
	tap_is_str(tmpl_set_languages(shop->set)[0], "nl", "languages");
	tap_ok(!tmpl_set_languages(shop->set)[1], "and no more of them");
}

static void test_recipient(struct shop *shop)
{
	struct tmpl_where where = { NULL, NULL, "nl" };
	struct tmpl_part part = { "voorbeeld", shop->values };
	struct tmpl_mail mail = { "", NULL, "", TMPL_AUDIENCE_NONE, TMPL_KIND_NOTICE };
	struct err err = ERR_INIT;

	tmpl_set_counts(&shop->arena, shop->values, "missing");
	tmpl_set_text(&shop->arena, shop->values, "recipient.address", "jan@example.org");
	tap_is_int(tmpl_mail_render(shop->set, &where, &part, 1, &shop->arena, &mail, &err), 0, "the example %s", err.text);
	tap_ok(str_starts(mail.body, "Beste jan\\@example\\.org,\n"), "an address stands for a name");
	tmpl_set_text(&shop->arena, shop->values, "recipient.name", "Jan");
	tmpl_mail_render(shop->set, &where, &part, 1, &shop->arena, &mail, &err);
	tap_ok(str_starts(mail.body, "Beste Jan,\n"), "a name does not need it");
}

static void layout_is(struct shop *shop, const char *brand, enum tmpl_layout layout, enum tmpl_audience audience,
		      const char *want)
{
	struct tmpl_where where = { NULL, brand, "nl" };
	struct tmpl_mail mail = { "S", NULL, "", audience, TMPL_KIND_NOTICE };
	struct buf out = BUF_INIT(BUF_MAX_TEXT);
	struct err err = ERR_INIT;

	tmpl_layout_render(shop->set, &where, layout, &mail, shop->values, "<p>{{number}}</p>\n", &out, &err);
	tap_is_str(err.code ? err.text : out.data, want, "layout %s for %s of brand %s",
		   layout == TMPL_LAYOUT_HTML ? "html" : "text", tmpl_audience_word(audience), brand ? brand : "-");
	buf_free(&out);
}

static void test_layout(struct shop *shop)
{
	layout_is(shop, NULL, TMPL_LAYOUT_HTML, TMPL_AUDIENCE_CLIENT,
		  "<html lang=\"nl\">#0b6e4f<p>{{number}}</p>\n3</html>\n");
	layout_is(shop, NULL, TMPL_LAYOUT_HTML, TMPL_AUDIENCE_PAYER,
		  "<html lang=\"nl\">#0b6e4f<p>{{number}}</p>\n</html>\n");
	layout_is(shop, NULL, TMPL_LAYOUT_TEXT, TMPL_AUDIENCE_CLIENT, "<p>{{number}}</p>\n--\nPentrax 2026-1\n");
	layout_is(shop, "jansen", TMPL_LAYOUT_TEXT, TMPL_AUDIENCE_CLIENT, "jansen: <p>{{number}}</p>\n");
	tmpl_set_text(&shop->arena, shop->values, "brand.color", "red;background:url(x)");
	layout_is(shop, NULL, TMPL_LAYOUT_HTML, TMPL_AUDIENCE_CLIENT,
		  "template value 'brand.color' is not what it must be: a colour such as #0b6e4f");
	tmpl_set_text(&shop->arena, shop->values, "brand.color", "#0b6e4f");
}

static void test_buttons(struct shop *shop)
{
	struct tmpl_where where = { NULL, NULL, "nl" };
	struct err err = ERR_INIT;

	tap_is_int(tmpl_set_buttons(shop->set, &where, &shop->arena, shop->values, "vraag@example.nl", "storing@example.nl", &err),
		   0, "buttons %s", err.text);
	tap_is_str(tmpl_get(shop->values, "question.mailto")->text,
		   "mailto:vraag@example.nl?subject=Vraag%20%26%20J.%20%2Ade%2A%20%3CWit%3E%20Bcc%3A%20x&body=vraag%3A%20",
		   "the link of the question");
	tap_is_str(tmpl_get(shop->values, "problem.mailto")->text, "mailto:storing@example.nl?subject=Storing",
		   "the link of the problem");
	tap_is_int(tmpl_set_buttons(shop->set, &where, &shop->arena, shop->values, "vraag", "storing@example.nl", &err), -1,
		   "an address that is none");
}

static void values_refused(struct shop *shop, const char *path, struct tmpl_value *value, const char *want)
{
	struct tmpl_value *values = shop_values(&shop->arena);
	struct tmpl_where where = { NULL, NULL, "nl" };
	struct tmpl_part part = { "bericht", values };
	struct tmpl_mail mail;
	struct err err = ERR_INIT;

	tmpl_set(&shop->arena, values, path, value);
	tap_is_int(tmpl_mail_render(shop->set, &where, &part, 1, &shop->arena, &mail, &err), -1, "refused: %s", path);
	tap_is_str(err.text, want, "because: %s", want);
}

static void test_values(struct shop *shop)
{
	struct arena *a = &shop->arena;
	struct tmpl_value *list = tmpl_list(a);

	tmpl_set_text(a, tmpl_list_object(a, list), "titel", "x");
	values_refused(shop, "nummer", tmpl_text(a, "x"), "there is no template variable 'nummer'");
	values_refused(shop, "state", tmpl_text(a, "x"), "template value 'state' has the wrong type");
	values_refused(shop, "missing.list", list, "there is no template variable 'missing.list.titel'");
	values_refused(shop, "payment.link", tmpl_text(a, "javascript:x"),
		       "template value 'payment.link' is not what it must be: a link");
	values_refused(shop, "payment.link", tmpl_text(a, "https://x/ y"),
		       "template value 'payment.link' is not what it must be: a link");
	values_refused(shop, "client", tmpl_object(a), "nl/_aanhef.md:2:5: 'client.name' has no value");
	values_refused(shop, "client.name", tmpl_null(a), "nl/_aanhef.md:2:5: 'client.name' has no value");
}

/* All but the one that the shop has. */
static long long engine_mails(void)
{
	long long count = 0;
	size_t i;

	for (i = 0; i < tmpl_known_count; i++)
		count += tmpl_known[i].engine;
	return count - 1 + 2; /* the subjects of threads */
}

static void test_use(struct shop *shop)
{
	struct tmpl_where where = { NULL, NULL, "nl" };
	struct tmpl_diags diags = TMPL_DIAGS_INIT;
	struct tmpl_set *set;
	struct buf said = BUF_INIT(BUF_MAX_TEXT);
	struct err err = ERR_INIT;
	static const struct tmpl_file files[] = {
		{ "nl/eigen.md", STAFF "{{#payment}}{{amount}}{{/payment}}{{number}}" }, { NULL, NULL }
	};

	tap_ok(load(files, &set, &said, &err), "a workflow's own mail %s", said.data);
	tap_is_int((long long)tmpl_set_check_use(set, &where, "eigen", TMPL_SCOPE_DOSSIER, &diags), 0, "used in a dossier");
	tap_is_int((long long)tmpl_set_check_use(set, &where, "eigen", TMPL_SCOPE_TASK, &diags), 1, "used without one");
	tap_is_int((long long)tmpl_set_check_engine(shop->set, &where, &diags), engine_mails(), "engine mails that are missing");
	tmpl_diags_sort(&diags);
	buf_reset(&said);
	tmpl_diags_print(&diags, &said);
	golden_check("missing.txt", &said);
	tmpl_set_free(&set);
	tmpl_diags_free(&diags);
	buf_free(&said);
}

/* What an item or a group may lack must not have a name of the outermost level, which would show instead. */
static void test_schema(void)
{
	int wrong = 0;
	size_t i;

	for (i = 0; i < tmpl_schema_count; i++) {
		const char *list = strstr(tmpl_schema[i].name, ".list."), *dot = strchr(tmpl_schema[i].name, '.');
		const char *rest = list ? list + strlen(".list.") : dot ? dot + 1 : "";
		enum tmpl_var_type type = tmpl_schema[i].type;
		char field[50];

		wrong += tmpl_schema_find(tmpl_schema[i].name) != &tmpl_schema[i];
		snprintf(field, sizeof field, "%.*s", (int)strcspn(rest, "."), rest);
		if (*field && ((tmpl_schema[i].flags & TMPL_VAR_OPTIONAL) || type == TMPL_VAR_FLAG || type == TMPL_VAR_LIST) &&
		    tmpl_schema_type(field, &type)) {
			printf("# %s hides behind %s\n", field, tmpl_schema[i].name);
			wrong++;
		}
		wrong += !tmpl_schema[i].meaning[0];
	}
	tap_is_int(wrong, 0, "the table of variables is sound");
}

static void test_words(void)
{
	struct arena a = ARENA_INIT;
	int64_t at = 1772438400;

	tap_is_str(tmpl_words_date(&a, "nl", at, "Europe/Amsterdam"), "2 maart 2026", "date nl");
	tap_is_str(tmpl_words_date(&a, "en", at, "Europe/Amsterdam"), "2 March 2026", "date en");
	tap_is_str(tmpl_words_date(&a, "de", at, "Europe/Amsterdam"), "2026-03-02", "date in a language without words");
	tap_is_str(tmpl_words_time(&a, "nl", at, "Europe/Amsterdam"), "maandag 2 maart 2026 om 09:00", "time nl");
	tap_is_str(tmpl_words_time(&a, "en", at, "UTC"), "Monday 2 March 2026 at 08:00", "time en");
	tap_is_str(tmpl_words_amount(&a, "nl", 14900, "EUR"), "€ 149,00", "amount nl");
	tap_is_str(tmpl_words_amount(&a, "nl", 123456789, "EUR"), "€ 1.234.567,89", "amount nl, large");
	tap_is_str(tmpl_words_amount(&a, "en", 114905, "EUR"), "€1,149.05", "amount en");
	tap_is_str(tmpl_words_amount(&a, "en", -5, "EUR"), "-€0.05", "amount below nothing");
	tap_is_str(tmpl_words_amount(&a, "nl", 14900, "USD"), "USD 149.00", "another currency");
	tap_is_str(tmpl_words_size(&a, "nl", 999), "999 bytes", "bytes");
	tap_is_str(tmpl_words_size(&a, "nl", 1234567), "1,2 MB", "megabytes nl");
	tap_is_str(tmpl_words_size(&a, "en", 999999), "999.9 kB", "kilobytes en");
	tap_is_str(tmpl_words_size(&a, "en", 5000000000000), "5000.0 GB", "very large");
	tap_is_str(tmpl_words_mailto(&a, "a+b@x.nl", "a&b=c? é", "1\n2"),
		   "mailto:a%2Bb@x.nl?subject=a%26b%3Dc%3F%20%C3%A9&body=1%0D%0A2", "mailto");
	tap_is_str(tmpl_words_mailto(&a, "a@x.nl", NULL, NULL), "mailto:a@x.nl", "mailto, bare");
	arena_free(&a);
}

int main(void)
{
	struct shop in = { NULL, ARENA_INIT, NULL };
	struct buf said = BUF_INIT(BUF_MAX_TEXT);
	struct err err = ERR_INIT;

	test_diags();
	test_partials_that_double();
	test_layout_loop();
	test_all_at_once();
	test_schema();
	test_words();
	if (!tap_ok(load(shop_files, &in.set, &said, &err), "the shop loads")) {
		printf("# %s\n", said.data);
	} else {
		in.values = shop_values(&in.arena);
		test_lookup(&in);
		test_recipient(&in);
		test_layout(&in);
		test_buttons(&in);
		test_values(&in);
		test_use(&in);
	}
	tmpl_set_free(&in.set);
	arena_free(&in.arena);
	buf_free(&said);
	return tap_done();
}
