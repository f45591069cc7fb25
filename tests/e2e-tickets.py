#!/usr/bin/env python3
"""Tickets on real servers: a stranger's question, an office's about its dossier, three rounds of answers, closing and
opening again, a problem without a dossier, and a mail of staff with eight commands of which two are wrong."""
import os
import sys

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir") or os.path.dirname(os.path.dirname(__file__)), "tests/lib"))
import mail
import mailhost
import places
import tap
import wait
from postkamer import Postkamer

JAN, ELS = "Jan Jansen <jan@example.org>", "Els de Vries <els@example.nl>"
OFFICE, STRANGER = "Kantoor <kantoor@example.nl>", "Steve <steve@example.nl>"
SERVICE, QUESTION, PROBLEM = "dossier@example.nl", "vraag@example.nl", "storing@example.nl"


def flat(letter):
    """Its text on one line: ours wraps at 72 columns."""
    return " ".join(mail.text_of(letter).split())


def got(host, user, words):
    """The last mail in somebody's mailbox whose text holds these words; waits for it."""
    def look():
        host.drain()
        found = [one for one in mail.inbox(host, user) if words in flat(one)]
        return found[-1] if found else None
    return wait.until(f"'{words}' to {user}", look, 40)


def answer(host, sender, letter, text, files=()):
    """Replies as Outlook does: the whole mail below the own words, without marks of quotation."""
    below = f"\n\n-----Oorspronkelijk bericht-----\nVan: Pentrax <{SERVICE}>\nVerzonden: maandag 2 maart 2026 09:00\n" \
            f"Aan: {sender}\nOnderwerp: {letter['Subject']}\n\n{mail.text_of(letter)}"
    mail.send(host, mail.make(sender, str(letter["Reply-To"]), f"RE: {letter['Subject']}", text + below, files,
                              headers={"In-Reply-To": letter["Message-ID"],
                                       "References": f"{letter['References'] or ''} {letter['Message-ID']}".strip()}))


def tickets(post, *options):
    return post.json("ticket", "list", *options)


def stranger(t, host, post):
    mail.send(host, mail.make(STRANGER, QUESTION, "Prijs", "Wat kost een verklaring?\n\nGroet, Steve\n"))
    ack = got(host, "steve", "Bedankt voor uw vraag")
    number = tickets(post)[0]["number"]
    t.ok(number in str(ack["Subject"]) and "auto-replied" in str(ack["Auto-Submitted"]),
         "a stranger hears the number of his question", str(ack["Subject"]))
    asked = got(host, "els", "Wat kost een verklaring?")
    rounds = [("149 euro.", "En voor twee jaar?"), ("Hetzelfde.", "Ook digitaal?"), ("Alleen digitaal.", None)]
    thread = []
    for said, reply in rounds:
        thread.append(asked)
        answer(host, ELS, asked, f"Beste Steve,\n\n{said}\n\nMet vriendelijke groet,\nEls de Vries\nels@example.nl")
        letter = got(host, "steve", said)
        t.ok("els@" not in letter.as_string() and "Els de Vries" not in flat(letter) and
             "Schrijf uw antwoord" not in flat(letter), f"'{said}' arrives, and nothing of the desk", mail.text_of(letter))
        t.equal(mail.address(letter["From"]), SERVICE, "from the service")
        if reply:
            answer(host, STRANGER, letter, reply)
            asked = got(host, "els", reply)
    ids = {str(one["Message-ID"]) for one in thread}
    t.ok(str(thread[0]["Message-ID"]) in str(thread[2]["References"]) and
         len({str(one["Subject"]) for one in thread}) == 1, "for staff it is one thread", str(thread[2]["References"]))
    t.ok(not any(one in letter.as_string() for one in ids), "whose ids the stranger never sees")
    answer(host, ELS, thread[2], "sluiten")
    got(host, "els", f"Ticket {number} is gesloten")
    t.equal(post.json("ticket", "show", number)["state"], "closed", "sluiten closes it")
    answer(host, STRANGER, letter, "Nog een ding: hoe lang duurt het?")
    got(host, "els", "Het was gesloten en staat nu weer open")
    shown = post.json("ticket", "show", number)
    t.equal((shown["state"], shown["owner"], len(shown["messages"])), ("open", "els@example.nl", 7), "an answer opens it again")


def office(t, host, post, number):
    mail.send(host, mail.make(OFFICE, SERVICE, f"Dossier {number}", "Wanneer bent u klaar?\n"))
    ack = got(host, "office", "Bedankt voor uw vraag")
    ticket = tickets(post, "--dossier", number)[0]
    t.equal((ticket["kind"], ticket["state"], ticket["from"]), ("question", "open", "kantoor@example.nl"),
            "an office asks about its dossier")
    answer(host, ELS, got(host, "els", "Wanneer bent u klaar?"), "Volgende week, zie de bijlage.",
           [("planning.pdf", mail.pdf("planning"), "application/pdf")])
    letter = got(host, "office", "Volgende week, zie de bijlage.")
    t.equal([name for name, _ in mail.attachments(letter)], ["planning.pdf"], "and gets the answer with its file")
    first = mail.inbox(host, "office")[0]
    t.ok(str(first["Message-ID"]) in str(letter["References"]), "in the thread of its dossier", str(letter["References"]))
    t.equal([one["state"] for one in post.dossier(number)["tickets"]], ["answered"], "dossier show knows it")
    t.ok(mail.text_of(ack).startswith("Vraag T") and str(ack["Subject"]).startswith("Dossier "),
         "the acknowledgement names it, in the thread of the dossier", str(ack["Subject"]))


def problem(t, host, post):
    mail.send(host, mail.make(STRANGER, PROBLEM, "Help", "Mijn bijlage gaat niet mee\n"))
    letter = got(host, "els", "Er is een technisch probleem gemeld")
    ticket = [one for one in tickets(post) if one["kind"] == "problem"][0]
    t.equal((ticket["dossier"], ticket["from"]), (None, "steve@example.nl"), "a problem without a dossier")
    t.ok("Wat wij ervan weten" in mail.text_of(letter), "with what we know of him", mail.text_of(letter))


def eight(t, host, post, number):
    year = int(number[:4])
    names = ["paspoort.pdf"] + [f"{kind} {year - back}.pdf" for kind in ("aangifte", "jaarcijfers") for back in (1, 2, 3)]
    mail.send(host, mail.make(OFFICE, SERVICE, f"Dossier {number}", "niet aanwezig prognose\n",
                              [(name, mail.pdf(name), "application/pdf") for name in names]))
    wait.until("the documents", lambda: len(post.documents(number)) == len(names), 40)
    post.run("clock", "+20m")
    task = got(host, "els", "is compleet en wacht op een van ons")
    answer(host, ELS, task, f"""goedkeuren legitimatie
goedkeuren aangifte {year - 1}
afkeuren aangifte {year - 2}: pagina 3 ontbreekt
afkeuren jaarcijfers {year - 1}
extra loonstrook "Loonstrook januari": graag de laatste
goedkeuren huurcontract
afkeuren jaarcijfers {year - 3}: niet leesbaar
notitie: kantoor gebeld
""")
    report = flat(got(host, "els", "kantoor gebeld: gedaan"))
    t.equal(report.count(": gedaan"), 6, "six of eight commands are done")
    t.ok("afkeuren jaarcijfers" in report and report.count("niet uitgevoerd") == 2, "two are not, with the reason", report)
    letters = [one for one in mail.inbox(host, "office") if "pagina 3 ontbreekt" in flat(one)]
    text = flat(letters[0])
    t.ok(len(letters) == 1 and "niet leesbaar" in text and "Loonstrook januari" in text,
         "the office gets one mail: each document with its reason", text)


def play(t):
    hosts = mailhost.MailHost(places.scratch("tickets"), users=["steve"])
    with hosts as host, Postkamer(f"{hosts.dir}/post", hosts) as post:
        post.configure(service={"plus": "true"}).init()
        post.start()
        number = post.new_dossier("Jan Jansen <jan@example.org>", "inkomensverklaring", "--office", "kantoor@example.nl")
        got(host, "office", number)
        stranger(t, host, post)
        office(t, host, post, number)
        problem(t, host, post)
        eight(t, host, post, number)
        t.ok(post.json("status")["tickets_open"] >= 1, "status counts what is open")


tap.need_program()
if mailhost.why_not():
    tap.skip_all(mailhost.why_not())
tap.main(play)
