#!/usr/bin/env python3
"""New versions of rules under a running daemon: dossiers that can move do, check names those that cannot, and a reload
with a fault in any file changes nothing."""
import os
import signal
import sys

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir") or os.path.dirname(os.path.dirname(__file__)), "tests/lib"))
import places
import tap
import wait
from postkamer import Postkamer

RULES, HOLIDAYS = "rules/inkomensverklaring.rules", "rules/holidays.nl"
MAIL = "mailtemplates/nl/aanvraag-bevestigd.md"


def read(post, name):
    with open(f"{post.dir}/{name}") as file:
        return file.read()


def write(post, name, text):
    with open(f"{post.dir}/{name}", "w") as file:
        file.write(text)


def reload(post):
    """SIGHUP; "done" or "refused"."""
    before = [post.log().count(f"reload.{word}") for word in ("done", "refused")]
    post.daemon.send_signal(signal.SIGHUP)
    def answer():
        now = [post.log().count(f"reload.{word}") for word in ("done", "refused")]
        return "done" if now[0] > before[0] else "refused" if now[1] > before[1] else None
    return wait.until("the reload is told of", answer)


def title(post, number):
    return next(slot["title"] for slot in post.dossier(number)["slots"] if slot["slot"] == "overig")


def check(post, *args):
    result = post.call("check", *args)
    return result.returncode, result.stderr.decode() + result.stdout.decode()


def moves(t, post, number):
    write(post, RULES, read(post, RULES).replace('"Overige stukken"', '"Andere stukken"'))
    status, said = check(post)
    t.ok(status == 0 and "live dossier" not in said, "a title changed: check has nothing to say of dossiers", said)
    t.equal(reload(post), "done", "the daemon takes the rules over")
    wait.until("the dossier has moved", lambda: title(post, number) == "Andere stukken")
    t.equal(len([line for line in post.dossier(number)["history"] if line["event"] == "rules changed"]), 1,
            "its history says so")


def stays(t, post, number):
    good = read(post, RULES)
    write(post, RULES, good.replace("verzamelen", "inzamelen"))
    status, said = check(post)
    t.ok(status == 0 and number in said and "'verzamelen'" in said, "a state is gone: check names the dossier and why", said)
    rows = [row for row in post.json("check") if number in row["message"]]
    t.ok(len(rows) == 1 and rows[0]["severity"] == "warning" and rows[0]["file"].endswith("inkomensverklaring.rules"),
         "so does check --json", rows)
    t.equal(reload(post), "done", "the daemon takes the rules over")
    wait.until("the log says that it stays", lambda: f"takeover.stays dossier={number}" in post.log())
    t.equal(post.dossier(number)["state"], "verzamelen", "the dossier has its state")
    post.stop()
    status, said = check(post)
    t.ok(status == 0 and number in said, "check says the same without a daemon", said)
    post.start()
    write(post, RULES, good)
    t.equal(reload(post), "done", "the old rules again")


def needs(t, post, number):
    """Only the version that a dossier stays on still mails it."""
    good, away = read(post, RULES), []
    write(post, RULES, good.replace("verzamelen", "inzamelen").replace("stukken-ontbreken", "stukken-nodig"))
    for language in ("nl", "en"):
        path = f"{post.dir}/mailtemplates/{language}/stukken-ontbreken.md"
        os.rename(path, f"{post.dir}/away.{language}")
        away.append((f"{post.dir}/away.{language}", path))
    status, said = check(post)
    t.ok(status == 1 and "there is no template 'stukken-ontbreken'" in said and number in said,
         "check says which template a dossier that stays still needs", said)
    t.equal(reload(post), "done", "the daemon takes the rules over")
    wait.until("the log says so", lambda: "takeover.template" in post.log() and "template=stukken-ontbreken" in post.log())
    for place, path in away:
        os.rename(place, path)
    write(post, RULES, good)
    t.equal(reload(post), "done", "the old rules and templates again")


def refused(t, post):
    faults = [(RULES, lambda text: text + "\nstate {\n"), (MAIL, lambda text: text + "\n{{geen.bestaande.variabele}}\n"),
              (HOLIDAYS, lambda text: text + "\n2026-13-45 geen dag\n"), (MAIL, None), (RULES, None)]
    titled = read(post, RULES)
    changed = titled.replace('"Andere stukken"', '"Nog weer anders"')
    for name, spoil in faults:
        good = read(post, name)
        write(post, RULES, changed)
        if spoil:
            write(post, name, spoil(read(post, name)))
        else:
            os.rename(f"{post.dir}/{name}", f"{post.dir}/away")
        what = f"{name} {'with a fault' if spoil else 'gone'}"
        t.equal(reload(post), "refused", f"{what}: the reload is refused")
        t.equal(title(post, post.new_dossier()), "Andere stukken", f"{what}: nothing of it is in force")
        t.equal(check(post)[0], 1, f"{what}: check ends with 1")
        if not spoil:
            os.rename(f"{post.dir}/away", f"{post.dir}/{name}")
        write(post, name, good)
        write(post, RULES, titled)
    write(post, RULES, changed)
    t.equal(reload(post), "done", "all right again: it is taken over")
    t.equal(title(post, post.new_dossier()), "Nog weer anders", "and in force")


def quiet(t, post):
    """Nothing to say of dossiers: all have moved; there is no store yet."""
    lines = post.conf
    with open(lines) as file:
        text = file.read()
    t.ok("live dossier" not in check(post)[1], "all dossiers have moved")
    os.makedirs(f"{post.dir}/empty", exist_ok=True)
    with open(lines, "w") as file:
        file.write(text.replace('path = "store"', 'path = "empty"'))
    t.equal(check(post)[0], 0, "where there is no store yet, check has nothing to look at")
    with open(lines, "w") as file:
        file.write(text)


def play(t):
    with Postkamer(f"{places.scratch('versions')}/post") as post:
        post.configure(own_rules=True).init().start()
        number = post.new_dossier()
        moves(t, post, number)
        stays(t, post, number)
        needs(t, post, number)
        refused(t, post)
        wait.until("all have moved", lambda: title(post, number) == "Nog weer anders")
        quiet(t, post)
        t.equal(post.stop()[0], 0, "the daemon ends well")


tap.need_program()
tap.main(play)
