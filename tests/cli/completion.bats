#!/usr/bin/env bats
# Completion in bash, zsh and fish.
load helper

setup() {
	cd "$BATS_TEST_TMPDIR"
	touch clip.ndjson
}

# words BEFORE... : what the last one may become in bash
complete_words() {
	COMP_WORDS=("$@")
	COMP_CWORD=$(($# - 1))
	COMPREPLY=()
	_hitl "$1" "${!#}"
	printf '%s\n' "${COMPREPLY[@]}" | sort | tr '\n' ' '
}

@test "bash: verbs, their options, and files" {
	complete() { :; } # bats has none
	# shellcheck source=scripts/completion/hitl.bash
	. "$root/scripts/completion/hitl.bash"
	[ "$(complete_words hitl-queue cl)" = 'claim clock ' ]
	[ "$(complete_words hitl-queue claim --re)" = '--reviewer ' ]
	[ "$(complete_words hitl-queue push cl)" = 'clip.ndjson ' ]
	[ "$(complete_words hitl-risk --expl)" = '--explain-policy ' ]
	[ "$(complete_words hitl-metrics al)" = 'alarm ' ]
	[ "$(complete_words hitl-metrics alarm --stat)" = '--state ' ]
	[ "$(complete_words hitl-act --dry)" = '--dry-run ' ]
	[ "$(complete_words hitl-calibrate fit --sig)" = '--signals ' ]
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

@test "zsh: verbs, their options, and files" {
	command -v zsh >/dev/null || skip 'no zsh here'
	[ "$(in_zsh hitl-queue cl)" = 'claim clock ' ]
	[ "$(in_zsh hitl-queue claim --re)" = '--reviewer ' ]
	[ "$(in_zsh hitl-queue push cl)" = 'clip.ndjson ' ]
	[ "$(in_zsh hitl-risk --expl)" = '--explain-policy ' ]
	[ "$(in_zsh hitl-metrics al)" = 'alarm ' ]
	[ "$(in_zsh hitl-metrics alarm --stat)" = '--state ' ]
	[ "$(in_zsh hitl-act --dry)" = '--dry-run ' ]
	[ "$(in_zsh hitl-calibrate fit --sig)" = '--signals ' ]
}

in_fish() {
	fish --no-config -c "source $root/scripts/completion/hitl.fish; complete -C '$1'" | cut -f1 | sort -u | tr '\n' ' '
}

@test "fish: verbs, their options, and files" {
	command -v fish >/dev/null || skip 'no fish here'
	[ "$(in_fish 'hitl-queue cl')" = 'claim clip.ndjson clock ' ]
	[ "$(in_fish 'hitl-queue claim --re')" = '--reviewer ' ]
	[ "$(in_fish 'hitl-queue push cl')" = 'clip.ndjson ' ]
	[ "$(in_fish 'hitl-risk --expl')" = '--explain-policy ' ]
	[ "$(in_fish 'hitl-metrics al')" = 'alarm ' ]
	[ "$(in_fish 'hitl-metrics alarm --stat')" = '--state ' ]
	[ "$(in_fish 'hitl-act --dry')" = '--dry-run ' ]
	[ "$(in_fish 'hitl-calibrate fit --sig')" = '--signals ' ]
}
