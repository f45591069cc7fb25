/* System. */
#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <gnutls/x509.h>

/* Base. */
#include "base/str.h"
#include "base/xalloc.h"

/* Own. */
#include "imap/stream_p.h"

#define PASSING_MAX 100 /* messages of TLS's own in a row, before the deadline is looked at again */
#define PRIORITY "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"

/* GnuTLS would ask the system twice per record. */
static ssize_t pull(gnutls_transport_ptr_t ptr, void *data, size_t size)
{
	struct imap_stream *s = ptr;

	if (s->ahead_at == s->ahead_len) {
		ssize_t n = recv(s->fd, s->ahead, IMAP_TLS_AHEAD, 0);

		if (n <= 0) {
			gnutls_transport_set_errno(s->tls, errno);
			return n;
		}
		s->ahead_at = 0;
		s->ahead_len = (size_t)n;
	}
	if (size > s->ahead_len - s->ahead_at)
		size = s->ahead_len - s->ahead_at;
	memcpy(data, s->ahead + s->ahead_at, size);
	s->ahead_at += size;
	return (ssize_t)size;
}

/* GnuTLS wants to know whether a pull would find something. */
static int pull_timeout(gnutls_transport_ptr_t ptr, unsigned ms)
{
	struct imap_stream *s = ptr;
	struct pollfd p = { .fd = s->fd, .events = POLLIN };

	if (s->ahead_at < s->ahead_len)
		return 1;
	return poll(&p, 1, ms > INT_MAX ? -1 : (int)ms);
}

static int read_failed(struct imap_stream *s, ssize_t n)
{
	if (n == 0 || n == GNUTLS_E_PREMATURE_TERMINATION)
		return imap_stream_broke(s, IMAP_FAIL_NETWORK, ERR_TEMP, "server closed the connection");
	return imap_stream_broke(s, IMAP_FAIL_NETWORK, ERR_TEMP, "cannot read: %s", gnutls_strerror((int)n));
}

static bool is_passing(ssize_t n)
{
	return n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED || n == GNUTLS_E_WARNING_ALERT_RECEIVED;
}

/* Is there something to do without waiting for the descriptor? */
static bool has_ahead(const struct imap_stream *s)
{
	return s->ahead_at < s->ahead_len || gnutls_record_check_pending(s->tls);
}

ssize_t imap_tls_read(struct imap_stream *s, void *data, size_t size)
{
	size_t got = 0;
	ssize_t n;
	int passing = 0;

	/* As many records as are here already; a message of TLS's own (a session ticket) passes as "again". */
	do {
		n = gnutls_record_recv(s->tls, (char *)data + got, size - got);
		if (n > 0)
			got += (size_t)n;
		else if (is_passing(n))
			passing++;
	} while ((n > 0 || is_passing(n)) && passing < PASSING_MAX && got < size && has_ahead(s));
	if (got)
		return (ssize_t)got; /* an error, if that ended it, comes again */
	return is_passing(n) ? 0 : read_failed(s, n);
}

ssize_t imap_tls_write(struct imap_stream *s, const void *data, size_t size)
{
	ssize_t n = gnutls_record_send(s->tls, data, size);

	if (n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED)
		return 0;
	if (n < 0)
		return imap_stream_broke(s, IMAP_FAIL_NETWORK, ERR_TEMP, "cannot write: %s", gnutls_strerror((int)n));
	return n;
}

static int load_trust(struct imap_stream *s)
{
	int n;

	if (gnutls_certificate_allocate_credentials(&s->trust) < 0)
		return imap_stream_broke(s, IMAP_FAIL_TLS, ERR_TEMP, "cannot set up TLS");
	if (!s->setup.ca_file) {
		n = gnutls_certificate_set_x509_system_trust(s->trust);
		return n > 0 ? 0 : imap_stream_broke(s, IMAP_FAIL_CONFIG, ERR_INPUT, "this system has no certificate "
						     "authorities; install ca-certificates or set tls-ca");
	}
	n = gnutls_certificate_set_x509_trust_file(s->trust, s->setup.ca_file, GNUTLS_X509_FMT_PEM);
	if (n < 0)
		return imap_stream_broke(s, IMAP_FAIL_CONFIG, ERR_INPUT, "cannot read certificate authorities from "
					 "'%s': %s", s->setup.ca_file, gnutls_strerror(n));
	if (n == 0)
		return imap_stream_broke(s, IMAP_FAIL_CONFIG, ERR_INPUT, "no certificate in '%s'", s->setup.ca_file);
	return 0;
}

/* What the certificate must be for; a name also goes out as SNI, an address must not (RFC 6066 §3). */
static void want_peer(struct imap_stream *s)
{
	const char *host = s->setup.host;
	unsigned char *purpose = (unsigned char *)(uintptr_t)GNUTLS_KP_TLS_WWW_SERVER;

	if (inet_pton(AF_INET, host, s->address) == 1) {
		s->wanted[0] = (gnutls_typed_vdata_st){ GNUTLS_DT_IP_ADDRESS, s->address, 4 };
	} else if (inet_pton(AF_INET6, host, s->address) == 1) {
		s->wanted[0] = (gnutls_typed_vdata_st){ GNUTLS_DT_IP_ADDRESS, s->address, 16 };
	} else {
		s->wanted[0] = (gnutls_typed_vdata_st){ GNUTLS_DT_DNS_HOSTNAME,
							(unsigned char *)(uintptr_t)host, 0 };
		gnutls_server_name_set(s->tls, GNUTLS_NAME_DNS, host, strlen(host));
	}
	s->wanted[1] = (gnutls_typed_vdata_st){ GNUTLS_DT_KEY_PURPOSE_OID, purpose, 0 };
	gnutls_session_set_verify_cert2(s->tls, s->wanted, 2, 0);
}

static int refused_certificate(struct imap_stream *s)
{
	unsigned status = gnutls_session_get_verify_cert_status(s->tls);
	gnutls_datum_t text = { NULL, 0 };
	char words[400] = "";
	size_t len;

	if (gnutls_certificate_verification_status_print(status, GNUTLS_CRT_X509, &text, 0) == 0)
		snprintf(words, sizeof words, "%s", (const char *)text.data);
	gnutls_free(text.data);
	for (len = strlen(words); len && strchr(" .", words[len - 1]); len--)
		words[len - 1] = '\0';
	words[0] = str_lower(words[0]);
	return imap_stream_broke(s, IMAP_FAIL_TLS, ERR_INPUT, "certificate of '%s' refused: %s", s->setup.host,
				 words);
}

static int handshake(struct imap_stream *s)
{
	for (;;) {
		int rc = gnutls_handshake(s->tls);

		if (rc == 0)
			return 0;
		if (rc == GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR)
			return refused_certificate(s);
		if (gnutls_error_is_fatal(rc))
			return imap_stream_broke(s, IMAP_FAIL_TLS, ERR_TEMP, "TLS handshake with '%s' failed: %s",
						 s->setup.host, gnutls_strerror(rc));
		if (rc == GNUTLS_E_AGAIN && !has_ahead(s) &&
		    imap_stream_wait(s, gnutls_record_get_direction(s->tls) ? POLLOUT : POLLIN))
			return -1;
	}
}

int imap_tls_start(struct imap_stream *s)
{
	if (load_trust(s))
		return -1;
	if (gnutls_init(&s->tls, GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL) < 0 ||
	    gnutls_priority_set_direct(s->tls, PRIORITY, NULL) < 0 ||
	    gnutls_credentials_set(s->tls, GNUTLS_CRD_CERTIFICATE, s->trust) < 0)
		return imap_stream_broke(s, IMAP_FAIL_TLS, ERR_TEMP, "cannot set up TLS");
	want_peer(s);
	s->ahead = xmalloc(IMAP_TLS_AHEAD);
	gnutls_transport_set_ptr2(s->tls, s, (gnutls_transport_ptr_t)(intptr_t)s->fd);
	gnutls_transport_set_pull_function(s->tls, pull);
	gnutls_transport_set_pull_timeout_function(s->tls, pull_timeout);
	return handshake(s);
}

void imap_tls_end(struct imap_stream *s)
{
	if (s->tls) {
		/* One try, without waiting: the peer may be gone. */
		if (!s->failed)
			gnutls_bye(s->tls, GNUTLS_SHUT_WR);
		gnutls_deinit(s->tls);
		s->tls = NULL;
	}
	free(s->ahead);
	s->ahead = NULL;
	if (s->trust)
		gnutls_certificate_free_credentials(s->trust);
	s->trust = NULL;
}
