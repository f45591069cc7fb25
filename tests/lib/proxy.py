"""A TCP proxy on loopback that keeps every byte that passes, and can cut a connection."""
import socket
import threading

import places


class Proxy:
    """Forwards to 127.0.0.1:target. 'up' holds what clients sent, 'down' what the server answered."""

    def __init__(self, target, cut_down_after=None):
        self.target = target
        self.cut_down_after = cut_down_after  # bytes of answers after which all is closed
        self.up = bytearray()
        self.down = bytearray()
        self.connections = 0
        self._lock = threading.Lock()
        self._sockets = []
        self.port = places.free_ports(1)[0]
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            try:
                server = socket.create_connection(("127.0.0.1", self.target), 10)
                server.settimeout(None)
            except OSError:
                client.close()
                continue
            self._sockets += [client, server]
            threading.Thread(target=self._pump, args=(client, server, self.up, None), daemon=True).start()
            threading.Thread(target=self._pump, args=(server, client, self.down, self.cut_down_after),
                             daemon=True).start()

    def _pump(self, source, sink, record, limit):
        try:
            while True:
                data = source.recv(65536)
                if not data:
                    break
                with self._lock:
                    record += data
                    over = limit is not None and len(record) > limit
                if over:
                    break
                sink.sendall(data)
        except OSError:
            pass
        for sock in [source, sink]:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def close(self):
        # wakes the thread first: else it would go on accepting on whatever gets this descriptor's number next
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()
        for sock in self._sockets:
            sock.close()

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()


def secrets_in(data, user, password):
    """How 'password' can be seen in recorded bytes: as it is, or in the forms of LOGIN, PLAIN and AUTH LOGIN."""
    import base64
    forms = {
        "as it is": password.encode(),
        "AUTH LOGIN": base64.b64encode(password.encode()).rstrip(b"="),
        "AUTH PLAIN": base64.b64encode(f"\0{user}\0{password}".encode()).rstrip(b"="),
        "AUTH PLAIN with an authorization id": base64.b64encode(f"{user}\0{user}\0{password}".encode()).rstrip(b"="),
    }
    return [name for name, form in forms.items() if form in bytes(data)]
