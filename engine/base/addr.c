/* System. */
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/str.h"
#include "base/xalloc.h"

/* Own. */
#include "base/addr.h"

static bool is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* atext of RFC 5322 §3.2.3 and the dot. */
static bool is_local(char c)
{
	return is_alnum(c) || (c && strchr("!#$%&'*+-/=?^_`{|}~.", c));
}

static bool local_valid(const char *s, size_t len)
{
	size_t i;

	if (len == 0 || len > 64 || s[0] == '.' || s[len - 1] == '.' || s[0] == '-')
		return false;
	for (i = 0; i < len; i++)
		if (!is_local(s[i]) || (s[i] == '.' && s[i + 1] == '.'))
			return false;
	return true;
}

static bool label_valid(const char *s, size_t len)
{
	size_t i;

	if (len == 0 || len > 63 || s[0] == '-' || s[len - 1] == '-')
		return false;
	for (i = 0; i < len; i++)
		if (!is_alnum(s[i]) && s[i] != '-')
			return false;
	return true;
}

static bool domain_valid(const char *s)
{
	for (;;) {
		size_t len = strcspn(s, ".");

		if (!label_valid(s, len))
			return false;
		if (!s[len])
			return true;
		s += len + 1;
	}
}

bool addr_valid(const char *addr)
{
	const char *at;

	if (!addr || strlen(addr) > ADDR_MAX)
		return false;
	at = strrchr(addr, '@');
	return at && local_valid(addr, (size_t)(at - addr)) && domain_valid(at + 1);
}

bool addr_same(const char *a, const char *b)
{
	return a && b && str_ieq(a, b);
}

const char *addr_domain(const char *addr)
{
	const char *at = strrchr(addr, '@');

	return at ? at + 1 : "";
}

bool addr_fold(char out[ADDR_MAX + 1], const char *addr)
{
	size_t len = strlen(addr);

	if (len > ADDR_MAX)
		return false;
	memcpy(out, addr, len + 1);
	str_lower_all(out);
	return true;
}

bool addr_split(const char *text, char **name, char **addr)
{
	char *copy = xstrdup(text), *open = strrchr(copy, '<'), *close, *trimmed;
	size_t len;

	if (open) {
		*open++ = '\0';
		close = strchr(open, '>');
		if (!close || !str_is_blank(close + 1)) {
			free(copy);
			return false;
		}
		*close = '\0';
	}
	trimmed = str_trim(open ? open : copy);
	if (!addr_valid(trimmed)) {
		free(copy);
		return false;
	}
	*addr = xstrdup(trimmed);
	trimmed = open ? str_trim(copy) : trimmed + strlen(trimmed);
	len = strlen(trimmed);
	if (len >= 2 && trimmed[0] == '"' && trimmed[len - 1] == '"') {
		trimmed[len - 1] = '\0';
		trimmed++;
	}
	*name = str_clean(trimmed, 200);
	free(copy);
	return true;
}
