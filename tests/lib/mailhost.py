#!/usr/bin/env python3
"""A throwaway mail host on loopback: Dovecot (IMAP, IMAPS, LMTP) and Postfix (SMTP, submission, SMTPS).

All of it lives in one folder; /etc/dovecot and /etc/postfix are not touched. Every user has the password "secret".
For trying things out by hand, as root:

    tests/lib/mailhost.py start DIR     makes DIR, starts both, prints ports and users
    tests/lib/mailhost.py stop DIR
    tests/lib/mailhost.py status DIR
    tests/lib/mailhost.py wipe DIR [USER...]    empties mailboxes
    tests/lib/mailhost.py drain DIR             waits until Postfix's queue is empty

Mail for USER@example.nl and for the addresses of ALIASES reaches USER (plus addresses too); any other address at
example.com, example.org or client.test reaches "client", any other at example.nl "office".
"""
import json
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import certs  # noqa: E402
import places  # noqa: E402
import processes  # noqa: E402
import wait  # noqa: E402

PASSWORD = "secret"
OWNER = 5000  # of the mailboxes; a bare number, so that no account has to be made
USERS = ["intake", "junk", "staff", "client", "office", "jan", "els"]
ALIASES = {
    "dossier@example.nl": "intake", "vraag@example.nl": "intake", "storing@example.nl": "intake",
    "aanvraag@example.nl": "intake", "jan@example.org": "jan", "kantoor@example.nl": "office",
}
DOMAINS = ["example.nl", "example.com", "example.org", "client.test"]
PORTS = ["imap", "imaps", "lmtp", "smtp", "submission", "smtps"]

DOVECOT = """
base_dir = {dir}/d/run
state_dir = {dir}/d/state
instance_name = pk{imap}
protocols = imap lmtp
listen = 127.0.0.1
log_path = {dir}/d/dovecot.log
log_timestamp = "%Y-%m-%d %H:%M:%S "
mail_location = maildir:~/Maildir
mail_fsync = {fsync}
mail_uid = {owner}
mail_gid = {owner}
first_valid_uid = 500
ssl = yes
ssl_cert = <{dir}/cert.pem
ssl_key = <{dir}/cert.key
# plain logins on loopback are what the bench and the connect hints use
disable_plaintext_auth = no
auth_mechanisms = plain login
# intake@example.nl (LMTP recipient or IMAP login) is user "intake"
auth_username_format = %Ln
auth_failure_delay = 0
recipient_delimiter = +
lmtp_save_to_detail_mailbox = no
postmaster_address = postmaster@example.nl
hostname = mail.example.nl
# the default of 256 MB ends imap processes on very large mails
default_vsz_limit = 1 G
default_process_limit = 500
default_client_limit = 4000
{extra}
protocol imap {{
  mail_max_userip_connections = 500
}}
imap_idle_notify_interval = 30 s
service imap-login {{
  service_count = 0
  process_min_avail = 1
  client_limit = 1000
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service imap {{
  process_limit = 500
}}
service lmtp {{
  process_min_avail = 1
  process_limit = 20
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
service auth {{
  # Postfix asks here for SASL
  unix_listener auth-postfix {{
    mode = 0666
  }}
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
namespace inbox {{
  inbox = yes
}}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%Ln {dir}/d/passwd
}}
userdb {{
  driver = passwd-file
  args = username_format=%Ln {dir}/d/passwd
}}
"""

MAIN_CF = """
compatibility_level = 3.6
queue_directory = {dir}/p/spool
data_directory = {dir}/p/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
meta_directory = /etc/postfix
shlib_directory = /usr/lib/postfix
mail_owner = postfix
setgid_group = postdrop
maillog_file = {dir}/p/mail.log
maillog_file_prefixes = {dir}/p/
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.example.nl
mydomain = example.nl
myorigin = example.nl
mydestination =
alias_maps =
alias_database =
local_recipient_maps =
mynetworks = 127.0.0.0/8
# no DNS anywhere: a lookup without a resolver stalls the greeting
smtpd_peername_lookup = no
disable_dns_lookups = yes
smtp_host_lookup = native
lmtp_host_lookup = native
virtual_mailbox_domains = {domains}
virtual_alias_maps = texthash:{dir}/p/etc/virtual
virtual_transport = lmtp:inet:127.0.0.1:{lmtp}
lmtp_destination_recipient_limit = 50
lmtp_destination_concurrency_limit = 8
# anything else bounces instead of trying the internet
default_transport = error:no outside mail from a test host
relay_transport = error:no outside mail from a test host
relayhost =
recipient_delimiter = +
smtpd_recipient_restrictions = permit_mynetworks, permit_sasl_authenticated, reject
smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject
smtpd_sasl_type = dovecot
smtpd_sasl_path = {dir}/d/run/auth-postfix
message_size_limit = 209715200
mailbox_size_limit = 0
virtual_mailbox_limit = 0
# the default pause of a second per message once arrivals outrun deliveries would be all that a bench measures
in_flow_delay = 0
smtpd_client_connection_count_limit = 0
smtpd_error_sleep_time = 0
default_process_limit = 100
maximal_queue_lifetime = 1h
bounce_queue_lifetime = 1h
minimal_backoff_time = 10s
maximal_backoff_time = 60s
queue_run_delay = 10s
biff = no
smtpd_tls_security_level = may
smtpd_tls_cert_file = {dir}/cert.pem
smtpd_tls_key_file = {dir}/cert.key
smtpd_tls_session_cache_database =
smtp_tls_security_level = none
lmtp_tls_security_level = none
"""

MASTER_CF = """127.0.0.1:{smtp} inet n - n - - smtpd
127.0.0.1:{submission} inet n - n - - smtpd
  -o syslog_name=postfix/submission
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_tls_auth_only=no
  -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
127.0.0.1:{smtps} inet n - n - - smtpd
  -o syslog_name=postfix/smtps
  -o smtpd_tls_wrappermode=yes
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
pickup    unix  n - n 60    1 pickup
cleanup   unix  n - n -     0 cleanup
qmgr      unix  n - n 300   1 qmgr
rewrite   unix  - - n -     - trivial-rewrite
bounce    unix  - - n -     0 bounce
defer     unix  - - n -     0 bounce
trace     unix  - - n -     0 bounce
verify    unix  - - n -     1 verify
flush     unix  n - n 1000? 0 flush
proxymap  unix  - - n -     - proxymap
showq     unix  n - n -     - showq
error     unix  - - n -     - error
retry     unix  - - n -     - error
discard   unix  - - n -     - discard
smtp      unix  - - n -     - smtp
lmtp      unix  - - n -     - lmtp
anvil     unix  - - n -     1 anvil
scache    unix  - - n -     1 scache
tlsmgr    unix  - - n 1000? 1 tlsmgr
postlog   unix-dgram n - n - 1 postlogd
"""


def why_not():
    """Why no mail host can run here, or None."""
    if os.geteuid() != 0:
        return "Dovecot and Postfix need root"
    for program in ["/usr/sbin/dovecot", "/usr/sbin/postfix", "/usr/lib/dovecot/imap", "/usr/lib/dovecot/lmtp"]:
        if not os.path.exists(program):
            return f"{program} is not installed"
    return None if shutil.which("openssl") else "the openssl command is not installed"


def _write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)


def _pid_in(path):
    try:
        with open(path) as file:
            return int(file.read().strip())
    except (OSError, ValueError):
        return None


class MailHost:
    """'fsync' is Dovecot's mail_fsync; 'extra' are further lines of its configuration; the users beside USERS get
    mailboxes of their own, 'aliases' says which addresses reach them."""

    def __init__(self, folder, users=(), aliases=None, fsync="optimized", extra=""):
        self.dir = os.path.abspath(folder)
        if len(self.dir) > 70:
            raise ValueError(f"{self.dir} is too long for Unix sockets")
        self.users = USERS + [user for user in users if user not in USERS]
        self.aliases = {**ALIASES, **(aliases or {})}
        self.fsync = fsync
        self.extra = extra
        self.ports = {}
        self._children = []

    # --- files

    @property
    def ca(self):
        return f"{self.dir}/certs/ca.pem"

    def maildir(self, user, folder=""):
        return f"{self.dir}/mail/{user}/Maildir" + (f"/.{folder}" if folder else "")

    def set_certificate(self, kind):
        """Serves the certificate 'kind' of certs.KINDS from now on."""
        for end in ["pem", "key"]:
            shutil.copy(f"{self.dir}/certs/{kind}.{end}", f"{self.dir}/cert.{end}")
        if self.running():
            self._doveadm("reload")
            self._postfix("reload")
            time.sleep(1)  # neither says when it is done

    def _write_files(self):
        for folder in ["d/run", "d/state", "mail", "p/etc", "p/spool", "p/data"]:
            os.makedirs(f"{self.dir}/{folder}", exist_ok=True)
        os.chmod(self.dir, 0o755)
        os.chown(f"{self.dir}/p/data", pwd.getpwnam("postfix").pw_uid, -1)
        certs.make(f"{self.dir}/certs")
        self.set_certificate("good")
        values = dict(self.ports, dir=self.dir, owner=OWNER, fsync=self.fsync, extra=self.extra,
                      domains=" ".join(DOMAINS))
        _write(f"{self.dir}/d/dovecot.conf", DOVECOT.format(**values))
        _write(f"{self.dir}/d/passwd", "".join(
            f"{user}:{{PLAIN}}{PASSWORD}:{OWNER}:{OWNER}::{self.dir}/mail/{user}::\n" for user in self.users))
        _write(f"{self.dir}/p/etc/main.cf", MAIN_CF.format(**values))
        _write(f"{self.dir}/p/etc/master.cf", MASTER_CF.format(**values))
        table = {f"{user}@example.nl": user for user in self.users} | self.aliases
        lines = [f"{address} {user}@example.nl\n" for address, user in table.items()]
        lines += ["@example.nl office@example.nl\n"]
        lines += [f"@{domain} client@example.nl\n" for domain in DOMAINS if domain != "example.nl"]
        _write(f"{self.dir}/p/etc/virtual", "".join(lines))
        _write(f"{self.dir}/state.json", json.dumps({"ports": self.ports, "users": self.users, "aliases": self.aliases,
                                                     "fsync": self.fsync, "extra": self.extra}))
        for user in self.users:
            self._make_home(user)

    def _make_home(self, user):
        os.makedirs(f"{self.dir}/mail/{user}", exist_ok=True)
        os.chown(f"{self.dir}/mail/{user}", OWNER, OWNER)

    # --- running

    def start(self, detached=False):
        """Starts both and waits until they answer; unless 'detached' they die with this process."""
        if not self.ports:
            self.ports = dict(zip(PORTS, places.free_ports(len(PORTS))))
        self._write_files()
        end = None if detached else processes.die_with_parent(signal.SIGTERM)
        with open(f"{self.dir}/start.log", "w") as log:
            for command in [["/usr/sbin/dovecot", "-F", "-c", f"{self.dir}/d/dovecot.conf"],
                            ["/usr/sbin/postfix", "-c", f"{self.dir}/p/etc", "start-fg"]]:
                self._children.append(subprocess.Popen(
                    command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=end,
                    start_new_session=True))
        try:
            for name in PORTS:
                wait.port_open(self.ports[name])
            # Postfix answers before its master has written its pid file; stop() needs that
            wait.until("Postfix's pid file", lambda: _pid_in(f"{self.dir}/p/spool/pid/master.pid"))
        except wait.Late as late:
            with open(f"{self.dir}/start.log") as log:
                said = log.read()
            self.stop()
            raise wait.Late(f"{late}\n{said}") from None
        return self

    @classmethod
    def at(cls, folder):
        """The host that another process started in 'folder'."""
        with open(f"{folder}/state.json") as file:
            state = json.load(file)
        host = cls(folder, state["users"], state["aliases"], state["fsync"], state["extra"])
        host.ports = state["ports"]
        return host

    def pids(self):
        found = [_pid_in(f"{self.dir}/d/run/master.pid"), _pid_in(f"{self.dir}/p/spool/pid/master.pid")]
        return [pid for pid in found if pid and processes.alive(pid)]

    def running(self):
        return len(self.pids()) == 2

    def stop(self):
        masters = self.pids() + [child.pid for child in self._children if child.poll() is None]
        family = {pid for master in masters for pid in processes.tree(master)}
        for pid in set(masters):
            os.kill(pid, signal.SIGTERM)
        for child in self._children:
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        self._children = []
        end = time.monotonic() + 10
        while any(processes.alive(pid) for pid in family) and time.monotonic() < end:
            time.sleep(0.02)
        for pid in family:
            if processes.alive(pid):
                os.kill(pid, signal.SIGKILL)

    def __enter__(self):
        return self.start()

    def __exit__(self, *exc):
        self.stop()

    def _doveadm(self, *args):
        return subprocess.run(["doveadm", "-c", f"{self.dir}/d/dovecot.conf", *args], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True)

    def _postfix(self, *args):
        subprocess.run(["/usr/sbin/postfix", "-c", f"{self.dir}/p/etc", *args], stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)

    # --- mail

    def drain(self, seconds=120):
        """Waits until Postfix has delivered all it took."""
        folders = [f"{self.dir}/p/spool/{name}" for name in ["incoming", "active", "deferred", "maildrop"]]

        def empty():
            return not any(files for folder in folders for _, _, files in os.walk(folder))
        wait.until("Postfix's queue empty", empty, seconds)

    def wipe(self, *users):
        for user in users or self.users:
            self._doveadm("kick", user)
            shutil.rmtree(f"{self.dir}/mail/{user}", ignore_errors=True)
            self._make_home(user)

    def set_aside(self, *users):
        """As wipe(), with what there was kept until the end: ext4 looks for minutes at each file removed when one is made."""
        for user in users:
            self._doveadm("kick", user)
            os.rename(f"{self.dir}/mail/{user}", f"{self.dir}/aside-{user}-{time.monotonic_ns()}")
            self._make_home(user)

    def save(self, user, folder):
        """Keeps a mailbox as it is, UIDs included, for restore()."""
        subprocess.run(["cp", "-a", f"{self.dir}/mail/{user}", folder], check=True)

    def restore(self, user, folder):
        """Nobody may be logged in to it."""
        shutil.rmtree(f"{self.dir}/mail/{user}", ignore_errors=True)
        subprocess.run(["cp", "-a", folder, f"{self.dir}/mail/{user}"], check=True)

    def put(self, user, mails):
        """Puts mails (bytes with LF) straight into a mailbox, under Dovecot's own file names with sizes in them."""
        base = self.maildir(user)
        for sub in ["cur", "new", "tmp"]:
            os.makedirs(f"{base}/{sub}", exist_ok=True)
            os.chown(f"{base}/{sub}", OWNER, OWNER)
        os.chown(base, OWNER, OWNER)
        stamp = time.time_ns()
        for number, mail in enumerate(mails):
            size, wire = len(mail), len(mail) + mail.count(b"\n")
            name = f"{stamp // 10**9 + number // 1000}.M{stamp % 10**6}P{number}.pk,S={size},W={wire}"
            with open(f"{base}/tmp/{name}", "wb") as file:
                file.write(mail)
            os.chown(f"{base}/tmp/{name}", OWNER, OWNER)
            os.rename(f"{base}/tmp/{name}", f"{base}/new/{name}")

    def files(self, user, folder=""):
        """Paths of the mails in a mailbox, oldest first."""
        found = []
        for sub in ["cur", "new"]:
            path = f"{self.maildir(user, folder)}/{sub}"
            if os.path.isdir(path):
                found += [f"{path}/{name}" for name in os.listdir(path)]
        return sorted(found, key=lambda path: (os.stat(path).st_mtime_ns, os.path.basename(path)))

    def count(self, user, folder=""):
        return sum(len(os.listdir(f"{self.maildir(user, folder)}/{sub}")) for sub in ["cur", "new"]
                   if os.path.isdir(f"{self.maildir(user, folder)}/{sub}"))

    def log(self):
        text = ""
        for path in [f"{self.dir}/d/dovecot.log", f"{self.dir}/p/mail.log"]:
            if os.path.exists(path):
                with open(path, errors="replace") as file:
                    text += file.read()
        return text


def _say(host):
    print("ports: " + " ".join(f"{name}={port}" for name, port in host.ports.items()))
    print("users: " + " ".join(host.users) + f"   password: {PASSWORD}")
    print(f"mail: {host.dir}/mail/USER/Maildir   authority: {host.ca}")


def command(args):
    if len(args) < 2 or not re.fullmatch("start|stop|status|wipe|drain", args[0]):
        print(__doc__, file=sys.stderr)
        return 64
    verb, folder = args[0], os.path.abspath(args[1])
    if verb == "start":
        reason = why_not()
        if reason:
            print(f"mailhost: cannot start: {reason}", file=sys.stderr)
            return 1
        host = MailHost.at(folder) if os.path.exists(f"{folder}/state.json") else MailHost(folder)
        if not host.running():
            host.start(detached=True)
        _say(host)
        return 0
    host = MailHost.at(folder)
    if verb == "stop":
        host.stop()
    elif verb == "status":
        print("up" if host.running() else "down")
        return 0 if host.running() else 1
    elif verb == "wipe":
        host.wipe(*args[2:])
    elif verb == "drain":
        host.drain()
    return 0


if __name__ == "__main__":
    sys.exit(command(sys.argv[1:]))
