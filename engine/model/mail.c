/* Base. */
#include "base/str.h"

/* Own. */
#include "model/mail.h"

const char *mail_header_get(const struct mail *mail, const char *name)
{
	size_t i;

	for (i = 0; i < mail->header_count; i++)
		if (str_ieq(mail->headers[i].name, name))
			return mail->headers[i].value;
	return NULL;
}
