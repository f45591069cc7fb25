/* System. */
#include <stdbool.h>
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "rule/sample.h"

#define DEPTH_MAX 20
#define REPEAT_MAX 20
#define LENGTH_MAX 255 /* bytes of an example: no file name is longer */

struct samples {
	const char *items[SAMPLE_MAX];
	size_t count;
};

struct sampler {
	struct arena *arena;
	const char *at;  /* next byte of the pattern */
	int depth;
	bool failed;     /* something was not understood */
};

static void add(struct samples *samples, const char *text)
{
	size_t i;

	for (i = 0; i < samples->count; i++)
		if (str_eq(samples->items[i], text))
			return;
	if (samples->count < SAMPLE_MAX)
		samples->items[samples->count++] = text;
}

static struct samples one(const char *text)
{
	return (struct samples){ { text }, 1 };
}

static struct samples fail(struct sampler *sampler)
{
	sampler->failed = true;
	return one("");
}

/* Each of 'left' with each of 'right' behind it, as far as there is room. */
static struct samples joined(struct sampler *sampler, const struct samples *left, const struct samples *right)
{
	struct samples all = { { NULL }, 0 };
	size_t i, j;

	for (j = 0; j < right->count; j++)
		for (i = 0; i < left->count && all.count < SAMPLE_MAX; i++) {
			if (strlen(left->items[i]) + strlen(right->items[j]) > LENGTH_MAX)
				return fail(sampler);
			add(&all, arena_printf(sampler->arena, "%s%s", left->items[i], right->items[j]));
		}
	return all;
}

static struct samples read_alternatives(struct sampler *sampler);

/* Behind a backslash. */
static struct samples read_escape(struct sampler *sampler)
{
	static const struct {
		char letter;
		const char *sample;
	} classes[] = { { 'd', "1" }, { 'w', "a" }, { 's', " " }, { 'b', "" }, { 'B', "" },
			{ 'A', "" },  { 'z', "" },  { 'Z', "" },  { 'D', "a" }, { 'S', "a" }, { 'W', " " } };
	char letter = *sampler->at;
	size_t i;

	if (!letter)
		return fail(sampler);
	sampler->at++;
	for (i = 0; i < sizeof classes / sizeof *classes; i++)
		if (classes[i].letter == letter)
			return one(classes[i].sample);
	if ((letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9'))
		return fail(sampler);
	return one(arena_strndup(sampler->arena, &letter, 1));
}

/* [^abc]: a character that is not named in it. */
static struct samples read_other(struct sampler *sampler)
{
	static const char *const others[] = { "x", "1", "-", " " };
	const char *start = sampler->at;
	size_t i;

	/* A ] that comes first stands for itself. */
	sampler->at += str_starts(start, "^]") ? 2 : 1;
	while (*sampler->at && *sampler->at != ']')
		sampler->at += *sampler->at == '\\' && sampler->at[1] ? 2 : 1;
	if (!*sampler->at || memchr(start, '[', (size_t)(sampler->at - start)))
		return fail(sampler);
	for (i = 0; i + 1 < sizeof others / sizeof *others; i++)
		if (!memchr(start, *others[i], (size_t)(sampler->at - start)))
			break;
	sampler->at++;
	return one(others[i]);
}

/* [abc]: its first character. */
static struct samples read_class(struct sampler *sampler)
{
	struct samples first;
	size_t len;

	if (*sampler->at == '^')
		return read_other(sampler);
	if (str_starts(sampler->at, "[:"))
		return fail(sampler);
	if (*sampler->at == '\\') {
		sampler->at++;
		first = read_escape(sampler);
	} else {
		len = str_utf8_len(sampler->at);
		first = one(arena_strndup(sampler->arena, sampler->at, len ? len : 1));
		sampler->at += len;
	}
	while (*sampler->at && *sampler->at != ']')
		sampler->at += *sampler->at == '\\' && sampler->at[1] ? 2 : 1;
	if (!*sampler->at)
		return fail(sampler);
	sampler->at++;
	return first;
}

/* "?=", "?!", "?<=", "?<!": 0 = no look-around. */
static size_t look_length(const char *text)
{
	static const char *const marks[] = { "?=", "?!", "?<=", "?<!" };
	size_t i;

	for (i = 0; i < sizeof marks / sizeof *marks; i++)
		if (str_starts(text, marks[i]))
			return strlen(marks[i]);
	return 0;
}

/* Behind '(': "?:" and "?<name>" are known. What a look-around asks for is left to who tries the example. */
static struct samples read_group(struct sampler *sampler)
{
	size_t look = look_length(sampler->at);
	struct samples inner;

	sampler->at += look;
	if (look)
		;
	else if (str_starts(sampler->at, "?:"))
		sampler->at += 2;
	else if (str_starts(sampler->at, "?<") && sampler->at[2] != '=' && sampler->at[2] != '!')
		sampler->at += strcspn(sampler->at, ">") + (strchr(sampler->at, '>') ? 1 : 0);
	else if (*sampler->at == '?' || *sampler->at == '*')
		return fail(sampler);
	if (++sampler->depth > DEPTH_MAX)
		return fail(sampler);
	inner = read_alternatives(sampler);
	sampler->depth--;
	if (*sampler->at != ')')
		return fail(sampler);
	sampler->at++;
	return look ? one("") : inner;
}

static struct samples read_atom(struct sampler *sampler)
{
	size_t len = str_utf8_len(sampler->at);
	const char *text = sampler->at;

	if (!len)
		return fail(sampler);
	sampler->at += len;
	switch (*text) {
	case '\\': return read_escape(sampler);
	case '[': return read_class(sampler);
	case '(': return read_group(sampler);
	case '.': return one("x");
	case '^':
	case '$': return one("");
	default: return one(arena_strndup(sampler->arena, text, len));
	}
}

/* {n}, {n,}, {n,m}: n; -1 when a brace stands for itself. */
static int read_count(struct sampler *sampler)
{
	const char *at = sampler->at + 1;
	int count = 0;

	if (*at < '0' || *at > '9')
		return -1;
	while (*at >= '0' && *at <= '9' && count <= REPEAT_MAX)
		count = count * 10 + (*at++ - '0');
	at += strcspn(at, "}");
	if (!*at)
		return -1;
	sampler->at = at + 1;
	return count;
}

/* Behind an atom: how often. */
static struct samples read_repeat(struct sampler *sampler, struct samples atom)
{
	struct samples all = one("");
	int least = 1, i;
	bool may_lack = false;

	if (*sampler->at == '?' || *sampler->at == '*') {
		may_lack = true;
		sampler->at++;
	} else if (*sampler->at == '+') {
		sampler->at++;
	} else if (*sampler->at == '{' && (least = read_count(sampler)) >= 0) {
		may_lack = least == 0;
		least = least ? least : 1;
	} else {
		return atom;
	}
	if (*sampler->at == '?' || *sampler->at == '+') /* lazy, possessive */
		sampler->at++;
	if (least > REPEAT_MAX)
		return fail(sampler);
	for (i = 0; i < least; i++)
		all = joined(sampler, &all, &atom);
	if (may_lack)
		add(&all, "");
	return all;
}

static struct samples read_sequence(struct sampler *sampler)
{
	struct samples all = one("");

	while (!sampler->failed && *sampler->at && *sampler->at != '|' && *sampler->at != ')') {
		struct samples part = read_repeat(sampler, read_atom(sampler));

		all = joined(sampler, &all, &part);
	}
	return all;
}

static struct samples read_alternatives(struct sampler *sampler)
{
	struct samples all = read_sequence(sampler), more;
	size_t i;

	while (!sampler->failed && *sampler->at == '|') {
		sampler->at++;
		more = read_sequence(sampler);
		for (i = 0; i < more.count; i++)
			add(&all, more.items[i]);
	}
	return all;
}

const char *const *sample_pattern(struct arena *arena, const char *pattern, size_t *count)
{
	struct sampler sampler = { .arena = arena, .at = pattern };
	struct samples all = read_alternatives(&sampler);

	*count = sampler.failed || *sampler.at ? 0 : all.count;
	return arena_memdup(arena, all.items, sizeof all.items);
}
