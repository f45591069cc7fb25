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

static void keep(char out[VALUE_MAX], size_t *n, char c)
{
	if (*n < VALUE_MAX)
		out[(*n)++] = c;
}

static void read_quoted(struct reader *r, char out[VALUE_MAX], size_t *n)
{
	for (r->at++; *r->at && *r->at != '"'; r->at++) {
		if (*r->at == '\\' && r->at[1])
			r->at++;
		keep(out, n, *r->at);
	}
	r->at += *r->at == '"';
}

/*
 * A word up to white space or one of 'stops', quoted pieces without their
 * quotes. One that is too long is passed over whole and comes back empty: what
 * stands in it was written by the sender and must never be read as a result.
 */
static bool read_word(struct reader *r, const char *stops, char out[VALUE_MAX])
{
	size_t n = 0;

	skip_space(r);
	while (*r->at && !isspace((unsigned char)*r->at) && !strchr(stops, *r->at)) {
		if (*r->at == '"')
			read_quoted(r, out, &n);
		else
			keep(out, &n, *r->at++);
	}
	out[n < VALUE_MAX ? n : 0] = '\0';
	return out[0] != '\0';
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

/* What the properties of one result say about the domain in From. */
struct claim {
	bool named;   /* the signing domain was named: header.i no longer counts */
	bool aligned;
	bool same;    /* it is that very domain */
};

/* What the results of our own server come to. */
struct finding {
	enum auth_level best;
	bool failed;  /* DMARC was judged for the domain in From, and failed */
};

static void read_property(struct claim *claim, const char *method, const char *name, const char *value,
			  const char *from)
{
	bool is = aligned(domain_of(value), from);

	if (str_ieq(method, "dkim") && str_ieq(name, "header.d")) {
		claim->aligned = is && (claim->aligned || !claim->named);
		claim->named = true;
	} else if (str_ieq(method, "dkim") && str_ieq(name, "header.i")) {
		claim->aligned = claim->named ? claim->aligned : is;
	} else if (str_ieq(method, "spf") && str_ieq(name, "smtp.mailfrom")) {
		claim->aligned = is;
	} else if (str_ieq(method, "dmarc") && str_ieq(name, "header.from")) {
		/* What it names is the From that was judged: a relative of ours is another one. */
		claim->aligned = claim->same = str_ieq(domain_of(value), from);
	}
}

static enum auth_level level_of(const char *method)
{
	if (str_ieq(method, "spf"))
		return AUTH_SPF;
	return str_ieq(method, "dkim") || str_ieq(method, "dmarc") ? AUTH_STRONG : AUTH_NONE;
}

/* One "method=result property=value …"; leaves the reader at the next ';' or the end. */
static void read_result(struct reader *r, const char *from, struct finding *f)
{
	char method[VALUE_MAX], result[VALUE_MAX] = "", name[VALUE_MAX], value[VALUE_MAX];
	struct claim claim = { false, false, false };

	read_word(r, ";=(", method);
	method[strcspn(method, "/")] = '\0'; /* "dkim/1" */
	if (accept(r, '='))
		read_word(r, ";(", result);
	for (skip_space(r); *r->at && *r->at != ';'; skip_space(r)) {
		bool word = read_word(r, ";=(", name);

		if (accept(r, '=')) {
			if (read_word(r, ";(", value) && word)
				read_property(&claim, method, name, value, from);
		} else if (!word && *r->at && *r->at != ';') {
			r->at++;
		}
	}
	if (str_ieq(result, "pass") && claim.aligned && level_of(method) > f->best)
		f->best = level_of(method);
	f->failed |= str_ieq(method, "dmarc") && str_ieq(result, "fail") && claim.same;
}

/* "authserv-id [version]; results"; nothing when it is not ours, or of a version that is not known (RFC 8601 §2.2). */
static void read_field(const char *field, const char *authserv_id, const char *from, struct finding *f)
{
	struct reader r = { field };
	char id[VALUE_MAX], version[VALUE_MAX];

	if (!read_word(&r, ";=(", id) || !str_ieq(id, authserv_id))
		return;
	if (read_word(&r, ";=(", version) && !str_eq(version, "1"))
		return;
	while (accept(&r, ';'))
		read_result(&r, from, f);
}

static bool ends_word(char c)
{
	return c == '\0' || isspace((unsigned char)c) || strchr(";()", c);
}

/*
 * Was this Received field written by the boundary? It says "by HOST" (RFC 5321
 * §4.4). Looked for anywhere in it, inside comments and quotes too: what the
 * sender says in HELO stands before it and must not be able to hide it, and who
 * makes a field look like the boundary's only loses the results below it.
 */
static bool received_by(const char *field, const char *boundary)
{
	size_t n = strlen(boundary);
	const char *at;

	for (at = field; *at; at++) {
		const char *host = at + 2;

		if (!str_istarts(at, "by") || !isspace((unsigned char)*host) || (at > field && !ends_word(at[-1])))
			continue;
		while (isspace((unsigned char)*host))
			host++;
		if (str_istarts(host, boundary) && ends_word(host[n]))
			return true;
	}
	return false;
}

enum auth_level auth_judge(const struct settings_service *service, const struct mail *mail, const char *address)
{
	const char *boundary = service->boundary ? service->boundary : service->authserv_id;
	struct finding f = { AUTH_NONE, false };
	bool bounded = false;
	size_t i;

	if (!service->authserv_id || !address)
		return AUTH_NONE;
	for (i = 0; i < mail->header_count; i++) {
		const struct mail_header *h = &mail->headers[i];

		if (str_ieq(h->name, "Received") && received_by(h->value, boundary)) {
			bounded = true;
			break;
		}
		if (str_ieq(h->name, "Authentication-Results"))
			read_field(h->value, service->authserv_id, addr_domain(address), &f);
	}
	/* Without the boundary's own Received line nothing tells our fields from a stranger's. */
	return bounded && !f.failed ? f.best : AUTH_NONE;
}
