"""The program under test: its configuration, its commands, its daemon."""
import json
import os
import shutil
import signal
import subprocess
import time

import places
import processes
import wait

STEP_EXIT = 86  # what POSTKAMER_STOP_AT ends with

CONFIG = """service "pentrax" {{
    name = "Pentrax"
    address = "dossier@example.nl"
    phone = "024-833 00 00"
    language = "nl"
    timezone = "Europe/Amsterdam"
    workflows = {{ "inkomensverklaring" }}
    staff = {{ "Els de Vries <els@example.nl>" }}
    question = "vraag@example.nl"
    problem = "storing@example.nl"
    request = "aanvraag@example.nl"
    authserv-id = "mail.example.nl"
    authentication = "{authentication}"
{service}}}
{mailboxes}smtp {{
{smtp}}}
spool {{
    path = "spool"
    service = "pentrax"
}}
store {{
    path = "store"
    key-file = "master.key"
    trial = true
}}
rules {{
    path = "{rules}"
}}
templates {{
    path = "{templates}"
}}
{more}"""

MAILBOX = """mailbox "{name}" {{
    service = "pentrax"
{lines}    processed = "Verwerkt"
    quarantine = "Apart"
    poll = 60
}}
"""


class Failed(AssertionError):
    pass


def _lines(values):
    def word(value):
        return str(value) if isinstance(value, int) else '"' + str(value) + '"'
    return "".join(f"    {name} = {word(value)}\n" for name, value in values.items())


def _write(path, text, mode=0o644):
    with open(path, "w") as file:
        file.write(text)
    os.chmod(path, mode)


class Postkamer:
    """One installation in a folder. 'host' is a MailHost, or None for one without mail."""

    def __init__(self, folder, host=None, program=None):
        self.dir = os.path.abspath(folder)
        self.host = host
        self.program = program or os.environ.get("POSTKAMER", "postkamer")
        self.conf = f"{self.dir}/postkamer.conf"
        self.store = f"{self.dir}/store"
        self.spool = f"{self.dir}/spool"
        self.log_path = f"{self.dir}/daemon.log"
        self.daemon = None
        os.makedirs(self.dir, exist_ok=True)

    # --- configuration

    def configure(self, imap=None, smtp=None, mailboxes=None, own_rules=False, service=None, more=""):
        """Writes postkamer.conf. 'imap' and 'smtp' replace lines of the mailbox and smtp blocks; 'mailboxes' is a list
        of (name, lines) in place of the one "intake"; 'own_rules' copies rules and templates so that a test may
        change them."""
        _write(f"{self.dir}/imap.password", "secret\n", 0o600)
        _write(f"{self.dir}/smtp.password", "secret\n", 0o600)
        for name in ["new", "tmp", "done", "refused"]:
            os.makedirs(f"{self.spool}/{name}", exist_ok=True)
        rules, templates = places.source("rules"), places.source("mailtemplates")
        if own_rules:
            for name, path in [("rules", rules), ("mailtemplates", templates)]:
                shutil.copytree(path, f"{self.dir}/{name}", dirs_exist_ok=True)
                subprocess.run(["chmod", "-R", "u+w", f"{self.dir}/{name}"], check=True)
            rules, templates = "rules", "mailtemplates"
        service = dict(service or {})
        authentication = service.pop("authentication", "none")
        text = CONFIG.format(rules=rules, templates=templates, service=_lines(service), authentication=authentication, more=more,
                             smtp=_lines(smtp or self._smtp()), mailboxes=self._mailboxes(imap, mailboxes))
        _write(self.conf, text)
        return self

    def _mailboxes(self, imap, mailboxes):
        if mailboxes is None:
            mailboxes = [("intake", imap or self._imap())] if self.host or imap else []
        return "".join(MAILBOX.format(name=name, lines=_lines(lines)) for name, lines in mailboxes)

    def _imap(self):
        return {"url": f"imaps://localhost:{self.host.ports['imaps']}/INBOX", "user": "intake",
                "password-file": "imap.password", "tls-ca": self.host.ca}

    def _smtp(self):
        if not self.host:
            return {"url": "smtp://127.0.0.1:9"}
        return {"url": f"smtps://localhost:{self.host.ports['smtps']}", "user": "intake",
                "password-file": "smtp.password", "tls-ca": self.host.ca, "connections": 4}

    def plain(self):
        """Lines for mail without TLS on loopback."""
        return ({"url": f"imap://127.0.0.1:{self.host.ports['imap']}/INBOX", "user": "intake",
                 "password-file": "imap.password"}, {"url": f"smtp://127.0.0.1:{self.host.ports['smtp']}"})

    def init(self):
        self.run("init")
        return self

    # --- commands

    def environment(self, **more):
        return {**os.environ, "POSTKAMER_CONF": self.conf, "TZ": "Europe/Amsterdam",
                **{name: str(value) for name, value in more.items()}}

    def call(self, *args, stdin=b"", env=None, seconds=120):
        """Runs a command; a CompletedProcess with bytes."""
        return subprocess.run([self.program, *map(str, args)], input=stdin, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, env=self.environment(**(env or {})), timeout=seconds, cwd=self.dir)

    def run(self, *args, stdin=b"", env=None, ok=(0,), seconds=120):
        """Runs a command that has to work; its standard output as text."""
        result = self.call(*args, stdin=stdin, env=env, seconds=seconds)
        if result.returncode not in ok:
            raise Failed(f"postkamer {' '.join(map(str, args))} ended with {result.returncode}\n"
                         f"{result.stderr.decode(errors='replace')}")
        return result.stdout.decode()

    def json(self, *args, **options):
        return json.loads(self.run(*args, "--json", **options))

    def new_dossier(self, client="Jan Jansen <jan@example.org>", workflow="inkomensverklaring", *more):
        return self.run("dossier", "new", "--workflow", workflow, "--client", client, *more).strip()

    def dossier(self, number):
        return self.json("dossier", "show", number)

    def documents(self, number):
        """{sha256: document} of a dossier, with the slot's name under "slot"."""
        return {document["sha256"]: dict(document, slot=slot["slot"])
                for slot in self.dossier(number)["slots"] for document in slot["documents"]}

    def document(self, number, identity):
        """A document's bytes."""
        return self.call("dossier", "show", number, "--document", identity, "--output", "-").stdout

    def items(self, state=None):
        return self.json("item", "list", *(["--state", state] if state else []))

    def queue(self, every=True):
        return self.json("queue", "list", *(["--all"] if every else []))

    def once(self, now=None, ok=(0,), env=None, seconds=300):
        """`run --once`, at the time 'now' if given."""
        return self.run("run", "--once", *(["--now", now] if now else []), ok=ok, env=env, seconds=seconds)

    # --- the daemon

    def start(self, env=None):
        """Starts the daemon and waits until it answers commands."""
        self.spawn(env)
        wait.until("the daemon answers", self._answers, 30)
        return self

    def spawn(self, env=None):
        with open(self.log_path, "ab") as log:
            self.daemon = subprocess.Popen([self.program, "run"], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                           env=self.environment(**(env or {})), cwd=self.dir,
                                           preexec_fn=processes.die_with_parent(), start_new_session=True)

    def _answers(self):
        if self.daemon.poll() is not None:
            raise Failed(f"the daemon ended with {self.daemon.returncode}\n{self.log()[-3000:]}")
        # An earlier one's socket may lie there: a command would then do without the daemon, and pass for its answer.
        return f"daemon.started pid={self.daemon.pid} " in self.log() and self.call("status").returncode in (0, 1, 2)

    def stop(self, seconds=15):
        """SIGTERM; the daemon's exit status and how long it took."""
        began = time.monotonic()
        self.daemon.send_signal(signal.SIGTERM)
        try:
            self.daemon.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise Failed(f"the daemon did not end within {seconds} s of SIGTERM\n{self.log()[-3000:]}") from None
        status, self.daemon = self.daemon.returncode, None
        return status, time.monotonic() - began

    def kill(self):
        """SIGKILL for the daemon alone: its workers have to notice by themselves."""
        if self.daemon:
            self.daemon.kill()
            self.daemon.wait()
            self.daemon = None

    def tree(self):
        return processes.tree(self.daemon.pid) if self.daemon else []

    def workers_end(self):
        """Waits until the workers of a main process that was killed are gone as well."""
        def gone():
            return not [pid for pid in os.listdir("/proc") if pid.isdigit() and self._is_worker(pid)]
        wait.until("the workers end after their main process", gone, 10, 0.01)

    def _is_worker(self, pid):
        try:
            return os.readlink(f"/proc/{pid}/cwd") == self.dir and " worker " in processes.command_line(pid)
        except OSError:
            return False

    def log(self):
        try:
            with open(self.log_path, errors="replace") as file:
                return file.read()
        except OSError:
            return ""

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        family = self.tree()
        self.kill()
        for pid in family[1:]:
            try:
                wait.until("a worker ends after its daemon", lambda: not processes.alive(pid), 5)
            except wait.Late:
                os.kill(pid, signal.SIGKILL)

    # --- what it did

    def settled(self, number=None, seconds=60):
        """Waits until no mail waits to be sent."""
        def done():
            return not [row for row in self.queue(False) if row["state"] in ("waiting", "sending")]
        wait.until("the outgoing queue is empty", done, seconds)

    def drop(self, name, data):
        """Drops a file into the upload spool the proper way: write to tmp/, rename into new/."""
        part = f"{self.spool}/tmp/{os.path.basename(name)}.{time.time_ns()}"
        target = f"{self.spool}/new/{name}"
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(part, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.rename(part, target)

    def dump(self):
        """All that the lists and dossiers show, as text to compare."""
        rows = {"items": self.items(), "queue": self.queue(), "held": self.json("held", "list"),
                "quarantine": self.json("quarantine", "list"), "dossiers": {}}
        for dossier in self.json("dossier", "list"):
            rows["dossiers"][dossier["number"]] = self.dossier(dossier["number"])
        return json.dumps(rows, indent=1, sort_keys=True)
