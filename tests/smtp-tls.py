#!/usr/bin/env python3
"""The send worker and TLS, logins and OAuth tokens, against scripted servers.

    smtp-tls.py [PROGRAM ...]     PROGRAM starts the worker (default: ./postkamer worker send)

Nobody who is not the server we meant gets a credential or a mail.
"""
import http.server
import json
import os
import shutil
import ssl
import subprocess
import sys
import tempfile
import threading
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE + "/peers", HERE + "/lib"]
import tap  # noqa: E402
import certs  # noqa: E402
from imap_worker import sanitized  # noqa: E402
from send_worker import OAUTH, ROTATED, SendWorker, TOKEN, i64, oauth_fields, text  # noqa: E402
from smtp_peer import SmtpPeer  # noqa: E402

PROGRAM = sys.argv[1:] or ["./postkamer", "worker", "send"]
MAIL = b"From: from@example.nl\r\n\r\nhello\r\n"
SENT = "sent/dot/250/2.0.0/row"


class Ca:
    """Servers' TLS contexts with the certificates of lib/certs.py."""

    def __init__(self, folder):
        certs.make(folder)
        self.folder, self.file = folder, f"{folder}/ca.pem"

    def context(self, kind, old_tls=False):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(f"{self.folder}/{kind}.pem", f"{self.folder}/{kind}.key")
        if old_tls:
            context.set_ciphers("DEFAULT:@SECLEVEL=0")
            context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
        return context

    def self_signed(self):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                        "-days", "30", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout",
                        f"{self.folder}/self.key", "-out", f"{self.folder}/self.pem"], check=True,
                       stderr=subprocess.DEVNULL)
        return self.context("self")


def brief(r):
    return str(r).split(" '")[0]


def exchange(mode="ok", peer_args=None, **settings):
    """One mail; returns (what the worker says, the peer)."""
    peer = SmtpPeer(mode, **(peer_args or {}))
    worker = SendWorker(PROGRAM)
    worker.setup(peer.port, **settings)
    result = worker.send(MAIL)
    tap.equal(worker.quit(), 0, "the worker ends well")
    peer.close()
    return result, peer


def silent(peer, name):
    words = [line.split(" ")[0] for _, line in peer.commands]
    tap.ok("AUTH" not in words and "MAIL" not in words, f"{name}: no login, no mail", words)
    tap.ok(b"secret" not in peer.clear and b"c2VjcmV0" not in peer.clear and b"AHVzZXIAc2VjcmV0" not in peer.clear,
           f"{name}: no password on the wire")


def test_certificates(ca):
    rows = [
        ("the right one", ca.context("good"), SENT),
        ("for another name", ca.context("wrong-name"), "retry/tls"),
        ("of an unknown authority", ca.context("unknown-ca"), "retry/tls"),
        ("that has expired", ca.context("expired"), "retry/tls"),
        ("that signed itself", ca.self_signed(), "retry/tls"),
        ("with TLS 1.1 only", ca.context("good", old_tls=True), "retry/tls"),
    ]
    for what, context, want in rows:
        for tls in ("implicit", "starttls"):
            name = f"certificate {what}, {tls}"
            result, peer = exchange(peer_args={"tls": context, "implicit": tls == "implicit"}, tls=tls, ca=ca.file,
                                    host="localhost", auth="plain")
            tap.ok(brief(result).startswith(want), name, result)
            if want != SENT:
                tap.ok(result.host_problem and result.text, f"{name}: '{result.text}'")
                silent(peer, name)
    result, peer = exchange(peer_args={"tls": ca.context("good"), "implicit": True}, tls="implicit", host="localhost",
                            auth="plain")
    tap.ok(brief(result).startswith("retry/tls"), "without the test authority the right one is unknown too", result)
    result, _ = exchange(peer_args={"tls": ca.context("good"), "implicit": True}, tls="implicit", host="127.0.0.1",
                         auth="plain", ca=ca.file)
    tap.equal(brief(result), SENT, "a name that is an address")


def test_system_authorities(ca):
    """The system's list counts, alone and beside ours: a name space where ours stands in its place."""
    system = "/etc/ssl/certs/ca-certificates.crt"
    command = ["unshare", "-m", "sh", "-c", f'mount --bind "$0" {system} && exec "$@"', ca.file]
    if not os.path.exists(system) or subprocess.run(command + ["true"], stderr=subprocess.DEVNULL).returncode:
        tap.note("no name space or no system list here: not tried whether the system's authorities count")
        return
    other = f"{ca.folder}/other/ca.pem"
    for name, ca_file, host, want in (("alone", None, "localhost", SENT), ("beside ours", other, "localhost", SENT),
                                      ("under another name", None, "localhost.localdomain", "retry")):
        peer = SmtpPeer("ok", tls=ca.context("good"), implicit=True)
        worker = SendWorker(command + PROGRAM)
        worker.setup(peer.port, tls="implicit", host=host, ca=ca_file)
        result = worker.send(MAIL)
        tap.ok(brief(result).startswith(want), f"the system's authorities count, {name}", result)
        worker.quit()
        peer.close()


def test_starttls(ca):
    good = {"tls": ca.context("good")}
    args = {"tls": "starttls", "ca": ca.file, "host": "localhost", "auth": "plain"}
    for mode in ("no-starttls", "inject", "starttls:454 4.7.0 not now", "starttls:drop", "starttls:stall"):
        result, peer = exchange(mode, good, **{**args, "connect_ms": 1500})
        tap.ok(brief(result).startswith("retry/tls"), f"STARTTLS: {mode}", result)
        tap.ok(result.host_problem, f"STARTTLS: {mode}: a problem of the host")
        silent(peer, f"STARTTLS: {mode}")
    result, peer = exchange("no-starttls", good, **{**args, "auth": None})
    tap.ok(brief(result).startswith("retry/tls") and not peer.mails, "STARTTLS is required without a login too", result)


def test_logins(ca):
    base = {"tls": ca.context("good"), "implicit": True}
    args = {"tls": "implicit", "ca": ca.file, "host": "localhost"}
    for kind in ("plain", "login"):
        result, peer = exchange("ok", base, auth=kind, **args)
        tap.equal(brief(result), SENT, f"login {kind}")
        tap.ok(any(line.startswith(f"AUTH {kind.upper()}") for _, line in peer.commands), f"login {kind}: by its name")
    result, peer = exchange("ok", base, auth="plain", secret="wrong", **args)
    tap.equal(brief(result), "retry/auth/535/5.7.8/host", "a wrong password")
    tap.ok(not peer.mails, "a wrong password: no mail")
    for mode, want in (("auth:454 4.7.0 later", "retry/auth/454/4.7.0/host"), ("auth:drop", "retry/auth/0/-/host"),
                       ("no-auth", "retry/auth/250/-/host")):
        result, peer = exchange(mode, base, auth="plain", **args)
        tap.equal(brief(result), want, f"login: {mode}")
        tap.ok(not any(line.startswith("MAIL") for _, line in peer.commands), f"login: {mode}: no mail is begun")
    result, peer = exchange("ok", {**base, "auth": ("CRAM-MD5",)}, auth="plain", **args)
    tap.ok(brief(result).startswith("retry/auth") and result.host_problem, "only a way to log in we do not know", result)
    result, peer = exchange("no-auth", base, **args)
    tap.equal(brief(result), SENT, "no login wanted, none offered")


class TokenServer:
    """A token endpoint; 'answers' are taken one after the other, the last one stays."""

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                form = self.rfile.read(int(self.headers["Content-Length"])).decode()
                outer.asked.append(dict(urllib.parse.parse_qsl(form)))
                status, body = outer.answers.pop(0) if len(outer.answers) > 1 else outer.answers[0]
                body = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", "http://127.0.0.1:1/")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def request(self, **more):
        return {"url": f"http://127.0.0.1:{self.port}/token", "client_id": "id", "client_secret": "s&=c",
                "refresh_token": "first", "scope": "a b", **more}

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def test_xoauth2():
    peer = SmtpPeer(secret="good-token")
    worker = SendWorker(PROGRAM)
    tokens = TokenServer((200, {"access_token": "good-token", "expires_in": 3600, "refresh_token": "second",
                                "token_type": "Bearer", "more": [1, {"x": None}]}))
    worker.setup(peer.port, auth="xoauth2", oauth=tokens.request())
    tap.equal(brief(worker.send(MAIL)), SENT, "XOAUTH2: the worker fetches its token")
    tap.equal(tokens.asked, [{"grant_type": "refresh_token", "refresh_token": "first", "client_id": "id",
                              "client_secret": "s&=c", "scope": "a b"}], "XOAUTH2: asked as RFC 6749 says")
    kinds = [(kind, r.text()) for kind, r in worker.seen]
    tap.equal(kinds, [(ROTATED, "second")], "XOAUTH2: the new refresh token is handed over")
    worker.send(MAIL)
    tap.equal((len(tokens.asked), peer.connections), (1, 1), "XOAUTH2: one token, one connection for two mails")
    peer.cut()
    peer.secret = "newer-token"
    tokens.answers = [(200, {"access_token": "newer-token"})]
    refused = worker.send(MAIL)
    tap.equal(brief(refused), "retry/auth/334/-/host", "XOAUTH2: a token that is not taken any more")
    tap.equal(brief(worker.send(MAIL)), SENT, "XOAUTH2: the next attempt asks for another")
    tap.equal(tokens.asked[-1]["refresh_token"], "second", "XOAUTH2: with the new refresh token")
    worker.quit()
    tokens.close()
    peer.close()


def test_token_trouble():
    peer = SmtpPeer(secret="good-token")
    for name, answer, words in (
            ("a refusal", (400, {"error": "invalid_grant", "error_description": "consent\r\nwithdrawn"}),
             "invalid_grant: consent  withdrawn"),
            ("an outage", (503, b"<html>sorry"), "HTTP status 503"),
            ("a redirect", (302, b""), "HTTP status 302"),
            ("no token", (200, {"expires_in": 1}), "no valid token"),
            ("a token with a line break", (200, {"access_token": "a\r\nb"}), "no valid token"),
            ("not JSON", (200, b"access_token=x"), "no valid token"),
            ("an endless answer", (200, b" " * 100000), "longer than")):
        tokens = TokenServer(answer)
        worker = SendWorker(PROGRAM)
        worker.setup(peer.port, auth="xoauth2", oauth=tokens.request())
        result = worker.send(MAIL)
        tap.equal(brief(result), "retry/auth/0/-/host", f"token endpoint: {name}")
        tap.ok(words in result.text, f"token endpoint: {name}: says so", result.text)
        tap.equal(len(tokens.asked), 1, f"token endpoint: {name}: asked once")
        worker.quit()
        tokens.close()
    worker = SendWorker(PROGRAM)
    worker.setup(peer.port, auth="xoauth2", oauth={"url": "http://127.0.0.1:1/", "client_id": "x"})
    tap.equal(brief(worker.send(MAIL)), "retry/auth/0/-/host", "token endpoint: nobody there")
    worker.quit()
    tap.equal(peer.connections, 0, "without a token the SMTP server is not bothered")
    worker = SendWorker(PROGRAM)
    worker.setup(peer.port, auth="xoauth2")
    tap.equal(brief(worker.send(MAIL)), "retry/auth/0/-/host", "a token that main has not given yet")
    worker.put(TOKEN, i64(0) + text("good-token") + i64(3600) + text(None) + text(None))
    tap.equal(brief(worker.send(MAIL)), SENT, "a token that main has given")
    worker.quit()
    peer.close()


def test_errand(ca):
    """OAUTH: a token for somebody else, without any SETUP; over HTTPS too."""
    tokens = TokenServer((200, {"access_token": "for-imap", "expires_in": 60}))
    worker = SendWorker(PROGRAM)
    worker.put(OAUTH, i64(7) + oauth_fields(tokens.request(refresh_token=None)))
    kind, r = worker.get()
    tap.equal((kind, r.take("q"), r.text(), r.take("q"), r.text(), r.text()), (TOKEN, 7, "for-imap", 60, None, None),
              "a token for somebody else")
    tap.equal(tokens.asked[0]["grant_type"], "client_credentials", "by client credentials")
    with open(f"/proc/{worker.process.pid}/status") as status:
        tap.ok(sanitized(PROGRAM) or "\nSeccomp:\t2\n" in status.read(),
               "the worker that fetches it is confined, like one that sends")
    worker.quit()
    tokens.close()
    worker = SendWorker(PROGRAM)
    tokens = TokenServer((200, {"access_token": "over-tls"}))
    tokens.server.socket = ca.context("good").wrap_socket(tokens.server.socket, server_side=True)
    url = f"https://localhost:{tokens.port}/token"
    for ca_file, want in ((ca.file, "over-tls"), (None, None)):
        worker.put(OAUTH, i64(8) + oauth_fields(tokens.request(url=url, ca_file=ca_file)))
        kind, r = worker.get()
        tap.equal((kind, r.take("q"), r.text()), (TOKEN, 8, want), f"over HTTPS, authority {'known' if ca_file else 'unknown'}")
    tap.equal(len(tokens.asked), 1, "the unknown one got no request")
    tap.equal(worker.quit(), 0, "the worker ends well")
    tokens.close()


def main():
    if not shutil.which("openssl"):
        tap.skip_all("no openssl to make certificates with")
    folder = tempfile.mkdtemp(prefix="pk-tls-")
    try:
        ca = Ca(folder)
        test_certificates(ca)
        test_system_authorities(ca)
        test_starttls(ca)
        test_logins(ca)
        test_xoauth2()
        test_token_trouble()
        test_errand(ca)
    finally:
        shutil.rmtree(folder)
    tap.done()


main()
