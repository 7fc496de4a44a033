# What all tests of the programs share.  B is the build to test.
bats_require_minimum_version 1.5.0
root=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
B=${B:-$root/build}
PATH=$B:$PATH
golden=$root/tests/golden
shared=${HITL_SHARED:-$root/../shared}
# shellcheck disable=SC2034
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

# await COMMAND...: until it is true.  The limit is no time that anything is
# meant to take: when it is over, what was waited for does not happen.
await() {
	local limit=$((SECONDS + 120))
	until "$@"; do
		[ "$SECONDS" -lt "$limit" ] || {
			echo "in vain: $*"
			return 1
		}
		sleep 0.02
	done
}

# in_pipe FD: how many bytes wait in the pipe that this is an end of
in_pipe() {
	python3 -c 'import array, fcntl, sys, termios
n = array.array("i", [0])
fcntl.ioctl(int(sys.argv[1]), termios.FIONREAD, n)
print(n[0])' "$1"
}

# drained FD: whoever reads this pipe has read all of it
drained() {
	[ "$(in_pipe "$1")" -eq 0 ]
}

# shellcheck disable=SC2034
mmlu=(--csv -F 'correct=.correct_answer == .extracted_answer' -F task=.category)

# Each row of a table: its record through the filter; what is expected must
# be what the member says, as far as it is mentioned.
conform() { # TABLE MEMBER COMMAND...
	local table=$1 member=$2
	shift 2
	jq -c .record "$table" | "$@" >"$BATS_TEST_TMPDIR/out"
	jq -n -r --arg m "$member" --slurpfile t "$table" \
		--slurpfile o "$BATS_TEST_TMPDIR/out" '
		if ($t | length) != ($o | length) then "rows differ" else
		range($t | length) as $i
		| $t[$i].expect as $e | $o[$i][$m] as $got
		| ($e | keys[]) as $k
		| select($got[$k] != $e[$k])
		| "\($t[$i].case): \($k) is \($got[$k]), not \($e[$k])" end' \
		>"$BATS_TEST_TMPDIR/wrong"
	cat "$BATS_TEST_TMPDIR/wrong"
	[ ! -s "$BATS_TEST_TMPDIR/wrong" ]
}

# verbs PROGRAM: as its --help lists them
verbs() {
	"$1" --help | sed -n 's/^  \([a-z][a-z]*\)  .*/\1/p; s/^Verbs, .*: \(.*\)\.$/\1/p' | tr -d ,
}
