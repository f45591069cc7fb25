"""Drives `postkamer worker send` from a test, in the place of the main process (engine/ipc/send_msg.h)."""
import os
import select
import socket
import struct
import subprocess

SETUP, SEND, GO, STOP, QUIT, OAUTH, TOKEN, READY, DOT, DONE, ROTATED = 1, 2, 3, 4, 5, 6, 7, 32, 33, 34, 35
OUTCOMES = {1: "sent", 2: "retry", 3: "refused", 4: "unknown", 5: "local"}
STAGES = ["local", "connect", "tls", "auth", "mail", "rcpt", "data", "dot"]
TLS = {"implicit": 1, "starttls": 2, "none": 3}
AUTH = {None: 0, "plain": 1, "login": 2, "xoauth2": 3}


def u32(n):
    return struct.pack("=I", n)


def i64(n):
    return struct.pack("=q", n)


def text(t):
    if t is None:
        return u32(0xffffffff)
    raw = t.encode() if isinstance(t, str) else t
    return u32(len(raw)) + raw


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, fmt):
        value = struct.unpack_from("=" + fmt, self.data, self.at)[0]
        self.at += struct.calcsize("=" + fmt)
        return value

    def text(self):
        n = self.take("I")
        if n == 0xffffffff:
            return None
        self.at += n
        return self.data[self.at - n:self.at].decode()


class Result:
    def __init__(self, r):
        self.row = r.take("q")
        self.outcome = OUTCOMES[r.take("I")]
        self.stage = STAGES[r.take("I")]
        self.code = r.take("I")
        self.enhanced, self.text = r.text(), r.text()
        self.host_problem, self.new_connection = bool(r.take("I")), bool(r.take("I"))
        self.dots = 0

    def __repr__(self):
        return (f"{self.outcome}/{self.stage}/{self.code}/{self.enhanced or '-'}/"
                f"{'host' if self.host_problem else 'row'} '{self.text}'")


def oauth_fields(o):
    o = o or {}
    return b"".join(text(o.get(k)) for k in ("url", "client_id", "client_secret", "refresh_token", "scope", "ca_file"))


class SendWorker:
    """'program' is the list of arguments that starts the worker."""

    def __init__(self, program):
        self.sock, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        def place():
            os.dup2(theirs.fileno(), 3)
            os.set_inheritable(3, True)

        # Python's own descriptors are all close-on-exec.
        self.process = subprocess.Popen(program, stdin=subprocess.DEVNULL, close_fds=False, preexec_fn=place)
        theirs.close()
        self.seen = []
        self.next_row = 1

    def put(self, kind, body=b"", fd=None):
        data = u32(kind) + body
        if fd is None:
            self.sock.send(data)
        else:
            socket.send_fds(self.sock, [data], [fd])

    def get(self, timeout=20):
        """The next message as (type, reader); None when the worker has ended."""
        if not select.select([self.sock], [], [], timeout)[0]:
            raise TimeoutError("no message from the worker")
        try:
            data = self.sock.recv(65536)
        except ConnectionResetError:
            return None
        if not data:
            return None
        r = Reader(data)
        return r.take("I"), r

    def setup(self, port, host="127.0.0.1", tls="none", ca=None, auth=None, user="user", secret="secret", oauth=None,
              ehlo="client.example", connect_ms=5000, reply_ms=1000, whole_ms=20000):
        self.put(SETUP, text(host) + u32(port) + u32(TLS[tls]) + text(ehlo) + text(ca) + u32(AUTH[auth]) +
                 text(user if auth else None) + text(secret if auth and auth != "xoauth2" else None) +
                 oauth_fields(oauth) + u32(connect_ms) + u32(reply_ms) + u32(whole_ms))
        kind, _ = self.get()
        assert kind == READY, kind

    def order(self, data, rcpt="to@example.nl", sender="from@example.nl", size=None):
        """Gives the worker one mail; returns its row."""
        row, self.next_row = self.next_row, self.next_row + 1
        fd = os.memfd_create("mail")
        os.write(fd, data) if len(data) < 1 << 20 else os.writev(fd, [data])
        self.put(SEND, i64(row) + u32(1) + text(sender) + text(rcpt) + i64(len(data) if size is None else size), fd)
        os.close(fd)
        return row

    def finish(self, row, go=True, timeout=30):
        """Answers DOT with GO (or STOP, or not at all with None) until DONE for 'row'."""
        dots = 0
        while True:
            message = self.get(timeout)
            if message is None:
                return None
            kind, r = message
            if kind == DOT:
                assert r.take("q") == row
                dots += 1
                if go is not None:
                    self.put(GO if go else STOP, i64(row))
            elif kind == DONE:
                result = Result(r)
                assert result.row == row
                result.dots = dots
                return result
            else:
                self.seen.append((kind, r))

    def send(self, data, **kw):
        go = kw.pop("go", True)
        return self.finish(self.order(data, **kw), go)

    def quit(self):
        """Ends the worker; its exit status."""
        try:
            self.put(QUIT)
        except OSError:
            pass
        status = self.process.wait(20)
        self.sock.close()
        return status
