"""Making, sending and reading mail."""
import email
import email.policy
import email.utils
import hashlib
import imaplib
import random
import smtplib
from email.message import EmailMessage

POLICY = email.policy.SMTP.clone(raise_on_defect=False)


def pdf(seed, size=4096):
    """Bytes that look like a PDF, always the same for one seed."""
    head = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"
    tail = b"\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
    return head + random.Random(str(seed)).randbytes(max(0, size - len(head) - len(tail))) + tail


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def make(sender, to, subject, text="", files=(), message_id=None, headers=None, date=None):
    """An EmailMessage; 'files' are (name, bytes, media type)."""
    mail = EmailMessage(policy=POLICY)
    mail["From"] = sender
    mail["To"] = to
    mail["Subject"] = subject
    mail["Date"] = date or email.utils.formatdate(localtime=True)
    mail["Message-ID"] = message_id or email.utils.make_msgid(domain="client.test")
    for name, value in (headers or {}).items():
        mail[name] = value
    mail.set_content(text)
    for name, data, kind in files:
        main, sub = kind.split("/")
        mail.add_attachment(data, maintype=main, subtype=sub, filename=name)
    return mail


def send(host, mail, sender=None, to=None):
    """Hands a mail (EmailMessage or bytes) to the host's Postfix, as an outside server would."""
    data = mail if isinstance(mail, bytes) else mail.as_bytes(policy=POLICY)
    if isinstance(mail, bytes):
        parsed = parse(mail)
        sender = sender or address(parsed["From"])
        to = to or [address(parsed["To"])]
    sender = sender or address(mail["From"])
    to = to or [address(mail["To"])]
    with smtplib.SMTP("127.0.0.1", host.ports["smtp"], local_hostname="client.test", timeout=60) as smtp:
        smtp.sendmail(sender, to, data)


def address(header):
    """The bare address of a From or To header."""
    return email.utils.parseaddr(str(header))[1]


def parse(data):
    return email.message_from_bytes(data, policy=email.policy.default)


def read(path):
    with open(path, "rb") as file:
        return parse(file.read())


def inbox(host, user, folder=""):
    """Parsed mails of a mailbox, oldest first."""
    return [read(path) for path in host.files(user, folder)]


def text_of(mail):
    """The plain text of a mail, with LF."""
    part = mail.get_body(("plain",))
    return part.get_content().replace("\r\n", "\n") if part else ""


def html_of(mail):
    part = mail.get_body(("html",))
    return part.get_content() if part else ""


def attachments(mail):
    """[(name, bytes)] of the attachments."""
    return [(part.get_filename(), part.get_payload(decode=True)) for part in mail.iter_attachments()]


class Imap:
    """What a mail client sees of a mailbox."""

    def __init__(self, host, user, password="secret"):
        self._imap = imaplib.IMAP4("127.0.0.1", host.ports["imap"])
        self._imap.login(user, password)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self._imap.logout()

    def folders(self):
        return [line.decode().rsplit(" ", 1)[1].strip('"') for line in self._imap.list()[1] if line]

    def subscribed(self):
        return [line.decode().rsplit(" ", 1)[1].strip('"') for line in self._imap.lsub()[1] if line]

    def count(self, folder="INBOX"):
        kind, data = self._imap.select(folder, readonly=True)
        return int(data[0]) if kind == "OK" else None

    def flags(self, folder="INBOX"):
        self._imap.select(folder, readonly=True)
        kind, data = self._imap.fetch("1:*", "(FLAGS)")
        return [imaplib.ParseFlags(line) for line in data if line]

    def messages(self, folder="INBOX"):
        if not self.count(folder):
            return []
        kind, data = self._imap.fetch("1:*", "(BODY.PEEK[])")
        return [parse(row[1]) for row in data if isinstance(row, tuple)]

    def store(self, numbers, flags, folder="INBOX"):
        self._imap.select(folder)
        self._imap.store(numbers, "+FLAGS", flags)

    def create(self, folder):
        self._imap.create(folder)

    def append(self, data, folder="INBOX"):
        self._imap.append(folder, None, None, data)
