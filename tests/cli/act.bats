#!/usr/bin/env bats
# hitl-act from outside: what was approved, once each.
load helper

setup() {
	cd "$BATS_TEST_TMPDIR"
	export HITL_DB=$PWD/queue.db HITL_JOURNAL=$PWD/journal.db
}

teardown() {
	umount small 2>/dev/null || true
}

# proposed ID KEY: a task behind a gate
proposed() {
	jq -cn --arg id "$1" --arg key "$2" '{case_id: $id, kind: "approval", risk_level: "high",
		user_question: "My money?", model_draft: "It comes",
		gate: {name: "irreversible", key: $key},
		proposed_action: {type: "refund", amount: 900}}'
}

# approve ID...: proposes and approves each, and exports to approvals
approve() {
	for id; do proposed "$id" "key-$id"; done | hitl-queue push >/dev/null
	hitl-queue approve --reviewer boss "$@" >/dev/null
	hitl-queue export --as approvals >approvals
}

# What a command waits for: `read -r _ <go`, until open_gate, or the test ends.
shut_gate() {
	mkfifo go
	exec 6<>go
}

open_gate() {
	echo >&6
}

results() {
	jq -r .result <<<"$output" | tr '\n' ' '
}

@test "act: once for each key, with the record on standard input" {
	approve a b
	cat approvals approvals >twice
	hitl hitl-act twice -- sh -c 'cat >>ran; echo ok'
	status 0
	[ "$(results)" = 'done done done done ' ]
	[ "$(jq -c .before <<<"$output" | tr '\n' ' ')" = 'null null true true ' ]
	cmp ran approvals
	hitl hitl-act approvals -- sh -c 'cat >>ran'
	status 0
	cmp ran approvals
	hitl hitl-act --list
	[ "$(jq -c '[.key, .state, .exit, .command, .attempts[0].output]' <<<"${lines[0]}")" = '["key-a","done",0,["sh","-c","cat >>ran; echo ok"],"ok\n"]' ]
	[ "$(jq -r .input_sha256 <<<"${lines[0]}")" = "$(head -1 approvals | sha256sum | cut -d' ' -f1)" ]
}

@test "act: never through a shell" {
	approve a
	# shellcheck disable=SC2016 # as they stand
	hitl hitl-act approvals -- printf '%s|' '$(touch evil)' '; touch evil' 'two words' '*'
	status 0
	[ ! -e evil ]
	# shellcheck disable=SC2016
	[ "$(hitl-act --list | jq -r '.attempts[0].output')" = '$(touch evil)|; touch evil|two words|*|' ]
}

@test "act: a command that fails is not run again; one that cannot start has not run" {
	approve a
	hitl hitl-act approvals -- ./nothing
	status 4
	says './nothing: No such file or directory'
	[ -z "$(hitl-act --list)" ]
	hitl hitl-act approvals -- sh -c 'echo x >>ran; exit 3'
	status 1
	[ "$(jq -c '[.result, .exit, .attempts]' <<<"$output")" = '["failed",3,1]' ]
	hitl hitl-act approvals -- sh -c 'echo x >>ran'
	status 1
	[ "$(jq -c '[.result, .before]' <<<"$output")" = '["failed",true]' ]
	[ "$(wc -l <ran)" -eq 1 ]
	# unless a person says so
	hitl hitl-act --settle key-a=again
	status 0
	hitl hitl-act --dry-run approvals -- true
	status 0
	hitl hitl-act approvals -- sh -c 'echo x >>ran'
	status 0
	[ "$(wc -l <ran)" -eq 2 ]
	hitl hitl-act --list
	[ "$(jq -c '[.state, (.attempts | map(.exit)), (.attempts[0].settled_at != null)]' <<<"$output")" = '["done",[3,0],true]' ]
	hitl hitl-act --settle key-z=done
	status 1
	hitl hitl-act --settle key-a=perhaps
	status 2
}

@test "act: what passes is tried again, so often" {
	approve a
	hitl hitl-act --retry 75,111 --retries 5 --backoff 10ms approvals -- sh -c 'echo x >>ran; [ $(wc -l <ran) -ge 3 ] || exit 75'
	status 2
	says '--backoff: 10ms is no duration'
	cat >command <<-'E'
		#!/bin/sh
		echo x >>ran
		[ "$(wc -l <ran)" -ge 3 ] || exit 75
	E
	chmod +x command
	hitl hitl-act --retry 75,111 --retries 5 --backoff 1s approvals -- ./command
	status 0
	[ "$(jq -c '[.result, .attempts]' <<<"$output")" = '["done",3]' ]
	[ "$(hitl-act --list | jq -c '.attempts | map([.state, .exit])')" = '[["waiting",75],["waiting",75],["done",0]]' ]
	# it has taken from its first attempt to its last, now and afterwards
	took=$(jq -c '[.started_at, .ended_at]' <<<"$output")
	[ "$took" = "$(hitl-act --list | jq -c '[.attempts[0].started_at, .attempts[2].ended_at]')" ]
	[ "$took" = "$(hitl-act --list | jq -c '[.started_at, .ended_at]')" ]
	[ "$took" = "$(hitl-act approvals -- ./command | jq -c 'select(.before) | [.started_at, .ended_at]')" ]
	approve b
	hitl hitl-act --retry 9 --retries 1 --backoff 1s approvals -- sh -c 'echo y >>tried; exit 9'
	status 1
	[ "$(wc -l <tried)" -eq 2 ]
	[ "$(jq -c 'select(.id == "b") | [.result, .attempts, .exit]' <<<"$output")" = '["failed",2,9]' ]
}

@test "act: one that takes too long is killed, with its children" {
	approve a
	mkfifo alive
	hitl timeout 120 hitl-act --timeout 2s approvals -- sh -c 'exec 9<>alive; sleep 987 & sleep 987' 3>&-
	status 1
	[ "$(jq -c '[.result, .signal]' <<<"$output")" = '["timeout",15]' ]
	[[ $output == *'what it has done is not known'* ]]
	hitl hitl-act approvals -- sh -c 'echo x >>ran'
	status 1
	[ "$(results)" = 'timeout ' ]
	[ ! -e ran ]
	await let_go alive
}

@test "act: how a command ended is known, whatever its parent ignores" {
	approve a b
	hitl timeout 60 env --ignore-signal=CHLD hitl-act --timeout 20s approvals -- sh -c 'grep -q key-a || exit 3'
	status 1
	[ "$(results)" = 'done failed ' ]
	[ "$(jq -c '.exit' <<<"$output" | tr '\n' ' ')" = '0 3 ' ]
	[ "$(hitl-act --list | jq -r .state | tr '\n' ' ')" = 'done failed ' ]
}

@test "act: one that leaves its process group is killed in time as well" {
	approve a
	cat >leave <<-'E'
		#!/usr/bin/perl
		setpgrp(0, getpgrp(getppid())) or die;
		open(my $alive, "+<", "alive") or die;
		open(my $ran, ">ran");
		sleep 987;
	E
	chmod +x leave
	mkfifo alive
	hitl timeout 120 hitl-act --timeout 2s approvals -- ./leave 3>&-
	status 1
	[ -e ran ]
	await let_go alive
	[ "$(jq -c '[.result, .signal]' <<<"$output")" = '["timeout",15]' ]
}

@test "act: what a command leaves running, and still writes, is not waited for" {
	approve a
	mkfifo alive
	shut_gate
	# it writes as long as there is somebody who reads, and stays
	printf '#!/bin/sh\ntrap "" PIPE\nexec 9<>alive\nwhile echo x 2>/dev/null; do : >wrote; done\nread -r _ <go\n' >left
	chmod +x left
	hitl timeout 120 hitl-act approvals -- sh -c 'echo begun; setsid ./left & until [ -e wrote ]; do sleep 0.01; done'
	held alive
	open_gate
	await let_go alive
	status 0
	[ "$(results)" = 'done ' ]
	hitl hitl-act --list
	[ "$(jq -r '.attempts[0].output[:5]' <<<"$output")" = begun ]
}

@test "act: killed in the middle, it is unknown, and not run again" {
	approve a b
	shut_gate
	hitl-act approvals -- sh -c 'echo x >>ran; read -r _ <go' >out 2>&1 3>&- 6>&- &
	pid=$!
	await [ -s ran ]
	# meanwhile another one leaves it alone
	head -1 approvals >first
	hitl hitl-act first -- sh -c 'echo x >>ran'
	status 1
	[ "$(jq -c '[.result, .why]' <<<"$output")" = '["running","somebody else does it now"]' ]
	hitl hitl-act --settle key-a=done
	status 1
	says 'key-a: is running'
	kill -9 $pid
	wait $pid || true
	[ "$(hitl-act --list | jq -c '[.state, .attempts[-1].state]')" = '["unknown","unknown"]' ]
	hitl hitl-act approvals -- sh -c 'echo x >>ran'
	status 1
	[ "$(results)" = 'unknown done ' ]
	[ "$(wc -l <ran)" -eq 2 ]
	hitl hitl-act --dry-run approvals -- true
	[ "$(results)" = 'unknown done ' ]
	hitl hitl-act --settle key-a=done
	status 0
	hitl hitl-act approvals -- sh -c 'echo x >>ran'
	status 0
	[ "$(wc -l <ran)" -eq 2 ]
}

@test "act: run, and the disk of the journal is full: unknown, and said why" {
	approve a b
	mkdir small
	mount -t tmpfs -o size=1m tmpfs small 2>/dev/null || skip 'no right to mount a small disk'
	HITL_JOURNAL=$PWD/small/journal.db
	hitl hitl-act approvals -- sh -c 'echo x >>ran; cat /dev/zero >small/rest 2>/dev/null; exit 0'
	status 4
	says 'the command was run, but its end cannot be written down: '
	[[ $stderr != *undone* ]]
	[ "$(jq -c '[.id, .result, .exit, .why]' <<<"$output")" = '["a","unknown",0,"it was run, but its end could not be written into the journal; say what it was with --settle"]' ]
	[ "$(wc -l <ran)" -eq 1 ]
	rm small/rest
	hitl hitl-act approvals -- sh -c 'echo x >>ran'
	status 1
	[ "$(jq -c '[.id, .result, .why]' <<<"$output")" = '["a","unknown","it was begun, and its end is not in the journal; find out what has happened, and say so with --settle"]
["b","done",null]' ]
	[ "$(wc -l <ran)" -eq 2 ]
}

@test "act: a file of rows stays when nothing takes its place" {
	approve a b
	echo '{"result":"of yesterday"}' >rows
	cp rows before
	# stopped before anything is done
	{ echo broken; cat approvals; } >bad
	hitl hitl-act --strict -o rows bad -- sh -c 'echo x >>ran'
	status 3
	[ ! -e ran ]
	cmp rows before
	# and behind something
	{ head -1 approvals; echo broken; tail -1 approvals; } >bad
	hitl hitl-act --strict -o rows bad -- sh -c 'echo x >>ran'
	status 3
	[ "$(wc -l <ran)" -eq 1 ]
	[ "$(jq -c '[.id, .result]' rows)" = '["a","done"]' ]
	mkdir small
	mount -t tmpfs -o size=64k tmpfs small 2>/dev/null || skip 'no right to mount a small disk'
	cp before small/rows
	cat /dev/zero >small/rest 2>/dev/null || true
	hitl hitl-act -o small/rows approvals -- sh -c 'echo x >>ran'
	status 4
	says 'small/rows: No space left on device'
	cmp small/rows before
}

@test "act: two at once run each action once" {
	approve $(seq 1 40)
	for i in 1 2 3; do
		hitl-act approvals -- sh -c 'jq -r .case_id >>ran' >out$i 2>&1 3>&- &
	done
	wait
	[ "$(sort ran | uniq -c | awk '{ print $1 }' | sort -u)" = 1 ]
	[ "$(wc -l <ran)" -eq 40 ]
	# each says of each what has come of it
	for i in 1 2 3; do [ "$(wc -l <out$i)" -eq 40 ]; done
	[ "$(cat out1 out2 out3 | jq -r 'select(.result == "done" and .before == null) | .id' | sort | uniq -d | wc -l)" -eq 0 ]
}

@test "act: a signal waits for the command that runs" {
	approve a b
	shut_gate
	hitl-act approvals -- sh -c ': >begun; read -r _ <go; echo x >>ran' >out 2>err 3>&- 6>&- &
	pid=$!
	await [ -e begun ]
	kill -TERM $pid
	await taken $pid
	open_gate
	await_end $pid
	[ "$status" -eq 143 ]
	[ "$(wc -l <ran)" -eq 1 ]
	[ "$(jq -c '[.id, .result]' out)" = '["a","done"]' ]
	grep -q 'a signal has come' err
	[ "$(hitl-act --list | jq -r .state)" = "done" ]
}

@test "act: a signal that is ignored stays so, as with nohup" {
	approve a b
	# shellcheck disable=SC2016
	hitl env --ignore-signal=HUP hitl-act approvals -- sh -c 'kill -HUP $PPID'
	status 0
	[ "$(results)" = 'done done ' ]
}

@test "act: a signal while it waits leaves no other file" {
	mkfifo in
	for signal in INT TERM HUP; do
		echo old >rows
		env --default-signal=INT,HUP hitl-act -o rows in -- true 3>&- &
		pid=$!
		exec 7>in # it has opened its end
		kill -$signal $pid
		await_end $pid
		exec 7>&-
		[ "$status" -gt 128 ]
		[ "$(echo rows*)" = rows ]
		[ "$(cat rows)" = old ]
	done
}

# kept N: there are so many rows in the file of -o, and no other file
kept() {
	[ "$(jq -c .result rows | sort -u)" = '"done"' ]
	[ "$(wc -l <rows)" -eq "$1" ]
	[ "$(echo rows*)" = rows ]
}

@test "act: -o: what has been done stays said, after a signal and an error" {
	approve a b c
	echo old >rows
	# shellcheck disable=SC2016
	hitl hitl-act -o rows approvals -- sh -c 'if grep -q key-b; then kill -TERM $PPID; fi'
	[ "$status" -eq 143 ]
	kept 2
	[ "$(jq -r .id rows | tr '\n' ' ')" = 'a b ' ]
	# as a table, which comes at the end
	approve d e
	# shellcheck disable=SC2016
	hitl hitl-act -o rows -f csv approvals -- sh -c 'if grep -q key-d; then kill -TERM $PPID; fi'
	[ "$status" -eq 143 ]
	grep -q '^d,key-d,done' rows
	[ "$(echo rows*)" = rows ]
	# the second one cannot be started
	approve f g
	tail -2 approvals >two
	printf '#!/bin/sh\nrm command\n' >command
	chmod +x command
	hitl hitl-act -o rows two -- ./command
	status 4
	says './command: No such file or directory'
	kept 1
	# the first one cannot: nothing has been done
	tail -1 two >last
	echo old >rows
	hitl hitl-act -o rows last -- ./command
	status 4
	[ "$(cat rows)" = old ]
}

@test "act: -o: what has been done stays said when a signal comes while it waits" {
	approve a b
	mkfifo in
	for options in '' --dry-run; do
		echo old >rows
		# shellcheck disable=SC2086
		hitl-act $options -o rows in -- true 3>&- &
		pid=$!
		exec 7>in
		cat approvals >&7
		await eval '[ "$(cat rows.* | wc -l)" -ge 2 ]'
		kill -TERM $pid
		await_end $pid
		exec 7>&-
		[ "$status" -eq 143 ]
		if [ -z "$options" ]; then kept 2; else [ "$(cat rows)" = old ]; fi
		[ "$(echo rows*)" = rows ]
	done
}

@test "act: --dry-run writes nothing" {
	approve a
	hitl hitl-act --dry-run approvals -- rm -rf /
	status 0
	[ "$(jq -c '[.result, .command]' <<<"$output")" = '["would_run",["rm","-rf","/"]]' ]
	[ ! -e journal.db ]
}

@test "act: what was not approved becomes feedback, what has expired is not run" {
	for id in a b c d; do proposed $id "key-$id"; done >tasks
	hitl-queue push tasks >/dev/null
	hitl-queue reject --reviewer boss --reason 'too much' a >/dev/null
	hitl-queue reject --reviewer boss --needs-revision --notes 'half of it' b >/dev/null
	hitl-queue approve --reviewer boss c >/dev/null
	hitl-queue export --as approvals >approvals
	hitl hitl-act --now 2100-01-01T00:00:00Z approvals -- touch ran
	status 1
	[ ! -e ran ]
	[ "$(jq -c '[.result, .feedback.user_question, .feedback.model_draft, .feedback.proposed_action.amount, .feedback.reviews[0].reason, .feedback.reviews[0].comment]' <<<"$output")" = '["rejected","My money?","It comes",900,"too much",null]
["needs_revision","My money?","It comes",900,null,"half of it"]
["expired",null,null,null,null,null]' ]
	echo '{"case_id":"e","approval":{"state":"pending","key":"k","expires_at":"2100-01-01T00:00:00Z"}}
{"case_id":"f","approval":{"state":"approved","key":"k"}}
{"case_id":"g","approval":{"state":"approved","expires_at":"2100-01-01T00:00:00Z"}}
{"case_id":"h"}' >odd
	hitl hitl-act -R bad odd -- touch ran
	status 1
	[ "$(jq -c '[.id, .result, .why]' <<<"$output")" = '["e","refused","it is not approved"]
["f","expired","it does not say when the approval expires"]' ]
	[ "$(wc -l <bad)" -eq 2 ]
	says 'odd:3: approval.key: is not there'
	[ ! -e ran ]
}

@test "act: --verify-policy asks the queue, whatever the record says" {
	approve a b
	# a forged one, one whose action is another now, one whose approver has lost his authority
	head -1 approvals | jq -c '.case_id = "z"' >forged
	head -1 approvals | jq -c '.approval.key = "other"' >>forged
	proposed d key-d | hitl-queue push >/dev/null
	head -1 approvals | jq -c '.case_id = "d" | .approval.key = "key-d"' >>forged
	hitl hitl-act --verify-policy forged -- touch ran
	status 1
	[ "$(jq -c '[.result, .why]' <<<"$output")" = '["refused","the queue has no such task"]
["refused","the queue has another action under this id"]
["refused","the queue has not approved it"]' ]
	hitl hitl-act --verify-policy --now 2100-01-01T00:00:00Z approvals -- touch ran
	[ "$(results)" = 'expired expired ' ]
	sed 's/"expires_at":"[^"]*"/"expires_at":"2200-01-01T00:00:00Z"/g' approvals >longer
	hitl hitl-act --verify-policy --now 2100-01-01T00:00:00Z longer -- touch ran
	[ "$(jq -r .why <<<"$output" | sort -u)" = 'the approval has expired' ]
	echo '{"reviewers":[{"reviewer":"boss"}],"rules":[{"kind":"approval","authority":"finance"}]}' >rules
	hitl-queue access rules
	hitl hitl-act --verify-policy approvals -- touch ran
	status 1
	[ "$(jq -r .why <<<"$output" | sort -u)" = 'too few of those who approved it may do so' ]
	[ ! -e ran ]
	echo '{"reviewers":[{"reviewer":"boss","authority":["finance"]}],"rules":[{"kind":"approval","authority":"finance"}]}' >rules
	hitl-queue access rules
	hitl hitl-act --verify-policy approvals -- touch ran
	status 0
}

@test "act: one key, one action; by whatever name the journal goes" {
	approve a
	jq -c '.case_id = "b"' approvals >other
	hitl hitl-act approvals -- true
	status 0
	hitl hitl-act other -- touch ran
	status 1
	[ "$(jq -c '[.result, .why]' <<<"$output")" = '["refused","its key is that of another id in the journal"]' ]
	echo '{"case_id":"c","approval":{"state":"approved","key":"k\ud800","expires_at":"2100-01-01T00:00:00Z"}}' >half
	hitl hitl-act half -- touch ran
	status 3
	[ ! -e ran ]
	approve d
	tail -1 approvals >last
	shut_gate
	hitl-act last -- sh -c 'echo x >>ran; read -r _ <go' >out 2>&1 3>&- 6>&- &
	pid=$!
	await [ -s ran ]
	ln -s journal.db link.db
	hitl hitl-act --journal link.db last -- sh -c 'echo x >>ran'
	[ "$(results)" = 'running ' ]
	hitl hitl-act --journal link.db --settle key-d=again
	status 1
	open_gate
	await_end $pid
	[ "$status" -eq 0 ]
	[ "$(wc -l <ran)" -eq 1 ]
}

@test "act: nothing more is done when it cannot be said, or a signal has come" {
	approve a b c
	run sh -c 'hitl-act approvals -- sh -c "echo x >>ran" >/dev/full'
	[ "$status" -eq 4 ]
	[ "$(wc -l <ran)" -eq 1 ]
	rm -f ran
	approve s
	tail -1 approvals >last
	# a signal ends the wait for the next attempt, which is long
	hitl-act --retry 75 --retries 9 --backoff 5m last -- sh -c 'echo x >>ran; exit 75' >out 2>err 3>&- &
	pid=$!
	await eval '[ "$(hitl-act --list | jq -r '\''select(.key == "key-s") | .attempts[-1].state'\'')" = waiting ]'
	await sleeping $pid
	kill -TERM $pid
	await_end $pid
	[ "$status" -eq 143 ]
	[ "$(wc -l <ran)" -eq 1 ]
	[ "$(jq -r .result out)" = waiting ]
	# whoever comes next goes on
	hitl hitl-act last -- sh -c 'echo x >>ran'
	status 0
	[ "$(jq -c '[.result, .attempts]' <<<"$output")" = '["done",2]' ]
}

@test "act: --verify-policy: what was approved, and nothing else" {
	approve a
	check() { hitl hitl-act --verify-policy --db queue.db "$1" -- tee ran; }
	# another action under the same key, or another approval of it
	for edit in '.proposed_action.amount = 9e9' '.user_question = "x"' '.approval.by = ["r7"]' 'del(.model_draft)'; do
		jq -c "$edit" approvals >edited
		check edited
		status 1
		[[ $(jq -r .why <<<"$output") == 'the record is not what the queue has approved'* ]]
		[ ! -e ran ]
	done
	# in other words it is the same
	jq -S . approvals | jq -c 'to_entries | reverse | from_entries' | sed 's/,/ , /; s/refund/\\u0072efund/' >edited
	! cmp -s approvals edited || false
	check edited
	status 0
	cmp ran edited
}

@test "act: a journal that was moved while it was open" {
	approve a b
	shut_gate
	hitl-act approvals -- sh -c 'echo x >>ran; read -r _ <go' >out 2>err 3>&- 6>&- &
	pid=$!
	await [ -s ran ]
	mkdir away
	mv journal.db* away
	open_gate
	await_end $pid
	[ "$status" -eq 4 ]
	grep -q 'journal.db: was moved, removed or replaced' err
	[ "$(wc -l <ran)" -eq 1 ]
}

@test "act: usage" {
	approve a
	hitl hitl-act approvals
	status 2
	says 'which command? give it behind --'
	hitl hitl-act --retry 0 approvals -- true
	status 2
	hitl hitl-act --journal postgres://x/y approvals -- true
	status 2
	says 'is a file on the machine that acts'
	# what SQLite takes for a database that is gone when the program ends
	for journal in '' :memory: :x; do
		HITL_JOURNAL=$journal hitl hitl-act approvals -- touch ran
		status 2
		says "\"$journal\": the name of a file is expected"
	done
	hitl hitl-act --journal 'file:x?mode=memory' approvals -- true
	status 0
	[ -s 'file:x?mode=memory' ]
	[ ! -e ran ]
	hitl hitl-act --db queue.db approvals -- true
	status 2
	says '--db goes with --verify-policy'
	hitl hitl-act --list approvals
	status 2
	says 'run nothing, and read nothing but the journal'
	unset HITL_JOURNAL HITL_DB
	hitl hitl-act approvals -- true
	status 2
	hitl hitl-act --journal j --verify-policy approvals -- true
	status 2
}
