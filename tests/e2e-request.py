#!/usr/bin/env python3
"""A dossier asked for by mail on real servers: the request form comes, and is sent back in three shapes: on top of the quotation,
inside it, and as HTML only; and by an order in the spool, with its documents."""
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

REQUEST, SERVICE = "aanvraag@example.nl", "dossier@example.nl"
PEOPLE = {f"{user}@example.org": user for user in ("kees", "petra", "piet")}
HEAD = f"Op 2 maart 2026 om 09:00 schreef Pentrax <{SERVICE}>:"


def sent(post, template, who):
    return wait.until(f"{template} to {who}", lambda: [row for row in post.queue() if template in row["template"] and
                                                       who in row["to"] and row["state"] == "sent"] or None, 40)


def asked(t, host, post, user, subject="Dossier aanvragen"):
    """Asks for the form, and returns it."""
    mail.send(host, mail.make(f"{user.title()} <{user}@example.org>", REQUEST, subject, "Graag een dossier.\n"))
    sent(post, "aanvraagformulier", user)
    host.drain()
    got = mail.inbox(host, user)[-1]
    t.equal(str(got["Auto-Submitted"]), "auto-replied", f"{user}: the form is an automatic answer")
    return got


def reply(got, user, text=None, html=None, files=()):
    letter = mail.make(f"{user.title()} <{user}@example.org>", str(got["Reply-To"]), f"Re: {got['Subject']}", text or "", files,
                       headers={"In-Reply-To": got["Message-ID"], "References": got["Message-ID"]})
    if html:
        letter.set_content(html, subtype="html")
    return letter


def opened(t, post, user, name, what):
    def found():
        return [one for one in post.json("dossier", "list") if one["client"]["address"] == f"{user}@example.org"]
    wait.until(f"the dossier of {user}", found, 40)
    sent(post, "aanvraag-bevestigd", user)
    t.equal([one["client"]["name"] for one in found()], [name], f"{what}: one dossier, with the name")
    return found()[0]["number"]


def on_top(t, host, post):
    got = asked(t, host, post, "jan")
    quoted = "".join(f"> {line}\n" for line in mail.text_of(got).splitlines())
    letter = reply(got, "jan", f"Beste mensen,\n\nNaam: Jan de Vries\nTaal: Nederlands\n\nGroet, Jan\n\n{HEAD}\n{quoted}",
                   files=[("paspoort.pdf", mail.pdf("paspoort"), "application/pdf")])
    mail.send(host, letter)
    number = opened(t, post, "jan", "Jan de Vries", "on top")
    slots = {one["slot"]: one["status"] for one in post.dossier(number)["slots"]}
    t.equal(slots["legitimatie"], "delivered", "the document that came with it is in its slot")
    mail.send(host, reply(got, "jan", f"Naam: Jan de Vries\nTaal: Nederlands\n\n{HEAD}\n{quoted}"))
    sent(post, "aanvraag-bestaat", "jan")
    opened(t, post, "jan", "Jan de Vries", "sent twice")


def inside(t, host, post):
    got = asked(t, host, post, "kees")
    quoted = "".join(f"> {line}\n" for line in mail.text_of(got).splitlines())
    mail.send(host, reply(got, "kees", f"Zie hieronder.\n\n{HEAD}\n{quoted}"))
    wait.until("the empty form", lambda: [one for one in post.json("item", "list") if one["reason"] == "request" and
                                          one["state"] == "held"], 40)
    t.equal([one for one in post.json("dossier", "list") if one["client"]["address"].startswith("kees")], [],
            "an empty form opens nothing")
    filled = re.sub(r"(?m)^(> Naam[^\n]*:)$", r"\1 Kees Bakker", quoted)
    filled = re.sub(r"(?m)^(> Kopie[^\n]*:)$", r"\1\nnee", filled)
    t.ok(filled != quoted, "the form has its fields", quoted)
    mail.send(host, reply(got, "kees", f"Ingevuld.\n\n{HEAD}\n{filled}"))
    opened(t, post, "kees", "Kees Bakker", "inside the quotation")


def as_html(t, host, post):
    got = asked(t, host, post, "petra", "Request")
    page = mail.html_of(got)
    t.ok("Form:" in page and "Name" in page, "who asks in English gets the English form", page[:300])
    filled = page
    for label, value in (("Name", '<span style="color:#1F497D">Petra&nbsp;Visser</span>'), ("Language", "<span>English</span>")):
        filled = re.sub(f"(<strong>{label}[^<]*</strong>[^<]*)", rf"\1 {value}", filled, count=1)
    body = re.search(r"<body[^>]*>(.*)</body>", filled, re.S).group(1)
    outlook = ("<html><body><p class=MsoNormal>Please find the form below.<o:p></o:p></p><div style='border:none;"
               "border-top:solid #E1E1E1 1.0pt'><p class=MsoNormal><b>From:</b> Pentrax &lt;dossier@example.nl&gt;<br>"
               "<b>Sent:</b> Monday, March 2, "
               "2026 09:00<br><b>To:</b> petra@example.org<br><b>Subject:</b> Request</p></div>" + body + "</body></html>")
    mail.send(host, reply(got, "petra", html=outlook))
    number = opened(t, post, "petra", "Petra Visser", "HTML from Outlook")
    t.equal(post.dossier(number)["client"]["address"], "petra@example.org", "under the address that it came from")
    host.drain()
    t.ok("Thank you" in mail.text_of(mail.inbox(host, "petra")[-1]), "the language that was asked",
         mail.text_of(mail.inbox(host, "petra")[-1])[:200])


def by_order(t, host, post):
    os.makedirs(f"{post.spool}/tmp/web-1", exist_ok=True)
    with open(f"{post.spool}/tmp/web-1/paspoort.pdf", "wb") as file:
        file.write(mail.pdf("order"))
    order = {"workflow": "inkomensverklaring", "reference": "web-1",
             "client": {"name": "Els Klant", "address": "piet@example.org"}, "documents": ["web-1/paspoort.pdf"]}
    for name, wanted in (("een.json", "done"), ("twee.json", "refused")):
        with open(f"{post.spool}/tmp/{name}", "w") as file:
            json.dump(order, file)
        os.rename(f"{post.spool}/tmp/{name}", f"{post.spool}/new/{name}")
        wait.until(f"{name} is put away", lambda: os.path.exists(f"{post.spool}/{wanted}/{name}"), 40)
        found = [one for one in post.json("dossier", "list") if one["client"]["address"] == "piet@example.org"]
        t.equal(len(found), 1, f"{name}: one dossier")
        order["documents"] = []
    slots = {one["slot"]: one["status"] for one in post.dossier(found[0]["number"])["slots"]}
    t.equal(slots["legitimatie"], "delivered", "with its document")
    t.equal(os.listdir(f"{post.spool}/tmp/web-1"), [], "which left tmp/")
    with open(f"{post.spool}/new/fout.json", "w") as file:
        file.write('{"client": {"name": "X", "address": "x"}}')
    reason = f"{post.spool}/refused/fout.json.reason"
    wait.until("the refusal", lambda: os.path.exists(reason), 40)
    with open(reason) as file:
        t.equal(file.read(), "client.address: 'x' is not an e-mail address; write it as name@example.org\n", "the reason says it")


def play(t):
    with mailhost.MailHost(places.scratch("request"), users=["kees", "petra", "piet"], aliases=PEOPLE) as host, \
            Postkamer(f"{host.dir}/post", host) as post:
        post.configure(service={"plus": "true"}).init()
        post.start()
        on_top(t, host, post)
        inside(t, host, post)
        as_html(t, host, post)
        by_order(t, host, post)


tap.need_program()
if mailhost.why_not():
    tap.skip_all(mailhost.why_not())
tap.main(play)
