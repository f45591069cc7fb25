#!/usr/bin/env python3
"""graph: DOT for the shipped workflow, and a drawing where Graphviz is there; check -v: how much was explored, and which
command does something in which state; check --json."""
import json
import os
import shutil
import sys
import xml.etree.ElementTree

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir") or os.path.dirname(os.path.dirname(__file__)), "tests/lib"))
import tap
from postkamer import Postkamer

RULES = "rules/inkomensverklaring.rules"
COMPLETE = """mail te-behandelen to staff }
    on document rejected, slot added, slot reopened  """


def change(post, old, new):
    path = f"{post.dir}/{RULES}"
    with open(path) as file:
        text = file.read()
    assert old in text, old
    with open(path, "w") as file:
        file.write(text.replace(old, new, 1))


def drawing(t, post):
    if not shutil.which("dot"):
        t.skip("a drawing", "Graphviz is not installed")
        return
    post.run("graph", "inkomensverklaring", "--svg", "flow.svg")
    root = xml.etree.ElementTree.parse(f"{post.dir}/flow.svg").getroot()
    words = " ".join(root.itertext())
    t.ok(root.tag.endswith("svg"), "the drawing is SVG", root.tag)
    t.ok("Wacht op stukken" in words and "mail betalen to payer" in words, "with states and mails", words)
    t.ok(post.run("graph", "inkomensverklaring", "--svg", "-").startswith("<?xml"), "--svg - is standard output")
    result = post.call("graph", "inkomensverklaring", "--svg", "/nonexistent/flow.svg")
    t.equal([result.returncode, b"/nonexistent" in result.stderr], [1, True], "a file that cannot be written is told")


def no_graphviz(t, post):
    result = post.call("graph", "inkomensverklaring", "--svg", "none.svg", env={"PATH": "/nonexistent"})
    t.equal(result.returncode, 1, "without Graphviz there is no drawing")
    t.contains(result.stderr.decode(), "install the package graphviz", "and what to do is said")
    t.ok(not os.path.exists(f"{post.dir}/none.svg"), "no file is left")


def dot(t, post):
    text = post.run("graph", "inkomensverklaring")
    t.ok(text.startswith('digraph "inkomensverklaring" {\n') and text.endswith("}\n"), "DOT on standard output", text)
    t.contains(text, "mail betaling-uitgebleven to staff", "a mail with whom it goes to")
    t.contains(text, "mail stukken-ontbreken to correspondent", "also where only the template says so")
    result = post.call("graph", "verklaring")
    t.ok(result.returncode == 1 and b"there is: inkomensverklaring" in result.stderr, "an unknown workflow",
         result.stderr)
    t.equal(post.call("graph").returncode, 64, "no workflow")
    t.equal(post.call("graph", "a", "b").returncode, 64, "two")


def proofs(t, post):
    text = post.run("check", "-v")
    t.ok("inkomensverklaring: " in text and " situations, " in text and text.endswith("ok\n"), "check -v", text)
    t.contains(text, "    compleet\n        reject legitimatie", "which command does something in which state")
    t.equal(json.loads(post.run("check", "--json")), [], "nothing is wrong with what ships")
    change(post, COMPLETE + "{ mail stukken-nodig; goto verzamelen }", COMPLETE + "{ mail stukken-nodig }")
    result = post.call("check")
    text = result.stderr.decode()
    t.equal([result.returncode, result.stdout], [0, b"ok\n"], "what is only doubtful is no fault")
    t.contains(text, "warning: after 'document rejected' the client has to send a document, but 'compleet' takes none in",
               "but told")
    t.contains(text, "note: for example: open → document received legitimatie, ", "with an example")
    found = json.loads(post.run("check", "--json"))
    t.equal([(row["severity"], row["line"] > 0, row["example"].startswith("open → ")) for row in found],
            [("warning", True, True)], "the same as data")
    change(post, "{ goto gereed }", "{ goto betaling }")
    result = post.call("check")
    t.equal(result.returncode, 1, "a fault that is proven ends with 1")
    t.equal(post.call("graph", "inkomensverklaring").returncode, 1, "rules with faults are not drawn")


def play(t):
    post = Postkamer("graph").configure(own_rules=True)
    dot(t, post)
    drawing(t, post)
    no_graphviz(t, post)
    proofs(t, post)


tap.main(play)
