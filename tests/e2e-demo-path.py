#!/usr/bin/env python3
"""The demo as a test: the dossier of inkomensverklaring from its opening to the mail to staff, on real servers."""
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir") or os.path.dirname(os.path.dirname(__file__)), "tests/lib"))
import mailhost
import places
import tap


def play(t):
    for number in (1, 2):
        result = subprocess.run([sys.executable, places.source("tests/lib/play.py"), "--no-wait"], stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300)
        checks = re.findall(r"^   (ok|FAILED) +(.*)$", result.stdout, re.M)
        t.ok(result.returncode == 0, f"run {number} ends with 0", result.stdout[-4000:])
        for verdict, what in checks:
            t.ok(verdict == "ok", f"run {number}: " + re.sub(r"\d{4}-\d{5}-[A-Z]", "NUMBER", what))
        t.ok(len(checks) >= 25, f"run {number}: has checked each step", f"{len(checks)} checks", result.stdout[-4000:])


tap.need_program()
if mailhost.why_not():
    tap.skip_all(mailhost.why_not())
tap.main(play)
