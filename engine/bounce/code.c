/* System. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "bounce/bounce_p.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Length of "5.1.1" at 'at', 0 = none. */
static size_t status_at(const char *at)
{
	size_t len = 2, n, group;

	if ((at[0] != '4' && at[0] != '5') || at[1] != '.')
		return 0;
	for (group = 0; group < 2; group++) {
		for (n = 0; is_digit(at[len + n]); n++)
			;
		if (n < 1 || n > 3 || (group == 0 && at[len + n] != '.'))
			return 0;
		len += n + (group == 0);
	}
	return at[len] == '.' && is_digit(at[len + 1]) ? 0 : len;
}

bool code_status(const char *text, char status[BOUNCE_STATUS_SIZE])
{
	const char *at;

	for (at = text; *at; at++) {
		bool begins = at == text || (!isalnum((unsigned char)at[-1]) && at[-1] != '.');
		size_t len = begins ? status_at(at) : 0;

		if (len && len < BOUNCE_STATUS_SIZE && !is_digit(at[len])) {
			snprintf(status, BOUNCE_STATUS_SIZE, "%.*s", (int)len, at);
			return true;
		}
	}
	return false;
}

int code_reply(const char *text)
{
	const char *at;

	for (at = text; *at; at++) {
		char before = at == text ? ' ' : at[-1];

		/* 421, 450..455, 500..559: not a port, a year or the number of seconds. */
		if (isalnum((unsigned char)before) || before == '.' || before == '-' || before == ':' || before == '[')
			continue;
		if ((strncmp(at, "421", 3) == 0 || ((at[0] == '4' || at[0] == '5') && at[1] == '5' && is_digit(at[2])) ||
		     (at[0] == '5' && (at[1] == '0' || at[1] == '2') && is_digit(at[2]))) &&
		    (at[3] == ' ' || at[3] == '-' || at[3] == ':' || at[3] == '\n' || !at[3] || at[3] == '\t' ||
		     at[3] == '\r' || at[3] == ';'))
			return (at[0] - '0') * 100 + (at[1] - '0') * 10 + (at[2] - '0');
	}
	return 0;
}

/* Status codes that speak of the address itself (RFC 3463 §3.2), or of its domain. */
static bool status_gone(const char *status)
{
	static const char *const gone[] = { "5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.4", "5.1.6", "5.1.10", "5.4.4", NULL };
	size_t i;

	for (i = 0; gone[i]; i++)
		if (str_eq(status, gone[i]))
			return true;
	return false;
}

void code_judge(struct bounce_recipient *r, const char *text)
{
	bool passing = said_in(text, words_passing);

	if (r->status[0] && !str_ends(r->status, ".0.0"))
		r->temporary = r->status[0] == '4';
	else if (r->code)
		r->temporary = r->code < 500;
	else if (r->status[0])
		r->temporary = r->status[0] == '4';
	else
		r->temporary = r->fate == BOUNCE_DELAYED || passing;
	r->passing = r->temporary || passing;
	if (r->fate != BOUNCE_FAILED || r->passing)
		return;
	r->policy = str_starts(r->status, "5.7.") || said_in(text, words_other);
	if (said_in(text, words_gone))
		r->gone = !said_in(text, words_other) || status_gone(r->status);
	else
		r->gone = status_gone(r->status) && !said_in(text, words_other) && !str_eq(r->status, "5.1.0");
}
