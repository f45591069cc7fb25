"""Our own processes: children that die with us, process trees, their memory."""
import ctypes
import os
import signal
import threading
import time

PR_SET_PDEATHSIG = 1


def die_with_parent(sig=signal.SIGKILL):
    """For preexec_fn: the child gets 'sig' when the thread that started it ends."""
    libc = ctypes.CDLL(None, use_errno=True)

    def before_exec():
        libc.prctl(PR_SET_PDEATHSIG, sig, 0, 0, 0)
    return before_exec


def _parent_of(pid):
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return int(file.read().rsplit(b")", 1)[1].split()[1])
    except (OSError, IndexError, ValueError):
        return None


def tree(root):
    """'root' and all its living descendants."""
    parents = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            parent = _parent_of(int(name))
            if parent is not None:
                parents.setdefault(parent, []).append(int(name))
    found, todo = [], [root]
    while todo:
        pid = todo.pop()
        found.append(pid)
        todo += parents.get(pid, [])
    return [pid for pid in found if os.path.exists(f"/proc/{pid}")]


def alive(pid):
    """Whether 'pid' runs (a zombie does not)."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return file.read().rsplit(b")", 1)[1].split()[0] not in (b"Z", b"X")
    except OSError:
        return False


def command_line(pid):
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return file.read().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return ""


def high_water(pid):
    """The most memory 'pid' ever had resident, in bytes, or 0."""
    try:
        with open(f"/proc/{pid}/status") as file:
            for line in file:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


class MemoryWatch:
    """Samples the high-water mark of a process and its descendants; peaks are kept by their command line."""

    def __init__(self, root, pause=0.02):
        self.root = root
        self.peaks = {}
        self._pause = pause
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _run(self):
        while not self._stop.is_set():
            for pid in tree(self.root):
                peak = high_water(pid)
                if peak:
                    line = command_line(pid)
                    self.peaks[(pid, line)] = max(peak, self.peaks.get((pid, line), 0))
            time.sleep(self._pause)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *exc):
        self._stop.set()
        self._thread.join()

    def by_command(self):
        """{command line: largest peak in bytes}"""
        result = {}
        for (_, line), peak in self.peaks.items():
            result[line] = max(peak, result.get(line, 0))
        return result
