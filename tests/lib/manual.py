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
    ends = r"^\.Sh" if of == "Sh" else r"^\.S[hs]" if of == "Ss" else r"^\.S[HS]"
    found = re.search(r'^\.%s "?%s"?\n(.*?)(?=%s|\Z)' % (of, re.escape(title), ends), text, re.S | re.M)
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


# ---- commands ----

def table(path, name):
    """Rows of a C table of commands: words and usage."""
    text = dict(sources(path))[path]
    body = re.search(r"\b%s\[\] = \{(.*?)\n\};" % name, text, re.S)[1]
    for row in re.findall(r'\{ (%s), ((?:%s\s*)+),([^}]*)\}' % (STRING, STRING), body, re.S):
        usage = "".join(re.findall(STRING, row[2])).replace('\\"', '"')
        yield row[0].strip('"'), usage, re.findall(r"\b(?:true|false)\b", row[-1])


def commands():
    """Each command with its options, and whether it takes --now."""
    found = {}
    for words, usage, flags in [*table("engine/app/command.c", "commands"), *table("engine/app/main.c", "own_commands")]:
        found[words] = {"options": options(usage) - {"--json"}, "writes": flags[0] == "true"}
    # The same by another name: main.c takes it from the options of check.
    found.pop("explain")
    return found


def options(text):
    return set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", text))


def commands_told():
    """Each command of the manual's DESCRIPTION with its options."""
    found = {}
    for head, _ in items(section("man/postkamer.1", "DESCRIPTION"), "Cm"):
        head = re.sub(r"\bFl (-?[a-z-]+)", r"-\1", plain(head))
        words = re.match(r"[a-z ]+", re.split(r" (?=[A-Z-]|$)", head)[0])[0].strip()
        found.setdefault(words, set()).update(options(head))
    return found


def commands_differ():
    code, page = commands(), commands_told()
    for words, command in code.items():
        if words not in page:
            print(f"man/postkamer.1, DESCRIPTION: add '.It Cm {words}' and what it does")
            continue
        for option in sorted(command["options"] - page[words]):
            print(f"man/postkamer.1, DESCRIPTION, '.It Cm {words}': add the option {option}")
        for option in sorted(page[words] - command["options"]):
            print(f"man/postkamer.1, DESCRIPTION, '.It Cm {words}': its usage in engine/app has no {option}; which is right?")
    for words in page:
        if words not in code:
            print(f"man/postkamer.1, DESCRIPTION: there is no command '{words}', take it out")


def options_unsaid():
    """Options that the code reads, and the usages do not say; and the other way round."""
    said = {option for command in commands().values() for option in command["options"]}
    read_there = {}
    for path, text in sources("engine/app/*.c"):
        for found in re.finditer(r'\brequest_(?:option|flag)\((?:r|args|&probe), "(--?[a-z-]+)"', text):
            read_there.setdefault(found[1], path)
    for option, path in sorted(read_there.items()):
        if option not in said | {"--json", "--now"}:
            print(f"{path} reads {option}, and no usage in engine/app/command.c or main.c says so")
    for option in sorted(said - set(read_there) - {"--explain", "--output"}):
        print(f"a usage in engine/app says {option}, and nothing reads it")


def now_differs():
    """--now: what writes takes it."""
    body = dict(items(section("man/postkamer.1", "OPTIONS"), "Fl"))["-now Ar time"].split("the time to go by")[0]
    page = {word.strip() for line in body.split("\n") if line.startswith(".Cm ")
            for word in line[4:].replace("Fl -once", "").split(",") if word.strip()}
    code = {words for words, command in commands().items() if command["writes"]}
    for words in sorted(code ^ page):
        print(f"man/postkamer.1, OPTIONS, --now: '{words}' " + ("takes it too, add it" if words in code else "does not take it"))


# ---- the configuration ----

ROW = r'(TEXT|LIST|NUMBER|FLAG|LATER)\("([a-z-]+)"(?:, ([^()]*))?\)|\{ "([a-z-]+)", KNOWN_(\w+), "([^"]*)", '


def settings():
    """Each section with its settings: kind, and the words that the page has to hold about it."""
    text = dict(sources("engine/app/settings_known.c"))["engine/app/settings_known.c"]
    oauth = re.search(r"#define OAUTH(.*?)\n\n", text, re.S)[1]
    lists = {}
    for name, body in re.findall(r"known_option (\w+)\[\] = \{(.*?)\};", text, re.S):
        rows = {}
        for kind, key, rest, bare, bare_kind, standard in re.findall(ROW, body.replace("OAUTH", oauth)):
            rest = [part.strip().strip('"') for part in (rest or standard).split(",")]
            wanted = [] if kind in ("FLAG", "LATER", "LIST") or rest[0] in ("NULL", "") else [rest[0]]
            rows[key or bare] = {"later": kind == "LATER",
                                 "words": wanted + ([f"{rest[1]} to {rest[2]}"] if kind == "NUMBER" else [])}
        lists[name] = rows
    sections = re.search(r"known_sections\[\] = \{(.*?)\n\};", text, re.S)[1]
    return {name: (later == "true", lists[rows])
            for name, _, later, rows in re.findall(r'\{ "(\w+)", (\w+), (\w+), (\w+) \}', sections)}


def settings_told(name):
    """Settings that the page lists for a section, each with what it says."""
    heads = {"mailbox": ["mailbox KEY", "Tokens"], "smtp": ["smtp", "Tokens"], "rules": ["rules, templates"],
             "templates": ["rules, templates"], "service": ["service KEY"], "brand": ["brand KEY"]}
    found = {}
    for head in heads.get(name, [name]):
        for keys, body in items(section("man/postkamer.conf.5", head, "Ss"), "Cm"):
            for key in keys.replace(",", " ").split():
                found[key] = plain(body)
    return found


def settings_differ():
    page, later = "man/postkamer.conf.5", "WITHOUT EFFECT IN THIS VERSION"
    unused = set(re.findall(r"[a-z][a-z-]+", " ".join(line for line in section(page, later) if re.match(r"\.(Cm|Pq Cm)", line))))
    for name, (all_later, rows) in settings().items():
        told_here = {} if all_later else settings_told(name)
        for key, row in rows.items():
            if all_later or row["later"]:
                if key not in unused:
                    print(f"{page}, {later}: add '{key}' of {name}")
                continue
            if key not in told_here:
                print(f"{page}, '.Ss {name}': add '.It Cm {key}'{' with ' if row['words'] else ''}{', '.join(row['words'])}")
                continue
            for word in row["words"]:
                if word not in told_here[key]:
                    print(f"{page}, {name}: what it says of {key} lacks '{word}' (default, or least and most)")
        for key in told_here:
            if key not in rows and not (name in ("mailbox", "smtp") and key in settings_told("Tokens")):
                print(f"{page}, '.Ss {name}': there is no setting '{key}', take it out")
            elif key in rows and rows[key]["later"]:
                print(f"{page}, '.Ss {name}': '{key}' has no effect yet; it stands in {later} only")
    known = {key for _, rows in settings().values() for key in rows} | set(settings()) | {"postkamer"}
    for word in sorted(unused - known - {"check", "service"}):
        print(f"{page}, {later}: there is no '{word}'")


# ---- the environment ----

def environment_differs():
    code = {name for _, text in sources("engine/*/*.c") for name in re.findall(r'\bgetenv\("(\w+)"', text)} - {"PATH"}
    page = {name for head, _ in items(section("man/postkamer.1", "ENVIRONMENT"), "Ev") for name in re.findall(r"\w+", head)}
    for name in sorted(code ^ page):
        print(f"man/postkamer.1, ENVIRONMENT: " + (f"add '.It Ev {name}'" if name in code else f"nothing reads {name}"))


# ---- what people can say ----

# Asked about with the words beside it, at the moment that they mean something.
ASKED = {"yes", "no", "colleague-always", "colleague-once", "help"}


def help_lacks():
    """The first phrase of each command stands in the mail that answers 'hulp'."""
    left = set(re.findall(r'\] = \{ "([a-z-]+)"', read("engine/command/verbs.c"))) - ASKED
    for language in ("nl", "en"):
        mail = read(f"mailtemplates/{language}/hulp.md")
        for verb, phrase in phrases(language).items():
            words = re.match(r"[a-z ]*", phrase)[0].strip()
            if verb in left and f"*{words}" not in mail:
                print(f"mailtemplates/{language}/hulp.md does not say '{words}': add it, with what it does")


def phrases(language):
    """The first phrase of each verb: what people are told."""
    first = {}
    for verb, words in re.findall(r"^([a-z-]+) +(\S.*)$", read(f"rules/phrases.{language}"), re.M):
        first.setdefault(verb, words.strip())
    return first


def commands_by_mail():
    """Each command with its phrases, who may say it and at what level."""
    masks = {"0": "all", "CLIENT": "C", "OFFICE": "O", "PARTY": "C O", "STAFF": "S", "PARTY | STAFF": "C O S"}
    nl, en = phrases("nl"), phrases("en")
    for verb, mask, level in re.findall(r'\] = \{ "([a-z-]+)", ([A-Z0 |]+), (\d),', read("engine/command/verbs.c")):
        yield [nl[verb], en[verb], "asked" if verb in ("yes", "no") else masks[mask], level]


def mail_differs():
    title = "COMMANDS BY MAIL"
    text = "\n".join(section("man/postkamer.1", title))
    page = re.search(r"^\.Bd -literal\nDutch .*?\n(.*?)\n\.Ed", text, re.S | re.M)[1].split("\n")
    code = ["%-32s%-32s%-7s%s" % tuple(row) for row in commands_by_mail()]
    for row in code:
        if row not in page:
            print(f"man/postkamer.1, {title}, has to have the line '{row}'")
    for row in page:
        if row not in code:
            print(f"man/postkamer.1, {title}: '{row}' is not so, mend it or take it out")


# ---- the languages ----

UNITS = {"minute", "hour", "day", "week", "month", "year"}  # the page says that these may stand, too


def scenario_words():
    page = section("man/postkamer-scenario.5", "Grammar", "SS")
    said = set(re.findall(r'"([a-z]+)"', plain("\n".join(page))))
    for path, text in sources("engine/scenario/*.c"):
        for one, other in re.findall(r'reader_(?:accept|expect)\(r, "([a-z ]+)"|\{ "([a-z ]+)", [A-Z_0-9]+ \}', text):
            for word in (one or other).split():
                if word not in said | UNITS:
                    said.add(word)
                    print(f"{path} reads the word '{word}': add it to the grammar of man/postkamer-scenario.5")


def rule_words():
    """Words that may not be names."""
    text = dict(sources("engine/rule/element.c"))["engine/rule/element.c"]
    code = set(re.findall(STRING, re.search(r"reserved\[\] = \{(.*?)\}", text, re.S)[1]))
    told_so = re.search(r"Words of the language may be names,\nbut for\n(.*?)\n\.TP", read("man/postkamer-rules.5"), re.S)[1]
    page = set(re.findall(r"\b[a-z]+\b", re.sub(r"(?m)^\.BR | and ", " ", told_so))) | {"and"}
    for word in sorted(code ^ page):
        print(f"man/postkamer-rules.5, Words and signs, NAME: '{word}' " +
              ("may not be a name either, add it" if word in code else "may be a name, take it out"))


QUESTIONS = (log_missing, log_gone, log_sorted, held_reasons, queue_reasons, commands_differ, options_unsaid, now_differs,
             settings_differ, environment_differs, help_lacks, mail_differs, scenario_words, rule_words)
if __name__ == "__main__":
    questions = {question.__name__.replace("_", "-"): question for question in QUESTIONS}
    if len(sys.argv) < 2 or sys.argv[1] not in questions:
        sys.exit("manual.py: one of " + ", ".join(questions))
    questions[sys.argv[1]]()
