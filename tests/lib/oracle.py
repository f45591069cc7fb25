"""The outside oracle: what was sent against what the engine says and what landed (reliability: never lost, exactly once
inside, effectively once outside)."""
import re

import mail

# What a mail server adds on the way; all else has to be identical in every copy of a mail.
TRACE = re.compile(rb"^(return-path|received|delivered-to|x-original-to):", re.I)


def without_trace(data):
    """The bytes of a mail without the header fields that delivery added, line ends as LF."""
    head, sep, body = data.replace(b"\r\n", b"\n").partition(b"\n\n")
    fields = re.split(rb"\n(?![ \t])", head)
    return b"\n".join(field for field in fields if not TRACE.match(field)) + sep + body


class Sent:
    """What a test sent: one row for each mail."""

    def __init__(self):
        self.rows = []

    def add(self, number, subject, documents, sender):
        self.rows.append({"number": number, "subject": subject, "sender": sender,
                          "documents": {mail.sha256(data): data for data in documents}})


def items(sent, rows):
    """What is wrong with the list of items: each mail exactly once, decided, in its dossier."""
    by_subject = {}
    for row in rows:
        by_subject.setdefault(row["subject"], []).append(row)
    for row in sent.rows:
        found = by_subject.pop(row["subject"], [])
        processed = [one for one in found if one["state"] == "processed"]
        if len(processed) != 1 or len(found) != 1:
            yield f"{row['subject']}: items {[(one['id'], one['state'], one['reason']) for one in found]}"
        elif processed[0]["dossier"] != row["number"]:
            yield f"{row['subject']}: in {processed[0]['dossier']}, not in {row['number']}"
    for subject, found in by_subject.items():
        yield f"an item that nobody sent: {subject} {[(one['id'], one['state']) for one in found]}"


def documents(sent, dossiers):
    """What is wrong with the documents: each sent one once, with its hash, in its dossier, and no other."""
    wanted = {}
    for row in sent.rows:
        wanted.setdefault(row["number"], []).extend(row["documents"])
    for number, hashes in wanted.items():
        have = [one["sha256"] for slot in dossiers[number]["slots"] for one in slot["documents"]]
        if sorted(have) != sorted(hashes):
            missing = len([one for one in hashes if one not in have])
            yield f"{number}: {len(have)} documents, {len(hashes)} sent, {missing} of them missing"


def events(sent, dossiers, event="document received"):
    """One such event in the history for each document that was sent."""
    wanted = {}
    for row in sent.rows:
        wanted[row["number"]] = wanted.get(row["number"], 0) + len(row["documents"])
    for number, count in wanted.items():
        have = len([one for one in dossiers[number]["history"] if one["event"] == event])
        if have != count:
            yield f"{number}: {have} times {event}, {count} sent"


def receipts(sent, delivered, unknown_ids=()):
    """Each mail has its one receipt in 'delivered' (paths of the mails of a mailbox). A second copy is right only where an
    attempt was recorded as unknown ('unknown_ids': Message-IDs), and then only if it is identical."""
    answers, copies = {}, {}
    for path in delivered:
        with open(path, "rb") as file:
            data = file.read()
        parsed = mail.parse(data)
        copies.setdefault(str(parsed["Message-ID"]), []).append(without_trace(data))
        if str(parsed.get("Auto-Submitted", "")) == "auto-replied":
            answers.setdefault(mail.address(parsed["To"]), set()).add(str(parsed["Message-ID"]))
    for identity, found in copies.items():
        if len(set(found)) > 1:
            yield f"{identity}: copies differ"
        if len(found) > 1 and identity not in unknown_ids:
            yield f"{identity}: delivered {len(found)} times without an attempt recorded as unknown"
    for row in sent.rows:
        found = answers.get(mail.address(row["sender"]), set())
        if len(found) != 1:
            yield f"{row['subject']}: {len(found)} receipts to {row['sender']}"
