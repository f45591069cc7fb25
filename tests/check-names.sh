#!/bin/sh
# How things are laid out: tabs, line length, names of files, structs without typedefs, spelling of the program's name.
. "${top_srcdir:-$(dirname "$0")/..}/tests/lib/tap.sh"
cd "$top_srcdir" || exit 1
sources=$(find engine tests -name '*.[ch]' | sort)
scripts=$(find tests demo check .ci -type f \( -name '*.py' -o -name '*.sh' -o -name demo -o -name check -o -name run \) | sort)

tap_empty "C is indented with tabs" "$(grep -nE '^ {2,}[^ *]' $sources | head -n 20)"
tap_empty "C lines are of at most 125 columns (a tab counts 4), tests 135" "$(perl -CSD -ne '
	chomp; 1 while s/\t/" " x (4 - $-[0] % 4)/e;
	print "$ARGV:$.\n" if length > ($ARGV =~ /^engine/ ? 125 : 135);
	close ARGV if eof' $sources)"
tap_empty "script lines are under 131 columns" "$(awk 'length($0) > 130 { print FILENAME ":" FNR ": " length($0) }' $(printf '%s\n' $scripts | grep -v '/check-'))"
tap_empty "no trailing blanks" "$(grep -nE '[[:blank:]]+$' $sources $scripts Makefile.am configure.ac README.md | head -n 20)"
tap_empty "files end in one newline" "$(perl -0777 -ne 'print "$ARGV\n" unless /[^\n]\n\z/' $sources $scripts)"
tap_empty "file names are lower case" "$(find engine rules mailtemplates spool tests man -name '*[A-Z ]*' ! -name 'README*' ! -name '*.eml' | sort)"
tap_empty "structs and enums have no typedef" "$(grep -nE '^[[:space:]]*typedef[[:space:]]+(struct|enum|union)' $sources)"
tests=$(find tests -maxdepth 1 -name 'test-*.c' ! -name '*worker*' | sort)
tap_empty "unit tests include tap.h and end in its plan" "$(grep -L '"tap.h"' $tests; grep -LE 'tap_done|tap_skip_all' $tests)"
tap_done
