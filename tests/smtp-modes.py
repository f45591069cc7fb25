#!/usr/bin/env python3
"""The send worker against an SMTP server with every fault there is.

    smtp-modes.py [PROGRAM ...]     PROGRAM starts the worker (default: ./postkamer worker send)

For each fault: what the worker says, how often the server got the mail, and
that the next mail goes out again.
"""
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "peers"))
import tap  # noqa: E402
from send_worker import DONE, DOT, GO, QUIT, SendWorker, STOP, Result, i64  # noqa: E402
from smtp_peer import SmtpPeer  # noqa: E402

UNKNOWN = 99  # no such message
PROGRAM = sys.argv[1:] or ["./postkamer", "worker", "send"]
MAIL = b"From: from@example.nl\r\nTo: to@example.nl\r\nSubject: test\r\n\r\nhello\r\n\r\nend\r\n"
DOTS = [b".\r\n", b"x\r\n.\r\n", b"..\r\n.\r\n", b"\r\n", b"x.\r\n", b".dot\r\n..two\r\nx\r\n.\r\n\r\n", b".\r\n" * 50000,
        (b"y" * 70 + b"\r\n") * 5000]
LONG = MAIL + b"0123456789 padding\r\n" * 1000000

# mode, outcome/stage/code/enhanced/whose, copies the server got whole; a fourth: other than MAIL or settings
ROWS = [
    ("ok", "sent/dot/250/2.0.0/row", 1),
    ("multi", "sent/dot/250/-/row", 1),
    ("junk", "sent/dot/250/2.0.0/row", 1),
    ("bytewise", "sent/dot/250/2.0.0/row", 1),
    ("banner100k", "sent/dot/250/2.0.0/row", 1),
    ("bannerline", "sent/dot/250/2.0.0/row", 1),
    ("longline", "sent/dot/250/-/row", 1),
    ("multi,junk,bytewise", "sent/dot/250/-/row", 1),
    ("noehlo", "sent/dot/250/2.0.0/row", 1),
    ("dot:250 ok", "sent/dot/250/-/row", 1),
    ("dot:251 2.0.0 forwarded", "sent/dot/251/2.0.0/row", 1),
    ("greeting:554 5.3.2 no", "retry/connect/554/5.3.2/host", 0),
    ("greeting:421 4.3.2 busy", "retry/connect/421/4.3.2/host", 0),
    ("greeting:drop", "retry/connect/0/-/host", 0),
    ("greeting:rst", "retry/connect/0/-/host", 0),
    ("greeting:stall", "retry/connect/0/-/host", 0, {"connect_ms": 1000}),
    ("greeting:half", "retry/connect/0/-/host", 0),
    ("ehlo:drop", "retry/connect/0/-/host", 0),
    ("ehlo:421 4.3.2 bye", "retry/connect/0/-/host", 0),
    ("ehlo:stall", "retry/connect/0/-/host", 0, {"connect_ms": 1000}),
    ("mail:421 4.3.2 bye", "retry/mail/421/4.3.2/host", 0),
    ("mail:451 4.3.0 later", "retry/mail/451/4.3.0/row", 0),
    ("mail:452 4.3.1 full", "retry/mail/452/4.3.1/row", 0),
    ("mail:530 5.7.0 log in first", "retry/mail/530/5.7.0/host", 0),
    ("mail:550 5.1.8 sender unknown", "refused/mail/550/5.1.8/row", 0),
    ("mail:550 5.7.1 not you", "retry/mail/550/5.7.1/host", 0),
    ("mail:552 5.3.4 too big", "refused/mail/552/5.3.4/row", 0),
    ("mail:drop", "retry/mail/0/-/host", 0),
    ("mail:stall", "retry/mail/0/-/host", 0),
    ("mail:half", "retry/mail/0/-/host", 0),
    ("rcpt:450 4.7.1 greylisted", "retry/rcpt/450/4.7.1/row", 0),
    ("rcpt:550 5.1.1 no such user", "refused/rcpt/550/5.1.1/row", 0),
    ("rcpt:550-5.1.1 no\\n550-5.1.1 such\\n550 5.1.1 user", "refused/rcpt/550/5.1.1/row", 0),
    ("rcpt:530 5.7.0 log in first", "retry/rcpt/530/5.7.0/host", 0),
    ("rcpt:421 4.3.2 bye", "retry/rcpt/421/4.3.2/host", 0),
    ("rcpt:drop", "retry/rcpt/0/-/host", 0),
    ("rcpt:rst", "retry/rcpt/0/-/host", 0),
    ("rcpt:stall", "retry/rcpt/0/-/host", 0),
    ("rcpt:part", "retry/rcpt/0/-/host", 0),
    ("data:451 4.3.0 later", "retry/data/451/4.3.0/row", 0),
    ("data:554 5.5.0 no", "refused/data/554/5.5.0/row", 0),
    ("data:drop", "retry/data/0/-/row", 0),
    ("data:stall", "retry/data/0/-/row", 0),
    ("body:drop", "retry/data/354/-/row", 0, {"mail": "long"}),
    ("body:rst", "retry/data/354/-/row", 0, {"mail": "long"}),
    ("dot:drop", "unknown/dot/0/-/row", 1),
    ("dot:rst", "unknown/dot/0/-/row", 1),
    ("dot:stall", "unknown/dot/0/-/row", 1),
    ("dot:half", "unknown/dot/0/-/row", 1),
    ("dot:part", "unknown/dot/0/-/row", 1),
    ("dot:354 go on", "unknown/dot/354/-/row", 1),
    ("dot:421 4.3.2 bye", "retry/dot/421/4.3.2/row", 1),
    ("dot:451 4.3.0 later", "retry/dot/451/4.3.0/row", 1),
    ("dot:452 4.2.2 mailbox full", "retry/dot/452/4.2.2/row", 1),
    ("dot:552 5.2.2 mailbox full", "refused/dot/552/5.2.2/row", 1),
    ("dot:554-5.7.1 spam\\n554 5.7.1 more", "refused/dot/554/5.7.1/row", 1),
    ("small", "refused/mail/552/5.3.4/row", 0),
    ("idle:drop", "sent/dot/250/2.0.0/row", 1),
    ("idle:421 4.4.2 too long", "sent/dot/250/2.0.0/row", 1),
    ("idle:rst", "sent/dot/250/2.0.0/row", 1),
]


def brief(r):
    return str(r).split(" '")[0]


def test_row(row):
    """On a new connection, then on one that is used again, then the next mail."""
    mode, want, copies = row[:3]
    more = dict(row[3]) if len(row) > 3 else {}
    mail = LONG if more.pop("mail", None) else MAIL
    for reused in (False, True):
        if reused and mode.split(":")[0] in ("greeting", "ehlo", "banner100k", "bannerline"):
            continue
        peer = SmtpPeer("ok" if reused else mode)
        worker = SendWorker(PROGRAM)
        worker.setup(peer.port, **more)
        name = f"{mode} ({'reused' if reused else 'new'} connection)"
        if reused:
            first = worker.send(MAIL)
            tap.equal(brief(first), "sent/dot/250/2.0.0/row", f"{name}: the mail before")
            peer.mails.clear()
            peer.mode = mode
        result = worker.send(mail)
        tap.equal(brief(result), want, name)
        tap.ok(result.text or result.outcome == "sent", f"{name}: says why")
        tap.equal(len(peer.mails), copies, f"{name}: copies at the server")
        tap.ok(all(m.data == mail for m in peer.mails), f"{name}: the bytes are the mail's")
        tap.equal(result.dots, 1 if result.stage == "dot" else 0, f"{name}: DOT asked once, only at the dot")
        peer.mode = "ok"
        tap.equal(brief(worker.send(MAIL)), "sent/dot/250/2.0.0/row", f"{name}: the next mail goes out")
        tap.equal(worker.quit(), 0, f"{name}: the worker ends well")
        peer.close()


def test_reuse():
    peer = SmtpPeer()
    worker = SendWorker(PROGRAM)
    worker.setup(peer.port)
    rows = [worker.order(MAIL + b"%d\r\n" % n, rcpt=f"to{n}@example.nl") for n in range(60)]
    results = [worker.finish(r) for r in rows]
    tap.ok(all(r.outcome == "sent" for r in results), "60 mails given ahead are sent in order")
    tap.equal([m.rcpt for m in peer.mails], [f"RCPT TO:<to{n}@example.nl>" for n in range(60)], "each once")
    tap.equal(peer.connections, 1, "over one connection")
    tap.equal([r.new_connection for r in results], [True] + [False] * 59, "the first opened it")
    tap.ok(any(line.endswith(f"SIZE={len(MAIL) + 3 + 3}") for _, line in peer.commands),
           "SIZE is announced: the bytes on the wire")
    tap.ok((1, "EHLO client.example") in peer.commands, "EHLO says the name it was given")
    peer.cut()
    time.sleep(0.1)
    again = worker.send(MAIL)
    tap.equal((brief(again), again.new_connection), ("sent/dot/250/2.0.0/row", True), "a connection lost while idle")
    tap.equal(brief(worker.send(MAIL, sender="")), "sent/dot/250/2.0.0/row", "the null sender")
    tap.equal(peer.mails[-1].sender.split(" ")[1], "FROM:<>", "as <>")
    worker.quit()
    tap.equal(peer.commands[-1][1], "QUIT", "QUIT is said")
    peer.close()


def test_stale():
    """A connection that is closed in the moment it is used again: MAIL meets a 421, or nothing."""
    for fault in ("mail:drop*1", "mail:421 4.4.2 idle too long*1", "mail:rst*1", "rcpt:drop*1"):
        peer = SmtpPeer()
        worker = SendWorker(PROGRAM)
        worker.setup(peer.port)
        worker.send(MAIL)
        peer.mode = fault
        tap.equal(brief(worker.send(MAIL)), "sent/dot/250/2.0.0/row", f"{fault} on a reused connection: tried once more")
        tap.equal((peer.connections, len(peer.mails)), (2, 2), f"{fault}: one new connection, one more mail")
        worker.quit()
        peer.close()
    peer = SmtpPeer("mail:drop*1")
    worker = SendWorker(PROGRAM)
    worker.setup(peer.port)
    tap.equal(brief(worker.send(MAIL)), "retry/mail/0/-/host", "the same on a new connection is not")
    tap.equal(peer.connections, 1, "there was one connection")
    worker.quit()
    peer.close()


def test_bytes():
    """Dots, sizes around the buffers of libcurl: always asked before the end, always the same bytes."""
    peer = SmtpPeer()
    worker = SendWorker(PROGRAM)
    worker.setup(peer.port)
    for n, data in enumerate(DOTS):
        result = worker.send(data)
        tap.equal((brief(result), result.dots), ("sent/dot/250/2.0.0/row", 1), f"bytes {n}: sent, asked once")
        tap.ok(peer.mails[-1].data == data, f"bytes {n}: as they are", peer.mails[-1].data[-40:])
        tap.equal(int(peer.commands[-3][1].split("SIZE=")[1]), len(data) + (b"\n" + data).count(b"\n.") + 3,
                  f"bytes {n}: announced as they are on the wire")
        result = worker.send(data, go=False)
        tap.equal((brief(result), len(peer.mails)), ("retry/data/354/-/row", n + 1), f"bytes {n}: stopped, not sent")
    # As many stuffed dots as bytes left behind a buffer's end: where libcurl 7 would stop in the middle.
    for dots in (2, 40, 100, 1000):
        lines = 70000 // 20
        data = b".\r\n" * dots + b"".join(b"%017d\r\n" % i for i in range(lines))
        result = worker.send(data)
        tap.ok((result.outcome, result.dots) == ("sent", 1) and peer.mails[-1].data == data, f"{dots} dots", result)
    for size in list(range(65520, 65552)) + [1 << 20, 131070, 131072]:
        data = (b"z" * 76 + b"\r\n") * (size // 78)
        data += b"q" * (size - len(data) - 2) + b"\r\n"
        if len(data) != size:
            continue
        result = worker.send(data)
        tap.ok((result.outcome, result.dots) == ("sent", 1) and peer.mails[-1].data == data, f"{size} bytes", result)
    worker.quit()
    peer.close()


def test_greylisting():
    peer = SmtpPeer("rcpt:450 4.7.1 greylisted*2")
    worker = SendWorker(PROGRAM)
    worker.setup(peer.port)
    tap.equal([worker.send(MAIL).outcome for _ in range(3)], ["retry", "retry", "sent"], "greylisting ends")
    tap.equal(len(peer.mails), 1, "with one mail")
    worker.quit()
    peer.close()


def test_stop():
    peer = SmtpPeer()
    worker = SendWorker(PROGRAM)
    worker.setup(peer.port)
    stopped = worker.send(MAIL, go=False)
    tap.equal(brief(stopped), "retry/data/354/-/row", "STOP at the dot")
    tap.equal(len(peer.mails), 0, "the server has no mail")
    rows = [worker.order(MAIL) for _ in range(3)]
    kind, _ = worker.get()
    tap.equal(kind, DOT, "the first of three asks")
    worker.put(STOP, i64(rows[1]))
    worker.put(GO, i64(rows[2]))
    worker.put(GO, i64(rows[0]))
    tap.equal(brief(worker.finish(rows[0])), "sent/dot/250/2.0.0/row", "GO for another row is not GO for this one")
    tap.equal(brief(worker.finish(rows[1])), "retry/local/0/-/row", "STOP for a row that waits")
    tap.equal(brief(worker.finish(rows[2])), "sent/dot/250/2.0.0/row", "an early GO is no GO")
    tap.equal(len(peer.mails), 2, "two mails arrived")
    worker.quit()
    peer.close()


def test_ends():
    """QUIT, and the end of the socket, while DOT waits for its answer."""
    for how in ("QUIT", "end"):
        peer = SmtpPeer()
        worker = SendWorker(PROGRAM)
        worker.setup(peer.port)
        worker.order(MAIL)
        tap.equal(worker.get()[0], DOT, f"{how}: DOT waits")
        if how == "QUIT":
            worker.put(QUIT)
            kind, r = worker.get()
            tap.equal((kind, brief(Result(r))), (DONE, "retry/data/354/-/row"), "QUIT: not sent")
        worker.sock.close()
        tap.equal(worker.process.wait(10), 0, f"{how}: the worker ends well")
        time.sleep(0.1)
        tap.equal(len(peer.mails), 0, f"{how}: the server has no mail")
        peer.close()
    worker = SendWorker(PROGRAM)
    worker.setup(1)
    worker.process.send_signal(15)
    worker.process.send_signal(2)
    time.sleep(0.1)
    tap.ok(worker.process.poll() is None, "TERM and INT do not end a worker")
    worker.put(UNKNOWN, b"")
    tap.equal(worker.process.wait(10), 70, "a message it does not know ends it with 70")


def test_local():
    peer = SmtpPeer()
    worker = SendWorker(PROGRAM)
    worker.setup(peer.port)
    for name, data, more in (
            ("bare LF", b"a\r\n\n.\nMAIL FROM:<evil@x>\r\n", {}),
            ("bare CR", b"a\rb\r\n", {}),
            ("NUL", b"a\0b\r\n", {}),
            ("a line of 999", b"x" * 999 + b"\r\n", {}),
            ("no line end", b"x", {}),
            ("an empty mail", b"", {}),
            ("a command in the recipient", MAIL, {"rcpt": "a@b.nl>\r\nRSET"}),
            ("a command in the sender", MAIL, {"sender": "a@b.nl> SIZE=1\r\nRCPT TO:<victim@b.nl"}),
            ("another size than said", MAIL, {"size": len(MAIL) - 2})):
        tap.equal(brief(worker.send(data, **more)), "local/local/0/-/row", name)
    tap.equal((peer.connections, peer.commands), (0, []), "none of it reached the network")
    worker.quit()
    peer.close()


def test_large():
    """100 MB, with little memory."""
    data = MAIL + (b"x" * 76 + b"\r\n") * (100 * 1024 * 1024 // 78)
    peer = SmtpPeer()
    worker = SendWorker(PROGRAM)
    worker.setup(peer.port, reply_ms=20000, whole_ms=60000)
    result = worker.send(data)
    tap.equal(brief(result), "sent/dot/250/2.0.0/row", "a mail of 100 MB")
    tap.ok(peer.mails and peer.mails[0].data == data, "arrives as it is")
    with open(f"/proc/{worker.process.pid}/status") as f:
        peak = [int(line.split()[1]) for line in f if line.startswith("VmHWM")][0]
    tap.ok(peak < 65536 or "san" in os.environ.get("POSTKAMER_TEST_BUILD", ""), f"with {peak} KB of memory at most")
    worker.quit()
    peer.close()


def test_slow_dot():
    """An answer to the dot that takes longer than all other limits but its own."""
    peer = SmtpPeer("dot:stall")
    worker = SendWorker(PROGRAM)
    worker.setup(peer.port, connect_ms=500, reply_ms=3000)
    began = time.time()
    result = worker.send(MAIL)
    tap.equal(brief(result), "unknown/dot/0/-/row", "no answer to the dot")
    tap.ok(2.5 < time.time() - began < 6, f"waited as long as told ({time.time() - began:.1f} s of 3)")
    worker.quit()
    peer.close()


def main():
    for row in ROWS:
        test_row(row)
    for test in (test_bytes, test_reuse, test_stale, test_greylisting, test_stop, test_ends, test_local, test_slow_dot,
                 test_large):
        test()
    tap.done()


main()
