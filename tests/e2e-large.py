#!/usr/bin/env python3
"""A mail of 100 MB by IMAP, by ingest and as a spool file: the document arrives byte for byte and no process ever has more
than 64 MiB resident."""
import base64
import time
import os
import sys

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir") or os.path.dirname(os.path.dirname(__file__)), "tests/lib"))
import mail
import mailhost
import places
import processes
import tap
import wait
from postkamer import Postkamer

LIMIT = 64 * 1024 * 1024
SIZE = 100 * 1000 * 1000


def letter(number, name, size):
    """A mail of 'size' bytes and a little with one PDF, and that PDF. By hand: the email package takes a while for it."""
    data = mail.pdf(name, size * 57 // 77)
    head = (f"From: Jan Jansen <jan@example.org>\nTo: dossier@example.nl\nSubject: Stukken {number} {name}\n"
            f"Message-ID: <{time.time_ns()}@client.test>\nMIME-Version: 1.0\n"
            'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain\n\nHierbij.\n\n--b\n'
            f'Content-Type: application/pdf\nContent-Disposition: attachment; filename="{name}"\n'
            "Content-Transfer-Encoding: base64\n\n")
    return head.encode() + base64.encodebytes(data) + b"\n--b--\n", data


def arrives(t, post, number, data, how):
    digest = mail.sha256(data)
    row = wait.until(f"the document {how}", lambda: post.documents(number).get(digest), 120, 0.3)
    t.equal(row["size"], len(data), f"{how}: the document has its size")
    path = f"{post.dir}/out"
    post.run("dossier", "show", number, "--document", row["id"], "--output", path)
    with open(path, "rb") as file:
        t.ok(file.read() == data, f"{how}: the document is byte for byte what was sent")
    os.unlink(path)


def play(t):
    year = time.localtime().tm_year
    with mailhost.MailHost(places.scratch("large")) as host, Postkamer(f"{host.dir}/post", host) as post:
        post.configure(more="").init().start()
        number = post.new_dossier()
        with processes.MemoryWatch(post.daemon.pid) as memory:
            raw, data = letter(number, f"aangifte {year - 1}.pdf", SIZE)
            t.ok(len(raw) >= SIZE, f"the mail has {len(raw)} bytes")
            host.put("intake", [raw])
            with mail.Imap(host, "intake") as box:
                box.count()
            arrives(t, post, number, data, "by IMAP")

            raw, data = letter(number, f"aangifte {year - 2}.pdf", SIZE)
            t.equal(post.call("ingest", "-", stdin=raw).returncode, 0, "ingest takes it from a pipe")
            arrives(t, post, number, data, "by ingest")

            data = mail.pdf("spool", SIZE)
            post.drop(f"{number}/aangifte {year - 3}.pdf", data)
            arrives(t, post, number, data, "by the spool")
            post.settled()
        for command, peak in sorted(memory.by_command().items()):
            name = command.replace(post.program, "postkamer")
            t.ok(peak < LIMIT, f"under 64 MiB resident: {name.split(' -')[0]}", f"{peak / 1048576:.1f} MiB")
            t.note(f"{peak / 1048576:.1f} MiB {name}")
        t.ok(len(memory.peaks) >= 4, "the daemon and its workers were watched", memory.peaks)
        t.equal([row["state"] for row in post.items()], ["processed"] * 3, "all three are processed")


tap.need_program()
if mailhost.why_not():
    tap.skip_all(mailhost.why_not())
tap.main(play)
