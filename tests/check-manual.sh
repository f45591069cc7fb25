#!/bin/sh
# The tables of the program and what the manual pages say of them: commands and their options, settings with their defaults
# and limits, the environment, and what people are told that they can say. Each finding says what to add where.
# (The language of rules and that of scenarios have their elements written into the pages by the tests that print them.)
. "${top_srcdir:-$(dirname "$0")/..}/tests/lib/tap.sh"
cd "$top_srcdir" || exit 1
ask() { python3 tests/lib/manual.py "$@" 2>&1 || echo "manual.py $* failed"; }

tap_empty "postkamer(1) has every command with every option, and no other" "$(ask commands-differ .)"
tap_empty "usages say the options that are read, and no other" "$(ask options-unsaid .)"
tap_empty "postkamer(1) says which commands take --now" "$(ask now-differs .)"
tap_empty "postkamer(1) has every variable of the environment, and no other" "$(ask environment-differs .)"
tap_empty "postkamer.conf(5) has every setting with its default and limits, and no other" "$(ask settings-differ .)"
tap_empty "postkamer-scenario(5) has every word of its language in the grammar" "$(ask scenario-words .)"
tap_empty "postkamer-rules(5) has every word that is no name" "$(ask rule-words .)"
tap_empty "postkamer(1) has every command by mail, who may say it and at what level" "$(ask mail-differs .)"
tap_empty "the help mails say every command" "$(ask help-lacks .)"
if command -v mandoc >/dev/null 2>&1; then
	# Lines are as long as elsewhere here, and a sentence may go on where another ended.
	tap_empty "mandoc finds nothing in the pages" "$(mandoc -T lint -W warning man/* 2>&1 | grep -v ': new sentence, new line')"
else
	tap_skip "mandoc finds nothing in the pages" "mandoc is not installed"
fi

# Each of them notices what is missing, and what is there and should not be.
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
mkdir "$dir/man" "$dir/mailtemplates" "$dir/mailtemplates/nl" && ln -s "$PWD/engine" "$PWD/rules" "$dir/" &&
	ln -s "$PWD/mailtemplates/en" "$dir/mailtemplates/en" || exit 1
notices() { # NAME QUESTION FILE PROGRAM-FOR-SED WORDS
	cp man/* "$dir/man/" && cp mailtemplates/nl/hulp.md "$dir/mailtemplates/nl/"
	sed "$4" "$3" > "$dir/$3"
	tap_empty "$1" "$(ask "$2" "$dir" | grep -qF -- "$5" || echo "not noticed: $5")"
}
page=man/postkamer.1
notices "a command that is missing is noticed" commands-differ $page '/^\.It Cm held refuse/d' "add '.It Cm held refuse'"
notices "a command that is gone is noticed" commands-differ $page 's/^\.It Cm verify/&er/' "no command 'verifyer'"
notices "an option that is missing is noticed" commands-differ $page 's/Op Fl -eml//' "add the option --eml"
notices "an option that is gone is noticed" commands-differ $page 's/Op Fl -eml/& Op Fl -html/' "has no --html"
notices "a command without --now is noticed" now-differs $page 's/held accept , held refuse/held refuse/' "'held accept' takes it too"
notices "a variable is noticed" environment-differs $page 's/Ev NOTIFY_SOCKET/Ev SOCKET/' "add '.It Ev NOTIFY_SOCKET'"
notices "another level is noticed" mail-differs $page 's/^\(kopie aan .*\)2$/\11/' "has to have the line 'kopie aan"
page=man/postkamer.conf.5
notices "a setting that is missing is noticed" settings-differ $page '/^\.It Cm ticket-remind/d' "add '.It Cm ticket-remind'"
notices "a setting that is gone is noticed" settings-differ $page 's/^\.It Cm still/&ness/' "no setting 'stillness'"
notices "another default is noticed" settings-differ $page 's/default 30\./default 40./' "address lacks '30'"
notices "another limit is noticed" settings-differ $page 's/1 to 3600\. Default: 120/1 to 360. Default: 120/' "deadline lacks '1 to 3600'"
notices "a setting without effect is noticed" settings-differ $page '/^\.Cm send-window/d' "add 'send-window' of service"
page=man/postkamer-scenario.5
notices "a word of scenarios is noticed" scenario-words $page 's/"bounces"//' "reads the word 'bounces'"
page=man/postkamer-rules.5
notices "a word that is no name is noticed" rule-words $page 's/" attach "/", "/' "'attach' may not be a name"
notices "a command that the help mail lacks is noticed" help-lacks mailtemplates/nl/hulp.md 's/vrijgeven//g' "does not say 'vrijgeven'"
tap_done
