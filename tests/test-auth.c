/* What our receiving server found out about a sender: the table of Authentication-Results (RFC 8601). */

/* System. */
#include <stdlib.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "tap.h"
#include "work/auth.h"

#define MX "mx.example.nl"
#define LONG50 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define LONG300 LONG50 LONG50 LONG50 LONG50 LONG50 LONG50

enum { MAX_LINES = 8 };

/* Every row: From is jan@client.example, the boundary is MX. Lines are "R value" (Received) or "A value". */
struct row {
	const char *name;
	enum auth_level want;
	const char *lines[MAX_LINES];
};

#define RECEIVED "Rfrom out.client.example (out.client.example [192.0.2.1]) by " MX " (Postfix) with ESMTPS id 4; Mon, 2 Mar 2026"

static const struct row rows[] = {
	{ "nothing at all", AUTH_NONE, { RECEIVED } },
	{ "dmarc=pass", AUTH_STRONG, { "A" MX "; dmarc=pass header.from=client.example", RECEIVED } },
	{ "dmarc=pass with its policy in a comment", AUTH_STRONG,
	  { "A" MX "; dmarc=pass (p=reject dis=none) header.from=client.example", RECEIVED } },
	{ "dmarc=fail", AUTH_NONE, { "A" MX "; dmarc=fail header.from=client.example", RECEIVED } },
	{ "dmarc=none", AUTH_NONE, { "A" MX "; dmarc=none header.from=client.example", RECEIVED } },
	{ "dmarc=bestguesspass", AUTH_NONE, { "A" MX "; dmarc=bestguesspass header.from=client.example", RECEIVED } },
	{ "dmarc=pass of another domain", AUTH_NONE, { "A" MX "; dmarc=pass header.from=evil.example", RECEIVED } },
	{ "dmarc=pass that names no domain", AUTH_NONE, { "A" MX "; dmarc=pass", RECEIVED } },
	{ "dkim=pass, same domain", AUTH_STRONG, { "A" MX "; dkim=pass header.d=client.example", RECEIVED } },
	{ "dkim=pass by header.i alone", AUTH_STRONG, { "A" MX "; dkim=pass header.i=@client.example", RECEIVED } },
	{ "dkim=pass, parent domain signs", AUTH_STRONG, { "A" MX "; dkim=pass header.d=mail.client.example", RECEIVED } },
	{ "dkim=pass, not aligned", AUTH_NONE, { "A" MX "; dkim=pass header.d=evil.example", RECEIVED } },
	{ "dkim=pass, only the end of the name is the same", AUTH_NONE,
	  { "A" MX "; dkim=pass header.d=notclient.example", RECEIVED } },
	{ "dkim=pass, our name inside theirs", AUTH_NONE,
	  { "A" MX "; dkim=pass header.d=client.example.evil.example", RECEIVED } },
	{ "dkim=pass of a top-level domain", AUTH_NONE, { "A" MX "; dkim=pass header.d=example", RECEIVED } },
	{ "dkim=pass, d= of the signer counts, not i=", AUTH_NONE,
	  { "A" MX "; dkim=pass header.d=evil.example header.i=@client.example", RECEIVED } },
	{ "dkim=fail", AUTH_NONE, { "A" MX "; dkim=fail header.d=client.example", RECEIVED } },
	{ "dkim=neutral", AUTH_NONE, { "A" MX "; dkim=neutral (no key) header.d=client.example", RECEIVED } },
	{ "dkim fails, a second signature passes", AUTH_STRONG,
	  { "A" MX "; dkim=fail header.d=client.example; dkim=pass header.d=client.example", RECEIVED } },
	{ "a stranger's signature passes, the client's fails", AUTH_NONE,
	  { "A" MX "; dkim=pass header.d=evil.example; dkim=fail header.d=client.example", RECEIVED } },
	{ "spf=pass, aligned", AUTH_SPF, { "A" MX "; spf=pass smtp.mailfrom=jan@client.example", RECEIVED } },
	{ "spf=pass, domain only", AUTH_SPF, { "A" MX "; spf=pass smtp.mailfrom=client.example", RECEIVED } },
	{ "spf=pass, sub-domain", AUTH_SPF, { "A" MX "; spf=pass smtp.mailfrom=b@bounce.client.example", RECEIVED } },
	{ "spf=pass, not aligned", AUTH_NONE, { "A" MX "; spf=pass smtp.mailfrom=x@evil.example", RECEIVED } },
	{ "spf=pass by HELO only", AUTH_NONE, { "A" MX "; spf=pass smtp.helo=client.example", RECEIVED } },
	{ "spf=softfail", AUTH_NONE, { "A" MX "; spf=softfail smtp.mailfrom=jan@client.example", RECEIVED } },
	{ "spf=pass with a quoted local part that looks like the domain", AUTH_NONE,
	  { "A" MX "; spf=pass smtp.mailfrom=\"x.client.example\"@evil.example", RECEIVED } },
	{ "spf=pass with a quoted @ in the local part", AUTH_NONE,
	  { "A" MX "; spf=pass smtp.mailfrom=\"x@client.example\"@evil.example", RECEIVED } },
	{ "spf=pass with a rewritten sender (= in it)", AUTH_STRONG,
	  { "A" MX "; spf=pass smtp.mailfrom=SRS0=ab=XY=evil.example=x@fwd.example; dmarc=pass header.from=client.example",
	    RECEIVED } },
	{ "all three, one line", AUTH_STRONG,
	  { "A" MX "; spf=pass (" MX ": domain of jan designates 192.0.2.1) smtp.mailfrom=jan@client.example;"
	    " dkim=pass (2048-bit key; unprotected) header.d=client.example header.i=@client.example header.s=s1 header.b=8bR+/xyz;"
	    " dmarc=pass (p=NONE) header.from=client.example", RECEIVED } },
	{ "three fields, the last one passes", AUTH_STRONG,
	  { "A" MX "; spf=fail smtp.mailfrom=x@client.example", "A" MX "; dkim=none", "A" MX
	    "; dmarc=pass header.from=client.example", RECEIVED } },
	{ "no results (none)", AUTH_NONE, { "A" MX "; none", RECEIVED } },
	{ "identity in other letters", AUTH_STRONG, { "AMX.Example.NL; DMARC=Pass Header.From=CLIENT.example", RECEIVED } },
	{ "with a version", AUTH_STRONG, { "A" MX " 1; dmarc=pass header.from=client.example", RECEIVED } },
	{ "a version that is not ours", AUTH_NONE, { "A" MX " 2; dmarc=pass header.from=client.example", RECEIVED } },
	{ "a longer version", AUTH_NONE, { "A" MX " 11; dmarc=pass header.from=client.example", RECEIVED } },
	{ "dmarc=pass of a sub-domain: another From was judged", AUTH_NONE,
	  { "A" MX "; dmarc=pass header.from=x.client.example", RECEIVED } },
	{ "dmarc=pass of the parent domain", AUTH_NONE, { "A" MX "; dmarc=pass header.from=example.nl", RECEIVED } },
	{ "dmarc=fail although a signature is aligned: its owner wants it strict", AUTH_NONE,
	  { "A" MX "; dkim=pass header.d=x.client.example; dmarc=fail header.from=client.example", RECEIVED } },
	{ "the same in two fields", AUTH_NONE,
	  { "A" MX "; dkim=pass header.d=x.client.example", "A" MX "; dmarc=fail header.from=client.example", RECEIVED } },
	{ "the same, the other way round", AUTH_NONE,
	  { "A" MX "; dmarc=fail header.from=client.example", "A" MX "; spf=pass smtp.mailfrom=x@x.client.example", RECEIVED } },
	{ "dmarc=fail of another domain says nothing", AUTH_STRONG,
	  { "A" MX "; dkim=pass header.d=client.example; dmarc=fail header.from=evil.example", RECEIVED } },
	{ "dmarc=temperror says nothing", AUTH_SPF,
	  { "A" MX "; spf=pass smtp.mailfrom=jan@client.example; dmarc=temperror header.from=client.example", RECEIVED } },
	{ "dmarc fails and passes for one domain", AUTH_NONE,
	  { "A" MX "; dmarc=fail header.from=client.example; dmarc=pass header.from=client.example", RECEIVED } },
	{ "a domain in its other spelling", AUTH_NONE,
	  { "A" MX "; dmarc=pass header.from=cli\xc3\xabnt.example", RECEIVED } },
	{ "method with a version", AUTH_STRONG, { "A" MX "; dkim/1=pass header.d=client.example", RECEIVED } },
	{ "spaces wherever they may stand", AUTH_STRONG,
	  { "A  " MX "  ;  dmarc = pass  header.from = client.example  ", RECEIVED } },
	{ "comments wherever they may stand", AUTH_STRONG,
	  { "A(a)" MX "(b (c) \\) d)1(e);(f)dmarc(g)=(h)pass(i)header.from(j)=(k)client.example", RECEIVED } },
	{ "folded lines", AUTH_STRONG, { "A" MX ";\r\n\tdmarc=pass\r\n\theader.from=client.example", RECEIVED } },
	{ "a reason in quotes", AUTH_STRONG,
	  { "A" MX "; dmarc=pass reason=\"it; is=good\" header.from=client.example", RECEIVED } },
	{ "identity in quotes", AUTH_STRONG, { "A\"" MX "\"; dmarc=pass header.from=client.example", RECEIVED } },
	{ "another server's identity", AUTH_NONE, { "Amx.evil.example; dmarc=pass header.from=client.example", RECEIVED } },
	{ "an identity that begins like ours", AUTH_NONE,
	  { "A" MX ".evil.example; dmarc=pass header.from=client.example", RECEIVED } },
	{ "an identity that ends like ours", AUTH_NONE,
	  { "Aevil-" MX "; dmarc=pass header.from=client.example", RECEIVED } },
	{ "no identity", AUTH_NONE, { "A; dmarc=pass header.from=client.example", RECEIVED } },
	{ "ours in a comment only", AUTH_NONE,
	  { "A(" MX ") evil.example; dmarc=pass header.from=client.example", RECEIVED } },
	{ "words between identity and results", AUTH_NONE,
	  { "A" MX " evil words; dmarc=pass header.from=client.example", RECEIVED } },
	{ "forged below our Received line", AUTH_NONE, { RECEIVED, "A" MX "; dmarc=pass header.from=client.example" } },
	{ "ours says fail, forged below says pass", AUTH_NONE,
	  { "A" MX "; dmarc=fail header.from=client.example", RECEIVED, "A" MX "; dmarc=pass header.from=client.example" } },
	{ "no Received line of ours", AUTH_NONE,
	  { "A" MX "; dmarc=pass header.from=client.example", "Rfrom a by other.example with SMTP" } },
	{ "an inner hop above ours", AUTH_STRONG,
	  { "Rfrom " MX " by imap.example.nl with LMTP", "A" MX "; dmarc=pass header.from=client.example", RECEIVED } },
	{ "HELO 'by' does not hide our line", AUTH_NONE,
	  { "Rfrom by ([192.0.2.1]) by " MX " (Postfix) with ESMTP id 1", "A" MX "; dmarc=pass header.from=client.example",
	    "Rfrom x by " MX " with SMTP" } },
	{ "HELO of quotes and brackets does not hide it", AUTH_NONE,
	  { "Rfrom \"( ([192.0.2.1]) by " MX " (Postfix) with ESMTP id 1", "A" MX "; dmarc=pass header.from=client.example",
	    "Rfrom x by " MX " with SMTP" } },
	{ "HELO that names us hides nothing", AUTH_STRONG,
	  { "A" MX "; dmarc=pass header.from=client.example", "Rfrom by.x (x) by " MX " with SMTP" } },
	{ "our line in capitals", AUTH_STRONG,
	  { "A" MX "; dmarc=pass header.from=client.example", "Rfrom x BY MX.EXAMPLE.NL WITH SMTP" } },
	{ "a result hidden in a quoted value", AUTH_NONE,
	  { "A" MX "; dkim=pass header.d=evil.example header.i=\"a; dmarc=pass header.from=client.example\"@evil.example",
	    RECEIVED } },
	{ "the same in a value that is too long", AUTH_NONE,
	  { "A" MX "; dkim=pass header.d=evil.example header.i=\"" LONG300
	    "; dmarc=pass header.from=client.example; \"@evil.example", RECEIVED } },
	{ "a result hidden in a comment", AUTH_NONE,
	  { "A" MX "; spf=none (x; dmarc=pass header.from=client.example) smtp.mailfrom=x", RECEIVED } },
	{ "an open comment", AUTH_NONE, { "A" MX "; spf=none (x; dmarc=pass header.from=client.example", RECEIVED } },
	{ "an open quote", AUTH_NONE, { "A" MX "; spf=none reason=\"x; dmarc=pass header.from=client.example", RECEIVED } },
	{ "garbage before the result", AUTH_NONE, { "A" MX "; === \"\" ;; dmarc", RECEIVED } },
	{ "only a semicolon", AUTH_NONE, { "A;", RECEIVED } },
	{ "an empty field", AUTH_NONE, { "A", RECEIVED } },
	{ "a proven result before garbage counts", AUTH_STRONG,
	  { "A" MX "; dmarc=pass header.from=client.example; !!! ???", RECEIVED } },
	{ "a value that is missing", AUTH_STRONG,
	  { "A" MX "; bimi=skipped header.selector=; dmarc=pass header.from=client.example", RECEIVED } },
	{ "a word without a value", AUTH_STRONG,
	  { "A" MX "; iprev=fail 192.0.2.1; dmarc=pass because header.from=client.example", RECEIVED } },
	{ "pass that is only part of a word", AUTH_NONE,
	  { "A" MX "; dmarc=pass=fail header.from=client.example", RECEIVED } },
	{ "two domains signed in one result", AUTH_NONE,
	  { "A" MX "; dkim=pass header.d=client.example header.d=evil.example", RECEIVED } },
	{ "an unknown method passes", AUTH_NONE, { "A" MX "; x-magic=pass header.from=client.example", RECEIVED } },
	{ "iprev passes", AUTH_NONE, { "A" MX "; iprev=pass policy.iprev=192.0.2.1", RECEIVED } },
	{ "arc passes", AUTH_NONE, { "A" MX "; arc=pass header.from=client.example", RECEIVED } },
	{ "Microsoft's way of writing", AUTH_STRONG,
	  { "A" MX "; spf=pass (sender IP is 192.0.2.1)\r\n smtp.mailfrom=client.example; dkim=pass (signature was verified)\r\n "
	    "header.d=client.example;dmarc=pass action=none\r\n header.from=client.example;compauth=pass reason=100", RECEIVED } },
	{ "Google's way of writing", AUTH_STRONG,
	  { "A" MX ";\r\n       dkim=pass header.i=@client.example header.s=20230601 header.b=ab/12+cd;\r\n       arc=pass (i=1);"
	    "\r\n       spf=pass (google.com: domain of jan@client.example designates 192.0.2.1 as permitted sender) "
	    "smtp.mailfrom=jan@client.example;\r\n       dmarc=pass (p=QUARANTINE sp=NONE dis=NONE) header.from=client.example",
	    RECEIVED } },
};

static enum auth_level judge(const struct row *row, const char *authserv_id, const char *boundary)
{
	struct settings_service service = { .authserv_id = authserv_id, .boundary = boundary, .authentication = true };
	struct mail_header headers[MAX_LINES];
	struct mail mail = { .headers = headers };

	while (mail.header_count < MAX_LINES && row->lines[mail.header_count]) {
		const char *line = row->lines[mail.header_count];

		headers[mail.header_count++] =
			(struct mail_header){ *line == 'R' ? "Received" : "Authentication-Results", line + 1 };
	}
	return auth_judge(&service, &mail, "jan@client.example");
}

/* The longest name that a public mail provider could sign with is no proof for another's sub-domain: told as is. */
static void check_subdomains(void)
{
	struct settings_service service = { .authserv_id = MX, .authentication = true };
	struct mail_header headers[] = { { "Authentication-Results", MX "; dkim=pass header.d=client.example" },
					 { "Received", "from x by " MX " with SMTP" } };
	struct mail mail = { .headers = headers, .header_count = 2 };

	tap_is_int(auth_judge(&service, &mail, "jan@mail.client.example"), AUTH_STRONG, "the parent domain signs for its sub-domain");
	tap_is_int(auth_judge(&service, &mail, "jan@otherclient.example"), AUTH_NONE, "not for a longer name");
	tap_is_int(auth_judge(&service, &mail, "jan@example"), AUTH_NONE, "not for its own parent's top");
	tap_is_int(auth_judge(&service, &mail, NULL), AUTH_NONE, "no address: nothing proven");
	service.authserv_id = NULL;
	tap_is_int(auth_judge(&service, &mail, "jan@client.example"), AUTH_NONE, "no authserv-id: nothing proven");
}

int main(void)
{
	static const struct row plain = { "", AUTH_NONE, { "A" MX "; dmarc=pass header.from=client.example", RECEIVED } };
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		tap_is_int(judge(&rows[i], MX, MX), rows[i].want, "%s", rows[i].name);
	tap_is_int(judge(&plain, MX, NULL), AUTH_STRONG, "the boundary is the authserv-id unless said otherwise");
	tap_is_int(judge(&plain, MX, "edge.example.nl"), AUTH_NONE, "another boundary was not passed");
	check_subdomains();
	return tap_done();
}
