/* System. */
#include <ctype.h>
#include <string.h>

/* Base. */
#include "base/addr.h"
#include "base/str.h"

/* Own. */
#include "work/auth.h"

#define VALUE_MAX 256

/*
 * A reader of the field's grammar (RFC 8601 §2.2): tokens, quoted strings,
 * comments that nest and count as white space.
 */
struct reader {
	const char *at;
};

static void skip_comment(struct reader *r)
{
	int depth = 0;

	do {
		if (*r->at == '\\' && r->at[1])
			r->at++;
		else if (*r->at == '(')
			depth++;
		else if (*r->at == ')')
			depth--;
		r->at++;
	} while (*r->at && depth > 0);
}

static void skip_space(struct reader *r)
{
	while (isspace((unsigned char)*r->at) || *r->at == '(') {
		if (*r->at == '(')
			skip_comment(r);
		else
			r->at++;
	}
}

/* A word up to one of the separators, or a quoted string; false when too long or empty. */
static bool read_word(struct reader *r, char out[VALUE_MAX])
{
	size_t n = 0;
	bool quoted;

	skip_space(r);
	quoted = *r->at == '"';
	r->at += quoted;
	while (*r->at && n < VALUE_MAX - 1) {
		if (quoted ? *r->at == '"' : (isspace((unsigned char)*r->at) || strchr(";=(", *r->at) != NULL))
			break;
		if (quoted && *r->at == '\\' && r->at[1])
			r->at++;
		out[n++] = *r->at++;
	}
	out[n] = '\0';
	r->at += quoted && *r->at == '"';
	return n > 0 && n < VALUE_MAX - 1;
}

static bool accept(struct reader *r, char c)
{
	skip_space(r);
	if (*r->at != c)
		return false;
	r->at++;
	return true;
}

static bool aligned(const char *domain, const char *from)
{
	size_t n = strlen(domain), m = strlen(from);
	const char *longer = n > m ? domain : from, *shorter = n > m ? from : domain;
	size_t extra = n > m ? n - m : m - n;

	if (!*shorter || !strchr(shorter, '.'))
		return false;
	return str_ieq(longer + extra, shorter) && (extra == 0 || longer[extra - 1] == '.');
}

static const char *domain_of(const char *value)
{
	const char *at = strrchr(value, '@');

	return at ? at + 1 : value;
}

/* One "method=result property=value …" up to the next ';'. */
static enum auth_level read_result(struct reader *r, const char *from)
{
	char method[VALUE_MAX], result[VALUE_MAX], name[VALUE_MAX], value[VALUE_MAX];
	bool pass, aligns = false;

	if (!read_word(r, method) || !accept(r, '=') || !read_word(r, result))
		return AUTH_NONE;
	pass = str_ieq(result, "pass");
	for (;;) {
		skip_space(r);
		if (!*r->at || *r->at == ';')
			break;
		if (!read_word(r, name) || !accept(r, '=') || !read_word(r, value))
			return AUTH_NONE;
		if ((str_ieq(method, "dkim") && (str_ieq(name, "header.d") || str_ieq(name, "header.i"))) ||
		    (str_ieq(method, "spf") && str_ieq(name, "smtp.mailfrom")) ||
		    (str_ieq(method, "dmarc") && str_ieq(name, "header.from")))
			aligns |= aligned(domain_of(value), from);
	}
	if (!pass || !aligns)
		return AUTH_NONE;
	return str_ieq(method, "spf") ? AUTH_SPF :
	       str_ieq(method, "dkim") || str_ieq(method, "dmarc") ? AUTH_STRONG :
								      AUTH_NONE;
}

/* "authserv-id [version]; results": the best of them, or NONE when it is not ours. */
static enum auth_level read_field(const char *field, const char *authserv_id, const char *from)
{
	struct reader r = { field };
	char id[VALUE_MAX], version[VALUE_MAX];
	enum auth_level best = AUTH_NONE;

	if (!read_word(&r, id) || !str_ieq(id, authserv_id))
		return AUTH_NONE;
	skip_space(&r);
	if (*r.at && *r.at != ';')
		read_word(&r, version);
	while (accept(&r, ';')) {
		enum auth_level level = read_result(&r, from);

		if (level > best)
			best = level;
		while (*r.at && *r.at != ';')
			r.at++;
	}
	return best;
}

/* Was this Received field written by the boundary? It says "by HOST" (RFC 5321 §4.4). */
static bool received_by(const char *field, const char *boundary)
{
	struct reader r = { field };
	char word[VALUE_MAX];

	for (;;) {
		skip_space(&r);
		if (!*r.at || *r.at == ';')
			return false;
		if (!read_word(&r, word)) {
			if (!*r.at)
				return false;
			r.at++;
			continue;
		}
		if (str_ieq(word, "by"))
			return read_word(&r, word) && str_ieq(word, boundary);
		if (*r.at == '=')
			r.at++;
	}
}

enum auth_level auth_judge(const struct settings_service *service, const struct mail *mail, const char *address)
{
	const char *boundary = service->boundary ? service->boundary : service->authserv_id;
	enum auth_level best = AUTH_NONE;
	bool bounded = false;
	size_t i;

	if (!service->authserv_id || !address)
		return AUTH_NONE;
	for (i = 0; i < mail->header_count; i++) {
		const struct mail_header *h = &mail->headers[i];
		enum auth_level level;

		if (str_ieq(h->name, "Received") && received_by(h->value, boundary)) {
			bounded = true;
			break;
		}
		if (!str_ieq(h->name, "Authentication-Results"))
			continue;
		level = read_field(h->value, service->authserv_id, addr_domain(address));
		if (level > best)
			best = level;
	}
	/* Without the boundary's own Received line nothing tells our fields from a stranger's. */
	return bounded ? best : AUTH_NONE;
}
