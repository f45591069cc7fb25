#!/usr/bin/env python3
"""Commands by mail on real servers: people answer with a mail client, tokens travel in the plus part of Reply-To; the
operator's command does the same, with a daemon and without."""
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

JAN, ELS = "Jan Jansen <jan@example.org>", "Els de Vries <els@example.nl>"
SERVICE = "dossier@example.nl"
TOKEN = re.compile(r"[a-z2-7]{26}")


def sent(post, template, who, least=1):
    """Waits until so many mails made of that template went to somebody."""
    def rows():
        found = [row for row in post.queue() if row["template"] == template and who in row["to"] and row["state"] == "sent"]
        return found if len(found) >= least else None
    return wait.until(f"{template} to {who}", rows, 40)


def last(host, user):
    host.drain()
    return mail.inbox(host, user)[-1]


def answer(host, user, sender, text, files=()):
    """Replies to the last mail in somebody's mailbox, as a mail client does: quoted below."""
    got = last(host, user)
    quoted = "".join(f"> {line}\n" for line in mail.text_of(got).splitlines())
    letter = mail.make(sender, str(got["Reply-To"]), f"Re: {got['Subject']}",
                       f"{text}\n\nOp 2 maart 2026 om 09:00 schreef Pentrax <{SERVICE}>:\n{quoted}", files,
                       headers={"In-Reply-To": got["Message-ID"], "References": got["Message-ID"]})
    mail.send(host, letter)
    return got


def state(post, number, wanted):
    wait.until(f"state {wanted}", lambda: post.dossier(number)["state"] == wanted, 40)
    return post.dossier(number)["state"]


def slot(post, number, name):
    return [one["status"] for one in post.dossier(number)["slots"] if one["slot"] == name][0]


def by_mail(t, host, post, number):
    year = int(number[:4])
    sent(post, "aanvraag-bevestigd", "jan")
    got = answer(host, "jan", JAN, "niet aanwezig prognose: mijn bedrijf is\nte nieuw\n\nGroet, Jan")
    t.ok(re.fullmatch(r"dossier\+[a-z2-7]{26}@example\.nl", mail.address(got["Reply-To"])), "a token in Reply-To",
         got["Reply-To"])
    t.ok(not TOKEN.search(str(got["Subject"])), "and none in the subject", got["Subject"])
    sent(post, "verslag", "jan")
    t.equal(slot(post, number, "prognose"), "absent", "niet aanwezig is done")
    text = mail.text_of(last(host, "jan"))
    t.ok("gedaan" in text and "zonder dit document" not in text, "the transcript says so", text)
    names = ["paspoort.pdf"] + [f"{kind} {year - back}.pdf" for kind in ("aangifte", "jaarcijfers") for back in (1, 2, 3)]
    answer(host, "jan", JAN, "Hierbij alles.", [(name, mail.pdf(name), "application/pdf") for name in names])
    sent(post, "ontvangst", "jan")
    post.run("clock", "+20m")
    sent(post, "te-behandelen", "els")
    t.ok("Hierbij alles." in mail.text_of(last(host, "els")), "staff read the note that came along")
    answer(host, "els", ELS, "in behandeling")
    t.equal(state(post, number, "behandeling"), "behandeling", "staff take it by a reply")
    sent(post, "verslag", "els")


def without_token(t, host, post, number):
    mail.send(host, mail.make(ELS, SERVICE, f"Dossier {number}", "intrekken\n"))
    sent(post, "bevestigen", "els")
    t.equal(post.dossier(number)["state"], "behandeling", "a staff command without its token waits")
    answer(host, "els", ELS, "nee")
    sent(post, "verslag", "els", 2)
    t.equal(post.dossier(number)["state"], "behandeling", "nee drops it")
    mail.send(host, mail.make("Eve <eve@client.test>", SERVICE, f"Dossier {number}", "intrekken\n"))
    wait.until("the stranger's mail is held", lambda: [one for one in post.json("held", "list")
                                                      if one["reason"] == "stranger"], 40)
    t.equal(post.dossier(number)["state"], "behandeling", "a stranger's command does nothing")


def by_hand(t, post, number):
    for name in ("rapport.pdf", "scan:2.pdf"):
        with open(f"{post.dir}/{name}", "wb") as file:
            file.write(mail.pdf(name))
    refused = post.call("dossier", "event", number, "klaar")
    t.ok(refused.returncode == 1 and b"wanted: Rapport, Factuur" in refused.stdout, "klaar without its documents",
         (refused.returncode, refused.stdout))
    said = post.run("dossier", "event", number, "klaar", "--attach", "rapport.pdf", "--attach", "scan:2.pdf:factuur")
    t.equal(said, "klaar: done\n", "klaar with them, at the command line")
    t.equal(post.dossier(number)["state"], "betaling", "goes on")
    t.equal(slot(post, number, "factuur"), "delivered", "each file in its slot")
    rows = [(("x", "klaar"), 1), ((number,), 64), ((number, "klaar", "--by", "eve"), 64),
            ((number, "status", "--by", "office"), 1), ((number, "klaar", "--attach", "none.pdf"), 1)]
    for args, status in rows:
        result = post.call("dossier", "event", *args)
        t.ok(result.returncode == status and result.stderr.startswith(b"postkamer: "), f"dossier event {args[1:]}: {status}",
             (result.returncode, result.stderr))
    t.equal(post.json("dossier", "event", number, "betaald")["done"], 1, "and with --json")
    sent(post, "rapport-gereed+betaald", "jan")


def secrets(t, host, post):
    host.drain()
    tokens = {found for user in ("jan", "els") for one in mail.inbox(host, user)
              for found in TOKEN.findall(str(one["Reply-To"]))}
    t.ok(len(tokens) > 3, "mails carry tokens", tokens)
    lists = post.dump() + post.log()
    t.empty([token for token in tokens if token in lists], "no list and no log shows one")


def alone(t, post, number):
    t.equal(post.stop()[0], 0, "the daemon ends")
    t.equal(post.run("dossier", "event", number, "heropenen aangifte " + str(int(number[:4]) - 1)),
            f"heropenen aangifte {int(number[:4]) - 1}: done\n", "without a daemon too")
    t.equal(post.dossier(number)["state"], "verzamelen", "and it is done")


def play(t):
    with mailhost.MailHost(places.scratch("mailcmd")) as host, Postkamer(f"{host.dir}/post", host) as post:
        post.configure(service={"plus": "true"}).init()
        post.start()
        number = post.new_dossier()
        by_mail(t, host, post, number)
        without_token(t, host, post, number)
        by_hand(t, post, number)
        secrets(t, host, post)
        alone(t, post, number)


tap.need_program()
if mailhost.why_not():
    tap.skip_all(mailhost.why_not())
tap.main(play)
