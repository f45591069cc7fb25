#!/bin/sh
# Calls and habits the house does without. The compiler refuses most (engine/base/banned.h); this finds the rest, and a
# file that was built without it.
. "${top_srcdir:-$(dirname "$0")/..}/tests/lib/tap.sh"
cd "$top_srcdir" || exit 1
sources=$(find engine -name '*.[ch]' ! -path engine/base/banned.h | sort)
# Comments and strings out, line numbers kept.
code() {
	for file in $sources; do
		FILE=$file perl -0777 -pe 's{(/\*.*?\*/)|(//[^\n]*)|("(?:\\.|[^"\\\n])*")}{ my $t = $&; $t =~ s/[^\n]//g; $t }gse' "$file" |
			FILE=$file awk '{ print ENVIRON["FILE"] ":" NR ": " $0 }'
	done
}
text=$(code)
finds() { printf '%s\n' "$text" | grep -E "$1"; }
tap_empty "no banned calls" "$(finds '\b(strcpy|strcat|strncpy|strncat|sprintf|vsprintf|strtok|gets|gmtime|localtime|ctime|asctime|atoi|atol|popen|system|alloca|tmpnam|mktemp|rand|srand)[[:space:]]*\(')"
tap_empty "no bare malloc outside base/" "$(finds '\b(malloc|calloc|realloc|strdup|strndup|asprintf)[[:space:]]*\(' | grep -v '^engine/base/')"
tap_empty "no fork: workers are spawned" "$(finds '\b(fork|vfork)[[:space:]]*\(')"
# abort() stays: it is the answer to a library without memory, in a worker that may die.
tap_empty "no printing or exiting in library folders" "$(finds '\b(printf|puts|putchar|perror|exit|_exit)[[:space:]]*\(' | grep -vE '^engine/(base|app|sandbox|worker)/')"
tap_empty "no variable file-scope state" "$(printf '%s\n' "$text" | grep -E '^[^ ]+ static [^()]*;' | grep -vE 'static (const|_Thread_local)\b|\bconst [a-z_]+\[?|^engine/(base/(log|step|file|crash)|app/)|[^:]*: [[:space:]]' )"
tap_empty "no work left open in words" "$(grep -nE '\b(TODO|FIXME|XXX|HACK)\b' $sources tests/*.c tests/*.py 2>/dev/null)"
tap_empty "no pragma or macro that lifts the ban" "$(finds '#[[:space:]]*undef[[:space:]]+(str|sprintf)|base/banned')"
tap_done
