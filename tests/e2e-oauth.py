#!/usr/bin/env python3
"""XOAUTH2 for a mailbox and for SMTP: tokens from a scripted endpoint, refresh tokens that the server replaces."""
import http.server
import json
import os
import sys
import threading
import urllib.parse

HERE = os.path.join(os.environ.get("top_srcdir") or os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "tests")
sys.path[:0] = [f"{HERE}/lib", f"{HERE}/peers"]
import mail
import places
import tap
from imap_peer import ImapPeer
from postkamer import Postkamer
from smtp_peer import SmtpPeer


class TokenServer:
    """A token endpoint: a known refresh token gives the access token and is replaced by its successor."""

    def __init__(self, **successors):
        self.successors, self.asked, self.refuse = successors, [], False
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                form = dict(urllib.parse.parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
                outer.asked.append(form)
                known = form.get("refresh_token") in outer.successors and not outer.refuse
                body = {"access_token": "the-access-token", "expires_in": 3600, "token_type": "Bearer"}
                if known and outer.successors[form["refresh_token"]]:
                    body["refresh_token"] = outer.successors[form["refresh_token"]]
                if not known:
                    body = {"error": "invalid_grant", "error_description": "consent was withdrawn"}
                data = json.dumps(body).encode()
                self.send_response(200 if known else 400)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/token"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def write(path, text, mode=0o600):
    with open(path, "w") as file:
        file.write(text)
    os.chmod(path, mode)


def read(path):
    with open(path) as file:
        return file.read()


def lines(tokens, url, user, name):
    return {"url": url, "user": user, "auth": "xoauth2", "token-url": tokens.url, "client-id": "0f1e",
            "client-secret-file": "client.secret", "refresh-token-file": f"{name}.refresh", "scope": "mail offline_access"}


def letter(number, data):
    return mail.make("Jan Jansen <jan@example.org>", "dossier@example.nl", f"Stukken {number}", "Hierbij.\n",
                     [("paspoort.pdf", data, "application/pdf")]).as_bytes(policy=mail.POLICY)


def works(t, post, tokens, imap, smtp):
    number = post.new_dossier()
    imap.add(letter(number, mail.pdf("paspoort")))
    result = post.call("run", "--once")
    log = result.stderr.decode()
    t.ok(result.returncode == 0, "a round with tokens handles all", log)
    slots = {slot["slot"]: slot["status"] for slot in post.dossier(number)["slots"]}
    t.equal(slots["legitimatie"], "delivered", "the mail of the mailbox is taken in")
    t.ok(imap.boxes.get("Verwerkt"), "and moved", list(imap.boxes))
    t.ok(len(smtp.mails) >= 2, "mail goes out", smtp.mails)
    asked = {form.get("refresh_token") for form in tokens.asked}
    t.equal(asked, {"imap-1", "smtp-1"}, "each asked with its own refresh token")
    form = tokens.asked[0]
    t.equal((form["grant_type"], form["client_id"], form["client_secret"], form["scope"]),
            ("refresh_token", "0f1e", "top&secret", "mail offline_access"), "as RFC 6749 says")
    t.equal(read(f"{post.dir}/imap.refresh"), "imap-2", "the mailbox's new refresh token is kept")
    t.equal(read(f"{post.dir}/smtp.refresh"), "smtp-2", "so is that of SMTP")
    t.equal(os.stat(f"{post.dir}/imap.refresh").st_mode & 0o777, 0o600, "for the owner only")
    secrets = ["the-access-token", "imap-1", "imap-2", "smtp-1", "smtp-2", "top&secret"]
    t.empty([one for one in secrets if one in log], "the log holds no token")
    return number


def again(t, post, tokens, imap, number):
    tokens.asked.clear()
    imap.add(letter(number, mail.pdf("aangifte 2025")))
    t.equal(post.call("run", "--once").returncode, 0, "the next round works")
    t.ok({form["refresh_token"] for form in tokens.asked} <= {"imap-2", "smtp-2"} and tokens.asked,
         "with the new refresh tokens", tokens.asked)
    t.equal(read(f"{post.dir}/imap.refresh"), "imap-2", "a token that is not replaced stays")


def refused(t, post, tokens, imap, number):
    tokens.refuse = True
    imap.add(letter(number, mail.pdf("later")))
    result = post.call("run", "--once", seconds=60)
    log = result.stderr.decode()
    t.equal(result.returncode, 1, "a grant that was withdrawn: the source could not be read")
    t.ok("mailbox.trouble" in log and "where=token" in log and "invalid_grant" in log, "the log says why", log)
    tokens.refuse = False
    t.equal(post.call("run", "--once").returncode, 0, "granted again: it works again")
    os.chmod(f"{post.dir}/imap.refresh", 0o644)
    result = post.call("run", "--once")
    t.ok(result.returncode == 1 and b"chmod 600" in result.stderr, "a refresh token that others can read is refused",
         result.stderr)
    result = post.call("check")
    t.ok(result.returncode == 1 and b"chmod 600" in result.stderr, "check says so too", result.stderr)
    os.chmod(f"{post.dir}/imap.refresh", 0o600)


def play(t):
    tokens = TokenServer(**{"imap-1": "imap-2", "imap-2": None, "smtp-1": "smtp-2", "smtp-2": None})
    smtp = SmtpPeer(auth=("XOAUTH2",), secret="the-access-token")
    with ImapPeer([], "xoauth2", token="the-access-token") as imap, \
            Postkamer(f"{places.scratch('oauth')}/post") as post:
        post.configure(imap=lines(tokens, f"imap://127.0.0.1:{imap.port}/INBOX", "intake", "imap"),
                       smtp={**lines(tokens, f"smtp://127.0.0.1:{smtp.port}", "user", "smtp"), "connections": 1})
        write(f"{post.dir}/client.secret", "top&secret\n")
        write(f"{post.dir}/imap.refresh", "imap-1\n")
        write(f"{post.dir}/smtp.refresh", "smtp-1\n")
        t.equal(post.call("check").returncode, 0, "the configuration is good")
        post.init()
        number = works(t, post, tokens, imap, smtp)
        again(t, post, tokens, imap, number)
        refused(t, post, tokens, imap, number)


tap.need_program()
tap.main(play)
