#!/usr/bin/env python3
"""Seeded defects: the shipped workflow with one thing changed at a time. 'postkamer check', or else 'postkamer test'
with the scenarios that ship, has to notice each change of behaviour. What changes nothing stands in SAME, with the
reason.

    mutate-rules.py            TAP; every change has to be caught
    mutate-rules.py --list     what catches what
    mutate-rules.py --keep DIR also leaves the changed rule files there"""
import concurrent.futures
import glob
import os
import queue
import shutil
import subprocess
import sys
import tempfile

top = os.environ.get("top_srcdir", os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
sys.path.insert(0, os.path.join(top, "tests", "lib"))

import tap  # noqa: E402

WORKFLOW = "inkomensverklaring"

# name, what stands there, what takes its place; "STATE:" before the first text means its first place in that state
CHANGES = [
    # a goto that is gone, or goes elsewhere
    ("begin without collecting", "aangevraagd:; goto verzamelen }", " }"),
    ("begin at the end", "aangevraagd:goto verzamelen", "goto gereed"),
    ("complete goes nowhere", "verzamelen:{ goto compleet }", "{ mail stukken-compleet }"),
    ("complete goes straight to work", "verzamelen:{ goto compleet }", "{ goto behandeling }"),
    ("complete skips to payment", "verzamelen:{ goto compleet }", "{ goto betaling }"),
    ("lapsed but not ended", "verzamelen:{ mail dossier-vervallen; goto vervallen }", "{ mail dossier-vervallen }"),
    ("lapsed as if finished", "verzamelen:goto vervallen", "goto gereed"),
    ("rejected in compleet stays there", "compleet:{ mail stukken-nodig; goto verzamelen }", "{ mail stukken-nodig }"),
    ("taken but stays", "compleet:{ goto behandeling }", "{ mail in-behandeling }"),
    ("taken back to collecting", "compleet:{ goto behandeling }", "{ goto verzamelen }"),
    ("rejected at work stays there", "behandeling:{ mail stukken-nodig; goto verzamelen }", "{ mail stukken-nodig }"),
    ("finished without payment", "behandeling:{ goto betaling }", "{ goto gereed }"),
    ("finished goes to lapsed", "behandeling:{ goto betaling }", "{ goto vervallen }"),
    ("paid but stays", "betaling:{ goto gereed }", "{ mail betaald to payer }"),
    ("paid and lapsed", "betaling:{ goto gereed }", "{ goto vervallen }"),
    ("reopened but stays final", "gereed:{ mail stukken-nodig; goto verzamelen }", "{ mail stukken-nodig }"),
    ("reopened straight to compleet", "gereed:goto verzamelen", "goto compleet"),
    ("lapsed reopened but stays", "vervallen:{ mail stukken-nodig; goto verzamelen }", "{ mail stukken-nodig }"),
    ("withdrawn but goes on", "always:{ mail ingetrokken; goto vervallen }", "{ mail ingetrokken }"),
    ("withdrawn as if finished", "always:goto vervallen", "goto gereed"),
    # a condition swapped, or gone
    ("reminded when nothing is missing", "verzamelen: if not documents complete", ""),
    ("reminded only when complete", "verzamelen:if not documents complete", "if documents complete"),
    ("finished without report", "behandeling: and slot rapport filled", ""),
    ("finished without invoice", "behandeling: and slot factuur filled", ""),
    ("finished while documents are missing", "behandeling:if documents complete and slot", "if slot"),
    ("finished when nothing is there", "behandeling:if documents complete", "if not documents complete"),
    ("finished with report or invoice", "behandeling:slot rapport filled and slot factuur filled",
     "(slot rapport filled or slot factuur filled)"),
    ("finished only with a rejected report", "behandeling:slot rapport filled", "slot rapport rejected"),
    # events
    ("waits for a document instead of all", "verzamelen:on documents complete", "on document received"),
    ("no quiet", "verzamelen:, quiet 15 minutes", ""),
    ("rejection not heard while collecting", "verzamelen:on document rejected, slot added", "on slot added"),
    ("extra not heard while collecting", "verzamelen:, slot added", ""),
    ("reopening not heard in compleet", "compleet:, slot reopened", ""),
    ("taken on finish", "compleet:on staff take", "on staff finish"),
    ("finished on take", "behandeling:on staff finish", "on staff take"),
    ("finished on a document", "behandeling:on staff finish", "on staff document received"),
    ("link ready is heard as paid", "betaling:on payment paid", "on payment ready"),
    ("paid is heard as failed", "betaling:on payment paid", "on payment failed, at most 9 times"),
    ("expiry not heard", "betaling:on payment failed, payment expired", "on payment failed"),
    ("failure not heard", "betaling:on payment failed, payment expired", "on payment expired"),
    ("the client cannot cancel", "always:, client cancel", ""),
    ("staff cannot withdraw", "always:staff withdraw, ", ""),
    ("closing takes the place of withdrawing", "always:staff withdraw", "staff close"),
    # mails gone, or to somebody else
    ("opening not confirmed", "aangevraagd:mail aanvraag-bevestigd; ", ""),
    ("missing again not told", "verzamelen:mail stukken-nodig; ", ""),
    ("complete not told to the client", "compleet:mail stukken-compleet; ", ""),
    ("complete not told to staff", "compleet:; mail te-behandelen to staff", ""),
    ("work not told", "behandeling:on enter                                     { mail in-behandeling }", ""),
    ("rejected at work not told", "behandeling:mail stukken-nodig; ", ""),
    ("payment link not sent", "betaling:on payment ready                             { mail betalen to payer }", ""),
    ("payment link to the correspondent", "betaling:{ mail betalen to payer }", "{ mail betalen to correspondent }"),
    ("report not sent", "gereed:mail rapport-gereed attach rapport, factuur; ", ""),
    ("report without the report", "gereed:attach rapport, factuur", "attach factuur"),
    ("invoice not sent to the payer", "gereed:; mail betaald attach factuur to payer", ""),
    ("lapse not told", "verzamelen:{ mail dossier-vervallen; goto", "{ goto"),
    ("withdrawal not told", "always:mail ingetrokken; ", ""),
    ("withdrawal not told while unpaid", "betaling:mail ingetrokken; ", ""),
    ("withdrawal not told to the payer", "betaling:mail ingetrokken; mail betaling-vervallen to payer; ", "mail ingetrokken; "),
    ("withdrawal by staff not told to the payer", "betaling:on staff withdraw, client cancel", "on client cancel"),
    ("cancelling not told to the payer", "betaling:on staff withdraw, client cancel", "on staff withdraw"),
    ("lapse of the unpaid not told", "betaling:mail dossier-vervallen; ", ""),
    ("lapse of the unpaid not told to the payer", "betaling:dossier-vervallen; mail betaling-vervallen to payer",
     "dossier-vervallen"),
    # money that nobody waits for
    ("money after the withdrawal not told",
     "vervallen:    on payment paid                              { mail betaling-nakijken to staff }\n", ""),
    ("money there at the withdrawal not told",
     "vervallen:    on enter if payment paid                     { mail betaling-nakijken to staff }\n", ""),
    ("money asked after at each withdrawal", "vervallen:on enter if payment paid", "on enter"),
    ("money that comes twice not told",
     "gereed:    on payment paid                              { mail betaling-nakijken to staff }\n", ""),
    ("money while collecting not told",
     "always:    on payment paid                              { mail betaling-nakijken to staff }\n", ""),
    ("no refund when ready", "gereed:    on staff refund                              { mail terugbetaald to payer }\n", ""),
    ("no refund when lapsed",
     "vervallen:    on staff refund                              { mail terugbetaald to payer }\n", ""),
    ("no refund under way", "always:    on staff refund                              { mail terugbetaald to payer }\n", ""),
    ("refund not told", "gereed:on staff refund                              { mail terugbetaald to payer }",
     "on staff refund                              { note \"terug\" }"),
    ("refund opens the dossier", "vervallen:{ mail terugbetaald to payer }", "{ mail terugbetaald to payer; goto verzamelen }"),
    ("reopening not told", "gereed:mail stukken-nodig; ", ""),
    ("reminded with the wrong text", "verzamelen:mail stukken-ontbreken", "mail stukken-compleet"),
    ("a text that does not exist", "verzamelen:mail stukken-ontbreken", "mail stukken-ontbroken"),
    ("unpaid told to the client", "betaling:{ mail betaling-uitgebleven to staff }", "{ mail betaling-herinnering to payer }"),
    # timers and numbers
    ("first reminder late", "verzamelen:after 2 days", "after 20 days"),
    ("reminded for ever", "verzamelen:, then every 5 days, 4 times", ", then every 5 days"),
    ("reminded once", "verzamelen:, then every 5 days, 4 times", ""),
    ("reminded every hour", "verzamelen:then every 5 days, 4 times", "then every 1 hour, 40 times"),
    ("lapses after 12 days", "verzamelen:after 120 calendar days", "after 12 calendar days"),
    ("lapses from the opening, not the state", "verzamelen:120 calendar days", "120 calendar days in dossier"),
    ("never lapses", "verzamelen:after 120 calendar days                      { mail dossier-vervallen; goto vervallen }",
     ""),
    ("rejected while collecting gives no time", "verzamelen:{ mail stukken-nodig; goto verzamelen }",
     "{ mail stukken-nodig }"),
    ("unpaid told once", "betaling:, then every 30 calendar days, 9 times", ""),
    ("unpaid told weekly", "betaling:then every 30 calendar days", "then every 7 calendar days"),
    ("unpaid never lapses", "betaling:after 365 calendar days                      { mail dossier-vervallen; "
     "mail betaling-vervallen to payer; goto vervallen }", ""),
    ("unpaid lapses in a hundred days", "betaling:after 365", "after 100"),
    ("payment asked once more only", "betaling:at most 3 times", "at most 1 times"),
    ("payment asked without end", "betaling:, at most 3 times", ""),
    ("payment reminded without end", "betaling:, then every 7 days, 3 times", ", then every 7 days"),
    ("another amount", "betaling:149.00", "14.90"),
    ("another term", "betaling:valid 60 days", "valid 6 days"),
    ("not asked to pay", "betaling:on enter                                     { request payment 149.00 EUR "
     "\"Inkomensverklaring {number}\" valid 60 days }", ""),
    # states
    ("uploads closed", "verzamelen:    uploads open\n", ""),
    ("uploads open at work", "behandeling:on enter", "uploads open\n    on enter"),
    ("collecting is final", "state verzamelen \"Wacht op stukken\"", "state verzamelen \"Wacht op stukken\" final"),
    ("ready is not final", "\"Rapport en factuur gereed\" final", "\"Rapport en factuur gereed\""),
    ("begins in compleet", "start aangevraagd", "start compleet"),
    ("a state nobody comes to", "state vervallen", "state bezwaar \"Bezwaar\" {\n    on enter { mail te-behandelen to staff }\n"
     "    on staff finish { goto gereed }\n}\nstate vervallen"),
    # documents
    ("identity not required", "legitimatie  \"Kopie legitimatiebewijs\"            required",
     "legitimatie  \"Kopie legitimatiebewijs\"            optional"),
    ("prognosis may not be absent", "required  may be absent    match", "required    match"),
    ("two years", "aangifte     \"Aangifte inkomstenbelasting {year}\" required  per year last 3",
     "aangifte     \"Aangifte inkomstenbelasting {year}\" required  per year last 2"),
    ("one file of figures", "files 1..5", "files 1..1"),
    ("figures as pdf only", "accept pdf, spreadsheet", "accept pdf"),
    ("the report from the client", "rapport      \"Rapport\"                            from staff  accept pdf     match "
     "/rapport|inkomensverklaring/i",
     "rapport      \"Rapport\"                            optional  accept pdf     match /rapport|inkomensverklaring/i"),
    ("figures look like returns", "match /jaar(cijfers|rekening)/i", "match /aangifte|jaarrekening/i"),
    ("nothing looks like a prognosis", "match /prognose/i", "match /prognoze/i"),
    # the file as a whole
    ("kept for ever", "keep 7 years after final", ""),
    ("calendar days everywhere", "days     working", "days     calendar"),
    ("only Dutch", "language nl, en", "language nl"),
]

# Changes that change nothing: nobody can see them from outside.
SAME = {
    "finished while documents are missing":
        "at work nothing can be missing: whatever opens a slot leaves the state",
}

# Changes that no scenario shows yet. A name goes from here as soon as one does: one that is noticed fails.
WAITING = set()


def state_at(text, name):
    head = "always {" if name == "always" else f"state {name} "
    at = text.index(head)
    return at, text.index("\n}\n", at)


def change(text, old, new):
    """The rule text with one place changed; None when the place is not there."""
    begin, end = 0, len(text)
    head, colon, rest = old.partition(":")
    if colon and head.isalpha() and head.islower():
        begin, end = state_at(text, head)
        old = rest
    at = text.find(old, begin, end + 2)
    return None if at < 0 else text[:at] + new + text[at + len(old):]


CONF = """service "pentrax" {{
    name = "Pentrax"   address = "dossier@example.nl"   phone = "024-833 00 00"   language = "nl"
    timezone = "Europe/Amsterdam"   workflows = {{ "inkomensverklaring" }}   staff = {{ "Els de Vries <els@example.nl>" }}
    question = "vraag@example.nl"   problem = "storing@example.nl"   request = "aanvraag@example.nl"
    authentication = "none"
}}
smtp {{ url = "smtp://127.0.0.1:9" }}
store {{ path = "store" key-file = "master.key" }}
rules {{ path = "rules" }}
templates {{ path = "{templates}" }}
"""


class Bench:
    """A folder with a configuration and its own rules, in which 'postkamer' can be asked."""

    def __init__(self, folder):
        self.folder = folder
        os.mkdir(folder)
        self.program = os.environ.get("POSTKAMER", "postkamer")
        shutil.copytree(os.path.join(top, "rules"), f"{folder}/rules")
        subprocess.run(["chmod", "-R", "u+w", f"{folder}/rules"], check=True)
        with open(f"{folder}/postkamer.conf", "w") as file:
            file.write(CONF.format(templates=os.path.abspath(os.path.join(top, "mailtemplates"))))
        self.path = f"{folder}/rules/{WORKFLOW}.rules"
        with open(self.path) as file:
            self.text = file.read()
        self.scenarios = sorted(glob.glob(f"{folder}/rules/**/*.scenario", recursive=True))

    def call(self, *args):
        return subprocess.run([self.program, "-c", "postkamer.conf", *args], cwd=self.folder, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=300)

    def put(self, text):
        with open(self.path, "w") as file:
            file.write(text)

    def complaints(self):
        """What check says, without its last word; '' when nothing is wrong."""
        text = self.call("check").stdout.decode(errors="replace")
        return "\n".join(line for line in text.splitlines() if line != "ok")

    def scenarios_fail(self):
        """The first line of what the scenarios say; '' when all hold, or when there are none."""
        if not self.scenarios:
            return ""
        result = self.call("test")
        lines = [line for line in result.stdout.decode(errors="replace").splitlines() if line.strip()]
        return "" if result.returncode == 0 else (lines[0] if lines else "failed")


def first_finding(text):
    for line in text.splitlines():
        for word in (": error: ", ": warning: "):
            if word in line:
                return line.split(word, 1)[1]
    return text.splitlines()[0] if text else ""


def judge(bench, old, new):
    """(by whom, what was said); ('', '') when nobody noticed, None when the place is gone."""
    text = change(bench.text, old, new)
    if text is None or text == bench.text:
        return None
    bench.put(text)
    said = bench.complaints()
    if said:
        return "check", first_finding(said)
    said = bench.scenarios_fail()
    return ("test", said) if said else ("", "")


def judge_all(benches):
    """(change, what judge() says) in the order of the changes; each bench has one of them at a time."""
    free = queue.Queue()
    for bench in benches:
        free.put(bench)

    def one(item):
        bench = free.get()
        try:
            return judge(bench, item[1], item[2])
        finally:
            free.put(bench)

    with concurrent.futures.ThreadPoolExecutor(len(benches)) as pool:
        yield from zip(CHANGES, pool.map(one, CHANGES))


def tell(t, name, old, result):
    """One change, one line: what is noticed, and nothing but what is, stands in neither list."""
    if result is None:
        t.ok(False, f"{name}: its place is no longer in the workflow", old)
    elif name in SAME:
        t.ok(not result[0], f"{name}: {SAME[name]}", f"{result[0]} notices it: {result[1]}")
    elif name in WAITING:
        t.ok(not result[0], f"{name}: waits for a scenario", f"{result[0]} notices it, so it waits no longer: {result[1]}")
    else:
        t.ok(result[0], f"{name}: {'noticed by ' + result[0] if result[0] else 'NOBODY notices'}")


def tell_first(t, bench):
    said = bench.complaints()
    t.ok(not said, "nothing is wrong with the workflow as it ships", said)
    said = bench.scenarios_fail()
    t.ok(not said, "its scenarios hold", said)
    t.ok(len(CHANGES) >= 40, f"there are {len(CHANGES)} seeded defects")
    names = [name for name, _, _ in CHANGES]
    t.empty(sorted((set(SAME) | WAITING) - set(names)), "what is excused is one of them")


def play(t):
    only_list = "--list" in sys.argv
    keep = sys.argv[sys.argv.index("--keep") + 1] if "--keep" in sys.argv else None
    with tempfile.TemporaryDirectory(prefix="pk-") as folder:
        benches = [Bench(f"{folder}/{i}") for i in range(len(os.sched_getaffinity(0)))]
        tell_first(t, benches[0])
        caught = {"check": 0, "test": 0, "": 0}
        for (name, old, new), result in judge_all(benches):
            if result is not None:
                caught[result[0]] += 1
            if keep and result is not None:
                with open(f"{keep}/{name.replace(' ', '-')}.rules", "w") as file:
                    file.write(change(benches[0].text, old, new))
            if only_list and result is not None:
                by = result[0] or ("same" if name in SAME else "NOBODY")
                print(f"{by:7} {name}: {result[1] or SAME.get(name, '')}")
            else:
                tell(t, name, old, result)
        print(f"# check notices {caught['check']}, the scenarios {caught['test']}, nobody {caught['']}")


if __name__ == "__main__":
    tap.main(play)
