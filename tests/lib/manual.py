#!/usr/bin/env python3
"""What the manual pages say beside what the source says, for tests/check-log.sh and tests/check-manual.sh.

manual.py QUESTION [SOURCE]     prints one finding a line, each with what to do; nothing when page and source agree.
"""
import glob
import os
import re
import sys

root = sys.argv[2] if len(sys.argv) > 2 else os.environ.get("top_srcdir") or "."
STRING = r'"((?:\\.|[^"\\])*)"'


def read(path):
    with open(os.path.join(root, path), encoding="utf-8") as file:
        return file.read()


def sources(*patterns):
    """Path and text of each C file, without comments, lines kept."""
    for pattern in patterns:
        for path in sorted(glob.glob(os.path.join(root, pattern))):
            path = os.path.relpath(path, root)
            yield path, re.sub(STRING + r"|/\*.*?\*/", lambda m: m[0] if m[0][0] == '"' else re.sub(r"[^\n]", "", m[0]),
                               read(path), flags=re.S)


def calls(text, name):
    """Line and arguments of each call."""
    for found in re.finditer(r"\b%s\(" % name, text):
        args, depth, start, i = [], 1, found.end(), found.end()
        while depth:
            if text[i] == '"':
                i = re.compile(STRING, re.S).match(text, i).end()
                continue
            depth += (text[i] in "({[") - (text[i] in ")}]")
            if depth == 0 or depth == 1 and text[i] == ",":
                args.append(" ".join(text[start:i].split()))
                start = i + 1
            i += 1
        yield text.count("\n", 0, found.start()) + 1, args


# ---- pages ----

def plain(text):
    """A line of mdoc as its reader sees it, near enough to be compared."""
    text = re.sub(r"\\\(dq|\\\(aq", '"', text).replace("\\-", "-").replace("\\&", "")
    return text


def section(page, title, of="Sh"):
    """Lines of a section, without its head."""
    text = read(page)
    found = re.search(r'^\.%s "?%s"?\n(.*?)(?=^\.S[hs]|\Z)' % (of, re.escape(title)) if of == "Ss" else
                      r'^\.%s "?%s"?\n(.*?)(?=^\.Sh|\Z)' % (of, re.escape(title)), text, re.S | re.M)
    if not found:
        sys.exit(f"{page}: there is no section '{title}'")
    return found[1].replace("\\\n", " ").split("\n")


def items(lines, macro):
    """Head and body of each '.It MACRO …'."""
    head, body = None, []
    for line in lines:
        if re.match(r"\.(It|El|Ss|Sh)\b", line):
            if head is not None:
                yield head, "\n".join(body)
            head, body = (line[len(".It ") + len(macro) + 1:], []) if line.startswith(f".It {macro} ") else (None, [])
        else:
            body.append(line)
    if head is not None:
        yield head, "\n".join(body)


# ---- the log ----

def logged():
    """Each event with where it is, the keys it comes with, and whether others may come."""
    events = {}
    for path, text in sources("engine/*/*.c"):
        for line, args in calls(text, "log_line"):
            if path == "engine/base/log.c":
                continue
            if not re.fullmatch(STRING, args[1]):
                print(f"{path}:{line}: the event must be a word in quotes, so that the manual can be held against it")
                continue
            event = events.setdefault(args[1].strip('"'), {"place": f"{path}:{line}", "keys": [], "open": False})
            words = "".join(" " + re.sub(r'\\".*?(\\"|$)', "", s) for arg in args[2:] for s in re.findall(STRING, arg))
            event["keys"] += [key for key in re.findall(r"(?<![\w%=-])([a-z][a-z-]*)=", words)
                              if key not in event["keys"]]
            event["open"] |= "%s=" in words or args[2] == '"%.*s"'
    return events


def told():
    """Each event of the manual's section LOG with its keys."""
    return {head.split()[0]: head.split()[2:] for head, _ in items(section("man/postkamer.1", "LOG"), "Li")}


def log_missing():
    page = told()
    for name, event in sorted(logged().items()):
        if name not in page:
            print(f"{event['place']} logs {name}: add to section LOG of man/postkamer.1, in its place of the alphabet, "
                  f"'.It Li {name}{' Ar ' if event['keys'] else ''}{' '.join(event['keys'])}' and a line that says when")
            continue
        for key in event["keys"]:
            if key not in page[name]:
                print(f"{event['place']}: man/postkamer.1, LOG, '.It Li {name} Ar …': add the key {key}")


def log_gone():
    code = logged()
    for name, keys in told().items():
        if name not in code:
            print(f"man/postkamer.1, LOG: nothing logs {name} any more, take it out")
            continue
        for key in keys:
            if key not in code[name]["keys"] and not code[name]["open"]:
                print(f"man/postkamer.1, LOG: {name} has no key {key}, take it out")


def log_sorted():
    names = list(told())
    for one, next_one in zip(names, names[1:]):
        if one > next_one:
            print(f"man/postkamer.1, LOG: {next_one} belongs before {one}")


# ---- why things are held, refused, repeated ----

def reasons():
    """Each word that an item, or a file of it, may have as its reason."""
    words = {}
    for path, text in sources("engine/*/*.h", "engine/*/*.c"):
        def add(word, at):
            words.setdefault(word, f"{path}:{text.count(chr(10), 0, at) + 1}")
        for found in re.finditer(r'^#define (REASON_|DONE_|HELD_(?!FOR_))\w+ "([a-z-]+)"', text, re.M):
            add(found[2], found.start())
        if not path.startswith(("engine/work/", "engine/store/")):
            continue
        for found in re.finditer(r'''\breason = [^;,"']*["']([a-z-]+)["']''', text):
            add(found[1], found.start())
        for found in re.finditer(r'\bdecide_end(?:_quarantined)?\([^;"]*"([a-z-]+)"', text):
            add(found[1], found.start())
    return words


def held_for():
    """Each word for why an outgoing mail is held."""
    return {found[1]: f"{path}:{text.count(chr(10), 0, found.start()) + 1}"
            for path, text in sources("engine/model/*.h")
            for found in re.finditer(r'^#define HELD_FOR_\w+ "([a-z-]+)"', text, re.M)}


def words_of(title):
    return [word for head, _ in items(section("man/postkamer.1", title), "Li") for word in head.split() if word != ","]


def compare_words(code, title, what):
    page = words_of(title)
    for word, place in sorted(code.items()):
        if word not in page:
            print(f"{place}: {what} may be '{word}': add '.It Li {word}' and what to do about it to section {title} "
                  "of man/postkamer.1")
    for word in sorted(set(page)):
        if word not in code:
            print(f"man/postkamer.1, {title}: {what} is never '{word}', take it out")


def held_reasons():
    compare_words(reasons(), "HELD AND QUARANTINED", "the reason of an item or a file")


def queue_reasons():
    compare_words(held_for(), "MAIL THAT COMES BACK, MAIL THAT IS TOO MUCH", "the reason why an outgoing mail is held")


questions = {name.replace("_", "-"): function for name, function in list(globals().items())
             if callable(function) and name in ("log_missing", "log_gone", "log_sorted", "held_reasons", "queue_reasons")}
if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in questions:
        sys.exit("manual.py: one of " + ", ".join(questions))
    questions[sys.argv[1]]()
