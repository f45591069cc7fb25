#!/usr/bin/env python3
"""TLS with a test authority, against real Dovecot and Postfix: a good certificate works; a wrong name, an expired one and
an unknown authority are refused before any credential leaves, as the recorded bytes show."""
import os
import sys

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir") or os.path.dirname(os.path.dirname(__file__)), "tests/lib"))
import mail
import mailhost
import places
import proxy
import tap
from postkamer import Postkamer

PASSWORD = "secret"
BAD = ["wrong-name", "expired", "unknown-ca"]


def lines(host, scheme, port, **more):
    path = "/INBOX" if scheme.startswith("imap") else ""
    return {"url": f"{scheme}://localhost:{port}{path}", "user": "intake", "password-file": "imap.password",
            "tls-ca": host.ca, **({} if scheme.endswith("s") else {"tls": "required"}), **more}


def fetch(t, host, scheme, kind):
    """Intake by IMAP over a recording proxy with the certificate 'kind'."""
    name = f"{scheme} with certificate {kind}"
    with proxy.Proxy(host.ports["imaps" if scheme == "imaps" else "imap"]) as wire:
        post = Postkamer(f"{host.dir}/i-{scheme}-{kind}", host)
        post.configure(imap=lines(host, scheme, wire.port), smtp={"url": f"smtp://127.0.0.1:{host.ports['smtp']}"}).init()
        host.wipe("intake")
        mail.send(host, mail.make("stranger@example.com", "dossier@example.nl", f"hello {kind}", "text"))
        host.drain()
        result = post.call("run", "--once")
        said = result.stderr.decode(errors="replace")
        if kind == "good":
            t.equal(result.returncode, 0, f"{name}: run --once ends with 0")
            t.equal([row["subject"] for row in post.items()], ["hello good"], f"{name}: the mail was taken in")
        else:
            t.equal(result.returncode, 1, f"{name}: run --once ends with 1")
            t.equal(post.items(), [], f"{name}: nothing was taken in")
            t.ok("certificate" in said.lower(), f"{name}: standard error says why", said)
            t.equal(host.count("intake"), 1, f"{name}: the mail stays in the mailbox")
        t.ok(wire.connections > 0, f"{name}: a connection was made")
        t.equal(proxy.secrets_in(wire.up, "intake", PASSWORD), [], f"{name}: no password on the wire")
        t.ok(b"LOGIN" not in bytes(wire.up).upper() and b"AUTHENTICATE" not in bytes(wire.up).upper(),
             f"{name}: no login on the wire")
        t.ok(PASSWORD not in said, f"{name}: no password in the log")


def deliver(t, host, scheme, kind):
    """Sending by SMTP over a recording proxy with the certificate 'kind'."""
    name = f"{scheme} with certificate {kind}"
    with proxy.Proxy(host.ports["smtps" if scheme == "smtps" else "submission"]) as wire:
        post = Postkamer(f"{host.dir}/s-{scheme}-{kind}", host)
        post.configure(mailboxes=[], smtp=lines(host, scheme, wire.port, **{"password-file": "smtp.password"})).init()
        post.new_dossier()
        host.wipe("jan")
        result = post.call("run", "--once")
        said = result.stderr.decode(errors="replace")
        host.drain()
        rows = post.queue()
        t.equal(len(rows), 1, f"{name}: one mail was wanted")
        if kind == "good":
            t.ok([row["state"] for row in rows] == ["sent"], f"{name}: sent", rows, said)
            t.equal(host.count("jan"), 1, f"{name}: delivered")
        else:
            t.equal([row["state"] for row in rows], ["waiting"], f"{name}: waits")
            t.equal(host.count("jan"), 0, f"{name}: nothing delivered")
            t.ok("certificate" in (rows[0]["reply"] or "").lower() + said.lower(), f"{name}: the reason is shown",
                 rows[0]["reply"], said)
        t.ok(wire.connections > 0, f"{name}: a connection was made")
        t.equal(proxy.secrets_in(wire.up, "intake", PASSWORD), [], f"{name}: no password on the wire")
        t.ok(b"AUTH " not in bytes(wire.up).upper() and b"MAIL FROM" not in bytes(wire.up).upper(),
             f"{name}: neither login nor envelope on the wire")
        t.ok(PASSWORD not in said, f"{name}: no password in the log")


def stripped(t, host):
    """STARTTLS that the server does not offer (or somebody took out) is no reason to go on in the clear."""
    import smtpsink
    with smtpsink.Sink() as sink:
        post = Postkamer(f"{host.dir}/stripped", host)
        post.configure(mailboxes=[], smtp=lines(host, "smtp", sink.port, **{"password-file": "smtp.password"})).init()
        post.new_dossier()
        post.call("run", "--once")
        t.equal(sink.seen, [], "smtp without STARTTLS: nothing is sent in the clear")
        t.equal([row["state"] for row in post.queue()], ["waiting"], "smtp without STARTTLS: the mail waits")


def play(t):
    with mailhost.MailHost(places.scratch("tls")) as host:
        for kind in ["good", *BAD]:
            if kind != "good":  # that one is served from the start
                host.set_certificate(kind)
            for scheme in ["imaps", "imap"]:
                fetch(t, host, scheme, kind)
            for scheme in ["smtps", "smtp"]:
                deliver(t, host, scheme, kind)
        stripped(t, host)


tap.need_program()
if mailhost.why_not():
    tap.skip_all(mailhost.why_not())
tap.main(play)
