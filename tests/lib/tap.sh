# The Test Anything Protocol for our shell scripts. Source it with $top_srcdir set or from the source folder.
: "${top_srcdir:=$(cd "$(dirname "$0")/.." && pwd)}"
tap_count=0
tap_failed=0

# tap_empty NAME FINDINGS: passes when FINDINGS is empty, else shows it.
tap_empty() {
	tap_count=$((tap_count + 1))
	if [ -z "$2" ]; then
		echo "ok $tap_count - $1"
	else
		echo "not ok $tap_count - $1"
		tap_failed=$((tap_failed + 1))
		printf '%s\n' "$2" | head -n 30 | sed 's/^/#   /'
	fi
}

tap_skip() {
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $1 # SKIP $2"
}

tap_done() {
	echo "1..$tap_count"
	[ "$tap_failed" -eq 0 ]
}
