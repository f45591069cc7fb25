"""Waiting for things to happen, with a deadline and a say about what did not."""
import socket
import time


class Late(AssertionError):
    pass


def until(what, condition, seconds=30, pause=0.05):
    """Calls condition() until it gives something true and returns that; raises Late after 'seconds'."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise Late(f"after {seconds} s still not: {what}")
        time.sleep(pause)


def port_open(port, host="127.0.0.1", seconds=20):
    def connects():
        try:
            socket.create_connection((host, port), 1).close()
            return True
        except OSError:
            return False
    until(f"port {port} open", connects, seconds, 0.05)
