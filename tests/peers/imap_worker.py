"""Speaks to an IMAP worker the way the deciding process does (ipc/imap_msg.h)."""
import array
import os
import re
import select
import signal
import socket
import struct
import subprocess

SETUP, LIST, FETCH, ACK, WATCH, QUIT = range(1, 7)
READY, UIDS, MAIL, GONE, TOOBIG, FETCHED, ACKED, CHANGED, FAILED, WITHHELD = range(101, 111)
NAMES = {v: k for k, v in list(globals().items()) if isinstance(v, int)}
IMPLICIT, STARTTLS, NONE = range(3)
LOGIN, XOAUTH2 = range(2)
FAILS = ["network", "tls", "auth", "protocol", "server", "config", "epoch"]
HOWS = ["moved", "copied", "flagged", "none"]
MOVE_CAP, UIDPLUS_CAP, IDLE_CAP, KEYWORDS_CAP = 1, 2, 4, 8


def u32(value):
    return struct.pack("=I", value)


def i64(value):
    return struct.pack("=q", value)


def text(value):
    if value is None:
        return u32(0xFFFFFFFF)
    data = value if isinstance(value, bytes) else value.encode()
    return u32(len(data)) + data


class Fields:
    def __init__(self, data):
        self.data, self.at = data, 0

    def u32(self):
        self.at += 4
        return struct.unpack_from("=I", self.data, self.at - 4)[0]

    def i64(self):
        self.at += 8
        return struct.unpack_from("=q", self.data, self.at - 8)[0]

    def text(self):
        n = self.u32()
        if n == 0xFFFFFFFF:
            return None
        self.at += n
        return self.data[self.at - n:self.at].decode(errors="replace")


class Message:
    """A received message; fields as attributes, the body of a MAIL in 'body'."""

    def __init__(self, data, fds, keep=True):
        f = Fields(data)
        self.type = f.u32()
        self.name = NAMES.get(self.type, str(self.type))
        if self.type == READY:
            self.uidvalidity, self.uidnext, self.exists, self.can = f.u32(), f.u32(), f.u32(), f.u32()
        elif self.type == UIDS:
            self.uidvalidity, self.last, n = f.u32(), f.u32(), f.u32()
            self.list = [(f.u32(), f.i64(), f.i64()) for _ in range(n)]
        elif self.type in (MAIL, TOOBIG, GONE, WITHHELD):
            self.uidvalidity, self.uid = f.u32(), f.u32()
            if self.type in (MAIL, TOOBIG):
                self.size, self.claimed, self.date = f.i64(), f.i64(), f.i64()
        elif self.type == FETCHED:
            self.uidvalidity, self.mails, self.gone, self.toobig, self.withheld = (f.u32() for _ in range(5))
        elif self.type == ACKED:
            self.uidvalidity, self.how, n = f.u32(), HOWS[f.u32()], f.u32()
            self.uids = [f.u32() for _ in range(n)]
        elif self.type == FAILED:
            self.fail, self.where, self.text = FAILS[f.u32()], f.text(), f.text()
        assert f.at == len(data), "message %s has %d bytes left" % (self.name, len(data) - f.at)
        self.body = None
        for fd in fds:
            if keep:
                self.body = os.pread(fd, 1 << 30, 0)
            os.close(fd)

    def __repr__(self):
        d = {k: v for k, v in self.__dict__.items() if k not in ("type", "body", "list")}
        return "Message(%s)" % ", ".join("%s=%r" % kv for kv in d.items())


def program(arguments):
    """What starts a worker: the test's arguments, or the program that POSTKAMER names."""
    return arguments or [os.environ.get("POSTKAMER") or "./postkamer", "worker", "imap"]


def sanitized(command):
    """Is the program built with the address sanitizer? Its memory use then says nothing."""
    try:
        with open(command[0], "rb") as file:
            return b"__asan_init" in file.read()
    except OSError:
        return False


class Worker:
    """One worker process; 'program' is its command line as a list."""

    def __init__(self, program, keep=True):
        self.keep = keep
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        for s in (ours, theirs):
            s.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 262144)
        self.socket = ours
        self.log = os.memfd_create("log")

        def child():
            os.dup2(theirs.fileno(), 3, inheritable=True)

        self.process = subprocess.Popen(program, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
                                        preexec_fn=child, pass_fds=(3,) if theirs.fileno() == 3 else (),
                                        close_fds=False)
        theirs.close()

    def send(self, kind, *fields):
        self.socket.send(u32(kind) + b"".join(fields))

    def setup(self, port, host="127.0.0.1", tls=NONE, ca=None, user="intake", secret="geheim-X7", auth=LOGIN,
              folder="INBOX", processed="Verwerkt", quarantine="Apart", poll=1, idle=60, deadline=3,
              max_bytes=50 << 20, trace=0):
        self.send(SETUP, text(host), u32(port), u32(tls), text(ca), text(user), text(secret), u32(auth),
                  text(folder), text(processed), text(quarantine), u32(poll), u32(idle), u32(deadline),
                  i64(max_bytes), u32(trace))

    def receive(self, timeout=30):
        """The next message; None when the worker has closed."""
        if not select.select([self.socket], [], [], timeout)[0]:
            raise TimeoutError("worker says nothing; its log: " + self.logged())
        fds = array.array("i")
        try:
            data, anc, _, _ = self.socket.recvmsg(65536, socket.CMSG_SPACE(16 * 4))
        except ConnectionResetError:
            return None
        for level, kind, cdata in anc:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                fds.frombytes(cdata[:len(cdata) - len(cdata) % fds.itemsize])
        return Message(data, list(fds), self.keep) if data else None

    def expect(self, *kinds, timeout=30):
        m = self.receive(timeout)
        assert m and m.type in kinds, "expected %s, got %r; log: %s" % (
            [NAMES[k] for k in kinds], m, self.logged()[-500:])
        return m

    def ready(self, *args, **kw):
        self.setup(*args, **kw)
        self.info = self.expect(READY)
        return self.info

    def list(self, after=0, uidvalidity=None):
        self.send(LIST, u32(self.info.uidvalidity if uidvalidity is None else uidvalidity), u32(after))
        entries = []
        while True:
            m = self.expect(UIDS, CHANGED)
            if m.type == UIDS:
                entries += m.list
                if m.last:
                    return entries

    def fetch(self, uids, uidvalidity=None):
        """({uid: message}, FETCHED)"""
        self.send(FETCH, u32(uidvalidity or self.info.uidvalidity), u32(len(uids)), *map(u32, uids))
        got = {}
        while True:
            m = self.expect(MAIL, GONE, TOOBIG, WITHHELD, FETCHED, timeout=120)
            if m.type == FETCHED:
                return got, m
            assert m.uid not in got, "uid %d twice" % m.uid
            got[m.uid] = m

    def ack(self, uids, target=0, uidvalidity=None):
        self.send(ACK, u32(uidvalidity or self.info.uidvalidity), u32(target), u32(len(uids)), *map(u32, uids))
        return self.expect(ACKED)

    def watch(self):
        self.send(WATCH)

    def quiet(self, seconds):
        """Nothing comes for so long."""
        return not select.select([self.socket], [], [], seconds)[0]

    def logged(self):
        return os.pread(self.log, 1 << 20, 0).decode(errors="replace")

    def peak(self):
        """Waits for the end; the most memory it ever had resident, in KiB (at least what our own fork had)."""
        _, status, usage = os.wait4(self.process.pid, 0)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        return usage.ru_maxrss

    def highest(self):
        """The most memory it had resident until now, in KiB: its own alone, unlike peak()."""
        with open("/proc/%d/status" % self.process.pid) as f:
            return int(re.search(r"VmHWM:\s+(\d+)", f.read()).group(1))

    def cpu(self):
        with open("/proc/%d/stat" % self.process.pid) as f:
            fields = f.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def wait(self, timeout=10):
        return self.process.wait(timeout)

    def close(self):
        """Ends it; the exit status, negative for a signal of its own."""
        self.socket.close()
        try:
            return self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGKILL)
            return self.process.wait()
        finally:
            os.close(self.log)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()
