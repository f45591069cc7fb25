#!/usr/bin/env python3
"""Intake from a real Cyrus, with its INBOX. namespace and without: new mail is noticed (IDLE), taken in, and moved to the
processed folder, which is made in the server's namespace."""
import os
import sys

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir") or os.path.dirname(os.path.dirname(__file__)), "tests/lib"))
import cyrushost
import mail
import places
import tap
import wait
from postkamer import Postkamer


def letter(number, name):
    return mail.make("Jan Jansen <jan@example.org>", "dossier@example.nl", f"Stukken {number}", "Hierbij.\n",
                     [(name, mail.pdf(name), "application/pdf")]).as_bytes(policy=mail.POLICY)


def one(t, internal):
    folder = "INBOX.Verwerkt" if internal else "Verwerkt"
    with cyrushost.CyrusHost(places.scratch("cyrus"), internal) as host, Postkamer(f"{host.dir}/post") as post:
        post.configure(imap={"url": f"imaps://localhost:{host.ports['imaps']}/INBOX", "user": "intake",
                             "password-file": "imap.password", "tls-ca": host.ca}).init()
        number = post.new_dossier()
        host.append(letter(number, "paspoort.pdf"))
        post.start()
        wait.until("the first mail is processed", lambda: len(post.items("processed")) == 1, 30)
        host.append(letter(number, "prognose.pdf"))
        wait.until("the second mail is processed", lambda: len(post.items("processed")) == 2, 30)
        t.ok(True, f"{folder}: mail that was there and mail that comes later are taken in")
        have = post.documents(number)
        t.ok(all(mail.sha256(mail.pdf(name)) in have for name in ["paspoort.pdf", "prognose.pdf"]),
             f"{folder}: the documents are there", have)
        counts = wait.until("both are moved", lambda: host.counts().get(folder) == 2 and host.counts(), 20)
        t.equal((counts["INBOX"], counts[folder]), (0, 2), f"{folder}: holds both, INBOX none")
        t.equal(post.stop()[0], 0, f"{folder}: the daemon ends well")


def play(t):
    one(t, True)
    one(t, False)


tap.need_program()
if cyrushost.why_not():
    tap.skip_all(cyrushost.why_not())
tap.main(play)
