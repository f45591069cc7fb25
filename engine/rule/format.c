/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "rule/format.h"

static bool fault_set(struct format_fault *fault, size_t offset, size_t length, const char *message,
		      const char *hint)
{
	fault->offset = offset;
	fault->length = length;
	fault->message = message;
	fault->hint = hint;
	return false;
}

/* The inside of "{…}", 'len' bytes. */
static bool read_field(const char *text, size_t len, struct prog_number_piece *piece)
{
	if (len == 4 && str_starts(text, "year")) {
		piece->kind = NUMBER_YEAR;
		return true;
	}
	if (len == 5 && str_starts(text, "check")) {
		piece->kind = NUMBER_CHECK;
		return true;
	}
	if (len < 6 || !str_starts(text, "serial"))
		return false;
	piece->kind = NUMBER_SERIAL;
	piece->width = 1;
	if (len == 6)
		return true;
	if (text[6] != ':' || len < 8 || len > 9 || strspn(text + 7, "0123456789") < len - 7)
		return false;
	piece->width = len == 8 ? text[7] - '0' : (text[7] - '0') * 10 + (text[8] - '0');
	return piece->width >= 1 && piece->width <= FORMAT_MAX_WIDTH;
}

static bool read_piece(struct arena *arena, const char *format, size_t at, struct prog_number_piece *piece,
		       size_t *used, struct format_fault *fault)
{
	const char *text = format + at;
	size_t len = strcspn(text, "{}");

	if (len) {
		piece->kind = NUMBER_TEXT;
		piece->text = arena_strndup(arena, text, len);
		*used = len;
		return true;
	}
	if (*text == '}')
		return fault_set(fault, at, 1, "this '}' closes nothing", NULL);
	len = strcspn(text + 1, "{}");
	if (text[1 + len] != '}')
		return fault_set(fault, at, 1 + len, "this field has no closing '}'", NULL);
	*used = len + 2;
	if (!read_field(text + 1, len, piece))
		return fault_set(fault, at, len + 2, "unknown field in the format of new numbers",
				 "fields are {year}, {serial:5} (width 1 to 12) and {check}");
	return true;
}

static size_t count_kind(const struct prog_number_piece *pieces, size_t count, enum prog_number_kind kind)
{
	size_t i, n = 0;

	for (i = 0; i < count; i++)
		n += pieces[i].kind == kind;
	return n;
}

/* Numbers are unique: one serial per year; the letter covers all that stands in front of it. */
static bool check_pieces(const char *format, const struct prog_number_piece *pieces, size_t count,
			 struct format_fault *fault)
{
	size_t len = strlen(format), i;

	if (count_kind(pieces, count, NUMBER_SERIAL) != 1)
		return fault_set(fault, 0, len, "new numbers need one {serial}", "as in {year}-{serial:5}-{check}");
	if (count_kind(pieces, count, NUMBER_YEAR) != 1)
		return fault_set(fault, 0, len, "new numbers need one {year}",
				 "the serial starts again each year");
	for (i = 0; i + 1 < count; i++) {
		if (pieces[i].kind == NUMBER_CHECK)
			return fault_set(fault, 0, len, "{check} stands at the end of a number", NULL);
		if (pieces[i].kind != NUMBER_TEXT && pieces[i + 1].kind != NUMBER_TEXT &&
		    pieces[i + 1].kind != NUMBER_CHECK)
			return fault_set(fault, 0, len, "{year} and {serial} need something between them",
					 "as in {year}-{serial:5}");
	}
	for (i = 0; i < count; i++)
		if (pieces[i].kind == NUMBER_TEXT && pieces[i].text[strcspn(pieces[i].text, "abcdefghijklmnopqrstuvwxyz \t")])
			return fault_set(fault, 0, len, "new numbers are in capitals, without blanks",
					 "numbers in subjects are compared in capitals");
	return true;
}

bool format_parse(struct arena *arena, const char *format, struct prog_number_piece **pieces,
			 size_t *count, struct format_fault *fault)
{
	struct prog_number_piece *list = NULL;
	size_t at = 0, n = 0;

	while (format[at]) {
		struct prog_number_piece piece = { 0 };
		size_t used;

		if (!read_piece(arena, format, at, &piece, &used, fault))
			return false;
		list = arena_grow(arena, list, n, sizeof piece);
		list[n++] = piece;
		at += used;
	}
	if (!check_pieces(format, list, n, fault))
		return false;
	*pieces = list;
	*count = n;
	return true;
}

const char *format_number(struct arena *arena, const struct prog_number_piece *pieces, size_t count, int year,
			long serial)
{
	const char *number = "";
	size_t i;

	for (i = 0; i < count; i++)
		switch (pieces[i].kind) {
		case NUMBER_TEXT: number = arena_printf(arena, "%s%s", number, pieces[i].text); break;
		case NUMBER_YEAR: number = arena_printf(arena, "%s%04d", number, year); break;
		case NUMBER_SERIAL: number = arena_printf(arena, "%s%0*ld", number, pieces[i].width, serial); break;
		case NUMBER_CHECK: number = arena_printf(arena, "%s%c", number, format_letter(number)); break;
		}
	return number;
}

char format_letter(const char *text)
{
	unsigned rest = 0;

	for (; *text; text++)
		if (*text >= '0' && *text <= '9')
			rest = (rest * 10 + (unsigned)(*text - '0')) % 23;
	return FORMAT_LETTERS[rest];
}

bool format_letter_right(const char *number)
{
	size_t len = strlen(number);

	return len > 0 && number[len - 1] == format_letter(number);
}
