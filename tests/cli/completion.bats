#!/usr/bin/env bats
# Completion in bash, zsh and fish.
load helper

setup() {
	cd "$BATS_TEST_TMPDIR"
	touch clip.ndjson
}

# all_offer COMMAND: what it makes of words, the last of which is a beginning.
all_offer() {
	local words offered
	while IFS='|' read -r words offered; do
		# shellcheck disable=SC2086 # words
		[ "$("$1" $words)" = "$offered " ] || { echo "$words: $("$1" $words), not $offered" && false; }
	done <<-'END'
		hitl-queue cla|claim
		hitl-queue clo|clock
		hitl-queue claim --re|--reviewer
		hitl-queue push cl|clip.ndjson
		hitl-risk --expl|--explain-policy
		hitl-metrics al|alarm
		hitl-metrics alarm --stat|--state
		hitl-act --dry|--dry-run
		hitl-calibrate fit --sig|--signals
	END
}

# in_SHELL WORD...: what the last one may become, in one line
in_bash() {
	COMP_WORDS=("$@")
	COMP_CWORD=$(($# - 1))
	COMPREPLY=()
	_hitl "$1" "${!#}"
	printf '%s\n' "${COMPREPLY[@]}" | sort | tr '\n' ' '
}

# The completion system's own functions say what they were given.
in_zsh() {
	zsh -fc '
		_describe() { print -rl -- ${(P)2} | sed "s/:.*//" }
		_files() { print -rl -- *(N) }
		compadd() { shift; print -rl -- $@ }
		words=("$@"); CURRENT=$#
		source '"$root"'/scripts/completion/_hitl' zsh "$@" | grep -- "^${!#}" | sort -u | tr '\n' ' '
}

in_fish() {
	fish --no-config -c "source $root/scripts/completion/hitl.fish; complete -C '$*'" | cut -f1 | sort -u | tr '\n' ' '
}

@test "bash: verbs, their options, and files" {
	complete() { :; } # bats has none
	# shellcheck source=scripts/completion/hitl.bash
	. "$root/scripts/completion/hitl.bash"
	all_offer in_bash
	[ "$(in_bash hitl-queue cl)" = 'claim clock ' ]
}

@test "zsh: verbs, their options, and files" {
	command -v zsh >/dev/null || skip 'no zsh here'
	all_offer in_zsh
}

@test "fish: verbs, their options, and files" {
	command -v fish >/dev/null || skip 'no fish here'
	all_offer in_fish
}
