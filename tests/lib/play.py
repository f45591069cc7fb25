#!/usr/bin/env python3
"""The demo: a dossier of inkomensverklaring on real mail servers, told step by step and checked. Started by ./demo."""
import datetime
import os
import shutil
import signal
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import mail  # noqa: E402
import mailhost  # noqa: E402
import places  # noqa: E402
import processes  # noqa: E402
import wait  # noqa: E402
from postkamer import Postkamer  # noqa: E402

CLIENT, CLIENT_NAME = "jan@example.org", "Jan Jansen"
STAFF = "els@example.nl"
SERVICE = "dossier@example.nl"
LAST_RUN = os.environ.get("POSTKAMER_LAST_RUN") or places.source("build", "demo.folder")


class Play:
    def __init__(self, folder):
        self.host = mailhost.MailHost(f"{folder}/m")
        self.post = Postkamer(f"{folder}/postkamer", self.host)
        self.folder = folder
        self.failures = 0
        self.seen_mail = set()
        self.seen_history = 0
        self.number = None
        self.year = datetime.date.today().year

    # --- telling

    def step(self, title):
        print(f"\n== {title}")

    def say(self, text):
        print(f"   {text}", flush=True)

    def check(self, what, condition):
        if not condition:
            self.failures += 1
        print(f"   {'ok      ' if condition else 'FAILED  '}{what}", flush=True)

    def expect_mail(self, template, recipient):
        """Waits until the engine has sent 'template' to 'recipient' and Postfix has delivered it."""
        def sent():
            return [row for row in self.post.queue() if row["template"] == template and row["state"] == "sent"
                    and recipient in row["to"] and row["id"] not in self.seen_mail]
        try:
            row = wait.until(f"{template} sent to {recipient}", sent, 40)[0]
        except wait.Late:
            self.check(f"mail {template} to {recipient}", False)
            return
        self.seen_mail.add(row["id"])
        self.check(f"mail {template} to {recipient}", True)

    def decided(self):
        """Prints what the engine wrote in the dossier's history since the last time."""
        history = self.post.dossier(self.number)["history"]
        for entry in history[self.seen_history:]:
            by = f" by {entry['by']}" if entry.get("by") else ""
            self.say(f"engine  {entry['at']} {entry['event']}{by}: {entry.get('text') or ''}")
        self.seen_history = len(history)

    def landed(self):
        """Prints the mails that came into anybody's mailbox since the last time, and returns them."""
        self.host.drain()
        found = []
        for user in ["jan", "els", "office"]:
            for path in self.host.files(user):
                name = os.path.basename(path).split(",")[0]
                if (user, name) in self.seen_mail:
                    continue
                self.seen_mail.add((user, name))
                one = mail.read(path)
                found.append((user, one))
                self.say(f"mailbox {user}: {one['Subject']}")
                for line in [line for line in mail.text_of(one).splitlines() if line.strip()][:6]:
                    self.say(f"        | {line}")
        return found

    def slots(self):
        return {(slot["slot"], slot["year"]): slot for slot in self.post.dossier(self.number)["slots"]}

    def delivered(self, slot, year, data):
        """Waits until the slot holds exactly this document."""
        def there():
            row = self.slots()[(slot, year)]
            return row["status"] == "delivered" and [one for one in row["documents"] if one["sha256"] == mail.sha256(data)]
        label = slot + (f" {year}" if year else "")
        try:
            one = wait.until(f"{label} delivered", there, 40)[0]
            self.check(f"slot {label} holds {one['name']}, byte for byte",
                       self.post.document(self.number, one["id"]) == data)
        except wait.Late:
            self.check(f"slot {label} delivered", False)

    def state(self, name):
        self.check(f"state {name}", self.post.dossier(self.number)["state"] == name)

    # --- the story

    def opened(self):
        self.step(f"a dossier is opened for {CLIENT_NAME} <{CLIENT}>")
        self.number = self.post.new_dossier(f"{CLIENT_NAME} <{CLIENT}>")
        self.say(f"staff   postkamer dossier new: {self.number}")
        self.expect_mail("aanvraag-bevestigd", CLIENT)
        self.decided()
        self.landed()
        self.state("verzamelen")

    def mailed(self):
        self.step("the client mails two documents")
        files = [("paspoort.pdf", mail.pdf("paspoort", 90000), "legitimatie", None),
                 (f"aangifte {self.year - 1}.pdf", mail.pdf("aangifte", 150000), "aangifte", self.year - 1)]
        letter = mail.make(f"{CLIENT_NAME} <{CLIENT}>", SERVICE, f"Stukken {self.number}",
                           "Beste mensen,\n\nHierbij de eerste twee stukken.\n\nGroet,\nJan\n",
                           [(name, data, "application/pdf") for name, data, _, _ in files])
        mail.send(self.host, letter)
        self.say(f"client  {CLIENT} mails \"{letter['Subject']}\" with " + ", ".join(row[0] for row in files))
        for name, data, slot, year in files:
            self.delivered(slot, year, data)
        self.receipt(letter)
        self.decided()
        self.state("verzamelen")

    def receipt(self, letter):
        def answer():
            return [row for row in self.post.queue() if row["state"] == "sent" and CLIENT in row["to"]
                    and row["id"] not in self.seen_mail]
        rows = wait.until("a receipt", answer, 40)
        self.seen_mail.update(row["id"] for row in rows)
        answers = [one for user, one in self.landed() if user == "jan"]
        self.check("one receipt to the client", len(answers) == 1 and len(rows) == 1)
        if answers:
            self.check("the receipt answers his mail", answers[0]["In-Reply-To"] == letter["Message-ID"])
            self.check("the receipt names both files", "paspoort.pdf" in mail.text_of(answers[0])
                       and f"aangifte {self.year - 1}.pdf" in mail.text_of(answers[0]))

    def reminded(self):
        self.step("two days pass")
        due = min(timer["due"] for timer in self.post.dossier(self.number)["timers"])
        self.advance("+2d")
        for _ in range(10):
            if self.post_time() > due:
                break
            self.say(f"        (working days count: the reminder is due at {due})")
            self.advance("+1d")
        self.expect_mail("stukken-ontbreken", CLIENT)
        self.decided()
        letters = [one for user, one in self.landed() if user == "jan"]
        self.check("the reminder lists what is missing", bool(letters) and "Jaarcijfers" in mail.text_of(letters[-1]))
        self.state("verzamelen")

    def advance(self, step):
        self.say(f"clock   postkamer clock {step}: {self.post.run('clock', step).strip()}")

    def post_time(self):
        """The store's time, RFC 3339 in UTC."""
        return self.post.json("status", ok=(0, 1, 2))["now"]

    def dropped(self):
        self.step("the rest is dropped into the upload spool")
        rest = [("prognose.pdf", "prognose", None)]
        rest += [(f"aangifte {year}.pdf", "aangifte", year) for year in [self.year - 2, self.year - 3]]
        rest += [(f"jaarcijfers {year}.pdf", "jaarcijfers", year) for year in range(self.year - 3, self.year)]
        for name, _, _ in rest:
            self.post.drop(f"{self.number}/{name}", mail.pdf(name, 50000))
            self.say(f"scanner {self.number}/{name}")
        for name, slot, year in rest:
            self.delivered(slot, year, mail.pdf(name, 50000))
        self.decided()
        self.landed()
        self.state("verzamelen")

    def completed(self):
        self.step("the quiet time passes")
        self.advance("+20m")
        self.expect_mail("stukken-compleet", CLIENT)
        self.expect_mail("te-behandelen", STAFF)
        self.decided()
        found = self.landed()
        self.check("the client and staff have it in their mailboxes", {"jan", "els"} <= {user for user, _ in found})
        self.state("compleet")

    def accounted(self):
        self.step("the books")
        rows = self.post.items()
        self.check("every item is processed", rows and all(row["state"] == "processed" for row in rows))
        self.check("nothing is held or quarantined",
                   not self.post.json("held", "list") and not self.post.json("quarantine", "list"))
        self.check("all outgoing mail is sent", all(row["state"] == "sent" for row in self.post.queue()))
        with mail.Imap(self.host, "intake") as box:
            self.check("the mailbox is empty, the mail stands in Verwerkt",
                       box.count() == 0 and box.count("Verwerkt") == 1)
        ids = [one["Message-ID"] for user in ["jan", "els"] for one in mail.inbox(self.host, user)]
        self.check("no mail came twice", len(ids) == len(set(ids)))

    def play(self):
        self.step("a throwaway mail host and a new store")
        self.host.start()
        self.say("Dovecot and Postfix on 127.0.0.1: " + " ".join(f"{k} {v}" for k, v in self.host.ports.items()))
        self.post.configure().init()
        self.post.start()
        self.say(f"daemon  postkamer run -c {self.post.conf}")
        for scene in [self.opened, self.mailed, self.reminded, self.dropped, self.completed, self.accounted]:
            scene()

    # --- around it

    def where(self):
        ports = self.host.ports
        print(f"""
Where the mails are:
   client  {self.host.maildir('jan')}
   staff   {self.host.maildir('els')}
   intake  {self.host.maildir('intake')}
   store   {self.post.store}    log {self.post.log_path}
Connect a mail client:
   IMAP 127.0.0.1 port {ports['imap']} (or with TLS {ports['imaps']}), SMTP 127.0.0.1 port {ports['submission']}
   users jan, els, office; password {mailhost.PASSWORD}; write to {SERVICE} with {self.number} in the subject
   from elsewhere: ssh -L {ports['imap']}:127.0.0.1:{ports['imap']} -L \
{ports['submission']}:127.0.0.1:{ports['submission']} THIS-MACHINE
Look inside:
   export POSTKAMER_CONF={self.post.conf}
   {self.post.program} dossier show {self.number}""", flush=True)

    def end(self):
        """Stops everything; nothing of ours may be left running."""
        family = set(self.post.tree())
        for pid in self.host.pids():
            family |= set(processes.tree(pid))
        if self.post.daemon and self.post.daemon.poll() is None:
            status, seconds = self.post.stop()
            self.check(f"the daemon ended by itself after SIGTERM ({seconds:.1f} s)", status == 0)
        self.host.stop()
        left = [pid for pid in family if processes.alive(pid)]
        self.check("no process is left", not left)


def clean_folder():
    """A new folder; what an earlier run left goes, processes included."""
    try:
        with open(LAST_RUN) as file:
            old = file.read().strip()
    except OSError:
        old = ""
    if old and os.path.basename(old).startswith("pk-demo-") and os.path.isdir(old):
        if os.path.exists(f"{old}/m/state.json"):
            mailhost.MailHost.at(f"{old}/m").stop()
        shutil.rmtree(old, ignore_errors=True)
    folder = places.scratch("demo", keep=True)
    os.makedirs(os.path.dirname(LAST_RUN), exist_ok=True)
    with open(LAST_RUN, "w") as file:
        file.write(folder + "\n")
    return folder


def interrupted(number, frame):
    raise KeyboardInterrupt


def main(args):
    reason = mailhost.why_not()
    if reason:
        print(f"demo: cannot run: {reason}", file=sys.stderr)
        return 1
    for number in [signal.SIGTERM, signal.SIGHUP]:
        signal.signal(number, interrupted)
    play = Play(clean_folder())
    try:
        play.play()
        play.where()
        if "--no-wait" not in args and sys.stdin.isatty() and sys.stdout.isatty():
            input("\nEverything keeps running. Press Enter to end it. ")
    except KeyboardInterrupt:
        print("\ninterrupted")
    except (AssertionError, OSError, KeyError, ValueError, subprocess.SubprocessError) as error:
        play.check(f"the play went on: {error}", False)
        print(play.post.log()[-3000:])
    finally:
        play.step("the end")
        play.end()
    print(f"\n{'all went well' if not play.failures else f'{play.failures} checks FAILED'}")
    return 1 if play.failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
