/* Why an IMAP connection ended, by what is to be done about it. */
#ifndef POSTKAMER_IMAP_FAIL_H
#define POSTKAMER_IMAP_FAIL_H

enum imap_fail {
	IMAP_FAIL_NETWORK,  /* name, connect, cut, deadline */
	IMAP_FAIL_TLS,      /* certificate or handshake refused */
	IMAP_FAIL_AUTH,     /* credentials refused */
	IMAP_FAIL_PROTOCOL, /* the server said what it must not say, or more than we take */
	IMAP_FAIL_SERVER,   /* the server refused: NO, BYE */
	IMAP_FAIL_CONFIG,   /* asking again changes nothing */
	IMAP_FAIL_EPOCH     /* UIDVALIDITY changed while connected */
};

#endif
