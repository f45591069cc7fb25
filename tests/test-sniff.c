/* Types by content: what libmagic knows, and the corrections on top of it. */

/* System. */
#include <stdlib.h>

/* Base. */
#include "tap.h"

/* Engine. */
#include "sniff/sniff.h"

static const struct {
	const char *what, *data;
	size_t len; /* then zeros up to 600; 0: a string */
	const char *declared, *type;
} rows[] = {
	{ "pdf", "%PDF-1.7\n", 0, NULL, "application/pdf" },
	{ "pdf said to be text", "%PDF-1.7\n", 0, "text/plain", "application/pdf" },
	{ "pdf behind junk", "\n\n%PDF-1.7\n", 0, NULL, "application/pdf" },
	{ "png", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\6\0\0\0", 29, NULL, "image/png" },
	{ "jpeg", "\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0", 20, "application/octet-stream", "image/jpeg" },
	{ "heic", "\0\0\0\x18" "ftypheic\0\0\0\0mif1heic", 24, NULL, "image/heic" },
	{ "exe", "MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff\0\0\xb8\0\0\0\0\0\0\0\x40", 25, "application/pdf",
	  "application/x-dosexec" },
	{ "zip", "PK\3\4\x14\0\0\0\0\0", 10, NULL, "application/zip" },
	{ "ole", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x3e\0\3\0\xfe\xff\x09\0\6", 33, NULL,
	  "application/x-ole-storage" },
	{ "tnef", "\x78\x9f\x3e\x22\1\0\1\6\x90\x08\0\4\0\0\0\0\0\1\0\1\0\1\0", 23, NULL, "application/ms-tnef" },
	{ "text that looks like a picture", "P6 is de naam van het formulier\n", 0, "text/plain", "text/plain" },
	{ "csv with semicolons", "naam;bedrag\njan;5\npiet;6\n", 0, "text/csv", "text/csv" },
	{ "text", "Gewoon een brief.\n", 0, NULL, "text/plain" },
	{ "html said to be text", "<!DOCTYPE html><html><body>x</body></html>", 0, "text/plain", "text/plain" },
	{ "program said to be text", "\x7f" "ELF\2\1\1\0\0\0\0\0\0\0\0\0\2\0>\0\1\0\0\0", 24, "text/plain",
	  "application/x-executable" },
	{ "nothing known", "\1\2\3\4\5\6\7\x80\x81\x82", 10, NULL, "application/octet-stream" },
};

int main(void)
{
	struct err err = ERR_INIT;
	struct sniffer *sniffer = sniff_open(&err);
	char type[SNIFF_TYPE_SIZE], data[600];
	size_t i, len;

	if (!tap_ok(sniffer != NULL, "the database loads %s", err.text))
		return tap_done();
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		len = rows[i].len ? rows[i].len : strlen(rows[i].data);
		memset(data, 0, sizeof data);
		memcpy(data, rows[i].data, len);
		if (memcmp(data, "MZ", 2) == 0) {
			data[0x3c] = 0x60; /* where the newer header stands */
			memcpy(data + 0x60, "PE\0\0\x4c\1", 6);
		}
		tap_is_str(sniff_type(sniffer, data, rows[i].len ? sizeof data : len, rows[i].declared, type), rows[i].type,
			   "%s", rows[i].what);
	}
	tap_is_str(sniff_type(sniffer, "", 0, "text/plain", type), "application/x-empty", "empty");
	tap_is_int(sniff_container("application/zip"), SNIFF_ZIP, "zip is a container");
	tap_is_int(sniff_container("application/pdf"), SNIFF_PLAIN, "pdf is none");
	sniff_close(&sniffer);
	tap_ok(!sniffer, "closed");
	return tap_done();
}
