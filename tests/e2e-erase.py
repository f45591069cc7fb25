#!/usr/bin/env python3
"""Erasing a dossier while the daemon works: not a byte of the client is left in database, log, blobs and spool; the
other dossiers are as they were; the number is gone for good."""
import os
import shutil
import sys
import time

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir") or os.path.dirname(os.path.dirname(__file__)), "tests/lib"))
import mail
import places
import tap
import wait
from postkamer import Postkamer

NEEDLES = [b"zebra", b"geheimrat", b"geheim.example", b"strepen"]
CLIENT = "Geheimrat Zebra <zebra@geheim.example>"
YEAR = time.localtime().tm_year + 1  # of a dossier whose time goes by
NEW = ("dossier", "new", "--workflow", "inkomensverklaring", "--client")
OTHER = "Piet Paard <piet@paard.example>"
TO = "dossier@example.nl"
STOPPED = 86  # POSTKAMER_STOP_AT was reached


def files(folder):
    return sorted(os.path.join(at, name) for at, _, names in os.walk(folder) for name in names)


def traces(post):
    """(file, needle) for whatever is left of the client, in contents or in a name."""
    found = []
    for folder in [post.store, post.spool]:
        for path in files(folder):
            if not os.path.isfile(path):
                continue
            with open(path, "rb") as file:
                data = file.read().lower()
            found += [(path, needle) for needle in NEEDLES if needle in data or needle in path.lower().encode()]
    return found


def blobs(post):
    return {path for path in files(f"{post.store}/blob")}


def ingest(post, sender, subject, attached=(), text="Hierbij de stukken.\n", times=1):
    letter = mail.make(sender, TO, subject, text, attached).as_bytes(policy=mail.POLICY)
    for _ in range(times):
        post.run("ingest", "-", stdin=letter)


def decided(post):
    wait.until("all is decided", lambda: not [one for one in post.items() if one["state"] in ("stored", "reserved")])


def fill(post, number, client, word):
    """Mails with small and large documents, the same mail twice, words that are held, files from the spool."""
    pdf = "application/pdf"
    ingest(post, client, f"Dossier {number} van {word}", [(f"paspoort {word}.pdf", mail.pdf(word), pdf),
                                                         ("aangifte 2025.pdf", mail.pdf(word + "2", 90000), pdf)], times=2)
    ingest(post, client, f"Re: {number} {word}", [], f"Groeten van {word}.\n")
    post.drop(f"{number}_prognose_{word}.pdf", mail.pdf(word + "3"))
    post.drop(f"{number}/{word}.exe", b"MZ" + word.encode() * 400)
    wait.until("the spool is empty", lambda: not files(f"{post.spool}/new"), 40)
    decided(post)


def refusals(t, post, number):
    rows = [((number,), 64, b"--reason"), ((number, "--yes"), 64, b"--reason"),
            ((number, "--reason", "op verzoek"), 64, b"--yes"), (("--reason", "x", "--yes"), 64, b"which number"),
            (("2026-99999-Z", "--reason", "x", "--yes"), 1, b"no dossier")]
    for args, status, says in rows:
        result = post.call("dossier", "erase", *args)
        t.ok(result.returncode == status and says in result.stderr, f"dossier erase {' '.join(args[1:])}: {status}",
             (result.returncode, result.stderr))
    t.ok(post.dossier(number)["client"], "and the dossier is there still")


def erase(t, post, number):
    def gone():
        result = post.call("dossier", "erase", number, "--reason", "op verzoek van betrokkene", "--yes")
        return result if result.returncode != 75 else None
    result = wait.until("no mail of it is being sent", gone)
    t.equal((result.returncode, result.stdout.decode().strip()), (0, f"{number} erased"), "dossier erase")


def gone_for_good(t, post, number):
    shown = post.call("dossier", "show", number)
    t.ok(shown.returncode == 1 and b"was erased on" in shown.stderr, "dossier show says that it was erased", shown.stderr)
    again = post.call("dossier", "erase", number, "--reason", "x", "--yes")
    t.ok(again.returncode == 1 and b"was erased on" in again.stderr, "so does a second erase", again.stderr)
    lines = post.json("dossier", "list", "--erased")
    t.equal([(one["number"], one["service"], one["workflow"], one["reason"], one["by"]) for one in lines],
            [(number, "pentrax", "inkomensverklaring", "op verzoek van betrokkene", "operator")], "one line stays")
    t.equal(post.call(*NEW, OTHER, "--number", number).returncode, 1, "its number is not given again")


def term(t):
    """The term after the final state: 7 years in the rule file."""
    post = Postkamer(f"{places.scratch('keep')}/post").configure().init()
    number = post.run(*NEW, CLIENT, "--now", f"{YEAR}-03-02T09:00:00Z").strip()
    post.drop(f"{number}_prognose_strepen.pdf", mail.pdf("strepen", 50000))
    post.once(f"{YEAR}-03-03T09:00:00Z")
    post.once(f"{YEAR}-09-01T09:00:00Z")
    post.once(f"{YEAR}-09-01T09:01:00Z")
    t.equal(post.dossier(number)["state"], "vervallen", "a dossier that nobody completed ends")
    post.once(f"{YEAR + 7}-06-01T09:00:00Z")
    t.ok(post.dossier(number)["client"] and blobs(post), "within seven years it is there")
    post.once(f"{YEAR + 7}-09-02T09:00:00Z")
    lines = post.json("dossier", "list", "--erased")
    t.equal([(one["number"], one["by"]) for one in lines], [(number, "system")], "then it is erased")
    t.empty(traces(post), "without a trace")
    t.equal(blobs(post), set(), "of its documents either")
    t.equal(post.call("verify").returncode, 0, "the store is sound")


def killed(t):
    """Killed at each step of an erasure: the dossier is there whole, or nothing of it is left anywhere."""
    post = Postkamer(f"{places.scratch('kill')}/post").configure().init()
    number = post.run(*NEW, CLIENT).strip()
    post.drop(f"{number}_prognose_strepen.pdf", mail.pdf("strepen", 50000))
    post.once()
    post.once()
    for row in post.queue():  # nobody hears of it: a dossier whose mails are under way is not erased
        post.call("queue", "cancel", row["id"])
    t.ok(len(traces(post)) > 2, "before: a file of his lies in the spool's done/")
    saved = f"{post.dir}/saved"
    for name in ("store", "spool"):
        shutil.copytree(getattr(post, name), f"{saved}/{name}")
    erased = at = 0
    status = STOPPED
    while status == STOPPED:
        at += 1
        for name in ("store", "spool"):
            shutil.rmtree(getattr(post, name))
            shutil.copytree(f"{saved}/{name}", getattr(post, name))
        status = post.call("dossier", "erase", number, "--reason", "x", "--yes", env={"POSTKAMER_STOP_AT": at}).returncode
        post.once()
        gone = post.call("dossier", "show", number).returncode == 1
        erased += gone
        left = traces(post)
        whole = not gone and len(post.documents(number)) == 1 and post.call("verify").returncode == 0
        t.ok(gone and not left or whole, f"killed at step {at}: it is {'gone without a trace' if gone else 'there, whole'}", left)
    t.ok(status == 0 and at > 2 and erased > 1, f"killed at {at - 1} steps, {erased - 1} of them with nothing left", status)


def play(t):
    term(t)
    killed(t)
    with Postkamer(f"{places.scratch('erase')}/post") as post:
        post.configure().init().start()
        kept, number = post.new_dossier(OTHER), post.new_dossier(CLIENT)
        fill(post, kept, OTHER, "manen")
        before = (post.dossier(kept), blobs(post))
        fill(post, number, CLIENT, "strepen")
        t.ok(len(post.documents(number)) >= 3 and len(traces(post)) > 3, "before: the client is all over the place")
        refusals(t, post, number)
        erase(t, post, number)
        t.empty(traces(post), "after: not a byte of him is left, with the daemon at work")
        t.equal(blobs(post), before[1], "the files of his blobs are gone, and no others")
        gone_for_good(t, post, number)
        t.equal(post.dossier(kept), before[0], "the other dossier is as it was")
        post.kill()
        t.empty(traces(post), "nor after kill -9")
        post.start()
        sound = post.call("verify")
        t.ok(sound.returncode == 0, "the store is sound", sound.stderr)
        ingest(post, OTHER, f"Dossier {number}", [("paspoort.pdf", mail.pdf("late"), "application/pdf")])
        decided(post)
        t.equal(post.items()[-1]["state"], "held", "a mail that names the number is held")
        t.equal(post.stop()[0], 0, "the daemon ends well")
        t.empty(traces(post), "nor when it has ended")


tap.need_program()
tap.main(play)
