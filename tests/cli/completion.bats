#!/usr/bin/env bats
# Completion in bash.
load helper

# complete WORD...: what the last one may become
complete_words() {
	COMP_WORDS=("$@")
	COMP_CWORD=$(($# - 1))
	COMPREPLY=()
	_hitl "$1" "${!#}"
	printf '%s\n' "${COMPREPLY[@]}" | sort | tr '\n' ' '
}

@test "completion: verbs, their options, and files" {
	complete() { :; } # bats has none
	# shellcheck source=scripts/completion/hitl.bash
	. "$root/scripts/completion/hitl.bash"
	cd "$BATS_TEST_TMPDIR"
	touch clip.ndjson
	[ "$(complete_words hitl-queue cl)" = 'claim clock ' ]
	[ "$(complete_words hitl-queue claim --re)" = '--reviewer ' ]
	[ "$(complete_words hitl-queue push cl)" = 'clip.ndjson ' ]
	[ "$(complete_words hitl-risk --expl)" = '--explain-policy ' ]
	[ "$(complete_words hitl-metrics al)" = 'alarm ' ]
	[ "$(complete_words hitl-metrics alarm --stat)" = '--state ' ]
	[ "$(complete_words hitl-act --dry)" = '--dry-run ' ]
	[ "$(complete_words hitl-calibrate fit --sig)" = '--signals ' ]
}
