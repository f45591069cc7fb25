#!/usr/bin/env python3
"""The command: exit statuses, shapes of --json, the control socket and the store's lock, signals."""
import json
import re
import signal
import os
import sys

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir") or os.path.dirname(os.path.dirname(__file__)), "tests/lib"))
import mail
import places
import tap
import wait
from postkamer import Postkamer

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")

DOSSIER = {"number": str, "service": str, "workflow": str, "state": str, "client": dict, "office": (dict, type(None)),
           "visibility": str}
DOSSIER_LISTS = {"slots": list, "timers": list, "approvals": list, "payments": list, "tickets": list, "history": list}
SLOT = {"slot": str, "year": (int, type(None)), "title": str, "status": str, "required": bool, "documents": list}
DOCUMENT = {"name": str, "type": str, "size": int, "sha256": str, "from": str, "received": str, "version": int}
QUEUE = {"to": str, "subject": str, "template": str, "dossier": (str, type(None)), "state": str, "attempts": int,
         "next": (str, type(None)), "reply": (str, type(None))}
ITEM = {"state": str, "source": str, "from": (str, type(None)), "subject": (str, type(None)), "received": str,
        "dossier": (str, type(None)), "reason": (str, type(None))}
HELD = {"reason": str, "from": (str, type(None)), "subject": (str, type(None)), "received": str,
        "dossier": (str, type(None))}


def shape(row, wanted, what):
    """What is wrong with a JSON object."""
    for key, kind in wanted.items():
        if key not in row:
            yield f"{what}: no {key} in {sorted(row)}"
        elif not isinstance(row[key], kind):
            yield f"{what}: {key} is {row[key]!r}"


def shapes(t, post, number, label):
    show = post.dossier(number)
    t.empty(shape(show, {**DOSSIER, **DOSSIER_LISTS}, "dossier show"), f"{label}: dossier show --json")
    t.empty([one for slot in show["slots"] for one in shape(slot, SLOT, slot.get("slot"))], f"{label}: its slots")
    documents = [one for slot in show["slots"] for one in slot["documents"]]
    t.ok(documents and not [bad for one in documents for bad in shape(one, DOCUMENT, "document")],
         f"{label}: its documents", documents)
    t.empty([one for timer in show["timers"] for one in shape(timer, {"clause": str, "due": str}, "timer")],
            f"{label}: its timers")
    t.empty([one for line in show["history"] for one in shape(line, {"at": str, "event": str, "text": str}, "history")],
            f"{label}: its history")
    times = [one["received"] for one in documents] + [one["due"] for one in show["timers"]] + \
        [one["at"] for one in show["history"]]
    t.empty([one for one in times if not TIME.match(one)], f"{label}: times are RFC 3339 in UTC")
    t.equal((show["client"]["name"], show["client"]["address"], show["client"]["copy"], show["office"],
             show["visibility"]), ("Jan Jansen", "jan@example.org", False, None, "shared"), f"{label}: its parties")
    rows = post.json("dossier", "list")
    t.equal([row["number"] for row in rows], [number], f"{label}: dossier list --json")
    t.empty(list(shape(rows[0], DOSSIER, "dossier list")), f"{label}: dossier list has the same fields")
    t.ok(not set(rows[0]) & set(DOSSIER_LISTS), f"{label}: dossier list is without the lists", sorted(rows[0]))
    for command, wanted, least in [(("queue", "list", "--all"), QUEUE, 1), (("item", "list"), ITEM, 2),
                                   (("held", "list"), HELD, 1), (("quarantine", "list"), HELD, 0)]:
        rows = post.json(*command)
        name = " ".join(command)
        t.ok(len(rows) >= least, f"{label}: {name} has rows", rows)
        t.empty([bad for row in rows for bad in shape(row, wanted, name)], f"{label}: {name} --json")
        t.ok(all("id" in row for row in rows), f"{label}: {name} has ids")
    t.ok(isinstance(post.json("status", ok=(0, 1, 2, 3)), dict), f"{label}: status --json")
    t.equal(post.json("check"), [], f"{label}: check --json finds nothing")


def bytes_of(t, post, number, data, label):
    one = post.documents(number)[mail.sha256(data)]
    t.ok(post.document(number, one["id"]) == data, f"{label}: dossier show --document --output - gives the bytes")
    path = f"{post.dir}/document"
    post.run("dossier", "show", number, "--document", one["id"], "--output", path)
    with open(path, "rb") as file:
        t.ok(file.read() == data, f"{label}: and --output FILE too")
    os.unlink(path)
    row = post.queue()[0]
    sent = post.call("queue", "show", row["id"], "--eml").stdout
    t.ok(sent.endswith(b"\r\n") and b"\n" not in sent.replace(b"\r\n", b""), f"{label}: queue show --eml has CRLF lines")
    t.equal(mail.address(mail.parse(sent)["To"]), "jan@example.org", f"{label}: queue show --eml is the message")


def statuses(t, post, number):
    rows = [(("dossier", "show", "2026-00000-A"), 1, "an unknown dossier"), (("nonsense",), 64, "an unknown command"),
            ((), 64, "no command"), (("dossier", "new"), 1, "no client"),
            (("dossier", "new", "--nonsense"), 64, "an unknown option"),
            (("dossier", "new", "--workflow", "nothing", "--client", "A <a@example.org>"), 1, "an unknown workflow"),
            (("dossier", "new", "--workflow", "inkomensverklaring", "--client", "no address"), 64, "a bad address"),
            (("dossier", "new", "--workflow", "inkomensverklaring", "--client", "X <dossier@example.nl>"), 1,
             "a party at one of our own addresses"),
            (("dossier", "new", "--workflow", "inkomensverklaring", "--client", "A <a@example.org>", "--number", "12"), 1,
             "a number that does not match"),
            (("queue", "show", "999999"), 1, "an unknown row"), (("held", "show", "999999"), 1, "an unknown held item"),
            (("run", "--now", "2026-01-01T00:00:00Z"), 64, "run --now without --once"),
            (("ingest", "/nonexistent"), 75, "ingest of a file that is not there")]
    for args, status, what in rows:
        result = post.call(*args)
        said = result.stderr.decode(errors="replace")
        t.equal(result.returncode, status, f"{what} ends with {status}")
        t.ok(said.startswith(("postkamer: ", "usage: ")), f"{what}: standard error says so", said)


def locked(t, post):
    """With a daemon: commands go through its socket, a second run ends with 75, signals are obeyed."""
    post.start()
    result = post.call("run")
    t.equal(result.returncode, 75, "a second run ends with 75")
    t.ok(result.stderr, "and says why", result.stderr)
    t.equal(post.call("run", "--once").returncode, 75, "so does run --once")


def reload(t, post, number):
    path = f"{post.dir}/rules/inkomensverklaring.rules"
    with open(path) as file:
        good = file.read()
    with open(path, "w") as file:
        file.write(good.replace("state verzamelen", "stat verzamelen"))
    before = len(post.log())
    post.daemon.send_signal(signal.SIGHUP)
    wait.until("the daemon says what is wrong", lambda: "inkomensverklaring.rules" in post.log()[before:], 10)
    t.ok(post.daemon.poll() is None, "SIGHUP with a faulty rule file: the daemon goes on")
    other = post.new_dossier("Piet <piet@example.org>")
    t.equal(post.dossier(other)["state"], "verzamelen", "with the rules it had")
    faults = json.loads(post.call("check", "--json").stdout)
    t.ok(faults and faults[0]["file"].endswith("inkomensverklaring.rules") and faults[0]["line"] > 0
         and faults[0]["column"] > 0 and faults[0]["message"], "check --json names file, line and column", faults[:1])
    t.equal(post.call("check").returncode, 1, "check ends with 1")
    with open(path, "w") as file:
        file.write(good.replace('"Wacht op stukken"', '"Wacht op de stukken"'))
    before = len(post.log())
    post.daemon.send_signal(signal.SIGHUP)
    wait.until("the daemon reloads", lambda: "reload" in post.log()[before:], 10)
    t.equal(post.call("check").returncode, 0, "a good file again: check ends with 0")
    with open(path, "w") as file:
        file.write(good)
    post.daemon.send_signal(signal.SIGHUP)


def clock(t, post):
    began = post.json("status", ok=(0, 1, 2, 3))["now"]
    post.run("clock", "+2d")
    later = post.json("status", ok=(0, 1, 2, 3))["now"]
    t.ok(later[:10] > began[:10], "clock +2d moves the daemon's clock", began, later)
    result = post.call("dossier", "new", "--workflow", "inkomensverklaring", "--client", "A <a@example.org>", "--now",
                       "2020-01-01T00:00:00Z")
    t.equal(result.returncode, 64, "a --now before the highest time seen ends with 64")


def play(t):
    with Postkamer(f"{places.scratch('cmd')}/post") as post:
        post.configure(own_rules=True)
        t.equal(post.call("run", "--once").returncode, 1, "run without a store ends with 1")
        t.ok(not os.path.exists(post.store), "and makes none")
        post.init()
        t.ok(post.call("init").returncode != 0, "init refuses where a store is")
        t.equal(os.stat(f"{post.dir}/master.key").st_mode & 0o77, 0, "the master key is for the owner only")
        number = post.new_dossier()
        t.ok(re.fullmatch(r"20\d\d-\d{5}-[A-Z]", number), "dossier new prints the number", number)
        data = mail.pdf("paspoort")
        letter = mail.make("Jan Jansen <jan@example.org>", "dossier@example.nl", f"Stukken {number}", "Hierbij.\n",
                           [("paspoort.pdf", data, "application/pdf")]).as_bytes(policy=mail.POLICY)
        t.equal(post.call("ingest", "-", stdin=letter).returncode, 0, "ingest - takes a mail")
        stranger = mail.make("x@example.com", "dossier@example.nl", "Dossier 2026-99999-A",
                             "Wie bent u.\n").as_bytes(policy=mail.POLICY)
        with open(f"{post.dir}/stranger.eml", "wb") as file:
            file.write(stranger)
        t.equal(post.call("ingest", f"{post.dir}/stranger.eml").returncode, 0, "ingest FILE takes one that is then held")
        shapes(t, post, number, "without a daemon")
        bytes_of(t, post, number, data, "without a daemon")
        statuses(t, post, number)
        locked(t, post)
        shapes(t, post, number, "with a daemon")
        bytes_of(t, post, number, data, "with a daemon")
        reload(t, post, number)
        clock(t, post)
        status, seconds = post.stop()
        t.equal(status, 0, "SIGTERM ends the daemon with 0")
        t.ok(seconds < 10, "within 10 s", f"{seconds:.1f} s")
        t.equal(post.call("status").returncode in (0, 1, 2, 3), True, "status works without a daemon")


tap.need_program()
tap.main(play)
