#!/usr/bin/env bats
# hitl-route's external judges, good and bad: none loses a record, and none
# that fails lets one pass.
load helper

setup() {
	cd "$BATS_TEST_TMPDIR"
	echo '{"risk":{"default":"low","tasks":{"h":"high"}},"route":{"threshold":0.5,"cascade":[
		{"name":"judge","command":["./judge"],"pass":0.8,"cost":0.01,"timeout":"30s"}]}}' >p.json
	seq 1 8 | jq -c '{id: "d\(.)", ts: 0, confidence: 0.9, n: .}' >in
	mkfifo alive
}

# judge TEXT: a script in sh
judge() {
	printf '#!/bin/sh\n%s\n' "$1" >judge
	chmod +x judge
}

# What becomes of the eight records: a letter each, A for alone.
letters() {
	[ "$(jq -c 'del(.route)' out)" = "$(cat in)" ] || echo "lost!"
	jq -r 'if .route.action == "AUTO" then "A" elif .route.reasons == ["cascade:judge(error)"] then "e"
		elif .route.reasons == ["cascade:judge"] then "s" else "?" end' out | tr -d '\n'
}

# The limit is for what would wait for ever; bats waits for whoever has 3.
run_judge() {
	hitl timeout 300 hitl-route -p p.json --allow-commands "$@" -o out in 3>&-
	status 0
}

@test "judge: its score against the mark, for the record it names" {
	judge "exec jq -c --unbuffered '{nonce, score: (.record.n / 10)}'"
	run_judge
	[ "$(letters)" = sssssssA ]
	[ "$stderr" = "" ]
	judge "exec jq -c --unbuffered '{nonce, score: (.record.n > 6)}'"
	run_judge -j 3
	[ "$(letters)" = ssssssAA ]
	jq -s -e 'all(.route.cascade.cost == 0.01)' out
	# whatever its id
	printf '%s\n' '{"id":7,"ts":0,"confidence":0.9,"n":9}' '{"ts":0,"confidence":0.9,"n":9}' >in
	run_judge
	[ "$(letters)" = AA ]
	# risk is there to be seen
	judge "exec jq -c --unbuffered '{nonce, score: (if .record.risk.level == \"high\" then 0 else 1 end)}'"
	printf '%s\n' '{"id":7,"ts":0,"confidence":0.9,"task_type":"h"}' '{"id":8,"ts":0,"confidence":0.9}' >in
	run_judge
	jq -s -e '.[0].route.action == "ESCALATE" and .[0].route.reasons == ["risk:high", "cascade:judge"]
		and .[1].route.action == "AUTO"' out
}

@test "judge: only when allowed, and only one that is there" {
	judge "echo started >>ran; cat"
	hitl hitl-route -p p.json in
	status 2
	says "p.json: route.cascade[0].command: would be run; say --allow-commands if it may"
	hitl hitl-route -p p.json --dry-run-policy "$policy" in
	status 2
	[ ! -e ran ]
	rm judge
	hitl hitl-route -p p.json --allow-commands in
	status 4
	says "p.json: route.cascade[0].command: ./judge: No such file or directory"
	[ "$output" = "" ]
	# others read the policy and run nothing
	hitl hitl-risk -p p.json in
	status 0
	hitl hitl-calibrate cascade -p p.json in
	status 2
	says "is not run here"
}

@test "judge: one that hangs" {
	sed -i 's/"30s"/"1s"/' p.json
	judge 'exec 9<>alive; exec sleep 987'
	run_judge
	[ "$(letters)" = eeeeeeee ]
	says "./judge: no answer in time; the record goes to a person"
	# three were tried, the others not made to wait
	[ "$(grep -c "no answer in time" <<<"$stderr")" -eq 3 ]
	await let_go alive
	judge 'exec 9<>alive; sleep 987; exit' # a child of its own
	run_judge
	[ "$(letters)" = eeeeeeee ]
	await let_go alive
	# half an answer
	judge 'while read -r x; do printf "{\"id\":"; done'
	run_judge
	[ "$(letters)" = eeeeeeee ]
}

@test "judge: one that leaves its process group, one that goes to the background" {
	sed -i 's/"30s"/"2s"/' p.json
	cat >judge <<-'E'
		#!/usr/bin/perl
		setpgrp(0, getpgrp(getppid())) or die;
		open(my $alive, "+<", "alive") or die;
		sleep 987;
	E
	chmod +x judge
	run_judge
	[ "$(letters)" = eeeeeeee ]
	await let_go alive
	# nobody waits for what is out of reach, and it is there once a start
	# (by then: what has not left the group yet ends with it)
	: >pids
	judge 'setsid sh -c "echo \$\$ >>pids; exec sleep 987" & until grep -qx $! pids; do sleep 0.01; done'
	run_judge
	# all of them are there to be ended
	xargs kill <pids
	[ "$(letters)" = eeeeeeee ]
	[ "$(wc -l <pids)" -eq 3 ]
}

@test "judge: one that dies" {
	judge 'exit 1'
	run_judge
	[ "$(letters)" = eeeeeeee ]
	judge 'kill -9 $$'
	run_judge
	[ "$(letters)" = eeeeeeee ]
	# every third time, and is started anew
	judge 'i=0
		while [ $i -lt 2 ] && read -r line; do
			i=$((i + 1))
			echo "$line" | jq -c "{nonce, score: 1}"
		done
		read -r line'
	run_judge
	[ "$(letters)" = AAeAAeAA ]
	says "ended without an answer"
}

@test "judge: one that writes garbage" {
	for answer in 'nonsense' '' '7' '[]' '{}' '{"nonce":"' '{"score":1}' '{"nonce":null,"score":1}' '{"nonce":"d1","score":1}' \
		'{"nonce":NONCE,"score":"1"}' '{"nonce":NONCE,"score":1.1}' '{"nonce":NONCE,"score":-0.1}' \
		'{"nonce":NONCE,"score":null}' '{"nonce":[NONCE],"score":1}' '{"nonce":NONCE}' '{"nonce":NONCE,"score":1' \
		'[{"nonce":NONCE,"score":1}]' '{"nonce":NONCE,"nonce":7,"score":1}'; do
		echo "$answer" >answer
		judge 'while read -r x; do sed "s/NONCE/$(echo "$x" | jq .nonce)/" answer; done'
		run_judge
		[ "$(letters)" = eeeeeeee ] || { echo "$answer: $(letters)"; return 1; }
	done
	echo '{"score":1,"why":{},"nonce":NONCE}' >answer
	run_judge
	[ "$(letters)" = AAAAAAAA ]
	judge 'yes | tr -d "\n"'
	run_judge
	[ "$(letters)" = eeeeeeee ]
	head -c 3000000 /dev/zero >zeros
	judge 'read -r x; cat zeros; cat >/dev/null'
	run_judge
	[ "$(letters)" = eeeeeeee ]
	says "an answer of more than"
}

@test "judge: one that answers out of turn" {
	# before it is asked, with what it cannot know
	judge 'for i in 1 2 3 4 5 6 7 8; do echo "{\"nonce\":\"d$i\",\"id\":\"d$i\",\"score\":1}"; done; cat >/dev/null'
	run_judge
	[ "$(letters)" = eeeeeeee ]
	# the one before
	judge 'old=x; while read -r line; do
			echo "{\"nonce\":\"$old\",\"score\":1}"
			old=$(echo "$line" | jq -r .nonce)
		done'
	run_judge
	[ "$(letters)" = eeeeeeee ]
	says "answered another question than it was asked"
	# twice
	judge 'while read -r line; do echo "$line" | jq -c "{nonce, score: 1}, {nonce, score: 1}"; done'
	run_judge
	[[ "$(letters)" != *AA* ]]
	# too late: what it says then is nobody's
	sed -i 's/"30s"/"5s"/' p.json
	judge 'while read -r line; do
			case $line in *\"d1\"*) sleep 60 ;; esac
			echo "$line" | jq -c "{nonce, score: 1}"
		done'
	run_judge
	[ "$(letters)" = eAAAAAAA ]
}

@test "judge: long records, both ways at once" {
	jq -n -c --arg x "$(head -c 100000 /dev/zero | tr '\0' x)" '{id: "d1", confidence: 0.9, ts: 0, x: [range(30) | $x]}' >in
	judge 'exec jq -c --unbuffered "{nonce, score: 1, why: .record.x[0][:900000]}"'
	run_judge
	[ "$(letters)" = A ]
	# does not read at all, but writes
	sed -i 's/"30s"/"1s"/' p.json
	judge 'echo "{\"nonce\":\"d1\",\"score\":1}"; exec sleep 987'
	run_judge
	[ "$(letters)" = e ]
}

@test "judge: it sees the end of the input, and what it does then is waited for" {
	# it has half a second, in which no disk is to be waited for
	mkfifo ended
	exec 5<>ended
	judge 'exec 8>ended; jq -c --unbuffered "{nonce, score: 1}"; echo done >&8'
	run_judge
	[ "$(letters)" = AAAAAAAA ]
	[ "$(in_pipe 5)" -gt 0 ]
	read -r said <&5
	[ "$said" = "done" ]
	exec 5>&-
	# signals and memory are as if nothing were beside it
	judge 'ulimit -v >limit; grep -E "^Sig(Blk|Ign)" /proc/self/status >signals; exec jq -c --unbuffered "{nonce, score: 1}"'
	jq '.route.triggers = [{"name":"libjq","when":"[.x | strings | test(\"a\")] | any","action":"QUEUE"}]' p.json >q.json
	hitl hitl-route -p q.json --allow-commands -o out in
	status 0
	[ "$(letters)" = AAAAAAAA ]
	[ "$(cat limit)" = "$(ulimit -v)" ]
	# the C library's own 32 and 33 aside
	[ "$(awk '{ print substr($2, 9) }' signals | tr 8 0 | sort -u)" = 00000000 ]
}

@test "judge: none is left when hitl-route is ended by a signal" {
	judge 'exec 9<>alive; sleep 987; exit' # with a child of its own
	mkfifo pipe
	for signal in TERM HUP; do
		env --default-signal=HUP hitl-route -p p.json --allow-commands pipe >out 2>err 3>&- &
		pid=$!
		exec 7>pipe
		await held alive
		kill -$signal $pid
		await_end $pid
		[ "$status" -eq $((128 + $(kill -l $signal))) ]
		exec 7>&-
		await let_go alive
	done
	# or by a reader that goes
	seq 100000 | jq -c '{id: ., ts: 0, confidence: 0.1}' >in
	judge 'exec 9<>alive; : >ran; sleep 987; exit'
	hitl-route -p p.json --allow-commands in | { await [ -e ran ]; head -n 1 >/dev/null; }
	await let_go alive
}
