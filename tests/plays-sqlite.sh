#!/bin/sh
# The plays of the whole engine (test-virtual-*, test-canary-*) once more, on SQLite in place of the store in memory: what
# is above the store may not tell the one from the other.
. "${top_srcdir:-$(dirname "$0")/..}/tests/lib/tap.sh"
: "${POSTKAMER:=$PWD/postkamer}"
build=$(dirname "$POSTKAMER")
work=$(mktemp -d -p /dev/shm 2>/dev/null || mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
# In memory they take minutes already, and say nothing more of the store: a kill at every turn, and 200 dossiers.
long=" test-virtual-restart test-virtual-canary "
[ -z "${POSTKAMER_PLAY_ALL:-}" ] || long=

for source in "$top_srcdir"/tests/test-virtual-*.c "$top_srcdir"/tests/test-canary-*.c; do
	name=$(basename "$source" .c)
	case $long in *" $name "*) continue ;; esac
	if ! [ -x "$build/tests/$name" ]; then
		tap_skip "$name" "it is not built"
		continue
	fi
	(cd "$build" && POSTKAMER_PLAY_STORE=$work timeout 300 "./tests/$name") >"$work/out" 2>&1
	status=$?
	bad=$(grep '^not ok' "$work/out" | head -n 3)
	[ $status -eq 0 ] || bad=${bad:-"it ended with $status: $(tail -n 1 "$work/out")"}
	tap_empty "$name: $(grep -c '^ok' "$work/out") checks" "$bad"
done
tap_done
