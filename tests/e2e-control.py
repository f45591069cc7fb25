#!/usr/bin/env python3
"""Many commands at once, with and without a daemon; clients and daemons that die in the middle; --now beside a running
daemon; every way in which ingest and status must still give their own exit status."""
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir") or os.path.dirname(os.path.dirname(__file__)), "tests/lib"))
import mail
import places
import processes
import tap
import wait
from postkamer import Postkamer

CLIENT = "Piet <piet@example.org>"
NEW = ("dossier", "new", "--workflow", "inkomensverklaring", "--client", CLIENT)


def spawn(post, *args):
    return subprocess.Popen([post.program, *args], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, env=post.environment(), cwd=post.dir,
                            preexec_fn=processes.die_with_parent())


def parallel(t, post, count, label):
    before = len(post.json("dossier", "list"))
    running = [spawn(post, *NEW) for _ in range(count)]
    answers = [one.communicate(timeout=120) for one in running]
    t.empty([(one.returncode, *answer) for one, answer in zip(running, answers) if one.returncode],
            f"{label}: {count} commands at once all work")
    numbers = {answer[0].decode().strip() for answer in answers}
    t.equal(len(numbers), count, f"{label}: each got a number of its own")
    t.equal(len(post.json("dossier", "list")), before + count, f"{label}: all are there")


def silent_clients(t, post):
    """Clients that connect and say nothing do not keep others out."""
    held = []
    for _ in range(70):
        one = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        one.connect(f"{post.store}/control.sock")
        held.append(one)
    began = time.monotonic()
    t.equal(post.call("status").returncode in (0, 1, 2), True, "70 silent clients: a command is served all the same")
    t.ok(time.monotonic() - began < 15, "within 15 s", time.monotonic() - began)
    held[-1].send(b"\x00")
    for one in held:
        one.close()
    t.equal(post.call("dossier", "list").returncode, 0, "a client that says nonsense harms nobody")


def dying_clients(t, post, item):
    for pause in range(12):
        one = spawn(post, "item", "show", item, "--json")
        time.sleep(pause / 400)
        one.kill()
        one.communicate()
    shown = post.json("item", "show", item)
    t.equal([part["sha256"] for part in shown["parts"] if part["name"] == "paspoort.pdf"],
            [mail.sha256(mail.pdf("paspoort"))], "clients killed in the middle: the next is served")


def long_output(t, post):
    result = post.call("dossier", "list", "--json")
    for name in ["/dev/full", "/nonexistent/file"]:
        result = post.call("dossier", "list", "--json", "--output", name)
        t.ok(result.returncode == 1 and result.stderr.startswith(b"postkamer: cannot "),
             f"output that cannot be written to {name} is told", result.stderr)
    result = post.call("dossier", "list", "--json", "--output", "-")
    t.ok(len(json.loads(result.stdout)) > 40, "--output - is standard output")


def floor(t, post):
    """The daemon's clock goes on from a --now that was later."""
    post.run(*NEW, "--now", "2030-01-02T10:00")
    t.equal(post.json("status", ok=(0, 1, 2))["now"], "2030-01-02T09:00:00Z", "--now is local time; the daemon goes on from it")
    t.equal(post.call(*NEW, "--now", "2030-01-02T09:59").returncode, 64, "an earlier --now is refused with 64")
    t.equal(post.call("dossier", "list", "--now", "2030-01-03").returncode, 64, "so is one where it means nothing")
    t.equal(post.call(*NEW, "--now", "yesterday").returncode, 64, "and one that is no time")
    t.equal(post.call("ingest", "--now", "2030-01-02T11:00:00Z", "-", stdin=b"From: x@example.com\n\nhoi\n").returncode, 0,
            "RFC 3339 is taken")
    t.equal(post.json("item", "list")[-1]["received"], "2030-01-02T11:00:00Z", "it is the time of the event")


def dying_daemon(t, post):
    post.daemon.send_signal(signal.SIGSTOP)
    asked = {word: spawn(post, *word.split()) for word in ["dossier list", "status", "ingest /etc/hostname"]}
    time.sleep(0.5)
    post.kill()
    statuses = {word: (one.communicate(timeout=30), one.returncode)[1] for word, one in asked.items()}
    t.equal(statuses, {"dossier list": 75, "status": 3, "ingest /etc/hostname": 75}, "a daemon that dies before its answer")
    t.equal(post.call("dossier", "list").returncode, 0, "the socket it left does not matter")
    post.start()
    t.equal(post.call("dossier", "list").returncode, 0, "nor to the next daemon")


def hanging_smtp(t, post):
    """SIGTERM while the server says nothing."""
    server = socket.create_server(("127.0.0.1", 0))
    kept = []
    threading.Thread(target=lambda: [kept.append(server.accept()[0]) for _ in range(9)], daemon=True).start()
    post.configure(smtp={"url": f"smtp://127.0.0.1:{server.getsockname()[1]}"})
    post.start()
    post.run(*NEW)
    wait.until("the mail is being sent", lambda: any(row["state"] == "sending" for row in post.queue()))
    status, seconds = post.stop()
    t.ok(status == 0 and seconds < 10, "SIGTERM while SMTP hangs: ends with 0 within 10 s", status, seconds)
    t.ok(all(row["state"] != "sent" for row in post.queue()), "and the mail waits for the next start")


def beside_a_command(t, post):
    """A daemon that starts while short commands hold the store."""
    stop = threading.Event()

    def ask():
        while not stop.is_set():
            post.call("dossier", "list")
    asking = threading.Thread(target=ask)
    asking.start()
    try:
        post.start()
        t.ok(post.daemon.poll() is None, "a daemon starts although commands are running")
    finally:
        stop.set()
        asking.join()
    post.stop()


def broken(t, post):
    letter = b"From: x@example.com\nSubject: hoi\n\nhoi\n"
    config = open(post.conf).read()
    other = f"{post.dir}/other.conf"

    def three(label, path):
        for command, status in [("ingest", 75), ("status", 3), ("run", 1)]:
            args = [command, "-"] if command == "ingest" else [command]
            result = post.call(*args, "-c", path, stdin=letter)
            t.ok(result.returncode == status and result.stderr, f"{label}: {command} ends with {status}",
                 result.returncode, result.stderr)

    three("no configuration", "/nonexistent")
    with open(other, "w") as file:
        file.write(config.replace("smtp {", "stmp {"))
    three("a faulty configuration", other)
    with open(other, "w") as file:
        file.write(config.replace('path = "store"', 'path = "nowhere"'))
    three("no store", other)
    os.mkdir(f"{post.dir}/nowhere")
    three("an empty mount point", other)
    t.equal(os.listdir(f"{post.dir}/nowhere"), [], "nothing is written there")
    os.rename(f"{post.dir}/master.key", f"{post.dir}/away")
    three("no key", post.conf)
    os.rename(f"{post.dir}/away", f"{post.dir}/master.key")
    os.chmod(f"{post.dir}/master.key", 0o644)
    three("a key that others can read", post.conf)
    t.ok(b"chmod 600" in post.call("dossier", "list").stderr, "the cure is named")
    os.chmod(f"{post.dir}/master.key", 0o600)
    t.equal([post.call("ingest", *args).returncode for args in [(), ("a", "b"), ("--nonsense", "a")]], [64] * 3,
            "usage stays 64 for ingest too")


def owner(t, post):
    if os.geteuid() != 0:
        t.skip("a store of another user is refused", "not root")
        return
    os.chown(post.store, 65534, 65534)
    result = post.call("dossier", "list")
    t.ok(result.returncode == 1 and b"run it as that user" in result.stderr, "a store of another user is refused",
         result.stderr)
    os.chown(post.store, 0, 0)


def verify(t, post):
    result = post.call("verify")
    t.ok(result.returncode == 0 and result.stdout.startswith(b"ok: database, "), "verify finds nothing", result.stderr)
    blobs = [os.path.join(folder, name) for folder, _, names in os.walk(f"{post.store}/blob") for name in names]
    shutil.copy(blobs[0], f"{post.dir}/blob")
    with open(blobs[0], "r+b") as file:
        file.seek(100)
        byte = file.read(1)
        file.seek(100)
        file.write(bytes([byte[0] ^ 1]))
    result = post.call("verify")
    t.ok(result.returncode == 1 and os.path.basename(blobs[0]).encode() in result.stderr,
         "verify names a blob in which one bit is wrong", result.stderr)
    os.unlink(blobs[0])
    t.ok(b"missing" in post.call("verify").stderr, "and one that is missing")
    shutil.copy(f"{post.dir}/blob", blobs[0])
    t.equal(post.call("verify").returncode, 0, "put back: all is well")


def play(t):
    with Postkamer(f"{places.scratch('control')}/post") as post:
        post.configure().init()
        parallel(t, post, 40, "without a daemon")
        post.start()
        parallel(t, post, 100, "with a daemon")
        letter = mail.make(CLIENT, "dossier@example.nl", "Stukken", "Hierbij.\n",
                           [("paspoort.pdf", mail.pdf("paspoort") , "application/pdf")]).as_bytes(policy=mail.POLICY)
        item = post.run("ingest", "-", stdin=letter).strip()
        big = mail.make(CLIENT, "dossier@example.nl", "Groot", "Hierbij.\n",
                        [("groot.pdf", os.urandom(200000), "application/pdf")]).as_bytes(policy=mail.POLICY)
        post.run("ingest", "-", stdin=big)
        dying_clients(t, post, item)
        silent_clients(t, post)
        long_output(t, post)
        verify(t, post)
        dying_daemon(t, post)
        floor(t, post)
        post.run("ingest", "-", stdin=big)  # what waited before 2030 is erased by then
        post.stop()
        hanging_smtp(t, post)
        beside_a_command(t, post)
        verify(t, post)
        broken(t, post)
        owner(t, post)


tap.need_program()
tap.main(play)
