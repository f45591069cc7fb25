#!/bin/sh
# What the program may log, and why it may hold, refuse or repeat something, stands in postkamer(1), and nothing else does.
# Each finding says what to add where.
. "${top_srcdir:-$(dirname "$0")/..}/tests/lib/tap.sh"
cd "$top_srcdir" || exit 1
ask() { python3 tests/lib/manual.py "$@" 2>&1 || echo "manual.py $* failed"; }

tap_empty "the manual names every event of the log, with its keys" "$(ask log-missing .)"
tap_empty "the manual names no event and no key that is gone" "$(ask log-gone .)"
tap_empty "events stand in the order of the alphabet" "$(ask log-sorted .)"
tap_empty "the manual names every reason of items and files, and no other" "$(ask held-reasons .)"
tap_empty "the manual names every reason why outgoing mail is held, and no other" "$(ask queue-reasons .)"

# Each of them notices a page from which something was taken, or to which something was added.
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
mkdir "$dir/man" && ln -s "$PWD/engine" "$dir/engine"
notices() { # NAME QUESTION PROGRAM-FOR-SED WORDS
	sed "$3" man/postkamer.1 > "$dir/man/postkamer.1"
	tap_empty "$1" "$(ask "$2" "$dir" | grep -qF "$4" || echo "not noticed: $4")"
}
notices "an event that is missing is noticed" log-missing '/^\.It Li item\.decided/d' 'logs item.decided: add to section LOG'
notices "a key that is missing is noticed" log-missing 's/^\(\.It Li item\.decided .*\) source/\1/' 'add the key source'
notices "an event that is gone is noticed" log-gone 's/^\.It Li timer\.fired/.It Li timer.tried/' 'nothing logs timer.tried'
notices "a key that is gone is noticed" log-gone 's/^\.It Li timer\.fired.*/& colour/' 'timer.fired has no key colour'
notices "an event out of its place is noticed" log-sorted 's/^\.It Li timer\.fired/.It Li a.fired/' 'a.fired belongs before'
notices "a reason that is missing is noticed" held-reasons '/^\.It Li stranger/d' "may be 'stranger': add"
notices "a reason that only a bare word in the source names is noticed" held-reasons '/^\.It Li spool-refused/d' "'spool-refused'"
notices "a reason that is gone is noticed" held-reasons 's/^\.It Li thanks/.It Li gratitude/' "never 'gratitude'"
notices "a reason of outgoing mail is noticed" queue-reasons '/^\.It Li dead/d' "may be 'dead'"
tap_done
