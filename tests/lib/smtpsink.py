"""A small SMTP server on loopback that keeps what it accepts, and answers as told."""
import socket
import threading

import mail


class Sink:
    """'answer(verb, envelope)' may return another reply line than the good one ("451 later"), "cut" to close the
    connection without a word, or None. Verbs: GREETING EHLO MAIL RCPT DATA DOT."""

    def __init__(self, answer=None):
        self.accepted = []  # (sender, recipients, bytes) of each message that got its 250
        self.seen = []      # the same for each message whose last dot came, answered or not
        self.connections = 0
        self.answer = answer or (lambda verb, envelope: None)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        try:
            with client, client.makefile("rwb") as stream:
                self._session(stream)
        except (OSError, ValueError):
            pass

    def _session(self, stream):
        envelope = {"from": None, "to": []}

        def say(verb, good, before=None):
            reply = self.answer(verb, envelope) or good
            if reply == "cut":
                raise OSError("cut")
            if before and reply.startswith("2"):
                before()
            stream.write(reply.encode() + b"\r\n")
            stream.flush()
            return reply.startswith(("2", "3"))

        say("GREETING", "220 sink ESMTP")
        while True:
            line = stream.readline()
            if not line:
                return
            word = line.strip().upper().split(b" ")[0].split(b":")[0]
            if word in (b"EHLO", b"HELO"):
                say("EHLO", "250-sink\r\n250-SIZE 200000000\r\n250 8BITMIME")
            elif word == b"MAIL":
                envelope = {"from": self._path(line), "to": []}
                say("MAIL", "250 ok")
            elif word == b"RCPT":
                if say("RCPT", "250 ok"):
                    envelope["to"].append(self._path(line))
            elif word == b"DATA":
                if say("DATA", "354 go on"):
                    self._data(stream, envelope, say)
            elif word == b"QUIT":
                stream.write(b"221 bye\r\n")
                stream.flush()
                return
            else:
                stream.write(b"250 ok\r\n")
                stream.flush()

    def _data(self, stream, envelope, say):
        lines = []
        while True:
            line = stream.readline()
            if not line:
                raise OSError("ended in the data")
            if line == b".\r\n":
                break
            lines.append(line[1:] if line.startswith(b".") else line)
        row = (envelope["from"], list(envelope["to"]), b"".join(lines))
        self.seen.append(row)
        # kept before the answer goes out: who reads the answer may look at once
        say("DOT", "250 kept", lambda: self.accepted.append(row))

    @staticmethod
    def _path(line):
        text = line.decode(errors="replace")
        return text[text.find("<") + 1:text.find(">")]

    def ids(self):
        """Message-ID -> list of the accepted messages with it."""
        found = {}
        for _, _, data in self.accepted:
            found.setdefault(str(mail.parse(data)["Message-ID"]), []).append(data)
        return found

    def close(self):
        # wakes the thread first: else it would go on accepting on whatever gets this descriptor's number next
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()
