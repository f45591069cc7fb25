/* System. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "app/settings_scan.h"
#include "app/settings_value.h"

/* BROKEN: it was told already what is wrong. */
enum kind { END, WORD, STRING, OPEN, CLOSE, EQUALS, COMMA, OTHER, BROKEN };

struct token {
	enum kind kind;
	char *start, *end;       /* in the text; of a string with its quotes */
	char *line_start;
	int line;
};

struct scanner {
	const char *file;
	char *text;
	const char *whole;      /* the same, nothing blanked: for excerpts */
	char *at, *line_start;
	int line;
	struct token token;      /* the one to be judged next */
	struct token before;     /* the one behind which it stands */
	struct scan *scan;
	struct diag_list *diags;
};

/* ---- places and faults ---- */

static int characters(const char *from, const char *to)
{
	int n = 0;

	for (; from < to; n++)
		from += str_utf8_len(from) ? str_utf8_len(from) : 1;
	return n;
}

/* From the start of one token to the end of another, or of the line. */
static struct diag_place place_of(const struct scanner *s, const struct token *first, const struct token *last)
{
	size_t line = strcspn(first->line_start, "\n");
	const char *end = last->end < first->line_start + line ? last->end : first->line_start + line;
	int length = characters(first->start, end);

	return (struct diag_place){
		.file = s->file, .line = first->line, .column = characters(first->line_start, first->start) + 1,
		.length = length > 0 ? length : 1,
		.source = arena_strndup(s->scan->arena, s->whole + (first->line_start - s->text), line),
	};
}

static const char *text_of(const struct scanner *s, const struct token *t)
{
	size_t quote = t->kind == STRING;

	return arena_strndup(s->scan->arena, t->start + quote, (size_t)(t->end - t->start) - 2 * quote);
}

static struct diag *fault(struct scanner *s, const struct token *t, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static struct diag *fault(struct scanner *s, const struct token *t, const char *fmt, ...)
{
	struct diag_place place = place_of(s, t, t);
	char message[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(message, sizeof message, fmt, ap);
	va_end(ap);
	return diag_add(s->diags, DIAG_ERROR, &place, "%s", message);
}

/* A fault after which libconfuse would not understand the rest. */
#define broken(s, ...) ((s)->scan->broken = true, fault((s), __VA_ARGS__))

/* What libconfuse is not to see; line ends stay, so that what it says of lines is true. */
static void blank(char *from, const char *to)
{
	for (; from < to; from++)
		if (*from != '\n')
			*from = ' ';
}

/* ---- tokens ---- */

static void skip_line(struct scanner *s)
{
	char *start = s->at;

	s->at += strcspn(s->at, "\n");
	blank(start, s->at);
}

static void skip_comment(struct scanner *s)
{
	char *start = s->at, *end = strstr(s->at + 2, "*/");
	struct token t = { OTHER, start, start + 2, s->line_start, s->line };

	if (!end)
		broken(s, &t, "this comment is never closed: '*/' is missing");
	s->at = end ? end + 2 : start + strlen(start);
	for (end = start; end < s->at; end++)
		if (*end == '\n') {
			s->line++;
			s->line_start = end + 1;
		}
	blank(start, s->at);
}

static void skip_blanks(struct scanner *s)
{
	for (;; ) {
		if (*s->at == '\n') {
			s->line++;
			s->line_start = ++s->at;
		} else if (*s->at == ' ' || *s->at == '\t' || *s->at == '\r')
			s->at++;
		else if (*s->at == '#' || str_starts(s->at, "//"))
			skip_line(s);
		else if (str_starts(s->at, "/*"))
			skip_comment(s);
		else
			return;
	}
}

/* In double quotes libconfuse knows escapes and "${NAME}" of the environment; what is neither it would not say well. */
static void check_escapes(struct scanner *s, const struct token *t)
{
	const char *at;

	if (*t->start != '"')
		return;
	for (at = t->start + 1; at < t->end - 1; at++) {
		if (at[0] == '\\' && at[1] >= '0' && at[1] <= '9')
			diag_hint(s->diags, broken(s, t, "'\\' before a digit"), "a backslash itself is written \\\\");
		else if (at[0] == '$' && at[1] == '{' && !memchr(at, '}', (size_t)(t->end - at)))
			diag_hint(s->diags, broken(s, t, "'${' is never closed"), "a '$' before '{' is written \\$");
		at += *at == '\\';
	}
}

static void scan_string(struct scanner *s, struct token *t)
{
	char quote = *s->at++;

	while (*s->at && *s->at != quote && *s->at != '\n')
		s->at += s->at[0] == '\\' && s->at[1] && s->at[1] != '\n' ? 2 : 1;
	t->end = s->at;
	if (*s->at == quote) {
		t->end = ++s->at;
		check_escapes(s, t);
		return;
	}
	diag_hint(s->diags, broken(s, t, "this text is never closed"), "a closing %c is missing in this line", quote);
	s->at = t->start + strcspn(t->start, "\n");
	t->end = s->at;
	t->kind = BROKEN;
}

static void next(struct scanner *s)
{
	static const char marks[] = "{}=,";
	static const enum kind kinds[] = { OPEN, CLOSE, EQUALS, COMMA };
	struct token *t = &s->token;
	const char *mark;

	s->before = *t;
	skip_blanks(s);
	*t = (struct token){ WORD, s->at, s->at, s->line_start, s->line };
	if (*s->at == '\0') {
		t->kind = END;
	} else if (*s->at == '"' || *s->at == '\'') {
		t->kind = STRING;
		scan_string(s, t);
	} else if ((mark = strchr(marks, *s->at)) != NULL) {
		t->kind = kinds[mark - marks];
		t->end = ++s->at;
	} else {
		s->at += strcspn(s->at, " #\"'\t\n\r={}()+,*");
		if (s->at == t->start) {
			t->kind = OTHER;
			s->at++;
		}
		t->end = s->at;
	}
}

static const char *describe(const struct scanner *s)
{
	if (s->token.kind == END)
		return "the end of the file";
	return arena_printf(s->scan->arena, "'%s'", arena_strndup(s->scan->arena, s->token.start,
								   (size_t)(s->token.end - s->token.start)));
}

/* Behind what was just read: where something is missing. */
static struct token gap(const struct scanner *s)
{
	struct token t = s->before;

	t.start = t.end > t.start ? t.end - 1 : t.start;
	return t;
}

/* Is the present word the name of an option? */
static bool is_name(const struct scanner *s)
{
	return s->token.kind == WORD && s->token.end[strspn(s->token.end, " \t")] == '=';
}

/* The closing brace that belongs to the present opening one, and past it. */
static void skip_braces(struct scanner *s)
{
	int depth = 0;

	do {
		depth += s->token.kind == OPEN;
		depth -= s->token.kind == CLOSE;
		next(s);
	} while (depth > 0 && s->token.kind != END);
}

/* ---- options ---- */

static void unknown_option(struct scanner *s, struct scan_section *section, const struct token *t, const char *name)
{
	const char *near = known_option_near(section->known, name);
	const struct known_section *home = known_option_home(name);
	struct diag *d = fault(s, t, "'%s' is not an option of '%s'", name, section->known->name);

	if (near) {
		diag_hint(s->diags, d, "did you mean '%s'?", near);
		section->meant = arena_grow(s->scan->arena, section->meant, section->meant_count,
					    sizeof *section->meant);
		section->meant[section->meant_count++] = near;
	} else if (home) {
		diag_hint(s->diags, d, "it belongs in '%s'", home->name);
	}
}

static void check_word(struct scanner *s)
{
	if (s->token.kind == WORD && s->token.end[-1] == ';')
		diag_hint(s->diags, broken(s, &s->token, "a value does not end with ';'"), "leave the ';' out");
}

/* One value of a list, and the comma behind it; false when the list goes on no longer. */
static bool scan_item(struct scanner *s)
{
	if (s->token.kind == BROKEN)
		return false;
	if ((s->token.kind != WORD && s->token.kind != STRING) || is_name(s)) {
		broken(s, &s->token, "expected a value of the list or '}', found %s", describe(s));
		return false;
	}
	check_word(s);
	next(s);
	if (s->token.kind == COMMA) {
		next(s);
	} else if (s->token.kind == STRING || (s->token.kind == WORD && !is_name(s))) {
		broken(s, &s->token, "expected ',' before %s", describe(s));
	} else if (s->token.kind != CLOSE) {
		broken(s, &s->token, "expected ',' or '}' in the list, found %s", describe(s));
		return false;
	}
	return true;
}

static void scan_list(struct scanner *s, struct token *first, struct token *last)
{
	*first = s->token;
	next(s);
	if (s->token.kind == STRING || s->token.kind == WORD)
		*first = s->token;
	while (s->token.kind != CLOSE)
		if (!scan_item(s))
			return;
	*last = s->token;
	next(s);
}

/* "(a, b)": a habit of other languages. */
static void skip_parentheses(struct scanner *s)
{
	diag_hint(s->diags, broken(s, &s->token, "'(' cannot stand here"), "a list stands in { }");
	while (s->token.kind != END && s->token.kind != CLOSE && *s->token.start != ')')
		next(s);
	if (s->token.kind == OTHER)
		next(s);
}

static void no_value(struct scanner *s, const char *name)
{
	struct token t = gap(s);

	if (s->token.kind == OTHER && *s->token.start == '(')
		skip_parentheses(s);
	else if (s->token.kind != BROKEN)
		broken(s, &t, "a value is missing behind '%s ='", name);
}

/* What stands behind '='; false when there is no value. */
static bool scan_value(struct scanner *s, const char *name, const struct known_option *known, struct token *first,
		       struct token *last)
{
	if (s->token.kind == OPEN) {
		if (known && known->kind != KNOWN_LIST)
			broken(s, &s->token, "'%s' takes one value, not a list", name);
		*last = s->token;
		scan_list(s, first, last);
		return true;
	}
	if ((s->token.kind != WORD && s->token.kind != STRING) || is_name(s)) {
		no_value(s, name);
		return false;
	}
	check_word(s);
	*first = *last = s->token;
	next(s);
	if (s->token.kind == COMMA) {
		diag_hint(s->diags, broken(s, &s->token, "',' between options"), "leave the ',' out");
		next(s);
	}
	return true;
}

static void add_option(struct scanner *s, struct scan_section *section, const struct known_option *known,
		       const struct token *name, const struct token *value)
{
	struct scan_option option = { known, place_of(s, name, name), place_of(s, value, value) };
	const struct scan_option *there = scan_option_find(section, known->name);

	if (there) {
		struct diag *d = fault(s, name, "'%s' is given twice", known->name);

		diag_note(s->diags, d, &there->name, "it is given here first");
		return;
	}
	section->options = arena_grow(s->scan->arena, section->options, section->count, sizeof option);
	section->options[section->count++] = option;
}

/* A name without '=': say which usual slip it is. */
static void no_equals(struct scanner *s, const struct token *name, const struct token *before)
{
	const char *word = text_of(s, name);
	size_t n = strlen(word);

	if (word[n - 1] == ':') {
		diag_hint(s->diags, broken(s, name, "'%s' is not followed by '='", word), "write '%.*s = …'", (int)n - 1,
			  word);
	} else if (before->kind == WORD && before->line == name->line) {
		diag_hint(s->diags, broken(s, name, "'%s' is not followed by '='", word),
			  "put a value with spaces in quotes");
		while (s->token.kind == WORD && s->token.line == name->line && !is_name(s))
			next(s);
	} else {
		broken(s, name, "expected '=' behind '%s', found %s", word, describe(s));
	}
	if (s->token.kind == STRING)
		next(s);
}

static void scan_option(struct scanner *s, struct scan_section *section)
{
	struct token name = s->token, before = s->before, first, last;
	const char *word = text_of(s, &name);
	const struct known_option *known = known_option_find(section->known, word);

	next(s);
	if (s->token.kind != EQUALS) {
		no_equals(s, &name, &before);
		return;
	}
	next(s);
	if (!scan_value(s, word, known, &first, &last))
		return;
	if (known) {
		add_option(s, section, known, &name, &first);
	} else {
		unknown_option(s, section, &name, word);
		blank(name.start, last.end);
	}
}

/* ---- sections ---- */

/* Does another section begin here, inside one that was not closed? */
static bool section_begins(const struct scanner *s)
{
	size_t len = (size_t)(s->token.end - s->token.start);
	const char *rest = s->token.end + strspn(s->token.end, " \t");
	const struct known_section *k;

	for (k = known_sections; k->name; k++)
		if (strlen(k->name) == len && memcmp(k->name, s->token.start, len) == 0)
			return *rest == '{' || (k->titled && *rest == '"');
	return false;
}

static void scan_body(struct scanner *s, struct scan_section *section)
{
	while (s->token.kind != CLOSE) {
		if (s->token.kind == END || (s->token.kind == WORD && section_begins(s))) {
			s->scan->broken = true;
			diag_add(s->diags, DIAG_ERROR, &section->place, "this section is never closed: '}' is missing");
			return;
		}
		if (s->token.kind == WORD) {
			scan_option(s, section);
			continue;
		}
		if (s->token.kind != BROKEN)
			broken(s, &s->token, "expected the name of an option or '}', found %s", describe(s));
		next(s);
	}
	next(s);
}

static void check_title(struct scanner *s, const struct scan_section *section, const struct token *title)
{
	const char *name = section->known->name;
	size_t i;

	if (section->known->titled && !section->title)
		broken(s, &s->before, "a %s needs a name of its own: %s \"name\" { … }", name, name);
	else if (!section->known->titled && section->title)
		broken(s, title, "'%s' takes no name", name);
	else if (section->title && !value_is_key(section->title))
		diag_hint(s->diags, fault(s, title, "'%s' cannot be a name", section->title),
			  "letters, digits, '.', '_' and '-', not more than 64");
	for (i = 0; i < s->scan->count; i++) {
		const struct scan_section *other = &s->scan->sections[i];

		if (other->known == section->known && str_eq(other->title, section->title)) {
			diag_note(s->diags, broken(s, title, "this section stands here twice"), &other->place,
				  "it stands here first");
			return;
		}
	}
}

/* A section of unknown name: its inside cannot be judged. */
static void unknown_section(struct scanner *s, const struct token *name, const char *word)
{
	struct diag *d = fault(s, name, "there is no section '%s'", word);
	const char *near = known_section_near(word);

	if (near)
		diag_hint(s->diags, d, "did you mean '%s'?", near);
	s->scan->unknown = true;
	skip_braces(s);
	blank(name->start, s->before.end);
}

static void no_section(struct scanner *s, const struct token *name, const char *word)
{
	if (s->token.kind != EQUALS) {
		broken(s, name, "expected '{' behind '%s', found %s", word, describe(s));
		return;
	}
	broken(s, name, "'%s' stands outside of a section", word);
	next(s);
	if (s->token.kind == OPEN)
		skip_braces(s);
	else if (s->token.kind == WORD || s->token.kind == STRING)
		next(s);
}

static void scan_section(struct scanner *s)
{
	struct token name = s->token, title = name;
	const char *word = text_of(s, &name);
	struct scan_section section = { .known = known_section_find(word) };

	next(s);
	if ((s->token.kind == STRING || s->token.kind == WORD) && s->token.line == name.line) {
		title = s->token;
		section.title = text_of(s, &title);
		next(s);
	}
	section.place = place_of(s, &name, &title);
	if (s->token.kind != OPEN) {
		no_section(s, &name, word);
		return;
	}
	if (!section.known) {
		unknown_section(s, &name, word);
		return;
	}
	check_title(s, &section, &title);
	next(s);
	scan_body(s, &section);
	s->scan->sections = arena_grow(s->scan->arena, s->scan->sections, s->scan->count, sizeof section);
	s->scan->sections[s->scan->count++] = section;
}

void settings_scan(const char *file, char *text, struct arena *arena, struct scan *scan, struct diag_list *diags)
{
	struct scanner s = { .file = file, .text = text, .whole = arena_strdup(arena, text), .at = text,
			     .line_start = text, .line = 1, .scan = scan, .diags = diags };

	*scan = (struct scan){ .arena = arena };
	if (str_starts(text, "\xef\xbb\xbf"))
		blank(text, text + 3); /* the mark that some editors put in front */
	next(&s);
	while (s.token.kind != END) {
		if (s.token.kind == WORD) {
			scan_section(&s);
			continue;
		}
		if (s.token.kind != BROKEN)
			broken(&s, &s.token, "expected the name of a section, found %s", describe(&s));
		next(&s);
	}
}

const struct scan_section *scan_section_find(const struct scan *scan, const char *name, size_t n)
{
	size_t i;

	for (i = 0; i < scan->count; i++)
		if (str_eq(scan->sections[i].known->name, name) && n-- == 0)
			return &scan->sections[i];
	return NULL;
}

const struct scan_option *scan_option_find(const struct scan_section *section, const char *name)
{
	size_t i;

	for (i = 0; section && i < section->count; i++)
		if (str_eq(section->options[i].known->name, name))
			return &section->options[i];
	return NULL;
}

bool scan_option_meant(const struct scan_section *section, const char *name)
{
	size_t i;

	for (i = 0; section && i < section->meant_count; i++)
		if (str_eq(section->meant[i], name))
			return true;
	return false;
}
