/*
 * The IMAP worker: one process per mailbox, which does what ipc/imap_msg.h
 * says over the socket at IPC_WORKER_FD. Its memory and core are limited and
 * it wipes its secret after the login, because it parses what a server sends
 * with a library that is known to be crashable.
 *
 * Returns the exit status: 0 = told to quit, or main has gone; 1 = FAILED was
 * sent; 2 = main sent something malformed or out of order.
 */
#ifndef POSTKAMER_WORKER_IMAP_H
#define POSTKAMER_WORKER_IMAP_H

int worker_imap_main(void);

#endif
