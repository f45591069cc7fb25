"""A throwaway Cyrus IMAP server on loopback, all of it in one folder; user intake with password "secret"."""
import imaplib
import os
import pwd
import shutil
import signal
import subprocess

import certs
import places
import processes
import wait

MASTER = "/usr/lib/cyrus/bin/master"
# ./check unpacks imapd, whose package cannot be installed beside Dovecot's
IMAPD = [path for path in ["/usr/lib/cyrus/bin/imapd", places.source("build/cyrus/usr/lib/cyrus/bin/imapd")]
         if os.path.exists(path)]

IMAPD_CONF = """configdirectory: {dir}/conf
defaultpartition: main
partition-main: {dir}/spool
mboxname_lockpath: {dir}/lock
proc_path: {dir}/proc
idlesocket: {dir}/idle
notifysocket: {dir}/notify
lmtpsocket: {dir}/lmtp
sieveusehomedir: false
sievedir: {dir}/sieve
admins: cyrus
cyrus_user: cyrus
allowplaintext: yes
autocreate_quota: 0
autocreate_post: yes
autocreate_users: anyone
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: {dir}/sasldb
sasl_mech_list: PLAIN LOGIN
unixhierarchysep: {unix}
altnamespace: {alt}
tls_server_cert: {dir}/cert.pem
tls_server_key: {dir}/cert.key
tls_client_ca_file: {dir}/certs/ca.pem
imapidlepoll: 1
"""

CYRUS_CONF = """START {{
  recover cmd="ctl_cyrusdb -C {dir}/imapd.conf -r"
}}
SERVICES {{
  imap cmd="{imapd} -C {dir}/imapd.conf -U 30" listen="127.0.0.1:{imap}" prefork=0 maxchild=100
  imaps cmd="{imapd} -C {dir}/imapd.conf -s -U 30" listen="127.0.0.1:{imaps}" prefork=0 maxchild=100
}}
EVENTS {{
  checkpoint cmd="ctl_cyrusdb -C {dir}/imapd.conf -c" period=300
}}
"""


def why_not():
    """Why no Cyrus can run here, or None."""
    if os.geteuid() != 0:
        return "Cyrus needs root"
    if not IMAPD or not os.path.exists(MASTER) or not shutil.which("saslpasswd2"):
        return "Cyrus is not installed (./check does that)"
    return None


class CyrusHost:
    """With 'internal' names the folders of a user are INBOX.Name (a namespace with a prefix), else Name."""

    def __init__(self, folder, internal=True):
        self.dir = folder
        self.internal = internal
        self.ports = {}
        self._child = None

    @property
    def ca(self):
        return f"{self.dir}/certs/ca.pem"

    def start(self):
        user = pwd.getpwnam("cyrus")
        self.ports = dict(zip(["imap", "imaps"], places.free_ports(2)))
        for name in ["conf", "conf/db", "conf/socket", "conf/log", "conf/msg", "conf/user", "conf/quota", "spool", "sieve",
                     "lock", "proc"]:
            os.makedirs(f"{self.dir}/{name}", exist_ok=True)
        certs.make(f"{self.dir}/certs")
        for end in ["pem", "key"]:
            shutil.copy(f"{self.dir}/certs/good.{end}", f"{self.dir}/cert.{end}")
        names = {"unix": "no", "alt": "no"} if self.internal else {"unix": "yes", "alt": "yes"}
        for name, text in [("imapd.conf", IMAPD_CONF), ("cyrus.conf", CYRUS_CONF)]:
            with open(f"{self.dir}/{name}", "w") as file:
                file.write(text.format(dir=self.dir, imapd=IMAPD[0], **self.ports, **names))
        subprocess.run(["saslpasswd2", "-p", "-c", "-f", f"{self.dir}/sasldb", "-u", os.uname().nodename, "intake"],
                       input=b"secret", check=True)
        for at, folders, files in os.walk(self.dir):
            for name in [at, *(f"{at}/{one}" for one in files)]:
                os.chown(name, user.pw_uid, user.pw_gid)
        with open(f"{self.dir}/log", "w") as log:
            self._child = subprocess.Popen([MASTER, "-C", f"{self.dir}/imapd.conf", "-M", f"{self.dir}/cyrus.conf", "-p",
                                            f"{self.dir}/pid"], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                           preexec_fn=processes.die_with_parent(signal.SIGTERM), start_new_session=True)
        wait.port_open(self.ports["imap"])
        return self

    def login(self):
        box = imaplib.IMAP4("127.0.0.1", self.ports["imap"])
        box.login("intake", "secret")
        return box

    def append(self, data, folder="INBOX"):
        box = self.login()
        kind, said = box.append(folder, None, None, data)
        box.logout()
        if kind != "OK":
            raise AssertionError(f"append: {said}")

    def counts(self):
        """{folder: number of messages}"""
        box, found = self.login(), {}
        for line in box.list()[1]:
            name = line.decode().rsplit(" ", 1)[1].strip('"')
            kind, data = box.select(name, readonly=True)
            found[name] = int(data[0]) if kind == "OK" else None
        box.logout()
        return found

    def stop(self):
        if not self._child:
            return
        family = processes.tree(self._child.pid)
        self._child.terminate()
        try:
            self._child.wait(10)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        for pid in family:
            if processes.alive(pid):
                os.kill(pid, signal.SIGKILL)
        self._child = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *exc):
        self.stop()
