#!/usr/bin/env python3
"""check --explain: what an event would do to a live dossier and why, with and without a daemon, and that nothing is
written by asking."""
import hashlib
import json
import os
import sys

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir") or os.path.dirname(os.path.dirname(__file__)), "tests/lib"))
import places
import tap
from postkamer import Postkamer

NEW = ("dossier", "new", "--workflow", "inkomensverklaring", "--client", "Piet <piet@example.org>")

# event, exit status, what the answer holds
ROWS = [
    ("", 0, ["document received legitimatie\n", "timer verzamelen.3\n", "slot absent prognose\n"]),
    ("document received legitimatie", 0, ["slot: legitimatie is delivered then", "no clause hears it"]),
    ("document received aangifte YEAR", 0, ["slot: aangifte YEAR is delivered then"]),
    ("document received paspoort", 64, ["has no slot 'paspoort'; it has: legitimatie, aangifte "]),
    ("document received", 64, ["which slot?"]),
    ("staff take", 0, ["refused: no clause of the present state hears it (verzamelen)"]),
    ("staff tak", 64, ["there is no event 'staff tak'; did you mean 'staff take'?"]),
    ("staff take it", 64, ["'it' does not belong behind 'staff take'"]),
    ("lunch", 64, ["there is no event 'lunch'; there are: staff document received"]),
    ("slot absent prognose", 0, ["slot: prognose is absent then"]),
    ("slot absent legitimatie", 0, ["refused: that document may not be absent"]),
    ("slot added loonstrook", 0, ["verzamelen.2 (inkomensverklaring.rules:41)", "does mail stukken-nodig",
                                  "mail: stukken-nodig to correspondent piet@example.org, by verzamelen.2"]),
    ("timer verzamelen.3", 0, ["documents complete: false (missing: legitimatie, ", "does mail stukken-ontbreken",
                               "timer: verzamelen.3 set, due "]),
    ("timer compleet.1", 64, ["has no timer 'compleet.1'; it has: verzamelen.3, verzamelen.4"]),
    ("client cancel", 0, ["always.1", "does goto vervallen", "timer: verzamelen.3 ends", "state: vervallen"]),
    ("payment paid", 0, ["refused: no payment was asked for"]),
    ("phrase haast", 64, ["has no phrase 'haast'"]),
]


def files(post):
    found = {}
    for folder, _, names in os.walk(post.store):
        for name in sorted(names):
            path = os.path.join(folder, name)
            if os.path.isfile(path) and not name.endswith(("-wal", "-shm", "lock")):
                with open(path, "rb") as file:
                    found[path] = hashlib.sha256(file.read()).hexdigest()
    return found


def rows(t, post, number, label):
    year = str(max(slot["year"] or 0 for slot in post.dossier(number)["slots"]))
    for event, status, words in ROWS:
        event, words = event.replace("YEAR", year), [word.replace("YEAR", year) for word in words]
        result = post.call("check", "--explain", f"{number}.{event}" if event else number)
        text = (result.stdout + result.stderr).decode()
        missing = [word for word in words if word not in text]
        t.ok(result.returncode == status and not missing, f"{label}: {event or 'what could happen'}",
             f"status {result.returncode}, without {missing}", text)


def as_json(t, post, number):
    got = json.loads(post.run("check", "--json", "--explain", f"{number}.timer verzamelen.3"))
    t.equal([got["state"], got["state_after"]], ["verzamelen", "verzamelen"], "--json: the states")
    t.equal([(c["clause"], c["runs"]) for c in got["clauses"]], [("verzamelen.3", True)], "--json: the clauses")
    t.equal(got["clauses"][0]["condition"][0]["holds"], False, "--json: the parts of the condition")
    t.equal(got["mails"][0]["to"], "piet@example.org", "--json: the mails")
    got = json.loads(post.run("check", f"--explain={number}", "--json"))
    t.ok({"event": "client cancel"} in got, "--json: what could happen", got)


# options of a dossier, who gets the reminder to the correspondent, who that it is withdrawn
PARTIES = [
    ([], "piet@example.org"),
    (["--client", "Eva <eva@example.org>"], "piet@example.org, eva@example.org"),
    (["--client", "Eva <eva@example.org>", "--office", "info@kantoor.example"], "info@kantoor.example"),
    (["--client", "Eva <eva@example.org>", "--office", "info@kantoor.example", "--copy"],
     "info@kantoor.example, piet@example.org (copy), eva@example.org (copy)"),
    (["--client", "Eva <eva@example.org>", "--office", "info@kantoor.example", "--office-only"], "info@kantoor.example"),
]


def parties(t, post):
    """Partners, copies, offices: who really would get it."""
    for options, wanted in PARTIES:
        label = " ".join(options) or "one client"
        number = post.run(*NEW, *options).strip()
        text = post.run("check", "--explain", f"{number}.timer verzamelen.3")
        t.contains(text, f"mail: stukken-ontbreken to correspondent {wanted}, by verzamelen.3", f"who gets it: {label}")
        got = json.loads(post.run("check", "--json", "--explain", f"{number}.timer verzamelen.3"))["mails"]
        t.equal(", ".join(one["to"] + (" (copy)" if one["copy"] else "") for one in got), wanted, f"--json, who gets it: {label}")
        sent = sorted(one["to"] for one in post.queue() if one["dossier"] == number)
        t.equal(sent, sorted(one["to"] for one in got), f"they got what was mailed before: {label}")
    post.run("dossier", "event", number, "intrekken")
    text = post.run("check", "--explain", f"{number}.timer keep")
    t.contains(text, "erased: its term of keeping is over", "the term of keeping")


def play(t):
    post = Postkamer(places.scratch("explain")).configure().init()
    number = post.run(*NEW).strip()
    shown, before = post.run("dossier", "show", number, "--json"), files(post)
    rows(t, post, number, "without a daemon")
    as_json(t, post, number)
    t.equal(post.call("check", "--explain", "2026-99999-X.staff take").returncode, 1, "a dossier that does not exist")
    t.equal(post.call("check", "--explain").returncode, 64, "--explain without a dossier")
    t.equal(files(post), before, "no file of the store has changed")
    t.equal(post.run("dossier", "show", number, "--json"), shown, "nor has the dossier")
    post.start()
    rows(t, post, number, "with a daemon")
    post.stop()
    t.equal(post.run("dossier", "show", number, "--json"), shown, "the daemon's answers changed nothing either")
    parties(t, post)


tap.main(play)
