#!/usr/bin/env python3
"""Bad input, each with its defined answer in held, in quarantine or on standard error."""
import random
import shutil
import subprocess
import os
import sys

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir") or os.path.dirname(os.path.dirname(__file__)), "tests/lib"))
import mail
import places
import tap
from postkamer import Postkamer

CLIENT = "Jan Jansen <jan@example.org>"


def letter(subject, sender=CLIENT, text="Hierbij.\n", name="paspoort.pdf", seed=None):
    files = [(name, mail.pdf(seed or subject), "application/pdf")] if name else []
    return mail.make(sender, "dossier@example.nl", subject, text, files).as_bytes(policy=mail.POLICY)


def ingest(post, data):
    """Takes a message in without a daemon and returns its item as the list shows it afterwards."""
    before = {row["id"] for row in post.items()}
    result = post.call("ingest", "-", stdin=data)
    new = [row for row in post.items() if row["id"] not in before]
    return result, new[0] if len(new) == 1 else None


def numbers(t, post, number):
    other = post.new_dossier("Piet Pietersen <piet@example.org>")
    letters = "ABCDEFGHJKLMNPRSTUVWXYZ"
    wrong = number[:-1] + letters[(letters.index(number[-1]) + 1) % 23]
    unknown = number[:5] + "99999-" + letters[int(number[:4] + "99999") % 23]
    loose = " ".join(number.lower().replace("-", " - ").split())
    rows = [
        ("no number, from a stranger", letter("Hallo", "x@example.com"), "held", None),
        ("a number that nobody has", letter(f"Stukken {unknown}"), "held", None),
        ("a number with a wrong check letter", letter(f"Stukken {wrong}"), "held", None),
        ("two numbers of two dossiers", letter(f"Stukken {number} en {other}"), "held", None),
        ("a known number from a stranger", letter(f"Stukken {number}", "x@example.com"), "held", None),
        ("a number in lower case", letter(f"stukken {number.lower()}", seed="lower"), "processed", number),
        ("a number with spaces around its dashes", letter(f"Stukken {loose}", name="aangifte 2025.pdf", seed="loose"),
         "processed", number),
        ("the same number twice", letter(f"Re: {number} Antw: {number}", name="prognose.pdf"), "processed", number),
        ("a number behind reply prefixes", letter(f"Antw: Re: Fwd: {number}", name="overig.pdf"), "processed", number),
        ("no number, from a client with one open dossier", letter("Mijn stukken", name="overig 2.pdf"), "processed",
         number),
    ]
    for what, data, state, dossier in rows:
        result, item = ingest(post, data)
        t.equal(result.returncode, 0, f"{what}: ingest ends with 0")
        t.equal(item and item["state"], state, f"{what}: {state}")
        if state == "processed":
            t.equal(item and item["dossier"], dossier, f"{what}: in its dossier")
        else:
            held = [row for row in post.json("held", "list") if item and row["id"] == item["id"]]
            t.ok(held and held[0]["reason"], f"{what}: held list shows it with a reason", held)
            shown = post.call("held", "show", item["id"]) if item else None
            t.ok(shown and shown.returncode == 0 and shown.stdout, f"{what}: held show tells more")
    pieces = [one["from"] for one in post.documents(number).values()]
    t.ok(pieces and set(pieces) == {"jan@example.org"}, "only the client's documents are in the dossier", pieces)


def no_mail_at_all(t, post):
    noise = random.Random(3).randbytes(20000)
    deep = b"From: jan@example.org\r\nSubject: deep\r\n" + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(2000))
    rows = [("an empty mail", b"From: Jan <jan@example.org>\r\nTo: dossier@example.nl\r\n\r\n"),
            ("nothing at all", b""), ("one line feed", b"\n"), ("random bytes", noise),
            ("a PDF instead of a mail", mail.pdf("bare")), ("headers without end", b"Subject: " + b"x" * 300000),
            ("2,000 levels of multipart", deep), ("a NUL in the header", b"From: a\0b@example.org\r\nSubject: \0\r\n\r\nx")]
    for what, data in rows:
        result, item = ingest(post, data)
        if result.returncode == 0:
            t.ok(item and item["state"] in ("held", "quarantined", "processed"), f"{what}: is listed as an item", item)
            verb = {"held": "held", "quarantined": "quarantine"}.get(item["state"] if item else "", None)
            if verb:
                t.ok([row for row in post.json(verb, "list") if row["id"] == item["id"]], f"{what}: {verb} list shows it")
        else:
            t.equal(result.returncode, 75, f"{what}: refused with 75")
            t.ok(result.stderr, f"{what}: standard error says why")
        known = item and item["state"] == "processed"
        t.ok(not known or item["reason"] == "empty", f"{what}: is at most answered as empty", item)


def faulty_rules(t, folder):
    post = Postkamer(f"{folder}/rules").configure(own_rules=True).init()
    path = f"{post.dir}/rules/inkomensverklaring.rules"
    with open(path) as file:
        text = file.read()
    with open(path, "w") as file:
        file.write(text.replace("goto verzamelen", "goto verzamelne", 1).replace("uploads open", "uploads opne", 1))
    result = post.call("check")
    said = (result.stdout + result.stderr).decode()
    t.equal(result.returncode, 1, "a rule file with errors: check ends with 1")
    t.ok("inkomensverklaring.rules:" in said and "^" in said, "it shows file, line, column and a caret", said)
    t.ok("verzamelen" in said, "and the nearest known name", said)
    t.ok(said.count("inkomensverklaring.rules:") >= 2, "and both errors in one run", said)
    result = post.call("run", "--once")
    t.equal(result.returncode, 1, "run does not start on it")
    t.contains(result.stderr.decode(), "inkomensverklaring.rules:", "and says where the fault is")


def unknown_brand(t, folder):
    post = Postkamer(f"{folder}/brand").configure(own_rules=True).init()
    path = f"{post.dir}/rules/inkomensverklaring.rules"
    with open(path) as file:
        text = file.read()
    with open(path, "w") as file:
        file.write(text.replace("{ mail aanvraag-bevestigd", "if brand jansen { mail aanvraag-bevestigd", 1))
    result = post.call("check")
    said = result.stderr.decode()
    t.equal(result.returncode, 1, "a rule that names a brand of no service: check ends with 1")
    t.ok("inkomensverklaring.rules:" in said and "no brand 'jansen'" in said and "^" in said, "and shows where", said)
    for key, hint in [("janssen", "did you mean 'janssen'?"), ("jansen", "")]:
        post.configure(own_rules=True, more=f'brand "{key}" {{\n    service = "pentrax"\n    name = "Jansen"\n}}\n')
        with open(path, "w") as file:
            file.write(text.replace("{ mail aanvraag-bevestigd", "if brand jansen { mail aanvraag-bevestigd", 1))
        said = post.call("check").stderr.decode()
        t.ok(hint in said if hint else "no brand" not in said, f"with a brand '{key}' it says: {hint or 'nothing of it'}", said)


def faulty_configuration(t, folder):
    post = Postkamer(f"{folder}/conf").configure().init()
    with open(post.conf) as file:
        text = file.read()
    at = len(text[:text.index("phone")].split("\n"))
    rows = [("a word that is not known", text.replace("    phone =", "    phoen ="), f"postkamer.conf:{at}"),
            ("a block that is not closed", text.replace("}\nmailbox", "\nmailbox", 1).replace("}\nsmtp", "\nsmtp", 1),
             "postkamer.conf:"),
            ("a mailbox without address", text + 'mailbox "x" {\n    service = "pentrax"\n}\n', "url"),
            ("a service that is not there", text.replace('service = "pentrax"', 'service = "pentrex"'), "pentrex"),
            ("a template folder that is not there", text.replace('mailtemplates"', 'nowhere"'), "nowhere")]
    for what, changed, part in rows:
        with open(post.conf, "w") as file:
            file.write(changed)
        for command in [("run", "--once"), ("check",)]:
            result = post.call(*command)
            said = (result.stdout + result.stderr).decode()
            t.equal(result.returncode, 1, f"{what}: {command[0]} ends with 1")
            t.contains(said, part, f"{what}: {command[0]} says where or what")
    with open(post.conf, "w") as file:
        file.write(text)
    result = post.call("check", "-c", f"{post.dir}/not-there.conf")
    t.ok(result.returncode == 1 and b"not-there.conf" in result.stderr, "no configuration file: named", result.stderr)
    os.chmod(f"{post.dir}/master.key", 0o644)
    result = post.call("run", "--once")
    t.ok(result.returncode == 1 and b"master.key" in result.stderr, "a key that others can read is refused", result.stderr)


def missing_store(t, folder):
    post = Postkamer(f"{folder}/empty").configure().init()
    shutil.rmtree(post.store)
    os.mkdir(post.store)
    for command in [("run", "--once"), ("dossier", "list"), ("status",)]:
        result = post.call(*command)
        t.ok(result.returncode in (1, 3), f"an empty mount point: {' '.join(command)} fails", result.returncode)
        t.contains(result.stderr.decode(), "init", f"{' '.join(command)} says that init was never done here or it is not mounted")
    result = post.call("ingest", "-", stdin=b"From: a@example.org\r\n\r\n")
    t.equal(result.returncode, 75, "ingest ends with 75, so that the mail is tried again")
    t.equal(os.listdir(post.store), [], "nothing was made in it")
    os.rmdir(post.store)
    t.equal(post.call("run", "--once").returncode, 1, "a missing store folder fails too")


def full_disk(t, folder):
    post = Postkamer(f"{folder}/full").configure()
    os.mkdir(post.store)
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", post.store],
                                           stderr=subprocess.DEVNULL).returncode:
        t.skip("a full disk", "cannot mount a small file system here")
        return
    try:
        post.init()
        number = post.new_dossier()
        filled = f"{post.store}/filler"
        with open(filled, "wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError:
                pass
        data = letter(f"Stukken {number}", name="paspoort.pdf")
        result = post.call("ingest", "-", stdin=data)
        t.equal(result.returncode, 75, "a full disk: ingest ends with 75")
        t.ok(result.stderr, "and says why", result.stderr)
        result = post.call("run", "--once")
        t.ok(result.returncode in (0, 1, 75), "run does not crash on it", result.returncode)
        os.unlink(filled)
        t.equal(post.call("ingest", "-", stdin=data).returncode, 0, "with room again the mail is taken in")
        t.equal([row["state"] for row in post.items()], ["processed"], "once")
        t.ok(mail.sha256(mail.pdf(f"Stukken {number}")) in post.documents(number), "and the document is there")
    finally:
        subprocess.run(["umount", "-l", post.store])


def play(t):
    folder = places.scratch("bad")
    post = Postkamer(f"{folder}/post").configure().init()
    number = post.new_dossier()
    numbers(t, post, number)
    no_mail_at_all(t, post)
    for scene in [faulty_rules, unknown_brand, faulty_configuration, missing_store, full_disk]:
        scene(t, folder)


tap.need_program()
tap.main(play)
