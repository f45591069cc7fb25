"""lib/tap.py as plain functions, also for several threads, for tests that are a list of cases."""
import importlib.util
import os
import sys
import threading
import traceback

_path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib", "tap.py")
_spec = importlib.util.spec_from_file_location("lib_tap", _path)
_lib = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_lib)
_tap = _lib.Tap()

_lock = threading.Lock()


def ok(condition, name, *lines):
    with _lock:
        return _tap.ok(condition, name, *lines)


def equal(got, want, name):
    with _lock:
        return _tap.equal(got, want, name)


note = _tap.note
skip = _tap.skip
skip_all = _lib.skip_all


def case(function, *args):
    """Runs one case; an exception in it is one failure and does not end the rest."""
    try:
        function(*args)
    except Exception as error:  # the trace is what helps
        ok(False, "%s%r: no exception (%s)" % (function.__name__, args, type(error).__name__), traceback.format_exc())


def done():
    sys.exit(_tap.done())
