"""Where things are: the source folder, the given corpora, scratch folders, free ports."""
import atexit
import os
import random
import shutil
import socket
import tempfile

SOURCE = os.environ.get("top_srcdir") or os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def source(*parts):
    return os.path.join(SOURCE, *parts)


def shared(*parts):
    """A path in the folder of papers and given mail that may stand beside the checkout, or None."""
    root = os.environ.get("POSTKAMER_SHARED") or os.path.join(os.path.dirname(os.path.abspath(SOURCE)), "shared")
    path = os.path.join(root, *parts)
    return path if os.path.exists(path) else None


def scratch(name, keep=None):
    """A new folder, removed at the end unless POSTKAMER_KEEP is set. Short: it holds Unix sockets (107 bytes)."""
    root = os.environ.get("TMPDIR", "/tmp")
    if len(root) > 30:
        root = "/tmp"
    path = tempfile.mkdtemp(prefix=f"pk-{name}-", dir=root)
    os.chmod(path, 0o755)
    if keep is None:
        keep = bool(os.environ.get("POSTKAMER_KEEP"))
    if not keep:
        owner = os.getpid()
        atexit.register(lambda: os.getpid() == owner and shutil.rmtree(path, ignore_errors=True))
    return path


def free_ports(count):
    """Free loopback ports below the range from which the kernel takes ports for outgoing connections."""
    ports, held = [], []
    while len(ports) < count:
        port = random.randrange(11000, 32000)
        sock = socket.socket()
        try:
            sock.bind(("127.0.0.1", port))
        except OSError:
            sock.close()
            continue
        if port in ports:
            sock.close()
            continue
        ports.append(port)
        held.append(sock)
    for sock in held:
        sock.close()
    return ports
