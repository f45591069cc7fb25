# Configuring and building, for ./demo and ./check. Needs $top (the source folder); everything goes to $top/build/NAME.

as_root() { # as_root "$@": becomes root where it can, since Dovecot, Postfix and apt-get need that
	if [ "$(id -u)" -ne 0 ] && [ -z "${POSTKAMER_AS_USER:-}" ] && command -v sudo >/dev/null 2>&1; then
		exec sudo --preserve-env=POSTKAMER_KEEP,POSTKAMER_SHARED "$0" "$@"
	fi
}

build_owner() { # gives build/ back to whoever called sudo
	[ -z "${SUDO_UID:-}" ] || chown -R "$SUDO_UID:${SUDO_GID:-$SUDO_UID}" "$top/build" \
		"$top/configure" "$top/Makefile.in" "$top/aclocal.m4" "$top/build-aux" "$top/autom4te.cache" 2>/dev/null || true
}

build_bootstrap() {
	if [ ! -e "$top/configure" ] || [ "$top/configure.ac" -nt "$top/configure" ] ||
		[ "$top/Makefile.am" -nt "$top/Makefile.in" ]; then
		(cd "$top" && autoreconf -fi) > "$top/build/autoreconf.log" 2>&1 ||
			{ cat "$top/build/autoreconf.log" >&2; return 1; }
	fi
}

# build_make NAME CONFIGURE-OPTIONS -- MAKE-TARGETS: what is there already is not built again. The output goes to
# build/NAME.log and is shown where something fails.
build_make() {
	name=$1 options=; shift
	while [ "$1" != -- ]; do options="$options $1"; shift; done
	shift
	mkdir -p "$top/build/$name"
	( # a shell of its own: the caller's folder stays what it is
		build_bootstrap &&
		cd "$top/build/$name" &&
		{ [ -e Makefile ] && [ Makefile -nt "$top/configure" ] || "$top/configure" --quiet $options; } &&
		make -j"$(nproc)" "$@"
	) > "$top/build/$name.log" 2>&1 || { tail -n 40 "$top/build/$name.log" >&2; return 1; }
}
