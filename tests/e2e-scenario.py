#!/usr/bin/env python3
"""`postkamer test` from the built program: the shipped scenarios hold, what does not hold is told, and nothing outside is
touched."""
import json
import os
import re
import sys

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir") or os.path.dirname(os.path.dirname(__file__)), "tests/lib"))
import places
import tap
from postkamer import Postkamer

LEAST = 25  # scenarios that ship for a workflow

GOOD = """workflow inkomensverklaring
scenario "A request is confirmed"
    given  a dossier for "Jan Jansen <jan@example.org>" on 2026-03-02 09:00
    expect mail aanvraag-bevestigd to client and no other mail
"""
BAD = GOOD + """scenario "A reminder after one day"
    given  a dossier for "Jan Jansen <jan@example.org>" on 2026-03-02 09:00
    when   1 day passes
    expect mail stukken-ontbreken to client
"""
FAULTY = GOOD.replace("expect mail", "expct mail")


def write(post, name, text):
    with open(f"{post.dir}/{name}", "w") as file:
        file.write(text)
    return name


def shipped(t, post):
    out = post.call("test")
    match = re.fullmatch(r"(\d+) scenarios, (\d+) passed\n", out.stdout.decode())
    t.ok(out.returncode == 0 and match and match[1] == match[2], "all shipped scenarios hold",
         out.stdout.decode() + out.stderr.decode())
    t.ok(match and int(match[1]) >= LEAST, f"at least {LEAST} of them ship", out.stdout.decode())
    t.equal(sorted(os.listdir(post.dir)), ["imap.password", "postkamer.conf", "smtp.password", "spool"],
            "neither store nor key was made")
    names = {row["file"] for row in json.loads(post.call("test", "--json").stdout)["results"]}
    t.equal(sorted(os.path.basename(name) for name in names),
            ["inkomensverklaring-en.scenario", "inkomensverklaring.scenario"], "from every *.scenario in the rules folder")


def failing(t, post):
    out = post.call("test", write(post, "bad.scenario", BAD))
    text = out.stdout.decode()
    t.equal(out.returncode, 1, "one that does not hold: status 1")
    t.ok("bad.scenario:8:12: error: expected mail stukken-ontbreken to client" in text, "its line is told", text)
    t.ok(re.search(r"expected +got\n", text) and "no mail" in text, "expected and got stand side by side", text)
    t.ok(text.endswith("2 scenarios, 1 passed, 1 failed\n"), "the rest went on", text)
    data = json.loads(post.call("test", "--json", "bad.scenario").stdout)
    t.equal([(row["passed"], row["title"]) for row in data["results"]],
            [(True, "A request is confirmed"), (False, "A reminder after one day")], "the same as data")
    t.equal((data["results"][1]["failure"]["line"], data["results"][1]["failure"]["column"]), (8, 12), "with its place")


def faulty(t, post):
    out = post.call("test", write(post, "faulty.scenario", FAULTY), write(post, "good.scenario", GOOD))
    t.equal(out.returncode, 1, "a file that cannot be understood: status 1")
    t.ok(b"did you mean 'expect'?" in out.stderr, "what is wrong is told", out.stderr)
    t.equal(out.stdout.decode(), "1 scenario, 1 passed; 1 file could not be read\n", "other files are played")
    out = post.call("test", "nowhere.scenario")
    t.ok(out.returncode == 1 and b"nowhere.scenario" in out.stderr, "a file that is not there: status 1", out.stderr)
    out = post.call("test", "--frobnicate")
    t.equal(out.returncode, 64, "a wrong command line: status 64")


def own_rules(t, post):
    """Whoever breaks the workflow sees scenarios fail; whoever breaks its grammar sees that."""
    post.configure(own_rules=True)
    path = f"{post.dir}/rules/inkomensverklaring.rules"
    with open(path) as file:
        rules = file.read()
    write(post, "rules/inkomensverklaring.rules", rules.replace("after 2 days, then", "after 3 days, then"))
    out = post.call("test")
    t.ok(out.returncode == 1 and b"stukken-ontbreken" in out.stdout, "a later reminder is noticed", out.stdout[-300:])
    write(post, "rules/inkomensverklaring.rules", rules.replace("goto verzamelen", "goto nergens", 1))
    out = post.call("test")
    t.ok(out.returncode == 1 and b"there is no state 'nergens'" in out.stderr, "faulty rules are told", out.stderr)
    for name in ["inkomensverklaring.scenario", "inkomensverklaring-en.scenario"]:
        os.remove(f"{post.dir}/rules/{name}")
    write(post, "rules/inkomensverklaring.rules", rules)
    out = post.call("test")
    t.ok(out.returncode == 1 and b"there is no *.scenario" in out.stderr, "no scenarios at all: status 1", out.stderr)


def play(t):
    post = Postkamer(places.scratch("scenario")).configure()
    shipped(t, post)
    failing(t, post)
    faulty(t, post)
    own_rules(t, post)


tap.need_program()
tap.main(play)
