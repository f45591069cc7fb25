/*
 * What the server said in one attempt, and what that means; the measure of a
 * mail. No network here.
 */
#ifndef POSTKAMER_NET_SMTP_P_H
#define POSTKAMER_NET_SMTP_P_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "model/send.h"

struct smtp_dialog {
	enum send_stage stage;
	bool released;     /* our end of data was handed over */
	bool asked_bytes;  /* any byte of the mail was handed over */
	bool final;        /* the reply to the last command is complete */
	unsigned code;     /* of the reply to the last command, 0 = none yet */
	char enhanced[SEND_ENHANCED_MAX];
	char text[SEND_REPLY_MAX + 1]; /* of it, raw, lines joined by a space */
	bool tls_up;       /* from here on the connection is as safe as the settings want it */
	bool ehlo;         /* the last command was EHLO */
	bool auth_offered; /* in an EHLO reply after 'tls_up' */
	bool over;         /* QUIT was said: what comes now is not about this mail */
};

/* 'tls_up': no STARTTLS has to come first. */
void smtp_dialog_start(struct smtp_dialog *d, bool tls_up);
/* A command line of ours, as libcurl sends it; moves the stage, forgets the reply before. */
void smtp_dialog_command(struct smtp_dialog *d, const char *line, size_t len);
/* One line of the server, with or without CRLF. */
void smtp_dialog_reply(struct smtp_dialog *d, const char *line, size_t len);
/* The end of data was released. */
void smtp_dialog_release(struct smtp_dialog *d);
/*
 * Outcome and host_problem of a dialog that has ended, whatever the reason;
 * also stage, code, enhanced and text of the reply where there is a complete
 * one (text "" where there is none).
 */
void smtp_dialog_judge(const struct smtp_dialog *d, struct send_result *result_r);

/* smtp_bytes_check(), and the bytes behind DATA on the wire: with stuffed dots and the final one. */
int smtp_bytes_measure(int fd, int64_t size, int64_t *wire_r, struct err *err);

#endif
