#!/usr/bin/env python3
"""A rule file with a shared part: check tells its faults where they stand, as text and as data; a dossier goes on under the
version it was opened with when the part is gone and the file is another."""
import os
import sys

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir") or os.path.dirname(os.path.dirname(__file__)), "tests/lib"))
import places
import tap
from postkamer import Postkamer

PART = """# What every workflow of the office ends with.
state vervallen "Vervallen" final {
    on slot reopened                             { mail stukken-nodig; goto verzamelen }
}
always {
    on staff withdraw, client cancel             { mail ingetrokken; goto vervallen }
}
"""


def write(post, name, text):
    with open(f"{post.dir}/rules/{name}", "w") as file:
        file.write(text)


def split(text):
    """The shipped workflow with its end in a part."""
    at = text.index("# Lapsed or withdrawn.")
    keep = text.index("keep 7 years")
    return text[:at] + 'include "einde.part"\n' + text[keep:]


def faults(t, post, text):
    write(post, "inkomensverklaring.rules", split(text))
    t.equal(post.call("check").returncode, 1, "a part that is not there: check ends with 1")
    said = (lambda r: (r.stdout + r.stderr).decode())(post.call("check"))
    t.contains(said, "there is no file 'einde.part' beside this one", "and says so")
    write(post, "einde.part", PART.replace("client cancel", "client cancle"))
    said = (lambda r: (r.stdout + r.stderr).decode())(post.call("check"))
    t.contains(said, "einde.part:6:", "a fault in a part is told with the part's name and line")
    t.contains(said, "'einde.part' is included here", "and where it is included")
    rows = [row for row in post.json("check", ok=(1,)) if row["severity"] == "error"]
    t.equal([(os.path.basename(row["file"]), row["line"]) for row in rows], [("einde.part", 6)], "--json tells the same")
    t.ok(rows and rows[0]["column"] == 31 and rows[0]["length"] == 6 and rows[0]["hint"] == "did you mean 'cancel'?",
         "with column, length and hint", rows)
    write(post, "einde.part", PART)
    phrase = 'phrase weg from client nl "niet aanwezig" en "gone"\nalways {\n    on phrase weg { note "weg" }'
    write(post, "einde.part", PART.replace("always {", phrase))
    said = (lambda r: (r.stdout + r.stderr).decode())(post.call("check"))
    t.contains(said, "these words are a command of every dossier: niet aanwezig SLOT", "a phrase is not that of a command")
    write(post, "einde.part", PART)
    t.equal(post.call("check").returncode, 0, "without the fault there is nothing to tell")


def kept(t, post, text):
    number = post.new_dossier("Jan Jansen <jan@example.org>", "inkomensverklaring", "--now", "2027-01-04T08:00:00Z")
    t.equal(post.dossier(number)["state"], "verzamelen", "a dossier opens under the file and its part")
    os.unlink(f"{post.dir}/rules/einde.part")
    write(post, "inkomensverklaring.rules", text.replace("verzamelen", "inzamelen"))
    result = post.call("run", "--once", "--now", "2027-01-04T09:00:00Z")
    t.equal(result.returncode, 0, "the file is another now, and the part is gone")
    t.equal(post.dossier(number)["state"], "verzamelen", "the dossier is where it was")
    post.call("run", "--once", "--now", "2027-06-01T09:00:00Z")
    t.equal(post.dossier(number)["state"], "vervallen", "and still goes where the part says")


def play(t):
    post = Postkamer(f"{places.scratch('include')}/post").configure(own_rules=True).init()
    with open(f"{post.dir}/rules/inkomensverklaring.rules") as file:
        text = file.read()
    faults(t, post, text)
    kept(t, post, text)


tap.need_program()
tap.main(play)
