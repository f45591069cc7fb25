#!/bin/sh
# Includes point to a folder of lower rank only, and each outside library is named in one folder.
. "${top_srcdir:-$(dirname "$0")/..}/tests/lib/tap.sh"
cd "$top_srcdir/engine" || exit 1

ranks='base 0
loop 1
model 1
match 1
seal 1
rule 2
tmpl 2
mime 2
sniff 2
watch 2
quote 2
ipc 2
store 2
blob 2
imap 2
net 2
unpack 2
markdown 2
json 2
sandbox 2
flow 3
command 3
scenario 3
form 3.5
bounce 3
prove 4
work 4
worker 4
app 5'

# folder(s) that may include headers which match the pattern
libraries='imap ^libetpan/
imap ^gnutls/
mime ^gmime/
net ^curl/
sniff ^magic\.h
match ^pcre2\.h
store ^sqlite3\.h
seal ^sodium
seal ^nettle/
base ^pthread
app ^confuse\.h
json ^jansson\.h
markdown ^cmark
sandbox ^seccomp\.h
sandbox ^linux/(landlock|seccomp|filter)
unpack ^archive
unpack ^(tnef|ytnef|libytnef)
watch ^sys/inotify'

own=$(grep -HoE '^[[:space:]]*#[[:space:]]*include[[:space:]]+"[^"]+"' -r --include='*.[ch]' . | sed -E 's#^\./##; s/:[^"]*"([^"]+)"/ \1/')
foreign=$(grep -HoE '^[[:space:]]*#[[:space:]]*include[[:space:]]+<[^>]+>' -r --include='*.[ch]' . | sed -E 's#^\./##; s/:[^<]*<([^>]+)>/ \1/')

unknown=$(for folder in */; do printf '%s\n' "$ranks" | grep -q "^${folder%/} " || echo "${folder%/}: give it a rank"; done)
tap_empty "every folder has a rank" "$unknown"

tap_empty "includes point to a lower rank or stay in the folder" "$(printf '%s\n' "$own" | RANKS=$ranks awk '
	BEGIN { n = split(ENVIRON["RANKS"], rows, "\n"); for (i = 1; i <= n; i++) { split(rows[i], f, " "); rank[f[1]] = f[2] } }
	NF == 2 {
		split($1, from, "/"); split($2, to, "/")
		if (from[1] == to[1]) next
		if (!(to[1] in rank)) { print $1 ": \"" $2 "\" names no folder"; next }
		if (rank[to[1]] >= rank[from[1]]) print $1 " (rank " rank[from[1]] ") includes " $2 " (rank " rank[to[1]] ")"
	}')"

tap_empty "private headers stay in their folder" "$(printf '%s\n' "$own" | awk '
	$2 ~ /_p\.h$/ { split($1, from, "/"); split($2, to, "/"); if (from[1] != to[1]) print $1 " includes " $2 }')"

tap_empty "each outside library is named in its own folder only" "$(printf '%s\n' "$foreign" | LIBS=$libraries awk '
	BEGIN { n = split(ENVIRON["LIBS"], rows, "\n"); for (i = 1; i <= n; i++) { k = index(rows[i], " "); home[i] = substr(rows[i], 1, k - 1); pat[i] = substr(rows[i], k + 1) } }
	NF == 2 { split($1, from, "/"); for (i = 1; i <= n; i++) if ($2 ~ pat[i] && from[1] != home[i]) print $1 " includes <" $2 ">, which belongs to " home[i] "/" }')"

# A header that is neither the C library's nor the kernel's has to be in the table above.
tap_empty "no other outside library" "$(printf '%s\n' "$foreign" | LIBS=$libraries awk '
	BEGIN { n = split(ENVIRON["LIBS"], rows, "\n"); for (i = 1; i <= n; i++) { k = index(rows[i], " "); pat[i] = substr(rows[i], k + 1) } }
	NF == 2 {
		known = 0; for (i = 1; i <= n; i++) if ($2 ~ pat[i]) known = 1
		if (!known && $2 !~ /^(sys|arpa|net|netinet|linux|asm)\// && $2 !~ /^(assert|ctype|dirent|errno|fcntl|fnmatch|getopt|glob|grp|iconv|inttypes|langinfo|libgen|limits|locale|math|netdb|poll|pthread|pwd|regex|sched|setjmp|signal|spawn|stdalign|stdarg|stdatomic|stdbool|stddef|stdint|stdio|stdio_ext|stdlib|stdnoreturn|string|strings|syslog|termios|time|uchar|unistd|wchar|wctype|malloc|endian|byteswap)\.h$/)
			print $1 " includes <" $2 ">" }')"
tap_done
