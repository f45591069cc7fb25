#!/usr/bin/env python3
"""Rules and templates that `check` rejects never run: not by a reload, not by a start, where what ran last goes on; and
status warns until the files are mended. A version that has run before is not refused."""
import hashlib
import os
import signal
import sqlite3
import sys
import time

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir") or os.path.dirname(os.path.dirname(__file__)), "tests/lib"))
import places
import smtpsink
import tap
import wait
from postkamer import Postkamer

RULES = "rules/inkomensverklaring.rules"
MAIL = "mailtemplates/nl/aanvraag-bevestigd.md"
ENGINE = ["layout.html", "layout.txt", "nl/ontvangst.md", "en/ontvangst.md", "nl/button-question.txt"]
LETTER = b"From: x@example.com\nTo: dossier@example.nl\nSubject: hoi\n\nhoi\n"
UNREACHABLE = ("slot rapport filled and", "slot rapport filled and slot rapport open and")


def read(post, name=RULES):
    with open(f"{post.dir}/{name}") as file:
        return file.read()


def write(post, text, name=RULES):
    with open(f"{post.dir}/{name}", "w") as file:
        file.write(text)


def outcomes(post):
    return [line for line in post.log().splitlines() if "reload.done" in line or "reload.refused" in line]


def reload(post):
    """SIGHUP; the one line that says what came of it."""
    before = len(outcomes(post))
    post.daemon.send_signal(signal.SIGHUP)
    wait.until("the reload is told of", lambda: len(outcomes(post)) > before)
    time.sleep(0.1)
    lines = outcomes(post)[before:]
    assert len(lines) == 1, lines
    return lines[0]


def status(post):
    """What status says of the rules: its exit status, the JSON and the line."""
    result = post.call("status", "--json")
    text = post.run("status", ok=(0, 1, 2))
    lines = [line for line in text.splitlines() if line.startswith("rules ")]
    return result.returncode, post.json("status", ok=(0, 1, 2))["rules_refused"], lines


def title(post, number=None):
    number = number or post.new_dossier()
    return next(slot["title"] for slot in post.dossier(number)["slots"] if slot["slot"] == "overig")


def unreachable(text):
    assert UNREACHABLE[0] in text
    return text.replace(*UNREACHABLE).replace('"Overige stukken"', '"Nieuwe stukken"')


def refused(t, post, good):
    """A reload with what only the proofs find."""
    t.equal(status(post), (0, None, []), "all is well: status says nothing of rules")
    write(post, unreachable(good))
    t.equal(post.call("check").returncode, 1, "check finds a dead end")
    line = reload(post)
    t.ok("reload.refused" in line and "inkomensverklaring.rules:" in line and "is never reached" in line,
         "the reload is refused; one line names file, line and reason", line)
    t.ok("reload.found" in post.log() and "for example: open" in post.log(), "the log shows the run that proves it")
    t.equal(title(post), "Overige stukken", "the running version stays")
    code, why, lines = status(post)
    t.ok(code == 1 and why and why.startswith("inkomensverklaring.rules:") and "is never reached" in why,
         "status --json warns, with the reason", code, why)
    t.ok(len(lines) == 1 and why in lines[0], "so does its text", lines)
    write(post, good + "\nstate {\n")
    t.ok("reload.refused" in reload(post), "one that cannot be read is refused too")
    t.ok("expected" in (status(post)[1] or ""), "status has the last reason", status(post))
    write(post, good)
    t.ok("reload.done" in reload(post), "a good file again")
    t.equal(status(post), (0, None, []), "clears it")


def template(t, post):
    """The rules are the same, but a template uses what is not there when it is mailed."""
    good = read(post, MAIL)
    write(post, good + "\n{{payment.amount}}\n", MAIL)
    t.equal(post.call("check").returncode, 1, "check finds a template that uses what is not there")
    t.ok("reload.refused" in reload(post), "the reload is refused")
    write(post, good, MAIL)
    t.ok("reload.done" in reload(post), "and taken when it is right again")
    for name in ENGINE:
        gone(t, post, f"mailtemplates/{name}")


def gone(t, post, name):
    """What no rule names, and each mail needs."""
    os.rename(f"{post.dir}/{name}", f"{post.dir}/aside")
    result = post.call("check")
    t.ok(result.returncode == 1 and b"this template is missing" in result.stderr, f"{name} is gone: check says so", result)
    line = reload(post)
    t.ok("reload.refused" in line and name.split("/", 1)[1] in line, f"{name}: the reload is refused, with the reason", line)
    post.new_dossier()
    os.rename(f"{post.dir}/aside", f"{post.dir}/{name}")
    t.ok("reload.done" in reload(post), f"{name}: and taken when it is there again")


def odd(t, post):
    """Files that are none, or hold nothing."""
    name = f"{post.dir}/rules/public-mail-providers"
    os.rename(name, f"{post.dir}/aside")
    write(post, "# nothing\n\n", "rules/public-mail-providers")
    mark = len(post.log())
    t.ok("reload.done" in reload(post), "an empty list of providers")
    t.ok("rules.providers" in post.log()[mark:], "is told of, as one that is missing", post.log()[mark:])
    write(post, "\0gmail.com\n", "rules/public-mail-providers")
    t.ok("not text" in reload(post), "one with zero bytes is refused")
    os.unlink(name)
    os.mkfifo(name)
    t.ok("reload.refused" in reload(post), "a pipe in its place does not keep the daemon waiting")
    os.unlink(name)
    os.rename(f"{post.dir}/aside", name)
    holidays = f"{post.dir}/rules/holidays.nl"
    os.rename(holidays, f"{post.dir}/aside")
    write(post, "\0", "rules/holidays.nl")
    t.ok("reload.refused" in reload(post), "nor are holidays with zero bytes taken over")
    write(post, "# to be filled\n", "rules/holidays.nl")
    result = post.call("check")
    t.ok(result.returncode == 0 and b"holidays.nl: warning: this file names no day" in result.stderr,
         "check warns of holidays that are none", result)
    os.rename(f"{post.dir}/aside", holidays)
    layout = read(post, "mailtemplates/layout.html")
    write(post, "", "mailtemplates/layout.html")
    t.ok("reload.refused" in reload(post), "a layout that was emptied, in which mails would lose their text")
    write(post, layout, "mailtemplates/layout.html")
    t.ok("reload.done" in reload(post), "all is well again")


def started(t, post, good):
    """A start, days after a refused reload."""
    spoils = [("what only the proofs find", RULES, unreachable), ("a template gone", MAIL, None),
              ("a rule file gone", RULES, None),
              ("a template of the engine's gone", "mailtemplates/layout.html", None),
              ("a template with a fault", MAIL, lambda text: text + "\n{{geen.ding}}\n"),
              ("a file that cannot be read", RULES, lambda text: text + "\nstate {\n")]
    for what, name, spoil in spoils:
        before = read(post, name)
        if spoil:
            write(post, spoil(before), name)
        else:
            os.unlink(f"{post.dir}/{name}")
        number = post.new_dossier()
        post.stop()
        mark = len(post.log())
        post.start()
        said = post.log()[mark:]
        t.ok("rules.refused why=" in said, f"{what}: the daemon starts on what ran last and says so", said[-600:])
        t.equal(title(post), "Overige stukken", f"{what}: which is in force")
        t.equal(title(post, number), "Overige stukken", f"{what}: for all dossiers")
        code, why, _ = status(post)
        t.ok(code == 1 and why, f"{what}: status warns", code, why)
        t.ok("reload.refused" in reload(post), f"{what}: a reload is refused")
        post.stop()
        result = post.call("ingest", "-", stdin=LETTER)
        t.ok(result.returncode == 0 and b"rules.refused" in result.stderr, f"{what}: ingest works without a daemon", result)
        t.equal(post.call("run", "--once").returncode, 0, f"{what}: so does run --once")
        t.equal(post.call("check").returncode, 1, f"{what}: check is not deceived")
        post.start()
        write(post, before, name)
        t.ok("reload.done" in reload(post), f"{what}: a good file again is taken over")
        t.equal(status(post)[1], None, f"{what}: and clears the warning")


def first(t, folder):
    """Nothing has run yet."""
    post = Postkamer(f"{folder}/first").configure(own_rules=True).init()
    good = read(post)
    write(post, unreachable(good))
    for args in [("run", "--once"), ("dossier", "new", "--workflow", "inkomensverklaring", "--client", "J <j@example.org>")]:
        result = post.call(*args)
        t.ok(result.returncode == 1 and b"is never reached" in result.stderr, f"{args[0]} refuses rules that nobody has run yet",
             result.returncode, result.stderr[-300:])
    t.equal(post.call("ingest", "-", stdin=LETTER).returncode, 75, "ingest is to come again")
    t.equal(post.json("dossier", "list", ok=(0,)), [], "nothing was opened under them")
    write(post, good)
    t.equal(post.call("run", "--once").returncode, 0, "right: it starts")
    kept = f"{post.store}/rules.last"
    t.equal(os.stat(kept).st_mode & 0o777, 0o600, "what runs is kept in the store")
    with open(kept, "r+b") as file:
        file.seek(5000)
        file.write(b"#")
    result = post.call("run", "--once")
    t.ok(result.returncode == 0 and b"rules.unkept" in result.stderr, "damaged there: it is told", result.stderr[-300:])
    write(post, good + "\nstate {\n")
    result = post.call("run", "--once")
    t.ok(result.returncode == 0 and b"rules.unkept" not in result.stderr, "and it is kept anew", result.stderr[-300:])


def known(t, folder):
    """A version that ran before there were such proofs: the store has its text."""
    post = Postkamer(f"{folder}/known").configure(own_rules=True).init()
    good = read(post)
    post.start()
    post.new_dossier()
    post.stop()
    write(post, unreachable(good))
    plant(post)
    post.start()
    t.ok("rules.faulty why=" in post.log() and "is never reached" in post.log(), "it starts, with a warning", post.log()[-600:])
    t.equal(title(post), "Nieuwe stukken", "and runs")
    t.equal(status(post)[1], None, "the files are not refused")
    write(post, read(post, MAIL) + "\nNog een regel.\n", MAIL)
    t.ok("reload.done" in reload(post), "a template may change: what is wrong was wrong before")
    write(post, unreachable(good).replace('"Nieuwe stukken"', '"Weer anders"'))
    t.ok("reload.refused" in reload(post), "another version with the same fault is refused")
    post.stop()


def plant(post):
    """Has the store know the version on disk, as if it had run."""
    text = read(post)
    with sqlite3.connect(f"{post.store}/postkamer.db") as db:
        db.execute("INSERT INTO program(digest, workflow, file, text, added) VALUES(?, 'inkomensverklaring', "
                   "'inkomensverklaring.rules', ?, 0)", (hashlib.sha256(text.encode()).hexdigest(), text))
    db.close()


def blocked(process):
    with open(f"/proc/{process}/status") as state:
        return [line.split()[1] for line in state if line.startswith("SigBlk")]


def early(t, folder):
    """SIGHUP before the configuration has been read: it lies in a pipe."""
    post = Postkamer(f"{folder}/early").configure(own_rules=True).init()
    config, pipe = read(post, "postkamer.conf"), f"{post.dir}/pipe.conf"
    os.mkfifo(pipe)
    post.conf = pipe
    post.spawn()
    post.conf = f"{post.dir}/postkamer.conf"

    def opened():
        try:
            return os.fdopen(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK), "w")
        except OSError:
            return None
    file = wait.until("the configuration is being read", opened)
    post.daemon.send_signal(signal.SIGHUP)
    with file:
        file.write(config)
    wait.until("it answers", lambda: post.daemon.poll() is not None or "daemon.started" in post.log())
    t.equal(post.daemon.poll(), None, "SIGHUP in the first moments does not end it")
    if post.daemon.poll() is None:
        wait.until("and is heard", lambda: "reload.done" in post.log())
        post.new_dossier()
        worker = wait.until("a worker runs", lambda: post.tree()[1:])[0]
        # all is blocked until it is one: between fork and exec
        wait.until("its workers start with nothing blocked", lambda: blocked(worker) == ["0" * 16])
        t.equal(post.stop()[0], 0, "it ends well")
    post.daemon = None


def play(t):
    folder = places.scratch("faulty-rules")
    with Postkamer(f"{folder}/post") as post:
        post.configure(own_rules=True, smtp={"url": f"smtp://127.0.0.1:{smtpsink.Sink().port}"}).init().start()
        good = read(post)
        refused(t, post, good)
        template(t, post)
        odd(t, post)
        started(t, post, good)
        t.equal(post.stop()[0], 0, "the daemon ends well")
    first(t, folder)
    known(t, folder)
    early(t, folder)


tap.need_program()
tap.main(play)
