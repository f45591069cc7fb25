#!/usr/bin/env python3
"""TLS of the IMAP worker: no credential leaves before the server has proved who it is.

    imap-tls.py [PROGRAM ...]       PROGRAM starts the worker (default: $POSTKAMER worker imap)
"""
import os
import shutil
import ssl
import sys
import warnings

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "lib"))
sys.path.insert(0, os.path.join(HERE, "peers"))
import tap  # noqa: E402,I001 - before mailhost, which puts lib/ in front
import certs  # noqa: E402
import imap_worker as iw  # noqa: E402
import places  # noqa: E402
from imap_peer import ImapPeer  # noqa: E402
from imap_worker import Worker  # noqa: E402
from proxy import secrets_in  # noqa: E402

PROGRAM = iw.program(sys.argv[1:])
MAIL = b"Subject: x\r\n\r\n" + b"0123456789abcdef\r\n" * 100000
PASSWORD = "geheim-X7"
FOLDER = None
warnings.simplefilter("ignore", DeprecationWarning)  # old versions of TLS are what we refuse here


def context(kind, newest=None, names=None):
    ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ctx.load_cert_chain(f"{FOLDER}/{kind}.pem", f"{FOLDER}/{kind}.key")
    if newest:
        ctx.set_ciphers("DEFAULT:@SECLEVEL=0")
        ctx.minimum_version = ssl.TLSVersion.TLSv1
        ctx.maximum_version = newest
    if names is not None:
        ctx.sni_callback = lambda sock, name, c: names.append(name)
    return ctx


def accepted(mode, host, newest=None):
    names = []
    name = f"{'implicit' if mode == iw.IMPLICIT else 'STARTTLS'} to {host}{', TLS 1.2' if newest else ''}"
    peer = ImapPeer([MAIL], tls=context("good", newest, names), implicit=mode == iw.IMPLICIT)
    with peer, Worker(PROGRAM) as worker:
        worker.ready(peer.port, host=host, tls=mode, ca=f"{FOLDER}/ca.pem")
        tap.ok(worker.fetch([1])[0][1].body == MAIL, f"{name}: a mail comes through")
        tap.ok(worker.fetch([1, 1])[0][1].body == MAIL, f"{name}: and again")
        worker.list()
        worker.watch()
        peer.add(b"new")
        worker.expect(iw.CHANGED)
        tap.equal(names, ["localhost" if host == "localhost" else None], f"{name}: server name sent")
        tap.equal(secrets_in(peer.plain, "intake", PASSWORD), [], f"{name}: no password in the clear")
        if mode == iw.STARTTLS:
            tap.equal(peer.said("CAPABILITY"), 3, f"{name}: capabilities are asked again behind TLS and login")


# faults, mode, certificate, host, authority file, newest TLS version, class, words
REFUSED = [
    ("", iw.IMPLICIT, "wrong-name", "localhost", True, None, "tls", "name in the certificate does not match"),
    ("", iw.IMPLICIT, "wrong-name", "127.0.0.1", True, None, "tls", "name in the certificate does not match"),
    ("", iw.IMPLICIT, "expired", "localhost", True, None, "tls", "expired"),
    ("", iw.IMPLICIT, "unknown-ca", "localhost", True, None, "tls", "issuer is unknown"),
    ("", iw.IMPLICIT, "good", "localhost", False, None, "tls", "issuer is unknown"),
    ("", iw.IMPLICIT, "good", "localhost", True, ssl.TLSVersion.TLSv1_1, "tls", "handshake"),
    ("", iw.STARTTLS, "wrong-name", "localhost", True, None, "tls", "name in the certificate does not match"),
    ("", iw.STARTTLS, "expired", "localhost", True, None, "tls", "expired"),
    ("", iw.STARTTLS, "unknown-ca", "localhost", True, None, "tls", "issuer is unknown"),
    ("no-starttls", iw.STARTTLS, "good", "localhost", True, None, "tls", "offers no STARTTLS"),
    ("minimal", iw.STARTTLS, "good", "localhost", True, None, "tls", "offers no STARTTLS"),
    ("starttls-no", iw.STARTTLS, "good", "localhost", True, None, "tls", "STARTTLS refused"),
    ("inject", iw.STARTTLS, "good", "localhost", True, None, "tls", "sent text behind"),
    ("preauth", iw.STARTTLS, "good", "localhost", True, None, "tls", "PREAUTH"),
]


def refused(faults, mode, kind, host, ca, newest, fail, words):
    name = " ".join(filter(None, ["implicit:" if mode == iw.IMPLICIT else "STARTTLS:", faults, kind, host,
                                  "" if ca else "(system's authorities)", "TLS 1.1" if newest else ""]))
    peer = ImapPeer([MAIL], faults, tls=context(kind, newest), implicit=mode == iw.IMPLICIT)
    with peer, Worker(PROGRAM) as worker:
        worker.setup(peer.port, host=host, tls=mode, ca=f"{FOLDER}/ca.pem" if ca else None, trace=1)
        m = worker.receive()
        tap.equal((m.name, getattr(m, "fail", None)), ("FAILED", fail), f"{name}: refused")
        tap.ok(words in m.text, f"{name}: says why", m.text)
        tap.equal(worker.wait(), 1, f"{name}: exit status")
        tap.equal(secrets_in(peer.received, "intake", PASSWORD), [], f"{name}: the server never saw the password")
        tap.ok(b"LOGIN" not in peer.received and b"AUTHENTICATE" not in peer.received, f"{name}: nor a login")
        tap.ok(PASSWORD not in worker.logged(), f"{name}: nor the log")


def odd():
    with ImapPeer([MAIL]) as peer, Worker(PROGRAM) as worker:
        worker.setup(peer.port, tls=iw.IMPLICIT, ca=f"{FOLDER}/ca.pem")
        m = worker.receive()
        tap.equal((m.fail, m.where), ("tls", "connect"), f"TLS to a plain port ({m.text})")
    with ImapPeer([MAIL], tls=context("good"), implicit=True) as peer, Worker(PROGRAM) as worker:
        worker.setup(peer.port, tls=iw.STARTTLS, ca=f"{FOLDER}/ca.pem", deadline=1)
        m = worker.receive()
        tap.equal((m.fail, m.where), ("network", "greeting"), f"STARTTLS to a TLS port ({m.text})")
        tap.equal(bytes(peer.received), b"", "STARTTLS to a TLS port: nothing was said")
    for path, words in [("/nonexistent", "cannot read certificate authorities"), ("/dev/null", "certificate")]:
        with ImapPeer([MAIL], tls=context("good"), implicit=True) as peer, Worker(PROGRAM) as worker:
            worker.setup(peer.port, host="localhost", tls=iw.IMPLICIT, ca=path)
            m = worker.receive()
            tap.ok(m.fail == "config" and words in m.text, f"authorities from {path}", m)


if not shutil.which("openssl"):
    tap.skip_all("the openssl command is not installed")
FOLDER = places.scratch("imaptls")
certs.make(FOLDER)
for tls_mode in (iw.IMPLICIT, iw.STARTTLS):
    for to in ("localhost", "127.0.0.1"):
        tap.case(accepted, tls_mode, to)
tap.case(accepted, iw.IMPLICIT, "localhost", ssl.TLSVersion.TLSv1_2)
for row in REFUSED:
    tap.case(refused, *row)
tap.case(odd)
tap.done()
