#!/bin/sh
# Headers read like manuals: a comment at the top, guards named after the path, every function of a public header under a
# comment (a group may share one), and each compiles by itself.
. "${top_srcdir:-$(dirname "$0")/..}/tests/lib/tap.sh"
cd "$top_srcdir" || exit 1
headers=$(find engine -name '*.h' ! -name banned.h | sort)

tap_empty "each header begins with a comment" "$(for file in $headers; do head -n 1 "$file" | grep -q '^/\*' || echo "$file"; done)"
tap_empty "include guards are named after the path" "$(for file in $headers; do
	guard=POSTKAMER_$(echo "${file#engine/}" | tr 'a-z/.-' 'A-Z___')
	grep -q "^#ifndef $guard\$" "$file" && grep -q "^#define $guard\$" "$file" || echo "$file: wants $guard"
done)"
# A comment speaks for the declarations below it up to the next blank line; one above a struct or at the top of the file
# for the group that follows. A few that say all by their names need none.
tap_empty "no group of more than three public functions without a comment" "$(for file in $headers; do
	case $file in *_p.h) continue;; esac
	awk -v file="$file" '
		function judge() { if (bare > 3) print file ":" NR ": " bare " functions without a comment"; bare = 0 }
		/\*\/[[:space:]]*$/ { documented = 1; group = 0; next }
		/^[[:space:]]*$/ { judge(); if (group) documented = 0; group = 0; next }
		/^[a-z].*[a-z0-9_]\(.*$/ && !/^(typedef|static inline|struct [a-z_]+ \{|enum|extern|#)/ {
			group = 1
			if (!documented) bare++
		}
		END { judge() }' "$file"
done)"
tap_empty "every public function begins with the name of its folder, its file or a type of its header" "$(for file in $headers; do
	folder=$(basename "$(dirname "$file")"); base=$(basename "$file" .h); base=${base%_p}
	case $file in *_p.h|engine/base/*|engine/app/*) continue;; esac # seen by their folder only, or by everybody
	base="$base $(cd "engine/$folder" && ls *.c 2>/dev/null | sed 's/\.c$//' | tr '\n' ' ')"
	types=$(grep -oE '^(struct|enum) [a-z0-9_]+' "$file" | cut -d' ' -f2 | sort -u | tr '\n' ' ')
	awk -v file="$file" -v own="$folder $base $types" '
		BEGIN { n = split(own, prefix, " ") }
		/^[a-z].*[a-z0-9_]\(/ && !/^(typedef|static|struct [a-z_]+ \{|enum [a-z_]+ \{|#)/ {
			name = $0; sub(/\(.*/, "", name); sub(/.*[ *]/, "", name)
			for (i = 1; i <= n; i++) if (name == prefix[i] || index(name, prefix[i] "_") == 1) next
			print file ":" NR ": " name
		}' "$file"
done)"
if command -v "${CC:-cc}" >/dev/null 2>&1; then
	work=$(mktemp -d) || exit 1
	trap 'rm -rf "$work"' EXIT
	for file in $headers; do
		name=${file#engine/}
		printf '#include "%s"\n' "$name" >"$work/$(echo "$name" | tr / _).c"
	done
	tap_empty "each header compiles by itself" "$(find "$work" -name '*.c' | sort | xargs ${CC:-cc} -std=c17 -D_GNU_SOURCE \
		-DPCRE2_CODE_UNIT_WIDTH=8 -Iengine $(pkg-config --cflags gmime-3.0 libetpan 2>/dev/null) -fsyntax-only 2>&1 | head -n 20)"
else
	tap_skip "each header compiles by itself" "no compiler"
fi
tap_done
