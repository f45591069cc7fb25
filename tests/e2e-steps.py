#!/usr/bin/env python3
"""A crash at every durable step. Each scenario runs whole once and counts its steps; then it is run again from the same
beginning for each n, stopped at step n (POSTKAMER_STOP_AT), and resumed: the final state has to be that of the whole run.
A second resume writes nothing and sends nothing.

POSTKAMER_STEPS_EVERY=k takes every k-th step only, POSTKAMER_STEPS_ONLY=name one scenario."""
import hashlib
import json
import shutil
import os
import sys

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir") or os.path.dirname(os.path.dirname(__file__)), "tests/lib"))
import mail
import mailhost
import places
import smtpsink
import tap
from postkamer import STEP_EXIT, Postkamer

EVERY = int(os.environ.get("POSTKAMER_STEPS_EVERY", "1"))
ONLY = os.environ.get("POSTKAMER_STEPS_ONLY")
START, LATER = "2027-03-01T09:00:00Z", "2027-03-03T12:00:00Z"  # a Monday and two working days on


class Scenario:
    """prepare(world) makes the beginning, before any step is counted; run(world) is what gets stopped."""

    def __init__(self, name, prepare, run):
        self.name, self.prepare, self.run = name, prepare, run


class World:
    def __init__(self, folder, host):
        self.host = host
        self.post = Postkamer(f"{folder}/post", host)
        self.saved = f"{folder}/saved"
        self.sink = smtpsink.Sink()
        self.number = None
        imap = {"url": f"imap://127.0.0.1:{host.ports['imap']}/INBOX", "user": "intake", "password-file": "imap.password"}
        self.post.configure(imap=imap, smtp={"url": f"smtp://127.0.0.1:{self.sink.port}"}).init()

    def letter(self, name="paspoort.pdf"):
        return mail.make("Jan Jansen <jan@example.org>", "dossier@example.nl", f"Stukken {self.number}", "Hierbij.\n",
                         [(name, mail.pdf(name, 30000), "application/pdf")], date="Mon, 01 Mar 2027 10:00:00 +0100",
                         message_id=f"<{name.replace(' ', '')}@client.test>").as_bytes(policy=mail.POLICY)

    def save(self):
        shutil.rmtree(self.saved, ignore_errors=True)
        os.makedirs(self.saved)
        for part in ["store", "spool"]:
            shutil.copytree(f"{self.post.dir}/{part}", f"{self.saved}/{part}", symlinks=True, copy_function=shutil.copy2)
        self.host.save("intake", f"{self.saved}/mail")

    def restore(self):
        for part in ["store", "spool"]:
            shutil.rmtree(f"{self.post.dir}/{part}")
            shutil.copytree(f"{self.saved}/{part}", f"{self.post.dir}/{part}", symlinks=True, copy_function=shutil.copy2)
        self.host.restore("intake", f"{self.saved}/mail")
        self.sink.accepted.clear()
        self.sink.seen.clear()

    def outcome(self):
        """The final state, without what is free to differ: ids of rows and when an attempt was made."""
        state = json.loads(self.post.dump())
        for row in state["queue"]:
            row.pop("attempts")
            row.pop("id")
            row.pop("reply")
        for row in state["items"]:
            row.pop("id")
        state["items"].sort(key=lambda row: (row["source"], row["subject"] or ""))
        state["queue"].sort(key=lambda row: (row["to"], row["template"], row["subject"]))
        for dossier in state["dossiers"].values():
            dossier["history"] = sorted((line["event"], line["text"]) for line in dossier["history"])
            for slot in dossier["slots"]:  # a folder's files come in any order
                for document in slot["documents"]:
                    document.pop("id")
        sent = sorted((mail.address(mail.parse(data[0])["To"]), str(mail.parse(data[0])["Subject"]))
                      for data in self.sink.ids().values())
        return json.dumps({"state": state, "sent": sent, "mailbox": self.host.count("intake"),
                           "processed": self.host.count("intake", "Verwerkt"), "spool": self.spool()},
                          indent=1, sort_keys=True)

    def spool(self):
        return sorted(f"{folder}/{len(files)}" for folder in ["new", "tmp", "done", "refused"]
                      for _, _, files in os.walk(f"{self.post.spool}/{folder}") if files)

    def fingerprint(self):
        """Every file of the store with its content: what a run that writes nothing leaves as it is."""
        found = {}
        for at, _, names in os.walk(self.post.store):
            for name in names:
                path = os.path.join(at, name)
                if name in ("lock", "control.sock") or name.endswith("-shm") or not os.path.isfile(path):
                    continue
                with open(path, "rb") as file:
                    data = file.read()
                if data:
                    found[os.path.relpath(path, self.post.store)] = hashlib.sha256(data).hexdigest()
        return found


def go(world, now, **env):
    return world.post.call("run", "--once", "--now", now, env=env)


def opened(world):
    world.number = world.post.new_dossier("Jan Jansen <jan@example.org>", "inkomensverklaring", "--now", START)
    go(world, START)


def scenario_mail(world):
    opened(world)
    world.host.wipe("intake")
    world.host.put("intake", [world.letter().replace(b"\r\n", b"\n")])


def scenario_spool(world):
    opened(world)
    world.host.wipe("intake")
    world.post.drop(f"{world.number}/prognose.pdf", mail.pdf("prognose", 20000))
    world.post.drop(f"{world.number}_aangifte_2026.pdf", mail.pdf("aangifte", 20000))


def order(world, name, documents, **more):
    """An order, and its documents in tmp/."""
    os.makedirs(f"{world.post.spool}/tmp/web", exist_ok=True)
    for document in documents:
        with open(f"{world.post.spool}/tmp/{document}", "wb") as file:
            file.write(mail.pdf(document, 20000))
    client = {"name": "Jan Jansen", "address": "jan@example.org"}
    text = json.dumps({"workflow": "inkomensverklaring", "client": client, "documents": documents, **more})
    world.post.drop(name, text.encode())


def scenario_order(world):
    """One that opens a dossier, with two documents."""
    world.host.wipe("intake")
    order(world, "aanvraag.json", ["paspoort.pdf", "web/prognose.pdf"], reference="web-1")


def scenario_orders_refused(world):
    """The same order once more, with other documents; and one that names a field which there is not."""
    scenario_order(world)
    go(world, START)
    order(world, "nogeens.json", ["andere.pdf", "web/nog een.pdf"], reference="web-1")
    order(world, "fout.json", ["fout.pdf"], reference="web-2", fields={"nix": "x"})


def scenario_timer(world):
    opened(world)
    world.host.wipe("intake")


def scenario_send(world):
    world.host.wipe("intake")
    world.number = world.post.new_dossier("Jan Jansen <jan@example.org>", "inkomensverklaring", "--now", START)
    for name in ["Piet <piet@example.org>", "Kees <kees@example.org>"]:
        world.post.new_dossier(name, "inkomensverklaring", "--now", START)


def scenario_recovery(world):
    """Stopped in the middle of everything: what gets stopped is the recovery."""
    scenario_mail(world)
    world.post.drop(f"{world.number}/prognose.pdf", mail.pdf("prognose", 20000))
    log = f"{world.post.dir}/steps"
    world.save()
    go(world, LATER, POSTKAMER_STEP_LOG=log)
    with open(log) as file:
        total = len(file.readlines())
    world.restore()
    go(world, LATER, POSTKAMER_STOP_AT=total // 2)


SCENARIOS = [Scenario("mail in", scenario_mail, lambda world, **env: go(world, START, **env)),
             Scenario("spool in", scenario_spool, lambda world, **env: go(world, START, **env)),
             Scenario("order in", scenario_order, lambda world, **env: go(world, START, **env)),
             Scenario("orders refused", scenario_orders_refused, lambda world, **env: go(world, START, **env)),
             Scenario("timer", scenario_timer, lambda world, **env: go(world, LATER, **env)),
             Scenario("send", scenario_send, lambda world, **env: go(world, START, **env)),
             Scenario("recovery", scenario_recovery, lambda world, **env: go(world, LATER, **env))]


def logged(world, scenario, **env):
    """Runs it; the result and the names of the steps it took."""
    log = f"{world.post.dir}/steps"
    if os.path.exists(log):
        os.unlink(log)
    result = scenario.run(world, POSTKAMER_STEP_LOG=log, **env)
    world.post.workers_end()
    with open(log) as file:
        return result, file.read().split("\n")[:-1]


def whole_run(t, world, scenario):
    """The reference: the names of the steps and the final state."""
    result, steps = logged(world, scenario)
    t.equal(result.returncode, 0, f"{scenario.name}: the whole run ends with 0")
    return steps, world.outcome()


def stopped(world, scenario, n, wanted):
    """What is wrong after a stop at step n."""
    world.restore()
    # workers answer in any order, so the steps of this run may stand in another one
    result, steps = logged(world, scenario, POSTKAMER_STOP_AT=n)
    where = f"step {n} ({steps[-1]})"
    # answers that come together share a commit, so this run may have had fewer steps
    if result.returncode != STEP_EXIT and (result.returncode != 0 or len(steps) >= n):
        yield f"{where}: ended with {result.returncode}, not {STEP_EXIT}: {result.stderr[-300:]!r}"
        return
    result = scenario.run(world)
    if result.returncode != 0:
        yield f"{where}: the resume ended with {result.returncode}: {result.stderr[-300:]!r}"
        return
    got = world.outcome()
    if got != wanted:
        yield f"{where}: another final state"
        yield from differences(wanted, got)
        yield f"seen {len(world.sink.seen)}, accepted {len(world.sink.accepted)}, connections {world.sink.connections}"
        yield result.stderr.decode(errors="replace")[-1500:]
    for identity, copies in world.sink.ids().items():
        if len(set(copies)) != 1:
            yield f"{where}: {identity} was sent with different bytes"
        if len(copies) > 1 and "send.go" not in steps:  # before that no byte of it may be on the wire
            yield f"{where}: {identity} was sent {len(copies)} times"
        if len(copies) > 2:
            yield f"{where}: {identity} was sent {len(copies)} times"
    before, sent = world.fingerprint(), len(world.sink.seen)
    scenario.run(world)
    after = world.fingerprint()
    if after != before:
        yield f"{where}: a second resume wrote {sorted(set(before.items()) ^ set(after.items()))[:4]}"
    if len(world.sink.seen) != sent:
        yield f"{where}: a second resume sent something"


def differences(wanted, got):
    import difflib
    rows = list(difflib.unified_diff(wanted.splitlines(), got.splitlines(), "whole run", "stopped and resumed", n=1,
                                     lineterm=""))
    return rows[:14]


def play(t):
    with mailhost.MailHost(places.scratch("steps")) as host:
        for scenario in [one for one in SCENARIOS if ONLY in (None, one.name)]:
            world = World(f"{host.dir}/{scenario.name.replace(' ', '-')}", host)
            scenario.prepare(world)
            world.save()
            world.restore()
            steps, wanted = whole_run(t, world, scenario)
            t.ok(len(steps) >= 2, f"{scenario.name}: has steps", steps)
            t.note(f"{scenario.name}: {len(steps)} steps: {' '.join(steps)}")
            for n in range(1, len(steps) + 1, EVERY):
                t.empty(list(stopped(world, scenario, n, wanted)),
                        f"{scenario.name}: stopped at step {n} of {len(steps)}", 20)
            world.sink.close()


tap.need_program()
if mailhost.why_not():
    tap.skip_all(mailhost.why_not())
tap.main(play)
