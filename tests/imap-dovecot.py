#!/usr/bin/env python3
"""The IMAP worker against real Dovecot over TLS.

    imap-dovecot.py [PROGRAM ...]   PROGRAM starts the worker (default: $POSTKAMER worker imap)
"""
import os
import random
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "lib"))
sys.path.insert(0, os.path.join(HERE, "peers"))
import tap  # noqa: E402,I001 - before mailhost, which puts lib/ in front
import imap_worker as iw  # noqa: E402
import mailhost  # noqa: E402
import places  # noqa: E402
import proxy  # noqa: E402
from imap_worker import Worker  # noqa: E402

PROGRAM = iw.program(sys.argv[1:])
SANITIZED = iw.sanitized(PROGRAM)
PASSWORD = mailhost.PASSWORD
MINIMAL = "imap_capability = IMAP4rev1 SASL-IR LITERAL+ AUTH=PLAIN STARTTLS"


def text_mail(number, size=300):
    rnd = random.Random(number)
    head = b"From: a@example.com\nSubject: mail %d\nMessage-ID: <%d@example.com>\n\n" % (number, number)
    line = b"%064x\n"
    return head + b"".join(line % rnd.getrandbits(256) for _ in range(size // 65))


def crlf(data):
    return data.replace(b"\n", b"\r\n")


def ready(host, tls=iw.IMPLICIT, port=None, user="intake", keep=True, **more):
    worker = Worker(PROGRAM, keep)
    worker.ready(port or host.ports["imaps" if tls == iw.IMPLICIT else "imap"], host="localhost", tls=tls, ca=host.ca,
                 user=user, secret=PASSWORD, **more)
    return worker


def round_trip(host, tls):
    name = {iw.IMPLICIT: "IMAPS", iw.STARTTLS: "STARTTLS", iw.NONE: "plain"}[tls]
    host.wipe("intake")
    mails = [text_mail(n, n * 700) for n in range(60)] + [text_mail(99, 3 << 20)]
    host.put("intake", mails)
    with ready(host, tls) as worker:
        listed = worker.list()
        tap.equal(len(listed), 61, f"{name}: all are listed")
        tap.equal(worker.info.can, 15, f"{name}: MOVE, UIDPLUS, IDLE and keywords")
        uids = [uid for uid, _, _ in listed]
        got = {**worker.fetch(uids[:50])[0], **worker.fetch(uids[50:])[0]}
        tap.equal(sorted(m.body for m in got.values()), sorted(map(crlf, mails)), f"{name}: byte for byte")
        tap.ok(all(m.size == m.claimed == len(m.body) for m in got.values()), f"{name}: sizes agree")
        tap.equal(worker.fetch([uids[0], 4000000000])[1].gone, 1, f"{name}: a uid that never was is gone")
        tap.equal(worker.ack(uids[:40]).how, "moved", f"{name}: moved")
        tap.equal(worker.ack(uids[:40]).how, "moved", f"{name}: moved again")
        tap.equal(worker.ack(uids[40:45], target=1).how, "moved", f"{name}: to quarantine")
        tap.equal([host.count("intake"), len(host.files("intake", "Verwerkt")), len(host.files("intake", "Apart"))],
                  [16, 40, 5], f"{name}: each mail is in one place")
        tap.equal(sum("S" in path.rsplit(":2,", 1)[-1] for path in host.files("intake") if ":2," in path), 0,
                  f"{name}: none was marked as seen")
        worker.watch()
        tap.ok(worker.quiet(0.5), f"{name}: nothing new")
        start = time.monotonic()
        host.put("intake", [text_mail(1000)])
        worker.expect(iw.CHANGED)
        tap.ok(time.monotonic() - start < 2, f"{name}: new mail is told by IDLE")
        fresh = worker.list(after=max(uids))
        tap.equal(len(fresh), 1, f"{name}: and it alone is listed")
        tap.equal(worker.fetch([fresh[0][0]])[0][fresh[0][0]].body, crlf(text_mail(1000)), f"{name}: and fetched")
        worker.send(iw.QUIT)
        tap.equal(worker.wait(), 0, f"{name}: ends well")


def certificates(host):
    for kind in ["wrong-name", "expired", "unknown-ca"]:
        host.set_certificate(kind)
        for tls in (iw.IMPLICIT, iw.STARTTLS):
            name = f"{kind} with {'IMAPS' if tls == iw.IMPLICIT else 'STARTTLS'}"
            port = host.ports["imaps" if tls == iw.IMPLICIT else "imap"]
            with proxy.Proxy(port) as wire, Worker(PROGRAM) as worker:
                worker.setup(wire.port, host="localhost", tls=tls, ca=host.ca, secret=PASSWORD, trace=1)
                m = worker.receive()
                tap.equal((m.name, getattr(m, "fail", None)), ("FAILED", "tls"), f"{name}: refused")
                tap.ok("certificate" in m.text, f"{name}: {m.text}", m.text)
                tap.equal(proxy.secrets_in(wire.up, "intake", PASSWORD), [], f"{name}: no password on the wire")
                tap.ok(b"LOGIN" not in bytes(wire.up) and b"AUTH" not in bytes(wire.up), f"{name}: no login either")
                tap.ok(PASSWORD not in worker.logged(), f"{name}: nor in the trace")
    host.set_certificate("good")
    with proxy.Proxy(host.ports["imap"]) as wire, ready(host, iw.STARTTLS, port=wire.port) as worker:
        tap.ok(worker.info.uidvalidity, "the good certificate again: ready")
        tap.equal(proxy.secrets_in(wire.up, "intake", PASSWORD), [], "and no password can be read on the wire")


def wrong_password(host):
    with Worker(PROGRAM) as worker:
        worker.setup(host.ports["imaps"], host="localhost", tls=iw.IMPLICIT, ca=host.ca, secret="not-it", deadline=20)
        m = worker.receive()
        tap.equal((m.fail, m.where), ("auth", "login"), f"wrong password ({m.text})")


def kicked(host):
    with ready(host) as worker:
        worker.list()
        worker.watch()
        time.sleep(0.3)
        host.wipe("intake")
        m = worker.receive()
        while m.type == iw.CHANGED:
            m = worker.receive()
        tap.ok(m.fail in ("server", "network"), f"kicked out ({m.fail}: {m.text})")


def cut_everywhere(host):
    """The connection cut after k bytes of answers, for many k: never a wrong byte, always a reason."""
    host.wipe("intake")
    mails = [text_mail(n, 5000) for n in range(5)]
    host.put("intake", mails)
    want = set(map(crlf, mails))
    with proxy.Proxy(host.ports["imap"]) as wire:
        with ready(host, iw.NONE, port=wire.port) as worker:
            worker.fetch([e[0] for e in worker.list()])
        total = len(wire.down)
    wrong, reasons, whole = [], set(), 0
    for k in range(1, total, total // 60):
        with proxy.Proxy(host.ports["imap"], cut_down_after=k) as wire, Worker(PROGRAM) as worker:
            worker.setup(wire.port, secret=PASSWORD)
            m = worker.receive()
            if m and m.type == iw.READY:
                worker.send(iw.FETCH, iw.u32(m.uidvalidity), iw.u32(5), *[iw.u32(n) for n in range(1, 6)])
            while m and m.type not in (iw.FAILED, iw.FETCHED):
                if m.type == iw.MAIL:
                    whole += 1
                    if m.body not in want:
                        wrong.append((k, m))
                elif m.type != iw.READY:
                    wrong.append((k, m))
                m = worker.receive()
            if m and m.type == iw.FAILED:
                reasons.add((m.fail, m.where))
            elif not m:
                wrong.append((k, "no reason"))
    tap.equal(wrong, [], f"cut after k of {total} bytes: no wrong body and always a reason ({whole} whole ones came)")
    tap.ok({f for f, _ in reasons} <= {"network", "server"}, f"cut: {sorted(reasons)}", reasons)


def minimal(folder):
    """The same server without IDLE, MOVE, UIDPLUS and NAMESPACE."""
    with mailhost.MailHost(f"{folder}/min", extra=MINIMAL) as host:
        host.put("intake", [text_mail(n) for n in range(5)])
        with ready(host, poll=1) as worker:
            tap.equal(worker.info.can, iw.KEYWORDS_CAP, "minimal: nothing but keywords")
            uids = [e[0] for e in worker.list()]
            tap.equal(len(worker.fetch(uids)[0]), 5, "minimal: fetched")
            tap.equal(worker.ack(uids).how, "flagged", "minimal: a keyword")
            tap.equal(host.count("intake"), 5, "minimal: the mails stay")
            worker.watch()
            tap.ok(worker.quiet(1.5), "minimal: nothing new")
            host.put("intake", [text_mail(9)])
            worker.expect(iw.CHANGED, timeout=5)
            tap.equal(len(worker.list(after=max(uids))), 1, "minimal: found by polling")


def speed(host):
    host.wipe("intake")
    host.put("intake", [text_mail(n, 200000) for n in range(400)])
    for tls in (iw.IMPLICIT, iw.NONE):
        with ready(host, tls, keep=False) as worker:
            uids = [e[0] for e in worker.list()]
            for attempt in ("cold", "warm"):
                start, cpu = time.monotonic(), worker.cpu()
                for at in range(0, len(uids), 50):
                    worker.fetch(uids[at:at + 50])
                spent = time.monotonic() - start
                tap.note(f"{'TLS' if tls == iw.IMPLICIT else 'plain'}, {attempt}: {len(uids) / spent:.0f} mails of 200 KB "
                         f"a second, {(worker.cpu() - cpu) / len(uids) * 1000:.2f} ms CPU of the worker each")
            worker.send(iw.QUIT)
            peak = worker.peak()
            tap.ok(SANITIZED or peak < 65536, f"at most 64 MiB resident ({peak} KiB)")
    host.put("intake", [text_mail(7, 100 << 20)])
    with ready(host, keep=False, max_bytes=200 << 20) as worker:
        uid = worker.list()[-1][0]
        start = time.monotonic()
        got = worker.fetch([uid])[0][uid]
        tap.ok(got.size > 100 << 20, f"a mail of 100 MB ({time.monotonic() - start:.1f} s)")
        worker.send(iw.QUIT)
        peak = worker.peak()
        tap.ok(SANITIZED or peak < 65536, f"with at most 64 MiB resident ({peak} KiB)")
    with ready(host) as worker:
        start = time.monotonic()
        tap.equal(worker.ack(uids).how, "moved", "400 mails are moved")
        tap.note(f"moving 400 takes {(time.monotonic() - start) * 1000:.0f} ms")


why = mailhost.why_not()
if why:
    tap.skip_all(why)
place = places.scratch("imapdc")
with mailhost.MailHost(f"{place}/h") as running:
    for mode in (iw.IMPLICIT, iw.STARTTLS, iw.NONE):
        tap.case(round_trip, running, mode)
    for one in (certificates, kicked, cut_everywhere, speed, wrong_password):  # Dovecot is slow after a wrong one
        tap.case(one, running)
tap.case(minimal, place)
tap.done()
