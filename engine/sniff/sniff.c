/* System. */
#include <magic.h>
#include <stdlib.h>
#include <string.h>

/* Base. */
#include "base/str.h"
#include "base/xalloc.h"

/* Own. */
#include "sniff/sniff.h"

struct sniffer {
	magic_t magic; /* owned */
};

/*
 * Never MAGIC_COMPRESS, which starts programs. The OLE parser of libmagic is
 * left out, since it is large and its answer is replaced by a look of our own;
 * so are archives of text (tar) and tokens, which guess programming languages.
 */
#define FLAGS (MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_CDF | MAGIC_NO_CHECK_ELF | \
	       MAGIC_NO_CHECK_TOKENS)

struct sniffer *sniff_open(struct err *err)
{
	struct sniffer *sniffer = xcalloc(1, sizeof *sniffer);
	size_t most = 1 << 20;

	sniffer->magic = magic_open(FLAGS);
	if (!sniffer->magic) {
		err_sys(err, "cannot start libmagic");
	} else if (magic_load(sniffer->magic, NULL)) {
		err_set(err, ERR_SYSTEM, "cannot load the database of file types: %s", magic_error(sniffer->magic));
	} else {
		magic_setparam(sniffer->magic, MAGIC_PARAM_BYTES_MAX, &most);
		return sniffer;
	}
	sniff_close(&sniffer);
	return NULL;
}

void sniff_close(struct sniffer **sniffer)
{
	if (*sniffer && (*sniffer)->magic)
		magic_close((*sniffer)->magic);
	free(*sniffer);
	*sniffer = NULL;
}

/* Text that a person wrote, as far as bytes tell: no controls. */
static bool looks_like_text(const unsigned char *data, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (data[i] < 32 && !strchr("\t\n\r\f", data[i]))
			return false;
		else if (data[i] == 0 || data[i] == 127)
			return false;
	return true;
}

/* Finds that are worth more than a declared text type although all bytes are text. */
static bool is_strong(const char *found)
{
	static const char *const strong[] = { "application/pdf", "application/postscript", "image/svg+xml",
					      "application/json", "application/x-mswinurl" };
	size_t i;

	for (i = 0; i < sizeof strong / sizeof *strong; i++)
		if (str_eq(found, strong[i]))
			return true;
	return false;
}

/* libmagic's names are its own now and then. */
static const char *common_name(const char *type)
{
	static const struct {
		const char *from, *to;
	} names[] = {
		{ "application/CDFV2", "application/x-ole-storage" },
		{ "application/CDFV2-unknown", "application/x-ole-storage" },
		{ "application/x-msi", "application/x-ole-storage" },
		{ "inode/x-empty", "application/x-empty" },
		{ "application/vnd.ms-tnef", "application/ms-tnef" },
		{ "image/x-ms-bmp", "image/bmp" },
		{ "application/x-zip-compressed", "application/zip" },
		{ "application/vnd.microsoft.portable-executable", "application/x-dosexec" },
	};
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++)
		if (str_eq(type, names[i].from))
			return names[i].to;
	return type;
}

const char *sniff_type(struct sniffer *sniffer, const void *data, size_t len, const char *declared,
		       char out[SNIFF_TYPE_SIZE])
{
	const char *found;
	size_t head = len < SNIFF_HEAD ? len : SNIFF_HEAD;

	/* Certain when they stand at the very start; the first is by far the most frequent. */
	if (len >= 5 && memcmp(data, "%PDF-", 5) == 0)
		found = "application/pdf";
	else if (len >= 8 && memcmp(data, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8) == 0)
		found = "application/x-ole-storage";
	else
		found = magic_buffer(sniffer->magic, data, head);
	if (!found || !strchr(found, '/') || strlen(found) >= SNIFF_TYPE_SIZE)
		found = "application/octet-stream";
	found = common_name(found);
	if (declared && str_istarts(declared, "text/") && len && !is_strong(found) &&
	    looks_like_text(data, head < 4096 ? head : 4096))
		found = declared;
	snprintf(out, SNIFF_TYPE_SIZE, "%s", found);
	return out;
}

enum sniff_container sniff_container(const char *type)
{
	if (str_eq(type, "application/zip"))
		return SNIFF_ZIP;
	if (str_eq(type, "application/x-ole-storage"))
		return SNIFF_OLE;
	if (str_eq(type, "application/ms-tnef") || str_eq(type, "application/vnd.ms-tnef"))
		return SNIFF_TNEF;
	return SNIFF_PLAIN;
}
