#!/usr/bin/env python3
"""Every given message of the corpora is taken in by ingest: no crash, none unaccounted for, and the attachments are those
that other programs agree on. Skipped where the corpora are not beside the checkout (POSTKAMER_SHARED)."""
import csv
import json
import os
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
    with open(f"{CORPORA}/expect-attachments.jsonl") as file:
        for line in file:
            row = json.loads(line)
            if row["attachments"] and not row.get("contested") and not any(one.get("disagrees") for one in row["attachments"]):
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


def fits(wanted, part):
    """An expectation without a hash is judged by its name."""
    if wanted.get("sha256"):
        return part.get("sha256") == wanted["sha256"]
    return part.get("name") == wanted["name"]


def attachments(t, post, ids):
    """Compares 'item show' with the expectations on which the other programs agree."""
    wrong, judged = [], 0
    for row in expectations():
        if row["file"] not in ids:
            continue
        shown = post.call("item", "show", ids[row["file"]], "--json")
        if shown.returncode != 0:
            wrong.append(f"{row['file']}: item show ended with {shown.returncode}")
            continue
        judged += 1
        parts = json.loads(shown.stdout).get("parts", [])
        missing = [one["name"] for one in row["attachments"] if not any(fits(one, part) for part in parts)]
        if missing:
            wrong.append(f"{row['file']}: without {missing}")
    t.ok(judged > 50, "expectations were judged", judged)
    t.empty(wrong, f"attachments as expected in {judged} messages", 40)


tap.need_program()
if not CORPORA:
    tap.skip_all("the corpora are not here (POSTKAMER_SHARED)")
tap.main(play)
