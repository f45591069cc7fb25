#!/usr/bin/env python3
"""The IMAP worker against real Cyrus, with its INBOX. namespace and without.

    imap-cyrus.py [PROGRAM ...]     PROGRAM starts the worker (default: $POSTKAMER worker imap)
"""
import os
import random
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "lib"))
sys.path.insert(0, os.path.join(HERE, "peers"))
import tap  # noqa: E402,I001 - before mailhost, which puts lib/ in front
import cyrushost  # noqa: E402
import imap_worker as iw  # noqa: E402
import places  # noqa: E402
from imap_worker import Worker  # noqa: E402

PROGRAM = iw.program(sys.argv[1:])


def letter(number, lines):
    rnd = random.Random(number)
    body = b"".join(b"%064x\r\n" % rnd.getrandbits(256) for _ in range(lines))
    return b"From: a@example.com\r\nSubject: %d\r\nMessage-ID: <%d@example.com>\r\n\r\n" % (number, number) + body


def play(tls, internal):
    name = f"{['IMAPS', 'STARTTLS', 'plain'][tls]}, {'INBOX. namespace' if internal else 'no namespace'}"
    folders = ["INBOX.Verwerkt", "INBOX.Té-laat"] if internal else ["Verwerkt", "Té-laat"]
    wire = [f.replace("é", "&AOk-") for f in folders]
    with cyrushost.CyrusHost(places.scratch("cy"), internal) as host:
        mails = [letter(n, 10 + n * 5) for n in range(30)] + [letter(99, 40000)]
        for mail in mails:
            host.append(mail)
        with Worker(PROGRAM) as worker:
            worker.ready(host.ports["imaps" if tls == iw.IMPLICIT else "imap"], host="localhost", tls=tls, ca=host.ca,
                         secret="secret", quarantine="Té-laat", deadline=10)
            tap.equal(worker.info.can, 15, f"{name}: MOVE, UIDPLUS, IDLE, keywords")
            uids = [e[0] for e in worker.list()]
            got, _ = worker.fetch(uids)
            tap.equal([got[uid].body for uid in uids], mails, f"{name}: byte for byte")
            tap.equal(worker.ack(uids[:20]).how, "moved", f"{name}: moved")
            tap.equal(worker.ack(uids[:20]).how, "moved", f"{name}: moved again, with nothing left to move")
            tap.equal(worker.ack(uids[18:25], target=1).how, "moved", f"{name}: some gone, some moved")
            counts = host.counts()
            tap.equal([counts.get("INBOX"), counts.get(wire[0]), counts.get(wire[1])], [6, 20, 5],
                      f"{name}: each mail is in one place")
            tap.equal([e[0] for e in worker.list()], uids[25:], f"{name}: the rest is listed")
            worker.watch()
            time.sleep(0.5)
            host.append(letter(1000, 3))
            worker.expect(iw.CHANGED, timeout=10)
            fresh = [e[0] for e in worker.list(after=uids[-1])]
            tap.equal(len(fresh), 1, f"{name}: new mail is told by IDLE")
            tap.equal(worker.fetch(fresh)[0][fresh[0]].body, letter(1000, 3), f"{name}: and fetched")
            worker.send(iw.QUIT)
            tap.equal(worker.wait(), 0, f"{name}: ends well")


why = cyrushost.why_not()
if why:
    tap.skip_all(why)
for mode, inner in [(iw.IMPLICIT, True), (iw.STARTTLS, False)]:
    tap.case(play, mode, inner)
tap.done()
