#!/usr/bin/env bats
# The queue and the journal, killed and starved: nothing lost, nothing half.
load helper

setup() {
	cd "$BATS_TEST_TMPDIR"
	export HITL_DB=$PWD/queue.db HITL_JOURNAL=$PWD/journal.db
}

teardown() {
	umount "$BATS_TEST_TMPDIR/small" 2>/dev/null || true
}

# tasks FROM TO: that many
tasks() {
	seq "$1" "$2" | sed 's/.*/{"case_id":"t&","kind":"escalation","risk_level":"low","queue":"general","model_draft":"yes","user_question":"Is it so, and if not why not, and what is to be done about it?"}/'
}

# kill_within MILLISECONDS COMMAND...: at a random moment of these
kill_within() {
	local most=$1
	shift
	"$@" >out 2>/dev/null 3>&- &
	local pid=$!
	perl -e 'select(undef, undef, undef, rand($ARGV[0]) / 1000)' "$most"
	kill -9 $pid 2>/dev/null || true
	wait $pid 2>/dev/null || true
}

# It has opened the queue, and waits.
waits_for_turn() {
	[[ $(readlink "/proc/$1/fd/"*) == *queue.db* ]] || return 1
	sleeping "$1"
}

intact() {
	[ "$(hitl-queue verify | jq -r .intact)" = true ]
}

# How often; 200 where there is time (CRASHES=200).
times=${CRASHES:-25}

@test "push, killed at $times moments: what is there is whole, and the rest comes with the next" {
	tasks 1 3000 >all
	for i in $(seq "$times"); do
		kill_within 60 hitl-queue push all
		[ -e queue.db ] || continue
		hitl-queue list >listed || [ $? -eq 2 ]
		[ ! -s listed ] || intact
		jq -es 'all(.reviews == 0 and .state == "pending")' listed >/dev/null || [ ! -s listed ]
	done
	hitl-queue push all >/dev/null
	[ "$(hitl-queue list | wc -l)" -eq 3000 ]
	[ "$(hitl-queue export --as events | jq -r .id | sort | uniq -d | wc -l)" -eq 0 ]
	intact
}

@test "claim and submit, killed at $times moments: each task once" {
	n=$((times * 12))
	tasks 1 $n | hitl-queue push >/dev/null
	for i in $(seq "$times"); do
		kill_within 25 hitl-queue claim --reviewer r$i -n 10
		intact
		# whatever he has got, printed or not, he decides on
		hitl-queue list --reviewer r$i | jq -c '{id, outcome: "approve"}' >reviews
		kill_within 25 hitl-queue submit --reviewer r$i reviews
		intact
		hitl-queue submit --reviewer r$i reviews >again
		[ "$(jq -c .accepted again | sort -u)" = true ] || [ ! -s reviews ]
	done
	while hitl-queue claim --reviewer last -n 1000 >mine; do
		jq -c '{id: .case_id, outcome: "approve"}' mine | hitl-queue submit --reviewer last >/dev/null
	done
	[ "$(hitl-queue list --state completed | wc -l)" -eq $n ]
	[ "$(hitl-queue export | jq -r .id | sort | uniq -c | awk '{ print $1 }' | sort -u)" = 1 ]
	[ "$(hitl-queue export | wc -l)" -eq $n ]
	intact
}

@test "act, killed at $times moments: no action twice, and each is known or unknown" {
	seq $((times * 3)) | sed 's/.*/{"case_id":"a&","kind":"approval","gate":{"name":"g","key":"k&"}}/' | hitl-queue push >/dev/null
	hitl-queue list | jq -r .id | xargs hitl-queue approve --reviewer boss >/dev/null
	hitl-queue export --as approvals >approvals
	mkfifo alive
	for i in $(seq "$times"); do
		# held from before it starts: one that is killed while it starts a
		# command leaves one that has opened nothing yet
		kill_within 40 hitl-act approvals -- sh -c 'jq -r .case_id >>ran' 9<>alive
	done
	# those that ran when theirs was killed go on
	await let_go alive
	status=0
	hitl-act approvals -- sh -c 'jq -r .case_id >>ran' >out || status=$?
	[ "$(wc -l <out)" -eq $((times * 3)) ]
	[ "$(sort ran | uniq -d | wc -l)" -eq 0 ]
	jq -r .result out | sort | uniq -c
	# what is done has run, and what has run is done or unknown
	jq -r 'select(.result == "done") | .id' out | sort >settled
	jq -r 'select(.result == "unknown") | .id' out | sort >unknown
	[ "$(comm -23 settled <(sort ran) | wc -l)" -eq 0 ]
	[ "$(comm -13 <(sort -m settled unknown) <(sort ran) | wc -l)" -eq 0 ]
	[ "$(sort -m settled unknown | wc -l)" -eq $((times * 3)) ]
	[ "$(hitl-act --list | wc -l)" -eq $((times * 3)) ]
}

@test "eight at once: each task once" {
	tasks 1 2000 | hitl-queue push >/dev/null
	worker() {
		while hitl-queue claim --reviewer "$1" -n 20 >mine."$1"; do
			jq -c '{id: .case_id, outcome: "approve"}' mine."$1" | hitl-queue submit --reviewer "$1" >>done."$1"
		done
	}
	for i in 1 2 3 4 5 6 7 8; do worker r$i 3>&- & done
	wait
	[ "$(cat done.* | jq -r 'select(.accepted) | .id' | sort | uniq -c | awk '{ print $1 }' | sort -u)" = 1 ]
	[ "$(hitl-queue list --state completed | wc -l)" -eq 2000 ]
	[ "$(hitl-queue export | jq -r .reviewer | sort -u | wc -l)" -gt 1 ]
	intact
}

@test "a full disk: told, status 4, and what was there is there" {
	mkdir small
	mount -t tmpfs -o size=3m tmpfs small 2>/dev/null || skip 'no right to mount a small disk'
	HITL_DB=$PWD/small/queue.db
	tasks 1 200 >few
	hitl-queue push few >/dev/null
	tasks 1 20000 >many
	hitl hitl-queue push many
	status 4
	says 'database or disk is full; what was to be written last is not, all before is kept'
	pushed=$(jq .pushed <<<"$output")
	[ "$pushed" -ge 0 ]
	[ "$(hitl-queue list | wc -l)" -eq $((200 + pushed)) ]
	intact
	hitl hitl-queue claim --reviewer r -n 10000
	[ "$status" -eq 4 ] || [ "$status" -eq 0 ]
	intact
	# with room it goes on
	mount -o remount,size=100m small
	hitl hitl-queue push many
	status 0
	[ "$(hitl-queue list | wc -l)" -eq 20000 ]
	intact
}

@test "a disk without any room: read neither, and why" {
	mkdir small
	mount -t tmpfs -o size=1m tmpfs small 2>/dev/null || skip 'no right to mount a small disk'
	HITL_DB=$PWD/small/queue.db
	tasks 1 20 | hitl-queue push >/dev/null
	if cat /dev/zero >small/rest; then false; fi
	hitl hitl-queue list
	status 4
	says 'disk I/O error: No space left on device; free some: reading takes 32 KiB, too'
	rm small/rest
	[ "$(hitl-queue list | wc -l)" -eq 20 ]
}

@test "another writer: waited for, and told when it is too long" {
	tasks 1 5 | hitl-queue push >/dev/null
	lock_queue
	hitl hitl-queue claim --patience 1s --reviewer r
	[ "$status" -eq 4 ]
	says 'database is locked: others have been writing all the time'
	hitl hitl-queue list
	status 0
	hitl-queue claim --patience 2m --reviewer r >out 2>err 3>&- 8>&- &
	pid=$!
	await waits_for_turn $pid
	unlock_queue
	await_end $pid
	[ "$status" -eq 0 ]
	[ "$(wc -l <out)" -eq 1 ]
	intact
}
