/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "flow/place.h"

/* Media types by the kinds they count as; a '*' at the end stands for anything. */
static const struct {
	const char *type;
	unsigned kinds;
} types[] = {
	{ "application/pdf", ACCEPT_PDF },
	{ "application/x-pdf", ACCEPT_PDF },
	{ "image/jpeg", ACCEPT_IMAGE },
	{ "image/pjpeg", ACCEPT_IMAGE },
	{ "image/png", ACCEPT_IMAGE },
	{ "image/heic", ACCEPT_IMAGE },
	{ "image/heif", ACCEPT_IMAGE },
	{ "image/heic-sequence", ACCEPT_IMAGE },
	{ "image/heif-sequence", ACCEPT_IMAGE },
	{ "image/tiff", ACCEPT_IMAGE },
	{ "image/webp", ACCEPT_IMAGE },
	{ "image/gif", ACCEPT_IMAGE },
	{ "image/bmp", ACCEPT_IMAGE },
	{ "image/x-ms-bmp", ACCEPT_IMAGE },
	{ "application/vnd.openxmlformats-officedocument.spreadsheetml.*", ACCEPT_SPREADSHEET },
	{ "application/vnd.oasis.opendocument.spreadsheet*", ACCEPT_SPREADSHEET },
	{ "application/vnd.ms-excel*", ACCEPT_SPREADSHEET },
	{ "application/csv", ACCEPT_SPREADSHEET },
	{ "text/csv", ACCEPT_SPREADSHEET | ACCEPT_TEXT },
	{ "text/tab-separated-values", ACCEPT_SPREADSHEET | ACCEPT_TEXT },
	{ "application/vnd.openxmlformats-officedocument.wordprocessingml.*", ACCEPT_DOCUMENT },
	{ "application/vnd.oasis.opendocument.text*", ACCEPT_DOCUMENT },
	{ "application/msword", ACCEPT_DOCUMENT },
	{ "application/rtf", ACCEPT_DOCUMENT },
	{ "text/rtf", ACCEPT_DOCUMENT },
	{ "text/*", ACCEPT_TEXT },
};

/* Types that say little: the end of the name may add to what they allow. */
static const struct {
	const char *type, *ending;
	unsigned kinds;
} endings[] = {
	{ "application/zip", ".xlsx", ACCEPT_SPREADSHEET },
	{ "application/zip", ".ods", ACCEPT_SPREADSHEET },
	{ "application/zip", ".docx", ACCEPT_DOCUMENT },
	{ "application/zip", ".odt", ACCEPT_DOCUMENT },
	{ "application/octet-stream", ".xlsx", ACCEPT_SPREADSHEET },
	{ "application/octet-stream", ".docx", ACCEPT_DOCUMENT },
	{ "application/octet-stream", ".heic", ACCEPT_IMAGE },
	{ "application/octet-stream", ".heif", ACCEPT_IMAGE },
	{ "application/x-ole-storage", ".xls", ACCEPT_SPREADSHEET },
	{ "application/x-ole-storage", ".doc", ACCEPT_DOCUMENT },
	{ "application/CDFV2", ".xls", ACCEPT_SPREADSHEET },
	{ "application/CDFV2", ".doc", ACCEPT_DOCUMENT },
	{ "text/plain", ".csv", ACCEPT_SPREADSHEET },
};

static bool type_is(const char *type, const char *pattern)
{
	size_t len = strlen(pattern);
	size_t i;

	if (pattern[len - 1] != '*')
		return str_ieq(type, pattern);
	for (i = 0; i < len - 1; i++)
		if (str_lower(type[i]) != pattern[i])
			return false;
	return true;
}

static bool name_ends(const char *name, const char *ending)
{
	size_t len = strlen(name), end = strlen(ending);

	return len > end && str_ieq(name + len - end, ending);
}

unsigned place_kinds(const char *type, const char *name)
{
	unsigned kinds = 0;
	size_t i;

	if (!type)
		return 0;
	for (i = 0; i < sizeof types / sizeof *types && !kinds; i++)
		if (type_is(type, types[i].type))
			kinds = types[i].kinds;
	for (i = 0; name && i < sizeof endings / sizeof *endings; i++)
		if (str_ieq(type, endings[i].type) && name_ends(name, endings[i].ending))
			kinds |= endings[i].kinds;
	return kinds;
}
