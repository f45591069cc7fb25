/* System. */
#include <string.h>

/* Own. */
#include "rule/element.h"
#include "rule/rule.h"

static const struct {
	unsigned where;
	const char *title;
} sections[] = {
	{ IN_FILE, "At the top of a file" },
	{ IN_TERM, "Terms of keeping" },
	{ IN_SLOT, "Behind a slot\\(aqs title" },
	{ IN_ACCEPT, "Kinds of files" },
	{ IN_FACT | IN_FIELD, "Behind the title of a fact or a field; \\(dqdefault\\(dq only of a fact, "
			      "\\(dqrequired\\(dq and \\(dqmatch\\(dq only of a field" },
	{ IN_FORM | IN_PHRASE, "Behind a form\\(aqs title or a phrase\\(aqs name" },
	{ IN_ROLE, "Behind from: who" },
	{ IN_STATE | IN_ALWAYS, "In a state; all but \"uploads open\" also in always" },
	{ IN_HEAD, "In the head of a clause" },
	{ IN_DURATION, "Units of a duration" },
	{ IN_EVENTS, "Events" },
	{ IN_CONDITION, "Conditions" },
	{ IN_STATUS, "Status of a slot" },
	{ IN_TEST, "Tests of a fact" },
	{ IN_ANSWER, "Answers to an approval" },
	{ IN_PAYMENT, "Status of a payment" },
	{ IN_ACTIONS, "Actions" },
	{ IN_AUDIENCE, "Audiences" },
};

/* Text for roff: backslashes and hyphens as they are, no line that begins like a request. */
static void add_roff(const char *text, struct buf *out)
{
	if (*text == '.' || *text == '\'')
		buf_adds(out, "\\&");
	for (; *text; text++)
		switch (*text) {
		case '\\': buf_adds(out, "\\e"); break;
		case '-': buf_adds(out, "\\-"); break;
		case '"': buf_adds(out, "\\(dq"); break;
		default: buf_addc(out, *text);
		}
}

static void add_example(const char *text, struct buf *out)
{
	while (*text) {
		size_t len = strcspn(text, "\n");
		char line[512];

		snprintf(line, sizeof line, "%.*s", (int)len, text);
		add_roff(line, out);
		buf_addc(out, '\n');
		text += len + (text[len] == '\n');
	}
}

static void add_element(const struct element *element, struct buf *out)
{
	buf_adds(out, ".TP\n.BI \"");
	add_roff(element->words, out);
	if (*element->form) {
		buf_adds(out, "\" \" ");
		add_roff(element->form, out);
	}
	buf_adds(out, "\"\n");
	add_roff(element->explain, out);
	buf_adds(out, ".\n.EX\n");
	add_example(element->example, out);
	buf_adds(out, ".EE\n");
}

void rule_elements_man(struct buf *out)
{
	const struct element *list;
	size_t count, i, j;

	list = element_list(&count);
	for (i = 0; i < sizeof sections / sizeof *sections; i++) {
		buf_addf(out, ".SS %s\n", sections[i].title);
		for (j = 0; j < count; j++)
			if (list[j].explain && (list[j].where & sections[i].where) && !(i && list[j].id == ELEMENT_INCLUDE))
				add_element(&list[j], out);
	}
}
