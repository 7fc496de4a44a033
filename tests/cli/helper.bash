# What all tests of the programs share.  B is the build to test.
bats_require_minimum_version 1.5.0
root=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
B=${B:-$root/build}
PATH=$B:$PATH
golden=$root/tests/golden
shared=${HITL_SHARED:-$root/../shared}
# shellcheck disable=SC2034
policy=$golden/policy.json

# With -e, what has said nothing has not said yes: jq 1.6 exits 0 when it is
# given no value at all.
jq() {
	local word
	for word; do
		[[ ! $word =~ ^-[a-zA-Z]*e[a-zA-Z]*$ ]] || {
			(set -o pipefail && command jq "$@" | awk '{ print } END { exit NR == 0 }')
			return
		}
	done
	command jq "$@"
}

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

# gone PID: a child of ours has ended
gone() {
	! kill -0 "$1" 2>/dev/null
}

# await_end PID: of a child of ours; its status is in $status
await_end() {
	await gone "$1" || return 1
	status=0
	wait "$1" || status=$?
}

# taken PID: no signal waits for it any more
taken() {
	! grep -qsE '^(Sig|Shd)Pnd:.*[1-9a-f]' "/proc/$1/status"
}

# sleeping PID: it waits for something
sleeping() {
	grep -qs '^State:.S' "/proc/$1/status"
}

# held FIFO: somebody has it open to write to it, as `exec 9<>FIFO` does, and
# so have those he has started; let_go FIFO: all of them have ended.
held() {
	[ "$(holders "$1")" = some ]
}

let_go() {
	[ "$(holders "$1")" = none ]
}

holders() {
	perl -MFcntl -e 'sysopen(F, $ARGV[0], O_RDONLY | O_NONBLOCK) or die;
		print defined sysread(F, my $x, 1) ? "none" : "some"' "$1"
}

# Another one writes to the queue $HITL_DB, until unlock_queue.
lock_queue() {
	mkfifo locker
	sqlite3 "$HITL_DB" <locker 3>&- &
	locker=$!
	exec 8>locker
	rm locker
	# is_locked locks for a moment, too
	printf '.timeout 60000\nBEGIN IMMEDIATE; SELECT 1;\n' >&8
	await is_locked
}

# It has been so all the time.
unlock_queue() {
	is_locked
	exec 8>&-
	wait "$locker"
}

is_locked() {
	! sqlite3 "$HITL_DB" 'BEGIN IMMEDIATE' 2>/dev/null
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
