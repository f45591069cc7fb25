#!/usr/bin/env python3
"""Mails with attachments in the mailbox, the daemon killed with SIGKILL at random moments: each mail has one event, each
document is byte-identical, each receipt goes out once (again only where an attempt was recorded as unknown).

POSTKAMER_KILL_MAILS and POSTKAMER_KILLS change the numbers, POSTKAMER_SEED the moments."""
import concurrent.futures
import random
import time
import os
import sys

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir") or os.path.dirname(os.path.dirname(__file__)), "tests/lib"))
import mail
import mailhost
import oracle
import places
import tap
import wait
from postkamer import Postkamer

MAILS = int(os.environ.get("POSTKAMER_KILL_MAILS", "1000"))
KILLS = int(os.environ.get("POSTKAMER_KILLS", "50"))
SEED = int(os.environ.get("POSTKAMER_SEED", "0")) or random.randrange(10**6)


def open_dossiers(post):
    """One dossier for each client, over the control socket."""
    def one(number):
        return post.new_dossier(f"Klant {number} <klant{number:04d}@example.com>")
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return list(pool.map(one, range(MAILS)))


def write_mails(host, numbers, rng):
    sent, mails = oracle.Sent(), []
    for index, number in enumerate(numbers):
        sender, subject = f"klant{index:04d}@example.com", f"Stukken {number} brief {index:04d}"
        files = [(f"aangifte {time.localtime().tm_year - 1}.pdf", mail.pdf(f"a{index}", rng.randrange(2000, 60000)),
                  "application/pdf")]
        if index % 3 == 0:
            files.append(("paspoort.pdf", mail.pdf(f"p{index}", rng.randrange(2000, 20000)), "application/pdf"))
        letter = mail.make(f"Klant {index} <{sender}>", "dossier@example.nl", subject, "Hierbij.\n", files)
        mails.append(letter.as_bytes(policy=mail.POLICY).replace(b"\r\n", b"\n"))
        sent.add(number, subject, [row[1] for row in files], sender)
    host.put("intake", mails)
    return sent


def kill_often(t, post, rng):
    done = 0
    for _ in range(KILLS):
        post.spawn()
        time.sleep(rng.uniform(0.02, 0.6))
        if post.daemon.poll() is None:
            done += 1
        else:
            t.ok(False, "the daemon runs until it is killed", f"status {post.daemon.returncode}", post.log()[-2000:])
        post.kill()
    return done


def unknown_ids(post):
    """Message-IDs of the outgoing mails of which more than one attempt was recorded: the first ended unknown."""
    return {"<" + row["message_id"] + ">" for row in post.queue() if row["attempts"] > 1}


def finish(post):
    """Lets a daemon do the rest, until all is decided, sent and acknowledged."""
    post.start()
    try:
        wait.until("every mail is decided", lambda: len(post.items("processed")) >= MAILS, 30 + MAILS / 10, 0.5)
    except wait.Late as late:
        rows = [row for row in post.items() if row["state"] != "processed"]
        raise wait.Late(f"{late}\n{post.run('status', ok=(0, 1, 2))}\n{rows[:5]}\n{post.log()[-3000:]}") from None
    post.settled(seconds=300)
    wait.until("the mailbox is empty", lambda: post.host.count("intake") == 0, 60)
    post.stop()
    post.once()


def play(t):
    rng = random.Random(SEED)
    t.note(f"seed {SEED}")
    # receipts go to mailboxes by their recipients' catch-all; a mailbox with many mails makes delivery slow, not wrong
    with mailhost.MailHost(places.scratch("kill")) as host, Postkamer(f"{host.dir}/post", host) as post:
        imap, smtp = post.plain()
        post.configure(imap=imap, smtp=smtp).init().start()
        numbers = open_dossiers(post)
        t.equal(len(set(numbers)), MAILS, "each dossier has a number of its own")
        post.settled(seconds=300)
        post.stop()
        host.drain()
        host.wipe("client")
        sent = write_mails(host, numbers, rng)
        killed = kill_often(t, post, rng)
        decided = len(post.items("processed"))
        t.note(f"{killed} kills; {decided} of {MAILS} mails decided by then")
        t.equal(killed, KILLS, "the daemon was killed that often")
        finish(post)
        host.drain()
        judge(t, host, post, sent, numbers)


def judge(t, host, post, sent, numbers):
    rows = post.items()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        dossiers = dict(zip(numbers, pool.map(post.dossier, numbers)))
    t.equal(len(rows), MAILS, "as many items as mails")
    t.empty(oracle.items(sent, rows), "each mail is one processed item of its dossier")
    t.empty(oracle.documents(sent, dossiers), "each document stands once in its dossier")
    t.empty(oracle.events(sent, dossiers), "each document is one event")
    t.empty(different_bytes(post, sent, dossiers), "the documents' bytes are those that were sent")
    t.empty(oracle.receipts(sent, host.files("client"), unknown_ids(post)), "each receipt came once")
    t.equal(host.count("intake"), 0, "the mailbox is empty")
    t.equal(host.count("intake", "Verwerkt"), MAILS, "all mails stand in Verwerkt")
    t.equal([row["id"] for row in post.queue(False)], [], "nothing waits to be sent")
    before = lists(post)
    post.once()
    t.ok(lists(post) == before, "one more run changes nothing")


def lists(post):
    return [post.items(), post.queue(), post.json("dossier", "list"), post.json("held", "list")]


def different_bytes(post, sent, dossiers):
    wanted = {digest: data for row in sent.rows for digest, data in row["documents"].items()}
    sample = [(number, one) for number in list(dossiers)[::10] for slot in dossiers[number]["slots"]
              for one in slot["documents"]]
    for number, one in sample:
        if post.document(number, one["id"]) != wanted.get(one["sha256"]):
            yield f"{number} document {one['id']}"


tap.need_program()
if mailhost.why_not():
    tap.skip_all(mailhost.why_not())
tap.main(play)
