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

# notices TEST: fails as the mutant says. That is seen as soon as it does; what comes behind it is not asked for.
notices() {
	(cd "$build" && timeout 120 stdbuf -oL "$1" 2>&1 | grep -a -q -m 1 "^not ok [0-9]* - $fails") 2>/dev/null
}

# shadow FILE TEST WORK: what is read at run time, a template, is changed in a tree of links
shadow() {
	folder=${1%%/*}
	rm -rf "$3/top"
	mkdir "$3/top"
	ln -s "$top"/* "$3/top/"
	rm "$3/top/$folder"
	cp -r "$top/$folder" "$3/top/$folder"
	cp "$3/src/$1" "$3/top/$1"
	(top_srcdir=$3/top srcdir=$3/top && notices "./$2") || echo "$2 does not notice ($1)"
}

# mutant PATCH WORK: prints what is wrong with it, nothing when its test fails as it should.
mutant() {
	test=$(field test "$1") fails=$(field fails "$1")
	file=$(sed -n 's|^+++ b/||p' "$1" | head -n 1)
	[ -n "$test" ] && [ -n "$fails" ] && [ -n "$file" ] || { echo "it lacks its test, its check or its file"; return; }
	rm -rf "$2/src"
	mkdir -p "$2/src/$(dirname "$file")"
	cp "$top/$file" "$2/src/$file"
	patch -s -p1 -d "$2/src" <"$1" >"$2/out" 2>&1 || { echo "it does not apply: $(head -n 1 "$2/out")"; return; }
	[ -x "$build/$test" ] || { echo "$test does not build: $(tail -n 1 "$work/make")"; return; }
	case $file in *.c) ;; *) shadow "$file" "$test" "$2"; return ;; esac
	# Their quotes are meant for a shell. The last -o counts.
	(cd "$build" && eval "$compile -Wno-error -c $2/src/$file -o $2/mutant.o" &&
		eval "$link -o $2/test $test.o $2/mutant.o $libraries") >"$2/out" 2>&1 ||
		{ echo "the mutant does not build: $(head -n 3 "$2/out")"; return; }
	notices "$2/test" || echo "$test does not notice ($(field guard "$1"))"
}

# half NUMBER PATCH...: every second one; the two halves run side by side.
half() {
	mine=$work/$1 turn=$1
	mkdir "$mine"
	shift
	for patch in "$@"; do
		turn=$((1 - turn))
		[ "$turn" -eq 0 ] || mutant "$patch" "$mine" >"$work/$(basename "$patch").told" 2>&1
	done
}

# Relative to the build folder, where they are run.
compile=$(variable COMPILE) link=$(variable LINK) libraries="$(variable LDADD) $(variable LIBS)"
export top_srcdir="$top" srcdir="$top"
set -- "$top"/tests/mutants/"${1:-}"*.patch
# shellcheck disable=SC2046
(cd "$build" && make -s -k $(sed -n 's/^test: //p' "$@" | sort -u)) >"$work/make" 2>&1
half 0 "$@" &
half 1 "$@"
wait
for patch; do
	tap_empty "$(basename "$patch" .patch): $(field guard "$patch")" "$(cat "$work/$(basename "$patch").told")"
done
tap_done
