#!/usr/bin/env bats
# hitl-recipes(7) as its reader types it: what it shows is what comes.
load helper

# What the literal displays of a page show, as it stands on a terminal.
shown() {
	sed -n '/^\.Bd -literal/,/^\.Ed/p' "$1" | grep -v -e '^\.Bd' -e '^\.Ed' |
		sed -e 's/^\\&//' -e 's/\\e/\\/g'
}

# typed PAGE: the commands, each with what it says
typed() {
	echo 'exec 2>&1'
	sed -n 's/^\$ //p' "$1" | while IFS= read -r command; do
		printf "cat <<'E'\n\$ %s\nE\n%s\n" "$command" "$command"
	done
}

@test "the recipes give what their page shows" {
	cd "$BATS_TEST_TMPDIR"
	shown "$root/man/hitl-recipes.7" | grep -v -e '^[0-9]* 2 \* \* \*' -e '^PATH=' >page
	[ "$(grep -c '^\$ ' page)" -ge 20 ]
	typed page >session
	diff page <(sh session)
}

@test "the README's first threshold is the one that comes" {
	cd "$BATS_TEST_TMPDIR"
	sed -n '/^## Your first threshold/,/^## A tour/p' "$root/README.md" |
		sed -n '/^```/,/^```/p' | grep -v -e '^```' -e '^\$ scripts' >page
	[ "$(grep -c '^\$ ' page)" -ge 6 ]
	typed page >session
	diff page <(sh session)
}
