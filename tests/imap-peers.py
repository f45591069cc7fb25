#!/usr/bin/env python3
"""The IMAP worker against scripted servers with every fault there is.

    imap-peers.py [PROGRAM ...]     PROGRAM starts the worker (default: $POSTKAMER worker imap)
"""
import os
import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "peers"))
import imap_worker as iw  # noqa: E402
import tap  # noqa: E402
from imap_peer import ImapPeer, Mail  # noqa: E402
from imap_worker import Worker  # noqa: E402

PROGRAM = iw.program(sys.argv[1:])
SANITIZED = iw.sanitized(PROGRAM)
MAILS = [b"Subject: %d\r\n\r\nbody of %d\r\n" % (n, n) for n in range(1, 6)]
LARGE = random.Random(1).randbytes(5 * 1048576 // 2)


def bodies(got):
    return {uid: m.body for uid, m in got.items() if m.type == iw.MAIL}


def play(*faults, mails=MAILS, **setup):
    """(peer, ready worker)"""
    peer = ImapPeer(mails, *faults)
    worker = Worker(PROGRAM)
    worker.ready(peer.port, **setup)
    return peer, worker


# --- Servers that can less, or do allowed things.

# faults, flags of READY, how an ACK is done, uids left in INBOX, mails in the target, that folder
GOOD = [
    ("", 15, "moved", [3, 4, 5], 2, "Verwerkt"),
    ("no-move", 14, "copied", [3, 4, 5], 2, "Verwerkt"),
    ("no-move,no-keyword", 6, "copied", [3, 4, 5], 2, "Verwerkt"),
    ("no-move,no-uidplus", 12, "flagged", [1, 2, 3, 4, 5], 0, "Verwerkt"),
    ("no-move,no-uidplus,no-keyword", 4, "none", [1, 2, 3, 4, 5], 0, "Verwerkt"),
    ("minimal", 8, "flagged", [1, 2, 3, 4, 5], 0, "Verwerkt"),
    ("minimal,no-keyword", 0, "none", [1, 2, 3, 4, 5], 0, "Verwerkt"),
    ("read-only", 4, "none", [1, 2, 3, 4, 5], 0, "Verwerkt"),
    ("courier", 15, "moved", [3, 4, 5], 2, "INBOX.Verwerkt"),
    ("no-levels,minimal", 8, "flagged", [1, 2, 3, 4, 5], 0, "Verwerkt"),
    ("no-idle", 11, "moved", [3, 4, 5], 2, "Verwerkt"),
    ("idle-no", 15, "moved", [3, 4, 5], 2, "Verwerkt"),
    ("idle-pre", 15, "moved", [3, 4, 5], 2, "Verwerkt"),
    ("still-here", 15, "moved", [3, 4, 5], 2, "Verwerkt"),
    ("waiting", 15, "moved", [3, 4, 5], 2, "Verwerkt"),
    ("logindisabled", 15, "moved", [3, 4, 5], 2, "Verwerkt"),
    ("logindisabled,no-sasl-ir", 15, "moved", [3, 4, 5], 2, "Verwerkt"),
    ("preauth", 15, "moved", [3, 4, 5], 2, "Verwerkt"),
    ("trycreate", 15, "moved", [3, 4, 5], 2, "Verwerkt"),
    ("trycreate,no-move", 14, "copied", [3, 4, 5], 2, "Verwerkt"),
    ("body:flags", 15, "moved", [3, 4, 5], 2, "Verwerkt"),
    ("body:uidlast", 15, "moved", [3, 4, 5], 2, "Verwerkt"),
    ("size-small", 15, "moved", [3, 4, 5], 2, "Verwerkt"),
    ("size-large", 15, "moved", [3, 4, 5], 2, "Verwerkt"),
    ("no-date", 15, "moved", [3, 4, 5], 2, "Verwerkt"),
    ("body:no,piece:flags", 15, "moved", [3, 4, 5], 2, "Verwerkt"),
    ("body:nil", 15, "moved", [3, 4, 5], 2, "Verwerkt"),
    ("body:partno", 15, "moved", [3, 4, 5], 2, "Verwerkt"),
    ("body:empty", 15, "moved", [3, 4, 5], 2, "Verwerkt"),
]


def good(faults, can, how, left, moved, folder):
    name = faults or "all well"
    peer, worker = play(faults)
    with peer, worker:
        tap.equal(worker.info.can, can, f"{name}: READY says what the server can")
        tap.equal([e[0] for e in worker.list()], [1, 2, 3, 4, 5], f"{name}: all are listed")
        got, end = worker.fetch([1, 2, 3, 4, 5, 99])
        tap.equal(bodies(got), {n + 1: data for n, data in enumerate(MAILS)}, f"{name}: the bytes are the mails'")
        tap.equal((got[99].type, end.mails, end.gone), (iw.GONE, 5, 1), f"{name}: one was gone")
        tap.equal([m.date for m in got.values() if m.type == iw.MAIL],
                  [-2 ** 63 if "no-date" in faults else 1772438400] * 5, f"{name}: internal dates")
        tap.equal(worker.ack([2, 1, 99]).how, how, f"{name}: acknowledged")
        tap.equal(peer.uids(), left, f"{name}: left in the folder")
        tap.equal(len(peer.boxes[folder]), moved, f"{name}: in the target folder")
        tap.equal(worker.ack([1, 2]).how, how, f"{name}: acknowledged again")
        tap.equal(len(peer.boxes[folder]), moved, f"{name}: and not copied twice")
        worker.watch()
        tap.ok(worker.quiet(0.7), f"{name}: no news, no CHANGED")
        peer.add(b"Subject: new\r\n\r\nnew\r\n")
        tap.equal(worker.expect(iw.CHANGED, timeout=4).name, "CHANGED", f"{name}: new mail is seen")
        tap.equal([e[0] for e in worker.list(after=5)], [6], f"{name}: and it alone is listed")
        tap.equal(bodies(worker.fetch([6])[0]), {6: b"Subject: new\r\n\r\nnew\r\n"}, f"{name}: one alone is fetched")
        tap.ok(folder in peer.subscribed, f"{name}: the folder is subscribed")
        tap.equal(sum(peer.said(w) for w in ["ENVELOPE", "STRUCTURE", "\\Seen", "RFC822 ", "(BODY[", " BODY["]), 0,
                  f"{name}: nothing is asked that should not be")
        worker.send(iw.QUIT)
        tap.equal(worker.wait(), 0, f"{name}: the worker ends well")
        tap.equal(peer.connections, 1, f"{name}: one connection was enough")


# --- Servers that fail: the worker says why and ends.

# faults, order, class, where, words in the text
BAD = [
    ("bye-greeting", None, "server", "greeting", "too busy"),
    ("login:no", None, "server", "login", "not today"),
    ("login:bad", None, "protocol", "login", "BAD"),
    ("login:bye", None, "server", "login", "going down"),
    ("login:stall", None, "network", "login", "no answer within 3 seconds"),
    ("login:trickle", None, "network", "login", "longer than 3 seconds"),
    ("login:endless", None, "protocol", "login", "line of more than"),
    ("login:wrongtag", None, "protocol", "login", "no tagged answer"),
    ("list:cut", None, "network", "folders", "closed the connection"),
    ("list:byeok", None, "server", "folders", "going down"),
    ("no-create", None, "server", "folders", "cannot create folder 'Verwerkt'"),
    ("select:no", None, "server", "select", "not today"),
    ("select:bad", None, "protocol", "select", "what"),
    ("select:wrongtag", None, "protocol", "select", ""),
    ("select:stall", None, "network", "select", "no answer"),
    ("select:deep", None, "protocol", "select", "nests"),
    ("no-uidvalidity", None, "protocol", "select", "UIDVALIDITY"),
    ("entries:cut", "list", "network", "list", "closed"),
    ("entries:bye", "list", "server", "list", "going down"),
    ("entries:byeok", "list", "server", "list", "going down"),
    ("entries:no", "list", "server", "list", "not today"),
    ("entries:bad", "list", "protocol", "list", ""),
    ("entries:wrongtag", "list", "protocol", "list", ""),
    ("entries:garbage", "list", "protocol", "list", ""),
    ("entries:huge", "list", "protocol", "list", "literal of 4294967290 bytes"),
    ("entries:endless", "list", "protocol", "list", "line of more than"),
    ("entries:deep", "list", "protocol", "list", "nests more than"),
    ("entries:trickle", "list", "network", "list", "longer than 3 seconds"),
    ("entries:epoch", "list", "epoch", "list", "from 7 to 8"),
    ("body:cut", "fetch", "network", "fetch", "closed"),
    ("body:stall", "fetch", "network", "fetch", "no answer"),
    ("body:bye", "fetch", "server", "fetch", "going down"),
    ("body:byeok", "fetch", "server", "fetch", "going down"),
    ("body:bad", "fetch", "protocol", "fetch", ""),
    ("body:wrongtag", "fetch", "protocol", "fetch", ""),
    ("body:huge", "fetch", "protocol", "fetch", "literal of"),
    ("body:endless", "fetch", "protocol", "fetch", "line of more than"),
    ("body:deep", "fetch", "protocol", "fetch", "nests"),
    ("body:other", "fetch", "protocol", "fetch", "not asked for"),
    ("body:twice", "fetch", "protocol", "fetch", "not asked for"),
    ("body:garbage", "fetch", "protocol", "fetch", ""),
    ("body:epoch", "fetch", "epoch", "fetch", "uidvalidity"),
    ("piece:cut", "fetch1", "network", "fetch", "closed"),
    ("piece:huge", "fetch1", "protocol", "fetch", "literal of"),
    ("piece:twice", "fetch1", "protocol", "fetch", "server sent"),
    ("move:cut", "ack", "network", "ack", "closed"),
    ("move:no", "ack", "server", "ack", "cannot put messages into 'Verwerkt'"),
    ("move:bad", "ack", "protocol", "ack", ""),
    ("no-move,copy:no", "ack", "server", "ack", "cannot put"),
    ("no-move,store:no", "ack", "server", "ack", "marking refused"),
    ("no-move,expunge:no", "ack", "server", "ack", "expunge refused"),
    ("noop:bye", "watch", "server", "watch", "going down"),
    ("noop:cut", "watch", "network", "watch", "closed"),
    ("idle-bye", "watch", "server", "watch", "going down"),
    ("idle-epoch", "watch", "epoch", "watch", "from 7 to 8"),
    ("noop:epoch", "watch", "epoch", "watch", "from 7 to 8"),
]


def bad(faults, order, fail, where, words):
    with ImapPeer(MAILS, faults) as peer, Worker(PROGRAM) as worker:
        start = time.monotonic()
        worker.setup(peer.port, deadline=3)
        if order:
            worker.info = worker.expect(iw.READY)
            if order == "watch":
                worker.list()
                worker.watch()
            elif order == "ack":
                worker.send(iw.ACK, iw.u32(7), iw.u32(0), iw.u32(2), iw.u32(1), iw.u32(2))
            elif order == "list":
                worker.send(iw.LIST, iw.u32(7), iw.u32(0))
            elif order == "fetch1":
                worker.send(iw.FETCH, iw.u32(7), iw.u32(1), iw.u32(3))
            else:
                worker.send(iw.FETCH, iw.u32(7), iw.u32(3), iw.u32(1), iw.u32(2), iw.u32(3))
        message = worker.receive()
        while message and message.type != iw.FAILED:
            tap.ok(message.type != iw.MAIL or message.body == MAILS[message.uid - 1],
                   f"{faults}: what came before is whole")
            message = worker.receive()
        if not tap.ok(message, f"{faults}: says why it ends", worker.logged()[-500:]):
            return
        tap.equal((message.fail, message.where), (fail, where), f"{faults}: class and place ({message.text[:70]})")
        tap.ok(words in message.text, f"{faults}: the words", message.text)
        tap.equal(worker.wait(), 1, f"{faults}: exit status")
        tap.ok(time.monotonic() - start < 8, f"{faults}: within its deadline")
        tap.ok("geheim" not in message.text + worker.logged(), f"{faults}: no password in words or log")


# --- Particular cases.

def memory():
    """However much a hostile server sends, the process stays small."""
    for faults in ["entries:endless", "body:huge", "login:endless", "body:deep"]:
        with ImapPeer(MAILS, faults) as peer, Worker(PROGRAM) as worker:
            worker.setup(peer.port)
            message = worker.receive()
            if message.type == iw.READY:
                if faults.startswith("body"):
                    worker.send(iw.FETCH, iw.u32(7), iw.u32(2), iw.u32(1), iw.u32(2))
                else:
                    worker.send(iw.LIST, iw.u32(7), iw.u32(0))
            while message and message.type != iw.FAILED:
                message = worker.receive()
            peak = worker.peak()
            tap.ok(SANITIZED or peak < 65536, f"{faults}: at most 64 MiB resident ({peak} KiB)")


def large():
    """Messages above a piece, whatever sizes the server claims; above the maximum they are only reported."""
    for faults in ["", "size-small", "size-large"]:
        peer, worker = play(faults, mails=[LARGE, b"", LARGE[:1048576], LARGE[:1048577], b"x"])
        with peer, worker:
            got, _ = worker.fetch([1, 2, 3, 4, 5])
            want = {1: LARGE, 2: b"", 3: LARGE[:1048576], 4: LARGE[:1048577], 5: b"x"}
            tap.ok(bodies(got) == want, f"large, {faults or 'true sizes'}: byte for byte",
                   {u: len(m.body or b"") for u, m in got.items()})
            tap.ok(bodies(worker.fetch([1])[0]) == {1: LARGE}, f"large, {faults or 'true sizes'}: one alone")
            tap.equal(bodies(worker.fetch([2])[0]), {2: b""}, f"large, {faults or 'true sizes'}: the empty one alone")
    for faults, size in [("", len(LARGE)), ("size-large", len(LARGE) + 1000)]:
        peer, worker = play(faults, mails=[LARGE, b"small"], max_bytes=2000000)
        with peer, worker:
            got, end = worker.fetch([1, 2])
            tap.equal((got[1].type, got[1].size, got[2].body), (iw.TOOBIG, size, b"small"), "too big by its own claim")
            tap.equal((peer.said("BODY.PEEK[]<1"), end.toobig), (0, 1), "too big: nothing of it was asked for")
    peer, worker = play("size-small", mails=[LARGE, b"small"], max_bytes=2000000)
    with peer, worker:
        got, _ = worker.fetch([1, 2])
        tap.equal((got[1].type, got[2].body), (iw.TOOBIG, b"small"), "too big in spite of its claim, in a batch")
        tap.equal(worker.fetch([1])[0][1].type, iw.TOOBIG, "too big in spite of its claim, alone")
        tap.ok(len(worker.list()) == 2, "and the session goes on")


def missing():
    peer, worker = play("body:nil,piece:nil")
    with peer, worker:
        got, end = worker.fetch([1, 2])
        tap.equal([m.name for m in got.values()], ["WITHHELD", "WITHHELD"], "NIL for a body: withheld, not gone")
        tap.equal((end.withheld, end.mails), (2, 0), "withheld ones are counted")
    peer, worker = play("body:no,piece:no")
    with peer, worker:
        tap.equal([m.name for m in worker.fetch([1, 2])[0].values()], ["WITHHELD", "WITHHELD"], "NO for a body: withheld")
        tap.equal(len(worker.list()), 5, "and the session goes on")
    for faults in ["later:no", "later:nil", "later:empty", "size-small,later:no"]:
        peer, worker = play(faults, mails=[LARGE, b"small"])
        with peer, worker:
            tap.equal(worker.fetch([1])[0][1].name, "WITHHELD", f"{faults}: half a mail is none")
            tap.equal(len(worker.list()), 2, f"{faults}: and the session goes on")
    peer, worker = play("later:gone", mails=[LARGE, b"small"])
    with peer, worker:
        tap.equal(worker.fetch([1, 2])[0][1].name, "GONE", "expunged between two of its pieces")
    for faults in ["later:no", "later:nil", "later:empty", "size-small,later:nil"]:
        peer, worker = play(faults, mails=[LARGE[:1048576]])
        with peer, worker:
            tap.ok(bodies(worker.fetch([1])[0]) == {1: LARGE[:1048576]}, f"{faults}: at the end of a mail it is no harm")
    peer, worker = play("body:gone")
    with peer, worker:
        tap.equal([m.name for m in worker.fetch([1, 2])[0].values()], ["GONE", "GONE"], "expunged while being fetched")
    peer, worker = play()
    with peer, worker:
        tap.equal([m.name for m in worker.fetch([1, 2], uidvalidity=6)[0].values()], ["GONE", "GONE"],
                  "under another uidvalidity all are gone")
        tap.equal((worker.ack([1], uidvalidity=6).how, peer.uids()), ("none", [1, 2, 3, 4, 5]),
                  "under another uidvalidity nothing is moved")
        tap.equal(len(worker.list(after=4, uidvalidity=6)), 5, "under another uidvalidity all are listed")


def acknowledge():
    peer, worker = play(mails=[b"x"] * 2500)
    with peer, worker:
        worker.list()
        acked = worker.ack(list(range(1, 2000, 2)))
        tap.equal((acked.how, len(acked.uids), len(peer.uids()), len(peer.boxes["Verwerkt"])),
                  ("moved", 1000, 1500, 1000), "a thousand scattered uids")
        longest = max(len(line) for _, line in peer.commands)
        tap.ok(longest < 1000, f"no command line is longer than 1000 bytes ({longest})")
        worker.ack(list(range(2001, 2501)), target=1)
        tap.equal(peer.commands[-1][1].split(" ", 1)[1], "UID MOVE 2001:2500 Apart", "a run is one range")
        tap.equal([e[0] for e in worker.list()], list(range(2, 2001, 2)), "the rest is listed")
    peer, worker = play("no-move", "expunge:bye*1")
    with peer, worker:
        worker.send(iw.ACK, iw.u32(7), iw.u32(0), iw.u32(2), iw.u32(1), iw.u32(2))
        tap.equal(worker.expect(iw.FAILED).fail, "server", "the connection ends between COPY and EXPUNGE")
        with Worker(PROGRAM) as second:
            second.ready(peer.port)
            tap.equal(second.ack([1, 2]).how, "copied", "a second worker repeats the order")
            tap.equal((peer.uids(), len(peer.boxes["Verwerkt"])), ([3, 4, 5], 2), "nothing was copied twice")


def listing():
    peer, worker = play(mails=[b"x"] * 3210)
    with peer, worker:
        tap.equal([e[0] for e in worker.list()], list(range(1, 3211)), "3210 messages are listed in order, each once")
        commands = len(peer.commands)
        tap.equal([e[0] for e in worker.list(after=3209)], [3210], "the last one")
        tap.equal(len(peer.commands) - commands, 2, "new ones take two commands")
        tap.equal([e[0] for e in worker.list(after=1200)], list(range(1201, 3211)), "all above one in the middle")
        tap.equal(worker.list(after=3210), [], "none above the last")
        tap.equal(worker.list(after=4294967295), [], "none above the largest uid")
        tap.equal(len(worker.list(after=1)), 3209, "all but the first")
    peer, worker = play(mails=[])
    with peer, worker:
        tap.equal(worker.list(), [], "an empty folder")
        worker.watch()
        peer.add(b"first")
        worker.expect(iw.CHANGED)
        tap.equal(len(worker.list()), 1, "the first message of a folder")
    peer, worker = play(mails=[b"x"] * 10)
    with peer, worker:
        worker.list()
        with peer.lock:
            peer.boxes["INBOX"] = [m for m in peer.boxes["INBOX"] if m.uid in (2, 9)]
        tap.equal(sorted({e[0] for e in worker.list()}), [2, 9], "others expunged meanwhile")
        peer.add(b"new")
        worker.watch()
        worker.expect(iw.CHANGED)
        tap.equal([e[0] for e in worker.list(after=10)], [11], "one came after most had gone")


class Million(ImapPeer):
    """A folder of a million messages that exist only when they are asked for."""

    def uids(self, box="INBOX"):
        return range(1, 1000001) if box == "INBOX" else []

    def chosen(self, box, seen, text, by_uid):
        low, _, high = text.partition(":")
        return [(n, Mail(n, b"x")) for n in range(int(low), int(high or low) + 1)]


def million():
    with Million() as peer, Worker(PROGRAM) as worker:
        worker.ready(peer.port)
        tap.equal(len(worker.list(after=999990)), 10, "a million messages: the newest ten")
        tap.equal(len(worker.list(after=654321)), 345679, "a million messages: all above one in the middle")
        tap.ok(len(peer.commands) < 400, f"with {len(peer.commands)} commands")
        commands, start = len(peer.commands), time.monotonic()
        tap.equal(sum(uid for uid, _, _ in worker.list()), 1000001 * 500000, "all of them, each once")
        tap.note(f"{len(peer.commands) - commands} commands, {time.monotonic() - start:.1f} s, the peer's time included")
        peak = worker.highest()
        tap.ok(SANITIZED or peak < 65536, f"with at most 64 MiB resident ({peak} KiB)")


def watching():
    peer, worker = play(idle=1)
    with peer, worker:
        worker.list()
        worker.watch()
        time.sleep(3.3)
        tap.ok(3 <= peer.said("IDLE") <= 4, f"IDLE is renewed ({peer.said('IDLE')} times in 3.3 s)")
        tap.equal([e[0] for e in worker.list(after=3)], [4, 5], "an order ends IDLE and is carried out")
        worker.watch()
        worker.watch()
        tap.equal(len(worker.fetch([1, 2])[0]), 2, "WATCH twice, then FETCH")
    peer, worker = play("no-notices", idle=1)
    with peer, worker:
        worker.list()
        worker.watch()
        time.sleep(0.5)
        peer.add(b"new")
        tap.equal(worker.expect(iw.CHANGED, timeout=4).name, "CHANGED", "a server that never tells: found at renewal")
    peer, worker = play("idle-same")
    with peer, worker:
        worker.list()
        start = time.monotonic()
        worker.watch()
        worker.expect(iw.CHANGED, timeout=4)
        tap.ok(time.monotonic() - start < 1, "news in one packet with '+' is seen at once")
    peer, worker = play()
    with peer, worker:
        worker.watch()
        worker.expect(iw.CHANGED, timeout=4)
        tap.ok(True, "watching before any listing: what is there is news")
    peer, worker = play()
    with peer:
        worker.list()
        worker.watch()
        time.sleep(0.3)
        tap.equal(worker.close(), 0, "main goes away during IDLE: the worker ends")
    peer, worker = play("minimal", poll=1)
    with peer:
        worker.list()
        worker.watch()
        time.sleep(0.3)
        tap.equal(worker.close(), 0, "main goes away during polling: the worker ends")


def logins():
    for faults, setup, ok in [
            ("xoauth2", {"auth": iw.XOAUTH2, "secret": "token"}, True),
            ("xoauth2,no-sasl-ir", {"auth": iw.XOAUTH2, "secret": "token"}, True),
            ("xoauth2", {"auth": iw.XOAUTH2, "secret": "expired"}, False),
            ("", {"secret": "wrong"}, False),
            ("logindisabled", {"secret": "wrong"}, False)]:
        with ImapPeer(MAILS, faults) as peer, Worker(PROGRAM) as worker:
            worker.setup(peer.port, **setup)
            m = worker.receive()
            tap.equal(m.name if ok else (m.fail, m.where), "READY" if ok else ("auth", "login"), f"login {faults} {setup}")
    for faults, setup in [("", {"auth": iw.XOAUTH2}), ("logindisabled,no-auth=plain", {})]:
        with ImapPeer(MAILS, faults) as peer, Worker(PROGRAM) as worker:
            worker.setup(peer.port, **setup)
            tap.equal(worker.receive().fail, "config", f"login {faults} {setup}: the server does not offer it")
    for secret in ['quo"te', "back\\slash", "spa ce", "pä\u00dfwörd", "{5}", "(x)", "%*"]:
        for faults in ["", "logindisabled"]:
            with ImapPeer(MAILS, faults, password=secret) as peer, Worker(PROGRAM) as worker:
                worker.setup(peer.port, secret=secret, trace=1)
                tap.equal(worker.receive().name, "READY", f"password {secret!r} with {faults or 'LOGIN'}")
                tap.ok(secret not in worker.logged(), f"password {secret!r}: not in the trace")


def secrecy():
    peer, worker = play(trace=1)
    with peer, worker:
        worker.list()
        worker.fetch([1, 2, 3])
        worker.fetch([4])
        log = worker.logged()
        tap.ok("UID FETCH 1:3" in log and "SELECT INBOX" in log, "the trace shows the conversation")
        tap.ok("client=private" in log and "geheim" not in log, "but not the password")
        tap.ok("body of" not in log, "nor any body")
        if SANITIZED:
            return
        with open(f"/proc/{worker.process.pid}/maps") as maps:
            spans = [line.split()[0].split("-") for line in maps if "rw-p" in line]
        found = control = 0
        with open(f"/proc/{worker.process.pid}/mem", "rb") as memory_file:
            for low, high in spans:
                try:
                    memory_file.seek(int(low, 16))
                    data = memory_file.read(int(high, 16) - int(low, 16))
                    found += data.count(b"geheim-X7")
                    control += data.count(b"Verwerkt")
                except (OSError, OverflowError, ValueError):
                    pass
        tap.ok(control > 0, "the worker's memory can be searched")
        tap.equal(found, 0, "after the login the password is nowhere in the worker's memory")


def confused():
    with Worker(PROGRAM) as worker:
        worker.send(iw.LIST, iw.u32(1), iw.u32(0))
        tap.equal(worker.wait(), 2, "an order before SETUP: ends with 2")
    peer, worker = play()
    with peer, worker:
        worker.send(iw.FETCH, iw.u32(7), iw.u32(51), *[iw.u32(n + 1) for n in range(51)])
        tap.equal(worker.wait(), 2, "more uids than allowed: ends with 2")
    peer, worker = play()
    with peer, worker:
        worker.send(77)
        tap.equal(worker.wait(), 2, "an unknown order: ends with 2")
    with ImapPeer() as peer, Worker(PROGRAM) as worker:
        worker.setup(peer.port, processed="inbox")
        m = worker.receive()
        tap.equal((m.fail, "cannot be the place" in m.text), ("config", True), "a folder that is its own target")
    with ImapPeer() as peer, Worker(PROGRAM) as worker:
        worker.setup(peer.port, folder="Nergens")
        tap.equal(worker.receive().where, "select", "a folder that does not exist")
    with Worker(PROGRAM) as worker:
        worker.setup(1)
        m = worker.receive()
        tap.equal((m.fail, m.where), ("network", "connect"), f"nobody listens ({m.text})")
    with Worker(PROGRAM) as worker:
        worker.setup(993, host="no-such-host.invalid", deadline=5)
        m = worker.receive()
        tap.equal((m.fail, m.where), ("network", "connect"), f"no such host ({m.text})")


with ThreadPoolExecutor(4) as pool:
    list(pool.map(lambda row: tap.case(good, *row), GOOD))
    list(pool.map(lambda row: tap.case(bad, *row), BAD))
for play_one in [memory, large, missing, acknowledge, listing, million, watching, logins, secrecy, confused]:
    tap.case(play_one)
tap.done()
