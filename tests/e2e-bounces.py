#!/usr/bin/env python3
"""Mail that comes back, on real servers: Postfix takes a mail and cannot deliver it, its report fails the row, staff hear
of it once, reminders stop; who writes from the address again brings it back to life."""
import datetime
import os
import sys

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir") or os.path.dirname(os.path.dirname(__file__)), "tests/lib"))
import mail
import mailhost
import places
import tap
import wait
from postkamer import Postkamer

GONE = "weg@example.org"
# Postfix takes mail for it, Dovecot knows no such user.
ALIASES = {GONE: "nobody-home", "nobody-home@example.nl": "nobody-home"}


def rows(post, who=GONE):
    return [row for row in post.queue() if row["to"] == who]


def in_days(days):
    then = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)
    return then.strftime("%Y-%m-%dT%H:%M:%SZ")


def told(host):
    return [one for one in mail.inbox(host, "els")
            if "kon niet worden afgeleverd" in f"{one['Subject']} {mail.text_of(one)[:100]}"]


def run(t, host, post, plus):
    number = post.new_dossier(f"Wim Weg <{GONE}>")
    post.once()
    t.equal([row["state"] for row in rows(post)], ["sent"], f"{plus}: the server takes the mail")
    host.drain()
    wait.until("the report", lambda: mail.inbox(host, "intake"), 40)
    report = mail.inbox(host, "intake")[-1]
    t.ok("+b-" in str(report["To"]) if plus == "plus" else mail.address(report["To"]) == "dossier@example.nl",
         f"{plus}: it comes back to the address that it was sent from", report["To"])
    post.once()
    failed = rows(post)[0]
    t.equal(failed["state"], "failed", f"{plus}: the row is failed")
    t.ok("550" in failed["reply"] or "doesn't exist" in failed["reply"], f"{plus}: with the reason", failed["reply"])
    t.equal(post.items()[-1]["reason"], "bounce", f"{plus}: the report is filed as one")
    health = [one for one in post.dossier(number)["addresses"] if one["address"] == GONE][0]
    t.ok(health["dead"], f"{plus}: its dossier shows the address as dead", health)
    t.ok("dead      " + GONE in post.run("status", ok=(0, 1, 2)), f"{plus}: and so does status")
    post.once()
    host.drain()
    t.equal(len(told(host)), 1, f"{plus}: staff are told once")
    post.once(in_days(10))
    t.equal(len(rows(post)), 1, f"{plus}: ten days later no reminder was made")
    host.drain()
    t.equal(len(told(host)), 1, f"{plus}: and staff hear nothing more")
    mail.send(host, mail.make(f"Wim Weg <{GONE}>", "dossier@example.nl", f"Dossier {number}", "Hier ben ik weer.",
                              [("paspoort.pdf", mail.pdf(1), "application/pdf")]))
    host.drain()
    post.once(in_days(10.01))
    health = [one for one in post.dossier(number)["addresses"] if one["address"] == GONE][0]
    t.ok(not health["dead"], f"{plus}: he writes: alive", health)
    t.equal(rows(post)[-1]["template"].split("+")[0], "ontvangst", f"{plus}: and gets his receipt")


def forged(t, host, post):
    """Somebody who knows the Message-ID of a mail, and not the address that it was sent from."""
    post.new_dossier("Jan Jansen <jan@example.org>")
    post.once()
    host.drain()
    got = mail.inbox(host, "jan")[-1]
    t.ok("+b-" in str(got["Return-Path"]), "each mail has an envelope sender of its own", got["Return-Path"])
    lines = ["From: MAILER-DAEMON@example.com", "To: dossier@example.nl", "Subject: Undelivered",
             "Message-ID: <f@example.com>", "MIME-Version: 1.0",
             "Content-Type: multipart/report; report-type=delivery-status; boundary=b", "", "--b",
             "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; x", "",
             "Final-Recipient: rfc822; jan@example.org", "Action: failed", "Status: 5.1.1", "", "--b",
             "Content-Type: text/rfc822-headers", "", f"Message-ID: {got['Message-ID']}", "", "--b--", ""]
    report = "\r\n".join(lines).encode()
    mail.send(host, report)
    host.drain()
    post.once()
    t.equal(rows(post, "jan@example.org")[-1]["state"], "sent", "A27 a forged report changes nothing")
    t.equal(post.items("held")[-1]["reason"], "bounce", "A27 and waits for a person")


def play(t):
    for plus in ["plus", "without"]:
        with mailhost.MailHost(places.scratch("bounce"), aliases=ALIASES) as host, \
                Postkamer(f"{host.dir}/post", host) as post:
            post.configure(service={"plus": "true"} if plus == "plus" else None).init()
            if plus == "plus":
                forged(t, host, post)
            run(t, host, post, plus)


tap.need_program()
if mailhost.why_not():
    tap.skip_all(mailhost.why_not())
tap.main(play)
