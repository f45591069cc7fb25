/*
 * `postkamer worker send`: hands finished mails to the SMTP server and fetches
 * OAuth tokens, as told over descriptor 3 (ipc/send_msg.h). It holds the SMTP
 * secret and nothing else: no store, no configuration, no other mail.
 */
#ifndef POSTKAMER_WORKER_SEND_H
#define POSTKAMER_WORKER_SEND_H

/*
 * Runs until QUIT or the end of the socket: 0. A malformed message from main or
 * a broken promise inside: 70, with a line in the log. Assumes child_self_init().
 */
int worker_send_main(void);

#endif
