#!/usr/bin/env python3
"""check: what --json tells of a fault besides its place, and holiday files that run out."""
import datetime
import os
import sys

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir") or os.path.dirname(os.path.dirname(__file__)), "tests/lib"))
import places
import tap
from postkamer import Postkamer


def edit(post, name, change):
    path = f"{post.dir}/rules/{name}"
    with open(path) as file:
        text = file.read()
    with open(path, "w") as file:
        file.write(change(text))
    return text


def notes(t, post):
    old = edit(post, "inkomensverklaring.rules", lambda text: text + "keep 8 years after final\n")
    said = post.call("check").stderr.decode()
    t.contains(said, "note: ", "a fault that has to do with another place shows that too")
    rows = [row for row in post.json("check", ok=(1,)) if row["notes"]]
    t.ok(rows and rows[0]["notes"][0]["line"] > 0 and rows[0]["notes"][0]["message"] in said,
         "--json has the same place with the same words", rows)
    edit(post, "inkomensverklaring.rules", lambda _: old)


def until(year):
    return lambda text: "".join(line for line in text.splitlines(True) if line[:4] <= str(year) or not line[:4].isdigit())


def holidays(t, post):
    year = datetime.datetime.now(datetime.timezone.utc).year
    t.equal(post.call("check").stderr, b"", "the shipped files have nothing to tell")
    old = edit(post, "holidays.nl", until(year))
    result = post.call("check")
    t.equal(result.returncode, 0, "days that run out are no error")
    said = result.stderr.decode()
    t.contains(said, "holidays.nl: warning: the last day in this file", "the end of the days is told a year before")
    t.contains(said, f"{year}-12-26", "with the last one")
    edit(post, "holidays.nl", lambda _: until(2024)(old))
    t.contains(post.call("check").stderr.decode(), "was 2024-12-26", "and when it is past")


def missing(t, post):
    """A mail that the engine itself sends, and one of the files around each."""
    for name, told in {"nl/ontvangst.md": "nl/ontvangst.md", "en/ontvangst.md": "en/ontvangst.md",
                       "layout.html": "layout.html"}.items():
        path = f"{post.dir}/mailtemplates/{name}"
        os.rename(path, f"{post.dir}/away")
        result = post.call("check")
        t.equal(result.returncode, 1, f"without {name} nothing goes live")
        t.contains(result.stderr.decode(), f"{told}: error: this template is missing", "it is named")
        t.equal(post.call("run", "--once").returncode, 1, "nothing is run without it")
        os.rename(f"{post.dir}/away", path)


def pipes(t, post):
    """Nobody writes into them: whoever waits for that, waits for ever."""
    wrong = {"rules/inkomensverklaring.rules": "is not a regular file", "rules/phrases.nl": "is not a regular file",
             "mailtemplates/nl/archief.md": "archief.md: error: this template is missing"}
    for name, why in wrong.items():
        path = f"{post.dir}/{name}"
        os.rename(path, f"{path}.away")
        os.mkfifo(path)
        result = post.call("check", seconds=20)
        t.equal(result.returncode, 1, f"{name}: a pipe is refused")
        t.contains(result.stderr.decode(), why, f"{name}: and why")
        os.rename(f"{path}.away", path)
    t.equal(post.call("check").returncode, 0, "all is well again")


def play(t):
    post = Postkamer(f"{places.scratch('check')}/post").configure(own_rules=True).init()
    notes(t, post)
    holidays(t, post)
    missing(t, post)
    pipes(t, post)


tap.need_program()
tap.main(play)
