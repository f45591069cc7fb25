#!/usr/bin/env python3
"""The send worker and a real Postfix: logins over TLS, bad certificates, many mails over one connection.

    smtp-postfix.py [PROGRAM ...]     PROGRAM starts the worker (default: ./postkamer worker send)
"""
import os
import shutil
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE + "/peers", HERE + "/lib"]
import tap  # noqa: E402
import mailhost  # noqa: E402
from send_worker import SendWorker  # noqa: E402

PROGRAM = sys.argv[1:] or ["./postkamer", "worker", "send"]
BODY = "".join(f"line {n} " + "x" * (n % 60) + "\r\n" for n in range(200)) + ".\r\n..\r\n.dot\r\n\r\nend\r\n"
MANY = 1000


def mail(n):
    return (f"From: dossier@example.nl\r\nTo: client@example.nl\r\nSubject: mail {n}\r\nMessage-ID: <{n}@test>\r\n\r\n"
            f"{BODY}").encode()


def brief(r):
    return "/".join(str(r).split(" '")[0].split("/")[:2])


def delivered(host):
    """Message-ID to body, of all that reached the client's mailbox; twice the same is an error."""
    found = {}
    host.drain()
    for place in ("new", "cur"):
        folder = f"{host.maildir('client')}/{place}"
        for name in os.listdir(folder) if os.path.isdir(folder) else []:
            with open(f"{folder}/{name}", "rb") as file:
                head, body = file.read().replace(b"\r\n", b"\n").split(b"\n\n", 1)
            key = [line for line in head.split(b"\n") if line.lower().startswith(b"message-id:")][0].split(b" ")[1]
            found.setdefault(key.decode(), []).append(body)
    return found


def one(host, port, number=0, **settings):
    worker = SendWorker(PROGRAM)
    worker.setup(host.ports[port], host="localhost", reply_ms=20000, user="dossier", **settings)
    result = worker.send(mail(number), rcpt="client@example.nl", sender="dossier@example.nl")
    tap.equal(worker.quit(), 0, f"{port}: the worker ends well")
    return result


def log_of(host):
    with open(f"{host.dir}/p/mail.log") as file:
        return file.read()


def test_good(host):
    host_user = {"ca": host.ca}
    rows = [("submission", "starttls", "plain"), ("submission", "starttls", "login"), ("smtps", "implicit", "plain"),
            ("smtps", "implicit", "login"), ("smtp", "starttls", None), ("smtp", "none", None)]
    for n, (port, tls, auth) in enumerate(rows):
        result = one(host, port, n, tls=tls, auth=auth, **host_user)
        tap.equal(brief(result), "sent/dot", f"{port} {tls} {auth}")
        tap.ok("queued as" in result.text, f"{port} {tls} {auth}: '{result.text}'")
    found = delivered(host)
    want = BODY.replace("\r\n", "\n").encode()
    for n in range(len(rows)):
        tap.ok(found.get(f"<{n}@test>") == [want], f"mail {n} arrived once, as it was sent")
    tap.ok("sasl_username=dossier" in log_of(host), "Postfix knows who it was")


def test_refusals(host):
    result = one(host, "submission", tls="starttls", auth="plain", secret="wrong", ca=host.ca)
    tap.ok(str(result).startswith("retry/auth/535/5.7.8/host"), "a wrong password", result)
    result = one(host, "submission", tls="starttls", ca=host.ca)
    tap.ok(str(result).startswith("refused/rcpt/554/5.7.1/row"), "no login where one is needed", result)
    result = one(host, "smtp", tls="none", auth="plain")
    tap.ok(brief(result) == "retry/auth" and result.host_problem, "a login where none is offered", result)


def test_certificates(host):
    for kind in ("wrong-name", "unknown-ca", "expired"):
        host.set_certificate(kind)
        before = len(log_of(host))
        for port, tls in (("submission", "starttls"), ("smtps", "implicit")):
            result = one(host, port, tls=tls, auth="plain", ca=host.ca)
            tap.ok(brief(result) == "retry/tls" and result.host_problem, f"certificate {kind} on {port}", result)
        tap.ok("sasl" not in log_of(host)[before:], f"certificate {kind}: Postfix saw no login")
    host.set_certificate("good")


def test_many(host):
    host.wipe("client")
    worker = SendWorker(PROGRAM)
    worker.setup(host.ports["smtps"], host="localhost", tls="implicit", auth="plain", user="dossier", ca=host.ca,
                 reply_ms=20000)
    began, rows, results = time.time(), [], []
    for n in range(MANY):
        rows.append(worker.order(mail(n), rcpt="client@example.nl", sender="dossier@example.nl"))
        if len(rows) == 32:
            results.append(worker.finish(rows.pop(0)))
    results += [worker.finish(row) for row in rows]
    took = time.time() - began
    tap.equal(sum(r.outcome == "sent" for r in results), MANY, f"{MANY} mails over TLS")
    tap.equal(sum(r.new_connection for r in results), 1, "over one connection")
    print(f"# {MANY / took:.0f} mails a second")
    with open(f"/proc/{worker.process.pid}/stat") as file:
        ticks = sum(map(int, file.read().rsplit(")", 1)[1].split()[11:13]))
    print(f"# {1000 * ticks / os.sysconf('SC_CLK_TCK') / MANY:.2f} ms of CPU each")
    worker.quit()
    found = delivered(host)
    tap.equal((len(found), max(map(len, found.values()))), (MANY, 1), "each arrived once")


def main():
    why = mailhost.why_not()
    if why:
        tap.skip_all(why)
    folder = tempfile.mkdtemp(prefix="pk-pf-")
    try:
        with mailhost.MailHost(folder, users=["dossier"]) as host:
            for test in (test_good, test_refusals, test_certificates, test_many):
                test(host)
    finally:
        shutil.rmtree(folder)
    tap.done()


main()
