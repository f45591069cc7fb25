#!/usr/bin/env python3
"""The upload spool: what is understood, what is refused with a reason, what is left alone."""
import time
import os
import sys

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir") or os.path.dirname(os.path.dirname(__file__)), "tests/lib"))
import mail
import places
import tap
import wait
from postkamer import Postkamer

YEAR = time.localtime().tm_year


def entries(post, folder):
    return sorted(os.path.relpath(os.path.join(at, name), f"{post.spool}/{folder}")
                  for at, _, names in os.walk(f"{post.spool}/{folder}") for name in names)


def goes(post, folder, name, seconds=40):
    """Waits until a file of that base name stands in done/ or refused/ (whatever is put before or after it)."""
    base = os.path.basename(name)
    return wait.until(f"{name} in {folder}/", lambda: [one for one in entries(post, folder)
                                                       if base in one and ".reason" not in one], seconds)


def understood(t, post, number):
    rows = [(f"{number}/paspoort.pdf", "legitimatie", None), (f"{number}_aangifte_{YEAR - 1}.pdf", "aangifte", YEAR - 1),
            (f"{number}/aangifte {YEAR - 2} definitief.pdf", "aangifte", YEAR - 2),
            (f"{number}_jaarcijfers_{YEAR - 1}.pdf", "jaarcijfers", YEAR - 1),
            (f"{number}/prognose.pdf", "prognose", None)]
    for name, slot, year in rows:
        data = mail.pdf(name)
        post.drop(name, data)
        goes(post, "done", name)
        found = post.documents(number).get(mail.sha256(data))
        t.ok(found and found["slot"] == slot, f"{name.replace(number, 'NUMBER')} goes to {slot}", found)
        t.ok(found and found["from"] == "scanner", f"{name.replace(number, 'NUMBER')} comes from the scanner", found)
    letter = mail.make("Jan Jansen <jan@example.org>", "dossier@example.nl", f"Stukken {number}", "Hierbij.\n",
                       [(f"jaarcijfers {YEAR - 2}.pdf", mail.pdf("eml"), "application/pdf")])
    post.drop("brief.eml", letter.as_bytes(policy=mail.POLICY))
    goes(post, "done", "brief.eml")
    t.ok(mail.sha256(mail.pdf("eml")) in post.documents(number), "an .eml is taken in as mail")


def slowly(t, post, number):
    """A file that is written in place is taken only when it has been still."""
    path, data = f"{post.spool}/new/{number}_overig_langzaam.pdf", mail.pdf("slow", 40000)
    with open(path, "wb") as file:
        for at in range(0, len(data), 4000):
            file.write(data[at:at + 4000])
            file.flush()
            time.sleep(0.2)
            if not os.path.exists(path):
                break
        t.ok(os.path.exists(path), "a file that grows is left alone")
        file.flush()
    goes(post, "done", os.path.basename(path))
    t.ok(mail.sha256(data) in post.documents(number), "and is taken whole when it is still")


def refused(t, post, number):
    post.drop("2026-99999-Z_aangifte.pdf", mail.pdf("unknown"))
    post.drop("zomaar.pdf", mail.pdf("nowhere"))
    for name in ["2026-99999-Z_aangifte.pdf", "zomaar.pdf"]:
        where = goes(post, "refused", name)[0]
        reason = f"{post.spool}/refused/{where}.reason"
        wait.until(f"{name} has its reason", lambda: os.path.exists(reason), 5)
        with open(reason) as file:
            t.ok(file.read().strip(), f"{name} is refused with a reason")


def again(t, post, number):
    """A refused file that is put back when its name can be understood is a new delivery."""
    data = mail.pdf("second chance")
    post.drop("2026-88888-Z/overig.pdf", data)
    where = goes(post, "refused", "2026-88888-Z/overig.pdf")[0]
    os.makedirs(f"{post.spool}/new/{number}", exist_ok=True)
    os.rename(f"{post.spool}/refused/{where}", f"{post.spool}/new/{number}/overig weer.pdf")
    goes(post, "done", "overig weer.pdf")
    t.ok(mail.sha256(data) in post.documents(number), "a refused file that is put back well is taken")
    post.drop("nogeens.pdf", data)
    where = goes(post, "refused", "nogeens.pdf")[0]
    os.remove(f"{post.spool}/refused/{where}.reason")
    os.rename(f"{post.spool}/refused/{where}", f"{post.spool}/new/nogeens.pdf")
    wait.until("it is refused with a reason again",
               lambda: os.path.exists(f"{post.spool}/refused/{where}.reason"), 40)
    t.ok(True, "and one that is put back as it was is refused again")


def future(t, post, number):
    """A scanner whose clock is ahead stops nobody."""
    data = mail.pdf("from the future")
    with open(f"{post.spool}/future.pdf", "wb") as file:
        file.write(data)
    os.utime(f"{post.spool}/future.pdf", (time.time() + 86400 * 400,) * 2)
    os.rename(f"{post.spool}/future.pdf", f"{post.spool}/new/{number}_overig_straks.pdf")
    goes(post, "done", f"{number}_overig_straks.pdf")
    t.ok(mail.sha256(data) in post.documents(number), "a file with a time that is still to come is taken")


def strange(t, post, number):
    """Nothing that is no plain file of its own is followed or blocks."""
    new = f"{post.spool}/new"
    with open(f"{post.dir}/secret", "wb") as file:
        file.write(mail.pdf("outside"))
    os.symlink(f"{post.dir}/secret", f"{new}/{number}_overig_symlink.pdf")
    os.link(f"{post.dir}/secret", f"{new}/{number}_overig_hardlink.pdf")
    os.symlink(post.dir, f"{new}/{number}-dir")
    os.mkfifo(f"{new}/{number}_overig_fifo.pdf")
    with open(f"{new}/{number}_overig_\x01\n.pdf", "wb") as file:
        file.write(mail.pdf("control"))
    with open(f"{new}/.{number}_overig_dot.pdf", "wb") as file:
        file.write(mail.pdf("dot"))
    last = mail.pdf("after all that")
    post.drop(f"{number}/overig slot.pdf", last)
    goes(post, "done", "overig slot.pdf")
    have = set(post.documents(number))
    t.ok(mail.sha256(last) in have, "a proper file after strange ones is taken")
    for seed in ["outside", "control", "dot"]:
        t.ok(mail.sha256(mail.pdf(seed)) not in have, f"not taken: {seed}")
    t.ok(os.path.exists(f"{post.dir}/secret"), "what a link points to is still there")


def play(t):
    with Postkamer(f"{places.scratch('spool')}/post") as post:
        post.configure().init().start()
        number = post.new_dossier()
        for scene in [understood, slowly, refused, again, future, strange]:
            scene(t, post, number)
        t.ok(post.stop()[0] == 0, "the daemon ends well")


tap.need_program()
tap.main(play)
