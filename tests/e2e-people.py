#!/usr/bin/env python3
"""Who gets what on real servers: a change of address, a dossier that its office keeps and then shares, copies, the status as
a table, the report once more."""
import os
import sys

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir") or os.path.dirname(os.path.dirname(__file__)), "tests/lib"))
import mail
import mailhost
import places
import tap
import wait
from postkamer import Postkamer

JAN, NEW = "Jan Jansen <jan@example.org>", "Jan Jansen <jan.nieuw@example.org>"
OFFICE, ELS = "Kantoor De Hoek <info@dehoek.example>", "Els de Vries <els@example.nl>"
SERVICE = "dossier@example.nl"
BOXES = {JAN: "jan", NEW: "jannieuw", OFFICE: "hoek", ELS: "els"}


class People:
    def __init__(self, t, host, post):
        self.t, self.host, self.post = t, host, post

    def inbox(self, who):
        self.host.drain()
        return mail.inbox(self.host, BOXES[who])

    def got(self, who, words, least=1):
        """Waits for so many mails with these words in the subject or above the text; the last one."""
        def found():
            hits = [one for one in self.inbox(who) if words.lower() in f"{one['Subject']} {mail.text_of(one)[:200]}".lower()]
            return hits if len(hits) >= least else None
        return wait.until(f"'{words}' to {who}", found, 40)[-1]

    def answer(self, who, to, text, files=()):
        mail.send(self.host, mail.make(who, str(to["Reply-To"]), f"Re: {to['Subject']}", text + "\n", files,
                                       headers={"In-Reply-To": to["Message-ID"], "References": to["Message-ID"]}))

    def write(self, who, number, text, files=()):
        mail.send(self.host, mail.make(who, SERVICE, f"Dossier {number}", text + "\n", files))


def documents(number):
    year = int(number[:4])
    names = ["paspoort.pdf", "prognose.pdf"] + [f"{kind} {year - back}.pdf" for kind in ("aangifte", "jaarcijfers")
                                               for back in (1, 2, 3)]
    return [(name, mail.pdf(name), "application/pdf") for name in names]


def hidden_then_shared(p):
    t, post = p.t, p.post
    number = post.new_dossier(JAN, "inkomensverklaring", "--office", OFFICE, "--office-only")
    first = p.got(OFFICE, number)
    p.answer(OFFICE, first, "Hierbij alles.", documents(number))
    p.got(OFFICE, "ontvangen")
    p.write(JAN, number, "status")
    wait.until("the client's mail is held", lambda: [one for one in post.json("held", "list")
                                                     if one["reason"] == "stranger"], 40)
    t.empty([str(one["Subject"]) for one in p.inbox(JAN) if number in one.as_string()], "the client hears nothing of its number")
    p.answer(OFFICE, first, "delen met klant")
    shared = p.got(JAN, "u kunt nu meekijken")
    t.ok("De Hoek" in mail.text_of(shared), "shared: he hears whose it is", mail.text_of(shared))
    t.equal(post.dossier(number)["visibility"], "shared", "and so says the list")
    p.answer(JAN, shared, "status")
    status = p.got(JAN, "zo staat het ermee")
    t.ok("ontvangen - paspoort.pdf" in " ".join(mail.text_of(status).split()), "the status: what came, and when",
         mail.text_of(status))
    t.ok("<table" in mail.html_of(status) and "paspoort.pdf" in mail.html_of(status), "as a table in HTML too")
    p.answer(JAN, shared, "kopie aan")
    wait.until("copies are on", lambda: post.dossier(number)["client"]["copy"], 40)
    post.run("clock", "+20m")
    copy = p.got(JAN, "stukken zijn binnen")
    t.equal([mail.address(copy["To"]), mail.address(copy["Cc"])], ["jan@example.org", "info@dehoek.example"],
            "the copy shows both")
    return number


def report_again(p, number):
    t, post = p.t, p.post
    files = [(f"{name}.pdf", mail.pdf(name), "application/pdf") for name in ("rapport", "factuur")]
    task = p.got(ELS, number)
    p.answer(ELS, task, "in behandeling")
    wait.until("taken", lambda: post.dossier(number)["state"] == "behandeling", 40)
    p.answer(ELS, task, "klaar", files)
    wait.until("finished", lambda: post.dossier(number)["state"] == "betaling", 40)
    p.write(JAN, number, "rapport")
    refused = p.got(JAN, "wat wij met uw mail hebben gedaan", 2)
    t.ok("nog niets verstuurd" in mail.text_of(refused), "no report before it went out", mail.text_of(refused))
    p.answer(ELS, task, "betaald")
    p.got(OFFICE, "het rapport is klaar")
    p.write(JAN, number, "rapport")
    again = p.got(JAN, "nog een keer het rapport")
    t.equal(sorted(name for name, _ in [(part.get_filename(), part) for part in again.walk() if part.get_filename()]),
            ["factuur.pdf", "rapport.pdf"], "and once more afterwards")
    t.empty([str(one["Subject"]) for one in p.inbox(OFFICE) if "149" in mail.text_of(one)], "the office never reads the amount")


def change_of_address(p):
    t, post = p.t, p.post
    number = post.new_dossier(JAN)
    first = p.got(JAN, number)
    p.answer(JAN, first, "nieuw adres jan.nieuw@example.org")
    old, new = p.got(JAN, "klopt dit nieuwe mailadres"), p.got(NEW, "Is dit mailadres van u")
    t.ok(number not in new.as_string() and "jan@example.org" not in new.as_string(), "the new address learns nothing")
    p.answer(NEW, new, "ja")
    p.got(NEW, "wij wachten nog")
    t.equal(post.dossier(number)["client"]["address"], "jan@example.org", "one yes changes nothing")
    p.answer(JAN, old, "ja")
    p.got(NEW, "uw mailadres")
    p.got(JAN, "Wij gebruiken dit mailadres niet meer")
    p.got(ELS, "een mailadres van de klant")
    t.equal(post.dossier(number)["clients"][0]["addresses"], ["jan.nieuw@example.org"], "two do")
    p.answer(JAN, first, "status")
    wait.until("the old one is a stranger", lambda: [one for one in post.json("held", "list") if one["dossier"] == number], 40)
    p.write(NEW, number, "status")
    t.ok("nog nodig" in mail.text_of(p.got(NEW, "zo staat het ermee")), "the new one is known")


def play(t):
    aliases = {"jan.nieuw@example.org": "jannieuw", "info@dehoek.example": "hoek", "jan@example.org": "jan"}
    with mailhost.MailHost(places.scratch("people"), ("jannieuw", "hoek"), aliases) as host, \
            Postkamer(f"{host.dir}/post", host) as post:
        post.configure(service={"plus": "true"}).init()
        post.start()
        p = People(t, host, post)
        report_again(p, hidden_then_shared(p))
        change_of_address(p)
        t.equal(post.stop()[0], 0, "the daemon ends well")


tap.need_program()
if mailhost.why_not():
    tap.skip_all(mailhost.why_not())
tap.main(play)
