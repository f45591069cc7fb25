#!/bin/sh
# Nothing in the project names a place of one machine, a person's address, or a key.
. "${top_srcdir:-$(dirname "$0")/..}/tests/lib/tap.sh"
cd "$top_srcdir" || exit 1
if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
	files=$(git ls-files --cached --others --exclude-standard)
else
	files=$(find . -type f ! -path './build*' ! -path './_*' ! -path './autom4te.cache/*' ! -path './build-aux/*' ! -name configure ! -name '*~' ! -name Makefile.in ! -name aclocal.m4 | sed 's#^\./##')
fi
files=$(printf '%s\n' "$files" | grep -vE '\.(eml|pdf|png|svg)$|^tests/check-no-paths\.sh$')
search() { printf '%s\n' "$files" | tr '\n' '\0' | xargs -0 -r grep -nIE "$1" 2>/dev/null; }
tap_empty "no home or work folders" "$(search '/(home|root|work|Users)/[a-z]' | grep -vE '^[^:]*:[0-9]+:.*/work/(work|loop)' | grep -vE 'engine/work/|\$\(top_srcdir\)|ProtectHome')"
tap_empty "no scratch folders of a developer" "$(search '/tmp/[a-z]{2,}/')"
tap_empty "no private keys" "$(search 'BEGIN [A-Z ]*PRIVATE KEY')"
outside=$(search '[A-Za-z0-9._-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+' | grep -oE '^[^:]*:[0-9]+:|[A-Za-z0-9._-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+' |
	awk '/:[0-9]+:$/ { place = $0; next } { print place " " $0 }' |
	grep -viE '@([a-z0-9-]+\.)*(example(\.(nl|org|com|net))?|client\.test|test|invalid|local|localhost|localdomain)$' |
	grep -viE '^(tests/(test-|imap|smtp|fixtures)|engine/base/addr|tests/.*peer|rules/public)' | grep -viE '@[0-9.]+$')
tap_empty "mail addresses are reserved example names" "$outside"
tap_done
