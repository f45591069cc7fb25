/* System. */
#include <inttypes.h>

/* Own. */
#include "mime/compose.h"

int compose_check_feed(struct compose_check *check, const void *data, size_t len, struct err *err)
{
	const unsigned char *byte = data;
	const char *fault = NULL;
	size_t i;

	for (i = 0; i < len && !fault; i++) {
		if (byte[i] == '\n') {
			fault = check->cr ? NULL : "a bare LF";
			check->line = 0;
		} else if (check->cr) {
			fault = "a bare CR";
		} else if (byte[i] == 0) {
			fault = "a NUL";
		} else if (byte[i] > 127) {
			fault = "a byte above 127";
		} else if (byte[i] != '\r' && ++check->line > COMPOSE_MAX_LINE) {
			fault = "a line that is too long";
		}
		check->cr = byte[i] == '\r';
	}
	check->offset += (int64_t)i;
	if (fault)
		return err_set(err, ERR_BUG, "the message has %s at byte %" PRId64, fault, check->offset - 1);
	return 0;
}

int compose_check_end(const struct compose_check *check, struct err *err)
{
	if (!check->offset)
		return err_set(err, ERR_BUG, "the message is empty");
	if (check->cr || check->line)
		return err_set(err, ERR_BUG, "the message does not end with CRLF");
	return 0;
}
