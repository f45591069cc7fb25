"""The Test Anything Protocol for our Python tests: a failing check prints what was expected and what came."""
import os
import sys
import traceback


class Tap:
    def __init__(self):
        self.count = 0
        self.failures = 0

    def _result(self, ok, name, *lines):
        self.count += 1
        print(f"{'ok' if ok else 'not ok'} {self.count} - {name}".replace("#", "no."))
        if not ok:
            self.failures += 1
            for line in lines:
                for part in str(line).splitlines() or [""]:
                    print(f"#   {part}")
        sys.stdout.flush()
        return ok

    def ok(self, condition, name, *lines):
        return self._result(bool(condition), name, *lines)

    def equal(self, got, want, name):
        return self._result(got == want, name, f"expected: {want!r}", f"got:      {got!r}")

    def contains(self, text, part, name):
        return self._result(part in text, name, f"expected to hold: {part!r}", f"got: {text!r}")

    def empty(self, rows, name, shown=10):
        """'rows' lists what is wrong; nothing may be."""
        rows = list(rows)
        more = [f"... and {len(rows) - shown} more"] if len(rows) > shown else []
        return self._result(not rows, name, *rows[:shown], *more)

    def skip(self, name, why):
        self.count += 1
        print(f"ok {self.count} - {name} # SKIP {why}", flush=True)

    def note(self, text):
        for line in str(text).splitlines():
            print(f"# {line}")
        sys.stdout.flush()

    def done(self):
        print(f"1..{self.count}", flush=True)
        return 1 if self.failures else 0


def skip_all(why):
    print(f"1..0 # SKIP {why}", flush=True)
    sys.exit(0)


def main(play):
    """Runs play(tap); an exception is a failed check with its trace, never a missing plan."""
    tap = Tap()
    try:
        play(tap)
    except Exception as error:  # the trace is what helps
        tap.ok(False, f"no exception ({type(error).__name__})", traceback.format_exc())
    sys.exit(tap.done())


def need_program():
    path = os.environ.get("POSTKAMER")
    if not path or not os.access(path, os.X_OK):
        skip_all("the program is not built: set POSTKAMER")
    return path
