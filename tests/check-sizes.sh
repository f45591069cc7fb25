#!/bin/sh
# Functions of at most 100 lines, files of at most 900. What is over stands in tests/sizes-over.txt with its lines;
# those numbers may only go down.
. "${top_srcdir:-$(dirname "$0")/..}/tests/lib/tap.sh"
cd "$top_srcdir" || exit 1
over=tests/sizes-over.txt
judge() { # reads "NAME LINES", prints what is over LIMIT ($1) and over its exception
	awk -v limit="$1" 'FNR == NR { max[$1] = $2; next }
		$2 > ($1 in max ? max[$1] : limit) + 0 { print $1 " has " $2 " lines, at most " ($1 in max ? max[$1] : limit) }' "$over" -
}

files=$(find engine tests -name '*.[ch]' | sort)
tap_empty "files have at most 900 lines" "$(printf '%s\n' "$files" | xargs wc -l | awk '$2 != "total" { print $2, $1 }' | judge 900)"

if command -v ctags >/dev/null 2>&1 && ctags --version 2>/dev/null | grep -q Universal; then
	functions=$(printf '%s\n' "$files" | xargs ctags -x --c-kinds=f --_xformat='%{input}:%{name} %{line} %{end}' | awk '$3 { print $1, $3 - $2 + 1 }')
	tap_empty "functions have at most 100 lines" "$(printf '%s\n' "$functions" | judge 100)"
	median=$(printf '%s\n' "$functions" | awk 'NF { print $2 }' | sort -n | awk '{ row[NR] = $1 } END { if (NR) print row[int((NR + 1) / 2)]; else print 0 }')
	tap_empty "the median function has fewer than 18 lines" "$([ "$median" -lt 18 ] || echo "it has $median")"
else
	tap_skip "functions have at most 100 lines" "universal-ctags is not installed"
fi

gone=$(while read -r name lines; do
	case $name in ''|'#'*) continue;; esac
	file=${name%%:*}
	[ -e "$file" ] || echo "$name: no such file, take the line out"
	if [ "$file" = "$name" ]; then
		now=$(wc -l < "$file")
	else
		now=$(printf '%s\n' "$functions" | awk -v name="$name" '$1 == name { print $2 }')
	fi
	[ "${now:-0}" -eq "$lines" ] || [ -z "${functions:-}" ] || echo "$name: has ${now:-0} lines now; the list says $lines"
done < "$over")
tap_empty "the list of exceptions is as small as it can be" "$gone"
tap_done
