/*
 * Characters in HTML, as they are or as references: by number, or by the 252
 * names of HTML 4 (section 24) and those of HTML 5 that mail programs use.
 */

/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "mime/parse_p.h"

struct entity {
	const char *name;
	const char *text;
};

/* Sorted by name. */
static const struct entity entities[] = {
	{ "AElig", "\xc3\x86" }, { "Aacute", "\xc3\x81" }, { "Acirc", "\xc3\x82" },
	{ "Agrave", "\xc3\x80" }, { "Alpha", "\xce\x91" }, { "Aring", "\xc3\x85" },
	{ "Atilde", "\xc3\x83" }, { "Auml", "\xc3\x84" }, { "Beta", "\xce\x92" },
	{ "Ccedil", "\xc3\x87" }, { "Chi", "\xce\xa7" }, { "Dagger", "\xe2\x80\xa1" },
	{ "Delta", "\xce\x94" }, { "ETH", "\xc3\x90" }, { "Eacute", "\xc3\x89" }, { "Ecirc", "\xc3\x8a" },
	{ "Egrave", "\xc3\x88" }, { "Epsilon", "\xce\x95" }, { "Eta", "\xce\x97" },
	{ "Euml", "\xc3\x8b" }, { "Gamma", "\xce\x93" }, { "Iacute", "\xc3\x8d" },
	{ "Icirc", "\xc3\x8e" }, { "Igrave", "\xc3\x8c" }, { "Iota", "\xce\x99" }, { "Iuml", "\xc3\x8f" },
	{ "Kappa", "\xce\x9a" }, { "Lambda", "\xce\x9b" }, { "Mu", "\xce\x9c" }, { "NewLine", "\x0a" },
	{ "Ntilde", "\xc3\x91" }, { "Nu", "\xce\x9d" }, { "OElig", "\xc5\x92" }, { "Oacute", "\xc3\x93" },
	{ "Ocirc", "\xc3\x94" }, { "Ograve", "\xc3\x92" }, { "Omega", "\xce\xa9" },
	{ "Omicron", "\xce\x9f" }, { "Oslash", "\xc3\x98" }, { "Otilde", "\xc3\x95" },
	{ "Ouml", "\xc3\x96" }, { "Phi", "\xce\xa6" }, { "Pi", "\xce\xa0" }, { "Prime", "\xe2\x80\xb3" },
	{ "Psi", "\xce\xa8" }, { "Rho", "\xce\xa1" }, { "Scaron", "\xc5\xa0" }, { "Sigma", "\xce\xa3" },
	{ "THORN", "\xc3\x9e" }, { "Tab", "\x09" }, { "Tau", "\xce\xa4" }, { "Theta", "\xce\x98" },
	{ "Uacute", "\xc3\x9a" }, { "Ucirc", "\xc3\x9b" }, { "Ugrave", "\xc3\x99" },
	{ "Upsilon", "\xce\xa5" }, { "Uuml", "\xc3\x9c" }, { "Xi", "\xce\x9e" }, { "Yacute", "\xc3\x9d" },
	{ "Yuml", "\xc5\xb8" }, { "Zeta", "\xce\x96" }, { "aacute", "\xc3\xa1" }, { "acirc", "\xc3\xa2" },
	{ "acute", "\xc2\xb4" }, { "aelig", "\xc3\xa6" }, { "agrave", "\xc3\xa0" },
	{ "alefsym", "\xe2\x84\xb5" }, { "alpha", "\xce\xb1" }, { "amp", "&" }, { "and", "\xe2\x88\xa7" },
	{ "ang", "\xe2\x88\xa0" }, { "apos", "'" }, { "aring", "\xc3\xa5" }, { "ast", "*" },
	{ "asymp", "\xe2\x89\x88" }, { "atilde", "\xc3\xa3" }, { "auml", "\xc3\xa4" },
	{ "bdquo", "\xe2\x80\x9e" }, { "beta", "\xce\xb2" }, { "brvbar", "\xc2\xa6" }, { "bsol", "\\" },
	{ "bull", "\xe2\x80\xa2" }, { "cap", "\xe2\x88\xa9" }, { "ccedil", "\xc3\xa7" },
	{ "cedil", "\xc2\xb8" }, { "cent", "\xc2\xa2" }, { "check", "\xe2\x9c\x93" },
	{ "chi", "\xcf\x87" }, { "circ", "\xcb\x86" }, { "clubs", "\xe2\x99\xa3" }, { "colon", ":" },
	{ "comma", "," }, { "commat", "@" }, { "cong", "\xe2\x89\x85" }, { "copy", "\xc2\xa9" },
	{ "crarr", "\xe2\x86\xb5" }, { "cup", "\xe2\x88\xaa" }, { "curren", "\xc2\xa4" },
	{ "dArr", "\xe2\x87\x93" }, { "dagger", "\xe2\x80\xa0" }, { "darr", "\xe2\x86\x93" },
	{ "dash", "\xe2\x80\x90" }, { "deg", "\xc2\xb0" }, { "delta", "\xce\xb4" },
	{ "diams", "\xe2\x99\xa6" }, { "divide", "\xc3\xb7" }, { "dollar", "$" },
	{ "eacute", "\xc3\xa9" }, { "ecirc", "\xc3\xaa" }, { "egrave", "\xc3\xa8" },
	{ "empty", "\xe2\x88\x85" }, { "emsp", "\xe2\x80\x83" }, { "ensp", "\xe2\x80\x82" },
	{ "epsilon", "\xce\xb5" }, { "equals", "=" }, { "equiv", "\xe2\x89\xa1" }, { "eta", "\xce\xb7" },
	{ "eth", "\xc3\xb0" }, { "euml", "\xc3\xab" }, { "euro", "\xe2\x82\xac" }, { "excl", "!" },
	{ "exist", "\xe2\x88\x83" }, { "fnof", "\xc6\x92" }, { "forall", "\xe2\x88\x80" },
	{ "frac12", "\xc2\xbd" }, { "frac14", "\xc2\xbc" }, { "frac34", "\xc2\xbe" },
	{ "frasl", "\xe2\x81\x84" }, { "gamma", "\xce\xb3" }, { "ge", "\xe2\x89\xa5" }, { "grave", "`" },
	{ "gt", ">" }, { "hArr", "\xe2\x87\x94" }, { "harr", "\xe2\x86\x94" },
	{ "hearts", "\xe2\x99\xa5" }, { "hellip", "\xe2\x80\xa6" }, { "hyphen", "\xe2\x80\x90" },
	{ "iacute", "\xc3\xad" }, { "icirc", "\xc3\xae" }, { "iexcl", "\xc2\xa1" },
	{ "igrave", "\xc3\xac" }, { "image", "\xe2\x84\x91" }, { "infin", "\xe2\x88\x9e" },
	{ "int", "\xe2\x88\xab" }, { "iota", "\xce\xb9" }, { "iquest", "\xc2\xbf" },
	{ "isin", "\xe2\x88\x88" }, { "iuml", "\xc3\xaf" }, { "kappa", "\xce\xba" },
	{ "lArr", "\xe2\x87\x90" }, { "lambda", "\xce\xbb" }, { "lang", "\xe2\x8c\xa9" },
	{ "laquo", "\xc2\xab" }, { "larr", "\xe2\x86\x90" }, { "lceil", "\xe2\x8c\x88" }, { "lcub", "{" },
	{ "ldquo", "\xe2\x80\x9c" }, { "le", "\xe2\x89\xa4" }, { "lfloor", "\xe2\x8c\x8a" },
	{ "lowast", "\xe2\x88\x97" }, { "lowbar", "_" }, { "loz", "\xe2\x97\x8a" }, { "lpar", "(" },
	{ "lrm", "\xe2\x80\x8e" }, { "lsaquo", "\xe2\x80\xb9" }, { "lsqb", "[" },
	{ "lsquo", "\xe2\x80\x98" }, { "lt", "<" }, { "macr", "\xc2\xaf" }, { "mdash", "\xe2\x80\x94" },
	{ "micro", "\xc2\xb5" }, { "middot", "\xc2\xb7" }, { "minus", "\xe2\x88\x92" },
	{ "mu", "\xce\xbc" }, { "nabla", "\xe2\x88\x87" }, { "nbsp", "\xc2\xa0" },
	{ "ndash", "\xe2\x80\x93" }, { "ne", "\xe2\x89\xa0" }, { "ni", "\xe2\x88\x8b" },
	{ "not", "\xc2\xac" }, { "notin", "\xe2\x88\x89" }, { "nsub", "\xe2\x8a\x84" },
	{ "ntilde", "\xc3\xb1" }, { "nu", "\xce\xbd" }, { "num", "#" }, { "oacute", "\xc3\xb3" },
	{ "ocirc", "\xc3\xb4" }, { "oelig", "\xc5\x93" }, { "ograve", "\xc3\xb2" },
	{ "oline", "\xe2\x80\xbe" }, { "omega", "\xcf\x89" }, { "omicron", "\xce\xbf" },
	{ "oplus", "\xe2\x8a\x95" }, { "or", "\xe2\x88\xa8" }, { "ordf", "\xc2\xaa" },
	{ "ordm", "\xc2\xba" }, { "oslash", "\xc3\xb8" }, { "otilde", "\xc3\xb5" },
	{ "otimes", "\xe2\x8a\x97" }, { "ouml", "\xc3\xb6" }, { "para", "\xc2\xb6" },
	{ "part", "\xe2\x88\x82" }, { "percnt", "%" }, { "period", "." }, { "permil", "\xe2\x80\xb0" },
	{ "perp", "\xe2\x8a\xa5" }, { "phi", "\xcf\x86" }, { "pi", "\xcf\x80" }, { "piv", "\xcf\x96" },
	{ "plus", "+" }, { "plusmn", "\xc2\xb1" }, { "pound", "\xc2\xa3" }, { "prime", "\xe2\x80\xb2" },
	{ "prod", "\xe2\x88\x8f" }, { "prop", "\xe2\x88\x9d" }, { "psi", "\xcf\x88" }, { "quest", "?" },
	{ "quot", "\"" }, { "rArr", "\xe2\x87\x92" }, { "radic", "\xe2\x88\x9a" },
	{ "rang", "\xe2\x8c\xaa" }, { "raquo", "\xc2\xbb" }, { "rarr", "\xe2\x86\x92" },
	{ "rceil", "\xe2\x8c\x89" }, { "rcub", "}" }, { "rdquo", "\xe2\x80\x9d" },
	{ "real", "\xe2\x84\x9c" }, { "reg", "\xc2\xae" }, { "rfloor", "\xe2\x8c\x8b" },
	{ "rho", "\xcf\x81" }, { "rlm", "\xe2\x80\x8f" }, { "rpar", ")" }, { "rsaquo", "\xe2\x80\xba" },
	{ "rsqb", "]" }, { "rsquo", "\xe2\x80\x99" }, { "sbquo", "\xe2\x80\x9a" },
	{ "scaron", "\xc5\xa1" }, { "sdot", "\xe2\x8b\x85" }, { "sect", "\xc2\xa7" }, { "semi", ";" },
	{ "shy", "\xc2\xad" }, { "sigma", "\xcf\x83" }, { "sigmaf", "\xcf\x82" },
	{ "sim", "\xe2\x88\xbc" }, { "sol", "/" }, { "spades", "\xe2\x99\xa0" },
	{ "sub", "\xe2\x8a\x82" }, { "sube", "\xe2\x8a\x86" }, { "sum", "\xe2\x88\x91" },
	{ "sup", "\xe2\x8a\x83" }, { "sup1", "\xc2\xb9" }, { "sup2", "\xc2\xb2" }, { "sup3", "\xc2\xb3" },
	{ "supe", "\xe2\x8a\x87" }, { "szlig", "\xc3\x9f" }, { "tau", "\xcf\x84" },
	{ "there4", "\xe2\x88\xb4" }, { "theta", "\xce\xb8" }, { "thetasym", "\xcf\x91" },
	{ "thinsp", "\xe2\x80\x89" }, { "thorn", "\xc3\xbe" }, { "tilde", "\xcb\x9c" },
	{ "times", "\xc3\x97" }, { "trade", "\xe2\x84\xa2" }, { "uArr", "\xe2\x87\x91" },
	{ "uacute", "\xc3\xba" }, { "uarr", "\xe2\x86\x91" }, { "ucirc", "\xc3\xbb" },
	{ "ugrave", "\xc3\xb9" }, { "uml", "\xc2\xa8" }, { "upsih", "\xcf\x92" },
	{ "upsilon", "\xcf\x85" }, { "uuml", "\xc3\xbc" }, { "vert", "|" }, { "weierp", "\xe2\x84\x98" },
	{ "xi", "\xce\xbe" }, { "yacute", "\xc3\xbd" }, { "yen", "\xc2\xa5" }, { "yuml", "\xc3\xbf" },
	{ "zeta", "\xce\xb6" }, { "zwj", "\xe2\x80\x8d" }, { "zwnj", "\xe2\x80\x8c" },
};

struct key {
	const char *name;
	size_t len;
};

static int key_compare(const void *key, const void *entry)
{
	const struct key *k = key;
	const struct entity *e = entry;
	int rc = strncmp(k->name, e->name, k->len);

	return rc ? rc : (e->name[k->len] ? -1 : 0);
}

/* The character it stands for, "" for one unknown. */
static const char *entity_text(const char *name, size_t len)
{
	struct key key = { name, len };
	const struct entity *e = bsearch(&key, entities, sizeof entities / sizeof *entities, sizeof *entities,
					 key_compare);

	return e ? e->text : "";
}

static size_t utf8_put(uint32_t code, char out[4])
{
	if (code < 0x80) {
		out[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		out[0] = (char)(0xC0 | code >> 6);
		out[1] = (char)(0x80 | (code & 63));
		return 2;
	}
	if (code < 0x10000) {
		out[0] = (char)(0xE0 | code >> 12);
		out[1] = (char)(0x80 | (code >> 6 & 63));
		out[2] = (char)(0x80 | (code & 63));
		return 3;
	}
	out[0] = (char)(0xF0 | code >> 18);
	out[1] = (char)(0x80 | (code >> 12 & 63));
	out[2] = (char)(0x80 | (code >> 6 & 63));
	out[3] = (char)(0x80 | (code & 63));
	return 4;
}

/* "&#233;", "&#xE9;": the character into 'out'; returns bytes of the reference, 0 when it is none. */
static size_t numeric_reference(const char *p, const char *end, char out[4], size_t *len_r)
{
	const char *start = p;
	bool hex = p + 2 < end && (p[2] == 'x' || p[2] == 'X');
	uint32_t code = 0;
	int digits = 0;

	for (p += hex ? 3 : 2; p < end && digits < 9; p++, digits++) {
		char c = str_lower(*p);

		if (c >= '0' && c <= '9')
			code = code * (hex ? 16 : 10) + (uint32_t)(c - '0');
		else if (hex && c >= 'a' && c <= 'f')
			code = code * 16 + (uint32_t)(c - 'a' + 10);
		else
			break;
	}
	if (!digits)
		return 0;
	if (p < end && *p == ';')
		p++;
	if (code >= 0x80 && code < 0xA0) {
		*len_r = (size_t)(mime_put_cp1252(out, (unsigned char)code) - out);
	} else {
		if (code > 0x10FFFF || (code >= 0xD800 && code < 0xE000) || code < 9)
			code = 0xFFFD;
		*len_r = utf8_put(code < 32 ? ' ' : code, out);
	}
	return (size_t)(p - start);
}

size_t mime_html_character(const char *p, const char *end, char out[4], size_t *len_r)
{
	const char *text;
	size_t n;

	if (*p == '&' && p + 2 < end && p[1] == '#') {
		n = numeric_reference(p, end, out, len_r);
		if (n)
			return n;
	} else if (*p == '&') {
		for (n = 1; p + n < end && n < 10 && ((str_lower(p[n]) >= 'a' && str_lower(p[n]) <= 'z') ||
						      (p[n] >= '0' && p[n] <= '9')); n++)
			;
		text = entity_text(p + 1, n - 1);
		if (*text) {
			*len_r = strlen(text);
			memcpy(out, text, *len_r);
			return n + (p + n < end && p[n] == ';' ? 1 : 0);
		}
	}
	n = str_utf8_len(p);
	n = n ? n : 1;
	memcpy(out, p, n);
	*len_r = n;
	return n;
}
