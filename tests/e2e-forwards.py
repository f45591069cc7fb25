#!/usr/bin/env python3
"""An office passes on its client's mail, on real servers: the PDF lands in the right slot of the right dossier, the office
stands as who delivered it; attached and in the text; two answers that differ wait for a person."""
import os
import sys

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir") or os.path.dirname(os.path.dirname(__file__)), "tests/lib"))
import mail
import mailhost
import places
import tap
import wait
from postkamer import Postkamer

OFFICE = "Kantoor de Boer <info@example.org>"
SERVICE = "dossier@example.nl"

OUTLOOK = """Graag verwerken.

Met vriendelijke groet,

Kantoor de Boer

________________________________
Van: {name} <{address}>
Verzonden: maandag 2 maart 2026 08:45
Aan: Kantoor de Boer <info@example.org>
Onderwerp: Antw: Dossier {number}: wij missen nog stukken

Hierbij het gevraagde.

niet aanwezig prognose

Groet, {name}
"""


def slot(post, number, name, year=None):
    return [one for one in post.dossier(number)["slots"] if one["slot"] == name and one["year"] == year][0]


def ended(post, subject):
    """The item of that subject, once it is decided."""
    def row():
        found = [one for one in post.json("item", "list") if subject in (one["subject"] or "")]
        return found[0] if found and found[0]["state"] not in ("new", "waiting") else None
    return wait.until(f"item '{subject}'", row, 40)


def inline(t, host, post, piet, bert):
    text = OUTLOOK.format(name="Piet Pietersen", address="piet@example.org", number=piet)
    data = mail.pdf("paspoort piet")
    mail.send(host, mail.make(OFFICE, SERVICE, "FW: stukken van een klant", text, [("paspoort.pdf", data, "application/pdf")]))
    row = ended(post, "stukken van een klant")
    t.equal((row["state"], row["dossier"]), ("processed", piet), "in the text: the number of the mail inside decides")
    got = slot(post, piet, "legitimatie")
    t.equal((got["status"], [(one["name"], one["from"], one["sha256"]) for one in got["documents"]]),
            ("delivered", [("paspoort.pdf", "info@example.org", mail.sha256(data))]), "the PDF is in its slot, from the office")
    t.equal(slot(post, bert, "legitimatie")["status"], "open", "the office's other dossier is as it was")
    t.equal(slot(post, piet, "prognose")["status"], "open", "what the client commanded inside is not done")
    notes = [line for line in post.dossier(piet)["history"] if line["event"] == "note"]
    t.ok(len(notes) == 1 and notes[0]["by"] == "office info@example.org" and "Graag verwerken." in notes[0]["text"] and
         "Van: Piet Pietersen <piet@example.org>" in notes[0]["text"] and "niet aanwezig prognose" in notes[0]["text"],
         "it is a note, with whose mail it was", notes)


def attached(t, host, post, bert):
    data = mail.pdf("paspoort bert")
    inside = mail.make("Bert <bert@example.org>", OFFICE, f"Re: Dossier {bert}", "Hierbij.\n",
                       [("id bewijs paspoort.pdf", data, "application/pdf")])
    outer = mail.make(OFFICE, SERVICE, "Doorst: mail van Bert", "Zie bijlage.\n")
    outer.add_attachment(inside)
    mail.send(host, outer)
    row = ended(post, "mail van Bert")
    t.equal((row["state"], row["dossier"]), ("processed", bert), "attached: the number of the message inside decides")
    got = slot(post, bert, "legitimatie")
    t.equal((got["status"], [(one["from"], one["sha256"]) for one in got["documents"]]),
            ("delivered", [("info@example.org", mail.sha256(data))]), "the PDF inside the message is in its slot")


def held(t, host, post, piet, bert):
    text = OUTLOOK.format(name="Piet Pietersen", address="piet@example.org", number=piet)
    before = [len(slot(post, number, "legitimatie")["documents"]) for number in (piet, bert)]
    for subject, reason in ((f"FW: {bert} verkeerd", "two-answers"), ("andere stukken", "forwarded")):
        mail.send(host, mail.make(OFFICE, SERVICE, subject, text, [("paspoort.pdf", mail.pdf(subject), "application/pdf")]))
        row = ended(post, subject)
        t.equal((row["state"], row["reason"]), ("held", reason), f"'{subject}' waits for a person")
    t.equal([len(slot(post, number, "legitimatie")["documents"]) for number in (piet, bert)], before, "and nothing is filed")


def play(t):
    with mailhost.MailHost(places.scratch("forwards")) as host, Postkamer(f"{host.dir}/post", host) as post:
        post.configure().init()
        post.start()
        piet, bert = (post.new_dossier(client, "inkomensverklaring", "--office", "info@example.org")
                      for client in ("Piet Pietersen <piet@example.org>", "Bert <bert@example.org>"))
        inline(t, host, post, piet, bert)
        attached(t, host, post, bert)
        held(t, host, post, piet, bert)


tap.need_program()
if mailhost.why_not():
    tap.skip_all(mailhost.why_not())
tap.main(play)
