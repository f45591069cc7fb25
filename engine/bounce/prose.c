/* System. */
#include <ctype.h>
#include <string.h>

/* Base. */
#include "base/addr.h"
#include "base/str.h"

/* Own. */
#include "bounce/bounce_p.h"

#define PLACES_MAX 400

/* An address in the words of a report. */
struct place {
	const char *address;
	const char *at;   /* its line */
	int weight;       /* how sure it is that it is one that failed */
};

struct search {
	struct reading *r;
	struct place *places;
	size_t count;
};

char *prose_own_words(struct arena *arena, const char *text)
{
	const char *line = text;

	while (*line) {
		size_t len = strcspn(line, "\n");
		char *copy = arena_strndup(arena, line, len < 300 ? len : 300);

		/* The first line may speak of "the message returned below". */
		if (line > text + 60 && said_in(copy, words_copies))
			break;
		line += len + (line[len] == '\n');
	}
	return arena_strndup(arena, text, (size_t)(line - text));
}

/* ---- where addresses stand ---- */

static bool local_char(char c)
{
	return isalnum((unsigned char)c) || (c && strchr(".!#$%&*+/=?^_`{|}~-", c) != NULL);
}

static bool domain_char(char c)
{
	return isalnum((unsigned char)c) || c == '.' || c == '-';
}

/* The address around the '@' at 'at' of a line, or NULL; '*start_r' is where it begins. */
static const char *address_around(struct arena *arena, const char *line, const char *at, const char **start)
{
	const char *from = at, *to = at + 1;
	char *address;

	while (from > line && local_char(from[-1]))
		from--;
	while (domain_char(*to))
		to++;
	while (to > at && (to[-1] == '.' || to[-1] == '-'))
		to--;
	if (str_istarts(from, "smtp="))
		from += 5;
	while (from < at && (*from == '.' || *from == '-' || *from == '*' || *from == '=' || *from == '\''))
		from++;
	*start = from;
	address = arena_strndup(arena, from, (size_t)(to - from));
	return addr_valid(address) ? address : NULL;
}

/* Is it one of those that the report was sent to, or its sender? */
static bool is_ours(const struct mail *mail, const char *address)
{
	size_t i;

	for (i = 0; i < mail->to.count; i++)
		if (addr_same(mail->to.list[i].addr, address))
			return true;
	return mail->from.count && addr_same(mail->from.list[0].addr, address);
}

/* The words in front of an address on its line. */
static int weigh_before(struct arena *arena, const char *line, const char *start)
{
	static const char *const never[] = { "mail from", "envelope-from", "contact", "sender", "message-id", NULL };
	static const char *const sure[] = { "expanded from", "failed recipient", "unknown user", "undeliverable to",
					    "undeliverable address", "recipient:", "addressed to", "delivery failed",
					    "delivered to", "delivering your mail to", "rejected recipient",
					    "permanent errors:", "deliver message to", "attempts:", "is full:", "size:",
					    "delivery userid", "reach the following", "emailaddress", NULL };
	static const char *const likely[] = { "rcpt to", "recipient", "to:", "user", "address", "mailbox", "failed",
					      "deliver", "550", "554", "553", "551", "552", "450", "451", "452", NULL };
	const char *before = arena_strndup(arena, line, (size_t)(start - line));
	const char *word = before + strspn(before, " \t*>-<\"'(");

	if (said_in(before, never))
		return 0;
	if (!*word)
		return 4;
	if (said_in(before, sure))
		return 4;
	if (str_istarts(word, "from"))
		return 0;
	return said_in(before, likely) ? 3 : 1;
}

static int weigh(struct search *s, const char *line, const char *start, const char *address)
{
	static const char *const system[] = { "mailer-daemon@", "postmaster@", "abuse@", "support@", "helpdesk@", NULL };
	int weight = weigh_before(s->r->arena, line, start);
	size_t i;

	for (i = 0; system[i]; i++)
		if (str_istarts(address, system[i]) && weight < 4)
			return 0;
	return weight && is_ours(s->r->mail, address) ? 0 : weight;
}

static void find_in_line(struct search *s, const char *line)
{
	char *copy = reading_line(s->r->arena, line);
	const char *at = copy, *start, *address;

	while ((at = strchr(at, '@')) != NULL && s->count < PLACES_MAX) {
		address = address_around(s->r->arena, copy, at, &start);
		if (address)
			s->places[s->count++] = (struct place){ address, line, weigh(s, copy, start, address) };
		at++;
	}
}

/* ---- what is said of them ---- */

/* From the address' line to the next of another address. */
static const char *said_of(struct search *s, const struct place *place, int weight)
{
	const struct place *next;

	for (next = place + 1; next < s->places + s->count; next++)
		if (next->weight >= weight && next->at > place->at && !addr_same(next->address, place->address))
			return arena_strndup(s->r->arena, place->at, (size_t)(next->at - place->at));
	return place->at;
}

/* The line that holds a code, else the first behind the address that holds words. */
static const char *telling_line(struct arena *arena, const char *said)
{
	const char *line, *second = NULL;

	for (line = said; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		char *copy = reading_line(arena, line);

		if (code_reply(copy) || said_in(copy, words_gone) || said_in(copy, words_passing))
			return reading_clean(arena, copy);
		if (line > said && !second && !str_is_blank(copy))
			second = copy;
	}
	return reading_clean(arena, second ? second : reading_line(arena, said));
}

static void recipient_add(struct search *s, const struct place *place, int weight, const char *words)
{
	struct bounce_recipient *to = reading_recipient(s->r, place->address);
	const char *said = said_of(s, place, weight);
	char status[BOUNCE_STATUS_SIZE];

	if (!to)
		return;
	to->fate = s->r->delayed ? BOUNCE_DELAYED : BOUNCE_FAILED;
	if (!code_status(said, status) && !code_reply(said) && s->r->report->count == 1)
		said = words;
	if (!to->status[0])
		code_status(said, to->status);
	if (!to->code)
		to->code = code_reply(said);
	if (!*to->text)
		to->text = telling_line(s->r->arena, said);
	code_judge(to, said);
}

void prose_recipients(struct reading *r, const char *words)
{
	struct search s = { r, arena_array(r->arena, PLACES_MAX, sizeof(struct place)), 0 };
	const char *line;
	int best = 0;
	size_t i;

	for (line = words; *line && s.count < PLACES_MAX; line += strcspn(line, "\n"), line += *line == '\n')
		find_in_line(&s, line);
	for (i = 0; i < s.count; i++)
		if (s.places[i].weight > best)
			best = s.places[i].weight;
	for (i = 0; best && i < s.count; i++)
		if (s.places[i].weight == best)
			recipient_add(&s, &s.places[i], best, words);
	/* Only ours is named: a report of a mail to ourselves. */
	for (i = 0; !best && i < s.count; i++)
		recipient_add(&s, &s.places[i], 0, words);
}
