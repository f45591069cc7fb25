#!/usr/bin/env python3
"""An office on real servers: staff add it by mail, it sends its code back, a dossier is opened for it, a colleague mails
from his own address and the office accepts him, it asks for its overview; the operator's commands beside it."""
import csv
import io
import json
import os
import re
import sys

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir") or os.path.dirname(os.path.dirname(__file__)), "tests/lib"))
import mail
import mailhost
import places
import tap
import wait
from postkamer import Postkamer

ELS, SERVICE = "Els de Vries <els@example.nl>", "dossier@example.nl"
OFFICE, PIET = "Kantoor Jansen <info@example.com>", "Piet Jansen <piet@example.com>"
CODE = re.compile(r"\b[a-z2-7]{4}-[a-z2-7]{4}-[a-z2-7]{4}\b")


def sent(post, template, who, least=1):
    """Waits until so many mails made of that template went to somebody."""
    def rows():
        found = [row for row in post.queue() if row["template"] == template and who in row["to"] and row["state"] == "sent"]
        return found if len(found) >= least else None
    return wait.until(f"{template} to {who}", rows, 40)


def last(host, user):
    host.drain()
    return mail.inbox(host, user)[-1]


def write(host, sender, subject, text, files=(), to=SERVICE):
    mail.send(host, mail.make(sender, to, subject, text, files))


def answer(host, user, sender, text):
    """Replies to the last mail in somebody's mailbox, quoting it below."""
    got = last(host, user)
    quoted = "".join(f"> {line}\n" for line in mail.text_of(got).splitlines())
    mail.send(host, mail.make(sender, str(got["Reply-To"]), f"Re: {got['Subject']}",
                              f"{text}\n\nOp 2 maart 2026 om 09:00 schreef Pentrax <{SERVICE}>:\n{quoted}",
                              headers={"In-Reply-To": got["Message-ID"], "References": got["Message-ID"]}))
    return got


def mails_to(post, who):
    return [row["template"] for row in post.queue() if who in row["to"]]


def senders(post, number):
    return [one["from"] for slot in post.dossier(number)["slots"] for one in slot["documents"]]


def paper(name):
    return [(name, mail.pdf(name), "application/pdf")]


def added(t, host, post):
    """Staff, after a telephone call."""
    write(host, ELS, "nieuw kantoor", 'kantoor info@example.com "Kantoor Jansen"\n')
    sent(post, "kantoor-klopt", "els")
    t.equal(post.json("office", "list"), [], "staff who write afresh are asked first")
    answer(host, "els", ELS, "ja")
    sent(post, "kantoor-welkom", "info@example.com")
    sent(post, "kantoor-toegevoegd", "els")
    offices = post.json("office", "list")
    t.equal([(one["address"], one["name"], one["confirmed"], one["by"]) for one in offices],
            [("info@example.com", "Kantoor Jansen", None, "staff els@example.nl")], "then the office is known")
    refused = post.call("dossier", "new", "--workflow", "inkomensverklaring", "--client", "Jan <jan@example.org>",
                        "--office", "info@example.com")
    t.ok(refused.returncode == 1 and b"--confirmed" in refused.stderr, "no dossier for it before it is confirmed",
         refused.stderr)


def confirmed(t, host, post):
    welcome = mail.text_of(last(host, "office"))
    code = CODE.search(welcome).group()
    t.ok("[" not in str(last(host, "office")["Subject"]), "the welcome holds no token", last(host, "office")["Subject"])
    write(host, PIET, "code", f"{code}\n")
    wait.until("his mail is decided", lambda: [one for one in post.items() if one["from"] == "piet@example.com"], 40)
    t.equal(post.json("office", "show", "info@example.com")["confirmed"], None, "A11 the code from another address is nothing")
    answer(host, "office", OFFICE, code.upper())
    sent(post, "kantoor-bevestigd", "info@example.com")
    t.ok(post.json("office", "show", "INFO@example.com")["confirmed"], "the code from its own address confirms it")
    t.ok(code not in post.dump() + post.log(), "no list and no log shows the code")


def colleague(t, host, post, number):
    sent(post, "aanvraag-bevestigd", "info@example.com")
    t.equal(mails_to(post, "jan@"), [], "the client hears nothing: the office does")
    write(host, PIET, number, "Hierbij het paspoort.", paper("paspoort.pdf"))
    sent(post, "collega-vraag", "info@example.com")
    t.equal(senders(post, number), [], "what a colleague mails from his own address waits")
    t.equal([row["template"] for row in post.queue() if "piet@" in row["to"]], ["ticket-ontvangen"],
            "he hears what anybody hears: one answer a day, and he had one about the code that he tried")
    question = answer(host, "office", OFFICE, "voortaan accepteren")
    t.ok("piet@example.com" in str(question["Subject"]) and "paspoort" not in mail.text_of(question),
         "the question names him, and no file", question["Subject"])
    sent(post, "collega-antwoord", "info@example.com")
    sent(post, "ontvangst", "info@example.com")
    t.equal(senders(post, number), ["piet@example.com"], "accepted: it is taken in, from him")
    write(host, PIET, number, "En de aangifte.", paper(f"aangifte {int(number[:4]) - 1}.pdf"))
    wait.until("the next one is taken in", lambda: len(senders(post, number)) == 2, 40)
    t.equal(mails_to(post, "piet@"), ["ticket-ontvangen"], "answers go to the general address only")
    shown = post.json("office", "show", "info@example.com")
    t.equal([(one["address"], one["answer"]) for one in shown["colleagues"]], [("piet@example.com", "accepted")],
            "office show names him")


def overview(t, host, post, number):
    hidden = post.run("dossier", "new", "--workflow", "inkomensverklaring", "--client", "Piet <piet@example.org>",
                      "--office", "ander@client.test").strip()
    write(host, OFFICE, "", "overzicht\n")
    sent(post, "overzicht", "info@example.com")
    got = last(host, "office")
    text = mail.text_of(got)
    t.ok(number in text and hidden not in text, "the overview shows its own dossiers", text)
    t.ok("<table" in mail.html_of(got) and number in mail.html_of(got), "as a table too")
    files = dict(mail.attachments(got))
    data = files.get("overzicht.csv", b"")
    t.ok(data.startswith(b"\xef\xbb\xbf") and data.endswith(b"\r\n"), "and as a file", list(files))
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    t.equal([row[0] for row in rows], ["dossier", number], "that a spreadsheet reads")
    t.equal(set(map(len, rows)), {12}, "with as many fields in each line")
    write(host, OFFICE, "", "overzicht dagelijks\n")
    sent(post, "kantoor-instelling", "info@example.com")
    t.equal(post.json("office", "show", "info@example.com")["digest"], "daily", "by itself when it asks for that")
    for _ in range(4):
        post.run("clock", "+1d")
    sent(post, "overzicht", "info@example.com", 2)
    t.equal(mails_to(post, "info@").count("overzicht"), 2, "which comes once while nothing changes")


def left(t, host, post, number):
    post.run("office", "colleague", "info@example.com", "piet@example.com", "refuse")
    write(host, PIET, number, "Nog iets.", paper("prognose.pdf"))
    held = wait.until("his mail is held", lambda: [one for one in post.json("held", "list") if one["reason"] == "colleague"], 40)
    t.equal(len(senders(post, number)), 2, "who left delivers no more")
    post.run("office", "colleague", "info@example.com", "piet@example.com", "accept")
    wait.until("what waited is taken in", lambda: len(senders(post, number)) == 3, 40)
    t.equal([one for one in post.json("held", "list") if one["id"] == held[0]["id"]], [], "accepted by hand: taken in")
    for args, status in [(("info@example.com", "x@client.test", "accept"), 1), (("info@example.com", "piet@example.com"), 64)]:
        t.equal(post.call("office", "colleague", *args).returncode, status, f"office colleague {' '.join(args)}: {status}")


def by_hand(t, post, number):
    t.contains(post.run("office", "add", "Bureau <post@client.test>", "--language", "en"), "added; a welcome", "office add")
    t.contains(post.run("office", "add", "post@client.test"), "known already", "again changes nothing")
    one = json.loads(post.run("office", "add", "post@client.test", "--confirmed", "--json"))
    t.ok(one["confirmed"] and one["changed"] and one["name"] == "Bureau", "the operator may vouch for it", one)
    rows = [(("add", "nonsense"), 64), (("add",), 64), (("add", "a@client.test", "--brand", "x"), 1), (("add", SERVICE), 1),
            (("show", "nobody@client.test"), 1), (("remove", "nobody@client.test"), 1),
            (("add", "a@client.test", "--service", "x"), 1),
            (("add", "a@client.test", "--language", "xx"), 1)]
    for args, status in rows:
        result = post.call("office", *args)
        t.ok(result.returncode == status and result.stderr.startswith(b"postkamer: "), f"office {' '.join(args)}: {status}",
             (result.returncode, result.stderr))
    t.equal(post.stop()[0], 0, "the daemon ends")
    t.equal([one["address"] for one in post.json("office", "list")],
            ["info@example.com", "ander@client.test", "post@client.test"], "office list without a daemon")
    said = post.run("office", "remove", "info@example.com")
    t.ok("removed" in said and number in said, "office remove names the dossiers that still name it", said)
    t.equal(post.call("office", "show", "info@example.com").returncode, 1, "then it is gone")


def play(t):
    aliases = {"info@example.com": "office", "piet@example.com": "client"}
    with mailhost.MailHost(places.scratch("office"), aliases=aliases) as host, Postkamer(f"{host.dir}/post", host) as post:
        post.configure(service={"plus": "true"}).init()
        post.start()
        added(t, host, post)
        confirmed(t, host, post)
        number = post.run("dossier", "new", "--workflow", "inkomensverklaring", "--client", "Jan Jansen <jan@example.org>",
                          "--office", "info@example.com").strip()
        colleague(t, host, post, number)
        overview(t, host, post, number)
        left(t, host, post, number)
        by_hand(t, post, number)


tap.need_program()
if mailhost.why_not():
    tap.skip_all(mailhost.why_not())
tap.main(play)
