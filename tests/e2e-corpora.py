#!/usr/bin/env python3
"""Every given message of the corpora is taken in by ingest: no crash, none unaccounted for, and the attachments are those
that other programs agree on. Skipped where the corpora are not beside the checkout (POSTKAMER_SHARED)."""
import csv
import json
import os
import re
import sys

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir") or os.path.dirname(os.path.dirname(__file__)), "tests/lib"))
import mail
import places
import processes
import tap
import wait
from postkamer import Postkamer

CORPORA = places.shared("corpora")
STATES = ("processed", "duplicate", "held", "quarantined")


def messages():
    with open(f"{CORPORA}/CATALOGUE.tsv", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            path = f"{CORPORA}/{row['path']}"
            if os.path.isfile(path):
                yield row, path


def take_in(t, post):
    """Path -> item id of every message, through the daemon's socket."""
    ids, refused = {}, []
    for row, path in messages():
        result = post.call("ingest", path)
        if result.returncode != 0:
            refused.append(f"{row['path']}: ended with {result.returncode}: {result.stderr.decode(errors='replace')[:200]}")
            continue
        ids[row["path"]] = int(result.stdout)
    t.empty(refused, "ingest takes every message")
    return ids


def expectations():
    """The rows on which the other programs agree; those on bare winmail.dat files are no mails."""
    with open(f"{CORPORA}/expect-attachments.jsonl") as file:
        for line in file:
            row = json.loads(line)
            if not row.get("contested") and row.get("kind") != "tnef":
                yield row


def play(t):
    with Postkamer(f"{places.scratch('corpora')}/post") as post:
        post.configure().init().start()
        root = post.daemon.pid
        ids = take_in(t, post)
        t.note(f"{len(ids)} messages")
        t.ok(len(ids) > 1000, "these are all of them", len(ids))

        def all_decided():
            return len([row for row in post.items() if row["state"] in STATES]) >= len(ids)
        wait.until("every message is decided", all_decided, 300, 0.5)
        rows = post.items()
        t.equal(len(rows), len(ids), "as many items as messages")
        count = {state: len([row for row in rows if row["state"] == state]) for state in STATES}
        t.equal(sum(count.values()), len(rows), f"each is decided: {count}")
        t.ok(processes.alive(root), "the daemon never ended")
        t.note(f"quarantined: {[(row['subject'], row['reason']) for row in rows if row['state'] == 'quarantined'][:20]}")
        attachments(t, post, ids)


def same_words(got, wanted):
    """Equal, where U+FFFD in what is wanted stands for a character that its program could not read."""
    pattern = "".join("." if c == "\ufffd" else " +" if c == " " else re.escape(c)
                      for c in re.sub(" +", " ", wanted))
    return got is not None and re.fullmatch(pattern, got) is not None


def base64_size(size):
    """Of so many bytes in mail, lines of 76: what some rows tell."""
    plain = (size + 2) // 3 * 4
    return plain + (max(plain - 1, 0) // 76 * 2)


def fits(wanted, part):
    """As far as the row tells: name, type, bytes. Texts are compared after decoding, which tests/test-mime-corpora does."""
    text = wanted.get("name") is None and part["type"].startswith("text/")
    if part["role"] == "body" and not text:
        return False
    if wanted.get("name") is not None and not same_words(part["name"], wanted["name"]):
        return False
    if wanted.get("type") is not None and part["type"] != wanted["type"].lower():
        return False
    if part["role"] == "message":
        return True
    if wanted.get("sha256") and part["sha256"] != wanted["sha256"]:
        return False
    return wanted.get("size") in (None, part["size"], base64_size(part["size"]))


def fault(row, shown):
    """What is not as expected, or None."""
    left = list(shown.get("parts", []))
    files = [part for part in left if part["role"] not in ("body", "machine")]
    for wanted in row["attachments"] or []:
        found = next((part for part in left if fits(wanted, part)), None)
        if not found:
            return f"without {wanted['name']} {wanted.get('type')}"
        left.remove(found)
    if row.get("attachment_count") not in (None, len(files)):
        return f"{len(files)} files instead of {row['attachment_count']}"
    if row.get("subject") and not same_words(shown.get("subject"), row["subject"]):
        return f"subject {shown.get('subject')!r} instead of {row['subject']!r}"
    return None


# Rows that the data contradict; why, and that they do, is in tests/test-mime-corpora.c.
CONTRADICTED = {("stalwart-mail-parser/eml/legacy/030.eml", "zbateson"), ("stalwart-mail-parser/eml/legacy/034.eml", "zbateson"),
                ("libetpan/mime-parser/data/input/mbox/jwz/22", "libetpan")}


def attachments(t, post, ids):
    """Compares 'item show' with the expectations on which the other programs agree."""
    wrong, judged, differ, shown = [], 0, set(), {}
    for row in expectations():
        file = row["file"]
        if file not in shown:
            result = post.call("item", "show", ids[file], "--json")
            if result.returncode != 0:
                wrong.append(f"{file}: item show ended with {result.returncode}")
            shown[file] = json.loads(result.stdout) if result.returncode == 0 else {}
        judged += 1
        found = fault(row, shown[file])
        key = (file, re.split("[ /]", row["basis"])[0])
        if found and key in CONTRADICTED:
            differ.add(key)
        elif found:
            wrong.append(f"{file}: {found}")
    t.ok(judged > 150, "expectations were judged", judged)
    t.empty(wrong, f"attachments as expected in {judged} rows", 40)
    t.equal(differ, CONTRADICTED, "rows that the data contradict differ")


tap.need_program()
if not CORPORA:
    tap.skip_all("the corpora are not here (POSTKAMER_SHARED)")
tap.main(play)
