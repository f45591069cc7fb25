"""A scripted SMTP server that misbehaves on demand, for tests.

    peer = SmtpPeer("rcpt:550 5.1.1 no such user")
    ... peer.port ...
    peer.mode = "ok"; peer.mails; peer.commands; peer.clear; peer.close()

A mode is "ok" or a list of faults with commas between them:

    STAGE:REPLY     answer with REPLY at STAGE ("\\n" in it separates lines)
    STAGE:drop      close the connection instead of answering
    STAGE:rst       the same with a reset
    STAGE:stall     never answer
    STAGE:half      send half a reply line, then close
    STAGE:part      send the first line of a reply of two, then close
    FAULT*N         only the first N times

STAGE is greeting, ehlo, starttls, auth, mail, rcpt, data, body (after 8 KB of
it), dot, idle (behind an accepted mail). Others:

    bytewise        every reply one byte at a time
    banner100k      a greeting of 100 KB in many lines
    bannerline      a line of 100 KB in the greeting
    longline        every final reply has a line of 20 KB
    multi           replies of several lines everywhere
    junk            bytes above 127 and controls in every reply
    no-starttls     STARTTLS is not offered
    inject          a clear-text reply stands right behind the one to STARTTLS
    no-auth         AUTH is not offered
    small           SIZE 50 is announced
    noehlo          EHLO is not known, HELO is

Nothing but the Python standard library. Run by itself:
    smtp_peer.py PORT [MODE]        prints what it gets
"""
import base64
import re
import socket
import ssl
import struct
import sys
import threading


class Gone(Exception):
    pass


class Mail:
    """One mail that was handed over whole, up to and including the final dot."""

    def __init__(self, conn, sender, rcpt, data):
        self.conn, self.sender, self.rcpt, self.data = conn, sender, rcpt, data
        self.accepted = False


class SmtpPeer:
    def __init__(self, mode="ok", tls=None, implicit=False, auth=("PLAIN", "LOGIN", "XOAUTH2"),
                 user="user", secret="secret", port=0):
        self.tls, self.implicit, self.auth = tls, implicit, auth
        self.user, self.secret = user, secret
        self.lock = threading.Lock()
        self.mode = mode
        self.mails, self.commands = [], []
        self.clear = b""  # what came before, or without, TLS (the first 4 KB of each packet)
        self.connections = 0
        self.live = []
        self.sock = socket.socket()
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.sock.bind(("127.0.0.1", port))
        self.sock.listen(50)
        self.port = self.sock.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def mode(self):
        return ",".join(self._faults)

    @mode.setter
    def mode(self, text):
        with self.lock:
            self._faults = [] if text == "ok" else text.split(",")
            self._left = {f: int(m.group(1)) for f in self._faults for m in [re.search(r"\*(\d+)$", f)] if m}

    def fault(self, stage):
        """What to do at this stage: None, or the text behind the colon."""
        with self.lock:
            for f in self._faults:
                if not f.startswith(stage + ":"):
                    continue
                if f in self._left:
                    if self._left[f] == 0:
                        continue
                    self._left[f] -= 1
                return re.sub(r"\*\d+$", "", f[len(stage) + 1:])
        return None

    def has(self, name):
        return name in self._faults

    def close(self):
        self.sock.close()
        self.cut()

    def cut(self):
        """Closes every connection from our side."""
        for c in self.live:
            try:
                c.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def _accept(self):
        while True:
            try:
                c, _ = self.sock.accept()
            except OSError:
                return
            self.connections += 1
            self.live.append(c)
            threading.Thread(target=self._guard, args=(c, self.connections), daemon=True).start()

    def _guard(self, c, number):
        try:
            Session(self, c, number).run()
        except (Gone, OSError, ValueError):
            pass
        finally:
            try:
                c.close()
            except OSError:
                pass


class Session:
    def __init__(self, peer, sock, number):
        self.peer, self.sock, self.number = peer, sock, number
        self.buf = b""
        self.secure = self.authed = False
        self.sender = self.rcpt = None

    # Bytes.

    def fill(self):
        data = self.sock.recv(65536)
        if not data:
            raise Gone
        if not self.secure:
            self.peer.clear += data[:4096]
        self.buf += data

    def line(self):
        while b"\n" not in self.buf:
            self.fill()
        line, self.buf = self.buf.split(b"\n", 1)
        return line.rstrip(b"\r").decode("latin-1")

    def raw(self, data):
        if self.peer.has("bytewise"):
            for i in range(len(data)):
                self.sock.sendall(data[i:i + 1])
        else:
            self.sock.sendall(data)

    def say(self, text):
        """'text' such as "250 2.0.0 ok", or several with line ends between them."""
        code, junk = text[:3], b"\xff\xfe\x01\x1b[2J \xe2\x80\xae" if self.peer.has("junk") else b""
        if self.peer.has("multi") and "\n" not in text:
            text = f"{code}-first of three\n{code}-\n{text}"
        if self.peer.has("longline"):
            text = f"{code}-{'z' * 20000}\n{text}"
        lines = [t.encode("latin-1") + junk for t in text.split("\n")]
        self.raw(b"".join(t + b"\r\n" for t in lines))

    def leave(self, reset=False):
        if reset:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif not isinstance(self.sock, ssl.SSLSocket):
            self.sock.shutdown(socket.SHUT_RDWR)
        self.sock.close()
        raise Gone

    def answer(self, stage, normal):
        """Carries out the fault for this stage. False when it answered with a refusal."""
        fault = self.peer.fault(stage)
        if fault is None:
            if normal is not None:
                self.say(normal)
            return True
        if fault == "drop":
            self.leave()
        if fault == "rst":
            self.leave(reset=True)
        if fault == "stall":
            while True:
                self.fill()
        if fault == "half":
            self.raw(b"25")
            self.leave()
        if fault == "part":
            self.raw(b"250-2.0.0 there is more\r\n")
            self.leave()
        self.say(fault.replace("\\n", "\n"))
        if fault.startswith("421"):
            self.leave()
        return fault[:1] in "23"

    # Commands.

    def wrap(self):
        self.sock = self.peer.tls.wrap_socket(self.sock, server_side=True)
        self.peer.live.append(self.sock)  # wrapping took the descriptor away from the plain one
        self.buf, self.secure = b"", True

    def run(self):
        if self.peer.implicit:
            self.wrap()
        if self.peer.has("banner100k"):
            self.raw(b"".join(b"220-" + b"x" * 70 + b"\r\n" for _ in range(1400)))
        if self.peer.has("bannerline"):
            self.raw(b"220-" + b"y" * 102400 + b"\r\n")
        if not self.answer("greeting", "220 peer ESMTP"):
            self.fill()
        while True:
            line = self.line()
            self.peer.commands.append((self.number, line))
            word = line.split(" ")[0].split(":")[0].upper()
            handler = getattr(self, "do_" + word.lower(), None)
            if handler:
                handler(line)
            else:
                self.say("502 5.5.1 not known here")

    def do_ehlo(self, line):
        if self.peer.has("noehlo"):
            return self.say("502 5.5.1 EHLO is not known")
        size = 50 if self.peer.has("small") else 100000000
        lines = ["250-peer", f"250-SIZE {size}", "250-8BITMIME", "250-PIPELINING"]
        if self.peer.tls and not self.secure and not self.peer.has("no-starttls"):
            lines.append("250-STARTTLS")
        if self.peer.auth and not self.peer.has("no-auth"):
            lines.append("250-AUTH " + " ".join(self.peer.auth))
        self.answer("ehlo", "\n".join(lines + ["250 ENHANCEDSTATUSCODES"]))

    def do_helo(self, line):
        self.say("250 peer")

    def do_starttls(self, line):
        if not self.answer("starttls", None):
            return
        if self.peer.has("inject"):
            self.raw(b"220 go ahead\r\n250-injected\r\n250 AUTH PLAIN\r\n")
        else:
            self.raw(b"220 2.0.0 go ahead\r\n")
        self.wrap()

    def login(self, line):
        """Returns what the client proved, as (mechanism, user, secret)."""
        words = line.split(" ")
        kind, first = words[1].upper(), words[2] if len(words) > 2 else None
        if kind == "LOGIN":
            user = first
            if user is None:
                self.raw(b"334 VXNlcm5hbWU6\r\n")
                user = self.line()
            self.raw(b"334 UGFzc3dvcmQ6\r\n")
            return kind, base64.b64decode(user).decode(), base64.b64decode(self.line()).decode()
        if first is None:
            self.raw(b"334 \r\n")
            first = self.line()
        text = base64.b64decode(first).decode()
        if kind == "PLAIN":
            return (kind,) + tuple(text.split("\0")[1:3])
        found = re.match("user=(.*)\x01auth=Bearer (.*)\x01\x01$", text)
        return kind, found.group(1), found.group(2)

    def do_auth(self, line):
        kind, user, secret = self.login(line)
        if (user, secret) != (self.peer.user, self.peer.secret):
            if kind == "XOAUTH2":
                self.raw(b"334 " + base64.b64encode(b'{"status":"401"}') + b"\r\n")
                self.line()
            return self.say("535 5.7.8 authentication failed")
        self.authed = self.answer("auth", "235 2.7.0 welcome")

    def do_mail(self, line):
        if self.peer.has("small") and int((re.search(r"SIZE=(\d+)", line) or [0, "0"])[1]) > 50:
            return self.say("552 5.3.4 message too big")
        self.sender = line
        self.answer("mail", "250 2.1.0 ok")

    def do_rcpt(self, line):
        self.rcpt = line
        self.answer("rcpt", "250 2.1.5 ok")

    def body(self):
        """The mail behind DATA without dot-stuffing, up to the line with the dot."""
        early = any(f.startswith("body:") for f in self.peer._faults)
        data, self.buf = bytearray(b"\r\n" + self.buf), b""
        looked = 0
        while True:
            end = data.find(b"\r\n.\r\n", max(0, looked - 4))
            if end >= 0:
                break
            looked = len(data)
            if early and looked > 8192:
                self.answer("body", None)
            self.fill()
            data += self.buf
            self.buf = b""
        self.buf = bytes(data[end + 5:])
        del data[end:]
        return bytes((data + b"\r\n").replace(b"\r\n..", b"\r\n.")[2:])

    def do_data(self, line):
        if not self.answer("data", "354 go on"):
            return
        mail = Mail(self.number, self.sender, self.rcpt, self.body())
        self.peer.mails.append(mail)
        mail.accepted = True
        mail.accepted = self.answer("dot", f"250 2.0.0 queued as {len(self.peer.mails)}")
        self.answer("idle", None)

    def do_rset(self, line):
        self.say("250 2.0.0 ok")

    do_noop = do_rset

    def do_quit(self, line):
        self.say("221 2.0.0 bye")
        self.leave()


def main():
    peer = SmtpPeer(sys.argv[2] if len(sys.argv) > 2 else "ok", port=int(sys.argv[1]))
    seen = 0
    while True:
        threading.Event().wait(0.2)
        for number, line in peer.commands[seen:]:
            print(f"{number}: {line}", flush=True)
            seen += 1


if __name__ == "__main__":
    main()
