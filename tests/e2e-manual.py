#!/usr/bin/env python3
"""What postkamer(1) says of --json, held against what the commands print: every name is there, no other is, and a value is
one of those that the page lists. A shape of the page that nothing here prints is a failure too."""
import datetime
import json
import os
import re
import sys

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir") or os.path.dirname(os.path.dirname(__file__)), "tests/lib"))
import mail
import places
import tap
from postkamer import Postkamer

# What the shipped workflow has nothing of.
RULES = """workflow proef "Proef"
language nl, en
number /\\bP20\\d{2}-\\d{3,5}\\b/ new "P{year}-{serial:3}"
documents {
    concept  "Concept"  from staff for approval
    bewijs   "Bewijs"   required
}
start open
state open "Open" {
    uploads open
    on enter                             { request payment 10.00 EUR "Proef {number}" valid 5 days }
    on payment ready                     { mail betalen to payer }
    on staff document received concept   { request approval concept }
    on approval asked concept            { mail in-behandeling attach concept }
    on approval given concept, approval refused concept  { goto klaar }
    on documents complete                { goto klaar }
    after 5 days                         { mail stukken-ontbreken }
    on client cancel, staff withdraw     { goto klaar }
}
state klaar "Klaar" final { on enter { mail ingetrokken } }
keep 1 year after final
"""
# A state that nobody can leave: found by trying out, with an example.
DEAD_END = "state vast \"Vast\" { on staff take if slot concept open and slot concept delivered { goto klaar } }\n"
STUCK = RULES.replace("workflow proef", "workflow vast").replace("P{year", "V{year").replace("\\bP", "\\bV").replace(
    "state klaar", DEAD_END + "state klaar").replace("{ goto klaar }", "{ goto vast }", 1)
FAILING = """workflow inkomensverklaring
scenario "Fails"
    given  a dossier for "Jan Jansen <jan@example.org>" on 2026-03-02 09:00
    expect state gereed
scenario "Holds"
    given  a dossier for "Jan Jansen <jan@example.org>" on 2026-03-02 09:00
    expect state verzamelen
"""
JAN, OFFICE, SERVICE = "Jan Jansen <jan@example.org>", "Kantoor <info@kantoor.example>", "dossier@example.nl"

MONTHS = "januari februari maart april mei juni juli augustus september oktober november december".split()


class Shapes:
    """The JSON section of the page: "NAME  SHAPE" in two columns, a shape may go on over the next lines."""

    def __init__(self):
        with open(places.source("man", "postkamer.1"), encoding="utf-8") as file:
            page = file.read()
        text = re.search(r"^\.Sh JSON$.*?^\.Bd -literal$(.*?)^\.Ed$", page, re.S | re.M)[1]
        self.of, self.seen, self.objects, name = {}, set(), {}, None
        for line in text.split("\n"):
            if line[:1].strip():
                name, line = line[:19].strip(), line[19:]
                self.of[name] = ""
            if line.strip():
                self.of[name] += " " + line.strip()
        self.parsed = {name: self.parse(name, text) for name, text in self.of.items() if not text.startswith(" as ")}
        for name, text in self.of.items():
            if text.startswith(" as "):
                self.parsed[name] = self.parsed[text[4:]]

    def parse(self, name, text):
        self.name, self.tokens = name, re.findall(r'"[^"]*"|[A-Z]+|[a-z]+|[][{}:,|]', text)
        shape = self.value()
        assert not self.tokens, f"{name}: {self.tokens} is left over"
        return shape

    def take(self, *wanted):
        return self.tokens.pop(0) if self.tokens and self.tokens[0] in wanted else None

    def value(self):
        """A list of what may stand there: ("object", keys), ("list", shape), ("word", text), ("text", text)."""
        ways = [self.joined()]
        while self.take("|"):
            ways.append(self.joined())
        return ways

    def joined(self):
        one = self.single()
        while self.take("and"):
            one = ("and", one, self.single())
        return one

    def single(self):
        if self.take("["):
            inner = self.value()
            assert self.take("]"), f"{self.name}: ']' is missing at {self.tokens[:5]}"
            return ("list", inner)
        if self.take("{"):
            keys = {}
            while not self.take("}"):
                key = self.tokens.pop(0)
                keys[key.strip('"')] = self.value() if self.take(":") else None
                self.take(",")
            shape = ("object", keys, f"{self.name} {{{','.join(keys)[:60]}}}")
            self.objects[shape[2]] = shape
            return shape
        token = self.tokens.pop(0)
        return ("text", token.strip('"')) if token[0] == '"' else ("word", token)

    # --- comparing

    def keys(self, shape):
        """All names of an object, with where each shape stands; None: any name (STATE)."""
        if shape[0] == "and":
            return {**self.keys(shape[1]), **self.keys(shape[2])}
        if shape[0] == "word":
            return self.keys(self.parsed[shape[1]][0])
        self.seen.add(shape[2])
        return shape[1]

    def faults(self, got, ways, where):
        if ways is None:
            if isinstance(got, (dict, list)):
                yield f"{where}: the page gives no value, and there is {json.dumps(got)[:80]}"
            return
        if isinstance(got, list):
            inner = [way[1] for way in ways if way[0] == "list"]
            if not inner:
                yield f"{where}: a list, and the page has none"
            for one in got if inner else []:
                yield from self.faults(one, inner[0], where + "[]")
        elif isinstance(got, dict):
            objects = [way for way in ways if way[0] in ("object", "and") or way[0] == "word" and way[1] in self.parsed]
            if not objects:
                yield f"{where}: an object, and the page has none"
                return
            wanted = self.keys(objects[0])
            if "STATE" in wanted:
                return
            for key in got:
                if key not in wanted:
                    yield f"{where}: add \"{key}\" to the JSON section of man/postkamer.1"
                else:
                    yield from self.faults(got[key], wanted[key], f"{where}.{key}")
            for key in wanted:
                if key not in got and key != "example":
                    yield f"{where}: \"{key}\" of the JSON section is not there"
        elif got is None:
            if not any(way == ("word", "null") or way[0] in ("text", "word") for way in ways):
                yield f"{where}: null, and the page does not say so"
        elif ("word", "ADDRESS") not in ways and ("text", got) not in ways:
            yield f"{where}: {got!r} is none of {[way[1] for way in ways]}"


def judge(t, shapes, name, got, label=None):
    if name not in shapes.parsed:
        t.ok(False, f"the JSON section has a shape '{name}'")
        return
    shapes.parsed[name] and shapes.seen.add(name)
    t.empty(dict.fromkeys(shapes.faults(got, shapes.parsed[name], name)), label or f"{name} --json is as the manual says")


def letter(post, sender, subject, text="", files=(), **headers):
    data = mail.make(sender, SERVICE, subject, text, files, headers=headers).as_bytes(policy=mail.POLICY)
    return post.json("ingest", "-", stdin=data)["id"]


def fill(post):
    """Something of everything that can be listed."""
    number = post.new_dossier(JAN, "inkomensverklaring", "--office", OFFICE, "--copy")
    proef = post.new_dossier(JAN, "proef")
    files = [("paspoort.pdf", mail.pdf("p"), "application/pdf"), ("legitimatie.txt", b"tekst\n", "text/plain")]
    letter(post, OFFICE, f"Stukken {number}", "Hierbij.\n", files)
    letter(post, JAN, f"Vraag over {proef}", "Wanneer is het klaar?\n")
    back = datetime.date.today() + datetime.timedelta(days=9)
    letter(post, JAN, "Automatisch antwoord: dossier", f"Ik ben afwezig t/m {back.day} {MONTHS[back.month - 1]} {back.year}.",
           (), **{"Auto-Submitted": "auto-replied"})
    letter(post, "Eve <eve@example.org>", f"Stukken {number}", "Hierbij.\n", files[:1])
    post.call("ingest", "-", stdin=b"\x00\x01\x02 no mail at all")
    concept = f"{post.dir}/concept.pdf"
    with open(concept, "wb") as file:
        file.write(mail.pdf("c"))
    event = post.json("dossier", "event", proef, "notitie: een", "--attach", f"{concept}:concept")
    gone = post.new_dossier("Piet <piet@example.org>", "proef")
    post.run("dossier", "erase", gone, "--reason", "a test", "--yes")
    added = post.json("office", "add", "post@ander.example", "--name", "Ander")
    post.run("office", "colleague", "info@kantoor.example", "piet@kantoor.example", "accept")
    return number, proef, event, added


def lists(t, shapes, post, label):
    for name in ["dossier list", "office list", "ticket list", "item list", "queue list", "held list", "quarantine list"]:
        rows = post.json(*name.split(), *(["--all"] if name == "queue list" else []))
        t.ok(rows, f"{label}: {name} has rows")
        judge(t, shapes, name, rows, f"{label}: {name} --json is as the manual says")
    judge(t, shapes, "with --erased", post.json("dossier", "list", "--erased"))
    judge(t, shapes, "status", post.json("status", ok=(0, 1, 2)), f"{label}: status --json is as the manual says")


def shows(t, shapes, post, numbers):
    for number in numbers:
        judge(t, shapes, "dossier show", post.dossier(number), f"dossier show --json of {number} is as the manual says")
    judge(t, shapes, "office show", post.json("office", "show", "info@kantoor.example"))
    judge(t, shapes, "ticket show", post.json("ticket", "show", post.json("ticket", "list")[0]["number"]))
    for name, state in [("item show", "processed"), ("held show", "held"), ("quarantine show", "quarantined")]:
        shown = post.json(*name.split(), post.items(state)[0]["id"])
        if "unreadable" in shown:
            shown["parts"] = [] if shown.pop("unreadable") else None
        judge(t, shapes, name, shown)
    judge(t, shapes, "queue show", post.json("queue", "show", post.queue()[0]["id"]))
    judge(t, shapes, "ingest", post.json("ingest", "-", stdin=mail.make(JAN, SERVICE, "hallo", "?").as_bytes()))


def explained(t, shapes, post, number):
    for event in ["timer verzamelen.3", "document received legitimatie", "staff take", "client cancel", "slot absent prognose"]:
        judge(t, shapes, "check --explain", post.json("check", "--explain", f"{number}.{event}"),
              f"check --explain {event} --json is as the manual says")
    judge(t, shapes, "without an event", post.json("check", "--explain", number))


def judged(t, shapes, post):
    with open(f"{post.dir}/rules/vast.rules", "w") as file:
        file.write(STUCK + "state los \"Los\" { }\nkeep 2 years after final\n")
    with open(post.conf) as file:
        config = file.read()
    with open(post.conf, "w") as file:
        file.write(config.replace('"proef"', '"proef", "vast"'))
    found = post.json("check", ok=(1,))
    with open(f"{post.dir}/rules/vast.rules", "w") as file:
        file.write(STUCK)
    proven = post.json("check", ok=(0, 1))
    t.ok(any("example" in one for one in proven), "what check proves comes with an example", proven)
    judge(t, shapes, "check", found + proven)
    with open(post.conf, "w") as file:
        file.write(config)
    os.unlink(f"{post.dir}/rules/vast.rules")
    path = f"{post.dir}/faulty.scenario"
    for text, label in [(FAILING, "a failing one"), ("workflow inkomensverklaring\nnonsense\n", "a faulty one")]:
        with open(path, "w") as file:
            file.write(text)
        judge(t, shapes, "test", post.json("test", path, ok=(1,)), f"test --json of {label} is as the manual says")


def between(path, begin, end):
    with open(places.source(*path.split("/")), encoding="utf-8") as file:
        return file.read().split(begin, 1)[1].split(end, 1)[0].replace("\\-", "-")


def config_example(t):
    """That of postkamer.conf(5), but for where things are."""
    folder = places.scratch("conf")
    text = between("man/postkamer.conf.5", ".Bd -literal\n", ".Ed\n")
    for name, path in [("/etc/postkamer/secrets", f"{folder}/secrets"), ("/var/spool/postkamer", f"{folder}/spool"),
                       ("/var/lib/postkamer", f"{folder}/store"), ("/etc/postkamer/rules", places.source("rules")),
                       ("/etc/postkamer/mailtemplates", places.source("mailtemplates"))]:
        t.ok(name in text, f"the example of postkamer.conf(5) names {name}")
        text = text.replace(name, path)
    os.makedirs(f"{folder}/secrets")
    os.makedirs(f"{folder}/spool/new")
    for name in ["imap.password", "smtp.password"]:
        with open(os.open(f"{folder}/secrets/{name}", os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write("secret\n")
    with open(f"{folder}/postkamer.conf", "w") as file:
        file.write(text)
    post = Postkamer(folder)
    post.run("init")
    t.equal(post.json("check"), [], "the example of postkamer.conf(5) is without a fault")


def order_examples(t, post):
    """Those of postkamer-order(5) and spool/README.md open a dossier."""
    for path, text in [("man/postkamer-order.5", between("man/postkamer-order.5", ".nf\n", ".fi\n")),
                       ("spool/README.md", "{" + between("spool/README.md", "\n    {", "\n\n"))]:
        order = json.loads(text)
        for name in order["documents"]:
            os.makedirs(os.path.dirname(f"{post.spool}/tmp/{name}"), exist_ok=True)
            with open(f"{post.spool}/tmp/{name}", "wb") as file:
                file.write(mail.pdf(path + name))
        before = len(post.json("dossier", "list"))
        post.drop("order.json", json.dumps(dict(order, reference=path)).encode())
        post.once()
        t.equal((len(post.json("dossier", "list")) - before, os.listdir(f"{post.spool}/refused")), (1, []),
                f"the order of {path} opens a dossier")


def play(t):
    shapes = Shapes()
    config_example(t)
    post = Postkamer(places.scratch("manual")).configure(own_rules=True)
    with open(f"{post.dir}/rules/proef.rules", "w") as file:
        file.write(RULES)
    with open(post.conf) as file:
        config = file.read()
    with open(post.conf, "w") as file:
        file.write(config.replace('"inkomensverklaring"', '"inkomensverklaring", "proef"'))
    post.init()
    number, proef, event, added = fill(post)
    judge(t, shapes, "dossier event", event)
    judge(t, shapes, "office add", added)
    lists(t, shapes, post, "without a daemon")
    shows(t, shapes, post, [number, proef])
    explained(t, shapes, post, number)
    post.start()
    lists(t, shapes, post, "with a daemon")
    post.stop()
    judged(t, shapes, post)
    order_examples(t, post)
    t.empty([name for name in shapes.parsed if name not in shapes.seen and not name.isupper()], "every shape was printed")
    t.empty([name for name in shapes.objects if name not in shapes.seen], "and every part of one")


tap.need_program()
tap.main(play)
