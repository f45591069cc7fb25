/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/str.h"
#include "base/xalloc.h"

/* Own. */
#include "work/declare.h"

#define LINE_MAX_BYTES 300

/* Where the words behind "dit is" begin, or NULL. */
static const char *behind_verb(const char *line)
{
	static const char *const verbs[] = { "dit is ", "this is ", NULL };
	size_t i;

	for (i = 0; verbs[i]; i++)
		if (str_istarts(line, verbs[i]))
			return line + strlen(verbs[i]);
	return NULL;
}

static bool names(const struct slot *slot, const char *words, int year)
{
	return str_ieq(words, slot->title) || (str_ieq(words, slot->name) && (!year || year == slot->year));
}

/* Takes a year off the end: "aangifte 2024". 0 = there is none. */
static int take_year(char *words)
{
	size_t n = strlen(words);
	uint32_t year;

	if (n < 6 || words[n - 5] != ' ' || !str_to_u32(words + n - 4, &year) || year < 1900 || year > 2199)
		return 0;
	words[n - 5] = '\0';
	str_trim(words);
	return (int)year;
}

static size_t count_fits(const struct dossier *dossier, const char *words, int year, const struct slot **slot)
{
	size_t i, n = 0;

	for (i = 0; i < dossier->slot_count; i++)
		if (names(&dossier->slots[i], words, year)) {
			*slot = &dossier->slots[i];
			n++;
		}
	return n;
}

/* How many slots one line names; the last of them in '*slot'. */
static size_t line_slots(const struct dossier *dossier, char *line, const struct slot **slot)
{
	const char *said = behind_verb(str_trim(line));
	char *words, *trimmed;
	size_t len, n;

	if (!said)
		return 0;
	words = xstrdup(said);
	trimmed = str_trim(words);
	len = strlen(trimmed);
	while (len && strchr(".!,", trimmed[len - 1]))
		trimmed[--len] = '\0';
	n = count_fits(dossier, trimmed, 0, slot);
	if (n != 1) {
		int year = take_year(trimmed);

		if (year)
			n = count_fits(dossier, trimmed, year, slot);
	}
	free(words);
	return n;
}

/* Quoted text, a signature or a forwarded block: what stands there was said by others, or earlier. */
static bool is_quoted(const char *line)
{
	return line[0] == '>' || line[0] == '|';
}

bool declare_find(const struct dossier *dossier, const char *text, const struct slot **slot_r)
{
	const struct slot *found = NULL, *slot = NULL;
	char line[LINE_MAX_BYTES];
	int seen = 0;

	while (text && *text && seen < DECLARE_LINES) {
		size_t len = strcspn(text, "\n"), n;

		if (len < sizeof line) {
			memcpy(line, text, len);
			line[len] = '\0';
			if (str_eq(line, "-- "))
				break;
			if (!is_quoted(line) && !str_is_blank(line)) {
				seen++;
				n = line_slots(dossier, line, &slot);
				if (n > 1 || (n == 1 && found && found != slot))
					return false;
				if (n == 1)
					found = slot;
			}
		}
		text += len + (text[len] == '\n');
	}
	*slot_r = found;
	return found != NULL;
}
