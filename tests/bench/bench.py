#!/usr/bin/env python3
"""make bench: mails from a real Dovecot through the whole engine and their receipts through a real Postfix, beside a plain
download by mbsync and a probe that uses the bare libraries.

    make bench [BENCH="--mails 1000 --runs 3 --kind onepdf --skip-peers"]

Printed for each program: messages a second (median of the runs, least and most), CPU of its own processes for each mail,
the most memory that any one of its processes had resident; for the engine also the calls that flush the disk, counted by
strace in a run of their own. Server and client share this machine's cores. Nothing here passes or fails but the count of
mails and receipts."""
import argparse
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import mail  # noqa: E402
import mailhost  # noqa: E402
import places  # noqa: E402
import processes  # noqa: E402
from postkamer import Postkamer  # noqa: E402


def options():
    parser = argparse.ArgumentParser(description="bench of the whole way")
    parser.add_argument("--mails", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--kind", choices=["onepdf", "client", "small"], default="onepdf")
    parser.add_argument("--strace-mails", type=int, default=200)
    parser.add_argument("--skip-peers", action="store_true", help="neither mbsync nor the probe")
    return parser.parse_args()


# --- the mails

def own_set(count, kind):
    """A small generator for where the shared one is missing: the same sizes, plainer mails."""
    for number in range(count):
        size = {"onepdf": 153600, "client": 200000, "small": 0}[kind]
        files = [("aangifte.pdf", mail.pdf(number, size), "application/pdf")] if size else []
        yield mail.make(f"klant{number}@example.com", "Intake <intake@example.nl>", "Stukken", "Hierbij.\n" * 40,
                        files).as_bytes(policy=mail.POLICY).replace(b"\r\n", b"\n")


def base_set(folder, count, kind):
    generator = places.shared("bench", "gen.py")
    if not generator:
        return list(own_set(count, kind)), "own generator"
    subprocess.run([sys.executable, generator, f"{folder}/set", str(count), kind, "7"], check=True,
                   stdout=subprocess.DEVNULL)
    mails = []
    for name in sorted(os.listdir(f"{folder}/set")):
        with open(f"{folder}/set/{name}", "rb") as file:
            mails.append(file.read())
    return mails, "gen.py, seed 7"


def addressed(raw, number, sender):
    """The same mail from the dossier's client, with its number in the subject and a file name that a slot takes."""
    head, sep, body = raw.partition(b"\n\n")
    head = re.sub(rb"(?m)^Subject:.*(\n[ \t].*)*", b"Subject: Stukken dossier " + number.encode(), head)
    head = re.sub(rb"(?m)^From:.*(\n[ \t].*)*", b"From: Klant <" + sender.encode() + b">", head)
    head = re.sub(rb"(?m)^(In-Reply-To|References):.*\n", b"", head)
    year = time.localtime().tm_year - 1
    body = re.sub(rb"(file)?name(\*=utf-8''[^\s;]*\.pdf|=\"[^\"\n]*\.pdf\")",
                  lambda found: (found[1] or b"") + b'name="aangifte %d.pdf"' % year, body)
    return head + sep + body


# --- measuring

class Run:
    """One measured command: wall, CPU of its processes, peak memory of each."""

    def __init__(self, command, **kwargs):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        began = time.monotonic()
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                 preexec_fn=processes.die_with_parent(), **kwargs)
        with processes.MemoryWatch(child.pid) as memory:
            self.output = child.stdout.read().decode(errors="replace")
            self.status = child.wait()
        self.wall = time.monotonic() - began
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        self.peaks = memory.by_command()


def load(host, mails):
    """Nothing is removed before the end, and all is on the disk: what a run finds to do is its own."""
    host.set_aside("intake")
    host.put("intake", mails)
    with mail.Imap(host, "intake") as box:  # Dovecot makes its index now, not in the measured time
        if box.count() != len(mails):
            raise AssertionError("the mails are not in the mailbox")
    os.sync()


def report(name, count, runs, note=""):
    rates = sorted(count / run.wall for run in runs)
    cpu = statistics.median(run.cpu for run in runs) / count * 1000
    peak = max(peak for run in runs for peak in run.peaks.values()) / 1048576
    print(f"{name:<34} {statistics.median(rates):8.1f}/s [{rates[0]:.1f}-{rates[-1]:.1f}]  CPU {cpu:6.2f} ms/mail"
          f"  peak {peak:6.1f} MiB{note}", flush=True)
    return statistics.median(rates)


def mbsync(host, mails, runs, folder):
    if not shutil.which("mbsync"):
        print("mbsync: not installed (package isync)")
        return
    rc = f"""IMAPAccount a
Host 127.0.0.1
Port {host.ports['imap']}
User intake
Pass secret
SSLType None

IMAPStore far
Account a

MaildirStore near
Path {folder}/NEAR/
Inbox {folder}/NEAR/INBOX

Channel c
Far :far:
Near :near:
Create Near
Sync Pull
SyncState *
"""
    done = []
    for number in range(runs):
        with open(f"{folder}/mbsyncrc", "w") as file:
            file.write(rc.replace("NEAR", f"near{number}"))
        for part in ["cur", "new", "tmp"]:
            os.makedirs(f"{folder}/near{number}/INBOX/{part}")
        load(host, mails)
        run = Run(["mbsync", "-q", "-c", f"{folder}/mbsyncrc", "c"])
        if run.status:
            print(f"mbsync: failed: {run.output[:300]}")
            return
        done.append(run)
    report("mbsync, download only, FSync yes", len(mails), done)


def probe(host, mails, runs, folder):
    source = places.shared("bench", "src", "e2eprobe.c")
    if not source:
        print("probe: its source is not here")
        return None
    flags = subprocess.run(["pkg-config", "--cflags", "--libs", "gmime-3.0"], stdout=subprocess.PIPE, text=True).stdout
    built = subprocess.run(["cc", "-O2", "-w", source, "-o", f"{folder}/probe", *flags.split(), "-letpan", "-lcrypto",
                            "-lsqlite3", "-lmagic", "-lcurl", "-lpcre2-8"], stderr=subprocess.PIPE, text=True)
    if built.returncode:
        print(f"probe: does not build here: {built.stderr.splitlines()[0]}")
        return None
    done = []
    for _ in range(runs):
        host.set_aside("client")
        load(host, mails)
        with mail.Imap(host, "intake") as box:
            box.create("Processed")
        run = Run([f"{folder}/probe", str(host.ports["imap"]), str(host.ports["smtp"]), f"{folder}/probe.db", "50", "50",
                   "1", "1", "1"], env={**os.environ, "SKIPTEXT": "1"})
        host.drain()
        if run.status:
            print(f"probe: ended with {run.status}: {run.output[:300]}")
            return None
        done.append(run)
    return report("bare libraries, one process", len(mails), done, "  (probe; nothing decided, sandboxed or sealed)")


# --- the engine

class Engine:
    def __init__(self, host, folder, count):
        self.host = host
        self.post = Postkamer(f"{folder}/post", host)
        imap, smtp = self.post.plain()
        self.post.configure(imap=imap, smtp=smtp).init().start()
        self.senders = [f"klant{number:05d}@example.com" for number in range(count)]
        self.numbers = [self.post.new_dossier(f"Klant <{sender}>") for sender in self.senders]
        self.post.settled(seconds=300)
        self.post.stop()
        host.drain()
        self.saved = f"{folder}/saved"
        shutil.copytree(self.post.store, self.saved, copy_function=shutil.copy2)

    def restore(self):
        os.rename(self.post.store, f"{self.post.store}-{time.monotonic_ns()}")
        shutil.copytree(self.saved, self.post.store)

    def run(self, mails, wrapper=()):
        self.restore()
        self.host.set_aside("client")
        load(self.host, mails)
        run = Run([*wrapper, self.post.program, "run", "--once"], env=self.post.environment(), cwd=self.post.dir)
        self.host.drain()
        self.judge(run, mails)
        return run

    def judge(self, run, mails):
        # A mail that asks something beside its documents waits for a person, after its receipt.
        asking = [item for item in self.post.items("held") if item["reason"] == "message"]
        done = len(self.post.items("processed")) + len(asking)
        receipts = self.host.count("client")
        kept = self.host.count("intake", "Verwerkt")
        if (run.status, done, receipts, kept) != (0, len(mails), len(mails), len(mails)):
            print(run.output[-2000:])
            raise AssertionError(f"{len(mails)} mails: status {run.status}, {done} processed, {receipts} receipts, "
                                 f"{kept} in Verwerkt")


def flushes(engine, mails):
    """Disk flushes for each mail, of all the engine's processes, by strace in a run of its own (slower, not timed)."""
    if not shutil.which("strace"):
        print("flushes: strace is not installed")
        return
    path = f"{engine.post.dir}/strace"
    engine.run(mails, ["strace", "-f", "-qq", "-y", "-e", "trace=fsync,fdatasync,msync", "-o", path])
    with open(path) as file:  # GMime flushes the memory it writes to, which goes to no disk
        calls = [call for call, place in re.findall(r"^\d+ +(\w+)\(([^)]*)", file.read(), re.M) if "memfd:" not in place]
    print(f"disk flushes: {len(calls) / len(mails):.2f} for each mail over {len(mails)} mails, receipt included ("
          + ", ".join(f"{calls.count(name)} {name}" for name in sorted(set(calls))) + "; strace -f, all processes)")


def main():
    args = options()
    reason = mailhost.why_not()
    if reason:
        print(f"bench: cannot run: {reason}", file=sys.stderr)
        return 1
    folder = places.scratch("bench")
    mails, origin = base_set(folder, args.mails, args.kind)
    size = sum(map(len, mails)) / len(mails) / 1024
    print(f"{len(mails)} mails {args.kind} ({origin}), mean {size:.0f} KiB; {os.cpu_count()} cores; {args.runs} runs; "
          "plain connections on loopback; medians [least-most]")
    with mailhost.MailHost(f"{folder}/m") as host:
        engine = Engine(host, folder, len(mails))
        mails = [addressed(*row) for row in zip(mails, engine.numbers, engine.senders)]
        peer = None
        if not args.skip_peers:
            mbsync(host, mails, args.runs, folder)
            peer = probe(host, mails, args.runs, folder)
        runs = [engine.run(mails) for _ in range(args.runs)]
        rate = report("postkamer run --once", len(mails), runs)
        for line, peak in sorted(runs[-1].peaks.items(), key=lambda row: -row[1]):
            print(f"    {peak / 1048576:6.1f} MiB  {line.replace(engine.post.program, 'postkamer')}")
        if peer:
            print(f"    {rate / peer * 100:.0f} % of the bare libraries' rate")
        flushes(engine, mails[:args.strace_mails])
    return 0


if __name__ == "__main__":
    sys.exit(main())
