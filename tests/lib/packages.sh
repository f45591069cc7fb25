# What the build, the demo and the tests need on Debian 12. Sourced by ./demo and ./check.

# libcurl4-gnutls-dev, not -openssl-: libetpan-dev depends on it, and the two exclude each other.
packages_build="
gcc make autoconf automake pkg-config python3 libc6-dev linux-libc-dev ca-certificates tzdata
libarchive-dev          # libarchive
libcmark-dev            # libcmark
libconfuse-dev          # libconfuse
libcurl4-gnutls-dev     # libcurl
libetpan-dev            # libetpan
libgmime-3.0-dev        # gmime-3.0
libgnutls28-dev         # gnutls
libjansson-dev          # jansson
libmagic-dev            # libmagic
nettle-dev              # nettle
libpcre2-dev            # libpcre2-8
libseccomp-dev          # libseccomp
libsodium-dev           # libsodium
libsqlite3-dev          # sqlite3
"
packages_mail="dovecot-core dovecot-imapd dovecot-lmtpd postfix openssl"
packages_check="mandoc graphviz sqlite3 patch cyrus-common sasl2-bin clang libclang-rt-dev universal-ctags perl
strace git xz-utils"

# packages_install NAME...: installs what is missing. Mail servers that come along are not left running, nor started at
# boot.
packages_install() {
	missing=
	for package in "$@"; do
		dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
	done
	[ -n "$missing" ] || return 0
	if [ "$(id -u)" -ne 0 ]; then
		echo "not installed:$missing" >&2
		echo "run this as root or with sudo, or install them first" >&2
		return 1
	fi
	echo "installing:$missing"
	policy=
	if [ ! -e /usr/sbin/policy-rc.d ]; then
		policy=/usr/sbin/policy-rc.d
		printf '#!/bin/sh\nexit 101\n' > $policy && chmod 755 $policy
	fi
	packages_log=$(mktemp)
	status=0
	{ apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing; } \
		> "$packages_log" 2>&1 || status=$?
	[ -z "$policy" ] || rm -f "$policy"
	for service in postfix dovecot cyrus-imapd; do
		case " $missing " in *" ${service}"*)
			[ ! -d /run/systemd/system ] || systemctl disable --now "$service" >/dev/null 2>&1 || true ;;
		esac
	done
	if [ $status -ne 0 ]; then
		tail -n 30 "$packages_log" >&2
		echo "apt-get failed; all of it is in $packages_log" >&2
		return $status
	fi
	rm -f "$packages_log"
}

# packages_cyrus: Cyrus' imapd, unpacked into build/cyrus, for the package cannot be installed beside Dovecot's.
packages_cyrus() {
	[ ! -e /usr/lib/cyrus/bin/imapd ] && [ ! -e "$top/build/cyrus/usr/lib/cyrus/bin/imapd" ] || return 0
	mkdir -p "$top/build/cyrus" && cd "$top/build/cyrus" && apt-get -qq download cyrus-imapd && dpkg -x cyrus-imapd_*.deb .
}

# packages_names LIST: the list without its remarks.
packages_names() {
	printf '%s\n' "$1" | sed 's/#.*//'
}
