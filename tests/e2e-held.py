#!/usr/bin/env python3
"""Held mail on real servers: a forged mail is held, the registered address is asked, "ja" brings its document into the
slot; the same by the command line and by staff mail, with a daemon that is killed on the way and without one."""
import os
import sys

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir") or os.path.dirname(os.path.dirname(__file__)), "tests/lib"))
import mail
import mailhost
import places
import tap
import wait
from postkamer import Postkamer

JAN, ELS, EVE = "Jan Jansen <jan@example.org>", "Els de Vries <els@example.nl>", "Eve <eve@client.test>"
SERVICE, MX = "dossier@example.nl", "mail.example.nl"


def sent(post, template, who, least=1):
    """Waits until so many mails made of that template went to somebody."""
    def rows():
        found = [row for row in post.queue() if row["template"] == template and who in row["to"] and row["state"] == "sent"]
        return found if len(found) >= least else None
    return wait.until(f"{template} to {who}", rows, 40)


def last(host, user):
    host.drain()
    return mail.inbox(host, user)[-1]


def paper(name):
    return [(name, mail.pdf(name), "application/pdf")]


def proven(host, letter):
    """Delivers a mail as a server that checks senders would: with its result above its own trace line."""
    domain = mail.address(letter["From"]).split("@")[1]
    top = (f"Authentication-Results: {MX}; dmarc=pass header.from={domain}\n"
           f"Received: from out.{domain} by {MX} (Postfix) with ESMTPS id 1; Mon, 2 Mar 2026 09:00:00 +0100\n")
    with mail.Imap(host, "intake") as box:
        box.append((top.encode() + letter.as_bytes()).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))


def reply(got, sender, text):
    return mail.make(sender, str(got["Reply-To"]), f"Re: {got['Subject']}", text,
                     headers={"In-Reply-To": got["Message-ID"], "References": got["Message-ID"]})


def held(post, count):
    def there():
        rows = post.json("held", "list")
        return (rows,) if len(rows) == count else None
    return wait.until(f"{count} held items", there, 40)[0]


def in_slot(post, number, slot, data):
    def there():
        return post.documents(number).get(mail.sha256(data), {}).get("slot") == slot
    wait.until(f"the document in {slot}", there, 40)
    return True


def by_question(t, host, post, number):
    forged = {"Authentication-Results": f"{MX}; dmarc=pass header.from=example.org", "Reply-To": EVE}
    mail.send(host, mail.make(JAN, SERVICE, number, "annuleren\n", paper("paspoort.pdf"), headers=forged))
    rows = held(post, 1)
    t.equal((rows[0]["reason"], rows[0]["standing"], rows[0]["dossier"], rows[0]["files"]),
            ("unauthenticated", "client", number, []), "A4 a forged mail with a result of its own is held")
    t.equal([row["template"] for row in post.queue()], ["aanvraag-bevestigd"], "and nobody hears of it at once")
    post.run("clock", "+11m")
    sent(post, "vastgehouden-vraag", "jan")
    sent(post, "vastgehouden", "els")
    question = last(host, "jan")
    t.ok("jan@example.org" in mail.text_of(question) and "paspoort" not in mail.text_of(question),
         "the registered address is asked, and told no file", mail.text_of(question))
    # His provider signs nothing: the token is all there is.
    mail.send(host, reply(question, JAN, "ja\n"))
    t.ok(in_slot(post, number, "legitimatie", mail.pdf("paspoort.pdf")), "ja: the document is in its slot")
    t.equal(post.dossier(number)["state"], "verzamelen", "and the command in that mail was not run")
    sent(post, "ontvangst", "jan")
    held(post, 0)
    t.ok("eve@" not in str([row["to"] for row in post.queue()]), "A9 nothing goes to the Reply-To of the forger")


def by_hand(t, host, post, number):
    year = int(number[:4]) - 1
    mail.send(host, mail.make(EVE, SERVICE, "hallo", "Voor Jan", paper("scan.pdf")))
    item = held(post, 1)[0]["id"]
    rows = [(("accept", "999"), 1, "there is no item 999"), (("accept", item), 1, "names no dossier"),
            (("accept", item, "--dossier", "2026-99999-X"), 1, "there is no dossier"),
            (("accept", item, "--dossier", number, "--as", "zomaar"), 1, "is not the name of one document"),
            (("accept", item, "--dossier", number, "--instead-of", "oud.pdf"), 1, "is in no dossier yet: let it through first"),
            (("accept", "nonsense"), 64, "nonsense"), (("accept",), 64, "number"), (("refuse", "0"), 64, "0")]
    for args, status, words in rows:
        result = post.call("held", *map(str, args))
        t.ok(result.returncode == status and words.encode() in result.stderr, f"held {args[0]} {args[1:]}: {status}",
             (result.returncode, result.stderr))
    shown = post.json("held", "show", str(item))
    t.equal((shown["state"], [part["name"] for part in shown["parts"] if part["role"] == "attachment"]), ("held", ["scan.pdf"]),
            "held show")
    said = post.run("held", "accept", str(item), "--dossier", number, "--as", f"aangifte {year}")
    t.contains(said, f"item {item} is let through to dossier {number}", "held accept")
    t.ok(in_slot(post, number, "aangifte", mail.pdf("scan.pdf")), "the document is in the slot that was said")
    t.contains(post.run("held", "accept", str(item), "--dossier", number), "was let through before, by operator", "a second time")
    post.run("clock", "+11m")
    sent(post, "ontvangst", "jan", 2)
    t.equal([row["to"] for row in post.queue() if "eve@" in row["to"]], [], "an unproven stranger never hears anything")


def by_staff(t, host, post, number):
    year = int(number[:4]) - 1
    mail.send(host, mail.make(JAN, SERVICE, number, "", paper(f"jaarcijfers {year}.pdf")))
    mail.send(host, mail.make(EVE, SERVICE, "reclame", "Koop nu", paper("reclame.pdf")))
    first, second = sorted(row["id"] for row in held(post, 2))
    post.run("clock", "+25h")
    sent(post, "vastgehouden", "els", 2)
    got = last(host, "els")
    t.contains(mail.html_of(got), f"vrijgeven%20{first}", "staff get a button for each")
    mail.send(host, mail.make(ELS, SERVICE, "post", f"vrijgeven {first}\n"))
    wait.until("it is held", lambda: [row for row in post.json("held", "list") if row["from"] == "els@example.nl"], 40)
    t.equal(len(post.json("held", "list")), 3, "A36 a mail that only claims to be from staff lets nothing through")
    proven(host, reply(got, ELS, f"vrijgeven {first}\nweigeren {second}: reclame\n"))
    t.ok(in_slot(post, number, "jaarcijfers", mail.pdf(f"jaarcijfers {year}.pdf")), "vrijgeven: the document is in its slot")
    sent(post, "vastgehouden-verslag", "els")
    t.contains(mail.text_of(last(host, "els")), f"weigeren {second}: reclame: gedaan", "weigeren: done, and said so")
    states = {row["id"]: row["reason"] for row in post.items()}
    t.equal((states[first], states[second]), ("released", "refused"), "each item says what became of it")


def killed(t, host, post, number):
    """The order is durable when the command returns; whoever runs next carries it out, once."""
    year = int(number[:4]) - 2
    mail.send(host, mail.make(JAN, SERVICE, number, "", paper(f"aangifte {year}.pdf")))
    item = [row["id"] for row in wait.until("held", lambda: [row for row in post.json("held", "list")
                                                              if row["from"] == "jan@example.org"], 40)][0]
    post.run("held", "accept", str(item))
    post.kill()
    post.workers_end()
    post.start()
    t.ok(in_slot(post, number, "aangifte", mail.pdf(f"aangifte {year}.pdf")), "killed after held accept: it is carried out")
    t.equal(post.stop()[0], 0, "the daemon ends")
    again = post.run("held", "accept", str(item))
    t.contains(again, "was let through before", "without a daemon: it was done before")
    t.equal(len([one for one in post.documents(number).values()]), 4, "four documents, each once")
    t.equal(post.call("verify").returncode, 0, "the store is whole")


def play(t):
    aliases = {"eve@client.test": "client"}
    with mailhost.MailHost(places.scratch("held"), aliases=aliases) as host, Postkamer(f"{host.dir}/post", host) as post:
        post.configure(service={"plus": "true", "authentication": "required"}).init()
        post.start()
        number = post.new_dossier()
        sent(post, "aanvraag-bevestigd", "jan")
        by_question(t, host, post, number)
        by_hand(t, host, post, number)
        by_staff(t, host, post, number)
        killed(t, host, post, number)


tap.need_program()
if mailhost.why_not():
    tap.skip_all(mailhost.why_not())
tap.main(play)
