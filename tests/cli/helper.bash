# What all tests of the programs share.  B is the build to test.
bats_require_minimum_version 1.5.0
root=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
B=${B:-$root/build}
PATH=$B:$PATH
golden=$root/tests/golden
shared=${HITL_SHARED:-$root/../shared}
policy=$golden/policy.json

# The shared logs need not be there.
need_shared() {
	[ -r "$shared/data/$1" ] || skip "no ../shared/data/$1 here"
}

# Runs a program as it is, output and messages apart, status kept.
hitl() {
	run --separate-stderr "$@"
}

# status N: and show what happened when it is another one
status() {
	[ "$status" -eq "$1" ] || {
		echo "status $status where $1 is expected"
		echo "stdout: $output"
		echo "stderr: $stderr"
		return 1
	}
}

# says TEXT: a message has it
says() {
	[[ $stderr == *"$1"* ]] || {
		echo "no '$1' in: $stderr"
		return 1
	}
}

mmlu=(--csv -F 'correct=.correct_answer == .extracted_answer' -F task=.category)
