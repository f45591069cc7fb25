/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "net/smtp_p.h"

/*
 * Which stage a command begins. Only forward: a line of an AUTH exchange is
 * base64 and may read like any of these words.
 */
static const struct {
	const char *word;
	enum send_stage stage;
} commands[] = {
	{ "EHLO ", SEND_STAGE_CONNECT }, { "HELO ", SEND_STAGE_CONNECT }, { "STARTTLS", SEND_STAGE_TLS },
	{ "AUTH ", SEND_STAGE_AUTH },    { "MAIL FROM:", SEND_STAGE_MAIL },
	{ "RCPT TO:", SEND_STAGE_RCPT }, { "DATA", SEND_STAGE_DATA },
};

void smtp_dialog_start(struct smtp_dialog *d, bool tls_up)
{
	*d = (struct smtp_dialog){ .stage = SEND_STAGE_CONNECT, .tls_up = tls_up };
}

static void forget_reply(struct smtp_dialog *d)
{
	d->final = false;
	d->code = 0;
	d->enhanced[0] = d->text[0] = '\0';
}

/* libcurl says it inside the failed transfer; in a login it may be base64, as an answer to a 334. */
static bool is_quit(const struct smtp_dialog *d, const char *line, size_t len)
{
	return len >= 4 && memcmp(line, "QUIT", 4) == 0 && !(d->stage == SEND_STAGE_AUTH && d->code == 334);
}

void smtp_dialog_command(struct smtp_dialog *d, const char *line, size_t len)
{
	size_t i;

	if (is_quit(d, line, len))
		d->over = true;
	if (d->over)
		return;
	forget_reply(d);
	d->ehlo = false;
	for (i = 0; i < sizeof commands / sizeof *commands; i++) {
		size_t word = strlen(commands[i].word);

		if (len < word || memcmp(line, commands[i].word, word) != 0)
			continue;
		if (commands[i].stage == SEND_STAGE_DATA && d->stage != SEND_STAGE_RCPT)
			continue;
		/* The EHLO behind STARTTLS goes over TLS already, but belongs to no stage of its own. */
		if (commands[i].stage >= d->stage)
			d->stage = commands[i].stage;
		d->ehlo = commands[i].stage == SEND_STAGE_CONNECT;
		/* libcurl goes on behind STARTTLS only when the handshake succeeded. */
		if (d->ehlo && d->stage == SEND_STAGE_TLS)
			d->tls_up = true;
		return;
	}
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Length of an enhanced status code (RFC 3463 §2) at 'text', 0 when there is none. */
static size_t enhanced_len(const char *text, size_t len)
{
	size_t at = 1, part, digits;

	if (len < 5 || (*text != '2' && *text != '4' && *text != '5'))
		return 0;
	for (part = 0; part < 2; part++) {
		if (at >= len || text[at++] != '.')
			return 0;
		for (digits = 0; at < len && is_digit(text[at]); at++)
			digits++;
		if (digits < 1 || digits > 3)
			return 0;
	}
	return at == len || text[at] == ' ' ? at : 0;
}

static void append(struct smtp_dialog *d, const char *text, size_t len)
{
	size_t used = strlen(d->text);
	size_t room = sizeof d->text - 1 - used;
	size_t i;

	if (len > room)
		len = room;
	for (i = 0; i < len; i++)
		d->text[used + i] = text[i] ? text[i] : ' ';
	d->text[used + len] = '\0';
}

static void note_capability(struct smtp_dialog *d, const char *text, size_t len)
{
	char word[6] = "";

	if (!d->ehlo || !d->tls_up || len < 5)
		return;
	memcpy(word, text, 5);
	if (str_ieq(word, "AUTH ") || str_ieq(word, "AUTH="))
		d->auth_offered = true;
}

/* The first line stays whole; of the others the codes are left out. */
static void keep_text(struct smtp_dialog *d, bool first, const char *line, size_t len)
{
	size_t skip = len > 3 ? 4 : 3;
	size_t status = enhanced_len(line + skip, len - skip);

	if (first) {
		append(d, line, 3);
		memcpy(d->enhanced, line + skip, status < sizeof d->enhanced ? status : 0);
		d->enhanced[status < sizeof d->enhanced ? status : 0] = '\0';
	} else {
		skip += status;
	}
	while (skip < len && line[skip] == ' ')
		skip++;
	if (skip < len)
		append(d, " ", 1);
	append(d, line + skip, len - skip);
}

void smtp_dialog_reply(struct smtp_dialog *d, const char *line, size_t len)
{
	bool first;

	if (d->over)
		return;
	while (len && (line[len - 1] == '\n' || line[len - 1] == '\r'))
		len--;
	/* Anything else is no reply line; libcurl goes on reading as well. */
	if (len < 3 || !is_digit(line[0]) || !is_digit(line[1]) || !is_digit(line[2]))
		return;
	if (len > 3 && line[3] != ' ' && line[3] != '-')
		return;
	if (d->final)
		forget_reply(d);
	first = d->code == 0;
	d->code = (unsigned)(100 * (line[0] - '0') + 10 * (line[1] - '0') + (line[2] - '0'));
	keep_text(d, first, line, len);
	if (len > 4)
		note_capability(d, line + 4, len - 4);
	d->final = len == 3 || line[3] == ' ';
}

void smtp_dialog_release(struct smtp_dialog *d)
{
	d->released = true;
	d->stage = SEND_STAGE_DOT;
	forget_reply(d);
}

/* Codes that mean "log in first", "not like this" or "not any more" wherever they come (RFC 4954 §6). */
static bool is_auth_code(unsigned code)
{
	return code == 530 || code == 534 || code == 535 || code == 538;
}

/*
 * Does the refusal speak of the server, of our account or of our standing
 * there, and not of this mail? Then the next mail would fare the same.
 */
static bool is_host_problem(const struct smtp_dialog *d)
{
	if (d->stage <= SEND_STAGE_AUTH)
		return true;
	/* From DATA on a closing server may have been upset by this very mail. */
	if (d->stage >= SEND_STAGE_DATA)
		return is_auth_code(d->code);
	if (!d->final || d->code == 421 || is_auth_code(d->code))
		return true;
	return d->stage == SEND_STAGE_MAIL && d->code >= 500 &&
	       (str_starts(d->enhanced, "5.7.") || d->code == 503);
}

static enum send_outcome outcome(const struct smtp_dialog *d)
{
	unsigned class = d->final ? d->code / 100 : 0;

	if (d->released) {
		if (class == 2)
			return SEND_SENT;
		if (class != 4 && class != 5)
			return SEND_UNKNOWN;
		return class == 4 ? SEND_RETRY : SEND_REFUSED;
	}
	return class == 5 && !is_host_problem(d) ? SEND_REFUSED : SEND_RETRY;
}

void smtp_dialog_judge(const struct smtp_dialog *d, struct send_result *result)
{
	char *clean;

	*result = (struct send_result){ .outcome = outcome(d), .stage = d->stage };
	result->host_problem = result->outcome == SEND_RETRY && !d->released && is_host_problem(d);
	if (!d->final)
		return;
	result->code = d->code;
	memcpy(result->enhanced, d->enhanced, sizeof result->enhanced);
	clean = str_clean(d->text, SEND_REPLY_MAX);
	snprintf(result->text, sizeof result->text, "%s", clean);
	free(clean);
}
