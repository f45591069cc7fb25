"""A scripted IMAP server that misbehaves on demand, for tests.

    peer = ImapPeer([mail, mail], "no-move", "idle-pre")
    ... peer.port ...
    peer.boxes["INBOX"]; peer.commands; peer.received; peer.close()

It keeps its folders in memory and serves one connection after another (and
several at once). Its capabilities are CAPS unless faults take them away:

    minimal         IMAP4rev1 alone (no IDLE, MOVE, UIDPLUS, NAMESPACE, SASL-IR)
    no-CAP          that capability is missing, e.g. no-move, no-uidplus, no-idle
    no-keyword      PERMANENTFLAGS without \\*
    read-only       SELECT gives READ-ONLY
    courier         namespace "INBOX." with delimiter "."
    no-levels       delimiter NIL
    logindisabled   LOGIN is refused, AUTH=PLAIN offered
    no-sasl-ir      AUTHENTICATE waits for its "+"
    xoauth2         AUTH=XOAUTH2 is offered; 'token' is what it takes

    preauth         greets with PREAUTH
    bye-greeting    greets with BYE
    waiting         an "* OK Waiting" line before the greeting
    no-starttls     STARTTLS is not offered
    inject          a line stands right behind the OK to STARTTLS
    starttls-no     STARTTLS is refused

    idle-no         IDLE is refused
    idle-pre        "* n EXISTS" before IDLE's "+"
    idle-same       "+" and "* n EXISTS" in one packet
    idle-bye        BYE during IDLE
    idle-epoch      "* OK [UIDVALIDITY 8]" during IDLE
    still-here      "* OK Still here" every 0.2 s during IDLE
    no-notices      IDLE is taken but never says anything

    WHEN:WHAT       at command WHEN (select, list, entries, body, piece, later, move, copy, store, expunge, noop, login);
                    'later' is each piece of a body but the first:
        cut         close in the middle of the answer (body: inside the literal)
        stall       say nothing any more
        trickle     a byte of the answer every 0.3 s
        no, bad     refuse
        bye         BYE, then close
        byeok       BYE, then the tagged OK
        wrongtag    answer with another tag
        huge        a literal of 4294967290 bytes is announced
        endless     a line without end
        deep        very many parentheses
        garbage     a malformed FETCH line
        epoch       "* OK [UIDVALIDITY 8]" before the answer
        nil         NIL instead of a body
        other       the body of a message that was not asked for
        twice       each message's body twice
        uidlast     UID behind the body instead of before it
        flags       an unsolicited FLAGS update before each message
        gone        the message is expunged just before the answer
        empty       OK without any FETCH line
        partno      the first message, then NO
        ALL of these may end in *N: only the first N times
    size-small      RFC822.SIZE is 10 whatever the message
    size-large      RFC822.SIZE is 1000 more than the message
    no-date         INTERNALDATE is missing
    no-uidvalidity  SELECT does not tell it
    trycreate       COPY and MOVE say NO [TRYCREATE] until the folder is created anew
    no-create       CREATE is refused
"""
import base64
import re
import socket
import threading
import time

CAPS = "IMAP4rev1 IDLE MOVE UIDPLUS NAMESPACE SASL-IR STARTTLS AUTH=PLAIN"


class Mail:
    def __init__(self, uid, data):
        self.uid, self.data, self.flags = uid, data, set()


class Cut(Exception):
    """The connection ends here."""


def numbers(text, top):
    """The members of a sequence set, as a predicate."""
    spans = []
    for part in text.split(","):
        ends = [top if p == "*" else int(p) for p in part.split(":")]
        spans.append((min(ends), max(ends)))
    return lambda n: any(a <= n <= b for a, b in spans)


def words(line):
    """A command's words; quoted strings without their quotes, parentheses kept together."""
    return [re.sub(r"\\(.)", r"\1", w[1:-1]) if w.startswith('"') else w
            for w in re.findall(r'"(?:[^"\\]|\\.)*"|\([^)]*\)|[^\s]+', line)]


class ImapPeer:
    def __init__(self, mails=(), *faults, tls=None, implicit=False, token="token", password="geheim-X7"):
        self.faults = [f for fault in faults for f in fault.split(",") if f]
        self.left = {}
        self.tls, self.implicit, self.token, self.password = tls, implicit, token, password
        self.boxes = {"INBOX": [Mail(n + 1, data) for n, data in enumerate(mails)]}
        self.next_uid = {"INBOX": len(mails) + 1}
        self.subscribed = set()
        self.uidvalidity = 7
        self.commands = []          # (connection, command line)
        self.received = bytearray() # every byte that came in the clear, and within TLS
        self.plain = bytearray()    # those that came in the clear
        self.connections = 0
        self.lock = threading.RLock()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._serve, args=(sock, self.connections), daemon=True).start()

    def _serve(self, sock, number):
        try:
            Connection(self, sock, number).run()
        except (Cut, OSError, ValueError):
            pass
        finally:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            sock.close()

    def close(self):
        self.listener.close()

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()

    def has(self, fault):
        return fault in self.faults

    def fault(self, when):
        """What to do wrong at 'when', or None; counts down "*N"."""
        for fault in self.faults:
            if not fault.startswith(when + ":"):
                continue
            what, _, times = fault[len(when) + 1:].partition("*")
            if times:
                with self.lock:
                    self.left[fault] = self.left.get(fault, int(times)) - 1
                    if self.left[fault] < 0:
                        continue
            return what
        return None

    def caps(self):
        if self.has("minimal"):
            return "IMAP4rev1"
        names = [c for c in CAPS.split() if not self.has("no-" + c.lower())]
        if self.has("logindisabled"):
            names.append("LOGINDISABLED")
        if self.has("xoauth2"):
            names.append("AUTH=XOAUTH2")
        return " ".join(names)

    def add(self, data, box="INBOX"):
        with self.lock:
            self.boxes[box].append(Mail(self.next_uid[box], data))
            self.next_uid[box] += 1

    def uids(self, box="INBOX"):
        return [m.uid for m in self.boxes.get(box, [])]

    def chosen(self, box, seen, text, by_uid):
        """(sequence number, Mail) of a set, for a client that has seen those uids."""
        known = {m.uid: m for m in self.boxes[box]}
        rows = [(n + 1, known[uid]) for n, uid in enumerate(seen) if uid in known]
        pick = numbers(text, max((m.uid for _, m in rows), default=0) if by_uid else len(seen))
        return [(n, m) for n, m in rows if pick(m.uid if by_uid else n)]

    def said(self, word):
        """How many commands hold that word."""
        return sum(word in line for _, line in self.commands)


class Connection:
    def __init__(self, peer, sock, number):
        self.peer, self.sock, self.number = peer, sock, number
        self.secure = False
        self.buffer = b""
        self.box = None
        self.seen = []  # uids as this client knows them

    # --- bytes

    def write(self, data):
        self.sock.sendall(data if isinstance(data, bytes) else data.encode())

    def read_line(self):
        while b"\n" not in self.buffer:
            data = self.sock.recv(65536)
            if not data:
                raise Cut
            self.peer.received += data
            if not self.secure:
                self.peer.plain += data
            self.buffer += data
        line, self.buffer = self.buffer.split(b"\n", 1)
        return line.rstrip(b"\r").decode(errors="replace")

    def read_command(self):
        line = self.read_line()
        while re.search(r"\{\d+\}$", line):  # a synchronising literal
            size = int(line[line.rindex("{") + 1:-1])
            self.write("+ go on\r\n")
            while len(self.buffer) < size:
                self.buffer += self.sock.recv(65536)
            text = self.buffer[:size].decode(errors="replace")
            self.buffer = self.buffer[size:]
            line = line[:line.rindex("{")] + '"' + re.sub(r'(["\\])', r"\\\1", text) + '"' + self.read_line()
        return line

    def start_tls(self):
        self.sock = self.peer.tls.wrap_socket(self.sock, server_side=True)
        self.secure = True

    # --- the conversation

    def run(self):
        peer = self.peer
        if peer.implicit:
            self.start_tls()
        if peer.has("waiting"):
            self.write("* OK Waiting for authentication process to respond..\r\n")
        if peer.has("bye-greeting"):
            self.write("* BYE too busy\r\n")
            return
        self.write("* %s [CAPABILITY %s] peer\r\n" % ("PREAUTH" if peer.has("preauth") else "OK", peer.caps()))
        while True:
            line = self.read_command()
            peer.commands.append((self.number, line))
            self.tag, _, rest = line.partition(" ")
            verb = (rest.split(" ") + [""])[0].upper()
            if verb == "UID":
                verb = "UID " + (rest.split(" ") + ["", ""])[1].upper()
            handler = getattr(self, "do_" + verb.lower().replace(" ", "_"), None)
            if handler is None:
                self.write(self.tag + " BAD unknown command\r\n")
            elif handler(words(rest)) == "end":
                return

    def ok(self, text="done"):
        self.write("%s OK %s\r\n" % (self.tag, text))

    def no(self, text="no"):
        self.write("%s NO %s\r\n" % (self.tag, text))

    def notices(self):
        """News since this client was last told; expunges first."""
        if self.box is None:
            return
        with self.peer.lock:
            now = self.peer.uids(self.box)
            if now == self.seen:
                return
            for index in reversed(range(len(self.seen))):
                if self.seen[index] not in now:
                    self.write("* %d EXPUNGE\r\n" % (index + 1))
                    del self.seen[index]
            if now != self.seen:
                self.seen = now
                self.write("* %d EXISTS\r\n* 0 RECENT\r\n" % len(now))

    def wrong(self, when, line="* OK hm\r\n"):
        """Does what the script wants at 'when'; True when the command has had its answer."""
        what = self.peer.fault(when)
        if what is None:
            return False
        if what == "cut":
            self.write(line[:len(line) // 2])
            raise Cut
        if what == "stall":
            time.sleep(60)
            raise Cut
        if what == "trickle":
            for byte in line.encode() * 100:
                self.write(bytes([byte]))
                time.sleep(0.3)
        elif what == "no":
            self.no("[SERVERBUG] not today")
        elif what == "bad":
            self.write(self.tag + " BAD what\r\n")
        elif what == "bye":
            self.write("* BYE going down\r\n")
            raise Cut
        elif what == "byeok":
            self.write("* BYE going down\r\n")
            self.ok()
        elif what == "wrongtag":
            self.write("zz99 OK done\r\n")
        elif what == "huge":
            self.write("* 1 FETCH (UID 1 BODY[] {4294967290}\r\nabc")
            time.sleep(3)
            raise Cut
        elif what == "endless":
            self.write("* OK ")
            for _ in range(3000):
                self.write(b"A" * 100000)
        elif what == "deep":
            self.write("* 1 FETCH (UID 1 BODYSTRUCTURE " + "(" * 300000 + "\r\n")
            time.sleep(3)
        elif what == "garbage":
            self.write("* 1 FETCH (UID 1 FLAGS (\\Seen\r\n* 2 FETCH (UID 2 FLAGS ())\r\n")
            self.ok()
        elif what == "epoch":
            self.peer.uidvalidity = 8
            self.write("* OK [UIDVALIDITY 8] changed\r\n")
            return False
        elif what == "empty":
            self.ok()
        else:
            self.special = what
            return False
        return True

    # --- commands

    def do_capability(self, args):
        self.write("* CAPABILITY %s\r\n" % self.peer.caps())
        self.ok()

    def do_noop(self, args):
        if not self.wrong("noop"):
            self.notices()
            self.ok()

    def do_logout(self, args):
        self.write("* BYE bye\r\n")
        self.ok()
        return "end"

    def do_starttls(self, args):
        if self.peer.has("starttls-no"):
            return self.no("not now")
        self.write("%s OK begin\r\n%s" % (self.tag, "* OK injected\r\n" if self.peer.has("inject") else ""))
        if self.peer.has("inject"):
            time.sleep(1)
        self.start_tls()

    def do_login(self, args):
        if self.wrong("login"):
            return None
        if self.peer.has("logindisabled"):
            return self.no("[PRIVACYREQUIRED] LOGIN is disabled")
        return self.ok("in") if args[1:] == ["intake", self.peer.password] else self.no(
            "[AUTHENTICATIONFAILED] wrong password")

    def do_authenticate(self, args):
        if len(args) < 3:
            self.write("+ \r\n")
            args.append(self.read_line())
        got = base64.b64decode(args[2]).decode()
        if args[1] == "PLAIN":
            return self.ok("in") if got == "\0intake\0" + self.peer.password else self.no("[AUTHENTICATIONFAILED] no")
        if got == "user=intake\1auth=Bearer %s\1\1" % self.peer.token:
            return self.ok("in")
        self.write("+ %s\r\n" % base64.b64encode(b'{"status":"400"}').decode())
        self.read_line()
        return self.no("[AUTHENTICATIONFAILED] expired token")

    def delimiter(self):
        return "." if self.peer.has("courier") else "/"

    def do_namespace(self, args):
        self.write('* NAMESPACE (("%s" "%s")) NIL (("Shared%s" "%s"))\r\n' % (
            ("INBOX." if self.peer.has("courier") else "",) + (self.delimiter(),) * 3))
        self.ok()

    def do_list(self, args):
        if self.wrong("list"):
            return
        delimiter = "NIL" if self.peer.has("no-levels") else '"%s"' % self.delimiter()
        if args[2] == "":
            self.write('* LIST (\\Noselect) %s ""\r\n' % delimiter)
        elif args[2] in self.peer.boxes:
            self.write('* LIST (\\HasNoChildren) %s "%s"\r\n' % (delimiter, args[2]))
        self.ok()

    def do_create(self, args):
        if self.peer.has("no-create"):
            return self.no("[CANNOT] no")
        if self.peer.has("courier") and not args[1].startswith("INBOX."):
            return self.no("Invalid mailbox name.")
        self.peer.boxes.setdefault(args[1], [])
        self.peer.next_uid.setdefault(args[1], 1)
        return self.ok()

    def do_subscribe(self, args):
        self.peer.subscribed.add(args[1])
        self.ok()

    def do_select(self, args):
        if self.wrong("select", "* 3 EXISTS\r\n"):
            return None
        if args[1] not in self.peer.boxes:
            return self.no("[NONEXISTENT] no such folder")
        self.box = args[1]
        self.seen = []
        self.notices()
        if not self.seen:
            self.write("* 0 EXISTS\r\n")
        own = "" if self.peer.has("no-keyword") else " \\*"
        self.write("* FLAGS (\\Seen \\Deleted)\r\n* OK [PERMANENTFLAGS (\\Seen \\Deleted%s)] flags\r\n" % own)
        if not self.peer.has("no-uidvalidity"):
            self.write("* OK [UIDVALIDITY %d] ok\r\n" % self.peer.uidvalidity)
        self.write("* OK [UIDNEXT %d] ok\r\n" % self.peer.next_uid[self.box])
        return self.ok("[READ-%s] selected" % ("ONLY" if self.peer.has("read-only") else "WRITE"))

    def do_idle(self, args):
        peer = self.peer
        if peer.has("idle-no"):
            return self.no("no IDLE for you")
        if peer.has("idle-pre"):
            self.notices()
        self.write("+ idling\r\n" + ("* %d EXISTS\r\n" % (len(self.seen) + 1) if peer.has("idle-same") else ""))
        if peer.has("idle-same"):
            self.seen.append(0)
        if peer.has("idle-bye"):
            time.sleep(0.3)
            self.write("* BYE going down\r\n")
            raise Cut
        if peer.has("idle-epoch"):
            self.write("* OK [UIDVALIDITY 8] changed\r\n")
        tag = self.tag
        self.sock.settimeout(0.05)
        beat = time.monotonic()
        while True:
            try:
                line = self.read_line()
                break
            except (TimeoutError, socket.timeout):
                pass
            if not peer.has("no-notices"):
                self.notices()
            if peer.has("still-here") and time.monotonic() - beat > 0.2:
                self.write("* OK Still here\r\n")
                beat = time.monotonic()
        self.sock.settimeout(None)
        self.tag = tag
        return self.ok() if line.upper() == "DONE" else self.write(tag + " BAD expected DONE\r\n")

    # --- messages

    def chosen(self, text, by_uid):
        """(sequence number, Mail) of a set, as this client numbers them."""
        return self.peer.chosen(self.box, self.seen, text, by_uid)

    def do_fetch(self, args, by_uid=False):
        what = args[2].upper()
        piece = re.search(r"BODY\.PEEK\[\]<(\d+)\.(\d+)>", what)
        whole = "BODY.PEEK[]" in what and not piece
        later = piece and int(piece.group(1)) and any(f.startswith("later:") for f in self.peer.faults)
        when = "later" if later else "piece" if piece else "body" if whole else "flags" if "FLAGS" in what else "entries"
        rows = self.chosen(args[1], by_uid)
        self.special = None
        first = b"".join(self.answer(n, m, what, piece, whole) for n, m in rows[:1]).decode("latin-1")
        if self.wrong(when, first or "* OK hm\r\n"):
            return
        if self.special == "gone":
            with self.peer.lock:
                gone = {m.uid for _, m in rows}
                self.peer.boxes[self.box] = [m for m in self.peer.boxes[self.box] if m.uid not in gone]
            rows = []
        if self.special == "other":
            rows = [(n, m) for n, m in self.chosen("1:*", False) if (n, m) not in rows][:1]
        for n, m in rows:
            if self.special == "flags":
                self.write("* %d FETCH (FLAGS (\\Seen) UID %d)\r\n" % (n, m.uid))
            data = self.answer(n, m, what, piece, whole)
            self.write(data * (2 if self.special == "twice" else 1))
            if self.special == "partno":
                return self.no("[SERVERBUG] the rest is broken")
        if by_uid:
            self.notices()
        self.ok()

    def answer(self, n, m, what, piece, whole):
        peer = self.peer
        parts = [b"UID %d" % m.uid]
        if "RFC822.SIZE" in what:
            size = 10 if peer.has("size-small") else len(m.data) + (1000 if peer.has("size-large") else 0)
            parts.append(b"RFC822.SIZE %d" % size)
        if "INTERNALDATE" in what and not peer.has("no-date"):
            parts.append(b'INTERNALDATE "02-Mar-2026 09:00:00 +0100"')
        if "FLAGS" in what:
            parts.append(b"FLAGS (%s)" % " ".join(sorted(m.flags)).encode())
        if whole or piece:
            start, size = map(int, piece.groups()) if piece else (0, len(m.data))
            data = m.data[start:start + size]
            name = b"BODY[]<%d>" % start if piece else b"BODY[]"
            parts.append(name + (b" NIL" if self.special == "nil" else b" {%d}\r\n%s" % (len(data), data)))
            if self.special == "uidlast":
                parts.reverse()
        return b"* %d FETCH (%s)\r\n" % (n, b" ".join(parts))

    special = None

    def do_uid_fetch(self, args):
        self.do_fetch(args[1:], True)

    def do_uid_store(self, args):
        if self.wrong("store"):
            return
        flags = args[4].strip("()").split() if len(args) > 4 else []
        for _, m in self.chosen(args[2], True):
            m.flags |= set(flags)
        self.ok()

    def transfer(self, args, when, remove):
        if self.wrong(when):
            return None
        box, rows = args[3], self.chosen(args[2], True)
        if self.peer.has("trycreate"):
            self.peer.faults.remove("trycreate")
            self.peer.boxes.pop(box, None)
        if box not in self.peer.boxes:
            return self.no("[TRYCREATE] no such folder")
        with self.peer.lock:
            for _, m in rows:
                self.peer.add(m.data, box)
                if remove:
                    self.peer.boxes[self.box].remove(m)
        self.notices()
        return self.ok("[COPYUID 9 %s 1:%d] done" % (args[2], len(rows)) if rows else "nothing to do")

    def do_uid_copy(self, args):
        self.transfer(args, "copy", False)

    def do_uid_move(self, args):
        self.transfer(args, "move", True)

    def do_uid_expunge(self, args):
        if self.wrong("expunge"):
            return
        rows = [m for _, m in self.chosen(args[2], True) if "\\Deleted" in m.flags]
        with self.peer.lock:
            for m in rows:
                self.peer.boxes[self.box].remove(m)
        self.notices()
        self.ok()
