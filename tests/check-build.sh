#!/bin/sh
# Every file of ours is named in Makefile.am (else it is neither built nor shipped), and nothing else is.
. "${top_srcdir:-$(dirname "$0")/..}/tests/lib/tap.sh"
cd "$top_srcdir" || exit 1
named=$(tr -s ' \t\\' '\n\n\n' < Makefile.am | grep -E '^(engine|tests|rules|mailtemplates|man|debian|spool)/' | sort)
present=$(find engine tests rules mailtemplates man spool debian -type f ! -name '*.o' ! -name '*.a' ! -name '*.pyc' ! -name '*.log' ! -name '*.trs' ! -name '.dirstamp' \
	! -path '*/.deps/*' ! -path '*/__pycache__/*' ! -path 'debian/postkamer/*' ! -path 'debian/.debhelper/*' \
	! -name '*.substvars' ! -name files ! -name debhelper-build-stamp | sort)
programs=$(find tests -maxdepth 1 -name 'test-*.c' | sed 's/\.c$//' | sort)
# Unit tests are named by their program, the source goes without saying; built ones lie beside the sources.
present=$(printf '%s\n' "$present" | grep -vE '^tests/test-[a-z0-9-]+(\.c)?$')
wanted=$(printf '%s\n%s\n' "$present" "$programs" | grep -v '^$' | sort -u)
both=$(printf '%s\n%s\n' "$(printf '%s\n' "$wanted" | sed 's/^/wanted /')" "$(printf '%s\n' "$named" | sort -u | sed 's/^/named /')")
only() { printf '%s\n' "$both" | awk -v kind="$1" '{ seen[$2]++; is[$2] = $1 } END { for (f in seen) if (seen[f] == 1 && is[f] == kind) print f }' | sort; }
missing=$(only wanted)
extra=$(only named)
tap_empty "Makefile.am names every file" "$missing"
tap_empty "Makefile.am names only files that exist" "$extra"
tap_empty "scripts can be run" "$(for file in demo check .ci/run; do [ -x "$file" ] || echo "$file"; done)"
# Bookkeeping of who needs what: packages.sh is what a new machine gets.
tap_empty "every pkg-config module has its package in tests/lib/packages.sh" "$(
	sed -n 's/^PKG_CHECK_MODULES(\[[A-Z0-9]*\], \[\([^ ]*\).*/\1/p' configure.ac | while read -r module; do
		grep -q "# $module\$" tests/lib/packages.sh || echo "$module"; done)"
tap_done
