#!/bin/sh
# Takes one guard away at a time (tests/mutants/*.patch) and sees the test that is named after it fail.
. "${top_srcdir:-$(dirname "$0")/..}/tests/lib/tap.sh"
unset MAKEFLAGS MAKELEVEL MFLAGS # of a make that runs this: it would say what it does in between
: "${POSTKAMER:=$PWD/postkamer}"
build=$(dirname "$POSTKAMER")
top=$(cd "$top_srcdir" && pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
if ! [ -f "$build/Makefile" ] || ! command -v patch >/dev/null; then
	echo "1..0 # SKIP needs a build folder and patch(1)"
	exit 0
fi

# variable NAME: of the build folder's Makefile
variable() {
	printf 'include Makefile\nprint:\n\t$(info $(%s))@:\n' "$1" >"$work/print.mk"
	(cd "$build" && make -s --no-print-directory -f "$work/print.mk" print)
}

# field NAME FILE
field() {
	sed -n "s/^$1: //p" "$2" | head -n 1
}

# shadow FILE TEST: what is read at run time, a template, is changed in a tree of links
shadow() {
	folder=${1%%/*}
	rm -rf "$work/top"
	mkdir "$work/top"
	ln -s "$top"/* "$work/top/"
	rm "$work/top/$folder"
	cp -r "$top/$folder" "$work/top/$folder"
	cp "$work/src/$1" "$work/top/$1"
	(cd "$build" && top_srcdir=$work/top srcdir=$work/top timeout 120 "./$2" >"$work/out" 2>&1)
	grep -q "^not ok [0-9]* - $fails" "$work/out" || echo "$2 does not notice ($1)"
}

# mutant PATCH: prints what is wrong with it, nothing when its test fails as it should.
mutant() {
	test=$(field test "$1") fails=$(field fails "$1")
	file=$(sed -n 's|^+++ b/||p' "$1" | head -n 1)
	[ -n "$test" ] && [ -n "$fails" ] && [ -n "$file" ] || { echo "it lacks its test, its check or its file"; return; }
	rm -rf "$work/src"
	mkdir -p "$work/src/$(dirname "$file")"
	cp "$top/$file" "$work/src/$file"
	patch -s -p1 -d "$work/src" <"$1" >"$work/out" 2>&1 || { echo "it does not apply: $(head -n 1 "$work/out")"; return; }
	(cd "$build" && make -s "$test" >"$work/out" 2>&1) || { echo "$test does not build"; return; }
	case $file in *.c) ;; *) shadow "$file" "$test"; return ;; esac
	# Their quotes are meant for a shell. The last -o counts.
	(cd "$build" && eval "$compile -Wno-error -c $work/src/$file -o $work/mutant.o" &&
		eval "$link -o $work/test $test.o $work/mutant.o $libraries") >"$work/out" 2>&1 ||
		{ echo "the mutant does not build: $(head -n 3 "$work/out")"; return; }
	(cd "$build" && timeout 120 "$work/test" >"$work/out" 2>&1)
	grep -q "^not ok [0-9]* - $fails" "$work/out" || echo "$test does not notice ($(field guard "$1"))"
}

# Relative to the build folder, where they are run.
compile=$(variable COMPILE) link=$(variable LINK) libraries="$(variable LDADD) $(variable LIBS)"
export top_srcdir="$top" srcdir="$top"
for patch in "$top"/tests/mutants/"${1:-}"*.patch; do
	tap_empty "$(basename "$patch" .patch): $(field guard "$patch")" "$(mutant "$patch")"
done
tap_done
